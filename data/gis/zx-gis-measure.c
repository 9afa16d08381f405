/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lengths and areas on the WGS-84 ellipsoid by geodesics (C. F. F. Karney, "Algorithms for
 * geodesics", 2013; PROJ's copy of them): exact to nanometres, at any distance.  GCJ-02 and BD-09
 * must be undone first; their shift bends lengths by up to one in a thousand. */

#include "data/gis/zx-gis.h"

#include <geodesic.h>

#define WGS84_A 6378137.0
#define WGS84_F (1 / 298.257223563)

void
zx_gis_measure (const double *lon_deg, const double *lat_deg, gsize n, double *length_m,
                double *area_m2)
{
  struct geod_geodesic earth;
  struct geod_polygon ring;
  double perimeter_m;
  *length_m = *area_m2 = 0;
  geod_init (&earth, WGS84_A, WGS84_F);
  geod_polygon_init (&ring, FALSE);
  for (gsize i = 0; i < n; i++)
    {
      double step_m = 0;
      geod_polygon_addpoint (&earth, &ring, lat_deg[i], lon_deg[i]);
      if (i > 0)
        geod_inverse (&earth, lat_deg[i - 1], lon_deg[i - 1], lat_deg[i], lon_deg[i], &step_m, NULL,
                      NULL);
      *length_m += step_m;
    }
  if (n < 3)
    return;
  geod_polygon_compute (&earth, &ring, FALSE, TRUE, area_m2, &perimeter_m);
  *area_m2 = fabs (*area_m2);
}
