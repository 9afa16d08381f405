/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Search for a place, a station, a site or a road by name, or go to coordinates. */
#pragma once

#include <gtk/gtk.h>

#include "app/project/zx-project.h"

G_BEGIN_DECLS

#define ZX_TYPE_SEARCH (zx_search_get_type ())
G_DECLARE_FINAL_TYPE (ZxSearch, zx_search, ZX, SEARCH, GtkPopover)

void zx_search_bind (ZxSearch *self, ZxSession *session);

/* Two numbers as longitude and latitude in either order: what is beyond ±90 is the longitude; of
 * two that are not, the larger one in China, else the first.  FALSE for anything else. */
gboolean zx_search_parse_degrees (const char *text, double *lon_deg, double *lat_deg);

G_END_DECLS
