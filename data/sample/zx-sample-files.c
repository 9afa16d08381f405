/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writers that stream.  A gzip member's header holds ten bytes (RFC 1952): magic, deflate, no
 * flags, time 0, no extra flags, system 255 "unknown", so that equal rows give equal bytes
 * everywhere. */

#include "data/sample/zx-sample-private.h"

#include <stdio.h>
#include <zlib.h>

#define BUFFER_SIZE (256 * 1024)

struct _SampleFile
{
  char *path, *temporary;
  FILE *file;
  gboolean is_gzip;
  z_stream stream;
  guint32 crc, size;
  guint8 *buffer;
};

static gboolean
fail_to_write (const SampleFile *self, GError **error)
{
  g_set_error (error, ZX_ERROR, ZX_ERROR_IO, _ ("%s cannot be written: %s"), self->path,
               g_strerror (errno));
  return FALSE;
}

static void
append_little_endian (guint8 *bytes, guint32 value)
{
  for (guint i = 0; i < 4; i++)
    bytes[i] = (guint8) (value >> (8 * i));
}

static gboolean
begin_gzip (SampleFile *self, GError **error)
{
  static const guint8 header[10] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255 };
  self->buffer = g_malloc (BUFFER_SIZE);
  self->crc = (guint32) crc32 (0, NULL, 0);
  if (deflateInit2 (&self->stream, Z_BEST_SPEED, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY)
      != Z_OK)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_IO, _ ("%s cannot be compressed"), self->path);
      return FALSE;
    }
  self->is_gzip = TRUE;
  return fwrite (header, 1, sizeof header, self->file) == sizeof header
         || fail_to_write (self, error);
}

SampleFile *
zx_sample_file_new (const char *folder, const char *name, GError **error)
{
  g_autoptr (SampleFile) self = g_new0 (SampleFile, 1);
  self->path = g_build_filename (folder, name, NULL);
  self->temporary = zx_file_begin (self->path, error);
  if (self->temporary == NULL)
    return NULL;
  self->file = fopen (self->temporary, "wxe");
  if (self->file == NULL)
    {
      fail_to_write (self, error);
      g_clear_pointer (&self->temporary, g_free);
      return NULL;
    }
  if (g_str_has_suffix (name, ".gz") && !begin_gzip (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

static gboolean
deflate_more (SampleFile *self, const char *bytes, gsize n, int flush, GError **error)
{
  self->stream.next_in = (Bytef *) bytes;
  self->stream.avail_in = (uInt) n;
  do
    {
      self->stream.next_out = self->buffer;
      self->stream.avail_out = BUFFER_SIZE;
      deflate (&self->stream, flush);
      gsize ready = BUFFER_SIZE - self->stream.avail_out;
      if (fwrite (self->buffer, 1, ready, self->file) != ready)
        return fail_to_write (self, error);
    }
  while (self->stream.avail_out == 0);
  return TRUE;
}

gboolean
zx_sample_file_write (SampleFile *self, const char *bytes, gsize n, GError **error)
{
  if (!self->is_gzip)
    return fwrite (bytes, 1, n, self->file) == n || fail_to_write (self, error);
  const gsize most = 1 << 30; /* zlib counts in 32 bits */
  for (gsize done = 0; done < n; done += most)
    {
      gsize part = MIN (n - done, most);
      self->crc = (guint32) crc32 (self->crc, (const Bytef *) bytes + done, (uInt) part);
      self->size += (guint32) part;
      if (!deflate_more (self, bytes + done, part, Z_NO_FLUSH, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
zx_sample_file_flush (SampleFile *self, GString *text, GError **error)
{
  gboolean ok = zx_sample_file_write (self, text->str, text->len, error);
  g_string_truncate (text, 0);
  return ok;
}

static gboolean
finish_gzip (SampleFile *self, GError **error)
{
  guint8 trailer[8];
  if (!deflate_more (self, NULL, 0, Z_FINISH, error))
    return FALSE;
  append_little_endian (trailer, self->crc);
  append_little_endian (trailer + 4, self->size);
  return fwrite (trailer, 1, sizeof trailer, self->file) == sizeof trailer
         || fail_to_write (self, error);
}

gboolean
zx_sample_file_close (SampleFile *self, GError **error)
{
  gboolean ok = !self->is_gzip || finish_gzip (self, error);
  if (fclose (self->file) != 0 && ok)
    ok = fail_to_write (self, error);
  self->file = NULL;
  if (ok)
    {
      ok = zx_file_commit (self->temporary, self->path, error);
      g_clear_pointer (&self->temporary, g_free);
    }
  zx_sample_file_abandon (self);
  return ok;
}

void
zx_sample_file_abandon (SampleFile *self)
{
  if (self == NULL)
    return;
  if (self->is_gzip)
    deflateEnd (&self->stream);
  if (self->file != NULL)
    fclose (self->file);
  zx_file_abandon (self->temporary);
  g_free (self->temporary);
  g_free (self->path);
  g_free (self->buffer);
  g_free (self);
}

/* ---- text --------------------------------------------------------------------------------- */

void
zx_sample_append_fixed (GString *text, double value, guint decimals)
{
  static const double powers[] = { 1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9 };
  char digits[32];
  guint n = sizeof digits;
  if (!isfinite (value))
    return;
  double scaled = floor (fabs (value) * powers[decimals] + 0.5);
  guint64 whole = (guint64) MIN (scaled, 9e18);
  gboolean is_negative = value < 0 && whole > 0;
  for (guint i = 0; i <= decimals || whole > 0; i++)
    {
      if (i == decimals && decimals > 0)
        digits[--n] = '.';
      digits[--n] = (char) ('0' + whole % 10);
      whole /= 10;
    }
  if (is_negative)
    digits[--n] = '-';
  g_string_append_len (text, digits + n, (gssize) (sizeof digits - n));
}

void
zx_sample_append_lonlat (GString *text, const SampleWorld *world, double x, double y)
{
  double lon, lat;
  zx_sample_world_lonlat (world, x, y, &lon, &lat);
  zx_sample_append_fixed (text, lon, 7);
  g_string_append_c (text, ',');
  zx_sample_append_fixed (text, lat, 7);
}

void
zx_sample_append_json (GString *text, const char *value)
{
  g_string_append_c (text, '"');
  for (const char *p = value; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_c (text, '\\');
      g_string_append_c (text, *p);
    }
  g_string_append_c (text, '"');
}

/* ---- areas -------------------------------------------------------------------------------- */

static void
append_ring (GString *text, const SampleWorld *world, const GArray *ring)
{
  g_string_append_c (text, '[');
  for (guint i = 0; i <= ring->len; i++)
    {
      SamplePoint p = *SAMPLE_POINT (ring, i % ring->len);
      g_string_append (text, i == 0 ? "[" : ",[");
      zx_sample_append_lonlat (text, world, p.x, p.y);
      g_string_append_c (text, ']');
    }
  g_string_append_c (text, ']');
}

gboolean
zx_sample_write_areas (const SampleWorld *world, const SampleAreas *areas, const char *folder,
                       const char *file, const char *kind_property, GError **error)
{
  g_autoptr (SampleFile) out = zx_sample_file_new (folder, file, error);
  g_autoptr (GString) text = g_string_new ("{\"type\":\"FeatureCollection\",\"features\":[\n");
  if (out == NULL)
    return FALSE;
  for (guint i = 0; i < areas->list->len; i++)
    {
      const SampleArea *area = areas->list->pdata[i];
      g_string_append (text, i == 0 ? "{\"type\":\"Feature\",\"properties\":{\"name\":"
                                    : ",\n{\"type\":\"Feature\",\"properties\":{\"name\":");
      zx_sample_append_json (text, area->name != NULL ? area->name : "");
      if (kind_property != NULL)
        {
          g_string_append_printf (text, ",\"%s\":", kind_property);
          zx_sample_append_json (text, area->kind != NULL ? area->kind : "");
        }
      g_string_append (text, "},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[");
      for (guint r = 0; r < area->rings->len; r++)
        {
          if (r > 0)
            g_string_append_c (text, ',');
          append_ring (text, world, area->rings->pdata[r]);
        }
      g_string_append (text, "]}}");
      if (text->len > 1 << 20 && !zx_sample_file_flush (out, text, error))
        return FALSE;
    }
  g_string_append (text, "\n]}\n");
  if (!zx_sample_file_flush (out, text, error))
    return FALSE;
  return zx_sample_file_close (g_steal_pointer (&out), error);
}
