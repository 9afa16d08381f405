/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/travel/zx-travel.h"

#include "zx-test.h"

/* The golden row: OSRM's car profile (SITING.md §8). */
static void
test_the_default_holds_osrm_values (void)
{
  ZxSpeedTable speeds;
  zx_speed_table_default (&speeds);
  g_assert_cmpfloat (speeds.kmh[ZX_ROAD_MOTORWAY], ==, 90);
  g_assert_cmpfloat (speeds.kmh[ZX_ROAD_PRIMARY], ==, 65);
  g_assert_cmpfloat (speeds.kmh[ZX_ROAD_RESIDENTIAL], ==, 25);
  g_assert_cmpfloat (speeds.kmh[ZX_ROAD_LIVING_STREET], ==, 10);
  g_assert_cmpfloat (speeds.kmh[ZX_ROAD_PATH], ==, 0);
  g_assert_cmpfloat (speeds.link_kmh[ZX_ROAD_TRUNK], ==, 40);
  g_assert_cmpfloat (speeds.link_kmh[ZX_ROAD_SERVICE], ==, 15); /* as the road */
  g_assert_cmpfloat_with_epsilon (speeds.max_speed_share, 0.8, 1e-6);
}

static void
test_every_value_of_the_default_names_its_source (void)
{
  g_auto (GStrv) lines = g_strsplit (zx_resource_text ("speeds.ini", NULL), "\n", -1);
  guint n_values = 0;
  for (guint i = 1; lines[i] != NULL; i++)
    if (strchr (lines[i], '=') != NULL && lines[i][0] != '#')
      {
        g_assert_true (g_str_has_prefix (lines[i - 1], "#"));
        n_values++;
      }
  g_assert_cmpuint (n_values, ==, ZX_N_ROAD_CLASSES + 5 + 5 + 1 + 7);
}

/* The golden row: vein's hours, the peak 1/1.75 of free flow. */
static void
test_the_hour_takes_the_place_of_the_design_hour (void)
{
  ZxSpeedTable speeds;
  zx_speed_table_default (&speeds);
  speeds.urban_factor = 0.9f;
  g_assert_cmpint (speeds.hour, ==, ZX_NO_HOUR);
  g_assert_cmpfloat (zx_speed_table_share (&speeds, ZX_ROAD_PRIMARY), ==, 0.9f);
  static const double shares[]
      = { 1,    1,    1,    1,    1,    1,    0.79, 0.57, 0.57, 0.57, 0.79, 0.79,
          0.79, 0.79, 0.79, 0.79, 0.79, 0.57, 0.57, 0.57, 0.79, 0.79, 1,    1 };
  for (speeds.hour = 0; speeds.hour < ZX_HOURS; speeds.hour++)
    {
      g_assert_cmpfloat (zx_speed_table_share (&speeds, ZX_ROAD_PRIMARY), ==,
                         (float) shares[speeds.hour]);
    }
}

#define ELSEWHERE ";0.8;0.8;0.8;0.8;0.8;0.8;0.8;0.8;0.8;0.8;0.8;0.8;0.8;0.8;0.8;0.8;0.8;0.8;0.8;0.8"

static void
test_a_class_may_have_hours_of_its_own (void)
{
  ZxSpeedTable speeds;
  g_autoptr (GError) error = NULL;
  g_assert_true (zx_speed_table_parse (&speeds, "[hours]\nmotorway=1;0.9;0.5;0.4" ELSEWHERE ";\n",
                                       -1, &error));
  g_assert_no_error (error);
  speeds.hour = 2;
  g_assert_cmpfloat (zx_speed_table_share (&speeds, ZX_ROAD_MOTORWAY), ==, 0.5f);
  g_assert_cmpfloat (zx_speed_table_share (&speeds, ZX_ROAD_PRIMARY), ==, 1); /* of all */
  speeds.hour_share[ZX_ALL_ROAD_CLASSES][2] = NAN;
  g_assert_cmpfloat (zx_speed_table_share (&speeds, ZX_ROAD_PRIMARY), ==, speeds.urban_factor);
}

static void
test_what_is_left_out_keeps_the_default (void)
{
  ZxSpeedTable speeds, table;
  g_autoptr (GError) error = NULL;
  zx_speed_table_default (&table);
  g_assert_true (
      zx_speed_table_parse (&speeds, "[speed]\nprimary= 50.5\n[straight]\nkmh=20\n", -1, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (speeds.kmh[ZX_ROAD_PRIMARY], ==, 50.5f);
  g_assert_cmpfloat (speeds.straight_kmh, ==, 20);
  speeds.kmh[ZX_ROAD_PRIMARY] = table.kmh[ZX_ROAD_PRIMARY];
  speeds.straight_kmh = table.straight_kmh;
  g_assert_cmpmem (&speeds, sizeof speeds, &table, sizeof table);
  g_assert_true (zx_speed_table_parse (&speeds, "", 0, &error));
}

static void
test_wrong_tables_are_refused_by_name (void)
{
  static const struct
  {
    const char *text, *named;
  } wrong[] = {
    { "[speed]\nprimary=251\n", "primary" },
    { "[speed]\nprimary=-1\n", "primary" },
    { "[speed]\nprimary=nan\n", "primary" },
    { "[speed]\nprimary=inf\n", "primary" },
    { "[speed]\nprimary=\n", "primary" },
    { "[speed]\nprimary=60 # inline\n", "60 # inline" },
    { "[speed]\nprimmary=60\n", "primmary" },
    { "[rules]\nurban_factor=0\n", "0.05" },
    { "[rules]\nprimary=3\n", "primary" },
    { "[wheels]\nn=4\n", "wheels" },
    { "[straight]\ndetour=0.9\n", "detour" },
    { "[hours]\nall=1;1;1\n", "24" },
    { "[hours]\nall=1;0.9;0.5;0.01" ELSEWHERE "\n", "0.05" },
    { "[hours]\nall=1;0.9;;0.4" ELSEWHERE "\n", "all" },
    { "[hours]\nall=1;0.9;0.5;0.4;1" ELSEWHERE "\n", "24" },
    { "[hours]\nall=\n", "24" },
    { "[hours]\nfootpath=1;0.9;0.5;0.4" ELSEWHERE "\n", "footpath" },
    { "[turns]\nleft_s=-1\n", "left_s" },
    { "[turns]\nu_turns=2\n", "u_turns" },
    { "primary=60\n", NULL },
    { "[speed\n", NULL },
  };
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      ZxSpeedTable speeds = { { 1 } }, before = speeds;
      g_autoptr (GError) error = NULL;
      g_assert_false (zx_speed_table_parse (&speeds, wrong[i].text, -1, &error));
      g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
      if (wrong[i].named != NULL)
        g_assert_nonnull (strstr (error->message, wrong[i].named));
      g_assert_cmpmem (&speeds, sizeof speeds, &before, sizeof before);
    }
}

static void
test_a_huge_table_is_refused (void)
{
  gsize n = 2 << 20;
  g_autofree char *text = g_malloc (n);
  memset (text, '#', n);
  ZxSpeedTable speeds;
  g_autoptr (GError) error = NULL;
  g_assert_false (zx_speed_table_parse (&speeds, text, (gssize) n, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/travel/speeds/the-default-holds-osrm-values",
                   test_the_default_holds_osrm_values);
  g_test_add_func ("/travel/speeds/every-value-of-the-default-names-its-source",
                   test_every_value_of_the_default_names_its_source);
  g_test_add_func ("/travel/speeds/the-hour-takes-the-place-of-the-design-hour",
                   test_the_hour_takes_the_place_of_the_design_hour);
  g_test_add_func ("/travel/speeds/a-class-may-have-hours-of-its-own",
                   test_a_class_may_have_hours_of_its_own);
  g_test_add_func ("/travel/speeds/what-is-left-out-keeps-the-default",
                   test_what_is_left_out_keeps_the_default);
  g_test_add_func ("/travel/speeds/wrong-tables-are-refused-by-name",
                   test_wrong_tables_are_refused_by_name);
  g_test_add_func ("/travel/speeds/a-huge-table-is-refused", test_a_huge_table_is_refused);
  return g_test_run ();
}
