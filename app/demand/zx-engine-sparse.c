/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The latent model at given hyperparameters when each observation lies in one cell: sparse, for any
 * number of cells.
 *
 * Unknowns, all standardised: v ~ N(0, I) and u* ~ scaled ICAR on the cells, z ~ N(0, I) for the
 * coefficients and groups (the columns of the design are multiplied by their prior sd), so
 *   s = e v + a u*,  e = sigma √(1-phi),  a = sigma √phi,   η = Z z + s[cell].
 * With D_c = Σ d_i, d = -l'' and B_c = Σ d_i z_i over the observations of cell c, v drops out cell
 * by cell, which leaves S = R* + diag (a² D / (1 + e² D))                              sparse, as
 * the graph M = I + Z'dZ - Σ e² κ B_c'B_c - (aκB)' S⁻¹ (aκB),  κ = 1 / (1 + e² D)   small, dense
 * (DEMAND.md §5 keeps s and u* in one matrix twice the size, which is singular at phi → 1; nothing
 * is here, at either end).  The columns of B are the arrowhead: they never enter the ordering.
 *   log det H = Σ log (1 + e² D) + log det S + log det M + log det G - Σ log n_m
 * where G = A H⁻¹ A' for the sum-to-zero constraints A, which are put in after each solve by
 * kriging: x ← x - H⁻¹A' G⁻¹ A x.  The prior's own determinant is free of theta.
 *
 * When it is wrong: counts so small and effects so large that the posterior given theta is not
 * unimodal bells; rates with more than some hundred groups make the dense part slow. */

#include "app/demand/zx-engine-sparse.h"

#define JITTER       1e-7 /* on the diagonal of S, relative; the constraint takes it back */
#define TOLERANCE    1e-4 /* last step in η; Newton then stands within its square */
#define NEAR         1e-4 /* of the log determinant: a tenth of the differences taken of it */
#define MAX_STEPS    60
#define MAX_HALVINGS 14

/* ---- making and freeing ------------------------------------------------------------------- */

static gpointer
prepare (const ZxLatent *latent, GError **error)
{
  ZxSparseShared *self = g_new0 (ZxSparseShared, 1);
  self->seen_cell = g_new (guint32, latent->n_observations);
  self->seen_of = g_new (guint32, latent->n_observations);
  self->seen_of_cell = g_new (guint32, latent->n_cells);
  memset (self->seen_of_cell, 0xff, latent->n_cells * sizeof *self->seen_of_cell);
  for (guint i = 0; i < latent->n_observations; i++)
    {
      guint32 cell = latent->cell[i];
      if (isnan (latent->y[i]))
        continue;
      if (self->seen_of_cell[cell] == G_MAXUINT32)
        {
          self->seen_cell[self->n_seen] = cell;
          self->seen_of_cell[cell] = self->n_seen++;
        }
      self->seen_of[i] = self->seen_of_cell[cell];
    }
  return self;
}

static void
release (gpointer shared)
{
  ZxSparseShared *self = shared;
  if (self == NULL)
    return;
  g_free (self->seen_cell);
  g_free (self->seen_of);
  g_free (self->seen_of_cell);
  g_free (self);
}

static gpointer
worker_new (const ZxLatent *latent, gpointer shared)
{
  const ZxSparseShared *seen = shared;
  ZxSparseWorker *self = g_new0 (ZxSparseWorker, 1);
  gsize n = latent->n_observations, k = latent->n_cells, s = MAX (seen->n_seen, 1);
  gsize p = latent->n_coefficients + latent->n_groups;
  gsize m = latent->graph != NULL ? latent->graph->n_constraints : 0;
  self->latent = latent;
  self->shared = seen;
  zx_nodes_init (&self->nodes);
  self->p = p;
  self->m = m;
  self->n_columns = p + 1 + m;
  self->scale = g_new (double, p);
  self->constant = g_new (double, n);
  if (latent->graph != NULL)
    {
      self->factor = zx_cholesky_copy (latent->graph->grounded);
      self->values = g_new (double, latent->graph->pattern->n_entries);
    }
  double **of_cells[] = { &self->u, &self->old_u, &self->inverse };
  for (guint i = 0; i < G_N_ELEMENTS (of_cells); i++)
    *of_cells[i] = g_new0 (double, k);
  double **of_seen[] = { &self->v, &self->old_v, &self->weight, &self->right, &self->kappa };
  for (guint i = 0; i < G_N_ELEMENTS (of_seen); i++)
    *of_seen[i] = g_new0 (double, s);
  double **of_observations[] = { &self->eta,   &self->old_eta, &self->slope,   &self->bend,
                                 &self->third, &self->fourth,  &self->variance };
  for (guint i = 0; i < G_N_ELEMENTS (of_observations); i++)
    *of_observations[i] = g_new0 (double, n);
  self->z = g_new0 (double, p);
  self->old_z = g_new0 (double, p);
  self->right_z = g_new0 (double, p);
  self->b = g_new0 (double, s *p);
  self->w = g_new0 (double, k * self->n_columns);
  self->product = g_new0 (double, p * self->n_columns);
  self->dense = g_new0 (double, p *p);
  self->y = g_new0 (double, p *m);
  self->h = g_new0 (double, k *m);
  self->g = g_new0 (double, m *m);
  self->small = g_new0 (double, p + m);
  self->row = g_new0 (double, k *p);
  self->alpha = g_new0 (double, n);
  self->own = g_new0 (double, n);
  self->design = g_new0 (double, n *p);
  self->along = g_new0 (double, n *m);
  return self;
}

static void
worker_free (gpointer data)
{
  ZxSparseWorker *self = data;
  if (self == NULL)
    return;
  zx_cholesky_free (self->factor);
  double *owned[]
      = { self->scale, self->constant, self->values,   self->u,       self->v,       self->z,
          self->old_u, self->old_v,    self->old_z,    self->eta,     self->old_eta, self->slope,
          self->bend,  self->third,    self->fourth,   self->alpha,   self->own,     self->design,
          self->along, self->columns,  self->weight,   self->right,   self->kappa,   self->b,
          self->w,     self->product,  self->dense,    self->right_z, self->y,       self->h,
          self->g,     self->small,    self->variance, self->inverse, self->row };
  for (guint i = 0; i < G_N_ELEMENTS (owned); i++)
    g_free (owned[i]);
  g_free (self);
}

static gsize
state_size (const ZxLatent *latent, gpointer shared)
{
  return latent->n_cells + ((const ZxSparseShared *) shared)->n_seen + latent->n_coefficients
         + latent->n_groups;
}

/* ---- theta and state ---------------------------------------------------------------------- */

static void
set_theta (ZxSparseWorker *self, const ZxTheta *theta)
{
  const ZxLatent *latent = self->latent;
  gboolean has_field = latent->graph != NULL;
  self->a = has_field ? theta->sigma * sqrt (theta->phi) : 0;
  self->e = has_field ? theta->sigma * sqrt (theta->rest) : 0;
  self->psi = theta->psi;
  memcpy (self->scale, latent->coefficient_sd, latent->n_coefficients * sizeof *self->scale);
  for (guint g = 0; g < latent->n_groups; g++)
    self->scale[latent->n_coefficients + g] = theta->group_sd;
  for (guint i = 0; i < latent->n_observations; i++)
    self->constant[i]
        = isnan (latent->y[i])
              ? 0
              : zx_count_constant (latent->y[i], zx_latent_noise (latent, self->psi, i));
}

static void
load_state (ZxSparseWorker *self, const double *state)
{
  gsize k = self->latent->n_cells, s = self->shared->n_seen;
  if (state == NULL)
    {
      memset (self->u, 0, k * sizeof *self->u);
      memset (self->v, 0, s * sizeof *self->v);
      memset (self->z, 0, self->p * sizeof *self->z);
      return;
    }
  memcpy (self->u, state, k * sizeof *self->u);
  memcpy (self->v, state + k, s * sizeof *self->v);
  memcpy (self->z, state + k + s, self->p * sizeof *self->z);
}

static void
save_state (const ZxSparseWorker *self, double *state)
{
  gsize k = self->latent->n_cells, s = self->shared->n_seen;
  memcpy (state, self->u, k * sizeof *self->u);
  memcpy (state + k, self->v, s * sizeof *self->v);
  memcpy (state + k + s, self->z, self->p * sizeof *self->z);
}

/* ---- the predictor and the likelihood ----------------------------------------------------- */

static double
design_part (const ZxSparseWorker *self, guint i)
{
  const ZxLatent *latent = self->latent;
  const double *z = latent->z + (gsize) i * latent->n_coefficients;
  double sum = 0;
  for (guint j = 0; j < latent->n_coefficients; j++)
    sum += z[j] * self->scale[j] * self->z[j];
  if (latent->group != NULL && latent->group[i] >= 0)
    {
      guint j = latent->n_coefficients + (guint) latent->group[i];
      sum += self->scale[j] * self->z[j];
    }
  return sum;
}

double
zx_sparse_field_at (const ZxSparseWorker *self, guint32 cell)
{
  guint32 seen = self->shared->seen_of_cell[cell];
  return self->a * self->u[cell] + (seen != G_MAXUINT32 ? self->e * self->v[seen] : 0);
}

static void
predict (ZxSparseWorker *self)
{
  const ZxLatent *latent = self->latent;
  for (guint i = 0; i < latent->n_observations; i++)
    self->eta[i] = latent->log_exposure[i] + design_part (self, i)
                   + zx_sparse_field_at (self, latent->cell[i]);
}

/* Fills the derivatives at eta; with @variance, averaged.  Returns: Σ log p (y_i | eta_i). */
static double
judge (ZxSparseWorker *self, const double *variance)
{
  const ZxLatent *latent = self->latent;
  double sum = 0;
  for (guint i = 0; i < latent->n_observations; i++)
    {
      if (isnan (latent->y[i]))
        continue;
      ZxNoise noise = zx_latent_noise (latent, self->psi, i);
      ZxTerm term = zx_count_judge (&self->nodes, latent->y[i], noise, self->eta[i],
                                    variance != NULL ? variance + i : NULL);
      sum += term.value + self->constant[i];
      self->slope[i] = term.slope;
      self->bend[i] = MAX (term.bend, 1e-12);
      self->third[i] = term.third;
      self->fourth[i] = term.fourth;
    }
  return sum;
}

/* Half the quadratic form of the prior. */
static double
prior_loss (const ZxSparseWorker *self)
{
  double sum = 0;
  for (guint j = 0; j < self->p; j++)
    sum += self->z[j] * self->z[j];
  const ZxIntrinsic *graph = self->latent->graph;
  if (graph == NULL)
    return 0.5 * sum;
  for (guint s = 0; s < self->shared->n_seen; s++)
    sum += self->v[s] * self->v[s];
  const ZxPattern *pattern = graph->pattern;
  for (guint32 c = 0; c < pattern->n; c++)
    {
      double uc = self->u[c], row = 0;
      for (gsize k = pattern->first[c] + 1; k < pattern->first[c + 1]; k++)
        row += graph->values[k] * self->u[pattern->row[k]];
      sum += uc * (graph->values[pattern->first[c]] * (1 + JITTER) * uc + 2 * row);
    }
  return 0.5 * sum;
}

/* ---- one linear system -------------------------------------------------------------------- */

/* Sums over the observations of each cell, and the dense corner without the field. */
static void
gather (ZxSparseWorker *self)
{
  const ZxLatent *latent = self->latent;
  guint p = self->p, q = latent->n_coefficients;
  gsize n_seen = self->shared->n_seen;
  memset (self->weight, 0, n_seen * sizeof *self->weight);
  memset (self->right, 0, n_seen * sizeof *self->right);
  memset (self->b, 0, n_seen * p * sizeof *self->b);
  memset (self->right_z, 0, p * sizeof *self->right_z);
  memset (self->dense, 0, (gsize) p * p * sizeof *self->dense);
  for (guint j = 0; j < p; j++)
    self->dense[(gsize) j * p + j] = 1;
  for (guint i = 0; i < latent->n_observations; i++)
    {
      if (isnan (latent->y[i]))
        continue;
      guint32 s = self->shared->seen_of[i];
      const double *z = latent->z + (gsize) i * q;
      double d = self->bend[i], *b = self->b + (gsize) s * p;
      double right = d * (self->eta[i] - latent->log_exposure[i]) + self->slope[i];
      self->weight[s] += d;
      self->right[s] += right;
      for (guint j = 0; j < q; j++)
        {
          double zj = z[j] * self->scale[j];
          b[j] += d * zj;
          self->right_z[j] += right * zj;
          for (guint k = 0; k <= j; k++)
            self->dense[(gsize) j * p + k] += d * zj * z[k] * self->scale[k];
        }
      if (latent->group == NULL || latent->group[i] < 0)
        continue;
      guint j = q + (guint) latent->group[i];
      double zj = self->scale[j];
      b[j] += d * zj;
      self->right_z[j] += right * zj;
      self->dense[(gsize) j * p + j] += d * zj * zj;
      for (guint k = 0; k < q; k++)
        self->dense[(gsize) j * p + k] += d * zj * z[k] * self->scale[k];
    }
}

/* Takes v out of the dense corner. */
static void
eliminate_unstructured (ZxSparseWorker *self)
{
  guint p = self->p;
  double e2 = self->e * self->e;
  for (guint s = 0; s < self->shared->n_seen; s++)
    {
      self->kappa[s] = 1 / (1 + e2 * self->weight[s]);
      double factor = e2 * self->kappa[s];
      if (factor == 0)
        continue;
      const double *b = self->b + (gsize) s * p;
      for (guint j = 0; j < p; j++)
        {
          double fj = factor * b[j];
          if (fj == 0)
            continue;
          self->right_z[j] -= fj * self->right[s];
          for (guint k = 0; k <= j; k++)
            self->dense[(gsize) j * p + k] -= fj * b[k];
        }
    }
}

static gboolean
factor_field (ZxSparseWorker *self)
{
  const ZxIntrinsic *graph = self->latent->graph;
  const ZxPattern *pattern = graph->pattern;
  memcpy (self->values, graph->values, pattern->n_entries * sizeof *self->values);
  for (guint32 c = 0; c < pattern->n; c++)
    self->values[pattern->first[c]] *= 1 + JITTER;
  for (guint s = 0; s < self->shared->n_seen; s++)
    self->values[pattern->first[self->shared->seen_cell[s]]]
        += self->a * self->a * self->weight[s] * self->kappa[s];
  self->work.n_factorisations++;
  return zx_cholesky_factor (self->factor, self->values, NULL);
}

/* w = S⁻¹ (aκB | aκr | constraints) and product = (aκB)' w. */
static void
solve_columns (ZxSparseWorker *self)
{
  const ZxIntrinsic *graph = self->latent->graph;
  guint p = self->p, n_columns = self->n_columns;
  memset (self->w, 0, (gsize) graph->n * n_columns * sizeof *self->w);
  for (guint32 c = 0; c < graph->n; c++)
    if (graph->constraint[c] >= 0)
      self->w[(gsize) c * n_columns + p + 1 + (guint) graph->constraint[c]] = 1;
  for (guint s = 0; s < self->shared->n_seen; s++)
    {
      double *row = self->w + (gsize) self->shared->seen_cell[s] * n_columns;
      const double *b = self->b + (gsize) s * p;
      double factor = self->a * self->kappa[s];
      for (guint j = 0; j < p; j++)
        row[j] = factor * b[j];
      row[p] = factor * self->right[s];
    }
  zx_cholesky_solve (self->factor, self->w, n_columns);
  memset (self->product, 0, (gsize) p * n_columns * sizeof *self->product);
  for (guint s = 0; s < self->shared->n_seen; s++)
    {
      const double *row = self->w + (gsize) self->shared->seen_cell[s] * n_columns;
      const double *b = self->b + (gsize) s * p;
      double factor = self->a * self->kappa[s];
      for (guint j = 0; j < p; j++)
        {
          double fj = factor * b[j], *to = self->product + (gsize) j * n_columns;
          if (fj != 0)
            for (guint k = 0; k < n_columns; k++)
              to[k] += fj * row[k];
        }
    }
}

/* y = M⁻¹ T, h = W₁ + W y, g = factor of G = A W₁ + T'y. */
static gboolean
prepare_constraints (ZxSparseWorker *self)
{
  const ZxIntrinsic *graph = self->latent->graph;
  guint p = self->p, m = self->m, n_columns = self->n_columns;
  for (guint j = 0; j < p; j++)
    memcpy (self->y + (gsize) j * m, self->product + (gsize) j * n_columns + p + 1,
            m * sizeof *self->y);
  zx_dense_solve (self->dense, p, self->y, m);
  memset (self->g, 0, (gsize) m * m * sizeof *self->g);
  for (guint32 c = 0; c < graph->n; c++)
    {
      const double *row = self->w + (gsize) c * n_columns;
      double *h = self->h + (gsize) c * m;
      for (guint k = 0; k < m; k++)
        {
          h[k] = row[p + 1 + k];
          for (guint j = 0; j < p; j++)
            h[k] += row[j] * self->y[(gsize) j * m + k];
        }
      if (graph->constraint[c] >= 0)
        for (guint k = 0; k < m; k++)
          self->g[(gsize) graph->constraint[c] * m + k] += h[k];
    }
  return zx_dense_factor (self->g, m);
}

/* Everything of H at the current derivatives; FALSE when it is not positive definite. */
static gboolean
build_system (ZxSparseWorker *self)
{
  gather (self);
  eliminate_unstructured (self);
  guint p = self->p;
  if (self->latent->graph == NULL)
    return zx_dense_factor (self->dense, p);
  if (!factor_field (self))
    return FALSE;
  solve_columns (self);
  for (guint j = 0; j < p; j++)
    {
      const double *row = self->product + (gsize) j * self->n_columns;
      for (guint k = 0; k <= j; k++)
        self->dense[(gsize) j * p + k] -= row[k];
      self->right_z[j] -= row[p];
    }
  return zx_dense_factor (self->dense, p) && prepare_constraints (self);
}

/* (u, z) ← (u, z) - H⁻¹A' G⁻¹ A u. */
void
zx_sparse_constrain (ZxSparseWorker *self, double *u, double *z)
{
  const ZxIntrinsic *graph = self->latent->graph;
  guint m = self->m;
  double *sum = self->small;
  memset (sum, 0, m * sizeof *sum);
  for (guint32 c = 0; c < graph->n; c++)
    if (graph->constraint[c] >= 0)
      sum[graph->constraint[c]] += u[c];
  zx_dense_solve (self->g, m, sum, 1);
  for (guint32 c = 0; c < graph->n; c++)
    for (guint k = 0; k < m; k++)
      u[c] -= self->h[(gsize) c * m + k] * sum[k];
  for (guint j = 0; j < self->p; j++)
    for (guint k = 0; k < m; k++)
      z[j] += self->y[(gsize) j * m + k] * sum[k];
}

/* The unknowns move to the solution of the linear system. */
static void
move_to_solution (ZxSparseWorker *self)
{
  const ZxIntrinsic *graph = self->latent->graph;
  guint p = self->p;
  memcpy (self->z, self->right_z, p * sizeof *self->z);
  zx_dense_solve (self->dense, p, self->z, 1);
  if (graph == NULL)
    return;
  for (guint32 c = 0; c < graph->n; c++)
    {
      const double *row = self->w + (gsize) c * self->n_columns;
      self->u[c] = row[p];
      for (guint j = 0; j < p; j++)
        self->u[c] -= row[j] * self->z[j];
    }
  zx_sparse_constrain (self, self->u, self->z);
  for (guint s = 0; s < self->shared->n_seen; s++)
    {
      const double *b = self->b + (gsize) s * p;
      double sum = self->right[s] - self->a * self->weight[s] * self->u[self->shared->seen_cell[s]];
      for (guint j = 0; j < p; j++)
        sum -= b[j] * self->z[j];
      self->v[s] = self->e * self->kappa[s] * sum;
    }
}

/* ---- Newton ------------------------------------------------------------------------------- */

static void
remember (ZxSparseWorker *self)
{
  memcpy (self->old_u, self->u, self->latent->n_cells * sizeof *self->u);
  memcpy (self->old_v, self->v, self->shared->n_seen * sizeof *self->v);
  memcpy (self->old_z, self->z, self->p * sizeof *self->z);
  memcpy (self->old_eta, self->eta, self->latent->n_observations * sizeof *self->eta);
}

static void
go_half_back (ZxSparseWorker *self)
{
  for (guint c = 0; c < self->latent->n_cells; c++)
    self->u[c] = 0.5 * (self->u[c] + self->old_u[c]);
  for (guint s = 0; s < self->shared->n_seen; s++)
    self->v[s] = 0.5 * (self->v[s] + self->old_v[s]);
  for (guint j = 0; j < self->p; j++)
    self->z[j] = 0.5 * (self->z[j] + self->old_z[j]);
}

static double
longest_move (const ZxSparseWorker *self)
{
  double longest = 0;
  for (guint i = 0; i < self->latent->n_observations; i++)
    if (!isnan (self->latent->y[i]))
      longest = MAX (longest, fabs (self->eta[i] - self->old_eta[i]));
  return longest;
}

/* How far the log determinant of the system, built before the last step, may stand from what it
 * would be now: V_ii <= 1 / d_i for what the data say at all. */
static double
drift (const ZxSparseWorker *self)
{
  double sum = 0;
  for (guint i = 0; i < self->latent->n_observations; i++)
    if (!isnan (self->latent->y[i]))
      sum += fabs (self->third[i] / self->bend[i] * (self->eta[i] - self->old_eta[i]));
  return 0.5 * sum;
}

/* Climbs to the mode (of the averaged likelihood when @variance is given); leaves the system built
 * there.  Returns: log p (y, unknowns | theta) without the normalising constants of the prior, or
 * -INFINITY. */
double
zx_sparse_climb (ZxSparseWorker *self, const double *variance)
{
  predict (self);
  double value = judge (self, variance) - prior_loss (self);
  for (guint step = 0; step < MAX_STEPS; step++)
    {
      if (!isfinite (value) || zx_progress_is_stopped (self->progress) || !build_system (self))
        return -INFINITY;
      remember (self);
      move_to_solution (self);
      self->work.n_newton_steps++;
      predict (self);
      double following = judge (self, variance) - prior_loss (self);
      for (guint k = 0; k < MAX_HALVINGS && !(following >= value - 1e-7 * (1 + fabs (value))); k++)
        {
          go_half_back (self);
          predict (self);
          following = judge (self, variance) - prior_loss (self);
        }
      value = following;
      double longest = longest_move (self);
      if (longest < TOLERANCE) /* a system built this near by is good enough as it stands */
        return drift (self) < NEAR || build_system (self) ? value : -INFINITY;
    }
  return -INFINITY;
}

static double
log_determinant (const ZxSparseWorker *self)
{
  double sum = zx_dense_log_determinant (self->dense, self->p);
  const ZxIntrinsic *graph = self->latent->graph;
  if (graph == NULL)
    return sum;
  for (guint s = 0; s < self->shared->n_seen; s++)
    sum -= log (self->kappa[s]);
  for (guint c = 0; c < graph->n_components; c++)
    if (graph->size[c] > 1)
      sum -= log (graph->size[c]);
  return sum + zx_cholesky_log_determinant (self->factor)
         + zx_dense_log_determinant (self->g, self->m) - graph->log_determinant;
}

void
zx_sparse_start (ZxSparseWorker *self, const ZxTheta *theta, const double *state)
{
  set_theta (self, theta);
  load_state (self, state);
}

static double
find_mode (gpointer data, const ZxTheta *theta, const double *start, double *state)
{
  ZxSparseWorker *self = data;
  zx_sparse_start (self, theta, start);
  double value = zx_sparse_climb (self, NULL);
  if (!isfinite (value) && start != NULL) /* a start from elsewhere may mislead: once more from 0 */
    {
      load_state (self, NULL);
      value = zx_sparse_climb (self, NULL);
    }
  if (!isfinite (value))
    return -INFINITY;
  save_state (self, state);
  return value - 0.5 * log_determinant (self);
}

const ZxEngine zx_engine_sparse = { .name = "sparse",
                                    .prepare = prepare,
                                    .release = release,
                                    .worker_new = worker_new,
                                    .worker_free = worker_free,
                                    .state_size = state_size,
                                    .find_mode = find_mode,
                                    .refine = zx_sparse_refine,
                                    .describe = zx_sparse_describe,
                                    .draw = zx_sparse_draw,
                                    .is_shared_free_of_y = FALSE };
