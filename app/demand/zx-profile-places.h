/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which area of the profiles a place belongs to. */
#pragma once

#include "data/city/zx-city.h"

G_BEGIN_DECLS

/* The city's districts; where it has none, nine sectors: the middle and the eight points of the
 * compass around it. */
typedef struct
{
  const ZxCity *city;
  guint n;           /* areas; what lies in none of them is area n */
  guint32 *district; /* n: rows of ZxAreas; NULL for sectors */
  gint32 *area_of;   /* by row of ZxAreas; -1 */
  double min_x, min_y, cell_m;
  guint n_columns, n_rows;
  gint32 *cell; /* area of all of the cell, or CROSSED */
} ZxProfilePlaces;

gboolean zx_profile_places_init (ZxProfilePlaces *self, const ZxCity *city, GError **error);
void zx_profile_places_clear (ZxProfilePlaces *self);
/* O(1) but near borders, where it is O(points of the districts).  Any thread. */
guint zx_profile_place (const ZxProfilePlaces *self, double x_m, double y_m);
/* English msgid of a sector; NULL for districts. */
const char *zx_profile_sector_name (const ZxProfilePlaces *self, guint area);

G_END_DECLS
