/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Values as bytes and back.
 *
 *   text  what          so that a blob of one kind is not read as another
 *   int   version
 *   …     values, each: 1 byte type, then
 *           'i' 8 bytes little-endian     'd' 8 bytes IEEE 754 little-endian
 *           't' 8 bytes length, bytes     'n' nothing (NULL text)
 *           'a' 8 bytes count, 8 bytes item size, items
 *
 * Arrays are written as they lie in memory, so a blob is read on the kind of machine that wrote it
 * or refused: Zhixing runs on little-endian machines only, which the build asserts. */

#include "data/store/zx-store.h"

G_STATIC_ASSERT (G_BYTE_ORDER == G_LITTLE_ENDIAN);

struct _ZxWriter
{
  GByteArray *bytes;
};

static void
put (ZxWriter *self, guint8 type, gconstpointer value, gsize n)
{
  g_byte_array_append (self->bytes, &type, 1);
  if (n > 0)
    g_byte_array_append (self->bytes, value, (guint) n);
}

ZxWriter *
zx_writer_new (const char *what, guint version)
{
  ZxWriter *self = g_new0 (ZxWriter, 1);
  self->bytes = g_byte_array_new ();
  zx_writer_text (self, what);
  zx_writer_int (self, version);
  return self;
}

void
zx_writer_int (ZxWriter *self, gint64 value)
{
  put (self, 'i', &value, sizeof value);
}

void
zx_writer_double (ZxWriter *self, double value)
{
  put (self, 'd', &value, sizeof value);
}

void
zx_writer_text (ZxWriter *self, const char *value)
{
  if (value == NULL)
    {
      put (self, 'n', NULL, 0);
      return;
    }
  guint64 n = strlen (value);
  put (self, 't', &n, sizeof n);
  g_byte_array_append (self->bytes, (const guint8 *) value, (guint) n);
}

void
zx_writer_array (ZxWriter *self, gconstpointer values, gsize n, gsize item_size)
{
  guint64 header[2] = { values != NULL ? n : 0, item_size };
  put (self, 'a', header, sizeof header);
  const guint8 *at = values;
  for (gsize rest = values != NULL ? n * item_size : 0; rest > 0;)
    {
      guint piece = (guint) MIN (rest, 1u << 30);
      g_byte_array_append (self->bytes, at, piece);
      at += piece;
      rest -= piece;
    }
}

GBytes *
zx_writer_finish (ZxWriter *self)
{
  GBytes *bytes = g_byte_array_free_to_bytes (self->bytes);
  g_free (self);
  return bytes;
}

/* Moves past @n bytes and returns where they are; NULL and failed when there are fewer. */
static const guint8 *
take (ZxReader *self, gsize n)
{
  if (self->failed || (gsize) (self->end - self->at) < n)
    {
      self->failed = TRUE;
      return NULL;
    }
  const guint8 *at = self->at;
  self->at += n;
  return at;
}

static gboolean
take_type (ZxReader *self, guint8 type)
{
  const guint8 *at = take (self, 1);
  if (at == NULL || *at != type)
    self->failed = TRUE;
  return !self->failed;
}

static guint64
take_u64 (ZxReader *self)
{
  guint64 value = 0;
  const guint8 *at = take (self, sizeof value);
  if (at != NULL)
    memcpy (&value, at, sizeof value);
  return value;
}

gint64
zx_reader_int (ZxReader *self)
{
  return take_type (self, 'i') ? (gint64) take_u64 (self) : 0;
}

double
zx_reader_double (ZxReader *self)
{
  double value = 0;
  guint64 bits = take_type (self, 'd') ? take_u64 (self) : 0;
  memcpy (&value, &bits, sizeof value);
  return self->failed ? 0 : value;
}

char *
zx_reader_text (ZxReader *self)
{
  if (!self->failed && self->at < self->end && *self->at == 'n')
    {
      self->at++;
      return NULL;
    }
  guint64 n = take_type (self, 't') ? take_u64 (self) : 0;
  const guint8 *at = take (self, n);
  if (at == NULL || !g_utf8_validate_len ((const char *) at, n, NULL))
    {
      self->failed = TRUE;
      return NULL;
    }
  return g_strndup ((const char *) at, n);
}

gpointer
zx_reader_array (ZxReader *self, gsize *n, gsize item_size)
{
  gsize bytes = 0;
  *n = take_type (self, 'a') ? take_u64 (self) : 0;
  guint64 stored_size = take_u64 (self);
  if (self->failed || stored_size != item_size || !g_size_checked_mul (&bytes, *n, item_size))
    self->failed = TRUE;
  const guint8 *at = self->failed ? NULL : take (self, bytes);
  if (at == NULL)
    {
      *n = 0;
      return NULL;
    }
  gpointer values = g_try_malloc (MAX (bytes, 1));
  if (values == NULL)
    self->failed = TRUE;
  else if (bytes > 0)
    memcpy (values, at, bytes);
  return values;
}

gboolean
zx_reader_init (ZxReader *self, GBytes *bytes, const char *what, guint max_version, GError **error)
{
  gsize n;
  self->at = g_bytes_get_data (bytes, &n);
  self->end = self->at + n;
  self->failed = FALSE;
  g_autofree char *found = zx_reader_text (self);
  self->version = (guint) zx_reader_int (self);
  if (self->failed || g_strcmp0 (found, what) != 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The stored “%s” is damaged; run the stage that makes it again"), what);
      return FALSE;
    }
  if (self->version > max_version)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The stored “%s” has format %u, but this version of Zhixing reads up to %u; "
                      "use a newer version"),
                   what, self->version, max_version);
      return FALSE;
    }
  return TRUE;
}

gboolean
zx_reader_finish (ZxReader *self, GError **error)
{
  if (!self->failed && self->at == self->end)
    return TRUE;
  g_set_error_literal (error, ZX_ERROR, ZX_ERROR_INVALID,
                       _ ("A stored result is damaged; run the stage that makes it again"));
  return FALSE;
}
