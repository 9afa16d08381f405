/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The outline of what lies below a level on a lattice, as polygons. */
#pragma once

#include "data/base/zx-base.h"

G_BEGIN_DECLS

/* Values at nodes (column, row); node (0, 0) at (min_x, min_y). */
typedef struct
{
  double min_x, min_y, cell;
  guint n_columns, n_rows;
  float *value;
} ZxOutlineLattice;

/* Adds one row to @builder: the polygons where the value, linear along the lattice's edges, is
 * below @level; outer rings counter-clockwise, each followed by its holes.  The nodes on the
 * lattice's border must not be below the level. */
gboolean zx_outline (const ZxOutlineLattice *lattice, double level, ZxGeometryBuilder *builder,
                     GError **error);

G_END_DECLS
