/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Chapter 2: what stands today and how it is used. */

#include "app/report/zx-section.h"

#include <stdlib.h>
#include <string.h>

#define MOST_OPERATORS 10u

/* ---- counting ----------------------------------------------------------------------------- */

typedef struct
{
  guint32 name; /* pool id; 0 = not known */
  guint n_stations, n_dc, n_ac;
  double kw, kwh_per_day;
  guint n_metered;
  double metered_kw_hours; /* 24 × kW of the stations with both power and energy */
  double metered_kwh;
} Operator;

typedef struct
{
  guint n_by_state[3];
  Operator all;
  GArray *operators; /* Operator, by energy, then stations, then name */
} Present;

static void
count_station (Operator *row, const ZxStations *stations, guint i)
{
  row->n_stations++;
  row->n_dc += stations->n_dc[i];
  row->n_ac += stations->n_ac[i];
  if (isfinite (stations->rated_kw[i]))
    row->kw += stations->rated_kw[i];
  if (!isfinite (stations->kwh_per_day[i]))
    return;
  row->n_metered++;
  row->kwh_per_day += stations->kwh_per_day[i];
  if (isfinite (stations->rated_kw[i]) && stations->rated_kw[i] > 0.0f)
    {
      row->metered_kw_hours += 24.0 * stations->rated_kw[i];
      row->metered_kwh += stations->kwh_per_day[i];
    }
}

static Operator *
find_operator (GArray *operators, GHashTable *by_name, guint32 name)
{
  gpointer found;
  if (g_hash_table_lookup_extended (by_name, GUINT_TO_POINTER (name), NULL, &found))
    return &g_array_index (operators, Operator, GPOINTER_TO_UINT (found));
  Operator row = { .name = name };
  g_hash_table_insert (by_name, GUINT_TO_POINTER (name), GUINT_TO_POINTER (operators->len));
  g_array_append_val (operators, row);
  return &g_array_index (operators, Operator, operators->len - 1);
}

static int
compare_operators (gconstpointer a, gconstpointer b, gpointer pool)
{
  const Operator *p = a, *q = b;
  if (p->kwh_per_day != q->kwh_per_day)
    return p->kwh_per_day > q->kwh_per_day ? -1 : 1;
  if (p->n_stations != q->n_stations)
    return p->n_stations > q->n_stations ? -1 : 1;
  return strcmp (zx_pool_get (pool, p->name), zx_pool_get (pool, q->name));
}

static void
count_present (const ZxCity *city, Present *present)
{
  g_autoptr (GHashTable) by_name = g_hash_table_new (g_direct_hash, g_direct_equal);
  *present = (Present){ .operators = g_array_new (FALSE, FALSE, sizeof (Operator)) };
  for (guint i = 0; i < city->stations.n; i++)
    {
      guint state = MIN (city->stations.state[i], 2);
      present->n_by_state[state]++;
      if (state == ZX_STATION_CLOSED)
        continue;
      count_station (&present->all, &city->stations, i);
      count_station (find_operator (present->operators, by_name, city->stations.operator_name[i]),
                     &city->stations, i);
    }
  g_array_sort_with_data (present->operators, compare_operators, city->pool);
}

/* ---- stations ----------------------------------------------------------------------------- */

static void
tell_stations (ZxTelling *tell, const Present *present)
{
  ZxWords *words = tell->words;
  ZxFact facts[] = {
    { zx_words_count (words, present->n_by_state[ZX_STATION_WORKING]), NULL,
      zx_say (tell, N_ ("stations at work; %s planned, %s closed"),
              zx_words_count (words, present->n_by_state[ZX_STATION_PLANNED]),
              zx_words_count (words, present->n_by_state[ZX_STATION_CLOSED])) },
    { zx_words_count (words, present->all.n_dc), NULL, zx_word (tell, N_ ("DC connectors")) },
    { zx_words_count (words, present->all.n_ac), NULL, zx_word (tell, N_ ("AC connectors")) },
    { zx_words_number (words, present->all.kw > 0.0 ? present->all.kw / 1000.0 : NAN, 1), "MW",
      zx_word (tell, N_ ("rated power, where it is known")) },
  };
  zx_document_facts (tell->document, facts, G_N_ELEMENTS (facts));
}

static void
add_operator (ZxTelling *tell, ZxTable *table, const Operator *row, const char *name,
              const Present *present, gboolean is_total)
{
  ZxWords *words = tell->words;
  double energy = row->n_metered > 0 ? row->kwh_per_day : NAN;
  double share = present->all.kwh_per_day > 0.0 ? energy / present->all.kwh_per_day : NAN;
  double use = row->metered_kw_hours > 0.0 ? row->metered_kwh / row->metered_kw_hours : NAN;
  const char *const cells[] = { name,
                                zx_words_count (words, row->n_stations),
                                zx_words_count (words, row->n_dc),
                                zx_words_count (words, row->n_ac),
                                zx_words_number (words, row->kw > 0.0 ? row->kw : NAN, 0),
                                zx_words_number (words, energy, 0),
                                zx_words_percent (words, share, 1),
                                zx_words_percent (words, use, 1) };
  zx_table_add (table, is_total ? ZX_ROW_TOTAL : ZX_ROW_PLAIN, cells, G_N_ELEMENTS (cells));
}

static void
add_up (Operator *sum, const Operator *row)
{
  sum->n_stations += row->n_stations;
  sum->n_dc += row->n_dc;
  sum->n_ac += row->n_ac;
  sum->kw += row->kw;
  sum->kwh_per_day += row->kwh_per_day;
  sum->n_metered += row->n_metered;
  sum->metered_kw_hours += row->metered_kw_hours;
  sum->metered_kwh += row->metered_kwh;
}

static void
tell_operators (ZxTelling *tell, const Present *present)
{
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Operator")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Stations")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("DC")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("AC")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Power")), "kW", 1.0, FALSE },
    { zx_word (tell, N_ ("Energy")), "kWh/d", 1.0, FALSE },
    { zx_word (tell, N_ ("Share")), zx_word (tell, N_ ("of energy")), 1.0, FALSE },
    { zx_word (tell, N_ ("Utilisation")), NULL, 1.0, FALSE },
  };
  ZxTable *table
      = zx_document_table (tell->document, zx_word (tell, N_ ("Existing stations by operator")),
                           columns, G_N_ELEMENTS (columns));
  Operator others = { 0 };
  for (guint i = 0; i < present->operators->len; i++)
    {
      const Operator *row = &g_array_index (present->operators, Operator, i);
      if (i >= MOST_OPERATORS)
        add_up (&others, row);
      else
        add_operator (tell, table, row,
                      row->name != 0 ? zx_data_text (tell, row->name, 40)
                                     : zx_word (tell, N_ ("not known")),
                      present, FALSE);
    }
  if (others.n_stations > 0)
    add_operator (tell, table, &others,
                  zx_say (tell, N_ ("%s other operators"),
                          zx_words_count (tell->words, present->operators->len - MOST_OPERATORS)),
                  present, FALSE);
  add_operator (tell, table, &present->all, zx_word (tell, N_ ("Together")), present, TRUE);
  zx_note (tell, N_ ("Stations at work and planned. Utilisation is energy sold over rated power "
                     "around the clock, for stations where both are known."));
}

static void
tell_station_map (ZxTelling *tell)
{
  const ZxStations *stations = &tell->city->stations;
  ZxPlate *plate = zx_city_plate (tell);
  g_autofree double *size = g_new (double, stations->n);
  for (guint i = 0; i < stations->n; i++)
    size[i] = 0.7 + 0.16 * sqrt ((double) stations->n_dc[i] + stations->n_ac[i]);
  zx_plate_add_points (plate, ZX_SYMBOL_STATION, stations->n, stations->x_m, stations->y_m, size,
                       NULL, NULL, NULL, zx_word (tell, N_ ("Existing station")));
  zx_plate_set_note (plate, zx_word (tell, N_ ("Symbols grow with the number of connectors.")));
  zx_show_plate (tell, plate,
                 zx_caption (tell, N_ ("Existing charging stations in %s"), tell->place),
                 zx_say (tell, N_ ("Map of %s with %s existing charging stations"), tell->place,
                         zx_words_count (tell->words, stations->n)));
}

/* ---- use ---------------------------------------------------------------------------------- */

/* Sum over the stations with hours, kWh in each hour of a weekday or weekend day. */
static guint
sum_hours (const ZxCity *city, gboolean is_weekend, double *kwh)
{
  guint n = 0;
  for (guint hour = 0; hour < 24; hour++)
    kwh[hour] = 0.0;
  for (guint i = 0; i < city->usage.n_stations; i++)
    {
      gboolean is_known = FALSE;
      for (guint hour = 0; hour < 24; hour++)
        {
          float value = city->usage.kwh[ZX_USAGE_INDEX (i, is_weekend, hour)];
          if (isfinite (value))
            {
              kwh[hour] += value;
              is_known = TRUE;
            }
        }
      n += is_known;
    }
  return n;
}

static void
tell_hours (ZxTelling *tell)
{
  double kwh[48];
  const char *names[] = { zx_word (tell, N_ ("Weekday")), zx_word (tell, N_ ("Weekend")) };
  const char *hours[24];
  guint n = MAX (sum_hours (tell->city, FALSE, kwh), sum_hours (tell->city, TRUE, kwh + 24));
  guint peak = 0;
  if (n == 0)
    {
      zx_paragraph (tell,
                    N_ ("No station has a history by the hour: the daily profile of new sites "
                        "is an assumption of the model."));
      return;
    }
  for (guint hour = 0; hour < 24; hour++)
    {
      hours[hour] = zx_say (tell, "%u", hour);
      if (kwh[hour] > kwh[peak])
        peak = hour;
    }
  ZxGraph *graph
      = zx_graph_bars (zx_word (tell, N_ ("Hour of the day")),
                       zx_word (tell, N_ ("kWh in the hour")), hours, 24, names, 2, kwh, FALSE);
  zx_paragraph (
      tell,
      N_ ("Charging peaks between %u and %u o'clock on weekdays; in that hour the metered "
          "stations deliver %s kWh together."),
      peak, peak + 1, zx_words_number (tell->words, kwh[peak], 0));
  zx_show_graph (tell, graph, 165.0,
                 zx_caption (tell,
                             N_ ("Energy by hour of the day, %s stations with hourly history"),
                             zx_words_count (tell->words, n)),
                 zx_say (tell, N_ ("Bars of hourly energy; weekdays peak at %u o'clock"), peak));
}

static void
tell_days (ZxTelling *tell)
{
  const ZxUsage *usage = &tell->city->usage;
  if (usage->n_days < 14)
    return;
  g_autofree double *day = g_new (double, usage->n_days);
  g_autofree double *kwh = g_new (double, usage->n_days);
  guint n = 0;
  for (guint i = 0; i < usage->n_days; i++)
    if (isfinite (usage->city_kwh_per_day[i]))
      {
        day[n] = i + 1;
        kwh[n++] = usage->city_kwh_per_day[i] / 1000.0;
      }
  if (n < 14)
    return;
  ZxGraph *graph = zx_graph_lines (zx_word (tell, N_ ("Day of the history")),
                                   zx_word (tell, N_ ("MWh per day")));
  zx_graph_add_line (graph, NULL, day, kwh, NULL, NULL, n, FALSE);
  zx_graph_set_whole (graph, TRUE, FALSE);
  zx_show_graph (
      tell, graph, 130.0, zx_caption (tell, N_ ("Energy of all metered stations, day by day")),
      zx_say (tell, N_ ("Line of the daily energy over %s days"), zx_words_count (tell->words, n)));
}

static void
tell_use (ZxTelling *tell, const Present *present)
{
  ZxWords *words = tell->words;
  const Operator *all = &present->all;
  double days = 0.0;
  for (guint i = 0; i < tell->city->stations.n; i++)
    days = fmax (days, tell->city->stations.observed_days[i]);
  if (all->n_metered == 0)
    {
      zx_paragraph (tell,
                    N_ ("No station has a history of use: present demand is not measured, and "
                        "the demand of chapter 4 rests on assumptions."));
      return;
    }
  zx_paragraph (
      tell,
      N_ ("%s of %s stations have a history of use, up to %s days long. Together they sell "
          "%s kWh a day, %s kWh each on average. Their mean utilisation is %s."),
      zx_words_count (words, all->n_metered), zx_words_count (words, all->n_stations),
      zx_words_number (words, days, 0), zx_words_number (words, all->kwh_per_day, 0),
      zx_words_number (words, all->kwh_per_day / all->n_metered, 0),
      zx_words_percent (
          words, all->metered_kw_hours > 0.0 ? all->metered_kwh / all->metered_kw_hours : NAN, 1));
  tell_hours (tell);
  tell_days (tell);
}

/* ---- surroundings ------------------------------------------------------------------------- */

static const char *
fleet_measure (ZxFleetMeasure measure)
{
  switch (measure)
    {
    case ZX_FLEET_POINTS:
      return N_ ("vehicle positions");
    case ZX_FLEET_VEHICLE_HOURS:
      return N_ ("positions of vehicle traces");
    case ZX_FLEET_TRIP_ENDS:
      return N_ ("starts and ends of trips");
    case ZX_FLEET_NONE:
    default:
      return NULL;
    }
}

static double
total_of (const float *values, gsize n)
{
  double sum = 0.0;
  gboolean is_known = FALSE;
  for (gsize i = 0; values != NULL && i < n; i++)
    if (isfinite (values[i]))
      {
        sum += values[i];
        is_known = TRUE;
      }
  return is_known ? sum : NAN;
}

static const char *
amount (ZxTelling *tell, guint64 n)
{
  return n > 0 ? zx_words_count (tell->words, n) : zx_word (tell, N_ ("none"));
}

static const char *
persons (ZxTelling *tell, const float *values)
{
  double total = total_of (values, tell->city->people.n);
  return isfinite (total) ? zx_words_number (tell->words, total, 0) : zx_word (tell, N_ ("none"));
}

static const char *
vehicles (ZxTelling *tell)
{
  const ZxFleet *fleet = &tell->city->fleet;
  const char *measure = fleet_measure (fleet->measure);
  if (fleet->n == 0 || measure == NULL)
    return zx_word (tell, N_ ("none"));
  return zx_say (tell, "%s %s", zx_words_count (tell->words, fleet->n), zx_word (tell, measure));
}

static void
tell_surroundings (ZxTelling *tell)
{
  const ZxCity *city = tell->city;
  double road_km = 0.0;
  for (gsize i = 0; i < city->roads.n; i++)
    road_km += zx_geometry_length (&city->roads.lines, i) / 1000.0;
  zx_document_lead_in (tell->document,
                       zx_word (tell, N_ ("What the project holds beside stations, for the demand "
                                          "model, the choice and the grid check:")));
  ZxTable *table = zx_document_pairs (tell->document, 2);
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Length of roads")),
                city->roads.n > 0
                    ? zx_say (tell, "%s km", zx_words_number (tell->words, road_km, 0))
                    : zx_word (tell, N_ ("none")),
                zx_word (tell, N_ ("Vehicles")), vehicles (tell));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Residents")), persons (tell, city->people.residents),
                zx_word (tell, N_ ("Jobs")), persons (tell, city->people.jobs));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Places (shops, parking, schools and so on)")),
                amount (tell, city->places.n), zx_word (tell, N_ ("Candidate parcels")),
                amount (tell, city->parcels.n));
  ZX_TABLE_ROW (table, zx_word (tell, N_ ("Transformer areas")),
                amount (tell, city->transformers.n), zx_word (tell, N_ ("Feeders")),
                amount (tell, city->feeders.n_feeders));
}

void
zx_tell_present (ZxTelling *tell)
{
  Present present;
  zx_document_chapter (tell->document, zx_word (tell, N_ ("Current state")));
  count_present (tell->city, &present);
  zx_document_section (tell->document, zx_word (tell, N_ ("Stations and piles")));
  if (tell->city->stations.n == 0)
    zx_paragraph (tell, N_ ("No existing stations were given: competition and present use are not "
                            "known, and every site is judged as if it were the first."));
  else
    {
      tell_stations (tell, &present);
      tell_operators (tell, &present);
      tell_station_map (tell);
      zx_document_section (tell->document, zx_word (tell, N_ ("Use of the stations")));
      tell_use (tell, &present);
    }
  zx_tell_profiles (tell);
  zx_document_section (tell->document, zx_word (tell, N_ ("Surroundings")));
  tell_surroundings (tell);
  g_array_unref (present.operators);
}
