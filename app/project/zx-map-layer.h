/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A layer of the map as a planner handles it: what it shows, its name, whether and how strongly it
 * is seen.  What it shows is read from the project, never kept here. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  ZX_MAP_LAYER_BASE, /* land, water, green, roads, names */
  ZX_MAP_LAYER_USAGE_HEAT,
  ZX_MAP_LAYER_VEHICLE_HEAT,
  ZX_MAP_LAYER_SHORTFALL,
  ZX_MAP_LAYER_DEMAND_MEAN,
  ZX_MAP_LAYER_DEMAND_SPREAD,
  ZX_MAP_LAYER_DEMAND_PROBABILITY,
  ZX_MAP_LAYER_FEEDERS,
  ZX_MAP_LAYER_TRANSFORMER_AREAS, /* of feeders' transformers where there are no areas */
  ZX_MAP_LAYER_FEEDERS_PLANNED,   /* with the plan built */
  ZX_MAP_LAYER_TRANSFORMER_AREAS_PLANNED,
  ZX_MAP_LAYER_FEEDER_ROOM,
  ZX_MAP_LAYER_STATIONS,
  ZX_MAP_LAYER_CANDIDATES,
  ZX_MAP_LAYER_SITES,
  ZX_N_MAP_LAYERS,
} ZxMapLayerKind;

const char *zx_map_layer_kind_name (ZxMapLayerKind kind);  /* "usage-heat": kept in files */
const char *zx_map_layer_kind_title (ZxMapLayerKind kind); /* English msgid: "Usage heat" */
ZxMapLayerKind zx_map_layer_kind_parse (const char *name); /* ZX_N_MAP_LAYERS when unknown */

#define ZX_TYPE_MAP_LAYER (zx_map_layer_get_type ())
G_DECLARE_FINAL_TYPE (ZxMapLayer, zx_map_layer, ZX, MAP_LAYER, GObject)

/* Properties: title (string), is-visible (boolean), opacity (0 … 1). */
ZxMapLayer *zx_map_layer_new (ZxMapLayerKind kind);
ZxMapLayerKind zx_map_layer_kind (ZxMapLayer *self);
const char *zx_map_layer_title (ZxMapLayer *self); /* translated or as renamed; borrowed */
gboolean zx_map_layer_is_visible (ZxMapLayer *self);
double zx_map_layer_opacity (ZxMapLayer *self);
/* Without undo: windows change layers through ZxSession. */
void zx_map_layer_set_title (ZxMapLayer *self, const char *title); /* NULL: its own again */
void zx_map_layer_set_visible (ZxMapLayer *self, gboolean is_visible);
void zx_map_layer_set_opacity (ZxMapLayer *self, double opacity);

G_END_DECLS
