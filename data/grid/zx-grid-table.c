/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Comma-separated tables (RFC 4180) into a layer of texts.  The head row names the columns; a byte
 * order mark, CR LF and blank lines are passed over; a row must have as many fields as the head. */

#include "data/grid/zx-grid.h"

#include <string.h>

#define MAX_COLUMNS 4096

typedef struct
{
  const char *at, *end;
  gboolean is_row_end;
} Scanner;

/* The next field into @field.  FALSE at the end of the text or when a quote stays open. */
static gboolean
next_field (Scanner *self, GString *field)
{
  g_string_truncate (field, 0);
  gboolean is_quoted = self->at < self->end && *self->at == '"';
  self->at += is_quoted ? 1 : 0;
  for (; self->at < self->end; self->at++)
    {
      char sign = *self->at;
      if (is_quoted && sign == '"')
        {
          if (self->at + 1 < self->end && self->at[1] == '"')
            self->at++;
          else
            {
              is_quoted = FALSE;
              continue;
            }
        }
      else if (!is_quoted && (sign == ',' || sign == '\n'))
        break;
      else if (!is_quoted && sign == '\r')
        continue;
      g_string_append_c (field, sign);
    }
  self->is_row_end = self->at >= self->end || *self->at == '\n';
  self->at += self->at < self->end ? 1 : 0;
  return !is_quoted;
}

static gboolean
read_head (Scanner *self, GPtrArray *names, GString *field)
{
  do
    {
      if (!next_field (self, field) || names->len >= MAX_COLUMNS)
        return FALSE;
      g_ptr_array_add (names, g_strstrip (g_strndup (field->str, field->len)));
    }
  while (!self->is_row_end);
  return TRUE;
}

static gboolean
fail_row (const char *what, gsize row, guint n_found, guint n_wanted, GError **error)
{
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("%s: row %llu has %u fields; the head row has %u"), what,
               (unsigned long long) row + 1, n_found, n_wanted);
  return FALSE;
}

/* All rows, one after another, into @cells. */
static gboolean
read_rows (Scanner *self, guint n_columns, ZxPool *pool, GArray *cells, const char *what,
           GString *field, GError **error)
{
  while (self->at < self->end)
    {
      guint n = 0;
      if (*self->at == '\n' || *self->at == '\r')
        {
          self->at++;
          continue;
        }
      do
        {
          if (!next_field (self, field))
            return fail_row (what, cells->len / n_columns, n, n_columns, error);
          if (!g_utf8_validate_len (field->str, field->len, NULL))
            g_string_truncate (field, 0);
          guint32 id = zx_pool_add_len (pool, g_strstrip (field->str), strlen (field->str));
          if (n++ < n_columns)
            g_array_append_val (cells, id);
        }
      while (!self->is_row_end);
      if (n != n_columns)
        return fail_row (what, cells->len / n_columns, n, n_columns, error);
    }
  return TRUE;
}

ZxLayer *
zx_grid_table_parse (const char *text, gsize n, const char *what, GError **error)
{
  g_return_val_if_fail (text != NULL || n == 0, NULL);
  gsize mark = n >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
  Scanner scanner = { text + mark, text + n, FALSE };
  g_autoptr (GString) field = g_string_new (NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (ZxPool) pool = zx_pool_new ();
  if (scanner.at >= scanner.end || !read_head (&scanner, names, field))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("%s has no head row"), what);
      return NULL;
    }
  if (!read_rows (&scanner, names->len, pool, cells, what, field, error))
    return NULL;
  gsize n_rows = cells->len / names->len;
  ZxLayer *layer = zx_layer_new (what, what, n_rows);
  zx_pool_unref (layer->pool);
  layer->pool = g_steal_pointer (&pool);
  for (guint c = 0; c < names->len; c++)
    {
      ZxColumn *column = zx_layer_add_column (layer, g_ptr_array_index (names, c), ZX_COLUMN_TEXT);
      for (gsize row = 0; row < n_rows; row++)
        column->text[row] = g_array_index (cells, guint32, row * names->len + c);
    }
  return layer;
}

ZxLayer *
zx_grid_table_read (const char *path, GError **error)
{
  g_autofree char *text = NULL, *name = g_path_get_basename (path);
  gsize n = 0;
  if (!g_file_get_contents (path, &text, &n, error))
    return NULL;
  return zx_grid_table_parse (text, n, name, error);
}
