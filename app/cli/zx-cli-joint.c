/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/zx-cli-joint.h"

#include <math.h>
#include <string.h>

#include "app/cli/zx-cli.h"

#define N_FOLDS 10
#define BLOCKS  60 /* squares over the stations, about */

static double *
read_column (const ZxCliCounts *counts, const char *name, gboolean may_be_empty, GError **error)
{
  guint column;
  return zx_cli_table_need (counts->places, name, &column, error)
             ? zx_cli_table_numbers (counts->places, column, may_be_empty, error)
             : NULL;
}

static double *
ones (guint n)
{
  double *values = g_new (double, n);
  for (guint k = 0; k < n; k++)
    values[k] = 1;
  return values;
}

static gboolean
find_covariate (const ZxCliCounts *counts, const char *name, gint *which, GError **error)
{
  *which = -1;
  for (guint k = 0; name != NULL && k < counts->data.n_covariates; k++)
    if (strcmp (counts->data.names[k], name) == 0)
      *which = (gint) k;
  if (name == NULL || *which >= 0)
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("%s is not among the covariates of the cells, so it cannot be replaced"), name);
  return FALSE;
}

/* Squares over the box of the stations, as many as serve for folds. */
static double
block_across (const double *x, const double *y, guint n)
{
  double min_x = INFINITY, max_x = -INFINITY, min_y = INFINITY, max_y = -INFINITY;
  for (guint i = 0; i < n; i++)
    {
      min_x = MIN (min_x, x[i]);
      max_x = MAX (max_x, x[i]);
      min_y = MIN (min_y, y[i]);
      max_y = MAX (max_y, y[i]);
    }
  double side = sqrt ((max_x - min_x) * (max_y - min_y) / BLOCKS);
  return side > 0 ? side : MAX (MAX (max_x - min_x, max_y - min_y) / N_FOLDS, 1);
}

static void
print_trial (const ZxJointTrial *trial)
{
  g_print (_ ("Vehicles, on %u stations held out in %u folds of whole blocks:\n"), trial->n,
           trial->n_folds);
  g_print (_ ("  mean log score as a covariate %.4f, as a second likelihood %.4f, without them "
              "%.4f\n"),
           trial->covariate_log_score, trial->joint_log_score, trial->without_log_score);
  g_print (_ ("  second likelihood: %+.4f (standard error %.4f) over the covariate, %+.4f (%.4f) "
              "over nothing\n"),
           trial->gain, trial->gain_se, trial->gain_over_nothing, trial->gain_over_nothing_se);
  g_print ("%s\n", trial->is_joint_better
                       ? _ ("Taken: vehicles as a second likelihood, for it predicts better by "
                            "more than two standard errors.")
                       : _ ("Taken: vehicles as a covariate, for the second likelihood does not "
                            "predict better by more than two standard errors."));
}

static gboolean
compare (const ZxCliCounts *counts, const ZxVehicleCounts *vehicles, const ZxDemandOptions *options,
         gboolean *is_joint, GError **error)
{
  g_autofree double *x = NULL, *y = NULL;
  ZxJointTrial trial;
  if (!zx_cli_counts_coordinate (counts, "x_m", &x, error)
      || !zx_cli_counts_coordinate (counts, "y_m", &y, error))
    return FALSE;
  if (x == NULL || y == NULL)
    return zx_cli_refuse (error,
                          _ ("%s: comparing needs the columns x_m and y_m of the cells or "
                             "the stations, to hold out whole blocks"),
                          counts->places->path);
  gboolean is_done = zx_demand_try_joint (&counts->data, vehicles, options, x, y,
                                          block_across (x, y, counts->data.n_observations), N_FOLDS,
                                          &trial, zx_cli_progress (), error);
  zx_cli_progress_done ();
  if (!is_done)
    return FALSE;
  print_trial (&trial);
  *is_joint = trial.is_joint_better;
  return TRUE;
}

static void
print_joint (const ZxPosterior *posterior)
{
  const ZxMarginal *marginal[] = { &posterior->copy, &posterior->second_sigma,
                                   &posterior->second_phi, &posterior->second_psi };
  g_print ("%-28s %10s %10s %10s %10s\n", _ ("Field of vehicles"), _ ("mean"), _ ("sd"), "2.5 %",
           "97.5 %");
  for (guint k = 0; k < G_N_ELEMENTS (marginal); k++)
    g_print ("%-28s %10.4f %10.4f %10.4f %10.4f\n", marginal[k]->name, marginal[k]->mean,
             marginal[k]->sd, marginal[k]->q025, marginal[k]->q975);
}

ZxPosterior *
zx_cli_fit_with_vehicles (const ZxCliCounts *counts, const ZxCliVehicles *vehicles,
                          const ZxDemandOptions *options, gboolean *is_joint, GError **error)
{
  ZxVehicleCounts data = { 0 };
  *is_joint = vehicles->is_unasked;
  g_autofree double *count = read_column (counts, vehicles->count, TRUE, error);
  if (count == NULL || !find_covariate (counts, vehicles->replaces, &data.replaces, error))
    return NULL;
  g_autofree double *area = vehicles->area != NULL
                                ? read_column (counts, vehicles->area, FALSE, error)
                                : ones (counts->data.n_cells);
  if (area == NULL)
    return NULL;
  data.count = count;
  data.exposure = area;
  if (!vehicles->is_unasked && !compare (counts, &data, options, is_joint, error))
    return NULL;
  ZxPosterior *posterior
      = *is_joint ? zx_demand_fit_joint (&counts->data, &data, options, zx_cli_progress (), error)
                  : zx_demand_fit (&counts->data, options, zx_cli_progress (), error);
  zx_cli_progress_done ();
  if (posterior != NULL && *is_joint)
    print_joint (posterior);
  return posterior;
}
