/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The coefficients where counts are few.
 *
 * With hardly a count above zero the posterior of the coefficients b reaches far to one side, and
 * the normal curve at the mode is several times too narrow.  The rest of the model stays near its
 * prior then, so that at given b and theta Laplace is good, and b itself is sampled by importance:
 *   weight (b) = p (y | b, theta) p (b) / q (b)
 * at the mode of theta, the numerator by Laplace over everything else, q a multivariate t that is
 * moved and widened to the weighted sample before (Oh and Berger 1992).  Draws take b from the
 * sample and their rates follow; the moments of all points of theta move by what those at the mode
 * do.
 *
 * When it is wrong: b is taken as independent of theta and of the field, which holds the better the
 * fewer counts there are; where they are many nothing is skewed and all stays as it was.  What is
 * held out (zx-crossvalidate.c) is still predicted with the normal curve. */

#include "app/demand/zx-fit-private.h"

#include <string.h>

#define LEAST_SKEW   0.25 /* of a coefficient, for all this to be worth while */
#define HELD         1e-6 /* prior sd of a coefficient whose value is in the exposure */
#define FREEDOM      5.0  /* of the t distribution */
#define WIDTH        1.3  /* of the proposal over the sample before */
#define FIRST_WIDTH  2.0
#define N_ROUNDS     3 /* that move the proposal */
#define ROUND_SIZE   192
#define SAMPLE_SIZE  768
#define LEAST_SAMPLE 64 /* effective; with less the normal curve stays */
#define N_NORMAL     1024
/* Thousand-odd modes are to take seconds: factors grow with these. */
#define MOST_CELLS  4000 /* sparse engine */
#define MOST_COUNTS 120  /* dense engine */

typedef struct
{
  ZxLatent latent;
  double *log_exposure;
  gpointer worker;
} Trial;

typedef struct
{
  const ZxFit *fit;
  ZxTheta theta;
  const double *start; /* state at the mode of theta */
  guint q;
  double *held; /* q */
  gpointer shared;
  Trial *trial;                         /* by worker */
  double *centre, *covariance, *factor; /* q, q × q, q × q: of the proposal */
  double width;
  guint n;                /* of the sample at hand */
  double *b, *log_weight; /* n × q; n */
  guint64 seed, first;    /* stream of the first */
  double n_effective;
} Sampler;

/* ---- making ------------------------------------------------------------------------------- */

static gboolean
sampler_init (Sampler *self, const ZxFit *fit, GError **error)
{
  const ZxLatent *latent = fit->latent;
  guint q = self->q = latent->n_coefficients;
  self->fit = fit;
  self->held = g_new (double, q);
  for (guint j = 0; j < q; j++)
    self->held[j] = HELD;
  self->centre = g_new0 (double, q);
  self->covariance = g_new0 (double, q *q);
  self->factor = g_new0 (double, q *q);
  self->b = g_new0 (double, (gsize) SAMPLE_SIZE *q);
  self->log_weight = g_new0 (double, SAMPLE_SIZE);
  self->trial = g_new0 (Trial, fit->n_workers);
  for (guint k = 0; k < fit->n_workers; k++)
    {
      Trial *trial = &self->trial[k];
      trial->latent = *latent;
      trial->latent.coefficient_sd = self->held;
      trial->latent.log_exposure = trial->log_exposure = g_new (double, latent->n_observations);
    }
  self->shared = fit->engine->prepare (&self->trial[0].latent, error);
  for (guint k = 0; k < fit->n_workers && self->shared != NULL; k++)
    self->trial[k].worker = fit->engine->worker_new (&self->trial[k].latent, self->shared);
  return self->shared != NULL;
}

static void
sampler_clear (Sampler *self)
{
  for (guint k = 0; k < self->fit->n_workers; k++)
    {
      if (self->trial[k].worker != NULL)
        self->fit->engine->worker_free (self->trial[k].worker);
      g_free (self->trial[k].log_exposure);
    }
  if (self->shared != NULL)
    self->fit->engine->release (self->shared);
  g_free (self->trial);
  g_free (self->held);
  g_free (self->centre);
  g_free (self->covariance);
  g_free (self->factor);
  g_free (self->b);
  g_free (self->log_weight);
}

/* ---- one round ---------------------------------------------------------------------------- */

/* A proposal into @b; returns the log of its density, but for a constant. */
static double
propose (const Sampler *self, gsize k, double *b)
{
  guint q = self->q;
  g_autofree double *z = g_new (double, q);
  ZxRng rng = zx_rng_stream (self->seed, self->first + k);
  double stretch = sqrt (FREEDOM / (2 * zx_rng_gamma (&rng, FREEDOM / 2))), square = 0;
  for (guint j = 0; j < q; j++)
    {
      z[j] = stretch * zx_rng_normal (&rng);
      square += z[j] * z[j];
    }
  for (guint j = 0; j < q; j++)
    {
      b[j] = self->centre[j];
      for (guint l = 0; l <= j; l++)
        b[j] += self->width * self->factor[(gsize) j * q + l] * z[l];
    }
  return -0.5 * (FREEDOM + q) * log1p (square / FREEDOM);
}

/* log p (y | b, theta) p (b), but for a constant. */
static double
judge (const Sampler *self, Trial *trial, const double *b)
{
  const ZxLatent *latent = self->fit->latent;
  guint q = self->q;
  double prior = 0;
  for (guint j = 0; j < q; j++)
    prior -= 0.5 * pow (b[j] / latent->coefficient_sd[j], 2);
  for (guint i = 0; i < latent->n_observations; i++)
    {
      trial->log_exposure[i] = latent->log_exposure[i];
      for (guint j = 0; j < q; j++)
        trial->log_exposure[i] += latent->z[(gsize) i * q + j] * b[j];
    }
  g_autofree double *state = g_new (double, self->fit->state_size);
  return prior + self->fit->engine->find_mode (trial->worker, &self->theta, self->start, state);
}

static void
weigh_some (gsize begin, gsize end, guint worker, gpointer data)
{
  Sampler *self = data;
  for (gsize k = begin; k < end; k++)
    {
      double *b = self->b + k * self->q, proposed = propose (self, k, b);
      self->log_weight[k] = judge (self, &self->trial[worker], b) - proposed;
    }
}

/* Weights that sum to 1, their effective number, and the moments of the sample. */
static void
take_moments (Sampler *self)
{
  guint q = self->q;
  double best = -INFINITY, sum = 0, squares = 0;
  for (guint k = 0; k < self->n; k++)
    best = MAX (best, self->log_weight[k]);
  for (guint k = 0; k < self->n; k++)
    sum += self->log_weight[k] = isfinite (best) ? exp (self->log_weight[k] - best) : 0;
  memset (self->covariance, 0, (gsize) q * q * sizeof *self->covariance);
  self->n_effective = 0;
  if (!(sum > 0))
    return;
  memset (self->centre, 0, q * sizeof *self->centre);
  for (guint k = 0; k < self->n; k++)
    {
      self->log_weight[k] /= sum;
      squares += self->log_weight[k] * self->log_weight[k];
      for (guint j = 0; j < q; j++)
        self->centre[j] += self->log_weight[k] * self->b[(gsize) k * q + j];
    }
  self->n_effective = 1 / squares;
  for (guint k = 0; k < self->n; k++)
    for (guint j = 0; j < q; j++)
      for (guint l = 0; l < q; l++)
        self->covariance[(gsize) j * q + l] += self->log_weight[k]
                                               * (self->b[(gsize) k * q + j] - self->centre[j])
                                               * (self->b[(gsize) k * q + l] - self->centre[l]);
}

/* FALSE with @error when stopped; without, when the sample cannot be trusted. */
static gboolean
do_round (Sampler *self, guint n, double width, const ZxProgress *progress, GError **error)
{
  guint q = self->q;
  memcpy (self->factor, self->covariance, (gsize) q * q * sizeof *self->factor);
  for (guint j = 0; j < q; j++) /* a sample of few has no full rank */
    self->factor[(gsize) j * q + j] *= 1 + 1e-6;
  if (!zx_dense_factor (self->factor, q))
    return FALSE;
  self->width = width;
  self->n = n;
  if (!zx_parallel_for (n, 0, weigh_some, self, progress, error))
    return FALSE;
  self->first += n;
  take_moments (self);
  return self->n_effective > 0;
}

static gboolean
sample (Sampler *self, const ZxProgress *progress, GError **error)
{
  for (guint round = 0; round < N_ROUNDS; round++)
    if (!do_round (self, ROUND_SIZE, round == 0 ? FIRST_WIDTH : WIDTH, progress, error))
      return FALSE;
  return do_round (self, SAMPLE_SIZE, WIDTH, progress, error) && self->n_effective >= LEAST_SAMPLE;
}

/* ---- what follows from it ----------------------------------------------------------------- */

/* The normal curve's moments of b at the mode of theta, from draws of it. */
static gboolean
normal_moments (const Sampler *sampler, double *centre, double *covariance)
{
  const ZxFit *fit = sampler->fit;
  gsize n_targets = zx_latent_n_targets (fit->latent);
  guint q = sampler->q;
  g_autofree double *room = g_new0 (double, 3 * n_targets);
  g_autofree float *drawn = g_new (float, (gsize) N_NORMAL *q);
  ZxTargets targets = { room, room + n_targets, room + 2 * n_targets, NULL, FALSE, NULL };
  if (!fit->engine->describe (fit->worker[0], &sampler->theta, sampler->start, &targets))
    return FALSE;
  for (guint d = 0; d < N_NORMAL; d++)
    {
      ZxRng rng = zx_rng_stream (sampler->seed, G_MAXUINT64 - d);
      fit->engine->draw (fit->worker[0], &rng, &targets, NULL, drawn + (gsize) d * q);
    }
  memcpy (centre, targets.mean, q * sizeof *centre);
  memset (covariance, 0, (gsize) q * q * sizeof *covariance);
  for (guint d = 0; d < N_NORMAL; d++)
    for (guint j = 0; j < q; j++)
      for (guint l = 0; l < q; l++)
        covariance[(gsize) j * q + l] += (drawn[(gsize) d * q + j] - centre[j])
                                         * (drawn[(gsize) d * q + l] - centre[l]) / N_NORMAL;
  return TRUE;
}

/* @a'b of a target moves by @a'shift, its variance by a' (wider) a. */
static void
move_target (const ZxFitMoments *moments, gsize target, const double *a, guint q,
             const double *shift, const double *wider)
{
  double mean = 0, variance = 0;
  for (guint j = 0; j < q; j++)
    {
      mean += a[j] * shift[j];
      for (guint l = 0; l < q; l++)
        variance += a[j] * wider[(gsize) j * q + l] * a[l];
    }
  for (guint k = 0; k < moments->n_points; k++)
    {
      gsize at = k * moments->n_targets + target;
      moments->mean[at] += mean;
      moments->variance[at] = MAX (moments->variance[at] + variance, 0.05 * moments->variance[at]);
    }
}

static void
move_coefficients (const ZxFitMoments *moments, const Sampler *sampler, const double *old)
{
  guint q = sampler->q;
  for (guint j = 0; j < q; j++)
    {
      double third = 0, wider = sampler->covariance[(gsize) j * q + j] / moments->variance[j];
      for (guint k = 0; k < sampler->n; k++)
        third
            += sampler->log_weight[k] * pow (sampler->b[(gsize) k * q + j] - sampler->centre[j], 3);
      double skew = third / pow (sampler->covariance[(gsize) j * q + j], 1.5);
      for (guint k = 0; k < moments->n_points; k++)
        {
          gsize at = k * moments->n_targets + j;
          moments->mean[at] += sampler->centre[j] - old[j];
          moments->variance[at] *= wider;
          moments->third[at] = skew * pow (moments->variance[at], 1.5);
        }
    }
}

static void
move_moments (const ZxFitMoments *moments, const Sampler *sampler, const double *old_centre,
              const double *old_covariance)
{
  const ZxLatent *latent = sampler->fit->latent;
  guint q = sampler->q;
  g_autofree double *shift = g_new (double, q), *wider = g_new (double, (gsize) q *q);
  for (guint j = 0; j < q; j++)
    shift[j] = sampler->centre[j] - old_centre[j];
  for (gsize j = 0; j < (gsize) q * q; j++)
    wider[j] = sampler->covariance[j] - old_covariance[j];
  gsize cell = zx_latent_target_cell (latent), fitted = zx_latent_target_fitted (latent);
  for (gsize c = 0; c < latent->n_cells; c++)
    move_target (moments, cell + c, latent->x + c * q, q, shift, wider);
  for (gsize i = 0; i < latent->n_observations; i++)
    if (isnan (latent->y[i])) /* a count tells its own rate; the criteria need a narrow curve */
      move_target (moments, fitted + i, latent->z + i * q, q, shift, wider);
  move_coefficients (moments, sampler, old_centre);
}

/* Systematic resampling; the order of the draws is shuffled already. */
static void
exchange_draws (const Sampler *sampler, ZxPosterior *posterior)
{
  const ZxLatent *latent = sampler->fit->latent;
  guint q = sampler->q, k = 0;
  double upto = sampler->log_weight[0];
  for (gsize d = 0; d < posterior->n_draws; d++)
    {
      while ((d + 0.5) / posterior->n_draws > upto && k + 1 < sampler->n)
        upto += sampler->log_weight[++k];
      float *b = posterior->draw_coefficient + d * q;
      float *cell = posterior->draw + d * posterior->n_cells;
      const double *now = sampler->b + (gsize) k * q;
      for (gsize c = 0; c < posterior->n_cells; c++)
        for (guint j = 0; j < q; j++)
          cell[c] += (float) (latent->x[c * q + j] * (now[j] - b[j]));
      for (guint j = 0; j < q; j++)
        b[j] = (float) now[j];
    }
}

/* ---- the whole ---------------------------------------------------------------------------- */

static gboolean
is_skewed (const ZxFit *fit, const ZxFitMoments *moments)
{
  const ZxLatent *latent = fit->latent;
  if (latent->n_second > 0 || latent->likelihood == ZX_LIKELIHOOD_LOG_NORMAL)
    return FALSE;
  for (guint j = 0; j < latent->n_coefficients; j++)
    if (fabs (moments->third[j]) > LEAST_SKEW * pow (moments->variance[j], 1.5))
      return TRUE;
  return FALSE;
}

static gboolean
is_affordable (const ZxFit *fit)
{
  return fit->engine == &zx_engine_dense ? fit->latent->n_observations <= MOST_COUNTS
                                         : fit->latent->n_cells <= MOST_CELLS;
}

gboolean
zx_fit_sharpen (const ZxFit *self, const ZxTheta *theta, const double *state,
                const ZxFitMoments *moments, guint64 seed, ZxPosterior *posterior,
                const ZxProgress *progress, GError **error)
{
  posterior->has_few_counts = is_skewed (self, moments);
  if (!posterior->has_few_counts || !is_affordable (self))
    return TRUE;
  guint q = posterior->n_coefficients;
  g_autofree double *centre = g_new (double, q), *covariance = g_new (double, (gsize) q *q);
  Sampler sampler = { .theta = *theta, .start = state, .seed = ~seed };
  GError *stopped = NULL;
  gboolean is_good
      = sampler_init (&sampler, self, &stopped) && normal_moments (&sampler, centre, covariance);
  if (is_good)
    {
      memcpy (sampler.centre, centre, q * sizeof *centre);
      memcpy (sampler.covariance, covariance, (gsize) q * q * sizeof *covariance);
    }
  if (is_good && sample (&sampler, progress, &stopped))
    {
      move_moments (moments, &sampler, centre, covariance);
      exchange_draws (&sampler, posterior);
      posterior->n_sampled = sampler.n_effective;
    }
  sampler_clear (&sampler);
  if (stopped == NULL)
    return TRUE;
  g_propagate_error (error, stopped);
  return FALSE;
}
