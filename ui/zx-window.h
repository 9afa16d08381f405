/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A window on one project. */
#pragma once

#include <gtk/gtk.h>

#include "ui/map/zx-map-pane.h"
#include "ui/zx-page.h"

G_BEGIN_DECLS

#define ZX_TYPE_WINDOW (zx_window_get_type ())
G_DECLARE_FINAL_TYPE (ZxWindow, zx_window, ZX, WINDOW, GtkApplicationWindow)

ZxWindow *zx_window_new (GtkApplication *application);
ZxSession *zx_window_session (ZxWindow *self);
ZxMapPane *zx_window_map (ZxWindow *self);
gboolean zx_window_is_empty (ZxWindow *self); /* nothing open, nothing under way */
gboolean zx_window_has_path (ZxWindow *self, const char *path);
/* @files: GFile.  A project is opened; data files become a new project, for which a place is asked.
 */
void zx_window_take_files (ZxWindow *self, GPtrArray *files);
const char *zx_window_page (ZxWindow *self); /* "map" … */
void zx_window_show_page (ZxWindow *self, const char *name);
/* The names of all pages, NULL-terminated. */
const char *const *zx_window_pages (void);
void zx_window_tell (ZxWindow *self, const char *text, const char *button, const char *action);
const char *zx_window_told (ZxWindow *self); /* the message shown now, "" = none */

G_END_DECLS
