/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The stack of members: its scores by hand, what it finds in planted cities, what it refuses. */

#include "app/demand/zx-demand.h"
#include "app/demand/zx-rates.h"
#include "tests/zx-test.h"

#include <math.h>

#define N_STATIONS 120
#define N_FOLDS    4

typedef struct
{
  ZxDemandData data;
  double y[N_STATIONS], exposure[N_STATIONS], own[N_STATIONS], place[N_STATIONS];
  double x_m[N_STATIONS], y_m[N_STATIONS];
  guint32 cell[N_STATIONS];
  guint fold[N_STATIONS];
} City;

/* Rates differ by the station's own attribute, by size in their spread, and by @field along x. */
static City *
city_new (guint64 seed, double own, double field, double level)
{
  City *self = g_new0 (City, 1);
  ZxRng rng = zx_rng_new (seed);
  for (guint i = 0; i < N_STATIONS; i++)
    {
      self->x_m[i] = 20000 * zx_rng_uniform (&rng);
      self->y_m[i] = 20000 * zx_rng_uniform (&rng);
      self->own[i] = zx_rng_normal (&rng);
      self->place[i] = zx_rng_normal (&rng);
      self->exposure[i] = 8760.0 * (1 + zx_rng_below (&rng, 30));
      double z = level + own * self->own[i] + field * sin (self->x_m[i] / 3000)
                 + 0.5 * zx_rng_normal (&rng);
      self->y[i] = (double) zx_rng_poisson (&rng, self->exposure[i] * exp (z));
      self->fold[i] = i % N_FOLDS;
    }
  self->data = (ZxDemandData){ .n_cells = N_STATIONS,
                               .n_covariates = 1,
                               .x = self->place,
                               .n_observations = N_STATIONS,
                               .cell = self->cell,
                               .y = self->y,
                               .exposure = self->exposure,
                               .n_own = 1,
                               .x_own = self->own };
  for (guint32 i = 0; i < N_STATIONS; i++)
    self->cell[i] = i;
  return self;
}

static ZxStack *
stack_of (City *city, const char *const *members, GError **error)
{
  return zx_stack_crossvalidate (&city->data, city->x_m, city->y_m, city->fold, N_FOLDS, members, 1,
                                 NULL, error);
}

/* ---- scores ------------------------------------------------------------------------------- */

static void
test_scores_of_a_lognormal (void)
{
  double z[] = { -2, 0 };
  ZxRateGrid grid = zx_rate_grid (z, 2);
  g_autofree double *density = g_new0 (double, grid.n);
  zx_rate_add_normal (&grid, density, 1, -1, 0.4);
  double exposure = 1e6, y = 300000, off = log (0.3) + 1;
  ZxRateScore score = zx_rate_score (&grid, density, y, exposure);
  double expected = -0.5 * off * off / 0.16 - log (0.4 * sqrt (2 * G_PI)) - log (y);
  g_assert_cmpfloat (fabs (score.log_score - expected), <, 2e-3);
  g_assert_cmpfloat (fabs (score.quantile[3] / exposure - exp (-1)), <, 1e-3);
  g_assert_cmpfloat (fabs (score.quantile[5] / exposure - exp (-1 + 1.2815516 * 0.4)), <, 2e-3);
  /* Baran and Lerch 2015: CRPS of a lognormal */
  double m = exp (-1 + 0.08), w = off / 0.4;
  double crps = 0.3 * (2 * zx_normal_cdf (w) - 1)
                - 2 * m * (zx_normal_cdf (w - 0.4) + zx_normal_cdf (0.4 / sqrt (2)) - 1);
  g_assert_cmpfloat (fabs (score.crps - crps), <, 5e-4);
}

static void
test_scores_of_few_counts (void)
{
  double z[] = { -1, 1 };
  ZxRateGrid grid = zx_rate_grid (z, 2);
  g_autofree double *density = g_new0 (double, grid.n);
  zx_rate_add_normal (&grid, density, 1, log (3), grid.step); /* all but a point */
  ZxRateScore score = zx_rate_score (&grid, density, 2, 1);
  g_assert_cmpfloat (
      fabs (score.log_score - zx_count_log_density (2, (ZxNoise){ 0, FALSE }, log (3))), <, 5e-3);
  g_assert_cmpfloat (score.quantile[3], ==, 3);
  score = zx_rate_score (&grid, density, 0, 1);
  g_assert_cmpfloat (fabs (score.log_score + 3), <, 5e-3);
}

/* ---- planted cities ----------------------------------------------------------------------- */

static void
test_finds_no_place_where_there_is_none (void)
{
  g_autofree City *city = city_new (zx_test_seed (), 0.6, 0, -1.5);
  g_autoptr (ZxStack) stack = stack_of (city, NULL, NULL);
  g_assert_nonnull (stack);
  g_assert_true (stack->has_place_gain);
  g_assert_cmpfloat (stack->place_gain, <, 3 * stack->place_gain_se + 0.005);
  g_assert_cmpfloat (stack->r2_log, >, 0.35); /* 0.59 was planted */
  g_assert_cmpfloat (stack->cover80, >, 0.68);
  g_assert_cmpfloat (stack->cover80, <, 0.92);
}

static void
test_finds_place_where_it_is (void)
{
  g_autofree City *city = city_new (zx_test_seed (), 0, 1, -1.5);
  g_autoptr (ZxStack) stack = stack_of (city, NULL, NULL);
  g_assert_cmpfloat (stack->place_gain, >, 2 * stack->place_gain_se);
  g_assert_cmpfloat (stack->place_gain, >, 0.1);
}

static void
test_finds_operators (void)
{
  static const char *const process[] = { "own-process", NULL }, *const forest[]
                                                                = { "own-forest", NULL };
  g_autofree City *city = city_new (zx_test_seed (), 0.3, 0, -1.5);
  gint32 group[N_STATIONS];
  for (guint i = 0; i < N_STATIONS; i++)
    {
      group[i] = (gint32) (i * 7 % 5);
      city->y[i] = round (city->y[i] * exp (0.9 * (group[i] % 3 - 1)));
    }
  for (guint k = 0; k < 2; k++)
    {
      const char *const *members = k == 0 ? process : forest;
      g_autoptr (ZxStack) without = stack_of (city, members, NULL);
      ZxDemandData known = city->data;
      known.group = group;
      known.n_groups = 5;
      g_autoptr (ZxStack) with = zx_stack_crossvalidate (&known, city->x_m, city->y_m, city->fold,
                                                         N_FOLDS, members, 1, NULL, NULL);
      g_assert_cmpfloat (with->mean_log_score, >, without->mean_log_score + (k == 0 ? 0.15 : 0.03));
    }
}

static void
test_is_not_worse_than_its_best_member (void)
{
  g_autofree City *city = city_new (zx_test_seed (), 0.6, 0.5, -1.5);
  g_autoptr (ZxStack) stack = stack_of (city, NULL, NULL);
  double best = -INFINITY;
  for (guint m = 0; m < stack->n_members; m++)
    best = MAX (best, stack->member_log_score[m]);
  g_assert_cmpfloat (stack->mean_log_score, >, best - 0.06);
}

static void
test_few_counts_and_zeros_have_finite_scores (void)
{
  g_autofree City *city = city_new (zx_test_seed (), 0.5, 0.3, -10); /* most counts below 10 */
  for (guint i = 0; i < N_STATIONS; i++)
    city->x_m[i] = city->y_m[i] = city->own[i] = 0; /* all in one place, all alike */
  g_autoptr (ZxStack) stack = stack_of (city, NULL, NULL);
  g_assert_nonnull (stack);
  for (guint i = 0; i < stack->n; i++)
    {
      g_assert_true (isfinite (stack->log_score[i]) && isfinite (stack->crps[i]));
      for (guint k = 0; k < 7; k++)
        g_assert_true (isfinite (stack->quantile[i * 7 + k])
                       && (k == 0 || stack->quantile[i * 7 + k] >= stack->quantile[i * 7 + k - 1]));
    }
}

static void
test_stations_without_a_count_are_passed_over (void)
{
  static const char *const level[] = { "level", NULL };
  g_autofree City *city = city_new (zx_test_seed (), 0.5, 0.3, -2);
  city->y[3] = NAN;
  g_autoptr (ZxStack) stack = stack_of (city, level, NULL);
  g_assert_cmpuint (stack->n, ==, N_STATIONS - 1);
  g_assert_cmpuint (stack->observation[3], ==, 4);
  g_assert_false (stack->has_place_gain);
}

/* ---- refusals ----------------------------------------------------------------------------- */

static void
test_what_cannot_be_done_is_said (void)
{
  static const char *const unknown[] = { "oracle", NULL };
  g_autofree City *city = city_new (1, 0.5, 0.3, -2);
  g_autoptr (GError) error = NULL;
  g_assert_null (stack_of (city, unknown, &error));
  g_assert_nonnull (strstr (error->message, "oracle"));
  g_clear_error (&error);
  for (guint i = 0; i < N_STATIONS; i++)
    city->fold[i] = 0;
  g_assert_null (stack_of (city, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
}

static void
test_stops_when_asked (void)
{
  g_autofree City *city = city_new (1, 0.5, 0.3, -2);
  gint stop = 1;
  ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &stop);
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_stack_crossvalidate (&city->data, city->x_m, city->y_m, city->fold, N_FOLDS,
                                         NULL, 1, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/demand/stack/scores-of-a-lognormal", test_scores_of_a_lognormal);
  g_test_add_func ("/demand/stack/scores-of-few-counts", test_scores_of_few_counts);
  g_test_add_func ("/demand/stack/finds-no-place-where-there-is-none",
                   test_finds_no_place_where_there_is_none);
  g_test_add_func ("/demand/stack/finds-place-where-it-is", test_finds_place_where_it_is);
  g_test_add_func ("/demand/stack/finds-operators", test_finds_operators);
  g_test_add_func ("/demand/stack/is-not-worse-than-its-best-member",
                   test_is_not_worse_than_its_best_member);
  g_test_add_func ("/demand/stack/few-counts-and-zeros-have-finite-scores",
                   test_few_counts_and_zeros_have_finite_scores);
  g_test_add_func ("/demand/stack/stations-without-a-count-are-passed-over",
                   test_stations_without_a_count_are_passed_over);
  g_test_add_func ("/demand/stack/what-cannot-be-done-is-said", test_what_cannot_be_done_is_said);
  g_test_add_func ("/demand/stack/stops-when-asked", test_stops_when_asked);
  return g_test_run ();
}
