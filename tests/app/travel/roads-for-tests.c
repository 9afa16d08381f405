/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "roads-for-tests.h"

/* ---- roads -------------------------------------------------------------------------------- */

void
test_roads_init (TestRoads *self)
{
  zx_geometry_builder_init (&self->lines, ZX_GEOMETRY_LINE);
  self->one_way = g_array_new (FALSE, FALSE, 1);
  self->road_class = g_array_new (FALSE, FALSE, 1);
}

gsize
test_roads_add_class (TestRoads *self, const double (*xy)[2], guint n, int one_way,
                      ZxRoadClass road_class)
{
  zx_geometry_builder_begin_part (&self->lines, FALSE);
  for (guint i = 0; i < n; i++)
    zx_geometry_builder_point (&self->lines, xy[i][0], xy[i][1]);
  zx_geometry_builder_end_row (&self->lines);
  gint8 way = (gint8) one_way;
  guint8 value = road_class;
  g_array_append_val (self->one_way, way);
  g_array_append_val (self->road_class, value);
  return self->one_way->len - 1;
}

gsize
test_roads_add (TestRoads *self, const double (*xy)[2], guint n, int one_way)
{
  return test_roads_add_class (self, xy, n, one_way, ZX_ROAD_RESIDENTIAL);
}

ZxCity *
test_roads_finish (TestRoads *self)
{
  ZxCity *city = zx_city_new ();
  g_assert_true (zx_roads_alloc (&city->roads, self->one_way->len, NULL));
  zx_geometry_builder_finish (&self->lines, &city->roads.lines);
  memcpy (city->roads.one_way, self->one_way->data, self->one_way->len);
  memcpy (city->roads.road_class, self->road_class->data, self->road_class->len);
  g_array_unref (self->one_way);
  g_array_unref (self->road_class);
  return city;
}

void
test_speeds (ZxSpeedTable *speeds)
{
  zx_speed_table_default (speeds);
  for (guint i = 0; i < ZX_N_ROAD_CLASSES; i++)
    speeds->kmh[i] = speeds->link_kmh[i] = 36;
  speeds->junction_s = 0;
  speeds->urban_factor = 1;
  speeds->straight_kmh = 36;
}

/* ---- asking the graph --------------------------------------------------------------------- */

guint32
test_node_at (const ZxRoadGraph *graph, double x, double y)
{
  for (guint32 i = 0; i < graph->n_nodes; i++)
    if (graph->x_m[i] == x && graph->y_m[i] == y)
      return i;
  g_error ("no node at %g, %g", x, y);
}

guint32
test_time (const ZxRoadGraph *graph, guint32 from, guint32 to)
{
  g_autofree guint32 *ds = g_new (guint32, graph->n_nodes);
  g_assert_true (zx_travel_one_to_all (graph, from, ds, NULL));
  return ds[to];
}

ZxSnap
test_snap (const ZxRoadGraph *graph, double x, double y)
{
  ZxSnap snap;
  g_assert_true (zx_travel_snap (graph, &x, &y, 1, INFINITY, &snap, NULL, NULL));
  return snap;
}

guint32
test_time_in_row (const ZxTravelRows *rows, guint row, guint32 t)
{
  for (gsize k = rows->first[row]; k < rows->first[row + 1]; k++)
    if (rows->target[k] == t)
      return (guint32) (rows->seconds[k] * 10 + 0.5f);
  return G_MAXUINT32;
}

/* ---- a random city ------------------------------------------------------------------------ */

/* Straight or round a corner of whole metres, so that times are whole deciseconds. */
static void
add_random_street (TestRoads *roads, ZxRng *rng, double x, double y, gboolean is_east)
{
  const double bend = 10 * zx_rng_below (rng, 4);
  int one_way = zx_rng_below (rng, 4) == 0 ? (zx_rng_below (rng, 2) != 0 ? 1 : -1) : 0;
  ZxRoadClass road_class = zx_rng_below (rng, 5) == 0 ? ZX_ROAD_SERVICE : ZX_ROAD_RESIDENTIAL;
  const double along[6] = { 0, 30, 30, 70, 70, 100 }, aside[6] = { 0, 0, bend, bend, 0, 0 };
  double xy[6][2];
  for (guint i = 0; i < 6; i++)
    {
      xy[i][0] = x + (is_east ? along[i] : aside[i]);
      xy[i][1] = y + (is_east ? aside[i] : along[i]);
    }
  if (zx_rng_below (rng, 3) == 0) /* in two rows, which must be merged */
    {
      test_roads_add_class (roads, (const double (*)[2]) xy, 4, one_way, road_class);
      test_roads_add_class (roads, (const double (*)[2]) xy + 3, 3, one_way, road_class);
    }
  else
    test_roads_add_class (roads, (const double (*)[2]) xy, 6, one_way, road_class);
}

ZxCity *
test_random_city (guint side, guint64 seed)
{
  ZxRng rng = zx_rng_new (seed);
  TestRoads roads;
  test_roads_init (&roads);
  for (guint row = 0; row < side; row++)
    for (guint column = 0; column < side; column++)
      {
        if (column + 1 < side && zx_rng_below (&rng, 10) < 7)
          add_random_street (&roads, &rng, 100 * column, 100 * row, TRUE);
        if (row + 1 < side && zx_rng_below (&rng, 10) < 7)
          add_random_street (&roads, &rng, 100 * column, 100 * row, FALSE);
      }
  return test_roads_finish (&roads);
}

/* Whole metres along a random straight piece of the city, not on its ends. */
static void
choose_place (const ZxRoads *roads, ZxRng *rng, double *xy)
{
  const ZxGeometry *lines = &roads->lines;
  for (;;)
    {
      gsize row = zx_rng_below (rng, (guint32) roads->n);
      gsize n = lines->point_first[row + 1] - lines->point_first[row];
      gsize k = lines->point_first[row] + zx_rng_below (rng, (guint32) n - 1);
      double length = fabs (lines->x[k + 1] - lines->x[k]) + fabs (lines->y[k + 1] - lines->y[k]);
      if (length < 2)
        continue;
      double along = 1 + zx_rng_below (rng, (guint32) length - 1);
      xy[0] = lines->x[k] + along * (lines->x[k + 1] - lines->x[k]) / length;
      xy[1] = lines->y[k] + along * (lines->y[k + 1] - lines->y[k]) / length;
      xy[0] = floor (xy[0] + 0.5);
      xy[1] = floor (xy[1] + 0.5);
      return;
    }
}

static gboolean
lies_on_two_roads (const ZxRoads *roads, const double *xy)
{
  const ZxGeometry *lines = &roads->lines;
  guint n = 0;
  for (gsize row = 0; row < roads->n; row++)
    for (gsize k = lines->point_first[row]; k + 1 < lines->point_first[row + 1]; k++)
      {
        double whole = hypot (lines->x[k + 1] - lines->x[k], lines->y[k + 1] - lines->y[k]);
        double first = hypot (xy[0] - lines->x[k], xy[1] - lines->y[k]);
        double second = hypot (xy[0] - lines->x[k + 1], xy[1] - lines->y[k + 1]);
        n += whole > 0 && fabs (first + second - whole) < 1e-9;
      }
  return n != 1;
}

guint
test_choose_places (const ZxCity *city, const ZxRoadGraph *graph, ZxRng *rng, double (*places)[2],
                    ZxSnap *snaps)
{
  guint n = 0;
  for (guint tries = 0; n < TEST_PLACES && tries < 1000; tries++)
    {
      choose_place (&city->roads, rng, places[n]);
      snaps[n] = test_snap (graph, places[n][0], places[n][1]);
      gboolean is_on_graph = snaps[n].distance_m < 0.01f; /* else its road was outside */
      if (is_on_graph && !lies_on_two_roads (&city->roads, places[n]))
        n++;
    }
  return n;
}

/* ---- the naive graph ---------------------------------------------------------------------- */

static guint
add_vertex (NaiveGraph *self, double x, double y)
{
  guint found = naive_vertex (self, x, y);
  if (found != G_MAXUINT)
    return found;
  self->x = g_renew (double, self->x, self->n + 1);
  self->y = g_renew (double, self->y, self->n + 1);
  self->x[self->n] = x;
  self->y[self->n] = y;
  return self->n++;
}

static void
add_edge (NaiveGraph *self, guint from, guint to)
{
  self->from = g_renew (guint, self->from, self->n_edges + 1);
  self->to = g_renew (guint, self->to, self->n_edges + 1);
  self->ds = g_renew (guint32, self->ds, self->n_edges + 1);
  self->from[self->n_edges] = from;
  self->to[self->n_edges] = to;
  self->ds[self->n_edges++]
      = (guint32) floor (hypot (self->x[from] - self->x[to], self->y[from] - self->y[to]) + 0.5);
}

static gboolean
is_between (const NaiveGraph *self, guint a, guint b, double x, double y)
{
  double whole = hypot (self->x[a] - self->x[b], self->y[a] - self->y[b]);
  double first = hypot (self->x[a] - x, self->y[a] - y);
  double second = hypot (self->x[b] - x, self->y[b] - y);
  return first > 1e-6 && second > 1e-6 && fabs (first + second - whole) < 1e-9;
}

static void
add_piece (NaiveGraph *self, guint a, guint b, int one_way)
{
  if (a == b)
    return;
  /* Split at the first place on it, and so on. */
  for (guint i = 0; i < self->n; i++)
    if (is_between (self, a, b, self->x[i], self->y[i]))
      {
        add_piece (self, a, i, one_way);
        add_piece (self, i, b, one_way);
        return;
      }
  if (one_way >= 0)
    add_edge (self, a, b);
  if (one_way <= 0)
    add_edge (self, b, a);
}

/* Half the delay on each side of a vertex where three pieces or more meet. */
static void
add_delays (NaiveGraph *self, const ZxRoads *roads, double junction_s)
{
  g_autofree guint *n_arms = g_new0 (guint, self->n);
  const ZxGeometry *lines = &roads->lines;
  for (gsize row = 0; row < roads->n; row++)
    if (roads->road_class[row] != ZX_ROAD_SERVICE)
      for (gsize point = lines->point_first[row]; point + 1 < lines->point_first[row + 1]; point++)
        {
          guint from = naive_vertex (self, lines->x[point], lines->y[point]);
          guint to = naive_vertex (self, lines->x[point + 1], lines->y[point + 1]);
          n_arms[from] += from != to;
          n_arms[to] += from != to;
        }
  guint32 half = (guint32) floor (junction_s * 5 + 0.5);
  for (guint i = 0; i < self->n_edges; i++)
    self->ds[i] += (n_arms[self->from[i]] > 2 ? half : 0) + (n_arms[self->to[i]] > 2 ? half : 0);
}

NaiveGraph *
naive_graph_new (const ZxRoads *roads, double junction_s, const double (*places)[2], guint n_places)
{
  NaiveGraph *self = g_new0 (NaiveGraph, 1);
  const ZxGeometry *lines = &roads->lines;
  for (gsize i = 0; i < lines->n_points; i++)
    add_vertex (self, lines->x[i], lines->y[i]);
  for (guint i = 0; i < n_places; i++)
    add_vertex (self, places[i][0], places[i][1]);
  for (gsize row = 0; row < roads->n; row++)
    for (gsize point = lines->point_first[row]; point + 1 < lines->point_first[row + 1]; point++)
      add_piece (self, naive_vertex (self, lines->x[point], lines->y[point]),
                 naive_vertex (self, lines->x[point + 1], lines->y[point + 1]),
                 roads->one_way[row]);
  add_delays (self, roads, junction_s);
  return self;
}

void
naive_graph_free (NaiveGraph *self)
{
  if (self == NULL)
    return;
  g_free (self->x);
  g_free (self->y);
  g_free (self->from);
  g_free (self->to);
  g_free (self->ds);
  g_free (self);
}

guint
naive_vertex (const NaiveGraph *self, double x, double y)
{
  for (guint i = 0; i < self->n; i++)
    if (self->x[i] == x && self->y[i] == y)
      return i;
  return G_MAXUINT;
}

guint32 *
naive_times (const NaiveGraph *self, guint source)
{
  guint32 *ds = g_new (guint32, self->n);
  for (guint i = 0; i < self->n; i++)
    ds[i] = i == source ? 0 : G_MAXUINT32;
  for (gboolean has_changed = TRUE; has_changed;)
    {
      has_changed = FALSE;
      for (guint e = 0; e < self->n_edges; e++)
        if (ds[self->from[e]] != G_MAXUINT32 && ds[self->from[e]] + self->ds[e] < ds[self->to[e]])
          {
            ds[self->to[e]] = ds[self->from[e]] + self->ds[e];
            has_changed = TRUE;
          }
    }
  return ds;
}
