/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How well the model predicts what it has not seen.
 *
 * Observations are held out by whole squares, so that a neighbour cannot give the answer away
 * (random folds flatter a spatial model; DEMAND.md §14 measures by how much).  The refits keep the
 * hyperparameters of all data: their own uncertainty is small beside the rest, and a refit then
 * costs one mode instead of a hundred.
 *
 * Scores are of the predictive distribution: eta normal with the posterior's mean and variance, the
 * count on top of it. */

#include "app/demand/zx-model.h"

#include <string.h>

/* ---- folds -------------------------------------------------------------------------------- */

typedef struct
{
  gint64 key;
  guint32 observation;
} Place;

static int
compare_places (const void *a, const void *b)
{
  const Place *x = a, *y = b;
  return x->key != y->key ? (x->key < y->key ? -1 : 1)
                          : (x->observation > y->observation) - (x->observation < y->observation);
}

guint
zx_fold_by_blocks (const double *x_m, const double *y_m, guint n, double block_m, guint n_folds,
                   guint64 seed, guint *fold)
{
  g_autofree Place *place = g_new (Place, n);
  g_autofree guint *first = g_new (guint, n + 1), *order = g_new (guint, n);
  g_autofree guint *count = g_new0 (guint, n_folds);
  guint n_blocks = 0;
  for (guint i = 0; i < n; i++)
    {
      gint64 column = (gint64) floor (x_m[i] / block_m), row = (gint64) floor (y_m[i] / block_m);
      place[i] = (Place){ row * G_GINT64_CONSTANT (0x100000000) + column, i };
    }
  qsort (place, n, sizeof *place, compare_places);
  for (guint i = 0; i < n; i++)
    if (i == 0 || place[i].key != place[i - 1].key)
      {
        order[n_blocks] = n_blocks;
        first[n_blocks++] = i;
      }
  first[n_blocks] = n;
  if (n_blocks < 2)
    return 0;
  n_folds = MIN (n_folds, n_blocks);
  ZxRng rng = zx_rng_stream (seed, 0xb10c);
  for (guint k = n_blocks; k > 1; k--)
    {
      guint j = zx_rng_below (&rng, k), other = order[k - 1];
      order[k - 1] = order[j];
      order[j] = other;
    }
  for (guint k = 0; k < n_blocks; k++)
    {
      guint least = 0;
      for (guint f = 1; f < n_folds; f++)
        if (count[f] < count[least])
          least = f;
      for (guint i = first[order[k]]; i < first[order[k] + 1]; i++)
        fold[place[i].observation] = least;
      count[least] += first[order[k] + 1] - first[order[k]];
    }
  return n_folds;
}

/* ---- scores of one observation ------------------------------------------------------------ */

/* Variance of the log of a gamma of mean 1 and shape 1/ψ²: trigamma (1/ψ²), by its series after
 * the argument is lifted above 8. */
static double
log_noise_variance (ZxNoise noise)
{
  double psi = noise.psi;
  if (!(psi > 0) || noise.is_log_normal)
    return psi * psi;
  double x = 1 / (psi * psi), sum = 0;
  for (; x < 8; x++)
    sum += 1 / (x * x);
  double s = 1 / (x * x);
  return sum + 1 / x + s / 2 + s / x * (1.0 / 6 - s * (1.0 / 30 - s / 42));
}

static ZxHeldOut
score (const ZxNodes *nodes, double y, double exposure, ZxNoise noise, double mean, double variance,
       double uniform)
{
  double eta = mean + log (exposure), rate = y / exposure;
  double below = zx_predictive_cdf (y - 1, noise, eta, variance);
  double upto = zx_predictive_cdf (y, noise, eta, variance);
  /* Wilson and Hilferty: the median of a gamma of shape 1/ψ² is (1 - ψ²/9)³ of its mean. */
  double psi = noise.is_log_normal ? 0 : noise.psi;
  double median = exp (mean) * pow (MAX (1 - psi * psi / 9, 0), 3);
  double spread = sqrt (variance + log_noise_variance (noise) + 1 / (y + 1));
  return (ZxHeldOut){ zx_predictive_log_density (nodes, y, noise, eta, variance),
                      below + uniform * MAX (upto - below, 0),
                      log ((y + 0.5) / exposure),
                      mean - psi * psi / 2,
                      fabs (rate - median),
                      2 * 1.2815515655446004 * spread };
}

/* ---- holding out -------------------------------------------------------------------------- */

typedef struct
{
  const ZxLatent *latent;
  const ZxEngine *engine;
  gpointer shared; /* of all data, when it is free of y */
  const ZxTheta *theta;
  const guint *fold;
  guint64 seed;
  ZxHeldOut *score;
  gint n_failed; /* atomic */
} HoldOut;

static void
score_fold (HoldOut *self, guint fold, const ZxTargets *targets)
{
  const ZxLatent *latent = self->latent;
  gsize fitted = zx_latent_target_fitted (latent);
  ZxNodes nodes;
  zx_nodes_init (&nodes);
  for (guint i = 0; i < zx_latent_n_judged (latent); i++)
    {
      if (self->fold[i] != fold || isnan (latent->y[i]))
        continue;
      ZxRng rng = zx_rng_stream (self->seed, i);
      self->score[i]
          = score (&nodes, latent->y[i], exp (latent->log_exposure[i]),
                   zx_latent_noise (latent, self->theta->psi, i), targets->mean[fitted + i],
                   targets->variance[fitted + i], zx_rng_uniform (&rng));
    }
}

static void
hold_out_some (gsize begin, gsize end, guint worker, gpointer data)
{
  HoldOut *self = data;
  gsize n = self->latent->n_observations, n_targets = zx_latent_n_targets (self->latent);
  for (gsize fold = begin; fold < end; fold++)
    {
      g_autofree double *y = g_memdup2 (self->latent->y, n * sizeof *y);
      g_autofree double *room = g_new0 (double, 3 * n_targets);
      for (gsize i = 0; i < zx_latent_n_judged (self->latent); i++)
        if (self->fold[i] == fold)
          y[i] = NAN;
      ZxLatent latent = *self->latent;
      latent.y = y;
      gpointer shared = self->shared != NULL ? self->shared : self->engine->prepare (&latent, NULL);
      gpointer own = shared != NULL ? self->engine->worker_new (&latent, shared) : NULL;
      ZxTargets targets = { room, room + n_targets, room + 2 * n_targets, NULL, TRUE };
      if (own != NULL && self->engine->describe (own, self->theta, NULL, &targets))
        score_fold (self, (guint) fold, &targets);
      else
        g_atomic_int_inc (&self->n_failed);
      self->engine->worker_free (own);
      if (self->shared == NULL)
        self->engine->release (shared);
    }
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

void
zx_held_out_sum_up (const double *y, guint n, const ZxHeldOut *score, ZxDemandChecks *checks)
{
  double mean = 0, left = 0, total = 0;
  g_autofree double *width = g_new (double, n);
  *checks = (ZxDemandChecks){ .baseline_log_score = checks->baseline_log_score,
                              .place_gain = checks->place_gain,
                              .place_gain_se = checks->place_gain_se };
  for (guint i = 0; i < n; i++)
    if (!isnan (y[i]))
      {
        width[checks->n++] = score[i].log_width;
        mean += score[i].log_rate;
      }
  if (checks->n == 0)
    return;
  double share = 1.0 / checks->n;
  mean *= share;
  for (guint i = 0; i < n; i++)
    {
      if (isnan (y[i]))
        continue;
      const ZxHeldOut *s = &score[i];
      double off = fabs (s->pit - 0.5);
      checks->mean_log_score += share * s->log_score;
      checks->mae += share * s->miss;
      checks->cover50 += share * (off <= 0.25);
      checks->cover80 += share * (off <= 0.4);
      checks->cover95 += share * (off <= 0.475);
      checks->pit[MIN ((guint) (s->pit * 10), 9)]++;
      left += (s->log_rate - s->predicted) * (s->log_rate - s->predicted);
      total += (s->log_rate - mean) * (s->log_rate - mean);
    }
  checks->r2_log = total > 0 ? 1 - left / total : NAN;
  qsort (width, checks->n, sizeof *width, compare_doubles);
  checks->width80_ratio = exp (width[checks->n / 2]);
}

static gboolean
hold_out (ZxFit *self, const double *point, const guint *fold, guint n_folds, guint64 seed,
          ZxHeldOut *scores, const ZxProgress *progress, GError **error)
{
  const ZxLatent *latent = zx_fit_latent (self);
  ZxTheta theta = zx_hyper_theta (zx_fit_space (self), point);
  const ZxEngine *engine = zx_latent_engine (latent);
  HoldOut work = { latent, engine, engine->is_shared_free_of_y ? zx_fit_shared (self) : NULL,
                   &theta, fold,   seed,
                   scores, 0 };
  if (!zx_parallel_for (n_folds, 1, hold_out_some, &work, progress, error))
    return FALSE;
  if (work.n_failed == 0)
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("The demand model did not converge on %d of %u folds"), work.n_failed, n_folds);
  return FALSE;
}

gboolean
zx_fit_hold_out (ZxFit *self, const double *point, const guint *fold, guint n_folds, guint64 seed,
                 ZxDemandChecks *checks, const ZxProgress *progress, GError **error)
{
  const ZxLatent *latent = zx_fit_latent (self);
  g_autofree ZxHeldOut *scores = g_new0 (ZxHeldOut, zx_latent_n_judged (latent));
  if (!hold_out (self, point, fold, n_folds, seed, scores, progress, error))
    return FALSE;
  zx_held_out_sum_up (latent->y, zx_latent_n_judged (latent), scores, checks);
  return TRUE;
}

gboolean
zx_fit_hold_out_each (ZxFit *self, const double *point, const guint *fold, guint n_folds,
                      guint64 seed, double *log_score, double *pit, const ZxProgress *progress,
                      GError **error)
{
  guint n = zx_latent_n_judged (zx_fit_latent (self));
  g_autofree ZxHeldOut *scores = g_new0 (ZxHeldOut, n);
  if (!hold_out (self, point, fold, n_folds, seed, scores, progress, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      log_score[i] = scores[i].log_score;
      pit[i] = scores[i].pit;
    }
  return TRUE;
}

/* ---- the baseline ------------------------------------------------------------------------- */

/* One level for all and the groups: what is known without place.  @log_exposure: without anything
 * that the place model has put into it. */
gboolean
zx_latent_score_level (const ZxLatent *latent, const double *log_exposure,
                       const ZxDemandOptions *options, const guint *fold, guint n_folds,
                       ZxHeldOut *held, const ZxProgress *progress, GError **error)
{
  guint n = zx_latent_n_judged (latent);
  g_autofree guint32 *cell = g_new0 (guint32, n);
  g_autofree double *ones = g_new (double, n);
  for (guint i = 0; i < n; i++)
    ones[i] = 1;
  ZxLatent plain = *latent;
  plain.n_cells = 1;
  plain.n_observations = n;
  plain.n_second = plain.n_second_coefficients = 0;
  plain.n_coefficients = 1;
  plain.cell = cell;
  plain.row = NULL;
  plain.z = plain.x = ones;
  plain.graph = NULL;
  plain.engine = ZX_DEMAND_ENGINE_SPARSE;
  plain.log_exposure = log_exposure;
  ZxHyperSpace space;
  double origin[ZX_N_HYPERS] = { 0 };
  gboolean has_hypers = zx_hyper_space_init (&space, &plain, options, NULL);
  g_autoptr (ZxFit) fit = zx_fit_new (&plain, &space, error);
  if (fit == NULL)
    return FALSE;
  g_autoptr (ZxMode) mode = has_hypers ? zx_fit_mode (fit, NULL, progress, error) : NULL;
  if (has_hypers && mode == NULL)
    return FALSE;
  return hold_out (fit, mode != NULL ? mode->mode : origin, fold, n_folds, options->seed, held,
                   progress, error);
}

void
zx_paired_gain (const double *y, const double *a, const double *b, const guint *fold, guint n,
                guint n_folds, double *mean, double *se)
{
  guint n_counted = 0;
  double variance = 0;
  *mean = 0;
  g_autofree double *sum = g_new0 (double, n_folds);
  for (guint i = 0; i < n; i++)
    if (!isnan (y[i]))
      {
        *mean += a[i] - b[i];
        n_counted++;
      }
  *mean /= MAX (n_counted, 1);
  for (guint i = 0; i < n; i++)
    if (!isnan (y[i]))
      sum[fold[i]] += a[i] - b[i] - *mean;
  for (guint f = 0; f < n_folds; f++)
    variance += sum[f] * sum[f];
  *se = n_folds > 1 ? sqrt (variance * n_folds / (n_folds - 1.0)) / MAX (n_counted, 1) : NAN;
}

gboolean
zx_fit_check (ZxFit *self, const double *log_exposure, const ZxDemandOptions *options,
              const double *point, const guint *fold, guint n_folds, ZxDemandChecks *checks,
              ZxHeldOut *held, const ZxProgress *progress, GError **error)
{
  ZxProgress first = zx_progress_slice (progress, 0, 0.8),
             last = zx_progress_slice (progress, 0.8, 1);
  const ZxLatent *latent = zx_fit_latent (self);
  guint n = zx_latent_n_judged (latent);
  g_autofree ZxHeldOut *scores = g_new0 (ZxHeldOut, n), *plain = g_new0 (ZxHeldOut, n);
  g_autofree double *with = g_new (double, n), *without = g_new (double, n);
  if (!hold_out (self, point, fold, n_folds, options->seed, scores, &first, error)
      || !zx_latent_score_level (latent, log_exposure != NULL ? log_exposure : latent->log_exposure,
                                 options, fold, n_folds, plain, &last, error))
    return FALSE;
  zx_held_out_sum_up (latent->y, zx_latent_n_judged (latent), scores, checks);
  for (guint i = 0; i < n; i++)
    {
      with[i] = scores[i].log_score;
      without[i] = plain[i].log_score;
    }
  zx_paired_gain (latent->y, with, without, fold, n, n_folds, &checks->place_gain,
                  &checks->place_gain_se);
  checks->baseline_log_score = checks->mean_log_score - checks->place_gain;
  if (held != NULL)
    memcpy (held, scores, n * sizeof *held);
  return TRUE;
}

gboolean
zx_demand_crossvalidate (const ZxDemandData *data, const ZxDemandOptions *options,
                         const double *x_m, const double *y_m, double block_m, guint n_folds,
                         ZxDemandChecks *checks, const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (data != NULL && options != NULL && checks != NULL, FALSE);
  if (!(block_m > 0) || n_folds < 2)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("Cross-validation by %u folds of %g m squares is not possible; it needs at "
                      "least 2 folds and squares of more than 0 m"),
                   n_folds, block_m);
      return FALSE;
    }
  g_autoptr (ZxModel) model = zx_model_new (data, options, error);
  if (model == NULL)
    return FALSE;
  guint n = data->n_observations;
  g_autofree guint *fold = g_new0 (guint, n);
  g_autofree double *x = g_new (double, n), *y = g_new (double, n);
  for (guint i = 0; i < n; i++)
    {
      x[i] = x_m[data->cell[i]];
      y[i] = y_m[data->cell[i]];
    }
  n_folds = zx_fold_by_blocks (x, y, n, block_m, n_folds, options->seed, fold);
  if (n_folds == 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("All observations lie in one square of %g m; use smaller squares"), block_m);
      return FALSE;
    }
  g_autoptr (ZxFit) fit = zx_fit_new (&model->latent, &model->space, error);
  if (fit == NULL)
    return FALSE;
  ZxProgress first = zx_progress_slice (progress, 0, 0.5),
             last = zx_progress_slice (progress, 0.5, 1);
  g_autoptr (ZxMode) mode = zx_fit_mode (fit, NULL, &first, error);
  return mode != NULL
         && zx_fit_check (fit, NULL, options, mode->mode, fold, n_folds, checks, NULL, &last,
                          error);
}
