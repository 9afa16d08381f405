/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Layers to files that other programs open.  GDAL writes to a temporary beside the file (or into
 * memory, for a shapefile's five parts), which takes the file's place when it is complete.  The
 * same layers give the same bytes: stamps that formats insist on are set to a fixed day. */

#include "data/gis/zx-gis-write.h"

#include <glib/gstdio.h>

#define STAMP         "2000-01-01T00:00:00.000Z"
#define STAMP_DAY     "2000-01-01"
#define ROWS_PER_STEP 4096
#define LARGEST_EXACT 9007199254740992.0 /* 2^53 */

typedef struct
{
  const char *extension, *driver;
  gboolean is_lon_lat; /* the format knows no other system */
  gboolean has_many;   /* layers in one file */
  gboolean is_staged;  /* written in memory first: several files, or a driver that does not notice
                        * when the disk refuses its bytes (GDAL 3.6: all but
                        * GeoPackage) */
} Format;

static const Format formats[] = {
  { "gpkg", "GPKG", FALSE, TRUE, FALSE },      { "geojson", "GeoJSON", TRUE, FALSE, TRUE },
  { "json", "GeoJSON", TRUE, FALSE, TRUE },    { "csv", "CSV", FALSE, FALSE, FALSE },
  { "fgb", "FlatGeobuf", FALSE, FALSE, TRUE }, { "shp", "ESRI Shapefile", FALSE, FALSE, TRUE },
  { "kml", "KML", TRUE, FALSE, TRUE },
};

static const Format *
find_format (const char *path)
{
  const char *dot = strrchr (path, '.');
  for (guint i = 0; dot != NULL && i < G_N_ELEMENTS (formats); i++)
    if (g_ascii_strcasecmp (dot + 1, formats[i].extension) == 0)
      return &formats[i];
  return NULL;
}

/* ---- geometry ----------------------------------------------------------------------------- */

static OGRwkbGeometryType
type_of (ZxGeometryKind kind)
{
  switch (kind)
    {
    case ZX_GEOMETRY_POINT:
      return wkbPoint;
    case ZX_GEOMETRY_LINE:
      return wkbMultiLineString;
    case ZX_GEOMETRY_POLYGON:
      return wkbMultiPolygon;
    case ZX_GEOMETRY_NONE:
    default:
      return wkbNone;
    }
}

static OGRGeometryH
make_part (const ZxGeometry *geometry, gsize part, OGRwkbGeometryType type)
{
  gsize first = geometry->point_first[part], n = geometry->point_first[part + 1] - first;
  OGRGeometryH made = OGR_G_CreateGeometry (type);
  OGR_G_SetPoints (made, (int) n, geometry->x + first, sizeof (double), geometry->y + first,
                   sizeof (double), NULL, 0);
  return made;
}

static OGRGeometryH
make_lines (const ZxGeometry *geometry, gsize row)
{
  OGRGeometryH lines = OGR_G_CreateGeometry (wkbMultiLineString);
  for (gsize part = geometry->part_first[row]; part < geometry->part_first[row + 1]; part++)
    OGR_G_AddGeometryDirectly (lines, make_part (geometry, part, wkbLineString));
  return lines;
}

static OGRGeometryH
make_polygons (const ZxGeometry *geometry, gsize row)
{
  OGRGeometryH polygons = OGR_G_CreateGeometry (wkbMultiPolygon), polygon = NULL;
  for (gsize part = geometry->part_first[row]; part < geometry->part_first[row + 1]; part++)
    {
      if (polygon == NULL || !geometry->is_hole[part])
        {
          polygon = OGR_G_CreateGeometry (wkbPolygon);
          OGR_G_AddGeometryDirectly (polygons, polygon);
        }
      OGR_G_AddGeometryDirectly (polygon, make_part (geometry, part, wkbLinearRing));
    }
  return polygons;
}

/* NULL for a row without a place. */
static OGRGeometryH
make_geometry (const ZxGeometry *geometry, gsize row)
{
  if (geometry->kind == ZX_GEOMETRY_NONE)
    return NULL;
  if (geometry->kind == ZX_GEOMETRY_POINT)
    {
      if (!isfinite (geometry->x[row]) || !isfinite (geometry->y[row]))
        return NULL;
      OGRGeometryH point = OGR_G_CreateGeometry (wkbPoint);
      OGR_G_SetPoint_2D (point, 0, geometry->x[row], geometry->y[row]);
      return point;
    }
  if (geometry->part_first[row] == geometry->part_first[row + 1])
    return NULL;
  return geometry->kind == ZX_GEOMETRY_LINE ? make_lines (geometry, row)
                                            : make_polygons (geometry, row);
}

/* ---- columns ------------------------------------------------------------------------------ */

static gboolean
is_whole (const ZxLayer *layer, const ZxColumn *column)
{
  for (gsize row = 0; row < layer->n_rows; row++)
    {
      double value = column->number[row];
      if (!isnan (value) && (value != floor (value) || fabs (value) > LARGEST_EXACT))
        return FALSE;
    }
  return TRUE;
}

/* SQLite's names are case-insensitive, and "fid" and "geom" are taken. */
static char *
free_name (GHashTable *taken, const char *name, guint index)
{
  g_autofree char *base = *name != '\0' ? g_strdup (name) : g_strdup_printf ("field_%u", index + 1);
  char *unique = g_strdup (base);
  for (guint suffix = 2;; suffix++)
    {
      char *folded = g_utf8_casefold (unique, -1);
      if (g_hash_table_add (taken, folded))
        return unique;
      g_free (unique);
      unique = g_strdup_printf ("%s_%u", base, suffix);
    }
}

/* Returns: per column whether it is written as whole numbers. */
static gboolean *
add_fields (OGRLayerH to, const ZxLayer *layer)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean *whole = g_new0 (gboolean, layer->n_columns + 1);
  g_hash_table_add (taken, g_strdup ("fid"));
  g_hash_table_add (taken, g_strdup ("geom"));
  for (guint i = 0; i < layer->n_columns; i++)
    {
      const ZxColumn *column = &layer->columns[i];
      g_autofree char *name = free_name (taken, column->name, i);
      whole[i] = column->kind == ZX_COLUMN_NUMBER && is_whole (layer, column);
      OGRFieldType type = column->kind == ZX_COLUMN_TEXT ? OFTString
                          : whole[i]                     ? OFTInteger64
                                                         : OFTReal;
      OGRFieldDefnH field = OGR_Fld_Create (name, type);
      OGR_L_CreateField (to, field, TRUE);
      OGR_Fld_Destroy (field);
    }
  return whole;
}

static void
set_fields (OGRFeatureH feature, const ZxLayer *layer, const gboolean *whole, gsize row)
{
  for (guint i = 0; i < layer->n_columns; i++)
    {
      const ZxColumn *column = &layer->columns[i];
      if (column->kind == ZX_COLUMN_TEXT && column->text[row] != 0)
        OGR_F_SetFieldString (feature, (int) i, zx_layer_text (layer, column, row));
      else if (column->kind == ZX_COLUMN_NUMBER && !isnan (column->number[row]))
        {
          if (whole[i])
            OGR_F_SetFieldInteger64 (feature, (int) i, (GIntBig) column->number[row]);
          else
            OGR_F_SetFieldDouble (feature, (int) i, column->number[row]);
        }
    }
}

/* ---- layers ------------------------------------------------------------------------------- */

static gboolean
write_rows (OGRLayerH to, const ZxLayer *layer, const ZxGeometry *geometry,
            const ZxProgress *progress, GError **error)
{
  g_autofree gboolean *whole = add_fields (to, layer);
  OGRFeatureDefnH definition = OGR_L_GetLayerDefn (to);
  for (gsize row = 0; row < layer->n_rows; row++)
    {
      if (row % ROWS_PER_STEP == 0 && !zx_progress_step (progress, row, layer->n_rows, error))
        return FALSE;
      OGRFeatureH feature = OGR_F_Create (definition);
      set_fields (feature, layer, whole, row);
      OGRGeometryH shape = make_geometry (geometry, row);
      if (shape != NULL)
        OGR_F_SetGeometryDirectly (feature, shape);
      OGRErr status = OGR_L_CreateFeature (to, feature);
      OGR_F_Destroy (feature);
      if (status != OGRERR_NONE)
        return FALSE;
    }
  return TRUE;
}

static char **
layer_options (const Format *format)
{
  char **options = NULL;
  if (strcmp (format->driver, "GPKG") == 0)
    options = CSLSetNameValue (options, "GEOMETRY_NAME", "geom");
  else if (strcmp (format->driver, "GeoJSON") == 0)
    options = CSLSetNameValue (options, "RFC7946", "YES");
  else if (strcmp (format->driver, "FlatGeobuf") == 0) /* an index would reorder the rows */
    options = CSLSetNameValue (options, "SPATIAL_INDEX", "NO");
  else if (strcmp (format->driver, "ESRI Shapefile") == 0)
    {
      options = CSLSetNameValue (options, "ENCODING", "UTF-8");
      options = CSLSetNameValue (options, "DBF_DATE_LAST_UPDATE", STAMP_DAY);
    }
  return options;
}

/* The layer's places in the system of the file. */
static gboolean
convert_geometry (const ZxLayer *layer, const char *from, const char *to, ZxGeometry *geometry,
                  const ZxProgress *progress, GError **error)
{
  zx_geometry_copy (geometry, &layer->geometry);
  return from == NULL || to == NULL || strcmp (from, to) == 0
         || zx_gis_transform (from, to, geometry->x, geometry->y, geometry->n_points, progress,
                              error);
}

static gboolean
write_layer (GDALDatasetH dataset, const Format *format, const ZxLayer *layer, const char *from,
             const char *to, const ZxProgress *progress, GError **error)
{
  OGRSpatialReferenceH system = NULL;
  if (to != NULL && layer->geometry.kind != ZX_GEOMETRY_NONE
      && (system = zx_gis_system_new (to, error)) == NULL)
    return FALSE;
  ZxProgress first = zx_progress_slice (progress, 0, 0.1);
  ZxProgress second = zx_progress_slice (progress, 0.1, 1);
  ZxGeometry geometry;
  gboolean is_fine = convert_geometry (layer, from, to, &geometry, &first, error);
  if (is_fine)
    {
      char **options = layer_options (format);
      OGRLayerH made
          = GDALDatasetCreateLayer (dataset, *layer->name != '\0' ? layer->name : "layer", system,
                                    type_of (layer->geometry.kind), options);
      CSLDestroy (options);
      is_fine = made != NULL && write_rows (made, layer, &geometry, &second, error);
    }
  zx_geometry_clear (&geometry);
  OSRDestroySpatialReference (system);
  return is_fine;
}

/* ---- styles ------------------------------------------------------------------------------- */

static gboolean
write_style (OGRLayerH to, const char *name, const char *qml)
{
  OGRFeatureH feature = OGR_F_Create (OGR_L_GetLayerDefn (to));
  const char *const values[][2] = {
    { "f_table_catalog", "" }, { "f_table_schema", "" },
    { "f_table_name", name },  { "f_geometry_column", "geom" },
    { "styleName", name },     { "styleQML", qml },
    { "styleSLD", "" },        { "description", "" },
    { "owner", "" },           { "ui", "" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    OGR_F_SetFieldString (feature, OGR_F_GetFieldIndex (feature, values[i][0]), values[i][1]);
  OGR_F_SetFieldInteger (feature, OGR_F_GetFieldIndex (feature, "useAsDefault"), 1);
  OGR_F_SetFieldDateTime (feature, OGR_F_GetFieldIndex (feature, "update_time"), 2000, 1, 1, 0, 0,
                          0, 100);
  gboolean is_written = OGR_L_CreateFeature (to, feature) == OGRERR_NONE;
  OGR_F_Destroy (feature);
  return is_written;
}

static void
add_field (OGRLayerH layer, const char *name, OGRFieldType type, OGRFieldSubType subtype, int width)
{
  OGRFieldDefnH field = OGR_Fld_Create (name, type);
  OGR_Fld_SetSubType (field, subtype);
  OGR_Fld_SetWidth (field, width);
  OGR_L_CreateField (layer, field, TRUE);
  OGR_Fld_Destroy (field);
}

/* The table in which QGIS looks for a layer's style, as QGIS itself makes it. */
static gboolean
write_styles (GDALDatasetH dataset, const ZxGisOutput *outputs, guint n_outputs)
{
  OGRLayerH layer = NULL;
  for (guint i = 0; i < n_outputs; i++)
    {
      if (outputs[i].style_qml == NULL)
        continue;
      if (layer == NULL)
        {
          char **options = CSLSetNameValue (NULL, "FID", "id");
          layer = GDALDatasetCreateLayer (dataset, "layer_styles", NULL, wkbNone, options);
          CSLDestroy (options);
          if (layer == NULL)
            return FALSE;
          add_field (layer, "f_table_catalog", OFTString, OFSTNone, 256);
          add_field (layer, "f_table_schema", OFTString, OFSTNone, 256);
          add_field (layer, "f_table_name", OFTString, OFSTNone, 256);
          add_field (layer, "f_geometry_column", OFTString, OFSTNone, 256);
          add_field (layer, "styleName", OFTString, OFSTNone, 30);
          add_field (layer, "styleQML", OFTString, OFSTNone, 0);
          add_field (layer, "styleSLD", OFTString, OFSTNone, 0);
          add_field (layer, "useAsDefault", OFTInteger, OFSTBoolean, 0);
          add_field (layer, "description", OFTString, OFSTNone, 0);
          add_field (layer, "owner", OFTString, OFSTNone, 30);
          add_field (layer, "ui", OFTString, OFSTNone, 30);
          add_field (layer, "update_time", OFTDateTime, OFSTNone, 0);
        }
      if (!write_style (layer, outputs[i].layer->name, outputs[i].style_qml))
        return FALSE;
    }
  return TRUE;
}

/* ---- files -------------------------------------------------------------------------------- */

static gboolean
write_dataset (const char *path, const Format *format, const ZxGisOutput *outputs, guint n_outputs,
               const char *from, const char *to, const ZxProgress *progress, GError **error)
{
  char **options = NULL;
  if (strcmp (format->driver, "KML") == 0 && outputs[0].layer->n_columns > 0)
    options = CSLSetNameValue (options, "NameField", outputs[0].layer->columns[0].name);
  GDALDatasetH dataset
      = GDALCreate (GDALGetDriverByName (format->driver), path, 0, 0, 0, GDT_Unknown, options);
  CSLDestroy (options);
  if (dataset == NULL)
    return FALSE;
  gboolean is_fine = TRUE,
           in_transaction
           = format->has_many && GDALDatasetStartTransaction (dataset, FALSE) == OGRERR_NONE;
  for (guint i = 0; i < n_outputs && is_fine; i++)
    {
      ZxProgress slice
          = zx_progress_slice (progress, (double) i / n_outputs, (double) (i + 1) / n_outputs);
      is_fine = write_layer (dataset, format, outputs[i].layer, from, to, &slice, error);
    }
  if (format->has_many)
    is_fine = is_fine && write_styles (dataset, outputs, n_outputs);
  if (in_transaction)
    is_fine = GDALDatasetCommitTransaction (dataset) == OGRERR_NONE && is_fine;
  GDALClose (dataset);
  return is_fine;
}

static gboolean
replace_from_memory (const char *staged, const char *path, GError **error)
{
  vsi_l_offset n = 0;
  GByte *bytes = VSIGetMemFileBuffer (staged, &n, FALSE);
  return bytes == NULL || zx_file_replace (path, bytes, (gsize) n, error);
}

static char *
with_extension (const char *path, const char *extension)
{
  const char *dot = strrchr (path, '.');
  return g_strdup_printf ("%.*s.%s", (int) (dot - path), path, extension);
}

/* The main file comes last: while it is not there, nothing is. */
static gboolean
write_staged (const char *path, const Format *format, const ZxGisOutput *outputs, guint n_outputs,
              const char *from, const char *to, const ZxGisCall *call, const ZxProgress *progress,
              GError **error)
{
  static const char *const parts[] = { "shx", "dbf", "prj", "cpg", "shp" };
  static gint counter;
  g_autofree char *folder
      = g_strdup_printf ("/vsimem/zx-gis-write-%d", g_atomic_int_add (&counter, 1));
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *staged = g_strdup_printf ("%s/%s", folder, name);
  VSIMkdir (folder, 0700);
  gboolean is_fine = write_dataset (staged, format, outputs, n_outputs, from, to, progress, error)
                     && call->n_failures == 0;
  gboolean has_parts = strcmp (format->driver, "ESRI Shapefile") == 0;
  if (is_fine && !has_parts)
    is_fine = VSIGetMemFileBuffer (staged, NULL, FALSE) != NULL
              && replace_from_memory (staged, path, error);
  for (guint i = 0; has_parts && i < G_N_ELEMENTS (parts) && is_fine; i++)
    {
      g_autofree char *part = with_extension (staged, parts[i]);
      g_autofree char *target = with_extension (path, parts[i]);
      is_fine = replace_from_memory (part, target, error);
    }
  VSIRmdirRecursive (folder);
  return is_fine;
}

static gboolean
write_beside (const char *path, const Format *format, const ZxGisOutput *outputs, guint n_outputs,
              const char *from, const char *to, const ZxGisCall *call, const ZxProgress *progress,
              GError **error)
{
  g_autofree char *temporary = zx_file_begin (path, error);
  if (temporary == NULL)
    return FALSE;
  gboolean is_fine;
  if (strcmp (format->driver, "CSV") == 0)
    is_fine = zx_gis_write_csv (temporary, outputs[0].layer, from, to, progress, error);
  else
    is_fine = write_dataset (temporary, format, outputs, n_outputs, from, to, progress, error)
              && call->n_failures == 0;
  if (is_fine)
    return zx_file_commit (temporary, path, error);
  zx_file_abandon (temporary);
  return FALSE;
}

static gboolean
check_request (const char *path, const Format *format, guint n_outputs, GError **error)
{
  if (format == NULL)
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("%s has no extension this program writes: .gpkg, .geojson, .csv, .fgb, .shp, "
                    ".kml"),
                 path);
  else if (n_outputs == 0 || (n_outputs > 1 && !format->has_many))
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("%s can hold one layer, not %u; write a .gpkg file for several"), path,
                 n_outputs);
  else
    return TRUE;
  return FALSE;
}

/* GDAL quotes the whole statement that its database refused, and may cut off the reason after it.
 */
static const char *
reason_of (const char *failure)
{
  static const char end[] = ") failed: ";
  if (!g_str_has_prefix (failure, "sqlite3_exec("))
    return failure;
  const char *after = g_strrstr (failure, end);
  return after != NULL ? after + strlen (end) : _ ("the disk may be full or write-protected");
}

gboolean
zx_gis_write (const char *path, const ZxGisOutput *outputs, guint n_outputs, const char *crs,
              const ZxProgress *progress, GError **error)
{
  const Format *format = find_format (path);
  if (!check_request (path, format, n_outputs, error))
    return FALSE;
  gboolean to_lon_lat = crs != NULL && (format->is_lon_lat || zx_gis_is_offset (crs));
  const char *to = to_lon_lat ? "EPSG:4326" : crs;
  ZxGisCall call;
  zx_gis_call_begin (&call, path);
  CPLSetThreadLocalConfigOption ("OGR_CURRENT_DATE", STAMP);
  GError *inner = NULL;
  gboolean is_fine
      = format->is_staged
            ? write_staged (path, format, outputs, n_outputs, crs, to, &call, progress, &inner)
            : write_beside (path, format, outputs, n_outputs, crs, to, &call, progress, &inner);
  CPLSetThreadLocalConfigOption ("OGR_CURRENT_DATE", NULL);
  if (inner != NULL)
    g_propagate_error (error, inner);
  else if (!is_fine)
    g_set_error (error, ZX_ERROR, ZX_ERROR_IO, _ ("%s cannot be written: %s"), path,
                 call.first_failure != NULL ? reason_of (call.first_failure)
                                            : _ ("unknown reason"));
  zx_gis_call_end (&call, NULL, NULL);
  return is_fine;
}
