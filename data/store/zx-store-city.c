/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Cities and findings as bytes.  Pool ids are renumbered in the order in which they are met, so
 * that equal cities give equal bytes whatever their pools went through. */

#include "data/store/zx-store.h"

/* ---- writing ------------------------------------------------------------------------------ */

typedef struct
{
  ZxWriter *writer;
  const ZxPool *pool; /* the city's */
  ZxPool *packed;     /* what is written */
  const ZxProgress *progress;
} Packing;

static gboolean
pack_count (guint64 *n, gpointer data)
{
  zx_writer_int (((Packing *) data)->writer, (gint64) *n);
  return TRUE;
}

static gboolean
pack_number (double *value, gpointer data)
{
  zx_writer_double (((Packing *) data)->writer, *value);
  return TRUE;
}

static gboolean
pack_text (char **value, gpointer data)
{
  zx_writer_text (((Packing *) data)->writer, *value);
  return TRUE;
}

static gboolean
pack_array (gpointer *items, guint64 n, gsize item_size, gboolean is_pooled, gpointer data)
{
  Packing *packing = data;
  if (zx_progress_is_stopped (packing->progress))
    return FALSE;
  zx_writer_int (packing->writer, *items != NULL);
  if (*items == NULL)
    return TRUE;
  if (!is_pooled)
    {
      zx_writer_array (packing->writer, *items, n, item_size);
      return TRUE;
    }
  g_autofree guint32 *ids = g_new (guint32, MAX (n, 1));
  for (guint64 i = 0; i < n; i++)
    ids[i]
        = zx_pool_add (packing->packed, zx_pool_get (packing->pool, ((const guint32 *) *items)[i]));
  zx_writer_array (packing->writer, ids, n, item_size);
  return TRUE;
}

static gboolean
pack_geometry (ZxGeometry *geometry, gpointer data)
{
  ZxWriter *writer = ((Packing *) data)->writer;
  if (zx_progress_is_stopped (((Packing *) data)->progress))
    return FALSE;
  zx_writer_int (writer, geometry->kind);
  zx_writer_array (writer, geometry->x, geometry->n_points, sizeof (double));
  zx_writer_array (writer, geometry->y, geometry->n_points, sizeof (double));
  if (geometry->kind > ZX_GEOMETRY_POINT)
    {
      zx_writer_array (writer, geometry->part_first, geometry->n_rows + 1, sizeof (gsize));
      zx_writer_array (writer, geometry->point_first, geometry->n_parts + 1, sizeof (gsize));
      zx_writer_array (writer, geometry->is_hole, geometry->n_parts, 1);
    }
  return TRUE;
}

static void
pack_pool (ZxWriter *writer, const ZxPool *pool)
{
  zx_writer_int (writer, zx_pool_size (pool));
  for (guint32 id = 1; id < zx_pool_size (pool); id++)
    zx_writer_text (writer, zx_pool_get (pool, id));
}

GBytes *
zx_store_pack_city (const ZxCity *city, const ZxProgress *progress, GError **error)
{
  static const ZxCityVisitor visitor
      = { pack_count, pack_number, pack_text, pack_array, pack_geometry };
  g_autoptr (ZxPool) packed = zx_pool_new ();
  Packing packing = { zx_writer_new ("city", 3), city->pool, packed, progress };
  /* The visitor only reads; the type is not const because reading back shares it. */
  zx_city_visit ((ZxCity *) city, &visitor, &packing);
  if (!zx_progress_step (progress, 1, 1, error))
    {
      g_bytes_unref (zx_writer_finish (packing.writer));
      return NULL;
    }
  pack_pool (packing.writer, packed);
  zx_writer_text (packing.writer, city->fingerprint);
  return zx_writer_finish (packing.writer);
}

/* ---- reading ------------------------------------------------------------------------------ */

typedef struct
{
  ZxReader reader;
  GArray *pooled; /* guint32 *: arrays of ids, to be checked when the pool is known */
  GArray *n_pooled;
} Unpacking;

static gboolean
unpack_count (guint64 *n, gpointer data)
{
  Unpacking *unpacking = data;
  *n = (guint64) zx_reader_int (&unpacking->reader);
  return !unpacking->reader.failed && *n < G_GUINT64_CONSTANT (1) << 40;
}

static gboolean
unpack_number (double *value, gpointer data)
{
  Unpacking *unpacking = data;
  *value = zx_reader_double (&unpacking->reader);
  return !unpacking->reader.failed;
}

static gboolean
unpack_text (char **value, gpointer data)
{
  Unpacking *unpacking = data;
  g_free (*value);
  *value = zx_reader_text (&unpacking->reader);
  return !unpacking->reader.failed;
}

static gboolean
unpack_array (gpointer *items, guint64 n, gsize item_size, gboolean is_pooled, gpointer data)
{
  Unpacking *unpacking = data;
  gsize found = 0;
  g_clear_pointer (items, g_free);
  if (!zx_reader_int (&unpacking->reader))
    return !unpacking->reader.failed;
  *items = zx_reader_array (&unpacking->reader, &found, item_size);
  if (is_pooled && *items != NULL)
    {
      g_array_append_val (unpacking->pooled, *items);
      g_array_append_val (unpacking->n_pooled, found);
    }
  return !unpacking->reader.failed && found == n;
}

static gboolean
is_ascending (const gsize *values, gsize n, gsize last)
{
  if (n == 0 || values[0] != 0 || values[n - 1] != last)
    return FALSE;
  for (gsize i = 0; i + 1 < n; i++)
    if (values[i] > values[i + 1])
      return FALSE;
  return TRUE;
}

static gboolean
unpack_geometry (ZxGeometry *geometry, gpointer data)
{
  ZxReader *reader = &((Unpacking *) data)->reader;
  gsize n_y = 0, n_parts = 0, n_rows = 0, n_holes = 0;
  zx_geometry_clear (geometry);
  gint64 kind = zx_reader_int (reader);
  geometry->x = zx_reader_array (reader, &geometry->n_points, sizeof (double));
  geometry->y = zx_reader_array (reader, &n_y, sizeof (double));
  if (reader->failed || kind < 0 || kind > ZX_GEOMETRY_POLYGON || n_y != geometry->n_points)
    return FALSE;
  geometry->kind = (ZxGeometryKind) kind;
  if (kind <= ZX_GEOMETRY_POINT)
    {
      geometry->n_rows = geometry->n_points;
      return TRUE;
    }
  geometry->part_first = zx_reader_array (reader, &n_rows, sizeof (gsize));
  geometry->point_first = zx_reader_array (reader, &n_parts, sizeof (gsize));
  geometry->is_hole = zx_reader_array (reader, &n_holes, 1);
  if (reader->failed || n_rows == 0 || n_parts == 0
      || !is_ascending (geometry->part_first, n_rows, n_parts - 1)
      || !is_ascending (geometry->point_first, n_parts, geometry->n_points)
      || (n_holes != n_parts - 1 && n_holes != 0))
    return FALSE;
  geometry->n_rows = n_rows - 1;
  geometry->n_parts = n_parts - 1;
  if (n_holes == 0 && n_parts > 1) /* lines may be written without */
    g_clear_pointer (&geometry->is_hole, g_free);
  return TRUE;
}

static gboolean
unpack_pool (ZxReader *reader, ZxPool *pool)
{
  gint64 n = zx_reader_int (reader);
  for (gint64 id = 1; !reader->failed && id < n; id++)
    {
      g_autofree char *text = zx_reader_text (reader);
      if (text == NULL || zx_pool_add (pool, text) != (guint32) id) /* doubled or empty: damaged */
        reader->failed = TRUE;
    }
  return !reader->failed;
}

static gboolean
ids_are_known (const Unpacking *unpacking, guint32 n_ids)
{
  for (guint k = 0; k < unpacking->pooled->len; k++)
    {
      const guint32 *ids = g_array_index (unpacking->pooled, guint32 *, k);
      gsize n = g_array_index (unpacking->n_pooled, gsize, k);
      for (gsize i = 0; i < n; i++)
        if (ids[i] >= n_ids)
          return FALSE;
    }
  return TRUE;
}

ZxCity *
zx_store_unpack_city (GBytes *bytes, GError **error)
{
  static const ZxCityVisitor visitor
      = { unpack_count, unpack_number, unpack_text, unpack_array, unpack_geometry };
  g_autoptr (ZxCity) city = zx_city_new ();
  g_autoptr (GArray) pooled = g_array_new (FALSE, FALSE, sizeof (guint32 *));
  g_autoptr (GArray) n_pooled = g_array_new (FALSE, FALSE, sizeof (gsize));
  Unpacking unpacking = { .pooled = pooled, .n_pooled = n_pooled };
  if (!zx_reader_init (&unpacking.reader, bytes, "city", 3, error))
    return NULL;
  if (!zx_city_visit (city, &visitor, &unpacking) || !unpack_pool (&unpacking.reader, city->pool)
      || !ids_are_known (&unpacking, zx_pool_size (city->pool)))
    unpacking.reader.failed = TRUE;
  g_autofree char *fingerprint = zx_reader_text (&unpacking.reader);
  if (!zx_reader_finish (&unpacking.reader, error) || !zx_city_seal (city, error))
    return NULL;
  if (g_strcmp0 (fingerprint, city->fingerprint) != 0)
    {
      g_set_error_literal (
          error, ZX_ERROR, ZX_ERROR_INVALID,
          _ ("The stored city does not match its fingerprint; open the sources again"));
      return NULL;
    }
  return g_steal_pointer (&city);
}

/* ---- findings ----------------------------------------------------------------------------- */

GBytes *
zx_store_pack_findings (const ZxFindings *findings)
{
  ZxWriter *writer = zx_writer_new ("findings", 1);
  zx_writer_int (writer, findings->layers->len);
  for (guint i = 0; i < findings->layers->len; i++)
    zx_writer_text (writer, g_ptr_array_index (findings->layers, i));
  zx_writer_int (writer, findings->rows->len);
  for (guint i = 0; i < findings->rows->len; i++)
    {
      const ZxFinding *finding = &g_array_index (findings->rows, ZxFinding, i);
      zx_writer_text (writer, finding->rule);
      zx_writer_int (writer, finding->layer);
      zx_writer_int (writer, finding->row);
      zx_writer_int (writer, finding->count);
      zx_writer_int (writer, finding->severity);
      zx_writer_int (writer, finding->action);
      zx_writer_text (writer, zx_pool_get (findings->pool, finding->value));
      zx_writer_text (writer, zx_pool_get (findings->pool, finding->bound));
    }
  return zx_writer_finish (writer);
}

ZxFindings *
zx_store_unpack_findings (GBytes *bytes, GError **error)
{
  ZxReader reader;
  g_autoptr (ZxFindings) findings = zx_findings_new ();
  if (!zx_reader_init (&reader, bytes, "findings", 1, error))
    return NULL;
  gint64 n_layers = zx_reader_int (&reader);
  for (gint64 i = 0; !reader.failed && i < n_layers; i++)
    {
      char *layer = zx_reader_text (&reader);
      g_ptr_array_add (findings->layers, layer != NULL ? layer : g_strdup (""));
    }
  gint64 n_rows = zx_reader_int (&reader);
  for (gint64 i = 0; !reader.failed && i < n_rows; i++)
    {
      g_autofree char *rule = zx_reader_text (&reader);
      gint64 layer = zx_reader_int (&reader), row = zx_reader_int (&reader),
             count = zx_reader_int (&reader);
      gint64 severity = zx_reader_int (&reader), action = zx_reader_int (&reader);
      g_autofree char *value = zx_reader_text (&reader), *bound = zx_reader_text (&reader);
      if (rule == NULL || layer < 0 || layer >= findings->layers->len || count < 1 || severity < 0
          || severity > ZX_SEVERITY_ERROR || action < 0 || action > ZX_ACTION_SET_ASIDE)
        reader.failed = TRUE;
      else
        zx_findings_add (findings, rule, (guint32) layer, row, (guint32) count,
                         (ZxSeverity) severity, (ZxAction) action, value, bound);
    }
  return zx_reader_finish (&reader, error) ? g_steal_pointer (&findings) : NULL;
}
