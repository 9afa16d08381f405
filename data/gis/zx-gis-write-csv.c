/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tables for people's spreadsheets: UTF-8 with a byte-order mark (without it they take Chinese for
 * GBK or Latin), quotes where needed, '.' as decimal mark, the shortest number that reads back.
 *
 * A cell that begins with = + - @ TAB or CR is run as a formula by them; it gets a leading
 * apostrophe unless it is a number. */

#include "data/gis/zx-gis-write.h"

#include <glib/gstdio.h>

#define ROWS_PER_STEP 4096
#define FLUSH_BYTES   (1u << 20)

static gboolean
is_formula (const char *text)
{
  double value;
  return *text != '\0' && strchr ("=+-@\t\r", *text) != NULL
         && !zx_number_parse (text, strlen (text), &value);
}

static void
add_text (GString *out, const char *text)
{
  gboolean needs_mark = is_formula (text);
  if (strpbrk (text, ",\"\r\n") == NULL && *text != ' ')
    {
      if (needs_mark)
        g_string_append_c (out, '\'');
      g_string_append (out, text);
      return;
    }
  g_string_append (out, needs_mark ? "\"'" : "\"");
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (out, '"');
      g_string_append_c (out, *p);
    }
  g_string_append_c (out, '"');
}

static void
add_number (GString *out, double value)
{
  char buffer[32];
  g_string_append (out, isfinite (value) ? zx_number_format (value, buffer) : "");
}

/* ---- geometry ----------------------------------------------------------------------------- */

static void
add_part (GString *out, const ZxGeometry *geometry, gsize part)
{
  for (gsize i = geometry->point_first[part]; i < geometry->point_first[part + 1]; i++)
    {
      g_string_append (out, i > geometry->point_first[part] ? ", " : "(");
      add_number (out, geometry->x[i]);
      g_string_append_c (out, ' ');
      add_number (out, geometry->y[i]);
    }
  g_string_append_c (out, ')');
}

static void
add_wkt (GString *out, const ZxGeometry *geometry, gsize row)
{
  gsize begin = geometry->part_first[row], end = geometry->part_first[row + 1];
  gboolean is_polygon = geometry->kind == ZX_GEOMETRY_POLYGON;
  if (begin == end)
    return;
  g_string_append (out, is_polygon ? "\"MULTIPOLYGON (" : "\"MULTILINESTRING (");
  for (gsize part = begin; part < end; part++)
    {
      gboolean opens = is_polygon && !geometry->is_hole[part];
      if (part > begin)
        g_string_append (out, opens ? "), " : ", ");
      if (opens)
        g_string_append_c (out, '(');
      add_part (out, geometry, part);
    }
  g_string_append (out, is_polygon ? "))\"" : ")\"");
}

static void
add_place (GString *out, const ZxGeometry *geometry, gsize row)
{
  if (geometry->kind == ZX_GEOMETRY_POINT)
    {
      gboolean is_somewhere = isfinite (geometry->x[row]) && isfinite (geometry->y[row]);
      add_number (out, is_somewhere ? geometry->x[row] : NAN);
      g_string_append_c (out, ',');
      add_number (out, is_somewhere ? geometry->y[row] : NAN);
    }
  else
    add_wkt (out, geometry, row);
}

/* ---- rows --------------------------------------------------------------------------------- */

static void
add_header (GString *out, const ZxLayer *layer, const char *crs)
{
  gboolean is_lon_lat = crs != NULL && strcmp (crs, "EPSG:4326") == 0;
  g_string_append (out, "\xef\xbb\xbf");
  for (guint i = 0; i < layer->n_columns; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      add_text (out, layer->columns[i].name);
    }
  if (layer->n_columns > 0 && layer->geometry.kind != ZX_GEOMETRY_NONE)
    g_string_append_c (out, ',');
  if (layer->geometry.kind == ZX_GEOMETRY_POINT)
    g_string_append (out, is_lon_lat ? "lon,lat" : "x,y");
  else if (layer->geometry.kind != ZX_GEOMETRY_NONE)
    g_string_append (out, "WKT");
  g_string_append (out, "\r\n");
}

static void
add_row (GString *out, const ZxLayer *layer, const ZxGeometry *geometry, gsize row)
{
  for (guint i = 0; i < layer->n_columns; i++)
    {
      const ZxColumn *column = &layer->columns[i];
      if (i > 0)
        g_string_append_c (out, ',');
      if (column->kind == ZX_COLUMN_TEXT)
        add_text (out, zx_layer_text (layer, column, row));
      else
        add_number (out, column->number[row]);
    }
  if (layer->n_columns > 0 && geometry->kind != ZX_GEOMETRY_NONE)
    g_string_append_c (out, ',');
  if (geometry->kind != ZX_GEOMETRY_NONE)
    add_place (out, geometry, row);
  g_string_append (out, "\r\n");
}

static gboolean
flush (GString *out, FILE *file, const char *path, GError **error)
{
  if (fwrite (out->str, 1, out->len, file) == out->len)
    {
      g_string_truncate (out, 0);
      return TRUE;
    }
  g_set_error (error, ZX_ERROR, ZX_ERROR_IO, _ ("%s cannot be written: %s"), path,
               g_strerror (errno));
  return FALSE;
}

static gboolean
write_rows (FILE *file, const char *path, const ZxLayer *layer, const ZxGeometry *geometry,
            const char *crs, const ZxProgress *progress, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);
  add_header (out, layer, crs);
  for (gsize row = 0; row < layer->n_rows; row++)
    {
      if (row % ROWS_PER_STEP == 0 && !zx_progress_step (progress, row, layer->n_rows, error))
        return FALSE;
      add_row (out, layer, geometry, row);
      if (out->len > FLUSH_BYTES && !flush (out, file, path, error))
        return FALSE;
    }
  return flush (out, file, path, error);
}

gboolean
zx_gis_write_csv (const char *path, const ZxLayer *layer, const char *from, const char *to,
                  const ZxProgress *progress, GError **error)
{
  FILE *file = g_fopen (path, "wb");
  if (file == NULL)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_IO, _ ("%s cannot be written: %s"), path,
                   g_strerror (errno));
      return FALSE;
    }
  ZxGeometry geometry;
  zx_geometry_copy (&geometry, &layer->geometry);
  gboolean is_fine
      = from == NULL || to == NULL || strcmp (from, to) == 0
        || zx_gis_transform (from, to, geometry.x, geometry.y, geometry.n_points, NULL, error);
  is_fine = is_fine && write_rows (file, path, layer, &geometry, to, progress, error);
  zx_geometry_clear (&geometry);
  if (fclose (file) != 0 && is_fine)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_IO, _ ("%s cannot be written: %s"), path,
                   g_strerror (errno));
      return FALSE;
    }
  return is_fine;
}
