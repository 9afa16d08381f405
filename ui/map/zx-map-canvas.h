/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The city's map as a layer of libshumate: one picture of the view, painted in a worker, laid where
 * it belongs until the next one is ready. */
#pragma once

#include <shumate/shumate.h>

#include "ui/map/zx-map-overlay.h"
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
/* Pictures of these data are painted when nothing else is to do, the first first, so that
 * set_content() with one of them and the same layers shows it at once. */
#define ZX_MAP_CANVAS_MOST_AHEAD 4
void zx_map_canvas_set_ahead (ZxMapCanvas *self, ZxMapData *const *data, guint n);
guint zx_map_canvas_n_ready (ZxMapCanvas *self); /* of these, painted for the view as it is */
/* Raster tiles in place of the base map's roads and names; NULL: none. */
void zx_map_canvas_set_backdrop (ZxMapCanvas *self, ZxBackdrop *backdrop);
void zx_map_canvas_set_dark (ZxMapCanvas *self, gboolean is_dark);
/* Shows only what lies between these shares of the width, with a line at the left one unless it is
 * 0: the two maps of a comparison. */
void zx_map_canvas_set_edges (ZxMapCanvas *self, double left, double right);
/* A ring round a place; NaN: none. */
void zx_map_canvas_set_mark (ZxMapCanvas *self, double x_m, double y_m);
/* Where the pointer is on the other map; NaN: none. */
void zx_map_canvas_set_pointer (ZxMapCanvas *self, double x_m, double y_m);
/* What the next run brings and takes.  Copied. */
void zx_map_canvas_set_pending (ZxMapCanvas *self, const ZxMapPending *pending, guint n);
/* A line that is measured.  Copied. */
void zx_map_canvas_set_path (ZxMapCanvas *self, const double *x_m, const double *y_m, guint n,
                             gboolean is_closed);
/* The picture shown belongs to the view and content as they are now. */
gboolean zx_map_canvas_is_settled (ZxMapCanvas *self);
/* The same, whatever is painted ahead meanwhile. */
gboolean zx_map_canvas_is_shown (ZxMapCanvas *self);
double zx_map_canvas_last_seconds (ZxMapCanvas *self); /* worker's time for the last picture */

G_END_DECLS
