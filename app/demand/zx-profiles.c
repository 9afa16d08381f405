/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/demand/zx-profile-private.h"

#include <stdlib.h>

static int
compare_floats (gconstpointer a, gconstpointer b)
{
  float x = *(const float *) a, y = *(const float *) b;
  return (x > y) - (x < y);
}

double
zx_profile_median (float *values, gsize n)
{
  if (n == 0)
    return NAN;
  qsort (values, n, sizeof *values, compare_floats);
  return n % 2 == 1 ? values[n / 2] : ((double) values[n / 2 - 1] + values[n / 2]) / 2;
}

ZxProfiles *
zx_demand_profiles (const ZxCity *city, const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (city != NULL, NULL);
  ZxProfilePlaces places;
  ZxProgress first = zx_progress_slice (progress, 0, 0.7),
             second = zx_progress_slice (progress, 0.7, 1);
  if (!zx_profile_places_init (&places, city, error))
    return NULL;
  g_autoptr (ZxProfiles) self = g_new0 (ZxProfiles, 1);
  gboolean ok = zx_profile_areas (self, city, &places, &first, error)
                && zx_profile_piles (self, city, error)
                && zx_profile_users (self, city, &second, error)
                && zx_progress_step (progress, 1, 1, error);
  zx_profile_places_clear (&places);
  return ok ? g_steal_pointer (&self) : NULL;
}

void
zx_profiles_free (ZxProfiles *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_areas && self->area != NULL; i++)
    g_free (self->area[i].name);
  for (guint i = 0; i < self->n_piles && self->pile != NULL; i++)
    g_free (self->pile[i].name);
  g_free (self->area);
  g_free (self->pile);
  g_free (self->user);
  g_free (self);
}
