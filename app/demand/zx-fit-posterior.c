/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The second pass of the fit: the posterior is described at the points of the hyperparameters that
 * carry weight, and these are mixed: marginals, draws. */

#include "app/demand/zx-criteria.h"
#include "app/demand/zx-fit-private.h"

#include <string.h>

#define MODE_ONLY_CELLS 300000 /* one point of theta costs half a minute at a million */
#define LEAST_WEIGHT    1e-3   /* of the heaviest point: lighter ones are not described */
#define KERNEL          0.5    /* sd of a point's bell, in cells: leaves no ripple to be seen */
#define MOST_KERNEL     0.6    /* of the variance */

/* ---- describing the points that carry weight ---------------------------------------------- */

typedef struct
{
  guint n_points;                  /* kept */
  guint *index;                    /* of each, in the lattice */
  double *weight;                  /* sum 1 */
  double *mean, *variance, *third; /* [point][target] */
  gsize n_targets;
  guint *draw_first; /* n_points + 1: draws of each point */
  guint32 *draw;     /* which draws they are: a permutation */
} Mixture;

static void
mixture_clear (Mixture *self)
{
  g_free (self->index);
  g_free (self->weight);
  g_free (self->mean);
  g_free (self->variance);
  g_free (self->third);
  g_free (self->draw_first);
  g_free (self->draw);
}

/* Systematic sampling: each point gets its weight's share of the draws, to the nearest one; and the
 * order of the draws is shuffled, so that any stretch of them is a sample. */
static void
share_draws (Mixture *self, guint n_draws, guint64 seed)
{
  ZxRng rng = zx_rng_stream (seed, G_MAXUINT64);
  self->draw_first = g_new0 (guint, self->n_points + 1);
  self->draw = g_new (guint32, MAX (n_draws, 1));
  double sum = 0, offset = zx_rng_uniform (&rng);
  for (guint k = 0; k < self->n_points; k++)
    {
      sum += self->weight[k];
      double upto = k + 1 < self->n_points ? ceil (sum * n_draws - offset) : n_draws;
      self->draw_first[k + 1] = (guint) CLAMP (upto, self->draw_first[k], n_draws);
    }
  for (guint i = 0; i < n_draws; i++)
    self->draw[i] = i;
  for (guint i = n_draws; i > 1; i--)
    {
      guint j = zx_rng_below (&rng, i);
      guint32 other = self->draw[i - 1];
      self->draw[i - 1] = self->draw[j];
      self->draw[j] = other;
    }
}

static gboolean
mixture_init (Mixture *self, const ZxFit *fit, const ZxLattice *lattice,
              const ZxDemandOptions *options, GError **error)
{
  double heaviest = 0, sum = 0;
  for (guint k = 0; k < lattice->n_points; k++)
    heaviest = MAX (heaviest, lattice->weight[k]);
  self->index = g_new (guint, lattice->n_points);
  self->weight = g_new (double, lattice->n_points);
  guint n_described = fit->is_mode_only ? 1 : lattice->n_points; /* the mode comes first */
  for (guint k = 0; k < n_described; k++)
    if (lattice->weight[k] > LEAST_WEIGHT * heaviest
        && g_ptr_array_index (fit->state, lattice->index[k]) != NULL)
      {
        self->index[self->n_points] = k;
        self->weight[self->n_points++] = lattice->weight[k];
        sum += lattice->weight[k];
      }
  for (guint k = 0; k < self->n_points; k++)
    self->weight[k] /= sum;
  self->n_targets = zx_latent_n_targets (fit->latent);
  gsize n = self->n_points * self->n_targets;
  self->mean = ZX_TRY_NEW (double, n, "posterior means", error);
  if (self->mean != NULL)
    self->variance = ZX_TRY_NEW (double, n, "posterior variances", error);
  if (self->variance != NULL)
    self->third = ZX_TRY_NEW (double, n, "posterior moments", error);
  share_draws (self, options->n_draws, options->seed);
  return self->third != NULL;
}

/* Of one coordinate: mean over the lattice, and the bell each point stands for. */
typedef struct
{
  double mean, sd, draw_in;
} HyperBell;

typedef struct
{
  ZxFit *fit;
  const ZxLattice *lattice;
  Mixture *mixture;
  ZxPosterior *posterior;
  guint64 seed;
  const ZxProgress *progress; /* asked within a point, too */
  gint n_failed;              /* atomic */
  HyperBell bell[ZX_N_HYPERS];
} Description;

/* Variance of the bell that each point of the lattice stands for. */
static double
bell_of (const ZxLattice *lattice, guint which, double variance)
{
  double bell = MIN (pow (KERNEL * lattice->step[which], 2), MOST_KERNEL * variance);
  return bell > 0 ? bell : variance;
}

/* The hyperparameters of a draw: their point of the lattice stands for a bell as wide as its cell,
 * as in coordinate_quantiles(). */
static void
draw_hypers (const Description *description, guint point, gsize at)
{
  const ZxHyperSpace *space = description->fit->space;
  const ZxLattice *lattice = description->lattice;
  double z[ZX_N_HYPERS];
  ZxRng rng = zx_rng_stream (~description->seed, at);
  for (guint i = 0; i < space->n; i++)
    {
      const HyperBell *bell = &description->bell[i];
      double off = lattice->point[(gsize) point * lattice->n + i] - bell->mean;
      z[i] = bell->mean + bell->draw_in * off + bell->sd * zx_rng_normal (&rng);
    }
  ZxTheta theta = zx_hyper_theta (space, z);
  ZxPosterior *posterior = description->posterior;
  posterior->draw_psi[at] = (float) theta.psi;
  posterior->draw_group_sd[at] = (float) theta.group_sd;
  posterior->draw_sigma[at] = (float) theta.sigma;
  posterior->draw_phi[at] = (float) theta.phi;
}

static void
fill_bells (Description *self)
{
  const ZxLattice *lattice = self->lattice;
  for (guint i = 0; i < lattice->n; i++)
    {
      double mean = 0, variance = 0;
      for (guint k = 0; k < lattice->n_points; k++)
        mean += lattice->weight[k] * lattice->point[(gsize) k * lattice->n + i];
      for (guint k = 0; k < lattice->n_points; k++)
        variance += lattice->weight[k] * pow (lattice->point[(gsize) k * lattice->n + i] - mean, 2);
      double bell = bell_of (lattice, i, variance);
      self->bell[i] = (HyperBell){ mean, sqrt (bell), sqrt (MAX (1 - bell / variance, 0)) };
    }
}

static void
draw_some (Description *description, guint point, gpointer worker, const ZxTargets *targets)
{
  ZxPosterior *posterior = description->posterior;
  const Mixture *mixture = description->mixture;
  for (guint i = mixture->draw_first[point]; i < mixture->draw_first[point + 1]; i++)
    {
      gsize at = mixture->draw[i];
      ZxRng rng = zx_rng_stream (description->seed, at);
      description->fit->engine->draw (worker, &rng, targets,
                                      posterior->draw + at * posterior->n_cells,
                                      posterior->draw_coefficient + at * posterior->n_coefficients);
      draw_hypers (description, mixture->index[point], at);
    }
}

static void
describe_some (gsize begin, gsize end, guint worker, gpointer data)
{
  Description *description = data;
  ZxFit *fit = description->fit;
  Mixture *mixture = description->mixture;
  const ZxLattice *lattice = description->lattice;
  for (gsize k = begin; k < end; k++)
    {
      guint at = mixture->index[k];
      ZxTheta theta = zx_hyper_theta (fit->space, lattice->point + (gsize) at * lattice->n);
      const double *state = g_ptr_array_index (fit->state, lattice->index[at]);
      ZxTargets targets = { mixture->mean + k * mixture->n_targets,
                            mixture->variance + k * mixture->n_targets,
                            mixture->third + k * mixture->n_targets,
                            NULL,
                            FALSE,
                            description->progress };
      if (fit->engine->describe (fit->worker[worker], &theta, state, &targets))
        draw_some (description, (guint) k, fit->worker[worker], &targets);
      else
        g_atomic_int_inc (&description->n_failed);
    }
}

gboolean
zx_fit_describe (ZxFit *self, const double *point, ZxTargets *targets, GError **error)
{
  ZxTheta theta = zx_hyper_theta (self->space, point);
  if (self->engine->describe (self->worker[0], &theta, NULL, targets))
    return TRUE;
  if (!zx_progress_step (targets->progress, 0, 1, error))
    return FALSE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("The demand model did not converge at sigma %g, phi %g, psi %g"), theta.sigma,
               theta.phi, theta.psi);
  return FALSE;
}

/* ---- marginals ---------------------------------------------------------------------------- */

static const double probabilities[] = { 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975 };
#define N_PROBABILITIES G_N_ELEMENTS (probabilities)

static void
set_quantiles (ZxMarginal *marginal, const double *q)
{
  double *to[] = { &marginal->q025, &marginal->q05, &marginal->q10, &marginal->q25, &marginal->q50,
                   &marginal->q75,  &marginal->q90, &marginal->q95, &marginal->q975 };
  for (guint i = 0; i < N_PROBABILITIES; i++)
    *to[i] = q[i];
}

static ZxMixture
mixture_of (const Mixture *self, gsize target)
{
  return (ZxMixture){ self->n_points,          self->weight,         self->mean + target,
                      self->variance + target, self->third + target, self->n_targets };
}

static void
fill_marginal (const Mixture *self, gsize target, ZxMarginal *marginal)
{
  ZxMixture mixture = mixture_of (self, target);
  double q[N_PROBABILITIES];
  marginal->mean = zx_mixture_mean (&mixture);
  marginal->sd = sqrt (zx_mixture_variance (&mixture));
  zx_mixture_quantiles (&mixture, probabilities, N_PROBABILITIES, q);
  set_quantiles (marginal, q);
}

typedef struct
{
  const Mixture *mixture;
  gsize first;
  ZxMarginal *marginal;
} Filling;

static void
fill_some (gsize begin, gsize end, guint worker, gpointer data)
{
  const Filling *filling = data;
  for (gsize k = begin; k < end; k++)
    fill_marginal (filling->mixture, filling->first + k, &filling->marginal[k]);
}

static gboolean
fill_marginals (const Mixture *mixture, gsize first, ZxMarginal *marginal, gsize n,
                const ZxProgress *progress, GError **error)
{
  Filling filling = { mixture, first, marginal };
  return zx_parallel_for (n, 0, fill_some, &filling, progress, error);
}

/* Quantiles of one coordinate.  Each point of the lattice stands for a bell as wide as its cell,
 * and the points are drawn together just so much that mean and variance stay what the lattice says
 * (as Liu and West 2001 do for samples); the bells' skewness makes up for what that takes from the
 * third moment.  Without cells one bell of the same three moments stands for all. */
static void
coordinate_quantiles (const ZxLattice *lattice, guint which, double mean, double variance,
                      double third, double *q)
{
  guint n = lattice->n_points;
  double bell = bell_of (lattice, which, variance);
  double draw_in = sqrt (1 - bell / variance), rest = (1 - pow (draw_in, 3)) * third;
  g_autofree double *centre = g_new (double, n), *width = g_new (double, n);
  g_autofree double *skew = g_new (double, n);
  for (guint k = 0; k < n; k++)
    {
      centre[k] = mean + draw_in * (lattice->point[(gsize) k * lattice->n + which] - mean);
      width[k] = bell;
      skew[k] = rest;
    }
  ZxMixture mixture = { n, lattice->weight, centre, width, skew, 1 };
  zx_mixture_quantiles (&mixture, probabilities, N_PROBABILITIES, q);
}

/* The area under the lower of two normal curves: N (0, @prior_sd²) and N (@mean, @sd²). */
static double
overlap_with_prior (double prior_sd, double mean, double sd)
{
  double s = sd / prior_sd, m = mean / prior_sd;
  if (!(s > 0 && isfinite (s)))
    return NAN;
  if (fabs (s - 1) < 1e-6)
    return 2 * zx_normal_cdf (-fabs (m) / 2);
  /* They cross where x² - ((x - m) / s)² = 2 log s. */
  double a = 1 - 1 / (s * s), b = m / (s * s), c = -m * m / (s * s) - 2 * log (s);
  double root = sqrt (MAX (b * b - a * c, 0));
  double low = (-b - root) / a, high = (-b + root) / a;
  if (low > high)
    {
      double other = low;
      low = high;
      high = other;
    }
  double prior = zx_normal_cdf (high) - zx_normal_cdf (low);
  double posterior = zx_normal_cdf ((high - m) / s) - zx_normal_cdf ((low - m) / s);
  return CLAMP (1 - fabs (posterior - prior), 0, 1);
}

/* A hyperparameter: moments are sums over the lattice; quantiles those of its coordinate, carried
 * through the monotone map to its own scale. */
static void
fill_hyper (const ZxFit *fit, const ZxLattice *lattice, guint which, const char *name,
            ZxMarginal *marginal)
{
  const ZxHyperSpace *space = fit->space;
  double mean = 0, variance = 0, third = 0, q[N_PROBABILITIES];
  marginal->name = g_strdup (name);
  marginal->mean = marginal->sd = 0;
  for (guint k = 0; k < lattice->n_points; k++)
    {
      double z = lattice->point[(gsize) k * lattice->n + which];
      mean += lattice->weight[k] * z;
      marginal->mean += lattice->weight[k] * zx_hyper_value (space, space->hyper[which], z, NULL);
    }
  for (guint k = 0; k < lattice->n_points; k++)
    {
      double z = lattice->point[(gsize) k * lattice->n + which], off = z - mean;
      double value = zx_hyper_value (space, space->hyper[which], z, NULL) - marginal->mean;
      variance += lattice->weight[k] * off * off;
      third += lattice->weight[k] * off * off * off;
      marginal->sd += lattice->weight[k] * value * value;
    }
  marginal->sd = sqrt (marginal->sd);
  marginal->prior_overlap = overlap_with_prior (1, mean, sqrt (variance));
  coordinate_quantiles (lattice, which, mean, variance, third, q);
  for (guint i = 0; i < N_PROBABILITIES; i++)
    q[i] = zx_hyper_value (space, space->hyper[which], q[i], NULL);
  set_quantiles (marginal, q);
}

static void
fill_hypers (const ZxFit *fit, const ZxLattice *lattice, ZxPosterior *posterior)
{
  static const char *const names[] = { "sigma",          "phi",          "sigma_op",     "psi",
                                       "sigma_vehicles", "phi_vehicles", "psi_vehicles", "copy" };
  ZxMarginal *to[] = { &posterior->sigma,      &posterior->phi,          &posterior->group_sd,
                       &posterior->psi,        &posterior->second_sigma, &posterior->second_phi,
                       &posterior->second_psi, &posterior->copy };
  for (guint i = 0; i < fit->space->n; i++)
    fill_hyper (fit, lattice, i, names[fit->space->hyper[i]], to[fit->space->hyper[i]]);
}

/* A monotone function of one hyperparameter, the same way. */
typedef double (*HyperFunc) (double value, double rest);

static double
log_precision (double value, double rest)
{
  return -2 * log (value);
}

static double
logit (double value, double rest)
{
  return log (value) - log (rest);
}

static void
fill_hyper_function (const ZxFit *fit, const ZxLattice *lattice, ZxHyper hyper, const char *name,
                     HyperFunc func, ZxMarginal *marginal)
{
  const ZxHyperSpace *space = fit->space;
  double mean = 0, variance = 0, third = 0, rest = 1, q[N_PROBABILITIES];
  guint which = 0;
  while (which < space->n && space->hyper[which] != hyper)
    which++;
  if (which == space->n)
    return;
  g_autofree double *value = g_new (double, lattice->n_points);
  *marginal = (ZxMarginal){ .name = g_strdup (name) };
  for (guint k = 0; k < lattice->n_points; k++)
    {
      double z = lattice->point[(gsize) k * lattice->n + which];
      double plain = zx_hyper_value (space, hyper, z, &rest);
      value[k] = func (plain, rest);
      mean += lattice->weight[k] * z;
      marginal->mean += lattice->weight[k] * value[k];
    }
  for (guint k = 0; k < lattice->n_points; k++)
    {
      double off = lattice->point[(gsize) k * lattice->n + which] - mean;
      variance += lattice->weight[k] * off * off;
      third += lattice->weight[k] * off * off * off;
      marginal->sd += lattice->weight[k] * pow (value[k] - marginal->mean, 2);
    }
  marginal->sd = sqrt (marginal->sd);
  coordinate_quantiles (lattice, which, mean, variance, third, q);
  for (guint i = 0; i < N_PROBABILITIES; i++)
    {
      double plain = zx_hyper_value (space, hyper, q[i], &rest);
      q[i] = func (plain, rest);
    }
  gboolean is_falling = q[0] > q[N_PROBABILITIES - 1];
  for (guint i = 0, j = N_PROBABILITIES - 1; is_falling && i < j; i++, j--)
    {
      double other = q[i];
      q[i] = q[j];
      q[j] = other;
    }
  set_quantiles (marginal, q);
}

/* ---- the posterior ------------------------------------------------------------------------ */

static ZxPosterior *
posterior_new (const ZxLatent *latent, guint n_draws, GError **error)
{
  g_autoptr (ZxPosterior) self = g_new0 (ZxPosterior, 1);
  self->n_cells = latent->n_cells;
  self->n_coefficients = latent->n_coefficients;
  self->n_groups = latent->n_groups;
  self->n_draws = n_draws;
  self->coefficient = g_new0 (ZxMarginal, latent->n_coefficients);
  self->group = g_new0 (ZxMarginal, latent->n_groups);
  self->field = ZX_TRY_NEW (ZxMarginal, latent->n_cells, "posterior of the cells", error);
  if (self->field == NULL)
    return NULL;
  if (latent->n_cells > 0 && n_draws > G_MAXSIZE / sizeof (float) / latent->n_cells)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("%u draws of %u cells are too many"),
                   n_draws, latent->n_cells);
      return NULL;
    }
  self->draw = ZX_TRY_NEW (float, (gsize) n_draws * latent->n_cells, "posterior draws", error);
  if (self->draw == NULL)
    return NULL;
  self->eta_mean = g_new0 (double, latent->n_cells);
  self->eta_sd = g_new0 (double, latent->n_cells);
  self->fitted_mean = g_new0 (double, latent->n_observations);
  self->fitted_sd = g_new0 (double, latent->n_observations);
  self->draw_coefficient = g_new0 (float, (gsize) n_draws * latent->n_coefficients);
  self->draw_psi = g_new0 (float, n_draws);
  self->draw_group_sd = g_new0 (float, n_draws);
  self->draw_sigma = g_new0 (float, n_draws);
  self->draw_phi = g_new0 (float, n_draws);
  return g_steal_pointer (&self);
}

static void
clear_marginals (ZxMarginal *marginal, guint n)
{
  for (guint i = 0; marginal != NULL && i < n; i++)
    g_free (marginal[i].name);
  g_free (marginal);
}

void
zx_posterior_free (ZxPosterior *self)
{
  if (self == NULL)
    return;
  clear_marginals (self->coefficient, self->n_coefficients);
  clear_marginals (self->field, self->n_cells);
  clear_marginals (self->group, self->n_groups);
  g_free (self->sigma.name);
  g_free (self->phi.name);
  g_free (self->psi.name);
  g_free (self->group_sd.name);
  g_free (self->second_sigma.name);
  g_free (self->second_phi.name);
  g_free (self->second_psi.name);
  g_free (self->copy.name);
  g_free (self->eta_mean);
  g_free (self->eta_sd);
  g_free (self->draw);
  g_free (self->draw_coefficient);
  g_free (self->draw_psi);
  g_free (self->draw_group_sd);
  g_free (self->draw_sigma);
  g_free (self->draw_phi);
  clear_marginals (self->fitted, self->n_observations);
  clear_marginals (self->group_standard, self->n_groups);
  g_free (self->log_precision.name);
  g_free (self->logit_phi.name);
  g_free (self->fitted_mean);
  g_free (self->fitted_sd);
  zx_criteria_free (self->criteria);
  g_free (self);
}

static gboolean
fill_posterior (ZxPosterior *self, const Mixture *mixture, const ZxLatent *latent,
                const char *const *names, const ZxProgress *progress, GError **error)
{
  if (!fill_marginals (mixture, 0, self->coefficient, self->n_coefficients, progress, error)
      || !fill_marginals (mixture, zx_latent_target_group (latent), self->group, self->n_groups,
                          progress, error)
      || !fill_marginals (mixture, zx_latent_target_field (latent), self->field, self->n_cells,
                          progress, error))
    return FALSE;
  for (guint j = 0; j < self->n_coefficients; j++)
    {
      ZxMarginal *b = &self->coefficient[j];
      b->name = names != NULL ? g_strdup (names[j]) : g_strdup_printf ("b[%u]", j + 1);
      b->prior_overlap = overlap_with_prior (latent->coefficient_sd[j], b->mean, b->sd);
    }
  for (guint g = 0; g < self->n_groups; g++)
    self->group[g].name = g_strdup_printf ("group[%u]", g + 1);
  for (guint c = 0; c < self->n_cells; c++)
    {
      self->field[c].name = g_strdup_printf ("s[%u]", c + 1);
      ZxMixture rate = mixture_of (mixture, zx_latent_target_cell (latent) + c);
      self->eta_mean[c] = zx_mixture_mean (&rate);
      self->eta_sd[c] = sqrt (zx_mixture_variance (&rate));
    }
  for (guint i = 0; i < latent->n_observations; i++)
    {
      ZxMixture fitted = mixture_of (mixture, zx_latent_target_fitted (latent) + i);
      self->fitted_mean[i] = zx_mixture_mean (&fitted);
      self->fitted_sd[i] = sqrt (zx_mixture_variance (&fitted));
    }
  return TRUE;
}

/* What only zx_demand_fit() tells.  A group's effect over group_sd is scaled point by point. */
static gboolean
tell_more (const ZxFit *fit, const Mixture *mixture, const ZxLattice *lattice,
           ZxPosterior *posterior, const ZxProgress *progress, GError **error)
{
  const ZxLatent *latent = fit->latent;
  posterior->n_observations = latent->n_observations;
  posterior->fitted = g_new0 (ZxMarginal, latent->n_observations);
  posterior->group_standard = g_new0 (ZxMarginal, latent->n_groups);
  fill_hyper_function (fit, lattice, ZX_HYPER_SIGMA, "logprec", log_precision,
                       &posterior->log_precision);
  fill_hyper_function (fit, lattice, ZX_HYPER_PHI, "logitphi", logit, &posterior->logit_phi);
  gsize first = zx_latent_target_group (latent);
  for (guint k = 0; k < mixture->n_points; k++)
    {
      ZxTheta theta
          = zx_hyper_theta (fit->space, lattice->point + (gsize) mixture->index[k] * lattice->n);
      gsize at = k * mixture->n_targets + first;
      for (guint g = 0; g < latent->n_groups; g++)
        {
          mixture->mean[at + g] /= theta.group_sd;
          mixture->variance[at + g] /= pow (theta.group_sd, 2);
          mixture->third[at + g] /= pow (theta.group_sd, 3);
        }
    }
  return fill_marginals (mixture, first, posterior->group_standard, latent->n_groups, progress,
                         error)
         && fill_marginals (mixture, zx_latent_target_fitted (latent), posterior->fitted,
                            latent->n_observations, progress, error);
}

/* CPO, PIT and WAIC from the points that carry weight. */
static gboolean
judge_observations (const ZxFit *fit, const Mixture *mixture, const ZxLattice *lattice,
                    guint64 seed, ZxPosterior *posterior, const ZxProgress *progress,
                    GError **error)
{
  g_autofree double *psi = g_new (double, mixture->n_points);
  double squared = 0;
  gsize fitted = zx_latent_target_fitted (fit->latent);
  for (guint k = 0; k < mixture->n_points; k++)
    {
      ZxTheta theta
          = zx_hyper_theta (fit->space, lattice->point + (gsize) mixture->index[k] * lattice->n);
      psi[k] = theta.psi;
      squared += mixture->weight[k] * mixture->weight[k];
    }
  ZxCriteriaPoints points
      = { mixture->n_points,          mixture->weight,    psi,        mixture->mean + fitted,
          mixture->variance + fitted, mixture->n_targets, 1 / squared };
  ZxLatent first = *fit->latent;
  first.n_observations = zx_latent_n_judged (fit->latent);
  posterior->criteria = zx_criteria_new (&first, &points, seed, progress, error);
  return posterior->criteria != NULL;
}

static void
count_work (const ZxFit *fit, ZxPosterior *posterior)
{
  posterior->n_theta = fit->state->len;
  for (guint k = 0; k < fit->n_workers; k++)
    {
      ZxEngineWork *work = fit->worker[k];
      posterior->n_factorisations += work->n_factorisations;
      posterior->n_newton += work->n_newton_steps;
      *work = (ZxEngineWork){ 0 };
    }
}

static gboolean
sharpen (const ZxFit *self, const ZxLattice *lattice, const Mixture *mixture, guint64 seed,
         ZxPosterior *posterior, const ZxProgress *progress, GError **error)
{
  const ZxFitMoments moments
      = { mixture->n_points, mixture->n_targets, mixture->mean, mixture->variance, mixture->third };
  guint at = mixture->index[0];
  ZxTheta theta = zx_hyper_theta (self->space, lattice->point + (gsize) at * lattice->n);
  return zx_fit_sharpen (self, &theta, g_ptr_array_index (self->state, lattice->index[at]),
                         &moments, seed, posterior, progress, error);
}

static ZxPosterior *
describe_lattice (ZxFit *self, const ZxLattice *lattice, const ZxDemandOptions *options,
                  const char *const *names, const ZxProgress *progress, GError **error)
{
  g_autoptr (ZxPosterior) posterior = posterior_new (self->latent, options->n_draws, error);
  Mixture mixture = { 0 };
  gboolean is_done = posterior != NULL && mixture_init (&mixture, self, lattice, options, error);
  ZxProgress first = zx_progress_slice (progress, 0, 0.8),
             last = zx_progress_slice (progress, 0.8, 1);
  Description description
      = { self, lattice, &mixture, posterior, options->seed, &first, 0, { { 0 } } };
  if (is_done)
    fill_bells (&description);
  is_done = is_done
            && zx_parallel_for (mixture.n_points, 1, describe_some, &description, &first, error);
  if (is_done && description.n_failed > 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The demand model did not converge at %d of %u hyperparameter points"),
                   description.n_failed, mixture.n_points);
      is_done = FALSE;
    }
  is_done = is_done && sharpen (self, lattice, &mixture, options->seed, posterior, &last, error)
            && fill_posterior (posterior, &mixture, self->latent, names, &last, error)
            && judge_observations (self, &mixture, lattice, options->seed, posterior, &last, error)
            && (!self->tells_more || tell_more (self, &mixture, lattice, posterior, &last, error));
  mixture_clear (&mixture);
  if (!is_done)
    return NULL;
  fill_hypers (self, lattice, posterior);
  posterior->log_marginal = lattice->log_integral;
  posterior->is_mode_only = self->is_mode_only;
  count_work (self, posterior);
  return g_steal_pointer (&posterior);
}

ZxPosterior *
zx_fit_posterior (ZxFit *self, const ZxDemandOptions *options, const char *const *names,
                  const double *start, const ZxProgress *progress, GError **error)
{
  gint64 begin = g_get_monotonic_time ();
  self->is_mode_only = options->is_mode_only || self->latent->n_cells >= MODE_ONLY_CELLS;
  ZxProgress first = zx_progress_slice (progress, 0, 0.3),
             second = zx_progress_slice (progress, 0.3, 0.7),
             third = zx_progress_slice (progress, 0.7, 1);
  g_autoptr (ZxMode) mode = zx_fit_mode (self, start, &first, error);
  if (mode == NULL)
    return NULL;
  g_autoptr (ZxLattice) lattice = zx_fit_integrate (self, mode, &second, error);
  if (lattice == NULL)
    return NULL;
  ZxPosterior *posterior = describe_lattice (self, lattice, options, names, &third, error);
  if (posterior != NULL)
    posterior->seconds = (g_get_monotonic_time () - begin) / 1e6;
  return posterior;
}
