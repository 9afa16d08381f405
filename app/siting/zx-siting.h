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

/* Arrivals per hour at which the mean wait is just @wait_min: what so many servers can take.  0 for
 * no servers or a service that never ends. */
double zx_queue_capacity_per_h (guint servers, double service_min, double cv2, double wait_min);

double zx_npv_fen (double capex_fen, double yearly_fen, double rate, guint years);
double zx_irr (double capex_fen, double yearly_fen, guint years); /* NaN when there is none */
double zx_payback_years (double capex_fen, double yearly_fen);    /* INFINITY when never */
/* Present value of 1 a year for @years: (1 - (1 + rate)^-years) / rate; @years at rate 0. */
double zx_annuity (double rate, guint years);
/* kWh a year at which the NPV is 0; INFINITY when the margin is not positive. */
double zx_break_even_kwh (double capex_fen, double opex_fen_per_year, double margin_fen_per_kwh,
                          double rate, guint years);
/* Tonnes of CO2 that @kwh at the meter save against petrol cars over the same distance, less what
 * the power station emits (DOMAIN.md §5.2); negative above the break-even grid factor. */
double zx_carbon_saved_t (double kwh, double ev_kwh_per_km, double car_l_per_100km,
                          double petrol_kg_per_l, double grid_t_per_mwh);

/* ---- weights and rankings ----------------------------------------------------------------- */

typedef struct
{
  double lambda_max, consistency_index, consistency_ratio; /* usable below a ratio of 0.10 */
} ZxAhpCheck;
/* Saaty's principal eigenvector of a positive reciprocal matrix, row by row; @weights sums to 1.
 * FALSE when n is not 1 … 10 or an entry is not positive or not the reciprocal of its mirror. */
gboolean zx_ahp_weights (const double *matrix, guint n, double *weights, ZxAhpCheck *check,
                         GError **error);
/* Shannon entropy weights of @values[row * n_columns + column], all >= 0; a column without any
 * difference weighs 0; equal weights when none differs. */
void zx_entropy_weights (const double *values, guint n_rows, guint n_columns, double *weights);
/* Closeness 0 … 1 of every row to the ideal, vector normalisation; rows with a NaN give NaN and
 * take no part.  O(rows × columns). */
void zx_topsis (const double *values, guint n_rows, guint n_columns, const double *weights,
                const gboolean *is_cost, double *closeness);

/* One number the plan rests on; all of them are printed in the report with their source. */
typedef struct
{
  const char *key; /* "pile.dc120.capex_fen_per_kw" */
  double value;
  const char *unit;
  const char *source; /* English msgid */
} ZxParameter;

/* ---- configurations ----------------------------------------------------------------------- */

typedef struct _ZxSitingOptions ZxSitingOptions;

/* What a plan is judged by. */
typedef enum
{
  ZX_RISK_MEAN,  /* most energy, expected */
  ZX_RISK_UNMET, /* least demand left unserved in the worst draws: its conditional value at risk */
  ZX_RISK_PAYS,  /* greatest probability that the NPV of the whole plan is positive; among equals
                    most  energy */
  ZX_N_RISKS,
} ZxRisk;

/* How far the choice of sites has come: kWh/d of the best plan so far, the proven bound, and
 * (bound - value) / bound. */
typedef void (*ZxSitingPaceFunc) (double value, double bound, double gap, gpointer data);

#define ZX_MAX_CONFIGURATIONS 32

/* A size of station the planner would build: resources/data/piles.ini, editable. */
typedef struct
{
  char *id;            /* "dc120x4" */
  char *title;         /* English msgid: "4 × DC 120 kW" */
  guint n_dc, n_ac;    /* connectors */
  double dc_kw, ac_kw; /* per connector when all are in use */
  double car_kw;       /* what a car takes here on average; NaN: ZxSitingOptions.car_kw_dc.  Set for
                          liquid-cooled guns, which only pay with cars that take more */
  double capex_fen;    /* all in, without land: the three parts below */
  double piles_fen, transformer_fen, civil_fen;
  double fixed_opex_fen_per_year; /* upkeep, platform and rent */
  double rent_fen_per_year; /* the rent in it; a parcel's own rent, where known, takes its place */
  double kva;               /* transformer share */
  gboolean has_transformer; /* brings its own transformer: loads the feeder, not the transformer
                               area.  Counts only where the feeder's room is known */
  guint bays;
  char *source;
} ZxConfiguration;

/* kWh a day it can serve with a mean wait within the limit when @peak_share of the day falls into
 * the design hour. */
double zx_configuration_capacity_kwh (const ZxConfiguration *self, const ZxSitingOptions *options,
                                      double peak_share);
/* Mean wait and P(wait > 10 min) when @sessions_per_h arrive; sessions split over DC and AC as
 * their capacities.  NaN when unstable. */
double zx_configuration_wait_min (const ZxConfiguration *self, const ZxSitingOptions *options,
                                  double sessions_per_h);
double zx_configuration_wait_over_10 (const ZxConfiguration *self, const ZxSitingOptions *options,
                                      double sessions_per_h);
double zx_configuration_kw (const ZxConfiguration *self); /* of all connectors */

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
  /* what lies behind them */
  float *area_room_kw, *feeder_room_kw; /* least of the day; NaN unknown */
  guint8 *road_class;                   /* ZxRoadClass of the nearest road; UNKNOWN without one */
  float *rent_fen_per_year;             /* of the parcel, for the best size; NaN unknown */
  ZxTravelRows *rows; /* candidate → cells, drivers' times to the candidate, within
                         huff.limit_s; empty for candidates that are out */
  guint n_draws_used; /* of the posterior; fewer than it has where a full pass is too slow */
} ZxCandidates;

/* Weights of the score, DOMAIN.md §3.4; a criterion the city knows nothing of gives its weight to
 * the others. */
typedef struct
{
  double demand;   /* 0.35: energy served if built alone */
  double grid;     /* 0.25: room left */
  double access;   /* 0.15 */
  double cost;     /* 0.15: capital and rent per kWh served */
  double coverage; /* 0.10: people newly covered */
} ZxSitingWeights;

/* The criteria of the score, in the order of the weights. */
typedef enum
{
  ZX_SCORE_DEMAND,
  ZX_SCORE_GRID,
  ZX_SCORE_ACCESS,
  ZX_SCORE_COST,
  ZX_SCORE_COVERAGE,
  ZX_N_SCORES,
} ZxScoreCriterion;

struct _ZxSitingOptions
{
  guint n_sites;                  /* at most so many; >= 1; 0 = 5 */
  double budget_fen;              /* INFINITY = none */
  double station_spacing_m;       /* to existing stations: 300 */
  double site_spacing_m;          /* between new sites: 500 */
  double road_limit_m;            /* 200 */
  double min_parcel_m2;           /* 150 */
  double wait_limit_min;          /* 10 */
  double size_quantile;           /* 0.9: of demand over the draws.  A size is not offered where a
                                     cheaper one with the same connectors (AC, DC) can
                                     serve that much; 1 = every size is */
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
  double npv_floor_fen;   /* offer only site and size with at least this expected NPV alone:
                             -INFINITY = all */
  guint risk;             /* ZxRisk: MEAN.  With the others the search goes on from the plan of most
                             energy; limits are the same */
  double risk_share;      /* of the draws, that count as the worst: 0.1 */
  double pays_least;      /* offer only site and size whose NPV alone is positive with at least this
                             probability: 0 = all */
  double coverage_s;      /* a resident is covered within: 600 */
  double grid_t_per_mwh;  /* 0.5366: national mean 2022 */
  double ev_kwh_per_km;   /* 0.15 */
  double car_l_per_100km; /* 7.5 */
  double petrol_kg_per_l; /* 2.2211 kg CO2 */
  ZxSitingWeights weights;
  double effort; /* most evaluations of (site, size, cell) for the proof; like @max_nodes a limit
                    that does not depend on the machine's speed.  0: about 120 passes over
                    everything */
  /* The planner has seen enough: NULL, or an int that another thread sets atomically to 1.  The
   * search then ends within 0.2 s (before there is a first plan: as soon as there is one) with the
   * best plan so far and its true bound; what the plan rests on is not asked any more.  Unlike
   * cancelling it gives a plan. */
  const gint *settle;
  /* Called from the thread zx_siting_choose() runs in, never from two at once: with the first plan,
   * at each improvement and else about every 0.1 s until the search ends (a single pass over a
   * large city may take longer).  A look at the clock between moves is all it costs; what it does
   * itself the search waits for.  Nullable. */
  ZxSitingPaceFunc on_pace;
  gpointer on_pace_data; /* borrowed */
};
void zx_siting_options_default (ZxSitingOptions *options);
/* Every parameter used, for the report.  (element-type ZxParameter), owned strings are static. */
GArray *zx_siting_parameters (const ZxSitingOptions *options,
                              const ZxConfiguration *const *configurations, guint n);
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
/* How many candidates each filter would take with other @options than those they were looked for
 * with; what was surveyed (places, distances, rooms) stays.  Of @input the city, the graph's being
 * there and the configurations count.  O(candidates × configurations), no allocation per candidate.
 */
void zx_siting_count_filters (const ZxSitingInput *input, const ZxSitingOptions *options,
                              const ZxCandidates *candidates, guint n_by_filter[ZX_N_FILTERS]);
void zx_candidates_free (ZxCandidates *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxCandidates, zx_candidates_free)

/* The candidates that pass, by the score and by the older recipes; ranks from 1. */
typedef struct
{
  guint n;
  guint32 *candidate;              /* [n]: ascending */
  guint32 *rank;                   /* [n]: by the score */
  guint32 *best_rank, *worst_rank; /* [n]: by the score with one weight at a time a fifth less or
                                      more */
  guint32 *ahp_rank;               /* [n]: by the score with Saaty's weights */
  guint32 *entropy_rank;           /* [n]: by TOPSIS with Shannon's weights */
  double weight[ZX_N_SCORES];      /* each set sums to 1; 0: nothing is known of the criterion */
  double ahp_weight[ZX_N_SCORES], entropy_weight[ZX_N_SCORES];
  ZxAhpCheck ahp; /* of the judgements: ratios of the weights, rounded to 1/9 … 9 */
} ZxScoreViews;
/* O(candidates log candidates).  (transfer full) */
ZxScoreViews *zx_siting_score_views (const ZxCandidates *candidates, const ZxSitingOptions *options,
                                     const ZxConfiguration *const *configurations,
                                     guint n_configurations);
void zx_score_views_free (ZxScoreViews *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxScoreViews, zx_score_views_free)

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
      load_rate_after; /* of the transformer area, design day peak, with the full connected power of
                          all sites of the plan that load it; NaN unknown */
  double room_left_kw; /* of area and feeder with the whole plan built; NaN unknown */
  double in_best_set; /* share of draws whose own best plan holds this candidate; NaN: not sought */
  double co2_t_per_year; /* saved by all energy sold here, not only by what is new */
  guint32 stage;         /* 1 …: built as so manieth, where what stands shall serve most at every
                            stage of building; 0: not asked */
  double value_then;     /* kWh/d of all sites up to this stage together, mean */
  float hourly_kw[24];   /* expected load of the site, weekday */
} ZxPlanSite;

/* What is changed when the question is asked again. */
typedef enum
{
  ZX_VARIANT_SITES,        /* change: +1 or -1 site */
  ZX_VARIANT_BUDGET,       /* change: the budget, fen */
  ZX_VARIANT_SPACING,      /* change: the distance between new sites, m */
  ZX_VARIANT_NO_GRID,      /* no limits of the grid */
  ZX_VARIANT_ROOM,         /* subject: transformer area, or areas + feeder; change: kVA more */
  ZX_VARIANT_DEMAND,       /* change: factor on all demand */
  ZX_VARIANT_DRIVING,      /* change: factor on the time over which attraction falls */
  ZX_VARIANT_WAIT,         /* change: factor on the longest mean wait */
  ZX_VARIANT_WITHOUT_SITE, /* subject: the candidate that is forbidden */
  ZX_N_VARIANTS,
} ZxVariantKind;
const char *zx_variant_key (ZxVariantKind kind); /* "without-site": for files and scripts */

/* The answer to one such question, by search over at most 100 draws: a lower estimate of what could
 * be gained.  NaN where the question could not be asked. */
typedef struct
{
  guint32 kind; /* ZxVariantKind */
  gint32 subject;
  double change;
  double base;      /* kWh/d of the plan as it is, same draws */
  double kept;      /* kWh/d of the plan, or what of it the change leaves, in the changed world */
  double value;     /* kWh/d of the best plan found there */
  double capex_fen; /* of that plan */
  guint32 n_sites, n_stay; /* its sites; those of the plan among them */
  gint32 enters, leaves;   /* the first candidate that comes and goes; -1: none */
} ZxPlanVariant;

typedef struct
{
  guint n_sites;    /* chosen: fewer than asked for when a limit forbids or no other site adds */
  guint n_asked;    /* length of value_by_sites and bound_by_sites */
  ZxPlanSite *site; /* in the order of served_mean, largest first */
  double value; /* expected kWh/d served by the new sites: mean over draws of Σ min (demand that
                   comes, capacity) */
  double value_p10, value_p50, value_p90;
  double bound; /* proven: no plan under these limits serves more; holds a margin of 1e-6 of
                   itself for rounding */
  double gap;   /* (bound - value) / bound */
  guint32 risk; /* ZxRisk it was chosen by.  Other than MEAN: @value and @bound are still of the
                   mean, @gap and @is_proven of the risk, what rests on the mean (limiting,
                   variants) is not sought */
  double risk_share;
  double unmet, unmet_bound; /* kWh/d left unserved in the worst draws, mean over them, of all
                                cells' demand; proven: no plan leaves less; NaN: not sought */
  double pays, pays_bound;   /* P (NPV of the whole plan > 0) over the draws; no plan has more */
  guint n_batches;           /* of draws, each with its own proven bound; 0: too few draws */
  double batch_bound, batch_bound_high; /* mean of these bounds, kWh/d: no plan serves more in
                                           truth, with 95 % confidence less than the second; NaN */
  gboolean was_settled; /* the planner ended the search: curve, alternatives and what each draw
                           would choose were not sought (NaN, none) where it came before them */
  gboolean is_proven;   /* gap <= gap_goal */
  double capex_fen;
  double newly_covered_people;
  double new_to_public; /* kWh/d that was not served before */
  guint n_nodes;
  double *value_by_sites; /* n_asked: value of the best plan found with at most 1, 2 … sites; NaN
                             for fewer than the required ones */
  double *bound_by_sites; /* n_asked */
  double regret_fen_or_kwh; /* NaN: not sought.  EVPI: E[best per draw] - value, kWh/d; a lower
                               estimate, since the plan of a draw is found by search, not proven */
  guint n_draws_used;       /* for value and quantiles */
  guint n_draws_best;       /* for in_best_set and the regret */
  double fresh_mean, fresh_low, fresh_high; /* value on draws the search has not seen, and its
                                               95 % interval; NaN when there are none */
  guint n_draws_fresh;
  guint n_variants;
  ZxPlanVariant *variant; /* what the plan rests on: prices, alternatives, sensitivity */
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

/* What the sites of a plan load, for zx_power_check_plan(); (element-type ZxSiteLoad), in the order
 * of the sites; a site whose place or size does not exist loads nothing. */
GArray *zx_plan_loads (const ZxPlan *plan, const ZxCandidates *candidates,
                       const ZxConfiguration *const *configurations, guint n_configurations);

G_END_DECLS
