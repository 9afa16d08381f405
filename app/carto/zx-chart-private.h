/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Inside app/carto only: the plot all charts stand in. */
#pragma once

#include "app/carto/zx-paint-private.h"

G_BEGIN_DECLS

#define ZX_AXIS_TICKS 14

typedef struct
{
  double low, high;
  gboolean is_log, is_whole;
  double from, to; /* where low and high lie on the page */
  guint n_ticks;
  double tick[ZX_AXIS_TICKS];
  double step;
} ZxAxis;

typedef struct
{
  ZxColour text, faint, grid, axis, paper;
} ZxChartInks;

typedef struct
{
  cairo_t *cr;
  const ZxChartFrame *frame;
  ZxChartInks inks;
  ZxBox area; /* what is left for the data */
  ZxAxis x, y;
} ZxPlot;

typedef enum
{
  ZX_KEY_LINE,
  ZX_KEY_BOX,
} ZxKeyKind;

/* ---- axes --------------------------------------------------------------------------------- */

/* A range that holds @low … @high: never empty, never NaN. */
void zx_axis_span (ZxAxis *self, double low, double high);
/* The same rounded outwards to ticks; with 0 when that is near. */
void zx_axis_span_round (ZxAxis *self, double low, double high, guint max_ticks);
void zx_axis_span_log (ZxAxis *self, double low, double high);
void zx_axis_set_ticks (ZxAxis *self, guint max_ticks);
double zx_axis_at (const ZxAxis *self, double value);
/* Returns: (transfer full) */
char *zx_axis_label (const ZxAxis *self, guint tick);
void zx_range_add (double *low, double *high, double value);

/* ---- plots -------------------------------------------------------------------------------- */

/* Paints the title; FALSE when the frame has no room for a chart.  zx_plot_end() follows TRUE. */
gboolean zx_plot_begin (ZxPlot *self, cairo_t *cr, const ZxChartFrame *frame);
void zx_plot_end (ZxPlot *self);
/* The label of the y axis, level, and beside it the key of the series. */
void zx_plot_head (ZxPlot *self, ZxKeyKind kind, const char *const *names,
                   const gboolean *is_dashed, guint n);
/* Takes the room for both axes' labels, then paints grid, ticks and labels. */
void zx_plot_axes (ZxPlot *self, gboolean with_x_grid);
void zx_plot_x_axis (ZxPlot *self, gboolean with_grid);
void zx_plot_y_axis (ZxPlot *self);
/* An empty frame with a dash: there is nothing to show.  Ends the plot. */
void zx_plot_say_empty (ZxPlot *self);

ZxColour zx_series_colour (guint series, gboolean is_dark);
void zx_series_dash (cairo_t *cr, guint series, gboolean is_dashed);
void zx_series_marker (cairo_t *cr, guint series, double x, double y, double radius);
ZxInk zx_chart_ink (const ZxPlot *self, double size);

G_END_DECLS
