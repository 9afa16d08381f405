/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From streets that cross to a graph of nodes and edges.
 *
 * Segments are spread over buckets; two that cross in the bucket they share make a node on both
 * streets.  Nodes a few metres apart are one crossing and are merged.  Highways meet others only at
 * pinned points; bridges cross over.  What follows is what a city does to its grid: gates of
 * superblocks are closed, lanes end. */

#include "data/sample/zx-sample-private.h"

#define BUCKET_M 64.0
/* One crossing: nodes this near on one street, or anywhere. */
#define SAME_ON_STREET_M 15.0
#define SAME_ANYWHERE_M  8.0

typedef struct
{
  guint32 street;
  guint32 node;
  double at; /* point index + share of the segment */
} Hit;

typedef struct
{
  const SampleWorld *world;
  SampleStreets *streets;
  GArray *nodes;     /* SamplePoint, before merging */
  GArray *is_pinned; /* guint8 per node */
  GArray *hits;
  guint32 *parent; /* union-find over nodes */
} Builder;

static const SampleStreet *
street_at (const SampleStreets *streets, guint s)
{
  return &g_array_index (streets->list, SampleStreet, s);
}

static SamplePoint
point_at (const SampleStreets *streets, guint i)
{
  return *SAMPLE_POINT (streets->points, i);
}

/* ---- union-find --------------------------------------------------------------------------- */

static guint32
find (guint32 *parent, guint32 i)
{
  while (parent[i] != i)
    i = parent[i] = parent[parent[i]];
  return i;
}

/* The lower number stays: results do not depend on the order of joins. */
static gboolean
unite (guint32 *parent, guint32 a, guint32 b)
{
  a = find (parent, a);
  b = find (parent, b);
  if (a == b)
    return FALSE;
  parent[MAX (a, b)] = MIN (a, b);
  return TRUE;
}

/* ---- crossings ---------------------------------------------------------------------------- */

typedef struct
{
  double min_x, min_y;
  guint n_columns, n_rows;
  guint32 *first;
  guint32 *segment; /* number of its first point */
  guint32 *owner;   /* street of each point */
} SegmentMap;

static gboolean
takes_part (const SampleStreets *streets, const SampleStreet *street, guint i)
{
  return street->level != SAMPLE_HIGHWAY
         && !(g_array_index (streets->flags, guint8, street->first + i) & SAMPLE_ON_BRIDGE);
}

static void
map_spread (SegmentMap *self, const SampleStreets *streets, gboolean is_filling)
{
  for (guint s = 0; s < streets->list->len; s++)
    {
      const SampleStreet *street = street_at (streets, s);
      for (guint i = 0; i + 1 < street->n; i++)
        {
          if (!takes_part (streets, street, i))
            continue;
          SamplePoint a = point_at (streets, street->first + i);
          SamplePoint b = point_at (streets, street->first + i + 1);
          guint west = (guint) ((MIN (a.x, b.x) - self->min_x) / BUCKET_M);
          guint east = (guint) ((MAX (a.x, b.x) - self->min_x) / BUCKET_M);
          guint south = (guint) ((MIN (a.y, b.y) - self->min_y) / BUCKET_M);
          guint north = (guint) ((MAX (a.y, b.y) - self->min_y) / BUCKET_M);
          for (guint row = south; row <= north; row++)
            for (guint column = west; column <= east; column++)
              {
                guint32 *first = &self->first[(gsize) row * self->n_columns + column];
                if (is_filling)
                  self->segment[--*first] = street->first + i;
                else
                  ++*first;
              }
        }
    }
}

static gboolean
map_init (SegmentMap *self, const SampleStreets *streets, GError **error)
{
  double max_x = -G_MAXDOUBLE, max_y = -G_MAXDOUBLE;
  self->min_x = self->min_y = G_MAXDOUBLE;
  for (guint i = 0; i < streets->points->len; i++)
    {
      SamplePoint p = point_at (streets, i);
      self->min_x = MIN (self->min_x, p.x);
      self->min_y = MIN (self->min_y, p.y);
      max_x = MAX (max_x, p.x);
      max_y = MAX (max_y, p.y);
    }
  self->n_columns = (guint) ((max_x - self->min_x) / BUCKET_M) + 1;
  self->n_rows = (guint) ((max_y - self->min_y) / BUCKET_M) + 1;
  gsize n = (gsize) self->n_columns * self->n_rows;
  self->first = ZX_TRY_NEW (guint32, n + 1, _ ("Roads of the sample"), error);
  self->owner = ZX_TRY_NEW (guint32, streets->points->len, _ ("Roads of the sample"), error);
  if (self->first == NULL || self->owner == NULL)
    return FALSE;
  for (guint s = 0; s < streets->list->len; s++)
    for (guint i = 0; i < street_at (streets, s)->n; i++)
      self->owner[street_at (streets, s)->first + i] = s;
  map_spread (self, streets, FALSE);
  for (gsize i = 1; i <= n; i++)
    self->first[i] += self->first[i - 1];
  self->segment = ZX_TRY_NEW (guint32, self->first[n], _ ("Roads of the sample"), error);
  if (self->segment == NULL)
    return FALSE;
  map_spread (self, streets, TRUE);
  return TRUE;
}

static void
map_clear (SegmentMap *self)
{
  g_free (self->first);
  g_free (self->segment);
  g_free (self->owner);
}

static void
add_hit (Builder *self, guint32 street, guint32 point, double share, guint32 node)
{
  Hit hit = { street, node, point - street_at (self->streets, street)->first + share };
  g_array_append_val (self->hits, hit);
}

static void
cross_in_bucket (Builder *self, const SegmentMap *map, guint column, guint row)
{
  gsize bucket = (gsize) row * map->n_columns + column;
  for (guint32 k = map->first[bucket]; k < map->first[bucket + 1]; k++)
    for (guint32 l = k + 1; l < map->first[bucket + 1]; l++)
      {
        guint32 i = map->segment[k], j = map->segment[l];
        SamplePoint where;
        double s, t;
        if (map->owner[i] == map->owner[j]
            || !zx_sample_segments_cross (
                point_at (self->streets, i), point_at (self->streets, i + 1),
                point_at (self->streets, j), point_at (self->streets, j + 1), &where, &s, &t))
          continue;
        /* Long segments share several buckets; the one that holds the crossing counts it. */
        if ((guint) ((where.x - map->min_x) / BUCKET_M) != column
            || (guint) ((where.y - map->min_y) / BUCKET_M) != row)
          continue;
        guint32 node = self->nodes->len;
        guint8 pinned = FALSE;
        g_array_append_val (self->nodes, where);
        g_array_append_val (self->is_pinned, pinned);
        add_hit (self, map->owner[i], i, s, node);
        add_hit (self, map->owner[j], j, t, node);
      }
}

static gboolean
find_crossings (Builder *self, const ZxProgress *progress, GError **error)
{
  SegmentMap map = { 0 };
  gboolean ok = map_init (&map, self->streets, error);
  for (guint row = 0; ok && row < map.n_rows; row++)
    {
      ok = row % 64 != 0 || zx_progress_step (progress, row, map.n_rows, error);
      for (guint column = 0; column < map.n_columns; column++)
        cross_in_bucket (self, &map, column, row);
    }
  map_clear (&map);
  return ok;
}

static guint
hash_point (gconstpointer key)
{
  const SamplePoint *p = key;
  return g_double_hash (&p->x) * 31 + g_double_hash (&p->y);
}

static gboolean
equal_points (gconstpointer a, gconstpointer b)
{
  const SamplePoint *p = a, *q = b;
  return p->x == q->x && p->y == q->y;
}

/* Points where streets end on others by construction: equal coordinates are one node. */
static void
add_pinned (Builder *self)
{
  g_autoptr (GHashTable) nodes = g_hash_table_new (hash_point, equal_points);
  for (guint s = 0; s < self->streets->list->len; s++)
    {
      const SampleStreet *street = street_at (self->streets, s);
      for (guint i = 0; i < street->n; i++)
        {
          SamplePoint *p = SAMPLE_POINT (self->streets->points, street->first + i);
          guint8 flags = g_array_index (self->streets->flags, guint8, street->first + i);
          gboolean is_end = i == 0 || i + 1 == street->n;
          if (!(flags & SAMPLE_IS_PINNED) && !(street->level == SAMPLE_HIGHWAY && is_end))
            continue;
          gpointer found;
          guint32 node = self->nodes->len;
          if (g_hash_table_lookup_extended (nodes, p, NULL, &found))
            node = GPOINTER_TO_UINT (found);
          else
            {
              guint8 pinned = TRUE;
              g_array_append_val (self->nodes, *p);
              g_array_append_val (self->is_pinned, pinned);
              g_hash_table_insert (nodes, p, GUINT_TO_POINTER (node));
            }
          add_hit (self, s, street->first + i, 0, node);
        }
    }
}

static int
compare_hits (gconstpointer a, gconstpointer b)
{
  const Hit *p = a, *q = b;
  if (p->street != q->street)
    return (p->street > q->street) - (p->street < q->street);
  if (p->at != q->at)
    return (p->at > q->at) - (p->at < q->at);
  return (p->node > q->node) - (p->node < q->node);
}

static SamplePoint
node_point (const Builder *self, guint32 node)
{
  return *SAMPLE_POINT (self->nodes, node);
}

/* Pinned nodes keep their place, so they take the lowest numbers of their union: they were added
 * first. */
static void
merge_nodes (Builder *self)
{
  guint n = self->nodes->len;
  self->parent = g_new (guint32, n);
  for (guint32 i = 0; i < n; i++)
    self->parent[i] = i;
  for (guint h = 1; h < self->hits->len; h++)
    {
      const Hit *a = &g_array_index (self->hits, Hit, h - 1), *b = a + 1;
      if (a->street != b->street)
        continue;
      guint32 i = find (self->parent, a->node), j = find (self->parent, b->node);
      gboolean both_pinned = g_array_index (self->is_pinned, guint8, i)
                             && g_array_index (self->is_pinned, guint8, j);
      if (!both_pinned
          && zx_sample_distance (node_point (self, a->node), node_point (self, b->node))
                 < SAME_ON_STREET_M
          && zx_sample_distance (node_point (self, i), node_point (self, j))
                 < 1.6 * SAME_ON_STREET_M)
        unite (self->parent, i, j);
    }
  SampleBuckets buckets;
  const SamplePoint *points = (const SamplePoint *) (void *) self->nodes->data;
  zx_sample_buckets_init (&buckets, points, n, 30);
  for (guint32 i = 0; i < n; i++)
    {
      if (self->parent[i] != i)
        continue;
      gssize near = zx_sample_buckets_nearest (&buckets, points, points[i].x, points[i].y,
                                               SAME_ANYWHERE_M, i);
      if (near >= 0 && self->parent[near] == (guint32) near
          && !(g_array_index (self->is_pinned, guint8, i)
               && g_array_index (self->is_pinned, guint8, near)))
        unite (self->parent, i, (guint32) near);
    }
  zx_sample_buckets_clear (&buckets);
}

/* ---- edges -------------------------------------------------------------------------------- */

typedef struct
{
  Builder *builder;
  SampleGraph *graph;
  guint32 *number; /* of the graph's node by the builder's; G_MAXUINT32: not yet */
  GArray *scratch; /* SamplePoint */
  GArray *scratch_flags;
  GByteArray *keep;
} Cutter;

static guint32
graph_node (Cutter *self, guint32 node)
{
  guint32 root = find (self->builder->parent, node);
  if (self->number[root] == G_MAXUINT32)
    {
      self->number[root] = self->graph->nodes->len;
      g_array_append_val (self->graph->nodes, *SAMPLE_POINT (self->builder->nodes, root));
    }
  return self->number[root];
}

static guint32
new_node (Cutter *self, SamplePoint p)
{
  g_array_append_val (self->graph->nodes, p);
  return self->graph->nodes->len - 1;
}

static double
tolerance_of (const SampleStreet *street)
{
  return street->level == SAMPLE_COUNTRY || street->level == SAMPLE_HIGHWAY ? 3.0
         : street->level >= SAMPLE_LOCAL                                    ? 0.4
                                                                            : 1.5;
}

/* Keeps both ends of bridges, and what bends. */
static void
mark_shape (Cutter *self, double tolerance_m)
{
  guint n = self->scratch->len, from = 0;
  g_byte_array_set_size (self->keep, n);
  memset (self->keep->data, 0, n);
  self->keep->data[0] = self->keep->data[n - 1] = TRUE;
  for (guint i = 1; i < n; i++)
    {
      guint8 here = g_array_index (self->scratch_flags, guint8, i) & SAMPLE_ON_BRIDGE;
      guint8 before = g_array_index (self->scratch_flags, guint8, i - 1) & SAMPLE_ON_BRIDGE;
      if (i + 1 < n && here == before)
        continue;
      self->keep->data[i] = TRUE;
      zx_sample_points_mark_kept (self->scratch, from, i, tolerance_m, self->keep->data);
      from = i;
    }
}

/* An edge from node @a at @from to node @b at @to along the street. */
static void
add_edge (Cutter *self, guint32 s, guint32 a, guint32 b, double from, double to)
{
  const SampleStreets *streets = self->builder->streets;
  const SampleStreet *street = street_at (streets, s);
  SamplePoint begin = *SAMPLE_POINT (self->graph->nodes, a);
  SamplePoint end = *SAMPLE_POINT (self->graph->nodes, b);
  guint first = (guint) floor (from) + 1, last = (guint) ceil (to);
  guint8 flag = g_array_index (streets->flags, guint8, street->first + (guint) floor (from));
  g_array_set_size (self->scratch, 0);
  g_array_set_size (self->scratch_flags, 0);
  g_array_append_val (self->scratch, begin);
  g_array_append_val (self->scratch_flags, flag);
  for (guint i = first; i < last; i++)
    {
      SamplePoint p = point_at (streets, street->first + i);
      flag = g_array_index (streets->flags, guint8, street->first + i);
      guint8 before = g_array_index (streets->flags, guint8, street->first + i - 1);
      gboolean is_bank = ((flag | before) & SAMPLE_ON_BRIDGE) != 0;
      if (!is_bank && (zx_sample_distance (p, begin) < 10 || zx_sample_distance (p, end) < 10))
        continue;
      g_array_append_val (self->scratch, p);
      g_array_append_val (self->scratch_flags, flag);
    }
  flag = 0;
  g_array_append_val (self->scratch, end);
  g_array_append_val (self->scratch_flags, flag);
  mark_shape (self, tolerance_of (street));
  SampleEdge edge = { .a = a, .b = b, .street = s, .first = self->graph->points->len };
  edge.starts_on_bridge = g_array_index (self->scratch_flags, guint8, 0) & SAMPLE_ON_BRIDGE;
  edge.length_m = (float) zx_sample_points_length (self->scratch);
  for (guint i = 1; i + 1 < self->scratch->len; i++)
    if (self->keep->data[i])
      {
        guint8 bridge = g_array_index (self->scratch_flags, guint8, i) & SAMPLE_ON_BRIDGE;
        g_array_append_val (self->graph->points, *SAMPLE_POINT (self->scratch, i));
        g_array_append_val (self->graph->flags, bridge);
        edge.n++;
      }
  /* A loop of a few metres is what merging leaves of a sliver. */
  if (a != b || edge.length_m > 60)
    g_array_append_val (self->graph->edges, edge);
}

static double
coin (const SampleWorld *world, guint64 what)
{
  ZxRng rng = zx_rng_stream (world->seed ^ 0xc01, what);
  return zx_rng_uniform (&rng);
}

/* A loose end stays where a lane may end blind, or where the road leaves the map. */
static gboolean
keeps_stub (const Builder *self, guint32 s, guint side, double length_m, SamplePoint end)
{
  const SampleStreet *street = street_at (self->streets, s);
  const SampleScale *scale = self->world->scale;
  if (street->level == SAMPLE_HIGHWAY)
    return TRUE;
  if (street->level == SAMPLE_LANE || street->level == SAMPLE_LOCAL)
    return length_m > 32 && length_m < 150 && coin (self->world, 2 * (guint64) s + side) < 0.42;
  return end.x < scale->min_x_m + 250 || end.x > scale->max_x_m - 250
         || end.y < scale->min_y_m + 250 || end.y > scale->max_y_m - 250;
}

static double
length_between (const SampleStreets *streets, const SampleStreet *street, double from, double to)
{
  double length = 0;
  for (guint i = (guint) floor (from); i < (guint) ceil (to) && i + 1 < street->n; i++)
    length += zx_sample_distance (point_at (streets, street->first + i),
                                  point_at (streets, street->first + i + 1));
  return length;
}

static void
cut_street (Cutter *self, guint32 s, const Hit *hits, guint n)
{
  const SampleStreets *streets = self->builder->streets;
  const SampleStreet *street = street_at (streets, s);
  if (n == 0)
    return;
  double last_at = street->n - 1;
  SamplePoint begin = point_at (streets, street->first);
  SamplePoint end = point_at (streets, street->first + street->n - 1);
  if (hits[0].at > 0
      && keeps_stub (self->builder, s, 0, length_between (streets, street, 0, hits[0].at), begin))
    add_edge (self, s, new_node (self, begin), graph_node (self, hits[0].node), 0, hits[0].at);
  for (guint h = 1; h < n; h++)
    {
      guint32 a = graph_node (self, hits[h - 1].node), b = graph_node (self, hits[h].node);
      if (a != b || hits[h].at - hits[h - 1].at > 4)
        add_edge (self, s, a, b, hits[h - 1].at, hits[h].at);
    }
  if (hits[n - 1].at < last_at
      && keeps_stub (self->builder, s, 1, length_between (streets, street, hits[n - 1].at, last_at),
                     end))
    add_edge (self, s, graph_node (self, hits[n - 1].node), new_node (self, end), hits[n - 1].at,
              last_at);
}

static void
cut_streets (Builder *builder, SampleGraph *graph)
{
  Cutter self = { .builder = builder, .graph = graph };
  self.number = g_new (guint32, MAX (builder->nodes->len, 1));
  memset (self.number, 0xff, builder->nodes->len * sizeof (guint32));
  self.scratch = zx_sample_points_new ();
  self.scratch_flags = g_array_new (FALSE, FALSE, sizeof (guint8));
  self.keep = g_byte_array_new ();
  const Hit *hits = (const Hit *) (void *) builder->hits->data;
  for (guint s = 0, h = 0; s < builder->streets->list->len; s++)
    {
      guint begin = h;
      while (h < builder->hits->len && hits[h].street == s)
        h++;
      cut_street (&self, s, hits + begin, h - begin);
    }
  g_free (self.number);
  g_array_unref (self.scratch);
  g_array_unref (self.scratch_flags);
  g_byte_array_unref (self.keep);
}

/* ---- one connected whole ------------------------------------------------------------------ */

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
drop_chance (const Builder *self, const SampleGraph *graph, const guint8 *node_level,
             const SampleEdge *edge)
{
  const SampleStreet *street = street_at (self->streets, edge->street);
  if (street->settlement < 0 || street->level < SAMPLE_LOCAL || street->level > SAMPLE_LANE)
    return 0;
  const SampleSettlement *town
      = &g_array_index (self->world->settlements, SampleSettlement, street->settlement);
  if (town->rank == 3)
    return 0.08;
  if (street->level == SAMPLE_LOCAL)
    return 0.03;
  static const double at_gate[SAMPLE_N_KINDS] = { 0.20, 0.62, 0.35, 0.6, 0.25, 0.1 };
  static const double inside[SAMPLE_N_KINDS] = { 0.07, 0.15, 0.12, 0.2, 0.08, 0.1 };
  SamplePoint p = *SAMPLE_POINT (graph->nodes, edge->a);
  const SampleCentre *centre = zx_sample_ruling_centre (self->world, town, p.x, p.y);
  guint8 biggest = MIN (node_level[edge->a], node_level[edge->b]);
  return biggest <= SAMPLE_COLLECTOR ? at_gate[centre->kind] : inside[centre->kind];
}

static void
close_gates (const Builder *self, SampleGraph *graph)
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
      guint8 level = street_at (self->streets, edge->street)->level;
      node_level[edge->a] = MIN (node_level[edge->a], level);
      node_level[edge->b] = MIN (node_level[edge->b], level);
    }
  for (guint e = 0; e < graph->edges->len; e++)
    {
      const SampleEdge *edge = edge_at (graph, e);
      Droppable candidate = { coin (self->world, 0x10000000ull + e), e };
      if (edge->is_dropped)
        continue;
      if (candidate.order < drop_chance (self, graph, node_level, edge))
        g_array_append_val (droppable, candidate);
      else
        unite (parent, edge->a, edge->b);
    }
  g_array_sort (droppable, compare_droppable);
  for (guint i = 0; i < droppable->len; i++)
    {
      SampleEdge *edge = edge_at (graph, g_array_index (droppable, Droppable, i).edge);
      edge->is_dropped = !unite (parent, edge->a, edge->b);
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
      unite (parent, edge_at (graph, e)->a, edge_at (graph, e)->b);
  for (guint32 i = 0; i < graph->nodes->len; i++)
    size[find (parent, i)]++;
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
      if (find (parent, i) != biggest)
        continue;
      g_array_append_val (main_points, *SAMPLE_POINT (graph->nodes, i));
      g_array_append_val (main_nodes, i);
    }
  SampleBuckets buckets;
  const SamplePoint *points = (const SamplePoint *) (void *) main_points->data;
  zx_sample_buckets_init (&buckets, points, main_points->len, 250);
  for (guint32 i = 0; i < n; i++)
    {
      guint32 part = find (parent, i);
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
    if (find (parent, edge_at (graph, e)->a) != biggest)
      edge_at (graph, e)->is_dropped = TRUE;
}

/* ---- public ------------------------------------------------------------------------------- */

SampleGraph *
zx_sample_graph_new (const SampleWorld *world, SampleStreets *streets, const ZxProgress *progress,
                     GError **error)
{
  g_autoptr (SampleGraph) self = g_new0 (SampleGraph, 1);
  self->nodes = zx_sample_points_new ();
  self->points = zx_sample_points_new ();
  self->edges = g_array_new (FALSE, FALSE, sizeof (SampleEdge));
  self->flags = g_array_new (FALSE, FALSE, sizeof (guint8));
  Builder builder = { .world = world, .streets = streets };
  builder.nodes = zx_sample_points_new ();
  builder.is_pinned = g_array_new (FALSE, FALSE, sizeof (guint8));
  builder.hits = g_array_new (FALSE, FALSE, sizeof (Hit));
  add_pinned (&builder);
  gboolean ok = find_crossings (&builder, progress, error);
  if (ok)
    {
      g_array_sort (builder.hits, compare_hits);
      merge_nodes (&builder);
      cut_streets (&builder, self);
      drop_doubles (self);
      close_gates (&builder, self);
      join_loose_ends (world, streets, self);
      join_parts (world, streets, self);
      join_parts (world, streets, self);
      drop_other_parts (self);
    }
  g_array_unref (builder.nodes);
  g_array_unref (builder.is_pinned);
  g_array_unref (builder.hits);
  g_free (builder.parent);
  return ok ? g_steal_pointer (&self) : NULL;
}

void
zx_sample_graph_free (SampleGraph *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->nodes);
  g_array_unref (self->edges);
  g_array_unref (self->points);
  g_array_unref (self->flags);
  g_free (self);
}
