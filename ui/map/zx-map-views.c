/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The popover of the kept views: a name and a button that keeps what is seen, below it the list. */

#include "ui/map/zx-map-pane-private.h"

#include <glib/gi18n-lib.h>

static void
view_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxMapPane *self = ZX_MAP_PANE (widget);
  g_autoptr (ZxBookmark) bookmark = g_list_model_get_item (zx_session_bookmarks (self->session),
                                                           g_variant_get_uint32 (parameter));
  if (bookmark == NULL)
    return;
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->views_button));
  zx_map_pane_go_to (self, zx_bookmark_x_m (bookmark), zx_bookmark_y_m (bookmark),
                     zx_bookmark_metres_per_unit (bookmark));
}

static void
remove_view_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxMapPane *self = ZX_MAP_PANE (widget);
  guint position = g_variant_get_uint32 (parameter);
  if (position >= g_list_model_get_n_items (zx_session_bookmarks (self->session)))
    return;
  zx_session_remove_bookmark (self->session, position);
  gtk_widget_activate_action (widget, "win.tell-undo", "s",
                              zx_history_undo_label (zx_session_history (self->session)));
}

/* What is seen now, under this name; "": a number. */
static void
keep_view_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxMapPane *self = ZX_MAP_PANE (widget);
  double x_m, y_m;
  if (!zx_map_pane_is_ready (self))
    return;
  guint n = g_list_model_get_n_items (zx_session_bookmarks (self->session));
  g_autofree char *wish = g_strstrip (g_variant_dup_string (parameter, NULL));
  g_autofree char *numbered = g_strdup_printf (_ ("View %u"), n + 1);
  zx_map_pane_centre (self, &x_m, &y_m);
  zx_session_add_bookmark (self->session, wish[0] != '\0' ? wish : numbered, x_m, y_m,
                           zx_map_pane_metres_per_unit (self));
}

static void
views_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_menu_button_popup (GTK_MENU_BUTTON (ZX_MAP_PANE (widget)->views_button));
}

static void
on_name_given_cb (ZxMapPane *self, GtkEditable *entry)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "map.keep-view", "s",
                              gtk_editable_get_text (entry));
  gtk_editable_set_text (entry, "");
}

static void
on_keep_clicked_cb (ZxMapPane *self)
{
  on_name_given_cb (self, GTK_EDITABLE (self->view_name));
}

/* ---- the list ---------------------------------------------------------------------------------
 */

static GtkWidget *
row_button (const char *action, guint position, const char *name)
{
  GtkWidget *button = gtk_button_new ();
  gtk_widget_add_css_class (button, "flat");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "u", position);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return button;
}

static void
fill_list (ZxMapPane *self)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (self->views_list)) != NULL)
    gtk_box_remove (GTK_BOX (self->views_list), child);
  GListModel *bookmarks = zx_session_bookmarks (self->session);
  for (guint i = 0; i < g_list_model_get_n_items (bookmarks); i++)
    {
      g_autoptr (ZxBookmark) bookmark = g_list_model_get_item (bookmarks, i);
      const char *name = zx_bookmark_name (bookmark);
      g_autofree char *remove_name = g_strdup_printf (_ ("Remove the view “%s”"), name);
      GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6), *label = gtk_label_new (name);
      GtkWidget *go = row_button ("map.view", i, name),
                *remove = row_button ("map.remove-view", i, remove_name);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_button_set_child (GTK_BUTTON (go), label);
      gtk_widget_set_hexpand (go, TRUE);
      gtk_button_set_icon_name (GTK_BUTTON (remove), "edit-delete-symbolic");
      gtk_widget_set_tooltip_text (remove, remove_name);
      gtk_box_append (GTK_BOX (row), go);
      gtk_box_append (GTK_BOX (row), remove);
      gtk_box_append (GTK_BOX (self->views_list), row);
    }
}

void
zx_map_pane_add_views (GtkWidgetClass *class)
{
  gtk_widget_class_bind_template_child (class, ZxMapPane, views_button);
  gtk_widget_class_bind_template_child (class, ZxMapPane, views_list);
  gtk_widget_class_bind_template_child (class, ZxMapPane, view_name);
  gtk_widget_class_bind_template_callback (class, on_name_given_cb);
  gtk_widget_class_bind_template_callback (class, on_keep_clicked_cb);
  gtk_widget_class_install_action (class, "map.views", NULL, views_action);
  gtk_widget_class_install_action (class, "map.view", "u", view_action);
  gtk_widget_class_install_action (class, "map.remove-view", "u", remove_view_action);
  gtk_widget_class_install_action (class, "map.keep-view", "s", keep_view_action);
  gtk_widget_class_add_binding_action (class, GDK_KEY_b, 0, "map.views", NULL);
}

void
zx_map_pane_start_views (ZxMapPane *self)
{
  g_signal_connect_object (zx_session_bookmarks (self->session), "items-changed",
                           G_CALLBACK (fill_list), self, G_CONNECT_SWAPPED);
  fill_list (self);
}
