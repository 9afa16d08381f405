/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One table says what each kind of layer is called and how it starts; opacities are those of the
 * report, so that a place starts with the colour it has on paper. */

#include "app/project/zx-map-layer.h"

#include "data/base/zx-base.h"

static const struct
{
  const char *name, *title;
  gboolean is_visible;
  double opacity;
} kinds[ZX_N_MAP_LAYERS] = {
  [ZX_MAP_LAYER_BASE] = { "base", N_ ("Base map"), TRUE, 1.0 },
  [ZX_MAP_LAYER_USAGE_HEAT] = { "usage-heat", N_ ("Usage heat"), TRUE, 0.85 },
  [ZX_MAP_LAYER_VEHICLE_HEAT] = { "vehicle-heat", N_ ("Vehicle heat"), FALSE, 0.85 },
  [ZX_MAP_LAYER_SHORTFALL] = { "shortfall", N_ ("Shortfall"), FALSE, 0.85 },
  [ZX_MAP_LAYER_DEMAND_MEAN] = { "demand-mean", N_ ("Expected demand"), FALSE, 0.78 },
  [ZX_MAP_LAYER_DEMAND_SPREAD] = { "demand-spread", N_ ("Spread of demand"), FALSE, 0.78 },
  [ZX_MAP_LAYER_DEMAND_PROBABILITY]
  = { "demand-probability", N_ ("Probability of high demand"), FALSE, 0.78 },
  [ZX_MAP_LAYER_TRANSFORMER_AREAS]
  = { "transformer-areas", N_ ("Transformer areas by load rate"), FALSE, 0.78 },
  [ZX_MAP_LAYER_FEEDERS] = { "feeders", N_ ("Feeders"), FALSE, 1.0 },
  [ZX_MAP_LAYER_TRANSFORMER_AREAS_PLANNED]
  = { "transformer-areas-planned", N_ ("Transformer areas with the plan"), FALSE, 0.78 },
  [ZX_MAP_LAYER_FEEDERS_PLANNED] = { "feeders-planned", N_ ("Feeders with the plan"), FALSE, 1.0 },
  [ZX_MAP_LAYER_FEEDER_ROOM] = { "feeder-room", N_ ("Room at feeder nodes"), FALSE, 1.0 },
  [ZX_MAP_LAYER_LIMITS] = { "limits", N_ ("No-build areas and barriers"), FALSE, 1.0 },
  [ZX_MAP_LAYER_STATIONS] = { "stations", N_ ("Stations"), TRUE, 1.0 },
  [ZX_MAP_LAYER_CANDIDATES] = { "candidates", N_ ("Candidates"), FALSE, 1.0 },
  [ZX_MAP_LAYER_SITES] = { "sites", N_ ("Chosen sites"), TRUE, 1.0 },
};

const char *
zx_map_layer_kind_name (ZxMapLayerKind kind)
{
  return kind < ZX_N_MAP_LAYERS ? kinds[kind].name : "";
}

const char *
zx_map_layer_kind_title (ZxMapLayerKind kind)
{
  return kind < ZX_N_MAP_LAYERS ? kinds[kind].title : "";
}

ZxMapLayerKind
zx_map_layer_kind_parse (const char *name)
{
  for (guint i = 0; i < ZX_N_MAP_LAYERS; i++)
    if (g_strcmp0 (kinds[i].name, name) == 0)
      return (ZxMapLayerKind) i;
  return ZX_N_MAP_LAYERS;
}

struct _ZxMapLayer
{
  GObject parent;
  ZxMapLayerKind kind;
  char *title; /* NULL: the kind's own */
  gboolean is_visible;
  double opacity;
  ZxMapStyle style;
};

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_IS_VISIBLE,
  PROP_OPACITY,
  PROP_STYLE,
  N_PROPS,
};
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ZxMapLayer, zx_map_layer, G_TYPE_OBJECT)

static void
zx_map_layer_finalize (GObject *object)
{
  g_free (ZX_MAP_LAYER (object)->title);
  G_OBJECT_CLASS (zx_map_layer_parent_class)->finalize (object);
}

static void
zx_map_layer_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  ZxMapLayer *self = ZX_MAP_LAYER (object);
  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, zx_map_layer_title (self));
      break;
    case PROP_IS_VISIBLE:
      g_value_set_boolean (value, self->is_visible);
      break;
    case PROP_OPACITY:
      g_value_set_double (value, self->opacity);
      break;
    case PROP_STYLE:
      g_value_set_pointer (value, &self->style);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
zx_map_layer_class_init (ZxMapLayerClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  object_class->finalize = zx_map_layer_finalize;
  object_class->get_property = zx_map_layer_get_property;
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_IS_VISIBLE] = g_param_spec_boolean ("is-visible", NULL, NULL, TRUE, flags);
  properties[PROP_OPACITY] = g_param_spec_double ("opacity", NULL, NULL, 0, 1, 1, flags);
  properties[PROP_STYLE] = g_param_spec_pointer ("style", NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
zx_map_layer_init (ZxMapLayer *self)
{
}

ZxMapLayer *
zx_map_layer_new (ZxMapLayerKind kind)
{
  g_return_val_if_fail (kind < ZX_N_MAP_LAYERS, NULL);
  ZxMapLayer *self = g_object_new (ZX_TYPE_MAP_LAYER, NULL);
  self->kind = kind;
  self->is_visible = kinds[kind].is_visible;
  self->opacity = kinds[kind].opacity;
  self->style = (ZxMapStyle) ZX_MAP_STYLE_INIT;
  return self;
}

ZxMapLayerKind
zx_map_layer_kind (ZxMapLayer *self)
{
  return self->kind;
}

const char *
zx_map_layer_title (ZxMapLayer *self)
{
  return self->title != NULL ? self->title : _ (kinds[self->kind].title);
}

const char *
zx_map_layer_given_title (ZxMapLayer *self)
{
  return self->title;
}

gboolean
zx_map_layer_is_visible (ZxMapLayer *self)
{
  return self->is_visible;
}

double
zx_map_layer_opacity (ZxMapLayer *self)
{
  return self->opacity;
}

void
zx_map_layer_set_title (ZxMapLayer *self, const char *title)
{
  if (g_strcmp0 (self->title, title) == 0)
    return;
  g_free (self->title);
  self->title = g_strdup (title);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

void
zx_map_layer_set_visible (ZxMapLayer *self, gboolean is_visible)
{
  if (self->is_visible == !!is_visible)
    return;
  self->is_visible = !!is_visible;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_VISIBLE]);
}

void
zx_map_layer_set_opacity (ZxMapLayer *self, double opacity)
{
  opacity = CLAMP (opacity, 0.0, 1.0);
  if (self->opacity == opacity)
    return;
  self->opacity = opacity;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OPACITY]);
}

const ZxMapStyle *
zx_map_layer_style (ZxMapLayer *self)
{
  return &self->style;
}

void
zx_map_layer_set_style (ZxMapLayer *self, const ZxMapStyle *style)
{
  if (zx_map_style_equal (&self->style, style))
    return;
  self->style = *style;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STYLE]);
}
