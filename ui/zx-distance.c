/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The international foot, mile and acre (1959); small lengths in metres or feet, large ones in
 * kilometres or miles. */

#include "ui/zx-distance.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "data/base/zx-base.h"
#include "ui/zx-preferences.h"

#define FROM_KM   10000.0 /* metres from which lengths are told in kilometres */
#define FROM_KM2  1e6     /* the same for areas, m² */
#define FOOT_M    0.3048
#define MILE_M    1609.344
#define ACRE_M2   4046.8564224
#define MILE2_M2  (MILE_M * MILE_M)
#define FROM_MILE 0.5 /* miles from which lengths are told in them */

gboolean
zx_distance_is_imperial (void)
{
  GSettings *settings = zx_preferences_settings ();
  g_autofree char *units = settings != NULL ? g_settings_get_string (settings, "units") : NULL;
  return g_strcmp0 (units, "imperial") == 0;
}

/* Takes @format as translated. */
static char *
say (const char *format, double value, guint decimals)
{
  g_autofree char *number = zx_number_human (value, decimals);
  return g_strdup_printf (format, number);
}

static guint
decimals_for (double value)
{
  return value < 10 ? 2 : value < 100 ? 1 : 0;
}

char *
zx_distance_text (double length_m)
{
  double feet = length_m / FOOT_M, miles = length_m / MILE_M;
  if (!isfinite (length_m))
    return g_strdup ("–");
  if (!zx_distance_is_imperial ())
    return length_m < FROM_KM ? say (_ ("%s m"), length_m, length_m < 100 ? 1 : 0)
                              : say (_ ("%s km"), length_m / 1000, 2);
  return fabs (miles) < FROM_MILE ? say (_ ("%s ft"), feet, feet < 100 ? 1 : 0)
                                  : say (_ ("%s mi"), miles, decimals_for (miles));
}

char *
zx_distance_area_text (double area_m2)
{
  if (!isfinite (area_m2))
    return g_strdup ("–");
  if (!zx_distance_is_imperial ())
    return area_m2 < FROM_KM2 ? say (_ ("%s m²"), area_m2, 0)
                              : say (_ ("%s km²"), area_m2 / 1e6, 2);
  double acres = area_m2 / ACRE_M2, miles2 = area_m2 / MILE2_M2;
  return miles2 < 1 ? say (_ ("%s acres"), acres, decimals_for (acres))
                    : say (_ ("%s sq mi"), miles2, 2);
}
