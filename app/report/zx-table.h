/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tables in three lines (三线表): a rule above, one under the header, one below.  Columns find
 * their widths from what stands in them; a table that leaves its page goes on under a repeated
 * header. */
#pragma once

#include "app/report/zx-passage.h"

G_BEGIN_DECLS

typedef struct
{
  const char *title;   /* NULL = none */
  const char *unit;    /* NULL = none; a line of its own under the title */
  double align;        /* 0 text, 1 numbers */
  gboolean is_wrapped; /* may break into lines; the others keep their width */
} ZxTableColumn;

typedef enum
{
  ZX_ROW_PLAIN,
  ZX_ROW_TOTAL, /* strong, under a rule */
  ZX_ROW_GROUP, /* only its first cell, across the table */
} ZxRowKind;

typedef struct _ZxTable ZxTable;

/* Texts are borrowed for the table's life.  @caption NULL: a table without a number. */
ZxTable *zx_table_new (const char *caption, const char *continued, const ZxTableColumn *columns,
                       guint n_columns);
void zx_table_free (ZxTable *self);
void zx_table_add (ZxTable *self, ZxRowKind kind, const char *const *cells, guint n_cells);
#define ZX_TABLE_ROW(table, ...)                                                                   \
  zx_table_add ((table), ZX_ROW_PLAIN, (const char *const[]){ __VA_ARGS__ },                       \
                sizeof ((const char *const[]){ __VA_ARGS__ }) / sizeof (const char *))
#define ZX_TABLE_TOTAL(table, ...)                                                                 \
  zx_table_add ((table), ZX_ROW_TOTAL, (const char *const[]){ __VA_ARGS__ },                       \
                sizeof ((const char *const[]){ __VA_ARGS__ }) / sizeof (const char *))
#define ZX_TABLE_GROUP(table, ...)                                                                 \
  zx_table_add ((table), ZX_ROW_GROUP, (const char *const[]){ __VA_ARGS__ },                       \
                sizeof ((const char *const[]){ __VA_ARGS__ }) / sizeof (const char *))
/* The cell @column of the last row leads to @destination. */
void zx_table_link (ZxTable *self, guint column, const char *destination);
/* Pairs of label and value instead of columns under titles: the labels are grey. */
void zx_table_set_pairs (ZxTable *self);
guint zx_table_rows (const ZxTable *self);

/* Finds widths and heights; must come before the functions below. */
void zx_table_measure (ZxTable *self, const ZxInk *ink, double width);
/* Height of the rows @from … @to - 1 with caption and header above them. */
double zx_table_height (const ZxTable *self, guint from, guint to);
/* The rows from @from on that fit into @height; never leaves one row alone. */
guint zx_table_fit (const ZxTable *self, guint from, double height);
guint zx_table_head_rows (const ZxTable *self); /* rows that stay with the header */
/* Paints with tags; the tag "Table" is opened at row 0 and closed at the last. */
void zx_table_paint (const ZxTable *self, const ZxInk *ink, double x, double y, guint from,
                     guint to);

G_END_DECLS
