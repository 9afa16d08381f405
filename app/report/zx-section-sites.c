/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Chapter 7: one sheet a site, on one page. */

#include "app/report/zx-section.h"

#include "app/report/zx-page.h"

#define SITE_RADIUS_M 1200.0
#define ASSUMED_POWER_FACTOR                                                                       \
  0.95 /* of a load whose reactive part is not known, as in app/power                              \
        */

static const char *
coordinates (ZxTelling *tell, double lon_deg, double lat_deg)
{
  return zx_say (tell, "%s° %s, %s° %s", zx_words_number (tell->words, fabs (lon_deg), 6),
                 lon_deg >= 0.0 ? "E" : "W", zx_words_number (tell->words, fabs (lat_deg), 6),
                 lat_deg >= 0.0 ? "N" : "S");
}

typedef struct
{
  const char *wgs84, *gcj02;
} Coordinates;

static Coordinates
coordinates_of (ZxTelling *tell, guint candidate)
{
  const ZxReportInput *input = tell->input;
  Coordinates where = { "–", "–" };
  double lon, lat;
  if (input->to_lonlat != NULL
      && input->to_lonlat (input->candidates->x_m[candidate], input->candidates->y_m[candidate],
                           &lon, &lat, input->to_lonlat_data))
    {
      where.wgs84 = coordinates (tell, lon, lat);
      zx_gcj02_from_wgs84 (&lon, &lat);
      where.gcj02 = coordinates (tell, lon, lat);
    }
  return where;
}

static const char *
district_of (ZxTelling *tell, double x_m, double y_m)
{
  int area = zx_city_area_at (tell->city, ZX_AREA_DISTRICT, x_m, y_m);
  return area >= 0 ? zx_data_text (tell, tell->city->areas.name[area], 30) : "–";
}

static const char *
land_of (ZxTelling *tell, guint candidate)
{
  ZxWords *words = tell->words;
  const ZxCandidates *candidates = tell->input->candidates;
  gint32 parcel = candidates->parcel != NULL ? candidates->parcel[candidate] : -1;
  if (parcel < 0 || (guint) parcel >= tell->city->parcels.n)
    return zx_word (tell, N_ ("no parcel given"));
  return zx_say (tell, N_ ("%s m², %s bays"),
                 zx_words_number (words, tell->city->parcels.area_m2[parcel], 0),
                 zx_words_number (words, tell->city->parcels.bays[parcel], 0));
}

static void
tell_where (ZxTelling *tell, guint candidate)
{
  ZxWords *words = tell->words;
  const ZxCandidates *candidates = tell->input->candidates;
  double x = candidates->x_m[candidate], y = candidates->y_m[candidate];
  Coordinates where = coordinates_of (tell, candidate);
  ZxTable *table = zx_document_pairs (tell->document, 2);
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Candidate")), zx_candidate_id (tell, candidate),
                zx_word (tell, N_ ("District")), district_of (tell, x, y));
  ZX_TABLE_ROW (table, "WGS-84", where.wgs84, zx_word (tell, N_ ("Land")),
                land_of (tell, candidate));
  ZX_TABLE_ROW (
      table, "GCJ-02", where.gcj02, zx_word (tell, N_ ("To the next road")),
      zx_say (tell, "%s m", zx_words_number (words, candidates->road_distance_m[candidate], 0)));
  ZX_TABLE_ROW (
      table, zx_word (tell, N_ ("Plane coordinates")),
      zx_say (tell, "E %s, N %s", zx_words_number (words, x, 1), zx_words_number (words, y, 1)),
      zx_word (tell, N_ ("To the next station")),
      zx_say (tell, "%s m", zx_words_number (words, candidates->nearest_station_m[candidate], 0)));
}

/* ---- grid --------------------------------------------------------------------------------- */

static const char *
transformer_name (ZxTelling *tell, gint32 transformer)
{
  const ZxTransformerAreas *areas = &tell->city->transformers;
  if (transformer < 0 || (guint) transformer >= areas->n)
    return zx_word (tell, N_ ("not known"));
  return zx_say (tell, N_ ("%s, %s kVA"),
                 zx_data_text (tell,
                               areas->name[transformer] != 0 ? areas->name[transformer]
                                                             : areas->id[transformer],
                               30),
                 zx_words_number (tell->words, areas->rated_kva[transformer], 0));
}

static const char *
feeder_name (ZxTelling *tell, gint32 feeder)
{
  const ZxFeeders *feeders = &tell->city->feeders;
  if (feeder < 0 || (guint) feeder >= feeders->n_feeders)
    return zx_word (tell, N_ ("not known"));
  return zx_data_text (tell, feeders->feeder_id[feeder], 30);
}

/* Load rate of the area in each hour with @extra_kw of charging; FALSE when it is not known. */
static gboolean
area_rates (const ZxTelling *tell, gint32 transformer, const float *extra_kw, double *rates)
{
  const ZxTransformerAreas *areas = &tell->city->transformers;
  double power_factor
      = tell->input->siting_options != NULL ? tell->input->siting_options->grid_power_factor : 0.98;
  if (transformer < 0 || (guint) transformer >= areas->n || !(areas->rated_kva[transformer] > 0.0f))
    return FALSE;
  for (guint hour = 0; hour < 24; hour++)
    {
      double kw = areas->base_kw[transformer * 24 + hour];
      double kvar = areas->base_kvar[transformer * 24 + hour];
      if (!isfinite (kw))
        return FALSE;
      if (!isfinite (kvar))
        kvar = kw * tan (acos (ASSUMED_POWER_FACTOR));
      double extra = extra_kw != NULL ? extra_kw[hour] : 0.0;
      rates[hour] = 100.0
                    * zx_power_load_rate (areas->rated_kva[transformer], kw + extra,
                                          kvar + extra * tan (acos (power_factor)));
    }
  return TRUE;
}

/* ---- figures ------------------------------------------------------------------------------ */

static ZxPlate *
local_plate (ZxTelling *tell, guint site)
{
  const ZxCandidates *candidates = tell->input->candidates;
  guint candidate = tell->input->plan->site[site].candidate;
  ZxPlate *plate = zx_plate_new (tell->city, ZX_BASE_FULL, tell->attribution);
  zx_plate_set_exclusions (plate, zx_word (tell, N_ ("No station may stand here")));
  zx_plate_look_at (plate, candidates->x_m[candidate], candidates->y_m[candidate], SITE_RADIUS_M);
  zx_plate_with_stations (tell, plate);
  zx_plate_with_sites (tell, plate, NULL);
  zx_plate_hide_legend (plate);
  return plate;
}

/* Expected load by hour of all sites of the plan that the transformer area feeds; FALSE when this
 * one is not among them.  A site with its own transformer loads the feeder, where the feeder's room
 * is known (the rule of app/siting). */
static gboolean
area_extra_kw (ZxTelling *tell, guint site, float *extra_kw)
{
  const ZxPlan *plan = tell->input->plan;
  const ZxCandidates *candidates = tell->input->candidates;
  gint32 transformer = candidates->transformer[plan->site[site].candidate];
  gboolean is_fed = FALSE;
  memset (extra_kw, 0, 24 * sizeof *extra_kw);
  for (guint i = 0; i < plan->n_sites; i++)
    {
      const ZxConfiguration *configuration = zx_site_configuration (tell, i);
      guint candidate = plan->site[i].candidate;
      gboolean is_apart = configuration != NULL && configuration->has_transformer
                          && candidates->feeder_room_kw != NULL
                          && isfinite (candidates->feeder_room_kw[candidate]);
      if (candidates->transformer[candidate] != transformer || is_apart)
        continue;
      for (guint hour = 0; hour < 24; hour++)
        extra_kw[hour] += plan->site[i].hourly_kw[hour];
      is_fed = is_fed || i == site;
    }
  return is_fed;
}

static ZxGraph *
load_graph (ZxTelling *tell, guint site, const char **title)
{
  const ZxPlanSite *row = &tell->input->plan->site[site];
  gint32 transformer = tell->input->candidates->transformer[row->candidate];
  const ZxConfiguration *configuration = zx_site_configuration (tell, site);
  double hours[24], before[24], after[24], limit[24], kw[24], own[24];
  float extra_kw[24];
  for (guint hour = 0; hour < 24; hour++)
    {
      hours[hour] = hour;
      kw[hour] = row->hourly_kw[hour];
      limit[hour] = 80.0;
      own[hour] = configuration != NULL ? configuration->kva : NAN;
    }
  gboolean is_fed = area_extra_kw (tell, site, extra_kw);
  if (is_fed && area_rates (tell, transformer, NULL, before)
      && area_rates (tell, transformer, extra_kw, after))
    {
      ZxGraph *graph = zx_graph_hours (zx_word (tell, N_ ("Hour of the day")),
                                       zx_word (tell, N_ ("Load rate, %")));
      zx_graph_add_line (graph, zx_word (tell, N_ ("with the plan")), hours, after, NULL, NULL, 24,
                         FALSE);
      zx_graph_add_line (graph, zx_word (tell, N_ ("today")), hours, before, NULL, NULL, 24, FALSE);
      zx_graph_add_line (graph, zx_word (tell, N_ ("heavy from 80 %")), hours, limit, NULL, NULL,
                         24, TRUE);
      *title = zx_word (tell, N_ ("Load rate of the transformer area, design day"));
      return graph;
    }
  ZxGraph *graph
      = zx_graph_hours (zx_word (tell, N_ ("Hour of the day")), zx_word (tell, N_ ("Load, kW")));
  gboolean has_own = configuration != NULL && configuration->has_transformer && !is_fed;
  zx_graph_add_line (graph, has_own ? zx_word (tell, N_ ("load of the site")) : NULL, hours, kw,
                     NULL, NULL, 24, FALSE);
  if (has_own)
    zx_graph_add_line (graph, zx_word (tell, N_ ("its own transformer, kVA")), hours, own, NULL,
                       NULL, 24, TRUE);
  *title = has_own
               ? zx_word (tell, N_ ("Expected load of the site, fed by a transformer of its own"))
               : zx_word (tell, N_ ("Expected load of the site on a weekday"));
  return graph;
}

static void
tell_site_figures (ZxTelling *tell, guint site)
{
  const char *title = NULL;
  ZxFigure *figure = zx_document_figure (tell->document, 190.0, 160.0);
  ZxPlate *plate = local_plate (tell, site);
  zx_figure_add (figure, 1.0,
                 zx_caption (tell, N_ ("Surroundings of site %u, %s m to each side"), site + 1,
                             zx_words_number (tell->words, SITE_RADIUS_M, 0)),
                 NULL, zx_plate_paint, plate, zx_plate_free);
  ZxGraph *graph = load_graph (tell, site, &title);
  zx_figure_add (figure, 1.0, zx_document_figure_caption (tell->document, title), NULL,
                 zx_graph_paint, graph, zx_graph_free);
}

/* ---- figures of the sheet ------------------------------------------------------------------ */

static void
add_demand_rows (ZxTelling *tell, ZxTable *table, const ZxPlanSite *site)
{
  ZxWords *words = tell->words;
  ZX_TABLE_GROUP (table, zx_word (tell, N_ ("Demand")));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Energy served, mean")),
                zx_say (tell, "%s kWh/d", zx_words_number (words, site->served_mean, 0)),
                zx_word (tell, N_ ("P10 / P50 / P90")),
                zx_say (tell, "%s / %s / %s kWh/d", zx_words_number (words, site->served_p10, 0),
                        zx_words_number (words, site->served_p50, 0),
                        zx_words_number (words, site->served_p90, 0)));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Utilisation")),
                zx_words_percent (words, site->utilisation, 1),
                zx_word (tell, N_ ("Taken from existing stations")),
                zx_say (tell, "%s kWh/d", zx_words_number (words, site->taken_from_existing, 0)));
}

static void
add_pile_rows (ZxTelling *tell, ZxTable *table, const ZxPlanSite *site,
               const ZxConfiguration *configuration)
{
  ZxWords *words = tell->words;
  if (configuration == NULL)
    return;
  ZX_TABLE_GROUP (table, zx_word (tell, N_ ("Configuration and queue")));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Configuration")),
                zx_configuration_title (tell, configuration), zx_word (tell, N_ ("Bays")),
                zx_words_count (words, configuration->bays));
  ZX_TABLE_ROW (
      table, zx_word (tell, N_ ("Power")),
      zx_say (tell, "%s kW", zx_words_number (words, zx_configuration_kw (configuration), 0)),
      zx_word (tell, N_ ("Transformer")),
      zx_say (tell, "%s kVA", zx_words_number (words, configuration->kva, 0)));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Sessions in the design hour")),
                zx_words_number (words, site->peak_sessions_per_h, 1),
                zx_word (tell, N_ ("Mean wait; P(wait>10 min)")),
                isfinite (site->wait_min)
                    ? zx_say (tell, N_ ("%s min; %s"), zx_words_number (words, site->wait_min, 1),
                              zx_words_percent (words, site->wait_over_10, 1))
                    : zx_word (tell, N_ ("overloaded at the P90 demand")));
}

static void
add_grid_rows (ZxTelling *tell, ZxTable *table, const ZxPlanSite *site)
{
  ZxWords *words = tell->words;
  const ZxCandidates *candidates = tell->input->candidates;
  ZX_TABLE_GROUP (table, zx_word (tell, N_ ("Grid")));
  if (!tell->input->plan->grid_checked)
    {
      ZX_TABLE_ROW (table, zx_word (tell, N_ ("Room")),
                    zx_word (tell, N_ ("not checked; ask the grid company")));
      return;
    }
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Transformer area")),
                transformer_name (tell, candidates->transformer[site->candidate]),
                zx_word (tell, N_ ("Feeder")),
                feeder_name (tell, candidates->feeder[site->candidate]));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Peak rate today / at full power")),
                zx_say (tell, "%s / %s", zx_words_percent (words, site->load_rate_before, 1),
                        zx_words_percent (words, site->load_rate_after, 1)),
                zx_word (tell, N_ ("Room left")),
                zx_say (tell, "%s kW", zx_words_number (words, site->room_left_kw, 0)));
}

static void
add_money_rows (ZxTelling *tell, ZxTable *table, const ZxPlanSite *site)
{
  ZxWords *words = tell->words;
  ZX_TABLE_GROUP (table,
                  zx_say (tell, N_ ("Economics and carbon (%s)"), zx_words_money_unit (words)));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Capex")), zx_words_money (words, site->capex_fen),
                zx_word (tell, N_ ("Revenue; running cost, a year")),
                zx_say (tell, N_ ("%s; %s"), zx_words_money (words, site->revenue_fen_per_year),
                        zx_words_money (words, site->opex_fen_per_year)));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("NPV, mean")), zx_words_money (words, site->npv_mean_fen),
                zx_word (tell, N_ ("P10 / P90; P(NPV>0)")),
                zx_say (tell, "%s / %s; %s", zx_words_money (words, site->npv_p10_fen),
                        zx_words_money (words, site->npv_p90_fen),
                        zx_words_percent (words, site->npv_positive, 0)));
  ZX_TABLE_ROW (
      table, zx_word (tell, N_ ("IRR; payback")),
      zx_say (tell, N_ ("%s; %s"), zx_words_percent (words, site->irr, 1),
              zx_words_payback (words, site->payback_years)),
      zx_word (tell, N_ ("CO₂ avoided")),
      zx_say (tell, N_ ("%s t a year"), zx_words_number (words, site->co2_t_per_year, 1)));
}

/* ---- risks -------------------------------------------------------------------------------- */

static gboolean
is_extrapolated (const ZxTelling *tell, guint candidate)
{
  const ZxDemand *demand = tell->input->demand;
  gint32 cell
      = tell->input->candidates->cell != NULL ? tell->input->candidates->cell[candidate] : -1;
  return demand != NULL && demand->is_extrapolated != NULL && cell >= 0
         && (guint) cell < demand->n_cells && demand->is_extrapolated[cell];
}

static void
tell_site_risks (ZxTelling *tell, const ZxPlanSite *site)
{
  ZxWords *words = tell->words;
  zx_document_subtitle (tell->document, zx_word (tell, N_ ("To be settled before building")));
  if (site->npv_positive < 0.5)
    zx_small_item (
        tell, N_ ("The site more likely loses money than earns it; it needs a reason other than "
                  "profit, or support."));
  if (site->wait_over_10 > 0.2)
    zx_small_item (tell,
                   N_ ("At high demand, %s of drivers wait longer than ten minutes; keep room for "
                       "more piles."),
                   zx_words_percent (words, site->wait_over_10, 0));
  if (site->taken_from_existing > 0.3 * site->served_mean)
    zx_small_item (tell,
                   N_ ("%s of its energy moves over from existing stations; their operators should "
                       "be heard."),
                   zx_words_percent (words, site->taken_from_existing / site->served_mean, 0));
  if (is_extrapolated (tell, site->candidate))
    zx_small_item (
        tell, N_ ("Its surroundings are unlike those of any station with a history; demand here "
                  "is extrapolated."));
  if (!tell->input->plan->grid_checked || !isfinite (site->room_left_kw))
    zx_small_item (tell, N_ ("Supply is not confirmed: ask for the grid company's reply."));
  else if (site->load_rate_after > 0.8)
    zx_small_item (tell, N_ ("The transformer area would be heavily loaded; orderly charging or a "
                             "transformer of its own is needed."));
  zx_small_item (
      tell, N_ ("Ownership of the land, fire separation and access for rescue are to be checked "
                "on the spot."));
}

static void
tell_site (ZxTelling *tell, guint i)
{
  const ZxPlanSite *site = &tell->input->plan->site[i];
  const ZxConfiguration *configuration = zx_site_configuration (tell, i);
  zx_document_page (tell->document);
  zx_document_section_at (
      tell->document,
      zx_say (tell, N_ ("Site %u: %s"), i + 1, zx_candidate_name (tell, site->candidate)),
      zx_site_destination (tell, i));
  tell_where (tell, site->candidate);
  tell_site_figures (tell, i);
  ZxTable *table = zx_document_pairs (tell->document, 2);
  add_demand_rows (tell, table, site);
  add_pile_rows (tell, table, site, configuration);
  add_grid_rows (tell, table, site);
  add_money_rows (tell, table, site);
  tell_site_risks (tell, site);
}

/* The key to the sheets: the sites' coordinates at a glance, and where they lie.  The map comes
 * last, for it gives way in height: a short table behind it had a page of its own. */
static void
tell_overview (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxReportInput *input = tell->input;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("No.")), NULL, 0.0, FALSE },
    { zx_word (tell, N_ ("Site")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Configuration")), NULL, 0.0, TRUE },
    { "WGS-84", zx_word (tell, N_ ("longitude, latitude")), 0.0, FALSE },
    { "GCJ-02", zx_word (tell, N_ ("longitude, latitude")), 0.0, FALSE },
  };
  ZxTable *table
      = zx_document_table (tell->document, zx_word (tell, N_ ("Coordinates of the sites")), columns,
                           G_N_ELEMENTS (columns));
  for (guint i = 0; i < input->plan->n_sites; i++)
    {
      guint candidate = input->plan->site[i].candidate;
      Coordinates where = coordinates_of (tell, candidate);
      ZX_TABLE_ROW (table, zx_words_count (words, i + 1), zx_candidate_name (tell, candidate),
                    zx_configuration_title (tell, zx_site_configuration (tell, i)), where.wgs84,
                    where.gcj02);
      zx_table_link (table, 1, zx_site_destination (tell, i));
    }
  ZxPlate *plate = zx_city_plate (tell);
  zx_plate_with_stations (tell, plate);
  zx_plate_with_sites (tell, plate, zx_word (tell, N_ ("Recommended site")));
  zx_show_plate (tell, plate, zx_caption (tell, N_ ("The recommended sites and existing stations")),
                 NULL);
}

void
zx_tell_sites (ZxTelling *tell)
{
  zx_document_room (tell->document, zx_has_plan (tell) ? 480.0 : 0.0);
  zx_document_chapter (tell->document, zx_word (tell, N_ ("Site sheets")));
  if (!zx_has_plan (tell))
    {
      zx_paragraph (tell, N_ ("No site is recommended, so there are no sheets."));
      return;
    }
  zx_paragraph (tell, N_ ("One page a site follows. Energies are expectations with the whole plan "
                          "built, so that sites near each other share their demand."));
  tell_overview (tell);
  zx_tell_reach (tell);
  for (guint i = 0; i < tell->input->plan->n_sites; i++)
    tell_site (tell, i);
}
