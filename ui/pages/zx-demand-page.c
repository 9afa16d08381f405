/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/pages/zx-demand-page.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/pages/zx-demand-reading.h"
#include "ui/widgets/zx-chart-view.h"
#include "ui/widgets/zx-reveal.h"
#include "ui/widgets/zx-status.h"
#include "ui/zx-page-reading.h"

#define CHART_HEIGHT  150.0
#define MAP_HEIGHT    260.0
#define LEGEND_GAP    6.0
#define EFFECT_HEIGHT 17.0 /* of one row of the effects' chart */

struct _ZxDemandPage
{
  ZxPage parent;
  GtkWidget *root, *absence, *stale, *total, *total_note, *predictable, *coverage;
  GtkWidget *effects, *effect_chart, *checks, *check_box, *pit, *scatter;
  GtkWidget *day_box, *weekday, *weekend, *busy;
  GtkWidget *residual_box, *residuals, *evidence, *factors;
  GtkWidget *users, *piles, *areas;
};

G_DEFINE_FINAL_TYPE (ZxDemandPage, zx_demand_page, ZX_TYPE_PAGE)

/* ---- charts -------------------------------------------------------------------------------- */

static void
paint_effects (cairo_t *cr, ZxChartFrame *frame, gconstpointer data)
{
  const ZxDemandReading *reading = data;
  guint n = reading->n_effects;
  g_autofree const char **labels = g_new (const char *, n);
  g_autofree double *low = g_new (double, n), *middle = g_new (double, n),
                    *high = g_new (double, n);
  for (guint i = 0; i < n; i++)
    {
      labels[i] = reading->effect[i].title;
      low[i] = reading->effect[i].low;
      middle[i] = reading->effect[i].middle;
      high[i] = reading->effect[i].high;
    }
  frame->x_label = _ ("Log change, one standard deviation more");
  zx_chart_intervals (cr, frame, labels, n, low, middle, high, 0);
}

static void
paint_pit (cairo_t *cr, ZxChartFrame *frame, gconstpointer data)
{
  const ZxDemandReading *reading = data;
  double edges[ZX_N_PIT + 1];
  for (guint i = 0; i <= ZX_N_PIT; i++)
    edges[i] = (double) i / ZX_N_PIT;
  frame->x_label = _ ("Place of the truth in the prediction");
  frame->y_label = _ ("Stations");
  zx_chart_histogram (cr, frame, edges, reading->pit, ZX_N_PIT);
}

static void
paint_scatter (cairo_t *cr, ZxChartFrame *frame, gconstpointer data)
{
  const ZxDemandReading *reading = data;
  frame->x_label = _ ("Fitted, kWh/d");
  frame->y_label = _ ("Observed, kWh/d");
  zx_chart_scatter (cr, frame, reading->fitted, reading->observed, reading->n_points, TRUE, TRUE);
}

/* The least square that holds the stations, with some room around. */
static ZxMapView
view_of_residuals (const ZxChartFrame *frame, const ZxDemandReading *reading)
{
  double min_x = INFINITY, min_y = INFINITY, max_x = -INFINITY, max_y = -INFINITY;
  for (guint i = 0; i < reading->n_residuals; i++)
    {
      min_x = MIN (min_x, reading->residual_x_m[i]);
      max_x = MAX (max_x, reading->residual_x_m[i]);
      min_y = MIN (min_y, reading->residual_y_m[i]);
      max_y = MAX (max_y, reading->residual_y_m[i]);
    }
  double room = 0.08 * MAX (max_x - min_x, max_y - min_y) + 100;
  ZxMapView view = zx_map_view_fit (frame->x, frame->y, frame->width, frame->height, min_x - room,
                                    min_y - room, max_x + room, max_y + room);
  view.is_dark = frame->is_dark;
  return view;
}

static void
paint_residuals (cairo_t *cr, ZxChartFrame *frame, gconstpointer data)
{
  const ZxDemandReading *reading = data;
  const ZxColourScale scale
      = { ZX_RAMP_DIFFERENCE, -ZX_MOST_RESIDUAL, ZX_MOST_RESIDUAL, FALSE, NAN };
  const ZxLegend legend = { .title = _ ("Residual, standard deviations"),
                            .scale = &scale,
                            .is_dark = frame->is_dark };
  double below = zx_map_paint_legend (NULL, 0, 0, frame->width, &legend) + LEGEND_GAP;
  ZxChartFrame map = *frame;
  map.height = MAX (frame->height - below, 1);
  ZxMapView view = view_of_residuals (&map, reading);
  const ZxMapPoints points = { ZX_SYMBOL_STATION,
                               reading->n_residuals,
                               reading->residual_x_m,
                               reading->residual_y_m,
                               NULL,
                               NULL,
                               reading->residual,
                               &scale };
  zx_map_paint_ground (cr, &view, reading->city, ZX_BASE_QUIET);
  zx_map_paint_points (cr, &view, &points);
  zx_map_paint_legend (cr, frame->x, map.y + map.height + LEGEND_GAP, frame->width, &legend);
}

static void
paint_day (cairo_t *cr, ZxChartFrame *frame, const ZxDemandReading *reading, guint first)
{
  double hours[24];
  for (guint hour = 0; hour < 24; hour++)
    hours[hour] = hour;
  ZxSeries series[2];
  guint n = 0;
  if (reading->has_use)
    series[n++] = (ZxSeries){ _ ("Energy charged"), 24, hours, reading->use_share + first };
  if (reading->has_vehicles)
    series[n++] = (ZxSeries){
      _ ("Vehicles there"), 24, hours, reading->vehicle_share + first, NULL, NULL, TRUE
    };
  frame->x_label = _ ("Hour of the day");
  frame->y_label = _ ("Share of the day, %");
  frame->x_step = 6;
  zx_chart_lines (cr, frame, series, n);
}

static void
paint_weekday (cairo_t *cr, ZxChartFrame *frame, gconstpointer data)
{
  frame->title = _ ("Weekday");
  paint_day (cr, frame, data, 0);
}

static void
paint_weekend (cairo_t *cr, ZxChartFrame *frame, gconstpointer data)
{
  frame->title = _ ("Weekend");
  paint_day (cr, frame, data, 24);
}

static void
paint_busy (cairo_t *cr, ZxChartFrame *frame, gconstpointer data)
{
  const ZxDemandReading *reading = data;
  double edges[ZX_N_BUSY_CLASSES + 1];
  for (guint i = 0; i <= ZX_N_BUSY_CLASSES; i++)
    edges[i] = 100.0 * i / ZX_N_BUSY_CLASSES;
  frame->title = _ ("How busy piles are");
  frame->x_label = _ ("Share of the day a gun charges, %");
  frame->y_label = _ ("Stations");
  zx_chart_histogram (cr, frame, edges, reading->busy, ZX_N_BUSY_CLASSES);
}

static void
set_chart (GtkWidget *view, gboolean is_there, const char *description, double height,
           ZxChartPaintFunc paint, ZxDemandReading *reading)
{
  zx_chart_view_set (ZX_CHART_VIEW (view), description, height, is_there ? paint : NULL,
                     is_there ? zx_demand_reading_ref (reading) : NULL,
                     is_there ? zx_demand_reading_unref : NULL);
}

/* ---- words --------------------------------------------------------------------------------- */

static void
set_text (GtkWidget *label, const char *text)
{
  gtk_label_set_text (GTK_LABEL (label), text != NULL ? text : "");
  gtk_widget_set_visible (label, text != NULL);
}

static GtkWidget *
text_label (const char *text, const char *class, double align)
{
  GtkWidget *label = gtk_label_new (text);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), (float) align);
  if (class != NULL)
    gtk_widget_add_css_class (label, class);
  return label;
}

static void
add_row (GtkWidget *list, const char *title, const char *value, const char *text, gboolean is_clear)
{
  GtkWidget *row = gtk_list_box_row_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2),
            *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *name = text_label (title, is_clear ? "heading" : NULL, 0);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_box_append (GTK_BOX (head), name);
  if (value != NULL)
    {
      GtkWidget *number = text_label (value, "numeric", 1);
      gtk_label_set_wrap (GTK_LABEL (number), FALSE);
      gtk_widget_set_valign (number, GTK_ALIGN_START);
      gtk_box_append (GTK_BOX (head), number);
    }
  gtk_box_append (GTK_BOX (box), head);
  gtk_box_append (GTK_BOX (box), text_label (text, is_clear ? NULL : "dim-label", 0));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  g_autofree char *spoken
      = g_strjoin (" ", title, value != NULL ? value : text, value != NULL ? text : NULL, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  gtk_list_box_append (GTK_LIST_BOX (list), row);
}

static void
clear_list (GtkWidget *list)
{
  GtkWidget *row;
  while ((row = gtk_widget_get_first_child (list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (list), row);
}

/* What stood there goes with the first step; then a row with each. */
static gboolean
show_effects (GtkWidget *page, gpointer data, guint step)
{
  ZxDemandPage *self = ZX_DEMAND_PAGE (page);
  ZxDemandReading *reading = data;
  if (step > 0)
    {
      const ZxDemandEffect *effect = &reading->effect[step - 1];
      add_row (self->effects, effect->title, NULL, effect->sentence, effect->is_clear);
      return step < reading->n_effects;
    }
  clear_list (self->effects);
  gtk_widget_set_visible (gtk_widget_get_parent (self->effects), reading->n_effects > 0);
  set_chart (self->effect_chart, reading->n_effects > 0,
             _ ("Effects with 95 % intervals; left of the line: less demand"),
             50 + EFFECT_HEIGHT * reading->n_effects, paint_effects, reading);
  return reading->n_effects > 0;
}

typedef struct
{
  GtkWidget *list, *whole; /* @whole is out of sight where there is no line */
  const ZxDemandLine *line;
  guint n;
} Lines;

/* The same of @n lists one after the other. */
static gboolean
show_lines (const Lines *lines, guint n, guint step)
{
  guint k = 0;
  while (step > lines[k].n)
    step -= lines[k++].n + 1;
  if (step == 0)
    {
      clear_list (lines[k].list);
      gtk_widget_set_visible (lines[k].whole, lines[k].n > 0);
    }
  else
    {
      const ZxDemandLine *line = &lines[k].line[step - 1];
      add_row (lines[k].list, line->name, line->value, line->meaning, TRUE);
    }
  return step < lines[k].n || k + 1 < n;
}

static gboolean
show_checks (GtkWidget *page, gpointer data, guint step)
{
  ZxDemandPage *self = ZX_DEMAND_PAGE (page);
  ZxDemandReading *reading = data;
  const Lines checks = { self->checks, self->checks, reading->check, reading->n_checks };
  return show_lines (&checks, 1, step);
}

static gboolean
show_check_charts (GtkWidget *page, gpointer data, guint step)
{
  ZxDemandPage *self = ZX_DEMAND_PAGE (page);
  ZxDemandReading *reading = data;
  gtk_widget_set_visible (self->check_box, reading->n_checks > 0 || reading->n_points > 0);
  set_chart (self->pit, reading->n_checks > 0,
             _ ("PIT histogram: level bars mean honest intervals"), CHART_HEIGHT, paint_pit,
             reading);
  set_chart (self->scatter, reading->n_points > 0,
             _ ("Observed against fitted energy, one point a station"), CHART_HEIGHT * 1.3,
             paint_scatter, reading);
  return FALSE;
}

static gboolean
show_residuals (GtkWidget *page, gpointer data, guint step)
{
  ZxDemandPage *self = ZX_DEMAND_PAGE (page);
  ZxDemandReading *reading = data;
  gtk_widget_set_visible (self->residual_box, reading->n_residuals > 0);
  set_chart (self->residuals, reading->n_residuals > 0,
             _ ("Map of the residuals: orange stations sell more than expected, blue ones less"),
             MAP_HEIGHT, paint_residuals, reading);
  return FALSE;
}

static gboolean
show_day (GtkWidget *page, gpointer data, guint step)
{
  ZxDemandPage *self = ZX_DEMAND_PAGE (page);
  ZxDemandReading *reading = data;
  gboolean has_hours = reading->has_use || reading->has_vehicles;
  gtk_widget_set_visible (self->day_box, has_hours || reading->n_busy_stations > 0);
  set_chart (self->weekday, has_hours, _ ("Use and vehicles over a weekday"), CHART_HEIGHT,
             paint_weekday, reading);
  set_chart (self->weekend, has_hours, _ ("Use and vehicles over a day of the weekend"),
             CHART_HEIGHT, paint_weekend, reading);
  set_chart (self->busy, reading->n_busy_stations > 0,
             _ ("Stations by the share of the day that their guns charge"), CHART_HEIGHT,
             paint_busy, reading);
  return FALSE;
}

/* ---- the page ------------------------------------------------------------------------------ */

static gboolean
show_words (GtkWidget *page, gpointer data, guint step)
{
  ZxDemandPage *self = ZX_DEMAND_PAGE (page);
  ZxDemandReading *reading = data;
  g_object_set (self->absence, "description", reading->absence, NULL);
  gtk_widget_set_visible (self->absence, reading->absence != NULL);
  gtk_widget_set_visible (gtk_widget_get_parent (self->total), reading->absence == NULL);
  set_text (self->total, reading->total);
  set_text (self->total_note, reading->total_note);
  set_text (self->predictable, reading->predictable);
  set_text (self->coverage, reading->coverage);
  return FALSE;
}

static gboolean
show_evidence (GtkWidget *page, gpointer data, guint step)
{
  ZxDemandPage *self = ZX_DEMAND_PAGE (page);
  ZxDemandReading *reading = data;
  const Lines factors = { self->factors, gtk_widget_get_parent (self->factors), reading->factor,
                          reading->n_factors };
  if (step == 0)
    {
      set_text (self->evidence, reading->evidence);
      gtk_widget_set_visible (gtk_widget_get_parent (self->evidence), reading->evidence != NULL);
    }
  return show_lines (&factors, 1, step);
}

static gboolean
show_profiles (GtkWidget *page, gpointer data, guint step)
{
  ZxDemandPage *self = ZX_DEMAND_PAGE (page);
  ZxDemandReading *reading = data;
  const Lines lines[] = {
    { self->users, gtk_widget_get_parent (self->users), reading->user, reading->n_users },
    { self->piles, gtk_widget_get_parent (self->piles), reading->pile, reading->n_piles },
    { self->areas, gtk_widget_get_parent (self->areas), reading->area, reading->n_areas },
  };
  return show_lines (lines, G_N_ELEMENTS (lines), step);
}

static void
show_reading (ZxPage *page, gpointer data)
{
  static const ZxRevealPart parts[]
      = { show_words,     show_effects,  show_checks, show_check_charts,
          show_residuals, show_evidence, show_day,    show_profiles };
  gtk_widget_set_visible (ZX_DEMAND_PAGE (page)->root, data != NULL);
  if (data != NULL)
    zx_reveal_parts (GTK_WIDGET (page), parts, G_N_ELEMENTS (parts), zx_demand_reading_ref (data),
                     zx_demand_reading_unref);
}

static void
update_stale (ZxDemandPage *self)
{
  ZxSession *session = zx_page_session (ZX_PAGE (self));
  gtk_widget_set_visible (self->stale,
                          zx_session_stage_state (session, ZX_STAGE_BELIEVE) == ZX_STAGE_STALE);
}

static gpointer
read_project (ZxProject *project)
{
  return zx_demand_reading_new (project);
}

static void
zx_demand_page_bind (ZxPage *page, ZxSession *session)
{
  g_signal_connect_object (session, "settings-changed", G_CALLBACK (update_stale), page,
                           G_CONNECT_SWAPPED);
  zx_page_keep_reading (page, read_project, show_reading, zx_demand_reading_unref);
  update_stale (ZX_DEMAND_PAGE (page));
}

static void
zx_demand_page_class_init (ZxDemandPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  ZX_PAGE_CLASS (class)->bind = zx_demand_page_bind;
  g_type_ensure (ZX_TYPE_CHART_VIEW);
  g_type_ensure (ZX_TYPE_STATUS);
  gtk_widget_class_set_template_from_resource (widget_class, "/zhixing/ui/pages/zx-demand-page.ui");
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, root);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, absence);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, stale);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, total);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, total_note);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, predictable);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, coverage);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, effects);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, effect_chart);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, checks);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, check_box);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, pit);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, scatter);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, residual_box);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, residuals);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, evidence);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, factors);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, day_box);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, weekday);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, weekend);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, busy);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, users);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, piles);
  gtk_widget_class_bind_template_child (widget_class, ZxDemandPage, areas);
}

static void
zx_demand_page_init (ZxDemandPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
