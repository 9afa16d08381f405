/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the plan rests on: the same question with one thing changed, and fresh draws. */

#include "zx-town.h"

#include "zx-test.h"

typedef struct
{
  Town town;
  ZxCandidates *candidates;
  ZxPlan *plan;
} Case;

/* Bars the places whose feeder nobody knows: the grid would not hold there. */
static void
keep_to_feeder (ZxCandidates *candidates)
{
  for (guint j = 0; j < candidates->n; j++)
    if (candidates->filter[j] == ZX_FILTER_NONE && candidates->feeder[j] < 0)
      {
        candidates->filter[j] = ZX_FILTER_BANNED;
        candidates->n_by_filter[ZX_FILTER_NONE]--;
        candidates->n_by_filter[ZX_FILTER_BANNED]++;
      }
}

/* @feeder_kw: room of the one feeder; @n_sites asked for. */
static void
case_init (Case *self, double feeder_kw, guint n_sites, guint n_draws)
{
  TownShape shape = TOWN_SHAPE_INIT;
  g_autoptr (GError) error = NULL;
  shape.n_draws = n_draws;
  town_init (&self->town, &shape);
  for (guint h = 0; h < 24; h++)
    self->town.headroom->feeder_room_kw[h] = (float) feeder_kw;
  self->town.options.n_sites = n_sites;
  self->town.options.max_nodes = 20;
  self->town.options.effort = 2e6;
  self->candidates
      = zx_siting_candidates (&self->town.input, &self->town.options, NULL, NULL, &error);
  g_assert_no_error (error);
  keep_to_feeder (self->candidates);
  self->plan = zx_siting_choose (&self->town.input, self->candidates, &self->town.options, NULL,
                                 NULL, &error);
  g_assert_no_error (error);
  g_assert_true (self->plan->violates_nothing);
}

static void
case_clear (Case *self)
{
  zx_plan_free (self->plan);
  zx_candidates_free (self->candidates);
  town_clear (&self->town);
}

static const ZxPlanVariant *
find (const ZxPlan *plan, ZxVariantKind kind, double change)
{
  for (guint i = 0; i < plan->n_variants; i++)
    if (plan->variant[i].kind == kind && fabs (plan->variant[i].change - change) < 1e-9)
      return &plan->variant[i];
  return NULL;
}

static void
test_without_the_limit_of_a_full_feeder_the_plan_is_another (void)
{
  Case tight, wide;
  case_init (&tight, 130, 3, 60);
  case_init (&wide, 1e6, 3, 60);
  const ZxPlanVariant *free = find (tight.plan, ZX_VARIANT_NO_GRID, 0);
  g_assert_nonnull (free);
  g_test_message ("130 kW: %.0f kWh/d, without limits %.0f, %u of %u stay", free->base, free->value,
                  free->n_stay, tight.plan->n_sites);
  g_assert_cmpfloat (free->value, >, 1.01 * free->base);
  g_assert_cmpuint (free->n_stay, <, free->n_sites);
  g_assert_cmpfloat (wide.plan->value, >, 1.01 * tight.plan->value);
  case_clear (&tight);
  case_clear (&wide);
}

static gboolean
have_same_sites (const ZxPlan *a, const ZxPlan *b)
{
  if (a->n_sites != b->n_sites)
    return FALSE;
  for (guint i = 0; i < a->n_sites; i++)
    {
      gboolean is_there = FALSE;
      for (guint k = 0; k < b->n_sites; k++)
        is_there = is_there
                   || (a->site[i].candidate == b->site[k].candidate
                       && a->site[i].configuration == b->site[k].configuration);
      if (!is_there)
        return FALSE;
    }
  return TRUE;
}

/* The transformer areas stay as they are; only the feeder has room or not. */
static void
test_room_on_the_feeder_alone_changes_the_plan_and_has_a_price (void)
{
  Case tight, wide;
  case_init (&tight, 130, 3, 60);
  case_init (&wide, 1e6, 3, 60);
  guint n_areas = tight.town.city->transformers.n;
  double most = 0;
  g_assert_false (have_same_sites (tight.plan, wide.plan));
  for (guint i = 0; i < tight.plan->n_variants; i++)
    if (tight.plan->variant[i].kind == ZX_VARIANT_ROOM
        && tight.plan->variant[i].subject >= (gint32) n_areas)
      most = MAX (most, tight.plan->variant[i].value - tight.plan->variant[i].base);
  g_assert_cmpfloat (most, >, 0.01 * tight.plan->value);
  case_clear (&tight);
  case_clear (&wide);
}

static void
test_a_transformer_where_the_grid_is_full_has_a_price (void)
{
  Case tight;
  double best = 0;
  case_init (&tight, 130, 2, 60);
  for (guint i = 0; i < tight.plan->n_variants; i++)
    if (tight.plan->variant[i].kind == ZX_VARIANT_ROOM)
      {
        const ZxPlanVariant *room = &tight.plan->variant[i];
        g_assert_cmpfloat (room->value, >=, room->base * (1 - 1e-9));
        best = MAX (best, room->value / room->base - 1);
      }
  g_test_message ("the best 400 kVA add %.1f %%", 100 * best);
  g_assert_cmpfloat (best, >, 0.01);
  case_clear (&tight);
}

static void
test_more_serves_more_and_less_serves_less (void)
{
  Case town;
  case_init (&town, 1e6, 3, 60);
  const ZxPlan *plan = town.plan;
  const ZxPlanVariant *more = find (plan, ZX_VARIANT_SITES, 1),
                      *less = find (plan, ZX_VARIANT_SITES, -1),
                      *near
                      = find (plan, ZX_VARIANT_SPACING, 0.5 * town.town.options.site_spacing_m);
  g_assert_nonnull (more);
  g_assert_nonnull (less);
  g_assert_cmpfloat (more->value, >, more->base);
  g_assert_cmpuint (more->n_sites, ==, 4);
  g_assert_cmpfloat (less->value, <, less->base);
  g_assert_cmpuint (less->n_sites, ==, 2);
  g_assert_cmpfloat (near->value, >=, near->base);
  double before = 0;
  guint n_budgets = 0;
  for (guint i = 0; i < plan->n_variants; i++)
    if (plan->variant[i].kind == ZX_VARIANT_BUDGET)
      {
        g_assert_cmpfloat (plan->variant[i].value, >=, before * (1 - 1e-3));
        g_assert_cmpfloat (plan->variant[i].capex_fen, <=, plan->variant[i].change + 1e-3);
        before = plan->variant[i].value;
        n_budgets++;
      }
  g_assert_cmpuint (n_budgets, >=, 3);
  case_clear (&town);
}

static void
test_demand_moves_what_the_plan_serves_at_most_in_proportion (void)
{
  Case town;
  case_init (&town, 1e6, 2, 60);
  const ZxPlanVariant *low = find (town.plan, ZX_VARIANT_DEMAND, 0.8),
                      *high = find (town.plan, ZX_VARIANT_DEMAND, 1.2);
  g_assert_nonnull (low);
  g_assert_nonnull (high);
  g_assert_cmpfloat (low->kept, >=, 0.8 * low->base * (1 - 1e-6)); /* full stations lose less */
  g_assert_cmpfloat (low->kept, <=, low->base);
  g_assert_cmpfloat (high->kept, <=, 1.2 * high->base * (1 + 1e-6));
  g_assert_cmpfloat (high->kept, >=, high->base);
  g_assert_cmpfloat (low->value, >=, low->kept);
  g_assert_cmpfloat (high->value, >=, high->kept);
  case_clear (&town);
}

static void
test_a_forbidden_site_is_replaced_at_a_loss (void)
{
  Case town;
  guint n = 0;
  case_init (&town, 1e6, 3, 60);
  for (guint i = 0; i < town.plan->n_variants; i++)
    {
      const ZxPlanVariant *variant = &town.plan->variant[i];
      if (variant->kind != ZX_VARIANT_WITHOUT_SITE)
        continue;
      n++;
      g_assert_cmpfloat (variant->value, <=, variant->base);
      g_assert_cmpfloat (variant->value, >=, variant->kept);
      g_assert_cmpuint (variant->n_stay, <, town.plan->n_sites);
      g_assert_cmpint (variant->enters, !=, variant->subject);
    }
  g_assert_cmpuint (n, ==, town.plan->n_sites);
  case_clear (&town);
}

static void
test_a_fifth_of_the_draws_judges_the_plan (void)
{
  Case town;
  case_init (&town, 1e6, 2, 200);
  const ZxPlan *plan = town.plan;
  g_assert_cmpuint (plan->n_draws_used, ==, 160);
  g_assert_cmpuint (plan->n_draws_fresh, ==, 40);
  g_test_message ("%.0f on its draws, %.0f (%.0f to %.0f) on fresh ones", plan->value,
                  plan->fresh_mean, plan->fresh_low, plan->fresh_high);
  g_assert_cmpfloat (plan->fresh_low, <, plan->fresh_mean);
  g_assert_cmpfloat (plan->fresh_mean, <, plan->fresh_high);
  g_assert_cmpfloat (fabs (plan->fresh_mean / plan->value - 1), <, 0.25);
  case_clear (&town);
}

static void
test_threads_change_nothing (void)
{
  Case one, four;
  zx_parallel_set_threads (1);
  case_init (&one, 400, 3, 60);
  zx_parallel_set_threads (4);
  case_init (&four, 400, 3, 60);
  zx_parallel_set_threads (0);
  g_assert_cmpmem (one.plan->variant, one.plan->n_variants * sizeof (ZxPlanVariant),
                   four.plan->variant, four.plan->n_variants * sizeof (ZxPlanVariant));
  g_assert_true (one.plan->value == four.plan->value && one.plan->bound == four.plan->bound);
  case_clear (&one);
  case_clear (&four);
}

static void
test_every_kind_has_a_key_of_its_own (void)
{
  for (guint a = 0; a < ZX_N_VARIANTS; a++)
    for (guint b = 0; b < a; b++)
      g_assert_cmpstr (zx_variant_key (a), !=, zx_variant_key (b));
  g_assert_cmpstr (zx_variant_key (ZX_N_VARIANTS), ==, "unknown");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/siting/variants/without-the-limit-of-a-full-feeder-the-plan-is-another",
                   test_without_the_limit_of_a_full_feeder_the_plan_is_another);
  g_test_add_func ("/siting/variants/room-on-the-feeder-alone-changes-the-plan-and-has-a-price",
                   test_room_on_the_feeder_alone_changes_the_plan_and_has_a_price);
  g_test_add_func ("/siting/variants/a-transformer-where-the-grid-is-full-has-a-price",
                   test_a_transformer_where_the_grid_is_full_has_a_price);
  g_test_add_func ("/siting/variants/more-serves-more-and-less-serves-less",
                   test_more_serves_more_and_less_serves_less);
  g_test_add_func ("/siting/variants/demand-moves-what-is-served-at-most-in-proportion",
                   test_demand_moves_what_the_plan_serves_at_most_in_proportion);
  g_test_add_func ("/siting/variants/a-forbidden-site-is-replaced-at-a-loss",
                   test_a_forbidden_site_is_replaced_at_a_loss);
  g_test_add_func ("/siting/variants/a-fifth-of-the-draws-judges-the-plan",
                   test_a_fifth_of_the_draws_judges_the_plan);
  g_test_add_func ("/siting/variants/threads-change-nothing", test_threads_change_nothing);
  g_test_add_func ("/siting/variants/every-kind-has-a-key-of-its-own",
                   test_every_kind_has_a_key_of_its_own);
  return g_test_run ();
}
