/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The city's plane on libshumate's viewport.
 *
 * The viewport knows one projection, spherical Mercator, whose pixels are a fixed linear function
 * of Mercator metres.  We let it navigate our own plane: a place x metres east and y metres north
 * of the city's origin is handed over as the longitude and latitude whose Mercator metres are x
 * and y.  So at every zoom a pixel is the same number of ground metres everywhere, a map painted
 * in the city's metric system lies on the screen without rotation or stretching, pixel on pixel,
 * and a scale bar is true.  True longitude and latitude come from the project. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  double origin_x_m, origin_y_m;
} ZxPlane;

void zx_plane_to_location (const ZxPlane *plane, double x_m, double y_m, double *lat_deg,
                           double *lon_deg);
void zx_plane_from_location (const ZxPlane *plane, double lat_deg, double lon_deg, double *x_m,
                             double *y_m);
double zx_plane_metres_per_unit (double zoom);
double zx_plane_zoom (double metres_per_unit);

G_END_DECLS
