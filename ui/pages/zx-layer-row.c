/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A project brings sixteen layers at once, so a row is as little as it can be: its menu and its
 * entry for a new name are made when they are asked for. */

#include "ui/pages/zx-layer-row.h"

#include <glib/gi18n-lib.h>

#include "ui/map/zx-map-features.h"
#include "ui/pages/zx-layer-style.h"
#include "ui/pages/zx-table-window.h"

struct _ZxLayerRow
{
  GtkListBoxRow parent;
  ZxSession *session;
  ZxMapLayer *layer;
  GtkWidget *box, *visible, *title, *absence, *opacity, *menu;
  GtkWidget *rename, *name; /* NULL until the first renaming */
  GtkWidget *style;         /* NULL until it is first asked for */
  GMenuModel *layer_menu;   /* the template's */
  gboolean is_filling;
};

G_DEFINE_FINAL_TYPE (ZxLayerRow, zx_layer_row, GTK_TYPE_LIST_BOX_ROW)

/* ---- from the layer to the row ----------------------------------------------------------------
 */

static void
show_layer (ZxLayerRow *self)
{
  const char *title = zx_map_layer_title (self->layer);
  const char *absence = zx_session_layer_absence (self->session, zx_map_layer_kind (self->layer));
  self->is_filling = TRUE;
  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_label_set_text (GTK_LABEL (self->absence), absence != NULL ? absence : "");
  gtk_widget_set_visible (self->absence, absence != NULL);
  gtk_widget_set_visible (self->opacity,
                          absence == NULL && zx_map_layer_is_visible (self->layer)
                              && zx_map_layer_kind (self->layer) != ZX_MAP_LAYER_BASE);
  gtk_widget_set_sensitive (self->visible, absence == NULL);
  gtk_widget_action_set_enabled (
      GTK_WIDGET (self), "layer.table",
      absence == NULL && zx_map_feature_table (NULL, zx_map_layer_kind (self->layer)) != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "layer.zoom", absence == NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "layer.style",
                                 absence == NULL
                                     && zx_layer_style_is_for (zx_map_layer_kind (self->layer)));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->visible),
                               absence == NULL && zx_map_layer_is_visible (self->layer));
  gtk_range_set_value (GTK_RANGE (self->opacity), 100 * zx_map_layer_opacity (self->layer));
  self->is_filling = FALSE;
  g_autofree char *visible = g_strdup_printf (_ ("Show “%s” on the map"), title);
  g_autofree char *opacity = g_strdup_printf (_ ("Opacity of “%s”"), title);
  g_autofree char *menu = g_strdup_printf (_ ("More about “%s”"), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->visible), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  visible, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->opacity), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  opacity, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu), GTK_ACCESSIBLE_PROPERTY_LABEL, menu,
                                  -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

/* ---- from the row to the session ---------------------------------------------------------------
 */

static void
on_visible_toggled_cb (ZxLayerRow *self)
{
  if (!self->is_filling)
    zx_session_show_layer (self->session, self->layer,
                           gtk_check_button_get_active (GTK_CHECK_BUTTON (self->visible)));
}

static void
on_opacity_changed_cb (ZxLayerRow *self)
{
  if (!self->is_filling)
    zx_session_fade_layer (self->session, self->layer,
                           gtk_range_get_value (GTK_RANGE (self->opacity)) / 100);
}

static void
on_rename_cb (ZxLayerRow *self)
{
  zx_session_rename_layer (self->session, self->layer,
                           gtk_editable_get_text (GTK_EDITABLE (self->name)));
  gtk_popover_popdown (GTK_POPOVER (self->rename));
}

static void
move_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxLayerRow *self = ZX_LAYER_ROW (widget);
  zx_session_move_layer (self->session, self->layer, g_variant_get_int32 (parameter));
}

static void
make_rename (ZxLayerRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6),
            *button = gtk_button_new_with_label (_ ("Rename"));
  self->rename = gtk_popover_new ();
  self->name = gtk_entry_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->name), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Name of the layer"), -1);
  gtk_widget_add_css_class (button, "suggested-action");
  g_signal_connect_swapped (self->name, "activate", G_CALLBACK (on_rename_cb), self);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_rename_cb), self);
  gtk_box_append (GTK_BOX (box), self->name);
  gtk_box_append (GTK_BOX (box), button);
  gtk_popover_set_child (GTK_POPOVER (self->rename), box);
  gtk_widget_set_parent (self->rename, self->box);
}

static void
rename_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxLayerRow *self = ZX_LAYER_ROW (widget);
  if (self->rename == NULL)
    make_rename (self);
  gtk_editable_set_text (GTK_EDITABLE (self->name), zx_map_layer_title (self->layer));
  gtk_popover_popup (GTK_POPOVER (self->rename));
}

static void
style_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxLayerRow *self = ZX_LAYER_ROW (widget);
  if (self->style == NULL)
    {
      self->style = GTK_WIDGET (zx_layer_style_new (self->session, self->layer));
      gtk_widget_set_parent (self->style, self->box);
    }
  gtk_popover_popup (GTK_POPOVER (self->style));
}

static void
make_menu (GtkMenuButton *button, gpointer data)
{
  if (gtk_menu_button_get_menu_model (button) == NULL)
    gtk_menu_button_set_menu_model (button, ZX_LAYER_ROW (data)->layer_menu);
}

static void
table_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxLayerRow *self = ZX_LAYER_ROW (widget);
  zx_table_window_present (GTK_WINDOW (gtk_widget_get_root (widget)), self->session, self->layer);
}

static void
zoom_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_activate_action (
      widget, "win.zoom-to-layer", "s",
      zx_map_layer_kind_name (zx_map_layer_kind (ZX_LAYER_ROW (widget)->layer)));
}

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxLayerRow *self = ZX_LAYER_ROW (widget);
  g_autofree char *text
      = g_strdup_printf (_ ("“%s” is removed from the map"), zx_map_layer_title (self->layer));
  GtkWidget *window = GTK_WIDGET (gtk_widget_get_root (widget));
  zx_session_remove_layer (self->session, self->layer);
  gtk_widget_activate_action (window, "win.tell-undo", "s", text);
}

/* ---- dragging ----------------------------------------------------------------------------------
 */

static GdkContentProvider *
on_drag_prepare_cb (ZxLayerRow *self)
{
  return gdk_content_provider_new_typed (ZX_TYPE_LAYER_ROW, self);
}

static void
on_drag_begin_cb (ZxLayerRow *self, GdkDrag *drag)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (self->box);
  gtk_drag_icon_set_from_paintable (drag, paintable, 8, 8);
}

static gboolean
on_drop_cb (ZxLayerRow *self, const GValue *value)
{
  ZxLayerRow *dragged = g_value_get_object (value);
  if (dragged == NULL || dragged == self)
    return FALSE;
  zx_session_move_layer (dragged->session, dragged->layer,
                         gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (self))
                             - gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (dragged)));
  return TRUE;
}

static void
add_dragging (ZxLayerRow *self)
{
  GtkDragSource *source = gtk_drag_source_new ();
  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect_swapped (source, "prepare", G_CALLBACK (on_drag_prepare_cb), self);
  g_signal_connect_swapped (source, "drag-begin", G_CALLBACK (on_drag_begin_cb), self);
  gtk_widget_add_controller (self->title, GTK_EVENT_CONTROLLER (source));
  GtkDropTarget *target = gtk_drop_target_new (ZX_TYPE_LAYER_ROW, GDK_ACTION_MOVE);
  g_signal_connect_swapped (target, "drop", G_CALLBACK (on_drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/* ---- the widget --------------------------------------------------------------------------------
 */

static void
zx_layer_row_dispose (GObject *object)
{
  ZxLayerRow *self = ZX_LAYER_ROW (object);
  g_clear_pointer (&self->rename, gtk_widget_unparent);
  g_clear_pointer (&self->style, gtk_widget_unparent);
  g_clear_object (&self->layer);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (zx_layer_row_parent_class)->dispose (object);
}

static void
zx_layer_row_class_init (ZxLayerRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = zx_layer_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/zhixing/ui/pages/zx-layer-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ZxLayerRow, box);
  gtk_widget_class_bind_template_child (widget_class, ZxLayerRow, visible);
  gtk_widget_class_bind_template_child (widget_class, ZxLayerRow, title);
  gtk_widget_class_bind_template_child (widget_class, ZxLayerRow, absence);
  gtk_widget_class_bind_template_child (widget_class, ZxLayerRow, opacity);
  gtk_widget_class_bind_template_child (widget_class, ZxLayerRow, menu);
  gtk_widget_class_bind_template_child (widget_class, ZxLayerRow, layer_menu);
  gtk_widget_class_bind_template_callback (widget_class, on_visible_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_opacity_changed_cb);
  gtk_widget_class_install_action (widget_class, "layer.move", "i", move_action);
  gtk_widget_class_install_action (widget_class, "layer.rename", NULL, rename_action);
  gtk_widget_class_install_action (widget_class, "layer.remove", NULL, remove_action);
  gtk_widget_class_install_action (widget_class, "layer.table", NULL, table_action);
  gtk_widget_class_install_action (widget_class, "layer.style", NULL, style_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_ALT_MASK, "layer.style",
                                       NULL);
  gtk_widget_class_install_action (widget_class, "layer.zoom", NULL, zoom_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Home, GDK_ALT_MASK, "layer.zoom",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK, "layer.move", "i",
                                       -1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, GDK_ALT_MASK, "layer.move", "i",
                                       1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_t, GDK_CONTROL_MASK, "layer.table",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F2, 0, "layer.rename", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "layer.remove", NULL);
}

static void
zx_layer_row_init (ZxLayerRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->menu), make_menu, self, NULL);
  add_dragging (self);
}

ZxLayerRow *
zx_layer_row_new (ZxSession *session, ZxMapLayer *layer)
{
  ZxLayerRow *self = g_object_new (ZX_TYPE_LAYER_ROW, NULL);
  self->session = g_object_ref (session);
  self->layer = g_object_ref (layer);
  g_signal_connect_object (layer, "notify", G_CALLBACK (show_layer), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::project", G_CALLBACK (show_layer), self,
                           G_CONNECT_SWAPPED);
  show_layer (self);
  return self;
}
