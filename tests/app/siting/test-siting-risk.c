/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Plans that are not judged by the mean, against every plan of a small town. */

#include "app/siting/zx-plan.h"

#include "zx-town.h"

#include "zx-test.h"

typedef struct
{
  Town town;
  ZxCandidates *candidates;
  ZxSitingModel model;
  ZxSitingChoice choice;
} Place;

/* In one draw of ten much more is wanted, and all of it in the east. */
static void
split_demand (Town *town)
{
  const ZxCells *cells = town->cells;
  for (guint k = 0; k < town->demand->n_draws; k++)
    for (guint c = 0; c < cells->n; c++)
      {
        gboolean is_east = cells->x_m[c] > town->city->max_x_m / 2;
        town->demand->cell_kwh_per_day[(gsize) k * cells->n + c] *= k % 10 != 3
                                                                        ? (is_east ? 0.3f : 1)
                                                                    : is_east ? 8
                                                                              : 0.1f;
      }
}

static void
place_init (Place *self, guint64 seed, gboolean is_split)
{
  TownShape shape = TOWN_SHAPE_INIT;
  g_autoptr (GError) error = NULL;
  shape.width_m = 3500;
  shape.seed = seed;
  *self = (Place){ 0 };
  town_init (&self->town, &shape);
  self->town.options.n_sites = 2;
  self->town.options.site_spacing_m = 800;
  self->town.options.budget_fen = 2e8; /* sizes compete for money, */
  self->town.options.size_quantile = 1;
  self->town.options.service_fee_fen_per_kwh = 14 + 3 * (double) seed; /* and may lose it */
  if (is_split)
    split_demand (&self->town);
  self->candidates
      = zx_siting_candidates (&self->town.input, &self->town.options, NULL, NULL, &error);
  g_assert_no_error (error);
  const ZxTravelRows *rows = self->candidates->rows;
  g_assert_true (zx_siting_model_init (&self->model, &self->town.input, &self->town.options,
                                       self->candidates->n, rows->first[self->candidates->n],
                                       G_MAXUINT, &error));
  g_assert_true (
      zx_siting_choice_init (&self->choice, &self->model, self->candidates, NULL, &error));
}

static void
place_clear (Place *self)
{
  zx_siting_choice_clear (&self->choice);
  zx_siting_model_clear (&self->model);
  zx_candidates_free (self->candidates);
  town_clear (&self->town);
}

typedef struct
{
  double unmet, pays, value; /* the least and the most of all plans */
} Best;

static int
compare_descending (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x < y) - (x > y);
}

/* Straight from the definitions. */
static void
judge (const Place *self, const ZxPick *pick, guint n, ZxChoiceSpace *space, Best *best)
{
  const ZxChoice *choice = &self->choice.choice;
  g_autofree float *draw = g_new0 (float, (gsize) n * choice->stride);
  g_autofree double *left = g_new0 (double, choice->n_draws);
  double value = zx_choice_value (choice, pick, n, space, NULL, draw), unmet = 0, fen = 0, opex = 0;
  guint n_tail = (guint) ceil (0.1 * choice->n_draws - 1e-9), n_paying = 0;
  for (guint i = 0; i < n; i++)
    {
      fen += self->model.kind_fen[pick[i].kind];
      opex += zx_siting_opex_fen (&self->model, self->candidates, pick[i].candidate, pick[i].kind);
    }
  for (guint k = 0; k < choice->n_draws; k++)
    {
      double served = 0;
      for (guint i = 0; i < n; i++)
        served += draw[i * choice->stride + k];
      for (guint c = 0; c < choice->n_cells; c++)
        left[k] += choice->draw[(gsize) c * choice->stride + k];
      left[k] -= served;
      n_paying += (served * 365 * self->model.margin_fen - opex) * self->model.annuity - fen > 0;
    }
  qsort (left, choice->n_draws, sizeof (double), compare_descending);
  for (guint k = 0; k < n_tail; k++)
    unmet += left[k] / n_tail;
  best->unmet = MIN (best->unmet, unmet);
  best->pays = MAX (best->pays, (double) n_paying / choice->n_draws);
  best->value = MAX (best->value, value);
}

static Best
judge_all (const Place *self)
{
  const ZxChoice *choice = &self->choice.choice;
  Best best = { INFINITY, 0, 0 };
  ZxChoiceSpace space;
  zx_choice_space_init (&space, choice);
  guint32 n_all = choice->n_candidates * choice->n_kinds;
  for (guint32 a = 0; a < n_all; a++)
    {
      ZxPick pick[2] = { { a / choice->n_kinds, a % choice->n_kinds } };
      if ((choice->offered[pick[0].candidate] & (1u << pick[0].kind)) == 0
          || !zx_choice_is_feasible (choice, pick, 1))
        continue;
      judge (self, pick, 1, &space, &best);
      for (guint32 b = (pick[0].candidate + 1) * choice->n_kinds; b < n_all; b++)
        {
          pick[1] = (ZxPick){ b / choice->n_kinds, b % choice->n_kinds };
          if ((choice->offered[pick[1].candidate] & (1u << pick[1].kind))
              && zx_choice_is_feasible (choice, pick, 2))
            judge (self, pick, 2, &space, &best);
        }
    }
  zx_choice_space_clear (&space);
  return best;
}

static ZxPlan *
choose (Place *self, ZxRisk risk)
{
  ZxSitingOptions options = self->town.options;
  g_autoptr (GError) error = NULL;
  options.risk = risk;
  ZxPlan *plan
      = zx_siting_choose (&self->town.input, self->candidates, &options, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (plan->violates_nothing);
  g_assert_cmpuint (plan->risk, ==, risk);
  return plan;
}

/* What is claimed is true of every plan there is, and the plan is as good or nearly so. */
static void
test_plans_by_risk_hold_against_every_plan (void)
{
  guint n_other = 0;
  for (guint64 seed = 1; seed <= 4; seed++)
    {
      Place place;
      place_init (&place, seed, seed > 2);
      Best best = judge_all (&place);
      g_autoptr (ZxPlan) mean = choose (&place, ZX_RISK_MEAN);
      g_autoptr (ZxPlan) unmet = choose (&place, ZX_RISK_UNMET);
      g_autoptr (ZxPlan) pays = choose (&place, ZX_RISK_PAYS);
      g_test_message ("unmet %.1f (bound %.1f, mean plan %.1f, best %.1f), pays %.3f (bound %.3f, "
                      "mean plan %.3f, best %.3f)",
                      unmet->unmet, unmet->unmet_bound, mean->unmet, best.unmet, pays->pays,
                      pays->pays_bound, mean->pays, best.pays);
      g_assert_cmpfloat_with_epsilon (mean->value, best.value, 1e-5 * best.value);
      g_assert_cmpfloat (unmet->unmet, <=, mean->unmet * (1 + 1e-9));
      g_assert_cmpfloat (unmet->unmet, >=, best.unmet * (1 - 1e-6));
      g_assert_cmpfloat (unmet->unmet_bound, <=, best.unmet * (1 + 1e-9));
      g_assert_cmpfloat_with_epsilon (unmet->unmet, best.unmet, 1e-3 * best.unmet);
      g_assert_cmpfloat (unmet->gap, >=, 0);
      n_other += unmet->unmet < mean->unmet * 0.999;
      g_assert_cmpfloat (unmet->value, <=, unmet->bound);
      g_assert_cmpfloat (pays->pays, >=, mean->pays);
      g_assert_cmpfloat (pays->pays, ==, best.pays);
      g_assert_cmpfloat (pays->pays_bound, >=, best.pays);
      g_assert_null (unmet->limiting);
      g_assert_cmpuint (unmet->n_variants, ==, 0);
      place_clear (&place);
    }
  g_assert_cmpuint (n_other, >=, 1);
}

/* Two sites: the better one comes first, and both together are the plan. */
static void
test_the_order_of_building_serves_most_at_every_stage (void)
{
  Place place;
  place_init (&place, 6, FALSE);
  place.town.options.n_sites = 4;
  place.town.options.budget_fen = INFINITY;
  g_autoptr (ZxPlan) plan = choose (&place, ZX_RISK_MEAN);
  double before = 0, value[8] = { 0 };
  guint seen = 0;
  g_assert_cmpuint (plan->n_sites, ==, 4);
  for (guint i = 0; i < plan->n_sites; i++)
    {
      g_assert_cmpuint (plan->site[i].stage, >=, 1);
      g_assert_cmpuint (plan->site[i].stage, <=, plan->n_sites);
      seen |= 1u << plan->site[i].stage;
      value[plan->site[i].stage] = plan->site[i].value_then;
    }
  g_assert_cmpuint (seen, ==, 0x1e);
  for (guint stage = 1; stage <= plan->n_sites; stage++)
    {
      g_assert_cmpfloat (value[stage], >, before);
      g_assert_cmpfloat (value[stage], <=, plan->bound_by_sites[stage - 1] * (1 + 1e-6));
      before = value[stage];
    }
  g_assert_cmpfloat_with_epsilon (before, plan->value, 1e-6 * plan->value);
  place_clear (&place);
}

/* The bound over batches is above what the plan serves on draws nobody has seen. */
static void
test_batches_bound_what_can_be_had (void)
{
  Place place;
  place_init (&place, 5, FALSE);
  g_autoptr (ZxPlan) plan = choose (&place, ZX_RISK_MEAN);
  if (plan->n_batches == 0)
    g_assert_true (isnan (plan->batch_bound));
  else
    {
      g_assert_cmpuint (plan->n_batches, ==, 5);
      g_assert_cmpfloat (plan->batch_bound, >=, plan->value * (1 - 1e-6));
      g_assert_cmpfloat (plan->batch_bound_high, >=, plan->batch_bound);
    }
  place_clear (&place);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/siting/risk/plans-by-risk-hold-against-every-plan",
                   test_plans_by_risk_hold_against_every_plan);
  g_test_add_func ("/siting/phases/the-order-of-building-serves-most-at-every-stage",
                   test_the_order_of_building_serves_most_at_every_stage);
  g_test_add_func ("/siting/risk/batches-bound-what-can-be-had",
                   test_batches_bound_what_can_be_had);
  return g_test_run ();
}
