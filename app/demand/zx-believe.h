/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the parts of zx_demand_believe() share. */
#pragma once

#include "app/demand/zx-catchments.h"
#include "app/demand/zx-model.h"

ZxDemand *zx_demand_alloc (guint n_cells, guint n_draws, GError **error);
/* Means and quantiles of the draws. */
gboolean zx_demand_sum_up (ZxDemand *self, const ZxProgress *progress, GError **error);

/* Without enough history: a stated total spread over the covariates, wide, and said so. */
ZxDemand *zx_demand_spread (const ZxCity *city, const ZxCells *cells,
                            const ZxCovariates *covariates, const ZxCatchments *catchments,
                            const ZxDemandOptions *options, ZxFindings *findings,
                            const ZxProgress *progress, GError **error);

/* 48 shares from the hourly history, or the default. */
float *zx_demand_profile (const ZxCity *city, ZxFindings *findings);
