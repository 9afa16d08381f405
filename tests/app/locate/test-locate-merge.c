/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Merging two sets of sites against every way of following one or the other. */

#include "app/locate/zx-median.h"

#include "zx-locate-cases.h"
#include "zx-test.h"

#define N_CLIENTS 60
#define N_SITES   40
#define N_PICKS   7
#define REACH     0.12

static double
value_of (ZxMedianPlan *plan, const guint32 *sites)
{
  zx_median_plan_set (plan, sites);
  return plan->value;
}

/* What neither set has is in no merger, what both have is in every one. */
static void
test_the_merger_is_of_both_sets_and_no_worse (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  guint n_better = 0;
  for (guint i = 0; i < 300; i++)
    {
      g_autoptr (ZxMedian) problem = zx_locate_square (N_CLIENTS, N_SITES, N_PICKS, REACH, &rng);
      g_autoptr (ZxMedianPlan) plan = zx_median_plan_new (problem);
      guint32 ours[N_PICKS], theirs[N_PICKS], merged[N_PICKS], swapped[N_PICKS];
      guint8 in_ours[N_SITES] = { 0 }, in_theirs[N_SITES] = { 0 }, in_merged[N_SITES] = { 0 };
      zx_locate_draw_set (problem, ours, &rng);
      zx_locate_draw_set (problem, theirs, &rng);
      zx_median_merge (problem, ours, theirs, merged);
      zx_median_merge (problem, theirs, ours, swapped);
      for (guint s = 0; s < N_PICKS; s++)
        {
          in_ours[ours[s]] = in_theirs[theirs[s]] = 1;
          g_assert_cmpuint (in_merged[merged[s]]++, ==, 0);
        }
      for (guint j = 0; j < N_SITES; j++)
        g_assert_true (in_merged[j] ? in_ours[j] || in_theirs[j] : !(in_ours[j] && in_theirs[j]));
      double least = MIN (value_of (plan, ours), value_of (plan, theirs));
      double value = value_of (plan, merged);
      g_assert_cmpfloat (value, <=, least);
      g_assert_cmpfloat (value, ==, value_of (plan, swapped));
      n_better += value < least;
    }
  g_assert_cmpuint (n_better, >, 100);
}

/* Two places far apart, each set good in one: the merger has both. */
static void
test_two_places_are_chosen_apart (void)
{
  /* sites 0 and 1 are of one place, 2 and 3 of the other */
  const double weights[4] = { 5, 1, 1, 5 };
  const double covers[4][4] = { { 1, 0, 0, 0 }, { 0, 1, 0, 0 }, { 0, 0, 1, 0 }, { 0, 0, 0, 1 } };
  g_autoptr (ZxMedian) problem = zx_locate_coverage (4, 4, 2, weights, covers[0]);
  const guint32 ours[] = { 0, 2 }, theirs[] = { 1, 3 };
  guint32 merged[2];
  zx_median_merge (problem, ours, theirs, merged);
  g_assert_cmpuint (merged[0], ==, 0);
  g_assert_cmpuint (merged[1], ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/locate/merge/the-merger-is-of-both-sets-and-no-worse",
                   test_the_merger_is_of_both_sets_and_no_worse);
  g_test_add_func ("/locate/merge/two-places-are-chosen-apart", test_two_places_are_chosen_apart);
  return g_test_run ();
}
