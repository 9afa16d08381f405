/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which station a row of usage belongs to: each distinct identifier is looked up once. */
#pragma once

#include "data/quality/zx-build.h"
#include "data/quality/zx-row-table.h"

typedef struct
{
  ZxTally *tally;
  const ZxColumn *id, *name;
  ZxRowTable table;
  GArray *entries;    /* private */
  ZxRowPlaces places; /* where the layer has no identifiers but places */
  gboolean has_places;
  ZxPointIndex *index;
  double *x, *y;
} ZxStationLookup;

gboolean zx_station_lookup_init (ZxStationLookup *self, ZxTally *tally, GError **error);
void zx_station_lookup_clear (ZxStationLookup *self);
/* -1: none; the row is then counted for zx_station_lookup_tell_unknown(). */
gssize zx_station_lookup (ZxStationLookup *self, gsize row);
/* One finding per unknown station, with the number of its rows, which are set aside. */
void zx_station_lookup_tell_unknown (ZxStationLookup *self);
