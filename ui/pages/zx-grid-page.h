/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The grid company's side: transformer areas and feeders with load, room and what limits it. */
#pragma once

#include "ui/zx-page.h"

G_BEGIN_DECLS

#define ZX_TYPE_GRID_PAGE (zx_grid_page_get_type ())
G_DECLARE_FINAL_TYPE (ZxGridPage, zx_grid_page, ZX, GRID_PAGE, ZxPage)

G_END_DECLS
