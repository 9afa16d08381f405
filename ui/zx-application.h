/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The program: one instance, its windows, and the actions that belong to no window. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ZX_APPLICATION_ID "io.github.zhixing.Zhixing"

#define ZX_TYPE_APPLICATION (zx_application_get_type ())
G_DECLARE_FINAL_TYPE (ZxApplication, zx_application, ZX, APPLICATION, GtkApplication)

ZxApplication *zx_application_new (void);

G_END_DECLS
