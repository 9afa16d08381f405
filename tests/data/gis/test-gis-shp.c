/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Shapefiles are read in two ways: plain records straight from the file, the others by GDAL.  Both
 * must give the same layer. */

#include "data/gis/zx-gis.h"

#include <glib/gstdio.h>

#include "zx-test.h"

#define N_ROWS 300

static void
add_ring (ZxGeometryBuilder *builder, gboolean is_hole, double x, double y, double size)
{
  zx_geometry_builder_begin_part (builder, is_hole);
  for (guint k = 0; k < 5; k++)
    {
      guint corner = is_hole ? (4 - k) % 4 : k % 4;
      zx_geometry_builder_point (builder, x + (corner == 1 || corner == 2 ? size : 0),
                                 y + (corner >= 2 ? size : 0));
    }
}

static void
add_line (ZxGeometryBuilder *builder, ZxRng *rng)
{
  zx_geometry_builder_begin_part (builder, FALSE);
  for (guint k = 2 + zx_rng_below (rng, 9); k > 0; k--)
    zx_geometry_builder_point (builder, 5e5 + 1e4 * zx_rng_uniform (rng),
                               4e6 + 1e4 * zx_rng_uniform (rng));
}

/* Rows without a shape, of one part and of several. */
static ZxLayer *
make (ZxGeometryKind kind, ZxRng *rng)
{
  ZxLayer *layer = zx_layer_new ("a", "made", N_ROWS);
  zx_layer_add_column (layer, "id", ZX_COLUMN_NUMBER);
  zx_layer_add_column (layer, "name", ZX_COLUMN_TEXT);
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, kind);
  for (guint row = 0; row < N_ROWS; row++)
    {
      layer->columns[0].number[row] = row;
      layer->columns[1].text[row] = zx_pool_add (layer->pool, row % 3 ? "车站" : "");
      double x = 5e5 + 1e4 * zx_rng_uniform (rng), y = 4e6 + 1e4 * zx_rng_uniform (rng);
      guint n_parts = zx_rng_below (rng, 4);
      for (guint part = 0; kind == ZX_GEOMETRY_LINE && part < n_parts; part++)
        add_line (&builder, rng);
      for (guint part = 0; kind == ZX_GEOMETRY_POLYGON && part < n_parts; part++)
        {
          add_ring (&builder, FALSE, x + 100 * part, y, 50);
          if (zx_rng_below (rng, 3) == 0)
            add_ring (&builder, TRUE, x + 100 * part + 10, y + 10, 20);
        }
      zx_geometry_builder_end_row (&builder);
    }
  zx_geometry_builder_finish (&builder, &layer->geometry);
  return layer;
}

static ZxLayer *
read_file (const char *path, ZxFindings *findings)
{
  g_autoptr (GError) error = NULL;
  ZxLayer *layer = zx_gis_read (path, NULL, NULL, findings, NULL, &error);
  g_assert_no_error (error);
  return layer;
}

static void
write_file (const char *path, const ZxLayer *layer)
{
  g_autoptr (GError) error = NULL;
  ZxGisOutput output = { layer, NULL };
  zx_gis_write (path, &output, 1, "EPSG:4548", NULL, &error);
  g_assert_no_error (error);
}

static void
assert_same (const ZxLayer *a, const ZxLayer *b)
{
  const ZxGeometry *p = &a->geometry, *q = &b->geometry;
  g_assert_cmpuint (a->n_rows, ==, b->n_rows);
  g_assert_cmpint (p->kind, ==, q->kind);
  g_assert_cmpuint (p->n_points, ==, q->n_points);
  g_assert_cmpmem (p->x, p->n_points * sizeof (double), q->x, q->n_points * sizeof (double));
  g_assert_cmpmem (p->y, p->n_points * sizeof (double), q->y, q->n_points * sizeof (double));
  if (p->kind == ZX_GEOMETRY_POINT)
    return;
  g_assert_cmpmem (p->part_first, (p->n_rows + 1) * sizeof (gsize), q->part_first,
                   (q->n_rows + 1) * sizeof (gsize));
  g_assert_cmpmem (p->point_first, (p->n_parts + 1) * sizeof (gsize), q->point_first,
                   (q->n_parts + 1) * sizeof (gsize));
  g_assert_cmpmem (p->is_hole, p->n_parts, q->is_hole, q->n_parts);
}

/* Every @step-th entry of the index tells one word less than the record has: not plain. */
static void
spoil_index (const char *path, gsize step)
{
  g_autofree char *bytes = NULL;
  gsize n = 0;
  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  for (gsize at = 100 + 7; at < n; at += 8 * step)
    bytes[at]--;
  g_assert_true (g_file_set_contents (path, bytes, (gssize) n, NULL));
}

static void
test_both_ways_agree (void)
{
  g_autofree char *folder = zx_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.shp", NULL);
  g_autofree char *index = g_build_filename (folder, "a.shx", NULL);
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint kind = ZX_GEOMETRY_LINE; kind <= ZX_GEOMETRY_POLYGON; kind++)
    {
      g_autoptr (ZxLayer) made = make ((ZxGeometryKind) kind, &rng);
      write_file (path, made);
      g_autoptr (ZxLayer) plain = read_file (path, NULL);
      assert_same (made, plain);
      spoil_index (index, 3);
      g_autoptr (ZxLayer) mixed = read_file (path, NULL);
      g_assert_cmpuint (mixed->n_rows, ==, N_ROWS);
      g_assert_cmpfloat (mixed->columns[0].number[N_ROWS - 1], ==, N_ROWS - 1);
    }
  zx_test_folder_remove (folder);
}

/* GeoPackage knows nothing of shapefiles: the same shared layer through both. */
static void
test_shared_layers_agree (void)
{
  static const char *const files[]
      = { "data/base/china/admin_level2/chn_admin_level2.shp", "data/roads/jinan/edges.shp",
          "data/roads/jinan/nodes.shp", "data/base/china/shenzhen_sz/sz.shp" };
  g_autofree char *folder = zx_test_folder ();
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = zx_test_shared (files[i]);
      g_autofree char *copy = g_build_filename (folder, "a.gpkg", NULL);
      if (path == NULL)
        continue;
      g_autoptr (ZxLayer) layer = read_file (path, NULL);
      write_file (copy, layer);
      g_autoptr (ZxLayer) back = read_file (copy, NULL);
      assert_same (layer, back);
    }
  zx_test_folder_remove (folder);
}

static const ZxFinding *
find (const ZxFindings *findings, const char *rule)
{
  for (guint i = 0; i < findings->rows->len; i++)
    if (strcmp (g_array_index (findings->rows, ZxFinding, i).rule, rule) == 0)
      return &g_array_index (findings->rows, ZxFinding, i);
  return NULL;
}

static void
test_deleted_rows_are_told (void)
{
  g_autofree char *folder = zx_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.shp", NULL);
  g_autofree char *table = g_build_filename (folder, "a.dbf", NULL);
  g_autofree char *bytes = NULL;
  gsize n = 0;
  ZxRng rng = zx_rng_new (zx_test_seed ());
  g_autoptr (ZxLayer) made = make (ZX_GEOMETRY_LINE, &rng);
  g_autoptr (ZxFindings) findings = zx_findings_new ();
  write_file (path, made);
  g_assert_true (g_file_get_contents (table, &bytes, &n, NULL));
  gsize begin = (guint8) bytes[8] + ((gsize) (guint8) bytes[9] << 8);
  gsize step = (guint8) bytes[10] + ((gsize) (guint8) bytes[11] << 8);
  bytes[begin + 7 * step] = bytes[begin + 299 * step] = '*';
  g_assert_true (g_file_set_contents (table, bytes, (gssize) n, NULL));
  g_autoptr (ZxLayer) layer = read_file (path, findings);
  g_assert_cmpuint (layer->n_rows, ==, N_ROWS - 2);
  g_assert_cmpfloat (layer->columns[0].number[7], ==, 8);
  g_assert_cmpfloat (zx_geometry_length (&layer->geometry, 200), ==,
                     zx_geometry_length (&made->geometry, 201));
  const ZxFinding *deleted = find (findings, "gis.deleted-rows");
  g_assert_nonnull (deleted);
  g_assert_cmpstr (zx_pool_get (findings->pool, deleted->value), ==, "2");
  g_assert_null (find (findings, "gis.fewer-rows"));
  zx_test_folder_remove (folder);
}

static void
test_a_missing_index_is_made (void)
{
  g_autofree char *folder = zx_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.shp", NULL);
  g_autofree char *index = g_build_filename (folder, "a.shx", NULL);
  ZxRng rng = zx_rng_new (zx_test_seed ());
  g_autoptr (ZxLayer) made = make (ZX_GEOMETRY_POLYGON, &rng);
  g_autoptr (ZxFindings) findings = zx_findings_new ();
  write_file (path, made);
  g_assert_cmpint (g_remove (index), ==, 0);
  g_autoptr (ZxLayer) layer = read_file (path, findings);
  assert_same (made, layer);
  const ZxFinding *restored = find (findings, "gis.shx-restored");
  g_assert_nonnull (restored);
  g_assert_cmpstr (zx_pool_get (findings->pool, restored->value), ==, "a.shx");
  g_assert_false (g_file_test (index, G_FILE_TEST_EXISTS));
  zx_test_folder_remove (folder);
}

/* Bytes of all kinds in the wrong place: the rows stay, whatever the shapes are. */
static void
test_damaged_records_are_harmless (void)
{
  g_autofree char *folder = zx_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.shp", NULL);
  ZxRng rng = zx_rng_new (zx_test_seed ());
  g_autofree char *whole = NULL;
  gsize n = 0;
  g_autoptr (ZxLayer) made = make (ZX_GEOMETRY_LINE, &rng);
  write_file (path, made);
  g_assert_true (g_file_get_contents (path, &whole, &n, NULL));
  for (guint round = 0; round < 40; round++)
    {
      g_autofree char *bytes = g_memdup2 (whole, n);
      for (guint k = 0; k < 60; k++)
        bytes[100 + zx_rng_below (&rng, (guint32) n - 100)] = (char) zx_rng_below (&rng, 256);
      gsize kept = round % 2 == 0 ? n : n / 2;
      g_assert_true (g_file_set_contents (path, bytes, (gssize) kept, NULL));
      g_autoptr (ZxFindings) findings = zx_findings_new ();
      g_autoptr (ZxLayer) layer = read_file (path, findings);
      g_assert_cmpuint (layer->n_rows, ==, N_ROWS);
      for (gsize i = 0; i < layer->geometry.n_points; i++)
        g_assert_cmpfloat (fabs (layer->geometry.x[i]), <=, 1e8);
    }
  zx_test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gis/shp/plain-and-other-records-agree", test_both_ways_agree);
  g_test_add_func ("/gis/shp/shared-layers-agree-with-geopackage", test_shared_layers_agree);
  g_test_add_func ("/gis/shp/deleted-rows-are-told", test_deleted_rows_are_told);
  g_test_add_func ("/gis/shp/a-missing-index-is-made-in-memory", test_a_missing_index_is_made);
  g_test_add_func ("/gis/shp/damaged-records-are-harmless", test_damaged_records_are_harmless);
  return g_test_run ();
}
