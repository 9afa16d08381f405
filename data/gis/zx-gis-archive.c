/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Gzip and zip, unpacked into memory under bounds that GDAL's own virtual file systems do not have:
 * a 292 KB archive of 300 MB of blanks kept them busy for half a minute (RELIABILITY.md §6, 10).
 *
 *   zip   … local header (30 bytes, name, extra, data) …   central directory   end record (22
 * bytes)
 *
 * Only the central directory is believed, and only after its numbers were checked against the size
 * of the file; data are inflated to at most the size it states.  ZIP64 and encrypted entries are
 * not read. */

#include "data/gis/zx-gis-private.h"

#include <glib/gstdio.h>
#include <zlib.h>

#define CHUNK          (1u << 20)
#define END_SIZE       22
#define CENTRAL_SIZE   46
#define LOCAL_SIZE     30
#define MAX_COMMENT    65535
#define CENTRAL_MAGIC  0x02014b50u
#define END_MAGIC      0x06054b50u
#define LOCAL_MAGIC    0x04034b50u
#define FLAG_ENCRYPTED 1

static gboolean
fail (GError **error, const char *path, const char *why)
{
  g_autofree char *name = g_path_get_basename (path);
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, "%s: %s", name, why);
  return FALSE;
}

static gboolean
is_bomb (guint64 inflated, guint64 packed)
{
  return inflated > ZX_GIS_MAX_INFLATED
         || (inflated > ZX_GIS_FREE_INFLATED && inflated / ZX_GIS_MAX_RATIO > packed);
}

/* ---- gzip --------------------------------------------------------------------------------- */

static GByte *
inflate_file (gzFile file, const char *path, guint64 packed, gsize *n, const ZxProgress *progress,
              GError **error)
{
  gsize size = CHUNK, used = 0;
  GByte *bytes = VSI_MALLOC_VERBOSE (size);
  while (bytes != NULL)
    {
      int status = Z_OK, got = gzread (file, bytes + used, (unsigned) MIN (size - used, 1u << 30));
      if (got == 0)
        gzerror (file, &status);
      if (got < 0 || status == Z_BUF_ERROR)
        {
          fail (error, path, _ ("the gzip data are damaged; copy or download the file again"));
          break;
        }
      if (got == 0)
        {
          *n = used;
          return bytes;
        }
      used += (gsize) got;
      if (is_bomb (used, packed))
        {
          fail (error, path,
                _ ("the packed data grow beyond every plausible size; unpack the file "
                   "yourself if you trust it"));
          break;
        }
      if (zx_progress_is_stopped (progress) && !zx_progress_step (progress, 0, 1, error))
        break;
      if (used == size)
        {
          GByte *larger = VSI_REALLOC_VERBOSE (bytes, size * 2);
          if (larger == NULL)
            {
              fail (error, path, _ ("there is not enough memory to unpack it"));
              break;
            }
          bytes = larger;
          size *= 2;
        }
    }
  VSIFree (bytes);
  return NULL;
}

GByte *
zx_gis_inflate_gzip (const char *path, gsize *n, const ZxProgress *progress, GError **error)
{
  GStatBuf info;
  gzFile file = g_stat (path, &info) == 0 ? gzopen (path, "rb") : NULL;
  if (file == NULL)
    {
      fail (error, path, _ ("the file cannot be opened"));
      return NULL;
    }
  gzbuffer (file, 1 << 18);
  GByte *bytes = inflate_file (file, path, (guint64) info.st_size, n, progress, error);
  gzclose (file);
  return bytes;
}

/* ---- zip ---------------------------------------------------------------------------------- */

static guint16
get_16 (const guint8 *p)
{
  return (guint16) (p[0] | p[1] << 8);
}

static guint32
get_32 (const guint8 *p)
{
  return (guint32) p[0] | (guint32) p[1] << 8 | (guint32) p[2] << 16 | (guint32) p[3] << 24;
}

static void
clear_entry (gpointer data)
{
  g_free (((ZxGisEntry *) data)->name);
}

/* Names that stay below the archive's root; the others are not unpacked. */
static gboolean
is_harmless (const char *name)
{
  if (*name == '\0' || *name == '/' || strchr (name, '\\') != NULL || strchr (name, ':') != NULL)
    return FALSE;
  g_auto (GStrv) parts = g_strsplit (name, "/", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (strcmp (parts[i], "..") == 0 || strcmp (parts[i], ".") == 0)
      return FALSE;
  return !g_str_has_suffix (name, "/") && !g_str_has_prefix (name, "__MACOSX/");
}

/* A name without the UTF-8 flag is often GBK in China; it only has to be readable and unique. */
static char *
entry_name (const guint8 *bytes, gsize n)
{
  if (g_utf8_validate ((const char *) bytes, (gssize) n, NULL))
    return g_strndup ((const char *) bytes, n);
  char *converted
      = g_convert ((const char *) bytes, (gssize) n, "UTF-8", "GB18030", NULL, NULL, NULL);
  return converted != NULL ? converted : g_utf8_make_valid ((const char *) bytes, (gssize) n);
}

static gboolean
read_at (FILE *file, guint64 offset, gpointer buffer, gsize n)
{
  return fseeko (file, (off_t) offset, SEEK_SET) == 0 && fread (buffer, 1, n, file) == n;
}

/* The last end record whose comment reaches exactly to the end of the file. */
static const guint8 *
find_end_record (const guint8 *tail, gsize n)
{
  for (gsize back = END_SIZE; back <= n; back++)
    {
      const guint8 *p = tail + n - back;
      if (get_32 (p) == END_MAGIC && (gsize) get_16 (p + 20) + END_SIZE == back)
        return p;
    }
  return NULL;
}

static gboolean
parse_directory (const guint8 *p, gsize n, guint64 file_size, GArray *entries, const char *path,
                 GError **error)
{
  guint64 total = 0;
  for (const guint8 *end = p + n; p < end;)
    {
      if ((gsize) (end - p) < CENTRAL_SIZE || get_32 (p) != CENTRAL_MAGIC)
        return fail (error, path, _ ("the archive's list of files is damaged"));
      gsize name_length = get_16 (p + 28);
      gsize whole = CENTRAL_SIZE + name_length + get_16 (p + 30) + get_16 (p + 32);
      if ((gsize) (end - p) < whole)
        return fail (error, path, _ ("the archive's list of files is damaged"));
      g_autofree char *name = entry_name (p + CENTRAL_SIZE, name_length);
      ZxGisEntry entry
          = { NULL, get_32 (p + 42), get_32 (p + 20), get_32 (p + 24), get_16 (p + 10) };
      total += entry.inflated;
      if (entries->len >= ZX_GIS_MAX_ENTRIES)
        return fail (error, path, _ ("the archive holds more than 10000 files"));
      if (is_bomb (total, file_size))
        return fail (error, path,
                     _ ("the packed data grow beyond every plausible size; unpack the "
                        "file yourself if you trust it"));
      if (is_harmless (name) && !(get_16 (p + 8) & FLAG_ENCRYPTED)
          && (entry.method == 0 || entry.method == Z_DEFLATED)
          && entry.offset + entry.packed <= file_size)
        {
          entry.name = g_steal_pointer (&name);
          g_array_append_val (entries, entry);
        }
      p += whole;
    }
  return TRUE;
}

static GArray *
list_entries (FILE *file, guint64 size, const char *path, GError **error)
{
  gsize n_tail = (gsize) MIN (size, END_SIZE + MAX_COMMENT);
  g_autofree guint8 *tail = g_malloc (n_tail);
  const guint8 *end = read_at (file, size - n_tail, tail, n_tail) && n_tail >= END_SIZE
                          ? find_end_record (tail, n_tail)
                          : NULL;
  if (end == NULL)
    {
      fail (error, path, _ ("the zip archive has no end; copy or download the file again"));
      return NULL;
    }
  gsize n = get_32 (end + 12);
  guint64 offset = get_32 (end + 16);
  if (offset + n > size)
    {
      fail (error, path, _ ("the archive's list of files is damaged"));
      return NULL;
    }
  g_autofree guint8 *directory = zx_try_new (n, 1, path, error);
  if (directory == NULL)
    return NULL;
  GArray *entries = g_array_new (FALSE, FALSE, sizeof (ZxGisEntry));
  g_array_set_clear_func (entries, clear_entry);
  if (read_at (file, offset, directory, n)
      && parse_directory (directory, n, size, entries, path, error))
    return entries;
  g_array_unref (entries);
  if (error != NULL && *error == NULL)
    fail (error, path, _ ("the archive's list of files is damaged"));
  return NULL;
}

GArray *
zx_gis_zip_list (const char *path, GError **error)
{
  GStatBuf info;
  FILE *file = g_stat (path, &info) == 0 ? g_fopen (path, "rb") : NULL;
  if (file == NULL)
    {
      fail (error, path, _ ("the file cannot be opened"));
      return NULL;
    }
  GArray *entries = list_entries (file, (guint64) info.st_size, path, error);
  fclose (file);
  return entries;
}

static gboolean
inflate_bytes (const guint8 *packed, gsize n_packed, GByte *bytes, gsize n)
{
  z_stream stream = { .next_in = (Bytef *) packed,
                      .avail_in = (uInt) n_packed,
                      .next_out = bytes,
                      .avail_out = (uInt) n };
  if (inflateInit2 (&stream, -MAX_WBITS) != Z_OK)
    return FALSE;
  int status = inflate (&stream, Z_FINISH);
  gboolean is_whole = status == Z_STREAM_END && stream.avail_out == 0;
  inflateEnd (&stream);
  return is_whole;
}

static gboolean
unpack (FILE *file, const ZxGisEntry *entry, GByte *bytes)
{
  guint8 local[LOCAL_SIZE];
  if (!read_at (file, entry->offset, local, sizeof local) || get_32 (local) != LOCAL_MAGIC)
    return FALSE;
  guint64 begin = entry->offset + LOCAL_SIZE + get_16 (local + 26) + get_16 (local + 28);
  if (entry->method == 0)
    return entry->packed == entry->inflated && read_at (file, begin, bytes, entry->inflated);
  g_autofree guint8 *packed = g_try_malloc (MAX (entry->packed, 1));
  return packed != NULL && read_at (file, begin, packed, entry->packed)
         && inflate_bytes (packed, entry->packed, bytes, entry->inflated);
}

GByte *
zx_gis_zip_inflate (const char *path, const ZxGisEntry *entry, gsize *n, GError **error)
{
  FILE *file = g_fopen (path, "rb");
  GByte *bytes = file != NULL ? VSI_MALLOC_VERBOSE (MAX (entry->inflated, 1)) : NULL;
  if (bytes == NULL || !unpack (file, entry, bytes))
    {
      g_autofree char *why
          = g_strdup_printf (_ ("the entry %s of the archive is damaged"), entry->name);
      fail (error, path, why);
      VSIFree (bytes);
      bytes = NULL;
    }
  if (file != NULL)
    fclose (file);
  *n = entry->inflated;
  return bytes;
}
