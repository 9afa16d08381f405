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
 * 2/π arcsin √phi.  Of the second likelihood: its field may be as uneven as vehicles are, P (sigma
 * > 3) = 0.01; the copy is N (0, 1), for 1 says that demand grows in proportion. */

#include "app/demand/zx-demand-private.h"

#define SECOND_SIGMA_RATE 1.535057
#define COPY_SD           1.0

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
    case ZX_HYPER_SECOND_PSI:
      return exponential_quantile (z, self->psi_rate);
    case ZX_HYPER_SECOND_SIGMA:
      return exponential_quantile (z, SECOND_SIGMA_RATE);
    case ZX_HYPER_SECOND_PHI:
      return zx_mixing_prior_quantile (self->mixing, z, rest);
    case ZX_HYPER_COPY:
      return z * COPY_SD;
    case ZX_N_HYPERS:
      break;
    }
  g_return_val_if_reached (NAN);
}

ZxTheta
zx_hyper_theta (const ZxHyperSpace *self, const double *point)
{
  ZxTheta theta = { .rest = 1, .second_rest = 1 };
  double *const value[ZX_N_HYPERS]
      = { &theta.sigma,        &theta.phi,        &theta.group_sd,   &theta.psi,
          &theta.second_sigma, &theta.second_phi, &theta.second_psi, &theta.copy };
  for (guint i = 0; i < self->n; i++)
    {
      double rest = 1;
      *value[self->hyper[i]] = zx_hyper_value (self, self->hyper[i], point[i], &rest);
      if (self->hyper[i] == ZX_HYPER_PHI)
        theta.rest = rest;
      else if (self->hyper[i] == ZX_HYPER_SECOND_PHI)
        theta.second_rest = rest;
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
