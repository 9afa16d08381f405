/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/demand/zx-demand.h"
#include "tests/zx-test.h"

/* A city that is nothing but its boundary: @ring of @n points, closed. */
static ZxCity *
city_with_boundary (const double (*ring)[2], guint n)
{
  ZxCity *city = zx_city_new ();
  city->min_x_m = city->min_y_m = INFINITY;
  city->max_x_m = city->max_y_m = -INFINITY;
  g_assert_true (zx_areas_alloc (&city->areas, 1, NULL));
  city->areas.kind[0] = ZX_AREA_BOUNDARY;
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  zx_geometry_builder_begin_part (&builder, FALSE);
  for (guint k = 0; k < n; k++)
    {
      zx_geometry_builder_point (&builder, ring[k][0], ring[k][1]);
      city->min_x_m = MIN (city->min_x_m, ring[k][0]);
      city->max_x_m = MAX (city->max_x_m, ring[k][0]);
      city->min_y_m = MIN (city->min_y_m, ring[k][1]);
      city->max_y_m = MAX (city->max_y_m, ring[k][1]);
    }
  zx_geometry_builder_end_row (&builder);
  zx_geometry_builder_finish (&builder, &city->areas.polygons);
  return city;
}

static ZxCity *
square_city (double side_m)
{
  const double ring[][2] = { { 0, 0 }, { side_m, 0 }, { side_m, side_m }, { 0, side_m }, { 0, 0 } };
  return city_with_boundary (ring, 5);
}

static void
test_cells_cover_the_area_once (void)
{
  const double ring[][2]
      = { { 100, 50 }, { 9000, 700 }, { 8000, 6500 }, { 4000, 3000 }, { 500, 7000 }, { 100, 50 } };
  g_autoptr (ZxCity) city = city_with_boundary (ring, 6);
  double truth = zx_geometry_area (&city->areas.polygons, 0) * 1e-6;
  g_autoptr (ZxCells) cells = zx_cells_new (city, 300, NULL, NULL);
  double sum = 0, whole = sqrt (0.75) * 0.09;
  for (guint c = 0; c < cells->n; c++)
    {
      sum += cells->area_km2[c];
      g_assert_cmpfloat (cells->area_km2[c], >, 0);
      g_assert_cmpfloat (cells->area_km2[c], <, whole * 1.00001);
    }
  g_assert_cmpfloat (fabs (sum / truth - 1), <, 0.01); /* slivers below a tenth are left out */
}

static void
test_cells_are_found_where_they_are (void)
{
  g_autoptr (ZxCity) city = square_city (5000);
  g_autoptr (ZxCells) cells = zx_cells_new (city, 400, NULL, NULL);
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint c = 0; c < cells->n; c++)
    g_assert_cmpint (zx_cells_at (cells, cells->x_m[c], cells->y_m[c]), ==, c);
  for (guint k = 0; k < 5000; k++)
    {
      double x = 5000 * zx_rng_uniform (&rng), y = 5000 * zx_rng_uniform (&rng);
      gint32 found = zx_cells_at (cells, x, y);
      gint32 nearest = -1;
      double least = INFINITY;
      for (guint c = 0; c < cells->n; c++)
        {
          double d = hypot (x - cells->x_m[c], y - cells->y_m[c]);
          if (d < least)
            {
              least = d;
              nearest = (gint32) c;
            }
        }
      if (least < 199.9) /* else in a sliver that is no cell, or on a border */
        g_assert_cmpint (found, ==, nearest);
    }
  g_assert_cmpint (zx_cells_at (cells, -1e4, 0), ==, -1);
  g_assert_cmpint (zx_cells_at (cells, NAN, 0), ==, -1);
  g_assert_cmpint (zx_cells_at (cells, 1e300, 0), ==, -1);
}

static void
test_neighbours_are_one_width_away (void)
{
  g_autoptr (ZxCity) city = square_city (4000);
  g_autoptr (ZxCells) cells = zx_cells_new (city, 350, NULL, NULL);
  guint n_pairs = 0;
  for (guint a = 0; a < cells->n; a++)
    for (guint b = a + 1; b < cells->n; b++)
      n_pairs
          += fabs (hypot (cells->x_m[a] - cells->x_m[b], cells->y_m[a] - cells->y_m[b]) - 350) < 1;
  g_assert_cmpuint (n_pairs, ==, cells->n_edges);
  for (guint e = 0; e < cells->n_edges; e++)
    {
      guint32 a = cells->edge_a[e], b = cells->edge_b[e];
      g_assert_cmpuint (a, <, b);
      g_assert_cmpfloat (
          fabs (hypot (cells->x_m[a] - cells->x_m[b], cells->y_m[a] - cells->y_m[b]) - 350), <,
          1e-6);
      if (e > 0)
        g_assert_true (a > cells->edge_a[e - 1]
                       || (a == cells->edge_a[e - 1] && b > cells->edge_b[e - 1]));
    }
}

static void
test_size_is_chosen_for_two_thousand_cells (void)
{
  g_autoptr (ZxCity) city = square_city (30000);
  g_autoptr (ZxCells) cells = zx_cells_new (city, 0, NULL, NULL);
  g_assert_cmpfloat (fmod (cells->across_m, 50), ==, 0);
  g_assert_cmpuint (cells->n, >, 1700);
  g_assert_cmpuint (cells->n, <, 2400);
  g_autoptr (ZxCity) small = square_city (2000);
  g_autoptr (ZxCells) few = zx_cells_new (small, 0, NULL, NULL);
  g_assert_cmpfloat (few->across_m, ==, 300);
}

static void
test_outlines_hold_their_centres (void)
{
  g_autoptr (ZxCity) city = square_city (3000);
  g_autoptr (ZxCells) cells = zx_cells_new (city, 500, NULL, NULL);
  ZxGeometry outline;
  zx_cells_geometry (cells, &outline);
  g_assert_cmpuint (outline.n_rows, ==, cells->n);
  for (guint c = 0; c < cells->n; c++)
    {
      g_assert_true (zx_geometry_contains (&outline, c, cells->x_m[c], cells->y_m[c]));
      g_assert_cmpfloat (fabs (zx_geometry_area (&outline, c) / (sqrt (0.75) * 250000) - 1), <,
                         1e-9);
    }
  zx_geometry_clear (&outline);
}

static void
test_impossible_sizes_are_refused (void)
{
  g_autoptr (ZxCity) city = square_city (3000);
  const double sizes[] = { -1, NAN, INFINITY, 3 };
  for (guint k = 0; k < G_N_ELEMENTS (sizes); k++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (zx_cells_new (city, sizes[k], NULL, &error));
      g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
    }
  g_autoptr (ZxCity) huge = square_city (5e6);
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_cells_new (huge, 20, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/demand/cells/cover-the-area-once", test_cells_cover_the_area_once);
  g_test_add_func ("/demand/cells/are-found-where-they-are", test_cells_are_found_where_they_are);
  g_test_add_func ("/demand/cells/neighbours-are-one-width-away",
                   test_neighbours_are_one_width_away);
  g_test_add_func ("/demand/cells/size-is-chosen-for-two-thousand-cells",
                   test_size_is_chosen_for_two_thousand_cells);
  g_test_add_func ("/demand/cells/outlines-hold-their-centres", test_outlines_hold_their_centres);
  g_test_add_func ("/demand/cells/impossible-sizes-are-refused", test_impossible_sizes_are_refused);
  return g_test_run ();
}
