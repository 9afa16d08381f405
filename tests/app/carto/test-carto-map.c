/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/carto/zx-map-private.h"
#include "carto-city.h"
#include "tests/zx-test.h"

#define SIDE 400 /* units and pixels of the test maps: 10 km, 25 m per unit */

static ZxMapView
city_view (const ZxCity *city)
{
  ZxMapView view = zx_map_view_fit (0, 0, SIDE, SIDE, city->min_x_m, city->min_y_m, city->max_x_m,
                                    city->max_y_m);
  view.device_scale = 1;
  return view;
}

static void
assert_near_hex (guint32 pixel, guint32 rgb, int tolerance)
{
  for (guint shift = 0; shift < 24; shift += 8)
    g_assert_cmpint (abs ((int) (pixel >> shift & 0xff) - (int) (rgb >> shift & 0xff)), <=,
                     tolerance);
}

/* ---- views -------------------------------------------------------------------------------- */

static void
test_fit_shows_the_whole_extent_in_the_middle (void)
{
  ZxMapView view = zx_map_view_fit (10, 20, 300, 200, 0, 0, 3000, 1000);
  double x, y;
  g_assert_cmpfloat (view.metres_per_unit, ==, 10);
  zx_map_view_to_page (&view, 0, 0, &x, &y);
  g_assert_cmpfloat (x, ==, 10);
  g_assert_cmpfloat (y, ==, 170);
  zx_map_view_to_page (&view, 3000, 1000, &x, &y);
  g_assert_cmpfloat (x, ==, 310);
  g_assert_cmpfloat (y, ==, 70);
}

static void
test_fit_of_a_point_or_nan_is_still_a_view (void)
{
  g_assert_cmpfloat (zx_map_view_fit (0, 0, 100, 100, 5, 5, 5, 5).metres_per_unit, >, 0);
  ZxMapView view = zx_map_view_fit (0, 0, 100, 100, NAN, NAN, NAN, NAN);
  g_assert_false (zx_map_view_is_drawable (&view));
  view = zx_map_view_fit (0, 0, 0, 100, 0, 0, 5, 5);
  g_assert_false (zx_map_view_is_drawable (&view));
}

static void
test_scale_bar_is_true_on_the_ground (void)
{
  for (double metres_per_unit = 0.3; metres_per_unit < 3000; metres_per_unit *= 1.37)
    for (double correction = 0.7; correction < 1.1; correction += 0.1)
      {
        ZxMapView view = { 0, 0, 500, 500, 0, 0, metres_per_unit, correction, 4, FALSE };
        ZxScaleBar bar = zx_map_scale_bar (&view);
        g_assert_cmpfloat_with_epsilon (bar.units * metres_per_unit * correction, bar.metres,
                                        1e-9 * bar.metres);
        double lead = bar.metres / pow (10, floor (log10 (bar.metres) + 1e-9));
        g_assert_true (fabs (lead - 1) < 1e-6 || fabs (lead - 2) < 1e-6 || fabs (lead - 5) < 1e-6);
        g_assert_cmpfloat (bar.units, <=, 110 + 1e-9);
        g_assert_cmpfloat (bar.units, >=, 110 / 2.5 - 1e-9);
      }
}

/* ---- base map ----------------------------------------------------------------------------- */

typedef struct
{
  const ZxCity *city;
  ZxMapView view;
  ZxBaseStyle style;
} Base;

static void
paint_base (cairo_t *cr, gpointer data)
{
  const Base *base = data;
  zx_map_paint_base (cr, &base->view, base->city, base->style);
}

static void
test_pixels_have_the_colours_of_what_lies_there (void)
{
  for (int style = ZX_BASE_FULL; style <= ZX_BASE_QUIET; style++)
    for (int is_dark = 0; is_dark < 2; is_dark++)
      {
        g_autoptr (ZxCity) city = carto_city ();
        Base base = { city, city_view (city), (ZxBaseStyle) style };
        base.view.is_dark = is_dark;
        const ZxMapColours *colours = zx_map_colours (base.style, is_dark);
        cairo_surface_t *image = carto_image (SIDE, SIDE, paint_base, &base);
        /* 25 m per pixel, (0, 0) in the middle: the motorway runs along y = 200 */
        const ZxRoadColours *motorway = &colours->road[ZX_LOOK_MOTORWAY];
        guint32 road = carto_pixel (image, 330, 200) & 0xffffff;
        if (style == ZX_BASE_FULL)
          assert_near_hex (road, motorway->fill, 2);
        assert_near_hex (carto_pixel (image, 286, 94), colours->water, 1);
        assert_near_hex (carto_pixel (image, 44, 276), colours->green, 1);
        assert_near_hex (carto_pixel (image, 130, 30), colours->land, 1);
        assert_near_hex (carto_pixel (image, 2, 100), colours->outside, 1);
        cairo_surface_destroy (image);
      }
}

static void
test_a_bridge_lies_over_the_motorway (void)
{
  g_autoptr (ZxCity) city = carto_city ();
  Base base = { city, city_view (city), ZX_BASE_FULL };
  base.view.metres_per_unit = 5; /* bridges are ordinary roads at small scales */
  base.view.centre_x_m -= 2000;
  cairo_surface_t *image = carto_image (SIDE, SIDE, paint_base, &base);
  const ZxMapColours *colours = zx_map_colours (ZX_BASE_FULL, FALSE);
  assert_near_hex (carto_pixel (image, 200, 200), colours->road[ZX_LOOK_PRIMARY].fill, 2);
  assert_near_hex (carto_pixel (image, 240, 200), colours->road[ZX_LOOK_MOTORWAY].fill, 2);
  cairo_surface_destroy (image);
}

static void
test_nothing_is_painted_beyond_the_rectangle (void)
{
  g_autoptr (ZxCity) city = carto_city ();
  Base base = { city, city_view (city), ZX_BASE_FULL };
  base.view.page_x = base.view.page_y = 50;
  base.view.page_width = base.view.page_height = 200;
  cairo_surface_t *image = carto_image (300, 300, paint_base, &base);
  for (int i = 0; i < 300; i++)
    {
      g_assert_cmphex (carto_pixel (image, i, 49), ==, 0xffffffff);
      g_assert_cmphex (carto_pixel (image, i, 250), ==, 0xffffffff);
      g_assert_cmphex (carto_pixel (image, 49, i), ==, 0xffffffff);
      g_assert_cmphex (carto_pixel (image, 250, i), ==, 0xffffffff);
    }
  cairo_surface_destroy (image);
}

static void
test_same_map_same_bytes_on_any_number_of_threads (void)
{
  g_autoptr (ZxCity) city = carto_random_city (60000, zx_test_seed ());
  Base base = { city, city_view (city), ZX_BASE_FULL };
  guint n_threads = zx_parallel_threads ();
  g_autoptr (GByteArray) first = carto_pdf (SIDE, SIDE, paint_base, &base);
  zx_parallel_set_threads (1);
  g_autoptr (GByteArray) second = carto_pdf (SIDE, SIDE, paint_base, &base);
  zx_parallel_set_threads (n_threads > 1 ? n_threads : 3);
  g_autoptr (GByteArray) third = carto_pdf (SIDE, SIDE, paint_base, &base);
  zx_parallel_set_threads (0);
  g_assert_cmpmem (first->data, first->len, second->data, second->len);
  g_assert_cmpmem (first->data, first->len, third->data, third->len);
}

static void
test_many_roads_make_a_small_page (void)
{
  g_autoptr (ZxCity) city = carto_random_city (200000, zx_test_seed ());
  Base base = { city, city_view (city), ZX_BASE_FULL };
  g_autoptr (GByteArray) bytes = carto_pdf (SIDE, SIDE, paint_base, &base);
  g_test_message ("200 000 roads: %u bytes", bytes->len);
  g_assert_cmpuint (bytes->len, <, 2 * 1024 * 1024);
}

/* ---- paths -------------------------------------------------------------------------------- */

static double
distance_to_polyline (const ZxPolylines *lines, double x, double y)
{
  double nearest = INFINITY;
  for (guint line = 0; line < lines->first->len; line++)
    for (guint i = g_array_index (lines->first, guint, line);
         i + 1 < zx_polylines_end (lines, line); i++)
      {
        ZxPagePoint a = g_array_index (lines->points, ZxPagePoint, i);
        ZxPagePoint b = g_array_index (lines->points, ZxPagePoint, i + 1);
        double dx = (double) b.x - a.x, dy = (double) b.y - a.y;
        double t
            = CLAMP (((x - a.x) * dx + (y - a.y) * dy) / MAX (dx * dx + dy * dy, 1e-12), 0.0, 1.0);
        nearest = MIN (nearest, hypot (x - a.x - t * dx, y - a.y - t * dy));
      }
  return nearest;
}

static void
test_simplified_line_stays_within_its_tolerance (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  ZxMapView view = zx_map_view_fit (0, 0, 400, 400, 0, 0, 4000, 4000);
  for (guint round = 0; round < 40; round++)
    {
      double x[700], y[700];
      guint n = 2 + zx_rng_below (&rng, 698);
      ZxPathMaker maker;
      ZxPolylines lines;
      zx_path_maker_init (&maker, &view, 0);
      zx_polylines_init (&lines);
      x[0] = y[0] = 2000;
      for (guint i = 0; i < n; i++)
        {
          if (i > 0)
            {
              x[i] = CLAMP (x[i - 1] + 8 * zx_rng_normal (&rng), 1, 3999);
              y[i] = CLAMP (y[i - 1] + 8 * zx_rng_normal (&rng), 1, 3999);
            }
          zx_path_maker_add (&maker, x[i], y[i]);
        }
      zx_path_maker_end_line (&maker, &lines);
      for (guint i = 0; i < n && lines.first->len > 0; i++)
        {
          double page_x, page_y;
          zx_map_view_to_page (&view, x[i], y[i], &page_x, &page_y);
          g_assert_cmpfloat (distance_to_polyline (&lines, page_x, page_y), <, 0.2);
        }
      g_assert_cmpuint (lines.points->len, <=, n);
      zx_polylines_clear (&lines);
      zx_path_maker_clear (&maker);
    }
}

static void
test_clipped_line_ends_on_the_rectangle (void)
{
  ZxMapView view = zx_map_view_fit (0, 0, 100, 100, 0, 0, 100, 100);
  ZxPathMaker maker;
  ZxPolylines lines;
  zx_path_maker_init (&maker, &view, 0);
  zx_polylines_init (&lines);
  /* in, out over the right edge, back in, out to far away */
  const double corners[][2] = { { 50, 50 }, { 150, 50 }, { 150, 20 }, { 50, 20 }, { 50, -1e9 } };
  for (guint i = 0; i < G_N_ELEMENTS (corners); i++)
    zx_path_maker_add (&maker, corners[i][0], corners[i][1]);
  zx_path_maker_end_line (&maker, &lines);
  g_assert_cmpuint (lines.first->len, ==, 2);
  for (guint i = 0; i < lines.points->len; i++)
    {
      ZxPagePoint point = g_array_index (lines.points, ZxPagePoint, i);
      g_assert_true (point.x >= 0 && point.x <= 100 && point.y >= 0 && point.y <= 100);
    }
  zx_polylines_clear (&lines);
  zx_path_maker_clear (&maker);
}

static void
test_a_road_cut_into_crumbs_stays_connected (void)
{
  ZxMapView view = zx_map_view_fit (0, 0, 100, 100, 0, 0, 10000, 10000);
  ZxPathMaker maker;
  ZxPolylines lines;
  zx_path_maker_init (&maker, &view, 0);
  zx_polylines_init (&lines);
  for (double x = 1000; x < 9000; x += 7) /* 0.07 units each */
    {
      zx_path_maker_add (&maker, x, 5000 + 0.3 * (x - 1000));
      zx_path_maker_add (&maker, x + 7, 5000 + 0.3 * (x + 7 - 1000));
      zx_path_maker_end_line (&maker, &lines);
    }
  for (double x = 1100; x < 8900; x += 50)
    {
      double page_x, page_y;
      zx_map_view_to_page (&view, x, 5000 + 0.3 * (x - 1000), &page_x, &page_y);
      g_assert_cmpfloat (distance_to_polyline (&lines, page_x, page_y), <, 0.2);
    }
  zx_polylines_clear (&lines);
  zx_path_maker_clear (&maker);
}

/* ---- coverage ----------------------------------------------------------------------------- */

static ZxPolylines
random_lines (ZxRng *rng, const ZxMapView *view, guint n_lines, guint n_points)
{
  ZxPathMaker maker;
  ZxPolylines lines;
  zx_path_maker_init (&maker, view, 2);
  zx_polylines_init (&lines);
  for (guint line = 0; line < n_lines; line++)
    {
      double x = 100 * zx_rng_uniform (rng), y = 100 * zx_rng_uniform (rng);
      for (guint i = 0; i < n_points; i++)
        {
          zx_path_maker_add (&maker, x, y);
          x += 12 * zx_rng_normal (rng);
          y += 12 * zx_rng_normal (rng);
        }
      zx_path_maker_end_line (&maker, &lines);
    }
  zx_path_maker_clear (&maker);
  return lines;
}

typedef struct
{
  ZxMapView view;
  ZxPolylines lines;
  double scale, width;
  gboolean is_covered;
} CoverageMap;

static void
paint_coverage (cairo_t *cr, gpointer data)
{
  const CoverageMap *map = data;
  cairo_scale (cr, map->scale, map->scale);
  zx_map_view_begin (cr, &map->view);
  if (map->is_covered)
    {
      ZxCoverage *coverage = zx_coverage_new (cr, &map->view);
      g_assert_nonnull (coverage);
      for (guint round = 0; round < 2; round++) /* the second must find it empty again */
        {
          zx_coverage_add (coverage, &map->lines, map->width, TRUE);
          zx_coverage_paint (coverage, cr, (ZxColour){ 0, 0, 0, round == 0 ? 1 : 0 });
        }
      zx_coverage_free (coverage);
    }
  else
    {
      cairo_set_source_rgb (cr, 0, 0, 0);
      cairo_set_line_width (cr, map->width);
      cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
      cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
      zx_polylines_to_path (cr, &map->lines, 0, map->lines.first->len, FALSE);
      cairo_stroke (cr);
    }
  cairo_restore (cr);
}

static void
test_coverage_looks_like_a_stroke (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint round = 0; round < 30; round++)
    {
      CoverageMap map = { .view = zx_map_view_fit (0, 0, 100, 100, 0, 0, 100, 100) };
      map.lines = random_lines (&rng, &map.view, 4, 6);
      map.scale = 1 + round % 3;
      map.width = 1.6 + 2 * zx_rng_uniform (&rng);
      int side = (int) (100 * map.scale);
      cairo_surface_t *stroked = carto_image (side, side, paint_coverage, &map);
      map.is_covered = TRUE;
      cairo_surface_t *covered = carto_image (side, side, paint_coverage, &map);
      gsize sum = 0;
      for (int y = 0; y < side; y++)
        for (int x = 0; x < side; x++)
          {
            int a = (int) (carto_pixel (stroked, x, y) & 0xff);
            int b = (int) (carto_pixel (covered, x, y) & 0xff);
            g_assert_cmpint (abs (a - b), <=, 140); /* a pixel shared by the edges of two lines */
            sum += (gsize) abs (a - b);
          }
      g_assert_cmpfloat ((double) sum / side / side, <, 1.5);
      cairo_surface_destroy (stroked);
      cairo_surface_destroy (covered);
      zx_polylines_clear (&map.lines);
    }
}

static void
test_coverage_of_a_segment_is_its_area (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint round = 0; round < 50; round++)
    {
      CoverageMap map = { .view = zx_map_view_fit (0, 0, 100, 100, 0, 0, 100, 100) };
      ZxPathMaker maker;
      map.is_covered = TRUE;
      map.scale = 1;
      map.width = 0.3 + zx_rng_uniform (&rng); /* thin: ends are cut straight */
      zx_path_maker_init (&maker, &map.view, 0);
      zx_polylines_init (&map.lines);
      for (guint i = 0; i < 2; i++)
        zx_path_maker_add (&maker, 10 + 80 * zx_rng_uniform (&rng),
                           10 + 80 * zx_rng_uniform (&rng));
      zx_path_maker_end_line (&maker, &map.lines);
      cairo_surface_t *image = carto_image (100, 100, paint_coverage, &map);
      double area = 0, length = zx_polylines_length (&map.lines);
      for (int y = 0; y < 100; y++)
        for (int x = 0; x < 100; x++)
          area += (255 - (int) (carto_pixel (image, x, y) & 0xff)) / 255.0;
      g_assert_cmpfloat_with_epsilon (area, length * map.width, 0.02 * length * map.width + 0.3);
      cairo_surface_destroy (image);
      zx_polylines_clear (&map.lines);
      zx_path_maker_clear (&maker);
    }
}

static void
paint_turned (cairo_t *cr, gpointer data)
{
  const CoverageMap *map = data;
  cairo_rotate (cr, 0.1);
  g_assert_null (zx_coverage_new (cr, &map->view));
}

static void
test_coverage_leaves_turned_and_vector_pages_to_strokes (void)
{
  CoverageMap map = { .view = zx_map_view_fit (0, 0, 100, 100, 0, 0, 100, 100) };
  cairo_surface_destroy (carto_image (100, 100, paint_turned, &map));
  g_autoptr (GByteArray) bytes = carto_pdf (100, 100, paint_turned, &map);
  g_assert_cmpuint (bytes->len, >, 0);
}

/* ---- fields ------------------------------------------------------------------------------- */

typedef struct
{
  ZxMapView view;
  const ZxField *field;
  ZxColourScale scale;
} FieldMap;

static void
paint_field (cairo_t *cr, gpointer data)
{
  const FieldMap *map = data;
  zx_map_paint_field (cr, &map->view, map->field, &map->scale, 1);
}

static ZxField *
field_with_hole (void)
{
  ZxField *field = zx_field_new (0, 0, 10, 10, 10, "1", NULL);
  for (guint i = 0; i < 100; i++)
    field->value[i] = 0.8f;
  for (guint row = 4; row < 7; row++)
    for (guint column = 4; column < 7; column++)
      field->value[row * 10 + column] = NAN;
  return field;
}

static void
test_nan_cells_stay_transparent_and_nothing_bleeds_over_them (void)
{
  g_autoptr (ZxField) field = field_with_hole ();
  FieldMap map = { zx_map_view_fit (0, 0, 200, 200, 0, 0, 100, 100),
                   field,
                   { ZX_RAMP_HEAT, 0, 1, FALSE, NAN } };
  map.view.device_scale = 1;
  ZxColour colour = zx_colour_at (&map.scale, 0.8);
  guint32 painted = zx_colour_premultiplied (colour) & 0xffffff;
  cairo_surface_t *image = carto_image (200, 200, paint_field, &map);
  for (int y = 0; y < 200; y++)
    for (int x = 0; x < 200; x++)
      {
        guint column = (guint) x / 20, row = 9 - (guint) y / 20;
        guint32 pixel = carto_pixel (image, x, y);
        if (isnan (field->value[row * 10 + column]))
          g_assert_cmphex (pixel, ==, 0xffffffff);
        else if (x % 20 == 10 && y % 20 == 10)
          assert_near_hex (pixel, painted, 1);
      }
  cairo_surface_destroy (image);
}

static void
test_a_place_has_the_same_colour_at_every_scale (void)
{
  g_autoptr (ZxField) field = zx_field_new (0, 0, 100, 50, 50, "1", NULL);
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint i = 0; i < 2500; i++)
    field->value[i] = (float) zx_rng_uniform (&rng);
  FieldMap map = { .field = field, .scale = { ZX_RAMP_HEAT, 0, 1, FALSE, NAN } };
  for (guint round = 0; round < 30; round++)
    {
      double x = 500 + 4000 * zx_rng_uniform (&rng), y = 500 + 4000 * zx_rng_uniform (&rng);
      ZxColour exact = zx_colour_at (&map.scale, zx_field_at (field, x, y));
      for (double scale = 1; scale < 40; scale *= 2)
        {
          /* 41 pixels: the middle of the middle pixel is the place itself */
          map.view = (ZxMapView){ 0, 0, 41, 41, x, y, scale, 1, 1, FALSE };
          cairo_surface_t *image = carto_image (41, 41, paint_field, &map);
          assert_near_hex (carto_pixel (image, 20, 20), zx_colour_premultiplied (exact), 1);
          cairo_surface_destroy (image);
        }
    }
}

/* ---- values and points -------------------------------------------------------------------- */

typedef struct
{
  const ZxCity *city;
  ZxMapView view;
  const float *value;
  ZxColourScale scale;
} ValueMap;

static void
paint_choropleth (cairo_t *cr, gpointer data)
{
  const ValueMap *map = data;
  zx_map_paint_choropleth (cr, &map->view, &map->city->areas.polygons, map->value, &map->scale, 1);
}

static void
test_choropleth_fills_rows_by_their_value_and_leaves_nan_out (void)
{
  g_autoptr (ZxCity) city = carto_city ();
  float value[7] = { NAN, 0.9f, NAN, 0.5f, 1.1f, NAN, NAN };
  ValueMap map = { city, city_view (city), value, { ZX_RAMP_LOAD, 0, 1.2, FALSE, NAN } };
  cairo_surface_t *image = carto_image (SIDE, SIDE, paint_choropleth, &map);
  const struct
  {
    int x, y;
    float value;
  } spots[] = { { 100, 300, 0.9f }, { 100, 100, 0.5f }, { 300, 100, 1.1f } };
  for (guint i = 0; i < G_N_ELEMENTS (spots); i++)
    assert_near_hex (carto_pixel (image, spots[i].x, spots[i].y),
                     zx_colour_premultiplied (zx_colour_at (&map.scale, spots[i].value)), 1);
  g_assert_cmphex (carto_pixel (image, 300, 300), ==, 0xffffffff);
  cairo_surface_destroy (image);
}

static void
paint_lines (cairo_t *cr, gpointer data)
{
  const ValueMap *map = data;
  zx_map_paint_lines (cr, &map->view, &map->city->roads.lines, map->value, &map->scale, 4);
}

static void
test_lines_of_higher_value_lie_on_top (void)
{
  g_autoptr (ZxCity) city = carto_city ();
  float value[11];
  for (guint i = 0; i < 11; i++)
    value[i] = NAN;
  value[0] = 1.1f; /* the motorway crosses the primary road */
  value[2] = 0.3f;
  ValueMap map = { city, city_view (city), value, { ZX_RAMP_LOAD, 0, 1.2, FALSE, NAN } };
  cairo_surface_t *image = carto_image (SIDE, SIDE, paint_lines, &map);
  assert_near_hex (carto_pixel (image, 120, 200),
                   zx_colour_premultiplied (zx_colour_at (&map.scale, 1.1f)), 1);
  g_assert_cmphex (carto_pixel (image, 120, 300), ==, 0xffffffff);
  cairo_surface_destroy (image);
}

typedef struct
{
  const ZxCity *city;
  ZxMapView view;
  ZxMapPoints points;
  guint n_boxes;
  ZxBox boxes[400];
} PointMap;

static void
paint_points (cairo_t *cr, gpointer data)
{
  PointMap *map = data;
  zx_map_paint_ground (cr, &map->view, map->city, ZX_BASE_FULL);
  zx_map_paint_points (cr, &map->view, &map->points);
  zx_map_paint_names (cr, &map->view, map->city, ZX_BASE_FULL);
  const ZxOccupied *occupied = zx_occupied_of (cr);
  map->n_boxes = MIN (zx_occupied_count (occupied), G_N_ELEMENTS (map->boxes));
  for (guint i = 0; i < map->n_boxes; i++)
    map->boxes[i] = zx_occupied_get (occupied, i);
}

static gboolean
overlap (const ZxBox *a, const ZxBox *b)
{
  return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height
         && b->y < a->y + a->height;
}

static void
test_labels_cover_neither_each_other_nor_symbols (void)
{
  g_autoptr (ZxCity) city = carto_city ();
  ZxRng rng = zx_rng_new (zx_test_seed ());
  double x[60], y[60];
  const char *label[60];
  for (guint i = 0; i < 60; i++)
    {
      x[i] = city->min_x_m + 10000 * zx_rng_uniform (&rng);
      y[i] = city->min_y_m + 10000 * zx_rng_uniform (&rng);
      label[i] = i % 2 == 0 ? "充电站" : "Station";
    }
  PointMap map = { .city = city, .view = city_view (city) };
  map.points = (ZxMapPoints){ ZX_SYMBOL_STATION, 60, x, y, NULL, label, NULL, NULL };
  cairo_surface_t *image = carto_image (SIDE, SIDE, paint_points, &map);
  g_assert_cmpuint (map.n_boxes, >, 80); /* 60 symbols and most of their labels */
  ZxBox whole = { 0, 0, SIDE, SIDE };
  /* three for the frame, then the symbols, then what must keep clear of both */
  for (guint i = 63; i < map.n_boxes; i++)
    {
      g_assert_true (zx_box_holds (&whole, &map.boxes[i]));
      for (guint k = 0; k < 63; k++)
        g_assert_false (overlap (&map.boxes[i], &map.boxes[k]));
    }
  cairo_surface_destroy (image);
}

typedef struct
{
  PointMap map;
  ZxMapPoints pins;
} PinnedMap;

static void
paint_pinned (cairo_t *cr, gpointer data)
{
  PinnedMap *pinned = data;
  zx_map_take_points (cr, &pinned->map.view, &pinned->pins);
  zx_map_paint_points (cr, &pinned->map.view, &pinned->map.points);
  pinned->map.n_boxes = zx_occupied_count (zx_occupied_of (cr));
  for (guint i = 0; i < pinned->map.n_boxes; i++)
    pinned->map.boxes[i] = zx_occupied_get (zx_occupied_of (cr), i);
}

/* The pin of a site stands where the first name would: it goes to the other side. */
static void
test_names_give_way_to_pins_that_come_later (void)
{
  g_autoptr (ZxCity) city = carto_city ();
  const char *name = "充电站";
  ZxMapView view = city_view (city);
  double x = view.centre_x_m, y = view.centre_y_m, beside = x + 12 * view.metres_per_unit;
  PinnedMap pinned = { { .city = city, .view = view } };
  pinned.map.points = (ZxMapPoints){ ZX_SYMBOL_STATION, 1, &x, &y, NULL, &name, NULL, NULL };
  pinned.pins = (ZxMapPoints){ ZX_SYMBOL_SITE, 1, &beside, &y, NULL, NULL, NULL, NULL };
  cairo_surface_t *image = carto_image (SIDE, SIDE, paint_pinned, &pinned);
  const guint n_pin = 2; /* head and stem, then the station, then its name */
  g_assert_cmpuint (pinned.map.n_boxes, ==, n_pin + 2);
  for (guint i = 0; i <= n_pin; i++)
    g_assert_false (overlap (&pinned.map.boxes[n_pin + 1], &pinned.map.boxes[i]));
  cairo_surface_destroy (image);
}

static void
test_a_new_map_forgets_the_places_of_the_last (void)
{
  g_autoptr (ZxCity) city = carto_city ();
  double x = 500000, y = 4060000;
  PointMap map = { .city = city, .view = city_view (city) };
  map.points = (ZxMapPoints){ ZX_SYMBOL_SITE, 1, &x, &y, NULL, NULL, NULL, NULL };
  cairo_surface_t *image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, SIDE, SIDE);
  cairo_t *cr = cairo_create (image);
  paint_points (cr, &map);
  guint n_first = map.n_boxes;
  paint_points (cr, &map);
  g_assert_cmpuint (map.n_boxes, ==, n_first);
  cairo_destroy (cr);
  cairo_surface_destroy (image);
}

static void
test_stations_are_painted_where_they_stand (void)
{
  g_autoptr (ZxCity) city = carto_city ();
  PointMap map = { .city = city, .view = city_view (city) };
  map.points = (ZxMapPoints){
    ZX_SYMBOL_STATION, 3, city->stations.x_m, city->stations.y_m, NULL, NULL, NULL, NULL
  };
  cairo_surface_t *image = carto_image (SIDE, SIDE, paint_points, &map);
  for (int i = 0; i < 3; i++)
    {
      guint32 pixel = carto_pixel (image, 200 + 40 * i - 2, 241);
      g_assert_cmpint ((int) (pixel & 0xff), >, (int) (pixel >> 16 & 0xff)); /* blue */
    }
  cairo_surface_destroy (image);
}

/* ---- the fast ways of an image ------------------------------------------------------------ */

enum
{
  MANY = 600
};

#define GROUND 0xff40a040

static void
paint_bare_points (cairo_t *cr, gpointer data)
{
  const PointMap *map = data;
  cairo_set_source_rgb (cr, 0x40 / 255.0, 0xa0 / 255.0, 0x40 / 255.0);
  cairo_paint (cr);
  zx_map_paint_points (cr, &map->view, &map->points);
}

/* On a surface that is no image outlines and strokes are painted. */
static cairo_surface_t *
outlined_image (PointMap *map)
{
  const cairo_rectangle_t extents = { 0, 0, SIDE, SIDE };
  cairo_surface_t *recording = cairo_recording_surface_create (CAIRO_CONTENT_COLOR_ALPHA, &extents);
  cairo_t *cr = cairo_create (recording);
  paint_bare_points (cr, map);
  cairo_destroy (cr);
  cairo_surface_t *image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, SIDE, SIDE);
  cr = cairo_create (image);
  cairo_set_source_surface (cr, recording, 0, 0);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_surface_destroy (recording);
  return image;
}

/* Means of the greatest difference of a channel, over the pixels that differ from white in either.
 */
static double
mean_difference (cairo_surface_t *a, cairo_surface_t *b)
{
  double sum = 0;
  guint n = 0;
  for (guint y = 0; y < SIDE; y++)
    for (guint x = 0; x < SIDE; x++)
      {
        guint32 one = carto_pixel (a, x, y), other = carto_pixel (b, x, y);
        int most = 0;
        for (guint shift = 0; shift < 32; shift += 8)
          most = MAX (most, ABS ((int) (one >> shift & 0xff) - (int) (other >> shift & 0xff)));
        n += one != GROUND || other != GROUND;
        sum += most;
      }
  return sum / MAX (n, 1);
}

/* At whole quarters of a pixel a stamp stands exactly where the outline does: overlapping symbols
 * and those the edge cuts too. */
static void
test_stamped_symbols_are_the_outlined_ones (void)
{
  g_autoptr (ZxCity) city = carto_city ();
  PointMap map = { .city = city, .view = city_view (city) };
  g_autofree double *x = g_new (double, MANY), *y = g_new (double, MANY);
  g_autofree float *value = g_new (float, MANY);
  const ZxColourScale scale = { ZX_RAMP_LOAD, 0, 3, FALSE, 0 };
  const double quarter_m = map.view.metres_per_unit / 4;
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint i = 0; i < MANY; i++)
    {
      x[i] = map.view.centre_x_m + quarter_m * rint ((zx_rng_uniform (&rng) - 0.5) * 4.02 * SIDE);
      y[i] = map.view.centre_y_m + quarter_m * rint ((zx_rng_uniform (&rng) - 0.5) * 4.02 * SIDE);
      value[i] = (float) (i % 4);
    }
  const ZxSymbol symbols[]
      = { ZX_SYMBOL_STATION, ZX_SYMBOL_CANDIDATE, ZX_SYMBOL_REJECTED, ZX_SYMBOL_TRANSFORMER };
  for (guint i = 0; i < 2 * G_N_ELEMENTS (symbols); i++)
    {
      gboolean has_values = i % 2;
      map.points = (ZxMapPoints){ symbols[i / 2],
                                  MANY,
                                  x,
                                  y,
                                  NULL,
                                  NULL,
                                  has_values ? value : NULL,
                                  has_values ? &scale : NULL };
      cairo_surface_t *stamped = carto_image (SIDE, SIDE, paint_bare_points, &map),
                      *outlined = outlined_image (&map);
      g_assert_cmpfloat (mean_difference (stamped, outlined), <, 0.5);
      cairo_surface_destroy (stamped);
      cairo_surface_destroy (outlined);
    }
}

static void
test_rims_of_names_are_as_wide_as_strokes (void)
{
  g_autoptr (ZxCity) city = carto_city ();
  PointMap map = { .city = city, .view = city_view (city) };
  double x[12], y[12];
  const char *names[12];
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      names[i] = i % 2 ? "Harbour 17" : "港口北站";
      x[i] = map.view.centre_x_m + map.view.metres_per_unit * (90.3 * (i % 3) - 120);
      y[i] = map.view.centre_y_m + map.view.metres_per_unit * (70.7 * (double) (i / 3) - 110);
    }
  map.points = (ZxMapPoints){ ZX_SYMBOL_STATION, 12, x, y, NULL, names, NULL, NULL };
  cairo_surface_t *spread = carto_image (SIDE, SIDE, paint_bare_points, &map),
                  *stroked = outlined_image (&map);
  g_assert_cmpfloat (mean_difference (spread, stroked), <, 20);
  cairo_surface_destroy (spread);
  cairo_surface_destroy (stroked);
}

/* ---- legend and frame --------------------------------------------------------------------- */

/* How much of the map is no longer white. */
static double
share_painted (cairo_surface_t *image)
{
  guint n = 0;
  for (guint y = 0; y < SIDE; y++)
    for (guint x = 0; x < SIDE; x++)
      n += (carto_pixel (image, x, y) & 0xff0000) >> 16 < 0x80;
  return n / ((double) SIDE * SIDE);
}

static void
test_many_stations_leave_the_map_to_be_seen (void)
{
  enum
  {
    N = 4000
  };
  g_autoptr (ZxCity) city = carto_city ();
  PointMap map = { .city = city, .view = city_view (city) };
  g_autofree double *x = g_new (double, N);
  g_autofree double *y = g_new (double, N);
  ZxRng rng = zx_rng_new (11);
  for (guint i = 0; i < N; i++)
    {
      x[i] = city->min_x_m + zx_rng_uniform (&rng) * (city->max_x_m - city->min_x_m);
      y[i] = city->min_y_m + zx_rng_uniform (&rng) * (city->max_y_m - city->min_y_m);
    }
  map.points = (ZxMapPoints){ ZX_SYMBOL_STATION, N, x, y, NULL, NULL, NULL, NULL };
  cairo_surface_t *image = carto_image (SIDE, SIDE, paint_points, &map);
  double share = share_painted (image);
  g_assert_cmpfloat (share, >, 0.02); /* still there */
  g_assert_cmpfloat (share, <, 0.15);
  cairo_surface_destroy (image);
}

static void
test_legend_measures_what_it_paints (void)
{
  const ZxColourScale scale = { ZX_RAMP_HEAT, 0, 500, TRUE, 2 };
  const ZxSymbol symbols[] = { ZX_SYMBOL_STATION, ZX_SYMBOL_SITE };
  const char *labels[] = { "现有充电站", "入选站址" };
  const ZxLegend legend
      = { "充电使用热度，kWh/km²/d", &scale, 2, symbols, labels, "带宽 600 m", FALSE };
  cairo_surface_t *image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 300, 300);
  cairo_t *cr = cairo_create (image);
  double measured = zx_map_paint_legend (NULL, 0, 0, 200, &legend);
  double painted = zx_map_paint_legend (cr, 10, 10, 200, &legend);
  g_assert_cmpfloat_with_epsilon (measured, painted, 0.01);
  g_assert_cmpfloat (painted, >, 40);
  cairo_surface_flush (image);
  for (int x = 0; x < 300; x++) /* nothing below the height it names */
    g_assert_cmphex (carto_pixel (image, x, (int) ceil (10 + painted) + 1), ==, 0);
  cairo_destroy (cr);
  cairo_surface_destroy (image);
}

typedef struct
{
  const ZxCity *city;
  ZxMapView view;
  const ZxField *field;
} Everything;

static void
paint_everything (cairo_t *cr, gpointer data)
{
  const Everything *all = data;
  double x[] = { 500000, NAN, 1e18, 501000 }, y[] = { 4060000, 4060000, 0, INFINITY };
  double size[] = { 1, NAN, -3, 1e9 };
  const char *label[] = { "一", "", "\xff\xfe bad", NULL };
  float value[4] = { 1, NAN, INFINITY, -INFINITY };
  ZxColourScale scale = { ZX_RAMP_HEAT, 0, NAN, TRUE, NAN };
  zx_map_paint_base (cr, &all->view, all->city, ZX_BASE_FULL);
  if (all->field != NULL)
    zx_map_paint_field (cr, &all->view, all->field, &scale, 2);
  zx_map_paint_roads (cr, &all->view, all->city, ZX_BASE_QUIET);
  zx_map_paint_lines (cr, &all->view, &all->city->roads.lines, NULL, NULL, 2);
  for (int symbol = ZX_SYMBOL_STATION; symbol <= ZX_SYMBOL_BARRIER; symbol++)
    {
      ZxMapPoints points = { (ZxSymbol) symbol, 4, x, y, size, label, value, &scale };
      zx_map_paint_points (cr, &all->view, &points);
      points.n = 0;
      zx_map_paint_points (cr, &all->view, &points);
    }
  zx_map_paint_frame (cr, &all->view, "\xff");
  zx_map_paint_frame (cr, &all->view, NULL);
  ZxLegend legend = { 0 };
  zx_map_paint_legend (cr, 0, 0, all->view.page_width, &legend);
  legend.scale = &scale;
  zx_map_paint_legend (cr, 0, 0, all->view.page_width, &legend);
}

static void
paint_exclusions (cairo_t *cr, gpointer data)
{
  ZxMapView view = zx_map_view_fit (0, 0, SIDE, SIDE, 0, 0, 10000, 10000);
  zx_map_paint_exclusions (cr, &view, data);
}

static void
paint_barriers (cairo_t *cr, gpointer data)
{
  ZxMapView view = zx_map_view_fit (0, 0, SIDE, SIDE, 0, 0, 10000, 10000);
  zx_map_paint_barriers (cr, &view, data);
}

/* A line is kept as a ring there and back: painted once, in one piece, with bars across. */
static void
test_barriers_are_fences (void)
{
  g_autoptr (ZxCity) city = zx_city_new ();
  ZxGeometryBuilder builder;
  g_assert_true (zx_areas_alloc (&city->areas, 1, NULL));
  city->areas.kind[0] = ZX_AREA_BARRIER;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  zx_geometry_builder_begin_part (&builder, FALSE);
  zx_geometry_builder_point (&builder, 2500, 5000);
  zx_geometry_builder_point (&builder, 7500, 5000);
  zx_geometry_builder_point (&builder, 2500, 5000);
  zx_geometry_builder_end_row (&builder);
  zx_geometry_builder_finish (&builder, &city->areas.polygons);
  cairo_surface_t *image = carto_image (SIDE, SIDE, paint_barriers, city);
  guint n_bars = 0;
  for (int x = 0; x < SIDE; x++)
    {
      gboolean is_on_line = x > 101 && x < 298, is_beside = x < 98 || x > 301;
      gboolean is_ink = (carto_pixel (image, x, 200) & 0xff) < 0xd0;
      g_assert_true ((!is_on_line || is_ink) && (!is_beside || !is_ink));
      n_bars += (carto_pixel (image, x, 198) & 0xff) < 0xc0
                && (carto_pixel (image, x - 1, 198) & 0xff) >= 0xc0;
      g_assert_cmphex (carto_pixel (image, x, 190), ==, 0xffffffff);
    }
  g_assert_cmpuint (n_bars, >, 20);
  g_assert_cmpuint (n_bars, <, 40);
  cairo_surface_destroy (image);
}

/* Hatched: some of the area is ink, most is not, and nothing outside it is. */
static void
test_exclusions_are_hatched (void)
{
  g_autoptr (ZxCity) city = zx_city_new ();
  static const double corner[][2]
      = { { 2500, 2500 }, { 7500, 2500 }, { 7500, 7500 }, { 2500, 7500 }, { 2500, 2500 } };
  ZxGeometryBuilder builder;
  g_assert_true (zx_areas_alloc (&city->areas, 1, NULL));
  city->areas.kind[0] = ZX_AREA_EXCLUSION;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  zx_geometry_builder_begin_part (&builder, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (corner); i++)
    zx_geometry_builder_point (&builder, corner[i][0], corner[i][1]);
  zx_geometry_builder_end_row (&builder);
  zx_geometry_builder_finish (&builder, &city->areas.polygons);
  cairo_surface_t *image = carto_image (SIDE, SIDE, paint_exclusions, city);
  guint n_inside = 0;
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      {
        gboolean is_ink = (carto_pixel (image, x, y) & 0xffffff) != 0xffffff;
        if (x < 98 || x > 301 || y < 98 || y > 301)
          g_assert_false (is_ink);
        n_inside += is_ink;
      }
  g_assert_cmpuint (n_inside, >, 200 * 200 / 8);
  g_assert_cmpuint (n_inside, <, 200 * 200 * 2 / 3);
  cairo_surface_destroy (image);
}

static void
test_degenerate_maps_paint_something_or_nothing (void)
{
  g_autoptr (ZxCity) empty = carto_empty_city (), city = carto_city ();
  g_autoptr (ZxField) field = zx_field_new (499000, 4059000, 100, 20, 20, "1", NULL);
  for (guint i = 0; i < 400; i++)
    field->value[i] = i % 3 == 0 ? NAN : i % 3 == 1 ? INFINITY : -INFINITY;
  const ZxMapView normal = city_view (city);
  ZxMapView views[8];
  for (guint i = 0; i < 8; i++)
    views[i] = normal;
  views[1].page_width = 0;
  views[2].page_height = NAN;
  views[3].metres_per_unit = 0;
  views[4].metres_per_unit = 1e-9;
  views[5].metres_per_unit = 1e12;
  views[6].centre_x_m = INFINITY;
  views[7].device_scale = NAN;
  views[7].scale_correction = NAN;
  views[7].page_width = views[7].page_height = 3;
  for (guint i = 0; i < 8; i++)
    {
      Everything all = { i % 2 == 0 ? city : empty, views[i], field };
      cairo_surface_destroy (carto_image (50, 50, paint_everything, &all));
      all.city = i % 2 == 0 ? empty : city;
      cairo_surface_destroy (carto_image (50, 50, paint_everything, &all));
    }
}

/* ---- texts -------------------------------------------------------------------------------- */

static void
test_text_measures_without_a_context (void)
{
  cairo_surface_t *image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 300, 300);
  cairo_t *cr = cairo_create (image);
  const char *text = "充电站选址参考数据报告 site-selection reference report";
  ZxColour black = { 0, 0, 0, 1 };
  double one = zx_text_paint (cr, 0, 0, 1000, 10, FALSE, 0, black, text);
  double measured = zx_text_paint (NULL, 0, 0, 80, 10, FALSE, 0, black, text);
  double wrapped = zx_text_paint (cr, 0, 0, 80, 10, FALSE, 1, black, text);
  g_assert_cmpfloat_with_epsilon (measured, wrapped, 0.01);
  g_assert_cmpfloat (wrapped, >, 2.5 * one);
  g_assert_cmpfloat (zx_text_paint (cr, 0, 0, 80, 10, FALSE, 0, black, ""), ==, 0);
  g_assert_cmpfloat (zx_text_paint (cr, 0, 0, 80, 10, FALSE, 0, black, "\xff\xff"), >, 0);
  PangoLayout *layout = zx_text_layout (cr, 10, TRUE);
  pango_layout_set_text (layout, text, -1);
  g_object_unref (layout);
  cairo_destroy (cr);
  cairo_surface_destroy (image);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/carto/view/fit-shows-the-whole-extent-in-the-middle",
                   test_fit_shows_the_whole_extent_in_the_middle);
  g_test_add_func ("/carto/view/fit-of-a-point-or-nan-is-still-a-view",
                   test_fit_of_a_point_or_nan_is_still_a_view);
  g_test_add_func ("/carto/frame/scale-bar-is-true-on-the-ground",
                   test_scale_bar_is_true_on_the_ground);
  g_test_add_func ("/carto/base/pixels-have-the-colours-of-what-lies-there",
                   test_pixels_have_the_colours_of_what_lies_there);
  g_test_add_func ("/carto/base/a-bridge-lies-over-the-motorway",
                   test_a_bridge_lies_over_the_motorway);
  g_test_add_func ("/carto/base/nothing-is-painted-beyond-the-rectangle",
                   test_nothing_is_painted_beyond_the_rectangle);
  g_test_add_func ("/carto/base/same-map-same-bytes-on-any-number-of-threads",
                   test_same_map_same_bytes_on_any_number_of_threads);
  g_test_add_func ("/carto/base/many-roads-make-a-small-page", test_many_roads_make_a_small_page);
  g_test_add_func ("/carto/path/simplified-line-stays-within-its-tolerance",
                   test_simplified_line_stays_within_its_tolerance);
  g_test_add_func ("/carto/path/clipped-line-ends-on-the-rectangle",
                   test_clipped_line_ends_on_the_rectangle);
  g_test_add_func ("/carto/path/a-road-cut-into-crumbs-stays-connected",
                   test_a_road_cut_into_crumbs_stays_connected);
  g_test_add_func ("/carto/coverage/looks-like-a-stroke", test_coverage_looks_like_a_stroke);
  g_test_add_func ("/carto/coverage/of-a-segment-is-its-area",
                   test_coverage_of_a_segment_is_its_area);
  g_test_add_func ("/carto/coverage/leaves-turned-and-vector-pages-to-strokes",
                   test_coverage_leaves_turned_and_vector_pages_to_strokes);
  g_test_add_func ("/carto/barriers/are-fences", test_barriers_are_fences);
  g_test_add_func ("/carto/exclusions/are-hatched", test_exclusions_are_hatched);
  g_test_add_func ("/carto/field/nan-cells-stay-transparent-and-nothing-bleeds-over-them",
                   test_nan_cells_stay_transparent_and_nothing_bleeds_over_them);
  g_test_add_func ("/carto/field/a-place-has-the-same-colour-at-every-scale",
                   test_a_place_has_the_same_colour_at_every_scale);
  g_test_add_func ("/carto/values/choropleth-fills-rows-by-their-value-and-leaves-nan-out",
                   test_choropleth_fills_rows_by_their_value_and_leaves_nan_out);
  g_test_add_func ("/carto/values/lines-of-higher-value-lie-on-top",
                   test_lines_of_higher_value_lie_on_top);
  g_test_add_func ("/carto/points/labels-cover-neither-each-other-nor-symbols",
                   test_labels_cover_neither_each_other_nor_symbols);
  g_test_add_func ("/carto/points/names-give-way-to-pins-that-come-later",
                   test_names_give_way_to_pins_that_come_later);
  g_test_add_func ("/carto/points/a-new-map-forgets-the-places-of-the-last",
                   test_a_new_map_forgets_the_places_of_the_last);
  g_test_add_func ("/carto/points/stations-are-painted-where-they-stand",
                   test_stations_are_painted_where_they_stand);
  g_test_add_func ("/carto/points/stamped-symbols-are-the-outlined-ones",
                   test_stamped_symbols_are_the_outlined_ones);
  g_test_add_func ("/carto/points/rims-of-names-are-as-wide-as-strokes",
                   test_rims_of_names_are_as_wide_as_strokes);
  g_test_add_func ("/carto/points/many-stations-leave-the-map-to-be-seen",
                   test_many_stations_leave_the_map_to_be_seen);
  g_test_add_func ("/carto/legend/measures-what-it-paints", test_legend_measures_what_it_paints);
  g_test_add_func ("/carto/map/degenerate-maps-paint-something-or-nothing",
                   test_degenerate_maps_paint_something_or_nothing);
  g_test_add_func ("/carto/text/measures-without-a-context", test_text_measures_without_a_context);
  return g_test_run ();
}
