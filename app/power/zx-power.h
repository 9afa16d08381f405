/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the grid can still carry.  Load rate is apparent power over rated power, √(P²+Q²)/S, in kVA
 * (DOMAIN.md §4). */
#pragma once

#include "data/city/zx-city.h"
#include "data/grid/zx-grid.h"

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

/* ---- power flow --------------------------------------------------------------------------- */

typedef struct
{
  gboolean use_newton; /* the second solver alone */
  double tolerance;    /* last step of a voltage, per unit: 1e-12 */
} ZxFlowOptions;
#define ZX_FLOW_OPTIONS_INIT                                                                       \
  {                                                                                                \
    FALSE, 1e-12                                                                                   \
  }

/* One solved state.  NaN: node not supplied, branch open or not supplied; loading also where no
 * rating is given. */
typedef struct
{
  guint n_nodes, n_branches;
  double *vm_pu, *va_deg;                                /* [node] */
  double *p_from_mw, *q_from_mvar, *p_to_mw, *q_to_mvar; /* [branch]: into the branch */
  double *i_from_pu, *i_to_pu;                           /* [branch] */
  double *loading_percent; /* [branch]: 100 max (i_from, i_to) base_mva / rate_mva: by current */
  double losses_kw;        /* of all branches, their charging conductance included */
  double vmin_pu;
  gint32 vmin_node; /* -1 when nothing is supplied */
  double max_loading_percent;
  gint32 max_loading_branch; /* -1 when no branch is rated */
  guint iterations;          /* most of any component */
  guint n_loops;             /* closed by compensation or Newton's method */
  gboolean used_newton;      /* for some component */
} ZxFlow;

/* Backward and forward sweeps; Newton's method where they do not settle or a component has more
 * than a dozen loops.  NULL with @error that names the node and the likely cause when there is no
 * solution, when a loaded node is an island, or when cancelled.  O(nodes × iterations). */
ZxFlow *zx_power_flow (const ZxGrid *grid, const ZxFlowOptions *options, const ZxProgress *progress,
                       GError **error);
void zx_power_flow_free (ZxFlow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxFlow, zx_power_flow_free)

/* Multipliers of the grid's loads hour by hour. */
typedef struct
{
  gsize n_hours;
  guint n_profiles;                    /* >= 1 */
  const double *multiplier;            /* [hour][profile]; finite */
  const guint32 *profile;              /* [grid node] < n_profiles; NULL: all 0 */
  guint n_extra;                       /* loads besides: charging stations */
  const guint32 *extra_node;           /* [extra]: grid node */
  const double *extra_kw, *extra_kvar; /* [hour][extra] */
} ZxLoadProfiles;

typedef struct
{
  gsize n_hours;
  double *losses_kw, *vmin_pu, *max_loading_percent; /* [hour]; loading NaN: no branch is rated */
  gint32 *vmin_node, *max_loading_branch;            /* [hour]; -1 */
} ZxFlowSeries;

/* Eight hours at a time, in parallel.  NULL with @error naming the first hour without a solution.
 * The same bytes on any number of threads. */
ZxFlowSeries *zx_power_flow_series (const ZxGrid *grid, const ZxLoadProfiles *profiles,
                                    const ZxFlowOptions *options, const ZxProgress *progress,
                                    GError **error);
void zx_power_flow_series_free (ZxFlowSeries *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxFlowSeries, zx_power_flow_series_free)

/* ---- one branch out ------------------------------------------------------------------------ */

typedef struct
{
  guint32 branch;
  double unsupplied_kw; /* before a tie is closed */
  guint unsupplied_nodes;
  gint32 tie; /* the open branch that joins all again with the highest lowest voltage; -1: none is
                 needed, or none does it (then the rest is NaN unless nothing is cut off) */
  double vmin_pu;
  gint32 vmin_node;
  double losses_kw;
} ZxOutage;

/* Every closed branch out, one at a time; (element-type ZxOutage), by branch.  NULL with @error as
 * zx_power_flow() for the grid as it is. */
GArray *zx_power_outages (const ZxGrid *grid, const ZxFlowOptions *options,
                          const ZxProgress *progress, GError **error);

/* ---- hosting capacity ---------------------------------------------------------------------- */

typedef enum
{
  ZX_LIMIT_VOLTAGE,
  ZX_LIMIT_THERMAL,
  ZX_LIMIT_BASE_VOLTAGE, /* violated without anything added: 0 kW */
  ZX_LIMIT_BASE_THERMAL,
  ZX_LIMIT_CAP,         /* nothing binds below the cap */
  ZX_LIMIT_NO_SOLUTION, /* voltages collapse before a limit is met */
  ZX_LIMIT_MESHED,      /* more loops than this engine closes: NaN */
  ZX_LIMIT_NONE,        /* a source, or no source reaches the node: NaN */
} ZxHostingLimit;

/* "voltage", "base_thermal" …; never NULL. */
const char *zx_hosting_limit_name (ZxHostingLimit limit);

typedef struct
{
  guint n_nodes;
  double *hosting_kw;       /* [node]; NaN for sources and unsupplied nodes */
  guint8 *limit;            /* [node] ZxHostingLimit */
  gint32 *limiting_element; /* [node]: a node for voltage, a branch for thermal, else -1 */
  double *vmin_pu;          /* [node]: at that capacity; NaN where nothing limits */
  double *loading_percent;
  guint64 n_solves; /* power flows in all, the base case not counted */
} ZxHosting;

/* One node at a time, on top of the grid's loads: the largest P + jP·tangent that keeps every
 * voltage and every loading of the node's component within the scenario (already applied to the
 * grid).  False position from the linear estimate; to 1 W or 1e-7.  Constant power: the
 * conservative model.  About 6 flows per node; the same bytes on any number of threads. */
ZxHosting *zx_power_hosting (const ZxGrid *grid, const ZxHostingScenario *scenario,
                             const ZxProgress *progress, GError **error);
void zx_power_hosting_free (ZxHosting *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxHosting, zx_power_hosting_free)

G_END_DECLS
