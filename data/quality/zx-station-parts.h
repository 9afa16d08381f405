/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What columns of stations and of piles have in common. */
#pragma once

#include "data/quality/zx-build.h"

#define ZX_LEAST_DC_KW                                                                             \
  20 /* a connector of this much and more is DC: AC ends at 43 kW in the standards                 \
        and at 22 kW in practice, DC begins at 20 */

typedef struct
{
  const ZxColumn *id, *name, *operator_name, *state, *current;
  ZxNumbers n_dc, n_ac, connectors, kw, kw_each, price, service_price;
  gboolean has_connectors, is_pile;
  double power_scale; /* 0.001 when the column is in W */
  double price_scale; /* to fen */
} ZxStationColumns;

/* Looks at the whole columns: units of power and price. */
void zx_station_columns_init (ZxStationColumns *self, ZxTally *tally);
ZxStationDraft zx_station_draft (void); /* nothing known */
guint8 zx_station_state (const ZxLayer *layer, const ZxColumn *column, gsize row);
/* Set the draft's connectors, rated power (after the connectors) and price, with findings. */
void zx_station_connectors (const ZxStationColumns *self, ZxTally *tally, gsize row,
                            ZxStationDraft *draft);
void zx_station_power (const ZxStationColumns *self, ZxTally *tally, gsize row,
                       ZxStationDraft *draft);
void zx_station_price (const ZxStationColumns *self, ZxTally *tally, gsize row,
                       ZxStationDraft *draft);

/* Fen per unit of a price whose usual value is @middle; 1 or 100. */
double zx_price_scale_of (double middle);
/* TRUE for fen per kWh that a driver could be asked for. */
gboolean zx_price_is_plausible (double fen);
#define ZX_PRICE_BOUNDS "1 – 3000"
