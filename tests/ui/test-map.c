/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The map without a window: the plane, the colours at every zoom, what coordinates mean. */

#include "ui/map/zx-map-painter.h"
#include "ui/map/zx-plane.h"
#include "ui/widgets/zx-search.h"
#include "zx-test.h"

#include "app/report/zx-plate.h"
#include "data/sample/zx-sample.h"

static void
test_plane (void)
{
  const ZxPlane plane = { 521000, 3921000 };
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint i = 0; i < 1000; i++)
    {
      double x = plane.origin_x_m + (zx_rng_uniform (&rng) - 0.5) * 400e3,
             y = plane.origin_y_m + (zx_rng_uniform (&rng) - 0.5) * 400e3, lat, lon, x2, y2;
      zx_plane_to_location (&plane, x, y, &lat, &lon);
      zx_plane_from_location (&plane, lat, lon, &x2, &y2);
      g_assert_cmpfloat_with_epsilon (x, x2, 1e-6);
      g_assert_cmpfloat_with_epsilon (y, y2, 1e-6);
    }
  for (double zoom = 1; zoom < 20; zoom += 0.7)
    g_assert_cmpfloat_with_epsilon (zx_plane_zoom (zx_plane_metres_per_unit (zoom)), zoom, 1e-9);
}

static ZxMapData *
town (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *files = g_build_filename (folder, "files", NULL);
  g_autofree char *ini = g_build_filename (files, "recipe.ini", NULL);
  g_autofree char *path = g_build_filename (folder, "town.gpkg", NULL);
  g_autofree char *text = NULL;
  g_assert_true (zx_sample_write (files, ZX_SAMPLE_TOWN, 1, NULL, &error));
  g_assert_true (g_file_get_contents (ini, &text, NULL, &error));
  g_autoptr (ZxRecipe) recipe = zx_recipe_parse (text, -1, &error);
  g_autoptr (ZxProject) project = zx_project_create (path, recipe, files, &error);
  g_assert_true (zx_project_run (project, ZX_STAGE_HEAT, NULL, &error));
  g_assert_no_error (error);
  return zx_map_data_new (project);
}

enum
{
  SIZE = 65
};

/* Blue, green, red of the middle. */
static void
read_middle (cairo_surface_t *surface, guint8 *channels)
{
  cairo_surface_flush (surface);
  const guint8 *pixel = cairo_image_surface_get_data (surface)
                        + cairo_image_surface_get_stride (surface) * (SIZE / 2) + 4 * (SIZE / 2);
  memcpy (channels, pixel, 3);
  cairo_surface_destroy (surface);
}

/* The colour of the map's picture in its middle, over @paper. */
static void
colour_in_the_middle (ZxMapData *data, ZxMapInk ink, double x_m, double y_m, double zoom,
                      const guint8 *paper, guint8 *channels)
{
  ZxMapOrder order = { data, { ink }, 1 };
  order.centre_x_m = x_m;
  order.centre_y_m = y_m;
  order.metres_per_unit = zx_plane_metres_per_unit (zoom);
  order.width = order.height = SIZE;
  order.device_scale = 1;
  order.text_scale = 1;
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, SIZE, SIZE);
  cairo_t *cr = cairo_create (surface);
  cairo_set_source_rgb (cr, paper[2] / 255.0, paper[1] / 255.0, paper[0] / 255.0);
  cairo_paint (cr);
  zx_map_order_paint (&order, cr);
  cairo_destroy (cr);
  read_middle (surface, channels);
}

/* The same of the report's map, painted by the report on a page without roads and names. */
static void
colour_in_the_report (const ZxCity *city, const ZxField *field, const ZxColourScale *scale,
                      double x_m, double y_m, double radius_m, guint8 *channels)
{
  ZxCity bare = *city;
  bare.roads.n = 0;
  bare.areas.n = 0;
  ZxPlate *plate = zx_plate_new (&bare, ZX_BASE_QUIET, "");
  zx_plate_look_at (plate, x_m, y_m, radius_m);
  if (field != NULL)
    zx_plate_set_field (plate, field, scale, "");
  zx_plate_hide_legend (plate);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, SIZE, SIZE);
  cairo_t *cr = cairo_create (surface);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  zx_plate_paint (cr, 0, 0, SIZE, SIZE, plate);
  cairo_destroy (cr);
  zx_plate_free (plate);
  read_middle (surface, channels);
}

static void
test_same_colour (void)
{
  g_autofree char *folder = zx_test_folder ();
  g_autoptr (ZxMapData) data = town (folder);
  const ZxField *field = zx_map_data_field (data, ZX_MAP_LAYER_USAGE_HEAT);
  const ZxColourScale *scale = zx_map_data_scale (data, ZX_MAP_LAYER_USAGE_HEAT);
  ZxRng rng = zx_rng_new (zx_test_seed ());
  guint n_checked = 0;
  for (guint i = 0; i < 2000 && n_checked < 40; i++)
    {
      /* In the middle of a cell, where the picture's bilinear value is the cell's own. */
      guint column = 2 + zx_rng_below (&rng, field->n_columns - 4),
            row = 2 + zx_rng_below (&rng, field->n_rows - 4);
      double x = field->min_x_m + (column + 0.5) * field->cell_m,
             y = field->min_y_m + (row + 0.5) * field->cell_m;
      float value = field->value[row * field->n_columns + column];
      ZxColour wanted = zx_colour_at (scale, value);
      if (!isfinite (value) || wanted.alpha < 1)
        continue;
      n_checked++;
      const double channels[] = { wanted.blue, wanted.green, wanted.red };
      for (double zoom = 10; zoom <= 16; zoom++)
        {
          static const guint8 white[] = { 255, 255, 255 };
          guint8 seen[3];
          colour_in_the_middle (data, (ZxMapInk){ ZX_MAP_LAYER_USAGE_HEAT, 1.0 }, x, y, zoom, white,
                                seen);
          for (guint k = 0; k < 3; k++)
            g_assert_cmpfloat (fabs (seen[k] - 255 * channels[k]), <=, 1.0);
        }
    }
  g_assert_cmpuint (n_checked, ==, 40);
  zx_test_folder_remove (folder);
}

/* As the map first shows a layer, and as the report prints it. */
static void
test_same_colour_in_the_report (void)
{
  static const double radii_m[] = { 400, 2000, 15000 };
  static const char *const names[] = { "usage_heat", "vehicle_heat", "shortfall" };
  static const ZxMapLayerKind kinds[]
      = { ZX_MAP_LAYER_USAGE_HEAT, ZX_MAP_LAYER_VEHICLE_HEAT, ZX_MAP_LAYER_SHORTFALL };
  static const ZxRamp ramps[] = { ZX_RAMP_HEAT, ZX_RAMP_HEAT, ZX_RAMP_DIFFERENCE };
  g_autofree char *folder = zx_test_folder ();
  g_autoptr (ZxMapData) data = town (folder);
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      const ZxField *field = zx_project_field (zx_map_data_project (data), names[k]);
      const ZxColourScale scale = zx_colour_scale_for (field, ramps[k]); /* as the report does */
      g_autoptr (ZxMapLayer) layer = zx_map_layer_new (kinds[k]);
      for (guint i = 0; i < 300; i++)
        {
          guint column = 2 + zx_rng_below (&rng, field->n_columns - 4),
                row = 2 + zx_rng_below (&rng, field->n_rows - 4);
          double x = field->min_x_m + (column + 0.5) * field->cell_m,
                 y = field->min_y_m + (row + 0.5) * field->cell_m;
          double zoom = 10 + 6 * zx_rng_uniform (&rng), radius_m = radii_m[i % 3];
          guint8 paper[3], printed[3], seen[3];
          if (!isfinite (field->value[row * field->n_columns + column]))
            continue;
          colour_in_the_report (zx_map_data_city (data), NULL, NULL, x, y, radius_m, paper);
          colour_in_the_report (zx_map_data_city (data), field, &scale, x, y, radius_m, printed);
          colour_in_the_middle (data, (ZxMapInk){ kinds[k], zx_map_layer_opacity (layer) }, x, y,
                                zoom, paper, seen);
          for (guint channel = 0; channel < 3; channel++)
            g_assert_cmpint (ABS (seen[channel] - printed[channel]), <=, 1);
        }
    }
  zx_test_folder_remove (folder);
}

static void
test_coordinates (void)
{
  double lon, lat;
  g_assert_true (zx_search_parse_degrees ("119.5, 35.4", &lon, &lat));
  g_assert_cmpfloat (lon, ==, 119.5);
  g_assert_cmpfloat (lat, ==, 35.4);
  g_assert_true (zx_search_parse_degrees ("35.4，119.5", &lon, &lat));
  g_assert_cmpfloat (lon, ==, 119.5);
  g_assert_true (zx_search_parse_degrees (" -46.63 -23.55 ", &lon, &lat));
  g_assert_cmpfloat (lon, ==, -46.63);
  g_assert_false (zx_search_parse_degrees ("35.4", &lon, &lat));
  g_assert_false (zx_search_parse_degrees ("35.4, 119.5, 3", &lon, &lat));
  g_assert_false (zx_search_parse_degrees ("Main Street 5", &lon, &lat));
  g_assert_false (zx_search_parse_degrees ("1e9 3", &lon, &lat));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/map/the-plane-turns-metres-there-and-back", test_plane);
  g_test_add_func ("/ui/map/a-place-has-one-colour-at-every-zoom", test_same_colour);
  g_test_add_func ("/ui/map/a-place-has-the-same-colour-in-the-report",
                   test_same_colour_in_the_report);
  g_test_add_func ("/ui/map/coordinates-are-read-in-either-order", test_coordinates);
  return g_test_run ();
}
