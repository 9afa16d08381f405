/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Columns that grow row by row: two arrays per column at most, doubled together, so that ten
 * million rows cost eight bytes a number and four a text. */

#include "data/gis/zx-gis-private.h"

#define FIRST_CAPACITY 256

ZxGisTable *
zx_gis_table_new (void)
{
  ZxGisTable *self = g_new0 (ZxGisTable, 1);
  self->pool = zx_pool_new ();
  return self;
}

static void
clear_column (ZxGisColumn *column)
{
  g_free (column->name);
  g_free (column->number);
  g_free (column->text);
}

void
zx_gis_table_free (ZxGisTable *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_columns; i++)
    clear_column (&self->columns[i]);
  g_free (self->columns);
  zx_pool_unref (self->pool);
  g_free (self);
}

/* Rows @from … @to - 1 become missing. */
static void
make_missing (ZxGisColumn *column, gsize from, gsize to)
{
  if (column->text != NULL)
    memset (column->text + from, 0, (to - from) * sizeof *column->text);
  if (column->number != NULL)
    for (gsize i = from; i < to; i++)
      column->number[i] = NAN;
}

/* A column of texts that has none yet has no array: of the forty tags of a map most are empty. */
static gboolean
resize_column (ZxGisColumn *column, gsize to)
{
  if (!column->is_wanted || (column->is_text && column->text == NULL))
    return TRUE;
  gpointer larger = column->is_text ? (gpointer) g_try_renew (guint32, column->text, to)
                                    : (gpointer) g_try_renew (double, column->number, to);
  if (larger == NULL)
    return FALSE;
  if (column->is_text)
    column->text = larger;
  else
    column->number = larger;
  return TRUE;
}

static gboolean
fail_memory (const ZxGisTable *self, gsize n_rows, GError **error)
{
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("There is not enough memory for %zu rows of %u columns"), n_rows,
               self->n_columns);
  return FALSE;
}

guint
zx_gis_table_add_column (ZxGisTable *self, const char *name, gboolean is_text, gboolean is_wanted)
{
  self->columns = g_renew (ZxGisColumn, self->columns, self->n_columns + 1);
  ZxGisColumn *column = &self->columns[self->n_columns++];
  *column = (ZxGisColumn){ g_strdup (name), is_wanted, is_text, NULL, NULL };
  if (self->capacity > 0 && !resize_column (column, self->capacity))
    column->is_wanted = FALSE; /* the next row fails with a sentence */
  make_missing (column, 0, self->n_rows);
  return self->n_columns - 1;
}

static gboolean
grow (ZxGisTable *self, gsize n_rows, GError **error)
{
  gsize capacity = self->capacity == 0 && n_rows > FIRST_CAPACITY
                       ? n_rows
                       : MAX (MAX (self->capacity * 2, FIRST_CAPACITY), n_rows);
  if (capacity > G_MAXSIZE / 16)
    return fail_memory (self, capacity, error);
  for (guint i = 0; i < self->n_columns; i++)
    if (!resize_column (&self->columns[i], capacity))
      return fail_memory (self, capacity, error);
  self->capacity = capacity;
  return TRUE;
}

void
zx_gis_table_expect (ZxGisTable *self, gsize n_rows)
{
  if (n_rows > self->capacity && !grow (self, n_rows, NULL))
    self->capacity = 0; /* arrays keep whatever size they have; growing starts over */
}

gboolean
zx_gis_table_add_rows (ZxGisTable *self, gsize n, GError **error)
{
  gsize first = self->n_rows;
  if (first + n > self->capacity && !grow (self, first + n, error))
    return FALSE;
  for (guint i = 0; i < self->n_columns; i++)
    make_missing (&self->columns[i], first, first + n);
  self->n_rows += n;
  return TRUE;
}

guint32 *
zx_gis_table_texts (ZxGisTable *self, guint index)
{
  ZxGisColumn *column = &self->columns[index];
  if (column->text == NULL && column->is_wanted)
    {
      column->text = g_new (guint32, MAX (self->capacity, 1));
      make_missing (column, 0, self->n_rows);
    }
  return column->text;
}

void
zx_gis_table_make_text (ZxGisTable *self, guint index)
{
  ZxGisColumn *column = &self->columns[index];
  if (column->is_text)
    return;
  column->is_text = TRUE;
  if (column->number == NULL)
    return;
  column->text = g_new (guint32, MAX (self->capacity, 1));
  for (gsize i = 0; i < self->n_rows; i++)
    {
      char buffer[32];
      column->text[i] = zx_pool_add (self->pool, zx_number_format (column->number[i], buffer));
    }
  g_clear_pointer (&column->number, g_free);
}

static gpointer
shrink (gpointer array, gsize n, gsize size)
{
  return array != NULL ? g_realloc (array, MAX (n, 1) * size) : NULL;
}

ZxLayer *
zx_gis_table_finish (ZxGisTable *self, const char *name, const char *source)
{
  ZxLayer *layer = zx_layer_new (name, source, 0);
  for (guint i = 0; i < self->n_columns; i++)
    {
      ZxGisColumn *from = &self->columns[i];
      if (!from->is_wanted)
        continue;
      ZxColumn *to = zx_layer_add_column (layer, from->name,
                                          from->is_text ? ZX_COLUMN_TEXT : ZX_COLUMN_NUMBER);
      if (self->capacity == 0)
        continue;
      g_free (to->number);
      g_free (to->text);
      if (from->is_text)
        zx_gis_table_texts (self, i);
      to->number = shrink (g_steal_pointer (&from->number), self->n_rows, sizeof (double));
      to->text = shrink (g_steal_pointer (&from->text), self->n_rows, sizeof (guint32));
    }
  layer->n_rows = self->n_rows;
  zx_pool_unref (layer->pool);
  layer->pool = zx_pool_ref (self->pool);
  return layer;
}
