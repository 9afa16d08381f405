/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A short message over the window that goes away by itself, with at most one button. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ZX_TYPE_TOAST (zx_toast_get_type ())
G_DECLARE_FINAL_TYPE (ZxToast, zx_toast, ZX, TOAST, GtkWidget)

/* @button, @action: NULL = none. */
void zx_toast_show (ZxToast *self, const char *text, const char *button, const char *action);
/* Takes back a message whose button no longer does what the message says. */
void zx_toast_take_back (ZxToast *self, const char *action);
const char *zx_toast_text (ZxToast *self); /* "" when hidden */

G_END_DECLS
