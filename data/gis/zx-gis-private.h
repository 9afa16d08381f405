/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of this room share: how one call listens to GDAL, what a path turned out to hold,
 * and how rows become columns. */
#pragma once

#include "data/gis/zx-gis.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

G_BEGIN_DECLS

/* Bounds on what comes from outside.  Legitimate files stay far below each of them. */
#define ZX_GIS_HEAD_ROWS          1000
#define ZX_GIS_MAX_COLUMNS        16384 /* as a spreadsheet */
#define ZX_GIS_MAX_LAYERS         1000  /* of one file */
#define ZX_GIS_MAX_ENTRIES        10000 /* of one archive */
#define ZX_GIS_MAX_INFLATED       (G_GUINT64_CONSTANT (2) << 30)
#define ZX_GIS_MAX_RATIO          100         /* inflated to packed bytes … */
#define ZX_GIS_FREE_INFLATED      (16u << 20) /* … of more than this many */
#define ZX_GIS_MAX_PIXELS         400000000u
#define ZX_GIS_LARGEST_COORDINATE 1e8 /* no system on Earth has larger ones */

/* ---- one call into GDAL (zx-gis-init.c) --------------------------------------------------- */

/* What GDAL and PROJ said on this thread between _begin and _end; nothing reaches stderr. */
typedef struct
{
  GPtrArray *warnings, *failures; /* distinct texts, at most 20 of each */
  char *first_failure;            /* NULL = none */
  guint n_warnings, n_failures;
  char *folder; /* left out of the texts */
} ZxGisCall;

/* @path: nullable; of the file the call is about. */
void zx_gis_call_begin (ZxGisCall *self, const char *path);
/* Stops listening; each distinct text becomes a "gis.driver-warning" or "gis.driver-error" of
 * @findings (nullable).  When @layer_name is NULL nothing is reported. */
void zx_gis_call_end (ZxGisCall *self, ZxFindings *findings, const char *layer_name);

/* ---- doubts about rows (zx-gis-doubts.c) -------------------------------------------------- */

/* Findings of one layer with a bound on their number: the first 100 rows of a rule by name, the
 * others as one finding that counts them. */
typedef struct
{
  ZxFindings *findings; /* nullable, borrowed */
  guint32 layer;
  GArray *rules;
} ZxGisDoubts;

void zx_gis_doubts_begin (ZxGisDoubts *self, ZxFindings *findings, const char *path,
                          const char *layer_name);
void zx_gis_doubt (ZxGisDoubts *self, const char *rule, gint64 row, ZxSeverity severity,
                   ZxAction action, const char *value, const char *bound);
void zx_gis_doubts_end (ZxGisDoubts *self);

/* ---- what a path holds (zx-gis-source.c) -------------------------------------------------- */

typedef enum
{
  ZX_GIS_TEXT_TABLE, /* CSV and its kin: read by this room itself */
  ZX_GIS_VECTOR,
  ZX_GIS_OSM,
  ZX_GIS_RASTER,
} ZxGisFormat;

typedef struct
{
  char *path; /* what to open: absolute, or in memory */
  char *stem; /* the file's name without extension: name of layers that have none */
  ZxGisFormat format;
  const char *driver; /* GDAL's short name, the only one allowed to open it */
  gboolean is_gzip;   /* TEXT_TABLE only: inflated while reading */
} ZxGisMember;

typedef struct
{
  char *folder;       /* under /vsimem/, removed with the source; NULL = nothing staged */
  GPtrArray *members; /* ZxGisMember; at least one */
} ZxGisSource;

ZxGisSource *zx_gis_source_open (const char *path, ZxFindings *findings, const ZxProgress *progress,
                                 GError **error);
void zx_gis_source_free (ZxGisSource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxGisSource, zx_gis_source_free)

guint64 zx_gis_member_size (const ZxGisMember *member); /* bytes; 0 = cannot be told */

/* GDAL's handle of a member, or NULL with @error.  Close with GDALClose() before @progress ends. */
GDALDatasetH zx_gis_member_open (const ZxGisMember *member, const ZxGisCall *call,
                                 const ZxProgress *progress, GError **error);

/* ---- files that end when the work shall stop (zx-gis-stop.c) ------------------------------ */

void zx_gis_stop_install (void);
/* GDALOpenEx() of a @path that seems to end as soon as @progress is stopped. */
GDALDatasetH zx_gis_stop_open (const char *path, unsigned flags, const char *const *drivers,
                               const char *const *options, const ZxProgress *progress);
/* @text without what such files are called inside GDAL.  Returns: (transfer full) */
char *zx_gis_stop_clean (const char *text);

/* ---- archives (zx-gis-archive.c) ---------------------------------------------------------- */

/* The whole of a gzip file as bytes for VSIFileFromMemBuffer(). */
GByte *zx_gis_inflate_gzip (const char *path, gsize *n, const ZxProgress *progress, GError **error);

typedef struct
{
  char *name; /* as in the archive, "/" between folders */
  guint64 offset, packed, inflated;
  guint16 method;
} ZxGisEntry;

/* The entries of a zip archive that are files with harmless names. */
GArray *zx_gis_zip_list (const char *path, GError **error);
GByte *zx_gis_zip_inflate (const char *path, const ZxGisEntry *entry, gsize *n, GError **error);

/* ---- encodings (zx-gis-text.c) ------------------------------------------------------------ */

/* Makes the texts and column names of @layer valid UTF-8.  @declared: the encoding the file states,
 * nullable.  Another one than that is reported as "gis.encoding". */
void zx_gis_settle_text (ZxLayer *layer, const char *declared, ZxGisDoubts *doubts);

/* ---- columns (zx-gis-table.c) ------------------------------------------------------------- */

typedef struct
{
  char *name;
  gboolean is_wanted; /* FALSE: no arrays, nothing is stored */
  gboolean is_text;
  double *number; /* while not is_text */
  guint32 *text;  /* NULL until the first one: see zx_gis_table_texts() */
} ZxGisColumn;

typedef struct
{
  ZxGisColumn *columns;
  guint n_columns;
  gsize n_rows, capacity;
  ZxPool *pool;
} ZxGisTable;

ZxGisTable *zx_gis_table_new (void);
void zx_gis_table_free (ZxGisTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxGisTable, zx_gis_table_free)
/* Returns: the column's index; rows so far are missing. */
guint zx_gis_table_add_column (ZxGisTable *self, const char *name, gboolean is_text,
                               gboolean is_wanted);
/* Address space for so many rows, so that growing need not copy; memory is taken when used. */
void zx_gis_table_expect (ZxGisTable *self, gsize n_rows);
/* Adds @n rows of missing values for the caller to fill. */
gboolean zx_gis_table_add_rows (ZxGisTable *self, gsize n, GError **error);
/* The array of a column of texts; valid until rows are added. */
guint32 *zx_gis_table_texts (ZxGisTable *self, guint column);
/* Numbers become the texts that read back as the same numbers. */
void zx_gis_table_make_text (ZxGisTable *self, guint column);
/* The columns as a layer without geometry; @self is empty afterwards.  Returns: (transfer full) */
ZxLayer *zx_gis_table_finish (ZxGisTable *self, const char *name, const char *source);

/* ---- geometry (zx-gis-shapes.c) ----------------------------------------------------------- */

/* Rows of any kind in the order they come; the kind of the layer is known only at the end. */
typedef struct _ZxGisShapes ZxGisShapes;

ZxGisShapes *zx_gis_shapes_new (ZxGisDoubts *doubts);
void zx_gis_shapes_free (ZxGisShapes *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxGisShapes, zx_gis_shapes_free)
/* One row each; a broken geometry gives an empty row and a doubt.  FALSE: no memory. */
gboolean zx_gis_shapes_add_point (ZxGisShapes *self, double x, double y, GError **error);
gboolean zx_gis_shapes_add_wkb (ZxGisShapes *self, const guint8 *wkb, gsize n, GError **error);
gboolean zx_gis_shapes_add_ogr (ZxGisShapes *self, OGRGeometryH geometry, GError **error);
/* A shapefile's record.  @is_plain: (out): FALSE: of a kind not read here; nothing was added. */
gboolean zx_gis_shapes_add_shp (ZxGisShapes *self, const guint8 *record, gsize n,
                                gboolean *is_plain, GError **error);
void zx_gis_shapes_expect (ZxGisShapes *self, gsize n_points); /* as zx_gis_table_expect() */
gsize zx_gis_shapes_n_rows (const ZxGisShapes *self);
gsize zx_gis_shapes_n_empty (const ZxGisShapes *self);
/* @declared: the kind when no row has one. */
void zx_gis_shapes_finish (ZxGisShapes *self, ZxGeometryKind declared, ZxGeometry *geometry);
ZxGeometryKind zx_gis_kind_of (OGRwkbGeometryType type);

/* ---- readers ------------------------------------------------------------------------------ */

/* Rows of a text table; @limit > 0: a sample of that many rows, spread over the file. */
ZxLayer *zx_gis_csv_read (const ZxGisMember *member, const char *source,
                          const ZxGisReadOptions *options, gsize limit, gint64 *n_rows,
                          ZxFindings *findings, const ZxProgress *progress, GError **error);

/* Rows of one layer of an open dataset; @limit > 0: at most so many. */
ZxLayer *zx_gis_ogr_read (GDALDatasetH dataset, const ZxGisMember *member, OGRLayerH handle,
                          const char *source, const ZxGisReadOptions *options, gsize limit,
                          ZxFindings *findings, const ZxProgress *progress, GError **error);
gboolean zx_gis_is_wanted (const ZxGisReadOptions *options, const char *column);
/* Columns whose names could only be judged when they were UTF-8. */
void zx_gis_drop_unwanted (ZxLayer *layer, const ZxGisReadOptions *options);
void zx_gis_remove_column (ZxLayer *layer, guint index);
/* Points from the columns the options name, in place of the layer's own geometry. */
gboolean zx_gis_points_from_columns (ZxLayer *layer, const ZxGisReadOptions *options,
                                     ZxGisDoubts *doubts, GError **error);

/* ---- OpenStreetMap (zx-gis-osm.c) --------------------------------------------------------- */

/* The path in memory of the description of layers and tags that the driver is given. */
const char *zx_gis_osm_config (void);
gboolean zx_gis_osm_has_layer (const char *name);
/* The kinds of rows to compute: NULL = points, lines and multipolygons. */
void zx_gis_osm_choose (GDALDatasetH dataset, const char *layer);

/* ---- coordinate systems ------------------------------------------------------------------- */

/* "EPSG:…" where the system is a registered one, else WKT; NULL when @system is NULL. */
char *zx_gis_crs_text (OGRSpatialReferenceH system);
/* A system that is not an offset one, in full.  NULL with @error. */
char *zx_gis_crs_wkt (const char *crs, GError **error);
/* GDAL's object for a system that is not an offset one; x first.  NULL with @error. */
OGRSpatialReferenceH zx_gis_system_new (const char *crs, GError **error);
gboolean zx_gis_is_offset (const char *crs); /* "GCJ-02" or "BD-09" */

G_END_DECLS
