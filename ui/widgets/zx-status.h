/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An empty state: what is missing and what to do about it.  Properties: icon-name, title,
 * description, button-label (NULL = no button), action-name. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ZX_TYPE_STATUS (zx_status_get_type ())
G_DECLARE_FINAL_TYPE (ZxStatus, zx_status, ZX, STATUS, GtkWidget)

G_END_DECLS
