/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The demand that is true here:
 *
 *   log D = b0 + 0.6 z(log vehicles) + 0.3 z(log places) + 0.2 z(log residents) + s(x, y) + e
 *
 * with z the standard score over the cells of the lattice, s a Gaussian field of sd 0.4 whose
 * correlation has fallen to 0.1 at 2 km, e independent noise of sd 0.1 per cell, and b0 such that
 * all demand is 0.35 kWh per resident and day.  The densities are the smooth ones that vehicles,
 * places and people are drawn from. */

#include "data/sample/zx-sample-private.h"

gsize
zx_sample_truth_size (const SampleTruth *self)
{
  return (gsize) self->n_columns * self->n_rows;
}

SamplePoint
zx_sample_truth_centre (const SampleTruth *self, gsize cell)
{
  return (SamplePoint){ self->min_x + ((double) (cell % self->n_columns) + 0.5) * self->cell_m,
                        self->min_y + ((double) (cell / self->n_columns) + 0.5) * self->cell_m };
}

gssize
zx_sample_truth_cell (const SampleTruth *self, double x, double y)
{
  double column = floor ((x - self->min_x) / self->cell_m);
  double row = floor ((y - self->min_y) / self->cell_m);
  if (!(column >= 0 && row >= 0 && column < self->n_columns && row < self->n_rows))
    return -1;
  return (gssize) row * (gssize) self->n_columns + (gssize) column;
}

/* ---- drawing cells ------------------------------------------------------------------------ */

gboolean
zx_sample_draw_init (SampleDraw *self, const float *weight, gsize n, GError **error)
{
  self->n = n;
  self->cumulative = ZX_TRY_NEW (double, n, _ ("Cells of the sample"), error);
  if (self->cumulative == NULL)
    return FALSE;
  double sum = 0;
  for (gsize i = 0; i < n; i++)
    self->cumulative[i] = sum += weight[i] > 0 ? weight[i] : 0;
  return TRUE;
}

void
zx_sample_draw_clear (SampleDraw *self)
{
  g_clear_pointer (&self->cumulative, g_free);
}

gsize
zx_sample_draw (const SampleDraw *self, ZxRng *rng)
{
  double at = zx_rng_uniform (rng) * self->cumulative[self->n - 1];
  gsize low = 0, high = self->n - 1;
  while (low < high)
    {
      gsize middle = low + (high - low) / 2;
      if (self->cumulative[middle] > at)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

/* ---- the lattice -------------------------------------------------------------------------- */

typedef struct
{
  const SampleWorld *world;
  SampleTruth *truth;
  const SampleField *field;
} Task;

static void
fill_densities (gsize begin, gsize end, guint worker, gpointer data)
{
  Task *task = data;
  SampleTruth *truth = task->truth;
  for (gsize i = begin; i < end; i++)
    {
      if (isnan (truth->demand[i]))
        continue;
      SamplePoint p = zx_sample_truth_centre (truth, i);
      SampleDensity density = zx_sample_density (task->world, p.x, p.y);
      ZxRng rng = zx_rng_stream (task->world->seed ^ 0xce11, i);
      truth->residents[i] = (float) density.residents;
      truth->jobs[i] = (float) density.jobs;
      truth->places[i] = (float) density.places;
      truth->vehicles[i] = (float) density.vehicles;
      truth->demand[i] = (float) (SAMPLE_FIELD_SD * zx_sample_field_at (task->field, p.x, p.y)
                                  + SAMPLE_CELL_SD * zx_rng_normal (&rng));
    }
}

/* NaN where there is no land of ours; sweeps rows because the outline has thousands of points. */
static void
mark_outside (SampleTruth *self, const SampleWorld *world, const SampleShore *inside)
{
  for (gsize i = 0; i < zx_sample_truth_size (self); i++)
    {
      SamplePoint p = zx_sample_truth_centre (self, i);
      if (!zx_sample_shore_contains (inside, p.x, p.y)
          || zx_sample_shore_contains (world->water_shore, p.x, p.y))
        self->demand[i] = NAN;
    }
}

static void
standardise (SampleTruth *self)
{
  const float *values[3] = { self->vehicles, self->places, self->residents };
  gsize n = zx_sample_truth_size (self);
  for (guint k = 0; k < 3; k++)
    {
      double sum = 0, sum2 = 0, count = 0;
      for (gsize i = 0; i < n; i++)
        if (!isnan (self->demand[i]))
          {
            double v = log (values[k][i]);
            sum += v;
            sum2 += v * v;
            count++;
          }
      self->mean[k] = sum / count;
      self->sd[k] = sqrt (MAX (sum2 / count - self->mean[k] * self->mean[k], 1e-12));
    }
}

static void
add_covariates (SampleTruth *self)
{
  static const double b[3] = { SAMPLE_B_VEHICLES, SAMPLE_B_PLACES, SAMPLE_B_RESIDENTS };
  const float *values[3] = { self->vehicles, self->places, self->residents };
  double km2 = self->cell_m * self->cell_m * 1e-6, sum = 0;
  gsize n = zx_sample_truth_size (self);
  self->residents_in_all = 0;
  for (gsize i = 0; i < n; i++)
    {
      if (isnan (self->demand[i]))
        continue;
      double eta = self->demand[i];
      for (guint k = 0; k < 3; k++)
        eta += b[k] * (log (values[k][i]) - self->mean[k]) / self->sd[k];
      self->demand[i] = (float) exp (eta);
      sum += self->demand[i] * km2;
      self->residents_in_all += self->residents[i] * km2;
    }
  self->b0 = log (SAMPLE_KWH_PER_PERSON * self->residents_in_all / sum);
  self->kwh_per_day = 0;
  for (gsize i = 0; i < n; i++)
    if (!isnan (self->demand[i]))
      {
        self->demand[i] = (float) (self->demand[i] * exp (self->b0));
        self->kwh_per_day += self->demand[i] * km2;
      }
}

static gboolean
alloc_lattice (SampleTruth *self, const SampleScale *scale, GError **error)
{
  const char *what = _ ("Cells of the sample");
  self->cell_m = scale->cell_m;
  self->min_x = scale->min_x_m;
  self->min_y = scale->min_y_m;
  self->n_columns = (guint) ceil ((scale->max_x_m - scale->min_x_m) / scale->cell_m);
  self->n_rows = (guint) ceil ((scale->max_y_m - scale->min_y_m) / scale->cell_m);
  gsize n = zx_sample_truth_size (self);
  return (self->demand = ZX_TRY_NEW (float, n, what, error)) != NULL
         && (self->residents = ZX_TRY_NEW (float, n, what, error)) != NULL
         && (self->jobs = ZX_TRY_NEW (float, n, what, error)) != NULL
         && (self->places = ZX_TRY_NEW (float, n, what, error)) != NULL
         && (self->vehicles = ZX_TRY_NEW (float, n, what, error)) != NULL;
}

SampleTruth *
zx_sample_truth_new (const SampleWorld *world, const ZxProgress *progress, GError **error)
{
  g_autoptr (SampleTruth) self = g_new0 (SampleTruth, 1);
  const SampleScale *scale = world->scale;
  if (!alloc_lattice (self, scale, error))
    return NULL;
  SampleShore *inside = zx_sample_shore_new (&world->boundary, scale->min_x_m, scale->min_y_m,
                                             scale->max_x_m, scale->max_y_m);
  mark_outside (self, world, inside);
  zx_sample_shore_free (inside);
  SampleField field;
  zx_sample_field_init (&field, world->seed ^ 0xf1e1d, SAMPLE_FIELD_LENGTH_M);
  Task task = { world, self, &field };
  if (!zx_parallel_for (zx_sample_truth_size (self), 0, fill_densities, &task, progress, error))
    return NULL;
  standardise (self);
  add_covariates (self);
  return g_steal_pointer (&self);
}

void
zx_sample_truth_free (SampleTruth *self)
{
  if (self == NULL)
    return;
  g_free (self->demand);
  g_free (self->residents);
  g_free (self->jobs);
  g_free (self->places);
  g_free (self->vehicles);
  g_free (self);
}

/* ---- files -------------------------------------------------------------------------------- */

static void
append_number (GString *json, const char *name, double value)
{
  char buffer[32];
  g_string_append_printf (json, ",\n  \"%s\": %s", name, zx_number_format (value, buffer));
}

static char *
describe (const SampleSite *site)
{
  const SampleTruth *truth = site->truth;
  const SampleScale *scale = site->world->scale;
  GString *json = g_string_new ("{\n  \"sample\": ");
  zx_sample_append_json (json, scale->id);
  g_string_append (json, ",\n  \"name\": ");
  zx_sample_append_json (json, scale->name);
  g_string_append_printf (json, ",\n  \"seed\": %" G_GUINT64_FORMAT, site->world->seed);
  g_string_append (
      json, ",\n  \"model\": \"log D = b0 + 0.6 z(log vehicles) + 0.3 z(log places) + 0.2 z(log "
            "residents) + s + e; D in kWh per km2 and day; z over the cells of truth_cells.csv; "
            "densities per km2\",\n  \"crs_of_x_y\": \"EPSG:4549\"");
  append_number (json, "cell_m", truth->cell_m);
  append_number (json, "b0", truth->b0);
  append_number (json, "b_vehicles", SAMPLE_B_VEHICLES);
  append_number (json, "b_places", SAMPLE_B_PLACES);
  append_number (json, "b_residents", SAMPLE_B_RESIDENTS);
  static const char *const names[3] = { "vehicles", "places", "residents" };
  for (guint k = 0; k < 3; k++)
    {
      g_autofree char *mean = g_strdup_printf ("mean_log_%s", names[k]);
      g_autofree char *sd = g_strdup_printf ("sd_log_%s", names[k]);
      append_number (json, mean, truth->mean[k]);
      append_number (json, sd, truth->sd[k]);
    }
  append_number (json, "field_sd", SAMPLE_FIELD_SD);
  append_number (json, "field_length_m", SAMPLE_FIELD_LENGTH_M);
  append_number (json, "cell_sd", SAMPLE_CELL_SD);
  append_number (json, "huff_decay_s", SAMPLE_DECAY_S);
  append_number (json, "huff_size_exponent", SAMPLE_SIZE_EXPONENT);
  append_number (json, "huff_limit_s", SAMPLE_LIMIT_S);
  append_number (json, "huff_outside_connectors", SAMPLE_OUTSIDE);
  g_string_append (json,
                   ",\n  \"travel_time\": \"from the station over the roads, at the speeds of "
                   "resources/data/speeds.ini; walking to the nearest node of a road at 5 km/h up "
                   "to 300 m, beyond that at 27 km/h\"");
  append_number (json, "posted_share", SAMPLE_POSTED_SHARE);
  append_number (json, "urban_factor", SAMPLE_URBAN_FACTOR);
  append_number (json, "junction_s", SAMPLE_JUNCTION_S);
  append_number (json, "operator_sd", SAMPLE_OPERATOR_SD);
  append_number (json, "station_sd", SAMPLE_STATION_SD);
  append_number (json, "total_kwh_per_day", truth->kwh_per_day);
  append_number (json, "residents", truth->residents_in_all);
  g_string_append (json, ",\n  \"operators\": {");
  for (guint k = 0; k < SAMPLE_N_OPERATORS; k++)
    {
      char buffer[32];
      g_string_append (json, k == 0 ? "\n    " : ",\n    ");
      zx_sample_append_json (json, zx_sample_operator_name (k));
      g_string_append_printf (
          json, ": %s",
          zx_number_format (log (zx_sample_operator_effect (site->world->seed, k)), buffer));
    }
  g_string_append (json, "\n  },\n  \"stations\": {");
  for (guint i = 0, n = 0; i < site->stations->len; i++)
    {
      const SampleStation *station = &g_array_index (site->stations, SampleStation, i);
      if (station->is_planned)
        continue;
      g_string_append (json, n++ == 0 ? "\n    " : ",\n    ");
      zx_sample_append_json (json, station->id);
      g_string_append (json, ": { \"caught_kwh_per_day\": ");
      zx_sample_append_fixed (json, station->caught_kwh, 3);
      g_string_append (json, ", \"kwh_per_day\": ");
      zx_sample_append_fixed (json, station->kwh_per_day, 3);
      g_string_append (json, " }");
    }
  g_string_append (json, "\n  }\n}\n");
  return g_string_free (json, FALSE);
}

gboolean
zx_sample_write_truth (const SampleSite *site, const ZxProgress *progress, GError **error)
{
  const SampleTruth *truth = site->truth;
  g_autofree char *path = g_build_filename (site->folder, "truth.json", NULL);
  g_autofree char *json = describe (site);
  if (!zx_file_replace (path, json, strlen (json), error))
    return FALSE;
  g_autoptr (SampleFile) out = zx_sample_file_new (site->folder, "truth_cells.csv", error);
  g_autoptr (GString) text = g_string_new ("lon,lat,x,y,demand_kwh_per_km2_day\n");
  if (out == NULL)
    return FALSE;
  for (gsize i = 0; i < zx_sample_truth_size (truth); i++)
    {
      if (isnan (truth->demand[i]))
        continue;
      SamplePoint p = zx_sample_truth_centre (truth, i);
      zx_sample_append_lonlat (text, site->world, p.x, p.y);
      g_string_append_c (text, ',');
      zx_sample_append_fixed (text, site->world->origin_e_m + p.x, 0);
      g_string_append_c (text, ',');
      zx_sample_append_fixed (text, site->world->origin_n_m + p.y, 0);
      g_string_append_c (text, ',');
      zx_sample_append_fixed (text, truth->demand[i], 3);
      g_string_append_c (text, '\n');
      if (text->len > 1 << 20
          && (!zx_sample_file_flush (out, text, error)
              || !zx_progress_step (progress, i, zx_sample_truth_size (truth), error)))
        return FALSE;
    }
  if (!zx_sample_file_flush (out, text, error))
    return FALSE;
  return zx_sample_file_close (g_steal_pointer (&out), error);
}
