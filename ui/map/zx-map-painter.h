/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A view of the map, painted in a thread of the map's own pool. */
#pragma once

#include <gtk/gtk.h>

#include "ui/map/zx-backdrop.h"
#include "ui/map/zx-map-data.h"

G_BEGIN_DECLS

typedef struct
{
  ZxMapLayerKind kind;
  double opacity;
  ZxMapStyle style;
} ZxMapInk;
/* The colours of a layer in its style; FALSE for layers without a scale. */
gboolean zx_map_ink_scale (const ZxMapInk *ink, const ZxMapData *data, ZxColourScale *scale);
/* The colour of its symbols; FALSE when they keep their own. */
gboolean zx_map_ink_colour (const ZxMapInk *ink, ZxColour *colour);

typedef struct
{
  ZxMapData *data;
  ZxMapInk ink[ZX_N_MAP_LAYERS]; /* visible layers, the lowest first */
  guint n_inks;
  double centre_x_m, centre_y_m, metres_per_unit;
  int width, height; /* units */
  int device_scale;  /* pixels per unit */
  double text_scale; /* symbols and letters are this much larger than on paper */
  gboolean is_dark;
  ZxBackdrop *backdrop; /* under everything, in place of roads and names; NULL: none */
  ZxBackdropGrid grid;  /* of the backdrop */
  guint64 look;         /* the orderer's own number */
} ZxMapOrder;

/* Fills the grid of the backdrop, if any.  On the main thread, which alone may ask where on Earth a
 * place is. */
void zx_map_order_locate (ZxMapOrder *order);
/* Paints on @cr, whose units are the order's.  Any thread. */
void zx_map_order_paint (const ZxMapOrder *order, cairo_t *cr);

typedef void (*ZxMapPaintedFunc) (GdkTexture *texture, const ZxMapOrder *order, double seconds,
                                  gpointer data);
/* Paints in the pool, newest order first, and calls @done on the main thread.  @order is copied. */
void zx_map_order_start (const ZxMapOrder *order, ZxMapPaintedFunc done, gpointer data);
/* Any other work for the map's pool; @func in the worker, @done on the main thread. */
void zx_map_pool_push (GFunc func, GSourceFunc done, gpointer data);

G_END_DECLS
