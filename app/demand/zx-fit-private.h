/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A fit: what its two files share. */
#pragma once

#include "app/demand/zx-demand-private.h"

struct _ZxFit
{
  const ZxLatent *latent;
  const ZxHyperSpace *space;
  const ZxEngine *engine;
  gpointer shared;
  guint n_workers;
  gpointer *worker;
  gsize state_size;
  GPtrArray *state; /* by number of asking; NULL where there was no mode */
  GArray *asked;    /* the points, by number of asking */
  double *slope;    /* space->n × state_size: how the state moves with each coordinate; NULL until
                       differences were taken */
  const ZxProgress *progress;
  guint n_expected;
  double best[ZX_N_HYPERS];
  gboolean is_refined; /* values include the second order */
  gboolean tells_more;
  gboolean is_mode_only;
};

/* The points over which the hyperparameters are integrated. */
ZxLattice *zx_fit_integrate (ZxFit *self, ZxMode *mode, const ZxProgress *progress, GError **error);

/* Moments of all targets at the points of theta that carry weight: [point][target]; point 0 is the
 * mode. */
typedef struct
{
  guint n_points;
  gsize n_targets;
  double *mean, *variance, *third;
} ZxFitMoments;

/* Where counts are so few that the coefficients are far from normal: samples them, moves @moments
 * and the draws of @posterior accordingly and says in it how many draws the sample is worth.  Does
 * nothing elsewhere.  @theta, @state: of the mode.  FALSE with @error only when stopped. */
gboolean zx_fit_sharpen (const ZxFit *self, const ZxTheta *theta, const double *state,
                         const ZxFitMoments *moments, guint64 seed, ZxPosterior *posterior,
                         const ZxProgress *progress, GError **error);
