/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The penalised-complexity prior of the mixing parameter (formula in zx-solve.h).
 *
 * With eigenvalues 1/g of R* and m null directions,
 *   Σ log (1 + phi (g-1)) = log det ((1-phi) R* + phi I) - m log phi - log det⁺ R*
 * so one sparse factor gives one value of d.  lambda needs d (1/2) and d (1) only and is exact; the
 * distribution function between is a cubic spline of log d over log phi, whose end slopes are known
 * (1 towards phi = 0, where d is proportional to phi; Σ (1 - 1/g) / 2d² at phi = 1). */

#include "app/solve/zx-solve-private.h"

/* Knots in x = -log phi, at x_k = span (exp (CROWDING k/n) - 1) / (exp (CROWDING) - 1): close
 * together near phi = 1, where a small g bends d, and far apart where d is proportional to phi.
 * The spline's error is then below 1e-5 relative on every graph tried. */
#define N_KNOTS  44
#define CROWDING 2.5
#define ROUNDING                                                                                   \
  2e-11 /* per node: far above what it leaves of d², far below any d² of interest                \
         */

struct _ZxMixingPrior
{
  double lambda;
  double excess; /* Σ (g - 1) */
  double last;   /* d (1) */
  guint n;       /* knots */
  double *log_phi, *log_d, *second;
};

/* d² at 0 < @phi <= 1; NaN when the matrix could not be factored. */
static double
squared_distance (const ZxIntrinsic *graph, ZxCholesky *factor, double *values, double phi)
{
  const ZxPattern *pattern = graph->pattern;
  double excess = graph->trace - (graph->n - graph->n_constraints);
  if (phi == 1)
    return excess + graph->log_determinant;
  for (gsize k = 0; k < pattern->n_entries; k++)
    values[k] = (1 - phi) * graph->values[k];
  for (guint i = 0; i < graph->n; i++)
    values[pattern->first[i]] += phi;
  if (!zx_cholesky_factor (factor, values, NULL))
    return NAN;
  double log_sum = zx_cholesky_log_determinant (factor) - graph->n_constraints * log (phi)
                   - graph->log_determinant;
  return phi * excess - log_sum;
}

/* Solves (1 - exp (-lambda half)) / (1 - exp (-lambda one)) = alpha.  The left side falls … rises
 * from half/one at lambda = 0 to 1, so bisection finds the one root; it goes on until the bracket
 * is two neighbouring doubles, because two root finders once differed in the fourth digit. */
static double
solve_lambda (double half, double one, double alpha)
{
  double low = 0, high = 1 / one;
  for (guint k = 0; k < 200 && expm1 (-high * half) / expm1 (-high * one) < alpha; k++)
    high *= 2;
  for (guint k = 0; k < 200; k++)
    {
      double middle = 0.5 * (low + high);
      if (middle <= low || middle >= high)
        break;
      if (expm1 (-middle * half) / expm1 (-middle * one) < alpha)
        low = middle;
      else
        high = middle;
    }
  return 0.5 * (low + high);
}

static gboolean
tabulate (ZxMixingPrior *self, const ZxIntrinsic *graph, ZxCholesky *factor, double *values)
{
  /* Below 1 / Σg every phi (g-1) is small and d is proportional to phi. */
  double span = log (1000 * MAX (graph->trace, 1.0));
  self->n = N_KNOTS;
  self->log_phi = g_new (double, self->n);
  self->log_d = g_new (double, self->n);
  self->second = g_new (double, self->n);
  for (guint k = 0; k < self->n; k++)
    {
      double share = (double) (self->n - 1 - k) / (self->n - 1);
      self->log_phi[k] = -span * expm1 (CROWDING * share) / expm1 (CROWDING);
      double squared = squared_distance (graph, factor, values, exp (self->log_phi[k]));
      self->log_d[k] = 0.5 * log (squared);
    }
  /* What rounding leaves of a determinant's logarithm drowns small distances: there d is taken
   * proportional to phi, as it is in the limit. */
  double drowned = ROUNDING * graph->n;
  for (guint k = self->n - 1; k-- > 0;)
    if (!(2 * self->log_d[k] >= log (drowned)))
      self->log_d[k] = self->log_d[k + 1] + self->log_phi[k] - self->log_phi[k + 1];
  for (guint k = 0; k < self->n; k++)
    if (!isfinite (self->log_d[k]) || (k > 0 && self->log_d[k] <= self->log_d[k - 1]))
      return FALSE;
  double structure_trace = 0;
  for (guint i = 0; i < graph->n; i++)
    structure_trace += graph->values[graph->pattern->first[i]];
  double last_slope = (self->excess - (graph->n - graph->n_constraints) + structure_trace)
                      / (2 * self->last * self->last);
  zx_spline_prepare (self->log_phi, self->log_d, self->n, 1, last_slope, self->second);
  return TRUE;
}

ZxMixingPrior *
zx_mixing_prior_new (const ZxIntrinsic *graph, double u, double alpha, GError **error)
{
  g_return_val_if_fail (u > 0 && u < 1 && alpha > 0 && alpha < 1, NULL);
  if (graph->n_constraints == 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("A graph of %u nodes without edges has no structured effect to mix"),
                   graph->n);
      return NULL;
    }
  g_autoptr (ZxMixingPrior) self = g_new0 (ZxMixingPrior, 1);
  g_autoptr (ZxCholesky) factor = zx_cholesky_copy (graph->grounded);
  g_autofree double *values = g_new (double, graph->pattern->n_entries);
  self->excess = graph->trace - (graph->n - graph->n_constraints);
  self->last = sqrt (squared_distance (graph, factor, values, 1));
  double at_u = sqrt (squared_distance (graph, factor, values, u));
  if (!(self->last > 0 && at_u < alpha * self->last))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("P (phi < %g) = %g cannot be had on this graph; it must exceed %g"), u, alpha,
                   at_u / self->last);
      return NULL;
    }
  self->lambda = solve_lambda (at_u, self->last, alpha);
  if (!tabulate (self, graph, factor, values))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The prior of phi could not be computed on the graph of %u nodes"), graph->n);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
zx_mixing_prior_free (ZxMixingPrior *self)
{
  if (self == NULL)
    return;
  g_free (self->log_phi);
  g_free (self->log_d);
  g_free (self->second);
  g_free (self);
}

double
zx_mixing_prior_lambda (const ZxMixingPrior *self)
{
  return self->lambda;
}

double
zx_mixing_prior_distance (const ZxMixingPrior *self, double phi)
{
  if (!(phi > 0))
    return 0;
  return phi >= 1 ? self->last
                  : exp (zx_spline_at (self->log_phi, self->log_d, self->second, self->n, log (phi),
                                       NULL));
}

double
zx_mixing_prior_cdf (const ZxMixingPrior *self, double phi)
{
  return expm1 (-self->lambda * zx_mixing_prior_distance (self, phi))
         / expm1 (-self->lambda * self->last);
}

/* Newton on log d over log phi, held inside a bracket; d rises with phi. */
double
zx_mixing_prior_quantile (const ZxMixingPrior *self, double z, double *rest)
{
  double below = zx_normal_cdf (z), above = zx_normal_cdf (-z);
  double total = -expm1 (-self->lambda * self->last);
  double d = z < 0 ? -log1p (-below * total) / self->lambda
                   : -log (exp (-self->lambda * self->last) + above * total) / self->lambda;
  double target = log (CLAMP (d, 1e-300, self->last));
  double low = MIN (self->log_phi[0], self->log_phi[0] + target - self->log_d[0]), high = 0;
  double at = low + 0.5 * (high - low);
  for (guint k = 0; k < 100 && high - low > 1e-15 * (1 - low); k++)
    {
      double slope,
          value = zx_spline_at (self->log_phi, self->log_d, self->second, self->n, at, &slope);
      if (value < target)
        low = at;
      else
        high = at;
      double newton = at - (value - target) / slope;
      double following = newton > low && newton < high ? newton : 0.5 * (low + high);
      if (fabs (following - at) < 1e-15 * (1 + fabs (at)))
        break;
      at = following;
    }
  *rest = -expm1 (at);
  return exp (at);
}
