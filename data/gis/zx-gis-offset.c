/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The offsets of Chinese web maps (DOMAIN.md §2.2).  GCJ-02 itself is in data/base.
 *
 *   GCJ-02 → WGS-84   fixed point w ← w − (f(w) − g) from w = g: an error of 5 m after one step,
 *                     0.025 m after two, 2e-4 m after three, over all China
 *   GCJ-02 → BD-09    a turn and a stretch about the origin, then +0.0065°, +0.006°
 *   BD-09 → GCJ-02    Baidu's own approximate inverse: within 0.22 m
 *
 * Baidu's second offset has no box of its own; it is applied where GCJ-02's is, so that places
 * abroad stay what they are. */

#include "data/gis/zx-gis.h"

#define STEPS           3
#define WAVES           (G_PI * 3000 / 180)
#define BAIDU_EAST_DEG  0.0065
#define BAIDU_NORTH_DEG 0.006

static gboolean
is_offset (double lon_deg, double lat_deg)
{
  return lon_deg > 72.004 && lon_deg < 137.8347 && lat_deg > 0.8293 && lat_deg < 55.8271;
}

void
zx_gis_gcj02_from_wgs84 (double *lon_deg, double *lat_deg)
{
  zx_gcj02_from_wgs84 (lon_deg, lat_deg);
}

void
zx_gis_wgs84_from_gcj02 (double *lon_deg, double *lat_deg)
{
  double lon = *lon_deg, lat = *lat_deg;
  for (guint step = 0; step < STEPS; step++)
    {
      double there_lon = lon, there_lat = lat;
      zx_gcj02_from_wgs84 (&there_lon, &there_lat);
      lon -= there_lon - *lon_deg;
      lat -= there_lat - *lat_deg;
    }
  *lon_deg = lon;
  *lat_deg = lat;
}

void
zx_gis_bd09_from_gcj02 (double *lon_deg, double *lat_deg)
{
  double x = *lon_deg, y = *lat_deg;
  if (!is_offset (x, y))
    return;
  double radius = sqrt (x * x + y * y) + 0.00002 * sin (y * WAVES);
  double angle = atan2 (y, x) + 0.000003 * cos (x * WAVES);
  *lon_deg = radius * cos (angle) + BAIDU_EAST_DEG;
  *lat_deg = radius * sin (angle) + BAIDU_NORTH_DEG;
}

void
zx_gis_gcj02_from_bd09 (double *lon_deg, double *lat_deg)
{
  if (!is_offset (*lon_deg, *lat_deg))
    return;
  double x = *lon_deg - BAIDU_EAST_DEG, y = *lat_deg - BAIDU_NORTH_DEG;
  double radius = sqrt (x * x + y * y) - 0.00002 * sin (y * WAVES);
  double angle = atan2 (y, x) - 0.000003 * cos (x * WAVES);
  *lon_deg = radius * cos (angle);
  *lat_deg = radius * sin (angle);
}
