/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What to choose, what limits it, and the plan. */
#pragma once

#include "ui/zx-page.h"

G_BEGIN_DECLS

#define ZX_TYPE_SITES_PAGE (zx_sites_page_get_type ())
G_DECLARE_FINAL_TYPE (ZxSitesPage, zx_sites_page, ZX, SITES_PAGE, ZxPage)

G_END_DECLS
