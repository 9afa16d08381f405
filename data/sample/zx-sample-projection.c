/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Inverse transverse Mercator on GRS80 by Krüger's series to the fourth power of the third
 * flattening (Krüger 1912; Karney 2011 gives its error: below 10 nm within 10° of the meridian),
 * central meridian 120° E, false easting 500 km, scale 1: EPSG:4549. */

#include "data/sample/zx-sample-private.h"

#define AXIS_M         6378137.0
#define FLATTENING     (1 / 298.257222101)
#define N1             (FLATTENING / (2 - FLATTENING))
#define N2             (N1 * N1)
#define N3             (N2 * N1)
#define N4             (N3 * N1)
#define MERIDIAN_DEG   120.0
#define FALSE_EASTING  500000.0
#define RADIUS_M       (AXIS_M / (1 + N1) * (1 + N2 / 4 + N4 / 64))
#define DEG_PER_RADIAN (180 / G_PI)

static const double to_conformal[] = {
  N1 / 2 - 2 * N2 / 3 + 37 * N3 / 96 - N4 / 360,
  N2 / 48 + N3 / 15 - 437 * N4 / 1440,
  17 * N3 / 480 - 37 * N4 / 840,
  4397 * N4 / 161280,
};

static const double to_geodetic[] = {
  2 * N1 - 2 * N2 / 3 - 2 * N3 + 116 * N4 / 45,
  7 * N2 / 3 - 8 * N3 / 5 - 227 * N4 / 45,
  56 * N3 / 15 - 136 * N4 / 35,
  4279 * N4 / 630,
};

void
zx_sample_lonlat (double easting_m, double northing_m, double *lon_deg, double *lat_deg)
{
  double xi = northing_m / RADIUS_M, eta = (easting_m - FALSE_EASTING) / RADIUS_M;
  double xi_sphere = xi, eta_sphere = eta;
  for (guint j = 0; j < G_N_ELEMENTS (to_conformal); j++)
    {
      double k = 2.0 * (j + 1);
      xi_sphere -= to_conformal[j] * sin (k * xi) * cosh (k * eta);
      eta_sphere -= to_conformal[j] * cos (k * xi) * sinh (k * eta);
    }
  double chi = asin (sin (xi_sphere) / cosh (eta_sphere)), phi = chi;
  for (guint j = 0; j < G_N_ELEMENTS (to_geodetic); j++)
    phi += to_geodetic[j] * sin (2.0 * (j + 1) * chi);
  *lat_deg = phi * DEG_PER_RADIAN;
  *lon_deg = MERIDIAN_DEG + atan2 (sinh (eta_sphere), cos (xi_sphere)) * DEG_PER_RADIAN;
}
