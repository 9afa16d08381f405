/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the grid can still carry.  Load rate is apparent power over rated power, √(P²+Q²)/S, in kVA
 * (DOMAIN.md §4). */
#pragma once

#include "data/city/zx-city.h"

G_BEGIN_DECLS

typedef enum
{
  ZX_LOAD_UNKNOWN,
  ZX_LOAD_LIGHT, /* < 20 % */
  ZX_LOAD_NORMAL,
  ZX_LOAD_HEAVY, /* >= 80 % for 2 h or more */
  ZX_LOAD_OVER,  /* >= 100 % for 2 h or more */
} ZxLoadClass;

typedef struct
{
  double heavy_rate;        /* 0.80 */
  double over_rate;         /* 1.00 */
  double plan_rate;         /* new charging may fill an area up to this: 0.80 */
  double power_factor;      /* of the charging load: 0.95 … 0.98 */
  double base_power_factor; /* where the base kvar is not known: 0.95 */
} ZxPowerOptions;
#define ZX_POWER_OPTIONS_INIT                                                                      \
  {                                                                                                \
    0.80, 1.00, 0.80, 0.98, 0.95                                                                   \
  }

typedef struct
{
  guint n_areas;
  float *rate;    /* [area][24]: present load rate, 1 = 100 %; NaN = not known */
  float *room_kw; /* [area][24]: kW of charging that keeps the area at plan_rate; 0 when over; NaN
                     unknown */
  float *room100_kw;                /* [area][24]: up to 100 % */
  float *peak_rate;                 /* [area] */
  float *least_room_kw;             /* [area]: over the day; NaN unknown */
  guint8 *least_room_hour;          /* [area] */
  guint8 *load_class;               /* [area] ZxLoadClass */
  guint8 *heavy_hours, *over_hours; /* [area]: hours of the design day in runs of >= 2 h */
  guint n_feeders;
  float *feeder_room_kw; /* [feeder][24]: charging that keeps the branches next to the source at
                            plan_rate of their limit, with the load of the areas below; NaN where no
                            limit is given or a load is not known */
  float *feeder_rate;    /* [feeder][24]: load over that limit, both kVA */
} ZxHeadroom;

/* NULL without @error when the city has neither transformer areas nor feeders.  O(areas + nodes +
 * branches).  Areas that name no feeder count for none. */
ZxHeadroom *zx_power_headroom (const ZxCity *city, const ZxPowerOptions *options,
                               const ZxProgress *progress, GError **error);
void zx_power_headroom_free (ZxHeadroom *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxHeadroom, zx_power_headroom_free)

/* P_c from (P0+P_c)² + (Q0+P_c·tanφ)² = (rate·S)²; 0 when already above; all kW, kvar, kVA.  NaN
 * for a rating that is not > 0 or a power factor outside (0, 1]. */
double zx_power_room_kw (double rated_kva, double base_kw, double base_kvar, double power_factor,
                         double rate);
double zx_power_load_rate (double rated_kva, double kw, double kvar);

/* Events in a series of load rates with @step_hours: a run of >= 2 h at or above heavy (over) is
 * one event; NaN breaks a run.  A run that is over from end to end is an over event alone; a run
 * that mixes both is one heavy event, and its over part counts besides if it lasts >= 2 h itself.
 * DOMAIN.md §4.4. */
typedef struct
{
  guint n_heavy_events, n_over_events;
  double heavy_hours, over_hours;
} ZxLoadEvents;
ZxLoadEvents zx_power_load_events (const float *rate, gsize n, double step_hours,
                                   const ZxPowerOptions *options);

/* ΔU in percent for a load at the end of a line: kW, kvar, ohm, kV; NaN unless kV > 0. */
double zx_power_voltage_drop_percent (double kw, double kvar, double r_ohm, double x_ohm,
                                      double kv);
/* DOMAIN.md §4.3, middle of the range, between the table's rows in proportion; a pile more never
 * lowers the sum.  0 for no piles. */
double zx_power_coincidence (guint n_piles, gboolean is_dc);
guint zx_power_transformer_size_kva (double kva); /* next standard size; 0 above 2500 and for NaN */

G_END_DECLS
