/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The posterior against an independent Markov chain on a random small case.
 *
 * The chain shares nothing with the fit: the structure matrix is scaled by its own eigenvalues, the
 * field is written in its spectrum (exact sum-to-zero), the prior of phi is integrated by the
 * trapezoid rule, and everything is non-centred, so that all unknowns are N(0, 1) a priori and
 * elliptical slice sampling (Murray, Adams and MacKay 2010) needs no tuning. */

#include "app/demand/zx-demand.h"
#include "app/solve/zx-solve.h"
#include "tests/zx-test.h"

#include <math.h>
#include <string.h>

#define SIDE      4
#define K         (SIDE * SIDE)
#define N_STEPS   160000
#define N_BURN    8000
#define N_BATCHES 40
#define N_PHI     2001

enum
{
  HYPER_SIGMA,
  HYPER_PHI,
  LEVEL,
  SLOPE,
  FREE,                /* K independent effects */
  SPECTRUM = FREE + K, /* K - 1 directions of the field */
  N = SPECTRUM + K - 1,
};

typedef struct
{
  guint32 a[2 * K], b[2 * K], cell[K];
  guint n_edges;
  double x[K], y[K], exposure[K];
  double basis[K][K - 1]; /* direction × its deviation in the scaled field */
  double variance[K - 1]; /* non-null eigenvalues of the scaled covariance */
  double phi_cdf[N_PHI];  /* on √phi = 0 … 1: the density has a pole at 0 otherwise */
} Case;

/* ---- the case ----------------------------------------------------------------------------- */

static void
fill_spectrum (Case *self)
{
  double r[K * K] = { 0 }, values[K], vectors[K * K], log_sum = 0;
  for (guint e = 0; e < self->n_edges; e++)
    {
      guint a = self->a[e], b = self->b[e];
      r[a * K + a]++;
      r[b * K + b]++;
      r[a * K + b]--;
      r[b * K + a]--;
    }
  zx_dense_eigen (r, K, values, vectors); /* descending: the last is the null one */
  for (guint i = 0; i < K; i++)
    {
      double marginal = 0;
      for (guint k = 0; k + 1 < K; k++)
        marginal += vectors[i * K + k] * vectors[i * K + k] / values[k];
      log_sum += log (marginal) / K;
    }
  for (guint k = 0; k + 1 < K; k++)
    {
      self->variance[k] = exp (-log_sum) / values[k];
      for (guint i = 0; i < K; i++)
        self->basis[i][k] = vectors[i * K + k] * sqrt (self->variance[k]);
    }
}

static double
distance (const Case *self, double phi)
{
  double sum = 0;
  for (guint k = 0; k + 1 < K; k++)
    sum += phi * (self->variance[k] - 1) - log1p (phi * (self->variance[k] - 1));
  return sqrt (MAX (sum, 0));
}

/* The distribution function follows from the distance alone: (1 - exp (-λd)) / (1 - exp (-λd₁)). */
static void
fill_phi_prior (Case *self)
{
  double low = 1e-6, high = 50, half = distance (self, 0.5), one = distance (self, 1);
  for (guint k = 0; k < 200; k++)
    {
      double rate = 0.5 * (low + high), share = expm1 (-rate * half) / expm1 (-rate * one);
      if (share < 2.0 / 3)
        low = rate;
      else
        high = rate;
    }
  for (guint k = 0; k < N_PHI; k++)
    {
      double root = (double) k / (N_PHI - 1);
      self->phi_cdf[k] = expm1 (-low * distance (self, root * root)) / expm1 (-low * one);
    }
}

static double
phi_at (const Case *self, double z)
{
  double p = zx_normal_cdf (z);
  guint low = 0, high = N_PHI - 1;
  while (high - low > 1)
    {
      guint middle = (low + high) / 2;
      if (self->phi_cdf[middle] < p)
        low = middle;
      else
        high = middle;
    }
  double part = (p - self->phi_cdf[low]) / (self->phi_cdf[high] - self->phi_cdf[low]);
  double root = (low + CLAMP (part, 0, 1)) / (N_PHI - 1);
  return root * root;
}

static double
sigma_at (double z)
{
  return -log (zx_normal_cdf (-z)) / 4.60517;
}

static void
field_at (const Case *self, const double *unknown, double *s)
{
  double sigma = sigma_at (unknown[HYPER_SIGMA]), phi = phi_at (self, unknown[HYPER_PHI]);
  for (guint i = 0; i < K; i++)
    {
      double u = 0;
      for (guint k = 0; k + 1 < K; k++)
        u += self->basis[i][k] * unknown[SPECTRUM + k];
      s[i] = sigma * (sqrt (1 - phi) * unknown[FREE + i] + sqrt (phi) * u);
    }
}

static double
log_likelihood (const Case *self, const double *unknown)
{
  double s[K], sum = 0;
  field_at (self, unknown, s);
  for (guint i = 0; i < K; i++)
    {
      double eta = 5 * unknown[LEVEL] + 5 * unknown[SLOPE] * self->x[i] + s[i];
      sum += self->y[i] * eta - self->exposure[i] * exp (eta);
    }
  return sum;
}

static void
case_init (Case *self, guint64 seed)
{
  ZxRng rng = zx_rng_new (seed);
  self->n_edges = 0;
  for (guint32 i = 0; i < K; i++)
    {
      if ((i + 1) % SIDE != 0)
        {
          self->a[self->n_edges] = i;
          self->b[self->n_edges++] = i + 1;
        }
      if (i + SIDE < K)
        {
          self->a[self->n_edges] = i;
          self->b[self->n_edges++] = i + SIDE;
        }
      self->cell[i] = i;
      self->x[i] = zx_rng_normal (&rng);
      self->exposure[i] = 2 + 8 * zx_rng_uniform (&rng);
    }
  fill_spectrum (self);
  fill_phi_prior (self);
  for (guint i = 0; i < K; i++)
    {
      double eta = 0.3 + 0.4 * self->x[i] + 0.4 * zx_rng_normal (&rng);
      self->y[i] = (double) zx_rng_poisson (&rng, self->exposure[i] * exp (eta));
    }
}

/* ---- the chain ---------------------------------------------------------------------------- */

/* One elliptical step of the unknowns from @first to @last. */
static double
step (const Case *self, ZxRng *rng, double *unknown, guint first, guint last, double value)
{
  double direction[N], trial[N];
  double level = value + log (zx_rng_uniform (rng));
  double angle = 2 * G_PI * zx_rng_uniform (rng), low = angle - 2 * G_PI, high = angle;
  for (guint k = first; k < last; k++)
    direction[k] = zx_rng_normal (rng);
  memcpy (trial, unknown, sizeof trial);
  for (;;)
    {
      for (guint k = first; k < last; k++)
        trial[k] = unknown[k] * cos (angle) + direction[k] * sin (angle);
      value = log_likelihood (self, trial);
      if (value > level)
        break;
      if (angle < 0)
        low = angle;
      else
        high = angle;
      angle = low + (high - low) * zx_rng_uniform (rng);
    }
  memcpy (unknown, trial, sizeof trial);
  return value;
}

/* What is compared: b1, b2, sigma, phi, s. */
#define N_TARGETS (4 + K)

typedef struct
{
  double mean[N_TARGETS], sd[N_TARGETS], error[N_TARGETS]; /* error: of the mean, by batches */
} Chain;

static void
run_chain (const Case *self, guint64 seed, Chain *chain)
{
  ZxRng rng = zx_rng_stream (seed, 77);
  double unknown[N] = { 0 }, batch[N_BATCHES][N_TARGETS] = { { 0 } };
  double square[N_TARGETS] = { 0 }, target[N_TARGETS];
  double value = log_likelihood (self, unknown);
  for (guint t = 0; t < N_BURN + N_STEPS; t++)
    {
      value = step (self, &rng, unknown, HYPER_SIGMA, LEVEL, value);
      value = step (self, &rng, unknown, LEVEL, FREE, value);
      value = step (self, &rng, unknown, FREE, N, value);
      value = step (self, &rng, unknown, HYPER_SIGMA, N, value);
      if (t < N_BURN)
        continue;
      target[0] = 5 * unknown[LEVEL];
      target[1] = 5 * unknown[SLOPE];
      target[2] = sigma_at (unknown[HYPER_SIGMA]);
      target[3] = phi_at (self, unknown[HYPER_PHI]);
      field_at (self, unknown, target + 4);
      for (guint k = 0; k < N_TARGETS; k++)
        {
          batch[(guint64) (t - N_BURN) * N_BATCHES / N_STEPS][k] += target[k] * N_BATCHES / N_STEPS;
          square[k] += target[k] * target[k] / N_STEPS;
        }
    }
  for (guint k = 0; k < N_TARGETS; k++)
    {
      double mean = 0, variance = 0;
      for (guint j = 0; j < N_BATCHES; j++)
        mean += batch[j][k] / N_BATCHES;
      for (guint j = 0; j < N_BATCHES; j++)
        variance += pow (batch[j][k] - mean, 2) / (N_BATCHES - 1);
      chain->mean[k] = mean;
      chain->sd[k] = sqrt (square[k] - mean * mean);
      chain->error[k] = sqrt (variance / N_BATCHES);
    }
}

/* ---- the comparison ----------------------------------------------------------------------- */

static void
compare (const char *name, const ZxMarginal *marginal, const Chain *chain, guint k, double bar)
{
  double off = (marginal->mean - chain->mean[k]) / chain->sd[k];
  double ratio = marginal->sd / chain->sd[k], noise = chain->error[k] / chain->sd[k];
  if (k < 4)
    g_test_message ("%s: fit %.4f (%.4f), chain %.4f (%.4f), off %+.3f sd, chain's error %.3f",
                    name, marginal->mean, marginal->sd, chain->mean[k], chain->sd[k], off, noise);
  g_assert_cmpfloat (fabs (off), <, bar + 4 * noise);
  g_assert_cmpfloat (fabs (ratio - 1), <, 0.05 + 4 * noise);
}

static void
test_agrees_with_a_chain (void)
{
  guint64 seed = zx_test_seed ();
  Case problem;
  Chain chain;
  case_init (&problem, seed);
  run_chain (&problem, seed, &chain);
  ZxDemandData data = { .n_cells = K,
                        .n_edges = problem.n_edges,
                        .edge_a = problem.a,
                        .edge_b = problem.b,
                        .n_covariates = 1,
                        .x = problem.x,
                        .n_observations = K,
                        .cell = problem.cell,
                        .y = problem.y,
                        .exposure = problem.exposure };
  ZxDemandOptions options = ZX_DEMAND_OPTIONS_INIT;
  options.likelihood = ZX_LIKELIHOOD_POISSON;
  options.n_draws = 10;
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxPosterior) posterior = zx_demand_fit (&data, &options, NULL, &error);
  g_assert_no_error (error);
  compare ("b1", &posterior->coefficient[0], &chain, 0, 0.05);
  compare ("b2", &posterior->coefficient[1], &chain, 1, 0.05);
  compare ("sigma", &posterior->sigma, &chain, 2, 0.1);
  compare ("phi", &posterior->phi, &chain, 3, 0.1);
  for (guint c = 0; c < K; c++)
    compare ("s", &posterior->field[c], &chain, 4 + c, 0.05);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/demand/chain/the-fit-agrees-with-a-chain", test_agrees_with_a_chain);
  return g_test_run ();
}
