/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The dialogs that GTK 4.10 will have replaced: a port is this file. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @paths: texts, at least one; not called when the person changed their mind. */
typedef void (*ZxPathsFunc) (GtkWindow *window, GPtrArray *paths, gpointer data);

void zx_dialogs_open_project (GtkWindow *window, ZxPathsFunc done, gpointer data);
void zx_dialogs_open_picture (GtkWindow *window, ZxPathsFunc done, gpointer data);
void zx_dialogs_open_data (GtkWindow *window, ZxPathsFunc done, gpointer data);
void zx_dialogs_open_tiles (GtkWindow *window, ZxPathsFunc done, gpointer data);
/* One file that stands for another; @data: a GStrv, handed to @done or freed. */
void zx_dialogs_locate (GtkWindow *window, const char *title, ZxPathsFunc done, char **data);
/* @data: NULL or a GStrv, handed to @done or freed. */
void zx_dialogs_save (GtkWindow *window, const char *title, const char *name, ZxPathsFunc done,
                      char **data);
/* The report's language that suits the window's: "zh_CN" or "en". */
const char *zx_dialogs_language (void);

G_END_DECLS
