/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The project file: one GeoPackage (SQLite, journal_mode=DELETE, synchronous=EXTRA).  The only room
 * with SQLite.
 *
 * It holds named blobs (recipe, settings, stage results) and feature tables that QGIS opens.  A
 * save is one transaction: a kill, a full disk or a pulled plug leaves the old project readable.
 * Our own tables: zx_meta (key TEXT PRIMARY KEY, value)                       migration number,
 * creator zx_blob (name TEXT PRIMARY KEY, fingerprint TEXT, bytes BLOB) zx_ledger (n INTEGER
 * PRIMARY KEY, time, stage, fingerprint, seconds, leaf BLOB)
 */
#pragma once

#include "data/city/zx-city.h"

G_BEGIN_DECLS

#define ZX_STORE_VERSION 2

typedef struct _ZxStore ZxStore;

/* @path must not exist for _create.  _open refuses a file that is no project of ours or is from a
 * newer version, in one sentence; it runs quick_check first and treats the file as hostile
 * (RELIABILITY.md §5.4). */
ZxStore *zx_store_create (const char *path, GError **error);
ZxStore *zx_store_open (const char *path, gboolean for_writing, GError **error);
/* A whole database that another program made: a GeoPackage of data, say. */
gboolean zx_store_is_foreign (const char *path);
void zx_store_close (ZxStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxStore, zx_store_close)

/* Asked while things are written and read; a stopped _put or _get fails with ZX_ERROR_CANCELLED,
 * and the caller rolls back.  @progress: borrowed until the store is closed, nullable. */
void zx_store_set_progress (ZxStore *self, const ZxProgress *progress);
/* All _put calls between _begin and _commit are one transaction. */
gboolean zx_store_begin (ZxStore *self, GError **error);
gboolean zx_store_commit (ZxStore *self, GError **error);
void zx_store_rollback (ZxStore *self);

gboolean zx_store_put (ZxStore *self, const char *name, const char *fingerprint, GBytes *bytes,
                       GError **error);
/* Returns: (transfer full) (nullable): NULL without @error when absent.  @fingerprint: (out)
 * (optional). */
GBytes *zx_store_get (ZxStore *self, const char *name, char **fingerprint, GError **error);
/* Whether a blob of that name and fingerprint is there; its bytes are not looked at. */
gboolean zx_store_has (ZxStore *self, const char *name, const char *fingerprint);
gboolean zx_store_remove (ZxStore *self, const char *name, GError **error);
char **zx_store_list (ZxStore *self, const char *prefix, GError **error); /* names, sorted */

/* A feature table for QGIS: replaces one of the same name.  @crs: metric or lon/lat, EPSG text or
 * WKT given by @wkt; @style_qml nullable. */
gboolean zx_store_put_layer (ZxStore *self, const ZxLayer *layer, const char *crs, const char *wkt,
                             const char *style_qml, GError **error);

typedef struct
{
  gint64 time;
  char *stage, *fingerprint, *leaf; /* leaf: hex SHA-256 of RFC 6962 leaf */
  double seconds;
} ZxLedgerRow;
void zx_ledger_row_free (ZxLedgerRow *self);
gboolean zx_store_append_ledger (ZxStore *self, gint64 time, const char *stage,
                                 const char *fingerprint, double seconds, GError **error);
GPtrArray *zx_store_ledger (ZxStore *self, GError **error); /* ZxLedgerRow, in order */
char *zx_store_ledger_head (ZxStore *self, GError **error); /* hex Merkle root (RFC 6962) */

/* ---- map tiles ---------------------------------------------------------------------------- */

/* Raster tiles of a file, MBTiles or a GeoPackage's tile set, in EPSG:3857. */
typedef struct _ZxTiles ZxTiles;

/* One scale: tile (column, row) lies right of @left_m and below @top_m. */
typedef struct
{
  int zoom;
  double left_m, top_m; /* EPSG:3857 */
  double pixel_m;       /* > 0 */
  guint tile_pixels;    /* of a side, 1 … 4096 */
  guint n_columns, n_rows;
} ZxTileLevel;

/* The levels of the whole world cut into 2^zoom tiles of 256 pixels, as web maps have them. */
ZxTileLevel zx_tile_level_of_web (int zoom);

/* Refuses vector tiles, other systems and what is no tile file, in one sentence.  The file is
 * hostile: it is opened read-only, its schema is not trusted and each question has a bound. */
ZxTiles *zx_tiles_open (const char *path, GError **error);
void zx_tiles_close (ZxTiles *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxTiles, zx_tiles_close)
/* Coarsest first.  Borrowed. */
const ZxTileLevel *zx_tiles_levels (const ZxTiles *self, guint *n);
const char *zx_tiles_name (const ZxTiles *self);        /* "" = not given; UTF-8 */
const char *zx_tiles_attribution (const ZxTiles *self); /* "" = not given; UTF-8, no markup */
/* The picture's bytes (PNG, JPEG, WebP).  Any thread.  NULL where there is no tile. */
GBytes *zx_tiles_get (ZxTiles *self, guint level, guint column, guint row);

/* ---- bytes -------------------------------------------------------------------------------- */

/* Little-endian, length-prefixed, versioned serialisation for blobs.  Reading checks every size
 * against what is left: hostile bytes give an error, never a crash. */
typedef struct _ZxWriter ZxWriter;
ZxWriter *zx_writer_new (const char *what, guint version);
void zx_writer_int (ZxWriter *self, gint64 value);
void zx_writer_double (ZxWriter *self, double value);
void zx_writer_text (ZxWriter *self, const char *value); /* NULL allowed */
void zx_writer_array (ZxWriter *self, gconstpointer values, gsize n,
                      gsize item_size);    /* raw little-endian items */
GBytes *zx_writer_finish (ZxWriter *self); /* frees the writer */

typedef struct
{
  const guint8 *at, *end;
  guint version;
  gboolean failed; /* sticky: all further reads give 0, NULL */
} ZxReader;
gboolean zx_reader_init (ZxReader *self, GBytes *bytes, const char *what, guint max_version,
                         GError **error);
gint64 zx_reader_int (ZxReader *self);
double zx_reader_double (ZxReader *self);
char *zx_reader_text (ZxReader *self); /* (transfer full) (nullable) */
gpointer zx_reader_array (ZxReader *self, gsize *n, gsize item_size); /* (transfer full): g_free */
gboolean zx_reader_finish (ZxReader *self, GError **error);           /* FALSE if anything failed */

/* The sealed city as bytes and back; equal cities give equal bytes.  NULL: stopped. */
GBytes *zx_store_pack_city (const ZxCity *city, const ZxProgress *progress, GError **error);
ZxCity *zx_store_unpack_city (GBytes *bytes, GError **error); /* sealed, fingerprint verified */
GBytes *zx_store_pack_findings (const ZxFindings *findings);
ZxFindings *zx_store_unpack_findings (GBytes *bytes, GError **error);

G_END_DECLS
