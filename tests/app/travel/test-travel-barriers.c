/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "roads-for-tests.h"

#include "zx-test.h"

/* One barrier of @n points, closed when @is_area; else a line, there and back. */
static void
add_barrier (ZxCity *city, const double (*xy)[2], guint n, gboolean is_area)
{
  ZxGeometryBuilder builder;
  g_assert_true (zx_areas_alloc (&city->areas, 1, NULL));
  city->areas.kind[0] = ZX_AREA_BARRIER;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  zx_geometry_builder_begin_part (&builder, FALSE);
  for (guint i = 0; i < n; i++)
    zx_geometry_builder_point (&builder, xy[i][0], xy[i][1]);
  for (guint i = n - 1; !is_area && i-- > 0;)
    zx_geometry_builder_point (&builder, xy[i][0], xy[i][1]);
  if (is_area)
    zx_geometry_builder_point (&builder, xy[0][0], xy[0][1]);
  zx_geometry_builder_end_row (&builder);
  zx_geometry_builder_finish (&builder, &city->areas.polygons);
}

/* A square of streets, 1000 m a side, with a vertex half way on each. */
static ZxCity *
make_square (void)
{
  TestRoads roads;
  test_roads_init (&roads);
  test_roads_add (&roads, (const double[][2]){ { 0, 0 }, { 500, 0 }, { 1000, 0 } }, 3, 0);
  test_roads_add (&roads, (const double[][2]){ { 1000, 0 }, { 1000, 500 }, { 1000, 1000 } }, 3, 0);
  test_roads_add (&roads, (const double[][2]){ { 1000, 1000 }, { 500, 1000 }, { 0, 1000 } }, 3, 0);
  test_roads_add (&roads, (const double[][2]){ { 0, 1000 }, { 0, 500 }, { 0, 0 } }, 3, 0);
  /* ends, so that there are nodes whatever is cut */
  test_roads_add (&roads, (const double[][2]){ { 0, 0 }, { -100, 0 } }, 2, 0);
  test_roads_add (&roads, (const double[][2]){ { 1000, 0 }, { 1100, 0 } }, 2, 0);
  test_roads_add (&roads, (const double[][2]){ { 1000, 1000 }, { 1100, 1000 } }, 2, 0);
  test_roads_add (&roads, (const double[][2]){ { 0, 1000 }, { -100, 1000 } }, 2, 0);
  return test_roads_finish (&roads);
}

static ZxRoadGraph *
make_graph (const ZxCity *city, ZxFindings *findings)
{
  ZxSpeedTable speeds;
  g_autoptr (GError) error = NULL;
  test_speeds (&speeds);
  ZxRoadGraph *graph
      = zx_travel_graph_new (&city->roads, &city->areas, &speeds, findings, NULL, &error);
  g_assert_no_error (error);
  return graph;
}

static void
test_a_road_across_a_barrier_is_driven_round (void)
{
  g_autoptr (ZxCity) city = make_square ();
  g_autoptr (ZxFindings) findings = zx_findings_new ();
  g_autoptr (ZxRoadGraph) open = make_graph (city, NULL);
  g_assert_cmpuint (test_time (open, test_node_at (open, -100, 0), test_node_at (open, 1100, 0)),
                    ==, 1200);
  add_barrier (city, (const double[][2]){ { 250, -50 }, { 250, 50 } }, 2, FALSE);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, findings);
  g_assert_cmpuint (test_time (graph, test_node_at (graph, -100, 0), test_node_at (graph, 1100, 0)),
                    ==, 3200);
  g_assert_cmpuint (graph->n_cut_roads, ==, 1);
  g_assert_cmpuint (zx_findings_count (findings, ZX_SEVERITY_NOTE), >=, 1);
}

static void
test_an_area_closes_what_leads_into_it (void)
{
  g_autoptr (ZxCity) city = make_square ();
  add_barrier (city,
               (const double[][2]){ { 900, -200 }, { 1200, -200 }, { 1200, 100 }, { 900, 100 } }, 4,
               TRUE);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, NULL);
  /* The corner inside has lost both streets and is no part of the graph. */
  for (guint32 node = 0; node < graph->n_nodes; node++)
    g_assert_false (graph->x_m[node] == 1000 && graph->y_m[node] == 0);
  g_assert_cmpuint (
      test_time (graph, test_node_at (graph, -100, 0), test_node_at (graph, 1100, 1000)), ==, 2200);
}

static void
test_a_place_is_not_reached_across_a_barrier (void)
{
  g_autoptr (ZxCity) city = make_square ();
  add_barrier (city, (const double[][2]){ { 100, 50 }, { 900, 50 } }, 2, FALSE);
  g_autoptr (ZxRoadGraph) graph = make_graph (city, NULL);
  /* 90 m north of the southern street, but a wall stands between: the east street is taken. */
  ZxSnap snap = test_snap (graph, 700, 90);
  g_assert_cmpfloat_with_epsilon (snap.distance_m, 300, 1e-3);
  ZxSnap south = test_snap (graph, 700, 40);
  g_assert_cmpfloat_with_epsilon (south.distance_m, 40, 1e-3);
}

static void
test_straight_lines_end_at_barriers (void)
{
  g_autoptr (ZxCity) city = make_square ();
  ZxSpeedTable speeds;
  test_speeds (&speeds);
  add_barrier (city, (const double[][2]){ { 50, -10 }, { 50, 10 } }, 2, FALSE);
  const double x[] = { 0 }, y[] = { 0 }, to_x[] = { 100, 100, 49, 50 }, to_y[] = { 0, 50, 0, 10 };
  g_autoptr (ZxTravelRows) rows
      = zx_travel_rows_straight (x, y, 1, to_x, to_y, 4, 300, &speeds, &city->areas, NULL, NULL);
  /* The first is behind the wall, the last on its end: to touch is to cross. */
  g_assert_cmpuint (rows->first[1], ==, 2);
  g_assert_cmpuint (rows->target[0], ==, 1);
  g_assert_cmpuint (rows->target[1], ==, 2);
}

static gboolean
is_left (double ax, double ay, double bx, double by, double cx, double cy)
{
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax) > 0;
}

/* Random ways and walls in general position: the lattice finds what comparing all finds. */
static void
test_crossings_equal_all_pairs (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  double wall[60][2];
  g_autoptr (ZxCity) city = make_square ();
  for (guint i = 0; i < 60; i++)
    {
      wall[i][0] = 1000 * zx_rng_uniform (&rng);
      wall[i][1] = 1000 * zx_rng_uniform (&rng);
    }
  add_barrier (city, wall, 60, FALSE);
  g_autoptr (ZxBarriers) barriers = zx_barriers_new (&city->areas);
  guint n_crossing = 0;
  for (guint k = 0; k < 2000; k++)
    {
      double x0 = 1400 * zx_rng_uniform (&rng) - 200, y0 = 1400 * zx_rng_uniform (&rng) - 200;
      double x1 = x0 + 100 * zx_rng_normal (&rng), y1 = y0 + 100 * zx_rng_normal (&rng);
      gboolean crosses = FALSE;
      for (guint i = 0; i + 1 < 60; i++)
        crosses = crosses
                  || (is_left (x0, y0, x1, y1, wall[i][0], wall[i][1])
                          != is_left (x0, y0, x1, y1, wall[i + 1][0], wall[i + 1][1])
                      && is_left (wall[i][0], wall[i][1], wall[i + 1][0], wall[i + 1][1], x0, y0)
                             != is_left (wall[i][0], wall[i][1], wall[i + 1][0], wall[i + 1][1], x1,
                                         y1));
      g_assert_cmpint (zx_barriers_cross (barriers, x0, y0, x1, y1), ==, crosses);
      n_crossing += crosses;
    }
  g_assert_cmpuint (n_crossing, >, 100);
}

static void
test_without_barriers_nothing_is_crossed (void)
{
  g_autoptr (ZxCity) city = make_square ();
  g_assert_null (zx_barriers_new (NULL));
  g_assert_null (zx_barriers_new (&city->areas));
  add_barrier (city, (const double[][2]){ { 0, 0 }, { 10, 0 } }, 2, FALSE);
  city->areas.kind[0] = ZX_AREA_EXCLUSION;
  g_assert_null (zx_barriers_new (&city->areas));
  g_assert_false (zx_barriers_cross (NULL, 0, 0, 1, 1));
  city->areas.kind[0] = ZX_AREA_BARRIER;
  g_autoptr (ZxBarriers) barriers = zx_barriers_new (&city->areas);
  g_assert_false (zx_barriers_cross (barriers, NAN, 0, 1, 1));
  g_assert_false (zx_barriers_cross (barriers, 0, 1e300, 1, INFINITY));
  g_assert_true (zx_barriers_cross (barriers, 5, -1e6, 5, 1e6));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/travel/barriers/a-road-across-a-barrier-is-driven-round",
                   test_a_road_across_a_barrier_is_driven_round);
  g_test_add_func ("/travel/barriers/an-area-closes-what-leads-into-it",
                   test_an_area_closes_what_leads_into_it);
  g_test_add_func ("/travel/barriers/a-place-is-not-reached-across-a-barrier",
                   test_a_place_is_not_reached_across_a_barrier);
  g_test_add_func ("/travel/barriers/straight-lines-end-at-barriers",
                   test_straight_lines_end_at_barriers);
  g_test_add_func ("/travel/barriers/crossings-equal-all-pairs", test_crossings_equal_all_pairs);
  g_test_add_func ("/travel/barriers/without-barriers-nothing-is-crossed",
                   test_without_barriers_nothing_is_crossed);
  return g_test_run ();
}
