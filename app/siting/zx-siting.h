/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Candidates, scores, pile types and counts, economics, and the choice of sites with a proven gap.
 *
 * Cell c sends its demand D_c to the stations in Huff shares.  With the open new sites S and their
 * sizes, new share of c = A_S / (A_existing + A_outside + A_S),   A_S = Σ_{j in S} attraction of j
 * seen from c, which is concave and increasing in A_S.  The plan maximises the expected demand the
 * new sites serve, Σ_c E[D_c] share_c, over sites × configurations under the number of sites, the
 * budget, the grid's room and spacing.  The relaxation to 0 <= y <= 1 is a concave programme whose
 * tangents give the proven bound (Frank–Wolfe with Lagrangian side constraints), tightened by
 * branch and bound. */
#pragma once

#include "app/demand/zx-demand.h"
#include "app/power/zx-power.h"

G_BEGIN_DECLS

/* ---- queues and money --------------------------------------------------------------------- */

double
zx_erlang_c (guint servers,
             double offered); /* P(wait); NaN when offered >= servers: never a negative time */
/* Mean wait in minutes of M/G/c (Allen–Cunneen): @lambda_per_h, @service_min, squared cv of
 * service; NaN unstable. */
double zx_queue_wait_min (guint servers, double lambda_per_h, double service_min, double cv2);
double zx_queue_exceed (guint servers, double lambda_per_h, double service_min,
                        double wait_min); /* P(W > wait) */
/* Smallest number of servers with a mean wait <= @wait_min; 0 when none up to 1000 does. */
guint zx_queue_servers (double lambda_per_h, double service_min, double cv2, double wait_min);

double zx_npv_fen (double capex_fen, double yearly_fen, double rate, guint years);
double zx_irr (double capex_fen, double yearly_fen, guint years); /* NaN when there is none */
double zx_payback_years (double capex_fen, double yearly_fen);    /* INFINITY when never */

/* One number the plan rests on; all of them are printed in the report with their source. */
typedef struct
{
  const char *key; /* "pile.dc120.capex_fen_per_kw" */
  double value;
  const char *unit;
  const char *source; /* English msgid */
} ZxParameter;

/* ---- configurations ----------------------------------------------------------------------- */

/* A size of station the planner would build: resources/data/piles.ini, editable. */
typedef struct
{
  char *id;            /* "dc120x4" */
  char *title;         /* English msgid: "4 × DC 120 kW" */
  guint n_dc, n_ac;    /* connectors */
  double dc_kw, ac_kw; /* per connector */
  double capex_fen;    /* all in, without land */
  double fixed_opex_fen_per_year;
  double kva; /* transformer share */
  guint bays;
  char *source;
} ZxConfiguration;

/* ---- candidates --------------------------------------------------------------------------- */

typedef enum
{
  ZX_FILTER_NONE,      /* passes */
  ZX_FILTER_OUTSIDE,   /* outside the boundary */
  ZX_FILTER_EXCLUSION, /* inside an exclusion area */
  ZX_FILTER_WATER,
  ZX_FILTER_ROAD,    /* no drivable road within reach */
  ZX_FILTER_SPACING, /* too near an existing station */
  ZX_FILTER_GRID,    /* no room for even the smallest configuration */
  ZX_FILTER_SMALL,   /* parcel too small */
  ZX_FILTER_BANNED,  /* by the planner */
  ZX_N_FILTERS,
} ZxFilter;
const char *zx_filter_title (ZxFilter filter); /* English msgid */

typedef struct
{
  guint n;
  guint32 *id;    /* pool id of the city, or 0: "C0001" by index */
  gint32 *parcel; /* -1: made from a cell */
  gint32 *cell;   /* -1 outside */
  double *x_m, *y_m;
  gint32 *transformer; /* index, -1 = none known */
  gint32 *feeder;
  float *grid_room_kw; /* least of the day, of the transformer area and its feeder; NaN unknown */
  float *road_distance_m;
  float *nearest_station_m;
  guint8 *filter; /* ZxFilter: why it is out, or NONE */
  guint n_by_filter[ZX_N_FILTERS];
  gboolean are_parcels; /* FALSE: candidates were made by the program */
  /* target dimensions, for candidates that pass; NaN otherwise */
  float *served_mean, *served_p10, *served_p50,
      *served_p90;                    /* kWh/d if built alone with its best configuration */
  float *npv_mean_fen, *npv_positive; /* expected NPV; P(NPV > 0) */
  float *coverage_people; /* residents within 10 min that now have no station within 10 min */
  float *access;          /* 0 … 1: road class and distance */
  float *score;           /* weighted 0 … 1, for the ranking table */
  guint8 *best_configuration;
  float *topsis; /* DOMAIN.md §3.4: the transparent old recipe, closeness 0 … 1 */
} ZxCandidates;

typedef struct
{
  guint n_sites;                  /* >= 1; 0 = 5 */
  double budget_fen;              /* INFINITY = none */
  double station_spacing_m;       /* to existing stations: 300 */
  double site_spacing_m;          /* between new sites: 500 */
  double road_limit_m;            /* 200 */
  double min_parcel_m2;           /* 150 */
  double wait_limit_min;          /* 10 */
  double service_cv2;             /* 0.5 */
  double session_kwh;             /* energy of one session: 25 */
  double car_kw_dc;               /* what the car takes at a DC gun on average: 45 */
  double service_fee_fen_per_kwh; /* margin: 50 */
  double loss_fen_per_kwh;        /* 6 */
  double discount_rate;           /* 0.08 */
  guint life_years;               /* 10 */
  double grid_power_factor;       /* 0.98 */
  gboolean ignore_grid;
  double time_limit_s; /* of the proof; the default 0 stops at a fixed number of nodes, so that a
                          plan does not depend on the machine's speed */
  guint max_nodes;     /* branch-and-bound nodes: 2000 */
  double gap_goal;     /* stop when proven within: 1e-4 */
  ZxHuffOptions huff;
  guint64 seed;
  const guint32 *required; /* candidate indices, n_required */
  guint n_required;
  const guint32 *banned;
  guint n_banned;
} ZxSitingOptions;
void zx_siting_options_default (ZxSitingOptions *options);
/* Every parameter used, for the report.  (element-type ZxParameter), owned strings are static. */
GArray *zx_siting_parameters (const ZxSitingOptions *options, const ZxConfiguration *configurations,
                              guint n);
/* resources/data/piles.ini, linked in.  Returns: (transfer full) (element-type ZxConfiguration). */
GPtrArray *zx_siting_configurations (const char *text /* NULL = the default */, gssize n,
                                     GError **error);
void zx_configuration_free (ZxConfiguration *self);

typedef struct
{
  const ZxCity *city;
  const ZxCells *cells;
  const ZxDemand *demand;
  const ZxHeadroom *headroom; /* NULL: grid not checked, said so */
  const ZxRoadGraph *graph;   /* NULL: straight lines */
  const ZxSpeedTable *speeds;
  const ZxTravelRows *station_rows; /* station → cells */
  const ZxConfiguration *const *configurations;
  guint n_configurations;
} ZxSitingInput;

ZxCandidates *zx_siting_candidates (const ZxSitingInput *input, const ZxSitingOptions *options,
                                    ZxFindings *findings, const ZxProgress *progress,
                                    GError **error);
void zx_candidates_free (ZxCandidates *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxCandidates, zx_candidates_free)

/* ---- the plan ----------------------------------------------------------------------------- */

typedef struct
{
  guint candidate;
  guint configuration;
  double served_mean, served_p10, served_p50, served_p90; /* kWh/d, with the whole plan built */
  double taken_from_existing;    /* mean kWh/d that existing stations lose to this site */
  double peak_sessions_per_h;    /* design hour, mean */
  double wait_min, wait_over_10; /* at the design hour, at the P90 demand */
  double utilisation;            /* energy / (power × 24 h), mean */
  double capex_fen, opex_fen_per_year, revenue_fen_per_year, npv_mean_fen, npv_p10_fen, npv_p90_fen,
      npv_positive, irr, payback_years;
  double load_rate_before,
      load_rate_after; /* of the transformer area, design day peak; NaN unknown */
  double room_left_kw;
  double in_best_set; /* probability over draws */
  double co2_t_per_year;
  float hourly_kw[24]; /* expected load of the site, weekday */
} ZxPlanSite;

typedef struct
{
  guint n_sites;
  ZxPlanSite *site; /* in the order of served_mean, largest first */
  double value;     /* expected kWh/d served by the new sites */
  double value_p10, value_p50, value_p90;
  double bound;       /* proven: no plan under these limits serves more */
  double gap;         /* (bound - value) / bound */
  gboolean is_proven; /* gap <= gap_goal */
  double capex_fen;
  double newly_covered_people;
  double new_to_public; /* kWh/d that was not served before */
  guint n_nodes;
  double *value_by_sites; /* n_sites: value of the best plan found with 1, 2 … sites */
  double *bound_by_sites;
  double regret_fen_or_kwh; /* EVPI: E[best per draw] - value, kWh/d */
  gboolean grid_checked;
  gboolean violates_nothing; /* the independent checker's word */
  char *limiting; /* English msgid: what binds ("the number of sites", "the budget", "grid room") */
} ZxPlan;

ZxPlan *zx_siting_choose (const ZxSitingInput *input, ZxCandidates *candidates,
                          const ZxSitingOptions *options, ZxFindings *findings,
                          const ZxProgress *progress, GError **error);
void zx_plan_free (ZxPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxPlan, zx_plan_free)

/* Recomputes value and limits of a plan from scratch, sharing no code with the search.  FALSE with
 * the broken limit named. */
gboolean zx_siting_check_plan (const ZxSitingInput *input, const ZxCandidates *candidates,
                               const ZxSitingOptions *options, const ZxPlan *plan, GError **error);

G_END_DECLS
