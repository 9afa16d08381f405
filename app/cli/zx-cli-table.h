/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A comma-separated file as text, for the commands that take plain tables of numbers. */
#pragma once

#include <glib.h>

typedef struct
{
  char *path;
  char *text;        /* the file, cut into cells in place */
  guint n_columns;   /* of the header */
  gsize n_rows;      /* without the header */
  const char **name; /* n_columns */
  const char **cell; /* [row][column]; "" for an empty one */
} ZxCliTable;

/* RFC 4180: commas, double quotes, LF or CRLF, an optional byte-order mark.  Names are unique and
 * every row has as many cells as the header; NULL with @error naming the row when not. */
ZxCliTable *zx_cli_table_read (const char *path, GError **error);
void zx_cli_table_free (ZxCliTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxCliTable, zx_cli_table_free)

int zx_cli_table_column (const ZxCliTable *self, const char *name); /* -1 when absent */
const char *zx_cli_table_cell (const ZxCliTable *self, gsize row, guint column);
/* Same, but an absent column is an @error that lists those there are. */
gboolean zx_cli_table_need (const ZxCliTable *self, const char *name, guint *column,
                            GError **error);
/* A finite number; an empty cell is NaN where it may be empty. */
gboolean zx_cli_table_number (const ZxCliTable *self, gsize row, guint column,
                              gboolean may_be_empty, double *value, GError **error);
/* A whole column of them; (transfer full). */
double *zx_cli_table_numbers (const ZxCliTable *self, guint column, gboolean may_be_empty,
                              GError **error);
/* Returns: FALSE, with one sentence on what a file holds set as ZX_ERROR_INVALID. */
gboolean zx_cli_refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);
