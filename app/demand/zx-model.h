/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A latent model built from ZxDemandData, with all that it borrows. */
#pragma once

#include "app/demand/zx-demand-private.h"

typedef struct
{
  ZxLatent latent;
  ZxHyperSpace space;
  ZxIntrinsic *graph;
  ZxMixingPrior *mixing;
  double *x, *z, *log_exposure, *coefficient_sd;
  char **names; /* of the coefficients */
} ZxModel;

/* Checks everything and names what is wrong. */
ZxModel *zx_model_new (const ZxDemandData *data, const ZxDemandOptions *options, GError **error);
void zx_model_free (ZxModel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxModel, zx_model_free)

gboolean zx_demand_check_options (const ZxDemandOptions *options, GError **error);

/* The hyperparameters that @latent has.  FALSE when there is none. */
gboolean zx_hyper_space_init (ZxHyperSpace *self, const ZxLatent *latent,
                              const ZxDemandOptions *options, const ZxMixingPrior *mixing);
