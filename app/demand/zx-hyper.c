/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hyperparameters on the scale of their priors.
 *
 * Each one is θ = F⁻¹(Φ(z)), F its prior distribution function, so that z ~ N(0, 1) a priori and
 * the density of z needs neither a Jacobian nor a derivative of the prior.  Two things follow.  No
 * tail of the posterior can be longer than a normal one unless the data ask for it: logit (phi),
 * which runs to +9 on the Scottish data, is a bell in z; and every coordinate is of order one, so
 * one step length serves all.
 *
 * Priors: sigma, sigma_op, psi exponential (penalised complexity, Simpson et al. 2017); phi as in
 * zx-mixing-prior.c.  With stan_priors: sigma half-N(0, 5), phi Beta (½, ½), whose F is
 * 2/π arcsin √phi. */

#include "app/demand/zx-demand-private.h"

static double
exponential_quantile (double z, double rate)
{
  /* 1 - F = Φ(-z), in the form that keeps its digits on either side. */
  return (z > 0 ? -log (zx_normal_cdf (-z)) : -log1p (-zx_normal_cdf (z))) / rate;
}

static double
half_normal_quantile (double z, double scale)
{
  double below = zx_normal_cdf (z);
  return scale
         * (below < 1e-8 ? below * sqrt (G_PI / 2)
                         : -zx_normal_quantile (0.5 * zx_normal_cdf (-z)));
}

static double
arcsine_quantile (double z, double *rest)
{
  double below = sin (G_PI_2 * zx_normal_cdf (z)), above = sin (G_PI_2 * zx_normal_cdf (-z));
  *rest = above * above;
  return below * below;
}

double
zx_hyper_value (const ZxHyperSpace *self, ZxHyper hyper, double z, double *rest)
{
  double unused;
  if (rest == NULL)
    rest = &unused;
  z = CLAMP (z, -30, 30);
  switch (hyper)
    {
    case ZX_HYPER_SIGMA:
      return self->is_stan ? half_normal_quantile (z, 5)
                           : exponential_quantile (z, self->sigma_rate);
    case ZX_HYPER_PHI:
      return self->is_stan ? arcsine_quantile (z, rest)
                           : zx_mixing_prior_quantile (self->mixing, z, rest);
    case ZX_HYPER_GROUP_SD:
      return exponential_quantile (z, self->group_rate);
    case ZX_HYPER_PSI:
      return exponential_quantile (z, self->psi_rate);
    case ZX_N_HYPERS:
      break;
    }
  g_return_val_if_reached (NAN);
}

ZxTheta
zx_hyper_theta (const ZxHyperSpace *self, const double *point)
{
  ZxTheta theta = { 0, 0, 1, 0, 0 };
  for (guint i = 0; i < self->n; i++)
    {
      double rest = 1, value = zx_hyper_value (self, self->hyper[i], point[i], &rest);
      if (self->hyper[i] == ZX_HYPER_SIGMA)
        theta.sigma = value;
      else if (self->hyper[i] == ZX_HYPER_GROUP_SD)
        theta.group_sd = value;
      else if (self->hyper[i] == ZX_HYPER_PSI)
        theta.psi = value;
      else
        {
          theta.phi = value;
          theta.rest = rest;
        }
    }
  return theta;
}

double
zx_hyper_log_prior (const ZxHyperSpace *self, const double *point)
{
  double sum = -0.5 * self->n * log (2 * G_PI);
  for (guint i = 0; i < self->n; i++)
    sum -= 0.5 * point[i] * point[i];
  return sum;
}
