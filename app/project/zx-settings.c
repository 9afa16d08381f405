/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every number a planner may turn, in one table: key, meaning, bounds, standard value and the first
 * stage that depends on it.  Fingerprints, `--set`, the settings stored in the project and later
 * the window's preferences all read this table. */

#include "app/project/zx-route.h"

static const ZxSetting settings[] = {
  { "quality.study_margin_m",
    N_ ("Stations farther than this from the roads' extent are set aside, m"), 0, 100000, 0,
    ZX_STAGE_OPEN },
  { "quality.fix_datum",
    N_ ("1: layers found to be GCJ-02 from the data are converted; 0: only reported"), 0, 1, 1,
    ZX_STAGE_OPEN },
  { "cells.across_m", N_ ("Width of a hexagon across its flats, m; 0: chosen for the area"), 0,
    5000, 0, ZX_STAGE_TRAVEL },
  { "travel.urban_factor", N_ ("Share of free-flow speed in the design hour"), 0.1, 1.5, 0.7,
    ZX_STAGE_TRAVEL },
  { "travel.hour",
    N_ ("Hour of day the travel times are for, 0 to 23; -1: the design hour, one share for all"),
    -1, 23, -1, ZX_STAGE_TRAVEL },
  { "travel.turn_costs",
    N_ ("1: crossings cost by the turn, left, right or back; 0: the same for everybody"), 0, 1, 0,
    ZX_STAGE_TRAVEL },
  { "travel.straight_kmh", N_ ("Without roads: speed of straight lines, km/h"), 1, 200, 30,
    ZX_STAGE_TRAVEL },
  { "travel.straight_detour", N_ ("Without roads: detour factor of straight lines"), 1, 3, 1.3,
    ZX_STAGE_TRAVEL },
  { "huff.limit_s", N_ ("Nobody drives farther than this to charge, s"), 60, 7200, 1200,
    ZX_STAGE_TRAVEL },
  { "heat.cells", N_ ("Cells of the heat lattice, about"), 1000, 4000000, 250000, ZX_STAGE_HEAT },
  { "heat.usage_bandwidth_m", N_ ("Bandwidth of usage heat, m; 0: chosen"), 0, 20000, 0,
    ZX_STAGE_HEAT },
  { "heat.vehicle_bandwidth_m", N_ ("Bandwidth of vehicle heat, m; 0: chosen"), 0, 20000, 0,
    ZX_STAGE_HEAT },
  { "heat.first_hour", N_ ("Heat of the hours from this one, 0 to 23"), 0, 23, 0, ZX_STAGE_HEAT },
  { "heat.last_hour", N_ ("Heat of the hours up to and including this one, 0 to 23"), 0, 23, 23,
    ZX_STAGE_HEAT },
  { "heat.days", N_ ("Days of the heat: 0 all, 1 weekdays, 2 weekends"), 0, 2, 0, ZX_STAGE_HEAT },
  { "power.plan_rate", N_ ("New charging may load a transformer area up to this rate"), 0.1, 1.2,
    0.8, ZX_STAGE_HEADROOM },
  { "power.factor", N_ ("Power factor of the charging load"), 0.5, 1, 0.98, ZX_STAGE_HEADROOM },
  { "huff.decay_s", N_ ("Travel time over which attraction falls to 1/e, s"), 10, 3600, 300,
    ZX_STAGE_BELIEVE },
  { "huff.size_exponent", N_ ("Attraction grows with connectors to this power"), 0, 2, 0.9,
    ZX_STAGE_BELIEVE },
  { "huff.outside", N_ ("Attraction of not charging in public, in connectors next door"), 0, 1000,
    2, ZX_STAGE_BELIEVE },
  { "demand.likelihood", N_ ("Likelihood: 0 negative binomial, 1 Poisson"), 0, 1, 0,
    ZX_STAGE_BELIEVE },
  { "demand.coefficient_sd", N_ ("Prior standard deviation of the coefficients"), 0.01, 100, 1,
    ZX_STAGE_BELIEVE },
  { "demand.vehicles", N_ ("Vehicles: 0 a covariate, 1 also tried as a second likelihood"), 0, 1, 0,
    ZX_STAGE_BELIEVE },
  { "demand.draws", N_ ("Joint posterior draws"), 100, 10000, 1000, ZX_STAGE_BELIEVE },
  { "demand.seed", N_ ("Seed of the draws"), 0, 4294967295.0, 1, ZX_STAGE_BELIEVE },
  { "siting.station_spacing_m", N_ ("Least distance to existing stations, m"), 0, 20000, 300,
    ZX_STAGE_SCORE },
  { "siting.site_spacing_m", N_ ("Least distance between new sites, m"), 0, 20000, 500,
    ZX_STAGE_SCORE },
  { "siting.road_limit_m", N_ ("Farthest a candidate may lie from a road, m"), 1, 5000, 200,
    ZX_STAGE_SCORE },
  { "siting.min_parcel_m2", N_ ("Smallest parcel, m²"), 0, 100000, 150, ZX_STAGE_SCORE },
  { "siting.wait_limit_min", N_ ("Longest mean wait in the design hour, min"), 0.1, 120, 10,
    ZX_STAGE_SCORE },
  { "siting.size_quantile",
    N_ ("Guns for the demand that this share of cases stays below; 1: any size may be built"), 0.5,
    1, 0.9, ZX_STAGE_SCORE },
  { "siting.session_kwh", N_ ("Energy of a session, kWh"), 1, 500, 25, ZX_STAGE_SCORE },
  { "siting.service_fee_fen_per_kwh", N_ ("Service fee, fen per kWh"), 0, 1000, 50,
    ZX_STAGE_SCORE },
  { "siting.loss_fen_per_kwh", N_ ("Losses and other costs, fen per kWh"), 0, 1000, 6,
    ZX_STAGE_SCORE },
  { "siting.discount_rate", N_ ("Discount rate per year"), 0, 0.5, 0.08, ZX_STAGE_SCORE },
  { "siting.life_years", N_ ("Life of a station, years"), 1, 40, 10, ZX_STAGE_SCORE },
  { "siting.ignore_grid", N_ ("1: plan without grid limits"), 0, 1, 0, ZX_STAGE_SCORE },
  { "siting.n_sites", N_ ("Sites to choose"), 1, 500, 5, ZX_STAGE_CHOOSE },
  { "siting.budget_yuan", N_ ("Budget, yuan; 0: none"), 0, 1e12, 0, ZX_STAGE_CHOOSE },
  { "siting.npv_floor_yuan", N_ ("Least expected NPV of a site built alone, yuan; -1e12: any"),
    -1e12, 1e12, -1e12, ZX_STAGE_CHOOSE },
  { "siting.pays_least", N_ ("Least probability that a site built alone pays for itself; 0: any"),
    0, 1, 0, ZX_STAGE_CHOOSE },
  { "siting.risk",
    N_ ("What a plan is judged by. 0: expected energy; 1: demand left unserved in the worst draws; "
        "2: probability that the whole plan pays"),
    0, 2, 0, ZX_STAGE_CHOOSE },
  { "siting.risk_share", N_ ("Share of the draws that count as the worst"), 0.001, 1, 0.1,
    ZX_STAGE_CHOOSE },
  { "siting.time_limit_s",
    N_ ("Longest search for a proof, s; the best plan so far is kept.  0: a fixed amount of work, "
        "so that every machine finds the same plan"),
    0, 86400, 0, ZX_STAGE_CHOOSE },
  { "siting.max_nodes", N_ ("Branch-and-bound nodes at most"), 0, 1e7, 2000, ZX_STAGE_CHOOSE },
  { "siting.gap_goal", N_ ("Stop when proven within this gap"), 0, 0.5, 1e-4, ZX_STAGE_CHOOSE },
  { "siting.seed", N_ ("Seed of the search"), 0, 4294967295.0, 1, ZX_STAGE_CHOOSE },
};
G_STATIC_ASSERT (G_N_ELEMENTS (settings) <= ZX_MAX_SETTINGS);

const ZxSetting *
zx_settings (guint *n)
{
  *n = G_N_ELEMENTS (settings);
  return settings;
}

static int
find (const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    if (strcmp (settings[i].key, key) == 0)
      return (int) i;
  return -1;
}

void
zx_settings_standard (ZxSettingValues *values)
{
  memset (values, 0,
          sizeof *values); /* places behind the last setting too: the struct is compared */
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    values->value[i] = settings[i].standard;
}

gboolean
zx_settings_set (ZxSettingValues *values, const char *key, const char *text, GError **error)
{
  int i = find (key);
  if (i < 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("There is no setting “%s”; “zhixing-cli run --help-settings” lists them"),
                   key);
      return FALSE;
    }
  double value;
  if (!zx_number_parse (text, strlen (text), &value) || value < settings[i].low
      || value > settings[i].high)
    {
      char low[32], high[32];
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The setting %s is “%s”; it must be a number from %s to %s"), key, text,
                   zx_number_format (settings[i].low, low),
                   zx_number_format (settings[i].high, high));
      return FALSE;
    }
  values->value[i] = value;
  return TRUE;
}

double
zx_settings_get (const ZxSettingValues *values, const char *key)
{
  int i = find (key);
  g_return_val_if_fail (i >= 0, NAN);
  return values->value[i];
}

char *
zx_settings_format (const ZxSettingValues *values)
{
  GString *text = g_string_new ("[settings]\n");
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      char number[32];
      g_string_append_printf (text, "%s=%s\n", settings[i].key,
                              zx_number_format (values->value[i], number));
    }
  return g_string_free (text, FALSE);
}

gboolean
zx_settings_parse (ZxSettingValues *values, const char *text, gssize n, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  if (!g_key_file_load_from_data (file, text, n < 0 ? strlen (text) : (gsize) n, G_KEY_FILE_NONE,
                                  error))
    return FALSE;
  g_auto (GStrv) keys = g_key_file_get_keys (file, "settings", NULL, error);
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_autofree char *value = g_key_file_get_string (file, "settings", keys[i], NULL);
      /* A setting that an older version knew and this one does not is no reason to refuse a
       * project. */
      if (value != NULL && find (keys[i]) >= 0 && !zx_settings_set (values, keys[i], value, error))
        return FALSE;
    }
  return keys != NULL;
}

void
zx_settings_fingerprint (const ZxSettingValues *values, ZxStage stage, ZxFingerprint *sum)
{
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    if (settings[i].stage == stage)
      {
        zx_fingerprint_add_text (sum, settings[i].key);
        zx_fingerprint_add_double (sum, values->value[i]);
      }
}

void
zx_settings_apply_siting (const ZxSettingValues *values, ZxSitingOptions *options)
{
  zx_siting_options_default (options);
  options->huff = (ZxHuffOptions){ zx_settings_get (values, "huff.decay_s"),
                                   zx_settings_get (values, "huff.size_exponent"),
                                   zx_settings_get (values, "huff.limit_s"),
                                   zx_settings_get (values, "huff.outside") };
  options->n_sites = (guint) zx_settings_get (values, "siting.n_sites");
  double budget = zx_settings_get (values, "siting.budget_yuan");
  options->budget_fen = budget > 0 ? budget * 100 : INFINITY;
  options->station_spacing_m = zx_settings_get (values, "siting.station_spacing_m");
  options->site_spacing_m = zx_settings_get (values, "siting.site_spacing_m");
  options->road_limit_m = zx_settings_get (values, "siting.road_limit_m");
  options->min_parcel_m2 = zx_settings_get (values, "siting.min_parcel_m2");
  options->wait_limit_min = zx_settings_get (values, "siting.wait_limit_min");
  options->size_quantile = zx_settings_get (values, "siting.size_quantile");
  options->session_kwh = zx_settings_get (values, "siting.session_kwh");
  options->service_fee_fen_per_kwh = zx_settings_get (values, "siting.service_fee_fen_per_kwh");
  options->loss_fen_per_kwh = zx_settings_get (values, "siting.loss_fen_per_kwh");
  options->discount_rate = zx_settings_get (values, "siting.discount_rate");
  options->life_years = (guint) zx_settings_get (values, "siting.life_years");
  options->ignore_grid = zx_settings_get (values, "siting.ignore_grid") > 0.5;
  double floor_yuan = zx_settings_get (values, "siting.npv_floor_yuan");
  options->npv_floor_fen = floor_yuan > -1e12 ? floor_yuan * 100 : -INFINITY;
  options->pays_least = zx_settings_get (values, "siting.pays_least");
  options->risk = (guint) zx_settings_get (values, "siting.risk");
  options->risk_share = zx_settings_get (values, "siting.risk_share");
  options->time_limit_s = zx_settings_get (values, "siting.time_limit_s");
  options->max_nodes = (guint) zx_settings_get (values, "siting.max_nodes");
  options->gap_goal = zx_settings_get (values, "siting.gap_goal");
  options->grid_power_factor = zx_settings_get (values, "power.factor");
  options->seed = (guint64) zx_settings_get (values, "siting.seed");
}

gboolean
zx_settings_set_speeds (ZxSettingValues *values, const ZxSpeedTable *speeds, GError **error)
{
  const struct
  {
    const char *key;
    float value;
  } shared[] = {
    { "travel.urban_factor", speeds->urban_factor },
    { "travel.turn_costs", speeds->has_turn_costs },
    { "travel.straight_kmh", speeds->straight_kmh },
    { "travel.straight_detour", speeds->straight_detour },
  };
  for (guint i = 0; i < G_N_ELEMENTS (shared); i++)
    {
      char text[G_ASCII_DTOSTR_BUF_SIZE]; /* as in the file: 0.7, not the nearest float */
      g_ascii_formatd (text, sizeof text, "%.6g", shared[i].value);
      if (!zx_settings_set (values, shared[i].key, text, error))
        return FALSE;
    }
  return TRUE;
}

void
zx_settings_apply (const ZxSettingValues *values, ZxRoute *route)
{
  if (route->speeds_text == NULL
      || !zx_speed_table_parse (&route->speeds, route->speeds_text, -1, NULL))
    zx_speed_table_default (&route->speeds);
  route->speeds.urban_factor = (float) zx_settings_get (values, "travel.urban_factor");
  route->speeds.hour = (int) zx_settings_get (values, "travel.hour");
  route->speeds.has_turn_costs = (float) zx_settings_get (values, "travel.turn_costs");
  route->speeds.straight_kmh = (float) zx_settings_get (values, "travel.straight_kmh");
  route->speeds.straight_detour = (float) zx_settings_get (values, "travel.straight_detour");
  route->demand_options = (ZxDemandOptions) ZX_DEMAND_OPTIONS_INIT;
  route->demand_options.likelihood = zx_settings_get (values, "demand.likelihood") > 0.5
                                         ? ZX_LIKELIHOOD_POISSON
                                         : ZX_LIKELIHOOD_NEGATIVE_BINOMIAL;
  route->demand_options.tries_vehicles = zx_settings_get (values, "demand.vehicles") > 0.5;
  route->demand_options.coefficient_sd = zx_settings_get (values, "demand.coefficient_sd");
  route->demand_options.n_draws = (guint) zx_settings_get (values, "demand.draws");
  route->demand_options.seed = (guint64) zx_settings_get (values, "demand.seed");
  zx_settings_apply_siting (values, &route->siting_options);
}
