/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Nearly quickest ways by A*.  The bound is the straight line at 24 km/h, about what a trip makes
 * good on the streets of a town: on bigger roads that is too slow, so a way may miss a faster one,
 * as drivers do; with motorway speed the search would look at ten times as many nodes.  Trips are
 * local: a search that has settled too many nodes gives up. */

#include "data/sample/zx-sample-private.h"

#define MAX_SETTLED 40000
#define BOUND_MPS   (24 / 3.6)

/* What a search knows of a node, together, because it is looked at together. */
typedef struct
{
  float seconds;
  guint32 came;  /* arc */
  guint32 from;  /* node */
  guint32 round; /* of the search that wrote it */
} Reached;

struct _SampleSearch
{
  Reached *reached;
  guint32 round;
  GArray *heap;
  GArray *steps; /* guint32 arcs, backwards */
};

const char *
zx_sample_street_posted (const SampleStreet *street)
{
  switch (street->road_class)
    {
    case ZX_ROAD_MOTORWAY:
      return street->is_link ? "40" : "110";
    case ZX_ROAD_TRUNK:
      return street->level == SAMPLE_COUNTRY ? "80" : "70";
    case ZX_ROAD_PRIMARY:
      return "60";
    case ZX_ROAD_SECONDARY:
      return "50";
    default:
      return NULL;
    }
}

double
zx_sample_street_mps (const SampleStreet *street)
{
  const char *posted = zx_sample_street_posted (street);
  double kmh = street->road_class == ZX_ROAD_TERTIARY ? 40 : 25;
  if (posted != NULL)
    kmh = SAMPLE_POSTED_SHARE * (double) g_ascii_strtoull (posted, NULL, 10);
  return kmh * SAMPLE_URBAN_FACTOR / 3.6;
}

double
zx_sample_access_s (double distance_m)
{
  double walked = MIN (distance_m, SAMPLE_WALK_LIMIT_M);
  return walked / SAMPLE_WALK_MPS + (distance_m - walked) / SAMPLE_STRAIGHT_MPS;
}

/* ---- the network -------------------------------------------------------------------------- */

static guint8 *
count_degrees (const SampleGraph *graph)
{
  guint8 *degree = g_new0 (guint8, MAX (graph->nodes->len, 1));
  for (guint e = 0; e < graph->edges->len; e++)
    {
      const SampleEdge *edge = &g_array_index (graph->edges, SampleEdge, e);
      if (edge->is_dropped)
        continue;
      degree[edge->a] = (guint8) MIN (degree[edge->a] + 1, 200);
      degree[edge->b] = (guint8) MIN (degree[edge->b] + 1, 200);
    }
  return degree;
}

static void
count_or_fill (SampleNetwork *self, const guint8 *degree, gboolean is_filling)
{
  const SampleGraph *graph = self->graph;
  for (guint e = 0; e < graph->edges->len; e++)
    {
      const SampleEdge *edge = &g_array_index (graph->edges, SampleEdge, e);
      const SampleStreet *street = &g_array_index (self->streets->list, SampleStreet, edge->street);
      if (edge->is_dropped)
        continue;
      /* Half of the delay of a crossing counts at each end. */
      double delay = SAMPLE_JUNCTION_S / 2 * ((degree[edge->a] > 2) + (degree[edge->b] > 2));
      SampleArc arc
          = { edge->b, e, (float) (edge->length_m / zx_sample_street_mps (street) + delay) };
      if (!is_filling)
        {
          self->first[edge->a]++;
          self->first[edge->b] += !street->one_way;
          continue;
        }
      self->arc[--self->first[edge->a]] = arc;
      arc.head = edge->a;
      if (!street->one_way)
        self->arc[--self->first[edge->b]] = arc;
    }
}

static void
find_doors (SampleNetwork *self)
{
  const SampleGraph *graph = self->graph;
  g_autofree guint8 *is_door = g_new0 (guint8, MAX (graph->nodes->len, 1));
  for (guint e = 0; e < graph->edges->len; e++)
    {
      const SampleEdge *edge = &g_array_index (graph->edges, SampleEdge, e);
      const SampleStreet *street = &g_array_index (self->streets->list, SampleStreet, edge->street);
      if (!edge->is_dropped && street->level != SAMPLE_HIGHWAY)
        is_door[edge->a] = is_door[edge->b] = TRUE;
    }
  for (guint32 i = 0; i < graph->nodes->len; i++)
    if (is_door[i])
      {
        g_array_append_val (self->door_points, *SAMPLE_POINT (graph->nodes, i));
        g_array_append_val (self->door_nodes, i);
      }
  zx_sample_buckets_init (&self->doors, (const SamplePoint *) (void *) self->door_points->data,
                          self->door_points->len, 150);
}

gboolean
zx_sample_network_init (SampleNetwork *self, const SampleStreets *streets, const SampleGraph *graph,
                        GError **error)
{
  *self = (SampleNetwork){ .streets = streets, .graph = graph };
  gsize n = graph->nodes->len;
  self->door_points = zx_sample_points_new ();
  self->door_nodes = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->first = ZX_TRY_NEW (guint32, n + 1, _ ("Roads of the sample"), error);
  if (self->first == NULL)
    return FALSE;
  g_autofree guint8 *degree = count_degrees (graph);
  count_or_fill (self, degree, FALSE);
  for (gsize i = 1; i <= n; i++)
    self->first[i] += self->first[i - 1];
  self->arc = ZX_TRY_NEW (SampleArc, self->first[n], _ ("Roads of the sample"), error);
  if (self->arc == NULL)
    return FALSE;
  count_or_fill (self, degree, TRUE);
  find_doors (self);
  return TRUE;
}

void
zx_sample_network_clear (SampleNetwork *self)
{
  g_clear_pointer (&self->first, g_free);
  g_clear_pointer (&self->arc, g_free);
  g_clear_pointer (&self->door_points, g_array_unref);
  g_clear_pointer (&self->door_nodes, g_array_unref);
  zx_sample_buckets_clear (&self->doors);
}

gssize
zx_sample_network_door (const SampleNetwork *self, double x, double y, double limit_m)
{
  gssize near = zx_sample_buckets_nearest (
      &self->doors, (const SamplePoint *) (void *) self->door_points->data, x, y, limit_m, -1);
  return near < 0 ? -1 : (gssize) g_array_index (self->door_nodes, guint32, near);
}

/* ---- searching ---------------------------------------------------------------------------- */

SampleSearch *
zx_sample_search_new (const SampleNetwork *network)
{
  SampleSearch *self = g_new0 (SampleSearch, 1);
  gsize n = MAX (network->graph->nodes->len, 1);
  self->reached = g_new0 (Reached, n);
  self->heap = g_array_new (FALSE, FALSE, sizeof (SampleHeapItem));
  self->steps = g_array_new (FALSE, FALSE, sizeof (guint32));
  return self;
}

void
zx_sample_search_free (SampleSearch *self)
{
  if (self == NULL)
    return;
  g_free (self->reached);
  g_array_unref (self->heap);
  g_array_unref (self->steps);
  g_free (self);
}

/* Plain squares: coordinates are metres of one place, and hypot() took a third of the search. */
static float
bound_s (const SampleNetwork *self, guint32 node, SamplePoint goal)
{
  SamplePoint p = *SAMPLE_POINT (self->graph->nodes, node);
  double dx = p.x - goal.x, dy = p.y - goal.y;
  return (float) (sqrt (dx * dx + dy * dy) / BOUND_MPS);
}

static gboolean
search_way (const SampleNetwork *self, SampleSearch *search, guint32 from, guint32 to)
{
  SamplePoint goal = *SAMPLE_POINT (self->graph->nodes, to);
  search->round++;
  g_array_set_size (search->heap, 0);
  search->reached[from] = (Reached){ .round = search->round };
  zx_sample_heap_push (search->heap, bound_s (self, from, goal), from);
  for (guint settled = 0; search->heap->len > 0 && settled < MAX_SETTLED; settled++)
    {
      SampleHeapItem item = zx_sample_heap_pop (search->heap);
      if (item.number == to)
        return TRUE;
      float seconds = search->reached[item.number].seconds;
      if (item.key > seconds + bound_s (self, item.number, goal) * 1.00001f + 0.001f)
        continue;
      for (guint32 k = self->first[item.number]; k < self->first[item.number + 1]; k++)
        {
          const SampleArc *arc = &self->arc[k];
          Reached next = { seconds + arc->seconds, k, item.number, search->round };
          Reached *known = &search->reached[arc->head];
          if (known->round == search->round && known->seconds <= next.seconds)
            continue;
          *known = next;
          zx_sample_heap_push (search->heap, next.seconds + bound_s (self, arc->head, goal),
                               arc->head);
        }
    }
  return FALSE;
}

static void
append_edge (const SampleNetwork *self, const SampleEdge *edge, gboolean is_backwards, GArray *path)
{
  const SampleStreet *street = &g_array_index (self->streets->list, SampleStreet, edge->street);
  SampleWaypoint waypoint = { .speed_mps = (float) zx_sample_street_mps (street) };
  waypoint.at = *SAMPLE_POINT (self->graph->nodes, is_backwards ? edge->b : edge->a);
  g_array_append_val (path, waypoint);
  for (guint i = 0; i < edge->n; i++)
    {
      guint k = edge->first + (is_backwards ? edge->n - 1 - i : i);
      waypoint.at = *SAMPLE_POINT (self->graph->points, k);
      g_array_append_val (path, waypoint);
    }
}

gboolean
zx_sample_network_route (const SampleNetwork *self, SampleSearch *search, guint32 from, guint32 to,
                         GArray *path, gboolean *is_two_way)
{
  gboolean both_ways = TRUE;
  if (!search_way (self, search, from, to))
    return FALSE;
  g_array_set_size (search->steps, 0);
  for (guint32 node = to; node != from; node = search->reached[node].from)
    g_array_append_val (search->steps, search->reached[node].came);
  for (guint i = search->steps->len; i-- > 0;)
    {
      const SampleArc *arc = &self->arc[g_array_index (search->steps, guint32, i)];
      const SampleEdge *edge = &g_array_index (self->graph->edges, SampleEdge, arc->edge);
      append_edge (self, edge, arc->head == edge->a && edge->a != edge->b, path);
      both_ways
          = both_ways && !g_array_index (self->streets->list, SampleStreet, edge->street).one_way;
    }
  if (is_two_way != NULL)
    *is_two_way = both_ways;
  SampleWaypoint last = { *SAMPLE_POINT (self->graph->nodes, to), 0 };
  g_array_append_val (path, last);
  return TRUE;
}

void
zx_sample_network_reach (const SampleNetwork *self, SampleSearch *search, guint32 from,
                         double limit_s, GArray *reached)
{
  search->round++;
  g_array_set_size (search->heap, 0);
  g_array_set_size (reached, 0);
  search->reached[from] = (Reached){ .round = search->round };
  zx_sample_heap_push (search->heap, 0, from);
  while (search->heap->len > 0)
    {
      SampleHeapItem item = zx_sample_heap_pop (search->heap);
      if (item.key > search->reached[item.number].seconds)
        continue;
      SampleReached here = { item.number, item.key };
      g_array_append_val (reached, here);
      for (guint32 k = self->first[item.number]; k < self->first[item.number + 1]; k++)
        {
          const SampleArc *arc = &self->arc[k];
          Reached next = { item.key + arc->seconds, k, item.number, search->round };
          Reached *known = &search->reached[arc->head];
          if (next.seconds > limit_s
              || (known->round == search->round && known->seconds <= next.seconds))
            continue;
          *known = next;
          zx_sample_heap_push (search->heap, next.seconds, arc->head);
        }
    }
}
