/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Streets as lists of points, and laying a line over land that has water and hills in it. */

#include "data/sample/zx-sample-private.h"

#define STEP_M 20.0
#define BANK_M 26.0

void
zx_sample_streets_init (SampleStreets *self)
{
  self->points = g_array_new (FALSE, FALSE, sizeof (SamplePoint));
  self->flags = g_array_new (FALSE, FALSE, sizeof (guint8));
  self->list = g_array_new (FALSE, FALSE, sizeof (SampleStreet));
}

void
zx_sample_streets_clear (SampleStreets *self)
{
  g_clear_pointer (&self->points, g_array_unref);
  g_clear_pointer (&self->flags, g_array_unref);
  g_clear_pointer (&self->list, g_array_unref);
}

void
zx_sample_streets_begin (SampleStreets *self, ZxRoadClass road_class, SampleLevel level,
                         gint32 settlement)
{
  SampleStreet street = { .first = self->points->len,
                          .road_class = (guint8) road_class,
                          .level = (guint8) level,
                          .settlement = settlement };
  g_array_append_val (self->list, street);
}

void
zx_sample_streets_point (SampleStreets *self, SamplePoint point, guint8 flags)
{
  g_array_append_val (self->points, point);
  g_array_append_val (self->flags, flags);
  g_array_index (self->list, SampleStreet, self->list->len - 1).n++;
}

gboolean
zx_sample_streets_end (SampleStreets *self)
{
  const SampleStreet *last = &g_array_index (self->list, SampleStreet, self->list->len - 1);
  if (last->n >= 2)
    return TRUE;
  g_array_set_size (self->points, last->first);
  g_array_set_size (self->flags, last->first);
  g_array_set_size (self->list, self->list->len - 1);
  return FALSE;
}

void
zx_sample_streets_append (SampleStreets *self, const SampleStreets *other)
{
  guint first = self->points->len;
  g_array_append_vals (self->points, other->points->data, other->points->len);
  g_array_append_vals (self->flags, other->flags->data, other->flags->len);
  for (guint i = 0; i < other->list->len; i++)
    {
      SampleStreet street = g_array_index (other->list, SampleStreet, i);
      street.first += first;
      g_array_append_val (self->list, street);
    }
}

SamplePoint
zx_sample_street_tangent (const SampleStreets *streets, const SampleStreet *street, guint i)
{
  SamplePoint a = *SAMPLE_POINT (streets->points, street->first + (i > 0 ? i - 1 : 0));
  SamplePoint b = *SAMPLE_POINT (streets->points, street->first + MIN (i + 1, street->n - 1));
  double length = MAX (zx_sample_distance (a, b), 1e-9);
  return (SamplePoint){ (b.x - a.x) / length, (b.y - a.y) / length };
}

/* ---- crossing water ----------------------------------------------------------------------- */

static gboolean
is_sea (const SampleWorld *world, SamplePoint p)
{
  return zx_sample_area_contains (world->water.list->pdata[0], p.x, p.y);
}

/* How far straight on until the far bank is @bank_m behind; 0 when never within @max_m. */
static double
span (const SampleWorld *world, SamplePoint from, SamplePoint direction, double max_m,
      double bank_m)
{
  gboolean was_wet = FALSE;
  for (double t = 8; t <= max_m; t += 8)
    {
      double d = zx_sample_shore_distance (world->water_shore, from.x + t * direction.x,
                                           from.y + t * direction.y);
      was_wet = was_wet || d < 0;
      if (was_wet && d >= bank_m)
        return t;
      if (!was_wet && t > 5 * bank_m)
        return 0;
    }
  return 0;
}

gboolean
zx_sample_find_crossing (const SampleWorld *world, SamplePoint from, SamplePoint direction,
                         double max_m, double bank_m, SamplePoint *to)
{
  /* A bridge may turn a little to cross at a right angle. */
  static const double turns[] = { 0, 0.14, -0.14, 0.28, -0.28, 0.42, -0.42 };
  double shortest = G_MAXDOUBLE;
  for (guint i = 0; i < G_N_ELEMENTS (turns); i++)
    {
      double c = cos (turns[i]), s = sin (turns[i]);
      SamplePoint turned = { c * direction.x - s * direction.y, s * direction.x + c * direction.y };
      double length = span (world, from, turned, max_m, bank_m);
      double cost = length * (1 + 0.25 * fabs (turns[i]));
      if (length <= 0 || cost >= shortest)
        continue;
      shortest = cost;
      *to = (SamplePoint){ from.x + length * turned.x, from.y + length * turned.y };
    }
  if (shortest == G_MAXDOUBLE)
    return FALSE;
  for (double t = 0.15; t < 0.9; t += 0.175)
    if (is_sea (world,
                (SamplePoint){ from.x + t * (to->x - from.x), from.y + t * (to->y - from.y) }))
      return FALSE;
  return zx_sample_shore_distance (world->hill_shore, to->x, to->y) > 10;
}

/* ---- laying ------------------------------------------------------------------------------- */

/* Away from the water until @bank_m is reached, along the gradient of the distance. */
static SamplePoint
push_ashore (const SampleWorld *world, SamplePoint p, double bank_m)
{
  const SampleShore *shore = world->water_shore;
  for (guint round = 0; round < 3; round++)
    {
      double d = zx_sample_shore_distance (shore, p.x, p.y);
      if (d >= bank_m)
        break;
      double gx = zx_sample_shore_distance (shore, p.x + 4, p.y)
                  - zx_sample_shore_distance (shore, p.x - 4, p.y);
      double gy = zx_sample_shore_distance (shore, p.x, p.y + 4)
                  - zx_sample_shore_distance (shore, p.x, p.y - 4);
      double length = hypot (gx, gy);
      if (length < 1e-6)
        break;
      p.x += (bank_m + 1 - d) * gx / length;
      p.y += (bank_m + 1 - d) * gy / length;
    }
  return p;
}

typedef enum
{
  DRY,
  BANK, /* dry, but too near the water */
  WET,
  HILL,
} Ground;

static Ground
ground_at (const SampleWorld *world, SamplePoint p)
{
  double d = zx_sample_shore_distance (world->water_shore, p.x, p.y);
  if (d < 0)
    return WET;
  if (zx_sample_shore_contains (world->hill_shore, p.x, p.y))
    return HILL;
  return d < BANK_M ? BANK : DRY;
}

static GArray *
resample (const GArray *line)
{
  GArray *dense = zx_sample_points_new ();
  for (guint i = 0; i + 1 < line->len; i++)
    {
      SamplePoint a = *SAMPLE_POINT (line, i), b = *SAMPLE_POINT (line, i + 1);
      guint n = (guint) MAX (1, ceil (zx_sample_distance (a, b) / STEP_M));
      for (guint k = 0; k < n; k++)
        zx_sample_points_add (dense, a.x + (b.x - a.x) * k / n, a.y + (b.y - a.y) * k / n);
    }
  if (line->len > 0)
    g_array_append_val (dense, *SAMPLE_POINT (line, line->len - 1));
  return dense;
}

static void
cut (SampleStreets *streets, ZxRoadClass road_class, SampleLevel level, gint32 settlement)
{
  zx_sample_streets_end (streets);
  zx_sample_streets_begin (streets, road_class, level, settlement);
}

/* A run of points that are not dry: a bridge when it is water, short enough and not the sea;
 * otherwise, when it never gets wet, a road pushed ashore; otherwise a gap. */
static void
lay_run (const SampleWorld *world, SampleStreets *streets, const GArray *dense, guint begin,
         guint end, ZxRoadClass road_class, SampleLevel level, gint32 settlement,
         double max_bridge_m)
{
  gboolean is_wet = FALSE, is_hill = FALSE, is_at_sea = FALSE;
  for (guint i = begin; i < end; i++)
    {
      Ground ground = ground_at (world, *SAMPLE_POINT (dense, i));
      is_wet = is_wet || ground == WET;
      is_hill = is_hill || ground == HILL;
      is_at_sea = is_at_sea || (ground == WET && is_sea (world, *SAMPLE_POINT (dense, i)));
    }
  gboolean is_open = begin == 0 || end == dense->len;
  double length = (end - begin + 1) * STEP_M;
  if (!is_wet && !is_hill)
    for (guint i = begin; i < end; i++)
      zx_sample_streets_point (streets, push_ashore (world, *SAMPLE_POINT (dense, i), BANK_M), 0);
  else if (is_wet && !is_hill && !is_at_sea && !is_open && length <= max_bridge_m)
    g_array_index (streets->flags, guint8, streets->flags->len - 1) |= SAMPLE_ON_BRIDGE;
  else
    cut (streets, road_class, level, settlement);
}

void
zx_sample_lay (const SampleWorld *world, SampleStreets *streets, const GArray *line,
               ZxRoadClass road_class, SampleLevel level, gint32 settlement, double max_bridge_m)
{
  g_autoptr (GArray) dense = resample (line);
  zx_sample_streets_begin (streets, road_class, level, settlement);
  for (guint i = 0, end; i < dense->len; i = end)
    {
      end = i + 1;
      if (ground_at (world, *SAMPLE_POINT (dense, i)) == DRY)
        {
          zx_sample_streets_point (streets, *SAMPLE_POINT (dense, i), 0);
          continue;
        }
      while (end < dense->len && ground_at (world, *SAMPLE_POINT (dense, end)) != DRY)
        end++;
      lay_run (world, streets, dense, i, end, road_class, level, settlement, max_bridge_m);
    }
  zx_sample_streets_end (streets);
}
