/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Points sorted into the cells of a square lattice of about two points a cell.  A search walks
 * rings of cells outwards and stops when no farther ring can hold anything nearer. */

#include "data/city/zx-city.h"

struct _ZxPointIndex
{
  const double *x, *y;
  double min_x, min_y, cell;
  gsize n_columns, n_rows;
  gsize *first;   /* cells + 1 */
  gsize *ordered; /* indices by cell, ascending within */
};

static gsize
cell_of (double position, double min, double cell, gsize n)
{
  double c = (position - min) / cell;
  return c <= 0 ? 0 : MIN ((gsize) c, n - 1);
}

ZxPointIndex *
zx_point_index_new (const double *x, const double *y, gsize n)
{
  ZxPointIndex *self = g_new0 (ZxPointIndex, 1);
  double max_x = -INFINITY, max_y = -INFINITY;
  gsize n_finite = 0;
  self->x = x;
  self->y = y;
  self->min_x = self->min_y = INFINITY;
  for (gsize i = 0; i < n; i++)
    if (isfinite (x[i]) && isfinite (y[i]))
      {
        n_finite++;
        self->min_x = MIN (self->min_x, x[i]);
        self->min_y = MIN (self->min_y, y[i]);
        max_x = MAX (max_x, x[i]);
        max_y = MAX (max_y, y[i]);
      }
  if (n_finite == 0)
    self->min_x = self->min_y = max_x = max_y = 0;
  double width = MAX (max_x - self->min_x, 1e-9), height = MAX (max_y - self->min_y, 1e-9);
  /* A line of points must not become a lattice of a million empty columns. */
  self->cell = MAX (sqrt (width * height * 2 / (double) MAX (n_finite, 1)),
                    MAX (width, height) / (double) MAX (n_finite, 1));
  self->n_columns = (gsize) (width / self->cell) + 1;
  self->n_rows = (gsize) (height / self->cell) + 1;
  self->first = g_new0 (gsize, self->n_columns * self->n_rows + 1);
  self->ordered = g_new (gsize, MAX (n_finite, 1));
  for (int pass = 0; pass < 2; pass++)
    {
      for (gsize k = n; k-- > 0;) /* backwards, so that the fill below leaves indices ascending */
        if (isfinite (x[k]) && isfinite (y[k]))
          {
            gsize cell = cell_of (y[k], self->min_y, self->cell, self->n_rows) * self->n_columns
                         + cell_of (x[k], self->min_x, self->cell, self->n_columns);
            if (pass == 0)
              self->first[cell + 1]++;
            else
              self->ordered[--self->first[cell + 1]] = k;
          }
      if (pass == 0)
        for (gsize cell = 0; cell < self->n_columns * self->n_rows; cell++)
          self->first[cell + 1] += self->first[cell];
    }
  /* The fill moved each cell's end to its beginning: shift by one to get offsets again. */
  for (gsize cell = 0; cell < self->n_columns * self->n_rows; cell++)
    self->first[cell] = self->first[cell + 1];
  self->first[self->n_columns * self->n_rows] = n_finite;
  return self;
}

void
zx_point_index_free (ZxPointIndex *self)
{
  if (self == NULL)
    return;
  g_free (self->first);
  g_free (self->ordered);
  g_free (self);
}

static void
try_cell (const ZxPointIndex *self, gint64 column, gint64 row, double x, double y, gssize *best,
          double *best_squared)
{
  if (column < 0 || row < 0 || column >= (gint64) self->n_columns || row >= (gint64) self->n_rows)
    return;
  gsize cell = (gsize) row * self->n_columns + (gsize) column;
  for (gsize k = self->first[cell]; k < self->first[cell + 1]; k++)
    {
      gsize i = self->ordered[k];
      double dx = self->x[i] - x, dy = self->y[i] - y, squared = dx * dx + dy * dy;
      if (squared < *best_squared
          || (squared == *best_squared && (*best < 0 || (gssize) i < *best)))
        {
          *best_squared = squared;
          *best = (gssize) i;
        }
    }
}

/* From a place to the nearest side of its cell, less what rounding may have moved a point across.
 */
static double
margin_in_cell (const ZxPointIndex *self, gint64 column, gint64 row, double x, double y)
{
  double dx = x - self->min_x - (double) column * self->cell;
  double dy = y - self->min_y - (double) row * self->cell;
  double margin = MIN (MIN (dx, self->cell - dx), MIN (dy, self->cell - dy));
  return MAX (margin - 1e-6 * self->cell, 0);
}

gssize
zx_point_index_nearest (const ZxPointIndex *self, double x, double y, double limit_m,
                        double *distance_m)
{
  gssize best = -1;
  double best_squared = limit_m * limit_m;
  gint64 column = (gint64) floor ((x - self->min_x) / self->cell);
  gint64 row = (gint64) floor ((y - self->min_y) / self->cell);
  gint64 n_columns = (gint64) self->n_columns, n_rows = (gint64) self->n_rows;
  /* Far outside the lattice: begin with the first ring that touches it. */
  gint64 start = MAX (MAX (MAX (-column, column - n_columns + 1), MAX (-row, row - n_rows + 1)), 0);
  gint64 last = MAX (MAX (column, n_columns - 1 - column), MAX (row, n_rows - 1 - row));
  double margin = margin_in_cell (self, column, row, x, y);
  for (gint64 ring = start; ring <= last; ring++)
    {
      /* Nothing in this ring is nearer than ring - 1 whole cells and the way out of the own one. */
      double reach = (double) (ring - 1) * self->cell + margin;
      if (ring > 0 && reach > 0 && reach * reach > best_squared)
        break;
      gint64 left = MAX (column - ring, 0), right = MIN (column + ring, n_columns - 1);
      for (gint64 c = left; c <= right; c++)
        {
          try_cell (self, c, row - ring, x, y, &best, &best_squared);
          if (ring > 0)
            try_cell (self, c, row + ring, x, y, &best, &best_squared);
        }
      gint64 bottom = MAX (row - ring + 1, 0), top = MIN (row + ring - 1, n_rows - 1);
      for (gint64 r = bottom; r <= top; r++)
        {
          try_cell (self, column - ring, r, x, y, &best, &best_squared);
          try_cell (self, column + ring, r, x, y, &best, &best_squared);
        }
    }
  if (best >= 0 && distance_m != NULL)
    *distance_m = sqrt (best_squared);
  return best;
}

void
zx_point_index_within (const ZxPointIndex *self, double x, double y, double radius_m,
                       void (*func) (gsize index, double distance_m, gpointer data), gpointer data)
{
  double max_x = self->min_x + (double) self->n_columns * self->cell;
  double max_y = self->min_y + (double) self->n_rows * self->cell;
  if (!(x + radius_m >= self->min_x && y + radius_m >= self->min_y && x - radius_m <= max_x
        && y - radius_m <= max_y))
    return;
  gsize left = cell_of (x - radius_m, self->min_x, self->cell, self->n_columns);
  gsize right = cell_of (x + radius_m, self->min_x, self->cell, self->n_columns);
  gsize bottom = cell_of (y - radius_m, self->min_y, self->cell, self->n_rows);
  gsize top = cell_of (y + radius_m, self->min_y, self->cell, self->n_rows);
  for (gsize row = bottom; row <= top; row++)
    for (gsize column = left; column <= right; column++)
      {
        gsize cell = row * self->n_columns + column;
        for (gsize k = self->first[cell]; k < self->first[cell + 1]; k++)
          {
            gsize i = self->ordered[k];
            double distance = hypot (self->x[i] - x, self->y[i] - y);
            if (distance <= radius_m)
              func (i, distance, data);
          }
      }
}
