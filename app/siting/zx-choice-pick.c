/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The maximum of zx-choice-bound.h: the best pick of each clique, and of these the best.
 *
 * Every round brings a constant and worths whose sum over a set is never below its value.  So is
 * any convex combination of them.  The bound is convex in the weights: each round is blended with
 * what was blended before, by a search along the line between both.  (One tangent alone cannot be
 * best where the relaxation has a kink, and its optimum mostly is one.) */

#include "app/siting/zx-choice-bound.h"

#define BLENDINGS 7 /* thirds cut off: 0.06 of the line is left */

/* ---- the maximum -------------------------------------------------------------------------- */

double
zx_bound_price_of_rooms (const ZxBound *self, guint32 candidate, guint kind)
{
  const ZxChoice *choice = self->choice;
  const gint32 rooms[2] = { choice->area_room[candidate], choice->feeder_room[candidate] };
  double price = 0;
  for (guint k = 0; k < 2; k++)
    if (rooms[k] >= 0 && self->per_kw[rooms[k]] > 0)
      price += self->per_kw[rooms[k]] * zx_choice_load_kw (choice, candidate, kind, rooms[k]);
  return price;
}

double
zx_bound_price (const ZxBound *self, guint32 candidate, guint kind)
{
  return self->per_kind[kind] + zx_bound_price_of_rooms (self, candidate, kind);
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
                           - zx_bound_price (self, self->candidate[i], t);
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

double
zx_bound_pick (ZxBound *self, const ZxPart *part)
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

/* The maximum at the worths as they are. */
static double
maximise (ZxBound *self, const ZxPart *part, double target)
{
  double rest = self->constant;
  for (guint r = 0; r < self->choice->n_rooms; r++)
    rest += self->per_kw[r] * self->choice->room_kw[r];
  double sum = zx_bound_pick_within_budget (self, part, rest, target);
  return rest + sum + ZX_CHOICE_DOUBLE_SLACK * (rest + fabs (sum));
}

/* ---- blending ----------------------------------------------------------------------------- */

static void
blend (ZxBound *self, const double *worth, double constant, double share)
{
  gsize n = (gsize) self->n * self->choice->n_kinds;
  for (gsize i = 0; i < n; i++)
    self->worth[i] = (1 - share) * self->blended[i] + share * worth[i];
  self->constant = (1 - share) * self->blended_constant + share * constant;
}

double
zx_bound_maximise (ZxBound *self, const ZxPart *part, gboolean is_first, double target)
{
  gsize n = (gsize) self->n * self->choice->n_kinds;
  zx_bound_weigh_all (self, part);
  if (!is_first)
    {
      g_autofree double *worth = g_memdup2 (self->worth, (n + 1) * sizeof (double));
      double constant = self->constant, low = 0, high = 1;
      for (guint i = 0; i < BLENDINGS; i++)
        {
          double left = low + (high - low) / 3, right = high - (high - low) / 3;
          blend (self, worth, constant, left);
          double at_left = maximise (self, part, target);
          blend (self, worth, constant, right);
          if (at_left <= maximise (self, part, target))
            high = right;
          else
            low = left;
        }
      blend (self, worth, constant, (low + high) / 2);
    }
  memcpy (self->blended, self->worth, n * sizeof (double));
  self->blended_constant = self->constant;
  return maximise (self, part, target);
}
