/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/power/zx-power.h"

#include "zx-test.h"

static const ZxPowerOptions defaults = ZX_POWER_OPTIONS_INIT;

static double
kvar_at (double kw, double power_factor)
{
  return kw * tan (acos (power_factor));
}

/* ---- room --------------------------------------------------------------------------------- */

static void
test_golden_630_kva (void)
{
  /* DOMAIN.md §4.4 and acceptance check 10. */
  double kvar = kvar_at (350, 0.95);
  g_assert_cmpfloat_with_epsilon (zx_power_load_rate (630, 350, kvar), 0.5848, 5e-5);
  g_assert_cmpfloat_with_epsilon (zx_power_room_kw (630, 350, kvar, 0.98, 0.8), 133.5, 0.1);
  g_assert_cmpfloat_with_epsilon (zx_power_room_kw (630, 350, kvar, 0.98, 1.0), 257.4, 0.1);
}

static void
test_room_fills_exactly_to_the_rate (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint i = 0; i < 2000; i++)
    {
      double rated = 30 + 2470 * zx_rng_uniform (&rng);
      double kw = rated * (2 * zx_rng_uniform (&rng) - 1),
             kvar = rated * (zx_rng_uniform (&rng) - 0.5);
      double factor = 0.5 + 0.5 * zx_rng_uniform (&rng), rate = 0.5 + zx_rng_uniform (&rng);
      double room = zx_power_room_kw (rated, kw, kvar, factor, rate);
      if (hypot (kw, kvar) >= rate * rated)
        g_assert_true (room == 0);
      else
        g_assert_cmpfloat_with_epsilon (
            zx_power_load_rate (rated, kw + room, kvar + kvar_at (room, factor)), rate, 1e-9);
    }
}

static void
test_room_of_nonsense_is_unknown (void)
{
  g_assert_true (isnan (zx_power_room_kw (0, 1, 1, 0.98, 0.8)));
  g_assert_true (isnan (zx_power_room_kw (NAN, 1, 1, 0.98, 0.8)));
  g_assert_true (isnan (zx_power_room_kw (100, NAN, 1, 0.98, 0.8)));
  g_assert_true (isnan (zx_power_room_kw (100, 1, 1, 0, 0.8)));
  g_assert_true (isnan (zx_power_load_rate (-5, 1, 1)));
}

/* ---- events ------------------------------------------------------------------------------- */

#define QUARTER_HOURS 96

static void
fill (float *series, gsize from, gsize n, double rate)
{
  for (gsize i = from; i < from + n; i++)
    series[i] = (float) rate;
}

static ZxLoadEvents
events_of (const float *series)
{
  return zx_power_load_events (series, QUARTER_HOURS, 0.25, &defaults);
}

static void
test_seven_points_are_no_event (void)
{
  float series[QUARTER_HOURS] = { 0 };
  fill (series, 40, 7, 0.85);
  ZxLoadEvents events = events_of (series);
  g_assert_cmpuint (events.n_heavy_events + events.n_over_events, ==, 0);
}

static void
test_eight_points_are_one_heavy_event (void)
{
  float series[QUARTER_HOURS] = { 0 };
  fill (series, 88, 8, 0.80); /* exactly at the bound, up to the end of the series */
  ZxLoadEvents events = events_of (series);
  g_assert_cmpuint (events.n_heavy_events, ==, 1);
  g_assert_cmpuint (events.n_over_events, ==, 0);
  g_assert_cmpfloat (events.heavy_hours, ==, 2);
}

static void
test_eight_points_above_are_one_over_event (void)
{
  float series[QUARTER_HOURS] = { 0 };
  fill (series, 0, 8, 1.02);
  ZxLoadEvents events = events_of (series);
  g_assert_cmpuint (events.n_heavy_events, ==, 0);
  g_assert_cmpuint (events.n_over_events, ==, 1);
  g_assert_cmpfloat (events.over_hours, ==, 2);
}

static void
test_a_gap_breaks_a_run (void)
{
  float series[QUARTER_HOURS] = { 0 };
  fill (series, 40, 12, 0.9);
  series[46] = NAN;
  g_assert_cmpuint (events_of (series).n_heavy_events, ==, 0);
}

static void
test_a_mixed_run_is_heavy (void)
{
  float series[QUARTER_HOURS] = { 0 };
  fill (series, 40, 12, 0.9);
  fill (series, 44, 4, 1.1);
  ZxLoadEvents events = events_of (series);
  g_assert_cmpuint (events.n_heavy_events, ==, 1);
  g_assert_cmpuint (events.n_over_events, ==, 0);
  fill (series, 44, 8, 1.1);
  events = events_of (series);
  g_assert_cmpuint (events.n_heavy_events, ==, 1);
  g_assert_cmpuint (events.n_over_events, ==, 1);
  g_assert_cmpfloat (events.over_hours, ==, 2);
}

/* Runs found point by point, in the words of DOMAIN.md. */
static ZxLoadEvents
naive_events (const float *series)
{
  ZxLoadEvents events = { 0 };
  for (guint i = 0; i < QUARTER_HOURS; i++)
    for (guint is_over = 0; is_over < 2; is_over++)
      {
        float bound = is_over ? 1.0f : 0.8f;
        if (!(series[i] >= bound) || (i > 0 && series[i - 1] >= bound))
          continue;
        guint length = 0;
        gboolean is_pure = TRUE;
        for (; i + length < QUARTER_HOURS && series[i + length] >= bound; length++)
          is_pure = is_pure && series[i + length] >= 1.0f;
        if (length < 8 || (is_pure && !is_over))
          continue;
        *(is_over ? &events.n_over_events : &events.n_heavy_events) += 1;
        *(is_over ? &events.over_hours : &events.heavy_hours) += length / 4.0;
      }
  return events;
}

static void
test_events_agree_with_a_naive_count (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  static const float levels[] = { 0.5f, 0.8f, 0.9f, 1.0f, 1.2f, NAN };
  for (guint trial = 0; trial < 2000; trial++)
    {
      float series[QUARTER_HOURS];
      for (guint i = 0, left = 0; i < QUARTER_HOURS; i++)
        {
          if (left == 0)
            left = 1 + zx_rng_below (&rng, 14);
          series[i] = i > 0 && left-- > 1 ? series[i - 1] : levels[zx_rng_below (&rng, 6)];
        }
      ZxLoadEvents a = events_of (series), b = naive_events (series);
      g_assert_cmpuint (a.n_heavy_events, ==, b.n_heavy_events);
      g_assert_cmpuint (a.n_over_events, ==, b.n_over_events);
      g_assert_cmpfloat (a.heavy_hours, ==, b.heavy_hours);
      g_assert_cmpfloat (a.over_hours, ==, b.over_hours);
    }
}

/* ---- tables ------------------------------------------------------------------------------- */

static void
test_voltage_drop_at_the_end_of_300_m (void)
{
  /* DOMAIN.md §4.4 and acceptance check 12: 0.206 + j0.08 Ω/km, 0.38 kV, pf 0.95. */
  double r = 0.206 * 0.3, x = 0.08 * 0.3;
  g_assert_cmpfloat_with_epsilon (
      zx_power_voltage_drop_percent (100, kvar_at (100, 0.95), r, x, 0.38), 4.83, 0.01);
  g_assert_cmpfloat_with_epsilon (
      zx_power_voltage_drop_percent (150, kvar_at (150, 0.95), r, x, 0.38), 7.24, 0.01);
  g_assert_true (isnan (zx_power_voltage_drop_percent (1, 1, 1, 1, 0)));
}

static void
test_coincidence_rows (void)
{
  g_assert_cmpfloat_with_epsilon (zx_power_coincidence (1, FALSE), 1.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (zx_power_coincidence (10, FALSE), 0.70, 1e-12);
  g_assert_cmpfloat_with_epsilon (zx_power_coincidence (35, FALSE), 0.3825, 1e-12);
  g_assert_cmpfloat_with_epsilon (zx_power_coincidence (5000, FALSE), 0.275, 1e-12);
  g_assert_cmpfloat_with_epsilon (zx_power_coincidence (4, TRUE), 0.9, 1e-12);
  g_assert_cmpfloat_with_epsilon (zx_power_coincidence (10, TRUE), 0.75, 1e-12);
  g_assert_cmpfloat_with_epsilon (zx_power_coincidence (40, TRUE), 0.6, 1e-12);
  g_assert_cmpfloat (zx_power_coincidence (0, TRUE), ==, 0);
}

static void
test_a_pile_more_never_needs_less (void)
{
  for (guint is_dc = 0; is_dc < 2; is_dc++)
    for (guint n = 0; n < 300; n++)
      {
        double now = n * zx_power_coincidence (n, is_dc);
        g_assert_cmpfloat ((n + 1) * zx_power_coincidence (n + 1, is_dc), >=, now - 1e-12);
      }
}

static void
test_transformer_sizes (void)
{
  /* DOMAIN.md §4.3: 10 × 120 kW, K 0.7, η 0.95, cosφ 0.98, to be loaded to 80 %. */
  double kva = 0.7 * 10 * 120 / (0.95 * 0.98);
  g_assert_cmpfloat_with_epsilon (kva, 902, 0.5);
  g_assert_cmpuint (zx_power_transformer_size_kva (kva / 0.8), ==, 1250);
  g_assert_cmpuint (zx_power_transformer_size_kva (630), ==, 630);
  g_assert_cmpuint (zx_power_transformer_size_kva (0), ==, 30);
  g_assert_cmpuint (zx_power_transformer_size_kva (2500.1), ==, 0);
  g_assert_cmpuint (zx_power_transformer_size_kva (NAN), ==, 0);
}

/* ---- headroom ----------------------------------------------------------------------------- */

/* Two feeders: "a" has a source, a head without a limit, then two ways of 500 and 700 kVA, the
 * latter with a 300 kVA spur; "b" has its limit at the head and no areas of its own. */
static ZxCity *
make_city (void)
{
  ZxCity *city = zx_city_new ();
  ZxTransformerAreas *areas = &city->transformers;
  ZxFeeders *feeders = &city->feeders;
  g_assert_true (zx_transformers_alloc (areas, 3, NULL));
  g_assert_true (zx_feeders_alloc (feeders, 2, 7, 6, NULL));
  for (guint i = 0; i < 3; i++)
    {
      areas->rated_kva[i] = 630;
      areas->x_m[i] = areas->y_m[i] = 0;
      areas->feeder[i] = i < 2 ? 0 : -1;
      for (guint hour = 0; hour < 24; hour++)
        areas->base_kw[i * 24 + hour] = 350;
    }
  static const gint32 feeder_of_node[] = { 0, 0, 0, 0, 0, 1, 1 };
  static const guint ends[][2] = { { 0, 1 }, { 1, 2 }, { 3, 1 }, { 3, 4 }, { 2, 4 }, { 5, 6 } };
  static const float limits[] = { NAN, 500, 700, 300, 100, 400 };
  for (guint node = 0; node < 7; node++)
    feeders->node_feeder[node] = feeder_of_node[node];
  feeders->node_is_source[0] = feeders->node_is_source[5] = TRUE;
  feeders->node_kw[6] = 200;
  feeders->node_kvar[6] = 50;
  for (guint b = 0; b < 6; b++)
    {
      feeders->branch_from[b] = ends[b][0];
      feeders->branch_to[b] = ends[b][1];
      feeders->branch_max_kva[b] = limits[b];
    }
  feeders->branch_is_open[4] = TRUE;
  return city;
}

static void
test_areas_by_hand (void)
{
  g_autoptr (ZxCity) city = make_city ();
  for (guint hour = 18; hour < 21; hour++)
    city->transformers.base_kw[24 + hour] = 520;
  city->transformers.base_kw[2 * 24 + 5] = NAN;
  g_autoptr (ZxHeadroom) room = zx_power_headroom (city, &defaults, NULL, NULL);
  g_assert_cmpfloat_with_epsilon (room->rate[0], 0.5848, 5e-5);
  g_assert_cmpfloat_with_epsilon (room->room_kw[0], 133.5, 0.1);
  g_assert_cmpfloat_with_epsilon (room->room100_kw[0], 257.4, 0.1);
  g_assert_cmpint (room->load_class[0], ==, ZX_LOAD_NORMAL);
  g_assert_cmpint (room->load_class[1], ==, ZX_LOAD_HEAVY);
  g_assert_cmpint (room->heavy_hours[1], ==, 3);
  g_assert_cmpint (room->least_room_hour[1], ==, 18);
  g_assert_cmpfloat (room->least_room_kw[1], ==, 0);
  g_assert_cmpint (room->load_class[2], ==, ZX_LOAD_UNKNOWN);
  g_assert_true (isnan (room->room_kw[2 * 24 + 5]));
  g_assert_cmpfloat_with_epsilon (room->least_room_kw[2], 133.5, 0.1);
}

static void
test_given_kvar_counts (void)
{
  g_autoptr (ZxCity) city = make_city ();
  city->transformers.base_kvar[0] = 0;
  g_autoptr (ZxHeadroom) room = zx_power_headroom (city, &defaults, NULL, NULL);
  g_assert_cmpfloat_with_epsilon (room->rate[0], 350.0 / 630, 1e-6);
}

static void
test_feeder_carries_its_areas (void)
{
  g_autoptr (ZxCity) city = make_city ();
  g_autoptr (ZxHeadroom) room = zx_power_headroom (city, &defaults, NULL, NULL);
  double kw = 700, kvar = kvar_at (700, 0.95);
  g_assert_cmpfloat_with_epsilon (room->feeder_rate[0], hypot (kw, kvar) / 1200, 1e-6);
  g_assert_cmpfloat_with_epsilon (room->feeder_room_kw[0],
                                  zx_power_room_kw (1200, kw, kvar, 0.98, 0.8), 1e-3);
}

static void
test_feeder_without_areas_carries_its_nodes (void)
{
  g_autoptr (ZxCity) city = make_city ();
  g_autoptr (ZxHeadroom) room = zx_power_headroom (city, &defaults, NULL, NULL);
  for (guint hour = 0; hour < 24; hour++)
    g_assert_cmpfloat_with_epsilon (room->feeder_rate[24 + hour], hypot (200, 50) / 400, 1e-6);
}

static void
test_a_hole_in_the_sum_is_unknown (void)
{
  g_autoptr (ZxCity) city = make_city ();
  city->transformers.base_kw[3] = NAN;
  city->feeders.branch_max_kva[5] = NAN;
  g_autoptr (ZxHeadroom) room = zx_power_headroom (city, &defaults, NULL, NULL);
  g_assert_true (isnan (room->feeder_room_kw[3]) && isnan (room->feeder_rate[3]));
  g_assert_false (isnan (room->feeder_room_kw[4]));
  g_assert_true (isnan (room->feeder_room_kw[24]));
}

static void
test_a_loop_and_no_source_do_no_harm (void)
{
  g_autoptr (ZxCity) city = make_city ();
  city->feeders.branch_is_open[4] = FALSE;
  city->feeders.branch_to[5] = 5;
  city->feeders.node_is_source[0] = FALSE;
  g_autoptr (ZxHeadroom) room = zx_power_headroom (city, &defaults, NULL, NULL);
  g_assert_true (isnan (room->feeder_rate[0]));
  g_assert_true (isnan (room->feeder_rate[24]));
}

static void
test_nothing_is_no_error (void)
{
  g_autoptr (ZxCity) city = zx_city_new ();
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_power_headroom (city, &defaults, NULL, &error));
  g_assert_no_error (error);
}

static void
test_cancelled (void)
{
  g_autoptr (ZxCity) city = make_city ();
  g_autoptr (GError) error = NULL;
  gint stop = 1;
  ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &stop);
  g_assert_null (zx_power_headroom (city, &defaults, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
}

static void
test_impossible_options_are_refused (void)
{
  g_autoptr (ZxCity) city = make_city ();
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GError) error = NULL;
      ZxPowerOptions options = ZX_POWER_OPTIONS_INIT;
      double *fields[] = { &options.heavy_rate, &options.plan_rate, &options.power_factor,
                           &options.base_power_factor };
      *fields[i] = i % 2 == 0 ? NAN : 7;
      g_assert_null (zx_power_headroom (city, &options, NULL, &error));
      g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/power/room/golden-630-kva", test_golden_630_kva);
  g_test_add_func ("/power/room/fills-exactly-to-the-rate", test_room_fills_exactly_to_the_rate);
  g_test_add_func ("/power/room/of-nonsense-is-unknown", test_room_of_nonsense_is_unknown);
  g_test_add_func ("/power/events/seven-points-are-none", test_seven_points_are_no_event);
  g_test_add_func ("/power/events/eight-points-are-one-heavy",
                   test_eight_points_are_one_heavy_event);
  g_test_add_func ("/power/events/eight-points-above-are-one-over",
                   test_eight_points_above_are_one_over_event);
  g_test_add_func ("/power/events/a-gap-breaks-a-run", test_a_gap_breaks_a_run);
  g_test_add_func ("/power/events/a-mixed-run-is-heavy", test_a_mixed_run_is_heavy);
  g_test_add_func ("/power/events/agree-with-a-naive-count", test_events_agree_with_a_naive_count);
  g_test_add_func ("/power/tables/voltage-drop-at-the-end-of-300-m",
                   test_voltage_drop_at_the_end_of_300_m);
  g_test_add_func ("/power/tables/coincidence-rows", test_coincidence_rows);
  g_test_add_func ("/power/tables/a-pile-more-never-needs-less", test_a_pile_more_never_needs_less);
  g_test_add_func ("/power/tables/transformer-sizes", test_transformer_sizes);
  g_test_add_func ("/power/headroom/areas-by-hand", test_areas_by_hand);
  g_test_add_func ("/power/headroom/given-kvar-counts", test_given_kvar_counts);
  g_test_add_func ("/power/headroom/feeder-carries-its-areas", test_feeder_carries_its_areas);
  g_test_add_func ("/power/headroom/feeder-without-areas-carries-its-nodes",
                   test_feeder_without_areas_carries_its_nodes);
  g_test_add_func ("/power/headroom/a-hole-in-the-sum-is-unknown",
                   test_a_hole_in_the_sum_is_unknown);
  g_test_add_func ("/power/headroom/a-loop-and-no-source-do-no-harm",
                   test_a_loop_and_no_source_do_no_harm);
  g_test_add_func ("/power/headroom/nothing-is-no-error", test_nothing_is_no_error);
  g_test_add_func ("/power/headroom/cancelled", test_cancelled);
  g_test_add_func ("/power/headroom/impossible-options-are-refused",
                   test_impossible_options_are_refused);
  return g_test_run ();
}
