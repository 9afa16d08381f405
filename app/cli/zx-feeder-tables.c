/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the commands on feeders share: reading a grid, writing tables. */

#include "app/cli/zx-cli.h"

#include <string.h>

#include "data/gis/zx-gis.h"

/* "ours=theirs" texts as the pairs that the reader wants; NULL-terminated. */
static char **
split_columns (char **columns, GError **error)
{
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; columns != NULL && columns[i] != NULL; i++)
    {
      const char *equals = strchr (columns[i], '=');
      if (equals == NULL)
        {
          g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                       _ ("“%s” does not say which column holds which: write OURS=THEIRS"),
                       columns[i]);
          return NULL;
        }
      g_ptr_array_add (pairs, g_strndup (columns[i], (gsize) (equals - columns[i])));
      g_ptr_array_add (pairs, g_strdup (equals + 1));
    }
  g_ptr_array_add (pairs, NULL);
  return (char **) (void *) g_ptr_array_free (g_steal_pointer (&pairs), FALSE);
}

static ZxLayer *
read_layer (const char *path, GError **error)
{
  const ZxGisReadOptions options = ZX_GIS_READ_OPTIONS_INIT;
  g_autoptr (GPtrArray) layers = zx_gis_look (path, NULL, NULL, error);
  if (layers == NULL || layers->len == 0)
    {
      if (layers != NULL)
        g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING, _ ("%s holds no layer"), path);
      return NULL;
    }
  const ZxGisLayerInfo *info = g_ptr_array_index (layers, 0);
  return zx_gis_read (path, info->name, &options, NULL, NULL, error);
}

/* Points of a layer with a coordinate system become its columns lon and lat. */
static gboolean
add_places (ZxLayer *layer, GError **error)
{
  const ZxGeometry *geometry = &layer->geometry;
  if (geometry->kind != ZX_GEOMETRY_POINT || layer->crs == NULL
      || zx_layer_column (layer, "lon") != NULL)
    return TRUE;
  double *lon = zx_layer_new_numbers (layer, "lon");
  double *lat = zx_layer_new_numbers (layer, "lat");
  memcpy (lon, geometry->x, sizeof (double) * layer->n_rows);
  memcpy (lat, geometry->y, sizeof (double) * layer->n_rows);
  return zx_gis_transform (layer->crs, "EPSG:4326", lon, lat, layer->n_rows, NULL, error);
}

static ZxGrid *
read_layers (char **words, char **columns, double base_mva, GError **error)
{
  zx_gis_init ();
  g_auto (GStrv) pairs = split_columns (columns, error);
  g_autoptr (ZxLayer) nodes = pairs != NULL ? read_layer (words[0], error) : NULL;
  g_autoptr (ZxLayer) branches = nodes != NULL ? read_layer (words[1], error) : NULL;
  if (branches == NULL || !add_places (nodes, error))
    return NULL;
  return zx_grid_from_layers (nodes, branches, (ZxGridColumns) pairs, base_mva, nodes->name, error);
}

ZxGrid *
zx_cli_read_grid (char **words, char **columns, double base_mva, GError **error)
{
  ZxGrid *grid = words[1] == NULL ? zx_grid_read (words[0], error)
                                  : read_layers (words, columns, base_mva, error);
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
