/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts: negative binomial of mean μ = exp η and variance μ + ψ²μ², Poisson at ψ = 0.
 *
 * With r = 1/ψ² and q = ψ²μ,
 *   l    = log Γ(y+r) - log Γ(r) - log y! + y log q - (y + r) log (1 + q)
 *   l'   = (y - μ) / (1 + q)
 *   -l'' = (1 + ψ²y) μ / (1 + q)²            always positive: l is concave in η
 *   l''' = -(1 + ψ²y) μ (1 - q) / (1 + q)³
 * written so that ψ → 0 gives the Poisson forms without a jump. */

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

double
zx_count_constant (double y, double psi)
{
  double rest = psi > 0 ? rising_ratio (y, 1 / (psi * psi)) : 0;
  return rest - log_gamma (y + 1);
}

ZxTerm
zx_count_term (double y, double psi, double eta)
{
  eta = MIN (eta, MOST_ETA);
  double mu = exp (eta), psi2 = psi * psi, q = psi2 * mu;
  double inverse = 1 / (1 + q), heavy = (1 + psi2 * y) * mu * inverse * inverse;
  double log_term = psi2 > 0 ? log1p (q) : 0;
  /* (y + r) log (1 + q) with r log (1 + q) → μ */
  double loss = psi2 > 0 ? y * log_term + (q < 1e-8 ? mu * (1 - q / 2) : log_term / psi2) : mu;
  return (ZxTerm){ y * eta - loss, (y - mu) * inverse, heavy, -heavy * (1 - q) * inverse };
}

void
zx_nodes_init (ZxNodes *self)
{
  zx_gauss_hermite (ZX_N_NODES, self->node, self->weight);
}

ZxTerm
zx_count_expected (const ZxNodes *nodes, double y, double psi, double eta, double variance)
{
  if (!(psi > 0)) /* E exp (η) = exp (m + v/2) */
    {
      double mu = exp (MIN (eta + variance / 2, MOST_ETA));
      return (ZxTerm){ y * eta - mu, y - mu, mu, -mu };
    }
  double sd = sqrt (variance);
  ZxTerm sum = { 0, 0, 0, 0 };
  for (guint k = 0; k < ZX_N_NODES; k++)
    {
      ZxTerm term = zx_count_term (y, psi, eta + sd * nodes->node[k]);
      sum.value += nodes->weight[k] * term.value;
      sum.slope += nodes->weight[k] * term.slope;
      sum.bend += nodes->weight[k] * term.bend;
      sum.third += nodes->weight[k] * term.third;
    }
  return sum;
}

double
zx_count_log_density (double y, double psi, double eta)
{
  return zx_count_constant (y, psi) + zx_count_term (y, psi, eta).value;
}
