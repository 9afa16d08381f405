/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as a speed table: refused with a reason, or every value within its bounds. */

#include "app/travel/zx-travel.h"

#include <math.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  ZxSpeedTable speeds;
  g_autoptr (GError) error = NULL;
  if (!zx_speed_table_parse (&speeds, (const char *) data, (gssize) size, &error))
    {
      g_assert (error != NULL);
      return 0;
    }
  for (guint i = 0; i < ZX_N_ROAD_CLASSES; i++)
    g_assert (speeds.kmh[i] >= 0 && speeds.kmh[i] <= 250 && speeds.link_kmh[i] >= 0
              && speeds.link_kmh[i] <= 250);
  for (guint i = 0; i <= ZX_ALL_ROAD_CLASSES; i++)
    for (guint hour = 0; hour < ZX_HOURS; hour++)
      g_assert (isnan (speeds.hour_share[i][hour])
                || (speeds.hour_share[i][hour] >= 0.05f && speeds.hour_share[i][hour] <= 1.5f));
  for (speeds.hour = ZX_NO_HOUR; speeds.hour < ZX_HOURS; speeds.hour++)
    g_assert (zx_speed_table_share (&speeds, ZX_ROAD_PRIMARY) > 0);
  g_assert (speeds.straight_s >= 0 && speeds.right_s >= 0 && speeds.left_s >= 0
            && speeds.signal_s >= 0 && speeds.u_turn_s >= 0 && speeds.u_turn_s <= 300);
  g_assert (speeds.urban_factor > 0 && speeds.straight_kmh >= 1 && speeds.straight_detour >= 1);
  return 0;
}
