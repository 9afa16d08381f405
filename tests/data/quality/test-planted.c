/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Errors of known kind and place in otherwise clean data: how many are found, and how many clean
 * rows are blamed.  DOMAIN.md §10, check 14: 5 of each of 20 kinds in 10 000 rows, recall >= 0.99,
 * false alarms <= 0.5 %. */

#include "make.h"
#include "tests/zx-test.h"

#define CENTRE_LON 119.5
#define CENTRE_LAT 35.4
#define N_EACH     5

typedef struct
{
  const char *file, *rule;
  gint64 row;
} Planted;

typedef struct
{
  Making making;
  ZxRng rng;
  GArray *planted;
  gsize n_rows;
} Town;

static void
plant (Town *self, const char *file, const char *rule, gsize row)
{
  Planted planted = { file, rule, (gint64) row };
  g_array_append_val (self->planted, planted);
}

/* Row @i of a kind: spread over the rows, no row twice. */
static gboolean
is_chosen (gsize row, gsize n_rows, guint kind, guint n_kinds)
{
  gsize step = n_rows / (N_EACH * n_kinds);
  return row % step == step / 2 && row / step < N_EACH * n_kinds && row / step % n_kinds == kind;
}

static double
near (Town *self, double middle, double reach)
{
  return middle + (zx_rng_uniform (&self->rng) * 2 - 1) * reach;
}

static void
add_number (GString *text, double value, const char *end)
{
  char buffer[32];
  g_string_append (text, zx_number_format (floor (value * 1e6 + 0.5) / 1e6, buffer));
  g_string_append (text, end);
}

static ZxBinding *
hand_over (Town *self, const char *file, GString *text, gsize n_rows)
{
  ZxBinding *binding = making_add_text (&self->making, file, text->str);
  g_string_free (text, TRUE);
  self->n_rows += n_rows;
  return binding;
}

/* ---- clean rows and planted ones ------------------------------------------------------------ */

static void
add_boundary (Town *self)
{
  ZxLayer *layer = zx_layer_new ("boundary", "boundary.geojson", 1);
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  zx_geometry_builder_begin_part (&builder, FALSE);
  static const double corner[][2] = { { -1, -1 }, { 1, -1 }, { 1, 1 }, { -1, 1 }, { -1, -1 } };
  for (guint i = 0; i < 5; i++)
    zx_geometry_builder_point (&builder, CENTRE_LON + 0.2 * corner[i][0],
                               CENTRE_LAT + 0.2 * corner[i][1]);
  zx_geometry_builder_end_row (&builder);
  zx_geometry_builder_finish (&builder, &layer->geometry);
  making_add (&self->making, layer, "boundary.geojson");
}

static void
add_roads (Town *self)
{
  const gsize n = 1000;
  ZxLayer *layer = zx_layer_new ("roads", "roads.geojson", n);
  ZxColumn *highway = zx_layer_add_column (layer, "highway", ZX_COLUMN_TEXT);
  ZxGeometryBuilder builder;
  double x = 0, y = 0, x1 = 0, y1 = 0;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_LINE);
  for (gsize row = 0; row < n; row++)
    {
      gboolean is_zero = is_chosen (row, n, 0, 2), is_same = is_chosen (row, n, 1, 2);
      if (!is_same)
        {
          x = near (self, CENTRE_LON, 0.19);
          y = near (self, CENTRE_LAT, 0.19);
          x1 = near (self, x, 0.005);
          y1 = near (self, y, 0.005);
        }
      zx_geometry_builder_begin_part (&builder, FALSE);
      zx_geometry_builder_point (&builder, x, y);
      zx_geometry_builder_point (&builder, is_zero ? x : x1, is_zero ? y : y1);
      zx_geometry_builder_end_row (&builder);
      highway->text[row] = zx_pool_add (layer->pool, row % 3 == 0 ? "primary" : "residential");
      if (is_zero || is_same)
        plant (self, "roads", is_zero ? "roads.zero-length" : "roads.duplicate", row);
    }
  zx_geometry_builder_finish (&builder, &layer->geometry);
  making_add (&self->making, layer, "roads.geojson");
  self->n_rows += n;
}

#define N_STATIONS 600

static void
add_stations (Town *self)
{
  GString *text
      = g_string_new ("站点编号,站点名称,运营商,经度,纬度,直流枪数,交流枪数,额定功率kW,电价\n");
  const guint n_kinds = 6;
  for (gsize row = 0; row < N_STATIONS; row++)
    {
      guint kind = n_kinds, n_dc = 2 + zx_rng_below (&self->rng, 10);
      for (guint k = 0; k < n_kinds; k++)
        if (is_chosen (row, N_STATIONS, k, n_kinds))
          kind = k;
      double lon = near (self, CENTRE_LON, 0.19), lat = near (self, CENTRE_LAT, 0.19), swap = lon;
      static const char *const rules[]
          = { "stations.duplicate-id",       "stations.swapped-axes",
              "stations.impossible-place",   "stations.missing-connectors",
              "stations.outside-study-area", "price.zero-means-missing" };
      if (kind < n_kinds)
        plant (self, "stations", rules[kind], row);
      if (kind == 1)
        {
          lon = lat;
          lat = swap;
        }
      if (kind == 2)
        lon = lat = 0;
      if (kind == 4)
        lat += 1;
      g_string_append_printf (text, "S%03u,station %u,operator %u,",
                              (guint) (kind == 0 ? row - 1 : row), (guint) row, (guint) row % 7);
      add_number (text, lon, ",");
      add_number (text, lat, ",");
      g_string_append_printf (text, "%u,0,%u,%s\n", kind == 3 ? 0 : n_dc, n_dc * 60,
                              kind == 5      ? "0"
                              : row % 2 == 0 ? "1.35"
                                             : "0.98");
    }
  hand_over (self, "stations.csv", text, N_STATIONS);
}

/* Hours down; the stations across are those that are clean. */
static void
add_usage (Town *self)
{
  const gsize n = 2000;
  const guint n_stations = 40, n_kinds = 3;
  static const char *const rules[] = { "usage.negative", "usage.above-rated-power", "usage.gap" };
  GString *text = g_string_new ("time");
  for (guint i = 0; i < n_stations; i++)
    g_string_append_printf (text, ",S%03u", i * 10 + 1);
  for (guint i = 0; i < N_EACH; i++)
    g_string_append_printf (text, ",X%03u", i);
  g_string_append_c (text, '\n');
  for (gsize row = 0; row < n; row++)
    {
      int year;
      guint month, day, hour, kind = n_kinds;
      zx_time_to_civil (1700006400 + (gint64) row * 3600, &year, &month, &day, &hour, NULL, NULL,
                        NULL);
      g_string_append_printf (text, "%04d-%02u-%02u %02u:00:00", year, month, day, hour);
      for (guint k = 0; k < n_kinds; k++)
        if (is_chosen (row, n, k, n_kinds))
          kind = k;
      if (kind < n_kinds)
        plant (self, "usage", rules[kind], row);
      for (guint i = 0; i < n_stations + N_EACH; i++)
        {
          double kwh = zx_rng_uniform (&self->rng) < 0.2 ? 0 : zx_rng_uniform (&self->rng) * 110;
          g_string_append_c (text, ',');
          if (i == 7 && kind == 0)
            add_number (text, -kwh - 1, "");
          else if (i == 8 && kind == 1)
            add_number (text, 5000 + kwh, "");
          else if (i != 9 || kind != 2)
            add_number (text, kwh, "");
        }
      g_string_append_c (text, '\n');
    }
  for (guint i = 0; i < N_EACH; i++)
    plant (self, "usage", "usage.unknown-station", (gsize) -1);
  hand_over (self, "usage.csv", text, n);
}

static void
add_vehicles (Town *self)
{
  const gsize n = 4000;
  const guint n_kinds = 3;
  static const char *const rules[]
      = { "vehicles.impossible-place", "vehicles.impossible-speed", "vehicles.duplicate-point" };
  GString *text = g_string_new ("vehicle_id,time,lon,lat,speed\n");
  double lon = CENTRE_LON, lat = CENTRE_LAT;
  g_autofree char *line = NULL;
  for (gsize row = 0; row < n; row++)
    {
      guint kind = n_kinds;
      for (guint k = 0; k < n_kinds; k++)
        if (is_chosen (row, n, k, n_kinds))
          kind = k;
      if (kind < n_kinds)
        plant (self, "vehicles", rules[kind], row);
      if (kind == 2) /* the row before again */
        {
          g_string_append (text, line);
          continue;
        }
      if (row % 400 == 0)
        {
          lon = near (self, CENTRE_LON, 0.1);
          lat = near (self, CENTRE_LAT, 0.1);
        }
      lon = CLAMP (near (self, lon, 0.003), CENTRE_LON - 0.19, CENTRE_LON + 0.19);
      lat = CLAMP (near (self, lat, 0.003), CENTRE_LAT - 0.19, CENTRE_LAT + 0.19);
      g_autoptr (GString) row_text = g_string_new (NULL);
      gint64 time = 1700006400 + (gint64) (row % 400) * 30;
      int year;
      guint month, day, hour, minute, second;
      zx_time_to_civil (time, &year, &month, &day, &hour, &minute, &second, NULL);
      g_string_append_printf (row_text, "V%u,%04d-%02u-%02u %02u:%02u:%02u,", (guint) (row / 400),
                              year, month, day, hour, minute, second);
      add_number (row_text, kind == 0 ? 0 : kind == 1 ? lon + 0.15 : lon, ",");
      add_number (row_text, kind == 0 ? 0 : lat, ",");
      g_string_append_printf (row_text, "%u\n", zx_rng_below (&self->rng, 60));
      g_string_append (text, row_text->str);
      g_free (line);
      line = g_strdup (row_text->str);
    }
  hand_over (self, "vehicles.csv", text, n);
}

static void
add_grid (Town *self)
{
  const gsize n = 500;
  GString *text
      = g_string_new ("transformer_id,name,s_kva,feeder_id,base_peak_kw,power_factor,lon,lat\n");
  static const guint sizes[] = { 200, 315, 400, 630, 800 };
  for (gsize row = 0; row < n; row++)
    {
      double kva = sizes[zx_rng_below (&self->rng, 5)];
      double peak = kva * (0.2 + 0.6 * zx_rng_uniform (&self->rng));
      gboolean is_missing = is_chosen (row, n, 0, 2), is_slip = is_chosen (row, n, 1, 2);
      if (is_missing || is_slip)
        plant (self, "transformers",
               is_missing ? "transformers.rated-missing" : "transformers.unit-slip", row);
      g_string_append_printf (text, "T%u,area %u,", (guint) row, (guint) row);
      if (!is_missing)
        add_number (text, is_slip && row % 2 == 0 ? kva / 1000 : kva, "");
      g_string_append (text, ",F1,");
      add_number (text, is_slip && row % 2 == 1 ? peak * 1000 : peak, ",0.95,");
      add_number (text, near (self, CENTRE_LON, 0.19), ",");
      add_number (text, near (self, CENTRE_LAT, 0.19), "\n");
    }
  hand_over (self, "transformers.csv", text, n);

  GString *nodes = g_string_new ("node_id,feeder_id,base_kv,p_kw,q_kvar,type,lon,lat\n");
  GString *branches = g_string_new ("branch_id,from_node,to_node,r_ohm,x_ohm,max_kva\n");
  const gsize n_nodes = 300;
  for (gsize row = 0; row < n_nodes; row++)
    {
      g_string_append_printf (nodes, "N%u,F1,10,%u,%u,%s,", (guint) row, (guint) row % 90 + 10,
                              (guint) row % 30, row == 0 ? "slack" : "pq");
      add_number (nodes, near (self, CENTRE_LON, 0.19), ",");
      add_number (nodes, near (self, CENTRE_LAT, 0.19), "\n");
      gboolean is_unknown = is_chosen (row, n_nodes, 0, 1);
      if (is_unknown)
        plant (self, "branches", "feeders.unknown-node", row);
      g_string_append_printf (branches, "B%u,N%u,%s%u,0.12,0.08,8000\n", (guint) row,
                              (guint) (row == 0 ? 1 : row) / 2, is_unknown ? "Q" : "N",
                              (guint) (row == 0 ? 1 : row));
    }
  /* Row 0 repeats the branch of row 1; that is no error by itself. */
  hand_over (self, "nodes.csv", nodes, n_nodes);
  hand_over (self, "branches.csv", branches, n_nodes);
}

static void
add_land (Town *self)
{
  GString *places = g_string_new ("name,type,lon,lat\n");
  g_autofree char *line = NULL;
  const gsize n_places = 800, n_people = 400, n_parcels = 100;
  for (gsize row = 0; row < n_places; row++)
    {
      if (is_chosen (row, n_places, 0, 1))
        plant (self, "places", "places.duplicate", row);
      else
        {
          g_autoptr (GString) one = g_string_new (NULL);
          g_string_append_printf (one, "place %u,%s,", (guint) row,
                                  row % 2 == 0 ? "restaurant" : "school");
          add_number (one, near (self, CENTRE_LON, 0.19), ",");
          add_number (one, near (self, CENTRE_LAT, 0.19), "\n");
          g_free (line);
          line = g_strdup (one->str);
        }
      g_string_append (places, line);
    }
  hand_over (self, "places.csv", places, n_places);

  GString *people = g_string_new ("id,lon,lat,population,jobs\n");
  for (gsize row = 0; row < n_people; row++)
    {
      gboolean is_negative = is_chosen (row, n_people, 0, 1);
      if (is_negative)
        plant (self, "people", "people.negative", row);
      g_string_append_printf (people, "%u,", (guint) row);
      add_number (people, near (self, CENTRE_LON, 0.19), ",");
      add_number (people, near (self, CENTRE_LAT, 0.19), ",");
      g_string_append_printf (people, "%s%u,10\n", is_negative ? "-" : "", (guint) row + 1);
    }
  hand_over (self, "people.csv", people, n_people);

  GString *parcels = g_string_new ("parcel_id,name,lon,lat,area_m2,bays,rent\n");
  for (gsize row = 0; row < n_parcels; row++)
    {
      gboolean is_outside = is_chosen (row, n_parcels, 0, 1);
      if (is_outside)
        plant (self, "parcels", "parcels.outside-study-area", row);
      g_string_append_printf (parcels, "P%u,land %u,", (guint) row, (guint) row);
      add_number (parcels, near (self, CENTRE_LON, 0.19) + (is_outside ? 0.5 : 0), ",");
      add_number (parcels, near (self, CENTRE_LAT, 0.19), ",1500,40,2400\n");
    }
  hand_over (self, "parcels.csv", parcels, n_parcels);
}

static void
add_sessions (Town *self)
{
  const gsize n = 1000;
  const guint n_kinds = 4;
  static const char *const rules[] = { "sessions.end-before-start", "time.future",
                                       "usage.missing-energy", "sessions.duplicate" };
  GString *text = g_string_new ("station_id,start_time,end_time,kwh\n");
  g_autofree char *line = NULL;
  for (gsize row = 0; row < n; row++)
    {
      guint kind = n_kinds;
      for (guint k = 0; k < n_kinds; k++)
        if (is_chosen (row, n, k, n_kinds))
          kind = k;
      if (kind < n_kinds)
        plant (self, "sessions", rules[kind], row);
      if (kind == 3)
        {
          g_string_append (text, line);
          continue;
        }
      gint64 start = 1700006400 + (gint64) zx_rng_below (&self->rng, 60 * 86400);
      gint64 end = start + 1800 + zx_rng_below (&self->rng, 3600);
      start += kind == 1 ? (gint64) 900 * 86400 : 0;
      end = kind == 0 ? start - 600 : kind == 1 ? start + 1800 : end;
      g_autoptr (GString) one = g_string_new (NULL);
      g_string_append_printf (one, "S%03u", 10 * zx_rng_below (&self->rng, 50) + 402 % 10);
      for (guint k = 0; k < 2; k++)
        {
          int year;
          guint month, day, hour, minute, second;
          zx_time_to_civil (k == 0 ? start : end, &year, &month, &day, &hour, &minute, &second,
                            NULL);
          g_string_append_printf (one, ",%04d-%02u-%02u %02u:%02u:%02u", year, month, day, hour,
                                  minute, second);
        }
      g_string_append_printf (one, ",%s\n", kind == 2 ? "" : row % 2 == 0 ? "21.4" : "17.25");
      g_string_append (text, one->str);
      g_free (line);
      line = g_strdup (one->str);
    }
  hand_over (self, "sessions.csv", text, n);
}

/* ---- counting ----------------------------------------------------------------------------- */

static gboolean
is_found (const Town *self, const Planted *planted)
{
  return making_names_row (&self->making, planted->file, planted->rule, planted->row);
}

static gboolean
is_planted (const Town *self, const ZxFinding *finding)
{
  const char *layer = g_ptr_array_index (self->making.findings->layers, finding->layer);
  for (guint i = 0; i < self->planted->len; i++)
    {
      const Planted *planted = &g_array_index (self->planted, Planted, i);
      if (planted->row == finding->row && g_str_has_prefix (layer, planted->file))
        return TRUE;
    }
  return FALSE;
}

static void
town_init (Town *self)
{
  *self = (Town){ .rng = zx_rng_new (zx_test_seed ()),
                  .planted = g_array_new (FALSE, FALSE, sizeof (Planted)) };
  making_init (&self->making, CENTRE_LON, CENTRE_LAT);
  add_boundary (self);
  add_roads (self);
  add_stations (self);
  add_usage (self);
  add_sessions (self);
  add_vehicles (self);
  add_grid (self);
  add_land (self);
}

static void
test_planted (void)
{
  Town town;
  town_init (&town);
  making_run (&town.making, NULL);
  g_assert_no_error (town.making.error);
  gsize n_found = 0, n_false = 0;
  for (guint i = 0; i < town.planted->len; i++)
    {
      const Planted *planted = &g_array_index (town.planted, Planted, i);
      gboolean found = is_found (&town, planted);
      n_found += found;
      if (!found)
        g_test_message ("missed: %s row %d %s", planted->file, (int) planted->row, planted->rule);
    }
  for (guint i = 0; i < town.making.findings->rows->len; i++)
    {
      const ZxFinding *finding = &g_array_index (town.making.findings->rows, ZxFinding, i);
      if (finding->row < 0 || is_planted (&town, finding))
        continue;
      n_false++;
      g_test_message ("false alarm: %s row %d", finding->rule, (int) finding->row);
    }
  g_test_message ("%u planted in %d rows, %d found, %d false alarms", town.planted->len,
                  (int) town.n_rows, (int) n_found, (int) n_false);
  g_assert_cmpuint (town.n_rows, >=, 10000);
  g_assert_cmpuint (town.planted->len, >=, 20 * N_EACH);
  g_assert_cmpfloat ((double) n_found, >=, 0.99 * town.planted->len);
  g_assert_cmpfloat ((double) n_false, <=, 0.005 * (double) town.n_rows);
  making_clear (&town.making);
  g_array_unref (town.planted);
}

static char *
fingerprint_with_threads (guint n_threads, char **summary)
{
  Town town;
  zx_parallel_set_threads (n_threads);
  town_init (&town);
  making_run (&town.making, NULL);
  char *fingerprint = g_strdup (town.making.city->fingerprint);
  *summary = making_summary (&town.making);
  making_clear (&town.making);
  g_array_unref (town.planted);
  zx_parallel_set_threads (0);
  return fingerprint;
}

static void
test_threads (void)
{
  g_autofree char *one_summary = NULL, *many_summary = NULL;
  g_autofree char *one = fingerprint_with_threads (1, &one_summary);
  g_autofree char *many = fingerprint_with_threads (7, &many_summary);
  g_assert_cmpstr (one, ==, many);
  g_assert_cmpstr (one_summary, ==, many_summary);
}

static gboolean
stop_at (double fraction, const char *what, gpointer data)
{
  return fraction < *(const double *) data;
}

static void
test_cancelled (void)
{
  for (double at = 0; at < 1; at += 0.11)
    {
      Town town;
      g_autoptr (GError) error = NULL;
      town_init (&town);
      ZxProgress progress = ZX_PROGRESS_INIT (stop_at, &at, NULL);
      g_autoptr (ZxCity) city = zx_city_new ();
      g_autoptr (ZxFindings) findings = zx_findings_new ();
      g_assert_false (
          zx_quality_build (city, (const ZxQualityInput *) (gpointer) town.making.inputs->data,
                            town.making.inputs->len, NULL, findings, &progress, &error));
      g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
      making_clear (&town.making);
      g_array_unref (town.planted);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/quality/planted/nearly-all-are-found-and-hardly-a-clean-row-is-blamed",
                   test_planted);
  g_test_add_func ("/quality/planted/any-number-of-threads-gives-the-same-city", test_threads);
  g_test_add_func ("/quality/planted/a-cancelled-build-says-so", test_cancelled);
  return g_test_run ();
}
