/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Shortest times by Dijkstra with a ring of buckets, one a decisecond (Dial 1969), each bucket a
 * growing array: no comparisons, no tree.  No arc is longer than the ring, so a bucket is never
 * filled while it is being emptied.  A node that was bettered since it was put down is known by its
 * time and passed over.  Arcs longer than MAX_BUCKETS deciseconds (1.8 hours) need the heap
 * instead: four children a node, entries of time and node in one word, passed over in the same way.
 *
 * Measured on 1 M nodes: growing arrays 50 ms, linked lists 60, 4-ary heap 90, binary heap 125
 * (SITING.md §7.3). */

#include "app/travel/zx-search.h"

/* ---- constants ---------------------------------------------------------------------------- */

#define MAX_BUCKETS    (1u << 16)
#define FIRST_CAPACITY 32

/* ---- buckets ------------------------------------------------------------------------------ */

void G_GNUC_NO_INLINE
zx_bucket_grow (ZxBucket *self)
{
  self->capacity = MAX (2 * self->capacity, FIRST_CAPACITY);
  self->item = g_renew (guint32, self->item, self->capacity);
}

/* Returns: how many entries were put into other buckets. */
static inline gsize
empty_bucket (ZxSearch *self, guint32 now, guint32 limit)
{
  const guint32 mask = self->n_buckets - 1, *first = self->first;
  ZxBucket *bucket = &self->bucket[now & mask];
  gsize n_put = 0;
  for (guint32 i = 0; i < bucket->n; i++)
    {
      guint32 node = bucket->item[i];
      if (self->ds[node] != now)
        continue;
      const ZxArc *end = self->arc + first[node + 1];
      for (const ZxArc *arc = self->arc + first[node]; arc < end; arc++)
        {
          guint32 ds = now + arc->ds;
          if (ds <= limit && zx_search_better (self, arc->head, ds))
            {
              zx_bucket_put (&self->bucket[ds & mask], arc->head);
              n_put++;
            }
        }
    }
  bucket->n = 0;
  return n_put;
}

static void
run_buckets (ZxSearch *self, const ZxSeed *seeds, guint n_seeds, guint32 limit)
{
  gsize n_waiting = 0;
  guint i = 0; /* seeds come sorted; each goes in when its time has come */
  for (guint32 now = n_seeds > 0 ? seeds[0].ds : 0; n_waiting > 0 || i < n_seeds; now++)
    {
      if (n_waiting == 0)
        now = seeds[i].ds;
      for (; i < n_seeds && seeds[i].ds == now; i++)
        if (zx_search_better (self, seeds[i].node, now))
          {
            zx_bucket_put (&self->bucket[now & (self->n_buckets - 1)], seeds[i].node);
            n_waiting++;
          }
      gsize n_here = self->bucket[now & (self->n_buckets - 1)].n;
      if (n_here > 0)
        n_waiting += empty_bucket (self, now, limit) - n_here;
    }
}

/* ---- the heap ----------------------------------------------------------------------------- */

void
zx_search_heap_put (ZxSearch *self, guint32 ds, guint32 item)
{
  const guint64 entry = (guint64) ds << 32 | item;
  if (self->n_heap == self->heap_capacity)
    {
      self->heap_capacity = MAX (2 * self->heap_capacity, 1024);
      self->heap = g_renew (guint64, self->heap, self->heap_capacity);
    }
  gsize place = self->n_heap++;
  while (place > 0 && self->heap[(place - 1) / 4] > entry)
    {
      self->heap[place] = self->heap[(place - 1) / 4];
      place = (place - 1) / 4;
    }
  self->heap[place] = entry;
}

guint64
zx_search_heap_take (ZxSearch *self)
{
  guint64 *heap = self->heap, top = heap[0], last = heap[--self->n_heap];
  gsize place = 0;
  for (;;)
    {
      gsize child = 4 * place + 1, end = MIN (child + 4, self->n_heap);
      if (child >= self->n_heap)
        break;
      gsize least = child;
      for (gsize i = child + 1; i < end; i++)
        if (heap[i] < heap[least])
          least = i;
      if (heap[least] >= last)
        break;
      heap[place] = heap[least];
      place = least;
    }
  if (self->n_heap > 0)
    heap[place] = last;
  return top;
}

static void
run_heap (ZxSearch *self, const ZxSeed *seeds, guint n_seeds, guint32 limit)
{
  for (guint i = 0; i < n_seeds; i++)
    if (zx_search_better (self, seeds[i].node, seeds[i].ds))
      zx_search_heap_put (self, seeds[i].ds, seeds[i].node);
  while (self->n_heap > 0)
    {
      guint64 entry = zx_search_heap_take (self);
      guint32 node = (guint32) entry, now = (guint32) (entry >> 32);
      if (self->ds[node] != now)
        continue;
      for (guint32 i = self->first[node]; i < self->first[node + 1]; i++)
        {
          guint32 ds = now + self->arc[i].ds;
          if (ds <= limit && zx_search_better (self, self->arc[i].head, ds))
            zx_search_heap_put (self, ds, self->arc[i].head);
        }
    }
}

/* ---- running ------------------------------------------------------------------------------ */

static void
forget (ZxSearch *self)
{
  if (self->n_reached > self->n_slots / 4)
    memset (self->ds, 0xff, self->n_slots * sizeof (guint32));
  else
    for (guint32 i = 0; i < self->n_reached; i++)
      self->ds[self->reached[i]] = ZX_NOWHERE;
  self->n_reached = 0;
}

/* Copies the seeds that can be used, sorted by time; there are two as a rule. */
static guint
sort_seeds (const ZxSeed *seeds, guint n_seeds, guint32 limit, ZxSeed *sorted)
{
  guint n = 0;
  for (guint i = 0; i < n_seeds; i++)
    if (seeds[i].node != ZX_NOWHERE && seeds[i].ds <= limit)
      {
        guint place = n++;
        for (; place > 0 && sorted[place - 1].ds > seeds[i].ds; place--)
          sorted[place] = sorted[place - 1];
        sorted[place] = seeds[i];
      }
  return n;
}

#define MAX_SEEDS 2

const guint32 *
zx_search_run (ZxSearch *self, const ZxSeed *seeds, guint n_seeds, guint32 limit_ds)
{
  g_assert (n_seeds <= MAX_SEEDS);
  ZxSeed sorted[MAX_SEEDS];
  limit_ds = MIN (limit_ds, ZX_LONGEST_SEARCH_DS);
  guint n = sort_seeds (seeds, n_seeds, limit_ds, sorted);
  forget (self);
  if (self->turns != NULL)
    zx_search_run_turns (self, sorted, n, limit_ds);
  else if (self->n_buckets > 0)
    run_buckets (self, sorted, n, limit_ds);
  else
    run_heap (self, sorted, n, limit_ds);
  return self->ds;
}

const guint32 *
zx_search_reached (const ZxSearch *self, guint32 *n)
{
  *n = self->n_reached;
  return self->reached;
}

/* ---- making ------------------------------------------------------------------------------- */

static void
choose_turns (ZxSearch *self, const ZxTurns *turns, gboolean is_reverse)
{
  self->turns = turns;
  self->star = is_reverse ? &turns->reversed : &turns->star;
  self->cost_ds = is_reverse ? turns->reversed_cost_ds : turns->cost_ds;
}

static gboolean
allocate (ZxSearch *self, guint32 n_nodes, GError **error)
{
  const char *what = _ ("A search on the road graph");
  self->ds = ZX_TRY_NEW (guint32, self->n_slots, what, error);
  self->reached = ZX_TRY_NEW (guint32, self->n_slots, what, error);
  if (self->turns != NULL)
    self->back_of_first = ZX_TRY_NEW (guint32, n_nodes, what, error);
  return self->ds != NULL && self->reached != NULL
         && (self->turns == NULL || self->back_of_first != NULL);
}

ZxSearch *
zx_search_new (const ZxRoadGraph *graph, gboolean is_reverse, GError **error)
{
  g_autoptr (ZxSearch) self = g_new0 (ZxSearch, 1);
  guint32 max_ds = graph->turns != NULL ? graph->turns->max_ds : graph->max_ds;
  self->n_slots = zx_search_n_slots (graph);
  self->first = is_reverse ? graph->reverse_first : graph->first;
  self->arc = is_reverse ? graph->reverse_arc : graph->arc;
  if (graph->turns != NULL)
    choose_turns (self, graph->turns, is_reverse);
  if (!allocate (self, graph->n_nodes, error))
    return NULL;
  memset (self->ds, 0xff, self->n_slots * sizeof (guint32));
  if (max_ds < MAX_BUCKETS)
    {
      for (self->n_buckets = 1; self->n_buckets <= max_ds;)
        self->n_buckets *= 2;
      self->bucket = g_new0 (ZxBucket, self->n_buckets);
    }
  return g_steal_pointer (&self);
}

void
zx_search_free (ZxSearch *self)
{
  if (self == NULL)
    return;
  for (guint32 i = 0; i < self->n_buckets; i++)
    g_free (self->bucket[i].item);
  g_free (self->bucket);
  g_free (self->heap);
  g_free (self->ds);
  g_free (self->reached);
  g_free (self->back_of_first);
  g_free (self);
}

/* ---- public functions --------------------------------------------------------------------- */

gboolean
zx_travel_one_to_all (const ZxRoadGraph *graph, guint32 source, guint32 *ds, GError **error)
{
  g_return_val_if_fail (graph != NULL && ds != NULL && source < graph->n_nodes, FALSE);
  g_autoptr (ZxSearch) search = zx_search_new (graph, FALSE, error);
  if (search == NULL)
    return FALSE;
  ZxSeed seed = { source, 0, ZX_NOWHERE };
  const guint32 *slot_ds = zx_search_run (search, &seed, 1, ZX_LONGEST_SEARCH_DS);
  memcpy (ds, slot_ds + zx_search_node_slot (graph, 0), graph->n_nodes * sizeof (guint32));
  return TRUE;
}
