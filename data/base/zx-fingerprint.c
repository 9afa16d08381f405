/* SPDX-License-Identifier: GPL-3.0-or-later */

/* SHA-256 over typed values.  Every value is preceded by one byte for its type, and texts and
 * arrays by their length, so that no two different sequences give the same stream of bytes. */

#include "data/base/zx-base.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

struct _ZxFingerprint
{
  GChecksum *sum;
};

static void
add_tag (ZxFingerprint *self, char tag, guint64 length)
{
  guint8 bytes[9] = { (guint8) tag };
  guint64 little = GUINT64_TO_LE (length);
  memcpy (bytes + 1, &little, 8);
  g_checksum_update (self->sum, bytes, sizeof bytes);
}

ZxFingerprint *
zx_fingerprint_new (const char *domain)
{
  ZxFingerprint *self = g_new0 (ZxFingerprint, 1);
  self->sum = g_checksum_new (G_CHECKSUM_SHA256);
  zx_fingerprint_add_text (self, domain);
  return self;
}

void
zx_fingerprint_free (ZxFingerprint *self)
{
  g_checksum_free (self->sum);
  g_free (self);
}

void
zx_fingerprint_add_text (ZxFingerprint *self, const char *text)
{
  gsize n = text != NULL ? strlen (text) : 0;
  add_tag (self, text != NULL ? 't' : '0', n);
  if (n > 0)
    g_checksum_update (self->sum, (const guchar *) text, (gssize) n);
}

void
zx_fingerprint_add_int (ZxFingerprint *self, gint64 value)
{
  add_tag (self, 'i', (guint64) value);
}

static guint64
canonical_bits (double value)
{
  if (isnan (value))
    value = NAN;
  if (value == 0)
    value = 0; /* -0.0 */
  guint64 bits;
  memcpy (&bits, &value, 8);
  if (isnan (value))
    bits = G_GUINT64_CONSTANT (0x7ff8000000000000);
  return bits;
}

void
zx_fingerprint_add_double (ZxFingerprint *self, double value)
{
  add_tag (self, 'd', canonical_bits (value));
}

void
zx_fingerprint_add_doubles (ZxFingerprint *self, const double *values, gsize n)
{
  guint64 block[512];
  add_tag (self, 'D', n);
  for (gsize i = 0; i < n;)
    {
      guint used = 0;
      for (; used < G_N_ELEMENTS (block) && i < n; used++, i++)
        block[used] = GUINT64_TO_LE (canonical_bits (values[i]));
      g_checksum_update (self->sum, (const guchar *) block, used * 8);
    }
}

void
zx_fingerprint_add_bytes (ZxFingerprint *self, gconstpointer bytes, gsize n)
{
  add_tag (self, 'b', n);
  if (n > 0)
    g_checksum_update (self->sum, bytes, (gssize) n);
}

char *
zx_fingerprint_finish (ZxFingerprint *self)
{
  return g_strdup (g_checksum_get_string (self->sum));
}

char *
zx_file_fingerprint (const char *path, const ZxProgress *progress, GError **error)
{
  int file = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  GStatBuf status;
  if (file < 0 || fstat (file, &status) != 0)
    {
      int saved = errno;
      if (file >= 0)
        close (file);
      g_set_error (error, ZX_ERROR, ZX_ERROR_IO, _ ("%s cannot be read: %s"), path,
                   g_strerror (saved));
      return NULL;
    }
  gsize size = 1 << 20, done = 0;
  g_autofree guchar *buffer = g_malloc (size);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gssize n;
  gboolean ok = TRUE;
  while ((n = read (file, buffer, size)) != 0)
    {
      if (n < 0)
        {
          if (errno == EINTR)
            continue;
          g_set_error (error, ZX_ERROR, ZX_ERROR_IO, _ ("%s cannot be read: %s"), path,
                       g_strerror (errno));
          ok = FALSE;
          break;
        }
      g_checksum_update (sum, buffer, n);
      done += (gsize) n;
      if (!zx_progress_step (progress, done, MAX (done, (gsize) status.st_size), error))
        {
          ok = FALSE;
          break;
        }
    }
  close (file);
  return ok ? g_strdup (g_checksum_get_string (sum)) : NULL;
}
