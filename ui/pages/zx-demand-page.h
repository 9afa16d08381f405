/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the demand model believes, in words: how much, how predictable, what goes with it, how it
 * was checked, and how use and vehicles fall on the day. */
#pragma once

#include "ui/zx-page.h"

G_BEGIN_DECLS

#define ZX_TYPE_DEMAND_PAGE (zx_demand_page_get_type ())
G_DECLARE_FINAL_TYPE (ZxDemandPage, zx_demand_page, ZX, DEMAND_PAGE, ZxPage)

G_END_DECLS
