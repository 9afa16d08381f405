/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The legend of what the map shows: ramp and ticks in one widget, so that right-to-left cannot part
 * them, painted by the function that paints it in the report. */
#pragma once

#include <gtk/gtk.h>

#include "ui/map/zx-map-painter.h"

G_BEGIN_DECLS

#define ZX_TYPE_MAP_LEGEND (zx_map_legend_get_type ())
G_DECLARE_FINAL_TYPE (ZxMapLegend, zx_map_legend, ZX, MAP_LEGEND, GtkWidget)

void zx_map_legend_set_content (ZxMapLegend *self, ZxMapData *data, const ZxMapInk *ink,
                                guint n_inks);
void zx_map_legend_set_dark (ZxMapLegend *self, gboolean is_dark);

/* Letters of 7 points on paper are small on a screen: the map's are larger, and more so for people
 * who set larger text. */
double zx_map_text_scale (GtkWidget *widget);

G_END_DECLS
