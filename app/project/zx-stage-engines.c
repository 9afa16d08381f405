/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The stages from travel to choose: each hands the city and earlier results to its engine, and says
 * in one sentence why it was skipped where the city lacks what it needs. */

#include "app/project/zx-route.h"

/* As candidates do: the way from a far cell to its road costs time in the rows. */
#define SNAP_LIMIT_M INFINITY

/* ---- travel ------------------------------------------------------------------------------- */

static ZxTravelRows *
station_rows_on_roads (ZxRoute *self, const ZxProgress *progress, GError **error)
{
  const ZxStations *stations = &self->city->stations;
  g_autofree ZxSnap *at_stations
      = ZX_TRY_NEW (ZxSnap, stations->n, _ ("Stations on the road network"), error);
  g_autofree ZxSnap *at_cells
      = ZX_TRY_NEW (ZxSnap, self->cells->n, _ ("Cells on the road network"), error);
  ZxProgress snapping = zx_progress_slice (progress, 0.6, 0.7),
             searching = zx_progress_slice (progress, 0.7, 1);
  if (at_stations == NULL || at_cells == NULL
      || !zx_travel_snap (self->graph, stations->x_m, stations->y_m, stations->n, SNAP_LIMIT_M,
                          at_stations, &snapping, error)
      || !zx_cells_snap (self->cells, self->graph, at_cells, &snapping, error))
    return NULL;
  /* Reverse: drivers come from the cells to the station. */
  return zx_travel_rows (self->graph, at_stations, stations->n, at_cells, self->cells->n,
                         zx_settings_get (&self->settings, "huff.limit_s"), TRUE, &searching,
                         error);
}

gboolean
zx_stage_travel (ZxRoute *self, const ZxProgress *progress, GError **error)
{
  const ZxStations *stations = &self->city->stations;
  ZxFindings *findings = zx_route_findings (self, ZX_STAGE_TRAVEL);
  ZxProgress building = zx_progress_slice (progress, 0, 0.5),
             covering = zx_progress_slice (progress, 0.5, 0.6);
  if (self->city->roads.n > 0)
    {
      self->graph = zx_travel_graph_new (&self->city->roads, &self->city->areas, &self->speeds,
                                         findings, &building, error);
      self->graph_is_whole = self->graph != NULL;
      if (self->graph == NULL)
        return FALSE;
    }
  else
    {
      char detour[32], speed[32];
      zx_number_format (zx_settings_get (&self->settings, "travel.straight_detour"), detour);
      zx_number_format (zx_settings_get (&self->settings, "travel.straight_kmh"), speed);
      zx_findings_add (findings, "siting.no-roads", zx_findings_layer (findings, "project"), -1, 1,
                       ZX_SEVERITY_WARNING, ZX_ACTION_CORRECTED, detour, speed);
    }
  self->cells = zx_cells_new (self->city, zx_settings_get (&self->settings, "cells.across_m"),
                              &covering, error);
  if (self->cells == NULL)
    return FALSE;
  self->station_rows
      = self->graph != NULL
            ? station_rows_on_roads (self, progress, error)
            : zx_travel_rows_straight (stations->x_m, stations->y_m, stations->n, self->cells->x_m,
                                       self->cells->y_m, self->cells->n,
                                       zx_settings_get (&self->settings, "huff.limit_s"),
                                       &self->speeds, &self->city->areas, progress, error);
  return self->station_rows != NULL;
}

/* ---- heat --------------------------------------------------------------------------------- */

static ZxHeatHours
chosen_hours (const ZxSettingValues *settings)
{
  guint first = (guint) zx_settings_get (settings, "heat.first_hour");
  guint last = (guint) zx_settings_get (settings, "heat.last_hour");
  guint days = (guint) zx_settings_get (settings, "heat.days");
  ZxHeatHours hours = 0;
  for (guint hour = 0; hour < 24; hour++)
    {
      /* 22 to 5 runs over midnight. */
      gboolean is_in
          = first <= last ? hour >= first && hour <= last : hour >= first || hour <= last;
      if (is_in && days != 2)
        hours |= G_GUINT64_CONSTANT (1) << hour;
      if (is_in && days != 1)
        hours |= G_GUINT64_CONSTANT (1) << (24 + hour);
    }
  return hours;
}

/* Half the mean distance between stations, within 300 m and 3 km: use is known at points that far
 * apart, and a narrower kernel would only draw the points themselves. */
static double
usage_bandwidth (const ZxCity *city)
{
  double area = (city->max_x_m - city->min_x_m) * (city->max_y_m - city->min_y_m);
  return CLAMP (round (0.5 * sqrt (area / MAX (city->stations.n, 1)) / 50) * 50, 300, 3000);
}

static double
vehicle_bandwidth (const ZxCity *city)
{
  double scott = zx_heat_bandwidth_scott (city->fleet.dx_m, city->fleet.dy_m, city->fleet.weight,
                                          city->fleet.n);
  return isfinite (scott) ? CLAMP (round (scott / 50) * 50, 150, 1500) : 500;
}

static gboolean
has_usage (const ZxCity *city)
{
  for (guint i = 0; i < city->stations.n; i++)
    if (city->stations.kwh_per_day[i] > 0)
      return TRUE;
  return FALSE;
}

gboolean
zx_stage_heat (ZxRoute *self, const ZxProgress *progress, GError **error)
{
  const ZxCity *city = self->city;
  gboolean with_usage = has_usage (city), with_vehicles = city->fleet.n > 0;
  if (!with_usage && !with_vehicles)
    {
      zx_route_skip (self, ZX_STAGE_HEAT,
                     N_ ("There is neither charging history nor vehicle data."));
      return TRUE;
    }
  ZxHeatOptions options;
  g_autofree guint8 *mask = NULL;
  zx_heat_lattice (city, (guint) zx_settings_get (&self->settings, "heat.cells"), &options, &mask);
  options.correct_edges = TRUE;
  options.mask = mask;
  ZxHeatHours hours = chosen_hours (&self->settings);
  ZxProgress first = zx_progress_slice (progress, 0, 0.3),
             second = zx_progress_slice (progress, 0.3, 0.9);
  double wish = zx_settings_get (&self->settings, "heat.usage_bandwidth_m");
  self->usage_bandwidth_m = wish > 0 ? wish : usage_bandwidth (city);
  wish = zx_settings_get (&self->settings, "heat.vehicle_bandwidth_m");
  self->vehicle_bandwidth_m = wish > 0 ? wish : vehicle_bandwidth (city);
  /* A difference is only a difference when both sides are equally blurred (DOMAIN.md §3.4). */
  if (with_usage && with_vehicles)
    self->vehicle_bandwidth_m = self->usage_bandwidth_m;
  options.bandwidth_m = self->usage_bandwidth_m;
  if (with_usage
      && (self->usage_heat = zx_heat_usage (city, hours, &options, &first, error)) == NULL)
    return FALSE;
  options.bandwidth_m = self->vehicle_bandwidth_m;
  if (with_vehicles
      && (self->vehicle_heat = zx_heat_vehicles (city, hours, &options, &second, error)) == NULL)
    return FALSE;
  if (with_usage && with_vehicles)
    self->shortfall = zx_heat_shortfall (self->vehicle_heat, self->usage_heat, NULL, error);
  return !(with_usage && with_vehicles) || self->shortfall != NULL;
}

/* ---- headroom ----------------------------------------------------------------------------- */

static const char *
branch_name (const ZxFeeders *feeders, guint branch, const ZxPool *pool)
{
  guint32 name = feeders->branch_name[branch];
  return zx_pool_get (pool, name != 0 ? name : feeders->branch_id[branch]);
}

/* Every overloaded transformer and line by name; what is heavy, in one row. */
static void
tell_loadings (const ZxFeeders *feeders, const ZxFeederState *flows, const ZxPool *pool,
               ZxFindings *findings)
{
  guint32 layer = zx_findings_layer (findings, "grid");
  guint n_heavy = 0;
  gint32 fullest = -1;
  for (guint b = 0; b < flows->n_branches; b++)
    {
      float loading = flows->branch_loading_percent[b];
      if (!(loading >= 80))
        continue;
      n_heavy++;
      if (fullest < 0 || loading > flows->branch_loading_percent[fullest])
        fullest = (gint32) b;
      g_autofree char *text = zx_number_human (loading, 1);
      g_autofree char *percent = g_strconcat (text, " %", NULL);
      gboolean is_transformer = feeders->branch_kind[b] == ZX_FEEDER_TRANSFORMER;
      if (loading >= 100)
        zx_findings_add (findings, is_transformer ? "grid.transformer-over" : "grid.branch-over",
                         layer, -1, 1, ZX_SEVERITY_WARNING, ZX_ACTION_KEPT,
                         branch_name (feeders, b, pool), percent);
    }
  char count[32];
  if (n_heavy > 0)
    zx_findings_add (findings, "grid.heavy", layer, -1, 1, ZX_SEVERITY_NOTE, ZX_ACTION_KEPT,
                     zx_number_format (n_heavy, count),
                     branch_name (feeders, (guint) fullest, pool));
}

static void
tell_flows (const ZxCity *city, const ZxFeederState *flows, ZxFindings *findings)
{
  const ZxFeeders *feeders = &city->feeders;
  guint32 layer = zx_findings_layer (findings, "grid");
  tell_loadings (feeders, flows, city->pool, findings);
  for (guint f = 0; f < flows->n_feeders; f++)
    {
      const char *name = zx_pool_get (city->pool, feeders->feeder_id[f]);
      if (flows->feeder_problem[f] != NULL)
        zx_findings_add (findings, "grid.no-flow", layer, -1, 1, ZX_SEVERITY_WARNING,
                         ZX_ACTION_KEPT, name, flows->feeder_problem[f]);
      else if (flows->feeder_vmin_pu[f] < flows->feeder_limit_pu[f])
        {
          char vmin[32], limit[32];
          g_autofree char *text = g_strdup_printf (
              "%s < %s", g_ascii_formatd (vmin, sizeof vmin, "%.4f", flows->feeder_vmin_pu[f]),
              g_ascii_formatd (limit, sizeof limit, "%.2f", flows->feeder_limit_pu[f]));
          zx_findings_add (findings, "grid.voltage-low", layer, -1, 1, ZX_SEVERITY_WARNING,
                           ZX_ACTION_KEPT, name, text);
        }
    }
}

gboolean
zx_stage_headroom (ZxRoute *self, const ZxProgress *progress, GError **error)
{
  ZxPowerOptions options = ZX_POWER_OPTIONS_INIT;
  g_autoptr (GError) problem = NULL;
  options.plan_rate = zx_settings_get (&self->settings, "power.plan_rate");
  options.power_factor = zx_settings_get (&self->settings, "power.factor");
  self->headroom = zx_power_headroom (self->city, &options, progress, &problem);
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (self->headroom == NULL)
    {
      zx_route_skip (
          self, ZX_STAGE_HEADROOM,
          N_ ("There are neither transformer areas nor feeders: grid limits were not checked."));
    }
  else if (self->headroom->flows != NULL)
    tell_flows (self->city, self->headroom->flows, zx_route_findings (self, ZX_STAGE_HEADROOM));
  return TRUE;
}

/* ---- believe ------------------------------------------------------------------------------ */

static void
find_extrapolated (const ZxDemand *demand, ZxFindings *findings)
{
  char beyond[24], all[24];
  guint n = 0;
  for (guint c = 0; c < demand->n_cells; c++)
    n += demand->is_extrapolated[c] != 0;
  if (n == 0)
    return;
  g_snprintf (beyond, sizeof beyond, "%u", n);
  g_snprintf (all, sizeof all, "%u", demand->n_cells);
  zx_findings_add (findings, "demand.extrapolated", zx_findings_layer (findings, "cells"), -1, 1,
                   ZX_SEVERITY_NOTE, ZX_ACTION_KEPT, beyond, all);
}

gboolean
zx_stage_believe (ZxRoute *self, const ZxProgress *progress, GError **error)
{
  ZxFindings *findings = zx_route_findings (self, ZX_STAGE_BELIEVE);
  ZxProgress first = zx_progress_slice (progress, 0, 0.1),
             second = zx_progress_slice (progress, 0.1, 1);
  if (self->city->stations.n == 0)
    {
      zx_route_skip (self, ZX_STAGE_BELIEVE,
                     N_ ("There are no charging stations: add a layer with stations, their "
                         "connectors and, for a "
                         "demand model, their use."));
      return TRUE;
    }
  self->covariates = zx_demand_covariates (self->city, self->cells, self->vehicle_heat,
                                           self->station_rows, findings, &first, error);
  if (self->covariates == NULL)
    return FALSE;
  self->demand = zx_demand_believe (self->city, self->cells, self->covariates, self->station_rows,
                                    &self->siting_options.huff, &self->demand_options, findings,
                                    &second, error);
  if (self->demand != NULL)
    find_extrapolated (self->demand, findings);
  return self->demand != NULL;
}

/* ---- score and choose --------------------------------------------------------------------- */

static ZxSitingInput
siting_input (ZxRoute *self)
{
  ZxSitingInput input = { 0 };
  input.city = self->city;
  input.cells = self->cells;
  input.demand = self->demand;
  input.headroom = self->headroom;
  input.graph = self->graph;
  input.speeds = &self->speeds;
  input.station_rows = self->station_rows;
  input.configurations = (const ZxConfiguration *const *) self->configurations->pdata;
  input.n_configurations = self->configurations->len;
  return input;
}

static gboolean
need_configurations (ZxRoute *self, GError **error)
{
  if (self->configurations == NULL)
    self->configurations = zx_siting_configurations (NULL, -1, error);
  return self->configurations != NULL;
}

gboolean
zx_stage_score (ZxRoute *self, const ZxProgress *progress, GError **error)
{
  if (self->demand == NULL)
    {
      zx_route_skip (self, ZX_STAGE_SCORE, N_ ("There is no demand to score candidates by."));
      return TRUE;
    }
  ZxProgress first = zx_progress_slice (progress, 0, 0.2),
             second = zx_progress_slice (progress, 0.2, 1);
  if (!need_configurations (self, error) || !zx_route_need_graph (self, &first, error))
    return FALSE;
  ZxSitingInput input = siting_input (self);
  self->candidates = zx_siting_candidates (
      &input, &self->siting_options, zx_route_findings (self, ZX_STAGE_SCORE), &second, error);
  return self->candidates != NULL;
}

gboolean
zx_stage_choose (ZxRoute *self, const ZxProgress *progress, GError **error)
{
  if (self->candidates == NULL)
    {
      zx_route_skip (self, ZX_STAGE_CHOOSE, N_ ("There are no candidates to choose from."));
      return TRUE;
    }
  ZxProgress first = zx_progress_slice (progress, 0, 0.2),
             second = zx_progress_slice (progress, 0.2, 0.98),
             third = zx_progress_slice (progress, 0.98, 1);
  if (!need_configurations (self, error) || !zx_route_need_graph (self, &first, error))
    return FALSE;
  ZxSitingInput input = siting_input (self);
  g_autoptr (GArray) required = g_array_new (FALSE, FALSE, sizeof (guint32));
  if (!zx_locks_apply (self, required, error))
    return FALSE;
  ZxSitingOptions options = self->siting_options;
  options.required = (const guint32 *) (gconstpointer) required->data;
  options.n_required = required->len;
  options.settle = self->settle;
  options.on_pace = self->on_pace;
  options.on_pace_data = self->on_pace_data;
  return zx_stage_choose_on_feeders (self, &input, &options, &second, error)
         && zx_route_find_site_areas (self, &third, error);
}
