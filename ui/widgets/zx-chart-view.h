/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A chart of app/carto as a widget: as wide as there is room, of a given height, in the colours of
 * the theme and the size of the text.  A screen reader hears its description. */
#pragma once

#include <gtk/gtk.h>

#include "app/carto/zx-carto.h"

G_BEGIN_DECLS

#define ZX_TYPE_CHART_VIEW (zx_chart_view_get_type ())
G_DECLARE_FINAL_TYPE (ZxChartView, zx_chart_view, ZX, CHART_VIEW, GtkWidget)

/* Paints into the rectangle of @frame from numbers that stand ready: no work, no files. */
typedef void (*ZxChartPaintFunc) (cairo_t *cr, ZxChartFrame *frame, gconstpointer data);

/* @height: in units of 1/72 inch on paper.  @paint NULL: empties and hides the chart. @data: taken
 * over, let go by @free. */
void zx_chart_view_set (ZxChartView *self, const char *description, double height,
                        ZxChartPaintFunc paint, gpointer data, GDestroyNotify free);

G_END_DECLS
