/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is left of a ring without another: Greiner and Hormann 1998.
 *
 * Crossings are entered into both rings, linked, and marked by turns as leaving or entering; the
 * result is traced by walking along the first ring where it is outside the second, and along the
 * second backwards where it is inside the first.  The rings must be simple and must not touch in a
 * vertex; ours wander by noise, so that they never do. */

#include "data/sample/zx-sample-private.h"

typedef struct
{
  SamplePoint at;
  double along; /* of the crossing on its side, 0 … 1; side numbers order the rest */
  guint side;
  guint partner; /* of a crossing: its number in the other list; G_MAXUINT: a vertex */
  gboolean is_entry, is_done;
} Vertex;

static Vertex *
vertex (const GArray *list, guint i)
{
  return &g_array_index (list, Vertex, i);
}

typedef struct
{
  SamplePoint where;
  guint side[2];
  double along[2];
  guint number[2]; /* in the finished lists */
} Crossing;

static GArray *
find_crossings (const GArray *a, const GArray *b)
{
  GArray *crossings = g_array_new (FALSE, FALSE, sizeof (Crossing));
  for (guint i = 0; i < a->len; i++)
    {
      SamplePoint p = *SAMPLE_POINT (a, i), q = *SAMPLE_POINT (a, (i + 1) % a->len);
      for (guint j = 0; j < b->len; j++)
        {
          SamplePoint r = *SAMPLE_POINT (b, j), s = *SAMPLE_POINT (b, (j + 1) % b->len);
          if (MAX (r.x, s.x) < MIN (p.x, q.x) || MIN (r.x, s.x) > MAX (p.x, q.x)
              || MAX (r.y, s.y) < MIN (p.y, q.y) || MIN (r.y, s.y) > MAX (p.y, q.y))
            continue;
          Crossing crossing = { .side = { i, j } };
          if (zx_sample_segments_cross (p, q, r, s, &crossing.where, &crossing.along[0],
                                        &crossing.along[1]))
            g_array_append_val (crossings, crossing);
        }
    }
  return crossings;
}

typedef struct
{
  const Crossing *crossings;
  guint which;
} SortContext;

static int
compare_places (gconstpointer a, gconstpointer b, gpointer data)
{
  const SortContext *context = data;
  const Crossing *p = &context->crossings[*(const guint *) a];
  const Crossing *q = &context->crossings[*(const guint *) b];
  guint w = context->which;
  if (p->side[w] != q->side[w])
    return (p->side[w] > q->side[w]) - (p->side[w] < q->side[w]);
  return (p->along[w] > q->along[w]) - (p->along[w] < q->along[w]);
}

/* The ring's vertices with the crossings where they lie. */
static GArray *
weave (const GArray *ring, GArray *crossings, guint which)
{
  GArray *list = g_array_new (FALSE, TRUE, sizeof (Vertex));
  g_autofree guint *order = g_new (guint, MAX (crossings->len, 1));
  SortContext context = { (const Crossing *) (void *) crossings->data, which };
  for (guint k = 0; k < crossings->len; k++)
    order[k] = k;
  g_qsort_with_data (order, (gint) crossings->len, sizeof *order, compare_places, &context);
  for (guint i = 0, k = 0; i < ring->len; i++)
    {
      Vertex plain = { .at = *SAMPLE_POINT (ring, i), .partner = G_MAXUINT };
      g_array_append_val (list, plain);
      for (; k < crossings->len && g_array_index (crossings, Crossing, order[k]).side[which] == i;
           k++)
        {
          Crossing *crossing = &g_array_index (crossings, Crossing, order[k]);
          Vertex crossed = { .at = crossing->where, .partner = order[k] };
          crossing->number[which] = list->len;
          g_array_append_val (list, crossed);
        }
    }
  return list;
}

static gboolean
is_inside (const GArray *ring, SamplePoint p)
{
  gboolean inside = FALSE;
  for (guint i = 0, j = ring->len - 1; i < ring->len; j = i++)
    {
      SamplePoint a = *SAMPLE_POINT (ring, i), b = *SAMPLE_POINT (ring, j);
      if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
        inside = !inside;
    }
  return inside;
}

/* A crossing is an entry when the walk along its own list goes on over what is wanted. */
static void
mark_entries (GArray *list, gboolean is_wanted_now)
{
  for (guint i = 0; i < list->len; i++)
    if (vertex (list, i)->partner != G_MAXUINT)
      {
        vertex (list, i)->is_entry = !is_wanted_now;
        is_wanted_now = !is_wanted_now;
      }
}

static GArray *
trace (GArray *lists[2], guint start)
{
  GArray *ring = zx_sample_points_new ();
  guint which = 0, i = start;
  do
    {
      gboolean is_forward = vertex (lists[which], i)->is_entry;
      do
        {
          Vertex *v = vertex (lists[which], i);
          v->is_done = TRUE;
          g_array_append_val (ring, v->at);
          guint n = lists[which]->len;
          i = is_forward ? (i + 1) % n : (i + n - 1) % n;
        }
      while (vertex (lists[which], i)->partner == G_MAXUINT);
      vertex (lists[which], i)->is_done = TRUE;
      i = vertex (lists[which], i)->partner;
      which = 1 - which;
    }
  while (!(which == 0 && i == start) && !vertex (lists[which], i)->is_done);
  return ring;
}

GPtrArray *
zx_sample_ring_without (const GArray *ring, const GArray *other)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  g_autoptr (GArray) crossings = find_crossings (ring, other);
  if (crossings->len < 2)
    {
      if (!is_inside (other, *SAMPLE_POINT (ring, 0)))
        g_ptr_array_add (parts, g_array_copy ((GArray *) ring));
      return parts;
    }
  GArray *lists[2] = { weave (ring, crossings, 0), weave (other, crossings, 1) };
  for (guint w = 0; w < 2; w++)
    for (guint i = 0; i < lists[w]->len; i++)
      if (vertex (lists[w], i)->partner != G_MAXUINT)
        vertex (lists[w], i)->partner
            = g_array_index (crossings, Crossing, vertex (lists[w], i)->partner).number[1 - w];
  mark_entries (lists[0], !is_inside (other, *SAMPLE_POINT (ring, 0)));
  mark_entries (lists[1], is_inside (ring, *SAMPLE_POINT (other, 0)));
  for (guint i = 0; i < lists[0]->len; i++)
    if (vertex (lists[0], i)->partner != G_MAXUINT && !vertex (lists[0], i)->is_done)
      g_ptr_array_add (parts, trace (lists, i));
  g_array_unref (lists[0]);
  g_array_unref (lists[1]);
  return parts;
}

/* ---- a convex ring ------------------------------------------------------------------------- */

GArray *
zx_sample_ring_nearer (GArray *ring, SamplePoint own, SamplePoint other)
{
  GArray *kept = zx_sample_points_new ();
  double nx = other.x - own.x, ny = other.y - own.y;
  double at = (nx * (own.x + other.x) + ny * (own.y + other.y)) / 2;
  for (guint i = 0; i < ring->len; i++)
    {
      SamplePoint a = *SAMPLE_POINT (ring, i), b = *SAMPLE_POINT (ring, (i + 1) % ring->len);
      double da = nx * a.x + ny * a.y - at, db = nx * b.x + ny * b.y - at;
      if (da <= 0)
        g_array_append_val (kept, a);
      if ((da < 0 && db > 0) || (da > 0 && db < 0))
        zx_sample_points_add (kept, a.x + (b.x - a.x) * da / (da - db),
                              a.y + (b.y - a.y) * da / (da - db));
    }
  g_array_unref (ring);
  return kept;
}
