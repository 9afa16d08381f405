/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows of GDAL's layers into columns: one pass, nothing kept per row but its values.  Whole numbers
 * beyond 2^53 turn their column into text, for a double would change them. */

#include "data/gis/zx-gis-private.h"

#define ROWS_PER_STEP  4096
#define LARGEST_EXACT  9007199254740992.0 /* 2^53 */
#define MAX_TEXT_BYTES (1u << 20)
#define DATE_BYTES     40

typedef enum
{
  AS_NUMBER,
  AS_WHOLE_NUMBER,
  AS_TEXT,
  AS_DATE,
  AS_OTHER, /* through GDAL's own formatting */
} FieldKind;

typedef struct
{
  int index;    /* of GDAL's field; -1: the feature's id */
  guint column; /* of the table */
  FieldKind kind;
  OGRFieldType type;
} Field;

typedef struct
{
  ZxGisTable *table;
  ZxGisShapes *shapes;
  ZxGisDoubts *doubts;
  GArray *fields;
  gboolean is_osm;
} Work;

gboolean
zx_gis_is_wanted (const ZxGisReadOptions *options, const char *column)
{
  if (options == NULL || options->columns == NULL || g_strv_contains (options->columns, column))
    return TRUE;
  return g_strcmp0 (options->x_column, column) == 0 || g_strcmp0 (options->y_column, column) == 0;
}

/* ---- fields ------------------------------------------------------------------------------- */

static FieldKind
kind_of (OGRFieldType type, gboolean is_osm_id)
{
  switch (type)
    {
    case OFTInteger:
    case OFTReal:
      return AS_NUMBER;
    case OFTInteger64:
      return AS_WHOLE_NUMBER;
    case OFTString:
      return is_osm_id ? AS_NUMBER : AS_TEXT;
    case OFTDate:
    case OFTTime:
    case OFTDateTime:
      return AS_DATE;
    default:
      return AS_OTHER;
    }
}

static gboolean
is_osm_id (const Work *work, const char *name)
{
  return work->is_osm && (strcmp (name, "osm_id") == 0 || strcmp (name, "osm_way_id") == 0);
}

/* Adds the columns and tells GDAL what it need not read. */
static void
plan_fields (Work *work, OGRLayerH layer, const ZxGisReadOptions *options, gboolean with_geometry)
{
  OGRFeatureDefnH definition = OGR_L_GetLayerDefn (layer);
  int n = MIN (OGR_FD_GetFieldCount (definition), ZX_GIS_MAX_COLUMNS);
  g_autoptr (GPtrArray) ignored = g_ptr_array_new ();
  for (int i = 0; i < n; i++)
    {
      OGRFieldDefnH field = OGR_FD_GetFieldDefn (definition, i);
      const char *name = OGR_Fld_GetNameRef (field);
      OGRFieldType type = OGR_Fld_GetType (field);
      if (type == OFTBinary || !zx_gis_is_wanted (options, name))
        {
          g_ptr_array_add (ignored, (gpointer) name);
          continue;
        }
      FieldKind kind = kind_of (type, is_osm_id (work, name));
      guint column = zx_gis_table_add_column (work->table, name, kind >= AS_TEXT, TRUE);
      Field planned = { i, column, kind, type };
      g_array_append_val (work->fields, planned);
    }
  if (!with_geometry)
    g_ptr_array_add (ignored, (gpointer) "OGR_GEOMETRY");
  g_ptr_array_add (ignored, (gpointer) "OGR_STYLE");
  g_ptr_array_add (ignored, NULL);
  if (OGR_L_TestCapability (layer, OLCIgnoreFields))
    OGR_L_SetIgnoredFields (layer, (const char **) ignored->pdata);
}

/* ISO 8601 without a zone name: "2020-01-20 00:01:04", "2020-01-20", "00:01:04+08:00". */
static guint32
date_text (OGRFeatureH feature, const Field *field, ZxPool *pool)
{
  int year, month, day, hour, minute, zone;
  float second;
  char text[DATE_BYTES] = "", clock[DATE_BYTES] = "";
  if (!OGR_F_GetFieldAsDateTimeEx (feature, field->index, &year, &month, &day, &hour, &minute,
                                   &second, &zone))
    return 0;
  int whole = (int) second, thousandth = (int) ((second - (float) whole) * 1000 + 0.5f);
  if (thousandth > 0 && thousandth < 1000)
    g_snprintf (clock, sizeof clock, "%02d:%02d:%02d.%03d", hour, minute, whole, thousandth);
  else
    g_snprintf (clock, sizeof clock, "%02d:%02d:%02d", hour, minute, whole + thousandth / 1000);
  if (field->type == OFTTime)
    g_strlcpy (text, clock, sizeof text);
  else if (field->type == OFTDate)
    g_snprintf (text, sizeof text, "%04d-%02d-%02d", year, month, day);
  else
    g_snprintf (text, sizeof text, "%04d-%02d-%02d %.20s", year, month, day, clock);
  if (field->type != OFTDate && zone > 1) /* 100 = UTC, a quarter of an hour each */
    {
      int quarters = zone - 100;
      gsize used = strlen (text);
      g_snprintf (text + used, sizeof text - used, "%c%02d:%02d", quarters < 0 ? '-' : '+',
                  ABS (quarters) / 4, ABS (quarters) % 4 * 15);
    }
  return zx_pool_add (pool, text);
}

static void
store_whole_number (Work *work, OGRFeatureH feature, const Field *field, gsize row)
{
  gint64 value = OGR_F_GetFieldAsInteger64 (feature, field->index);
  ZxGisColumn *column = &work->table->columns[field->column];
  if (!column->is_text && (value > (gint64) LARGEST_EXACT || value < -(gint64) LARGEST_EXACT))
    zx_gis_table_make_text (work->table, field->column);
  column = &work->table->columns[field->column];
  if (!column->is_text)
    {
      column->number[row] = (double) value;
      return;
    }
  char buffer[32];
  g_snprintf (buffer, sizeof buffer, "%" G_GINT64_FORMAT, value);
  column->text[row] = zx_pool_add (work->table->pool, buffer);
}

static void
store_number (Work *work, OGRFeatureH feature, const Field *field, gsize row)
{
  double value;
  if (field->type == OFTInteger)
    value = OGR_F_GetFieldAsInteger (feature, field->index);
  else if (field->type == OFTReal)
    value = OGR_F_GetFieldAsDouble (feature, field->index);
  else
    {
      const char *text = OGR_F_GetFieldAsString (feature, field->index);
      zx_number_parse (text, strlen (text), &value);
    }
  if (isinf (value))
    {
      zx_gis_doubt (work->doubts, "gis.not-finite", (gint64) row, ZX_SEVERITY_WARNING,
                    ZX_ACTION_SET_ASIDE, NULL, NULL);
      value = NAN;
    }
  work->table->columns[field->column].number[row] = value;
}

static void
store_text (Work *work, OGRFeatureH feature, const Field *field, gsize row)
{
  const char *text = OGR_F_GetFieldAsString (feature, field->index);
  work->table->columns[field->column].text[row]
      = zx_pool_add_len (work->table->pool, text, strnlen (text, MAX_TEXT_BYTES));
}

static void
store_row (Work *work, OGRFeatureH feature)
{
  gsize row = work->table->n_rows - 1;
  for (guint i = 0; i < work->fields->len; i++)
    {
      const Field *field = &g_array_index (work->fields, Field, i);
      if (!OGR_F_IsFieldSetAndNotNull (feature, field->index))
        continue;
      switch (field->kind)
        {
        case AS_NUMBER:
          store_number (work, feature, field, row);
          break;
        case AS_WHOLE_NUMBER:
          store_whole_number (work, feature, field, row);
          break;
        case AS_DATE:
          work->table->columns[field->column].text[row]
              = date_text (feature, field, work->table->pool);
          break;
        case AS_TEXT:
        case AS_OTHER:
        default:
          store_text (work, feature, field, row);
          break;
        }
    }
}

/* ---- rows --------------------------------------------------------------------------------- */

/* GDAL's long inner loops (the nodes of an OpenStreetMap file) ask here whether to go on. */
static int CPL_STDCALL
on_progress_cb (double fraction, const char *message, void *data)
{
  return !zx_progress_is_stopped (data);
}

static OGRFeatureH
next_feature (GDALDatasetH dataset, OGRLayerH layer, gboolean is_osm, double *fraction,
              const ZxProgress *progress)
{
  if (!is_osm)
    return OGR_L_GetNextFeature (layer);
  for (;;)
    {
      OGRLayerH of = NULL;
      OGRFeatureH feature
          = GDALDatasetGetNextFeature (dataset, &of, fraction, on_progress_cb, (void *) progress);
      if (feature == NULL || of == layer)
        return feature;
      OGR_F_Destroy (feature);
    }
}

/* The file promised more: it is damaged, and what is missing cannot be named row by row. */
static void
report_fewer (const Work *work, GIntBig total)
{
  char read[24], stated[24];
  g_snprintf (read, sizeof read, "%zu", work->table->n_rows);
  g_snprintf (stated, sizeof stated, "%" G_GINT64_FORMAT, (gint64) total);
  zx_gis_doubt (work->doubts, "gis.fewer-rows", -1, ZX_SEVERITY_ERROR, ZX_ACTION_SET_ASIDE, read,
                stated);
}

static gboolean
read_rows (Work *work, GDALDatasetH dataset, OGRLayerH layer, gsize limit,
           const ZxProgress *progress, GError **error)
{
  GIntBig total = work->is_osm ? -1 : OGR_L_GetFeatureCount (layer, FALSE);
  double fraction = 0;
  OGRFeatureH feature;
  while ((limit == 0 || work->table->n_rows < limit)
         && (feature = next_feature (dataset, layer, work->is_osm, &fraction, progress)) != NULL)
    {
      gboolean is_kept = zx_gis_table_add_row (work->table, error);
      if (is_kept)
        store_row (work, feature);
      if (is_kept && work->shapes != NULL)
        is_kept = zx_gis_shapes_add_ogr (work->shapes, OGR_F_GetGeometryRef (feature), error);
      OGR_F_Destroy (feature);
      if (!is_kept)
        return FALSE;
      gsize n = work->table->n_rows;
      if (n % ROWS_PER_STEP == 0
          && !(total > 0 ? zx_progress_step (progress, MIN (n, (gsize) total), (gsize) total, error)
                         : zx_progress_say (progress, fraction, NULL, error)))
        return FALSE;
    }
  if (total > (GIntBig) work->table->n_rows && (limit == 0 || (gsize) total < limit))
    report_fewer (work, total);
  return zx_progress_step (progress, 1, 1, error);
}

/* Tags no object has are not columns: most of the forty are empty in any one city, and so are the
 * dozen that the KML driver makes of its own. */
static void
drop_empty_columns (ZxGisTable *table)
{
  for (guint i = 0; i < table->n_columns; i++)
    {
      ZxGisColumn *column = &table->columns[i];
      gboolean has_value = FALSE;
      for (gsize row = 0; row < table->n_rows && !has_value; row++)
        has_value = column->is_text ? column->text[row] != 0 : !isnan (column->number[row]);
      column->is_wanted = has_value || table->n_rows == 0;
    }
}

/* ECharts packs coordinates into strings; GDAL reads such a file as features without geometry. */
static gboolean
is_encoded_geojson (const ZxGisMember *member)
{
  if (strcmp (member->driver, "GeoJSON") != 0)
    return FALSE;
  VSILFILE *file = VSIFOpenL (member->path, "rb");
  if (file == NULL)
    return FALSE;
  gsize chunk = 1u << 20, overlap = 32, n;
  g_autofree char *bytes = g_malloc (chunk);
  gboolean is_found = FALSE;
  gsize kept = 0;
  while (!is_found && (n = VSIFReadL (bytes + kept, 1, chunk - kept, file)) > 0)
    {
      n += kept;
      is_found = g_strstr_len (bytes, (gssize) n, "\"UTF8Encoding\"") != NULL
                 || g_strstr_len (bytes, (gssize) n, "\"encodeOffsets\"") != NULL;
      kept = MIN (overlap, n);
      memmove (bytes, bytes + n - kept, kept);
    }
  VSIFCloseL (file);
  return is_found;
}

static void
report_empty (Work *work, const ZxGisMember *member)
{
  gsize n = zx_gis_shapes_n_rows (work->shapes), n_empty = zx_gis_shapes_n_empty (work->shapes);
  if (n_empty == 0)
    return;
  char count[24];
  g_snprintf (count, sizeof count, "%zu", n_empty);
  if (n_empty == n && is_encoded_geojson (member))
    zx_gis_doubt (work->doubts, "gis.encoded-geojson", -1, ZX_SEVERITY_ERROR, ZX_ACTION_SET_ASIDE,
                  count, NULL);
  else
    zx_gis_doubt (work->doubts, "gis.no-geometry", -1, ZX_SEVERITY_NOTE, ZX_ACTION_KEPT, count,
                  NULL);
}

static ZxLayer *
finish (Work *work, OGRLayerH handle, const ZxGisMember *member, const char *source,
        const ZxGisReadOptions *options, GError **error)
{
  if (work->is_osm || strcmp (member->driver, "LIBKML") == 0)
    drop_empty_columns (work->table);
  g_autoptr (ZxLayer) layer = zx_gis_table_finish (work->table, OGR_L_GetName (handle), source);
  if (work->shapes != NULL)
    {
      report_empty (work, member);
      zx_gis_shapes_finish (work->shapes, zx_gis_kind_of (OGR_L_GetGeomType (handle)),
                            &layer->geometry);
    }
  zx_gis_settle_text (layer, work->doubts);
  if (options != NULL && options->crs != NULL)
    layer->crs = g_strdup (options->crs);
  else
    layer->crs = zx_gis_crs_text (OGR_L_GetSpatialRef (handle));
  if (!zx_gis_points_from_columns (layer, options, work->doubts, error))
    return NULL;
  return g_steal_pointer (&layer);
}

ZxLayer *
zx_gis_ogr_read (GDALDatasetH dataset, const ZxGisMember *member, OGRLayerH handle,
                 const char *source, const ZxGisReadOptions *options, gsize limit,
                 ZxFindings *findings, const ZxProgress *progress, GError **error)
{
  ZxGisDoubts doubts;
  zx_gis_doubts_begin (&doubts, findings, source, OGR_L_GetName (handle));
  g_autoptr (ZxGisTable) table = zx_gis_table_new ();
  gboolean with_geometry
      = (options == NULL || options->x_column == NULL) && OGR_L_GetGeomType (handle) != wkbNone;
  g_autoptr (ZxGisShapes) shapes = with_geometry ? zx_gis_shapes_new (&doubts) : NULL;
  g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (Field));
  Work work = { table, shapes, &doubts, fields, member->format == ZX_GIS_OSM };
  plan_fields (&work, handle, options, with_geometry);
  if (work.is_osm)
    GDALDatasetResetReading (dataset);
  else
    OGR_L_ResetReading (handle);
  ZxLayer *layer = read_rows (&work, dataset, handle, limit, progress, error)
                       ? finish (&work, handle, member, source, options, error)
                       : NULL;
  zx_gis_doubts_end (&doubts);
  return layer;
}

/* ---- points from columns ------------------------------------------------------------------ */

static gboolean
require_column (const ZxLayer *layer, const char *name, GError **error)
{
  if (zx_layer_column (layer, name) != NULL)
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING, _ ("The layer %s has no column called %s"),
               layer->name, name);
  return FALSE;
}

gboolean
zx_gis_points_from_columns (ZxLayer *layer, const ZxGisReadOptions *options, ZxGisDoubts *doubts,
                            GError **error)
{
  if (options == NULL || options->x_column == NULL || options->y_column == NULL)
    return TRUE;
  if (!require_column (layer, options->x_column, error)
      || !require_column (layer, options->y_column, error))
    return FALSE;
  const ZxColumn *x_column = zx_layer_column (layer, options->x_column);
  const ZxColumn *y_column = zx_layer_column (layer, options->y_column);
  g_autofree double *x = ZX_TRY_NEW (double, layer->n_rows, layer->name, error);
  g_autofree double *y = x != NULL ? ZX_TRY_NEW (double, layer->n_rows, layer->name, error) : NULL;
  if (x == NULL || y == NULL)
    return FALSE;
  gsize n_empty = 0;
  for (gsize row = 0; row < layer->n_rows; row++)
    {
      x[row] = zx_layer_number (layer, x_column, row);
      y[row] = zx_layer_number (layer, y_column, row);
      gboolean is_far
          = fabs (x[row]) > ZX_GIS_LARGEST_COORDINATE || fabs (y[row]) > ZX_GIS_LARGEST_COORDINATE;
      if (is_far)
        zx_gis_doubt (doubts, "gis.too-far", (gint64) row, ZX_SEVERITY_ERROR, ZX_ACTION_SET_ASIDE,
                      NULL, "100000000");
      if (is_far || isnan (x[row]) || isnan (y[row]))
        {
          n_empty += !is_far;
          x[row] = y[row] = NAN;
        }
    }
  char count[24];
  g_snprintf (count, sizeof count, "%zu", n_empty);
  if (n_empty > 0)
    zx_gis_doubt (doubts, "gis.no-geometry", -1, ZX_SEVERITY_NOTE, ZX_ACTION_KEPT, count, NULL);
  zx_geometry_clear (&layer->geometry);
  layer->geometry = (ZxGeometry){ .kind = ZX_GEOMETRY_POINT,
                                  .n_rows = layer->n_rows,
                                  .n_points = layer->n_rows,
                                  .x = g_steal_pointer (&x),
                                  .y = g_steal_pointer (&y) };
  return TRUE;
}
