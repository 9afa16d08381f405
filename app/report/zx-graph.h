/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Chart figures: copies of their numbers, painted by app/carto when their page is drawn. */
#pragma once

#include "app/carto/zx-carto.h"

G_BEGIN_DECLS

typedef struct _ZxGraph ZxGraph;

/* Texts borrowed until painted, NULL = none; numbers are copied. */
ZxGraph *zx_graph_lines (const char *x_label, const char *y_label);
/* @low, @high: a band, NULL = none. */
void zx_graph_add_line (ZxGraph *self, const char *name, const double *x, const double *y,
                        const double *low, const double *high, guint n, gboolean is_dashed);
ZxGraph *zx_graph_bars (const char *x_label, const char *y_label, const char *const *categories,
                        guint n, const char *const *series, guint n_series, const double *value,
                        gboolean is_stacked);
ZxGraph *zx_graph_intervals (const char *x_label, const char *const *labels, guint n,
                             const double *low, const double *middle, const double *high,
                             double reference);
ZxGraph *zx_graph_histogram (const char *x_label, const char *y_label, const double *edges,
                             const double *count, guint n_bins);
ZxGraph *zx_graph_scatter (const char *x_label, const char *y_label, const double *x,
                           const double *y, guint n, gboolean is_log, gboolean with_identity);
ZxGraph *zx_graph_calendar (const char *x_label, const char *const *rows, guint n_rows,
                            const double *value, const ZxColourScale *scale);
ZxGraph *zx_graph_tornado (const char *x_label, const char *const *labels, guint n,
                           const double *low, const double *high, double middle);
/* Small line charts in a grid of @n_columns on one y scale, their key once above them.  @names: of
 * the lines of every chart. */
ZxGraph *zx_graph_multiples (guint n_columns, const char *const *names, const gboolean *is_dashed,
                             guint n_names);
/* @chart: lines, taken. */
void zx_graph_add_chart (ZxGraph *self, const char *title, ZxGraph *chart);
/* Ticks at whole numbers only: counts, ranks. */
void zx_graph_set_whole (ZxGraph *self, gboolean whole_x, gboolean whole_y);
/* Lines over the hours of a day: ticks every six, y from zero. */
ZxGraph *zx_graph_hours (const char *x_label, const char *y_label);
/* Distance of the ticks of x: 6 for hours. */
void zx_graph_set_step (ZxGraph *self, double x_step);
void zx_graph_free (gpointer graph);
/* A ZxPanelFunc. */
void zx_graph_paint (cairo_t *cr, double x, double y, double width, double height, gpointer graph);

G_END_DECLS
