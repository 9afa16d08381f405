/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Layers of any content through guessing, checking and cleaning.  An input is a list of layers,
 * each
 *
 *   FILE ROLE GEOMETRY
 *   header,header
 *   cell,cell
 *   (empty line)
 *
 * ROLE "-" is the guessed one; GEOMETRY 0 none, 1 points, 2 lines, 3 polygons, made of the numbers
 * of each row.  No crash, every row accounted for, and what is built seals. */

#include "data/quality/zx-quality.h"

#include <stdint.h>

#define MOST_ROWS    2000
#define MOST_COLUMNS 64

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static gboolean
is_number_column (char **rows, guint n_rows, guint column)
{
  for (guint i = 0; i < n_rows; i++)
    {
      g_auto (GStrv) cells = g_strsplit (rows[i], ",", MOST_COLUMNS);
      double value;
      if (column < g_strv_length (cells) && *cells[column] != '\0'
          && !zx_number_parse (cells[column], strlen (cells[column]), &value))
        return FALSE;
    }
  return TRUE;
}

static void
add_columns (ZxLayer *layer, const char *header, char **rows, guint n_rows)
{
  g_auto (GStrv) names = g_strsplit (header, ",", MOST_COLUMNS);
  for (guint k = 0; names[k] != NULL; k++)
    {
      gboolean is_number = is_number_column (rows, n_rows, k);
      g_autofree char *name = g_utf8_make_valid (names[k], -1);
      ZxColumn *column
          = zx_layer_add_column (layer, name, is_number ? ZX_COLUMN_NUMBER : ZX_COLUMN_TEXT);
      for (guint i = 0; i < n_rows; i++)
        {
          g_auto (GStrv) cells = g_strsplit (rows[i], ",", MOST_COLUMNS);
          const char *cell = k < g_strv_length (cells) ? cells[k] : "";
          if (is_number)
            zx_number_parse (cell, strlen (cell), &column->number[i]);
          else
            column->text[i] = zx_pool_add (layer->pool, cell);
        }
    }
}

static void
add_geometry (ZxLayer *layer, ZxGeometryKind kind)
{
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, kind);
  for (gsize row = 0; row < layer->n_rows; row++)
    {
      if (kind != ZX_GEOMETRY_POINT)
        zx_geometry_builder_begin_part (&builder, FALSE);
      guint n = kind == ZX_GEOMETRY_POINT ? 2 : layer->n_columns;
      for (guint k = 0; k + 1 < n; k += 2)
        zx_geometry_builder_point (
            &builder,
            zx_layer_number (layer, k < layer->n_columns ? &layer->columns[k] : NULL, row),
            zx_layer_number (layer, k + 1 < layer->n_columns ? &layer->columns[k + 1] : NULL, row));
      if (kind == ZX_GEOMETRY_POINT && n < 3 && layer->n_columns < 1)
        zx_geometry_builder_point (&builder, NAN, NAN);
      zx_geometry_builder_end_row (&builder);
    }
  zx_geometry_builder_finish (&builder, &layer->geometry);
  if (kind == ZX_GEOMETRY_POINT) /* one point per row, whatever the columns are */
    g_assert_cmpuint (layer->geometry.n_points, >=, layer->n_rows);
}

/* A layer from one section; NULL when it has no first line. */
static ZxLayer *
read_section (char **lines, ZxRole *role, gboolean *is_guessed)
{
  guint n_lines = g_strv_length (lines);
  if (n_lines < 2)
    return NULL;
  g_auto (GStrv) words = g_strsplit (lines[0], " ", 3);
  guint n_words = g_strv_length (words), n_rows = MIN (n_lines - 2, MOST_ROWS);
  g_autofree char *file = g_utf8_make_valid (n_words > 0 ? words[0] : "x", -1);
  ZxLayer *layer = zx_layer_new (file, file, n_rows);
  *is_guessed = n_words < 2 || strcmp (words[1], "-") == 0;
  *role = n_words < 2 ? ZX_ROLE_NONE : zx_role_parse (words[1]);
  add_columns (layer, lines[1], lines + 2, n_rows);
  guint kind = n_words > 2 ? (guint) (words[2][0] - '0') : 0;
  if (kind >= ZX_GEOMETRY_POINT && kind <= ZX_GEOMETRY_POLYGON)
    add_geometry (layer, (ZxGeometryKind) kind);
  return layer;
}

static ZxBinding *
bind (const ZxLayer *layer, ZxRole role, gboolean is_guessed)
{
  ZxBinding *binding = zx_quality_guess (layer, layer->name, "CSV", -1);
  guint n;
  const ZxRoleColumn *columns = zx_role_columns (role, &n);
  if (is_guessed)
    return binding;
  binding->role = role;
  for (guint i = 0; i < n; i++)
    if (zx_layer_column (layer, columns[i].name) != NULL)
      zx_binding_bind (binding, columns[i].name, columns[i].name);
  return binding;
}

static void
check (const ZxCity *city, const ZxFindings *findings)
{
  gint64 n_used = 0, n_rows = 0, n_aside = 0;
  g_autoptr (ZxCatalogue) catalogue = zx_catalogue_new ("en");
  for (guint i = 0; i < city->sources->len; i++)
    {
      const ZxSource *source = g_ptr_array_index (city->sources, i);
      n_used += source->n_used;
      n_rows += source->n_rows;
    }
  for (guint i = 0; i < findings->rows->len; i++)
    {
      const ZxFinding *finding = &g_array_index (findings->rows, ZxFinding, i);
      g_autofree char *text = zx_quality_describe (findings, finding, catalogue);
      g_assert (g_utf8_validate (text, -1, NULL));
      n_aside += finding->action == ZX_ACTION_SET_ASIDE ? finding->count : 0;
    }
  if (city->sources->len > 0)
    g_assert_cmpint (n_used + n_aside, ==, n_rows);
}

static void
build (GPtrArray *layers, GPtrArray *bindings)
{
  g_autoptr (GArray) inputs = g_array_new (FALSE, TRUE, sizeof (ZxQualityInput));
  g_autoptr (ZxFindings) findings = zx_findings_new ();
  g_autoptr (GError) error = NULL;
  ZxCity *city = zx_city_new ();
  for (guint i = 0; i < layers->len; i++)
    {
      ZxQualityInput input
          = { .binding = g_ptr_array_index (bindings, i), .layer = g_ptr_array_index (layers, i) };
      g_array_append_val (inputs, input);
    }
  gboolean ok = zx_quality_build (city, (const ZxQualityInput *) (gpointer) inputs->data,
                                  inputs->len, NULL, findings, NULL, &error);
  g_assert (ok == (error == NULL));
  check (city, findings);
  if (ok)
    g_assert (zx_city_seal (city, &error));
  zx_city_unref (city);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size > 200000)
    return 0;
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) sections = g_strsplit (text, "\n\n", 8);
  g_autoptr (GPtrArray) layers = g_ptr_array_new_with_free_func ((GDestroyNotify) zx_layer_free);
  g_autoptr (GPtrArray) bindings
      = g_ptr_array_new_with_free_func ((GDestroyNotify) zx_binding_free);
  for (guint i = 0; sections[i] != NULL; i++)
    {
      g_auto (GStrv) lines = g_strsplit (sections[i], "\n", -1);
      ZxRole role;
      gboolean is_guessed;
      ZxLayer *layer = read_section (lines, &role, &is_guessed);
      if (layer == NULL)
        continue;
      g_ptr_array_add (layers, layer);
      g_ptr_array_add (bindings, bind (layer, role, is_guessed));
    }
  build (layers, bindings);
  return 0;
}
