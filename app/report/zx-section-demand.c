/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Chapter 4: where vehicles and use are, what the demand model believes, and how far to trust it.
 *
 * Effects are told in words a planner can check: coefficients of a log model become "a 10 % rise in
 * … goes with …".  With standardised covariates a rise of 10 % in a quantity that entered as its
 * logarithm moves the covariate by ln 1.1 / sd. */

#include "app/report/zx-section.h"

#include "app/report/zx-page.h"

#include <string.h>

#define NOTHING_EXPLAINED 0.02 /* R² that is as good as none */
#define MOST_TIMES        1000.0

static void
add_half (ZxTelling *tell, ZxFigure *figure, ZxPlate *plate, const char *caption,
          const char *alternative)
{
  zx_figure_add (figure, 1.0, caption, alternative, zx_plate_paint, plate, zx_plate_free);
}

/* ---- heat --------------------------------------------------------------------------------- */

static ZxPlate *
heat_plate (ZxTelling *tell, const ZxField *field, ZxRamp ramp, const char *title,
            double bandwidth_m)
{
  ZxPlate *plate = zx_city_plate (tell);
  ZxColourScale scale = zx_colour_scale_for (field, ramp);
  zx_plate_set_field (plate, field, &scale, title);
  if (bandwidth_m > 0.0)
    zx_plate_set_note (plate, zx_say (tell, N_ ("Kernel width %s m"),
                                      zx_words_number (tell->words, bandwidth_m, 0)));
  return plate;
}

static double
half_height (const ZxPlate *plate)
{
  return zx_plate_height (plate, (ZX_PAGE_MEASURE - 16.0) / 2.0, 170.0, 300.0);
}

/* The units app/heat gives, in words of the language. */
static const char *
unit_of (ZxTelling *tell, const ZxField *field)
{
  static const char *const units[]
      = { N_ ("vehicle-h/km²/d"), N_ ("vehicle-h/km²"), N_ ("trip ends/km²/d"),
          N_ ("trip ends/km²"),   N_ ("points/km²/d"),  N_ ("points/km²"),
          N_ ("share per km²") };
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_strcmp0 (units[i], field->unit) == 0)
      return zx_word (tell, units[i]);
  return zx_words_clean (tell->words, field->unit, 40);
}

static void
tell_two_heats (ZxTelling *tell)
{
  const ZxReportInput *input = tell->input;
  ZxPlate *usage = NULL, *vehicles = NULL;
  double height = 0.0;
  if (input->usage_heat != NULL)
    {
      usage = heat_plate (tell, input->usage_heat, ZX_RAMP_HEAT,
                          zx_say (tell, N_ ("Usage heat, %s"), unit_of (tell, input->usage_heat)),
                          input->usage_bandwidth_m);
      height = half_height (usage);
    }
  if (input->vehicle_heat != NULL)
    {
      vehicles
          = heat_plate (tell, input->vehicle_heat, ZX_RAMP_HEAT,
                        zx_say (tell, N_ ("Vehicle heat, %s"), unit_of (tell, input->vehicle_heat)),
                        input->vehicle_bandwidth_m);
      height = fmax (height, half_height (vehicles));
    }
  if (usage != NULL || vehicles != NULL)
    zx_paragraph (tell,
                  N_ ("Heat spreads what was measured at points smoothly over the area around "
                      "them; the sum over the map stays the sum of the data."));
  if (usage == NULL)
    zx_paragraph (tell, N_ ("There is no usage heat, because no station has a measured use: where "
                            "charging happens today is not shown."));
  if (vehicles == NULL)
    zx_paragraph (tell, N_ ("There is no vehicle heat, because no vehicle positions or trips were "
                            "given: where drivers are is judged from places, people and roads."));
  if (usage == NULL && vehicles == NULL)
    return;
  if (usage == NULL || vehicles == NULL)
    {
      ZxPlate *only = usage != NULL ? usage : vehicles;
      const char *caption = usage != NULL
                                ? zx_caption (tell, N_ ("Usage heat: energy charged today"))
                                : zx_caption (tell, N_ ("Vehicle heat: where vehicles are"));
      zx_show_plate (tell, only, caption, NULL);
      return;
    }
  ZxFigure *figure = zx_document_figure (tell->document, height, height * 0.85);
  add_half (tell, figure, usage, zx_caption (tell, N_ ("Usage heat: energy charged today")), NULL);
  add_half (tell, figure, vehicles, zx_caption (tell, N_ ("Vehicle heat: where vehicles are")),
            NULL);
}

static void
tell_shortfall (ZxTelling *tell)
{
  const ZxField *shortfall = tell->input->shortfall;
  if (shortfall == NULL)
    {
      zx_paragraph (tell, N_ ("The shortfall needs both heats; without them it is not shown."));
      return;
    }
  ZxPlate *plate
      = heat_plate (tell, shortfall, ZX_RAMP_DIFFERENCE,
                    zx_say (tell, N_ ("Vehicles less use, %s"), unit_of (tell, shortfall)), 0.0);
  zx_plate_set_note (plate,
                     zx_word (tell, N_ ("Orange: more vehicles than use. Blue: more use than "
                                        "vehicles.")));
  zx_plate_with_stations (tell, plate);
  zx_paragraph (
      tell, N_ ("Both heats are scaled to the same total and subtracted. Where the difference is "
                "positive, vehicles spend a larger share of their time than stations sell of "
                "their energy: these areas are under-served. The map compares patterns; it is "
                "not a forecast of energy."));
  zx_show_plate (tell, plate,
                 zx_caption (tell, N_ ("Shortfall: vehicle heat less usage heat, both as shares")),
                 NULL);
}

/* ---- belief ------------------------------------------------------------------------------- */

static void
tell_level_doubt (ZxTelling *tell)
{
  const ZxFindings *findings = tell->input->findings;
  for (guint i = 0; findings != NULL && i < findings->rows->len; i++)
    {
      const ZxFinding *row = &g_array_index (findings->rows, ZxFinding, i);
      if (strcmp (row->rule, "demand.far-above-sold") != 0)
        continue;
      zx_paragraph (tell,
                    N_ ("That is %s times what the stations with a history sell. Such a level is "
                        "not credible: do not use it as a forecast. Sales here do not follow the "
                        "places from which cars could come; check what energies and connectors "
                        "the stations state."),
                    zx_pool_get (findings->pool, row->value));
      return;
    }
}

static void
tell_total (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxDemand *demand = tell->input->demand;
  double quantiles[3];
  if (!zx_demand_total (demand, quantiles))
    return;
  zx_paragraph (tell,
                N_ ("The model believes that drivers in the study area want to charge %s kWh a day "
                    "in public; with a probability of 80 %%, between %s and %s kWh. That is all "
                    "demand, served today or not."),
                zx_words_number (words, quantiles[1], 0), zx_words_number (words, quantiles[0], 0),
                zx_words_number (words, quantiles[2], 0));
  tell_level_doubt (tell);
  guint n_outside = 0;
  for (guint c = 0; demand->is_extrapolated != NULL && c < demand->n_cells; c++)
    n_outside += demand->is_extrapolated[c] != 0;
  if (n_outside > 0)
    zx_paragraph (
        tell,
        N_ ("%s of %s cells lie outside the range of surroundings seen at stations with a "
            "history: there the model extends its rule into country it has not seen."),
        zx_words_count (words, n_outside), zx_words_count (words, demand->n_cells));
}

static void
tell_cell_maps (ZxTelling *tell)
{
  const ZxReportInput *input = tell->input;
  const ZxDemand *demand = input->demand;
  const ZxCells *cells = input->cells;
  if (cells == NULL || cells->n != demand->n_cells)
    return;
  g_autofree float *density = g_new (float, cells->n);
  for (guint c = 0; c < cells->n; c++)
    density[c] = cells->area_km2[c] > 0.0f ? demand->mean[c] / cells->area_km2[c] : NAN;
  ZxGeometry first = { 0 }, second = { 0 };
  zx_cells_geometry (cells, &first);
  zx_cells_geometry (cells, &second);
  ZxColourScale mean_scale = zx_colour_scale_for_values (density, cells->n, ZX_RAMP_HEAT);
  ZxColourScale spread_scale = zx_colour_scale_for_spread (demand->rate_p90_to_p10, cells->n);
  ZxPlate *mean = zx_city_plate (tell), *spread = zx_city_plate (tell);
  zx_plate_set_areas (mean, &first, density, &mean_scale, zx_word (tell, N_ ("Demand, kWh/km²/d")));
  zx_plate_set_areas (spread, &second, demand->rate_p90_to_p10, &spread_scale,
                      zx_word (tell, N_ ("P90 divided by P10")));
  double height = half_height (mean);
  ZxFigure *figure = zx_document_figure (tell->document, height, height * 0.85);
  add_half (tell, figure, mean, zx_caption (tell, N_ ("Demand for public charging, mean")), NULL);
  add_half (tell, figure, spread, zx_caption (tell, N_ ("How uncertain it is: 1 would be certain")),
            NULL);
}

/* ---- what is worth knowing ---------------------------------------------------------------- */

/* The nearest station names the place of a cell. */
static const char *
name_cell (ZxTelling *tell, guint32 c)
{
  const ZxStations *stations = &tell->input->city->stations;
  const ZxCells *cells = tell->input->cells;
  double best = INFINITY;
  guint nearest = 0;
  for (guint i = 0; i < stations->n; i++)
    {
      double d = hypot (stations->x_m[i] - cells->x_m[c], stations->y_m[i] - cells->y_m[c]);
      if (d < best)
        {
          best = d;
          nearest = i;
        }
    }
  if (stations->n == 0)
    return zx_say (tell, zx_word (tell, N_ ("cell %s")), zx_words_count (tell->words, c + 1));
  if (stations->name[nearest] == 0)
    return zx_say (tell, zx_word (tell, N_ ("cell %s, %s km from a station")),
                   zx_words_count (tell->words, c + 1),
                   zx_words_number (tell->words, best / 1000.0, 1));
  return zx_say (tell, zx_word (tell, N_ ("cell %s, %s km from station %s")),
                 zx_words_count (tell->words, c + 1),
                 zx_words_number (tell->words, best / 1000.0, 1),
                 zx_pool_get (tell->input->city->pool, stations->name[nearest]));
}

static void
tell_worth_knowing (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxDemand *demand = tell->input->demand;
  const ZxDecision *decision = demand->decision;
  const ZxCells *cells = tell->input->cells;
  if (decision == NULL || cells == NULL || cells->n != demand->n_cells)
    return;
  zx_document_subtitle (tell->document, zx_word (tell, N_ ("What is worth knowing")));
  zx_paragraph (tell,
                N_ ("The %s cells best on average are expected to want %s kWh a day. Whoever knew "
                    "demand would choose %s kWh a day: %s more is the most that any knowledge of "
                    "demand can be worth. In one case of ten the choice misses %s kWh or more."),
                zx_words_count (words, decision->n_best),
                zx_words_number (words, decision->chosen_kwh_per_day, 0),
                zx_words_number (words, decision->perfect_kwh_per_day, 0),
                zx_words_number (words, decision->value_of_information, 0),
                zx_words_number (words, decision->regret_p90, 0));
  if (decision->n_surveys == 0)
    return;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Where")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Among the best")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Demand, P10 to P90")), "kWh/d", 1.0, FALSE },
    { zx_word (tell, N_ ("Worth of measuring")), "kWh/d", 1.0, FALSE },
  };
  ZxTable *table = zx_document_table (tell->document,
                                      zx_word (tell, N_ ("Where one more survey would pay most")),
                                      columns, G_N_ELEMENTS (columns));
  for (guint k = 0; k < decision->n_surveys; k++)
    {
      guint32 c = decision->survey[k].cell;
      ZX_TABLE_ROW (table, name_cell (tell, c), zx_words_percent (words, decision->in_best[c], 0),
                    zx_words_range (words, demand->p10[c], demand->p90[c], 0),
                    zx_words_number (words, decision->survey[k].worth_kwh_per_day, 1));
    }
}

/* ---- effects ------------------------------------------------------------------------------ */

typedef struct
{
  const char *title; /* without ", log" */
  gboolean is_log;
  double step; /* of the standardised covariate that the words speak of */
} Effect;

/* Covariates that entered as a logarithm say so at the end of their title. */
static Effect
effect_of (ZxTelling *tell, const ZxCovariates *covariates, guint i)
{
  const char *title = zx_word (tell, covariates->title[i]);
  /* TRANSLATORS: the end of a title: "Residents within 1 km, log" */
  const char *suffix = zx_word (tell, N_ (", log"));
  Effect effect = { NULL, g_str_has_suffix (title, suffix), 1.0 };
  g_autofree char *bare = g_strndup (title, strlen (title) - (effect.is_log ? strlen (suffix) : 0));
  effect.title = zx_words_clean (tell->words, bare, 60);
  if (effect.is_log && covariates->raw_sd[i] > 0.0)
    effect.step = log (1.1) / covariates->raw_sd[i];
  else
    effect.is_log = FALSE;
  return effect;
}

static double
change (double coefficient, double step)
{
  return expm1 (coefficient * step);
}

static gboolean
is_clear (const ZxMarginal *marginal)
{
  return marginal->q025 > 0.0 || marginal->q975 < 0.0;
}

static void
tell_effect (ZxTelling *tell, const Effect *effect, const ZxMarginal *marginal)
{
  ZxWords *words = tell->words;
  const char *middle = zx_words_percent (words, change (marginal->mean, effect->step), 1);
  const char *low = zx_words_percent (words, change (marginal->q025, effect->step), 1);
  const char *high = zx_words_percent (words, change (marginal->q975, effect->step), 1);
  if (effect->is_log)
    zx_item (tell,
             N_ ("%s: a rise of 10 %% goes with a change of demand by %s (95 %% interval %s to "
                 "%s)."),
             effect->title, middle, low, high);
  else
    zx_item (tell,
             N_ ("%s: one standard deviation more goes with a change of demand by %s (95 %% "
                 "interval %s to %s)."),
             effect->title, middle, low, high);
}

static void
tell_unclear (ZxTelling *tell, const char *const *titles, guint n)
{
  if (n > 0)
    zx_item (tell, N_ ("No clear effect, since the 95 %% interval holds both signs: %s."),
             zx_words_list (tell->words, titles, n));
}

static void
show_effects (ZxTelling *tell, const char *const *labels, const ZxMarginal *marginals, guint n)
{
  g_autofree double *low = g_new (double, n);
  g_autofree double *middle = g_new (double, n);
  g_autofree double *high = g_new (double, n);
  for (guint i = 0; i < n; i++)
    {
      low[i] = marginals[i].q025;
      middle[i] = marginals[i].mean;
      high[i] = marginals[i].q975;
    }
  ZxGraph *graph = zx_graph_intervals (
      zx_word (tell, N_ ("Change of log demand with one standard deviation more")), labels, n, low,
      middle, high, 0.0);
  zx_show_graph (
      tell, graph, 50.0 + 17.0 * n,
      zx_caption (tell, N_ ("Effects with 95 %% intervals; left of the line: less demand")), NULL);
}

static void
tell_effects (ZxTelling *tell)
{
  const ZxCovariates *covariates = tell->input->covariates;
  const ZxPosterior *posterior = tell->input->demand->posterior;
  if (covariates == NULL || covariates->n == 0 || posterior->n_coefficients < covariates->n + 1)
    {
      zx_paragraph (tell, N_ ("The model uses no covariates: demand follows neighbouring stations "
                              "only."));
      return;
    }
  guint n = covariates->n, n_unclear = 0;
  const ZxMarginal *marginals = posterior->coefficient + 1;
  g_autofree const char **labels = g_new (const char *, n);
  g_autofree const char **unclear = g_new (const char *, n);
  zx_document_lead_in (tell->document,
                       zx_word (tell, N_ ("What goes with demand, all else being equal. These are "
                                          "regularities of this city's data, not causes:")));
  for (guint i = 0; i < n; i++)
    {
      Effect effect = effect_of (tell, covariates, i);
      labels[i] = effect.title;
      if (is_clear (&marginals[i]))
        tell_effect (tell, &effect, &marginals[i]);
      else
        unclear[n_unclear++] = effect.title;
    }
  tell_unclear (tell, unclear, n_unclear);
  show_effects (tell, labels, marginals, n);
}

/* ---- hyperparameters ---------------------------------------------------------------------- */

static void
add_hyper (ZxTelling *tell, ZxTable *table, const ZxMarginal *marginal, const char *symbol,
           const char *meaning)
{
  ZxWords *words = tell->words;
  if (marginal->name == NULL)
    return;
  ZX_TABLE_ROW (table, symbol, zx_word (tell, meaning), zx_words_number (words, marginal->mean, 2),
                zx_words_range (words, marginal->q025, marginal->q975, 2));
}

static void
tell_hyper (ZxTelling *tell)
{
  const ZxPosterior *posterior = tell->input->demand->posterior;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Symbol")), NULL, 0.0, FALSE },
    { zx_word (tell, N_ ("Meaning")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Mean")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Interval of 95 %")), NULL, 1.0, FALSE },
  };
  ZxTable *table = zx_document_table (tell->document,
                                      zx_word (tell, N_ ("Spread the covariates do not explain")),
                                      columns, G_N_ELEMENTS (columns));
  add_hyper (tell, table, &posterior->sigma, "σ",
             N_ ("Differences between cells, as a standard deviation of the log rate"));
  add_hyper (tell, table, &posterior->phi, "φ",
             N_ ("Share of these differences that neighbours have in common"));
  add_hyper (tell, table, &posterior->psi, "ψ",
             N_ ("Differences between stations in the same surroundings"));
  add_hyper (tell, table, &posterior->group_sd, "σ_op", N_ ("Differences between operators"));
}

/* ---- checks ------------------------------------------------------------------------------- */

/* Nobody reads the digits of a factor of millions. */
static const char *
width_words (ZxTelling *tell, const ZxDemandChecks *checks)
{
  double ratio = checks->width80_ratio;
  if (ratio <= MOST_TIMES)
    return zx_words_number (tell->words, ratio, ratio < 10 ? 1 : 0);
  return zx_say (tell, zx_word (tell, N_ ("more than %s")),
                 zx_words_number (tell->words, MOST_TIMES, 0));
}

static void
tell_check_table (ZxTelling *tell, const ZxDemandChecks *checks)
{
  ZxWords *words = tell->words;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Check of the fit")), NULL, 0.0, FALSE },
    { zx_word (tell, N_ ("Value")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("What it means")), NULL, 0.0, TRUE },
  };
  ZxTable *table = zx_document_table (
      tell->document, zx_word (tell, N_ ("Checks on stations held out by blocks of the city")),
      columns, G_N_ELEMENTS (columns));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("R² of the log rate")),
                zx_words_number (words, checks->r2_log, 2),
                zx_word (tell, N_ ("Share of the differences between stations that place explains; "
                                   "below 0 the city's mean would do better")));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Width of the interval of 80 %")),
                zx_say (tell, "× %s", width_words (tell, checks)),
                zx_word (tell, N_ ("The upper end is typically so many times the lower end")));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Coverage of the interval of 80 %")),
                zx_words_percent (words, checks->cover80, 0),
                zx_word (tell, N_ ("Share of stations inside; should be near 80 %")));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Coverage of the interval of 95 %")),
                zx_words_percent (words, checks->cover95, 0),
                zx_word (tell, N_ ("Share of stations inside; should be near 95 %")));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Gain in log score")),
                zx_say (tell, "%s ± %s", zx_words_number (words, checks->place_gain, 3),
                        zx_words_number (words, checks->place_gain_se, 3)),
                zx_word (tell, N_ ("Against one level for all places, with its standard error; "
                                   "place counts as proven above two of them")));
}

/* What the observations say against the fit, held out or not. */
static void
tell_criteria (ZxTelling *tell, const ZxCriteria *criteria)
{
  ZxWords *words = tell->words;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Check of the fit")), NULL, 0.0, FALSE },
    { zx_word (tell, N_ ("Value")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("What it means")), NULL, 0.0, TRUE },
  };
  ZxTable *table
      = zx_document_table (tell->document, zx_word (tell, N_ ("Checks on each station in turn")),
                           columns, G_N_ELEMENTS (columns));
  ZX_TABLE_ROW (table, "WAIC",
                zx_say (tell, "%s ± %s", zx_words_number (words, criteria->waic, 1),
                        zx_words_number (words, criteria->waic_se, 1)),
                zx_say (tell,
                        zx_word (tell, N_ ("To compare models of the same data, lower is better; "
                                           "the model uses up %s parameters")),
                        zx_words_number (words, criteria->n_effective, 1)));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Log CPO, sum")),
                zx_say (tell, "%s ± %s", zx_words_number (words, criteria->elpd, 1),
                        zx_words_number (words, criteria->elpd_se, 1)),
                zx_say (tell,
                        zx_word (tell, N_ ("Each station predicted from all others; not to be "
                                           "relied on at %s of %s stations")),
                        zx_words_count (words, criteria->n_failed),
                        zx_words_count (words, criteria->n_counted)));
  if (!isnan (criteria->moran))
    ZX_TABLE_ROW (
        table, zx_word (tell, N_ ("Moran's I of the residuals")),
        zx_say (tell, "%s (z %s)", zx_words_number (words, criteria->moran, 2),
                zx_words_number (words, criteria->moran_z, 1)),
        zx_word (tell, criteria->moran_z > 2.0
                           ? N_ ("Neighbours miss in the same direction: the model overlooks "
                                 "something about place")
                           : N_ ("Neighbours do not miss in the same direction: nothing about "
                                 "place is left over")));
  if (criteria->has_group_checks)
    ZX_TABLE_ROW (table, zx_word (tell, N_ ("Whole operators held out")),
                  zx_words_percent (words, criteria->group_checks.cover80, 0),
                  zx_word (tell, N_ ("Share of their stations inside the interval of 80 %: how far "
                                     "an operator not yet seen can be predicted")));
}

static void
tell_doubts (ZxTelling *tell, const ZxCriteria *criteria)
{
  if (criteria->n_groups_alone > 0)
    zx_paragraph (tell,
                  N_ ("%s operators never stand next to another one. What is theirs and what is "
                      "their places' cannot be told apart."),
                  zx_words_count (tell->words, criteria->n_groups_alone));
}

/* ---- what was chosen ---------------------------------------------------------------------- */

static const char *
error_name (ZxTelling *tell, const ZxDemandTrial *trial)
{
  gboolean is_log_normal = trial->likelihood == ZX_LIKELIHOOD_LOG_NORMAL;
  if (trial->has_size_spread)
    return zx_word (tell, is_log_normal ? N_ ("log-normal, larger stations vary less")
                                        : N_ ("negative binomial, larger stations vary less"));
  return zx_word (tell, is_log_normal ? N_ ("log-normal") : N_ ("negative binomial"));
}

static void
tell_choice (ZxTelling *tell, const ZxDemand *demand)
{
  ZxWords *words = tell->words;
  if (demand->n_trials < 2)
    return;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Differences between stations")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Width of the coefficients")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Gain in log score")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Taken")), NULL, 0.0, FALSE },
  };
  zx_paragraph (tell,
                N_ ("%s models were tried on the same held-out blocks. Another than the first is "
                    "taken when it predicts better by more than one standard error."),
                zx_words_count (words, demand->n_trials));
  ZxTable *table = zx_document_table (tell->document, zx_word (tell, N_ ("Models tried")), columns,
                                      G_N_ELEMENTS (columns));
  for (guint k = 0; k < demand->n_trials; k++)
    {
      const ZxDemandTrial *trial = &demand->trial[k];
      ZX_TABLE_ROW (table, error_name (tell, trial), zx_words_number (words, trial->shrinkage, 2),
                    k == 0 ? "0"
                           : zx_say (tell, "%s ± %s", zx_words_number (words, trial->gain, 3),
                                     zx_words_number (words, trial->gain_se, 3)),
                    k == demand->chosen ? zx_word (tell, N_ ("yes")) : "");
    }
}

static void
tell_verdict (ZxTelling *tell, const ZxDemand *demand)
{
  ZxPlaceVerdict verdict = zx_demand_place_verdict (demand);
  if (verdict == ZX_PLACE_UNPROVEN)
    zx_paragraph (tell,
                  N_ ("Cross-validation does not support an effect of place here: on blocks of the "
                      "city that were held out, a model that knows place predicts stations no "
                      "better than one level for all, beyond chance. The map of demand is the "
                      "model's best guess, not a finding."));
  else if (verdict == ZX_PLACE_CONTRADICTED)
    zx_paragraph (tell,
                  N_ ("Cross-validation speaks against the effect of place here: on blocks of the "
                      "city that were held out, one level for all predicts stations better than "
                      "a model that knows place. Do not choose sites by the map of demand."));
  else if (verdict == ZX_PLACE_SUPPORTED)
    zx_paragraph (tell,
                  N_ ("Cross-validation supports an effect of place: on blocks of the city that "
                      "were held out, a model that knows place predicts stations better than one "
                      "level for all, by more than two standard errors."));
}

static void
tell_check_words (ZxTelling *tell, const ZxDemandChecks *checks)
{
  ZxWords *words = tell->words;
  const char *width = width_words (tell, checks);
  if (checks->r2_log < NOTHING_EXPLAINED)
    zx_paragraph (
        tell,
        N_ ("In plain words: place did not help to tell what a station sells; what decides "
            "lies elsewhere, as in size, operator and price. The upper end of a single "
            "site's range is about %s times its lower end. That is why sites are chosen on "
            "the whole range, and why a small first stage with measurement is worth more "
            "than a finer model."),
        width);
  else if (checks->r2_log < 0.3)
    zx_paragraph (
        tell,
        N_ ("In plain words: what a station sells depends more on its size, its operator "
            "and its price than on its place. Of the differences in use between stations, "
            "place explains %s. The range of a single site is wide: its upper end is about "
            "%s times its lower end. That is why sites are chosen on the whole range, and "
            "why a small first stage with measurement is worth more than a finer model."),
        zx_words_percent (words, checks->r2_log, 0), width);
  else
    zx_paragraph (
        tell,
        N_ ("In plain words: place explains %s of the differences in use between stations. "
            "The range of a single site stays wide: its upper end is about %s times its "
            "lower end."),
        zx_words_percent (words, checks->r2_log, 0), width);
  if (fabs (checks->cover80 - 0.8) > 0.1)
    zx_paragraph (
        tell,
        N_ ("The 80 %% intervals held %s of the stations that were left out: read them as "
            "%s than they claim."),
        zx_words_percent (words, checks->cover80, 0),
        zx_word (tell, checks->cover80 < 0.8 ? N_ ("too narrow, less certain")
                                             : N_ ("too wide, more certain")));
}

static void
add_pit (ZxTelling *tell, ZxFigure *figure, const ZxDemandChecks *checks)
{
  double edges[11], count[10];
  for (guint i = 0; i <= 10; i++)
    edges[i] = i / 10.0;
  for (guint i = 0; i < 10; i++)
    count[i] = checks->pit[i];
  ZxGraph *graph = zx_graph_histogram (zx_word (tell, N_ ("Place of the truth in the prediction")),
                                       zx_word (tell, N_ ("Stations")), edges, count, 10);
  zx_figure_add (figure, 1.0,
                 zx_caption (tell, N_ ("PIT histogram: level bars mean honest intervals")), NULL,
                 zx_graph_paint, graph, zx_graph_free);
}

static guint
collect_fit (const ZxDemand *demand, double *x, double *y)
{
  guint n = 0;
  for (guint i = 0; i < demand->n_observations; i++)
    if (demand->observed_kwh_per_day[i] > 0.0 && demand->fitted_kwh_per_day[i] > 0.0)
      {
        x[n] = demand->fitted_kwh_per_day[i];
        y[n++] = demand->observed_kwh_per_day[i];
      }
  return n;
}

static void
tell_check_figures (ZxTelling *tell)
{
  const ZxDemand *demand = tell->input->demand;
  g_autofree double *x = g_new (double, demand->n_observations + 1);
  g_autofree double *y = g_new (double, demand->n_observations + 1);
  guint n = collect_fit (demand, x, y);
  if (n == 0 && !demand->has_checks)
    return;
  ZxFigure *figure = zx_document_figure (tell->document, 190.0, 160.0);
  if (n > 0)
    {
      ZxGraph *graph
          = zx_graph_scatter (zx_word (tell, N_ ("Fitted, kWh/d")),
                              zx_word (tell, N_ ("Observed, kWh/d")), x, y, n, TRUE, TRUE);
      zx_figure_add (figure, 1.0,
                     zx_caption (tell, N_ ("Observed against fitted energy, one point a station")),
                     NULL, zx_graph_paint, graph, zx_graph_free);
    }
  if (demand->has_checks)
    add_pit (tell, figure, &demand->checks);
}

static void
tell_belief (ZxTelling *tell)
{
  const ZxDemand *demand = tell->input->demand;
  zx_document_section (tell->document, zx_word (tell, N_ ("What the model believes")));
  if (demand->posterior == NULL)
    zx_paragraph (tell,
                  N_ ("No station has a usable history, so nothing could be learned from use: "
                      "demand is spread over the city by assumption."));
  tell_total (tell);
  zx_tell_members (tell);
  tell_cell_maps (tell);
  tell_worth_knowing (tell);
  if (demand->posterior == NULL)
    return;
  zx_document_section (tell->document, zx_word (tell, N_ ("What goes with demand")));
  tell_effects (tell);
  tell_hyper (tell);
  zx_document_section (tell->document, zx_word (tell, N_ ("How far to trust it")));
  if (demand->has_checks)
    {
      tell_check_words (tell, &demand->checks);
      tell_verdict (tell, demand);
      tell_check_table (tell, &demand->checks);
      tell_choice (tell, demand);
      zx_tell_vehicles (tell);
    }
  else
    zx_paragraph (tell,
                  N_ ("There were too few stations with a history to hold some out: the model "
                      "is not tested."));
  if (demand->posterior->criteria != NULL)
    {
      tell_criteria (tell, demand->posterior->criteria);
      tell_doubts (tell, demand->posterior->criteria);
      zx_tell_residual_map (tell);
    }
  tell_check_figures (tell);
  zx_tell_evidence (tell);
}

void
zx_tell_demand (ZxTelling *tell)
{
  zx_document_chapter (tell->document, zx_word (tell, N_ ("Demand")));
  zx_document_section (tell->document, zx_word (tell, N_ ("Heat of use and of vehicles")));
  tell_two_heats (tell);
  zx_document_section (tell->document, zx_word (tell, N_ ("Shortfall")));
  tell_shortfall (tell);
  if (tell->input->demand != NULL)
    {
      tell_belief (tell);
      return;
    }
  const char *reason = zx_skip_reason (tell, "believe");
  zx_document_section (tell->document, zx_word (tell, N_ ("What the model believes")));
  zx_paragraph (tell,
                N_ ("There is no demand model: the report cannot say how much a new site would "
                    "sell."));
  if (reason != NULL)
    zx_document_text (tell->document, reason);
}
