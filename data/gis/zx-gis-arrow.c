/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows of a layer by columns, as GDAL's Arrow stream gives them (RFC 86): no object per row and no
 * geometry built only to be taken apart.  Only GeoPackage and FlatGeobuf come this way: other
 * drivers make the stream from objects.  FlatGeobuf's own (GDAL 3.6.2) goes on for ever over a file
 * that states no rows, so the caller must know of some.
 *
 * A column of @length values: a bitmap of those that are there, then
 *   numbers   the values                    texts, bytes   length + 1 offsets, then the bytes
 * Offsets come from GDAL, not from the file; geometries are bytes of the file and go through the
 * same checks as everywhere.
 *
 * Not used for more than 100 columns and for layers that are geometry alone: GDAL 3.6.2 gets those
 * wrong (its issues 8757 and 7106). */

#include "data/gis/zx-gis-arrow.h"

#include <ogr_recordbatch.h>

#define MAX_COLUMNS    100
#define BLOCK          64
#define MAX_TEXT_BYTES (1u << 20)
#define LARGEST_EXACT  (G_GINT64_CONSTANT (1) << 53)

typedef struct
{
  gint64 child; /* of the stream's structure */
  int column;   /* of the table; -1: the geometry */
  char format;  /* the letter of the value: c C s S i I l L f g b u U z Z, D date, T time stamp */
} Part;

typedef struct
{
  ZxGisTable *table;
  ZxGisShapes *shapes;
  GArray *parts;
} Work;

/* ---- the plan ----------------------------------------------------------------------------- */

/* 0: not a format of ours. */
static char
letter_of (const char *format)
{
  if (format[0] != '\0' && format[1] == '\0')
    return strchr ("cCsSiIlLfgbuUzZ", *format) != NULL ? *format : 0;
  if (strcmp (format, "tdD") == 0)
    return 'D';
  return g_str_has_prefix (format, "tsm:") ? 'T' : 0;
}

static gboolean
is_geometry (const struct ArrowSchema *child, const char *geometry_name)
{
  gboolean is_bytes = strcmp (child->format, "z") == 0 || strcmp (child->format, "Z") == 0;
  return is_bytes
         && (strcmp (child->name, "wkb_geometry") == 0
             || g_strcmp0 (child->name, geometry_name) == 0);
}

static int
find_column (const ZxGisTable *table, const char *name)
{
  for (guint i = 0; i < table->n_columns; i++)
    if (strcmp (table->columns[i].name, name) == 0)
      return (int) i;
  return -1;
}

/* FALSE: a column that only GDAL's own formatting can express, or none of the table's. */
static gboolean
plan_child (Work *work, const struct ArrowSchema *child, gint64 index, const char *geometry_name)
{
  Part part = { index, -1, letter_of (child->format) };
  if (is_geometry (child, geometry_name))
    {
      if (work->shapes != NULL)
        g_array_append_val (work->parts, part);
      return TRUE;
    }
  part.column = find_column (work->table, child->name);
  if (part.format == 0 || part.format == 'z' || part.format == 'Z' || part.column < 0)
    return FALSE;
  gboolean is_text = strchr ("uUDT", part.format) != NULL;
  g_array_append_val (work->parts, part);
  return work->table->columns[part.column].is_text == is_text;
}

static gboolean
plan (Work *work, struct ArrowArrayStream *stream, const char *geometry_name)
{
  struct ArrowSchema schema;
  if (stream->get_schema (stream, &schema) != 0)
    return FALSE;
  gboolean is_fine = schema.n_children <= MAX_COLUMNS + 1;
  for (gint64 i = 0; is_fine && i < schema.n_children; i++)
    is_fine = plan_child (work, schema.children[i], i, geometry_name);
  schema.release (&schema);
  return is_fine && work->parts->len == work->table->n_columns + (work->shapes != NULL);
}

/* ---- values ------------------------------------------------------------------------------- */

static inline gboolean
is_there (const struct ArrowArray *values, gint64 i)
{
  const guint8 *bits = values->buffers[0];
  i += values->offset;
  return bits == NULL || (bits[i / 8] >> (i % 8) & 1) != 0;
}

static double
number_at (const struct ArrowArray *values, char format, gint64 i)
{
  const void *data = values->buffers[1];
  i += values->offset;
  switch (format)
    {
    case 'b':
      return ((const guint8 *) data)[i / 8] >> (i % 8) & 1;
    case 'c':
      return ((const gint8 *) data)[i];
    case 'C':
      return ((const guint8 *) data)[i];
    case 's':
      return ((const gint16 *) data)[i];
    case 'S':
      return ((const guint16 *) data)[i];
    case 'i':
      return ((const gint32 *) data)[i];
    case 'I':
      return ((const guint32 *) data)[i];
    case 'L':
      return (double) ((const guint64 *) data)[i];
    case 'f':
      return ((const float *) data)[i];
    case 'g':
      return ((const double *) data)[i];
    default:
      return NAN;
    }
}

static void
store_whole_numbers (Work *work, const Part *part, const struct ArrowArray *values, gsize row)
{
  ZxGisColumn *column = &work->table->columns[part->column];
  const gint64 *data = values->buffers[1];
  for (gint64 i = 0; i < values->length; i++)
    {
      if (!is_there (values, i))
        continue;
      gint64 value = data[i + values->offset];
      if (!column->is_text && (value > LARGEST_EXACT || value < -LARGEST_EXACT))
        zx_gis_table_make_text (work->table, (guint) part->column);
      if (!column->is_text)
        {
          column->number[row + (gsize) i] = (double) value;
          continue;
        }
      char buffer[32];
      g_snprintf (buffer, sizeof buffer, "%" G_GINT64_FORMAT, value);
      column->text[row + (gsize) i] = zx_pool_add (work->table->pool, buffer);
    }
}

static void
store_numbers (Work *work, const Part *part, const struct ArrowArray *values, gsize row)
{
  double *number = work->table->columns[part->column].number + row;
  for (gint64 i = 0; i < values->length; i++)
    if (is_there (values, i))
      {
        double value = number_at (values, part->format, i);
        number[i] = isfinite (value) ? value : NAN;
      }
}

static void
bytes_at (const struct ArrowArray *values, char format, gint64 i, const char **bytes, gsize *n)
{
  gint64 begin, end;
  i += values->offset;
  if (format == 'u' || format == 'z')
    {
      begin = ((const gint32 *) values->buffers[1])[i];
      end = ((const gint32 *) values->buffers[1])[i + 1];
    }
  else
    {
      begin = ((const gint64 *) values->buffers[1])[i];
      end = ((const gint64 *) values->buffers[1])[i + 1];
    }
  *bytes = (const char *) values->buffers[2] + begin;
  *n = end > begin ? (gsize) (end - begin) : 0;
}

static void
store_texts (Work *work, const Part *part, const struct ArrowArray *values, gsize row)
{
  guint32 *text = zx_gis_table_texts (work->table, (guint) part->column) + row;
  for (gint64 first = 0; first < values->length; first += BLOCK)
    {
      ZxText texts[BLOCK];
      gint64 n = MIN (BLOCK, values->length - first);
      for (gint64 i = 0; i < n; i++)
        {
          texts[i] = (ZxText){ NULL, 0 };
          if (is_there (values, first + i))
            bytes_at (values, part->format, first + i, &texts[i].text, &texts[i].n);
          texts[i].n = MIN (texts[i].n, MAX_TEXT_BYTES);
        }
      zx_pool_add_many (work->table->pool, texts, (gsize) n, text + first);
    }
}

/* Milliseconds since 1970 as ISO 8601. */
static void
format_stamp (char *text, gsize size, gint64 milliseconds, gboolean with_clock)
{
  gint64 seconds = milliseconds / 1000 - (milliseconds % 1000 < 0);
  int rest = (int) (milliseconds - seconds * 1000), year;
  guint month, day, hour, minute, second;
  zx_time_to_civil (seconds, &year, &month, &day, &hour, &minute, &second, NULL);
  g_snprintf (text, size, "%04d-%02u-%02u", year, month, day);
  gsize used = strlen (text);
  if (with_clock)
    g_snprintf (text + used, size - used, rest > 0 ? " %02u:%02u:%02u.%03d" : " %02u:%02u:%02u",
                hour, minute, second, rest);
}

static void
store_stamps (Work *work, const Part *part, const struct ArrowArray *values, gsize row)
{
  const gint64 day = 86400000, farthest = G_GINT64_CONSTANT (300000000) * day / 1000;
  for (gint64 i = 0; i < values->length; i++)
    {
      gboolean is_date = part->format == 'D';
      if (!is_there (values, i))
        continue;
      gint64 value = is_date ? ((const gint32 *) values->buffers[1])[i + values->offset] * day
                             : ((const gint64 *) values->buffers[1])[i + values->offset];
      char text[64];
      format_stamp (text, sizeof text, CLAMP (value, -farthest, farthest), !is_date);
      zx_gis_table_texts (work->table, (guint) part->column)[row + (gsize) i]
          = zx_pool_add (work->table->pool, text);
    }
}

static gboolean
store_shapes (Work *work, const Part *part, const struct ArrowArray *values, GError **error)
{
  for (gint64 i = 0; i < values->length; i++)
    {
      const char *bytes = NULL;
      gsize n = 0;
      if (is_there (values, i))
        bytes_at (values, part->format, i, &bytes, &n);
      if (!zx_gis_shapes_add_wkb (work->shapes, (const guint8 *) bytes, n, error))
        return FALSE;
    }
  return TRUE;
}

/* ---- batches ------------------------------------------------------------------------------ */

static gboolean
store_batch (Work *work, const struct ArrowArray *batch, GError **error)
{
  gsize row = work->table->n_rows;
  if (!zx_gis_table_add_rows (work->table, (gsize) MAX (batch->length, 0), error))
    return FALSE;
  for (guint k = 0; k < work->parts->len; k++)
    {
      const Part *part = &g_array_index (work->parts, Part, k);
      const struct ArrowArray *values = batch->children[part->child];
      if (values->length != batch->length)
        continue;
      if (part->column < 0)
        {
          if (!store_shapes (work, part, values, error))
            return FALSE;
        }
      else if (part->format == 'l')
        store_whole_numbers (work, part, values, row);
      else if (part->format == 'u' || part->format == 'U')
        store_texts (work, part, values, row);
      else if (part->format == 'D' || part->format == 'T')
        store_stamps (work, part, values, row);
      else
        store_numbers (work, part, values, row);
    }
  return TRUE;
}

static gboolean
read_batches (Work *work, struct ArrowArrayStream *stream, gint64 total, const ZxProgress *progress,
              GError **error)
{
  for (;;)
    {
      struct ArrowArray batch;
      if (stream->get_next (stream, &batch) != 0 || batch.release == NULL)
        return TRUE; /* the end, or an error of GDAL's, which the call has heard */
      gboolean is_over = batch.length <= 0, is_fine = store_batch (work, &batch, error);
      batch.release (&batch);
      if (is_over)
        return is_fine;
      gsize n = work->table->n_rows;
      if (!is_fine
          || !zx_progress_step (progress, MIN (n, (gsize) MAX (total, 0)), (gsize) MAX (total, 0),
                                error))
        return FALSE;
    }
}

gboolean
zx_gis_arrow_fits (OGRLayerH layer)
{
  OGRFeatureDefnH definition = OGR_L_GetLayerDefn (layer);
  int n = OGR_FD_GetFieldCount (definition), n_read = 0;
  for (int i = 0; i < n; i++)
    n_read += !OGR_Fld_IsIgnored (OGR_FD_GetFieldDefn (definition, i));
  return n_read >= 1 && n <= MAX_COLUMNS && OGR_L_TestCapability (layer, OLCFastGetArrowStream);
}

ZxGisArrowOutcome
zx_gis_arrow_read (OGRLayerH layer, ZxGisTable *table, ZxGisShapes *shapes, gint64 total,
                   const ZxProgress *progress, GError **error)
{
  static const char *const options[] = { "INCLUDE_FID=NO", "MAX_FEATURES_IN_BATCH=4096", NULL };
  struct ArrowArrayStream stream;
  if (!OGR_L_GetArrowStream (layer, &stream, (char **) options))
    return ZX_GIS_ARROW_UNFIT;
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (Part));
  Work work = { table, shapes, parts };
  ZxGisArrowOutcome outcome = ZX_GIS_ARROW_UNFIT;
  if (plan (&work, &stream, OGR_L_GetGeometryColumn (layer)))
    outcome = read_batches (&work, &stream, total, progress, error) ? ZX_GIS_ARROW_READ
                                                                    : ZX_GIS_ARROW_FAILED;
  stream.release (&stream);
  return outcome;
}
