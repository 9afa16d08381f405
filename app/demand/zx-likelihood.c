/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts: negative binomial of mean μ = exp η and variance μ + ψ²μ², Poisson at ψ = 0.
 *
 * With r = 1/ψ² and q = ψ²μ,
 *   l    = log Γ(y+r) - log Γ(r) - log y! + y log q - (y + r) log (1 + q)
 *   l'   = (y - μ) / (1 + q)
 *   -l'' = (1 + ψ²y) μ / (1 + q)²            always positive: l is concave in η
 *   l''' = -(1 + ψ²y) μ (1 - q) / (1 + q)³
 *   l'''' = -(1 + ψ²y) μ (1 - 4q + q²) / (1 + q)⁴
 * written so that ψ → 0 gives the Poisson forms without a jump.
 *
 * Log-normal: log (y + ½) ~ N (η, ψ² + 1 / (y + ½)), the count's own noise to second order.  It is
 * wrong for counts below about ten, where log y is no bell. */

#include "app/demand/zx-demand-private.h"

#define MOST_ETA 600.0 /* exp of it is still finite, and no fit goes there */

/* log Γ(x) - (x - ½) log x + x - ½ log 2π for x >= 8 (Stirling's series; error < 1e-13). */
static double
stirling_rest (double x)
{
  double s = 1 / (x * x);
  return (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s * (1.0 / 1680 - s / 1188)))) / x;
}

static double
log_gamma (double x)
{
  int sign;
  return lgamma_r (x, &sign);
}

/* log Γ(y+r) - log Γ(r) - y log r, which tends to 0 as r grows: the large parts are taken apart by
 * hand. */
static double
rising_ratio (double y, double r)
{
  if (r < 8)
    return log_gamma (y + r) - log_gamma (r) - y * log (r);
  return (y + r - 0.5) * log1p (y / r) - y + stirling_rest (y + r) - stirling_rest (r);
}

/* Of log (y + ½). */
static double
log_normal_variance (double y, double psi)
{
  return psi * psi + 1 / (y + 0.5);
}

static ZxTerm
log_normal_term (double y, double psi, double eta)
{
  double bend = 1 / log_normal_variance (y, psi), off = log (y + 0.5) - eta;
  return (ZxTerm){ -0.5 * off * off * bend, off * bend, bend, 0, 0 };
}

double
zx_count_constant (double y, ZxNoise noise)
{
  double psi = noise.psi;
  if (noise.is_log_normal)
    return -log (y + 0.5) - 0.5 * log (2 * G_PI * log_normal_variance (y, psi));
  double rest = psi > 0 ? rising_ratio (y, 1 / (psi * psi)) : 0;
  return rest - log_gamma (y + 1);
}

ZxTerm
zx_count_term (double y, ZxNoise noise, double eta)
{
  if (noise.is_log_normal)
    return log_normal_term (y, noise.psi, eta);
  double psi = noise.psi;
  eta = MIN (eta, MOST_ETA);
  double mu = exp (eta), psi2 = psi * psi, q = psi2 * mu;
  double inverse = 1 / (1 + q), heavy = (1 + psi2 * y) * mu * inverse * inverse;
  double log_term = psi2 > 0 ? log1p (q) : 0;
  /* (y + r) log (1 + q) with r log (1 + q) → μ */
  double loss = psi2 > 0 ? y * log_term + (q < 1e-8 ? mu * (1 - q / 2) : log_term / psi2) : mu;
  return (ZxTerm){ y * eta - loss, (y - mu) * inverse, heavy, -heavy * (1 - q) * inverse,
                   -heavy * (1 - 4 * q + q * q) * inverse * inverse };
}

void
zx_nodes_init (ZxNodes *self)
{
  zx_gauss_hermite (ZX_N_NODES, self->node, self->weight);
}

ZxTerm
zx_count_expected (const ZxNodes *nodes, double y, ZxNoise noise, double eta, double variance)
{
  if (noise.is_log_normal)
    {
      ZxTerm term = log_normal_term (y, noise.psi, eta);
      term.value -= 0.5 * variance * term.bend;
      return term;
    }
  if (!(noise.psi > 0)) /* E exp (η) = exp (m + v/2) */
    {
      double mu = exp (MIN (eta + variance / 2, MOST_ETA));
      return (ZxTerm){ y * eta - mu, y - mu, mu, -mu, -mu };
    }
  double sd = sqrt (variance);
  ZxTerm sum = { 0, 0, 0, 0, 0 };
  for (guint k = 0; k < ZX_N_NODES; k++)
    {
      ZxTerm term = zx_count_term (y, noise, eta + sd * nodes->node[k]);
      sum.value += nodes->weight[k] * term.value;
      sum.slope += nodes->weight[k] * term.slope;
      sum.bend += nodes->weight[k] * term.bend;
      sum.third += nodes->weight[k] * term.third;
      sum.fourth += nodes->weight[k] * term.fourth;
    }
  return sum;
}

ZxTerm
zx_count_judge (const ZxNodes *nodes, double y, ZxNoise noise, double eta, const double *variance)
{
  return variance == NULL ? zx_count_term (y, noise, eta)
                          : zx_count_expected (nodes, y, noise, eta, *variance);
}

double
zx_count_log_density (double y, ZxNoise noise, double eta)
{
  return zx_count_constant (y, noise) + zx_count_term (y, noise, eta).value;
}

/* ---- distribution functions --------------------------------------------------------------- */

#define MOST_TERMS 20000
#define TINY       1e-300

/* Regularised incomplete beta I_x (a, b): the continued fraction by Lentz's method (Press et al.,
 * Numerical recipes, §6.4: the formula is Abramowitz and Stegun 26.5.8). */
static double
beta_fraction (double a, double b, double x)
{
  double c = 1, d = 1 - (a + b) * x / (a + 1);
  d = 1 / (fabs (d) < TINY ? TINY : d);
  double value = d;
  for (guint m = 1; m < MOST_TERMS; m++)
    {
      double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      for (guint k = 0; k < 2; k++)
        {
          double term = k == 0 ? even : odd;
          d = 1 + term * d;
          d = 1 / (fabs (d) < TINY ? TINY : d);
          c = 1 + term / c;
          c = fabs (c) < TINY ? TINY : c;
          value *= c * d;
        }
      if (fabs (c * d - 1) < 1e-12)
        break;
    }
  return value;
}

static double
incomplete_beta (double a, double b, double x, double rest)
{
  if (!(x > 0))
    return 0;
  if (!(rest > 0))
    return 1;
  double front
      = exp (log_gamma (a + b) - log_gamma (a) - log_gamma (b) + a * log (x) + b * log (rest));
  return x < (a + 1) / (a + b + 2) ? front * beta_fraction (a, b, x) / a
                                   : 1 - front * beta_fraction (b, a, rest) / b;
}

/* Regularised lower incomplete gamma P (a, x): series below a + 1, continued fraction above. */
static double
incomplete_gamma (double a, double x)
{
  if (!(x > 0))
    return 0;
  double front = exp (a * log (x) - x - log_gamma (a));
  if (x < a + 1)
    {
      double term = 1 / a, sum = term;
      for (guint k = 1; k < MOST_TERMS && term > sum * 1e-14; k++)
        {
          term *= x / (a + k);
          sum += term;
        }
      return front * sum;
    }
  double b = x + 1 - a, c = 1 / TINY, d = 1 / b, value = d;
  for (guint k = 1; k < MOST_TERMS; k++)
    {
      double term = -(double) k * (k - a);
      b += 2;
      d = term * d + b;
      d = 1 / (fabs (d) < TINY ? TINY : d);
      c = b + term / c;
      c = fabs (c) < TINY ? TINY : c;
      value *= c * d;
      if (fabs (c * d - 1) < 1e-12)
        break;
    }
  return 1 - front * value;
}

double
zx_count_cdf (double y, ZxNoise noise, double eta)
{
  double psi = noise.psi;
  if (y < 0)
    return 0;
  if (noise.is_log_normal)
    return zx_normal_cdf ((log (y + 1) - eta) / sqrt (log_normal_variance (y, psi)));
  double mu = exp (MIN (eta, MOST_ETA)), psi2 = psi * psi, value;
  if (!(psi > 0))
    value = 1 - incomplete_gamma (y + 1, mu);
  else if (y > 1e4 && psi2 * y > 1e3) /* the count's own noise is lost in the gamma's */
    value = incomplete_gamma (1 / psi2, (y + 0.5) / (psi2 * mu));
  else
    value = incomplete_beta (1 / psi2, y + 1, 1 / (1 + psi2 * mu), psi2 * mu / (1 + psi2 * mu));
  return CLAMP (value, 0, 1);
}

/* Quadrature centred where the integrand is: at the mode of log p (y | η) - (η - m)²/2v, scaled by
 * the curvature there. */
double
zx_predictive_log_density (const ZxNodes *nodes, double y, ZxNoise noise, double mean,
                           double variance)
{
  if (noise.is_log_normal)
    {
      double off = log (y + 0.5) - mean, all = log_normal_variance (y, noise.psi) + variance;
      return -log (y + 0.5) - 0.5 * log (2 * G_PI * all) - 0.5 * off * off / all;
    }
  if (!(variance > 1e-14))
    return zx_count_log_density (y, noise, mean);
  double at
      = y > 0 ? CLAMP (log (y), mean - 4 * sqrt (variance), mean + 4 * sqrt (variance)) : mean;
  double bend = 1 / variance;
  for (guint k = 0; k < 60; k++)
    {
      ZxTerm term = zx_count_term (y, noise, at);
      bend = term.bend + 1 / variance;
      double step = (term.slope - (at - mean) / variance) / bend;
      at += CLAMP (step, -2, 2);
      if (fabs (step) < 1e-9)
        break;
    }
  double scale = 1 / sqrt (bend), best = -INFINITY, value[ZX_N_NODES], sum = 0;
  for (guint k = 0; k < ZX_N_NODES; k++)
    {
      double eta = at + scale * nodes->node[k];
      value[k] = zx_count_term (y, noise, eta).value - (eta - mean) * (eta - mean) / (2 * variance)
                 + 0.5 * nodes->node[k] * nodes->node[k];
      best = MAX (best, value[k]);
    }
  for (guint k = 0; k < ZX_N_NODES; k++)
    sum += nodes->weight[k] * exp (value[k] - best);
  return best + log (sum) + log (scale) - 0.5 * log (variance) + zx_count_constant (y, noise);
}

/* The middle rule over +-5 sd, fine enough for the step that P (Y <= y | η) makes. */
double
zx_predictive_cdf (double y, ZxNoise noise, double mean, double variance)
{
  double psi = noise.psi;
  if (y < 0)
    return 0;
  if (noise.is_log_normal)
    return zx_normal_cdf ((log (y + 1) - mean) / sqrt (log_normal_variance (y, psi) + variance));
  if (!(variance > 1e-14))
    return zx_count_cdf (y, noise, mean);
  double sd = sqrt (variance), width = sqrt (psi * psi + 1 / (y + 1));
  guint n = (guint) CLAMP (ceil (10 * sd / (0.5 * width)), 40, 400);
  double sum = 0, total = 0;
  for (guint k = 0; k < n; k++)
    {
      double z = -5 + 10 * (k + 0.5) / n, weight = exp (-0.5 * z * z);
      sum += weight * zx_count_cdf (y, noise, mean + sd * z);
      total += weight;
    }
  return sum / total;
}
