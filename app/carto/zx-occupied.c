/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Places taken by symbols and labels, as boxes filed under the cells of a lattice.  They hang on
 * the cairo_t itself, so that names painted last keep clear of symbols painted before without any
 * object travelling through the callers.  Asking costs the boxes of the cells touched; the order of
 * boxes within a cell cannot change the answer. */

#include "app/carto/zx-paint-private.h"

#define CELL      24.0 /* page units: about two labels high */
#define MAX_SPAN  64   /* cells a box may span either way; larger ones count as that large */
#define KEY_LIMIT 30000

struct _ZxOccupied
{
  GArray *boxes;     /* ZxBox */
  GHashTable *cells; /* cell key → GArray of guint */
};

static const cairo_user_data_key_t occupied_key;

static void
occupied_free (gpointer data)
{
  ZxOccupied *self = data;
  g_array_unref (self->boxes);
  g_hash_table_unref (self->cells);
  g_free (self);
}

static ZxOccupied *
occupied_new (void)
{
  ZxOccupied *self = g_new0 (ZxOccupied, 1);
  self->boxes = g_array_new (FALSE, FALSE, sizeof (ZxBox));
  self->cells = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_array_unref);
  return self;
}

ZxOccupied *
zx_occupied_of (cairo_t *cr)
{
  ZxOccupied *self = cairo_get_user_data (cr, &occupied_key);
  if (self == NULL)
    {
      self = occupied_new ();
      cairo_set_user_data (cr, &occupied_key, self, occupied_free);
    }
  return self;
}

static gint
cell_of (double value)
{
  return (gint) CLAMP (floor (value / CELL), -KEY_LIMIT, KEY_LIMIT);
}

static gpointer
cell_key (gint column, gint row)
{
  return GUINT_TO_POINTER ((guint) (column + KEY_LIMIT + 1) << 16 | (guint) (row + KEY_LIMIT + 1));
}

static gboolean
overlaps (const ZxBox *a, const ZxBox *b)
{
  return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height
         && b->y < a->y + a->height;
}

static void
cell_span (const ZxBox *box, gint *first_column, gint *first_row, gint *last_column, gint *last_row)
{
  *first_column = cell_of (box->x);
  *first_row = cell_of (box->y);
  *last_column = MIN (cell_of (box->x + box->width), *first_column + MAX_SPAN);
  *last_row = MIN (cell_of (box->y + box->height), *first_row + MAX_SPAN);
}

gboolean
zx_occupied_is_free (const ZxOccupied *self, const ZxBox *box)
{
  gint first_column, first_row, last_column, last_row;
  cell_span (box, &first_column, &first_row, &last_column, &last_row);
  for (gint row = first_row; row <= last_row; row++)
    for (gint column = first_column; column <= last_column; column++)
      {
        const GArray *filed = g_hash_table_lookup (self->cells, cell_key (column, row));
        for (guint i = 0; filed != NULL && i < filed->len; i++)
          if (overlaps (box, &g_array_index (self->boxes, ZxBox, g_array_index (filed, guint, i))))
            return FALSE;
      }
  return TRUE;
}

static void
file_box (ZxOccupied *self, guint index)
{
  gint first_column, first_row, last_column, last_row;
  cell_span (&g_array_index (self->boxes, ZxBox, index), &first_column, &first_row, &last_column,
             &last_row);
  for (gint row = first_row; row <= last_row; row++)
    for (gint column = first_column; column <= last_column; column++)
      {
        GArray *filed = g_hash_table_lookup (self->cells, cell_key (column, row));
        if (filed == NULL)
          {
            filed = g_array_new (FALSE, FALSE, sizeof (guint));
            g_hash_table_insert (self->cells, cell_key (column, row), filed);
          }
        g_array_append_val (filed, index);
      }
}

void
zx_occupied_take (ZxOccupied *self, const ZxBox *box)
{
  if (!isfinite (box->x) || !isfinite (box->y) || !(box->width >= 0) || !(box->height >= 0))
    return;
  g_array_append_val (self->boxes, *box);
  file_box (self, self->boxes->len - 1);
}

void
zx_occupied_forget (ZxOccupied *self, const ZxBox *within)
{
  guint n_kept = 0;
  g_hash_table_remove_all (self->cells);
  for (guint i = 0; i < self->boxes->len; i++)
    {
      ZxBox box = g_array_index (self->boxes, ZxBox, i);
      if (!overlaps (&box, within))
        g_array_index (self->boxes, ZxBox, n_kept++) = box;
    }
  g_array_set_size (self->boxes, n_kept);
  for (guint i = 0; i < n_kept; i++)
    file_box (self, i);
}

guint
zx_occupied_count (const ZxOccupied *self)
{
  return self->boxes->len;
}

ZxBox
zx_occupied_get (const ZxOccupied *self, guint i)
{
  return g_array_index (self->boxes, ZxBox, i);
}

gboolean
zx_box_holds (const ZxBox *outer, const ZxBox *inner)
{
  return inner->x >= outer->x && inner->y >= outer->y
         && inner->x + inner->width <= outer->x + outer->width
         && inner->y + inner->height <= outer->y + outer->height;
}
