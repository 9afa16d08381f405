/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A power flow for every hour of a table, and what a grid engineer reads from it:
 *
 *   series.csv     hour by hour: losses, lowest voltage, highest loading
 *   events.csv     of each line and transformer: peak, heavy events (80 % for two hours) and over
 *                  events (100 % for two hours), as in app/power
 *   unbalance.csv  where phases are known: outlets of transformers and heads of feeders, the
 * highest unbalance and the runs of two hours and more above 15 % resp. 25 % duration.csv   load,
 * losses and highest loading that the share of hours is at least at profiles.csv   the mean hour of
 * weekdays and weekends in each season, from two days on
 *
 * Charging stations stand in columns of their own, kw:NODE, on top of the loads that the multiplier
 * scales. */

#include "app/cli/zx-cli.h"

#include <stdlib.h>
#include <string.h>

#define MOST_WATCHED 5e7 /* branches times hours: 200 MB */

typedef struct
{
  const ZxGrid *grid;
  ZxLayer *layer;
  ZxLoadProfiles profiles;
  double *multiplier, *kw, *kvar;
  guint32 *node, *watched;
  ZxFlowSeries *series;
} Hours;

static void
hours_clear (Hours *self)
{
  zx_layer_free (self->layer);
  g_free (self->multiplier);
  g_free (self->kw);
  g_free (self->kvar);
  g_free (self->node);
  g_free (self->watched);
  zx_power_flow_series_free (self->series);
}

gboolean
zx_cli_write_table (const char *folder, const char *name, const GString *table, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  return zx_file_replace (path, table->str, table->len, error);
}

gboolean
zx_cli_parse_day (const char *text, guint32 *julian, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text != NULL ? text : "2025-01-01", "-", 4);
  double part[3] = { 0 };
  gboolean ok = g_strv_length (parts) == 3;
  for (guint i = 0; ok && i < 3; i++)
    ok = zx_number_parse (parts[i], strlen (parts[i]), &part[i]) && part[i] == floor (part[i])
         && part[i] >= 1 && part[i] <= 9999;
  if (!ok || part[1] > 12 || part[2] > 31
      || !g_date_valid_dmy ((GDateDay) part[2], (GDateMonth) part[1], (GDateYear) part[0]))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("“%s” is no day; write 2025-01-01"), text);
      return FALSE;
    }
  GDate date;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) part[2], (GDateMonth) part[1], (GDateYear) part[0]);
  *julian = g_date_get_julian (&date);
  return TRUE;
}

/* ---- reading ----------------------------------------------------------------------------------
 */

static gboolean
read_multiplier (Hours *self, const char *path, GError **error)
{
  self->layer = zx_grid_table_read (path, error);
  const ZxColumn *column
      = self->layer != NULL ? zx_layer_column (self->layer, "load_multiplier") : NULL;
  if (self->layer == NULL)
    return FALSE;
  if (column == NULL || self->layer->n_rows == 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING,
                   _ ("%s has no column “load_multiplier” with a number for each hour"), path);
      return FALSE;
    }
  self->multiplier = ZX_TRY_NEW (double, self->layer->n_rows, path, error);
  for (gsize row = 0; self->multiplier != NULL && row < self->layer->n_rows; row++)
    self->multiplier[row] = zx_layer_number (self->layer, column, row);
  self->profiles.n_hours = self->layer->n_rows;
  self->profiles.n_profiles = 1;
  self->profiles.multiplier = self->multiplier;
  return self->multiplier != NULL;
}

static gboolean
read_station (Hours *self, const ZxColumn *column, guint station, guint n, double tangent,
              GError **error)
{
  gint32 node = zx_grid_find_node (self->grid, column->name + strlen ("kw:"));
  if (node < 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The column “%s” names no node of the grid"), column->name);
      return FALSE;
    }
  self->node[station] = (guint32) node;
  for (gsize hour = 0; hour < self->profiles.n_hours; hour++)
    {
      double kw = zx_layer_number (self->layer, column, hour);
      if (!isfinite (kw))
        {
          g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("Hour %llu of “%s” is no number"),
                       (unsigned long long) hour, column->name);
          return FALSE;
        }
      self->kw[hour * n + station] = kw;
      self->kvar[hour * n + station] = kw * tangent;
    }
  return TRUE;
}

static gboolean
read_stations (Hours *self, double power_factor, GError **error)
{
  guint n = 0, station = 0;
  if (!(power_factor > 0 && power_factor <= 1))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The power factor of charging is %g; it must be more than 0 and at most 1"),
                   power_factor);
      return FALSE;
    }
  for (guint i = 0; i < self->layer->n_columns; i++)
    n += g_str_has_prefix (self->layer->columns[i].name, "kw:");
  self->node = ZX_TRY_NEW (guint32, n, _ ("Charging stations"), error);
  self->kw = ZX_TRY_NEW (double, self->profiles.n_hours *n, _ ("Charging stations"), error);
  self->kvar = ZX_TRY_NEW (double, self->profiles.n_hours *n, _ ("Charging stations"), error);
  if (self->node == NULL || self->kw == NULL || self->kvar == NULL)
    return FALSE;
  double tangent = sqrt (1 - power_factor * power_factor) / power_factor;
  for (guint i = 0; i < self->layer->n_columns; i++)
    if (g_str_has_prefix (self->layer->columns[i].name, "kw:")
        && !read_station (self, &self->layer->columns[i], station++, n, tangent, error))
      return FALSE;
  self->profiles.n_extra = n;
  self->profiles.extra_node = self->node;
  self->profiles.extra_kw = self->kw;
  self->profiles.extra_kvar = self->kvar;
  return TRUE;
}

/* Every rated branch, as many as there is room for. */
static void
watch (Hours *self)
{
  guint n = 0;
  self->watched = g_new (guint32, MAX (self->grid->n_branches, 1));
  for (guint b = 0; b < self->grid->n_branches; b++)
    if (self->grid->branch_rate_mva[b] > 0
        && (n + 1.0) * (double) self->profiles.n_hours <= MOST_WATCHED)
      self->watched[n++] = b;
  self->profiles.watched = self->watched;
  self->profiles.n_watched = n;
}

/* ---- tables -----------------------------------------------------------------------------------
 */

static gboolean
write_hours (const Hours *self, const char *folder, GError **error)
{
  const ZxFlowSeries *series = self->series;
  const ZxColumn *column = zx_layer_column (self->layer, "hour");
  g_autoptr (GString) table = g_string_new ("hour,load_multiplier,losses_kw,vmin_pu,vmin_node,"
                                            "max_loading_percent,max_loading_branch\n");
  for (gsize hour = 0; hour < series->n_hours; hour++)
    {
      if (column != NULL)
        zx_cli_add_text (table, zx_layer_text (self->layer, column, hour));
      else
        zx_cli_add_number (table, (double) hour);
      zx_cli_add_number (table, self->multiplier[hour]);
      zx_cli_add_number (table, series->losses_kw[hour]);
      zx_cli_add_number (table, series->vmin_pu[hour]);
      zx_cli_add_text (table,
                       zx_grid_node_id (self->grid, (guint) MAX (series->vmin_node[hour], 0)));
      zx_cli_add_number (table, series->max_loading_percent[hour]);
      zx_cli_add_text (table, series->max_loading_branch[hour] >= 0 ? zx_grid_branch_id (
                                  self->grid, (guint) series->max_loading_branch[hour])
                                                                    : "");
      zx_cli_end_row (table);
    }
  return zx_cli_write_table (folder, "series.csv", table, error);
}

static gsize
fullest_hour (const float *percent, gsize n)
{
  gsize best = 0;
  for (gsize hour = 1; hour < n; hour++)
    if (percent[hour] > percent[best] || isnan (percent[best]))
      best = hour;
  return best;
}

static gboolean
write_events (const Hours *self, const char *folder, GError **error)
{
  static const char *const kinds[] = { "line", "trafo", "switch" };
  const ZxPowerOptions options = ZX_POWER_OPTIONS_INIT;
  gsize n = self->profiles.n_hours;
  guint n_heavy = 0, n_over = 0;
  g_autofree float *rate = g_new (float, n);
  g_autoptr (GString) table
      = g_string_new ("branch_id,kind,rated_kva,peak_percent,peak_hour,heavy_events,heavy_hours,"
                      "over_events,over_hours\n");
  for (guint i = 0; i < self->profiles.n_watched; i++)
    {
      guint b = self->watched[i];
      const float *percent = self->series->watched_percent + i * n;
      gsize peak = fullest_hour (percent, n);
      for (gsize hour = 0; hour < n; hour++)
        rate[hour] = percent[hour] / 100;
      ZxLoadEvents events = zx_power_load_events (rate, n, 1, &options);
      n_heavy += events.n_heavy_events;
      n_over += events.n_over_events;
      zx_cli_add_text (table, zx_grid_branch_id (self->grid, b));
      zx_cli_add_text (table, kinds[self->grid->branch_kind[b]]);
      zx_cli_add_number (table, self->grid->branch_rate_mva[b] * 1000);
      zx_cli_add_number (table, round (percent[peak] * 1e4) / 1e4);
      zx_cli_add_number (table, (double) peak);
      zx_cli_add_number (table, events.n_heavy_events);
      zx_cli_add_number (table, events.heavy_hours);
      zx_cli_add_number (table, events.n_over_events);
      zx_cli_add_number (table, events.over_hours);
      zx_cli_end_row (table);
    }
  g_print (_ ("%u heavy events (80 %% for two hours and more) and %u over events (100 %%).\n"),
           n_heavy, n_over);
  return zx_cli_write_table (folder, "events.csv", table, error);
}

/* Outlets of transformers and heads of feeders.  (transfer full) */
static guint32 *
places_to_watch (const ZxGrid *grid, const ZxUnbalance *found, gsize n_hours, guint *n)
{
  guint32 *watched = g_new (guint32, MAX (grid->n_branches, 1));
  *n = 0;
  for (guint b = 0; b < grid->n_branches; b++)
    if (found->place[b] != ZX_UNBALANCE_BETWEEN && !isnan (found->current_percent[b])
        && (*n + 1.0) * (double) n_hours <= MOST_WATCHED)
      watched[(*n)++] = b;
  return watched;
}

static gboolean
write_unbalance (Hours *self, const ZxFlowOptions *options, const char *folder, GError **error)
{
  if (self->grid->n_nodes == 0 || !zx_power_has_phases (self->grid))
    return TRUE;
  g_autoptr (ZxUnbalance) found = zx_power_unbalance (self->grid, options, error);
  if (found == NULL)
    return FALSE;
  ZxLoadProfiles profiles = self->profiles;
  g_autofree guint32 *watched
      = places_to_watch (self->grid, found, profiles.n_hours, &profiles.n_watched);
  profiles.watched = watched;
  g_autofree float *percent
      = zx_power_unbalance_series (self->grid, &profiles, options, zx_cli_progress (), error);
  if (percent == NULL)
    return FALSE;
  zx_cli_progress_done ();
  guint n_events = 0;
  g_autoptr (GString) table = g_string_new (
      "branch_id,place,limit_percent,peak_percent,peak_hour,unbalance_events,unbalance_hours\n");
  for (guint i = 0; i < profiles.n_watched; i++)
    {
      gboolean is_outlet = found->place[watched[i]] == ZX_UNBALANCE_OUTLET;
      double limit = is_outlet ? ZX_UNBALANCE_OUTLET_PERCENT : ZX_UNBALANCE_HEAD_PERCENT;
      const float *hours = percent + i * profiles.n_hours;
      gsize peak = fullest_hour (hours, profiles.n_hours);
      ZxLoadEvents events = zx_power_unbalance_events (hours, profiles.n_hours, limit);
      n_events += events.n_over_events;
      zx_cli_add_text (table, zx_grid_branch_id (self->grid, watched[i]));
      zx_cli_add_text (table, is_outlet ? "outlet" : "head");
      zx_cli_add_number (table, limit);
      zx_cli_add_number (table, round (hours[peak] * 1e4) / 1e4);
      zx_cli_add_number (table, (double) peak);
      zx_cli_add_number (table, events.n_over_events);
      zx_cli_add_number (table, events.over_hours);
      zx_cli_end_row (table);
    }
  g_print (_ ("%u unbalance events (above the limit for two hours and more).\n"), n_events);
  return zx_cli_write_table (folder, "unbalance.csv", table, error);
}

static int
compare_falling (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x < y) - (x > y);
}

static double
load_kw (const Hours *self, gsize hour)
{
  double kw = 0;
  for (guint i = 0; i < self->grid->n_nodes; i++)
    kw += self->grid->node_p_mw[i] * 1000;
  kw *= self->multiplier[hour];
  for (guint k = 0; k < self->profiles.n_extra; k++)
    kw += self->kw[hour * self->profiles.n_extra + k];
  return kw;
}

/* At most 101 rows: whole per cent of the hours. */
static gboolean
write_duration (const Hours *self, const char *folder, GError **error)
{
  gsize n = self->profiles.n_hours;
  g_autofree double *load = g_new (double, n);
  g_autofree double *losses = g_memdup2 (self->series->losses_kw, n * sizeof (double));
  g_autofree double *loading = g_memdup2 (self->series->max_loading_percent, n * sizeof (double));
  for (gsize hour = 0; hour < n; hour++)
    load[hour] = load_kw (self, hour);
  qsort (load, n, sizeof *load, compare_falling);
  qsort (losses, n, sizeof *losses, compare_falling);
  qsort (loading, n, sizeof *loading, compare_falling);
  g_autoptr (GString) table
      = g_string_new ("share_of_hours_percent,load_kw,losses_kw,max_loading_percent\n");
  for (guint percent = 0; percent <= 100; percent++)
    {
      gsize at = MIN (n - 1, (gsize) (percent / 100.0 * (double) n));
      zx_cli_add_number (table, percent);
      zx_cli_add_number (table, load[at]);
      zx_cli_add_number (table, losses[at]);
      zx_cli_add_number (table, loading[at]);
      zx_cli_end_row (table);
    }
  return zx_cli_write_table (folder, "duration.csv", table, error);
}

typedef struct
{
  guint n;
  double load_kw, losses_kw, vmin_pu, loading_percent;
} Mean;

static gboolean
write_profiles (const Hours *self, guint32 julian, const char *folder, GError **error)
{
  static const char *const seasons[] = { "winter", "spring", "summer", "autumn" };
  Mean means[4][2][24] = { 0 };
  for (gsize hour = 0; hour < self->profiles.n_hours; hour++)
    {
      guint season;
      gboolean is_weekend;
      zx_power_day_of (julian, hour, &season, &is_weekend);
      Mean *mean = &means[season][is_weekend ? 1 : 0][hour % 24];
      double vmin = self->series->vmin_pu[hour];
      mean->vmin_pu = mean->n == 0 ? vmin : fmin (mean->vmin_pu, vmin);
      mean->loading_percent = fmax (mean->n == 0 ? NAN : mean->loading_percent,
                                    self->series->max_loading_percent[hour]);
      mean->load_kw += load_kw (self, hour);
      mean->losses_kw += self->series->losses_kw[hour];
      mean->n++;
    }
  g_autoptr (GString) table = g_string_new (
      "season,day,hour,days,mean_load_kw,mean_losses_kw,least_vmin_pu,most_loading_percent\n");
  for (guint season = 0; season < 4; season++)
    for (guint day = 0; day < 2; day++)
      for (guint hour = 0; hour < 24; hour++)
        {
          const Mean *mean = &means[season][day][hour];
          if (mean->n == 0)
            continue;
          zx_cli_add_text (table, seasons[season]);
          zx_cli_add_text (table, day == 0 ? "weekday" : "weekend");
          zx_cli_add_number (table, hour);
          zx_cli_add_number (table, mean->n);
          zx_cli_add_number (table, mean->load_kw / mean->n);
          zx_cli_add_number (table, mean->losses_kw / mean->n);
          zx_cli_add_number (table, mean->vmin_pu);
          zx_cli_add_number (table, mean->loading_percent);
          zx_cli_end_row (table);
        }
  return zx_cli_write_table (folder, "profiles.csv", table, error);
}

/* ---- the story --------------------------------------------------------------------------------
 */

gboolean
zx_cli_run_series (const ZxGrid *grid, const ZxFlowOptions *options, const char *path,
                   const ZxCliSeries *hours, const char *folder, GError **error)
{
  Hours self = { .grid = grid };
  gboolean ok
      = read_multiplier (&self, path, error) && read_stations (&self, hours->power_factor, error);
  if (ok)
    {
      watch (&self);
      self.series = zx_power_flow_series (grid, &self.profiles, options, zx_cli_progress (), error);
      zx_cli_progress_done ();
      ok = self.series != NULL && write_hours (&self, folder, error)
           && write_events (&self, folder, error) && write_unbalance (&self, options, folder, error)
           && write_duration (&self, folder, error)
           && (self.profiles.n_hours < 48 || write_profiles (&self, hours->julian, folder, error));
    }
  hours_clear (&self);
  return ok;
}
