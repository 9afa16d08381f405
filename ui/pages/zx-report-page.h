/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The report as it will be printed, with what may be chosen about it. */
#pragma once

#include "ui/zx-page.h"

G_BEGIN_DECLS

#define ZX_TYPE_REPORT_PAGE (zx_report_page_get_type ())
G_DECLARE_FINAL_TYPE (ZxReportPage, zx_report_page, ZX, REPORT_PAGE, ZxPage)

/* A picture file for the cover: PNG, SVG, JPEG … */
void zx_report_page_take_logo (ZxReportPage *self, const char *path);
guint zx_report_page_n_sheets (ZxReportPage *self); /* 0 until the report is laid out */

G_END_DECLS
