/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The help: pages linked into the program, in English or Chinese as the window, with a search. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ZX_TYPE_HELP_WINDOW (zx_help_window_get_type ())
G_DECLARE_FINAL_TYPE (ZxHelpWindow, zx_help_window, ZX, HELP_WINDOW, GtkWindow)

/* The one that is open, or a new one over @parent, at @topic ("planner"; NULL: the first). */
ZxHelpWindow *zx_help_window_present (GtkWindow *parent, const char *topic);
const char *zx_help_window_topic (ZxHelpWindow *self);
void zx_help_window_search (ZxHelpWindow *self, const char *text);
guint zx_help_window_n_found (ZxHelpWindow *self);
/* The page of help that goes with a page of the window. */
const char *zx_help_topic_of_page (const char *page);

G_END_DECLS
