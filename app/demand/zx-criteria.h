/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Checks of a fit: what the observations say (zx-criteria.c), and what stands between the model and
 * its use (zx-doubts.c). */
#pragma once

#include "app/demand/zx-demand-private.h"

/* The posterior of the fitted log rates at the points of the hyperparameters; element i of point k
 * at [k × stride + i]. */
typedef struct
{
  guint n;
  const double *weight, *psi; /* n; weights sum to 1 */
  const double *mean, *variance;
  gsize stride;
  double n_effective; /* 1 / Σ weight² */
} ZxCriteriaPoints;

/* CPO, PIT and WAIC; the rest is left empty.  NULL when stopped. */
ZxCriteria *zx_criteria_new (const ZxLatent *latent, const ZxCriteriaPoints *points, guint64 seed,
                             const ZxProgress *progress, GError **error);
void zx_criteria_free (ZxCriteria *self);
/* Fits again without each observation whose CPO is unsure. */
gboolean zx_criteria_refit (ZxCriteria *self, ZxFit *fit, guint64 seed, const ZxProgress *progress,
                            GError **error);

/* Moran's I of the residuals Φ⁻¹ (PIT) over pairs of neighbours. */
void zx_criteria_moran (ZxCriteria *self, const guint32 *a, const guint32 *b, guint n_pairs);
/* Pairs of observations in one cell or in neighbouring ones; (transfer full). */
guint zx_neighbours_by_cells (const ZxDemandData *data, guint32 **a, guint32 **b);
/* Pairs of each observation with its @n_nearest nearest; (transfer full). */
guint zx_neighbours_by_place (const double *x_m, const double *y_m, guint n, guint n_nearest,
                              guint32 **a, guint32 **b);
/* Cells whose covariates have more leverage than those of any observation with a count. */
guint zx_count_beyond_hull (const ZxDemandData *data);
/* Groups of two and more observations none of which neighbours one of another group. */
void zx_criteria_find_alone (ZxCriteria *self, const gint32 *group, guint n_groups,
                             const guint32 *a, const guint32 *b, guint n_pairs);
/* Holds out whole groups in turn; nothing for fewer than three or more than @most. */
gboolean zx_criteria_hold_out_groups (ZxCriteria *self, ZxFit *fit, guint most, guint64 seed,
                                      const ZxProgress *progress, GError **error);
