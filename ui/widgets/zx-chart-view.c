/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/widgets/zx-chart-view.h"

#include <math.h>

#include "ui/map/zx-map-legend.h"

#define NARROWEST 165 /* units of paper: larger letters need more room */

struct _ZxChartView
{
  GtkWidget parent;
  double height;
  ZxChartPaintFunc paint;
  gpointer data;
  GDestroyNotify free;
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

static void
zx_chart_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ZxChartView *self = ZX_CHART_VIEW (widget);
  if (self->paint == NULL)
    return;
  double zoom = zx_map_text_scale (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  GdkRGBA text;
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &text);
  ZxChartFrame frame = { 0, 0, width / zoom, height / zoom };
  frame.is_dark = text.red + text.green + text.blue > 1.5f;
  graphene_rect_t all = GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &all);
  cairo_scale (cr, zoom, zoom);
  self->paint (cr, &frame, self->data);
  cairo_destroy (cr);
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
