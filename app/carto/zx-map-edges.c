/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The lines of areas that lie side by side.  Neighbours state the line between them once each:
 * dashes painted twice, out of step, would make it solid, and where districts stand in for the
 * boundary only the lines that no other district shares are its outside.  Neighbours whose points
 * differ are not known as such: their line is painted twice. */

#include "app/carto/zx-map-private.h"

typedef struct
{
  double x0, y0, x1, y1; /* the smaller end first */
} Edge;

static Edge
edge_of (const ZxGeometry *polygons, gsize i)
{
  Edge edge = { polygons->x[i], polygons->y[i], polygons->x[i + 1], polygons->y[i + 1] };
  if (edge.x0 > edge.x1 || (edge.x0 == edge.x1 && edge.y0 > edge.y1))
    edge = (Edge){ edge.x1, edge.y1, edge.x0, edge.y0 };
  return edge;
}

static guint
edge_hash (gconstpointer key)
{
  const guint64 *bits = key;
  guint64 sum = 0;
  for (guint i = 0; i < sizeof (Edge) / sizeof (guint64); i++)
    sum = (sum ^ bits[i]) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  return (guint) (sum >> 32);
}

static gboolean
edge_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (Edge)) == 0;
}

static guint
count_of (GHashTable *known, const Edge *edge)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (known, edge));
}

static void
count_edges (GHashTable *known, const ZxGeometry *polygons, gsize part)
{
  for (gsize i = polygons->point_first[part]; i + 1 < polygons->point_first[part + 1]; i++)
    {
      Edge edge = edge_of (polygons, i);
      g_hash_table_insert (known, g_memdup2 (&edge, sizeof edge),
                           GUINT_TO_POINTER (count_of (known, &edge) + 1));
    }
}

/* An edge that is not wanted ends the line. */
static void
add_edges (ZxPathMaker *maker, const ZxGeometry *polygons, gsize part, GHashTable *known,
           gboolean is_outside, ZxPolylines *lines)
{
  for (gsize i = polygons->point_first[part]; i + 1 < polygons->point_first[part + 1]; i++)
    {
      Edge edge = edge_of (polygons, i);
      guint count = count_of (known, &edge);
      if (count == 0 || (is_outside && count > 1))
        {
          zx_path_maker_end_line (maker, lines);
          continue;
        }
      if (!is_outside) /* painted: not again */
        g_hash_table_insert (known, g_memdup2 (&edge, sizeof edge), NULL);
      if (zx_path_maker_is_empty (maker))
        zx_path_maker_add (maker, polygons->x[i], polygons->y[i]);
      zx_path_maker_add (maker, polygons->x[i + 1], polygons->y[i + 1]);
    }
  zx_path_maker_end_line (maker, lines);
}

void
zx_map_add_edges (ZxPathMaker *maker, const ZxAreas *areas, ZxAreaKind kind, gboolean is_outside,
                  ZxPolylines *lines)
{
  const ZxGeometry *polygons = &areas->polygons;
  g_autoptr (GHashTable) known = g_hash_table_new_full (edge_hash, edge_equal, g_free, NULL);
  for (guint pass = 0; pass < 2; pass++)
    for (guint row = 0; row < areas->n; row++)
      for (gsize part = polygons->part_first[row];
           areas->kind[row] == kind && part < polygons->part_first[row + 1]; part++)
        {
          if (pass == 0)
            count_edges (known, polygons, part);
          else
            add_edges (maker, polygons, part, known, is_outside, lines);
        }
}
