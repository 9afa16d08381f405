/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/heat/zx-heat.h"

#include "zx-test.h"

/* ---- helpers ------------------------------------------------------------------------------ */

typedef struct
{
  gsize n;
  float *x, *y, *weight;
} Points;

static void
points_clear (Points *points)
{
  g_free (points->x);
  g_free (points->y);
  g_free (points->weight);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Points, points_clear)

/* Half of them in clusters, the other half anywhere in from … to. */
static Points
random_points (ZxRng *rng, gsize n, double from, double to)
{
  Points points
      = { n, g_new (float, MAX (n, 1)), g_new (float, MAX (n, 1)), g_new (float, MAX (n, 1)) };
  double centre_x = 0, centre_y = 0, width = to - from;
  for (gsize i = 0; i < n; i++)
    {
      if (i % 50 == 0)
        {
          centre_x = from + width * (0.2 + 0.6 * zx_rng_uniform (rng));
          centre_y = from + width * (0.2 + 0.6 * zx_rng_uniform (rng));
        }
      double x = centre_x + 0.02 * width * zx_rng_normal (rng);
      double y = centre_y + 0.02 * width * zx_rng_normal (rng);
      if (i % 2 != 0)
        {
          x = from + width * zx_rng_uniform (rng);
          y = from + width * zx_rng_uniform (rng);
        }
      points.x[i] = (float) CLAMP (x, from, to);
      points.y[i] = (float) CLAMP (y, from, to);
      points.weight[i] = (float) (0.5 + zx_rng_uniform (rng));
    }
  return points;
}

static ZxHeatOptions
square (guint side, double cell_m, double bandwidth_m)
{
  return (ZxHeatOptions){
    .cell_m = cell_m, .n_columns = side, .n_rows = side, .bandwidth_m = bandwidth_m
  };
}

static ZxField *
density (const Points *points, const ZxHeatOptions *options)
{
  g_autoptr (GError) error = NULL;
  ZxField *field = zx_heat_density (points->x, points->y, points->weight, points->n, 0, 0, 1, "u",
                                    options, NULL, NULL, &error);
  g_assert_no_error (error);
  return field;
}

static ZxField *
direct (const Points *points, const ZxHeatOptions *options)
{
  return zx_heat_density_direct (points->x, points->y, points->weight, points->n, 0, 0, 1, "u",
                                 options);
}

/* The largest difference over the largest value; NaN must meet NaN. */
static double
largest_error (const ZxField *ours, const ZxField *exact)
{
  double error = 0, peak = 0;
  for (gsize i = 0; i < (gsize) ours->n_columns * ours->n_rows; i++)
    {
      g_assert_cmpint (isnan (ours->value[i]) != 0, ==, isnan (exact->value[i]) != 0);
      if (isnan (ours->value[i]))
        continue;
      error = MAX (error, fabs ((double) ours->value[i] - exact->value[i]));
      peak = MAX (peak, exact->value[i]);
    }
  return error / peak;
}

static double
sum_weights (const Points *points)
{
  double sum = 0;
  for (gsize i = 0; i < points->n; i++)
    sum += points->weight[i];
  return sum;
}

/* ---- by hand ------------------------------------------------------------------------------ */

/* One point of weight 3 at the centre of a cell: the peak is w / (2 π h²) but for the cut. */
static void
test_one_point_gives_the_kernel (void)
{
  float x = 1050, y = 1050, weight = 3;
  ZxHeatOptions options = square (21, 100, 200);
  g_autoptr (ZxField) field
      = zx_heat_density (&x, &y, &weight, 1, 0, 0, 2, "u/km²", &options, NULL, NULL, NULL);
  double peak = 3.0 / 2 / (2 * G_PI * 0.2 * 0.2);
  g_assert_cmpfloat_with_epsilon (field->value[10 * 21 + 10], peak, 2e-4 * peak);
  g_assert_cmpfloat_with_epsilon (field->value[10 * 21 + 12], peak * exp (-0.5), 2e-4 * peak);
  g_assert_cmpfloat (field->value[0], ==, 0); /* beyond the cut */
  g_assert_cmpfloat_with_epsilon (zx_field_total (field), 1.5, 1e-6);
  g_assert_cmpstr (field->unit, ==, "u/km²");
}

static void
test_offsets_count_from_the_origin (void)
{
  float x = 50, y = 150;
  ZxHeatOptions options = square (10, 100, 60);
  options.min_x_m = 500000;
  options.min_y_m = 4000000;
  g_autoptr (ZxField) field
      = zx_heat_density (&x, &y, NULL, 1, 500300, 4000500, 1, "u", &options, NULL, NULL, NULL);
  gsize peak = 0;
  for (gsize i = 0; i < 100; i++)
    if (field->value[i] > field->value[peak])
      peak = i;
  g_assert_cmpuint (peak, ==, 6 * 10 + 3);
}

static void
test_points_that_do_not_count_are_counted (void)
{
  const float x[] = { 50, -1, 1001, NAN, 50, 50, 1000 }, y[] = { 50, 50, 50, 50, INFINITY, 50, 50 };
  const float weight[] = { 1, 1, 1, 1, 1, NAN, 1 };
  ZxHeatOptions options = square (10, 100, 100);
  gsize n_outside = 0;
  g_autoptr (ZxField) field
      = zx_heat_density (x, y, weight, 7, 0, 0, 1, "u", &options, &n_outside, NULL, NULL);
  g_assert_nonnull (field);
  g_assert_cmpuint (n_outside, ==, 6);
}

static void
test_no_points_give_zeros (void)
{
  ZxHeatOptions options = square (10, 100, 100);
  g_autoptr (ZxField) field
      = zx_heat_density (NULL, NULL, NULL, 0, 0, 0, 1, "u", &options, NULL, NULL, NULL);
  for (guint i = 0; i < 100; i++)
    g_assert_cmpfloat (field->value[i], ==, 0);
  options.correct_edges = TRUE;
  g_autoptr (ZxField) corrected
      = zx_heat_density (NULL, NULL, NULL, 0, 0, 0, 1, "u", &options, NULL, NULL, NULL);
  for (guint i = 0; i < 100; i++)
    g_assert_cmpfloat (corrected->value[i], ==, 0);
}

/* ---- against the direct sum ---------------------------------------------------------------- */

/* Enough points for the blur, at the hardest: all of them at one place within a cell, so that
 * nothing averages out. */
static void
test_one_place_is_within_the_promised_error_anywhere_in_its_cell (void)
{
  static const double sigmas[] = { 2, 3, 5, 8, 11, 15.9, 16, 23, 40 };
  const gsize n = 60000;
  Points points = { n, g_new (float, n), g_new (float, n), g_new (float, n) };
  Points one = { 1, g_new (float, 1), g_new (float, 1), g_new (float, 1) };
  for (guint s = 0; s < G_N_ELEMENTS (sigmas); s++)
    for (guint offset = 0; offset < 5; offset++)
      {
        guint side = (guint) (8 * sigmas[s]) + 12;
        ZxHeatOptions options = square (side, 10, sigmas[s] * 10);
        one.x[0] = side * 5 + 2.3f * (float) offset;
        one.y[0] = side * 5 + 1.1f * (float) offset;
        one.weight[0] = n;
        for (gsize i = 0; i < n; i++)
          {
            points.x[i] = one.x[0];
            points.y[i] = one.y[0];
            points.weight[i] = 1;
          }
        g_autoptr (ZxField) ours = density (&points, &options);
        g_autoptr (ZxField) exact = direct (&one, &options);
        double error = largest_error (ours, exact);
        g_test_message ("%g cells: %.5f of the peak", sigmas[s], error);
        g_assert_cmpfloat (error, <, 2e-3);
      }
  points_clear (&points);
  points_clear (&one);
}

static void
test_random_points_equal_the_direct_sum (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  static const double sigmas[] = { 0.7, 1, 1.7, 2.4, 4, 9, 17, 33 };
  for (guint s = 0; s < G_N_ELEMENTS (sigmas); s++)
    for (guint few = 0; few < 2; few++)
      {
        g_auto (Points) points = random_points (&rng, few ? 30 : 4000, 0, 640);
        ZxHeatOptions options = square (64, 10, 10 * sigmas[s]);
        g_autoptr (ZxField) ours = density (&points, &options);
        g_autoptr (ZxField) exact = direct (&points, &options);
        double error = largest_error (ours, exact);
        g_test_message ("%g cells, %zu points: %.6f of the peak", sigmas[s], points.n, error);
        g_assert_cmpfloat (error, <, 2e-4);
      }
}

static void
fill_disc (guint8 *mask, guint side)
{
  for (guint i = 0; i < side * side; i++)
    {
      double x = i % side + 0.5 - side / 2.0, y = i / side + 0.5 - side / 2.0;
      mask[i] = hypot (x, 1.3 * y) < 0.45 * side;
    }
}

static void
test_corrected_edges_equal_the_direct_sum (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  static const double sigmas[] = { 1, 3, 8, 18 };
  const guint side = 40;
  g_autofree guint8 *disc = g_new (guint8, side * side);
  fill_disc (disc, side);
  for (guint s = 0; s < G_N_ELEMENTS (sigmas); s++)
    for (guint masked = 0; masked < 2; masked++)
      {
        g_auto (Points) points = random_points (&rng, 3000, 0, 400);
        ZxHeatOptions options = square (side, 10, 10 * sigmas[s]);
        options.correct_edges = TRUE;
        options.mask = masked ? disc : NULL;
        g_autoptr (ZxField) ours = density (&points, &options);
        g_autoptr (ZxField) exact = direct (&points, &options);
        g_assert_cmpfloat (largest_error (ours, exact), <, 2e-3);
      }
}

/* ---- mass --------------------------------------------------------------------------------- */

static void
test_mass_is_kept_away_from_the_border (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  static const double sigmas[] = { 0.1, 0.7, 1.5, 3, 8, 19, 50 };
  for (guint s = 0; s < G_N_ELEMENTS (sigmas); s++)
    for (gsize n = 1; n <= 100000; n *= 316)
      {
        double margin = 10 * (4 * sigmas[s] + 2);
        guint side = 60 + (guint) (2 * margin / 10);
        g_auto (Points) points = random_points (&rng, n, margin, 10 * side - margin);
        ZxHeatOptions options = square (side, 10, 10 * sigmas[s]);
        g_autoptr (ZxField) field = density (&points, &options);
        double weight = sum_weights (&points);
        g_assert_cmpfloat (fabs (zx_field_total (field) / weight - 1), <, 1e-6);
      }
}

static void
test_mass_is_kept_inside_a_mask_when_edges_are_corrected (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  const guint side = 150;
  g_autofree guint8 *disc = g_new (guint8, side * side);
  fill_disc (disc, side);
  for (gsize n = 10; n <= 100000; n *= 100)
    {
      g_auto (Points) points = random_points (&rng, n, 0, 1500);
      ZxHeatOptions options = square (side, 10, 90);
      options.correct_edges = TRUE;
      options.mask = disc;
      gsize n_outside = 0, n_beyond = 0;
      g_autoptr (ZxField) field = zx_heat_density (points.x, points.y, points.weight, n, 0, 0, 7,
                                                   "u", &options, &n_outside, NULL, NULL);
      double weight = 0;
      for (gsize i = 0; i < n; i++)
        {
          guint column = (guint) (points.x[i] / 10), row = (guint) (points.y[i] / 10);
          if (column < side && row < side && disc[row * side + column])
            weight += points.weight[i];
          else
            n_beyond++;
        }
      g_assert_cmpuint (n_outside, ==, n_beyond);
      g_assert_cmpfloat (fabs (zx_field_total (field) * 7 / weight - 1), <, 1e-6);
      for (guint i = 0; i < side * side; i++)
        g_assert_cmpint (isnan (field->value[i]) != 0, ==, disc[i] == 0);
    }
}

/* ---- edges -------------------------------------------------------------------------------- */

/* A regular lattice of points is as uniform as can be. */
static void
test_uniform_points_give_a_flat_field_up_to_the_edge (void)
{
  const guint side = 100, per_cell = 3;
  const gsize n = (gsize) side * side * per_cell * per_cell;
  g_auto (Points) points = { n, g_new (float, n), g_new (float, n), g_new (float, n) };
  for (gsize i = 0; i < n; i++)
    {
      points.x[i] = (float) ((i % (side * per_cell) + 0.5) * 10 / per_cell);
      points.y[i] = (float) ((i / (side * per_cell) + 0.5) * 10 / per_cell);
      points.weight[i] = 1;
    }
  g_autofree guint8 *disc = g_new (guint8, side * side);
  fill_disc (disc, side);
  static const double bandwidths[] = { 15, 40, 100, 200, 330 };
  for (guint b = 0; b < G_N_ELEMENTS (bandwidths); b++)
    for (guint masked = 0; masked < 2; masked++)
      {
        ZxHeatOptions options = square (side, 10, bandwidths[b]);
        options.correct_edges = TRUE;
        options.mask = masked ? disc : NULL;
        g_autoptr (ZxField) field = density (&points, &options);
        double min, max;
        zx_field_range (field, &min, &max);
        g_test_message ("bandwidth %g m: %g … %g", bandwidths[b], min, max);
        g_assert_cmpfloat (max / min - 1, <, 1.5e-3);
        g_assert_cmpfloat_with_epsilon (min, 9e4, 100);
      }
}

static void
test_without_correction_the_edge_is_a_sink (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  g_auto (Points) points = { 100000, g_new (float, 100000), g_new (float, 100000), NULL };
  for (gsize i = 0; i < points.n; i++)
    {
      points.x[i] = (float) (1000 * zx_rng_uniform (&rng));
      points.y[i] = (float) (1000 * zx_rng_uniform (&rng));
    }
  ZxHeatOptions options = square (100, 10, 100);
  g_autoptr (ZxField) field = density (&points, &options);
  g_assert_cmpfloat (field->value[50 * 100] / field->value[50 * 100 + 50], <, 0.6);
}

/* ---- what must be refused, cancelled and repeated ------------------------------------------ */

static void
test_options_out_of_bounds_are_refused (void)
{
  float x = 1;
  for (guint i = 0; i < 8; i++)
    {
      ZxHeatOptions options = square (10, 100, 100);
      double per = 1;
      options.bandwidth_m = i == 0 ? 0 : i == 1 ? NAN : i == 2 ? INFINITY : 100;
      options.cell_m = i == 3 ? -1 : 100;
      options.n_columns = i == 4 ? 0 : i == 5 ? G_MAXUINT : 10;
      per = i == 6 ? 0 : i == 7 ? NAN : 1;
      g_autoptr (GError) error = NULL;
      g_assert_null (
          zx_heat_density (&x, &x, NULL, 1, 0, 0, per, "u", &options, NULL, NULL, &error));
      g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
    }
}

static void
test_strange_shapes_and_numbers_do_no_harm (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  static const double bandwidths[] = { 1e-9, 3, 50, 1e4, 1e12 };
  static const guint sides[][2] = { { 1, 1 }, { 1, 700 }, { 700, 1 }, { 3, 50 }, { 20000, 2 } };
  g_auto (Points) points = random_points (&rng, 20000, -500, 9000);
  for (guint i = 0; i < 200; i++)
    {
      points.x[i] = (i % 2 ? 1 : -1) * powf (10, (float) (i % 39));
      points.weight[i] = i % 7 == 0 ? INFINITY : -1;
    }
  for (guint b = 0; b < G_N_ELEMENTS (bandwidths); b++)
    for (guint s = 0; s < G_N_ELEMENTS (sides); s++)
      {
        ZxHeatOptions options = { .cell_m = 10,
                                  .n_columns = sides[s][0],
                                  .n_rows = sides[s][1],
                                  .bandwidth_m = bandwidths[b],
                                  .correct_edges = b % 2 };
        g_autoptr (ZxField) field = density (&points, &options);
        for (gsize i = 0; i < (gsize) field->n_columns * field->n_rows; i++)
          g_assert_true (isfinite (field->value[i]));
      }
}

static void
test_any_number_of_threads_gives_the_same_bytes (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  static const double sigmas[] = { 1, 6, 20 };
  g_auto (Points) points = random_points (&rng, 300000, 0, 5000);
  for (guint s = 0; s < G_N_ELEMENTS (sigmas); s++)
    {
      ZxHeatOptions options = square (500, 10, 10 * sigmas[s]);
      options.correct_edges = TRUE;
      zx_parallel_set_threads (1);
      g_autoptr (ZxField) alone = density (&points, &options);
      zx_parallel_set_threads (4);
      g_autoptr (ZxField) together = density (&points, &options);
      zx_parallel_set_threads (0);
      gsize n = 500 * 500 * sizeof (float);
      g_assert_cmpmem (alone->value, n, together->value, n);
    }
}

static void
test_density_can_be_cancelled (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  g_auto (Points) points = random_points (&rng, 1000, 0, 1000);
  ZxHeatOptions options = square (100, 10, 50);
  const gint stop = 1;
  ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &stop);
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_heat_density (points.x, points.y, NULL, points.n, 0, 0, 1, "u", &options, NULL,
                                  &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
}

static gboolean
stop_after (double fraction, const char *what, gpointer data)
{
  return fraction < *(double *) data;
}

static void
test_density_can_be_cancelled_anywhere (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  g_auto (Points) points = random_points (&rng, 200000, 0, 1000);
  ZxHeatOptions options = square (100, 10, 170);
  options.correct_edges = TRUE;
  for (double limit = 0; limit < 1; limit += 0.1)
    {
      ZxProgress progress = ZX_PROGRESS_INIT (stop_after, &limit, NULL);
      g_autoptr (GError) error = NULL;
      g_assert_null (zx_heat_density (points.x, points.y, NULL, points.n, 0, 0, 1, "u", &options,
                                      NULL, &progress, &error));
      g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
    }
}

/* ---- Scott's rule ------------------------------------------------------------------------- */

static void
test_scott_by_hand (void)
{
  /* Variances 4 and 1 (of the points, not of a sample): spread √2.5, four points. */
  const float x[] = { -2, 2, -2, 2, NAN }, y[] = { -1, -1, 1, 1, 0 };
  double expected = sqrt (2.5) * pow (4, -1.0 / 6);
  g_assert_cmpfloat_with_epsilon (zx_heat_bandwidth_scott (x, y, NULL, 5), expected, 1e-9);
  const float twice[] = { 2, 2, 2, 2, 2 };
  g_assert_cmpfloat_with_epsilon (zx_heat_bandwidth_scott (x, y, twice, 5), expected, 1e-9);
  g_assert_true (isnan (zx_heat_bandwidth_scott (x, y, NULL, 1)));
  g_assert_true (isnan (zx_heat_bandwidth_scott (NULL, NULL, NULL, 0)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/heat/density/one-point-gives-the-kernel", test_one_point_gives_the_kernel);
  g_test_add_func ("/heat/density/offsets-count-from-the-origin",
                   test_offsets_count_from_the_origin);
  g_test_add_func ("/heat/density/points-that-do-not-count-are-counted",
                   test_points_that_do_not_count_are_counted);
  g_test_add_func ("/heat/density/no-points-give-zeros", test_no_points_give_zeros);
  g_test_add_func ("/heat/density/one-place-is-within-the-promised-error-anywhere-in-its-cell",
                   test_one_place_is_within_the_promised_error_anywhere_in_its_cell);
  g_test_add_func ("/heat/density/random-points-equal-the-direct-sum",
                   test_random_points_equal_the_direct_sum);
  g_test_add_func ("/heat/density/corrected-edges-equal-the-direct-sum",
                   test_corrected_edges_equal_the_direct_sum);
  g_test_add_func ("/heat/density/mass-is-kept-away-from-the-border",
                   test_mass_is_kept_away_from_the_border);
  g_test_add_func ("/heat/density/mass-is-kept-inside-a-mask-when-edges-are-corrected",
                   test_mass_is_kept_inside_a_mask_when_edges_are_corrected);
  g_test_add_func ("/heat/density/uniform-points-give-a-flat-field-up-to-the-edge",
                   test_uniform_points_give_a_flat_field_up_to_the_edge);
  g_test_add_func ("/heat/density/without-correction-the-edge-is-a-sink",
                   test_without_correction_the_edge_is_a_sink);
  g_test_add_func ("/heat/density/options-out-of-bounds-are-refused",
                   test_options_out_of_bounds_are_refused);
  g_test_add_func ("/heat/density/strange-shapes-and-numbers-do-no-harm",
                   test_strange_shapes_and_numbers_do_no_harm);
  g_test_add_func ("/heat/density/any-number-of-threads-gives-the-same-bytes",
                   test_any_number_of_threads_gives_the_same_bytes);
  g_test_add_func ("/heat/density/density-can-be-cancelled", test_density_can_be_cancelled);
  g_test_add_func ("/heat/density/density-can-be-cancelled-anywhere",
                   test_density_can_be_cancelled_anywhere);
  g_test_add_func ("/heat/scott/by-hand", test_scott_by_hand);
  return g_test_run ();
}
