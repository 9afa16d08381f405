/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "roads-for-tests.h"

#include "zx-test.h"

static ZxRoadGraph *
make_graph (const ZxCity *city, double junction_s, ZxFindings *findings)
{
  ZxSpeedTable speeds;
  g_autoptr (GError) error = NULL;
  test_speeds (&speeds);
  speeds.junction_s = (float) junction_s;
  ZxRoadGraph *graph = zx_travel_graph_new (&city->roads, NULL, &speeds, findings, NULL, &error);
  g_assert_no_error (error);
  return graph;
}

static const ZxFinding *
find_finding (const ZxFindings *findings, const char *rule)
{
  for (guint i = 0; i < findings->rows->len; i++)
    {
      const ZxFinding *finding = &g_array_index (findings->rows, ZxFinding, i);
      if (strcmp (finding->rule, rule) == 0)
        return finding;
    }
  return NULL;
}

/* ---- by hand ------------------------------------------------------------------------------ */

/*      d
 *      |          a - b - c, d on b: b is a junction in the middle of the first line.
 *  a---b---c */
static ZxCity *
make_fork (void)
{
  TestRoads roads;
  test_roads_init (&roads);
  test_roads_add (&roads, (const double[][2]){ { 0, 0 }, { 100, 0 }, { 300, 0 } }, 3, 0);
  test_roads_add (&roads, (const double[][2]){ { 100, 0 }, { 100, 50 }, { 100, 80 } }, 3, 0);
  return test_roads_finish (&roads);
}

static void
test_lines_join_at_inner_vertices (void)
{
  g_autoptr (ZxCity) city = make_fork ();
  g_autoptr (ZxRoadGraph) graph = make_graph (city, 0, NULL);
  g_assert_cmpuint (graph->n_nodes, ==, 4);
  g_assert_cmpuint (graph->n_arcs, ==, 6);
  g_assert_cmpuint (graph->n_source_nodes, ==, 5);
  g_assert_cmpuint (graph->n_parts, ==, 1);
  guint32 a = test_node_at (graph, 0, 0), d = test_node_at (graph, 100, 80);
  g_assert_cmpuint (test_time (graph, a, d), ==, 180);
  g_assert_cmpfloat_with_epsilon (graph->total_km, 0.38, 1e-6);
  g_assert_true (graph->reverse_arc == graph->arc);
}

static void
test_a_crossing_delays_who_passes_it (void)
{
  g_autoptr (ZxCity) city = make_fork ();
  g_autoptr (ZxRoadGraph) graph = make_graph (city, 4, NULL);
  guint32 a = test_node_at (graph, 0, 0), d = test_node_at (graph, 100, 80);
  g_assert_cmpuint (test_time (graph, a, d), ==, 180 + 40);
  g_assert_cmpuint (test_time (graph, d, a), ==, 180 + 40);
}

static void
test_a_driveway_makes_no_crossing (void)
{
  TestRoads roads;
  test_roads_init (&roads);
  test_roads_add (&roads, (const double[][2]){ { 0, 0 }, { 100, 0 }, { 300, 0 } }, 3, 0);
  test_roads_add_class (&roads, (const double[][2]){ { 100, 0 }, { 100, 50 } }, 2, 0,
                        ZX_ROAD_SERVICE);
  g_autoptr (ZxCity) city = test_roads_finish (&roads);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, 4, NULL);
  guint32 a = test_node_at (graph, 0, 0), c = test_node_at (graph, 300, 0);
  g_assert_cmpuint (test_time (graph, a, c), ==, 300);
}

/* A square: three sides two-way, the fourth one-way. */
static void
test_one_way_streets_are_driven_one_way (void)
{
  for (int one_way = -1; one_way <= 1; one_way += 2)
    {
      TestRoads roads;
      test_roads_init (&roads);
      test_roads_add (&roads, (const double[][2]){ { 0, 0 }, { 40, 0 }, { 100, 0 } }, 3, one_way);
      test_roads_add (&roads, (const double[][2]){ { 100, 0 }, { 100, 100 }, { 0, 100 }, { 0, 0 } },
                      4, 0);
      test_roads_add (&roads, (const double[][2]){ { 0, 0 }, { -10, 0 } }, 2, 0);
      test_roads_add (&roads, (const double[][2]){ { 100, 0 }, { 110, 0 } }, 2, 0);
      g_autoptr (ZxCity) city = test_roads_finish (&roads);
      g_autoptr (ZxRoadGraph) graph = make_graph (city, 0, NULL);
      guint32 a = test_node_at (graph, 0, 0), b = test_node_at (graph, 100, 0);
      g_assert_cmpuint (test_time (graph, a, b), ==, one_way > 0 ? 100 : 300);
      g_assert_cmpuint (test_time (graph, b, a), ==, one_way > 0 ? 300 : 100);
      g_assert_true (graph->reverse_arc != graph->arc);
      g_assert_cmpuint (graph->n_nodes, ==, 4);
    }
}

static void
test_a_ring_without_a_junction_is_a_part (void)
{
  TestRoads roads;
  test_roads_init (&roads);
  test_roads_add (&roads,
                  (const double[][2]){ { 0, 0 }, { 100, 0 }, { 100, 100 }, { 0, 100 }, { 0, 0 } },
                  5, 1);
  g_autoptr (ZxCity) city = test_roads_finish (&roads);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, 0, NULL);
  g_assert_cmpuint (graph->n_nodes, ==, 1);
  g_assert_cmpuint (graph->n_arcs, ==, 0);
  g_assert_cmpuint (graph->n_chains, ==, 1);
  ZxSnap here = test_snap (graph, 50, -1), there = test_snap (graph, 50, 101);
  g_assert_cmpfloat_with_epsilon (here.distance_m, 1, 1e-5);
  g_autoptr (ZxTravelRows) rows
      = zx_travel_rows (graph, &here, 1, &there, 1, 1000, FALSE, NULL, NULL);
  g_assert_cmpuint (rows->first[1], ==, 1);
  g_assert_cmpfloat_with_epsilon (rows->seconds[0], 20 + 2 * 0.7, 1e-5);
  g_autoptr (ZxTravelRows) back
      = zx_travel_rows (graph, &there, 1, &here, 1, 1000, FALSE, NULL, NULL);
  g_assert_cmpfloat_with_epsilon (back->seconds[0], 20 + 2 * 0.7, 1e-5);
}

/* A square of 10 km, clockwise from (0, 0) to the west, with a vertex every 100 m. */
static void
make_long_ring (double (*ring)[2])
{
  for (guint i = 0; i <= 400; i++)
    {
      guint side = i / 100 % 4, along = i % 100;
      ring[i][0] = -100.0 * (side == 0 ? along : side == 1 ? 100 : side == 2 ? 100 - along : 0);
      ring[i][1] = 100.0 * (side == 0 ? 0 : side == 1 ? along : side == 2 ? 100 : 100 - along);
    }
}

/* A ring and a road of an hour, drawn with a vertex every 100 m. */
static void
test_long_roads_are_cut_into_short_arcs (void)
{
  TestRoads roads;
  test_roads_init (&roads);
  double road[361][2], ring[401][2];
  for (guint i = 0; i <= 360; i++)
    {
      road[i][0] = 100.0 * i;
      road[i][1] = 0;
    }
  make_long_ring (ring);
  test_roads_add (&roads, (const double (*)[2]) road, 361, 0);
  test_roads_add (&roads, (const double (*)[2]) ring, 401, 1);
  g_autoptr (ZxCity) city = test_roads_finish (&roads);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, 4, NULL);
  g_assert_cmpuint (graph->max_ds, <=, 2100 + 2 * 20);
  guint32 end = test_node_at (graph, 36000, 0), meeting = test_node_at (graph, 0, 0);
  g_assert_cmpuint (test_time (graph, meeting, end), ==, 36000 + 20);
  ZxSnap here = test_snap (graph, -5000, 0), there = test_snap (graph, -5000, 10000);
  g_autoptr (ZxTravelRows) rows
      = zx_travel_rows (graph, &here, 1, &there, 1, 1e5, FALSE, NULL, NULL);
  g_assert_cmpfloat_with_epsilon (rows->seconds[0], 2000, 1e-3);
  g_autoptr (ZxTravelRows) back
      = zx_travel_rows (graph, &there, 1, &here, 1, 1e5, FALSE, NULL, NULL);
  g_assert_cmpfloat_with_epsilon (back->seconds[0], 2000 + 4, 1e-3);
}

static void
test_a_long_ring_alone_is_cut_too (void)
{
  TestRoads roads;
  test_roads_init (&roads);
  double ring[401][2];
  make_long_ring (ring);
  test_roads_add (&roads, (const double (*)[2]) ring, 401, -1);
  g_autoptr (ZxCity) city = test_roads_finish (&roads);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, 0, NULL);
  g_assert_cmpuint (graph->n_nodes, >, 10);
  g_assert_cmpuint (graph->n_nodes, ==, graph->n_chains);
  guint64 sum = 0;
  for (guint32 i = 0; i < graph->n_arcs; i++)
    sum += graph->arc[i].ds;
  g_assert_cmpuint (sum, ==, 40000);
}

static void
test_what_lies_outside_the_largest_part_is_reported (void)
{
  TestRoads roads;
  test_roads_init (&roads);
  test_roads_add (&roads, (const double[][2]){ { 0, 0 }, { 1000, 0 }, { 2000, 0 } }, 3, 0);
  test_roads_add (&roads, (const double[][2]){ { 1000, 0 }, { 1000, 100 } }, 2, 0);
  test_roads_add (&roads, (const double[][2]){ { 2000, 0 }, { 2500, 0 } }, 2, 1); /* a trap */
  test_roads_add (&roads, (const double[][2]){ { 0, 900 }, { 400, 900 } }, 2, 0); /* an island */
  test_roads_add (&roads, (const double[][2]){ { 5, 5 }, { 5, 5 } }, 2, 0);
  g_autoptr (ZxCity) city = test_roads_finish (&roads);
  g_autoptr (ZxFindings) findings = zx_findings_new ();
  g_autoptr (ZxRoadGraph) graph = make_graph (city, 0, findings);
  g_assert_cmpuint (graph->n_parts, ==, 3);
  g_assert_cmpuint (graph->n_dropped_nodes, ==, 3);
  g_assert_cmpfloat_with_epsilon (graph->dropped_km, 0.9, 1e-6);
  const ZxFinding *outside = find_finding (findings, "roads.outside-largest-part");
  g_assert_nonnull (outside);
  g_assert_cmpuint (outside->count, ==, 2);
  g_assert_cmpint (outside->severity, ==, ZX_SEVERITY_WARNING);
  g_assert_cmpstr (zx_pool_get (findings->pool, outside->value), ==, "0.9");
  g_assert_cmpstr (zx_pool_get (findings->pool, outside->bound), ==, "3.0");
  const ZxFinding *empty = find_finding (findings, "roads.zero-length");
  g_assert_nonnull (empty);
  g_assert_cmpuint (empty->count, ==, 1);
}

static void
test_a_road_drawn_twice_counts_once (void)
{
  TestRoads roads;
  test_roads_init (&roads);
  const double line[][2] = { { 0, 0 }, { 10, 0 }, { 20, 0 }, { 30, 0 } };
  const double back[][2] = { { 30, 0 }, { 20, 0 }, { 10, 0 }, { 0, 0 } };
  test_roads_add (&roads, line, 4, 1);
  test_roads_add (&roads, back, 4, 1);
  test_roads_add (&roads, line, 4, 1);
  g_autoptr (ZxCity) city = test_roads_finish (&roads);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, 4, NULL);
  g_assert_cmpuint (graph->n_nodes, ==, 2);
  g_assert_cmpuint (test_time (graph, 0, 1), ==, 30);
  g_assert_cmpuint (test_time (graph, 1, 0), ==, 30);
}

static void
test_speeds_come_from_class_limit_and_factor (void)
{
  g_autoptr (ZxCity) city = make_fork ();
  ZxSpeedTable speeds;
  zx_speed_table_default (&speeds);
  speeds.urban_factor = 1;
  ZxRoads *roads = &city->roads;
  roads->road_class[0] = ZX_ROAD_PRIMARY;
  g_assert_cmpfloat_with_epsilon (zx_speed_table_on_road (&speeds, roads, 0), 65 / 3.6, 1e-5);
  roads->flags[0] = ZX_ROAD_IS_LINK;
  g_assert_cmpfloat_with_epsilon (zx_speed_table_on_road (&speeds, roads, 0), 30 / 3.6, 1e-5);
  roads->max_speed_kmh[0] = 50;
  g_assert_cmpfloat_with_epsilon (zx_speed_table_on_road (&speeds, roads, 0), 40 / 3.6, 1e-5);
  roads->speed_factor[0] = 0.5f;
  speeds.urban_factor = 0.5f;
  g_assert_cmpfloat_with_epsilon (zx_speed_table_on_road (&speeds, roads, 0), 10 / 3.6, 1e-5);
  roads->flags[0] |= ZX_ROAD_IS_CLOSED;
  g_assert_cmpfloat (zx_speed_table_on_road (&speeds, roads, 0), ==, 0);
  roads->flags[0] = 0;
  roads->road_class[0] = ZX_ROAD_PATH;
  g_assert_cmpfloat (zx_speed_table_on_road (&speeds, roads, 0), ==, 0);
}

/* As the roads of Jinan come: no class, no way, and each direction as a line of its own. */
static void
test_roads_without_attributes_are_driven_both_ways (void)
{
  TestRoads roads;
  test_roads_init (&roads);
  const double line[][2] = { { 0, 0 }, { 700, 0 }, { 1400, 0 } },
               back[][2] = { { 1400, 0 }, { 700, 0 }, { 0, 0 } };
  const double side[][2] = { { 700, 0 }, { 700, 350 } },
               side_back[][2] = { { 700, 350 }, { 700, 0 } };
  test_roads_add_class (&roads, line, 3, 0, ZX_ROAD_UNKNOWN);
  test_roads_add_class (&roads, back, 3, 0, ZX_ROAD_UNKNOWN);
  test_roads_add_class (&roads, side, 2, 0, ZX_ROAD_UNKNOWN);
  test_roads_add_class (&roads, side_back, 2, 0, ZX_ROAD_UNKNOWN);
  g_autoptr (ZxCity) city = test_roads_finish (&roads);
  ZxSpeedTable speeds;
  zx_speed_table_default (&speeds);
  g_autoptr (ZxRoadGraph) graph
      = zx_travel_graph_new (&city->roads, NULL, &speeds, NULL, NULL, NULL);
  g_assert_nonnull (graph);
  g_assert_cmpuint (graph->n_nodes, ==, 4);
  g_assert_cmpuint (graph->n_arcs, ==, 6);
  g_assert_true (graph->reverse_arc == graph->arc);
  /* 1400 m at 35 km/h × 0.7 are 205.7 s; one crossing of three roads 2 s. */
  guint32 west = test_node_at (graph, 0, 0), east = test_node_at (graph, 1400, 0);
  g_assert_cmpuint (test_time (graph, west, east), ==, 1029 + 1029 + 20);
  g_assert_cmpuint (test_time (graph, east, west), ==, 1029 + 1029 + 20);
}

/* ---- what must be refused ----------------------------------------------------------------- */

static void
test_no_drivable_road_is_an_error (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxCity) city = make_fork ();
  ZxSpeedTable speeds;
  zx_speed_table_default (&speeds);
  city->roads.road_class[0] = city->roads.road_class[1] = ZX_ROAD_PATH;
  g_assert_null (zx_travel_graph_new (&city->roads, NULL, &speeds, NULL, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_MISSING);
}

static void
test_no_roads_at_all_is_an_error (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxCity) city = zx_city_new ();
  ZxSpeedTable speeds;
  zx_speed_table_default (&speeds);
  g_assert_null (zx_travel_graph_new (&city->roads, NULL, &speeds, NULL, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_MISSING);
}

static void
test_streets_that_lead_nowhere_and_back_are_an_error (void)
{
  g_autoptr (GError) error = NULL;
  TestRoads roads;
  test_roads_init (&roads);
  test_roads_add (&roads, (const double[][2]){ { 0, 0 }, { 100, 0 } }, 2, 1);
  g_autoptr (ZxCity) city = test_roads_finish (&roads);
  ZxSpeedTable speeds;
  test_speeds (&speeds);
  g_assert_null (zx_travel_graph_new (&city->roads, NULL, &speeds, NULL, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_MISSING);
}

/* Coordinates that are no places break lines and are otherwise left alone. */
static void
test_hostile_coordinates_do_no_harm (void)
{
  TestRoads roads;
  test_roads_init (&roads);
  test_roads_add (&roads, (const double[][2]){ { 0, 0 }, { 100, 0 }, { NAN, 5 }, { 200, 0 } }, 4,
                  0);
  test_roads_add (&roads, (const double[][2]){ { 0, 0 }, { 1e300, -1e300 }, { INFINITY, 0 } }, 3,
                  0);
  test_roads_add (&roads, (const double[][2]){ { 100, 0 }, { 99e6, 1 } }, 2, 0);
  test_roads_add (&roads, (const double[][2]){ { -0.0, 0 }, { 0, 1e-300 } }, 2, 0);
  test_roads_add (&roads, (const double[][2]){ { 0, 0 } }, 1, 0);
  g_autoptr (ZxCity) city = test_roads_finish (&roads);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, 0, NULL);
  g_assert_cmpuint (graph->n_nodes, ==, 2);
  ZxSnap far = test_snap (graph, 1e15, -1e15);
  g_assert_cmpuint (far.node_a, !=, G_MAXUINT32);
  ZxSnap none = test_snap (graph, NAN, 0);
  g_assert_cmpuint (none.node_a, ==, G_MAXUINT32);
  g_assert_cmpuint (none.road, ==, G_MAXUINT32);
}

static void
test_building_can_be_cancelled (void)
{
  g_autoptr (ZxCity) city = test_random_city (20, zx_test_seed ());
  ZxSpeedTable speeds;
  test_speeds (&speeds);
  const gint stop = 1;
  ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &stop);
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_travel_graph_new (&city->roads, NULL, &speeds, NULL, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
}

static gboolean
stop_after (double fraction, const char *what, gpointer data)
{
  return fraction < *(double *) data;
}

static void
test_building_can_be_cancelled_anywhere (void)
{
  g_autoptr (ZxCity) city = test_random_city (12, zx_test_seed ());
  ZxSpeedTable speeds;
  test_speeds (&speeds);
  for (double limit = 0.05; limit < 1; limit += 0.05)
    {
      ZxProgress progress = ZX_PROGRESS_INIT (stop_after, &limit, NULL);
      g_autoptr (GError) error = NULL;
      g_assert_null (zx_travel_graph_new (&city->roads, NULL, &speeds, NULL, &progress, &error));
      g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
    }
}

/* ---- against the naive graph --------------------------------------------------------------- */

static void
test_times_equal_the_naive_ones (void)
{
  guint64 seed = zx_test_seed ();
  for (guint i = 0; i < 30; i++)
    {
      double junction_s = i % 3;
      g_autoptr (ZxCity) city = test_random_city (4 + i % 5, seed + i);
      g_autoptr (ZxRoadGraph) graph = make_graph (city, junction_s, NULL);
      g_autoptr (NaiveGraph) naive = naive_graph_new (&city->roads, junction_s, NULL, 0);
      g_autofree guint32 *ds = g_new (guint32, graph->n_nodes);
      for (guint32 source = 0; source < graph->n_nodes; source++)
        {
          g_assert_true (zx_travel_one_to_all (graph, source, ds, NULL));
          g_autofree guint32 *expected
              = naive_times (naive, naive_vertex (naive, graph->x_m[source], graph->y_m[source]));
          for (guint32 node = 0; node < graph->n_nodes; node++)
            {
              guint vertex = naive_vertex (naive, graph->x_m[node], graph->y_m[node]);
              g_assert_cmpuint (ds[node], ==, expected[vertex]);
            }
        }
    }
}

/* A ferry of two hours makes arcs too long for buckets: the heap must give the same times. */
static void
test_long_arcs_change_no_other_time (void)
{
  guint64 seed = zx_test_seed ();
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (ZxCity) city = test_random_city (6, seed + i);
      g_autoptr (ZxRoadGraph) graph = make_graph (city, 1, NULL);
      TestRoads roads;
      test_roads_init (&roads);
      const ZxGeometry *lines = &city->roads.lines;
      for (gsize row = 0; row < lines->n_rows; row++)
        {
          double xy[8][2];
          guint n = 0;
          for (gsize k = lines->point_first[row]; k < lines->point_first[row + 1]; k++, n++)
            {
              xy[n][0] = lines->x[k];
              xy[n][1] = lines->y[k];
            }
          test_roads_add_class (&roads, (const double (*)[2]) xy, n, city->roads.one_way[row],
                                city->roads.road_class[row]);
        }
      guint32 pier = 0; /* an end of a street would become part of the ferry's chain */
      while (graph->first[pier + 1] - graph->first[pier] < 3)
        pier++;
      const double node[2] = { graph->x_m[pier], graph->y_m[pier] };
      test_roads_add_class (&roads,
                            (const double[][2]){ { node[0], node[1] }, { -1e5, node[1] - 3 } }, 2,
                            0, ZX_ROAD_SERVICE);
      g_autoptr (ZxCity) longer = test_roads_finish (&roads);
      g_autoptr (ZxRoadGraph) with_ferry = make_graph (longer, 1, NULL);
      g_assert_cmpuint (with_ferry->max_ds, >, 1 << 16);
      g_autofree guint32 *ds = g_new (guint32, with_ferry->n_nodes);
      for (guint32 source = 0; source < graph->n_nodes; source++)
        {
          guint32 same = test_node_at (with_ferry, graph->x_m[source], graph->y_m[source]);
          g_autofree guint32 *short_ds = g_new (guint32, graph->n_nodes);
          g_assert_true (zx_travel_one_to_all (graph, source, short_ds, NULL));
          g_assert_true (zx_travel_one_to_all (with_ferry, same, ds, NULL));
          for (guint32 k = 0; k < graph->n_nodes; k++)
            g_assert_cmpuint (ds[test_node_at (with_ferry, graph->x_m[k], graph->y_m[k])], ==,
                              short_ds[k]);
        }
    }
}

/* ---- properties --------------------------------------------------------------------------- */

static ZxCity *
shuffle_rows (const ZxCity *city, guint64 seed)
{
  ZxRng rng = zx_rng_new (seed);
  const ZxGeometry *lines = &city->roads.lines;
  g_autofree gsize *order = g_new (gsize, lines->n_rows);
  for (gsize i = 0; i < lines->n_rows; i++)
    {
      gsize k = zx_rng_below (&rng, (guint32) i + 1);
      order[i] = order[k];
      order[k] = i;
    }
  TestRoads roads;
  test_roads_init (&roads);
  for (gsize i = 0; i < lines->n_rows; i++)
    {
      gsize row = order[i], begin = lines->point_first[row];
      guint n = (guint) (lines->point_first[row + 1] - begin);
      gboolean is_turned = zx_rng_below (&rng, 2) != 0;
      double xy[8][2];
      for (guint k = 0; k < n; k++)
        {
          gsize point = begin + (is_turned ? n - 1 - k : k);
          xy[k][0] = lines->x[point];
          xy[k][1] = lines->y[point];
        }
      int one_way = city->roads.one_way[row];
      test_roads_add_class (&roads, (const double (*)[2]) xy, n, is_turned ? -one_way : one_way,
                            city->roads.road_class[row]);
    }
  return test_roads_finish (&roads);
}

static void
test_the_order_of_rows_and_points_changes_nothing (void)
{
  guint64 seed = zx_test_seed ();
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (ZxCity) city = test_random_city (7, seed + i);
      g_autoptr (ZxCity) shuffled = shuffle_rows (city, seed + 100 + i);
      g_autoptr (ZxRoadGraph) a = make_graph (city, 2, NULL);
      g_autoptr (ZxRoadGraph) b = make_graph (shuffled, 2, NULL);
      g_assert_cmpuint (a->n_nodes, ==, b->n_nodes);
      g_assert_cmpmem (a->first, (a->n_nodes + 1) * 4, b->first, (b->n_nodes + 1) * 4);
      g_assert_cmpmem (a->arc, a->n_arcs * sizeof (ZxArc), b->arc, b->n_arcs * sizeof (ZxArc));
      g_assert_cmpmem (a->x_m, a->n_nodes * 8, b->x_m, b->n_nodes * 8);
    }
}

static void
test_every_node_reaches_every_node (void)
{
  guint64 seed = zx_test_seed ();
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (ZxCity) city = test_random_city (8, seed + i);
      g_autoptr (ZxRoadGraph) graph = make_graph (city, 0, NULL);
      g_autofree guint32 *ds = g_new (guint32, graph->n_nodes);
      for (guint32 source = 0; source < graph->n_nodes; source++)
        {
          g_assert_true (zx_travel_one_to_all (graph, source, ds, NULL));
          for (guint32 node = 0; node < graph->n_nodes; node++)
            g_assert_cmpuint (ds[node], !=, G_MAXUINT32);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/travel/graph/lines-join-at-inner-vertices", test_lines_join_at_inner_vertices);
  g_test_add_func ("/travel/graph/a-crossing-delays-who-passes-it",
                   test_a_crossing_delays_who_passes_it);
  g_test_add_func ("/travel/graph/a-driveway-makes-no-crossing", test_a_driveway_makes_no_crossing);
  g_test_add_func ("/travel/graph/one-way-streets-are-driven-one-way",
                   test_one_way_streets_are_driven_one_way);
  g_test_add_func ("/travel/graph/a-ring-without-a-junction-is-a-part",
                   test_a_ring_without_a_junction_is_a_part);
  g_test_add_func ("/travel/graph/long-roads-are-cut-into-short-arcs",
                   test_long_roads_are_cut_into_short_arcs);
  g_test_add_func ("/travel/graph/a-long-ring-alone-is-cut-too", test_a_long_ring_alone_is_cut_too);
  g_test_add_func ("/travel/graph/what-lies-outside-the-largest-part-is-reported",
                   test_what_lies_outside_the_largest_part_is_reported);
  g_test_add_func ("/travel/graph/a-road-drawn-twice-counts-once",
                   test_a_road_drawn_twice_counts_once);
  g_test_add_func ("/travel/graph/speeds-come-from-class-limit-and-factor",
                   test_speeds_come_from_class_limit_and_factor);
  g_test_add_func ("/travel/graph/roads-without-attributes-are-driven-both-ways",
                   test_roads_without_attributes_are_driven_both_ways);
  g_test_add_func ("/travel/graph/no-drivable-road-is-an-error", test_no_drivable_road_is_an_error);
  g_test_add_func ("/travel/graph/no-roads-at-all-is-an-error", test_no_roads_at_all_is_an_error);
  g_test_add_func ("/travel/graph/streets-that-lead-nowhere-and-back-are-an-error",
                   test_streets_that_lead_nowhere_and_back_are_an_error);
  g_test_add_func ("/travel/graph/hostile-coordinates-do-no-harm",
                   test_hostile_coordinates_do_no_harm);
  g_test_add_func ("/travel/graph/building-can-be-cancelled", test_building_can_be_cancelled);
  g_test_add_func ("/travel/graph/building-can-be-cancelled-anywhere",
                   test_building_can_be_cancelled_anywhere);
  g_test_add_func ("/travel/graph/times-equal-the-naive-ones", test_times_equal_the_naive_ones);
  g_test_add_func ("/travel/graph/long-arcs-change-no-other-time",
                   test_long_arcs_change_no_other_time);
  g_test_add_func ("/travel/graph/the-order-of-rows-and-points-changes-nothing",
                   test_the_order_of_rows_and_points_changes_nothing);
  g_test_add_func ("/travel/graph/every-node-reaches-every-node",
                   test_every_node_reaches_every_node);
  return g_test_run ();
}
