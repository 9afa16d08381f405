/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How layers are painted, and all of them as text:
 *
 *   shown 0.85 viridis 5 own 1 Usage heat of our stations
 *   removed 0.78 own 0 own 1
 *
 * one a line after the kind's name, topmost first: state, opacity, ramp, classes, colour, size, and
 * the title where somebody gave one. */

#include "app/project/zx-map-layer.h"

#include <string.h>

#define MOST_LINES    200 /* of a file, which may be anything */
#define LONGEST_TITLE 400
#define N_WORDS       7 /* before the title */

static const char *const ramps[] = {
  [ZX_RAMP_HEAT] = "heat",
  [ZX_RAMP_VIRIDIS] = "viridis",
  [ZX_RAMP_DIFFERENCE] = "difference",
  [ZX_RAMP_LOAD] = "load",
  [ZX_RAMP_PROBABILITY] = "probability",
  [ZX_RAMP_CIVIDIS] = "cividis",
};

gboolean
zx_map_style_equal (const ZxMapStyle *a, const ZxMapStyle *b)
{
  return a->ramp == b->ramp && a->n_classes == b->n_classes && a->colour == b->colour
         && a->size == b->size;
}

/* Differences and load rates keep the colours that mean something there: blue and orange, the
 * breaks at 80 % and 100 %. */
gboolean
zx_map_layer_kind_has_ramp (ZxMapLayerKind kind)
{
  return kind == ZX_MAP_LAYER_USAGE_HEAT || kind == ZX_MAP_LAYER_VEHICLE_HEAT
         || kind == ZX_MAP_LAYER_DEMAND_MEAN || kind == ZX_MAP_LAYER_DEMAND_SPREAD
         || kind == ZX_MAP_LAYER_DEMAND_PROBABILITY || kind == ZX_MAP_LAYER_FEEDER_ROOM;
}

gboolean
zx_map_layer_kind_has_classes (ZxMapLayerKind kind)
{
  return kind == ZX_MAP_LAYER_SHORTFALL || zx_map_layer_kind_has_ramp (kind);
}

gboolean
zx_map_layer_kind_has_colour (ZxMapLayerKind kind)
{
  return kind == ZX_MAP_LAYER_STATIONS || kind == ZX_MAP_LAYER_CANDIDATES
         || kind == ZX_MAP_LAYER_SITES;
}

gboolean
zx_map_layer_kind_has_size (ZxMapLayerKind kind)
{
  return kind == ZX_MAP_LAYER_FEEDERS || kind == ZX_MAP_LAYER_FEEDERS_PLANNED
         || kind == ZX_MAP_LAYER_FEEDER_ROOM || zx_map_layer_kind_has_colour (kind);
}

/* ---- as text ------------------------------------------------------------------------------- */

static void
append_layer (GString *text, ZxMapLayer *layer, const char *state)
{
  const ZxMapStyle *style = zx_map_layer_style (layer);
  char opacity[32], size[32], colour[16] = "own";
  const char *title = zx_map_layer_given_title (layer);
  if (style->colour != ZX_OWN_COLOUR)
    g_snprintf (colour, sizeof colour, "%06x", (guint) style->colour);
  g_string_append_printf (
      text, "%s %s %s %s %u %s %s%s%s\n", zx_map_layer_kind_name (zx_map_layer_kind (layer)), state,
      zx_number_format (zx_map_layer_opacity (layer), opacity),
      style->ramp == ZX_OWN_RAMP ? "own" : ramps[style->ramp], style->n_classes, colour,
      zx_number_format (style->size, size), title != NULL ? " " : "", title != NULL ? title : "");
}

char *
zx_map_layers_format (GListModel *layers)
{
  GString *text = g_string_new (NULL);
  gboolean is_there[ZX_N_MAP_LAYERS] = { FALSE };
  for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
    {
      g_autoptr (ZxMapLayer) layer = g_list_model_get_item (layers, i);
      is_there[zx_map_layer_kind (layer)] = TRUE;
      append_layer (text, layer, zx_map_layer_is_visible (layer) ? "shown" : "hidden");
    }
  for (guint kind = 0; kind < ZX_N_MAP_LAYERS; kind++)
    if (!is_there[kind])
      {
        g_autoptr (ZxMapLayer) layer = zx_map_layer_new ((ZxMapLayerKind) kind);
        append_layer (text, layer, "removed");
      }
  return g_string_free (text, FALSE);
}

static gboolean
parse_number (const char *word, double low, double high, double *number)
{
  double value;
  if (!zx_number_parse (word, strlen (word), &value) || !(value >= low && value <= high))
    return FALSE;
  *number = value;
  return TRUE;
}

static void
parse_style (char *const *words, ZxMapStyle *style)
{
  double n_classes = 0;
  guint64 colour;
  for (guint i = 0; i < G_N_ELEMENTS (ramps); i++)
    if (strcmp (words[3], ramps[i]) == 0)
      style->ramp = (int) i;
  if (parse_number (words[4], 2, ZX_MOST_CLASSES, &n_classes))
    style->n_classes = (guint) n_classes;
  if (g_ascii_string_to_unsigned (words[5], 16, 0, 0xffffff, &colour, NULL))
    style->colour = (gint32) colour;
  parse_number (words[6], ZX_LEAST_SIZE, ZX_MOST_SIZE, &style->size);
}

static ZxMapLayer *
parse_line (char *const *words, ZxMapLayerKind kind)
{
  ZxMapLayer *layer = zx_map_layer_new (kind);
  ZxMapStyle style = ZX_MAP_STYLE_INIT;
  double opacity = zx_map_layer_opacity (layer);
  parse_number (words[2], 0, 1, &opacity);
  parse_style (words, &style);
  if (!zx_map_layer_kind_has_ramp (kind))
    style.ramp = ZX_OWN_RAMP;
  zx_map_layer_set_visible (layer, strcmp (words[1], "shown") == 0);
  zx_map_layer_set_opacity (layer, opacity);
  zx_map_layer_set_style (layer, &style);
  const char *title = words[N_WORDS];
  if (title != NULL && title[0] != '\0' && strlen (title) <= LONGEST_TITLE
      && g_utf8_validate (title, -1, NULL))
    zx_map_layer_set_title (layer, title);
  return layer;
}

GPtrArray *
zx_map_layers_parse (const char *text)
{
  GPtrArray *layers = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean is_known[ZX_N_MAP_LAYERS] = { FALSE };
  g_auto (GStrv) lines = g_strsplit (text, "\n", MOST_LINES);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", N_WORDS + 1);
      ZxMapLayerKind kind = zx_map_layer_kind_parse (words[0]);
      if (g_strv_length (words) < N_WORDS || kind == ZX_N_MAP_LAYERS || is_known[kind])
        continue;
      is_known[kind] = TRUE;
      if (strcmp (words[1], "removed") != 0)
        g_ptr_array_add (layers, parse_line (words, kind));
    }
  for (guint kind = 0; kind < ZX_N_MAP_LAYERS; kind++)
    if (!is_known[kind])
      g_ptr_array_insert (layers, 0, zx_map_layer_new ((ZxMapLayerKind) kind));
  return layers;
}
