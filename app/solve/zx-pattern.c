/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Patterns of sparse symmetric matrices, made from the edges of a graph.  Edges come from outside:
 * each is checked, and what is wrong is named by its number. */

#include "app/solve/zx-solve-private.h"

/* ---- patterns ----------------------------------------------------------------------------- */

void
zx_pattern_free (ZxPattern *self)
{
  if (self == NULL)
    return;
  g_free (self->first);
  g_free (self->row);
  g_free (self);
}

static gboolean
check_edges (guint n, const guint32 *a, const guint32 *b, gsize n_edges, GError **error)
{
  for (gsize e = 0; e < n_edges; e++)
    {
      if (a[e] >= n || b[e] >= n)
        {
          g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                       _ ("Edge %zu joins %u and %u, but the nodes are 0 to %u"), e, a[e], b[e],
                       n - 1);
          return FALSE;
        }
      if (a[e] == b[e])
        {
          g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("Edge %zu joins node %u with itself"),
                       e, a[e]);
          return FALSE;
        }
    }
  return TRUE;
}

typedef struct
{
  guint32 row;
  gsize edge;
} Entry;

static int
compare_entries (const void *a, const void *b)
{
  const Entry *x = a, *y = b;
  return x->row != y->row ? (x->row < y->row ? -1 : 1) : (x->edge > y->edge) - (x->edge < y->edge);
}

/* Sorts the rows of each column and refuses a row that comes twice. */
static gboolean
fill_columns (ZxPattern *self, Entry *entries, GError **error)
{
  for (guint column = 0; column < self->n; column++)
    {
      gsize begin = self->first[column], end = self->first[column + 1];
      qsort (entries + begin + 1, end - begin - 1, sizeof *entries, compare_entries);
      self->row[begin] = column;
      for (gsize k = begin + 1; k < end; k++)
        {
          self->row[k] = entries[k].row;
          if (k > begin + 1 && entries[k].row == entries[k - 1].row)
            {
              g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                           _ ("Edge %zu repeats edge %zu: both join %u and %u"), entries[k].edge,
                           entries[k - 1].edge, column, entries[k].row);
              return FALSE;
            }
        }
    }
  return TRUE;
}

ZxPattern *
zx_pattern_new (guint n, const guint32 *edge_a, const guint32 *edge_b, gsize n_edges,
                GError **error)
{
  if (!check_edges (n, edge_a, edge_b, n_edges, error))
    return NULL;
  g_autoptr (ZxPattern) self = g_new0 (ZxPattern, 1);
  self->n = n;
  self->n_entries = n + n_edges;
  self->first = ZX_TRY_NEW (gsize, (gsize) n + 1, "matrix pattern", error);
  if (self->first == NULL)
    return NULL;
  self->row = ZX_TRY_NEW (guint32, self->n_entries, "matrix pattern", error);
  g_autofree Entry *entries = ZX_TRY_NEW (Entry, self->n_entries, "matrix pattern", error);
  g_autofree gsize *next = ZX_TRY_NEW (gsize, n, "matrix pattern", error);
  if (self->row == NULL || entries == NULL || next == NULL)
    return NULL;
  for (gsize e = 0; e < n_edges; e++)
    self->first[MIN (edge_a[e], edge_b[e]) + 1]++;
  for (guint i = 0; i < n; i++)
    {
      self->first[i + 1] += self->first[i] + 1;
      next[i] = self->first[i] + 1;
    }
  for (gsize e = 0; e < n_edges; e++)
    entries[next[MIN (edge_a[e], edge_b[e])]++] = (Entry){ MAX (edge_a[e], edge_b[e]), e };
  return fill_columns (self, entries, error) ? g_steal_pointer (&self) : NULL;
}

gsize
zx_pattern_find (const ZxPattern *self, guint32 a, guint32 b)
{
  g_return_val_if_fail (a < self->n && b < self->n, G_MAXSIZE);
  guint32 column = MIN (a, b), row = MAX (a, b);
  gsize low = self->first[column], high = self->first[column + 1];
  while (low < high)
    {
      gsize middle = low + (high - low) / 2;
      if (self->row[middle] < row)
        low = middle + 1;
      else
        high = middle;
    }
  return low < self->first[column + 1] && self->row[low] == row ? low : G_MAXSIZE;
}
