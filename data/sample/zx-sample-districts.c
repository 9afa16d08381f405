/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Administrative borders: the study rectangle and the cells of its capitals' Voronoi diagram, all
 * bent by one smooth displacement, so that neighbours still share their border, and cut off at the
 * coast. */

#include "data/sample/zx-sample-private.h"

#define STEP_M 120.0

/* Points along the ring at whole multiples of the step along each side's own line, so that two
 * districts cut their common side at the same places. */
static GArray *
bend (const SampleWorld *self, const GArray *ring)
{
  GArray *bent = zx_sample_points_new ();
  double strength = MIN (0.022 * (self->scale->max_x_m - self->scale->min_x_m), 1100);
  for (guint i = 0; i < ring->len; i++)
    {
      SamplePoint a = *SAMPLE_POINT (ring, i), b = *SAMPLE_POINT (ring, (i + 1) % ring->len);
      guint n = (guint) MAX (1, ceil (zx_sample_distance (a, b) / STEP_M));
      for (guint k = 0; k < n; k++)
        {
          double share = (double) k / n;
          SamplePoint p = { a.x + share * (b.x - a.x), a.y + share * (b.y - a.y) };
          double wave = 7 * strength;
          zx_sample_points_add (
              bent, p.x + strength * zx_sample_octaves (self->seed + 83, p.x, p.y, wave, 5, 0.5),
              p.y + strength * zx_sample_octaves (self->seed + 89, p.x, p.y, wave, 5, 0.5));
        }
    }
  /* Where the displacement folds, the border would cross itself; both neighbours lose the loop. */
  zx_sample_points_remove_loops (bent);
  return bent;
}

static GArray *
frame (const SampleWorld *self)
{
  /* The bend moves the border both ways; the frame stands in by as much. */
  double margin = MIN (0.03 * (self->scale->max_x_m - self->scale->min_x_m), 1500);
  GArray *ring = zx_sample_points_new ();
  double west = self->scale->min_x_m + margin, east = self->scale->max_x_m - margin;
  double south = self->scale->min_y_m + margin, north = self->scale->max_y_m - margin;
  zx_sample_points_add (ring, west, south);
  zx_sample_points_add (ring, east, south);
  zx_sample_points_add (ring, east, north);
  zx_sample_points_add (ring, west, north);
  return ring;
}

static void
list_capitals (const SampleWorld *self, GArray *at, GPtrArray *names)
{
  static const struct
  {
    const char *name;
    double x, y;
  } city_districts[] = {
    { "望海区", 0.6, -1.0 }, { "新港区", 3.0, 4.6 },    { "澜河区", -4.4, 1.2 },
    { "临港区", 1.5, -7.4 }, { "岚岭县", -11.2, -7.0 }, { "云栖县", -10.0, 8.4 },
  };
  if (self->scale->size == ZX_SAMPLE_PROVINCE)
    {
      for (guint i = 0; i < self->settlements->len; i++)
        {
          const SampleSettlement *town = &g_array_index (self->settlements, SampleSettlement, i);
          if (town->rank > 1)
            continue;
          g_array_append_val (at, town->at);
          g_ptr_array_add (names, town->rank == 0 ? g_strconcat (town->name, "市区", NULL)
                                                  : g_strdup (town->name));
        }
      return;
    }
  double m = 1000 * self->scale->scale;
  for (guint i = 0; i < G_N_ELEMENTS (city_districts); i++)
    {
      zx_sample_points_add (at, m * city_districts[i].x, m * city_districts[i].y);
      g_ptr_array_add (names, g_strdup (city_districts[i].name));
    }
}

/* The land of a ring; splinters that the coast leaves are not worth a polygon. */
static void
add_land (SampleWorld *self, SampleAreas *areas, const char *name, const char *kind,
          const GArray *ring)
{
  const SampleArea *sea = self->water.list->pdata[0];
  g_autoptr (GPtrArray) parts = zx_sample_ring_without (ring, sea->rings->pdata[0]);
  for (guint i = 0; i < parts->len; i++)
    if (fabs (zx_sample_ring_area (parts->pdata[i])) > 50000)
      zx_sample_areas_add (areas, name, kind, g_array_copy (parts->pdata[i]));
}

void
zx_sample_world_make_districts (SampleWorld *self)
{
  g_autoptr (GArray) at = zx_sample_points_new ();
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  list_capitals (self, at, names);
  for (guint i = 0; i < at->len; i++)
    {
      GArray *ring = frame (self);
      for (guint k = 0; k < at->len; k++)
        if (k != i)
          ring = zx_sample_ring_nearer (ring, *SAMPLE_POINT (at, i), *SAMPLE_POINT (at, k));
      if (ring->len >= 3)
        {
          g_autoptr (GArray) bent = bend (self, ring);
          add_land (self, &self->districts, names->pdata[i], "district", bent);
        }
      g_array_unref (ring);
    }
  g_autoptr (GArray) whole = frame (self);
  g_autofree char *name = g_strconcat (self->scale->name,
                                       self->scale->size == ZX_SAMPLE_PROVINCE ? "省" : "市", NULL);
  g_autoptr (GArray) bent = bend (self, whole);
  add_land (self, &self->boundary, name, "boundary", bent);
}
