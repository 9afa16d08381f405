/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Small road layers for tests: lines added one by one, every road 10 m/s (1 m = 1 ds), so that
 * times can be counted by hand. */
#pragma once

#include "app/travel/zx-travel.h"

G_BEGIN_DECLS

typedef struct
{
  ZxGeometryBuilder lines;
  GArray *one_way, *road_class; /* gint8, guint8 */
} TestRoads;

void test_roads_init (TestRoads *self);
/* @xy: n points.  Returns: the row. */
gsize test_roads_add (TestRoads *self, const double (*xy)[2], guint n, int one_way);
gsize test_roads_add_class (TestRoads *self, const double (*xy)[2], guint n, int one_way,
                            ZxRoadClass road_class);
ZxCity *test_roads_finish (TestRoads *self);

/* 36 km/h for every class, no delay at crossings, no congestion. */
void test_speeds (ZxSpeedTable *speeds);

/* The node at (x, y), which must exist. */
guint32 test_node_at (const ZxRoadGraph *graph, double x, double y);
guint32 test_time (const ZxRoadGraph *graph, guint32 from, guint32 to);
ZxSnap test_snap (const ZxRoadGraph *graph, double x, double y);
/* The time from row @row to target @t in deciseconds; G_MAXUINT32 when it is not there. */
guint32 test_time_in_row (const ZxTravelRows *rows, guint row, guint32 t);

/* A lattice of streets with integer coordinates, some missing, some one-way, some bent, some cut
 * into several rows; @side nodes across. */
ZxCity *test_random_city (guint side, guint64 seed);

/* Places at whole metres on the streets of @graph, TEST_PLACES if they are found.  Returns: how
 * many there are. */
#define TEST_PLACES 24
guint test_choose_places (const ZxCity *city, const ZxRoadGraph *graph, ZxRng *rng,
                          double (*places)[2], ZxSnap *snaps);

/* Times of the same roads by the plainest means: vertices compared one by one, Bellman and Ford.
 * Places lie on pieces of road and become vertices. */
typedef struct
{
  guint n;
  double *x, *y;
  guint n_edges;
  guint *from, *to; /* directed */
  guint32 *ds;
} NaiveGraph;

NaiveGraph *naive_graph_new (const ZxRoads *roads, double junction_s, const double (*places)[2],
                             guint n_places);
void naive_graph_free (NaiveGraph *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NaiveGraph, naive_graph_free)
guint naive_vertex (const NaiveGraph *self, double x, double y); /* G_MAXUINT when absent */
/* G_MAXUINT32 where not reached.  (transfer full) */
guint32 *naive_times (const NaiveGraph *self, guint source);

G_END_DECLS
