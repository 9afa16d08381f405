/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tables with a row per station and time. */

#include "data/quality/zx-clock.h"
#include "data/quality/zx-station-lookup.h"
#include "data/quality/zx-usage-sums.h"

#define TOLERANCE 1.05 /* of rated power: DOMAIN.md A05 */

typedef struct
{
  ZxUsageSums *sums;
  ZxTally *tally;
  ZxStationLookup lookup;
  ZxRowTable seen; /* station and time */
  ZxNumbers kwh, hours;
  gint64 *time;
  gint32 *station; /* of good rows; -1 */
  gint64 step_s;
} Long;

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;
  return (x > y) - (x < y);
}

/* The step between the times of one station that many rows have. */
static void
set_step (Long *self)
{
  enum
  {
    N_TIMES = 5000
  };
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint32 station = -1;
  for (gsize row = 0; row < self->tally->layer->n_rows && times->len < N_TIMES; row++)
    if (self->station[row] >= 0 && (station < 0 || station == self->station[row]))
      {
        station = self->station[row];
        g_array_append_val (times, self->time[row]);
      }
  g_array_sort (times, compare_times);
  self->step_s = zx_time_step ((const gint64 *) (gpointer) times->data, times->len);
  if (self->step_s <= 0)
    self->step_s = 3600; /* one time per station: an hour is the usual step */
}

/* What can be said about a row before the step is known. */
static gssize
admit (Long *self, gsize row)
{
  ZxTally *tally = self->tally;
  char text[32];
  double kwh = zx_cells_number (&self->kwh, row);
  if (!zx_clock_admit (tally, row, self->time[row], zx_clock_is_empty (tally, "time", NULL, row)))
    return -1;
  if (!isfinite (kwh))
    {
      zx_tally_find (tally, "usage.missing-energy", (gint64) row, ZX_ACTION_SET_ASIDE, NULL, NULL);
      return -1;
    }
  if (kwh < 0)
    {
      const char *station = zx_cells_text (tally->layer, self->lookup.id, row, text);
      char number[32];
      zx_tally_find (tally, "usage.negative", (gint64) row, ZX_ACTION_SET_ASIDE, station,
                     g_ascii_formatd (number, sizeof number, "%.6g", kwh));
      return -1;
    }
  gssize station = zx_station_lookup (&self->lookup, row);
  if (station < 0)
    return -1;
  guint64 hash = zx_hash_double (zx_hash_double (1, (double) station), (double) self->time[row]);
  /* Two piles of one station may share a time: the pile's id tells them apart. */
  hash = zx_hash_text (hash, zx_cells_text (tally->layer, self->lookup.id, row, text));
  gssize other = zx_row_table_first (&self->seen, hash, row);
  if (other < 0)
    return station;
  zx_tally_find_row (tally, "usage.duplicate-time", (gint64) row, ZX_ACTION_SET_ASIDE,
                     zx_time_text (self->time[row], text), other);
  return -1;
}

static gboolean
admit_rows (Long *self, const ZxProgress *progress, GError **error)
{
  const gsize n_rows = self->tally->layer->n_rows;
  for (gsize row = 0; row < n_rows; row++)
    {
      if (row % 65536 == 0 && !zx_progress_step (progress, row, n_rows, error))
        return FALSE;
      self->station[row] = (gint32) admit (self, row);
    }
  zx_station_lookup_tell_unknown (&self->lookup);
  return TRUE;
}

static gboolean
cover_days (Long *self, GError **error)
{
  gint64 first = G_MAXINT64, last = G_MININT64;
  for (gsize row = 0; row < self->tally->layer->n_rows; row++)
    if (self->station[row] >= 0)
      {
        first = MIN (first, self->time[row]);
        last = MAX (last, self->time[row]);
      }
  return first > last || zx_usage_sums_cover (self->sums, first, last + self->step_s - 1, error);
}

static gboolean
is_above_rated (Long *self, gsize row, double kwh)
{
  const ZxStationDraft *draft
      = &g_array_index (self->tally->build->drafts, ZxStationDraft, self->station[row]);
  double limit = zx_draft_kw (draft) * TOLERANCE * (double) self->step_s / 3600;
  if (!(kwh > limit))
    return FALSE;
  char text[96], number[32], bound[32], id[32];
  g_snprintf (text, sizeof text, "%s kWh > %s kWh",
              g_ascii_formatd (number, sizeof number, "%.6g", kwh),
              g_ascii_formatd (bound, sizeof bound, "%.6g", limit));
  zx_tally_find (self->tally, "usage.above-rated-power", (gint64) row, ZX_ACTION_SET_ASIDE,
                 zx_cells_text (self->tally->layer, self->lookup.id, row, id), text);
  return TRUE;
}

static void
add_row (Long *self, gsize row)
{
  double kwh = zx_cells_number (&self->kwh, row), hours = zx_cells_number (&self->hours, row);
  if (is_above_rated (self, row, kwh))
    return;
  ZxStationSums *sums = &self->sums->station[self->station[row]];
  gsize day = (gsize) (zx_time_day (self->time[row]) - self->sums->first_day);
  sums->kwh += kwh;
  sums->observed_s += (double) self->step_s;
  if (hours >= 0)
    {
      sums->busy_hours += hours;
      sums->busy_s += (double) self->step_s;
    }
  if (self->step_s <= 3600)
    {
      guint bin = zx_time_bin (self->time[row]);
      sums->bin_kwh[bin] += kwh;
      sums->bin_hours[bin] += (double) self->step_s / 3600;
    }
  self->sums->day_kwh[day] += kwh;
  self->sums->day_seen[day] += 1;
  self->tally->n_used++;
}

/* A full day has the readings of every station between its first and last. */
static void
set_expected (Long *self)
{
  const guint n = self->sums->n;
  g_autofree gint64 *first = g_new (gint64, n + 1);
  g_autofree gint64 *last = g_new (gint64, n + 1);
  for (guint i = 0; i < n; i++)
    {
      first[i] = G_MAXINT64;
      last[i] = G_MININT64;
    }
  for (gsize row = 0; row < self->tally->layer->n_rows; row++)
    if (self->station[row] >= 0)
      {
        first[self->station[row]] = MIN (first[self->station[row]], self->time[row]);
        last[self->station[row]] = MAX (last[self->station[row]], self->time[row]);
      }
  for (guint i = 0; i < n; i++)
    for (gint64 day = first[i] <= last[i] ? zx_time_day (first[i]) : 1;
         first[i] <= last[i] && day <= zx_time_day (last[i]); day++)
      self->sums->day_expected[day - self->sums->first_day]
          += MAX (1, 86400.0 / (double) self->step_s);
}

static gboolean
add_rows (Long *self, GError **error)
{
  set_step (self);
  if (!cover_days (self, error))
    return FALSE;
  for (gsize row = 0; row < self->tally->layer->n_rows; row++)
    if (self->station[row] >= 0)
      add_row (self, row);
  set_expected (self);
  return TRUE;
}

gboolean
zx_usage_add_long (ZxUsageSums *self, ZxTally *tally, const ZxProgress *progress, GError **error)
{
  const gsize n_rows = tally->layer->n_rows;
  Long work = { .sums = self,
                .tally = tally,
                .kwh = zx_cells_numbers (tally, "kwh"),
                .hours = zx_cells_numbers (tally, "hours") };
  gboolean is_usable, ok = FALSE;
  work.kwh.scale = zx_energy_factor (tally->binding->unit);
  if (!zx_station_lookup_init (&work.lookup, tally, error))
    return FALSE;
  zx_row_table_init (&work.seen, n_rows);
  work.time = zx_clock_read (tally, "time", NULL, &is_usable, error);
  work.station
      = work.time != NULL ? ZX_TRY_NEW (gint32, n_rows, _ ("A table of usage"), error) : NULL;
  if (work.station != NULL && !is_usable)
    {
      zx_tally_find_many (tally, "usage.no-times", -1, n_rows, ZX_ACTION_SET_ASIDE, "0", NULL);
      ok = TRUE;
    }
  else if (work.station != NULL)
    ok = admit_rows (&work, progress, error) && add_rows (&work, error);
  g_free (work.time);
  g_free (work.station);
  zx_row_table_clear (&work.seen);
  zx_station_lookup_clear (&work.lookup);
  tally->is_done = TRUE;
  return ok;
}
