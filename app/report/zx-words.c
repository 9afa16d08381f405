/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sentences, numbers and harmless names.
 *
 * A name from a file can carry characters that change what the reader sees of the text around it:
 * right-to-left overrides turn digits round, line separators break a table's row, stacks of
 * combining marks cover the lines above.  They are taken out, never escaped: a planner has no use
 * for them.  Texts are handed to pango as plain text, so that markup in a name stays a name. */

#include "app/report/zx-words.h"

#define MOST_MARKS 2 /* combining marks on one letter; Vietnamese needs two */

struct _ZxWords
{
  ZxCatalogue *catalogue;
  gboolean is_chinese;
  char *currency;
  GStringChunk *texts;
  guint8 *seen; /* a bit for every sign */
};

#define LAST_SIGN 0x10ffff

void
zx_words_show (ZxWords *self, const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar sign = g_utf8_get_char_validated (p, -1);
      if (sign > LAST_SIGN) /* not UTF-8: nobody paints it */
        return;
      self->seen[sign / 8] |= (guint8) (1u << sign % 8);
    }
}

gboolean
zx_words_has_seen (const ZxWords *self, gunichar sign)
{
  return sign <= LAST_SIGN && (self->seen[sign / 8] >> sign % 8 & 1u) != 0;
}

static const char *
keep (ZxWords *self, char *text)
{
  zx_words_show (self, text);
  const char *kept = g_string_chunk_insert_const (self->texts, text);
  g_free (text);
  return kept;
}

/* ---- harmless texts ----------------------------------------------------------------------- */

static gboolean
is_invisible (gunichar c)
{
  return c == 0xad || c == 0x61c || c == 0x180e || (c >= 0x200b && c <= 0x200f)
         || (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff
         || (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xfff0 && c <= 0xfffd)
         || (c >= 0xe0000 && c <= 0xe0fff);
}

static gboolean
is_kept (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
      return FALSE;
    default:
      return !is_invisible (c);
    }
}

const char *
zx_words_clean (ZxWords *self, const char *text, guint n_most)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *out = g_string_new (NULL);
  guint n = 0, n_marks = 0;
  gboolean is_cut = FALSE, is_space = TRUE;
  for (const char *p = valid; *p != '\0' && !is_cut; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      if (g_unichar_isspace (c) || c == 0x2028 || c == 0x2029 || c == 0x85)
        c = ' ';
      if (!is_kept (c) || (c == ' ' && is_space))
        continue;
      n_marks = g_unichar_ismark (c) ? n_marks + 1 : 0;
      if (n_marks > MOST_MARKS)
        continue;
      is_cut = n == n_most;
      is_space = c == ' ';
      g_string_append_unichar (out, is_cut ? 0x2026 : c);
      n++;
    }
  g_strchomp (out->str);
  if (out->str[0] == '\0')
    g_string_assign (out, "–");
  return keep (self, g_string_free (out, FALSE));
}

/* ---- sentences ---------------------------------------------------------------------------- */

const char *
zx_words_get (ZxWords *self, const char *message)
{
  const char *text = zx_catalogue_get (self->catalogue, message);
  zx_words_show (self, text);
  return text;
}

const char *
zx_words_say_list (ZxWords *self, const char *message, va_list arguments)
{
  return keep (self, g_strdup_vprintf (zx_catalogue_get (self->catalogue, message), arguments));
}

const char *
zx_words_say (ZxWords *self, const char *message, ...)
{
  va_list arguments;
  va_start (arguments, message);
  const char *text = zx_words_say_list (self, message, arguments);
  va_end (arguments);
  return text;
}

const char *
zx_words_list (ZxWords *self, const char *const *items, guint n)
{
  GString *out = g_string_new (n > 0 ? items[0] : "–");
  for (guint i = 1; i < n; i++)
    {
      /* TRANSLATORS: between the items of a list, and before its last item */
      g_string_append (out, zx_words_get (self, i + 1 < n ? N_ (", ") : N_ (" and ")));
      g_string_append (out, items[i]);
    }
  return keep (self, g_string_free (out, FALSE));
}

/* ---- numbers ------------------------------------------------------------------------------ */

const char *
zx_words_number (ZxWords *self, double value, guint decimals)
{
  return keep (self, zx_number_human (value, decimals));
}

const char *
zx_words_count (ZxWords *self, guint64 n)
{
  return zx_words_number (self, (double) n, 0);
}

const char *
zx_words_measure (ZxWords *self, double value)
{
  if (!isfinite (value) || value == floor (value))
    return zx_words_number (self, value, 0);
  double size = fabs (value);
  guint decimals = 0;
  for (double shown = size; shown < 99.95 && decimals < 6; shown *= 10.0)
    decimals++;
  g_autofree char *text = zx_number_human (value, decimals);
  if (decimals > 0) /* 0.500 says no more than 0.5 */
    {
      gsize end = strlen (text);
      while (end > 0 && text[end - 1] == '0')
        text[--end] = '\0';
      if (end > 0 && text[end - 1] == '.')
        text[end - 1] = '\0';
    }
  return keep (self, g_steal_pointer (&text));
}

const char *
zx_words_exact (ZxWords *self, double value)
{
  char digits[32];
  if (!isfinite (value) || value == floor (value))
    return zx_words_number (self, value, 0);
  return keep (self, g_strdup (zx_number_format (value, digits)));
}

const char *
zx_words_percent (ZxWords *self, double share, guint decimals)
{
  if (isnan (share))
    return "–";
  g_autofree char *number = zx_number_human (share * 100.0, decimals);
  return keep (self, g_strconcat (number, self->is_chinese ? "%" : "\u00a0%", NULL));
}

const char *
zx_words_range (ZxWords *self, double low, double high, guint decimals)
{
  if (isnan (low) || isnan (high))
    return "–";
  g_autofree char *from = zx_number_human (low, decimals);
  g_autofree char *to = zx_number_human (high, decimals);
  return keep (self, g_strconcat (from, self->is_chinese ? "～" : "–", to, NULL));
}

/* ---- money -------------------------------------------------------------------------------- */

static gboolean
is_yuan (const ZxWords *self)
{
  return g_strcmp0 (self->currency, "CNY") == 0;
}

const char *
zx_words_money_unit (ZxWords *self)
{
  if (self->is_chinese)
    return keep (self, g_strconcat ("万", is_yuan (self) ? "元" : self->currency, NULL));
  return keep (self, g_strconcat (self->currency, " thousand", NULL));
}

const char *
zx_words_money (ZxWords *self, double fen)
{
  return zx_words_number (self, fen / (self->is_chinese ? 1e6 : 1e5), self->is_chinese ? 1 : 0);
}

const char *
zx_words_sum (ZxWords *self, double fen)
{
  const char *number = zx_words_money (self, fen);
  if (self->is_chinese)
    return keep (self, g_strdup_printf ("%s %s", number, zx_words_money_unit (self)));
  return keep (self, g_strdup_printf ("%s\u00a0%s\u00a0thousand", self->currency, number));
}

const char *
zx_words_price (ZxWords *self, double fen_per_kwh)
{
  const char *number = zx_words_number (self, fen_per_kwh / 100.0, 2);
  if (self->is_chinese && is_yuan (self))
    return keep (self, g_strdup_printf ("%s 元/kWh", number));
  return keep (self, g_strdup_printf ("%s\u00a0%s/kWh", self->currency, number));
}

const char *
zx_words_years (ZxWords *self, double years)
{
  if (isinf (years) || years < 0.0)
    return zx_words_get (self, N_ ("never"));
  return zx_words_number (self, years, 1);
}

const char *
zx_words_payback (ZxWords *self, double years)
{
  if (isinf (years) || years < 0.0)
    return zx_words_get (self, N_ ("never"));
  return zx_words_say (self, N_ ("%s years"), zx_words_number (self, years, 1));
}

/* ---- life --------------------------------------------------------------------------------- */

ZxWords *
zx_words_new (const char *language, const char *currency)
{
  ZxWords *self = g_new0 (ZxWords, 1);
  self->catalogue = zx_catalogue_new (language);
  self->is_chinese = g_str_has_prefix (zx_catalogue_language (self->catalogue), "zh");
  self->texts = g_string_chunk_new (4096);
  self->seen = g_malloc0 (LAST_SIGN / 8 + 1);
  self->currency = g_strdup ("CNY");
  if (currency != NULL && *currency != '\0')
    {
      g_free (self->currency);
      self->currency = g_strdup (zx_words_clean (self, currency, 8));
    }
  return self;
}

void
zx_words_free (ZxWords *self)
{
  zx_catalogue_free (self->catalogue);
  g_string_chunk_free (self->texts);
  g_free (self->seen);
  g_free (self->currency);
  g_free (self);
}

const ZxCatalogue *
zx_words_catalogue (const ZxWords *self)
{
  return self->catalogue;
}

gboolean
zx_words_is_chinese (const ZxWords *self)
{
  return self->is_chinese;
}
