/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The map without a window: the plane, the colours at every zoom, what coordinates mean. */

#include "ui/map/zx-map-painter.h"
#include "ui/map/zx-plane.h"
#include "ui/widgets/zx-search.h"
#include "zx-test.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <sqlite3.h>

#include "app/report/zx-plate.h"
#include "data/gis/zx-gis.h"
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
          colour_in_the_middle (data, (ZxMapInk){ ZX_MAP_LAYER_USAGE_HEAT, 1.0, ZX_MAP_STYLE_INIT },
                                x, y, zoom, white, seen);
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
          colour_in_the_middle (
              data, (ZxMapInk){ kinds[k], zx_map_layer_opacity (layer), ZX_MAP_STYLE_INIT }, x, y,
              zoom, paper, seen);
          for (guint channel = 0; channel < 3; channel++)
            g_assert_cmpint (ABS (seen[channel] - printed[channel]), <=, 1);
        }
    }
  zx_test_folder_remove (folder);
}

/* ---- tiles ---------------------------------------------------------------------------------- */

#define TILE_ZOOM 15

/* Each tile has one colour of its own: red by column, green by row. */
static GBytes *
one_colour (guint column, guint row)
{
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 256, 256);
  char *bytes;
  gsize n;
  gdk_pixbuf_fill (picture, (column % 8 * 32) << 24 | (row % 8 * 32) << 16 | 0x80 << 8 | 0xff);
  g_assert_true (gdk_pixbuf_save_to_buffer (picture, &bytes, &n, "png", NULL, NULL));
  return g_bytes_new_take (bytes, n);
}

static void
write_mbtiles (const char *path, double lon, double lat)
{
  sqlite3 *db;
  sqlite3_stmt *put;
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db,
                                 "CREATE TABLE metadata (name, value);"
                                 "INSERT INTO metadata VALUES ('name', 'Test'), ('format', 'png'), "
                                 "('attribution', '<a href=\"x\">© Somebody</a>');"
                                 "CREATE TABLE map (zoom_level, tile_column, tile_row, tile_data);"
                                 "CREATE VIEW tiles AS SELECT * FROM map; BEGIN",
                                 NULL, NULL, NULL),
                   ==, SQLITE_OK);
  sqlite3_prepare_v2 (db, "INSERT INTO map VALUES (?, ?, ?, ?)", -1, &put, NULL);
  guint n = 1U << TILE_ZOOM;
  guint middle_column = (guint) ((lon + 180) / 360 * n),
        middle_row = (guint) ((1 - asinh (tan (lat * G_PI / 180)) / G_PI) / 2 * n);
  for (guint column = middle_column - 8; column <= middle_column + 8; column++)
    for (guint row = middle_row - 8; row <= middle_row + 8; row++)
      {
        g_autoptr (GBytes) bytes = one_colour (column, row);
        sqlite3_bind_int (put, 1, TILE_ZOOM);
        sqlite3_bind_int (put, 2, (int) column);
        sqlite3_bind_int (put, 3, (int) (n - 1 - row));
        sqlite3_bind_blob (put, 4, g_bytes_get_data (bytes, NULL), (int) g_bytes_get_size (bytes),
                           SQLITE_TRANSIENT);
        g_assert_cmpint (sqlite3_step (put), ==, SQLITE_DONE);
        sqlite3_reset (put);
      }
  sqlite3_finalize (put);
  sqlite3_exec (db, "COMMIT", NULL, NULL, NULL);
  sqlite3_close (db);
}

/* Every place of a picture shows the tile that the place is in. */
static void
test_tiles (void)
{
  enum
  {
    SIDE = 400
  };
  g_autofree char *folder = zx_test_folder ();
  g_autofree char *path = g_build_filename (folder, "tiles.mbtiles", NULL);
  g_autoptr (ZxMapData) data = town (folder);
  g_autoptr (GError) error = NULL;
  ZxProject *project = zx_map_data_project (data);
  const ZxCity *city = zx_map_data_city (data);
  double x = (city->min_x_m + city->max_x_m) / 2, y = (city->min_y_m + city->max_y_m) / 2, lon, lat;
  g_assert_true (zx_project_prepare_places (project, &error));
  g_assert_true (zx_project_to_degrees (project, x, y, &lon, &lat));
  write_mbtiles (path, lon, lat);
  ZxTiles *tiles = zx_tiles_open (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (zx_tiles_attribution (tiles), ==, "© Somebody");
  g_autoptr (ZxBackdrop) backdrop = zx_backdrop_new_for_tiles (tiles);
  ZxMapOrder order = { .data = data };
  order.centre_x_m = x;
  order.centre_y_m = y;
  order.metres_per_unit = 9.0;
  order.width = order.height = SIDE;
  order.device_scale = 1;
  order.text_scale = 1.3;
  order.backdrop = backdrop;
  zx_map_order_locate (&order);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, SIDE, SIDE);
  cairo_t *cr = cairo_create (surface);
  zx_map_order_paint (&order, cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  guint n_checked = 0, n_wrong = 0, world = 1U << TILE_ZOOM;
  for (int row = 0; row < SIDE; row += 3)
    for (int column = 0; column < SIDE; column += 3)
      {
        double mercator_x, mercator_y;
        zx_project_to_degrees (project, x + (column + 0.5 - SIDE / 2) * 9.0,
                               y - (row + 0.5 - SIDE / 2) * 9.0, &lon, &lat);
        mercator_x = (lon + 180) / 360 * world;
        mercator_y = (1 - asinh (tan (lat * G_PI / 180)) / G_PI) / 2 * world;
        double in_x = mercator_x - floor (mercator_x), in_y = mercator_y - floor (mercator_y);
        if (fmin (fmin (in_x, 1 - in_x), fmin (in_y, 1 - in_y)) < 0.02)
          continue;
        const guint8 *pixel = cairo_image_surface_get_data (surface)
                              + row * cairo_image_surface_get_stride (surface) + 4 * column;
        n_checked++;
        n_wrong += ABS (pixel[2] - (int) ((guint) mercator_x % 8 * 32)) > 1
                   || ABS (pixel[1] - (int) ((guint) mercator_y % 8 * 32)) > 1;
      }
  g_assert_cmpuint (n_checked, >, 10000);
  g_assert_cmpuint (n_wrong, ==, 0);
  cairo_surface_destroy (surface);
  zx_test_folder_remove (folder);
}

/* 北京: the shift of GCJ-02 is about 560 m there. */
static void
test_shifted_tiles (void)
{
  g_autoptr (ZxBackdrop) plain
      = zx_backdrop_new_for_address ("https://example.org/{z}/{x}/{y}.png", FALSE, "", NULL);
  g_autoptr (ZxBackdrop) shifted = zx_backdrop_new_for_address (
      "https://example.org/{z}/{x}/{y}.png", TRUE, "© Example", NULL);
  g_autoptr (GError) error = NULL;
  double x, y, x_2, y_2, lon = 116.4, lat = 39.9;
  zx_backdrop_locate (plain, lon, lat, &x, &y);
  zx_backdrop_locate (shifted, lon, lat, &x_2, &y_2);
  g_assert_cmpfloat (hypot (x_2 - x, y_2 - y), >, 500);
  zx_gis_gcj02_from_wgs84 (&lon, &lat);
  zx_backdrop_locate (plain, lon, lat, &x, &y);
  g_assert_cmpfloat_with_epsilon (x, x_2, 1e-6);
  g_assert_cmpfloat_with_epsilon (y, y_2, 1e-6);
  g_assert_cmpstr (zx_backdrop_attribution (plain), ==, "example.org");
  g_assert_null (zx_backdrop_new_for_address ("file:///{z}/{x}/{y}", FALSE, "", &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
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
  g_test_add_func ("/ui/map/tiles-lie-where-their-places-are", test_tiles);
  g_test_add_func ("/ui/map/shifted-tiles-are-shifted-back", test_shifted_tiles);
  g_test_add_func ("/ui/map/coordinates-are-read-in-either-order", test_coordinates);
  return g_test_run ();
}
