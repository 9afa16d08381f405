/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A layer of the map as a planner handles it: what it shows, its name, whether and how strongly it
 * is seen.  What it shows is read from the project, never kept here. */
#pragma once

#include <gio/gio.h>

#include "app/carto/zx-carto.h"

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
  ZX_MAP_LAYER_LIMITS, /* land on which no station may stand, lines travel may not cross */
  ZX_MAP_LAYER_STATIONS,
  ZX_MAP_LAYER_CANDIDATES,
  ZX_MAP_LAYER_SITES,
  ZX_N_MAP_LAYERS,
} ZxMapLayerKind;

const char *zx_map_layer_kind_name (ZxMapLayerKind kind);  /* "usage-heat": kept in files */
const char *zx_map_layer_kind_title (ZxMapLayerKind kind); /* English msgid: "Usage heat" */
ZxMapLayerKind zx_map_layer_kind_parse (const char *name); /* ZX_N_MAP_LAYERS when unknown */

/* How a layer is painted where that is not left to the kind. */
#define ZX_OWN_RAMP     (-1)
#define ZX_OWN_COLOUR   (-1)
#define ZX_LEAST_SIZE   0.5
#define ZX_MOST_SIZE    3.0
#define ZX_MOST_CLASSES 9
typedef struct
{
  int ramp;        /* ZxRamp, or ZX_OWN_RAMP */
  guint n_classes; /* 0: colours without steps; else 2 … ZX_MOST_CLASSES */
  gint32 colour;   /* of symbols, 0xrrggbb, or ZX_OWN_COLOUR */
  double size;     /* of symbols and lines, against their own: ZX_LEAST_SIZE … ZX_MOST_SIZE */
} ZxMapStyle;
#define ZX_MAP_STYLE_INIT                                                                          \
  {                                                                                                \
    ZX_OWN_RAMP, 0, ZX_OWN_COLOUR, 1.0                                                             \
  }
gboolean zx_map_style_equal (const ZxMapStyle *a, const ZxMapStyle *b);
/* What of it the kind can take: a ramp of one's choice, steps, another colour, another size. */
gboolean zx_map_layer_kind_has_ramp (ZxMapLayerKind kind);
gboolean zx_map_layer_kind_has_classes (ZxMapLayerKind kind);
gboolean zx_map_layer_kind_has_colour (ZxMapLayerKind kind);
gboolean zx_map_layer_kind_has_size (ZxMapLayerKind kind);

#define ZX_TYPE_MAP_LAYER (zx_map_layer_get_type ())
G_DECLARE_FINAL_TYPE (ZxMapLayer, zx_map_layer, ZX, MAP_LAYER, GObject)

/* Properties: title (string), is-visible (boolean), opacity (0 … 1), style (pointer, told of only).
 */
ZxMapLayer *zx_map_layer_new (ZxMapLayerKind kind);
ZxMapLayerKind zx_map_layer_kind (ZxMapLayer *self);
const char *zx_map_layer_title (ZxMapLayer *self);       /* translated or as renamed; borrowed */
const char *zx_map_layer_given_title (ZxMapLayer *self); /* NULL: its own */
gboolean zx_map_layer_is_visible (ZxMapLayer *self);
double zx_map_layer_opacity (ZxMapLayer *self);
const ZxMapStyle *zx_map_layer_style (ZxMapLayer *self);
/* Without undo: windows change layers through ZxSession. */
void zx_map_layer_set_title (ZxMapLayer *self, const char *title); /* NULL: its own again */
void zx_map_layer_set_visible (ZxMapLayer *self, gboolean is_visible);
void zx_map_layer_set_opacity (ZxMapLayer *self, double opacity);
void zx_map_layer_set_style (ZxMapLayer *self, const ZxMapStyle *style);

/* A list of layers, topmost first, as text that stands in the project's file.  Both (transfer
 * full). */
char *zx_map_layers_format (GListModel *layers);
/* An array of ZxMapLayer.  What cannot be understood is left out; a kind that the text does not
 * know, for it is of an older version, comes on top as it starts; those that were removed stay so.
 */
GPtrArray *zx_map_layers_parse (const char *text);

G_END_DECLS
