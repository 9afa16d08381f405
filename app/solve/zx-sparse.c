/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sparse Cholesky on a fixed pattern, and the selected inverse on its factor, supernode by
 * supernode (zx-sparse-analysis.c).  The rows of a supernode's front fall in its own columns (1)
 * and those below (2).
 *
 *   factor    multifrontal (Duff and Reid 1983): the front takes the matrix's own entries and the
 *             updates that its children left on a stack; L_11 L_11' = F_11, L_21 = F_21 L_11'⁻¹,
 *             and what is left, F_22 - L_21 L_21', waits for the parent.
 *   inverse   Takahashi's recurrence by blocks, from the last supernode to the first: the rows
 * below are rows of the parent's front, so Z_22 is gathered from the parent's inverse, and Y = L_21
 * L_11⁻¹,  Z_21 = - Z_22 Y,  Z_11 = (L_11 L_11')⁻¹ - Y' Z_21. It costs about twice the arithmetic
 * of the factor.
 *
 * Narrow blocks have loops of their own: a call into BLAS costs more than the work.  Several
 * right-hand sides stand side by side in a row, so that the inner loops run along them. */

#include "app/solve/zx-sparse-private.h"

#include <cblas.h>

#define NARROW 4  /* columns up to which loops beat BLAS */
#define SHORT  12 /* rows below, the same */

void dpotrf_ (const char *uplo, const int *n, double *a, const int *lda, int *info);
void dpotri_ (const char *uplo, const int *n, double *a, const int *lda, int *info);

struct _ZxCholesky
{
  ZxAnalysis *analysis;
  double *l;                   /* the panels */
  double *stack;               /* of updates, then of inverses */
  gsize capacity;              /* of stack */
  double *block;               /* most_below²: the update in the making */
  double *columns;             /* most_front × most_columns */
  double *diagonal, *selected; /* of the inverse: n; as the pattern.  NULL until asked for */
  guint32 *waiting;            /* n_supernodes: what is on the stack */
  gboolean has_inverse;
  double *rows; /* scratch of _solve, n × rows_columns */
  double *hung; /* most_below × rows_columns */
  guint rows_columns;
};

static ZxCholesky *
cholesky_of (ZxAnalysis *analysis)
{
  ZxCholesky *self = g_new0 (ZxCholesky, 1);
  self->analysis = analysis;
  self->l = g_new0 (double, analysis->panel[analysis->n_supernodes]);
  self->waiting = g_new (guint32, analysis->n_supernodes);
  return self;
}

ZxCholesky *
zx_cholesky_new (const ZxPattern *pattern, GError **error)
{
  g_return_val_if_fail (pattern != NULL && pattern->n > 0, NULL);
  ZxAnalysis *analysis = zx_analysis_new (pattern, error);
  return analysis != NULL ? cholesky_of (analysis) : NULL;
}

ZxCholesky *
zx_cholesky_copy (const ZxCholesky *self)
{
  ZxCholesky *copy = cholesky_of (zx_analysis_ref (self->analysis));
  memcpy (copy->l, self->l, zx_cholesky_size (self) * sizeof *copy->l);
  return copy;
}

void
zx_cholesky_free (ZxCholesky *self)
{
  if (self == NULL)
    return;
  zx_analysis_unref (self->analysis);
  g_free (self->l);
  g_free (self->stack);
  g_free (self->block);
  g_free (self->columns);
  g_free (self->diagonal);
  g_free (self->selected);
  g_free (self->waiting);
  g_free (self->rows);
  g_free (self->hung);
  g_free (self);
}

gsize
zx_cholesky_size (const ZxCholesky *self)
{
  return self->analysis->panel[self->analysis->n_supernodes];
}

static void
reserve_stack (ZxCholesky *self, gsize size)
{
  const ZxAnalysis *analysis = self->analysis;
  if (self->block == NULL)
    {
      self->block = g_new (double, MAX (analysis->most_below * analysis->most_below, 1));
      self->columns = g_new (double, analysis->most_front * analysis->most_columns);
    }
  if (self->capacity >= size)
    return;
  g_free (self->stack);
  self->stack = g_new (double, size);
  self->capacity = size;
}

/* ---- factors ------------------------------------------------------------------------------ */

/* Adds a child's update, lower triangle by columns, to the parent's panel and update. */
static void
extend_add (const double *update, guint n, const guint32 *seat, double *panel, guint front,
            guint columns, double *block)
{
  guint below = front - columns;
  for (guint j = 0; j < n; j++)
    {
      const double *from = update + (gsize) j * n;
      double *to = seat[j] < columns ? panel + (gsize) seat[j] * front
                                     : block + (gsize) (seat[j] - columns) * below - columns;
      for (guint i = j; i < n; i++)
        to[seat[i]] += from[i];
    }
}

/* Column by column.  Returns: the column that has no pivot, or -1. */
static gint
factor_narrow (double *panel, guint front, guint columns)
{
  for (guint j = 0; j < columns; j++)
    {
      double *column = panel + (gsize) j * front;
      if (!(column[j] > 0 && isfinite (column[j])))
        return (gint) j;
      column[j] = sqrt (column[j]);
      double inverse = 1 / column[j];
      for (guint i = j + 1; i < front; i++)
        column[i] *= inverse;
      for (guint k = j + 1; k < columns; k++)
        {
          double *other = panel + (gsize) k * front, factor = column[k];
          for (guint i = k; i < front; i++)
            other[i] -= factor * column[i];
        }
    }
  return -1;
}

static gint
factor_panel (double *panel, guint front, guint columns)
{
  if (columns <= NARROW)
    return factor_narrow (panel, front, columns);
  int n = (int) columns, height = (int) front, info = 0;
  dpotrf_ ("L", &n, panel, &height, &info);
  if (info != 0 || !isfinite (panel[(gsize) (columns - 1) * front + columns - 1]))
    return info > 0 ? info - 1 : n - 1;
  if (front > columns)
    cblas_dtrsm (CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, height - n, n, 1,
                 panel, height, panel + columns, height);
  return -1;
}

/* block -= L_21 L_21', the lower triangle. */
static void
subtract_square (const double *panel, guint front, guint columns, double *block)
{
  guint below = front - columns;
  if (below > SHORT && (columns > NARROW || below > 4 * SHORT))
    {
      cblas_dsyrk (CblasColMajor, CblasLower, CblasNoTrans, (int) below, (int) columns, -1,
                   panel + columns, (int) front, 1, block, (int) below);
      return;
    }
  for (guint j = 0; j < columns; j++)
    {
      const double *l = panel + (gsize) j * front + columns;
      for (guint k = 0; k < below; k++)
        {
          double factor = l[k], *to = block + (gsize) k * below;
          for (guint i = k; i < below; i++)
            to[i] -= factor * l[i];
        }
    }
}

/* The updates of the children of @s, the last on the stack first.  Returns: how many they were. */
static guint
take_updates (ZxCholesky *self, guint32 s, double *block, guint *n_waiting, gsize *top)
{
  const ZxAnalysis *analysis = self->analysis;
  guint front = zx_analysis_front (analysis, s), columns = zx_analysis_columns (analysis, s);
  guint n_taken = 0;
  while (*n_waiting > 0 && analysis->parent[self->waiting[*n_waiting - 1]] == s)
    {
      guint32 child = self->waiting[--*n_waiting];
      guint own = zx_analysis_columns (analysis, child);
      guint height = zx_analysis_front (analysis, child) - own;
      *top -= (gsize) height * height;
      extend_add (self->stack + *top, height, analysis->seat + analysis->row_first[child] + own,
                  self->l + analysis->panel[s], front, columns, block);
      n_taken++;
    }
  return n_taken;
}

static void
scatter (ZxCholesky *self, const double *values)
{
  const ZxAnalysis *analysis = self->analysis;
  memset (self->l, 0, zx_cholesky_size (self) * sizeof *self->l);
  for (gsize k = 0; k < analysis->n_entries; k++)
    self->l[analysis->a_target[k]] = values[analysis->a_source[k]];
}

gboolean
zx_cholesky_factor (ZxCholesky *self, const double *values, GError **error)
{
  const ZxAnalysis *analysis = self->analysis;
  guint n_waiting = 0;
  gsize top = 0;
  zx_solve_single_thread ();
  reserve_stack (self, MAX (analysis->updates, 1));
  self->has_inverse = FALSE;
  scatter (self, values);
  for (guint32 s = 0; s < analysis->n_supernodes; s++)
    {
      guint front = zx_analysis_front (analysis, s), columns = zx_analysis_columns (analysis, s);
      gsize size = (gsize) (front - columns) * (front - columns);
      double *panel = self->l + analysis->panel[s];
      double *block = analysis->has_child[s] ? self->block : self->stack + top;
      memset (block, 0, size * sizeof *block);
      take_updates (self, s, block, &n_waiting, &top);
      gint failed = factor_panel (panel, front, columns);
      if (failed >= 0)
        {
          g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                       _ ("The matrix is not positive definite: the pivot of row %u is %g"),
                       analysis->order[analysis->column[s] + (guint) failed],
                       panel[(gsize) failed * front + (guint) failed]);
          return FALSE;
        }
      if (size == 0)
        continue;
      subtract_square (panel, front, columns, block);
      if (block == self->block)
        memcpy (self->stack + top, block, size * sizeof *block);
      self->waiting[n_waiting++] = s;
      top += size;
    }
  return TRUE;
}

/* Summed with what rounding drops kept (Neumaier 1974): the prior of phi lives on differences of
 * this number in its last digits. */
double
zx_cholesky_log_determinant (const ZxCholesky *self)
{
  const ZxAnalysis *analysis = self->analysis;
  double sum = 0, dropped = 0;
  for (guint32 s = 0; s < analysis->n_supernodes; s++)
    {
      gsize step = (gsize) zx_analysis_front (analysis, s) + 1;
      for (guint j = 0; j < zx_analysis_columns (analysis, s); j++)
        {
          double part = log (self->l[analysis->panel[s] + j * step]), next = sum + part;
          dropped += fabs (sum) >= fabs (part) ? (sum - next) + part : (part - next) + sum;
          sum = next;
        }
    }
  return 2 * (sum + dropped);
}

/* ---- solves ------------------------------------------------------------------------------- */

static void
solve_lower_narrow (const double *panel, guint front, guint columns, const guint32 *row, double *x,
                    guint m)
{
  for (guint j = 0; j < columns; j++)
    {
      const double *l = panel + (gsize) j * front;
      double *xj = x + (gsize) row[j] * m, inverse = 1 / l[j];
      for (guint c = 0; c < m; c++)
        xj[c] *= inverse;
      for (guint i = j + 1; i < front; i++)
        {
          double factor = l[i], *xi = x + (gsize) row[i] * m;
          for (guint c = 0; c < m; c++)
            xi[c] -= factor * xj[c];
        }
    }
}

static void
solve_lower (const ZxCholesky *self, double *x, guint m)
{
  const ZxAnalysis *analysis = self->analysis;
  for (guint32 s = 0; s < analysis->n_supernodes; s++)
    {
      guint front = zx_analysis_front (analysis, s), columns = zx_analysis_columns (analysis, s);
      const double *panel = self->l + analysis->panel[s];
      const guint32 *row = analysis->row + analysis->row_first[s];
      guint below = front - columns;
      if (columns <= NARROW || m < 2)
        {
          solve_lower_narrow (panel, front, columns, row, x, m);
          continue;
        }
      double *own = x + (gsize) row[0] * m;
      cblas_dtrsm (CblasRowMajor, CblasLeft, CblasUpper, CblasTrans, CblasNonUnit, (int) columns,
                   (int) m, 1, panel, (int) front, own, (int) m);
      if (below == 0)
        continue;
      cblas_dgemm (CblasRowMajor, CblasTrans, CblasNoTrans, (int) below, (int) m, (int) columns, 1,
                   panel + columns, (int) front, own, (int) m, 0, self->hung, (int) m);
      for (guint i = 0; i < below; i++)
        for (guint c = 0; c < m; c++)
          x[(gsize) row[columns + i] * m + c] -= self->hung[(gsize) i * m + c];
    }
}

static void
solve_upper_narrow (const double *panel, guint front, guint columns, const guint32 *row, double *x,
                    guint m)
{
  for (guint j = columns; j-- > 0;)
    {
      const double *l = panel + (gsize) j * front;
      double *xj = x + (gsize) row[j] * m, inverse = 1 / l[j];
      for (guint i = j + 1; i < front; i++)
        {
          const double *xi = x + (gsize) row[i] * m;
          for (guint c = 0; c < m; c++)
            xj[c] -= l[i] * xi[c];
        }
      for (guint c = 0; c < m; c++)
        xj[c] *= inverse;
    }
}

static void
solve_upper (const ZxCholesky *self, double *x, guint m)
{
  const ZxAnalysis *analysis = self->analysis;
  for (guint32 s = analysis->n_supernodes; s-- > 0;)
    {
      guint front = zx_analysis_front (analysis, s), columns = zx_analysis_columns (analysis, s);
      const double *panel = self->l + analysis->panel[s];
      const guint32 *row = analysis->row + analysis->row_first[s];
      guint below = front - columns;
      if (columns <= NARROW || m < 2)
        {
          solve_upper_narrow (panel, front, columns, row, x, m);
          continue;
        }
      double *own = x + (gsize) row[0] * m;
      for (guint i = 0; i < below; i++)
        memcpy (self->hung + (gsize) i * m, x + (gsize) row[columns + i] * m, m * sizeof *x);
      if (below > 0)
        cblas_dgemm (CblasRowMajor, CblasNoTrans, CblasNoTrans, (int) columns, (int) m, (int) below,
                     -1, panel + columns, (int) front, self->hung, (int) m, 1, own, (int) m);
      cblas_dtrsm (CblasRowMajor, CblasLeft, CblasUpper, CblasNoTrans, CblasNonUnit, (int) columns,
                   (int) m, 1, panel, (int) front, own, (int) m);
    }
}

static double *
scratch_rows (ZxCholesky *self, guint n_columns)
{
  if (self->rows_columns < n_columns)
    {
      g_free (self->rows);
      g_free (self->hung);
      self->rows = g_new (double, (gsize) self->analysis->n *n_columns);
      self->hung = g_new (double, MAX (self->analysis->most_below, 1) * n_columns);
      self->rows_columns = n_columns;
    }
  return self->rows;
}

void
zx_cholesky_solve (ZxCholesky *self, double *x, guint n_columns)
{
  const ZxAnalysis *analysis = self->analysis;
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
  const ZxAnalysis *analysis = self->analysis;
  double *y = scratch_rows (self, 1);
  memcpy (y, x, analysis->n * sizeof *y);
  solve_upper (self, y, 1);
  for (gsize i = 0; i < analysis->n; i++)
    x[analysis->order[i]] = y[i];
}

/* ---- the selected inverse ----------------------------------------------------------------- */

/* Z_22 from the parent's front: its lower triangle by columns. */
static void
gather_below (const double *parent, guint parent_front, const guint32 *seat, guint below, double *z,
              guint front)
{
  for (guint j = 0; j < below; j++)
    {
      const double *from = parent + (gsize) seat[j] * parent_front;
      double *to = z + (gsize) j * front;
      for (guint i = j; i < below; i++)
        to[i] = from[seat[i]];
    }
}

/* One column: z_21 = - Z_22 y, z_11 = 1 / l² - y' z_21. */
static void
invert_column (const double *panel, guint front, double *z, double *y)
{
  double inverse = 1 / panel[0], sum = inverse * inverse;
  for (guint i = 1; i < front; i++)
    {
      y[i] = panel[i] * inverse;
      z[i] = 0;
    }
  for (guint k = 1; k < front; k++)
    {
      const double *column = z + (gsize) k * front;
      double yk = y[k], own = column[k] * yk;
      for (guint i = k + 1; i < front; i++)
        {
          own += column[i] * y[i];
          z[i] -= column[i] * yk;
        }
      z[k] -= own;
    }
  for (guint i = 1; i < front; i++)
    sum -= y[i] * z[i];
  z[0] = sum;
}

static void
invert_block (const double *panel, guint front, guint columns, double *z, double *y)
{
  int n = (int) columns, height = (int) front, below = height - n, info = 0;
  for (guint j = 0; j < columns; j++)
    memcpy (z + (gsize) j * front + j, panel + (gsize) j * front + j, (columns - j) * sizeof *z);
  dpotri_ ("L", &n, z, &height, &info);
  if (below == 0)
    return;
  for (guint j = 0; j < columns; j++)
    memcpy (y + (gsize) j * below, panel + (gsize) j * front + columns, below * sizeof *y);
  cblas_dtrsm (CblasColMajor, CblasRight, CblasLower, CblasNoTrans, CblasNonUnit, below, n, 1,
               panel, height, y, below);
  cblas_dsymm (CblasColMajor, CblasLeft, CblasLower, below, n, -1,
               z + (gsize) columns * front + columns, height, y, below, 0, z + columns, height);
  cblas_dgemm (CblasColMajor, CblasTrans, CblasNoTrans, n, n, below, -1, y, below, z + columns,
               height, 1, z, height);
}

/* What is asked for of a front's inverse. */
static void
keep_selected (ZxCholesky *self, guint32 s, const double *z)
{
  const ZxAnalysis *analysis = self->analysis;
  gsize step = (gsize) zx_analysis_front (analysis, s) + 1;
  for (guint32 j = analysis->column[s]; j < analysis->column[s + 1]; j++)
    {
      self->diagonal[analysis->order[j]] = z[(j - analysis->column[s]) * step];
      for (gsize k = analysis->a_first[j]; k < analysis->a_first[j + 1]; k++)
        self->selected[analysis->a_source[k]] = z[analysis->a_target[k] - analysis->panel[s]];
    }
}

static void
invert_selected (ZxCholesky *self)
{
  const ZxAnalysis *analysis = self->analysis;
  if (self->has_inverse)
    return;
  if (self->diagonal == NULL)
    {
      self->diagonal = g_new (double, analysis->n);
      self->selected = g_new (double, analysis->n_entries);
    }
  reserve_stack (self, analysis->inverses);
  guint n_waiting = 0;
  gsize top = 0, beneath = 0; /* where the parent's front begins */
  for (guint32 s = analysis->n_supernodes; s-- > 0;)
    {
      guint front = zx_analysis_front (analysis, s), columns = zx_analysis_columns (analysis, s);
      for (; n_waiting > 0 && self->waiting[n_waiting - 1] != analysis->parent[s]; n_waiting--)
        {
          gsize height = zx_analysis_front (analysis, self->waiting[n_waiting - 1]);
          top -= height * height;
        }
      double *z = self->stack + top;
      if (front > columns)
        {
          guint height = zx_analysis_front (analysis, analysis->parent[s]);
          beneath = top - (gsize) height * height;
          gather_below (self->stack + beneath, height,
                        analysis->seat + analysis->row_first[s] + columns, front - columns,
                        z + (gsize) columns * front + columns, front);
        }
      if (columns == 1 && front <= 4 * SHORT)
        invert_column (self->l + analysis->panel[s], front, z, self->columns);
      else
        invert_block (self->l + analysis->panel[s], front, columns, z, self->columns);
      keep_selected (self, s, z);
      if (!analysis->has_child[s])
        continue;
      self->waiting[n_waiting++] = s;
      top += (gsize) front * front;
    }
  self->has_inverse = TRUE;
}

void
zx_cholesky_inverse_diagonal (ZxCholesky *self, double *diagonal)
{
  invert_selected (self);
  memcpy (diagonal, self->diagonal, self->analysis->n * sizeof *diagonal);
}

void
zx_cholesky_inverse (ZxCholesky *self, double *values)
{
  invert_selected (self);
  memcpy (values, self->selected, self->analysis->n_entries * sizeof *values);
}
