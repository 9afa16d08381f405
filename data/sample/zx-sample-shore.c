/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Inside or outside, and how far to the outline, exactly and fast.
 *
 * The plane is cut into square buckets.  A bucket knows the winding number of its centre (found by
 * sweeping each row of buckets from the west) and the segments within reach of it.  A point's
 * winding is its centre's plus the crossings of the short way between the two, and every segment
 * that way can cross is in the bucket.  Winding instead of parity, so that a river may overlap the
 * sea it flows into. */

#include "data/sample/zx-sample-private.h"

#define BUCKET_M 200.0

typedef struct
{
  SamplePoint a, b;
} Segment;

struct _SampleShore
{
  double min_x, min_y;
  guint n_columns, n_rows;
  GArray *segments;      /* Segment */
  guint32 *first, *item; /* segments within reach of a bucket */
  gint16 *centre_winding;
};

static void
add_segments (SampleShore *self, const SampleAreas *areas)
{
  for (guint a = 0; a < areas->list->len; a++)
    {
      const SampleArea *area = areas->list->pdata[a];
      for (guint r = 0; r < area->rings->len; r++)
        {
          const GArray *ring = area->rings->pdata[r];
          for (guint i = 0; i < ring->len; i++)
            {
              Segment segment
                  = { *SAMPLE_POINT (ring, i), *SAMPLE_POINT (ring, (i + 1) % ring->len) };
              g_array_append_val (self->segments, segment);
            }
        }
    }
}

/* Calls for each bucket whose square, grown by the reach, meets the segment's box: first to count,
 * then to fill. */
static void
spread (SampleShore *self, gboolean is_filling)
{
  for (guint s = 0; s < self->segments->len; s++)
    {
      const Segment *segment = &g_array_index (self->segments, Segment, s);
      double reach = SAMPLE_SHORE_REACH_M;
      double west = (MIN (segment->a.x, segment->b.x) - reach - self->min_x) / BUCKET_M;
      double east = (MAX (segment->a.x, segment->b.x) + reach - self->min_x) / BUCKET_M;
      double south = (MIN (segment->a.y, segment->b.y) - reach - self->min_y) / BUCKET_M;
      double north = (MAX (segment->a.y, segment->b.y) + reach - self->min_y) / BUCKET_M;
      if (east < 0 || north < 0 || west >= self->n_columns || south >= self->n_rows)
        continue;
      guint last_column = (guint) MIN (east, self->n_columns - 1);
      guint last_row = (guint) MIN (north, self->n_rows - 1);
      for (guint row = (guint) MAX (south, 0); row <= last_row; row++)
        for (guint column = (guint) MAX (west, 0); column <= last_column; column++)
          {
            gsize bucket = (gsize) row * self->n_columns + column;
            if (is_filling)
              self->item[--self->first[bucket]] = s;
            else
              self->first[bucket]++;
          }
    }
}

/* +1 when the segment passes the westward ray from (x, y) upwards, -1 downwards. */
static gint
ray_crossing (const Segment *segment, double x, double y)
{
  SamplePoint a = segment->a, b = segment->b;
  if ((a.y > y) == (b.y > y))
    return 0;
  double at = (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x;
  return at < x ? (b.y > a.y ? -1 : 1) : 0;
}

typedef struct
{
  double x;
  gint turn;
} Crossing;

static int
compare_crossings (gconstpointer a, gconstpointer b)
{
  const Crossing *p = a, *q = b;
  return (p->x > q->x) - (p->x < q->x);
}

/* Segments by the rows whose centre line they cross, so that the sweep is linear. */
static void
sweep (SampleShore *self)
{
  g_autofree GArray **rows = g_new0 (GArray *, self->n_rows);
  for (guint s = 0; s < self->segments->len; s++)
    {
      const Segment *segment = &g_array_index (self->segments, Segment, s);
      double low = MIN (segment->a.y, segment->b.y), high = MAX (segment->a.y, segment->b.y);
      gint from = (gint) MAX (0, floor ((low - self->min_y) / BUCKET_M - 0.5));
      gint to = (gint) MIN (self->n_rows - 1.0, ceil ((high - self->min_y) / BUCKET_M));
      for (gint row = from; row <= to; row++)
        {
          double y = self->min_y + (row + 0.5) * BUCKET_M;
          gint turn = ray_crossing (segment, G_MAXDOUBLE, y);
          if (turn == 0)
            continue;
          double t = (y - segment->a.y) / (segment->b.y - segment->a.y);
          Crossing crossing = { segment->a.x + t * (segment->b.x - segment->a.x), turn };
          if (rows[row] == NULL)
            rows[row] = g_array_new (FALSE, FALSE, sizeof (Crossing));
          g_array_append_val (rows[row], crossing);
        }
    }
  for (guint row = 0; row < self->n_rows; row++)
    {
      GArray *crossings = rows[row];
      if (crossings == NULL)
        continue;
      g_array_sort (crossings, compare_crossings);
      gint winding = 0;
      for (guint column = 0, k = 0; column < self->n_columns; column++)
        {
          double x = self->min_x + (column + 0.5) * BUCKET_M;
          for (; k < crossings->len && g_array_index (crossings, Crossing, k).x < x; k++)
            winding += g_array_index (crossings, Crossing, k).turn;
          self->centre_winding[(gsize) row * self->n_columns + column] = (gint16) winding;
        }
      g_array_unref (crossings);
    }
}

SampleShore *
zx_sample_shore_new (const SampleAreas *areas, double min_x, double min_y, double max_x,
                     double max_y)
{
  SampleShore *self = g_new0 (SampleShore, 1);
  self->min_x = min_x;
  self->min_y = min_y;
  self->n_columns = (guint) ceil ((max_x - min_x) / BUCKET_M) + 1;
  self->n_rows = (guint) ceil ((max_y - min_y) / BUCKET_M) + 1;
  self->segments = g_array_new (FALSE, FALSE, sizeof (Segment));
  add_segments (self, areas);
  gsize n_buckets = (gsize) self->n_columns * self->n_rows;
  self->first = g_new0 (guint32, n_buckets + 1);
  self->centre_winding = g_new0 (gint16, n_buckets);
  spread (self, FALSE);
  for (gsize b = 1; b <= n_buckets; b++)
    self->first[b] += self->first[b - 1];
  self->item = g_new (guint32, MAX (self->first[n_buckets], 1));
  spread (self, TRUE);
  sweep (self);
  return self;
}

void
zx_sample_shore_free (SampleShore *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->segments);
  g_free (self->first);
  g_free (self->item);
  g_free (self->centre_winding);
  g_free (self);
}

/* Places off the index count as its nearest bucket. */
static gsize
bucket_of (const SampleShore *self, double x, double y, SamplePoint *centre)
{
  guint column = (guint) CLAMP ((x - self->min_x) / BUCKET_M, 0, self->n_columns - 1);
  guint row = (guint) CLAMP ((y - self->min_y) / BUCKET_M, 0, self->n_rows - 1);
  centre->x = self->min_x + (column + 0.5) * BUCKET_M;
  centre->y = self->min_y + (row + 0.5) * BUCKET_M;
  return (gsize) row * self->n_columns + column;
}

gboolean
zx_sample_shore_contains (const SampleShore *self, double x, double y)
{
  SamplePoint centre;
  gsize bucket = bucket_of (self, x, y, &centre);
  gint winding = self->centre_winding[bucket];
  /* From the centre straight up or down to the point's height, then straight sideways: both legs
   * differ from a full ray only within the bucket, so its segments suffice. */
  for (guint32 k = self->first[bucket]; k < self->first[bucket + 1]; k++)
    {
      const Segment *segment = &g_array_index (self->segments, Segment, self->item[k]);
      SamplePoint a = segment->a, b = segment->b;
      if ((a.x > centre.x) != (b.x > centre.x))
        {
          double at = (b.y - a.y) * (centre.x - a.x) / (b.x - a.x) + a.y;
          gint turn = b.x > a.x ? 1 : -1;
          if (at > MIN (centre.y, y) && at <= MAX (centre.y, y))
            winding += y > centre.y ? turn : -turn;
        }
      if ((a.y > y) != (b.y > y))
        {
          double at = (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x;
          gint turn = b.y > a.y ? -1 : 1;
          if (at >= MIN (centre.x, x) && at < MAX (centre.x, x))
            winding += x > centre.x ? turn : -turn;
        }
    }
  return winding != 0;
}

static double
distance2_to_segment (const Segment *segment, double x, double y)
{
  double ux = segment->b.x - segment->a.x, uy = segment->b.y - segment->a.y;
  double px = x - segment->a.x, py = y - segment->a.y;
  double length2 = ux * ux + uy * uy;
  double t = length2 > 0 ? CLAMP ((px * ux + py * uy) / length2, 0, 1) : 0;
  double dx = px - t * ux, dy = py - t * uy;
  return dx * dx + dy * dy;
}

double
zx_sample_shore_distance (const SampleShore *self, double x, double y)
{
  SamplePoint centre;
  gsize bucket = bucket_of (self, x, y, &centre);
  double best2 = SAMPLE_SHORE_REACH_M * SAMPLE_SHORE_REACH_M;
  for (guint32 k = self->first[bucket]; k < self->first[bucket + 1]; k++)
    {
      double d2
          = distance2_to_segment (&g_array_index (self->segments, Segment, self->item[k]), x, y);
      best2 = MIN (best2, d2);
    }
  double distance = sqrt (best2);
  return zx_sample_shore_contains (self, x, y) ? -distance : distance;
}
