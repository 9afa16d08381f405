/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Doubts about the data, by rule and layer. */
#pragma once

#include "ui/zx-page.h"

G_BEGIN_DECLS

#define ZX_TYPE_FINDINGS_PAGE (zx_findings_page_get_type ())
G_DECLARE_FINAL_TYPE (ZxFindingsPage, zx_findings_page, ZX, FINDINGS_PAGE, ZxPage)

G_END_DECLS
