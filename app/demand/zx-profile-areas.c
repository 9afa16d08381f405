/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What stations and vehicles do in each area, by hour.
 *
 * Positions are added up in 64 pieces of fixed borders, each in its own sums, joined in order: the
 * same bytes on any number of threads. */

#include "app/demand/zx-profile-private.h"

#define PIECES    64
#define ASK_EVERY 65536

/* ---- stations ----------------------------------------------------------------------------- */

typedef struct
{
  double kwh, kw_hours; /* of stations with both energy and power */
} Rated;

static void
add_hours (ZxAreaProfile *area, const ZxUsage *usage, guint station)
{
  gboolean is_known = FALSE;
  for (guint bin = 0; bin < 48; bin++)
    {
      float kwh = usage->kwh[(gsize) station * 48 + bin];
      if (!(kwh >= 0 && isfinite (kwh)))
        continue;
      area->usage_kwh[bin] = isnan (area->usage_kwh[bin]) ? kwh : area->usage_kwh[bin] + kwh;
      is_known = TRUE;
    }
  area->n_hourly += is_known;
}

static void
add_station (ZxAreaProfile *area, Rated *rated, const ZxCity *city, guint i)
{
  const ZxStations *stations = &city->stations;
  double kw = stations->rated_kw[i], kwh = stations->kwh_per_day[i];
  area->n_stations++;
  area->n_connectors += stations->n_dc[i] + stations->n_ac[i];
  if (kw > 0 && isfinite (kw))
    area->rated_kw += kw;
  if (kwh >= 0 && isfinite (kwh))
    {
      area->n_metered++;
      area->kwh_per_day = isnan (area->kwh_per_day) ? kwh : area->kwh_per_day + kwh;
      if (kw > 0 && isfinite (kw))
        {
          rated->kwh += kwh;
          rated->kw_hours += 24 * kw;
        }
    }
  if (i < city->usage.n_stations)
    add_hours (area, &city->usage, i);
}

static void
add_stations (ZxProfiles *self, const ZxCity *city, const ZxProfilePlaces *places)
{
  g_autofree Rated *rated = g_new0 (Rated, self->n_areas);
  g_autofree guint *area_of = g_new (guint, city->stations.n + 1);
  for (guint i = 0; i < city->stations.n; i++)
    {
      area_of[i] = zx_profile_place (places, city->stations.x_m[i], city->stations.y_m[i]);
      if (city->stations.state[i] != ZX_STATION_CLOSED)
        add_station (&self->area[area_of[i]], &rated[area_of[i]], city, i);
    }
  for (gsize i = 0; i < city->sessions.n; i++)
    self->area[area_of[city->sessions.station[i]]].n_sessions++;
  for (guint i = 0; i < self->n_areas; i++)
    {
      if (rated[i].kw_hours > 0)
        self->area[i].utilisation = rated[i].kwh / rated[i].kw_hours;
      self->has_hours = self->has_hours || self->area[i].n_hourly > 0;
    }
}

/* ---- vehicles ----------------------------------------------------------------------------- */

typedef struct
{
  const ZxCity *city;
  const ZxProfilePlaces *places;
  const ZxProgress *progress;
  guint n_areas;
  double *sum; /* [piece][area][49]: by hour; the last without a time */
} Counting;

static void
count_pieces (gsize begin, gsize end, guint worker, gpointer data)
{
  const Counting *counting = data;
  const ZxFleet *fleet = &counting->city->fleet;
  for (gsize piece = begin; piece < end; piece++)
    {
      double *sum = counting->sum + piece * counting->n_areas * 49;
      gsize last = fleet->n / PIECES * (piece + 1) + MIN (fleet->n % PIECES, piece + 1);
      for (gsize i = fleet->n / PIECES * piece + MIN (fleet->n % PIECES, piece); i < last; i++)
        {
          if (i % ASK_EVERY == 0 && zx_progress_is_stopped (counting->progress))
            return;
          guint area = zx_profile_place (counting->places,
                                         counting->city->origin_x_m + (double) fleet->dx_m[i],
                                         counting->city->origin_y_m + (double) fleet->dy_m[i]);
          guint bin = fleet->time_bin != NULL && fleet->time_bin[i] < 48 ? fleet->time_bin[i] : 48;
          sum[area * 49 + bin] += fleet->weight != NULL ? fleet->weight[i] : 1;
        }
    }
}

/* Shares of the hours of one kind of day; NaN without any. */
static gboolean
share_out (const double *sum, double *share)
{
  double total = 0;
  for (guint hour = 0; hour < 24; hour++)
    total += sum[hour];
  for (guint hour = 0; total > 0 && hour < 24; hour++)
    share[hour] = sum[hour] / total;
  return total > 0;
}

static void
join_pieces (ZxProfiles *self, const Counting *counting)
{
  const ZxFleet *fleet = &counting->city->fleet;
  double days
      = fleet->observed_days > 0 && isfinite (fleet->observed_days) ? fleet->observed_days : NAN;
  double all = 0;
  self->vehicles_are_daily = isfinite (days);
  for (guint area = 0; area < self->n_areas; area++)
    {
      ZxAreaProfile *profile = &self->area[area];
      double sum[49] = { 0 }, total = 0;
      for (guint piece = 0; piece < PIECES; piece++)
        for (guint bin = 0; bin < 49; bin++)
          sum[bin] += counting->sum[((gsize) piece * self->n_areas + area) * 49 + bin];
      for (guint bin = 0; bin < 49; bin++)
        total += sum[bin];
      for (guint day = 0; day < 2; day++)
        if (share_out (sum + 24 * day, profile->presence_share + 24 * day))
          self->has_presence = TRUE;
      profile->vehicles_per_day = isfinite (days) ? total / days : total;
      all += profile->vehicles_per_day;
    }
  for (guint area = 0; all > 0 && area < self->n_areas; area++)
    self->area[area].vehicle_share = self->area[area].vehicles_per_day / all;
}

static gboolean
add_vehicles (ZxProfiles *self, const ZxCity *city, const ZxProfilePlaces *places,
              const ZxProgress *progress, GError **error)
{
  if (city->fleet.n == 0)
    return TRUE;
  g_autofree double *sum
      = ZX_TRY_NEW (double, (gsize) PIECES * self->n_areas * 49, _ ("Profiles"), error);
  Counting counting = { city, places, progress, self->n_areas, sum };
  if (sum == NULL || !zx_parallel_for (PIECES, 1, count_pieces, &counting, progress, error))
    return FALSE;
  join_pieces (self, &counting);
  return TRUE;
}

/* ---- long stays --------------------------------------------------------------------------- */

static guint
stay_class (double hours)
{
  static const double from[ZX_N_STAY_CLASSES] = { 0, 1, 2, 4, 8 };
  guint class = 0;
  while (class + 1 < ZX_N_STAY_CLASSES && hours >= from[class + 1])
    class ++;
  return class;
}

/* The stays of one area after those of another, for the medians. */
static gboolean
add_stays (ZxProfiles *self, const ZxCity *city, const ZxProfilePlaces *places, GError **error)
{
  const ZxFleet *fleet = &city->fleet;
  g_autofree guint32 *area_of = ZX_TRY_NEW (guint32, fleet->n_dwells, _ ("Profiles"), error);
  g_autofree float *hours = ZX_TRY_NEW (float, fleet->n_dwells, _ ("Profiles"), error);
  g_autofree gsize *first = g_new0 (gsize, self->n_areas + 2);
  if (area_of == NULL || hours == NULL)
    return FALSE;
  for (gsize i = 0; i < fleet->n_dwells; i++)
    {
      area_of[i] = zx_profile_place (places, city->origin_x_m + (double) fleet->dwell_x_m[i],
                                     city->origin_y_m + (double) fleet->dwell_y_m[i]);
      first[area_of[i] + 2]++;
      self->area[area_of[i]].n_stays[stay_class (fleet->dwell_hours[i])]++;
      self->has_stays = TRUE;
    }
  for (guint area = 2; area < self->n_areas + 2; area++)
    first[area] += first[area - 1];
  for (gsize i = 0; i < fleet->n_dwells; i++)
    hours[first[area_of[i] + 1]++] = fleet->dwell_hours[i];
  for (guint area = 0; area < self->n_areas; area++)
    self->area[area].median_stay_h
        = zx_profile_median (hours + first[area], first[area + 1] - first[area]);
  return TRUE;
}

/* ---- the whole ---------------------------------------------------------------------------- */

static void
name_areas (ZxProfiles *self, const ZxCity *city, const ZxProfilePlaces *places)
{
  for (guint i = 0; i < self->n_areas; i++)
    {
      ZxAreaProfile *area = &self->area[i];
      area->area = places->district != NULL && i < places->n ? (gint32) places->district[i] : -1;
      area->is_ours = area->area < 0;
      area->name
          = g_strdup (area->area >= 0 ? zx_pool_get (city->pool, city->areas.name[area->area])
                      : i < places->n ? zx_profile_sector_name (places, i)
                                      : N_ ("Elsewhere"));
      area->kwh_per_day = area->utilisation = area->median_stay_h = NAN;
      area->vehicles_per_day = area->vehicle_share = city->fleet.n > 0 ? 0 : NAN;
      for (guint bin = 0; bin < 48; bin++)
        area->usage_kwh[bin] = area->presence_share[bin] = NAN;
    }
}

gboolean
zx_profile_areas (ZxProfiles *self, const ZxCity *city, const ZxProfilePlaces *places,
                  const ZxProgress *progress, GError **error)
{
  self->n_areas = places->n + 1;
  self->has_sectors = places->district == NULL;
  self->measure = city->fleet.measure;
  self->area = ZX_TRY_NEW (ZxAreaProfile, self->n_areas, _ ("Profiles"), error);
  if (self->area == NULL)
    return FALSE;
  name_areas (self, city, places);
  add_stations (self, city, places);
  return add_vehicles (self, city, places, progress, error)
         && add_stays (self, city, places, error);
}
