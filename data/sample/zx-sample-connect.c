/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a city does to its grid, without falling apart: double edges go, gates of superblocks are
 * closed and lanes end (never where that would cut something off), country roads are led into
 * towns, and what is still apart is joined by a short road or left out. */

#include "data/sample/zx-sample-private.h"

static const SampleStreet *
street_at (const SampleStreets *streets, guint s)
{
  return &g_array_index (streets->list, SampleStreet, s);
}

guint32
zx_sample_find (guint32 *parent, guint32 i)
{
  while (parent[i] != i)
    i = parent[i] = parent[parent[i]];
  return i;
}

gboolean
zx_sample_unite (guint32 *parent, guint32 a, guint32 b)
{
  a = zx_sample_find (parent, a);
  b = zx_sample_find (parent, b);
  if (a == b)
    return FALSE;
  parent[MAX (a, b)] = MIN (a, b);
  return TRUE;
}

double
zx_sample_coin (const SampleWorld *world, guint64 what)
{
  ZxRng rng = zx_rng_stream (world->seed ^ 0xc01, what);
  return zx_rng_uniform (&rng);
}

static SampleEdge *
edge_at (const SampleGraph *graph, guint e)
{
  return &g_array_index (graph->edges, SampleEdge, e);
}

/* Two streets merged into one leave double edges; the later one goes. */
static void
drop_doubles (SampleGraph *graph)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  for (guint e = 0; e < graph->edges->len; e++)
    {
      SampleEdge *edge = edge_at (graph, e);
      gint64 key = ((gint64) MIN (edge->a, edge->b) << 32) | MAX (edge->a, edge->b);
      SamplePoint a = *SAMPLE_POINT (graph->nodes, edge->a),
                  b = *SAMPLE_POINT (graph->nodes, edge->b);
      gboolean is_straight = edge->length_m < 1.15 * zx_sample_distance (a, b);
      if (is_straight && !g_hash_table_add (seen, g_memdup2 (&key, sizeof key)))
        edge->is_dropped = TRUE;
    }
}

typedef struct
{
  double order;
  guint edge;
} Droppable;

static int
compare_droppable (gconstpointer a, gconstpointer b)
{
  const Droppable *p = a, *q = b;
  if (p->order != q->order)
    return (p->order > q->order) - (p->order < q->order);
  return (p->edge > q->edge) - (p->edge < q->edge);
}

/* How likely a lane is closed: where it would open a superblock onto a big road, mostly. */
static double
drop_chance (const SampleWorld *world, const SampleStreets *streets, const SampleGraph *graph,
             const guint8 *node_level, const SampleEdge *edge)
{
  const SampleStreet *street = street_at (streets, edge->street);
  if (street->settlement < 0 || street->level < SAMPLE_LOCAL || street->level > SAMPLE_LANE)
    return 0;
  const SampleSettlement *town
      = &g_array_index (world->settlements, SampleSettlement, street->settlement);
  if (town->rank == 3)
    return 0.08;
  if (street->level == SAMPLE_LOCAL)
    return 0.03;
  static const double at_gate[SAMPLE_N_KINDS] = { 0.20, 0.62, 0.35, 0.6, 0.25, 0.1 };
  static const double inside[SAMPLE_N_KINDS] = { 0.07, 0.15, 0.12, 0.2, 0.08, 0.1 };
  SamplePoint p = *SAMPLE_POINT (graph->nodes, edge->a);
  const SampleCentre *centre = zx_sample_ruling_centre (world, town, p.x, p.y);
  guint8 biggest = MIN (node_level[edge->a], node_level[edge->b]);
  return biggest <= SAMPLE_COLLECTOR ? at_gate[centre->kind] : inside[centre->kind];
}

static void
close_gates (const SampleWorld *world, const SampleStreets *streets, SampleGraph *graph)
{
  guint n_nodes = graph->nodes->len;
  g_autofree guint8 *node_level = g_new (guint8, MAX (n_nodes, 1));
  g_autofree guint32 *parent = g_new (guint32, MAX (n_nodes, 1));
  g_autoptr (GArray) droppable = g_array_new (FALSE, FALSE, sizeof (Droppable));
  memset (node_level, SAMPLE_HIGHWAY, n_nodes);
  for (guint32 i = 0; i < n_nodes; i++)
    parent[i] = i;
  for (guint e = 0; e < graph->edges->len; e++)
    {
      const SampleEdge *edge = edge_at (graph, e);
      guint8 level = street_at (streets, edge->street)->level;
      node_level[edge->a] = MIN (node_level[edge->a], level);
      node_level[edge->b] = MIN (node_level[edge->b], level);
    }
  for (guint e = 0; e < graph->edges->len; e++)
    {
      const SampleEdge *edge = edge_at (graph, e);
      Droppable candidate = { zx_sample_coin (world, 0x10000000ull + e), e };
      if (edge->is_dropped)
        continue;
      if (candidate.order < drop_chance (world, streets, graph, node_level, edge))
        g_array_append_val (droppable, candidate);
      else
        zx_sample_unite (parent, edge->a, edge->b);
    }
  g_array_sort (droppable, compare_droppable);
  for (guint i = 0; i < droppable->len; i++)
    {
      SampleEdge *edge = edge_at (graph, g_array_index (droppable, Droppable, i).edge);
      edge->is_dropped = !zx_sample_unite (parent, edge->a, edge->b);
    }
}

/* The part of every node, and the biggest part. */
static guint32
find_parts (const SampleGraph *graph, guint32 *parent, guint32 *size)
{
  guint32 biggest = 0;
  for (guint32 i = 0; i < graph->nodes->len; i++)
    {
      parent[i] = i;
      size[i] = 0;
    }
  for (guint e = 0; e < graph->edges->len; e++)
    if (!edge_at (graph, e)->is_dropped)
      zx_sample_unite (parent, edge_at (graph, e)->a, edge_at (graph, e)->b);
  for (guint32 i = 0; i < graph->nodes->len; i++)
    size[zx_sample_find (parent, i)]++;
  for (guint32 i = 0; i < graph->nodes->len; i++)
    if (size[i] > size[biggest])
      biggest = i;
  return biggest;
}

static gboolean
is_dry (const SampleWorld *world, SamplePoint a, SamplePoint b)
{
  double length = zx_sample_distance (a, b);
  for (double t = 0; t <= length; t += 12)
    {
      double x = a.x + (b.x - a.x) * t / MAX (length, 1),
             y = a.y + (b.y - a.y) * t / MAX (length, 1);
      if (!zx_sample_is_buildable (world, x, y, 15, 5))
        return FALSE;
    }
  return TRUE;
}

static void
add_road_between (SampleStreets *streets, SampleGraph *graph, guint32 a, guint32 b)
{
  SamplePoint p = *SAMPLE_POINT (graph->nodes, a), q = *SAMPLE_POINT (graph->nodes, b);
  zx_sample_streets_begin (streets, ZX_ROAD_UNCLASSIFIED, SAMPLE_COUNTRY, -1);
  zx_sample_streets_point (streets, p, 0);
  zx_sample_streets_point (streets, q, 0);
  SampleEdge edge = { .a = a,
                      .b = b,
                      .street = streets->list->len - 1,
                      .first = graph->points->len,
                      .length_m = (float) zx_sample_distance (p, q) };
  g_array_append_val (graph->edges, edge);
}

/* The shortest dry way from each other part to the biggest, straight. */
static void
join_parts (const SampleWorld *world, SampleStreets *streets, SampleGraph *graph)
{
  guint n = graph->nodes->len;
  g_autofree guint32 *parent = g_new (guint32, MAX (n, 1));
  g_autofree guint32 *size = g_new (guint32, MAX (n, 1));
  guint32 biggest = find_parts (graph, parent, size);
  g_autoptr (GArray) main_points = zx_sample_points_new ();
  g_autoptr (GArray) main_nodes = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree double *best_m = g_new (double, MAX (n, 1));
  g_autofree guint32 *best_from = g_new (guint32, MAX (n, 1)),
                     *best_to = g_new (guint32, MAX (n, 1));
  for (guint32 i = 0; i < n; i++)
    {
      best_m[i] = 1800;
      if (zx_sample_find (parent, i) != biggest)
        continue;
      g_array_append_val (main_points, *SAMPLE_POINT (graph->nodes, i));
      g_array_append_val (main_nodes, i);
    }
  SampleBuckets buckets;
  const SamplePoint *points = (const SamplePoint *) (void *) main_points->data;
  zx_sample_buckets_init (&buckets, points, main_points->len, 250);
  for (guint32 i = 0; i < n; i++)
    {
      guint32 part = zx_sample_find (parent, i);
      if (part == biggest || size[part] < 4)
        continue;
      SamplePoint p = *SAMPLE_POINT (graph->nodes, i);
      gssize near = zx_sample_buckets_nearest (&buckets, points, p.x, p.y, best_m[part], -1);
      if (near < 0 || !is_dry (world, p, points[near]))
        continue;
      best_m[part] = zx_sample_distance (p, points[near]);
      best_from[part] = i;
      best_to[part] = g_array_index (main_nodes, guint32, near);
    }
  zx_sample_buckets_clear (&buckets);
  for (guint32 part = 0; part < n; part++)
    if (parent[part] == part && best_m[part] < 1800)
      add_road_between (streets, graph, best_from[part], best_to[part]);
}

/* Country roads that end blind before a town are led on to the nearest street ahead. */
static void
join_loose_ends (const SampleWorld *world, SampleStreets *streets, SampleGraph *graph)
{
  guint n = graph->nodes->len, n_edges = graph->edges->len;
  g_autofree guint8 *degree = g_new0 (guint8, MAX (n, 1));
  SampleBuckets buckets;
  for (guint e = 0; e < n_edges; e++)
    if (!edge_at (graph, e)->is_dropped)
      {
        guint8 *a = &degree[edge_at (graph, e)->a], *b = &degree[edge_at (graph, e)->b];
        *a = (guint8) MIN (*a + 1, 200);
        *b = (guint8) MIN (*b + 1, 200);
      }
  g_autoptr (GArray) points = g_array_copy (graph->nodes);
  const SamplePoint *point = (const SamplePoint *) (void *) points->data;
  zx_sample_buckets_init (&buckets, point, n, 200);
  for (guint e = 0; e < n_edges; e++)
    {
      const SampleEdge *edge = edge_at (graph, e);
      const SampleScale *scale = world->scale;
      if (edge->is_dropped || street_at (streets, edge->street)->level != SAMPLE_COUNTRY)
        continue;
      guint32 end = degree[edge->b] == 1 ? edge->b : edge->a;
      SamplePoint p = point[end], q = point[end == edge->b ? edge->a : edge->b];
      if (degree[end] != 1 || p.x < scale->min_x_m + 300 || p.x > scale->max_x_m - 300
          || p.y < scale->min_y_m + 300 || p.y > scale->max_y_m - 300)
        continue;
      /* The circle ahead: its nodes are nearer to its middle than to the road itself. */
      double length = MAX (zx_sample_distance (p, q), 1e-9), ahead = 230;
      SamplePoint middle
          = { p.x + ahead * (p.x - q.x) / length, p.y + ahead * (p.y - q.y) / length };
      gssize near = zx_sample_buckets_nearest (&buckets, point, middle.x, middle.y, ahead - 5, end);
      if (near >= 0 && degree[near] > 0 && is_dry (world, p, point[near]))
        add_road_between (streets, graph, end, (guint32) near);
    }
  zx_sample_buckets_clear (&buckets);
}

static void
drop_other_parts (SampleGraph *graph)
{
  guint n = graph->nodes->len;
  g_autofree guint32 *parent = g_new (guint32, MAX (n, 1));
  g_autofree guint32 *size = g_new (guint32, MAX (n, 1));
  guint32 biggest = find_parts (graph, parent, size);
  for (guint e = 0; e < graph->edges->len; e++)
    if (zx_sample_find (parent, edge_at (graph, e)->a) != biggest)
      edge_at (graph, e)->is_dropped = TRUE;
}

void
zx_sample_graph_connect (SampleGraph *self, const SampleWorld *world, SampleStreets *streets)
{
  drop_doubles (self);
  close_gates (world, streets, self);
  join_loose_ends (world, streets, self);
  /* Twice: the first round may bring a part within reach of the next. */
  join_parts (world, streets, self);
  join_parts (world, streets, self);
  drop_other_parts (self);
}
