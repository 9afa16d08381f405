/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Geodata in and out, and where on Earth it is.  The only room with GDAL and PROJ.
 *
 * Reading keeps the source's rows and columns as they are: one ZxLayer per layer, every row, in
 * the source's order.  What a column means is data/quality's business; aggregation belongs to the
 * rooms above, so that a database source can later push it down to SQL. */
#pragma once

#include "data/city/zx-city.h"

G_BEGIN_DECLS

/* Once per process before anything else here; safe to call again.  Registers the allowed drivers
 * only, switches network access off and sends GDAL's chatter to the findings of the call. */
void zx_gis_init (void);

/* "GDAL 3.6.2, PROJ 9.1.1": results may differ between versions, so reports name them.
 * Returns: (transfer full) */
char *zx_gis_versions (void);

/* ---- looking and reading ------------------------------------------------------------------ */

typedef struct
{
  char *name; /* of the layer; for rasters the band, "1" */
  gboolean is_raster;
  ZxGeometryKind geometry;
  gint64 n_rows; /* -1: not known without reading all */
  char *crs;     /* "EPSG:…" or WKT; NULL = the source states none */
  char *driver;  /* GDAL's short name: "GPKG" */
  ZxLayer *head; /* (owned) the first rows (at most 1000, spread over the file where that is cheap),
                    as read */
} ZxGisLayerInfo;

void zx_gis_layer_info_free (ZxGisLayerInfo *self);

/* What a file holds.  Content decides, not the name: an XLSX called .csv is an XLSX.  Allowed:
 * Shapefile, GeoPackage, GeoJSON, FlatGeobuf, CSV/TSV (gzip; any of , ; TAB | as separator, BOM,
 * GBK or UTF-8), KML, GML, OSM PBF and XML (gzip), GeoTIFF, AAIGrid, XLSX, and zip archives of
 * these. Refused with one sentence: VRT, WMS, anything with "://" or a "DRIVER:" prefix.
 * @findings: nullable; receives "gis.…" rows (encoding guessed, warnings of the driver).
 * Returns: (transfer full) (element-type ZxGisLayerInfo): or NULL with @error. */
GPtrArray *zx_gis_look (const char *path, ZxFindings *findings, const ZxProgress *progress,
                        GError **error);

typedef struct
{
  const char *const *columns;      /* NULL = all; otherwise only these (names as in _look) */
  const char *crs;                 /* NULL = as declared; otherwise what the recipe says instead:
                                    * "EPSG:…", "GCJ-02", "BD-09", WKT */
  const char *x_column, *y_column; /* NULL = the layer's geometry; else points from these columns */
} ZxGisReadOptions;

#define ZX_GIS_READ_OPTIONS_INIT                                                                   \
  {                                                                                                \
    NULL, NULL, NULL, NULL                                                                         \
  }

/* All rows of one layer with coordinates as in the source (see zx_gis_to_lonlat()).  A row whose
 * geometry is broken or not finite keeps its attributes, gets an empty geometry and a finding.
 * Geometries of mixed kinds are read as the highest kind asked for by most rows; the others become
 * findings. OSM sources: layer "lines", "points", "multipolygons"; the useful tags of other_tags
 * are columns. Cost: at most a quarter over GDAL's own iteration. Returns: (transfer full) */
ZxLayer *zx_gis_read (const char *path, const char *layer, const ZxGisReadOptions *options,
                      ZxFindings *findings, const ZxProgress *progress, GError **error);

/* A raster band resampled (area mean) to a lattice of square cells in @crs.  Returns: (transfer
 * full) */
ZxField *zx_gis_read_field (const char *path, const char *crs, double cell_m, ZxFindings *findings,
                            const ZxProgress *progress, GError **error);

/* ---- coordinate systems ------------------------------------------------------------------- */

/* GCJ-02 and BD-09, the offset systems of Chinese web maps (DOMAIN.md §2).  In degrees.  Outside
 * the offset's box: identity.  Inverses by three fixed-point steps: <= 2e-4 m in 73.5–135° E,
 * 18–53.5° N. */
void zx_gis_gcj02_from_wgs84 (double *lon_deg, double *lat_deg);
void zx_gis_wgs84_from_gcj02 (double *lon_deg, double *lat_deg);
void zx_gis_bd09_from_gcj02 (double *lon_deg, double *lat_deg);
void zx_gis_gcj02_from_bd09 (double *lon_deg, double *lat_deg);

/* Length of a line along geodesics of the WGS-84 ellipsoid, and the area between it and the
 * geodesic from its end to its start; 0 for fewer than two, three points.  Degrees; NaN gives NaN.
 */
void zx_gis_measure (const double *lon_deg, const double *lat_deg, gsize n, double *length_m,
                     double *area_m2);

/* What an undeclared system most likely is, from coordinates alone.
 * Returns: (transfer full): "EPSG:4326", "EPSG:3857", "EPSG:4526" … ; NULL when nothing fits.
 * @reason: (out) (transfer full): one English phrase. @is_swapped: latitude came first. */
char *zx_gis_guess_crs (const double *x, const double *y, gsize n, char **reason,
                        gboolean *is_swapped);

/* The metric system for an area: CGCS2000 3-degree Gauss–Krüger in China (EPSG:4534 … 4554, without
 * zone number), the UTM zone elsewhere; a Lambert azimuthal equal-area system centred on the data
 * when it spans more than 4.5 degrees of longitude.  Never EPSG:3857.  Returns: (transfer full) */
char *zx_gis_choose_crs (double min_lon_deg, double min_lat_deg, double max_lon_deg,
                         double max_lat_deg);

/* In place, @n points.  @from, @to: as above, "GCJ-02" and "BD-09" allowed for @from and @to.
 * Points that cannot be transformed become NaN.  Traditional x, y order.  O(n), in parallel. */
gboolean zx_gis_transform (const char *from, const char *to, double *x, double *y, gsize n,
                           const ZxProgress *progress, GError **error);

/* One long-lived transformation for callers that convert more than once; one thread at a time.
 * To make it takes some 40 ms: PROJ searches its database for the way between the systems. */
typedef struct _ZxGisTransform ZxGisTransform;
ZxGisTransform *zx_gis_transform_new (const char *from, const char *to, GError **error);
void zx_gis_transform_free (ZxGisTransform *self);
gboolean zx_gis_transform_point (ZxGisTransform *self, double *x, double *y);
/* As zx_gis_transform(): in place, in parallel, NaN for what cannot be transformed. */
gboolean zx_gis_transform_points (ZxGisTransform *self, double *x, double *y, gsize n,
                                  const ZxProgress *progress, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxGisTransform, zx_gis_transform_free)

/* Does @points sit about 450–620 m off @reference in the direction of the GCJ-02 shift?  Tries a
 * lattice of shifts between no shift and twice the local GCJ offset, in any direction, and compares
 * the median distance to the nearest reference point (for lines and polygons: their vertices).  All
 * in lon/lat degrees. Returns: +1 @points are GCJ-02 against a WGS-84 reference, -1 the other way
 * round, 0 no evidence.
 * @median_before_m, @median_after_m: (out): the evidence.  Stopped: 0; ask @progress. */
int zx_gis_datum_shift (const double *lon_deg, const double *lat_deg, gsize n,
                        const double *reference_lon_deg, const double *reference_lat_deg,
                        gsize n_reference, double *median_before_m, double *median_after_m,
                        const ZxProgress *progress);

/* ---- writing ------------------------------------------------------------------------------ */

typedef struct
{
  const ZxLayer *layer;
  const char
      *style_qml; /* QGIS style for the layer, NULL = none (GeoPackage: layer_styles table) */
} ZxGisOutput;

/* Writes layers as the extension of @path says: .gpkg (all layers, with styles), .geojson, .csv,
 * .fgb, .shp, .kml (one layer each; lon/lat for geojson, kml, and when @crs is GCJ-02 or BD-09).
 * Complete or absent.  .fgb leaves out rows without a place (GDAL's writer does); .shp cuts names
 * to ten bytes.  CSV: points as last columns x, y (lon, lat in EPSG:4326), other geometry as WKT;
 * cells that a spreadsheet would run (= + - @) get a leading apostrophe unless they are numbers. */
gboolean zx_gis_write (const char *path, const ZxGisOutput *outputs, guint n_outputs,
                       const char *crs, const ZxProgress *progress, GError **error);

/* GeoTIFF, Float32, deflate, NaN as no-data, unit and description set. */
gboolean zx_gis_write_field (const char *path, const ZxField *field, const char *crs,
                             const char *description, const ZxProgress *progress, GError **error);

G_END_DECLS
