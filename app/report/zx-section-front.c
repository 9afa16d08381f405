/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The cover and the conclusion: what a mayor reads. */

#include "app/report/zx-section.h"

#include "app/report/zx-logo.h"
#include "app/report/zx-page.h"
#include "app/report/zx-tag.h"

/* ---- cover -------------------------------------------------------------------------------- */

#define COVER_FACTS      6
#define COVER_MAP_TOP    272.0
#define COVER_MAP_BOTTOM 640.0
#define LOGO_TOP         42.0
#define LOGO_WIDTH       150.0
#define LOGO_HEIGHT      54.0

typedef struct
{
  const char *place, *title, *subtitle, *client, *disclaimer, *program, *alternative;
  const char *labels[COVER_FACTS], *values[COVER_FACTS];
  ZxPlate *plate;
  cairo_surface_t *logo; /* nullable */
  const char *logo_alternative;
} Cover;

void
zx_cover_free (gpointer data)
{
  Cover *cover = data;
  if (cover == NULL)
    return;
  zx_plate_free (cover->plate);
  g_clear_pointer (&cover->logo, cairo_surface_destroy);
  g_free (cover);
}

static double
paint_tagged (const ZxInk *ink, const char *tag, ZxStyle style, double x, double y, double width,
              const char *text)
{
  g_autoptr (ZxPassage) passage = zx_passage_new (ink, style, width, text);
  zx_tag_begin (ink->cr, tag, NULL);
  zx_passage_paint (passage, x, y, width, 0.0);
  zx_tag_end (ink->cr, tag);
  return y + zx_passage_height (passage);
}

static void
paint_cover_facts (const ZxInk *ink, const Cover *cover, double y)
{
  double width = (ZX_PAGE_MEASURE - 2.0 * 16.0) / 3.0;
  for (guint i = 0; i < COVER_FACTS; i++)
    {
      double x = ZX_PAGE_LEFT + (i % 3) * (width + 16.0), top = y + (i / 3) * 40.0;
      paint_tagged (ink, "P", ZX_STYLE_RUNNING, x, top, width, cover->labels[i]);
      paint_tagged (ink, "P", ZX_STYLE_CELL, x, top + 11.0, width, cover->values[i]);
    }
}

/* In the upper right corner, as large as fits. */
static void
paint_logo (cairo_t *cr, const Cover *cover, double width, GPtrArray *alternatives)
{
  double logo_width = cairo_image_surface_get_width (cover->logo),
         logo_height = cairo_image_surface_get_height (cover->logo),
         scale = fmin (LOGO_WIDTH / logo_width, LOGO_HEIGHT / logo_height);
  zx_tag_begin (cr, "Figure", NULL);
  cairo_save (cr);
  cairo_translate (cr, width - ZX_PAGE_LEFT - logo_width * scale, LOGO_TOP);
  cairo_scale (cr, scale, scale);
  cairo_set_source_surface (cr, cover->logo, 0, 0);
  cairo_paint (cr);
  cairo_restore (cr);
  zx_tag_end (cr, "Figure");
  g_ptr_array_add (alternatives, g_strdup (cover->logo_alternative));
}

static void
paint_cover (const ZxInk *ink, double width, double height, GPtrArray *alternatives, gpointer data)
{
  const Cover *cover = data;
  cairo_t *cr = ink->cr;
  zx_ink_colour (cr, &zx_paper_accent);
  cairo_rectangle (cr, 0.0, 0.0, 14.0, height);
  cairo_fill (cr);
  paint_tagged (ink, "P", ZX_STYLE_RUNNING, ZX_PAGE_LEFT, 58.0, ZX_PAGE_MEASURE, cover->program);
  if (cover->logo != NULL)
    paint_logo (cr, cover, width, alternatives);
  double y = paint_tagged (ink, "P", ZX_STYLE_SUBTITLE, ZX_PAGE_LEFT, 112.0, ZX_PAGE_MEASURE,
                           cover->place);
  y = paint_tagged (ink, "H1", ZX_STYLE_TITLE, ZX_PAGE_LEFT, y + 4.0, ZX_PAGE_MEASURE,
                    cover->title);
  cairo_rectangle (cr, ZX_PAGE_LEFT, y + 10.0, 54.0, 3.0);
  zx_ink_colour (cr, &zx_paper_accent);
  cairo_fill (cr);
  y = paint_tagged (ink, "P", ZX_STYLE_BODY, ZX_PAGE_LEFT, y + 24.0, ZX_PAGE_MEASURE,
                    cover->subtitle);
  if (cover->client != NULL)
    y = paint_tagged (ink, "P", ZX_STYLE_BODY, ZX_PAGE_LEFT, y, ZX_PAGE_MEASURE, cover->client);
  double top = fmax (COVER_MAP_TOP, y + 16.0);
  zx_tag_begin (cr, "Figure", NULL);
  cairo_save (cr);
  zx_plate_paint (cr, ZX_PAGE_LEFT, top, ZX_PAGE_MEASURE, COVER_MAP_BOTTOM - top, cover->plate);
  cairo_restore (cr);
  zx_tag_end (cr, "Figure");
  g_ptr_array_add (alternatives, g_strdup (cover->alternative));
  paint_cover_facts (ink, cover, COVER_MAP_BOTTOM + 22.0);
  zx_ink_colour (cr, &zx_paper_rule);
  cairo_set_line_width (cr, 0.4);
  cairo_move_to (cr, ZX_PAGE_LEFT, 752.0);
  cairo_line_to (cr, width - ZX_PAGE_LEFT, 752.0);
  cairo_stroke (cr);
  paint_tagged (ink, "P", ZX_STYLE_RUNNING, ZX_PAGE_LEFT, 760.0, ZX_PAGE_MEASURE,
                cover->disclaimer);
}

static const char *
cover_subtitle (ZxTelling *tell)
{
  const ZxPlan *plan = tell->input->plan;
  if (!zx_has_plan (tell))
    return zx_word (tell, N_ ("Current state, demand and grid room"));
  return zx_say (tell, N_ ("%s recommended sites with pile types, grid check, economics and proof"),
                 zx_words_count (tell->words, plan->n_sites));
}

void
zx_tell_cover (ZxTelling *tell)
{
  const ZxReportInput *input = tell->input;
  ZxWords *words = tell->words;
  Cover *cover = g_new0 (Cover, 1);
  const char *const labels[COVER_FACTS]
      = { N_ ("Data up to"),      N_ ("Coordinate system"),          N_ ("Existing stations"),
          N_ ("Program version"), N_ ("Fingerprint of the project"), N_ ("Language") };
  g_autofree char *short_print
      = g_strndup (input->project_fingerprint != NULL ? input->project_fingerprint : "", 32);
  tell->cover = cover;
  cover->program = zx_word (tell, N_ ("Zhixing · planning of charging stations"));
  cover->place = tell->place;
  cover->title = zx_word (tell, N_ ("Charging stations: reference data for site selection"));
  cover->subtitle = cover_subtitle (tell);
  if (input->client != NULL && *input->client != '\0')
    cover->client
        = zx_say (tell, N_ ("Prepared for %s"), zx_words_clean (words, input->client, 60));
  cover->logo = zx_logo_read (input->logo);
  cover->logo_alternative = zx_word (tell, N_ ("Logo of the client"));
  for (guint i = 0; i < COVER_FACTS; i++)
    cover->labels[i] = zx_word (tell, labels[i]);
  cover->values[0] = zx_words_clean (words, input->date, 20);
  cover->values[1] = zx_words_clean (words, tell->city->crs, 32);
  cover->values[2] = zx_words_count (words, tell->city->stations.n);
  cover->values[3] = zx_words_clean (words, input->program_version, 24);
  cover->values[4] = zx_words_clean (words, short_print, 32);
  /* TRANSLATORS: the name of the language you translate into, in that language */
  cover->values[5] = zx_word (tell, N_ ("English"));
  cover->disclaimer = zx_word (
      tell, N_ ("This report is a reference for planners. It rests on the data named in it and on "
                "the parameters of annex A; it replaces neither a survey on the spot nor the "
                "grid company's reply nor a permit."));
  cover->plate = zx_city_plate (tell);
  cover->alternative = zx_say (tell, N_ ("Map of %s with the recommended sites"), tell->place);
  zx_plate_with_sites (tell, cover->plate, NULL);
  zx_plate_hide_legend (cover->plate);
  zx_document_cover (tell->document, paint_cover, cover);
}

#define MOST_RANGES 5u  /* in the figure: more do not fit on the page */
#define MOST_LISTED 11u /* in the table */

/* ---- conclusion --------------------------------------------------------------------------- */

typedef struct
{
  guint n_dc, n_ac;
  double kw, kva, served, capex_fen, yearly_fen;
} Totals;

static Totals
totals_of (const ZxTelling *tell, guint first)
{
  Totals totals = { 0 };
  const ZxPlan *plan = tell->input->plan;
  for (guint i = first; i < plan->n_sites; i++)
    {
      const ZxConfiguration *configuration = zx_site_configuration (tell, i);
      if (configuration != NULL)
        {
          totals.n_dc += configuration->n_dc;
          totals.n_ac += configuration->n_ac;
          totals.kw += zx_configuration_kw (configuration);
          totals.kva += configuration->kva;
        }
      totals.served += plan->site[i].served_mean;
      totals.capex_fen += plan->site[i].capex_fen;
      totals.yearly_fen += plan->site[i].revenue_fen_per_year - plan->site[i].opex_fen_per_year;
    }
  return totals;
}

static void
tell_facts (ZxTelling *tell, const Totals *totals)
{
  ZxWords *words = tell->words;
  const ZxPlan *plan = tell->input->plan;
  ZxFact facts[] = {
    { zx_words_count (words, plan->n_sites), NULL, zx_word (tell, N_ ("recommended sites")) },
    { zx_words_count (words, totals->n_dc + totals->n_ac), NULL,
      zx_say (tell, N_ ("connectors: %s DC and %s AC"), zx_words_count (words, totals->n_dc),
              zx_words_count (words, totals->n_ac)) },
    { zx_words_number (words, totals->kw / 1000.0, 2), "MW",
      zx_say (tell, N_ ("charging power; %s kVA of transformers"),
              zx_words_number (words, totals->kva, 0)) },
    { zx_words_money (words, totals->capex_fen), zx_words_money_unit (words),
      zx_say (tell, N_ ("investment without land; payback: %s"),
              zx_words_payback (words, zx_payback_years (totals->capex_fen, totals->yearly_fen))) },
  };
  zx_document_facts (tell->document, facts, G_N_ELEMENTS (facts));
}

static const char *
piles_of (ZxTelling *tell, const ZxConfiguration *configuration)
{
  if (configuration == NULL)
    return "–";
  return zx_say (tell, "%u / %u", configuration->n_dc, configuration->n_ac);
}

static void
add_site (ZxTelling *tell, ZxTable *table, guint i)
{
  ZxWords *words = tell->words;
  const ZxPlanSite *site = &tell->input->plan->site[i];
  const ZxConfiguration *configuration = zx_site_configuration (tell, i);
  ZX_TABLE_ROW (table, zx_words_count (words, i + 1), zx_candidate_name (tell, site->candidate),
                piles_of (tell, configuration), zx_words_number (words, zx_site_kw (tell, i), 0),
                zx_words_number (words, configuration != NULL ? configuration->kva : NAN, 0),
                zx_words_number (words, site->served_mean, 0),
                zx_words_range (words, site->served_p10, site->served_p90, 0),
                zx_words_money (words, site->capex_fen),
                zx_words_years (words, site->payback_years),
                zx_words_percent (words, site->npv_positive, 0));
  zx_table_link (table, 1, zx_site_destination (tell, i));
}

/* The conclusion stays on one page: of a long plan the first sites and the sum of the rest. */
static void
add_further_sites (ZxTelling *tell, ZxTable *table, guint first)
{
  ZxWords *words = tell->words;
  Totals rest = totals_of (tell, first);
  ZX_TABLE_ROW (table, "",
                zx_say (tell, N_ ("%s further sites: see chapters 7 and 9"),
                        zx_words_count (words, tell->input->plan->n_sites - first)),
                zx_say (tell, "%u / %u", rest.n_dc, rest.n_ac), zx_words_number (words, rest.kw, 0),
                zx_words_number (words, rest.kva, 0), zx_words_number (words, rest.served, 0), "",
                zx_words_money (words, rest.capex_fen),
                zx_words_years (words, zx_payback_years (rest.capex_fen, rest.yearly_fen)), "");
}

static void
tell_site_table (ZxTelling *tell, const Totals *totals)
{
  ZxWords *words = tell->words;
  const ZxPlan *plan = tell->input->plan;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("No.")), NULL, 0.0, FALSE },
    { zx_word (tell, N_ ("Site")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Piles")), zx_word (tell, N_ ("DC / AC")), 1.0, FALSE },
    { zx_word (tell, N_ ("Power")), "kW", 1.0, FALSE },
    { zx_word (tell, N_ ("Transformer")), "kVA", 1.0, FALSE },
    { zx_word (tell, N_ ("Energy served")), "kWh/d", 1.0, FALSE },
    { zx_word (tell, N_ ("Range")), zx_word (tell, N_ ("P10–P90")), 1.0, FALSE },
    { zx_word (tell, N_ ("Capex")), zx_words_money_unit (words), 1.0, FALSE },
    { zx_word (tell, N_ ("Payback")), zx_word (tell, N_ ("years")), 1.0, FALSE },
    { zx_word (tell, N_ ("P(NPV>0)")), NULL, 1.0, FALSE },
  };
  ZxTable *table = zx_document_table (tell->document, zx_word (tell, N_ ("Recommended sites")),
                                      columns, G_N_ELEMENTS (columns));
  guint n_listed = plan->n_sites > MOST_LISTED ? MOST_LISTED - 1 : plan->n_sites;
  for (guint i = 0; i < n_listed; i++)
    add_site (tell, table, i);
  if (n_listed < plan->n_sites)
    add_further_sites (tell, table, n_listed);
  ZX_TABLE_TOTAL (
      table, "", zx_word (tell, N_ ("Together")),
      zx_say (tell, "%u / %u", totals->n_dc, totals->n_ac), zx_words_number (words, totals->kw, 0),
      zx_words_number (words, totals->kva, 0), zx_words_number (words, plan->value, 0),
      zx_words_range (words, plan->value_p10, plan->value_p90, 0),
      zx_words_money (words, totals->capex_fen),
      zx_words_years (words, zx_payback_years (totals->capex_fen, totals->yearly_fen)), "");
}

static void
tell_proof (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxPlan *plan = tell->input->plan;
  const char *value = zx_words_number (words, plan->value, 0);
  const char *bound = zx_words_number (words, plan->bound, 0);
  zx_document_subtitle (tell->document, zx_word (tell, N_ ("How good the choice is")));
  if (!isfinite (plan->bound) || !isfinite (plan->gap))
    zx_paragraph (tell, N_ ("No bound was proven: how far the choice is from the best possible is "
                            "not known."));
  else if (plan->is_proven)
    zx_paragraph (tell,
                  N_ ("The choice is proven best under the stated limits: it serves %s kWh a day, "
                      "and no other choice among these candidates can serve more than %s kWh "
                      "(gap %s)."),
                  value, bound, zx_words_percent (words, plan->gap, 2));
  else
    zx_paragraph (tell,
                  N_ ("The choice serves %s kWh a day. It is proven that no other choice among "
                      "these candidates can serve more than %s kWh: at most %s of what is possible "
                      "is given away (the gap). Whether a better choice exists within that gap is "
                      "open."),
                  value, bound, zx_words_percent (words, plan->gap, 2));
  if (plan->limiting != NULL && *plan->limiting != '\0')
    zx_paragraph (tell, N_ ("What limits the plan: %s."),
                  zx_words_clean (words, zx_word (tell, plan->limiting), 200));
  if (!plan->violates_nothing)
    zx_document_banner (tell->document, TRUE,
                        zx_word (tell, N_ ("The independent check found a broken limit")),
                        zx_word (tell, N_ ("The plan was recomputed by a second program part that "
                                           "shares nothing with the search, and a limit was not "
                                           "kept. Do not use this plan.")));
}

/* A plan built on an effect of place that held-out stations do not support. */
static void
tell_unsupported (ZxTelling *tell, const ZxDemand *demand)
{
  ZxPlaceVerdict verdict = demand != NULL ? zx_demand_place_verdict (demand) : ZX_PLACE_SUPPORTED;
  if (verdict != ZX_PLACE_UNPROVEN && verdict != ZX_PLACE_CONTRADICTED)
    return;
  zx_document_banner (
      tell->document, TRUE, zx_word (tell, N_ ("The effect of place is not supported")),
      zx_word (tell, verdict == ZX_PLACE_UNPROVEN
                         ? N_ ("Held-out stations do not show that place matters for use. The "
                               "choice between sites of this plan rests on grid, costs and "
                               "assumptions; measure at a few sites before building the rest.")
                         : N_ ("Held-out stations are predicted better without place than with "
                               "it. The differences in demand between the sites of this plan are "
                               "not evidence; choose by grid and costs, and measure first.")));
}

/* A range that ends where it begins is no range: the sites are as full as they can be. */
static void
tell_value (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxPlan *plan = tell->input->plan;
  const char *n_sites = zx_words_count (words, plan->n_sites);
  const char *value = zx_words_number (words, plan->value, 0);
  const char *low = zx_words_number (words, plan->value_p10, 0);
  const char *high = zx_words_number (words, plan->value_p90, 0);
  zx_document_styled (
      tell->document, ZX_STYLE_LEAD,
      strcmp (low, high) == 0
          ? zx_say (tell,
                    N_ ("We recommend %s sites in %s. Together they would serve %s kWh of charging "
                        "a day; in at least eight of ten draws of the demand model all of them are "
                        "full, so that more demand would not be served and somewhat less would "
                        "change nothing."),
                    n_sites, tell->place, value)
          : zx_say (tell,
                    N_ ("We recommend %s sites in %s. Together they would serve %s kWh of charging "
                        "a day on average; with a probability of 80 %%, between %s and %s kWh."),
                    n_sites, tell->place, value, low, high));
}

static void
tell_certainty (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxPlan *plan = tell->input->plan;
  const ZxDemand *demand = tell->input->demand;
  double least = 1.0, most = -1.0; /* of those that were sought */
  guint n_likely = 0;
  for (guint i = 0; i < plan->n_sites; i++)
    {
      least = fmin (least, plan->site[i].in_best_set);
      most = fmax (most, plan->site[i].in_best_set);
      n_likely += plan->site[i].npv_positive >= 0.8;
    }
  zx_document_subtitle (tell->document, zx_word (tell, N_ ("How sure it is")));
  if (most >= 0.0)
    zx_paragraph (tell,
                  N_ ("Over the draws of the demand model, a site belongs to the best set with a "
                      "probability between %s and %s. The net present value is positive with a "
                      "probability of 80 %% or more at %s of %s sites."),
                  zx_words_percent (words, least, 0), zx_words_percent (words, most, 0),
                  zx_words_count (words, n_likely), zx_words_count (words, plan->n_sites));
  else
    zx_paragraph (tell,
                  N_ ("The net present value is positive with a probability of 80 %% or more at %s "
                      "of %s sites."),
                  zx_words_count (words, n_likely), zx_words_count (words, plan->n_sites));
  if (demand != NULL && demand->has_checks && demand->checks.r2_log < 0.02)
    zx_paragraph (
        tell,
        N_ ("Place told nothing about what a station sells: for stations the model had not "
            "seen, the out-of-sample R² is %s. Decide by the ranges, not by the middle "
            "values, and measure first."),
        zx_words_number (words, demand->checks.r2_log, 2));
  else if (demand != NULL && demand->has_checks)
    zx_paragraph (
        tell,
        N_ ("Place explains only part of what a station sells: for stations the model had "
            "not seen, it explained %s of the differences (out-of-sample R²). Decide by "
            "the ranges, not by the middle values."),
        zx_words_percent (words, demand->checks.r2_log, 0));
  else
    zx_paragraph (tell,
                  N_ ("The demand model could not be tested on stations it had not seen: read "
                      "its figures as assumptions."));
  tell_unsupported (tell, demand);
}

static void
tell_ranges (ZxTelling *tell)
{
  const ZxPlan *plan = tell->input->plan;
  const char *labels[MOST_RANGES];
  double low[MOST_RANGES], middle[MOST_RANGES], high[MOST_RANGES];
  guint n = plan->n_sites;
  if (n > MOST_RANGES)
    return;
  for (guint i = 0; i < n; i++)
    {
      labels[i] = zx_say (
          tell, "%u  %s", i + 1,
          zx_words_clean (tell->words, zx_candidate_name (tell, plan->site[i].candidate), 16));
      low[i] = plan->site[i].served_p10;
      middle[i] = plan->site[i].served_p50;
      high[i] = plan->site[i].served_p90;
    }
  ZxGraph *graph
      = zx_graph_intervals (zx_word (tell, N_ ("Energy served with the whole plan built, "
                                               "kWh/d")),
                            labels, n, low, middle, high, NAN);
  zx_show_graph (tell, graph, 44.0 + 17.0 * n,
                 zx_caption (tell, N_ ("What each site would serve: P10, median and P90")), NULL);
  zx_note_full_stations (tell, low, high, n);
}

static void
tell_no_plan (ZxTelling *tell)
{
  const char *reason = zx_skip_reason (tell, "choose");
  zx_document_banner (tell->document, TRUE, zx_word (tell, N_ ("No site is recommended")),
                      reason != NULL ? reason
                                     : zx_word (tell, N_ ("No plan was made for this project. The "
                                                          "chapters below hold what is known.")));
}

/* The plan is made for energy served: that it may not pay is said before anything else. */
static gboolean
warn_of_losses (ZxTelling *tell)
{
  const ZxPlan *plan = tell->input->plan;
  guint n_losing = 0;
  for (guint i = 0; i < plan->n_sites; i++)
    n_losing += plan->site[i].npv_positive < 0.5;
  if (2 * n_losing <= plan->n_sites)
    return FALSE;
  zx_document_banner (
      tell->document, TRUE, zx_word (tell, N_ ("Most of these sites would not pay for themselves")),
      zx_say (tell,
              N_ ("At %s of %s sites a loss is more likely than a profit. The plan serves the most "
                  "energy, not the most profit: consider smaller sizes, a least net present value "
                  "for each site, or support, before anything is built."),
              zx_words_count (tell->words, n_losing), zx_words_count (tell->words, plan->n_sites)));
  return TRUE;
}

void
zx_tell_conclusion (ZxTelling *tell)
{
  const ZxPlan *plan = tell->input->plan;
  zx_document_page (tell->document);
  zx_document_front (tell->document, zx_word (tell, N_ ("Conclusion")));
  if (!zx_has_plan (tell))
    {
      tell_no_plan (tell);
      return;
    }
  if (!plan->grid_checked)
    zx_document_banner (
        tell->document, TRUE, zx_word (tell, N_ ("The grid was not checked")),
        zx_word (tell, N_ ("No limit of a feeder or transformer area entered this choice. Any site "
                           "below may lack supply: nothing may be built before the grid company "
                           "has confirmed the room at each site.")));
  gboolean is_losing = warn_of_losses (tell);
  Totals totals = totals_of (tell, 0);
  tell_value (tell);
  tell_facts (tell, &totals);
  tell_site_table (tell, &totals);
  tell_proof (tell);
  tell_certainty (tell);
  if (plan->grid_checked && !is_losing) /* with a warning the page is full */
    tell_ranges (tell);
}
