/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A latent model with vehicles as its second likelihood. */
#pragma once

#include "app/demand/zx-demand-private.h"

typedef struct
{
  ZxLatent latent;
  ZxHyperSpace space;
  double *x, *z, *y, *log_exposure, *coefficient_sd;
  gint32 *group;
  guint32 *cell;
  char **names; /* of all coefficients */
} ZxJoint;

/* @first: of stations, each in one cell; borrowed, as is @mixing.  Its coefficients 0 to
 * @n_covariates are the intercept and the covariates of cells; vehicles have the same, and the one
 * they replace is held at 0 in both, so that coefficients keep their places. */
ZxJoint *zx_joint_new (const ZxLatent *first, const ZxMixingPrior *mixing, guint n_covariates,
                       const char *const *names, const ZxVehicleCounts *vehicles,
                       const ZxDemandOptions *options, GError **error);
void zx_joint_free (ZxJoint *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxJoint, zx_joint_free)

/* Compares @first, with its covariate, without it, and @joint.  @fold: of the observations of
 * @first. */
gboolean zx_joint_try (const ZxLatent *first, const ZxHyperSpace *space, const ZxJoint *joint,
                       const ZxVehicleCounts *vehicles, const guint *fold, guint n_folds,
                       guint64 seed, ZxJointTrial *trial, const ZxProgress *progress,
                       GError **error);
/* Leaves the first @n coefficients, those of demand. */
void zx_posterior_trim (ZxPosterior *self, guint n);
