/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the commands on feeders share: reading a grid, writing tables. */

#include "app/cli/zx-cli.h"

#include <string.h>

ZxGrid *
zx_cli_read_grid (const char *path, GError **error)
{
  ZxGrid *grid = zx_grid_read (path, error);
  for (guint i = 0; grid != NULL && i < grid->doubts->len; i++)
    g_printerr (_ ("zhixing-cli: note: %s\n"), (const char *) g_ptr_array_index (grid->doubts, i));
  return grid;
}

static void
separate (GString *table)
{
  if (table->len > 0 && table->str[table->len - 1] != '\n')
    g_string_append_c (table, ',');
}

void
zx_cli_add_text (GString *table, const char *text)
{
  separate (table);
  if (strpbrk (text, ",\"\r\n") == NULL)
    {
      g_string_append (table, text);
      return;
    }
  g_string_append_c (table, '"');
  for (; *text != '\0'; text++)
    {
      if (*text == '"')
        g_string_append_c (table, '"');
      g_string_append_c (table, *text);
    }
  g_string_append_c (table, '"');
}

void
zx_cli_add_number (GString *table, double value)
{
  char buffer[32];
  separate (table);
  g_string_append (table, zx_number_format (value, buffer));
}

void
zx_cli_end_row (GString *table)
{
  g_string_append_c (table, '\n');
}
