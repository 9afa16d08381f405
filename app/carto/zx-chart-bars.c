/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bars and histograms.  Labels of categories stand level, on two lines where one is too long,
 * slanted where two are, and every k-th only where even slanted ones would touch. */

#include "app/carto/zx-chart-private.h"

#define LABEL_SIZE      6.6
#define SLANT           (G_PI / 4)
#define LONGEST_SLANTED 62.0

typedef enum
{
  LABELS_LEVEL,
  LABELS_TWO_LINES,
  LABELS_SLANTED,
} LabelKind;

typedef struct
{
  LabelKind kind;
  guint every; /* labels painted: each so manyth */
  double height;
} LabelPlan;

static double
widest_of (const ZxPlot *plot, const char *const *labels, guint n)
{
  ZxInk ink = zx_chart_ink (plot, LABEL_SIZE);
  double widest = 0;
  for (guint i = 0; i < n; i++)
    widest = MAX (widest, zx_line_width (&ink, labels[i]));
  return widest;
}

static LabelPlan
plan_labels (const ZxPlot *plot, const char *const *labels, guint n, double slot)
{
  double widest = widest_of (plot, labels, n);
  if (widest + 4 <= slot)
    return (LabelPlan){ LABELS_LEVEL, 1, 12 };
  if (widest / 2 + 6 <= slot - 3 && slot > 22)
    return (LabelPlan){ LABELS_TWO_LINES, 1, 21 };
  double needed = LABEL_SIZE * 1.25 / sin (SLANT);
  guint every = (guint) MAX (ceil (needed / MAX (slot, 0.01)), 1.0);
  double level_every = ceil ((widest + 6) / MAX (slot, 0.01));
  if (widest < 16 && level_every <= 6) /* short labels, hours or years: level ones, thinned */
    return (LabelPlan){ LABELS_LEVEL, (guint) level_every, 12 };
  return (LabelPlan){ LABELS_SLANTED, every,
                      MIN (widest, LONGEST_SLANTED) * sin (SLANT) + LABEL_SIZE + 3 };
}

static void
paint_slanted (ZxPlot *plot, double x, double y, const char *label)
{
  ZxInk ink = zx_chart_ink (plot, LABEL_SIZE);
  cairo_save (plot->cr);
  cairo_translate (plot->cr, x + 1, y + 4);
  cairo_rotate (plot->cr, -SLANT);
  zx_line_paint_within (plot->cr, 0, 0, 1, LONGEST_SLANTED, &ink, label);
  cairo_restore (plot->cr);
}

static void
paint_category_labels (ZxPlot *plot, const char *const *labels, guint n, double slot,
                       const LabelPlan *plan)
{
  ZxInk ink = zx_chart_ink (plot, LABEL_SIZE);
  double bottom = plot->area.y + plot->area.height;
  for (guint i = 0; i < n; i += plan->every)
    {
      double x = plot->area.x + (i + 0.5) * slot;
      if (plan->kind == LABELS_LEVEL)
        zx_line_paint (plot->cr, x, bottom + 7, 0.5, &ink, labels[i]);
      else if (plan->kind == LABELS_TWO_LINES)
        zx_text_paint (plot->cr, x - slot / 2 + 1.5, bottom + 1.5, slot - 3, LABEL_SIZE, FALSE, 0.5,
                       plot->inks.text, labels[i]);
      else
        paint_slanted (plot, x, bottom + 2, labels[i]);
    }
}

static void
paint_base_line (ZxPlot *plot)
{
  double zero = zx_axis_at (&plot->y, CLAMP (0.0, plot->y.low, plot->y.high));
  cairo_move_to (plot->cr, plot->area.x, zero);
  cairo_line_to (plot->cr, plot->area.x + plot->area.width, zero);
  cairo_set_line_width (plot->cr, 0.7);
  zx_colour_set (plot->cr, plot->inks.axis);
  cairo_stroke (plot->cr);
}

static void
paint_x_label (ZxPlot *plot, double below)
{
  ZxInk ink = zx_chart_ink (plot, 7);
  ink.colour = plot->inks.faint;
  zx_line_paint_within (plot->cr, plot->area.x + plot->area.width / 2,
                        plot->area.y + plot->area.height + below + 5, 0.5, plot->area.width, &ink,
                        plot->frame->x_label);
}

/* ---- bars --------------------------------------------------------------------------------- */

static void
bars_range (const double *value, guint n, guint n_series, gboolean is_stacked, double *low,
            double *high)
{
  *low = *high = 0;
  for (guint i = 0; i < n; i++)
    {
      double up = 0, down = 0;
      for (guint s = 0; s < n_series; s++)
        {
          double v = value[(gsize) s * n + i];
          if (!isfinite (v))
            continue;
          up = is_stacked ? up + MAX (v, 0.0) : MAX (up, v);
          down = is_stacked ? down + MIN (v, 0.0) : MIN (down, v);
        }
      zx_range_add (low, high, up);
      zx_range_add (low, high, down);
    }
}

static void
paint_bar (ZxPlot *plot, guint series, double x, double width, double from, double to)
{
  double y0 = zx_axis_at (&plot->y, from), y1 = zx_axis_at (&plot->y, to);
  cairo_rectangle (plot->cr, x, MIN (y0, y1), width, fabs (y1 - y0));
  zx_colour_set (plot->cr, zx_series_colour (series, plot->frame->is_dark));
  cairo_fill (plot->cr);
}

static void
paint_stack (ZxPlot *plot, const double *value, guint n, guint n_series, guint i, double x,
             double width)
{
  double up = 0, down = 0;
  for (guint s = 0; s < n_series; s++)
    {
      double v = value[(gsize) s * n + i];
      if (!isfinite (v))
        continue;
      double *end = v >= 0 ? &up : &down;
      paint_bar (plot, s, x, width, *end, *end + v);
      *end += v;
    }
}

static void
paint_group (ZxPlot *plot, const double *value, guint n, guint n_series, guint i, double x,
             double width)
{
  double each = width / n_series, gap = MIN (0.6, 0.12 * each);
  for (guint s = 0; s < n_series; s++)
    if (isfinite (value[(gsize) s * n + i]))
      paint_bar (plot, s, x + s * each, each - gap, 0, value[(gsize) s * n + i]);
}

void
zx_chart_bars (cairo_t *cr, const ZxChartFrame *frame, const char *const *categories, guint n,
               const char *const *series_names, guint n_series, const double *value,
               gboolean is_stacked)
{
  ZxPlot plot;
  if (!zx_plot_begin (&plot, cr, frame))
    return;
  double low, high;
  gboolean has_key = n_series > 1 && series_names != NULL;
  zx_plot_head (&plot, ZX_KEY_BOX, series_names, NULL, has_key ? n_series : 0);
  if (n == 0 || n_series == 0)
    {
      zx_plot_say_empty (&plot);
      return;
    }
  bars_range (value, n, n_series, is_stacked, &low, &high);
  zx_axis_span_round (&plot.y, low, high > low ? high : low + 1,
                      (guint) CLAMP (plot.area.height / 24, 2.0, 7.0));
  ZxInk ink = zx_chart_ink (&plot, LABEL_SIZE);
  double left = 0;
  for (guint i = 0; i < plot.y.n_ticks; i++)
    {
      g_autofree char *label = zx_axis_label (&plot.y, i);
      left = MAX (left, zx_line_width (&ink, label) + 5);
    }
  plot.area.x += left;
  plot.area.width = MAX (plot.area.width - left, 4.0);
  double slot = plot.area.width / n;
  LabelPlan plan = plan_labels (&plot, categories, n, slot);
  plot.area.height = MAX (plot.area.height - plan.height - (frame->x_label != NULL ? 10 : 0), 4.0);
  zx_plot_y_axis (&plot);
  for (guint i = 0; i < n; i++)
    {
      double x = plot.area.x + (i + 0.5) * slot, width = MIN (0.74 * slot, 60.0);
      if (is_stacked)
        paint_stack (&plot, value, n, n_series, i, x - width / 2, width);
      else
        paint_group (&plot, value, n, n_series, i, x - width / 2, width);
    }
  paint_base_line (&plot);
  paint_category_labels (&plot, categories, n, slot, &plan);
  if (frame->x_label != NULL)
    paint_x_label (&plot, plan.height);
  zx_plot_end (&plot);
}

/* ---- histogram ---------------------------------------------------------------------------- */

void
zx_chart_histogram (cairo_t *cr, const ZxChartFrame *frame, const double *edges,
                    const double *count, guint n_bins)
{
  ZxPlot plot;
  if (!zx_plot_begin (&plot, cr, frame))
    return;
  double low = NAN, high = NAN, none = 0, tallest = 0;
  for (guint i = 0; n_bins > 0 && i <= n_bins; i++)
    zx_range_add (&low, &high, edges[i]);
  for (guint i = 0; i < n_bins; i++)
    zx_range_add (&none, &tallest, count[i]);
  zx_plot_head (&plot, ZX_KEY_BOX, NULL, NULL, 0);
  if (n_bins == 0 || isnan (low))
    {
      zx_plot_say_empty (&plot);
      return;
    }
  zx_axis_span (&plot.x, low, high);
  zx_axis_set_ticks (&plot.x, (guint) CLAMP (plot.area.width / 42, 2.0, 10.0));
  zx_axis_span_round (&plot.y, 0, tallest > 0 ? tallest : 1,
                      (guint) CLAMP (plot.area.height / 24, 2.0, 7.0));
  zx_plot_axes (&plot, FALSE);
  for (guint i = 0; i < n_bins; i++)
    {
      if (!isfinite (count[i]) || !isfinite (edges[i]) || !isfinite (edges[i + 1]))
        continue;
      double x0 = zx_axis_at (&plot.x, edges[i]), x1 = zx_axis_at (&plot.x, edges[i + 1]);
      double gap = MIN (0.5, 0.1 * (x1 - x0));
      paint_bar (&plot, 0, x0 + gap / 2, MAX (x1 - x0 - gap, 0.0), 0, count[i]);
    }
  paint_base_line (&plot);
  zx_plot_end (&plot);
}
