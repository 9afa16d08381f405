/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Between the two kinds of search: what they keep and how they queue. */
#pragma once

#include "app/travel/zx-turns.h"

G_BEGIN_DECLS

typedef struct
{
  guint32 *item;
  guint32 n, capacity;
} ZxBucket;

/* Times stand by slot: the nodes, or when turns are counted the arcs (the time at which they are
 * entered) and after them the nodes (the time at which they are reached, before any turn). */
struct _ZxSearch
{
  guint32 n_slots;
  guint32 *ds;      /* by slot */
  guint32 *reached; /* slots with a time, in the order they were met */
  guint32 n_reached;

  /* nodes alone */
  const guint32 *first;
  const ZxArc *arc;

  /* turns */
  const ZxTurns *turns; /* NULL: not counted */
  const ZxTurnStar *star;
  const guint32 (*cost_ds)[ZX_BEARINGS];
  guint32 *back_of_first; /* by node: the arc back along the road it was first reached by */

  guint32 n_buckets; /* a power of two, more than the longest arc; 0: the heap */
  ZxBucket *bucket;
  guint64 *heap; /* time << 32 | item */
  gsize n_heap, heap_capacity;
};

void zx_bucket_grow (ZxBucket *self);
void zx_search_heap_put (ZxSearch *self, guint32 ds, guint32 item);
/* The earliest entry, time << 32 | item; the heap must not be empty. */
guint64 zx_search_heap_take (ZxSearch *self);

static inline void
zx_bucket_put (ZxBucket *self, guint32 item)
{
  if (G_UNLIKELY (self->n == self->capacity))
    zx_bucket_grow (self);
  self->item[self->n++] = item;
}

/* The time of @slot if it is new or better.  Returns: TRUE when it is. */
static inline gboolean
zx_search_better (ZxSearch *self, guint32 slot, guint32 ds)
{
  guint32 before = self->ds[slot];
  if (ds >= before)
    return FALSE;
  if (before == ZX_NOWHERE)
    self->reached[self->n_reached++] = slot;
  self->ds[slot] = ds;
  return TRUE;
}

/* The search with turns; @seeds by time, none later than @limit. */
void zx_search_run_turns (ZxSearch *self, const ZxSeed *seeds, guint n_seeds, guint32 limit);

G_END_DECLS
