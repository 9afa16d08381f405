/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A hand on the real pointer and keyboard of the display: the X server sends what a person's mouse
 * and keys would send, so a button that is covered, insensitive or out of view is not pressed.
 * There is no window manager on the test's display: who gets the keys is said by
 * zx_ui_hand_hold(). */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct _ZxUiHand ZxUiHand;

ZxUiHand *zx_ui_hand_new (void);
void zx_ui_hand_free (ZxUiHand *self);
/* From now on @window gets the keys. */
void zx_ui_hand_hold (ZxUiHand *self, GtkWindow *window);
/* Turns the wheel until @widget is in view, goes there and clicks its middle. */
void zx_ui_hand_click (ZxUiHand *self, GtkWidget *widget);
/* From one place of @widget to another with the button held. */
void zx_ui_hand_drag (ZxUiHand *self, GtkWidget *widget, double from_x, double from_y, double to_x,
                      double to_y);
/* The same without letting go; and letting go, after one pixel more. */
void zx_ui_hand_pull (ZxUiHand *self, GtkWidget *widget, double from_x, double from_y, double to_x,
                      double to_y);
void zx_ui_hand_let_go (ZxUiHand *self);
/* Presses and releases one key with modifiers: ("z", GDK_CONTROL_MASK). @name: as in keysymdef. */
void zx_ui_hand_key (ZxUiHand *self, const char *name, GdkModifierType modifiers);
void zx_ui_hand_type (ZxUiHand *self, const char *text); /* ASCII */

/* ---- looking ------------------------------------------------------------------------------ */

typedef gboolean (*ZxUiSaysSo) (gpointer data);

/* Runs the main loop until @says_so; an error with @what after two minutes. */
void zx_ui_wait_until (ZxUiSaysSo says_so, gpointer data, const char *what);
/* The first one in view under @widget: a control of the action, a label or button of the text. NULL
 * = none. */
GtkWidget *zx_ui_find_action (GtkWidget *widget, const char *action);
GtkWidget *zx_ui_find_type (GtkWidget *widget, GType type);
GtkWidget *zx_ui_find_text (GtkWidget *widget, const char *text);
/* The window that is shown in front of @window, NULL = none. */
GtkWindow *zx_ui_find_dialog (GtkWindow *window);

G_END_DECLS
