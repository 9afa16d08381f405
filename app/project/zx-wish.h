/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How the report of a project is wanted, as text that stands in its file. */
#pragma once

#include "app/report/zx-report.h"

G_BEGIN_DECLS

/* (transfer full); its texts and picture owned. */
ZxReportWish *zx_wish_copy (const ZxReportWish *wish);
void zx_wish_free (ZxReportWish *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxReportWish, zx_wish_free)
/* What cannot be understood is left as it is by itself: a report can still be written.  Returns:
 * (transfer full): NULL when @text is NULL. */
ZxReportWish *zx_wish_parse (const char *text);
char *zx_wish_format (const ZxReportWish *wish); /* (transfer full) */

G_END_DECLS
