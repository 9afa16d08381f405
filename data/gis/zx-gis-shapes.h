/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The inside of ZxGisShapes, for the two files that fill it. */
#pragma once

#include "data/gis/zx-gis-private.h"

G_BEGIN_DECLS

struct _ZxGisShapes
{
  ZxGisDoubts *doubts;
  guint8 *kind; /* ZxGeometryKind per row */
  gsize n_rows, rows_size;
  double *x, *y;
  gsize n_points, points_size;
  gsize *part_first; /* n_rows + 1; unused while has_only_points */
  gsize *point_first;
  guint8 *is_hole;
  gsize n_parts, parts_size;
  gboolean has_only_points; /* so far: one point per row, NaN where empty */
  gboolean is_out_of_memory;
  gsize n_of_kind[4];
  guint n_dropped; /* pieces of the row at hand that were left out */
  GByte *buffer;   /* for geometries that GDAL hands over as bytes */
  gsize buffer_size;
};

typedef enum
{
  ZX_GIS_SHAPE_FINE,
  ZX_GIS_SHAPE_EMPTY,
  ZX_GIS_SHAPE_BROKEN,     /* bytes that are no geometry */
  ZX_GIS_SHAPE_NOT_FINITE, /* NaN, infinite */
  ZX_GIS_SHAPE_TOO_FAR,
  ZX_GIS_SHAPE_TOO_SHORT, /* a line of one point, a ring of fewer than four */
} ZxGisVerdict;

/* A row of lines or polygons: _begin_row, its parts, _end_row.  A part: _begin_part, coordinates
 * written to x + n_points and y + n_points after _reserve, _take, and _end_ring for rings.  What
 * fails for lack of memory is remembered and reported by _end_row. */
gboolean zx_gis_shapes_begin_row (ZxGisShapes *self);
gboolean zx_gis_shapes_begin_part (ZxGisShapes *self, gboolean is_hole);
gboolean zx_gis_shapes_reserve (ZxGisShapes *self, gsize n); /* and one point to close a ring */
ZxGisVerdict zx_gis_shapes_take (ZxGisShapes *self, gsize n);
ZxGisVerdict zx_gis_shapes_end_ring (ZxGisShapes *self, gboolean is_hole);
void zx_gis_shapes_drop (ZxGisShapes *self, gsize n_parts, gsize n_points);
gboolean zx_gis_shapes_end_row (ZxGisShapes *self, ZxGisVerdict verdict, ZxGeometryKind kind,
                                gsize part, gsize point, GError **error);

/* The member of a collection that begins at @part and @point joins those before it: of the members
 * only the highest kind is kept. */
typedef struct
{
  gsize first_part, first_point; /* of the row */
  ZxGeometryKind kind;
  gboolean has_left_out, has_short;
  ZxGisVerdict worst;
} ZxGisMembers;

void zx_gis_shapes_join (ZxGisShapes *self, ZxGisMembers *members, ZxGisVerdict verdict,
                         ZxGeometryKind kind, gsize part, gsize point);
ZxGisVerdict zx_gis_shapes_end_members (ZxGisShapes *self, const ZxGisMembers *members);

G_END_DECLS
