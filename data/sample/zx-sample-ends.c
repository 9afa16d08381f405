/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Streets that stopped short of a neighbour are led on to it: each loose end looks ahead along its
 * own direction for the first other street. */

#include "data/sample/zx-sample-private.h"

/* All segments of the town, in buckets, so that an end can look ahead for a street to join. */
typedef struct
{
  SamplePoint a, b;
  guint street;
} Piece;

typedef struct
{
  double min_x, min_y, cell_m;
  guint n_columns, n_rows;
  guint32 *first;
  Piece *piece;
} Pieces;

static void
pieces_spread (Pieces *self, const SampleStreets *streets, gboolean is_filling)
{
  for (guint s = 0; s < streets->list->len; s++)
    {
      const SampleStreet *street = &g_array_index (streets->list, SampleStreet, s);
      for (guint i = 0; i + 1 < street->n; i++)
        {
          Piece piece = { *SAMPLE_POINT (streets->points, street->first + i),
                          *SAMPLE_POINT (streets->points, street->first + i + 1), s };
          double x = ((piece.a.x + piece.b.x) / 2 - self->min_x) / self->cell_m;
          double y = ((piece.a.y + piece.b.y) / 2 - self->min_y) / self->cell_m;
          if (x < 0 || y < 0 || x >= self->n_columns || y >= self->n_rows)
            continue;
          guint32 *first = &self->first[(gsize) y * self->n_columns + (gsize) x];
          if (is_filling)
            self->piece[--*first] = piece;
          else
            ++*first;
        }
    }
}

static void
pieces_init (Pieces *self, const SampleCross *extent, const SampleStreets *streets)
{
  self->min_x = extent->min_x;
  self->min_y = extent->min_y;
  self->cell_m = 60;
  self->n_columns = (guint) ((extent->max_x - self->min_x) / self->cell_m) + 1;
  self->n_rows = (guint) ((extent->max_y - self->min_y) / self->cell_m) + 1;
  gsize n = (gsize) self->n_columns * self->n_rows;
  self->first = g_new0 (guint32, n + 1);
  pieces_spread (self, streets, FALSE);
  for (gsize i = 1; i <= n; i++)
    self->first[i] += self->first[i - 1];
  self->piece = g_new (Piece, MAX (self->first[n], 1));
  pieces_spread (self, streets, TRUE);
}

static void
pieces_clear (Pieces *self)
{
  g_free (self->first);
  g_free (self->piece);
}

/* How far from @from along @direction the first other street lies; 0 when none within @max_m. */
static double
look_ahead (const Pieces *self, guint own, SamplePoint from, SamplePoint direction, double max_m)
{
  double best = max_m;
  SamplePoint to = { from.x + max_m * direction.x, from.y + max_m * direction.y };
  for (double t = 0; t <= best + self->cell_m; t += self->cell_m)
    {
      gint column = (gint) floor ((from.x + t * direction.x - self->min_x) / self->cell_m);
      gint row = (gint) floor ((from.y + t * direction.y - self->min_y) / self->cell_m);
      for (gint j = MAX (row - 1, 0); j <= MIN (row + 1, (gint) self->n_rows - 1); j++)
        for (gint i = MAX (column - 1, 0); i <= MIN (column + 1, (gint) self->n_columns - 1); i++)
          {
            gsize cell = (gsize) j * self->n_columns + (gsize) i;
            for (guint32 k = self->first[cell]; k < self->first[cell + 1]; k++)
              {
                const Piece *piece = &self->piece[k];
                SamplePoint where;
                double along, other;
                if (piece->street != own
                    && zx_sample_segments_cross (from, to, piece->a, piece->b, &where, &along,
                                                 &other)
                    && along * max_m > 0.5)
                  best = MIN (best, along * max_m);
              }
          }
    }
  return best < max_m ? best : 0;
}

static gboolean
is_way_dry (const SampleWorld *world, SamplePoint from, SamplePoint direction, double length_m)
{
  for (double t = 10; t < length_m; t += 12)
    if (!zx_sample_is_buildable (world, from.x + t * direction.x, from.y + t * direction.y, 18, 8))
      return FALSE;
  return TRUE;
}

/* Streets that stopped short go on to the next one, 2 m beyond so that the crossing is sure to be
 * found.  @ends: two per street, the new points; NaN where an end stays as it is. */
static void
find_ends (const SampleWorld *world, const SampleStreets *streets, const Pieces *pieces,
           const double *look_ahead_m, SamplePoint *ends)
{
  for (guint s = 0; s < streets->list->len; s++)
    {
      const SampleStreet *street = &g_array_index (streets->list, SampleStreet, s);
      for (guint side = 0; side < 2; side++)
        {
          guint i = side == 0 ? 0 : street->n - 1;
          SamplePoint p = *SAMPLE_POINT (streets->points, street->first + i);
          SamplePoint t = zx_sample_street_tangent (streets, street, i);
          SamplePoint out = side == 0 ? (SamplePoint){ -t.x, -t.y } : t;
          ends[2 * s + side] = (SamplePoint){ NAN, NAN };
          guint8 flags = g_array_index (streets->flags, guint8, street->first + i);
          if (flags & SAMPLE_IS_PINNED || street->level >= SAMPLE_N_LEVELS)
            continue;
          double far = look_ahead_m[street->level];
          double length = look_ahead (pieces, s, p, out, far);
          if (length > 0 && is_way_dry (world, p, out, length))
            ends[2 * s + side]
                = (SamplePoint){ p.x + (length + 2) * out.x, p.y + (length + 2) * out.y };
        }
    }
}

void
zx_sample_extend_ends (const SampleWorld *world, const SampleCross *extent,
                       const double *look_ahead_m, SampleStreets *streets)
{
  Pieces pieces;
  SampleStreets longer;
  guint n = streets->list->len;
  g_autofree SamplePoint *ends = g_new (SamplePoint, 2 * (gsize) n);
  pieces_init (&pieces, extent, streets);
  find_ends (world, streets, &pieces, look_ahead_m, ends);
  pieces_clear (&pieces);
  zx_sample_streets_init (&longer);
  for (guint s = 0; s < n; s++)
    {
      SampleStreet street = g_array_index (streets->list, SampleStreet, s);
      zx_sample_streets_begin (&longer, street.road_class, street.level, street.settlement);
      if (!isnan (ends[2 * s].x))
        zx_sample_streets_point (&longer, ends[2 * s], 0);
      for (guint i = 0; i < street.n; i++)
        zx_sample_streets_point (&longer, *SAMPLE_POINT (streets->points, street.first + i),
                                 g_array_index (streets->flags, guint8, street.first + i));
      if (!isnan (ends[2 * s + 1].x))
        zx_sample_streets_point (&longer, ends[2 * s + 1], 0);
      zx_sample_streets_end (&longer);
    }
  zx_sample_streets_clear (streets);
  *streets = longer;
}
