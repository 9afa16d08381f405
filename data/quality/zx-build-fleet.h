/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Vehicles: what points, traces and trips have in common. */
#pragma once

#include "data/quality/zx-build.h"

#define ZX_FASTEST_KMH 200 /* between positions, and as stated */
#define ZX_FLEET_REACH_M                                                                           \
  100000 /* positions farther outside the study area are left out: trips to the                    \
            next city are of no use, and offsets stay exact */

/* Positions of all layers, in order. */
typedef struct
{
  ZxBuild *build;
  gsize n, n_room;
  float *dx_m, *dy_m, *weight;
  guint8 *time_bin;
  GArray *dwells; /* ZxDwell */
  gsize n_vehicles;
  GHashTable *days; /* days since 1970 + 1 on which there are positions */
} ZxFleetSums;

typedef struct
{
  float x_m, y_m, hours; /* from the city's origin */
} ZxDwell;

gboolean zx_fleet_sums_reserve (ZxFleetSums *self, gsize n_more, GError **error);
void zx_fleet_sums_add (ZxFleetSums *self, double x, double y, double weight, gint64 time);
gboolean zx_fleet_add_points (ZxFleetSums *self, ZxTally *tally, const ZxProgress *progress,
                              GError **error);
gboolean zx_fleet_add_traces (ZxFleetSums *self, ZxTally *tally, const ZxProgress *progress,
                              GError **error);
gboolean zx_fleet_add_trips (ZxFleetSums *self, ZxTally *tally, const ZxProgress *progress,
                             GError **error);
/* TRUE when the layer's times and vehicles make traces of it. */
gboolean zx_fleet_is_traced (const ZxTally *tally);
