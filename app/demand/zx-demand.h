/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The Bayesian demand model (DEMAND.md): negative-binomial BYM2 by Laplace approximation with mean
 * correction.
 *
 * For the city: station i in cell c(i) has sold y_i kWh in its observed days.  Its catchment is
 *   exposure_i = days × Σ_c share_ic × area_c        (km²·days)
 * with Huff shares over travel time among all existing stations, so exp(η) is demand per km² and
 * day: y_i ~ NegBin2 (exposure_i exp (x_c'b + s_c + w_operator), 1/psi²) and a cell's demand is
 * area_c exp (x_c'b + s_c).  Taking the cell's own rate for the mean over the catchment is the
 * approximation; psi absorbs it and cross-validation shows what is left. */
#pragma once

#include "data/city/zx-city.h"
#include "app/travel/zx-travel.h"

G_BEGIN_DECLS

/* ---- cells -------------------------------------------------------------------------------- */

typedef struct
{
  guint n;
  double across_m;      /* distance between the centres of neighbours = width across flats */
  double *x_m, *y_m;    /* centres */
  float *area_km2;      /* inside the boundary */
  gint32 *column, *row; /* axial coordinates */
  guint n_edges;
  guint32 *edge_a, *edge_b; /* neighbours, a < b, sorted */
  /* private to zx_cells_at(): the lattice the cells were taken from */
  double min_x_m, min_y_m;
  guint n_columns, n_rows;
  gint32 *lookup;
} ZxCells;

/* Hexagons (pointy top) whose centre or any part with > 10 % of the area is inside the boundary
 * (study rectangle without one).  @across_m 0: chosen for about 2 000 cells, between 300 m and 2
 * km, a multiple of 50 m. */
ZxCells *zx_cells_new (const ZxCity *city, double across_m, const ZxProgress *progress,
                       GError **error);
void zx_cells_free (ZxCells *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxCells, zx_cells_free)
gint32 zx_cells_at (const ZxCells *self, double x_m, double y_m); /* -1 outside.  O(1) */
/* Where drivers of each cell start on the road network: the road nearest to the centre; what lies
 * within the cell's own reach of it costs no access time.  @snaps: n. */
gboolean zx_cells_snap (const ZxCells *self, const ZxRoadGraph *graph, ZxSnap *snaps,
                        const ZxProgress *progress, GError **error);
/* Whole hexagons, POLYGON with n rows; only area_km2 knows the boundary. */
void zx_cells_geometry (const ZxCells *self, ZxGeometry *geometry);

/* ---- covariates --------------------------------------------------------------------------- */

typedef struct
{
  guint n_cells, n;          /* n covariates, without the intercept */
  char **name;               /* "vehicles" … stable ids; owned */
  char **title;              /* English msgid for people: "Vehicle heat, log"; owned */
  double *raw_mean, *raw_sd; /* a raw value is x * sd + mean */
  double *x;                 /* [covariate][cell], standardised */
} ZxCovariates;
void zx_covariates_free (ZxCovariates *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxCovariates, zx_covariates_free)

/* From what the city has: log vehicle heat (@vehicles nullable), log POI by group within 1 km, log
 * people within 1 km, road density and main-road density, log supply within travel time
 * (@station_rows nullable: station → cells), price.  Constant or nearly collinear ones are dropped
 * with a finding "demand.…". */
ZxCovariates *zx_demand_covariates (const ZxCity *city, const ZxCells *cells,
                                    const ZxField *vehicles, const ZxTravelRows *station_rows,
                                    ZxFindings *findings, const ZxProgress *progress,
                                    GError **error);

/* ---- Huff shares -------------------------------------------------------------------------- */

typedef struct
{
  double decay_s;       /* e-folding travel time: 300 s */
  double size_exponent; /* attraction grows with connectors^this: 0.9 */
  double limit_s;       /* nobody drives farther: 1200 s */
  double outside; /* attraction of not charging in public, in connectors at zero distance: 2.0 */
} ZxHuffOptions;
#define ZX_HUFF_OPTIONS_INIT                                                                       \
  {                                                                                                \
    300.0, 0.9, 1200.0, 2.0                                                                        \
  }

/* connectors^size_exponent × exp (-seconds / decay). */
double zx_huff_attraction (double connectors, double seconds, const ZxHuffOptions *options);
/* Of not charging in public: that of `outside` connectors at zero distance. */
double zx_huff_outside (const ZxHuffOptions *options);

/* ---- the model as any statistician would use it -------------------------------------------- */

typedef enum
{
  ZX_LIKELIHOOD_NEGATIVE_BINOMIAL,
  ZX_LIKELIHOOD_POISSON,
  /* A log-normal rate: log y ~ N (η, psi² + 1 / y), which is Poisson–log-normal to second order;
   * for counts of ten and more. */
  ZX_LIKELIHOOD_LOG_NORMAL,
} ZxLikelihood;

typedef struct
{
  guint n_cells, n_edges;
  const guint32 *edge_a, *edge_b;
  guint n_covariates;       /* columns of @x beside the intercept */
  const double *x;          /* [covariate][cell] */
  const double *x_observed; /* NULL, or [covariate][observation]: the same covariates measured at
                               the observation itself, used there in place of its cell's */
  const char *const *names; /* n_covariates */
  guint n_observations;
  const guint32 *cell;        /* of each observation */
  const double *y, *exposure; /* y NaN: to be predicted; exposure > 0 */
  const gint32 *group;        /* operator, -1 = none; NULL = no operator effect */
  guint n_groups;
  guint n_own;         /* covariates of the observation itself (station's own attributes) */
  const double *x_own; /* [own][observation] */
  const char *const *own_names;
} ZxDemandData;

/* How the latent field is handled; the posterior is the same to rounding, only the cost differs. */
typedef enum
{
  ZX_DEMAND_ENGINE_AUTOMATIC,
  ZX_DEMAND_ENGINE_SPARSE, /* grows with the cells */
  ZX_DEMAND_ENGINE_DENSE,  /* grows with the cube of the observations */
} ZxDemandEngine;

typedef struct
{
  ZxLikelihood likelihood;
  double coefficient_sd;   /* prior sd of b: 5 for the reference sets, 1 for the product's
                              standardised covariates, of which zx_demand_believe() lets no
                              more than three have it in full (zx-believe.c) */
  double sigma_rate;       /* Exponential rate of sigma: 4.605 */
  double group_rate;       /* of sigma_op: 4.605 */
  double psi_rate;         /* 2.303 */
  double phi_u, phi_alpha; /* P(phi < u) = alpha: 0.5, 2/3 */
  gboolean stan_priors;    /* compatibility: sigma half-N(0,5), phi Beta(½,½) */
  guint n_draws;           /* 1000 */
  guint64 seed;
  double intercept_sd; /* prior sd of the intercept: 5.  The level of demand is never standardised,
                          so it keeps its own width when coefficient_sd is small */
  ZxDemandEngine engine;
  /* Only at the mode of the hyperparameters (empirical Bayes), whose own spread is then taken from
   * the curvature there and does not widen the rest.  From 300 000 cells it is always so. */
  gboolean is_mode_only;
  /* zx_demand_believe() also tries vehicles as a second likelihood, and takes it if it wins. */
  gboolean tries_vehicles;
} ZxDemandOptions;
#define ZX_DEMAND_OPTIONS_INIT                                                                     \
  {                                                                                                \
    ZX_LIKELIHOOD_NEGATIVE_BINOMIAL, 5.0, 4.60517, 4.60517, 2.302585, 0.5, 2.0 / 3.0, FALSE, 1000, \
        1, 5.0, ZX_DEMAND_ENGINE_AUTOMATIC                                                         \
  }

typedef struct
{
  char *name; /* "b[1]", "sigma", "phi", "psi", "sigma_op", "s[12]" */
  double mean, sd;
  double q025, q05, q10, q25, q50, q75, q90, q95, q975;
  /* Of coefficients and hyperparameters: the area that prior and posterior share, 0 … 1.  Near 1
   * the data say nothing about it. */
  double prior_overlap;
} ZxMarginal;

/* Checks of fit.  PIT is randomised for counts with the seed. */
typedef struct
{
  guint n;                   /* observations held out */
  double mean_log_score;     /* on the scale of y, natural log */
  double baseline_log_score; /* of the same model without covariates and field */
  double r2_log;             /* of the log rate, held out */
  double mae;                /* of the median rate */
  double cover50, cover80, cover95;
  double width80_ratio; /* typical q90 / q10 of the predicted rate */
  /* Mean log score less that of the same model without place, paired, and its standard error over
   * the folds. */
  double place_gain, place_gain_se;
  guint pit[10];
} ZxDemandChecks;

/* How log p (y_i | the other counts) was had. */
typedef enum
{
  ZX_CPO_ABSENT,    /* no count */
  ZX_CPO_REWEIGHED, /* the observation taken out of the posterior */
  ZX_CPO_REFITTED,  /* that was unsure: fitted again without it */
  ZX_CPO_FAILED,    /* unsure, and there were too many to fit again */
} ZxCpo;

/* What the data say against the model (zx-criteria.c, zx-doubts.c). */
typedef struct
{
  guint n;               /* observations */
  guint n_counted;       /* those with a count */
  double *log_cpo, *pit; /* n; NaN without a count */
  guint8 *state;         /* n: ZxCpo */
  guint n_refitted, n_failed;
  double elpd, elpd_se; /* Σ log CPO and its standard error */
  double waic, waic_se, n_effective;
  double moran, moran_z;     /* Moran's I of the residuals between neighbours, and its z; NaN when
                                there are no neighbours */
  guint n_neighbours;        /* pairs */
  guint n_extrapolated;      /* cells beyond the covariates that were seen (leverage) */
  guint n_groups_alone;      /* groups of two and more that never stand beside another one */
  guint8 *is_group_alone;    /* n_groups, or NULL */
  gboolean has_group_checks; /* whole groups held out in turn */
  ZxDemandChecks group_checks;
} ZxCriteria;

typedef struct
{
  guint n_cells, n_coefficients, n_draws; /* coefficients: intercept first, then x, then own */
  ZxMarginal *coefficient;                /* n_coefficients */
  ZxMarginal sigma, phi, psi, group_sd;   /* psi and group_sd: name NULL when absent */
  ZxMarginal second_sigma, second_phi, second_psi, copy; /* of the joint model alone */
  ZxMarginal *field;                                     /* n_cells: s_c */
  guint n_groups;
  ZxMarginal *group;         /* n_groups */
  double *eta_mean, *eta_sd; /* n_cells: log rate x_c'b + s_c (own covariates and operators at 0) */
  float *draw;               /* [draw][cell]: log rate */
  float *draw_coefficient;   /* [draw][coefficient] */
  float *draw_psi;           /* n_draws; 0 for Poisson */
  float *draw_group_sd;      /* n_draws; 0 when absent */
  float *draw_sigma, *draw_phi;    /* n_draws */
  double *fitted_mean, *fitted_sd; /* n_observations: log rate incl. operator and own */
  /* The rest is what zx_demand_fit() tells beside; NULL or without a name elsewhere. */
  guint n_observations;
  ZxMarginal *fitted;         /* n_observations: the same log rate; no names */
  ZxMarginal *group_standard; /* n_groups: the group's effect over group_sd; no names */
  ZxMarginal log_precision;   /* -2 log sigma */
  ZxMarginal logit_phi;
  ZxCriteria *criteria; /* NULL where they were not asked for */
  double log_marginal;
  gboolean is_mode_only;   /* the hyperparameters were not integrated over */
  gboolean has_few_counts; /* the coefficients are so far from normal that they are sampled … */
  double n_sampled;        /* … the sample is worth so many draws; 0: there is none that could be
                              trusted or afforded, and their intervals are too narrow */
  guint n_theta, n_factorisations, n_newton; /* for the report and the bench */
  double seconds;
} ZxPosterior;

/* NULL with @error for what cannot be fitted, naming row and reason: exposure <= 0, y negative or
 * not whole, an edge out of range or doubled, no observation, no convergence.  Same bytes for any
 * number of threads. */
ZxPosterior *zx_demand_fit (const ZxDemandData *data, const ZxDemandOptions *options,
                            const ZxProgress *progress, GError **error);
void zx_posterior_free (ZxPosterior *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxPosterior, zx_posterior_free)

/* K-fold by spatial blocks of cells (@block_m across): @n_folds refits at the full-data
 * hyperparameter mode.
 * @x_m, @y_m: the cells' centres. */
gboolean zx_demand_crossvalidate (const ZxDemandData *data, const ZxDemandOptions *options,
                                  const double *x_m, const double *y_m, double block_m,
                                  guint n_folds, ZxDemandChecks *checks, const ZxProgress *progress,
                                  GError **error);

/* ---- vehicles as a second likelihood ------------------------------------------------------ */

/* What was counted of vehicles in each cell, for the model that learns from stations and vehicles
 * at once (zx-joint.c). */
typedef struct
{
  const double *count;    /* n_cells: whole; NaN: not counted there */
  const double *exposure; /* n_cells: > 0: the area counted in, times the time */
  gint replaces;          /* the covariate that says the same of vehicles; -1: none does */
} ZxVehicleCounts;

/* Three ways with vehicles, on the same held-out blocks: as a covariate, as a likelihood, not at
 * all. */
typedef struct
{
  guint n, n_folds; /* observations held out */
  double covariate_log_score, joint_log_score, without_log_score;
  double gain, gain_se; /* of the joint model over the covariate, paired, over the blocks */
  double gain_over_nothing, gain_over_nothing_se;
  gboolean is_joint_better; /* than both by more than two standard errors: else the covariate
                               stays */
  double copy;              /* at the mode: how much of the field of vehicles demand takes */
} ZxJointTrial;

/* @x_m, @y_m: of the observations; @block_m across.  FALSE with @error, also when they lie in fewer
 * than three blocks. */
gboolean zx_demand_try_joint (const ZxDemandData *data, const ZxVehicleCounts *vehicles,
                              const ZxDemandOptions *options, const double *x_m, const double *y_m,
                              double block_m, guint n_folds, ZxJointTrial *trial,
                              const ZxProgress *progress, GError **error);
/* The joint posterior: coefficients of demand in their places, the one replaced held at 0.  More
 * than 6 000 cells are fitted at the mode. */
ZxPosterior *zx_demand_fit_joint (const ZxDemandData *data, const ZxVehicleCounts *vehicles,
                                  const ZxDemandOptions *options, const ZxProgress *progress,
                                  GError **error);

/* ---- predicting stations not seen --------------------------------------------------------- */

/* What a stack of members predicted for stations whose fold was held out (zx-stack.c). */
typedef struct
{
  guint n;            /* observations with a count */
  guint *observation; /* n: which they are */
  double *log_score;  /* n: of y, natural log */
  double *crps;       /* n: of y / exposure */
  double *quantile;   /* [n][7] of y: 2.5, 10, 25, 50, 75, 90, 97.5 % */
  double *log_median; /* n: of the log rate */
  double mean_log_score, mean_crps, mae, cover50, cover80, cover95, r2_log;
  double width80_ratio; /* typical q90 / q10 */
  guint n_members;
  const char **member;              /* n_members: names, static */
  double *weight;                   /* n_members: mean over the folds */
  double *member_log_score;         /* n_members: alone */
  gboolean has_place_gain;          /* some members know place and some do not */
  double place_gain, place_gain_se; /* mean log score with place less that without; over folds */
} ZxStack;

/* @x_m, @y_m: of the observations, or NULL; @fold: of the observations, 0 … @n_folds - 1;
 * @members: NULL-terminated names, or NULL for all.  Weights are chosen inside the training folds
 * only.  Observations without a count are passed over; cells and edges are not used.  O(folds² ×
 * stations). */
ZxStack *zx_stack_crossvalidate (const ZxDemandData *data, const double *x_m, const double *y_m,
                                 const guint *fold, guint n_folds, const char *const *members,
                                 guint64 seed, const ZxProgress *progress, GError **error);
void zx_stack_free (ZxStack *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxStack, zx_stack_free)
guint zx_stack_n_members (void);
const char *zx_stack_member_name (guint member);

/* ---- weights of evidence ------------------------------------------------------------------ */

/* The baseline that GIS people know, beside the model (zx-evidence.c). */
#define ZX_MOST_EVIDENCE_CLASSES 5

typedef struct
{
  guint n_cells, n_factors;
  const double *x; /* [factor][cell]; NaN: not known there */
  const char *const *names;
  const guint8 *is_event; /* n_cells */
  guint n_classes;        /* of each factor: 2, cut where the contrast is surest; or more, by
                             quantiles */
} ZxEvidenceData;

typedef struct
{
  double above, up_to;          /* above < x <= up_to; infinite at the ends */
  double n_cells, n_events;     /* of those where the factor is known */
  double weight, weight_sd;     /* of two classes W+ or W- */
  double contrast, contrast_sd; /* its weight less that of all other classes together */
} ZxEvidenceClass;

typedef struct
{
  char *name;
  guint n_classes; /* 0: no cut has events on both sides */
  ZxEvidenceClass class[ZX_MOST_EVIDENCE_CLASSES];
  guint strongest;    /* the class that speaks for events most surely */
  double studentised; /* its contrast over the standard deviation of that */
  gboolean is_used;   /* studentised 1.96 or more */
} ZxEvidenceFactor;

typedef struct
{
  guint a, b;         /* factors */
  double chi_squared; /* of the events, in and out of the strongest classes */
  double p;           /* that independent factors give as much; small: they are not */
} ZxEvidencePair;

typedef struct
{
  guint n_cells, n_events, n_factors, n_used;
  ZxEvidenceFactor *factor; /* n_factors */
  double prior;
  double *posterior, *posterior_sd; /* n_cells */
  double predicted, predicted_sd;   /* T: events that the posterior probabilities add up to */
  double ratio;                     /* observed over predicted; below 0.85: over-confident */
  double omnibus_z, omnibus_p;      /* of Agterberg and Cheng, one-sided */
  guint n_conditions;               /* unique conditions */
  guint n_pairs, n_dependent;
  ZxEvidencePair *pair; /* the surest dependence first */
} ZxEvidence;

/* What the tests of conditional independence say. */
typedef enum
{
  ZX_EVIDENCE_UNTESTED,     /* fewer than two factors were used */
  ZX_EVIDENCE_INDEPENDENT,  /* no test speaks against it */
  ZX_EVIDENCE_DEPENDENT,    /* pairs of factors are dependent, the sum still holds */
  ZX_EVIDENCE_OVERCONFIDENT /* the probabilities add up to more events than there are */
} ZxEvidenceVerdict;

/* NULL with @error when fewer than five cells have an event or have none.  O(factors × cells · log
 * + factors² × cells). */
ZxEvidence *zx_evidence_new (const ZxEvidenceData *data, const ZxProgress *progress,
                             GError **error);
void zx_evidence_free (ZxEvidence *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxEvidence, zx_evidence_free)
ZxEvidenceVerdict zx_evidence_verdict (const ZxEvidence *self);
/* Weight and contrast of a class from its n_cells and n_events and those of all; areas in unit
 * cells need not be whole. */
void zx_evidence_weigh (ZxEvidenceClass *class, double all_cells, double all_events);
/* Cells whose observations together have a rate above the median of the cells that have any.
 * @y NaN: not counted.  Returns: (transfer full): @n_cells. */
guint8 *zx_evidence_events (guint n_cells, const guint32 *cell, const double *y,
                            const double *exposure, guint n);

/* ---- the city's demand -------------------------------------------------------------------- */

/* A model that was tried on held-out blocks. */
typedef struct
{
  ZxLikelihood likelihood;
  gboolean has_size_spread; /* larger stations vary less */
  double shrinkage;         /* of the coefficients' prior sd */
  double mean_log_score;
  double gain, gain_se; /* over the first of the trials, paired */
} ZxDemandTrial;
#define ZX_MOST_TRIALS 5

/* What the belief is mixed from (zx-believe-stack.c): the model with place, and three that know
 * only how much charging there is within reach of a cell. */
typedef enum
{
  ZX_MEMBER_PLACE,
  ZX_MEMBER_LEVEL,       /* one density for all */
  ZX_MEMBER_ROOT_SUPPLY, /* grows with the square root of the supply within reach */
  ZX_MEMBER_SUPPLY,      /* in proportion to it */
  ZX_N_DEMAND_MEMBERS,
} ZxDemandMemberKind;

typedef struct
{
  double weight;            /* share of the draws */
  double mean_log_score;    /* of blocks held out; 0 where none were */
  double total_kwh_per_day; /* what it believes of the whole city, median */
} ZxDemandMember;

/* What the draws mean for a choice of the n_best cells of the greatest demand (zx-decide.c). */
typedef struct
{
  guint32 cell;
  double worth_kwh_per_day; /* expected gain of the choice made after measuring there */
} ZxSurvey;
#define ZX_MOST_SURVEYS 5

typedef struct
{
  guint n_best;
  float *in_best;              /* n_cells: P (the cell is among the best) */
  double chosen_kwh_per_day;   /* expected, of those best on average */
  double perfect_kwh_per_day;  /* expected, of those best in truth */
  double value_of_information; /* their difference: the expected regret */
  double regret_p90;
  guint n_surveys;
  ZxSurvey survey[ZX_MOST_SURVEYS]; /* the most worth first */
} ZxDecision;
void zx_decision_free (ZxDecision *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxDecision, zx_decision_free)

typedef struct
{
  ZxPosterior *posterior; /* NULL when there is no history: then demand is a prior spread over
                             covariates, said so */
  ZxDemandChecks checks;
  gboolean has_checks;
  ZxLikelihood likelihood;             /* of the model taken */
  guint n_trials, chosen;              /* 0 trials: the plain model was taken unasked */
  ZxDemandTrial trial[ZX_MOST_TRIALS]; /* n_trials */
  gboolean has_vehicles_trial; /* it was asked for, and there were vehicles and stations enough */
  ZxJointTrial vehicles;
  gboolean is_stacked; /* the members are told; else all draws are of the one model there is */
  gboolean is_level_credible; /* of the model with place, beside the other members */
  ZxDemandMember member[ZX_N_DEMAND_MEMBERS];
  double
      level_factor; /* of the model with place, until its stations sell what they sold; 0: none */
  double sold_kwh_per_day; /* by the stations with a history */
  guint n_cells, n_draws;
  float *cell_kwh_per_day;       /* [draw][cell]: demand of the cell, all of it, served or not */
  float *mean, *p10, *p50, *p90; /* n_cells, kWh/d */
  float *rate_p90_to_p10;        /* n_cells: spread */
  ZxDecision *decision;          /* NULL without draws */
  guint8 *is_extrapolated;       /* n_cells: outside the range of covariates seen at stations */
  guint n_observations;
  guint32 *observed_station;                         /* n_observations */
  double *observed_kwh_per_day, *fitted_kwh_per_day; /* n_observations */
  float *profile; /* 48: share of the day's energy by hour, weekday then weekend; sums to 1 each */
} ZxDemand;

ZxDemand *zx_demand_believe (const ZxCity *city, const ZxCells *cells,
                             const ZxCovariates *covariates,
                             const ZxTravelRows *station_rows /* station → cells */,
                             const ZxHuffOptions *huff, const ZxDemandOptions *options,
                             ZxFindings *findings, const ZxProgress *progress, GError **error);
/* What held-out blocks say of place: whether a model that knows it predicts them better than one
 * level for all. */
typedef enum
{
  ZX_PLACE_UNTESTED,
  ZX_PLACE_SUPPORTED,   /* by more than two standard errors */
  ZX_PLACE_UNPROVEN,    /* neither way */
  ZX_PLACE_CONTRADICTED /* worse by more than two standard errors */
} ZxPlaceVerdict;
/* O(draws × cells + contenders² × draws).  NULL when stopped. */
ZxDecision *zx_demand_decide (const ZxDemand *demand, const ZxProgress *progress, GError **error);
ZxPlaceVerdict zx_demand_place_verdict (const ZxDemand *self);
/* The baseline on the same covariates; an event is a cell whose stations with a history sell more
 * per connector and day than those of the middle cell.  NULL with @error as zx_evidence_new(). */
ZxEvidence *zx_demand_evidence (const ZxCity *city, const ZxCells *cells,
                                const ZxCovariates *covariates, const ZxProgress *progress,
                                GError **error);
/* Of as many cells as have an event, the share of those likeliest to have one that are also those
 * of the greatest demand on average.  NaN where they are not of the same cells. */
double zx_demand_evidence_agreement (const ZxDemand *self, const ZxEvidence *evidence);
/* P10, P50 and P90 over the draws of the demand of all cells together, kWh a day; cells that are
 * NaN count as nothing.  FALSE without draws.  O(draws × cells). */
gboolean zx_demand_total (const ZxDemand *self, double quantiles[3]);
void zx_demand_free (ZxDemand *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxDemand, zx_demand_free)

/* ---- profiles ----------------------------------------------------------------------------- */

/* Who charges where and when (画像): plain sums over the sealed city, no model.  Hours are 48:
 * those of a weekday, then of a weekend day.  NaN: the data do not tell.
 *
 * Areas are the districts, or nine sectors (the middle and the points of the compass) where the
 * city has none; the last entry is what lies in none of them. */
#define ZX_N_STAY_CLASSES 5 /* 0.5 to 1 h, 1 to 2 h, 2 to 4 h, 4 to 8 h, 8 h and more */

typedef struct
{
  char *name;       /* as in the data, or an English msgid (is_ours) */
  gboolean is_ours; /* the name is this program's, not the data's */
  gint32 area;      /* row of ZxAreas; -1: a sector, or outside of all */
  guint n_stations, n_connectors;
  double rated_kw; /* where known */
  guint n_metered, n_hourly;
  double kwh_per_day;        /* of the metered stations */
  double utilisation;        /* energy over rated power around the clock, where both are known */
  double usage_kwh[48];      /* of the stations with hours, together: mean in the hour */
  double vehicles_per_day;   /* vehicle-hours, trip ends or points a day; all of them where the days
                                are not known */
  double vehicle_share;      /* of all areas' */
  double presence_share[48]; /* of the area's vehicles on such a day */
  guint n_stays[ZX_N_STAY_CLASSES];
  double median_stay_h;
  gsize n_sessions;
} ZxAreaProfile;

/* Stations of one kind of pile, or of one operator. */
typedef struct
{
  char *name;
  gboolean is_ours, is_operator;
  guint n_stations, n_dc, n_ac, n_metered, n_hourly;
  double rated_kw;
  double kw_per_connector;
  double kwh_per_day; /* of the metered stations */
  double kwh_per_connector_day;
  double utilisation; /* by energy */
  double busy_share;  /* by time: connector-hours of charging over connectors around the clock */
  double sessions_per_connector_day, kwh_per_session;
  double price_fen_per_kwh; /* mean of stations that state it */
  double hour_share[48];    /* of a day's energy */
  double p_busiest;    /* that its connectors take the most sessions each; NaN unless two kinds and
                          more have sessions */
  double relative_use; /* sessions of a connector over those of the mean one, posterior mean; NaN */
  guint peak_hour;     /* of a weekday; 24 where hours are not known */
  double peak_share, night_share; /* of a weekday's energy: in that hour; from 23 to 7 */
} ZxPileProfile;

/* Kinds of charging, or groups of drivers, told by rule. */
typedef struct
{
  const char *name, *rule; /* English msgids */
  gboolean is_driver;      /* a group of drivers, else a kind of charging */
  guint n_users;           /* drivers; 0 for kinds of charging */
  gsize n_sessions;
  double session_share, energy_share;
  double mean_kwh, median_hours, median_stay_h, mean_kw;
  double dc_share;      /* of those at stations with one kind of connector, else by power */
  double weekend_share; /* 2/7 when all days are alike */
  double start_share[24];
  guint peak_hour; /* of the starts */
} ZxUserProfile;

typedef struct
{
  guint n_areas; /* with what lies outside, at the end */
  ZxAreaProfile *area;
  guint n_piles; /* kinds first, then operators, each by energy */
  ZxPileProfile *pile;
  guint n_users; /* kinds of charging, then groups of drivers; 0 without sessions */
  ZxUserProfile *user;
  gboolean has_sectors, has_hours, has_presence, has_stays, has_sessions, has_drivers;
  ZxFleetMeasure measure;
  gboolean vehicles_are_daily; /* vehicles_per_day is a day's */
  gsize n_without_stay;        /* sessions whose length is not known: of no kind */
} ZxProfiles;

/* A kind of pile beside the others (zx-pile-types.c). */
typedef struct
{
  double share;        /* of sessions, posterior mean; NaN without sessions */
  double relative_use; /* of a connector, in the mean connector's */
  double p_best;       /* probability of the most sessions per connector */
} ZxPileType;
/* @sessions: n, in any unit; @connectors: n, > 0; @n_stations: those that the sessions are of;
 * @types: (out): n.  O(n). */
void zx_demand_pile_types (const double *sessions, const double *connectors, guint n,
                           double n_stations, guint64 seed, ZxPileType *types);

/* O(positions + sessions · log + stations). */
ZxProfiles *zx_demand_profiles (const ZxCity *city, const ZxProgress *progress, GError **error);
void zx_profiles_free (ZxProfiles *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxProfiles, zx_profiles_free)

G_END_DECLS
