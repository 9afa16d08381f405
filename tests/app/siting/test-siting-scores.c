/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The score and the old recipes beside it. */

#include "zx-town.h"

#include "zx-test.h"

static ZxCandidates *
find_candidates (Town *town)
{
  g_autoptr (GError) error = NULL;
  ZxCandidates *candidates
      = zx_siting_candidates (&town->input, &town->options, NULL, NULL, &error);
  g_assert_no_error (error);
  return candidates;
}

/* How many candidates that pass score clearly more than @candidate; those that tie within
 * rounding are counted in @n_tied. */
static guint
count_ahead (const ZxCandidates *candidates, guint candidate, guint *n_tied)
{
  guint n = 0;
  *n_tied = 0;
  for (guint j = 0; j < candidates->n; j++)
    if (candidates->filter[j] == ZX_FILTER_NONE && j != candidate)
      {
        double ahead = candidates->score[j] - candidates->score[candidate];
        n += ahead > 1e-5;
        *n_tied += fabs (ahead) <= 1e-5;
      }
  return n;
}

/* Scoring the city anew with the changed weights is the slow way to the same ranks. */
static void
test_ranks_hold_what_changed_weights_bring (void)
{
  Town town;
  TownShape shape = TOWN_SHAPE_INIT;
  shape.n_parcels = 120;
  town_init (&town, &shape);
  g_autoptr (ZxCandidates) candidates = find_candidates (&town);
  g_autoptr (ZxScoreViews) views = zx_siting_score_views (
      candidates, &town.options, town.input.configurations, town.input.n_configurations);
  g_assert_cmpuint (views->n, ==, candidates->n_by_filter[ZX_FILTER_NONE]);
  g_assert_cmpfloat (views->ahp.consistency_ratio, <, 0.1);
  double *weight[]
      = { &town.options.weights.demand, &town.options.weights.grid, &town.options.weights.access,
          &town.options.weights.cost, &town.options.weights.coverage };
  double sum = 0, ahp = 0, entropy = 0;
  for (guint k = 0; k < ZX_N_SCORES; k++)
    {
      sum += views->weight[k];
      ahp += views->ahp_weight[k];
      entropy += views->entropy_weight[k];
    }
  g_assert_cmpfloat_with_epsilon (sum, 1, 1e-12);
  g_assert_cmpfloat_with_epsilon (ahp, 1, 1e-9);
  g_assert_cmpfloat_with_epsilon (entropy, 1, 1e-9);
  for (guint change = 0; change < 2 * ZX_N_SCORES; change++)
    {
      double kept = *weight[change / 2];
      *weight[change / 2] *= change % 2 == 0 ? 0.8 : 1.2;
      g_autoptr (ZxCandidates) changed = find_candidates (&town);
      *weight[change / 2] = kept;
      for (guint i = 0; i < views->n; i++)
        {
          guint n_tied, n_ahead = count_ahead (changed, views->candidate[i], &n_tied);
          g_assert_cmpuint (views->best_rank[i], <=, n_ahead + n_tied + 1);
          g_assert_cmpuint (views->worst_rank[i], >=, n_ahead + 1);
        }
    }
  for (guint i = 0; i < views->n; i++)
    {
      g_assert_cmpuint (views->best_rank[i], <=, views->rank[i]);
      g_assert_cmpuint (views->worst_rank[i], >=, views->rank[i]);
    }
  town_clear (&town);
}

/* One criterion alone needs no judgement, and all recipes agree. */
static void
test_one_criterion_gives_one_order (void)
{
  Town town;
  TownShape shape = TOWN_SHAPE_INIT;
  shape.n_parcels = 60;
  town_init (&town, &shape);
  town.options.weights = (ZxSitingWeights){ .demand = 1 };
  g_autoptr (ZxCandidates) candidates = find_candidates (&town);
  g_autoptr (ZxScoreViews) views = zx_siting_score_views (
      candidates, &town.options, town.input.configurations, town.input.n_configurations);
  g_assert_cmpuint (views->n, >, 10);
  g_assert_cmpfloat (views->ahp_weight[ZX_SCORE_DEMAND], ==, 1);
  g_assert_cmpfloat (views->entropy_weight[ZX_SCORE_DEMAND], ==, 1);
  g_assert_cmpfloat_with_epsilon (views->ahp.consistency_ratio, 0, 1e-12);
  for (guint i = 0; i < views->n; i++)
    {
      g_assert_cmpuint (views->ahp_rank[i], ==, views->rank[i]);
      g_assert_cmpuint (views->best_rank[i], ==, views->rank[i]);
      g_assert_cmpuint (views->worst_rank[i], ==, views->rank[i]);
    }
  town_clear (&town);
}

static void
test_no_candidates_give_empty_views (void)
{
  Town town;
  TownShape shape = TOWN_SHAPE_INIT;
  town_init (&town, &shape);
  ZxCandidates none = { 0 };
  g_autoptr (ZxScoreViews) views = zx_siting_score_views (
      &none, &town.options, town.input.configurations, town.input.n_configurations);
  g_assert_cmpuint (views->n, ==, 0);
  town_clear (&town);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/siting/scores/ranks-hold-what-changed-weights-bring",
                   test_ranks_hold_what_changed_weights_bring);
  g_test_add_func ("/siting/scores/one-criterion-gives-one-order",
                   test_one_criterion_gives_one_order);
  g_test_add_func ("/siting/scores/no-candidates-give-empty-views",
                   test_no_candidates_give_empty_views);
  return g_test_run ();
}
