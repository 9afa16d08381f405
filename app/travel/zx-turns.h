/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Arcs that know how they meet: for searches that count the turn at each node. */
#pragma once

#include "app/travel/zx-travel-private.h"

G_BEGIN_DECLS

#define ZX_BEARINGS 256 /* a circle, counter-clockwise from east */

/* From the tail to the head of a chain. */
typedef struct
{
  guint32 head;  /* node */
  guint32 ds;    /* driving, turns not counted */
  guint32 back;  /* the arc that leads back along the chain; ZX_NOWHERE on a one-way road */
  guint8 arrive; /* bearing at the head */
} ZxTurnArc;

/* Arcs by tail. */
typedef struct
{
  guint32 *first; /* n_nodes + 1 */
  ZxTurnArc *arc;
  guint8 *leave;   /* by arc: bearing at the tail */
  guint32 *of_end; /* by end of a chain: the arc that leaves there, or ZX_NOWHERE */
} ZxTurnStar;

struct _ZxTurns
{
  guint32 n_arcs;            /* of either star */
  guint32 max_ds;            /* longest arc and the dearest turn before it */
  guint8 *bearing;           /* by end of a chain: leaving the node there */
  const guint8 *crossing;    /* by node: ZX_…_CROSSING; of the chains */
  guint8 *must_turn_back;    /* by node: one way leads on, so who came by it has no other */
  ZxTurnStar star, reversed; /* the same arrays when no street is one-way */
  /* By kind of crossing and turn: leaving bearing − arriving bearing. */
  guint32 cost_ds[ZX_N_CROSSINGS][ZX_BEARINGS], reversed_cost_ds[ZX_N_CROSSINGS][ZX_BEARINGS];
  guint32 dearest_ds[ZX_N_CROSSINGS];  /* of them */
  guint32 u_turn_ds, forced_u_turn_ds; /* ZX_NOWHERE: not allowed */
};

/* The end of chain @c at its node a or b. */
static inline guint32
zx_chain_end (guint32 c, gboolean is_b)
{
  return 2 * c + (is_b ? 1 : 0);
}

/* Of a graph whose chains are ready.  O(arcs). */
ZxTurns *zx_turns_new (const ZxRoadGraph *graph, const ZxSpeedTable *speeds, GError **error);
void zx_turns_free (ZxTurns *self);
gsize zx_turns_bytes (const ZxTurns *self, const ZxRoadGraph *graph);

G_END_DECLS
