/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One shape for all kinds of chart; what a kind does not use is NULL. */

#include "app/report/zx-graph.h"

typedef enum
{
  GRAPH_LINES,
  GRAPH_BARS,
  GRAPH_INTERVALS,
  GRAPH_HISTOGRAM,
  GRAPH_SCATTER,
  GRAPH_CALENDAR,
  GRAPH_TORNADO,
} Kind;

struct _ZxGraph
{
  Kind kind;
  const char *x_label, *y_label;
  GArray *series; /* ZxSeries: its arrays are ours */
  const char **labels, **names;
  guint n, n_names;
  double *a, *b, *c;
  double middle;
  gboolean is_switched; /* stacked, logarithmic */
  gboolean with_identity;
  ZxColourScale scale;
};

static double *
copy (const double *values, gsize n)
{
  return values != NULL ? g_memdup2 (values, n * sizeof *values) : NULL;
}

static const char **
copy_texts (const char *const *texts, gsize n)
{
  return texts != NULL ? g_memdup2 (texts, n * sizeof *texts) : NULL;
}

static void
clear_series (gpointer data)
{
  ZxSeries *series = data;
  g_free ((double *) series->x);
  g_free ((double *) series->y);
  g_free ((double *) series->low);
  g_free ((double *) series->high);
}

static ZxGraph *
graph_new (Kind kind, const char *x_label, const char *y_label)
{
  ZxGraph *self = g_new0 (ZxGraph, 1);
  self->kind = kind;
  self->x_label = x_label;
  self->y_label = y_label;
  self->series = g_array_new (FALSE, FALSE, sizeof (ZxSeries));
  g_array_set_clear_func (self->series, clear_series);
  return self;
}

void
zx_graph_free (gpointer graph)
{
  ZxGraph *self = graph;
  g_array_unref (self->series);
  g_free (self->labels);
  g_free (self->names);
  g_free (self->a);
  g_free (self->b);
  g_free (self->c);
  g_free (self);
}

ZxGraph *
zx_graph_lines (const char *x_label, const char *y_label)
{
  return graph_new (GRAPH_LINES, x_label, y_label);
}

void
zx_graph_add_line (ZxGraph *self, const char *name, const double *x, const double *y,
                   const double *low, const double *high, guint n, gboolean is_dashed)
{
  ZxSeries series = { name, n, copy (x, n), copy (y, n), copy (low, n), copy (high, n), is_dashed };
  g_array_append_val (self->series, series);
}

ZxGraph *
zx_graph_bars (const char *x_label, const char *y_label, const char *const *categories, guint n,
               const char *const *series, guint n_series, const double *value, gboolean is_stacked)
{
  ZxGraph *self = graph_new (GRAPH_BARS, x_label, y_label);
  self->labels = copy_texts (categories, n);
  self->n = n;
  self->names = copy_texts (series, n_series);
  self->n_names = n_series;
  self->a = copy (value, (gsize) n * n_series);
  self->is_switched = is_stacked;
  return self;
}

static ZxGraph *
graph_with_labels (Kind kind, const char *x_label, const char *const *labels, guint n,
                   const double *low, const double *middle, const double *high)
{
  ZxGraph *self = graph_new (kind, x_label, NULL);
  self->labels = copy_texts (labels, n);
  self->n = n;
  self->a = copy (low, n);
  self->b = copy (middle, n);
  self->c = copy (high, n);
  return self;
}

ZxGraph *
zx_graph_intervals (const char *x_label, const char *const *labels, guint n, const double *low,
                    const double *middle, const double *high, double reference)
{
  ZxGraph *self = graph_with_labels (GRAPH_INTERVALS, x_label, labels, n, low, middle, high);
  self->middle = reference;
  return self;
}

ZxGraph *
zx_graph_tornado (const char *x_label, const char *const *labels, guint n, const double *low,
                  const double *high, double middle)
{
  ZxGraph *self = graph_with_labels (GRAPH_TORNADO, x_label, labels, n, low, NULL, high);
  self->middle = middle;
  return self;
}

ZxGraph *
zx_graph_histogram (const char *x_label, const char *y_label, const double *edges,
                    const double *count, guint n_bins)
{
  ZxGraph *self = graph_new (GRAPH_HISTOGRAM, x_label, y_label);
  self->a = copy (edges, (gsize) n_bins + 1);
  self->b = copy (count, n_bins);
  self->n = n_bins;
  return self;
}

ZxGraph *
zx_graph_scatter (const char *x_label, const char *y_label, const double *x, const double *y,
                  guint n, gboolean is_log, gboolean with_identity)
{
  ZxGraph *self = graph_new (GRAPH_SCATTER, x_label, y_label);
  self->a = copy (x, n);
  self->b = copy (y, n);
  self->n = n;
  self->is_switched = is_log;
  self->with_identity = with_identity;
  return self;
}

ZxGraph *
zx_graph_calendar (const char *x_label, const char *const *rows, guint n_rows, const double *value,
                   const ZxColourScale *scale)
{
  ZxGraph *self = graph_new (GRAPH_CALENDAR, x_label, NULL);
  self->labels = copy_texts (rows, n_rows);
  self->n = n_rows;
  self->a = copy (value, (gsize) n_rows * 24);
  self->scale = *scale;
  return self;
}

void
zx_graph_paint (cairo_t *cr, double x, double y, double width, double height, gpointer graph)
{
  const ZxGraph *self = graph;
  ZxChartFrame frame = { x, y, width, height, NULL, self->x_label, self->y_label, FALSE };
  const char *const *labels = (const char *const *) self->labels;
  switch (self->kind)
    {
    case GRAPH_LINES:
      zx_chart_lines (cr, &frame, (const ZxSeries *) (gpointer) self->series->data,
                      self->series->len);
      break;
    case GRAPH_BARS:
      zx_chart_bars (cr, &frame, labels, self->n, (const char *const *) self->names, self->n_names,
                     self->a, self->is_switched);
      break;
    case GRAPH_INTERVALS:
      zx_chart_intervals (cr, &frame, labels, self->n, self->a, self->b, self->c, self->middle);
      break;
    case GRAPH_HISTOGRAM:
      zx_chart_histogram (cr, &frame, self->a, self->b, self->n);
      break;
    case GRAPH_SCATTER:
      zx_chart_scatter (cr, &frame, self->a, self->b, self->n, self->is_switched,
                        self->with_identity);
      break;
    case GRAPH_CALENDAR:
      zx_chart_heat_calendar (cr, &frame, labels, self->n, self->a, &self->scale);
      break;
    case GRAPH_TORNADO:
    default:
      zx_chart_tornado (cr, &frame, labels, self->n, self->a, self->c, self->middle);
    }
}
