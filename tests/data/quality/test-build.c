/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Cities by hand: what every kind of layer becomes. */

#include "make.h"
#include "data/quality/zx-road-tags.h"
#include "tests/zx-test.h"

#define CLOSE(a, b) g_assert_cmpfloat_with_epsilon (a, b, 1e-4 * (1 + fabs ((double) (b))))

static Making
metres (void)
{
  Making making;
  making_init (&making, NAN, NAN);
  return making;
}

static void
run_well (Making *making)
{
  making_run (making, NULL);
  g_assert_no_error (making->error);
}

static guint
station_named (const ZxCity *city, const char *id)
{
  for (guint i = 0; i < city->stations.n; i++)
    if (strcmp (zx_pool_get (city->pool, city->stations.id[i]), id) == 0)
      return i;
  g_error ("there is no station %s", id);
}

/* ---- roads -------------------------------------------------------------------------------- */

static ZxRoadFacts
facts_of (const char *class, const char *key, const char *value)
{
  const char *tags[ZX_N_ROAD_TAGS];
  for (guint i = 0; i < ZX_N_ROAD_TAGS; i++)
    tags[i] = strcmp (zx_road_tag_column ((ZxRoadTag) i), key) == 0 ? value : "";
  tags[ZX_TAG_CLASS] = class;
  return zx_road_facts (tags, TRUE, FALSE);
}

static void
test_one_way (void)
{
  static const struct
  {
    const char *class, *key, *value;
    int one_way;
  } cases[] = {
    { "primary", "one_way", "yes", 1 },        { "primary", "one_way", "-1", -1 },
    { "primary", "one_way", "no", 0 },         { "primary", "one_way", "", 0 },
    { "motorway", "one_way", "", 1 },          { "motorway", "one_way", "no", 0 },
    { "motorway_link", "one_way", "", 0 },     { "tertiary", "junction", "roundabout", 1 },
    { "tertiary", "junction", "circular", 1 }, { "tertiary", "one_way", "true", 1 },
    { "tertiary", "one_way", "1", 1 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (facts_of (cases[i].class, cases[i].key, cases[i].value).one_way, ==,
                     cases[i].one_way);
  g_assert_true (facts_of ("primary", "one_way", "reversible").flags & ZX_ROAD_IS_CLOSED);
  g_assert_true (facts_of ("tertiary", "junction", "roundabout").flags & ZX_ROAD_IS_ROUNDABOUT);
}

static void
test_road_speed (void)
{
  static const struct
  {
    const char *text;
    double kmh;
  } cases[] = { { "50", 50 },       { "30 mph", 48.28032 }, { "CN:urban", 50 }, { "DE:rural", 100 },
                { "FR:rural", 90 }, { "50;80", 50 },        { "none", NAN },    { "", NAN },
                { "walk", 7 },      { "fast", NAN },        { "999", NAN },     { "60 km/h", 60 } };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gboolean is_unreadable;
      double found = zx_road_speed_limit (cases[i].text, &is_unreadable);
      if (isnan (cases[i].kmh))
        g_assert_true (isnan (found));
      else
        CLOSE (found, cases[i].kmh);
      g_assert_cmpint (is_unreadable, ==,
                       strcmp (cases[i].text, "fast") == 0 || strcmp (cases[i].text, "999") == 0);
    }
}

static void
test_road_access_and_factors (void)
{
  g_assert_true (facts_of ("service", "access", "private").flags & ZX_ROAD_IS_CLOSED);
  g_assert_false (facts_of ("service", "access", "yes").flags & ZX_ROAD_IS_CLOSED);
  g_assert_false (facts_of ("residential", "access", "destination").flags & ZX_ROAD_IS_CLOSED);
  g_assert_true (facts_of ("residential", "motor_vehicle", "no").flags & ZX_ROAD_IS_CLOSED);
  const char *tags[ZX_N_ROAD_TAGS];
  for (guint i = 0; i < ZX_N_ROAD_TAGS; i++)
    tags[i] = "";
  tags[ZX_TAG_CLASS] = "primary";
  tags[ZX_TAG_ACCESS] = "no";
  tags[ZX_TAG_MOTORCAR] = "yes"; /* the narrower word decides */
  g_assert_false (zx_road_facts (tags, TRUE, FALSE).flags & ZX_ROAD_IS_CLOSED);
  CLOSE (facts_of ("service", "service", "alley").speed_factor, 0.5);
  CLOSE (facts_of ("secondary", "surface", "gravel").speed_factor, 40.0 / 55);
  CLOSE (facts_of ("residential", "surface", "asphalt").speed_factor, 1);
  CLOSE (facts_of ("primary", "smoothness", "impassable").flags & ZX_ROAD_IS_CLOSED,
         ZX_ROAD_IS_CLOSED);
  g_assert_cmpint (facts_of ("primary", "level", "-9").level, ==, -5);
  g_assert_true (facts_of ("primary", "bridge", "viaduct").flags & ZX_ROAD_IS_BRIDGE);
  g_assert_false (facts_of ("primary", "bridge", "no").flags & ZX_ROAD_IS_BRIDGE);
  g_assert_false (facts_of ("", "route", "").is_road);
  g_assert_cmpint (facts_of ("", "route", "ferry").road_class, ==, ZX_ROAD_FERRY);
  g_assert_false (facts_of ("pedestrian", "area", "yes").is_road);
}

static void
test_geofabrik_direction (void)
{
  const char *tags[ZX_N_ROAD_TAGS];
  for (guint i = 0; i < ZX_N_ROAD_TAGS; i++)
    tags[i] = "";
  tags[ZX_TAG_CLASS] = "primary";
  tags[ZX_TAG_ONE_WAY] = "F";
  g_assert_cmpint (zx_road_facts (tags, FALSE, TRUE).one_way, ==, 1);
  g_assert_cmpint (zx_road_facts (tags, FALSE, FALSE).one_way, ==, 0);
  tags[ZX_TAG_ONE_WAY] = "T";
  g_assert_cmpint (zx_road_facts (tags, FALSE, TRUE).one_way, ==, -1);
  g_assert_cmpint (zx_road_facts (tags, FALSE, FALSE).one_way, ==, 1);
}

static ZxLayer *
line_layer (const char *name, const double (*ends)[4], gsize n)
{
  ZxLayer *layer = zx_layer_new (name, name, n);
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_LINE);
  for (gsize i = 0; i < n; i++)
    {
      zx_geometry_builder_begin_part (&builder, FALSE);
      zx_geometry_builder_point (&builder, ends[i][0], ends[i][1]);
      zx_geometry_builder_point (&builder, ends[i][2], ends[i][3]);
      zx_geometry_builder_end_row (&builder);
    }
  zx_geometry_builder_finish (&builder, &layer->geometry);
  return layer;
}

static void
set_texts (ZxLayer *layer, const char *column, const char *const *texts)
{
  ZxColumn *added = zx_layer_add_column (layer, column, ZX_COLUMN_TEXT);
  for (gsize i = 0; i < layer->n_rows; i++)
    added->text[i] = zx_pool_add (layer->pool, texts[i]);
}

static void
test_osm_lines (void)
{
  static const double ends[][4] = { { 0, 0, 1000, 0 },  { 0, 0, 0, 1000 }, { 500, 0, 500, 900 },
                                    { 10, 10, 20, 20 }, { 0, 0, 1000, 0 }, { 1000, 0, 0, 0 } };
  static const char *const highway[]
      = { "motorway", "residential", "", "construction", "motorway", "service" };
  static const char *const other[] = { "\"maxspeed\"=>\"120\",\"lanes\"=>\"3\"",    "", "", "", "",
                                       "\"oneway\"=>\"-1\",\"access\"=>\"private\"" };
  Making making = metres ();
  ZxLayer *layer = line_layer ("lines", ends, 6);
  set_texts (layer, "highway", highway);
  set_texts (layer, "other_tags", other);
  making_add (&making, layer, "lines.gpkg");
  run_well (&making);
  const ZxRoads *roads = &making.city->roads;
  g_assert_cmpuint (roads->n, ==, 4); /* without the railway and the repeated one */
  g_assert_cmpint (roads->road_class[0], ==, ZX_ROAD_MOTORWAY);
  CLOSE (roads->max_speed_kmh[0], 120);
  g_assert_cmpint (roads->one_way[0], ==, 1);
  g_assert_cmpint (roads->road_class[2], ==, ZX_ROAD_PATH);
  g_assert_cmpint (roads->one_way[3], ==, -1); /* the other direction is no repetition */
  g_assert_true (roads->flags[3] & ZX_ROAD_IS_CLOSED);
  g_assert_cmpuint (making_count (&making, NULL, "layer.other-things"), ==, 1);
  g_assert_true (making_names_row (&making, NULL, "roads.duplicate", 4));
  CLOSE (making.city->max_x_m, 1000);
  making_clear (&making);
}

static void
test_plain_lines (void)
{
  static const double ends[][4] = { { 0, 0, 1000, 0 }, { 0, 0, 0, 1000 } };
  Making making = metres ();
  making_add (&making, line_layer ("streets", ends, 2), "streets.shp");
  run_well (&making);
  g_assert_cmpuint (making.city->roads.n, ==, 2);
  g_assert_cmpint (making.city->roads.road_class[0], ==, ZX_ROAD_UNKNOWN);
  g_assert_cmpuint (making_count (&making, NULL, "roads.class-unknown"), ==, 2);
  making_clear (&making);
}

/* ---- stations and piles --------------------------------------------------------------------- */

static void
test_stations (void)
{
  Making making = metres ();
  making_add_text (&making, "stations.csv",
                   "station_id,name,operator,x,y,fast,slow,ratedpower,price,status\n"
                   "1,A,op,1000,1000,4,2,294,1.2,50\n"
                   "2,B,op,2000,1000,0,6,42,0,1\n"
                   "3,C,op,3000,1000,8,0,480000,110,关闭\n"
                   "1,D,op,4000,1000,8,0,480,1.5,50\n"
                   "5,E,op,0,0,8,0,480,1.5,50\n");
  run_well (&making);
  const ZxStations *stations = &making.city->stations;
  g_assert_cmpuint (stations->n, ==, 3);
  g_assert_cmpint (stations->n_dc[0], ==, 4);
  g_assert_cmpint (stations->n_ac[0], ==, 2);
  CLOSE (stations->rated_kw[0], 294);
  CLOSE (stations->price_fen_per_kwh[0], 120);
  g_assert_true (isnan (stations->price_fen_per_kwh[1]));
  g_assert_cmpint (stations->state[0], ==, ZX_STATION_WORKING);
  g_assert_cmpint (stations->state[1], ==, ZX_STATION_PLANNED);
  g_assert_cmpint (stations->state[2], ==, ZX_STATION_CLOSED);
  CLOSE (stations->rated_kw[2], 480);
  g_assert_true (isnan (stations->kwh_per_day[0]));
  g_assert_true (making_names_row (&making, NULL, "stations.duplicate-id", 3));
  g_assert_true (making_names_row (&making, NULL, "stations.impossible-place", 4));
  g_assert_true (making_names_row (&making, NULL, "stations.unit-slip", 2));
  g_assert_true (making_names_row (&making, NULL, "price.zero-means-missing", 1));
  g_assert_true (making_names_row (&making, NULL, "price.implausible", 2)); /* 110 yuan */
  making_clear (&making);
}

/* Rows somebody left out are told of, and nothing else is told of them. */
static void
test_rows_left_out (void)
{
  Making making;
  making_init (&making, 119.5, 35.4);
  ZxBinding *binding
      = making_add_text (&making, "stations.csv",
                         "station_id,lon,lat,connectors\n1,119.50,35.40,2\n2,119.51,35.41,4\n"
                         "2,119.52,35.42,4\n4,0,0,4\n");
  zx_binding_leave_out (binding, 2, TRUE);
  zx_binding_leave_out (binding, 3, TRUE);
  making_run (&making, NULL);
  g_assert_cmpuint (making.city->stations.n, ==, 2);
  g_assert_cmpuint (making_count (&making, "stations.csv", "layer.row-left-out"), ==, 2);
  g_assert_true (making_names_row (&making, "stations.csv", "layer.row-left-out", 2));
  g_assert_cmpuint (making_count (&making, NULL, "stations.duplicate-id"), ==, 0);
  g_assert_cmpuint (making_count (&making, NULL, "stations.impossible-place"), ==, 0);
  making_clear (&making);
}

static void
test_swapped_axes (void)
{
  Making making;
  making_init (&making, 117.0, 36.66);
  making_add_text (&making, "stations.csv",
                   "station_id,lon,lat,connectors\n1,117.01,36.66,4\n2,117.02,36.67,2\n"
                   "3,36.65,117.015,2\n4,117.0,36.64,2\n5,117.03,36.655,2\n");
  run_well (&making);
  g_assert_cmpuint (making.city->stations.n, ==, 5);
  g_assert_true (making_names_row (&making, NULL, "stations.swapped-axes", 2));
  CLOSE (making.city->stations.x_m[2], 500000 + 0.015 * 111320 * cos (36.66 * G_PI / 180));
  making_clear (&making);
}

/* The shape of Shenzhen: two sources number their stations apart, and one counts piles. */
static void
test_stations_of_two_files (void)
{
  Making making = metres ();
  making_add_text (&making, "a/stations.csv",
                   "station_id,name,x,y,fast,slow\n"
                   "1,,1000,1000,10,0\n2,,2000,1000,4,0\n3,Harbour,3000,1000,6,0\n"
                   "4,,4000,1000,8,0\n1,,9000,1000,2,0\n");
  making_add_text (&making, "b/stations.csv",
                   "station_id,name,x,y,connectors,kw_each,price\n"
                   "0,,1000.4,1000,2,60,1.5\n"   /* the same metre, piles for connectors */
                   "1,,2008,1000,4,30,1.2\n"     /* as large, 8 m; the id is another's */
                   "2,,5000,1000,5,60,1.2\n"     /* the id of a station elsewhere */
                   "3,Harbour,3040,1000,1,7,1\n" /* same name, 40 m */
                   "9,,4008,1000,2,7,1\n"        /* 8 m, but a quarter of the size */
                   "5,,1000.4,1000,2,60,1.5\n"); /* its twin is taken */
  making_add_text (&making, "b/piles.csv",
                   "pile_id,station_id,x,y,power,total_volume,total_duration\n"
                   "p,1,2008,1000,30,36500.5,1000.3\nq,2,5000,1000,60,18250.25,500.7\n");
  run_well (&making);
  const ZxStations *stations = &making.city->stations;
  g_assert_cmpuint (stations->n, ==, 7);
  g_assert_cmpint (stations->n_dc[0], ==, 10);
  CLOSE (stations->rated_kw[0], 600);
  CLOSE (stations->price_fen_per_kwh[0], 150);
  CLOSE (stations->kwh_per_day[1], 36500.5 / 365); /* pile of b's station 1, not of a's */
  CLOSE (stations->x_m[4], 5000);
  CLOSE (stations->kwh_per_day[4], 18250.25 / 365);
  g_assert_cmpuint (making_count (&making, NULL, "stations.same-in-two-files"), ==, 3);
  g_assert_cmpuint (making_count (&making, NULL, "stations.duplicate-id"), ==, 1);
  g_assert_cmpuint (making_count (&making, NULL, "stations.shared-ids"), ==, 1);
  making_clear (&making);
}

static void
test_two_operators_are_two_stations (void)
{
  Making making = metres ();
  making_add_text (&making, "a.csv",
                   "station_id,operator,x,y,fast,slow\n1,Ada,1000,1000,4,0\n2,Ada,2000,1000,4,0\n");
  making_add_text (&making, "b.csv",
                   "station_id,operator,x,y,fast,slow\n1,Bo,1000,1000,4,0\n2,Ada,2000,1000,4,0\n");
  run_well (&making);
  g_assert_cmpuint (making.city->stations.n, ==, 3);
  making_clear (&making);
}

static void
test_piles_join_stations (void)
{
  Making making = metres ();
  making_add_text (&making, "stations.csv",
                   "station_id,x,y,connectors\n1,1000,1000,3\n2,2000,1000,2\n");
  making_add_text (&making, "piles.csv",
                   "pile_id,station_id,x,y,power,total_volume,total_duration\n"
                   "a,1,1001,1000,60,36500.5,1000.3\nb,1,1002,1000,60,18250.25,500.7\n"
                   "c,,2003,1000,7,700.3,100.9\nd,9,8000,1000,7,1,1\na,1,1001,1000,60,5,5\n");
  run_well (&making);
  const ZxCity *city = making.city;
  g_assert_cmpuint (city->stations.n, ==, 2);
  CLOSE (city->stations.kwh_per_day[0], (36500.5 + 18250.25) / 365);
  CLOSE (city->stations.busy_hours_per_day[0], (1000.3 + 500.7) / 365);
  CLOSE (city->stations.rated_kw[0], 120);
  CLOSE (city->stations.observed_days[0], 365);
  CLOSE (city->stations.kwh_per_day[1], 700.3 / 365); /* by place: 3 m */
  g_assert_cmpint (city->stations.n_ac[1], ==, 2);    /* 7 kW for two: AC */
  g_assert_true (making_names_row (&making, "piles.csv", "piles.unknown-station", 3));
  g_assert_true (making_names_row (&making, "piles.csv", "piles.duplicate-id", 4));
  making_clear (&making);
}

static void
test_piles_alone (void)
{
  Making making = metres ();
  making_add_text (&making, "piles.csv",
                   "EquipmentID,StationID,x,y,EquipmentType,Power\n"
                   "a,S1,1000,1000,1,120\nb,S1,1010,1000,2,7\nc,S2,5000,1000,1,60\n");
  run_well (&making);
  const ZxStations *stations = &making.city->stations;
  g_assert_cmpuint (stations->n, ==, 2);
  guint first = station_named (making.city, "S1");
  g_assert_cmpint (stations->n_dc[first], ==, 1);
  g_assert_cmpint (stations->n_ac[first], ==, 1);
  CLOSE (stations->rated_kw[first], 127);
  CLOSE (stations->x_m[first], 1005);
  g_assert_cmpuint (making_count (&making, NULL, "stations.made-from-piles"), ==, 2);
  making_clear (&making);
}

static void
test_stated_period (void)
{
  Making making = metres ();
  ZxBinding *binding = making_add_text (
      &making, "stations.csv", "station_id,x,y,connectors,totalkwh\n1,1000,1000,4,1830.5\n");
  g_hash_table_insert (binding->values, g_strdup ("period_days"), g_strdup ("183"));
  run_well (&making);
  CLOSE (making.city->stations.kwh_per_day[0], 1830.5 / 183);
  g_assert_cmpuint (making_count (&making, NULL, "usage.period-assumed"), ==, 0);
  making_clear (&making);
}

/* Energy from a series, hours from a total: each over its own time. */
static void
test_total_beside_series (void)
{
  Making making = metres ();
  GString *text = g_string_new ("time,A\n");
  for (guint hour = 0; hour < 48; hour++)
    g_string_append_printf (text, "2024-03-%02u %02u:00,2\n", 1 + hour / 24, hour % 24);
  ZxBinding *binding = making_add_text (
      &making, "stations.csv", "站点编号,x,y,直流枪数,累计充电时长(h)\nA,1000,1000,2,4176.5\n");
  g_hash_table_insert (binding->values, g_strdup ("period_days"), g_strdup ("365"));
  g_assert_cmpstr (zx_binding_column (binding, "hours_total"), ==, "累计充电时长(h)");
  making_add_text (&making, "usage.csv", text->str);
  run_well (&making);
  CLOSE (making.city->stations.kwh_per_day[0], 48);
  CLOSE (making.city->stations.busy_hours_per_day[0], 4176.5 / 365);
  g_string_free (text, TRUE);
  making_clear (&making);
}

/* A total and readings of one station: the readings, and it is said. */
static void
test_readings_before_totals (void)
{
  Making making = metres ();
  GString *text = g_string_new ("time,A\n");
  for (guint hour = 0; hour < 48; hour++)
    g_string_append_printf (text, "2024-03-%02u %02u:00,2\n", 1 + hour / 24, hour % 24);
  ZxBinding *binding = making_add_text (&making, "stations.csv",
                                        "station_id,x,y,connectors,totalkwh\nA,1000,1000,4,9000\n"
                                        "B,3000,1000,4,7300\n");
  g_hash_table_insert (binding->values, g_strdup ("period_days"), g_strdup ("365"));
  making_add_text (&making, "usage.csv", text->str);
  run_well (&making);
  CLOSE (making.city->stations.kwh_per_day[0], 48);
  CLOSE (making.city->stations.kwh_per_day[1], 20);
  g_assert_cmpuint (making_count (&making, "stations.csv", "usage.series-preferred"), ==, 1);
  g_string_free (text, TRUE);
  making_clear (&making);
}

/* ---- usage -------------------------------------------------------------------------------- */

#define TWO_STATIONS                                                                               \
  "station_id,name,x,y,fast,ratedpower\nA,North,1000,1000,2,120\nB,South,2000,1000,1,60\n"

static void
test_wide_usage (void)
{
  Making making = metres ();
  GString *text = g_string_new ("time,A,B,C\n");
  /* Friday 2024-03-01 to Sunday: A sells 2 kWh each weekday hour and 4 each weekend hour. */
  for (guint hour = 0; hour < 72; hour++)
    g_string_append_printf (text, "2024-03-%02u %02u:00,%s,%s,1\n", 1 + hour / 24, hour % 24,
                            hour < 24 ? "2" : "4",
                            hour == 30   ? ""
                            : hour == 40 ? "-1"
                            : hour == 50 ? "70"
                                         : "1");
  making_add_text (&making, "stations.csv", TWO_STATIONS);
  making_add_text (&making, "usage.csv", text->str);
  run_well (&making);
  const ZxCity *city = making.city;
  CLOSE (city->stations.kwh_per_day[0], (24 * 2 + 48 * 4) / 3.0);
  CLOSE (city->stations.observed_days[0], 3);
  CLOSE (city->stations.kwh_per_day[1], 24);
  CLOSE (city->stations.observed_days[1], 69 / 24.0);
  CLOSE (city->usage.kwh[ZX_USAGE_INDEX (0, 0, 7)], 2);
  CLOSE (city->usage.kwh[ZX_USAGE_INDEX (0, 1, 7)], 4);
  g_assert_cmpuint (city->usage.n_days, ==, 3);
  CLOSE (city->usage.city_kwh_per_day[0], 72);
  CLOSE (city->usage.city_kwh_per_day[1],
         (96 + 22) * 48.0 / 46); /* two readings of B are missing */
  g_assert_true (making_names_row (&making, "usage.csv", "usage.gap", 30));
  g_assert_true (making_names_row (&making, "usage.csv", "usage.negative", 40));
  g_assert_true (making_names_row (&making, "usage.csv", "usage.above-rated-power", 50));
  g_assert_cmpuint (making_count (&making, "usage.csv", "usage.unknown-station"), ==, 1);
  g_string_free (text, TRUE);
  making_clear (&making);
}

static void
test_five_minutes (void)
{
  Making making = metres ();
  GString *text = g_string_new ("time,A,B\n");
  for (guint i = 0; i < 288; i++)
    g_string_append_printf (text, "2024-03-01 %02u:%02u,0.5,0\n", i / 12, i % 12 * 5);
  making_add_text (&making, "stations.csv", TWO_STATIONS);
  making_add_text (&making, "usage.csv", text->str);
  run_well (&making);
  CLOSE (making.city->stations.kwh_per_day[0], 144);
  CLOSE (making.city->usage.kwh[ZX_USAGE_INDEX (0, 0, 3)], 6); /* kWh in that hour */
  g_string_free (text, TRUE);
  making_clear (&making);
}

static void
test_columns_of_piles (void)
{
  Making making = metres ();
  GString *text = g_string_new ("time,101,102\n");
  for (guint hour = 0; hour < 48; hour++)
    g_string_append_printf (text, "2024-03-%02u %02u:00,2,3\n", 1 + hour / 24, hour % 24);
  making_add_text (&making, "stations.csv", TWO_STATIONS);
  making_add_text (&making, "piles.csv",
                   "pile_id,station_id,x,y\n101,A,1000,1000\n102,A,1000,1000\n");
  making_add_text (&making, "usage.csv", text->str);
  run_well (&making);
  CLOSE (making.city->stations.kwh_per_day[0], 120); /* the sum of both, over two days */
  CLOSE (making.city->stations.observed_days[0], 2);
  g_string_free (text, TRUE);
  making_clear (&making);
}

static void
test_missing_hours_and_units (void)
{
  Making making = metres ();
  GString *text = g_string_new ("time,A,B\n");
  for (guint hour = 0; hour < 48; hour++)
    if (hour < 10 || hour > 12)
      g_string_append_printf (text, "2024-03-%02u %02u:00,0.002,0.001\n", 1 + hour / 24, hour % 24);
  g_string_append (text, "2024-03-02 05:00,9,9\n");
  making_add_text (&making, "stations.csv", TWO_STATIONS);
  ZxBinding *binding = making_add_text (&making, "usage.csv", text->str);
  binding->unit = g_strdup ("MWh");
  run_well (&making);
  CLOSE (making.city->stations.kwh_per_day[0], 48);
  g_assert_true (making_names_row (&making, "usage.csv", "usage.gap", 10));
  g_assert_true (making_names_row (&making, "usage.csv", "usage.duplicate-time", 45));
  g_string_free (text, TRUE);
  making_clear (&making);
}

static void
test_long_usage (void)
{
  Making making = metres ();
  making_add_text (&making, "stations.csv", TWO_STATIONS);
  making_add_text (
      &making, "long.csv",
      "station_id,time,kwh\nA,2024-03-01 00:00,3\nA,2024-03-01 01:00,5\nA,2024-03-01 02:00,4\n"
      "B,2024-03-01 00:00,1\nB,2024-03-01 01:00,-1\nB,2024-03-01 02:00,90\nZ,2024-03-01 02:00,1\n"
      "A,2024-03-01 02:00,4\nA,,4\nA,2024-03-01 03:00,\n");
  run_well (&making);
  const ZxCity *city = making.city;
  CLOSE (city->stations.kwh_per_day[0], 12 * 24 / 3.0);
  CLOSE (city->stations.kwh_per_day[1], 24);
  CLOSE (city->usage.kwh[ZX_USAGE_INDEX (0, 0, 1)], 5);
  g_assert_true (making_names_row (&making, "long", "usage.negative", 4));
  g_assert_true (making_names_row (&making, "long", "usage.above-rated-power", 5));
  g_assert_true (making_names_row (&making, "long", "usage.unknown-station", 6));
  g_assert_true (making_names_row (&making, "long", "usage.duplicate-time", 7));
  g_assert_true (making_names_row (&making, "long", "time.missing", 8));
  g_assert_true (making_names_row (&making, "long", "usage.missing-energy", 9));
  making_clear (&making);
}

static void
test_sessions (void)
{
  Making making = metres ();
  making_add_text (&making, "stations.csv", TWO_STATIONS);
  making_add_text (&making, "sessions.csv",
                   "station_id,start_time,end_time,kwh\n"
                   "A,2024-03-04 08:30,2024-03-04 10:30,40\n"     /* Monday: 10, 20, 10 kWh */
                   "North,2024-03-07 08:00,2024-03-07 09:00,20\n" /* by name */
                   "B,2024-03-04 23:30,2024-03-05 00:30,10\n"
                   "B,2024-03-05 08:00,2024-03-05 08:10,55\n" /* 10 min of 60 kW is 10 */
                   "B,2024-03-06 08:00,2024-03-06 07:00,5\n"
                   "B,2024-03-04 23:30,2024-03-05 00:30,10\n");
  run_well (&making);
  const ZxCity *city = making.city;
  CLOSE (city->stations.kwh_per_day[0], 60 / 4.0); /* Monday to Thursday */
  CLOSE (city->stations.sessions_per_day[0], 0.5);
  CLOSE (city->stations.busy_hours_per_day[0], 0.75);
  CLOSE (city->usage.kwh[ZX_USAGE_INDEX (0, 0, 8)], (10 + 20) / 4.0);
  CLOSE (city->usage.kwh[ZX_USAGE_INDEX (0, 0, 9)], 20 / 4.0);
  CLOSE (city->usage.kwh[ZX_USAGE_INDEX (1, 0, 0)], 5 / 4.0);
  g_assert_cmpuint (city->usage.n_days, ==, 4);
  CLOSE (city->usage.city_kwh_per_day[0], 45);
  CLOSE (city->usage.city_kwh_per_day[1], 5);
  g_assert_true (making_names_row (&making, "sessions", "usage.above-rated-power", 3));
  g_assert_true (making_names_row (&making, "sessions", "sessions.end-before-start", 4));
  g_assert_true (making_names_row (&making, "sessions", "sessions.duplicate", 5));
  making_clear (&making);
}

static void
test_future (void)
{
  Making making = metres ();
  ZxQualityOptions options = ZX_QUALITY_OPTIONS_INIT;
  options.now = zx_time_from_civil (2024, 3, 5, 0, 0, 0);
  making_add_text (&making, "stations.csv", TWO_STATIONS);
  making_add_text (
      &making, "sessions.csv",
      "station_id,start_time,end_time,kwh\nA,2024-03-04 08:30,2024-03-04 10:30,40\n"
      "A,2024-03-05 08:00,2024-03-05 09:00,20\nA,0014-03-05 08:00,0014-03-05 09:00,20\n");
  making_run (&making, &options);
  g_assert_true (making_names_row (&making, "sessions", "time.future", 1));
  g_assert_true (making_names_row (&making, "sessions", "time.year-implausible", 2));
  making_clear (&making);
}

static void
test_prices (void)
{
  Making making = metres ();
  GString *energy = g_string_new ("time,A,B\n"), *service = g_string_new ("time,A,B\n");
  for (guint hour = 0; hour < 48; hour++)
    {
      g_string_append_printf (energy, "2024-03-%02u %02u:00,%s,0\n", 1 + hour / 24, hour % 24,
                              hour % 2 == 0 ? "0.8" : "1.2");
      g_string_append_printf (service, "2024-03-%02u %02u:00,0.4,0.4\n", 1 + hour / 24, hour % 24);
    }
  making_add_text (&making, "stations.csv", TWO_STATIONS);
  making_add_text (&making, "e_price.csv", energy->str);
  making_add_text (&making, "s_price.csv", service->str);
  run_well (&making);
  CLOSE (making.city->stations.price_fen_per_kwh[0], 140);
  CLOSE (making.city->stations.price_fen_per_kwh[1], 40);
  g_assert_cmpuint (making_count (&making, "e_price", "price.zero-means-missing"), ==, 48);
  g_string_free (energy, TRUE);
  g_string_free (service, TRUE);
  making_clear (&making);
}

/* ---- vehicles ----------------------------------------------------------------------------- */

static void
test_traces (void)
{
  Making making = metres ();
  making_add_text (&making, "traces.csv",
                   "vehicle_id,time,x,y\n"
                   "v,2024-03-01 08:00:00,10000,10000\n"
                   "v,2024-03-01 08:02:00,11000,10000\n"
                   "v,2024-03-01 08:03:00,31000,10000\n" /* 1200 km/h and back */
                   "v,2024-03-01 08:04:00,12000,10000\n"
                   "v,2024-03-01 08:04:00,12000,10000\n"
                   "v,2024-03-01 09:04:00,12010,10000\n" /* parked for an hour */
                   "w,2024-03-02 09:00:00,10000,11000\n" /* Saturday */
                   "w,2024-03-02 09:05:00,11000,11000\n"
                   "w,,11000,11000\n");
  run_well (&making);
  const ZxFleet *fleet = &making.city->fleet;
  g_assert_cmpint (fleet->measure, ==, ZX_FLEET_VEHICLE_HOURS);
  g_assert_cmpuint (fleet->n, ==, 6);
  g_assert_cmpuint (fleet->n_vehicles, ==, 2);
  CLOSE (fleet->observed_days, 2);
  CLOSE (fleet->weight[0], 2 / 60.0);
  CLOSE (fleet->weight[1], 2 / 60.0);  /* to 08:04, over the reflection */
  CLOSE (fleet->weight[2], 10 / 60.0); /* capped */
  CLOSE (fleet->weight[3], 0);
  g_assert_cmpuint (fleet->time_bin[0], ==, 8);
  g_assert_cmpuint (fleet->time_bin[4], ==, 24 + 9);
  g_assert_cmpuint (fleet->n_dwells, ==, 1);
  CLOSE (fleet->dwell_hours[0], 1);
  CLOSE (fleet->dx_m[1] + making.city->origin_x_m, 11000);
  g_assert_true (making_names_row (&making, NULL, "vehicles.impossible-speed", 2));
  g_assert_true (making_names_row (&making, NULL, "vehicles.duplicate-point", 4));
  g_assert_true (making_names_row (&making, NULL, "time.missing", 8));
  making_clear (&making);
}

static void
test_traces_out_of_order (void)
{
  Making a = metres (), b = metres ();
  making_add_text (
      &a, "traces.csv",
      "vehicle_id,time,x,y\nv,2024-03-01 08:00,10000,10000\nv,2024-03-01 08:02,11000,10000\n"
      "v,2024-03-01 08:04,12000,10000\nw,2024-03-01 08:00,10000,11000\nw,2024-03-01 "
      "08:03,10500,11000\n");
  making_add_text (
      &b, "traces.csv",
      "vehicle_id,time,x,y\nw,2024-03-01 08:03,10500,11000\nv,2024-03-01 08:02,11000,10000\n"
      "v,2024-03-01 08:04,12000,10000\nw,2024-03-01 08:00,10000,11000\nv,2024-03-01 "
      "08:00,10000,10000\n");
  run_well (&a);
  run_well (&b);
  double total_a = 0, total_b = 0;
  for (gsize i = 0; i < 5; i++)
    {
      total_a += a.city->fleet.weight[i];
      total_b += b.city->fleet.weight[i];
    }
  CLOSE (total_a, 7 / 60.0);
  CLOSE (total_b, 7 / 60.0);
  making_clear (&a);
  making_clear (&b);
}

static void
test_first_fix_is_wrong (void)
{
  Making making = metres ();
  making_add_text (
      &making, "traces.csv",
      "vehicle_id,time,x,y\nv,2024-03-01 08:00,90000,10000\nv,2024-03-01 08:01,11000,10000\n"
      "v,2024-03-01 08:02,12000,10000\nv,2024-03-01 08:03,13000,10000\n");
  run_well (&making);
  g_assert_true (making_names_row (&making, NULL, "vehicles.impossible-speed", 0));
  g_assert_cmpuint (making.city->fleet.n, ==, 3);
  making_clear (&making);
}

static void
test_trips (void)
{
  Making making = metres ();
  making_add_text (&making, "trips.csv",
                   "id,start_lon,start_lat,end_lon,end_lat,start_time,end_time\n"
                   "1,1000,1000,5000,1000,2024-03-01 08:10,2024-03-01 09:05\n"
                   "2,1000,1000,5000,1000,2024-03-01 08:10,2024-03-01 07:05\n"
                   "3,0,0,5000,1000,2024-03-01 08:10,2024-03-01 09:05\n"
                   "4,1000,1000,90000,1000,2024-03-01 08:10,2024-03-01 08:12\n"
                   "1,1000,1000,5000,1000,2024-03-01 08:10,2024-03-01 09:05\n");
  run_well (&making);
  const ZxFleet *fleet = &making.city->fleet;
  g_assert_cmpint (fleet->measure, ==, ZX_FLEET_TRIP_ENDS);
  g_assert_cmpuint (fleet->n, ==, 2);
  g_assert_null (fleet->weight);
  g_assert_cmpuint (fleet->time_bin[0], ==, 8);
  g_assert_cmpuint (fleet->time_bin[1], ==, 9);
  g_assert_true (making_names_row (&making, NULL, "vehicles.end-before-start", 1));
  g_assert_true (making_names_row (&making, NULL, "vehicles.impossible-place", 2));
  g_assert_true (making_names_row (&making, NULL, "vehicles.impossible-speed", 3));
  g_assert_true (making_names_row (&making, NULL, "vehicles.identical-trip", 4));
  making_clear (&making);
}

static void
test_points_without_times (void)
{
  Making making = metres ();
  making_add_text (&making, "gps.csv",
                   "TrackID,x,y,Time\n0,1000,1000,\n0,2000,1000,\n1,3000,1000,\n");
  making_add_text (&making, "trips.csv",
                   "id,start_lon,start_lat,end_lon,end_lat\n1,1000,1000,5000,1000\n");
  making_run (&making, NULL);
  g_assert_true (making.ok);
  g_assert_cmpint (making.city->fleet.measure, ==, ZX_FLEET_TRIP_ENDS); /* the better measure */
  g_assert_cmpuint (making_count (&making, "gps.csv", "vehicles.measure-mixed"), ==, 3);
  making_clear (&making);
}

/* Traces of another city leave nothing: the trips count. */
static void
test_next_measure (void)
{
  Making making = metres ();
  making_add_text (&making, "stations.csv",
                   "station_id,x,y,connectors\n1,1000,1000,4\n2,9000,9000,4\n");
  making_add_text (
      &making, "traces.csv",
      "vehicle_id,time,x,y\nv,2024-03-01 08:00,900000,10000\nv,2024-03-01 08:02,901000,10000\n");
  GString *text = g_string_new ("id,start_lon,start_lat,end_lon,end_lat\n");
  for (guint i = 0; i < 100; i++)
    g_string_append_printf (text, "%u,%u,1000,5000,1000\n", i, 1000 + i);
  making_add_text (&making, "trips.csv", text->str);
  run_well (&making);
  g_assert_cmpint (making.city->fleet.measure, ==, ZX_FLEET_TRIP_ENDS);
  g_assert_cmpuint (making.city->fleet.n, ==, 200);
  g_assert_null (making.city->fleet.weight);
  g_assert_cmpuint (making_count (&making, "traces", "vehicles.outside-study-area"), ==, 2);
  g_string_free (text, TRUE);
  making_clear (&making);
}

static void
test_roads_of_two_layers (void)
{
  static const double ends[][4] = { { 0, 0, 1000, 0 }, { 0, 0, 0, 1000 } };
  Making making = metres ();
  making_add (&making, line_layer ("a", ends, 2), "a.shp");
  making_add (&making, line_layer ("b", ends + 1, 1), "b.shp");
  run_well (&making);
  g_assert_cmpuint (making.city->roads.n, ==, 2);
  g_assert_true (making_names_row (&making, "b.shp", "roads.duplicate", 0));
  making_clear (&making);
}

/* ---- the grid company ----------------------------------------------------------------------- */

static void
test_feeders (void)
{
  Making making = metres ();
  making_add_text (&making, "nodes.csv",
                   "node_id,component,type,base_kv,p_mw,q_mvar,lon,lat\n1,0,slack,10,0,0,,\n2,0,pq,"
                   "10,0.1,0.05,,\n"
                   "3,0,pq,10,0.2,0.05,,\n3,0,pq,10,0.2,0.05,,\n,0,pq,10,0,0,,\n");
  ZxBinding *binding = making_add_text (
      &making, "branches.csv",
      "branch_id,from_node,to_node,r_pu,x_pu,rate_mva,status,wkt\n1,1,2,0.01,0.02,5,1,\"LINESTRING "
      "(0 0, 10 20)\"\n"
      "2,2,3,0,0,,0,\n3,2,9,0.1,0.1,,1,\n4,2,2,0.1,0.1,,1,\n5,1,3,-0.1,0.1,,1,\n");
  g_hash_table_insert (binding->values, g_strdup ("base_mva"), g_strdup ("2"));
  making_add_text (&making, "places.csv", "name,type,x,y\na,school,0,1\n");
  run_well (&making);
  const ZxFeeders *feeders = &making.city->feeders;
  g_assert_cmpuint (feeders->n_feeders, ==, 1);
  g_assert_cmpuint (feeders->n_nodes, ==, 3);
  g_assert_cmpuint (feeders->n_branches, ==, 2);
  CLOSE (feeders->branch_r_ohm[0], 0.01 * 100 / 2);
  CLOSE (feeders->branch_x_ohm[0], 0.02 * 100 / 2);
  CLOSE (feeders->branch_max_kva[0], 5000);
  g_assert_true (isnan (feeders->branch_max_kva[1]));
  g_assert_true (feeders->branch_is_open[1]);
  CLOSE (feeders->node_kw[2], 200);
  g_assert_true (feeders->node_is_source[0]);
  g_assert_cmpint (feeders->branch_lines.kind, ==, ZX_GEOMETRY_LINE);
  CLOSE (feeders->branch_lines.y[1], 20);
  g_assert_true (making_names_row (&making, "nodes", "feeders.duplicate-node", 3));
  g_assert_true (making_names_row (&making, "nodes", "feeders.missing-id", 4));
  g_assert_true (making_names_row (&making, "branches", "feeders.zero-impedance", 1));
  g_assert_true (making_names_row (&making, "branches", "feeders.unknown-node", 2));
  g_assert_true (making_names_row (&making, "branches", "feeders.self-loop", 3));
  g_assert_true (making_names_row (&making, "branches", "feeders.negative-impedance", 4));
  making_clear (&making);
}

static void
test_schematic_feeder (void)
{
  Making making;
  making_init (&making, 7.9, 48.4);
  making_add_text (
      &making, "nodes.csv",
      "node_id,base_kv,p_kw,lon,lat\n1,10,0,0,1\n2,10,5,1,1\n3,10,5,2,1\n4,10,5,3,2\n");
  making_add_text (&making, "branches.csv", "from_node,to_node,r_ohm,x_ohm\n1,2,1,1\n2,3,1,1\n");
  run_well (&making);
  g_assert_cmpuint (making_count (&making, NULL, "feeders.schematic-coordinates"), ==, 4);
  g_assert_cmpuint (making_count (&making, NULL, "feeders.no-source"), ==, 2);
  g_assert_true (isnan (making.city->feeders.node_x_m[0]));
  making_clear (&making);
}

static void
test_transformers (void)
{
  Making making = metres ();
  making_add_text (
      &making, "台区.csv",
      "台区编号,台区名称,额定容量kVA,最大负荷kW,功率因数,x,y\n"
      "T1,a,400,200,0.9,1000,1000\nT2,b,0.63,300,0.95,2000,1000\nT3,c,630,300000,0.95,3000,1000\n"
      "T4,d,,100,0.95,4000,1000\nT5,e,400,900,0.95,5000,1000\nT6,f,437,100,0.95,6000,1000\n");
  run_well (&making);
  const ZxTransformerAreas *areas = &making.city->transformers;
  g_assert_cmpuint (areas->n, ==, 5);
  CLOSE (areas->rated_kva[1], 630);
  CLOSE (areas->base_kw[2 * 24 + 5], 300);
  CLOSE (areas->base_kvar[0], 200 * tan (acos (0.9)));
  g_assert_true (making_names_row (&making, NULL, "transformers.unit-slip", 1));
  g_assert_true (making_names_row (&making, NULL, "transformers.unit-slip", 2));
  g_assert_true (making_names_row (&making, NULL, "transformers.rated-missing", 3));
  g_assert_true (making_names_row (&making, NULL, "transformers.overloaded", 4));
  g_assert_true (making_names_row (&making, NULL, "transformers.rated-unusual", 5));
  making_clear (&making);
}

/* ---- land --------------------------------------------------------------------------------- */

static ZxLayer *
square_layer (const char *name, const double (*squares)[3], gsize n)
{
  static const double corner[][2] = { { 0, 0 }, { 1, 0 }, { 1, 1 }, { 0, 1 }, { 0, 0 } };
  ZxLayer *layer = zx_layer_new (name, name, n);
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  for (gsize i = 0; i < n; i++)
    {
      zx_geometry_builder_begin_part (&builder, FALSE);
      for (guint k = 0; k < 5; k++)
        zx_geometry_builder_point (&builder, squares[i][0] + corner[k][0] * squares[i][2],
                                   squares[i][1] + corner[k][1] * squares[i][2]);
      zx_geometry_builder_end_row (&builder);
    }
  zx_geometry_builder_finish (&builder, &layer->geometry);
  return layer;
}

/* A layer of closed areas: what its kind calls a barrier may not be crossed, the rest not built on;
 * a line can only be the former. */
static void
test_barriers_among_exclusions (void)
{
  static const double squares[][3] = { { 0, 0, 10 }, { 20, 0, 10 } };
  static const char *const kinds[] = { "flood", "屏障" };
  Making making = metres ();
  ZxLayer *layer = square_layer ("exclusions", squares, 2);
  set_texts (layer, "kind", kinds);
  making_add (&making, layer, "x.gpkg")->role = ZX_ROLE_EXCLUSIONS;
  ZxLayer *lines = zx_layer_new ("walls", "walls", 1);
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_LINE);
  zx_geometry_builder_begin_part (&builder, FALSE);
  zx_geometry_builder_point (&builder, 0, 50);
  zx_geometry_builder_point (&builder, 30, 50);
  zx_geometry_builder_end_row (&builder);
  zx_geometry_builder_finish (&builder, &lines->geometry);
  making_add (&making, lines, "y.gpkg")->role = ZX_ROLE_EXCLUSIONS;
  run_well (&making);
  const ZxAreas *areas = &making.city->areas;
  g_assert_cmpuint (areas->n, ==, 3);
  g_assert_cmpint (areas->kind[0], ==, ZX_AREA_EXCLUSION);
  g_assert_cmpint (areas->kind[1], ==, ZX_AREA_BARRIER);
  g_assert_cmpint (areas->kind[2], ==, ZX_AREA_BARRIER);
  gsize first = areas->polygons.point_first[areas->polygons.part_first[2]];
  gsize last = areas->polygons.point_first[areas->polygons.part_first[3]] - 1;
  g_assert_cmpuint (last - first, ==, 3); /* there, half way, and back */
  g_assert_cmpfloat (areas->polygons.x[first], ==, areas->polygons.x[last]);
  making_clear (&making);
}

/* A point that says it is a barrier closes what runs through it; a point that says nothing of the
 * kind is no area. */
static void
test_barrier_points (void)
{
  static const char *const kinds[] = { "路障", "flood", "bollard" };
  Making making = metres ();
  ZxLayer *layer = zx_layer_new ("points", "points", 3);
  layer->geometry = (ZxGeometry){ .kind = ZX_GEOMETRY_POINT, .n_rows = 3 };
  layer->geometry.x = g_new0 (double, 3);
  layer->geometry.y = g_new0 (double, 3);
  layer->geometry.x[0] = 100;
  layer->geometry.x[2] = NAN;
  set_texts (layer, "kind", kinds);
  making_add (&making, layer, "x.gpkg")->role = ZX_ROLE_EXCLUSIONS;
  run_well (&making);
  const ZxAreas *areas = &making.city->areas;
  g_assert_cmpuint (areas->n, ==, 1);
  g_assert_cmpint (areas->kind[0], ==, ZX_AREA_BARRIER);
  g_assert_true (zx_geometry_contains (&areas->polygons, 0, 104, 0));
  g_assert_false (zx_geometry_contains (&areas->polygons, 0, 106, 0));
  g_assert_cmpfloat_with_epsilon (zx_geometry_area (&areas->polygons, 0), 50, 1e-9);
  making_clear (&making);
}

static void
test_areas_by_tag (void)
{
  static const double squares[][3] = { { 0, 0, 10 }, { 20, 0, 10 }, { 40, 0, 10 }, { 60, 0, 0 } };
  static const char *const natural[] = { "water", "", "", "water" };
  static const char *const leisure[] = { "", "park", "pitch", "" };
  Making making = metres ();
  ZxLayer *layer = square_layer ("multipolygons", squares, 4);
  set_texts (layer, "natural", natural);
  set_texts (layer, "leisure", leisure);
  making_add (&making, layer, "x.gpkg");
  run_well (&making);
  g_assert_cmpuint (making.city->areas.n, ==, 2);
  g_assert_cmpint (making.city->areas.kind[0], ==, ZX_AREA_WATER);
  g_assert_cmpint (making.city->areas.kind[1], ==, ZX_AREA_GREEN);
  g_assert_cmpuint (making_count (&making, NULL, "layer.other-things"), ==, 1);
  g_assert_true (making_names_row (&making, NULL, "areas.empty", 3));
  making_clear (&making);
}

static void
test_self_crossing (void)
{
  Making making = metres ();
  ZxLayer *layer = zx_layer_new ("water", "water.geojson", 2);
  ZxGeometryBuilder builder;
  static const double bow[][2] = { { 0, 0 }, { 10, 10 }, { 10, 0 }, { 0, 14 }, { 0, 0 } };
  static const double touching[][2]
      = { { 20, 0 }, { 30, 0 }, { 30, 10 }, { 25, 0 }, { 20, 10 }, { 20, 0 } };
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  zx_geometry_builder_begin_part (&builder, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (bow); i++)
    zx_geometry_builder_point (&builder, bow[i][0], bow[i][1]);
  zx_geometry_builder_end_row (&builder);
  zx_geometry_builder_begin_part (&builder, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (touching); i++)
    zx_geometry_builder_point (&builder, touching[i][0], touching[i][1]);
  zx_geometry_builder_end_row (&builder);
  zx_geometry_builder_finish (&builder, &layer->geometry);
  making_add (&making, layer, "water.geojson");
  run_well (&making);
  g_assert_true (making_names_row (&making, NULL, "areas.self-crossing", 0));
  g_assert_false (making_names_row (&making, NULL, "areas.self-crossing", 1));
  making_clear (&making);
}

static void
test_parcels_and_boundary (void)
{
  static const double boundary[][3] = { { 0, 0, 10000 } };
  Making making = metres ();
  making_add (&making, square_layer ("boundary", boundary, 1), "boundary.geojson");
  making_add_text (&making, "台区.csv",
                   "台区编号,额定容量kVA,最大负荷kW,x,y\nT1,400,200,1000,1000\n");
  making_add_text (&making, "parcels.csv",
                   "parcel_id,x,y,area_m2,bays,rent,transformer_id\nP1,5000,5000,800,20,12.5,T1\n"
                   "P2,50000,5000,800,20,12.5,T1\nP3,6000,5000,-3,20,12.5,T9\n");
  run_well (&making);
  const ZxParcels *parcels = &making.city->parcels;
  g_assert_cmpuint (parcels->n, ==, 2);
  CLOSE (parcels->rent_fen_per_bay_year[0], 1250);
  g_assert_cmpint (parcels->transformer_area[0], ==, 0);
  g_assert_cmpint (parcels->transformer_area[1], ==, -1);
  g_assert_true (isnan (parcels->area_m2[1]));
  g_assert_true (making_names_row (&making, "parcels", "parcels.outside-study-area", 1));
  g_assert_true (making_names_row (&making, "parcels", "parcels.implausible", 2));
  g_assert_true (making_names_row (&making, "parcels", "parcels.unknown-transformer", 2));
  CLOSE (making.city->max_x_m, 10000);
  CLOSE (fmod (making.city->origin_x_m, 1000), 0);
  making_clear (&making);
}

static guint
n_boundary_rows (const ZxCity *city)
{
  guint n = 0;
  for (guint i = 0; i < city->areas.n; i++)
    n += city->areas.kind[i] == ZX_AREA_BOUNDARY;
  return n;
}

/* Three districts of 10 km in a row; @stations are in them or not. */
static guint
boundary_rows_with (const char *stations, double *max_x_m)
{
  static const double districts[][3]
      = { { 0, 0, 10000 }, { 10000, 0, 10000 }, { 20000, 0, 10000 } };
  Making making = metres ();
  making_add (&making, square_layer ("districts", districts, 3), "districts.geojson")->role
      = ZX_ROLE_DISTRICTS;
  making_add_text (&making, "stations.csv", stations);
  run_well (&making);
  guint n = n_boundary_rows (making.city);
  g_assert_cmpuint (making_count (&making, NULL, "areas.districts-as-boundary"), ==, n);
  g_assert_cmpuint (making.city->areas.n, ==, 3 + n);
  *max_x_m = making.city->max_x_m;
  making_clear (&making);
  return n;
}

static void
test_districts_stand_in_for_a_boundary (void)
{
  double max_x_m;
  /* across the city: the third district has no station, but is no less of the city */
  g_assert_cmpuint (
      boundary_rows_with ("station_id,x,y,dc\nA,1000,1000,4\nB,19000,9000,4\n", &max_x_m), ==, 3);
  CLOSE (max_x_m, 30000);
  /* in one corner of a province: its own district alone */
  g_assert_cmpuint (
      boundary_rows_with ("station_id,x,y,dc\nA,1000,1000,4\nB,3000,2000,4\n", &max_x_m), ==, 1);
  CLOSE (max_x_m, 10000);
  /* mostly outside: the districts are of something else */
  g_assert_cmpuint (
      boundary_rows_with ("station_id,x,y,dc\nA,1000,1000,4\nB,3000,-2000,4\n", &max_x_m), ==, 0);
}

static void
test_people_and_places (void)
{
  Making making = metres ();
  ZxBinding *people = making_add_text (
      &making, "people.csv",
      "id,x,y,population,jobs\n1,1000,1000,120,5\n2,2000,1000,-4,5\n3,3000,1000,,5\n4,4000,1000,,\n"
      "5,5000,1000,many,2\n");
  zx_binding_bind (people, "residents", "population");
  people->role = ZX_ROLE_PEOPLE;
  making_add_text (&making, "poi.csv",
                   "name,type,x,y\na,餐饮服务;中餐厅,1000,1000\nb\x07"
                   "c,school,2000,1000\na,餐饮服务;中餐厅,1000,1000\n");
  run_well (&making);
  g_assert_cmpuint (making.city->people.n, ==, 2);
  g_assert_cmpuint (making.city->places.n, ==, 2);
  g_assert_cmpint (making.city->places.kind[0], ==, ZX_PLACE_FOOD);
  g_assert_cmpstr (zx_pool_get (making.city->pool, making.city->places.name[1]), ==, "b c");
  g_assert_true (making_names_row (&making, "people", "people.negative", 1));
  g_assert_true (making_names_row (&making, "people", "people.missing", 3));
  g_assert_true (making_names_row (&making, "people", "people.unreadable", 4));
  g_assert_true (making_names_row (&making, "poi", "places.duplicate", 2));
  g_assert_true (making_names_row (&making, "poi", "text.control-characters", 1));
  making_clear (&making);
}

/* ---- the whole ---------------------------------------------------------------------------- */

static void
test_nothing_left (void)
{
  Making making = metres ();
  making_add_text (&making, "stations.csv", "station_id,x,y,connectors\n1,0,0,4\n2,,,3\n");
  making_run (&making, NULL);
  g_assert_false (making.ok);
  g_assert_error (making.error, ZX_ERROR, ZX_ERROR_MISSING);
  g_assert_cmpuint (making.findings->rows->len, >=, 2);
  making_clear (&making);
}

static void
test_missing_column (void)
{
  Making making = metres ();
  ZxBinding *binding = making_add_text (&making, "usage.csv", "when,kwh\n2024-03-01 08:00,5\n");
  binding->role = ZX_ROLE_USAGE_LONG;
  zx_binding_bind (binding, "time", "when");
  zx_binding_bind (binding, "kwh", "kwh");
  zx_binding_bind (binding, "station_id", "nowhere");
  making_add_text (&making, "places.csv", "name,type,x,y\na,school,1000,1000\n");
  run_well (&making);
  g_assert_cmpuint (making_count (&making, "usage", "layer.column-missing"), ==, 1);
  g_assert_cmpuint (making_count (&making, "usage", "layer.column-unknown"), ==, 1);
  making_clear (&making);
}

static void
test_many_findings_are_counted (void)
{
  Making making = metres ();
  GString *text = g_string_new ("name,type,x,y\na,school,1000,1000\n");
  for (guint i = 0; i < 25000; i++)
    g_string_append (text, "b,school,,\n");
  making_add_text (&making, "places.csv", text->str);
  run_well (&making);
  g_assert_cmpuint (making.findings->rows->len, ==, 20001);
  g_assert_cmpuint (making_count (&making, NULL, "places.missing-place"), ==, 25000);
  g_string_free (text, TRUE);
  making_clear (&making);
}

/* ---- anything ----------------------------------------------------------------------------- */

static const char *const odd_cells[] = { "",
                                         "0",
                                         "1",
                                         "-1",
                                         "nan",
                                         "1e308",
                                         "-1e308",
                                         "117.02",
                                         "36.66",
                                         "2024-03-01 08:00",
                                         "2024-02-30",
                                         "9999-12-31 23:59",
                                         "0001-01-01",
                                         "A",
                                         "B",
                                         "T1",
                                         "1,234.5",
                                         "7 kW",
                                         "\xff\xfe",
                                         "1e999",
                                         "slack",
                                         "LINESTRING (0 0, 1 1)",
                                         "LINESTRING (",
                                         "00:10",
                                         "-0:10:00",
                                         "600",
                                         "300000",
                                         "yes",
                                         "\"",
                                         "中文" };

static void
fill_oddly (ZxLayer *layer, ZxRole role, ZxRng *rng)
{
  guint n;
  const ZxRoleColumn *columns = zx_role_columns (role, &n);
  for (guint i = 0; i < n + 2; i++)
    {
      gboolean is_number = zx_rng_below (rng, 3) == 0;
      ZxColumn *column = zx_layer_add_column (layer,
                                              i < n    ? columns[i].name
                                              : i == n ? "A"
                                                       : "B",
                                              is_number ? ZX_COLUMN_NUMBER : ZX_COLUMN_TEXT);
      for (gsize row = 0; row < layer->n_rows; row++)
        {
          const char *cell = odd_cells[zx_rng_below (rng, G_N_ELEMENTS (odd_cells))];
          if (!is_number)
            column->text[row] = zx_pool_add (layer->pool, cell);
          else if (!zx_number_parse (cell, strlen (cell), &column->number[row]))
            column->number[row]
                = zx_rng_below (rng, 4) == 0 ? INFINITY : 1000 * zx_rng_uniform (rng);
        }
    }
}

static void
shape_oddly (ZxLayer *layer, ZxRng *rng)
{
  ZxGeometryBuilder builder;
  ZxGeometryKind kind = (ZxGeometryKind) zx_rng_below (rng, 4);
  if (kind == ZX_GEOMETRY_NONE)
    return;
  zx_geometry_builder_init (&builder, kind);
  for (gsize row = 0; row < layer->n_rows; row++)
    {
      guint n = kind == ZX_GEOMETRY_POINT ? 1 : zx_rng_below (rng, 6);
      for (guint i = 0; i < n; i++)
        {
          if (kind != ZX_GEOMETRY_POINT && i % 3 == 0)
            zx_geometry_builder_begin_part (&builder, i > 0);
          double x = zx_rng_below (rng, 10) == 0 ? NAN : 5000 * zx_rng_uniform (rng);
          double y = zx_rng_below (rng, 10) == 0 ? 1e300 : 5000 * zx_rng_uniform (rng);
          zx_geometry_builder_point (&builder, x, y);
        }
      zx_geometry_builder_end_row (&builder);
    }
  zx_geometry_builder_finish (&builder, &layer->geometry);
}

/* Whatever comes in: no crash, every row accounted for, and a city that seals. */
static void
test_anything (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint round = 0; round < 300; round++)
    {
      Making making = metres ();
      guint n_layers = 1 + zx_rng_below (&rng, 6);
      for (guint i = 0; i < n_layers; i++)
        {
          g_autofree char *file = g_strdup_printf ("file%u.csv", i);
          ZxRole role = (ZxRole) (1 + zx_rng_below (&rng, ZX_N_ROLES - 1));
          ZxLayer *layer = zx_layer_new (file, file, zx_rng_below (&rng, 40));
          fill_oddly (layer, role, &rng);
          shape_oddly (layer, &rng);
          ZxBinding *binding = making_add (&making, layer, file);
          guint n;
          const ZxRoleColumn *columns = zx_role_columns (role, &n);
          binding->role = role;
          for (guint k = 0; k < n; k++)
            zx_binding_bind (binding, columns[k].name,
                             zx_rng_below (&rng, 5) > 0 ? columns[k].name : NULL);
        }
      making_run (&making, NULL);
      making_clear (&making);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/quality/roads/one-way-follows-the-tags", test_one_way);
  g_test_add_func ("/quality/roads/speed-limits-are-read", test_road_speed);
  g_test_add_func ("/quality/roads/access-and-surface-count", test_road_access_and_factors);
  g_test_add_func ("/quality/roads/t-and-f-mean-against-and-along-beside-b",
                   test_geofabrik_direction);
  g_test_add_func ("/quality/roads/only-highways-of-osm-lines-are-roads", test_osm_lines);
  g_test_add_func ("/quality/roads/lines-without-columns-are-roads-of-unknown-class",
                   test_plain_lines);
  g_test_add_func ("/quality/stations/columns-become-facts", test_stations);
  g_test_add_func ("/quality/stations/rows-left-out-by-hand-are-not-used", test_rows_left_out);
  g_test_add_func ("/quality/stations/a-swapped-row-is-turned", test_swapped_axes);
  g_test_add_func ("/quality/piles/join-their-stations", test_piles_join_stations);
  g_test_add_func ("/quality/piles/make-stations-where-there-are-none", test_piles_alone);
  g_test_add_func ("/quality/totals/a-stated-period-is-used", test_stated_period);
  g_test_add_func ("/quality/totals/readings-come-before-totals", test_readings_before_totals);
  g_test_add_func ("/quality/totals/hours-and-energy-keep-their-own-periods",
                   test_total_beside_series);
  g_test_add_func ("/quality/usage/hours-become-means-and-days", test_wide_usage);
  g_test_add_func ("/quality/usage/five-minutes-add-up-to-hours", test_five_minutes);
  g_test_add_func ("/quality/usage/columns-of-piles-add-up-to-stations", test_columns_of_piles);
  g_test_add_func ("/quality/usage/missing-hours-lower-nothing", test_missing_hours_and_units);
  g_test_add_func ("/quality/usage/rows-become-means", test_long_usage);
  g_test_add_func ("/quality/usage/sessions-spread-over-their-hours", test_sessions);
  g_test_add_func ("/quality/usage/the-future-is-set-aside", test_future);
  g_test_add_func ("/quality/usage/prices-without-data-do-not-count", test_prices);
  g_test_add_func ("/quality/vehicles/traces-become-vehicle-hours", test_traces);
  g_test_add_func ("/quality/vehicles/order-of-rows-does-not-matter", test_traces_out_of_order);
  g_test_add_func ("/quality/vehicles/a-wrong-first-fix-is-found", test_first_fix_is_wrong);
  g_test_add_func ("/quality/vehicles/trips-give-their-ends", test_trips);
  g_test_add_func ("/quality/vehicles/the-better-measure-wins", test_points_without_times);
  g_test_add_func ("/quality/vehicles/the-next-measure-counts-when-the-best-leaves-nothing",
                   test_next_measure);
  g_test_add_func ("/quality/roads/a-line-of-a-layer-before-is-a-repetition",
                   test_roads_of_two_layers);
  g_test_add_func ("/quality/feeders/per-unit-becomes-ohm", test_feeders);
  g_test_add_func ("/quality/feeders/schematic-coordinates-are-left-out", test_schematic_feeder);
  g_test_add_func ("/quality/transformers/units-are-mended", test_transformers);
  g_test_add_func ("/quality/areas/barriers-stand-among-closed-areas",
                   test_barriers_among_exclusions);
  g_test_add_func ("/quality/areas/a-barrier-may-be-a-point", test_barrier_points);
  g_test_add_func ("/quality/areas/one-layer-gives-water-and-green", test_areas_by_tag);
  g_test_add_func ("/quality/areas/crossing-outlines-are-named-touching-ones-not",
                   test_self_crossing);
  g_test_add_func ("/quality/parcels/outside-the-boundary-is-set-aside", test_parcels_and_boundary);
  g_test_add_func ("/quality/areas/districts-stand-in-for-a-boundary",
                   test_districts_stand_in_for_a_boundary);
  g_test_add_func ("/quality/land/people-and-places-are-checked", test_people_and_places);
  g_test_add_func ("/quality/build/stations-of-two-files-are-merged-by-place",
                   test_stations_of_two_files);
  g_test_add_func ("/quality/build/two-operators-in-one-place-are-two-stations",
                   test_two_operators_are_two_stations);
  g_test_add_func ("/quality/build/nothing-left-is-an-error-that-says-so", test_nothing_left);
  g_test_add_func ("/quality/build/a-missing-column-sets-the-layer-aside", test_missing_column);
  g_test_add_func ("/quality/build/many-findings-are-counted-not-listed",
                   test_many_findings_are_counted);
  g_test_add_func ("/quality/build/anything-is-accounted-for", test_anything);
  return g_test_run ();
}
