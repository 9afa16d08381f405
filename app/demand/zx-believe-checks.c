/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a city's belief is chosen and judged by: stations held out in whole blocks.
 *
 * The error is chosen among negative binomial and log-normal, each with and without a spread that
 * falls with the fourth root of the station's size (halfway, on the log scale, between connectors
 * that vary together and connectors that vary alone); then coefficients of full width stand against
 * a quarter of it.  Each is fitted to its mode and held out by the same blocks.  Another model
 * than the plain one is taken when its mean log score is better by more than one standard error of
 * the paired difference, so that chance does not choose.  What is reported of the chosen model is
 * too good by what choosing among five gains, which is less than that standard error.  With more
 * than MOST_CHOOSING stations five modes cost too much: then the error alone is chosen, around one
 * level for all.
 *
 * Place is supported when the model with place predicts held-out blocks better than one level for
 * all, by more than two standard errors. */

#include "app/demand/zx-belief.h"
#include "app/demand/zx-criteria.h"

#define N_FOLDS       10
#define LEAST_BLOCK_M 1000.0
#define MOST_BLOCK_M  5000.0
#define BLOCKS        60  /* squares of cross-validation over the study area, about */
#define MOST_CHOOSING 400 /* stations with a mode for each candidate */
#define SIZE_POWER    0.25
#define LEAST_SPREAD  0.1 /* sd of the log of the spread that makes it a candidate */
#define SHRUNK        0.25
#define LEAST_COUNT   10 /* of every station, for a log-normal */
#define NEAREST       4
#define MOST_GROUPS   12 /* operators held out one by one */

/* ---- folds -------------------------------------------------------------------------------- */

static void
find_places (const ZxBelief *self, double *x, double *y)
{
  for (guint i = 0; i < self->n; i++)
    {
      x[i] = self->city->stations.x_m[self->catchments.station[i]];
      y[i] = self->city->stations.y_m[self->catchments.station[i]];
    }
}

gboolean
zx_belief_fold (ZxBelief *self, GError **error)
{
  if (self->n < N_FOLDS)
    return TRUE;
  g_autofree double *x = g_new (double, self->n), *y = g_new (double, self->n);
  find_places (self, x, y);
  double area = 0;
  for (guint c = 0; c < self->cells->n; c++)
    area += self->cells->area_km2[c] * 1e6;
  double block_m = CLAMP (sqrt (area / BLOCKS), LEAST_BLOCK_M, MOST_BLOCK_M);
  self->fold = g_new0 (guint, self->n);
  self->n_folds
      = zx_fold_by_blocks (x, y, self->n, block_m, N_FOLDS, self->options->seed, self->fold);
  return TRUE;
}

/* ---- choosing ----------------------------------------------------------------------------- */

/* Spread by size, of geometric mean 1; FALSE when the stations are much alike. */
static gboolean
fill_spread (ZxBelief *self)
{
  g_autofree double *connectors = zx_demand_connectors (&self->city->stations);
  double mean = 0, variance = 0;
  self->spread = g_new (double, self->n);
  for (guint i = 0; i < self->n; i++)
    {
      self->spread[i] = -SIZE_POWER * log (MAX (connectors[self->catchments.station[i]], 1));
      mean += self->spread[i] / self->n;
    }
  for (guint i = 0; i < self->n; i++)
    {
      self->spread[i] -= mean;
      variance += self->spread[i] * self->spread[i] / self->n;
      self->spread[i] = exp (self->spread[i]);
    }
  return variance >= LEAST_SPREAD * LEAST_SPREAD;
}

static gboolean
is_log_normal_possible (const ZxBelief *self)
{
  for (guint i = 0; i < self->n; i++)
    if (self->y[i] < LEAST_COUNT)
      return FALSE;
  return TRUE;
}

static void
put_on (ZxBelief *self, const ZxDemandTrial *trial)
{
  self->latent.likelihood = trial->likelihood;
  self->latent.spread = trial->has_size_spread ? self->spread : NULL;
  double scale = trial->shrinkage / self->shrinkage;
  for (guint j = 1; j < self->q; j++)
    self->coefficient_sd[j] *= scale;
  self->shrinkage = trial->shrinkage;
}

static gboolean
is_for_modes (const ZxBelief *self)
{
  return self->n <= MOST_CHOOSING && self->is_rows;
}

/* Held-out scores of one candidate's error around one level for all. */
static gboolean
try_error (ZxBelief *self, const ZxDemandTrial *trial, double *log_score,
           const ZxProgress *progress, GError **error)
{
  g_autofree ZxHeldOut *held = g_new0 (ZxHeldOut, self->n);
  put_on (self, trial);
  if (!zx_latent_score_level (&self->latent, self->plain_exposure, self->options, self->fold,
                              self->n_folds, held, progress, error))
    return FALSE;
  for (guint i = 0; i < self->n; i++)
    log_score[i] = held[i].log_score;
  return TRUE;
}

/* Mode and held-out scores of one candidate. */
static gboolean
try_one (ZxBelief *self, const ZxDemandTrial *trial, const double *start, double *point,
         double *log_score, const ZxProgress *progress, GError **error)
{
  g_autofree double *pit = g_new (double, self->n);
  put_on (self, trial);
  g_autoptr (ZxFit) fit = zx_fit_new (&self->latent, &self->space, error);
  if (fit == NULL)
    return FALSE;
  g_autoptr (ZxMode) mode = zx_fit_mode (fit, start, progress, error);
  if (mode == NULL)
    return FALSE;
  memcpy (point, mode->mode, self->space.n * sizeof *point);
  return zx_fit_hold_out_each (fit, point, self->fold, self->n_folds, self->options->seed,
                               log_score, pit, progress, error);
}

/* Tries the last of @demand's candidates; takes it as the best when it beats the plain model by a
 * standard error and the best so far at all. */
static gboolean
try_next (ZxBelief *self, double *start, double *scores, double *best, ZxDemand *demand,
          const ZxProgress *progress, GError **error)
{
  guint k = demand->n_trials - 1;
  ZxDemandTrial *trial = &demand->trial[k];
  double point[ZX_N_HYPERS], *score = scores + (gsize) k * self->n;
  ZxProgress slice
      = zx_progress_slice (progress, k / (double) ZX_MOST_TRIALS, (k + 1.0) / ZX_MOST_TRIALS);
  memcpy (point, start, self->space.n * sizeof *point);
  if (!(is_for_modes (self) ? try_one (self, trial, start, point, score, &slice, error)
                            : try_error (self, trial, score, &slice, error)))
    return FALSE;
  for (guint i = 0; i < self->n; i++)
    trial->mean_log_score += score[i] / self->n;
  zx_paired_gain (self->y, score, scores, self->fold, self->n, self->n_folds, &trial->gain,
                  &trial->gain_se);
  gboolean is_better = trial->gain > trial->gain_se
                       && trial->mean_log_score > demand->trial[demand->chosen].mean_log_score;
  if (k > 0 && !is_better)
    return TRUE;
  demand->chosen = k;
  memcpy (best, point, self->space.n * sizeof *best);
  return TRUE;
}

static void
add_trial (ZxDemand *demand, ZxLikelihood likelihood, gboolean has_size_spread, double shrinkage)
{
  demand->trial[demand->n_trials++] = (ZxDemandTrial){ .likelihood = likelihood,
                                                       .has_size_spread = has_size_spread,
                                                       .shrinkage = shrinkage };
}

static gboolean
try_all (ZxBelief *self, double *start, double *best, ZxDemand *demand, const ZxProgress *progress,
         GError **error)
{
  g_autofree double *scores = g_new0 (double, (gsize) ZX_MOST_TRIALS * self->n);
  gboolean has_spread = fill_spread (self), has_log_normal = is_log_normal_possible (self);
  for (guint k = 0; k < 4; k++)
    {
      gboolean is_log_normal = k & 1, is_spread = k & 2;
      if ((is_log_normal && !has_log_normal) || (is_spread && !has_spread))
        continue;
      add_trial (demand, is_log_normal ? ZX_LIKELIHOOD_LOG_NORMAL : ZX_LIKELIHOOD_NEGATIVE_BINOMIAL,
                 is_spread, 1);
      if (!try_next (self, start, scores, best, demand, progress, error))
        return FALSE;
    }
  if (self->q == 1 || !is_for_modes (self))
    return TRUE;
  const ZxDemandTrial *winner = &demand->trial[demand->chosen];
  add_trial (demand, winner->likelihood, winner->has_size_spread, SHRUNK);
  return try_next (self, start, scores, best, demand, progress, error);
}

gboolean
zx_belief_choose (ZxBelief *self, double *start, ZxDemand *demand, const ZxProgress *progress,
                  GError **error)
{
  demand->likelihood = self->latent.likelihood;
  if (self->n_folds < 3 || self->latent.likelihood != ZX_LIKELIHOOD_NEGATIVE_BINOMIAL)
    return TRUE;
  double best[ZX_N_HYPERS] = { 0 };
  ZxProgress first = zx_progress_slice (progress, 0, 0.7),
             last = zx_progress_slice (progress, 0.7, 1);
  if (!try_all (self, start, best, demand, &first, error))
    return FALSE;
  put_on (self, &demand->trial[demand->chosen]);
  demand->likelihood = self->latent.likelihood;
  if (demand->chosen == 0)
    return TRUE;
  memcpy (start, best, self->space.n * sizeof *start);
  return zx_belief_settle (self, start, &last, error);
}

/* ---- checks ------------------------------------------------------------------------------- */

gboolean
zx_belief_check (ZxBelief *self, ZxFit *fit, ZxDemand *demand, ZxHeldOut *held,
                 const ZxProgress *progress, GError **error)
{
  ZxCriteria *criteria = demand->posterior->criteria;
  g_autofree double *x = g_new (double, self->n), *y = g_new (double, self->n);
  g_autofree guint32 *a = NULL, *b = NULL;
  find_places (self, x, y);
  guint n_pairs = zx_neighbours_by_place (x, y, self->n, NEAREST, &a, &b);
  zx_criteria_moran (criteria, a, b, n_pairs);
  zx_criteria_find_alone (criteria, self->group, self->n_groups, a, b, n_pairs);
  for (guint c = 0; c < demand->n_cells; c++)
    criteria->n_extrapolated += demand->is_extrapolated[c];
  if (self->n_folds == 0)
    return TRUE;
  ZxProgress first = zx_progress_slice (progress, 0, 0.6),
             last = zx_progress_slice (progress, 0.6, 1);
  demand->has_checks
      = zx_fit_check (fit, self->plain_exposure, self->options, zx_fit_best_point (fit), self->fold,
                      self->n_folds, &demand->checks, held, &first, error);
  return demand->has_checks
         && (self->n > MOST_CHOOSING
             || zx_criteria_hold_out_groups (criteria, fit, MOST_GROUPS, self->options->seed, &last,
                                             error));
}

ZxPlaceVerdict
zx_demand_place_verdict (const ZxDemand *self)
{
  const ZxDemandChecks *checks = &self->checks;
  if (!self->has_checks || !isfinite (checks->place_gain) || !isfinite (checks->place_gain_se))
    return ZX_PLACE_UNTESTED;
  if (fabs (checks->place_gain) <= 2 * checks->place_gain_se)
    return ZX_PLACE_UNPROVEN;
  return checks->place_gain > 0 ? ZX_PLACE_SUPPORTED : ZX_PLACE_CONTRADICTED;
}
