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

/* The bytes of a blob whose room is there, a piece at a time: a hundred megabytes at once would
 * keep a cancel waiting. */
static gboolean
fill_blob (ZxStore *self, const char *name, const guint8 *data, gsize n, GError **error)
{
  sqlite3_blob *blob = NULL;
  gboolean ok = sqlite3_blob_open (self->db, "main", "zx_blob", "bytes",
                                   sqlite3_last_insert_rowid (self->db), 1, &blob)
                == SQLITE_OK;
  for (gsize at = 0; ok && at < n; at += PIECE_BYTES)
    {
      if (!zx_progress_step (self->progress, at, n, error))
        break;
      ok = sqlite3_blob_write (blob, data + at, (int) MIN (n - at, PIECE_BYTES), (int) at)
           == SQLITE_OK;
    }
  if (!ok)
    fail (self, name, error);
  sqlite3_blob_close (blob);
  return ok && !zx_progress_is_stopped (self->progress);
}

gboolean
zx_store_put (ZxStore *self, const char *name, const char *fingerprint, GBytes *bytes,
              GError **error)
{
  gsize n;
  gconstpointer data = g_bytes_get_data (bytes, &n);
  gboolean is_large = n > PIECE_BYTES && n < G_MAXINT;
  if (!zx_progress_step (self->progress, 0, 1, error))
    return FALSE;
  sqlite3_stmt *statement
      = zx_store_prepare (self, "INSERT OR REPLACE INTO zx_blob VALUES (?1, ?2, ?3)", error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 2, fingerprint != NULL ? fingerprint : "", -1, SQLITE_STATIC);
  if (is_large)
    sqlite3_bind_zeroblob64 (statement, 3, n);
  else
    sqlite3_bind_blob64 (statement, 3, data != NULL ? data : "", n, SQLITE_STATIC);
  return zx_store_finish (self, statement, name, error)
         && (!is_large || fill_blob (self, name, data, n, error));
}

GBytes *
zx_store_get (ZxStore *self, const char *name, char **fingerprint, GError **error)
{
  GBytes *bytes = NULL;
  sqlite3_stmt *statement
      = zx_store_prepare (self, "SELECT fingerprint, bytes FROM zx_blob WHERE name = ?1", error);
  if (statement == NULL)
    return NULL;
  sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
  int code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    {
      bytes = g_bytes_new (sqlite3_column_blob (statement, 1),
                           (gsize) sqlite3_column_bytes (statement, 1));
      if (fingerprint != NULL)
        *fingerprint = g_strdup ((const char *) sqlite3_column_text (statement, 0));
    }
  else if (code != SQLITE_DONE)
    fail (self, name, error);
  sqlite3_finalize (statement);
  return bytes;
}

gboolean
zx_store_remove (ZxStore *self, const char *name, GError **error)
{
  sqlite3_stmt *statement = zx_store_prepare (self, "DELETE FROM zx_blob WHERE name = ?1", error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
  return zx_store_finish (self, statement, name, error);
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
    g_strv_builder_add (names, (const char *) sqlite3_column_text (statement, 0));
  sqlite3_finalize (statement);
  return g_strv_builder_end (names);
}
