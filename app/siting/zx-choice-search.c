/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Good sets, fast: lazy greedy (Minoux 1978) at several prices of the budget, vertex substitution
 * (Teitz and Bart 1968) and exchange of kinds between two sites.
 *
 * Moves are judged by an estimate: pick j would be asked for h_j = Σ_c D_c a / (B + A + a) and
 * would serve ψ_j (h) = mean of min (h x, cap) over the sketch x of its own spread; the others lose
 * Σ_c D_c Λ_c a / ((B + A)(B + A + a)), Λ = Σ ψ'_i a_i.  Without caps this is the exact gain.  A
 * move is taken only if the exact value rises.  Gains are stale upper bounds where nothing is
 * capped; where caps bind the order of trying is a guess, never the result. */

#include "app/siting/zx-choice.h"

#define MAX_SWEEPS    30
#define MAX_TRIALS    160 /* candidates tried in place of one site before giving up */
#define MAX_EXCHANGES 6
#define LEAST_RISE    1e-9 /* relative: a smaller rise is rounding */

typedef struct
{
  const ZxChoice *choice;
  const guint32 *offered;
  ZxPicks picks;
  double *attraction; /* [cell] Σ a */
  double *pull;       /* [cell] Λ / (B + A): what the others lose per a / (B + A + a) */
  double *gain;       /* [candidate][kind]: at the last full pass */
  double *bound;      /* [candidate] */
  guint32 *order;     /* [candidate] */
  ZxChoiceSpace space;
} Search;

static void
search_init (Search *self, const ZxChoice *choice, const guint32 *offered)
{
  self->choice = choice;
  self->offered = offered != NULL ? offered : choice->offered;
  self->picks = zx_picks_new (choice->n_sites);
  self->attraction = g_new0 (double, choice->n_cells + 1);
  self->pull = g_new0 (double, choice->n_cells + 1);
  self->gain = g_new0 (double, (gsize) choice->n_candidates * choice->n_kinds + 1);
  self->bound = g_new0 (double, choice->n_candidates + 1);
  self->order = g_new0 (guint32, choice->n_candidates + 1);
  zx_choice_space_init (&self->space, choice);
}

static void
search_clear (Search *self)
{
  zx_picks_clear (&self->picks);
  g_free (self->attraction);
  g_free (self->pull);
  g_free (self->gain);
  g_free (self->bound);
  g_free (self->order);
  zx_choice_space_clear (&self->space);
}

/* ---- estimates ---------------------------------------------------------------------------- */

/* Mean of min (asked x, cap) over the sketch; @slope (nullable): its derivative. */
static double
serve_about (const ZxChoice *choice, guint32 candidate, guint kind, double asked, double *slope)
{
  gsize at = zx_choice_at (choice, candidate, choice->kind_size[kind]);
  const float *bin = choice->sketch + at * ZX_CHOICE_BINS;
  double cap = choice->kind_cap[kind], sum = 0, open = 0;
  if (asked * bin[ZX_CHOICE_BINS - 1] <= cap)
    {
      if (slope != NULL)
        *slope = 1;
      return asked;
    }
  for (guint b = 0; b < ZX_CHOICE_BINS; b++)
    {
      double h = asked * bin[b];
      sum += MIN (h, cap);
      open += h < cap ? bin[b] : 0;
    }
  if (slope != NULL)
    *slope = open / ZX_CHOICE_BINS;
  return sum / ZX_CHOICE_BINS;
}

static double
asked_of (const ZxChoice *choice, ZxPick pick, const double *attraction)
{
  double size = choice->size[choice->kind_size[pick.kind]], asked = 0;
  for (gsize i = choice->first[pick.candidate]; i < choice->first[pick.candidate + 1]; i++)
    {
      guint32 c = choice->cell[i];
      asked += choice->mean[c] * (size * choice->near[i] / (choice->rival[c] + attraction[c]));
    }
  return asked;
}

/* Sets attraction and pull for the picks except the one at @without (or all: G_MAXUINT). */
static void
place (Search *self, guint without)
{
  const ZxChoice *choice = self->choice;
  memset (self->attraction, 0, choice->n_cells * sizeof (double));
  memset (self->pull, 0, choice->n_cells * sizeof (double));
  for (guint p = 0; p < self->picks.n; p++)
    {
      ZxPick pick = self->picks.pick[p];
      double size = choice->size[choice->kind_size[pick.kind]];
      for (gsize i = choice->first[pick.candidate];
           p != without && i < choice->first[pick.candidate + 1]; i++)
        self->attraction[choice->cell[i]] += size * choice->near[i];
    }
  for (guint p = 0; p < self->picks.n; p++)
    {
      ZxPick pick = self->picks.pick[p];
      if (p == without)
        continue;
      double slope, asked = asked_of (choice, pick, self->attraction);
      serve_about (choice, pick.candidate, pick.kind, asked, &slope);
      slope *= choice->size[choice->kind_size[pick.kind]];
      for (gsize i = choice->first[pick.candidate]; i < choice->first[pick.candidate + 1]; i++)
        {
          guint32 c = choice->cell[i];
          self->pull[c] += slope * choice->near[i] / (choice->rival[c] + self->attraction[c]);
        }
    }
}

/* Estimated gains of all kinds of @candidate where the picks stand; -INFINITY when not offered. */
static void
estimate (const Search *self, guint32 candidate, double *gain)
{
  const ZxChoice *choice = self->choice;
  double asked[ZX_CHOICE_MAX_KINDS] = { 0 }, lost[ZX_CHOICE_MAX_KINDS] = { 0 };
  guint32 offered = self->offered[candidate];
  guint n_sizes = offered != 0 ? choice->n_sizes : 0;
  for (gsize i = choice->first[candidate]; n_sizes > 0 && i < choice->first[candidate + 1]; i++)
    {
      guint32 c = choice->cell[i];
      double near = choice->near[i], rest = choice->rival[c] + self->attraction[c];
      double demand = choice->mean[c], pull = self->pull[c];
      for (guint u = 0; u < n_sizes; u++)
        {
          double a = choice->size[u] * near, share = demand * a / (rest + a);
          asked[u] += share;
          lost[u] += share * pull;
        }
    }
  for (guint t = 0; t < choice->n_kinds; t++)
    {
      guint u = choice->kind_size[t];
      gain[t] = offered & (1u << t) ? serve_about (choice, candidate, t, asked[u], NULL) - lost[u]
                                    : -INFINITY;
    }
}

static void
estimate_range (gsize begin, gsize end, guint worker, gpointer data)
{
  Search *self = data;
  for (gsize j = begin; j < end; j++)
    estimate (self, (guint32) j, self->gain + j * self->choice->n_kinds);
}

static double
largest (const double *gain, guint n)
{
  double most = -INFINITY;
  for (guint t = 0; t < n; t++)
    most = MAX (most, gain[t]);
  return most;
}

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

/* The best kind at @candidate that fits, by gain less the price of its money; -INFINITY: none. */
static double
best_kind (const Search *self, guint32 candidate, const double *gain, double per_fen, guint *kind)
{
  const ZxChoice *choice = self->choice;
  double best = -INFINITY;
  for (guint t = 0; t < choice->n_kinds; t++)
    {
      double score = gain[t] - per_fen * choice->kind_fen[t];
      if (gain[t] > 0 && score > best
          && zx_choice_fits (choice, self->picks.pick, self->picks.n, (ZxPick){ candidate, t }))
        {
          best = score;
          *kind = t;
        }
    }
  return best;
}

static guint
fill_heap (const Search *self, double per_fen, Entry *heap)
{
  const ZxChoice *choice = self->choice;
  guint n = 0;
  for (guint32 j = 0; j < choice->n_candidates; j++)
    {
      double key = -INFINITY;
      for (guint t = 0; t < choice->n_kinds; t++)
        if (self->offered[j] & (1u << t))
          key = MAX (key, zx_choice_alone (choice, j, t) - per_fen * choice->kind_fen[t]);
      if (key > -INFINITY)
        heap[n++] = (Entry){ key, j, G_MAXUINT };
    }
  for (guint i = n / 2; i-- > 0;)
    sift_down (heap, n, i);
  return n;
}

static void
add_pick (Search *self, ZxPick pick)
{
  self->picks.pick[self->picks.n++] = pick;
  place (self, G_MAXUINT);
}

/* Adds picks to those already there while any adds to the value and fits. */
static void
add_greedily (Search *self, double per_fen)
{
  const ZxChoice *choice = self->choice;
  g_autofree Entry *heap = g_new (Entry, choice->n_candidates + 1);
  guint n = fill_heap (self, per_fen, heap);
  double gain[ZX_CHOICE_MAX_KINDS];
  place (self, G_MAXUINT);
  while (n > 0 && self->picks.n < choice->n_sites)
    {
      guint kind = 0;
      estimate (self, heap[0].candidate, gain);
      double key = best_kind (self, heap[0].candidate, gain, per_fen, &kind);
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
humblest_kind (const Search *self, guint32 candidate, gboolean by_kw)
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
place_required (Search *self, gboolean by_kw)
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

static gboolean
is_required (const ZxChoice *choice, guint32 candidate)
{
  for (guint i = 0; i < choice->n_required; i++)
    if (choice->required[i] == candidate)
      return TRUE;
  return FALSE;
}

/* ---- swaps -------------------------------------------------------------------------------- */

static double
exact_value (Search *self)
{
  return zx_choice_value (self->choice, self->picks.pick, self->picks.n, &self->space, NULL, NULL);
}

static gboolean
is_rise (double value, double before)
{
  return value > before + LEAST_RISE * MAX (fabs (before), 1e-9);
}

/* Sorting permutations needs the keys: an insertion-free heap order would do, but qsort_r is not in
 * every C library GLib runs on; g_qsort_with_data is. */
static int
compare_bounds (gconstpointer a, gconstpointer b, gpointer data)
{
  const double *bound = data;
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;
  if (bound[x] != bound[y])
    return bound[x] > bound[y] ? -1 : 1;
  return (x > y) - (x < y);
}

/* Candidates by what they could at most gain in place of a site whose loss is @loss. */
static guint
order_by_bound (Search *self, double loss)
{
  const ZxChoice *choice = self->choice;
  guint n = 0;
  for (guint32 j = 0; j < choice->n_candidates; j++)
    {
      if (self->offered[j] == 0)
        continue;
      double alone = -INFINITY;
      for (guint t = 0; t < choice->n_kinds; t++)
        if (self->offered[j] & (1u << t))
          alone = MAX (alone, zx_choice_alone (choice, j, t));
      double now = largest (self->gain + (gsize) j * choice->n_kinds, choice->n_kinds);
      self->bound[j] = MIN (alone, now + loss);
      self->order[n++] = j;
    }
  g_qsort_with_data (self->order, (gint) n, sizeof (guint32), compare_bounds, self->bound);
  return n;
}

/* The best pick to put in where the picks stand, by estimate; FALSE: none that gains. */
static gboolean
find_best (Search *self, guint n_ordered, guint32 only, ZxPick *found, double *found_gain)
{
  double gain[ZX_CHOICE_MAX_KINDS];
  *found_gain = 0;
  for (guint i = 0, n_tried = 0; i < n_ordered && n_tried < MAX_TRIALS; i++)
    {
      guint32 j = only != G_MAXUINT32 ? only : self->order[i];
      if (only == G_MAXUINT32 && self->bound[j] <= *found_gain)
        break;
      estimate (self, j, gain);
      guint kind;
      double best = best_kind (self, j, gain, 0, &kind);
      n_tried++;
      if (best > *found_gain)
        {
          *found_gain = best;
          *found = (ZxPick){ j, kind };
        }
      if (only != G_MAXUINT32)
        break;
    }
  return *found_gain > 0;
}

/* Puts another pick in the place of the one at @index when that raises the value. */
static gboolean
try_swap (Search *self, guint index)
{
  ZxPick old = self->picks.pick[index], found;
  double before = self->picks.value, gain;
  guint32 only = is_required (self->choice, old.candidate) ? old.candidate : G_MAXUINT32;
  place (self, index);
  zx_picks_remove (&self->picks, index);
  double loss = before - exact_value (self);
  guint n = only != G_MAXUINT32 ? 1 : order_by_bound (self, MAX (loss, 0));
  if (find_best (self, n, only, &found, &gain)
      && (found.candidate != old.candidate || found.kind != old.kind))
    {
      self->picks.pick[self->picks.n++] = found;
      self->picks.value = exact_value (self);
      if (is_rise (self->picks.value, before))
        return TRUE;
      self->picks.n--;
    }
  self->picks.pick[self->picks.n++] = old; /* at the end: the sweep below counts on it */
  self->picks.value = before;
  return FALSE;
}

/* One more site, or one that only harms out. */
static gboolean
try_add_or_drop (Search *self)
{
  double before = self->picks.value, gain;
  ZxPick found;
  place (self, G_MAXUINT);
  if (self->picks.n < self->choice->n_sites
      && find_best (self, order_by_bound (self, 0), G_MAXUINT32, &found, &gain))
    {
      self->picks.pick[self->picks.n++] = found;
      self->picks.value = exact_value (self);
      if (is_rise (self->picks.value, before))
        return TRUE;
      self->picks.n--;
    }
  for (guint i = 0, n = self->picks.n; i < n; i++)
    {
      ZxPick old = self->picks.pick[0];
      zx_picks_remove (&self->picks, 0);
      self->picks.value = exact_value (self);
      if (!is_required (self->choice, old.candidate) && is_rise (self->picks.value, before))
        return TRUE;
      self->picks.pick[self->picks.n++] = old;
    }
  self->picks.value = before;
  return FALSE;
}

/* ---- exchange of kinds -------------------------------------------------------------------- */

typedef struct
{
  double rise;
  guint a, b; /* picks */
  guint kind_a, kind_b;
} Exchange;

static gboolean
fits_exchange (const Search *self, const Exchange *exchange)
{
  g_autofree ZxPick *pick = g_memdup2 (self->picks.pick, self->picks.n * sizeof (ZxPick));
  pick[exchange->a].kind = exchange->kind_a;
  pick[exchange->b].kind = exchange->kind_b;
  return zx_choice_is_feasible (self->choice, pick, self->picks.n);
}

static void
remember_exchange (Exchange *best, guint *n, Exchange found)
{
  guint i = MIN (*n, MAX_EXCHANGES - 1);
  if (*n == MAX_EXCHANGES && found.rise <= best[i].rise)
    return;
  *n = MIN (*n + 1, MAX_EXCHANGES);
  for (; i > 0 && best[i - 1].rise < found.rise; i--)
    best[i] = best[i - 1];
  best[i] = found;
}

static guint
find_exchanges (Search *self, const double *gain, Exchange *best)
{
  const ZxChoice *choice = self->choice;
  guint n = 0, n_kinds = choice->n_kinds;
  for (guint a = 0; a < self->picks.n; a++)
    for (guint b = a + 1; b < self->picks.n; b++)
      for (guint s = 0; s < n_kinds; s++)
        for (guint t = 0; t < n_kinds; t++)
          {
            guint now_a = self->picks.pick[a].kind, now_b = self->picks.pick[b].kind;
            double rise = gain[a * n_kinds + s] - gain[a * n_kinds + now_a] + gain[b * n_kinds + t]
                          - gain[b * n_kinds + now_b];
            Exchange exchange = { rise, a, b, s, t };
            if (s != now_a && t != now_b && rise > 0
                && (n < MAX_EXCHANGES || rise > best[n - 1].rise)
                && fits_exchange (self, &exchange))
              remember_exchange (best, &n, exchange);
          }
  return n;
}

/* A smaller station here for a larger one there. */
static gboolean
try_exchange (Search *self)
{
  guint n_kinds = self->choice->n_kinds;
  g_autofree double *gain = g_new (double, (gsize) self->picks.n *n_kinds + 1);
  for (guint i = 0; i < self->picks.n; i++)
    {
      place (self, i);
      estimate (self, self->picks.pick[i].candidate, gain + (gsize) i * n_kinds);
    }
  Exchange best[MAX_EXCHANGES];
  guint n = find_exchanges (self, gain, best);
  double before = self->picks.value;
  for (guint e = 0; e < n; e++)
    {
      ZxPick *a = self->picks.pick + best[e].a, *b = self->picks.pick + best[e].b;
      guint old_a = a->kind, old_b = b->kind;
      a->kind = best[e].kind_a;
      b->kind = best[e].kind_b;
      self->picks.value = exact_value (self);
      if (is_rise (self->picks.value, before))
        return TRUE;
      a->kind = old_a;
      b->kind = old_b;
    }
  self->picks.value = before;
  return FALSE;
}

/* ---- the story ---------------------------------------------------------------------------- */

static gboolean
sweep (Search *self, const ZxProgress *progress)
{
  gboolean is_better = FALSE;
  place (self, G_MAXUINT);
  if (!zx_parallel_for (self->choice->n_candidates, 0, estimate_range, self, NULL, NULL))
    return FALSE;
  /* A pick that stays goes to the end of the list, so that index 0 meets every pick once. */
  for (guint i = 0; i < self->picks.n && !zx_progress_is_stopped (progress); i++)
    is_better = try_swap (self, 0) || is_better;
  is_better = try_add_or_drop (self) || is_better;
  return try_exchange (self) || is_better;
}

static void
improve (Search *self, const ZxProgress *progress)
{
  for (guint i = 0; i < MAX_SWEEPS && !zx_progress_is_stopped (progress); i++)
    if (!sweep (self, progress))
      break;
  zx_picks_sort (&self->picks);
  self->picks.value = exact_value (self);
}

void
zx_choice_improve (const ZxChoice *self, const guint32 *offered, ZxPicks *picks,
                   const ZxProgress *progress)
{
  Search search;
  search_init (&search, self, offered);
  zx_picks_copy (&search.picks, picks);
  improve (&search, progress);
  if (is_rise (search.picks.value, picks->value))
    zx_picks_copy (picks, &search.picks);
  search_clear (&search);
}

/* What a fen of the budget buys at about the greedy plan's rate, in steps; 0 alone when the budget
 * does not bind. */
static guint
prices (const ZxChoice *choice, double value, double *per_fen)
{
  static const double steps[] = { 0, 0.3, 0.6, 0.8, 0.9, 1.0, 1.2 };
  gboolean has_budget = isfinite (choice->budget_fen) && choice->budget_fen > 0 && value > 0;
  guint n = has_budget ? G_N_ELEMENTS (steps) : 1;
  for (guint i = 0; i < n; i++)
    per_fen[i] = has_budget ? steps[i] * value / choice->budget_fen : 0;
  return n;
}

static void
keep_better (Search *search, ZxPicks *best)
{
  zx_picks_sort (&search->picks);
  search->picks.value = exact_value (search);
  if (is_rise (search->picks.value, best->value) || best->value == -INFINITY)
    zx_picks_copy (best, &search->picks);
}

gboolean
zx_choice_search (const ZxChoice *self, const guint32 *offered, guint depth, ZxPicks *best,
                  const ZxProgress *progress, GError **error)
{
  Search search;
  double per_fen[8];
  best->n = 0;
  best->value = -INFINITY;
  search_init (&search, self, offered);
  gboolean by_kw = !place_required (&search, FALSE);
  gboolean is_possible = !by_kw || place_required (&search, TRUE);
  for (guint i = 0, n = 1; is_possible && i < n; i++)
    {
      place_required (&search, by_kw);
      add_greedily (&search, i == 0 ? 0 : per_fen[i]);
      keep_better (&search, best);
      if (i == 0)
        n = prices (self, best->value, per_fen);
    }
  if (depth > 0 && best->n > 0)
    {
      zx_picks_copy (&search.picks, best);
      improve (&search, progress);
      keep_better (&search, best);
    }
  search_clear (&search);
  return zx_progress_step (progress, 1, 1, error);
}
