/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a sparse Cholesky factor is laid out: supernodes, each a dense panel. */
#pragma once

#include "app/solve/zx-solve-private.h"

#define ZX_NO_SUPERNODE G_MAXUINT32

/* Supernode s has the columns column[s] … column[s + 1] - 1 and a front of row_first[s + 1] -
 * row_first[s] rows: its own columns, then the rows below, ascending.  Its panel of the factor is
 * stored by columns, as high as the front. */
typedef struct
{
  gatomicrefcount refs;
  guint n;
  gsize n_entries; /* of the pattern */
  guint32 *order;  /* place → node */
  guint32 *place;  /* node → place */
  gsize *a_first;  /* the permuted matrix's lower triangle by columns: … */
  gsize *a_source; /* where its values come from … */
  gsize *a_target; /* … and where they go in the panels */
  guint n_supernodes;
  guint32 *column;   /* n_supernodes + 1 */
  gsize *row_first;  /* n_supernodes + 1 */
  guint32 *row;      /* the fronts */
  guint32 *seat;     /* as row: of a row below, its place in the parent's front */
  gsize *panel;      /* n_supernodes + 1: where the panels begin */
  guint32 *parent;   /* of each supernode: that of its first row below */
  guint8 *has_child; /* n_supernodes */
  gsize most_front, most_below, most_columns;
  gsize updates;  /* doubles on the stack of a factorisation at most */
  gsize inverses; /* the same of an inversion */
} ZxAnalysis;

ZxAnalysis *zx_analysis_new (const ZxPattern *pattern, GError **error);
ZxAnalysis *zx_analysis_ref (ZxAnalysis *self);
void zx_analysis_unref (ZxAnalysis *self);

static inline guint
zx_analysis_columns (const ZxAnalysis *self, guint32 s)
{
  return self->column[s + 1] - self->column[s];
}

static inline guint
zx_analysis_front (const ZxAnalysis *self, guint32 s)
{
  return (guint) (self->row_first[s + 1] - self->row_first[s]);
}
