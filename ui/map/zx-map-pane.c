/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/map/zx-map-pane.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/map/zx-map-legend.h"
#include "ui/map/zx-plane-source.h"

#define WHEEL_STEP     0.2
#define PAN_SHARE      0.15
#define CITY_MARGIN    1.06
#define CLICK_RADIUS   14.0
#define STREET_M       4.0 /* metres per unit: a street fills a good part of the view */
#define FINEST_ZOOM    20
#define COARSEST_STEPS 3 /* below the scale that shows the whole city */
#define FLY_MS         350

struct _ZxMapPane
{
  GtkWidget parent;
  ZxSession *session;
  ZxMapData *data;
  ZxPlane plane;
  gboolean has_plane, has_size;
  guint first_size;
  ZxMapLayerKind compared; /* ZX_N_MAP_LAYERS: no comparison */
  GArray *choices;         /* ZxMapLayerKind: what can be compared with */
  gboolean is_filling;
  ZxMapCanvas *canvas, *right;
  GtkWidget *overlay, *map, *scale, *readout, *card, *card_title, *card_rows, *legend, *left_legend,
      *compare_bar, *compare_with, *handle, *lock_buttons;
};

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
static void
set_mark (ZxMapPane *self, double x_m, double y_m)
{
  zx_map_canvas_set_mark (self->canvas, x_m, y_m);
  zx_map_canvas_set_mark (self->right, x_m, y_m);
}

static void
centre (ZxMapPane *self, double *x_m, double *y_m)
{
  ShumateLocation *location = SHUMATE_LOCATION (zx_map_pane_viewport (self));
  zx_plane_from_location (&self->plane, shumate_location_get_latitude (location),
                          shumate_location_get_longitude (location), x_m, y_m);
}

static double
city_zoom (ZxMapPane *self, const ZxCity *city)
{
  int width = MAX (gtk_widget_get_width (GTK_WIDGET (self)), 200),
      height = MAX (gtk_widget_get_height (GTK_WIDGET (self)), 200);
  double metres_per_unit
      = CITY_MARGIN
        * fmax ((city->max_x_m - city->min_x_m) / width, (city->max_y_m - city->min_y_m) / height);
  return metres_per_unit > 0 ? zx_plane_zoom (metres_per_unit) : 14;
}

void
zx_map_pane_show_city (ZxMapPane *self)
{
  ZxProject *project = self->session != NULL ? zx_session_project (self->session) : NULL;
  const ZxCity *city = project != NULL ? zx_project_city (project) : NULL;
  if (city == NULL)
    return;
  double zoom = city_zoom (self, city);
  shumate_viewport_set_min_zoom_level (zx_map_pane_viewport (self),
                                       (guint) fmax (1, floor (zoom) - COARSEST_STEPS));
  look_at (self, (city->min_x_m + city->max_x_m) / 2, (city->min_y_m + city->max_y_m) / 2, zoom);
}

void
zx_map_pane_fly_to (ZxMapPane *self, double x_m, double y_m, double metres_per_unit)
{
  ShumateViewport *viewport = zx_map_pane_viewport (self);
  double zoom = metres_per_unit > 0
                    ? zx_plane_zoom (metres_per_unit)
                    : fmax (shumate_viewport_get_zoom_level (viewport), zx_plane_zoom (STREET_M));
  double lat, lon;
  gboolean is_animated = FALSE;
  zx_plane_to_location (&self->plane, x_m, y_m, &lat, &lon);
  set_mark (self, x_m, y_m);
  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &is_animated,
                NULL);
  if (is_animated && gtk_widget_get_mapped (GTK_WIDGET (self)))
    shumate_map_go_to_full_with_duration (SHUMATE_MAP (self->map), lat, lon, zoom, FLY_MS);
  else
    look_at (self, x_m, y_m, zoom);
}

void
zx_map_pane_pan (ZxMapPane *self, double right_share, double up_share)
{
  double zoom = shumate_viewport_get_zoom_level (zx_map_pane_viewport (self));
  double metres_per_unit = zx_plane_metres_per_unit (zoom), x_m, y_m;
  centre (self, &x_m, &y_m);
  look_at (self, x_m + right_share * gtk_widget_get_width (GTK_WIDGET (self)) * metres_per_unit,
           y_m + up_share * gtk_widget_get_height (GTK_WIDGET (self)) * metres_per_unit, zoom);
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

static gboolean
is_symbols (ZxMapLayerKind kind)
{
  return kind == ZX_MAP_LAYER_STATIONS || kind == ZX_MAP_LAYER_CANDIDATES
         || kind == ZX_MAP_LAYER_SITES;
}

static gboolean
is_shown (ZxMapPane *self, ZxMapLayer *layer)
{
  return zx_map_layer_is_visible (layer)
         && zx_session_layer_absence (self->session, zx_map_layer_kind (layer)) == NULL;
}

/* The second map: the base, what it is compared with, and the symbols. */
static gboolean
is_shown_right (ZxMapPane *self, ZxMapLayer *layer)
{
  ZxMapLayerKind kind = zx_map_layer_kind (layer);
  return kind == ZX_MAP_LAYER_BASE || kind == self->compared
         || (is_symbols (kind) && is_shown (self, layer));
}

static guint
inks_of (ZxMapPane *self, gboolean (*is_in) (ZxMapPane *self, ZxMapLayer *layer), ZxMapInk *ink)
{
  guint n_inks = 0;
  GListModel *layers = zx_session_layers (self->session);
  for (guint i = g_list_model_get_n_items (layers); i > 0; i--)
    {
      g_autoptr (ZxMapLayer) layer = g_list_model_get_item (layers, i - 1);
      if (n_inks < ZX_N_MAP_LAYERS && is_in (self, layer))
        ink[n_inks++] = (ZxMapInk){ zx_map_layer_kind (layer), zx_map_layer_opacity (layer) };
    }
  return n_inks;
}

static void
show_layers (ZxMapPane *self)
{
  ZxMapInk left[ZX_N_MAP_LAYERS], right[ZX_N_MAP_LAYERS];
  guint n_left = inks_of (self, is_shown, left), n_right = 0;
  gboolean is_comparing = self->compared < ZX_N_MAP_LAYERS && self->data != NULL;
  if (is_comparing)
    n_right = inks_of (self, is_shown_right, right);
  zx_map_canvas_set_content (self->canvas, self->data, left, n_left);
  zx_map_canvas_set_content (self->right, is_comparing ? self->data : NULL, right, n_right);
  gtk_widget_set_visible (self->compare_bar, is_comparing);
  zx_map_legend_set_content (ZX_MAP_LEGEND (self->left_legend), is_comparing ? self->data : NULL,
                             left, n_left);
  if (is_comparing)
    zx_map_legend_set_content (ZX_MAP_LEGEND (self->legend), self->data, right, n_right);
  else
    zx_map_legend_set_content (ZX_MAP_LEGEND (self->legend), self->data, left, n_left);
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
      g_clear_pointer (&self->data, zx_map_data_unref);
      self->data = g_steal_pointer (&making->data);
      show_layers (self);
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
  gtk_widget_set_visible (self->card, FALSE);
  if (city == NULL)
    {
      g_clear_pointer (&self->data, zx_map_data_unref);
      self->has_plane = FALSE;
      show_layers (self);
      return;
    }
  const ZxPlane plane = { city->origin_x_m, city->origin_y_m };
  gboolean is_new = !self->has_plane || plane.origin_x_m != self->plane.origin_x_m
                    || plane.origin_y_m != self->plane.origin_y_m;
  self->plane = plane;
  self->has_plane = TRUE;
  zx_map_canvas_set_plane (self->canvas, &plane);
  zx_map_canvas_set_plane (self->right, &plane);
  if (is_new)
    {
      set_mark (self, NAN, NAN);
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
  g_signal_connect_object (session, "layers-changed", G_CALLBACK (show_layers), self,
                           G_CONNECT_SWAPPED);
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
  return is_made && zx_map_canvas_is_settled (self->canvas)
         && zx_map_canvas_is_settled (self->right);
}

double
zx_map_pane_last_seconds (ZxMapPane *self)
{
  return zx_map_canvas_last_seconds (self->canvas);
}

/* ---- comparing ----------------------------------------------------------------------------- */

static gboolean
can_compare (ZxMapPane *self, ZxMapLayerKind kind)
{
  return kind != ZX_MAP_LAYER_BASE && !is_symbols (kind)
         && zx_session_layer_absence (self->session, kind) == NULL;
}

/* What makes sense beside what is shown: vehicles beside use, use beside the rest. */
static ZxMapLayerKind
suggested (ZxMapPane *self)
{
  ZxMapLayer *usage = zx_session_layer (self->session, ZX_MAP_LAYER_USAGE_HEAT);
  ZxMapLayerKind first = usage != NULL && zx_map_layer_is_visible (usage)
                             ? ZX_MAP_LAYER_VEHICLE_HEAT
                             : ZX_MAP_LAYER_USAGE_HEAT;
  if (can_compare (self, first))
    return first;
  for (guint kind = 0; kind < ZX_N_MAP_LAYERS; kind++)
    if (can_compare (self, (ZxMapLayerKind) kind))
      return (ZxMapLayerKind) kind;
  return ZX_N_MAP_LAYERS;
}

static void
fill_choices (ZxMapPane *self)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  guint selected = GTK_INVALID_LIST_POSITION;
  g_array_set_size (self->choices, 0);
  for (guint kind = 0; kind < ZX_N_MAP_LAYERS; kind++)
    if (can_compare (self, (ZxMapLayerKind) kind))
      {
        ZxMapLayerKind choice = (ZxMapLayerKind) kind;
        if (choice == self->compared)
          selected = self->choices->len;
        g_array_append_val (self->choices, choice);
        gtk_string_list_append (titles, _ (zx_map_layer_kind_title (choice)));
      }
  self->is_filling = TRUE;
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->compare_with), G_LIST_MODEL (titles));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->compare_with), selected);
  self->is_filling = FALSE;
}

void
zx_map_pane_compare (ZxMapPane *self, ZxMapLayerKind kind)
{
  if (kind < ZX_N_MAP_LAYERS && !can_compare (self, kind))
    kind = ZX_N_MAP_LAYERS;
  self->compared = kind;
  fill_choices (self);
  show_layers (self);
}

ZxMapLayerKind
zx_map_pane_compared (ZxMapPane *self)
{
  return self->compared;
}

static void
on_compare_with_cb (ZxMapPane *self)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->compare_with));
  if (self->is_filling || selected >= self->choices->len)
    return;
  self->compared = g_array_index (self->choices, ZxMapLayerKind, selected);
  show_layers (self);
}

static void
on_handle_moved_cb (ZxMapPane *self)
{
  zx_map_canvas_set_left_edge (self->right, gtk_range_get_value (GTK_RANGE (self->handle)) / 100);
}

static void
compare_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxMapPane *self = ZX_MAP_PANE (widget);
  zx_map_pane_compare (self, self->compared < ZX_N_MAP_LAYERS ? ZX_N_MAP_LAYERS : suggested (self));
}

/* ---- under the pointer --------------------------------------------------------------------- */

static void
place_under (ZxMapPane *self, double x, double y, double *x_m, double *y_m)
{
  double metres_per_unit
      = zx_plane_metres_per_unit (shumate_viewport_get_zoom_level (zx_map_pane_viewport (self)));
  centre (self, x_m, y_m);
  *x_m += (x - gtk_widget_get_width (self->map) / 2.0) * metres_per_unit;
  *y_m -= (y - gtk_widget_get_height (self->map) / 2.0) * metres_per_unit;
}

/* "Usage heat 1 234 kWh/km²/d · 119.50012, 35.40034" */
static void
say_place (ZxMapPane *self, double x_m, double y_m)
{
  GString *text = g_string_new (NULL);
  GListModel *layers = zx_session_layers (self->session);
  for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
    {
      g_autoptr (ZxMapLayer) layer = g_list_model_get_item (layers, i);
      if (!is_shown (self, layer))
        continue;
      g_autofree char *value
          = zx_map_data_value_at (self->data, zx_map_layer_kind (layer), x_m, y_m);
      if (value != NULL)
        g_string_append_printf (text, "%s %s  ·  ", zx_map_layer_title (layer), value);
    }
  double lon, lat;
  if (zx_project_to_degrees (zx_map_data_project (self->data), x_m, y_m, &lon, &lat))
    g_string_append_printf (text, "%.5f, %.5f", lon, lat);
  gtk_label_set_text (GTK_LABEL (self->readout), text->str);
  gtk_widget_set_visible (self->readout, text->len > 0);
  g_string_free (text, TRUE);
}

static void
on_pointer_moved_cb (ZxMapPane *self, double x, double y)
{
  double x_m, y_m;
  if (self->data == NULL || zx_map_data_city (self->data) == NULL)
    return;
  place_under (self, x, y, &x_m, &y_m);
  say_place (self, x_m, y_m);
}

static void
fill_card (ZxMapPane *self, const char *text)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (self->card_rows)) != NULL)
    gtk_grid_remove (GTK_GRID (self->card_rows), child);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gtk_label_set_text (GTK_LABEL (self->card_title), lines[0]);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      g_auto (GStrv) halves = g_strsplit (lines[i], "\t", 2);
      GtkWidget *label = gtk_label_new (halves[0]), *value = gtk_label_new (halves[1]);
      gtk_widget_add_css_class (label, "dim-label");
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_xalign (GTK_LABEL (value), 1);
      gtk_label_set_wrap (GTK_LABEL (value), TRUE);
      gtk_widget_set_hexpand (value, TRUE);
      gtk_grid_attach (GTK_GRID (self->card_rows), label, 0, (int) i, 1, 1);
      gtk_grid_attach (GTK_GRID (self->card_rows), value, 1, (int) i, 1, 1);
    }
  gtk_widget_set_visible (self->card, TRUE);
}

static void
offer_lock (ZxMapPane *self, ZxMapLayerKind kind, guint place)
{
  const ZxPlan *plan = zx_project_plan (zx_map_data_project (self->data));
  gboolean can_lock = kind == ZX_MAP_LAYER_CANDIDATES
                      || (kind == ZX_MAP_LAYER_SITES && plan != NULL && place < plan->n_sites);
  gtk_widget_set_visible (self->lock_buttons, can_lock);
  if (!can_lock)
    return;
  guint candidate = kind == ZX_MAP_LAYER_SITES ? plan->site[place].candidate : place;
  for (GtkWidget *button = gtk_widget_get_first_child (self->lock_buttons); button != NULL;
       button = gtk_widget_get_next_sibling (button))
    gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "u", candidate);
}

static gboolean
identify (ZxMapPane *self, double x_m, double y_m)
{
  static const ZxMapLayerKind kinds[] = { ZX_MAP_LAYER_SITES, ZX_MAP_LAYER_STATIONS,
                                          ZX_MAP_LAYER_CANDIDATES, ZX_MAP_LAYER_TRANSFORMER_AREAS };
  double limit_m
      = CLICK_RADIUS
        * zx_plane_metres_per_unit (shumate_viewport_get_zoom_level (zx_map_pane_viewport (self)));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      ZxMapLayer *layer = zx_session_layer (self->session, kinds[i]);
      if (layer == NULL || !is_shown (self, layer))
        continue;
      int place = zx_map_data_place_at (self->data, kinds[i], x_m, y_m, limit_m);
      if (place < 0)
        continue;
      g_autofree char *text = zx_map_data_describe (self->data, kinds[i], (guint) place);
      fill_card (self, text);
      offer_lock (self, kinds[i], (guint) place);
      return TRUE;
    }
  return FALSE;
}

static void
on_clicked_cb (ZxMapPane *self, int n_press, double x, double y)
{
  double x_m, y_m;
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (self->data == NULL || zx_map_data_city (self->data) == NULL || n_press != 1)
    return;
  place_under (self, x, y, &x_m, &y_m);
  if (identify (self, x_m, y_m))
    set_mark (self, x_m, y_m);
  else
    {
      gtk_widget_set_visible (self->card, FALSE);
      set_mark (self, NAN, NAN);
    }
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

/* For those who have no pointer: what is in the middle of the view. */
static void
identify_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxMapPane *self = ZX_MAP_PANE (widget);
  double x_m, y_m;
  if (self->data == NULL || zx_map_data_city (self->data) == NULL)
    return;
  centre (self, &x_m, &y_m);
  set_mark (self, x_m, y_m);
  say_place (self, x_m, y_m);
  identify (self, x_m, y_m);
}

static void
close_card_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxMapPane *self = ZX_MAP_PANE (widget);
  gtk_widget_set_visible (self->card, FALSE);
  set_mark (self, NAN, NAN);
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
  gtk_widget_class_add_binding_action (class, GDK_KEY_c, 0, "map.compare", NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_Return, 0, "map.identify", NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_Escape, 0, "map.close-card", NULL);
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
  g_clear_pointer (&self->overlay, gtk_widget_unparent);
  self->canvas = self->right = NULL;
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
  gtk_widget_class_bind_template_child (widget_class, ZxMapPane, readout);
  gtk_widget_class_bind_template_child (widget_class, ZxMapPane, card);
  gtk_widget_class_bind_template_child (widget_class, ZxMapPane, card_title);
  gtk_widget_class_bind_template_child (widget_class, ZxMapPane, card_rows);
  gtk_widget_class_bind_template_child (widget_class, ZxMapPane, legend);
  gtk_widget_class_bind_template_child (widget_class, ZxMapPane, left_legend);
  gtk_widget_class_bind_template_child (widget_class, ZxMapPane, compare_bar);
  gtk_widget_class_bind_template_child (widget_class, ZxMapPane, compare_with);
  gtk_widget_class_bind_template_child (widget_class, ZxMapPane, handle);
  gtk_widget_class_bind_template_child (widget_class, ZxMapPane, lock_buttons);
  gtk_widget_class_bind_template_callback (widget_class, on_handle_moved_cb);
  gtk_widget_class_install_action (widget_class, "map.pan", "(dd)", pan_action);
  gtk_widget_class_install_action (widget_class, "map.zoom", "d", zoom_action);
  gtk_widget_class_install_action (widget_class, "map.home", NULL, home_action);
  gtk_widget_class_install_action (widget_class, "map.compare", NULL, compare_action);
  gtk_widget_class_install_action (widget_class, "map.identify", NULL, identify_action);
  gtk_widget_class_install_action (widget_class, "map.close-card", NULL, close_card_action);
  gtk_widget_class_set_css_name (widget_class, "zx-map");
  add_keys (widget_class);
}

static void
zx_map_pane_init (ZxMapPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ShumateViewport *viewport = zx_map_pane_viewport (self);
  g_autoptr (ShumateMapSource) source = zx_plane_source_new ();
  shumate_viewport_set_reference_map_source (viewport, source);
  shumate_viewport_set_max_zoom_level (viewport, FINEST_ZOOM);
  shumate_map_set_map_source (SHUMATE_MAP (self->map), source);
  g_signal_connect (viewport, "notify::rotation", G_CALLBACK (keep_upright), NULL);
  shumate_scale_set_viewport (SHUMATE_SCALE (self->scale), viewport);
  self->canvas = zx_map_canvas_new (viewport);
  shumate_map_add_layer (SHUMATE_MAP (self->map), SHUMATE_LAYER (self->canvas));
  self->compared = ZX_N_MAP_LAYERS;
  self->choices = g_array_new (FALSE, FALSE, sizeof (ZxMapLayerKind));
  self->right = zx_map_canvas_new (viewport);
  zx_map_canvas_set_left_edge (self->right, 0.5);
  shumate_map_add_layer (SHUMATE_MAP (self->map), SHUMATE_LAYER (self->right));
  g_signal_connect_object (self->compare_with, "notify::selected", G_CALLBACK (on_compare_with_cb),
                           self, G_CONNECT_SWAPPED);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (on_pointer_moved_cb), self);
  gtk_widget_add_controller (self->map, motion);
  GtkGesture *click = gtk_gesture_click_new ();
  g_signal_connect_swapped (click, "released", G_CALLBACK (on_clicked_cb), self);
  gtk_widget_add_controller (self->map, GTK_EVENT_CONTROLLER (click));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
}
