/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Column widths: a column that may not break gets its widest cell; the others share what is left
 * in proportion to what they would like, and never less than their widest word.  When everything
 * fits, the surplus is shared out so that the table fills the page's measure. */

#include "app/report/zx-table.h"
#include "app/report/zx-tag.h"

#include <string.h>

#define MOST_LIKED  0.7 /* of the table's width: one endless text does not starve its neighbours */
#define MOST_NEEDED 0.35
#define PAD_X       4.0 /* points, each side of a cell */
#define PAD_Y       3.1
#define PAIR_PAD_Y  2.2
#define SIDE_GAP    9.0 /* more room between numbers and the text to their right */
#define HEAD_PAD_Y  4.0
#define CAPTION_GAP 4.0
#define SHORT_TITLE 4.3 /* em: four Han characters stay on one line */
#define KEPT_ROWS   3   /* at least so many stay with the header, and go over together */

typedef struct
{
  ZxRowKind kind;
  const char **cells; /* n_columns */
  gint link_column;   /* -1 = none */
  const char *destination;
  ZxPassage **passages; /* n_columns; NULL entries are empty */
  double height;
} Row;

struct _ZxTable
{
  const char *caption, *continued;
  guint n_columns;
  ZxTableColumn *columns;
  gboolean is_pairs, has_head;
  GPtrArray *rows; /* Row */
  double width, head_height;
  double *left, *column_width;
  ZxPassage **titles, **units;
  ZxPassage *caption_passage, *continued_passage;
};

static void
row_free (gpointer data)
{
  Row *row = data;
  g_free (row->cells);
  g_free (row->passages);
  g_free (row);
}

static void
clear_passages (ZxTable *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = g_ptr_array_index (self->rows, i);
      for (guint c = 0; row->passages != NULL && c < self->n_columns; c++)
        zx_passage_free (row->passages[c]);
      g_clear_pointer (&row->passages, g_free);
    }
  for (guint c = 0; c < self->n_columns; c++)
    {
      g_clear_pointer (&self->titles[c], zx_passage_free);
      g_clear_pointer (&self->units[c], zx_passage_free);
    }
  g_clear_pointer (&self->caption_passage, zx_passage_free);
  g_clear_pointer (&self->continued_passage, zx_passage_free);
}

ZxTable *
zx_table_new (const char *caption, const char *continued, const ZxTableColumn *columns,
              guint n_columns)
{
  ZxTable *self = g_new0 (ZxTable, 1);
  self->caption = caption;
  self->continued = continued;
  self->n_columns = n_columns;
  self->columns = g_memdup2 (columns, n_columns * sizeof *columns);
  for (guint c = 0; c < n_columns; c++)
    self->has_head |= columns[c].title != NULL;
  self->rows = g_ptr_array_new_with_free_func (row_free);
  self->left = g_new0 (double, n_columns);
  self->column_width = g_new0 (double, n_columns);
  self->titles = g_new0 (ZxPassage *, n_columns);
  self->units = g_new0 (ZxPassage *, n_columns);
  return self;
}

void
zx_table_free (ZxTable *self)
{
  if (self == NULL)
    return;
  clear_passages (self);
  g_ptr_array_unref (self->rows);
  g_free (self->columns);
  g_free (self->left);
  g_free (self->column_width);
  g_free (self->titles);
  g_free (self->units);
  g_free (self);
}

void
zx_table_add (ZxTable *self, ZxRowKind kind, const char *const *cells, guint n_cells)
{
  g_return_if_fail (n_cells <= self->n_columns);
  Row *row = g_new0 (Row, 1);
  row->kind = kind;
  row->cells = g_new0 (const char *, self->n_columns);
  memcpy (row->cells, cells, n_cells * sizeof *cells);
  row->link_column = -1;
  g_ptr_array_add (self->rows, row);
}

void
zx_table_link (ZxTable *self, guint column, const char *destination)
{
  Row *row = g_ptr_array_index (self->rows, self->rows->len - 1);
  row->link_column = (gint) column;
  row->destination = destination;
}

void
zx_table_set_pairs (ZxTable *self)
{
  self->is_pairs = TRUE;
}

guint
zx_table_rows (const ZxTable *self)
{
  return self->rows->len;
}

/* ---- widths ------------------------------------------------------------------------------- */

static ZxStyle
cell_style (const ZxTable *self, const Row *row, guint column)
{
  if (self->is_pairs && row->kind == ZX_ROW_PLAIN)
    return column % 2 == 0 ? ZX_STYLE_NOTE : ZX_STYLE_CELL;
  return row->kind == ZX_ROW_PLAIN ? ZX_STYLE_CELL : ZX_STYLE_CELL_STRONG;
}

static double
natural_width (const ZxInk *ink, ZxStyle style, const char *text)
{
  g_autoptr (ZxPassage) passage = zx_passage_new (ink, style, 0.0, text);
  return zx_passage_width (passage);
}

typedef struct
{
  double like, least; /* points, without the padding */
} Wish;

/* What a header needs to stand on two lines: half of it and, of an odd number of Han characters,
 * half a character more. */
static double
width_of_two_lines (const ZxInk *ink, const char *title)
{
  double whole = natural_width (ink, ZX_STYLE_CELL_HEAD, title);
  double word = zx_passage_word_width (ink, ZX_STYLE_CELL_HEAD, title);
  double em = zx_style_size (ZX_STYLE_CELL_HEAD);
  return whole <= SHORT_TITLE * em ? whole : fmax (word, whole / 2.0 + 0.55 * em);
}

static void
wish_of_title (const ZxInk *ink, const ZxTableColumn *column, Wish *wish)
{
  double least = column->title != NULL ? width_of_two_lines (ink, column->title) : 0.0;
  if (column->unit != NULL)
    least = fmax (least, natural_width (ink, ZX_STYLE_CELL_UNIT, column->unit));
  wish->like = fmax (wish->like, least);
  wish->least = fmax (wish->least, least);
}

/* Room kept free on the right of a column of numbers before a column of text. */
static double
side_gap (const ZxTable *self, guint c)
{
  return c + 1 < self->n_columns && self->columns[c].align > 0.5 && self->columns[c + 1].align < 0.5
             ? SIDE_GAP
             : 0.0;
}

static double
inner_width (const ZxTable *self, guint c)
{
  return self->column_width[c] - 2.0 * PAD_X - side_gap (self, c);
}

static Wish
wish_of_column (const ZxTable *self, const ZxInk *ink, guint c)
{
  Wish wish = { 0.0, 0.0 };
  gboolean is_wrapped = self->columns[c].is_wrapped;
  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = g_ptr_array_index (self->rows, i);
      if (row->cells[c] == NULL || row->kind == ZX_ROW_GROUP)
        continue;
      double width = natural_width (ink, cell_style (self, row, c), row->cells[c]);
      wish.like = fmax (wish.like, width);
      if (is_wrapped && width > wish.least)
        wish.least = fmax (wish.least,
                           zx_passage_word_width (ink, cell_style (self, row, c), row->cells[c]));
    }
  wish.like = fmin (wish.like, MOST_LIKED * self->width);
  wish.least = is_wrapped ? fmin (wish.least, MOST_NEEDED * self->width) : wish.like;
  wish_of_title (ink, &self->columns[c], &wish);
  wish.like += 2.0 * PAD_X + side_gap (self, c) + 0.5;
  wish.least += 2.0 * PAD_X + side_gap (self, c) + 0.5;
  return wish;
}

static void
share_width (const ZxTable *self, const Wish *wishes, double *widths)
{
  double like = 0.0, least = 0.0;
  for (guint c = 0; c < self->n_columns; c++)
    {
      like += wishes[c].like;
      least += wishes[c].least;
    }
  for (guint c = 0; c < self->n_columns; c++)
    {
      if (like <= self->width) /* all wishes are met; the surplus goes by size */
        widths[c] = wishes[c].like * (self->width / like);
      else if (least <= self->width) /* wishes above the least are met in part */
        widths[c] = wishes[c].least
                    + (wishes[c].like - wishes[c].least) * (self->width - least) / (like - least);
      else
        widths[c] = wishes[c].least * (self->width / least);
    }
}

/* ---- measuring ---------------------------------------------------------------------------- */

/* Two lines of a header are of about one length, so that no character stands alone. */
static ZxPassage *
title_new (const ZxInk *ink, double inner, const char *title)
{
  g_autoptr (ZxPassage) passage = zx_passage_new (ink, ZX_STYLE_CELL_HEAD, inner, title);
  if (zx_passage_lines (passage) < 2)
    return g_steal_pointer (&passage);
  g_autoptr (ZxPassage) even = zx_passage_new (
      ink, ZX_STYLE_CELL_HEAD, fmin (inner, width_of_two_lines (ink, title)), title);
  return zx_passage_lines (even) > zx_passage_lines (passage) ? g_steal_pointer (&passage)
                                                              : g_steal_pointer (&even);
}

static void
measure_head (ZxTable *self, const ZxInk *ink)
{
  self->head_height = 0.0;
  for (guint c = 0; c < self->n_columns; c++)
    {
      double inner = inner_width (self, c), height = 0.0;
      if (self->columns[c].title != NULL)
        {
          self->titles[c] = title_new (ink, inner, self->columns[c].title);
          height += zx_passage_height (self->titles[c]);
        }
      if (self->columns[c].unit != NULL)
        {
          self->units[c] = zx_passage_new (ink, ZX_STYLE_CELL_UNIT, inner, self->columns[c].unit);
          height += zx_passage_height (self->units[c]);
        }
      self->head_height = fmax (self->head_height, height);
    }
  if (self->has_head)
    self->head_height += 2.0 * HEAD_PAD_Y;
}

static double
pad_y (const ZxTable *self)
{
  return self->is_pairs ? PAIR_PAD_Y : PAD_Y;
}

static void
measure_row (ZxTable *self, const ZxInk *ink, Row *row)
{
  double height = 0.0;
  row->passages = g_new0 (ZxPassage *, self->n_columns);
  for (guint c = 0; c < self->n_columns; c++)
    {
      if (row->cells[c] == NULL)
        continue;
      double inner = row->kind == ZX_ROW_GROUP ? self->width - 2.0 * PAD_X : inner_width (self, c);
      row->passages[c] = zx_passage_new (ink, cell_style (self, row, c), inner, row->cells[c]);
      height = fmax (height, zx_passage_height (row->passages[c]));
    }
  row->height = height + 2.0 * pad_y (self);
}

void
zx_table_measure (ZxTable *self, const ZxInk *ink, double width)
{
  g_autofree Wish *wishes = g_new0 (Wish, self->n_columns);
  clear_passages (self);
  self->width = width;
  for (guint c = 0; c < self->n_columns; c++)
    wishes[c] = wish_of_column (self, ink, c);
  share_width (self, wishes, self->column_width);
  for (guint c = 1; c < self->n_columns; c++)
    self->left[c] = self->left[c - 1] + self->column_width[c - 1];
  measure_head (self, ink);
  for (guint i = 0; i < self->rows->len; i++)
    measure_row (self, ink, g_ptr_array_index (self->rows, i));
  if (self->caption != NULL)
    self->caption_passage = zx_passage_new (ink, ZX_STYLE_CAPTION, width, self->caption);
  if (self->continued != NULL)
    self->continued_passage = zx_passage_new (ink, ZX_STYLE_NOTE, width, self->continued);
}

static double
above_rows (const ZxTable *self, guint from)
{
  const ZxPassage *caption = from == 0 ? self->caption_passage : self->continued_passage;
  return (caption != NULL ? zx_passage_height (caption) + CAPTION_GAP : 0.0) + self->head_height;
}

double
zx_table_height (const ZxTable *self, guint from, guint to)
{
  double height = above_rows (self, from);
  for (guint i = from; i < to; i++)
    height += ((Row *) g_ptr_array_index (self->rows, i))->height;
  return height;
}

guint
zx_table_head_rows (const ZxTable *self)
{
  return MIN (self->rows->len, KEPT_ROWS);
}

guint
zx_table_fit (const ZxTable *self, guint from, double height)
{
  double used = above_rows (self, from);
  guint to = from;
  while (to < self->rows->len)
    {
      used += ((Row *) g_ptr_array_index (self->rows, to))->height;
      if (used > height)
        break;
      to++;
    }
  guint left = self->rows->len - to;
  if (left > 0 && left < KEPT_ROWS && to - from > KEPT_ROWS)
    to -= MIN (KEPT_ROWS - left, to - from - KEPT_ROWS);
  while (to > from + 1 && to < self->rows->len /* a group's title goes over with its rows */
         && ((Row *) g_ptr_array_index (self->rows, to - 1))->kind == ZX_ROW_GROUP)
    to--;
  return to;
}

/* ---- painting ----------------------------------------------------------------------------- */

static void
paint_rule (cairo_t *cr, double x, double y, double width, double weight, const ZxColour *colour)
{
  zx_ink_colour (cr, colour);
  cairo_set_line_width (cr, weight);
  cairo_move_to (cr, x, y);
  cairo_line_to (cr, x + width, y);
  cairo_stroke (cr);
}

/* Only the first header is content; its repetitions are furniture of the page and stay untagged. */
static void
paint_head (const ZxTable *self, const ZxInk *ink, double x, double y, gboolean is_tagged)
{
  zx_ink_colour (ink->cr, &zx_paper_tint);
  cairo_rectangle (ink->cr, x, y, self->width, self->head_height);
  cairo_fill (ink->cr);
  if (is_tagged)
    zx_tag_begin (ink->cr, "TR", NULL);
  for (guint c = 0; c < self->n_columns; c++)
    {
      double left = x + self->left[c] + PAD_X, inner = inner_width (self, c);
      double top = y + HEAD_PAD_Y;
      if (is_tagged)
        zx_tag_begin (ink->cr, "TH", NULL);
      if (self->titles[c] != NULL)
        {
          zx_passage_paint (self->titles[c], left, top, inner, self->columns[c].align);
          top += zx_passage_height (self->titles[c]);
        }
      if (self->units[c] != NULL)
        zx_passage_paint (self->units[c], left, top, inner, self->columns[c].align);
      if (is_tagged)
        zx_tag_end (ink->cr, "TH");
    }
  if (is_tagged)
    zx_tag_end (ink->cr, "TR");
}

static void
paint_cell (const ZxTable *self, const ZxInk *ink, const Row *row, guint c, double x, double y)
{
  const char *tag = self->is_pairs && c % 2 == 0 ? "TH" : "TD";
  gboolean is_link = row->link_column == (gint) c && row->destination != NULL;
  double inner = row->kind == ZX_ROW_GROUP ? self->width - 2.0 * PAD_X : inner_width (self, c);
  zx_tag_begin (ink->cr, tag, NULL);
  if (is_link)
    {
      g_autofree char *where = g_strdup_printf ("dest='%s'", row->destination);
      zx_tag_begin (ink->cr, CAIRO_TAG_LINK, where);
    }
  if (row->passages[c] != NULL)
    zx_passage_paint (row->passages[c], x + self->left[c] + PAD_X, y + pad_y (self), inner,
                      self->columns[c].align);
  if (is_link)
    zx_tag_end (ink->cr, CAIRO_TAG_LINK);
  zx_tag_end (ink->cr, tag);
}

static void
paint_row (const ZxTable *self, const ZxInk *ink, const Row *row, double x, double y)
{
  if (row->kind == ZX_ROW_GROUP)
    {
      zx_ink_colour (ink->cr, &zx_paper_tint);
      cairo_rectangle (ink->cr, x, y, self->width, row->height);
      cairo_fill (ink->cr);
    }
  zx_tag_begin (ink->cr, "TR", NULL);
  for (guint c = 0; c < self->n_columns; c++)
    if (row->kind != ZX_ROW_GROUP || c == 0)
      paint_cell (self, ink, row, c, x, y);
  zx_tag_end (ink->cr, "TR");
}

void
zx_table_paint (const ZxTable *self, const ZxInk *ink, double x, double y, guint from, guint to)
{
  const ZxPassage *caption = from == 0 ? self->caption_passage : self->continued_passage;
  if (from == 0)
    zx_tag_begin (ink->cr, "Table", NULL);
  if (caption != NULL)
    {
      if (from == 0)
        zx_tag_begin (ink->cr, "Caption", NULL);
      zx_passage_paint (caption, x, y, self->width, 0.0);
      if (from == 0)
        zx_tag_end (ink->cr, "Caption");
      y += zx_passage_height (caption) + CAPTION_GAP;
    }
  if (self->has_head)
    paint_head (self, ink, x, y, from == 0);
  if (!self->is_pairs)
    paint_rule (ink->cr, x, y, self->width, 1.0, &zx_paper_accent);
  if (self->has_head)
    paint_rule (ink->cr, x, y + self->head_height, self->width, 0.5, &zx_paper_accent);
  y += self->head_height;
  for (guint i = from; i < to; i++)
    {
      const Row *row = g_ptr_array_index (self->rows, i);
      if (i > from)
        paint_rule (ink->cr, x, y, self->width, row->kind == ZX_ROW_TOTAL ? 0.5 : 0.3,
                    row->kind == ZX_ROW_TOTAL ? &zx_paper_accent : &zx_paper_rule);
      paint_row (self, ink, row, x, y);
      y += row->height;
    }
  if (!self->is_pairs)
    paint_rule (ink->cr, x, y, self->width, 1.0, &zx_paper_accent);
  if (to == self->rows->len)
    zx_tag_end (ink->cr, "Table");
}
