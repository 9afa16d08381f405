/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "zx-town.h"

#define STREET_M 400.0

static double
uniform (ZxRng *rng, double low, double high)
{
  return low + (high - low) * zx_rng_uniform (rng);
}

static void
add_line (ZxGeometryBuilder *lines, double x0, double y0, double x1, double y1)
{
  zx_geometry_builder_begin_part (lines, FALSE);
  zx_geometry_builder_point (lines, x0, y0);
  zx_geometry_builder_point (lines, x1, y1);
  zx_geometry_builder_end_row (lines);
}

/* A lattice of streets; every fourth is a main road. */
static void
make_roads (ZxCity *city, double width)
{
  guint n = (guint) (width / STREET_M);
  gsize row = 0;
  ZxGeometryBuilder lines;
  zx_geometry_builder_init (&lines, ZX_GEOMETRY_LINE);
  g_assert_true (zx_roads_alloc (&city->roads, 2 * (gsize) n * (n + 1), NULL));
  for (guint i = 0; i <= n; i++)
    for (guint k = 0; k < n; k++)
      {
        double a = i * STREET_M, b = k * STREET_M;
        guint8 road_class = i % 4 == 0 ? ZX_ROAD_SECONDARY : ZX_ROAD_RESIDENTIAL;
        add_line (&lines, a, b, a, b + STREET_M);
        city->roads.road_class[row++] = road_class;
        add_line (&lines, b, a, b + STREET_M, a);
        city->roads.road_class[row++] = road_class;
      }
  zx_geometry_builder_finish (&lines, &city->roads.lines);
}

static void
make_stations (ZxCity *city, guint n, double width, ZxRng *rng)
{
  g_assert_true (zx_stations_alloc (&city->stations, n, NULL));
  for (guint i = 0; i < n; i++)
    {
      city->stations.x_m[i] = uniform (rng, 0, width);
      city->stations.y_m[i] = uniform (rng, 0, width);
      city->stations.state[i] = i == 3 ? ZX_STATION_CLOSED : ZX_STATION_WORKING;
      city->stations.n_dc[i] = i == 2 ? 0 : (guint16) (4 + zx_rng_below (rng, 12));
    }
}

static void
make_people (ZxCity *city, double width, ZxRng *rng)
{
  g_assert_true (zx_people_alloc (&city->people, 200, NULL));
  for (gsize i = 0; i < city->people.n; i++)
    {
      city->people.x_m[i] = uniform (rng, 0, width);
      city->people.y_m[i] = uniform (rng, 0, width);
      city->people.residents[i] = (float) uniform (rng, 50, 400);
    }
}

static void
make_parcels (ZxCity *city, guint n, double width, ZxRng *rng)
{
  g_assert_true (zx_parcels_alloc (&city->parcels, n, NULL));
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("地块 %u", i + 1);
      city->parcels.name[i] = zx_pool_add (city->pool, name);
      city->parcels.id[i] = zx_pool_add (city->pool, name);
      city->parcels.x_m[i] = uniform (rng, 0, width);
      city->parcels.y_m[i] = uniform (rng, 0, width);
      city->parcels.area_m2[i] = (float) uniform (rng, 100, 2500);
      city->parcels.bays[i] = i % 3 == 0 ? NAN : (float) zx_rng_below (rng, 40);
      city->parcels.rent_fen_per_bay_year[i] = i % 2 ? 300000 : NAN;
    }
}

/* Square areas on a lattice, all on feeder 0 but the last column, whose feeder is not known. */
static void
make_areas (Town *self, guint n, double width, ZxRng *rng)
{
  ZxCity *city = self->city;
  guint side = (guint) ceil (sqrt (n));
  double across = width / side;
  ZxGeometryBuilder polygons;
  zx_geometry_builder_init (&polygons, ZX_GEOMETRY_POLYGON);
  g_assert_true (zx_transformers_alloc (&city->transformers, n, NULL));
  g_assert_true (zx_feeders_alloc (&city->feeders, 1, 0, 0, NULL));
  for (guint a = 0; a < n; a++)
    {
      double x = a % side * across, y = a / side * across;
      const double corners[5][2] = {
        { x, y }, { x + across, y }, { x + across, y + across }, { x, y + across }, { x, y }
      };
      zx_geometry_builder_begin_part (&polygons, FALSE);
      for (guint i = 0; i < 5; i++)
        zx_geometry_builder_point (&polygons, corners[i][0], corners[i][1]);
      zx_geometry_builder_end_row (&polygons);
      city->transformers.x_m[a] = x + across / 2;
      city->transformers.y_m[a] = y + across / 2;
      city->transformers.rated_kva[a] = 1000;
      city->transformers.feeder[a] = a % side == side - 1 ? -1 : 0;
      for (guint h = 0; h < 24; h++)
        city->transformers.base_kw[a * 24 + h] = (float) uniform (rng, 100, a % 5 == 4 ? 900 : 600);
    }
  zx_geometry_builder_finish (&polygons, &city->transformers.areas);
}

static void
make_headroom (Town *self)
{
  ZxPowerOptions options = ZX_POWER_OPTIONS_INIT;
  g_autoptr (GError) error = NULL;
  if (self->city->transformers.n == 0)
    return;
  self->headroom = zx_power_headroom (self->city, &options, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (self->headroom);
  for (guint h = 0; h < 24 && self->headroom->n_feeders > 0; h++)
    self->headroom->feeder_room_kw[h] = 900;
}

static void
make_demand (Town *self, guint n_draws, ZxRng *rng)
{
  guint n = self->cells->n;
  ZxDemand *demand = self->demand = g_new0 (ZxDemand, 1);
  g_autofree double *base = g_new (double, n);
  demand->n_cells = n;
  demand->n_draws = n_draws;
  demand->cell_kwh_per_day = g_new (float, (gsize) n *n_draws);
  demand->profile = g_new0 (float, 48);
  for (guint c = 0; c < n; c++)
    base[c] = 150 * exp (zx_rng_normal (rng));
  for (guint k = 0; k < n_draws; k++)
    {
      double level = exp (0.3 * zx_rng_normal (rng));
      for (guint c = 0; c < n; c++)
        demand->cell_kwh_per_day[(gsize) k * n + c]
            = (float) (base[c] * level * exp (0.4 * zx_rng_normal (rng)));
    }
  for (guint h = 0; h < 48; h++)
    demand->profile[h] = (float) ((h % 24 >= 8 ? 1.5 : 0.0) / 24);
}

static void
make_rows (Town *self)
{
  const ZxStations *stations = &self->city->stations;
  g_autoptr (GError) error = NULL;
  self->station_rows = zx_travel_rows_straight (
      stations->x_m, stations->y_m, stations->n, self->cells->x_m, self->cells->y_m, self->cells->n,
      self->options.huff.limit_s, &self->speeds, &self->city->areas, NULL, &error);
  g_assert_no_error (error);
}

void
town_init (Town *self, const TownShape *shape)
{
  g_autoptr (GError) error = NULL;
  ZxRng rng = zx_rng_new (shape->seed);
  *self = (Town){ 0 };
  self->city = zx_city_new ();
  self->city->max_x_m = self->city->max_y_m = shape->width_m;
  make_roads (self->city, shape->width_m);
  make_stations (self->city, shape->n_stations, shape->width_m, &rng);
  make_people (self->city, shape->width_m, &rng);
  make_parcels (self->city, shape->n_parcels, shape->width_m, &rng);
  make_areas (self, shape->n_areas, shape->width_m, &rng);
  g_assert_true (zx_city_seal (self->city, &error));
  zx_speed_table_default (&self->speeds);
  zx_siting_options_default (&self->options);
  self->options.effort = 1.5e7; /* the tests ask for right plans, not for small gaps */
  self->cells = zx_cells_new (self->city, shape->cell_m, NULL, &error);
  g_assert_no_error (error);
  make_demand (self, shape->n_draws, &rng);
  make_headroom (self);
  make_rows (self);
  if (shape->has_graph)
    self->graph = zx_travel_graph_new (&self->city->roads, &self->city->areas, &self->speeds, NULL,
                                       NULL, &error);
  g_assert_no_error (error);
  self->configurations = zx_siting_configurations (NULL, 0, &error);
  g_assert_no_error (error);
  self->input = (ZxSitingInput){ .city = self->city,
                                 .cells = self->cells,
                                 .demand = self->demand,
                                 .headroom = self->headroom,
                                 .graph = self->graph,
                                 .speeds = &self->speeds,
                                 .station_rows = self->station_rows,
                                 .configurations
                                 = (const ZxConfiguration *const *) self->configurations->pdata,
                                 .n_configurations = self->configurations->len };
}

void
town_clear (Town *self)
{
  g_ptr_array_unref (self->configurations);
  zx_travel_rows_free (self->station_rows);
  if (self->graph != NULL)
    zx_travel_graph_free (self->graph);
  if (self->headroom != NULL)
    zx_power_headroom_free (self->headroom);
  g_free (self->demand->cell_kwh_per_day);
  g_free (self->demand->profile);
  g_free (self->demand);
  zx_cells_free (self->cells);
  zx_city_unref (self->city);
}
