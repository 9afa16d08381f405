/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Map figures: what stands on a map and beside it, painted by app/carto when its page is drawn. */
#pragma once

#include "app/carto/zx-carto.h"

G_BEGIN_DECLS

typedef struct _ZxPlate ZxPlate;

/* The whole city, quietly.  @city and all texts are borrowed until the plate is painted.
 * @attribution: for the map's corner. */
ZxPlate *zx_plate_new (const ZxCity *city, ZxBaseStyle style, const char *attribution);
void zx_plate_free (gpointer plate);
/* Another extent: @radius_m around a point. */
void zx_plate_look_at (ZxPlate *self, double x_m, double y_m, double radius_m);
/* A field under the roads. */
void zx_plate_set_field (ZxPlate *self, const ZxField *field, const ZxColourScale *scale,
                         const char *title);
/* Polygons filled by value; takes over @geometry's arrays, copies @value. */
void zx_plate_set_areas (ZxPlate *self, ZxGeometry *geometry, const float *value,
                         const ZxColourScale *scale, const char *title);
/* Lines over the roads, coloured by value; takes over @geometry's arrays, copies @value.  @value,
 * @scale and @title NULL: all alike, and not in the legend. */
void zx_plate_set_lines (ZxPlate *self, ZxGeometry *geometry, const float *value,
                         const ZxColourScale *scale, const char *title);
/* Symbols; coordinates, sizes and values are copied, labels borrowed.  @size, @label, @value and
 * @scale nullable; @name: in the legend, NULL = not there. */
void zx_plate_add_points (ZxPlate *self, ZxSymbol symbol, guint n, const double *x_m,
                          const double *y_m, const double *size, const char *const *label,
                          const float *value, const ZxColourScale *scale, const char *name);
/* Hatches the city's exclusions where the plate shows any; @name: in the legend. */
void zx_plate_set_exclusions (ZxPlate *self, const char *name);
void zx_plate_set_note (ZxPlate *self, const char *note);
void zx_plate_hide_legend (ZxPlate *self);

/* Height that suits the extent in @width with the legend, between @least and @most. */
double zx_plate_height (const ZxPlate *self, double width, double least, double most);
/* A ZxPanelFunc. */
void zx_plate_paint (cairo_t *cr, double x, double y, double width, double height, gpointer plate);

G_END_DECLS
