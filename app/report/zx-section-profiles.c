/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Profiles of areas, piles and users: where, when and how they charge. */

#include "app/report/zx-section-profiles.h"

#include <stdlib.h>
#include <string.h>

#define MOST_UTILISATION 1.02 /* as the rule stations.use-above-one */
#define MOST_AREAS       12u
#define MOST_CHARTS      9u
#define MOST_OPERATORS   8u
#define CHART_COLUMNS    3u
#define CHART_HEIGHT     84.0

/* ---- small things ------------------------------------------------------------------------- */

const char *
zx_profile_name (ZxTelling *tell, const char *name, gboolean is_ours, guint n_most)
{
  return is_ours ? zx_word (tell, name) : zx_words_clean (tell->words, name, n_most);
}

const char *
zx_profile_hour (ZxTelling *tell, guint hour)
{
  return hour < 24 ? zx_say (tell, "%u:00", hour) : "–";
}

/* The hour of the day with most; 24 when nothing is known. */
static guint
peak_of (const double *hours)
{
  guint peak = 24;
  for (guint hour = 0; hour < 24; hour++)
    if (isfinite (hours[hour]) && (peak == 24 || hours[hour] > hours[peak]))
      peak = hour;
  return peak < 24 && hours[peak] > 0.0 ? peak : 24;
}

static double
sum_of (const double *hours)
{
  double sum = 0.0;
  for (guint hour = 0; hour < 24; hour++)
    sum += isfinite (hours[hour]) ? hours[hour] : 0.0;
  return sum;
}

/* Of a weekday's energy: from 23 to 7, the valley of time-of-use prices. */
static double
night_share (const double *hours)
{
  double night = isfinite (hours[23]) ? hours[23] : 0.0, sum = sum_of (hours);
  for (guint hour = 0; hour < 7; hour++)
    night += isfinite (hours[hour]) ? hours[hour] : 0.0;
  return sum > 0.0 ? night / sum : NAN;
}

void
zx_profile_add_day (ZxGraph *graph, const char *name, const double *hours, gboolean is_dashed)
{
  double x[24], share[24], sum = sum_of (hours);
  for (guint hour = 0; hour < 24; hour++)
    {
      x[hour] = hour;
      share[hour] = sum > 0.0 ? 100.0 * hours[hour] / sum : NAN;
    }
  zx_graph_add_line (graph, name, x, share, NULL, NULL, 24, is_dashed);
}

/* ---- areas -------------------------------------------------------------------------------- */

/* Areas with something in them, the busiest first. */
static int
compare_areas (gconstpointer a, gconstpointer b, gpointer data)
{
  const ZxAreaProfile *first = data, *p = &first[*(const guint *) a],
                      *q = &first[*(const guint *) b];
  double x[2] = { p->kwh_per_day, q->kwh_per_day }, y[2] = { p->vehicle_share, q->vehicle_share };
  for (guint k = 0; k < 2; k++)
    {
      x[k] = isfinite (x[k]) ? x[k] : -1.0;
      y[k] = isfinite (y[k]) ? y[k] : -1.0;
    }
  if (x[0] != x[1])
    return x[0] > x[1] ? -1 : 1;
  if (y[0] != y[1])
    return y[0] > y[1] ? -1 : 1;
  return p < q ? -1 : p > q;
}

static GArray *
order_areas (const ZxProfiles *profiles)
{
  GArray *order = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < profiles->n_areas; i++)
    {
      const ZxAreaProfile *area = &profiles->area[i];
      gboolean is_empty = area->n_stations == 0 && !(area->vehicles_per_day > 0.0);
      /* A district without anything is worth a row; a point of the compass is not. */
      if (!is_empty || area->area >= 0)
        g_array_append_val (order, i);
    }
  g_array_sort_with_data (order, compare_areas, profiles->area);
  return order;
}

static const char *
area_name (ZxTelling *tell, const ZxAreaProfile *area)
{
  if (*area->name == '\0' && area->area >= 0)
    return zx_say (tell, N_ ("District no. %s"),
                   zx_words_count (tell->words, (gint64) area->area + 1));
  return zx_profile_name (tell, area->name, area->is_ours, 24);
}

static void
add_area (ZxTelling *tell, ZxTable *table, const ZxAreaProfile *area)
{
  ZxWords *words = tell->words;
  guint peak = peak_of (area->usage_kwh);
  double share = peak < 24 ? area->usage_kwh[peak] / sum_of (area->usage_kwh) : NAN;
  ZX_TABLE_ROW (table, area_name (tell, area), zx_words_count (words, area->n_stations),
                zx_words_count (words, area->n_connectors),
                zx_words_number (words, area->kwh_per_day, 0),
                zx_words_percent (words, area->utilisation, 1),
                peak < 24 ? zx_say (tell, "%s (%s)", zx_profile_hour (tell, peak),
                                    zx_words_percent (words, share, 0))
                          : "–",
                zx_words_percent (words, night_share (area->usage_kwh), 0),
                zx_words_percent (words, area->vehicle_share, 1),
                zx_profile_hour (tell, peak_of (area->presence_share)),
                zx_words_number (words, area->median_stay_h, 1));
}

static void
tell_area_table (ZxTelling *tell, const ZxProfiles *profiles, const GArray *order)
{
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Area")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Stations")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Connectors")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Energy")), "kWh/d", 1.0, FALSE },
    { zx_word (tell, N_ ("Utilisation")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Peak")), zx_word (tell, N_ ("weekday, share")), 1.0, FALSE },
    { zx_word (tell, N_ ("Night")), "23–7", 1.0, FALSE },
    { zx_word (tell, N_ ("Vehicles")), zx_word (tell, N_ ("share")), 1.0, FALSE },
    { zx_word (tell, N_ ("Vehicle peak")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Stay")), zx_word (tell, N_ ("median h")), 1.0, FALSE },
  };
  ZxTable *table
      = zx_document_table (tell->document, zx_word (tell, N_ ("Charging and vehicles by area")),
                           columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < MIN (order->len, MOST_AREAS); i++)
    add_area (tell, table, &profiles->area[g_array_index (order, guint, i)]);
  if (order->len > MOST_AREAS)
    zx_note (tell,
             N_ ("The %s busiest of %s areas; the layer area_profiles holds all of them. Stay: "
                 "vehicles standing for half an hour or more."),
             zx_words_count (tell->words, MOST_AREAS), zx_words_count (tell->words, order->len));
  else
    zx_note (tell, N_ ("Energy and utilisation of stations with a history. Stay: vehicles standing "
                       "for half an hour or more."));
  gboolean is_impossible = FALSE;
  for (guint i = 0; i < MIN (order->len, MOST_AREAS); i++)
    is_impossible
        = is_impossible
          || profiles->area[g_array_index (order, guint, i)].utilisation > MOST_UTILISATION;
  if (is_impossible)
    zx_note (tell, N_ ("A utilisation above 100 %% cannot be: there the energy and the rated power "
                       "that the data state do not fit together. See the findings in chapter 3."));
}

/* Two fields of hours beside each other: what is sold, and where vehicles are. */
static ZxGraph *
area_calendar (ZxTelling *tell, const ZxProfiles *profiles, const GArray *order, gboolean of_usage)
{
  guint n = MIN (order->len, MOST_AREAS);
  const char *rows[MOST_AREAS];
  double value[MOST_AREAS * 24], high = 0.0;
  for (guint i = 0; i < n; i++)
    {
      const ZxAreaProfile *area = &profiles->area[g_array_index (order, guint, i)];
      rows[i] = area_name (tell, area);
      for (guint hour = 0; hour < 24; hour++)
        {
          double v = of_usage ? area->usage_kwh[hour]
                              : area->presence_share[hour] * area->vehicle_share * 100.0;
          value[i * 24 + hour] = v;
          high = fmax (high, v);
        }
    }
  ZxColourScale scale = { ZX_RAMP_HEAT, 0.0, high > 0.0 ? high : 1.0, FALSE, NAN };
  return zx_graph_calendar (of_usage ? zx_word (tell, N_ ("kWh in the hour, weekday"))
                                     : zx_word (tell, N_ ("% of the city's vehicles, weekday")),
                            rows, n, value, &scale);
}

static void
tell_area_calendars (ZxTelling *tell, const ZxProfiles *profiles, const GArray *order)
{
  double height = 46.0 + 13.0 * MIN (order->len, MOST_AREAS);
  ZxFigure *figure = zx_document_figure (tell->document, height, height * 0.85);
  if (profiles->has_hours)
    zx_figure_add (figure, 1.0, zx_caption (tell, N_ ("Energy sold by area and hour")), NULL,
                   zx_graph_paint, area_calendar (tell, profiles, order, TRUE), zx_graph_free);
  if (profiles->has_presence)
    zx_figure_add (figure, 1.0, zx_caption (tell, N_ ("Vehicles by area and hour")), NULL,
                   zx_graph_paint, area_calendar (tell, profiles, order, FALSE), zx_graph_free);
}

static void
tell_area_charts (ZxTelling *tell, const ZxProfiles *profiles, const GArray *order)
{
  const char *names[3]
      = { zx_word (tell, N_ ("charging, weekday")), zx_word (tell, N_ ("charging, weekend")),
          zx_word (tell, N_ ("vehicles, weekday")) };
  const gboolean is_dashed[3] = { FALSE, FALSE, TRUE };
  guint n = 0;
  ZxGraph *graph
      = zx_graph_multiples (CHART_COLUMNS, names, is_dashed, profiles->has_presence ? 3 : 2);
  for (guint i = 0; i < order->len && n < MOST_CHARTS; i++)
    {
      const ZxAreaProfile *area = &profiles->area[g_array_index (order, guint, i)];
      if (area->n_hourly == 0 || !(area->kwh_per_day > 0))
        continue;
      ZxGraph *chart = zx_graph_hours (NULL, NULL);
      zx_profile_add_day (chart, NULL, area->usage_kwh, FALSE);
      zx_profile_add_day (chart, NULL, area->usage_kwh + 24, FALSE);
      if (profiles->has_presence)
        zx_profile_add_day (chart, NULL, area->presence_share, TRUE);
      zx_graph_add_chart (graph, area_name (tell, area), chart);
      n++;
    }
  guint n_rows = (n + CHART_COLUMNS - 1) / CHART_COLUMNS;
  zx_show_graph (
      tell, graph, 16.0 + CHART_HEIGHT * n_rows,
      zx_caption (tell, N_ ("When the areas charge: share of each hour in the day, per cent")),
      zx_word (tell, N_ ("Small line charts of the hours of the day, one for each area")));
}

static void
tell_area_words (ZxTelling *tell, const ZxProfiles *profiles, const GArray *order)
{
  const ZxAreaProfile *first = &profiles->area[g_array_index (order, guint, 0)];
  double all = 0.0;
  for (guint i = 0; i < profiles->n_areas; i++)
    all += isfinite (profiles->area[i].kwh_per_day) ? profiles->area[i].kwh_per_day : 0.0;
  if (profiles->has_sectors)
    zx_paragraph (tell,
                  N_ ("The project holds no districts: the areas are the middle of the study "
                      "area, a third of it across, and the points of the compass around it."));
  if (all > 0.0)
    zx_paragraph (tell, N_ ("%s sells the most, %s of all metered energy."),
                  area_name (tell, first),
                  zx_words_percent (tell->words, first->kwh_per_day / all, 0));
  if (!profiles->has_hours)
    zx_paragraph (tell,
                  N_ ("No station has a history by the hour: when each area charges is not in "
                      "the data."));
  if (profiles->measure != ZX_FLEET_NONE && !profiles->has_presence)
    zx_paragraph (tell,
                  N_ ("The positions of vehicles carry no usable times: their hours are not in "
                      "the data."));
}

static void
tell_areas (ZxTelling *tell, const ZxProfiles *profiles)
{
  GArray *order = order_areas (profiles);
  if (order->len > 0)
    {
      zx_document_room (tell->document, 200.0);
      zx_document_section (tell->document, zx_word (tell, N_ ("Profiles of areas by hour")));
      tell_area_words (tell, profiles, order);
      tell_area_table (tell, profiles, order);
      if (profiles->has_hours || profiles->has_presence)
        tell_area_calendars (tell, profiles, order);
      if (profiles->has_hours)
        tell_area_charts (tell, profiles, order);
    }
  g_array_unref (order);
}

/* ---- piles -------------------------------------------------------------------------------- */

/* Which kind drivers use most, with the doubt that few stations leave. */
static void
tell_busiest_kinds (ZxTelling *tell, const ZxProfiles *profiles)
{
  ZxWords *words = tell->words;
  gboolean has_any = FALSE;
  for (guint i = 0; i < profiles->n_piles; i++)
    {
      const ZxPileProfile *pile = &profiles->pile[i];
      if (pile->is_operator || isnan (pile->p_busiest))
        continue;
      if (!has_any)
        zx_paragraph (tell, N_ ("Sessions by kind tell which one drivers use most, connector for "
                                "connector, as the stations stand today; each station counts as "
                                "one witness."));
      has_any = TRUE;
      zx_item (tell,
               N_ ("%s: a connector takes %s times the sessions of the mean one; with a "
                   "probability of %s it is the busiest kind."),
               zx_profile_name (tell, pile->name, pile->is_ours, 40),
               zx_words_number (words, pile->relative_use, 2),
               zx_words_percent (words, pile->p_busiest, 0));
    }
}

static void
add_pile (ZxTelling *tell, ZxTable *table, const ZxPileProfile *pile)
{
  ZxWords *words = tell->words;
  ZX_TABLE_ROW (
      table, zx_profile_name (tell, pile->name, pile->is_ours, 28),
      zx_words_count (words, pile->n_stations), zx_words_count (words, pile->n_dc + pile->n_ac),
      zx_words_number (words, pile->kw_per_connector, 0),
      zx_words_number (words, pile->kwh_per_connector_day, 1),
      zx_words_percent (words, pile->utilisation, 1), zx_words_percent (words, pile->busy_share, 1),
      pile->peak_hour < 24 ? zx_say (tell, "%s (%s)", zx_profile_hour (tell, pile->peak_hour),
                                     zx_words_percent (words, pile->peak_share, 0))
                           : "–",
      zx_words_percent (words, pile->night_share, 0),
      isfinite (pile->price_fen_per_kwh)
          ? zx_words_number (words, pile->price_fen_per_kwh / 100.0, 2)
          : "–");
}

static void
tell_pile_table (ZxTelling *tell, const ZxProfiles *profiles)
{
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Kind or operator")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Stations")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Connectors")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Power")), zx_word (tell, N_ ("kW each")), 1.0, FALSE },
    { zx_word (tell, N_ ("Energy each")), "kWh/d", 1.0, FALSE },
    { zx_word (tell, N_ ("Utilisation")), zx_word (tell, N_ ("by energy")), 1.0, FALSE },
    { zx_word (tell, N_ ("Busy")), zx_word (tell, N_ ("by time")), 1.0, FALSE },
    { zx_word (tell, N_ ("Peak")), zx_word (tell, N_ ("weekday, share")), 1.0, FALSE },
    { zx_word (tell, N_ ("Night")), "23–7", 1.0, FALSE },
    { zx_word (tell, N_ ("Price")), zx_say (tell, "%s/kWh", tell->city->currency), 1.0, FALSE },
  };
  ZxTable *table = zx_document_table (tell->document,
                                      zx_word (tell, N_ ("Use by kind of pile and by operator")),
                                      columns, G_N_ELEMENTS (columns));
  guint n_operators = 0;
  for (guint i = 0; i < profiles->n_piles; i++)
    {
      const ZxPileProfile *pile = &profiles->pile[i];
      if (i == 0 || pile->is_operator != profiles->pile[i - 1].is_operator)
        ZX_TABLE_GROUP (table, pile->is_operator ? zx_word (tell, N_ ("By operator"))
                                                 : zx_word (tell, N_ ("By kind of pile")));
      n_operators += pile->is_operator;
      if (n_operators <= MOST_OPERATORS)
        add_pile (tell, table, pile);
    }
  zx_note (tell,
           N_ ("Histories are of stations: where DC and AC stand in one station, their energy "
               "cannot be told apart. Means are over connectors, not over stations."));
  tell_busiest_kinds (tell, profiles);
}

static void
tell_pile_charts (ZxTelling *tell, const ZxProfiles *profiles)
{
  const char *names[2] = { zx_word (tell, N_ ("Weekday")), zx_word (tell, N_ ("Weekend")) };
  const gboolean is_dashed[2] = { FALSE, TRUE };
  guint n = 0;
  ZxGraph *graph = zx_graph_multiples (CHART_COLUMNS, names, is_dashed, 2);
  for (guint i = 0; i < profiles->n_piles && n < 6; i++)
    if (!profiles->pile[i].is_operator && profiles->pile[i].n_hourly > 0
        && profiles->pile[i].kwh_per_day > 0)
      {
        const ZxPileProfile *pile = &profiles->pile[i];
        ZxGraph *chart = zx_graph_hours (NULL, NULL);
        zx_profile_add_day (chart, NULL, pile->hour_share, FALSE);
        zx_profile_add_day (chart, NULL, pile->hour_share + 24, TRUE);
        zx_graph_add_chart (graph, zx_profile_name (tell, pile->name, pile->is_ours, 28), chart);
        n++;
      }
  if (n == 0)
    {
      zx_graph_free (graph);
      return;
    }
  zx_show_graph (
      tell, graph, 16.0 + CHART_HEIGHT * ((n + CHART_COLUMNS - 1) / CHART_COLUMNS),
      zx_caption (tell,
                  N_ ("When each kind of pile is used: share of each hour in the day, per cent")),
      zx_word (tell, N_ ("Small line charts of the hours of the day, one for each kind of pile")));
}

static void
tell_piles (ZxTelling *tell, const ZxProfiles *profiles)
{
  if (profiles->n_piles == 0)
    return;
  zx_document_section (tell->document, zx_word (tell, N_ ("Profiles of piles")));
  tell_pile_table (tell, profiles);
  tell_pile_charts (tell, profiles);
}

void
zx_tell_profiles (ZxTelling *tell)
{
  const ZxProfiles *profiles = tell->input->profiles;
  if (profiles == NULL)
    return;
  tell_areas (tell, profiles);
  tell_piles (tell, profiles);
  zx_tell_users (tell, profiles);
}
