/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Road graph, travel times, catchments.
 *
 * Compressed sparse rows in Hilbert order; weights are whole deciseconds, so that sums are exact
 * and results do not depend on the order of work.  Method and measured limits: SITING.md §7. */
#pragma once

#include "data/city/zx-city.h"

G_BEGIN_DECLS

/* ---- speeds ------------------------------------------------------------------------------- */

/* km/h by class and link, factors and penalties; an editable GKeyFile (resources/data/speeds.ini is
 * the default, linked into the program), every value with its source. */
typedef struct
{
  float kmh[ZX_N_ROAD_CLASSES]; /* 0: not for cars */
  float link_kmh[ZX_N_ROAD_CLASSES];
  float max_speed_share; /* share of a posted limit that is driven: 0.8 */
  float junction_s;      /* delay per crossing of three or more roads, s */
  float urban_factor;    /* multiplies every speed: congestion of the design hour; 1 = free flow */
  float straight_kmh,
      straight_detour; /* without roads: speed and detour factor of straight lines */
} ZxSpeedTable;

void zx_speed_table_default (ZxSpeedTable *self);
gboolean zx_speed_table_parse (ZxSpeedTable *self, const char *text, gssize n, GError **error);

/* ---- the graph ---------------------------------------------------------------------------- */

typedef struct
{
  guint32 head; /* node */
  guint32 ds;   /* deciseconds, >= 1 */
} ZxArc;

typedef struct
{
  guint32 n_nodes, n_arcs;
  guint32 *first; /* n_nodes + 1 */
  ZxArc *arc;     /* forward star */
  guint32 *reverse_first;
  ZxArc *reverse_arc;
  double *x_m, *y_m; /* of the nodes */
  gsize *arc_road;   /* n_arcs: row of ZxRoads the arc came from (the first of a merged chain) */
  float *arc_length_m;
  guint32 max_ds; /* longest arc */
  /* what the builder saw */
  guint32 n_source_nodes, n_source_arcs; /* before chains were merged and parts dropped */
  guint32 n_parts;                       /* strongly connected parts before */
  guint32 n_dropped_nodes;               /* outside the largest strongly connected part */
  double dropped_km;                     /* length of the roads that fell outside */
  double total_km;
} ZxRoadGraph;
/* The struct may grow private arrays behind these (segments and chain geometry for snapping). */

/* Junctions are exactly equal coordinates, which is what GDAL leaves.  Keeps the largest strongly
 * connected part. Findings: "roads.outside-largest-part" (one row, count), "roads.zero-length".
 * NULL with @error when no drivable road is left.  O(points log points). */
ZxRoadGraph *zx_travel_graph_new (const ZxRoads *roads, const ZxSpeedTable *speeds,
                                  ZxFindings *findings, const ZxProgress *progress, GError **error);
void zx_travel_graph_free (ZxRoadGraph *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxRoadGraph, zx_travel_graph_free)
gsize zx_travel_graph_bytes (const ZxRoadGraph *self);

/* ---- snapping ----------------------------------------------------------------------------- */

/* A place on the network: a point of a segment, with the cost to both of its end nodes. */
typedef struct
{
  guint32 node_a, node_b; /* G_MAXUINT32: nothing within reach */
  guint32 from_a_ds,
      from_b_ds; /* driving from the node to the place; G_MAXUINT32 where one-way forbids */
  guint32 to_a_ds, to_b_ds; /* driving from the place to the node */
  float distance_m;         /* straight line from the point to the road */
} ZxSnap;

/* Nearest point on a drivable road of the graph within @limit_m.  O(1) on average; parallel. */
gboolean zx_travel_snap (const ZxRoadGraph *graph, const double *x_m, const double *y_m, gsize n,
                         double limit_m, ZxSnap *snaps, const ZxProgress *progress, GError **error);

/* ---- times -------------------------------------------------------------------------------- */

/* Deciseconds from @source to every node (G_MAXUINT32: not reached); @ds: n_nodes.  The measured
 * one-to-all. */
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

/* From each source to the targets reached within @limit_s, by bounded searches in parallel.
 * @is_reverse: times from the targets to the sources instead (drivers come from cells to stations).
 * Walking the distance to the road counts with 5 km/h up to 300 m, beyond that as driving at
 * straight_kmh. */
ZxTravelRows *zx_travel_rows (const ZxRoadGraph *graph, const ZxSnap *sources, gsize n_sources,
                              const ZxSnap *targets, gsize n_targets, double limit_s,
                              gboolean is_reverse, const ZxProgress *progress, GError **error);

/* Without roads: straight lines × detour at the table's straight speed. */
ZxTravelRows *zx_travel_rows_straight (const double *source_x_m, const double *source_y_m,
                                       gsize n_sources, const double *target_x_m,
                                       const double *target_y_m, gsize n_targets, double limit_s,
                                       const ZxSpeedTable *speeds, const ZxProgress *progress,
                                       GError **error);
ZxTravelRows *zx_travel_rows_transpose (const ZxTravelRows *self, guint n_targets, GError **error);

/* The area reached within @limit_s as polygons (one row per limit), from a lattice of @cell_m over
 * the reached roads. */
gboolean zx_travel_service_area (const ZxRoadGraph *graph, const ZxSnap *source,
                                 const double *limits_s, guint n_limits, double cell_m,
                                 ZxGeometry *areas, const ZxProgress *progress, GError **error);

G_END_DECLS
