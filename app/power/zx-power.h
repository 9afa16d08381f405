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

typedef enum
{
  ZX_UNBALANCE_BETWEEN, /* neither of the two: no limit */
  ZX_UNBALANCE_OUTLET,  /* a transformer to low voltage, at its outlet: 15 % */
  ZX_UNBALANCE_HEAD,    /* the first branch of a feeder: 25 % */
} ZxUnbalancePlace;

/* Every feeder at the fullest hour of its design day, by exact power flow; nodes, branches and
 * feeders as in the city. */
typedef struct
{
  guint n_nodes, n_branches, n_feeders;
  double *node_vm_pu;     /* [node]; NaN: not supplied, or its feeder is not solved */
  float *node_distance_m; /* [node]: along closed branches from the source; NaN without places */
  float *node_room_kw;    /* [node]: what it could take alone; NaN: a source or not solved */
  guint8 *node_limit;     /* [node] ZxHostingLimit */
  gint32 *node_element;   /* [node]: a node for voltage, a branch for thermal, else -1 */
  float *branch_loading_percent;   /* [branch]: by current; NaN: open, unrated or not solved */
  float *branch_kva;               /* [branch]: the larger of its ends */
  float *node_unbalance_percent;   /* [node]: of the voltage; NaN where no phases are known */
  float *branch_unbalance_percent; /* [branch]: of the current, as ZxUnbalance; NaN likewise */
  float *branch_neutral_percent;   /* [branch] */
  guint8 *branch_place;            /* [branch] ZxUnbalancePlace */
  float *feeder_known_share;       /* [feeder]: of the load of known phase; 0: none */
  guint8 *feeder_hour;             /* [feeder]: the fullest */
  float *feeder_vmin_pu, *feeder_loading_percent, *feeder_losses_kwh; /* [feeder]: of the day */
  double *feeder_limit_pu; /* [feeder]: lowest voltage allowed; NaN when not solved */
  char **feeder_problem;   /* [feeder]: why it has no power flow, a sentence; NULL when solved */
} ZxFeederState;

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
  ZxFeederState *flows;  /* by exact power flow; NULL when the city has no feeders */
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

/* One hour by another calendar: the season (0 winter: December to February, 1 spring, 2 summer, 3
 * autumn) and whether it is Saturday or Sunday, of @hour hours after midnight of the day @julian
 * (g_date_get_julian()). */
void zx_power_day_of (guint32 julian, gsize hour, guint *season, gboolean *is_weekend);

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
  guint n_watched;                     /* branches whose loading is kept hour by hour */
  const guint32 *watched;              /* [watched]: grid branch */
} ZxLoadProfiles;

typedef struct
{
  gsize n_hours;
  double *losses_kw, *vmin_pu, *max_loading_percent; /* [hour]; loading NaN: no branch is rated */
  gint32 *vmin_node, *max_loading_branch;            /* [hour]; -1 */
  float *watched_percent; /* [watched][hour]: loading; NaN: unrated or open */
} ZxFlowSeries;

/* Eight hours at a time, in parallel.  NULL with @error naming the first hour without a solution.
 * The same bytes on any number of threads. */
ZxFlowSeries *zx_power_flow_series (const ZxGrid *grid, const ZxLoadProfiles *profiles,
                                    const ZxFlowOptions *options, const ZxProgress *progress,
                                    GError **error);
void zx_power_flow_series_free (ZxFlowSeries *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxFlowSeries, zx_power_flow_series_free)

/* ---- unbalance of the phases ----------------------------------------------------------------- */

#define ZX_UNBALANCE_OUTLET_PERCENT  15.0
#define ZX_UNBALANCE_HEAD_PERCENT    25.0
#define ZX_UNBALANCE_NEUTRAL_PERCENT 25.0
#define ZX_UNBALANCE_VOLTAGE_PERCENT 2.0

/* NaN where a component has more loops than sweeps close, or a branch carries nothing. */
typedef struct
{
  guint n_nodes, n_branches;
  double known_share;         /* 0 … 1 of the load's kW: those of known phase; the rest counts as
                                 balanced */
  double *voltage_percent;    /* [node]: negative over positive sequence, GB/T 15543 */
  double *current_percent;    /* [branch]: (Imax - Imin) / Imax at the end away from the source; NaN
                                 also for sections of one or two conductors */
  double *neutral_percent;    /* [branch]: current of the neutral over the rated one; NaN unrated */
  double (*phase_percent)[3]; /* [branch]: loading of A, B, C; NaN unrated */
  guint8 *place;              /* [branch] ZxUnbalancePlace */
  guint n_unsolved;           /* components with NaN throughout */
} ZxUnbalance;

/* Is any load's phase known? */
gboolean zx_power_has_phases (const ZxGrid *grid);
/* NULL with @error as zx_power_flow().  O(nodes x iterations). */
ZxUnbalance *zx_power_unbalance (const ZxGrid *grid, const ZxFlowOptions *options, GError **error);
void zx_power_unbalance_free (ZxUnbalance *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxUnbalance, zx_power_unbalance_free)
/* (Imax - Imin) / Imax in percent of three currents; NaN when there are none. */
double zx_power_unbalance_measure (const double phase[3]);
/* [watched][hour]: current_percent; charging counts as balanced.  In parallel, the same bytes on
 * any number of threads.  (transfer full) */
float *zx_power_unbalance_series (const ZxGrid *grid, const ZxLoadProfiles *profiles,
                                  const ZxFlowOptions *options, const ZxProgress *progress,
                                  GError **error);
/* Runs of 2 h and more at or above @limit_percent: the over events. */
ZxLoadEvents zx_power_unbalance_events (const float *percent, gsize n, double limit_percent);

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
  double max_loading_percent; /* after the tie is closed; NaN where no branch is rated */
} ZxOutage;

/* Every closed branch out, one at a time; (element-type ZxOutage), by branch.  NULL with @error as
 * zx_power_flow() for the grid as it is. */
GArray *zx_power_outages (const ZxGrid *grid, const ZxFlowOptions *options,
                          const ZxProgress *progress, GError **error);
/* The same for some branches; open ones are left out. */
GArray *zx_power_outages_of (const ZxGrid *grid, const guint *branches, guint n_branches,
                             const ZxFlowOptions *options, const ZxProgress *progress,
                             GError **error);

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
/* The same for some nodes only; the others stay NaN. */
ZxHosting *zx_power_hosting_nodes (const ZxGrid *grid, const ZxHostingScenario *scenario,
                                   const guint *nodes, guint n_nodes, const ZxProgress *progress,
                                   GError **error);
/* The same over hours: the least of all, in an hour in which charging draws @share of its power. */
typedef struct
{
  gsize n_hours;            /* >= 1 */
  const double *multiplier; /* [hour]: of the grid's loads */
  const double *share;      /* [hour]: 0 … 1; NULL: charging draws its power in every hour */
} ZxHostingHours;
/* @hour_of: (out) (transfer full): [node] the hour that limits; -1 where none does. */
ZxHosting *zx_power_hosting_hours (const ZxGrid *grid, const ZxHostingScenario *scenario,
                                   const ZxHostingHours *hours, gint32 **hour_of,
                                   const ZxProgress *progress, GError **error);
/* Tries @n_steps evenly spaced loads up to each node's capacity: the least that breaks a limit, NaN
 * where none does or the node has a load that is not constant power.  (transfer full)  O(nodes x
 * @n_steps) flows. */
double *zx_power_hosting_scan (const ZxGrid *grid, const ZxHostingScenario *scenario,
                               const ZxHosting *hosting, guint n_steps, const ZxProgress *progress,
                               GError **error);
ZxHosting *zx_power_hosting_new (guint n_nodes, GError **error); /* NaN and NONE everywhere */
void zx_power_hosting_free (ZxHosting *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxHosting, zx_power_hosting_free)

/* ---- layers --------------------------------------------------------------------------------- */

/* Nodes with their state and, where @hosting is given, their capacity in the fields utilities
 * publish; WGS 84.  @hour_of: nullable. */
ZxLayer *zx_power_node_layer (const ZxGrid *grid, const ZxFlow *flow, const ZxHosting *hosting,
                              const gint32 *hour_of, const ZxHostingScenario *scenario);
/* Branches with loading, along their course where one is given, else straight between their ends.
 */
ZxLayer *zx_power_branch_layer (const ZxGrid *grid, const ZxFlow *flow);

/* ---- a set of sites at once ------------------------------------------------------------------ */

typedef struct
{
  guint32 node; /* grid node */
  double kw;    /* with the scenario's power factor */
} ZxSetLoad;

typedef struct
{
  double kw;                       /* of all */
  ZxHostingLimit limit;            /* CAP: all holds; BASE_…: broken without them */
  gint32 element;                  /* a node for voltage, a branch for thermal, else -1 */
  gint32 hour;                     /* the worst */
  double vmin_pu, loading_percent; /* in that hour, with all of them */
  double allowed_share;            /* 0 … 1 of their power that holds; 1 when all does */
} ZxTogether;

/* Capacities of single nodes do not add up: here the whole set draws at once, in every hour its
 * share.  @hours NULL: the grid's loads as they are.  O(hours x 20) flows. */
gboolean zx_power_together (const ZxGrid *grid, const ZxHostingScenario *scenario,
                            const ZxHostingHours *hours, const ZxSetLoad *loads, guint n_loads,
                            const ZxProgress *progress, ZxTogether *result, GError **error);

/* ---- many sites at once --------------------------------------------------------------------- */

typedef struct
{
  double site_kw;  /* each site adds this, with the scenario's power factor: 120 */
  guint n_draws;   /* orders of sites tried: 200 */
  guint max_sites; /* in one order: 100 */
  guint64 seed;
} ZxSpreadOptions;
#define ZX_SPREAD_OPTIONS_INIT                                                                     \
  {                                                                                                \
    120, 200, 100, 1                                                                               \
  }

/* One connected part of the grid. */
typedef struct
{
  guint n_nodes;                 /* without the sources */
  guint32 source;                /* grid node: the first */
  double p10_kw, p50_kw, p90_kw; /* of what random sites could take together before a limit */
  double mean_kw, mean_low_kw, mean_high_kw; /* 95 % band of the mean: over the draws alone */
  double least_kw, most_kw;
  guint n_voltage, n_thermal, n_unlimited; /* draws by what stopped them; unlimited: max_sites */
  gboolean is_violated_before;             /* the base case already violates: all 0 */
} ZxSpreadPart;

/* Stochastic hosting capacity: sites of one size at random nodes, one after another, until a limit
 * of the scenario (already applied to @grid) is broken; (element-type ZxSpreadPart).  Sites may
 * share a node.  The same bytes on any number of threads.  O(draws × log sites) flows. */
GArray *zx_power_spread (const ZxGrid *grid, const ZxHostingScenario *scenario,
                         const ZxSpreadOptions *options, const ZxProgress *progress,
                         GError **error);

/* ---- what would help --------------------------------------------------------------------------
 */

typedef enum
{
  ZX_REMEDY_TRANSFORMER, /* the next standard size in place of the one that limits */
  ZX_REMEDY_CONDUCTOR,   /* a larger conductor on the lines between the source and the node */
  ZX_REMEDY_MANAGED,     /* charging held to what the grid can take */
} ZxRemedyKind;

typedef struct
{
  ZxRemedyKind kind;
  gint32 branch; /* the element that is replaced (the first of them); -1 for managed charging */
  guint n_branches;
  double length_km;  /* of the lines replaced; 0 where the impedance does not tell */
  double hosting_kw; /* of the node afterwards */
  double gained_kw;
  double cost_fen;
  double fen_per_kw; /* of what is gained; INFINITY when nothing is */
} ZxRemedy;

typedef struct
{
  double transformer_fen_per_kva; /* 80 000: DOMAIN.md §3, middle of 600 … 1 000 yuan/kVA */
  double conductor_fen_per_km;    /* 35 000 000 */
  double managed_fen_per_kw;      /* 10 000: control and metering */
  double conductor_factor;        /* rating of the next conductor: 1.4; resistance falls by it
                                     squared, reactance by a tenth */
  double ohm_per_km;              /* of present lines, to tell length from impedance: 0.35 */
} ZxRemedyOptions;
#define ZX_REMEDY_OPTIONS_INIT                                                                     \
  {                                                                                                \
    80000, 35000000, 10000, 1.4, 0.35                                                              \
  }

/* What each remedy buys at @node for a station of @wanted_kw, by exact flows, cheapest per kW
 * first; (element-type ZxRemedy).  Empty when the node can take it already.  Costs are options, not
 * facts. */
GArray *zx_power_remedies (const ZxGrid *grid, const ZxHostingScenario *scenario, guint node,
                           double wanted_kw, const ZxRemedyOptions *options, GError **error);

/* ---- transformer areas to protect -------------------------------------------------------------
 */

typedef struct
{
  guint area;
  ZxLoadClass load_class; /* HEAVY or OVER */
  double peak_rate;
  guint heavy_hours, over_hours;
  guint8 first_hour, last_hour; /* hours of the day between which there is no room; equal to 24
                                   when there is room in every hour */
  guint next_size_kva;          /* standard size that would bring the peak to plan_rate; 0: none */
} ZxProtectedArea;

/* Areas in heavy or over load, the worst first (over before heavy, then by peak);
 * (element-type ZxProtectedArea). */
GArray *zx_power_protection (const ZxCity *city, const ZxHeadroom *headroom,
                             const ZxPowerOptions *options);

/* ---- a plan on the feeders of a city ----------------------------------------------------------
 */

typedef struct
{
  gint32 feeder; /* of the city; sites with -1 are not checked */
  gint32 area;   /* transformer area they hang on, -1: the feeder itself, nearest node */
  double x_m, y_m;
  double kw; /* connected power, taken in every hour: as the choice of sites counts it */
} ZxSiteLoad;

typedef struct
{
  double source_vm_pu;          /* voltage kept at the feeders' sources: 1.0 */
  double vmin_pu;               /* 0.93: GB 50966 §7.0.1 */
  double loading_limit_percent; /* 100 */
  double power_factor;          /* of charging: 0.98 */
  double base_power_factor;     /* where the base kvar is not known: 0.95 */
} ZxFeederOptions;
#define ZX_FEEDER_OPTIONS_INIT                                                                     \
  {                                                                                                \
    1.0, 0.93, 100, 0.98, 0.95                                                                     \
  }

/* One feeder that sites of a plan load, over the 24 hours of the design day. */
typedef struct
{
  gint32 feeder;
  guint n_sites;
  double site_kw;
  double vmin_before_pu, vmin_after_pu;
  double loading_before_percent, loading_after_percent; /* NaN: no branch is rated */
  double losses_before_kwh, losses_after_kwh;           /* of the day */
  guint8 hour;          /* of the lowest voltage or the highest loading afterwards, as @limit says;
                           of the highest loading when nothing is broken */
  ZxHostingLimit limit; /* VOLTAGE, THERMAL, NO_SOLUTION; BASE_… when broken without the sites; CAP
                           when all holds; NONE when the feeder has no power flow by itself */
  gint32 element;       /* city's feeder node or branch that binds; -1 */
  double allowed_share; /* 0 … 1 of the sites' power that holds; 1 when all does */
} ZxFeederCheck;

/* Exact power flow of every feeder that carries sites, with and without them; (element-type
 * ZxFeederCheck), by feeder.  Loads of transformer areas stand at the feeder's nearest node; where
 * no area names a feeder its nodes' own load stands for every hour.  Feeders without coordinates
 * cannot be checked and are left out. */
GArray *zx_power_check_plan (const ZxCity *city, const ZxSiteLoad *sites, guint n_sites,
                             const ZxFeederOptions *options, const ZxProgress *progress,
                             GError **error);
/* One feeder of a city as a grid; *@node_of and *@branch_of (optional, transfer full) say which of
 * the city's each is.  Loads are the nodes' own.  NULL with @error. */
#define ZX_ALL_FEEDERS G_MAXUINT /* all of them and the ties between them as one grid */
ZxGrid *zx_power_feeder_grid (const ZxCity *city, guint feeder, double source_vm_pu,
                              guint32 **node_of, guint32 **branch_of, GError **error);

/* Flow and hosting capacity of every feeder at its fullest hour.  A feeder without a solution keeps
 * the reason and leaves the others alone.  O(nodes x flows of its feeder). */
ZxFeederState *zx_power_feeder_state (const ZxCity *city, const ZxFeederOptions *options,
                                      const ZxProgress *progress, GError **error);
/* What would help the node of @feeder that has the least room to take @wanted_kw: *@node is the
 * city's, so are the remedies' branches; (element-type ZxRemedy). */
GArray *zx_power_feeder_remedies (const ZxCity *city, const ZxFeederState *state, guint feeder,
                                  double wanted_kw, const ZxFeederOptions *options, gint32 *node,
                                  GError **error);
/* What random sites on @feeder could take together; source is the city's node. */
gboolean zx_power_feeder_spread (const ZxCity *city, const ZxFeederState *state, guint feeder,
                                 const ZxFeederOptions *options, const ZxSpreadOptions *draws,
                                 ZxSpreadPart *part, GError **error);
/* The first branches of the feeders, the @n_most that carry most, out one at a time, with the best
 * tie, also one between feeders; (element-type ZxOutage) with the city's branches and nodes. */
GArray *zx_power_head_outages (const ZxCity *city, const ZxFeederState *state, guint n_most,
                               const ZxFeederOptions *options, const ZxProgress *progress,
                               GError **error);
/* [branch]: the loading of @state where no site loads the feeder, else by power flow with the sites
 * at the hour that is fullest then; NaN where it has no solution.  (transfer full) */
float *zx_power_planned_loading (const ZxCity *city, const ZxFeederState *state,
                                 const ZxSiteLoad *sites, guint n_sites,
                                 const ZxFeederOptions *options);
void zx_power_feeder_state_free (ZxFeederState *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxFeederState, zx_power_feeder_state_free)

/* The branches as lines, row by row: along their course where one is given, else straight between
 * their ends; empty where an end has no place.  @lines: filled, yours to clear. */
void zx_power_feeder_lines (const ZxFeeders *feeders, ZxGeometry *lines);

/* Voltage over distance for a chart: closed branch by closed branch its two ends, a NaN pair
 * between them; (element-type double), km and per unit, of equal length.  Empty without places. */
void zx_power_voltage_profile (const ZxFeeders *feeders, const ZxFeederState *state, guint feeder,
                               GArray *km, GArray *vm_pu);

/* ---- voltage by level --------------------------------------------------------------------------
 */

typedef enum
{
  ZX_VOLTAGE_LOW,    /* below 1 kV: 220 V single-phase, +7 % and -10 % */
  ZX_VOLTAGE_MEDIUM, /* 20 kV and below, three-phase: +-7 % */
  ZX_VOLTAGE_HIGH,   /* 35 kV and above: the sum of both deviations at most 10 % */
  ZX_N_VOLTAGE_LEVELS,
} ZxVoltageLevel;

typedef struct
{
  double low_pu, high_pu; /* GB/T 12325-2008; 35 kV and above: each alone, with the sum to be seen
                             from @least_pu and @most_pu */
  guint n_nodes, n_below, n_above;
  guint n_below_three_phase; /* below 0.93: too low for a station at 380 V */
  double least_pu, most_pu;  /* NaN without nodes */
} ZxVoltageBand;

ZxVoltageLevel zx_power_voltage_level (double kv);
/* NaN voltages do not count. */
void zx_power_voltage_bands (const double *kv, const double *vm_pu, guint n,
                             ZxVoltageBand bands[ZX_N_VOLTAGE_LEVELS]);

G_END_DECLS
