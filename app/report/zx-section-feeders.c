/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sections of the grid chapter: the feeders as they are, by exact power flow, and the load by the
 * hour. */

#include "app/report/zx-section-feeders.h"

#include <stdlib.h>

#define MOST_FEEDERS  12u
#define MOST_PROFILES 6u
#define MOST_ELEMENTS 12u
#define HEAVY_PERCENT 80.0f
#define N_HOURS       24u

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

/* The solved feeders, the fullest first; those without a rated branch by their voltage, last. */
static GArray *
rank_feeders (const ZxFeederState *state)
{
  GArray *ranked = g_array_new (FALSE, FALSE, sizeof (ZxRanked));
  for (guint f = 0; f < state->n_feeders; f++)
    {
      float loading = state->feeder_loading_percent[f];
      ZxRanked row = { f, isfinite (loading) ? loading : -state->feeder_vmin_pu[f] };
      if (isfinite (state->feeder_vmin_pu[f]))
        g_array_append_val (ranked, row);
    }
  g_array_sort (ranked, zx_compare_ranked);
  return ranked;
}

/* ---- one row each -----------------------------------------------------------------------------
 */

/* Median of what the nodes of a feeder (-1: of all) could take. */
static double
median_room (const ZxTelling *tell, const ZxFeederState *state, gint32 feeder)
{
  g_autoptr (GArray) room = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint i = 0; i < state->n_nodes; i++)
    {
      double kw = state->node_room_kw[i];
      if ((feeder < 0 || tell->city->feeders.node_feeder[i] == feeder) && isfinite (kw))
        g_array_append_val (room, kw);
    }
  g_array_sort (room, compare_doubles);
  return room->len > 0 ? g_array_index (room, double, room->len / 2) : NAN;
}

/* Without areas the nodes' load of the design hour stands for every hour. */
static gboolean
has_hours (const ZxCity *city, guint feeder)
{
  for (guint i = 0; i < city->transformers.n; i++)
    if (city->transformers.feeder[i] == (gint32) feeder)
      return TRUE;
  return FALSE;
}

static void
tell_feeder_table (ZxTelling *tell, const ZxFeederState *state, const GArray *ranked)
{
  ZxWords *words = tell->words;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Feeder")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Fullest")), zx_word (tell, N_ ("hour")), 1.0, FALSE },
    { zx_word (tell, N_ ("Lowest voltage")), zx_word (tell, N_ ("p.u.")), 1.0, FALSE },
    { zx_word (tell, N_ ("Allowed")), zx_word (tell, N_ ("p.u.")), 1.0, FALSE },
    { zx_word (tell, N_ ("Highest loading")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Losses")), zx_word (tell, N_ ("kWh/d")), 1.0, FALSE },
    { zx_word (tell, N_ ("Room of its middle node")), "kW", 1.0, FALSE },
  };
  ZxTable *table = zx_document_table (
      tell->document, zx_word (tell, N_ ("Feeders at their fullest hour, by power flow")), columns,
      G_N_ELEMENTS (columns));
  for (guint i = 0; i < MIN (ranked->len, MOST_FEEDERS); i++)
    {
      guint f = g_array_index (ranked, ZxRanked, i).index;
      ZX_TABLE_ROW (table, zx_data_text (tell, tell->city->feeders.feeder_id[f], 24),
                    has_hours (tell->city, f) ? zx_say (tell, "%u:00", state->feeder_hour[f])
                                              : zx_word (tell, N_ ("all alike")),
                    zx_words_number (words, state->feeder_vmin_pu[f], 4),
                    zx_words_number (words, state->feeder_limit_pu[f], 2),
                    zx_words_percent (words, state->feeder_loading_percent[f] / 100, 1),
                    zx_words_number (words, state->feeder_losses_kwh[f], 0),
                    zx_words_number (words, median_room (tell, state, (gint32) f), 0));
    }
}

static void
tell_elements (ZxTelling *tell, const ZxFeederState *state)
{
  ZxWords *words = tell->words;
  const ZxFeeders *feeders = &tell->city->feeders;
  g_autoptr (GArray) full = g_array_new (FALSE, FALSE, sizeof (ZxRanked));
  for (guint b = 0; b < state->n_branches; b++)
    {
      ZxRanked row = { b, state->branch_loading_percent[b] };
      if (row.rate >= HEAVY_PERCENT)
        g_array_append_val (full, row);
    }
  if (full->len == 0)
    {
      zx_paragraph (tell, N_ ("No line and no transformer of the feeders is loaded to 80 %% of its "
                              "rating or more."));
      return;
    }
  g_array_sort (full, zx_compare_ranked);
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Element")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Kind")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Feeder")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Rated")), "kVA", 1.0, FALSE },
    { zx_word (tell, N_ ("Carries")), "kVA", 1.0, FALSE },
    { zx_word (tell, N_ ("Loading")), zx_word (tell, N_ ("by current")), 1.0, FALSE },
  };
  ZxTable *table = zx_document_table (
      tell->document, zx_word (tell, N_ ("Lines and transformers at 80 % and more")), columns,
      G_N_ELEMENTS (columns));
  for (guint i = 0; i < MIN (full->len, MOST_ELEMENTS); i++)
    {
      guint b = g_array_index (full, ZxRanked, i).index;
      gint32 feeder = feeders->node_feeder[feeders->branch_from[b]];
      guint32 name = feeders->branch_name[b] != 0 ? feeders->branch_name[b] : feeders->branch_id[b];
      gboolean is_transformer = feeders->branch_kind[b] == ZX_FEEDER_TRANSFORMER;
      ZX_TABLE_ROW (table, zx_data_text (tell, name, 28),
                    zx_word (tell, is_transformer ? N_ ("transformer") : N_ ("line")),
                    feeder >= 0 ? zx_data_text (tell, feeders->feeder_id[feeder], 20) : "–",
                    zx_words_number (words, feeders->branch_max_kva[b], 0),
                    zx_words_number (words, state->branch_kva[b], 0),
                    zx_words_percent (words, state->branch_loading_percent[b] / 100, 1));
    }
}

/* ---- voltages ---------------------------------------------------------------------------------
 */

static void
tell_bands (ZxTelling *tell, const ZxFeederState *state)
{
  static const char *const titles[] = {
    [ZX_VOLTAGE_LOW] = N_ ("below 1 kV"),
    [ZX_VOLTAGE_MEDIUM] = N_ ("1 kV to below 35 kV"),
    [ZX_VOLTAGE_HIGH] = N_ ("35 kV and above"),
  };
  ZxWords *words = tell->words;
  ZxVoltageBand bands[ZX_N_VOLTAGE_LEVELS];
  g_autofree double *kv = g_new (double, MAX (state->n_nodes, 1));
  for (guint i = 0; i < state->n_nodes; i++)
    kv[i] = tell->city->feeders.node_kv[i];
  zx_power_voltage_bands (kv, state->node_vm_pu, state->n_nodes, bands);
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Voltage level")), NULL, 0.0, FALSE },
    { zx_word (tell, N_ ("Nodes")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Allowed")), zx_word (tell, N_ ("p.u.")), 1.0, FALSE },
    { zx_word (tell, N_ ("Lowest")), zx_word (tell, N_ ("p.u.")), 1.0, FALSE },
    { zx_word (tell, N_ ("Highest")), zx_word (tell, N_ ("p.u.")), 1.0, FALSE },
    { zx_word (tell, N_ ("Too low")), zx_word (tell, N_ ("nodes")), 1.0, FALSE },
    { zx_word (tell, N_ ("Too high")), zx_word (tell, N_ ("nodes")), 1.0, FALSE },
    { zx_word (tell, N_ ("Below 0.93")), zx_word (tell, N_ ("nodes")), 1.0, FALSE },
  };
  ZxTable *table = zx_document_table (tell->document, zx_word (tell, N_ ("Voltages by level")),
                                      columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < ZX_N_VOLTAGE_LEVELS; i++)
    if (bands[i].n_nodes > 0)
      ZX_TABLE_ROW (table, zx_word (tell, titles[i]), zx_words_count (words, bands[i].n_nodes),
                    zx_say (tell, "%s – %s", zx_words_number (words, bands[i].low_pu, 2),
                            zx_words_number (words, bands[i].high_pu, 2)),
                    zx_words_number (words, bands[i].least_pu, 4),
                    zx_words_number (words, bands[i].most_pu, 4),
                    zx_words_count (words, bands[i].n_below),
                    zx_words_count (words, bands[i].n_above),
                    zx_words_count (words, bands[i].n_below_three_phase));
  zx_note (tell,
           N_ ("GB/T 12325-2008: 20 kV and below, three-phase, +-7 %%; 220 V single-phase, +7 %% "
               "and -10 %%; 35 kV and above, the sum of both deviations at most 10 %%. A station "
               "at 380 V three-phase needs 0.93."));
}

static void
tell_profiles (ZxTelling *tell, const ZxFeederState *state, const GArray *ranked)
{
  const char *names[] = { zx_word (tell, N_ ("Voltage")), zx_word (tell, N_ ("Lowest allowed")) };
  const gboolean is_dashed[] = { FALSE, TRUE };
  ZxGraph *graph = zx_graph_multiples (MIN (ranked->len, 3), names, is_dashed, 2);
  guint n = 0;
  for (guint i = 0; i < ranked->len && n < MOST_PROFILES; i++)
    {
      guint f = g_array_index (ranked, ZxRanked, i).index;
      g_autoptr (GArray) km = g_array_new (FALSE, FALSE, sizeof (double));
      g_autoptr (GArray) pu = g_array_new (FALSE, FALSE, sizeof (double));
      zx_power_voltage_profile (&tell->city->feeders, state, f, km, pu);
      double most = 0;
      for (guint k = 0; k < km->len; k++)
        most = fmax (most, g_array_index (km, double, k));
      if (!(most > 0))
        continue;
      const double ends[] = { 0, most };
      const double limit[] = { state->feeder_limit_pu[f], state->feeder_limit_pu[f] };
      ZxGraph *chart
          = zx_graph_lines (zx_word (tell, N_ ("km from the source")), zx_word (tell, N_ ("p.u.")));
      zx_graph_add_line (chart, NULL, (const double *) (gpointer) km->data,
                         (const double *) (gpointer) pu->data, NULL, NULL, km->len, FALSE);
      zx_graph_add_line (chart, NULL, ends, limit, NULL, NULL, 2, TRUE);
      zx_graph_add_chart (graph, zx_data_text (tell, tell->city->feeders.feeder_id[f], 24), chart);
      n++;
    }
  if (n == 0)
    {
      zx_graph_free (graph);
      return;
    }
  zx_show_graph (tell, graph, n > 3 ? 270.0 : 150.0,
                 zx_caption (tell, N_ ("Voltage over the distance from the source, fullest feeders "
                                       "first")),
                 zx_word (tell, N_ ("Lines of voltage falling with the distance, and the limit")));
}

/* ---- maps -------------------------------------------------------------------------------------
 */

static gboolean
has_places (const ZxFeeders *feeders)
{
  for (guint i = 0; i < feeders->n_nodes; i++)
    if (isfinite (feeders->node_x_m[i]) && isfinite (feeders->node_y_m[i]))
      return TRUE;
  return FALSE;
}

/* Transformers of the feeders as squares; their own branch is too short for a line. */
static void
add_transformers (ZxTelling *tell, const ZxFeederState *state, ZxPlate *plate,
                  const ZxColourScale *scale, const char *title)
{
  const ZxFeeders *feeders = &tell->city->feeders;
  g_autofree double *x = g_new (double, MAX (feeders->n_branches, 1)),
                    *y = g_new (double, MAX (feeders->n_branches, 1));
  g_autofree float *rate = g_new (float, MAX (feeders->n_branches, 1));
  guint n = 0;
  for (guint b = 0; b < feeders->n_branches; b++)
    if (feeders->branch_kind[b] == ZX_FEEDER_TRANSFORMER)
      {
        guint32 node = feeders->branch_to[b];
        x[n] = feeders->node_x_m[node];
        y[n] = feeders->node_y_m[node];
        rate[n++] = state->branch_loading_percent[b];
      }
  if (n > 0)
    zx_plate_add_points (plate, ZX_SYMBOL_TRANSFORMER, n, x, y, NULL, NULL, rate, scale, title);
}

static double
round_end (const ZxTelling *tell, const ZxFeederState *state)
{
  g_autoptr (GArray) room = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint i = 0; i < state->n_nodes; i++)
    {
      double kw = state->node_room_kw[i];
      if (isfinite (kw))
        g_array_append_val (room, kw);
    }
  if (room->len == 0)
    return 100;
  g_array_sort (room, compare_doubles);
  double high = fmax (1, g_array_index (room, double, (guint) (0.9 * (room->len - 1))));
  double decade = pow (10, floor (log10 (high)));
  return decade * ceil (high / decade);
}

static void
tell_maps (ZxTelling *tell, const ZxFeederState *state)
{
  const ZxFeeders *feeders = &tell->city->feeders;
  const ZxColourScale load = { ZX_RAMP_LOAD, 0.0, 120.0, FALSE, NAN };
  const ZxColourScale room = { ZX_RAMP_VIRIDIS, 0.0, round_end (tell, state), FALSE, NAN };
  const char *load_title = zx_word (tell, N_ ("Loading of lines and transformers, %"));
  ZxGeometry lines = { 0 }, again = { 0 };
  zx_power_feeder_lines (feeders, &lines);
  zx_geometry_copy (&again, &lines);
  ZxPlate *plate = zx_city_plate (tell);
  zx_plate_set_lines (plate, &lines, state->branch_loading_percent, &load, load_title);
  add_transformers (tell, state, plate, &load, NULL);
  zx_show_plate (tell, plate, zx_caption (tell, N_ ("Loading of feeders at their fullest hour")),
                 NULL);
  plate = zx_city_plate (tell);
  zx_plate_set_lines (plate, &again, NULL, NULL, NULL);
  zx_plate_add_points (plate, ZX_SYMBOL_TRANSFORMER, feeders->n_nodes, feeders->node_x_m,
                       feeders->node_y_m, NULL, NULL, state->node_room_kw, &room,
                       zx_word (tell, N_ ("Room for charging, kW")));
  zx_show_plate (tell, plate,
                 zx_caption (tell, N_ ("What each node could take alone (hosting capacity)")),
                 NULL);
}

/* ---- what limits ------------------------------------------------------------------------------
 */

static void
tell_limits (ZxTelling *tell, const ZxFeederState *state)
{
  static const char *const titles[] = {
    [ZX_LIMIT_VOLTAGE] = N_ ("voltage"),
    [ZX_LIMIT_THERMAL] = N_ ("loading of a line or transformer"),
    [ZX_LIMIT_BASE_VOLTAGE] = N_ ("voltage too low already: no room"),
    [ZX_LIMIT_BASE_THERMAL] = N_ ("loading too high already: no room"),
    [ZX_LIMIT_CAP] = N_ ("nothing below 100 MW"),
    [ZX_LIMIT_NO_SOLUTION] = N_ ("voltage collapses"),
    [ZX_LIMIT_MESHED] = N_ ("too many loops: not worked out"),
  };
  ZxWords *words = tell->words;
  guint count[ZX_LIMIT_NONE + 1] = { 0 }, n = 0;
  for (guint i = 0; i < state->n_nodes; i++)
    {
      count[MIN (state->node_limit[i], ZX_LIMIT_NONE)]++;
      n += state->node_limit[i] < ZX_LIMIT_NONE;
    }
  if (n == 0)
    return;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("What limits a node")), NULL, 0.0, FALSE },
    { zx_word (tell, N_ ("Nodes")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Share")), NULL, 1.0, FALSE },
  };
  ZxTable *table = zx_document_table (tell->document,
                                      zx_word (tell, N_ ("What limits new charging at the nodes")),
                                      columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < ZX_LIMIT_NONE; i++)
    if (count[i] > 0)
      ZX_TABLE_ROW (table, zx_word (tell, titles[i]), zx_words_count (words, count[i]),
                    zx_words_percent (words, (double) count[i] / n, 1));
  zx_note (tell,
           N_ ("Hosting capacity: the largest charging power at one node alone, added to the load "
               "of the fullest hour, that keeps every voltage and every loading of its feeder "
               "within the limits; exact power flow, constant power, balanced phases. It is "
               "indicative and no offer of a connection, and the capacities of several nodes do "
               "not add up."));
}

/* ---- load by the hour -------------------------------------------------------------------------
 */

static double
existing_kw (const ZxCity *city, gboolean is_weekend, guint hour)
{
  double kw = 0;
  for (guint s = 0; s < city->usage.n_stations; s++)
    {
      double kwh = city->usage.kwh[ZX_USAGE_INDEX (s, is_weekend, hour)];
      kw += isfinite (kwh) ? kwh : 0;
    }
  return kw;
}

/* Sites draw their power times the coincidence of their piles in the hour in which present charging
 * peaks, and in the other hours as much less as present charging does; all hours alike where no
 * station has a history. */
static void
planned_kw (const ZxTelling *tell, double kw[N_HOURS])
{
  double peak = 0, most = 0;
  for (guint i = 0; zx_has_plan (tell) && i < tell->input->plan->n_sites; i++)
    {
      const ZxConfiguration *size = zx_site_configuration (tell, i);
      if (size != NULL)
        peak += zx_site_kw (tell, i)
                * zx_power_coincidence (size->n_dc + size->n_ac, size->n_dc > 0);
    }
  for (guint hour = 0; hour < N_HOURS; hour++)
    most = fmax (most, existing_kw (tell->city, FALSE, hour));
  for (guint hour = 0; hour < N_HOURS; hour++)
    kw[hour] = most > 0 ? peak * existing_kw (tell->city, FALSE, hour) / most : peak;
}

static double
areas_kw (const ZxTransformerAreas *areas, guint hour)
{
  double kw = 0;
  for (guint i = 0; i < areas->n; i++)
    {
      double value = areas->base_kw[(gsize) i * N_HOURS + hour];
      kw += isfinite (value) ? value : 0;
    }
  return kw;
}

static int
compare_falling (gconstpointer a, gconstpointer b)
{
  return compare_doubles (b, a);
}

void
zx_tell_grid_hours (ZxTelling *tell)
{
  double hours[N_HOURS], today[N_HOURS], after[N_HOURS], weekday[N_HOURS], weekend[N_HOURS];
  double planned[N_HOURS], most_today = 0, most_charging = 0;
  if (tell->city->transformers.n == 0)
    return;
  planned_kw (tell, planned);
  for (guint hour = 0; hour < N_HOURS; hour++)
    {
      hours[hour] = hour;
      today[hour] = areas_kw (&tell->city->transformers, hour);
      after[hour] = today[hour] + planned[hour];
      weekday[hour] = existing_kw (tell->city, FALSE, hour);
      weekend[hour] = existing_kw (tell->city, TRUE, hour);
      most_today = fmax (most_today, today[hour]);
      most_charging = fmax (most_charging, fmax (planned[hour], weekday[hour]));
    }
  if (!(most_today > 0))
    return;
  zx_document_section (tell->document, zx_word (tell, N_ ("Load by the hour")));
  ZxGraph *graph = zx_graph_lines (zx_word (tell, N_ ("Hour of the day")), "kW");
  zx_graph_add_line (graph, zx_word (tell, N_ ("Transformer areas today")), hours, today, NULL,
                     NULL, N_HOURS, FALSE);
  if (zx_has_plan (tell))
    zx_graph_add_line (graph, zx_word (tell, N_ ("With the new sites")), hours, after, NULL, NULL,
                       N_HOURS, TRUE);
  zx_graph_set_step (graph, 6);
  zx_show_graph (tell, graph, 140.0,
                 zx_caption (tell, N_ ("Load of all transformer areas on the design day")), NULL);
  if (most_charging > 0)
    {
      graph = zx_graph_lines (zx_word (tell, N_ ("Hour of the day")), "kW");
      zx_graph_add_line (graph, zx_word (tell, N_ ("Existing stations, weekday")), hours, weekday,
                         NULL, NULL, N_HOURS, FALSE);
      zx_graph_add_line (graph, zx_word (tell, N_ ("Existing stations, weekend")), hours, weekend,
                         NULL, NULL, N_HOURS, FALSE);
      if (zx_has_plan (tell))
        zx_graph_add_line (graph, zx_word (tell, N_ ("New sites, with coincidence")), hours,
                           planned, NULL, NULL, N_HOURS, TRUE);
      zx_graph_set_step (graph, 6);
      zx_show_graph (tell, graph, 140.0,
                     zx_caption (tell, N_ ("Charging of existing stations and of the new sites")),
                     NULL);
    }
  for (guint hour = 0; hour < N_HOURS; hour++)
    hours[hour] = hour + 1;
  qsort (today, N_HOURS, sizeof *today, compare_falling);
  qsort (after, N_HOURS, sizeof *after, compare_falling);
  graph = zx_graph_lines (zx_word (tell, N_ ("Hours of the design day")), "kW");
  zx_graph_add_line (graph, zx_word (tell, N_ ("Transformer areas today")), hours, today, NULL,
                     NULL, N_HOURS, FALSE);
  if (zx_has_plan (tell))
    zx_graph_add_line (graph, zx_word (tell, N_ ("With the new sites")), hours, after, NULL, NULL,
                       N_HOURS, TRUE);
  zx_graph_set_step (graph, 6);
  zx_show_graph (
      tell, graph, 120.0,
      zx_caption (tell, N_ ("Load duration: hours in which the load is at least as high")), NULL);
  zx_note (tell,
           N_ ("New sites draw their connected power times the coincidence of their piles "
               "(18D705-2, middle of the range) in the hour in which present charging peaks and in "
               "proportion in the others. Every limit is checked with the full connected power in "
               "every hour, which is more."));
}

/* ---- the section ------------------------------------------------------------------------------
 */

static void
tell_unsolved (ZxTelling *tell, const ZxFeederState *state)
{
  for (guint f = 0; f < state->n_feeders; f++)
    if (state->feeder_problem[f] != NULL)
      zx_item (tell, N_ ("Feeder %s has no power flow: %s."),
               zx_data_text (tell, tell->city->feeders.feeder_id[f], 24), state->feeder_problem[f]);
}

void
zx_tell_feeder_state (ZxTelling *tell)
{
  const ZxFeederState *state = zx_feeder_state_of (tell);
  if (state == NULL)
    return;
  ZxWords *words = tell->words;
  g_autoptr (GArray) ranked = rank_feeders (state);
  guint n_low = 0, n_over = 0;
  for (guint i = 0; i < ranked->len; i++)
    {
      guint f = g_array_index (ranked, ZxRanked, i).index;
      n_low += state->feeder_vmin_pu[f] < state->feeder_limit_pu[f];
    }
  for (guint b = 0; b < state->n_branches; b++)
    n_over += state->branch_loading_percent[b] >= 100;
  zx_document_section (tell->document, zx_word (tell, N_ ("Feeders by power flow")));
  zx_paragraph (tell,
                N_ ("%s of %s feeders with %s nodes were solved by exact power flow at the fullest "
                    "hour of each. Feeders below the voltage limit: %s; lines and transformers "
                    "above their rating: %s. Half of the nodes could take %s kW of charging or "
                    "more, each alone."),
                zx_words_count (words, ranked->len), zx_words_count (words, state->n_feeders),
                zx_words_count (words, state->n_nodes), zx_words_count (words, n_low),
                zx_words_count (words, n_over),
                zx_words_number (words, median_room (tell, state, -1), 0));
  tell_unsolved (tell, state);
  if (ranked->len == 0)
    return;
  tell_feeder_table (tell, state, ranked);
  tell_elements (tell, state);
  if (has_places (&tell->city->feeders))
    {
      tell_maps (tell, state);
      tell_profiles (tell, state, ranked);
    }
  else
    zx_paragraph (tell, N_ ("The feeders have no places on Earth (schematic or missing "
                            "coordinates); they are not shown on a map."));
  tell_bands (tell, state);
  tell_limits (tell, state);
}
