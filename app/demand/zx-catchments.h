/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which cells a station with history draws on, and how much of each. */
#pragma once

#include "app/demand/zx-demand.h"

typedef struct
{
  guint n;            /* stations with history that reach a cell */
  guint n_without;    /* those that reach none */
  guint32 *station;   /* n */
  double *days, *kwh; /* n: observed days; kWh per day */
  gsize *first;       /* n + 1 */
  guint32 *cell;
  double *weight; /* share × km² */
} ZxCatchments;

gboolean zx_catchments_init (ZxCatchments *self, const ZxCity *city, const ZxCells *cells,
                             const ZxTravelRows *rows, const ZxHuffOptions *options,
                             GError **error);
void zx_catchments_clear (ZxCatchments *self);

/* Connectors of each station; the city's median where not known, 0 where it does not work. */
double *zx_demand_connectors (const ZxStations *stations);
/* Attraction of all working stations together at each cell. */
double *zx_demand_supply (const ZxStations *stations, const ZxTravelRows *rows, guint n_cells,
                          const ZxHuffOptions *options);
gboolean zx_demand_check_rows (const ZxStations *stations, const ZxTravelRows *rows, guint n_cells,
                               GError **error);
