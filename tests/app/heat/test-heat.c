/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/heat/zx-heat.h"

#include "zx-test.h"

/* ---- helpers ------------------------------------------------------------------------------ */

/* A city of 10 km × 8 km whose origin lies within. */
static ZxCity *
make_city (void)
{
  ZxCity *city = zx_city_new ();
  city->min_x_m = 500000;
  city->max_x_m = 510000;
  city->min_y_m = 4000000;
  city->max_y_m = 4008000;
  city->origin_x_m = 505000;
  city->origin_y_m = 4004000;
  return city;
}

static void
add_stations (ZxCity *city, guint n)
{
  g_assert_true (zx_stations_alloc (&city->stations, n, NULL));
  g_assert_true (zx_usage_alloc (&city->usage, n, 0, NULL));
  for (guint i = 0; i < n; i++)
    {
      city->stations.x_m[i] = 504000 + 500.0 * i;
      city->stations.y_m[i] = 4004000;
    }
}

static void
add_fleet (ZxCity *city, const guint8 *time_bin, gsize n, double days)
{
  g_assert_true (zx_fleet_alloc (&city->fleet, n, FALSE, NULL));
  city->fleet.measure = ZX_FLEET_POINTS;
  city->fleet.observed_days = days;
  for (gsize i = 0; i < n; i++)
    {
      city->fleet.dx_m[i] = city->fleet.dy_m[i] = 10 * (float) i;
      city->fleet.time_bin[i] = time_bin[i];
    }
}

static double
total (ZxField *field, const GError *error)
{
  g_assert_no_error (error);
  double sum = zx_field_total (field);
  zx_field_free (field);
  return sum;
}

static double
usage_total (const ZxCity *city, ZxHeatHours hours)
{
  ZxHeatOptions options;
  g_autofree guint8 *mask = NULL;
  g_autoptr (GError) error = NULL;
  zx_heat_lattice (city, 5000, &options, &mask);
  return total (zx_heat_usage (city, hours, &options, NULL, &error), error);
}

static double
vehicles_total (const ZxCity *city, ZxHeatHours hours)
{
  ZxHeatOptions options;
  g_autofree guint8 *mask = NULL;
  g_autoptr (GError) error = NULL;
  zx_heat_lattice (city, 5000, &options, &mask);
  return total (zx_heat_vehicles (city, hours, &options, NULL, &error), error);
}

/* ---- the lattice -------------------------------------------------------------------------- */

static void
test_the_lattice_covers_the_city_in_whole_metres (void)
{
  g_autoptr (ZxCity) city = make_city ();
  ZxHeatOptions options;
  g_autofree guint8 *mask = NULL;
  zx_heat_lattice (city, 10000, &options, &mask);
  g_assert_null (mask);
  g_assert_false (options.correct_edges);
  g_assert_cmpfloat (options.cell_m, ==, 90); /* √(80 km² / 10 000) = 89.4 m */
  g_assert_cmpfloat (options.min_x_m, <=, city->min_x_m);
  g_assert_cmpfloat (options.min_y_m, <=, city->min_y_m);
  g_assert_cmpfloat (options.min_x_m + options.n_columns * options.cell_m, >=, city->max_x_m);
  g_assert_cmpfloat (options.min_y_m + options.n_rows * options.cell_m, >=, city->max_y_m);
  g_assert_cmpfloat (fmod (options.min_x_m, 90), ==, 0);
  g_assert_cmpuint (options.n_columns * options.n_rows, <, 10500);
  g_assert_cmpfloat (options.bandwidth_m, ==, 500);
}

static void
add_ring (ZxGeometryBuilder *builder, const double (*xy)[2], guint n, gboolean is_hole)
{
  zx_geometry_builder_begin_part (builder, is_hole);
  for (guint i = 0; i < n; i++)
    zx_geometry_builder_point (builder, xy[i][0], xy[i][1]);
}

static void
test_the_mask_says_what_the_boundary_says (void)
{
  g_autoptr (ZxCity) city = make_city ();
  ZxRng rng = zx_rng_new (zx_test_seed ());
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  double star[33][2];
  for (guint i = 0; i < 32; i++)
    {
      double angle = 2 * G_PI * i / 32, radius = 1500 + 1500 * zx_rng_uniform (&rng);
      star[i][0] = 504000 + radius * cos (angle);
      star[i][1] = 4004000 + radius * sin (angle);
    }
  star[32][0] = star[0][0];
  star[32][1] = star[0][1];
  add_ring (&builder, (const double (*)[2]) star, 33, FALSE);
  add_ring (
      &builder,
      (const double[][2]){
          { 503500, 4003500 }, { 503500, 4004500 }, { 504500, 4004000 }, { 503500, 4003500 } },
      4, TRUE);
  zx_geometry_builder_end_row (&builder);
  add_ring (
      &builder,
      (const double[][2]){
          { 508000, 4001000 }, { 510000, 4001000 }, { 508000, 4008000 }, { 508000, 4001000 } },
      4, FALSE);
  zx_geometry_builder_end_row (&builder);
  g_assert_true (zx_areas_alloc (&city->areas, 2, NULL));
  zx_geometry_builder_finish (&builder, &city->areas.polygons);
  city->areas.kind[0] = city->areas.kind[1] = ZX_AREA_BOUNDARY;
  ZxHeatOptions options;
  g_autofree guint8 *mask = NULL;
  zx_heat_lattice (city, 4000, &options, &mask);
  g_assert_nonnull (mask);
  g_assert_true (options.mask == mask && options.correct_edges);
  guint n_inside = 0;
  for (guint row = 0; row < options.n_rows; row++)
    for (guint column = 0; column < options.n_columns; column++)
      {
        double x = options.min_x_m + (column + 0.5) * options.cell_m;
        double y = options.min_y_m + (row + 0.5) * options.cell_m;
        g_assert_cmpint (mask[row * options.n_columns + column], ==, zx_city_contains (city, x, y));
        n_inside += mask[row * options.n_columns + column];
      }
  g_assert_cmpuint (n_inside, >, 500);
}

/* ---- usage -------------------------------------------------------------------------------- */

static void
test_usage_in_all_hours_is_the_measured_mean (void)
{
  g_autoptr (ZxCity) city = make_city ();
  add_stations (city, 3);
  city->stations.kwh_per_day[0] = 100;
  city->stations.kwh_per_day[2] = 50;
  g_assert_cmpfloat_with_epsilon (usage_total (city, ZX_HEAT_ALL_HOURS), 150, 2e-4);
}

static void
test_usage_by_hours_weighs_the_kinds_of_days (void)
{
  g_autoptr (ZxCity) city = make_city ();
  add_stations (city, 2);
  for (guint hour = 0; hour < 24; hour++)
    {
      city->usage.kwh[ZX_USAGE_INDEX (0, FALSE, hour)] = 7;
      city->usage.kwh[ZX_USAGE_INDEX (0, TRUE, hour)] = 14;
    }
  const ZxHeatHours weekday_8_to_10 = 3 << 8, weekend_8_to_10 = weekday_8_to_10 << 24;
  g_assert_cmpfloat_with_epsilon (usage_total (city, ZX_HEAT_ALL_HOURS), 24 * 9.0, 3e-4);
  g_assert_cmpfloat_with_epsilon (usage_total (city, weekday_8_to_10), 14, 2e-5);
  g_assert_cmpfloat_with_epsilon (usage_total (city, weekend_8_to_10), 28, 4e-5);
  g_assert_cmpfloat_with_epsilon (usage_total (city, weekday_8_to_10 | weekend_8_to_10), 18, 3e-5);
}

static void
test_stations_without_a_measure_do_not_count (void)
{
  g_autoptr (ZxCity) city = make_city ();
  g_autoptr (GError) error = NULL;
  add_stations (city, 2);
  ZxHeatOptions options;
  g_autofree guint8 *mask = NULL;
  zx_heat_lattice (city, 1000, &options, &mask);
  g_assert_null (zx_heat_usage (city, ZX_HEAT_ALL_HOURS, &options, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_MISSING);
  city->stations.kwh_per_day[1] = 10;
  g_clear_error (&error);
  g_assert_null (zx_heat_usage (city, 1, &options, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_MISSING);
  city->usage.kwh[ZX_USAGE_INDEX (1, FALSE, 0)] = 5;
  g_assert_cmpfloat_with_epsilon (usage_total (city, 1), 5, 1e-5);
}

/* ---- vehicles ----------------------------------------------------------------------------- */

static void
test_vehicles_are_counted_by_day_and_hour (void)
{
  g_autoptr (ZxCity) city = make_city ();
  const guint8 bins[] = { 8, 8, 8, 9, 32, 47, ZX_FLEET_NO_TIME };
  add_fleet (city, bins, 7, 14);
  g_assert_cmpfloat_with_epsilon (vehicles_total (city, ZX_HEAT_ALL_HOURS), 7.0 / 14, 1e-6);
  g_assert_cmpfloat_with_epsilon (vehicles_total (city, 1 << 8), 3.0 / 10, 1e-6);
  g_assert_cmpfloat_with_epsilon (vehicles_total (city, (ZxHeatHours) 1 << 32), 1.0 / 4, 1e-6);
  g_assert_cmpfloat_with_epsilon (vehicles_total (city, 0), 0, 1e-9);
}

static void
test_a_history_of_weekdays_has_only_weekdays (void)
{
  g_autoptr (ZxCity) city = make_city ();
  const guint8 bins[] = { 8, 8, 8, 9 };
  add_fleet (city, bins, 4, 1);
  g_assert_cmpfloat_with_epsilon (vehicles_total (city, 1 << 8), 3, 1e-5);
  g_assert_cmpfloat_with_epsilon (vehicles_total (city, ZX_HEAT_ALL_HOURS), 4, 1e-5);
}

static void
test_the_unit_says_what_is_counted (void)
{
  g_autoptr (ZxCity) city = make_city ();
  g_autoptr (GError) error = NULL;
  const guint8 bins[] = { 8 };
  ZxHeatOptions options;
  g_autofree guint8 *mask = NULL;
  zx_heat_lattice (city, 1000, &options, &mask);
  g_assert_null (zx_heat_vehicles (city, ZX_HEAT_ALL_HOURS, &options, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_MISSING);
  add_fleet (city, bins, 1, NAN);
  g_autoptr (ZxField) points = zx_heat_vehicles (city, 1 << 8, &options, NULL, NULL);
  g_assert_cmpstr (points->unit, ==, "points/km²");
  city->fleet.observed_days = 2;
  city->fleet.measure = ZX_FLEET_VEHICLE_HOURS;
  g_autoptr (ZxField) hours = zx_heat_vehicles (city, 1 << 8, &options, NULL, NULL);
  g_assert_cmpstr (hours->unit, ==, "vehicle-h/km²/d");
}

/* ---- shortfall ---------------------------------------------------------------------------- */

static void
test_shortfall_is_the_difference_of_shares (void)
{
  g_autoptr (ZxField) vehicles = zx_field_new (0, 0, 500, 2, 2, "points/km²", NULL);
  g_autoptr (ZxField) usage = zx_field_new (0, 0, 500, 2, 2, "kWh/km²/d", NULL);
  const float v[] = { 1, 3, 4, 0 }, u[] = { 10, 10, 10, 10 };
  memcpy (vehicles->value, v, sizeof v);
  memcpy (usage->value, u, sizeof u);
  g_autoptr (ZxField) shortfall = zx_heat_shortfall (vehicles, usage, NULL, NULL);
  const double expected[] = { 0.5 - 1, 1.5 - 1, 2 - 1, 0 - 1 };
  for (guint i = 0; i < 4; i++)
    g_assert_cmpfloat_with_epsilon (shortfall->value[i], expected[i], 1e-6);
  g_assert_cmpfloat_with_epsilon (zx_field_total (shortfall), 0, 1e-6);
  g_assert_cmpstr (shortfall->unit, ==, "share per km²");
}

static void
test_nan_in_either_gives_nan (void)
{
  g_autoptr (ZxField) vehicles = zx_field_new (0, 0, 1000, 3, 1, "", NULL);
  g_autoptr (ZxField) usage = zx_field_new (0, 0, 1000, 3, 1, "", NULL);
  const float v[] = { NAN, 3, 4 }, u[] = { 10, NAN, 5 };
  memcpy (vehicles->value, v, sizeof v);
  memcpy (usage->value, u, sizeof u);
  g_autoptr (ZxField) shortfall = zx_heat_shortfall (vehicles, usage, NULL, NULL);
  g_assert_true (isnan (shortfall->value[0]));
  g_assert_true (isnan (shortfall->value[1]));
  g_assert_cmpfloat_with_epsilon (shortfall->value[2], 0, 1e-7); /* all that both know */
}

static void
test_a_field_without_any_has_the_share_zero (void)
{
  g_autoptr (ZxField) vehicles = zx_field_new (0, 0, 1000, 2, 1, "", NULL);
  g_autoptr (ZxField) usage = zx_field_new (0, 0, 1000, 2, 1, "", NULL);
  vehicles->value[0] = 2;
  g_autoptr (ZxField) shortfall = zx_heat_shortfall (vehicles, usage, NULL, NULL);
  g_assert_cmpfloat (shortfall->value[0], ==, 1);
  g_assert_cmpfloat (shortfall->value[1], ==, 0);
}

static void
test_different_lattices_are_refused (void)
{
  g_autoptr (ZxField) vehicles = zx_field_new (0, 0, 1000, 2, 1, "", NULL);
  g_autoptr (ZxField) usage = zx_field_new (500, 0, 1000, 2, 1, "", NULL);
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_heat_shortfall (vehicles, usage, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
}

static void
test_shortfall_can_be_cancelled (void)
{
  g_autoptr (ZxField) field = zx_field_new (0, 0, 1000, 2, 1, "", NULL);
  const gint stop = 1;
  ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &stop);
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_heat_shortfall (field, field, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/heat/lattice/covers-the-city-in-whole-metres",
                   test_the_lattice_covers_the_city_in_whole_metres);
  g_test_add_func ("/heat/lattice/the-mask-says-what-the-boundary-says",
                   test_the_mask_says_what_the_boundary_says);
  g_test_add_func ("/heat/usage/in-all-hours-is-the-measured-mean",
                   test_usage_in_all_hours_is_the_measured_mean);
  g_test_add_func ("/heat/usage/by-hours-weighs-the-kinds-of-days",
                   test_usage_by_hours_weighs_the_kinds_of_days);
  g_test_add_func ("/heat/usage/stations-without-a-measure-do-not-count",
                   test_stations_without_a_measure_do_not_count);
  g_test_add_func ("/heat/vehicles/are-counted-by-day-and-hour",
                   test_vehicles_are_counted_by_day_and_hour);
  g_test_add_func ("/heat/vehicles/a-history-of-weekdays-has-only-weekdays",
                   test_a_history_of_weekdays_has_only_weekdays);
  g_test_add_func ("/heat/vehicles/the-unit-says-what-is-counted",
                   test_the_unit_says_what_is_counted);
  g_test_add_func ("/heat/shortfall/is-the-difference-of-shares",
                   test_shortfall_is_the_difference_of_shares);
  g_test_add_func ("/heat/shortfall/nan-in-either-gives-nan", test_nan_in_either_gives_nan);
  g_test_add_func ("/heat/shortfall/a-field-without-any-has-the-share-zero",
                   test_a_field_without_any_has_the_share_zero);
  g_test_add_func ("/heat/shortfall/different-lattices-are-refused",
                   test_different_lattices_are_refused);
  g_test_add_func ("/heat/shortfall/can-be-cancelled", test_shortfall_can_be_cancelled);
  return g_test_run ();
}
