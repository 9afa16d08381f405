/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a layer of a file is to be read: the same menu wherever the layer is shown. */
#pragma once

#include <gtk/gtk.h>

#include "app/project/zx-project.h"

G_BEGIN_DECLS

/* The actions of the menu, for widgets in a window of the program. */
void zx_file_menu_add_actions (GtkWidgetClass *class);
/* @layer: as findings name it.  Returns: (transfer full) */
GMenuModel *zx_file_menu_new (ZxSession *session, const char *layer);
/* "GCJ-02, Chinese web maps"; others by their own name. */
const char *zx_file_menu_system_title (const char *crs);

G_END_DECLS
