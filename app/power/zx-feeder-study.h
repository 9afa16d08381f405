/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One feeder of a city with the loads of its transformer areas and of sites, over the 24 hours of
 * the design day. */
#pragma once

#include "app/power/zx-power.h"

#define ZX_STUDY_HOURS 24

typedef struct
{
  const ZxCity *city;
  const ZxFeederOptions *options;
  guint feeder;
  ZxGrid *grid;
  guint32 *node_of, *branch_of; /* of the city's */
  GArray *node;                 /* guint32: grid node of each load, areas first, then sites */
  GArray *kw, *kvar;            /* double: [load][hour] */
  guint n_areas;
} ZxStudy;

/* FALSE with @error: the feeder is no grid.  Clear it in either case. */
gboolean zx_study_init (ZxStudy *self, const ZxCity *city, guint feeder,
                        const ZxFeederOptions *options, GError **error);
void zx_study_clear (ZxStudy *self);
/* FALSE when a load has a place and the feeder has none. */
gboolean zx_study_add_areas (ZxStudy *self);
gboolean zx_study_add_sites (ZxStudy *self, const ZxSiteLoad *sites, guint n_sites,
                             ZxFeederCheck *check);
/* Areas in full, sites by @share.  NULL with @error when an hour has no solution. */
ZxFlowSeries *zx_study_run_day (const ZxStudy *self, double share, GError **error);
/* A copy of the grid with the loads of @hour, sites by @share. */
ZxGrid *zx_study_grid_at (const ZxStudy *self, guint hour, double share, GError **error);
/* What hosting capacity is asked for at a feeder of a city.  (transfer full) */
ZxHostingScenario *zx_study_scenario (const ZxFeederOptions *options, double vmin_pu);
gboolean zx_study_check_options (const ZxFeederOptions *options, GError **error);

typedef struct
{
  double vmin_pu, loading_percent, losses_kwh;
  guint8 vmin_hour, loading_hour;
  gint32 vmin_node, loading_branch;
} ZxStudyDay;
ZxStudyDay zx_study_sum_up (const ZxFlowSeries *series);
