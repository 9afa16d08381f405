/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The layers of the map, the topmost first. */
#pragma once

#include "ui/zx-page.h"

G_BEGIN_DECLS

#define ZX_TYPE_LAYERS_PAGE (zx_layers_page_get_type ())
G_DECLARE_FINAL_TYPE (ZxLayersPage, zx_layers_page, ZX, LAYERS_PAGE, ZxPage)

G_END_DECLS
