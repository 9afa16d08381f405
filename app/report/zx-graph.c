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
  GRAPH_MULTIPLES,
} Kind;

#define CHART_GUTTER 10.0

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
  gboolean whole_x, whole_y;
  double x_step;
  gboolean is_from_zero;
  GPtrArray *charts; /* ZxGraph; their titles are the labels */
  GPtrArray *titles;
  gboolean *is_dashed;
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
  g_clear_pointer (&self->charts, g_ptr_array_unref);
  g_clear_pointer (&self->titles, g_ptr_array_unref);
  g_free (self->is_dashed);
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

/* ---- small multiples ---------------------------------------------------------------------- */

ZxGraph *
zx_graph_multiples (guint n_columns, const char *const *names, const gboolean *is_dashed,
                    guint n_names)
{
  ZxGraph *self = graph_new (GRAPH_MULTIPLES, NULL, NULL);
  self->n = MAX (n_columns, 1);
  self->names = copy_texts (names, n_names);
  self->n_names = n_names;
  self->is_dashed = g_memdup2 (is_dashed, n_names * sizeof *is_dashed);
  self->charts = g_ptr_array_new_with_free_func (zx_graph_free);
  self->titles = g_ptr_array_new ();
  return self;
}

void
zx_graph_add_chart (ZxGraph *self, const char *title, ZxGraph *chart)
{
  g_return_if_fail (self->kind == GRAPH_MULTIPLES && chart->kind == GRAPH_LINES);
  g_ptr_array_add (self->charts, chart);
  g_ptr_array_add (self->titles, (gpointer) title);
}

static double
highest_of (const ZxGraph *self)
{
  double high = 0.0;
  for (guint c = 0; c < self->charts->len; c++)
    {
      const ZxGraph *chart = g_ptr_array_index (self->charts, c);
      for (guint s = 0; s < chart->series->len; s++)
        {
          const ZxSeries *series = &g_array_index (chart->series, ZxSeries, s);
          for (guint i = 0; i < series->n; i++)
            high = fmax (high, series->y[i]); /* NaN counts as nothing */
        }
    }
  return high;
}

static void
paint_multiples (cairo_t *cr, double x, double y, double width, double height, const ZxGraph *self)
{
  guint n = self->charts->len, n_columns = MIN (self->n, MAX (n, 1));
  guint n_rows = (n + n_columns - 1) / n_columns;
  double used = zx_chart_key (cr, x, y, width, (const char *const *) self->names, self->is_dashed,
                              self->n_names, FALSE);
  double high = highest_of (self);
  double cell_width = (width - CHART_GUTTER * (n_columns - 1)) / n_columns;
  double cell_height = (height - used - CHART_GUTTER * (n_rows - 1)) / MAX (n_rows, 1);
  for (guint i = 0; i < n; i++)
    {
      const ZxGraph *chart = g_ptr_array_index (self->charts, i);
      ZxChartFrame frame = { .x = x + (i % n_columns) * (cell_width + CHART_GUTTER),
                             .y = y + used + (i / n_columns) * (cell_height + CHART_GUTTER),
                             .width = cell_width,
                             .height = cell_height,
                             .title = g_ptr_array_index (self->titles, i),
                             .x_step = chart->x_step,
                             .is_from_zero = chart->is_from_zero,
                             .y_high = high,
                             .is_small = TRUE };
      zx_chart_lines (cr, &frame, (const ZxSeries *) (gpointer) chart->series->data,
                      chart->series->len);
    }
}

void
zx_graph_set_whole (ZxGraph *self, gboolean whole_x, gboolean whole_y)
{
  self->whole_x = whole_x;
  self->whole_y = whole_y;
}

void
zx_graph_set_step (ZxGraph *self, double x_step)
{
  self->x_step = x_step;
}

ZxGraph *
zx_graph_hours (const char *x_label, const char *y_label)
{
  ZxGraph *self = zx_graph_lines (x_label, y_label);
  self->x_step = 6;
  self->is_from_zero = TRUE;
  return self;
}

void
zx_graph_paint (cairo_t *cr, double x, double y, double width, double height, gpointer graph)
{
  const ZxGraph *self = graph;
  ZxChartFrame frame = { .x = x,
                         .y = y,
                         .width = width,
                         .height = height,
                         .x_label = self->x_label,
                         .y_label = self->y_label,
                         .x_step = self->x_step,
                         .is_from_zero = self->is_from_zero,
                         .has_whole_x = self->whole_x,
                         .has_whole_y = self->whole_y };
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
    case GRAPH_MULTIPLES:
      paint_multiples (cr, x, y, width, height, self);
      break;
    case GRAPH_TORNADO:
    default:
      zx_chart_tornado (cr, &frame, labels, self->n, self->a, self->c, self->middle);
    }
}
