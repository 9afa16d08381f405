/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A small invented town, filled by hand: roads on a lattice, stations, people, transformer areas,
 * one feeder, demand with draws. */
#pragma once

#include "app/siting/zx-siting.h"

typedef struct
{
  ZxCity *city;
  ZxCells *cells;
  ZxDemand *demand;
  ZxHeadroom *headroom;
  ZxRoadGraph *graph;
  ZxSpeedTable speeds;
  ZxTravelRows *station_rows;
  GPtrArray *configurations;
  ZxSitingInput input;
  ZxSitingOptions options;
} Town;

typedef struct
{
  double width_m, cell_m;
  guint n_stations, n_parcels, n_areas, n_draws;
  gboolean has_graph;
  guint64 seed;
} TownShape;

#define TOWN_SHAPE_INIT                                                                            \
  {                                                                                                \
    6000, 500, 4, 0, 16, 60, FALSE, 7                                                              \
  }

void town_init (Town *self, const TownShape *shape);
void town_clear (Town *self);
