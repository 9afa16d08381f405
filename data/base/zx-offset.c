/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The GCJ-02 offset that legal Chinese web maps and T/CEC exports carry: the published polynomial
 * with sines (DOMAIN.md §2.2), on its own ellipsoid a = 6378245 m, e² = 0.00669342162296594323.  It
 * is a reverse-engineered approximation of the official one and agrees with it to about a metre.
 * Outside the box 72.004–137.8347° E, 0.8293–55.8271° N there is no offset. */

#include "data/base/zx-base.h"

#define AXIS_M             6378245.0
#define ECCENTRICITY_2     0.00669342162296594323
#define DEGREES_PER_RADIAN (180 / G_PI)

/* Two sines of @t, times 2/3, as the formula groups them. */
static double
waves (double t, double a1, double w1, double a2, double w2)
{
  return (a1 * sin (w1 * t) + a2 * sin (w2 * t)) * 2 / 3;
}

void
zx_gcj02_from_wgs84 (double *lon_deg, double *lat_deg)
{
  double lon = *lon_deg, lat = *lat_deg;
  if (!(lon > 72.004 && lon < 137.8347 && lat > 0.8293 && lat < 55.8271))
    return;
  double x = lon - 105, y = lat - 35, root = sqrt (fabs (x));
  double quick = waves (x, 20, 6 * G_PI, 20, 2 * G_PI);
  double north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + quick
                   + waves (y, 20, G_PI, 40, G_PI / 3) + waves (y, 160, G_PI / 12, 320, G_PI / 30);
  double east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + quick
                  + waves (x, 20, G_PI, 40, G_PI / 3) + waves (x, 150, G_PI / 12, 300, G_PI / 30);
  double phi = lat / DEGREES_PER_RADIAN;
  double m = 1 - ECCENTRICITY_2 * sin (phi) * sin (phi);
  *lat_deg = lat + north_m * DEGREES_PER_RADIAN / (AXIS_M * (1 - ECCENTRICITY_2) / (m * sqrt (m)));
  *lon_deg = lon + east_m * DEGREES_PER_RADIAN / (AXIS_M / sqrt (m) * cos (phi));
}
