/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Chapters 9 and 10: money and carbon.
 *
 * The sensitivities keep sites, sizes and queues and
 * change one figure at a time; they are first-order and say so. */

#include "app/report/zx-section.h"

#include <stdlib.h>

#define DAYS_PER_YEAR 365.0

/* ---- table -------------------------------------------------------------------------------- */

typedef struct
{
  double capex_fen, opex_fen, revenue_fen, npv_fen, kw, served_kwh;
} Money;

static Money
money_of (const ZxTelling *tell)
{
  Money money = { 0.0 };
  const ZxPlan *plan = tell->input->plan;
  for (guint i = 0; i < plan->n_sites; i++)
    {
      money.capex_fen += plan->site[i].capex_fen;
      money.opex_fen += plan->site[i].opex_fen_per_year;
      money.revenue_fen += plan->site[i].revenue_fen_per_year;
      money.npv_fen += plan->site[i].npv_mean_fen;
      money.kw += zx_site_kw (tell, i);
      money.served_kwh += plan->site[i].served_mean;
    }
  return money;
}

static void
tell_money_table (ZxTelling *tell, const Money *money)
{
  ZxWords *words = tell->words;
  const ZxPlan *plan = tell->input->plan;
  const char *unit = zx_words_money_unit (words);
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("No.")), NULL, 0.0, FALSE },
    { zx_word (tell, N_ ("Site")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Capex")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Revenue")), zx_word (tell, N_ ("a year")), 1.0, FALSE },
    { zx_word (tell, N_ ("Running cost")), zx_word (tell, N_ ("a year")), 1.0, FALSE },
    { zx_word (tell, N_ ("NPV")), zx_word (tell, N_ ("mean")), 1.0, FALSE },
    { zx_word (tell, N_ ("NPV")), zx_word (tell, N_ ("P10–P90")), 1.0, FALSE },
    { zx_word (tell, N_ ("P(NPV>0)")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("IRR")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Payback")), zx_word (tell, N_ ("years")), 1.0, FALSE },
  };
  ZxTable *table
      = zx_document_table (tell->document, zx_say (tell, N_ ("Economics of the sites, %s"), unit),
                           columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < plan->n_sites; i++)
    {
      const ZxPlanSite *site = &plan->site[i];
      ZX_TABLE_ROW (table, zx_words_count (words, i + 1), zx_candidate_name (tell, site->candidate),
                    zx_words_money (words, site->capex_fen),
                    zx_words_money (words, site->revenue_fen_per_year),
                    zx_words_money (words, site->opex_fen_per_year),
                    zx_words_money (words, site->npv_mean_fen),
                    zx_say (tell, zx_words_is_chinese (words) ? "%s ～ %s" : "%s to %s",
                            zx_words_money (words, site->npv_p10_fen),
                            zx_words_money (words, site->npv_p90_fen)),
                    zx_words_percent (words, site->npv_positive, 0),
                    zx_words_percent (words, site->irr, 1),
                    zx_words_years (words, site->payback_years));
      zx_table_link (table, 1, zx_site_destination (tell, i));
    }
  double yearly = money->revenue_fen - money->opex_fen;
  ZX_TABLE_TOTAL (table, "", zx_word (tell, N_ ("Together")),
                  zx_words_money (words, money->capex_fen),
                  zx_words_money (words, money->revenue_fen),
                  zx_words_money (words, money->opex_fen), zx_words_money (words, money->npv_fen),
                  "", "", "", zx_words_years (words, zx_payback_years (money->capex_fen, yearly)));
}

/* ---- order of building -------------------------------------------------------------------- */

/* What stands shall serve most at every stage; a plan that was not asked for its stages goes by
 * what surely pays. */
typedef struct
{
  guint site, stage;
  double likely, served; /* sort keys, where the stages are 0 */
} Step;

static int
compare_steps (gconstpointer a, gconstpointer b)
{
  const Step *p = a, *q = b;
  if (p->stage != q->stage)
    return p->stage < q->stage ? -1 : 1;
  if (p->likely != q->likely)
    return p->likely > q->likely ? -1 : 1;
  if (p->served != q->served)
    return p->served > q->served ? -1 : 1;
  return (p->site > q->site) - (p->site < q->site);
}

static double
key_of (double value)
{
  return isfinite (value) ? value : -1.0;
}

static void
tell_order (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxPlan *plan = tell->input->plan;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Step")), NULL, 0.0, FALSE },
    { zx_word (tell, N_ ("Site")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("P(NPV>0)")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Capex")), zx_words_money_unit (words), 1.0, FALSE },
    { zx_word (tell, N_ ("Capex so far")), zx_words_money_unit (words), 1.0, FALSE },
    { zx_word (tell, N_ ("Energy so far")), "kWh/d", 1.0, FALSE },
    { zx_word (tell, N_ ("Best plan of as many sites")), "kWh/d", 1.0, FALSE },
  };
  gboolean is_staged = plan->n_sites > 0 && plan->site[0].stage > 0;
  g_autofree Step *steps = g_new (Step, plan->n_sites);
  double capex_fen = 0.0, served = 0.0;
  for (guint i = 0; i < plan->n_sites; i++)
    steps[i] = (Step){ i, plan->site[i].stage, key_of (plan->site[i].npv_positive),
                       key_of (plan->site[i].served_mean) };
  qsort (steps, plan->n_sites, sizeof *steps, compare_steps);
  zx_document_section (tell->document, zx_word (tell, N_ ("Order of building")));
  if (is_staged)
    zx_paragraph (
        tell, N_ ("The order in which what stands serves the most at every stage. A quarter of "
                  "measured use after each step narrows the ranges more than any model, and the "
                  "rest of the plan can be chosen anew with it."));
  else
    zx_paragraph (tell,
                  N_ ("First where a positive net present value is most likely. A quarter of "
                      "measured use after each step narrows the ranges more than any model, and "
                      "the rest of the plan can be chosen anew with it."));
  ZxTable *table
      = zx_document_table (tell->document, zx_word (tell, N_ ("Suggested order of building")),
                           columns, G_N_ELEMENTS (columns));
  for (guint k = 0; k < plan->n_sites; k++)
    {
      const ZxPlanSite *site = &plan->site[steps[k].site];
      capex_fen += site->capex_fen;
      served = is_staged ? site->value_then : served + site->served_mean;
      double best = is_staged && k < plan->n_asked && plan->value_by_sites != NULL
                        ? plan->value_by_sites[k]
                        : NAN;
      ZX_TABLE_ROW (table, zx_words_count (words, k + 1),
                    zx_say (tell, N_ ("%u: %s"), steps[k].site + 1,
                            zx_candidate_name (tell, site->candidate)),
                    zx_words_percent (words, site->npv_positive, 0),
                    zx_words_money (words, site->capex_fen), zx_words_money (words, capex_fen),
                    zx_words_number (words, served, 0), zx_words_number (words, best, 0));
      zx_table_link (table, 1, zx_site_destination (tell, steps[k].site));
    }
  if (is_staged)
    zx_note (tell,
             N_ ("Energies are those of the sites that stand at the stage. The last column is "
                 "the best plan found for so many sites and no more: the difference is what "
                 "building towards the whole plan costs on the way."));
  else
    zx_note (tell,
             N_ ("Energies are those with the whole plan built; a site that stands alone for a "
                 "while serves more."));
}

/* ---- break-even and sensitivity ----------------------------------------------------------- */

static void
tell_break_even (ZxTelling *tell, const Money *money, const ZxSitingOptions *options)
{
  ZxWords *words = tell->words;
  double margin = options->service_fee_fen_per_kwh - options->loss_fen_per_kwh;
  double kwh_per_day = zx_break_even_kwh (money->capex_fen, money->opex_fen, margin,
                                          options->discount_rate, options->life_years)
                       / DAYS_PER_YEAR;
  if (!isfinite (kwh_per_day) || !(money->kw > 0.0))
    return;
  zx_paragraph (
      tell,
      N_ ("A service margin of %s pays running cost and investment over %s years at %s once "
          "the sites sell %s kWh a day together, a utilisation of %s. Expected are %s kWh a "
          "day, a utilisation of %s."),
      zx_words_price (words, margin), zx_words_count (words, options->life_years),
      zx_words_percent (words, options->discount_rate, 1), zx_words_number (words, kwh_per_day, 0),
      zx_words_percent (words, kwh_per_day / (money->kw * 24.0), 1),
      zx_words_number (words, money->served_kwh, 0),
      zx_words_percent (words, money->served_kwh / (money->kw * 24.0), 1));
}

#define N_SENSITIVITIES 5

static void
tell_sensitivity (ZxTelling *tell, const Money *money, const ZxSitingOptions *options)
{
  const char *labels[N_SENSITIVITIES]
      = { zx_word (tell, N_ ("Energy sold ±20 %")), zx_word (tell, N_ ("Service fee ±20 %")),
          zx_word (tell, N_ ("Capex ±20 %")), zx_word (tell, N_ ("Running cost ±20 %")),
          zx_word (tell, N_ ("Discount rate ±2 points")) };
  double years = zx_annuity (options->discount_rate, options->life_years);
  double margin = options->service_fee_fen_per_kwh - options->loss_fen_per_kwh;
  double yearly = money->revenue_fen - money->opex_fen;
  double fee = margin > 0.0 ? options->service_fee_fen_per_kwh / margin : 1.0;
  double shifts[N_SENSITIVITIES][2] = {
    { -0.2 * money->revenue_fen * years, 0.2 * money->revenue_fen * years },
    { -0.2 * fee * money->revenue_fen * years, 0.2 * fee * money->revenue_fen * years },
    { -0.2 * money->capex_fen, 0.2 * money->capex_fen },
    { -0.2 * money->opex_fen * years, 0.2 * money->opex_fen * years },
    { yearly * (zx_annuity (options->discount_rate + 0.02, options->life_years) - years),
      yearly
          * (zx_annuity (fmax (0.0, options->discount_rate - 0.02), options->life_years) - years) },
  };
  double low[N_SENSITIVITIES], high[N_SENSITIVITIES];
  double unit = zx_words_is_chinese (tell->words) ? 1e6 : 1e5;
  for (guint i = 0; i < N_SENSITIVITIES; i++)
    {
      low[i] = (money->npv_fen + shifts[i][0]) / unit;
      high[i] = (money->npv_fen + shifts[i][1]) / unit;
    }
  ZxGraph *graph = zx_graph_tornado (
      zx_say (tell, N_ ("Net present value of all sites, %s"), zx_words_money_unit (tell->words)),
      labels, N_SENSITIVITIES, low, high, money->npv_fen / unit);
  zx_show_graph (tell, graph, 150.0,
                 zx_caption (tell, N_ ("Net present value when one figure changes")), NULL);
  zx_note (tell, N_ ("Sites, sizes and queues are kept; one figure changes at a time."));
}

void
zx_tell_economics (ZxTelling *tell)
{
  const ZxSitingOptions *options = tell->input->siting_options;
  zx_document_chapter (tell->document, zx_word (tell, N_ ("Economics")));
  if (!zx_has_plan (tell))
    {
      zx_paragraph (tell,
                    N_ ("Without recommended sites there is no cost and no return to report."));
      return;
    }
  Money money = money_of (tell);
  zx_paragraph (tell,
                N_ ("Investment is all in but without land. Prices are typical figures to be "
                    "replaced by offers; annex A names the source of each. Many public stations "
                    "work near break-even: look at the probability of a positive net present "
                    "value before its mean."));
  zx_document_section (tell->document, zx_word (tell, N_ ("Cost and return")));
  tell_money_table (tell, &money);
  if (options != NULL)
    {
      tell_break_even (tell, &money, options);
      tell_sensitivity (tell, &money, options);
    }
  if (tell->input->plan->n_sites > 1)
    tell_order (tell);
}

/* ---- carbon ------------------------------------------------------------------------------- */

static gboolean
is_carbon (const char *key)
{
  static const char *const ends[]
      = { ".grid_t_per_mwh", ".ev_kwh_per_km", ".car_l_per_100km", ".petrol_kg_per_l" };
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (g_str_has_suffix (key, ends[i]))
      return TRUE;
  return FALSE;
}

static void
tell_factors (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxReportInput *input = tell->input;
  if (input->siting_options == NULL || input->n_configurations == 0)
    return;
  g_autoptr (GArray) parameters = zx_report_parameters (tell);
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Factor")), NULL, 0.0, FALSE },
    { zx_word (tell, N_ ("Value")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Unit")), NULL, 0.0, FALSE },
    { zx_word (tell, N_ ("Source")), NULL, 0.0, TRUE },
  };
  ZxTable *table = NULL;
  for (guint i = 0; i < parameters->len; i++)
    {
      const ZxParameter *row = &g_array_index (parameters, ZxParameter, i);
      if (!is_carbon (row->key))
        continue;
      if (table == NULL)
        table = zx_document_table (tell->document, zx_word (tell, N_ ("Factors for carbon")),
                                   columns, G_N_ELEMENTS (columns));
      const char *value, *unit;
      zx_parameter_value (tell, row, &value, &unit);
      ZX_TABLE_ROW (table, zx_parameter_title (tell, row->key), value, unit,
                    zx_words_clean (words, zx_word (tell, row->source), 240));
    }
}

void
zx_tell_carbon (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  zx_document_chapter (tell->document, zx_word (tell, N_ ("Carbon")));
  if (!zx_has_plan (tell))
    {
      zx_paragraph (tell, N_ ("Without recommended sites there is no saving of carbon to report."));
      return;
    }
  const ZxPlan *plan = tell->input->plan;
  double tonnes = 0.0;
  for (guint i = 0; i < plan->n_sites; i++)
    tonnes += plan->site[i].co2_t_per_year;
  zx_paragraph (
      tell,
      N_ ("Each kilowatt-hour sold drives a car that would otherwise burn petrol; the "
          "emissions of the power it uses are taken off. On this reckoning the sites avoid "
          "%s t of CO₂ a year together. Energy that only moves over from existing stations "
          "saves nothing new, so the figure is an upper one."),
      zx_words_number (words, tonnes, 0));
  tell_factors (tell);
  if (isfinite (plan->newly_covered_people) && plan->newly_covered_people > 0.0)
    zx_paragraph (tell,
                  N_ ("%s residents who have no station within ten minutes today would have one."),
                  zx_words_number (words, plan->newly_covered_people, 0));
}
