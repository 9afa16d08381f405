/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stations and vehicles learnt from at once, and whether that is worth it (DEMAND.md §2, stage 2).
 *
 * Vehicles enter as a covariate, log density standardised, or as a likelihood of their own:
 *   h_c ~ NegBin2 (A_c exp (x_c'a + s²_c), 1/psi₂²)
 * whose field s² the demand of the cell takes with a factor, the copy (zx-engine-joint.c); then the
 * covariate of vehicles is left out, for it would say the same twice.  What predicts stations in
 * blocks that were held out better decides: each keeps the hyperparameters of all data, vehicles
 * stay in, for they are known everywhere.  The joint model is taken when its mean log score is
 * better by more than two standard errors of the paired difference over the blocks, not only than
 * with the covariate but also than without vehicles: where these say nothing, a joint model with a
 * copy of 0 beats a useless covariate by leaving it out.  Otherwise the covariate stays, which is
 * simpler and a hundred times as fast.
 *
 * When it is wrong: where vehicles are counted well the two differ by less than chance, and the
 * covariate stays though the other is no worse. */

#include <string.h>

#include "app/demand/zx-criteria.h"
#include "app/demand/zx-model.h"

#define LEAST_FOLDS     3
#define SURE            2 /* standard errors */
#define MOST_INTEGRATED 6000

typedef struct
{
  ZxModel *model; /* the first likelihood alone, without the covariate replaced */
  ZxLatent latent;
  ZxHyperSpace space;
  double *x, *z, *y, *log_exposure, *coefficient_sd;
  gint32 *group;
  guint32 *cell;
  char **names;
} Joint;

static void
joint_free (Joint *self)
{
  if (self == NULL)
    return;
  zx_model_free (self->model);
  double *owned[] = { self->x, self->z, self->y, self->log_exposure, self->coefficient_sd };
  for (guint k = 0; k < G_N_ELEMENTS (owned); k++)
    g_free (owned[k]);
  g_free (self->group);
  g_free (self->cell);
  g_strfreev (self->names);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Joint, joint_free)

/* ---- data --------------------------------------------------------------------------------- */

static gboolean
check_vehicles (const ZxDemandData *data, const ZxVehicleCounts *vehicles, GError **error)
{
  guint n_counted = 0;
  for (guint c = 0; c < data->n_cells; c++)
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
               _ ("None of the %u cells has a count of vehicles to learn from"), data->n_cells);
  return FALSE;
}

/* @data without one covariate; the arrays are to be freed. */
typedef struct
{
  ZxDemandData data;
  double *x, *x_observed;
  const char **names;
} Reduced;

static double *
without (const double *x, guint n_columns, gsize n_rows, guint column)
{
  if (x == NULL)
    return NULL;
  double *left = g_new (double, MAX ((n_columns - 1) * n_rows, 1));
  memcpy (left, x, column * n_rows * sizeof *x);
  memcpy (left + column * n_rows, x + (column + 1) * n_rows,
          (n_columns - 1 - column) * n_rows * sizeof *x);
  return left;
}

static void
reduced_init (Reduced *self, const ZxDemandData *data, gint column)
{
  self->data = *data;
  if (column < 0 || (guint) column >= data->n_covariates)
    return;
  guint n = data->n_covariates;
  self->x = without (data->x, n, data->n_cells, (guint) column);
  self->x_observed = without (data->x_observed, n, data->n_observations, (guint) column);
  self->names = g_new0 (const char *, n);
  for (guint j = 0, k = 0; data->names != NULL && j < n; j++)
    if (j != (guint) column)
      self->names[k++] = data->names[j];
  self->data.n_covariates = n - 1;
  self->data.x = self->x;
  self->data.x_observed = self->x_observed;
  self->data.names = data->names != NULL ? self->names : NULL;
}

static void
reduced_clear (Reduced *self)
{
  g_free (self->x);
  g_free (self->x_observed);
  g_free (self->names);
}

/* ---- the joint model ---------------------------------------------------------------------- */

static void
fill_first (Joint *self)
{
  const ZxLatent *first = &self->model->latent;
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
fill_second (Joint *self, const ZxVehicleCounts *vehicles)
{
  const ZxLatent *first = &self->model->latent;
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
}

static void
fill_names (Joint *self)
{
  guint q1 = self->model->latent.n_coefficients, q = self->latent.n_coefficients;
  self->names = g_new0 (char *, q + 1);
  for (guint j = 0; j < q; j++)
    self->names[j] = j < q1 ? g_strdup (self->model->names[j])
                            : g_strconcat ("vehicles: ", self->model->names[j - q1], NULL);
}

static gboolean
joint_fill (Joint *self, const ZxDemandData *data, const ZxVehicleCounts *vehicles,
            const ZxDemandOptions *options, GError **error)
{
  const ZxLatent *first = &self->model->latent;
  gsize n = (gsize) first->n_observations + first->n_cells;
  guint n_second_coefficients = 1 + data->n_covariates;
  guint q = first->n_coefficients + n_second_coefficients;
  if (n > G_MAXUINT)
    return FALSE;
  self->x = ZX_TRY_NEW (double, (gsize) first->n_cells *q, _ ("The joint model"), error);
  self->z = self->x != NULL ? ZX_TRY_NEW (double, n *q, _ ("The joint model"), error) : NULL;
  if (self->z == NULL)
    return FALSE;
  self->y = g_new (double, n);
  self->log_exposure = g_new (double, n);
  self->coefficient_sd = g_new (double, q);
  self->group = g_new (gint32, n);
  self->cell = g_new (guint32, n);
  self->latent = *first;
  self->latent.n_observations = (guint) n;
  self->latent.n_coefficients = q;
  self->latent.y = self->y;
  self->latent.log_exposure = self->log_exposure;
  self->latent.group = self->group;
  self->latent.cell = self->cell;
  self->latent.z = self->z;
  self->latent.x = self->x;
  self->latent.coefficient_sd = self->coefficient_sd;
  self->latent.n_second = first->n_cells;
  self->latent.n_second_coefficients = n_second_coefficients;
  fill_first (self);
  fill_second (self, vehicles);
  fill_names (self);
  return zx_hyper_space_init (&self->space, &self->latent, options, self->model->mixing);
}

static Joint *
joint_new (const ZxDemandData *data, const ZxVehicleCounts *vehicles,
           const ZxDemandOptions *options, GError **error)
{
  if (!check_vehicles (data, vehicles, error))
    return NULL;
  g_autoptr (Joint) self = g_new0 (Joint, 1);
  Reduced reduced = { 0 };
  reduced_init (&reduced, data, vehicles->replaces);
  self->model = zx_model_new (&reduced.data, options, error);
  gboolean is_done
      = self->model != NULL && joint_fill (self, &reduced.data, vehicles, options, error);
  reduced_clear (&reduced);
  return is_done ? g_steal_pointer (&self) : NULL;
}

/* ---- the comparison ----------------------------------------------------------------------- */

/* Scores of the observations held out, each model at its own mode; @mode: (out): its hypers. */
static gboolean
score_model (const ZxLatent *latent, const ZxHyperSpace *space, const guint *fold, guint n_folds,
             guint64 seed, double *log_score, double *mode_point, const ZxProgress *progress,
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
  memcpy (mode_point, mode->mode, space->n * sizeof *mode_point);
  return zx_fit_hold_out_each (fit, mode->mode, fold, n_folds, seed, log_score, pit, &last, error);
}

/* Scores by observation; the folds are the same for all. */
typedef struct
{
  double *covariate, *joint, *without;
} Scores;

static void
compare (const ZxDemandData *data, const Scores *scores, const guint *fold, ZxJointTrial *trial)
{
  guint n = data->n_observations;
  for (guint i = 0; i < n; i++)
    if (!isnan (data->y[i]))
      {
        trial->n++;
        trial->covariate_log_score += scores->covariate[i];
        trial->joint_log_score += scores->joint[i];
        trial->without_log_score += scores->without[i];
      }
  trial->covariate_log_score /= MAX (trial->n, 1);
  trial->joint_log_score /= MAX (trial->n, 1);
  trial->without_log_score /= MAX (trial->n, 1);
  zx_paired_gain (data->y, scores->joint, scores->covariate, fold, n, trial->n_folds, &trial->gain,
                  &trial->gain_se);
  zx_paired_gain (data->y, scores->joint, scores->without, fold, n, trial->n_folds,
                  &trial->gain_over_nothing, &trial->gain_over_nothing_se);
  trial->is_joint_better = trial->gain > SURE * trial->gain_se
                           && trial->gain_over_nothing > SURE * trial->gain_over_nothing_se;
}

gboolean
zx_demand_try_joint (const ZxDemandData *data, const ZxVehicleCounts *vehicles,
                     const ZxDemandOptions *options, const double *x_m, const double *y_m,
                     double block_m, guint n_folds, ZxJointTrial *trial, const ZxProgress *progress,
                     GError **error)
{
  g_return_val_if_fail (data != NULL && vehicles != NULL && options != NULL && trial != NULL,
                        FALSE);
  ZxProgress first = zx_progress_slice (progress, 0, 0.05),
             second = zx_progress_slice (progress, 0.05, 0.1),
             last = zx_progress_slice (progress, 0.1, 1);
  *trial = (ZxJointTrial){ 0 };
  g_autoptr (ZxModel) model = zx_model_new (data, options, error);
  g_autoptr (Joint) joint = model != NULL ? joint_new (data, vehicles, options, error) : NULL;
  if (joint == NULL)
    return FALSE;
  gsize n = joint->latent.n_observations;
  g_autofree guint *fold = g_new (guint, n);
  for (gsize i = 0; i < n; i++)
    fold[i] = G_MAXUINT;
  trial->n_folds
      = zx_fold_by_blocks (x_m, y_m, data->n_observations, block_m, n_folds, options->seed, fold);
  if (trial->n_folds < LEAST_FOLDS)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The stations lie in %u blocks of %g m; to compare models takes %d"),
                   trial->n_folds, block_m, LEAST_FOLDS);
      return FALSE;
    }
  const ZxModel *without = joint->model;
  double point[ZX_N_HYPERS] = { 0 }; /* at last that of the joint model */
  g_autofree double *room = g_new0 (double, 3 * n);
  Scores scores = { room, room + n, room + 2 * n };
  if (!score_model (&model->latent, &model->space, fold, trial->n_folds, options->seed,
                    scores.covariate, point, &first, error)
      || !score_model (&without->latent, &without->space, fold, trial->n_folds, options->seed,
                       scores.without, point, &second, error)
      || !score_model (&joint->latent, &joint->space, fold, trial->n_folds, options->seed,
                       scores.joint, point, &last, error))
    return FALSE;
  compare (data, &scores, fold, trial);
  trial->copy = zx_hyper_theta (&joint->space, point).copy;
  return TRUE;
}

/* ---- the joint posterior ------------------------------------------------------------------ */

ZxPosterior *
zx_demand_fit_joint (const ZxDemandData *data, const ZxVehicleCounts *vehicles,
                     const ZxDemandOptions *options, const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (data != NULL && vehicles != NULL && options != NULL, NULL);
  g_autoptr (Joint) joint = joint_new (data, vehicles, options, error);
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
  g_autofree guint32 *a = NULL, *b = NULL;
  guint n_pairs = zx_neighbours_by_cells (data, &a, &b);
  zx_criteria_moran (posterior->criteria, a, b, n_pairs);
  zx_criteria_find_alone (posterior->criteria, data->group, data->n_groups, a, b, n_pairs);
  posterior->criteria->n_extrapolated = zx_count_beyond_hull (data);
  return posterior;
}
