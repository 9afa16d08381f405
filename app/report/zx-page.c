/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pagination: one pass from top to bottom.
 *
 * A figure that finds no room waits for the top of the next page while the text goes on, as long as
 * its chapter lasts and no table is open.  Any other block needs room for its first piece and for
 * the first piece of everything it must stay with (a heading with its paragraph, a table's header
 * with three rows); without that room it opens the next page.  Paragraphs break between lines, two
 * at least on each side; tables between rows; figures give way in height before they wait.  Page
 * numbers of the contents are known when all blocks stand, and the contents' own height does not
 * depend on them: one pass is enough. */

#include "app/report/zx-page.h"

#include <cairo-pdf.h>

#define BANNER_PAD           11.0
#define BANNER_BAR           3.0
#define FACT_GUTTER          12.0
#define ITEM_INDENT          14.0
#define GAP_UNDER_FIGURE     14.0
#define WHOLE_TABLE          240.0 /* points; lower tables are not parted */
#define LEAST_LINES          2u
#define LEAST_CONTENTS_SCALE 0.8

typedef struct
{
  guint block;
  guint page; /* 0 … */
  double y, height;
  guint from, to; /* lines or rows */
} Placement;

/* What setting a block gives. */
typedef struct
{
  ZxPassage *passage, *title;
  GPtrArray *passages; /* facts: number, unit, label of each; contents: entries */
  double height;
} Setting;

struct _ZxPages
{
  const ZxDocument *document;
  const ZxInk *ink;
  Setting *settings;
  GArray *placements;
  GArray *listed;      /* guint: blocks of the contents' entries */
  guint *heading_page; /* of each block */
  guint n_pages;
  double contents_scale; /* of the contents' line height, so that they fill one page if they can */
  /* while placing */
  GArray *waiting; /* guint: figures and their notes */
  guint page;
  double y;
  gboolean is_fresh; /* nothing stands on this page yet */
};

static const ZxBlock *
block_at (const ZxPages *self, guint i)
{
  return g_ptr_array_index (self->document->blocks, i);
}

/* ---- setting ------------------------------------------------------------------------------ */

static double
space_before (const ZxBlock *block)
{
  switch (block->kind)
    {
    case ZX_BLOCK_HEADING:
      return block->level == 1 ? 34.0 : block->level == 2 ? 22.0 : 13.0;
    case ZX_BLOCK_TABLE:
    case ZX_BLOCK_FIGURE:
    case ZX_BLOCK_BANNER:
    case ZX_BLOCK_FACTS:
      return 12.0;
    case ZX_BLOCK_ITEM:
      return 3.0;
    default:
      return block->style == ZX_STYLE_NOTE ? 5.0 : 6.0;
    }
}

static double
space_after (const ZxBlock *block)
{
  switch (block->kind)
    {
    case ZX_BLOCK_HEADING:
      return block->level == 1 ? 14.0 : block->level == 2 ? 6.0 : 3.0;
    case ZX_BLOCK_TABLE:
    case ZX_BLOCK_FIGURE:
    case ZX_BLOCK_BANNER:
    case ZX_BLOCK_FACTS:
      return 12.0;
    case ZX_BLOCK_ITEM:
      return 3.0;
    default:
      return 6.0;
    }
}

static double
space_between (const ZxBlock *above, const ZxBlock *below)
{
  if (above == NULL)
    return 0.0;
  if (above->kind == ZX_BLOCK_HEADING) /* the heading decides how near its text stands */
    return below->kind == ZX_BLOCK_HEADING ? space_after (above) + 2.0 : space_after (above);
  if (below->kind == ZX_BLOCK_TEXT && below->style == ZX_STYLE_NOTE
      && (above->kind == ZX_BLOCK_TABLE || above->kind == ZX_BLOCK_FIGURE))
    return 5.0;
  return fmax (space_after (above), space_before (below));
}

static double
number_width (const ZxPages *self, const ZxBlock *block)
{
  if (block->number == NULL)
    return 0.0;
  g_autoptr (ZxPassage) number = zx_passage_new (self->ink, block->style, 0.0, block->number);
  return zx_passage_width (number) + zx_style_size (block->style) * 0.8;
}

static void
set_heading (ZxPages *self, const ZxBlock *block, Setting *setting)
{
  double indent = number_width (self, block);
  setting->passage
      = zx_passage_new (self->ink, block->style, ZX_PAGE_MEASURE - indent, block->text);
  if (block->number != NULL)
    setting->title = zx_passage_new (self->ink, block->style, 0.0, block->number);
  setting->height = zx_passage_height (setting->passage) + (block->level == 1 ? 9.0 : 0.0);
}

static void
set_banner (ZxPages *self, const ZxBlock *block, Setting *setting)
{
  double inner = ZX_PAGE_MEASURE - 2.0 * BANNER_PAD - BANNER_BAR - (block->is_caution ? 26.0 : 0.0);
  setting->title = zx_passage_new (self->ink, ZX_STYLE_STRONG, inner, block->title);
  setting->passage = zx_passage_new (self->ink, ZX_STYLE_BODY, inner, block->text);
  setting->height = zx_passage_height (setting->title) + zx_passage_height (setting->passage)
                    + 2.0 * BANNER_PAD - 4.0;
}

static double
fact_width (const ZxBlock *block)
{
  return (ZX_PAGE_MEASURE - FACT_GUTTER * (block->n_facts - 1.0)) / block->n_facts;
}

static void
set_facts (ZxPages *self, const ZxBlock *block, Setting *setting)
{
  double width = fact_width (block);
  setting->passages = g_ptr_array_new_with_free_func ((GDestroyNotify) zx_passage_free);
  for (guint i = 0; i < block->n_facts; i++)
    {
      const ZxFact *fact = &block->facts[i];
      ZxPassage *label = zx_passage_new (self->ink, ZX_STYLE_NOTE, width, fact->label);
      g_ptr_array_add (setting->passages,
                       zx_passage_new (self->ink, ZX_STYLE_FIGURE, 0.0, fact->number));
      g_ptr_array_add (setting->passages, zx_passage_new (self->ink, ZX_STYLE_NOTE, 0.0,
                                                          fact->unit != NULL ? fact->unit : ""));
      g_ptr_array_add (setting->passages, label);
      setting->height = fmax (setting->height, 32.0 + zx_passage_height (label));
    }
}

static void
set_contents (ZxPages *self, Setting *setting)
{
  setting->passages = g_ptr_array_new_with_free_func ((GDestroyNotify) zx_passage_free);
  self->listed = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < self->document->blocks->len; i++)
    {
      const ZxBlock *block = block_at (self, i);
      if (block->kind != ZX_BLOCK_HEADING || !block->is_listed)
        continue;
      ZxStyle style = block->level == 1 ? ZX_STYLE_STRONG : ZX_STYLE_BODY;
      g_array_append_val (self->listed, i);
      g_ptr_array_add (setting->passages,
                       zx_passage_new (self->ink, style, ZX_PAGE_MEASURE - 90.0, block->text));
    }
}

static double
entry_height (const ZxPages *self, guint entry)
{
  const ZxBlock *block = block_at (self, g_array_index (self->listed, guint, entry));
  return (block->level == 1 ? 22.0 : 15.5) * self->contents_scale;
}

static void
set_block (ZxPages *self, guint i)
{
  const ZxBlock *block = block_at (self, i);
  Setting *setting = &self->settings[i];
  switch (block->kind)
    {
    case ZX_BLOCK_HEADING:
      set_heading (self, block, setting);
      break;
    case ZX_BLOCK_TEXT:
      setting->passage = zx_passage_new (self->ink, block->style, ZX_PAGE_MEASURE, block->text);
      setting->height = zx_passage_height (setting->passage);
      break;
    case ZX_BLOCK_ITEM:
      setting->passage
          = zx_passage_new (self->ink, block->style, ZX_PAGE_MEASURE - ITEM_INDENT, block->text);
      setting->height = zx_passage_height (setting->passage);
      break;
    case ZX_BLOCK_BANNER:
      set_banner (self, block, setting);
      break;
    case ZX_BLOCK_FACTS:
      set_facts (self, block, setting);
      break;
    case ZX_BLOCK_TABLE:
      zx_table_measure (block->table, self->ink, ZX_PAGE_MEASURE);
      break;
    case ZX_BLOCK_FIGURE:
      zx_figure_measure (block->figure, self->ink, ZX_PAGE_MEASURE);
      break;
    case ZX_BLOCK_CONTENTS:
      set_contents (self, setting);
      break;
    case ZX_BLOCK_COVER:
    case ZX_BLOCK_PAGE:
    case ZX_BLOCK_ROOM:
    default:
      break;
    }
}

/* ---- placing ------------------------------------------------------------------------------ */

static double
room_left (const ZxPages *self)
{
  return ZX_PAGE_BOTTOM - self->y;
}

static void
turn_page (ZxPages *self)
{
  if (!self->is_fresh)
    self->page++;
  self->y = ZX_PAGE_TOP;
  self->is_fresh = TRUE;
}

static double
table_head_height (const ZxTable *table)
{
  double whole = zx_table_height (table, 0, zx_table_rows (table));
  return whole <= WHOLE_TABLE ? whole : zx_table_height (table, 0, zx_table_head_rows (table));
}

/* Three lines cannot be parted with two on each side. */
static guint
head_lines (const ZxPassage *passage)
{
  guint n = zx_passage_lines (passage);
  return n < 2 * LEAST_LINES ? n : LEAST_LINES;
}

/* The least height the block's first piece takes, with what must stay on its page. */
static double
head_height (const ZxPages *self, guint i)
{
  const ZxBlock *block = block_at (self, i);
  const Setting *setting = &self->settings[i];
  double height = setting->height;
  if (block->kind == ZX_BLOCK_TABLE)
    height = table_head_height (block->table);
  else if (block->kind == ZX_BLOCK_FIGURE)
    height = zx_figure_least_height (block->figure);
  else if (block->kind == ZX_BLOCK_CONTENTS)
    height = 100.0;
  else if ((block->kind == ZX_BLOCK_TEXT || block->kind == ZX_BLOCK_ITEM)
           && !block->is_kept_with_next)
    height = head_lines (setting->passage) * zx_passage_lead (setting->passage);
  if (block->is_kept_with_next && i + 1 < self->document->blocks->len)
    {
      const ZxBlock *next = block_at (self, i + 1);
      if (next->kind != ZX_BLOCK_PAGE && next->kind != ZX_BLOCK_ROOM
          && next->kind != ZX_BLOCK_COVER)
        height += space_between (block, next) + head_height (self, i + 1);
    }
  return height;
}

static void
stand (ZxPages *self, guint block, double height, guint from, guint to)
{
  Placement placement = { block, self->page, self->y, height, from, to };
  g_array_append_val (self->placements, placement);
  self->y += height;
  self->is_fresh = FALSE;
}

static void
place_figure (ZxPages *self, guint i)
{
  const ZxFigure *figure = block_at (self, i)->figure;
  double height = fmin (zx_figure_height (figure), room_left (self));
  stand (self, i, fmax (height, zx_figure_least_height (figure)), 0, 0);
}

static void
place_waiting (ZxPages *self)
{
  while (self->waiting->len > 0)
    {
      guint i = g_array_index (self->waiting, guint, 0);
      gboolean is_figure = block_at (self, i)->kind == ZX_BLOCK_FIGURE;
      double gap = self->is_fresh ? 0.0 : is_figure ? 12.0 : 5.0;
      if (!self->is_fresh && gap + head_height (self, i) > room_left (self))
        return;
      self->y += gap;
      if (is_figure)
        place_figure (self, i);
      else
        stand (self, i, self->settings[i].height, 0, zx_passage_lines (self->settings[i].passage));
      g_array_remove_index (self->waiting, 0);
    }
}

static void
open_page (ZxPages *self)
{
  turn_page (self);
  place_waiting (self);
}

/* No figure waits any more: a chapter ends, or a heading needs the next figure under it. */
static void
settle (ZxPages *self)
{
  while (self->waiting->len > 0)
    open_page (self);
}

static void
place_lines (ZxPages *self, guint i)
{
  const ZxPassage *passage = self->settings[i].passage;
  guint n = zx_passage_lines (passage), from = 0;
  double lead = zx_passage_lead (passage);
  while (from < n)
    {
      guint fits = (guint) fmax (0.0, floor ((room_left (self) + 0.01) / lead));
      guint to = MIN (n, from + fits);
      if (to < n && n - to < LEAST_LINES)
        to = MAX (from, n - LEAST_LINES);
      if (to < n && to < from + LEAST_LINES && !self->is_fresh)
        to = from;
      if (to == from && self->is_fresh)
        to = from + 1;
      if (to > from)
        stand (self, i, (to - from) * lead, from, to);
      from = to;
      if (from == n)
        break;
      open_page (self);
      if (!self->is_fresh) /* a figure took the top of the page */
        self->y += GAP_UNDER_FIGURE;
    }
}

static void
place_rows (ZxPages *self, guint i)
{
  const ZxTable *table = block_at (self, i)->table;
  guint n = zx_table_rows (table), from = 0;
  while (from < n)
    {
      guint to = zx_table_fit (table, from, room_left (self));
      if (to == from && self->is_fresh)
        to = from + 1; /* a row higher than a page: it is cut at the foot rather than lost */
      if (to > from)
        stand (self, i, zx_table_height (table, from, to), from, to);
      from = to;
      if (from < n)
        turn_page (self);
    }
}

static void
place_contents (ZxPages *self, guint i)
{
  guint n = self->listed->len, from = 0;
  double whole = 0.0;
  for (guint entry = 0; entry < n; entry++)
    whole += entry_height (self, entry);
  if (whole > room_left (self) && room_left (self) / whole > LEAST_CONTENTS_SCALE)
    self->contents_scale = (room_left (self) - 1.0) / whole;
  while (from < n)
    {
      guint to = from;
      double height = 0.0;
      while (to < n && height + entry_height (self, to) <= room_left (self))
        height += entry_height (self, to++);
      stand (self, i, height, from, to);
      from = to;
      if (from < n)
        turn_page (self);
    }
}

static void
place_piece (ZxPages *self, guint i)
{
  switch (block_at (self, i)->kind)
    {
    case ZX_BLOCK_TEXT:
    case ZX_BLOCK_ITEM:
      place_lines (self, i);
      break;
    case ZX_BLOCK_TABLE:
      place_rows (self, i);
      break;
    case ZX_BLOCK_FIGURE:
      place_figure (self, i);
      break;
    case ZX_BLOCK_CONTENTS:
      place_contents (self, i);
      break;
    default:
      stand (self, i, self->settings[i].height, 0, 0);
    }
}

/* Page breaks, wanted ones. */
static gboolean
place_break (ZxPages *self, guint i)
{
  const ZxBlock *block = block_at (self, i);
  if (block->kind != ZX_BLOCK_PAGE && block->kind != ZX_BLOCK_ROOM && block->kind != ZX_BLOCK_COVER)
    return FALSE;
  settle (self);
  if (block->kind != ZX_BLOCK_ROOM || room_left (self) < block->need)
    turn_page (self);
  if (block->kind == ZX_BLOCK_COVER)
    {
      stand (self, i, ZX_PAGE_HEIGHT, 0, 0);
      turn_page (self);
    }
  return TRUE;
}

/* TRUE when the block stands by a figure that is not placed yet, or is one without room. */
static gboolean
must_wait (const ZxPages *self, guint i, double gap)
{
  const ZxBlock *block = block_at (self, i);
  gboolean is_note = block->kind == ZX_BLOCK_TEXT && block->style == ZX_STYLE_NOTE && i > 0
                     && block_at (self, i - 1)->kind == ZX_BLOCK_FIGURE;
  if (block->kind == ZX_BLOCK_FIGURE)
    return self->waiting->len > 0
           || (!self->is_fresh && gap + head_height (self, i) > room_left (self));
  return is_note && self->waiting->len > 0
         && g_array_index (self->waiting, guint, self->waiting->len - 1) == i - 1;
}

/* A heading over a figure takes it along; chapters do not share figures. */
static gboolean
must_settle (const ZxPages *self, guint i)
{
  const ZxBlock *block = block_at (self, i);
  if (block->kind == ZX_BLOCK_HEADING && block->level == 1)
    return TRUE;
  while (block->is_kept_with_next && ++i < self->document->blocks->len)
    block = block_at (self, i);
  return block->kind == ZX_BLOCK_FIGURE && i > 0 && block_at (self, i - 1)->is_kept_with_next;
}

static void
place_block (ZxPages *self, guint i, const ZxBlock **above)
{
  const ZxBlock *block = block_at (self, i);
  if (place_break (self, i))
    {
      if (self->is_fresh)
        *above = NULL;
      return;
    }
  if (must_settle (self, i))
    settle (self);
  double gap = self->is_fresh ? 0.0 : space_between (*above, block);
  if (must_wait (self, i, gap))
    {
      g_array_append_val (self->waiting, i);
      return;
    }
  if (!self->is_fresh && gap + head_height (self, i) > room_left (self))
    {
      open_page (self);
      gap = self->is_fresh ? 0.0 : GAP_UNDER_FIGURE;
      if (gap + head_height (self, i) > room_left (self))
        open_page (self);
      else
        self->y += gap;
    }
  else
    self->y += gap;
  if (block->kind == ZX_BLOCK_HEADING)
    self->heading_page[i] = self->page;
  place_piece (self, i);
  *above = block;
}

ZxPages *
zx_pages_new (const ZxDocument *document, const ZxInk *ink)
{
  ZxPages *self = g_new0 (ZxPages, 1);
  guint n = document->blocks->len;
  const ZxBlock *above = NULL;
  self->document = document;
  self->ink = ink;
  self->settings = g_new0 (Setting, n);
  self->heading_page = g_new0 (guint, n);
  self->placements = g_array_new (FALSE, FALSE, sizeof (Placement));
  self->waiting = g_array_new (FALSE, FALSE, sizeof (guint));
  self->contents_scale = 1.0;
  self->is_fresh = TRUE;
  self->y = ZX_PAGE_TOP;
  for (guint i = 0; i < n; i++)
    set_block (self, i);
  for (guint i = 0; i < n; i++)
    place_block (self, i, &above);
  settle (self);
  self->n_pages = self->page + (self->is_fresh ? 0 : 1);
  return self;
}

void
zx_pages_free (ZxPages *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->document->blocks->len; i++)
    {
      zx_passage_free (self->settings[i].passage);
      zx_passage_free (self->settings[i].title);
      g_clear_pointer (&self->settings[i].passages, g_ptr_array_unref);
    }
  g_free (self->settings);
  g_free (self->heading_page);
  g_array_unref (self->placements);
  g_array_unref (self->waiting);
  g_clear_pointer (&self->listed, g_array_unref);
  g_free (self);
}

guint
zx_pages_count (const ZxPages *self)
{
  return self->n_pages;
}

/* ---- drawing ------------------------------------------------------------------------------ */

typedef struct
{
  const ZxPages *pages;
  cairo_t *cr;
  cairo_surface_t *surface;
  GPtrArray *alternatives;
  gboolean in_section, in_list;
  int outline[3]; /* the last item of levels 0 … 2 */
} Drawing;

static void
draw_rule (cairo_t *cr, double y, double weight, const ZxColour *colour)
{
  zx_ink_colour (cr, colour);
  cairo_set_line_width (cr, weight);
  cairo_move_to (cr, ZX_PAGE_LEFT, y);
  cairo_line_to (cr, ZX_PAGE_WIDTH - ZX_PAGE_LEFT, y);
  cairo_stroke (cr);
}

static void
draw_text (const ZxInk *ink, ZxStyle style, double y, double align, const char *text)
{
  g_autoptr (ZxPassage) passage = zx_passage_new (ink, style, 0.0, text);
  zx_passage_paint (passage, ZX_PAGE_LEFT, y, ZX_PAGE_MEASURE, align);
}

static void
draw_furniture (const Drawing *self, const ZxFurniture *furniture, guint page, const char *chapter)
{
  const ZxPages *pages = self->pages;
  ZxWords *words = pages->document->words;
  draw_text (pages->ink, ZX_STYLE_RUNNING, 42.0, 0.0, furniture->header);
  draw_text (pages->ink, ZX_STYLE_RUNNING, 42.0, 1.0, chapter);
  draw_rule (self->cr, 57.0, 0.4, &zx_paper_rule);
  draw_text (pages->ink, ZX_STYLE_RUNNING, 795.0, 0.0, furniture->footer);
  draw_text (pages->ink, ZX_STYLE_RUNNING, 795.0, 1.0,
             zx_words_say (words, ZX_PAGE_MESSAGE, page + 1, pages->n_pages));
}

static void
add_outline (Drawing *self, const ZxBlock *block)
{
  g_autofree char *link = g_strdup_printf ("dest='%s'", block->destination);
  g_autofree char *title = block->number != NULL
                               ? g_strdup_printf ("%s  %s", block->number, block->text)
                               : g_strdup (block->text);
  int parent = block->level == 1 ? CAIRO_PDF_OUTLINE_ROOT : self->outline[1];
  self->outline[block->level] = cairo_pdf_surface_add_outline (self->surface, parent, title, link,
                                                               (cairo_pdf_outline_flags_t) 0);
}

/* A chapter is a "Sect"; the one before it ends. */
static void
change_section (Drawing *self, gboolean opens)
{
  if (self->in_section)
    cairo_tag_end (self->cr, "Sect");
  if (opens)
    cairo_tag_begin (self->cr, "Sect", NULL);
  self->in_section = opens;
}

static void
change_list (Drawing *self, gboolean opens)
{
  if (self->in_list == opens)
    return;
  if (opens)
    cairo_tag_begin (self->cr, "L", NULL);
  else
    cairo_tag_end (self->cr, "L");
  self->in_list = opens;
}

static void
draw_heading (Drawing *self, const ZxBlock *block, const Setting *setting, double y)
{
  static const char *const tags[] = { "H1", "H2", "H3" };
  double indent = number_width (self->pages, block);
  g_autofree char *name = g_strdup_printf ("name='%s'", block->destination);
  if (block->level == 1)
    change_section (self, TRUE);
  if (block->is_listed)
    add_outline (self, block);
  cairo_tag_begin (self->cr, CAIRO_TAG_DEST, name);
  cairo_tag_begin (self->cr, tags[block->level - 1], NULL);
  if (setting->title != NULL)
    zx_passage_paint (setting->title, ZX_PAGE_LEFT, y, 0.0, 0.0);
  zx_passage_paint (setting->passage, ZX_PAGE_LEFT + indent, y, ZX_PAGE_MEASURE, 0.0);
  cairo_tag_end (self->cr, tags[block->level - 1]);
  cairo_tag_end (self->cr, CAIRO_TAG_DEST);
  if (block->level == 1)
    draw_rule (self->cr, y + setting->height - 2.0, 1.2, &zx_paper_accent);
}

static void
draw_lines (Drawing *self, const Placement *placement, const Setting *setting, const char *tag,
            double indent)
{
  cairo_tag_begin (self->cr, tag, NULL);
  zx_passage_paint_lines (setting->passage, ZX_PAGE_LEFT + indent, placement->y,
                          ZX_PAGE_MEASURE - indent, 0.0, placement->from, placement->to);
  cairo_tag_end (self->cr, tag);
}

static void
draw_item (Drawing *self, const Placement *placement, const Setting *setting)
{
  if (placement->from == 0)
    {
      double middle = placement->y + zx_passage_lead (setting->passage) / 2.0;
      zx_ink_colour (self->cr, &zx_paper_accent);
      cairo_rectangle (self->cr, ZX_PAGE_LEFT + 2.0, middle - 1.7, 3.4, 3.4);
      cairo_fill (self->cr);
    }
  cairo_tag_begin (self->cr, "LI", NULL);
  draw_lines (self, placement, setting, "LBody", ITEM_INDENT);
  cairo_tag_end (self->cr, "LI");
}

/* A triangle with a mark: colour is never the only sign. */
static void
draw_caution_sign (cairo_t *cr, double x, double y)
{
  zx_ink_colour (cr, &zx_paper_caution);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width (cr, 1.6);
  cairo_move_to (cr, x + 8.0, y + 1.0);
  cairo_line_to (cr, x + 16.0, y + 15.0);
  cairo_line_to (cr, x, y + 15.0);
  cairo_close_path (cr);
  cairo_stroke (cr);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_move_to (cr, x + 8.0, y + 6.0);
  cairo_line_to (cr, x + 8.0, y + 9.7);
  cairo_move_to (cr, x + 8.0, y + 12.3);
  cairo_line_to (cr, x + 8.0, y + 12.4);
  cairo_stroke (cr);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_BUTT);
}

static void
draw_banner (Drawing *self, const ZxBlock *block, const Setting *setting, double y)
{
  double left = ZX_PAGE_LEFT + BANNER_BAR + BANNER_PAD;
  cairo_t *cr = self->cr;
  zx_ink_colour (cr, block->is_caution ? &zx_paper_caution_tint : &zx_paper_tint);
  cairo_rectangle (cr, ZX_PAGE_LEFT, y, ZX_PAGE_MEASURE, setting->height);
  cairo_fill (cr);
  zx_ink_colour (cr, block->is_caution ? &zx_paper_caution : &zx_paper_accent);
  cairo_rectangle (cr, ZX_PAGE_LEFT, y, BANNER_BAR, setting->height);
  cairo_fill (cr);
  if (block->is_caution)
    {
      draw_caution_sign (cr, left, y + BANNER_PAD - 2.0);
      left += 26.0;
    }
  y += BANNER_PAD - 2.0;
  cairo_tag_begin (cr, "Sect", NULL);
  cairo_tag_begin (cr, "P", NULL);
  zx_passage_paint (setting->title, left, y, ZX_PAGE_MEASURE, 0.0);
  cairo_tag_end (cr, "P");
  cairo_tag_begin (cr, "P", NULL);
  zx_passage_paint (setting->passage, left, y + zx_passage_height (setting->title), ZX_PAGE_MEASURE,
                    0.0);
  cairo_tag_end (cr, "P");
  cairo_tag_end (cr, "Sect");
}

static void
draw_facts (Drawing *self, const ZxBlock *block, const Setting *setting, double y)
{
  double width = fact_width (block);
  for (guint i = 0; i < block->n_facts; i++)
    {
      double x = ZX_PAGE_LEFT + i * (width + FACT_GUTTER);
      const ZxPassage *number = g_ptr_array_index (setting->passages, i * 3);
      const ZxPassage *unit = g_ptr_array_index (setting->passages, i * 3 + 1);
      const ZxPassage *label = g_ptr_array_index (setting->passages, i * 3 + 2);
      zx_ink_colour (self->cr, &zx_paper_accent);
      cairo_set_line_width (self->cr, 1.0);
      cairo_move_to (self->cr, x, y);
      cairo_line_to (self->cr, x + width, y);
      cairo_stroke (self->cr);
      cairo_tag_begin (self->cr, "P", NULL);
      zx_passage_paint (number, x, y + 5.0, width, 0.0);
      zx_passage_paint (unit, x + zx_passage_width (number) + 4.0, y + 13.6, width, 0.0);
      zx_passage_paint (label, x, y + 30.0, width, 0.0);
      cairo_tag_end (self->cr, "P");
    }
}

static void
draw_leader (cairo_t *cr, double from, double to, double y)
{
  double dots[] = { 0.0, 3.6 };
  if (to <= from)
    return;
  cairo_save (cr);
  zx_ink_colour (cr, &zx_paper_grey);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_width (cr, 0.8);
  cairo_set_dash (cr, dots, 2, 0.0);
  cairo_move_to (cr, from, y);
  cairo_line_to (cr, to, y);
  cairo_stroke (cr);
  cairo_restore (cr);
}

static void
draw_entry (Drawing *self, const ZxPassage *title, guint listed, double y)
{
  const ZxPages *pages = self->pages;
  const ZxBlock *block = block_at (pages, listed);
  ZxStyle style = block->level == 1 ? ZX_STYLE_STRONG : ZX_STYLE_BODY;
  g_autofree char *page = g_strdup_printf ("%u", pages->heading_page[listed] + 1);
  g_autofree char *link = g_strdup_printf ("dest='%s'", block->destination);
  g_autoptr (ZxPassage) number
      = zx_passage_new (pages->ink, style, 0.0, block->number != NULL ? block->number : "");
  g_autoptr (ZxPassage) numeral = zx_passage_new (pages->ink, style, 0.0, page);
  double indent = block->level == 1 ? 0.0 : 18.0, right = ZX_PAGE_LEFT + ZX_PAGE_MEASURE;
  double left = ZX_PAGE_LEFT + indent;
  double text = left;
  if (block->number != NULL)
    text += fmax (block->level == 1 ? 18.0 : 28.0, zx_passage_width (number) + 8.0);
  cairo_tag_begin (self->cr, "TOCI", NULL);
  cairo_tag_begin (self->cr, CAIRO_TAG_LINK, link);
  zx_passage_paint (number, left, y, 0.0, 0.0);
  zx_passage_paint_lines (title, text, y, 0.0, 0.0, 0, 1);
  zx_passage_paint (numeral, ZX_PAGE_LEFT, y, ZX_PAGE_MEASURE, 1.0);
  cairo_tag_end (self->cr, CAIRO_TAG_LINK);
  cairo_tag_end (self->cr, "TOCI");
  draw_leader (self->cr, text + zx_passage_width (title) + 8.0,
               right - zx_passage_width (numeral) - 7.0, y + 11.0);
}

static void
draw_contents (Drawing *self, const Placement *placement, const Setting *setting)
{
  double y = placement->y;
  if (placement->from == 0)
    cairo_tag_begin (self->cr, "TOC", NULL);
  for (guint i = placement->from; i < placement->to; i++)
    {
      gboolean is_chapter
          = block_at (self->pages, g_array_index (self->pages->listed, guint, i))->level == 1;
      draw_entry (self, g_ptr_array_index (setting->passages, i),
                  g_array_index (self->pages->listed, guint, i),
                  y + (is_chapter ? 6.0 * self->pages->contents_scale : 0.0));
      y += entry_height (self->pages, i);
    }
  if (placement->to == self->pages->listed->len)
    cairo_tag_end (self->cr, "TOC");
}

static void
draw_placement (Drawing *self, const Placement *placement)
{
  const ZxBlock *block = block_at (self->pages, placement->block);
  const Setting *setting = &self->pages->settings[placement->block];
  change_list (self, block->kind == ZX_BLOCK_ITEM);
  switch (block->kind)
    {
    case ZX_BLOCK_HEADING:
      draw_heading (self, block, setting, placement->y);
      break;
    case ZX_BLOCK_TEXT:
      draw_lines (self, placement, setting, "P", 0.0);
      break;
    case ZX_BLOCK_ITEM:
      draw_item (self, placement, setting);
      break;
    case ZX_BLOCK_BANNER:
      draw_banner (self, block, setting, placement->y);
      break;
    case ZX_BLOCK_FACTS:
      draw_facts (self, block, setting, placement->y);
      break;
    case ZX_BLOCK_TABLE:
      zx_table_paint (block->table, self->pages->ink, ZX_PAGE_LEFT, placement->y, placement->from,
                      placement->to);
      break;
    case ZX_BLOCK_FIGURE:
      zx_figure_paint (block->figure, self->pages->ink, ZX_PAGE_LEFT, placement->y,
                       placement->height, self->alternatives);
      break;
    case ZX_BLOCK_CONTENTS:
      draw_contents (self, placement, setting);
      break;
    case ZX_BLOCK_COVER:
      block->cover (self->pages->ink, ZX_PAGE_WIDTH, ZX_PAGE_HEIGHT, self->alternatives,
                    block->cover_data);
      break;
    case ZX_BLOCK_PAGE:
    case ZX_BLOCK_ROOM:
    default:
      break;
    }
}

/* The chapter a page belongs to: the one that opens on it, else the one that goes on. */
static const char *
running_chapter (const ZxPages *self, guint page, guint first, const char *before)
{
  const char *chapter = before;
  for (guint i = first; i < self->placements->len; i++)
    {
      const Placement *placement = &g_array_index (self->placements, Placement, i);
      const ZxBlock *block = block_at (self, placement->block);
      if (placement->page != page)
        break;
      if (block->kind == ZX_BLOCK_HEADING && block->level == 1)
        return block->text;
    }
  return chapter;
}

static const char *
last_chapter (const ZxPages *self, guint page, guint first, const char *before)
{
  for (guint i = first; i < self->placements->len; i++)
    {
      const Placement *placement = &g_array_index (self->placements, Placement, i);
      const ZxBlock *block = block_at (self, placement->block);
      if (placement->page != page)
        break;
      if (block->kind == ZX_BLOCK_HEADING && block->level == 1)
        before = block->text;
    }
  return before;
}

static guint
draw_page (Drawing *self, const ZxFurniture *furniture, guint page, guint first,
           const char *chapter)
{
  const ZxPages *pages = self->pages;
  g_autofree char *label = g_strdup_printf ("%u", page + 1);
  guint i = first;
  cairo_pdf_surface_set_page_label (self->surface, label);
  const Placement *opening = first < pages->placements->len
                                 ? &g_array_index (pages->placements, Placement, first)
                                 : NULL;
  if (opening == NULL || block_at (pages, opening->block)->kind != ZX_BLOCK_COVER)
    draw_furniture (self, furniture, page, running_chapter (pages, page, first, chapter));
  for (; i < pages->placements->len; i++)
    {
      const Placement *placement = &g_array_index (pages->placements, Placement, i);
      if (placement->page != page)
        break;
      draw_placement (self, placement);
    }
  if (i == pages->placements->len)
    {
      change_list (self, FALSE);
      change_section (self, FALSE);
      cairo_tag_end (self->cr, "Document");
    }
  cairo_show_page (self->cr);
  return i;
}

gboolean
zx_pages_draw (const ZxPages *self, cairo_surface_t *surface, const ZxFurniture *furniture,
               GPtrArray *alternatives, const ZxProgress *progress, GError **error)
{
  Drawing drawing = { self, self->ink->cr, surface, alternatives, FALSE, FALSE, { 0 } };
  const char *chapter = "";
  guint next = 0;
  cairo_tag_begin (drawing.cr, "Document", NULL);
  for (guint page = 0; page < self->n_pages; page++)
    {
      if (!zx_progress_step (progress, page, self->n_pages, error))
        return FALSE;
      guint first = next;
      next = draw_page (&drawing, furniture, page, first, chapter);
      chapter = last_chapter (self, page, first, chapter);
    }
  return TRUE;
}
