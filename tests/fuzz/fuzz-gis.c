/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as a file: what it holds, all rows of it, its first band as a field.  The last byte
 * chooses the extension, for content decides nearly everything but not all.  Beyond not crashing,
 * what is read must keep the promises of ZxLayer. */

#include "data/gis/zx-gis.h"

#include <glib/gstdio.h>
#include <stdint.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_geometry (const ZxGeometry *g, gsize n_rows)
{
  if (g->kind == ZX_GEOMETRY_NONE)
    return;
  g_assert_cmpuint (g->n_rows, ==, n_rows);
  if (g->kind == ZX_GEOMETRY_POINT)
    {
      g_assert_cmpuint (g->n_points, ==, n_rows);
      return;
    }
  g_assert_cmpuint (g->part_first[0], ==, 0);
  g_assert_cmpuint (g->part_first[n_rows], ==, g->n_parts);
  g_assert_cmpuint (g->point_first[g->n_parts], ==, g->n_points);
  for (gsize row = 0; row < n_rows; row++)
    {
      gsize begin = g->part_first[row], end = g->part_first[row + 1];
      g_assert_cmpuint (begin, <=, end);
      g_assert_true (begin == end || !g->is_hole[begin]);
    }
  for (gsize part = 0; part < g->n_parts; part++)
    {
      gsize begin = g->point_first[part], end = g->point_first[part + 1];
      g_assert_cmpuint (begin + (g->kind == ZX_GEOMETRY_POLYGON ? 4 : 2), <=, end);
      if (g->kind == ZX_GEOMETRY_POLYGON)
        g_assert_true (g->x[begin] == g->x[end - 1] && g->y[begin] == g->y[end - 1]);
    }
  for (gsize i = 0; i < g->n_points; i++)
    g_assert_true (fabs (g->x[i]) <= 1e8 && fabs (g->y[i]) <= 1e8);
}

static void
check_layer (const ZxLayer *layer)
{
  for (guint i = 0; i < layer->n_columns; i++)
    {
      const ZxColumn *column = &layer->columns[i];
      g_assert_true (g_utf8_validate (column->name, -1, NULL));
      for (gsize row = 0; row < layer->n_rows; row++)
        if (column->kind == ZX_COLUMN_TEXT)
          g_assert_true (g_utf8_validate (zx_layer_text (layer, column, row), -1, NULL));
        else
          g_assert_true (isnan (column->number[row]) || isfinite (column->number[row]));
    }
  check_geometry (&layer->geometry, layer->n_rows);
}

static void
read_all (const char *path)
{
  g_autoptr (ZxFindings) findings = zx_findings_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) infos = zx_gis_look (path, findings, NULL, &error);
  g_assert_true ((infos == NULL) == (error != NULL));
  for (guint i = 0; infos != NULL && i < MIN (infos->len, 8); i++)
    {
      const ZxGisLayerInfo *info = g_ptr_array_index (infos, i);
      if (info->is_raster)
        {
          if (i == 0)
            zx_field_free (zx_gis_read_field (path, "EPSG:3857", 1000, findings, NULL, NULL));
          continue;
        }
      g_autoptr (ZxLayer) layer = zx_gis_read (path, info->name, NULL, findings, NULL, NULL);
      if (layer != NULL)
        check_layer (layer);
      check_layer (info->head);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char *const extensions[] = { "csv", "bin", "dbf", "shp" };
  if (size < 2)
    return 0;
  g_autofree char *path = g_strdup_printf ("%s/zx-fuzz-%d.%s", g_get_tmp_dir (), (int) getpid (),
                                           extensions[data[size - 1] % G_N_ELEMENTS (extensions)]);
  if (g_file_set_contents_full (path, (const char *) data, (gssize) size - 1,
                                G_FILE_SET_CONTENTS_NONE, 0600, NULL))
    read_all (path);
  g_unlink (path);
  return 0;
}
