/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bytes become UTF-8 once, at the end, and only distinct texts are looked at: a column of ten
 * million district names is converted by converting twenty of them.
 *
 * Texts that are all valid UTF-8 stay.  Otherwise the bytes decide between GB18030 and
 * Windows-1252: Chinese text is pairs of bytes of which the first is >= 0x81, and nearly always >=
 * 0xB0 with a second >= 0xA1 (the 6763 characters of GB 2312); accented letters of Western text
 * stand alone among ASCII.  Wrong for a file whose only foreign texts are two accented capitals in
 * a row. */

#include "data/gis/zx-gis-private.h"

typedef struct
{
  gsize n_pairs, n_lone;    /* pairs of bytes; bytes that are in no pair */
  gsize n_gb_2312, n_big_5; /* pairs that are common characters there */
  gsize n_neighbours;       /* pairs right behind a pair */
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

static const char *
choose_encoding (const Score *score)
{
  gboolean is_paired = score->n_pairs > 0 && score->n_lone * 20 <= score->n_pairs;
  if (is_paired && score->n_gb_2312 * 5 >= score->n_pairs * 4)
    return "GB18030";
  if (is_paired && score->n_big_5 * 5 >= score->n_pairs * 4
      && score->n_neighbours * 2 >= score->n_pairs)
    return "BIG5";
  return "WINDOWS-1252";
}

static char *
to_utf8 (const char *text, const char *encoding)
{
  if (g_utf8_validate (text, -1, NULL))
    return g_strdup (text);
  char *converted = g_convert_with_fallback (text, -1, "UTF-8", encoding, NULL, NULL, NULL, NULL);
  return converted != NULL ? converted : g_utf8_make_valid (text, -1);
}

static gboolean
score_texts (const ZxLayer *layer, Score *score)
{
  gboolean is_valid = TRUE;
  for (guint32 id = 1; id < zx_pool_size (layer->pool); id++)
    {
      const char *text = zx_pool_get (layer->pool, id);
      if (!g_utf8_validate (text, -1, NULL))
        {
          is_valid = FALSE;
          add_score (score, (const guint8 *) text);
        }
    }
  for (guint i = 0; i < layer->n_columns; i++)
    if (!g_utf8_validate (layer->columns[i].name, -1, NULL))
      {
        is_valid = FALSE;
        add_score (score, (const guint8 *) layer->columns[i].name);
      }
  return is_valid;
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
zx_gis_settle_text (ZxLayer *layer, ZxGisDoubts *doubts)
{
  Score score = { 0 };
  if (score_texts (layer, &score))
    return;
  const char *encoding = choose_encoding (&score);
  convert_texts (layer, encoding);
  zx_gis_doubt (doubts, "gis.encoding", -1, ZX_SEVERITY_NOTE, ZX_ACTION_CORRECTED, encoding,
                "UTF-8");
}
