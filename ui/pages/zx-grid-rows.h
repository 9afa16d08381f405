/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A reading of the grid as lists whose rows are made when somebody looks at them: all lines in one,
 * or as a tree the feeders and what hangs on each. */
#pragma once

#include <gtk/gtk.h>

#include "ui/pages/zx-grid-reading.h"

G_BEGIN_DECLS

#define ZX_TYPE_GRID_ROW (zx_grid_row_get_type ())
G_DECLARE_FINAL_TYPE (ZxGridRow, zx_grid_row, ZX, GRID_ROW, GObject)
const ZxGridLine *zx_grid_row_line (ZxGridRow *self);
guint zx_grid_row_index (ZxGridRow *self); /* of its line */
ZxGridReading *zx_grid_row_reading (ZxGridRow *self);

#define ZX_TYPE_GRID_ROWS (zx_grid_rows_get_type ())
G_DECLARE_FINAL_TYPE (ZxGridRows, zx_grid_rows, ZX, GRID_ROWS, GObject)
ZxGridRows *zx_grid_rows_new (ZxGridReading *reading);       /* all lines */
ZxGridRows *zx_grid_rows_new_tops (ZxGridReading *reading);  /* what hangs on no feeder */
ZxGridRows *zx_grid_rows_new_members (const ZxGridRow *row); /* NULL where nothing hangs on it */

typedef enum
{
  ZX_GRID_COLUMN_NAME,
  ZX_GRID_COLUMN_RATE,
  ZX_GRID_COLUMN_RATE_AFTER,
  ZX_GRID_COLUMN_ROOM,
  ZX_GRID_COLUMN_LIMIT,
  ZX_N_GRID_COLUMNS,
} ZxGridColumn;
/* Unknown numbers come last, whichever way. */
int zx_grid_row_compare (ZxGridRow *a, ZxGridRow *b, ZxGridColumn column);
char *zx_grid_row_text (ZxGridRow *self, ZxGridColumn column); /* (transfer full) */

typedef enum
{
  ZX_GRID_SHOW_ALL,
  ZX_GRID_SHOW_AREAS,
  ZX_GRID_SHOW_FEEDERS,
  ZX_GRID_SHOW_HEAVY,
  ZX_GRID_SHOW_FULL,
  ZX_GRID_SHOW_SITES,
} ZxGridShow;
/* @text: folded for search, "" = any. */
gboolean zx_grid_row_matches (ZxGridRow *self, ZxGridShow show, const char *text);

G_END_DECLS
