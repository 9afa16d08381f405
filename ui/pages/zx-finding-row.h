/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A rule that found something in a layer: what, where, what can be done about it, and which rows.
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/pages/zx-finding-group.h"

G_BEGIN_DECLS

#define ZX_TYPE_FINDING_ROW (zx_finding_row_get_type ())
G_DECLARE_FINAL_TYPE (ZxFindingRow, zx_finding_row, ZX, FINDING_ROW, GtkListBoxRow)

ZxFindingRow *zx_finding_row_new (ZxSession *session, ZxFindingGroup *group);
gboolean zx_finding_row_is_accepted (ZxFindingRow *self);

G_END_DECLS
