/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/gis/zx-gis.h"

#include "zx-test.h"

/* ---- offsets ------------------------------------------------------------------------------ */

/* Metres between two points a few kilometres apart, on a sphere of the Earth's mean radius. */
static double
distance_m (double lon_a, double lat_a, double lon_b, double lat_b)
{
  const double metres_per_degree = 6371008.8 * G_PI / 180;
  double east = (lon_b - lon_a) * cos ((lat_a + lat_b) / 2 * G_PI / 180);
  return hypot (east, lat_b - lat_a) * metres_per_degree;
}

/* DOMAIN.md §2.3: eviltransform's tests, reproduced to 15 digits. */
static void
test_gcj02_golden (void)
{
  static const double golden[][4] = {
    { 31.1774276, 121.5272106, 31.17530398364597, 121.531541859215 },
    { 22.543847, 113.912316, 22.540796131694766, 113.9171764808363 },
    { 39.911954, 116.377817, 39.91334545536069, 116.38404722455657 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (golden); i++)
    {
      double lat = golden[i][0], lon = golden[i][1];
      zx_gis_gcj02_from_wgs84 (&lon, &lat);
      g_assert_cmpfloat_with_epsilon (lat, golden[i][2], 1e-12);
      g_assert_cmpfloat_with_epsilon (lon, golden[i][3], 1e-12);
    }
}

/* DOMAIN.md §2.3: WGS lat, lon; GCJ-02; BD-09; metres between the first two. */
static void
test_offsets_of_four_cities (void)
{
  static const double golden[][7] = {
    { 36.675800, 117.000900, 36.676070, 117.006747, 36.682395, 117.013130, 522 },
    { 36.067100, 120.382600, 36.067376, 120.387733, 36.073417, 120.394213, 462 },
    { 37.463900, 121.447900, 37.464871, 121.453107, 37.471158, 121.459538, 472 },
    { 22.543100, 114.057900, 22.540383, 114.063014, 22.546042, 114.069564, 606 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (golden); i++)
    {
      double lat = golden[i][0], lon = golden[i][1];
      zx_gis_gcj02_from_wgs84 (&lon, &lat);
      g_assert_cmpfloat_with_epsilon (lat, golden[i][2], 5.1e-7);
      g_assert_cmpfloat_with_epsilon (lon, golden[i][3], 5.1e-7);
      g_assert_cmpfloat_with_epsilon (distance_m (golden[i][1], golden[i][0], lon, lat),
                                      golden[i][6], 1.5);
      zx_gis_bd09_from_gcj02 (&lon, &lat);
      g_assert_cmpfloat_with_epsilon (lat, golden[i][4], 5.1e-7);
      g_assert_cmpfloat_with_epsilon (lon, golden[i][5], 5.1e-7);
    }
}

static void
test_inverse_is_within_its_bound (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  double worst_gcj_m = 0, worst_bd_m = 0;
  for (guint i = 0; i < 20000; i++)
    {
      double lon = 73.5 + 61.5 * zx_rng_uniform (&rng), lat = 18 + 35.5 * zx_rng_uniform (&rng);
      double x = lon, y = lat;
      zx_gis_gcj02_from_wgs84 (&x, &y);
      double gcj_x = x, gcj_y = y;
      zx_gis_wgs84_from_gcj02 (&x, &y);
      worst_gcj_m = MAX (worst_gcj_m, distance_m (lon, lat, x, y));
      x = gcj_x;
      y = gcj_y;
      zx_gis_bd09_from_gcj02 (&x, &y);
      zx_gis_gcj02_from_bd09 (&x, &y);
      worst_bd_m = MAX (worst_bd_m, distance_m (gcj_x, gcj_y, x, y));
    }
  g_test_message ("worst: GCJ-02 %g m, BD-09 %g m", worst_gcj_m, worst_bd_m);
  g_assert_cmpfloat (worst_gcj_m, <, 2e-4);
  g_assert_cmpfloat (worst_bd_m, <, 0.23);
}

static void
test_offsets_leave_other_countries_alone (void)
{
  double lon = -46.6, lat = -23.5;
  zx_gis_gcj02_from_wgs84 (&lon, &lat);
  zx_gis_wgs84_from_gcj02 (&lon, &lat);
  zx_gis_bd09_from_gcj02 (&lon, &lat);
  zx_gis_gcj02_from_bd09 (&lon, &lat);
  g_assert_true (lon == -46.6 && lat == -23.5);
}

/* ---- transformations ---------------------------------------------------------------------- */

static void
assert_transforms (const char *from, const char *to, double x, double y, double to_x, double to_y,
                   double tolerance)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (zx_gis_transform (from, to, &x, &y, 1, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (x, to_x, tolerance);
  g_assert_cmpfloat_with_epsilon (y, to_y, tolerance);
}

/* DOMAIN.md §2.4, verified there with cs2cs. */
static void
test_transform_golden (void)
{
  assert_transforms ("EPSG:4326", "EPSG:4548", 117.0009, 36.6758, 500080.449, 4060533.007, 6e-4);
  assert_transforms ("EPSG:4326", "EPSG:3857", 117.0009, 36.6758, 13024480.610, 4394013.316, 6e-4);
  assert_transforms ("EPSG:4326", "EPSG:4549", 120.3826, 36.0671, 534467.459, 3993055.813, 6e-4);
  assert_transforms ("EPSG:4326", "EPSG:4547", 114.0579, 22.5431, 505955.846, 2493941.246, 6e-4);
  assert_transforms ("EPSG:4548", "EPSG:4326", 500080.449, 4060533.007, 117.0009, 36.6758, 1e-8);
}

static void
test_offset_systems_are_systems (void)
{
  assert_transforms ("GCJ-02", "EPSG:4548", 117.006747, 36.676070, 500080.449, 4060533.007, 0.1);
  assert_transforms ("BD-09", "EPSG:4548", 117.013130, 36.682395, 500080.449, 4060533.007, 0.4);
  assert_transforms ("EPSG:4548", "GCJ-02", 500080.449, 4060533.007, 117.006747, 36.676070, 1e-6);
  assert_transforms ("EPSG:4548", "BD-09", 500080.449, 4060533.007, 117.013130, 36.682395, 1e-6);
  assert_transforms ("GCJ-02", "GCJ-02", 117.1, 36.6, 117.1, 36.6, 1e-15);
}

/* 0.01° of longitude at Jinan is 893.88 m on the ground and 1113.20 m in Web Mercator. */
static void
test_a_hundredth_of_a_degree_in_metres (void)
{
  double x[2] = { 117.0009, 117.0109 }, y[2] = { 36.6758, 36.6758 };
  g_assert_true (zx_gis_transform ("EPSG:4326", "EPSG:4548", x, y, 2, NULL, NULL));
  g_assert_cmpfloat_with_epsilon (hypot (x[1] - x[0], y[1] - y[0]), 893.88, 0.01);
}

static void
test_same_bytes_on_any_threads (void)
{
  const gsize n = 50000;
  g_autofree double *x = g_new (double, n), *y = g_new (double, n);
  g_autofree double *u = g_new (double, n), *v = g_new (double, n);
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (gsize i = 0; i < n; i++)
    {
      x[i] = u[i] = 113 + zx_rng_uniform (&rng);
      y[i] = v[i] = 22 + zx_rng_uniform (&rng);
    }
  zx_parallel_set_threads (1);
  g_assert_true (zx_gis_transform ("GCJ-02", "EPSG:4547", x, y, n, NULL, NULL));
  zx_parallel_set_threads (4);
  g_assert_true (zx_gis_transform ("GCJ-02", "EPSG:4547", u, v, n, NULL, NULL));
  zx_parallel_set_threads (0);
  g_assert_cmpmem (x, n * sizeof (double), u, n * sizeof (double));
  g_assert_cmpmem (y, n * sizeof (double), v, n * sizeof (double));
}

/* Copies of one transformation work on the other threads, again and again. */
static void
test_one_for_many_layers (void)
{
  const gsize n = 30000;
  g_autoptr (ZxGisTransform) way = zx_gis_transform_new ("EPSG:4326", "EPSG:4548", NULL);
  g_autofree double *x = g_new (double, n), *y = g_new (double, n);
  g_autofree double *u = g_new (double, n), *v = g_new (double, n);
  ZxRng rng = zx_rng_new (zx_test_seed ());
  zx_parallel_set_threads (3);
  for (guint layer = 0; layer < 3; layer++)
    {
      for (gsize i = 0; i < n; i++)
        {
          x[i] = u[i] = 116 + zx_rng_uniform (&rng);
          y[i] = v[i] = 36 + zx_rng_uniform (&rng);
        }
      g_assert_true (zx_gis_transform_points (way, x, y, n, NULL, NULL));
      for (gsize i = 0; i < n; i++)
        g_assert_true (zx_gis_transform_point (way, &u[i], &v[i]));
      g_assert_cmpmem (x, n * sizeof (double), u, n * sizeof (double));
      g_assert_cmpmem (y, n * sizeof (double), v, n * sizeof (double));
    }
  zx_parallel_set_threads (0);
}

static void
test_impossible_points_become_nan (void)
{
  double x[4] = { NAN, 117, INFINITY, 117.0009 }, y[4] = { 36, 1e300, 3, 36.6758 };
  g_assert_true (zx_gis_transform ("EPSG:4326", "EPSG:4548", x, y, 4, NULL, NULL));
  for (guint i = 0; i < 3; i++)
    g_assert_true (isnan (x[i]) && isnan (y[i]));
  g_assert_cmpfloat_with_epsilon (x[3], 500080.449, 1e-3);
}

static void
test_unknown_system_is_one_sentence (void)
{
  g_autoptr (GError) error = NULL;
  double x = 1, y = 2;
  g_assert_false (zx_gis_transform ("EPSG:4326", "Mars 2000", &x, &y, 1, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "Mars 2000"));
}

static void
test_transform_can_be_cancelled (void)
{
  const gsize n = 100000;
  g_autofree double *x = g_new0 (double, n), *y = g_new0 (double, n);
  g_autoptr (GError) error = NULL;
  gint stop = 1;
  ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &stop);
  g_assert_false (zx_gis_transform ("EPSG:4326", "EPSG:4548", x, y, n, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
}

static void
test_one_long_lived_transform (void)
{
  g_autoptr (ZxGisTransform) there = zx_gis_transform_new ("EPSG:4326", "EPSG:4548", NULL);
  g_autoptr (ZxGisTransform) back = zx_gis_transform_new ("EPSG:4548", "EPSG:4326", NULL);
  double x = 117.3, y = 36.2;
  g_assert_true (zx_gis_transform_point (there, &x, &y));
  g_assert_true (zx_gis_transform_point (back, &x, &y));
  g_assert_cmpfloat_with_epsilon (x, 117.3, 1e-10);
  g_assert_cmpfloat_with_epsilon (y, 36.2, 1e-10);
  x = NAN;
  g_assert_false (zx_gis_transform_point (there, &x, &y));
}

/* ---- guessing ----------------------------------------------------------------------------- */

static void
assert_guess (const double *x, const double *y, gsize n, const char *code, gboolean is_swapped,
              const char *word)
{
  g_autofree char *reason = NULL;
  gboolean swapped = !is_swapped;
  g_autofree char *guess = zx_gis_guess_crs (x, y, n, &reason, &swapped);
  g_assert_cmpstr (guess, ==, code);
  g_assert_cmpint (swapped, ==, is_swapped);
  g_assert_nonnull (reason);
  if (strstr (reason, word) == NULL)
    g_error ("“%s” does not say “%s”", reason, word);
}

static void
test_guesses (void)
{
  const double lon[] = { 117.0, 117.5, NAN, 0 }, lat[] = { 36.5, 36.7, 3, 0 };
  assert_guess (lon, lat, 4, "EPSG:4326", FALSE, "degrees");
  assert_guess (lat, lon, 4, "EPSG:4326", TRUE, "latitude first");
  const double west[] = { 43.8, 43.9, 44.0 }, urumqi[] = { 87.6, 87.5, 87.7 };
  assert_guess (west, urumqi, 3, "EPSG:4326", TRUE, "latitude first");
  const double mercator_x[] = { 13024480.6 }, mercator_y[] = { 4394013.3 };
  assert_guess (mercator_x, mercator_y, 1, "EPSG:3857", FALSE, "Web Mercator");
  const double zone_39[] = { 39500080.4, 39512000.9 }, north[] = { 4060533.0, 4062533.0 };
  assert_guess (zone_39, north, 2, "EPSG:4527", FALSE, "zone number");
  assert_guess (north, zone_39, 2, "EPSG:4527", TRUE, "zone number");
  const double zone_20[] = { 20500080.4, 20512000.9 };
  assert_guess (zone_20, north, 2, "EPSG:4498", FALSE, "6-degree");
  const double east[] = { 500080.4, 534467.5 };
  assert_guess (east, north, 2, NULL, FALSE, "central meridian");
  const double utm_x[] = { 332100.2, 331800.7 }, utm_y[] = { 7394500.1, 7395500.9 };
  assert_guess (utm_x, utm_y, 2, NULL, FALSE, "UTM");
  const double drawn_x[] = { 0, 1, 2, 700 }, drawn_y[] = { 0, 1, 1, 900 };
  assert_guess (drawn_x, drawn_y, 3, NULL, FALSE, "drawing");
  const double far_x[] = { 1e12 }, far_y[] = { 2e12 };
  assert_guess (far_x, far_y, 1, NULL, FALSE, "no usual");
  assert_guess (lon, lat, 0, NULL, FALSE, "no coordinates");
}

static void
assert_choice (double lon, double lat, const char *code)
{
  g_autofree char *choice = zx_gis_choose_crs (lon - 0.3, lat - 0.3, lon + 0.3, lat + 0.3);
  g_assert_cmpstr (choice, ==, code);
}

static void
test_choices (void)
{
  assert_choice (117.0009, 36.6758, "EPSG:4548"); /* Jinan */
  assert_choice (120.3826, 36.0671, "EPSG:4549"); /* Qingdao */
  assert_choice (122.12, 37.51, "EPSG:4550");     /* Weihai */
  assert_choice (114.0579, 22.5431, "EPSG:4547"); /* Shenzhen */
  assert_choice (75.99, 39.47, "EPSG:4534");      /* Kashgar */
  assert_choice (-46.63, -23.55, "EPSG:32723");   /* São Paulo */
  assert_choice (-8.6, 41.15, "EPSG:32629");      /* Porto */
  assert_choice (126.98, 37.57, "EPSG:32652");    /* Seoul is not China */
  assert_choice (139.7, 35.7, "EPSG:32654");
  g_autofree char *wide = zx_gis_choose_crs (114.8, 34.4, 122.7, 38.4);
  g_assert_true (g_str_has_prefix (wide, "+proj=laea +lat_0=36.4 +lon_0=118.8"));
  g_assert_null (zx_gis_choose_crs (NAN, 1, 2, 3));
}

/* What is chosen can be used, and measures within 300 ppm anywhere in its area. */
static void
test_choices_measure_true (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint i = 0; i < 40; i++)
    {
      double lon = -179 + 358 * zx_rng_uniform (&rng), lat = -75 + 150 * zx_rng_uniform (&rng);
      g_autofree char *crs = zx_gis_choose_crs (lon - 0.2, lat - 0.2, lon + 0.2, lat + 0.2);
      double x[2] = { lon, lon + 1e-3 }, y[2] = { lat, lat + 1e-3 };
      g_assert_true (zx_gis_transform ("EPSG:4326", crs, x, y, 2, NULL, NULL));
      /* Radii of curvature of WGS 84 at that latitude. */
      const double a = 6378137, e2 = 0.00669437999014;
      double phi = (lat + 5e-4) * G_PI / 180, w2 = 1 - e2 * sin (phi) * sin (phi);
      double north_m = a * (1 - e2) / (w2 * sqrt (w2)) * 1e-3 * G_PI / 180;
      double east_m = a / sqrt (w2) * cos (phi) * 1e-3 * G_PI / 180;
      double true_m = hypot (north_m, east_m);
      g_assert_cmpfloat (fabs (hypot (x[1] - x[0], y[1] - y[0]) / true_m - 1), <, 1e-3);
    }
}

/* ---- the shift between two data sets ------------------------------------------------------- */

typedef struct
{
  double *lon, *lat;
  gsize n;
} Points;

static Points
random_city (guint64 seed, gsize n, double noise_deg)
{
  Points points = { g_new (double, n), g_new (double, n), n };
  ZxRng places = zx_rng_new (seed), noise = zx_rng_new (seed + 99);
  for (gsize i = 0; i < n; i++)
    {
      points.lon[i] = 117.0 + 0.2 * zx_rng_uniform (&places) + noise_deg * zx_rng_normal (&noise);
      points.lat[i] = 36.6 + 0.2 * zx_rng_uniform (&places) + noise_deg * zx_rng_normal (&noise);
    }
  return points;
}

static void
clear_points (Points *points)
{
  g_free (points->lon);
  g_free (points->lat);
}

static int
shift_of (const Points *points, const Points *reference)
{
  double before, after;
  gint64 start = g_get_monotonic_time ();
  int shift = zx_gis_datum_shift (points->lon, points->lat, points->n, reference->lon,
                                  reference->lat, reference->n, &before, &after, NULL);
  double seconds = (double) (g_get_monotonic_time () - start) / 1e6;
  g_test_message ("shift %d: median %.1f m before, %.1f m after, %.2f s", shift, before, after,
                  seconds);
  return shift;
}

static void
test_shift_of_a_made_city (void)
{
  Points wgs = random_city (1, 2000, 0), near = random_city (1, 2000, 2e-4);
  g_assert_cmpint (shift_of (&near, &wgs), ==, 0);
  for (gsize i = 0; i < near.n; i++)
    zx_gis_gcj02_from_wgs84 (&near.lon[i], &near.lat[i]);
  g_assert_cmpint (shift_of (&near, &wgs), ==, 1);
  g_assert_cmpint (shift_of (&wgs, &near), ==, -1);
  Points few = { near.lon, near.lat, 20 };
  g_assert_cmpint (shift_of (&few, &wgs), ==, 0);
  clear_points (&wgs);
  clear_points (&near);
}

static void
test_no_shift_between_strangers (void)
{
  for (guint64 seed = 10; seed < 20; seed++)
    {
      Points a = random_city (seed, 1500, 0), b = random_city (seed + 100, 6000, 0);
      g_assert_cmpint (shift_of (&a, &b), ==, 0);
      clear_points (&a);
      clear_points (&b);
    }
}

static gboolean
load_points (const char *relative, const char *x_column, const char *y_column, Points *points)
{
  g_autofree char *path = zx_test_shared (relative);
  if (path == NULL)
    return FALSE;
  ZxGisReadOptions options = { NULL, NULL, x_column, y_column };
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxLayer) layer = zx_gis_read (path, NULL, &options, NULL, NULL, &error);
  g_assert_no_error (error);
  points->n = layer->geometry.n_points;
  points->lon = g_memdup2 (layer->geometry.x, points->n * sizeof (double));
  points->lat = g_memdup2 (layer->geometry.y, points->n * sizeof (double));
  return TRUE;
}

static void
assert_shift_of_files (const char *points_file, const char *points_x, const char *points_y,
                       const char *reference_file, const char *reference_x, const char *reference_y,
                       int expected)
{
  Points points = { NULL, NULL, 0 }, reference = { NULL, NULL, 0 };
  if (load_points (points_file, points_x, points_y, &points)
      && load_points (reference_file, reference_x, reference_y, &reference))
    {
      g_test_message ("%s against %s", points_file, reference_file);
      g_assert_cmpint (shift_of (&points, &reference), ==, expected);
      g_assert_cmpint (shift_of (&reference, &points), ==, -expected);
    }
  clear_points (&points);
  clear_points (&reference);
}

/* data/README: measured there on a lattice of its own; UrbanEV's readme says the same. */
static void
test_shift_of_real_data (void)
{
  const char *poi = "data/charging/charged_szh/poi.csv";
  assert_shift_of_files ("data/charging/st_evcdp/stations.csv", "longitude", "latitude", poi,
                         "longitude", "latitude", 1);
  assert_shift_of_files ("data/charging/charged_szh/stations.csv", "longitude", "latitude", poi,
                         "longitude", "latitude", 1);
  assert_shift_of_files ("data/charging/urbanev/inf.csv", "longitude", "latitude", poi, "longitude",
                         "latitude", 1);
  assert_shift_of_files ("data/charging/st_evcdp/stations.csv", "longitude", "latitude",
                         "data/charging/charged_szh/stations.csv", "longitude", "latitude", 0);
  assert_shift_of_files ("data/charging/charged_spo/stations.csv", "longitude", "latitude",
                         "data/charging/charged_spo/poi.csv", "longitude", "latitude", 0);
  assert_shift_of_files ("data/base/china/geomapdata_cn/shenzhen_440300.json", NULL, NULL,
                         "data/base/china/shenzhen_sz/sz.shp", NULL, NULL, 1);
}

/* ---- measuring ---------------------------------------------------------------------------- */

/* GeographicLib's documentation (C. F. F. Karney): Wellington to Salamanca, and Antarctica. */
static void
test_measure_golden (void)
{
  const double lon[] = { 174.81, -5.50 }, lat[] = { -41.32, 40.96 };
  static const double antarctica[][2]
      = { { -63.1, -58 },  { -72.9, -74 }, { -71.9, -102 }, { -74.9, -102 }, { -74.3, -131 },
          { -77.5, -163 }, { -77.4, 163 }, { -71.7, 172 },  { -65.9, 140 },  { -65.7, 113 },
          { -66.6, 88 },   { -66.9, 59 },  { -69.8, 25 },   { -70.0, -4 },   { -71.0, -14 },
          { -77.3, -33 },  { -77.9, -46 }, { -74.7, -61 },  { -63.1, -58 } };
  double ring_lon[G_N_ELEMENTS (antarctica)], ring_lat[G_N_ELEMENTS (antarctica)], length_m,
      area_m2;
  zx_gis_measure (lon, lat, 2, &length_m, &area_m2);
  g_assert_cmpfloat_with_epsilon (length_m, 19959679.267, 1e-3);
  g_assert_cmpfloat (area_m2, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (antarctica); i++)
    {
      ring_lat[i] = antarctica[i][0];
      ring_lon[i] = antarctica[i][1];
    }
  zx_gis_measure (ring_lon, ring_lat, G_N_ELEMENTS (antarctica), &length_m, &area_m2);
  g_assert_cmpfloat_with_epsilon (length_m, 16831067.893, 1e-3);
  g_assert_cmpfloat_with_epsilon (area_m2, 13662703680020.1, 1);
  zx_gis_measure (lon, lat, 1, &length_m, &area_m2);
  g_assert_cmpfloat (length_m, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gis/offset/gcj02-gives-published-values", test_gcj02_golden);
  g_test_add_func ("/gis/offset/four-cities-in-three-systems", test_offsets_of_four_cities);
  g_test_add_func ("/gis/offset/inverse-is-within-its-bound", test_inverse_is_within_its_bound);
  g_test_add_func ("/gis/offset/other-countries-stay", test_offsets_leave_other_countries_alone);
  g_test_add_func ("/gis/transform/gives-verified-values", test_transform_golden);
  g_test_add_func ("/gis/transform/knows-gcj02-and-bd09", test_offset_systems_are_systems);
  g_test_add_func ("/gis/transform/measures-true-metres", test_a_hundredth_of_a_degree_in_metres);
  g_test_add_func ("/gis/transform/same-bytes-on-any-threads", test_same_bytes_on_any_threads);
  g_test_add_func ("/gis/transform/one-for-many-layers", test_one_for_many_layers);
  g_test_add_func ("/gis/transform/impossible-points-become-nan",
                   test_impossible_points_become_nan);
  g_test_add_func ("/gis/transform/unknown-system-is-one-sentence",
                   test_unknown_system_is_one_sentence);
  g_test_add_func ("/gis/transform/can-be-cancelled", test_transform_can_be_cancelled);
  g_test_add_func ("/gis/transform/one-for-many-single-points", test_one_long_lived_transform);
  g_test_add_func ("/gis/crs/guesses-from-numbers", test_guesses);
  g_test_add_func ("/gis/crs/chooses-a-metric-system", test_choices);
  g_test_add_func ("/gis/crs/what-is-chosen-measures-true", test_choices_measure_true);
  g_test_add_func ("/gis/datum/finds-the-shift-of-a-made-city", test_shift_of_a_made_city);
  g_test_add_func ("/gis/datum/strangers-have-no-shift", test_no_shift_between_strangers);
  g_test_add_func ("/gis/datum/real-stations-against-real-places", test_shift_of_real_data);
  g_test_add_func ("/gis/crs/lengths-and-areas-are-geodesic", test_measure_golden);
  return g_test_run ();
}
