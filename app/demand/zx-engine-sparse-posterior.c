/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The posterior of the sparse engine at one theta: means, variances, skewness, draws.
 *
 * Every target is a linear function t = alpha u_c + q'z of the unknowns, plus independent noise of
 * its own when v_c is in it.  With S, M, G, W, h, y of zx-engine-sparse.c and the Cholesky factors
 * L_M, L_G,
 *   cov (t, t') = alpha alpha' (S⁻¹)_cc' + d·d' - g·g' + own (c = c')
 *   d = L_M⁻¹ (q - alpha w_c),   g = L_G⁻¹ (alpha h_c - y'q),
 * so that variances need the diagonal of S⁻¹ only, which the selected inverse gives.  The field at
 * a cell is alpha = aκ, q = -e²κB, own = e²κ.
 *
 * Mean correction (van Niekerk and Rue 2024): the mean maximises E log p (y | η) - prior with the
 * variances of η held, which is the same Newton iteration with averaged derivatives.
 *
 * Skewness: to first order in the third derivatives, the third cumulant of t is
 * Σ_i l'''_i cov (t, η_i)³.  It needs covariances with all observations, so it is left at zero, as
 * the second-order term of the evidence is, above ZX_REFINED_OBSERVATIONS. */

#include "app/demand/zx-engine-sparse.h"

#define MOST_COLUMNS       2000000 /* entries of S⁻¹ kept for cross covariances */
#define CELLS_PER_QUESTION 256

/* ---- functionals -------------------------------------------------------------------------- */

typedef struct
{
  guint32 cell;
  double alpha, own;
} Functional;

/* The field at a cell; @q: p entries, filled. */
static Functional
field_functional (const ZxSparseWorker *self, guint32 cell, double *q)
{
  guint32 s = self->shared->seen_of_cell[cell];
  memset (q, 0, self->p * sizeof *q);
  if (s == G_MAXUINT32)
    return (Functional){ cell, self->a, self->e * self->e };
  double kappa = self->kappa[s], factor = self->e * self->e * kappa;
  const double *b = self->b + (gsize) s * self->p;
  for (guint j = 0; j < self->p; j++)
    q[j] = -factor * b[j];
  return (Functional){ cell, self->a * kappa, factor };
}

static void
add_design (const ZxSparseWorker *self, const double *z, gint32 group, double *q)
{
  for (guint j = 0; j < self->latent->n_coefficients; j++)
    q[j] += z[j] * self->scale[j];
  if (group >= 0)
    q[self->latent->n_coefficients + group] += self->scale[self->latent->n_coefficients + group];
}

static Functional
observation_functional (const ZxSparseWorker *self, guint i, double *q)
{
  const ZxLatent *latent = self->latent;
  Functional t = field_functional (self, latent->cell[i], q);
  add_design (self, latent->z + (gsize) i * latent->n_coefficients,
              latent->group != NULL ? latent->group[i] : -1, q);
  return t;
}

/* row = L_M⁻¹ w_c' for every cell. */
static void
prepare_rows (ZxSparseWorker *self)
{
  guint p = self->p;
  if (self->latent->graph == NULL)
    return;
  for (guint c = 0; c < self->latent->n_cells; c++)
    {
      double *row = self->row + (gsize) c * p;
      memcpy (row, self->w + (gsize) c * self->n_columns, p * sizeof *row);
      zx_dense_solve_lower (self->dense, p, row, 1);
    }
}

/* @q becomes d, @along (m entries) g. */
static void
resolve (const ZxSparseWorker *self, const Functional *t, double *q, double *along)
{
  guint p = self->p, m = self->m;
  gboolean has_field = self->latent->graph != NULL;
  for (guint k = 0; k < m; k++)
    {
      along[k] = t->alpha * self->h[(gsize) t->cell * m + k];
      for (guint j = 0; j < p; j++)
        along[k] -= self->y[(gsize) j * m + k] * q[j];
    }
  zx_dense_solve_lower (self->dense, p, q, 1);
  const double *row = self->row + (gsize) t->cell * p;
  for (guint j = 0; j < p && has_field; j++)
    q[j] -= t->alpha * row[j];
  if (m > 0)
    zx_dense_solve_lower (self->g, m, along, 1);
}

static double
inner (const double *a, const double *b, guint n)
{
  double sum = 0;
  for (guint k = 0; k < n; k++)
    sum += a[k] * b[k];
  return sum;
}

/* @q: as filled; spoiled. */
static double
variance_of (ZxSparseWorker *self, const Functional *t, double *q)
{
  double *along = self->small;
  resolve (self, t, q, along);
  double sum = inner (q, q, self->p) - inner (along, along, self->m);
  if (self->latent->graph != NULL)
    sum += t->alpha * t->alpha * self->inverse[t->cell] + t->own;
  return MAX (sum, 0);
}

/* ---- cross covariances -------------------------------------------------------------------- */

/* Resolves the functionals of all counted observations and takes the columns of S⁻¹ they need.
 * FALSE when that would be too much. */
static gboolean
prepare_crossings (ZxSparseWorker *self)
{
  const ZxLatent *latent = self->latent;
  gsize k = latent->n_cells, n_seen = self->shared->n_seen;
  if (latent->n_observations > ZX_REFINED_OBSERVATIONS || k * n_seen > MOST_COLUMNS)
    return FALSE;
  for (guint i = 0; i < latent->n_observations; i++)
    {
      if (isnan (latent->y[i]))
        continue;
      double *q = self->design + (gsize) i * self->p;
      Functional t = observation_functional (self, i, q);
      resolve (self, &t, q, self->along + (gsize) i * self->m);
      self->alpha[i] = t.alpha;
      self->own[i] = latent->graph != NULL ? t.own : 0;
    }
  if (latent->graph == NULL)
    return TRUE;
  if (self->columns == NULL)
    self->columns = g_new (double, k *n_seen);
  memset (self->columns, 0, k * n_seen * sizeof *self->columns);
  for (gsize s = 0; s < n_seen; s++)
    self->columns[self->shared->seen_cell[s] * n_seen + s] = 1;
  zx_cholesky_solve (self->factor, self->columns, (guint) n_seen);
  return TRUE;
}

/* cov (t, η_i), t resolved to @d and @g. */
static double
crossing (const ZxSparseWorker *self, const Functional *t, const double *d, const double *g,
          guint i)
{
  double sum = inner (d, self->design + (gsize) i * self->p, self->p)
               - inner (g, self->along + (gsize) i * self->m, self->m);
  if (self->latent->graph == NULL || t->alpha == 0)
    return sum;
  gsize n_seen = self->shared->n_seen;
  sum += t->alpha * self->alpha[i] * self->columns[t->cell * n_seen + self->shared->seen_of[i]];
  return t->cell == self->latent->cell[i] ? sum + self->own[i] : sum;
}

double
zx_sparse_refine (gpointer data)
{
  ZxSparseWorker *self = data;
  const ZxLatent *latent = self->latent;
  guint n = latent->n_observations;
  prepare_rows (self);
  if (!prepare_crossings (self))
    return 0;
  g_autofree double *covariance = g_new0 (double, (gsize) n *n);
  g_autofree double *third = g_new0 (double, n), *fourth = g_new0 (double, n);
  for (guint i = 0; i < n; i++)
    {
      if (isnan (latent->y[i]))
        continue;
      third[i] = self->third[i];
      fourth[i] = self->fourth[i];
      /* alpha is never 0 here in a way that matters: then the field has no part in η */
      Functional t = { latent->cell[i], self->alpha[i], self->own[i] };
      for (guint j = 0; j <= i; j++)
        if (!isnan (latent->y[j]))
          covariance[(gsize) i * n + j] = covariance[(gsize) j * n + i] = crossing (
              self, &t, self->design + (gsize) i * self->p, self->along + (gsize) i * self->m, j);
    }
  return zx_second_order (covariance, third, fourth, n);
}

/* Σ_i l'''_i cov (t, η_i)³; @q resolved, g in small. */
static double
third_of (const ZxSparseWorker *self, const Functional *t, const double *q)
{
  double sum = 0;
  for (guint i = 0; i < self->latent->n_observations; i++)
    if (!isnan (self->latent->y[i]))
      {
        double c = crossing (self, t, q, self->small, i);
        sum += self->third[i] * c * c * c;
      }
  return sum;
}

/* ---- describing --------------------------------------------------------------------------- */

static void
describe_dense (ZxSparseWorker *self, ZxTargets *targets, double *q, gboolean has_crossings)
{
  for (guint j = 0; j < self->p; j++)
    {
      Functional t = { 0, 0, 0 };
      memset (q, 0, self->p * sizeof *q);
      q[j] = self->scale[j];
      targets->mean[j] = self->scale[j] * self->z[j];
      targets->variance[j] = variance_of (self, &t, q);
      targets->third[j] = has_crossings ? third_of (self, &t, q) : 0;
    }
}

/* FALSE: stopped. */
static gboolean
describe_cells (ZxSparseWorker *self, ZxTargets *targets, double *q, gboolean has_crossings)
{
  const ZxLatent *latent = self->latent;
  gsize field = zx_latent_target_field (latent), rate = zx_latent_target_cell (latent);
  for (guint32 c = 0; c < latent->n_cells; c++)
    {
      if (c % CELLS_PER_QUESTION == 0 && zx_progress_is_stopped (self->progress))
        return FALSE;
      Functional t = field_functional (self, c, q);
      targets->mean[field + c] = zx_sparse_field_at (self, c);
      targets->variance[field + c] = variance_of (self, &t, q);
      targets->third[field + c] = has_crossings ? third_of (self, &t, q) : 0;
      t = field_functional (self, c, q);
      const double *x = latent->x + (gsize) c * latent->n_coefficients;
      add_design (self, x, -1, q);
      targets->mean[rate + c] = targets->mean[field + c];
      for (guint j = 0; j < latent->n_coefficients; j++)
        targets->mean[rate + c] += x[j] * self->scale[j] * self->z[j];
      targets->variance[rate + c] = variance_of (self, &t, q);
      targets->third[rate + c] = 0;
    }
  return TRUE;
}

static double
observation_variance (ZxSparseWorker *self, guint i, double *q)
{
  Functional t = observation_functional (self, i, q);
  return variance_of (self, &t, q);
}

static void
prepare_variances (ZxSparseWorker *self)
{
  prepare_rows (self);
  if (self->latent->graph != NULL)
    zx_cholesky_inverse_diagonal (self->factor, self->inverse);
}

static gboolean
describe (ZxSparseWorker *self, ZxTargets *targets)
{
  const ZxLatent *latent = self->latent;
  if (!isfinite (zx_sparse_climb (self, NULL)))
    return FALSE;
  g_autofree double *q = g_new (double, self->p);
  prepare_variances (self);
  for (guint i = 0; i < latent->n_observations; i++)
    self->variance[i] = isnan (latent->y[i]) ? 0 : observation_variance (self, i, q);
  if (!isfinite (zx_sparse_climb (self, self->variance)))
    return FALSE;
  prepare_variances (self);
  gboolean has_crossings = !targets->is_rows_only && prepare_crossings (self);
  if (zx_progress_is_stopped (self->progress))
    return FALSE;
  if (!targets->is_rows_only)
    {
      describe_dense (self, targets, q, has_crossings);
      if (!describe_cells (self, targets, q, has_crossings))
        return FALSE;
    }
  gsize fitted = zx_latent_target_fitted (latent);
  for (guint i = 0; i < latent->n_observations; i++)
    {
      targets->mean[fitted + i] = self->eta[i] - latent->log_exposure[i];
      Functional t = observation_functional (self, i, q);
      targets->variance[fitted + i] = variance_of (self, &t, q);
      targets->third[fitted + i] = has_crossings ? third_of (self, &t, q) : 0;
    }
  return TRUE;
}

gboolean
zx_sparse_describe (gpointer data, const ZxTheta *theta, const double *start, ZxTargets *targets)
{
  ZxSparseWorker *self = data;
  zx_sparse_start (self, theta, start);
  self->progress = targets->progress;
  gboolean is_done = describe (self, targets);
  self->progress = NULL;
  return is_done;
}

/* ---- draws -------------------------------------------------------------------------------- */

static void
draw_unknowns (ZxSparseWorker *self, ZxRng *rng, double *u, double *z)
{
  guint p = self->p;
  for (guint j = 0; j < p; j++)
    z[j] = zx_rng_normal (rng);
  zx_dense_solve_upper (self->dense, p, z, 1);
  if (self->latent->graph == NULL)
    return;
  for (guint c = 0; c < self->latent->n_cells; c++)
    u[c] = zx_rng_normal (rng);
  zx_cholesky_colour (self->factor, u);
  for (guint c = 0; c < self->latent->n_cells; c++)
    {
      const double *row = self->w + (gsize) c * self->n_columns;
      for (guint j = 0; j < p; j++)
        u[c] -= row[j] * z[j];
    }
  zx_sparse_constrain (self, u, z);
}

void
zx_sparse_draw (gpointer data, ZxRng *rng, const ZxTargets *targets, float *cell,
                float *coefficient)
{
  ZxSparseWorker *self = data;
  const ZxLatent *latent = self->latent;
  guint q = latent->n_coefficients;
  double *u = self->old_u, *z = self->old_z;
  gsize rate = zx_latent_target_cell (latent);
  draw_unknowns (self, rng, u, z);
  for (guint j = 0; j < q && coefficient != NULL; j++)
    coefficient[j] = (float) (targets->mean[j] + self->scale[j] * z[j]);
  for (guint32 c = 0; c < latent->n_cells && cell != NULL; c++)
    {
      guint32 s = self->shared->seen_of_cell[c];
      double off = 0, kappa = 1;
      if (latent->graph != NULL && s != G_MAXUINT32)
        {
          const double *b = self->b + (gsize) s * self->p;
          kappa = self->kappa[s];
          for (guint j = 0; j < self->p; j++)
            off -= self->e * self->e * kappa * b[j] * z[j];
        }
      if (latent->graph != NULL)
        off += self->a * kappa * u[c] + self->e * sqrt (kappa) * zx_rng_normal (rng);
      const double *x = latent->x + (gsize) c * q;
      for (guint j = 0; j < q; j++)
        off += x[j] * self->scale[j] * z[j];
      cell[c] = (float) (targets->mean[rate + c] + off);
    }
}
