/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The area reached from a place, at the hour of the project or at another, for which the roads get
 * a graph of their own. */

#include "app/project/zx-route.h"

/* Fine enough for single streets, coarse enough for an outline that people can read. */
#define SERVICE_AREA_CELL_M 50
#define SNAP_LIMIT_M        2000

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
                    guint n_minutes, int hour, const ZxProgress *progress, GError **error)
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
  return zx_travel_service_area (graph, snap, limits, n_minutes, SERVICE_AREA_CELL_M,
                                 &layer->geometry, progress, error)
             ? g_steal_pointer (&layer)
             : NULL;
}

ZxLayer *
zx_route_service_area (ZxRoute *self, double lon_deg, double lat_deg, const double *minutes,
                       guint n_minutes, int hour, const ZxProgress *progress, GError **error)
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
  return service_area_layer (graph, &snap, minutes, n_minutes, hour, &outlining, error);
}
