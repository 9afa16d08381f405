/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rows of a layer as a list, made when they are looked at.  Order and choice of rows are an
 * array of numbers that a worker makes; a row is an object only while it is on the screen. */
#pragma once

#include <gio/gio.h>

#include "data/base/zx-base.h"

G_BEGIN_DECLS

/* A layer that list, rows and workers share. */
typedef struct _ZxTable ZxLayerTable;
ZxLayerTable *zx_layer_table_new (ZxLayer *layer); /* takes @layer */
ZxLayerTable *zx_layer_table_ref (ZxLayerTable *self);
void zx_layer_table_unref (ZxLayerTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxLayerTable, zx_layer_table_unref)
const ZxLayer *zx_layer_table_layer (const ZxLayerTable *self);
char *zx_layer_table_text (const ZxLayerTable *self, gsize row, guint column); /* (transfer full) */

/* What is wanted of a table. */
typedef struct
{
  char *text;             /* rows that hold it in any column, whatever the case; "" = all */
  int column;             /* to sort by; -1 = as they are */
  gboolean is_descending; /* NaN and empty texts come last either way */
} ZxTableOrder;
/* The numbers of the rows, guint32.  Any thread.  (transfer full) */
GArray *zx_layer_table_order (const ZxLayerTable *self, const ZxTableOrder *wish);
/* A header line and the rows of @order.  Any thread.  (transfer full) */
char *zx_layer_table_csv (const ZxLayerTable *self, const GArray *order);

#define ZX_TYPE_TABLE_ROW (zx_table_row_get_type ())
G_DECLARE_FINAL_TYPE (ZxTableRow, zx_table_row, ZX, TABLE_ROW, GObject)
guint32 zx_table_row_index (ZxTableRow *self); /* in the layer */

#define ZX_TYPE_TABLE_ROWS (zx_table_rows_get_type ())
G_DECLARE_FINAL_TYPE (ZxTableRows, zx_table_rows, ZX, TABLE_ROWS, GObject)
ZxTableRows *zx_table_rows_new (void);
/* Takes @order. */
void zx_table_rows_set_order (ZxTableRows *self, GArray *order);
const GArray *zx_table_rows_order (ZxTableRows *self);

G_END_DECLS
