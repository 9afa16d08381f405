/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A view of the map that a planner wants to come back to.  Immutable. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ZX_TYPE_BOOKMARK (zx_bookmark_get_type ())
G_DECLARE_FINAL_TYPE (ZxBookmark, zx_bookmark, ZX, BOOKMARK, GObject)

/* In the city's metres; @metres_per_unit > 0: ground metres per unit of the screen.  Control
 * characters in @name become spaces. */
ZxBookmark *zx_bookmark_new (const char *name, double x_m, double y_m, double metres_per_unit);
const char *zx_bookmark_name (ZxBookmark *self);
double zx_bookmark_x_m (ZxBookmark *self);
double zx_bookmark_y_m (ZxBookmark *self);
double zx_bookmark_metres_per_unit (ZxBookmark *self);

/* One a line, "x y metres-per-unit name"; lines that are none are left out.  An array of
 * ZxBookmark. Both (transfer full). */
char *zx_bookmarks_format (GListModel *bookmarks);
GPtrArray *zx_bookmarks_parse (const char *text);

G_END_DECLS
