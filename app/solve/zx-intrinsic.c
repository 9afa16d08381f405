/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The scaled intrinsic autoregression of a graph.
 *
 * For a component of n nodes with Laplacian R and one node held at zero, let G be the inverse of
 * the remaining rows, with a zero row and column put back for the held node.  Then
 *   the generalised inverse under 1'u = 0 is C G C, C = I - 11'/n,
 *   its diagonal is G_ii - 2 (G1)_i / n + 1'G1 / n²,
 *   the product of the eigenvalues that are not null is n det (the remaining rows)
 * (the tree theorem), all exact: no jitter is added and none has to be taken back.  One factor
 * serves all components at once.
 *
 * When it is wrong: the scale needs the log of each variance, so a graph whose paths are very long
 * (a chain of 10⁶ nodes) loses digits to the condition of its Laplacian, about n². */

#include "app/solve/zx-solve-private.h"

void
zx_intrinsic_free (ZxIntrinsic *self)
{
  if (self == NULL)
    return;
  g_free (self->component);
  g_free (self->constraint);
  g_free (self->size);
  g_free (self->scale);
  zx_pattern_free (self->pattern);
  g_free (self->values);
  g_free (self->variance);
  zx_cholesky_free (self->grounded);
  g_free (self->ground);
  g_free (self);
}

/* Numbers the components in the order of their first node, by a flood over the edges. */
static void
find_components (ZxIntrinsic *self, const guint32 *edge_a, const guint32 *edge_b, gsize n_edges)
{
  guint n = self->n;
  /* Union by the lower number, with path halving. */
  g_autofree guint32 *parent = g_new (guint32, n);
  for (guint32 i = 0; i < n; i++)
    parent[i] = i;
  for (gsize e = 0; e < n_edges; e++)
    {
      guint32 a = edge_a[e], b = edge_b[e];
      while (parent[a] != a)
        a = parent[a] = parent[parent[a]];
      while (parent[b] != b)
        b = parent[b] = parent[parent[b]];
      parent[MAX (a, b)] = MIN (a, b);
    }
  for (guint32 i = 0; i < n; i++)
    {
      guint32 root = i;
      while (parent[root] != root)
        root = parent[root];
      self->component[i] = root == i ? self->n_components++ : self->component[root];
    }
}

static void
measure_components (ZxIntrinsic *self)
{
  self->size = g_new0 (guint, self->n_components);
  self->scale = g_new (double, self->n_components);
  for (guint i = 0; i < self->n; i++)
    self->size[self->component[i]]++;
  g_autofree gint32 *number = g_new (gint32, self->n_components);
  for (guint c = 0; c < self->n_components; c++)
    {
      self->scale[c] = 1;
      number[c] = self->size[c] > 1 ? (gint32) self->n_constraints++ : -1;
    }
  self->ground = g_new (guint32, self->n_constraints);
  for (guint i = self->n; i-- > 0;) /* downwards: the first node of each stays */
    {
      self->constraint[i] = number[self->component[i]];
      if (self->constraint[i] >= 0)
        self->ground[self->constraint[i]] = i;
    }
}

static gboolean
is_ground (const ZxIntrinsic *self, guint32 node)
{
  return self->constraint[node] < 0 || self->ground[self->constraint[node]] == node;
}

/* The Laplacian, and the same with a unit row and column for each held node. */
static void
fill_laplacian (ZxIntrinsic *self, double *grounded)
{
  const ZxPattern *pattern = self->pattern;
  for (guint32 column = 0; column < self->n; column++)
    for (gsize k = pattern->first[column] + 1; k < pattern->first[column + 1]; k++)
      {
        guint32 row = pattern->row[k];
        self->values[k] = -1;
        self->values[pattern->first[column]] += 1;
        self->values[pattern->first[row]] += 1;
        grounded[k] = is_ground (self, column) || is_ground (self, row) ? 0 : -1;
      }
  for (guint32 i = 0; i < self->n; i++)
    {
      grounded[pattern->first[i]] = is_ground (self, i) ? 1 : self->values[pattern->first[i]];
      if (self->constraint[i] < 0)
        self->values[pattern->first[i]] = 1;
    }
}

static gboolean
measure_variance (ZxIntrinsic *self)
{
  guint n = self->n;
  g_autofree double *row_sum = g_new (double, n);
  g_autofree double *total = g_new0 (double, self->n_constraints);
  for (guint i = 0; i < n; i++)
    row_sum[i] = is_ground (self, i) ? 0 : 1;
  zx_cholesky_solve (self->grounded, row_sum, 1);
  zx_cholesky_inverse_diagonal (self->grounded, self->variance);
  for (guint i = 0; i < n; i++)
    if (self->constraint[i] >= 0)
      total[self->constraint[i]] += row_sum[i];
  for (guint i = 0; i < n; i++)
    if (self->constraint[i] >= 0)
      {
        double size = self->size[self->component[i]];
        double own = is_ground (self, i) ? 0 : self->variance[i];
        self->variance[i]
            = own - 2 * row_sum[i] / size + total[self->constraint[i]] / (size * size);
        if (!(self->variance[i] > 0))
          return FALSE;
      }
  return TRUE;
}

/* Per component the geometric mean of the variances becomes 1: R* = scale R. */
static void
apply_scale (ZxIntrinsic *self, double *grounded)
{
  const ZxPattern *pattern = self->pattern;
  g_autofree double *log_sum = g_new0 (double, self->n_components);
  for (guint i = 0; i < self->n; i++)
    if (self->constraint[i] >= 0)
      log_sum[self->component[i]] += log (self->variance[i]);
  for (guint c = 0; c < self->n_components; c++)
    if (self->size[c] > 1)
      self->scale[c] = exp (log_sum[c] / self->size[c]);
  for (guint32 column = 0; column < self->n; column++)
    if (self->constraint[column] >= 0)
      {
        double scale = self->scale[self->component[column]];
        self->variance[column] /= scale;
        for (gsize k = pattern->first[column]; k < pattern->first[column + 1]; k++)
          {
            self->values[k] *= scale;
            if (k > pattern->first[column] || !is_ground (self, column))
              grounded[k] *= scale;
          }
      }
}

ZxIntrinsic *
zx_intrinsic_new (guint n, const guint32 *edge_a, const guint32 *edge_b, gsize n_edges,
                  GError **error)
{
  g_return_val_if_fail (n > 0, NULL);
  g_autoptr (ZxIntrinsic) self = g_new0 (ZxIntrinsic, 1);
  self->n = n;
  self->pattern = zx_pattern_new (n, edge_a, edge_b, n_edges, error);
  if (self->pattern == NULL)
    return NULL;
  self->grounded = zx_cholesky_new (self->pattern, error);
  if (self->grounded == NULL)
    return NULL;
  self->component = g_new (guint32, n);
  self->constraint = g_new (gint32, n);
  self->variance = g_new (double, n);
  self->values = g_new0 (double, self->pattern->n_entries);
  g_autofree double *grounded = g_new (double, self->pattern->n_entries);
  find_components (self, edge_a, edge_b, n_edges);
  measure_components (self);
  fill_laplacian (self, grounded);
  if (!zx_cholesky_factor (self->grounded, grounded, error))
    return NULL;
  if (!measure_variance (self))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The graph of %u nodes is too long and thin: its variances lose all digits"),
                   n);
      return NULL;
    }
  apply_scale (self, grounded);
  if (!zx_cholesky_factor (self->grounded, grounded, error))
    return NULL;
  self->log_determinant = zx_cholesky_log_determinant (self->grounded);
  /* The tree theorem, once per component: n - 1 kept rows, n - 1 eigenvalues, both scaled. */
  for (guint c = 0; c < self->n_components; c++)
    if (self->size[c] > 1)
      self->log_determinant += log (self->size[c]);
  for (guint i = 0; i < n; i++)
    {
      if (self->constraint[i] < 0)
        self->variance[i] = 1;
      self->trace += self->variance[i];
    }
  return g_steal_pointer (&self);
}

void
zx_intrinsic_centre (const ZxIntrinsic *self, double *x, guint n_columns)
{
  g_autofree double *sum = g_new0 (double, (gsize) self->n_constraints *n_columns);
  for (guint i = 0; i < self->n; i++)
    if (self->constraint[i] >= 0)
      for (guint c = 0; c < n_columns; c++)
        sum[self->constraint[i] * (gsize) n_columns + c] += x[(gsize) i * n_columns + c];
  for (guint i = 0; i < self->n; i++)
    if (self->constraint[i] >= 0)
      for (guint c = 0; c < n_columns; c++)
        x[(gsize) i * n_columns + c]
            -= sum[self->constraint[i] * (gsize) n_columns + c] / self->size[self->component[i]];
}

static void
hold_ground (const ZxIntrinsic *self, double *x, guint n_columns)
{
  for (guint m = 0; m < self->n_constraints; m++)
    memset (x + (gsize) self->ground[m] * n_columns, 0, n_columns * sizeof *x);
}

void
zx_intrinsic_solve (const ZxIntrinsic *self, ZxCholesky *factor, double *x, guint n_columns)
{
  zx_intrinsic_centre (self, x, n_columns);
  hold_ground (self, x, n_columns);
  zx_cholesky_solve (factor, x, n_columns);
  zx_intrinsic_centre (self, x, n_columns);
}

void
zx_intrinsic_colour (const ZxIntrinsic *self, ZxCholesky *factor, double *x)
{
  zx_cholesky_colour (factor, x);
  hold_ground (self, x, 1);
  zx_intrinsic_centre (self, x, 1);
}
