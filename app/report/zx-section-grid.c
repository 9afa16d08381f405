/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Chapter 8: what the grid carries today and with the new sites. */

#include "app/report/zx-section.h"

#include <stdlib.h>
#include <string.h>

#define MOST_LOADED 10u

static const char *
class_title (guint load_class)
{
  switch (load_class)
    {
    case ZX_LOAD_LIGHT:
      return N_ ("light (below 20 %)");
    case ZX_LOAD_NORMAL:
      return N_ ("normal");
    case ZX_LOAD_HEAVY:
      return N_ ("heavy (at least two hours at 80 %)");
    case ZX_LOAD_OVER:
      return N_ ("overloaded (at least two hours at 100 %)");
    case ZX_LOAD_UNKNOWN:
    default:
      return N_ ("not known");
    }
}

static void
tell_classes (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxHeadroom *headroom = tell->input->headroom;
  guint counts[ZX_LOAD_OVER + 1] = { 0 };
  double room_kw[ZX_LOAD_OVER + 1] = { 0.0 };
  for (guint i = 0; i < headroom->n_areas; i++)
    {
      guint load_class = MIN (headroom->load_class[i], ZX_LOAD_OVER);
      counts[load_class]++;
      if (isfinite (headroom->least_room_kw[i]))
        room_kw[load_class] += headroom->least_room_kw[i];
    }
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Load on the design day")), NULL, 0.0, FALSE },
    { zx_word (tell, N_ ("Transformer areas")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Share")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Room around the clock")), "kW", 1.0, FALSE },
  };
  ZxTable *table
      = zx_document_table (tell->document, zx_word (tell, N_ ("Transformer areas by load today")),
                           columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i <= ZX_LOAD_OVER; i++)
    if (counts[i] > 0)
      ZX_TABLE_ROW (table, zx_word (tell, class_title (i)), zx_words_count (words, counts[i]),
                    zx_words_percent (words, (double) counts[i] / headroom->n_areas, 1),
                    i == ZX_LOAD_UNKNOWN ? "–" : zx_words_number (words, room_kw[i], 0));
  zx_note (tell, N_ ("Load rate is apparent power over rated power, in kVA. Room is the charging "
                     "power that keeps an area at 80 %% in its fullest hour."));
}

static void
tell_grid_map (ZxTelling *tell)
{
  const ZxTransformerAreas *areas = &tell->city->transformers;
  const ZxHeadroom *headroom = tell->input->headroom;
  ZxColourScale scale = { ZX_RAMP_LOAD, 0.0, 120.0, FALSE, NAN };
  const char *title = zx_word (tell, N_ ("Peak load rate, %"));
  if (headroom->n_areas != areas->n || areas->n == 0)
    return;
  g_autofree float *rates = g_new (float, areas->n);
  for (guint i = 0; i < areas->n; i++)
    rates[i] = 100.0f * headroom->peak_rate[i];
  ZxPlate *plate = zx_city_plate (tell);
  if (areas->areas.kind == ZX_GEOMETRY_POLYGON && areas->areas.n_rows == areas->n)
    {
      ZxGeometry copy = { 0 };
      zx_geometry_copy (&copy, &areas->areas);
      zx_plate_set_areas (plate, &copy, rates, &scale, title);
    }
  else
    zx_plate_add_points (plate, ZX_SYMBOL_TRANSFORMER, areas->n, areas->x_m, areas->y_m, NULL, NULL,
                         rates, &scale, title);
  zx_plate_with_sites (tell, plate, zx_word (tell, N_ ("Recommended site")));
  zx_show_plate (tell, plate,
                 zx_caption (tell, N_ ("Peak load rate of transformer areas today, and the sites")),
                 NULL);
}

static const char *
area_name (ZxTelling *tell, guint area)
{
  const ZxTransformerAreas *areas = &tell->city->transformers;
  return zx_data_text (tell, areas->name[area] != 0 ? areas->name[area] : areas->id[area], 30);
}

static void
tell_sites_on_grid (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxPlan *plan = tell->input->plan;
  const ZxCandidates *candidates = tell->input->candidates;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("No.")), NULL, 0.0, FALSE },
    { zx_word (tell, N_ ("Transformer area")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Feeder")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Rated")), "kVA", 1.0, FALSE },
    { zx_word (tell, N_ ("Site")), "kW", 1.0, FALSE },
    { zx_word (tell, N_ ("Before")), zx_word (tell, N_ ("peak rate")), 1.0, FALSE },
    { zx_word (tell, N_ ("After")), zx_word (tell, N_ ("peak rate")), 1.0, FALSE },
    { zx_word (tell, N_ ("Room left")), "kW", 1.0, FALSE },
  };
  ZxTable *table
      = zx_document_table (tell->document, zx_word (tell, N_ ("The grid under the new sites")),
                           columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < plan->n_sites; i++)
    {
      const ZxPlanSite *site = &plan->site[i];
      gint32 area = candidates->transformer[site->candidate];
      gint32 feeder = candidates->feeder[site->candidate];
      gboolean has_area = area >= 0 && (guint) area < tell->city->transformers.n;
      gboolean has_feeder = feeder >= 0 && (guint) feeder < tell->city->feeders.n_feeders;
      ZX_TABLE_ROW (
          table, zx_words_count (words, i + 1), has_area ? area_name (tell, (guint) area) : "–",
          has_feeder ? zx_data_text (tell, tell->city->feeders.feeder_id[feeder], 24) : "–",
          zx_words_number (words, has_area ? tell->city->transformers.rated_kva[area] : NAN, 0),
          zx_words_number (words, zx_site_kw (tell, i), 0),
          zx_words_percent (words, site->load_rate_before, 1),
          zx_words_percent (words, site->load_rate_after, 1),
          zx_words_number (words, site->room_left_kw, 0));
      zx_table_link (table, 0, zx_site_destination (tell, i));
    }
}

/* ---- the fullest areas and feeders --------------------------------------------------------- */

typedef struct
{
  guint index;
  double rate;
} Loaded;

static int
compare_loaded (gconstpointer a, gconstpointer b)
{
  const Loaded *p = a, *q = b;
  if (p->rate != q->rate)
    return p->rate > q->rate ? -1 : 1;
  return (p->index > q->index) - (p->index < q->index);
}

static void
tell_fullest_areas (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxHeadroom *headroom = tell->input->headroom;
  GArray *loaded = g_array_new (FALSE, FALSE, sizeof (Loaded));
  for (guint i = 0; i < MIN (headroom->n_areas, tell->city->transformers.n); i++)
    if (headroom->load_class[i] >= ZX_LOAD_HEAVY && isfinite (headroom->peak_rate[i]))
      {
        Loaded row = { i, headroom->peak_rate[i] };
        g_array_append_val (loaded, row);
      }
  g_array_sort (loaded, compare_loaded);
  if (loaded->len > 0)
    {
      const ZxTableColumn columns[] = {
        { zx_word (tell, N_ ("Transformer area")), NULL, 0.0, TRUE },
        { zx_word (tell, N_ ("Rated")), "kVA", 1.0, FALSE },
        { zx_word (tell, N_ ("Peak rate")), NULL, 1.0, FALSE },
        { zx_word (tell, N_ ("Heavy")), zx_word (tell, N_ ("hours")), 1.0, FALSE },
        { zx_word (tell, N_ ("Overloaded")), zx_word (tell, N_ ("hours")), 1.0, FALSE },
      };
      ZxTable *table = zx_document_table (
          tell->document, zx_word (tell, N_ ("The fullest transformer areas today")), columns,
          G_N_ELEMENTS (columns));
      for (guint i = 0; i < MIN (loaded->len, MOST_LOADED); i++)
        {
          guint area = g_array_index (loaded, Loaded, i).index;
          ZX_TABLE_ROW (table, area_name (tell, area),
                        zx_words_number (words, tell->city->transformers.rated_kva[area], 0),
                        zx_words_percent (words, headroom->peak_rate[area], 1),
                        zx_words_count (words, headroom->heavy_hours[area]),
                        zx_words_count (words, headroom->over_hours[area]));
        }
    }
  g_array_unref (loaded);
}

static void
tell_feeders (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxHeadroom *headroom = tell->input->headroom;
  GArray *loaded = g_array_new (FALSE, FALSE, sizeof (Loaded));
  for (guint i = 0; i < MIN (headroom->n_feeders, tell->city->feeders.n_feeders); i++)
    {
      Loaded row = { i, -1.0 };
      for (guint hour = 0; hour < 24; hour++)
        if (isfinite (headroom->feeder_rate[(gsize) i * 24 + hour]))
          row.rate = fmax (row.rate, headroom->feeder_rate[(gsize) i * 24 + hour]);
      if (row.rate >= 0.0)
        g_array_append_val (loaded, row);
    }
  g_array_sort (loaded, compare_loaded);
  if (loaded->len > 0)
    {
      const ZxTableColumn columns[] = { { zx_word (tell, N_ ("Feeder")), NULL, 0.0, TRUE },
                                        { zx_word (tell, N_ ("Peak rate")), NULL, 1.0, FALSE },
                                        { zx_word (tell, N_ ("Least room")), "kW", 1.0, FALSE } };
      ZxTable *table
          = zx_document_table (tell->document, zx_word (tell, N_ ("The fullest feeders today")),
                               columns, G_N_ELEMENTS (columns));
      for (guint i = 0; i < MIN (loaded->len, MOST_LOADED); i++)
        {
          const Loaded *row = &g_array_index (loaded, Loaded, i);
          double least = NAN;
          for (guint hour = 0; hour < 24; hour++)
            least = fmin (least, headroom->feeder_room_kw[(gsize) row->index * 24 + hour]);
          ZX_TABLE_ROW (table, zx_data_text (tell, tell->city->feeders.feeder_id[row->index], 30),
                        zx_words_percent (words, row->rate, 1), zx_words_number (words, least, 0));
        }
    }
  g_array_unref (loaded);
}

/* ---- feeders under the plan, by power flow ----------------------------------------------------
 */

static const char *
feeder_verdict (ZxTelling *tell, const ZxFeederCheck *check)
{
  static const char *const verdicts[] = {
    [ZX_LIMIT_VOLTAGE] = N_ ("voltage too low"),
    [ZX_LIMIT_THERMAL] = N_ ("branch overloaded"),
    [ZX_LIMIT_BASE_VOLTAGE] = N_ ("voltage too low already"),
    [ZX_LIMIT_BASE_THERMAL] = N_ ("branch overloaded already"),
    [ZX_LIMIT_CAP] = N_ ("holds"),
    [ZX_LIMIT_NO_SOLUTION] = N_ ("voltage collapses"),
    [ZX_LIMIT_MESHED] = N_ ("not checked"),
    [ZX_LIMIT_NONE] = N_ ("not checked"),
  };
  return zx_word (tell, verdicts[check->limit]);
}

static void
tell_feeder_row (ZxTelling *tell, ZxTable *table, const ZxFeederCheck *check)
{
  ZxWords *words = tell->words;
  gboolean is_checked = check->limit != ZX_LIMIT_NONE;
  ZX_TABLE_ROW (table, zx_data_text (tell, tell->city->feeders.feeder_id[check->feeder], 24),
                zx_words_number (words, check->site_kw, 0),
                zx_words_number (words, is_checked ? check->vmin_before_pu : NAN, 4),
                zx_words_number (words, is_checked ? check->vmin_after_pu : NAN, 4),
                zx_words_percent (words, is_checked ? check->loading_before_percent / 100 : NAN, 1),
                zx_words_percent (words, is_checked ? check->loading_after_percent / 100 : NAN, 1),
                zx_words_number (words, is_checked ? check->losses_before_kwh : NAN, 0),
                zx_words_number (words, is_checked ? check->losses_after_kwh : NAN, 0),
                feeder_verdict (tell, check));
}

/* The same check that the choice was held to; it takes milliseconds, so nothing of it is kept. */
static void
tell_feeder_flows (ZxTelling *tell)
{
  const ZxFeederOptions options = ZX_FEEDER_OPTIONS_INIT;
  GArray *loads = zx_plan_loads (tell->input->plan, tell->input->candidates,
                                 tell->input->configurations, tell->input->n_configurations);
  GArray *checks = zx_power_check_plan (tell->city, (const ZxSiteLoad *) (void *) loads->data,
                                        loads->len, &options, NULL, NULL);
  if (checks != NULL && checks->len > 0)
    {
      const ZxTableColumn columns[] = {
        { zx_word (tell, N_ ("Feeder")), NULL, 0.0, TRUE },
        { zx_word (tell, N_ ("Sites")), "kW", 1.0, FALSE },
        { zx_word (tell, N_ ("Lowest voltage")), zx_word (tell, N_ ("p.u., before")), 1.0, FALSE },
        { zx_word (tell, N_ ("Lowest voltage")), zx_word (tell, N_ ("p.u., after")), 1.0, FALSE },
        { zx_word (tell, N_ ("Highest loading")), zx_word (tell, N_ ("before")), 1.0, FALSE },
        { zx_word (tell, N_ ("Highest loading")), zx_word (tell, N_ ("after")), 1.0, FALSE },
        { zx_word (tell, N_ ("Losses")), zx_word (tell, N_ ("kWh/d, before")), 1.0, FALSE },
        { zx_word (tell, N_ ("Losses")), zx_word (tell, N_ ("kWh/d, after")), 1.0, FALSE },
        { zx_word (tell, N_ ("Verdict")), NULL, 0.0, TRUE },
      };
      ZxTable *table = zx_document_table (
          tell->document, zx_word (tell, N_ ("Feeders under the new sites, by power flow")),
          columns, G_N_ELEMENTS (columns));
      for (guint i = 0; i < checks->len; i++)
        tell_feeder_row (tell, table, &g_array_index (checks, ZxFeederCheck, i));
      zx_note (tell,
               N_ ("Exact power flow of the 24 hours of the design day, constant power, balanced "
                   "phases, 1.00 p.u. at the source, power factor 0.98 of charging, limits 0.93 "
                   "p.u. (GB 50966) and 100 %% by current; transformer areas stand at the nearest "
                   "node of their feeder, the sites draw their full connected power in every "
                   "hour. A plan that breaks a limit is cut and chosen again."));
    }
  g_array_unref (loads);
  g_clear_pointer (&checks, g_array_unref);
}

/* What the choice had to give up: the sites that a feeder forbade, before the plan of this report.
 */
static void
tell_forbidden (ZxTelling *tell)
{
  const ZxFindings *findings = tell->input->findings;
  ZxTable *table = NULL;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Feeder, and what was chosen on it first")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Holds")), "kW", 1.0, FALSE },
  };
  for (guint i = 0; findings != NULL && i < findings->rows->len; i++)
    {
      const ZxFinding *row = &g_array_index (findings->rows, ZxFinding, i);
      if (strcmp (row->rule, "siting.feeder-cut") != 0)
        continue;
      if (table == NULL)
        table = zx_document_table (
            tell->document, zx_word (tell, N_ ("What feeders forbade before this plan was chosen")),
            columns, G_N_ELEMENTS (columns));
      ZX_TABLE_ROW (table, zx_say (tell, "%s", zx_pool_get (findings->pool, row->value)),
                    zx_say (tell, "%s", zx_pool_get (findings->pool, row->bound)));
    }
  if (table != NULL)
    zx_note (tell, N_ ("Sites chosen by the room at the head of the feeder alone break a limit by "
                       "exact power flow: a branch behind the head or a voltage. What holds was "
                       "given back as the feeder's room and the choice made again."));
}

void
zx_tell_grid (ZxTelling *tell)
{
  zx_document_chapter (tell->document, zx_word (tell, N_ ("Grid check")));
  if (tell->input->headroom == NULL)
    {
      zx_document_banner (
          tell->document, TRUE, zx_word (tell, N_ ("No grid data was given")),
          zx_word (tell,
                   N_ ("Neither feeders nor transformer areas are known. Whether a site can be "
                       "supplied, and at what cost, is open; the figures of this report hold "
                       "only where the grid company confirms the room.")));
      return;
    }
  if (tell->input->headroom->n_areas > 0)
    {
      zx_document_section (tell->document, zx_word (tell, N_ ("Today")));
      tell_classes (tell);
      tell_grid_map (tell);
      tell_fullest_areas (tell);
    }
  tell_feeders (tell);
  zx_tell_feeder_state (tell);
  zx_tell_grid_strength (tell);
  zx_tell_grid_hours (tell);
  if (!zx_has_plan (tell))
    return;
  zx_document_section (tell->document, zx_word (tell, N_ ("With the new sites")));
  if (!tell->input->plan->grid_checked)
    zx_paragraph (tell, N_ ("The planner switched the grid limits off: the sites below were chosen "
                            "without regard to room."));
  tell_sites_on_grid (tell);
  tell_forbidden (tell);
  tell_feeder_flows (tell);
  zx_note (tell,
           N_ ("Peaks of the design day; after: with the full connected power of all sites that "
               "load the area, which is more than the load expected on the sites' sheets. Sites "
               "with a transformer of their own load only the feeder. Voltage, short circuit and "
               "N-1 are for the grid company's own study."));
}
