/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/store/zx-store.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "zx-test.h"

static char *
make (const char *folder, const char *name, const char *sql)
{
  char *path = g_build_filename (folder, name, NULL);
  sqlite3 *db;
  g_unlink (path);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  return path;
}

static void
assert_get (ZxTiles *tiles, guint level, guint column, guint row, const char *wanted)
{
  g_autoptr (GBytes) bytes = zx_tiles_get (tiles, level, column, row);
  if (wanted == NULL)
    {
      g_assert_null (bytes);
      return;
    }
  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), wanted,
                   strlen (wanted));
}

static void
test_mbtiles (void)
{
  g_autofree char *folder = zx_test_folder ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path
      = make (folder, "a.mbtiles",
              "CREATE TABLE metadata (name, value); INSERT INTO metadata VALUES ('name', 'Town');"
              "CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data);"
              "INSERT INTO tiles VALUES (2, 1, 3, x'4142'), (4, 0, 0, x'43'), (4, 1, 0, 'text')");
  g_autoptr (ZxTiles) tiles = zx_tiles_open (path, &error);
  guint n;
  g_assert_no_error (error);
  const ZxTileLevel *levels = zx_tiles_levels (tiles, &n);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpint (levels[0].zoom, ==, 2);
  g_assert_cmpfloat_with_epsilon (levels[0].pixel_m, 39135.758482, 1e-5);
  assert_get (tiles, 0, 1, 0,
              "AB"); /* rows are counted from the south there, from the north here */
  assert_get (tiles, 0, 1, 3, NULL);
  assert_get (tiles, 0, 4, 0, NULL);
  assert_get (tiles, 2, 0, 15, "C");
  assert_get (tiles, 2, 1, 15, NULL); /* not a picture's bytes */
  zx_test_folder_remove (folder);
}

#define GEOPACKAGE(SYSTEM)                                                                         \
  "CREATE TABLE gpkg_contents (table_name, data_type, identifier);"                                \
  "CREATE TABLE gpkg_spatial_ref_sys (srs_id, organization_coordsys_id);"                          \
  "CREATE TABLE gpkg_tile_matrix_set (table_name, srs_id, min_x, max_y);"                          \
  "CREATE TABLE gpkg_tile_matrix (table_name, zoom_level, matrix_width, matrix_height,"            \
  " tile_width, tile_height, pixel_x_size, pixel_y_size);"                                         \
  "CREATE TABLE \"my tiles\" (zoom_level, tile_column, tile_row, tile_data);"                      \
  "INSERT INTO gpkg_contents VALUES ('my tiles', 'tiles', 'Town');"                                \
  "INSERT INTO gpkg_spatial_ref_sys VALUES (7, " SYSTEM ");"                                       \
  "INSERT INTO gpkg_tile_matrix_set VALUES ('my tiles', 7, 1000.0, 9000.0);"                       \
  "INSERT INTO gpkg_tile_matrix VALUES ('my tiles', 3, 4, 2, 512, 512, 2.5, 2.5),"                 \
  " ('my tiles', 2, 2, 1, 512, 512, 5, 5), ('my tiles', 4, 2, 1, 512, 512, -1, 5),"                \
  " ('my tiles', 5, 2, 1, 512, 512, 1, 3), ('my tiles', 6, 2, 1, 99999, 99999, 1, 1);"             \
  "INSERT INTO \"my tiles\" VALUES (3, 2, 1, x'41')"

static void
test_geopackage (void)
{
  g_autofree char *folder = zx_test_folder ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = make (folder, "a.gpkg", GEOPACKAGE ("3857"));
  g_autofree char *other = make (folder, "b.gpkg", GEOPACKAGE ("4326"));
  g_autoptr (ZxTiles) tiles = zx_tiles_open (path, &error);
  guint n;
  g_assert_no_error (error);
  const ZxTileLevel *levels = zx_tiles_levels (tiles, &n);
  g_assert_cmpuint (n, ==, 2); /* the coarsest first; those that make no sense are left out */
  g_assert_cmpint (levels[0].zoom, ==, 2);
  g_assert_cmpint (levels[1].zoom, ==, 3);
  g_assert_cmpfloat (levels[1].left_m, ==, 1000);
  g_assert_cmpfloat (levels[1].top_m, ==, 9000);
  g_assert_cmpuint (levels[1].tile_pixels, ==, 512);
  assert_get (tiles, 1, 2, 1, "A");
  g_assert_null (zx_tiles_open (other, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "EPSG:4326"));
  zx_test_folder_remove (folder);
}

static void
test_no_tiles (void)
{
  static const char *const schemas[] = {
    "CREATE TABLE a (b)",
    "CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data)",
    "CREATE TABLE tiles (a)",
    "CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data);"
    "CREATE TABLE metadata (name, value); INSERT INTO metadata VALUES ('format', 'pbf');"
    "INSERT INTO tiles VALUES (0, 0, 0, x'41')",
    "CREATE TABLE gpkg_tile_matrix_set (a)",
    /* a view that never ends */
    "CREATE VIEW tiles AS WITH RECURSIVE t (zoom_level) AS (SELECT 1 UNION ALL SELECT zoom_level + "
    "1 FROM t) SELECT zoom_level, 0 AS tile_column, 0 AS tile_row, x'41' AS tile_data FROM t",
  };
  g_autofree char *folder = zx_test_folder ();
  for (guint i = 0; i < G_N_ELEMENTS (schemas); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = make (folder, "a.mbtiles", schemas[i]);
      g_assert_null (zx_tiles_open (path, &error));
      g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
    }
  g_autoptr (GError) error = NULL;
  g_autofree char *junk = g_build_filename (folder, "junk", NULL);
  g_assert_true (
      g_file_set_contents (junk, "no database at all, but long enough to be one", -1, NULL));
  g_assert_null (zx_tiles_open (junk, &error));
  g_assert_nonnull (error);
  zx_test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/tiles/mbtiles-count-rows-from-the-south", test_mbtiles);
  g_test_add_func ("/store/tiles/a-geopackage-has-its-own-origin", test_geopackage);
  g_test_add_func ("/store/tiles/what-holds-no-pictures-is-refused", test_no_tiles);
  return g_test_run ();
}
