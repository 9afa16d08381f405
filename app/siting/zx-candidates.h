/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Between the files that make and score candidates. */
#pragma once

#include "app/siting/zx-siting-model.h"

G_BEGIN_DECLS

/* Bits of the sizes that parcel and grid let stand at @candidate. */
guint32 zx_candidates_kinds_that_fit (const ZxSitingInput *input, const ZxSitingOptions *options,
                                      const ZxCandidates *candidates, guint candidate);
/* Fills the target dimensions of candidates that pass. */
gboolean zx_candidates_score (ZxCandidates *self, const ZxSitingInput *input,
                              const ZxSitingOptions *options, const ZxProgress *progress,
                              GError **error);

/* ---- zx-score-views.c --------------------------------------------------------------------- */

/* The candidates that pass and their criteria. */
typedef struct
{
  guint n;
  guint32 *candidate;         /* [n] */
  double *value;              /* [n][ZX_N_SCORES]: for TOPSIS */
  double *utility;            /* [n][ZX_N_SCORES]: 0 … 1 */
  double weight[ZX_N_SCORES]; /* of the criteria something is known of, to a sum of 1 */
} ZxRanking;

/* @cost: [candidate], fen per kWh of the best size; @most_kw: connection of the largest size. */
void zx_ranking_init (ZxRanking *self, const ZxCandidates *candidates,
                      const ZxSitingWeights *weights, const double *cost, double most_kw);
void zx_ranking_clear (ZxRanking *self);
void zx_ranking_score (const ZxRanking *self, const double *weight, double *score);     /* [n] */
void zx_ranking_close (const ZxRanking *self, const double *weight, double *closeness); /* [n] */

G_END_DECLS
