/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/gis/zx-gis-private.h"

G_BEGIN_DECLS

typedef enum
{
  ZX_GIS_ARROW_READ,
  ZX_GIS_ARROW_UNFIT,  /* nothing was read: take another way */
  ZX_GIS_ARROW_FAILED, /* @error is set */
} ZxGisArrowOutcome;

/* Whether the layer's driver gives columns faster than rows.  Ask when ignored fields are set. */
gboolean zx_gis_arrow_fits (OGRLayerH layer);
/* All rows into @table, whose columns are those to be read, and, unless NULL, @shapes. */
ZxGisArrowOutcome zx_gis_arrow_read (OGRLayerH layer, ZxGisTable *table, ZxGisShapes *shapes,
                                     gint64 total, const ZxProgress *progress, GError **error);

G_END_DECLS
