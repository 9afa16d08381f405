/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The picture covers the view and a quarter more on each side, so a short pan shows map to its
 * edge.  While the view moves the last picture is laid with its own shift and scale; a new one is
 * asked for at once when the picture no longer covers the view or its scale is off, otherwise when
 * the view has rested for a moment.  One picture is under way at a time; a change meanwhile is
 * remembered and painted next.  At its own scale the picture lies on whole pixels. */

#include "ui/map/zx-map-canvas.h"

#include <math.h>

#include "ui/map/zx-map-legend.h"

#define MARGIN_SHARE 0.25
#define REST_MS      80
#define LARGEST_SIDE 8192
#define SAME_SCALE   1e-6
#define MARK_RADIUS  15.0
#define EDGE_WIDTH   4.0f
#define MARK_WIDTH   3.0

struct _ZxMapCanvas
{
  ShumateLayer parent;
  ZxPlane plane;
  ZxMapData *data; /* nullable */
  ZxMapInk ink[ZX_N_MAP_LAYERS];
  guint n_inks;
  gboolean is_dark;
  double mark_x_m, mark_y_m;
  double left_edge; /* share of the width */
  /* the picture and where it belongs */
  GdkTexture *texture;
  double texture_x_m, texture_y_m, texture_metres_per_unit;
  int texture_width, texture_height, texture_scale;
  double last_seconds;
  guint64 wanted, shown; /* numbers of contents */
  gboolean is_under_way, is_asked_again;
  guint rest;
};

G_DEFINE_FINAL_TYPE (ZxMapCanvas, zx_map_canvas, SHUMATE_TYPE_LAYER)

/* ---- the view ------------------------------------------------------------------------------ */

typedef struct
{
  double x_m, y_m, metres_per_unit;
  int width, height;
} View;

static View
current_view (ZxMapCanvas *self)
{
  ShumateViewport *viewport = shumate_layer_get_viewport (SHUMATE_LAYER (self));
  View view;
  zx_plane_from_location (&self->plane, shumate_location_get_latitude (SHUMATE_LOCATION (viewport)),
                          shumate_location_get_longitude (SHUMATE_LOCATION (viewport)), &view.x_m,
                          &view.y_m);
  view.metres_per_unit = zx_plane_metres_per_unit (shumate_viewport_get_zoom_level (viewport));
  view.width = gtk_widget_get_width (GTK_WIDGET (self));
  view.height = gtk_widget_get_height (GTK_WIDGET (self));
  return view;
}

/* Where the picture lies in the widget. */
static graphene_rect_t
picture_rect (ZxMapCanvas *self, const View *view)
{
  double scale = self->texture_metres_per_unit / view->metres_per_unit;
  double width = self->texture_width * scale, height = self->texture_height * scale;
  double x
      = view->width / 2.0 + (self->texture_x_m - view->x_m) / view->metres_per_unit - width / 2;
  double y
      = view->height / 2.0 - (self->texture_y_m - view->y_m) / view->metres_per_unit - height / 2;
  if (fabs (scale - 1) < SAME_SCALE)
    {
      int device = MAX (1, gtk_widget_get_scale_factor (GTK_WIDGET (self)));
      x = round (x * device) / device;
      y = round (y * device) / device;
    }
  return GRAPHENE_RECT_INIT ((float) x, (float) y, (float) width, (float) height);
}

static gboolean
is_covered (ZxMapCanvas *self, const View *view)
{
  if (self->texture == NULL
      || fabs (self->texture_metres_per_unit / view->metres_per_unit - 1) > SAME_SCALE)
    return FALSE;
  graphene_rect_t rect = picture_rect (self, view);
  return rect.origin.x <= 0 && rect.origin.y <= 0
         && rect.origin.x + rect.size.width >= (float) view->width
         && rect.origin.y + rect.size.height >= (float) view->height;
}

static gboolean
is_same_place (ZxMapCanvas *self, const View *view)
{
  double half_pixel_m = view->metres_per_unit / 2;
  return fabs (self->texture_x_m - view->x_m) < half_pixel_m
         && fabs (self->texture_y_m - view->y_m) < half_pixel_m;
}

/* ---- painting ------------------------------------------------------------------------------ */

static void ask (ZxMapCanvas *self);

static void
on_painted (GdkTexture *texture, const ZxMapOrder *order, double seconds, gpointer data)
{
  g_autoptr (ZxMapCanvas) self = data;
  self->is_under_way = FALSE;
  self->last_seconds = seconds;
  if (order->data == self->data)
    {
      g_set_object (&self->texture, texture);
      self->texture_x_m = order->centre_x_m;
      self->texture_y_m = order->centre_y_m;
      self->texture_metres_per_unit = order->metres_per_unit;
      self->texture_width = order->width;
      self->texture_height = order->height;
      self->texture_scale = order->device_scale;
      self->shown = self->is_asked_again ? self->shown : self->wanted;
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (self->is_asked_again)
    {
      self->is_asked_again = FALSE;
      ask (self);
    }
}

static void
ask (ZxMapCanvas *self)
{
  g_clear_handle_id (&self->rest, g_source_remove);
  View view = current_view (self);
  if (self->data == NULL || view.width <= 0 || view.height <= 0
      || shumate_layer_get_viewport (SHUMATE_LAYER (self)) == NULL)
    return;
  if (self->is_under_way)
    {
      self->is_asked_again = TRUE;
      return;
    }
  ZxMapOrder order = { self->data };
  memcpy (order.ink, self->ink, sizeof order.ink);
  order.n_inks = self->n_inks;
  order.centre_x_m = view.x_m;
  order.centre_y_m = view.y_m;
  order.metres_per_unit = view.metres_per_unit;
  order.device_scale = MAX (1, gtk_widget_get_scale_factor (GTK_WIDGET (self)));
  /* Even margins: the picture's middle stays on the pixel where the view's middle is. */
  int most = LARGEST_SIDE / order.device_scale;
  order.width = MIN (view.width + 2 * (int) (view.width * MARGIN_SHARE), most);
  order.height = MIN (view.height + 2 * (int) (view.height * MARGIN_SHARE), most);
  order.text_scale = zx_map_text_scale (GTK_WIDGET (self));
  order.is_dark = self->is_dark;
  self->is_under_way = TRUE;
  zx_map_order_start (&order, on_painted, g_object_ref (self));
}

static gboolean
on_rest_cb (gpointer data)
{
  ZxMapCanvas *self = data;
  self->rest = 0;
  ask (self);
  return G_SOURCE_REMOVE;
}

static void
on_view_changed_cb (ZxMapCanvas *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
  View view = current_view (self);
  if (!is_covered (self, &view) || (self->shown != self->wanted && !self->is_under_way))
    ask (self); /* also what changed while the map had no size */
  else if (!is_same_place (self, &view))
    {
      g_clear_handle_id (&self->rest, g_source_remove);
      self->rest = g_timeout_add (REST_MS, on_rest_cb, self);
    }
}

static void
content_changed (ZxMapCanvas *self)
{
  self->wanted++;
  ask (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* ---- the widget ---------------------------------------------------------------------------- */

static void
snapshot_mark (ZxMapCanvas *self, const View *view, GtkSnapshot *snapshot)
{
  if (!isfinite (self->mark_x_m) || self->data == NULL)
    return;
  float x = (float) (view->width / 2.0 + (self->mark_x_m - view->x_m) / view->metres_per_unit);
  float y = (float) (view->height / 2.0 - (self->mark_y_m - view->y_m) / view->metres_per_unit);
  const float radii[] = { MARK_RADIUS, MARK_RADIUS - MARK_WIDTH };
  const GdkRGBA colours[] = { { 1, 1, 1, 0.95f }, { 0.75f, 0.1f, 0.45f, 1 } };
  for (guint i = 0; i < G_N_ELEMENTS (radii); i++)
    {
      GskRoundedRect ring;
      graphene_rect_t bounds
          = GRAPHENE_RECT_INIT (x - radii[i], y - radii[i], 2 * radii[i], 2 * radii[i]);
      gsk_rounded_rect_init_from_rect (&ring, &bounds, radii[i]);
      const float widths[] = { MARK_WIDTH, MARK_WIDTH, MARK_WIDTH, MARK_WIDTH };
      const GdkRGBA four[] = { colours[i], colours[i], colours[i], colours[i] };
      gtk_snapshot_append_border (snapshot, &ring, widths, four);
    }
}

static void
snapshot_edge (float left, float height, GtkSnapshot *snapshot)
{
  const GdkRGBA light = { 1, 1, 1, 0.9f }, dark = { 0.1f, 0.1f, 0.1f, 0.9f };
  graphene_rect_t wide = GRAPHENE_RECT_INIT (left, 0, EDGE_WIDTH, height),
                  thin = GRAPHENE_RECT_INIT (left + 1, 0, EDGE_WIDTH - 2, height);
  gtk_snapshot_append_color (snapshot, &light, &wide);
  gtk_snapshot_append_color (snapshot, &dark, &thin);
}

static void
zx_map_canvas_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ZxMapCanvas *self = ZX_MAP_CANVAS (widget);
  View view = current_view (self);
  float left = roundf ((float) self->left_edge * (float) view.width);
  graphene_rect_t all
      = GRAPHENE_RECT_INIT (left, 0, (float) view.width - left, (float) view.height);
  gtk_snapshot_push_clip (snapshot, &all);
  if (self->texture != NULL)
    {
      graphene_rect_t rect = picture_rect (self, &view);
      gtk_snapshot_append_texture (snapshot, self->texture, &rect);
    }
  snapshot_mark (self, &view, snapshot);
  if (self->left_edge > 0 && self->data != NULL)
    snapshot_edge (left, (float) view.height, snapshot);
  gtk_snapshot_pop (snapshot);
}

static void
zx_map_canvas_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GTK_WIDGET_CLASS (zx_map_canvas_parent_class)->size_allocate (widget, width, height, baseline);
  on_view_changed_cb (ZX_MAP_CANVAS (widget));
}

static void
zx_map_canvas_constructed (GObject *object)
{
  ZxMapCanvas *self = ZX_MAP_CANVAS (object);
  G_OBJECT_CLASS (zx_map_canvas_parent_class)->constructed (object);
  ShumateViewport *viewport = shumate_layer_get_viewport (SHUMATE_LAYER (self));
  g_signal_connect_object (viewport, "notify", G_CALLBACK (on_view_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (content_changed), NULL);
}

static void
zx_map_canvas_dispose (GObject *object)
{
  ZxMapCanvas *self = ZX_MAP_CANVAS (object);
  g_clear_handle_id (&self->rest, g_source_remove);
  g_clear_object (&self->texture);
  g_clear_pointer (&self->data, zx_map_data_unref);
  self->is_asked_again = FALSE;
  G_OBJECT_CLASS (zx_map_canvas_parent_class)->dispose (object);
}

static void
zx_map_canvas_class_init (ZxMapCanvasClass *class)
{
  G_OBJECT_CLASS (class)->constructed = zx_map_canvas_constructed;
  G_OBJECT_CLASS (class)->dispose = zx_map_canvas_dispose;
  GTK_WIDGET_CLASS (class)->snapshot = zx_map_canvas_snapshot;
  GTK_WIDGET_CLASS (class)->size_allocate = zx_map_canvas_size_allocate;
}

static void
zx_map_canvas_init (ZxMapCanvas *self)
{
  self->mark_x_m = self->mark_y_m = NAN;
}

ZxMapCanvas *
zx_map_canvas_new (ShumateViewport *viewport)
{
  return g_object_new (ZX_TYPE_MAP_CANVAS, "viewport", viewport, NULL);
}

void
zx_map_canvas_set_plane (ZxMapCanvas *self, const ZxPlane *plane)
{
  self->plane = *plane;
}

void
zx_map_canvas_set_content (ZxMapCanvas *self, ZxMapData *data, const ZxMapInk *ink, guint n_inks)
{
  g_return_if_fail (n_inks <= ZX_N_MAP_LAYERS);
  if (data != NULL)
    zx_map_data_ref (data);
  g_clear_pointer (&self->data, zx_map_data_unref);
  self->data = data;
  if (n_inks > 0)
    memcpy (self->ink, ink, n_inks * sizeof *ink);
  self->n_inks = n_inks;
  if (data == NULL)
    g_clear_object (&self->texture);
  content_changed (self);
}

void
zx_map_canvas_set_dark (ZxMapCanvas *self, gboolean is_dark)
{
  if (self->is_dark == is_dark)
    return;
  self->is_dark = is_dark;
  content_changed (self);
}

void
zx_map_canvas_set_mark (ZxMapCanvas *self, double x_m, double y_m)
{
  self->mark_x_m = x_m;
  self->mark_y_m = y_m;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
zx_map_canvas_set_left_edge (ZxMapCanvas *self, double share)
{
  self->left_edge = CLAMP (share, 0.0, 1.0);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
zx_map_canvas_is_settled (ZxMapCanvas *self)
{
  View view = current_view (self);
  return self->data == NULL
         || (!self->is_under_way && self->rest == 0 && self->shown == self->wanted
             && is_covered (self, &view));
}

double
zx_map_canvas_last_seconds (ZxMapCanvas *self)
{
  return self->last_seconds;
}
