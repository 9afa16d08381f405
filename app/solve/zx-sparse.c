/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sparse Cholesky on a fixed pattern, and the selected inverse on its factor.
 *
 *   ordering     CHOLMOD (AMD, or METIS for large graphs), once per pattern
 *   pattern      of L: each column is its own entries and those of its children in the elimination
 *                tree (Davis 2006, ch. 4)
 *   numbers      left-looking: column j gathers the earlier columns that reach it.  For the graphs
 *                of maps up to about 100 000 nodes this equals or beats a supernodal code, whose
 *                blocks stay small there (DEMAND.md §9.3), it takes no memory per factor, and its
 *                sums have one order on every machine.
 *   inverse      Takahashi's recurrence from the last column to the first.  With unit columns
 *                l = L_j / L_jj and d = L_jj²:
 *                  Z_Ij = - Z_II l_I,   Z_jj = 1/d - l_I' Z_Ij,
 *                where I, the rows below j, is a clique of the filled graph, so that every entry of
 *                Z_II is itself selected.
 *
 * Several right-hand sides stand side by side in a row, so that the inner loops run along them. */

#include "app/solve/zx-solve-private.h"

#include <suitesparse/cholmod.h>

#define NESTED_FROM 20000 /* nodes from which METIS repays its time (DEMAND.md §9.3) */
#define NONE        G_MAXUINT32

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

/* ---- analysis ----------------------------------------------------------------------------- */

typedef struct
{
  gatomicrefcount refs;
  guint n;
  guint32 *order; /* place → node */
  guint32 *place; /* node → place */
  gsize *a_first; /* the permuted matrix's lower triangle by columns … */
  guint32 *a_row;
  gsize *a_source;   /* … and where its values come from */
  gsize *first;      /* of L */
  guint32 *row;      /* of L: the diagonal first, then ascending */
  gsize *entry_in_l; /* where each entry of the pattern stands in L */
} Analysis;

struct _ZxCholesky
{
  Analysis *analysis;
  double *l, *inverse; /* as Analysis.row; inverse NULL until asked for */
  gboolean has_inverse;
  double *work, *work2; /* n */
  guint32 *list, *link; /* n: the columns that reach each row next */
  gsize *next;          /* n: their entry there */
  double *rows;         /* scratch of _solve, n × rows_columns */
  guint rows_columns;
};

static void
analysis_unref (Analysis *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_free (self->order);
  g_free (self->place);
  g_free (self->a_first);
  g_free (self->a_row);
  g_free (self->a_source);
  g_free (self->first);
  g_free (self->row);
  g_free (self->entry_in_l);
  g_free (self);
}

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
permute (Analysis *self, const ZxPattern *pattern)
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
        self->a_row[at] = MAX (a, b);
        self->a_source[at] = k;
      }
}

static int
compare_rows (const void *a, const void *b)
{
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;
  return (x > y) - (x < y);
}

/* Column by column: the matrix's own rows and those of the children, whose parent is their first
 * row below the diagonal. */
static gboolean
fill_factor_pattern (Analysis *self, GError **error)
{
  guint n = self->n;
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
      for (gsize k = self->a_first[j]; k < self->a_first[j + 1]; k++)
        if (mark[self->a_row[k]] != j)
          {
            mark[self->a_row[k]] = j;
            g_array_append_val (rows, self->a_row[k]);
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

static void
locate_entries (Analysis *self)
{
  for (guint32 j = 0; j < self->n; j++)
    for (gsize k = self->a_first[j]; k < self->a_first[j + 1]; k++)
      {
        gsize low = self->first[j], high = self->first[j + 1];
        while (low < high)
          {
            gsize middle = low + (high - low) / 2;
            if (self->row[middle] < self->a_row[k])
              low = middle + 1;
            else
              high = middle;
          }
        self->entry_in_l[self->a_source[k]] = low;
      }
}

static Analysis *
analyse (const ZxPattern *pattern, GError **error)
{
  guint n = pattern->n;
  if (n > G_MAXINT / 2 || pattern->n_entries > G_MAXINT)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("A matrix of %u rows is too large; at most %d are possible"), n,
                   G_MAXINT / 2);
      return NULL;
    }
  Analysis *self = g_new0 (Analysis, 1);
  g_atomic_ref_count_init (&self->refs);
  self->n = n;
  self->order = g_new (guint32, n);
  self->place = g_new (guint32, n);
  self->a_first = g_new0 (gsize, (gsize) n + 1);
  self->a_row = g_new (guint32, pattern->n_entries);
  self->a_source = g_new (gsize, pattern->n_entries);
  self->first = g_new (gsize, (gsize) n + 1);
  self->entry_in_l = g_new (gsize, pattern->n_entries);
  gboolean is_done = order_with_cholmod (pattern, self->order, error);
  if (is_done)
    {
      for (guint32 i = 0; i < n; i++)
        self->place[self->order[i]] = i;
      permute (self, pattern);
      is_done = fill_factor_pattern (self, error);
    }
  if (is_done)
    locate_entries (self);
  else
    g_clear_pointer (&self, analysis_unref);
  return self;
}

/* ---- factors ------------------------------------------------------------------------------ */

static ZxCholesky *
cholesky_of (Analysis *analysis)
{
  guint n = analysis->n;
  ZxCholesky *self = g_new0 (ZxCholesky, 1);
  self->analysis = analysis;
  self->l = g_new0 (double, analysis->first[n]);
  self->work = g_new0 (double, n);
  self->work2 = g_new0 (double, n);
  self->list = g_new (guint32, n);
  self->link = g_new (guint32, n);
  self->next = g_new (gsize, n);
  return self;
}

ZxCholesky *
zx_cholesky_new (const ZxPattern *pattern, GError **error)
{
  g_return_val_if_fail (pattern != NULL && pattern->n > 0, NULL);
  Analysis *analysis = analyse (pattern, error);
  return analysis != NULL ? cholesky_of (analysis) : NULL;
}

ZxCholesky *
zx_cholesky_copy (const ZxCholesky *self)
{
  g_atomic_ref_count_inc (&self->analysis->refs);
  ZxCholesky *copy = cholesky_of (self->analysis);
  memcpy (copy->l, self->l, self->analysis->first[self->analysis->n] * sizeof *copy->l);
  return copy;
}

void
zx_cholesky_free (ZxCholesky *self)
{
  if (self == NULL)
    return;
  analysis_unref (self->analysis);
  g_free (self->l);
  g_free (self->inverse);
  g_free (self->work);
  g_free (self->work2);
  g_free (self->list);
  g_free (self->link);
  g_free (self->next);
  g_free (self->rows);
  g_free (self);
}

gsize
zx_cholesky_size (const ZxCholesky *self)
{
  return self->analysis->first[self->analysis->n];
}

/* Takes from column @j, spread out in work, what the earlier columns say, and moves each of them on
 * to the list of its next row. */
static void
gather_earlier (ZxCholesky *self, guint32 j)
{
  const Analysis *analysis = self->analysis;
  double *work = self->work;
  for (guint32 k = self->list[j], following; k != NONE; k = following)
    {
      following = self->link[k];
      gsize at = self->next[k], end = analysis->first[k + 1];
      double factor = self->l[at];
      for (gsize q = at; q < end; q++)
        work[analysis->row[q]] -= factor * self->l[q];
      self->next[k] = ++at;
      if (at < end)
        {
          guint32 row = analysis->row[at];
          self->link[k] = self->list[row];
          self->list[row] = k;
        }
    }
}

gboolean
zx_cholesky_factor (ZxCholesky *self, const double *values, GError **error)
{
  const Analysis *analysis = self->analysis;
  double *work = self->work, *l = self->l;
  self->has_inverse = FALSE;
  memset (self->list, 0xff, analysis->n * sizeof *self->list);
  for (guint32 j = 0; j < analysis->n; j++)
    {
      for (gsize k = analysis->a_first[j]; k < analysis->a_first[j + 1]; k++)
        work[analysis->a_row[k]] += values[analysis->a_source[k]];
      gather_earlier (self, j);
      gsize begin = analysis->first[j], end = analysis->first[j + 1];
      double pivot = work[j];
      if (!(pivot > 0 && isfinite (pivot)))
        {
          memset (work, 0, analysis->n * sizeof *work);
          g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                       _ ("The matrix is not positive definite: the pivot of row %u is %g"),
                       analysis->order[j], pivot);
          return FALSE;
        }
      l[begin] = sqrt (pivot);
      double inverse = 1 / l[begin];
      work[j] = 0;
      for (gsize k = begin + 1; k < end; k++)
        {
          l[k] = work[analysis->row[k]] * inverse;
          work[analysis->row[k]] = 0;
        }
      if (begin + 1 < end)
        {
          guint32 row = analysis->row[begin + 1];
          self->next[j] = begin + 1;
          self->link[j] = self->list[row];
          self->list[row] = j;
        }
    }
  return TRUE;
}

double
zx_cholesky_log_determinant (const ZxCholesky *self)
{
  double sum = 0;
  for (guint j = 0; j < self->analysis->n; j++)
    sum += log (self->l[self->analysis->first[j]]);
  return 2 * sum;
}

/* ---- solves ------------------------------------------------------------------------------- */

static void
solve_lower (const ZxCholesky *self, double *x, guint n_columns)
{
  const Analysis *analysis = self->analysis;
  for (guint32 j = 0; j < analysis->n; j++)
    {
      double *xj = x + (gsize) j * n_columns;
      double inverse = 1 / self->l[analysis->first[j]];
      for (guint c = 0; c < n_columns; c++)
        xj[c] *= inverse;
      for (gsize k = analysis->first[j] + 1; k < analysis->first[j + 1]; k++)
        {
          double l = self->l[k], *xi = x + (gsize) analysis->row[k] * n_columns;
          for (guint c = 0; c < n_columns; c++)
            xi[c] -= l * xj[c];
        }
    }
}

static void
solve_upper (const ZxCholesky *self, double *x, guint n_columns)
{
  const Analysis *analysis = self->analysis;
  for (guint32 j = analysis->n; j-- > 0;)
    {
      double *xj = x + (gsize) j * n_columns;
      for (gsize k = analysis->first[j] + 1; k < analysis->first[j + 1]; k++)
        {
          double l = self->l[k];
          const double *xi = x + (gsize) analysis->row[k] * n_columns;
          for (guint c = 0; c < n_columns; c++)
            xj[c] -= l * xi[c];
        }
      double inverse = 1 / self->l[analysis->first[j]];
      for (guint c = 0; c < n_columns; c++)
        xj[c] *= inverse;
    }
}

static double *
scratch_rows (ZxCholesky *self, guint n_columns)
{
  if (self->rows_columns < n_columns)
    {
      g_free (self->rows);
      self->rows = g_new (double, (gsize) self->analysis->n *n_columns);
      self->rows_columns = n_columns;
    }
  return self->rows;
}

void
zx_cholesky_solve (ZxCholesky *self, double *x, guint n_columns)
{
  const Analysis *analysis = self->analysis;
  if (n_columns == 0)
    return;
  double *y = scratch_rows (self, n_columns);
  gsize bytes = n_columns * sizeof *y;
  for (gsize i = 0; i < analysis->n; i++)
    memcpy (y + i * n_columns, x + (gsize) analysis->order[i] * n_columns, bytes);
  solve_lower (self, y, n_columns);
  solve_upper (self, y, n_columns);
  for (gsize i = 0; i < analysis->n; i++)
    memcpy (x + (gsize) analysis->order[i] * n_columns, y + i * n_columns, bytes);
}

void
zx_cholesky_colour (ZxCholesky *self, double *x)
{
  const Analysis *analysis = self->analysis;
  double *y = scratch_rows (self, 1);
  memcpy (y, x, analysis->n * sizeof *y);
  solve_upper (self, y, 1);
  for (gsize i = 0; i < analysis->n; i++)
    x[analysis->order[i]] = y[i];
}

/* ---- the selected inverse ----------------------------------------------------------------- */

/* y_I = Z_II l_I for the rows I below column @j; l is spread out in work, y gathers in work2.
 * Columns of Z hold more rows than I: what they add outside it is never read, since a row's sum is
 * set to zero when it enters an I. */
static void
multiply_by_inverse (ZxCholesky *self, guint32 j)
{
  const Analysis *analysis = self->analysis;
  const double *z = self->inverse;
  const double *l = self->work;
  double *y = self->work2;
  gsize begin = analysis->first[j] + 1, end = analysis->first[j + 1];
  for (gsize p = begin; p < end; p++)
    y[analysis->row[p]] = 0;
  for (gsize p = begin; p < end; p++)
    {
      guint32 k = analysis->row[p];
      gsize q = analysis->first[k], last = analysis->first[k + 1];
      double lk = l[k], sum = z[q] * lk;
      for (q++; q < last; q++)
        {
          guint32 r = analysis->row[q];
          sum += z[q] * l[r];
          y[r] += z[q] * lk;
        }
      y[k] += sum;
    }
}

static void
invert_selected (ZxCholesky *self)
{
  const Analysis *analysis = self->analysis;
  if (self->has_inverse)
    return;
  if (self->inverse == NULL)
    self->inverse = g_new (double, zx_cholesky_size (self));
  for (guint32 j = analysis->n; j-- > 0;)
    {
      gsize begin = analysis->first[j], end = analysis->first[j + 1];
      double inverse = 1 / self->l[begin];
      for (gsize p = begin + 1; p < end; p++)
        self->work[analysis->row[p]] = self->l[p] * inverse;
      multiply_by_inverse (self, j);
      double sum = inverse * inverse;
      for (gsize p = begin + 1; p < end; p++)
        {
          guint32 r = analysis->row[p];
          self->inverse[p] = -self->work2[r];
          sum += self->work[r] * self->work2[r];
          self->work[r] = 0;
        }
      self->inverse[begin] = sum;
    }
  self->has_inverse = TRUE;
}

void
zx_cholesky_inverse_diagonal (ZxCholesky *self, double *diagonal)
{
  invert_selected (self);
  for (guint32 j = 0; j < self->analysis->n; j++)
    diagonal[self->analysis->order[j]] = self->inverse[self->analysis->first[j]];
}

void
zx_cholesky_inverse (ZxCholesky *self, double *values)
{
  invert_selected (self);
  gsize n_entries = self->analysis->a_first[self->analysis->n];
  for (gsize k = 0; k < n_entries; k++)
    values[k] = self->inverse[self->analysis->entry_in_l[k]];
}
