/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Marching squares (Lorensen and Cline 1987 in the plane).
 *
 * Edges of the lattice are numbered: 2 n runs from node n to the east, 2 n + 1 to the north. Within
 * a cell the outline runs from edge to edge with the inside on its left, so that each edge it
 * crosses has one edge that follows: outlines are closed rings in one array, outer ones
 * counter-clockwise, holes clockwise.  A saddle is decided by the mean of its four corners.
 *
 * Rings are simplified along the edges they cross: a straight piece may stand for a run of points
 * when it crosses every edge of the run within 0.15 cells (7.5 m of 50 m) of where the level does.
 * As no two outlines cross one edge, and pieces in one cell join different edges, what is
 * simplified touches and crosses nothing that it did not before.
 *
 *      NW --N-- NE
 *      |         |        case: 1 SW, 2 SE, 4 NE, 8 NW inside
 *      W         E
 *      |         |
 *      SW --S-- SE
 */

#include "app/travel/zx-outline.h"

/* ---- constants ---------------------------------------------------------------------------- */

#define NO_EDGE       G_MAXUINT32
#define NEAREST_SHARE 1e-3 /* of an edge: rings do not touch nodes, or points would coincide */
#define LEAST_CELLS   1e-2 /* smaller rings are specks of rounding */
#define TOLERANCE     0.15 /* cells: how far a simplified outline may cross an edge from the level */
#define LONGEST_RUN   64   /* points that one straight piece may stand for */
#define FEWEST_POINTS 8    /* of a ring that is simplified */

enum
{
  S,
  E,
  N,
  W,
  NONE
};

/* From edge, to edge, and the same for a second piece. */
static const guint8 pieces[16][4] = {
  { NONE, NONE, NONE, NONE }, /* nothing */
  { S, W, NONE, NONE },       /* SW */
  { E, S, NONE, NONE },       /* SE */
  { E, W, NONE, NONE },       /* SW SE */
  { N, E, NONE, NONE },       /* NE */
  { S, W, N, E },             /* SW NE apart */
  { N, S, NONE, NONE },       /* SE NE */
  { N, W, NONE, NONE },       /* all but NW */
  { W, N, NONE, NONE },       /* NW */
  { S, N, NONE, NONE },       /* SW NW */
  { E, S, W, N },             /* SE NW apart */
  { E, N, NONE, NONE },       /* all but NE */
  { W, E, NONE, NONE },       /* NE NW */
  { S, E, NONE, NONE },       /* all but SE */
  { W, S, NONE, NONE },       /* all but SW */
  { NONE, NONE, NONE, NONE }, /* everything */
};
static const guint8 joined_sw_ne[4] = { S, E, N, W };
static const guint8 joined_se_nw[4] = { W, S, E, N };

/* ---- types -------------------------------------------------------------------------------- */

typedef struct
{
  gsize begin, n; /* points */
  double area;    /* signed, cells²: negative for holes */
  double min_x, min_y, max_x, max_y;
  gsize owner; /* of a hole: the outer ring around it */
} Ring;

typedef struct
{
  const ZxOutlineLattice *lattice;
  float level;
  guint32 *next;         /* by edge */
  GArray *x, *y, *rings; /* double, double (cells), Ring */
  GArray *is_north;      /* guint8, by point: it lies on an edge that runs to the north */
} Outline;

/* ---- rings -------------------------------------------------------------------------------- */

static const guint8 *
cell_pieces (const Outline *outline, gsize node)
{
  const float *south = outline->lattice->value + node, *north = south + outline->lattice->n_columns;
  const float level = outline->level;
  guint which = (guint) (south[0] < level) | (guint) (south[1] < level) << 1
                | (guint) (north[1] < level) << 2 | (guint) (north[0] < level) << 3;
  gboolean is_joined = (south[0] + south[1]) + (north[0] + north[1]) < 4 * level;
  if (which == 5 && is_joined)
    return joined_sw_ne;
  if (which == 10 && is_joined)
    return joined_se_nw;
  return pieces[which];
}

static guint32
edge_number (const Outline *outline, gsize node, guint side)
{
  switch (side)
    {
    case S:
      return (guint32) (2 * node);
    case E:
      return (guint32) (2 * (node + 1) + 1);
    case N:
      return (guint32) (2 * (node + outline->lattice->n_columns));
    default:
      return (guint32) (2 * node + 1);
    }
}

static void
link_edges (Outline *outline)
{
  const ZxOutlineLattice *lattice = outline->lattice;
  for (guint row = 0; row + 1 < lattice->n_rows; row++)
    for (guint column = 0; column + 1 < lattice->n_columns; column++)
      {
        gsize node = (gsize) row * lattice->n_columns + column;
        const guint8 *piece = cell_pieces (outline, node);
        for (guint i = 0; i < 4 && piece[i] != NONE; i += 2)
          outline->next[edge_number (outline, node, piece[i])]
              = edge_number (outline, node, piece[i + 1]);
      }
}

/* Where the level lies on the edge, in cells. */
static void
add_crossing (Outline *outline, guint32 edge)
{
  const ZxOutlineLattice *lattice = outline->lattice;
  gsize node = edge / 2, other = edge % 2 ? node + lattice->n_columns : node + 1;
  float from = lattice->value[node], to = lattice->value[other];
  double share = (outline->level - from) / (to - from);
  share = CLAMP (share, NEAREST_SHARE, 1 - NEAREST_SHARE);
  double x = (double) (node % lattice->n_columns) + (edge % 2 ? 0 : share);
  double y = (double) (node / lattice->n_columns) + (edge % 2 ? share : 0);
  guint8 is_north = edge % 2;
  g_array_append_val (outline->x, x);
  g_array_append_val (outline->y, y);
  g_array_append_val (outline->is_north, is_north);
}

/* Whether the piece from point @a to point @b crosses the edge of point @i near it. */
static gboolean
passes_near (const Outline *outline, gsize a, gsize b, gsize i)
{
  const double *x = (const double *) (void *) outline->x->data;
  const double *y = (const double *) (void *) outline->y->data;
  gboolean is_north = g_array_index (outline->is_north, guint8, i);
  const double *across = is_north ? x : y, *along = is_north ? y : x;
  double span = across[b] - across[a], share = (across[i] - across[a]) / span;
  if (!(fabs (span) > 1e-9) || share < 0 || share > 1)
    return FALSE;
  double at = along[a] + share * (along[b] - along[a]), edge = floor (along[i]);
  return fabs (at - along[i]) <= TOLERANCE && at > edge + NEAREST_SHARE
         && at < edge + 1 - NEAREST_SHARE;
}

/* The farthest point of the ring that a straight piece from @a reaches; @last at most. */
static gsize
farthest_straight (const Outline *outline, gsize a, gsize last)
{
  gsize best = a + 1;
  for (gsize b = a + 2; b <= last && b - a <= LONGEST_RUN; b++)
    {
      gsize i = a + 1;
      while (i < b && passes_near (outline, a, b, i))
        i++;
      if (i == b)
        best = b;
      else if (b - best > 8) /* bends do not straighten out again */
        break;
    }
  return best;
}

/* Drops points of the ring at the end of the arrays; its first point stays. */
static void
simplify_ring (Outline *outline, gsize begin)
{
  gsize n = outline->x->len - begin, n_kept = 0;
  double *x = (double *) (void *) outline->x->data, *y = (double *) (void *) outline->y->data;
  if (n < FEWEST_POINTS)
    return;
  g_autofree gsize *kept = g_new (gsize, n);
  for (gsize a = begin; a < begin + n; a = farthest_straight (outline, a, begin + n - 1))
    {
      kept[n_kept++] = a;
      if (a == begin + n - 1)
        break;
    }
  if (n_kept < 4)
    return;
  for (gsize k = 0; k < n_kept; k++)
    {
      x[begin + k] = x[kept[k]];
      y[begin + k] = y[kept[k]];
      g_array_index (outline->is_north, guint8, begin + k)
          = g_array_index (outline->is_north, guint8, kept[k]);
    }
  g_array_set_size (outline->x, (guint) (begin + n_kept));
  g_array_set_size (outline->y, (guint) (begin + n_kept));
  g_array_set_size (outline->is_north, (guint) (begin + n_kept));
}

static void
measure_ring (const Outline *outline, Ring *ring)
{
  const double *x = (const double *) (void *) outline->x->data + ring->begin;
  const double *y = (const double *) (void *) outline->y->data + ring->begin;
  ring->min_x = ring->min_y = INFINITY;
  ring->max_x = ring->max_y = -INFINITY;
  double twice = 0;
  for (gsize i = 0; i < ring->n; i++)
    {
      gsize k = i + 1 < ring->n ? i + 1 : 0;
      twice += (x[i] - x[0]) * (y[k] - y[0]) - (x[k] - x[0]) * (y[i] - y[0]);
      ring->min_x = MIN (ring->min_x, x[i]);
      ring->min_y = MIN (ring->min_y, y[i]);
      ring->max_x = MAX (ring->max_x, x[i]);
      ring->max_y = MAX (ring->max_y, y[i]);
    }
  ring->area = twice / 2;
}

static void
trace_rings (Outline *outline)
{
  gsize n_edges = 2 * (gsize) outline->lattice->n_columns * outline->lattice->n_rows;
  for (gsize start = 0; start < n_edges; start++)
    {
      Ring ring = { .begin = outline->x->len };
      for (guint32 edge = (guint32) start; outline->next[edge] != NO_EDGE;)
        {
          guint32 next = outline->next[edge];
          add_crossing (outline, edge);
          outline->next[edge] = NO_EDGE;
          edge = next;
        }
      if (outline->x->len == ring.begin)
        continue;
      simplify_ring (outline, ring.begin);
      ring.n = outline->x->len - ring.begin;
      measure_ring (outline, &ring);
      if (fabs (ring.area) >= LEAST_CELLS)
        g_array_append_val (outline->rings, ring);
    }
}

/* ---- holes -------------------------------------------------------------------------------- */

static gboolean
ring_contains (const Outline *outline, const Ring *ring, double px, double py)
{
  if (px < ring->min_x || px > ring->max_x || py < ring->min_y || py > ring->max_y)
    return FALSE;
  const double *x = (const double *) (void *) outline->x->data + ring->begin;
  const double *y = (const double *) (void *) outline->y->data + ring->begin;
  gboolean is_inside = FALSE;
  for (gsize i = 0, k = ring->n - 1; i < ring->n; k = i++)
    if ((y[i] > py) != (y[k] > py) && px < x[i] + (x[k] - x[i]) * (py - y[i]) / (y[k] - y[i]))
      is_inside = !is_inside;
  return is_inside;
}

/* A hole belongs to the smallest outer ring around it. */
static void
find_owners (Outline *outline)
{
  Ring *rings = (Ring *) (void *) outline->rings->data;
  for (guint hole = 0; hole < outline->rings->len; hole++)
    {
      rings[hole].owner = G_MAXSIZE;
      if (rings[hole].area > 0)
        continue;
      double x = g_array_index (outline->x, double, rings[hole].begin);
      double y = g_array_index (outline->y, double, rings[hole].begin);
      double least = INFINITY;
      for (guint i = 0; i < outline->rings->len; i++)
        if (rings[i].area > -rings[hole].area && rings[i].area < least
            && ring_contains (outline, &rings[i], x, y))
          {
            rings[hole].owner = i;
            least = rings[i].area;
          }
    }
}

static void
add_ring (const Outline *outline, const Ring *ring, ZxGeometryBuilder *builder)
{
  const ZxOutlineLattice *lattice = outline->lattice;
  zx_geometry_builder_begin_part (builder, ring->area < 0);
  for (gsize i = 0; i <= ring->n; i++)
    {
      gsize point = ring->begin + (i < ring->n ? i : 0);
      zx_geometry_builder_point (
          builder, lattice->min_x + lattice->cell * g_array_index (outline->x, double, point),
          lattice->min_y + lattice->cell * g_array_index (outline->y, double, point));
    }
}

static void
add_polygons (const Outline *outline, ZxGeometryBuilder *builder)
{
  const Ring *rings = (const Ring *) (void *) outline->rings->data;
  for (guint outer = 0; outer < outline->rings->len; outer++)
    {
      if (rings[outer].area < 0)
        continue;
      add_ring (outline, &rings[outer], builder);
      for (guint hole = 0; hole < outline->rings->len; hole++)
        if (rings[hole].owner == outer)
          add_ring (outline, &rings[hole], builder);
    }
}

/* ---- the story ---------------------------------------------------------------------------- */

gboolean
zx_outline (const ZxOutlineLattice *lattice, double level, ZxGeometryBuilder *builder,
            GError **error)
{
  gsize n_edges = 2 * (gsize) lattice->n_columns * lattice->n_rows;
  g_return_val_if_fail (n_edges < NO_EDGE, FALSE);
  Outline outline = { .lattice = lattice, .level = (float) level };
  outline.next = ZX_TRY_NEW (guint32, n_edges, _ ("The outline of an area"), error);
  if (outline.next == NULL)
    return FALSE;
  memset (outline.next, 0xff, n_edges * sizeof (guint32));
  outline.x = g_array_new (FALSE, FALSE, sizeof (double));
  outline.y = g_array_new (FALSE, FALSE, sizeof (double));
  outline.is_north = g_array_new (FALSE, FALSE, sizeof (guint8));
  outline.rings = g_array_new (FALSE, FALSE, sizeof (Ring));
  link_edges (&outline);
  trace_rings (&outline);
  find_owners (&outline);
  add_polygons (&outline, builder);
  zx_geometry_builder_end_row (builder);
  g_free (outline.next);
  g_array_unref (outline.x);
  g_array_unref (outline.y);
  g_array_unref (outline.is_north);
  g_array_unref (outline.rings);
  return TRUE;
}
