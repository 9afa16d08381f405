/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The plan: candidates become a choice (zx-choice.h), the choice is solved and bounded, the sites
 * are described, and the checker, which shares no code with all that, has the last word. */

#include "app/siting/zx-plan.h"

#define KICKS 40
#define STEPS 200 /* of annealing, a site */
/* So many passes over everything: the root takes about forty, the rest splits. */
#define PASSES       120.0
#define LEAST_EFFORT 1e8

void
zx_plan_free (ZxPlan *self)
{
  if (self == NULL)
    return;
  g_free (self->site);
  g_free (self->value_by_sites);
  g_free (self->bound_by_sites);
  g_free (self->limiting);
  g_free (self->variant);
  g_free (self);
}

const char *
zx_variant_key (ZxVariantKind kind)
{
  static const char *const keys[] = { "sites",  "budget",  "spacing", "no-grid",     "room",
                                      "demand", "driving", "wait",    "without-site" };
  G_STATIC_ASSERT (G_N_ELEMENTS (keys) == ZX_N_VARIANTS);
  return kind < ZX_N_VARIANTS ? keys[kind] : "unknown";
}

/* Who gives a time is not stopped by anything else. */
static double
most_effort (const ZxChoice *choice, const ZxSitingOptions *options)
{
  if (options->effort > 0)
    return options->effort;
  return options->time_limit_s > 0
             ? INFINITY
             : MAX (PASSES * choice->first[choice->n_candidates] * choice->n_sizes, LEAST_EFFORT);
}

static gboolean
solve (ZxPlan *plan, const ZxSitingModel *model, const ZxChoice *choice, ZxPicks *picks,
       const ZxProgress *progress, GError **error)
{
  const ZxSitingOptions *options = model->options;
  ZxProgress searching = zx_progress_slice (progress, 0, 0.1);
  ZxProgress proving = zx_progress_slice (progress, 0.1, 0.8);
  ZxProgress counting = zx_progress_slice (progress, 0.8, 1);
  ZxChoiceProof proof = { .gap_goal = options->gap_goal,
                          .max_nodes = options->time_limit_s > 0 ? G_MAXUINT : options->max_nodes,
                          .effort = most_effort (choice, options),
                          .time_limit_s = options->time_limit_s,
                          .n_steps = STEPS,
                          .n_kicks = KICKS,
                          .seed = options->seed };
  ZxChoiceOutcome outcome = { 0 };
  guint n = choice->n_sites;
  zx_choice_tell (choice, NAN, zx_choice_sum_best_alone (choice));
  if (!zx_choice_search (choice, NULL, ZX_SEARCH_THOROUGH, picks, &searching, error)
      || !zx_choice_solve (choice, &proof, picks, &outcome, &proving, error))
    return FALSE;
  plan->n_asked = n;
  plan->value_by_sites = g_new0 (double, n);
  plan->bound_by_sites = g_new0 (double, n);
  plan->value = plan->value_by_sites[n - 1] = MAX (picks->value, 0);
  plan->bound = plan->bound_by_sites[n - 1] = MAX (outcome.bound, plan->value);
  plan->n_nodes = outcome.n_nodes;
  if (picks->n > 0
      && !zx_choice_curve (choice, picks, plan->value_by_sites, plan->bound_by_sites, &counting,
                           error))
    return FALSE;
  if (n == 1) /* every place and size was tried */
    plan->bound = plan->value;
  plan->gap = plan->bound > 0 ? (plan->bound - plan->value) / plan->bound : 0;
  plan->is_proven = plan->gap <= options->gap_goal;
  return TRUE;
}

static gboolean
is_settled (const ZxSitingOptions *options)
{
  return options->settle != NULL && g_atomic_int_get (options->settle) != 0;
}

/* The last word: whatever the search says, a plan that breaks a limit is said to. */
static void
check (ZxPlan *plan, const ZxSitingInput *input, const ZxCandidates *candidates,
       const ZxSitingOptions *options, ZxFindings *findings)
{
  g_autoptr (GError) broken = NULL;
  plan->violates_nothing = zx_siting_check_plan (input, candidates, options, plan, &broken);
  if (plan->violates_nothing || findings == NULL)
    return;
  zx_findings_add (findings, "siting.plan-breaks-limit", zx_findings_layer (findings, "siting"), -1,
                   1, ZX_SEVERITY_ERROR, ZX_ACTION_KEPT, broken->message, NULL);
}

static void
tell_gap (const ZxPlan *plan, const ZxSitingOptions *options, ZxFindings *findings)
{
  char number[32];
  if (findings == NULL || (plan->is_proven && !plan->was_settled))
    return;
  g_ascii_formatd (number, sizeof number, "%.2f", 100 * plan->gap);
  g_autofree char *gap = g_strconcat (number, " %", NULL);
  g_autofree char *goal
      = g_strconcat (zx_number_format (100 * options->gap_goal, number), " %", NULL);
  zx_findings_add (findings, plan->was_settled ? "siting.settled" : "siting.not-proven",
                   zx_findings_layer (findings, "siting"), -1, 1, ZX_SEVERITY_NOTE, ZX_ACTION_KEPT,
                   gap, goal);
}

static gboolean
plan_choice (ZxPlan *plan, const ZxSitingModel *model, const ZxCandidates *candidates,
             const ZxSitingChoice *choice, const ZxProgress *progress, GError **error)
{
  ZxProgress solving = zx_progress_slice (progress, 0, 0.5);
  ZxProgress weighing = zx_progress_slice (progress, 0.5, 0.58);
  ZxProgress batching = zx_progress_slice (progress, 0.58, 0.6);
  ZxProgress asking = zx_progress_slice (progress, 0.6, 0.8);
  ZxProgress changing = zx_progress_slice (progress, 0.8, 1);
  ZxPicks picks = zx_picks_new (choice->choice.n_sites);
  gboolean is_good
      = zx_plan_check_wishes (model, candidates, &choice->choice, error)
        && solve (plan, model, &choice->choice, &picks, &solving, error)
        && zx_plan_weigh_risk (plan, model, candidates, &choice->choice, &picks, &weighing, error)
        && zx_plan_bound_batches (plan, model, &choice->choice, &picks, &batching, error)
        && zx_plan_describe (plan, model, candidates, choice, &picks, error)
        && zx_plan_ask_fresh_draws (plan, model, choice, &picks, error)
        && zx_progress_say (progress, 0.6, _ ("Asking each draw for its own plan"), error)
        && zx_plan_ask_draws (plan, &choice->choice, &picks, &asking, error)
        && zx_progress_say (progress, 0.8, _ ("Asking again with one thing changed"), error)
        && (plan->risk != ZX_RISK_MEAN
            || zx_plan_try_variants (plan, model->input, model->options, candidates, &picks,
                                     &changing, error));
  plan->was_settled = is_settled (model->options);
  if (is_good && !plan->was_settled)
    zx_plan_order_sites (plan, &choice->choice);
  if (is_good && !plan->was_settled && plan->risk == ZX_RISK_MEAN)
    plan->limiting = zx_plan_find_limiting (model, candidates, &choice->choice, &picks);
  zx_picks_clear (&picks);
  return is_good;
}

static void
tell_pace (double value, double bound, gpointer data)
{
  const ZxSitingOptions *options = data;
  double gap = bound > 0 ? (bound - value) / bound : 0;
  options->on_pace (value, bound, gap, options->on_pace_data);
}

ZxPlan *
zx_siting_choose (const ZxSitingInput *input, ZxCandidates *candidates,
                  const ZxSitingOptions *options, ZxFindings *findings, const ZxProgress *progress,
                  GError **error)
{
  g_return_val_if_fail (input != NULL && candidates != NULL && options != NULL, NULL);
  g_return_val_if_fail (candidates->rows != NULL, NULL);
  ZxProgress preparing = zx_progress_slice (progress, 0, 0.2);
  ZxProgress planning = zx_progress_slice (progress, 0.2, 1);
  if (!zx_siting_input_check (input, options, error)
      || !zx_progress_say (progress, 0, _ ("Choosing sites"), error))
    return NULL;
  g_autoptr (ZxPlan) plan = g_new0 (ZxPlan, 1);
  ZxSitingModel model = { 0 };
  ZxSitingChoice choice = { 0 };
  ZxChoicePace pace = { tell_pace, (gpointer) options, -INFINITY, INFINITY, 0 };
  ZxSitingOptions unsettled = *options; /* until the candidates are ready for a plan */
  unsettled.settle = NULL;
  gsize n_entries = candidates->rows->first[candidates->n];
  gboolean is_good
      = zx_siting_model_init (&model, input, &unsettled, candidates->n, n_entries, G_MAXUINT, error)
        && zx_siting_choice_init (&choice, &model, candidates, &preparing, error);
  if (is_good)
    {
      zx_siting_keep_payers (&model, candidates, &choice.choice, choice.offered);
      model.options = options;
      choice.choice.settle = options->settle;
      choice.choice.pace = options->on_pace != NULL ? &pace : NULL;
      plan->n_draws_used = model.n_draws;
      plan->grid_checked = input->headroom != NULL && !options->ignore_grid;
      is_good = plan_choice (plan, &model, candidates, &choice, &planning, error);
    }
  zx_siting_choice_clear (&choice);
  zx_siting_model_clear (&model);
  if (!is_good)
    return NULL;
  check (plan, input, candidates, options, findings);
  zx_siting_tell (findings, "siting.fewer-sites", plan->n_sites < plan->n_asked ? plan->n_sites : 0,
                  plan->n_asked, ZX_SEVERITY_WARNING);
  tell_gap (plan, options, findings);
  return g_steal_pointer (&plan);
}
