/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/gis/zx-gis-private.h"

G_BEGIN_DECLS

/* The geometries of a shapefile, read beside GDAL. */
typedef struct _ZxGisShp ZxGisShp;

/* NULL: no shapefile whose index can be read; take the driver's geometries. */
ZxGisShp *zx_gis_shp_open (const ZxGisMember *member);
void zx_gis_shp_free (ZxGisShp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxGisShp, zx_gis_shp_free)

/* One row of @shapes for each of @records (0-based, as GDAL's feature ids).  @layer has all its
 * fields ignored and its geometry not. */
gboolean zx_gis_shp_read (ZxGisShp *self, OGRLayerH layer, const guint32 *records, gsize n,
                          ZxGisShapes *shapes, const ZxProgress *progress, GError **error);

/* Of the @n_records rows a shapefile states those that are not among @records (ascending) because
 * an editor marked them as deleted and did not take them out. */
gsize zx_gis_shp_count_deleted (const ZxGisMember *member, const guint32 *records, gsize n,
                                gsize n_records);

G_END_DECLS
