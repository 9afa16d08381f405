/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Chapter 1: what was asked, of which place, by which steps and standards.
 *
 * The column "Text seen" is honest about standards: we know some only from notes on them.  Whoever
 * signs must read the text in force. */

#include "app/report/zx-section.h"

#include <string.h>

static void
tell_conditions (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxSitingOptions *options = tell->input->siting_options;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Condition")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Value")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Meaning")), NULL, 0.0, TRUE },
  };
  if (options == NULL)
    {
      zx_paragraph (tell,
                    N_ ("No planning conditions are on record, because no sites were chosen."));
      return;
    }
  ZxTable *table = zx_document_table (tell->document, zx_word (tell, N_ ("Planning conditions")),
                                      columns, G_N_ELEMENTS (columns));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Sites to choose")),
                zx_words_count (words, options->n_sites > 0 ? options->n_sites : 5),
                zx_word (tell, N_ ("At most so many new stations")));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Budget")),
                isfinite (options->budget_fen) ? zx_words_sum (words, options->budget_fen)
                                               : zx_word (tell, N_ ("no limit")),
                zx_word (tell, N_ ("Investment of all new sites together, without land")));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Distance to existing stations")),
                zx_say (tell, "%s m", zx_words_number (words, options->station_spacing_m, 0)),
                zx_word (tell, N_ ("Straight line, at least")));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Distance between new sites")),
                zx_say (tell, "%s m", zx_words_number (words, options->site_spacing_m, 0)),
                zx_word (tell, N_ ("Straight line, at least")));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Distance to a road")),
                zx_say (tell, "%s m", zx_words_number (words, options->road_limit_m, 0)),
                zx_word (tell, N_ ("To a road cars may use, at most")));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Parcel")),
                zx_say (tell, "%s m²", zx_words_number (words, options->min_parcel_m2, 0)),
                zx_word (tell, N_ ("Area, at least, where the area is known")));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Waiting")),
                zx_say (tell, "%s min", zx_words_number (words, options->wait_limit_min, 0)),
                zx_word (tell, N_ ("Mean wait in the design hour, at most")));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Size of a station")),
                zx_words_percent (words, options->size_quantile, 0),
                zx_word (tell, N_ ("No guns beyond those for the demand that this share of cases "
                                   "stays below")));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Discount rate and life")),
                zx_say (tell, N_ ("%s a year; %s years"),
                        zx_words_percent (words, options->discount_rate, 1),
                        zx_words_count (words, options->life_years)),
                zx_word (tell, N_ ("For the net present value")));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Grid")),
                zx_word (tell, options->ignore_grid ? N_ ("not a limit") : N_ ("a limit")),
                zx_word (tell, options->ignore_grid
                                   ? N_ ("Switched off by the planner")
                                   : N_ ("Where feeders or transformer areas are known")));
  if (options->n_required + options->n_banned > 0)
    ZX_TABLE_ROW (table, zx_word (tell, N_ ("The planner's own choice")),
                  zx_say (tell, N_ ("%s required, %s banned"),
                          zx_words_count (words, options->n_required),
                          zx_words_count (words, options->n_banned)),
                  zx_word (tell, N_ ("Candidates set by hand")));
}

static void
tell_place (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxCity *city = tell->city;
  double width_km = (city->max_x_m - city->min_x_m) / 1000.0;
  double height_km = (city->max_y_m - city->min_y_m) / 1000.0;
  zx_paragraph (
      tell,
      N_ ("The study area is %s km from west to east and %s km from south to north (%s). "
          "All distances and areas are measured in the coordinate system %s, in metres "
          "on the ground; longitudes and latitudes are WGS-84, and GCJ-02 is printed "
          "beside them for web maps."),
      zx_words_number (words, width_km, 1), zx_words_number (words, height_km, 1),
      zx_word (tell, zx_city_has_boundary (city)
                         ? N_ ("inside the given boundary")
                         : N_ ("no boundary was given: the extent of roads and stations")),
      zx_words_clean (words, city->crs, 60));
}

const char *
zx_report_stage_title (const char *stage)
{
  static const struct
  {
    const char *name, *title;
  } titles[] = {
    { "open", N_ ("Open files") },
    { "check", N_ ("Check and clean") },
    { "seal", N_ ("Seal the city") },
    { "travel", N_ ("Travel times") },
    { "heat", N_ ("Usage and vehicle heat") },
    { "headroom", N_ ("Room in the grid") },
    { "believe", N_ ("Demand model") },
    { "score", N_ ("Candidates and scores") },
    { "choose", N_ ("Choice of sites") },
    { "tell", N_ ("Map and report") },
  };
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    if (g_strcmp0 (titles[i].name, stage) == 0)
      return titles[i].title;
  return NULL;
}

static void
tell_stages (ZxTelling *tell)
{
  const ZxReportInput *input = tell->input;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Step")), NULL, 0.0, FALSE },
    { zx_word (tell, N_ ("State")), NULL, 0.0, FALSE },
    { zx_word (tell, N_ ("Remark")), NULL, 0.0, TRUE },
  };
  if (input->n_stages == 0)
    {
      zx_paragraph (tell, N_ ("No steps are on record."));
      return;
    }
  ZxTable *table = zx_document_table (tell->document, zx_word (tell, N_ ("Steps of the work")),
                                      columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < input->n_stages; i++)
    {
      const ZxReportStage *row = &input->stages[i];
      const char *title = zx_report_stage_title (row->stage);
      const char *reason = "";
      if (row->is_skipped)
        reason = row->skip_reason != NULL
                     ? zx_words_clean (tell->words, zx_word (tell, row->skip_reason), 300)
                     : "–";
      ZX_TABLE_ROW (table,
                    title != NULL ? zx_word (tell, title)
                                  : zx_words_clean (tell->words, row->stage, 40),
                    zx_word (tell, row->is_skipped ? N_ ("left out") : N_ ("done")), reason);
    }
}

static void
tell_standards (ZxTelling *tell)
{
  static const struct
  {
    const char *number, *subject, *use, *seen;
  } rows[] = {
    { "GB 50966-2014", N_ ("Design of electric vehicle charging stations"),
      N_ ("Near urban roads, away from fire and explosion danger: exclusion areas and distance to "
          "roads"),
      N_ ("notes on clauses 3.2.1–3.2.5") },
    { "GB/T 51313-2018", N_ ("Distributed charging facilities for electric vehicles"),
      N_ ("DC in public and at roadsides, AC where cars stay; planning together with the "
          "distribution network"),
      N_ ("public draft of 2015") },
    { "GB/T 29781-2013", N_ ("General requirements of charging stations"),
      N_ ("Terms and make-up of a station"), N_ ("not seen") },
    { "GB/T 36344-2018", N_ ("Evaluation of data quality"), N_ ("Kinds of findings in chapter 3"),
      N_ ("as cited by a platform guide") },
    { "T/CEC 102", N_ ("Exchange of charging service information"),
      N_ ("Names and codes of stations and piles"), N_ ("public schemas and code") },
  };
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Standard")), NULL, 0.0, FALSE },
    { zx_word (tell, N_ ("Subject")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Used here for")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Text seen")), NULL, 0.0, TRUE },
  };
  ZxTable *table
      = zx_document_table (tell->document, zx_word (tell, N_ ("Standards the method leans on")),
                           columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    ZX_TABLE_ROW (table, rows[i].number, zx_word (tell, rows[i].subject),
                  zx_word (tell, rows[i].use), zx_word (tell, rows[i].seen));
  zx_note (tell, N_ ("The last column says which text the method was written from. Whoever signs "
                     "this report checks the texts in force, and adds the local plans and policies "
                     "that apply."));
}

void
zx_tell_task (ZxTelling *tell)
{
  zx_document_page (tell->document);
  zx_document_chapter (tell->document, zx_word (tell, N_ ("Task and basis")));
  zx_document_section (tell->document, zx_word (tell, N_ ("Task")));
  zx_paragraph (tell,
                N_ ("This report names places for new public charging stations in %s, with types "
                    "and numbers of piles, room in the grid, cost and return, and says how sure "
                    "each figure is. It was computed by Zhixing %s from the data of chapter 3. The "
                    "same data, options and seed give the same report, byte for byte."),
                tell->place, zx_words_clean (tell->words, tell->input->program_version, 24));
  tell_conditions (tell);
  zx_document_section (tell->document, zx_word (tell, N_ ("Study area")));
  tell_place (tell);
  zx_document_section (tell->document, zx_word (tell, N_ ("Steps")));
  tell_stages (tell);
  zx_document_section (tell->document, zx_word (tell, N_ ("Standards")));
  tell_standards (tell);
}
