/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The analysis of a sparse symmetric pattern: ordering, the rows of each column of the factor, and
 * the supernodes that share them.
 *
 *   ordering     CHOLMOD (AMD, or METIS for large graphs)
 *   rows         each column has its own entries and those of its children in the elimination tree
 *                (Davis 2006, ch. 4)
 *   supernodes   a column and its parent next to it that have the same rows below; then a child
 *                joins its parent when the zeros that this stores are few (Ashcraft and Grimes
 *                1989; the bounds are CHOLMOD's) */

#include "app/solve/zx-sparse-private.h"

#include <suitesparse/cholmod.h>

#define NESTED_FROM 20000 /* nodes from which METIS repays its time (DEMAND.md §9.3) */
#define NONE        G_MAXUINT32

/* The rows of the factor column by column, the diagonal first. */
typedef struct
{
  gsize *first;
  guint32 *row;
} Columns;

void
zx_analysis_unref (ZxAnalysis *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_free (self->order);
  g_free (self->place);
  g_free (self->a_first);
  g_free (self->a_source);
  g_free (self->a_target);
  g_free (self->column);
  g_free (self->row_first);
  g_free (self->row);
  g_free (self->seat);
  g_free (self->panel);
  g_free (self->parent);
  g_free (self->has_child);
  g_free (self);
}

ZxAnalysis *
zx_analysis_ref (ZxAnalysis *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/* ---- ordering ----------------------------------------------------------------------------- */

/* CHOLMOD's view of the pattern: lower triangle, int indices, no values. */
static gboolean
order_with_cholmod (const ZxPattern *pattern, guint32 *order, GError **error)
{
  cholmod_common common;
  cholmod_start (&common);
  common.print = 0;
  common.nmethods = 1;
  common.method[0].ordering = pattern->n >= NESTED_FROM ? CHOLMOD_METIS : CHOLMOD_AMD;
  common.postorder = TRUE;
  common.supernodal = CHOLMOD_SIMPLICIAL;
  cholmod_sparse *matrix = cholmod_allocate_sparse (pattern->n, pattern->n, pattern->n_entries,
                                                    TRUE, TRUE, -1, CHOLMOD_PATTERN, &common);
  cholmod_factor *factor = NULL;
  if (matrix != NULL)
    {
      for (gsize i = 0; i <= pattern->n; i++)
        ((int *) matrix->p)[i] = (int) pattern->first[i];
      for (gsize k = 0; k < pattern->n_entries; k++)
        ((int *) matrix->i)[k] = (int) pattern->row[k];
      factor = cholmod_analyze (matrix, &common);
    }
  gboolean is_ordered = factor != NULL;
  if (is_ordered)
    for (gsize i = 0; i < pattern->n; i++)
      order[i] = (guint32) ((int *) factor->Perm)[i];
  else
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("A matrix of %u rows and %zu entries could not be ordered"), pattern->n,
                 pattern->n_entries);
  cholmod_free_factor (&factor, &common);
  cholmod_free_sparse (&matrix, &common);
  cholmod_finish (&common);
  return is_ordered;
}

/* The permuted matrix, by columns; rows within a column in no order. */
static void
permute (ZxAnalysis *self, const ZxPattern *pattern, guint32 *a_row)
{
  guint n = self->n;
  for (guint column = 0; column < n; column++)
    for (gsize k = pattern->first[column]; k < pattern->first[column + 1]; k++)
      self->a_first[MIN (self->place[column], self->place[pattern->row[k]]) + 1]++;
  for (guint i = 0; i < n; i++)
    self->a_first[i + 1] += self->a_first[i];
  g_autofree gsize *next = g_memdup2 (self->a_first, n * sizeof *next);
  for (guint column = 0; column < n; column++)
    for (gsize k = pattern->first[column]; k < pattern->first[column + 1]; k++)
      {
        guint32 a = self->place[column], b = self->place[pattern->row[k]];
        gsize at = next[MIN (a, b)]++;
        a_row[at] = MAX (a, b);
        self->a_source[at] = k;
      }
}

/* ---- rows -------------------------------------------------------------------------------- */

static int
compare_rows (const void *a, const void *b)
{
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;
  return (x > y) - (x < y);
}

/* Column by column: the matrix's own rows and those of the children, whose parent is their first
 * row below the diagonal. */
static gboolean
fill_columns (Columns *self, const ZxAnalysis *analysis, const guint32 *a_row, GError **error)
{
  guint n = analysis->n;
  g_autofree guint32 *mark = g_new (guint32, n), *child = g_new (guint32, n);
  g_autofree guint32 *sibling = g_new (guint32, n);
  memset (mark, 0xff, n * sizeof *mark);
  memset (child, 0xff, n * sizeof *child);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (guint32));
  for (guint32 j = 0; j < n; j++)
    {
      self->first[j] = rows->len;
      g_array_append_val (rows, j);
      mark[j] = j;
      for (gsize k = analysis->a_first[j]; k < analysis->a_first[j + 1]; k++)
        if (mark[a_row[k]] != j)
          {
            mark[a_row[k]] = j;
            g_array_append_val (rows, a_row[k]);
          }
      for (guint32 c = child[j]; c != NONE; c = sibling[c])
        for (gsize k = self->first[c] + 1; k < self->first[c + 1]; k++)
          {
            guint32 r = g_array_index (rows, guint32, k);
            if (mark[r] != j)
              {
                mark[r] = j;
                g_array_append_val (rows, r);
              }
          }
      self->first[j + 1] = rows->len;
      guint32 *below = &g_array_index (rows, guint32, self->first[j] + 1);
      gsize n_below = rows->len - self->first[j] - 1;
      qsort (below, n_below, sizeof *below, compare_rows);
      if (n_below > 0)
        {
          sibling[j] = child[below[0]];
          child[below[0]] = j;
        }
      if (rows->len > G_MAXUINT32 - 2 * n)
        {
          g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                       _ ("The factor of a matrix of %u rows has too many entries; use fewer, "
                          "larger cells"),
                       n);
          return FALSE;
        }
    }
  gsize n_rows;
  self->row = g_array_steal (rows, &n_rows);
  return TRUE;
}

/* ---- supernodes --------------------------------------------------------------------------- */

typedef struct
{
  guint32 begin, end; /* columns */
  guint below;        /* rows */
  gsize n_zeros;      /* stored though the factor has none there */
} Group;

static gsize
panel_size (gsize columns, gsize below)
{
  return columns * (columns + 1) / 2 + columns * below;
}

/* Whether a group and its parent right behind it become one. */
static gboolean
join (Group *child, const Group *parent)
{
  guint columns = parent->end - child->begin;
  gsize size = panel_size (columns, parent->below);
  gsize filled = panel_size (child->end - child->begin, child->below)
                 + panel_size (parent->end - parent->begin, parent->below);
  gsize n_zeros = size - filled + child->n_zeros + parent->n_zeros;
  double share = (double) n_zeros / size;
  if (n_zeros > 0
      && !(columns <= 4 || (columns <= 16 && share < 0.8) || (columns <= 48 && share < 0.1)
           || share < 0.05))
    return FALSE;
  *child = (Group){ child->begin, parent->end, parent->below, n_zeros };
  return TRUE;
}

/* The parent of a group is that of its first row below; only the group just before can be a child
 * whose columns touch. */
static GArray *
group_columns (const Columns *columns, guint n)
{
  GArray *groups = g_array_new (FALSE, FALSE, sizeof (Group));
  for (guint32 j = 0; j < n; j++)
    {
      Group group = { j, j + 1, (guint) (columns->first[j + 1] - columns->first[j] - 1), 0 };
      while (groups->len > 0)
        {
          Group *last = &g_array_index (groups, Group, groups->len - 1);
          const guint32 *row = columns->row + columns->first[last->end - 1];
          gboolean is_child = last->below > 0 && row[1] >= group.begin && row[1] < group.end;
          if (!is_child || !join (last, &group))
            break;
          group = *last;
          g_array_set_size (groups, groups->len - 1);
        }
      g_array_append_val (groups, group);
    }
  return groups;
}

static void
lay_out_supernodes (ZxAnalysis *self, const Columns *columns)
{
  g_autoptr (GArray) groups = group_columns (columns, self->n);
  guint n = self->n_supernodes = groups->len;
  self->column = g_new (guint32, n + 1);
  self->row_first = g_new0 (gsize, n + 1);
  self->panel = g_new0 (gsize, n + 1);
  self->column[0] = 0;
  for (guint s = 0; s < n; s++)
    {
      const Group *group = &g_array_index (groups, Group, s);
      gsize width = group->end - group->begin, front = width + group->below;
      self->column[s + 1] = group->end;
      self->row_first[s + 1] = self->row_first[s] + front;
      self->panel[s + 1] = self->panel[s] + front * width;
      self->most_front = MAX (self->most_front, front);
      self->most_below = MAX (self->most_below, group->below);
      self->most_columns = MAX (self->most_columns, width);
    }
  self->row = g_new (guint32, self->row_first[n]);
  for (guint s = 0; s < n; s++)
    {
      const Group *group = &g_array_index (groups, Group, s);
      guint32 *row = self->row + self->row_first[s];
      for (guint32 j = group->begin; j < group->end; j++)
        *row++ = j;
      memcpy (row, columns->row + columns->first[group->end - 1] + 1, group->below * sizeof *row);
    }
}

/* Seats of the rows below in the fronts of the parents. */
static void
seat_rows (ZxAnalysis *self)
{
  guint n = self->n_supernodes;
  g_autofree guint32 *supernode_of = g_new (guint32, self->n);
  self->seat = g_new0 (guint32, self->row_first[n]);
  self->parent = g_new (guint32, n);
  self->has_child = g_new0 (guint8, n);
  for (guint32 s = 0; s < n; s++)
    for (guint32 j = self->column[s]; j < self->column[s + 1]; j++)
      supernode_of[j] = s;
  for (guint32 s = 0; s < n; s++)
    {
      gsize k = self->row_first[s] + zx_analysis_columns (self, s), end = self->row_first[s + 1];
      self->parent[s] = k < end ? supernode_of[self->row[k]] : ZX_NO_SUPERNODE;
      if (k == end)
        continue;
      self->has_child[self->parent[s]] = 1;
      const guint32 *front = self->row + self->row_first[self->parent[s]];
      for (guint32 at = 0; k < end; k++)
        {
          while (front[at] != self->row[k])
            at++;
          self->seat[k] = at;
        }
    }
}

/* Where the entries of the matrix go. */
static void
aim_entries (ZxAnalysis *self, const guint32 *a_row)
{
  g_autofree guint32 *seat = g_new (guint32, self->n);
  for (guint32 s = 0; s < self->n_supernodes; s++)
    {
      guint front = zx_analysis_front (self, s);
      for (guint i = 0; i < front; i++)
        seat[self->row[self->row_first[s] + i]] = i;
      for (guint32 j = self->column[s]; j < self->column[s + 1]; j++)
        for (gsize k = self->a_first[j]; k < self->a_first[j + 1]; k++)
          self->a_target[k]
              = self->panel[s] + (gsize) (j - self->column[s]) * front + seat[a_row[k]];
    }
}

/* How high the stacks grow: updates wait for their parents, inverses for their children. */
static void
measure_stacks (ZxAnalysis *self)
{
  guint n = self->n_supernodes;
  g_autofree guint32 *waiting = g_new (guint32, n);
  guint n_waiting = 0;
  gsize size = 0;
  for (guint32 s = 0; s < n; s++)
    {
      gsize below = zx_analysis_front (self, s) - zx_analysis_columns (self, s);
      for (; n_waiting > 0 && self->parent[waiting[n_waiting - 1]] == s; n_waiting--)
        {
          guint32 child = waiting[n_waiting - 1];
          gsize height = zx_analysis_front (self, child) - zx_analysis_columns (self, child);
          size -= height * height;
        }
      if (below == 0)
        continue;
      waiting[n_waiting++] = s;
      size += below * below;
      self->updates = MAX (self->updates, size);
    }
  n_waiting = 0;
  size = 0;
  for (guint32 s = n; s-- > 0;)
    {
      for (; n_waiting > 0 && waiting[n_waiting - 1] != self->parent[s]; n_waiting--)
        {
          gsize front = zx_analysis_front (self, waiting[n_waiting - 1]);
          size -= front * front;
        }
      gsize front = zx_analysis_front (self, s);
      waiting[n_waiting++] = s;
      size += front * front;
      self->inverses = MAX (self->inverses, size);
    }
}

/* ---- public ------------------------------------------------------------------------------- */

static gboolean
analyse (ZxAnalysis *self, const ZxPattern *pattern, GError **error)
{
  g_autofree guint32 *a_row = g_new (guint32, pattern->n_entries);
  if (!order_with_cholmod (pattern, self->order, error))
    return FALSE;
  for (guint32 i = 0; i < self->n; i++)
    self->place[self->order[i]] = i;
  permute (self, pattern, a_row);
  Columns columns = { g_new (gsize, (gsize) self->n + 1), NULL };
  gboolean is_done = fill_columns (&columns, self, a_row, error);
  if (is_done)
    {
      lay_out_supernodes (self, &columns);
      seat_rows (self);
      aim_entries (self, a_row);
      measure_stacks (self);
    }
  g_free (columns.first);
  g_free (columns.row);
  return is_done;
}

ZxAnalysis *
zx_analysis_new (const ZxPattern *pattern, GError **error)
{
  guint n = pattern->n;
  if (n > G_MAXINT / 2 || pattern->n_entries > G_MAXINT)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("A matrix of %u rows is too large; at most %d are possible"), n,
                   G_MAXINT / 2);
      return NULL;
    }
  ZxAnalysis *self = g_new0 (ZxAnalysis, 1);
  g_atomic_ref_count_init (&self->refs);
  self->n = n;
  self->n_entries = pattern->n_entries;
  self->order = g_new (guint32, n);
  self->place = g_new (guint32, n);
  self->a_first = g_new0 (gsize, (gsize) n + 1);
  self->a_source = g_new (gsize, pattern->n_entries);
  self->a_target = g_new (gsize, pattern->n_entries);
  if (!analyse (self, pattern, error))
    g_clear_pointer (&self, zx_analysis_unref);
  return self;
}
