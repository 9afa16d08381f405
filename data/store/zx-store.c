/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The project file through SQLite.  DELETE journal and EXTRA sync: a full disk or a power cut
 * leaves the old generation readable (measured against WAL and FULL, which do not: RELIABILITY.md
 * §2.2).
 *
 * The file is also a GeoPackage 1.3 (application_id GPKG, user_version 10300), so QGIS opens its
 * feature tables; our migration number lives in zx_meta because GeoPackage owns user_version. */

#include "data/store/zx-store.h"

#include <sqlite3.h>
#include <time.h>

#include "data/store/zx-store-private.h"

#define GPKG_APPLICATION_ID 0x47504B47
#define PIECE_BYTES         (4u << 20)

static gboolean
fail (ZxStore *self, const char *doing, GError **error)
{
  int code = sqlite3_extended_errcode (self->db);
  const char *why = sqlite3_errmsg (self->db);
  if ((code & 0xff) == SQLITE_FULL)
    g_set_error (
        error, ZX_ERROR, ZX_ERROR_IO,
        _ ("%s: the disk is full; the project is as it was, free some space and try again"),
        self->path);
  else if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED)
    g_set_error (error, ZX_ERROR, ZX_ERROR_IO,
                 _ ("%s is being written by another program; try again when it has finished"),
                 self->path);
  else
    g_set_error (error, ZX_ERROR, ZX_ERROR_IO, _ ("%s: %s failed (%s)"), self->path, doing, why);
  return FALSE;
}

gboolean
zx_store_exec (ZxStore *self, const char *sql, GError **error)
{
  return sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK || fail (self, sql, error);
}

sqlite3_stmt *
zx_store_prepare (ZxStore *self, const char *sql, GError **error)
{
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL) != SQLITE_OK)
    {
      fail (self, sql, error);
      return NULL;
    }
  return statement;
}

gboolean
zx_store_finish (ZxStore *self, sqlite3_stmt *statement, const char *doing, GError **error)
{
  int code = sqlite3_step (statement);
  gboolean ok = code == SQLITE_DONE || code == SQLITE_ROW;
  if (!ok)
    fail (self, doing, error);
  sqlite3_finalize (statement);
  return ok;
}

/* ---- opening ------------------------------------------------------------------------------ */

static const char schema[]
    = "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY "
      "KEY,"
      " organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT "
      "NULL,"
      " description TEXT);"
      "CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,"
      " identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL,"
      " min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,"
      " CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));"
      "CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,"
      " geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT "
      "NOT NULL,"
      " CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),"
      " CONSTRAINT uk_gc_table_name UNIQUE (table_name),"
      " CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),"
      " CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));"
      "INSERT INTO gpkg_spatial_ref_sys VALUES"
      " ('Undefined Cartesian', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate "
      "reference system'),"
      " ('Undefined geographic', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate "
      "reference system'),"
      " ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS "
      "84\",6378137,"
      "298.257223563]],PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433]]', "
      "'longitude/latitude');"
      "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT,"
      " f_table_schema TEXT, f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML "
      "TEXT,"
      " styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT, ui TEXT, update_time "
      "DATETIME);"
      "CREATE TABLE zx_meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);"
      "CREATE TABLE zx_blob (name TEXT NOT NULL PRIMARY KEY, fingerprint TEXT NOT NULL, bytes BLOB "
      "NOT NULL);"
      "CREATE TABLE zx_ledger (n INTEGER PRIMARY KEY, time INTEGER NOT NULL, stage TEXT NOT NULL,"
      " fingerprint TEXT NOT NULL, seconds REAL NOT NULL, leaf BLOB NOT NULL);";

static void
harden (sqlite3 *db)
{
  sqlite3_db_config (db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_db_config (db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
  sqlite3_db_config (db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
  sqlite3_limit (db, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit (db, SQLITE_LIMIT_SQL_LENGTH, 100000);
  sqlite3_busy_timeout (db, 3000);
}

static ZxStore *
open_database (const char *path, int flags, GError **error)
{
  g_autoptr (ZxStore) self = g_new0 (ZxStore, 1);
  self->path = g_strdup (path);
  if (sqlite3_open_v2 (path, &self->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_IO, _ ("%s cannot be opened: %s"), path,
                   self->db != NULL ? sqlite3_errmsg (self->db) : "");
      return NULL;
    }
  harden (self->db);
  if (!zx_store_exec (self, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA foreign_keys=ON",
                      error))
    return NULL;
  return g_steal_pointer (&self);
}

static char *
scalar (ZxStore *self, const char *sql)
{
  char *value = NULL;
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL) == SQLITE_OK
      && sqlite3_step (statement) == SQLITE_ROW)
    value = g_strdup ((const char *) sqlite3_column_text (statement, 0));
  sqlite3_finalize (statement);
  return value;
}

ZxStore *
zx_store_create (const char *path, GError **error)
{
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("%s exists already; choose another name or remove it first"), path);
      return NULL;
    }
  g_autofree char *folder = g_path_get_dirname (path);
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING,
                   _ ("The folder %s does not exist; make it first"), folder);
      return NULL;
    }
  g_autoptr (ZxStore) self
      = open_database (path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, error);
  if (self == NULL)
    return NULL;
  g_autofree char *start = g_strdup_printf (
      "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA;"
      "PRAGMA application_id=%d; PRAGMA user_version=10300; BEGIN IMMEDIATE; %s"
      "INSERT INTO zx_meta VALUES ('format', '%d'), ('program', 'zhixing'); COMMIT",
      GPKG_APPLICATION_ID, schema, ZX_STORE_VERSION);
  self->is_writable = TRUE;
  if (!zx_store_exec (self, start, error))
    {
      zx_store_close (g_steal_pointer (&self));
      zx_file_abandon (path); /* it did not exist before */
      return NULL;
    }
  return g_steal_pointer (&self);
}

static gboolean
is_ours (ZxStore *self, GError **error)
{
  /* quick_check comes first: nothing else is read from pages that may lie. */
  g_autofree char *check = scalar (self, "PRAGMA quick_check(1)");
  int code = sqlite3_errcode (self->db) & 0xff;
  /* Left by a kill, it asks to be rolled back first: a disk that refuses says nothing about it. */
  if (check == NULL && (code == SQLITE_IOERR || code == SQLITE_FULL || code == SQLITE_BUSY))
    return fail (self, _ ("opening"), error);
  g_autofree char *application = scalar (self, "PRAGMA application_id");
  g_autofree char *program = g_strcmp0 (check, "ok") == 0
                                 ? scalar (self, "SELECT value FROM zx_meta WHERE key='program'")
                                 : NULL;
  g_autofree char *format
      = program != NULL ? scalar (self, "SELECT value FROM zx_meta WHERE key='format'") : NULL;
  if (g_strcmp0 (check, "ok") != 0 && sqlite3_errcode (self->db) != SQLITE_NOTADB && check != NULL)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("%s is damaged (%s); restore it from a copy"), self->path, check);
      return FALSE;
    }
  if (application == NULL || g_ascii_strtoll (application, NULL, 10) != GPKG_APPLICATION_ID
      || g_strcmp0 (program, "zhixing") != 0 || format == NULL)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("%s is not a project of Zhixing; make one with “zhixing-cli new”"),
                   self->path);
      return FALSE;
    }
  gint64 version = g_ascii_strtoll (format, NULL, 10);
  if (version > ZX_STORE_VERSION)
    {
      g_set_error (
          error, ZX_ERROR, ZX_ERROR_INVALID,
          _ ("%s was written by a newer version of Zhixing (format %lld, this one reads up to %d)"),
          self->path, (long long) version, ZX_STORE_VERSION);
      return FALSE;
    }
  return TRUE;
}

ZxStore *
zx_store_open (const char *path, gboolean for_writing, GError **error)
{
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING, _ ("%s does not exist"), path);
      return NULL;
    }
  /* What a killed run left half written is rolled back by the next who opens the file; one who may
   * only read could not, and would find neither the old project nor the new. */
  g_autofree char *journal = g_strconcat (path, "-journal", NULL);
  gboolean may_write = for_writing || g_file_test (journal, G_FILE_TEST_EXISTS);
  g_autoptr (ZxStore) self
      = open_database (path, may_write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, error);
  if (self == NULL || !is_ours (self, error))
    return NULL;
  self->is_writable = for_writing;
  if (for_writing
      && !zx_store_exec (self, "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA", error))
    return NULL;
  return g_steal_pointer (&self);
}

gboolean
zx_store_is_foreign (const char *path)
{
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return FALSE;
  g_autoptr (ZxStore) self = open_database (path, SQLITE_OPEN_READONLY, NULL);
  if (self == NULL)
    return FALSE;
  g_autofree char *check = scalar (self, "PRAGMA quick_check(1)");
  g_autofree char *program = g_strcmp0 (check, "ok") == 0
                                 ? scalar (self, "SELECT value FROM zx_meta WHERE key='program'")
                                 : NULL;
  return g_strcmp0 (check, "ok") == 0 && g_strcmp0 (program, "zhixing") != 0;
}

void
zx_store_close (ZxStore *self)
{
  if (self == NULL)
    return;
  sqlite3_close_v2 (self->db);
  g_free (self->path);
  g_free (self);
}

/* ---- transactions ------------------------------------------------------------------------- */

gboolean
zx_store_begin (ZxStore *self, GError **error)
{
  return zx_store_exec (self, "BEGIN IMMEDIATE", error);
}

gboolean
zx_store_commit (ZxStore *self, GError **error)
{
  if (zx_store_exec (self, "COMMIT", error))
    return TRUE;
  zx_store_rollback (self);
  return FALSE;
}

void
zx_store_rollback (ZxStore *self)
{
  sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
}

/* ---- blobs -------------------------------------------------------------------------------- */

void
zx_store_set_progress (ZxStore *self, const ZxProgress *progress)
{
  self->progress = progress;
}

/* A blob of hundreds of megabytes in one row would keep a cancel waiting, and a row ends at 1 GB:
 * what is longer than a piece goes on in rows of its own, "name", 0x1f, number.  No name of ours
 * holds a control character. */
static char *
piece_name (const char *name, guint piece)
{
  return piece == 0 ? g_strdup (name) : g_strdup_printf ("%s\x1f%08u", name, piece);
}

/* Steps a statement whose texts 1 and 2 bound the names of all pieces of @name but the first. */
static sqlite3_stmt *
prepare_for_rest (ZxStore *self, const char *sql, const char *name, GError **error)
{
  sqlite3_stmt *statement = zx_store_prepare (self, sql, error);
  if (statement == NULL)
    return NULL;
  sqlite3_bind_text (statement, 1, g_strconcat (name, "\x1f", NULL), -1, g_free);
  sqlite3_bind_text (statement, 2, g_strconcat (name, "\x20", NULL), -1, g_free);
  return statement;
}

static gboolean
remove_rest (ZxStore *self, const char *name, GError **error)
{
  sqlite3_stmt *statement
      = prepare_for_rest (self, "DELETE FROM zx_blob WHERE name > ?1 AND name < ?2", name, error);
  return statement != NULL && zx_store_finish (self, statement, name, error);
}

static gboolean
put_piece (ZxStore *self, const char *name, const char *fingerprint, const guint8 *data, gsize n,
           GError **error)
{
  sqlite3_stmt *statement
      = zx_store_prepare (self, "INSERT OR REPLACE INTO zx_blob VALUES (?1, ?2, ?3)", error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 2, fingerprint, -1, SQLITE_STATIC);
  sqlite3_bind_blob64 (statement, 3, data != NULL ? (gconstpointer) data : "", n, SQLITE_STATIC);
  return zx_store_finish (self, statement, name, error);
}

/* Programs that know no pieces must not read the first one as the whole. */
static gboolean
raise_format (ZxStore *self, GError **error)
{
  g_autofree char *sql
      = g_strdup_printf ("UPDATE zx_meta SET value = '%d' WHERE key = 'format'", ZX_STORE_VERSION);
  return zx_store_exec (self, sql, error);
}

gboolean
zx_store_put (ZxStore *self, const char *name, const char *fingerprint, GBytes *bytes,
              GError **error)
{
  gsize n;
  const guint8 *data = g_bytes_get_data (bytes, &n);
  guint n_pieces = (guint) MAX ((n + PIECE_BYTES - 1) / PIECE_BYTES, 1);
  gboolean ok = remove_rest (self, name, error) && (n_pieces == 1 || raise_format (self, error));
  for (guint piece = 0; ok && piece < n_pieces; piece++)
    {
      g_autofree char *own_name = piece_name (name, piece);
      gsize at = (gsize) piece * PIECE_BYTES;
      ok = zx_progress_step (self->progress, piece, n_pieces, error)
           && put_piece (self, own_name, fingerprint != NULL ? fingerprint : "",
                         data != NULL ? data + at : NULL, MIN (n - at, PIECE_BYTES), error);
    }
  return ok;
}

/* Appends what the next row of @statement holds in its first column. */
static gboolean
take_piece (sqlite3_stmt *statement, GByteArray *bytes)
{
  const void *piece = sqlite3_column_blob (statement, 0);
  int n = sqlite3_column_bytes (statement, 0);
  if (n <= 0 || (guint) n > G_MAXUINT - 1 - bytes->len)
    return n == 0;
  g_byte_array_append (bytes, piece, (guint) n);
  return TRUE;
}

static gboolean
append_rest (ZxStore *self, const char *name, GByteArray *bytes, GError **error)
{
  sqlite3_stmt *statement = prepare_for_rest (
      self, "SELECT bytes FROM zx_blob WHERE name > ?1 AND name < ?2 ORDER BY name", name, error);
  if (statement == NULL)
    return FALSE;
  int code = SQLITE_DONE;
  gboolean ok = TRUE;
  while (ok && (code = sqlite3_step (statement)) == SQLITE_ROW)
    ok = zx_progress_step (self->progress, 0, 1, error) && take_piece (statement, bytes);
  if (code != SQLITE_DONE && code != SQLITE_ROW)
    fail (self, name, error);
  sqlite3_finalize (statement);
  return ok && code == SQLITE_DONE;
}

GBytes *
zx_store_get (ZxStore *self, const char *name, char **fingerprint, GError **error)
{
  g_autoptr (GByteArray) bytes = NULL;
  sqlite3_stmt *statement
      = zx_store_prepare (self, "SELECT bytes, fingerprint FROM zx_blob WHERE name = ?1", error);
  if (statement == NULL)
    return NULL;
  sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
  int code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    {
      bytes = g_byte_array_new ();
      take_piece (statement, bytes);
      if (fingerprint != NULL)
        *fingerprint = g_strdup ((const char *) sqlite3_column_text (statement, 1));
    }
  else if (code != SQLITE_DONE)
    fail (self, name, error);
  sqlite3_finalize (statement);
  if (bytes == NULL || !append_rest (self, name, bytes, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

gboolean
zx_store_has (ZxStore *self, const char *name, const char *fingerprint)
{
  sqlite3_stmt *statement
      = zx_store_prepare (self, "SELECT 1 FROM zx_blob WHERE name = ?1 AND fingerprint = ?2", NULL);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 2, fingerprint, -1, SQLITE_STATIC);
  gboolean has = sqlite3_step (statement) == SQLITE_ROW;
  sqlite3_finalize (statement);
  return has;
}

gboolean
zx_store_remove (ZxStore *self, const char *name, GError **error)
{
  sqlite3_stmt *statement = zx_store_prepare (self, "DELETE FROM zx_blob WHERE name = ?1", error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
  return zx_store_finish (self, statement, name, error) && remove_rest (self, name, error);
}

char **
zx_store_list (ZxStore *self, const char *prefix, GError **error)
{
  sqlite3_stmt *statement = zx_store_prepare (
      self, "SELECT name FROM zx_blob WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name", error);
  if (statement == NULL)
    return NULL;
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  sqlite3_bind_text (statement, 1, prefix, -1, SQLITE_STATIC);
  while (sqlite3_step (statement) == SQLITE_ROW)
    {
      const char *name = (const char *) sqlite3_column_text (statement, 0);
      if (strchr (name, '\x1f') == NULL) /* no piece of another */
        g_strv_builder_add (names, name);
    }
  sqlite3_finalize (statement);
  return g_strv_builder_end (names);
}
