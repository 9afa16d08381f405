/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One line of the ranking: a site of the plan, or a candidate that is locked or banned. */
#pragma once

#include <gtk/gtk.h>

#include "app/project/zx-project.h"

G_BEGIN_DECLS

/* What the line stands for. */
#define ZX_TYPE_SITE_ITEM (zx_site_item_get_type ())
G_DECLARE_FINAL_TYPE (ZxSiteItem, zx_site_item, ZX, SITE_ITEM, GObject)
ZxSiteItem *zx_site_item_new (guint candidate, int site /* in the plan, -1 = not in it */);
guint zx_site_item_candidate (ZxSiteItem *self);

#define ZX_TYPE_SITE_ROW (zx_site_row_get_type ())
G_DECLARE_FINAL_TYPE (ZxSiteRow, zx_site_row, ZX, SITE_ROW, GtkWidget)

/* @most_kwh: the end of the scale of the bars. */
void zx_site_row_show (ZxSiteRow *self, ZxSession *session, ZxSiteItem *item, double most_kwh);

G_END_DECLS
