/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be pointed at on the map.  A feature has the number its row has in the layer's table, so
 * that map and table speak of the same thing. */
#pragma once

#include "ui/map/zx-map-data.h"

G_BEGIN_DECLS

/* The name of the project's layer behind a layer of the map, NULL where there is no table. */
const char *zx_map_feature_table (const ZxCity *city, ZxMapLayerKind kind);
/* The feature under a place, or -1: within @limit_m of a symbol or line, or the area it lies in.
 * O(segments) for lines, O(points) for areas. */
int zx_map_feature_at (const ZxMapData *data, ZxMapLayerKind kind, double x_m, double y_m,
                       double limit_m);
/* FALSE when there is no such feature or it has no place. */
gboolean zx_map_feature_place (const ZxMapData *data, ZxMapLayerKind kind, guint feature,
                               double *x_m, double *y_m);
/* As zx_map_data_describe().  (transfer full): NULL when there is no such feature. */
char *zx_map_feature_describe (const ZxMapData *data, ZxMapLayerKind kind, guint feature);
/* The rectangle round all of a layer; FALSE when nothing of it has a place. */
gboolean zx_map_layer_extent (const ZxMapData *data, ZxMapLayerKind kind, double *min_x_m,
                              double *min_y_m, double *max_x_m, double *max_y_m);

G_END_DECLS
