/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the program remembers between runs, and the window to change it.  Where the settings schema
 * is not installed the standard values hold and nothing is remembered. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GSettings *zx_preferences_settings (void); /* borrowed; NULL without the schema */
void zx_preferences_apply (void);          /* style and threads, at the start */
void zx_preferences_show (GtkWindow *parent);
/* Of the reports: "zh_CN" or "en". */
const char *zx_preferences_report_language (void);

#define ZX_TYPE_PREFERENCES (zx_preferences_get_type ())
G_DECLARE_FINAL_TYPE (ZxPreferences, zx_preferences, ZX, PREFERENCES, GtkWindow)

G_END_DECLS
