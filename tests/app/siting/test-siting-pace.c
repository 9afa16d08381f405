/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whoever watches the choice of sites, and the planner who ends it. */

#include "zx-town.h"

#include "tests/bench/zx-bench.h"
#include "zx-test.h"

#ifdef __SANITIZE_ADDRESS__
#define SLOWNESS 10
#else
#define SLOWNESS 1
#endif

typedef struct
{
  guint n;
  double value, bound, gap;
  gint settle;
  guint settle_at; /* the report at which the planner has seen enough; 0: never */
  double settled_cpu_s;
  GThread *thread;
} Watcher;

static void
on_pace_cb (double value, double bound, double gap, gpointer data)
{
  Watcher *self = data;
  g_assert_true (isfinite (value) && isfinite (bound));
  g_assert_true (g_thread_self () == self->thread);
  g_assert_cmpfloat (value, <=, bound);
  g_assert_cmpfloat_with_epsilon (gap, (bound - value) / bound, 1e-12);
  if (self->n++ > 0)
    {
      g_assert_cmpfloat (value, >=, self->value);
      g_assert_cmpfloat (bound, <=, MAX (self->bound, value));
    }
  self->value = value;
  self->bound = bound;
  self->gap = gap;
  if (self->n == self->settle_at)
    {
      self->settled_cpu_s = zx_bench_cpu_seconds ();
      g_atomic_int_set (&self->settle, 1);
    }
}

typedef struct
{
  Town town;
  ZxCandidates *candidates;
} Place;

static void
place_init (Place *self, double width_m)
{
  TownShape shape = TOWN_SHAPE_INIT;
  g_autoptr (GError) error = NULL;
  shape.width_m = width_m;
  town_init (&self->town, &shape);
  self->town.options.n_sites = 6;
  self->town.options.budget_fen = 9e8;
  self->candidates
      = zx_siting_candidates (&self->town.input, &self->town.options, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
place_clear (Place *self)
{
  zx_candidates_free (self->candidates);
  town_clear (&self->town);
}

static ZxPlan *
choose (Place *self, Watcher *watcher, ZxFindings *findings)
{
  ZxSitingOptions options = self->town.options;
  g_autoptr (GError) error = NULL;
  if (watcher != NULL)
    {
      watcher->thread = g_thread_self ();
      options.settle = &watcher->settle;
      options.on_pace = on_pace_cb;
      options.on_pace_data = watcher;
    }
  ZxPlan *plan
      = zx_siting_choose (&self->town.input, self->candidates, &options, findings, NULL, &error);
  g_assert_no_error (error);
  return plan;
}

static gboolean
has_finding (const ZxFindings *findings, const char *rule)
{
  for (guint i = 0; i < findings->rows->len; i++)
    if (strcmp (g_array_index (findings->rows, ZxFinding, i).rule, rule) == 0)
      return TRUE;
  return FALSE;
}

static void
test_reports_only_get_better_and_end_with_the_plan (void)
{
  Place place;
  Watcher watcher = { 0 };
  place_init (&place, 6000);
  g_autoptr (ZxPlan) watched = choose (&place, &watcher, NULL);
  g_autoptr (ZxPlan) alone = choose (&place, NULL, NULL);
  g_assert_cmpuint (watcher.n, >, 2);
  g_assert_cmpfloat_with_epsilon (watcher.value, watched->value, 1e-6 * watched->value);
  g_assert_cmpfloat_with_epsilon (watcher.bound, watched->bound, 1e-6 * watched->bound);
  g_assert_false (watched->was_settled);
  g_assert_cmpfloat (watched->value, ==, alone->value);
  g_assert_cmpfloat (watched->bound, ==, alone->bound);
  g_assert_cmpuint (watched->n_nodes, ==, alone->n_nodes);
  g_assert_cmpuint (watched->n_variants, ==, alone->n_variants);
  place_clear (&place);
}

/* Settled before it begins, after the first plan, in the middle: always a sound plan whose bound is
 * not below what the whole search finds. */
static void
test_a_settled_plan_is_sound_and_its_bound_is_true (void)
{
  static const guint at[] = { 0, 1, 2, 3, 5, 8 };
  Place place;
  place_init (&place, 6000);
  g_autoptr (ZxPlan) whole = choose (&place, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (at); i++)
    {
      Watcher watcher = { .settle = i == 0, .settle_at = at[i] };
      g_autoptr (ZxFindings) findings = zx_findings_new ();
      g_autoptr (ZxPlan) plan = choose (&place, &watcher, findings);
      if (!g_atomic_int_get (&watcher.settle))
        continue;
      g_assert_true (plan->was_settled);
      g_assert_true (has_finding (findings, "siting.settled"));
      g_assert_true (plan->violates_nothing);
      g_assert_cmpuint (plan->n_sites, >=, 1);
      g_assert_cmpfloat (plan->value, <=, whole->bound);
      g_assert_cmpfloat (plan->bound, >=, whole->value);
      g_assert_cmpfloat (plan->bound, >=, plan->value);
      g_assert_cmpfloat_with_epsilon (plan->gap, (plan->bound - plan->value) / plan->bound, 1e-12);
      g_assert_cmpuint (plan->n_variants, ==, 0);
      g_assert_cmpuint (plan->n_draws_best, ==, 0);
      g_assert_true (isnan (plan->site[0].in_best_set) && isnan (plan->regret_fen_or_kwh));
      g_assert_null (plan->limiting);
      for (guint p = 0; p < plan->n_asked; p++)
        g_assert_false (plan->bound_by_sites[p] < whole->value_by_sites[p] * (1 - 1e-9));
    }
  place_clear (&place);
}

/* Processor time, which a busy machine does not stretch, of both threads.  How many reports a
 * search makes depends on how long it takes, so that a quick machine may end before the later ones;
 * the first one always comes. */
static void
test_settling_ends_the_search_at_once (void)
{
  Place place;
  place_init (&place, 12000);
  place.town.options.gap_goal = 0;
  for (guint at = 1; at < 12; at += 5)
    {
      Watcher watcher = { .settle_at = at };
      g_autoptr (ZxPlan) plan = choose (&place, &watcher, NULL);
      double spent = zx_bench_cpu_seconds () - watcher.settled_cpu_s;
      if (at > 1 && watcher.n < at)
        continue;
      g_assert_true (plan->was_settled);
      g_test_message ("settled at report %u of gap %.2f %%: %.3f s of processor time", at,
                      100 * plan->gap, spent);
      g_assert_cmpfloat (spent, <, 0.4 * SLOWNESS);
    }
  place_clear (&place);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/siting/pace/reports-only-get-better-and-end-with-the-plan",
                   test_reports_only_get_better_and_end_with_the_plan);
  g_test_add_func ("/siting/pace/a-settled-plan-is-sound-and-its-bound-is-true",
                   test_a_settled_plan_is_sound_and_its_bound_is_true);
  g_test_add_func ("/siting/pace/settling-ends-the-search-at-once",
                   test_settling_ends_the_search_at_once);
  return g_test_run ();
}
