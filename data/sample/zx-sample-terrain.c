/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Ways over the land: A* over a lattice where water and slopes cost, then smoothed, so that roads
 * bend around hills and look for narrow places to cross a river. */

#include "data/sample/zx-sample-private.h"

/* A highway keeps out of towns. */
static void
add_towns (SampleTerrain *self)
{
  const SampleWorld *world = self->world;
  for (guint s = 0; s < world->settlements->len; s++)
    {
      const SampleSettlement *town = &g_array_index (world->settlements, SampleSettlement, s);
      if (town->rank > 2)
        continue;
      double reach = 1.2 * town->reach_m + 800;
      guint west = (guint) MAX ((town->at.x - reach - self->min_x) / self->cell_m, 0);
      guint south = (guint) MAX ((town->at.y - reach - self->min_y) / self->cell_m, 0);
      double east = MIN ((town->at.x + reach - self->min_x) / self->cell_m, self->n_columns - 1);
      double north = MIN ((town->at.y + reach - self->min_y) / self->cell_m, self->n_rows - 1);
      for (guint row = south; row <= north; row++)
        for (guint column = west; column <= east; column++)
          {
            double x = self->min_x + (column + 0.5) * self->cell_m;
            double y = self->min_y + (row + 0.5) * self->cell_m;
            double built = zx_sample_built (world, town, x, y);
            self->cost[(gsize) row * self->n_columns + column] *= (float) (1 + 14 * sqrt (built));
          }
    }
}

void
zx_sample_terrain_init (SampleTerrain *self, const SampleWorld *world, gboolean avoids_towns)
{
  const SampleScale *scale = world->scale;
  double margin = 3000;
  *self = (SampleTerrain){ .world = world };
  self->cell_m = scale->size == ZX_SAMPLE_PROVINCE ? 400 : 150;
  self->min_x = scale->min_x_m - margin;
  self->min_y = scale->min_y_m - margin;
  self->n_columns = (guint) ((scale->max_x_m + margin - self->min_x) / self->cell_m) + 1;
  self->n_rows = (guint) ((scale->max_y_m + margin - self->min_y) / self->cell_m) + 1;
  gsize n = (gsize) self->n_columns * self->n_rows;
  self->cost = g_new (float, n);
  self->best = g_new (float, n);
  self->came = g_new (gint8, n);
  self->heap = g_array_new (FALSE, FALSE, sizeof (SampleHeapItem));
  self->touched = g_array_new (FALSE, FALSE, sizeof (guint32));
  for (guint row = 0; row < self->n_rows; row++)
    for (guint column = 0; column < self->n_columns; column++)
      {
        double x = self->min_x + (column + 0.5) * self->cell_m;
        double y = self->min_y + (row + 0.5) * self->cell_m;
        double water = zx_sample_shore_distance (world->water_shore, x, y);
        double hill = zx_sample_shore_distance (world->hill_shore, x, y);
        double cost = 1 + 0.5 * (1 + zx_sample_noise (world->seed + 151, x, y, 2200));
        if (water < 40)
          cost *= zx_sample_area_contains (world->water.list->pdata[0], x, y) ? 400 : 9;
        if (hill < MIN (0.8 * self->cell_m, 250))
          cost *= 60;
        gsize i = (gsize) row * self->n_columns + column;
        self->cost[i] = (float) cost;
        self->best[i] = INFINITY;
      }
  if (avoids_towns)
    add_towns (self);
}

void
zx_sample_terrain_clear (SampleTerrain *self)
{
  g_free (self->cost);
  g_free (self->best);
  g_free (self->came);
  g_clear_pointer (&self->heap, g_array_unref);
  g_clear_pointer (&self->touched, g_array_unref);
}

static const gint8 step_x[] = { 1, 1, 0, -1, -1, -1, 0, 1 };
static const gint8 step_y[] = { 0, 1, 1, 1, 0, -1, -1, -1 };

static guint32
cell_of (const SampleTerrain *self, SamplePoint p)
{
  double x = CLAMP ((p.x - self->min_x) / self->cell_m, 0, self->n_columns - 1);
  double y = CLAMP ((p.y - self->min_y) / self->cell_m, 0, self->n_rows - 1);
  return (guint32) ((guint) y * self->n_columns + (guint) x);
}

static SamplePoint
centre_of (const SampleTerrain *self, guint32 cell)
{
  return (SamplePoint){ self->min_x + (cell % self->n_columns + 0.5) * self->cell_m,
                        self->min_y + (cell / self->n_columns + 0.5) * self->cell_m };
}

static void
relax (SampleTerrain *self, guint32 cell, SamplePoint goal)
{
  for (guint k = 0; k < G_N_ELEMENTS (step_x); k++)
    {
      gint column = (gint) (cell % self->n_columns) + step_x[k];
      gint row = (gint) (cell / self->n_columns) + step_y[k];
      if (column < 0 || row < 0 || column >= (gint) self->n_columns || row >= (gint) self->n_rows)
        continue;
      guint32 next = (guint32) row * self->n_columns + (guint32) column;
      double length = self->cell_m * (step_x[k] != 0 && step_y[k] != 0 ? M_SQRT2 : 1);
      float cost = self->best[cell] + (float) (length * (self->cost[cell] + self->cost[next]) / 2);
      if (cost >= self->best[next])
        continue;
      if (isinf (self->best[next]))
        g_array_append_val (self->touched, next);
      self->best[next] = cost;
      self->came[next] = (gint8) k;
      zx_sample_heap_push (self->heap,
                           cost + (float) zx_sample_distance (centre_of (self, next), goal), next);
    }
}

/* Running means over @reach points to both sides, fewer towards the ends, which stay. */
GArray *
zx_sample_points_smooth (const GArray *line, guint reach)
{
  GArray *smoothed = zx_sample_points_new ();
  for (guint i = 0; i < line->len; i++)
    {
      guint r = MIN (reach, MIN (i, line->len - 1 - i));
      SamplePoint sum = { 0, 0 };
      for (guint k = i - r; k <= i + r; k++)
        {
          sum.x += SAMPLE_POINT (line, k)->x;
          sum.y += SAMPLE_POINT (line, k)->y;
        }
      zx_sample_points_add (smoothed, sum.x / (2 * r + 1), sum.y / (2 * r + 1));
    }
  return smoothed;
}

/* A* over the lattice.  Returns: (transfer full): from @from to @to, smoothed. */
GArray *
zx_sample_find_way (SampleTerrain *self, SamplePoint from, SamplePoint to)
{
  guint32 start = cell_of (self, from), goal = cell_of (self, to);
  g_array_set_size (self->heap, 0);
  g_array_set_size (self->touched, 0);
  g_array_append_val (self->touched, start);
  self->best[start] = 0;
  self->came[start] = -1;
  zx_sample_heap_push (self->heap, 0, start);
  while (self->heap->len > 0)
    {
      SampleHeapItem item = zx_sample_heap_pop (self->heap);
      if (item.number == goal)
        break;
      if (item.key <= self->best[item.number]
                          + (float) zx_sample_distance (centre_of (self, item.number), to) * 1.0001f
                          + 1)
        relax (self, item.number, to);
    }
  g_autoptr (GArray) cells = zx_sample_points_new ();
  g_array_append_val (cells, to);
  for (guint32 cell = goal; self->came[cell] >= 0 && cell != start;)
    {
      SamplePoint p = centre_of (self, cell);
      if (cell != goal)
        g_array_append_val (cells, p);
      guint k = (guint) self->came[cell];
      cell -= (guint32) (step_y[k] * (gint) self->n_columns + step_x[k]);
    }
  g_array_append_val (cells, from);
  for (guint i = 0; i < self->touched->len; i++)
    self->best[g_array_index (self->touched, guint32, i)] = INFINITY;
  g_autoptr (GArray) simple = zx_sample_points_simplify (cells, 0.55 * self->cell_m);
  for (guint i = 0, j = simple->len - 1; i < j; i++, j--)
    {
      SamplePoint swap = *SAMPLE_POINT (simple, i);
      *SAMPLE_POINT (simple, i) = *SAMPLE_POINT (simple, j);
      *SAMPLE_POINT (simple, j) = swap;
    }
  g_autoptr (GArray) line
      = zx_sample_spline ((const SamplePoint *) (void *) simple->data, simple->len, 60);
  return zx_sample_points_smooth (line, (guint) (2.2 * self->cell_m / 60));
}
