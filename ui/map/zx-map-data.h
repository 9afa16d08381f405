/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the map needs of a project beyond what stands there: values per polygon, colour domains,
 * indices for finding what is under the pointer.  Made once per snapshot in a worker, immutable,
 * shared by reference; keeps the project alive. */
#pragma once

#include "app/carto/zx-carto.h"
#include "app/project/zx-project.h"
#include "ui/map/zx-hour-fields.h"

G_BEGIN_DECLS

typedef struct _ZxMapData ZxMapData;

ZxMapData *zx_map_data_new (ZxProject *project); /* any thread */
/* The same with the heat of one hour (0 … 47) in place of the whole day's, for the kinds that
 * @fields has: NULL or one per kind.  Any thread. */
ZxMapData *zx_map_data_at_hour (ZxMapData *whole, ZxHourFields *const fields[ZX_N_MAP_LAYERS],
                                guint hour);
/* The same with the sites of another plan, by the names of candidates; names that are none are left
 * out. */
ZxMapData *zx_map_data_with_sites (ZxMapData *whole, const char *const *names);
/* -1: the whole day. */
int zx_map_data_hour (const ZxMapData *self);
/* "Weekdays, 17:00 to 18:00".  (transfer full) */
char *zx_map_data_hour_text (guint hour);
ZxMapData *zx_map_data_ref (ZxMapData *self);
void zx_map_data_unref (ZxMapData *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxMapData, zx_map_data_unref)

ZxProject *zx_map_data_project (const ZxMapData *self);
const ZxCity *zx_map_data_city (const ZxMapData *self); /* NULL before seal */

/* NULL for layers without colours. */
const ZxColourScale *zx_map_data_scale (const ZxMapData *self, ZxMapLayerKind kind);
/* With the unit, translated: "Usage heat, kWh/km²/d".  @note: (out): bandwidth and the like, or
 * NULL.  Both (transfer full). */
char *zx_map_data_legend (const ZxMapData *self, ZxMapLayerKind kind, char **note);

const ZxField *zx_map_data_field (const ZxMapData *self, ZxMapLayerKind kind);
/* Polygons or lines with a value per row (per cent, kWh/km²/d …). */
const ZxGeometry *zx_map_data_shapes (const ZxMapData *self, ZxMapLayerKind kind);
const float *zx_map_data_values (const ZxMapData *self, ZxMapLayerKind kind);

typedef struct
{
  guint n;
  const double *x_m, *y_m;
  const guint8 *group;      /* candidates: 1 = ruled out; NULL = all 0 */
  const char *const *label; /* NULL = none */
} ZxMapPlaces;
/* Stations, candidates, sites, transformer areas without polygons.  FALSE for other layers. */
gboolean zx_map_data_places (const ZxMapData *self, ZxMapLayerKind kind, ZxMapPlaces *places);

/* The value of a layer at a place, with its unit, translated; NULL where there is none.  (transfer
 * full) */
char *zx_map_data_value_at (const ZxMapData *self, ZxMapLayerKind kind, double x_m, double y_m);
/* The place of a layer nearest to the pointer within @limit_m, or -1. */
int zx_map_data_place_at (const ZxMapData *self, ZxMapLayerKind kind, double x_m, double y_m,
                          double limit_m);
/* A line of a card, @label and number with @unit; none when @value is not finite. */
void zx_map_say (GString *card, const char *label, double value, guint decimals, const char *unit);
/* What a card says of a place: lines of "label\tvalue", the first its name.  (transfer full) */
char *zx_map_data_describe (const ZxMapData *self, ZxMapLayerKind kind, guint place);

G_END_DECLS
