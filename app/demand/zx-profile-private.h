/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The parts of the profiles; each fills its own members. */
#pragma once

#include "app/demand/zx-demand.h"
#include "app/demand/zx-profile-places.h"

G_BEGIN_DECLS

gboolean zx_profile_areas (ZxProfiles *self, const ZxCity *city, const ZxProfilePlaces *places,
                           const ZxProgress *progress, GError **error);
gboolean zx_profile_piles (ZxProfiles *self, const ZxCity *city, GError **error);
gboolean zx_profile_users (ZxProfiles *self, const ZxCity *city, const ZxProgress *progress,
                           GError **error);
/* Of @n values, reordered; NaN for none. */
double zx_profile_median (float *values, gsize n);

G_END_DECLS
