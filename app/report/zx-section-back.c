/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Chapter 11 and the annexes: what the report cannot promise, and everything it rests on. */

#include "app/report/zx-section.h"

#include <string.h>

/* ---- limits ------------------------------------------------------------------------------- */

static guint
count_extrapolated (const ZxDemand *demand)
{
  guint n = 0;
  for (guint c = 0; demand->is_extrapolated != NULL && c < demand->n_cells; c++)
    n += demand->is_extrapolated[c] != 0;
  return n;
}

static void
tell_demand_limits (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxDemand *demand = tell->input->demand;
  if (demand == NULL)
    return;
  zx_item (tell,
           N_ ("Catchments: the demand of a station's own cell stands for its whole catchment. "
               "Where surroundings change within a few hundred metres, this blurs the picture."));
  if (demand->posterior != NULL && demand->has_checks)
    zx_item (tell,
             N_ ("Place explains little: out of sample, R² is %s. Stations in the same street can "
                 "differ by a factor of three. A recommended site is a good bet, not a certainty."),
             zx_words_number (words, demand->checks.r2_log, 2));
  if (count_extrapolated (demand) > 0)
    zx_item (tell,
             N_ ("%s cells are unlike any station with a history; demand there is extrapolated."),
             zx_words_count (words, count_extrapolated (demand)));
  zx_item (tell,
           N_ ("Metered stations are not a random sample: quiet stations are missing more often, "
               "so that small stations look busier than they are."));
  zx_item (tell,
           N_ ("The model knows today's drivers. Growth of the fleet, new roads and new prices "
               "are not in it."));
}

void
zx_tell_limits (ZxTelling *tell)
{
  const ZxReportInput *input = tell->input;
  zx_document_chapter (tell->document, zx_word (tell, N_ ("Risks and limits")));
  zx_document_lead_in (tell->document,
                       zx_word (tell, N_ ("What this report cannot promise, in plain words:")));
  tell_demand_limits (tell);
  if (input->graph == NULL && input->speeds != NULL)
    zx_item (tell,
             N_ ("No roads were given: distances are straight lines times %s. Rivers, railways and "
                 "one-way streets are not seen."),
             zx_words_number (tell->words, input->speeds->straight_detour, 2));
  else if (input->graph != NULL)
    {
      zx_item (tell, N_ ("Travel times come from road classes and speed limits, not from measured "
                         "traffic."));
      zx_item (tell, N_ ("Forbidden turns are not in the roads as they are read: a way may turn "
                         "where signs do not allow it."));
    }
  if (input->headroom == NULL || (input->plan != NULL && !input->plan->grid_checked))
    zx_item (tell, N_ ("The grid was not checked; see chapter 8."));
  else if (input->headroom->flows == NULL)
    zx_item (tell,
             N_ ("The grid check uses one design day and the data given; voltage, short circuit, "
                 "N-1 and projects already promised to others are not in it."));
  else
    zx_item (tell, N_ ("The grid check uses one design day and the data given; short circuit, "
                       "protection and projects already promised to others are not in it."));
  if (input->candidates != NULL && !input->candidates->are_parcels)
    zx_item (tell,
             N_ ("Candidates are points made by the program; land, owner and permit are open."));
  zx_item (tell,
           N_ ("Prices, life and fees are typical figures. A change of 20 %% in the energy sold "
               "or in the fee decides between profit and loss at many sites."));
  zx_item (tell,
           N_ ("Coordinates in GCJ-02 follow a published approximation of the official formula; "
               "it agrees with web maps to a metre or so."));
}

/* ---- annexes ------------------------------------------------------------------------------ */

GArray *
zx_report_parameters (const ZxTelling *tell)
{
  const ZxReportInput *input = tell->input;
  return zx_siting_parameters (input->siting_options, input->configurations,
                               input->n_configurations);
}

/* What a parameter is called when people read it; the key stands beside it, as in the recipe. */
static const struct
{
  const char *key, *title;
} parameter_titles[] = {
  { "siting.n_sites", N_ ("Sites to choose") },
  { "siting.budget_fen", N_ ("Budget") },
  { "siting.station_spacing_m", N_ ("Distance to existing stations") },
  { "siting.site_spacing_m", N_ ("Distance between new sites") },
  { "siting.road_limit_m", N_ ("Distance to a road") },
  { "siting.min_parcel_m2", N_ ("Least area of a parcel") },
  { "siting.wait_limit_min", N_ ("Mean wait allowed") },
  { "siting.size_quantile", N_ ("Demand a station is sized for") },
  { "siting.service_cv2", N_ ("Variation of service time, squared") },
  { "siting.session_kwh", N_ ("Energy of a session") },
  { "siting.car_kw_dc", N_ ("Power a car takes at a DC connector") },
  { "siting.service_fee_fen_per_kwh", N_ ("Service fee") },
  { "siting.loss_fen_per_kwh", N_ ("Losses and other cost per kWh") },
  { "siting.discount_rate", N_ ("Discount rate") },
  { "siting.life_years", N_ ("Life of a station") },
  { "siting.grid_power_factor", N_ ("Power factor of charging") },
  { "siting.pays_least", N_ ("Least probability that a site pays for itself") },
  { "siting.npv_floor_fen", N_ ("Least net present value of a site") },
  { "siting.risk", N_ ("What a plan is judged by") },
  { "siting.risk_share", N_ ("Share of the draws that count as the worst") },
  { "siting.coverage_s", N_ ("Driving time that counts as near") },
  { "siting.grid_t_per_mwh", N_ ("Emissions of grid power") },
  { "siting.ev_kwh_per_km", N_ ("Consumption of an electric car") },
  { "siting.car_l_per_100km", N_ ("Consumption of a petrol car") },
  { "siting.petrol_kg_per_l", N_ ("Emissions of petrol") },
  { "siting.weights.demand", N_ ("Weight of demand in the score") },
  { "siting.weights.grid", N_ ("Weight of grid room in the score") },
  { "siting.weights.access", N_ ("Weight of access in the score") },
  { "siting.weights.cost", N_ ("Weight of cost in the score") },
  { "siting.weights.coverage", N_ ("Weight of coverage in the score") },
  { "siting.huff.decay_s", N_ ("Driving time over which attraction falls to 37 %") },
  { "siting.huff.size_exponent", N_ ("Growth of attraction with size, exponent") },
  { "siting.huff.limit_s", N_ ("Longest drive to a station") },
  { "siting.huff.outside", N_ ("Attraction of not charging in public, connectors") },
};

const char *
zx_parameter_title (ZxTelling *tell, const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (parameter_titles); i++)
    if (strcmp (parameter_titles[i].key, key) == 0)
      return zx_word (tell, parameter_titles[i].title);
  return zx_words_clean (tell->words, key, 60);
}

/* ZxSitingOptions.risk is one of these, not a number to be read. */
static const char *const risk_words[ZX_N_RISKS] = {
  [ZX_RISK_MEAN] = N_ ("the energy expected"),
  [ZX_RISK_UNMET] = N_ ("demand left unserved"),
  [ZX_RISK_PAYS] = N_ ("the chance that it pays"),
};

/* Money is kept in fen and read in yuan. */
void
zx_parameter_value (ZxTelling *tell, const ZxParameter *row, const char **value, const char **unit)
{
  ZxWords *words = tell->words;
  gboolean is_money = g_str_has_prefix (row->unit, "fen");
  const char *yuan = zx_words_is_chinese (words) && strcmp (tell->city->currency, "CNY") == 0
                         ? "元"
                         : zx_words_clean (words, tell->city->currency, 8);
  *unit = zx_words_clean (words, zx_word (tell, row->unit), 30);
  if (row->unit[0] == '\0' || isinf (row->value))
    *unit = "";
  else if (is_money)
    *unit = zx_say (tell, "%s%s", yuan, row->unit + strlen ("fen"));
  if (strcmp (row->key, "siting.risk") == 0)
    *value = zx_word (tell, risk_words[(guint) row->value]);
  else if (isinf (row->value))
    *value = zx_word (tell, N_ ("no limit"));
  else
    *value = zx_words_exact (words, is_money ? row->value / 100.0 : row->value);
}

/* The size's id and the quantity's name in "pile.ID.NAME"; FALSE for other keys. */
static gboolean
split_key (const char *key, char **id, const char **name)
{
  static const char prefix[] = "pile.";
  const char *dot = strrchr (key, '.');
  if (!g_str_has_prefix (key, prefix) || dot == NULL || dot < key + strlen (prefix))
    return FALSE;
  *id = g_strndup (key + strlen (prefix), (gsize) (dot - key) - strlen (prefix));
  *name = dot + 1;
  return TRUE;
}

/* What the table of sizes shows in columns; anything else stands in the long table. */
static const struct
{
  const char *name, *title, *unit;
  gboolean is_money;
} size_columns[] = {
  { "connectors_dc", N_ ("DC"), NULL, FALSE },
  { "dc_kw", N_ ("each"), "kW", FALSE },
  { "connectors_ac", N_ ("AC"), NULL, FALSE },
  { "ac_kw", N_ ("each"), "kW", FALSE },
  { "car_kw", N_ ("car takes"), "kW", FALSE },
  { "kva", N_ ("supply"), "kVA", FALSE },
  { "bays", N_ ("bays"), NULL, FALSE },
  { "capex_piles_fen", N_ ("piles"), NULL, TRUE },
  { "capex_transformer_fen", N_ ("grid part"), NULL, TRUE },
  { "capex_civil_fen", N_ ("civil works"), NULL, TRUE },
  { "capex_fen", N_ ("capex"), NULL, TRUE },
  { "rent_fen_per_year", N_ ("rent a year"), NULL, TRUE },
  { "fixed_opex_fen_per_year", N_ ("fixed cost a year"), NULL, TRUE },
};
#define N_SIZE_COLUMNS G_N_ELEMENTS (size_columns)

static int
size_column (const char *name)
{
  for (guint c = 0; c < N_SIZE_COLUMNS; c++)
    if (strcmp (size_columns[c].name, name) == 0)
      return (int) c;
  return -1;
}

static gboolean
is_in_size_table (const char *key)
{
  g_autofree char *id = NULL;
  const char *name;
  return split_key (key, &id, &name) && size_column (name) >= 0;
}

static void
tell_sizes (ZxTelling *tell, const GArray *parameters)
{
  ZxWords *words = tell->words;
  ZxTableColumn columns[N_SIZE_COLUMNS + 1] = { { zx_word (tell, N_ ("Size")), NULL, 0.0, TRUE } };
  for (guint c = 0; c < N_SIZE_COLUMNS; c++)
    columns[c + 1] = (ZxTableColumn){ zx_word (tell, size_columns[c].title), size_columns[c].unit,
                                      1.0, FALSE };
  ZxTable *table = zx_document_table (
      tell->document,
      zx_say (tell, N_ ("Sizes of station, money in %s"), zx_words_money_unit (words)), columns,
      N_SIZE_COLUMNS + 1);
  for (guint k = 0; k < tell->input->n_configurations; k++)
    {
      const ZxConfiguration *configuration = tell->input->configurations[k];
      const char *cells[N_SIZE_COLUMNS + 1] = { zx_configuration_title (tell, configuration) };
      for (guint i = 0; i < parameters->len; i++)
        {
          const ZxParameter *row = &g_array_index (parameters, ZxParameter, i);
          g_autofree char *id = NULL;
          const char *name;
          if (!split_key (row->key, &id, &name) || strcmp (id, configuration->id) != 0
              || size_column (name) < 0)
            continue;
          cells[size_column (name) + 1] = size_columns[size_column (name)].is_money
                                              ? zx_words_money (words, row->value)
                                              : zx_words_measure (words, row->value);
        }
      zx_table_add (table, ZX_ROW_PLAIN, cells, N_SIZE_COLUMNS + 1);
    }
}

static void
tell_size_sources (ZxTelling *tell)
{
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Size")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Source of its figures")), NULL, 0.0, TRUE },
  };
  ZxTable *table = zx_document_table (tell->document,
                                      zx_word (tell, N_ ("Where the sizes' figures come from")),
                                      columns, G_N_ELEMENTS (columns));
  for (guint k = 0; k < tell->input->n_configurations; k++)
    {
      const ZxConfiguration *configuration = tell->input->configurations[k];
      ZX_TABLE_ROW (table, zx_configuration_title (tell, configuration),
                    zx_words_clean (
                        tell->words,
                        zx_word (tell, configuration->source != NULL ? configuration->source : ""),
                        240));
    }
}

static void
tell_choice_parameters (ZxTelling *tell, const GArray *parameters)
{
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Parameter")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Value")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Unit")), NULL, 0.0, FALSE },
    { zx_word (tell, N_ ("Source")), NULL, 0.0, TRUE },
  };
  ZxTable *table = zx_document_table (
      tell->document, zx_word (tell, N_ ("Parameters of the choice and their sources")), columns,
      G_N_ELEMENTS (columns));
  for (guint i = 0; i < parameters->len; i++)
    {
      const ZxParameter *row = &g_array_index (parameters, ZxParameter, i);
      const char *value, *unit;
      if (is_in_size_table (row->key))
        continue;
      zx_parameter_value (tell, row, &value, &unit);
      ZX_TABLE_ROW (table, zx_parameter_title (tell, row->key), value, unit,
                    zx_words_clean (tell->words, zx_word (tell, row->source), 240));
    }
}

static void
tell_parameters (ZxTelling *tell)
{
  zx_document_annex (tell->document, zx_word (tell, N_ ("Parameters")));
  if (tell->input->siting_options == NULL)
    {
      zx_paragraph (tell, N_ ("No sites were chosen, so no planning parameters were used."));
      return;
    }
  zx_paragraph (tell,
                N_ ("Every number the choice rests on, with its source. Change a parameter in the "
                    "program and the report is computed anew."));
  g_autoptr (GArray) parameters = zx_report_parameters (tell);
  tell_choice_parameters (tell, parameters);
  if (tell->input->n_configurations > 0)
    {
      tell_sizes (tell, parameters);
      tell_size_sources (tell);
    }
}

static void
tell_priors (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxDemandOptions *options = tell->input->demand_options;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Quantity")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Prior")), NULL, 0.0, FALSE },
    { zx_word (tell, N_ ("In words")), NULL, 0.0, TRUE },
  };
  if (options == NULL)
    return;
  ZxTable *table = zx_document_table (tell->document, zx_word (tell, N_ ("Priors")), columns,
                                      G_N_ELEMENTS (columns));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Coefficients of standardised covariates")),
                zx_say (tell, "N(0, %s²)", zx_words_measure (words, options->coefficient_sd)),
                zx_word (tell, N_ ("Effects of any sign, most of them moderate")));
  ZX_TABLE_ROW (
      table, zx_word (tell, N_ ("σ, spread between cells")),
      zx_say (tell, "Exp(%s)", zx_words_number (words, options->sigma_rate, 2)),
      zx_say (tell, N_ ("P(σ > 1) = %s"), zx_words_percent (words, exp (-options->sigma_rate), 1)));
  ZX_TABLE_ROW (
      table, zx_word (tell, N_ ("ψ, spread between stations")),
      zx_say (tell, "Exp(%s)", zx_words_number (words, options->psi_rate, 2)),
      zx_say (tell, N_ ("P(ψ > 1) = %s"), zx_words_percent (words, exp (-options->psi_rate), 1)));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("φ, share in common with neighbours")), "PC",
                zx_say (tell, N_ ("P(φ < %s) = %s"), zx_words_measure (words, options->phi_u),
                        zx_words_percent (words, options->phi_alpha, 0)));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Draws and seed")),
                zx_say (tell, "%s; %s", zx_words_count (words, options->n_draws),
                        zx_words_count (words, options->seed)),
                zx_word (tell, N_ ("Same seed, same data: same draws")));
}

static void
tell_method (ZxTelling *tell)
{
  zx_document_annex (tell->document, zx_word (tell, N_ ("Method and priors")));
  zx_document_section (tell->document, zx_word (tell, N_ ("Heat")));
  zx_paragraph (tell,
                N_ ("Each station or vehicle is spread by a Gaussian kernel on a metric lattice; "
                    "the sum over the map equals the sum of the data. Shortfall is the "
                    "difference of both heats, each scaled to a total of one."));
  zx_document_section (tell->document, zx_word (tell, N_ ("Demand")));
  zx_paragraph (
      tell, N_ ("Energy sold follows a negative binomial distribution around exposure times a "
                "rate per km² and day. Exposure is the part of the surrounding area that a "
                "station draws, by Huff shares over travel time among all stations and the "
                "choice not to charge in public. The logarithm of the rate is a sum of "
                "covariates, a field in which neighbouring cells resemble each other (BYM2) and "
                "an effect of the operator. The posterior is computed by Laplace approximation "
                "with mean correction over the hyperparameters, and drawn from."));
  tell_priors (tell);
  zx_document_section (tell->document, zx_word (tell, N_ ("Choice of sites")));
  zx_paragraph (
      tell, N_ ("A new site takes from each cell the share its size and nearness earn against "
                "existing stations and against not charging in public. The plan maximises the "
                "expected energy served over sites and configurations, under number, budget, "
                "spacing and grid room. The bound comes from a concave relaxation, tightened by "
                "branch and bound; gap is bound less value, over bound. A second program part "
                "that shares no code with the search recomputes value and limits."));
  zx_document_section (tell->document, zx_word (tell, N_ ("Queues, grid and money")));
  zx_paragraph (
      tell,
      N_ ("Waiting follows the M/G/c queue (Erlang C with the Allen–Cunneen correction) in "
          "the design hour at the P90 demand. Load rate is apparent power over rated power. Net "
          "present value discounts equal yearly returns over the life of the station."));
}

static void
tell_fingerprints (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxReportInput *input = tell->input;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("What")), NULL, 0.0, TRUE },
    { "SHA-256", NULL, 0.0, TRUE },
  };
  zx_document_annex (tell->document, zx_word (tell, N_ ("Fingerprints")));
  zx_paragraph (tell,
                N_ ("Each step's result carries the fingerprint of its inputs, options, seed and "
                    "program version. If one letter differs, something differs. The list makes "
                    "changes evident; it does not say who made them."));
  ZxTable *table = zx_document_table (tell->document, zx_word (tell, N_ ("Fingerprints")), columns,
                                      G_N_ELEMENTS (columns));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Project")),
                zx_words_clean (words, input->project_fingerprint, 64));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("City")),
                zx_words_clean (words, tell->city->fingerprint, 64));
  for (guint i = 0; i < input->n_stages; i++)
    {
      const ZxReportStage *row = &input->stages[i];
      const char *title = zx_report_stage_title (row->stage);
      if (row->is_skipped)
        continue;
      ZX_TABLE_ROW (
          table,
          zx_say (tell, N_ ("Step: %s"),
                  title != NULL ? zx_word (tell, title) : zx_words_clean (words, row->stage, 30)),
          zx_words_clean (words, row->fingerprint, 64));
    }
  for (guint i = 0; tell->city->sources != NULL && i < tell->city->sources->len; i++)
    {
      const ZxSource *source = g_ptr_array_index (tell->city->sources, i);
      ZX_TABLE_ROW (table,
                    zx_say (tell, N_ ("File: %s"), zx_words_clean (words, source->layer, 48)),
                    zx_words_clean (words, source->fingerprint, 64));
    }
}

void
zx_tell_annexes (ZxTelling *tell)
{
  zx_document_room (tell->document, 260.0);
  tell_parameters (tell);
  tell_method (tell);
  tell_fingerprints (tell);
}
