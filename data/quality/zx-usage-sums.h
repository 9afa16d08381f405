/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What series and sessions add up to, per station. */
#pragma once

#include "data/quality/zx-build.h"

typedef struct
{
  double bin_kwh[48], bin_hours[48]; /* by hour of weekday and weekend: energy, hours observed */
  double kwh, observed_s;            /* of series with energy */
  double busy_hours, busy_s;         /* of durations */
  guint32 n_sessions;
  double session_s;  /* observed by sessions */
  gint64 first_seen; /* first session of any layer; ZX_TIME_NONE */
  gboolean is_power_doubtful;
  ZxTally *tally;           /* of the series, for findings about the station; NULL */
  guint column;             /* in it */
  const ZxColumn *duration; /* of its duration series; NULL */
} ZxStationSums;

/* One charge that was used. */
typedef struct
{
  gint64 start;
  guint32 station, user; /* user 0: not known */
  float kwh, hours, stay_hours;
} ZxCharge;

struct _ZxUsageSums
{
  ZxBuild *build;
  GArray *charges;   /* ZxCharge */
  GHashTable *users; /* key → number from 1; dies with the sums, so that no name is kept */
  guint n;           /* stations */
  ZxStationSums *station;
  gint64 first_time, last_time; /* of all series; ZX_TIME_NONE */
  gint64 first_day;             /* days since 1970 */
  guint n_days;
  double *day_kwh;      /* n_days: of all stations */
  double *day_expected; /* cells that a full day would have; 0 for sessions */
  double *day_seen;     /* cells that it has */
};

#define ZX_LONGEST_SPAN_DAYS 50000 /* from 1970 to 2100, which zx_clock_admit() lets through */

gboolean zx_usage_sums_init (ZxUsageSums *self, ZxBuild *build, GError **error);
void zx_usage_sums_clear (ZxUsageSums *self);
/* Makes room for the days of [@first, @last].  FALSE with @error: no memory. */
gboolean zx_usage_sums_cover (ZxUsageSums *self, gint64 first, gint64 last, GError **error);

/* 0 … 23 by hour of a weekday, 24 … 47 of a weekend day. */
guint zx_time_bin (gint64 time);
gint64 zx_time_day (gint64 time); /* days since 1970, rounded down */
/* The most common step between neighbours of @sorted times; 0 when there is none. */
gint64 zx_time_step (const gint64 *sorted, gsize n);

/* Rated power for checks of usage; NaN: not known. */
double zx_draft_kw (const ZxStationDraft *draft);
guint zx_draft_connectors (const ZxStationDraft *draft);

gboolean zx_usage_add_wide (ZxUsageSums *self, ZxTally *tally, const ZxProgress *progress,
                            GError **error);
gboolean zx_usage_add_durations (ZxUsageSums *self, ZxTally *tally, const ZxProgress *progress,
                                 GError **error);
gboolean zx_usage_add_prices (ZxUsageSums *self, ZxTally *tally, const ZxProgress *progress,
                              GError **error);
gboolean zx_usage_add_long (ZxUsageSums *self, ZxTally *tally, const ZxProgress *progress,
                            GError **error);
gboolean zx_usage_add_sessions (ZxUsageSums *self, ZxTally *tally, const ZxProgress *progress,
                                GError **error);
