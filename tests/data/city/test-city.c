/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/city/zx-city.h"

#include "zx-test.h"

static ZxCity *
make_city (void)
{
  ZxCity *city = zx_city_new ();
  g_assert_true (zx_stations_alloc (&city->stations, 2, NULL));
  for (guint i = 0; i < 2; i++)
    {
      city->stations.x_m[i] = 100 * i;
      city->stations.y_m[i] = 50;
      city->stations.name[i] = zx_pool_add (city->pool, i == 0 ? "泉城" : "港口");
    }
  city->max_x_m = city->max_y_m = 1000;
  return city;
}

static void
test_equal_cities_have_equal_fingerprints (void)
{
  g_autoptr (ZxCity) a = make_city ();
  g_autoptr (ZxCity) b = make_city ();
  zx_pool_add (b->pool, "not used by anything");
  g_assert_true (zx_city_seal (a, NULL));
  g_assert_true (zx_city_seal (b, NULL));
  g_assert_cmpstr (a->fingerprint, ==, b->fingerprint);
}

static void
test_any_change_changes_the_fingerprint (void)
{
  g_autoptr (ZxCity) a = make_city ();
  g_autoptr (ZxCity) b = make_city ();
  b->stations.n_dc[1] = 4;
  g_assert_true (zx_city_seal (a, NULL));
  g_assert_true (zx_city_seal (b, NULL));
  g_assert_cmpstr (a->fingerprint, !=, b->fingerprint);
}

static void
test_a_station_without_a_place_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxCity) city = make_city ();
  city->stations.x_m[1] = NAN;
  g_assert_false (zx_city_seal (city, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
}

static void
test_boundary_decides_what_is_inside (void)
{
  g_autoptr (ZxCity) city = make_city ();
  g_assert_true (zx_city_contains (city, 900, 900));
  static const double triangle[][2] = { { 0, 0 }, { 1000, 0 }, { 0, 1000 }, { 0, 0 } };
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  zx_geometry_builder_begin_part (&builder, FALSE);
  for (guint i = 0; i < 4; i++)
    zx_geometry_builder_point (&builder, triangle[i][0], triangle[i][1]);
  zx_geometry_builder_end_row (&builder);
  g_assert_true (zx_areas_alloc (&city->areas, 1, NULL));
  zx_geometry_builder_finish (&builder, &city->areas.polygons);
  city->areas.kind[0] = ZX_AREA_BOUNDARY;
  g_assert_true (zx_city_contains (city, 100, 100));
  g_assert_false (zx_city_contains (city, 900, 900));
}

static void
test_field_total_and_interpolation (void)
{
  g_autoptr (ZxField) field = zx_field_new (0, 0, 500, 2, 2, "kWh/km²/d", NULL);
  for (guint i = 0; i < 4; i++)
    field->value[i] = (float) i;
  g_assert_cmpfloat_with_epsilon (zx_field_total (field), 6 * 0.25, 1e-12);
  g_assert_cmpfloat_with_epsilon (zx_field_at (field, 500, 500), 1.5, 1e-6);
  g_assert_cmpfloat_with_epsilon (zx_field_at (field, 250, 250), 0, 1e-6);
  g_assert_true (isnan (zx_field_at (field, 1001, 500)));
  field->value[3] = NAN;
  g_assert_true (isnan (zx_field_at (field, 900, 900)));
}

static void
test_nearest_agrees_with_looking_at_all (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  enum
  {
    N = 3000
  };
  g_autofree double *x = g_new (double, N), *y = g_new (double, N);
  for (guint i = 0; i < N; i++)
    {
      x[i] = zx_rng_normal (&rng) * 5000;
      y[i] = i % 97 == 0 ? NAN : zx_rng_normal (&rng) * 200;
    }
  g_autoptr (ZxPointIndex) index = zx_point_index_new (x, y, N);
  for (guint k = 0; k < 2000; k++)
    {
      double px = zx_rng_normal (&rng) * 9000, py = zx_rng_normal (&rng) * 3000;
      double limit = k % 3 == 0 ? 300 : 1e9, best = limit, distance = -1;
      gssize expected = -1;
      for (guint i = 0; i < N; i++)
        {
          double d = sqrt ((x[i] - px) * (x[i] - px) + (y[i] - py) * (y[i] - py));
          if (d < best)
            {
              best = d;
              expected = i;
            }
        }
      gssize found = zx_point_index_nearest (index, px, py, limit, &distance);
      g_assert_cmpint (found, ==, expected);
      if (found >= 0)
        g_assert_cmpfloat_with_epsilon (distance, best, 1e-6);
    }
}

static void
count_point (gsize index, double distance_m, gpointer data)
{
  ++*(guint *) data;
}

static void
test_within_finds_each_once (void)
{
  const double x[] = { 0, 1, 2, 3, 4 }, y[] = { 0, 0, 0, 0, 0 };
  g_autoptr (ZxPointIndex) index = zx_point_index_new (x, y, 5);
  guint n = 0;
  zx_point_index_within (index, 2, 0, 1.5, count_point, &n);
  g_assert_cmpuint (n, ==, 3);
}

static void
test_road_classes_read_both_languages (void)
{
  gboolean is_link;
  g_assert_cmpint (zx_road_class_parse ("primary_link", &is_link), ==, ZX_ROAD_PRIMARY);
  g_assert_true (is_link);
  g_assert_cmpint (zx_road_class_parse ("次干路", &is_link), ==, ZX_ROAD_SECONDARY);
  g_assert_cmpint (zx_road_class_parse ("nonsense", NULL), ==, ZX_ROAD_UNKNOWN);
  for (int i = 0; i < ZX_N_ROAD_CLASSES; i++)
    g_assert_cmpint (zx_road_class_parse (zx_road_class_name (i), NULL), ==, i);
}

static void
test_place_kinds_read_both_languages (void)
{
  g_assert_cmpint (zx_place_kind_parse ("餐饮服务;中餐厅;火锅店"), ==, ZX_PLACE_FOOD);
  g_assert_cmpint (zx_place_kind_parse ("parking_space"), ==, ZX_PLACE_PARKING);
  g_assert_cmpint (zx_place_kind_parse ("科教文化服务;学校;中学"), ==, ZX_PLACE_EDUCATION);
  g_assert_cmpint (zx_place_kind_parse ("barber"), ==, ZX_PLACE_OTHER);
  g_assert_cmpint (zx_place_kind_parse (NULL), ==, ZX_PLACE_OTHER);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/city/seal/equal-cities-have-equal-fingerprints",
                   test_equal_cities_have_equal_fingerprints);
  g_test_add_func ("/city/seal/any-change-changes-the-fingerprint",
                   test_any_change_changes_the_fingerprint);
  g_test_add_func ("/city/seal/a-station-without-a-place-is-refused",
                   test_a_station_without_a_place_is_refused);
  g_test_add_func ("/city/boundary-decides-what-is-inside", test_boundary_decides_what_is_inside);
  g_test_add_func ("/city/field/total-and-interpolation", test_field_total_and_interpolation);
  g_test_add_func ("/city/index/nearest-agrees-with-looking-at-all",
                   test_nearest_agrees_with_looking_at_all);
  g_test_add_func ("/city/index/within-finds-each-once", test_within_finds_each_once);
  g_test_add_func ("/city/roads/classes-read-both-languages",
                   test_road_classes_read_both_languages);
  g_test_add_func ("/city/places/kinds-read-both-languages", test_place_kinds_read_both_languages);
  return g_test_run ();
}
