/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Columns of numbers and texts, geometry beside them. */

#include "data/base/zx-base.h"

#include <string.h>

ZxLayer *
zx_layer_new (const char *name, const char *source, gsize n_rows)
{
  ZxLayer *self = g_new0 (ZxLayer, 1);
  self->name = g_strdup (name != NULL ? name : "");
  self->source = g_strdup (source != NULL ? source : "");
  self->n_rows = n_rows;
  self->pool = zx_pool_new ();
  return self;
}

void
zx_layer_free (ZxLayer *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_columns; i++)
    {
      g_free (self->columns[i].name);
      g_free (self->columns[i].number);
      g_free (self->columns[i].text);
    }
  g_free (self->columns);
  zx_geometry_clear (&self->geometry);
  zx_pool_unref (self->pool);
  g_free (self->name);
  g_free (self->source);
  g_free (self->crs);
  g_free (self);
}

ZxColumn *
zx_layer_add_column (ZxLayer *self, const char *name, ZxColumnKind kind)
{
  self->columns = g_renew (ZxColumn, self->columns, self->n_columns + 1);
  ZxColumn *column = &self->columns[self->n_columns++];
  *column = (ZxColumn){ g_strdup (name), kind, NULL, NULL };
  if (kind == ZX_COLUMN_TEXT)
    column->text = g_new0 (guint32, MAX (self->n_rows, 1));
  else
    {
      column->number = g_new (double, MAX (self->n_rows, 1));
      for (gsize i = 0; i < self->n_rows; i++)
        column->number[i] = NAN;
    }
  return column;
}

int
zx_layer_column_index (const ZxLayer *self, const char *name)
{
  for (guint i = 0; i < self->n_columns; i++)
    if (strcmp (self->columns[i].name, name) == 0)
      return (int) i;
  return -1;
}

double *
zx_layer_new_numbers (ZxLayer *self, const char *name)
{
  return zx_layer_add_column (self, name, ZX_COLUMN_NUMBER)->number;
}

guint32 *
zx_layer_new_texts (ZxLayer *self, const char *name)
{
  return zx_layer_add_column (self, name, ZX_COLUMN_TEXT)->text;
}

void
zx_layer_add_doubles (ZxLayer *self, const char *name, const double *values)
{
  ZxColumn *column = zx_layer_add_column (self, name, ZX_COLUMN_NUMBER);
  if (values != NULL && self->n_rows > 0)
    memcpy (column->number, values, sizeof (double) * self->n_rows);
}

void
zx_layer_add_floats (ZxLayer *self, const char *name, const float *values)
{
  ZxColumn *column = zx_layer_add_column (self, name, ZX_COLUMN_NUMBER);
  for (gsize i = 0; values != NULL && i < self->n_rows; i++)
    column->number[i] = values[i];
}

void
zx_layer_add_texts (ZxLayer *self, const char *name, const ZxPool *pool, const guint32 *ids)
{
  ZxColumn *column = zx_layer_add_column (self, name, ZX_COLUMN_TEXT);
  for (gsize i = 0; ids != NULL && i < self->n_rows; i++)
    column->text[i] = zx_pool_add (self->pool, zx_pool_get (pool, ids[i]));
}

ZxColumn *
zx_layer_column (const ZxLayer *self, const char *name)
{
  int i = zx_layer_column_index (self, name);
  return i >= 0 ? &self->columns[i] : NULL;
}

const char *
zx_layer_text (const ZxLayer *self, const ZxColumn *column, gsize row)
{
  return column != NULL && column->kind == ZX_COLUMN_TEXT && row < self->n_rows
             ? zx_pool_get (self->pool, column->text[row])
             : "";
}

double
zx_layer_number (const ZxLayer *self, const ZxColumn *column, gsize row)
{
  if (column == NULL || row >= self->n_rows)
    return NAN;
  if (column->kind == ZX_COLUMN_NUMBER)
    return column->number[row];
  const char *text = zx_pool_get (self->pool, column->text[row]);
  double value;
  zx_number_parse (text, strlen (text), &value);
  return value;
}

/* ---- geometry ----------------------------------------------------------------------------- */

void
zx_geometry_clear (ZxGeometry *self)
{
  g_free (self->x);
  g_free (self->y);
  g_free (self->part_first);
  g_free (self->point_first);
  g_free (self->is_hole);
  memset (self, 0, sizeof *self);
}

void
zx_geometry_copy (ZxGeometry *to, const ZxGeometry *from)
{
  *to = *from;
  to->x = g_memdup2 (from->x, from->n_points * sizeof (double));
  to->y = g_memdup2 (from->y, from->n_points * sizeof (double));
  to->part_first = from->part_first != NULL
                       ? g_memdup2 (from->part_first, (from->n_rows + 1) * sizeof (gsize))
                       : NULL;
  to->point_first = from->point_first != NULL
                        ? g_memdup2 (from->point_first, (from->n_parts + 1) * sizeof (gsize))
                        : NULL;
  to->is_hole = from->is_hole != NULL ? g_memdup2 (from->is_hole, from->n_parts) : NULL;
}

gboolean
zx_geometry_extent (const ZxGeometry *self, double *min_x, double *min_y, double *max_x,
                    double *max_y)
{
  *min_x = *min_y = INFINITY;
  *max_x = *max_y = -INFINITY;
  for (gsize i = 0; i < self->n_points; i++)
    if (isfinite (self->x[i]) && isfinite (self->y[i]))
      {
        *min_x = MIN (*min_x, self->x[i]);
        *max_x = MAX (*max_x, self->x[i]);
        *min_y = MIN (*min_y, self->y[i]);
        *max_y = MAX (*max_y, self->y[i]);
      }
  return *min_x <= *max_x;
}

/* Signed, counter-clockwise positive; relative to the first point, so that large eastings and
 * northings do not eat the digits. */
static double
ring_area (const ZxGeometry *self, gsize part)
{
  gsize begin = self->point_first[part], end = self->point_first[part + 1];
  double sum = 0;
  for (gsize i = begin; i + 1 < end; i++)
    sum += (self->x[i] - self->x[begin]) * (self->y[i + 1] - self->y[begin])
           - (self->x[i + 1] - self->x[begin]) * (self->y[i] - self->y[begin]);
  return sum / 2;
}

double
zx_geometry_area (const ZxGeometry *self, gsize row)
{
  if (self->kind != ZX_GEOMETRY_POLYGON)
    return 0;
  double area = 0;
  for (gsize part = self->part_first[row]; part < self->part_first[row + 1]; part++)
    area += (self->is_hole[part] ? -1 : 1) * fabs (ring_area (self, part));
  return MAX (area, 0);
}

double
zx_geometry_length (const ZxGeometry *self, gsize row)
{
  if (self->kind != ZX_GEOMETRY_LINE)
    return 0;
  double length = 0;
  for (gsize part = self->part_first[row]; part < self->part_first[row + 1]; part++)
    for (gsize i = self->point_first[part]; i + 1 < self->point_first[part + 1]; i++)
      length += hypot (self->x[i + 1] - self->x[i], self->y[i + 1] - self->y[i]);
  return length;
}

gboolean
zx_geometry_contains (const ZxGeometry *self, gsize row, double x, double y)
{
  if (self->kind != ZX_GEOMETRY_POLYGON)
    return FALSE;
  gboolean is_inside = FALSE;
  for (gsize part = self->part_first[row]; part < self->part_first[row + 1]; part++)
    for (gsize i = self->point_first[part]; i + 1 < self->point_first[part + 1]; i++)
      {
        double x0 = self->x[i], y0 = self->y[i], x1 = self->x[i + 1], y1 = self->y[i + 1];
        if ((y0 > y) != (y1 > y) && x < x0 + (y - y0) / (y1 - y0) * (x1 - x0))
          is_inside = !is_inside;
      }
  return is_inside;
}

static gboolean
line_centre (const ZxGeometry *self, gsize row, double *x, double *y)
{
  double half = zx_geometry_length (self, row) / 2, walked = 0;
  for (gsize part = self->part_first[row]; part < self->part_first[row + 1]; part++)
    for (gsize i = self->point_first[part]; i + 1 < self->point_first[part + 1]; i++)
      {
        double step = hypot (self->x[i + 1] - self->x[i], self->y[i + 1] - self->y[i]);
        if (walked + step >= half)
          {
            double t = step > 0 ? (half - walked) / step : 0;
            *x = self->x[i] + t * (self->x[i + 1] - self->x[i]);
            *y = self->y[i] + t * (self->y[i + 1] - self->y[i]);
            return TRUE;
          }
        walked += step;
      }
  return FALSE;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

/* The middle of the longest inner stretch of a horizontal line through the ring's middle. */
static gboolean
scan_inside (const ZxGeometry *self, gsize row, double y, double *x)
{
  g_autoptr (GArray) crossings = g_array_new (FALSE, FALSE, sizeof (double));
  for (gsize part = self->part_first[row]; part < self->part_first[row + 1]; part++)
    for (gsize i = self->point_first[part]; i + 1 < self->point_first[part + 1]; i++)
      {
        double x0 = self->x[i], y0 = self->y[i], x1 = self->x[i + 1], y1 = self->y[i + 1];
        if ((y0 > y) != (y1 > y))
          {
            double crossing = x0 + (y - y0) / (y1 - y0) * (x1 - x0);
            g_array_append_val (crossings, crossing);
          }
      }
  g_array_sort (crossings, compare_doubles);
  double best = -1;
  for (guint i = 0; i + 1 < crossings->len; i += 2)
    {
      double left = g_array_index (crossings, double, i);
      double right = g_array_index (crossings, double, i + 1);
      if (right - left > best)
        {
          best = right - left;
          *x = (left + right) / 2;
        }
    }
  return best >= 0;
}

static gboolean
polygon_centre (const ZxGeometry *self, gsize row, double *x, double *y)
{
  gsize largest = G_MAXSIZE;
  double largest_area = -1;
  for (gsize part = self->part_first[row]; part < self->part_first[row + 1]; part++)
    if (!self->is_hole[part] && self->point_first[part + 1] > self->point_first[part]
        && fabs (ring_area (self, part)) > largest_area)
      {
        largest_area = fabs (ring_area (self, part));
        largest = part;
      }
  if (largest == G_MAXSIZE)
    return FALSE;
  gsize begin = self->point_first[largest], end = self->point_first[largest + 1];
  double ox = self->x[begin], oy = self->y[begin], sx = 0, sy = 0, sum = 0;
  double min_y = INFINITY, max_y = -INFINITY;
  for (gsize i = begin; i + 1 < end; i++)
    {
      double x0 = self->x[i] - ox, y0 = self->y[i] - oy;
      double x1 = self->x[i + 1] - ox, y1 = self->y[i + 1] - oy;
      double cross = x0 * y1 - x1 * y0;
      sum += cross;
      sx += (x0 + x1) * cross;
      sy += (y0 + y1) * cross;
      min_y = MIN (min_y, self->y[i]);
      max_y = MAX (max_y, self->y[i]);
    }
  *x = sum != 0 ? ox + sx / (3 * sum) : ox;
  *y = sum != 0 ? oy + sy / (3 * sum) : oy;
  if (!zx_geometry_contains (self, row, *x, *y) && min_y < max_y)
    {
      double inside_x = *x, inside_y = min_y + (max_y - min_y) * 0.5000001;
      if (scan_inside (self, row, inside_y, &inside_x))
        {
          *x = inside_x;
          *y = inside_y;
        }
    }
  return TRUE;
}

gboolean
zx_geometry_centre (const ZxGeometry *self, gsize row, double *x, double *y)
{
  switch (self->kind)
    {
    case ZX_GEOMETRY_POINT:
      *x = self->x[row];
      *y = self->y[row];
      return isfinite (*x) && isfinite (*y);
    case ZX_GEOMETRY_LINE:
      return line_centre (self, row, x, y);
    case ZX_GEOMETRY_POLYGON:
      return polygon_centre (self, row, x, y);
    case ZX_GEOMETRY_NONE:
    default:
      return FALSE;
    }
}

/* ---- builder ------------------------------------------------------------------------------ */

void
zx_geometry_builder_init (ZxGeometryBuilder *self, ZxGeometryKind kind)
{
  self->kind = kind;
  self->x = g_array_new (FALSE, FALSE, sizeof (double));
  self->y = g_array_new (FALSE, FALSE, sizeof (double));
  self->part_first = g_array_new (FALSE, FALSE, sizeof (gsize));
  self->point_first = g_array_new (FALSE, FALSE, sizeof (gsize));
  self->is_hole = g_array_new (FALSE, FALSE, sizeof (guint8));
  gsize zero = 0;
  g_array_append_val (self->part_first, zero);
}

void
zx_geometry_builder_begin_part (ZxGeometryBuilder *self, gboolean is_hole)
{
  gsize first = self->x->len;
  guint8 hole = is_hole != FALSE;
  g_array_append_val (self->point_first, first);
  g_array_append_val (self->is_hole, hole);
}

void
zx_geometry_builder_point (ZxGeometryBuilder *self, double x, double y)
{
  g_array_append_val (self->x, x);
  g_array_append_val (self->y, y);
}

void
zx_geometry_builder_end_row (ZxGeometryBuilder *self)
{
  gsize n_parts = self->point_first->len;
  g_array_append_val (self->part_first, n_parts);
}

void
zx_geometry_builder_finish (ZxGeometryBuilder *self, ZxGeometry *geometry)
{
  gsize n_points = self->x->len;
  memset (geometry, 0, sizeof *geometry);
  geometry->kind = self->kind;
  geometry->n_points = n_points;
  if (self->kind == ZX_GEOMETRY_POINT)
    geometry->n_rows = n_points;
  else
    {
      geometry->n_rows = self->part_first->len - 1;
      geometry->n_parts = self->point_first->len;
      g_array_append_val (self->point_first, n_points);
      geometry->part_first
          = (gsize *) (gpointer) g_array_free (g_steal_pointer (&self->part_first), FALSE);
      geometry->point_first
          = (gsize *) (gpointer) g_array_free (g_steal_pointer (&self->point_first), FALSE);
      geometry->is_hole = (guint8 *) g_array_free (g_steal_pointer (&self->is_hole), FALSE);
    }
  geometry->x = (double *) (gpointer) g_array_free (g_steal_pointer (&self->x), FALSE);
  geometry->y = (double *) (gpointer) g_array_free (g_steal_pointer (&self->y), FALSE);
  zx_geometry_builder_clear (self);
}

void
zx_geometry_builder_clear (ZxGeometryBuilder *self)
{
  g_clear_pointer (&self->x, g_array_unref);
  g_clear_pointer (&self->y, g_array_unref);
  g_clear_pointer (&self->part_first, g_array_unref);
  g_clear_pointer (&self->point_first, g_array_unref);
  g_clear_pointer (&self->is_hole, g_array_unref);
}
