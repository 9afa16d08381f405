/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stations and vehicles learnt from at once, and whether that is worth it (DEMAND.md §2, stage 2).
 *
 * Vehicles enter as a covariate, log density standardised, or as a likelihood of their own:
 *   h_c ~ NegBin2 (A_c exp (x_c'a + s²_c), 1/psi₂²)
 * whose field s² the demand of the cell takes with a factor, the copy (zx-engine-joint.c); then the
 * covariate of vehicles is held at 0, for it would say the same twice.  What predicts stations in
 * blocks that were held out better decides: each keeps the hyperparameters of all data, vehicles
 * stay in, for they are known everywhere.  The joint model is taken when its mean log score is
 * better by more than two standard errors of the paired difference over the blocks, not only than
 * with the covariate but also than without vehicles: where these say nothing, a joint model with a
 * copy of 0 beats a useless covariate by leaving it out.  Otherwise the covariate stays, which is
 * simpler and a hundred times as fast.
 *
 * When it is wrong: where vehicles are counted well the two differ by less than chance, and the
 * covariate stays though the other is no worse. */

#include "app/demand/zx-joint.h"

#include <string.h>

#include "app/demand/zx-criteria.h"
#include "app/demand/zx-model.h"

#define LEAST_FOLDS     3
#define SURE            2    /* standard errors */
#define HELD            1e-6 /* prior sd of a coefficient that is held at 0 */
#define MOST_INTEGRATED 6000

void
zx_joint_free (ZxJoint *self)
{
  if (self == NULL)
    return;
  double *owned[] = { self->x, self->z, self->y, self->log_exposure, self->coefficient_sd };
  for (guint k = 0; k < G_N_ELEMENTS (owned); k++)
    g_free (owned[k]);
  g_free (self->group);
  g_free (self->cell);
  g_strfreev (self->names);
  g_free (self);
}

/* ---- making ------------------------------------------------------------------------------- */

static gboolean
check_vehicles (guint n_cells, const ZxVehicleCounts *vehicles, GError **error)
{
  guint n_counted = 0;
  for (guint c = 0; c < n_cells; c++)
    {
      double count = vehicles->count[c], exposure = vehicles->exposure[c];
      n_counted += !isnan (count);
      if (exposure > 0 && isfinite (exposure)
          && (isnan (count) || (count >= 0 && count == floor (count) && count < 0x1p53)))
        continue;
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("Cell %u counts %g vehicles on an area of %g; the count is a whole number of "
                      "at least 0 and the area is more than 0"),
                   c, count, exposure);
      return FALSE;
    }
  if (n_counted > 0)
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING,
               _ ("None of the %u cells has a count of vehicles to learn from"), n_cells);
  return FALSE;
}

static void
fill_first (ZxJoint *self, const ZxLatent *first)
{
  guint q1 = first->n_coefficients, q = self->latent.n_coefficients;
  for (guint c = 0; c < first->n_cells; c++)
    memcpy (self->x + (gsize) c * q, first->x + (gsize) c * q1, q1 * sizeof *self->x);
  for (guint i = 0; i < first->n_observations; i++)
    {
      memcpy (self->z + (gsize) i * q, first->z + (gsize) i * q1, q1 * sizeof *self->z);
      self->y[i] = first->y[i];
      self->log_exposure[i] = first->log_exposure[i];
      self->cell[i] = first->cell[i];
      self->group[i] = first->group != NULL ? first->group[i] : -1;
    }
  memcpy (self->coefficient_sd, first->coefficient_sd, q1 * sizeof *self->coefficient_sd);
}

/* Every cell counts vehicles, with an intercept and the covariates of the cell. */
static void
fill_second (ZxJoint *self, const ZxLatent *first, const ZxVehicleCounts *vehicles)
{
  guint q1 = first->n_coefficients, q = self->latent.n_coefficients;
  for (guint32 c = 0; c < first->n_cells; c++)
    {
      gsize i = (gsize) first->n_observations + c;
      memcpy (self->z + i * q + q1, first->x + (gsize) c * q1, (q - q1) * sizeof *self->z);
      self->y[i] = vehicles->count[c];
      self->log_exposure[i] = log (vehicles->exposure[c]);
      self->cell[i] = c;
      self->group[i] = -1;
    }
  for (guint j = q1; j < q; j++)
    self->coefficient_sd[j] = first->coefficient_sd[j - q1];
  if (vehicles->replaces >= 0)
    self->coefficient_sd[1 + vehicles->replaces]
        = self->coefficient_sd[q1 + 1 + (guint) vehicles->replaces] = HELD;
}

static void
fill_names (ZxJoint *self, const ZxLatent *first, const char *const *names)
{
  guint q1 = first->n_coefficients, q = self->latent.n_coefficients;
  self->names = g_new0 (char *, q + 1);
  for (guint j = 0; j < q; j++)
    self->names[j] = j < q1 ? g_strdup (names[j]) : g_strconcat ("vehicles: ", names[j - q1], NULL);
}

static gboolean
allocate (ZxJoint *self, gsize n, guint n_cells, guint q, GError **error)
{
  self->x = ZX_TRY_NEW (double, (gsize) n_cells *q, _ ("The joint model"), error);
  self->z = self->x != NULL ? ZX_TRY_NEW (double, n *q, _ ("The joint model"), error) : NULL;
  if (self->z == NULL)
    return FALSE;
  self->y = g_new (double, n);
  self->log_exposure = g_new (double, n);
  self->coefficient_sd = g_new (double, q);
  self->group = g_new (gint32, n);
  self->cell = g_new (guint32, n);
  return TRUE;
}

ZxJoint *
zx_joint_new (const ZxLatent *first, const ZxMixingPrior *mixing, guint n_covariates,
              const char *const *names, const ZxVehicleCounts *vehicles,
              const ZxDemandOptions *options, GError **error)
{
  guint n = first->n_observations + first->n_cells, q = first->n_coefficients + 1 + n_covariates;
  g_return_val_if_fail (vehicles->replaces < (gint) n_covariates, NULL);
  if (!check_vehicles (first->n_cells, vehicles, error))
    return NULL;
  g_autoptr (ZxJoint) self = g_new0 (ZxJoint, 1);
  if (!allocate (self, n, first->n_cells, q, error))
    return NULL;
  self->latent = *first;
  self->latent.n_observations = n;
  self->latent.n_coefficients = q;
  self->latent.y = self->y;
  self->latent.log_exposure = self->log_exposure;
  self->latent.group = self->group;
  self->latent.cell = self->cell;
  self->latent.row = NULL;
  self->latent.spread = NULL;
  self->latent.z = self->z;
  self->latent.x = self->x;
  self->latent.coefficient_sd = self->coefficient_sd;
  self->latent.n_second = first->n_cells;
  self->latent.n_second_coefficients = 1 + n_covariates;
  fill_first (self, first);
  fill_second (self, first, vehicles);
  fill_names (self, first, names);
  zx_hyper_space_init (&self->space, &self->latent, options, mixing);
  return g_steal_pointer (&self);
}

/* ---- the comparison ----------------------------------------------------------------------- */

/* Scores of the observations held out, at the model's own mode; @point: (out): its hypers. */
static gboolean
score_model (const ZxLatent *latent, const ZxHyperSpace *space, const guint *fold, guint n_folds,
             guint64 seed, double *log_score, double *point, const ZxProgress *progress,
             GError **error)
{
  ZxProgress first = zx_progress_slice (progress, 0, 0.7),
             last = zx_progress_slice (progress, 0.7, 1);
  g_autofree double *pit = g_new0 (double, latent->n_observations);
  g_autoptr (ZxFit) fit = zx_fit_new (latent, space, error);
  if (fit == NULL)
    return FALSE;
  g_autoptr (ZxMode) mode = zx_fit_mode (fit, NULL, &first, error);
  if (mode == NULL)
    return FALSE;
  memcpy (point, mode->mode, space->n * sizeof *point);
  return zx_fit_hold_out_each (fit, mode->mode, fold, n_folds, seed, log_score, pit, &last, error);
}

/* Scores by observation; the folds are the same for all. */
typedef struct
{
  double *covariate, *joint, *without;
} Scores;

static void
compare (const ZxLatent *first, const Scores *scores, const guint *fold, ZxJointTrial *trial)
{
  guint n = first->n_observations;
  for (guint i = 0; i < n; i++)
    if (!isnan (first->y[i]))
      {
        trial->n++;
        trial->covariate_log_score += scores->covariate[i];
        trial->joint_log_score += scores->joint[i];
        trial->without_log_score += scores->without[i];
      }
  trial->covariate_log_score /= MAX (trial->n, 1);
  trial->joint_log_score /= MAX (trial->n, 1);
  trial->without_log_score /= MAX (trial->n, 1);
  zx_paired_gain (first->y, scores->joint, scores->covariate, fold, n, trial->n_folds, &trial->gain,
                  &trial->gain_se);
  zx_paired_gain (first->y, scores->joint, scores->without, fold, n, trial->n_folds,
                  &trial->gain_over_nothing, &trial->gain_over_nothing_se);
  trial->is_joint_better = trial->gain > SURE * trial->gain_se
                           && trial->gain_over_nothing > SURE * trial->gain_over_nothing_se;
}

gboolean
zx_joint_try (const ZxLatent *first, const ZxHyperSpace *space, const ZxJoint *joint,
              const ZxVehicleCounts *vehicles, const guint *fold, guint n_folds, guint64 seed,
              ZxJointTrial *trial, const ZxProgress *progress, GError **error)
{
  guint n = first->n_observations;
  ZxProgress slice[]
      = { zx_progress_slice (progress, 0, 0.05), zx_progress_slice (progress, 0.05, 0.1),
          zx_progress_slice (progress, 0.1, 1) };
  double point[ZX_N_HYPERS] = { 0 }; /* at last that of the joint model */
  g_autofree double *room = g_new0 (double, 3 * (gsize) n);
  g_autofree double *sd = g_memdup2 (first->coefficient_sd, first->n_coefficients * sizeof *sd);
  Scores scores = { room, room + n, room + 2 * n };
  ZxLatent without = *first;
  if (vehicles->replaces >= 0)
    sd[1 + vehicles->replaces] = HELD;
  without.coefficient_sd = sd;
  trial->n_folds = n_folds;
  if (!score_model (first, space, fold, n_folds, seed, scores.covariate, point, &slice[0], error)
      || !score_model (&without, space, fold, n_folds, seed, scores.without, point, &slice[1],
                       error)
      || !score_model (&joint->latent, &joint->space, fold, n_folds, seed, scores.joint, point,
                       &slice[2], error))
    return FALSE;
  compare (first, &scores, fold, trial);
  trial->copy = zx_hyper_theta (&joint->space, point).copy;
  return TRUE;
}

/* ---- on tables ---------------------------------------------------------------------------- */

static gboolean
check_replaced (const ZxDemandData *data, const ZxVehicleCounts *vehicles, GError **error)
{
  if (vehicles->replaces < (gint64) data->n_covariates)
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("Vehicles replace covariate %d, but there are %u covariates"), vehicles->replaces,
               data->n_covariates);
  return FALSE;
}

static ZxJoint *
joint_of_model (const ZxModel *model, const ZxDemandData *data, const ZxVehicleCounts *vehicles,
                const ZxDemandOptions *options, GError **error)
{
  if (!check_replaced (data, vehicles, error))
    return NULL;
  return zx_joint_new (&model->latent, model->mixing, data->n_covariates,
                       (const char *const *) model->names, vehicles, options, error);
}

gboolean
zx_demand_try_joint (const ZxDemandData *data, const ZxVehicleCounts *vehicles,
                     const ZxDemandOptions *options, const double *x_m, const double *y_m,
                     double block_m, guint n_folds, ZxJointTrial *trial, const ZxProgress *progress,
                     GError **error)
{
  g_return_val_if_fail (data != NULL && vehicles != NULL && options != NULL && trial != NULL,
                        FALSE);
  *trial = (ZxJointTrial){ 0 };
  g_autoptr (ZxModel) model = zx_model_new (data, options, error);
  g_autoptr (ZxJoint) joint
      = model != NULL ? joint_of_model (model, data, vehicles, options, error) : NULL;
  if (joint == NULL)
    return FALSE;
  g_autofree guint *fold = g_new0 (guint, data->n_observations);
  n_folds
      = zx_fold_by_blocks (x_m, y_m, data->n_observations, block_m, n_folds, options->seed, fold);
  if (n_folds >= LEAST_FOLDS)
    return zx_joint_try (&model->latent, &model->space, joint, vehicles, fold, n_folds,
                         options->seed, trial, progress, error);
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("The stations lie in %u blocks of %g m; to compare models takes %d"), n_folds,
               block_m, LEAST_FOLDS);
  return FALSE;
}

void
zx_posterior_trim (ZxPosterior *self, guint n)
{
  for (guint j = n; j < self->n_coefficients; j++)
    g_clear_pointer (&self->coefficient[j].name, g_free);
  for (gsize d = 0; d < self->n_draws; d++)
    memmove (self->draw_coefficient + d * n, self->draw_coefficient + d * self->n_coefficients,
             n * sizeof *self->draw_coefficient);
  self->n_coefficients = MIN (n, self->n_coefficients);
}

ZxPosterior *
zx_demand_fit_joint (const ZxDemandData *data, const ZxVehicleCounts *vehicles,
                     const ZxDemandOptions *options, const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (data != NULL && vehicles != NULL && options != NULL, NULL);
  g_autoptr (ZxModel) model = zx_model_new (data, options, error);
  g_autoptr (ZxJoint) joint
      = model != NULL ? joint_of_model (model, data, vehicles, options, error) : NULL;
  if (joint == NULL)
    return NULL;
  g_autoptr (ZxFit) fit = zx_fit_new (&joint->latent, &joint->space, error);
  if (fit == NULL)
    return NULL;
  zx_fit_tell_more (fit);
  ZxDemandOptions own = *options;
  own.is_mode_only = options->is_mode_only || data->n_cells > MOST_INTEGRATED;
  ZxPosterior *posterior
      = zx_fit_posterior (fit, &own, (const char *const *) joint->names, NULL, progress, error);
  if (posterior == NULL)
    return NULL;
  posterior->n_observations = data->n_observations; /* cells' counts of vehicles come behind them */
  zx_posterior_trim (posterior, model->latent.n_coefficients);
  g_autofree guint32 *a = NULL, *b = NULL;
  guint n_pairs = zx_neighbours_by_cells (data, &a, &b);
  zx_criteria_moran (posterior->criteria, a, b, n_pairs);
  zx_criteria_find_alone (posterior->criteria, data->group, data->n_groups, a, b, n_pairs);
  posterior->criteria->n_extrapolated = zx_count_beyond_hull (data);
  return posterior;
}
