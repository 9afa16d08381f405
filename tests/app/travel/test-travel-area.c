/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "roads-for-tests.h"

#include "zx-test.h"

#define REACH 1.5 /* cells around a reached road that belong to its area */

static ZxRoadGraph *
make_graph (const ZxCity *city)
{
  ZxSpeedTable speeds;
  g_autoptr (GError) error = NULL;
  test_speeds (&speeds);
  ZxRoadGraph *graph = zx_travel_graph_new (&city->roads, NULL, &speeds, NULL, NULL, &error);
  g_assert_no_error (error);
  return graph;
}

static ZxGeometry
make_areas_of (const ZxRoadGraph *graph, double x, double y, const double *limits_s, guint n,
               double cell_m, gboolean is_reverse)
{
  ZxGeometry areas = { 0 };
  g_autoptr (GError) error = NULL;
  ZxSnap source = test_snap (graph, x, y);
  g_assert_true (zx_travel_service_area (graph, &source, is_reverse, limits_s, n, cell_m, &areas,
                                         NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (areas.n_rows, ==, n);
  return areas;
}

static ZxGeometry
make_areas (const ZxRoadGraph *graph, double x, double y, const double *limits_s, guint n,
            double cell_m)
{
  return make_areas_of (graph, x, y, limits_s, n, cell_m, FALSE);
}

/* Shoelace; counter-clockwise is positive. */
static double
signed_area (const ZxGeometry *areas, gsize part)
{
  double twice = 0;
  for (gsize i = areas->point_first[part]; i + 1 < areas->point_first[part + 1]; i++)
    twice += areas->x[i] * areas->y[i + 1] - areas->x[i + 1] * areas->y[i];
  return twice / 2;
}

static void
check_rings (const ZxGeometry *areas)
{
  for (gsize part = 0; part < areas->n_parts; part++)
    {
      gsize begin = areas->point_first[part], last = areas->point_first[part + 1] - 1;
      g_assert_cmpuint (last - begin, >=, 3);
      g_assert_cmpfloat (areas->x[begin], ==, areas->x[last]);
      g_assert_cmpfloat (areas->y[begin], ==, areas->y[last]);
      g_assert_cmpint (signed_area (areas, part) < 0, ==, areas->is_hole[part]);
    }
}

static ZxCity *
make_long_road (int one_way)
{
  TestRoads roads;
  test_roads_init (&roads);
  test_roads_add (&roads, (const double[][2]){ { 0, 0 }, { 3000, 0 }, { 9000, 0 } }, 3, one_way);
  test_roads_add (&roads, (const double[][2]){ { 9000, 0 }, { 9000, 9000 }, { 0, 9000 }, { 0, 0 } },
                  4, 0);
  return test_roads_finish (&roads);
}

/* 60 s at 10 m/s to both sides: a strip of 1200 m with round ends of radius 150 m. */
static void
test_a_straight_road_gives_a_strip (void)
{
  g_autoptr (ZxCity) city = make_long_road (0);
  g_autoptr (ZxRoadGraph) graph = make_graph (city);
  const double limit = 60;
  ZxGeometry areas = make_areas (graph, 5000, 0, &limit, 1, 100);
  check_rings (&areas);
  g_assert_cmpuint (areas.n_parts, ==, 1);
  double expected = 1200 * 300 + G_PI * 150 * 150;
  g_assert_cmpfloat_with_epsilon (zx_geometry_area (&areas, 0), expected, 0.02 * expected);
  g_assert_true (zx_geometry_contains (&areas, 0, 5590, 0));
  g_assert_true (zx_geometry_contains (&areas, 0, 4410, 0));
  g_assert_true (zx_geometry_contains (&areas, 0, 5000, 140));
  g_assert_false (zx_geometry_contains (&areas, 0, 5000, 160));
  g_assert_false (zx_geometry_contains (&areas, 0, 5770, 0));
  zx_geometry_clear (&areas);
}

static void
test_a_one_way_road_is_reached_one_way (void)
{
  g_autoptr (ZxCity) city = make_long_road (1);
  g_autoptr (ZxRoadGraph) graph = make_graph (city);
  const double limit = 60;
  ZxGeometry areas = make_areas (graph, 5000, 0, &limit, 1, 100);
  g_assert_true (zx_geometry_contains (&areas, 0, 5590, 0));
  g_assert_true (zx_geometry_contains (&areas, 0, 4900, 0));
  g_assert_false (zx_geometry_contains (&areas, 0, 4800, 0));
  zx_geometry_clear (&areas);
}

/* From where the place is reached: the other side of it, and round by the way back. */
static void
test_a_one_way_road_leads_here_from_the_other_side (void)
{
  g_autoptr (ZxCity) city = make_long_road (1);
  g_autoptr (ZxRoadGraph) graph = make_graph (city);
  const double limits[] = { 60, 550 };
  ZxGeometry areas = make_areas_of (graph, 5000, 0, limits, 2, 100, TRUE);
  check_rings (&areas);
  g_assert_true (zx_geometry_contains (&areas, 0, 4410, 0));
  g_assert_true (zx_geometry_contains (&areas, 0, 5100, 0));
  g_assert_false (zx_geometry_contains (&areas, 0, 5200, 0));
  g_assert_true (zx_geometry_contains (&areas, 1, 0, 400));
  g_assert_false (zx_geometry_contains (&areas, 1, 0, 700));
  zx_geometry_clear (&areas);
}

/* With streets that all lead both ways it is the same area. */
static void
test_without_one_way_roads_there_and_back_are_the_same (void)
{
  guint64 seed = zx_test_seed ();
  const double limit = 40;
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (ZxCity) city = test_random_city (8, seed + i);
      memset (city->roads.one_way, 0, city->roads.n);
      g_autoptr (ZxRoadGraph) graph = make_graph (city);
      ZxGeometry there = make_areas_of (graph, 333, 321, &limit, 1, 10, FALSE);
      ZxGeometry back = make_areas_of (graph, 333, 321, &limit, 1, 10, TRUE);
      g_assert_cmpuint (there.n_points, ==, back.n_points);
      g_assert_cmpmem (there.x, there.n_points * sizeof (double), back.x,
                       back.n_points * sizeof (double));
      g_assert_cmpmem (there.y, there.n_points * sizeof (double), back.y,
                       back.n_points * sizeof (double));
      zx_geometry_clear (&there);
      zx_geometry_clear (&back);
    }
}

static void
test_a_block_stays_a_hole (void)
{
  TestRoads roads;
  test_roads_init (&roads);
  test_roads_add (
      &roads, (const double[][2]){ { 0, 0 }, { 1000, 0 }, { 1000, 1000 }, { 0, 1000 }, { 0, 0 } },
      5, 0);
  test_roads_add (&roads, (const double[][2]){ { 0, 0 }, { -500, 0 } }, 2, 0);
  g_autoptr (ZxCity) city = test_roads_finish (&roads);
  g_autoptr (ZxRoadGraph) graph = make_graph (city);
  const double limit = 1000;
  ZxGeometry areas = make_areas (graph, 500, 0, &limit, 1, 50);
  check_rings (&areas);
  g_assert_cmpuint (areas.n_parts, ==, 2);
  g_assert_true (areas.is_hole[1]);
  g_assert_false (zx_geometry_contains (&areas, 0, 500, 500));
  g_assert_cmpfloat_with_epsilon (signed_area (&areas, 1), -850 * 850, 5000);
  zx_geometry_clear (&areas);
}

static void
test_longer_limits_hold_shorter_ones (void)
{
  guint64 seed = zx_test_seed ();
  for (guint i = 0; i < 5; i++)
    {
      ZxRng rng = zx_rng_new (seed + i);
      g_autoptr (ZxCity) city = test_random_city (15, seed + i);
      g_autoptr (ZxRoadGraph) graph = make_graph (city);
      const double limits[] = { 30, 45, 60, 90 };
      ZxGeometry areas = make_areas (graph, 700, 700, limits, 4, 20);
      check_rings (&areas);
      for (guint k = 0; k < 3000; k++)
        {
          double x = 1600 * zx_rng_uniform (&rng) - 100, y = 1600 * zx_rng_uniform (&rng) - 100;
          for (guint row = 0; row + 1 < 4; row++)
            if (zx_geometry_contains (&areas, row, x, y))
              g_assert_true (zx_geometry_contains (&areas, row + 1, x, y));
        }
      zx_geometry_clear (&areas);
    }
}

/* Places every 5 m on all roads, the times to them as rows: whatever lies near a reached one is
 * inside, whatever lies far from all is outside. */
static void
test_the_area_is_what_lies_near_reached_places (void)
{
  guint64 seed = zx_test_seed ();
  const double cell = 15, limit = 40;
  for (guint i = 0; i < 4; i++)
    {
      ZxRng rng = zx_rng_new (seed + i);
      g_autoptr (ZxCity) city = test_random_city (9, seed + i);
      g_autoptr (ZxRoadGraph) graph = make_graph (city);
      g_autoptr (GArray) x = g_array_new (FALSE, FALSE, sizeof (double));
      g_autoptr (GArray) y = g_array_new (FALSE, FALSE, sizeof (double));
      const ZxGeometry *lines = &city->roads.lines;
      for (gsize row = 0; row < lines->n_rows; row++)
        for (gsize k = lines->point_first[row]; k + 1 < lines->point_first[row + 1]; k++)
          for (guint part = 0; part < 20; part++)
            {
              double px = lines->x[k] + (lines->x[k + 1] - lines->x[k]) * (part + 0.5) / 20;
              double py = lines->y[k] + (lines->y[k + 1] - lines->y[k]) * (part + 0.5) / 20;
              g_array_append_val (x, px);
              g_array_append_val (y, py);
            }
      const double *px = (const double *) (void *) x->data, *py = (const double *) (void *) y->data;
      g_autofree ZxSnap *places = g_new (ZxSnap, x->len);
      g_assert_true (zx_travel_snap (graph, px, py, x->len, 0.01, places, NULL, NULL));
      ZxSnap source = test_snap (graph, 410, 390);
      g_autoptr (ZxTravelRows) rows
          = zx_travel_rows (graph, &source, 1, places, x->len, limit, FALSE, NULL, NULL);
      ZxGeometry areas = { 0 };
      g_assert_true (
          zx_travel_service_area (graph, &source, FALSE, &limit, 1, cell, &areas, NULL, NULL));
      for (guint k = 0; k < 3000; k++)
        {
          double u = 1000 * zx_rng_uniform (&rng) - 100, v = 1000 * zx_rng_uniform (&rng) - 100;
          double nearest = INFINITY;
          for (gsize t = 0; t < rows->first[1]; t++)
            nearest = MIN (nearest, hypot (px[rows->target[t]] - u, py[rows->target[t]] - v));
          if (nearest < (REACH - 0.3) * cell)
            g_assert_true (zx_geometry_contains (&areas, 0, u, v));
          if (nearest > (REACH + 0.3) * cell + 5)
            g_assert_false (zx_geometry_contains (&areas, 0, u, v));
        }
      zx_geometry_clear (&areas);
    }
}

static double
side_of (const ZxGeometry *areas, gsize a, gsize b, gsize p)
{
  return (areas->x[b] - areas->x[a]) * (areas->y[p] - areas->y[a])
         - (areas->y[b] - areas->y[a]) * (areas->x[p] - areas->x[a]);
}

static void
test_simplified_outlines_cross_nothing (void)
{
  guint64 seed = zx_test_seed ();
  for (guint i = 0; i < 6; i++)
    {
      g_autoptr (ZxCity) city = test_random_city (9, seed + 100 + i);
      g_autoptr (ZxRoadGraph) graph = make_graph (city);
      ZxSnap source = test_snap (graph, 410, 390);
      const double limits[] = { 15, 40 };
      ZxGeometry areas = { 0 };
      g_assert_true (
          zx_travel_service_area (graph, &source, FALSE, limits, 2, 9, &areas, NULL, NULL));
      for (gsize row = 0; row < 2; row++)
        {
          gsize first = areas.point_first[areas.part_first[row]];
          gsize last = areas.point_first[areas.part_first[row + 1]];
          g_autofree guint8 *is_end = g_new0 (guint8, last + 1);
          for (gsize part = areas.part_first[row]; part < areas.part_first[row + 1]; part++)
            is_end[areas.point_first[part + 1] - 1] = TRUE;
          for (gsize a = first; a + 1 < last; a++)
            for (gsize b = a + 1; b + 1 < last; b++)
              if (!is_end[a] && !is_end[b])
                g_assert_false (
                    side_of (&areas, a, a + 1, b) * side_of (&areas, a, a + 1, b + 1) < 0
                    && side_of (&areas, b, b + 1, a) * side_of (&areas, b, b + 1, a + 1) < 0);
        }
      zx_geometry_clear (&areas);
    }
}

static void
test_a_source_off_the_network_reaches_nothing (void)
{
  g_autoptr (ZxCity) city = make_long_road (0);
  g_autoptr (ZxRoadGraph) graph = make_graph (city);
  const double limits[] = { 60, 120 }, x = 5000, y = 500;
  ZxSnap source;
  g_assert_true (zx_travel_snap (graph, &x, &y, 1, 100, &source, NULL, NULL));
  ZxGeometry areas = { 0 };
  g_assert_true (zx_travel_service_area (graph, &source, FALSE, limits, 2, 50, &areas, NULL, NULL));
  g_assert_cmpuint (areas.n_rows, ==, 2);
  g_assert_cmpuint (areas.n_parts, ==, 0);
  zx_geometry_clear (&areas);
}

/* The walk to the road alone takes 72 s. */
static void
test_a_limit_shorter_than_the_way_to_the_road_reaches_nothing (void)
{
  g_autoptr (ZxCity) city = make_long_road (0);
  g_autoptr (ZxRoadGraph) graph = make_graph (city);
  const double limits[] = { 60, 120 };
  ZxGeometry areas = make_areas (graph, 5000, 100, limits, 2, 50);
  g_assert_cmpfloat (zx_geometry_area (&areas, 0), ==, 0);
  g_assert_cmpfloat (zx_geometry_area (&areas, 1), >, 2 * 480 * 150);
  zx_geometry_clear (&areas);
  const double short_limit = 10;
  areas = make_areas (graph, 5000, 100, &short_limit, 1, 50);
  g_assert_cmpuint (areas.n_parts, ==, 0);
  zx_geometry_clear (&areas);
}

static void
test_impossible_requests_are_refused (void)
{
  g_autoptr (ZxCity) city = make_long_road (0);
  g_autoptr (ZxRoadGraph) graph = make_graph (city);
  ZxSnap source = test_snap (graph, 5000, 0);
  static const struct
  {
    double limit_s, cell_m;
  } requests[]
      = { { 0, 100 }, { NAN, 100 }, { 60, 0 }, { 60, NAN }, { 600, 1e-3 }, { 60, 1e-300 } };
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      ZxGeometry areas = { 0 };
      g_autoptr (GError) error = NULL;
      g_assert_false (zx_travel_service_area (graph, &source, FALSE, &requests[i].limit_s, 1,
                                              requests[i].cell_m, &areas, NULL, &error));
      g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
    }
}

static void
test_areas_can_be_cancelled (void)
{
  g_autoptr (ZxCity) city = make_long_road (0);
  g_autoptr (ZxRoadGraph) graph = make_graph (city);
  ZxSnap source = test_snap (graph, 5000, 0);
  const double limit = 60;
  const gint stop = 1;
  ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &stop);
  ZxGeometry areas = { 0 };
  g_autoptr (GError) error = NULL;
  g_assert_false (
      zx_travel_service_area (graph, &source, FALSE, &limit, 1, 100, &areas, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/travel/area/a-one-way-road-leads-here-from-the-other-side",
                   test_a_one_way_road_leads_here_from_the_other_side);
  g_test_add_func ("/travel/area/without-one-way-roads-there-and-back-are-the-same",
                   test_without_one_way_roads_there_and_back_are_the_same);
  g_test_add_func ("/travel/area/simplified-outlines-cross-nothing",
                   test_simplified_outlines_cross_nothing);
  g_test_add_func ("/travel/area/a-straight-road-gives-a-strip",
                   test_a_straight_road_gives_a_strip);
  g_test_add_func ("/travel/area/a-one-way-road-is-reached-one-way",
                   test_a_one_way_road_is_reached_one_way);
  g_test_add_func ("/travel/area/a-block-stays-a-hole", test_a_block_stays_a_hole);
  g_test_add_func ("/travel/area/longer-limits-hold-shorter-ones",
                   test_longer_limits_hold_shorter_ones);
  g_test_add_func ("/travel/area/the-area-is-what-lies-near-reached-places",
                   test_the_area_is_what_lies_near_reached_places);
  g_test_add_func ("/travel/area/a-source-off-the-network-reaches-nothing",
                   test_a_source_off_the_network_reaches_nothing);
  g_test_add_func ("/travel/area/a-limit-shorter-than-the-way-to-the-road-reaches-nothing",
                   test_a_limit_shorter_than_the_way_to_the_road_reaches_nothing);
  g_test_add_func ("/travel/area/impossible-requests-are-refused",
                   test_impossible_requests_are_refused);
  g_test_add_func ("/travel/area/areas-can-be-cancelled", test_areas_can_be_cancelled);
  return g_test_run ();
}
