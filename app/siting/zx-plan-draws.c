/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fresh draws: a plan chosen over some draws looks better there than it is (the optimiser's curse);
 * a fifth of the draws is kept from the search, and the mean over those is honest.
 *
 * Every draw's own plan: greedy and a quick climb where the draw is the truth, from the chosen plan
 * and from nothing.  A candidate's share of these plans says how sure its place in the plan is; the
 * mean of their values less the plan's own is what knowing the truth would be worth (EVPI), a lower
 * estimate because a climb may stop short. */

#include "app/siting/zx-plan.h"

#define MOST_DRAWS  100u
#define LEAST_DRAWS 30u
#define NORMAL_975  1.959963984540054 /* quantile of the standard normal */
#define MOST_WORK   4e9               /* entries × sizes × draws × about ten passes each */

typedef struct
{
  const ZxChoice *choice;
  const ZxPicks *picks;
  guint n;       /* draws asked */
  ZxPick *best;  /* [draw][n_sites] */
  guint *n_best; /* [draw] */
  double *rise;  /* [draw]: of the draw's own plan over the chosen one */
  const ZxProgress *progress;
} Asking;

/* A choice in which one draw is the only one. */
typedef struct
{
  ZxChoice choice;
  double *mean, *alone;
  float *alone_max, *sketch;
} OneDraw;

static void
one_draw_init (OneDraw *self, const ZxChoice *choice)
{
  gsize n = (gsize) choice->n_candidates * choice->n_sizes;
  self->choice = *choice;
  self->choice.n_draws = 1;
  self->choice.stride = ZX_CHOICE_LANES;
  self->choice.draw = NULL;
  self->choice.pace = NULL;
  self->choice.mean = self->mean = g_new0 (double, choice->n_cells + 1);
  self->choice.alone = self->alone
      = g_new0 (double, (gsize) choice->n_candidates * choice->n_kinds + 1);
  self->choice.alone_max = self->alone_max = g_new0 (float, n + 1);
  self->choice.sketch = self->sketch = g_new0 (float, n *ZX_CHOICE_BINS + 1);
  for (gsize i = 0; i < n * ZX_CHOICE_BINS; i++)
    self->sketch[i] = 1;
}

static void
one_draw_set (OneDraw *self, const ZxChoice *choice, guint draw)
{
  for (guint c = 0; c < choice->n_cells; c++)
    self->mean[c] = choice->draw[(gsize) c * choice->stride + draw];
  for (guint32 j = 0; j < choice->n_candidates; j++)
    {
      for (guint u = 0; u < choice->n_sizes; u++)
        self->alone_max[zx_choice_at (choice, j, u)]
            = choice->alone_draw[zx_choice_at (choice, j, u) * choice->stride + draw];
      for (guint t = 0; t < choice->n_kinds; t++)
        self->alone[(gsize) j * choice->n_kinds + t] = MIN (
            self->alone_max[zx_choice_at (choice, j, choice->kind_size[t])], choice->kind_cap[t]);
    }
}

static void
one_draw_clear (OneDraw *self)
{
  g_free (self->mean);
  g_free (self->alone);
  g_free (self->alone_max);
  g_free (self->sketch);
}

static void
ask (Asking *self, OneDraw *one, guint i)
{
  const ZxChoice *choice = self->choice;
  ZxPicks fresh = zx_picks_new (choice->n_sites), climbed = zx_picks_new (choice->n_sites);
  ZxChoiceSpace space;
  one_draw_set (one, choice, (guint) ((guint64) i * choice->n_draws / self->n));
  zx_choice_space_init (&space, &one->choice);
  zx_picks_copy (&climbed, self->picks);
  double chosen = climbed.value
      = zx_choice_value (&one->choice, climbed.pick, climbed.n, &space, NULL, NULL);
  const ZxProgress quiet = zx_choice_quiet (self->progress);
  zx_choice_improve (&one->choice, NULL, ZX_SEARCH_QUICK, &climbed, &quiet);
  zx_choice_search (&one->choice, NULL, ZX_SEARCH_QUICK, &fresh, &quiet, NULL);
  const ZxPicks *best = fresh.n > 0 && fresh.value > climbed.value ? &fresh : &climbed;
  self->rise[i] = best->value - chosen;
  self->n_best[i] = best->n;
  memcpy (self->best + (gsize) i * choice->n_sites, best->pick, best->n * sizeof (ZxPick));
  zx_choice_space_clear (&space);
  zx_picks_clear (&fresh);
  zx_picks_clear (&climbed);
}

static void
ask_range (gsize begin, gsize end, guint worker, gpointer data)
{
  Asking *self = data;
  OneDraw one;
  one_draw_init (&one, self->choice);
  for (gsize i = begin; i < end && !zx_choice_is_stopped (self->choice, self->progress); i++)
    ask (self, &one, (guint) i);
  one_draw_clear (&one);
}

static guint
count_draws (const ZxChoice *choice)
{
  double pass = (double) choice->first[choice->n_candidates] * choice->n_sizes * 10;
  guint n = (guint) CLAMP (MOST_WORK / MAX (pass, 1), LEAST_DRAWS, MOST_DRAWS);
  return MIN (n, choice->n_draws);
}

static void
count_sites (ZxPlan *plan, const Asking *asking)
{
  for (guint s = 0; s < plan->n_sites; s++)
    {
      guint n_in = 0;
      for (guint i = 0; i < asking->n; i++)
        for (guint b = 0; b < asking->n_best[i]; b++)
          n_in += asking->best[(gsize) i * asking->choice->n_sites + b].candidate
                  == plan->site[s].candidate;
      plan->site[s].in_best_set = (double) n_in / asking->n;
    }
  for (guint i = 0; i < asking->n; i++)
    plan->regret_fen_or_kwh += asking->rise[i] / asking->n;
}

static void
tell_nothing (ZxPlan *plan)
{
  plan->regret_fen_or_kwh = NAN;
  for (guint s = 0; s < plan->n_sites; s++)
    plan->site[s].in_best_set = NAN;
}

/* ---- fresh draws -------------------------------------------------------------------------- */

/* What the plan serves in one draw. */
static double
serve_draw (const ZxChoice *choice, const ZxPicks *picks, const double *attraction,
            const float *demand)
{
  double served = 0;
  for (guint i = 0; i < picks->n; i++)
    {
      ZxPick pick = picks->pick[i];
      double size = choice->size[choice->kind_size[pick.kind]], asked = 0;
      for (gsize k = choice->first[pick.candidate]; k < choice->first[pick.candidate + 1]; k++)
        {
          guint32 c = choice->cell[k];
          double kwh = demand[c] > 0 && isfinite (demand[c]) ? demand[c] : 0;
          asked += kwh * (size * choice->near[k] / (choice->rival[c] + attraction[c]));
        }
      served += MIN (asked, choice->kind_cap[pick.kind]);
    }
  return served;
}

static void
attract (const ZxChoice *choice, const ZxPicks *picks, double *attraction)
{
  for (guint i = 0; i < picks->n; i++)
    {
      ZxPick pick = picks->pick[i];
      double size = choice->size[choice->kind_size[pick.kind]];
      for (gsize k = choice->first[pick.candidate]; k < choice->first[pick.candidate + 1]; k++)
        attraction[choice->cell[k]] += size * choice->near[k];
    }
}

gboolean
zx_plan_ask_fresh_draws (ZxPlan *plan, const ZxSitingModel *model, const ZxSitingChoice *choice,
                         const ZxPicks *picks, GError **error)
{
  const ZxDemand *demand = model->input->demand;
  g_autofree double *attraction
      = ZX_TRY_NEW (double, model->n_cells, _ ("the plan's demand"), error);
  g_autofree guint8 *is_used = g_new0 (guint8, demand->n_draws + 1);
  double mean = 0, squares = 0;
  if (attraction == NULL)
    return FALSE;
  for (guint k = 0; k < model->n_draws; k++)
    is_used[(guint64) k * demand->n_draws / model->n_draws] = TRUE;
  attract (&choice->choice, picks, attraction);
  for (guint k = 0; k < demand->n_draws; k++)
    {
      if (is_used[k])
        continue;
      double served = serve_draw (&choice->choice, picks, attraction,
                                  demand->cell_kwh_per_day + (gsize) k * model->n_cells);
      double off = served - mean;
      plan->n_draws_fresh++;
      mean += off / plan->n_draws_fresh; /* Welford */
      squares += off * (served - mean);
    }
  guint n = plan->n_draws_fresh;
  double half = n > 1 ? NORMAL_975 * sqrt (squares / (n - 1) / n) : NAN;
  plan->fresh_mean = n > 1 ? mean : NAN;
  plan->fresh_low = plan->fresh_mean - half;
  plan->fresh_high = plan->fresh_mean + half;
  return TRUE;
}

gboolean
zx_plan_ask_draws (ZxPlan *plan, const ZxChoice *choice, const ZxPicks *picks,
                   const ZxProgress *progress, GError **error)
{
  Asking asking
      = { .choice = choice, .picks = picks, .n = count_draws (choice), .progress = progress };
  g_autofree ZxPick *best = asking.best = g_new0 (ZxPick, (gsize) asking.n * choice->n_sites + 1);
  g_autofree guint *n_best = asking.n_best = g_new0 (guint, asking.n + 1);
  g_autofree double *rise = asking.rise = g_new0 (double, asking.n + 1);
  if (picks->n == 0)
    {
      plan->n_draws_best = asking.n;
      return TRUE;
    }
  if (!zx_parallel_for (asking.n, MAX (asking.n / 16, 1), ask_range, &asking, progress, error))
    return FALSE;
  if (zx_choice_is_stopped (choice, NULL)) /* not all were asked, and some not to the end */
    {
      tell_nothing (plan);
      return TRUE;
    }
  plan->n_draws_best = asking.n;
  count_sites (plan, &asking);
  return TRUE;
}
