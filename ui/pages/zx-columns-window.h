/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which columns of a file hold what its role needs. */
#pragma once

#include <gtk/gtk.h>

#include "app/project/zx-project.h"

G_BEGIN_DECLS

#define ZX_TYPE_COLUMNS_WINDOW (zx_columns_window_get_type ())
G_DECLARE_FINAL_TYPE (ZxColumnsWindow, zx_columns_window, ZX, COLUMNS_WINDOW, GtkWindow)

/* @layer: as findings name it. */
ZxColumnsWindow *zx_columns_window_present (GtkWindow *parent, ZxSession *session,
                                            const char *layer);

G_END_DECLS
