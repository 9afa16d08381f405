/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether a city's vehicles are better a second likelihood than a covariate (zx-joint.c), asked of
 * its own stations in held-out blocks.
 *
 * Both models are compared in the form of first order (zx-believe.c), with catchments at a flat
 * demand, for the joint system is sparse and each observation must lie in one cell.  If the joint
 * one wins the belief is built on it in that form; otherwise nothing changes.  Vehicles are counted
 * as records in each cell: a vehicle that sends many of them counts many times, which the noise of
 * the second likelihood has to bear. */

#include "app/demand/zx-belief.h"

#include <string.h>

#define LEAST_FOLDS 3
#define MOST_CELLS  20000

typedef struct
{
  ZxVehicleCounts counts;
  double *count, *area;
} Vehicles;

static void
vehicles_clear (Vehicles *self)
{
  g_free (self->count);
  g_free (self->area);
}

/* FALSE where the city has none. */
static gboolean
count_vehicles (Vehicles *self, const ZxBelief *belief)
{
  const ZxCity *city = belief->city;
  const ZxCells *cells = belief->cells;
  gsize n_inside = 0;
  self->count = g_new0 (double, cells->n);
  self->area = g_new (double, cells->n);
  for (gsize k = 0; k < city->fleet.n; k++)
    {
      gint32 cell = zx_cells_at (cells, city->origin_x_m + (double) city->fleet.dx_m[k],
                                 city->origin_y_m + (double) city->fleet.dy_m[k]);
      if (cell < 0)
        continue;
      self->count[cell]++;
      n_inside++;
    }
  for (guint c = 0; c < cells->n; c++)
    self->area[c] = MAX ((double) cells->area_km2[c], 1e-6);
  self->counts = (ZxVehicleCounts){ self->count, self->area, -1 };
  for (guint j = 0; j < belief->covariates->n; j++)
    if (strcmp (belief->covariates->name[j], "vehicles") == 0)
      self->counts.replaces = (gint) j;
  return n_inside > 0;
}

static gboolean
is_worth_asking (const ZxBelief *self)
{
  return self->options->tries_vehicles && self->n_folds >= LEAST_FOLDS
         && self->cells->n <= MOST_CELLS && self->latent.likelihood != ZX_LIKELIHOOD_LOG_NORMAL;
}

static gboolean
try_vehicles (ZxBelief *self, const Vehicles *vehicles, ZxDemand *demand,
              const ZxProgress *progress, GError **error)
{
  g_autoptr (ZxJoint) joint
      = zx_joint_new (&self->latent, self->mixing, self->covariates->n,
                      (const char *const *) self->names, &vehicles->counts, self->options, error);
  if (joint == NULL
      || !zx_joint_try (&self->latent, &self->space, joint, &vehicles->counts, self->fold,
                        self->n_folds, self->options->seed, &demand->vehicles, progress, error))
    return FALSE;
  demand->has_vehicles_trial = TRUE;
  if (!demand->vehicles.is_joint_better)
    return TRUE;
  self->latent = joint->latent;
  self->space = joint->space;
  self->joint = g_steal_pointer (&joint);
  return TRUE;
}

gboolean
zx_belief_try_vehicles (ZxBelief *self, ZxDemand *demand, const ZxProgress *progress,
                        GError **error)
{
  Vehicles vehicles = { 0 };
  if (!is_worth_asking (self) || !count_vehicles (&vehicles, self))
    {
      vehicles_clear (&vehicles);
      return TRUE;
    }
  gboolean was_rows = self->is_rows;
  const double *row = self->latent.row;
  self->is_rows = FALSE;
  self->latent.row = NULL;
  gboolean is_done = zx_belief_linearise (self, progress, error)
                     && try_vehicles (self, &vehicles, demand, progress, error);
  vehicles_clear (&vehicles);
  if (self->joint != NULL)
    return is_done;
  self->is_rows = was_rows;
  self->latent.row = row;
  return is_done;
}
