/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The help's small markup: "# title", "## heading", "- item", "@ icon text", "% picture text" (a
 * ramp or "symbols", drawn as the map's legend draws it), and paragraphs, one a line. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The title of a page.  (transfer full) */
char *zx_help_text_title (const char *text);
/* Every word of @words (folded, split) is in the page. */
gboolean zx_help_text_holds (const char *text, char **words);
/* The page as a widget, with @words marked.  (transfer floating) */
GtkWidget *zx_help_text_view (const char *text, char **words);

G_END_DECLS
