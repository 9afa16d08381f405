/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Good sets, fast: lazy greedy (Minoux 1978) at several prices of the budget, then climbing, then
 * kicks: ruin and recreate (Schrimpf et al. 2000) at the prices the bound has found. */

#include "app/siting/zx-choice-search.h"

#define CHAINS             4  /* of kicks, side by side, whatever the number of threads */
#define KICKS_A_GENERATION 2  /* of one chain; then all go on from the best */
#define IDLE_TOGETHER      6  /* generations in vain, then all chains but one start elsewhere … */
#define LIFE_APART         12 /* … and are left alone for so many */
#define IDLE_GENERATIONS   2  /* in vain: enough … */
#define PATIENT            100 /* … or, where time is the limit */

/* ---- lazy greedy -------------------------------------------------------------------------- */

typedef struct
{
  double key;
  guint32 candidate;
  guint round; /* of the picks the key was computed for */
} Entry;

static gboolean
is_before (Entry a, Entry b)
{
  return a.key > b.key || (a.key == b.key && a.candidate < b.candidate);
}

static void
sift_down (Entry *heap, guint n, guint i)
{
  for (;;)
    {
      guint best = i, left = 2 * i + 1;
      for (guint child = left; child < MIN (left + 2, n); child++)
        if (is_before (heap[child], heap[best]))
          best = child;
      if (best == i)
        return;
      Entry swapped = heap[i];
      heap[i] = heap[best];
      heap[best] = swapped;
      i = best;
    }
}

static guint
fill_heap (const ZxSearch *self, const double *per_kind, Entry *heap)
{
  const ZxChoice *choice = self->choice;
  guint n = 0;
  for (guint32 j = 0; j < choice->n_candidates; j++)
    {
      double key = -INFINITY;
      for (guint t = 0; t < choice->n_kinds; t++)
        if (self->offered[j] & (1u << t))
          key = MAX (key, zx_choice_alone (choice, j, t) - (per_kind != NULL ? per_kind[t] : 0));
      if (key > -INFINITY)
        heap[n++] = (Entry){ key, j, G_MAXUINT };
    }
  for (guint i = n / 2; i-- > 0;)
    sift_down (heap, n, i);
  return n;
}

static void
add_pick (ZxSearch *self, ZxPick pick)
{
  self->picks.pick[self->picks.n++] = pick;
  zx_search_place (self, G_MAXUINT);
}

/* Adds picks to those already there while any adds to the value and fits. */
static void
add_greedily (ZxSearch *self, const double *per_kind)
{
  const ZxChoice *choice = self->choice;
  g_autofree Entry *heap = g_new (Entry, choice->n_candidates + 1);
  guint n = fill_heap (self, per_kind, heap);
  double gain[ZX_CHOICE_MAX_KINDS];
  zx_search_place (self, G_MAXUINT);
  while (n > 0 && self->picks.n < choice->n_sites && !zx_progress_is_stopped (self->progress)
         && (self->must_finish || !zx_choice_is_stopped (choice, NULL)))
    {
      guint kind = 0;
      zx_search_estimate (self, heap[0].candidate, gain);
      double key = zx_search_best_kind (self, heap[0].candidate, gain, per_kind, &kind);
      gboolean is_fresh = heap[0].round == self->picks.n && key >= heap[0].key;
      if (key == -INFINITY) /* never fits again: limits only tighten */
        heap[0] = heap[--n];
      else if (is_fresh)
        {
          add_pick (self, (ZxPick){ heap[0].candidate, kind });
          heap[0] = heap[--n];
        }
      else
        {
          heap[0].key = key;
          heap[0].round = self->picks.n;
        }
      sift_down (heap, n, 0);
    }
}

/* ---- required sites ----------------------------------------------------------------------- */

/* The kind that leaves most to the others: least money (or least kW), that fits; -1: none. */
static int
humblest_kind (const ZxSearch *self, guint32 candidate, gboolean by_kw)
{
  const ZxChoice *choice = self->choice;
  const double *cost = by_kw ? choice->kind_kw : choice->kind_fen;
  int best = -1;
  for (guint t = 0; t < choice->n_kinds; t++)
    if ((self->offered[candidate] & (1u << t)) && (best < 0 || cost[t] < cost[best])
        && zx_choice_fits (choice, self->picks.pick, self->picks.n, (ZxPick){ candidate, t }))
      best = (int) t;
  return best;
}

static gboolean
place_required (ZxSearch *self, gboolean by_kw)
{
  self->picks.n = 0;
  for (guint i = 0; i < self->choice->n_required; i++)
    {
      guint32 candidate = self->choice->required[i];
      int kind = humblest_kind (self, candidate, by_kw);
      if (kind < 0)
        return FALSE;
      self->picks.pick[self->picks.n++] = (ZxPick){ candidate, (guint32) kind };
    }
  return TRUE;
}

/* ---- the story ---------------------------------------------------------------------------- */

static void
keep_better (ZxSearch *search, ZxPicks *best)
{
  zx_picks_sort (&search->picks);
  search->picks.value = zx_search_value (search);
  if (best->value == -INFINITY || zx_search_is_rise (search->picks.value, best->value))
    zx_picks_copy (best, &search->picks);
  zx_choice_tell (search->choice, best->value, NAN);
}

/* What money costs in steps around the greedy plan's rate; 0 alone when the budget does not bind.
 * Returns: the number of steps; @per_fen has room for 8. */
static guint
price_money (const ZxChoice *choice, double value, double *per_fen)
{
  static const double steps[] = { 0, 0.3, 0.6, 0.8, 0.9, 1.0, 1.2 };
  gboolean has_budget = isfinite (choice->budget_fen) && choice->budget_fen > 0 && value > 0;
  guint n = has_budget ? G_N_ELEMENTS (steps) : 1;
  for (guint i = 0; i < n; i++)
    per_fen[i] = has_budget ? steps[i] * value / choice->budget_fen : 0;
  return n;
}

gboolean
zx_choice_search (const ZxChoice *self, const guint32 *offered, ZxSearchDepth depth, ZxPicks *best,
                  const ZxProgress *progress, GError **error)
{
  ZxSearch search;
  double per_fen[8], per_kind[ZX_CHOICE_MAX_KINDS];
  best->n = 0;
  best->value = -INFINITY;
  zx_search_init (&search, self, offered);
  search.progress = progress;
  gboolean by_kw = !place_required (&search, FALSE);
  gboolean is_possible = !by_kw || place_required (&search, TRUE);
  for (guint i = 0, n = 1; is_possible && i < n && !zx_progress_is_stopped (progress); i++)
    {
      search.must_finish = i == 0;
      if (i > 0 && zx_choice_is_stopped (self, progress))
        break;
      for (guint t = 0; t < self->n_kinds; t++)
        per_kind[t] = i > 0 ? per_fen[i] * self->kind_fen[t] : 0;
      place_required (&search, by_kw);
      add_greedily (&search, per_kind);
      keep_better (&search, best);
      if (i == 0)
        n = price_money (self, best->value, per_fen);
    }
  if (depth != ZX_SEARCH_GREEDY && best->n > 0)
    {
      zx_picks_copy (&search.picks, best);
      zx_search_climb (&search, depth, progress);
      keep_better (&search, best);
    }
  zx_search_clear (&search);
  return zx_progress_step (progress, 1, 1, error);
}

void
zx_choice_improve (const ZxChoice *self, const guint32 *offered, ZxSearchDepth depth,
                   ZxPicks *picks, const ZxProgress *progress)
{
  ZxSearch search;
  zx_search_init (&search, self, offered);
  search.progress = progress;
  zx_picks_copy (&search.picks, picks);
  zx_search_climb (&search, depth, progress);
  keep_better (&search, picks);
  zx_search_clear (&search);
}

/* ---- kicks -------------------------------------------------------------------------------- */

/* Takes out one site at random and others: its nearest, or any. */
static void
ruin (ZxSearch *self, ZxRng *rng, guint32 *offered)
{
  guint n_out = 1 + zx_rng_below (rng, MIN (4, self->picks.n));
  gboolean is_local = zx_rng_below (rng, 2) == 0, is_barred = zx_rng_below (rng, 2) == 0;
  const ZxChoice *choice = self->choice;
  guint32 centre = self->picks.pick[zx_rng_below (rng, self->picks.n)].candidate;
  for (guint k = 0; k < n_out && self->picks.n > 0; k++)
    {
      guint out = zx_rng_below (rng, self->picks.n);
      double least = INFINITY;
      for (guint i = 0; is_local && i < self->picks.n; i++)
        {
          guint32 j = self->picks.pick[i].candidate;
          double away
              = hypot (choice->x_m[j] - choice->x_m[centre], choice->y_m[j] - choice->y_m[centre]);
          if (away < least)
            {
              least = away;
              out = i;
            }
        }
      guint32 j = self->picks.pick[out].candidate;
      if (zx_search_is_required (choice, j))
        continue;
      zx_picks_remove (&self->picks, out);
      if (is_barred)
        offered[j] = 0;
    }
}

typedef struct
{
  ZxChoice choice; /* as given, but tells nobody: chains run side by side */
  const ZxChoiceKicks *kicks;
  const guint32 *offered;
  guint generation, n_kicks;
  guint n_together;      /* generations in vain from the best */
  guint n_apart;         /* generations left to the chains on their own; 0: none */
  ZxPicks found[CHAINS]; /* the best of each chain, where it goes on */
} Shaking;

/* One kick from @picks, of @n_ruins: what comes of it stays there, or (@is_kept) the better of
 * before and after. */
static void
kick_once (ZxSearch *search, ZxRng *rng, const guint32 *all, guint32 *barred,
           const double *per_kind, guint n_ruins, gboolean is_kept, ZxPicks *picks)
{
  static const double factors[] = { 0, 0.5, 1, 1, 1.5 };
  const ZxChoice *choice = search->choice;
  double prices[ZX_CHOICE_MAX_KINDS] = { 0 };
  double factor = factors[zx_rng_below (rng, G_N_ELEMENTS (factors))];
  for (guint t = 0; t < choice->n_kinds && per_kind != NULL; t++)
    prices[t] = factor * per_kind[t];
  memcpy (barred, all, choice->n_candidates * sizeof (guint32));
  zx_picks_copy (&search->picks, picks);
  for (guint i = 0; i < n_ruins && search->picks.n > 0; i++)
    ruin (search, rng, barred);
  search->offered = barred;
  add_greedily (search, prices);
  search->offered = all;
  search->picks.value = zx_search_value (search);
  zx_search_climb (search, ZX_SEARCH_QUICK, search->progress);
  if (!is_kept)
    picks->value = -INFINITY;
  keep_better (search, picks);
}

static void
shake_chains (gsize begin, gsize end, guint worker, gpointer data)
{
  Shaking *self = data;
  const ZxChoiceKicks *kicks = self->kicks;
  g_autofree guint32 *barred = g_new0 (guint32, self->choice.n_candidates + 1);
  for (gsize k = begin; k < end; k++)
    {
      ZxSearch search;
      ZxRng rng = zx_rng_stream (kicks->seed, self->generation * CHAINS + k);
      zx_search_init (&search, &self->choice, self->offered);
      search.progress = kicks->patience.progress;
      gboolean starts_apart = self->n_apart == LIFE_APART && k > 0;
      if (starts_apart)
        kick_once (&search, &rng, self->offered, barred, kicks->per_kind,
                   self->choice.n_sites / 6 + 1, FALSE, &self->found[k]);
      for (guint i = 0; i < self->n_kicks && !zx_choice_is_over (&kicks->patience); i++)
        kick_once (&search, &rng, self->offered, barred, kicks->per_kind, 1, TRUE, &self->found[k]);
      zx_search_clear (&search);
    }
}

/* The best of all chains so far into @picks, from where all go on.  Where that has brought nothing
 * for long, the chains start elsewhere and meet again at the first that does better. */
static void
meet (Shaking *self, ZxPicks *picks)
{
  guint best = 0;
  for (guint k = 1; k < CHAINS; k++)
    best = self->found[k].value > self->found[best].value ? k : best;
  gboolean has_risen = self->found[best].value > picks->value;
  self->n_together = has_risen ? 0 : self->n_together + 1;
  self->n_apart = has_risen || self->n_apart == 0 ? 0 : self->n_apart - 1;
  if (has_risen)
    zx_picks_copy (picks, &self->found[best]);
  for (guint k = 0; k < CHAINS && self->n_apart == 0; k++)
    zx_picks_copy (&self->found[k], picks);
  if (self->n_together >= IDLE_TOGETHER && self->n_apart == 0)
    self->n_apart = LIFE_APART;
}

void
zx_choice_shake (const ZxChoice *self, const guint32 *offered, const ZxChoiceKicks *kicks,
                 ZxPicks *picks)
{
  Shaking shaking
      = { .choice = *self, .kicks = kicks, .offered = offered != NULL ? offered : self->offered };
  shaking.choice.pace = NULL;
  for (guint k = 0; k < CHAINS; k++)
    {
      shaking.found[k] = zx_picks_new (self->n_sites);
      zx_picks_copy (&shaking.found[k], picks);
    }
  guint n_left = kicks->n_kicks,
        n_enough = kicks->patience.deadline > 0 ? PATIENT : IDLE_GENERATIONS;
  for (guint n_idle = 0;
       picks->n > 0 && n_left > 0 && n_idle < n_enough && !zx_choice_is_over (&kicks->patience);
       shaking.generation++)
    {
      double before = picks->value;
      shaking.n_kicks = MIN (KICKS_A_GENERATION, n_left / CHAINS + (n_left % CHAINS != 0));
      n_left -= MIN (n_left, shaking.n_kicks * CHAINS);
      zx_parallel_for (CHAINS, 1, shake_chains, &shaking, NULL, NULL);
      meet (&shaking, picks);
      zx_choice_tell (self, picks->value, NAN);
      n_idle = picks->value > before ? 0 : n_idle + 1;
    }
  for (guint k = 0; k < CHAINS; k++)
    zx_picks_clear (&shaking.found[k]);
}
