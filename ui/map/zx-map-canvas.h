/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The city's map as a layer of libshumate: one picture of the view, painted in a worker, laid where
 * it belongs until the next one is ready. */
#pragma once

#include <shumate/shumate.h>

#include "ui/map/zx-map-painter.h"
#include "ui/map/zx-plane.h"

G_BEGIN_DECLS

#define ZX_TYPE_MAP_CANVAS (zx_map_canvas_get_type ())
G_DECLARE_FINAL_TYPE (ZxMapCanvas, zx_map_canvas, ZX, MAP_CANVAS, ShumateLayer)

ZxMapCanvas *zx_map_canvas_new (ShumateViewport *viewport);
void zx_map_canvas_set_plane (ZxMapCanvas *self, const ZxPlane *plane);
/* What to paint and the layers, the lowest first.  @data NULL: nothing. */
void zx_map_canvas_set_content (ZxMapCanvas *self, ZxMapData *data, const ZxMapInk *ink,
                                guint n_inks);
void zx_map_canvas_set_dark (ZxMapCanvas *self, gboolean is_dark);
/* Shows only what lies right of this share of the width, behind a line: the second map of a
 * comparison.  0: all of it. */
void zx_map_canvas_set_left_edge (ZxMapCanvas *self, double share);
/* A ring round a place; NaN: none. */
void zx_map_canvas_set_mark (ZxMapCanvas *self, double x_m, double y_m);
/* The picture shown belongs to the view and content as they are now. */
gboolean zx_map_canvas_is_settled (ZxMapCanvas *self);
double zx_map_canvas_last_seconds (ZxMapCanvas *self); /* worker's time for the last picture */

G_END_DECLS
