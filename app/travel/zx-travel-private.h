/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Between the files of this room: pieces of road, chains with their geometry, searches. */
#pragma once

#include "app/travel/zx-travel.h"

G_BEGIN_DECLS

#define ZX_NOWHERE G_MAXUINT32

/* Sums of arcs never come near the end of guint32: a chain is at most LONGEST_CHAIN_DS (310 days),
 * and searches stop one chain before the end. */
#define ZX_LONGEST_CHAIN_DS  ((guint32) 1 << 28)
#define ZX_LONGEST_SEARCH_DS (G_MAXUINT32 - 2 * ZX_LONGEST_CHAIN_DS)

/* ---- pieces of road (zx-pieces.c) --------------------------------------------------------- */

enum
{
  ZX_WAY_UP = 1 << 0,   /* may be driven from low to high, or from a to b */
  ZX_WAY_DOWN = 1 << 1, /* the other way */
  ZX_WAY_BOTH = ZX_WAY_UP | ZX_WAY_DOWN,
};

/* A straight piece between two vertices, low < high. */
typedef struct
{
  guint32 low, high;
  guint32 row;     /* of ZxRoads */
  float mps;       /* metres per second */
  guint8 ways;     /* ZX_WAY_… */
  guint8 is_minor; /* a service road */
  guint8 is_main;  /* secondary or above */
} ZxPiece;

/* Vertices are the distinct coordinates of drivable roads in Hilbert order; pieces are sorted by
 * (low, high) and distinct.  So nothing but @row depends on the order of the rows. */
typedef struct
{
  guint32 n_vertices;
  double *x_m, *y_m;
  gsize n;
  ZxPiece *piece;
  gsize n_zero_length; /* drivable rows without any piece */
  gsize n_cut_rows;    /* drivable rows of which a barrier closes pieces */
} ZxPieces;

gboolean zx_pieces_init (ZxPieces *self, const ZxRoads *roads, const ZxBarriers *barriers,
                         const ZxSpeedTable *speeds, const ZxProgress *progress, GError **error);
void zx_pieces_clear (ZxPieces *self);

/* ---- chains (zx-chains.c) ----------------------------------------------------------------- */

/* Where three or more roads meet; service roads do not count. */
enum
{
  ZX_NO_CROSSING,
  ZX_CROSSING,
  ZX_MAIN_CROSSING, /* three or more of them main roads */
  ZX_N_CROSSINGS,
};

/* Chain c runs from node a[c] to node b[c] over the points point_first[c] … point_first[c+1]-1,
 * which are the vertices between its ends.  It has one segment more than points, so that the global
 * number of its segment k is point_first[c] + c + k. */
struct _ZxRoadChains
{
  guint32 n;
  guint32 *a, *b;
  guint32 *travel_ds; /* without crossings; >= 1 */
  guint8 *ways;
  guint32 *point_first;      /* n + 1 */
  float *point_x, *point_y;  /* metres from the origin: 4 mm at 60 km */
  float *point_ds;           /* driving from a */
  float *length_m;           /* only while building */
  guint32 *segment_road;     /* row of ZxRoads */
  guint32 *segment_chain;    /* only in a finished graph */
  guint8 *crossing;          /* of the nodes: ZX_…_CROSSING */
  guint32 half_crossing_ds;  /* delay on each side of a crossing; 0 beside turn costs */
  double origin_x, origin_y; /* of the points and the lattice */

  /* The lattice: segments by square cell; a segment is listed in each cell it touches. */
  double cell_m, min_x, min_y;
  guint32 n_columns, n_rows;
  guint32 *cell_first; /* cells + 1 */
  guint32 *cell_segment;
};

void zx_road_chains_free (ZxRoadChains *self);
gsize zx_road_chains_bytes (const ZxRoadChains *self, guint32 n_nodes);

/* Merges what has no choice.  Nodes are numbered in the order of their vertices; @node_vertex
 * (transfer full) tells which.  One-way chains run from a to b. */
ZxRoadChains *zx_road_chains_new (const ZxPieces *pieces, double junction_s, guint32 *n_nodes,
                                  guint32 **node_vertex, GError **error);
/* Keeps the chains whose both ends have a new number, and renumbers them. */
void zx_road_chains_keep (ZxRoadChains *self, guint32 n_nodes, const guint32 *new_number);

static inline guint32
zx_chain_delay_ds (const ZxRoadChains *chains, guint32 node)
{
  return chains->crossing[node] != ZX_NO_CROSSING ? chains->half_crossing_ds : 0;
}

/* From node to node with both halves of the crossings. */
static inline guint32
zx_chain_ds (const ZxRoadChains *chains, guint32 chain)
{
  return chains->travel_ds[chain] + zx_chain_delay_ds (chains, chains->a[chain])
         + zx_chain_delay_ds (chains, chains->b[chain]);
}

/* ---- strongly connected parts (zx-parts.c) ------------------------------------------------- */

/* part[node]: 0 … n - 1.  Returns: the number of parts, 0 with @error. */
guint32 zx_graph_parts (guint32 n_nodes, const guint32 *first, const ZxArc *arc, guint32 *part,
                        GError **error);

/* ---- the lattice (zx-snap.c) -------------------------------------------------------------- */

gboolean zx_road_lattice_init (ZxRoadGraph *graph, const ZxProgress *progress, GError **error);

/* The ends of segment @k of chain @c, metres from the origin, and the driving time there. */
typedef struct
{
  double x, y, ds;
} ZxChainPoint;

/* k = 0: node a; 1 … : the points between; last: node b. */
static inline ZxChainPoint
zx_chain_point (const ZxRoadGraph *graph, guint32 c, guint32 k)
{
  const ZxRoadChains *chains = graph->chains;
  guint32 n_between = chains->point_first[c + 1] - chains->point_first[c];
  if (k > 0 && k <= n_between)
    {
      guint32 i = chains->point_first[c] + k - 1;
      return (ZxChainPoint){ chains->point_x[i], chains->point_y[i], chains->point_ds[i] };
    }
  guint32 node = k == 0 ? chains->a[c] : chains->b[c];
  return (ZxChainPoint){ graph->x_m[node] - chains->origin_x, graph->y_m[node] - chains->origin_y,
                         k == 0 ? 0 : chains->travel_ds[c] };
}

/* ---- searches (zx-search.c) --------------------------------------------------------------- */

typedef struct _ZxSearch ZxSearch;

typedef struct
{
  guint32 node, ds;
  guint32 end; /* of the chain by which the node is reached; ZX_NOWHERE: stands on it.  For turns */
} ZxSeed;

/* Scratch memory for searches on one graph; one per thread. */
ZxSearch *zx_search_new (const ZxRoadGraph *graph, gboolean is_reverse, GError **error);
void zx_search_free (ZxSearch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxSearch, zx_search_free)

/* Shortest times from the seeds (those of ZX_NOWHERE are skipped) within @limit_ds.
 * Returns: times by slot, ZX_NOWHERE beyond; borrowed until the next run. */
const guint32 *zx_search_run (ZxSearch *self, const ZxSeed *seeds, guint n_seeds, guint32 limit_ds);
/* The slots reached by the last run, in the order they were first met. */
const guint32 *zx_search_reached (const ZxSearch *self, guint32 *n);

/* What a search gives a time to: the nodes; where turns are counted the arcs before them. */
guint32 zx_search_n_slots (const ZxRoadGraph *graph);
guint32 zx_search_node_slot (const ZxRoadGraph *graph, guint32 node);
/* From which chain @c is driven from its node a or b (before the node's crossing where turns are
 * not counted); ZX_NOWHERE where turns are counted and one-way forbids. */
guint32 zx_search_end_slot (const ZxRoadGraph *graph, guint32 c, gboolean is_b,
                            gboolean is_reverse);

/* ---- rows (zx-rows.c) --------------------------------------------------------------------- */

/* FALSE with @error for more places than guint32 counts and for limits that are no time. */
gboolean zx_travel_rows_check (gsize n_sources, gsize n_targets, double limit_s, GError **error);
ZxTravelRows *zx_travel_rows_new (gsize n_rows, gsize n_entries, GError **error);

/* ---- places (zx-places.c) ----------------------------------------------------------------- */

/* Deciseconds between a point and the road @distance_m away. */
guint32 zx_access_ds (const ZxRoadGraph *graph, double distance_m);
/* Where a search from @source begins (@is_reverse: ends), by either end of its chain; ZX_NOWHERE as
 * the time where one-way streets forbid. */
void zx_snap_seeds (const ZxRoadGraph *graph, const ZxSnap *source, guint32 access_ds,
                    gboolean is_reverse, ZxSeed seeds[2]);

/* A place is reached @ds after @slot; ZX_NOWHERE as @ds (and some slot) where it cannot be. */
typedef struct
{
  guint32 slot, ds;
} ZxHang;

/* By either end of the place's chain, with the way between the place and the road. */
void zx_snap_hangs (const ZxRoadGraph *graph, const ZxSnap *target, gboolean is_reverse,
                    ZxHang hang[2]);

static inline guint32
zx_add_ds (guint32 a, guint32 b)
{
  return a == ZX_NOWHERE || b == ZX_NOWHERE ? ZX_NOWHERE
                                            : (guint32) MIN ((guint64) a + b, ZX_NOWHERE);
}

/* Directly along one chain, or ZX_NOWHERE. */
guint32 zx_same_chain_ds (const ZxSnap *from, const ZxSnap *to);
/* Whole deciseconds, rounded down; 0 for NaN and less than 0. */
guint32 zx_limit_ds (double limit_s);

G_END_DECLS
