/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What draws of demand mean for a choice among cells. */

#include "app/demand/zx-believe.h"
#include "tests/zx-test.h"

#include <string.h>

#define N_DRAWS 200

/* Means are those of the draws; no posterior, so that a survey reads without noise. */
static ZxDemand *
demand_new (guint n_cells, float (*draw) (guint d, guint c, ZxRng *rng))
{
  g_autoptr (GError) error = NULL;
  ZxDemand *self = zx_demand_alloc (n_cells, N_DRAWS, &error);
  ZxRng rng = zx_rng_new (zx_test_seed ());
  g_assert_no_error (error);
  for (guint d = 0; d < N_DRAWS; d++)
    for (guint c = 0; c < n_cells; c++)
      self->cell_kwh_per_day[(gsize) d * n_cells + c] = draw (d, c, &rng);
  g_assert_true (zx_demand_sum_up (self, NULL, &error));
  g_assert_no_error (error);
  return self;
}

/* Cell 0 wants 10 for sure, cell 1 nothing or 30, the rest 1. */
static float
sure_or_risky (guint d, guint c, ZxRng *rng)
{
  return c == 0 ? 10 : c == 1 ? (d % 2 ? 30 : 0) : 1;
}

/* One of ten cells is chosen: the risky one, 15 on average.  Who knew would have 30 or 10: 20.  And
 * the survey that tells is the one at the risky cell, worth all of the 5. */
static void
test_by_hand (void)
{
  g_autoptr (ZxDemand) demand = demand_new (10, sure_or_risky);
  const ZxDecision *decision = demand->decision;
  g_assert_cmpuint (decision->n_best, ==, 1);
  g_assert_cmpfloat (fabs (decision->chosen_kwh_per_day - 15), <, 1e-6);
  g_assert_cmpfloat (fabs (decision->perfect_kwh_per_day - 20), <, 1e-6);
  g_assert_cmpfloat (fabs (decision->value_of_information - 5), <, 1e-6);
  g_assert_cmpfloat (fabs (decision->regret_p90 - 10), <, 1e-6);
  g_assert_cmpfloat (fabs (decision->in_best[0] - 0.5f), <, 1e-5);
  g_assert_cmpfloat (fabs (decision->in_best[1] - 0.5f), <, 1e-5);
  g_assert_cmpuint (decision->n_surveys, ==, 1);
  g_assert_cmpuint (decision->survey[0].cell, ==, 1);
  g_assert_cmpfloat (fabs (decision->survey[0].worth_kwh_per_day - 5), <, 1e-6);
}

static float
scattered (guint d, guint c, ZxRng *rng)
{
  return expf ((float) (0.1 * (c % 7) + 0.5 * zx_rng_normal (rng)));
}

/* No survey is worth more than knowing all, and the places among the best are all given away. */
static void
test_bounds (void)
{
  g_autoptr (ZxDemand) demand = demand_new (150, scattered);
  const ZxDecision *decision = demand->decision;
  double sum = 0;
  for (guint c = 0; c < 150; c++)
    sum += decision->in_best[c];
  g_assert_cmpuint (decision->n_best, ==, 15);
  g_assert_cmpfloat (fabs (sum - 15), <, 1e-3);
  g_assert_cmpfloat (decision->value_of_information, >, 0);
  g_assert_cmpuint (decision->n_surveys, >, 0);
  for (guint k = 0; k < decision->n_surveys; k++)
    {
      g_assert_cmpfloat (decision->survey[k].worth_kwh_per_day, <, decision->value_of_information);
      if (k > 0)
        g_assert_cmpfloat (decision->survey[k].worth_kwh_per_day, <=,
                           decision->survey[k - 1].worth_kwh_per_day);
    }
}

static float
certain (guint d, guint c, ZxRng *rng)
{
  return (float) (c + 1);
}

static void
test_certainty_is_worth_nothing_more (void)
{
  g_autoptr (ZxDemand) demand = demand_new (30, certain);
  g_assert_cmpfloat (demand->decision->value_of_information, ==, 0);
  g_assert_cmpuint (demand->decision->n_surveys, ==, 0);
  g_assert_cmpfloat (fabs (demand->decision->in_best[29] - 1), <, 1e-5);
}

static void
test_threads_do_not_change_a_byte (void)
{
  guint threads = zx_parallel_threads ();
  zx_parallel_set_threads (1);
  g_autoptr (ZxDemand) one = demand_new (150, scattered);
  zx_parallel_set_threads (2);
  g_autoptr (ZxDemand) two = demand_new (150, scattered);
  zx_parallel_set_threads (threads);
  g_assert_cmpmem (one->decision->survey, sizeof one->decision->survey, two->decision->survey,
                   sizeof two->decision->survey);
}

static void
test_a_stopped_decision_gives_nothing (void)
{
  g_autoptr (ZxDemand) demand = demand_new (150, scattered);
  g_autoptr (GError) error = NULL;
  const gint stop = 1;
  ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &stop);
  g_assert_null (zx_demand_decide (demand, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/demand/decide/by-hand", test_by_hand);
  g_test_add_func ("/demand/decide/bounds", test_bounds);
  g_test_add_func ("/demand/decide/certainty-is-worth-nothing-more",
                   test_certainty_is_worth_nothing_more);
  g_test_add_func ("/demand/decide/threads-do-not-change-a-byte",
                   test_threads_do_not_change_a_byte);
  g_test_add_func ("/demand/decide/a-stopped-decision-gives-nothing",
                   test_a_stopped_decision_gives_nothing);
  return g_test_run ();
}
