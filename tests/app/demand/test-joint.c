/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stations and vehicles at once: the joint engine against the sparse one, planted cases in which
 * the joint model must win and must not, and what it refuses. */

#include <string.h>

#include "app/demand/zx-demand-private.h"
#include "app/demand/zx-model.h"
#include "tests/zx-test.h"

#define SIDE       14
#define N_CELLS    (SIDE * SIDE)
#define N_STATIONS 150
#define CELL_M     500.0

typedef struct
{
  ZxDemandData data;
  ZxVehicleCounts vehicles;
  guint32 edge_a[2 * N_CELLS], edge_b[2 * N_CELLS], cell[N_STATIONS];
  double x[2 * N_CELLS], y[N_STATIONS], exposure[N_STATIONS], x_m[N_STATIONS], y_m[N_STATIONS];
  double count[N_CELLS], area[N_CELLS];
  gint32 group[N_STATIONS];
} Planted;

static const char *const names[] = { "vehicles", "roads" };

static void
lay_out (Planted *self)
{
  guint n_edges = 0;
  for (guint32 c = 0; c < N_CELLS; c++)
    {
      if ((c + 1) % SIDE != 0)
        {
          self->edge_a[n_edges] = c;
          self->edge_b[n_edges++] = c + 1;
        }
      if (c + SIDE < N_CELLS)
        {
          self->edge_a[n_edges] = c;
          self->edge_b[n_edges++] = c + SIDE;
        }
    }
  self->data = (ZxDemandData){ .n_cells = N_CELLS,
                               .n_edges = n_edges,
                               .edge_a = self->edge_a,
                               .edge_b = self->edge_b,
                               .n_covariates = 2,
                               .x = self->x,
                               .names = names,
                               .n_observations = N_STATIONS,
                               .cell = self->cell,
                               .y = self->y,
                               .exposure = self->exposure,
                               .group = self->group,
                               .n_groups = 3 };
  self->vehicles = (ZxVehicleCounts){ self->count, self->area, 0 };
}

/* A smooth field of sd about 1: sums of waves. */
static void
draw_field (ZxRng *rng, double *field)
{
  memset (field, 0, N_CELLS * sizeof *field);
  for (guint k = 0; k < 12; k++)
    {
      double kx = 0.55 * zx_rng_normal (rng), ky = 0.55 * zx_rng_normal (rng),
             phase = 6.283 * zx_rng_uniform (rng);
      for (guint c = 0; c < N_CELLS; c++)
        field[c] += cos (kx * (c % SIDE) + ky * (c / SIDE) + phase) * sqrt (2.0 / 12);
    }
}

/* Vehicles follow a smooth field and are counted poorly, @copy of it drives demand; the covariate
 * is the usual one, the log of the count, standardised. */
static void
planted_init (Planted *self, guint64 seed, double copy, double vehicles_a_cell)
{
  ZxRng rng = zx_rng_new (seed);
  double field[N_CELLS], mean = 0, square = 0, effect[3];
  lay_out (self);
  draw_field (&rng, field);
  for (guint g = 0; g < 3; g++)
    effect[g] = 0.2 * zx_rng_normal (&rng);
  for (guint c = 0; c < N_CELLS; c++)
    {
      self->area[c] = 0.25;
      self->count[c] = (double) zx_rng_poisson (&rng, vehicles_a_cell * exp (field[c]));
      self->x[c] = log (self->count[c] + 0.5);
      self->x[N_CELLS + c] = zx_rng_normal (&rng);
      mean += self->x[c] / N_CELLS;
      square += self->x[c] * self->x[c] / N_CELLS;
    }
  for (guint c = 0; c < N_CELLS; c++)
    self->x[c] = (self->x[c] - mean) / sqrt (square - mean * mean);
  for (guint i = 0; i < N_STATIONS; i++)
    {
      guint32 c = zx_rng_below (&rng, N_CELLS);
      self->cell[i] = c;
      self->group[i] = (gint32) (i % 3);
      self->exposure[i] = 20 + zx_rng_below (&rng, 40);
      self->x_m[i] = (c % SIDE + zx_rng_uniform (&rng)) * CELL_M;
      self->y_m[i] = (c / SIDE + zx_rng_uniform (&rng)) * CELL_M;
      double eta = 0.5 + copy * field[c] + 0.2 * self->x[N_CELLS + c] + effect[i % 3]
                   + 0.15 * zx_rng_normal (&rng);
      self->y[i] = (double) zx_rng_poisson (&rng, self->exposure[i] * exp (eta));
    }
}

static ZxDemandOptions
options_of (guint n_draws)
{
  ZxDemandOptions options = ZX_DEMAND_OPTIONS_INIT;
  options.coefficient_sd = 1;
  options.n_draws = n_draws;
  return options;
}

static ZxJointTrial
try_it (const Planted *planted)
{
  ZxDemandOptions options = options_of (1);
  g_autoptr (GError) error = NULL;
  ZxJointTrial trial;
  zx_demand_try_joint (&planted->data, &planted->vehicles, &options, planted->x_m, planted->y_m,
                       2000, 8, &trial, NULL, &error);
  g_assert_no_error (error);
  g_test_message ("covariate %.4f, joint %.4f: %+.4f (%.4f), over nothing %+.4f (%.4f), copy %.2f",
                  trial.covariate_log_score, trial.joint_log_score, trial.gain, trial.gain_se,
                  trial.gain_over_nothing, trial.gain_over_nothing_se, trial.copy);
  return trial;
}

/* ---- the engine --------------------------------------------------------------------------- */

/* With one likelihood the joint engine is the sparse one, written down otherwise. */
static void
test_engines_agree (void)
{
  g_autofree Planted *planted = g_new0 (Planted, 1);
  ZxRng rng = zx_rng_new (zx_test_seed ());
  planted_init (planted, zx_test_seed (), 0.5, 5);
  planted->y[3] = NAN;
  ZxDemandOptions options = options_of (1);
  g_autoptr (ZxModel) model = zx_model_new (&planted->data, &options, NULL);
  const ZxLatent *latent = &model->latent;
  const ZxEngine *engine[] = { &zx_engine_sparse, &zx_engine_joint };
  gsize n = zx_latent_n_targets (latent);
  g_autofree double *room = g_new0 (double, 6 * n);
  for (guint run = 0; run < 4; run++)
    {
      ZxTheta theta = { 0.2 + zx_rng_uniform (&rng), zx_rng_uniform (&rng), 0,
                        0.2 + 0.5 * zx_rng_uniform (&rng), 0.1 + 0.4 * zx_rng_uniform (&rng) };
      double value[2];
      theta.rest = 1 - theta.phi;
      for (guint e = 0; e < 2; e++)
        {
          gpointer shared = engine[e]->prepare (latent, NULL);
          gpointer worker = engine[e]->worker_new (latent, shared);
          g_autofree double *state = g_new0 (double, engine[e]->state_size (latent, shared));
          double *at = room + 3 * e * n;
          ZxTargets targets = { at, at + n, at + 2 * n };
          value[e] = engine[e]->find_mode (worker, &theta, NULL, state);
          g_assert_true (engine[e]->describe (worker, &theta, state, &targets));
          engine[e]->worker_free (worker);
          engine[e]->release (shared);
        }
      g_test_message ("log evidence %.6f and %.6f", value[0], value[1]);
      g_assert_cmpfloat (fabs (value[0] - value[1]), <, 1e-3);
      for (gsize k = 0; k < n; k++)
        {
          double sd = sqrt (room[n + k]);
          g_assert_cmpfloat (fabs (room[k] - room[3 * n + k]), <, 1e-3 * sd);
          g_assert_cmpfloat (fabs (sqrt (room[4 * n + k]) - sd), <, 1e-3 * sd);
        }
    }
}

/* The same for the joint model at large: its draws have the moments of its marginals. */
static void
test_draws_are_of_the_posterior (void)
{
  g_autofree Planted *planted = g_new0 (Planted, 1);
  planted_init (planted, zx_test_seed (), 0.8, 4);
  ZxDemandOptions options = options_of (2000);
  options.is_mode_only = TRUE; /* one point of the hyperparameters, so that moments are plain */
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxPosterior) posterior
      = zx_demand_fit_joint (&planted->data, &planted->vehicles, &options, NULL, &error);
  g_assert_no_error (error);
  for (guint c = 0; c < N_CELLS; c += 17)
    {
      double mean = 0, square = 0;
      for (guint d = 0; d < 2000; d++)
        {
          double off = posterior->draw[(gsize) d * N_CELLS + c] - posterior->eta_mean[c];
          mean += off / 2000;
          square += off * off / 2000;
        }
      double sd = posterior->eta_sd[c];
      g_assert_cmpfloat (fabs (mean), <, 0.12 * sd);
      g_assert_cmpfloat (fabs (sqrt (square) / sd - 1), <, 0.1);
    }
}

static void
test_copy_is_found (void)
{
  g_autofree Planted *planted = g_new0 (Planted, 1);
  planted_init (planted, zx_test_seed (), 0.8, 8);
  ZxDemandOptions options = options_of (50);
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxPosterior) posterior
      = zx_demand_fit_joint (&planted->data, &planted->vehicles, &options, NULL, &error);
  g_assert_no_error (error);
  g_test_message ("copy %.2f, 95 %% interval %.2f to %.2f, %u points", posterior->copy.mean,
                  posterior->copy.q025, posterior->copy.q975, posterior->n_theta);
  g_assert_cmpfloat (posterior->copy.q025, <, 0.8);
  g_assert_cmpfloat (posterior->copy.q975, >, 0.8);
  g_assert_cmpfloat (posterior->copy.q025, >, 0.3);
  g_assert_cmpuint (posterior->n_observations, ==, N_STATIONS);
  g_assert_cmpuint (posterior->n_coefficients, ==, 3);
  g_assert_cmpstr (posterior->coefficient[1].name, ==, "vehicles");
  g_assert_cmpfloat (fabs (posterior->coefficient[1].mean), <, 1e-6); /* replaced: held at 0 */
  g_assert_cmpstr (posterior->coefficient[2].name, ==, "roads");
  g_assert_cmpfloat (fabs (posterior->coefficient[2].mean - 0.2), <, 0.15);
  for (guint i = 0; i < N_STATIONS; i++)
    g_assert_true (isfinite (posterior->criteria->log_cpo[i]));
}

/* ---- which of the two --------------------------------------------------------------------- */

/* Two vehicles a cell: the covariate is mostly noise, the field below is not. */
static void
test_joint_wins_where_vehicles_are_counted_poorly (void)
{
  g_autofree Planted *planted = g_new0 (Planted, 1);
  planted_init (planted, 5, 1, 2);
  ZxJointTrial trial = try_it (planted);
  g_assert_true (trial.is_joint_better);
  g_assert_cmpfloat (trial.copy, >, 0.4);
}

/* Vehicles that have nothing to do with demand. */
static void
test_covariate_stays_where_vehicles_say_nothing (void)
{
  g_autofree Planted *planted = g_new0 (Planted, 1);
  const guint64 seeds[] = { 11, 108 }; /* at the second the covariate itself does harm */
  for (guint k = 0; k < G_N_ELEMENTS (seeds); k++)
    {
      planted_init (planted, seeds[k], 0, k == 0 ? 5 : 60);
      ZxJointTrial trial = try_it (planted);
      g_assert_false (trial.is_joint_better);
      g_assert_cmpfloat (fabs (trial.copy), <, 0.2);
    }
}

/* ---- bounds ------------------------------------------------------------------------------- */

static void
test_threads_do_not_matter (void)
{
  g_autofree Planted *planted = g_new0 (Planted, 1);
  planted_init (planted, 21, 0.5, 3);
  zx_parallel_set_threads (1);
  ZxJointTrial one = try_it (planted);
  zx_parallel_set_threads (2);
  ZxJointTrial two = try_it (planted);
  zx_parallel_set_threads (0);
  g_assert_cmpmem (&one, sizeof one, &two, sizeof two);
}

static void
assert_refused (const Planted *planted, const char *words)
{
  ZxDemandOptions options = options_of (1);
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_demand_fit_joint (&planted->data, &planted->vehicles, &options, NULL, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_hostile (void)
{
  g_autofree Planted *planted = g_new0 (Planted, 1);
  planted_init (planted, 1, 0, 3);
  const double bad[] = { -1, 0.5, INFINITY, 1e300 };
  for (guint k = 0; k < G_N_ELEMENTS (bad); k++)
    {
      planted->count[7] = bad[k];
      assert_refused (planted, "Cell 7 counts");
    }
  planted->count[7] = 1;
  planted->area[9] = 0;
  assert_refused (planted, "Cell 9 counts");
  planted->area[9] = 1;
  for (guint c = 0; c < N_CELLS; c++)
    planted->count[c] = NAN;
  assert_refused (planted, "None of the 196 cells");
  planted_init (planted, 1, 0, 3);
  planted->vehicles.replaces = 2;
  assert_refused (planted, "replace covariate 2");
  planted->vehicles.replaces = -1;
  for (guint i = 0; i < N_STATIONS; i++)
    planted->x_m[i] = planted->y_m[i] = 1;
  ZxDemandOptions options = options_of (1);
  ZxJointTrial trial;
  g_autoptr (GError) error = NULL;
  g_assert_false (zx_demand_try_joint (&planted->data, &planted->vehicles, &options, planted->x_m,
                                       planted->y_m, 2000, 8, &trial, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
}

static void
test_cancelled (void)
{
  g_autofree Planted *planted = g_new0 (Planted, 1);
  planted_init (planted, 1, 0, 3);
  const gint stop = 1;
  ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &stop);
  ZxDemandOptions options = options_of (1);
  g_autoptr (GError) error = NULL;
  g_assert_null (
      zx_demand_fit_joint (&planted->data, &planted->vehicles, &options, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/demand/joint/without-a-second-likelihood-it-is-the-sparse-engine",
                   test_engines_agree);
  g_test_add_func ("/demand/joint/draws-are-of-the-posterior", test_draws_are_of_the_posterior);
  g_test_add_func ("/demand/joint/the-copy-is-found", test_copy_is_found);
  g_test_add_func ("/demand/joint/it-wins-where-vehicles-are-counted-poorly",
                   test_joint_wins_where_vehicles_are_counted_poorly);
  g_test_add_func ("/demand/joint/the-covariate-stays-where-vehicles-say-nothing",
                   test_covariate_stays_where_vehicles_say_nothing);
  g_test_add_func ("/demand/joint/threads-do-not-matter", test_threads_do_not_matter);
  g_test_add_func ("/demand/joint/hostile-input-is-refused", test_hostile);
  g_test_add_func ("/demand/joint/stops-when-asked", test_cancelled);
  return g_test_run ();
}
