/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A square city whose demand is known at every point: smooth covariates and a smooth rest of the
 * world, stations that sell exactly what Huff's rule sends them from a fine lattice, with noise. */
#pragma once

#include "app/demand/zx-demand.h"
#include "tests/zx-test.h"

#define N_WAVES   160
#define N_PLANTED 3

/* A smooth random field of sd 1: a sum of plane waves, of squared-exponential covariance with the
 * given length (Rahimi and Recht 2007). */
typedef struct
{
  double kx[N_WAVES], ky[N_WAVES], phase[N_WAVES];
} Waves;

static void
waves_init (Waves *self, ZxRng *rng, double length_m)
{
  for (guint k = 0; k < N_WAVES; k++)
    {
      self->kx[k] = zx_rng_normal (rng) / length_m;
      self->ky[k] = zx_rng_normal (rng) / length_m;
      self->phase[k] = 2 * G_PI * zx_rng_uniform (rng);
    }
}

static double
waves_at (const Waves *self, double x, double y)
{
  double sum = 0;
  for (guint k = 0; k < N_WAVES; k++)
    sum += cos (self->kx[k] * x + self->ky[k] * y + self->phase[k]);
  return sum * sqrt (2.0 / N_WAVES);
}

typedef struct
{
  double side_m, across_m, fine_m; /* city, cells, the lattice of the truth */
  guint n_stations, n_operators;
  double noise_sd, operator_sd, field_sd, length_m;
  guint64 seed;
} PlantedOptions;

#define PLANTED_OPTIONS_INIT                                                                       \
  {                                                                                                \
    10000, 360, 125, 80, 5, 0.15, 0.15, 0.4, 1400, 1                                               \
  }

typedef struct
{
  ZxCity *city;
  ZxCells *cells;
  ZxCovariates *covariates;
  ZxTravelRows *rows;
  double *truth; /* kWh/d of each cell */
} Planted;

static double
planted_seconds (double x0, double y0, double x1, double y1)
{
  return 60 + hypot (x1 - x0, y1 - y0) * 1.3 / (30 / 3.6);
}

static void
planted_boundary (ZxCity *city, double side_m)
{
  const double corner[][2]
      = { { 0, 0 }, { side_m, 0 }, { side_m, side_m }, { 0, side_m }, { 0, 0 } };
  g_assert_true (zx_areas_alloc (&city->areas, 1, NULL));
  city->areas.kind[0] = ZX_AREA_BOUNDARY;
  city->max_x_m = city->max_y_m = side_m;
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  zx_geometry_builder_begin_part (&builder, FALSE);
  for (guint k = 0; k < 5; k++)
    zx_geometry_builder_point (&builder, corner[k][0], corner[k][1]);
  zx_geometry_builder_end_row (&builder);
  zx_geometry_builder_finish (&builder, &city->areas.polygons);
}

/* Density in kWh per km² and day. */
static double
planted_density (const Waves *covariate, const Waves *rest, const PlantedOptions *options, double x,
                 double y)
{
  static const double b[N_PLANTED] = { 0.6, 0.3, 0.2 };
  double log_density = log (400) + options->field_sd * waves_at (rest, x, y);
  for (guint k = 0; k < N_PLANTED; k++)
    log_density += b[k] * waves_at (&covariate[k], x, y);
  return exp (log_density);
}

static void
planted_stations (ZxCity *city, const Waves *covariate, const Waves *rest,
                  const PlantedOptions *options, ZxRng *rng)
{
  ZxStations *stations = &city->stations;
  g_assert_true (zx_stations_alloc (stations, options->n_stations, NULL));
  for (guint i = 0; i < options->n_stations;)
    {
      double x = options->side_m * zx_rng_uniform (rng), y = options->side_m * zx_rng_uniform (rng);
      double density = planted_density (covariate, rest, options, x, y);
      if (zx_rng_uniform (rng) > sqrt (density / 4000))
        continue;
      g_autofree char *operator_name
          = g_strdup_printf ("O%u", zx_rng_below (rng, options->n_operators));
      stations->x_m[i] = x;
      stations->y_m[i] = y;
      stations->n_dc[i] = 4 + (guint16) zx_rng_below (rng, 17);
      stations->operator_name[i] = zx_pool_add (city->pool, operator_name);
      stations->observed_days[i] = 60 + (float) zx_rng_below (rng, 31);
      i++;
    }
}

/* What each station sells, by exact Huff sums over the fine lattice. */
static void
planted_sales (ZxCity *city, const Waves *covariate, const Waves *rest,
               const PlantedOptions *options, const ZxCells *cells, double *truth, ZxRng *rng)
{
  const ZxHuffOptions huff = ZX_HUFF_OPTIONS_INIT;
  ZxStations *stations = &city->stations;
  guint n = stations->n;
  g_autofree double *attraction = g_new (double, n), *sold = g_new0 (double, n);
  g_autofree double *effect = g_new (double, zx_pool_size (city->pool));
  for (guint k = 0; k < zx_pool_size (city->pool); k++)
    effect[k] = options->operator_sd * zx_rng_normal (rng);
  for (double y = options->fine_m / 2; y < options->side_m; y += options->fine_m)
    for (double x = options->fine_m / 2; x < options->side_m; x += options->fine_m)
      {
        double kwh = planted_density (covariate, rest, options, x, y) * options->fine_m
                     * options->fine_m * 1e-6;
        double sum = zx_huff_outside (&huff);
        gint32 cell = zx_cells_at (cells, x, y);
        if (cell >= 0)
          truth[cell] += kwh;
        for (guint i = 0; i < n; i++)
          {
            attraction[i] = zx_huff_attraction (
                stations->n_dc[i], planted_seconds (x, y, stations->x_m[i], stations->y_m[i]),
                &huff);
            sum += attraction[i];
          }
        for (guint i = 0; i < n; i++)
          sold[i] += kwh * attraction[i] / sum;
      }
  for (guint i = 0; i < n; i++)
    stations->kwh_per_day[i] = (float) (sold[i]
                                        * exp (options->noise_sd * zx_rng_normal (rng)
                                               + effect[stations->operator_name[i]]));
}

static ZxTravelRows *
planted_rows (const ZxStations *stations, const ZxCells *cells, double limit_s)
{
  ZxTravelRows *rows = g_new0 (ZxTravelRows, 1);
  rows->n_rows = stations->n;
  rows->first = g_new0 (gsize, stations->n + 1);
  rows->target = g_new (guint32, (gsize) stations->n * cells->n);
  rows->seconds = g_new (float, (gsize) stations->n * cells->n);
  gsize at = 0;
  for (guint i = 0; i < stations->n; i++)
    {
      for (guint32 c = 0; c < cells->n; c++)
        {
          double s
              = planted_seconds (cells->x_m[c], cells->y_m[c], stations->x_m[i], stations->y_m[i]);
          if (s > limit_s)
            continue;
          rows->target[at] = c;
          rows->seconds[at++] = (float) s;
        }
      rows->first[i + 1] = at;
    }
  return rows;
}

static ZxCovariates *
planted_covariates (const Waves *covariate, const ZxCells *cells)
{
  static const char *const names[N_PLANTED] = { "vehicles", "places", "people" };
  ZxCovariates *self = g_new0 (ZxCovariates, 1);
  self->n_cells = cells->n;
  self->n = N_PLANTED;
  self->name = g_new (char *, N_PLANTED);
  self->title = g_new (char *, N_PLANTED);
  self->raw_mean = g_new0 (double, N_PLANTED);
  self->raw_sd = g_new0 (double, N_PLANTED);
  self->x = g_new (double, (gsize) N_PLANTED * cells->n);
  for (guint k = 0; k < N_PLANTED; k++)
    {
      self->name[k] = g_strdup (names[k]);
      self->title[k] = g_strdup (names[k]);
      self->raw_sd[k] = 1;
      for (guint c = 0; c < cells->n; c++)
        self->x[(gsize) k * cells->n + c] = waves_at (&covariate[k], cells->x_m[c], cells->y_m[c]);
    }
  return self;
}

static Planted
planted_new (const PlantedOptions *options)
{
  ZxRng rng = zx_rng_new (options->seed);
  Waves covariate[N_PLANTED], rest;
  for (guint k = 0; k < N_PLANTED; k++)
    waves_init (&covariate[k], &rng, 1500);
  waves_init (&rest, &rng, options->length_m);
  Planted self = { .city = zx_city_new () };
  planted_boundary (self.city, options->side_m);
  self.cells = zx_cells_new (self.city, options->across_m, NULL, NULL);
  self.truth = g_new0 (double, self.cells->n);
  planted_stations (self.city, covariate, &rest, options, &rng);
  planted_sales (self.city, covariate, &rest, options, self.cells, self.truth, &rng);
  self.covariates = planted_covariates (covariate, self.cells);
  self.rows = planted_rows (&self.city->stations, self.cells, 1200);
  return self;
}

static void
planted_clear (Planted *self)
{
  zx_city_unref (self->city);
  zx_cells_free (self->cells);
  zx_covariates_free (self->covariates);
  g_free (self->rows->first);
  g_free (self->rows->target);
  g_free (self->rows->seconds);
  g_free (self->rows);
  g_free (self->truth);
}

/* Share of the cells with a truth inside the middle 80 % of the posterior. */
static double
planted_cover80 (const Planted *self, const ZxDemand *demand)
{
  guint n = 0, n_inside = 0;
  for (guint c = 0; c < self->cells->n; c++)
    if (self->truth[c] > 0)
      {
        n++;
        n_inside += self->truth[c] >= demand->p10[c] && self->truth[c] <= demand->p90[c];
      }
  return (double) n_inside / n;
}

G_GNUC_UNUSED static double
planted_total_ratio (const Planted *self, const ZxDemand *demand)
{
  double truth = 0, mean = 0;
  for (guint c = 0; c < self->cells->n; c++)
    {
      truth += self->truth[c];
      mean += demand->mean[c];
    }
  return mean / truth;
}
