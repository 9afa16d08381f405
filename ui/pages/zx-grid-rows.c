/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/pages/zx-grid-rows.h"

#include <math.h>
#include <string.h>

#define HEAVY_RATE 0.8 /* DOMAIN.md §4: heavily loaded */
#define NO_ROOM_KW 1.0

/* ---- a row --------------------------------------------------------------------------------- */

struct _ZxGridRow
{
  GObject parent;
  ZxGridReading *reading;
  guint index;
};

G_DEFINE_FINAL_TYPE (ZxGridRow, zx_grid_row, G_TYPE_OBJECT)

static void
zx_grid_row_finalize (GObject *object)
{
  zx_grid_reading_unref (ZX_GRID_ROW (object)->reading);
  G_OBJECT_CLASS (zx_grid_row_parent_class)->finalize (object);
}

static void
zx_grid_row_class_init (ZxGridRowClass *class)
{
  G_OBJECT_CLASS (class)->finalize = zx_grid_row_finalize;
}

static void
zx_grid_row_init (ZxGridRow *self)
{
}

const ZxGridLine *
zx_grid_row_line (ZxGridRow *self)
{
  return &self->reading->line[self->index];
}

guint
zx_grid_row_index (ZxGridRow *self)
{
  return self->index;
}

ZxGridReading *
zx_grid_row_reading (ZxGridRow *self)
{
  return self->reading;
}

static char *
rate_text (double rate)
{
  g_autofree char *number = zx_number_human (100 * rate, 0);
  return isnan (rate) ? g_strdup ("–") : g_strdup_printf (_ ("%s %%"), number);
}

char *
zx_grid_row_text (ZxGridRow *self, ZxGridColumn column)
{
  const ZxGridLine *line = zx_grid_row_line (self);
  switch (column)
    {
    case ZX_GRID_COLUMN_RATE:
      return rate_text (line->rate);
    case ZX_GRID_COLUMN_RATE_AFTER:
      return rate_text (line->rate_after);
    case ZX_GRID_COLUMN_ROOM:
      return zx_number_human (line->room_kw, 0);
    case ZX_GRID_COLUMN_LIMIT:
      return g_strdup (line->limit);
    case ZX_GRID_COLUMN_NAME:
    case ZX_N_GRID_COLUMNS:
    default:
      return g_strdup (line->name);
    }
}

static double
number_of (const ZxGridLine *line, ZxGridColumn column)
{
  return column == ZX_GRID_COLUMN_RATE         ? line->rate
         : column == ZX_GRID_COLUMN_RATE_AFTER ? line->rate_after
                                               : line->room_kw;
}

int
zx_grid_row_compare (ZxGridRow *a, ZxGridRow *b, ZxGridColumn column)
{
  const ZxGridLine *p = zx_grid_row_line (a), *q = zx_grid_row_line (b);
  if (column == ZX_GRID_COLUMN_NAME)
    return g_utf8_collate (p->name, q->name);
  if (column == ZX_GRID_COLUMN_LIMIT)
    return g_utf8_collate (p->limit, q->limit);
  double x = number_of (p, column), y = number_of (q, column);
  if (isnan (x) || isnan (y))
    return isnan (x) - isnan (y);
  return (x > y) - (x < y);
}

gboolean
zx_grid_row_matches (ZxGridRow *self, ZxGridShow show, const char *text)
{
  const ZxGridLine *line = zx_grid_row_line (self);
  if ((show == ZX_GRID_SHOW_AREAS && line->is_feeder)
      || (show == ZX_GRID_SHOW_FEEDERS && !line->is_feeder)
      || (show == ZX_GRID_SHOW_HEAVY && !(fmax (line->rate, line->rate_after) >= HEAVY_RATE))
      || (show == ZX_GRID_SHOW_FULL && !(line->room_kw < NO_ROOM_KW))
      || (show == ZX_GRID_SHOW_SITES && line->n_sites == 0))
    return FALSE;
  if (text[0] == '\0')
    return TRUE;
  g_autofree char *folded = g_utf8_casefold (line->name, -1);
  return strstr (folded, text) != NULL;
}

/* ---- the list ------------------------------------------------------------------------------ */

struct _ZxGridRows
{
  GObject parent;
  ZxGridReading *reading;
  const guint *member; /* of @reading; NULL: its lines as they are */
  guint n;
};

static GType
zx_grid_rows_get_item_type (GListModel *model)
{
  return ZX_TYPE_GRID_ROW;
}

static guint
zx_grid_rows_get_n_items (GListModel *model)
{
  return ZX_GRID_ROWS (model)->n;
}

static gpointer
zx_grid_rows_get_item (GListModel *model, guint position)
{
  ZxGridRows *self = ZX_GRID_ROWS (model);
  if (position >= self->n)
    return NULL;
  ZxGridRow *row = g_object_new (ZX_TYPE_GRID_ROW, NULL);
  row->reading = zx_grid_reading_ref (self->reading);
  row->index = self->member != NULL ? self->member[position] : position;
  return row;
}

static void
zx_grid_rows_list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = zx_grid_rows_get_item_type;
  interface->get_n_items = zx_grid_rows_get_n_items;
  interface->get_item = zx_grid_rows_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ZxGridRows, zx_grid_rows, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      zx_grid_rows_list_model_init))

static void
zx_grid_rows_finalize (GObject *object)
{
  zx_grid_reading_unref (ZX_GRID_ROWS (object)->reading);
  G_OBJECT_CLASS (zx_grid_rows_parent_class)->finalize (object);
}

static void
zx_grid_rows_class_init (ZxGridRowsClass *class)
{
  G_OBJECT_CLASS (class)->finalize = zx_grid_rows_finalize;
}

static void
zx_grid_rows_init (ZxGridRows *self)
{
}

ZxGridRows *
zx_grid_rows_new (ZxGridReading *reading)
{
  ZxGridRows *self = g_object_new (ZX_TYPE_GRID_ROWS, NULL);
  self->reading = zx_grid_reading_ref (reading);
  self->n = reading->n;
  return self;
}

static ZxGridRows *
new_group (ZxGridReading *reading, gint32 line)
{
  ZxGridRows *self = zx_grid_rows_new (reading);
  self->member = zx_grid_reading_members (reading, line, &self->n);
  return self;
}

ZxGridRows *
zx_grid_rows_new_tops (ZxGridReading *reading)
{
  return new_group (reading, -1);
}

ZxGridRows *
zx_grid_rows_new_members (const ZxGridRow *row)
{
  guint n;
  zx_grid_reading_members (row->reading, (gint32) row->index, &n);
  return n > 0 ? new_group (row->reading, (gint32) row->index) : NULL;
}
