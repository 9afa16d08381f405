/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/widgets/zx-interval.h"

#include <math.h>

#define HEIGHT    12
#define BAR       6.0
#define WHISKER   8.0
#define LINE      1.5f
#define BAR_ALPHA 0.45f
#define PALE      0.4f

struct _ZxInterval
{
  GtkWidget parent;
  double low, middle, high, most, part;
};

G_DEFINE_FINAL_TYPE (ZxInterval, zx_interval, GTK_TYPE_WIDGET)

static void
zx_interval_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                     int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 40 : HEIGHT;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 120 : HEIGHT;
}

static void
fill (GtkSnapshot *snapshot, const GdkRGBA *colour, double x, double y, double width, double height)
{
  graphene_rect_t rect = GRAPHENE_RECT_INIT ((float) x, (float) y, (float) width, (float) height);
  gtk_snapshot_append_color (snapshot, colour, &rect);
}

static void
zx_interval_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ZxInterval *self = ZX_INTERVAL (widget);
  double width = gtk_widget_get_width (widget), middle = gtk_widget_get_height (widget) / 2.0;
  gboolean is_reversed = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GdkRGBA ink, bar;
  if (!(self->most > 0) || !isfinite (self->middle))
    return;
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &ink);
  bar = ink;
  bar.alpha *= BAR_ALPHA;
  double end = CLAMP (self->middle / self->most, 0, 1) * width,
         pale = isfinite (self->part) ? CLAMP (self->part / self->most * width, 0, end) : 0;
  fill (snapshot, &bar, is_reversed ? width - end + pale : 0, middle - BAR / 2, end - pale, BAR);
  bar.alpha *= PALE;
  fill (snapshot, &bar, is_reversed ? width - end : end - pale, middle - BAR / 2, pale, BAR);
  if (!isfinite (self->low) || !isfinite (self->high))
    return;
  double from = CLAMP (self->low / self->most, 0, 1) * width,
         to = CLAMP (self->high / self->most, 0, 1) * width;
  if (is_reversed)
    {
      double kept = from;
      from = width - to;
      to = width - kept;
    }
  fill (snapshot, &ink, from, middle - LINE / 2, to - from, LINE);
  fill (snapshot, &ink, from, middle - WHISKER / 2, LINE, WHISKER);
  fill (snapshot, &ink, to - LINE, middle - WHISKER / 2, LINE, WHISKER);
}

static void
zx_interval_class_init (ZxIntervalClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  widget_class->measure = zx_interval_measure;
  widget_class->snapshot = zx_interval_snapshot;
  gtk_widget_class_set_css_name (widget_class, "zx-interval");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
zx_interval_init (ZxInterval *self)
{
  self->middle = NAN;
}

void
zx_interval_set (ZxInterval *self, double low, double middle, double high, double most)
{
  self->low = low;
  self->middle = middle;
  self->high = high;
  self->most = most;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
zx_interval_set_part (ZxInterval *self, double part)
{
  self->part = part;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
