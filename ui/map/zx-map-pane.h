/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The map with all that stands on it: scale, north, legend, value under the pointer, details card,
 * buttons, a second map, the hours of the day, measuring, kept views.  Keys: arrows, Page Up and
 * Down for zoom, Home for the whole city, and a letter for each tool. */
#pragma once

#include "ui/map/zx-map-canvas.h"

G_BEGIN_DECLS

#define ZX_TYPE_MAP_PANE (zx_map_pane_get_type ())
G_DECLARE_FINAL_TYPE (ZxMapPane, zx_map_pane, ZX, MAP_PANE, GtkWidget)

/* Signal: chosen (kind: uint, feature: int), zx-map-features.h; ZX_N_MAP_LAYERS and -1: nothing is
 * chosen any more. */
void zx_map_pane_set_session (ZxMapPane *self, ZxSession *session);
/* The tiles under the map that were chosen last time. */
void zx_map_pane_restore_backdrop (ZxMapPane *self);
void zx_map_pane_show_city (ZxMapPane *self);
/* @metres_per_unit 0: keeps the scale unless it is coarser than a street. */
void zx_map_pane_fly_to (ZxMapPane *self, double x_m, double y_m, double metres_per_unit);
/* The same without a ring round the place. */
void zx_map_pane_go_to (ZxMapPane *self, double x_m, double y_m, double metres_per_unit);
/* Flies to a feature and tells of it; FALSE when it has no place. */
gboolean zx_map_pane_choose (ZxMapPane *self, ZxMapLayerKind kind, guint feature);
int zx_map_pane_chosen (ZxMapPane *self, ZxMapLayerKind *kind); /* -1: nothing */
/* All of a layer in the view; FALSE when nothing of it has a place. */
gboolean zx_map_pane_show_all_of (ZxMapPane *self, ZxMapLayerKind kind);
void zx_map_pane_pan (ZxMapPane *self, double right_share, double up_share);
void zx_map_pane_zoom (ZxMapPane *self, double steps);
/* A second map, on the right of a handle or beside the first: the base, @kind and the symbols.
 * ZX_N_MAP_LAYERS: no comparison. */
void zx_map_pane_compare (ZxMapPane *self, ZxMapLayerKind kind);
ZxMapLayerKind zx_map_pane_compared (ZxMapPane *self);
void zx_map_pane_set_beside (ZxMapPane *self, gboolean is_beside);
gboolean zx_map_pane_is_beside (ZxMapPane *self);   /* two maps are seen */
const char *zx_map_pane_measured (ZxMapPane *self); /* "" while nothing is measured */
ShumateViewport *zx_map_pane_viewport (ZxMapPane *self);
ZxMapData *zx_map_pane_data (ZxMapPane *self); /* NULL until it is made; borrowed */
gboolean zx_map_pane_is_settled (ZxMapPane *self);
double zx_map_pane_last_seconds (ZxMapPane *self);

G_END_DECLS
