/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which row was the first with these values: an open-addressing table of hashes. */
#pragma once

#include <glib.h>

typedef struct
{
  guint64 *hash; /* 0: free */
  gsize *row;
  gsize mask, n;
} ZxRowTable;

/* Room for @n_expected; grows when there are more. */
void zx_row_table_init (ZxRowTable *self, gsize n_expected);
void zx_row_table_clear (ZxRowTable *self);
/* Returns: the row that first came with @hash, or -1 after keeping @row as the first. */
gssize zx_row_table_first (ZxRowTable *self, guint64 hash, gsize row);

guint64 zx_hash_bytes (guint64 hash, gconstpointer bytes, gsize n);
guint64 zx_hash_double (guint64 hash, double value);
guint64 zx_hash_text (guint64 hash, const char *text);
