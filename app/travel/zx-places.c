/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Places on the network and searches: where a search from a place begins, and on which of its times
 * a place hangs.  A place hangs on both ends of its chain; where turns are counted, on the arc that
 * enters the chain there, for the way into the chain is part of the price.  A place that stands on
 * an end of its chain is the node itself: whoever reaches the node, by any road, is there. */

#include "app/travel/zx-turns.h"

#define WALK_MPS     (5.0 / 3.6)
#define WALK_LIMIT_M 300.0

/* ---- times -------------------------------------------------------------------------------- */

guint32
zx_access_ds (const ZxRoadGraph *graph, double distance_m)
{
  double seconds = MIN (distance_m, WALK_LIMIT_M) / WALK_MPS
                   + MAX (distance_m - WALK_LIMIT_M, 0) / (graph->straight_kmh / 3.6);
  return (guint32) CLAMP (floor (10 * seconds + 0.5), 0, ZX_LONGEST_CHAIN_DS);
}

guint32
zx_same_chain_ds (const ZxSnap *from, const ZxSnap *to)
{
  if (from->chain != to->chain || from->chain == ZX_NOWHERE)
    return ZX_NOWHERE;
  if (to->along_ds >= from->along_ds)
    return to->along_ds - from->along_ds;
  return from->is_two_way ? from->along_ds - to->along_ds : ZX_NOWHERE;
}

guint32
zx_limit_ds (double limit_s)
{
  return limit_s > 0 ? (guint32) MIN (limit_s * 10, ZX_LONGEST_SEARCH_DS) : 0;
}

/* ---- ends --------------------------------------------------------------------------------- */

/* The place's chain from one end: the node there, and whether the place is that node. */
static gboolean
stands_on_end (const ZxRoadGraph *graph, const ZxSnap *place, gboolean is_b)
{
  return place->along_ds == (is_b ? graph->chains->travel_ds[place->chain] : 0);
}

static ZxSeed
seed_at_end (const ZxRoadGraph *graph, const ZxSnap *source, gboolean is_b, gboolean is_reverse)
{
  guint32 out_ds = is_b ? source->to_b_ds : source->to_a_ds;
  guint32 in_ds = is_b ? source->from_b_ds : source->from_a_ds;
  return (ZxSeed){ is_b ? source->node_b : source->node_a, is_reverse ? in_ds : out_ds,
                   stands_on_end (graph, source, is_b) ? ZX_NOWHERE
                                                       : zx_chain_end (source->chain, is_b) };
}

void
zx_snap_seeds (const ZxRoadGraph *graph, const ZxSnap *source, guint32 access_ds,
               gboolean is_reverse, ZxSeed seeds[2])
{
  for (guint is_b = 0; is_b < 2; is_b++)
    {
      seeds[is_b] = seed_at_end (graph, source, is_b, is_reverse);
      seeds[is_b].ds = zx_add_ds (seeds[is_b].ds, access_ds);
    }
}

guint32
zx_search_n_slots (const ZxRoadGraph *graph)
{
  return graph->n_nodes + (graph->turns != NULL ? graph->turns->n_arcs : 0);
}

guint32
zx_search_node_slot (const ZxRoadGraph *graph, guint32 node)
{
  return graph->turns != NULL ? graph->turns->n_arcs + node : node;
}

guint32
zx_search_end_slot (const ZxRoadGraph *graph, guint32 c, gboolean is_b, gboolean is_reverse)
{
  if (graph->turns == NULL)
    return is_b ? graph->chains->b[c] : graph->chains->a[c];
  const ZxTurnStar *star = is_reverse ? &graph->turns->reversed : &graph->turns->star;
  return star->of_end[zx_chain_end (c, is_b)];
}

void
zx_snap_hangs (const ZxRoadGraph *graph, const ZxSnap *target, gboolean is_reverse, ZxHang hang[2])
{
  hang[0] = hang[1] = (ZxHang){ 0, ZX_NOWHERE };
  if (target->node_a == ZX_NOWHERE)
    return;
  guint32 access_ds = zx_access_ds (graph, target->distance_m);
  for (guint is_b = 0; is_b < 2; is_b++)
    {
      /* As a source of the opposite search, which ends where this one begins. */
      ZxSeed end = seed_at_end (graph, target, is_b, !is_reverse);
      guint32 slot = end.end == ZX_NOWHERE
                         ? zx_search_node_slot (graph, end.node)
                         : zx_search_end_slot (graph, target->chain, is_b, is_reverse);
      if (slot != ZX_NOWHERE && end.ds != ZX_NOWHERE)
        hang[is_b] = (ZxHang){ slot, zx_add_ds (end.ds, access_ds) };
    }
}
