/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The model as any statistician would use it: checks the data, lays out the design and hands it to
 * the fit. */

#include "app/demand/zx-model.h"

#include "app/demand/zx-criteria.h"

/* ---- checks ------------------------------------------------------------------------------- */

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  if (error != NULL)
    *error = g_error_new_valist (ZX_ERROR, ZX_ERROR_INVALID, format, arguments);
  va_end (arguments);
  return FALSE;
}

gboolean
zx_demand_check_options (const ZxDemandOptions *options, GError **error)
{
  if (!(options->coefficient_sd > 0 && options->intercept_sd > 0))
    return refuse (error,
                   _ ("The prior sd of the coefficients is %g and of the intercept %g; both "
                      "must be more than 0"),
                   options->coefficient_sd, options->intercept_sd);
  if (!(options->sigma_rate > 0 && options->group_rate > 0 && options->psi_rate > 0))
    return refuse (error, _ ("The prior rates are %g, %g and %g; each must be more than 0"),
                   options->sigma_rate, options->group_rate, options->psi_rate);
  if (!(options->phi_u > 0 && options->phi_u < 1 && options->phi_alpha > 0
        && options->phi_alpha < 1))
    return refuse (error, _ ("The prior P (phi < %g) = %g needs both numbers between 0 and 1"),
                   options->phi_u, options->phi_alpha);
  return TRUE;
}

static const char *
name_of (const char *const *names, guint k, char *buffer, gsize size)
{
  if (names != NULL && names[k] != NULL)
    return names[k];
  g_snprintf (buffer, size, "%u", k);
  return buffer;
}

/* Finite and not all the same: a constant column is the intercept once more. */
static gboolean
check_column (const double *x, gsize n, const char *name, const char *what, GError **error)
{
  gboolean is_constant = TRUE;
  for (gsize k = 0; k < n; k++)
    {
      if (!isfinite (x[k]))
        return refuse (error, _ ("The covariate %s of %s %zu is %g; it must be a finite number"),
                       name, what, k, x[k]);
      is_constant = is_constant && x[k] == x[0];
    }
  if (is_constant && n > 1)
    return refuse (error,
                   _ ("The covariate %s is %g everywhere; leave it out, the intercept holds "
                      "it already"),
                   name, x[0]);
  return TRUE;
}

static gboolean
check_covariates (const ZxDemandData *data, GError **error)
{
  char buffer[16];
  for (guint k = 0; k < data->n_covariates; k++)
    if (!check_column (data->x + (gsize) k * data->n_cells, data->n_cells,
                       name_of (data->names, k, buffer, sizeof buffer), "cell", error))
      return FALSE;
  for (guint k = 0; k < data->n_covariates && data->x_observed != NULL; k++)
    if (!check_column (data->x_observed + (gsize) k * data->n_observations, data->n_observations,
                       name_of (data->names, k, buffer, sizeof buffer), "observation", error))
      return FALSE;
  for (guint k = 0; k < data->n_own; k++)
    if (!check_column (data->x_own + (gsize) k * data->n_observations, data->n_observations,
                       name_of (data->own_names, k, buffer, sizeof buffer), "observation", error))
      return FALSE;
  return TRUE;
}

static gboolean
check_observation (const ZxDemandData *data, guint i, GError **error)
{
  double y = data->y[i];
  if (data->cell[i] >= data->n_cells)
    return refuse (error, _ ("Observation %u lies in cell %u, but the cells are 0 to %u"), i,
                   data->cell[i], data->n_cells - 1);
  if (!(data->exposure[i] > 0 && isfinite (data->exposure[i])))
    return refuse (error, _ ("Observation %u has an exposure of %g; it must be more than 0"), i,
                   data->exposure[i]);
  if (!isnan (y) && !(y >= 0 && y == floor (y) && y < 0x1p53))
    return refuse (error, _ ("Observation %u counts %g; a count is a whole number of at least 0"),
                   i, y);
  if (data->group != NULL && (data->group[i] < -1 || data->group[i] >= (gint64) data->n_groups))
    return refuse (error, _ ("Observation %u belongs to group %d, but the groups are 0 to %u"), i,
                   data->group[i], data->n_groups - 1);
  return TRUE;
}

static gboolean
check_data (const ZxDemandData *data, GError **error)
{
  if (data->n_cells < 3)
    return refuse (error, _ ("The demand model needs at least 3 cells, but there are %u"),
                   data->n_cells);
  guint n_counted = 0;
  for (guint i = 0; i < data->n_observations; i++)
    {
      if (!check_observation (data, i, error))
        return FALSE;
      n_counted += !isnan (data->y[i]);
    }
  if (n_counted == 0)
    return refuse (error, _ ("None of the %u observations has a count to learn from"),
                   data->n_observations);
  return check_covariates (data, error);
}

/* ---- layout ------------------------------------------------------------------------------- */

/* Rows of the design: intercept, covariates of the cell, own covariates. */
static void
fill_design (ZxModel *self, const ZxDemandData *data)
{
  guint q = self->latent.n_coefficients;
  for (guint c = 0; c < data->n_cells; c++)
    {
      double *x = self->x + (gsize) c * q;
      x[0] = 1;
      for (guint k = 0; k < data->n_covariates; k++)
        x[1 + k] = data->x[(gsize) k * data->n_cells + c];
    }
  for (guint i = 0; i < data->n_observations; i++)
    {
      double *z = self->z + (gsize) i * q;
      memcpy (z, self->x + (gsize) data->cell[i] * q, (1 + data->n_covariates) * sizeof *z);
      for (guint k = 0; k < data->n_covariates && data->x_observed != NULL; k++)
        z[1 + k] = data->x_observed[(gsize) k * data->n_observations + i];
      for (guint k = 0; k < data->n_own; k++)
        z[1 + data->n_covariates + k] = data->x_own[(gsize) k * data->n_observations + i];
      self->log_exposure[i] = log (data->exposure[i]);
    }
}

static void
fill_names (ZxModel *self, const ZxDemandData *data)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_ptr_array_add (names, g_strdup ("intercept"));
  for (guint k = 0; k < data->n_covariates; k++)
    g_ptr_array_add (names, data->names != NULL ? g_strdup (data->names[k])
                                                : g_strdup_printf ("b[%u]", k + 2));
  for (guint k = 0; k < data->n_own; k++)
    g_ptr_array_add (names, data->own_names != NULL ? g_strdup (data->own_names[k])
                                                    : g_strdup_printf ("own[%u]", k + 1));
  g_ptr_array_add (names, NULL);
  self->names = (char **) g_ptr_array_steal (names, NULL);
}

gboolean
zx_hyper_space_init (ZxHyperSpace *self, const ZxLatent *latent, const ZxDemandOptions *options,
                     const ZxMixingPrior *mixing)
{
  *self = (ZxHyperSpace){ .sigma_rate = options->sigma_rate,
                          .group_rate = options->group_rate,
                          .psi_rate = options->psi_rate,
                          .is_stan = options->stan_priors,
                          .mixing = mixing };
  if (latent->graph != NULL)
    {
      self->hyper[self->n++] = ZX_HYPER_SIGMA;
      self->hyper[self->n++] = ZX_HYPER_PHI;
    }
  if (latent->n_groups > 0)
    self->hyper[self->n++] = ZX_HYPER_GROUP_SD;
  if (latent->likelihood != ZX_LIKELIHOOD_POISSON)
    self->hyper[self->n++] = ZX_HYPER_PSI;
  for (guint k = ZX_HYPER_SECOND_SIGMA; latent->n_second > 0 && k <= ZX_HYPER_COPY; k++)
    self->hyper[self->n++] = (ZxHyper) k;
  return self->n > 0;
}

ZxModel *
zx_model_new (const ZxDemandData *data, const ZxDemandOptions *options, GError **error)
{
  if (!zx_demand_check_options (options, error) || !check_data (data, error))
    return NULL;
  g_autoptr (ZxModel) self = g_new0 (ZxModel, 1);
  self->graph = zx_intrinsic_new (data->n_cells, data->edge_a, data->edge_b, data->n_edges, error);
  if (self->graph == NULL)
    return NULL;
  self->mixing = zx_mixing_prior_new (self->graph, options->phi_u, options->phi_alpha, error);
  if (self->mixing == NULL)
    return NULL;
  guint q = 1 + data->n_covariates + data->n_own;
  self->x = ZX_TRY_NEW (double, (gsize) data->n_cells *q, "covariates", error);
  self->z = self->x != NULL
                ? ZX_TRY_NEW (double, (gsize) data->n_observations *q, "covariates", error)
                : NULL;
  if (self->z == NULL)
    return NULL;
  self->log_exposure = g_new (double, data->n_observations);
  self->coefficient_sd = g_new (double, q);
  for (guint k = 0; k < q; k++)
    self->coefficient_sd[k] = k == 0 ? options->intercept_sd : options->coefficient_sd;
  self->latent = (ZxLatent){ .likelihood = options->likelihood,
                             .n_cells = data->n_cells,
                             .n_observations = data->n_observations,
                             .n_coefficients = q,
                             .n_groups = data->group != NULL ? data->n_groups : 0,
                             .y = data->y,
                             .log_exposure = self->log_exposure,
                             .group = data->group,
                             .cell = data->cell,
                             .z = self->z,
                             .x = self->x,
                             .coefficient_sd = self->coefficient_sd,
                             .graph = self->graph,
                             .engine = options->engine };
  fill_design (self, data);
  fill_names (self, data);
  zx_hyper_space_init (&self->space, &self->latent, options, self->mixing);
  return g_steal_pointer (&self);
}

void
zx_model_free (ZxModel *self)
{
  if (self == NULL)
    return;
  zx_intrinsic_free (self->graph);
  zx_mixing_prior_free (self->mixing);
  g_free (self->x);
  g_free (self->z);
  g_free (self->log_exposure);
  g_free (self->coefficient_sd);
  g_strfreev (self->names);
  g_free (self);
}

#define MOST_GROUPS 60 /* held out one by one */

static gboolean
doubt (ZxCriteria *criteria, ZxFit *fit, const ZxDemandData *data, guint64 seed,
       const ZxProgress *progress, GError **error)
{
  g_autofree guint32 *a = NULL, *b = NULL;
  guint n_pairs = zx_neighbours_by_cells (data, &a, &b);
  if (!zx_criteria_refit (criteria, fit, seed, progress, error)
      || !zx_criteria_hold_out_groups (criteria, fit, MOST_GROUPS, seed, progress, error))
    return FALSE;
  zx_criteria_moran (criteria, a, b, n_pairs);
  zx_criteria_find_alone (criteria, data->group, data->n_groups, a, b, n_pairs);
  criteria->n_extrapolated = zx_count_beyond_hull (data);
  return TRUE;
}

ZxPosterior *
zx_demand_fit (const ZxDemandData *data, const ZxDemandOptions *options, const ZxProgress *progress,
               GError **error)
{
  g_return_val_if_fail (data != NULL && options != NULL, NULL);
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (ZxModel) model = zx_model_new (data, options, error);
  if (model == NULL)
    return NULL;
  g_autoptr (ZxFit) fit = zx_fit_new (&model->latent, &model->space, error);
  if (fit == NULL)
    return NULL;
  zx_fit_tell_more (fit);
  ZxProgress most = zx_progress_slice (progress, 0, 0.9),
             last = zx_progress_slice (progress, 0.9, 1);
  g_autoptr (ZxPosterior) posterior
      = zx_fit_posterior (fit, options, (const char *const *) model->names, NULL, &most, error);
  if (posterior == NULL || !doubt (posterior->criteria, fit, data, options->seed, &last, error))
    return NULL;
  posterior->seconds = (g_get_monotonic_time () - begin) / 1e6;
  return g_steal_pointer (&posterior);
}
