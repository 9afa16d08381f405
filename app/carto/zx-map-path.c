/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lines and rings from metres to what a page can show.
 *
 * A point closer than THINNING to the one before is passed over, the line is cut to the view
 * (Liang and Barsky 1984; rings: Sutherland and Hodgman 1974), simplified by Douglas and Peucker
 * (1973) to TOLERANCE, and its points are put on a lattice of 1/16 unit: less than a printer's dot,
 * and short numbers make a small PDF.  Together a line moves by at most 0.17 units, half a pixel at
 * 300 dpi.
 *
 * A line that would shrink to a dot is not dropped but put on a lattice of TINY units and kept when
 * its ends differ: a road that the source cut into crumbs stays one connected line. */

#include "app/carto/zx-map-private.h"

#define THINNING  0.04
#define TOLERANCE 0.09
#define LATTICE   16.0f
#define TINY      0.25
/* Points simplified at once: keeps the worst case from growing quadratically. */
#define LONGEST_RANGE 512
#define STROKE_POINTS 200 /* cairo's cost per stroke grows faster than its points */

typedef struct
{
  guint first, last;
} Range;

void
zx_polylines_init (ZxPolylines *self)
{
  self->points = g_array_new (FALSE, FALSE, sizeof (ZxPagePoint));
  self->first = g_array_new (FALSE, FALSE, sizeof (guint));
}

void
zx_polylines_clear (ZxPolylines *self)
{
  g_clear_pointer (&self->points, g_array_unref);
  g_clear_pointer (&self->first, g_array_unref);
}

guint
zx_polylines_end (const ZxPolylines *self, guint line)
{
  return line + 1 < self->first->len ? g_array_index (self->first, guint, line + 1)
                                     : self->points->len;
}

void
zx_path_maker_init (ZxPathMaker *self, const ZxMapView *view, double margin)
{
  ZxBox box = zx_map_view_box (view);
  self->view = view;
  self->clip = zx_map_box_grown (&box, margin);
  self->raw = g_array_new (FALSE, FALSE, sizeof (ZxPagePoint));
  self->work = g_array_new (FALSE, FALSE, sizeof (ZxPagePoint));
  self->ranges = g_array_new (FALSE, FALSE, sizeof (Range));
  self->keep = g_array_new (FALSE, FALSE, sizeof (guint8));
  self->scale = 1 / view->metres_per_unit;
  self->left_m = view->centre_x_m - view->page_width / 2 * view->metres_per_unit;
  self->top_m = view->centre_y_m + view->page_height / 2 * view->metres_per_unit;
}

void
zx_path_maker_clear (ZxPathMaker *self)
{
  g_array_unref (self->raw);
  g_array_unref (self->work);
  g_array_unref (self->ranges);
  g_array_unref (self->keep);
}

gboolean
zx_path_maker_is_empty (const ZxPathMaker *self)
{
  return self->raw->len == 0;
}

/* Far points are pulled in to where a float still holds quarters of a unit; the view is far inside.
 */
static float
page_coordinate (double value)
{
  return (float) CLAMP (value, -4e6, 4e6);
}

void
zx_path_maker_add (ZxPathMaker *self, double x_m, double y_m)
{
  if (!isfinite (x_m) || !isfinite (y_m))
    return;
  ZxPagePoint point = { page_coordinate (self->view->page_x + (x_m - self->left_m) * self->scale),
                        page_coordinate (self->view->page_y + (self->top_m - y_m) * self->scale) };
  g_array_append_val (self->raw, point);
}

/* ---- simplification ----------------------------------------------------------------------- */

static double
squared_distance_to_segment (ZxPagePoint p, ZxPagePoint a, ZxPagePoint b)
{
  double dx = (double) b.x - a.x, dy = (double) b.y - a.y;
  double px = (double) p.x - a.x, py = (double) p.y - a.y;
  double length = dx * dx + dy * dy;
  double t = length > 0 ? CLAMP ((px * dx + py * dy) / length, 0.0, 1.0) : 0;
  px -= t * dx;
  py -= t * dy;
  return px * px + py * py;
}

static guint
farthest (const ZxPagePoint *points, guint first, guint last, double *squared)
{
  guint worst = first;
  *squared = 0;
  for (guint i = first + 1; i < last; i++)
    {
      double d = squared_distance_to_segment (points[i], points[first], points[last]);
      if (d > *squared)
        {
          *squared = d;
          worst = i;
        }
    }
  return worst;
}

static void
mark_kept (ZxPathMaker *self, const ZxPagePoint *points, guint first, guint last)
{
  guint8 *keep = (guint8 *) self->keep->data;
  Range range = { first, last };
  g_array_set_size (self->ranges, 0);
  g_array_append_val (self->ranges, range);
  while (self->ranges->len > 0)
    {
      range = g_array_index (self->ranges, Range, self->ranges->len - 1);
      g_array_set_size (self->ranges, self->ranges->len - 1);
      double squared;
      guint worst = farthest (points, range.first, range.last, &squared);
      if (squared <= TOLERANCE * TOLERANCE)
        continue;
      keep[worst] = 1;
      Range left = { range.first, worst }, right = { worst, range.last };
      g_array_append_val (self->ranges, left);
      g_array_append_val (self->ranges, right);
    }
}

static void
douglas_peucker (ZxPathMaker *self, const ZxPagePoint *points, guint n)
{
  g_array_set_size (self->keep, n);
  guint8 *keep = (guint8 *) self->keep->data;
  memset (keep, 0, n);
  keep[0] = keep[n - 1] = 1;
  for (guint first = 0; first + 1 < n;)
    {
      guint last = MIN (first + LONGEST_RANGE, n - 1);
      keep[last] = 1;
      mark_kept (self, points, first, last);
      first = last;
    }
}

static guint
thin_out (ZxPagePoint *points, guint n)
{
  guint n_kept = 1;
  for (guint i = 1; i < n; i++)
    {
      float dx = points[i].x - points[n_kept - 1].x, dy = points[i].y - points[n_kept - 1].y;
      if (dx * dx + dy * dy > (float) (THINNING * THINNING))
        points[n_kept++] = points[i];
      else if (i == n - 1 && n_kept > 1)
        points[n_kept - 1] = points[i];
    }
  return n_kept;
}

static void
append_snapped (ZxPolylines *out, ZxPagePoint point, float lattice, guint first)
{
  point.x = rintf (point.x * lattice) / lattice;
  point.y = rintf (point.y * lattice) / lattice;
  if (out->points->len > first)
    {
      const ZxPagePoint *last = &g_array_index (out->points, ZxPagePoint, out->points->len - 1);
      if (last->x == point.x && last->y == point.y)
        return;
    }
  g_array_append_val (out->points, point);
}

static gboolean
is_tiny (const ZxPagePoint *points, guint n)
{
  float min_x = points[0].x, max_x = min_x, min_y = points[0].y, max_y = min_y;
  for (guint i = 1; i < n; i++)
    {
      min_x = MIN (min_x, points[i].x);
      max_x = MAX (max_x, points[i].x);
      min_y = MIN (min_y, points[i].y);
      max_y = MAX (max_y, points[i].y);
    }
  return max_x - min_x < (float) TINY && max_y - min_y < (float) TINY;
}

static void
append_line (ZxPathMaker *self, ZxPagePoint *points, guint n, ZxPolylines *out)
{
  if (n < 2)
    return;
  guint first = out->points->len;
  if (is_tiny (points, n))
    {
      append_snapped (out, points[0], (float) (1 / TINY), first);
      append_snapped (out, points[n - 1], (float) (1 / TINY), first);
    }
  else
    {
      n = thin_out (points, n);
      douglas_peucker (self, points, n);
      for (guint i = 0; i < n; i++)
        if (g_array_index (self->keep, guint8, i))
          append_snapped (out, points[i], LATTICE, first);
    }
  if (out->points->len < first + 2)
    g_array_set_size (out->points, first);
  else
    g_array_append_val (out->first, first);
}

/* ---- clipping of lines -------------------------------------------------------------------- */

static gboolean
clip_edge (double p, double q, double *t0, double *t1)
{
  if (p == 0)
    return q >= 0;
  double r = q / p;
  if (p < 0)
    *t0 = MAX (*t0, r);
  else
    *t1 = MIN (*t1, r);
  return *t0 <= *t1;
}

static gboolean
clip_segment (const ZxBox *clip, ZxPagePoint a, ZxPagePoint b, double *t0, double *t1)
{
  double dx = (double) b.x - a.x, dy = (double) b.y - a.y;
  *t0 = 0;
  *t1 = 1;
  return clip_edge (-dx, a.x - clip->x, t0, t1)
         && clip_edge (dx, clip->x + clip->width - a.x, t0, t1)
         && clip_edge (-dy, a.y - clip->y, t0, t1)
         && clip_edge (dy, clip->y + clip->height - a.y, t0, t1);
}

static ZxPagePoint
between (ZxPagePoint a, ZxPagePoint b, double t)
{
  return (ZxPagePoint){ (float) (a.x + ((double) b.x - a.x) * t),
                        (float) (a.y + ((double) b.y - a.y) * t) };
}

typedef enum
{
  ALL_INSIDE,
  ALL_OUTSIDE,
  CROSSING,
} Where;

static Where
where_is (const ZxBox *clip, const ZxPagePoint *points, guint n)
{
  float min_x = points[0].x, max_x = min_x, min_y = points[0].y, max_y = min_y;
  for (guint i = 1; i < n; i++)
    {
      min_x = MIN (min_x, points[i].x);
      max_x = MAX (max_x, points[i].x);
      min_y = MIN (min_y, points[i].y);
      max_y = MAX (max_y, points[i].y);
    }
  double right = clip->x + clip->width, bottom = clip->y + clip->height;
  if (max_x < clip->x || min_x > right || max_y < clip->y || min_y > bottom)
    return ALL_OUTSIDE;
  return min_x >= clip->x && max_x <= right && min_y >= clip->y && max_y <= bottom ? ALL_INSIDE
                                                                                   : CROSSING;
}

static void
end_run (ZxPathMaker *self, ZxPolylines *out)
{
  append_line (self, (ZxPagePoint *) (gpointer) self->work->data, self->work->len, out);
  g_array_set_size (self->work, 0);
}

static void
append_clipped (ZxPathMaker *self, ZxPolylines *out)
{
  const ZxPagePoint *points = (const ZxPagePoint *) (gconstpointer) self->raw->data;
  g_array_set_size (self->work, 0);
  for (guint i = 0; i + 1 < self->raw->len; i++)
    {
      double t0, t1;
      if (!clip_segment (&self->clip, points[i], points[i + 1], &t0, &t1))
        {
          end_run (self, out);
          continue;
        }
      ZxPagePoint a = between (points[i], points[i + 1], t0);
      ZxPagePoint b = t1 < 1 ? between (points[i], points[i + 1], t1) : points[i + 1];
      if (t0 > 0 || self->work->len == 0)
        {
          end_run (self, out);
          g_array_append_val (self->work, a);
        }
      g_array_append_val (self->work, b);
      if (t1 < 1)
        end_run (self, out);
    }
  end_run (self, out);
}

void
zx_path_maker_end_line (ZxPathMaker *self, ZxPolylines *out)
{
  ZxPagePoint *points = (ZxPagePoint *) (gpointer) self->raw->data;
  guint n = self->raw->len;
  if (n >= 2)
    {
      Where where = where_is (&self->clip, points, n);
      if (where == ALL_INSIDE)
        append_line (self, points, n, out);
      else if (where == CROSSING)
        append_clipped (self, out);
    }
  g_array_set_size (self->raw, 0);
}

/* ---- clipping of rings -------------------------------------------------------------------- */

/* Distance inside the edge; the edges are left, right, top, bottom. */
static double
inside_by (const ZxBox *clip, guint edge, ZxPagePoint p)
{
  switch (edge)
    {
    case 0:
      return p.x - clip->x;
    case 1:
      return clip->x + clip->width - p.x;
    case 2:
      return p.y - clip->y;
    default:
      return clip->y + clip->height - p.y;
    }
}

static void
clip_ring_at_edge (const ZxBox *clip, guint edge, const GArray *from, GArray *to)
{
  g_array_set_size (to, 0);
  for (guint i = 0; i < from->len; i++)
    {
      ZxPagePoint a = g_array_index (from, ZxPagePoint, (i + from->len - 1) % from->len);
      ZxPagePoint b = g_array_index (from, ZxPagePoint, i);
      double da = inside_by (clip, edge, a), db = inside_by (clip, edge, b);
      if ((da < 0) != (db < 0))
        {
          ZxPagePoint cut = between (a, b, da / (da - db));
          g_array_append_val (to, cut);
        }
      if (db >= 0)
        g_array_append_val (to, b);
    }
}

static void
close_ring (GArray *ring)
{
  if (ring->len == 0)
    return;
  ZxPagePoint start = g_array_index (ring, ZxPagePoint, 0);
  g_array_append_val (ring, start);
}

/* Cut at the point farthest from its start, so that both halves have a chord to measure from. */
static void
append_ring (ZxPathMaker *self, GArray *ring, ZxPolylines *out)
{
  close_ring (ring);
  ZxPagePoint *points = (ZxPagePoint *) (gpointer) ring->data;
  if (ring->len < 4 || is_tiny (points, ring->len))
    return;
  guint n = thin_out (points, ring->len), first = out->points->len;
  if (n < 4)
    return;
  double squared;
  guint middle = farthest (points, 0, n - 1, &squared);
  g_array_set_size (self->keep, n);
  memset (self->keep->data, 0, n);
  guint8 *keep = (guint8 *) self->keep->data;
  keep[0] = keep[middle] = 1;
  for (guint begin = 0; begin + 1 < n;)
    {
      guint end = MIN (begin + LONGEST_RANGE, begin < middle ? middle : n - 1);
      keep[end] = 1;
      mark_kept (self, points, begin, end);
      begin = end;
    }
  for (guint i = 0; i + 1 < n; i++)
    if (keep[i])
      append_snapped (out, points[i], LATTICE, first);
  if (out->points->len < first + 3)
    g_array_set_size (out->points, first);
  else
    g_array_append_val (out->first, first);
}

void
zx_path_maker_end_ring (ZxPathMaker *self, ZxPolylines *out)
{
  guint n = self->raw->len;
  const ZxPagePoint *points = (const ZxPagePoint *) (gconstpointer) self->raw->data;
  if (n >= 4)
    {
      Where where = where_is (&self->clip, points, n);
      if (where != ALL_OUTSIDE)
        {
          g_array_set_size (self->raw, n - 1); /* the last repeats the first */
          for (guint edge = 0; where == CROSSING && edge < 4; edge++)
            {
              clip_ring_at_edge (&self->clip, edge, self->raw, self->work);
              GArray *swapped = self->raw;
              self->raw = self->work;
              self->work = swapped;
            }
          append_ring (self, self->raw, out);
        }
    }
  g_array_set_size (self->raw, 0);
}

void
zx_path_maker_add_row (ZxPathMaker *self, const ZxGeometry *geometry, gsize row, ZxPolylines *out)
{
  if (geometry->kind < ZX_GEOMETRY_LINE || row >= geometry->n_rows)
    return;
  for (gsize part = geometry->part_first[row]; part < geometry->part_first[row + 1]; part++)
    {
      for (gsize i = geometry->point_first[part]; i < geometry->point_first[part + 1]; i++)
        zx_path_maker_add (self, geometry->x[i], geometry->y[i]);
      if (geometry->kind == ZX_GEOMETRY_POLYGON)
        zx_path_maker_end_ring (self, out);
      else
        zx_path_maker_end_line (self, out);
    }
}

/* ---- to cairo ----------------------------------------------------------------------------- */

void
zx_polylines_to_path (cairo_t *cr, const ZxPolylines *self, guint begin, guint end,
                      gboolean is_closed)
{
  for (guint line = begin; line < end; line++)
    {
      guint i = g_array_index (self->first, guint, line), stop = zx_polylines_end (self, line);
      const ZxPagePoint *points = (const ZxPagePoint *) (gconstpointer) self->points->data;
      cairo_move_to (cr, points[i].x, points[i].y);
      while (++i < stop)
        cairo_line_to (cr, points[i].x, points[i].y);
      if (is_closed)
        cairo_close_path (cr);
    }
}

double
zx_polylines_length (const ZxPolylines *self)
{
  double length = 0;
  for (guint line = 0; line < self->first->len; line++)
    for (guint i = g_array_index (self->first, guint, line) + 1; i < zx_polylines_end (self, line);
         i++)
      {
        ZxPagePoint a = g_array_index (self->points, ZxPagePoint, i - 1);
        ZxPagePoint b = g_array_index (self->points, ZxPagePoint, i);
        length += hypot ((double) b.x - a.x, (double) b.y - a.y);
      }
  return length;
}

void
zx_polylines_stroke (cairo_t *cr, const ZxPolylines *self, gboolean is_closed)
{
  for (guint begin = 0; begin < self->first->len;)
    {
      guint end = begin, first = g_array_index (self->first, guint, begin);
      while (end < self->first->len && zx_polylines_end (self, end) - first <= STROKE_POINTS)
        end++;
      end = MAX (end, begin + 1);
      cairo_new_path (cr);
      zx_polylines_to_path (cr, self, begin, end, is_closed);
      cairo_stroke (cr);
      begin = end;
    }
}
