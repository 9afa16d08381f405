/* SPDX-License-Identifier: GPL-3.0-or-later */

/* All that is known of a site of the plan, and where it could go instead. */
#pragma once

#include <gtk/gtk.h>

#include "app/project/zx-project.h"

G_BEGIN_DECLS

/* Two columns, what and how much.  @site: in the plan. */
GtkWidget *zx_site_sheet_new (ZxProject *project, guint site);
/* Candidates that pass, are not in the plan and lie nearest, as a menu of "win.move-site" with
 * their number. */
GMenuModel *zx_site_sheet_places (ZxProject *project, guint site);

G_END_DECLS
