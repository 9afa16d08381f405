/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A city's belief in the making: what zx-believe.c and zx-believe-checks.c share. */
#pragma once

#include "app/demand/zx-catchments.h"
#include "app/demand/zx-joint.h"

typedef struct
{
  const ZxCity *city;
  const ZxCells *cells;
  const ZxCovariates *covariates;
  const ZxDemandOptions *options;
  ZxCatchments catchments;
  guint n, q; /* observations, coefficients */
  gboolean is_rows;
  double *y, *log_exposure, *z, *x, *row, *coefficient_sd;
  double *eta, *correction; /* the point: n_cells; k_i: n */
  double *said;             /* n: what the linear form says at the point, without rows */
  gint32 *group;
  guint n_groups;
  guint32 *cell;
  ZxIntrinsic *graph;
  ZxMixingPrior *mixing;
  ZxLatent latent;
  ZxHyperSpace space;
  char **names;
  double *spread;         /* n: of psi with the stations' size; NULL where all are one */
  double *plain_exposure; /* n: log offsets if demand were the same everywhere */
  double shrinkage;       /* of the coefficients' prior sd, from 1 */
  guint *fold, n_folds;   /* blocks held out; 0: not enough stations */
  ZxJoint *joint;         /* when vehicles are a second likelihood: then the latent model is its */
} ZxBelief;

/* Observations of the dense engine: its time grows with the cube. */
#define ZX_BELIEF_MOST_ROWS 800

/* What a reader must know before building on the answer. */
void zx_belief_tell_catchments (const ZxBelief *self, ZxFindings *findings);
void zx_belief_tell (const ZxBelief *self, const ZxDemand *demand, ZxFindings *findings);
/* Repeats mode, mean, linearisation.  @start: (inout): the mode of the hyperparameters. */
gboolean zx_belief_settle (ZxBelief *self, double *start, const ZxProgress *progress,
                           GError **error);
gboolean zx_belief_linearise (ZxBelief *self, const ZxProgress *asked, GError **error);
/* When asked to: whether vehicles predict better as a second likelihood; if so the latent model
 * becomes the joint one.  Nothing may have been settled before. */
gboolean zx_belief_try_vehicles (ZxBelief *self, ZxDemand *demand, const ZxProgress *progress,
                                 GError **error);
/* The folds of cross-validation, whole blocks; none where there are too few stations. */
gboolean zx_belief_fold (ZxBelief *self, GError **error);
/* Chooses the error and how far coefficients are shrunk by block cross-validation, notes in @demand
 * what was tried, and settles anew when something else than the plain model won. */
gboolean zx_belief_choose (ZxBelief *self, double *start, ZxDemand *demand,
                           const ZxProgress *progress, GError **error);
/* Scores of held-out blocks and operators, residuals, doubts.  @held: (out): n, of the blocks held
 * out; 0 where there are none. */
gboolean zx_belief_check (ZxBelief *self, ZxFit *fit, ZxDemand *demand, ZxHeldOut *held,
                          const ZxProgress *progress, GError **error);
/* Weighs place against members without it and deals the draws out anew; then
 * the checks are those of what is believed.  @place: n, as held out. */
gboolean zx_belief_stack (ZxBelief *self, const ZxHuffOptions *huff, const ZxTravelRows *rows,
                          const ZxHeldOut *place, ZxDemand *demand, const ZxProgress *progress,
                          GError **error);
/* Weights of the members in @is_in that maximise Σ_i log Σ_m weight_m exp (log_score_mi).
 * O(members × n). */
void zx_stacking_weights (const double *const *log_score, guint n_members, const gboolean *is_in,
                          guint n, double *weight);
