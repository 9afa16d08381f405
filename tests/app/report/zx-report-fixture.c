/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "zx-report-fixture.h"

#include <string.h>

#define MIN_X        534000.0
#define MIN_Y        3995000.0
#define WIDTH        14000.0
#define HEIGHT       10500.0
#define N_STATIONS   24u
#define N_AREAS      12u
#define N_CANDIDATES 64u
#define N_DRAWS      40u
#define N_DAYS       92u

/* ---- memory ------------------------------------------------------------------------------- */

static gpointer
own (ZxReportFixture *self, gpointer memory)
{
  g_ptr_array_add (self->owned, memory);
  return memory;
}

#define OWN(self, type, n) ((type *) own ((self), g_malloc0_n ((n), sizeof (type))))

static char *
own_text (ZxReportFixture *self, const char *text)
{
  return own (self, g_strdup (text));
}

/* ---- where people are ---------------------------------------------------------------------- */

/* Three centres of different weight: the shape of every quantity below. */
static double
busy (double x, double y)
{
  static const double centre[][4]
      = { { 5200, 5600, 1700, 1.0 }, { 9600, 3600, 1200, 0.7 }, { 10800, 7900, 1500, 0.55 } };
  double sum = 0.04;
  for (guint i = 0; i < G_N_ELEMENTS (centre); i++)
    {
      double dx = x - MIN_X - centre[i][0], dy = y - MIN_Y - centre[i][1];
      sum += centre[i][3] * exp (-(dx * dx + dy * dy) / (2 * centre[i][2] * centre[i][2]));
    }
  return sum;
}

static double
place (ZxRng *rng, double *x, double *y)
{
  for (guint i = 0; i < 1000; i++)
    {
      *x = MIN_X + WIDTH * (0.05 + 0.9 * zx_rng_uniform (rng));
      *y = MIN_Y + HEIGHT * (0.22 + 0.72 * zx_rng_uniform (rng));
      if (zx_rng_uniform (rng) < busy (*x, *y))
        break;
    }
  return busy (*x, *y);
}

/* ---- the city ------------------------------------------------------------------------------ */

static void
add_line (ZxGeometryBuilder *builder, double x0, double y0, double x1, double y1, double bend)
{
  zx_geometry_builder_begin_part (builder, FALSE);
  for (guint i = 0; i <= 24; i++)
    {
      double t = i / 24.0, wave = bend * sin (t * 6.0);
      gboolean is_flat = fabs (x1 - x0) > fabs (y1 - y0);
      zx_geometry_builder_point (builder, x0 + (x1 - x0) * t + (is_flat ? 0.0 : wave),
                                 y0 + (y1 - y0) * t + (is_flat ? wave : 0.0));
    }
  zx_geometry_builder_end_row (builder);
}

static void
fill_roads (ZxCity *city)
{
  ZxGeometryBuilder builder;
  GArray *classes = g_array_new (FALSE, FALSE, 1);
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_LINE);
  for (guint i = 0; i <= 28; i++)
    {
      guint8 road_class = i % 14 == 7  ? ZX_ROAD_TRUNK
                          : i % 7 == 0 ? ZX_ROAD_PRIMARY
                          : i % 4 == 0 ? ZX_ROAD_SECONDARY
                                       : ZX_ROAD_RESIDENTIAL;
      add_line (&builder, MIN_X + i * 500.0, MIN_Y + 2300.0, MIN_X + i * 500.0 + 60.0,
                MIN_Y + HEIGHT, 60.0);
      g_array_append_val (classes, road_class);
      if (i > 16)
        continue;
      add_line (&builder, MIN_X, MIN_Y + 2400.0 + i * 500.0, MIN_X + WIDTH,
                MIN_Y + 2450.0 + i * 500.0, 80.0);
      g_array_append_val (classes, road_class);
    }
  g_assert_true (zx_roads_alloc (&city->roads, classes->len, NULL));
  zx_geometry_builder_finish (&builder, &city->roads.lines);
  memcpy (city->roads.road_class, classes->data, classes->len);
  for (gsize i = 0; i < city->roads.n; i++)
    if (city->roads.road_class[i] <= ZX_ROAD_PRIMARY)
      city->roads.name[i] = zx_pool_add (city->pool, i % 2 == 0 ? "海滨路" : "人民路");
  g_array_unref (classes);
}

static void
add_box (ZxGeometryBuilder *builder, double x0, double y0, double x1, double y1)
{
  zx_geometry_builder_begin_part (builder, FALSE);
  zx_geometry_builder_point (builder, MIN_X + x0, MIN_Y + y0);
  zx_geometry_builder_point (builder, MIN_X + x1, MIN_Y + y0);
  zx_geometry_builder_point (builder, MIN_X + x1, MIN_Y + y1);
  zx_geometry_builder_point (builder, MIN_X + x0, MIN_Y + y1);
  zx_geometry_builder_point (builder, MIN_X + x0, MIN_Y + y0);
  zx_geometry_builder_end_row (builder);
}

static void
fill_areas (ZxCity *city)
{
  static const struct
  {
    ZxAreaKind kind;
    const char *name;
    double x0, y0, x1, y1;
  } rows[] = {
    { ZX_AREA_BOUNDARY, "", 100, 1500, 13900, 10400 },
    { ZX_AREA_DISTRICT, "东港区", 7400, 1500, 13900, 10400 },
    { ZX_AREA_DISTRICT, "西城区", 100, 1500, 7400, 10400 },
    { ZX_AREA_WATER, "南湾", -3000, -3000, 17000, 2200 },
    { ZX_AREA_GREEN, "中山公园", 6300, 6100, 7200, 7100 },
  };
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  g_assert_true (zx_areas_alloc (&city->areas, G_N_ELEMENTS (rows), NULL));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      add_box (&builder, rows[i].x0, rows[i].y0, rows[i].x1, rows[i].y1);
      city->areas.kind[i] = rows[i].kind;
      city->areas.name[i] = zx_pool_add (city->pool, rows[i].name);
    }
  zx_geometry_builder_finish (&builder, &city->areas.polygons);
}

static void
fill_stations (ZxCity *city, ZxRng *rng)
{
  static const char *const operators[] = { "港城充电", "国网电动汽车服务", "星途新能源",
                                           "绿驿充电运营（集团）股份有限公司城市公共事业分公司" };
  ZxStations *stations = &city->stations;
  g_assert_true (zx_stations_alloc (stations, N_STATIONS, NULL));
  g_assert_true (zx_usage_alloc (&city->usage, N_STATIONS, N_DAYS, NULL));
  for (guint i = 0; i < N_STATIONS; i++)
    {
      double weight = place (rng, &stations->x_m[i], &stations->y_m[i]);
      g_autofree char *id = g_strdup_printf ("S%03u", i + 1);
      stations->id[i] = zx_pool_add (city->pool, id);
      stations->operator_name[i] = zx_pool_add (city->pool, operators[zx_rng_below (rng, 4)]);
      stations->state[i] = i == 3   ? ZX_STATION_PLANNED
                           : i == 9 ? ZX_STATION_CLOSED
                                    : ZX_STATION_WORKING;
      stations->n_dc[i] = (guint16) (2 + zx_rng_below (rng, 10));
      stations->n_ac[i] = (guint16) zx_rng_below (rng, 8);
      stations->rated_kw[i] = stations->n_dc[i] * 60.0f + stations->n_ac[i] * 7.0f;
      stations->price_fen_per_kwh[i] = 120.0f;
      if (i == 3 || i == 9 || i == 15)
        continue;
      stations->kwh_per_day[i] = (float) (stations->rated_kw[i] * 24.0 * 0.06 * (0.4 + weight)
                                          * exp (0.5 * zx_rng_normal (rng)));
      stations->observed_days[i] = N_DAYS;
      for (guint h = 0; h < 48; h++)
        city->usage.kwh[i * 48 + h]
            = (float) (stations->kwh_per_day[i] / 24.0
                       * (1.0 + 0.7 * sin ((h % 24 - 8.0) / 24.0 * 2 * G_PI)
                          + 0.5 * exp (-pow ((h % 24 - 20.0) / 2.5, 2)) * (h < 24 ? 1.0 : 0.5)));
    }
  city->usage.first_time = (double) zx_time_from_civil (2024, 1, 1, 0, 0, 0);
  city->usage.last_time = (double) zx_time_from_civil (2024, 3, 31, 23, 0, 0);
  for (guint day = 0; day < N_DAYS; day++)
    city->usage.city_kwh_per_day[day]
        = (float) (21000.0 + 1800.0 * sin (day / 7.0 * 2 * G_PI) + 600.0 * zx_rng_normal (rng));
}

static void
fill_grid (ZxCity *city)
{
  ZxGeometryBuilder builder;
  ZxTransformerAreas *areas = &city->transformers;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  g_assert_true (zx_transformers_alloc (areas, N_AREAS, NULL));
  g_assert_true (zx_feeders_alloc (&city->feeders, 3, 0, 0, NULL));
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *id = g_strdup_printf ("10kV 港%u线", i + 1);
      city->feeders.feeder_id[i] = zx_pool_add (city->pool, id);
    }
  for (guint i = 0; i < N_AREAS; i++)
    {
      double x0 = 300 + (i % 4) * 3350.0, y0 = 2300 + (i / 4) * 2650.0;
      g_autofree char *id = g_strdup_printf ("TQ%04u", 100 + i * 7);
      g_autofree char *name = g_strdup_printf ("港城%u号台区", i + 1);
      add_box (&builder, x0, y0, x0 + 3250, y0 + 2550);
      areas->id[i] = zx_pool_add (city->pool, id);
      areas->name[i] = zx_pool_add (city->pool, name);
      areas->x_m[i] = MIN_X + x0 + 1600;
      areas->y_m[i] = MIN_Y + y0 + 1250;
      areas->rated_kva[i] = i % 3 == 0 ? 1250.0f : i % 3 == 1 ? 800.0f : 630.0f;
      areas->feeder[i] = (gint32) (i / 4);
      for (guint h = 0; h < 24; h++)
        areas->base_kw[i * 24 + h] = (float) (areas->rated_kva[i] * (0.18 + 0.055 * i)
                                              * (0.75 + 0.35 * exp (-pow ((h - 19.5) / 3.0, 2))));
    }
  zx_geometry_builder_finish (&builder, &areas->areas);
}

static void
fill_land (ZxCity *city, ZxRng *rng)
{
  static const char *const names[]
      = { "市民中心地下停车场", "东港客运站", "海滨路公交首末站", "科技园北停车楼",
          "会展中心西侧临时停车场（远期规划综合能源服务站用地，含储能预留）" };
  g_assert_true (zx_parcels_alloc (&city->parcels, N_CANDIDATES, NULL));
  g_assert_true (zx_places_alloc (&city->places, 300, NULL));
  g_assert_true (zx_people_alloc (&city->people, 120, NULL));
  for (guint i = 0; i < N_CANDIDATES; i++)
    {
      g_autofree char *id = g_strdup_printf ("P-%03u", i + 1);
      g_autofree char *name = g_strdup_printf ("港城地块 %u", i + 1);
      place (rng, &city->parcels.x_m[i], &city->parcels.y_m[i]);
      city->parcels.id[i] = zx_pool_add (city->pool, id);
      city->parcels.name[i] = zx_pool_add (city->pool, i < G_N_ELEMENTS (names) ? names[i] : name);
      city->parcels.area_m2[i] = 400.0f + zx_rng_below (rng, 4000);
      city->parcels.bays[i] = (float) (10 + zx_rng_below (rng, 90));
    }
  for (gsize i = 0; i < city->places.n; i++)
    {
      place (rng, &city->places.x_m[i], &city->places.y_m[i]);
      city->places.kind[i] = (guint8) zx_rng_below (rng, ZX_N_PLACE_KINDS);
    }
  for (gsize i = 0; i < city->people.n; i++)
    {
      city->people.residents[i]
          = (float) (4200.0 * place (rng, &city->people.x_m[i], &city->people.y_m[i]));
      city->people.jobs[i] = 900.0f;
    }
}

static void
add_source (ZxCity *city, const char *layer, const char *role, const char *crs, const char *reason,
            gint64 n_rows, gint64 n_used)
{
  ZxSource *source = g_new0 (ZxSource, 1);
  source->layer = g_strdup (layer);
  source->role = g_strdup (role);
  source->fingerprint = g_compute_checksum_for_string (G_CHECKSUM_SHA256, layer, -1);
  source->crs = g_strdup (crs);
  source->crs_reason = g_strdup (reason);
  source->n_rows = n_rows;
  source->n_used = n_used;
  g_ptr_array_add (city->sources, source);
}

static void
fill_sources (ZxCity *city, gboolean with_grid)
{
  add_source (city, "roads.geojson", "roads", "EPSG:4326", "as declared by the file", 1824, 1819);
  add_source (city, "stations.csv", "stations", "GCJ-02", "set by the recipe", 27, 24);
  add_source (city, "usage.csv.gz", "usage-wide", "", "no coordinates", 2208, 2190);
  add_source (city, "vehicles.csv.gz", "vehicle-traces", "EPSG:4326",
              "values look like longitude and latitude", 1203344, 1202871);
  add_source (city, "people.geojson", "people", "EPSG:4490", "as declared by the file", 120, 120);
  add_source (city, "boundary.geojson", "boundary", "EPSG:4326", "as declared by the file", 1, 1);
  add_source (city, "parcels.geojson", "parcels", "EPSG:4549", "as declared by the file",
              N_CANDIDATES, N_CANDIDATES);
  if (with_grid)
    add_source (city, "transformer_areas.geojson", "transformer-areas", "EPSG:4549",
                "as declared by the file", N_AREAS, N_AREAS);
}

static void
fill_city (ZxReportFixture *self, ZxRng *rng, gboolean with_grid)
{
  ZxCity *city = self->city = zx_city_new ();
  g_free (city->name);
  city->name = g_strdup ("青屿市");
  g_free (city->crs);
  city->crs = g_strdup ("EPSG:4549");
  city->origin_x_m = 541000;
  city->origin_y_m = 4000000;
  city->min_x_m = MIN_X;
  city->min_y_m = MIN_Y + 1400;
  city->max_x_m = MIN_X + WIDTH;
  city->max_y_m = MIN_Y + HEIGHT;
  fill_roads (city);
  fill_areas (city);
  fill_stations (city, rng);
  if (with_grid)
    fill_grid (city);
  fill_land (city, rng);
  g_assert_true (zx_fleet_alloc (&city->fleet, 10, FALSE, NULL));
  city->fleet.measure = ZX_FLEET_VEHICLE_HOURS;
  for (gsize i = 0; i < 10; i++)
    city->fleet.dx_m[i] = city->fleet.dy_m[i] = 0.0f;
  fill_sources (city, with_grid);
  g_autoptr (GError) error = NULL;
  zx_city_seal (city, &error);
  g_assert_no_error (error);
}

/* ---- findings ------------------------------------------------------------------------------ */

static void
fill_findings (ZxReportFixture *self)
{
  ZxFindings *findings = self->findings = zx_findings_new ();
  guint32 stations = zx_findings_layer (findings, "stations.csv");
  guint32 usage = zx_findings_layer (findings, "usage.csv.gz");
  guint32 vehicles = zx_findings_layer (findings, "vehicles.csv.gz");
  guint32 roads = zx_findings_layer (findings, "roads.geojson");
  zx_findings_add (findings, "usage.filled-in", usage, 4, 18, ZX_SEVERITY_ERROR,
                   ZX_ACTION_SET_ASIDE, "8760", "365");
  zx_findings_add (findings, "text.control-characters", stations, 7, 2, ZX_SEVERITY_WARNING,
                   ZX_ACTION_CORRECTED, "海滨路站", NULL);
  zx_findings_add (findings, "datum.gcj02-suspected", stations, -1, 1, ZX_SEVERITY_WARNING,
                   ZX_ACTION_KEPT, "478", "GCJ-02");
  zx_findings_add (findings, "time.unreadable", vehicles, 100, 473, ZX_SEVERITY_ERROR,
                   ZX_ACTION_SET_ASIDE, "2024-13-01", NULL);
  zx_findings_add (findings, "roads.outside-largest-part", roads, -1, 5, ZX_SEVERITY_NOTE,
                   ZX_ACTION_KEPT, "5", NULL);
}

/* ---- fields -------------------------------------------------------------------------------- */

static ZxField *
make_field (const char *unit, double peak, double shift)
{
  ZxField *field = zx_field_new (MIN_X, MIN_Y, 100.0, 140, 105, unit, NULL);
  for (guint r = 0; r < field->n_rows; r++)
    for (guint c = 0; c < field->n_columns; c++)
      field->value[r * field->n_columns + c]
          = r < 15 ? NAN
                   : (float) (peak
                              * (busy (MIN_X + (c + 0.5) * 100.0 + shift, MIN_Y + (r + 0.5) * 100.0)
                                 - 0.04));
  return field;
}

static void
fill_fields (ZxReportFixture *self)
{
  self->usage_heat = make_field ("kWh/km²/d", 620.0, 700.0);
  self->vehicle_heat = make_field ("vehicle-h/km²/d", 88.0, 0.0);
  self->shortfall = make_field ("share per km²", 0.03, 0.0);
  for (guint i = 0; i < self->shortfall->n_columns * self->shortfall->n_rows; i++)
    self->shortfall->value[i] = self->vehicle_heat->value[i] / 88.0f * 0.03f
                                - self->usage_heat->value[i] / 620.0f * 0.03f;
}

/* ---- grid ---------------------------------------------------------------------------------- */

static void
fill_headroom (ZxReportFixture *self)
{
  ZxHeadroom *room = &self->headroom;
  const ZxTransformerAreas *areas = &self->city->transformers;
  room->n_areas = N_AREAS;
  room->rate = OWN (self, float, N_AREAS * 24);
  room->room_kw = OWN (self, float, N_AREAS * 24);
  room->peak_rate = OWN (self, float, N_AREAS);
  room->least_room_kw = OWN (self, float, N_AREAS);
  room->least_room_hour = OWN (self, guint8, N_AREAS);
  room->load_class = OWN (self, guint8, N_AREAS);
  room->heavy_hours = OWN (self, guint8, N_AREAS);
  room->over_hours = OWN (self, guint8, N_AREAS);
  for (guint i = 0; i < N_AREAS; i++)
    {
      for (guint h = 0; h < 24; h++)
        {
          float rate = areas->base_kw[i * 24 + h] / areas->rated_kva[i] / 0.95f;
          room->rate[i * 24 + h] = rate;
          room->peak_rate[i] = MAX (room->peak_rate[i], rate);
          room->heavy_hours[i] += rate >= 0.8f && rate < 1.0f;
          room->over_hours[i] += rate >= 1.0f;
        }
      room->least_room_kw[i] = MAX (0.0f, (0.8f - room->peak_rate[i]) * areas->rated_kva[i]);
      room->load_class[i] = room->over_hours[i] >= 2    ? ZX_LOAD_OVER
                            : room->heavy_hours[i] >= 2 ? ZX_LOAD_HEAVY
                                                        : ZX_LOAD_NORMAL;
    }
  room->n_feeders = 3;
  room->feeder_room_kw = OWN (self, float, 3 * 24);
  room->feeder_rate = OWN (self, float, 3 * 24);
  for (guint i = 0; i < 3 * 24; i++)
    {
      room->feeder_rate[i] = 0.35f + 0.15f * (i / 24);
      room->feeder_room_kw[i] = 2600.0f - 700.0f * (i / 24);
    }
}

/* ---- demand -------------------------------------------------------------------------------- */

static void
fill_cells (ZxReportFixture *self)
{
  ZxCells *cells = &self->cells;
  double across = 700.0, dy = across * 0.8660254037844386;
  guint n_columns = 20, n_rows = 14;
  cells->across_m = across;
  cells->x_m = OWN (self, double, n_columns *n_rows);
  cells->y_m = OWN (self, double, n_columns *n_rows);
  cells->area_km2 = OWN (self, float, n_columns *n_rows);
  cells->column = OWN (self, gint32, n_columns * n_rows);
  cells->row = OWN (self, gint32, n_columns * n_rows);
  for (guint r = 0; r < n_rows; r++)
    for (guint c = 0; c < n_columns; c++)
      {
        guint i = cells->n++;
        cells->x_m[i] = MIN_X + 200 + (c + 0.5 * (r % 2)) * across;
        cells->y_m[i] = MIN_Y + 2500 + r * dy;
        cells->area_km2[i] = (float) (across * dy / 1e6);
        cells->column[i] = (gint32) c - (gint32) (r / 2);
        cells->row[i] = (gint32) r;
      }
}

static ZxMarginal
marginal (ZxReportFixture *self, const char *name, double mean, double sd)
{
  ZxMarginal row = { own_text (self, name), mean, sd };
  row.q025 = mean - 1.96 * sd;
  row.q05 = mean - 1.645 * sd;
  row.q10 = mean - 1.28 * sd;
  row.q25 = mean - 0.67 * sd;
  row.q50 = mean;
  row.q75 = mean + 0.67 * sd;
  row.q90 = mean + 1.28 * sd;
  row.q95 = mean + 1.645 * sd;
  row.q975 = mean + 1.96 * sd;
  return row;
}

static void
fill_effects (ZxReportFixture *self)
{
  static const struct
  {
    const char *name, *title;
    double mean, sd, raw_sd;
  } rows[] = {
    { "vehicles", "Vehicle heat, log", 0.42, 0.14, 0.9 },
    { "food", "Shops, food and leisure within 1 km, log", 0.18, 0.11, 0.7 },
    { "people", "Residents and jobs within 1 km, log", 0.23, 0.10, 0.8 },
    { "roads", "Price of charging within reach", 0.03, 0.12, 2.1 },
    { "supply", "Charging supply within reach, log", -0.31, 0.12, 0.6 },
  };
  guint n = G_N_ELEMENTS (rows);
  ZxCovariates *covariates = &self->covariates;
  covariates->n_cells = self->cells.n;
  covariates->n = n;
  covariates->name = OWN (self, char *, n);
  covariates->title = OWN (self, char *, n);
  covariates->raw_mean = OWN (self, double, n);
  covariates->raw_sd = OWN (self, double, n);
  covariates->x = OWN (self, double, n * self->cells.n);
  self->posterior.n_coefficients = n + 1;
  self->posterior.coefficient = OWN (self, ZxMarginal, n + 1);
  self->posterior.coefficient[0] = marginal (self, "b[0]", 6.1, 0.2);
  for (guint i = 0; i < n; i++)
    {
      covariates->name[i] = own_text (self, rows[i].name);
      covariates->title[i] = own_text (self, rows[i].title);
      covariates->raw_sd[i] = rows[i].raw_sd;
      self->posterior.coefficient[i + 1] = marginal (self, rows[i].name, rows[i].mean, rows[i].sd);
    }
  self->posterior.sigma = marginal (self, "sigma", 0.41, 0.09);
  self->posterior.phi = marginal (self, "phi", 0.38, 0.17);
  self->posterior.psi = marginal (self, "psi", 0.62, 0.08);
  self->posterior.group_sd = marginal (self, "sigma_op", 0.22, 0.1);
}

static void
fill_demand (ZxReportFixture *self, ZxRng *rng)
{
  ZxDemand *demand = &self->demand;
  guint n = self->cells.n;
  fill_effects (self);
  demand->posterior = &self->posterior;
  demand->n_cells = n;
  demand->n_draws = N_DRAWS;
  demand->cell_kwh_per_day = OWN (self, float, n *N_DRAWS);
  demand->mean = OWN (self, float, n);
  demand->p10 = OWN (self, float, n);
  demand->p50 = OWN (self, float, n);
  demand->p90 = OWN (self, float, n);
  demand->rate_p90_to_p10 = OWN (self, float, n);
  demand->is_extrapolated = OWN (self, guint8, n);
  for (guint c = 0; c < n; c++)
    {
      double weight = busy (self->cells.x_m[c], self->cells.y_m[c]);
      demand->mean[c] = (float) (560.0 * weight);
      demand->rate_p90_to_p10[c] = (float) (2.2 + 2.4 * exp (-3.0 * weight));
      demand->is_extrapolated[c] = weight < 0.05;
      for (guint draw = 0; draw < N_DRAWS; draw++)
        demand->cell_kwh_per_day[draw * n + c]
            = (float) (demand->mean[c] * (0.85 + 0.3 * draw / N_DRAWS)
                       * exp (0.3 * zx_rng_normal (rng)));
    }
  demand->n_observations = N_STATIONS - 3;
  demand->observed_kwh_per_day = OWN (self, double, N_STATIONS);
  demand->fitted_kwh_per_day = OWN (self, double, N_STATIONS);
  for (guint i = 0, k = 0; i < N_STATIONS && k < demand->n_observations; i++)
    if (isfinite (self->city->stations.kwh_per_day[i]))
      {
        demand->observed_kwh_per_day[k] = self->city->stations.kwh_per_day[i];
        demand->fitted_kwh_per_day[k++]
            = self->city->stations.kwh_per_day[i] * exp (0.25 * zx_rng_normal (rng));
      }
  demand->has_checks = TRUE;
  demand->checks = (ZxDemandChecks){ .n = 21,
                                     .mean_log_score = -8.61,
                                     .baseline_log_score = -8.65,
                                     .r2_log = 0.14,
                                     .mae = 260,
                                     .cover50 = 0.48,
                                     .cover80 = 0.81,
                                     .cover95 = 0.95,
                                     .width80_ratio = 4.6,
                                     .pit = { 2, 3, 1, 2, 2, 3, 2, 1, 3, 2 } };
  self->demand_options = (ZxDemandOptions) ZX_DEMAND_OPTIONS_INIT;
}

/* ---- candidates and plan ------------------------------------------------------------------- */

static void
alloc_candidates (ZxReportFixture *self)
{
  ZxCandidates *k = &self->candidates;
  guint n = k->n = N_CANDIDATES;
  k->id = OWN (self, guint32, n);
  k->parcel = OWN (self, gint32, n);
  k->cell = OWN (self, gint32, n);
  k->x_m = OWN (self, double, n);
  k->y_m = OWN (self, double, n);
  k->transformer = OWN (self, gint32, n);
  k->feeder = OWN (self, gint32, n);
  k->grid_room_kw = OWN (self, float, n);
  k->road_distance_m = OWN (self, float, n);
  k->nearest_station_m = OWN (self, float, n);
  k->filter = OWN (self, guint8, n);
  k->served_mean = OWN (self, float, n);
  k->served_p10 = OWN (self, float, n);
  k->served_p50 = OWN (self, float, n);
  k->served_p90 = OWN (self, float, n);
  k->npv_mean_fen = OWN (self, float, n);
  k->npv_positive = OWN (self, float, n);
  k->coverage_people = OWN (self, float, n);
  k->access = OWN (self, float, n);
  k->score = OWN (self, float, n);
  k->best_configuration = OWN (self, guint8, n);
  k->topsis = OWN (self, float, n);
}

static void
fill_candidates (ZxReportFixture *self, ZxRng *rng, gboolean with_grid)
{
  ZxCandidates *k = &self->candidates;
  alloc_candidates (self);
  k->are_parcels = TRUE;
  for (guint i = 0; i < k->n; i++)
    {
      double x = k->x_m[i] = self->city->parcels.x_m[i], y = k->y_m[i] = self->city->parcels.y_m[i];
      double weight = busy (x, y);
      k->id[i] = self->city->parcels.id[i];
      k->parcel[i] = (gint32) i;
      k->transformer[i] = with_grid ? (gint32) (i % N_AREAS) : -1;
      k->feeder[i] = with_grid ? (gint32) (i % N_AREAS / 4) : -1;
      k->grid_room_kw[i] = with_grid ? 80.0f + 9.0f * i : NAN;
      k->road_distance_m[i] = (float) zx_rng_below (rng, 190);
      k->nearest_station_m[i] = 310.0f + zx_rng_below (rng, 1500);
      k->filter[i] = i < 6 || zx_rng_uniform (rng) < 0.6
                         ? ZX_FILTER_NONE
                         : (guint8) (1 + zx_rng_below (rng, ZX_N_FILTERS - 1));
      k->n_by_filter[k->filter[i]]++;
      k->served_mean[i] = (float) (400 + 1500 * weight);
      k->served_p10[i] = k->served_mean[i] * 0.45f;
      k->served_p50[i] = k->served_mean[i] * 0.93f;
      k->served_p90[i] = k->served_mean[i] * 1.7f;
      k->npv_positive[i] = (float) MIN (0.97, 0.2 + 0.7 * weight);
      k->coverage_people[i] = (float) (300 * zx_rng_below (rng, 20));
      k->score[i] = (float) MIN (0.95, 0.3 + 0.5 * weight);
      k->topsis[i] = k->score[i] * 0.9f;
      k->cell[i] = (gint32) i;
    }
}

static void
fill_site (ZxPlanSite *site, guint i, gboolean with_grid)
{
  *site = (ZxPlanSite){
    .candidate = i,
    .configuration = 3 + i,
    .served_mean = 2150 - 430.0 * i,
    .served_p10 = 1010 - 190.0 * i,
    .served_p50 = 1990 - 400.0 * i,
    .served_p90 = 3580 - 690.0 * i,
    .taken_from_existing = 390 - 40.0 * i,
    .peak_sessions_per_h = 8.4 - 1.6 * i,
    .wait_min = 4.1 + i,
    .wait_over_10 = 0.08 + 0.06 * i,
    .utilisation = 0.187 - 0.03 * i,
    .capex_fen = 72400000.0 + 41000000.0 * i,
    .opex_fen_per_year = 11300000.0 + 2000000.0 * i,
    .revenue_fen_per_year = 34600000.0 - 2000000.0 * i,
    .npv_mean_fen = 84000000.0 - 71000000.0 * i,
    .npv_p10_fen = -21000000.0 - 30000000.0 * i,
    .npv_p90_fen = 231000000.0 - 80000000.0 * i,
    .npv_positive = 0.86 - 0.2 * i,
    .irr = 0.29 - 0.11 * i,
    .payback_years = 3.1 + 1.9 * i,
    .load_rate_before = with_grid ? 0.46 + 0.06 * i : NAN,
    .load_rate_after = with_grid ? 0.71 + 0.06 * i : NAN,
    .room_left_kw = with_grid ? 118 - 40.0 * i : NAN,
    .in_best_set = 0.74 - 0.16 * i,
    .co2_t_per_year = 402 - 80.0 * i,
  };
  for (guint h = 0; h < 24; h++)
    site->hourly_kw[h] = (float) (site->served_mean / 24.0
                                  * (1.0 + 0.8 * exp (-pow ((h - 20.0) / 3.0, 2))
                                     + 0.4 * exp (-pow ((h - 12.0) / 2.0, 2))));
}

/* One of every kind, among them a question that could not be asked. */
static void
fill_variants (ZxReportFixture *self)
{
  static const double changes[ZX_N_VARIANTS] = { 1, 2.5e8, 250, 0, 400, 0.8, 1.2, 0.5, 0 };
  ZxPlan *plan = &self->plan;
  plan->n_variants = ZX_N_VARIANTS + 1;
  plan->variant = OWN (self, ZxPlanVariant, plan->n_variants);
  for (guint i = 0; i < plan->n_variants; i++)
    plan->variant[i] = (ZxPlanVariant){
      .kind = i % ZX_N_VARIANTS,
      .subject = (gint32) (i % 3),
      .change = changes[i % ZX_N_VARIANTS],
      .base = plan->value,
      .kept = plan->value * (0.9 + 0.01 * i),
      .value = i == ZX_N_VARIANTS ? NAN : plan->value * (1.1 - 0.02 * i),
      .capex_fen = plan->capex_fen * (1 + 0.05 * i),
      .n_sites = 3,
      .n_stay = i % 4,
      .enters = i % 2 == 0 ? (gint32) i : -1,
      .leaves = -1,
    };
  plan->fresh_mean = 0.98 * plan->value;
  plan->fresh_low = 0.93 * plan->value;
  plan->fresh_high = 1.03 * plan->value;
  plan->n_draws_fresh = 200;
}

static void
fill_plan (ZxReportFixture *self, gboolean with_grid)
{
  ZxPlan *plan = &self->plan;
  plan->n_sites = plan->n_asked = 3;
  plan->site = OWN (self, ZxPlanSite, 3);
  plan->value_by_sites = OWN (self, double, 3);
  plan->bound_by_sites = OWN (self, double, 3);
  for (guint i = 0; i < 3; i++)
    {
      fill_site (&plan->site[i], i, with_grid);
      plan->capex_fen += plan->site[i].capex_fen;
      plan->value += plan->site[i].served_mean;
      plan->value_by_sites[i] = plan->value;
      plan->bound_by_sites[i] = plan->value * (1.0 + 0.004 * (i + 1));
    }
  plan->value_p10 = 2790;
  plan->value_p50 = 4910;
  plan->value_p90 = 8050;
  plan->bound = plan->bound_by_sites[2];
  plan->gap = (plan->bound - plan->value) / plan->bound;
  plan->newly_covered_people = 18400;
  plan->new_to_public = 4110;
  plan->n_nodes = 2000;
  plan->n_draws_used = plan->n_draws_best = N_DRAWS;
  plan->regret_fen_or_kwh = 212;
  plan->grid_checked = with_grid;
  plan->violates_nothing = TRUE;
  plan->limiting = own_text (self, "the number of sites");
  fill_variants (self);
}

/* ---- the whole ----------------------------------------------------------------------------- */

static gboolean
to_lonlat (double x_m, double y_m, double *lon_deg, double *lat_deg, gpointer data)
{
  *lat_deg = y_m / 110950.0;
  *lon_deg = 120.0 + (x_m - 500000.0) / (111320.0 * cos (*lat_deg * G_PI / 180.0));
  return TRUE;
}

static const ZxReportStage stages[] = {
  { "open", "5f0c7b6a1d2e3f405f0c7b6a1d2e3f405f0c7b6a1d2e3f405f0c7b6a1d2e3f40", FALSE, NULL },
  { "check", "6a1d2e3f405f0c7b6a1d2e3f405f0c7b6a1d2e3f405f0c7b6a1d2e3f405f0c7b", FALSE, NULL },
  { "travel", NULL, TRUE, "There are no roads, so travel times are straight lines." },
  { "heat", "7b6a1d2e3f405f0c7b6a1d2e3f405f0c7b6a1d2e3f405f0c7b6a1d2e3f405f0c", FALSE, NULL },
  { "believe", "8c7b6a1d2e3f405f0c7b6a1d2e3f405f0c7b6a1d2e3f405f0c7b6a1d2e3f405f", FALSE, NULL },
  { "score", "9d8c7b6a1d2e3f405f0c7b6a1d2e3f405f0c7b6a1d2e3f405f0c7b6a1d2e3f40", FALSE, NULL },
  { "choose", "ae9d8c7b6a1d2e3f405f0c7b6a1d2e3f405f0c7b6a1d2e3f405f0c7b6a1d2e3f", FALSE, NULL },
};

/* Squares, the widest first. */
static const double site_limits_s[] = { 900, 300 };

static void
fill_site_areas (ZxReportFixture *self)
{
  static const double corners[][2] = { { -1, -1 }, { 1, -1 }, { 1, 1 }, { -1, 1 }, { -1, -1 } };
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  for (guint limit = 0; limit < G_N_ELEMENTS (site_limits_s); limit++)
    for (guint i = 0; i < self->plan.n_sites; i++)
      {
        guint candidate = self->plan.site[i].candidate;
        zx_geometry_builder_begin_part (&builder, FALSE);
        for (guint k = 0; k < G_N_ELEMENTS (corners); k++)
          zx_geometry_builder_point (
              &builder, self->candidates.x_m[candidate] + 3 * site_limits_s[limit] * corners[k][0],
              self->candidates.y_m[candidate] + 3 * site_limits_s[limit] * corners[k][1]);
        zx_geometry_builder_end_row (&builder);
      }
  zx_geometry_builder_finish (&builder, &self->site_areas);
}

static void
connect_input (ZxReportFixture *self, const char *language, gboolean with_grid)
{
  self->input = (ZxReportInput){
    .language = language,
    .program_version = "0.1.0",
    .client = "青屿市发展和改革委员会",
    .date = "2024-03-31",
    .project_fingerprint = "3c9f1e7a20b84d6655aa01c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f506",
    .city = self->city,
    .findings = self->findings,
    .graph = &self->graph,
    .speeds = &self->speeds,
    .usage_heat = self->usage_heat,
    .vehicle_heat = self->vehicle_heat,
    .shortfall = self->shortfall,
    .usage_bandwidth_m = 600,
    .vehicle_bandwidth_m = 450,
    .headroom = with_grid ? &self->headroom : NULL,
    .cells = &self->cells,
    .covariates = &self->covariates,
    .demand = &self->demand,
    .demand_options = &self->demand_options,
    .candidates = &self->candidates,
    .plan = &self->plan,
    .site_areas = &self->site_areas,
    .site_limits_s = site_limits_s,
    .n_site_limits = G_N_ELEMENTS (site_limits_s),
    .siting_options = &self->siting_options,
    .configurations = (const ZxConfiguration *const *) self->configurations->pdata,
    .n_configurations = self->configurations->len,
    .n_stages = G_N_ELEMENTS (stages),
    .stages = stages,
    .to_lonlat = to_lonlat,
  };
}

ZxReportFixture *
zx_report_fixture_new (const char *language, gboolean with_grid)
{
  ZxReportFixture *self = g_new0 (ZxReportFixture, 1);
  ZxRng rng = zx_rng_new (7);
  g_autoptr (GError) error = NULL;
  self->owned = g_ptr_array_new_with_free_func (g_free);
  self->configurations = zx_siting_configurations (NULL, 0, &error);
  g_assert_no_error (error);
  zx_siting_options_default (&self->siting_options);
  self->siting_options.n_sites = 3;
  self->siting_options.ignore_grid = FALSE;
  zx_speed_table_default (&self->speeds);
  self->speeds.straight_detour = 1.35f;
  self->graph.n_nodes = 1320;
  self->graph.n_arcs = 4115;
  self->graph.total_km = 512.4;
  self->graph.dropped_km = 3.2;
  fill_city (self, &rng, with_grid);
  fill_findings (self);
  fill_fields (self);
  if (with_grid)
    fill_headroom (self);
  fill_cells (self);
  fill_demand (self, &rng);
  fill_candidates (self, &rng, with_grid);
  fill_plan (self, with_grid);
  fill_site_areas (self);
  connect_input (self, language, with_grid);
  return self;
}

void
zx_report_fixture_free (ZxReportFixture *self)
{
  if (self == NULL)
    return;
  zx_city_unref (self->city);
  zx_geometry_clear (&self->site_areas);
  zx_findings_free (self->findings);
  zx_field_free (self->usage_heat);
  zx_field_free (self->vehicle_heat);
  zx_field_free (self->shortfall);
  g_ptr_array_unref (self->configurations);
  g_ptr_array_unref (self->owned);
  g_free (self);
}
