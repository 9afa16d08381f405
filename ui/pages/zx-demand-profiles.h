/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who charges where and when, in sentences; made in a worker. */
#pragma once

#include "ui/pages/zx-demand-reading.h"

G_BEGIN_DECLS

/* Kinds of charging and groups of drivers, kinds of piles and operators, areas: fills the reading's
 * lines. */
void zx_demand_profiles_read (ZxDemandReading *reading, const ZxProfiles *profiles);

G_END_DECLS
