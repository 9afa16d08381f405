/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bound of zx-choice-bound.h. */

#include "app/siting/zx-choice-bound.h"

#define NEWTON_PASSES  2
#define BISECTIONS     40
#define LEAST_MASS     1e-7
#define STALL_ROUNDS   10
#define LEAST_PROGRESS 0.02     /* of the distance to the target, over STALL_ROUNDS rounds */
#define PARALLEL_WORK  200000.0 /* evaluations below which threads do not pay */

/* ---- cliques ------------------------------------------------------------------------------ */

static gboolean
joins_clique (const ZxChoice *choice, guint32 candidate, const GArray *members)
{
  for (guint i = 0; i < members->len; i++)
    if (!zx_choice_excludes (choice, candidate, g_array_index (members, guint32, i)))
      return FALSE;
  return TRUE;
}

/* Partition into sets that exclude each other, the most valuable first. */
static void
find_cliques (ZxBound *self)
{
  const ZxChoice *choice = self->choice;
  g_autofree guint32 *order = g_new (guint32, self->n + 1);
  g_autofree guint32 *active = g_new (guint32, choice->n_candidates + 1);
  g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (guint32));
  memset (active, 0xff, (choice->n_candidates + 1) * sizeof (guint32));
  for (guint32 i = 0; i < self->n; i++)
    {
      order[i] = i;
      active[self->candidate[i]] = i;
      self->clique[i] = G_MAXUINT32;
    }
  g_qsort_with_data (order, (gint) self->n, sizeof (guint32), zx_choice_compare_by_key,
                     self->reduced);
  self->n_cliques = 0;
  for (guint i = 0; i < self->n; i++)
    {
      guint32 first = self->candidate[order[i]];
      if (self->clique[order[i]] != G_MAXUINT32)
        continue;
      self->clique[order[i]] = self->n_cliques;
      g_array_set_size (members, 0);
      g_array_append_val (members, first);
      for (gsize k = choice->neighbour_first[first]; k < choice->neighbour_first[first + 1]; k++)
        {
          guint32 other = choice->neighbour[k];
          if (active[other] == G_MAXUINT32 || self->clique[active[other]] != G_MAXUINT32
              || !joins_clique (choice, other, members))
            continue;
          self->clique[active[other]] = self->n_cliques;
          g_array_append_val (members, other);
        }
      self->n_cliques++;
    }
}

/* ---- life --------------------------------------------------------------------------------- */

static void
fill_reduced_with_alone (ZxBound *self)
{
  for (guint i = 0; i < self->n; i++)
    {
      self->reduced[i] = 0;
      for (guint t = 0; t < self->choice->n_kinds; t++)
        if (self->choice->offered[self->candidate[i]] & (1u << t))
          self->reduced[i]
              = MAX (self->reduced[i], zx_choice_alone (self->choice, self->candidate[i], t));
    }
}

void
zx_bound_init (ZxBound *self, const ZxChoice *choice, const ZxPicks *picks, guint n_groups,
               const ZxProgress *progress)
{
  guint n = choice->n_candidates + 1;
  *self = (ZxBound){ .choice = choice, .step = 1, .progress = progress };
  self->candidate = g_new0 (guint32, n);
  self->clique = g_new0 (guint32, n);
  self->worth = g_new0 (double, (gsize) n * choice->n_kinds);
  self->blended = g_new0 (double, (gsize) n * choice->n_kinds);
  self->reduced = g_new0 (double, n);
  self->kind = g_new0 (guint8, n);
  self->is_aside = g_new0 (guint8, n);
  self->most = g_new0 (double, (gsize) n * choice->n_kinds);
  zx_choice_space_init (&self->space, choice);
  self->picked = g_new0 (guint32, n);
  self->clique_best = g_new0 (guint32, n);
  self->rival = g_new0 (double, choice->n_cells + 1);
  self->attraction = g_new0 (double, choice->n_cells + 1);
  memcpy (self->rival, choice->rival, choice->n_cells * sizeof (double));
  self->per_kw = g_new0 (double, choice->n_rooms + 1);
  self->room_used = g_new0 (double, choice->n_rooms + 1);
  for (guint32 j = 0; j < choice->n_candidates; j++)
    if (choice->offered[j] != 0)
      self->candidate[self->n++] = j;
  self->may_fill = zx_choice_may_any_fill (choice);
  fill_reduced_with_alone (self);
  self->bound_alone = zx_choice_sum_best_alone (choice);
  find_cliques (self);
  ZxPart *part = zx_part_new (self);
  zx_bound_start (self, part, picks);
  zx_bound_group (self, part->fraction, n_groups);
  zx_part_free (part);
}

void
zx_bound_clear (ZxBound *self)
{
  g_free (self->candidate);
  g_free (self->clique);
  g_free (self->worth);
  g_free (self->blended);
  g_free (self->reduced);
  g_free (self->kind);
  g_free (self->is_aside);
  g_free (self->most);
  zx_choice_space_clear (&self->space);
  g_free (self->picked);
  g_free (self->clique_best);
  g_free (self->rival);
  g_free (self->attraction);
  g_free (self->line);
  g_free (self->mass);
  g_free (self->alone);
  g_free (self->per_kw);
  g_free (self->room_used);
}

gboolean
zx_bound_is_stopped (const ZxBound *self)
{
  return zx_choice_is_stopped (self->choice, self->progress)
         || (self->deadline > 0 && g_get_monotonic_time () >= self->deadline);
}

ZxPart *
zx_part_new (const ZxBound *bound)
{
  const ZxChoice *choice = bound->choice;
  ZxPart *self = g_new0 (ZxPart, 1);
  self->bound = bound->bound_alone;
  self->mask = g_new0 (guint32, bound->n + 1);
  self->fraction = g_array_new (FALSE, FALSE, sizeof (ZxFraction));
  for (guint i = 0; i < bound->n; i++)
    {
      self->mask[i] = choice->offered[bound->candidate[i]] & ZX_BOUND_KINDS;
      for (guint r = 0; r < choice->n_required; r++)
        if (choice->required[r] == bound->candidate[i])
          self->mask[i] |= ZX_BOUND_FORCED;
    }
  return self;
}

ZxPart *
zx_part_copy (const ZxPart *self, const ZxBound *bound)
{
  ZxPart *copy = g_new0 (ZxPart, 1);
  copy->bound = self->bound;
  copy->has_bound = self->has_bound;
  copy->mask = g_memdup2 (self->mask, (bound->n + 1) * sizeof (guint32));
  copy->fraction = g_array_copy (self->fraction);
  return copy;
}

void
zx_part_free (ZxPart *self)
{
  if (self == NULL)
    return;
  g_free (self->mask);
  g_array_unref (self->fraction);
  g_free (self);
}

/* ---- what forced candidates exclude ------------------------------------------------------- */

static double
least_of (const ZxChoice *choice, guint32 mask, const double *cost)
{
  double least = INFINITY;
  for (guint t = 0; t < choice->n_kinds; t++)
    if (mask & (1u << t))
      least = MIN (least, cost[t]);
  return least;
}

static double
least_load (const ZxChoice *choice, guint32 candidate, guint32 mask, gint32 room)
{
  double least = INFINITY;
  for (guint t = 0; t < choice->n_kinds; t++)
    if (mask & (1u << t))
      least = MIN (least, zx_choice_load_kw (choice, candidate, t, room));
  return least;
}

typedef struct
{
  guint n_forced;
  double fen; /* the forced ones at their cheapest */
  double *kw; /* [room]: at their least */
} Committed;

static gboolean
commit (const ZxBound *self, const ZxPart *part, Committed *committed)
{
  const ZxChoice *choice = self->choice;
  committed->n_forced = 0;
  committed->fen = 0;
  memset (committed->kw, 0, choice->n_rooms * sizeof (double));
  for (guint i = 0; i < self->n; i++)
    {
      guint32 candidate = self->candidate[i], mask = part->mask[i] & ZX_BOUND_KINDS;
      const gint32 rooms[2] = { choice->area_room[candidate], choice->feeder_room[candidate] };
      if ((part->mask[i] & ZX_BOUND_FORCED) == 0)
        continue;
      if (mask == 0)
        return FALSE;
      committed->n_forced++;
      committed->fen += least_of (choice, mask, choice->kind_fen);
      for (guint k = 0; k < 2; k++)
        if (rooms[k] >= 0)
          committed->kw[rooms[k]] += least_load (choice, candidate, mask, rooms[k]);
    }
  for (guint r = 0; r < choice->n_rooms; r++)
    if (committed->kw[r] > choice->room_kw[r] + 1e-6)
      return FALSE;
  return committed->n_forced <= choice->n_sites && committed->fen <= choice->budget_fen + 1e-3;
}

/* The kinds of @candidate that still fit beside what is committed (itself not counted). */
static guint32
fitting_kinds (const ZxChoice *choice, guint32 candidate, guint32 mask, gboolean is_forced,
               const Committed *committed)
{
  const gint32 rooms[2] = { choice->area_room[candidate], choice->feeder_room[candidate] };
  guint32 kinds = mask & ZX_BOUND_KINDS, fitting = kinds;
  double fen = committed->fen - (is_forced ? least_of (choice, kinds, choice->kind_fen) : 0);
  for (guint t = 0; t < choice->n_kinds; t++)
    if ((kinds & (1u << t)) && fen + choice->kind_fen[t] > choice->budget_fen + 1e-3)
      fitting &= ~(1u << t);
  for (guint k = 0; k < 2; k++)
    {
      if (rooms[k] < 0)
        continue;
      double kw = committed->kw[rooms[k]]
                  - (is_forced ? least_load (choice, candidate, kinds, rooms[k]) : 0);
      for (guint t = 0; t < choice->n_kinds; t++)
        {
          double load = zx_choice_load_kw (choice, candidate, t, rooms[k]);
          if ((kinds & (1u << t)) && load > 0 && kw + load > choice->room_kw[rooms[k]] + 1e-6)
            fitting &= ~(1u << t);
        }
    }
  return fitting;
}

static gboolean
excludes_forced (const ZxBound *self, const ZxPart *part, const guint8 *is_forced,
                 guint32 candidate)
{
  const ZxChoice *choice = self->choice;
  for (gsize k = choice->neighbour_first[candidate]; k < choice->neighbour_first[candidate + 1];
       k++)
    if (is_forced[choice->neighbour[k]])
      return TRUE;
  return FALSE;
}

gboolean
zx_bound_propagate (const ZxBound *self, ZxPart *part)
{
  const ZxChoice *choice = self->choice;
  g_autofree guint8 *is_forced = g_new0 (guint8, choice->n_candidates + 1);
  Committed committed = { 0, 0, self->room_used };
  for (guint i = 0; i < self->n; i++)
    is_forced[self->candidate[i]] = (part->mask[i] & ZX_BOUND_FORCED) != 0;
  for (gboolean has_changed = TRUE; has_changed;)
    {
      has_changed = FALSE;
      if (!commit (self, part, &committed))
        return FALSE;
      for (guint i = 0; i < self->n; i++)
        {
          guint32 mask = part->mask[i], candidate = self->candidate[i];
          gboolean forced = (mask & ZX_BOUND_FORCED) != 0;
          if ((mask & ZX_BOUND_KINDS) == 0)
            continue;
          guint32 kinds = fitting_kinds (choice, candidate, mask, forced, &committed);
          if (excludes_forced (self, part, is_forced, candidate)
              || (!forced && committed.n_forced >= choice->n_sites))
            kinds = 0;
          if (kinds == (mask & ZX_BOUND_KINDS))
            continue;
          if (forced && kinds == 0)
            return FALSE;
          part->mask[i] = kinds | (forced ? ZX_BOUND_FORCED : 0);
          /* Fewer kinds of a forced one commit more: look again. */
          has_changed = has_changed || forced;
        }
    }
  return TRUE;
}

/* ---- multipliers of the rooms -------------------------------------------------------------- */

/* Prices of rooms that are overrun rise, of those with space fall (Polyak's step). */
static void
reprice_rooms (ZxBound *self, double distance)
{
  const ZxChoice *choice = self->choice;
  double squares = 0;
  memset (self->room_used, 0, choice->n_rooms * sizeof (double));
  for (guint i = 0; i < self->n_picked; i++)
    {
      guint32 active = self->picked[i], candidate = self->candidate[active];
      const gint32 rooms[2] = { choice->area_room[candidate], choice->feeder_room[candidate] };
      for (guint k = 0; k < 2; k++)
        if (rooms[k] >= 0)
          self->room_used[rooms[k]]
              += zx_choice_load_kw (choice, candidate, self->kind[active], rooms[k]);
    }
  for (guint r = 0; r < choice->n_rooms; r++)
    {
      double room = MAX (choice->room_kw[r], 1),
             over = (self->room_used[r] - choice->room_kw[r]) / room;
      self->room_used[r] = over > 0 || self->per_kw[r] > 0 ? over : 0;
      squares += self->room_used[r] * self->room_used[r];
    }
  if (squares <= 0 || distance <= 0)
    return;
  double step = self->step * distance / squares;
  for (guint r = 0; r < choice->n_rooms; r++)
    self->per_kw[r]
        = MAX (0, self->per_kw[r] + step * self->room_used[r] / MAX (choice->room_kw[r], 1));
}

/* ---- closing ------------------------------------------------------------------------------ */

/* Closes every kind whose presence would bring the bound to the target, and forces every pick
 * whose absence would.  Returns: TRUE when a candidate was forced. */
static gboolean
close_kinds (ZxBound *self, ZxPart *part, double bound, double target)
{
  const ZxChoice *choice = self->choice;
  g_autofree guint8 *is_picked = g_new0 (guint8, self->n + 1);
  g_autofree double *clique_worth = g_new0 (double, self->n_cliques + 1);
  gboolean has_forced = FALSE;
  for (guint i = 0; i < self->n_picked; i++)
    {
      is_picked[self->picked[i]] = TRUE;
      if ((part->mask[self->picked[i]] & ZX_BOUND_FORCED) == 0)
        clique_worth[self->clique[self->picked[i]]] = self->reduced[self->picked[i]];
    }
  for (guint i = 0; i < self->n; i++)
    {
      guint32 mask = part->mask[i], kinds = mask & ZX_BOUND_KINDS;
      if (kinds == 0)
        continue;
      double gives_way = is_picked[i]                        ? self->reduced[i]
                         : clique_worth[self->clique[i]] > 0 ? clique_worth[self->clique[i]]
                                                             : self->least;
      for (guint t = 0; t < choice->n_kinds; t++)
        if (kinds & (1u << t))
          {
            double reduced = self->worth[(gsize) i * choice->n_kinds + t]
                             - zx_bound_price (self, self->candidate[i], t);
            if (bound - gives_way + reduced <= target)
              kinds &= ~(1u << t);
          }
      part->mask[i] = kinds | (mask & ZX_BOUND_FORCED);
      if (part->mask[i] == ZX_BOUND_FORCED) /* nothing here beats the target */
        part->bound = target;
    }
  for (guint i = 0; i < self->n_picked; i++)
    {
      guint32 active = self->picked[i];
      if (part->mask[active] & ZX_BOUND_FORCED)
        continue;
      double second = self->next;
      for (guint k = 0; k < self->n; k++)
        if (k != active && self->clique[k] == self->clique[active])
          second = MAX (second, self->reduced[k]);
      if (bound - self->reduced[active] + second <= target)
        {
          part->mask[active] |= ZX_BOUND_FORCED;
          has_forced = TRUE;
        }
    }
  return has_forced;
}

/* ---- the story ---------------------------------------------------------------------------- */

void
zx_bound_start (ZxBound *self, ZxPart *part, const ZxPicks *picks)
{
  g_array_set_size (part->fraction, 0);
  for (guint32 i = 0; i < self->n; i++)
    for (guint p = 0; p < picks->n; p++)
      if (picks->pick[p].candidate == self->candidate[i])
        {
          ZxFraction pick = zx_fraction (i, picks->pick[p].kind, 1);
          g_array_append_val (part->fraction, pick);
        }
}

void
zx_bound_lower (ZxBound *self, ZxPart *part, guint n_rounds, guint n_steps, const double *target,
                ZxBoundFunc on_picked, gpointer data)
{
  double stall_from = INFINITY;
  guint stall_round = 0;
  zx_bound_set_aside (self, part);
  for (guint round = 0; round < n_rounds; round++)
    {
      if (part->has_bound ? zx_bound_is_stopped (self)
                          : zx_choice_is_stopped (self->choice, self->progress))
        return; /* one round is made whatever the hour, so that there is a bound */
      zx_bound_place_tangents (self, part->fraction, round > 0);
      double bound = zx_bound_maximise (self, part, round == 0, *target);
      if (zx_choice_is_stopped (self->choice, self->progress))
        return; /* what was weighed is not whole */
      part->bound = MIN (part->bound, bound);
      part->has_bound = TRUE;
      if (on_picked != NULL)
        on_picked (self, part, data);
      if (part->bound <= *target)
        return;
      if (close_kinds (self, part, bound, *target) && !zx_bound_propagate (self, part))
        part->bound = *target;
      if (part->bound <= *target)
        return;
      if (part->bound < stall_from - LEAST_PROGRESS * (stall_from - *target)
          || !isfinite (stall_from))
        {
          stall_from = part->bound;
          stall_round = round;
        }
      else if (round - stall_round >= STALL_ROUNDS)
        break;
      reprice_rooms (self, bound - *target);
      zx_bound_gather (self, part);
      zx_bound_spread (self, part, n_steps);
    }
}

void
zx_bound_compact (ZxBound *self, ZxPart *part)
{
  guint n = 0;
  g_autofree guint32 *moved = g_new (guint32, self->n + 1);
  for (guint i = 0; i < self->n; i++)
    {
      moved[i] = G_MAXUINT32;
      if ((part->mask[i] & ZX_BOUND_KINDS) == 0)
        continue;
      moved[i] = n;
      self->reduced[n] = self->reduced[i];
      self->candidate[n] = self->candidate[i];
      part->mask[n++] = part->mask[i];
    }
  guint n_kept = 0;
  for (guint i = 0; i < part->fraction->len; i++)
    {
      ZxFraction pick = g_array_index (part->fraction, ZxFraction, i);
      pick.active = moved[pick.active];
      if (pick.active != G_MAXUINT32)
        g_array_index (part->fraction, ZxFraction, n_kept++) = pick;
    }
  g_array_set_size (part->fraction, n_kept);
  self->n = n;
  find_cliques (self);
}
