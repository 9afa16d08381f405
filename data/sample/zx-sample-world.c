/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The world: its measures, and the intensities that everything else is drawn from.
 *
 * A centre's intensity is a plateau with a soft edge, 1 / (1 + exp ((d - r) / 0.18 r)), so that a
 * district is dense throughout and thins out over a few streets; smooth noise roughens it, another
 * one for people, for places and for vehicles, which keeps the three apart enough to tell their
 * coefficients. */

#include "data/sample/zx-sample-private.h"

#define SQUARE_M   2000.0
#define EDGE_SHARE 0.18
/* Where a plateau has fallen to 1.4e-4 of its height. */
#define RADII_THAT_MATTER 2.6
/* ∫ of the plateau over the plane, in units of π r²: 1 + (π 0.18)² / 3. */
#define PLATEAU_AREA 1.1066

static const SampleScale scales[] = {
  [ZX_SAMPLE_TOWN] = { .size = ZX_SAMPLE_TOWN,
                       .id = "town",
                       .name = "望潮",
                       .scale = 0.45,
                       .min_x_m = -6600,
                       .min_y_m = -6000,
                       .max_x_m = 4600,
                       .max_y_m = 6400,
                       .n_villages = 84,
                       .n_market_towns = 1,
                       .n_stations = 20,
                       .usage_days = 60,
                       .fleet_days = 5,
                       .n_vehicles = 320,
                       .n_places = 1600,
                       .n_parcels = 40,
                       .residents_per_area = 500,
                       .hexagon_m = 400,
                       .cell_m = 100 },
  [ZX_SAMPLE_CITY] = { .size = ZX_SAMPLE_CITY,
                       .id = "city",
                       .name = "临澜",
                       .scale = 1,
                       .min_x_m = -15000,
                       .min_y_m = -13500,
                       .max_x_m = 9500,
                       .max_y_m = 14000,
                       .n_villages = 360,
                       .n_market_towns = 3,
                       .n_stations = 120,
                       .usage_days = 60,
                       .fleet_days = 5,
                       .n_vehicles = 4100,
                       .n_places = 9000,
                       .n_parcels = 160,
                       .residents_per_area = 500,
                       .hexagon_m = 500,
                       .cell_m = 100 },
  [ZX_SAMPLE_PROVINCE] = { .size = ZX_SAMPLE_PROVINCE,
                           .id = "province",
                           .name = "澜东",
                           .scale = 1.6,
                           .min_x_m = -112000,
                           .min_y_m = -85000,
                           .max_x_m = 28000,
                           .max_y_m = 85000,
                           .n_villages = 10200,
                           .n_market_towns = 260,
                           .n_counties = 40,
                           .n_stations = 10000,
                           .usage_days = 14,
                           .fleet_days = 7,
                           .n_vehicles = 24500,
                           .n_places = 150000,
                           .n_parcels = 3000,
                           .residents_per_area = 2000,
                           .hexagon_m = 1000,
                           .cell_m = 200 },
};

const SampleScale *
zx_sample_scale (ZxSampleSize size)
{
  return &scales[size];
}

/* ---- intensities -------------------------------------------------------------------------- */

static double
plateau (double distance_m, double radius_m)
{
  double z = (distance_m / radius_m - 1) / EDGE_SHARE;
  return z > 30 ? 0 : 1 / (1 + exp (z));
}

static void
near_centres (const SampleWorld *self, double x, double y, guint32 *begin, guint32 *end)
{
  double column = (x - self->scale->min_x_m) / SQUARE_M;
  double row = (y - self->scale->min_y_m) / SQUARE_M;
  gsize square = (gsize) CLAMP (row, 0, self->near_rows - 1) * self->near_columns
                 + (gsize) CLAMP (column, 0, self->near_columns - 1);
  *begin = self->near_first[square];
  *end = self->near_first[square + 1];
}

static void
spread_centres (SampleWorld *self, gboolean is_filling)
{
  for (guint k = 0; k < self->centres->len; k++)
    {
      const SampleCentre *centre = &g_array_index (self->centres, SampleCentre, k);
      double reach = RADII_THAT_MATTER * centre->radius_m;
      double west = (centre->at.x - reach - self->scale->min_x_m) / SQUARE_M;
      double east = (centre->at.x + reach - self->scale->min_x_m) / SQUARE_M;
      double south = (centre->at.y - reach - self->scale->min_y_m) / SQUARE_M;
      double north = (centre->at.y + reach - self->scale->min_y_m) / SQUARE_M;
      if (east < 0 || north < 0 || west >= self->near_columns || south >= self->near_rows)
        continue;
      for (guint row = (guint) MAX (south, 0); row <= (guint) MIN (north, self->near_rows - 1);
           row++)
        for (guint column = (guint) MAX (west, 0);
             column <= (guint) MIN (east, self->near_columns - 1); column++)
          {
            gsize square = (gsize) row * self->near_columns + column;
            if (is_filling)
              self->near_item[--self->near_first[square]] = k;
            else
              self->near_first[square]++;
          }
    }
}

static void
index_centres (SampleWorld *self)
{
  const SampleScale *scale = self->scale;
  self->near_columns = (guint) ceil ((scale->max_x_m - scale->min_x_m) / SQUARE_M);
  self->near_rows = (guint) ceil ((scale->max_y_m - scale->min_y_m) / SQUARE_M);
  gsize n = (gsize) self->near_columns * self->near_rows;
  self->near_first = g_new0 (guint32, n + 1);
  spread_centres (self, FALSE);
  for (gsize i = 1; i <= n; i++)
    self->near_first[i] += self->near_first[i - 1];
  self->near_item = g_new (guint32, MAX (self->near_first[n], 1));
  spread_centres (self, TRUE);
}

static double
roughness (const SampleWorld *self, guint which, double x, double y)
{
  return exp (0.42 * zx_sample_octaves (self->seed * 31 + 1000 * which, x, y, 1700, 2, 0.6));
}

SampleDensity
zx_sample_density (const SampleWorld *world, double x, double y)
{
  SampleDensity sum = { .residents = 30, .jobs = 8, .places = 1.2, .vehicles = 5 };
  if (zx_sample_shore_contains (world->water_shore, x, y))
    return (SampleDensity){ 0 };
  guint32 begin, end;
  near_centres (world, x, y, &begin, &end);
  for (guint32 k = begin; k < end; k++)
    {
      const SampleCentre *centre
          = &g_array_index (world->centres, SampleCentre, world->near_item[k]);
      double d = hypot (x - centre->at.x, y - centre->at.y), r = centre->radius_m;
      double share = plateau (d, r) / (PLATEAU_AREA * G_PI * r * r * 1e-6);
      sum.residents += share * centre->residents;
      sum.jobs += share * centre->jobs;
      sum.places += share * centre->places;
      sum.vehicles += share * centre->vehicles;
    }
  double slope = zx_sample_shore_contains (world->hill_shore, x, y) ? 0.3 : 1;
  double for_people = slope * roughness (world, 1, x, y);
  sum.residents *= for_people;
  sum.jobs *= for_people;
  sum.places *= slope * roughness (world, 2, x, y);
  sum.vehicles *= slope * roughness (world, 3, x, y);
  return sum;
}

/* Distances are warped by noise, so that a town's edge has bays and fingers. */
static SamplePoint
warp (const SampleWorld *self, double x, double y)
{
  double strength = 230 * MIN (1, 0.4 + 0.6 * self->scale->scale);
  return (SamplePoint){ x + strength * zx_sample_octaves (self->seed + 71, x, y, 1500, 2, 0.5),
                        y + strength * zx_sample_octaves (self->seed + 79, x, y, 1500, 2, 0.5) };
}

double
zx_sample_built (const SampleWorld *world, const SampleSettlement *settlement, double x, double y)
{
  SamplePoint at = warp (world, x, y);
  double most = 0;
  for (guint k = 0; k < settlement->n_centres; k++)
    {
      const SampleCentre *centre
          = &g_array_index (world->centres, SampleCentre, settlement->centre_first + k);
      most = MAX (most, plateau (zx_sample_distance (at, centre->at), centre->radius_m));
    }
  return most;
}

const SampleCentre *
zx_sample_ruling_centre (const SampleWorld *world, const SampleSettlement *settlement, double x,
                         double y)
{
  const SampleCentre *ruling = NULL;
  double nearest = G_MAXDOUBLE;
  for (guint k = 0; k < settlement->n_centres; k++)
    {
      const SampleCentre *centre
          = &g_array_index (world->centres, SampleCentre, settlement->centre_first + k);
      double d = hypot (x - centre->at.x, y - centre->at.y) / centre->radius_m;
      if (d < nearest)
        {
          nearest = d;
          ruling = centre;
        }
    }
  return ruling;
}

gboolean
zx_sample_is_buildable (const SampleWorld *world, double x, double y, double water_m, double hill_m)
{
  return zx_sample_shore_distance (world->water_shore, x, y) > water_m
         && zx_sample_shore_distance (world->hill_shore, x, y) > hill_m;
}

void
zx_sample_world_lonlat (const SampleWorld *world, double x, double y, double *lon_deg,
                        double *lat_deg)
{
  zx_sample_lonlat (world->origin_e_m + x, world->origin_n_m + y, lon_deg, lat_deg);
}

/* ---- making and freeing ------------------------------------------------------------------- */

static void
clear_settlement (gpointer data)
{
  g_free (((SampleSettlement *) data)->name);
}

static SampleShore *
shore_of (const SampleWorld *self, const SampleAreas *areas)
{
  const double margin = 5000;
  const SampleScale *scale = self->scale;
  return zx_sample_shore_new (areas, scale->min_x_m - margin, scale->min_y_m - margin,
                              scale->max_x_m + margin, scale->max_y_m + margin);
}

SampleWorld *
zx_sample_world_new (ZxSampleSize size, guint64 seed, const ZxProgress *progress, GError **error)
{
  g_autoptr (SampleWorld) self = g_new0 (SampleWorld, 1);
  self->scale = zx_sample_scale (size);
  self->seed = seed;
  /* Near 119.5° E, 35.4° N. */
  self->origin_e_m = 454000;
  self->origin_n_m = 3919000;
  self->rivers = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  self->settlements = g_array_new (FALSE, TRUE, sizeof (SampleSettlement));
  g_array_set_clear_func (self->settlements, clear_settlement);
  self->centres = g_array_new (FALSE, TRUE, sizeof (SampleCentre));
  SampleAreas *all[] = { &self->water,      &self->hills,     &self->parks,
                         &self->exclusions, &self->districts, &self->boundary };
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    zx_sample_areas_init (all[i]);
  zx_sample_world_make_land (self);
  self->water_shore = shore_of (self, &self->water);
  self->hill_shore = shore_of (self, &self->hills);
  if (!zx_sample_world_make_settlements (self, progress, error))
    return NULL;
  self->park_shore = shore_of (self, &self->parks);
  index_centres (self);
  zx_sample_world_make_districts (self);
  return g_steal_pointer (&self);
}

void
zx_sample_world_free (SampleWorld *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->coast, g_array_unref);
  g_clear_pointer (&self->rivers, g_ptr_array_unref);
  SampleAreas *all[] = { &self->water,      &self->hills,     &self->parks,
                         &self->exclusions, &self->districts, &self->boundary };
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    zx_sample_areas_clear (all[i]);
  zx_sample_shore_free (self->water_shore);
  zx_sample_shore_free (self->hill_shore);
  zx_sample_shore_free (self->park_shore);
  g_clear_pointer (&self->settlements, g_array_unref);
  g_clear_pointer (&self->centres, g_array_unref);
  g_free (self->near_first);
  g_free (self->near_item);
  g_free (self);
}
