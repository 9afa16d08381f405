/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Vehicles counted in the cells, for the fit of stations and vehicles at once. */
#pragma once

#include "app/cli/zx-cli-counts.h"

typedef struct
{
  const char *count, *area; /* columns of the cells; area NULL: every cell is alike */
  const char *replaces;     /* covariate that the joint model leaves out; NULL: none */
  gboolean is_unasked;      /* take the joint model without comparing */
} ZxCliVehicles;

/* Compares, prints the scores and which model is taken, and fits that.  @is_joint: (out). */
ZxPosterior *zx_cli_fit_with_vehicles (const ZxCliCounts *counts, const ZxCliVehicles *vehicles,
                                       const ZxDemandOptions *options, gboolean *is_joint,
                                       GError **error);
