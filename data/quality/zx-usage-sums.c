/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sums over series and sessions, and what they say about a station in the end.
 *
 * History, in order of trust: a series by the hour, sessions, totals of metered piles, the
 * station's own totals.  The mean per day is energy over time observed, not over the calendar, so
 * that gaps lower nothing. */

#include "data/quality/zx-usage-sums.h"
#include "data/quality/zx-station-parts.h"

#define DAY_S 86400

gboolean
zx_usage_sums_init (ZxUsageSums *self, ZxBuild *build, GError **error)
{
  *self = (ZxUsageSums){
    .build = build, .n = build->drafts->len, .first_time = ZX_TIME_NONE, .last_time = ZX_TIME_NONE
  };
  self->charges = g_array_new (FALSE, FALSE, sizeof (ZxCharge));
  self->users = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->station = ZX_TRY_NEW (ZxStationSums, self->n, _ ("The sums of usage"), error);
  for (guint i = 0; self->station != NULL && i < self->n; i++)
    self->station[i].first_seen = ZX_TIME_NONE;
  return self->station != NULL;
}

void
zx_usage_sums_clear (ZxUsageSums *self)
{
  g_clear_pointer (&self->charges, g_array_unref);
  g_clear_pointer (&self->users, g_hash_table_unref);
  g_free (self->station);
  g_free (self->day_kwh);
  g_free (self->day_expected);
  g_free (self->day_seen);
}

gint64
zx_time_day (gint64 time)
{
  return time >= 0 ? time / DAY_S : -((DAY_S - 1 - time) / DAY_S);
}

guint
zx_time_bin (gint64 time)
{
  gint64 day = zx_time_day (time);
  guint hour = (guint) ((time - day * DAY_S) / 3600);
  guint weekday = (guint) (((day + 3) % 7 + 7) % 7); /* 1970-01-01 was a Thursday; 0 is Monday */
  return hour + (weekday >= 5 ? 24 : 0);
}

static gboolean
move_days (double **array, guint n_old, guint shift, guint n_new, GError **error)
{
  double *larger = ZX_TRY_NEW (double, n_new, _ ("The days of usage"), error);
  if (larger == NULL)
    return FALSE;
  if (n_old > 0)
    memcpy (larger + shift, *array, n_old * sizeof (double));
  g_free (*array);
  *array = larger;
  return TRUE;
}

gboolean
zx_usage_sums_cover (ZxUsageSums *self, gint64 first, gint64 last, GError **error)
{
  gint64 first_day = zx_time_day (first), last_day = zx_time_day (last);
  if (self->n_days > 0)
    {
      first_day = MIN (first_day, self->first_day);
      last_day = MAX (last_day, self->first_day + self->n_days - 1);
    }
  guint n_days = (guint) (last_day - first_day + 1);
  guint shift = self->n_days > 0 ? (guint) (self->first_day - first_day) : 0;
  if (!move_days (&self->day_kwh, self->n_days, shift, n_days, error)
      || !move_days (&self->day_expected, self->n_days, shift, n_days, error)
      || !move_days (&self->day_seen, self->n_days, shift, n_days, error))
    return FALSE;
  self->first_day = first_day;
  self->n_days = n_days;
  self->first_time = self->first_time == ZX_TIME_NONE ? first : MIN (self->first_time, first);
  self->last_time = self->last_time == ZX_TIME_NONE ? last : MAX (self->last_time, last);
  return TRUE;
}

gint64
zx_time_step (const gint64 *sorted, gsize n)
{
  gint64 step[32];
  gsize count[32];
  guint n_steps = 0, best = 0;
  for (gsize i = 1; i < n; i++)
    {
      gint64 difference = sorted[i] - sorted[i - 1];
      guint k = 0;
      while (k < n_steps && step[k] != difference)
        k++;
      if (difference <= 0 || k == G_N_ELEMENTS (step))
        continue;
      if (k == n_steps)
        {
          step[n_steps] = difference;
          count[n_steps++] = 0;
        }
      count[k]++;
    }
  for (guint k = 1; k < n_steps; k++)
    best = count[k] > count[best] ? k : best;
  return n_steps > 0 ? step[best] : 0;
}

guint
zx_draft_connectors (const ZxStationDraft *draft)
{
  return draft->n_dc + draft->n_ac + draft->n_any;
}

double
zx_draft_kw (const ZxStationDraft *draft)
{
  return isfinite (draft->kw) ? draft->kw : draft->pile_kw;
}

gboolean
zx_build_usage (ZxBuild *self, const ZxProgress *progress, GError **error)
{
  static const struct
  {
    ZxRole role;
    gboolean (*add) (ZxUsageSums *, ZxTally *, const ZxProgress *, GError **);
  } parts[] = {
    { ZX_ROLE_USAGE_WIDE, zx_usage_add_wide },
    { ZX_ROLE_DURATION_WIDE, zx_usage_add_durations },
    { ZX_ROLE_PRICE_WIDE, zx_usage_add_prices },
    { ZX_ROLE_USAGE_LONG, zx_usage_add_long },
    { ZX_ROLE_USAGE_SESSIONS, zx_usage_add_sessions },
  };
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      guint index = 0;
      for (ZxTally *tally; (tally = zx_build_next (self, parts[i].role, &index)) != NULL;)
        if (!parts[i].add (self->sums, tally, progress, error))
          return FALSE;
    }
  return TRUE;
}

/* ---- energy that was not metered ----------------------------------------------------------- */

/* Energy is power times time in (nearly) every hour of the station. */
static gboolean
is_not_metered (const ZxStationSums *sums)
{
  if (sums->tally == NULL || sums->duration == NULL || !(sums->busy_hours > 0))
    return FALSE;
  const ZxColumn *energy = &sums->tally->layer->columns[sums->column];
  double kw = sums->kwh / sums->busy_hours;
  gsize n = 0, n_equal = 0;
  for (gsize row = 0; row < sums->tally->layer->n_rows; row++)
    {
      double kwh = energy->number[row], hours = sums->duration->number[row];
      if (!(kwh > 0) || !(hours > 0))
        continue;
      n++;
      n_equal += fabs (kwh - kw * hours) <= 1e-6 * kwh;
    }
  return n >= 20 && n_equal * 20 >= n * 19;
}

static void
find_not_metered (ZxBuild *self)
{
  for (guint t = 0; t < self->tallies->len; t++)
    {
      ZxTally *tally = &g_array_index (self->tallies, ZxTally, t);
      gsize n = 0, n_both = 0;
      for (guint i = 0; i < self->sums->n; i++)
        if (self->sums->station[i].tally == tally)
          {
            n += is_not_metered (&self->sums->station[i]);
            n_both
                += self->sums->station[i].duration != NULL && self->sums->station[i].busy_hours > 0;
          }
      if (n < 3 || n * 2 < n_both)
        continue;
      char value[48], share[48];
      g_snprintf (value, sizeof value, "kWh = kW × h");
      zx_value_text (floor (100.0 * (double) n / (double) n_both + 0.5), 3, "%", share);
      zx_tally_find_many (tally, "usage.not-metered", -1, n, ZX_ACTION_KEPT, value, share);
    }
}

/* ---- stations in the end ------------------------------------------------------------------ */

static void
set_connectors (ZxStations *stations, guint i, const ZxStationDraft *draft)
{
  guint n_any = draft->n_any;
  double each = isfinite (draft->kw_each) ? draft->kw_each : zx_draft_kw (draft) / MAX (n_any, 1);
  gboolean is_ac = isfinite (each) && each < ZX_LEAST_DC_KW;
  stations->n_dc[i] = (guint16) MIN (draft->n_dc + (is_ac ? 0 : n_any), G_MAXUINT16);
  stations->n_ac[i] = (guint16) MIN (draft->n_ac + (is_ac ? n_any : 0), G_MAXUINT16);
}

static void
set_history (ZxStations *stations, guint i, const ZxStationDraft *draft, const ZxStationSums *sums)
{
  const gboolean has_series = sums->observed_s > 0;
  const gboolean has_sessions = !has_series && sums->n_sessions > 0 && sums->session_s > 0;
  const gboolean has_piles = draft->n_metered_piles > 0;
  double days = has_series     ? sums->observed_s / DAY_S
                : has_sessions ? sums->session_s / DAY_S
                : has_piles    ? draft->pile_days
                               : draft->period_days;
  double kwh = has_series || has_sessions ? sums->kwh
               : has_piles                ? draft->pile_kwh
                                          : draft->kwh_total;
  /* Hours of charging may come from another place than the energy, over a time of their own. */
  double busy = sums->busy_s > 0 ? sums->busy_hours / (sums->busy_s / DAY_S)
                : has_sessions   ? sums->busy_hours / days
                : has_piles      ? draft->pile_hours / draft->pile_days
                                 : draft->hours_total / draft->period_days;
  if (days > 0 && isfinite (kwh))
    stations->kwh_per_day[i] = (float) (kwh / days);
  if (isfinite (busy))
    stations->busy_hours_per_day[i] = (float) busy;
  if (has_sessions)
    stations->sessions_per_day[i] = (float) (sums->n_sessions / days);
  if (days > 0 && (isfinite (kwh) || isfinite (busy)))
    stations->observed_days[i] = (float) days;
}

static void
find_use_above_one (const ZxStationDraft *draft, const ZxStations *stations, guint i)
{
  guint connectors = stations->n_dc[i] + stations->n_ac[i];
  double possible = 24.0 * connectors;
  if (connectors > 0 && stations->busy_hours_per_day[i] > possible * 1.02)
    zx_tally_find_number (draft->tally, "stations.use-above-one", draft->row, ZX_ACTION_KEPT,
                          stations->busy_hours_per_day[i], possible);
}

/* Series say more than a list: they are of the time the usage is of.  Several layers of one kind
 * are months of it; energy and service are paid together. */
static double
price_of (const ZxStationDraft *draft)
{
  double sum = NAN;
  for (guint kind = 0; kind < 2; kind++)
    if (draft->n_layer_prices[kind] > 0)
      {
        double mean = draft->layer_price[kind] / draft->n_layer_prices[kind];
        sum = isnan (sum) ? mean : sum + mean;
      }
  return isnan (sum) ? draft->price : sum;
}

static void
set_station (ZxBuild *self, guint i)
{
  ZxStations *stations = &self->city->stations;
  const ZxStationDraft *draft = &g_array_index (self->drafts, ZxStationDraft, i);
  const ZxStationSums *sums = &self->sums->station[i];
  stations->x_m[i] = draft->x;
  stations->y_m[i] = draft->y;
  stations->id[i] = draft->id;
  stations->name[i] = draft->name;
  stations->operator_name[i] = draft->operator_name;
  stations->state[i] = draft->state;
  stations->source_row[i] = draft->row;
  stations->rated_kw[i] = sums->is_power_doubtful ? NAN : (float) zx_draft_kw (draft);
  stations->price_fen_per_kwh[i] = (float) price_of (draft);
  set_connectors (stations, i, draft);
  set_history (stations, i, draft, sums);
  find_use_above_one (draft, stations, i);
}

static gboolean
set_usage (ZxBuild *self, GError **error)
{
  ZxUsageSums *sums = self->sums;
  gboolean has_hours = FALSE;
  for (guint i = 0; i < sums->n; i++)
    for (guint bin = 0; bin < 48; bin++)
      has_hours = has_hours || sums->station[i].bin_hours[bin] > 0;
  if (!zx_usage_alloc (&self->city->usage, has_hours ? sums->n : 0, sums->n_days, error))
    return FALSE;
  ZxUsage *usage = &self->city->usage;
  for (guint i = 0; i < usage->n_stations; i++)
    for (guint bin = 0; bin < 48; bin++)
      if (sums->station[i].bin_hours[bin] > 0)
        usage->kwh[(gsize) i * 48 + bin]
            = (float) (sums->station[i].bin_kwh[bin] / sums->station[i].bin_hours[bin]);
  for (guint day = 0; day < sums->n_days; day++)
    {
      /* A day with most of its readings is brought up to a whole one; with fewer it is not known.
       */
      double expected = sums->day_expected[day], seen = sums->day_seen[day];
      if (seen > 0 && seen >= 0.75 * expected)
        usage->city_kwh_per_day[day] = (float) (sums->day_kwh[day] * fmax (1, expected / seen));
    }
  if (sums->first_time != ZX_TIME_NONE)
    {
      usage->first_time = (double) sums->first_time;
      usage->last_time = (double) sums->last_time;
    }
  return TRUE;
}

static gboolean
set_sessions (ZxBuild *self, GError **error)
{
  const GArray *charges = self->sums->charges;
  ZxSessions *sessions = &self->city->sessions;
  if (!zx_sessions_alloc (sessions, charges->len, error))
    return FALSE;
  for (guint i = 0; i < charges->len; i++)
    {
      const ZxCharge *charge = &g_array_index (charges, ZxCharge, i);
      sessions->station[i] = charge->station;
      sessions->start[i] = (double) charge->start;
      sessions->kwh[i] = charge->kwh;
      sessions->hours[i] = charge->hours;
      sessions->stay_hours[i] = charge->stay_hours;
      sessions->user[i] = charge->user;
    }
  return TRUE;
}

static void
find_without_usage (ZxBuild *self)
{
  const ZxStations *stations = &self->city->stations;
  guint index = 0;
  for (ZxTally *tally; (tally = zx_build_next (self, ZX_ROLE_STATIONS, &index)) != NULL;)
    {
      gsize n = 0, n_all = 0;
      for (guint i = 0; i < stations->n; i++)
        if (g_array_index (self->drafts, ZxStationDraft, i).tally == tally)
          {
            n_all++;
            n += !(stations->observed_days[i] > 0) && stations->state[i] == ZX_STATION_WORKING;
          }
      char value[32], all[32];
      g_snprintf (value, sizeof value, "%" G_GSIZE_FORMAT, n);
      g_snprintf (all, sizeof all, "%" G_GSIZE_FORMAT, n_all);
      zx_tally_find_many (tally, "stations.without-usage", -1, n, ZX_ACTION_KEPT, value, all);
    }
}

/* Stations whose list states totals that readings over time made needless. */
static void
find_series_preferred (ZxBuild *self)
{
  guint index = 0;
  for (ZxTally *tally; (tally = zx_build_next (self, ZX_ROLE_STATIONS, &index)) != NULL;)
    {
      gsize n = 0;
      for (guint i = 0; i < self->sums->n; i++)
        {
          const ZxStationDraft *draft = &g_array_index (self->drafts, ZxStationDraft, i);
          const ZxStationSums *sums = &self->sums->station[i];
          gboolean has_readings
              = sums->observed_s > 0 || (sums->n_sessions > 0 && sums->session_s > 0);
          n += draft->tally == tally && has_readings && isfinite (draft->kwh_total);
        }
      char value[32];
      g_snprintf (value, sizeof value, "%zu", n);
      zx_tally_find_many (tally, "usage.series-preferred", -1, n, ZX_ACTION_KEPT, value, NULL);
    }
}

gboolean
zx_build_finish_stations (ZxBuild *self, const ZxProgress *progress, GError **error)
{
  if (!zx_stations_alloc (&self->city->stations, self->drafts->len, error))
    return FALSE;
  for (guint i = 0; i < self->drafts->len; i++)
    set_station (self, i);
  find_not_metered (self);
  find_without_usage (self);
  find_series_preferred (self);
  return set_usage (self, error) && set_sessions (self, error);
}
