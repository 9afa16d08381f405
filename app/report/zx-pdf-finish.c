/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An incremental update (PDF 1.4, ISO 32000-1 § 7.5.6):
 *
 *   the file as cairo wrote it
 *   changed objects again, new objects     a later definition of a number replaces the earlier one
 *   xref                                   offsets of these objects only
 *   trailer << … /Prev OFFSET >>           of cairo's own xref
 *   startxref OFFSET %%EOF
 *
 * The catalogue and the structure elements of figures are written again with more keys.  cairo
 * numbers structure elements in the order of its tags, so the n-th element "Figure" by number is
 * the n-th figure drawn; their count is checked against ours, and the texts are left out when they
 * differ.
 *
 * Only the classic cross-reference table is read: the surface is restricted to PDF 1.4, where no
 * cairo writes another. */

#include "app/report/zx-pdf-finish.h"

#include <string.h>

#define TAIL_BYTES  128u /* hold "startxref", an offset and "%%EOF" */
#define ENTRY_BYTES 20u  /* of a cross-reference table, by the standard */

typedef struct
{
  const char *bytes;
  gsize n;
  guint size; /* objects are 0 … size - 1 */
  guint root, info;
  gsize xref;
  gsize *offset; /* size; 0 = free */
} Source;

static gboolean
fail (GError **error)
{
  g_set_error_literal (error, ZX_ERROR, ZX_ERROR_INVALID,
                       _ ("The PDF is not laid out as expected; its metadata cannot be added"));
  return FALSE;
}

/* ---- reading ------------------------------------------------------------------------------ */

/* Only the end is searched: GLib's searches stop at a zero byte, and the end holds none. */
static const char *
find_start_of_xref (const Source *self)
{
  gsize tail = MIN (self->n, TAIL_BYTES);
  return g_strrstr_len (self->bytes + self->n - tail, (gssize) tail, "startxref");
}

/* Whole number at @at, which moves behind it; FALSE at anything else. */
static gboolean
take_number (const Source *self, gsize *at, guint64 *value)
{
  gsize i = *at;
  while (i < self->n && g_ascii_isspace (self->bytes[i]))
    i++;
  gsize start = i;
  *value = 0;
  while (i < self->n && g_ascii_isdigit (self->bytes[i]) && i - start < 15)
    *value = *value * 10 + (guint64) (self->bytes[i++] - '0');
  *at = i;
  return i > start;
}

static gboolean
take_key (const Source *self, gsize from, const char *key, guint *value)
{
  const char *found = g_strstr_len (self->bytes + from, (gssize) (self->n - from), key);
  guint64 number;
  if (found == NULL)
    return FALSE;
  gsize at = (gsize) (found - self->bytes) + strlen (key);
  if (!take_number (self, &at, &number) || number > 10000000)
    return FALSE;
  *value = (guint) number;
  return TRUE;
}

static gboolean
read_table (Source *self, gsize at)
{
  guint64 first, n;
  if (!take_number (self, &at, &first) || !take_number (self, &at, &n) || first != 0
      || n != self->size)
    return FALSE;
  while (at < self->n && g_ascii_isspace (self->bytes[at]))
    at++;
  if (self->n < at || (self->n - at) / ENTRY_BYTES < n)
    return FALSE;
  for (guint i = 0; i < self->size; i++, at += ENTRY_BYTES)
    {
      guint64 offset;
      gsize entry = at;
      if (!take_number (self, &entry, &offset))
        return FALSE;
      if (self->bytes[at + 17] == 'n' && offset < self->n)
        self->offset[i] = (gsize) offset;
    }
  return TRUE;
}

static gboolean
read_source (Source *self)
{
  guint64 xref;
  const char *end = find_start_of_xref (self);
  if (end == NULL)
    return FALSE;
  gsize at = (gsize) (end - self->bytes) + strlen ("startxref");
  if (!take_number (self, &at, &xref) || xref + 8 > self->n
      || memcmp (self->bytes + xref, "xref", 4) != 0)
    return FALSE;
  self->xref = (gsize) xref;
  const char *trailer = g_strstr_len (self->bytes + xref, (gssize) (self->n - xref), "trailer");
  if (trailer == NULL)
    return FALSE;
  gsize from = (gsize) (trailer - self->bytes);
  if (!take_key (self, from, "/Size", &self->size) || !take_key (self, from, "/Root", &self->root)
      || !take_key (self, from, "/Info", &self->info) || self->root >= self->size)
    return FALSE;
  self->offset = g_new0 (gsize, self->size);
  return read_table (self, (gsize) xref + 4);
}

/* The object's dictionary without its brackets, or NULL. */
static char *
read_dictionary (const Source *self, guint object)
{
  gsize at = self->offset[object];
  if (at == 0)
    return NULL;
  const char *start = self->bytes + at;
  const char *end = g_strstr_len (start, (gssize) (self->n - at), "endobj");
  const char *open = end != NULL ? g_strstr_len (start, end - start, "<<") : NULL;
  const char *close = open != NULL ? g_strrstr_len (open, end - open, ">>") : NULL;
  if (close == NULL || close < open + 2 || g_strstr_len (open, end - open, "stream") != NULL)
    return NULL;
  return g_strndup (open + 2, (gsize) (close - open - 2));
}

/* ---- writing ------------------------------------------------------------------------------ */

typedef struct
{
  GString *bytes;
  gsize base;     /* length of the file before */
  GArray *object; /* guint, ascending */
  GArray *offset; /* gsize */
} Update;

static void
begin_object (Update *self, guint object)
{
  gsize offset = self->base + self->bytes->len;
  g_array_append_val (self->object, object);
  g_array_append_val (self->offset, offset);
  g_string_append_printf (self->bytes, "%u 0 obj\n", object);
}

/* "<FEFF…>": UTF-16, so that any text is safe from brackets and escapes. */
static void
append_text (GString *out, const char *text)
{
  glong n = 0;
  g_autofree gunichar2 *units = g_utf8_to_utf16 (text, -1, NULL, &n, NULL);
  g_string_append (out, "<FEFF");
  for (glong i = 0; units != NULL && i < n; i++)
    g_string_append_printf (out, "%04X", units[i]);
  g_string_append_c (out, '>');
}

static gboolean
add_alternatives (const Source *source, Update *update, const GPtrArray *alternatives)
{
  guint n = 0;
  for (guint i = 1; i < source->size; i++)
    {
      g_autofree char *dictionary = read_dictionary (source, i);
      if (dictionary == NULL || strstr (dictionary, "/Type /StructElem") == NULL
          || strstr (dictionary, "/S /Figure") == NULL)
        continue;
      if (n >= alternatives->len)
        return FALSE;
      begin_object (update, i);
      g_string_append_printf (update->bytes, "<<%s   /Alt ", dictionary);
      append_text (update->bytes, g_ptr_array_index (alternatives, n++));
      g_string_append (update->bytes, "\n>>\nendobj\n");
    }
  return n == alternatives->len;
}

/* Texts only when each figure has one: a text at the wrong figure is worse than none. */
static void
add_texts (const Source *source, Update *update, const GPtrArray *alternatives)
{
  if (add_alternatives (source, update, alternatives))
    return;
  g_string_set_size (update->bytes, 0);
  g_array_set_size (update->object, 0);
  g_array_set_size (update->offset, 0);
}

static gboolean
add_catalogue (const Source *source, Update *update, const ZxPdfFacts *facts, guint metadata)
{
  g_autofree char *dictionary = read_dictionary (source, source->root);
  if (dictionary == NULL || strstr (dictionary, "/Catalog") == NULL)
    return FALSE;
  begin_object (update, source->root);
  g_string_append_printf (update->bytes, "<<%s", dictionary);
  if (strstr (dictionary, "/MarkInfo") == NULL)
    g_string_append (update->bytes, "   /MarkInfo << /Marked true >>\n");
  if (strstr (dictionary, "/Lang") == NULL)
    g_string_append_printf (update->bytes, "   /Lang (%s)\n", facts->language);
  if (strstr (dictionary, "/ViewerPreferences") == NULL)
    g_string_append (update->bytes, "   /ViewerPreferences << /DisplayDocTitle true >>\n");
  if (strstr (dictionary, "/PageMode") == NULL)
    g_string_append (update->bytes, "   /PageMode /UseOutlines\n");
  g_string_append_printf (update->bytes, "   /Metadata %u 0 R\n>>\nendobj\n", metadata);
  return TRUE;
}

static void
add_metadata (Update *update, const ZxPdfFacts *facts, guint object)
{
  g_autofree char *xmp = g_markup_printf_escaped (
      "<?xpacket begin=\"\ufeff\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
      "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
      "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
      " xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">\n"
      "<dc:format>application/pdf</dc:format>\n"
      "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">%s</rdf:li></rdf:Alt></dc:title>\n"
      "<dc:creator><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></dc:creator>\n"
      "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">%s</rdf:li></rdf:Alt>"
      "</dc:description>\n"
      "<dc:language><rdf:Bag><rdf:li>%s</rdf:li></rdf:Bag></dc:language>\n"
      "<xmp:CreateDate>%sT00:00:00Z</xmp:CreateDate>\n"
      "<xmp:CreatorTool>%s</xmp:CreatorTool>\n"
      "</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>\n",
      facts->title, facts->author, facts->subject, facts->language, facts->date, facts->author);
  begin_object (update, object);
  g_string_append_printf (update->bytes,
                          "<< /Type /Metadata\n   /Subtype /XML\n   /Length %zu\n>>\nstream\n",
                          strlen (xmp));
  g_string_append (update->bytes, xmp);
  g_string_append (update->bytes, "\nendstream\nendobj\n");
}

static void
add_trailer (const Source *source, Update *update)
{
  gsize xref = update->base + update->bytes->len;
  g_autofree char *sum
      = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) source->bytes, source->n);
  g_string_append (update->bytes, "xref\n");
  for (guint i = 0; i < update->object->len; i++)
    g_string_append_printf (update->bytes, "%u 1\n%010zu 00000 n \n",
                            g_array_index (update->object, guint, i),
                            g_array_index (update->offset, gsize, i));
  g_string_append_printf (update->bytes,
                          "trailer\n<< /Size %u\n   /Root %u 0 R\n   /Info %u 0 R\n"
                          "   /Prev %zu\n   /ID [ <%.32s> <%.32s> ]\n>>\nstartxref\n%zu\n%%%%EOF\n",
                          source->size + 1, source->root, source->info, source->xref, sum, sum,
                          xref);
}

static gboolean
compose (const Source *source, Update *update, const ZxPdfFacts *facts)
{
  add_texts (source, update, facts->alternatives);
  if (!add_catalogue (source, update, facts, source->size))
    return FALSE;
  add_metadata (update, facts, source->size);
  add_trailer (source, update);
  return TRUE;
}

gboolean
zx_pdf_finish (GByteArray *pdf, const ZxPdfFacts *facts, GError **error)
{
  Source source = { (const char *) pdf->data, pdf->len, 0, 0, 0, 0, NULL };
  Update update = { g_string_new (NULL), pdf->len, g_array_new (FALSE, FALSE, sizeof (guint)),
                    g_array_new (FALSE, FALSE, sizeof (gsize)) };
  gboolean ok = pdf->len > 0 && read_source (&source) && compose (&source, &update, facts);
  if (ok)
    g_byte_array_append (pdf, (const guint8 *) update.bytes->str, (guint) update.bytes->len);
  g_string_free (update.bytes, TRUE);
  g_array_unref (update.object);
  g_array_unref (update.offset);
  g_free (source.offset);
  return ok ? TRUE : fail (error);
}
