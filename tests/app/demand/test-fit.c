/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The model on data small enough to think through, and what it refuses. */

#include "app/demand/zx-demand.h"
#include "tests/zx-test.h"

/* A lattice with one observation per cell, and everything a test may spoil. */
typedef struct
{
  ZxDemandData data;
  GArray *a, *b;
  double *x, *y, *exposure;
  guint32 *cell;
} Case;

static Case
case_new (guint width, guint height)
{
  Case self = { .a = g_array_new (FALSE, FALSE, 4), .b = g_array_new (FALSE, FALSE, 4) };
  guint n = width * height;
  for (guint32 i = 0; i < n; i++)
    {
      guint32 right = i + 1, up = i + width;
      if (right % width != 0)
        {
          g_array_append_val (self.a, i);
          g_array_append_val (self.b, right);
        }
      if (up < n)
        {
          g_array_append_val (self.a, i);
          g_array_append_val (self.b, up);
        }
    }
  self.x = g_new (double, n);
  self.y = g_new (double, n);
  self.exposure = g_new (double, n);
  self.cell = g_new (guint32, n);
  for (guint i = 0; i < n; i++)
    {
      self.x[i] = i % 3 - 1.0;
      self.y[i] = 3 + i % 5;
      self.exposure[i] = 4;
      self.cell[i] = i;
    }
  self.data = (ZxDemandData){ .n_cells = n,
                              .n_edges = self.a->len,
                              .edge_a = (guint32 *) (gpointer) self.a->data,
                              .edge_b = (guint32 *) (gpointer) self.b->data,
                              .n_covariates = 1,
                              .x = self.x,
                              .n_observations = n,
                              .cell = self.cell,
                              .y = self.y,
                              .exposure = self.exposure };
  return self;
}

static void
case_clear (Case *self)
{
  g_array_unref (self->a);
  g_array_unref (self->b);
  g_free (self->x);
  g_free (self->y);
  g_free (self->exposure);
  g_free (self->cell);
}

static ZxPosterior *
fit (const Case *self, GError **error)
{
  ZxDemandOptions options = ZX_DEMAND_OPTIONS_INIT;
  return zx_demand_fit (&self->data, &options, NULL, error);
}

static void
assert_refused (Case *self, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (fit (self, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  if (strstr (error->message, words) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, words);
  case_clear (self);
}

static void
test_bad_rows_are_named (void)
{
  Case self = case_new (4, 3);
  self.exposure[7] = 0;
  assert_refused (&self, "Observation 7 has an exposure of 0");
  self = case_new (4, 3);
  self.exposure[2] = NAN;
  assert_refused (&self, "Observation 2 has an exposure of nan");
  self = case_new (4, 3);
  self.y[5] = 2.5;
  assert_refused (&self, "Observation 5 counts 2.5");
  self = case_new (4, 3);
  self.y[5] = -1;
  assert_refused (&self, "Observation 5 counts -1");
  self = case_new (4, 3);
  self.cell[3] = 12;
  assert_refused (&self, "Observation 3 lies in cell 12");
  self = case_new (4, 3);
  self.x[1] = INFINITY;
  assert_refused (&self, "The covariate 0 of cell 1 is inf");
  self = case_new (4, 3);
  for (guint i = 0; i < 12; i++)
    self.x[i] = 1;
  assert_refused (&self, "is 1 everywhere");
  self = case_new (4, 3);
  for (guint i = 0; i < 12; i++)
    self.y[i] = NAN;
  assert_refused (&self, "None of the 12 observations has a count");
  self = case_new (4, 3);
  g_array_index (self.b, guint32, 4) = g_array_index (self.a, guint32, 4);
  assert_refused (&self, "Edge 4 joins node");
  self = case_new (2, 1);
  assert_refused (&self, "at least 3 cells, but there are 2");
  self = case_new (4, 3);
  self.data.n_edges = 0;
  assert_refused (&self, "without edges");
}

static void
test_groups_out_of_range_are_named (void)
{
  Case self = case_new (4, 3);
  gint32 group[12] = { 0, 1, 1, 0, 2 };
  self.data.group = group;
  self.data.n_groups = 2;
  assert_refused (&self, "Observation 4 belongs to group 2");
}

static void
assert_sane (const ZxPosterior *posterior)
{
  for (guint j = 0; j < posterior->n_coefficients; j++)
    g_assert_true (isfinite (posterior->coefficient[j].mean) && posterior->coefficient[j].sd > 0);
  for (guint c = 0; c < posterior->n_cells; c++)
    {
      const ZxMarginal *s = &posterior->field[c];
      g_assert_true (isfinite (s->mean) && s->sd >= 0 && s->q025 <= s->q50 && s->q50 <= s->q975);
      g_assert_true (isfinite (posterior->eta_mean[c]) && posterior->eta_sd[c] > 0);
    }
  for (gsize k = 0; k < (gsize) posterior->n_draws * posterior->n_cells; k++)
    g_assert_true (isfinite (posterior->draw[k]));
}

static void
test_nothing_but_zeros_gives_a_low_rate (void)
{
  Case self = case_new (5, 4);
  memset (self.y, 0, 20 * sizeof *self.y);
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxPosterior) posterior = fit (&self, &error);
  g_assert_no_error (error);
  assert_sane (posterior);
  g_assert_cmpfloat (posterior->coefficient[0].q975, <, -1);
  case_clear (&self);
}

/* Large counts that are exp of a normal of sd 0.4 around a level: the log-normal finds level and
 * spread, and agrees with itself on one thread and two. */
static void
test_log_normal_finds_level_and_spread (void)
{
  Case c = case_new (12, 12);
  ZxRng rng = zx_rng_new (zx_test_seed ());
  double mean = 0, square = 0;
  for (guint i = 0; i < 144; i++)
    {
      double z = 0.4 * zx_rng_normal (&rng);
      c.x[i] = zx_rng_normal (&rng);
      c.y[i] = round (50000 * exp (z));
      c.exposure[i] = 10000;
      mean += log (5.0) / 144 + z / 144;
      square += z * z / 144;
    }
  ZxDemandOptions options = ZX_DEMAND_OPTIONS_INIT;
  options.likelihood = ZX_LIKELIHOOD_LOG_NORMAL;
  options.n_draws = 10;
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxPosterior) posterior = zx_demand_fit (&c.data, &options, NULL, &error);
  g_assert_no_error (error);
  double spread = hypot (posterior->psi.mean, posterior->sigma.mean);
  g_assert_cmpfloat (fabs (posterior->coefficient[0].mean - mean), <, 0.03);
  g_assert_cmpfloat (fabs (posterior->coefficient[1].mean), <, 0.15);
  g_assert_cmpfloat (fabs (log (spread / sqrt (square))), <, 0.2);
  case_clear (&c);
}

static void
test_one_station_is_enough (void)
{
  Case self = case_new (5, 4);
  self.data.n_observations = 1;
  self.y[0] = 40;
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxPosterior) posterior = fit (&self, &error);
  g_assert_no_error (error);
  assert_sane (posterior);
  g_assert_cmpfloat (fabs (posterior->fitted_mean[0] - log (10)), <, 0.5);
  case_clear (&self);
}

static void
test_missing_counts_are_predicted (void)
{
  Case self = case_new (5, 4);
  g_autoptr (GError) error = NULL;
  self.y[3] = self.y[11] = NAN;
  g_autoptr (ZxPosterior) posterior = fit (&self, &error);
  g_assert_no_error (error);
  assert_sane (posterior);
  g_assert_cmpfloat (posterior->fitted_sd[3], >, posterior->fitted_sd[4]);
  case_clear (&self);
}

/* Two parts and a single cell: each part keeps its own sum of zero. */
static void
test_parts_and_single_cells_are_allowed (void)
{
  Case self = case_new (6, 3);
  for (guint e = self.a->len; e-- > 0;)
    {
      guint32 a = g_array_index (self.a, guint32, e), b = g_array_index (self.b, guint32, e);
      if ((a % 6 < 3) != (b % 6 < 3) || a == 0 || b == 0)
        {
          g_array_remove_index (self.a, e);
          g_array_remove_index (self.b, e);
        }
    }
  self.data.n_edges = self.a->len;
  self.data.edge_a = (guint32 *) (gpointer) self.a->data;
  self.data.edge_b = (guint32 *) (gpointer) self.b->data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxPosterior) posterior = fit (&self, &error);
  g_assert_no_error (error);
  assert_sane (posterior);
  case_clear (&self);
}

static void
assert_same_bytes (const ZxPosterior *a, const ZxPosterior *b)
{
  g_assert_true (memcmp (a->draw, b->draw, (gsize) a->n_draws * a->n_cells * sizeof (float)) == 0);
  g_assert_true (memcmp (a->eta_mean, b->eta_mean, a->n_cells * sizeof (double)) == 0);
  g_assert_true (memcmp (&a->log_marginal, &b->log_marginal, sizeof (double)) == 0);
  g_assert_true (memcmp (&a->phi.q50, &b->phi.q50, sizeof (double)) == 0);
}

static void
test_threads_do_not_change_a_byte (void)
{
  Case self = case_new (6, 5);
  zx_parallel_set_threads (1);
  g_autoptr (ZxPosterior) one = fit (&self, NULL);
  zx_parallel_set_threads (4);
  g_autoptr (ZxPosterior) four = fit (&self, NULL);
  zx_parallel_set_threads (0);
  assert_same_bytes (one, four);
  case_clear (&self);
}

/* ---- few counts ---------------------------------------------------------------------------- */

/* One station of the lattice with one count, the others with none: what the coefficients are then,
 * exactly, when nothing else varies, by sums over a fine grid. */
static void
exact_moments (const Case *self, double intercept_sd, double coefficient_sd, double *mean,
               double *sd)
{
  double best = -INFINITY, sum = 0, first[2] = { 0 }, second[2] = { 0 };
  for (guint pass = 0; pass < 2; pass++)
    for (double b0 = -25; b0 < 8; b0 += 0.05)
      for (double b1 = -20; b1 < 20; b1 += 0.05)
        {
          double value = -0.5 * pow (b0 / intercept_sd, 2) - 0.5 * pow (b1 / coefficient_sd, 2);
          for (guint i = 0; i < self->data.n_observations; i++)
            {
              double eta = log (self->exposure[i]) + b0 + b1 * self->x[i];
              value += self->y[i] * eta - exp (eta);
            }
          if (pass == 0)
            {
              best = MAX (best, value);
              continue;
            }
          double weight = exp (value - best);
          sum += weight;
          first[0] += weight * b0;
          first[1] += weight * b1;
          second[0] += weight * b0 * b0;
          second[1] += weight * b1 * b1;
        }
  for (guint j = 0; j < 2; j++)
    {
      mean[j] = first[j] / sum;
      sd[j] = sqrt (second[j] / sum - mean[j] * mean[j]);
    }
}

static void
test_few_counts_leave_coefficients_wide (void)
{
  Case self = case_new (4, 3);
  ZxDemandOptions options = ZX_DEMAND_OPTIONS_INIT;
  double mean[2], sd[2];
  memset (self.y, 0, 12 * sizeof *self.y);
  options.likelihood = ZX_LIKELIHOOD_POISSON;
  options.sigma_rate = 1000; /* next to no field */
  for (guint n_counts = 0; n_counts < 2; n_counts++)
    {
      self.y[5] = n_counts;
      g_autoptr (ZxPosterior) posterior = zx_demand_fit (&self.data, &options, NULL, NULL);
      exact_moments (&self, options.intercept_sd, options.coefficient_sd, mean, sd);
      g_assert_true (posterior->has_few_counts);
      g_assert_cmpfloat (posterior->n_sampled, >, 100);
      for (guint j = 0; j < 2; j++)
        {
          const ZxMarginal *b = &posterior->coefficient[j];
          double drawn = 0;
          for (gsize d = 0; d < posterior->n_draws; d++)
            drawn += posterior->draw_coefficient[2 * d + j] / posterior->n_draws;
          g_test_message ("%u counts, b%u: %.3f (%.3f), drawn %.3f; exactly %.3f (%.3f)", n_counts,
                          j, b->mean, b->sd, drawn, mean[j], sd[j]);
          g_assert_cmpfloat (fabs (b->mean - mean[j]), <, 0.15 * sd[j]);
          g_assert_cmpfloat (fabs (drawn - mean[j]), <, 0.15 * sd[j]);
          g_assert_cmpfloat (fabs (b->sd / sd[j] - 1), <, 0.1);
        }
      zx_parallel_set_threads (1);
      g_autoptr (ZxPosterior) one = zx_demand_fit (&self.data, &options, NULL, NULL);
      zx_parallel_set_threads (0);
      assert_same_bytes (posterior, one);
    }
  case_clear (&self);
}

static void
test_a_stopped_fit_gives_nothing (void)
{
  Case self = case_new (6, 5);
  ZxDemandOptions options = ZX_DEMAND_OPTIONS_INIT;
  const gint stop = 1;
  ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &stop);
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_demand_fit (&self.data, &options, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
  case_clear (&self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/demand/fit/bad-rows-are-named", test_bad_rows_are_named);
  g_test_add_func ("/demand/fit/groups-out-of-range-are-named", test_groups_out_of_range_are_named);
  g_test_add_func ("/demand/fit/nothing-but-zeros-gives-a-low-rate",
                   test_nothing_but_zeros_gives_a_low_rate);
  g_test_add_func ("/demand/fit/log-normal-finds-level-and-spread",
                   test_log_normal_finds_level_and_spread);
  g_test_add_func ("/demand/fit/one-station-is-enough", test_one_station_is_enough);
  g_test_add_func ("/demand/fit/missing-counts-are-predicted", test_missing_counts_are_predicted);
  g_test_add_func ("/demand/fit/parts-and-single-cells-are-allowed",
                   test_parts_and_single_cells_are_allowed);
  g_test_add_func ("/demand/fit/threads-do-not-change-a-byte", test_threads_do_not_change_a_byte);
  g_test_add_func ("/demand/fit/few-counts-leave-coefficients-wide",
                   test_few_counts_leave_coefficients_wide);
  g_test_add_func ("/demand/fit/a-stopped-fit-gives-nothing", test_a_stopped_fit_gives_nothing);
  return g_test_run ();
}
