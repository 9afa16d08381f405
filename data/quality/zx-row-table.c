/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/quality/zx-row-table.h"

#include <string.h>

#define MOST_EXPECTED ((gsize) 1 << 24) /* a promise is no reason to take all memory */

void
zx_row_table_init (ZxRowTable *self, gsize n_expected)
{
  self->mask = 255;
  while (self->mask < 2 * MIN (n_expected, MOST_EXPECTED))
    self->mask = self->mask * 2 + 1;
  self->n = 0;
  self->hash = g_new0 (guint64, self->mask + 1);
  self->row = g_new (gsize, self->mask + 1);
}

void
zx_row_table_clear (ZxRowTable *self)
{
  g_free (self->hash);
  g_free (self->row);
  self->hash = NULL;
  self->row = NULL;
}

static gsize
slot_of (const ZxRowTable *self, guint64 hash)
{
  gsize slot = (gsize) (hash ^ (hash >> 29)) & self->mask;
  while (self->hash[slot] != 0 && self->hash[slot] != hash)
    slot = (slot + 1) & self->mask;
  return slot;
}

static void
grow (ZxRowTable *self)
{
  ZxRowTable larger = { NULL, NULL, self->mask * 2 + 1, self->n };
  larger.hash = g_new0 (guint64, larger.mask + 1);
  larger.row = g_new (gsize, larger.mask + 1);
  for (gsize i = 0; i <= self->mask; i++)
    if (self->hash[i] != 0)
      {
        gsize slot = slot_of (&larger, self->hash[i]);
        larger.hash[slot] = self->hash[i];
        larger.row[slot] = self->row[i];
      }
  zx_row_table_clear (self);
  *self = larger;
}

gssize
zx_row_table_first (ZxRowTable *self, guint64 hash, gsize row)
{
  hash = hash != 0 ? hash : 1;
  gsize slot = slot_of (self, hash);
  if (self->hash[slot] == hash)
    return (gssize) self->row[slot];
  self->hash[slot] = hash;
  self->row[slot] = row;
  if (++self->n * 2 > self->mask)
    grow (self);
  return -1;
}

/* Eight bytes at a time, mixed as in MurmurHash3's finaliser. */
static guint64
mix (guint64 hash, guint64 word)
{
  hash ^= word;
  hash *= G_GUINT64_CONSTANT (0xff51afd7ed558ccd);
  hash ^= hash >> 33;
  hash *= G_GUINT64_CONSTANT (0xc4ceb9fe1a85ec53);
  return hash ^ (hash >> 29);
}

guint64
zx_hash_bytes (guint64 hash, gconstpointer bytes, gsize n)
{
  const guint8 *p = bytes;
  hash = mix (hash, n);
  for (; n >= 8; p += 8, n -= 8)
    {
      guint64 word;
      memcpy (&word, p, sizeof word);
      hash = mix (hash, word);
    }
  guint64 rest = 0;
  memcpy (&rest, p, n);
  return mix (hash, rest);
}

guint64
zx_hash_double (guint64 hash, double value)
{
  guint64 bits;
  value = value == 0 ? 0 : value; /* -0 is 0 */
  memcpy (&bits, &value, sizeof bits);
  return mix (hash, bits);
}

guint64
zx_hash_text (guint64 hash, const char *text)
{
  return zx_hash_bytes (hash, text, strlen (text));
}
