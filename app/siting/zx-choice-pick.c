/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The maximum of zx-choice-bound.h: the best pick of each clique, and of these the best. */

#include "app/siting/zx-choice-bound.h"

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

double
zx_bound_maximise (ZxBound *self, const ZxPart *part, double target)
{
  double rest = self->constant;
  zx_bound_weigh_all (self, part);
  for (guint r = 0; r < self->choice->n_rooms; r++)
    rest += self->per_kw[r] * self->choice->room_kw[r];
  double sum = zx_bound_pick_within_budget (self, part, rest, target);
  return rest + sum + ZX_CHOICE_DOUBLE_SLACK * (rest + fabs (sum));
}
