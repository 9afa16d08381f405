/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Measuring: every click or Return adds a point, a click on the first one closes the line,
 * Backspace takes the last one back, Escape ends.  Lengths and areas are those on the ground
 * (geodesics), not on the city's plane. */

#include "ui/map/zx-map-pane-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/zx-distance.h"

#define CLOSE_RADIUS  10.0
#define MOST_MEASURED 10000

/* The closed line's length counts its last side. */
static char *
measured_text (ZxMapPane *self)
{
  g_autoptr (GArray) x = g_array_copy (self->path_x_m), y = g_array_copy (self->path_y_m);
  double length_m, area_m2, open_area_m2;
  if (x->len < 2)
    return g_strdup (_ ("Click on the map; Backspace takes a point back, Escape ends"));
  zx_project_measure (zx_map_data_project (self->data), (double *) (gpointer) x->data,
                      (double *) (gpointer) y->data, x->len, &length_m, &open_area_m2);
  if (!self->is_closed)
    return zx_distance_text (length_m);
  const double first_x_m = g_array_index (x, double, 0), first_y_m = g_array_index (y, double, 0);
  g_array_append_val (x, first_x_m);
  g_array_append_val (y, first_y_m);
  zx_project_measure (zx_map_data_project (self->data), (double *) (gpointer) x->data,
                      (double *) (gpointer) y->data, x->len, &length_m, &area_m2);
  g_autofree char *round = zx_distance_text (length_m),
                  *area = zx_distance_area_text (open_area_m2);
  return g_strdup_printf (_ ("%s, perimeter %s"), area, round);
}

static void
show (ZxMapPane *self)
{
  ZxMapCanvas *const canvases[] = { self->canvas, self->right, self->beside };
  for (guint i = 0; i < G_N_ELEMENTS (canvases); i++)
    zx_map_canvas_set_path (canvases[i], (double *) (gpointer) self->path_x_m->data,
                            (double *) (gpointer) self->path_y_m->data, self->path_x_m->len,
                            self->is_closed);
  gtk_widget_set_visible (self->measure_card, self->is_measuring);
  if (!self->is_measuring)
    return;
  g_autofree char *text = measured_text (self);
  gtk_label_set_text (GTK_LABEL (self->measure_text), text);
}

void
zx_map_pane_update_measured (ZxMapPane *self)
{
  show (self);
}

void
zx_map_pane_add_measured (ZxMapPane *self, double x_m, double y_m)
{
  guint n = self->path_x_m->len;
  double reach_m = CLOSE_RADIUS * zx_map_pane_metres_per_unit (self);
  if (self->is_closed) /* begins anew */
    {
      g_array_set_size (self->path_x_m, 0);
      g_array_set_size (self->path_y_m, 0);
      self->is_closed = FALSE;
    }
  else if (n >= 3
           && hypot (x_m - g_array_index (self->path_x_m, double, 0),
                     y_m - g_array_index (self->path_y_m, double, 0))
                  < reach_m)
    self->is_closed = TRUE;
  if (!self->is_closed && n < MOST_MEASURED)
    {
      g_array_append_val (self->path_x_m, x_m);
      g_array_append_val (self->path_y_m, y_m);
    }
  show (self);
}

static void
begin (ZxMapPane *self, gboolean is_measuring)
{
  self->is_measuring = is_measuring;
  self->is_closed = FALSE;
  g_array_set_size (self->path_x_m, 0);
  g_array_set_size (self->path_y_m, 0);
  gtk_widget_set_cursor_from_name (self->map, is_measuring ? "crosshair" : NULL);
  gtk_widget_set_cursor_from_name (self->map_beside, is_measuring ? "crosshair" : NULL);
  show (self);
}

void
zx_map_pane_end_measuring (ZxMapPane *self)
{
  if (self->is_measuring)
    begin (self, FALSE);
}

const char *
zx_map_pane_measured (ZxMapPane *self)
{
  return self->is_measuring ? gtk_label_get_text (GTK_LABEL (self->measure_text)) : "";
}

static void
measure_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxMapPane *self = ZX_MAP_PANE (widget);
  if (zx_map_pane_is_ready (self))
    begin (self, !self->is_measuring);
  gtk_widget_grab_focus (widget);
}

/* (x, y), in the city's metres: for tests and scripts. */
static void
measure_at_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxMapPane *self = ZX_MAP_PANE (widget);
  double x_m, y_m;
  g_variant_get (parameter, "(dd)", &x_m, &y_m);
  if (self->is_measuring)
    zx_map_pane_add_measured (self, x_m, y_m);
}

static void
unmeasure_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxMapPane *self = ZX_MAP_PANE (widget);
  guint n = self->path_x_m->len;
  if (!self->is_measuring || n == 0)
    return;
  if (!self->is_closed)
    {
      g_array_set_size (self->path_x_m, n - 1);
      g_array_set_size (self->path_y_m, n - 1);
    }
  self->is_closed = FALSE;
  show (self);
}

void
zx_map_pane_add_measuring (GtkWidgetClass *class)
{
  gtk_widget_class_bind_template_child (class, ZxMapPane, measure_card);
  gtk_widget_class_bind_template_child (class, ZxMapPane, measure_text);
  gtk_widget_class_install_action (class, "map.measure", NULL, measure_action);
  gtk_widget_class_install_action (class, "map.measure-at", "(dd)", measure_at_action);
  gtk_widget_class_install_action (class, "map.unmeasure", NULL, unmeasure_action);
  gtk_widget_class_add_binding_action (class, GDK_KEY_m, 0, "map.measure", NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_BackSpace, 0, "map.unmeasure", NULL);
}

void
zx_map_pane_start_measuring (ZxMapPane *self)
{
  self->path_x_m = g_array_new (FALSE, FALSE, sizeof (double));
  self->path_y_m = g_array_new (FALSE, FALSE, sizeof (double));
}
