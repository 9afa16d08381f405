/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/app/locate/zx-locate-cases.h"
#include "tests/zx-test.h"

#include <string.h>

#define N_CASES 120 /* of each kind */

static void
compare_with_brute_force (gconstpointer data)
{
  ZxLocateKind kind = (ZxLocateKind) GPOINTER_TO_UINT (data);
  const ZxLocateOptions options = ZX_LOCATE_OPTIONS_INIT;
  guint64 seed = zx_test_seed ();
  guint n_solved = 0, n_refused = 0;
  for (guint t = 0; t < N_CASES; t++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ZxLocate) problem = zx_locate_case (kind, seed + t);
      g_autoptr (ZxLocation) location = zx_locate_solve (problem, &options, NULL, &error);
      double best = zx_locate_brute (problem);
      g_test_message ("case %u: %s, brute force %g", t,
                      location == NULL ? error->message : "solved", best);
      g_assert_true ((location == NULL) == isnan (best));
      if (location == NULL)
        {
          g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
          n_refused++;
          continue;
        }
      g_assert_true (location->is_proven);
      g_assert_cmpfloat_with_epsilon (location->value, best, 1e-4 * (1 + best));
      g_assert_cmpfloat_with_epsilon (location->bound, best, 1e-4 * (1 + best));
      n_solved++;
    }
  g_test_message ("%u solved, %u refused", n_solved, n_refused);
  g_assert_cmpuint (n_solved, >=, N_CASES / 4);
}

static void
a_result_that_lies_is_refused (void)
{
  const ZxLocateOptions options = ZX_LOCATE_OPTIONS_INIT;
  for (guint kind = 0; kind <= ZX_LOCATE_CAPACITATED_COVERAGE; kind++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ZxLocate) problem = NULL;
      g_autoptr (ZxLocation) location = NULL;
      for (guint seed = 1; location == NULL; seed++)
        {
          g_clear_pointer (&problem, zx_locate_free);
          problem = zx_locate_case ((ZxLocateKind) kind, seed);
          location = zx_locate_solve (problem, &options, NULL, NULL);
        }
      g_assert_true (zx_locate_check (problem, location, NULL));
      location->value += 1;
      g_assert_false (zx_locate_check (problem, location, &error));
      g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
      location->value -= 1;
      location->chosen[0] = problem->n_sites;
      g_assert_false (zx_locate_check (problem, location, NULL));
    }
}

static void
more_sites_never_serve_worse (void)
{
  const ZxLocateOptions options = ZX_LOCATE_OPTIONS_INIT;
  for (guint kind = 0; kind <= ZX_LOCATE_ATTENDANCE; kind++)
    {
      g_autoptr (ZxLocate) problem = zx_locate_case ((ZxLocateKind) kind, 11);
      double before = kind == ZX_LOCATE_MEDIAN ? INFINITY : -INFINITY;
      memset (problem->role, 0, problem->n_sites);
      for (guint n = 1; n <= problem->n_sites; n++)
        {
          problem->n_choose = n;
          g_autoptr (ZxLocation) location = zx_locate_solve (problem, &options, NULL, NULL);
          if (location == NULL)
            continue;
          if (kind == ZX_LOCATE_MEDIAN)
            g_assert_cmpfloat (location->value, <=, before + 1e-9);
          else
            g_assert_cmpfloat (location->value, >=, before - 1e-9);
          before = location->value;
        }
    }
}

/* Many random points, so that there is a tree to search. */
static ZxLocate *
random_median (guint n, guint n_choose, guint64 seed)
{
  ZxRng rng = zx_rng_new (seed);
  g_autofree double *x = g_new (double, n), *y = g_new (double, n);
  ZxLocate *self = zx_locate_new (ZX_LOCATE_MEDIAN, n, n, (gsize) n * n, TRUE, NULL);
  for (guint i = 0; i < n; i++)
    {
      x[i] = 1000 * zx_rng_uniform (&rng);
      y[i] = 1000 * zx_rng_uniform (&rng);
      self->demand[i] = 1 + zx_rng_below (&rng, 9);
      self->first[i + 1] = (gsize) n * (i + 1);
    }
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      {
        self->site[(gsize) i * n + j] = j;
        self->cost[(gsize) i * n + j] = floor (hypot (x[i] - x[j], y[i] - y[j]));
      }
  self->n_choose = n_choose;
  return self;
}

static void
threads_do_not_change_the_result (void)
{
  const ZxLocateOptions options = ZX_LOCATE_OPTIONS_INIT;
  g_autoptr (ZxLocate) problem = random_median (150, 8, 5);
  zx_parallel_set_threads (1);
  g_autoptr (ZxLocation) one = zx_locate_solve (problem, &options, NULL, NULL);
  zx_parallel_set_threads (2);
  g_autoptr (ZxLocation) two = zx_locate_solve (problem, &options, NULL, NULL);
  zx_parallel_set_threads (0);
  g_assert_cmpuint (one->n_nodes, ==, two->n_nodes);
  g_assert_true (one->value == two->value && one->bound == two->bound);
  g_assert_cmpmem (one->chosen, one->n_chosen * sizeof (guint32), two->chosen,
                   two->n_chosen * sizeof (guint32));
}

static void
a_run_cut_short_keeps_a_valid_bound (void)
{
  ZxLocateOptions options = ZX_LOCATE_OPTIONS_INIT;
  g_autoptr (ZxLocate) problem = random_median (120, 6, 9);
  g_autoptr (ZxLocation) whole = zx_locate_solve (problem, &options, NULL, NULL);
  g_assert_true (whole->is_proven);
  options.max_nodes = 1;
  g_autoptr (ZxLocation) nodes = zx_locate_solve (problem, &options, NULL, NULL);
  options.max_nodes = 0;
  options.time_limit_s = 1e-6;
  g_autoptr (ZxLocation) brief = zx_locate_solve (problem, &options, NULL, NULL);
  g_assert_cmpfloat (nodes->bound, <=, whole->value);
  g_assert_cmpfloat (nodes->value, >=, whole->value);
  g_assert_cmpfloat (brief->bound, <=, whole->value);
  g_assert_cmpfloat (brief->value, >=, whole->value);
}

static void
a_cancelled_run_says_so (void)
{
  const ZxLocateOptions options = ZX_LOCATE_OPTIONS_INIT;
  gint stop = 1;
  const ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &stop);
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxLocate) problem = random_median (50, 3, 1);
  g_assert_null (zx_locate_solve (problem, &options, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
}

/* Against counting who is nearer. */
static void
test_the_nearest_sites_have_nobody_nearer (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint round = 0; round < 100; round++)
    {
      guint n = 1 + zx_rng_below (&rng, 9), m = 2 + zx_rng_below (&rng, 8), n_pairs = 0;
      guint wanted = 1 + zx_rng_below (&rng, m);
      g_autoptr (ZxLocate) problem
          = zx_locate_new (ZX_LOCATE_MEDIAN, n, m, (gsize) n * m, TRUE, NULL);
      g_autofree guint32 *site = NULL;
      g_autofree double *cost = NULL;
      problem->role = g_new0 (guint8, m + 1);
      problem->role[zx_rng_below (&rng, m)] = ZX_LOCATE_BANNED;
      for (guint i = 0; i < n; i++)
        {
          for (guint32 j = 0; j < m; j++)
            if (zx_rng_below (&rng, 4) > 0)
              {
                problem->site[n_pairs] = j;
                problem->cost[n_pairs++] = zx_rng_below (&rng, 6);
              }
          problem->first[i + 1] = n_pairs;
        }
      g_assert_true (zx_locate_nearest (problem, wanted, &site, &cost, NULL, NULL));
      for (guint i = 0; i < n; i++)
        for (gsize k = problem->first[i]; k < problem->first[i + 1]; k++)
          {
            guint n_nearer = 0, at = wanted;
            for (gsize q = problem->first[i]; q < problem->first[i + 1]; q++)
              n_nearer += problem->role[problem->site[q]] != ZX_LOCATE_BANNED
                          && (problem->cost[q] < problem->cost[k]
                              || (problem->cost[q] == problem->cost[k]
                                  && problem->site[q] < problem->site[k]));
            for (guint r = 0; r < wanted; r++)
              if (site[i * wanted + r] == problem->site[k])
                at = r;
            gboolean is_in = problem->role[problem->site[k]] != ZX_LOCATE_BANNED;
            g_assert_cmpuint (at, ==, is_in ? MIN (n_nearer, wanted) : wanted);
          }
    }
  g_autoptr (ZxLocate) none = zx_locate_new (ZX_LOCATE_MEDIAN, 1, 1, 1, TRUE, NULL);
  g_autoptr (GError) error = NULL;
  guint32 *site;
  double *cost;
  g_assert_false (zx_locate_nearest (none, 2, &site, &cost, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  static const char *const kinds[]
      = { "median", "coverage",  "attendance",   "facility",     "assignment",
          "centre", "set-cover", "market-share", "target-share", "capacitated-coverage" };
  g_test_init (&argc, &argv, NULL);
  for (guint kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    {
      g_autofree char *name = g_strdup_printf ("/locate/brute-force/%s-agrees", kinds[kind]);
      g_test_add_data_func (name, GUINT_TO_POINTER (kind), compare_with_brute_force);
    }
  g_test_add_func ("/locate/check/a-result-that-lies-is-refused", a_result_that_lies_is_refused);
  g_test_add_func ("/locate/property/more-sites-never-serve-worse", more_sites_never_serve_worse);
  g_test_add_func ("/locate/threads/do-not-change-the-result", threads_do_not_change_the_result);
  g_test_add_func ("/locate/stop/a-run-cut-short-keeps-a-valid-bound",
                   a_run_cut_short_keeps_a_valid_bound);
  g_test_add_func ("/locate/stop/a-cancelled-run-says-so", a_cancelled_run_says_so);
  g_test_add_func ("/locate/nearest/the-nearest-sites-have-nobody-nearer",
                   test_the_nearest_sites_have_nobody_nearer);
  return g_test_run ();
}
