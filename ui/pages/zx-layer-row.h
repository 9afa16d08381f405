/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One layer in the list: seen or not, how strongly, its name, its place. */
#pragma once

#include <gtk/gtk.h>

#include "app/project/zx-project.h"

G_BEGIN_DECLS

#define ZX_TYPE_LAYER_ROW (zx_layer_row_get_type ())
G_DECLARE_FINAL_TYPE (ZxLayerRow, zx_layer_row, ZX, LAYER_ROW, GtkListBoxRow)

ZxLayerRow *zx_layer_row_new (ZxSession *session, ZxMapLayer *layer);

G_END_DECLS
