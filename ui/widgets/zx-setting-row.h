/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One setting of the project, with its meaning and bounds, changed through the history.
 * Properties: key ("siting.n_sites"), title (translated, short), unit, scale (what is shown times
 * scale is the setting), digits, is-switch (0 or 1). */
#pragma once

#include <gtk/gtk.h>

#include "app/project/zx-project.h"

G_BEGIN_DECLS

#define ZX_TYPE_SETTING_ROW (zx_setting_row_get_type ())
G_DECLARE_FINAL_TYPE (ZxSettingRow, zx_setting_row, ZX, SETTING_ROW, GtkWidget)

void zx_setting_row_bind (ZxSettingRow *self, ZxSession *session);
/* Binds every row below @widget. */
void zx_setting_rows_bind (GtkWidget *widget, ZxSession *session);

G_END_DECLS
