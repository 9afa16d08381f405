/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who charges and how, as far as single sessions or standing vehicles tell. */

#include "app/report/zx-section-profiles.h"

#define CHART_COLUMNS 3u
#define CHART_HEIGHT  84.0
#define MOST_BARS     10u

/* ---- kinds of charging -------------------------------------------------------------------- */

static void
add_kind (ZxTelling *tell, ZxTable *table, const ZxUserProfile *user)
{
  ZxWords *words = tell->words;
  ZX_TABLE_ROW (
      table, zx_word (tell, user->name), zx_word (tell, user->rule),
      zx_words_percent (words, user->session_share, 1),
      zx_words_percent (words, user->energy_share, 1), zx_words_number (words, user->mean_kwh, 1),
      zx_words_number (words, user->median_hours, 1),
      zx_words_number (words, user->median_stay_h, 1), zx_words_number (words, user->mean_kw, 1),
      zx_words_percent (words, user->dc_share, 0), zx_words_percent (words, user->weekend_share, 0),
      zx_profile_hour (tell, user->n_sessions > 0 ? user->peak_hour : 24));
}

static void
tell_kinds (ZxTelling *tell, const ZxProfiles *profiles)
{
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Kind of charging")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Told by")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Sessions")), zx_word (tell, N_ ("share")), 1.0, FALSE },
    { zx_word (tell, N_ ("Energy")), zx_word (tell, N_ ("share")), 1.0, FALSE },
    { zx_word (tell, N_ ("Mean")), "kWh", 1.0, FALSE },
    { zx_word (tell, N_ ("Charging")), zx_word (tell, N_ ("median h")), 1.0, FALSE },
    { zx_word (tell, N_ ("Stay")), zx_word (tell, N_ ("median h")), 1.0, FALSE },
    { zx_word (tell, N_ ("Power")), "kW", 1.0, FALSE },
    { zx_word (tell, N_ ("DC")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Weekend")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Starts")), zx_word (tell, N_ ("most at")), 1.0, FALSE },
  };
  ZxTable *table = zx_document_table (tell->document, zx_word (tell, N_ ("Kinds of charging")),
                                      columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < profiles->n_users; i++)
    if (!profiles->user[i].is_driver)
      add_kind (tell, table, &profiles->user[i]);
  if (profiles->n_without_stay > 0)
    zx_note (tell, N_ ("%s sessions do not say how long they lasted and are of no kind."),
             zx_words_count (tell->words, profiles->n_without_stay));
  else
    zx_note (tell, N_ ("The rules are asked from top to bottom; the first that fits counts."));
}

static void
tell_starts (ZxTelling *tell, const ZxProfiles *profiles)
{
  const char *names[1] = { zx_word (tell, N_ ("starts")) };
  const gboolean is_dashed[1] = { FALSE };
  guint n = 0;
  ZxGraph *graph = zx_graph_multiples (CHART_COLUMNS, names, is_dashed, 1);
  for (guint i = 0; i < profiles->n_users; i++)
    if (!profiles->user[i].is_driver && profiles->user[i].n_sessions > 0)
      {
        ZxGraph *chart = zx_graph_hours (NULL, NULL);
        zx_profile_add_day (chart, NULL, profiles->user[i].start_share, FALSE);
        zx_graph_add_chart (graph, zx_word (tell, profiles->user[i].name), chart);
        n++;
      }
  if (n == 0)
    {
      zx_graph_free (graph);
      return;
    }
  zx_show_graph (
      tell, graph, 16.0 + CHART_HEIGHT * ((n + CHART_COLUMNS - 1) / CHART_COLUMNS),
      zx_caption (
          tell,
          N_ ("When each kind of charging begins: share of each hour in its sessions, per cent")),
      zx_word (tell, N_ ("Small line charts of the hours in which sessions begin")));
}

/* ---- drivers ------------------------------------------------------------------------------ */

static void
tell_drivers (ZxTelling *tell, const ZxProfiles *profiles)
{
  ZxWords *words = tell->words;
  guint64 n_drivers = 0;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Drivers")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Told by")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Number")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Share")), zx_word (tell, N_ ("of drivers")), 1.0, FALSE },
    { zx_word (tell, N_ ("Share")), zx_word (tell, N_ ("of sessions")), 1.0, FALSE },
    { zx_word (tell, N_ ("Share")), zx_word (tell, N_ ("of energy")), 1.0, FALSE },
    { zx_word (tell, N_ ("Mean")), "kWh", 1.0, FALSE },
    { zx_word (tell, N_ ("DC")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Starts")), zx_word (tell, N_ ("most at")), 1.0, FALSE },
  };
  for (guint i = 0; i < profiles->n_users; i++)
    n_drivers += profiles->user[i].n_users;
  ZxTable *table = zx_document_table (tell->document, zx_word (tell, N_ ("Groups of drivers")),
                                      columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < profiles->n_users; i++)
    {
      const ZxUserProfile *user = &profiles->user[i];
      if (user->is_driver)
        ZX_TABLE_ROW (table, zx_word (tell, user->name), zx_word (tell, user->rule),
                      zx_words_count (words, user->n_users),
                      zx_words_percent (words, (double) user->n_users / MAX (n_drivers, 1), 1),
                      zx_words_percent (words, user->session_share, 1),
                      zx_words_percent (words, user->energy_share, 1),
                      zx_words_number (words, user->mean_kwh, 1),
                      zx_words_percent (words, user->dc_share, 0),
                      zx_profile_hour (tell, user->n_sessions > 0 ? user->peak_hour : 24));
    }
  zx_note (tell,
           N_ ("Drivers are numbers of this project; what the source calls them is not kept."));
}

/* ---- standing vehicles -------------------------------------------------------------------- */

static void
tell_stays (ZxTelling *tell, const ZxProfiles *profiles)
{
  const char *names[ZX_N_STAY_CLASSES]
      = { zx_word (tell, N_ ("½–1 h")), zx_word (tell, N_ ("1–2 h")), zx_word (tell, N_ ("2–4 h")),
          zx_word (tell, N_ ("4–8 h")), zx_word (tell, N_ ("8 h and more")) };
  const char *labels[MOST_BARS];
  double value[ZX_N_STAY_CLASSES * MOST_BARS];
  guint64 n_stays = 0, n_long = 0;
  guint n = 0, shown[MOST_BARS];
  for (guint i = 0; i < profiles->n_areas; i++)
    {
      guint here = 0;
      for (guint k = 0; k < ZX_N_STAY_CLASSES; k++)
        here += profiles->area[i].n_stays[k];
      n_stays += here;
      n_long += profiles->area[i].n_stays[3] + profiles->area[i].n_stays[4];
      if (here > 0 && n < MOST_BARS)
        shown[n++] = i;
    }
  for (guint b = 0; b < n; b++)
    {
      const ZxAreaProfile *area = &profiles->area[shown[b]];
      labels[b] = zx_profile_name (tell, area->name, area->is_ours, 12);
      for (guint k = 0; k < ZX_N_STAY_CLASSES; k++)
        value[k * n + b] = area->n_stays[k];
    }
  zx_paragraph (tell,
                N_ ("The traces hold %s stays of half an hour or more; %s of them last four hours "
                    "or longer, time enough for AC charging, the others ask for DC."),
                zx_words_count (tell->words, n_stays),
                zx_words_percent (tell->words, (double) n_long / (double) MAX (n_stays, 1), 0));
  ZxGraph *graph = zx_graph_bars (NULL, zx_word (tell, N_ ("Stays")), labels, n, names,
                                  ZX_N_STAY_CLASSES, value, TRUE);
  zx_graph_set_whole (graph, FALSE, TRUE);
  zx_show_graph (tell, graph, 150.0, zx_caption (tell, N_ ("How long vehicles stand, by area")),
                 zx_word (tell, N_ ("Stacked bars of the number of stays by their length")));
}

void
zx_tell_users (ZxTelling *tell, const ZxProfiles *profiles)
{
  zx_document_section (tell->document, zx_word (tell, N_ ("Profiles of users")));
  if (profiles->has_sessions)
    {
      tell_kinds (tell, profiles);
      tell_starts (tell, profiles);
    }
  else
    zx_paragraph (tell, N_ ("The data hold no single sessions: how long users stay plugged in, how "
                            "much they take at a time and who comes again are not known. Sessions "
                            "from an operator's platform would tell."));
  if (profiles->has_drivers)
    tell_drivers (tell, profiles);
  else if (profiles->has_sessions)
    zx_paragraph (tell,
                  N_ ("The sessions do not say whose they are: how many drivers there are and "
                      "how often each comes cannot be told."));
  if (profiles->has_stays)
    tell_stays (tell, profiles);
}
