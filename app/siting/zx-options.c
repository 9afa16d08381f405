/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The options: one table gives defaults, bounds, units and sources, so that what is used, what is
 * checked and what the report prints cannot drift apart. */

#include "app/siting/zx-siting-private.h"

typedef struct
{
  const char *key;
  gsize offset;
  gboolean is_count; /* a guint, else a double */
  double otherwise, low, high;
  const char *unit;
  const char *source; /* NULL: not a number the result rests on */
} Option;

#define NUMBER(field) "siting." #field, offsetof (ZxSitingOptions, field), FALSE
#define COUNT(field)  "siting." #field, offsetof (ZxSitingOptions, field), TRUE
#define PRACTICE      N_ ("Planning practice, not from a published table")
#define CHOICE        N_ ("The planner's choice")
#define WEIGHT        N_ ("Zhixing's default weight, the planner's to change")

static const Option table[] = {
  { COUNT (n_sites), 5, 1, 10000, "", CHOICE },
  { NUMBER (budget_fen), INFINITY, 0, INFINITY, "fen", CHOICE },
  { NUMBER (station_spacing_m), 300, 0, 1e6, "m", PRACTICE },
  { NUMBER (site_spacing_m), 500, 0, 1e6, "m", PRACTICE },
  { NUMBER (road_limit_m), 200, 0, 1e5, "m", PRACTICE },
  { NUMBER (min_parcel_m2), 150, 0, 1e8, "m²", PRACTICE },
  { NUMBER (wait_limit_min), 10, 0.01, 600, "min",
    N_ ("Practice: mean wait of at most 10 minutes") },
  { NUMBER (size_quantile), 0.9, 0.5, 1, "",
    N_ ("Guns for the demand that is exceeded in one case of ten; 1: any size may be built") },
  { NUMBER (service_cv2), 0.5, 0, 10, "",
    N_ ("Squared coefficient of variation of a session's length, assumed") },
  { NUMBER (session_kwh), 25, 0.1, 1000, "kWh",
    N_ ("Typical energy of a public session, assumed") },
  { NUMBER (car_kw_dc), 45, 1, 2000, "kW",
    N_ ("Cars take 40 to 60 kW at a DC gun on average, from practice") },
  { NUMBER (service_fee_fen_per_kwh), 50, 0, 1e5, "fen/kWh", PRACTICE },
  { NUMBER (loss_fen_per_kwh), 6, 0, 1e5, "fen/kWh", PRACTICE },
  { NUMBER (discount_rate), 0.08, 0, 1, "1/a", N_ ("Practice: 6 to 8 %") },
  { COUNT (life_years), 10, 1, 100, "a", N_ ("Practice: 8 to 10 years") },
  { NUMBER (grid_power_factor), 0.98, 0.5, 1, "", PRACTICE },
  { NUMBER (npv_floor_fen), -INFINITY, -INFINITY, INFINITY, "fen", CHOICE },
  { NUMBER (pays_least), 0, 0, 1, "", CHOICE },
  { COUNT (risk), ZX_RISK_MEAN, 0, ZX_N_RISKS - 1, "", CHOICE },
  { NUMBER (risk_share), 0.1, 0.001, 1, "", CHOICE },
  { NUMBER (coverage_s), 600, 1, 36000, "s", N_ ("A station within ten minutes counts as near") },
  { NUMBER (grid_t_per_mwh), 0.5366, 0, 5, "t CO2/MWh",
    N_ ("National mean of 2022, announced in December 2024; from memory") },
  { NUMBER (ev_kwh_per_km), 0.15, 0.01, 10, "kWh/km", PRACTICE },
  { NUMBER (car_l_per_100km), 7.5, 0, 100, "L/100 km", PRACTICE },
  { NUMBER (petrol_kg_per_l), 2.2211, 0, 10, "kg CO2/L",
    N_ ("0.73 kg/L × 44.8 MJ/kg × 18.9 t C/TJ × 0.98 × 44/12") },
  { NUMBER (weights.demand), 0.35, 0, 1, "", WEIGHT },
  { NUMBER (weights.grid), 0.25, 0, 1, "", WEIGHT },
  { NUMBER (weights.access), 0.15, 0, 1, "", WEIGHT },
  { NUMBER (weights.cost), 0.15, 0, 1, "", WEIGHT },
  { NUMBER (weights.coverage), 0.10, 0, 1, "", WEIGHT },
  { NUMBER (huff.decay_s), 300, 1, 36000, "s", N_ ("The demand model's") },
  { NUMBER (huff.size_exponent), 0.9, 0, 3, "", N_ ("The demand model's") },
  { NUMBER (huff.limit_s), 1200, 1, 36000, "s", N_ ("The demand model's") },
  { NUMBER (huff.outside), 2, 1e-6, 1e6, "", N_ ("The demand model's") },
  { COUNT (max_nodes), 2000, 0, 100000000, "", NULL },
  { NUMBER (time_limit_s), 0, 0, 1e9, "s", NULL },
  { NUMBER (gap_goal), 1e-4, 0, 1, "", NULL },
  { NUMBER (effort), 0, 0, INFINITY, "", NULL },
};

static double
get (const ZxSitingOptions *options, const Option *option)
{
  const char *field = (const char *) options + option->offset;
  return option->is_count ? *(const guint *) field : *(const double *) field;
}

static void
set (ZxSitingOptions *options, const Option *option, double value)
{
  char *field = (char *) options + option->offset;
  if (option->is_count)
    *(guint *) field = (guint) value;
  else
    *(double *) field = value;
}

void
zx_siting_options_default (ZxSitingOptions *options)
{
  *options = (ZxSitingOptions){ 0 };
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    set (options, table + i, table[i].otherwise);
  options->huff = (ZxHuffOptions) ZX_HUFF_OPTIONS_INIT;
  options->seed = 1;
}

guint
zx_siting_n_sites (const ZxSitingOptions *options)
{
  return options->n_sites > 0 ? options->n_sites : (guint) table[0].otherwise;
}

gboolean
zx_siting_options_check (const ZxSitingOptions *options, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      double value = get (options, table + i);
      gboolean is_default = table[i].offset == offsetof (ZxSitingOptions, n_sites) && value == 0;
      if (is_default || (value >= table[i].low && value <= table[i].high))
        continue;
      char text[3][32];
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("%s is %s; it must be from %s to %s %s"),
                   table[i].key, isnan (value) ? "NaN" : zx_number_format (value, text[0]),
                   zx_number_format (table[i].low, text[1]),
                   zx_number_format (table[i].high, text[2]), table[i].unit);
      return FALSE;
    }
  return TRUE;
}

/* ---- for the report ----------------------------------------------------------------------- */

static void
add (GArray *parameters, const char *key, double value, const char *unit, const char *source)
{
  ZxParameter parameter
      = { g_intern_string (key), value, g_intern_string (unit), g_intern_string (source) };
  g_array_append_val (parameters, parameter);
}

static void
add_configuration (GArray *parameters, const ZxConfiguration *size)
{
  const struct
  {
    const char *name, *unit;
    double value;
  } rows[] = {
    { "connectors_dc", "", size->n_dc },
    { "dc_kw", "kW", size->n_dc > 0 ? size->dc_kw : NAN },
    { "connectors_ac", "", size->n_ac },
    { "ac_kw", "kW", size->n_ac > 0 ? size->ac_kw : NAN },
    { "car_kw", "kW", size->car_kw },
    { "kva", "kVA", size->kva },
    { "bays", "", size->bays },
    { "capex_fen", "fen", size->capex_fen },
    { "capex_piles_fen", "fen", size->piles_fen },
    { "capex_transformer_fen", "fen", size->transformer_fen },
    { "capex_civil_fen", "fen", size->civil_fen },
    { "fixed_opex_fen_per_year", "fen/a", size->fixed_opex_fen_per_year },
    { "rent_fen_per_year", "fen/a", size->rent_fen_per_year },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (!isnan (rows[i].value))
      {
        g_autofree char *key = g_strdup_printf ("pile.%s.%s", size->id, rows[i].name);
        add (parameters, key, rows[i].value, rows[i].unit, size->source);
      }
}

GArray *
zx_siting_parameters (const ZxSitingOptions *options, const ZxConfiguration *const *configurations,
                      guint n)
{
  GArray *parameters = g_array_new (FALSE, FALSE, sizeof (ZxParameter));
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (table[i].source != NULL)
      add (parameters, table[i].key, get (options, table + i), table[i].unit, table[i].source);
  for (guint i = 0; i < n; i++)
    add_configuration (parameters, configurations[i]);
  return parameters;
}
