/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Raster tiles from SQLite files.
 *
 *   MBTiles      metadata (name, value); tiles (zoom_level, tile_column, tile_row, tile_data), rows
 *                counted from the south; often a view, so views are allowed here.
 *   GeoPackage   gpkg_contents (table_name, data_type 'tiles'), gpkg_tile_matrix_set (srs_id,
 * min_x, max_y), gpkg_tile_matrix (zoom_level, matrix_width, matrix_height, tile_width,
 *                pixel_x_size); rows counted from the north.
 *
 * A view may hide any work: each question is stopped after MOST_STEPS of SQLite's machine. */

#include "data/store/zx-store-private.h"

#include <string.h>

#define WORLD_M    40075016.685578488 /* circumference of the Mercator sphere */
#define WEB_PIXELS 256
#define MOST_ZOOM  24
#define MOST_STEPS 20000      /* thousands */
#define MOST_BYTES (16 << 20) /* of one tile */
#define MOST_SIDE  4096

struct _ZxTiles
{
  sqlite3 *db;
  sqlite3_stmt *get; /* zoom, column, row */
  GMutex turn;
  gboolean is_mbtiles;
  char *name, *attribution;
  GArray *levels; /* ZxTileLevel */
  guint n_steps;
};

ZxTileLevel
zx_tile_level_of_web (int zoom)
{
  zoom = CLAMP (zoom, 0, MOST_ZOOM);
  guint n = 1U << zoom;
  return (ZxTileLevel){
    zoom, -WORLD_M / 2, WORLD_M / 2, WORLD_M / (WEB_PIXELS * (double) n), WEB_PIXELS, n, n
  };
}

/* ---- asking ---------------------------------------------------------------------------------- */

static int
on_steps_cb (void *data)
{
  return ++((ZxTiles *) data)->n_steps > MOST_STEPS;
}

static sqlite3_stmt *
prepare (ZxTiles *self, const char *sql)
{
  sqlite3_stmt *statement = NULL;
  self->n_steps = 0;
  if (sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL) != SQLITE_OK)
    g_clear_pointer (&statement, sqlite3_finalize);
  return statement;
}

static gboolean
has_table (ZxTiles *self, const char *name)
{
  sqlite3_stmt *statement = prepare (self, "SELECT 1 FROM sqlite_master WHERE name = ?");
  gboolean has = FALSE;
  if (statement != NULL)
    {
      sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
      has = sqlite3_step (statement) == SQLITE_ROW;
    }
  sqlite3_finalize (statement);
  return has;
}

static char *
column_text (sqlite3_stmt *statement, int column)
{
  const char *text = (const char *) sqlite3_column_text (statement, column);
  return g_utf8_make_valid (text != NULL ? text : "", -1);
}

static char *
metadata (ZxTiles *self, const char *name)
{
  sqlite3_stmt *statement = prepare (self, "SELECT value FROM metadata WHERE name = ?");
  char *value = NULL;
  if (statement != NULL)
    {
      sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
      if (sqlite3_step (statement) == SQLITE_ROW)
        value = column_text (statement, 0);
    }
  sqlite3_finalize (statement);
  return value != NULL ? value : g_strdup ("");
}

/* "<a href=…>© Someone</a>" becomes "© Someone". */
static char *
without_markup (const char *text)
{
  GString *plain = g_string_new (NULL);
  gboolean is_tag = FALSE;
  for (const char *at = text; *at != '\0' && plain->len < 200; at = g_utf8_next_char (at))
    {
      gunichar letter = g_utf8_get_char (at);
      if (letter == '<' || letter == '>')
        is_tag = letter == '<';
      else if (!is_tag && !g_unichar_iscntrl (letter))
        g_string_append_unichar (plain, letter);
    }
  return g_string_free (plain, FALSE);
}

/* ---- MBTiles -----------------------------------------------------------------------------------
 */

static gboolean
open_mbtiles (ZxTiles *self, const char *path, GError **error)
{
  g_autofree char *format = metadata (self, "format"),
                  *attribution = metadata (self, "attribution");
  if (g_ascii_strcasecmp (format, "pbf") == 0 || g_ascii_strcasecmp (format, "mvt") == 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("%s holds vector tiles; give a file with pictures (PNG or JPEG)"), path);
      return FALSE;
    }
  self->is_mbtiles = TRUE;
  self->name = metadata (self, "name");
  self->attribution = without_markup (attribution);
  sqlite3_stmt *statement
      = prepare (self, "SELECT min(zoom_level), max(zoom_level) FROM tiles WHERE zoom_level >= 0");
  int low = 0, high = -1;
  if (statement != NULL && sqlite3_step (statement) == SQLITE_ROW
      && sqlite3_column_type (statement, 0) != SQLITE_NULL)
    {
      low = sqlite3_column_int (statement, 0);
      high = MIN (sqlite3_column_int (statement, 1), MOST_ZOOM);
    }
  sqlite3_finalize (statement);
  for (int zoom = low; zoom <= high; zoom++)
    {
      const ZxTileLevel level = zx_tile_level_of_web (zoom);
      g_array_append_val (self->levels, level);
    }
  self->get = prepare (self, "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? "
                             "AND tile_row = ?");
  return TRUE;
}

/* ---- GeoPackage --------------------------------------------------------------------------------
 */

static gboolean
is_level (const ZxTileLevel *level)
{
  return level->zoom >= 0 && level->zoom <= 40 && level->pixel_m > 0 && isfinite (level->pixel_m)
         && isfinite (level->left_m) && isfinite (level->top_m) && level->tile_pixels >= 1
         && level->tile_pixels <= MOST_SIDE && level->n_columns >= 1 && level->n_rows >= 1
         && level->n_columns <= 1 << MOST_ZOOM && level->n_rows <= 1 << MOST_ZOOM;
}

static void
read_levels (ZxTiles *self, const char *table, double left_m, double top_m)
{
  sqlite3_stmt *statement
      = prepare (self, "SELECT zoom_level, pixel_x_size, tile_width, matrix_width, matrix_height, "
                       "tile_height, pixel_y_size FROM gpkg_tile_matrix WHERE table_name = ? "
                       "ORDER BY pixel_x_size DESC");
  if (statement == NULL)
    return;
  sqlite3_bind_text (statement, 1, table, -1, SQLITE_STATIC);
  while (sqlite3_step (statement) == SQLITE_ROW && self->levels->len < 64)
    {
      const ZxTileLevel level = { sqlite3_column_int (statement, 0),
                                  left_m,
                                  top_m,
                                  sqlite3_column_double (statement, 1),
                                  (guint) sqlite3_column_int (statement, 2),
                                  (guint) sqlite3_column_int (statement, 3),
                                  (guint) sqlite3_column_int (statement, 4) };
      if (is_level (&level) && sqlite3_column_int (statement, 5) == (int) level.tile_pixels
          && fabs (sqlite3_column_double (statement, 6) / level.pixel_m - 1) < 1e-6)
        g_array_append_val (self->levels, level);
    }
  sqlite3_finalize (statement);
}

static gboolean
open_geopackage (ZxTiles *self, const char *path, GError **error)
{
  sqlite3_stmt *statement
      = prepare (self, "SELECT c.table_name, c.identifier, s.min_x, s.max_y, s.srs_id, "
                       "coalesce(r.organization_coordsys_id, 0) FROM gpkg_contents c "
                       "JOIN gpkg_tile_matrix_set s ON s.table_name = c.table_name "
                       "LEFT JOIN gpkg_spatial_ref_sys r ON r.srs_id = s.srs_id "
                       "WHERE c.data_type = 'tiles' ORDER BY c.table_name LIMIT 1");
  g_autofree char *table = NULL;
  int system = 0;
  if (statement != NULL && sqlite3_step (statement) == SQLITE_ROW)
    {
      table = column_text (statement, 0);
      self->name = column_text (statement, 1);
      system = sqlite3_column_int (statement, 5);
      if (system == 3857)
        read_levels (self, table, sqlite3_column_double (statement, 2),
                     sqlite3_column_double (statement, 3));
    }
  sqlite3_finalize (statement);
  if (table != NULL && system != 3857)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The tiles of %s are in the system EPSG:%d; only EPSG:3857 can be shown"),
                   path, system);
      return FALSE;
    }
  if (table == NULL)
    return TRUE;
  char *sql = sqlite3_mprintf ("SELECT tile_data FROM \"%w\" WHERE zoom_level = ? AND "
                               "tile_column = ? AND tile_row = ?",
                               table);
  self->get = prepare (self, sql);
  sqlite3_free (sql);
  self->attribution = g_strdup ("");
  return TRUE;
}

/* ---- public -------------------------------------------------------------------------------------
 */

static gboolean
open_database (ZxTiles *self, const char *path)
{
  if (sqlite3_open_v2 (path, &self->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL)
      != SQLITE_OK)
    return FALSE;
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
  sqlite3_limit (self->db, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit (self->db, SQLITE_LIMIT_LENGTH, MOST_BYTES);
  sqlite3_busy_timeout (self->db, 1000);
  sqlite3_progress_handler (self->db, 1000, on_steps_cb, self);
  sqlite3_exec (self->db, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0", NULL, NULL, NULL);
  return TRUE;
}

ZxTiles *
zx_tiles_open (const char *path, GError **error)
{
  g_autoptr (ZxTiles) self = g_new0 (ZxTiles, 1);
  g_mutex_init (&self->turn);
  self->levels = g_array_new (FALSE, FALSE, sizeof (ZxTileLevel));
  if (!open_database (self, path))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_IO, _ ("%s cannot be opened: %s"), path,
                   self->db != NULL ? sqlite3_errmsg (self->db) : "");
      return NULL;
    }
  gboolean is_fine = has_table (self, "gpkg_tile_matrix_set") ? open_geopackage (self, path, error)
                     : has_table (self, "tiles")              ? open_mbtiles (self, path, error)
                                                              : TRUE;
  if (!is_fine)
    return NULL;
  if (self->get == NULL || self->levels->len == 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("%s holds no map tiles; give an MBTiles file or a GeoPackage with tiles"),
                   path);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
zx_tiles_close (ZxTiles *self)
{
  if (self == NULL)
    return;
  sqlite3_finalize (self->get);
  sqlite3_close (self->db);
  g_array_unref (self->levels);
  g_free (self->name);
  g_free (self->attribution);
  g_mutex_clear (&self->turn);
  g_free (self);
}

const ZxTileLevel *
zx_tiles_levels (const ZxTiles *self, guint *n)
{
  *n = self->levels->len;
  return (const ZxTileLevel *) (gconstpointer) self->levels->data;
}

const char *
zx_tiles_name (const ZxTiles *self)
{
  return self->name;
}

const char *
zx_tiles_attribution (const ZxTiles *self)
{
  return self->attribution;
}

GBytes *
zx_tiles_get (ZxTiles *self, guint level, guint column, guint row)
{
  g_return_val_if_fail (level < self->levels->len, NULL);
  const ZxTileLevel *at = &g_array_index (self->levels, ZxTileLevel, level);
  GBytes *bytes = NULL;
  if (column >= at->n_columns || row >= at->n_rows)
    return NULL;
  g_mutex_lock (&self->turn);
  self->n_steps = 0;
  sqlite3_bind_int (self->get, 1, at->zoom);
  sqlite3_bind_int64 (self->get, 2, column);
  sqlite3_bind_int64 (self->get, 3, self->is_mbtiles ? at->n_rows - 1 - row : row);
  if (sqlite3_step (self->get) == SQLITE_ROW && sqlite3_column_type (self->get, 0) == SQLITE_BLOB)
    {
      const void *blob = sqlite3_column_blob (self->get, 0);
      int n = sqlite3_column_bytes (self->get, 0);
      if (blob != NULL && n > 0)
        bytes = g_bytes_new (blob, (gsize) n);
    }
  sqlite3_reset (self->get);
  g_mutex_unlock (&self->turn);
  return bytes;
}
