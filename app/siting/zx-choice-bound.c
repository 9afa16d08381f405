/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bound of zx-choice-bound.h. */

#include "app/siting/zx-choice-bound.h"

#define NEWTON_PASSES  2
#define BISECTIONS     40
#define LEAST_MASS     1e-7
#define STALL_ROUNDS   6
#define LEAST_PROGRESS 1e-4     /* of the distance to the target, over STALL_ROUNDS rounds */
#define PARALLEL_WORK  200000.0 /* evaluations below which threads do not pay */

/* ---- cliques ------------------------------------------------------------------------------ */

typedef struct
{
  const ZxBound *bound;
  const double *key;
} Keyed;

static int
compare_keys (gconstpointer a, gconstpointer b, gpointer data)
{
  const double *key = data;
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;
  if (key[x] != key[y])
    return key[x] > key[y] ? -1 : 1;
  return (x > y) - (x < y);
}

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
  g_qsort_with_data (order, (gint) self->n, sizeof (guint32), compare_keys, self->reduced);
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
zx_bound_init (ZxBound *self, const ZxChoice *choice, const ZxProgress *progress)
{
  guint n = choice->n_candidates + 1;
  *self = (ZxBound){ .choice = choice, .step = 1, .progress = progress };
  self->candidate = g_new0 (guint32, n);
  self->clique = g_new0 (guint32, n);
  self->mass = g_new0 (double, (gsize) n * choice->n_sizes);
  self->share = g_new0 (double, n);
  self->worth = g_new0 (double, (gsize) n * choice->n_kinds);
  self->reduced = g_new0 (double, n);
  self->kind = g_new0 (guint8, n);
  self->picked = g_new0 (guint32, n);
  self->clique_best = g_new0 (guint32, n);
  self->tangent = g_new0 (ZxTangent, choice->n_cells + 1);
  self->mass_low = g_new0 (double, choice->n_cells + 1);
  self->weight_high = g_new0 (double, choice->n_cells + 1);
  self->per_kw = g_new0 (double, choice->n_rooms + 1);
  self->room_used = g_new0 (double, choice->n_rooms + 1);
  self->dear = g_array_new (FALSE, FALSE, sizeof (ZxMass));
  for (guint32 j = 0; j < choice->n_candidates; j++)
    if (choice->offered[j] != 0)
      self->candidate[self->n++] = j;
  for (guint c = 0; c < choice->n_cells; c++)
    {
      self->tangent[c].demand = choice->mean[c];
      self->tangent[c].rival = choice->rival[c];
    }
  fill_reduced_with_alone (self);
  find_cliques (self);
}

void
zx_bound_clear (ZxBound *self)
{
  g_free (self->candidate);
  g_free (self->clique);
  g_free (self->mass);
  g_free (self->share);
  g_free (self->worth);
  g_free (self->reduced);
  g_free (self->kind);
  g_free (self->picked);
  g_free (self->clique_best);
  g_free (self->tangent);
  g_free (self->mass_low);
  g_free (self->weight_high);
  g_free (self->per_kw);
  g_free (self->room_used);
  g_array_unref (self->dear);
}

ZxPart *
zx_part_new (const ZxBound *bound)
{
  const ZxChoice *choice = bound->choice;
  ZxPart *self = g_new0 (ZxPart, 1);
  self->bound = INFINITY;
  self->mask = g_new0 (guint32, bound->n + 1);
  self->mass = g_array_new (FALSE, FALSE, sizeof (ZxMass));
  self->share = g_new0 (double, bound->n + 1);
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
  copy->mask = g_memdup2 (self->mask, (bound->n + 1) * sizeof (guint32));
  copy->mass = g_array_copy (self->mass);
  copy->share = g_memdup2 (self->share, (bound->n + 1) * sizeof (double));
  return copy;
}

void
zx_part_free (ZxPart *self)
{
  if (self == NULL)
    return;
  g_free (self->mask);
  g_free (self->share);
  g_array_unref (self->mass);
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

/* ---- tangents ----------------------------------------------------------------------------- */

static void
load_mass (ZxBound *self, const ZxPart *part)
{
  memset (self->mass, 0, (gsize) self->n * self->choice->n_sizes * sizeof (double));
  memcpy (self->share, part->share, self->n * sizeof (double));
  for (guint i = 0; i < part->mass->len; i++)
    {
      const ZxMass *mass = &g_array_index (part->mass, ZxMass, i);
      if ((part->mask[mass->active] & ZX_BOUND_KINDS) == 0)
        continue;
      self->mass[(gsize) mass->active * self->choice->n_sizes + mass->size] = mass->mass;
    }
}

static void
store_mass (const ZxBound *self, ZxPart *part)
{
  g_array_set_size (part->mass, 0);
  memcpy (part->share, self->share, self->n * sizeof (double));
  for (guint32 i = 0; i < self->n; i++)
    for (guint32 u = 0; u < self->choice->n_sizes; u++)
      {
        ZxMass mass = { i, u, self->mass[(gsize) i * self->choice->n_sizes + u] };
        if (mass.mass > LEAST_MASS)
          g_array_append_val (part->mass, mass);
      }
}

/* One pass over the fractional picks: per cell Σ z of those above A0 and Σ z a of those below. */
static void
measure_mass (ZxBound *self, gboolean is_first)
{
  const ZxChoice *choice = self->choice;
  memset (self->mass_low, 0, choice->n_cells * sizeof (double));
  memset (self->weight_high, 0, choice->n_cells * sizeof (double));
  for (guint i = 0; i < self->n; i++)
    for (guint u = 0; u < choice->n_sizes; u++)
      {
        double mass = self->mass[(gsize) i * choice->n_sizes + u], size = choice->size[u];
        if (mass <= LEAST_MASS)
          continue;
        guint32 j = self->candidate[i];
        for (gsize k = choice->first[j]; k < choice->first[j + 1]; k++)
          {
            guint32 c = choice->cell[k];
            double a = size * choice->near[k];
            gboolean is_high = !is_first && a > self->tangent[c].at;
            self->weight_high[c] += is_high ? mass : 0;
            self->mass_low[c] += is_high ? 0 : mass * a;
          }
      }
}

/* A0 of every cell near the largest root of Σ z min (a, A0) = A0, by Newton steps from above; any
 * A0 is valid, so two steps do. */
static void
place_tangents (ZxBound *self)
{
  const ZxChoice *choice = self->choice;
  self->constant = 0;
  for (guint pass = 0; pass <= NEWTON_PASSES; pass++)
    {
      measure_mass (self, pass == 0);
      for (guint c = 0; c < choice->n_cells; c++)
        {
          double open = 1 - self->weight_high[c];
          if (pass == 0 || open > 0)
            self->tangent[c].at = self->mass_low[c] / (pass == 0 ? 1 : open);
        }
    }
  for (guint c = 0; c < choice->n_cells; c++)
    {
      ZxTangent *t = self->tangent + c;
      double sum = t->rival + t->at, share = t->at / sum;
      t->slope = t->demand * (t->rival / sum / sum);
      t->flat = t->demand * share * share;
      self->constant += t->flat;
    }
}

/* ---- worths ------------------------------------------------------------------------------- */

static void
weigh (const ZxBound *self, guint32 candidate, guint n_sizes, double *worth)
{
  const ZxChoice *choice = self->choice;
  for (gsize k = choice->first[candidate]; k < choice->first[candidate + 1]; k++)
    {
      const ZxTangent *t = self->tangent + choice->cell[k];
      double near = choice->near[k];
      for (guint u = 0; u < n_sizes; u++)
        {
          double a = choice->size[u] * near;
          double low = t->slope * a, high = t->demand * (a / (t->rival + a)) - t->flat;
          worth[u] += a <= t->at ? low : high;
        }
    }
}

typedef struct
{
  ZxBound *bound;
  const guint32 *mask;
} Weighing;

static void
weigh_range (gsize begin, gsize end, guint worker, gpointer data)
{
  const Weighing *weighing = data;
  ZxBound *self = weighing->bound;
  const ZxChoice *choice = self->choice;
  for (gsize i = begin; i < end; i++)
    {
      double by_size[ZX_CHOICE_MAX_KINDS] = { 0 };
      if ((weighing->mask[i] & ZX_BOUND_KINDS) == 0)
        continue;
      weigh (self, self->candidate[i], choice->n_sizes, by_size);
      for (guint t = 0; t < choice->n_kinds; t++)
        {
          double alone = zx_choice_alone (choice, self->candidate[i], t);
          self->worth[i * choice->n_kinds + t]
              = MIN (by_size[choice->kind_size[t]], alone * (1 + ZX_CHOICE_FLOAT_SLACK));
        }
    }
}

static void
weigh_all (ZxBound *self, const ZxPart *part)
{
  const ZxChoice *choice = self->choice;
  Weighing weighing = { self, part->mask };
  double work = 0;
  for (guint i = 0; i < self->n; i++)
    if (part->mask[i] & ZX_BOUND_KINDS)
      work += (double) (choice->first[self->candidate[i] + 1] - choice->first[self->candidate[i]])
              * choice->n_sizes;
  self->effort += work;
  if (work < PARALLEL_WORK)
    weigh_range (0, self->n, 0, &weighing);
  else
    zx_parallel_for (self->n, 0, weigh_range, &weighing, NULL, NULL);
}

/* ---- the maximum -------------------------------------------------------------------------- */

static double
price_of (const ZxBound *self, guint32 candidate, guint kind)
{
  const ZxChoice *choice = self->choice;
  double price = self->per_fen * choice->kind_fen[kind];
  const gint32 rooms[2] = { choice->area_room[candidate], choice->feeder_room[candidate] };
  for (guint k = 0; k < 2; k++)
    if (rooms[k] >= 0 && self->per_kw[rooms[k]] > 0)
      price += self->per_kw[rooms[k]] * zx_choice_load_kw (choice, candidate, kind, rooms[k]);
  return price;
}

static void
reduce (ZxBound *self, const ZxPart *part)
{
  const ZxChoice *choice = self->choice;
  for (guint i = 0; i < self->n; i++)
    {
      self->reduced[i] = -INFINITY;
      for (guint t = 0; t < choice->n_kinds; t++)
        if (part->mask[i] & ZX_BOUND_KINDS & (1u << t))
          {
            double worth = self->worth[(gsize) i * choice->n_kinds + t]
                           - price_of (self, self->candidate[i], t);
            if (worth > self->reduced[i])
              {
                self->reduced[i] = worth;
                self->kind[i] = (guint8) t;
              }
          }
    }
}

/* Keeps the @n largest of (reduced, active) in a heap with the least on top; the rest only tells
 * which is the best of those left out. */
static gboolean
is_less (const ZxBound *self, guint32 a, guint32 b)
{
  return self->reduced[a] < self->reduced[b] || (self->reduced[a] == self->reduced[b] && a > b);
}

static void
sift (const ZxBound *self, guint32 *heap, guint n, guint i)
{
  for (;;)
    {
      guint least = i;
      for (guint child = 2 * i + 1; child < MIN (2 * i + 3, n); child++)
        if (is_less (self, heap[child], heap[least]))
          least = child;
      if (least == i)
        return;
      guint32 swapped = heap[i];
      heap[i] = heap[least];
      heap[least] = swapped;
      i = least;
    }
}

static void
offer (ZxBound *self, guint32 *heap, guint *n, guint n_max, guint32 active)
{
  if (*n < n_max)
    {
      heap[(*n)++] = active;
      for (guint i = *n / 2; *n == n_max && i-- > 0;)
        sift (self, heap, *n, i);
      return;
    }
  if (n_max > 0 && is_less (self, heap[0], active))
    {
      self->next = MAX (self->next, self->reduced[heap[0]]);
      heap[0] = active;
      sift (self, heap, *n, 0);
    }
  else
    self->next = MAX (self->next, self->reduced[active]);
}

/* The picks of largest reduced worth: all forced ones and the best of the cliques, none that
 * loses.  Returns: their sum. */
static double
maximise (ZxBound *self, const ZxPart *part)
{
  guint n_forced = 0, n_heap = 0;
  reduce (self, part);
  memset (self->clique_best, 0xff, self->n_cliques * sizeof (guint32));
  for (guint32 i = 0; i < self->n; i++)
    if (part->mask[i] & ZX_BOUND_FORCED)
      self->picked[n_forced++] = i;
    else if (self->reduced[i] > 0)
      {
        guint32 *best = self->clique_best + self->clique[i];
        if (*best == G_MAXUINT32 || self->reduced[i] > self->reduced[*best])
          *best = i;
      }
  self->next = 0;
  guint n_free = self->choice->n_sites > n_forced ? self->choice->n_sites - n_forced : 0;
  guint32 *heap = self->picked + n_forced;
  for (guint q = 0; q < self->n_cliques; q++)
    if (self->clique_best[q] != G_MAXUINT32)
      offer (self, heap, &n_heap, n_free, self->clique_best[q]);
  self->n_picked = n_forced + n_heap;
  self->least = 0;
  if (n_heap == n_free && n_free > 0)
    self->least = self->reduced[heap[0]];
  double sum = 0;
  for (guint i = 0; i < self->n_picked; i++)
    sum += self->reduced[self->picked[i]];
  return sum;
}

static double
money_of_picked (const ZxBound *self)
{
  double fen = 0;
  for (guint i = 0; i < self->n_picked; i++)
    fen += self->choice->kind_fen[self->kind[self->picked[i]]];
  return fen;
}

static void
remember_dear (ZxBound *self)
{
  g_array_set_size (self->dear, 0);
  for (guint i = 0; i < self->n_picked; i++)
    {
      ZxMass pick = { self->picked[i], self->kind[self->picked[i]], 0 };
      g_array_append_val (self->dear, pick);
    }
}

/* The price of money at which the maximum just keeps the budget: where the bound, convex in the
 * price, is least. */
static double
maximise_within_budget (ZxBound *self, const ZxPart *part)
{
  double budget = self->choice->budget_fen, guess = self->per_fen > 0 ? self->per_fen : 1e-9;
  self->per_fen = 0;
  self->dear_share = 0;
  double sum = maximise (self, part), money = money_of_picked (self), dear = money;
  if (!isfinite (budget) || money <= budget)
    return sum;
  double low = 0, high = guess / 2;
  while (money > budget && high < 1e100)
    {
      remember_dear (self);
      dear = money;
      low = self->per_fen;
      self->per_fen = high *= 2;
      maximise (self, part);
      money = money_of_picked (self);
    }
  for (guint i = 0; i < BISECTIONS && high - low > 1e-6 * high; i++)
    {
      self->per_fen = (low + high) / 2;
      maximise (self, part);
      money = money_of_picked (self);
      if (money > budget)
        {
          remember_dear (self);
          dear = money;
          low = self->per_fen;
        }
      else
        high = self->per_fen;
    }
  self->per_fen = high;
  sum = maximise (self, part);
  money = money_of_picked (self);
  self->dear_share = dear > money ? CLAMP ((budget - money) / (dear - money), 0, 1) : 0;
  return sum + high * budget;
}

/* ---- multipliers of the rooms, fractional picks ------------------------------------------- */

static double
price_of_rooms (const ZxBound *self)
{
  double price = 0;
  for (guint r = 0; r < self->choice->n_rooms; r++)
    price += self->per_kw[r] * self->choice->room_kw[r];
  return price;
}

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

static void
add_mass (ZxBound *self, guint32 active, guint kind, double step)
{
  const ZxChoice *choice = self->choice;
  double alone = zx_choice_alone (choice, self->candidate[active], kind);
  self->share[active] += step;
  /* A pick that serves its most whatever stands beside it has no part in the tangents. */
  if (self->worth[(gsize) active * choice->n_kinds + kind] < alone)
    self->mass[(gsize) active * choice->n_sizes + choice->kind_size[kind]] += step;
}

static void
move_mass (ZxBound *self, double step)
{
  gsize n = (gsize) self->n * self->choice->n_sizes;
  for (gsize i = 0; i < n; i++)
    self->mass[i] *= 1 - step;
  for (guint i = 0; i < self->n; i++)
    self->share[i] *= 1 - step;
  for (guint i = 0; i < self->n_picked; i++)
    add_mass (self, self->picked[i], self->kind[self->picked[i]], step * (1 - self->dear_share));
  for (guint i = 0; self->dear_share > 0 && i < self->dear->len; i++)
    {
      const ZxMass *pick = &g_array_index (self->dear, ZxMass, i);
      add_mass (self, pick->active, pick->size, step * self->dear_share);
    }
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
                             - price_of (self, self->candidate[i], t);
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
  g_array_set_size (part->mass, 0);
  for (guint i = 0; i < self->n; i++)
    for (guint p = 0; p < picks->n; p++)
      if (picks->pick[p].candidate == self->candidate[i])
        {
          ZxMass mass = { i, self->choice->kind_size[picks->pick[p].kind], 1 };
          g_array_append_val (part->mass, mass);
          part->share[i] = 1;
        }
}

/* One round: tangents, worths, maximum.  Returns: the bound. */
static double
round_bound (ZxBound *self, const ZxPart *part)
{
  place_tangents (self);
  weigh_all (self, part);
  double sum = maximise_within_budget (self, part);
  double bound = self->constant + sum + price_of_rooms (self);
  return bound + ZX_CHOICE_DOUBLE_SLACK * (self->constant + fabs (sum) + price_of_rooms (self));
}

void
zx_bound_lower (ZxBound *self, ZxPart *part, guint n_rounds, const double *target,
                ZxBoundFunc on_picked, gpointer data)
{
  double stall_from = INFINITY;
  guint stall_round = 0;
  load_mass (self, part);
  for (guint round = 0; round < n_rounds && !zx_progress_is_stopped (self->progress); round++)
    {
      double bound = round_bound (self, part);
      if (on_picked != NULL)
        on_picked (self, data);
      part->bound = MIN (part->bound, bound);
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
      move_mass (self, 2.0 / (round + 4));
    }
  store_mass (self, part);
}

void
zx_bound_compact (ZxBound *self, ZxPart *part)
{
  guint n = 0, n_sizes = self->choice->n_sizes;
  for (guint i = 0; i < self->n; i++)
    {
      if ((part->mask[i] & ZX_BOUND_KINDS) == 0)
        continue;
      memmove (self->mass + (gsize) n * n_sizes, self->mass + (gsize) i * n_sizes,
               n_sizes * sizeof (double));
      self->share[n] = self->share[i];
      self->reduced[n] = self->reduced[i];
      self->candidate[n] = self->candidate[i];
      part->mask[n++] = part->mask[i];
    }
  self->n = n;
  find_cliques (self);
  store_mass (self, part);
}
