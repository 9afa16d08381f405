/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the targets of a latent model stand, and which engine fits it. */

#include "app/demand/zx-demand-private.h"

#define DENSE_OBSERVATIONS 250 /* the dense engine wins for few observations on many cells */
#define DENSE_RATIO        8

gsize
zx_latent_target_group (const ZxLatent *self)
{
  return self->n_coefficients;
}

gsize
zx_latent_target_field (const ZxLatent *self)
{
  return zx_latent_target_group (self) + self->n_groups;
}

gsize
zx_latent_target_cell (const ZxLatent *self)
{
  return zx_latent_target_field (self) + self->n_cells;
}

gsize
zx_latent_target_fitted (const ZxLatent *self)
{
  return zx_latent_target_cell (self) + self->n_cells;
}

gsize
zx_latent_n_targets (const ZxLatent *self)
{
  return zx_latent_target_fitted (self) + self->n_observations;
}

double
zx_second_order (const double *covariance, const double *third, const double *fourth, guint n)
{
  double sum = 0;
  for (gsize i = 0; i < n; i++)
    {
      const double *row = covariance + i * n;
      double cubic = 0;
      for (gsize j = 0; j < n; j++)
        cubic += third[j] * row[j] * (row[i] * covariance[j * n + j] / 8 + row[j] * row[j] / 12);
      sum += third[i] * cubic + fourth[i] * row[i] * row[i] / 8;
    }
  return sum;
}

const ZxEngine *
zx_latent_engine (const ZxLatent *self)
{
  if (self->n_second > 0)
    return &zx_engine_joint;
  if (self->row != NULL || self->engine == ZX_DEMAND_ENGINE_DENSE)
    return &zx_engine_dense;
  if (self->engine == ZX_DEMAND_ENGINE_SPARSE)
    return &zx_engine_sparse;
  gboolean is_small = self->n_observations <= DENSE_OBSERVATIONS
                      && self->n_observations * DENSE_RATIO <= self->n_cells;
  return is_small ? &zx_engine_dense : &zx_engine_sparse;
}
