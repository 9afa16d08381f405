/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Members that predict the log rate of a station from other stations: what they share.
 *
 * A member learns z = log ((y + ½) / exposure) and says a density of z, whatever its shape;
 * counting noise comes on top when the count is scored.  All densities stand on one grid, so that
 * members can be mixed, scored and asked for quantiles alike. */
#pragma once

#include "app/demand/zx-demand-private.h"

/* ---- densities of the log rate ------------------------------------------------------------ */

typedef struct
{
  double low, step;
  guint n;
} ZxRateGrid;

/* Covers @z and four of its standard deviations on either side. */
ZxRateGrid zx_rate_grid (const double *z, guint n);
void zx_rate_add_normal (const ZxRateGrid *grid, double *density, double weight, double mean,
                         double sd);
/* Σ weight_i N (at_i, sd²), by binning and one convolution: O(n + grid × sd / step). */
void zx_rate_add_kernels (const ZxRateGrid *grid, double *density, const double *at,
                          const double *weight, guint n, double sd);
void zx_rate_normalise (const ZxRateGrid *grid, double *density);
double zx_rate_at (const ZxRateGrid *grid, const double *density, double z);  /* > 0 */
double zx_rate_cdf (const ZxRateGrid *grid, const double *density, double z); /* in (0, 1) */

/* The predictive distribution of a count with this density of its log rate. */
typedef struct
{
  double log_score;   /* of y */
  double crps;        /* of y / exposure */
  double quantile[7]; /* of y: 2.5, 10, 25, 50, 75, 90, 97.5 % */
  double log_median;  /* of the log rate */
} ZxRateScore;
#define ZX_N_RATE_QUANTILES 7
/* @y NaN: quantiles only. */
ZxRateScore zx_rate_score (const ZxRateGrid *grid, const double *density, double y,
                           double exposure);

/* ---- what members learn from -------------------------------------------------------------- */

typedef struct
{
  guint n;           /* stations with a count */
  double *z, *noise; /* log rate and the variance of its counting noise */
  double *size;      /* log exposure, standardised */
  guint n_own, n_place;
  double *own, *place; /* [station][column], standardised; size is the last of own if it varies */
  double *x_m, *y_m;   /* NULL without coordinates */
  gint32 *group;       /* operators, -1 none; NULL when they do not divide the stations */
  guint *fold, n_folds;
  guint8 *bin; /* [station][feature] for trees: own, operator, place, x, y in that order */
  guint n_features, n_own_features; /* the latter: own and operator */
  ZxRateGrid grid;
  guint64 seed;
} ZxRates;

/* Fills row after row of @density ([target][grid], zeroed) for @target from @train. */
typedef struct
{
  const ZxRates *rates;
  const guint *train, *target;
  guint n_train, n_target;
  double *density;
} ZxRateTask;

/* Of the training stations' log rates: their standard deviation, never 0. */
double zx_rate_spread (const ZxRateTask *task);
void zx_rates_level (const ZxRateTask *task);
void zx_rates_size (const ZxRateTask *task);

typedef struct
{
  guint n_features; /* the first so many; without place: those of own */
  guint leaf;       /* least stations of a leaf */
  guint n_trees;
  guint64 stream;        /* apart from other forests */
  gboolean is_of_spread; /* splits where mean or spread differ, not the mean alone */
} ZxForestOptions;
void zx_rates_forest (const ZxRateTask *task, const ZxForestOptions *options);

/* Learns from the stations outside fold @held; density and distribution function at z of the
 * others, each predicted without its own fold (@inner, @inner_cdf: n), and the densities of those
 * of
 * @held (@density: [n][grid], only those rows).  FALSE when a matrix is not positive definite. */
gboolean zx_rates_process (const ZxRates *rates, guint held, gboolean has_place, double *inner,
                           double *inner_cdf, float *density);
/* A safeguard mixed into every member's density: little is certain. */
void zx_rate_add_floor (const ZxRateGrid *grid, double *density, const double *z, guint n);
