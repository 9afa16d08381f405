/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Climbing: vertex substitution (Teitz and Bart 1968) and exchange of kinds between two sites.
 *
 * Moves are judged by an estimate: pick j would be asked for h_j = Σ_c D_c a / (B + A + a) and
 * would serve ψ_j (h) = mean of min (h x, cap) over the sketch x of its own spread; the others lose
 * Σ_c D_c Λ_c a / ((B + A)(B + A + a)), Λ = Σ ψ'_i a_i.  Without caps this is the exact gain.  A
 * move is taken only if the exact value rises.  Gains are stale upper bounds where nothing is
 * capped; where caps bind the order of trying is a guess, never the result. */

#include "app/siting/zx-choice-search.h"

#define MAX_SWEEPS    30
#define MAX_TRIALS    160 /* candidates tried in place of one site before giving up */
#define QUICK_TRIALS  24
#define MAX_EXCHANGES 6
#define LEAST_RISE    1e-9 /* relative: a smaller rise is rounding */
#define LANES         4    /* cells side by side, in single precision: estimates need no more */
#define QUADS         4

/* ---- life --------------------------------------------------------------------------------- */

void
zx_search_init (ZxSearch *self, const ZxChoice *choice, const guint32 *offered)
{
  self->choice = choice;
  self->offered = offered != NULL ? offered : choice->offered;
  self->must_finish = FALSE;
  self->picks = zx_picks_new (choice->n_sites);
  self->attraction = g_new0 (double, choice->n_cells + 1);
  self->inverse = g_new0 (double, choice->n_cells + 1);
  self->pull = g_new0 (double, choice->n_cells + 1);
  self->gain = g_new0 (double, (gsize) choice->n_candidates * choice->n_kinds + 1);
  self->bound = g_new0 (double, choice->n_candidates + 1);
  self->order = g_new0 (guint32, choice->n_candidates + 1);
  zx_choice_space_init (&self->space, choice);
}

void
zx_search_clear (ZxSearch *self)
{
  zx_picks_clear (&self->picks);
  g_free (self->attraction);
  g_free (self->inverse);
  g_free (self->pull);
  g_free (self->gain);
  g_free (self->bound);
  g_free (self->order);
  zx_choice_space_clear (&self->space);
}

gboolean
zx_search_is_required (const ZxChoice *choice, guint32 candidate)
{
  for (guint i = 0; i < choice->n_required; i++)
    if (choice->required[i] == candidate)
      return TRUE;
  return FALSE;
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

/* One division a cell for all picks that reach it. */
static void
invert (ZxSearch *self, const double *attraction)
{
  const ZxChoice *choice = self->choice;
  for (guint c = 0; c < choice->n_cells; c++)
    self->inverse[c] = 1 / (choice->rival[c] + attraction[c]);
}

static double
asked_of (const ZxSearch *self, ZxPick pick)
{
  const ZxChoice *choice = self->choice;
  double asked = 0;
  for (gsize i = choice->first[pick.candidate]; i < choice->first[pick.candidate + 1]; i++)
    {
      guint32 c = choice->cell[i];
      asked += choice->mean[c] * choice->near[i] * self->inverse[c];
    }
  return asked * choice->size[choice->kind_size[pick.kind]];
}

/* Sets attraction and pull for the picks except the one at @without (or all: G_MAXUINT). */
void
zx_search_place (ZxSearch *self, guint without)
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
  invert (self, self->attraction);
  for (guint p = 0; p < self->picks.n; p++)
    {
      ZxPick pick = self->picks.pick[p];
      if (p == without)
        continue;
      double slope, asked = asked_of (self, pick);
      serve_about (choice, pick.candidate, pick.kind, asked, &slope);
      slope *= choice->size[choice->kind_size[pick.kind]];
      for (gsize i = choice->first[pick.candidate]; i < choice->first[pick.candidate + 1]; i++)
        {
          guint32 c = choice->cell[i];
          self->pull[c] += slope * choice->near[i] * self->inverse[c];
        }
    }
}

typedef float Quad __attribute__ ((vector_size (LANES * sizeof (float))));

/* Some cells of one candidate, as they stand. */
typedef struct
{
  Quad near[QUADS], rest[QUADS], demand[QUADS], pull[QUADS];
} Block;

static void
fill_block (const ZxSearch *self, gsize from, guint n, Block *block)
{
  const ZxChoice *choice = self->choice;
  *block = (Block){ 0 };
  for (guint i = 0; i < LANES * QUADS; i++)
    {
      guint q = i / LANES, l = i % LANES;
      guint32 c = i < n ? choice->cell[from + i] : 0;
      block->rest[q][l] = i < n ? (float) (choice->rival[c] + self->attraction[c]) : 1;
      if (i >= n)
        continue;
      block->near[q][l] = choice->near[from + i];
      block->demand[q][l] = (float) choice->mean[c];
      block->pull[q][l] = (float) self->pull[c];
    }
}

static inline double
sum_of (Quad quad)
{
  return (double) quad[0] + quad[1] + quad[2] + quad[3];
}

/* What a size is asked for in the block, and what the others lose to it. */
static void
ask_block (const Block *block, double size, double *asked, double *lost)
{
  Quad all_asked = { 0 }, all_lost = { 0 };
  for (guint q = 0; q < QUADS; q++)
    {
      Quad a = (float) size * block->near[q];
      Quad share = block->demand[q] * a / (block->rest[q] + a);
      all_asked += share;
      all_lost += share * block->pull[q];
    }
  *asked += sum_of (all_asked);
  *lost += sum_of (all_lost);
}

/* Estimated gains of all kinds of @candidate where the picks stand; -INFINITY when not offered. */
void
zx_search_estimate (const ZxSearch *self, guint32 candidate, double *gain)
{
  const ZxChoice *choice = self->choice;
  double asked[ZX_CHOICE_MAX_KINDS] = { 0 }, lost[ZX_CHOICE_MAX_KINDS] = { 0 };
  guint32 offered = self->offered[candidate];
  gsize end = choice->first[candidate + 1];
  for (gsize from = choice->first[candidate]; offered != 0 && from < end; from += LANES * QUADS)
    {
      Block block;
      fill_block (self, from, (guint) MIN (end - from, LANES * QUADS), &block);
      for (guint u = 0; u < choice->n_sizes; u++)
        ask_block (&block, choice->size[u], &asked[u], &lost[u]);
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
  ZxSearch *self = data;
  for (gsize j = begin; j < end && !zx_choice_is_stopped (self->choice, self->progress); j++)
    zx_search_estimate (self, (guint32) j, self->gain + j * self->choice->n_kinds);
}

static double
largest (const double *gain, guint n)
{
  double most = -INFINITY;
  for (guint t = 0; t < n; t++)
    most = MAX (most, gain[t]);
  return most;
}

double
zx_search_best_kind (const ZxSearch *self, guint32 candidate, const double *gain,
                     const double *per_kind, guint *kind)
{
  const ZxChoice *choice = self->choice;
  double best = -INFINITY;
  for (guint t = 0; t < choice->n_kinds; t++)
    {
      double score = gain[t] - (per_kind != NULL ? per_kind[t] : 0);
      if (gain[t] > 0 && score > best
          && zx_choice_fits (choice, self->picks.pick, self->picks.n, (ZxPick){ candidate, t }))
        {
          best = score;
          *kind = t;
        }
    }
  return best;
}

/* ---- swaps -------------------------------------------------------------------------------- */

double
zx_search_value (ZxSearch *self)
{
  return zx_choice_value (self->choice, self->picks.pick, self->picks.n, &self->space, NULL, NULL);
}

gboolean
zx_search_is_rise (double value, double before)
{
  return value > before + LEAST_RISE * MAX (fabs (before), 1e-9);
}

/* The value of the picks by the estimate, without going through the draws. */
static double
estimate_value (ZxSearch *self)
{
  const ZxChoice *choice = self->choice;
  double *attraction = self->space.attraction, value = 0;
  for (guint p = 0; p < self->picks.n; p++)
    {
      ZxPick pick = self->picks.pick[p];
      double size = choice->size[choice->kind_size[pick.kind]];
      for (gsize i = choice->first[pick.candidate]; i < choice->first[pick.candidate + 1]; i++)
        attraction[choice->cell[i]] += size * choice->near[i];
    }
  invert (self, attraction);
  for (guint p = 0; p < self->picks.n; p++)
    {
      ZxPick pick = self->picks.pick[p];
      value += serve_about (choice, pick.candidate, pick.kind, asked_of (self, pick), NULL);
    }
  for (guint p = 0; p < self->picks.n; p++)
    {
      guint32 j = self->picks.pick[p].candidate;
      for (gsize i = choice->first[j]; i < choice->first[j + 1]; i++)
        attraction[choice->cell[i]] = 0;
    }
  return value;
}

/* Whether the picks as they stand are worth more than @before; the exact value is only worked out
 * when the estimate agrees. */
static gboolean
is_better (ZxSearch *self, double before)
{
  double about = estimate_value (self);
  if (about < self->about)
    return FALSE;
  self->picks.value = zx_search_value (self);
  if (!zx_search_is_rise (self->picks.value, before))
    return FALSE;
  self->about = about;
  return TRUE;
}

/* Candidates by what they could at most gain in place of a site whose loss is @loss. */
static guint
order_by_bound (ZxSearch *self, double loss)
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
  g_qsort_with_data (self->order, (gint) n, sizeof (guint32), zx_choice_compare_by_key,
                     self->bound);
  return n;
}

/* The best pick to put in where the picks stand, by estimate; FALSE: none that gains. */
static gboolean
find_best (ZxSearch *self, guint n_ordered, guint n_trials, guint32 only, ZxPick *found,
           double *found_gain)
{
  double gain[ZX_CHOICE_MAX_KINDS];
  *found_gain = 0;
  for (guint i = 0, n_tried = 0;
       i < n_ordered && n_tried < n_trials && !zx_choice_is_stopped (self->choice, self->progress);
       i++)
    {
      guint32 j = only != G_MAXUINT32 ? only : self->order[i];
      if (only == G_MAXUINT32 && self->bound[j] <= *found_gain)
        break;
      zx_search_estimate (self, j, gain);
      guint kind;
      double best = zx_search_best_kind (self, j, gain, NULL, &kind);
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
try_swap (ZxSearch *self, guint index, guint n_trials)
{
  ZxPick old = self->picks.pick[index], found;
  double before = self->picks.value, gain;
  guint32 only = zx_search_is_required (self->choice, old.candidate) ? old.candidate : G_MAXUINT32;
  zx_search_place (self, index);
  double loss = self->about;
  zx_picks_remove (&self->picks, index);
  loss -= estimate_value (self);
  guint n = only != G_MAXUINT32 ? 1 : order_by_bound (self, MAX (loss, 0));
  if (find_best (self, n, n_trials, only, &found, &gain)
      && (found.candidate != old.candidate || found.kind != old.kind))
    {
      self->picks.pick[self->picks.n++] = found;
      if (is_better (self, before))
        return TRUE;
      self->picks.n--;
    }
  self->picks.pick[self->picks.n++] = old; /* at the end: the sweep below counts on it */
  self->picks.value = before;
  return FALSE;
}

/* One more site, or one that only harms out. */
static gboolean
try_add_or_drop (ZxSearch *self, guint n_trials)
{
  double before = self->picks.value, gain;
  ZxPick found;
  zx_search_place (self, G_MAXUINT);
  if (self->picks.n < self->choice->n_sites
      && find_best (self, order_by_bound (self, 0), n_trials, G_MAXUINT32, &found, &gain))
    {
      self->picks.pick[self->picks.n++] = found;
      if (is_better (self, before))
        return TRUE;
      self->picks.n--;
    }
  for (guint i = 0, n = self->picks.n; i < n; i++)
    {
      ZxPick old = self->picks.pick[0];
      zx_picks_remove (&self->picks, 0);
      if (!zx_search_is_required (self->choice, old.candidate) && is_better (self, before))
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
fits_exchange (const ZxSearch *self, const Exchange *exchange)
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
find_exchanges (ZxSearch *self, const double *gain, Exchange *best)
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
try_exchange (ZxSearch *self)
{
  guint n_kinds = self->choice->n_kinds;
  g_autofree double *gain = g_new (double, (gsize) self->picks.n *n_kinds + 1);
  for (guint i = 0; i < self->picks.n; i++)
    {
      zx_search_place (self, i);
      zx_search_estimate (self, self->picks.pick[i].candidate, gain + (gsize) i * n_kinds);
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
      if (is_better (self, before))
        return TRUE;
      a->kind = old_a;
      b->kind = old_b;
    }
  self->picks.value = before;
  return FALSE;
}

/* ---- the story ---------------------------------------------------------------------------- */

static gboolean
sweep (ZxSearch *self, ZxSearchDepth depth, const ZxProgress *progress)
{
  gboolean has_risen = FALSE;
  guint n_trials = depth == ZX_SEARCH_THOROUGH ? MAX_TRIALS : QUICK_TRIALS;
  zx_search_place (self, G_MAXUINT);
  self->about = estimate_value (self);
  zx_parallel_for (self->choice->n_candidates, 0, estimate_range, self, NULL, NULL);
  /* A pick that stays goes to the end of the list, so that index 0 meets every pick once. */
  for (guint i = 0; i < self->picks.n && !zx_choice_is_stopped (self->choice, progress); i++)
    {
      has_risen = try_swap (self, 0, n_trials) || has_risen;
      zx_choice_tell (self->choice, self->picks.value, NAN);
    }
  if (zx_choice_is_stopped (self->choice, progress))
    return FALSE;
  has_risen = try_add_or_drop (self, n_trials) || has_risen;
  return try_exchange (self) || has_risen;
}

void
zx_search_climb (ZxSearch *self, ZxSearchDepth depth, const ZxProgress *progress)
{
  guint n_sweeps = depth == ZX_SEARCH_THOROUGH ? MAX_SWEEPS : 2;
  for (guint i = 0; i < n_sweeps && !zx_choice_is_stopped (self->choice, progress); i++)
    if (!sweep (self, depth, progress))
      break;
}
