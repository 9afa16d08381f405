/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bytes become UTF-8 once, at the end, and only distinct texts are looked at: a column of ten
 * million district names is converted by converting twenty of them.
 *
 * What the file declares is believed unless its bytes say otherwise:
 *
 *   all valid UTF-8, and some characters beyond ASCII     UTF-8, whatever was declared
 *   a multi-byte or Cyrillic, Thai … set was declared      that set
 *   nothing, or a Western set, was declared                GB18030, Big5 or Windows-1252 by the
 * bytes
 *
 * for Chinese programs write GBK under the mark of the Western "ANSI" set, which GDAL then takes at
 * its word.  Chinese text is pairs of bytes of which the first is >= 0x81; in GBK nearly always
 * both are >= 0xA1 (the 6763 characters of GB 2312), in Big5 the first is 0xA4 … 0xC6 (the 5401
 * common characters) and pairs follow pairs; accented letters of Western text stand alone among
 * ASCII. Wrong for a file whose only foreign texts are two accented capitals in a row. */

#include "data/gis/zx-gis-private.h"

#define ENOUGH_FOREIGN 3 /* texts that are all UTF-8 by chance: one in a thousand files of GBK */
#define ASCII_LETTERS                                                                              \
  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !\"#$%&'()*+,-./:;<=>?@[]^_`{|}"

typedef struct
{
  gsize n_pairs, n_lone;      /* pairs of bytes; bytes that are in no pair */
  gsize n_gb_2312, n_big_5;   /* pairs that are common characters there */
  gsize n_neighbours;         /* pairs right behind a pair */
  gsize n_foreign, n_invalid; /* texts beyond ASCII; texts that are not UTF-8 */
} Score;

static void
add_score (Score *score, const guint8 *p)
{
  gboolean is_behind_pair = FALSE;
  while (*p != '\0')
    {
      gboolean was_behind_pair = is_behind_pair;
      is_behind_pair = FALSE;
      if (*p < 0x80)
        p++;
      else if (*p >= 0x81 && *p <= 0xfe && p[1] >= 0x40 && p[1] != 0x7f && p[1] != 0xff)
        {
          score->n_pairs++;
          score->n_gb_2312 += *p >= 0xa1 && *p <= 0xf7 && p[1] >= 0xa1;
          score->n_big_5 += *p >= 0xa4 && *p <= 0xc6 && (p[1] <= 0x7e || p[1] >= 0xa1);
          score->n_neighbours += was_behind_pair;
          is_behind_pair = TRUE;
          p += 2;
        }
      else
        {
          score->n_lone++;
          p++;
        }
    }
}

/* ---- what the bytes say ------------------------------------------------------------------- */

static const char *
guess_encoding (const Score *score)
{
  gboolean is_paired = score->n_pairs > 0 && score->n_lone * 20 <= score->n_pairs;
  if (is_paired && score->n_gb_2312 * 5 >= score->n_pairs * 4)
    return "GB18030";
  if (is_paired && score->n_big_5 * 5 >= score->n_pairs * 4
      && score->n_neighbours * 2 >= score->n_pairs)
    return "BIG5";
  return "WINDOWS-1252";
}

/* ---- what was declared -------------------------------------------------------------------- */

/* The name iconv knows for the content of a .cpg or GDAL's name of a code page; NULL: unknown. */
static char *
known_encoding (const char *declared)
{
  if (declared == NULL || *declared == '\0')
    return NULL;
  gboolean is_number = strspn (declared, "0123456789") == strlen (declared);
  char *name = is_number ? g_strdup_printf ("CP%s", declared) : g_strdup (declared);
  GIConv converter = g_iconv_open ("UTF-8", name);
  if (converter == (GIConv) -1 || g_ascii_strncasecmp (name, "UTF-16", 6) == 0
      || g_ascii_strncasecmp (name, "UTF-32", 6) == 0 || g_ascii_strncasecmp (name, "UCS", 3) == 0)
    g_clear_pointer (&name, g_free); /* two-byte sets cannot stand in byte columns */
  if (converter != (GIConv) -1)
    g_iconv_close (converter);
  return name;
}

static gboolean
is_western (const char *encoding)
{
  static const char *const names[]
      = { "ISO-8859-1",  "ISO8859-1", "LATIN1", "CP1252", "WINDOWS-1252",
          "ISO-8859-15", "CP437",     "CP850",  "ASCII" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (encoding, names[i]) == 0)
      return TRUE;
  return FALSE;
}

/* ---- conversion --------------------------------------------------------------------------- */

static char *
to_utf8 (const char *text, const char *encoding)
{
  gsize n = strlen (text);
  if (strspn (text, ASCII_LETTERS) == n)
    return g_strdup (text);
  char *converted
      = g_convert_with_fallback (text, (gssize) n, "UTF-8", encoding, NULL, NULL, NULL, NULL);
  return converted != NULL ? converted : g_utf8_make_valid (text, (gssize) n);
}

static void
look_at_text (Score *score, const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    score->n_invalid++;
  for (const char *p = text; *p != '\0'; p++)
    if ((guint8) *p >= 0x80)
      {
        score->n_foreign++;
        add_score (score, (const guint8 *) text);
        return;
      }
}

static Score
look_at_texts (const ZxLayer *layer)
{
  Score score = { 0 };
  for (guint32 id = 1; id < zx_pool_size (layer->pool); id++)
    look_at_text (&score, zx_pool_get (layer->pool, id));
  for (guint i = 0; i < layer->n_columns; i++)
    look_at_text (&score, layer->columns[i].name);
  return score;
}

static void
convert_texts (ZxLayer *layer, const char *encoding)
{
  ZxPool *pool = zx_pool_new ();
  guint32 n = zx_pool_size (layer->pool);
  g_autofree guint32 *renumbered = g_new0 (guint32, n);
  for (guint32 id = 1; id < n; id++)
    {
      g_autofree char *text = to_utf8 (zx_pool_get (layer->pool, id), encoding);
      renumbered[id] = zx_pool_add (pool, text);
    }
  for (guint i = 0; i < layer->n_columns; i++)
    {
      ZxColumn *column = &layer->columns[i];
      char *name = to_utf8 (column->name, encoding);
      g_free (column->name);
      column->name = name;
      for (gsize row = 0; column->text != NULL && row < layer->n_rows; row++)
        column->text[row] = renumbered[column->text[row]];
    }
  zx_pool_unref (layer->pool);
  layer->pool = pool;
}

void
zx_gis_settle_text (ZxLayer *layer, const char *declared, ZxGisDoubts *doubts)
{
  Score score = look_at_texts (layer);
  if (score.n_foreign == 0)
    return;
  g_autofree char *known = known_encoding (declared);
  gboolean is_binding = known != NULL && !is_western (known);
  gboolean is_utf_8 = score.n_invalid == 0
                      && (!is_binding || score.n_foreign >= ENOUGH_FOREIGN
                          || g_ascii_strcasecmp (known, "UTF-8") == 0);
  if (is_utf_8)
    return;
  gboolean is_declared = is_binding && g_ascii_strcasecmp (known, "UTF-8") != 0;
  const char *encoding = is_declared ? known : guess_encoding (&score);
  convert_texts (layer, encoding);
  if (!is_declared
      && !(known != NULL && strcmp (encoding, "WINDOWS-1252") == 0 && is_western (known)))
    zx_gis_doubt (doubts, "gis.encoding", -1, ZX_SEVERITY_NOTE, ZX_ACTION_CORRECTED, encoding,
                  known != NULL ? known : "UTF-8");
}
