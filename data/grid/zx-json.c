/* SPDX-License-Identifier: GPL-3.0-or-later */

/* JSON (RFC 8259) by recursive descent, plus NaN and ±Infinity, which Python's writer emits.
 *
 * Items of a list lie side by side, so a million numbers cost one array.  The depth is bounded
 * because the text may be hostile; sizes follow the text, which is already in memory. */

#include "data/grid/zx-grid.h"

#include <string.h>

#define MAX_DEPTH 64

typedef struct
{
  const char *begin, *at, *end, *what;
  GError **error;
} Reader;

static gboolean
fail (Reader *self, const char *wanted)
{
  if (self->error != NULL && *self->error == NULL)
    g_set_error (self->error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("%s is not JSON: at byte %llu there should be %s"), self->what,
                 (unsigned long long) (self->at - self->begin), wanted);
  return FALSE;
}

static void
skip_space (Reader *self)
{
  while (self->at < self->end
         && (*self->at == ' ' || *self->at == '\t' || *self->at == '\n' || *self->at == '\r'))
    self->at++;
}

static gboolean
accept (Reader *self, char sign)
{
  skip_space (self);
  if (self->at >= self->end || *self->at != sign)
    return FALSE;
  self->at++;
  return TRUE;
}

static gboolean
accept_word (Reader *self, const char *word)
{
  gsize n = strlen (word);
  if ((gsize) (self->end - self->at) < n || memcmp (self->at, word, n) != 0)
    return FALSE;
  self->at += n;
  return TRUE;
}

/* ---- texts -------------------------------------------------------------------------------- */

static gboolean
parse_hex (Reader *self, guint *unit)
{
  *unit = 0;
  if (self->end - self->at < 4)
    return FALSE;
  for (guint i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (self->at[i]);
      if (digit < 0)
        return FALSE;
      *unit = *unit * 16 + (guint) digit;
    }
  self->at += 4;
  return TRUE;
}

/* A pair of surrogates is one character; half a pair is none. */
static gboolean
parse_unicode (Reader *self, GString *text)
{
  guint unit = 0, low = 0;
  if (!parse_hex (self, &unit))
    return FALSE;
  if (unit >= 0xd800 && unit < 0xdc00)
    {
      if (!accept_word (self, "\\u") || !parse_hex (self, &low) || low < 0xdc00 || low > 0xdfff)
        return FALSE;
      unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    }
  else if (unit == 0 || (unit >= 0xdc00 && unit <= 0xdfff))
    return FALSE;
  g_string_append_unichar (text, unit);
  return TRUE;
}

static gboolean
parse_escape (Reader *self, GString *text)
{
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  if (self->at >= self->end)
    return FALSE;
  char sign = *self->at++;
  if (sign == 'u')
    return parse_unicode (self, text);
  const char *found = sign != '\0' ? strchr (from, sign) : NULL;
  if (found == NULL)
    return FALSE;
  g_string_append_c (text, to[found - from]);
  return TRUE;
}

/* Returns: (transfer full): NULL with the error set. */
static char *
parse_text (Reader *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  while (self->at < self->end && *self->at != '"')
    {
      const char *stop = self->at;
      while (stop < self->end && *stop != '"' && *stop != '\\' && *stop != '\0')
        stop++;
      g_string_append_len (text, self->at, stop - self->at);
      self->at = stop;
      if (self->at >= self->end || *self->at == '"')
        break;
      if (*self->at++ != '\\' || !parse_escape (self, text))
        {
          fail (self, _ ("a valid character"));
          return NULL;
        }
    }
  if (self->at >= self->end)
    {
      fail (self, _ ("the end of a text"));
      return NULL;
    }
  self->at++;
  if (!g_utf8_validate_len (text->str, text->len, NULL))
    {
      fail (self, _ ("UTF-8"));
      return NULL;
    }
  return g_strndup (text->str, text->len);
}

/* ---- values ------------------------------------------------------------------------------- */

static gboolean parse_value (Reader *self, ZxJson *value, guint depth);

static gboolean
parse_number (Reader *self, ZxJson *value)
{
  value->kind = ZX_JSON_NUMBER;
  value->number = NAN;
  if (accept_word (self, "NaN"))
    return TRUE;
  gboolean is_positive = accept_word (self, "Infinity");
  if (is_positive || accept_word (self, "-Infinity"))
    {
      value->number = is_positive ? INFINITY : -INFINITY;
      return TRUE;
    }
  const char *stop = self->at;
  while (stop < self->end && (g_ascii_isdigit (*stop) || strchr ("+-.eE", *stop) != NULL)
         && *stop != '\0')
    stop++;
  if (!zx_number_parse (self->at, (gsize) (stop - self->at), &value->number))
    return fail (self, _ ("a value"));
  self->at = stop;
  return TRUE;
}

static void
clear_value (ZxJson *self)
{
  for (guint i = 0; i < self->n; i++)
    {
      if (self->key != NULL)
        g_free (self->key[i]);
      clear_value (&self->item[i]);
    }
  g_free (self->key);
  g_free (self->item);
  g_free (self->text);
}

static gboolean
parse_key (Reader *self, GPtrArray *keys)
{
  if (!accept (self, '"'))
    return fail (self, _ ("a name in quotes"));
  char *key = parse_text (self);
  if (key == NULL)
    return FALSE;
  g_ptr_array_add (keys, key);
  return accept (self, ':') || fail (self, ":");
}

/* The items so far belong to @value even when one fails: clear_value() frees them all. */
static gboolean
parse_items (Reader *self, ZxJson *value, char closing, guint depth)
{
  gboolean is_object = closing == '}', ok = depth < MAX_DEPTH;
  GPtrArray *keys = g_ptr_array_new ();
  GArray *items = g_array_new (FALSE, TRUE, sizeof (ZxJson));
  if (!ok)
    fail (self, _ ("fewer than 64 levels"));
  if (ok && !accept (self, closing))
    do
      {
        if (is_object && !(ok = parse_key (self, keys)))
          break;
        g_array_set_size (items, items->len + 1);
        ok = parse_value (self, &g_array_index (items, ZxJson, items->len - 1), depth + 1);
      }
    while (ok && accept (self, ','));
  else
    closing = '\0';
  if (ok && closing != '\0' && !accept (self, closing))
    ok = fail (self,
               is_object ? _ ("a comma or a closing brace") : _ ("a comma or a closing bracket"));
  for (guint i = items->len; i < keys->len; i++)
    g_free (g_ptr_array_index (keys, i));
  value->n = items->len;
  value->key = is_object ? (char **) (void *) g_ptr_array_free (keys, FALSE) : NULL;
  if (!is_object)
    g_ptr_array_free (keys, TRUE);
  value->item = (ZxJson *) (void *) g_array_free (items, FALSE);
  return ok;
}

static gboolean
parse_value (Reader *self, ZxJson *value, guint depth)
{
  if (accept (self, '{'))
    {
      value->kind = ZX_JSON_OBJECT;
      return parse_items (self, value, '}', depth);
    }
  if (accept (self, '['))
    {
      value->kind = ZX_JSON_LIST;
      return parse_items (self, value, ']', depth);
    }
  if (accept (self, '"'))
    {
      value->kind = ZX_JSON_TEXT;
      return (value->text = parse_text (self)) != NULL;
    }
  if (accept_word (self, "null"))
    value->kind = ZX_JSON_NULL;
  else if (accept_word (self, "true"))
    value->kind = ZX_JSON_TRUE;
  else if (accept_word (self, "false"))
    value->kind = ZX_JSON_FALSE;
  else
    return parse_number (self, value);
  return TRUE;
}

ZxJson *
zx_json_parse (const char *text, gsize n, const char *what, GError **error)
{
  g_return_val_if_fail (text != NULL || n == 0, NULL);
  g_autoptr (GError) local = NULL;
  Reader reader = { text, text, text + n, what, &local };
  g_autoptr (ZxJson) self = g_new0 (ZxJson, 1);
  gboolean ok = parse_value (&reader, self, 0);
  skip_space (&reader);
  if (ok && reader.at < reader.end)
    ok = fail (&reader, _ ("the end"));
  if (!ok)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
zx_json_free (ZxJson *self)
{
  if (self == NULL)
    return;
  clear_value (self);
  g_free (self);
}

const ZxJson *
zx_json_get (const ZxJson *self, const char *key)
{
  if (self == NULL || self->kind != ZX_JSON_OBJECT)
    return NULL;
  for (guint i = 0; i < self->n; i++)
    if (strcmp (self->key[i], key) == 0)
      return &self->item[i];
  return NULL;
}

double
zx_json_number (const ZxJson *self, const char *key, double otherwise)
{
  const ZxJson *value = zx_json_get (self, key);
  return value != NULL && value->kind == ZX_JSON_NUMBER ? value->number : otherwise;
}

const char *
zx_json_text (const ZxJson *self, const char *key)
{
  const ZxJson *value = zx_json_get (self, key);
  return value != NULL && value->kind == ZX_JSON_TEXT ? value->text : NULL;
}
