/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/pages/zx-demand-profiles.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Sentences that have their number, one after the other. */
static void
say (GString *text, const char *format, double value, guint decimals)
{
  if (!isfinite (value))
    return;
  g_autofree char *number = zx_number_human (value, decimals);
  if (text->len > 0)
    g_string_append_c (text, ' ');
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_string_append_printf (text, format, number);
#pragma GCC diagnostic pop
}

/* None means that nobody said how many. */
static double
count_of (guint n)
{
  return n > 0 ? n : NAN;
}

static char *
percent (double share)
{
  g_autofree char *number = zx_number_human (100 * share, 0);
  return isfinite (share) ? g_strdup_printf (_ ("%s %%"), number) : g_strdup ("–");
}

static const char *
own_name (const char *name, gboolean is_ours)
{
  return is_ours ? _ (name) : name;
}

static ZxDemandLine
user_line (const ZxUserProfile *user)
{
  GString *text = g_string_new (_ (user->rule));
  g_string_append_c (text, '.');
  say (text, _ ("Of the energy: %s %%."), 100 * user->energy_share, 0);
  say (text, _ ("On average %s kWh a time."), user->mean_kwh, 1);
  say (text, _ ("Stays %s h, half of them longer."), user->median_stay_h, 1);
  if (user->peak_hour < 24)
    say (text, _ ("Begins most often at %s:00."), user->peak_hour, 0);
  return (ZxDemandLine){ g_strdup (_ (user->name)), percent (user->session_share),
                         g_string_free (text, FALSE) };
}

static ZxDemandLine
pile_line (const ZxPileProfile *pile)
{
  GString *text = g_string_new (NULL);
  say (text, _ ("Stations: %s."), pile->n_stations, 0);
  say (text, _ ("Guns: %s."), count_of (pile->n_dc + pile->n_ac), 0);
  say (text, _ ("A gun sells %s kWh a day."), pile->kwh_per_connector_day, 0);
  say (text, _ ("It charges %s %% of the time."), 100 * pile->busy_share, 0);
  if (pile->peak_hour < 24)
    say (text, _ ("Most is sold at %s:00."), pile->peak_hour, 0);
  say (text, _ ("From 23 to 7: %s %%."), 100 * pile->night_share, 0);
  say (text, _ ("A gun is used %s times as often as the mean one."), pile->relative_use, 2);
  say (text, _ ("The kind used most, gun for gun, with a probability of %s %%."),
       100 * pile->p_busiest, 0);
  g_autofree char *kwh = zx_number_human (pile->kwh_per_day, 0);
  return (ZxDemandLine){ g_strdup (own_name (pile->name, pile->is_ours)),
                         isfinite (pile->kwh_per_day) ? g_strdup_printf (_ ("%s kWh/d"), kwh)
                                                      : g_strdup ("–"),
                         g_string_free (text, FALSE) };
}

static ZxDemandLine
area_line (const ZxAreaProfile *area)
{
  GString *text = g_string_new (NULL);
  say (text, _ ("Stations: %s."), area->n_stations, 0);
  say (text, _ ("Guns: %s."), count_of (area->n_connectors), 0);
  say (text, _ ("Share of all vehicles: %s %%."), 100 * area->vehicle_share, 0);
  say (text, _ ("Half of the long stays last %s h or more."), area->median_stay_h, 1);
  g_autofree char *kwh = zx_number_human (area->kwh_per_day, 0);
  return (ZxDemandLine){ g_strdup (own_name (area->name, area->is_ours)),
                         isfinite (area->kwh_per_day) ? g_strdup_printf (_ ("%s kWh/d"), kwh)
                                                      : g_strdup ("–"),
                         g_string_free (text, FALSE) };
}

void
zx_demand_profiles_read (ZxDemandReading *reading, const ZxProfiles *profiles)
{
  reading->user = g_new0 (ZxDemandLine, profiles->n_users + 1);
  reading->pile = g_new0 (ZxDemandLine, profiles->n_piles + 1);
  reading->area = g_new0 (ZxDemandLine, profiles->n_areas + 1);
  for (guint i = 0; i < profiles->n_users; i++)
    reading->user[reading->n_users++] = user_line (&profiles->user[i]);
  for (guint i = 0; i < profiles->n_piles; i++)
    reading->pile[reading->n_piles++] = pile_line (&profiles->pile[i]);
  for (guint i = 0; i < profiles->n_areas; i++)
    if (profiles->area[i].n_stations > 0 || profiles->area[i].vehicle_share > 0)
      reading->area[reading->n_areas++] = area_line (&profiles->area[i]);
}
