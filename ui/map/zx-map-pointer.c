/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is under the pointer: values at the lower edge, a menu for the other button; a click
 * chooses. Over one map of two the pointer is drawn on the other one too. */

#include "ui/map/zx-map-pane-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define CLICK_RADIUS 14.0

/* ---- where ------------------------------------------------------------------------------------
 */

void
zx_map_pane_place_under (ZxMapPane *self, GtkWidget *map, double x, double y, double *x_m,
                         double *y_m)
{
  double metres_per_unit = zx_map_pane_metres_per_unit (self);
  zx_map_pane_centre (self, x_m, y_m);
  *x_m += (x - gtk_widget_get_width (map) / 2.0) * metres_per_unit;
  *y_m -= (y - gtk_widget_get_height (map) / 2.0) * metres_per_unit;
}

static ZxMapSide
side_under (ZxMapPane *self, GtkWidget *map, double x)
{
  gboolean is_swiped
      = zx_map_pane_is_comparing (self) && !self->is_beside
        && x > gtk_widget_get_width (map) * gtk_range_get_value (GTK_RANGE (self->swipe)) / 100;
  return map == self->map_beside || is_swiped ? ZX_MAP_RIGHT : ZX_MAP_LEFT;
}

/* ---- the read-out -----------------------------------------------------------------------------
 */

/* "Usage heat 1 234 kWh/km²/d · 119.50012, 35.40034" */
void
zx_map_pane_say_place (ZxMapPane *self, ZxMapSide side, double x_m, double y_m)
{
  GString *text = g_string_new (NULL);
  ZxMapInk ink[ZX_N_MAP_LAYERS];
  ZxMapData *data = zx_map_pane_shown_data (self);
  for (guint i = zx_map_pane_inks (self, side, ink); i > 0; i--)
    {
      g_autofree char *value = zx_map_data_value_at (data, ink[i - 1].kind, x_m, y_m);
      ZxMapLayer *layer = zx_session_layer (self->session, ink[i - 1].kind);
      if (value != NULL && layer != NULL)
        g_string_append_printf (text, "%s %s  ·  ", zx_map_layer_title (layer), value);
    }
  double lon, lat;
  if (zx_project_to_degrees (zx_map_data_project (self->data), x_m, y_m, &lon, &lat))
    {
      g_string_append_printf (text, "%.5f, %.5f", lon, lat);
      self->pointer_lon_deg = lon;
      self->pointer_lat_deg = lat;
    }
  gtk_label_set_text (GTK_LABEL (self->readout), text->str);
  gtk_widget_set_visible (self->readout, text->len > 0);
  g_string_free (text, TRUE);
}

static void
show_on_the_other (ZxMapPane *self, GtkWidget *map, double x_m, double y_m)
{
  gboolean is_beside = zx_map_pane_is_beside (self);
  zx_map_canvas_set_pointer (self->beside, is_beside && map == self->map ? x_m : NAN, y_m);
  zx_map_canvas_set_pointer (self->canvas, is_beside && map == self->map_beside ? x_m : NAN, y_m);
}

static void
on_pointer_moved_cb (GtkEventController *controller, double x, double y, ZxMapPane *self)
{
  GtkWidget *map = gtk_event_controller_get_widget (controller);
  double x_m, y_m;
  if (!zx_map_pane_is_ready (self))
    return;
  zx_map_pane_place_under (self, map, x, y, &x_m, &y_m);
  zx_map_pane_say_place (self, side_under (self, map, x), x_m, y_m);
  show_on_the_other (self, map, x_m, y_m);
}

static void
on_pointer_left_cb (GtkEventController *controller, ZxMapPane *self)
{
  zx_map_canvas_set_pointer (self->beside, NAN, NAN);
  zx_map_canvas_set_pointer (self->canvas, NAN, NAN);
}

/* The place of the read-out: where the pointer was last, or what Return told of. */
static void
copy_place_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxMapPane *self = ZX_MAP_PANE (widget);
  double x_m, y_m;
  if (!zx_map_pane_is_ready (self))
    return;
  if (isnan (self->pointer_lon_deg))
    {
      zx_map_pane_centre (self, &x_m, &y_m);
      zx_map_pane_say_place (self, ZX_MAP_LEFT, x_m, y_m);
    }
  g_autofree char *place
      = g_strdup_printf ("%.6f, %.6f", self->pointer_lon_deg, self->pointer_lat_deg);
  g_autofree char *text = g_strdup_printf (_ ("Copied: %s (WGS-84)"), place);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), place);
  gtk_widget_activate_action (widget, "win.tell", "s", text);
}

/* ---- clicks and keys ---------------------------------------------------------------------------
 */

static void
on_clicked_cb (GtkGestureClick *click, int n_press, double x, double y, ZxMapPane *self)
{
  GtkWidget *map = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (click));
  double x_m, y_m;
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (!zx_map_pane_is_ready (self) || n_press != 1)
    return;
  zx_map_pane_place_under (self, map, x, y, &x_m, &y_m);
  if (self->is_measuring)
    zx_map_pane_add_measured (self, x_m, y_m);
  else if (!zx_map_pane_identify (self, x_m, y_m, CLICK_RADIUS))
    zx_map_pane_close_card (self);
}

/* For those who have no pointer: what is in the middle of the view. */
static void
identify_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxMapPane *self = ZX_MAP_PANE (widget);
  double x_m, y_m;
  if (!zx_map_pane_is_ready (self))
    return;
  zx_map_pane_centre (self, &x_m, &y_m);
  zx_map_pane_say_place (self, ZX_MAP_LEFT, x_m, y_m);
  if (self->is_measuring)
    {
      zx_map_pane_add_measured (self, x_m, y_m);
      return;
    }
  if (!zx_map_pane_identify (self, x_m, y_m, CLICK_RADIUS))
    zx_map_pane_set_mark (self, x_m, y_m);
}

/* Escape ends one thing after another: a drag, measuring, the card. */
static void
leave_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxMapPane *self = ZX_MAP_PANE (widget);
  if (zx_map_pane_end_dragging (self))
    return;
  if (self->is_measuring)
    zx_map_pane_end_measuring (self);
  else
    zx_map_pane_close_card (self);
}

/* ---- the menu ---------------------------------------------------------------------------------
 */

static void
on_menu_asked_cb (GtkGestureClick *click, int n_press, double x, double y, ZxMapPane *self)
{
  GtkWidget *map = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (click));
  double x_m, y_m, pane_x, pane_y;
  if (!zx_map_pane_is_ready (self)
      || !gtk_widget_translate_coordinates (map, GTK_WIDGET (self), x, y, &pane_x, &pane_y))
    return;
  zx_map_pane_place_under (self, map, x, y, &x_m, &y_m);
  zx_map_pane_say_place (self, side_under (self, map, x), x_m, y_m);
  const GdkRectangle at = { (int) pane_x, (int) pane_y, 1, 1 };
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &at);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

void
zx_map_pane_add_pointer (GtkWidgetClass *class)
{
  gtk_widget_class_bind_template_child (class, ZxMapPane, readout);
  gtk_widget_class_bind_template_child (class, ZxMapPane, menu);
  gtk_widget_class_install_action (class, "map.identify", NULL, identify_action);
  gtk_widget_class_install_action (class, "map.leave", NULL, leave_action);
  gtk_widget_class_install_action (class, "map.copy-place", NULL, copy_place_action);
  gtk_widget_class_add_binding_action (class, GDK_KEY_Return, 0, "map.identify", NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_Escape, 0, "map.leave", NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_c, GDK_CONTROL_MASK, "map.copy-place", NULL);
}

void
zx_map_pane_start_pointer (ZxMapPane *self, GtkWidget *map)
{
  self->pointer_lon_deg = self->pointer_lat_deg = NAN;
  GtkEventController *motion = gtk_event_controller_motion_new ();
  g_signal_connect (motion, "motion", G_CALLBACK (on_pointer_moved_cb), self);
  g_signal_connect (motion, "leave", G_CALLBACK (on_pointer_left_cb), self);
  gtk_widget_add_controller (map, motion);
  GtkGesture *click = gtk_gesture_click_new ();
  g_signal_connect (click, "released", G_CALLBACK (on_clicked_cb), self);
  gtk_widget_add_controller (map, GTK_EVENT_CONTROLLER (click));
  GtkGesture *menu = gtk_gesture_click_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (menu), GDK_BUTTON_SECONDARY);
  g_signal_connect (menu, "pressed", G_CALLBACK (on_menu_asked_cb), self);
  gtk_widget_add_controller (map, GTK_EVENT_CONTROLLER (menu));
}
