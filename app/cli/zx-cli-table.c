/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Plain tables, read strictly: where a geographic file is cleaned and its doubts are listed, a
 * table of counts for a model is either as it should be or refused with the row named, because a
 * number that was silently dropped is a silently different posterior. */

#include "app/cli/zx-cli-table.h"

#include <math.h>
#include <string.h>

#include "data/base/zx-base.h"

#define MOST_BYTES (G_GUINT64_CONSTANT (1) << 31)

gboolean
zx_cli_refuse (GError **error, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  if (error != NULL)
    *error = g_error_new_valist (ZX_ERROR, ZX_ERROR_INVALID, format, arguments);
  va_end (arguments);
  return FALSE;
}

/* Cuts one record off: its cells go to @cells, and *@at moves behind its line end.  FALSE when a
 * quote is not closed. */
static gboolean
take_record (char **at, GPtrArray *cells)
{
  char *read = *at;
  for (;;)
    {
      char *write = read, *begin = read;
      gboolean is_quoted = *read == '"';
      if (is_quoted)
        {
          for (read++; *read != '\0' && !(read[0] == '"' && read[1] != '"'); read++)
            {
              read += read[0] == '"';
              *write++ = *read;
            }
          if (*read++ != '"')
            return FALSE;
        }
      while (*read != '\0' && *read != ',' && *read != '\n' && *read != '\r')
        *write++ = *read++;
      char end = *read;
      read += end != '\0';
      read += end == '\r' && *read == '\n';
      *write = '\0';
      g_ptr_array_add (cells, is_quoted ? begin : g_strstrip (begin));
      if (end == ',')
        continue;
      *at = read;
      return TRUE;
    }
}

static gboolean
take_header (ZxCliTable *self, char **at, GError **error)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new ();
  if (**at == '\0' || !take_record (at, cells))
    return zx_cli_refuse (error, _ ("%s has no first line with names of columns"), self->path);
  self->n_columns = cells->len;
  self->name = (const char **) g_ptr_array_steal (cells, NULL);
  for (guint k = 0; k < self->n_columns; k++)
    for (guint j = 0; j < k; j++)
      if (strcmp (self->name[j], self->name[k]) == 0)
        return zx_cli_refuse (error, _ ("%s has two columns named “%s”"), self->path,
                              self->name[k]);
  return TRUE;
}

static gboolean
take_rows (ZxCliTable *self, char *at, GError **error)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new ();
  while (*at != '\0')
    {
      guint before = cells->len;
      if (!take_record (&at, cells))
        return zx_cli_refuse (error, _ ("%s: a quoted text that begins in row %zu does not end"),
                              self->path, self->n_rows + 1);
      guint n = cells->len - before;
      if (n == 1 && *(const char *) cells->pdata[before] == '\0' && *at == '\0')
        {
          g_ptr_array_set_size (cells, before); /* an empty last line */
          break;
        }
      if (n != self->n_columns)
        return zx_cli_refuse (error, _ ("%s: row %zu has %u cells, but the header has %u"),
                              self->path, self->n_rows + 1, n, self->n_columns);
      self->n_rows++;
    }
  self->cell = (const char **) g_ptr_array_steal (cells, NULL);
  if (self->n_rows == 0)
    return zx_cli_refuse (error, _ ("%s has no rows below its header"), self->path);
  return TRUE;
}

ZxCliTable *
zx_cli_table_read (const char *path, GError **error)
{
  g_autoptr (ZxCliTable) self = g_new0 (ZxCliTable, 1);
  gsize n_bytes = 0;
  self->path = g_strdup (path);
  if (!g_file_get_contents (path, &self->text, &n_bytes, error))
    return NULL;
  if (n_bytes >= MOST_BYTES || memchr (self->text, '\0', n_bytes) != NULL
      || !g_utf8_validate (self->text, (gssize) n_bytes, NULL))
    {
      zx_cli_refuse (error, _ ("%s is not a table of plain text in UTF-8 below 2 GiB"), path);
      return NULL;
    }
  char *at = self->text;
  if (g_str_has_prefix (at, "\xef\xbb\xbf"))
    at += 3;
  return take_header (self, &at, error) && take_rows (self, at, error) ? g_steal_pointer (&self)
                                                                       : NULL;
}

void
zx_cli_table_free (ZxCliTable *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_free (self->text);
  g_free (self->name);
  g_free (self->cell);
  g_free (self);
}

int
zx_cli_table_column (const ZxCliTable *self, const char *name)
{
  for (guint k = 0; k < self->n_columns; k++)
    if (strcmp (self->name[k], name) == 0)
      return (int) k;
  return -1;
}

const char *
zx_cli_table_cell (const ZxCliTable *self, gsize row, guint column)
{
  return self->cell[row * self->n_columns + column];
}

gboolean
zx_cli_table_need (const ZxCliTable *self, const char *name, guint *column, GError **error)
{
  int at = zx_cli_table_column (self, name);
  if (at >= 0)
    {
      *column = (guint) at;
      return TRUE;
    }
  g_autoptr (GString) there = g_string_new (NULL);
  for (guint k = 0; k < self->n_columns; k++)
    g_string_append_printf (there, "%s%s", k > 0 ? ", " : "", self->name[k]);
  return zx_cli_refuse (error, _ ("%s has no column “%s”; it has %s"), self->path, name,
                        there->str);
}

gboolean
zx_cli_table_number (const ZxCliTable *self, gsize row, guint column, gboolean may_be_empty,
                     double *value, GError **error)
{
  const char *text = zx_cli_table_cell (self, row, column);
  *value = NAN;
  if (may_be_empty && (*text == '\0' || strcmp (text, "NA") == 0))
    return TRUE;
  if (zx_number_parse (text, strlen (text), value))
    return TRUE;
  return zx_cli_refuse (error, _ ("%s: row %zu has “%s” as %s; it must be a number"), self->path,
                        row + 1, text, self->name[column]);
}

double *
zx_cli_table_numbers (const ZxCliTable *self, guint column, gboolean may_be_empty, GError **error)
{
  g_autofree double *values = ZX_TRY_NEW (double, self->n_rows, "numbers of a table", error);
  for (gsize row = 0; values != NULL && row < self->n_rows; row++)
    if (!zx_cli_table_number (self, row, column, may_be_empty, &values[row], error))
      return NULL;
  return g_steal_pointer (&values);
}
