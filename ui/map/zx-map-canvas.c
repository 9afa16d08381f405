/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The picture covers the view and a quarter more on each side, so a short pan shows map to its
 * edge.  While the view moves the last picture is laid with its own shift and scale; a new one is
 * asked for at once when the picture no longer covers the view or its scale is off, otherwise when
 * the view has rested for a moment.  One picture is under way at a time; a change meanwhile is
 * remembered and painted next.  At its own scale the picture lies on whole pixels.
 *
 * When all that is done the pictures that will be wanted next (the coming hours of the day) are
 * painted and kept, as long as view and layers stay. */

#include "ui/map/zx-map-canvas.h"

#include <math.h>

#include "ui/map/zx-map-legend.h"
#include "ui/map/zx-map-overlay.h"
#include "ui/zx-picture.h"

#define MARGIN_SHARE 0.25
#define REST_MS      80
#define LARGEST_SIDE 8192
#define SAME_SCALE   1e-6
#define EDGE_WIDTH   4.0f

/* A picture and where it belongs. */
typedef struct
{
  GdkTexture *texture; /* owned; NULL: none */
  double x_m, y_m, metres_per_unit;
  int width, height;
} Picture;

typedef struct
{
  ZxMapData *data; /* owned */
  Picture picture;
  guint64 look; /* what it was painted for */
} Ahead;

struct _ZxMapCanvas
{
  ShumateLayer parent;
  ZxPlane plane;
  ZxMapData *data; /* nullable */
  ZxMapInk ink[ZX_N_MAP_LAYERS];
  guint n_inks;
  gboolean is_dark;
  ZxBackdrop *backdrop;         /* nullable */
  double left_edge, right_edge; /* shares of the width */
  ZxMapOverlay overlay;
  double *path_x_m, *path_y_m; /* owned */
  ZxMapPending *pending;       /* owned */
  Picture picture;
  GdkTexture *laid, *laid_before; /* of the last two frames, nullable */
  Ahead ahead[ZX_MAP_CANVAS_MOST_AHEAD];
  guint n_ahead;
  double last_seconds;
  guint64 look;          /* number of the layers and their look */
  guint64 wanted, shown; /* numbers of contents */
  guint64 under_way;     /* what is painted now was wanted as this */
  gboolean is_under_way, is_asked_again;
  guint rest;
};

G_DEFINE_FINAL_TYPE (ZxMapCanvas, zx_map_canvas, SHUMATE_TYPE_LAYER)

/* ---- the view ------------------------------------------------------------------------------ */

static ZxMapWindow
current_view (ZxMapCanvas *self)
{
  ShumateViewport *viewport = shumate_layer_get_viewport (SHUMATE_LAYER (self));
  ZxMapWindow view;
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
picture_rect (ZxMapCanvas *self, const Picture *picture, const ZxMapWindow *view)
{
  double scale = picture->metres_per_unit / view->metres_per_unit;
  double width = picture->width * scale, height = picture->height * scale;
  double x = view->width / 2.0 + (picture->x_m - view->x_m) / view->metres_per_unit - width / 2;
  double y = view->height / 2.0 - (picture->y_m - view->y_m) / view->metres_per_unit - height / 2;
  if (fabs (scale - 1) < SAME_SCALE)
    {
      int device = MAX (1, gtk_widget_get_scale_factor (GTK_WIDGET (self)));
      x = round (x * device) / device;
      y = round (y * device) / device;
    }
  return GRAPHENE_RECT_INIT ((float) x, (float) y, (float) width, (float) height);
}

static gboolean
is_covered (ZxMapCanvas *self, const Picture *picture, const ZxMapWindow *view)
{
  if (picture->texture == NULL
      || fabs (picture->metres_per_unit / view->metres_per_unit - 1) > SAME_SCALE)
    return FALSE;
  graphene_rect_t rect = picture_rect (self, picture, view);
  return rect.origin.x <= 0 && rect.origin.y <= 0
         && rect.origin.x + rect.size.width >= (float) view->width
         && rect.origin.y + rect.size.height >= (float) view->height;
}

static gboolean
is_same_place (ZxMapCanvas *self, const ZxMapWindow *view)
{
  double half_pixel_m = view->metres_per_unit / 2;
  return fabs (self->picture.x_m - view->x_m) < half_pixel_m
         && fabs (self->picture.y_m - view->y_m) < half_pixel_m;
}

/* ---- pictures ahead ------------------------------------------------------------------------- */

static void
clear_ahead (Ahead *ahead)
{
  g_clear_object (&ahead->picture.texture);
  g_clear_pointer (&ahead->data, zx_map_data_unref);
}

static gboolean
is_ready (ZxMapCanvas *self, const Ahead *ahead, const ZxMapWindow *view)
{
  return ahead->look == self->look && is_covered (self, &ahead->picture, view);
}

static Ahead *
find_ahead (ZxMapCanvas *self, const ZxMapData *data)
{
  for (guint i = 0; i < self->n_ahead; i++)
    if (self->ahead[i].data == data)
      return &self->ahead[i];
  return NULL;
}

static ZxMapData *
next_ahead (ZxMapCanvas *self, const ZxMapWindow *view)
{
  for (guint i = 0; i < self->n_ahead; i++)
    if (self->ahead[i].data != self->data && !is_ready (self, &self->ahead[i], view))
      return self->ahead[i].data;
  return NULL;
}

/* ---- painting ------------------------------------------------------------------------------ */

static void ask (ZxMapCanvas *self);

static void
take_picture (Picture *picture, GdkTexture *texture, const ZxMapOrder *order)
{
  g_set_object (&picture->texture, texture);
  picture->x_m = order->centre_x_m;
  picture->y_m = order->centre_y_m;
  picture->metres_per_unit = order->metres_per_unit;
  picture->width = order->width;
  picture->height = order->height;
}

static void start (ZxMapCanvas *self, ZxMapData *data, const ZxMapWindow *view);

static void
on_painted (GdkTexture *texture, const ZxMapOrder *order, double seconds, gpointer data)
{
  g_autoptr (ZxMapCanvas) self = data;
  Ahead *ahead = find_ahead (self, order->data);
  self->is_under_way = FALSE;
  self->last_seconds = seconds;
  if (order->data == self->data)
    {
      take_picture (&self->picture, texture, order);
      self->shown = self->under_way;
    }
  else if (ahead != NULL && order->look == self->look)
    {
      take_picture (&ahead->picture, texture, order);
      ahead->look = order->look;
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (self->is_asked_again)
    {
      self->is_asked_again = FALSE;
      ask (self);
      return;
    }
  ZxMapWindow view = current_view (self);
  ZxMapData *next = self->data != NULL ? next_ahead (self, &view) : NULL;
  if (next != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    start (self, next, &view);
}

static void
start (ZxMapCanvas *self, ZxMapData *data, const ZxMapWindow *view)
{
  ZxMapOrder order = { data };
  memcpy (order.ink, self->ink, sizeof order.ink);
  order.n_inks = self->n_inks;
  order.centre_x_m = view->x_m;
  order.centre_y_m = view->y_m;
  order.metres_per_unit = view->metres_per_unit;
  order.device_scale = MAX (1, gtk_widget_get_scale_factor (GTK_WIDGET (self)));
  /* Even margins: the picture's middle stays on the pixel where the view's middle is. */
  int most = LARGEST_SIDE / order.device_scale;
  order.width = MIN (view->width + 2 * (int) (view->width * MARGIN_SHARE), most);
  order.height = MIN (view->height + 2 * (int) (view->height * MARGIN_SHARE), most);
  order.text_scale = zx_map_text_scale (GTK_WIDGET (self));
  order.is_dark = self->is_dark;
  order.look = self->look;
  order.backdrop = self->backdrop;
  zx_map_order_locate (&order);
  self->is_under_way = TRUE;
  self->under_way = self->wanted;
  zx_map_order_start (&order, on_painted, g_object_ref (self));
}

static void
ask (ZxMapCanvas *self)
{
  g_clear_handle_id (&self->rest, g_source_remove);
  if (self->data == NULL || shumate_layer_get_viewport (SHUMATE_LAYER (self)) == NULL)
    return;
  ZxMapWindow view = current_view (self);
  if (view.width <= 0 || view.height <= 0)
    return;
  if (self->is_under_way)
    {
      self->is_asked_again = TRUE;
      return;
    }
  start (self, self->data, &view);
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
  ZxMapWindow view = current_view (self);
  if (!is_covered (self, &self->picture, &view)
      || (self->shown != self->wanted && !self->is_under_way))
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

static void
look_changed (ZxMapCanvas *self)
{
  self->look++;
  content_changed (self);
}

/* ---- the widget ---------------------------------------------------------------------------- */

static void
snapshot_edge (float left, float height, GtkSnapshot *snapshot)
{
  const GdkRGBA light = { 1, 1, 1, 0.9f }, dark = { 0.1f, 0.1f, 0.1f, 0.9f };
  graphene_rect_t wide = GRAPHENE_RECT_INIT (left, 0, EDGE_WIDTH, height),
                  thin = GRAPHENE_RECT_INIT (left + 1, 0, EDGE_WIDTH - 2, height);
  gtk_snapshot_append_color (snapshot, &light, &wide);
  gtk_snapshot_append_color (snapshot, &dark, &thin);
}

/* The renderer still compares with the frame before, and cairo would copy the pixels it holds when
 * their owner let go first. */
static void
keep_laid (ZxMapCanvas *self)
{
  g_set_object (&self->laid_before, self->laid);
  g_set_object (&self->laid, self->picture.texture);
}

static void
zx_map_canvas_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ZxMapCanvas *self = ZX_MAP_CANVAS (widget);
  if (self->data == NULL)
    return;
  ZxMapWindow view = current_view (self);
  float left = roundf ((float) self->left_edge * (float) view.width),
        right = roundf ((float) self->right_edge * (float) view.width);
  graphene_rect_t part = GRAPHENE_RECT_INIT (left, 0, right - left, (float) view.height);
  gtk_snapshot_push_clip (snapshot, &part);
  if (self->picture.texture != NULL)
    {
      graphene_rect_t rect = picture_rect (self, &self->picture, &view);
      zx_picture_snapshot (self->picture.texture, widget, &rect, &part, snapshot);
    }
  keep_laid (self);
  zx_map_overlay_snapshot (&self->overlay, &view, snapshot);
  if (self->left_edge > 0)
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
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (look_changed), NULL);
}

static void
zx_map_canvas_dispose (GObject *object)
{
  ZxMapCanvas *self = ZX_MAP_CANVAS (object);
  g_clear_handle_id (&self->rest, g_source_remove);
  g_clear_object (&self->picture.texture);
  g_clear_object (&self->laid);
  g_clear_object (&self->laid_before);
  for (guint i = 0; i < self->n_ahead; i++)
    clear_ahead (&self->ahead[i]);
  self->n_ahead = 0;
  g_clear_object (&self->backdrop);
  g_clear_pointer (&self->data, zx_map_data_unref);
  self->is_asked_again = FALSE;
  G_OBJECT_CLASS (zx_map_canvas_parent_class)->dispose (object);
}

static void
zx_map_canvas_finalize (GObject *object)
{
  g_free (ZX_MAP_CANVAS (object)->path_x_m);
  g_free (ZX_MAP_CANVAS (object)->path_y_m);
  g_free (ZX_MAP_CANVAS (object)->pending);
  G_OBJECT_CLASS (zx_map_canvas_parent_class)->finalize (object);
}

static void
zx_map_canvas_class_init (ZxMapCanvasClass *class)
{
  G_OBJECT_CLASS (class)->constructed = zx_map_canvas_constructed;
  G_OBJECT_CLASS (class)->dispose = zx_map_canvas_dispose;
  G_OBJECT_CLASS (class)->finalize = zx_map_canvas_finalize;
  GTK_WIDGET_CLASS (class)->snapshot = zx_map_canvas_snapshot;
  GTK_WIDGET_CLASS (class)->size_allocate = zx_map_canvas_size_allocate;
}

static void
zx_map_canvas_init (ZxMapCanvas *self)
{
  self->overlay.mark_x_m = self->overlay.mark_y_m = NAN;
  self->overlay.pointer_x_m = self->overlay.pointer_y_m = NAN;
  self->right_edge = 1;
}

ZxMapCanvas *
zx_map_canvas_new (ShumateViewport *viewport)
{
  return g_object_new (ZX_TYPE_MAP_CANVAS, "viewport", viewport, NULL);
}

/* ---- content -------------------------------------------------------------------------------- */

void
zx_map_canvas_set_plane (ZxMapCanvas *self, const ZxPlane *plane)
{
  self->plane = *plane;
}

static gboolean
is_same_ink (const ZxMapCanvas *self, const ZxMapInk *ink, guint n_inks)
{
  if (self->n_inks != n_inks)
    return FALSE;
  for (guint i = 0; i < n_inks; i++)
    if (ink[i].kind != self->ink[i].kind || ink[i].opacity != self->ink[i].opacity
        || !zx_map_style_equal (&ink[i].style, &self->ink[i].style))
      return FALSE;
  return TRUE;
}

/* A picture that was painted ahead is shown at once. */
static gboolean
show_ahead (ZxMapCanvas *self, const ZxMapData *data)
{
  Ahead *ahead = data != NULL ? find_ahead (self, data) : NULL;
  if (ahead == NULL)
    return FALSE;
  ZxMapWindow view = current_view (self);
  if (!is_ready (self, ahead, &view))
    return FALSE;
  Picture old = self->picture;
  self->picture = ahead->picture;
  ahead->picture = (Picture){ 0 };
  g_clear_object (&old.texture);
  self->shown = ++self->wanted;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return TRUE;
}

void
zx_map_canvas_set_content (ZxMapCanvas *self, ZxMapData *data, const ZxMapInk *ink, guint n_inks)
{
  g_return_if_fail (n_inks <= ZX_N_MAP_LAYERS);
  gboolean is_same_look = is_same_ink (self, ink, n_inks);
  if (is_same_look && data == self->data)
    return;
  if (data != NULL)
    zx_map_data_ref (data);
  g_clear_pointer (&self->data, zx_map_data_unref);
  self->data = data;
  if (n_inks > 0)
    memcpy (self->ink, ink, n_inks * sizeof *ink);
  self->n_inks = n_inks;
  if (data == NULL)
    g_clear_object (&self->picture.texture);
  if (!is_same_look)
    look_changed (self);
  else if (!show_ahead (self, data))
    content_changed (self);
}

void
zx_map_canvas_set_ahead (ZxMapCanvas *self, ZxMapData *const *data, guint n)
{
  g_return_if_fail (n <= ZX_MAP_CANVAS_MOST_AHEAD);
  Ahead kept[ZX_MAP_CANVAS_MOST_AHEAD] = { { NULL } };
  for (guint i = 0; i < n; i++)
    {
      Ahead *old = find_ahead (self, data[i]);
      zx_map_data_ref (data[i]);
      if (old != NULL)
        {
          kept[i] = *old;
          zx_map_data_unref (old->data); /* the reference taken above stays */
          old->data = NULL;
          old->picture = (Picture){ 0 };
        }
      kept[i].data = data[i];
    }
  for (guint i = 0; i < self->n_ahead; i++)
    clear_ahead (&self->ahead[i]);
  memcpy (self->ahead, kept, sizeof kept);
  self->n_ahead = n;
  ZxMapWindow view = current_view (self);
  ZxMapData *next = self->data != NULL && !self->is_under_way ? next_ahead (self, &view) : NULL;
  if (next != NULL && view.width > 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    start (self, next, &view);
}

guint
zx_map_canvas_n_ready (ZxMapCanvas *self)
{
  ZxMapWindow view = current_view (self);
  guint n = 0;
  for (guint i = 0; i < self->n_ahead; i++)
    n += is_ready (self, &self->ahead[i], &view);
  return n;
}

void
zx_map_canvas_set_backdrop (ZxMapCanvas *self, ZxBackdrop *backdrop)
{
  if (self->backdrop == backdrop)
    return;
  if (self->backdrop != NULL)
    g_signal_handlers_disconnect_by_data (self->backdrop, self);
  g_set_object (&self->backdrop, backdrop);
  if (backdrop != NULL)
    g_signal_connect_object (backdrop, "changed", G_CALLBACK (look_changed), self,
                             G_CONNECT_SWAPPED);
  look_changed (self);
}

void
zx_map_canvas_set_dark (ZxMapCanvas *self, gboolean is_dark)
{
  if (self->is_dark == is_dark)
    return;
  self->is_dark = is_dark;
  look_changed (self);
}

void
zx_map_canvas_set_mark (ZxMapCanvas *self, double x_m, double y_m)
{
  self->overlay.mark_x_m = x_m;
  self->overlay.mark_y_m = y_m;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
zx_map_canvas_set_pointer (ZxMapCanvas *self, double x_m, double y_m)
{
  if (isnan (x_m) && isnan (self->overlay.pointer_x_m))
    return;
  self->overlay.pointer_x_m = x_m;
  self->overlay.pointer_y_m = y_m;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
zx_map_canvas_set_path (ZxMapCanvas *self, const double *x_m, const double *y_m, guint n,
                        gboolean is_closed)
{
  g_free (self->path_x_m);
  g_free (self->path_y_m);
  self->overlay.path_x_m = self->path_x_m = g_memdup2 (x_m, n * sizeof *x_m);
  self->overlay.path_y_m = self->path_y_m = g_memdup2 (y_m, n * sizeof *y_m);
  self->overlay.n_path = n;
  self->overlay.is_closed = is_closed;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
zx_map_canvas_set_pending (ZxMapCanvas *self, const ZxMapPending *pending, guint n)
{
  if (n == 0 && self->overlay.n_pending == 0)
    return;
  g_free (self->pending);
  self->overlay.pending = self->pending = g_memdup2 (pending, n * sizeof *pending);
  self->overlay.n_pending = n;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
zx_map_canvas_set_edges (ZxMapCanvas *self, double left, double right)
{
  self->left_edge = CLAMP (left, 0.0, 1.0);
  self->right_edge = CLAMP (right, self->left_edge, 1.0);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
zx_map_canvas_is_settled (ZxMapCanvas *self)
{
  ZxMapWindow view = current_view (self);
  return self->data == NULL
         || (!self->is_under_way && self->rest == 0 && self->shown == self->wanted
             && is_covered (self, &self->picture, &view));
}

gboolean
zx_map_canvas_is_shown (ZxMapCanvas *self)
{
  return self->data == NULL || self->shown == self->wanted;
}

double
zx_map_canvas_last_seconds (ZxMapCanvas *self)
{
  return self->last_seconds;
}
