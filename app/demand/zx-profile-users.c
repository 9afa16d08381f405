/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Kinds of charging and groups of drivers, by rules that can be said in one sentence each.
 *
 * Clusters would fit a city a little closer, but their borders move with every month of data and
 * nobody can say why a charge is in one; a rule stays, and can be argued with.  The kinds are asked
 * in order, the first that fits counts:
 *   overnight   plugged in for 5 h or more, three o'clock in the morning among them
 *   workday     begins on a weekday from 6 to 11, plugged in for 4 h or more
 *   fast        20 kW or more on average: a stop made to charge
 *   short stop  plugged in for less than 2 h: charged beside an errand
 *   long stay   the rest
 * A driver belongs to a group by charges in 30 days, over the time in which drivers are known: one
 * who began late looks rarer than he is. */

#include "app/demand/zx-profile-private.h"

#include <stdlib.h>

#define DAY_S     86400.0
#define NIGHT_H   3
#define FAST_KW   20
#define MONTH_S   (30 * DAY_S)
#define N_KINDS   5
#define N_DRIVERS 4

typedef enum
{
  OVERNIGHT,
  WORKDAY,
  FAST,
  SHORT_STOP,
  LONG_STAY,
  NO_KIND,
} Kind;

static const struct
{
  const char *name, *rule;
} texts[N_KINDS + N_DRIVERS] = {
  { N_ ("Overnight"), N_ ("plugged in for 5 h or more, 3 in the morning among them") },
  { N_ ("Workday"), N_ ("begins on a weekday from 6 to 11, plugged in for 4 h or more") },
  { N_ ("Fast charge"), N_ ("20 kW or more on average") },
  { N_ ("Short stop"), N_ ("plugged in for less than 2 h") },
  { N_ ("Long stay"), N_ ("the rest: 2 h or more by day") },
  { N_ ("Daily drivers"), N_ ("15 or more charges in 30 days") },
  { N_ ("Regular drivers"), N_ ("4 to 15 charges in 30 days") },
  { N_ ("Occasional drivers"), N_ ("fewer than 4 charges in 30 days") },
  { N_ ("Seen once"), N_ ("one charge in the whole history") },
};

typedef struct
{
  const ZxSessions *sessions;
  const ZxStations *stations;
  double all_kwh;
} Facts;

typedef struct
{
  double kwh, kw_kwh, kw_hours;
  gsize n_weekend, n_dc, n_current;
  gsize n_start[24];
  GArray *hours, *stays; /* float */
} Sums;

/* ---- one session -------------------------------------------------------------------------- */

static double
stay_of (const ZxSessions *sessions, gsize i)
{
  return sessions->stay_hours[i] > 0 ? sessions->stay_hours[i] : sessions->hours[i];
}

/* Over the time plugged in where that of charging is not stated: the least it can have been. */
static double
powered_hours (const ZxSessions *sessions, gsize i)
{
  double hours = sessions->hours[i] > 0 ? sessions->hours[i] : sessions->stay_hours[i];
  return hours > 0 ? hours : NAN;
}

static double
power_of (const ZxSessions *sessions, gsize i)
{
  return sessions->kwh[i] / powered_hours (sessions, i);
}

static guint
hour_of (double start)
{
  return (guint) (fmod (fmod (start, DAY_S) + DAY_S, DAY_S) / 3600) % 24;
}

static gboolean
is_weekend (double start)
{
  /* 1970-01-01 was a Thursday: 0 is Monday. */
  return fmod (fmod (floor (start / DAY_S) + 3, 7) + 7, 7) >= 5;
}

static gboolean
spans_the_night (double start, double stay_h)
{
  double day_hour = fmod (fmod (start, DAY_S) + DAY_S, DAY_S) / 3600;
  double to_night = day_hour <= NIGHT_H ? NIGHT_H - day_hour : 24 + NIGHT_H - day_hour;
  return stay_h >= to_night;
}

static Kind
kind_of (const ZxSessions *sessions, gsize i)
{
  double stay = stay_of (sessions, i), start = sessions->start[i];
  guint hour = hour_of (start);
  if (!(stay > 0))
    return NO_KIND;
  if (stay >= 5 && spans_the_night (start, stay))
    return OVERNIGHT;
  if (stay >= 4 && !is_weekend (start) && hour >= 6 && hour < 11)
    return WORKDAY;
  if (power_of (sessions, i) >= FAST_KW)
    return FAST;
  return stay < 2 ? SHORT_STOP : LONG_STAY;
}

/* ---- sums --------------------------------------------------------------------------------- */

static void
add_session (ZxUserProfile *profile, Sums *sums, const Facts *facts, gsize i)
{
  const ZxSessions *sessions = facts->sessions;
  guint station = sessions->station[i];
  gboolean has_dc = facts->stations->n_dc[station] > 0, has_ac = facts->stations->n_ac[station] > 0;
  double kw = power_of (sessions, i), stay = stay_of (sessions, i);
  profile->n_sessions++;
  sums->kwh += sessions->kwh[i];
  sums->n_weekend += is_weekend (sessions->start[i]);
  sums->n_start[hour_of (sessions->start[i])]++;
  if (has_dc != has_ac || kw > 0)
    {
      sums->n_current++;
      sums->n_dc += has_dc != has_ac ? has_dc : kw > 22;
    }
  if (kw > 0)
    {
      sums->kw_kwh += sessions->kwh[i];
      sums->kw_hours += powered_hours (sessions, i);
    }
  if (sessions->hours[i] > 0)
    g_array_append_val (sums->hours, sessions->hours[i]);
  if (stay > 0)
    {
      float value = (float) stay;
      g_array_append_val (sums->stays, value);
    }
}

static void
finish_profile (ZxUserProfile *profile, const Sums *sums, const Facts *facts)
{
  double n = (double) profile->n_sessions;
  profile->session_share = n / (double) facts->sessions->n;
  profile->energy_share = facts->all_kwh > 0 ? sums->kwh / facts->all_kwh : NAN;
  profile->mean_kwh = n > 0 ? sums->kwh / n : NAN;
  profile->mean_kw = sums->kw_hours > 0 ? sums->kw_kwh / sums->kw_hours : NAN;
  profile->weekend_share = n > 0 ? (double) sums->n_weekend / n : NAN;
  profile->dc_share = sums->n_current > 0 ? (double) sums->n_dc / (double) sums->n_current : NAN;
  profile->median_hours
      = zx_profile_median ((float *) (gpointer) sums->hours->data, sums->hours->len);
  profile->median_stay_h
      = zx_profile_median ((float *) (gpointer) sums->stays->data, sums->stays->len);
  profile->peak_hour = 0;
  for (guint hour = 0; hour < 24; hour++)
    {
      profile->start_share[hour] = n > 0 ? (double) sums->n_start[hour] / n : NAN;
      if (sums->n_start[hour] > sums->n_start[profile->peak_hour])
        profile->peak_hour = hour;
    }
}

/* ---- drivers ------------------------------------------------------------------------------ */

/* The group of each driver; @groups: by number. */
static void
group_drivers (const ZxSessions *sessions, guint8 *groups, guint32 n_drivers,
               ZxUserProfile *profiles)
{
  g_autofree guint32 *n = g_new0 (guint32, (gsize) n_drivers + 1);
  double first = INFINITY, last = -INFINITY;
  for (gsize i = 0; i < sessions->n; i++)
    {
      n[sessions->user[i]]++;
      if (sessions->user[i] == 0)
        continue;
      first = fmin (first, sessions->start[i]);
      last = fmax (last, sessions->start[i]);
    }
  double months = fmax (last - first, MONTH_S) / MONTH_S;
  for (guint32 driver = 1; driver <= n_drivers; driver++)
    {
      double a_month = n[driver] / months;
      groups[driver] = n[driver] == 1 ? 3 : a_month >= 15 ? 0 : a_month >= 4 ? 1 : 2;
      profiles[groups[driver]].n_users++;
    }
}

static guint32
count_drivers (const ZxSessions *sessions)
{
  guint32 n = 0;
  for (gsize i = 0; i < sessions->n; i++)
    n = MAX (n, sessions->user[i]);
  return n;
}

/* ---- the whole ---------------------------------------------------------------------------- */

static gboolean
add_sessions (ZxProfiles *self, Sums *sums, const Facts *facts, const guint8 *groups,
              const ZxProgress *progress, GError **error)
{
  for (gsize i = 0; i < facts->sessions->n; i++)
    {
      if (i % 65536 == 0 && !zx_progress_step (progress, i, facts->sessions->n, error))
        return FALSE;
      Kind kind = kind_of (facts->sessions, i);
      if (kind == NO_KIND)
        self->n_without_stay++;
      else
        add_session (&self->user[kind], &sums[kind], facts, i);
      guint driver = facts->sessions->user[i];
      if (groups != NULL && driver > 0)
        add_session (&self->user[N_KINDS + groups[driver]], &sums[N_KINDS + groups[driver]], facts,
                     i);
    }
  return TRUE;
}

gboolean
zx_profile_users (ZxProfiles *self, const ZxCity *city, const ZxProgress *progress, GError **error)
{
  Facts facts = { &city->sessions, &city->stations, 0 };
  guint32 n_drivers = count_drivers (facts.sessions);
  if (facts.sessions->n == 0)
    return TRUE;
  self->has_sessions = TRUE;
  self->has_drivers = n_drivers > 0;
  self->n_users = N_KINDS + (self->has_drivers ? N_DRIVERS : 0);
  self->user = g_new0 (ZxUserProfile, self->n_users);
  Sums sums[N_KINDS + N_DRIVERS] = { 0 };
  for (guint k = 0; k < N_KINDS + N_DRIVERS; k++)
    {
      sums[k].hours = g_array_new (FALSE, FALSE, sizeof (float));
      sums[k].stays = g_array_new (FALSE, FALSE, sizeof (float));
    }
  for (gsize i = 0; i < facts.sessions->n; i++)
    facts.all_kwh += facts.sessions->kwh[i];
  g_autofree guint8 *groups = self->has_drivers ? g_new0 (guint8, (gsize) n_drivers + 1) : NULL;
  if (groups != NULL)
    group_drivers (facts.sessions, groups, n_drivers, self->user + N_KINDS);
  gboolean ok = add_sessions (self, sums, &facts, groups, progress, error);
  for (guint k = 0; k < N_KINDS + N_DRIVERS; k++)
    {
      if (ok && k < self->n_users)
        {
          self->user[k].name = texts[k].name;
          self->user[k].rule = texts[k].rule;
          self->user[k].is_driver = k >= N_KINDS;
          finish_profile (&self->user[k], &sums[k], &facts);
        }
      g_array_unref (sums[k].hours);
      g_array_unref (sums[k].stays);
    }
  return ok;
}
