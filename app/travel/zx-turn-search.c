/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Shortest times where turns cost: Dijkstra over arcs instead of nodes.
 *
 * The time of an arc is that at which it is entered, the turn into it included; it is queued by the
 * time at which its head is reached.  So the first arc that is taken out at a node brings the least
 * time there, and by that arc every way on was entered at the price of its turn.  An arc that comes
 * later by more than the dearest turn can better none of them but the one that the first could only
 * enter by turning back: of 9 million pairs of arcs on 1 M nodes most are never looked at.
 *
 * Back along the same road is a turn of its own price (or not allowed), except where no other way
 * leads on: a dead end can always be left.  A search in reverse is the same on the reversed arcs
 * with the turns mirrored. */

#include "app/travel/zx-search.h"

static inline void
enter_arc (ZxSearch *self, guint32 arc, guint32 ds, guint32 limit, gsize *n_waiting)
{
  if (ds > limit || !zx_search_better (self, arc, ds))
    return;
  guint32 arrival = ds + self->star->arc[arc].ds;
  if (arrival > limit) /* its end is not reached, places along it are */
    return;
  if (self->n_buckets > 0)
    zx_bucket_put (&self->bucket[arrival & (self->n_buckets - 1)], arc);
  else
    zx_search_heap_put (self, arrival, arc);
  (*n_waiting)++;
}

/* At @node from a road that ends there with @bearing and could be driven back by the arc @back. */
static inline void
reach_node (ZxSearch *self, guint32 node, guint32 now, guint8 bearing, guint32 back, guint32 limit,
            gsize *n_waiting)
{
  const ZxTurns *turns = self->turns;
  const guint8 *leave = self->star->leave;
  guint32 slot = turns->n_arcs + node, arc = self->star->first[node];
  guint32 end = self->star->first[node + 1];
  guint kind = turns->crossing[node];
  if (zx_search_better (self, slot, now))
    self->back_of_first[node] = back;
  else if (now - self->ds[slot] >= turns->dearest_ds[kind])
    {
      arc = self->back_of_first[node];
      end = arc != ZX_NOWHERE ? arc + 1 : arc;
    }
  const guint32 *cost = self->cost_ds[kind];
  for (; arc < end; arc++)
    if (arc != back)
      enter_arc (self, arc, now + cost[(guint8) (leave[arc] - bearing)], limit, n_waiting);
    else if (turns->must_turn_back[node])
      enter_arc (self, arc, now + turns->forced_u_turn_ds, limit, n_waiting);
    else if (turns->u_turn_ds != ZX_NOWHERE)
      enter_arc (self, arc, now + turns->u_turn_ds, limit, n_waiting);
}

/* Stands on the node, and takes any road from there, or comes along a chain to its end. */
static void
begin (ZxSearch *self, const ZxSeed *seed, guint32 limit, gsize *n_waiting)
{
  const ZxTurnStar *star = self->star;
  if (seed->end != ZX_NOWHERE)
    {
      guint8 bearing = (guint8) (self->turns->bearing[seed->end] + ZX_BEARINGS / 2);
      reach_node (self, seed->node, seed->ds, bearing, star->of_end[seed->end], limit, n_waiting);
      return;
    }
  if (zx_search_better (self, self->turns->n_arcs + seed->node, seed->ds))
    self->back_of_first[seed->node] = ZX_NOWHERE;
  for (guint32 arc = star->first[seed->node]; arc < star->first[seed->node + 1]; arc++)
    enter_arc (self, arc, seed->ds, limit, n_waiting);
}

static inline void
leave_arc (ZxSearch *self, guint32 number, guint32 now, guint32 limit, gsize *n_waiting)
{
  const ZxTurnArc *arc = &self->star->arc[number];
  if (self->ds[number] + arc->ds == now) /* else it was bettered since */
    reach_node (self, arc->head, now, arc->arrive, arc->back, limit, n_waiting);
}

static void
run_buckets (ZxSearch *self, const ZxSeed *seeds, guint n_seeds, guint32 limit)
{
  gsize n_waiting = 0;
  guint i = 0; /* seeds go in when their time has come */
  for (guint32 now = n_seeds > 0 ? seeds[0].ds : 0; n_waiting > 0 || i < n_seeds; now++)
    {
      if (n_waiting == 0)
        now = seeds[i].ds;
      for (; i < n_seeds && seeds[i].ds == now; i++)
        begin (self, &seeds[i], limit, &n_waiting);
      ZxBucket *bucket = &self->bucket[now & (self->n_buckets - 1)];
      for (guint32 k = 0; k < bucket->n; k++)
        leave_arc (self, bucket->item[k], now, limit, &n_waiting);
      n_waiting -= bucket->n;
      bucket->n = 0;
    }
}

static void
run_heap (ZxSearch *self, const ZxSeed *seeds, guint n_seeds, guint32 limit)
{
  gsize n_waiting = 0;
  for (guint i = 0; i < n_seeds; i++)
    begin (self, &seeds[i], limit, &n_waiting);
  while (self->n_heap > 0)
    {
      guint64 entry = zx_search_heap_take (self);
      leave_arc (self, (guint32) entry, (guint32) (entry >> 32), limit, &n_waiting);
    }
}

void
zx_search_run_turns (ZxSearch *self, const ZxSeed *seeds, guint n_seeds, guint32 limit)
{
  if (self->n_buckets > 0)
    run_buckets (self, seeds, n_seeds, limit);
  else
    run_heap (self, seeds, n_seeds, limit);
}
