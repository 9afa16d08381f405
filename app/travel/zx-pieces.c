/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From lines to pieces of road between numbered vertices.
 *
 * Vertices are equal when their coordinates are equal to the last bit.  Instead of hashing them
 * (one cache miss a point) they are sorted by their place on a Hilbert curve of 2^16 × 2^16 cells
 * over the extent: equal points meet in one run, and the numbers that the vertices get along the
 * curve keep everything that follows, and every search on the finished graph, near in memory.
 * (Random numbers cost searches 3.3 times: SITING.md §7.3.) */

#include "app/travel/zx-travel-private.h"

#include <stdlib.h>

/* ---- constants ---------------------------------------------------------------------------- */

#define HILBERT_BITS     16
#define RADIX_BITS       11
#define MAX_COORDINATE_M 1e8 /* two and a half times round the earth: beyond is no metric place */
#define MAX_POINTS       (G_MAXUINT32 - 1)

/* ---- types -------------------------------------------------------------------------------- */

/* A vertex of a line while vertices are being numbered. */
typedef struct
{
  guint32 key;   /* Hilbert */
  guint32 point; /* of the roads' geometry */
} Mark;

typedef struct
{
  const ZxRoads *roads;
  const ZxGeometry *lines;
  const ZxBarriers *barriers; /* NULL: none */
  float *row_mps;             /* 0: not driven */
  gsize n_marks;
  Mark *mark;
  double min_x, min_y, scale;
  guint32 *vertex_of_point;
} Work;

static void
work_clear (Work *work)
{
  g_free (work->row_mps);
  g_free (work->mark);
  g_free (work->vertex_of_point);
}

/* ---- points ------------------------------------------------------------------------------- */

static inline gboolean
is_place (const ZxGeometry *lines, gsize point)
{
  return fabs (lines->x[point]) <= MAX_COORDINATE_M && fabs (lines->y[point]) <= MAX_COORDINATE_M;
}

static guint32
hilbert_key (guint32 x, guint32 y)
{
  const guint32 last = (1u << HILBERT_BITS) - 1;
  guint32 key = 0;
  for (int bit = HILBERT_BITS - 1; bit >= 0; bit--)
    {
      guint32 right = (x >> bit) & 1, up = (y >> bit) & 1;
      key = key << 2 | ((3 * right) ^ up);
      if (up == 0)
        {
          guint32 flip = right ? last : 0, was_x = x ^ flip;
          x = y ^ flip;
          y = was_x;
        }
    }
  return key;
}

/* The points of drivable rows, with the speed of each row. */
static gboolean
gather_points (Work *work, const ZxSpeedTable *speeds, GError **error)
{
  const ZxGeometry *lines = work->lines;
  if (lines->n_points > MAX_POINTS || work->roads->n > MAX_POINTS)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The roads have %zu points in %zu lines; a road graph holds at most %u"),
                   lines->n_points, work->roads->n, (guint) MAX_POINTS);
      return FALSE;
    }
  work->row_mps = ZX_TRY_NEW (float, work->roads->n, _ ("The speeds of the roads"), error);
  work->mark = ZX_TRY_NEW (Mark, lines->n_points, _ ("The points of the roads"), error);
  work->vertex_of_point
      = ZX_TRY_NEW (guint32, lines->n_points, _ ("The vertices of the roads"), error);
  if (work->row_mps == NULL || work->mark == NULL || work->vertex_of_point == NULL)
    return FALSE;
  for (gsize row = 0; row < lines->n_rows; row++)
    {
      work->row_mps[row] = (float) zx_speed_table_on_road (speeds, work->roads, row);
      if (!(work->row_mps[row] > 0))
        continue;
      gsize begin = lines->point_first[lines->part_first[row]];
      gsize end = lines->point_first[lines->part_first[row + 1]];
      for (gsize point = begin; point < end; point++)
        if (is_place (lines, point))
          work->mark[work->n_marks++].point = (guint32) point;
    }
  return TRUE;
}

static void
find_extent (Work *work)
{
  double max_x = -INFINITY, max_y = -INFINITY;
  work->min_x = work->min_y = INFINITY;
  for (gsize i = 0; i < work->n_marks; i++)
    {
      double x = work->lines->x[work->mark[i].point], y = work->lines->y[work->mark[i].point];
      work->min_x = MIN (work->min_x, x);
      work->min_y = MIN (work->min_y, y);
      max_x = MAX (max_x, x);
      max_y = MAX (max_y, y);
    }
  double across = MAX (MAX (max_x - work->min_x, max_y - work->min_y), 1e-3);
  work->scale = ((1u << HILBERT_BITS) - 1) / across;
}

static void
key_points (gsize begin, gsize end, guint worker, gpointer data)
{
  Work *work = data;
  for (gsize i = begin; i < end; i++)
    {
      gsize point = work->mark[i].point;
      work->mark[i].key
          = hilbert_key ((guint32) ((work->lines->x[point] - work->min_x) * work->scale),
                         (guint32) ((work->lines->y[point] - work->min_y) * work->scale));
    }
}

/* Least significant digits first; stable, so equal keys stay in the order of the points. */
static gboolean
sort_marks (Work *work, GError **error)
{
  Mark *other = ZX_TRY_NEW (Mark, work->n_marks, _ ("The points of the roads"), error);
  if (other == NULL)
    return FALSE;
  for (guint shift = 0; shift < 2 * HILBERT_BITS; shift += RADIX_BITS)
    {
      gsize first[1 << RADIX_BITS] = { 0 }, sum = 0;
      const guint32 digits = (1 << RADIX_BITS) - 1;
      for (gsize i = 0; i < work->n_marks; i++)
        first[work->mark[i].key >> shift & digits]++;
      for (guint digit = 0; digit <= digits; digit++)
        {
          gsize n = first[digit];
          first[digit] = sum;
          sum += n;
        }
      for (gsize i = 0; i < work->n_marks; i++)
        other[first[work->mark[i].key >> shift & digits]++] = work->mark[i];
      Mark *sorted = other;
      other = work->mark;
      work->mark = sorted;
    }
  g_free (other);
  return TRUE;
}

/* ---- vertices ----------------------------------------------------------------------------- */

static int
compare_places (const void *a, const void *b, void *data)
{
  const ZxGeometry *lines = data;
  gsize p = ((const Mark *) a)->point, q = ((const Mark *) b)->point;
  if (lines->x[p] != lines->x[q])
    return lines->x[p] < lines->x[q] ? -1 : 1;
  if (lines->y[p] != lines->y[q])
    return lines->y[p] < lines->y[q] ? -1 : 1;
  return 0;
}

/* Most runs are one place met several times; only places that share a cell need sorting. */
static void
sort_run (const ZxGeometry *lines, Mark *mark, gsize n)
{
  for (gsize i = 1; i < n; i++)
    if (compare_places (&mark[0], &mark[i], (gpointer) lines) != 0)
      {
        g_qsort_with_data (mark, (gint) n, sizeof (Mark), compare_places, (gpointer) lines);
        return;
      }
}

static gboolean
number_vertices (ZxPieces *self, Work *work, GError **error)
{
  const ZxGeometry *lines = work->lines;
  gsize n_marks = work->n_marks;
  self->x_m = ZX_TRY_NEW (double, n_marks, _ ("The vertices of the roads"), error);
  self->y_m = ZX_TRY_NEW (double, n_marks, _ ("The vertices of the roads"), error);
  if (self->x_m == NULL || self->y_m == NULL)
    return FALSE;
  for (gsize begin = 0, end; begin < n_marks; begin = end)
    {
      for (end = begin + 1; end < n_marks && work->mark[end].key == work->mark[begin].key;)
        end++;
      sort_run (lines, work->mark + begin, end - begin);
      for (gsize i = begin; i < end; i++)
        {
          gsize point = work->mark[i].point;
          double x = lines->x[point], y = lines->y[point];
          if (i == begin || x != self->x_m[self->n_vertices - 1]
              || y != self->y_m[self->n_vertices - 1])
            {
              self->x_m[self->n_vertices] = x;
              self->y_m[self->n_vertices++] = y;
            }
          work->vertex_of_point[point] = self->n_vertices - 1;
        }
    }
  return TRUE;
}

/* ---- pieces ------------------------------------------------------------------------------- */

static ZxPiece
make_piece (const Work *work, gsize row, guint32 from, guint32 to)
{
  guint8 ways = ZX_WAY_BOTH;
  if (work->roads->one_way[row] != 0)
    ways = (work->roads->one_way[row] > 0) == (from < to) ? ZX_WAY_UP : ZX_WAY_DOWN;
  return (ZxPiece){ MIN (from, to),
                    MAX (from, to),
                    (guint32) row,
                    work->row_mps[row],
                    ways,
                    work->roads->road_class[row] == ZX_ROAD_SERVICE,
                    work->roads->road_class[row] <= ZX_ROAD_SECONDARY };
}

/* Returns: how many pieces the row has, those that a barrier closes among them. */
static gsize
gather_row (ZxPieces *self, const Work *work, gsize row)
{
  const ZxGeometry *lines = work->lines;
  gsize n = 0, n_cut = 0;
  for (gsize part = lines->part_first[row]; part < lines->part_first[row + 1]; part++)
    for (gsize point = lines->point_first[part]; point + 1 < lines->point_first[part + 1]; point++)
      {
        if (!is_place (lines, point) || !is_place (lines, point + 1))
          continue;
        guint32 from = work->vertex_of_point[point], to = work->vertex_of_point[point + 1];
        if (from == to)
          continue;
        n++;
        if (zx_barriers_cross (work->barriers, lines->x[point], lines->y[point],
                               lines->x[point + 1], lines->y[point + 1]))
          n_cut++;
        else
          self->piece[self->n++] = make_piece (work, row, from, to);
      }
  self->n_cut_rows += n_cut > 0;
  return n;
}

static gboolean
gather_pieces (ZxPieces *self, const Work *work, GError **error)
{
  self->piece = ZX_TRY_NEW (ZxPiece, work->n_marks, _ ("The pieces of the roads"), error);
  if (self->piece == NULL)
    return FALSE;
  for (gsize row = 0; row < work->lines->n_rows; row++)
    if (work->row_mps[row] > 0 && gather_row (self, work, row) == 0)
      self->n_zero_length++;
  return TRUE;
}

static int
compare_pieces (const void *a, const void *b)
{
  const ZxPiece *p = a, *q = b;
  if (p->high != q->high)
    return p->high < q->high ? -1 : 1;
  return p->row < q->row ? -1 : p->row > q->row;
}

/* Roads drawn twice would make a crossing of every vertex: the directions of all copies are open,
 * at the fastest speed, and the first row keeps the name. */
static gsize
merge_copies (ZxPiece *piece, gsize begin, gsize end, gsize n)
{
  for (gsize i = begin; i < end; i++)
    {
      ZxPiece *last = &piece[n - 1];
      if (i == begin || last->high != piece[i].high)
        piece[n++] = piece[i];
      else
        {
          last->ways |= piece[i].ways;
          last->mps = MAX (last->mps, piece[i].mps);
          last->is_minor &= piece[i].is_minor;
          last->is_main |= piece[i].is_main;
        }
    }
  return n;
}

/* A counting sort by the lower vertex, then each handful by the higher. */
static gboolean
sort_pieces (ZxPieces *self, GError **error)
{
  g_autofree guint32 *first
      = ZX_TRY_NEW (guint32, (gsize) self->n_vertices + 1, _ ("The vertices of the roads"), error);
  ZxPiece *sorted = ZX_TRY_NEW (ZxPiece, self->n, _ ("The pieces of the roads"), error);
  if (first == NULL || sorted == NULL)
    {
      g_free (sorted);
      return FALSE;
    }
  for (gsize i = 0; i < self->n; i++)
    first[self->piece[i].low + 1]++;
  for (guint32 v = 0; v < self->n_vertices; v++)
    first[v + 1] += first[v];
  for (gsize i = 0; i < self->n; i++)
    sorted[first[self->piece[i].low]++] = self->piece[i]; /* now first[v] is the end of v */
  gsize n = 0, begin = 0;
  for (guint32 v = 0; v < self->n_vertices; v++)
    {
      gsize end = first[v];
      if (end - begin > 1)
        qsort (sorted + begin, end - begin, sizeof (ZxPiece), compare_pieces);
      n = merge_copies (sorted, begin, end, n);
      begin = end;
    }
  g_free (self->piece);
  self->piece = sorted;
  self->n = n;
  return TRUE;
}

/* ---- the story ---------------------------------------------------------------------------- */

static gboolean
make_pieces (ZxPieces *self, Work *work, const ZxSpeedTable *speeds, const ZxProgress *progress,
             GError **error)
{
  if (!gather_points (work, speeds, error))
    return FALSE;
  find_extent (work);
  ZxProgress keys = zx_progress_slice (progress, 0.1, 0.3);
  return zx_parallel_for (work->n_marks, 0, key_points, work, &keys, error)
         && sort_marks (work, error) && zx_progress_step (progress, 5, 10, error)
         && number_vertices (self, work, error) && zx_progress_step (progress, 7, 10, error)
         && gather_pieces (self, work, error) && sort_pieces (self, error)
         && zx_progress_step (progress, 10, 10, error);
}

gboolean
zx_pieces_init (ZxPieces *self, const ZxRoads *roads, const ZxBarriers *barriers,
                const ZxSpeedTable *speeds, const ZxProgress *progress, GError **error)
{
  Work work = { .roads = roads, .lines = &roads->lines, .barriers = barriers };
  *self = (ZxPieces){ 0 };
  gboolean is_made = make_pieces (self, &work, speeds, progress, error);
  work_clear (&work);
  if (!is_made)
    zx_pieces_clear (self);
  return is_made;
}

void
zx_pieces_clear (ZxPieces *self)
{
  g_free (self->x_m);
  g_free (self->y_m);
  g_free (self->piece);
  *self = (ZxPieces){ 0 };
}
