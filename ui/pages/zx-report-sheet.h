/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One page of the report on the screen, painted in a worker when it comes into view. */
#pragma once

#include <gtk/gtk.h>

#include "app/project/zx-project.h"

G_BEGIN_DECLS

/* Which page of which report. */
#define ZX_TYPE_SHEET_ITEM (zx_sheet_item_get_type ())
G_DECLARE_FINAL_TYPE (ZxSheetItem, zx_sheet_item, ZX, SHEET_ITEM, GObject)
ZxSheetItem *zx_sheet_item_new (ZxRecording *recording, guint page);

#define ZX_TYPE_REPORT_SHEET (zx_report_sheet_get_type ())
G_DECLARE_FINAL_TYPE (ZxReportSheet, zx_report_sheet, ZX, REPORT_SHEET, GtkWidget)

void zx_report_sheet_show (ZxReportSheet *self, ZxSheetItem *item); /* NULL: nothing */

/* A list keeps the widgets of many pages; only those near the view hold a picture. */
void zx_report_sheet_set_near (ZxReportSheet *self, gboolean is_near);

/* FALSE while it is near the view and its page is still to be painted. */
gboolean zx_report_sheet_is_painted (ZxReportSheet *self);

G_END_DECLS
