/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/zx-window.h"

struct _ZxWindow
{
  GtkApplicationWindow parent;
  ZxSession *session;
  GtkWidget *root, *switcher, *switcher_revealer, *paned, *pages, *map, *toast, *job_bar;
  GtkWidget *title, *subtitle, *primary_menu, *find, *search, *open_button;
  GMenu *recent_section;
  guint giving_back; /* source that gives memory back */
  guint preparing;   /* source that prepares pages ahead, the next of them n_prepared */
  guint n_prepared;
  cairo_surface_t *frame_memory; /* while realized; or NULL */
};

void zx_window_add_actions (GtkWidgetClass *class);
/* The projects opened lately, in the menu. */
void zx_window_show_recent (ZxWindow *self);
/* A new project from one file that turned out to be no project. */
void zx_window_take_data (ZxWindow *self, const char *path);
/* What can be done now. */
void zx_window_update_actions (ZxWindow *self);
