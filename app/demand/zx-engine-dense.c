/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The latent model at given hyperparameters when an observation draws on many cells: dense in the
 * observations, so for some hundreds of them and any number of cells.
 *
 * With J the rows, f = Zb + w + Js has the prior covariance
 *   C = e² JJ' + a² J (R*)⁻ J' + Z P Z' + sigma_op² (same group)
 * whose parts do not depend on theta and are formed once; the constraint of u* is inside (R*)⁻.
 * Newton runs in the dual a = C⁻¹f, as for Gaussian-process classification (Rasmussen and Williams
 * 2006, algorithm 3.1): with W = diag (-l''),
 *   B = I + W^½ C W^½,   g = W f + l',   a = g - W^½ B⁻¹ W^½ C g,   f = C a
 *   log p (y | theta) = Σ l - a'f/2 - log det B / 2
 * and nothing is ever singular.  Any linear function t with prior covariance k = cov (t, f) has
 * mean k'a and variance var t - |L⁻¹ W^½ k|².  Draws are prior draws put right (Matheron's rule):
 *   t - k' W^½ B⁻¹ (W^½ f + ε),  ε ~ N(0, I).
 * The mean correction is the one of zx-engine-sparse.c.
 *
 * When it is wrong: as there; and its time grows with the cube of the observations. */

#include "app/demand/zx-demand-private.h"

#define TOLERANCE    1e-4
#define NEAR         1e-6
#define MAX_STEPS    80
#define MAX_HALVINGS 20

typedef struct
{
  const ZxLatent *latent;
  double *rows;       /* n × k: J, when the latent model has none */
  const double *j;    /* n × k */
  double *u;          /* n × k: J (R*)⁻ */
  double *jj, *ju;    /* n × n */
  double *zz;         /* n × n: Z P Z' */
  double *zx;         /* n × k: Z P X' */
  double *x_variance; /* k: x'Px */
} Shared;

typedef struct
{
  ZxEngineWork work;
  const ZxLatent *latent;
  const Shared *shared;
  ZxNodes nodes;
  ZxCholesky *graph_factor;
  double a2, e2, group_variance, psi;
  double *constant;
  double *c; /* n × n: prior covariance of f */
  double *b; /* n × n: factor of B */
  double *dual, *f, *old_dual, *old_f;
  double *slope, *bend, *third, *fourth, *root; /* n; root = √bend */
  double *g, *h;                                /* n: scratch */
  double *spread;                               /* n × n: L⁻¹ W^½ C */
  double *variance;                             /* n */
  double *cells;                                /* n × 2k: L⁻¹ W^½ cov of field | rate */
  double *field;                                /* k: scratch of draws */
} Worker;

/* ---- what does not depend on theta -------------------------------------------------------- */

static void
release (gpointer data)
{
  Shared *self = data;
  if (self == NULL)
    return;
  g_free (self->rows);
  g_free (self->u);
  g_free (self->jj);
  g_free (self->ju);
  g_free (self->zz);
  g_free (self->zx);
  g_free (self->x_variance);
  g_free (self);
}

static void
transpose (const double *from, gsize n_rows, gsize n_columns, double *to)
{
  for (gsize i = 0; i < n_rows; i++)
    for (gsize k = 0; k < n_columns; k++)
      to[k * n_rows + i] = from[i * n_columns + k];
}

/* u = J (R*)⁻, by one solve with as many right-hand sides as observations. */
static void
spread_rows (Shared *self)
{
  const ZxLatent *latent = self->latent;
  gsize n = latent->n_observations, k = latent->n_cells;
  g_autofree double *columns = g_new (double, n *k);
  g_autoptr (ZxCholesky) factor = zx_cholesky_copy (latent->graph->grounded);
  transpose (self->j, n, k, columns);
  zx_intrinsic_solve (latent->graph, factor, columns, (guint) n);
  transpose (columns, k, n, self->u);
}

static void
multiply_designs (Shared *self)
{
  const ZxLatent *latent = self->latent;
  guint n = latent->n_observations, k = latent->n_cells, q = latent->n_coefficients;
  g_autofree double *scaled = g_new (double, (gsize) n *q);
  for (gsize i = 0; i < n; i++)
    for (guint j = 0; j < q; j++)
      scaled[i * q + j]
          = latent->z[i * q + j] * latent->coefficient_sd[j] * latent->coefficient_sd[j];
  zx_dense_multiply (scaled, FALSE, latent->z, TRUE, n, n, q, self->zz);
  zx_dense_multiply (scaled, FALSE, latent->x, TRUE, n, k, q, self->zx);
  for (gsize c = 0; c < k; c++)
    for (guint j = 0; j < q; j++)
      {
        double xj = latent->x[c * q + j] * latent->coefficient_sd[j];
        self->x_variance[c] += xj * xj;
      }
}

static gpointer
prepare (const ZxLatent *latent, GError **error)
{
  Shared *self = g_new0 (Shared, 1);
  gsize n = latent->n_observations, k = latent->n_cells;
  self->latent = latent;
  self->j = latent->row;
  self->u = ZX_TRY_NEW (double, n *k, _ ("The catchments"), error);
  if (self->u != NULL)
    self->zx = ZX_TRY_NEW (double, n *k, _ ("The catchments"), error);
  if (self->zx == NULL)
    {
      release (self);
      return NULL;
    }
  if (latent->row == NULL && latent->graph != NULL)
    {
      self->rows = g_new0 (double, n *k);
      for (gsize i = 0; i < n; i++)
        self->rows[i * k + latent->cell[i]] = 1;
      self->j = self->rows;
    }
  self->jj = g_new0 (double, n *n);
  self->ju = g_new0 (double, n *n);
  self->zz = g_new0 (double, n *n);
  self->x_variance = g_new0 (double, k);
  if (latent->graph != NULL)
    {
      spread_rows (self);
      zx_dense_multiply (self->j, FALSE, self->j, TRUE, (guint) n, (guint) n, (guint) k, self->jj);
      zx_dense_multiply (self->j, FALSE, self->u, TRUE, (guint) n, (guint) n, (guint) k, self->ju);
    }
  multiply_designs (self);
  return self;
}

/* ---- workers ------------------------------------------------------------------------------ */

static gpointer
worker_new (const ZxLatent *latent, gpointer shared)
{
  Worker *self = g_new0 (Worker, 1);
  gsize n = latent->n_observations, k = latent->n_cells;
  self->latent = latent;
  self->shared = shared;
  zx_nodes_init (&self->nodes);
  if (latent->graph != NULL)
    self->graph_factor = zx_cholesky_copy (latent->graph->grounded);
  double **of_observations[]
      = { &self->constant, &self->dual, &self->f,       &self->old_dual, &self->old_f,
          &self->slope,    &self->bend, &self->third,   &self->fourth,   &self->root,
          &self->g,        &self->h,    &self->variance };
  for (guint i = 0; i < G_N_ELEMENTS (of_observations); i++)
    *of_observations[i] = g_new0 (double, n);
  self->c = g_new0 (double, n *n);
  self->b = g_new0 (double, n *n);
  self->spread = g_new0 (double, n *n);
  self->field = g_new0 (double, k);
  return self;
}

static void
worker_free (gpointer data)
{
  Worker *self = data;
  if (self == NULL)
    return;
  zx_cholesky_free (self->graph_factor);
  double *owned[]
      = { self->constant, self->dual,  self->f,      self->old_dual, self->old_f, self->slope,
          self->bend,     self->third, self->fourth, self->root,     self->g,     self->h,
          self->c,        self->b,     self->spread, self->variance, self->cells, self->field };
  for (guint i = 0; i < G_N_ELEMENTS (owned); i++)
    g_free (owned[i]);
  g_free (self);
}

static gsize
state_size (const ZxLatent *latent, gpointer shared)
{
  return latent->n_observations;
}

static void
set_theta (Worker *self, const ZxTheta *theta)
{
  const ZxLatent *latent = self->latent;
  const Shared *shared = self->shared;
  gsize n = latent->n_observations;
  gboolean has_field = latent->graph != NULL;
  self->a2 = has_field ? theta->sigma * theta->sigma * theta->phi : 0;
  self->e2 = has_field ? theta->sigma * theta->sigma * theta->rest : 0;
  self->psi = theta->psi;
  self->group_variance = latent->n_groups > 0 ? theta->group_sd * theta->group_sd : 0;
  for (gsize k = 0; k < n * n; k++)
    self->c[k] = self->e2 * shared->jj[k] + self->a2 * shared->ju[k] + shared->zz[k];
  for (gsize i = 0; i < n; i++)
    {
      self->constant[i]
          = isnan (latent->y[i])
                ? 0
                : zx_count_constant (latent->y[i], zx_latent_noise (latent, self->psi, i));
      if (latent->group == NULL || latent->group[i] < 0)
        continue;
      for (gsize k = 0; k < n; k++)
        if (latent->group[k] == latent->group[i])
          self->c[i * n + k] += self->group_variance;
    }
}

/* ---- Newton ------------------------------------------------------------------------------- */

static double
judge (Worker *self, const double *variance)
{
  const ZxLatent *latent = self->latent;
  double sum = 0;
  for (guint i = 0; i < latent->n_observations; i++)
    {
      if (isnan (latent->y[i]))
        {
          self->slope[i] = self->bend[i] = self->root[i] = 0;
          self->third[i] = self->fourth[i] = 0;
          continue;
        }
      double eta = self->f[i] + latent->log_exposure[i];
      ZxNoise noise = zx_latent_noise (latent, self->psi, i);
      ZxTerm term = zx_count_judge (&self->nodes, latent->y[i], noise, eta,
                                    variance != NULL ? variance + i : NULL);
      sum += term.value + self->constant[i];
      self->slope[i] = term.slope;
      self->bend[i] = MAX (term.bend, 1e-12);
      self->third[i] = term.third;
      self->fourth[i] = term.fourth;
      self->root[i] = sqrt (self->bend[i]);
    }
  return sum;
}

/* f = C a; returns a'f / 2. */
static double
follow_dual (Worker *self)
{
  guint n = self->latent->n_observations;
  zx_dense_multiply (self->c, FALSE, self->dual, FALSE, n, 1, n, self->f);
  double sum = 0;
  for (guint i = 0; i < n; i++)
    sum += self->dual[i] * self->f[i];
  return 0.5 * sum;
}

static gboolean
build_system (Worker *self)
{
  gsize n = self->latent->n_observations;
  for (gsize i = 0; i < n; i++)
    for (gsize k = 0; k <= i; k++)
      self->b[i * n + k] = (i == k) + self->root[i] * self->c[i * n + k] * self->root[k];
  self->work.n_factorisations++;
  return zx_dense_factor (self->b, (guint) n);
}

static void
move_to_solution (Worker *self)
{
  guint n = self->latent->n_observations;
  for (guint i = 0; i < n; i++)
    self->g[i] = self->bend[i] * self->f[i] + self->slope[i];
  zx_dense_multiply (self->c, FALSE, self->g, FALSE, n, 1, n, self->h);
  for (guint i = 0; i < n; i++)
    self->h[i] *= self->root[i];
  zx_dense_solve (self->b, n, self->h, 1);
  for (guint i = 0; i < n; i++)
    self->dual[i] = self->g[i] - self->root[i] * self->h[i];
}

static double
longest_move (const Worker *self)
{
  double longest = 0;
  for (guint i = 0; i < self->latent->n_observations; i++)
    longest = MAX (longest, fabs (self->f[i] - self->old_f[i]));
  return longest;
}

static double
climb (Worker *self, const double *variance)
{
  guint n = self->latent->n_observations;
  double loss = follow_dual (self), value = judge (self, variance) - loss;
  for (guint step = 0; step < MAX_STEPS; step++)
    {
      if (!isfinite (value) || !build_system (self))
        return -INFINITY;
      memcpy (self->old_dual, self->dual, n * sizeof *self->dual);
      memcpy (self->old_f, self->f, n * sizeof *self->f);
      move_to_solution (self);
      self->work.n_newton_steps++;
      loss = follow_dual (self);
      double following = judge (self, variance) - loss;
      for (guint k = 0; k < MAX_HALVINGS && !(following >= value - 1e-7 * (1 + fabs (value))); k++)
        {
          for (guint i = 0; i < n; i++)
            self->dual[i] = 0.5 * (self->dual[i] + self->old_dual[i]);
          loss = follow_dual (self);
          following = judge (self, variance) - loss;
        }
      value = following;
      double longest = longest_move (self);
      if (longest < TOLERANCE)
        return longest < NEAR || build_system (self) ? value : -INFINITY;
    }
  return -INFINITY;
}

static void
load_state (Worker *self, const double *state)
{
  gsize bytes = self->latent->n_observations * sizeof *self->dual;
  if (state != NULL)
    memcpy (self->dual, state, bytes);
  else
    memset (self->dual, 0, bytes);
}

static double
find_mode (gpointer data, const ZxTheta *theta, const double *start, double *state)
{
  Worker *self = data;
  set_theta (self, theta);
  load_state (self, start);
  double value = climb (self, NULL);
  if (!isfinite (value) && start != NULL)
    {
      load_state (self, NULL);
      value = climb (self, NULL);
    }
  if (!isfinite (value))
    return -INFINITY;
  memcpy (state, self->dual, self->latent->n_observations * sizeof *state);
  return value - 0.5 * zx_dense_log_determinant (self->b, self->latent->n_observations);
}

/* ---- the posterior at one theta ----------------------------------------------------------- */

/* spread = L⁻¹ W^½ C, and the variances of f. */
static void
measure_spread (Worker *self)
{
  gsize n = self->latent->n_observations;
  for (gsize i = 0; i < n; i++)
    for (gsize k = 0; k < n; k++)
      self->spread[i * n + k] = self->root[i] * self->c[i * n + k];
  zx_dense_solve_lower (self->b, (guint) n, self->spread, (guint) n);
  for (gsize i = 0; i < n; i++)
    self->variance[i] = self->c[i * n + i];
  for (gsize k = 0; k < n; k++)
    for (gsize i = 0; i < n; i++)
      self->variance[i] -= self->spread[k * n + i] * self->spread[k * n + i];
  for (gsize i = 0; i < n; i++)
    self->variance[i] = MAX (self->variance[i], 0);
}

/* V = C - spread' spread. */
static double
refine (gpointer data)
{
  Worker *self = data;
  guint n = self->latent->n_observations;
  if (n > ZX_REFINED_OBSERVATIONS)
    return 0;
  measure_spread (self);
  g_autofree double *covariance = g_new (double, (gsize) n *n);
  zx_dense_multiply (self->spread, TRUE, self->spread, FALSE, n, n, n, covariance);
  for (gsize k = 0; k < (gsize) n * n; k++)
    covariance[k] = self->c[k] - covariance[k];
  return zx_second_order (covariance, self->third, self->fourth, n);
}

/* A target whose prior covariance with f stands in h: mean and variance. */
static void
describe_one (Worker *self, double prior_variance, ZxTargets *targets, gsize at)
{
  guint n = self->latent->n_observations;
  double mean = 0;
  for (guint i = 0; i < n; i++)
    {
      mean += self->h[i] * self->dual[i];
      self->h[i] *= self->root[i];
    }
  zx_dense_solve_lower (self->b, n, self->h, 1);
  for (guint i = 0; i < n; i++)
    prior_variance -= self->h[i] * self->h[i];
  targets->mean[at] = mean;
  targets->variance[at] = MAX (prior_variance, 0);
  targets->third[at] = 0;
}

static void
describe_coefficients (Worker *self, ZxTargets *targets)
{
  const ZxLatent *latent = self->latent;
  guint n = latent->n_observations, q = latent->n_coefficients;
  for (guint j = 0; j < q; j++)
    {
      double variance = latent->coefficient_sd[j] * latent->coefficient_sd[j];
      for (gsize i = 0; i < n; i++)
        self->h[i] = variance * latent->z[i * q + j];
      describe_one (self, variance, targets, j);
    }
  for (guint g = 0; g < latent->n_groups; g++)
    {
      for (guint i = 0; i < n; i++)
        self->h[i] = latent->group[i] == (gint32) g ? self->group_variance : 0;
      describe_one (self, self->group_variance, targets, zx_latent_target_group (latent) + g);
    }
}

/* cells = L⁻¹ W^½ cov (f; field | rate); the means on the way. */
static void
describe_cells (Worker *self, ZxTargets *targets)
{
  const ZxLatent *latent = self->latent;
  const Shared *shared = self->shared;
  gsize n = latent->n_observations, k = latent->n_cells;
  double *mean = targets->mean + zx_latent_target_field (latent);
  double *variance = targets->variance + zx_latent_target_field (latent);
  if (self->cells == NULL)
    self->cells = g_new (double, 2 * n * k);
  memset (mean, 0, 2 * k * sizeof *mean);
  memset (targets->third + zx_latent_target_field (latent), 0, 2 * k * sizeof *mean);
  for (gsize i = 0; i < n; i++)
    {
      double *row = self->cells + i * 2 * k, dual = self->dual[i], root = self->root[i];
      const double *j = shared->j != NULL ? shared->j + i * k : NULL;
      for (gsize c = 0; c < k; c++)
        {
          double field = j != NULL ? self->e2 * j[c] + self->a2 * shared->u[i * k + c] : 0;
          double rate = field + shared->zx[i * k + c];
          mean[c] += dual * field;
          mean[k + c] += dual * rate;
          row[c] = root * field;
          row[k + c] = root * rate;
        }
    }
  zx_dense_solve_lower (self->b, (guint) n, self->cells, (guint) (2 * k));
  for (gsize c = 0; c < k; c++)
    {
      variance[c] = latent->graph != NULL ? self->e2 + self->a2 * latent->graph->variance[c] : 0;
      variance[k + c] = variance[c] + shared->x_variance[c];
    }
  for (gsize i = 0; i < n; i++)
    {
      const double *row = self->cells + i * 2 * k;
      for (gsize c = 0; c < 2 * k; c++)
        variance[c] -= row[c] * row[c];
    }
  for (gsize c = 0; c < 2 * k; c++)
    variance[c] = MAX (variance[c], 0);
}

/* The variance of z'b + Js without the group: prior covariance with f is C without the groups'. */
static void
describe_rows (Worker *self, double *variance)
{
  const ZxLatent *latent = self->latent;
  gsize n = latent->n_observations;
  g_autofree double *spread = g_new (double, n *n);
  for (gsize i = 0; i < n; i++)
    for (gsize k = 0; k < n; k++)
      {
        gboolean is_same = latent->group != NULL && latent->group[i] >= 0
                           && latent->group[i] == latent->group[k];
        spread[i * n + k]
            = self->root[i] * (self->c[i * n + k] - (is_same ? self->group_variance : 0));
      }
  for (gsize i = 0; i < n; i++)
    variance[i] = self->c[i * n + i]
                  - (latent->group != NULL && latent->group[i] >= 0 ? self->group_variance : 0);
  zx_dense_solve_lower (self->b, (guint) n, spread, (guint) n);
  for (gsize k = 0; k < n; k++)
    for (gsize i = 0; i < n; i++)
      variance[i] -= spread[k * n + i] * spread[k * n + i];
}

static gboolean
describe (gpointer data, const ZxTheta *theta, const double *start, ZxTargets *targets)
{
  Worker *self = data;
  const ZxLatent *latent = self->latent;
  set_theta (self, theta);
  load_state (self, start);
  if (!isfinite (climb (self, NULL)))
    return FALSE;
  measure_spread (self);
  g_autofree double *held = g_memdup2 (self->variance, latent->n_observations * sizeof *held);
  if (!isfinite (climb (self, held)))
    return FALSE;
  measure_spread (self);
  if (!targets->is_rows_only)
    {
      describe_coefficients (self, targets);
      describe_cells (self, targets);
    }
  if (targets->row_variance != NULL)
    describe_rows (self, targets->row_variance);
  gsize fitted = zx_latent_target_fitted (latent);
  for (guint i = 0; i < latent->n_observations; i++)
    {
      targets->mean[fitted + i] = self->f[i];
      targets->variance[fitted + i] = self->variance[i];
      targets->third[fitted + i] = 0;
    }
  return TRUE;
}

/* ---- draws -------------------------------------------------------------------------------- */

/* A prior draw: coefficients to @b, the field to self->field, f to self->g. */
static void
draw_prior (Worker *self, ZxRng *rng, double *b)
{
  const ZxLatent *latent = self->latent;
  guint n = latent->n_observations, k = latent->n_cells, q = latent->n_coefficients;
  g_autofree double *group = g_new (double, latent->n_groups);
  for (guint j = 0; j < q; j++)
    b[j] = latent->coefficient_sd[j] * zx_rng_normal (rng);
  for (guint g = 0; g < latent->n_groups; g++)
    group[g] = sqrt (self->group_variance) * zx_rng_normal (rng);
  memset (self->g, 0, n * sizeof *self->g);
  if (latent->graph != NULL)
    {
      double a = sqrt (self->a2), e = sqrt (self->e2);
      for (guint c = 0; c < k; c++)
        self->field[c] = zx_rng_normal (rng);
      zx_intrinsic_colour (latent->graph, self->graph_factor, self->field);
      for (guint c = 0; c < k; c++)
        self->field[c] = a * self->field[c] + e * zx_rng_normal (rng);
      zx_dense_multiply (self->shared->j, FALSE, self->field, FALSE, n, 1, k, self->g);
    }
  for (gsize i = 0; i < n; i++)
    {
      for (guint j = 0; j < q; j++)
        self->g[i] += latent->z[i * q + j] * b[j];
      if (latent->group != NULL && latent->group[i] >= 0)
        self->g[i] += group[latent->group[i]];
    }
}

static void
draw (gpointer data, ZxRng *rng, const ZxTargets *targets, float *cell, float *coefficient)
{
  Worker *self = data;
  const ZxLatent *latent = self->latent;
  guint n = latent->n_observations, k = latent->n_cells, q = latent->n_coefficients;
  g_autofree double *b = g_new (double, q);
  draw_prior (self, rng, b);
  for (guint i = 0; i < n; i++)
    self->h[i] = self->root[i] * self->g[i] + zx_rng_normal (rng);
  zx_dense_solve (self->b, n, self->h, 1);
  for (guint i = 0; i < n; i++)
    self->h[i] *= self->root[i];
  for (guint j = 0; j < q; j++)
    {
      double variance = latent->coefficient_sd[j] * latent->coefficient_sd[j];
      for (gsize i = 0; i < n; i++)
        b[j] -= variance * latent->z[i * q + j] * self->h[i];
      if (coefficient != NULL)
        coefficient[j] = (float) (targets->mean[j] + b[j]);
    }
  if (cell == NULL)
    return;
  for (guint i = 0; i < n && latent->graph != NULL; i++)
    {
      double e = self->e2 * self->h[i], a = self->a2 * self->h[i];
      const double *j = self->shared->j + (gsize) i * k, *u = self->shared->u + (gsize) i * k;
      for (guint c = 0; c < k; c++)
        self->field[c] -= e * j[c] + a * u[c];
    }
  const double *mean = targets->mean + zx_latent_target_cell (latent);
  for (gsize c = 0; c < k; c++)
    {
      double off = latent->graph != NULL ? self->field[c] : 0;
      for (guint j = 0; j < q; j++)
        off += latent->x[c * q + j] * b[j];
      cell[c] = (float) (mean[c] + off);
    }
}

const ZxEngine zx_engine_dense = { .name = "dense",
                                   .prepare = prepare,
                                   .release = release,
                                   .worker_new = worker_new,
                                   .worker_free = worker_free,
                                   .state_size = state_size,
                                   .find_mode = find_mode,
                                   .refine = refine,
                                   .describe = describe,
                                   .draw = draw,
                                   .is_shared_free_of_y = TRUE };
