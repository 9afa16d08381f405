/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A small case that any machine can check: a 6 × 5 lattice, 60 negative-binomial counts, one
 * covariate, against Markov chain Monte Carlo on the spectral non-centred form, which shares
 * nothing with the fit but the model: s = sigma (√(1-phi) v + √phi Σ_k √g_k e_k ξ_k) over the
 * eigenvectors of the scaled structure matrix, so that the sum to zero is exact.
 *
 * Sampler: elliptical slice sampling of (v, ξ, b) (Murray, Adams and MacKay 2010), random-walk
 * Metropolis of (log sigma, logit phi, log psi).  The figures in golden[] are from 8 chains of
 * 600 000 steps (run with -m slow to repeat them); a quick run takes a short chain and looks that
 * nothing is badly off. */

#include "app/demand/zx-demand.h"
#include "app/solve/zx-solve.h"
#include "tests/zx-test.h"

#define WIDTH          6
#define HEIGHT         5
#define N_CELLS        (WIDTH * HEIGHT)
#define N_OBSERVATIONS 60
#define DATA_SEED      20240607
#define N_TRACKED      8

static const char *const tracked_name[N_TRACKED]
    = { "b[1]", "b[2]", "sigma", "phi", "psi", "s[1]", "s[15]", "s[30]" };

/* mean, sd, 2.5 %, 97.5 %, Monte Carlo error of the mean */
static const double golden[N_TRACKED][5] = {
  { 0.404503, 0.125339, 0.158135, 0.652724, 0.002466 },
  { 0.404004, 0.117933, 0.174045, 0.637966, 0.002873 },
  { 0.474613, 0.101713, 0.295487, 0.695815, 0.001528 },
  { 0.757658, 0.212605, 0.214724, 0.993337, 0.008182 },
  { 0.345274, 0.089918, 0.181691, 0.535632, 0.001617 },
  { 0.245400, 0.268829, -0.294534, 0.762949, 0.005521 },
  { 0.140007, 0.241062, -0.331647, 0.612975, 0.005893 },
  { -0.601704, 0.369683, -1.336807, 0.117268, 0.008650 },
};

/* ---- the data ----------------------------------------------------------------------------- */

typedef struct
{
  guint32 a[2 * N_CELLS], b[2 * N_CELLS];
  guint n_edges;
  double x[N_CELLS], y[N_OBSERVATIONS], exposure[N_OBSERVATIONS];
  guint32 cell[N_OBSERVATIONS];
} Data;

static void
data_init (Data *self)
{
  ZxRng rng = zx_rng_new (DATA_SEED);
  self->n_edges = 0;
  for (guint32 i = 0; i < N_CELLS; i++)
    {
      if (i % WIDTH + 1 < WIDTH)
        {
          self->a[self->n_edges] = i;
          self->b[self->n_edges++] = i + 1;
        }
      if (i + WIDTH < N_CELLS)
        {
          self->a[self->n_edges] = i;
          self->b[self->n_edges++] = i + WIDTH;
        }
    }
  for (guint i = 0; i < N_CELLS; i++)
    self->x[i] = zx_rng_normal (&rng);
  for (guint i = 0; i < N_OBSERVATIONS; i++)
    {
      guint32 c = self->cell[i] = zx_rng_below (&rng, N_CELLS);
      double wave = 0.6 * sin (c % WIDTH) + 0.3 * cos (c / WIDTH);
      self->exposure[i] = 1 + zx_rng_below (&rng, 8);
      self->y[i] = (double) zx_rng_negative_binomial (
          &rng, self->exposure[i] * exp (0.3 + 0.4 * self->x[c] + wave), 6);
    }
}

/* ---- the sampler -------------------------------------------------------------------------- */

typedef struct
{
  const Data *data;
  double g[N_CELLS];               /* eigenvalues of the scaled covariance; 0 for the null one */
  double basis[N_CELLS * N_CELLS]; /* [cell][k]: e_k √g_k */
  double lambda;                   /* of the prior of phi */
  double last;                     /* d (1) */
  double v[N_CELLS], u[N_CELLS], b[2]; /* b in prior sd */
  double log_sigma, logit_phi, log_psi;
  double constant; /* of the likelihood at log_psi: the gamma functions */
} Chain;

static double
distance (const Chain *self, double phi)
{
  double squared = 0;
  for (guint k = 0; k < N_CELLS; k++)
    if (self->g[k] > 0)
      squared += phi * (self->g[k] - 1) - log1p (phi * (self->g[k] - 1));
  return sqrt (MAX (squared, 0));
}

/* Scales the Laplacian, takes its eigenvectors, and finds lambda by plain bisection. */
static void
chain_init (Chain *self, const Data *data)
{
  double laplacian[N_CELLS * N_CELLS] = { 0 }, value[N_CELLS], vector[N_CELLS * N_CELLS];
  double log_mean = 0;
  *self = (Chain){ .data = data, .log_sigma = log (0.4), .log_psi = log (0.4) };
  for (guint e = 0; e < data->n_edges; e++)
    {
      guint a = data->a[e], b = data->b[e];
      laplacian[a * N_CELLS + a] += 1;
      laplacian[b * N_CELLS + b] += 1;
      laplacian[a * N_CELLS + b] -= 1;
      laplacian[b * N_CELLS + a] -= 1;
    }
  zx_dense_eigen (laplacian, N_CELLS, value, vector);
  for (guint i = 0; i < N_CELLS; i++)
    {
      double variance = 0;
      for (guint k = 0; k < N_CELLS; k++)
        if (value[k] > 1e-9)
          variance += vector[i * N_CELLS + k] * vector[i * N_CELLS + k] / value[k];
      log_mean += log (variance) / N_CELLS;
    }
  for (guint k = 0; k < N_CELLS; k++)
    {
      self->g[k] = value[k] > 1e-9 ? exp (-log_mean) / value[k] : 0;
      for (guint i = 0; i < N_CELLS; i++)
        self->basis[i * N_CELLS + k] = vector[i * N_CELLS + k] * sqrt (self->g[k]);
    }
  double half = distance (self, 0.5), low = 1e-6, high = 100;
  self->last = distance (self, 1);
  for (guint k = 0; k < 200; k++)
    {
      self->lambda = 0.5 * (low + high);
      if (expm1 (-self->lambda * half) / expm1 (-self->lambda * self->last) < 2.0 / 3)
        low = self->lambda;
      else
        high = self->lambda;
    }
}

static void
field_of (const Chain *self, double *s)
{
  double sigma = exp (self->log_sigma), phi = 1 / (1 + exp (-self->logit_phi));
  for (guint c = 0; c < N_CELLS; c++)
    s[c] = sigma * (sqrt (1 - phi) * self->v[c] + sqrt (phi) * self->u[c]);
}

static void
set_constant (Chain *self)
{
  double r = exp (-2 * self->log_psi);
  self->constant = 0;
  for (guint i = 0; i < N_OBSERVATIONS; i++)
    self->constant += lgamma (self->data->y[i] + r) - lgamma (r) - lgamma (self->data->y[i] + 1);
}

static double
log_likelihood (const Chain *self, const double *s)
{
  const Data *data = self->data;
  double r = exp (-2 * self->log_psi), sum = self->constant;
  for (guint i = 0; i < N_OBSERVATIONS; i++)
    {
      guint32 c = data->cell[i];
      double y = data->y[i];
      double mu = data->exposure[i] * exp (5 * self->b[0] + 5 * self->b[1] * data->x[c] + s[c]);
      sum += y * log (mu) + r * log (r) - (y + r) * log (r + mu);
    }
  return sum;
}

/* Of the three hyperparameters on the scales they move on. */
static double
log_prior (const Chain *self)
{
  double sigma = exp (self->log_sigma), psi = exp (self->log_psi);
  double phi = 1 / (1 + exp (-self->logit_phi)), d = distance (self, phi), slope = 0;
  for (guint k = 0; k < N_CELLS; k++)
    if (self->g[k] > 0)
      slope += (self->g[k] - 1) - (self->g[k] - 1) / (1 + phi * (self->g[k] - 1));
  return -4.60517 * sigma + self->log_sigma - 2.302585 * psi + self->log_psi - self->lambda * d
         + log (slope / (2 * d)) + log (phi * (1 - phi));
}

/* One ellipse through the Gaussian part of the state. */
static double
turn_ellipse (Chain *self, ZxRng *rng, double value)
{
  Chain other = *self;
  double xi[N_CELLS], s[N_CELLS];
  for (guint k = 0; k < N_CELLS; k++)
    xi[k] = zx_rng_normal (rng);
  for (guint c = 0; c < N_CELLS; c++)
    {
      other.v[c] = zx_rng_normal (rng);
      other.u[c] = 0;
      for (guint k = 0; k < N_CELLS; k++)
        other.u[c] += self->basis[c * N_CELLS + k] * xi[k];
    }
  other.b[0] = zx_rng_normal (rng);
  other.b[1] = zx_rng_normal (rng);
  const Chain here = *self;
  double level = value + log (zx_rng_uniform (rng)), angle = 2 * G_PI * zx_rng_uniform (rng);
  double low = angle - 2 * G_PI, high = angle;
  for (;;)
    {
      double c = cos (angle), t = sin (angle);
      for (guint i = 0; i < N_CELLS; i++)
        {
          self->v[i] = c * here.v[i] + t * other.v[i];
          self->u[i] = c * here.u[i] + t * other.u[i];
        }
      self->b[0] = c * here.b[0] + t * other.b[0];
      self->b[1] = c * here.b[1] + t * other.b[1];
      field_of (self, s);
      double there = log_likelihood (self, s);
      if (there > level)
        return there;
      if (angle < 0)
        low = angle;
      else
        high = angle;
      angle = low + (high - low) * zx_rng_uniform (rng);
    }
}

static double
move_hypers (Chain *self, ZxRng *rng, double value)
{
  static const double width[] = { 0.5, 2.0, 0.4 };
  double *at[] = { &self->log_sigma, &self->logit_phi, &self->log_psi };
  double s[N_CELLS];
  for (guint k = 0; k < 3; k++)
    {
      double before = *at[k], prior = log_prior (self);
      *at[k] += width[k] * zx_rng_normal (rng);
      field_of (self, s);
      if (k == 2)
        set_constant (self);
      double there = log_likelihood (self, s);
      if (log (zx_rng_uniform (rng)) < there - value + log_prior (self) - prior)
        value = there;
      else
        {
          *at[k] = before;
          set_constant (self);
        }
    }
  return value;
}

typedef struct
{
  guint n;
  double *trace[N_TRACKED];
} Trace;

static void
run_chain (const Data *data, guint64 seed, guint n_steps, guint thin, Trace *trace)
{
  Chain chain;
  ZxRng rng = zx_rng_new (seed);
  double s[N_CELLS];
  chain_init (&chain, data);
  set_constant (&chain);
  field_of (&chain, s);
  double value = log_likelihood (&chain, s);
  for (guint step = 0; step < n_steps; step++)
    {
      value = turn_ellipse (&chain, &rng, value);
      value = move_hypers (&chain, &rng, value);
      if (step < n_steps / 10 || step % thin != 0)
        continue;
      field_of (&chain, s);
      const double now[N_TRACKED] = { 5 * chain.b[0],
                                      5 * chain.b[1],
                                      exp (chain.log_sigma),
                                      1 / (1 + exp (-chain.logit_phi)),
                                      exp (chain.log_psi),
                                      s[0],
                                      s[14],
                                      s[29] };
      for (guint k = 0; k < N_TRACKED; k++)
        trace->trace[k][trace->n] = now[k];
      trace->n++;
    }
}

/* ---- summaries ---------------------------------------------------------------------------- */

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

/* mean, sd, quantiles, error of the mean by 40 batches. */
static void
sum_up (double *trace, guint n, double *summary)
{
  double mean = 0, squared = 0, between = 0;
  for (guint i = 0; i < n; i++)
    {
      mean += trace[i] / n;
      squared += trace[i] * trace[i] / n;
    }
  for (guint k = 0; k < 40; k++)
    {
      double batch = 0;
      for (guint i = k * (n / 40); i < (k + 1) * (n / 40); i++)
        batch += trace[i] / (n / 40);
      between += (batch - mean) * (batch - mean) / 39;
    }
  qsort (trace, n, sizeof *trace, compare_doubles);
  summary[0] = mean;
  summary[1] = sqrt (squared - mean * mean);
  summary[2] = trace[(guint) (0.025 * n)];
  summary[3] = trace[(guint) (0.975 * n)];
  summary[4] = sqrt (between / 40);
}

static void
sample (const Data *data, guint n_chains, guint n_steps, guint thin, guint64 seed,
        double (*summary)[5])
{
  Trace trace = { 0 };
  gsize most = (gsize) n_chains * (n_steps / thin + 1);
  for (guint k = 0; k < N_TRACKED; k++)
    trace.trace[k] = g_new (double, most);
  for (guint chain = 0; chain < n_chains; chain++)
    run_chain (data, seed + chain, n_steps, thin, &trace);
  for (guint k = 0; k < N_TRACKED; k++)
    {
      sum_up (trace.trace[k], trace.n, summary[k]);
      g_free (trace.trace[k]);
    }
}

/* ---- tests -------------------------------------------------------------------------------- */

static ZxPosterior *
fit (const Data *data, ZxDemandEngine engine)
{
  ZxDemandData demand = { .n_cells = N_CELLS,
                          .n_edges = data->n_edges,
                          .edge_a = data->a,
                          .edge_b = data->b,
                          .n_covariates = 1,
                          .x = data->x,
                          .n_observations = N_OBSERVATIONS,
                          .cell = data->cell,
                          .y = data->y,
                          .exposure = data->exposure };
  ZxDemandOptions options = ZX_DEMAND_OPTIONS_INIT;
  options.engine = engine;
  g_autoptr (GError) error = NULL;
  ZxPosterior *posterior = zx_demand_fit (&demand, &options, NULL, &error);
  g_assert_no_error (error);
  return posterior;
}

static void
test_posterior_meets_the_golden_run (void)
{
  Data data;
  data_init (&data);
  g_autoptr (ZxPosterior) posterior = fit (&data, ZX_DEMAND_ENGINE_AUTOMATIC);
  const ZxMarginal *marginal[N_TRACKED] = { &posterior->coefficient[0],
                                            &posterior->coefficient[1],
                                            &posterior->sigma,
                                            &posterior->phi,
                                            &posterior->psi,
                                            &posterior->field[0],
                                            &posterior->field[14],
                                            &posterior->field[29] };
  for (guint k = 0; k < N_TRACKED; k++)
    {
      double sd = golden[k][1], off = (marginal[k]->mean - golden[k][0]) / sd;
      double low = (marginal[k]->q025 - golden[k][2]) / sd;
      double high = (marginal[k]->q975 - golden[k][3]) / sd;
      g_print ("# %-6s mean %+.3f sd off (error of the golden run %.3f), sd ratio %.3f, quantiles "
               "%+.3f %+.3f\n",
               tracked_name[k], off, golden[k][4] / sd, marginal[k]->sd / sd, low, high);
      g_assert_cmpfloat (fabs (off), <, 0.1 + 2 * golden[k][4] / sd);
      g_assert_cmpfloat (fabs (log (marginal[k]->sd / sd)), <, 0.05);
      g_assert_cmpfloat (fabs (low), <, 0.1);
      g_assert_cmpfloat (fabs (high), <, 0.1);
    }
}

/* The golden figures themselves, by a chain of this run: short, unless asked to be slow. */
static void
test_sampler_still_gives_the_golden_run (void)
{
  Data data;
  data_init (&data);
  double summary[N_TRACKED][5];
  guint64 seed = zx_test_seed ();
  gboolean is_slow = g_test_slow ();
  sample (&data, is_slow ? 8 : 1, is_slow ? 600000 : 40000, is_slow ? 3 : 2, seed, summary);
  for (guint k = 0; k < N_TRACKED; k++)
    {
      const double *s = summary[k];
      if (is_slow)
        g_print ("{ %.6f, %.6f, %.6f, %.6f, %.6f }, /* %s */\n", s[0], s[1], s[2], s[3], s[4],
                 tracked_name[k]);
      g_assert_cmpfloat (fabs (s[0] - golden[k][0]), <,
                         5 * hypot (s[4], golden[k][4]) + 0.05 * golden[k][1]);
    }
}

static void
test_both_engines_say_the_same (void)
{
  Data data;
  data_init (&data);
  g_autoptr (ZxPosterior) sparse = fit (&data, ZX_DEMAND_ENGINE_SPARSE);
  g_autoptr (ZxPosterior) dense = fit (&data, ZX_DEMAND_ENGINE_DENSE);
  g_assert_cmpfloat (fabs (sparse->log_marginal - dense->log_marginal), <, 1e-4);
  for (guint c = 0; c < N_CELLS; c++)
    {
      g_assert_cmpfloat (fabs (sparse->eta_mean[c] - dense->eta_mean[c]), <, 1e-4);
      g_assert_cmpfloat (fabs (sparse->eta_sd[c] / dense->eta_sd[c] - 1), <, 1e-4);
    }
  for (guint i = 0; i < N_OBSERVATIONS; i++)
    g_assert_cmpfloat (fabs (sparse->fitted_sd[i] / dense->fitted_sd[i] - 1), <, 1e-4);
  g_assert_cmpfloat (fabs (sparse->phi.mean - dense->phi.mean), <, 1e-4);
}

/* Draws must have the moments that the marginals claim. */
static void
test_draws_have_the_moments_of_the_marginals (void)
{
  Data data;
  data_init (&data);
  for (guint engine = ZX_DEMAND_ENGINE_SPARSE; engine <= ZX_DEMAND_ENGINE_DENSE; engine++)
    {
      g_autoptr (ZxPosterior) posterior = fit (&data, engine);
      for (guint c = 0; c < N_CELLS; c++)
        {
          double mean = 0, squared = 0, sd = posterior->eta_sd[c];
          for (guint d = 0; d < posterior->n_draws; d++)
            {
              double value = posterior->draw[(gsize) d * N_CELLS + c];
              mean += value / posterior->n_draws;
              squared += value * value / posterior->n_draws;
            }
          g_assert_cmpfloat (fabs (mean - posterior->eta_mean[c]), <,
                             4.5 * sd / sqrt (posterior->n_draws));
          g_assert_cmpfloat (fabs (log (sqrt (squared - mean * mean) / sd)), <, 0.12);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/demand/golden/posterior-meets-the-golden-run",
                   test_posterior_meets_the_golden_run);
  g_test_add_func ("/demand/golden/sampler-still-gives-the-golden-run",
                   test_sampler_still_gives_the_golden_run);
  g_test_add_func ("/demand/golden/both-engines-say-the-same", test_both_engines_say_the_same);
  g_test_add_func ("/demand/golden/draws-have-the-moments-of-the-marginals",
                   test_draws_have_the_moments_of_the_marginals);
  return g_test_run ();
}
