/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Scatter of measured against modelled and the like.  Each place on a lattice of SPOT units is
 * painted once, so that a million points make no larger page than a few thousand; translucent ink
 * shows where they crowd. */

#include "app/carto/zx-chart-private.h"

#define SPOT   0.5
#define RADIUS 1.5

static gboolean
can_show (double x, double y, gboolean is_log)
{
  return isfinite (x) && isfinite (y) && (!is_log || (x > 0 && y > 0));
}

/* FALSE when there is nothing to show. */
static gboolean
scatter_range (ZxPlot *plot, const double *x, const double *y, guint n, gboolean is_log,
               gboolean is_square)
{
  double x_low = NAN, x_high = NAN, y_low = NAN, y_high = NAN;
  for (guint i = 0; i < n; i++)
    if (can_show (x[i], y[i], is_log))
      {
        zx_range_add (&x_low, &x_high, x[i]);
        zx_range_add (&y_low, &y_high, y[i]);
      }
  if (isnan (x_low) || isnan (y_low))
    return FALSE;
  if (is_square)
    {
      x_low = y_low = MIN (x_low, y_low);
      x_high = y_high = MAX (x_high, y_high);
    }
  guint max_ticks = (guint) CLAMP (MIN (plot->area.height / 24, plot->area.width / 40), 2.0, 7.0);
  if (is_log)
    {
      zx_axis_span_log (&plot->x, x_low, x_high);
      zx_axis_span_log (&plot->y, y_low, y_high);
      return TRUE;
    }
  zx_axis_span_round (&plot->x, x_low, x_high, max_ticks);
  zx_axis_span_round (&plot->y, y_low, y_high, max_ticks);
  return TRUE;
}

static void
paint_identity (ZxPlot *plot)
{
  static const double dashes[] = { 4, 2.5 };
  double low = MAX (plot->x.low, plot->y.low), high = MIN (plot->x.high, plot->y.high);
  if (!(high > low))
    return;
  cairo_move_to (plot->cr, zx_axis_at (&plot->x, low), zx_axis_at (&plot->y, low));
  cairo_line_to (plot->cr, zx_axis_at (&plot->x, high), zx_axis_at (&plot->y, high));
  cairo_set_dash (plot->cr, dashes, 2, 0);
  cairo_set_line_width (plot->cr, 0.8);
  zx_colour_set (plot->cr, plot->inks.axis);
  cairo_stroke (plot->cr);
  cairo_set_dash (plot->cr, NULL, 0, 0);
}

static void
paint_spots (ZxPlot *plot, const double *x, const double *y, guint n, gboolean is_log)
{
  guint n_columns = (guint) (plot->area.width / SPOT) + 2;
  guint n_rows = (guint) (plot->area.height / SPOT) + 2;
  g_autofree guint8 *is_taken = g_new0 (guint8, (gsize) n_columns * n_rows);
  ZxColour colour = zx_series_colour (0, plot->frame->is_dark);
  colour.alpha = n > 400 ? 0.4 : 0.6;
  zx_colour_set (plot->cr, colour);
  for (guint i = 0; i < n; i++)
    {
      if (!can_show (x[i], y[i], is_log))
        continue;
      double px = zx_axis_at (&plot->x, x[i]), py = zx_axis_at (&plot->y, y[i]);
      double column = floor ((px - plot->area.x) / SPOT), row = floor ((py - plot->area.y) / SPOT);
      if (!(column >= 0 && row >= 0 && column < n_columns && row < n_rows))
        continue;
      guint8 *spot = &is_taken[(gsize) row * n_columns + (gsize) column];
      if (*spot)
        continue;
      *spot = 1;
      cairo_new_path (plot->cr);
      cairo_arc (plot->cr, px, py, RADIUS, 0, 2 * G_PI);
      cairo_fill (plot->cr);
    }
}

void
zx_chart_scatter (cairo_t *cr, const ZxChartFrame *frame, const double *x, const double *y, guint n,
                  gboolean is_log, gboolean with_identity)
{
  ZxPlot plot;
  if (!zx_plot_begin (&plot, cr, frame))
    return;
  zx_plot_head (&plot, ZX_KEY_BOX, NULL, NULL, 0);
  if (!scatter_range (&plot, x, y, n, is_log, with_identity))
    {
      zx_plot_say_empty (&plot);
      return;
    }
  zx_plot_axes (&plot, TRUE);
  if (with_identity)
    paint_identity (&plot);
  paint_spots (&plot, x, y, n, is_log);
  zx_plot_end (&plot);
}
