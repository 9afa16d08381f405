/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The text of OpenDSS: one command a line, "~" or "more" continues the one before, "!" and "//"
 * begin a comment, names and keys know no case, values may stand in any kind of bracket.
 *
 *   New CLASS.NAME key=value …      Edit CLASS.NAME key=value …     CLASS.NAME.key=value
 *   Redirect FILE   Compile FILE    Buscoords FILE
 *
 * Other commands (Set, Solve, Plot …) change no element and are counted.  A file that is not there
 * is looked for by the beginning of its name in the same folder, and a doubt says so: distributions
 * of OpenDSS share line codes between folders. */

#include "data/grid/zx-grid-opendss.h"

#include <string.h>

#define MAX_FILES 64
#define MAX_DEPTH 8

typedef struct
{
  ZxDssCircuit *circuit;
  ZxDssElement *current;
  guint n_files, depth;
} Reader;

typedef struct
{
  const char *at, *end;
} Words;

/* ---- elements -------------------------------------------------------------------------------- */

static void
element_free (gpointer data)
{
  ZxDssElement *self = data;
  g_free (self->class_name);
  g_free (self->name);
  g_ptr_array_unref (self->key);
  g_ptr_array_unref (self->value);
  g_free (self);
}

static ZxDssElement *
element_new (ZxDssCircuit *circuit, const char *class_name, const char *name)
{
  ZxDssElement *self = g_new0 (ZxDssElement, 1);
  self->class_name = g_strdup (class_name);
  self->name = g_strdup (name);
  self->key = g_ptr_array_new_with_free_func (g_free);
  self->value = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (circuit->elements, self);
  g_hash_table_insert (circuit->by_name, g_strconcat (class_name, ".", name, NULL), self);
  return self;
}

const ZxDssElement *
zx_dss_find (const ZxDssCircuit *self, const char *class_name, const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);
  g_autofree char *key = g_strconcat (class_name, ".", lower, NULL);
  return g_hash_table_lookup (self->by_name, key);
}

const char *
zx_dss_text (const ZxDssElement *self, const char *key)
{
  for (guint i = self->key->len; i-- > 0;)
    if (strcmp (g_ptr_array_index (self->key, i), key) == 0)
      return g_ptr_array_index (self->value, i);
  return NULL;
}

double
zx_dss_number (const ZxDssElement *self, const char *key, double otherwise)
{
  const char *text = zx_dss_text (self, key);
  double value;
  return text != NULL && zx_number_parse (text, strlen (text), &value) ? value : otherwise;
}

guint
zx_dss_list (const char *value, double *numbers, guint max)
{
  guint n = 0;
  for (const char *at = value; at != NULL && *at != '\0' && n < max;)
    {
      gsize length = strcspn (at, " \t,|");
      if (length > 0 && zx_number_parse (at, length, &numbers[n]))
        n++;
      at += length + (at[length] != '\0');
    }
  return n;
}

double
zx_dss_metres (const char *units)
{
  static const struct
  {
    const char *name;
    double metres;
  } table[] = { { "mi", 1609.344 }, { "kft", 304.8 }, { "km", 1000 }, { "m", 1 },
                { "ft", 0.3048 },   { "in", 0.0254 }, { "cm", 0.01 }, { "mm", 0.001 } };
  for (guint i = 0; units != NULL && i < G_N_ELEMENTS (table); i++)
    if (g_ascii_strcasecmp (units, table[i].name) == 0)
      return table[i].metres;
  return NAN;
}

/* ---- words ------------------------------------------------------------------------------------
 */

static void
skip_space (Words *self)
{
  while (self->at < self->end && strchr (" \t\r,", *self->at) != NULL && *self->at != '\0')
    self->at++;
}

/* Up to the closing bracket or quote, or to the next white space or "=".  (transfer full) */
static char *
next_value (Words *self, gboolean stops_at_equals)
{
  static const char opening[] = "\"'([{", closing[] = "\"')]}";
  const char *kind = self->at < self->end && *self->at != '\0' ? strchr (opening, *self->at) : NULL;
  if (kind != NULL)
    {
      const char *begin = ++self->at, sign = closing[kind - opening];
      while (self->at < self->end && *self->at != sign)
        self->at++;
      char *value = g_strndup (begin, (gsize) (self->at - begin));
      self->at += self->at < self->end;
      return value;
    }
  const char *begin = self->at;
  while (self->at < self->end && !g_ascii_isspace (*self->at) && *self->at != ','
         && !(stops_at_equals && *self->at == '='))
    self->at++;
  return g_strndup (begin, (gsize) (self->at - begin));
}

/* FALSE at the end.  @key: (transfer full) lower case, "" when the value has none. */
static gboolean
next_pair (Words *self, char **key, char **value)
{
  skip_space (self);
  *key = *value = NULL;
  if (self->at >= self->end)
    return FALSE;
  const char *begin = self->at;
  char *word = next_value (self, TRUE);
  const char *after = self->at;
  skip_space (self);
  if (self->at < self->end && *self->at == '=')
    {
      self->at++;
      skip_space (self);
      *key = g_ascii_strdown (word, -1);
      *value = next_value (self, FALSE);
      g_free (word);
      return TRUE;
    }
  /* A lone sign that starts no word must not stop the reading. */
  self->at = after > begin ? after : begin + 1;
  *key = g_strdup ("");
  *value = word;
  return TRUE;
}

/* ---- commands ---------------------------------------------------------------------------------
 */

static void
take_properties (Reader *self, Words *words)
{
  char *key, *value;
  while (next_pair (words, &key, &value))
    {
      const ZxDssElement *like = self->current != NULL && strcmp (key, "like") == 0
                                     ? zx_dss_find (self->circuit, self->current->class_name, value)
                                     : NULL;
      for (guint i = 0; like != NULL && like != self->current && i < like->key->len; i++)
        {
          g_ptr_array_add (self->current->key, g_strdup (g_ptr_array_index (like->key, i)));
          g_ptr_array_add (self->current->value, g_strdup (g_ptr_array_index (like->value, i)));
        }
      if (self->current != NULL)
        {
          g_ptr_array_add (self->current->key, key);
          g_ptr_array_add (self->current->value, value);
          continue;
        }
      g_free (key);
      g_free (value);
    }
}

/* "CLASS.NAME", perhaps as object=CLASS.NAME. */
static void
select_element (Reader *self, Words *words, gboolean is_new)
{
  char *key, *value;
  self->current = NULL;
  if (!next_pair (words, &key, &value))
    return;
  g_autofree char *lower = g_ascii_strdown (value, -1);
  char *dot = strchr (lower, '.');
  if (dot != NULL)
    {
      *dot = '\0';
      self->current = is_new ? element_new (self->circuit, lower, dot + 1)
                             : (ZxDssElement *) zx_dss_find (self->circuit, lower, dot + 1);
    }
  g_free (key);
  g_free (value);
}

static gboolean read_file (Reader *self, const char *folder, const char *name, gboolean is_places,
                           GError **error);

/* "CLASS.NAME.key=value"; the first dot and the last divide. */
static gboolean
set_property (Reader *self, const char *key, const char *value)
{
  g_autofree char *copy = g_strdup (key);
  char *first = strchr (copy, '.'), *last = strrchr (copy, '.');
  if (first == NULL || first == last)
    return FALSE;
  *first = *last = '\0';
  ZxDssElement *element = (ZxDssElement *) zx_dss_find (self->circuit, copy, first + 1);
  if (element == NULL)
    return FALSE;
  g_ptr_array_add (element->key, g_strdup (last + 1));
  g_ptr_array_add (element->value, g_strdup (value));
  return TRUE;
}

static gboolean
run_line (Reader *self, const char *line, gsize n, const char *folder, GError **error)
{
  Words words = { line, line + n };
  char *raw_key, *raw_value;
  if (!next_pair (&words, &raw_key, &raw_value))
    return TRUE;
  g_autofree char *key = raw_key, *value = raw_value;
  g_autofree char *command = g_ascii_strdown (value, -1);
  if (*key != '\0')
    {
      self->circuit->n_ignored += !set_property (self, key, value);
      return TRUE;
    }
  if (strcmp (command, "~") == 0 || strcmp (command, "more") == 0)
    take_properties (self, &words);
  else if (strcmp (command, "new") == 0 || strcmp (command, "edit") == 0)
    {
      select_element (self, &words, *command == 'n');
      take_properties (self, &words);
    }
  else if (strcmp (command, "redirect") == 0 || strcmp (command, "compile") == 0
           || strcmp (command, "buscoords") == 0)
    {
      skip_space (&words);
      g_autofree char *name = next_value (&words, FALSE);
      return read_file (self, folder, name, *command == 'b', error);
    }
  else if (*command == '~')
    {
      /* "~key=value" without a space. */
      words.at = line + strcspn (line, "~") + 1;
      take_properties (self, &words);
    }
  else
    self->circuit->n_ignored++;
  return TRUE;
}

static gsize
without_comment (const char *line, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (line[i] == '!' || (line[i] == '/' && i + 1 < n && line[i + 1] == '/'))
      return i;
  return n;
}

static gboolean
run_text (Reader *self, const char *text, gsize n, const char *folder, GError **error)
{
  for (const char *at = text, *end = text + n; at < end;)
    {
      const char *stop = memchr (at, '\n', (gsize) (end - at));
      gsize length = (gsize) ((stop != NULL ? stop : end) - at);
      if (!run_line (self, at, without_comment (at, length), folder, error))
        return FALSE;
      at += length + 1;
    }
  return TRUE;
}

/* "BUS, x, y" a line. */
static void
take_places (Reader *self, const char *text, gsize n)
{
  for (const char *at = text, *end = text + n; at < end;)
    {
      const char *stop = memchr (at, '\n', (gsize) (end - at));
      gsize length = (gsize) ((stop != NULL ? stop : end) - at);
      Words words = { at, at + without_comment (at, length) };
      char *word[3] = { NULL, NULL, NULL };
      double place[2];
      for (guint i = 0; i < 3; i++)
        {
          skip_space (&words);
          word[i] = next_value (&words, FALSE);
        }
      if (*word[0] != '\0' && zx_number_parse (word[1], strlen (word[1]), &place[0])
          && zx_number_parse (word[2], strlen (word[2]), &place[1]))
        g_hash_table_insert (self->circuit->place, g_ascii_strdown (word[0], -1),
                             g_memdup2 (place, sizeof place));
      for (guint i = 0; i < 3; i++)
        g_free (word[i]);
      at += length + 1;
    }
}

/* ---- files ------------------------------------------------------------------------------------
 */

/* The file of this name in any case, else one that begins with its stem and is not the file that
 * asks for it.  (transfer full), NULL when there is none. */
static char *
find_file (const char *folder, const char *name, gboolean *is_other)
{
  g_autofree char *slashed = g_strdelimit (g_strdup (name), "\\", '/');
  g_autofree char *direct = g_build_filename (folder, slashed, NULL);
  g_autofree char *base = g_path_get_basename (slashed), *in = g_path_get_dirname (direct);
  gsize stem = strcspn (base, ".");
  *is_other = FALSE;
  if (g_file_test (direct, G_FILE_TEST_IS_REGULAR))
    return g_steal_pointer (&direct);
  g_autoptr (GDir) same = g_dir_open (in, 0, NULL);
  for (const char *entry; same != NULL && (entry = g_dir_read_name (same)) != NULL;)
    if (g_ascii_strcasecmp (entry, base) == 0)
      return g_build_filename (in, entry, NULL);
  g_autoptr (GDir) own = g_dir_open (folder, 0, NULL);
  g_autofree char *best = NULL;
  for (const char *entry; own != NULL && (entry = g_dir_read_name (own)) != NULL;)
    if (g_ascii_strncasecmp (entry, base, stem) == 0 && strlen (entry) > strlen (base)
        && (best == NULL || strcmp (entry, best) < 0))
      {
        g_free (best);
        best = g_strdup (entry);
      }
  *is_other = best != NULL;
  return best != NULL ? g_build_filename (folder, best, NULL) : NULL;
}

static gboolean
read_file (Reader *self, const char *folder, const char *name, gboolean is_places, GError **error)
{
  gboolean is_other = FALSE;
  g_autofree char *path = folder != NULL ? find_file (folder, name, &is_other) : NULL;
  g_autofree char *text = NULL;
  gsize n = 0;
  if (path == NULL)
    {
      g_ptr_array_add (
          self->circuit->doubts,
          g_strdup_printf (_ ("The file %s is not there; what it defines is missing"), name));
      return TRUE;
    }
  if (++self->n_files > MAX_FILES || self->depth >= MAX_DEPTH)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("%s redirects to too many files, or to itself"), name);
      return FALSE;
    }
  if (!g_file_get_contents (path, &text, &n, error))
    return FALSE;
  g_ptr_array_add (self->circuit->files, g_strdup (path));
  if (is_other)
    {
      g_autofree char *found = g_path_get_basename (path);
      g_ptr_array_add (
          self->circuit->doubts,
          g_strdup_printf (_ ("The file %s is not there; %s was read instead"), name, found));
    }
  if (is_places)
    {
      take_places (self, text, n);
      return TRUE;
    }
  g_autofree char *inside = g_path_get_dirname (path),
                  *valid = g_utf8_make_valid (text, (gssize) n);
  self->depth++;
  gboolean ok = run_text (self, valid, strlen (valid), inside, error);
  self->depth--;
  return ok;
}

/* ---- public -------------------------------------------------------------------------------------
 */

void
zx_dss_circuit_free (ZxDssCircuit *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->by_name);
  g_hash_table_unref (self->place);
  g_ptr_array_unref (self->elements);
  g_ptr_array_unref (self->doubts);
  g_ptr_array_unref (self->files);
  g_free (self);
}

ZxDssCircuit *
zx_dss_circuit_parse (const char *text, gsize n, const char *folder, GError **error)
{
  g_autoptr (ZxDssCircuit) self = g_new0 (ZxDssCircuit, 1);
  self->elements = g_ptr_array_new_with_free_func (element_free);
  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->place = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->doubts = g_ptr_array_new_with_free_func (g_free);
  self->files = g_ptr_array_new_with_free_func (g_free);
  Reader reader = { .circuit = self };
  /* Comments in old code pages are common; names with signs from there come out marked. */
  g_autofree char *valid = g_utf8_make_valid (n > 0 ? text : "", (gssize) n);
  if (!run_text (&reader, valid, strlen (valid), folder, error))
    return NULL;
  return g_steal_pointer (&self);
}

GPtrArray *
zx_grid_other_files (const char *path, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);
  g_autofree char *text = NULL, *folder = g_path_get_dirname (path);
  gsize n = 0, length = strlen (path);
  if (length < 4 || g_ascii_strcasecmp (path + length - 4, ".dss") != 0)
    return g_ptr_array_new_with_free_func (g_free);
  if (!g_file_get_contents (path, &text, &n, error))
    return NULL;
  g_autoptr (ZxDssCircuit) circuit = zx_dss_circuit_parse (text, n, folder, error);
  return circuit != NULL ? g_ptr_array_ref (circuit->files) : NULL;
}
