/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A layer as a table: sorted by a click on a header, filtered by a text, a chosen row shown on the
 * map, the rows copied as CSV. */
#pragma once

#include <gtk/gtk.h>

#include "app/project/zx-project.h"

G_BEGIN_DECLS

#define ZX_TYPE_TABLE_WINDOW (zx_table_window_get_type ())
G_DECLARE_FINAL_TYPE (ZxTableWindow, zx_table_window, ZX, TABLE_WINDOW, GtkWindow)

/* The name of the project's layer behind a layer of the map, NULL where there is no table. */
const char *zx_table_of_layer (ZxMapLayerKind kind);
ZxTableWindow *zx_table_window_present (GtkWindow *parent, ZxSession *session, ZxMapLayer *layer);
gboolean zx_table_window_is_ready (ZxTableWindow *self); /* nothing is read or sorted */
guint zx_table_window_n_rows (ZxTableWindow *self);

G_END_DECLS
