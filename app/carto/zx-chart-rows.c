/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Charts of one row per thing: intervals (coefficients, P10–P50–P90) and tornado (what each
 * assumption moves). */

#include "app/carto/zx-chart-private.h"

#define LABEL_SHARE   0.42 /* of the width at most for the rows' labels */
#define ROW_SIZE      7.0
#define SMALLEST_SIZE 4.5

typedef struct
{
  ZxPlot plot;
  double row_height, size;
} Rows;

/* Labels on the left, the axis below; the rows share the height. */
static void
rows_lay_out (Rows *self, const char *const *labels, guint n)
{
  ZxPlot *plot = &self->plot;
  double bottom = 13 + (plot->frame->x_label != NULL ? 10 : 0), widest = 0;
  plot->area.height = MAX (plot->area.height - bottom, 4.0);
  self->row_height = plot->area.height / MAX (n, 1);
  self->size = CLAMP (self->row_height * 0.78, SMALLEST_SIZE, ROW_SIZE);
  ZxInk ink = zx_chart_ink (plot, self->size);
  for (guint i = 0; i < n; i++)
    widest = MAX (widest, zx_line_width (&ink, labels[i]));
  double left = MIN (widest, LABEL_SHARE * plot->area.width) + 6;
  plot->area.x += left;
  plot->area.width = MAX (plot->area.width - left - 8, 4.0);
}

static double
row_middle (const Rows *self, guint i)
{
  return self->plot.area.y + (i + 0.5) * self->row_height;
}

static void
paint_row_label (Rows *self, guint i, const char *label)
{
  ZxInk ink = zx_chart_ink (&self->plot, self->size);
  double left = self->plot.frame->x;
  guint every = (guint) ceil (self->size * 1.05 / MAX (self->row_height, 0.01));
  if (i % MAX (every, 1) == 0)
    zx_line_paint_within (self->plot.cr, self->plot.area.x - 6, row_middle (self, i), 1,
                          self->plot.area.x - 6 - left, &ink, label);
}

static void
paint_reference (Rows *self, double value, gboolean is_dashed)
{
  static const double dashes[] = { 3, 2 };
  ZxPlot *plot = &self->plot;
  if (!isfinite (value) || value < plot->x.low || value > plot->x.high)
    return;
  double x = zx_axis_at (&plot->x, value);
  cairo_move_to (plot->cr, x, plot->area.y);
  cairo_line_to (plot->cr, x, plot->area.y + plot->area.height);
  if (is_dashed)
    cairo_set_dash (plot->cr, dashes, 2, 0);
  cairo_set_line_width (plot->cr, 0.8);
  zx_colour_set (plot->cr, plot->inks.axis);
  cairo_stroke (plot->cr);
  cairo_set_dash (plot->cr, NULL, 0, 0);
}

static guint
ticks_across (const Rows *self)
{
  return (guint) CLAMP (self->plot.area.width / 42, 2.0, 9.0);
}

/* ---- intervals ---------------------------------------------------------------------------- */

static void
paint_interval (Rows *self, guint i, double low, double middle, double high)
{
  ZxPlot *plot = &self->plot;
  ZxColour colour = zx_series_colour (0, plot->frame->is_dark);
  double y = row_middle (self, i), thickness = CLAMP (self->row_height * 0.22, 0.8, 2.4);
  if (isfinite (low) && isfinite (high))
    {
      colour.alpha = 0.55;
      zx_colour_set (plot->cr, colour);
      cairo_set_line_width (plot->cr, thickness);
      cairo_move_to (plot->cr, zx_axis_at (&plot->x, low), y);
      cairo_line_to (plot->cr, zx_axis_at (&plot->x, high), y);
      cairo_stroke (plot->cr);
    }
  if (!isfinite (middle))
    return;
  colour.alpha = 1;
  zx_colour_set (plot->cr, plot->inks.paper);
  zx_series_marker (plot->cr, 0, zx_axis_at (&plot->x, middle), y, thickness * 1.1 + 0.9);
  zx_colour_set (plot->cr, colour);
  zx_series_marker (plot->cr, 0, zx_axis_at (&plot->x, middle), y, thickness * 1.1 + 0.3);
}

void
zx_chart_intervals (cairo_t *cr, const ZxChartFrame *frame, const char *const *labels, guint n,
                    const double *low, const double *middle, const double *high, double reference)
{
  Rows self;
  if (!zx_plot_begin (&self.plot, cr, frame))
    return;
  double from = NAN, to = NAN;
  for (guint i = 0; i < n; i++)
    {
      zx_range_add (&from, &to, low[i]);
      zx_range_add (&from, &to, middle[i]);
      zx_range_add (&from, &to, high[i]);
    }
  zx_plot_head (&self.plot, ZX_KEY_LINE, NULL, NULL, 0);
  if (isnan (from))
    {
      zx_plot_say_empty (&self.plot);
      return;
    }
  zx_range_add (&from, &to, reference);
  rows_lay_out (&self, labels, n);
  zx_axis_span_round (&self.plot.x, from, to, ticks_across (&self));
  zx_plot_x_axis (&self.plot, TRUE);
  paint_reference (&self, reference, TRUE);
  for (guint i = 0; i < n; i++)
    {
      paint_row_label (&self, i, labels[i]);
      paint_interval (&self, i, low[i], middle[i], high[i]);
    }
  zx_plot_end (&self.plot);
}

/* ---- tornado ------------------------------------------------------------------------------ */

typedef struct
{
  guint index;
  double swing;
} Swing;

static int
compare_swings (gconstpointer a, gconstpointer b)
{
  const Swing *left = a, *right = b;
  if (left->swing != right->swing)
    return left->swing > right->swing ? -1 : 1;
  return left->index < right->index ? -1 : left->index > right->index;
}

static Swing *
swings_new (const double *low, const double *high, guint n)
{
  Swing *swings = g_new0 (Swing, MAX (n, 1));
  for (guint i = 0; i < n; i++)
    {
      double swing = fabs (high[i] - low[i]);
      swings[i] = (Swing){ i, isfinite (swing) ? swing : -1 };
    }
  qsort (swings, n, sizeof *swings, compare_swings);
  return swings;
}

static void
paint_tornado_side (Rows *self, guint row, double middle, double value, double step, guint series)
{
  ZxPlot *plot = &self->plot;
  if (!isfinite (value))
    return;
  double x0 = zx_axis_at (&plot->x, middle), x1 = zx_axis_at (&plot->x, value);
  double height = MIN (0.62 * self->row_height, 13.0);
  ZxInk ink = zx_chart_ink (plot, MIN (self->size, 6.2));
  g_autofree char *text = zx_tick_text (value, step);
  cairo_rectangle (plot->cr, MIN (x0, x1), row_middle (self, row) - height / 2, fabs (x1 - x0),
                   height);
  zx_colour_set (plot->cr, zx_series_colour (series, plot->frame->is_dark));
  cairo_fill (plot->cr);
  ink.colour = plot->inks.faint;
  if (self->row_height >= ink.size)
    zx_line_paint (plot->cr, x1 < x0 ? x1 - 3 : x1 + 3, row_middle (self, row), x1 < x0 ? 1 : 0,
                   &ink, text);
}

/* Both ends are labelled outside the bars: the axis reaches past them by a label's width. */
static void
tornado_span (Rows *self, const double *low, const double *high, guint n, double middle)
{
  double from = NAN, to = NAN;
  for (guint i = 0; i < n; i++)
    {
      zx_range_add (&from, &to, low[i]);
      zx_range_add (&from, &to, high[i]);
    }
  zx_range_add (&from, &to, middle);
  zx_axis_span (&self->plot.x, from, to);
  double pad = (self->plot.x.high - self->plot.x.low)
               * MIN (26 / MAX (self->plot.area.width - 52, 26.0), 0.5);
  self->plot.x.low -= pad;
  self->plot.x.high += pad;
  zx_axis_set_ticks (&self->plot.x, ticks_across (self));
}

void
zx_chart_tornado (cairo_t *cr, const ZxChartFrame *frame, const char *const *labels, guint n,
                  const double *low, const double *high, double middle)
{
  Rows self;
  if (!zx_plot_begin (&self.plot, cr, frame))
    return;
  g_autofree Swing *swings = swings_new (low, high, n);
  zx_plot_head (&self.plot, ZX_KEY_BOX, NULL, NULL, 0);
  if (n == 0)
    {
      zx_plot_say_empty (&self.plot);
      return;
    }
  rows_lay_out (&self, labels, n);
  tornado_span (&self, low, high, n, middle);
  zx_plot_x_axis (&self.plot, TRUE);
  for (guint row = 0; row < n; row++)
    {
      guint i = swings[row].index;
      paint_row_label (&self, row, labels[i]);
      if (!isfinite (middle))
        continue;
      double step = self.plot.x.step / 10;
      paint_tornado_side (&self, row, middle, low[i], step, 0);
      paint_tornado_side (&self, row, middle, high[i], step, 1);
    }
  paint_reference (&self, middle, FALSE);
  zx_plot_end (&self.plot);
}
