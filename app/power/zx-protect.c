/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Transformer areas that new charging must not burden further before something is done
 * (重过载台区 protection list): the load classes of zx-headroom.c, worst first, with the hours
 * without room and the size that would help. */

#include "app/power/zx-power.h"

#define N_HOURS 24

static int
compare_areas (gconstpointer a, gconstpointer b)
{
  const ZxProtectedArea *x = a, *y = b;
  if (x->load_class != y->load_class)
    return (int) y->load_class - (int) x->load_class;
  if (x->peak_rate != y->peak_rate)
    return x->peak_rate < y->peak_rate ? 1 : -1;
  return x->area < y->area ? -1 : x->area > y->area;
}

GArray *
zx_power_protection (const ZxCity *city, const ZxHeadroom *headroom, const ZxPowerOptions *options)
{
  g_return_val_if_fail (city != NULL && headroom != NULL && options != NULL, NULL);
  GArray *areas = g_array_new (FALSE, TRUE, sizeof (ZxProtectedArea));
  for (guint i = 0; i < headroom->n_areas; i++)
    {
      ZxProtectedArea area = { .area = i, .first_hour = N_HOURS, .last_hour = N_HOURS };
      area.load_class = headroom->load_class[i];
      if (area.load_class != ZX_LOAD_HEAVY && area.load_class != ZX_LOAD_OVER)
        continue;
      area.peak_rate = headroom->peak_rate[i];
      area.heavy_hours = headroom->heavy_hours[i];
      area.over_hours = headroom->over_hours[i];
      for (guint8 hour = 0; hour < N_HOURS; hour++)
        if (headroom->room_kw[i * N_HOURS + hour] <= 0)
          {
            area.first_hour = area.first_hour == N_HOURS ? hour : area.first_hour;
            area.last_hour = hour;
          }
      double kva = city->transformers.rated_kva[i] * area.peak_rate / options->plan_rate;
      area.next_size_kva = zx_power_transformer_size_kva (kva);
      g_array_append_val (areas, area);
    }
  g_array_sort (areas, compare_areas);
  return areas;
}
