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

#include "app/report/zx-page-private.h"

#define GAP_UNDER_FIGURE     14.0
#define WHOLE_TABLE          240.0 /* points; lower tables are not parted */
#define LEAST_LINES          2u
#define SMALL_REST           80.0 /* points on a page of their own that are brought to another */
#define TIGHT                0.55 /* of the usual gaps, to make room for them */
#define LEAST_CONTENTS_SCALE 0.7

const ZxBlock *
zx_pages_block (const ZxPages *self, guint i)
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

double
zx_pages_number_width (const ZxPages *self, const ZxBlock *block)
{
  if (block->number == NULL)
    return 0.0;
  g_autoptr (ZxPassage) number = zx_passage_new (self->ink, block->style, 0.0, block->number);
  return zx_passage_width (number) + zx_style_size (block->style) * 0.8;
}

static void
set_heading (ZxPages *self, const ZxBlock *block, ZxSetting *setting)
{
  double indent = zx_pages_number_width (self, block);
  setting->passage
      = zx_passage_new (self->ink, block->style, ZX_PAGE_MEASURE - indent, block->text);
  if (block->number != NULL)
    setting->title = zx_passage_new (self->ink, block->style, 0.0, block->number);
  setting->height = zx_passage_height (setting->passage) + (block->level == 1 ? 9.0 : 0.0);
}

static void
set_banner (ZxPages *self, const ZxBlock *block, ZxSetting *setting)
{
  double inner = ZX_PAGE_MEASURE - 2.0 * ZX_PAGE_BANNER_PAD - ZX_PAGE_BANNER_BAR
                 - (block->is_caution ? 26.0 : 0.0);
  setting->title = zx_passage_new (self->ink, ZX_STYLE_STRONG, inner, block->title);
  setting->passage = zx_passage_new (self->ink, ZX_STYLE_BODY, inner, block->text);
  setting->height = zx_passage_height (setting->title) + zx_passage_height (setting->passage)
                    + 2.0 * ZX_PAGE_BANNER_PAD - 4.0;
}

double
zx_pages_fact_width (const ZxBlock *block)
{
  return (ZX_PAGE_MEASURE - ZX_PAGE_FACT_GUTTER * (block->n_facts - 1.0)) / block->n_facts;
}

static void
set_facts (ZxPages *self, const ZxBlock *block, ZxSetting *setting)
{
  double width = zx_pages_fact_width (block);
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
set_contents (ZxPages *self, ZxSetting *setting)
{
  setting->passages = g_ptr_array_new_with_free_func ((GDestroyNotify) zx_passage_free);
  self->listed = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < self->document->blocks->len; i++)
    {
      const ZxBlock *block = zx_pages_block (self, i);
      if (block->kind != ZX_BLOCK_HEADING || !block->is_listed)
        continue;
      ZxStyle style = block->level == 1 ? ZX_STYLE_STRONG : ZX_STYLE_BODY;
      g_array_append_val (self->listed, i);
      g_ptr_array_add (setting->passages,
                       zx_passage_new (self->ink, style, ZX_PAGE_MEASURE - 90.0, block->text));
    }
}

double
zx_pages_entry_height (const ZxPages *self, guint entry)
{
  const ZxBlock *block = zx_pages_block (self, g_array_index (self->listed, guint, entry));
  return (block->level == 1 ? 22.0 : 15.5) * self->contents_scale;
}

static void
set_block (ZxPages *self, guint i)
{
  const ZxBlock *block = zx_pages_block (self, i);
  ZxSetting *setting = &self->settings[i];
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
      setting->passage = zx_passage_new (self->ink, block->style,
                                         ZX_PAGE_MEASURE - ZX_PAGE_ITEM_INDENT, block->text);
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

/* What the note under a figure takes, which must not stand alone on the next page. */
static double
height_of_note (const ZxPages *self, guint figure)
{
  if (figure + 1 >= self->document->blocks->len)
    return 0.0;
  const ZxBlock *next = zx_pages_block (self, figure + 1);
  gboolean is_note = next->kind == ZX_BLOCK_TEXT && next->style == ZX_STYLE_NOTE;
  return is_note ? 0.5 + space_between (zx_pages_block (self, figure), next)
                       + self->settings[figure + 1].height
                 : 0.0;
}

/* The least height the block's first piece takes, with what must stay on its page. */
static double
head_height (const ZxPages *self, guint i)
{
  const ZxBlock *block = zx_pages_block (self, i);
  const ZxSetting *setting = &self->settings[i];
  double height = setting->height;
  if (block->kind == ZX_BLOCK_TABLE)
    height = table_head_height (block->table);
  else if (block->kind == ZX_BLOCK_FIGURE)
    height = zx_figure_least_height (block->figure) + height_of_note (self, i);
  else if (block->kind == ZX_BLOCK_CONTENTS)
    height = 100.0;
  else if ((block->kind == ZX_BLOCK_TEXT || block->kind == ZX_BLOCK_ITEM)
           && !block->is_kept_with_next)
    height = head_lines (setting->passage) * zx_passage_lead (setting->passage);
  if (block->is_kept_with_next && i + 1 < self->document->blocks->len)
    {
      const ZxBlock *next = zx_pages_block (self, i + 1);
      if (next->kind != ZX_BLOCK_PAGE && next->kind != ZX_BLOCK_ROOM
          && next->kind != ZX_BLOCK_COVER)
        height += space_between (block, next) + head_height (self, i + 1);
    }
  return height;
}

static void
stand (ZxPages *self, guint block, double height, guint from, guint to)
{
  ZxPlacement placement = { block, self->page, self->y, height, from, to };
  g_array_append_val (self->placements, placement);
  self->y += height;
  self->is_fresh = FALSE;
}

static void
place_figure (ZxPages *self, guint i)
{
  const ZxFigure *figure = zx_pages_block (self, i)->figure;
  double height = fmin (zx_figure_height (figure), room_left (self) - height_of_note (self, i));
  stand (self, i, fmax (height, zx_figure_least_height (figure)), 0, 0);
}

static void
place_waiting (ZxPages *self)
{
  while (self->waiting->len > 0)
    {
      guint i = g_array_index (self->waiting, guint, 0);
      gboolean is_figure = zx_pages_block (self, i)->kind == ZX_BLOCK_FIGURE;
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
  const ZxTable *table = zx_pages_block (self, i)->table;
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
    whole += zx_pages_entry_height (self, entry);
  if (whole > room_left (self) && room_left (self) / whole > LEAST_CONTENTS_SCALE)
    self->contents_scale = (room_left (self) - 1.0) / whole;
  while (from < n)
    {
      guint to = from;
      double height = 0.0;
      while (to < n && height + zx_pages_entry_height (self, to) <= room_left (self))
        height += zx_pages_entry_height (self, to++);
      stand (self, i, height, from, to);
      from = to;
      if (from < n)
        turn_page (self);
    }
}

static void
place_piece (ZxPages *self, guint i)
{
  switch (zx_pages_block (self, i)->kind)
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
  const ZxBlock *block = zx_pages_block (self, i);
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
  const ZxBlock *block = zx_pages_block (self, i);
  gboolean is_note = block->kind == ZX_BLOCK_TEXT && block->style == ZX_STYLE_NOTE && i > 0
                     && zx_pages_block (self, i - 1)->kind == ZX_BLOCK_FIGURE;
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
  const ZxBlock *block = zx_pages_block (self, i);
  if (block->kind == ZX_BLOCK_HEADING && block->level == 1)
    return TRUE;
  while (block->is_kept_with_next && ++i < self->document->blocks->len)
    block = zx_pages_block (self, i);
  return block->kind == ZX_BLOCK_FIGURE && i > 0 && zx_pages_block (self, i - 1)->is_kept_with_next;
}

static void
place_block (ZxPages *self, guint i, const ZxBlock **above)
{
  const ZxBlock *block = zx_pages_block (self, i);
  if (place_break (self, i))
    {
      if (self->is_fresh)
        *above = NULL;
      return;
    }
  if (must_settle (self, i))
    settle (self);
  double gap = self->is_fresh ? 0.0 : self->tightness * space_between (*above, block);
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

/* ---- pages that would hold a line or two -------------------------------------------------- */

/* Where a stretch between two page breaks begins. */
typedef struct
{
  guint block, page, n_placements;
  double y;
  gboolean is_fresh;
  const ZxBlock *above;
} Mark;

static Mark
take_mark (const ZxPages *self, guint block, const ZxBlock *above)
{
  return (Mark){ block, self->page, self->placements->len, self->y, self->is_fresh, above };
}

static void
place_again (ZxPages *self, const Mark *mark, guint end, double tightness)
{
  const ZxBlock *above = mark->above;
  g_array_set_size (self->placements, mark->n_placements);
  g_array_set_size (self->waiting, 0);
  self->page = mark->page;
  self->y = mark->y;
  self->is_fresh = mark->is_fresh;
  self->tightness = tightness;
  for (guint i = mark->block; i < end; i++)
    place_block (self, i, &above);
  self->tightness = 1.0;
}

/* Before a page break, and before the contents, which want a page: a few lines on a page of their
 * own go to the page above when smaller gaps make room for them. */
static void
tighten (ZxPages *self, const Mark *mark, guint end)
{
  guint page = self->page;
  if (page == mark->page || self->is_fresh || self->waiting->len > 0
      || self->y - ZX_PAGE_TOP > SMALL_REST)
    return;
  place_again (self, mark, end, TIGHT);
  if (self->page >= page || self->waiting->len > 0)
    place_again (self, mark, end, 1.0);
}

ZxPages *
zx_pages_new (const ZxDocument *document, const ZxInk *ink)
{
  ZxPages *self = g_new0 (ZxPages, 1);
  guint n = document->blocks->len;
  const ZxBlock *above = NULL;
  self->document = document;
  self->ink = ink;
  self->settings = g_new0 (ZxSetting, n);
  self->heading_page = g_new0 (guint, n);
  self->placements = g_array_new (FALSE, FALSE, sizeof (ZxPlacement));
  self->waiting = g_array_new (FALSE, FALSE, sizeof (guint));
  self->contents_scale = 1.0;
  self->is_fresh = TRUE;
  self->y = ZX_PAGE_TOP;
  for (guint i = 0; i < n; i++)
    set_block (self, i);
  self->tightness = 1.0;
  Mark mark = take_mark (self, 0, NULL);
  for (guint i = 0; i < n; i++)
    {
      ZxBlockKind kind = zx_pages_block (self, i)->kind;
      gboolean is_break = kind == ZX_BLOCK_PAGE;
      if (is_break || kind == ZX_BLOCK_CONTENTS)
        tighten (self, &mark, i);
      place_block (self, i, &above);
      if (is_break)
        mark = take_mark (self, i + 1, above);
    }
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
