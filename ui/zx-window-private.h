/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/zx-window.h"

struct _ZxWindow
{
  GtkApplicationWindow parent;
  ZxSession *session;
  GtkWidget *root, *switcher, *switcher_revealer, *paned, *pages, *map, *toast, *job_bar;
  GtkWidget *title, *subtitle, *primary_menu, *find, *search;
};

void zx_window_add_actions (GtkWidgetClass *class);
/* What can be done now. */
void zx_window_update_actions (ZxWindow *self);
