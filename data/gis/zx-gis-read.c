/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows of GDAL's layers into columns: one pass, nothing kept per row but its values.  Whole numbers
 * beyond 2^53 turn their column into text, for a double would change them. */

#include "data/gis/zx-gis-arrow.h"
#include "data/gis/zx-gis-shp.h"

#define BATCH_ROWS     64
#define ROWS_PER_STEP  4096
#define LARGEST_EXACT  (G_GINT64_CONSTANT (1) << 53)
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
  guint text_index; /* among the fields AS_TEXT */
} Field;

typedef struct
{
  guint first, n; /* bytes */
} Waiting;

typedef struct
{
  ZxGisTable *table;
  ZxGisShapes *shapes;
  ZxGisDoubts *doubts;
  GArray *fields;
  int n_fields;  /* of GDAL's */
  guint n_texts; /* fields AS_TEXT */
  GByteArray *bytes;
  Waiting *waiting; /* n_texts × BATCH_ROWS: texts of the last rows, in @bytes */
  guint n_waiting;  /* rows */
  guint64 n_bytes;  /* of the file */
  GArray *records;  /* guint32 per row: its place in a shapefile; NULL for other formats */
  ZxGisShp *shp;    /* reads the geometries in GDAL's stead; NULL for other formats */
  gboolean is_osm, has_arrow;
} Work;

gboolean
zx_gis_is_wanted (const ZxGisReadOptions *options, const char *column)
{
  if (options == NULL || options->columns == NULL || g_strv_contains (options->columns, column))
    return TRUE;
  return g_strcmp0 (options->x_column, column) == 0 || g_strcmp0 (options->y_column, column) == 0;
}

void
zx_gis_remove_column (ZxLayer *layer, guint index)
{
  g_free (layer->columns[index].name);
  g_free (layer->columns[index].number);
  g_free (layer->columns[index].text);
  layer->n_columns--;
  memmove (&layer->columns[index], &layer->columns[index + 1],
           (layer->n_columns - index) * sizeof (ZxColumn));
}

void
zx_gis_drop_unwanted (ZxLayer *layer, const ZxGisReadOptions *options)
{
  for (guint i = layer->n_columns; i-- > 0;)
    if (!zx_gis_is_wanted (options, layer->columns[i].name))
      zx_gis_remove_column (layer, i);
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
plan_fields (Work *work, OGRLayerH layer, const ZxGisReadOptions *options)
{
  OGRFeatureDefnH definition = OGR_L_GetLayerDefn (layer);
  int n = MIN (OGR_FD_GetFieldCount (definition), ZX_GIS_MAX_COLUMNS);
  g_autoptr (GPtrArray) ignored = g_ptr_array_new ();
  work->n_fields = OGR_FD_GetFieldCount (definition);
  for (int i = 0; i < n; i++)
    {
      OGRFieldDefnH field = OGR_FD_GetFieldDefn (definition, i);
      const char *name = OGR_Fld_GetNameRef (field);
      OGRFieldType type = OGR_Fld_GetType (field);
      gboolean is_wanted = zx_gis_is_wanted (options, name) || !g_utf8_validate (name, -1, NULL);
      if (type == OFTBinary || !is_wanted)
        {
          g_ptr_array_add (ignored, (gpointer) name);
          continue;
        }
      FieldKind kind = kind_of (type, is_osm_id (work, name));
      guint column = zx_gis_table_add_column (work->table, name, kind >= AS_TEXT, TRUE);
      Field planned = { i, column, kind, type, work->n_texts };
      work->n_texts += kind == AS_TEXT;
      g_array_append_val (work->fields, planned);
    }
  if (work->shapes == NULL || work->shp != NULL)
    g_ptr_array_add (ignored, (gpointer) "OGR_GEOMETRY");
  g_ptr_array_add (ignored, (gpointer) "OGR_STYLE");
  g_ptr_array_add (ignored, NULL);
  if (OGR_L_TestCapability (layer, OLCIgnoreFields))
    OGR_L_SetIgnoredFields (layer, (const char **) ignored->pdata);
}

/* ISO 8601: "2020-01-20 00:01:04", "2020-01-20", "00:01:04+08:00".  UTC is not written: GeoPackage
 * knows nothing else and so marks civil times as UTC, too. */
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
  if (field->type != OFTDate && zone > 1 && zone != 100) /* a quarter of an hour each */
    {
      int quarters = zone - 100;
      gsize used = strlen (text);
      g_snprintf (text + used, sizeof text - used, "%c%02d:%02d", quarters < 0 ? '-' : '+',
                  ABS (quarters) / 4, ABS (quarters) % 4 * 15);
    }
  return zx_pool_add (pool, text);
}

/* A field's memory, which is what GDAL's getters would look at one call after another. */
static inline gboolean
is_missing (const OGRField *raw)
{
  return (raw->Set.nMarker1 == OGRUnsetMarker || raw->Set.nMarker1 == OGRNullMarker)
         && raw->Set.nMarker2 == raw->Set.nMarker1 && raw->Set.nMarker3 == raw->Set.nMarker1;
}

/* GDAL keeps a feature's fields in one array; NULL should it ever do otherwise. */
static inline const OGRField *
fields_of (OGRFeatureH feature, int n)
{
  const OGRField *first = n > 0 ? OGR_F_GetRawFieldRef (feature, 0) : NULL;
  return first != NULL && OGR_F_GetRawFieldRef (feature, n - 1) == first + (n - 1) ? first : NULL;
}

static void
store_whole_number (Work *work, gint64 value, guint index, gsize row)
{
  ZxGisColumn *column = &work->table->columns[index];
  if (!column->is_text && (value > LARGEST_EXACT || value < -LARGEST_EXACT))
    zx_gis_table_make_text (work->table, index);
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
store_number (Work *work, double value, guint index, gsize row)
{
  if (isinf (value))
    {
      zx_gis_doubt (work->doubts, "gis.not-finite", (gint64) row, ZX_SEVERITY_WARNING,
                    ZX_ACTION_SET_ASIDE, NULL, NULL);
      value = NAN;
    }
  work->table->columns[index].number[row] = value;
}

static double
parsed (const char *text)
{
  double value;
  zx_number_parse (text, strlen (text), &value);
  return value;
}

static void
store_one (Work *work, const Field *field, OGRFeatureH feature, const OGRField *raw, gsize row)
{
  ZxPool *pool = work->table->pool;
  switch (field->kind)
    {
    case AS_NUMBER:
      store_number (work,
                    field->type == OFTReal      ? raw->Real
                    : field->type == OFTInteger ? raw->Integer
                                                : parsed (raw->String),
                    field->column, row);
      break;
    case AS_WHOLE_NUMBER:
      store_whole_number (work, raw->Integer64, field->column, row);
      break;
    case AS_DATE:
      zx_gis_table_texts (work->table, field->column)[row] = date_text (feature, field, pool);
      break;
    case AS_TEXT:
    case AS_OTHER:
    default:
      zx_gis_table_texts (work->table, field->column)[row]
          = zx_pool_add_len (pool, OGR_F_GetFieldAsString (feature, field->index), MAX_TEXT_BYTES);
      break;
    }
}

/* A text waits for others of its column: looked up many at a time they cost a third.  It is copied,
 * so that GDAL's feature can go at once and its memory serve the next one. */
static void
keep_text (Work *work, const Field *field, const char *text)
{
  guint n = (guint) strnlen (text, MAX_TEXT_BYTES), first = work->bytes->len;
  work->waiting[field->text_index * BATCH_ROWS + work->n_waiting] = (Waiting){ first, n };
  g_byte_array_set_size (work->bytes, first + n);
  memcpy (work->bytes->data + first, text, n);
}

static void
store_waiting (Work *work)
{
  gsize row = work->table->n_rows - BATCH_ROWS;
  for (guint k = 0; k < work->fields->len; k++)
    {
      const Field *field = &g_array_index (work->fields, Field, k);
      const Waiting *waiting = &work->waiting[field->text_index * BATCH_ROWS];
      ZxText texts[BATCH_ROWS];
      gsize n_texts = 0;
      if (field->kind != AS_TEXT)
        continue;
      for (guint i = 0; i < work->n_waiting; i++)
        {
          texts[i] = (ZxText){ (const char *) work->bytes->data + waiting[i].first, waiting[i].n };
          n_texts += waiting[i].n > 0;
        }
      if (n_texts > 0)
        zx_pool_add_many (work->table->pool, texts, work->n_waiting,
                          zx_gis_table_texts (work->table, field->column) + row);
    }
  memset (work->waiting, 0, work->n_texts * BATCH_ROWS * sizeof (Waiting));
  g_byte_array_set_size (work->bytes, 0);
  work->n_waiting = 0;
}

/* Rows are added to the table a batch at a time; those left over are taken off at the end. */
static gboolean
store_row (Work *work, OGRFeatureH feature, GError **error)
{
  if ((work->n_waiting == 0 && !zx_gis_table_add_rows (work->table, BATCH_ROWS, error))
      || (work->shapes != NULL && work->shp == NULL
          && !zx_gis_shapes_add_ogr (work->shapes, OGR_F_GetGeometryRef (feature), error)))
    return FALSE;
  gsize row = work->table->n_rows - BATCH_ROWS + work->n_waiting;
  const OGRField *first = fields_of (feature, work->n_fields);
  for (guint k = 0; k < work->fields->len; k++)
    {
      const Field *field = &g_array_index (work->fields, Field, k);
      const OGRField *raw
          = first != NULL ? first + field->index : OGR_F_GetRawFieldRef (feature, field->index);
      if (is_missing (raw))
        continue;
      if (field->kind == AS_TEXT)
        keep_text (work, field, raw->String);
      else
        store_one (work, field, feature, raw, row);
    }
  if (++work->n_waiting == BATCH_ROWS)
    store_waiting (work);
  return TRUE;
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

/* The file promised more: rows an editor deleted, or it is damaged, and what is missing cannot be
 * named row by row. */
static void
report_fewer (const Work *work, const ZxGisMember *member, GIntBig total)
{
  char read[24], stated[24];
  gsize n_deleted = work->records == NULL
                        ? 0
                        : zx_gis_shp_count_deleted (member, (const guint32 *) work->records->data,
                                                    work->records->len, (gsize) total);
  if (n_deleted > 0)
    {
      g_snprintf (read, sizeof read, "%zu", n_deleted);
      zx_gis_doubt (work->doubts, "gis.deleted-rows", -1, ZX_SEVERITY_NOTE, ZX_ACTION_SET_ASIDE,
                    read, NULL);
    }
  if (work->table->n_rows + n_deleted >= (gsize) total)
    return;
  g_snprintf (read, sizeof read, "%zu", work->table->n_rows);
  g_snprintf (stated, sizeof stated, "%" G_GINT64_FORMAT, (gint64) total - (gint64) n_deleted);
  zx_gis_doubt (work->doubts, "gis.fewer-rows", -1, ZX_SEVERITY_ERROR, ZX_ACTION_SET_ASIDE, read,
                stated);
}

static gboolean
read_features (Work *work, GDALDatasetH dataset, OGRLayerH layer, GIntBig total, gsize limit,
               const ZxProgress *progress, GError **error)
{
  double fraction = 0;
  gsize n = 0;
  OGRFeatureH feature;
  while ((limit == 0 || n < limit)
         && (feature = next_feature (dataset, layer, work->is_osm, &fraction, progress)) != NULL)
    {
      guint32 record = (guint32) OGR_F_GetFID (feature);
      gboolean is_stored = store_row (work, feature, error);
      if (work->records != NULL)
        g_array_append_val (work->records, record);
      OGR_F_Destroy (feature);
      if (!is_stored)
        return FALSE;
      if (++n % ROWS_PER_STEP != 0)
        continue;
      if (!(total > 0 ? zx_progress_step (progress, MIN (n, (gsize) total), (gsize) total, error)
                      : zx_progress_say (progress, fraction, NULL, error)))
        return FALSE;
    }
  if (work->n_waiting > 0)
    store_waiting (work);
  work->table->n_rows = n;
  return TRUE;
}

/* What the file states is believed as far as its size allows: a row takes a byte at least, a point
 * sixteen (all formats with a stated count are binary). */
static void
expect (Work *work, GIntBig total)
{
  if (total <= 0 || (guint64) total > work->n_bytes)
    return;
  zx_gis_table_expect (work->table, (gsize) total + BATCH_ROWS);
  if (work->shapes != NULL)
    zx_gis_shapes_expect (work->shapes, work->n_bytes / 16);
}

/* The attributes were read; now the geometries, for which the driver need make no objects. */
static gboolean
read_shp (Work *work, OGRLayerH layer, const ZxProgress *progress, GError **error)
{
  OGRFeatureDefnH definition = OGR_L_GetLayerDefn (layer);
  g_autoptr (GPtrArray) ignored = g_ptr_array_new ();
  for (int i = 0; i < OGR_FD_GetFieldCount (definition); i++)
    g_ptr_array_add (ignored, (gpointer) OGR_Fld_GetNameRef (OGR_FD_GetFieldDefn (definition, i)));
  g_ptr_array_add (ignored, NULL);
  OGR_L_SetIgnoredFields (layer, (const char **) ignored->pdata);
  return zx_gis_shp_read (work->shp, layer, (const guint32 *) work->records->data,
                          work->records->len, work->shapes, progress, error);
}

static gboolean
read_rows (Work *work, GDALDatasetH dataset, const ZxGisMember *member, OGRLayerH layer,
           gsize limit, const ZxProgress *progress, GError **error)
{
  ZxProgress rows = zx_progress_slice (progress, 0, work->shp != NULL ? 0.8 : 1);
  ZxProgress shapes = zx_progress_slice (progress, 0.8, 1);
  GIntBig total = work->is_osm ? -1 : OGR_L_GetFeatureCount (layer, FALSE);
  if (limit == 0)
    expect (work, total);
  ZxGisArrowOutcome outcome
      = limit == 0 && work->has_arrow && total > 0 && zx_gis_arrow_fits (layer)
            ? zx_gis_arrow_read (layer, work->table, work->shapes, total, &rows, error)
            : ZX_GIS_ARROW_UNFIT;
  if (outcome == ZX_GIS_ARROW_FAILED
      || (outcome == ZX_GIS_ARROW_UNFIT
          && !read_features (work, dataset, layer, total, limit, &rows, error))
      || (work->shp != NULL && !read_shp (work, layer, &shapes, error)))
    return FALSE;
  if (total > (GIntBig) work->table->n_rows && (limit == 0 || (gsize) total < limit))
    report_fewer (work, member, total);
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
        has_value = column->is_text ? column->text != NULL : !isnan (column->number[row]);
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

/* Of a shapefile, whose texts are read as they are; NULL for formats that are UTF-8. */
static const char *
declared_encoding (OGRLayerH handle)
{
  const char *beside = GDALGetMetadataItem (handle, "ENCODING_FROM_CPG", "SHAPEFILE");
  return beside != NULL ? beside : GDALGetMetadataItem (handle, "ENCODING_FROM_LDID", "SHAPEFILE");
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
  zx_gis_settle_text (layer, declared_encoding (handle), work->doubts);
  zx_gis_drop_unwanted (layer, options);
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
  g_autoptr (GByteArray) bytes = g_byte_array_sized_new (4096);
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (ZxGisShp) shp = with_geometry && limit == 0 ? zx_gis_shp_open (member) : NULL;
  gboolean is_shapefile = strcmp (member->driver, "ESRI Shapefile") == 0;
  Work work = { .table = table,
                .shapes = shapes,
                .doubts = &doubts,
                .fields = fields,
                .bytes = bytes,
                .n_bytes = zx_gis_member_size (member),
                .records = is_shapefile ? records : NULL,
                .shp = shp,
                .is_osm = member->format == ZX_GIS_OSM,
                .has_arrow = strcmp (member->driver, "GPKG") == 0
                             || strcmp (member->driver, "FlatGeobuf") == 0 };
  plan_fields (&work, handle, options);
  g_autofree Waiting *waiting = g_new0 (Waiting, work.n_texts * BATCH_ROWS + 1);
  work.waiting = waiting;
  if (work.is_osm)
    GDALDatasetResetReading (dataset);
  else
    OGR_L_ResetReading (handle);
  ZxLayer *layer = read_rows (&work, dataset, member, handle, limit, progress, error)
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
