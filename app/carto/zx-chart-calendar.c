/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hours by kinds of day, a coloured cell each, with the ramp beneath.  A missing hour is an empty
 * cell with a stroke through it, not a colour. */

#include "app/carto/zx-chart-private.h"
#include "app/carto/zx-map-private.h"

#define N_HOURS     24
#define LABEL_SIZE  6.8
#define TALLEST_ROW 22.0

static void
paint_cell (ZxPlot *plot, const ZxBox *cell, double value, const ZxColourScale *scale)
{
  cairo_t *cr = plot->cr;
  cairo_rectangle (cr, cell->x, cell->y, cell->width, cell->height);
  if (isnan (value))
    {
      zx_colour_set (cr, zx_colour_mix (plot->inks.grid, plot->inks.axis, 0.4));
      cairo_set_line_width (cr, 0.5);
      cairo_stroke (cr);
      cairo_move_to (cr, cell->x, cell->y + cell->height);
      cairo_line_to (cr, cell->x + cell->width, cell->y);
      cairo_stroke (cr);
      return;
    }
  ZxColour colour = zx_colour_at (scale, value);
  double share = colour.alpha;
  colour.alpha = 1;
  zx_colour_set (cr, zx_colour_mix (plot->inks.paper, colour, share));
  cairo_fill (cr);
}

static void
paint_hours (ZxPlot *plot)
{
  ZxInk ink = zx_chart_ink (plot, LABEL_SIZE);
  double slot = plot->area.width / N_HOURS, y = plot->area.y + plot->area.height + 6;
  for (guint hour = 0; hour <= N_HOURS; hour += slot < 9 ? 6 : 3)
    {
      char text[8];
      g_snprintf (text, sizeof text, "%u", hour);
      zx_line_paint (plot->cr, plot->area.x + hour * slot, y, 0.5, &ink, text);
    }
}

static void
paint_cells (ZxPlot *plot, const char *const *rows, guint n_rows, const double *value,
             const ZxColourScale *scale)
{
  ZxInk ink = zx_chart_ink (plot, LABEL_SIZE);
  double slot = plot->area.width / N_HOURS, height = plot->area.height / n_rows;
  double gap = MIN (0.6, 0.1 * height);
  for (guint row = 0; row < n_rows; row++)
    {
      zx_line_paint_within (plot->cr, plot->area.x - 5, plot->area.y + (row + 0.5) * height, 1,
                            plot->area.x - 5 - plot->frame->x, &ink, rows[row]);
      for (guint hour = 0; hour < N_HOURS; hour++)
        {
          ZxBox cell = { plot->area.x + hour * slot + gap / 2,
                         plot->area.y + row * height + gap / 2, slot - gap, height - gap };
          paint_cell (plot, &cell, value[(gsize) row * N_HOURS + hour], scale);
        }
    }
}

static void
lay_out (ZxPlot *plot, const char *const *rows, guint n_rows)
{
  ZxInk ink = zx_chart_ink (plot, LABEL_SIZE);
  double widest = 0;
  for (guint row = 0; row < n_rows; row++)
    widest = MAX (widest, zx_line_width (&ink, rows[row]));
  double left = MIN (widest, 0.3 * plot->area.width) + 6;
  plot->area.x += left;
  plot->area.width = MAX (plot->area.width - left - 6, 4.0);
  double ramp = zx_ramp_paint (NULL, 0, 0, 0, NULL, FALSE) + 4;
  double beneath = 12 + (plot->frame->x_label != NULL ? 10 : 0) + ramp;
  plot->area.height = CLAMP (plot->area.height - beneath, 4.0, MAX (n_rows * TALLEST_ROW, 4.0));
}

void
zx_chart_heat_calendar (cairo_t *cr, const ZxChartFrame *frame, const char *const *rows,
                        guint n_rows, const double *value, const ZxColourScale *scale)
{
  ZxPlot plot;
  if (!zx_plot_begin (&plot, cr, frame))
    return;
  zx_plot_head (&plot, ZX_KEY_BOX, NULL, NULL, 0);
  lay_out (&plot, rows, n_rows);
  if (n_rows > 0)
    paint_cells (&plot, rows, n_rows, value, scale);
  paint_hours (&plot);
  double y = plot.area.y + plot.area.height + 12;
  if (frame->x_label != NULL)
    {
      ZxInk ink = zx_chart_ink (&plot, 7);
      ink.colour = plot.inks.faint;
      zx_line_paint_within (cr, plot.area.x + plot.area.width / 2, y + 4, 0.5, plot.area.width,
                            &ink, frame->x_label);
      y += 10;
    }
  zx_ramp_paint (cr, plot.area.x, y + 4, MIN (plot.area.width, 170.0), scale, frame->is_dark);
  zx_plot_end (&plot);
}
