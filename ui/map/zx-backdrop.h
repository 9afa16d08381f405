/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Raster tiles under the map, from a file or from a server the planner chose.  Tiles are in web
 * Mercator, the map is on the city's plane: each picture is bent from one to the other. */
#pragma once

#include "data/store/zx-store.h"

#include <cairo.h>
#include <gio/gio.h>

G_BEGIN_DECLS

#define ZX_TYPE_BACKDROP (zx_backdrop_get_type ())
G_DECLARE_FINAL_TYPE (ZxBackdrop, zx_backdrop, ZX, BACKDROP, GObject)

/* Signals, on the main thread: changed (), tiles have come that a picture lacked; failed (reason:
 * string), once, when a server gave none. */

/* Takes over @tiles. */
ZxBackdrop *zx_backdrop_new_for_tiles (ZxTiles *tiles);
/* @address: "https://…/{z}/{x}/{y}.png".  @is_gcj02: its tiles are in GCJ-02, and are bent back.
 * @attribution: what the map says of where they come from.  NULL with one sentence when the address
 * is none. */
ZxBackdrop *zx_backdrop_new_for_address (const char *address, gboolean is_gcj02,
                                         const char *attribution, GError **error);
/* Tiles that are kept in memory; at first 384, which are 96 MB of tiles of 256 pixels. */
void zx_backdrop_set_most_kept (ZxBackdrop *self, guint n);
void zx_backdrop_forget (ZxBackdrop *self); /* all of them; they are asked for anew */
const char *zx_backdrop_attribution (ZxBackdrop *self);
gboolean zx_backdrop_is_gcj02 (ZxBackdrop *self);

/* Where a picture's places lie in web Mercator: rows from the top, columns from the left. */
#define ZX_BACKDROP_SIDE 17
typedef struct
{
  double x_m[ZX_BACKDROP_SIDE * ZX_BACKDROP_SIDE], y_m[ZX_BACKDROP_SIDE * ZX_BACKDROP_SIDE];
} ZxBackdropGrid;

/* Web Mercator of a place; GCJ-02 where the tiles are. */
void zx_backdrop_locate (ZxBackdrop *self, double lon_deg, double lat_deg, double *x_m,
                         double *y_m);
/* Any thread.  Fills @width × @height units of @cr; leaves open what has no tile yet. */
void zx_backdrop_paint (ZxBackdrop *self, cairo_t *cr, const ZxBackdropGrid *grid, double width,
                        double height, double pixels_per_unit);

G_END_DECLS
