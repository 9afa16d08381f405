/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What coverage is searched with: lists as runs, the order of neighbours, annealing. */

#include "app/locate/zx-lists.h"
#include "app/locate/zx-median.h"

#include "zx-locate-cases.h"
#include "zx-test.h"

#define N_CLIENTS 300
#define N_SITES   200
#define N_PICKS   12
#define REACH     0.12

static ZxMedian *
scatter (ZxRng *rng)
{
  return zx_locate_square (N_CLIENTS, N_SITES, N_PICKS, REACH, rng);
}

static double
value_of (const ZxMedian *problem, const guint32 *sites)
{
  g_autoptr (ZxMedianPlan) plan = zx_median_plan_new (problem);
  zx_median_plan_set (plan, sites);
  return plan->value;
}

/* ---- runs --------------------------------------------------------------------------------- */

static void
test_runs_are_the_list_and_no_two_touch (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint k = 0; k < 200; k++)
    {
      guint32 list[100];
      ZxRun run[100];
      gsize n = 0, at = 0;
      for (guint32 i = 0; i < 100; i++)
        if (zx_rng_below (&rng, 3) > 0)
          list[n++] = i;
      gsize n_runs = zx_lists_find_runs (list, n, run);
      for (gsize r = 0; r < n_runs; r++)
        {
          g_assert_true (r == 0 || run[r].begin > run[r - 1].end);
          for (guint32 i = run[r].begin; i < run[r].end; i++)
            g_assert_cmpuint (list[at++], ==, i);
        }
      g_assert_cmpuint (at, ==, n);
    }
}

/* ---- the order of neighbours -------------------------------------------------------------- */

static gsize
count_runs (const ZxMedian *problem)
{
  gsize n_pairs = problem->site_first[N_SITES];
  g_autofree guint32 *client = zx_median_list_numbers (problem->site_pair, n_pairs);
  g_autofree gsize *first = g_new (gsize, N_SITES + 1);
  g_autofree ZxRun *run = g_new (ZxRun, n_pairs + 1);
  zx_lists_turn_to_runs (N_SITES, problem->site_first, client, first, run);
  return first[N_SITES];
}

static void
test_the_near_problem_is_the_same_in_fewer_runs (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint k = 0; k < 20; k++)
    {
      g_autofree guint32 *old_site = NULL;
      g_autoptr (ZxMedian) problem = scatter (&rng);
      problem->status[k] = ZX_MEDIAN_OPEN;
      g_autoptr (ZxMedian) near = zx_median_new_near (problem, &old_site);
      g_assert_nonnull (near);
      guint8 is_met[N_SITES] = { 0 };
      for (guint j = 0; j < N_SITES; j++)
        {
          g_assert_cmpuint (is_met[old_site[j]]++, ==, 0);
          g_assert_cmpuint (near->status[j], ==, problem->status[old_site[j]]);
        }
      for (guint s = 0; s < 20; s++)
        {
          guint32 set[N_PICKS], old_set[N_PICKS];
          zx_locate_draw_set (problem, set, &rng);
          for (guint n = 0; n < N_PICKS; n++)
            old_set[n] = old_site[set[n]];
          g_assert_cmpfloat (value_of (near, set), ==, value_of (problem, old_set));
        }
      g_assert_cmpuint (2 * count_runs (near), <, count_runs (problem));
    }
}

/* ---- annealing ---------------------------------------------------------------------------- */

static void
test_annealing_keeps_the_rules (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint k = 0; k < 30; k++)
    {
      g_autoptr (ZxMedian) problem = scatter (&rng);
      guint32 set[N_PICKS], again[N_PICKS];
      guint8 is_in[N_SITES] = { 0 }, is_likely[N_SITES];
      zx_locate_draw_set (problem, set, &rng);
      for (guint j = 0; j < N_SITES; j++)
        {
          is_likely[j] = zx_rng_below (&rng, 2) == 0;
          problem->status[j] = zx_rng_below (&rng, 10) == 0 ? ZX_MEDIAN_CLOSED : ZX_MEDIAN_FREE;
        }
      for (guint s = 0; s < N_PICKS; s++)
        problem->status[set[s]] = s == 0 ? ZX_MEDIAN_OPEN : ZX_MEDIAN_FREE;
      guint32 open = set[0];
      double before = value_of (problem, set);
      memcpy (again, set, sizeof set);
      ZxRng one = zx_rng_stream (k, 1), other = zx_rng_stream (k, 1);
      zx_median_anneal (problem, k % 2 ? is_likely : NULL, set, 40000, 0.3, &one, 0, NULL);
      zx_median_anneal (problem, k % 2 ? is_likely : NULL, again, 40000, 0.3, &other, 0, NULL);
      g_assert_cmpmem (set, sizeof set, again, sizeof again);
      for (guint s = 0; s < N_PICKS; s++)
        {
          g_assert_cmpuint (is_in[set[s]]++, ==, 0);
          g_assert_cmpuint (problem->status[set[s]], !=, ZX_MEDIAN_CLOSED);
        }
      g_assert_cmpuint (is_in[open], ==, 1);
      g_assert_cmpfloat (value_of (problem, set), <, before);
    }
}

static void
test_annealing_beats_swaps (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  guint n_better = 0, n_worse = 0;
  for (guint k = 0; k < 40; k++)
    {
      g_autoptr (ZxMedian) problem = scatter (&rng);
      for (guint i = 0; k % 2 && i < N_CLIENTS; i++)
        problem->weight[i] *= 1e8; /* more than annealing's whole numbers hold */
      g_autoptr (ZxMedianPlan) plan = zx_median_plan_new (problem);
      guint32 set[N_PICKS];
      zx_locate_draw_set (problem, set, &rng);
      zx_median_plan_set (plan, set);
      zx_median_plan_improve (plan, NULL);
      zx_median_anneal (problem, NULL, set, 40000, 0.3, &rng, 0, NULL);
      n_better += value_of (problem, set) < plan->value;
      n_worse += value_of (problem, set) > plan->value;
    }
  g_test_message ("better %u times, worse %u times", n_better, n_worse);
  g_assert_cmpuint (n_better, >, 2 * n_worse);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/locate/near/runs-are-the-list-and-no-two-touch",
                   test_runs_are_the_list_and_no_two_touch);
  g_test_add_func ("/locate/near/the-near-problem-is-the-same-in-fewer-runs",
                   test_the_near_problem_is_the_same_in_fewer_runs);
  g_test_add_func ("/locate/near/annealing-keeps-the-rules", test_annealing_keeps_the_rules);
  g_test_add_func ("/locate/near/annealing-beats-swaps", test_annealing_beats_swaps);
  return g_test_run ();
}
