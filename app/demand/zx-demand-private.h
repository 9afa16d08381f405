/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of this room share: the model as the engines see it, its hyperparameters, and what
 * an engine must be able to do. */
#pragma once

#include "app/demand/zx-demand.h"
#include "app/solve/zx-solve.h"

/* ---- hyperparameters ---------------------------------------------------------------------- */

typedef struct
{
  double sigma, phi, rest; /* rest = 1 - phi */
  double psi, group_sd;
  /* Of the second likelihood and its field; copy: how much of that field η takes. */
  double second_sigma, second_phi, second_rest, second_psi, copy;
} ZxTheta;

typedef enum
{
  ZX_HYPER_SIGMA,
  ZX_HYPER_PHI,
  ZX_HYPER_GROUP_SD,
  ZX_HYPER_PSI,
  ZX_HYPER_SECOND_SIGMA,
  ZX_HYPER_SECOND_PHI,
  ZX_HYPER_SECOND_PSI,
  ZX_HYPER_COPY,
  ZX_N_HYPERS,
} ZxHyper;

/* Each hyperparameter is moved along the scale on which its prior is N(0, 1): the coordinate is
 * Φ⁻¹ of its prior distribution function. */
typedef struct
{
  guint n; /* in use, at most ZX_N_HYPERS */
  ZxHyper hyper[ZX_N_HYPERS];
  double sigma_rate, group_rate, psi_rate;
  gboolean is_stan;
  const ZxMixingPrior *mixing;
} ZxHyperSpace;

double zx_hyper_value (const ZxHyperSpace *self, ZxHyper hyper, double z, double *rest);
ZxTheta zx_hyper_theta (const ZxHyperSpace *self, const double *point);
double zx_hyper_log_prior (const ZxHyperSpace *self, const double *point);

/* ---- the likelihood ----------------------------------------------------------------------- */

/* What lies between exp (@eta) and the count. */
typedef struct
{
  double psi; /* 0: Poisson */
  gboolean is_log_normal;
} ZxNoise;

/* Log density of a count at @eta = log mean (of a log-normal: its log median), and its derivatives;
 * psi² = 0 is Poisson. */
typedef struct
{
  double value, slope, bend, third, fourth; /* l, l', -l'' (> 0), l''', l'''' */
} ZxTerm;
/* The part of l that depends on y and the noise alone. */
double zx_count_constant (double y, ZxNoise noise);
ZxTerm zx_count_term (double y, ZxNoise noise, double eta);

#define ZX_N_NODES 15
typedef struct
{
  double node[ZX_N_NODES], weight[ZX_N_NODES];
} ZxNodes;
void zx_nodes_init (ZxNodes *self); /* Gauss–Hermite */
/* The same averaged over eta ~ N(@eta, @variance) by quadrature (Poisson: exact). */
ZxTerm zx_count_expected (const ZxNodes *nodes, double y, ZxNoise noise, double eta,
                          double variance);
/* The one, or with @variance the other. */
ZxTerm zx_count_judge (const ZxNodes *nodes, double y, ZxNoise noise, double eta,
                       const double *variance);
double zx_count_log_density (double y, ZxNoise noise, double eta);
/* P (Y <= y), by the incomplete beta or gamma function; y < 0 gives 0. */
double zx_count_cdf (double y, ZxNoise noise, double eta);
/* The same two of the predictive distribution, eta ~ N(@mean, @variance). */
double zx_predictive_log_density (const ZxNodes *nodes, double y, ZxNoise noise, double mean,
                                  double variance);
double zx_predictive_cdf (double y, ZxNoise noise, double mean, double variance);

/* ---- the latent model --------------------------------------------------------------------- */

/* log mean_i = log_exposure_i + z_i'b + Σ_c row_ic s_c + w_group(i).  Borrows everything. */
typedef struct
{
  ZxLikelihood likelihood;
  guint n_cells, n_observations, n_coefficients, n_groups;
  const double *y;            /* NaN: to be predicted */
  const double *log_exposure; /* offsets */
  const gint32 *group;        /* NULL or -1 = none */
  const guint32 *cell;        /* the observation's own cell, when @row is NULL */
  const double *row;          /* [observation][cell] weights, or NULL */
  const double *z;            /* [observation][coefficient] */
  const double *x;            /* [cell][coefficient]: a cell's own predictor */
  const double *coefficient_sd;
  const double *spread;     /* NULL, or n_observations: psi of each is psi × spread */
  const ZxIntrinsic *graph; /* NULL: no field */
  ZxDemandEngine engine;
  /* The last n_second observations are of a second likelihood, one a cell, negative binomial
   * around a field of its own that the others take a share of (zx-engine-joint.c); the last
   * n_second_coefficients are theirs alone.  0: there is none. */
  guint n_second, n_second_coefficients;
} ZxLatent;

/* The posterior at one theta, of the targets: coefficients, groups, field, cells' log rates, fitted
 * log rates of the observations (without exposure). */
typedef struct
{
  double *mean, *variance, *third;
  double *row_variance;       /* NULL, or n_observations: (out): variance of the cells' part alone,
                               * without  the group; dense engine only */
  gboolean is_rows_only;      /* leave coefficients, groups and cells out */
  const ZxProgress *progress; /* asked whether to stop, nothing is told; NULL: nobody is asked */
} ZxTargets;

/* The noise of an observation at psi. */
static inline ZxNoise
zx_latent_noise (const ZxLatent *self, double psi, guint i)
{
  if (self->likelihood == ZX_LIKELIHOOD_POISSON)
    return (ZxNoise){ 0, FALSE };
  return (ZxNoise){ self->spread != NULL ? psi * self->spread[i] : psi,
                    self->likelihood == ZX_LIKELIHOOD_LOG_NORMAL };
}

/* Observations of the first likelihood: those that are held out and judged. */
static inline guint
zx_latent_n_judged (const ZxLatent *self)
{
  return self->n_observations - self->n_second;
}

gsize zx_latent_n_targets (const ZxLatent *self);
gsize zx_latent_target_group (const ZxLatent *self); /* where each kind begins */
gsize zx_latent_target_field (const ZxLatent *self);
gsize zx_latent_target_cell (const ZxLatent *self);
gsize zx_latent_target_fitted (const ZxLatent *self);

/* What an engine has done; every worker begins with it. */
typedef struct
{
  guint n_factorisations, n_newton_steps;
} ZxEngineWork;

/* An engine fits the model at given hyperparameters.  One worker per thread; what a call gives
 * depends on its arguments alone. */
typedef struct
{
  const char *name;
  gpointer (*prepare) (const ZxLatent *latent, GError **error); /* shared by the workers */
  void (*release) (gpointer shared);
  gpointer (*worker_new) (const ZxLatent *latent, gpointer shared);
  void (*worker_free) (gpointer worker);
  gsize (*state_size) (const ZxLatent *latent, gpointer shared); /* doubles */
  /* Laplace: log p (y | theta), or -INFINITY when the mode is not found.  @start: a state to start
   * from or NULL; @state: (out): where it ended. */
  double (*find_mode) (gpointer worker, const ZxTheta *theta, const double *start, double *state);
  /* What the next order adds to the value just found (zx_second_order()). */
  double (*refine) (gpointer worker);
  /* The targets with the mean corrected; FALSE when that fails.  Leaves the worker ready to draw.
   */
  gboolean (*describe) (gpointer worker, const ZxTheta *theta, const double *start,
                        ZxTargets *targets);
  /* One draw of the log rates of the cells and of the coefficients; either may be NULL. */
  void (*draw) (gpointer worker, ZxRng *rng, const ZxTargets *targets, float *cell,
                float *coefficient);
  gboolean is_shared_free_of_y; /* what prepare() made serves any y on the same design */
} ZxEngine;

/* The Laplace approximation to the next order (Shun and McCullagh 1995): with V the covariance of
 * the η at the mode,
 *   ⅛ Σ l''''_i V_ii² + Σ_ij l'''_i l'''_j V_ij (⅛ V_ii V_jj + V_ij² / 12).
 * It moves sigma, phi and psi by up to 0.1 posterior sd where counts are small. */
#define ZX_REFINED_OBSERVATIONS 400 /* above it the n² covariances cost more than they give */
double zx_second_order (const double *covariance, const double *third, const double *fourth,
                        guint n);

extern const ZxEngine zx_engine_sparse; /* each observation in one cell: sparse, any size */
extern const ZxEngine zx_engine_joint;  /* as sparse, and a second likelihood with its field */
extern const ZxEngine zx_engine_dense;  /* any rows: dense in the observations */
const ZxEngine *zx_latent_engine (const ZxLatent *latent);

/* ---- held out ----------------------------------------------------------------------------- */

/* What was predicted of an observation whose fold was left out, and what became of it. */
typedef struct
{
  double log_score, pit;
  double log_rate, predicted; /* log of count over exposure; the middle of its prediction */
  double miss;                /* of the median rate */
  double log_width;           /* of the interval of 80 %, log scale */
} ZxHeldOut;
/* Everything of @checks but the baseline and the gain of place.  @y NaN: not counted. */
void zx_held_out_sum_up (const double *y, guint n, const ZxHeldOut *held, ZxDemandChecks *checks);

/* ---- fits --------------------------------------------------------------------------------- */

/* What the outer part works with; built by zx_fit_new(), one worker per thread. */
typedef struct _ZxFit ZxFit;

ZxFit *zx_fit_new (const ZxLatent *latent, const ZxHyperSpace *space, GError **error);
void zx_fit_free (ZxFit *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxFit, zx_fit_free)
/* The posterior will hold the marginals of observations, standardised groups, log precision and
 * logit phi as well. */
void zx_fit_tell_more (ZxFit *self);
/* The mode of the hyperparameters.  @start: space->n or NULL. */
ZxMode *zx_fit_mode (ZxFit *self, const double *start, const ZxProgress *progress, GError **error);
/* The targets at one point, starting from nothing; @targets says whom to ask. */
gboolean zx_fit_describe (ZxFit *self, const double *point, ZxTargets *targets, GError **error);
/* Held-out scores at one point: the observations of each fold are left out in turn.  @fold:
 * n_observations, 0 … @n_folds - 1.  @log_exposure is that of the latent model.  Fills everything
 * of
 * @checks but the baseline. */
gboolean zx_fit_hold_out (ZxFit *self, const double *point, const guint *fold, guint n_folds,
                          guint64 seed, ZxDemandChecks *checks, const ZxProgress *progress,
                          GError **error);
/* The same per observation: log score and randomised PIT.  What belongs to no fold below @n_folds
 * stays in. */
gboolean zx_fit_hold_out_each (ZxFit *self, const double *point, const guint *fold, guint n_folds,
                               guint64 seed, double *log_score, double *pit,
                               const ZxProgress *progress, GError **error);
/* Folds of whole squares of @block_m; returns their number, at most @n_folds, or 0 when there is
 * but one square. */
guint zx_fold_by_blocks (const double *x_m, const double *y_m, guint n, double block_m,
                         guint n_folds, guint64 seed, guint *fold);
/* The same scores and the baseline: no covariates and no field.  @log_exposure: offsets of the
 * baseline; NULL: those of the model.  @held: (out) (optional): n_observations, of the model.
 */
gboolean zx_fit_check (ZxFit *self, const double *log_exposure, const ZxDemandOptions *options,
                       const double *point, const guint *fold, guint n_folds,
                       ZxDemandChecks *checks, ZxHeldOut *held, const ZxProgress *progress,
                       GError **error);
/* Held out of one level for all and the groups, around the offsets @log_exposure. */
gboolean zx_latent_score_level (const ZxLatent *latent, const double *log_exposure,
                                const ZxDemandOptions *options, const guint *fold, guint n_folds,
                                ZxHeldOut *held, const ZxProgress *progress, GError **error);
/* Mean of @a - @b where @y is a count, and its standard error with each fold a cluster. */
void zx_paired_gain (const double *y, const double *a, const double *b, const guint *fold, guint n,
                     guint n_folds, double *mean, double *se);
const ZxLatent *zx_fit_latent (const ZxFit *self);
const ZxHyperSpace *zx_fit_space (const ZxFit *self);
gpointer zx_fit_shared (const ZxFit *self);
/* The mode found by the last zx_fit_mode() or zx_fit_posterior(). */
const double *zx_fit_best_point (const ZxFit *self);
/* Everything: mode, integration, marginals, draws. */
ZxPosterior *zx_fit_posterior (ZxFit *self, const ZxDemandOptions *options,
                               const char *const *names, const double *start,
                               const ZxProgress *progress, GError **error);
