/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The area reached from a place, at the hour of the project or at another, for which the roads get
 * a graph of their own; and the areas from which drivers reach the plan's sites. */

#include "app/project/zx-route.h"

/* Fine enough for single streets, coarse enough for an outline that people can read. */
#define SERVICE_AREA_CELL_M 50
#define SNAP_LIMIT_M        2000

/* ---- one place ---------------------------------------------------------------------------- */

static ZxRoadGraph *
graph_of_hour (ZxRoute *self, int hour, const ZxProgress *progress, GError **error)
{
  ZxSpeedTable speeds = self->speeds;
  speeds.hour = hour;
  return zx_travel_graph_new (&self->city->roads, &self->city->areas, &speeds, NULL, progress,
                              error);
}

static gboolean
snap_to_graph (const ZxRoute *self, const ZxRoadGraph *graph, double lon_deg, double lat_deg,
               ZxSnap *snap, GError **error)
{
  double x = lon_deg, y = lat_deg;
  if (!zx_gis_transform ("EPSG:4326", self->city->crs, &x, &y, 1, NULL, error)
      || !zx_travel_snap (graph, &x, &y, 1, SNAP_LIMIT_M, snap, NULL, error))
    return FALSE;
  if (snap->node_a != G_MAXUINT32)
    return TRUE;
  g_set_error (
      error, ZX_ERROR, ZX_ERROR_INVALID,
      _ ("No drivable road lies within 2000 m of %.6f, %.6f (longitude, latitude in WGS-84)"),
      lon_deg, lat_deg);
  return FALSE;
}

/* One row for each of @minutes, with the hour (of the design hour: missing). */
static ZxLayer *
service_area_layer (const ZxRoadGraph *graph, const ZxSnap *snap, const double *minutes,
                    guint n_minutes, int hour, gboolean is_arriving, const ZxProgress *progress,
                    GError **error)
{
  g_autofree double *limits = g_new (double, n_minutes);
  g_autofree double *hours = g_new (double, n_minutes);
  for (guint i = 0; i < n_minutes; i++)
    {
      limits[i] = minutes[i] * 60;
      hours[i] = hour != ZX_NO_HOUR ? hour : NAN;
    }
  g_autoptr (ZxLayer) layer = zx_layer_new ("service_area", "", n_minutes);
  zx_layer_add_doubles (layer, "minutes", minutes);
  zx_layer_add_doubles (layer, "hour", hours);
  return zx_travel_service_area (graph, snap, is_arriving, limits, n_minutes, SERVICE_AREA_CELL_M,
                                 &layer->geometry, progress, error)
             ? g_steal_pointer (&layer)
             : NULL;
}

ZxLayer *
zx_route_service_area (ZxRoute *self, double lon_deg, double lat_deg, const double *minutes,
                       guint n_minutes, int hour, gboolean is_arriving, const ZxProgress *progress,
                       GError **error)
{
  ZxProgress building = zx_progress_slice (progress, 0, 0.7);
  ZxProgress outlining = zx_progress_slice (progress, 0.7, 1);
  if (self->city == NULL || self->city->roads.n == 0)
    {
      g_set_error_literal (
          error, ZX_ERROR, ZX_ERROR_MISSING,
          _ ("A service area needs roads: add a road layer and run the project up to “travel”"));
      return NULL;
    }
  zx_gis_init ();
  if (hour < 0)
    hour = self->speeds.hour;
  g_autoptr (ZxRoadGraph) other = NULL;
  if (hour == self->speeds.hour ? !zx_route_need_graph (self, &building, error)
                                : (other = graph_of_hour (self, hour, &building, error)) == NULL)
    return NULL;
  const ZxRoadGraph *graph = other != NULL ? other : self->graph;
  ZxSnap snap;
  if (!snap_to_graph (self, graph, lon_deg, lat_deg, &snap, error))
    return NULL;
  return service_area_layer (graph, &snap, minutes, n_minutes, hour, is_arriving, &outlining,
                             error);
}

/* ---- the plan's sites --------------------------------------------------------------------- */

/* Widest first, so that the nearer are painted over the farther. */
static const double site_limits_s[ZX_N_SITE_LIMITS] = { 900, 600, 300 };

const double *
zx_route_site_limits_s (void)
{
  return site_limits_s;
}

typedef struct
{
  ZxRoute *route;
  const ZxSnap *sites;
  ZxGeometry *areas; /* by site: a row for each limit */
  GMutex lock;
  GError *error; /* the first */
} SiteWork;

static void
outline_sites (gsize begin, gsize end, guint worker, gpointer data)
{
  SiteWork *work = data;
  for (gsize i = begin; i < end; i++)
    {
      g_autoptr (GError) error = NULL;
      if (zx_travel_service_area (work->route->graph, &work->sites[i], TRUE, site_limits_s,
                                  ZX_N_SITE_LIMITS, SERVICE_AREA_CELL_M, &work->areas[i], NULL,
                                  &error))
        continue;
      g_mutex_lock (&work->lock);
      if (work->error == NULL)
        work->error = g_steal_pointer (&error);
      g_mutex_unlock (&work->lock);
    }
}

static void
append_row (ZxGeometryBuilder *builder, const ZxGeometry *polygons, gsize row)
{
  for (gsize part = polygons->part_first[row]; part < polygons->part_first[row + 1]; part++)
    {
      zx_geometry_builder_begin_part (builder, polygons->is_hole[part]);
      for (gsize k = polygons->point_first[part]; k < polygons->point_first[part + 1]; k++)
        zx_geometry_builder_point (builder, polygons->x[k], polygons->y[k]);
    }
  zx_geometry_builder_end_row (builder);
}

static void
join_areas (const SiteWork *work, guint n_sites, ZxGeometry *joined)
{
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  for (guint limit = 0; limit < ZX_N_SITE_LIMITS; limit++)
    for (guint i = 0; i < n_sites; i++)
      append_row (&builder, &work->areas[i], limit);
  zx_geometry_builder_finish (&builder, joined);
}

gboolean
zx_route_find_site_areas (ZxRoute *self, const ZxProgress *progress, GError **error)
{
  const ZxPlan *plan = self->plan;
  zx_geometry_clear (&self->site_areas);
  if (plan == NULL || plan->n_sites == 0 || self->graph == NULL)
    return TRUE;
  g_autofree double *x = g_new (double, plan->n_sites), *y = g_new (double, plan->n_sites);
  g_autofree ZxSnap *sites = g_new (ZxSnap, plan->n_sites);
  for (guint i = 0; i < plan->n_sites; i++)
    {
      x[i] = self->candidates->x_m[plan->site[i].candidate];
      y[i] = self->candidates->y_m[plan->site[i].candidate];
    }
  if (!zx_travel_snap (self->graph, x, y, plan->n_sites, INFINITY, sites, NULL, error))
    return FALSE;
  SiteWork work = { .route = self, .sites = sites };
  work.areas = g_new0 (ZxGeometry, plan->n_sites);
  g_mutex_init (&work.lock);
  gboolean is_done = zx_parallel_for (plan->n_sites, 1, outline_sites, &work, progress, error);
  if (work.error != NULL && is_done)
    g_propagate_error (error, g_steal_pointer (&work.error));
  else if (is_done)
    join_areas (&work, plan->n_sites, &self->site_areas);
  is_done = is_done && self->site_areas.kind == ZX_GEOMETRY_POLYGON;
  for (guint i = 0; i < plan->n_sites; i++)
    zx_geometry_clear (&work.areas[i]);
  g_free (work.areas);
  g_clear_error (&work.error);
  g_mutex_clear (&work.lock);
  return is_done;
}

ZxLayer *
zx_route_site_areas_layer (const ZxRoute *self)
{
  const guint n_sites = self->plan->n_sites;
  ZxLayer *layer = zx_layer_new ("service_areas", "", self->site_areas.n_rows);
  zx_geometry_copy (&layer->geometry, &self->site_areas);
  static const char *const names[] = { "rank", "minutes", "area_km2" };
  ZxColumn *column[G_N_ELEMENTS (names)];
  for (guint k = 0; k < G_N_ELEMENTS (names); k++)
    zx_layer_add_column (layer, names[k], ZX_COLUMN_NUMBER);
  for (guint k = 0; k < G_N_ELEMENTS (names); k++)
    column[k] = zx_layer_column (layer, names[k]);
  for (gsize row = 0; row < layer->n_rows; row++)
    {
      column[0]->number[row] = (double) (row % n_sites + 1);
      column[1]->number[row] = site_limits_s[row / n_sites] / 60;
      column[2]->number[row]
          = round (zx_geometry_area (&layer->geometry, row) / 1e4) / 100; /* to a hectare */
    }
  return layer;
}
