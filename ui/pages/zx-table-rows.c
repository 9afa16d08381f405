/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/pages/zx-table-rows.h"

#include <string.h>

#include "ui/pages/zx-column-titles.h"

#define MOST_DECIMALS   3
#define DEGREE_DECIMALS 5 /* a metre */
#define FLOAT_SHARE     1e-6

/* ---- the table ------------------------------------------------------------------------------ */

struct _ZxTable
{
  gatomicrefcount refs;
  ZxLayer *layer;
};

ZxLayerTable *
zx_layer_table_new (ZxLayer *layer)
{
  ZxLayerTable *self = g_new0 (ZxLayerTable, 1);
  g_atomic_ref_count_init (&self->refs);
  self->layer = layer;
  return self;
}

ZxLayerTable *
zx_layer_table_ref (ZxLayerTable *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
zx_layer_table_unref (ZxLayerTable *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  zx_layer_free (self->layer);
  g_free (self);
}

const ZxLayer *
zx_layer_table_layer (const ZxLayerTable *self)
{
  return self->layer;
}

static const char *
cell_text (const ZxLayerTable *self, const ZxColumn *column, gsize row)
{
  return zx_pool_get (self->layer->pool, column->text[row]);
}

/* As far as a float tells: 7.4 is not 7.400. */
static gboolean
has_decimals (double value, guint decimals)
{
  double scaled = value * pow (10, decimals);
  return fabs (scaled - round (scaled)) <= FLOAT_SHARE * fabs (scaled);
}

char *
zx_layer_table_text (const ZxLayerTable *self, gsize row, guint column)
{
  const ZxColumn *own = &self->layer->columns[column];
  if (own->kind == ZX_COLUMN_TEXT)
    return g_strdup (cell_text (self, own, row));
  double value = own->number[row];
  if (zx_column_is_degrees (own->name))
    return zx_number_human (value, DEGREE_DECIMALS);
  guint decimals = 0, most = fabs (value) < 10 ? MOST_DECIMALS : 1;
  while (decimals < most && !has_decimals (value, decimals))
    decimals++;
  return zx_number_human (value, decimals);
}

/* ---- order ---------------------------------------------------------------------------------- */

static gboolean
matches (const ZxLayerTable *self, gsize row, const char *folded)
{
  for (guint c = 0; c < self->layer->n_columns; c++)
    {
      g_autofree char *text = zx_layer_table_text (self, row, c);
      g_autofree char *own = g_utf8_casefold (text, -1);
      if (strstr (own, folded) != NULL)
        return TRUE;
    }
  return FALSE;
}

typedef struct
{
  const ZxLayerTable *table;
  const ZxColumn *column;
  int sign;
} Comparing;

/* Ties keep the layer's order, so that sorting is the same everywhere. */
static int
compare_rows (gconstpointer a, gconstpointer b, gpointer data)
{
  const Comparing *by = data;
  guint32 p = *(const guint32 *) a, q = *(const guint32 *) b;
  int difference = 0;
  gboolean is_p_missing, is_q_missing;
  if (by->column->kind == ZX_COLUMN_TEXT)
    {
      const char *x = cell_text (by->table, by->column, p),
                 *y = cell_text (by->table, by->column, q);
      is_p_missing = *x == '\0';
      is_q_missing = *y == '\0';
      difference = by->column->text[p] == by->column->text[q] ? 0 : g_utf8_collate (x, y);
    }
  else
    {
      double x = by->column->number[p], y = by->column->number[q];
      is_p_missing = isnan (x);
      is_q_missing = isnan (y);
      difference = (x > y) - (x < y);
    }
  if (is_p_missing != is_q_missing)
    return is_p_missing - is_q_missing;
  return difference != 0 ? by->sign * difference : (p > q) - (p < q);
}

GArray *
zx_layer_table_order (const ZxLayerTable *self, const ZxTableOrder *wish)
{
  GArray *order = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree char *folded = g_utf8_casefold (wish->text, -1);
  for (gsize row = 0; row < MIN (self->layer->n_rows, G_MAXINT32); row++)
    {
      guint32 number = (guint32) row;
      if (folded[0] == '\0' || matches (self, row, folded))
        g_array_append_val (order, number);
    }
  if (wish->column >= 0 && (guint) wish->column < self->layer->n_columns)
    {
      Comparing by = { self, &self->layer->columns[wish->column], wish->is_descending ? -1 : 1 };
      g_array_sort_with_data (order, compare_rows, &by);
    }
  return order;
}

/* ---- as text -------------------------------------------------------------------------------- */

static void
append_cell (GString *csv, const char *text)
{
  if (strpbrk (text, ",\"\r\n") == NULL)
    {
      g_string_append (csv, text);
      return;
    }
  g_string_append_c (csv, '"');
  for (; *text != '\0'; text++)
    {
      if (*text == '"')
        g_string_append_c (csv, '"');
      g_string_append_c (csv, *text);
    }
  g_string_append_c (csv, '"');
}

char *
zx_layer_table_csv (const ZxLayerTable *self, const GArray *order)
{
  GString *csv = g_string_new (NULL);
  const ZxLayer *layer = self->layer;
  for (guint c = 0; c < layer->n_columns; c++)
    {
      g_string_append (csv, c > 0 ? "," : "");
      append_cell (csv, layer->columns[c].name);
    }
  g_string_append_c (csv, '\n');
  for (guint i = 0; i < order->len; i++)
    {
      gsize row = g_array_index (order, guint32, i);
      for (guint c = 0; c < layer->n_columns; c++)
        {
          char number[32];
          const ZxColumn *column = &layer->columns[c];
          g_string_append (csv, c > 0 ? "," : "");
          if (column->kind == ZX_COLUMN_TEXT)
            append_cell (csv, cell_text (self, column, row));
          else
            g_string_append (csv, zx_number_format (column->number[row], number));
        }
      g_string_append_c (csv, '\n');
    }
  return g_string_free (csv, FALSE);
}

/* ---- a row ---------------------------------------------------------------------------------- */

struct _ZxTableRow
{
  GObject parent;
  guint32 index;
};

G_DEFINE_FINAL_TYPE (ZxTableRow, zx_table_row, G_TYPE_OBJECT)

static void
zx_table_row_class_init (ZxTableRowClass *class)
{
}

static void
zx_table_row_init (ZxTableRow *self)
{
}

guint32
zx_table_row_index (ZxTableRow *self)
{
  return self->index;
}

/* ---- the list ------------------------------------------------------------------------------- */

struct _ZxTableRows
{
  GObject parent;
  GArray *order; /* guint32 */
};

static GType
item_type (GListModel *model)
{
  return ZX_TYPE_TABLE_ROW;
}

static guint
n_items (GListModel *model)
{
  return ZX_TABLE_ROWS (model)->order->len;
}

static gpointer
item (GListModel *model, guint position)
{
  const GArray *order = ZX_TABLE_ROWS (model)->order;
  if (position >= order->len)
    return NULL;
  ZxTableRow *row = g_object_new (ZX_TYPE_TABLE_ROW, NULL);
  row->index = g_array_index (order, guint32, position);
  return row;
}

static void
list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = item_type;
  interface->get_n_items = n_items;
  interface->get_item = item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ZxTableRows, zx_table_rows, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
zx_table_rows_finalize (GObject *object)
{
  g_array_unref (ZX_TABLE_ROWS (object)->order);
  G_OBJECT_CLASS (zx_table_rows_parent_class)->finalize (object);
}

static void
zx_table_rows_class_init (ZxTableRowsClass *class)
{
  G_OBJECT_CLASS (class)->finalize = zx_table_rows_finalize;
}

static void
zx_table_rows_init (ZxTableRows *self)
{
  self->order = g_array_new (FALSE, FALSE, sizeof (guint32));
}

ZxTableRows *
zx_table_rows_new (void)
{
  return g_object_new (ZX_TYPE_TABLE_ROWS, NULL);
}

void
zx_table_rows_set_order (ZxTableRows *self, GArray *order)
{
  guint n_before = self->order->len;
  g_array_unref (self->order);
  self->order = order;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, order->len);
}

const GArray *
zx_table_rows_order (ZxTableRows *self)
{
  return self->order;
}
