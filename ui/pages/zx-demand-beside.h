/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What stands beside the demand model on its page: weights of evidence and where the model errs. */
#pragma once

#include "ui/pages/zx-demand-reading.h"

G_BEGIN_DECLS

/* Adds to @reading what the project has of it. */
void zx_demand_beside_read (ZxDemandReading *reading, ZxProject *project);

G_END_DECLS
