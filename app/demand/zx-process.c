/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A Gaussian process over what a station is and where it stands (Rasmussen and Williams 2006):
 *   z = level + b'own + f (own) + operator + c'place + g (x, y) + ε
 * with b_j ~ N(0, s²/p): one spread for all coefficients, so that many of them cost no more than
 * few; f a smooth function (squared exponential) of the own attributes; g short-ranged
 * (exponential); and ε of a variance that is log-linear in the size, because small stations differ
 * more than large ones.  Spreads have exponential priors (penalised complexity), so what the data
 * do not ask for is shrunk to nothing.  They are learnt by gradient from at most MOST_LEARNING
 * stations, then everything else is exact: a whole fold is left out in closed form,
 *   mean = z_B - (K⁻¹)_BB⁻¹ (K⁻¹ z)_B,  covariance = (K⁻¹)_BB⁻¹.
 *
 * What is left is not normal and its shape too changes with size (a station is only known when it
 * was used enough), so the predictive density is that of the held-out residuals of stations of like
 * size, smoothed, beside the normal one.  Their widths maximise the likelihood of those residuals.
 *
 * When it is wrong: hyperparameters are at their mode; the cost is cubic in the stations. */

#include "app/demand/zx-rates.h"

#include <math.h>
#include <string.h>

#define MOST_LEARNING 500
#define N_STEPS       40
#define SPREAD_RATE   2.0 /* of the exponential priors, in sd of the log rate */
#define NORMAL_SHARE  0.1
#define LEVEL         4.0 /* prior variance of the level, in those sd */

enum
{
  OWN,
  SMOOTH,
  SMOOTH_LENGTH,
  NOISE,
  NOISE_SLOPE,
  PLACE,
  FIELD,
  FIELD_RANGE,
  OPERATOR,
  N_PARAMETERS,
};

static const double lowest[N_PARAMETERS] = { -6, -6, -1.5, -4, -1, -6, -6, 4, -6 };
static const double highest[N_PARAMETERS] = { 1.5, 1.5, 2.5, 2, 1, 1.5, 1.5, 10.5, 1.5 };

typedef struct
{
  const ZxRates *rates;
  gboolean has_place;
  guint n;
  guint *station; /* n */
  double mean, sd;
  double *z;     /* n, standardised */
  double *noise; /* n: counting noise in the same unit */
} Problem;

/* ---- the kernel --------------------------------------------------------------------------- */

typedef struct
{
  double own, away_own, place, away_m; /* products and squared distance per column */
  gboolean is_same_operator;
} Pair;

static Pair
pair_of (const ZxRates *rates, guint a, guint b, gboolean has_place)
{
  Pair pair = { 0, 0, 0, INFINITY, FALSE };
  pair.is_same_operator
      = rates->group != NULL && rates->group[a] >= 0 && rates->group[a] == rates->group[b];
  const double *u = rates->own + (gsize) a * rates->n_own;
  const double *v = rates->own + (gsize) b * rates->n_own;
  for (guint k = 0; k < rates->n_own; k++)
    {
      pair.own += u[k] * v[k] / rates->n_own;
      pair.away_own += (u[k] - v[k]) * (u[k] - v[k]) / rates->n_own;
    }
  if (!has_place)
    return pair;
  u = rates->place + (gsize) a * rates->n_place;
  v = rates->place + (gsize) b * rates->n_place;
  for (guint k = 0; k < rates->n_place; k++)
    pair.place += u[k] * v[k] / rates->n_place;
  if (rates->x_m != NULL)
    pair.away_m = hypot (rates->x_m[a] - rates->x_m[b], rates->y_m[a] - rates->y_m[b]);
  return pair;
}

/* Parts of the covariance of two stations, in the order of their parameters. */
typedef struct
{
  double own, smooth, place, field, operator_part;
} Parts;

static Parts
parts_of (const Pair *pair, const double *theta, gboolean has_place)
{
  Parts parts = { exp (2 * theta[OWN]) * pair->own,
                  exp (2 * theta[SMOOTH] - 0.5 * pair->away_own * exp (-2 * theta[SMOOTH_LENGTH])),
                  0, 0, pair->is_same_operator ? exp (2 * theta[OPERATOR]) : 0 };
  if (has_place)
    {
      parts.place = exp (2 * theta[PLACE]) * pair->place;
      parts.field = exp (2 * theta[FIELD] - pair->away_m * exp (-theta[FIELD_RANGE]));
    }
  return parts;
}

static double
covariance_of (const ZxRates *rates, guint a, guint b, const double *theta, gboolean has_place)
{
  Pair pair = pair_of (rates, a, b, has_place);
  Parts parts = parts_of (&pair, theta, has_place);
  return LEVEL + parts.own + parts.smooth + parts.place + parts.field + parts.operator_part;
}

static double
noise_of (const Problem *self, guint station, const double *theta)
{
  return exp (theta[NOISE] + theta[NOISE_SLOPE] * self->rates->size[station])
         + self->rates->noise[station] / (self->sd * self->sd);
}

/* ---- learning ----------------------------------------------------------------------------- */

/* @inverse: n × n: (out): of the covariance; FALSE when it is not positive definite. */
static gboolean
invert (double *covariance, guint n, double *inverse)
{
  if (!zx_dense_factor (covariance, n))
    return FALSE;
  memset (inverse, 0, (gsize) n * n * sizeof *inverse);
  for (gsize i = 0; i < n; i++)
    inverse[i * n + i] = 1;
  zx_dense_solve (covariance, n, inverse, n);
  return TRUE;
}

/* Slope of the log posterior along each parameter. */
static gboolean
slope_at (const Problem *self, const double *theta, const Pair *pairs, double *covariance,
          double *inverse, double *slope)
{
  gsize n = self->n;
  g_autofree double *alpha = g_new0 (double, n);
  for (gsize i = 0; i < n; i++)
    for (gsize j = 0; j <= i; j++)
      {
        Parts parts = parts_of (&pairs[i * n + j], theta, self->has_place);
        covariance[i * n + j] = covariance[j * n + i]
            = LEVEL + parts.own + parts.smooth + parts.place + parts.field + parts.operator_part
              + (i == j ? noise_of (self, self->station[i], theta) : 0);
      }
  if (!invert (covariance, (guint) n, inverse))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    for (gsize j = 0; j < n; j++)
      alpha[i] += inverse[i * n + j] * self->z[j];
  memset (slope, 0, N_PARAMETERS * sizeof *slope);
  double length = exp (-2 * theta[SMOOTH_LENGTH]), range = exp (-theta[FIELD_RANGE]);
  for (gsize i = 0; i < n; i++)
    for (gsize j = 0; j <= i; j++)
      {
        const Pair *pair = &pairs[i * n + j];
        Parts parts = parts_of (pair, theta, self->has_place);
        double pull = (alpha[i] * alpha[j] - inverse[i * n + j]) * (i == j ? 0.5 : 1);
        slope[OWN] += pull * 2 * parts.own;
        slope[SMOOTH] += pull * 2 * parts.smooth;
        slope[SMOOTH_LENGTH] += pull * parts.smooth * pair->away_own * length;
        slope[PLACE] += pull * 2 * parts.place;
        slope[FIELD] += pull * 2 * parts.field;
        slope[OPERATOR] += pull * 2 * parts.operator_part;
        if (parts.field > 0)
          slope[FIELD_RANGE] += pull * parts.field * pair->away_m * range;
        if (i == j)
          {
            double size = self->rates->size[self->station[i]];
            double noise = exp (theta[NOISE] + theta[NOISE_SLOPE] * size);
            slope[NOISE] += pull * noise;
            slope[NOISE_SLOPE] += pull * noise * size;
          }
      }
  static const int spreads[] = { OWN, SMOOTH, PLACE, FIELD, OPERATOR };
  for (guint k = 0; k < G_N_ELEMENTS (spreads); k++)
    slope[spreads[k]] -= SPREAD_RATE * exp (theta[spreads[k]]);
  slope[SMOOTH_LENGTH] -= theta[SMOOTH_LENGTH] / 0.25;
  slope[NOISE_SLOPE] -= theta[NOISE_SLOPE] / 0.25;
  slope[FIELD_RANGE] -= (theta[FIELD_RANGE] - log (2000)) / 1.44;
  return TRUE;
}

/* Resilient steps (Riedmiller and Braun 1993): the sign of the slope alone, each parameter with a
 * step of its own; needs no line search and never runs away. */
static gboolean
learn (const Problem *self, double *theta)
{
  gsize n = self->n;
  g_autofree Pair *pairs = g_new (Pair, n * n);
  g_autofree double *covariance = g_new (double, n *n), *inverse = g_new (double, n *n);
  double step[N_PARAMETERS], slope[N_PARAMETERS], last[N_PARAMETERS] = { 0 };
  for (gsize i = 0; i < n; i++)
    for (gsize j = 0; j <= i; j++)
      pairs[i * n + j] = pair_of (self->rates, self->station[i], self->station[j], self->has_place);
  for (guint k = 0; k < N_PARAMETERS; k++)
    step[k] = 0.3;
  for (guint s = 0; s < N_STEPS; s++)
    {
      if (!slope_at (self, theta, pairs, covariance, inverse, slope))
        return FALSE;
      for (guint k = 0; k < N_PARAMETERS; k++)
        {
          double turn = slope[k] * last[k];
          step[k] = CLAMP (step[k] * (turn > 0 ? 1.3 : turn < 0 ? 0.5 : 1), 1e-3, 1);
          last[k] = turn < 0 ? 0 : slope[k];
          if (last[k] != 0)
            theta[k]
                = CLAMP (theta[k] + (slope[k] > 0 ? step[k] : -step[k]), lowest[k], highest[k]);
        }
    }
  return TRUE;
}

/* ---- residuals ---------------------------------------------------------------------------- */

typedef struct
{
  guint n;
  const guint *fold; /* of each */
  const double *r, *size;
  double width, reach;
} Residuals;

static double
likeness (double off, double width)
{
  return exp (-0.5 * off * off / (width * width));
}

/* Density of a standardised residual of a station of @size by those outside @but. */
static double
residual_density (const Residuals *self, double r, double size, guint but)
{
  double weight = 1e-9, value = 0, draw_in = 1 / sqrt (1 + self->width * self->width);
  for (guint i = 0; i < self->n; i++)
    if (self->fold[i] != but)
      {
        double w = likeness (self->size[i] - size, self->reach) + 1e-4;
        weight += w;
        value += w * likeness (r - draw_in * self->r[i], self->width);
      }
  double smooth = value / (weight * self->width), normal = exp (-0.5 * r * r);
  return ((1 - NORMAL_SHARE) * smooth + NORMAL_SHARE * normal) / sqrt (2 * G_PI);
}

static double
residual_cdf (const Residuals *self, double r, double size, guint but)
{
  double weight = 1e-9, value = 0, draw_in = 1 / sqrt (1 + self->width * self->width);
  for (guint i = 0; i < self->n; i++)
    if (self->fold[i] != but)
      {
        double w = likeness (self->size[i] - size, self->reach) + 1e-4;
        weight += w;
        value += w * zx_normal_cdf ((r - draw_in * self->r[i]) / self->width);
      }
  return CLAMP ((1 - NORMAL_SHARE) * value / weight + NORMAL_SHARE * zx_normal_cdf (r), 1e-6,
                1 - 1e-6);
}

static void
choose_residual_widths (Residuals *self)
{
  static const double widths[] = { 0.15, 0.25, 0.4 }, reaches[] = { 0.25, 0.5, 1, 2, 1e6 };
  double best = -INFINITY, width = 0.25, reach = 1e6;
  for (guint w = 0; w < G_N_ELEMENTS (widths); w++)
    for (guint k = 0; k < G_N_ELEMENTS (reaches); k++)
      {
        double sum = 0;
        self->width = widths[w];
        self->reach = reaches[k];
        for (guint i = 0; i < self->n; i++)
          sum += log (residual_density (self, self->r[i], self->size[i], self->fold[i]));
        if (sum > best)
          {
            best = sum;
            width = widths[w];
            reach = reaches[k];
          }
      }
  self->width = width;
  self->reach = reach;
}

/* ---- the member --------------------------------------------------------------------------- */

static void
problem_init (Problem *self, const ZxRates *rates, const guint *station, guint n,
              gboolean has_place)
{
  *self = (Problem){ .rates = rates, .has_place = has_place, .n = n };
  self->station = g_memdup2 (station, n * sizeof *station);
  self->z = g_new (double, n);
  double variance = 0;
  for (guint i = 0; i < n; i++)
    self->mean += rates->z[station[i]] / n;
  for (guint i = 0; i < n; i++)
    variance += pow (rates->z[station[i]] - self->mean, 2) / n;
  self->sd = MAX (sqrt (variance), 1e-3);
  for (guint i = 0; i < n; i++)
    self->z[i] = (rates->z[station[i]] - self->mean) / self->sd;
}

static void
problem_clear (Problem *self)
{
  g_free (self->station);
  g_free (self->z);
}

/* Some of the stations, by the seed. */
static gboolean
learn_from_some (const ZxRates *rates, const guint *station, guint n, gboolean has_place,
                 double *theta)
{
  g_autofree guint *some = g_memdup2 (station, n * sizeof *station);
  ZxRng rng = zx_rng_stream (rates->seed, 0x9b0c);
  guint n_some = MIN (n, MOST_LEARNING);
  for (guint i = 0; i < n_some; i++)
    {
      guint j = i + zx_rng_below (&rng, n - i), other = some[i];
      some[i] = some[j];
      some[j] = other;
    }
  Problem problem;
  problem_init (&problem, rates, some, n_some, has_place);
  const double start[N_PARAMETERS]
      = { log (0.2), log (0.3), 0, log (0.7), 0, log (0.2), log (0.3), log (2000), log (0.2) };
  memcpy (theta, start, sizeof start);
  gboolean is_learnt = learn (&problem, theta);
  problem_clear (&problem);
  return is_learnt;
}

/* Means and variances of each station predicted without its own fold. */
static gboolean
leave_folds_out (const Problem *self, const double *inverse, const double *alpha, double *mean,
                 double *variance)
{
  gsize n = self->n;
  g_autofree guint *block = g_new (guint, n);
  for (guint f = 0; f < self->rates->n_folds; f++)
    {
      gsize m = 0;
      for (guint i = 0; i < n; i++)
        if (self->rates->fold[self->station[i]] == f)
          block[m++] = i;
      if (m == 0)
        continue;
      g_autofree double *part = g_new (double, m *m), *covariance = g_new (double, m *m);
      for (gsize i = 0; i < m; i++)
        for (gsize j = 0; j < m; j++)
          part[i * m + j] = inverse[block[i] * n + block[j]];
      if (!invert (part, (guint) m, covariance))
        return FALSE;
      for (gsize i = 0; i < m; i++)
        {
          mean[block[i]] = self->z[block[i]];
          for (gsize j = 0; j < m; j++)
            mean[block[i]] -= covariance[i * m + j] * alpha[block[j]];
          variance[block[i]] = covariance[i * m + i];
        }
    }
  return TRUE;
}

static void
predict_held (const Problem *self, const double *theta, const double *inverse, const double *alpha,
              const Residuals *residuals, guint held, float *density)
{
  const ZxRates *rates = self->rates;
  gsize n = self->n;
  g_autofree double *k = g_new (double, n), *at = g_new (double, n), *weight = g_new (double, n);
  g_autofree double *row = g_new (double, rates->grid.n);
  double draw_in = 1 / sqrt (1 + residuals->width * residuals->width);
  for (guint t = 0; t < rates->n; t++)
    {
      if (rates->fold[t] != held)
        continue;
      double mean = 0, total = 0;
      double variance
          = covariance_of (rates, t, t, theta, self->has_place) + noise_of (self, t, theta);
      for (gsize i = 0; i < n; i++)
        {
          k[i] = covariance_of (rates, t, self->station[i], theta, self->has_place);
          mean += k[i] * alpha[i];
        }
      for (gsize i = 0; i < n; i++)
        {
          double sum = 0;
          for (gsize j = 0; j < n; j++)
            sum += inverse[i * n + j] * k[j];
          variance -= k[i] * sum;
        }
      double sd = self->sd * sqrt (MAX (variance, 1e-6));
      mean = self->mean + self->sd * mean;
      for (gsize i = 0; i < n; i++)
        {
          weight[i] = likeness (residuals->size[i] - rates->size[t], residuals->reach) + 1e-4;
          total += weight[i];
          at[i] = mean + sd * draw_in * residuals->r[i];
        }
      for (gsize i = 0; i < n; i++)
        weight[i] *= (1 - NORMAL_SHARE) / total;
      memset (row, 0, rates->grid.n * sizeof *row);
      zx_rate_add_kernels (&rates->grid, row, at, weight, (guint) n, sd * residuals->width);
      zx_rate_add_normal (&rates->grid, row, NORMAL_SHARE, mean, sd);
      zx_rate_normalise (&rates->grid, row);
      for (guint g = 0; g < rates->grid.n; g++)
        density[(gsize) t * rates->grid.n + g] = (float) row[g];
    }
}

gboolean
zx_rates_process (const ZxRates *rates, guint held, gboolean has_place, double *inner,
                  double *inner_cdf, float *density)
{
  g_autofree guint *train = g_new (guint, rates->n), *fold = g_new (guint, rates->n);
  gsize n = 0;
  for (guint i = 0; i < rates->n; i++)
    if (rates->fold[i] != held)
      {
        fold[n] = rates->fold[i];
        train[n++] = i;
      }
  double theta[N_PARAMETERS];
  if (!learn_from_some (rates, train, (guint) n, has_place, theta))
    return FALSE;
  Problem self;
  problem_init (&self, rates, train, (guint) n, has_place);
  g_autofree double *covariance = g_new (double, n *n), *inverse = g_new (double, n *n);
  g_autofree double *alpha = g_new0 (double, n), *mean = g_new (double, n);
  g_autofree double *variance = g_new (double, n), *r = g_new (double, n);
  g_autofree double *size = g_new (double, n);
  for (gsize i = 0; i < n; i++)
    for (gsize j = 0; j <= i; j++)
      covariance[i * n + j] = covariance[j * n + i]
          = covariance_of (rates, train[i], train[j], theta, has_place)
            + (i == j ? noise_of (&self, train[i], theta) : 0);
  gboolean is_done = invert (covariance, (guint) n, inverse);
  for (gsize i = 0; is_done && i < n; i++)
    for (gsize j = 0; j < n; j++)
      alpha[i] += inverse[i * n + j] * self.z[j];
  is_done = is_done && leave_folds_out (&self, inverse, alpha, mean, variance);
  if (is_done)
    {
      for (gsize i = 0; i < n; i++)
        {
          r[i] = (self.z[i] - mean[i]) / sqrt (variance[i]);
          size[i] = rates->size[train[i]];
        }
      Residuals residuals = { (guint) n, fold, r, size, 0, 0 };
      choose_residual_widths (&residuals);
      for (gsize i = 0; i < n; i++)
        {
          inner[train[i]] = residual_density (&residuals, r[i], size[i], fold[i])
                            / (self.sd * sqrt (variance[i]));
          inner_cdf[train[i]] = residual_cdf (&residuals, r[i], size[i], fold[i]);
        }
      predict_held (&self, theta, inverse, alpha, &residuals, held, density);
    }
  problem_clear (&self);
  return is_done;
}
