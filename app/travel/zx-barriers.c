/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What travel may not cross: the edges of the areas of kind barrier.  A line is an area of no size,
 * its ring runs there and back.
 *
 * Pieces of an edge are listed by square cell; a question looks at the cells of its own extent.
 * To touch is to cross: a road that ends on a wall does not lead through it, and a wall has no hole
 * where one of its corners lies on the road.  A barrier holds for bridges and tunnels too: it says
 * what may not be passed, whatever the roads say.  Wrong, by a piece of road, where the crossing
 * lies within a long piece: all of it is closed. */

#include "app/travel/zx-travel-private.h"

#define MOST_CELLS_A_SIDE 512
#define MAX_COORDINATE_M  1e8

typedef struct
{
  double x0, y0, x1, y1;
} Edge;

struct _ZxBarriers
{
  GArray *edge; /* Edge */
  double min_x, min_y, cell_m;
  guint n_columns, n_rows;
  guint32 *first; /* cells + 1 */
  guint32 *list;  /* edges by cell */
};

/* ---- edges -------------------------------------------------------------------------------- */

static gboolean
is_place (double x, double y)
{
  return fabs (x) <= MAX_COORDINATE_M && fabs (y) <= MAX_COORDINATE_M;
}

static void
gather_ring (GArray *edges, const ZxGeometry *polygons, gsize part)
{
  for (gsize i = polygons->point_first[part]; i + 1 < polygons->point_first[part + 1]; i++)
    {
      Edge edge = { polygons->x[i], polygons->y[i], polygons->x[i + 1], polygons->y[i + 1] };
      if (is_place (edge.x0, edge.y0) && is_place (edge.x1, edge.y1))
        g_array_append_val (edges, edge);
    }
}

static GArray *
gather_edges (const ZxAreas *areas)
{
  GArray *edges = g_array_new (FALSE, FALSE, sizeof (Edge));
  for (gsize row = 0; areas->polygons.kind == ZX_GEOMETRY_POLYGON && row < areas->n; row++)
    for (gsize part = areas->polygons.part_first[row];
         areas->kind[row] == ZX_AREA_BARRIER && part < areas->polygons.part_first[row + 1]; part++)
      gather_ring (edges, &areas->polygons, part);
  return edges;
}

/* ---- the lattice -------------------------------------------------------------------------- */

typedef struct
{
  guint left, right, bottom, top;
} Cells;

static guint
clamp_cell (double at, double low, double cell_m, guint n)
{
  return (guint) CLAMP (floor ((at - low) / cell_m), 0, (double) n - 1);
}

/* The cells of an extent; what lies outside the lattice counts to its rim. */
static Cells
cells_of (const ZxBarriers *self, const Edge *edge)
{
  return (Cells){
    clamp_cell (MIN (edge->x0, edge->x1), self->min_x, self->cell_m, self->n_columns),
    clamp_cell (MAX (edge->x0, edge->x1), self->min_x, self->cell_m, self->n_columns),
    clamp_cell (MIN (edge->y0, edge->y1), self->min_y, self->cell_m, self->n_rows),
    clamp_cell (MAX (edge->y0, edge->y1), self->min_y, self->cell_m, self->n_rows),
  };
}

static void
measure (ZxBarriers *self)
{
  double max_x = -INFINITY, max_y = -INFINITY;
  self->min_x = self->min_y = INFINITY;
  for (guint e = 0; e < self->edge->len; e++)
    {
      const Edge *edge = &g_array_index (self->edge, Edge, e);
      self->min_x = MIN (self->min_x, MIN (edge->x0, edge->x1));
      self->min_y = MIN (self->min_y, MIN (edge->y0, edge->y1));
      max_x = MAX (max_x, MAX (edge->x0, edge->x1));
      max_y = MAX (max_y, MAX (edge->y0, edge->y1));
    }
  double width = max_x - self->min_x, height = max_y - self->min_y;
  guint side = (guint) CLAMP (sqrt (self->edge->len), 1, MOST_CELLS_A_SIDE);
  self->cell_m = MAX (MAX (width, height) / side, 1);
  self->n_columns = (guint) (width / self->cell_m) + 1;
  self->n_rows = (guint) (height / self->cell_m) + 1;
}

/* Counts (@next NULL, into first[cell + 1]) or writes. */
static void
list_edges (ZxBarriers *self, guint32 *next)
{
  for (guint32 e = 0; e < self->edge->len; e++)
    {
      Cells cells = cells_of (self, &g_array_index (self->edge, Edge, e));
      for (guint row = cells.bottom; row <= cells.top; row++)
        for (guint column = cells.left; column <= cells.right; column++)
          {
            gsize cell = (gsize) row * self->n_columns + column;
            if (next == NULL)
              self->first[cell + 1]++;
            else
              self->list[next[cell]++] = e;
          }
    }
}

static void
make_lattice (ZxBarriers *self)
{
  measure (self);
  gsize n_cells = (gsize) self->n_columns * self->n_rows;
  self->first = g_new0 (guint32, n_cells + 1);
  list_edges (self, NULL);
  for (gsize cell = 0; cell < n_cells; cell++)
    self->first[cell + 1] += self->first[cell];
  self->list = g_new (guint32, (gsize) self->first[n_cells] + 1);
  g_autofree guint32 *next = g_memdup2 (self->first, n_cells * sizeof (guint32));
  list_edges (self, next);
}

/* ---- crossing ----------------------------------------------------------------------------- */

/* The side of c as seen along a → b: above 0 to the left. */
static double
side_of (double ax, double ay, double bx, double by, double cx, double cy)
{
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

static gboolean
have_common_extent (const Edge *a, const Edge *b)
{
  return MAX (a->x0, a->x1) >= MIN (b->x0, b->x1) && MAX (b->x0, b->x1) >= MIN (a->x0, a->x1)
         && MAX (a->y0, a->y1) >= MIN (b->y0, b->y1) && MAX (b->y0, b->y1) >= MIN (a->y0, a->y1);
}

static gboolean
do_meet (const Edge *a, const Edge *b)
{
  if (!have_common_extent (a, b))
    return FALSE;
  double a0 = side_of (b->x0, b->y0, b->x1, b->y1, a->x0, a->y0);
  double a1 = side_of (b->x0, b->y0, b->x1, b->y1, a->x1, a->y1);
  double b0 = side_of (a->x0, a->y0, a->x1, a->y1, b->x0, b->y0);
  double b1 = side_of (a->x0, a->y0, a->x1, a->y1, b->x1, b->y1);
  return !((a0 > 0 && a1 > 0) || (a0 < 0 && a1 < 0) || (b0 > 0 && b1 > 0) || (b0 < 0 && b1 < 0));
}

/* ---- public functions --------------------------------------------------------------------- */

ZxBarriers *
zx_barriers_new (const ZxAreas *areas)
{
  g_autoptr (GArray) edges = areas != NULL ? gather_edges (areas) : NULL;
  if (edges == NULL || edges->len == 0)
    return NULL;
  ZxBarriers *self = g_new0 (ZxBarriers, 1);
  self->edge = g_steal_pointer (&edges);
  make_lattice (self);
  return self;
}

void
zx_barriers_free (ZxBarriers *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->edge);
  g_free (self->first);
  g_free (self->list);
  g_free (self);
}

gboolean
zx_barriers_cross (const ZxBarriers *self, double x0_m, double y0_m, double x1_m, double y1_m)
{
  Edge way = { x0_m, y0_m, x1_m, y1_m };
  if (self == NULL || !is_place (x0_m, y0_m) || !is_place (x1_m, y1_m))
    return FALSE;
  Cells cells = cells_of (self, &way);
  for (guint row = cells.bottom; row <= cells.top; row++)
    for (guint column = cells.left; column <= cells.right; column++)
      {
        gsize cell = (gsize) row * self->n_columns + column;
        for (guint32 i = self->first[cell]; i < self->first[cell + 1]; i++)
          if (do_meet (&way, &g_array_index (self->edge, Edge, self->list[i])))
            return TRUE;
      }
  return FALSE;
}
