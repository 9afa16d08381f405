/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/gis/zx-gis-private.h"

G_BEGIN_DECLS

/* Points as two columns behind the others, lines and polygons as one column of WKT. */
gboolean zx_gis_write_csv (const char *path, const ZxLayer *layer, const char *from, const char *to,
                           const ZxProgress *progress, GError **error);

G_END_DECLS
