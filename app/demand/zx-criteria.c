/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What each observation says of the model that the others make.
 *
 * At one point of the hyperparameters the posterior of η_i is about N (m, v), and its observation
 * is in it as a bell of precision d = -E l'' and shift l' (the site of the mean correction).  Taken
 * out, it leaves the cavity
 *   1/v₋ = 1/v - d,  m₋ = m - v₋ E l'
 * and p (y_i | y₋ᵢ, θ) = ∫ p (y_i | η) N (η; m₋, v₋) dη (the Laplace leave-one-out of Vehtari,
 * Mononen, Tolvanen, Sivula and Winther 2016).  Over θ the points are weighed anew by 1/p, so that
 *   CPO_i = 1 / Σ_k w_k / p_k.
 * It fails where the observation is nearly all that is known of η_i (d v near 1) or where few
 * points of θ carry all the new weight; such observations are fitted again without their count, at
 * the mode of the hyperparameters.
 *
 * WAIC = -2 Σ (log E p - var log p) (Watanabe 2010; Gelman, Hwang and Vehtari 2014). */

#include "app/demand/zx-criteria.h"

#define MOST_SHARE   0.93 /* of the precision of η_i that may be its own observation's */
#define LEAST_POINTS 0.1  /* of the effective number of points of θ that must remain */
#define MOST_REFITS  400
#define MOST_WORK    20000000 /* cells × refits */

void
zx_criteria_free (ZxCriteria *self)
{
  if (self == NULL)
    return;
  g_free (self->log_cpo);
  g_free (self->pit);
  g_free (self->state);
  g_free (self->is_group_alone);
  g_free (self);
}

/* ---- one observation ---------------------------------------------------------------------- */

typedef struct
{
  const ZxLatent *latent;
  const ZxCriteriaPoints *points;
  guint64 seed;
  ZxNodes nodes;
  ZxCriteria *criteria;
  double *elpd, *penalty; /* of WAIC */
} Work;

/* Moments of log p and of the site under N (@mean, @variance), by quadrature. */
typedef struct
{
  double log_mean, log_variance_mean, log_squared; /* log E p, E log p, E (log p)² */
  double slope, bend;
} Site;

static Site
site_of (const ZxNodes *nodes, double y, ZxNoise noise, double mean, double variance)
{
  Site site = { 0 };
  double sd = sqrt (variance), constant = zx_count_constant (y, noise), value[ZX_N_NODES];
  double best = -INFINITY, sum = 0;
  for (guint k = 0; k < ZX_N_NODES; k++)
    {
      ZxTerm term = zx_count_term (y, noise, mean + sd * nodes->node[k]);
      value[k] = term.value + constant;
      site.slope += nodes->weight[k] * term.slope;
      site.bend += nodes->weight[k] * term.bend;
      site.log_variance_mean += nodes->weight[k] * value[k];
      best = MAX (best, value[k]);
    }
  for (guint k = 0; k < ZX_N_NODES; k++)
    {
      double off = value[k] - site.log_variance_mean;
      site.log_squared += nodes->weight[k] * off * off;
      sum += nodes->weight[k] * exp (value[k] - best);
    }
  site.log_mean = best + log (sum);
  return site;
}

/* Σ weight exp (log), in log space. */
static double
log_sum (const double *logs, guint n)
{
  double best = -INFINITY, sum = 0;
  for (guint k = 0; k < n; k++)
    best = MAX (best, logs[k]);
  for (guint k = 0; k < n; k++)
    sum += exp (logs[k] - best);
  return best + log (sum);
}

static void
judge_observation (const Work *work, guint i)
{
  const ZxCriteriaPoints *points = work->points;
  ZxCriteria *criteria = work->criteria;
  double y = work->latent->y[i], offset = work->latent->log_exposure[i];
  guint n = points->n;
  g_autofree double *inverse = g_new (double, n), *joint = g_new (double, n);
  g_autofree double *cavity_mean = g_new (double, n), *cavity_variance = g_new (double, n);
  double first = 0, second = 0;
  gboolean is_unsure = FALSE;
  for (guint k = 0; k < n; k++)
    {
      gsize at = k * points->stride + i;
      double mean = points->mean[at] + offset, variance = MAX (points->variance[at], 1e-12);
      double log_weight = log (points->weight[k]);
      ZxNoise noise = zx_latent_noise (work->latent, points->psi[k], i);
      Site site = site_of (&work->nodes, y, noise, mean, variance);
      double share = site.bend * variance;
      is_unsure = is_unsure || (share > MOST_SHARE && points->weight[k] > 0.01);
      variance /= 1 - MIN (share, MOST_SHARE);
      cavity_mean[k] = mean - variance * site.slope;
      cavity_variance[k] = variance;
      inverse[k] = log_weight
                   - zx_predictive_log_density (&work->nodes, y, noise, cavity_mean[k], variance);
      joint[k] = log_weight + site.log_mean;
      first += points->weight[k] * site.log_variance_mean;
      second += points->weight[k]
                * (site.log_squared + site.log_variance_mean * site.log_variance_mean);
    }
  double log_inverse = log_sum (inverse, n), mean = 0, variance = 0, psi = 0, squared = 0;
  for (guint k = 0; k < n; k++)
    {
      double weight = exp (inverse[k] - log_inverse);
      mean += weight * cavity_mean[k];
      variance += weight * (cavity_variance[k] + cavity_mean[k] * cavity_mean[k]);
      psi += weight * points->psi[k];
      squared += weight * weight;
    }
  variance -= mean * mean;
  is_unsure = is_unsure || 1 / squared < LEAST_POINTS * points->n_effective;
  ZxRng rng = zx_rng_stream (work->seed, i);
  ZxNoise noise = zx_latent_noise (work->latent, psi, i);
  double below = zx_predictive_cdf (y - 1, noise, mean, variance);
  double upto = zx_predictive_cdf (y, noise, mean, variance);
  criteria->log_cpo[i] = -log_inverse;
  criteria->pit[i] = below + zx_rng_uniform (&rng) * MAX (upto - below, 0);
  criteria->state[i] = is_unsure ? ZX_CPO_FAILED : ZX_CPO_REWEIGHED;
  work->elpd[i] = log_sum (joint, n);
  work->penalty[i] = MAX (second - first * first, 0);
}

static void
judge_some (gsize begin, gsize end, guint worker, gpointer data)
{
  const Work *work = data;
  for (gsize i = begin; i < end; i++)
    if (!isnan (work->latent->y[i]))
      judge_observation (work, (guint) i);
}

static void
sum_up_waic (const Work *work)
{
  ZxCriteria *criteria = work->criteria;
  double sum = 0, squared = 0, n = criteria->n_counted;
  for (guint i = 0; i < criteria->n; i++)
    if (criteria->state[i] != ZX_CPO_ABSENT)
      {
        double part = work->elpd[i] - work->penalty[i];
        sum += part;
        squared += part * part;
        criteria->n_effective += work->penalty[i];
      }
  criteria->waic = -2 * sum;
  criteria->waic_se = n > 1 ? 2 * sqrt (MAX (squared - sum * sum / n, 0) * n / (n - 1)) : NAN;
}

/* Sums over the observations: after the refits. */
static void
sum_up_cpo (ZxCriteria *self)
{
  double squared = 0, n = self->n_counted;
  self->elpd = 0;
  self->n_refitted = self->n_failed = 0;
  for (guint i = 0; i < self->n; i++)
    if (self->state[i] != ZX_CPO_ABSENT)
      {
        self->elpd += self->log_cpo[i];
        squared += self->log_cpo[i] * self->log_cpo[i];
        self->n_refitted += self->state[i] == ZX_CPO_REFITTED;
        self->n_failed += self->state[i] == ZX_CPO_FAILED;
      }
  self->elpd_se = n > 1 ? sqrt (MAX (squared - self->elpd * self->elpd / n, 0) * n / (n - 1)) : NAN;
}

/* ---- public ------------------------------------------------------------------------------- */

ZxCriteria *
zx_criteria_new (const ZxLatent *latent, const ZxCriteriaPoints *points, guint64 seed,
                 const ZxProgress *progress, GError **error)
{
  guint n = latent->n_observations;
  ZxCriteria *self = g_new0 (ZxCriteria, 1);
  self->n = n;
  self->log_cpo = g_new (double, n);
  self->pit = g_new (double, n);
  self->state = g_new0 (guint8, n);
  self->moran = self->moran_z = NAN;
  for (guint i = 0; i < n; i++)
    {
      self->log_cpo[i] = self->pit[i] = NAN;
      self->n_counted += !isnan (latent->y[i]);
    }
  g_autofree double *elpd = g_new0 (double, n), *penalty = g_new0 (double, n);
  Work work = { latent, points, seed, { { 0 } }, self, elpd, penalty };
  zx_nodes_init (&work.nodes);
  if (!zx_parallel_for (n, 0, judge_some, &work, progress, error))
    {
      zx_criteria_free (self);
      return NULL;
    }
  sum_up_waic (&work);
  sum_up_cpo (self);
  return self;
}

gboolean
zx_criteria_refit (ZxCriteria *self, ZxFit *fit, guint64 seed, const ZxProgress *progress,
                   GError **error)
{
  const ZxLatent *latent = zx_fit_latent (fit);
  if (self->n_failed == 0 || self->n_failed > MOST_REFITS
      || (gsize) self->n_failed * latent->n_cells > MOST_WORK)
    return TRUE;
  g_autofree guint *fold = g_new (guint, self->n);
  g_autofree double *log_score = g_new (double, self->n), *pit = g_new (double, self->n);
  guint n_folds = 0;
  for (guint i = 0; i < self->n; i++)
    fold[i] = self->state[i] == ZX_CPO_FAILED ? n_folds++ : G_MAXUINT;
  if (!zx_fit_hold_out_each (fit, zx_fit_best_point (fit), fold, n_folds, seed, log_score, pit,
                             progress, error))
    return FALSE;
  for (guint i = 0; i < self->n; i++)
    if (fold[i] != G_MAXUINT)
      {
        self->log_cpo[i] = log_score[i];
        self->pit[i] = pit[i];
        self->state[i] = ZX_CPO_REFITTED;
      }
  sum_up_cpo (self);
  return TRUE;
}
