/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Eight power flows of one component at once, side by side in vectors: hours, or trials of hosting
 * capacity.  The numbers of a lane do not depend on what the other lanes hold. */
#pragma once

#include "app/power/zx-net.h"

#define ZX_LANES 8

/* Memory holds them aligned as any double. */
typedef double ZxLane __attribute__ ((vector_size (8 * ZX_LANES), aligned (8), may_alias));

/* A load besides those of the grid; in scaled form it is the same power. */
typedef struct
{
  guint32 at;  /* position */
  ZxLane p, q; /* per unit */
} ZxLaneLoad;

typedef struct
{
  const ZxNet *net;
  guint component;
  guint32 begin, first, end; /* positions: sources begin … first, the rest … end */
  gpointer memory;
  ZxLane *state;          /* [position - begin][4]: v_re, v_im, j_re, j_im */
  const ZxLane *scale;    /* [profile]: of the grid's loads */
  const guint32 *profile; /* [position]; NULL: all 0 */
  const ZxLaneLoad *load;
  guint n_loads;
  ZxLane link_re[ZX_NET_MAX_LINKS], link_im[ZX_NET_MAX_LINKS];
  double bound;     /* on the last step of a voltage */
  guint iterations; /* of the last solve */
} ZxLanes;

/* What is asked of a solved state, lane by lane. */
typedef struct
{
  double vmin2[ZX_LANES]; /* least |V|², per unit */
  guint32 vmin_at[ZX_LANES];
  double
      loading2[ZX_LANES]; /* largest (loading / 100 %)² of a rated branch; 0 when none is rated */
  guint32 loading_branch[ZX_LANES]; /* grid branch; ZX_NET_NO_BRANCH when none is rated */
  double losses[ZX_LANES];          /* per unit */
} ZxLaneView;

gboolean zx_lanes_init (ZxLanes *self, const ZxNet *net, guint component, double tolerance,
                        GError **error);
void zx_lanes_clear (ZxLanes *self);
/* All lanes without load.  @lane: ZX_LANES for all. */
void zx_lanes_reset (ZxLanes *self, guint lane);
/* From the voltages in @self.  Returns: a bit for each lane that settled. */
guint zx_lanes_solve (ZxLanes *self);
void zx_lanes_view (const ZxLanes *self, ZxLaneView *view);
/* (loading / 100 %)² of the branch from @at to its parent, at the fuller end; 0 when unrated. */
double zx_lanes_loading2 (const ZxLanes *self, guint32 at, guint lane);
/* loading / 100 % of the component's link @index at the fuller end; NaN when unrated. */
double zx_lanes_link_loading (const ZxLanes *self, guint index, guint lane);
/* |V|² of one lane. */
double zx_lanes_v2 (const ZxLanes *self, guint32 at, guint lane);
