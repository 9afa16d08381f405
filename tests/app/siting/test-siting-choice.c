/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The exact core against brute force on small random cases, and its parts against their
 * definitions. */

#include "app/siting/zx-choice-bound.h"

#include "zx-choice-cases.h"
#include "zx-test.h"

#define N_CASES 400

static const ZxChoiceProof to_the_end = {
  .gap_goal = 0, .max_nodes = 100000, .effort = 1e12, .n_steps = 8, .n_kicks = 10, .seed = 1
};

/* Small enough for brute force, odd enough to meet every limit. */
static CaseShape
random_shape (ZxRng *rng)
{
  CaseShape shape = { .n_cells = 10 + zx_rng_below (rng, 25),
                      .n_candidates = 8 + zx_rng_below (rng, 5),
                      .n_kinds = 1 + zx_rng_below (rng, 3),
                      .n_draws = 1 + zx_rng_below (rng, 20),
                      .n_sites = 1 + zx_rng_below (rng, 3),
                      .width_m = 3000,
                      .reach_m = 300 + 1500 * zx_rng_uniform (rng),
                      .lump = 1.0 };
  if (zx_rng_below (rng, 2))
    shape.budget_share = 0.2 + zx_rng_uniform (rng);
  if (zx_rng_below (rng, 2))
    shape.spacing_m = 1200 * zx_rng_uniform (rng);
  if (zx_rng_below (rng, 2))
    shape.cap_scale = 0.1 + zx_rng_uniform (rng);
  if (zx_rng_below (rng, 2))
    shape.n_rooms = 1 + zx_rng_below (rng, 4);
  if (zx_rng_below (rng, 4) == 0)
    shape.n_required = 1 + zx_rng_below (rng, MIN (2, shape.n_sites));
  if (shape.n_sites == 3)
    shape.n_kinds = MIN (shape.n_kinds, 2);
  return shape;
}

static void
test_the_value_is_the_definition (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint i = 0; i < 60; i++)
    {
      CaseShape shape = random_shape (&rng);
      Case a_case;
      case_init (&a_case, &shape, &rng);
      ZxChoiceSpace space;
      zx_choice_space_init (&space, &a_case.choice);
      ZxPick pick[3] = { { 1, 0 }, { 4, shape.n_kinds - 1 }, { 6, 0 } };
      a_case.offered[1] = a_case.offered[4] = a_case.offered[6] = 0xff;
      zx_choice_clear (&a_case.choice);
      g_assert_true (zx_choice_prepare (&a_case.choice, NULL, NULL));
      double value = zx_choice_value (&a_case.choice, pick, 3, &space, NULL, NULL);
      double naive = case_value (&a_case, pick, 3);
      g_assert_cmpfloat_with_epsilon (value, naive, 1e-9 * naive);
      g_assert_cmpfloat (zx_choice_value_above (&a_case.choice, pick, 3, &space), >=,
                         value * (1 - 1e-12));
      double alone = zx_choice_alone (&a_case.choice, 4, pick[1].kind);
      g_assert_cmpfloat_with_epsilon (alone, case_value (&a_case, pick + 1, 1), 5e-6 * alone);
      zx_choice_space_clear (&space);
      case_clear (&a_case);
    }
}

static void
test_limits_are_the_definition (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  guint n_feasible = 0;
  for (guint i = 0; i < 200; i++)
    {
      CaseShape shape = random_shape (&rng);
      Case a_case;
      case_init (&a_case, &shape, &rng);
      for (guint k = 0; k < 20; k++)
        {
          ZxPick pick[3] = { { zx_rng_below (&rng, 4), zx_rng_below (&rng, shape.n_kinds) },
                             { 4 + zx_rng_below (&rng, 4), zx_rng_below (&rng, shape.n_kinds) } };
          gboolean is_feasible = case_is_feasible (&a_case, pick, 2);
          n_feasible += is_feasible;
          g_assert_cmpint (zx_choice_is_feasible (&a_case.choice, pick, 2), ==, is_feasible);
        }
      case_clear (&a_case);
    }
  g_assert_cmpuint (n_feasible, >, 100);
}

/* The lifted tangent: α + Σ β (a) >= φ (Σ a) for any A0 and any set, exact where it should be. */
static void
test_the_lifted_tangent_is_a_bound (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint i = 0; i < 20000; i++)
    {
      double rival = 0.1 + 5 * zx_rng_uniform (&rng), at = 8 * zx_rng_uniform (&rng);
      double share = at / (rival + at), slope = rival / (rival + at) / (rival + at);
      double sum = 0, bound = share * share;
      guint n = 1 + zx_rng_below (&rng, 6);
      for (guint k = 0; k < n; k++)
        {
          double a = 12 * zx_rng_uniform (&rng) * zx_rng_uniform (&rng);
          sum += a;
          bound += a <= at ? slope * a : a / (rival + a) - share * share;
        }
      g_assert_cmpfloat (bound, >=, sum / (rival + sum) - 1e-12);
      if (n == 1 && sum > at)
        g_assert_cmpfloat_with_epsilon (bound, sum / (rival + sum), 1e-12);
    }
}

/* A random case and no picks yet.  Returns: the best value there is. */
static double
begin_case (Case *self, ZxPicks *picks, ZxRng *rng)
{
  CaseShape shape = random_shape (rng);
  ZxPick best[8];
  guint n_best;
  case_init (self, &shape, rng);
  *picks = zx_picks_new (shape.n_sites);
  return case_brute_force (self, best, &n_best);
}

static void
test_a_proven_plan_equals_brute_force (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  guint n_solved = 0, n_empty = 0, n_found_first = 0;
  for (guint i = 0; i < N_CASES; i++)
    {
      Case a_case;
      ZxPicks picks;
      double optimum = begin_case (&a_case, &picks, &rng);
      ZxChoiceOutcome outcome = { 0 };
      g_assert_true (
          zx_choice_search (&a_case.choice, NULL, ZX_SEARCH_THOROUGH, &picks, NULL, NULL));
      if (picks.n > 0)
        g_assert_true (case_is_feasible (&a_case, picks.pick, picks.n));
      n_found_first += picks.n > 0 && picks.value >= optimum * (1 - 1e-9);
      g_assert_true (zx_choice_solve (&a_case.choice, &to_the_end, &picks, &outcome, NULL, NULL));
      if (optimum == -INFINITY)
        {
          g_assert_cmpuint (picks.n, ==, 0);
          n_empty++;
        }
      else
        {
          g_assert_true (case_is_feasible (&a_case, picks.pick, picks.n));
          g_assert_cmpfloat_with_epsilon (picks.value, case_value (&a_case, picks.pick, picks.n),
                                          1e-9 * optimum);
          g_assert_true (outcome.is_proven);
          g_assert_cmpfloat_with_epsilon (picks.value, optimum, 1e-9 * optimum);
          g_assert_cmpfloat (outcome.bound, >=, optimum * (1 - 1e-12));
          g_assert_cmpfloat (outcome.root_bound, >=, optimum * (1 - 1e-12));
          n_solved++;
        }
      zx_picks_clear (&picks);
      case_clear (&a_case);
    }
  g_test_message ("%u cases proven, %u without any plan; the search alone was right in %u",
                  n_solved, n_empty, n_found_first);
  g_assert_cmpuint (n_solved, >=, 300);
  g_assert_cmpuint (n_found_first, >=, n_solved * 8 / 10);
}

/* From the greedy set, or from one site alone, without climbing. */
static void
test_annealing_finds_what_brute_force_does (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed () + 2);
  guint n_cases = 0, n_right = 0;
  for (guint i = 0; i < N_CASES; i++)
    {
      Case a_case;
      ZxPicks picks;
      double optimum = begin_case (&a_case, &picks, &rng);
      g_assert_true (zx_choice_search (&a_case.choice, NULL, ZX_SEARCH_GREEDY, &picks, NULL, NULL));
      double before = picks.value;
      ZxChoiceKicks kicks = { .n_kicks = 200 * a_case.choice.n_sites,
                              .seed = i,
                              .patience = { &a_case.choice, NULL, 0 } };
      zx_choice_anneal (&a_case.choice, &kicks, &picks);
      g_assert_true (picks.n == 0 || case_is_feasible (&a_case, picks.pick, picks.n));
      g_assert_cmpfloat (picks.value, >=, before);
      n_cases += picks.n > 0;
      n_right += picks.n > 0 && picks.value >= optimum * (1 - 1e-9);
      if (picks.n > 0)
        g_assert_cmpfloat_with_epsilon (picks.value, case_value (&a_case, picks.pick, picks.n),
                                        1e-9 * optimum);
      zx_picks_clear (&picks);
      case_clear (&a_case);
    }
  g_test_message ("annealing was right in %u of %u", n_right, n_cases);
  g_assert_cmpuint (n_right, >=, n_cases * 9 / 10);
}

/* However early the proof stops, the bound holds. */
static void
test_the_bound_holds_whenever_it_stops (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed () + 1);
  for (guint i = 0; i < N_CASES; i++)
    {
      Case a_case;
      ZxPicks picks;
      double optimum = begin_case (&a_case, &picks, &rng);
      ZxChoiceProof proof = { .gap_goal = 1e-3,
                              .max_nodes = zx_rng_below (&rng, 4),
                              .effort = 1e12,
                              .n_kicks = 5,
                              .seed = 1 };
      ZxChoiceOutcome outcome = { 0 };
      g_assert_true (zx_choice_search (&a_case.choice, NULL, ZX_SEARCH_GREEDY, &picks, NULL, NULL));
      g_assert_true (zx_choice_solve (&a_case.choice, &proof, &picks, &outcome, NULL, NULL));
      if (optimum > -INFINITY)
        {
          g_assert_cmpfloat (outcome.bound, >=, optimum * (1 - 1e-12));
          g_assert_cmpfloat (outcome.root_bound, >=, optimum * (1 - 1e-12));
          if (outcome.is_proven)
            g_assert_cmpfloat (picks.value, >=, optimum * (1 - 1e-3));
        }
      zx_picks_clear (&picks);
      case_clear (&a_case);
    }
}

static void
test_one_thread_and_four_give_the_same_bytes (void)
{
  double value[2], bound[2];
  ZxPick pick[2][4];
  for (guint run = 0; run < 2; run++)
    {
      ZxRng rng = zx_rng_new (zx_test_seed ());
      CaseShape shape = { .n_cells = 400,
                          .n_candidates = 150,
                          .n_kinds = 3,
                          .n_draws = 40,
                          .n_sites = 4,
                          .width_m = 12000,
                          .reach_m = 1500,
                          .budget_share = 0.6,
                          .spacing_m = 700,
                          .cap_scale = 0.05,
                          .n_rooms = 9,
                          .lump = 1 };
      Case a_case;
      zx_parallel_set_threads (run == 0 ? 1 : 4);
      case_init (&a_case, &shape, &rng);
      ZxPicks picks = zx_picks_new (shape.n_sites);
      ZxChoiceProof proof = {
        .gap_goal = 1e-4, .max_nodes = 60, .effort = 1e9, .n_steps = 100, .n_kicks = 20, .seed = 1
      };
      ZxChoiceOutcome outcome = { 0 };
      g_assert_true (
          zx_choice_search (&a_case.choice, NULL, ZX_SEARCH_THOROUGH, &picks, NULL, NULL));
      g_assert_true (zx_choice_solve (&a_case.choice, &proof, &picks, &outcome, NULL, NULL));
      value[run] = picks.value;
      bound[run] = outcome.bound;
      memset (pick[run], 0, sizeof pick[run]);
      memcpy (pick[run], picks.pick, picks.n * sizeof (ZxPick));
      zx_picks_clear (&picks);
      case_clear (&a_case);
    }
  zx_parallel_set_threads (0);
  g_assert_cmpmem (pick[0], sizeof pick[0], pick[1], sizeof pick[1]);
  g_assert_cmpmem (value, sizeof value[0], value + 1, sizeof value[1]);
  g_assert_cmpmem (bound, sizeof bound[0], bound + 1, sizeof bound[1]);
}

static void
test_a_cancelled_proof_says_so (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  CaseShape shape = { .n_cells = 50,
                      .n_candidates = 20,
                      .n_kinds = 2,
                      .n_draws = 5,
                      .n_sites = 3,
                      .width_m = 3000,
                      .reach_m = 800,
                      .lump = 1 };
  Case a_case;
  case_init (&a_case, &shape, &rng);
  const gint stop = 1;
  ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &stop);
  ZxPicks picks = zx_picks_new (3);
  ZxChoiceOutcome outcome = { 0 };
  g_autoptr (GError) error = NULL;
  g_assert_false (
      zx_choice_search (&a_case.choice, NULL, ZX_SEARCH_THOROUGH, &picks, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (
      zx_choice_solve (&a_case.choice, &to_the_end, &picks, &outcome, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
  zx_picks_clear (&picks);
  case_clear (&a_case);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/siting/choice/the-value-is-the-definition", test_the_value_is_the_definition);
  g_test_add_func ("/siting/choice/limits-are-the-definition", test_limits_are_the_definition);
  g_test_add_func ("/siting/choice/the-lifted-tangent-is-a-bound",
                   test_the_lifted_tangent_is_a_bound);
  g_test_add_func ("/siting/choice/a-proven-plan-equals-brute-force",
                   test_a_proven_plan_equals_brute_force);
  g_test_add_func ("/siting/choice/annealing-finds-what-brute-force-does",
                   test_annealing_finds_what_brute_force_does);
  g_test_add_func ("/siting/choice/the-bound-holds-whenever-it-stops",
                   test_the_bound_holds_whenever_it_stops);
  g_test_add_func ("/siting/choice/one-thread-and-four-give-the-same-bytes",
                   test_one_thread_and_four_give_the_same_bytes);
  g_test_add_func ("/siting/choice/a-cancelled-proof-says-so", test_a_cancelled_proof_says_so);
  return g_test_run ();
}
