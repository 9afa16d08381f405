/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Puts children beside each other, as GtkBoxLayout does, but asks none of them how wide it wants to
 * be for a height: a label that wraps answers that by trying ten widths, and a row of three labels
 * tries all of them again.  For every line with text that wraps:
 *
 *   <object class="GtkBox">
 *     <property name="layout-manager">
 *       <object class="ZxLineLayout"><property name="spacing">6</property></object>
 *     </property>
 *
 * The box's own spacing must not be set then.  Baselines are not followed. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ZX_TYPE_LINE_LAYOUT (zx_line_layout_get_type ())
G_DECLARE_FINAL_TYPE (ZxLineLayout, zx_line_layout, ZX, LINE_LAYOUT, GtkLayoutManager)

/* A box whose children stand beside each other so. */
GtkWidget *zx_line_new (guint spacing);

G_END_DECLS
