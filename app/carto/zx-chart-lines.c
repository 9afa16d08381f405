/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lines with bands.  A line breaks where a value is missing and never jumps the gap; a point with
 * no neighbour is a marker.  Few points carry markers, so that readers see what was measured and
 * what is only joined. */

#include "app/carto/zx-chart-private.h"

#define MARKED_POINTS 26 /* series up to this long carry markers */

/* FALSE when there is nothing to show. */
static gboolean
series_range (const ZxSeries *series, guint n_series, ZxPlot *plot)
{
  double x_low = NAN, x_high = NAN, y_low = NAN, y_high = NAN;
  for (guint s = 0; s < n_series; s++)
    for (guint i = 0; i < series[s].n; i++)
      {
        zx_range_add (&x_low, &x_high, series[s].x[i]);
        zx_range_add (&y_low, &y_high, series[s].y[i]);
        if (series[s].low != NULL)
          zx_range_add (&y_low, &y_high, series[s].low[i]);
        if (series[s].high != NULL)
          zx_range_add (&y_low, &y_high, series[s].high[i]);
      }
  if (isnan (x_low) || isnan (y_low))
    return FALSE;
  if (plot->frame->is_from_zero)
    zx_range_add (&y_low, &y_high, 0);
  if (plot->frame->y_high > 0)
    zx_range_add (&y_low, &y_high, plot->frame->y_high);
  zx_axis_span (&plot->x, x_low, x_high);
  zx_axis_span_round (&plot->y, y_low, y_high, (guint) CLAMP (plot->area.height / 24, 2.0, 7.0));
  return TRUE;
}

static void
set_x_ticks (ZxPlot *plot)
{
  double step = plot->frame->x_step;
  if (step > 0 && (plot->x.high - plot->x.low) / step < ZX_AXIS_TICKS - 1)
    {
      plot->x.n_ticks = 0;
      plot->x.step = step;
      for (double i = ceil (plot->x.low / step - 1e-9); i * step <= plot->x.high + 1e-9 * step; i++)
        plot->x.tick[plot->x.n_ticks++] = i * step;
      return;
    }
  zx_axis_set_ticks (&plot->x, (guint) CLAMP (plot->area.width / 42, 2.0, 10.0));
}

static gboolean
has_point (const ZxSeries *series, guint i)
{
  return isfinite (series->x[i]) && isfinite (series->y[i]);
}

static gboolean
has_band (const ZxSeries *series, guint i)
{
  return isfinite (series->x[i]) && isfinite (series->low[i]) && isfinite (series->high[i]);
}

static void
paint_band (ZxPlot *plot, const ZxSeries *series, ZxColour colour)
{
  colour.alpha = plot->frame->is_dark ? 0.28 : 0.18;
  zx_colour_set (plot->cr, colour);
  for (guint begin = 0, end; begin < series->n; begin = end + 1)
    {
      for (end = begin; end < series->n && has_band (series, end); end++)
        ;
      if (end - begin < 2)
        continue;
      cairo_new_path (plot->cr);
      for (guint i = begin; i < end; i++)
        cairo_line_to (plot->cr, zx_axis_at (&plot->x, series->x[i]),
                       zx_axis_at (&plot->y, series->high[i]));
      for (guint i = end; i > begin; i--)
        cairo_line_to (plot->cr, zx_axis_at (&plot->x, series->x[i - 1]),
                       zx_axis_at (&plot->y, series->low[i - 1]));
      cairo_close_path (plot->cr);
      cairo_fill (plot->cr);
    }
}

static void
paint_line (ZxPlot *plot, const ZxSeries *series, guint index, ZxColour colour)
{
  gboolean is_down = FALSE;
  zx_colour_set (plot->cr, colour);
  cairo_set_line_width (plot->cr, 1.3);
  zx_series_dash (plot->cr, index, series->is_dashed);
  cairo_new_path (plot->cr);
  for (guint i = 0; i < series->n; i++)
    {
      if (!has_point (series, i))
        {
          is_down = FALSE;
          continue;
        }
      double x = zx_axis_at (&plot->x, series->x[i]), y = zx_axis_at (&plot->y, series->y[i]);
      if (is_down)
        cairo_line_to (plot->cr, x, y);
      else
        cairo_move_to (plot->cr, x, y);
      is_down = TRUE;
    }
  cairo_stroke (plot->cr);
  cairo_set_dash (plot->cr, NULL, 0, 0);
}

static void
paint_markers (ZxPlot *plot, const ZxSeries *series, guint index, ZxColour colour)
{
  zx_colour_set (plot->cr, colour);
  for (guint i = 0; i < series->n; i++)
    {
      gboolean is_alone = !(i > 0 && has_point (series, i - 1))
                          && !(i + 1 < series->n && has_point (series, i + 1));
      gboolean is_marked = series->n <= MARKED_POINTS && !plot->frame->is_small;
      if (has_point (series, i) && (is_alone || is_marked))
        zx_series_marker (plot->cr, index, zx_axis_at (&plot->x, series->x[i]),
                          zx_axis_at (&plot->y, series->y[i]), 1.9);
    }
}

void
zx_chart_lines (cairo_t *cr, const ZxChartFrame *frame, const ZxSeries *series, guint n_series)
{
  ZxPlot plot;
  if (!zx_plot_begin (&plot, cr, frame))
    return;
  g_autofree const char **names = g_new0 (const char *, n_series + 1);
  g_autofree gboolean *is_dashed = g_new0 (gboolean, n_series + 1);
  guint n_named = 0;
  for (guint s = 0; s < n_series; s++)
    {
      names[s] = series[s].name != NULL ? series[s].name : "";
      is_dashed[s] = series[s].is_dashed;
      n_named += names[s][0] != '\0' ? 1 : 0;
    }
  zx_plot_head (&plot, ZX_KEY_LINE, names, is_dashed, n_named > 0 ? n_series : 0);
  if (!series_range (series, n_series, &plot))
    {
      zx_plot_say_empty (&plot);
      return;
    }
  set_x_ticks (&plot);
  zx_plot_axes (&plot, FALSE);
  for (guint s = 0; s < n_series; s++)
    if (series[s].low != NULL && series[s].high != NULL)
      paint_band (&plot, &series[s], zx_series_colour (s, frame->is_dark));
  for (guint s = 0; s < n_series; s++)
    {
      paint_line (&plot, &series[s], s, zx_series_colour (s, frame->is_dark));
      paint_markers (&plot, &series[s], s, zx_series_colour (s, frame->is_dark));
    }
  zx_plot_end (&plot);
}
