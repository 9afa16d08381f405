/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/widgets/zx-chart-view.h"

#include <math.h>

#include "ui/map/zx-map-legend.h"
#include "ui/widgets/zx-reveal.h"

#define NARROWEST 165 /* units of paper: larger letters need more room */

struct _ZxChartView
{
  GtkWidget parent;
  double height;
  ZxChartPaintFunc paint;
  gpointer data;
  GDestroyNotify free;
  GskRenderNode *drawn; /* owned; NULL before the first drawing */
  int drawn_width, drawn_height;
  double drawn_zoom;
  gboolean drawn_dark;
};

G_DEFINE_FINAL_TYPE (ZxChartView, zx_chart_view, GTK_TYPE_WIDGET)

static void
drop_data (ZxChartView *self)
{
  if (self->free != NULL && self->data != NULL)
    self->free (self->data);
  self->data = NULL;
  self->free = NULL;
  self->paint = NULL;
  g_clear_pointer (&self->drawn, gsk_render_node_unref);
}

static void
zx_chart_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                       int *natural, int *minimum_baseline, int *natural_baseline)
{
  ZxChartView *self = ZX_CHART_VIEW (widget);
  double size = zx_map_text_scale (widget)
                * (orientation == GTK_ORIENTATION_HORIZONTAL ? NARROWEST : self->height);
  *minimum = *natural = (int) ceil (size);
}

static gboolean
is_drawn (ZxChartView *self, int width, int height, double zoom, gboolean is_dark)
{
  return self->drawn != NULL && self->drawn_width == width && self->drawn_height == height
         && self->drawn_zoom == zoom && self->drawn_dark == is_dark;
}

static void
draw (ZxChartView *self, int width, int height, double zoom, gboolean is_dark)
{
  const graphene_rect_t all = GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height);
  ZxChartFrame frame = { 0, 0, width / zoom, height / zoom };
  frame.is_dark = is_dark;
  g_clear_pointer (&self->drawn, gsk_render_node_unref);
  self->drawn = gsk_cairo_node_new (&all);
  self->drawn_width = width;
  self->drawn_height = height;
  self->drawn_zoom = zoom;
  self->drawn_dark = is_dark;
  cairo_t *cr = gsk_cairo_node_get_draw_context (self->drawn);
  cairo_scale (cr, zoom, zoom);
  self->paint (cr, &frame, self->data);
  cairo_destroy (cr);
}

/* A page of six charts that all are drawn in the frame it comes into sight would stutter. */
static void
zx_chart_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ZxChartView *self = ZX_CHART_VIEW (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  if (self->paint == NULL || width <= 0 || height <= 0)
    return;
  double zoom = zx_map_text_scale (widget);
  GdkRGBA text;
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &text);
  gboolean is_dark = text.red + text.green + text.blue > 1.5f;
  if (!is_drawn (self, width, height, zoom, is_dark))
    {
      if (self->drawn == NULL && !zx_reveal_is_turn (widget))
        return;
      draw (self, width, height, zoom, is_dark);
    }
  gtk_snapshot_append_node (snapshot, self->drawn);
}

static void
zx_chart_view_finalize (GObject *object)
{
  drop_data (ZX_CHART_VIEW (object));
  G_OBJECT_CLASS (zx_chart_view_parent_class)->finalize (object);
}

static void
zx_chart_view_class_init (ZxChartViewClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->finalize = zx_chart_view_finalize;
  widget_class->measure = zx_chart_view_measure;
  widget_class->snapshot = zx_chart_view_snapshot;
  gtk_widget_class_set_css_name (widget_class, "zx-chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
zx_chart_view_init (ZxChartView *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
zx_chart_view_set (ZxChartView *self, const char *description, double height,
                   ZxChartPaintFunc paint, gpointer data, GDestroyNotify free_func)
{
  drop_data (self);
  self->height = height;
  self->paint = paint;
  self->data = data;
  self->free = free_func;
  gtk_widget_set_visible (GTK_WIDGET (self), paint != NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  description != NULL ? description : "", -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}
