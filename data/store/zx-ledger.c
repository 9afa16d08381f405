/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The ledger: what was computed from what, in order.  A leaf is SHA-256 (0x00 ‖ row), a node
 * SHA-256 (0x01 ‖ left ‖ right), the tree that of RFC 6962 §2.1: a changed row changes the head
 * that the report prints.  Tamper-evident; not a blockchain. */

#include "data/store/zx-store-private.h"

#define HASH_SIZE 32

static void
hash (guint8 prefix, gconstpointer first, gsize n_first, gconstpointer second, gsize n_second,
      guint8 out[HASH_SIZE])
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size = HASH_SIZE;
  g_checksum_update (sum, &prefix, 1);
  g_checksum_update (sum, first, (gssize) n_first);
  if (n_second > 0)
    g_checksum_update (sum, second, (gssize) n_second);
  g_checksum_get_digest (sum, out, &size);
}

static char *
to_hex (const guint8 *bytes)
{
  GString *text = g_string_sized_new (2 * HASH_SIZE);
  for (guint i = 0; i < HASH_SIZE; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  return g_string_free (text, FALSE);
}

/* Splits at the largest power of two below n (RFC 6962). */
static void
merkle (const guint8 *leaves, gsize n, guint8 out[HASH_SIZE])
{
  if (n == 1)
    {
      memcpy (out, leaves, HASH_SIZE);
      return;
    }
  gsize split = 1;
  while (split * 2 < n)
    split *= 2;
  guint8 left[HASH_SIZE], right[HASH_SIZE];
  merkle (leaves, split, left);
  merkle (leaves + split * HASH_SIZE, n - split, right);
  hash (0x01, left, HASH_SIZE, right, HASH_SIZE, out);
}

void
zx_ledger_row_free (ZxLedgerRow *self)
{
  g_free (self->stage);
  g_free (self->fingerprint);
  g_free (self->leaf);
  g_free (self);
}

/* What a leaf covers; the seconds are left out, because they differ from run to run. */
static char *
canonical_row (gint64 n, const char *stage, const char *fingerprint)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT "\n%s\n%s\n", n, stage, fingerprint);
}

static gint64
count_rows (ZxStore *self)
{
  gint64 n = 0;
  sqlite3_stmt *statement = zx_store_prepare (self, "SELECT count(*) FROM zx_ledger", NULL);
  if (statement != NULL && sqlite3_step (statement) == SQLITE_ROW)
    n = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  return n;
}

gboolean
zx_store_append_ledger (ZxStore *self, gint64 time, const char *stage, const char *fingerprint,
                        double seconds, GError **error)
{
  guint8 leaf[HASH_SIZE];
  gint64 n = count_rows (self);
  g_autofree char *row = canonical_row (n, stage, fingerprint);
  hash (0x00, row, strlen (row), NULL, 0, leaf);
  sqlite3_stmt *statement
      = zx_store_prepare (self, "INSERT INTO zx_ledger VALUES (?1, ?2, ?3, ?4, ?5, ?6)", error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, n);
  sqlite3_bind_int64 (statement, 2, time);
  sqlite3_bind_text (statement, 3, stage, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 4, fingerprint, -1, SQLITE_STATIC);
  sqlite3_bind_double (statement, 5, seconds);
  sqlite3_bind_blob (statement, 6, leaf, HASH_SIZE, SQLITE_STATIC);
  return zx_store_finish (self, statement, "ledger", error);
}

GPtrArray *
zx_store_ledger (ZxStore *self, GError **error)
{
  sqlite3_stmt *statement = zx_store_prepare (
      self, "SELECT time, stage, fingerprint, seconds, leaf, n FROM zx_ledger ORDER BY n", error);
  if (statement == NULL)
    return NULL;
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) zx_ledger_row_free);
  while (sqlite3_step (statement) == SQLITE_ROW)
    {
      /* The leaf is computed from the row, not believed: the head then speaks of the rows as they
       * are. */
      guint8 leaf[HASH_SIZE];
      ZxLedgerRow *row = g_new0 (ZxLedgerRow, 1);
      row->time = sqlite3_column_int64 (statement, 0);
      row->stage = g_strdup ((const char *) sqlite3_column_text (statement, 1));
      row->fingerprint = g_strdup ((const char *) sqlite3_column_text (statement, 2));
      row->seconds = sqlite3_column_double (statement, 3);
      g_autofree char *text = canonical_row (sqlite3_column_int64 (statement, 5),
                                             row->stage != NULL ? row->stage : "",
                                             row->fingerprint != NULL ? row->fingerprint : "");
      hash (0x00, text, strlen (text), NULL, 0, leaf);
      row->leaf = to_hex (leaf);
      g_ptr_array_add (rows, row);
    }
  sqlite3_finalize (statement);
  return rows;
}

char *
zx_store_ledger_head (ZxStore *self, GError **error)
{
  g_autoptr (GPtrArray) rows = zx_store_ledger (self, error);
  if (rows == NULL)
    return NULL;
  if (rows->len == 0) /* the hash of an empty text, RFC 6962 */
    return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) "", 0);
  g_autofree guint8 *leaves = g_malloc ((gsize) rows->len * HASH_SIZE);
  for (guint i = 0; i < rows->len; i++)
    {
      const ZxLedgerRow *row = g_ptr_array_index (rows, i);
      for (guint k = 0; k < HASH_SIZE; k++)
        leaves[i * HASH_SIZE + k] = (guint8) (g_ascii_xdigit_value (row->leaf[2 * k]) << 4
                                              | g_ascii_xdigit_value (row->leaf[2 * k + 1]));
    }
  guint8 root[HASH_SIZE];
  merkle (leaves, rows->len, root);
  return to_hex (root);
}
