/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/map/zx-map-pane-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/map/zx-map-features.h"
#include "ui/map/zx-map-legend.h"
#include "ui/map/zx-plane-source.h"
#include "ui/zx-distance.h"
#include "ui/zx-preferences.h"

#define WHEEL_STEP     0.2
#define PAN_SHARE      0.15
#define CITY_MARGIN    1.06
#define STREET_M       4.0 /* metres per unit: a street fills a good part of the view */
#define FINEST_ZOOM    20
#define COARSEST_STEPS 3 /* below the scale that shows the whole city */
#define FLY_MS         350

G_DEFINE_FINAL_TYPE (ZxMapPane, zx_map_pane, GTK_TYPE_WIDGET)

/* ---- view ---------------------------------------------------------------------------------- */

ShumateViewport *
zx_map_pane_viewport (ZxMapPane *self)
{
  return shumate_map_get_viewport (SHUMATE_MAP (self->map));
}

static void
look_at (ZxMapPane *self, double x_m, double y_m, double zoom)
{
  ShumateViewport *viewport = zx_map_pane_viewport (self);
  double lat, lon;
  zx_plane_to_location (&self->plane, x_m, y_m, &lat, &lon);
  shumate_map_stop_go_to (SHUMATE_MAP (self->map));
  shumate_viewport_set_zoom_level (viewport, zoom);
  shumate_location_set_location (SHUMATE_LOCATION (viewport), lat, lon);
}

/* On both maps of a comparison. */
void
zx_map_pane_set_mark (ZxMapPane *self, double x_m, double y_m)
{
  zx_map_canvas_set_mark (self->canvas, x_m, y_m);
  zx_map_canvas_set_mark (self->right, x_m, y_m);
  zx_map_canvas_set_mark (self->beside, x_m, y_m);
}

void
zx_map_pane_centre (ZxMapPane *self, double *x_m, double *y_m)
{
  ShumateLocation *location = SHUMATE_LOCATION (zx_map_pane_viewport (self));
  zx_plane_from_location (&self->plane, shumate_location_get_latitude (location),
                          shumate_location_get_longitude (location), x_m, y_m);
}

static double
zoom_for (ZxMapPane *self, double width_m, double height_m)
{
  int width = MAX (gtk_widget_get_width (self->map), 200),
      height = MAX (gtk_widget_get_height (self->map), 200);
  double metres_per_unit = CITY_MARGIN * fmax (width_m / width, height_m / height);
  return metres_per_unit > 0 ? zx_plane_zoom (metres_per_unit) : 14;
}

void
zx_map_pane_show_city (ZxMapPane *self)
{
  ZxProject *project = self->session != NULL ? zx_session_project (self->session) : NULL;
  const ZxCity *city = project != NULL ? zx_project_city (project) : NULL;
  if (city == NULL)
    return;
  double zoom = zoom_for (self, city->max_x_m - city->min_x_m, city->max_y_m - city->min_y_m);
  shumate_viewport_set_min_zoom_level (zx_map_pane_viewport (self),
                                       (guint) fmax (1, floor (zoom) - COARSEST_STEPS));
  look_at (self, (city->min_x_m + city->max_x_m) / 2, (city->min_y_m + city->max_y_m) / 2, zoom);
}

gboolean
zx_map_pane_show_all_of (ZxMapPane *self, ZxMapLayerKind kind)
{
  double min_x_m, min_y_m, max_x_m, max_y_m;
  if (!zx_map_pane_is_ready (self)
      || !zx_map_layer_extent (self->data, kind, &min_x_m, &min_y_m, &max_x_m, &max_y_m))
    return FALSE;
  double zoom = zoom_for (self, max_x_m - min_x_m, max_y_m - min_y_m);
  look_at (self, (min_x_m + max_x_m) / 2, (min_y_m + max_y_m) / 2,
           fmin (zoom, zx_plane_zoom (STREET_M)));
  return TRUE;
}

void
zx_map_pane_go_to (ZxMapPane *self, double x_m, double y_m, double metres_per_unit)
{
  ShumateViewport *viewport = zx_map_pane_viewport (self);
  double zoom = metres_per_unit > 0
                    ? zx_plane_zoom (metres_per_unit)
                    : fmax (shumate_viewport_get_zoom_level (viewport), zx_plane_zoom (STREET_M));
  double lat, lon;
  gboolean is_animated = FALSE;
  zx_plane_to_location (&self->plane, x_m, y_m, &lat, &lon);
  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &is_animated,
                NULL);
  if (is_animated && gtk_widget_get_mapped (GTK_WIDGET (self)))
    shumate_map_go_to_full_with_duration (SHUMATE_MAP (self->map), lat, lon, zoom, FLY_MS);
  else
    look_at (self, x_m, y_m, zoom);
}

void
zx_map_pane_fly_to (ZxMapPane *self, double x_m, double y_m, double metres_per_unit)
{
  zx_map_pane_set_mark (self, x_m, y_m);
  zx_map_pane_go_to (self, x_m, y_m, metres_per_unit);
}

double
zx_map_pane_metres_per_unit (ZxMapPane *self)
{
  return zx_plane_metres_per_unit (shumate_viewport_get_zoom_level (zx_map_pane_viewport (self)));
}

gboolean
zx_map_pane_is_ready (ZxMapPane *self)
{
  return self->data != NULL && zx_map_data_city (self->data) != NULL;
}

void
zx_map_pane_pan (ZxMapPane *self, double right_share, double up_share)
{
  double zoom = shumate_viewport_get_zoom_level (zx_map_pane_viewport (self));
  double metres_per_unit = zx_plane_metres_per_unit (zoom), x_m, y_m;
  zx_map_pane_centre (self, &x_m, &y_m);
  look_at (self, x_m + right_share * gtk_widget_get_width (self->map) * metres_per_unit,
           y_m + up_share * gtk_widget_get_height (self->map) * metres_per_unit, zoom);
}

void
zx_map_pane_zoom (ZxMapPane *self, double steps)
{
  ShumateViewport *viewport = zx_map_pane_viewport (self);
  double zoom = shumate_viewport_get_zoom_level (viewport) + steps;
  shumate_viewport_set_zoom_level (viewport,
                                   CLAMP (zoom, shumate_viewport_get_min_zoom_level (viewport),
                                          shumate_viewport_get_max_zoom_level (viewport)));
}

/* ---- content ------------------------------------------------------------------------------- */

void
zx_map_pane_show_layers (ZxMapPane *self)
{
  ZxMapInk left[ZX_N_MAP_LAYERS], right[ZX_N_MAP_LAYERS];
  guint n_left = zx_map_pane_inks (self, ZX_MAP_LEFT, left), n_right = 0;
  gboolean is_comparing = zx_map_pane_is_comparing (self);
  if (self->data == NULL)
    zx_map_pane_end_measuring (self);
  zx_map_pane_need_hours (self);
  ZxMapData *data = zx_map_pane_shown_data (self), *right_data = zx_map_pane_right_data (self);
  if (is_comparing)
    n_right = zx_map_pane_inks (self, ZX_MAP_RIGHT, right);
  zx_map_pane_update_comparing (self);
  zx_map_canvas_set_content (self->canvas, data, left, n_left);
  zx_map_canvas_set_content (self->right, is_comparing && !self->is_beside ? right_data : NULL,
                             right, n_right);
  zx_map_canvas_set_content (self->beside, is_comparing && self->is_beside ? right_data : NULL,
                             right, n_right);
  zx_map_legend_set_content (ZX_MAP_LEGEND (self->left_legend), is_comparing ? data : NULL, left,
                             n_left);
  zx_map_legend_set_content (ZX_MAP_LEGEND (self->legend), data, is_comparing ? right : left,
                             is_comparing ? n_right : n_left);
  zx_map_pane_look_ahead (self);
}

typedef struct
{
  ZxMapPane *view;
  ZxProject *project;
  ZxMapData *data;
} Making;

static void
make_data (gpointer data, gpointer unused)
{
  Making *making = data;
  making->data = zx_map_data_new (making->project);
}

static gboolean
on_made_cb (gpointer data)
{
  g_autofree Making *making = data;
  g_autoptr (ZxMapPane) self = making->view;
  if (self->session != NULL && zx_session_project (self->session) == making->project)
    {
      zx_map_pane_forget_hours (self);
      zx_map_pane_end_dragging (self); /* what is held has another number now */
      g_clear_pointer (&self->data, zx_map_data_unref);
      self->data = g_steal_pointer (&making->data);
      zx_map_pane_show_layers (self);
    }
  g_clear_pointer (&making->data, zx_map_data_unref);
  g_object_unref (making->project);
  return G_SOURCE_REMOVE;
}

static void
on_project_changed_cb (ZxMapPane *self)
{
  ZxProject *project = zx_session_project (self->session);
  const ZxCity *city = project != NULL ? zx_project_city (project) : NULL;
  zx_map_pane_end_dragging (self);
  zx_map_pane_close_card (self);
  if (city == NULL)
    {
      zx_map_pane_forget_hours (self);
      g_clear_pointer (&self->data, zx_map_data_unref);
      self->has_plane = FALSE;
      zx_map_pane_show_layers (self);
      return;
    }
  const ZxPlane plane = { city->origin_x_m, city->origin_y_m };
  gboolean is_new = !self->has_plane || plane.origin_x_m != self->plane.origin_x_m
                    || plane.origin_y_m != self->plane.origin_y_m;
  self->plane = plane;
  self->has_plane = TRUE;
  zx_map_canvas_set_plane (self->canvas, &plane);
  zx_map_canvas_set_plane (self->right, &plane);
  zx_map_canvas_set_plane (self->beside, &plane);
  if (is_new)
    {
      zx_map_pane_set_mark (self, NAN, NAN);
      zx_map_pane_show_city (self);
    }
  Making *making = g_new0 (Making, 1);
  making->view = g_object_ref (self);
  making->project = g_object_ref (project);
  zx_map_pool_push (make_data, on_made_cb, making);
}

void
zx_map_pane_set_session (ZxMapPane *self, ZxSession *session)
{
  g_return_if_fail (self->session == NULL);
  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::project", G_CALLBACK (on_project_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "layers-changed", G_CALLBACK (zx_map_pane_show_layers), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "settings-changed", G_CALLBACK (zx_map_pane_show_pending), self,
                           G_CONNECT_SWAPPED);
  zx_map_pane_start_views (self);
  zx_map_pane_follow_scenarios (self);
  on_project_changed_cb (self);
}

ZxMapData *
zx_map_pane_data (ZxMapPane *self)
{
  return self->data;
}

gboolean
zx_map_pane_is_settled (ZxMapPane *self)
{
  ZxProject *project = self->session != NULL ? zx_session_project (self->session) : NULL;
  gboolean is_made = project == NULL || zx_project_city (project) == NULL
                     || (self->data != NULL && zx_map_data_project (self->data) == project);
  return is_made && !self->is_making_hours && zx_map_canvas_is_settled (self->canvas)
         && zx_map_canvas_is_settled (self->right) && zx_map_canvas_is_settled (self->beside);
}

double
zx_map_pane_last_seconds (ZxMapPane *self)
{
  return zx_map_canvas_last_seconds (self->canvas);
}

/* ---- actions ------------------------------------------------------------------------------- */

static void
pan_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  double right, up;
  g_variant_get (parameter, "(dd)", &right, &up);
  zx_map_pane_pan (ZX_MAP_PANE (widget), right, up);
}

static void
zoom_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zx_map_pane_zoom (ZX_MAP_PANE (widget), g_variant_get_double (parameter));
}

static void
home_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zx_map_pane_show_city (ZX_MAP_PANE (widget));
}

static void
add_keys (GtkWidgetClass *class)
{
  static const struct
  {
    guint key;
    double right, up;
  } pans[] = { { GDK_KEY_Left, -PAN_SHARE, 0 },
               { GDK_KEY_Right, PAN_SHARE, 0 },
               { GDK_KEY_Up, 0, PAN_SHARE },
               { GDK_KEY_Down, 0, -PAN_SHARE } };
  static const struct
  {
    guint key;
    double steps;
  } zooms[] = { { GDK_KEY_plus, 0.5 },      { GDK_KEY_equal, 0.5 },  { GDK_KEY_KP_Add, 0.5 },
                { GDK_KEY_Page_Up, 0.5 },   { GDK_KEY_minus, -0.5 }, { GDK_KEY_KP_Subtract, -0.5 },
                { GDK_KEY_Page_Down, -0.5 } };
  for (guint i = 0; i < G_N_ELEMENTS (pans); i++)
    gtk_widget_class_add_binding_action (class, pans[i].key, 0, "map.pan", "(dd)", pans[i].right,
                                         pans[i].up);
  for (guint i = 0; i < G_N_ELEMENTS (zooms); i++)
    gtk_widget_class_add_binding_action (class, zooms[i].key, 0, "map.zoom", "d", zooms[i].steps);
  gtk_widget_class_add_binding_action (class, GDK_KEY_Home, 0, "map.home", NULL);
}

/* ---- the widget ---------------------------------------------------------------------------- */

/* Dark is what the text's colour says: that holds for every theme. */
static void
update_dark (ZxMapPane *self)
{
  GdkRGBA text;
  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &text);
  gboolean is_dark = text.red + text.green + text.blue > 1.5f;
  zx_map_canvas_set_dark (self->canvas, is_dark);
  zx_map_canvas_set_dark (self->right, is_dark);
  zx_map_canvas_set_dark (self->beside, is_dark);
  zx_map_legend_set_dark (ZX_MAP_LEGEND (self->left_legend), is_dark);
  zx_map_legend_set_dark (ZX_MAP_LEGEND (self->legend), is_dark);
}

static void
zx_map_pane_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (zx_map_pane_parent_class)->css_changed (widget, change);
  ZxMapPane *self = ZX_MAP_PANE (widget);
  if (self->canvas != NULL)
    update_dark (self);
}

static void
keep_upright (ShumateViewport *viewport)
{
  if (shumate_viewport_get_rotation (viewport) != 0)
    shumate_viewport_set_rotation (viewport, 0);
}

/* The first size the map gets comes after the project when both come early; the view must not move
 * while sizes are handed out. */
static gboolean
on_first_size_cb (gpointer data)
{
  ZxMapPane *self = data;
  self->first_size = 0;
  zx_map_pane_show_city (self);
  return G_SOURCE_REMOVE;
}

static void
zx_map_pane_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ZxMapPane *self = ZX_MAP_PANE (widget);
  gtk_widget_allocate (self->overlay, width, height, baseline, NULL);
  if (self->has_plane && !self->has_size)
    {
      self->has_size = TRUE;
      self->first_size = g_idle_add_full (G_PRIORITY_HIGH, on_first_size_cb, self, NULL);
    }
}

static void
zx_map_pane_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                     int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = 200;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 800 : 600;
}

static void
zx_map_pane_dispose (GObject *object)
{
  ZxMapPane *self = ZX_MAP_PANE (object);
  g_clear_handle_id (&self->first_size, g_source_remove);
  g_clear_handle_id (&self->tick, g_source_remove);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->overlay, gtk_widget_unparent);
  self->canvas = self->right = self->beside = NULL;
  zx_map_pane_forget_hours (self);
  zx_map_pane_forget_scenario (self);
  g_clear_pointer (&self->pending, g_array_unref);
  g_clear_object (&self->backdrop);
  g_clear_pointer (&self->path_x_m, g_array_unref);
  g_clear_pointer (&self->path_y_m, g_array_unref);
  g_clear_pointer (&self->choices, g_array_unref);
  g_clear_pointer (&self->data, zx_map_data_unref);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (zx_map_pane_parent_class)->dispose (object);
}

static void
zx_map_pane_class_init (ZxMapPaneClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = zx_map_pane_dispose;
  widget_class->size_allocate = zx_map_pane_size_allocate;
  widget_class->measure = zx_map_pane_measure;
  widget_class->css_changed = zx_map_pane_css_changed;
  g_type_ensure (SHUMATE_TYPE_MAP);
  g_type_ensure (SHUMATE_TYPE_SCALE);
  g_type_ensure (ZX_TYPE_MAP_LEGEND);
  gtk_widget_class_set_template_from_resource (widget_class, "/zhixing/ui/map/zx-map-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, ZxMapPane, overlay);
  gtk_widget_class_bind_template_child (widget_class, ZxMapPane, map);
  gtk_widget_class_bind_template_child (widget_class, ZxMapPane, scale);
  gtk_widget_class_bind_template_child (widget_class, ZxMapPane, legend);
  gtk_widget_class_bind_template_child (widget_class, ZxMapPane, left_legend);
  gtk_widget_class_install_action (widget_class, "map.pan", "(dd)", pan_action);
  gtk_widget_class_install_action (widget_class, "map.zoom", "d", zoom_action);
  gtk_widget_class_install_action (widget_class, "map.home", NULL, home_action);
  gtk_widget_class_set_css_name (widget_class, "zx-map");
  add_keys (widget_class);
  zx_map_pane_add_comparing (widget_class);
  zx_map_pane_add_card (widget_class);
  zx_map_pane_add_pointer (widget_class);
  zx_map_pane_add_measuring (widget_class);
  zx_map_pane_add_hours (widget_class);
  zx_map_pane_add_views (widget_class);
  zx_map_pane_add_backdrop (widget_class);
}

static void
start_map (GtkWidget *map, ShumateMapSource *source)
{
  ShumateViewport *viewport = shumate_map_get_viewport (SHUMATE_MAP (map));
  shumate_viewport_set_reference_map_source (viewport, source);
  shumate_viewport_set_max_zoom_level (viewport, FINEST_ZOOM);
  shumate_map_set_map_source (SHUMATE_MAP (map), source);
  g_signal_connect (viewport, "notify::rotation", G_CALLBACK (keep_upright), NULL);
}

/* A map has its west on the left whichever way a language is written, so what belongs to its left
 * stays on the left: the handle, the choice of what is shown there, its legend. */
static void
keep_sides (GtkWidget *widget, guint depth)
{
  gtk_widget_set_direction (widget, GTK_TEXT_DIR_LTR);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); depth > 0 && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    keep_sides (child, depth - 1);
}

static void
follow_units (ZxMapPane *self)
{
  shumate_scale_set_unit (SHUMATE_SCALE (self->scale),
                          zx_distance_is_imperial () ? SHUMATE_UNIT_IMPERIAL : SHUMATE_UNIT_METRIC);
  if (self->data == NULL)
    return;
  zx_map_pane_close_card (self);
  zx_map_pane_update_measured (self);
}

static void
zx_map_pane_init (ZxMapPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->chosen_kind = ZX_N_MAP_LAYERS;
  self->chosen = -1;
  keep_sides (self->overlay, 2);
  keep_sides (self->compare_bar, 0);
  g_autoptr (ShumateMapSource) source = zx_plane_source_new ();
  start_map (self->map, source);
  start_map (self->map_beside, source);
  shumate_scale_set_viewport (SHUMATE_SCALE (self->scale), zx_map_pane_viewport (self));
  self->canvas = zx_map_canvas_new (zx_map_pane_viewport (self));
  shumate_map_add_layer (SHUMATE_MAP (self->map), SHUMATE_LAYER (self->canvas));
  zx_map_pane_start_comparing (self);
  zx_map_pane_start_pointer (self, self->map);
  zx_map_pane_start_pointer (self, self->map_beside);
  zx_map_pane_start_dragging (self);
  zx_map_pane_start_measuring (self);
  zx_map_pane_start_hours (self);
  if (zx_preferences_settings () != NULL)
    g_signal_connect_object (zx_preferences_settings (), "changed::units",
                             G_CALLBACK (follow_units), self, G_CONNECT_SWAPPED);
  follow_units (self);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
}
