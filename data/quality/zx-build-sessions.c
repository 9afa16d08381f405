/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Charging sessions.
 *
 * The energy of a session is spread evenly over its time of charging, hour by hour, from its start.
 * A station is observed from its first session to the end of the layer, and over the whole of any
 * later layer: the quiet time before a station opened is not taken for lack of demand, the quiet
 * time at the end is.  A station that closed looks quieter than it was.
 *
 * Rated power is that of the row (a column, or the "50kW" in a model's name) or of the station.
 * Names of models round down (7 kW for 7.4), so they get a wider bound; stamps to the minute get a
 * minute at either end. */

#include "data/quality/zx-clock.h"
#include "data/quality/zx-station-lookup.h"
#include "data/quality/zx-usage-sums.h"

#define TOLERANCE       1.05 /* of rated power: DOMAIN.md A05 */
#define MODEL_TOLERANCE 1.15 /* "22kW" delivers up to 25 with 240 V, "7kW" 7.7 */
#define MOST_KW         1000 /* no connector gives more */
#define LONG_H          168  /* a week with the cable in */
#define SLACK_H         (2.0 / 60)
#define DOUBTFUL_SHARE                                                                             \
  20 /* one in so many sessions above rated power: the rated power is wrong                        \
      */

typedef struct
{
  ZxUsageSums *sums;
  ZxTally *tally;
  ZxStationLookup lookup;
  ZxRowTable seen;
  ZxNumbers kwh, kw;
  const ZxColumn *duration, *idle, *id, *connector, *user;
  double duration_scale; /* numbers: seconds per unit; NaN: unknown */
  gint64 *start, *end;
  gint32 *station;   /* of good rows; -1 */
  ZxRowTable points; /* charge points, by identifier */
  GArray *trust;     /* Trust, by charge point */
} Sessions;

/* How a charge point's sessions fit its rated power. */
typedef struct
{
  gsize n, n_above, first_row;
  gboolean is_doubtful;
} Trust;

/* ---- durations ---------------------------------------------------------------------------- */

/* A number, or "h:mm:ss" in seconds already (@is_text). */
static double
raw_duration (const ZxLayer *layer, const ZxColumn *column, gsize row, gboolean *is_text)
{
  double value = column != NULL ? zx_layer_number (layer, column, row) : NAN;
  *is_text = FALSE;
  if (column != NULL && column->kind == ZX_COLUMN_TEXT && isnan (value))
    {
      const char *text = zx_layer_text (layer, column, row);
      value = zx_duration_parse (text, strlen (text));
      *is_text = isfinite (value);
    }
  return value;
}

/* Seconds per unit of a column of numbers: charging lasts at most as long as the stay, and in half
 * of the sessions at least a tenth of it. */
static void
judge_duration_unit (Sessions *self)
{
  static const double units[] = { 3600, 60, 1 };
  gsize n = 0, n_fit[G_N_ELEMENTS (units)] = { 0 };
  for (gsize row = 0; row < self->tally->layer->n_rows && n < 2000; row++)
    {
      gboolean is_text;
      double value = raw_duration (self->tally->layer, self->duration, row, &is_text);
      if (!(value > 0) || is_text || self->start[row] == ZX_TIME_NONE
          || self->end[row] == ZX_TIME_NONE || self->end[row] <= self->start[row])
        continue;
      double stay = (double) (self->end[row] - self->start[row]);
      n++;
      for (guint i = 0; i < G_N_ELEMENTS (units); i++)
        n_fit[i] += value * units[i] <= stay * 1.05 + 120 && value * units[i] >= stay * 0.1;
    }
  self->duration_scale = n == 0 ? 60 : NAN;
  gsize best = 0;
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (n_fit[i] * 2 >= n && n_fit[i] > best)
      {
        best = n_fit[i];
        self->duration_scale = units[i];
      }
}

static double
stay_seconds (const Sessions *self, gsize row)
{
  return self->start[row] != ZX_TIME_NONE && self->end[row] != ZX_TIME_NONE
             ? (double) (self->end[row] - self->start[row])
             : NAN;
}

/* What the duration says, hours; NaN where it says nothing or more than the stay. */
static double
stated_hours (Sessions *self, gsize row)
{
  gboolean is_text;
  double value = raw_duration (self->tally->layer, self->duration, row, &is_text);
  double seconds = is_text ? value : value * self->duration_scale;
  return seconds > 0 && !(seconds > stay_seconds (self, row) + 3600) ? seconds / 3600 : NAN;
}

/* Hours of charging: what the duration says, else the whole stay; NaN. */
static double
hours_of (Sessions *self, gsize row)
{
  double stated = stated_hours (self, row), stay = stay_seconds (self, row);
  return isfinite (stated) ? stated : stay > 0 ? stay / 3600 : NAN;
}

static void
tell_negative (Sessions *self, const ZxColumn *column, const char *rule, gsize row)
{
  gboolean is_text;
  char buffer[32];
  if (raw_duration (self->tally->layer, column, row, &is_text) < 0)
    zx_tally_find (self->tally, rule, (gint64) row, ZX_ACTION_CORRECTED,
                   zx_cells_text (self->tally->layer, column, row, buffer), NULL);
}

/* ---- rated power -------------------------------------------------------------------------- */

/* "APT 22kW Dual Outlet" gives 22; NaN without a number before "kW". */
static double
kw_in_words (const char *text)
{
  const char *unit = strstr (text, "kW");
  const char *begin = unit;
  while (begin != NULL && begin > text
         && (begin[-1] == ' ' || g_ascii_isdigit (begin[-1]) || begin[-1] == '.'))
    begin--;
  double kw = NAN;
  if (begin != NULL)
    zx_number_parse (begin, (gsize) (unit - begin), &kw);
  return kw;
}

/* The most the row could have given per hour, kW. */
static double
power_limit (Sessions *self, gsize row, gssize station)
{
  if (self->kw.column != NULL && self->kw.column->kind == ZX_COLUMN_TEXT)
    {
      double kw = kw_in_words (zx_layer_text (self->tally->layer, self->kw.column, row));
      if (kw > 0)
        return kw * MODEL_TOLERANCE;
    }
  double kw = zx_cells_number (&self->kw, row);
  if (!(kw > 0) && station >= 0)
    kw = zx_draft_kw (&g_array_index (self->tally->build->drafts, ZxStationDraft, station));
  return kw > 0 ? kw * TOLERANCE : MOST_KW;
}

/* ---- rows --------------------------------------------------------------------------------- */

static gboolean
set_aside (Sessions *self, gsize row, const char *rule, const char *value, const char *bound)
{
  zx_tally_find (self->tally, rule, (gint64) row, ZX_ACTION_SET_ASIDE, value, bound);
  return FALSE;
}

static gboolean
admit_times (Sessions *self, gsize row)
{
  ZxTally *tally = self->tally;
  char a[32], b[32];
  if (!zx_clock_admit (tally, row, self->start[row],
                       zx_clock_is_empty (tally, "start_time", "start_date", row)))
    return FALSE;
  if (self->end[row] == ZX_TIME_NONE)
    return TRUE;
  if (self->end[row] > tally->latest)
    return set_aside (self, row, "time.future", zx_time_text (self->end[row], a),
                      zx_time_text (tally->latest, b));
  if (self->end[row] < self->start[row])
    return set_aside (self, row, "sessions.end-before-start", zx_time_text (self->end[row], a),
                      zx_time_text (self->start[row], b));
  return TRUE;
}

/* Most energy the row's charge point could have given, kWh. */
static double
energy_limit (Sessions *self, gsize row, gssize station)
{
  double hours = hours_of (self, row);
  return power_limit (self, row, station) * ((isfinite (hours) ? hours : 24) + SLACK_H);
}

static gssize
station_of_row (Sessions *self, gsize row)
{
  char id[64], name[64];
  return zx_build_station (self->tally->build, self->tally,
                           zx_cells_key (self->tally->layer, self->lookup.id, row, id),
                           zx_cells_key (self->tally->layer, self->lookup.name, row, name));
}

static Trust *
trust_of_row (Sessions *self, gsize row)
{
  char key[64];
  guint64 hash = zx_hash_text (11, zx_cells_key (self->tally->layer, self->lookup.id, row, key));
  hash = zx_hash_text (hash, zx_cells_key (self->tally->layer, self->lookup.name, row, key));
  gssize known = zx_row_table_first (&self->points, hash, self->trust->len);
  if (known < 0)
    {
      Trust trust = { 0, 0, row, FALSE };
      known = (gssize) self->trust->len;
      g_array_append_val (self->trust, trust);
    }
  return &g_array_index (self->trust, Trust, known);
}

/* A charge point that often gives more than it can has another rated power than it says. */
static void
find_doubtful_power (Sessions *self)
{
  for (gsize row = 0; row < self->tally->layer->n_rows; row++)
    {
      double kwh = zx_cells_number (&self->kwh, row);
      if (!(kwh > 0))
        continue;
      Trust *trust = trust_of_row (self, row);
      trust->n++;
      trust->n_above += kwh > energy_limit (self, row, station_of_row (self, row));
    }
  for (guint i = 0; i < self->trust->len; i++)
    {
      Trust *trust = &g_array_index (self->trust, Trust, i);
      char id[64], share[64];
      trust->is_doubtful = trust->n_above >= 10 && trust->n_above * DOUBTFUL_SHARE > trust->n;
      if (!trust->is_doubtful)
        continue;
      g_snprintf (share, sizeof share, "%" G_GSIZE_FORMAT " / %" G_GSIZE_FORMAT, trust->n_above,
                  trust->n);
      const ZxColumn *column = self->lookup.id != NULL ? self->lookup.id : self->lookup.name;
      zx_tally_find (self->tally, "usage.rated-power-doubtful", -1, ZX_ACTION_CORRECTED,
                     zx_cells_key (self->tally->layer, column, trust->first_row, id), share);
    }
}

static gboolean
admit_energy (Sessions *self, gsize row)
{
  char text[96], number[32], bound[32], id[64];
  double kwh = zx_cells_number (&self->kwh, row);
  zx_cells_key (self->tally->layer, self->lookup.id != NULL ? self->lookup.id : self->lookup.name,
                row, id);
  if (!isfinite (kwh))
    return set_aside (self, row, "usage.missing-energy", NULL, NULL);
  g_ascii_formatd (number, sizeof number, "%.6g", kwh);
  if (kwh < 0)
    return set_aside (self, row, "usage.negative", id, number);
  double most = energy_limit (self, row, station_of_row (self, row));
  if (!(kwh > most) || trust_of_row (self, row)->is_doubtful)
    return TRUE;
  g_snprintf (text, sizeof text, "%s kWh > %s kWh", number,
              g_ascii_formatd (bound, sizeof bound, "%.4g", most));
  return set_aside (self, row, "usage.above-rated-power", id, text);
}

static guint64
hash_of_row (Sessions *self, gsize row)
{
  char buffer[64];
  const ZxLayer *layer = self->tally->layer;
  guint64 hash = zx_hash_text (3, zx_cells_key (layer, self->lookup.id, row, buffer));
  hash = zx_hash_text (hash, zx_cells_key (layer, self->lookup.name, row, buffer));
  hash = zx_hash_text (hash, zx_cells_key (layer, self->connector, row, buffer));
  hash = zx_hash_double (hash, (double) self->start[row]);
  hash = zx_hash_double (hash, (double) self->end[row]);
  return zx_hash_double (hash, zx_cells_number (&self->kwh, row));
}

static gboolean
admit_once (Sessions *self, gsize row)
{
  gssize other = zx_row_table_first (&self->seen, hash_of_row (self, row), row);
  if (other < 0)
    return TRUE;
  zx_tally_find_row (self->tally, "sessions.duplicate", (gint64) row, ZX_ACTION_SET_ASIDE, NULL,
                     other);
  return FALSE;
}

static void
tell_doubts (Sessions *self, gsize row)
{
  tell_negative (self, self->duration, "sessions.negative-duration", row);
  tell_negative (self, self->idle, "sessions.negative-idle", row);
  if (self->end[row] == ZX_TIME_NONE)
    {
      if (!isfinite (hours_of (self, row)))
        zx_tally_find (self->tally, "sessions.missing-end", (gint64) row, ZX_ACTION_KEPT, NULL,
                       NULL);
      return;
    }
  double hours = (double) (self->end[row] - self->start[row]) / 3600;
  if (hours > LONG_H)
    zx_tally_find_number (self->tally, "sessions.too-long", (gint64) row, ZX_ACTION_KEPT, hours,
                          LONG_H);
}

static gboolean
admit_rows (Sessions *self, const ZxProgress *progress, GError **error)
{
  const gsize n_rows = self->tally->layer->n_rows;
  find_doubtful_power (self);
  for (gsize row = 0; row < n_rows; row++)
    {
      if (row % 16384 == 0 && !zx_progress_step (progress, row, n_rows, error))
        return FALSE;
      self->station[row] = -1;
      /* Without energy a row says nothing, whatever its times are. */
      double kwh = zx_cells_number (&self->kwh, row);
      if (isnan (kwh))
        {
          set_aside (self, row, "usage.missing-energy", NULL, NULL);
          continue;
        }
      if (!admit_times (self, row) || !admit_once (self, row) || !admit_energy (self, row))
        continue;
      tell_doubts (self, row);
      self->station[row] = (gint32) zx_station_lookup (&self->lookup, row);
    }
  zx_station_lookup_tell_unknown (&self->lookup);
  return TRUE;
}

/* ---- sums --------------------------------------------------------------------------------- */

/* A number in the order of first meeting: the same driver has the same one in every layer. */
static guint32
user_of_row (Sessions *self, gsize row)
{
  char buffer[64];
  const char *key = zx_cells_key (self->tally->layer, self->user, row, buffer);
  if (*key == '\0')
    return 0;
  GHashTable *users = self->sums->users;
  guint32 known = GPOINTER_TO_UINT (g_hash_table_lookup (users, key));
  if (known == 0)
    {
      known = g_hash_table_size (users) + 1;
      g_hash_table_insert (users, g_strdup (key), GUINT_TO_POINTER (known));
    }
  return known;
}

static void
keep_charge (Sessions *self, gsize row, double kwh)
{
  double hours = stated_hours (self, row), stay = stay_seconds (self, row) / 3600;
  ZxCharge charge = { self->start[row],        (guint32) self->station[row],
                      user_of_row (self, row), (float) kwh,
                      (float) hours,           (float) stay };
  g_array_append_val (self->sums->charges, charge);
}

static void
add_row (Sessions *self, gsize row)
{
  ZxStationSums *sums = &self->sums->station[self->station[row]];
  double kwh = zx_cells_number (&self->kwh, row), hours = hours_of (self, row);
  gint64 start = self->start[row];
  gint64 end = start + (gint64) (isfinite (hours) ? MIN (hours, 24 * 31) * 3600 : 0);
  keep_charge (self, row, kwh);
  sums->kwh += kwh;
  sums->n_sessions++;
  if (isfinite (hours))
    sums->busy_hours += hours;
  if (sums->first_seen == ZX_TIME_NONE || start < sums->first_seen)
    sums->first_seen = start;
  for (gint64 from = start, next; from < end || from == start; from = next)
    {
      next = (from - ((from % 3600) + 3600) % 3600) + 3600;
      gint64 to = MIN (next, end);
      double share = end > start ? (double) (to - from) / (double) (end - start) : 1;
      gint64 day = zx_time_day (from) - self->sums->first_day;
      sums->bin_kwh[zx_time_bin (from)] += kwh * share;
      if (day >= 0 && day < self->sums->n_days)
        self->sums->day_kwh[day] += kwh * share;
    }
  self->tally->n_used++;
}

/* The hours a station was watched in this layer, into its bins. */
static void
add_window (ZxStationSums *sums, gint64 first, gint64 last)
{
  gint64 first_day = zx_time_day (first), last_day = zx_time_day (last);
  gint64 n_days = last_day - first_day + 1, n_weekend = 0;
  for (gint64 day = first_day; day <= last_day; day++)
    n_weekend += zx_time_bin (day * 86400) >= 24;
  for (guint hour = 0; hour < 24; hour++)
    {
      sums->bin_hours[hour] += (double) (n_days - n_weekend);
      sums->bin_hours[hour + 24] += (double) n_weekend;
    }
  sums->session_s += (double) n_days * 86400;
}

static gboolean
add_rows (Sessions *self, GError **error)
{
  const gsize n_rows = self->tally->layer->n_rows;
  gint64 first = G_MAXINT64, last = G_MININT64;
  for (gsize row = 0; row < n_rows; row++)
    if (self->station[row] >= 0)
      {
        first = MIN (first, self->start[row]);
        last = MAX (last, self->start[row]);
      }
  if (first > last)
    return TRUE;
  if (!zx_usage_sums_cover (self->sums, first, last, error))
    return FALSE;
  for (gsize row = 0; row < n_rows; row++)
    if (self->station[row] >= 0)
      add_row (self, row);
  for (guint i = 0; i < self->sums->n; i++)
    if (self->sums->station[i].first_seen != ZX_TIME_NONE
        && self->sums->station[i].first_seen <= last)
      add_window (&self->sums->station[i], MAX (first, self->sums->station[i].first_seen), last);
  for (gint64 day = zx_time_day (first); day <= zx_time_day (last); day++)
    self->sums->day_seen[day - self->sums->first_day] += 1;
  return TRUE;
}

static gboolean
read_times (Sessions *self, gboolean *is_usable, GError **error)
{
  gboolean has_end;
  self->start = zx_clock_read (self->tally, "start_time", "start_date", is_usable, error);
  self->end = self->start != NULL
                  ? zx_clock_read (self->tally, "end_time", "end_date", &has_end, error)
                  : NULL;
  if (self->end == NULL)
    return FALSE;
  gint64 *const both[] = { self->start, self->end };
  zx_clock_localise (self->tally, both, 2);
  judge_duration_unit (self);
  self->station = ZX_TRY_NEW (gint32, self->tally->layer->n_rows, _ ("A table of sessions"), error);
  return self->station != NULL;
}

gboolean
zx_usage_add_sessions (ZxUsageSums *self, ZxTally *tally, const ZxProgress *progress,
                       GError **error)
{
  Sessions work = { .sums = self,
                    .tally = tally,
                    .kwh = zx_cells_numbers (tally, "kwh"),
                    .kw = zx_cells_numbers (tally, "kw"),
                    .duration = zx_cells_column (tally, "duration"),
                    .idle = zx_cells_column (tally, "idle"),
                    .id = zx_cells_column (tally, "id"),
                    .connector = zx_cells_column (tally, "connector"),
                    .user = zx_cells_column (tally, "user") };
  gboolean is_usable, ok = FALSE;
  work.kwh.scale = zx_energy_factor (tally->binding->unit);
  if (!zx_station_lookup_init (&work.lookup, tally, error))
    return FALSE;
  zx_row_table_init (&work.seen, tally->layer->n_rows);
  zx_row_table_init (&work.points, 0);
  work.trust = g_array_new (FALSE, FALSE, sizeof (Trust));
  if (read_times (&work, &is_usable, error))
    {
      ok = TRUE;
      if (!is_usable)
        zx_tally_find_many (tally, "usage.no-times", -1, tally->layer->n_rows, ZX_ACTION_SET_ASIDE,
                            "0", NULL);
      else
        ok = admit_rows (&work, progress, error) && add_rows (&work, error);
    }
  g_free (work.start);
  g_free (work.end);
  g_free (work.station);
  zx_row_table_clear (&work.seen);
  zx_row_table_clear (&work.points);
  g_array_unref (work.trust);
  zx_station_lookup_clear (&work.lookup);
  tally->is_done = TRUE;
  return ok;
}
