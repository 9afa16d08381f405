/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "roads-for-tests.h"

#include "zx-test.h"

#define NONE G_MAXUINT32

static ZxRoadGraph *
make_graph (const ZxCity *city, double junction_s)
{
  ZxSpeedTable speeds;
  g_autoptr (GError) error = NULL;
  test_speeds (&speeds);
  speeds.junction_s = (float) junction_s;
  ZxRoadGraph *graph = zx_travel_graph_new (&city->roads, NULL, &speeds, NULL, NULL, &error);
  g_assert_no_error (error);
  return graph;
}

static ZxCity *
make_line (int one_way)
{
  TestRoads roads;
  test_roads_init (&roads);
  test_roads_add (&roads, (const double[][2]){ { 0, 0 }, { 500, 0 }, { 1000, 0 } }, 3, one_way);
  test_roads_add (&roads, (const double[][2]){ { 1000, 0 }, { 1000, 1000 }, { 0, 1000 }, { 0, 0 } },
                  4, 0);
  test_roads_add (&roads, (const double[][2]){ { 0, 0 }, { -100, 0 } }, 2, 0);
  test_roads_add (&roads, (const double[][2]){ { 1000, 0 }, { 1100, 0 } }, 2, 0);
  return test_roads_finish (&roads);
}

/* ---- snapping ----------------------------------------------------------------------------- */

static void
test_a_place_knows_both_ends (void)
{
  g_autoptr (ZxCity) city = make_line (0);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, 0);
  ZxSnap snap = test_snap (graph, 300, 40);
  gboolean is_a_west = graph->x_m[snap.node_a] == 0;
  g_assert_cmpfloat_with_epsilon (snap.distance_m, 40, 1e-3);
  g_assert_cmpuint (snap.road, ==, 0);
  g_assert_cmpuint (is_a_west ? snap.from_a_ds : snap.from_b_ds, ==, 300);
  g_assert_cmpuint (is_a_west ? snap.to_a_ds : snap.to_b_ds, ==, 300);
  g_assert_cmpuint (is_a_west ? snap.from_b_ds : snap.from_a_ds, ==, 700);
  g_assert_cmpuint (is_a_west ? snap.to_b_ds : snap.to_a_ds, ==, 700);
}

static void
test_a_place_on_a_one_way_street_is_entered_one_way (void)
{
  g_autoptr (ZxCity) city = make_line (-1); /* driven from east to west */
  g_autoptr (ZxRoadGraph) graph = make_graph (city, 0);
  ZxSnap snap = test_snap (graph, 300, -40);
  g_assert_cmpfloat (graph->x_m[snap.node_a], ==, 1000);
  g_assert_cmpuint (snap.from_a_ds, ==, 700);
  g_assert_cmpuint (snap.to_b_ds, ==, 300);
  g_assert_cmpuint (snap.from_b_ds, ==, NONE);
  g_assert_cmpuint (snap.to_a_ds, ==, NONE);
}

static void
test_nothing_within_reach_is_said (void)
{
  g_autoptr (ZxCity) city = make_line (0);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, 0);
  const double x[] = { 300, 300, NAN, 1e12 }, y[] = { 99, 101, 0, 0 };
  ZxSnap snaps[4];
  g_assert_true (zx_travel_snap (graph, x, y, 4, 100, snaps, NULL, NULL));
  g_assert_cmpuint (snaps[0].node_a, !=, NONE);
  for (guint i = 1; i < 4; i++)
    {
      g_assert_cmpuint (snaps[i].node_a, ==, NONE);
      g_assert_cmpuint (snaps[i].chain, ==, NONE);
    }
  g_autoptr (ZxTravelRows) rows
      = zx_travel_rows (graph, snaps, 4, snaps, 4, 600, FALSE, NULL, NULL);
  g_assert_cmpuint (rows->first[4], ==, 1);
  g_autoptr (GError) error = NULL;
  g_assert_false (zx_travel_snap (graph, x, y, 4, NAN, snaps, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
}

static double
naive_distance (const ZxRoads *roads, double x, double y)
{
  const ZxGeometry *lines = &roads->lines;
  double best = INFINITY;
  for (gsize row = 0; row < roads->n; row++)
    for (gsize k = lines->point_first[row]; k + 1 < lines->point_first[row + 1]; k++)
      {
        double ax = lines->x[k], ay = lines->y[k];
        double dx = lines->x[k + 1] - ax, dy = lines->y[k + 1] - ay, length = dx * dx + dy * dy;
        double t = length > 0 ? ((x - ax) * dx + (y - ay) * dy) / length : 0;
        t = CLAMP (t, 0, 1);
        best = MIN (best, hypot (ax + t * dx - x, ay + t * dy - y));
      }
  return best;
}

static void
test_the_nearest_road_is_the_nearest (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint i = 0; i < 10; i++)
    {
      /* Long and short lines in all directions, all joined at one node so that none is dropped. */
      TestRoads roads;
      test_roads_init (&roads);
      for (guint k = 0; k < 60; k++)
        {
          double reach = k % 7 == 0 ? 20000 : 300, from_x = 0, from_y = 0;
          double xy[5][2] = { { 0, 0 } };
          for (guint p = 1; p < 5; p++)
            {
              from_x += reach * (zx_rng_uniform (&rng) - 0.5);
              from_y += (k % 5 == 0 ? 1e-3 : 1) * reach * (zx_rng_uniform (&rng) - 0.5);
              xy[p][0] = from_x;
              xy[p][1] = from_y;
            }
          test_roads_add (&roads, (const double (*)[2]) xy, 5, 0);
        }
      g_autoptr (ZxCity) city = test_roads_finish (&roads);
      g_autoptr (ZxRoadGraph) graph = make_graph (city, 0);
      for (guint k = 0; k < 400; k++)
        {
          double spread = k % 3 == 0 ? 60000 : 600;
          double x = spread * (zx_rng_uniform (&rng) - 0.5);
          double y = spread * (zx_rng_uniform (&rng) - 0.5);
          ZxSnap snap = test_snap (graph, x, y);
          g_assert_cmpfloat_with_epsilon (snap.distance_m, naive_distance (&city->roads, x, y),
                                          0.01);
        }
    }
}

/* ---- rows --------------------------------------------------------------------------------- */

static void
test_places_of_one_street_reach_each_other_directly (void)
{
  g_autoptr (ZxCity) city = make_line (0);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, 0);
  ZxSnap places[2] = { test_snap (graph, 300, 0), test_snap (graph, 700, 0) };
  g_autoptr (ZxTravelRows) rows
      = zx_travel_rows (graph, places, 2, places, 2, 1000, FALSE, NULL, NULL);
  g_assert_cmpuint (test_time_in_row (rows, 0, 0), ==, 0);
  g_assert_cmpuint (test_time_in_row (rows, 0, 1), ==, 400);
  g_assert_cmpuint (test_time_in_row (rows, 1, 0), ==, 400);
}

static void
test_against_a_one_way_street_means_round_the_block (void)
{
  g_autoptr (ZxCity) city = make_line (1);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, 0);
  ZxSnap places[2] = { test_snap (graph, 300, 0), test_snap (graph, 700, 0) };
  g_autoptr (ZxTravelRows) rows
      = zx_travel_rows (graph, places, 2, places, 2, 1000, FALSE, NULL, NULL);
  g_autoptr (ZxTravelRows) reverse
      = zx_travel_rows (graph, places, 2, places, 2, 1000, TRUE, NULL, NULL);
  g_assert_cmpuint (test_time_in_row (rows, 0, 1), ==, 400);
  g_assert_cmpuint (test_time_in_row (rows, 1, 0), ==, 300 + 3000 + 300);
  g_assert_cmpuint (test_time_in_row (reverse, 0, 1), ==, 300 + 3000 + 300);
  g_assert_cmpuint (test_time_in_row (reverse, 1, 0), ==, 400);
}

static void
test_the_way_to_the_road_counts (void)
{
  g_autoptr (ZxCity) city = make_line (0);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, 0);
  ZxSnap source = test_snap (graph, 500, 0);
  ZxSnap targets[2] = { test_snap (graph, 500, -100), test_snap (graph, 500, -400) };
  g_autoptr (ZxTravelRows) rows
      = zx_travel_rows (graph, &source, 1, targets, 2, 1000, FALSE, NULL, NULL);
  g_assert_cmpuint (test_time_in_row (rows, 0, 0), ==, 720); /* 100 m at 5 km/h */
  g_assert_cmpuint (test_time_in_row (rows, 0, 1), ==,
                    2160 + 100); /* 300 m of it, 100 m at 36 km/h */
}

static void
test_the_limit_is_inclusive (void)
{
  g_autoptr (ZxCity) city = make_line (0);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, 0);
  ZxSnap places[2] = { test_snap (graph, 300, 0), test_snap (graph, 700, 0) };
  g_autoptr (ZxTravelRows) just
      = zx_travel_rows (graph, places, 1, places + 1, 1, 40, FALSE, NULL, NULL);
  g_autoptr (ZxTravelRows) less
      = zx_travel_rows (graph, places, 1, places + 1, 1, 39.9, FALSE, NULL, NULL);
  g_assert_cmpuint (just->first[1], ==, 1);
  g_assert_cmpuint (less->first[1], ==, 0);
}

static void
test_limits_that_are_no_time_are_refused (void)
{
  g_autoptr (ZxCity) city = make_line (0);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, 0);
  ZxSnap place = test_snap (graph, 300, 0);
  const double limits[] = { 0, -1, NAN };
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (zx_travel_rows (graph, &place, 1, &place, 1, limits[i], FALSE, NULL, &error));
      g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
    }
  g_autoptr (ZxTravelRows) rows
      = zx_travel_rows (graph, &place, 1, &place, 1, INFINITY, FALSE, NULL, NULL);
  g_assert_cmpuint (rows->first[1], ==, 1);
}

static void
test_rows_equal_the_naive_times (void)
{
  guint64 seed = zx_test_seed ();
  for (guint i = 0; i < 40; i++)
    {
      ZxRng rng = zx_rng_new (seed + 1000 + i);
      double junction_s = i % 3, places[TEST_PLACES][2];
      ZxSnap snaps[TEST_PLACES];
      gboolean is_reverse = i % 2 != 0;
      g_autoptr (ZxCity) city = test_random_city (3 + i % 4, seed + i);
      g_autoptr (ZxRoadGraph) graph = make_graph (city, junction_s);
      guint n = test_choose_places (city, graph, &rng, places, snaps);
      g_autoptr (NaiveGraph) naive
          = naive_graph_new (&city->roads, junction_s, (const double (*)[2]) places, n);
      guint32 limit_ds = i % 4 == 0 ? 100000 : 200 + zx_rng_below (&rng, 600);
      g_autoptr (ZxTravelRows) rows
          = zx_travel_rows (graph, snaps, n, snaps, n, limit_ds / 10.0, is_reverse, NULL, NULL);
      for (guint from = 0; from < n; from++)
        {
          g_autofree guint32 *ds
              = naive_times (naive, naive_vertex (naive, places[from][0], places[from][1]));
          for (guint to = 0; to < n; to++)
            {
              guint32 expected = ds[naive_vertex (naive, places[to][0], places[to][1])];
              if (expected > limit_ds)
                expected = NONE;
              guint32 ours = is_reverse ? test_time_in_row (rows, to, from)
                                        : test_time_in_row (rows, from, to);
              g_assert_cmpuint (ours, ==, expected);
            }
        }
    }
}

/* Thousands of targets go by the nodes, a handful one by one: the same times. */
static void
test_many_targets_and_few_give_the_same (void)
{
  guint64 seed = zx_test_seed ();
  ZxRng rng = zx_rng_new (seed);
  g_autoptr (ZxCity) city = test_random_city (15, seed);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, 1);
  const gsize n = 5000;
  g_autofree double *x = g_new (double, n), *y = g_new (double, n);
  for (gsize i = 0; i < n; i++)
    {
      x[i] = 1500 * zx_rng_uniform (&rng);
      y[i] = 1500 * zx_rng_uniform (&rng);
    }
  g_autofree ZxSnap *snaps = g_new (ZxSnap, n);
  g_assert_true (zx_travel_snap (graph, x, y, n, 100, snaps, NULL, NULL));
  g_autoptr (ZxTravelRows) many
      = zx_travel_rows (graph, snaps, 20, snaps, n, 60, FALSE, NULL, NULL);
  guint n_found = 0;
  for (gsize t = 0; t < n; t += 7)
    {
      g_autoptr (ZxTravelRows) one
          = zx_travel_rows (graph, snaps, 20, snaps + t, 1, 60, FALSE, NULL, NULL);
      for (guint row = 0; row < 20; row++)
        {
          g_assert_cmpuint (test_time_in_row (one, row, 0), ==,
                            test_time_in_row (many, row, (guint32) t));
          n_found += test_time_in_row (one, row, 0) != NONE;
        }
    }
  g_assert_cmpuint (n_found, >, 100);
  for (guint row = 0; row < 20; row++)
    for (gsize k = many->first[row] + 1; k < many->first[row + 1]; k++)
      g_assert_cmpuint (many->target[k - 1], <, many->target[k]);
}

static void
test_bounded_rows_are_the_full_ones_cut (void)
{
  guint64 seed = zx_test_seed ();
  ZxRng rng = zx_rng_new (seed);
  g_autoptr (ZxCity) city = test_random_city (12, seed);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, 1);
  double places[TEST_PLACES][2];
  ZxSnap snaps[TEST_PLACES];
  guint n = test_choose_places (city, graph, &rng, places, snaps);
  g_autoptr (ZxTravelRows) full
      = zx_travel_rows (graph, snaps, n, snaps, n, INFINITY, FALSE, NULL, NULL);
  for (guint limit = 5; limit < 200; limit += 5)
    {
      g_autoptr (ZxTravelRows) cut
          = zx_travel_rows (graph, snaps, n, snaps, n, limit, FALSE, NULL, NULL);
      for (guint row = 0; row < n; row++)
        for (guint32 t = 0; t < n; t++)
          {
            guint32 whole = test_time_in_row (full, row, t);
            g_assert_cmpuint (test_time_in_row (cut, row, t), ==,
                              whole <= 10 * limit ? whole : NONE);
          }
    }
}

static void
test_any_number_of_threads_gives_the_same_bytes (void)
{
  guint64 seed = zx_test_seed ();
  ZxRng rng = zx_rng_new (seed);
  g_autoptr (ZxCity) city = test_random_city (25, seed);
  const gsize n = 600;
  g_autofree double *x = g_new (double, n), *y = g_new (double, n);
  for (gsize i = 0; i < n; i++)
    {
      x[i] = 2500 * zx_rng_uniform (&rng);
      y[i] = 2500 * zx_rng_uniform (&rng);
    }
  ZxTravelRows *rows[2];
  ZxSnap *snaps[2];
  for (guint i = 0; i < 2; i++)
    {
      zx_parallel_set_threads (i == 0 ? 1 : 4);
      g_autoptr (ZxRoadGraph) graph = make_graph (city, 2);
      snaps[i] = g_new0 (ZxSnap, n);
      g_assert_true (zx_travel_snap (graph, x, y, n, 500, snaps[i], NULL, NULL));
      rows[i] = zx_travel_rows (graph, snaps[i], n, snaps[i], n, 90, i == 7, NULL, NULL);
    }
  zx_parallel_set_threads (0);
  g_assert_cmpmem (snaps[0], n * sizeof (ZxSnap), snaps[1], n * sizeof (ZxSnap));
  gsize n_entries = rows[0]->first[n];
  g_assert_cmpmem (rows[0]->first, (n + 1) * sizeof (gsize), rows[1]->first,
                   (n + 1) * sizeof (gsize));
  g_assert_cmpmem (rows[0]->target, n_entries * 4, rows[1]->target, n_entries * 4);
  g_assert_cmpmem (rows[0]->seconds, n_entries * 4, rows[1]->seconds, n_entries * 4);
  for (guint i = 0; i < 2; i++)
    {
      zx_travel_rows_free (rows[i]);
      g_free (snaps[i]);
    }
}

static void
test_rows_can_be_cancelled (void)
{
  g_autoptr (ZxCity) city = make_line (0);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, 0);
  ZxSnap place = test_snap (graph, 300, 0);
  const gint stop = 1;
  ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &stop);
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_travel_rows (graph, &place, 1, &place, 1, 10, FALSE, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
}

static void
test_transposing_twice_changes_nothing (void)
{
  guint64 seed = zx_test_seed ();
  ZxRng rng = zx_rng_new (seed);
  g_autoptr (ZxCity) city = test_random_city (12, seed);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, 1);
  double places[TEST_PLACES][2];
  ZxSnap snaps[TEST_PLACES];
  guint n = test_choose_places (city, graph, &rng, places, snaps);
  g_autoptr (ZxTravelRows) rows = zx_travel_rows (graph, snaps, 5, snaps, n, 60, FALSE, NULL, NULL);
  g_autoptr (ZxTravelRows) columns = zx_travel_rows_transpose (rows, n, NULL);
  g_autoptr (ZxTravelRows) back = zx_travel_rows_transpose (columns, 5, NULL);
  g_assert_cmpuint (columns->n_rows, ==, n);
  g_assert_cmpmem (rows->first, 6 * sizeof (gsize), back->first, 6 * sizeof (gsize));
  g_assert_cmpmem (rows->target, rows->first[5] * 4, back->target, back->first[5] * 4);
  g_assert_cmpmem (rows->seconds, rows->first[5] * 4, back->seconds, back->first[5] * 4);
}

/* ---- straight lines ----------------------------------------------------------------------- */

static void
test_straight_rows_are_distance_by_speed (void)
{
  ZxSpeedTable speeds;
  test_speeds (&speeds);
  speeds.straight_detour = 1.5f;
  const double x[] = { 0, NAN }, y[] = { 0, 0 };
  const double target_x[] = { 1000, 300, NAN, 0, 4000 }, target_y[] = { 0, 400, 0, 0, 0 };
  g_autoptr (ZxTravelRows) rows
      = zx_travel_rows_straight (x, y, 2, target_x, target_y, 5, 300, &speeds, NULL, NULL, NULL);
  g_assert_cmpuint (rows->n_rows, ==, 2);
  g_assert_cmpuint (rows->first[1], ==, 3);
  g_assert_cmpuint (rows->first[2], ==, 3);
  g_assert_cmpuint (test_time_in_row (rows, 0, 0), ==, 1500);
  g_assert_cmpuint (test_time_in_row (rows, 0, 1), ==, 750);
  g_assert_cmpuint (test_time_in_row (rows, 0, 3), ==, 0);
}

static void
test_straight_rows_equal_all_pairs (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  ZxSpeedTable speeds;
  test_speeds (&speeds);
  const gsize n = 300;
  double x[300], y[300];
  for (gsize i = 0; i < n; i++)
    {
      x[i] = 5000 * zx_rng_uniform (&rng);
      y[i] = 5000 * zx_rng_uniform (&rng);
    }
  g_autoptr (ZxTravelRows) rows
      = zx_travel_rows_straight (x, y, n, x, y, n, 100, &speeds, NULL, NULL, NULL);
  double pace = speeds.straight_detour / 10;
  for (guint row = 0; row < n; row++)
    {
      gsize k = rows->first[row];
      for (guint32 t = 0; t < n; t++)
        if (hypot (x[row] - x[t], y[row] - y[t]) * pace <= 100)
          {
            g_assert_cmpuint (rows->target[k], ==, t);
            g_assert_cmpfloat_with_epsilon (rows->seconds[k++],
                                            hypot (x[row] - x[t], y[row] - y[t]) * pace, 1e-4);
          }
      g_assert_cmpuint (k, ==, rows->first[row + 1]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/travel/snap/a-place-knows-both-ends", test_a_place_knows_both_ends);
  g_test_add_func ("/travel/snap/a-place-on-a-one-way-street-is-entered-one-way",
                   test_a_place_on_a_one_way_street_is_entered_one_way);
  g_test_add_func ("/travel/snap/nothing-within-reach-is-said", test_nothing_within_reach_is_said);
  g_test_add_func ("/travel/snap/the-nearest-road-is-the-nearest",
                   test_the_nearest_road_is_the_nearest);
  g_test_add_func ("/travel/rows/places-of-one-street-reach-each-other-directly",
                   test_places_of_one_street_reach_each_other_directly);
  g_test_add_func ("/travel/rows/against-a-one-way-street-means-round-the-block",
                   test_against_a_one_way_street_means_round_the_block);
  g_test_add_func ("/travel/rows/the-way-to-the-road-counts", test_the_way_to_the_road_counts);
  g_test_add_func ("/travel/rows/the-limit-is-inclusive", test_the_limit_is_inclusive);
  g_test_add_func ("/travel/rows/limits-that-are-no-time-are-refused",
                   test_limits_that_are_no_time_are_refused);
  g_test_add_func ("/travel/rows/rows-equal-the-naive-times", test_rows_equal_the_naive_times);
  g_test_add_func ("/travel/rows/many-targets-and-few-give-the-same",
                   test_many_targets_and_few_give_the_same);
  g_test_add_func ("/travel/rows/bounded-rows-are-the-full-ones-cut",
                   test_bounded_rows_are_the_full_ones_cut);
  g_test_add_func ("/travel/rows/any-number-of-threads-gives-the-same-bytes",
                   test_any_number_of_threads_gives_the_same_bytes);
  g_test_add_func ("/travel/rows/rows-can-be-cancelled", test_rows_can_be_cancelled);
  g_test_add_func ("/travel/rows/transposing-twice-changes-nothing",
                   test_transposing_twice_changes_nothing);
  g_test_add_func ("/travel/straight/rows-are-distance-by-speed",
                   test_straight_rows_are_distance_by_speed);
  g_test_add_func ("/travel/straight/rows-equal-all-pairs", test_straight_rows_equal_all_pairs);
  return g_test_run ();
}
