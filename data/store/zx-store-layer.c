/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Feature tables that QGIS opens.
 *
 * A GeoPackage geometry is "GP", version 0, flags, srs_id, envelope min x, max x, min y, max y,
 * then well-known binary, all little-endian (OGC 12-128r18 §2.1.3).  Tables hold at most a few ten
 * thousand rows (cells, candidates, sites), so there is no R-tree beside them. */

#include "data/store/zx-store-private.h"

static void
put_u8 (GByteArray *out, guint8 value)
{
  g_byte_array_append (out, &value, 1);
}

static void
put_u32 (GByteArray *out, guint32 value)
{
  g_byte_array_append (out, (const guint8 *) &value, 4);
}

static void
put_double (GByteArray *out, double value)
{
  g_byte_array_append (out, (const guint8 *) &value, 8);
}

static void
put_points (GByteArray *out, const ZxGeometry *geometry, gsize part)
{
  gsize begin = geometry->point_first[part], end = geometry->point_first[part + 1];
  put_u32 (out, (guint32) (end - begin));
  for (gsize i = begin; i < end; i++)
    {
      put_double (out, geometry->x[i]);
      put_double (out, geometry->y[i]);
    }
}

static void
put_multi_line (GByteArray *out, const ZxGeometry *geometry, gsize row)
{
  gsize begin = geometry->part_first[row], end = geometry->part_first[row + 1];
  put_u8 (out, 1);
  put_u32 (out, 5); /* MultiLineString */
  put_u32 (out, (guint32) (end - begin));
  for (gsize part = begin; part < end; part++)
    {
      put_u8 (out, 1);
      put_u32 (out, 2);
      put_points (out, geometry, part);
    }
}

static void
put_multi_polygon (GByteArray *out, const ZxGeometry *geometry, gsize row)
{
  gsize begin = geometry->part_first[row], end = geometry->part_first[row + 1], n_outer = 0;
  for (gsize part = begin; part < end; part++)
    n_outer += part == begin || !geometry->is_hole[part];
  put_u8 (out, 1);
  put_u32 (out, 6); /* MultiPolygon */
  put_u32 (out, (guint32) n_outer);
  for (gsize part = begin; part < end;)
    {
      gsize next = part + 1;
      while (next < end && geometry->is_hole[next])
        next++;
      put_u8 (out, 1);
      put_u32 (out, 3);
      put_u32 (out, (guint32) (next - part));
      for (; part < next; part++)
        put_points (out, geometry, part);
    }
}

static gboolean
row_extent (const ZxGeometry *geometry, gsize row, double extent[4])
{
  gsize begin = row, end = row + 1;
  if (geometry->kind != ZX_GEOMETRY_POINT)
    {
      begin = geometry->point_first[geometry->part_first[row]];
      end = geometry->point_first[geometry->part_first[row + 1]];
    }
  extent[0] = extent[2] = INFINITY;
  extent[1] = extent[3] = -INFINITY;
  for (gsize i = begin; i < end; i++)
    {
      extent[0] = MIN (extent[0], geometry->x[i]);
      extent[1] = MAX (extent[1], geometry->x[i]);
      extent[2] = MIN (extent[2], geometry->y[i]);
      extent[3] = MAX (extent[3], geometry->y[i]);
    }
  return isfinite (extent[0]) && isfinite (extent[2]);
}

/* The blob of one row in @out, or nothing for a row without a place. */
static gboolean
encode_row (GByteArray *out, const ZxGeometry *geometry, gsize row, gint32 srs_id)
{
  double extent[4];
  g_byte_array_set_size (out, 0);
  if (!row_extent (geometry, row, extent))
    return FALSE;
  gboolean is_point = geometry->kind == ZX_GEOMETRY_POINT;
  g_byte_array_append (out, (const guint8 *) "GP", 2);
  put_u8 (out, 0);
  put_u8 (out, is_point ? 0x01 : 0x03); /* little-endian; envelope xy unless a point */
  put_u32 (out, (guint32) srs_id);
  for (guint i = 0; !is_point && i < 4; i++)
    put_double (out, extent[i]);
  switch (geometry->kind)
    {
    case ZX_GEOMETRY_POINT:
      put_u8 (out, 1);
      put_u32 (out, 1);
      put_double (out, geometry->x[row]);
      put_double (out, geometry->y[row]);
      break;
    case ZX_GEOMETRY_LINE:
      put_multi_line (out, geometry, row);
      break;
    case ZX_GEOMETRY_POLYGON:
    case ZX_GEOMETRY_NONE:
    default:
      put_multi_polygon (out, geometry, row);
      break;
    }
  return TRUE;
}

static const char *
type_name (ZxGeometryKind kind)
{
  return kind == ZX_GEOMETRY_POINT  ? "POINT"
         : kind == ZX_GEOMETRY_LINE ? "MULTILINESTRING"
                                    : "MULTIPOLYGON";
}

/* One statement with texts bound to ?1, ?2 … */
static gboolean
run_bound (ZxStore *self, const char *sql, const char *const *texts, guint n, GError **error)
{
  sqlite3_stmt *statement = zx_store_prepare (self, sql, error);
  if (statement == NULL)
    return FALSE;
  for (guint i = 0; i < n; i++)
    sqlite3_bind_text (statement, (int) i + 1, texts[i], -1, SQLITE_TRANSIENT);
  return zx_store_finish (self, statement, sql, error);
}

static gboolean
put_system (ZxStore *self, const char *crs, const char *wkt, gint32 *srs_id, GError **error)
{
  *srs_id = 0;
  if (crs != NULL && g_str_has_prefix (crs, "EPSG:"))
    *srs_id = (gint32) g_ascii_strtoll (crs + 5, NULL, 10);
  else if (wkt != NULL)
    *srs_id = 100000; /* the one system of the project that has no EPSG number */
  if (*srs_id == 0 || *srs_id == 4326)
    return TRUE;
  char number[16];
  g_snprintf (number, sizeof number, "%d", *srs_id);
  const char *texts[]
      = { crs, number, *srs_id == 100000 ? "NONE" : "EPSG", wkt != NULL ? wkt : "undefined" };
  return run_bound (self,
                    "INSERT OR REPLACE INTO gpkg_spatial_ref_sys VALUES (?1, ?2, ?3, ?2, ?4, '')",
                    texts, G_N_ELEMENTS (texts), error);
}

static gboolean
make_table (ZxStore *self, const ZxLayer *layer, gint32 srs_id, GError **error)
{
  char *drop = sqlite3_mprintf ("DROP TABLE IF EXISTS \"%w\"", layer->name);
  GString *create = g_string_new (NULL);
  char *head = sqlite3_mprintf ("CREATE TABLE \"%w\" (fid INTEGER PRIMARY KEY", layer->name);
  g_string_append (create, head);
  sqlite3_free (head);
  if (layer->geometry.kind != ZX_GEOMETRY_NONE)
    g_string_append_printf (create, ", geom %s", type_name (layer->geometry.kind));
  for (guint i = 0; i < layer->n_columns; i++)
    {
      char *column
          = sqlite3_mprintf (", \"%w\" %s", layer->columns[i].name,
                             layer->columns[i].kind == ZX_COLUMN_NUMBER ? "DOUBLE" : "TEXT");
      g_string_append (create, column);
      sqlite3_free (column);
    }
  g_string_append_c (create, ')');
  const char *name[] = { layer->name };
  gboolean ok
      = run_bound (self, "DELETE FROM gpkg_geometry_columns WHERE table_name = ?1", name, 1, error)
        && run_bound (self, "DELETE FROM gpkg_contents WHERE table_name = ?1", name, 1, error)
        && run_bound (self, "DELETE FROM layer_styles WHERE f_table_name = ?1", name, 1, error)
        && zx_store_exec (self, drop, error) && zx_store_exec (self, create->str, error);
  sqlite3_free (drop);
  g_string_free (create, TRUE);
  return ok;
}

static gboolean
register_table (ZxStore *self, const ZxLayer *layer, gint32 srs_id, const char *style_qml,
                GError **error)
{
  gboolean has_geometry = layer->geometry.kind != ZX_GEOMETRY_NONE;
  double extent[4] = { NAN, NAN, NAN, NAN };
  zx_geometry_extent (&layer->geometry, &extent[0], &extent[1], &extent[2], &extent[3]);
  sqlite3_stmt *statement = zx_store_prepare (self,
                                              "INSERT INTO gpkg_contents VALUES (?1, ?2, ?1, '', "
                                              "'1970-01-01T00:00:00.000Z', ?3, ?4, ?5, ?6, ?7)",
                                              error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text (statement, 1, layer->name, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 2, has_geometry ? "features" : "attributes", -1, SQLITE_STATIC);
  for (int i = 0; i < 4; i++)
    if (has_geometry && isfinite (extent[i]))
      sqlite3_bind_double (statement, 3 + i, extent[i]);
  if (has_geometry)
    sqlite3_bind_int (statement, 7, srs_id);
  if (!zx_store_finish (self, statement, layer->name, error))
    return FALSE;
  if (!has_geometry)
    return TRUE;
  char number[16];
  g_snprintf (number, sizeof number, "%d", srs_id);
  const char *geometry[] = { layer->name, type_name (layer->geometry.kind), number };
  const char *style[] = { layer->name, style_qml };
  return run_bound (self, "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', ?2, ?3, 0, 0)",
                    geometry, 3, error)
         && (style_qml == NULL
             || run_bound (
                 self,
                 "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
                 " f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description,"
                 " owner, update_time) VALUES ('', '', ?1, 'geom', ?1, ?2, '', 1, '', '',"
                 " '1970-01-01T00:00:00.000Z')",
                 style, 2, error));
}

static void
bind_value (sqlite3_stmt *statement, int at, const ZxLayer *layer, const ZxColumn *column,
            gsize row)
{
  if (column->kind == ZX_COLUMN_NUMBER)
    {
      if (isfinite (column->number[row]))
        sqlite3_bind_double (statement, at, column->number[row]);
      else
        sqlite3_bind_null (statement, at);
    }
  else if (column->text[row] != 0)
    sqlite3_bind_text (statement, at, zx_layer_text (layer, column, row), -1, SQLITE_STATIC);
  else
    sqlite3_bind_null (statement, at);
}

static gboolean
insert_rows (ZxStore *self, const ZxLayer *layer, gint32 srs_id, GError **error)
{
  gboolean has_geometry = layer->geometry.kind != ZX_GEOMETRY_NONE;
  guint n_values = layer->n_columns + (has_geometry ? 1 : 0);
  char *head = sqlite3_mprintf ("INSERT INTO \"%w\" VALUES (?", layer->name);
  GString *sql = g_string_new (head);
  sqlite3_free (head);
  for (guint i = 0; i < n_values; i++)
    g_string_append (sql, ", ?");
  g_string_append_c (sql, ')');
  sqlite3_stmt *statement = zx_store_prepare (self, sql->str, error);
  g_string_free (sql, TRUE);
  if (statement == NULL)
    return FALSE;
  g_autoptr (GByteArray) blob = g_byte_array_new ();
  gboolean ok = TRUE;
  gboolean is_stopped = FALSE;
  for (gsize row = 0; ok && row < layer->n_rows; row++)
    {
      int at = 1;
      if (row % 1024 == 0 && !zx_progress_step (self->progress, row, layer->n_rows, error))
        {
          is_stopped = TRUE;
          break;
        }
      sqlite3_bind_int64 (statement, at++, (gint64) row + 1);
      if (has_geometry && encode_row (blob, &layer->geometry, row, srs_id))
        sqlite3_bind_blob (statement, at++, blob->data, (int) blob->len, SQLITE_STATIC);
      else if (has_geometry)
        sqlite3_bind_null (statement, at++);
      for (guint i = 0; i < layer->n_columns; i++)
        bind_value (statement, at++, layer, &layer->columns[i], row);
      ok = sqlite3_step (statement) == SQLITE_DONE;
      sqlite3_reset (statement);
    }
  if (!ok)
    g_set_error (error, ZX_ERROR, ZX_ERROR_IO, _ ("%s: the layer “%s” cannot be written (%s)"),
                 self->path, layer->name, sqlite3_errmsg (self->db));
  sqlite3_finalize (statement);
  return ok && !is_stopped;
}

gboolean
zx_store_put_layer (ZxStore *self, const ZxLayer *layer, const char *crs, const char *wkt,
                    const char *style_qml, GError **error)
{
  gint32 srs_id;
  g_return_val_if_fail (
      !g_str_has_prefix (layer->name, "zx_") && !g_str_has_prefix (layer->name, "gpkg_"), FALSE);
  return put_system (self, crs, wkt, &srs_id, error) && make_table (self, layer, srs_id, error)
         && register_table (self, layer, srs_id, style_qml, error)
         && insert_rows (self, layer, srs_id, error);
}
