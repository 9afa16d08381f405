/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a day's energy falls on its hours.
 *
 * From the hourly history: the mean energy of each hour over the stations that have it, weekday and
 * weekend apart, as shares.  Without one: the shares of 45 zones of Shenzhen, September 2022 to
 * February 2023, without the National Day week and the three weeks around the Spring Festival
 * (UrbanEV, Scientific Data 12:523, 2025; CC0).  They show the two marks of Chinese public charging
 * under time-of-use prices: the valley from midnight to eight, and noon. */

#include "app/demand/zx-believe.h"

static const float shenzhen[48]
    = { 0.0625f, 0.0611f, 0.0517f, 0.0485f, 0.0494f, 0.0543f, 0.0648f, 0.0643f, 0.0416f, 0.0276f,
        0.0226f, 0.0217f, 0.0403f, 0.0420f, 0.0292f, 0.0272f, 0.0295f, 0.0342f, 0.0360f, 0.0371f,
        0.0373f, 0.0372f, 0.0380f, 0.0419f, 0.0596f, 0.0616f, 0.0539f, 0.0509f, 0.0521f, 0.0547f,
        0.0626f, 0.0683f, 0.0486f, 0.0320f, 0.0255f, 0.0243f, 0.0348f, 0.0372f, 0.0292f, 0.0274f,
        0.0293f, 0.0351f, 0.0359f, 0.0361f, 0.0345f, 0.0335f, 0.0346f, 0.0383f };

/* FALSE when an hour of the day type was never seen or nothing was sold. */
static gboolean
sum_day (const ZxUsage *usage, gboolean is_weekend, float *share)
{
  double sum[24] = { 0 }, total = 0;
  guint n[24] = { 0 };
  for (guint i = 0; i < usage->n_stations; i++)
    for (guint hour = 0; hour < 24; hour++)
      {
        float kwh = usage->kwh[ZX_USAGE_INDEX (i, is_weekend, hour)];
        if (!(kwh >= 0 && isfinite (kwh)))
          continue;
        sum[hour] += kwh;
        n[hour]++;
      }
  for (guint hour = 0; hour < 24; hour++)
    {
      if (n[hour] == 0)
        return FALSE;
      sum[hour] /= n[hour];
      total += sum[hour];
    }
  if (!(total > 0))
    return FALSE;
  for (guint hour = 0; hour < 24; hour++)
    share[hour] = (float) (sum[hour] / total);
  return TRUE;
}

float *
zx_demand_profile (const ZxCity *city, ZxFindings *findings)
{
  float *profile = g_memdup2 (shenzhen, sizeof shenzhen);
  gboolean is_known = FALSE;
  if (city->usage.kwh != NULL)
    {
      gboolean has_weekday = sum_day (&city->usage, FALSE, profile);
      gboolean has_weekend = sum_day (&city->usage, TRUE, profile + 24);
      is_known = has_weekday || has_weekend;
      if (has_weekday && !has_weekend)
        memcpy (profile + 24, profile, 24 * sizeof *profile);
      if (has_weekend && !has_weekday)
        memcpy (profile, profile + 24, 24 * sizeof *profile);
    }
  if (!is_known && findings != NULL)
    zx_findings_add (findings, "demand.default-profile", zx_findings_layer (findings, "usage"), -1,
                     1, ZX_SEVERITY_NOTE, ZX_ACTION_KEPT, NULL, "UrbanEV Shenzhen 2022-23");
  return profile;
}
