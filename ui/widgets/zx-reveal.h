/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A long list comes into sight a few rows a frame, so that making and measuring them never keeps
 * the window from answering.  Between the rows and the list stands a slice that grows. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Before the rows below @slice are exchanged: shows none of them and @step more with every frame of
 * @page, then all.  Where @page is out of sight, all at once: nothing is measured then. */
void zx_reveal_begin (GtkSliceListModel *slice, GtkWidget *page, guint step);
/* For a widget whose first drawing takes milliseconds, asked in its snapshot(): TRUE for one widget
 * a frame, the others are drawn again in the frames that follow and ask again. */
gboolean zx_reveal_is_turn (GtkWidget *widget);
/* Draws @widget a frame later than what comes into sight around it. */
void zx_reveal_next (GtkWidget *widget);
/* Makes a part of a page, what can be made in one go with every @step from 0 on.  Returns: TRUE
 * when there is another step. */
typedef gboolean (*ZxRevealPart) (GtkWidget *page, gpointer data, guint step);
/* Makes the first step of the first of the @n parts now and one more with every frame of @page; all
 * at once where it is out of sight.  Steps of an earlier call that are still to come are left out;
 * @free then, or after the last one, gets @data.  @parts: static. */
void zx_reveal_parts (GtkWidget *page, const ZxRevealPart *parts, guint n, gpointer data,
                      GDestroyNotify free);
/* Whether any list is still growing, any part is to come or any widget waits for its turn.  Main
 * thread. */
gboolean zx_reveal_is_under_way (void);

G_END_DECLS
