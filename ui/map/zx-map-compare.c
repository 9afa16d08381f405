/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two maps of one view: behind a handle on one map, or beside each other on two whose viewports are
 * bound, so that either one leads.  Left is what the layers say or one layer alone, right another
 * one; base and symbols are on both. */

#include "ui/map/zx-map-pane-private.h"

#include <glib/gi18n-lib.h>

#define JUST_A_LINE 1e-9 /* share of the width */

/* ---- what is compared -------------------------------------------------------------------------
 */

static gboolean
is_symbols (ZxMapLayerKind kind)
{
  return kind == ZX_MAP_LAYER_STATIONS || kind == ZX_MAP_LAYER_CANDIDATES
         || kind == ZX_MAP_LAYER_SITES || kind == ZX_MAP_LAYER_LIMITS;
}

static gboolean
can_compare (ZxMapPane *self, ZxMapLayerKind kind)
{
  return kind != ZX_MAP_LAYER_BASE && !is_symbols (kind)
         && zx_session_layer_absence (self->session, kind) == NULL;
}

gboolean
zx_map_pane_is_comparing (ZxMapPane *self)
{
  return self->shown[ZX_MAP_RIGHT] < ZX_N_MAP_LAYERS && self->data != NULL;
}

static gboolean
is_shown (ZxMapPane *self, ZxMapSide side, ZxMapLayer *layer)
{
  ZxMapLayerKind kind = zx_map_layer_kind (layer), alone = self->shown[side];
  gboolean is_there = zx_session_layer_absence (self->session, kind) == NULL;
  gboolean is_plan = side == ZX_MAP_RIGHT && self->scenario >= 0;
  if (is_plan && kind == ZX_MAP_LAYER_SITES)
    return TRUE;
  if (!zx_map_pane_is_comparing (self) || alone == ZX_N_MAP_LAYERS || is_plan)
    return is_there && zx_map_layer_is_visible (layer);
  return kind == ZX_MAP_LAYER_BASE || kind == alone
         || (is_symbols (kind) && is_there && zx_map_layer_is_visible (layer));
}

guint
zx_map_pane_inks (ZxMapPane *self, ZxMapSide side, ZxMapInk *ink)
{
  guint n_inks = 0;
  GListModel *layers = zx_session_layers (self->session);
  for (guint i = g_list_model_get_n_items (layers); i > 0; i--)
    {
      g_autoptr (ZxMapLayer) layer = g_list_model_get_item (layers, i - 1);
      if (n_inks < ZX_N_MAP_LAYERS && is_shown (self, side, layer))
        ink[n_inks++] = (ZxMapInk){ zx_map_layer_kind (layer), zx_map_layer_opacity (layer),
                                    *zx_map_layer_style (layer) };
    }
  return n_inks;
}

static gboolean
is_visible_kind (ZxMapPane *self, ZxMapLayerKind kind)
{
  ZxMapLayer *layer = zx_session_layer (self->session, kind);
  return layer != NULL && zx_map_layer_is_visible (layer);
}

/* What makes sense beside what is shown: vehicles beside use, after beside before, use beside the
 * rest. */
static ZxMapLayerKind
suggested (ZxMapPane *self)
{
  static const ZxMapLayerKind pairs[][2] = {
    { ZX_MAP_LAYER_USAGE_HEAT, ZX_MAP_LAYER_VEHICLE_HEAT },
    { ZX_MAP_LAYER_TRANSFORMER_AREAS, ZX_MAP_LAYER_TRANSFORMER_AREAS_PLANNED },
    { ZX_MAP_LAYER_FEEDERS, ZX_MAP_LAYER_FEEDERS_PLANNED },
    { ZX_MAP_LAYER_DEMAND_MEAN, ZX_MAP_LAYER_DEMAND_SPREAD },
  };
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    if (is_visible_kind (self, pairs[i][0]) && can_compare (self, pairs[i][1]))
      return pairs[i][1];
  if (can_compare (self, ZX_MAP_LAYER_USAGE_HEAT))
    return ZX_MAP_LAYER_USAGE_HEAT;
  for (guint kind = 0; kind < ZX_N_MAP_LAYERS; kind++)
    if (can_compare (self, (ZxMapLayerKind) kind))
      return (ZxMapLayerKind) kind;
  return ZX_N_MAP_LAYERS;
}

/* ---- the bar ----------------------------------------------------------------------------------
 */

/* The left list begins with the layers as they are. */
static void
fill_list (ZxMapPane *self, GtkWidget *list, ZxMapSide side)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  guint first = side == ZX_MAP_LEFT ? 1 : 0, selected = first - 1;
  if (side == ZX_MAP_LEFT)
    gtk_string_list_append (titles, _ ("The layers as they are"));
  for (guint i = 0; i < self->choices->len; i++)
    {
      ZxMapLayerKind kind = g_array_index (self->choices, ZxMapLayerKind, i);
      gtk_string_list_append (titles, _ (zx_map_layer_kind_title (kind)));
      if (kind == self->shown[side])
        selected = first + i;
    }
  const GPtrArray *scenarios = zx_session_scenarios (self->session);
  for (guint i = 0; side == ZX_MAP_RIGHT && i < scenarios->len; i++)
    {
      const ZxScenario *scenario = g_ptr_array_index (scenarios, i);
      g_autofree char *title = g_strdup_printf (_ ("Plan “%s”"), scenario->name);
      gtk_string_list_append (titles, title);
      if ((int) i == self->scenario)
        selected = self->choices->len + i;
    }
  gtk_drop_down_set_model (GTK_DROP_DOWN (list), G_LIST_MODEL (titles));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (list), selected);
}

static void
fill_choices (ZxMapPane *self)
{
  g_array_set_size (self->choices, 0);
  for (guint kind = 0; kind < ZX_N_MAP_LAYERS; kind++)
    if (can_compare (self, (ZxMapLayerKind) kind))
      {
        ZxMapLayerKind choice = (ZxMapLayerKind) kind;
        g_array_append_val (self->choices, choice);
      }
  self->is_filling = TRUE;
  fill_list (self, self->compare_left, ZX_MAP_LEFT);
  fill_list (self, self->compare_right, ZX_MAP_RIGHT);
  self->is_filling = FALSE;
}

static void
on_left_chosen_cb (ZxMapPane *self)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->compare_left));
  if (self->is_filling || selected > self->choices->len)
    return;
  self->shown[ZX_MAP_LEFT] = selected > 0
                                 ? g_array_index (self->choices, ZxMapLayerKind, selected - 1)
                                 : ZX_N_MAP_LAYERS;
  zx_map_pane_show_layers (self);
}

static void
on_right_chosen_cb (ZxMapPane *self)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->compare_right));
  if (self->is_filling || selected == GTK_INVALID_LIST_POSITION)
    return;
  zx_map_pane_forget_scenario (self);
  self->scenario = selected < self->choices->len ? -1 : (int) (selected - self->choices->len);
  self->shown[ZX_MAP_RIGHT] = self->scenario >= 0
                                  ? ZX_MAP_LAYER_SITES
                                  : g_array_index (self->choices, ZxMapLayerKind, selected);
  zx_map_pane_show_layers (self);
}

static void
on_handle_moved_cb (ZxMapPane *self)
{
  zx_map_pane_update_comparing (self);
}

void
zx_map_pane_update_comparing (ZxMapPane *self)
{
  gboolean is_comparing = zx_map_pane_is_comparing (self);
  double share
      = is_comparing && !self->is_beside ? gtk_range_get_value (GTK_RANGE (self->swipe)) / 100 : 1;
  zx_map_canvas_set_edges (self->canvas, 0, share);
  zx_map_canvas_set_edges (self->right, share, 1);
  zx_map_canvas_set_edges (self->beside, JUST_A_LINE, 1);
  gtk_widget_set_visible (self->compare_bar, is_comparing);
  gtk_widget_set_visible (self->swipe, is_comparing && !self->is_beside);
  gtk_widget_set_visible (self->map_beside, is_comparing && self->is_beside);
}

/* ---- plans that are kept -----------------------------------------------------------------------
 */

void
zx_map_pane_forget_scenario (ZxMapPane *self)
{
  g_clear_pointer (&self->scenario_data, zx_map_data_unref);
  g_clear_pointer (&self->scenario_of, zx_map_data_unref);
}

ZxMapData *
zx_map_pane_right_data (ZxMapPane *self)
{
  ZxMapData *data = zx_map_pane_shown_data (self);
  const GPtrArray *scenarios = zx_session_scenarios (self->session);
  if (data == NULL || self->scenario < 0 || (guint) self->scenario >= scenarios->len)
    return data;
  if (self->scenario_of != data)
    {
      const ZxScenario *scenario = g_ptr_array_index (scenarios, self->scenario);
      zx_map_pane_forget_scenario (self);
      self->scenario_of = zx_map_data_ref (data);
      self->scenario_data = zx_map_data_with_sites (data, (const char *const *) scenario->sites);
    }
  return self->scenario_data;
}

/* Plans come and go on the Sites page while they are compared. */
static void
on_settings_changed_cb (ZxMapPane *self)
{
  const GPtrArray *scenarios = zx_session_scenarios (self->session);
  if (!zx_map_pane_is_comparing (self))
    return;
  zx_map_pane_forget_scenario (self);
  if (self->scenario >= (int) scenarios->len)
    zx_map_pane_compare (self, ZX_N_MAP_LAYERS);
  else
    {
      fill_choices (self);
      zx_map_pane_show_layers (self);
    }
}

void
zx_map_pane_follow_scenarios (ZxMapPane *self)
{
  g_signal_connect_object (self->session, "settings-changed", G_CALLBACK (on_settings_changed_cb),
                           self, G_CONNECT_SWAPPED);
}

/* The sites of a kept plan beside those of the plan. */
static void
compare_plan_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxMapPane *self = ZX_MAP_PANE (widget);
  guint scenario = g_variant_get_uint32 (parameter);
  if (!zx_map_pane_is_ready (self) || scenario >= zx_session_scenarios (self->session)->len)
    return;
  zx_map_pane_forget_scenario (self);
  self->scenario = (int) scenario;
  self->shown[ZX_MAP_LEFT] = ZX_N_MAP_LAYERS;
  self->shown[ZX_MAP_RIGHT] = ZX_MAP_LAYER_SITES;
  fill_choices (self);
  zx_map_pane_show_layers (self);
}

/* ---- comparing --------------------------------------------------------------------------------
 */

void
zx_map_pane_compare (ZxMapPane *self, ZxMapLayerKind kind)
{
  if (kind < ZX_N_MAP_LAYERS && !can_compare (self, kind))
    kind = ZX_N_MAP_LAYERS;
  zx_map_pane_forget_scenario (self);
  self->scenario = -1;
  self->shown[ZX_MAP_RIGHT] = kind;
  self->shown[ZX_MAP_LEFT] = ZX_N_MAP_LAYERS;
  fill_choices (self);
  zx_map_pane_show_layers (self);
}

ZxMapLayerKind
zx_map_pane_compared (ZxMapPane *self)
{
  return self->shown[ZX_MAP_RIGHT];
}

void
zx_map_pane_set_beside (ZxMapPane *self, gboolean is_beside)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "map.beside", "b", is_beside);
}

gboolean
zx_map_pane_is_beside (ZxMapPane *self)
{
  return self->is_beside && zx_map_pane_is_comparing (self);
}

static void
compare_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxMapPane *self = ZX_MAP_PANE (widget);
  zx_map_pane_compare (self, zx_map_pane_is_comparing (self) ? ZX_N_MAP_LAYERS : suggested (self));
}

/* Two maps or one with a handle; begins a comparison when there is none. */
static void
beside_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxMapPane *self = ZX_MAP_PANE (widget);
  self->is_beside = g_variant_get_boolean (parameter);
  if (!zx_map_pane_is_comparing (self))
    zx_map_pane_compare (self, suggested (self));
  else
    zx_map_pane_show_layers (self);
}

static void
turn_beside_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gboolean is_beside = zx_map_pane_is_beside (ZX_MAP_PANE (widget));
  gtk_widget_activate_action (widget, "map.beside", "b", !is_beside);
}

void
zx_map_pane_add_comparing (GtkWidgetClass *class)
{
  gtk_widget_class_bind_template_child (class, ZxMapPane, compare_bar);
  gtk_widget_class_bind_template_child (class, ZxMapPane, compare_left);
  gtk_widget_class_bind_template_child (class, ZxMapPane, compare_right);
  gtk_widget_class_bind_template_child (class, ZxMapPane, swipe);
  gtk_widget_class_bind_template_child (class, ZxMapPane, map_beside);
  gtk_widget_class_bind_template_callback (class, on_handle_moved_cb);
  gtk_widget_class_install_action (class, "map.compare", NULL, compare_action);
  gtk_widget_class_install_action (class, "map.beside", "b", beside_action);
  gtk_widget_class_install_action (class, "map.compare-plan", "u", compare_plan_action);
  gtk_widget_class_install_action (class, "map.turn-beside", NULL, turn_beside_action);
  gtk_widget_class_add_binding_action (class, GDK_KEY_c, 0, "map.compare", NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_d, 0, "map.turn-beside", NULL);
}

static void
bind_viewports (ShumateViewport *left, ShumateViewport *right)
{
  static const char *const properties[]
      = { "min-zoom-level", "max-zoom-level", "zoom-level", "latitude", "longitude" };
  for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
    g_object_bind_property (left, properties[i], right, properties[i],
                            G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
}

void
zx_map_pane_start_comparing (ZxMapPane *self)
{
  self->shown[ZX_MAP_LEFT] = self->shown[ZX_MAP_RIGHT] = ZX_N_MAP_LAYERS;
  self->choices = g_array_new (FALSE, FALSE, sizeof (ZxMapLayerKind));
  self->scenario = -1;
  ShumateViewport *left = shumate_map_get_viewport (SHUMATE_MAP (self->map)),
                  *right = shumate_map_get_viewport (SHUMATE_MAP (self->map_beside));
  bind_viewports (left, right);
  self->right = zx_map_canvas_new (left);
  shumate_map_add_layer (SHUMATE_MAP (self->map), SHUMATE_LAYER (self->right));
  self->beside = zx_map_canvas_new (right);
  shumate_map_add_layer (SHUMATE_MAP (self->map_beside), SHUMATE_LAYER (self->beside));
  g_signal_connect_object (self->compare_left, "notify::selected", G_CALLBACK (on_left_chosen_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->compare_right, "notify::selected", G_CALLBACK (on_right_chosen_cb),
                           self, G_CONNECT_SWAPPED);
}
