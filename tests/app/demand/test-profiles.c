/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/demand/zx-demand.h"

#include "tests/zx-test.h"

#define MONDAY (4 * 86400.0) /* 1970-01-05 */

/* ---- a city by hand ----------------------------------------------------------------------- */

/* Two districts of 10 km by 10 km beside each other, and one station in each. */
static ZxCity *
city_new (gboolean with_districts)
{
  ZxCity *city = zx_city_new ();
  city->min_x_m = city->min_y_m = 0;
  city->max_x_m = 20000;
  city->max_y_m = 10000;
  g_assert_true (zx_stations_alloc (&city->stations, 2, NULL));
  city->stations.x_m[0] = 3000;
  city->stations.x_m[1] = 17000;
  city->stations.y_m[0] = city->stations.y_m[1] = 5000;
  city->stations.n_dc[0] = 4;
  city->stations.n_ac[1] = 2;
  city->stations.rated_kw[0] = 480;
  city->stations.rated_kw[1] = 14;
  city->stations.kwh_per_day[0] = 1152; /* a tenth of 480 kW around the clock */
  city->stations.kwh_per_day[1] = 84;   /* a quarter of 14 kW */
  city->stations.operator_name[0] = zx_pool_add (city->pool, "Ada");
  if (!with_districts)
    return city;
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  g_assert_true (zx_areas_alloc (&city->areas, 2, NULL));
  for (guint i = 0; i < 2; i++)
    {
      double x0 = 10000.0 * i, x1 = x0 + 10000;
      city->areas.kind[i] = ZX_AREA_DISTRICT;
      city->areas.name[i] = zx_pool_add (city->pool, i == 0 ? "West" : "East");
      zx_geometry_builder_begin_part (&builder, FALSE);
      zx_geometry_builder_point (&builder, x0, 0);
      zx_geometry_builder_point (&builder, x1, 0);
      zx_geometry_builder_point (&builder, x1, 10000);
      zx_geometry_builder_point (&builder, x0, 10000);
      zx_geometry_builder_point (&builder, x0, 0);
      zx_geometry_builder_end_row (&builder);
    }
  zx_geometry_builder_finish (&builder, &city->areas.polygons);
  return city;
}

static ZxProfiles *
profiles_of (ZxCity *city)
{
  g_autoptr (GError) error = NULL;
  if (!city->is_sealed)
    g_assert_true (zx_city_seal (city, &error));
  ZxProfiles *profiles = zx_demand_profiles (city, NULL, &error);
  g_assert_no_error (error);
  return profiles;
}

static void
test_areas_by_hand (void)
{
  g_autoptr (ZxCity) city = city_new (TRUE);
  g_assert_true (zx_usage_alloc (&city->usage, 2, 0, NULL));
  for (guint bin = 0; bin < 48; bin++)
    city->usage.kwh[bin] = bin == 20 ? 100 : 50;
  g_autoptr (ZxProfiles) profiles = profiles_of (city);
  g_assert_cmpuint (profiles->n_areas, ==, 3);
  g_assert_cmpstr (profiles->area[0].name, ==, "West");
  g_assert_false (profiles->area[0].is_ours);
  g_assert_cmpuint (profiles->area[0].n_connectors, ==, 4);
  g_assert_cmpfloat_with_epsilon (profiles->area[0].utilisation, 0.1, 1e-6);
  g_assert_cmpfloat_with_epsilon (profiles->area[1].utilisation, 0.25, 1e-6);
  g_assert_cmpfloat (profiles->area[0].usage_kwh[20], ==, 100);
  g_assert_true (isnan (profiles->area[1].usage_kwh[20])); /* no history by the hour */
  g_assert_cmpuint (profiles->area[2].n_stations, ==, 0);  /* elsewhere */
  g_assert_true (isnan (profiles->area[2].kwh_per_day));
}

static void
test_piles_by_hand (void)
{
  g_autoptr (ZxCity) city = city_new (TRUE);
  g_autoptr (ZxProfiles) profiles = profiles_of (city);
  g_assert_cmpuint (profiles->n_piles, ==, 4); /* two kinds, an operator, and the unknown one */
  g_assert_cmpstr (profiles->pile[0].name, ==, "AC, up to 7 kW");
  g_assert_cmpfloat_with_epsilon (profiles->pile[0].kwh_per_connector_day, 42, 1e-6);
  g_assert_cmpstr (profiles->pile[1].name, ==, "DC, 120 kW and more");
  g_assert_cmpfloat_with_epsilon (profiles->pile[1].utilisation, 0.1, 1e-6);
  g_assert_cmpuint (profiles->pile[1].peak_hour, ==, 24);
  g_assert_true (profiles->pile[2].is_operator);
  g_assert_cmpstr (profiles->pile[2].name, ==, "Ada");
}

/* ---- users -------------------------------------------------------------------------------- */

static void
test_kinds_of_charging_by_hand (void)
{
  static const struct
  {
    double start_h, kwh, hours, stay;
    guint kind;
    guint32 user;
  } cases[] = {
    { 20, 30, 4, 11, 0, 1 },        /* from eight in the evening over the night */
    { 1, 30, 5, 6, 0, 1 },          /* begins after midnight, spans three */
    { 3.5, 30, 5, 6, 4, 1 },        /* begins after three: by day */
    { 8, 20, 3, 9, 1, 1 },          /* at work on a Monday */
    { 5 * 24 + 8, 20, 3, 9, 4, 2 }, /* the same on a Saturday */
    { 12, 40, 0.8, 0.9, 2, 2 },     /* 50 kW */
    { 12, 8, 1.2, 1.5, 3, 3 },      /* beside an errand */
    { 13, 9, 2, 3, 4, 0 },          { 14, 5, NAN, NAN, 5, 0 }, /* no length: of no kind */
  };
  g_autoptr (ZxCity) city = city_new (TRUE);
  g_assert_true (zx_sessions_alloc (&city->sessions, G_N_ELEMENTS (cases), NULL));
  gsize expected[5] = { 0 };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      city->sessions.station[i] = i % 2;
      city->sessions.start[i] = MONDAY + cases[i].start_h * 3600;
      city->sessions.kwh[i] = (float) cases[i].kwh;
      city->sessions.hours[i] = (float) cases[i].hours;
      city->sessions.stay_hours[i] = (float) cases[i].stay;
      city->sessions.user[i] = cases[i].user;
      if (cases[i].kind < 5)
        expected[cases[i].kind]++;
    }
  g_autoptr (ZxProfiles) profiles = profiles_of (city);
  g_assert_cmpuint (profiles->n_users, ==, 9);
  for (guint kind = 0; kind < 5; kind++)
    g_assert_cmpuint (profiles->user[kind].n_sessions, ==, expected[kind]);
  g_assert_cmpuint (profiles->n_without_stay, ==, 1);
  /* Four, two and one charges in a month. */
  g_assert_cmpuint (profiles->user[6].n_users, ==, 1);
  g_assert_cmpuint (profiles->user[7].n_users, ==, 1);
  g_assert_cmpuint (profiles->user[8].n_users, ==, 1);
  g_assert_cmpfloat_with_epsilon (profiles->user[2].mean_kw, 50, 1e-4);
  g_assert_cmpfloat_with_epsilon (profiles->user[4].median_stay_h, 6, 1e-6);
  g_assert_cmpuint (profiles->area[0].n_sessions + profiles->area[1].n_sessions, ==,
                    G_N_ELEMENTS (cases));
}

/* Two kinds of as many connectors, 3 and 1 sessions of 4 stations: with a = 2 the posterior is
 * Beta (1 + 3, 1 + 1), of mean 2/3, and P (p > ½) = 1 - I_½ (4, 2) = 13/16. */
static void
test_busiest_kind_by_hand (void)
{
  const double sessions[] = { 300, 100 }, connectors[] = { 10, 10 }, none[] = { 0, 0 };
  ZxPileType type[2];
  zx_demand_pile_types (sessions, connectors, 2, 4, 1, type);
  g_assert_cmpfloat (fabs (type[0].share - 2.0 / 3), <, 1e-12);
  g_assert_cmpfloat (fabs (type[0].relative_use - 4.0 / 3), <, 1e-12);
  /* 4000 draws: a standard error of 0.0062 */
  g_assert_cmpfloat (fabs (type[0].p_best - 13.0 / 16), <, 0.025);
  g_assert_cmpfloat (fabs (type[0].p_best + type[1].p_best - 1), <, 1e-9);
  /* more stations, less doubt; more connectors of the first, no more use of each */
  const double many[] = { 30, 10 };
  zx_demand_pile_types (sessions, connectors, 2, 400, 1, type);
  g_assert_cmpfloat (type[0].p_best, >, 0.999);
  zx_demand_pile_types (sessions, many, 2, 400, 1, type);
  g_assert_cmpfloat (fabs (type[0].relative_use - 1), <, 1e-12);
  zx_demand_pile_types (none, connectors, 2, 0, 1, type);
  g_assert_true (isnan (type[0].share));
}

static void
test_without_sessions_there_are_no_users (void)
{
  g_autoptr (ZxCity) city = city_new (TRUE);
  g_autoptr (ZxProfiles) profiles = profiles_of (city);
  g_assert_false (profiles->has_sessions);
  g_assert_cmpuint (profiles->n_users, ==, 0);
}

/* ---- vehicles ----------------------------------------------------------------------------- */

/* Districts whose common border is a jagged line, and points everywhere. */
static ZxCity *
jagged_city (gsize n, ZxRng *rng)
{
  ZxCity *city = city_new (TRUE);
  ZxGeometryBuilder builder;
  double border[41];
  zx_geometry_clear (&city->areas.polygons);
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  for (guint i = 0; i <= 40; i++)
    border[i] = 10000 + 3000 * (zx_rng_uniform (rng) - 0.5);
  for (guint side = 0; side < 2; side++)
    {
      double edge = side == 0 ? 0 : 20000;
      zx_geometry_builder_begin_part (&builder, FALSE);
      for (guint i = 0; i <= 40; i++)
        zx_geometry_builder_point (&builder, border[i], 250.0 * i);
      zx_geometry_builder_point (&builder, edge, 10000);
      zx_geometry_builder_point (&builder, edge, 0);
      zx_geometry_builder_point (&builder, border[0], 0);
      zx_geometry_builder_end_row (&builder);
    }
  zx_geometry_builder_finish (&builder, &city->areas.polygons);
  g_assert_true (zx_fleet_alloc (&city->fleet, n, TRUE, NULL));
  city->fleet.measure = ZX_FLEET_VEHICLE_HOURS;
  city->fleet.observed_days = 7;
  for (gsize i = 0; i < n; i++)
    {
      city->fleet.dx_m[i] = (float) (22000 * zx_rng_uniform (rng) - 1000);
      city->fleet.dy_m[i] = (float) (12000 * zx_rng_uniform (rng) - 1000);
      city->fleet.weight[i] = (float) zx_rng_uniform (rng);
      city->fleet.time_bin[i] = (guint8) zx_rng_below (rng, 48);
    }
  return city;
}

static void
test_every_position_is_in_its_district (void)
{
  guint64 seed = zx_test_seed ();
  ZxRng rng = zx_rng_new (seed);
  g_autoptr (ZxCity) city = jagged_city (40000, &rng);
  g_autoptr (ZxProfiles) profiles = profiles_of (city);
  double naive[3] = { 0 }, all = 0;
  for (gsize i = 0; i < city->fleet.n; i++)
    {
      int area = zx_city_area_at (city, ZX_AREA_DISTRICT, city->fleet.dx_m[i], city->fleet.dy_m[i]);
      naive[area >= 0 ? area : 2] += city->fleet.weight[i];
      all += city->fleet.weight[i];
    }
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpfloat_with_epsilon (profiles->area[i].vehicles_per_day, naive[i] / 7, 1e-6 * all);
      double sum[2] = { 0 };
      for (guint bin = 0; bin < 48; bin++)
        sum[bin / 24] += profiles->area[i].presence_share[bin];
      g_assert_cmpfloat_with_epsilon (sum[0], 1, 1e-9);
      g_assert_cmpfloat_with_epsilon (sum[1], 1, 1e-9);
    }
}

static void
test_threads_do_not_show (void)
{
  ZxRng rng = zx_rng_new (7);
  g_autoptr (ZxCity) city = jagged_city (30000, &rng);
  guint before = zx_parallel_threads ();
  g_autoptr (ZxProfiles) many = profiles_of (city);
  zx_parallel_set_threads (1);
  g_autoptr (ZxProfiles) one = profiles_of (city);
  zx_parallel_set_threads (before);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpmem (many->area[i].presence_share, 48 * sizeof (double),
                     one->area[i].presence_share, 48 * sizeof (double));
}

static void
test_without_districts_sectors_are_used (void)
{
  g_autoptr (ZxCity) city = city_new (FALSE);
  g_autoptr (ZxProfiles) profiles = profiles_of (city);
  g_assert_true (profiles->has_sectors);
  g_assert_cmpuint (profiles->n_areas, ==, 10);
  for (guint i = 0; i < 10; i++)
    {
      gboolean is_side = strcmp (profiles->area[i].name, "West") == 0
                         || strcmp (profiles->area[i].name, "East") == 0;
      g_assert_cmpuint (profiles->area[i].n_stations, ==, is_side ? 1 : 0);
    }
}

static void
test_stopped (void)
{
  ZxRng rng = zx_rng_new (3);
  g_autoptr (ZxCity) city = jagged_city (1000, &rng);
  g_autoptr (GError) error = NULL;
  gint stop = 1;
  ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &stop);
  g_assert_null (zx_demand_profiles (city, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
}

static void
test_odd_places_do_no_harm (void)
{
  g_autoptr (ZxCity) city = city_new (TRUE);
  static const float places[] = { NAN, INFINITY, -INFINITY, 1e30f, -1e30f, 0 };
  g_assert_true (zx_fleet_alloc (&city->fleet, G_N_ELEMENTS (places), FALSE, NULL));
  city->fleet.measure = ZX_FLEET_POINTS;
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    city->fleet.dx_m[i] = city->fleet.dy_m[i] = places[i];
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxProfiles) profiles = zx_demand_profiles (city, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (profiles->area[2].vehicles_per_day, >=, 5);
  g_assert_true (isnan (profiles->area[0].presence_share[0])); /* no times */
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/demand/profiles/areas-by-hand", test_areas_by_hand);
  g_test_add_func ("/demand/profiles/piles-by-hand", test_piles_by_hand);
  g_test_add_func ("/demand/profiles/kinds-of-charging-by-hand", test_kinds_of_charging_by_hand);
  g_test_add_func ("/demand/profiles/busiest-kind-by-hand", test_busiest_kind_by_hand);
  g_test_add_func ("/demand/profiles/without-sessions-there-are-no-users",
                   test_without_sessions_there_are_no_users);
  g_test_add_func ("/demand/profiles/every-position-is-in-its-district",
                   test_every_position_is_in_its_district);
  g_test_add_func ("/demand/profiles/threads-do-not-show", test_threads_do_not_show);
  g_test_add_func ("/demand/profiles/without-districts-sectors-are-used",
                   test_without_districts_sectors_are_used);
  g_test_add_func ("/demand/profiles/a-stopped-run-gives-nothing", test_stopped);
  g_test_add_func ("/demand/profiles/odd-places-do-no-harm", test_odd_places_do_no_harm);
  return g_test_run ();
}
