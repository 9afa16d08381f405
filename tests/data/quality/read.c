/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "read.h"

/* ---- CSV ---------------------------------------------------------------------------------- */

typedef struct
{
  GPtrArray *cells; /* GString */
  guint n_columns;
} Table;

static const char *
read_record (const char *p, GPtrArray *record)
{
  gboolean is_quoted = FALSE;
  GString *cell = g_string_new (NULL);
  for (; *p != '\0'; p++)
    {
      if (is_quoted && *p == '"' && p[1] == '"')
        g_string_append_c (cell, *p++);
      else if (*p == '"')
        is_quoted = !is_quoted;
      else if (!is_quoted && *p == ',')
        {
          g_ptr_array_add (record, g_string_free (cell, FALSE));
          cell = g_string_new (NULL);
        }
      else if (!is_quoted && *p == '\n')
        break;
      else if (is_quoted || *p != '\r')
        g_string_append_c (cell, *p);
    }
  g_ptr_array_add (record, g_string_free (cell, FALSE));
  return *p == '\n' ? p + 1 : p;
}

static gboolean
is_number_column (GPtrArray *rows, guint column)
{
  gsize n_filled = 0;
  for (guint i = 0; i < rows->len; i++)
    {
      GPtrArray *record = g_ptr_array_index (rows, i);
      const char *cell = column < record->len ? g_ptr_array_index (record, column) : "";
      double value;
      if (*cell == '\0')
        continue;
      n_filled++;
      if (strlen (cell) > 17 && strchr (cell, '.') == NULL)
        return FALSE;
      if (!zx_number_parse (cell, strlen (cell), &value))
        return FALSE;
    }
  return n_filled > 0;
}

static void
fill_column (ZxLayer *layer, ZxColumn *column, GPtrArray *rows, guint index)
{
  for (guint i = 0; i < rows->len; i++)
    {
      GPtrArray *record = g_ptr_array_index (rows, i);
      const char *cell = index < record->len ? g_ptr_array_index (record, index) : "";
      if (column->kind == ZX_COLUMN_TEXT)
        column->text[i] = zx_pool_add (layer->pool, cell);
      else
        zx_number_parse (cell, strlen (cell), &column->number[i]);
    }
}

ZxLayer *
read_csv_text (const char *name, const char *text, gsize max_rows)
{
  const char *p = g_str_has_prefix (text, "\xef\xbb\xbf") ? text + 3 : text;
  g_autoptr (GPtrArray) header = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  p = read_record (p, header);
  while (*p != '\0' && (max_rows == 0 || rows->len < max_rows))
    {
      GPtrArray *record = g_ptr_array_new_with_free_func (g_free);
      p = read_record (p, record);
      g_ptr_array_add (rows, record);
    }
  ZxLayer *layer = zx_layer_new (name, name, rows->len);
  for (guint i = 0; i < header->len; i++)
    {
      ZxColumnKind kind = is_number_column (rows, i) ? ZX_COLUMN_NUMBER : ZX_COLUMN_TEXT;
      fill_column (layer, zx_layer_add_column (layer, g_ptr_array_index (header, i), kind), rows,
                   i);
    }
  return layer;
}

static char *
read_bytes (const char *path, gsize *n)
{
  g_autofree char *bytes = NULL;
  if (!g_file_get_contents (path, &bytes, n, NULL))
    return NULL;
  if (!g_str_has_suffix (path, ".gz"))
    return g_steal_pointer (&bytes);
  g_autoptr (GInputStream) memory = g_memory_input_stream_new_from_data (bytes, (gssize) *n, NULL);
  g_autoptr (GConverter) gunzip
      = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  g_autoptr (GInputStream) stream = g_converter_input_stream_new (memory, gunzip);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_assert_cmpint (
      g_output_stream_splice (out, stream, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, NULL), >=, 0);
  *n = g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (out));
  return g_strndup (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (out)), *n);
}

/* ---- Shapefile: the attribute table and the points of lines, enough for tests --------------- */

static guint32
little (const char *p, guint n)
{
  guint32 value = 0;
  for (guint i = 0; i < n; i++)
    value |= (guint32) (guint8) p[i] << (8 * i);
  return value;
}

static ZxLayer *
read_dbf (const char *path, gsize max_rows)
{
  gsize n;
  g_autofree char *bytes = read_bytes (path, &n);
  if (bytes == NULL)
    return NULL;
  gsize n_rows = little (bytes + 4, 4), first = little (bytes + 8, 2),
        size = little (bytes + 10, 2);
  n_rows = max_rows > 0 ? MIN (n_rows, max_rows) : n_rows;
  ZxLayer *layer = zx_layer_new ("layer", path, n_rows);
  gsize offset = 1;
  for (gsize field = 32; field + 32 <= first && bytes[field] != '\r'; field += 32)
    {
      gsize width = (guint8) bytes[field + 16];
      gboolean is_text = bytes[field + 11] == 'C';
      g_autofree char *name = g_strndup (bytes + field, 11);
      ZxColumn *column
          = zx_layer_add_column (layer, name, is_text ? ZX_COLUMN_TEXT : ZX_COLUMN_NUMBER);
      for (gsize row = 0; row < n_rows; row++)
        {
          g_autofree char *cell = g_strndup (bytes + first + row * size + offset, width);
          g_strstrip (cell);
          if (is_text)
            column->text[row] = zx_pool_add (layer->pool, cell);
          else
            zx_number_parse (cell, strlen (cell), &column->number[row]);
        }
      offset += width;
    }
  return layer;
}

static double
little_double (const char *p)
{
  guint64 bits = (guint64) little (p, 4) | (guint64) little (p + 4, 4) << 32;
  double value;
  memcpy (&value, &bits, sizeof value);
  return value;
}

static void
read_parts (ZxGeometryBuilder *builder, const char *record)
{
  guint32 n_parts = little (record + 36, 4), n_points = little (record + 40, 4);
  const char *point = record + 44 + 4 * n_parts;
  for (guint32 part = 0; part < n_parts; part++)
    {
      guint32 begin = little (record + 44 + 4 * part, 4);
      guint32 end = part + 1 < n_parts ? little (record + 48 + 4 * part, 4) : n_points;
      zx_geometry_builder_begin_part (builder, FALSE);
      for (guint32 i = begin; i < end; i++)
        zx_geometry_builder_point (builder, little_double (point + 16 * i),
                                   little_double (point + 16 * i + 8));
    }
}

static void
read_shp (ZxLayer *layer, const char *path)
{
  gsize n;
  g_autofree char *bytes = read_bytes (path, &n);
  guint32 type = little (bytes + 32, 4);
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, type == 1   ? ZX_GEOMETRY_POINT
                                      : type == 3 ? ZX_GEOMETRY_LINE
                                                  : ZX_GEOMETRY_POLYGON);
  gsize offset = 100;
  for (gsize row = 0; row < layer->n_rows && offset + 8 < n; row++)
    {
      const char *record = bytes + offset + 8;
      guint32 words = GUINT32_FROM_BE (little (bytes + offset + 4, 4));
      if (type == 1)
        zx_geometry_builder_point (&builder, little_double (record + 4),
                                   little_double (record + 12));
      else
        read_parts (&builder, record);
      zx_geometry_builder_end_row (&builder);
      offset += 8 + 2 * (gsize) words;
    }
  zx_geometry_builder_finish (&builder, &layer->geometry);
}

ZxLayer *
read_file (const char *path, gsize max_rows)
{
  g_autofree char *base = g_path_get_basename (path);
  if (g_str_has_suffix (path, ".shp"))
    {
      g_autofree char *stem = g_strndup (path, strlen (path) - 4);
      g_autofree char *dbf = g_strconcat (stem, ".dbf", NULL);
      ZxLayer *layer = read_dbf (dbf, max_rows);
      if (layer != NULL)
        read_shp (layer, path);
      return layer;
    }
  gsize n;
  g_autofree char *bytes = read_bytes (path, &n);
  return bytes != NULL ? read_csv_text (base, bytes, max_rows) : NULL;
}

/* ---- places ------------------------------------------------------------------------------- */

void
make_points (ZxLayer *layer, const char *x, const char *y)
{
  const ZxColumn *xs = zx_layer_column (layer, x), *ys = zx_layer_column (layer, y);
  ZxGeometry *geometry = &layer->geometry;
  geometry->kind = ZX_GEOMETRY_POINT;
  geometry->n_rows = geometry->n_points = layer->n_rows;
  geometry->x = g_new (double, MAX (layer->n_rows, 1));
  geometry->y = g_new (double, MAX (layer->n_rows, 1));
  for (gsize i = 0; i < layer->n_rows; i++)
    {
      geometry->x[i] = zx_layer_number (layer, xs, i);
      geometry->y[i] = zx_layer_number (layer, ys, i);
    }
}

void
to_flat_metres (double *x, double *y, gsize n, gpointer centre)
{
  const double *c = centre;
  for (gsize i = 0; i < n; i++)
    {
      gboolean is_place = fabs (x[i]) <= 180 && fabs (y[i]) <= 90;
      double east = (x[i] - c[0]) * 111320 * cos (c[1] * G_PI / 180) + 500000;
      double north = (y[i] - c[1]) * 110950 + 4000000;
      x[i] = is_place ? east : NAN;
      y[i] = is_place ? north : NAN;
    }
}

void
project_layer (ZxLayer *layer, double *centre)
{
  to_flat_metres (layer->geometry.x, layer->geometry.y, layer->geometry.n_points, centre);
}
