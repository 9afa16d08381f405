/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Points, lines and rings. */

#include "data/sample/zx-sample-private.h"

/* ---- lines -------------------------------------------------------------------------------- */

GArray *
zx_sample_points_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (SamplePoint));
}

void
zx_sample_points_add (GArray *points, double x, double y)
{
  SamplePoint point = { x, y };
  g_array_append_val (points, point);
}

double
zx_sample_points_length (const GArray *points)
{
  double length = 0;
  for (guint i = 1; i < points->len; i++)
    length += zx_sample_distance (*SAMPLE_POINT (points, i - 1), *SAMPLE_POINT (points, i));
  return length;
}

SamplePoint
zx_sample_points_along (const GArray *points, double at_m, SamplePoint *direction)
{
  guint i = 1;
  double left = MAX (at_m, 0), length = 0;
  for (;; i++)
    {
      length = zx_sample_distance (*SAMPLE_POINT (points, i - 1), *SAMPLE_POINT (points, i));
      if (left <= length || i + 1 >= points->len)
        break;
      left -= length;
    }
  SamplePoint a = *SAMPLE_POINT (points, i - 1), b = *SAMPLE_POINT (points, i);
  double share = length > 0 ? MIN (left / length, 1) : 0;
  if (direction != NULL)
    *direction
        = (SamplePoint){ (b.x - a.x) / MAX (length, 1e-9), (b.y - a.y) / MAX (length, 1e-9) };
  return (SamplePoint){ a.x + share * (b.x - a.x), a.y + share * (b.y - a.y) };
}

static SamplePoint
catmull_rom (SamplePoint p0, SamplePoint p1, SamplePoint p2, SamplePoint p3, double t)
{
  double a = ((-t + 2) * t - 1) * t / 2, b = ((3 * t - 5) * t * t + 2) / 2;
  double c = ((-3 * t + 4) * t + 1) * t / 2, d = (t - 1) * t * t / 2;
  return (SamplePoint){ a * p0.x + b * p1.x + c * p2.x + d * p3.x,
                        a * p0.y + b * p1.y + c * p2.y + d * p3.y };
}

GArray *
zx_sample_spline (const SamplePoint *controls, guint n, double step_m)
{
  GArray *points = zx_sample_points_new ();
  for (guint i = 0; i + 1 < n; i++)
    {
      SamplePoint before = controls[i > 0 ? i - 1 : 0], after = controls[MIN (i + 2, n - 1)];
      guint n_steps = (guint) MAX (1, zx_sample_distance (controls[i], controls[i + 1]) / step_m);
      for (guint k = 0; k < n_steps; k++)
        {
          SamplePoint p
              = catmull_rom (before, controls[i], controls[i + 1], after, (double) k / n_steps);
          g_array_append_val (points, p);
        }
    }
  g_array_append_val (points, controls[n - 1]);
  return points;
}

gboolean
zx_sample_segments_cross (SamplePoint a, SamplePoint b, SamplePoint c, SamplePoint d,
                          SamplePoint *where, double *along_ab, double *along_cd)
{
  double ux = b.x - a.x, uy = b.y - a.y, vx = d.x - c.x, vy = d.y - c.y;
  double cross = ux * vy - uy * vx;
  if (fabs (cross) < 1e-9)
    return FALSE;
  double s = ((c.x - a.x) * vy - (c.y - a.y) * vx) / cross;
  double t = ((c.x - a.x) * uy - (c.y - a.y) * ux) / cross;
  if (s < 0 || s > 1 || t < 0 || t > 1)
    return FALSE;
  *where = (SamplePoint){ a.x + s * ux, a.y + s * uy };
  *along_ab = s;
  *along_cd = t;
  return TRUE;
}

/* Looks ahead a few hundred points only: noise makes small loops, never one around the bay. */
void
zx_sample_points_remove_loops (GArray *points)
{
  const guint look_ahead = 300;
  for (guint i = 0; i + 3 < points->len; i++)
    for (guint j = MIN (i + look_ahead, points->len - 2); j > i + 1; j--)
      {
        SamplePoint where;
        double s, t;
        if (!zx_sample_segments_cross (*SAMPLE_POINT (points, i), *SAMPLE_POINT (points, i + 1),
                                       *SAMPLE_POINT (points, j), *SAMPLE_POINT (points, j + 1),
                                       &where, &s, &t))
          continue;
        *SAMPLE_POINT (points, i + 1) = where;
        if (j > i + 1)
          g_array_remove_range (points, i + 2, j - i - 1);
        break;
      }
}

static double
distance_to_segment (SamplePoint p, SamplePoint a, SamplePoint b)
{
  double ux = b.x - a.x, uy = b.y - a.y, length2 = ux * ux + uy * uy;
  double t = length2 > 0 ? ((p.x - a.x) * ux + (p.y - a.y) * uy) / length2 : 0;
  t = CLAMP (t, 0, 1);
  return hypot (a.x + t * ux - p.x, a.y + t * uy - p.y);
}

void
zx_sample_points_mark_kept (const GArray *points, guint begin, guint end, double tolerance_m,
                            guint8 *keep)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, 2 * sizeof (guint));
  guint whole[2] = { begin, end };
  g_array_append_val (spans, whole);
  while (spans->len > 0)
    {
      guint *last = (guint *) (void *) spans->data + 2 * (spans->len - 1);
      guint from = last[0], to = last[1], worst = 0;
      double worst_m = tolerance_m;
      g_array_set_size (spans, spans->len - 1);
      for (guint i = from + 1; i < to; i++)
        {
          double d = distance_to_segment (*SAMPLE_POINT (points, i), *SAMPLE_POINT (points, from),
                                          *SAMPLE_POINT (points, to));
          if (d > worst_m)
            {
              worst_m = d;
              worst = i;
            }
        }
      if (worst == 0)
        continue;
      keep[worst] = TRUE;
      guint left[2] = { from, worst }, right[2] = { worst, to };
      g_array_append_val (spans, left);
      g_array_append_val (spans, right);
    }
}

GArray *
zx_sample_points_simplify (const GArray *points, double tolerance_m)
{
  GArray *kept = zx_sample_points_new ();
  if (points->len == 0)
    return kept;
  g_autofree guint8 *keep = g_new0 (guint8, points->len);
  keep[0] = keep[points->len - 1] = TRUE;
  if (points->len > 2)
    zx_sample_points_mark_kept (points, 0, points->len - 1, tolerance_m, keep);
  for (guint i = 0; i < points->len; i++)
    if (keep[i])
      g_array_append_val (kept, *SAMPLE_POINT (points, i));
  return kept;
}

GArray *
zx_sample_blob (guint64 seed, guint n_points, double roughness)
{
  GArray *ring = zx_sample_points_new ();
  for (guint i = 0; i < n_points; i++)
    {
      double angle = 2 * G_PI * i / n_points, c = cos (angle), s = sin (angle);
      double radius = exp (roughness * zx_sample_octaves (seed, c, s, 1.1, 6, 0.6));
      zx_sample_points_add (ring, radius * c, radius * s);
    }
  return ring;
}

/* ---- areas -------------------------------------------------------------------------------- */

static void
area_free (gpointer data)
{
  SampleArea *self = data;
  g_free (self->name);
  g_free (self->kind);
  g_ptr_array_unref (self->rings);
  g_free (self);
}

void
zx_sample_areas_init (SampleAreas *self)
{
  self->list = g_ptr_array_new_with_free_func (area_free);
}

void
zx_sample_areas_clear (SampleAreas *self)
{
  g_clear_pointer (&self->list, g_ptr_array_unref);
}

double
zx_sample_ring_area (const GArray *ring)
{
  double sum = 0;
  for (guint i = 0, j = ring->len - 1; i < ring->len; j = i++)
    {
      SamplePoint a = *SAMPLE_POINT (ring, j), b = *SAMPLE_POINT (ring, i);
      sum += a.x * b.y - b.x * a.y;
    }
  return sum / 2;
}

static void
orient (GArray *ring, gboolean is_counter_clockwise)
{
  if ((zx_sample_ring_area (ring) > 0) == is_counter_clockwise)
    return;
  for (guint i = 0, j = ring->len - 1; i < j; i++, j--)
    {
      SamplePoint swap = *SAMPLE_POINT (ring, i);
      *SAMPLE_POINT (ring, i) = *SAMPLE_POINT (ring, j);
      *SAMPLE_POINT (ring, j) = swap;
    }
}

SampleArea *
zx_sample_areas_add (SampleAreas *self, const char *name, const char *kind, GArray *outer)
{
  SampleArea *area = g_new0 (SampleArea, 1);
  area->name = g_strdup (name);
  area->kind = g_strdup (kind);
  area->rings = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  orient (outer, TRUE);
  g_ptr_array_add (area->rings, outer);
  g_ptr_array_add (self->list, area);
  return area;
}

void
zx_sample_area_add_hole (SampleArea *self, GArray *hole)
{
  orient (hole, FALSE);
  g_ptr_array_add (self->rings, hole);
}

gboolean
zx_sample_area_contains (const SampleArea *self, double x, double y)
{
  gboolean is_inside = FALSE;
  for (guint r = 0; r < self->rings->len; r++)
    {
      const GArray *ring = self->rings->pdata[r];
      for (guint i = 0, j = ring->len - 1; i < ring->len; j = i++)
        {
          SamplePoint a = *SAMPLE_POINT (ring, i), b = *SAMPLE_POINT (ring, j);
          if ((a.y > y) != (b.y > y) && x < (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x)
            is_inside = !is_inside;
        }
    }
  return is_inside;
}

/* ---- buckets ------------------------------------------------------------------------------ */

static guint
bucket_column (const SampleBuckets *self, double x)
{
  return (guint) CLAMP ((x - self->min_x) / self->cell_m, 0, self->n_columns - 1);
}

static guint
bucket_row (const SampleBuckets *self, double y)
{
  return (guint) CLAMP ((y - self->min_y) / self->cell_m, 0, self->n_rows - 1);
}

void
zx_sample_buckets_init (SampleBuckets *self, const SamplePoint *points, gsize n, double cell_m)
{
  double max_x = 0, max_y = 0;
  self->min_x = self->min_y = 0;
  for (gsize i = 0; i < n; i++)
    {
      self->min_x = i == 0 ? points[i].x : MIN (self->min_x, points[i].x);
      self->min_y = i == 0 ? points[i].y : MIN (self->min_y, points[i].y);
      max_x = i == 0 ? points[i].x : MAX (max_x, points[i].x);
      max_y = i == 0 ? points[i].y : MAX (max_y, points[i].y);
    }
  self->cell_m = cell_m;
  self->n_columns = (guint) ((max_x - self->min_x) / cell_m) + 1;
  self->n_rows = (guint) ((max_y - self->min_y) / cell_m) + 1;
  gsize n_buckets = (gsize) self->n_columns * self->n_rows;
  self->first = g_new0 (guint32, n_buckets + 1);
  self->item = g_new (guint32, MAX (n, 1));
  for (gsize i = 0; i < n; i++)
    self->first[(gsize) bucket_row (self, points[i].y) * self->n_columns
                + bucket_column (self, points[i].x)]++;
  for (gsize b = 1; b <= n_buckets; b++)
    self->first[b] += self->first[b - 1];
  for (gsize i = n; i-- > 0;)
    self->item[--self->first[(gsize) bucket_row (self, points[i].y) * self->n_columns
                             + bucket_column (self, points[i].x)]]
        = (guint32) i;
}

void
zx_sample_buckets_clear (SampleBuckets *self)
{
  g_clear_pointer (&self->first, g_free);
  g_clear_pointer (&self->item, g_free);
}

gssize
zx_sample_buckets_nearest (const SampleBuckets *self, const SamplePoint *points, double x, double y,
                           double limit_m, gssize skip)
{
  gssize best = -1;
  double best_m = limit_m;
  gint column = (gint) floor ((x - self->min_x) / self->cell_m);
  gint row = (gint) floor ((y - self->min_y) / self->cell_m);
  gint last_ring = (gint) ceil (limit_m / self->cell_m);
  /* Rings of buckets outwards; a ring k holds nothing nearer than (k - 1) cells. */
  for (gint ring = 0; ring <= last_ring && (ring - 1) * self->cell_m <= best_m; ring++)
    for (gint j = row - ring; j <= row + ring; j++)
      {
        gint stride = j == row - ring || j == row + ring || ring == 0 ? 1 : 2 * ring;
        for (gint i = column - ring; i <= column + ring; i += stride)
          {
            if (i < 0 || j < 0 || i >= (gint) self->n_columns || j >= (gint) self->n_rows)
              continue;
            gsize b = (gsize) j * self->n_columns + (gsize) i;
            for (guint32 k = self->first[b]; k < self->first[b + 1]; k++)
              {
                guint32 item = self->item[k];
                double d = hypot (points[item].x - x, points[item].y - y);
                if ((gssize) item != skip && (d < best_m || (d == best_m && (gssize) item < best)))
                  {
                    best = item;
                    best_m = d;
                  }
              }
          }
      }
  return best;
}
