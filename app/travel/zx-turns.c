/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What it costs to get from one road into another at a node.
 *
 * The cost depends on the kind of the crossing and on the angle between the two roads, so that no
 * table of pairs of arcs is needed: each arc keeps the bearing of its two ends in a byte, and the
 * difference of two bytes finds the cost.  (A million nodes have about nine million pairs.)  A
 * bearing looks BEARING_M ahead: what is drawn right at a crossing bends to meet it.
 *
 * A way back in time, for searches in reverse, turns the other way: its costs are mirrored.
 *
 * Wrong where a turn is forbidden (nothing says so in what is read), and at crossings of roads with
 * separate carriageways, where one left turn passes two nodes and is counted at both. */

#include "app/travel/zx-turns.h"

/* ---- constants ---------------------------------------------------------------------------- */

#define BEARING_M   15.0
#define STRAIGHT_ON (ZX_BEARINGS / 8) /* up to 45° to either side */

/* ---- costs -------------------------------------------------------------------------------- */

static guint32
whole_ds (double seconds)
{
  return (guint32) floor (10 * seconds + 0.5);
}

static void
tabulate_costs (ZxTurns *self, const ZxSpeedTable *speeds)
{
  for (guint kind = ZX_CROSSING; kind < ZX_N_CROSSINGS; kind++)
    for (int turn = -ZX_BEARINGS / 2; turn < ZX_BEARINGS / 2; turn++)
      {
        double seconds = turn > STRAIGHT_ON    ? speeds->left_s
                         : turn < -STRAIGHT_ON ? speeds->right_s
                                               : speeds->straight_s;
        guint32 ds = whole_ds (seconds + (kind == ZX_MAIN_CROSSING ? speeds->signal_s : 0));
        self->cost_ds[kind][(guint8) turn] = ds;
        self->reversed_cost_ds[kind][(guint8) -turn] = ds;
        self->dearest_ds[kind] = MAX (self->dearest_ds[kind], ds);
      }
  /* Straight back by another road is a turn to the left, whichever way it is looked at. */
  for (guint kind = ZX_CROSSING; kind < ZX_N_CROSSINGS; kind++)
    self->cost_ds[kind][ZX_BEARINGS / 2] = self->reversed_cost_ds[kind][ZX_BEARINGS / 2]
        = self->cost_ds[kind][ZX_BEARINGS / 2 - 1];
  self->forced_u_turn_ds = whole_ds (speeds->u_turn_s);
  self->u_turn_ds = speeds->may_u_turn >= 0.5 ? self->forced_u_turn_ds : ZX_NOWHERE;
}

/* ---- bearings ----------------------------------------------------------------------------- */

/* Leaving the node at this end of the chain. */
static guint8
bearing_of_end (const ZxRoadGraph *graph, guint32 c, gboolean is_b)
{
  const ZxRoadChains *chains = graph->chains;
  guint32 last = chains->point_first[c + 1] - chains->point_first[c] + 1;
  ZxChainPoint from = zx_chain_point (graph, c, is_b ? last : 0);
  double dx = 0, dy = 0;
  for (guint32 k = 1; k <= last && hypot (dx, dy) < BEARING_M; k++)
    {
      ZxChainPoint to = zx_chain_point (graph, c, is_b ? last - k : k);
      if (k > 1 && to.x == from.x && to.y == from.y) /* a small loop: back where it began */
        break;
      dx = to.x - from.x;
      dy = to.y - from.y;
    }
  return (guint8) lround (atan2 (dy, dx) / (2 * G_PI) * ZX_BEARINGS);
}

static guint8 *
bearings_of_ends (const ZxRoadGraph *graph, GError **error)
{
  const ZxRoadChains *chains = graph->chains;
  guint8 *bearing = ZX_TRY_NEW (guint8, 2 * (gsize) chains->n, _ ("The turns of the roads"), error);
  for (guint32 c = 0; bearing != NULL && c < chains->n; c++)
    for (guint is_b = 0; is_b < 2; is_b++)
      bearing[zx_chain_end (c, is_b)] = bearing_of_end (graph, c, is_b);
  return bearing;
}

/* ---- stars -------------------------------------------------------------------------------- */

static inline guint32
node_of_end (const ZxRoadChains *chains, guint32 end)
{
  return (end & 1) != 0 ? chains->b[end / 2] : chains->a[end / 2];
}

/* Whether an arc leaves the chain's end: one-way chains run from a to b. */
static inline gboolean
leaves_end (const ZxRoadChains *chains, guint32 end, gboolean is_reverse)
{
  return chains->ways[end / 2] == ZX_WAY_BOTH || ((end & 1) != 0) == is_reverse;
}

static gboolean
allocate_star (ZxTurnStar *star, guint32 n_nodes, guint32 n_arcs, guint32 n_chains, GError **error)
{
  const char *what = _ ("The turns of the roads");
  star->first = ZX_TRY_NEW (guint32, (gsize) n_nodes + 2, what, error);
  star->arc = ZX_TRY_NEW (ZxTurnArc, n_arcs, what, error);
  star->leave = ZX_TRY_NEW (guint8, n_arcs, what, error);
  star->of_end = ZX_TRY_NEW (guint32, 2 * (gsize) n_chains, what, error);
  return star->first != NULL && star->arc != NULL && star->leave != NULL && star->of_end != NULL;
}

/* Numbers the arcs by tail, then says of each where it leads. */
static void
fill_star (ZxTurnStar *star, const ZxRoadGraph *graph, const guint8 *bearing, gboolean is_reverse)
{
  const ZxRoadChains *chains = graph->chains;
  const guint32 n_ends = 2 * chains->n;
  for (guint32 end = 0; end < n_ends; end++)
    if (leaves_end (chains, end, is_reverse))
      star->first[node_of_end (chains, end) + 2]++;
  for (guint32 node = 0; node < graph->n_nodes; node++)
    star->first[node + 2] += star->first[node + 1];
  guint32 *next = star->first + 1; /* filling moves each beginning to its end */
  for (guint32 end = 0; end < n_ends; end++)
    star->of_end[end]
        = leaves_end (chains, end, is_reverse) ? next[node_of_end (chains, end)]++ : ZX_NOWHERE;
  for (guint32 end = 0; end < n_ends; end++)
    if (star->of_end[end] != ZX_NOWHERE)
      {
        guint32 other = end ^ 1;
        star->leave[star->of_end[end]] = bearing[end];
        star->arc[star->of_end[end]]
            = (ZxTurnArc){ node_of_end (chains, other), chains->travel_ds[end / 2],
                           star->of_end[other], (guint8) (bearing[other] + ZX_BEARINGS / 2) };
      }
}

static gboolean
make_stars (ZxTurns *self, const ZxRoadGraph *graph, GError **error)
{
  const ZxRoadChains *chains = graph->chains;
  gboolean has_one_way = FALSE;
  for (guint32 c = 0; c < chains->n; c++)
    {
      gboolean is_both = chains->ways[c] == ZX_WAY_BOTH;
      self->n_arcs += is_both ? 2 : 1;
      has_one_way |= !is_both;
    }
  self->crossing = chains->crossing;
  self->bearing = bearings_of_ends (graph, error);
  if (self->bearing == NULL
      || !allocate_star (&self->star, graph->n_nodes, self->n_arcs, chains->n, error))
    return FALSE;
  fill_star (&self->star, graph, self->bearing, FALSE);
  if (!has_one_way)
    {
      self->reversed = self->star;
      return TRUE;
    }
  if (!allocate_star (&self->reversed, graph->n_nodes, self->n_arcs, chains->n, error))
    return FALSE;
  fill_star (&self->reversed, graph, self->bearing, TRUE);
  return TRUE;
}

static gboolean
find_dead_ends (ZxTurns *self, const ZxRoadGraph *graph, GError **error)
{
  self->must_turn_back = ZX_TRY_NEW (guint8, graph->n_nodes, _ ("The turns of the roads"), error);
  if (self->must_turn_back == NULL)
    return FALSE;
  const guint32 *first = self->star.first;
  for (guint32 node = 0; node < graph->n_nodes; node++)
    self->must_turn_back[node] = first[node + 1] - first[node] == 1;
  return TRUE;
}

/* ---- making ------------------------------------------------------------------------------- */

ZxTurns *
zx_turns_new (const ZxRoadGraph *graph, const ZxSpeedTable *speeds, GError **error)
{
  ZxTurns *self = g_new0 (ZxTurns, 1);
  tabulate_costs (self, speeds);
  if (!make_stars (self, graph, error) || !find_dead_ends (self, graph, error))
    {
      zx_turns_free (self);
      return NULL;
    }
  for (guint32 i = 0; i < self->n_arcs; i++)
    self->max_ds = MAX (self->max_ds, self->star.arc[i].ds);
  self->max_ds += MAX (self->dearest_ds[ZX_MAIN_CROSSING], self->forced_u_turn_ds);
  return self;
}

static void
clear_star (ZxTurnStar *star)
{
  g_free (star->first);
  g_free (star->arc);
  g_free (star->leave);
  g_free (star->of_end);
}

void
zx_turns_free (ZxTurns *self)
{
  if (self == NULL)
    return;
  if (self->reversed.first != self->star.first)
    clear_star (&self->reversed);
  clear_star (&self->star);
  g_free (self->bearing);
  g_free (self->must_turn_back);
  g_free (self);
}

gsize
zx_turns_bytes (const ZxTurns *self, const ZxRoadGraph *graph)
{
  gsize star = ((gsize) graph->n_nodes + 2 + 2 * (gsize) graph->chains->n) * sizeof (guint32)
               + self->n_arcs * (sizeof (ZxTurnArc) + 1);
  return sizeof *self + graph->n_nodes + 2 * (gsize) graph->chains->n
         + (self->reversed.first != self->star.first ? 2 * star : star);
}
