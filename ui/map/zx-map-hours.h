/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bar of the hours: weekday or weekend, a slider, play.  It keeps no heat: it says which hour
 * is wanted. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ZX_TYPE_MAP_HOURS (zx_map_hours_get_type ())
G_DECLARE_FINAL_TYPE (ZxMapHours, zx_map_hours, ZX, MAP_HOURS, GtkWidget)

/* Properties: hour (uint, 0 … 47: 24 and more of a weekend day), playing (boolean). */
guint zx_map_hours_hour (ZxMapHours *self);
void zx_map_hours_set_hour (ZxMapHours *self, guint hour);
/* The hour after, round the same day. */
guint zx_map_hours_next (guint hour, guint steps);
gboolean zx_map_hours_is_playing (ZxMapHours *self);
void zx_map_hours_set_playing (ZxMapHours *self, gboolean is_playing);

G_END_DECLS
