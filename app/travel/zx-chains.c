/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Chains: runs of pieces through vertices where a driver has no choice.
 *
 * A vertex lies within a chain when exactly two pieces meet there and both can be driven the same
 * ways: both ways, or one into it and one out of it.  Every other vertex is a node.  To walk along
 * a chain no list of neighbours is needed: a vertex with two pieces keeps the exclusive or of their
 * numbers, and the one that was come by takes itself out.  A ring without any node gets one where
 * its first piece begins, and a chain of more than LONG_CHAIN_DS one where it gets too long: short
 * arcs keep the ring of buckets small that searches run on (a mountain road near Jinan would be an
 * arc of three hours). */

#include "app/travel/zx-travel-private.h"

/* ---- constants ---------------------------------------------------------------------------- */

#define LONG_CHAIN_DS 2000.0

/* ---- types -------------------------------------------------------------------------------- */

typedef struct
{
  guint32 pieces; /* exclusive or of their numbers */
  guint8 n;       /* pieces that meet here; stops counting at MANY */
  guint8 n_in, n_out;
  guint8 n_major; /* of them not service roads */
  guint8 n_main;  /* secondary and above */
} Vertex;

#define MANY 3

typedef struct
{
  const ZxPieces *pieces;
  ZxRoadChains *chains;
  Vertex *vertex;
  guint8 *is_walked; /* of the pieces */
  guint32 n_points;
} Walk;

/* ---- vertices ----------------------------------------------------------------------------- */

static void
meet (Vertex *vertex, guint32 number, const ZxPiece *piece, guint8 way_in, guint8 way_out)
{
  vertex->pieces ^= number;
  vertex->n += vertex->n < MANY;
  vertex->n_major += vertex->n_major < MANY && !piece->is_minor;
  vertex->n_main += vertex->n_main < MANY && piece->is_main;
  if (vertex->n < MANY)
    {
      vertex->n_in += (piece->ways & way_in) != 0;
      vertex->n_out += (piece->ways & way_out) != 0;
    }
}

static void
look_at_vertices (Walk *walk)
{
  for (gsize i = 0; i < walk->pieces->n; i++)
    {
      const ZxPiece *piece = &walk->pieces->piece[i];
      meet (&walk->vertex[piece->low], (guint32) i, piece, ZX_WAY_DOWN, ZX_WAY_UP);
      meet (&walk->vertex[piece->high], (guint32) i, piece, ZX_WAY_UP, ZX_WAY_DOWN);
    }
}

static inline gboolean
is_node (const Vertex *vertex)
{
  return vertex->n != 2 || vertex->n_in != vertex->n_out;
}

/* ---- walking ------------------------------------------------------------------------------ */

/* Of items of four bytes. */
static void
reverse (gpointer items, guint32 n)
{
  char *item = items;
  for (guint32 i = 0, k = n; i + 1 < k; i++)
    {
      char last[4];
      k--;
      memcpy (last, item + 4 * (gsize) k, 4);
      memcpy (item + 4 * (gsize) k, item + 4 * (gsize) i, 4);
      memcpy (item + 4 * (gsize) i, last, 4);
    }
}

/* Turns the chain at the end round, so that its one way is from a to b. */
static void
turn_round (Walk *walk, guint32 c, double travel_ds)
{
  ZxRoadChains *chains = walk->chains;
  guint32 begin = chains->point_first[c], n = walk->n_points - begin;
  guint32 a = chains->a[c];
  chains->a[c] = chains->b[c];
  chains->b[c] = a;
  chains->ways[c] = ZX_WAY_UP;
  for (guint32 i = begin; i < walk->n_points; i++)
    chains->point_ds[i] = (float) (travel_ds - chains->point_ds[i]);
  reverse (chains->point_x + begin, n);
  reverse (chains->point_y + begin, n);
  reverse (chains->point_ds + begin, n);
  reverse (chains->segment_road + begin + c, n + 1);
}

static void
add_point (Walk *walk, guint32 vertex, double ds)
{
  ZxRoadChains *chains = walk->chains;
  chains->point_x[walk->n_points] = (float) (walk->pieces->x_m[vertex] - chains->origin_x);
  chains->point_y[walk->n_points] = (float) (walk->pieces->y_m[vertex] - chains->origin_y);
  chains->point_ds[walk->n_points++] = (float) ds;
}

/* Where a chain ended. */
typedef struct
{
  guint32 vertex;
  gboolean is_cut;
  guint32 piece; /* that goes on from here when the chain was cut for its length */
} ChainEnd;

/* From @from through piece @number to the next node: one chain.  Its ends are vertices for now. */
static ChainEnd
walk_chain (Walk *walk, guint32 from, guint32 number)
{
  const ZxPieces *pieces = walk->pieces;
  ZxRoadChains *chains = walk->chains;
  const ZxPiece *piece = &pieces->piece[number];
  guint32 c = chains->n++, vertex = from;
  double ds = 0, length = 0;
  gboolean is_cut = FALSE;
  guint8 ways = piece->ways;
  if (piece->high == from && ways != ZX_WAY_BOTH)
    ways ^= ZX_WAY_BOTH;
  chains->point_first[c] = walk->n_points;
  for (;;)
    {
      guint32 next = piece->low ^ piece->high ^ vertex;
      double piece_m = hypot (pieces->x_m[next] - pieces->x_m[vertex],
                              pieces->y_m[next] - pieces->y_m[vertex]);
      walk->is_walked[number] = 1;
      chains->segment_road[walk->n_points + c] = piece->row;
      length += piece_m;
      ds += 10 * piece_m / piece->mps;
      vertex = next;
      if (is_node (&walk->vertex[vertex]))
        break;
      number ^= walk->vertex[vertex].pieces;
      is_cut = ds > LONG_CHAIN_DS;
      if (is_cut)
        break;
      add_point (walk, vertex, ds);
      piece = &pieces->piece[number];
    }
  chains->a[c] = from;
  chains->b[c] = vertex;
  chains->ways[c] = ways;
  chains->length_m[c] = (float) length;
  chains->travel_ds[c] = (guint32) CLAMP (floor (ds + 0.5), 1, ZX_LONGEST_CHAIN_DS / 2);
  chains->point_first[c + 1] = walk->n_points;
  if (ways == ZX_WAY_DOWN)
    turn_round (walk, c, ds);
  return (ChainEnd){ vertex, is_cut, number };
}

static void
walk_road (Walk *walk, guint32 from, guint32 number)
{
  ChainEnd end = walk_chain (walk, from, number);
  while (end.is_cut)
    {
      walk->vertex[end.vertex].n = MANY;
      end = walk_chain (walk, end.vertex, end.piece);
    }
}

static void
walk_all (Walk *walk)
{
  const ZxPiece *piece = walk->pieces->piece;
  for (gsize i = 0; i < walk->pieces->n; i++)
    if (!walk->is_walked[i])
      {
        if (is_node (&walk->vertex[piece[i].low]))
          walk_road (walk, piece[i].low, (guint32) i);
        else if (is_node (&walk->vertex[piece[i].high]))
          walk_road (walk, piece[i].high, (guint32) i);
      }
  for (gsize i = 0; i < walk->pieces->n; i++) /* rings */
    if (!walk->is_walked[i])
      {
        walk->vertex[piece[i].low].n = MANY;
        walk_road (walk, piece[i].low, (guint32) i);
      }
}

/* ---- nodes -------------------------------------------------------------------------------- */

/* Numbers the ends of chains in the order of their vertices. */
static gboolean
number_nodes (Walk *walk, guint32 *n_nodes, guint32 **node_vertex, GError **error)
{
  ZxRoadChains *chains = walk->chains;
  guint32 n_vertices = walk->pieces->n_vertices, n = 0;
  g_autofree guint32 *number
      = ZX_TRY_NEW (guint32, n_vertices, _ ("The vertices of the roads"), error);
  if (number == NULL)
    return FALSE;
  for (guint32 c = 0; c < chains->n; c++)
    number[chains->a[c]] = number[chains->b[c]] = 1;
  for (guint32 v = 0; v < n_vertices; v++)
    n += number[v];
  *node_vertex = ZX_TRY_NEW (guint32, n, _ ("The nodes of the graph"), error);
  chains->crossing = ZX_TRY_NEW (guint8, n, _ ("The nodes of the graph"), error);
  if (*node_vertex == NULL || chains->crossing == NULL)
    return FALSE;
  n = 0;
  for (guint32 v = 0; v < n_vertices; v++)
    if (number[v] != 0)
      {
        const Vertex *vertex = &walk->vertex[v];
        chains->crossing[n] = vertex->n_main >= MANY    ? ZX_MAIN_CROSSING
                              : vertex->n_major >= MANY ? ZX_CROSSING
                                                        : ZX_NO_CROSSING;
        (*node_vertex)[n] = v;
        number[v] = n++;
      }
  for (guint32 c = 0; c < chains->n; c++)
    {
      chains->a[c] = number[chains->a[c]];
      chains->b[c] = number[chains->b[c]];
    }
  *n_nodes = n;
  return TRUE;
}

/* ---- making and keeping ------------------------------------------------------------------- */

static gboolean
allocate (ZxRoadChains *self, gsize n_pieces, gsize n_vertices, GError **error)
{
  const char *what = _ ("The chains of the road graph");
  self->a = ZX_TRY_NEW (guint32, n_pieces, what, error);
  self->b = ZX_TRY_NEW (guint32, n_pieces, what, error);
  self->travel_ds = ZX_TRY_NEW (guint32, n_pieces, what, error);
  self->ways = ZX_TRY_NEW (guint8, n_pieces, what, error);
  self->length_m = ZX_TRY_NEW (float, n_pieces, what, error);
  self->point_first = ZX_TRY_NEW (guint32, n_pieces + 1, what, error);
  self->segment_road = ZX_TRY_NEW (guint32, n_pieces, what, error);
  self->point_x = ZX_TRY_NEW (float, n_vertices, what, error);
  self->point_y = ZX_TRY_NEW (float, n_vertices, what, error);
  self->point_ds = ZX_TRY_NEW (float, n_vertices, what, error);
  return self->a != NULL && self->b != NULL && self->travel_ds != NULL && self->ways != NULL
         && self->length_m != NULL && self->point_first != NULL && self->segment_road != NULL
         && self->point_x != NULL && self->point_y != NULL && self->point_ds != NULL;
}

/* Gives back what the arrays have too much. */
static void
trim (ZxRoadChains *self)
{
  gsize n = MAX (self->n, 1), n_points = MAX (self->point_first[self->n], 1);
  self->a = g_renew (guint32, self->a, n);
  self->b = g_renew (guint32, self->b, n);
  self->travel_ds = g_renew (guint32, self->travel_ds, n);
  self->ways = g_renew (guint8, self->ways, n);
  self->length_m = g_renew (float, self->length_m, n);
  self->point_first = g_renew (guint32, self->point_first, n + 1);
  self->segment_road = g_renew (guint32, self->segment_road, n + n_points);
  self->point_x = g_renew (float, self->point_x, n_points);
  self->point_y = g_renew (float, self->point_y, n_points);
  self->point_ds = g_renew (float, self->point_ds, n_points);
}

static void
choose_origin (ZxRoadChains *self, const ZxPieces *pieces)
{
  double min_x = INFINITY, min_y = INFINITY, max_x = -INFINITY, max_y = -INFINITY;
  for (guint32 v = 0; v < pieces->n_vertices; v++)
    {
      min_x = MIN (min_x, pieces->x_m[v]);
      min_y = MIN (min_y, pieces->y_m[v]);
      max_x = MAX (max_x, pieces->x_m[v]);
      max_y = MAX (max_y, pieces->y_m[v]);
    }
  self->origin_x = floor ((min_x + max_x) / 2);
  self->origin_y = floor ((min_y + max_y) / 2);
}

ZxRoadChains *
zx_road_chains_new (const ZxPieces *pieces, double junction_s, guint32 *n_nodes,
                    guint32 **node_vertex, GError **error)
{
  ZxRoadChains *self = g_new0 (ZxRoadChains, 1);
  Walk walk = { .pieces = pieces, .chains = self };
  walk.vertex = ZX_TRY_NEW (Vertex, pieces->n_vertices, _ ("The vertices of the roads"), error);
  walk.is_walked = ZX_TRY_NEW (guint8, pieces->n, _ ("The pieces of the roads"), error);
  self->half_crossing_ds = (guint32) floor (junction_s * 10 / 2 + 0.5);
  choose_origin (self, pieces);
  gboolean is_made = walk.vertex != NULL && walk.is_walked != NULL
                     && allocate (self, pieces->n, pieces->n_vertices, error);
  if (is_made)
    {
      look_at_vertices (&walk);
      walk_all (&walk);
      is_made = number_nodes (&walk, n_nodes, node_vertex, error);
    }
  g_free (walk.vertex);
  g_free (walk.is_walked);
  if (!is_made)
    {
      zx_road_chains_free (self);
      return NULL;
    }
  return self;
}

static void
move_chain (ZxRoadChains *self, guint32 from, guint32 to, guint32 point)
{
  guint32 begin = self->point_first[from], n = self->point_first[from + 1] - begin;
  memmove (self->segment_road + point + to, self->segment_road + begin + from,
           (n + 1) * sizeof (guint32));
  memmove (self->point_x + point, self->point_x + begin, n * sizeof (float));
  memmove (self->point_y + point, self->point_y + begin, n * sizeof (float));
  memmove (self->point_ds + point, self->point_ds + begin, n * sizeof (float));
  self->travel_ds[to] = self->travel_ds[from];
  self->ways[to] = self->ways[from];
  self->length_m[to] = self->length_m[from];
}

void
zx_road_chains_keep (ZxRoadChains *self, guint32 n_nodes, const guint32 *new_number)
{
  guint32 n = 0, n_points = 0, n_kept = 0;
  for (guint32 c = 0; c < self->n; c++)
    {
      guint32 a = new_number[self->a[c]], b = new_number[self->b[c]];
      if (a == ZX_NOWHERE || b == ZX_NOWHERE)
        continue;
      guint32 n_here = self->point_first[c + 1] - self->point_first[c];
      move_chain (self, c, n, n_points);
      self->a[n] = a;
      self->b[n] = b;
      self->point_first[n++] = n_points; /* never overtakes point_first[c + 1] */
      n_points += n_here;
    }
  self->n = n;
  self->point_first[n] = n_points;
  for (guint32 node = 0; node < n_nodes; node++)
    if (new_number[node] != ZX_NOWHERE)
      self->crossing[n_kept++] = self->crossing[node];
  trim (self);
}

void
zx_road_chains_free (ZxRoadChains *self)
{
  if (self == NULL)
    return;
  g_free (self->a);
  g_free (self->b);
  g_free (self->travel_ds);
  g_free (self->ways);
  g_free (self->point_first);
  g_free (self->point_x);
  g_free (self->point_y);
  g_free (self->point_ds);
  g_free (self->length_m);
  g_free (self->segment_road);
  g_free (self->segment_chain);
  g_free (self->crossing);
  g_free (self->cell_first);
  g_free (self->cell_segment);
  g_free (self);
}

gsize
zx_road_chains_bytes (const ZxRoadChains *self, guint32 n_nodes)
{
  gsize n_points = self->point_first[self->n], n_segments = n_points + self->n;
  gsize n_cells = (gsize) self->n_columns * self->n_rows;
  return sizeof *self + self->n * (4 * sizeof (guint32) + 1) + n_points * 3 * sizeof (float)
         + n_segments * 2 * sizeof (guint32) + n_nodes
         + (n_cells + self->cell_first[n_cells]) * sizeof (guint32);
}
