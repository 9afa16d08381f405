/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/map/zx-plane.h"

#include <math.h>

#define WORLD_M   40075016.685578488 /* circumference of the Mercator sphere */
#define TILE_SIZE 256.0

void
zx_plane_to_location (const ZxPlane *plane, double x_m, double y_m, double *lat_deg,
                      double *lon_deg)
{
  double turn = 2 * G_PI / WORLD_M;
  *lon_deg = (x_m - plane->origin_x_m) * turn * 180 / G_PI;
  *lat_deg = atan (sinh ((y_m - plane->origin_y_m) * turn)) * 180 / G_PI;
}

void
zx_plane_from_location (const ZxPlane *plane, double lat_deg, double lon_deg, double *x_m,
                        double *y_m)
{
  double radius = WORLD_M / (2 * G_PI);
  *x_m = plane->origin_x_m + lon_deg * G_PI / 180 * radius;
  *y_m = plane->origin_y_m + asinh (tan (lat_deg * G_PI / 180)) * radius;
}

double
zx_plane_metres_per_unit (double zoom)
{
  return WORLD_M / (TILE_SIZE * exp2 (zoom));
}

double
zx_plane_zoom (double metres_per_unit)
{
  return log2 (WORLD_M / (TILE_SIZE * metres_per_unit));
}
