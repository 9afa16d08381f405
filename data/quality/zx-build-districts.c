/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Districts in the place of a missing boundary.
 *
 * A planner who gives the districts of a city means that city, not the rectangle around its
 * stations, half of which may be sea or another country.  Where a layer of districts is about as
 * large as what is planned for, all of it is the study area; where it is much larger (a province
 * around one city), only the districts that hold stations are, or roads without any.  Wrong where
 * districts cover only a part of the city: then fewer than LEAST_INSIDE of the points lie in them,
 * and nothing is done. */

#include "data/quality/zx-build.h"

#define LEAST_INSIDE 0.8
#define MOST_LARGER  4.0 /* times the extent of the stations */

typedef struct
{
  const double *x, *y;
  gsize n;
} Points;

/* Stations, else the first point of each road. */
static Points
points_of (const ZxCity *city, double **owned)
{
  const ZxGeometry *lines = &city->roads.lines;
  if (city->stations.n > 0)
    return (Points){ city->stations.x_m, city->stations.y_m, city->stations.n };
  double *x = *owned = g_new (double, 2 * city->roads.n + 1);
  for (gsize i = 0; i < city->roads.n; i++)
    {
      gsize k = lines->point_first[lines->part_first[i]];
      x[i] = lines->x[k];
      x[city->roads.n + i] = lines->y[k];
    }
  return (Points){ x, x + city->roads.n, city->roads.n };
}

static double
extent_of_points (const Points *points)
{
  ZxBox box = ZX_BOX_NONE;
  for (gsize i = 0; i < points->n; i++)
    zx_box_add (&box, points->x[i], points->y[i]);
  return (box.max_x - box.min_x) * (box.max_y - box.min_y);
}

static void
add_row (ZxBox *box, const ZxGeometry *g, gsize row)
{
  for (gsize k = g->point_first[g->part_first[row]]; k < g->point_first[g->part_first[row + 1]];
       k++)
    zx_box_add (box, g->x[k], g->y[k]);
}

/* How many points each district holds; a point counts for the first that holds it. */
static gboolean
count_points (const ZxCity *city, const Points *points, const ZxBox *boxes, gsize *held,
              gsize *n_held, const ZxProgress *progress, GError **error)
{
  const ZxAreas *areas = &city->areas;
  for (gsize i = 0; i < points->n; i++)
    {
      if (i % 4096 == 0 && !zx_progress_step (progress, i, points->n, error))
        return FALSE;
      for (guint a = 0; a < areas->n; a++)
        if (areas->kind[a] == ZX_AREA_DISTRICT
            && zx_box_contains (&boxes[a], points->x[i], points->y[i])
            && zx_geometry_contains (&areas->polygons, a, points->x[i], points->y[i]))
          {
            held[a]++;
            *n_held += 1;
            break;
          }
    }
  return TRUE;
}

static void
copy_row (ZxGeometryBuilder *builder, const ZxGeometry *g, gsize row)
{
  for (gsize part = g->part_first[row]; part < g->part_first[row + 1]; part++)
    {
      zx_geometry_builder_begin_part (builder, g->is_hole[part]);
      for (gsize k = g->point_first[part]; k < g->point_first[part + 1]; k++)
        zx_geometry_builder_point (builder, g->x[k], g->y[k]);
    }
  zx_geometry_builder_end_row (builder);
}

/* The areas as they are, and the districts of @is_chosen once more as the boundary. */
static gboolean
append_boundary (ZxCity *city, const gboolean *is_chosen, guint n_chosen, GError **error)
{
  ZxAreas old = city->areas, new = { 0 };
  ZxGeometryBuilder polygons;
  if (!zx_areas_alloc (&new, old.n + n_chosen, error))
    return FALSE;
  zx_geometry_builder_init (&polygons, ZX_GEOMETRY_POLYGON);
  for (guint i = 0, next = old.n; i < old.n; i++)
    {
      new.kind[i] = old.kind[i];
      new.name[i] = old.name[i];
      copy_row (&polygons, &old.polygons, i);
      if (is_chosen[i])
        new.kind[next++] = ZX_AREA_BOUNDARY;
    }
  for (guint i = 0; i < old.n; i++)
    if (is_chosen[i])
      copy_row (&polygons, &old.polygons, i);
  zx_geometry_builder_finish (&polygons, &new.polygons);
  g_free (old.kind);
  g_free (old.name);
  zx_geometry_clear (&old.polygons);
  city->areas = new;
  return TRUE;
}

static guint
choose (const ZxAreas *areas, const gsize *held, gboolean all, gboolean *is_chosen)
{
  guint n = 0;
  for (guint a = 0; a < areas->n; a++)
    {
      is_chosen[a] = areas->kind[a] == ZX_AREA_DISTRICT && (all || held[a] > 0);
      n += is_chosen[a];
    }
  return n;
}

static gboolean
adopt (ZxBuild *self, ZxTally *tally, const Points *points, const ZxProgress *progress,
       GError **error)
{
  ZxCity *city = self->city;
  guint n = city->areas.n;
  gsize n_held = 0;
  ZxBox whole = ZX_BOX_NONE;
  g_autofree ZxBox *boxes = g_new (ZxBox, n + 1);
  g_autofree gsize *held = g_new0 (gsize, n + 1);
  g_autofree gboolean *is_chosen = g_new0 (gboolean, n + 1);
  for (guint a = 0; a < n; a++)
    {
      boxes[a] = ZX_BOX_NONE;
      add_row (&boxes[a], &city->areas.polygons, a);
      if (city->areas.kind[a] == ZX_AREA_DISTRICT)
        add_row (&whole, &city->areas.polygons, a);
    }
  if (!count_points (city, points, boxes, held, &n_held, progress, error))
    return FALSE;
  if (n_held < LEAST_INSIDE * points->n)
    return TRUE;
  double extent = (whole.max_x - whole.min_x) * (whole.max_y - whole.min_y);
  gboolean all = extent <= MOST_LARGER * extent_of_points (points);
  guint n_chosen = choose (&city->areas, held, all, is_chosen);
  self->study = ZX_BOX_NONE;
  for (guint a = 0; a < n; a++)
    if (is_chosen[a])
      add_row (&self->study, &city->areas.polygons, a);
  zx_tally_find_many (tally, "areas.districts-as-boundary", -1, n_chosen, ZX_ACTION_KEPT, NULL,
                      NULL);
  return append_boundary (city, is_chosen, n_chosen, error);
}

gboolean
zx_build_boundary_of_districts (ZxBuild *self, const ZxProgress *progress, GError **error)
{
  guint index = 0;
  ZxTally *tally = zx_build_next (self, ZX_ROLE_DISTRICTS, &index);
  g_autofree double *owned = NULL;
  if (tally == NULL || zx_city_has_boundary (self->city))
    return TRUE;
  Points points = points_of (self->city, &owned);
  return points.n == 0 || adopt (self, tally, &points, progress, error);
}
