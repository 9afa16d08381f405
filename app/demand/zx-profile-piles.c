/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How piles of each kind, and of each operator, are used.
 *
 * Histories are of stations: a station with both DC and AC is a kind of its own, because its energy
 * cannot be told apart.  The power of a connector is the station's over its connectors. */

#include "app/demand/zx-profile-private.h"

#include <stdlib.h>
#include <string.h>

/* The steps are those of the sizes on sale (DOMAIN.md §3.5). */
static const struct
{
  const char *name;
  gboolean is_dc, is_ac;
  double from_kw, to_kw; /* per connector */
} kinds[] = {
  { N_ ("AC, up to 7 kW"), FALSE, TRUE, 0, 7.5 },
  { N_ ("AC, above 7 kW"), FALSE, TRUE, 7.5, INFINITY },
  { N_ ("AC, power not known"), FALSE, TRUE, NAN, NAN },
  { N_ ("DC, below 60 kW"), TRUE, FALSE, 0, 60 },
  { N_ ("DC, 60 to 120 kW"), TRUE, FALSE, 60, 120 },
  { N_ ("DC, 120 kW and more"), TRUE, FALSE, 120, INFINITY },
  { N_ ("DC, power not known"), TRUE, FALSE, NAN, NAN },
  { N_ ("DC and AC in one station"), TRUE, TRUE, 0, INFINITY },
};
#define N_KINDS G_N_ELEMENTS (kinds)

/* What is divided in the end. */
typedef struct
{
  double kwh, kw_hours;             /* energy and power are known */
  double connector_kwh, connectors; /* energy and connectors */
  double busy_hours, connector_hours;
  double sessions, session_connectors, session_kwh;
  guint n_session_stations;
  double price;
  guint n_prices;
  double kw, kw_connectors;
  double hour_kwh[48];
} Sums;

typedef struct
{
  ZxPileProfile profile;
  Sums sums;
} Group;

static gboolean
is_known (double value)
{
  return isfinite (value) && value >= 0;
}

static guint
kind_of (const ZxStations *stations, guint i)
{
  gboolean is_dc = stations->n_dc[i] > 0, is_ac = stations->n_ac[i] > 0;
  double each = (double) stations->rated_kw[i] / (stations->n_dc[i] + stations->n_ac[i]);
  if (!is_dc && !is_ac)
    return N_KINDS;
  if (is_dc && is_ac)
    return N_KINDS - 1;
  for (guint k = 0; k < N_KINDS; k++)
    if (kinds[k].is_dc == is_dc && kinds[k].is_ac == is_ac
        && (isnan (kinds[k].from_kw)
                ? !(each > 0)
                : each > kinds[k].from_kw - 1e-3 && each < kinds[k].to_kw - 1e-3))
      return k;
  return N_KINDS;
}

static void
add_energy (Group *group, const ZxStations *stations, guint i, double connectors)
{
  Sums *sums = &group->sums;
  double kw = stations->rated_kw[i], kwh = stations->kwh_per_day[i];
  double sessions = stations->sessions_per_day[i], busy = stations->busy_hours_per_day[i];
  if (is_known (kwh))
    {
      group->profile.n_metered++;
      sums->connector_kwh += connectors > 0 ? kwh : 0;
      sums->connectors += connectors;
      group->profile.kwh_per_day
          = isnan (group->profile.kwh_per_day) ? kwh : group->profile.kwh_per_day + kwh;
      if (kw > 0 && isfinite (kw))
        {
          sums->kwh += kwh;
          sums->kw_hours += 24 * kw;
        }
    }
  if (is_known (busy) && connectors > 0)
    {
      sums->busy_hours += busy;
      sums->connector_hours += 24 * connectors;
    }
  if (is_known (sessions) && is_known (kwh) && connectors > 0)
    {
      sums->sessions += sessions;
      sums->session_connectors += connectors;
      sums->session_kwh += kwh;
      sums->n_session_stations++;
    }
}

static void
add_hours (Group *group, const ZxUsage *usage, guint i)
{
  gboolean has_any = FALSE;
  for (guint bin = 0; i < usage->n_stations && bin < 48; bin++)
    {
      double kwh = usage->kwh[(gsize) i * 48 + bin];
      if (is_known (kwh))
        {
          group->sums.hour_kwh[bin] += kwh;
          has_any = TRUE;
        }
    }
  group->profile.n_hourly += has_any;
}

static void
add_station (Group *group, const ZxCity *city, guint i)
{
  const ZxStations *stations = &city->stations;
  double connectors = stations->n_dc[i] + stations->n_ac[i];
  double kw = stations->rated_kw[i], price = stations->price_fen_per_kwh[i];
  group->profile.n_stations++;
  group->profile.n_dc += stations->n_dc[i];
  group->profile.n_ac += stations->n_ac[i];
  if (kw > 0 && isfinite (kw))
    {
      group->profile.rated_kw += kw;
      group->sums.kw += connectors > 0 ? kw : 0;
      group->sums.kw_connectors += connectors;
    }
  if (price > 0 && isfinite (price))
    {
      group->sums.price += price;
      group->sums.n_prices++;
    }
  add_energy (group, stations, i, connectors);
  add_hours (group, &city->usage, i);
}

static double
quotient (double a, double b)
{
  return b > 0 ? a / b : NAN;
}

static void
finish_hours (ZxPileProfile *profile, const Sums *sums)
{
  double night = 0;
  for (guint day = 0; day < 2; day++)
    {
      double total = 0;
      for (guint hour = 0; hour < 24; hour++)
        total += sums->hour_kwh[24 * day + hour];
      for (guint hour = 0; hour < 24; hour++)
        profile->hour_share[24 * day + hour] = quotient (sums->hour_kwh[24 * day + hour], total);
    }
  profile->peak_hour = 24;
  profile->peak_share = profile->night_share = NAN;
  if (isnan (profile->hour_share[0]))
    return;
  profile->peak_hour = 0;
  for (guint hour = 0; hour < 24; hour++)
    {
      if (profile->hour_share[hour] > profile->hour_share[profile->peak_hour])
        profile->peak_hour = hour;
      if (hour < 7 || hour == 23)
        night += profile->hour_share[hour];
    }
  profile->peak_share = profile->hour_share[profile->peak_hour];
  profile->night_share = night;
}

static void
finish_group (Group *group)
{
  ZxPileProfile *profile = &group->profile;
  const Sums *sums = &group->sums;
  profile->kw_per_connector = quotient (sums->kw, sums->kw_connectors);
  profile->kwh_per_connector_day = quotient (sums->connector_kwh, sums->connectors);
  profile->utilisation = quotient (sums->kwh, sums->kw_hours);
  profile->busy_share = quotient (sums->busy_hours, sums->connector_hours);
  profile->sessions_per_connector_day = quotient (sums->sessions, sums->session_connectors);
  profile->kwh_per_session = quotient (sums->session_kwh, sums->sessions);
  profile->price_fen_per_kwh = quotient (sums->price, sums->n_prices);
  profile->p_busiest = profile->relative_use = NAN;
  finish_hours (profile, sums);
}

/* The kinds whose sessions are their own: not stations of two kinds, nor of none. */
static void
compare_kinds (GArray *groups)
{
  double sessions[N_KINDS], connectors[N_KINDS], n_stations = 0;
  Group *group[N_KINDS];
  ZxPileType type[N_KINDS];
  guint n = 0;
  for (guint k = 0; k + 1 < N_KINDS; k++)
    {
      Group *one = &g_array_index (groups, Group, k);
      if (one->sums.n_session_stations == 0 || !(one->sums.session_connectors > 0))
        continue;
      sessions[n] = one->sums.sessions;
      connectors[n] = one->sums.session_connectors;
      n_stations += one->sums.n_session_stations;
      group[n++] = one;
    }
  if (n < 2)
    return;
  zx_demand_pile_types (sessions, connectors, n, n_stations, 1, type);
  for (guint t = 0; t < n; t++)
    {
      group[t]->profile.p_busiest = isnan (type[t].share) ? NAN : type[t].p_best;
      group[t]->profile.relative_use = type[t].relative_use;
    }
}

static int
compare_groups (gconstpointer a, gconstpointer b)
{
  const ZxPileProfile *p = a, *q = b;
  double x = isnan (p->kwh_per_day) ? -1 : p->kwh_per_day;
  double y = isnan (q->kwh_per_day) ? -1 : q->kwh_per_day;
  if (x != y)
    return x > y ? -1 : 1;
  if (p->n_stations != q->n_stations)
    return p->n_stations > q->n_stations ? -1 : 1;
  return strcmp (p->name, q->name);
}

static guint
find_operator (GArray *groups, GHashTable *by_name, const ZxCity *city, guint32 name)
{
  gpointer found;
  if (g_hash_table_lookup_extended (by_name, GUINT_TO_POINTER (name), NULL, &found))
    return GPOINTER_TO_UINT (found);
  Group group
      = { .profile
          = { .name = g_strdup (name != 0 ? zx_pool_get (city->pool, name) : N_ ("not known")),
              .is_ours = name == 0,
              .is_operator = TRUE,
              .kwh_per_day = NAN } };
  g_array_append_val (groups, group);
  g_hash_table_insert (by_name, GUINT_TO_POINTER (name), GUINT_TO_POINTER (groups->len - 1));
  return groups->len - 1;
}

static void
free_names (GArray *groups, gboolean without_stations)
{
  for (guint i = 0; i < groups->len; i++)
    if (!without_stations || g_array_index (groups, Group, i).profile.n_stations == 0)
      g_free (g_array_index (groups, Group, i).profile.name);
}

gboolean
zx_profile_piles (ZxProfiles *self, const ZxCity *city, GError **error)
{
  g_autoptr (GArray) groups = g_array_new (FALSE, FALSE, sizeof (Group));
  g_autoptr (GHashTable) by_name = g_hash_table_new (NULL, NULL);
  for (guint k = 0; k <= N_KINDS; k++)
    {
      const char *name = k < N_KINDS ? kinds[k].name : N_ ("not known");
      Group group = { .profile = { .name = g_strdup (name), .is_ours = TRUE, .kwh_per_day = NAN } };
      g_array_append_val (groups, group);
    }
  for (guint i = 0; i < city->stations.n; i++)
    if (city->stations.state[i] != ZX_STATION_CLOSED)
      {
        guint operator= find_operator (groups, by_name, city, city->stations.operator_name[i]);
        add_station (&g_array_index (groups, Group, kind_of (&city->stations, i)), city, i);
        add_station (&g_array_index (groups, Group, operator), city, i);
      }
  self->pile = ZX_TRY_NEW (ZxPileProfile, groups->len, _ ("Profiles"), error);
  if (self->pile == NULL)
    {
      free_names (groups, FALSE);
      return FALSE;
    }
  guint n_kinds = 0;
  for (guint i = 0; i < groups->len; i++)
    finish_group (&g_array_index (groups, Group, i));
  compare_kinds (groups);
  for (guint i = 0; i < groups->len; i++)
    {
      Group *group = &g_array_index (groups, Group, i);
      if (group->profile.n_stations == 0)
        continue;
      self->pile[self->n_piles++] = group->profile;
      n_kinds += !group->profile.is_operator;
    }
  free_names (groups, TRUE);
  qsort (self->pile + n_kinds, self->n_piles - n_kinds, sizeof *self->pile, compare_groups);
  return TRUE;
}
