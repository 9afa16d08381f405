/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Figures: one or more panels side by side, each with its numbered caption under it, never parted
 * from it. */
#pragma once

#include "app/report/zx-passage.h"

G_BEGIN_DECLS

/* Paints into the rectangle; what it needs hangs on @data. */
typedef void (*ZxPanelFunc) (cairo_t *cr, double x, double y, double width, double height,
                             gpointer data);

typedef struct _ZxFigure ZxFigure;

/* @height: what the panels would like, points; @least_height: what they can do with where a page
 * has little left. */
ZxFigure *zx_figure_new (double height, double least_height);
void zx_figure_free (ZxFigure *self);
/* @share: of the width, relative to the other panels; @caption and @alternative borrowed; @free of
 * @data nullable.  @alternative: what the panel shows, for readers who cannot see it. */
void zx_figure_add (ZxFigure *self, double share, const char *caption, const char *alternative,
                    ZxPanelFunc paint, gpointer data, GDestroyNotify free);

void zx_figure_measure (ZxFigure *self, const ZxInk *ink, double width);
double zx_figure_height (const ZxFigure *self);       /* with captions */
double zx_figure_least_height (const ZxFigure *self); /* with captions */
/* @height: with captions.  Appends each panel's alternative text to @alternatives in the order of
 * the tags. */
void zx_figure_paint (const ZxFigure *self, const ZxInk *ink, double x, double y, double height,
                      GPtrArray *alternatives);

G_END_DECLS
