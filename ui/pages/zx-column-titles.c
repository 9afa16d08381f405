/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/pages/zx-column-titles.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const struct
{
  const char *name, *title;
} columns[] = {
  { "rank", N_ ("Rank") },
  { "id", N_ ("Code") },
  { "name", N_ ("Name") },
  { "operator", N_ ("Operator") },
  { "dc_connectors", N_ ("DC guns") },
  { "ac_connectors", N_ ("AC guns") },
  { "rated_kw", N_ ("Rated, kW") },
  { "kwh_per_day", N_ ("Use, kWh/d") },
  { "price_fen_per_kwh", N_ ("Price, fen/kWh") },
  { "observed_days", N_ ("Days observed") },
  { "lon_wgs84", N_ ("Longitude, WGS-84") },
  { "lat_wgs84", N_ ("Latitude, WGS-84") },
  { "lon_gcj02", N_ ("Longitude, GCJ-02") },
  { "lat_gcj02", N_ ("Latitude, GCJ-02") },
  { "excluded_by", N_ ("Ruled out by") },
  { "served_kwh_per_day_mean", N_ ("Served, kWh/d") },
  { "served_kwh_per_day_p10", N_ ("Served, P10") },
  { "served_kwh_per_day_p90", N_ ("Served, P90") },
  { "npv_positive", N_ ("Pays for itself, share") },
  { "grid_room_kw", N_ ("Grid room, kW") },
  { "coverage_people", N_ ("People covered") },
  { "score", N_ ("Score") },
  { "topsis", N_ ("TOPSIS") },
  { "nearest_station_m", N_ ("Nearest station, m") },
  { "configuration", N_ ("Size") },
  { "utilisation", N_ ("Utilisation") },
  { "wait_min", N_ ("Wait, min") },
  { "capex_yuan", N_ ("Investment, yuan") },
  { "npv_mean_yuan", N_ ("Expected NPV, yuan") },
  { "payback_years", N_ ("Payback, years") },
  { "load_rate_before", N_ ("Load rate before") },
  { "load_rate_after", N_ ("Load rate after") },
  { "in_best_set", N_ ("In the best plans, share") },
  { "co2_t_per_year", N_ ("CO₂, t/year") },
  { "area_km2", N_ ("Surface, km²") },
  { "demand_kwh_per_day_mean", N_ ("Demand, kWh/d") },
  { "demand_kwh_per_day_p10", N_ ("Demand, P10") },
  { "demand_kwh_per_day_p50", N_ ("Demand, P50") },
  { "demand_kwh_per_day_p90", N_ ("Demand, P90") },
  { "p90_to_p10", N_ ("P90 divided by P10") },
  { "in_best", N_ ("In the best, share") },
  { "is_extrapolated", N_ ("Outside the data") },
  { "tq_id", N_ ("Number of the area") },
  { "feeder_id", N_ ("Feeder") },
  { "s_kva", N_ ("Rated, kVA") },
  { "load_rate", N_ ("Peak load rate") },
  { "room_kw80", N_ ("Room to 80 %, kW") },
  { "room_kw100", N_ ("Room to 100 %, kW") },
  { "heavy_hours", N_ ("Heavy hours") },
  { "over_hours", N_ ("Overloaded hours") },
  { "class", N_ ("Class") },
};

const char *
zx_column_title (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    if (strcmp (columns[i].name, name) == 0)
      return _ (columns[i].title);
  return name;
}

gboolean
zx_column_is_degrees (const char *name)
{
  return g_str_has_prefix (name, "lon_") || g_str_has_prefix (name, "lat_");
}
