/* SPDX-License-Identifier: GPL-3.0-or-later */

/* libshumate's viewport asks a map source how large the world is; this one has no tiles. */
#pragma once

#include <shumate/shumate.h>

G_BEGIN_DECLS

#define ZX_TYPE_PLANE_SOURCE (zx_plane_source_get_type ())
G_DECLARE_FINAL_TYPE (ZxPlaneSource, zx_plane_source, ZX, PLANE_SOURCE, ShumateMapSource)

ShumateMapSource *zx_plane_source_new (void);

G_END_DECLS
