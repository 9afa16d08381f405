/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Mixtures of skewed bells.
 *
 * A bell of mean m, sd s and skewness g > 0 is ξ + exp (μ + ω Z) with
 *   t = exp (ω²) the real root of (t + 2)² (t - 1) = g²,
 *   exp (μ + ω²/2) = s / √(t - 1),  ξ = m - s / √(t - 1)
 * (mirrored for g < 0), so its distribution function is Φ of a logarithm.
 *
 * Quantiles: Φ⁻¹ of the mixture's distribution function is nearly a straight line, so x as a spline
 * of it through some points is exact to far below the error of the bells themselves. */

#include "app/solve/zx-solve-private.h"

#define LEAST_SKEW 2e-3 /* below it the bell is drawn as normal: the difference is 1e-4 sd */
#define MOST_SKEW  1.5
#define N_KNOTS    15
#define REACH      3.5 /* the knots lie within this many sd */

double
zx_mixture_mean (const ZxMixture *self)
{
  double sum = 0;
  for (guint k = 0; k < self->n; k++)
    sum += self->weight[k] * self->mean[k * self->stride];
  return sum;
}

double
zx_mixture_variance (const ZxMixture *self)
{
  double mean = zx_mixture_mean (self), sum = 0;
  for (guint k = 0; k < self->n; k++)
    {
      double off = self->mean[k * self->stride] - mean;
      sum += self->weight[k] * (self->variance[k * self->stride] + off * off);
    }
  return sum;
}

/* A bell made ready: z of x is (x - mean) / sd, or (log (1 + (x - mean) sign / shift) + lift) sign
 * / omega. */
typedef struct
{
  double weight, mean, sd;
  double shift, omega, lift, sign; /* shift 0: normal */
} Bell;

static Bell
bell_of (const ZxMixture *self, guint k)
{
  double variance = MAX (self->variance[k * self->stride], 0);
  Bell bell = { self->weight[k], self->mean[k * self->stride], sqrt (variance), 0, 0, 0, 1 };
  double third = self->third != NULL ? self->third[k * self->stride] : 0;
  double skew = variance > 0 ? third / (variance * bell.sd) : 0;
  if (!(fabs (skew) >= LEAST_SKEW))
    return bell;
  double g = MIN (fabs (skew), MOST_SKEW);
  double root = g * sqrt (1 + g * g / 4);
  double t = cbrt (1 + g * g / 2 + root) + cbrt (1 + g * g / 2 - root) - 1;
  bell.sign = skew > 0 ? 1 : -1;
  bell.omega = sqrt (log (t));
  bell.shift = bell.sd / sqrt (t - 1);
  bell.lift = 0.5 * log (t);
  return bell;
}

static double
bell_below (const Bell *bell, double x)
{
  double off = x - bell->mean;
  if (bell->shift == 0)
    return bell->sd > 0 ? zx_normal_cdf (off / bell->sd) : off >= 0;
  double at = 1 + bell->sign * off / bell->shift;
  if (!(at > 0))
    return bell->sign > 0 ? 0 : 1;
  return zx_normal_cdf (bell->sign * (log (at) + bell->lift) / bell->omega);
}

double
zx_mixture_cdf (const ZxMixture *self, double x)
{
  double sum = 0;
  for (guint k = 0; k < self->n; k++)
    {
      Bell bell = bell_of (self, k);
      sum += bell.weight * bell_below (&bell, x);
    }
  return CLAMP (sum, 0, 1);
}

static double
below (const Bell *bells, guint n, double x)
{
  double sum = 0;
  for (guint k = 0; k < n; k++)
    sum += bells[k].weight * bell_below (&bells[k], x);
  return CLAMP (sum, 0, 1);
}

void
zx_mixture_quantiles (const ZxMixture *self, const double *p, guint n_p, double *quantile)
{
  double mean = zx_mixture_mean (self), sd = sqrt (zx_mixture_variance (self));
  g_autofree Bell *bells = g_new (Bell, self->n);
  for (guint k = 0; k < self->n; k++)
    bells[k] = bell_of (self, k);
  double z[N_KNOTS], x[N_KNOTS], second[N_KNOTS];
  guint n = 0;
  for (guint k = 0; k < N_KNOTS && sd > 0; k++)
    {
      double at = mean + sd * REACH * (2.0 * k / (N_KNOTS - 1) - 1);
      double normal = zx_normal_quantile (below (bells, self->n, at));
      if (!isfinite (normal) || (n > 0 && normal <= z[n - 1] + 1e-6))
        continue;
      z[n] = normal;
      x[n++] = at;
    }
  if (n < 2)
    {
      for (guint i = 0; i < n_p; i++)
        quantile[i] = isfinite (sd) ? mean : NAN;
      return;
    }
  zx_spline_prepare (z, x, n, (x[1] - x[0]) / (z[1] - z[0]),
                     (x[n - 1] - x[n - 2]) / (z[n - 1] - z[n - 2]), second);
  for (guint i = 0; i < n_p; i++)
    quantile[i] = zx_spline_at (z, x, second, n, zx_normal_quantile (p[i]), NULL);
}
