/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Good sets by annealing (Kirkpatrick et al. 1983) with heat-bath steps: one pick is taken out, all
 * kinds of a few candidates near it and elsewhere are weighed by the estimates of
 * zx-choice-climb.c, and one is put in, or none, with odds exp (gain / temperature) drawn by
 * Gumbel's trick.
 *
 * In the first half money has a price that follows what is spent and the budget may be overrun by
 * one station, so that a dearer one here and a cheaper one there need not be found at once; only
 * sets within the budget count.  In the second half the budget holds, money costs nothing, and
 * pairs of picks take kinds anew.
 *
 * Climbing alone ends where no swap helps, and on an even city that is nearly everywhere: of 20
 * sites in 20 000 cells it leaves 1.4 %, and 5 % where greedy spends the budget on few large
 * stations.  Estimates are exact where no station fills up; elsewhere the sums drift, so that
 * chains are compared by their exact values in the end.
 *
 * Chains run side by side, each with its own numbers, whatever the number of threads. */

#include "app/siting/zx-choice-search.h"

#define CHAINS       4
#define NEAR         10   /* candidates weighed near the one taken out … */
#define FAR          3    /* … and anywhere */
#define NEAREST      40   /* among so many */
#define HOT          0.03 /* first temperature, of what a site serves on average … */
#define COLD         3e-4 /* … and the last */
#define REPRICE      0.1
#define STEPS_PLACED 128 /* then attractions are summed afresh: no rounding piles up */

typedef struct
{
  ZxSearch search;
  ZxChoice loose; /* with room for one dearer kind */
  double budget_fen, per_fen;
  double money;
  double about;  /* the estimate of the picks' value */
  guint32 *near; /* [candidate][NEAREST], filled where has_near */
  guint8 *has_near;
  guint32 *pool; /* candidates that may stand */
  guint n_pool;
  gboolean may_fill;
  ZxRng rng;
  ZxPicks best;
  double best_about;
  guint32 *sorted;
  double *nearness;
} Chain;

/* ---- where the picks stand ---------------------------------------------------------------- */

/* Without full stations what the others lose per attraction is A / (B + A), cell by cell: only the
 * cells of the pick change. */
static void
shift_attraction (ZxSearch *search, ZxPick pick, double sign)
{
  const ZxChoice *choice = search->choice;
  double size = sign * choice->size[choice->kind_size[pick.kind]];
  for (gsize i = choice->first[pick.candidate]; i < choice->first[pick.candidate + 1]; i++)
    {
      guint32 c = choice->cell[i];
      double attraction = MAX (search->attraction[c] + size * choice->near[i], 0);
      search->attraction[c] = attraction;
      search->inverse[c] = 1 / (choice->rival[c] + attraction);
      search->pull[c] = attraction * search->inverse[c];
    }
}

static void
take_out (Chain *self, guint index, gboolean is_afresh)
{
  ZxSearch *search = &self->search;
  ZxPick pick = search->picks.pick[index];
  zx_picks_remove (&search->picks, index);
  self->money -= self->loose.kind_fen[pick.kind];
  if (self->may_fill || is_afresh)
    zx_search_place (search, G_MAXUINT);
  else
    shift_attraction (search, pick, -1);
}

static void
put_in (Chain *self, ZxPick pick)
{
  self->search.picks.pick[self->search.picks.n++] = pick;
  self->money += self->loose.kind_fen[pick.kind];
  if (!self->may_fill)
    shift_attraction (&self->search, pick, 1);
}

/* ---- what to weigh ------------------------------------------------------------------------ */

/* The candidates nearest to @candidate, itself first. */
static const guint32 *
nearest_to (Chain *self, guint32 candidate)
{
  const ZxChoice *choice = &self->loose;
  guint32 *near = self->near + (gsize) candidate * NEAREST;
  if (self->has_near[candidate])
    return near;
  for (guint i = 0; i < self->n_pool; i++)
    {
      guint32 j = self->pool[i];
      self->sorted[i] = j;
      self->nearness[j] = -hypot (choice->x_m[j] - choice->x_m[candidate],
                                  choice->y_m[j] - choice->y_m[candidate]);
    }
  self->nearness[candidate] = 1;
  g_qsort_with_data (self->sorted, (gint) self->n_pool, sizeof (guint32), zx_choice_compare_by_key,
                     self->nearness);
  for (guint i = 0; i < NEAREST; i++)
    near[i] = self->sorted[MIN (i, self->n_pool - 1)];
  self->has_near[candidate] = TRUE;
  return near;
}

static guint
list_places (Chain *self, guint32 from, gboolean is_required, guint32 *place)
{
  guint n = 0;
  place[n++] = from;
  const guint32 *near = nearest_to (self, from);
  for (guint i = 0; i < NEAR + FAR && !is_required; i++)
    {
      guint32 j = i < NEAR ? near[zx_rng_below (&self->rng, NEAREST)]
                           : self->pool[zx_rng_below (&self->rng, self->n_pool)];
      gboolean is_new = TRUE;
      for (guint k = 0; k < n; k++)
        is_new = is_new && place[k] != j;
      if (is_new)
        place[n++] = j;
    }
  return n;
}

/* Money's price rises while the picks cost more than there is, and falls while they cost less. */
static void
reprice_money (Chain *self)
{
  if (self->per_fen <= 0)
    return;
  double over = (self->money - self->budget_fen) / self->budget_fen;
  self->per_fen *= exp (CLAMP (over, -0.1, 0.1) * REPRICE);
}

/* ---- one step ----------------------------------------------------------------------------- */

typedef struct
{
  ZxPick pick;
  double gain; /* less the price of an overrun */
  double key;
} Draw;

/* The largest of score / temperature + a Gumbel number is a draw with odds exp (score /
 * temperature). */
static void
weigh_place (Chain *self, guint32 place, double temperature, Draw *drawn)
{
  const ZxChoice *choice = &self->loose;
  double gain[ZX_CHOICE_MAX_KINDS];
  zx_search_estimate (&self->search, place, gain);
  for (guint t = 0; t < choice->n_kinds; t++)
    {
      if (!isfinite (gain[t])
          || !zx_choice_fits (choice, self->search.picks.pick, self->search.picks.n,
                              (ZxPick){ place, t }))
        continue;
      double key = (gain[t] - self->per_fen * choice->kind_fen[t]) / temperature
                   - log (-log (zx_rng_uniform (&self->rng)));
      if (key > drawn->key)
        *drawn = (Draw){ { place, t }, gain[t], key };
    }
}

static void
keep_best (Chain *self)
{
  if (self->money > self->budget_fen || self->about <= self->best_about * (1 + 1e-9))
    return;
  zx_picks_copy (&self->best, &self->search.picks);
  self->best_about = self->about;
}

/* What @pick gains where the others stand. */
static double
gain_of (const Chain *self, ZxPick pick)
{
  double gain[ZX_CHOICE_MAX_KINDS];
  zx_search_estimate (&self->search, pick.candidate, gain);
  return gain[pick.kind];
}

/* Nothing at all, against which the places are weighed. */
static Draw
draw_nothing (Chain *self)
{
  return (Draw){ { G_MAXUINT32, 0 }, 0, -log (-log (zx_rng_uniform (&self->rng))) };
}

/* The pick at @index and what was gained by it, or, where there is room for another, a place to
 * start from. */
static Draw
open_step (Chain *self, guint index, gboolean is_afresh)
{
  ZxSearch *search = &self->search;
  if (index < search->picks.n)
    {
      ZxPick old = search->picks.pick[index];
      take_out (self, index, is_afresh);
      return (Draw){ old, gain_of (self, old), 0 };
    }
  if (self->may_fill || is_afresh)
    zx_search_place (search, G_MAXUINT);
  return (Draw){ { self->pool[zx_rng_below (&self->rng, self->n_pool)], 0 }, 0, 0 };
}

/* One pick out and one in, or nothing; where there is room for another, nothing out. */
static void
take_step (Chain *self, double temperature, gboolean is_afresh)
{
  guint index = zx_rng_below (&self->rng, self->loose.n_sites);
  gboolean is_required
      = index < self->search.picks.n
        && zx_search_is_required (&self->loose, self->search.picks.pick[index].candidate);
  Draw old = open_step (self, index, is_afresh);
  Draw drawn = is_required ? (Draw){ old.pick, old.gain, -INFINITY } : draw_nothing (self);
  guint32 place[1 + NEAR + FAR];
  guint n = list_places (self, old.pick.candidate, is_required, place);
  for (guint i = 0; i < n; i++)
    weigh_place (self, place[i], temperature, &drawn);
  if (drawn.pick.candidate != G_MAXUINT32)
    put_in (self, drawn.pick);
  self->about += drawn.gain - old.gain;
  keep_best (self);
  reprice_money (self);
}

/* Kinds for two picks that are out, together within the budget; each must fit alone. */
static void
draw_kinds (Chain *self, double temperature, ZxPick *one, ZxPick *two)
{
  const ZxChoice *choice = &self->loose;
  const ZxPicks *rest = &self->search.picks;
  guint32 places[2] = { one->candidate, two->candidate };
  double gain[2][ZX_CHOICE_MAX_KINDS], best = -INFINITY;
  for (guint k = 0; k < 2; k++)
    zx_search_estimate (&self->search, places[k], gain[k]);
  for (guint32 s = 0; s < choice->n_kinds; s++)
    for (guint32 t = 0; t < choice->n_kinds; t++)
      {
        ZxPick p = { places[0], s }, q = { places[1], t };
        double key
            = (gain[0][s] + gain[1][t]) / temperature - log (-log (zx_rng_uniform (&self->rng)));
        if (!isfinite (key) || key <= best
            || self->money + choice->kind_fen[s] + choice->kind_fen[t] > choice->budget_fen
            || !zx_choice_fits (choice, rest->pick, rest->n, p)
            || !zx_choice_fits (choice, rest->pick, rest->n, q))
          continue;
        best = key;
        *one = p;
        *two = q;
      }
}

/* Two picks stay where they are and take kinds anew.  Where rooms do not hold both: as it was. */
static void
exchange_kinds (Chain *self, double temperature)
{
  ZxSearch *search = &self->search;
  if (search->picks.n < 2)
    return;
  double lost[2], won[2];
  ZxPick old[2], new[2];
  for (guint k = 0; k < 2; k++)
    {
      guint index = zx_rng_below (&self->rng, search->picks.n);
      old[k] = new[k] = search->picks.pick[index];
      take_out (self, index, FALSE);
      lost[k] = gain_of (self, old[k]);
    }
  draw_kinds (self, temperature, &new[0], &new[1]);
  won[0] = gain_of (self, new[0]);
  put_in (self, new[0]);
  if (!zx_choice_fits (&self->loose, search->picks.pick, search->picks.n, new[1]))
    {
      take_out (self, search->picks.n - 1, FALSE);
      put_in (self, old[0]);
      put_in (self, old[1]);
      return;
    }
  if (self->may_fill)
    zx_search_place (search, G_MAXUINT);
  won[1] = gain_of (self, new[1]);
  put_in (self, new[1]);
  self->about += won[0] + won[1] - lost[0] - lost[1];
  keep_best (self);
}

/* Keeps the budget from here on, at no price, from the best set that does. */
static void
harden_budget (Chain *self)
{
  self->loose.budget_fen = self->budget_fen;
  self->per_fen = 0;
  zx_picks_copy (&self->search.picks, &self->best);
  self->about = self->best_about;
  self->money = 0;
  for (guint i = 0; i < self->best.n; i++)
    self->money += self->loose.kind_fen[self->best.pick[i].kind];
  zx_search_place (&self->search, G_MAXUINT);
}

/* ---- the story ---------------------------------------------------------------------------- */

static void
chain_init (Chain *self, const ZxChoice *choice, const ZxPicks *picks, guint64 seed, guint k)
{
  double most = 0;
  *self = (Chain){ .loose = *choice, .budget_fen = choice->budget_fen };
  for (guint t = 0; t < choice->n_kinds; t++)
    most = MAX (most, choice->kind_fen[t]);
  self->loose.pace = NULL;
  self->loose.budget_fen += most;
  self->per_fen = choice->budget_fen > 0 && isfinite (choice->budget_fen)
                      ? picks->value / choice->budget_fen / 2
                      : 0;
  zx_search_init (&self->search, &self->loose, NULL);
  zx_picks_copy (&self->search.picks, picks);
  self->best = zx_picks_new (choice->n_sites);
  zx_picks_copy (&self->best, picks);
  self->near = g_new (guint32, (gsize) choice->n_candidates * NEAREST + 1);
  self->has_near = g_new0 (guint8, choice->n_candidates + 1);
  self->pool = g_new (guint32, choice->n_candidates + 1);
  self->sorted = g_new (guint32, choice->n_candidates + 1);
  self->nearness = g_new (double, choice->n_candidates + 1);
  self->may_fill = zx_choice_may_any_fill (choice);
  for (guint32 j = 0; j < choice->n_candidates; j++)
    if (choice->offered[j] != 0)
      self->pool[self->n_pool++] = j;
  for (guint i = 0; i < picks->n; i++)
    self->money += choice->kind_fen[picks->pick[i].kind];
  self->about = self->best_about = picks->value;
  self->rng = zx_rng_stream (seed, k);
  zx_search_place (&self->search, G_MAXUINT);
}

static void
chain_clear (Chain *self)
{
  zx_search_clear (&self->search);
  zx_picks_clear (&self->best);
  g_free (self->near);
  g_free (self->has_near);
  g_free (self->pool);
  g_free (self->sorted);
  g_free (self->nearness);
}

typedef struct
{
  const ZxChoice *choice;
  const ZxChoiceKicks *kicks;
  const ZxPicks *from;
  ZxPicks found[CHAINS];
} Annealing;

static void
run_chain (Chain *self, const ZxChoiceKicks *kicks, double a_site)
{
  guint n_steps = kicks->n_kicks / CHAINS, n_priced = n_steps / 2;
  for (guint i = 0; i < n_steps && !zx_choice_is_over (&kicks->patience); i++)
    {
      double temperature = a_site * HOT * pow (COLD / HOT, (double) i / n_steps);
      if (i == n_priced)
        harden_budget (self);
      if (i >= n_priced && i % 3 == 0)
        exchange_kinds (self, temperature);
      else
        take_step (self, temperature, i % STEPS_PLACED == 0);
    }
}

static void
anneal_chains (gsize begin, gsize end, guint worker, gpointer data)
{
  Annealing *self = data;
  for (gsize k = begin; k < end; k++)
    {
      Chain chain;
      chain_init (&chain, self->choice, self->from, self->kicks->seed, (guint) k);
      run_chain (&chain, self->kicks, self->from->value / self->from->n);
      zx_picks_copy (&self->found[k], &chain.best);
      chain_clear (&chain);
    }
}

/* Values and limits as they are, not as estimated. */
static void
take_best (const ZxChoice *choice, const Annealing *annealing, ZxPicks *picks)
{
  ZxChoiceSpace space;
  zx_choice_space_init (&space, choice);
  for (guint k = 0; k < CHAINS; k++)
    {
      ZxPicks found = annealing->found[k];
      found.value = zx_choice_value (choice, found.pick, found.n, &space, NULL, NULL);
      if (zx_search_is_rise (found.value, picks->value)
          && zx_choice_is_feasible (choice, found.pick, found.n))
        zx_picks_copy (picks, &found);
    }
  zx_picks_sort (picks);
  zx_choice_space_clear (&space);
}

void
zx_choice_anneal (const ZxChoice *self, const ZxChoiceKicks *kicks, ZxPicks *picks)
{
  Annealing annealing = { .choice = self, .kicks = kicks, .from = picks };
  if (picks->n == 0 || picks->value <= 0)
    return;
  for (guint k = 0; k < CHAINS; k++)
    {
      annealing.found[k] = zx_picks_new (self->n_sites);
      zx_picks_copy (&annealing.found[k], picks);
    }
  zx_parallel_for (CHAINS, 1, anneal_chains, &annealing, NULL, NULL);
  take_best (self, &annealing, picks);
  for (guint k = 0; k < CHAINS; k++)
    zx_picks_clear (&annealing.found[k]);
  zx_choice_tell (self, picks->value, NAN);
}
