/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "roads-for-tests.h"

#include "zx-test.h"

/* 1 m = 1 ds as everywhere here; straight on 1 s, right 3 s, left 7 s, back 20 s. */
static void
turn_speeds (ZxSpeedTable *speeds)
{
  test_speeds (speeds);
  speeds->junction_s = 50; /* must not count beside turn costs */
  speeds->has_turn_costs = 1;
  speeds->straight_s = 1;
  speeds->right_s = 3;
  speeds->left_s = 7;
  speeds->signal_s = 4;
  speeds->u_turn_s = 20;
  speeds->may_u_turn = 1;
}

static ZxRoadGraph *
make_graph (const ZxCity *city, const ZxSpeedTable *speeds)
{
  g_autoptr (GError) error = NULL;
  ZxRoadGraph *graph = zx_travel_graph_new (&city->roads, NULL, speeds, NULL, NULL, &error);
  g_assert_no_error (error);
  return graph;
}

static ZxSnap
snap_on (const ZxRoadGraph *graph, const double *xy)
{
  return test_snap (graph, xy[0], xy[1]);
}

static guint32
time_between (const ZxRoadGraph *graph, const double *from, const double *to)
{
  ZxSnap places[2] = { snap_on (graph, from), snap_on (graph, to) };
  g_autoptr (ZxTravelRows) rows
      = zx_travel_rows (graph, &places[0], 1, &places[1], 1, 10000, FALSE, NULL, NULL);
  g_autoptr (ZxTravelRows) reverse
      = zx_travel_rows (graph, &places[1], 1, &places[0], 1, 10000, TRUE, NULL, NULL);
  g_assert_cmpuint (test_time_in_row (rows, 0, 0), ==, test_time_in_row (reverse, 0, 0));
  return test_time_in_row (rows, 0, 0);
}

/* ---- by hand ------------------------------------------------------------------------------ */

/* Four roads of 1 km from one crossing, the first towards @turned radians from the east, then
 * counter-clockwise.  @end: where they end. */
static ZxCity *
make_crossing (double turned, ZxRoadClass road_class, double end[4][2])
{
  TestRoads roads;
  test_roads_init (&roads);
  for (guint arm = 0; arm < 4; arm++)
    {
      double angle = turned + arm * G_PI / 2;
      end[arm][0] = 1000 * cos (angle);
      end[arm][1] = 1000 * sin (angle);
      double xy[2][2] = { { 0, 0 }, { end[arm][0], end[arm][1] } };
      test_roads_add_class (&roads, (const double (*)[2]) xy, 2, 0, road_class);
    }
  return test_roads_finish (&roads);
}

/* At any angle of the whole crossing, for places that stand on nodes and within roads. */
static void
test_each_turn_has_its_price (void)
{
  ZxSpeedTable speeds;
  turn_speeds (&speeds);
  for (guint i = 0; i < 12; i++)
    {
      double end[4][2];
      g_autoptr (ZxCity) city = make_crossing (0.1 + i * G_PI / 6, ZX_ROAD_RESIDENTIAL, end);
      g_autoptr (ZxRoadGraph) graph = make_graph (city, &speeds);
      for (guint arm = 0; arm < 4; arm++)
        {
          const double half[2] = { end[arm][0] / 2, end[arm][1] / 2 };
          const double *left = end[(arm + 3) % 4], *ahead = end[(arm + 2) % 4];
          const double *right = end[(arm + 1) % 4];
          g_assert_cmpuint (time_between (graph, end[arm], ahead), ==, 2000 + 10);
          g_assert_cmpuint (time_between (graph, end[arm], right), ==, 2000 + 30);
          g_assert_cmpuint (time_between (graph, end[arm], left), ==, 2000 + 70);
          g_assert_cmpuint (time_between (graph, half, right), ==, 1500 + 30);
          g_assert_cmpuint (time_between (graph, left, half), ==, 1500 + 30);
        }
    }
}

static void
test_a_crossing_of_main_roads_has_signals (void)
{
  ZxSpeedTable speeds;
  double end[4][2];
  turn_speeds (&speeds);
  g_autoptr (ZxCity) city = make_crossing (0, ZX_ROAD_SECONDARY, end);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, &speeds);
  g_assert_cmpuint (time_between (graph, end[0], end[2]), ==, 2000 + 10 + 40);
  g_assert_cmpuint (time_between (graph, end[0], end[1]), ==, 2000 + 30 + 40);
}

static void
test_a_driveway_delays_nobody (void)
{
  ZxSpeedTable speeds;
  TestRoads roads;
  turn_speeds (&speeds);
  test_roads_init (&roads);
  test_roads_add (&roads, (const double[][2]){ { 0, 0 }, { 500, 0 }, { 1000, 0 } }, 3, 0);
  test_roads_add_class (&roads, (const double[][2]){ { 500, 0 }, { 500, 200 } }, 2, 0,
                        ZX_ROAD_SERVICE);
  g_autoptr (ZxCity) city = test_roads_finish (&roads);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, &speeds);
  g_assert_cmpuint (time_between (graph, (const double[]){ 0, 0 }, (const double[]){ 1000, 0 }), ==,
                    1000);
  g_assert_cmpuint (time_between (graph, (const double[]){ 0, 0 }, (const double[]){ 500, 200 }),
                    ==, 700);
}

/* From the south into the west is a dear turn to the left: into the dead end in the north, back and
 * to the right is quicker, whether or not turning back is allowed elsewhere. */
static void
test_a_dead_end_can_always_be_left (void)
{
  ZxSpeedTable speeds;
  turn_speeds (&speeds);
  speeds.left_s = 200;
  for (guint may = 0; may < 2; may++)
    {
      TestRoads roads;
      speeds.may_u_turn = (float) may;
      test_roads_init (&roads);
      test_roads_add (&roads, (const double[][2]){ { 0, -1000 }, { 0, 0 }, { 0, 100 } }, 3, 0);
      test_roads_add (&roads, (const double[][2]){ { -1000, 0 }, { 0, 0 }, { 1000, 0 } }, 3, 0);
      g_autoptr (ZxCity) city = test_roads_finish (&roads);
      g_autoptr (ZxRoadGraph) graph = make_graph (city, &speeds);
      g_assert_cmpuint (
          time_between (graph, (const double[]){ 0, -1000 }, (const double[]){ -1000, 0 }), ==,
          1000 + 10 + 100 + 200 + 100 + 30 + 1000);
    }
}

/* A one-way street meets the middle of a road: its drivers go on to either side, and those of the
 * road have no other way than on or, at its ends, back. */
static void
test_where_one_may_not_turn_back_one_goes_round (void)
{
  ZxSpeedTable speeds;
  TestRoads roads;
  const double from[2] = { 100, 0 }, to[2] = { 50, 0 };
  turn_speeds (&speeds);
  test_roads_init (&roads);
  test_roads_add (&roads, (const double[][2]){ { 0, 0 }, { 200, 0 } }, 2, 1);
  test_roads_add (&roads, (const double[][2]){ { 200, 0 }, { 200, 300 } }, 2, 0);
  test_roads_add (&roads, (const double[][2]){ { 200, 300 }, { 0, 300 }, { 0, 0 } }, 3, 0);
  test_roads_add (&roads, (const double[][2]){ { 200, 300 }, { 500, 300 } }, 2, 0);
  g_autoptr (ZxCity) city = test_roads_finish (&roads);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, &speeds);
  /* North, left (7 s) at the only crossing, south to where the one-way street begins, along it. */
  g_assert_cmpuint (time_between (graph, from, to), ==, 100 + 300 + 70 + 200 + 300 + 50);
}

/* 700 m lie in 90 s straight on, less to the left. */
static void
test_the_service_area_counts_turns (void)
{
  ZxSpeedTable speeds;
  double end[4][2];
  const double limit = 90, place[2] = { -200, 0 };
  ZxGeometry area = { 0 };
  turn_speeds (&speeds);
  speeds.left_s = 40;
  g_autoptr (ZxCity) city = make_crossing (0, ZX_ROAD_RESIDENTIAL, end);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, &speeds);
  ZxSnap source = snap_on (graph, place);
  g_assert_true (zx_travel_service_area (graph, &source, FALSE, &limit, 1, 10, &area, NULL, NULL));
  g_assert_true (zx_geometry_contains (&area, 0, 680, 0));
  g_assert_false (zx_geometry_contains (&area, 0, 710, 0));
  g_assert_true (zx_geometry_contains (&area, 0, 0, 290)); /* left */
  g_assert_false (zx_geometry_contains (&area, 0, 0, 330));
  g_assert_true (zx_geometry_contains (&area, 0, 0, -660)); /* right */
  g_assert_false (zx_geometry_contains (&area, 0, 0, -700));
  zx_geometry_clear (&area);
  /* To the place it is those from the south who turn left. */
  g_assert_true (zx_travel_service_area (graph, &source, TRUE, &limit, 1, 10, &area, NULL, NULL));
  g_assert_true (zx_geometry_contains (&area, 0, 680, 0));
  g_assert_true (zx_geometry_contains (&area, 0, 0, -290));
  g_assert_false (zx_geometry_contains (&area, 0, 0, -330));
  g_assert_true (zx_geometry_contains (&area, 0, 0, 660));
  g_assert_false (zx_geometry_contains (&area, 0, 0, 700));
  zx_geometry_clear (&area);
}

/* ---- against the naive way ---------------------------------------------------------------- */

typedef struct
{
  guint n_arms, n_in, n_out, n_major, n_main, n_ways_on;
} Corner;

/* Reached from @base, and @base from it, along the edges. */
static gboolean *
naive_part (const NaiveGraph *self, guint base)
{
  gboolean *is_in = g_new (gboolean, self->n);
  for (guint i = 0; i < self->n; i++)
    is_in[i] = TRUE;
  for (guint pass = 0; pass < 2; pass++)
    {
      g_autofree gboolean *is_met = g_new0 (gboolean, self->n);
      is_met[base] = TRUE;
      for (gboolean has_changed = TRUE; has_changed;)
        {
          has_changed = FALSE;
          for (guint e = 0; e < self->n_edges; e++)
            {
              guint from = pass == 0 ? self->from[e] : self->to[e];
              guint to = pass == 0 ? self->to[e] : self->from[e];
              if (is_met[from] && !is_met[to])
                has_changed = is_met[to] = TRUE;
            }
        }
      for (guint i = 0; i < self->n; i++)
        is_in[i] = is_in[i] && is_met[i];
    }
  return is_in;
}

static Corner *
naive_corners (const NaiveGraph *self, const ZxRoads *roads, const gboolean *is_in)
{
  Corner *corner = g_new0 (Corner, self->n);
  for (guint e = 0; e < self->n_edges; e++)
    {
      gboolean has_other = FALSE;
      for (guint f = 0; f < self->n_edges; f++)
        has_other |= self->from[f] == self->to[e] && self->to[f] == self->from[e];
      corner[self->from[e]].n_out++;
      corner[self->to[e]].n_in++;
      corner[self->from[e]].n_arms++;
      corner[self->to[e]].n_arms += !has_other; /* else its own edge counts it */
      corner[self->from[e]].n_ways_on += is_in[self->from[e]] && is_in[self->to[e]];
    }
  const ZxGeometry *lines = &roads->lines;
  for (gsize row = 0; row < roads->n; row++)
    for (gsize k = lines->point_first[row]; k + 1 < lines->point_first[row + 1]; k++)
      {
        guint ends[2] = { naive_vertex (self, lines->x[k], lines->y[k]),
                          naive_vertex (self, lines->x[k + 1], lines->y[k + 1]) };
        for (guint i = 0; i < 2 && ends[0] != ends[1]; i++)
          {
            corner[ends[i]].n_major += roads->road_class[row] != ZX_ROAD_SERVICE;
            corner[ends[i]].n_main += roads->road_class[row] <= ZX_ROAD_SECONDARY;
          }
      }
  return corner;
}

/* Seconds from edge @e into @f, which begins where it ends; INFINITY: not allowed. */
static double
naive_turn (const NaiveGraph *self, const Corner *corner, const ZxSpeedTable *speeds, guint e,
            guint f)
{
  guint u = self->from[e], v = self->to[e], w = self->to[f];
  const Corner *here = &corner[v];
  gboolean is_node = here->n_arms != 2 || here->n_in != here->n_out;
  if (u == w)
    return is_node && (speeds->may_u_turn > 0 || here->n_ways_on == 1) ? speeds->u_turn_s
                                                                       : INFINITY;
  if (here->n_major < 3)
    return 0;
  double cross = (self->x[v] - self->x[u]) * (self->y[w] - self->y[v])
                 - (self->y[v] - self->y[u]) * (self->x[w] - self->x[v]);
  double seconds = cross > 1e-6    ? speeds->left_s
                   : cross < -1e-6 ? speeds->right_s
                                   : speeds->straight_s;
  return seconds + (here->n_main >= 3 ? speeds->signal_s : 0);
}

/* Bellman and Ford over edges. */
static guint32 *
naive_turn_times (const NaiveGraph *self, const Corner *corner, const gboolean *is_in,
                  const ZxSpeedTable *speeds, guint source)
{
  g_autofree double *start = g_new (double, self->n_edges);
  guint32 *ds = g_new (guint32, self->n);
  for (guint e = 0; e < self->n_edges; e++)
    start[e] = self->from[e] == source ? 0 : INFINITY;
  for (gboolean has_changed = TRUE; has_changed;)
    {
      has_changed = FALSE;
      for (guint e = 0; e < self->n_edges; e++)
        for (guint f = 0; f < self->n_edges && isfinite (start[e]); f++)
          if (self->from[f] == self->to[e] && is_in[self->to[f]] && is_in[self->from[f]])
            {
              double at = start[e] + self->ds[e] + 10 * naive_turn (self, corner, speeds, e, f);
              if (at < start[f])
                {
                  start[f] = at;
                  has_changed = TRUE;
                }
            }
    }
  for (guint i = 0; i < self->n; i++)
    ds[i] = i == source ? 0 : G_MAXUINT32;
  for (guint e = 0; e < self->n_edges; e++)
    if (isfinite (start[e]))
      ds[self->to[e]] = MIN (ds[self->to[e]], (guint32) floor (start[e] + self->ds[e] + 0.5));
  return ds;
}

/* @slowness: ds for a metre. */
static void
compare_with_naive (guint64 seed, guint side, guint slowness, gboolean is_reverse)
{
  ZxRng rng = zx_rng_new (seed + 1000);
  ZxSpeedTable speeds;
  double places[TEST_PLACES][2];
  ZxSnap snaps[TEST_PLACES];
  turn_speeds (&speeds);
  speeds.left_s = zx_rng_below (&rng, 30);
  speeds.right_s = zx_rng_below (&rng, 10);
  speeds.u_turn_s = zx_rng_below (&rng, 60);
  speeds.may_u_turn = (float) zx_rng_below (&rng, 2);
  for (guint i = 0; i < ZX_N_ROAD_CLASSES; i++)
    speeds.kmh[i] = 36.0f / slowness;
  g_autoptr (ZxCity) city = test_random_city (side, seed);
  for (gsize row = 0; row < city->roads.n; row++)
    if (zx_rng_below (&rng, 2) != 0)
      city->roads.road_class[row] = ZX_ROAD_SECONDARY;
  g_autoptr (ZxRoadGraph) graph = make_graph (city, &speeds);
  guint n = test_choose_places (city, graph, &rng, places, snaps);
  g_autoptr (NaiveGraph) naive = naive_graph_new (&city->roads, 0, (const double (*)[2]) places, n);
  for (guint e = 0; e < naive->n_edges; e++)
    naive->ds[e] *= slowness;
  g_autofree gboolean *is_in
      = naive_part (naive, naive_vertex (naive, graph->x_m[0], graph->y_m[0]));
  g_autofree Corner *corner = naive_corners (naive, &city->roads, is_in);
  guint32 limit_ds
      = zx_rng_below (&rng, 3) == 0 ? 100000000 : slowness * (200 + zx_rng_below (&rng, 900));
  g_autoptr (ZxTravelRows) rows
      = zx_travel_rows (graph, snaps, n, snaps, n, limit_ds / 10.0, is_reverse, NULL, NULL);
  for (guint from = 0; from < n; from++)
    {
      guint source = naive_vertex (naive, places[from][0], places[from][1]);
      g_autofree guint32 *ds = naive_turn_times (naive, corner, is_in, &speeds, source);
      for (guint to = 0; to < n; to++)
        {
          guint32 expected = ds[naive_vertex (naive, places[to][0], places[to][1])];
          guint32 ours
              = is_reverse ? test_time_in_row (rows, to, from) : test_time_in_row (rows, from, to);
          g_assert_cmpuint (ours, ==, expected > limit_ds ? G_MAXUINT32 : expected);
        }
    }
}

static void
test_rows_equal_the_naive_times (void)
{
  guint64 seed = zx_test_seed ();
  for (guint i = 0; i < 30; i++)
    compare_with_naive (seed + i, 4 + i % 2, 1, i % 2 != 0);
}

/* Arcs longer than there are buckets go by the heap. */
static void
test_rows_of_long_roads_equal_the_naive_times (void)
{
  guint64 seed = zx_test_seed ();
  for (guint i = 0; i < 10; i++)
    compare_with_naive (seed + 100 + i, 4, 1000, i % 2 != 0);
}

/* With nothing to pay and back allowed for nothing the times are those of nodes. */
static void
test_turns_for_nothing_change_nothing (void)
{
  guint64 seed = zx_test_seed ();
  ZxSpeedTable speeds, free_turns;
  test_speeds (&speeds);
  turn_speeds (&free_turns);
  free_turns.straight_s = free_turns.right_s = free_turns.left_s = free_turns.signal_s = 0;
  free_turns.u_turn_s = 0;
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (ZxCity) city = test_random_city (12, seed + i);
      g_autoptr (ZxRoadGraph) plain = make_graph (city, &speeds);
      g_autoptr (ZxRoadGraph) graph = make_graph (city, &free_turns);
      g_autofree guint32 *expected = g_new (guint32, plain->n_nodes);
      g_autofree guint32 *ds = g_new (guint32, graph->n_nodes);
      g_assert_cmpuint (graph->n_nodes, ==, plain->n_nodes);
      g_assert_true (zx_travel_one_to_all (plain, plain->n_nodes / 2, expected, NULL));
      g_assert_true (zx_travel_one_to_all (graph, plain->n_nodes / 2, ds, NULL));
      g_assert_cmpmem (ds, graph->n_nodes * sizeof *ds, expected, plain->n_nodes * sizeof *ds);
    }
}

static void
test_threads_and_many_targets_change_nothing (void)
{
  guint64 seed = zx_test_seed ();
  ZxRng rng = zx_rng_new (seed);
  ZxSpeedTable speeds;
  const gsize n = 3000;
  turn_speeds (&speeds);
  g_autoptr (ZxCity) city = test_random_city (15, seed);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, &speeds);
  g_autofree double *x = g_new (double, n), *y = g_new (double, n);
  g_autofree ZxSnap *snaps = g_new (ZxSnap, n);
  for (gsize i = 0; i < n; i++)
    {
      x[i] = 1500 * zx_rng_uniform (&rng);
      y[i] = 1500 * zx_rng_uniform (&rng);
    }
  g_assert_true (zx_travel_snap (graph, x, y, n, 100, snaps, NULL, NULL));
  zx_parallel_set_threads (1);
  g_autoptr (ZxTravelRows) one = zx_travel_rows (graph, snaps, 100, snaps, n, 60, TRUE, NULL, NULL);
  zx_parallel_set_threads (2);
  g_autoptr (ZxTravelRows) two = zx_travel_rows (graph, snaps, 100, snaps, n, 60, TRUE, NULL, NULL);
  zx_parallel_set_threads (0);
  g_assert_cmpmem (one->first, 101 * sizeof (gsize), two->first, 101 * sizeof (gsize));
  g_assert_cmpmem (one->target, one->first[100] * sizeof (guint32), two->target,
                   two->first[100] * sizeof (guint32));
  g_assert_cmpmem (one->seconds, one->first[100] * sizeof (float), two->seconds,
                   two->first[100] * sizeof (float));
  for (gsize t = 0; t < n; t += 37)
    {
      g_autoptr (ZxTravelRows) few
          = zx_travel_rows (graph, snaps, 20, snaps + t, 1, 60, TRUE, NULL, NULL);
      for (guint row = 0; row < 20; row++)
        g_assert_cmpuint (test_time_in_row (few, row, 0), ==,
                          test_time_in_row (one, row, (guint32) t));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/travel/turns/each-turn-has-its-price", test_each_turn_has_its_price);
  g_test_add_func ("/travel/turns/a-crossing-of-main-roads-has-signals",
                   test_a_crossing_of_main_roads_has_signals);
  g_test_add_func ("/travel/turns/a-driveway-delays-nobody", test_a_driveway_delays_nobody);
  g_test_add_func ("/travel/turns/a-dead-end-can-always-be-left",
                   test_a_dead_end_can_always_be_left);
  g_test_add_func ("/travel/turns/where-one-may-not-turn-back-one-goes-round",
                   test_where_one_may_not_turn_back_one_goes_round);
  g_test_add_func ("/travel/turns/the-service-area-counts-turns",
                   test_the_service_area_counts_turns);
  g_test_add_func ("/travel/turns/rows-equal-the-naive-times", test_rows_equal_the_naive_times);
  g_test_add_func ("/travel/turns/rows-of-long-roads-equal-the-naive-times",
                   test_rows_of_long_roads_equal_the_naive_times);
  g_test_add_func ("/travel/turns/turns-for-nothing-change-nothing",
                   test_turns_for_nothing_change_nothing);
  g_test_add_func ("/travel/turns/threads-and-many-targets-change-nothing",
                   test_threads_and_many_targets_change_nothing);
  return g_test_run ();
}
