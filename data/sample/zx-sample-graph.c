/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From streets that cross to a graph of nodes and edges.
 *
 * Segments are spread over buckets; two that cross in the bucket they share make a node on both
 * streets.  Nodes a few metres apart are one crossing and are merged.  Highways meet others only at
 * pinned points; bridges cross over.  Loose ends are trimmed, and what lies between two nodes
 * becomes an edge of few points. */

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
      guint32 i = zx_sample_find (self->parent, a->node),
              j = zx_sample_find (self->parent, b->node);
      gboolean both_pinned = g_array_index (self->is_pinned, guint8, i)
                             && g_array_index (self->is_pinned, guint8, j);
      if (!both_pinned
          && zx_sample_distance (node_point (self, a->node), node_point (self, b->node))
                 < SAME_ON_STREET_M
          && zx_sample_distance (node_point (self, i), node_point (self, j))
                 < 1.6 * SAME_ON_STREET_M)
        zx_sample_unite (self->parent, i, j);
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
        zx_sample_unite (self->parent, i, (guint32) near);
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
  guint32 root = zx_sample_find (self->builder->parent, node);
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

/* A loose end stays where a lane may end blind, or where the road leaves the map. */
static gboolean
keeps_stub (const Builder *self, guint32 s, guint side, double length_m, SamplePoint end)
{
  const SampleStreet *street = street_at (self->streets, s);
  const SampleScale *scale = self->world->scale;
  if (street->level == SAMPLE_HIGHWAY)
    return TRUE;
  if (street->level == SAMPLE_LANE || street->level == SAMPLE_LOCAL)
    return length_m > 32 && length_m < 150
           && zx_sample_coin (self->world, 2 * (guint64) s + side) < 0.42;
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
      zx_sample_graph_connect (self, world, streets);
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
