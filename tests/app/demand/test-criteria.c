/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The checks that go with a fit: against fits that were really made without an observation, and by
 * hand. */

#include "app/demand/zx-criteria.h"
#include "tests/zx-test.h"

#define SIDE 6

typedef struct
{
  ZxDemandData data;
  guint32 edge_a[2 * SIDE * SIDE], edge_b[2 * SIDE * SIDE], cell[SIDE * SIDE];
  double x[SIDE * SIDE], y[SIDE * SIDE], exposure[SIDE * SIDE];
} Field;

static void
field_init (Field *self, guint64 seed)
{
  ZxRng rng = zx_rng_new (seed);
  guint n = SIDE * SIDE, n_edges = 0;
  for (guint32 i = 0; i < n; i++)
    {
      if ((i + 1) % SIDE != 0)
        {
          self->edge_a[n_edges] = i;
          self->edge_b[n_edges++] = i + 1;
        }
      if (i + SIDE < n)
        {
          self->edge_a[n_edges] = i;
          self->edge_b[n_edges++] = i + SIDE;
        }
      self->cell[i] = i;
      self->x[i] = zx_rng_normal (&rng);
      self->exposure[i] = 5 + zx_rng_below (&rng, 20);
      double eta = 0.3 * self->x[i] + 0.5 * sin (i / 9.0) + 0.3 * zx_rng_normal (&rng);
      self->y[i] = (double) zx_rng_poisson (&rng, self->exposure[i] * exp (eta));
    }
  self->data = (ZxDemandData){ .n_cells = n,
                               .n_edges = n_edges,
                               .edge_a = self->edge_a,
                               .edge_b = self->edge_b,
                               .n_covariates = 1,
                               .x = self->x,
                               .n_observations = n,
                               .cell = self->cell,
                               .y = self->y,
                               .exposure = self->exposure };
}

static ZxPosterior *
fit (const Field *field)
{
  ZxDemandOptions options = ZX_DEMAND_OPTIONS_INIT;
  options.likelihood = ZX_LIKELIHOOD_POISSON;
  options.n_draws = 1;
  g_autoptr (GError) error = NULL;
  ZxPosterior *posterior = zx_demand_fit (&field->data, &options, NULL, &error);
  g_assert_no_error (error);
  return posterior;
}

/* The whole fit, hyperparameters and all, without the observation. */
static void
test_cpo_is_that_of_fits_without (void)
{
  Field field;
  field_init (&field, zx_test_seed ());
  ZxNodes nodes;
  zx_nodes_init (&nodes);
  g_autoptr (ZxPosterior) whole = fit (&field);
  for (guint i = 0; i < SIDE * SIDE; i += 5)
    {
      double y = field.y[i];
      field.y[i] = NAN;
      g_autoptr (ZxPosterior) without = fit (&field);
      double exact = zx_predictive_log_density (&nodes, y, (ZxNoise){ 0, FALSE },
                                                without->fitted_mean[i] + log (field.exposure[i]),
                                                without->fitted_sd[i] * without->fitted_sd[i]);
      field.y[i] = y;
      g_test_message ("observation %u: %.4f, exactly %.4f", i, whole->criteria->log_cpo[i], exact);
      g_assert_cmpfloat (fabs (whole->criteria->log_cpo[i] - exact), <, 0.15);
      g_assert_cmpint (without->criteria->state[i], ==, ZX_CPO_ABSENT);
      g_assert_true (isnan (without->criteria->log_cpo[i]));
    }
}

/* All but nothing is known of a cell with a huge count beside the count itself: it is refitted. */
static void
test_unsure_ones_are_refitted (void)
{
  Field field;
  field_init (&field, zx_test_seed ());
  field.y[14] = 3000;
  g_autoptr (ZxPosterior) posterior = fit (&field);
  const ZxCriteria *criteria = posterior->criteria;
  g_assert_cmpint (criteria->state[14], ==, ZX_CPO_REFITTED);
  g_assert_cmpuint (criteria->n_failed, ==, 0);
  g_assert_cmpfloat (criteria->pit[14], >, 0.99);
  for (guint i = 0; i < criteria->n; i++)
    {
      g_assert_true (isfinite (criteria->log_cpo[i]));
      g_assert_cmpfloat (criteria->pit[i], >=, 0);
      g_assert_cmpfloat (criteria->pit[i], <=, 1);
    }
}

static void
test_overlap_says_what_was_learnt (void)
{
  Field field;
  field_init (&field, zx_test_seed ());
  g_autoptr (ZxPosterior) posterior = fit (&field);
  for (guint i = 1; i < SIDE * SIDE; i++)
    field.y[i] = NAN;
  g_autoptr (ZxPosterior) poor = fit (&field);
  g_assert_cmpfloat (posterior->coefficient[0].prior_overlap, <, 0.2);
  g_assert_cmpfloat (poor->coefficient[1].prior_overlap, >, 0.9);
  g_assert_cmpfloat (poor->phi.prior_overlap, >, 0.9);
  g_assert_cmpfloat (posterior->sigma.prior_overlap, <, poor->sigma.prior_overlap);
}

/* Residuals -1 -1 1 1 along a path: I = 4 (1 - 1 + 1) / (3 × 4). */
static void
test_moran_by_hand (void)
{
  static const guint32 a[] = { 0, 1, 2 }, b[] = { 1, 2, 3 };
  double pit[] = { zx_normal_cdf (-1), zx_normal_cdf (-1), zx_normal_cdf (1), zx_normal_cdf (1) };
  guint8 state[] = { ZX_CPO_REWEIGHED, ZX_CPO_REWEIGHED, ZX_CPO_REWEIGHED, ZX_CPO_REWEIGHED };
  ZxCriteria criteria = { .n = 4, .n_counted = 4, .pit = pit, .state = state };
  zx_criteria_moran (&criteria, a, b, 3);
  g_assert_cmpfloat (fabs (criteria.moran - 1.0 / 3), <, 1e-9);
  /* S₀ = 6, S₁ = 12, S₂ = 4 (1 + 4 + 4 + 1): (16·12 - 4·40 + 3·36) / (36·15) - 1/9 */
  g_assert_cmpfloat (fabs (criteria.moran_z - (2.0 / 3) / sqrt (140.0 / 540 - 1.0 / 9)), <, 1e-9);
}

static void
test_cells_beyond_what_was_seen_are_counted (void)
{
  Field field;
  field_init (&field, zx_test_seed ());
  for (guint i = 0; i < SIDE * SIDE; i++)
    field.x[i] = i % 5 - 2.0;
  g_assert_cmpuint (zx_count_beyond_hull (&field.data), ==, 0);
  for (guint i = 0; i < SIDE * SIDE; i++)
    if (i % 5 == 4) /* those at 2 are no longer seen */
      field.y[i] = NAN;
  g_assert_cmpuint (zx_count_beyond_hull (&field.data), ==, 7);
}

/* Groups 0 and 1 side by side, group 2 in a corner of its own. */
static void
test_groups_alone_are_found (void)
{
  static const guint32 a[] = { 0, 1, 3 }, b[] = { 1, 2, 4 };
  static const gint32 group[] = { 0, 1, 1, 2, 2 };
  guint8 state[] = { 1, 1, 1, 1, 1 };
  ZxCriteria criteria = { .n = 5, .n_counted = 5, .state = state };
  zx_criteria_find_alone (&criteria, group, 3, a, b, 3);
  g_assert_cmpuint (criteria.n_groups_alone, ==, 1);
  g_assert_cmpuint (criteria.is_group_alone[2], ==, 1);
  g_free (criteria.is_group_alone);
}

static void
test_nearest_are_nearest (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  double x[40], y[40];
  for (guint i = 0; i < 40; i++)
    {
      x[i] = zx_rng_uniform (&rng);
      y[i] = zx_rng_uniform (&rng);
    }
  g_autofree guint32 *a = NULL, *b = NULL;
  g_assert_cmpuint (zx_neighbours_by_place (x, y, 40, 4, &a, &b), ==, 160);
  for (guint i = 0; i < 40; i++)
    {
      double last = hypot (x[i] - x[b[4 * i + 3]], y[i] - y[b[4 * i + 3]]);
      guint n_within = 0;
      for (guint j = 0; j < 40; j++)
        n_within += j != i && hypot (x[i] - x[j], y[i] - y[j]) <= last;
      g_assert_cmpuint (a[4 * i], ==, i);
      g_assert_cmpuint (n_within, ==, 4);
    }
}

/* At the mode alone the coefficients stay where they are, their spread does not grow, and it is
 * said. */
static void
test_mode_only_stays_near_the_whole (void)
{
  Field field;
  field_init (&field, zx_test_seed ());
  g_autoptr (ZxPosterior) whole = fit (&field);
  ZxDemandOptions options = ZX_DEMAND_OPTIONS_INIT;
  options.likelihood = ZX_LIKELIHOOD_POISSON;
  options.is_mode_only = TRUE;
  options.n_draws = 1;
  g_autoptr (ZxPosterior) mode = zx_demand_fit (&field.data, &options, NULL, NULL);
  g_assert_false (whole->is_mode_only);
  g_assert_true (mode->is_mode_only);
  g_assert_cmpuint (mode->n_theta, <, whole->n_theta);
  for (guint j = 0; j < 2; j++)
    {
      double off = mode->coefficient[j].mean - whole->coefficient[j].mean;
      g_assert_cmpfloat (fabs (off), <, 0.3 * whole->coefficient[j].sd);
      g_assert_cmpfloat (mode->coefficient[j].sd, <, 1.2 * whole->coefficient[j].sd);
      g_assert_cmpfloat (mode->coefficient[j].sd, >, 0.6 * whole->coefficient[j].sd);
    }
  double ratio = mode->sigma.mean / whole->sigma.mean;
  g_assert_cmpfloat (fabs (log (ratio)), <, log (1.4));
  g_assert_cmpfloat (mode->sigma.q025, >, 0);
  g_assert_cmpfloat (mode->sigma.q025, <, mode->sigma.q975);
}

static void
test_threads_do_not_change_a_byte (void)
{
  Field field;
  field_init (&field, zx_test_seed ());
  field.y[14] = 3000;
  guint threads = zx_parallel_threads ();
  zx_parallel_set_threads (1);
  g_autoptr (ZxPosterior) one = fit (&field);
  zx_parallel_set_threads (2);
  g_autoptr (ZxPosterior) two = fit (&field);
  zx_parallel_set_threads (threads);
  gsize bytes = SIDE * SIDE * sizeof (double);
  g_assert_cmpmem (one->criteria->log_cpo, bytes, two->criteria->log_cpo, bytes);
  g_assert_cmpmem (one->criteria->pit, bytes, two->criteria->pit, bytes);
  g_assert_cmpmem (&one->criteria->waic, sizeof (double), &two->criteria->waic, sizeof (double));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/demand/criteria/cpo-is-that-of-fits-without",
                   test_cpo_is_that_of_fits_without);
  g_test_add_func ("/demand/criteria/unsure-ones-are-refitted", test_unsure_ones_are_refitted);
  g_test_add_func ("/demand/criteria/overlap-says-what-was-learnt",
                   test_overlap_says_what_was_learnt);
  g_test_add_func ("/demand/criteria/moran-by-hand", test_moran_by_hand);
  g_test_add_func ("/demand/criteria/cells-beyond-what-was-seen-are-counted",
                   test_cells_beyond_what_was_seen_are_counted);
  g_test_add_func ("/demand/criteria/groups-alone-are-found", test_groups_alone_are_found);
  g_test_add_func ("/demand/criteria/nearest-are-nearest", test_nearest_are_nearest);
  g_test_add_func ("/demand/criteria/mode-only-stays-near-the-whole",
                   test_mode_only_stays_near_the_whole);
  g_test_add_func ("/demand/criteria/threads-do-not-change-a-byte",
                   test_threads_do_not_change_a_byte);
  return g_test_run ();
}
