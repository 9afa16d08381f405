/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which coordinate system: from numbers alone, and for measuring.
 *
 * Guessing looks at the ranges that 95 % of the points keep to:
 *
 *   |x| <= 180, |y| <= 90              degrees
 *   x 25 … 46 million, y 1.9 … 6 m.    CGCS2000 3-degree Gauss–Krüger with zone number (4513 …
 * 4533) x 16.1 … 23.9 m., y 1.9 … 6 m.     the same in 6-degree zones (4491 … 4501); zones 13 … 15
 * look like Web Mercator in China, which is far more common |x|, |y| <= 20.04 m., one > 1 m.   Web
 * Mercator x 0.1 … 0.9 m., y 0 … 10 m.        Gauss–Krüger without zone number, UTM, national
 * grids: the central meridian is not in the numbers
 *
 * Wrong for feet of a state plane of some millions, which look like Web Mercator, and for degrees
 * of latitude first where both readings are places on Earth. */

#include "data/gis/zx-gis.h"

#define SAMPLE_POINTS   100000u
#define SHARE           0.95
#define MERCATOR_EDGE_M 20048966.2
#define WIDEST_ZONE_DEG 4.5

typedef struct
{
  gsize n;
  gsize n_degrees, n_swapped_degrees, n_tall; /* |x| <= 180, |y| <= 90; the reverse; |y| > 90 */
  gsize n_zone_3, n_swapped_zone_3, n_zone_6, n_swapped_zone_6, n_mercator, n_local, n_gauss;
  gsize n_whole, n_near_zero;
  double mean_x, mean_y, largest;
} Tally;

static gboolean
is_between (double value, double low, double high)
{
  return value >= low && value <= high;
}

static gboolean
is_gauss_north (double y)
{
  return is_between (y, 1.9e6, 6e6);
}

static gboolean
is_zone_east (double x, double first, double last)
{
  double within = fmod (x, 1e6); /* the zone's number stands before six digits of easting */
  return is_between (x, first * 1e6, (last + 1) * 1e6) && is_between (within, 1.4e5, 8.6e5);
}

static void
add_point (Tally *tally, double x, double y)
{
  double ax = fabs (x), ay = fabs (y), n = (double) ++tally->n;
  tally->mean_x += (x - tally->mean_x) / n;
  tally->mean_y += (y - tally->mean_y) / n;
  tally->largest = MAX (tally->largest, MAX (ax, ay));
  tally->n_degrees += ax <= 180 && ay <= 90;
  tally->n_swapped_degrees += ay <= 180 && ax <= 90;
  tally->n_tall += ay > 75;
  tally->n_zone_3 += is_zone_east (x, 25, 45) && is_gauss_north (y);
  tally->n_swapped_zone_3 += is_zone_east (y, 25, 45) && is_gauss_north (x);
  tally->n_zone_6 += is_zone_east (x, 16, 23) && is_gauss_north (y);
  tally->n_swapped_zone_6 += is_zone_east (y, 16, 23) && is_gauss_north (x);
  tally->n_mercator += ax <= MERCATOR_EDGE_M && ay <= MERCATOR_EDGE_M && MAX (ax, ay) > 1e6;
  tally->n_local += is_between (x, 1e5, 9e5) && is_between (y, 0, 1e7);
  tally->n_gauss += is_between (x, 1e5, 9e5) && is_gauss_north (y);
  tally->n_whole += x == floor (x) && y == floor (y);
  tally->n_near_zero += ax < 2 && ay < 2;
}

static Tally
count (const double *x, const double *y, gsize n)
{
  Tally tally = { 0 };
  gsize stride = n / SAMPLE_POINTS + 1;
  for (gsize i = 0; i < n; i += stride)
    if (isfinite (x[i]) && isfinite (y[i]) && !(x[i] == 0 && y[i] == 0))
      add_point (&tally, x[i], y[i]);
  return tally;
}

static gboolean
most (const Tally *tally, gsize n)
{
  return (double) n >= SHARE * (double) tally->n;
}

static char *
say (const char *code, const char *phrase, char **reason)
{
  if (reason != NULL)
    *reason = g_strdup (phrase);
  return g_strdup (code);
}

static char *
guess_degrees (const Tally *tally, char **reason, gboolean *is_swapped)
{
  if (tally->n >= 2 && tally->n_whole == tally->n)
    return say (NULL, N_ ("whole numbers: indices or a drawing, not places"), reason);
  if (most (tally, tally->n_near_zero))
    return say (NULL, N_ ("all values are near zero: a drawing, not places"), reason);
  /* Nobody charges a car above 75° of latitude. */
  gboolean is_tall = tally->n_tall * 2 > tally->n;
  if (is_tall && !most (tally, tally->n_swapped_degrees))
    return say (NULL, N_ ("latitudes beyond the poles"), reason);
  *is_swapped = is_tall;
  return say ("EPSG:4326",
              is_tall ? N_ ("degrees with latitude first")
                      : N_ ("values between -180 and 180 and between -90 and 90 are degrees"),
              reason);
}

static char *
guess_zone (double mean_east, guint first_zone, guint first_code, char **reason)
{
  guint zone = (guint) (mean_east / 1e6);
  char code[16];
  g_snprintf (code, sizeof code, "EPSG:%u", first_code + (zone - first_zone));
  return say (code,
              first_zone == 25 ? N_ ("CGCS2000 3-degree zones: the zone number leads the easting")
                               : N_ ("CGCS2000 6-degree zones: the zone number leads the easting"),
              reason);
}

char *
zx_gis_guess_crs (const double *x, const double *y, gsize n, char **reason, gboolean *is_swapped)
{
  gboolean ignored;
  is_swapped = is_swapped != NULL ? is_swapped : &ignored;
  *is_swapped = FALSE;
  Tally tally = count (x, y, n);
  if (tally.n == 0)
    return say (NULL, N_ ("there are no coordinates"), reason);
  if (most (&tally, tally.n_degrees) || most (&tally, tally.n_swapped_degrees))
    return guess_degrees (&tally, reason, is_swapped);
  if (most (&tally, tally.n_zone_3))
    return guess_zone (tally.mean_x, 25, 4513, reason);
  if (most (&tally, tally.n_zone_6))
    return guess_zone (tally.mean_x, 13, 4491, reason);
  *is_swapped = most (&tally, tally.n_swapped_zone_3) || most (&tally, tally.n_swapped_zone_6);
  if (most (&tally, tally.n_swapped_zone_3))
    return guess_zone (tally.mean_y, 25, 4513, reason);
  if (most (&tally, tally.n_swapped_zone_6))
    return guess_zone (tally.mean_y, 13, 4491, reason);
  if (most (&tally, tally.n_gauss))
    return say (NULL,
                N_ ("fits CGCS2000 Gauss–Krüger without zone number (EPSG:4534 to 4554) or UTM, "
                    "but the central meridian cannot be known from the numbers"),
                reason);
  if (most (&tally, tally.n_local))
    return say (NULL,
                N_ ("fits UTM and many national grids: the zone cannot be known from the numbers"),
                reason);
  if (most (&tally, tally.n_mercator))
    return say ("EPSG:3857",
                N_ ("values of millions of metres fit Web Mercator; feet of a state plane would "
                    "look the same"),
                reason);
  return say (NULL, N_ ("no usual coordinate system has such values"), reason);
}

/* ---- for measuring ------------------------------------------------------------------------ */

/* China's outline in degrees, to about half a degree on its outer side: enough to choose between
 * the national system and UTM.  Simplified from a public layer of prefectures. */
static const float mainland[][2] = {
  { 76, 40.9 },    { 79.7, 42.4 },  { 80.2, 43.4 },  { 79.6, 45.3 },  { 81.8, 45.8 },
  { 82.8, 47.7 },  { 85.1, 47.4 },  { 85.3, 48.7 },  { 86.8, 49.6 },  { 88, 49.7 },
  { 90.7, 48 },    { 91.6, 46.8 },  { 91.3, 45.7 },  { 95.6, 44.8 },  { 96.7, 43.2 },
  { 100.9, 43.2 }, { 105, 42.1 },   { 110.2, 43.3 }, { 111.2, 43.8 }, { 110.9, 44.5 },
  { 111.8, 45.6 }, { 113.5, 45.3 }, { 118.7, 47.2 }, { 115.8, 47.2 }, { 115, 48.3 },
  { 116.4, 50.3 }, { 118.6, 50.4 }, { 120.1, 52.2 }, { 119.6, 53 },   { 120.7, 53.8 },
  { 125.8, 53.5 }, { 128.1, 50.2 }, { 130.9, 49.3 }, { 131.3, 48.2 }, { 134.7, 48.8 },
  { 135.2, 48.4 }, { 133.5, 44.7 }, { 131.5, 44.6 }, { 131.7, 43.3 }, { 130.9, 42.1 },
  { 128.2, 40.9 }, { 126.9, 41.1 }, { 121.1, 38.2 }, { 123.2, 37.4 }, { 122.8, 36.5 },
  { 121.4, 36.3 }, { 119.9, 35 },   { 122.4, 31.9 }, { 122.1, 28 },   { 120.1, 25.9 },
  { 120, 25 },     { 116.8, 22.5 }, { 111, 20.9 },   { 111.5, 19.4 }, { 109.6, 17.6 },
  { 108.2, 18.4 }, { 109.3, 20.9 }, { 107.2, 21.1 }, { 105.3, 22.7 }, { 102.2, 21.9 },
  { 101.9, 20.6 }, { 98.8, 21.8 },  { 98.3, 23.5 },  { 97.1, 23.8 },  { 97.3, 25.3 },
  { 98.2, 26.1 },  { 97.7, 27.8 },  { 94.5, 28.7 },  { 92.2, 27.2 },  { 90, 27.7 },
  { 89, 26.8 },    { 88.5, 27.5 },  { 85.9, 27.4 },  { 81.9, 29.8 },  { 81, 29.5 },
  { 78.5, 30.9 },  { 77.9, 32.6 },  { 79.6, 35.3 },  { 75.9, 35.4 },  { 74.1, 36.8 },
  { 74.4, 38 },    { 73.1, 39.1 },  { 73.7, 40.5 },
};
static const float taiwan[][2]
    = { { 119.6, 22.8 }, { 120.6, 25.3 }, { 122.3, 25.5 }, { 121.2, 21.5 } };

static gboolean
is_inside (const float (*ring)[2], guint n, double lon, double lat)
{
  gboolean inside = FALSE;
  for (guint i = 0, j = n - 1; i < n; j = i++)
    {
      double x0 = ring[i][0], y0 = ring[i][1], x1 = ring[j][0], y1 = ring[j][1];
      if ((y0 > lat) != (y1 > lat) && lon < x0 + (lat - y0) / (y1 - y0) * (x1 - x0))
        inside = !inside;
    }
  return inside;
}

static gboolean
is_in_china (double lon_deg, double lat_deg)
{
  return is_inside (mainland, G_N_ELEMENTS (mainland), lon_deg, lat_deg)
         || is_inside (taiwan, G_N_ELEMENTS (taiwan), lon_deg, lat_deg);
}

static char *
equal_area (double lon_deg, double lat_deg)
{
  char lon[G_ASCII_DTOSTR_BUF_SIZE], lat[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_formatd (lon, sizeof lon, "%.1f", lon_deg);
  g_ascii_formatd (lat, sizeof lat, "%.1f", lat_deg);
  return g_strdup_printf (
      "+proj=laea +lat_0=%s +lon_0=%s +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs +type=crs", lat,
      lon);
}

char *
zx_gis_choose_crs (double min_lon_deg, double min_lat_deg, double max_lon_deg, double max_lat_deg)
{
  double lon = (min_lon_deg + max_lon_deg) / 2, lat = (min_lat_deg + max_lat_deg) / 2;
  if (!isfinite (lon) || !isfinite (lat) || fabs (lon) > 180 || fabs (lat) > 90)
    return NULL;
  if (max_lon_deg - min_lon_deg > WIDEST_ZONE_DEG || fabs (lat) > 84)
    return equal_area (lon, lat);
  if (is_in_china (lon, lat))
    {
      int zone = CLAMP ((int) floor ((lon - 75) / 3 + 0.5), 0, 20);
      return g_strdup_printf ("EPSG:%d", 4534 + zone);
    }
  int zone = CLAMP ((int) floor ((lon + 180) / 6) + 1, 1, 60);
  return g_strdup_printf ("EPSG:%d", (lat < 0 ? 32700 : 32600) + zone);
}
