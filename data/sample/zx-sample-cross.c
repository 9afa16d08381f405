/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The direction of a town's streets: a cross field (Chen et al. 2008 use tensors; a cross does not
 * tell a street from its crossing, so that no two directions can cancel).  The angle is known up to
 * a quarter turn and is summed as (cos 4θ, sin 4θ): each district's own angle, the line of coast
 * and rivers near them, rings around the old town, and a slow wandering. */

#include "data/sample/zx-sample-private.h"

#define LATTICE_M 100.0

typedef struct
{
  double c, s;
} Cross;

static void
add_angle (Cross *cross, double angle, double weight)
{
  cross->c += weight * cos (4 * angle);
  cross->s += weight * sin (4 * angle);
}

/* Nearest point of a coarse line and its direction there. */
static double
distance_to_line (const GArray *line, double x, double y, double *angle)
{
  double best = G_MAXDOUBLE;
  for (guint i = 0; i + 1 < line->len; i++)
    {
      SamplePoint a = *SAMPLE_POINT (line, i), b = *SAMPLE_POINT (line, i + 1);
      double ux = b.x - a.x, uy = b.y - a.y, length2 = ux * ux + uy * uy;
      double t = CLAMP (((x - a.x) * ux + (y - a.y) * uy) / MAX (length2, 1e-9), 0, 1);
      double d = hypot (a.x + t * ux - x, a.y + t * uy - y);
      if (d < best)
        {
          best = d;
          *angle = atan2 (uy, ux);
        }
    }
  return best;
}

static Cross
cross_at (const SampleWorld *world, const SampleSettlement *town, GPtrArray *lines, double x,
          double y)
{
  Cross cross = { 0 };
  for (guint k = 0; k < town->n_centres; k++)
    {
      const SampleCentre *centre
          = &g_array_index (world->centres, SampleCentre, town->centre_first + k);
      double d = hypot (x - centre->at.x, y - centre->at.y) / centre->radius_m;
      add_angle (&cross, centre->angle, exp (-0.8 * d * d) + 0.02);
      if (k == 0 && town->rank <= 1 && d > 0.5)
        add_angle (&cross, atan2 (y - centre->at.y, x - centre->at.x),
                   0.55 * exp (-0.12 * d * d) * MIN (1, 1.5 * (d - 0.5)));
    }
  for (guint i = 0; i < lines->len; i++)
    {
      double angle = 0, d = distance_to_line (lines->pdata[i], x, y, &angle);
      double reach = i == 0 ? 800 : 420;
      add_angle (&cross, angle, 2.2 * exp (-(d / reach) * (d / reach)));
    }
  double turn = 4 * 0.14 * zx_sample_octaves (world->seed + 97, x, y, 3300, 2, 0.5);
  return (Cross){ cross.c * cos (turn) - cross.s * sin (turn),
                  cross.c * sin (turn) + cross.s * cos (turn) };
}

/* The part of a line near the town, a point every few steps. */
static GArray *
coarse_part (const SampleCross *self, const GArray *line, double step_m)
{
  GArray *part = zx_sample_points_new ();
  double since = step_m;
  for (guint i = 0; i < line->len; i++)
    {
      SamplePoint p = *SAMPLE_POINT (line, i);
      since += i > 0 ? zx_sample_distance (*SAMPLE_POINT (line, i - 1), p) : 0;
      if (since < step_m || p.x < self->min_x - 2000 || p.x > self->max_x + 2000
          || p.y < self->min_y - 2000 || p.y > self->max_y + 2000)
        continue;
      g_array_append_val (part, p);
      since = 0;
    }
  return part;
}

static void
fill (SampleCross *self, const SampleWorld *world, const SampleSettlement *town)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  g_ptr_array_add (lines, coarse_part (self, world->coast, 250));
  for (guint i = 0; i < world->rivers->len; i++)
    {
      GArray *part = coarse_part (self, world->rivers->pdata[i], 200);
      if (part->len >= 2)
        g_ptr_array_add (lines, part);
      else
        g_array_unref (part);
    }
  self->n_columns = (guint) ((self->max_x - self->min_x) / LATTICE_M) + 2;
  self->n_rows = (guint) ((self->max_y - self->min_y) / LATTICE_M) + 2;
  self->cosine = g_new (float, (gsize) self->n_columns * self->n_rows);
  self->sine = g_new (float, (gsize) self->n_columns * self->n_rows);
  for (guint row = 0; row < self->n_rows; row++)
    for (guint column = 0; column < self->n_columns; column++)
      {
        Cross cross = cross_at (world, town, lines, self->min_x + column * LATTICE_M,
                                self->min_y + row * LATTICE_M);
        double length = MAX (hypot (cross.c, cross.s), 1e-9);
        gsize i = (gsize) row * self->n_columns + column;
        self->cosine[i] = (float) (cross.c / length);
        self->sine[i] = (float) (cross.s / length);
      }
}

void
zx_sample_cross_init (SampleCross *self, const SampleWorld *world, const SampleSettlement *town)
{
  self->min_x = self->min_y = G_MAXDOUBLE;
  self->max_x = self->max_y = -G_MAXDOUBLE;
  for (guint k = 0; k < town->n_centres; k++)
    {
      const SampleCentre *centre
          = &g_array_index (world->centres, SampleCentre, town->centre_first + k);
      double reach = 1.55 * centre->radius_m + 350;
      self->min_x = MIN (self->min_x, centre->at.x - reach);
      self->min_y = MIN (self->min_y, centre->at.y - reach);
      self->max_x = MAX (self->max_x, centre->at.x + reach);
      self->max_y = MAX (self->max_y, centre->at.y + reach);
    }
  fill (self, world, town);
}

void
zx_sample_cross_clear (SampleCross *self)
{
  g_clear_pointer (&self->cosine, g_free);
  g_clear_pointer (&self->sine, g_free);
}

SamplePoint
zx_sample_cross_follow (const SampleCross *self, SamplePoint p, SamplePoint direction)
{
  double x = CLAMP ((p.x - self->min_x) / LATTICE_M, 0, self->n_columns - 1.001);
  double y = CLAMP ((p.y - self->min_y) / LATTICE_M, 0, self->n_rows - 1.001);
  guint column = (guint) x, row = (guint) y;
  double u = x - column, v = y - row;
  gsize i = (gsize) row * self->n_columns + column, j = i + self->n_columns;
  double c = (1 - v) * ((1 - u) * self->cosine[i] + u * self->cosine[i + 1])
             + v * ((1 - u) * self->cosine[j] + u * self->cosine[j + 1]);
  double s = (1 - v) * ((1 - u) * self->sine[i] + u * self->sine[i + 1])
             + v * ((1 - u) * self->sine[j] + u * self->sine[j + 1]);
  double angle = atan2 (s, c) / 4, ax = cos (angle), ay = sin (angle);
  double along = ax * direction.x + ay * direction.y, across = ax * direction.y - ay * direction.x;
  if (fabs (along) >= fabs (across))
    return along >= 0 ? (SamplePoint){ ax, ay } : (SamplePoint){ -ax, -ay };
  return across >= 0 ? (SamplePoint){ -ay, ax } : (SamplePoint){ ay, -ax };
}
