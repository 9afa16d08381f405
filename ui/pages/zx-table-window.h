/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A layer as a table: sorted by a click on a header, filtered by a text, the rows copied as CSV.
 * Its chosen row is what is chosen on the map, and the other way round. */
#pragma once

#include <gtk/gtk.h>

#include "app/project/zx-project.h"

G_BEGIN_DECLS

#define ZX_TYPE_TABLE_WINDOW (zx_table_window_get_type ())
G_DECLARE_FINAL_TYPE (ZxTableWindow, zx_table_window, ZX, TABLE_WINDOW, GtkWindow)

/* The layer has a table, see zx_map_feature_table().  One window for a layer: it is opened, or
 * comes to the front.  Returns: borrowed. */
ZxTableWindow *zx_table_window_present (GtkWindow *parent, ZxSession *session, ZxMapLayer *layer);
/* Chooses the row and brings it into view, as soon as it is read. */
void zx_table_window_show_row (ZxTableWindow *self, guint row);
gboolean zx_table_window_is_ready (ZxTableWindow *self); /* nothing is read or sorted */
guint zx_table_window_n_rows (ZxTableWindow *self);

G_END_DECLS
