/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/carto/zx-paint-private.h"
#include "tests/zx-test.h"

static int
level (double channel)
{
  return (int) lround (channel * 255);
}

static void
assert_near_hex (ZxColour colour, guint32 rgb, int tolerance)
{
  g_assert_cmpint (abs (level (colour.red) - (int) (rgb >> 16 & 0xff)), <=, tolerance);
  g_assert_cmpint (abs (level (colour.green) - (int) (rgb >> 8 & 0xff)), <=, tolerance);
  g_assert_cmpint (abs (level (colour.blue) - (int) (rgb & 0xff)), <=, tolerance);
}

/* CIE lightness of relative luminance. */
static double
lightness (ZxColour colour)
{
  const double c[] = { colour.red, colour.green, colour.blue };
  const double weight[] = { 0.2126, 0.7152, 0.0722 };
  double y = 0;
  for (guint i = 0; i < 3; i++)
    y += weight[i] * (c[i] <= 0.04045 ? c[i] / 12.92 : pow ((c[i] + 0.055) / 1.055, 2.4));
  return y > 216.0 / 24389 ? 116 * cbrt (y) - 16 : y * 24389 / 27;
}

static void
test_viridis_matches_the_published_table (void)
{
  /* matplotlib's _viridis_data at 0, 64, 128, 191, 255 (CC0), as levels. */
  const ZxColourScale scale = { ZX_RAMP_VIRIDIS, 0, 255, FALSE, NAN };
  assert_near_hex (zx_colour_at (&scale, 0), 0x440154, 1);
  assert_near_hex (zx_colour_at (&scale, 64), 0x3b528b, 3);
  assert_near_hex (zx_colour_at (&scale, 128), 0x21918c, 3);
  assert_near_hex (zx_colour_at (&scale, 191), 0x5ec962, 3);
  assert_near_hex (zx_colour_at (&scale, 255), 0xfde725, 1);
}

/* As many colours as steps, each from edge to edge of its class and nowhere else. */
static void
test_classes_are_as_many_colours (void)
{
  for (guint n_classes = 2; n_classes <= 9; n_classes++)
    {
      const ZxColourScale scale = { ZX_RAMP_VIRIDIS, 0, 100, FALSE, NAN, n_classes };
      guint n_changes = 0;
      ZxColour last = zx_colour_at (&scale, -5);
      for (guint i = 0; i <= 10000; i++)
        {
          ZxColour now = zx_colour_at (&scale, i / 100.0);
          if (now.red == last.red && now.green == last.green && now.blue == last.blue)
            continue;
          n_changes++;
          g_assert_cmpfloat_with_epsilon (i / 100.0, n_changes * 100.0 / n_classes, 0.0101);
          last = now;
        }
      g_assert_cmpuint (n_changes, ==, n_classes - 1);
    }
}

static void
test_sequential_ramps_grow_steadily_lighter_or_darker (void)
{
  const ZxRamp ramps[] = { ZX_RAMP_HEAT, ZX_RAMP_VIRIDIS, ZX_RAMP_PROBABILITY, ZX_RAMP_CIVIDIS };
  for (guint r = 0; r < G_N_ELEMENTS (ramps); r++)
    {
      ZxColourScale scale = { ramps[r], 0, 1, FALSE, NAN };
      double sign = ramps[r] == ZX_RAMP_VIRIDIS || ramps[r] == ZX_RAMP_CIVIDIS ? 1 : -1;
      double first = lightness (zx_colour_at (&scale, 0)), last = first;
      for (guint i = 1; i <= 50; i++)
        {
          double now = lightness (zx_colour_at (&scale, i / 50.0));
          g_assert_cmpfloat (sign * (now - last), >, 0);
          last = now;
        }
      g_assert_cmpfloat (fabs (last - first), >, 60);
    }
}

static void
test_difference_is_white_at_zero_and_symmetric (void)
{
  const ZxColourScale scale = { ZX_RAMP_DIFFERENCE, -50, 200, FALSE, NAN };
  assert_near_hex (zx_colour_at (&scale, 0), 0xf6f6f3, 1);
  ZxColour under = zx_colour_at (&scale, -100), over = zx_colour_at (&scale, 100);
  g_assert_cmpfloat (under.blue, >, under.red);
  g_assert_cmpfloat (over.red, >, over.blue);
  g_assert_cmpfloat_with_epsilon (lightness (under), lightness (over), 6);
  g_assert_cmpfloat (zx_colour_position (&scale, -200), ==, 0);
  g_assert_cmpfloat (zx_colour_position (&scale, 200), ==, 1);
}

static void
test_load_breaks_at_80_and_100_per_cent (void)
{
  for (guint unit = 1; unit <= 100; unit += 99)
    {
      ZxColourScale scale = { ZX_RAMP_LOAD, 0, 1.2 * unit, FALSE, NAN };
      ZxColour calm = zx_colour_at (&scale, 0.799 * unit);
      ZxColour heavy = zx_colour_at (&scale, 0.8 * unit);
      ZxColour nearly = zx_colour_at (&scale, 0.999 * unit);
      ZxColour over = zx_colour_at (&scale, 1.0 * unit);
      g_assert_cmpfloat (calm.green, >, calm.red);
      g_assert_cmpfloat (heavy.red - calm.red, >, 0.3);
      g_assert_cmpfloat (nearly.green - over.green, >, 0.25);
      assert_near_hex (over, 0xe14b39, 1);
    }
}

static void
test_nan_is_transparent_and_the_ends_hold (void)
{
  const ZxColourScale scale = { ZX_RAMP_HEAT, 0, 10, FALSE, NAN };
  g_assert_cmpfloat (zx_colour_at (&scale, NAN).alpha, ==, 0);
  assert_near_hex (zx_colour_at (&scale, 1e30), 0x381147, 1);
  assert_near_hex (zx_colour_at (&scale, INFINITY), 0x381147, 1);
  assert_near_hex (zx_colour_at (&scale, -INFINITY), 0xfdf8d6, 1);
}

static void
test_values_fade_in_above_the_transparent_bound (void)
{
  const ZxColourScale scale = { ZX_RAMP_HEAT, 0, 10, FALSE, 1 };
  g_assert_cmpfloat (zx_colour_at (&scale, 0.999).alpha, ==, 0);
  g_assert_cmpfloat (zx_colour_at (&scale, 1).alpha, ==, 0);
  double last = 0;
  for (double value = 1.1; value < 2.4; value += 0.1)
    {
      double alpha = zx_colour_at (&scale, value).alpha;
      g_assert_cmpfloat (alpha, >, last);
      last = alpha;
    }
  g_assert_cmpfloat (zx_colour_at (&scale, 3).alpha, ==, 1);
  const ZxColourScale signed_scale = { ZX_RAMP_DIFFERENCE, -10, 10, FALSE, 1 };
  g_assert_cmpfloat (zx_colour_at (&signed_scale, -0.5).alpha, ==, 0);
  g_assert_cmpfloat (zx_colour_at (&signed_scale, -9).alpha, ==, 1);
}

static void
test_square_root_puts_a_quarter_in_the_middle (void)
{
  const ZxColourScale scale = { ZX_RAMP_VIRIDIS, 0, 100, TRUE, NAN };
  g_assert_cmpfloat_with_epsilon (zx_colour_position (&scale, 25), 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (zx_colour_value (&scale, 0.5), 25, 1e-12);
}

static void
test_position_and_value_are_inverse (void)
{
  const ZxColourScale scales[] = { { ZX_RAMP_HEAT, 0, 7, FALSE, NAN },
                                   { ZX_RAMP_HEAT, 0, 7, TRUE, NAN },
                                   { ZX_RAMP_DIFFERENCE, -7, 7, TRUE, NAN },
                                   { ZX_RAMP_VIRIDIS, -3, 7, FALSE, NAN } };
  for (guint s = 0; s < G_N_ELEMENTS (scales); s++)
    for (guint i = 0; i <= 20; i++)
      g_assert_cmpfloat_with_epsilon (
          zx_colour_position (&scales[s], zx_colour_value (&scales[s], i / 20.0)), i / 20.0, 1e-9);
}

static void
test_table_is_within_a_level_of_the_exact_colour (void)
{
  const ZxColourScale scale = { ZX_RAMP_HEAT, 0, 1, FALSE, NAN };
  g_autofree guint32 *table = g_new (guint32, 1024);
  zx_colour_table (&scale, 1, table, 1024);
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint i = 0; i < 2000; i++)
    {
      double value = zx_rng_uniform (&rng);
      assert_near_hex (zx_colour_at (&scale, value), table[(guint) (value * 1023 + 0.5)], 1);
    }
}

static void
test_degenerate_scales_give_colours (void)
{
  const ZxColourScale scales[] = { { ZX_RAMP_HEAT, 5, 5, FALSE, NAN },
                                   { ZX_RAMP_HEAT, NAN, NAN, TRUE, NAN },
                                   { ZX_RAMP_DIFFERENCE, 0, 0, FALSE, NAN },
                                   { ZX_RAMP_LOAD, 0, 0, FALSE, NAN },
                                   { ZX_RAMP_VIRIDIS, 9, 1, FALSE, INFINITY } };
  for (guint s = 0; s < G_N_ELEMENTS (scales); s++)
    for (double value = -10; value <= 10; value += 2.5)
      {
        ZxColour colour = zx_colour_at (&scales[s], value);
        g_assert_true (colour.red >= 0 && colour.red <= 1 && colour.alpha >= 0
                       && colour.alpha <= 1);
      }
}

/* ---- round domains ------------------------------------------------------------------------ */

static void
test_nice_numbers_are_the_next_round_one (void)
{
  const double pairs[][2] = { { 1, 1 },          { 1.01, 1.2 },    { 87, 100 },   { 401, 500 },
                              { 0.0031, 0.004 }, { 2.4e7, 2.5e7 }, { 99.9, 100 }, { 100, 100 } };
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    g_assert_cmpfloat_with_epsilon (zx_nice_above (pairs[i][0]), pairs[i][1], pairs[i][1] * 1e-12);
}

static ZxField *
ramp_field (guint n)
{
  ZxField *field = zx_field_new (0, 0, 100, n, 1, "kWh/km²/d", NULL);
  for (guint i = 0; i < n; i++)
    field->value[i] = (float) (i + 1);
  return field;
}

static void
test_domain_covers_all_but_the_last_half_per_cent (void)
{
  g_autoptr (ZxField) field = ramp_field (1000);
  field->value[999] = 1e9f; /* one wild cell must not flatten the map */
  ZxColourScale scale = zx_colour_scale_for (field, ZX_RAMP_VIRIDIS);
  g_assert_cmpfloat (scale.low, ==, 0);
  g_assert_cmpfloat (scale.high, ==, 1000);
}

static void
test_domain_of_a_difference_is_symmetric (void)
{
  g_autoptr (ZxField) field = ramp_field (1000);
  for (guint i = 0; i < 1000; i++)
    field->value[i] -= 900;
  ZxColourScale scale = zx_colour_scale_for (field, ZX_RAMP_DIFFERENCE);
  g_assert_cmpfloat (scale.low, ==, -scale.high);
  g_assert_cmpfloat (scale.high, ==, 1000);
}

static void
test_domain_of_nothing_is_still_a_domain (void)
{
  g_autoptr (ZxField) field = ramp_field (10);
  const float fills[] = { 0, NAN, INFINITY, 3 };
  for (guint f = 0; f < G_N_ELEMENTS (fills); f++)
    for (int ramp = ZX_RAMP_HEAT; ramp <= ZX_RAMP_PROBABILITY; ramp++)
      {
        for (guint i = 0; i < 10; i++)
          field->value[i] = fills[f];
        ZxColourScale scale = zx_colour_scale_for (field, (ZxRamp) ramp);
        g_assert_true (isfinite (scale.low) && isfinite (scale.high) && scale.high > scale.low);
      }
}

static void
test_uneven_heat_is_given_a_square_root (void)
{
  g_autoptr (ZxField) even = ramp_field (1000), uneven = ramp_field (1000);
  for (guint i = 0; i < 1000; i++)
    uneven->value[i] = expf (12.0f * (float) i / 1000);
  g_assert_false (zx_colour_scale_for (even, ZX_RAMP_HEAT).is_sqrt);
  g_assert_true (zx_colour_scale_for (uneven, ZX_RAMP_HEAT).is_sqrt);
}

static int
compare_floats (gconstpointer a, gconstpointer b)
{
  float left = *(const float *) a, right = *(const float *) b;
  return left < right ? -1 : left > right;
}

static void
test_quantile_agrees_with_sorting (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint round = 0; round < 20; round++)
    {
      guint n = 1 + zx_rng_below (&rng, 3000);
      g_autoptr (ZxField) field = ramp_field (n);
      for (guint i = 0; i < n; i++)
        field->value[i] = (float) zx_rng_exponential (&rng);
      ZxColourScale scale = zx_colour_scale_for (field, ZX_RAMP_VIRIDIS);
      qsort (field->value, n, sizeof (float), compare_floats);
      double exact = field->value[(guint) ceil (0.995 * n) - 1];
      g_assert_cmpfloat (scale.high, ==, zx_nice_above (exact));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/carto/colour/viridis-matches-the-published-table",
                   test_viridis_matches_the_published_table);
  g_test_add_func ("/carto/colour/classes-are-as-many-colours", test_classes_are_as_many_colours);
  g_test_add_func ("/carto/colour/sequential-ramps-grow-steadily-lighter-or-darker",
                   test_sequential_ramps_grow_steadily_lighter_or_darker);
  g_test_add_func ("/carto/colour/difference-is-white-at-zero-and-symmetric",
                   test_difference_is_white_at_zero_and_symmetric);
  g_test_add_func ("/carto/colour/load-breaks-at-80-and-100-per-cent",
                   test_load_breaks_at_80_and_100_per_cent);
  g_test_add_func ("/carto/colour/nan-is-transparent-and-the-ends-hold",
                   test_nan_is_transparent_and_the_ends_hold);
  g_test_add_func ("/carto/colour/values-fade-in-above-the-transparent-bound",
                   test_values_fade_in_above_the_transparent_bound);
  g_test_add_func ("/carto/colour/square-root-puts-a-quarter-in-the-middle",
                   test_square_root_puts_a_quarter_in_the_middle);
  g_test_add_func ("/carto/colour/position-and-value-are-inverse",
                   test_position_and_value_are_inverse);
  g_test_add_func ("/carto/colour/table-is-within-a-level-of-the-exact-colour",
                   test_table_is_within_a_level_of_the_exact_colour);
  g_test_add_func ("/carto/colour/degenerate-scales-give-colours",
                   test_degenerate_scales_give_colours);
  g_test_add_func ("/carto/domain/nice-numbers-are-the-next-round-one",
                   test_nice_numbers_are_the_next_round_one);
  g_test_add_func ("/carto/domain/covers-all-but-the-last-half-per-cent",
                   test_domain_covers_all_but_the_last_half_per_cent);
  g_test_add_func ("/carto/domain/of-a-difference-is-symmetric",
                   test_domain_of_a_difference_is_symmetric);
  g_test_add_func ("/carto/domain/of-nothing-is-still-a-domain",
                   test_domain_of_nothing_is_still_a_domain);
  g_test_add_func ("/carto/domain/uneven-heat-is-given-a-square-root",
                   test_uneven_heat_is_given_a_square_root);
  g_test_add_func ("/carto/domain/quantile-agrees-with-sorting", test_quantile_agrees_with_sorting);
  return g_test_run ();
}
