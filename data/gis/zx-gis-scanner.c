/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Separated text in one streaming pass over a megabyte of buffer (RFC 4180, forgiving).
 *
 * A quote opens a quoted cell only as its first byte and closes it only before a separator, a line
 * end or the end of the file; a quote without such a partner within a megabyte is a letter, so that
 * one stray quote does not swallow the rest of the file.  Bytes are not decoded here: in UTF-8,
 * GB18030 and the Western single-byte sets the second byte of a character is never one of
 * , ; TAB " CR LF (in GB18030 it can be '|': such a file with '|' as separator is cut wrongly). */

#include "data/gis/zx-gis-scanner.h"

#include <glib/gstdio.h>
#include <zlib.h>

#define BUFFER_BYTES     (1u << 20)
#define MAX_QUOTED_BYTES (1u << 20)
#define MAX_RECORD_BYTES (256u << 20)
#define PEEK_BYTES       (256u << 10)

struct _ZxGisScanner
{
  char *path;
  VSILFILE *file;
  gzFile gzip;
  const char *bytes; /* memory: borrowed, or owned_bytes */
  char *owned_bytes;
  gsize n_bytes, bytes_taken;
  guint64 packed_size, n_read;
  ZxGisRecordFormat format;
  char *buffer;
  gsize size, begin, end; /* unread bytes are buffer[begin … end) */
  gboolean is_at_end;     /* of the source */
  ZxGisCell *cells;
  guint n_cells, cells_size;
  gboolean has_odd_quote;
};

static gboolean
fail (const ZxGisScanner *self, GError **error, const char *why)
{
  g_autofree char *name = g_path_get_basename (self->path != NULL ? self->path : "table");
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, "%s: %s", name, why);
  return FALSE;
}

/* ---- the source --------------------------------------------------------------------------- */

static gssize
read_source (ZxGisScanner *self, char *to, gsize n)
{
  if (self->gzip != NULL)
    {
      int status = Z_OK, got = gzread (self->gzip, to, (unsigned) MIN (n, 1u << 30));
      if (got == 0)
        gzerror (self->gzip, &status);
      return status == Z_BUF_ERROR ? -1 : got; /* the file ends inside the data */
    }
  if (self->file != NULL)
    return (gssize) VSIFReadL (to, 1, n, self->file);
  n = MIN (n, self->n_bytes - self->bytes_taken);
  memcpy (to, self->bytes + self->bytes_taken, n);
  self->bytes_taken += n;
  return (gssize) n;
}

static gboolean
is_bomb (const ZxGisScanner *self)
{
  return self->gzip != NULL && self->n_read > ZX_GIS_FREE_INFLATED
         && self->n_read / ZX_GIS_MAX_RATIO > self->packed_size;
}

/* Keeps the unread bytes and adds more behind them. */
static gboolean
refill (ZxGisScanner *self, GError **error)
{
  memmove (self->buffer, self->buffer + self->begin, self->end - self->begin);
  self->end -= self->begin;
  self->begin = 0;
  if (self->end == self->size)
    {
      char *larger
          = self->size < MAX_RECORD_BYTES ? g_try_realloc (self->buffer, self->size * 2) : NULL;
      if (larger == NULL)
        return fail (self, error, _ ("one line is longer than 256 MB; this is no table"));
      self->buffer = larger;
      self->size *= 2;
    }
  gssize n = read_source (self, self->buffer + self->end, self->size - self->end);
  if (n < 0)
    return fail (self, error, _ ("the gzip data are damaged; copy or download the file again"));
  self->is_at_end = n == 0;
  self->end += (gsize) n;
  self->n_read += (guint64) n;
  if (is_bomb (self))
    return fail (self, error,
                 _ ("the packed data grow beyond every plausible size; unpack the file yourself "
                    "if you trust it"));
  return TRUE;
}

/* A spreadsheet's "Unicode text" is UTF-16; it is rewritten in memory once. */
static gboolean
decode_utf_16 (ZxGisScanner *self, GError **error)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  do
    {
      if (all->len > MAX_RECORD_BYTES)
        return fail (self, error, _ ("UTF-16 text of more than 256 MB; save it as UTF-8"));
      g_byte_array_append (all, (guint8 *) self->buffer + self->begin,
                           (guint) (self->end - self->begin));
      self->begin = self->end;
      if (!refill (self, error))
        return FALSE;
    }
  while (!self->is_at_end);
  gsize n = 0;
  char *text
      = g_convert ((const char *) all->data, all->len & ~1u, "UTF-8", "UTF-16", NULL, &n, NULL);
  if (text == NULL)
    return fail (self, error, _ ("the text is marked as UTF-16 but is not; save it as UTF-8"));
  g_free (self->owned_bytes);
  self->bytes = self->owned_bytes = text;
  self->n_bytes = n;
  g_clear_pointer (&self->gzip, gzclose);
  if (self->file != NULL)
    VSIFCloseL (self->file);
  self->file = NULL;
  return zx_gis_scanner_rewind (self, error);
}

static gboolean
begin (ZxGisScanner *self, GError **error)
{
  self->begin = self->end = 0;
  self->n_read = 0;
  self->is_at_end = FALSE;
  while (!self->is_at_end && self->end < PEEK_BYTES)
    if (!refill (self, error))
      return FALSE;
  const char *p = self->buffer;
  if (self->end >= 3 && memcmp (p, "\xef\xbb\xbf", 3) == 0)
    self->begin = 3;
  else if (self->end >= 2 && self->owned_bytes == NULL
           && (memcmp (p, "\xff\xfe", 2) == 0 || memcmp (p, "\xfe\xff", 2) == 0))
    return decode_utf_16 (self, error);
  return TRUE;
}

static ZxGisScanner *
allocate (void)
{
  ZxGisScanner *self = g_new0 (ZxGisScanner, 1);
  self->size = BUFFER_BYTES;
  self->buffer = g_malloc (self->size);
  self->format = (ZxGisRecordFormat){ ',', FALSE };
  return self;
}

ZxGisScanner *
zx_gis_scanner_new (const ZxGisMember *member, GError **error)
{
  g_autoptr (ZxGisScanner) self = allocate ();
  GStatBuf info;
  self->path = g_strdup (member->path);
  if (member->is_gzip)
    self->gzip = gzopen (member->path, "rb");
  else
    self->file = VSIFOpenL (member->path, "rb");
  if (self->gzip == NULL && self->file == NULL)
    {
      fail (self, error, _ ("the file cannot be opened"));
      return NULL;
    }
  if (self->gzip != NULL)
    {
      gzbuffer (self->gzip, 1 << 18);
      self->packed_size = g_stat (member->path, &info) == 0 ? (guint64) info.st_size : 0;
    }
  else if (VSIFSeekL (self->file, 0, SEEK_END) == 0)
    {
      self->packed_size = VSIFTellL (self->file);
      VSIRewindL (self->file);
    }
  return begin (self, error) ? g_steal_pointer (&self) : NULL;
}

ZxGisScanner *
zx_gis_scanner_new_for_bytes (const char *bytes, gsize n)
{
  ZxGisScanner *self = allocate ();
  self->bytes = bytes;
  self->n_bytes = n;
  begin (self, NULL);
  return self;
}

void
zx_gis_scanner_free (ZxGisScanner *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->gzip, gzclose);
  if (self->file != NULL)
    VSIFCloseL (self->file);
  g_free (self->path);
  g_free (self->owned_bytes);
  g_free (self->buffer);
  g_free (self->cells);
  g_free (self);
}

gboolean
zx_gis_scanner_rewind (ZxGisScanner *self, GError **error)
{
  self->bytes_taken = 0;
  gboolean is_back = self->gzip != NULL   ? gzrewind (self->gzip) == 0
                     : self->file != NULL ? VSIFSeekL (self->file, 0, SEEK_SET) == 0
                                          : TRUE;
  return is_back ? begin (self, error) : fail (self, error, _ ("the file cannot be read twice"));
}

const char *
zx_gis_scanner_peek (ZxGisScanner *self, gsize *n)
{
  *n = self->end - self->begin;
  return self->buffer + self->begin;
}

void
zx_gis_scanner_set_format (ZxGisScanner *self, ZxGisRecordFormat format)
{
  self->format = format;
}

/* ---- records ------------------------------------------------------------------------------ */

static ZxGisCell *
add_cell (ZxGisScanner *self)
{
  if (self->n_cells == self->cells_size)
    {
      self->cells_size = MAX (self->cells_size * 2, 64);
      self->cells = g_renew (ZxGisCell, self->cells, self->cells_size);
    }
  return &self->cells[self->n_cells++];
}

typedef enum
{
  WHOLE,
  NEEDS_MORE, /* the buffer ends inside the record */
  TOO_WIDE,
} Outcome;

/* The byte behind the closing quote of the cell whose text begins at @p; NULL: there is none, or
 * (with @needs_more) the buffer ends before it can be told. */
static char *
closing_quote (const ZxGisScanner *self, char *p, gboolean *needs_more)
{
  char *end = self->buffer + self->end, *start = p;
  while (p < end && p - start < MAX_QUOTED_BYTES)
    {
      p = memchr (p, '"', (gsize) (end - p));
      if (p == NULL || p + 1 == end)
        {
          *needs_more = !self->is_at_end && end - start < MAX_QUOTED_BYTES;
          return p != NULL && !*needs_more && self->is_at_end ? p + 1 : NULL;
        }
      if (p[1] == '"')
        {
          p += 2;
          continue;
        }
      gboolean closes = p[1] == self->format.separator || p[1] == '\n' || p[1] == '\r';
      return closes ? p + 1 : NULL;
    }
  *needs_more = p >= end && !self->is_at_end && end - start < MAX_QUOTED_BYTES;
  return NULL;
}

/* Pairs of quotes become one; done when the whole record is in the buffer. */
static void
unescape (ZxGisCell *cell)
{
  char *to = memchr (cell->text, '"', cell->n), *end = cell->text + cell->n;
  if (to == NULL)
    return;
  for (char *from = to; from < end; from++)
    {
      *to++ = *from;
      from += *from == '"' && from + 1 < end && from[1] == '"';
    }
  cell->n = (gsize) (to - cell->text);
}

/* Skips to the byte that ends an unquoted cell: separator or line end, or the buffer's end. */
static inline char *
cell_end (char *p, const char *end, char separator, char line_end)
{
  while (p < end && *p != separator && *p != line_end)
    p++;
  return p;
}

static Outcome
scan_record (ZxGisScanner *self, gsize *next)
{
  char *p = self->buffer + self->begin, *end = self->buffer + self->end;
  const char separator = self->format.separator, line_end = self->format.ends_with_cr ? '\r' : '\n';
  self->n_cells = 0;
  self->has_odd_quote = FALSE;
  for (;;)
    {
      if (self->n_cells == ZX_GIS_MAX_COLUMNS)
        return TOO_WIDE;
      ZxGisCell *cell = add_cell (self);
      *cell = (ZxGisCell){ p, 0, FALSE };
      gboolean needs_more = FALSE;
      char *behind = p < end && *p == '"' ? closing_quote (self, p + 1, &needs_more) : NULL;
      if (needs_more)
        return NEEDS_MORE;
      if (behind != NULL)
        {
          *cell = (ZxGisCell){ p + 1, (gsize) (behind - 1 - (p + 1)), TRUE };
          p = cell_end (behind, end, separator, line_end); /* a CR may stand before the LF */
        }
      else
        {
          self->has_odd_quote = self->has_odd_quote || (p < end && *p == '"');
          p = cell_end (p, end, separator, line_end);
          cell->n = (gsize) (p - cell->text);
        }
      if (p == end && !self->is_at_end)
        return NEEDS_MORE;
      if (p == end || *p == line_end)
        {
          if (!cell->is_quoted && cell->n > 0 && cell->text[cell->n - 1] == '\r')
            cell->n--;
          *next = (gsize) (p - self->buffer) + (p < end);
          return WHOLE;
        }
      p++;
    }
}

gboolean
zx_gis_scanner_next (ZxGisScanner *self, GError **error)
{
  for (;;)
    {
      if (self->begin == self->end && self->is_at_end)
        return FALSE;
      gsize next = 0;
      switch (scan_record (self, &next))
        {
        case NEEDS_MORE:
          if (!refill (self, error))
            return FALSE;
          continue;
        case TOO_WIDE:
          return fail (self, error, _ ("one line has more than 16384 columns; this is no table"));
        case WHOLE:
        default:
          break;
        }
      self->begin = next;
      if (self->n_cells == 1 && self->cells[0].n == 0 && !self->cells[0].is_quoted)
        continue; /* a blank line */
      for (guint i = 0; i < self->n_cells; i++)
        if (self->cells[i].is_quoted)
          unescape (&self->cells[i]);
      return TRUE;
    }
}

ZxGisCell *
zx_gis_scanner_cells (const ZxGisScanner *self, guint *n)
{
  *n = self->n_cells;
  return self->cells;
}

gboolean
zx_gis_scanner_has_odd_quote (const ZxGisScanner *self)
{
  return self->has_odd_quote;
}

guint64
zx_gis_scanner_bytes_read (const ZxGisScanner *self)
{
  return self->n_read - (self->end - self->begin);
}

double
zx_gis_scanner_fraction (const ZxGisScanner *self)
{
  if (self->bytes != NULL)
    return self->n_bytes > 0 ? (double) self->bytes_taken / (double) self->n_bytes : 1;
  double at = self->gzip != NULL ? (double) gzoffset (self->gzip) : (double) VSIFTellL (self->file);
  return self->packed_size > 0 ? MIN (at / (double) self->packed_size, 1) : 1;
}
