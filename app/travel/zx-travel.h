/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Road graph, travel times, catchments.
 *
 * Roads are cut at junctions into chains (pieces of road without a choice between two nodes), the
 * chains become arcs of a compressed sparse graph in Hilbert order.  Weights are whole deciseconds,
 * so that sums are exact and results do not depend on the order of work.  A place on the network
 * is a point of a chain, not a node: its times to both ends are known, and two places of one chain
 * reach each other without passing a node.  Method and measured limits: SITING.md §7. */
#pragma once

#include "data/city/zx-city.h"

G_BEGIN_DECLS

/* ---- speeds ------------------------------------------------------------------------------- */

#define ZX_HOURS            24
#define ZX_NO_HOUR          (-1) /* of the design hour: urban_factor instead of the table's hours */
#define ZX_ALL_ROAD_CLASSES ZX_N_ROAD_CLASSES

/* km/h by class and link, factors and penalties; an editable GKeyFile (resources/data/speeds.ini is
 * the default, linked into the program), every value with its source. */
typedef struct
{
  float kmh[ZX_N_ROAD_CLASSES]; /* 0: not for cars */
  float link_kmh[ZX_N_ROAD_CLASSES];
  float max_speed_share; /* share of a posted limit that is driven: 0.8 */
  float junction_s;   /* delay per crossing of three or more roads, s; service roads do not count:
                         a driveway delays nobody who passes.  Not beside turn costs */
  float urban_factor; /* multiplies every speed: congestion of the design hour; 1 = free flow */
  /* Share of free flow by class and hour from 0, with ZX_ALL_ROAD_CLASSES for classes that have no
   * hours of their own; NaN: not known, urban_factor counts. */
  float hour_share[ZX_N_ROAD_CLASSES + 1][ZX_HOURS];
  int hour; /* 0 … 23, or ZX_NO_HOUR */
  /* Seconds at a crossing by the way one leaves it, instead of junction_s when has_turn_costs; a
   * turn of up to 45° is straight on. */
  float has_turn_costs; /* 1, 0 */
  float straight_s, right_s, left_s;
  float signal_s;   /* besides, where three or more main roads (secondary and above) meet */
  float u_turn_s;   /* back along the same road, at any node */
  float may_u_turn; /* 1: anywhere; 0: only where no other way leads on, as in a dead end */
  float straight_kmh,
      straight_detour; /* without roads: speed and detour factor of straight lines */
} ZxSpeedTable;

void zx_speed_table_default (ZxSpeedTable *self);
/* Keys that @text leaves out keep the default.  @n: bytes, -1 for NUL-terminated.  FALSE with
 * @error naming key and bound for an unknown key or a value out of its bounds; @self is then
 * untouched. */
gboolean zx_speed_table_parse (ZxSpeedTable *self, const char *text, gssize n, GError **error);
/* Metres per second on row @row of @roads, 0 where cars may not drive: closed, a class without a
 * speed, or a factor of 0.  A posted limit overrides the class, not its exclusion. */
double zx_speed_table_on_road (const ZxSpeedTable *self, const ZxRoads *roads, gsize row);
/* Share of free flow that @road_class drives at the table's hour; urban_factor when there is none
 * or the table knows no hours of the class. */
double zx_speed_table_share (const ZxSpeedTable *self, guint road_class);

/* ---- barriers ----------------------------------------------------------------------------- */

typedef struct _ZxBarriers ZxBarriers; /* private */

/* The edges of the areas of kind barrier; NULL when there are none or @areas is NULL.  O(points).
 */
ZxBarriers *zx_barriers_new (const ZxAreas *areas);
void zx_barriers_free (ZxBarriers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxBarriers, zx_barriers_free)
/* Whether the straight way meets or touches a barrier.  NULL and places that are none: FALSE. */
gboolean zx_barriers_cross (const ZxBarriers *self, double x0_m, double y0_m, double x1_m,
                            double y1_m);

/* ---- the graph ---------------------------------------------------------------------------- */

typedef struct
{
  guint32 head; /* node */
  guint32 ds;   /* deciseconds, >= 1 */
} ZxArc;

typedef struct _ZxRoadChains
    ZxRoadChains;                /* geometry, lattice of segments: for snapping, private */
typedef struct _ZxTurns ZxTurns; /* private */

typedef struct
{
  guint32 n_nodes, n_arcs;
  guint32 *first; /* n_nodes + 1 */
  ZxArc *arc;     /* forward star */
  guint32 *reverse_first;
  ZxArc *reverse_arc; /* both are the forward arrays themselves when no street is one-way */
  double *x_m, *y_m;  /* of the nodes */
  guint32 max_ds;     /* longest arc */
  float straight_kmh; /* of the speed table: beyond a walk's reach of the road */
  /* what the builder saw */
  guint32 n_source_nodes, n_source_arcs; /* before chains were merged and parts dropped */
  guint32 n_parts;                       /* strongly connected parts before */
  guint32 n_dropped_nodes;               /* outside the largest strongly connected part */
  double dropped_km;                     /* length of the roads that fell outside */
  double total_km;
  guint32 n_cut_roads; /* wholly or partly closed by barriers */
  guint32 n_chains, n_segments;
  ZxRoadChains *chains;
  ZxTurns *turns;       /* NULL: crossings cost everybody the same, within the arcs */
  ZxBarriers *barriers; /* NULL: none */
} ZxRoadGraph;

/* Junctions are exactly equal coordinates, at the ends of lines or within, which is what GDAL
 * leaves.  Pieces of road drawn twice count once.  Keeps the strongly connected part with the
 * longest roads.  A crossing's delay lies half on each side of it, so that a two-way road costs the
 * same both ways; with has_turn_costs searches count each turn instead.  Pieces of road that meet a
 * barrier of @areas (nullable) are closed, and no place is reached from the road across one.
 * Findings: "roads.cut-by-barrier" (one row, count = roads), "roads.outside-largest-part" (one row,
 * count = roads partly or wholly outside, value and bound = km outside and in all),
 * "roads.zero-length" (one row, count). NULL with @error when no drivable road is left.  O(points):
 * 1 M nodes in about a second. */
ZxRoadGraph *zx_travel_graph_new (const ZxRoads *roads, const ZxAreas *areas,
                                  const ZxSpeedTable *speeds, ZxFindings *findings,
                                  const ZxProgress *progress, GError **error);
void zx_travel_graph_free (ZxRoadGraph *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxRoadGraph, zx_travel_graph_free)
gsize zx_travel_graph_bytes (const ZxRoadGraph *self);        /* all of it */
gsize zx_travel_graph_search_bytes (const ZxRoadGraph *self); /* what searches read: the arcs */

/* ---- snapping ----------------------------------------------------------------------------- */

/* A place on the network: a point of a chain, with the cost to both of its end nodes. */
typedef struct
{
  guint32 node_a, node_b; /* G_MAXUINT32: nothing within reach */
  guint32 from_a_ds,
      from_b_ds; /* driving from the node to the place; G_MAXUINT32 where one-way forbids */
  guint32 to_a_ds, to_b_ds; /* driving from the place to the node */
  float distance_m;         /* straight line from the point to the road */
  guint32 road;             /* row of ZxRoads; G_MAXUINT32: nothing within reach */
  guint32 chain;            /* of the graph: two places of one chain reach each other directly */
  guint32 along_ds;         /* driving along the chain from node_a, crossings not counted */
  guint32 is_two_way;       /* of the chain; else it is driven from a to b only */
} ZxSnap;

/* Nearest point on a drivable road of the graph within @limit_m (INFINITY allowed); NaN points
 * reach nothing.  O(1) on average; parallel. */
gboolean zx_travel_snap (const ZxRoadGraph *graph, const double *x_m, const double *y_m, gsize n,
                         double limit_m, ZxSnap *snaps, const ZxProgress *progress, GError **error);

/* ---- times -------------------------------------------------------------------------------- */

/* Deciseconds from standing on @source to every node (G_MAXUINT32: not reached), turns counted
 * where the graph counts them; @ds: n_nodes.  The measured one-to-all. */
gboolean zx_travel_one_to_all (const ZxRoadGraph *graph, guint32 source, guint32 *ds,
                               GError **error);

/* Sparse rows of travel times: row i holds the targets within the limit, ascending. */
typedef struct
{
  guint n_rows;
  gsize *first; /* n_rows + 1 */
  guint32 *target;
  float *seconds;
} ZxTravelRows;
void zx_travel_rows_free (ZxTravelRows *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxTravelRows, zx_travel_rows_free)

/* From each source to the targets reached within @limit_s (inclusive), by bounded searches in
 * parallel.  @is_reverse: times from the targets to the sources instead (drivers come from cells to
 * stations).  The way between point and road counts at both ends: 5 km/h up to 300 m, what is
 * beyond at the graph's straight_kmh.  Places that snapped to nothing have no row and no column
 * entry. */
ZxTravelRows *zx_travel_rows (const ZxRoadGraph *graph, const ZxSnap *sources, gsize n_sources,
                              const ZxSnap *targets, gsize n_targets, double limit_s,
                              gboolean is_reverse, const ZxProgress *progress, GError **error);

/* Without roads: straight lines × detour at the table's straight speed; targets ascending.  A pair
 * whose straight line meets a barrier of @areas (nullable) has no time: nothing says how long the
 * way round is. */
ZxTravelRows *zx_travel_rows_straight (const double *source_x_m, const double *source_y_m,
                                       gsize n_sources, const double *target_x_m,
                                       const double *target_y_m, gsize n_targets, double limit_s,
                                       const ZxSpeedTable *speeds, const ZxAreas *areas,
                                       const ZxProgress *progress, GError **error);
ZxTravelRows *zx_travel_rows_transpose (const ZxTravelRows *self, guint n_targets, GError **error);

/* The area reached within @limits_s, or with @is_reverse the area from which the place is reached,
 * as polygons (one row per limit, each inside the next when the limits ascend): all that lies
 * within 1½ @cell_m of a piece of road reached in time, outlined on a lattice of @cell_m.  Pieces
 * end where the time is up, not at nodes.  A source that snapped to nothing gives empty rows. */
gboolean zx_travel_service_area (const ZxRoadGraph *graph, const ZxSnap *place, gboolean is_reverse,
                                 const double *limits_s, guint n_limits, double cell_m,
                                 ZxGeometry *areas, const ZxProgress *progress, GError **error);

G_END_DECLS
