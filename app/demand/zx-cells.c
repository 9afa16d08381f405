/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hexagons over the study area.
 *
 * Pointy top, centres at x = x0 + across (q + r/2), y = y0 + across √3/2 r, in axial coordinates q
 * (column) and r (row); neighbours are (±1, 0), (0, ±1), (1, -1), (-1, 1).
 *
 * The area of a cell inside the boundary comes from horizontal lines through each row of cells: on
 * a line the boundary polygons leave intervals and the hexagons chords, and both are exact; between
 * the lines the middle rule stands in.  N_LINES is a multiple of 4, so a whole hexagon, whose chord
 * is straight in quarters of its height, comes out exact. */

#include "app/demand/zx-demand.h"

#define SQRT3          1.7320508075688772
#define N_LINES        24
#define LEAST_SHARE    0.1 /* of a hexagon inside the boundary */
#define GOAL_CELLS     2000
#define LEAST_ACROSS_M 300.0
#define MOST_ACROSS_M  2000.0
#define ACROSS_STEP_M  50.0
#define MOST_PLACES    20000000 /* of the lattice, cells or not */

typedef struct
{
  double from, to;
} Interval;

typedef struct
{
  double x0, y0, x1, y1;
  gsize area; /* row of the polygons: each is even-odd by itself, together they are a union */
} Edge;

typedef struct
{
  const ZxCity *city;
  double across_m, min_x_m, min_y_m;
  guint n_columns, n_rows; /* of the lattice: columns count from the row's own first */
  GArray *edges;
  float *share; /* n_rows × n_columns: of each hexagon inside */
} Lattice;

void
zx_cells_free (ZxCells *self)
{
  if (self == NULL)
    return;
  g_free (self->x_m);
  g_free (self->y_m);
  g_free (self->area_km2);
  g_free (self->column);
  g_free (self->row);
  g_free (self->edge_a);
  g_free (self->edge_b);
  g_free (self->lookup);
  g_free (self);
}

/* ---- the boundary as edges ---------------------------------------------------------------- */

static void
add_edge (GArray *edges, double x0, double y0, double x1, double y1, gsize area)
{
  Edge edge = { x0, y0, x1, y1, area };
  if (y0 != y1) /* level edges cross no level line */
    g_array_append_val (edges, edge);
}

static double
collect_boundary (const ZxCity *city, GArray *edges)
{
  double area_m2 = 0;
  const ZxGeometry *g = &city->areas.polygons;
  for (gsize row = 0; row < city->areas.n; row++)
    {
      if (city->areas.kind[row] != ZX_AREA_BOUNDARY)
        continue;
      area_m2 += zx_geometry_area (g, row);
      for (gsize part = g->part_first[row]; part < g->part_first[row + 1]; part++)
        for (gsize k = g->point_first[part]; k + 1 < g->point_first[part + 1]; k++)
          add_edge (edges, g->x[k], g->y[k], g->x[k + 1], g->y[k + 1], row);
    }
  return area_m2;
}

static double
collect_rectangle (const ZxCity *city, GArray *edges)
{
  add_edge (edges, city->min_x_m, city->min_y_m, city->min_x_m, city->max_y_m, 0);
  add_edge (edges, city->max_x_m, city->max_y_m, city->max_x_m, city->min_y_m, 0);
  return (city->max_x_m - city->min_x_m) * (city->max_y_m - city->min_y_m);
}

static double
choose_across (double area_m2)
{
  double across = sqrt (area_m2 / (GOAL_CELLS * SQRT3 / 2));
  return CLAMP (ACROSS_STEP_M * round (across / ACROSS_STEP_M), LEAST_ACROSS_M, MOST_ACROSS_M);
}

/* ---- shares inside ------------------------------------------------------------------------ */

static int
compare_intervals (const void *a, const void *b)
{
  const Interval *x = a, *y = b;
  return (x->from > y->from) - (x->from < y->from);
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

/* Where the line at @y lies inside one polygon: crossings in pairs. */
static void
cut_area (const GArray *edges, guint begin, guint end, double y, GArray *crossings,
          GArray *intervals)
{
  g_array_set_size (crossings, 0);
  for (guint k = begin; k < end; k++)
    {
      const Edge *edge = &g_array_index (edges, Edge, k);
      if ((edge->y0 <= y) == (edge->y1 <= y))
        continue;
      double x = edge->x0 + (y - edge->y0) / (edge->y1 - edge->y0) * (edge->x1 - edge->x0);
      g_array_append_val (crossings, x);
    }
  if (crossings->len < 2)
    return;
  qsort (crossings->data, crossings->len, sizeof (double), compare_doubles);
  for (guint k = 0; k + 1 < crossings->len; k += 2)
    {
      Interval inside
          = { g_array_index (crossings, double, k), g_array_index (crossings, double, k + 1) };
      g_array_append_val (intervals, inside);
    }
}

/* The union of all polygons on the line, ascending and apart. */
static void
cut_line (const GArray *edges, double y, GArray *crossings, GArray *intervals)
{
  g_array_set_size (intervals, 0);
  for (guint begin = 0, end; begin < edges->len; begin = end)
    {
      gsize area = g_array_index (edges, Edge, begin).area;
      for (end = begin; end < edges->len && g_array_index (edges, Edge, end).area == area; end++)
        ;
      cut_area (edges, begin, end, y, crossings, intervals);
    }
  if (intervals->len < 2)
    return;
  qsort (intervals->data, intervals->len, sizeof (Interval), compare_intervals);
  guint n = 1;
  for (guint k = 1; k < intervals->len; k++)
    {
      Interval *last = &g_array_index (intervals, Interval, n - 1);
      Interval next = g_array_index (intervals, Interval, k);
      if (next.from <= last->to)
        last->to = MAX (last->to, next.to);
      else
        g_array_index (intervals, Interval, n++) = next;
    }
  g_array_set_size (intervals, n);
}

static double
centre_x (const Lattice *self, guint row, guint column)
{
  return self->min_x_m + self->across_m * (column + (row % 2 ? 0.5 : 0));
}

static double
centre_y (const Lattice *self, guint row)
{
  return self->min_y_m + self->across_m * SQRT3 / 2 * row;
}

/* Adds what @inside covers of the row's chords, which are @half wide to either side. */
static void
add_interval (const Lattice *self, guint row, const Interval *inside, double half, float *share,
              double unit)
{
  double first = centre_x (self, row, 0);
  double from = floor ((inside->from - half - first) / self->across_m);
  double to = ceil ((inside->to + half - first) / self->across_m);
  guint begin = (guint) CLAMP (from, 0, self->n_columns);
  guint end = (guint) CLAMP (to + 1, 0, self->n_columns);
  for (guint column = begin; column < end; column++)
    {
      double x = centre_x (self, row, column);
      double length = MIN (inside->to, x + half) - MAX (inside->from, x - half);
      if (length > 0)
        share[column] += (float) (length * unit);
    }
}

static void
measure_rows (gsize begin, gsize end, guint worker, gpointer data)
{
  const Lattice *self = data;
  double radius = self->across_m / SQRT3;
  double unit = 2 * radius / N_LINES / (SQRT3 / 2 * self->across_m * self->across_m);
  g_autoptr (GArray) near = g_array_new (FALSE, FALSE, sizeof (Edge));
  g_autoptr (GArray) crossings = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) intervals = g_array_new (FALSE, FALSE, sizeof (Interval));
  for (guint row = (guint) begin; row < end; row++)
    {
      double middle = centre_y (self, row);
      g_array_set_size (near, 0);
      for (guint k = 0; k < self->edges->len; k++)
        {
          const Edge *edge = &g_array_index (self->edges, Edge, k);
          if (MAX (edge->y0, edge->y1) >= middle - radius
              && MIN (edge->y0, edge->y1) <= middle + radius)
            g_array_append_vals (near, edge, 1);
        }
      float *share = self->share + (gsize) row * self->n_columns;
      for (guint line = 0; line < N_LINES; line++)
        {
          double off = radius * ((2 * line + 1.0) / N_LINES - 1);
          double half = self->across_m * MIN (0.5, 1 - fabs (off) / radius);
          cut_line (near, middle + off, crossings, intervals);
          for (guint k = 0; k < intervals->len; k++)
            add_interval (self, row, &g_array_index (intervals, Interval, k), half, share, unit);
        }
    }
}

/* ---- cells -------------------------------------------------------------------------------- */

static gboolean
is_cell (const Lattice *self, guint row, guint column)
{
  float share = self->share[(gsize) row * self->n_columns + column];
  return share > LEAST_SHARE
         || (share > 0
             && zx_city_contains (self->city, centre_x (self, row, column), centre_y (self, row)));
}

static void
add_cell (ZxCells *cells, const Lattice *lattice, guint row, guint column)
{
  gsize at = (gsize) row * lattice->n_columns + column;
  guint c = cells->n++;
  cells->x_m[c] = centre_x (lattice, row, column);
  cells->y_m[c] = centre_y (lattice, row);
  cells->area_km2[c]
      = (float) (lattice->share[at] * SQRT3 / 2 * cells->across_m * cells->across_m * 1e-6);
  cells->column[c] = (gint32) column - (gint32) (row / 2);
  cells->row[c] = (gint32) row;
  cells->lookup[at] = (gint32) c;
}

/* The cell at axial (@column, @row), or -1. */
static gint32
cell_at (const ZxCells *self, gint64 column, gint64 row)
{
  if (row < 0 || row >= self->n_rows)
    return -1;
  gint64 place = column + row / 2;
  return place >= 0 && place < self->n_columns
             ? self->lookup[row * (gint64) self->n_columns + place]
             : -1;
}

/* Of the six neighbours the three that come later; in order of their number. */
static void
join_neighbours (ZxCells *self)
{
  static const int later[3][2] = { { 1, 0 }, { -1, 1 }, { 0, 1 } };
  self->edge_a = g_new (guint32, (gsize) self->n * 3);
  self->edge_b = g_new (guint32, (gsize) self->n * 3);
  for (guint32 c = 0; c < self->n; c++)
    for (guint k = 0; k < 3; k++)
      {
        gint32 other = cell_at (self, (gint64) self->column[c] + later[k][0],
                                (gint64) self->row[c] + later[k][1]);
        if (other < 0)
          continue;
        self->edge_a[self->n_edges] = c;
        self->edge_b[self->n_edges++] = (guint32) other;
      }
}

static gboolean
lay_lattice (Lattice *self, const ZxCity *city, double across_m, GError **error)
{
  self->edges = g_array_new (FALSE, FALSE, sizeof (Edge));
  gboolean has_boundary = zx_city_has_boundary (city);
  double area_m2
      = has_boundary ? collect_boundary (city, self->edges) : collect_rectangle (city, self->edges);
  self->city = city;
  self->across_m = across_m > 0 ? across_m : choose_across (area_m2);
  double width = city->max_x_m - city->min_x_m, height = city->max_y_m - city->min_y_m;
  if (!(area_m2 > 0 && width > 0 && height > 0))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The study area of %g × %g m is empty; cells need an area"), width, height);
      return FALSE;
    }
  /* One place more on every side: a hexagon whose centre is outside may reach in. */
  double n_columns = ceil (width / self->across_m) + 3;
  double n_rows = ceil (height / (self->across_m * SQRT3 / 2)) + 3;
  if (n_columns * n_rows > MOST_PLACES)
    {
      g_set_error (
          error, ZX_ERROR, ZX_ERROR_INVALID,
          _ ("Cells of %g m on a study area of %.0f × %.0f m would be too many; at most %d "
             "are possible"),
          self->across_m, width, height, MOST_PLACES);
      return FALSE;
    }
  self->n_columns = (guint) n_columns;
  self->n_rows = (guint) n_rows;
  self->min_x_m = city->min_x_m - self->across_m;
  self->min_y_m = city->min_y_m - self->across_m * SQRT3 / 2;
  self->share = ZX_TRY_NEW (float, (gsize) self->n_columns * self->n_rows, _ ("Cells"), error);
  return self->share != NULL;
}

static ZxCells *
collect_cells (const Lattice *lattice, GError **error)
{
  gsize n_places = (gsize) lattice->n_columns * lattice->n_rows, n = 0;
  for (guint row = 0; row < lattice->n_rows; row++)
    for (guint column = 0; column < lattice->n_columns; column++)
      n += is_cell (lattice, row, column);
  if (n == 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("No cell of %g m lies inside the boundary; use smaller cells"),
                   lattice->across_m);
      return NULL;
    }
  ZxCells *self = g_new0 (ZxCells, 1);
  self->across_m = lattice->across_m;
  self->min_x_m = lattice->min_x_m;
  self->min_y_m = lattice->min_y_m;
  self->n_columns = lattice->n_columns;
  self->n_rows = lattice->n_rows;
  self->x_m = g_new (double, n);
  self->y_m = g_new (double, n);
  self->area_km2 = g_new (float, n);
  self->column = g_new (gint32, n);
  self->row = g_new (gint32, n);
  self->lookup = g_new (gint32, n_places);
  memset (self->lookup, 0xff, n_places * sizeof *self->lookup);
  for (guint row = 0; row < lattice->n_rows; row++)
    for (guint column = 0; column < lattice->n_columns; column++)
      if (is_cell (lattice, row, column))
        add_cell (self, lattice, row, column);
  join_neighbours (self);
  return self;
}

ZxCells *
zx_cells_new (const ZxCity *city, double across_m, const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (city != NULL, NULL);
  if (!(across_m == 0 || (across_m >= 10 && isfinite (across_m))))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The cells are to be %g m across; it must be at least 10 m, or 0 to let the "
                      "program choose"),
                   across_m);
      return NULL;
    }
  Lattice lattice = { 0 };
  ZxCells *self = NULL;
  if (lay_lattice (&lattice, city, across_m, error)
      && zx_parallel_for (lattice.n_rows, 0, measure_rows, &lattice, progress, error))
    self = collect_cells (&lattice, error);
  g_clear_pointer (&lattice.edges, g_array_unref);
  g_free (lattice.share);
  return self;
}

/* Rounds to the nearest centre in cube coordinates q + r + s = 0: the coordinate that moved most
 * gives way. */
gint32
zx_cells_at (const ZxCells *self, double x_m, double y_m)
{
  double r = (y_m - self->min_y_m) / (self->across_m * SQRT3 / 2);
  double q = (x_m - self->min_x_m) / self->across_m - r / 2;
  if (!(fabs (r) < 1e9 && fabs (q) < 1e9))
    return -1;
  double s = -q - r, rq = round (q), rr = round (r), rs = round (s);
  double off_q = fabs (rq - q), off_r = fabs (rr - r), off_s = fabs (rs - s);
  if (off_q > off_r && off_q > off_s)
    rq = -rr - rs;
  else if (off_r > off_s)
    rr = -rq - rs;
  return cell_at (self, (gint64) rq, (gint64) rr);
}

void
zx_cells_geometry (const ZxCells *self, ZxGeometry *geometry)
{
  /* Counter-clockwise from the right upper corner, in halves of across and of the radius. */
  static const double corner[7][2]
      = { { 1, 1 }, { 0, 2 }, { -1, 1 }, { -1, -1 }, { 0, -2 }, { 1, -1 }, { 1, 1 } };
  double half_x = self->across_m / 2, half_y = self->across_m / SQRT3 / 2;
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  for (guint c = 0; c < self->n; c++)
    {
      zx_geometry_builder_begin_part (&builder, FALSE);
      for (guint k = 0; k < 7; k++)
        zx_geometry_builder_point (&builder, self->x_m[c] + corner[k][0] * half_x,
                                   self->y_m[c] + corner[k][1] * half_y);
      zx_geometry_builder_end_row (&builder);
    }
  zx_geometry_builder_finish (&builder, geometry);
}
