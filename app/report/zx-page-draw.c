/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Placed blocks on cairo's pages, inside the tags of a structured document: "Document" over all, a
 * "Sect" for each chapter, lists and tables that may go on over pages.  Headers, footers and
 * repeated table headers are furniture and stay outside the tags. */

#include "app/report/zx-page-private.h"
#include "app/report/zx-tag.h"

#include <cairo-pdf.h>

typedef struct
{
  const ZxPages *pages;
  cairo_t *cr;
  cairo_surface_t *surface;
  GPtrArray *alternatives;
  gboolean in_section, in_list;
  gboolean is_pdf; /* FALSE: a recording, its pages one below the other */
  int outline[3];  /* the last item of levels 0 … 2 */
  const ZxProgress *progress;
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
  if (!self->is_pdf)
    return;
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
    zx_tag_end (self->cr, "Sect");
  if (opens)
    zx_tag_begin (self->cr, "Sect", NULL);
  self->in_section = opens;
}

static void
change_list (Drawing *self, gboolean opens)
{
  if (self->in_list == opens)
    return;
  if (opens)
    zx_tag_begin (self->cr, "L", NULL);
  else
    zx_tag_end (self->cr, "L");
  self->in_list = opens;
}

static void
draw_heading (Drawing *self, const ZxBlock *block, const ZxSetting *setting, double y)
{
  static const char *const tags[] = { "H1", "H2", "H3" };
  double indent = zx_pages_number_width (self->pages, block);
  g_autofree char *name = g_strdup_printf ("name='%s'", block->destination);
  if (block->level == 1)
    change_section (self, TRUE);
  if (block->is_listed)
    add_outline (self, block);
  zx_tag_begin (self->cr, CAIRO_TAG_DEST, name);
  zx_tag_begin (self->cr, tags[block->level - 1], NULL);
  if (setting->title != NULL)
    zx_passage_paint (setting->title, ZX_PAGE_LEFT, y, 0.0, 0.0);
  zx_passage_paint (setting->passage, ZX_PAGE_LEFT + indent, y, ZX_PAGE_MEASURE, 0.0);
  zx_tag_end (self->cr, tags[block->level - 1]);
  zx_tag_end (self->cr, CAIRO_TAG_DEST);
  if (block->level == 1)
    draw_rule (self->cr, y + setting->height - 2.0, 1.2, &zx_paper_accent);
}

static void
draw_lines (Drawing *self, const ZxPlacement *placement, const ZxSetting *setting, const char *tag,
            double indent)
{
  zx_tag_begin (self->cr, tag, NULL);
  zx_passage_paint_lines (setting->passage, ZX_PAGE_LEFT + indent, placement->y,
                          ZX_PAGE_MEASURE - indent, 0.0, placement->from, placement->to);
  zx_tag_end (self->cr, tag);
}

static void
draw_item (Drawing *self, const ZxPlacement *placement, const ZxSetting *setting)
{
  if (placement->from == 0)
    {
      double middle = placement->y + zx_passage_lead (setting->passage) / 2.0;
      zx_ink_colour (self->cr, &zx_paper_accent);
      cairo_rectangle (self->cr, ZX_PAGE_LEFT + 2.0, middle - 1.7, 3.4, 3.4);
      cairo_fill (self->cr);
    }
  zx_tag_begin (self->cr, "LI", NULL);
  draw_lines (self, placement, setting, "LBody", ZX_PAGE_ITEM_INDENT);
  zx_tag_end (self->cr, "LI");
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
draw_banner (Drawing *self, const ZxBlock *block, const ZxSetting *setting, double y)
{
  double left = ZX_PAGE_LEFT + ZX_PAGE_BANNER_BAR + ZX_PAGE_BANNER_PAD;
  cairo_t *cr = self->cr;
  zx_ink_colour (cr, block->is_caution ? &zx_paper_caution_tint : &zx_paper_tint);
  cairo_rectangle (cr, ZX_PAGE_LEFT, y, ZX_PAGE_MEASURE, setting->height);
  cairo_fill (cr);
  zx_ink_colour (cr, block->is_caution ? &zx_paper_caution : &zx_paper_accent);
  cairo_rectangle (cr, ZX_PAGE_LEFT, y, ZX_PAGE_BANNER_BAR, setting->height);
  cairo_fill (cr);
  if (block->is_caution)
    {
      draw_caution_sign (cr, left, y + ZX_PAGE_BANNER_PAD - 2.0);
      left += 26.0;
    }
  y += ZX_PAGE_BANNER_PAD - 2.0;
  zx_tag_begin (cr, "Sect", NULL);
  zx_tag_begin (cr, "P", NULL);
  zx_passage_paint (setting->title, left, y, ZX_PAGE_MEASURE, 0.0);
  zx_tag_end (cr, "P");
  zx_tag_begin (cr, "P", NULL);
  zx_passage_paint (setting->passage, left, y + zx_passage_height (setting->title), ZX_PAGE_MEASURE,
                    0.0);
  zx_tag_end (cr, "P");
  zx_tag_end (cr, "Sect");
}

static void
draw_facts (Drawing *self, const ZxBlock *block, const ZxSetting *setting, double y)
{
  double width = zx_pages_fact_width (block);
  for (guint i = 0; i < block->n_facts; i++)
    {
      double x = ZX_PAGE_LEFT + i * (width + ZX_PAGE_FACT_GUTTER);
      const ZxPassage *number = g_ptr_array_index (setting->passages, i * 3);
      const ZxPassage *unit = g_ptr_array_index (setting->passages, i * 3 + 1);
      const ZxPassage *label = g_ptr_array_index (setting->passages, i * 3 + 2);
      zx_ink_colour (self->cr, &zx_paper_accent);
      cairo_set_line_width (self->cr, 1.0);
      cairo_move_to (self->cr, x, y);
      cairo_line_to (self->cr, x + width, y);
      cairo_stroke (self->cr);
      zx_tag_begin (self->cr, "P", NULL);
      zx_passage_paint (number, x, y + 5.0, width, 0.0);
      zx_passage_paint (unit, x + zx_passage_width (number) + 4.0, y + 13.6, width, 0.0);
      zx_passage_paint (label, x, y + 30.0, width, 0.0);
      zx_tag_end (self->cr, "P");
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
  const ZxBlock *block = zx_pages_block (pages, listed);
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
  zx_tag_begin (self->cr, "TOCI", NULL);
  zx_tag_begin (self->cr, CAIRO_TAG_LINK, link);
  zx_passage_paint (number, left, y, 0.0, 0.0);
  zx_passage_paint_lines (title, text, y, 0.0, 0.0, 0, 1);
  zx_passage_paint (numeral, ZX_PAGE_LEFT, y, ZX_PAGE_MEASURE, 1.0);
  zx_tag_end (self->cr, CAIRO_TAG_LINK);
  zx_tag_end (self->cr, "TOCI");
  draw_leader (self->cr, text + zx_passage_width (title) + 8.0,
               right - zx_passage_width (numeral) - 7.0, y + 11.0);
}

static void
draw_contents (Drawing *self, const ZxPlacement *placement, const ZxSetting *setting)
{
  double y = placement->y;
  if (placement->from == 0)
    zx_tag_begin (self->cr, "TOC", NULL);
  for (guint i = placement->from; i < placement->to; i++)
    {
      gboolean is_chapter
          = zx_pages_block (self->pages, g_array_index (self->pages->listed, guint, i))->level == 1;
      draw_entry (self, g_ptr_array_index (setting->passages, i),
                  g_array_index (self->pages->listed, guint, i),
                  y + (is_chapter ? 6.0 * self->pages->contents_scale : 0.0));
      y += zx_pages_entry_height (self->pages, i);
    }
  if (placement->to == self->pages->listed->len)
    zx_tag_end (self->cr, "TOC");
}

static void
draw_placement (Drawing *self, const ZxPlacement *placement)
{
  const ZxBlock *block = zx_pages_block (self->pages, placement->block);
  const ZxSetting *setting = &self->pages->settings[placement->block];
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
      const ZxPlacement *placement = &g_array_index (self->placements, ZxPlacement, i);
      const ZxBlock *block = zx_pages_block (self, placement->block);
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
      const ZxPlacement *placement = &g_array_index (self->placements, ZxPlacement, i);
      const ZxBlock *block = zx_pages_block (self, placement->block);
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
  if (self->is_pdf)
    cairo_pdf_surface_set_page_label (self->surface, label);
  const ZxPlacement *opening = first < pages->placements->len
                                   ? &g_array_index (pages->placements, ZxPlacement, first)
                                   : NULL;
  if (opening == NULL || zx_pages_block (pages, opening->block)->kind != ZX_BLOCK_COVER)
    draw_furniture (self, furniture, page, running_chapter (pages, page, first, chapter));
  for (; i < pages->placements->len; i++)
    {
      const ZxPlacement *placement = &g_array_index (pages->placements, ZxPlacement, i);
      /* A page with two maps takes long enough to be asked within. */
      if (placement->page != page || zx_progress_is_stopped (self->progress))
        break;
      draw_placement (self, placement);
    }
  if (i == pages->placements->len)
    {
      change_list (self, FALSE);
      change_section (self, FALSE);
      zx_tag_end (self->cr, "Document");
    }
  cairo_show_page (self->cr);
  return i;
}

static void
begin_sheet (cairo_t *cr, guint page)
{
  cairo_translate (cr, 0, page * ZX_PAGE_HEIGHT);
  cairo_rectangle (cr, 0, 0, ZX_PAGE_WIDTH, ZX_PAGE_HEIGHT);
  cairo_clip (cr);
}

gboolean
zx_pages_draw (const ZxPages *self, cairo_surface_t *surface, const ZxFurniture *furniture,
               GPtrArray *alternatives, const ZxProgress *progress, GError **error)
{
  gboolean is_pdf = cairo_surface_get_type (surface) == CAIRO_SURFACE_TYPE_PDF;
  Drawing drawing
      = { self, self->ink->cr, surface, alternatives, FALSE, FALSE, is_pdf, { 0 }, progress };
  const char *chapter = "";
  guint next = 0;
  zx_tag_begin (drawing.cr, "Document", NULL);
  for (guint page = 0; page < self->n_pages; page++)
    {
      if (!zx_progress_step (progress, page, self->n_pages, error))
        return FALSE;
      guint first = next;
      cairo_save (drawing.cr);
      if (!drawing.is_pdf)
        begin_sheet (drawing.cr, page);
      next = draw_page (&drawing, furniture, page, first, chapter);
      cairo_restore (drawing.cr);
      chapter = last_chapter (self, page, first, chapter);
    }
  return zx_progress_step (progress, self->n_pages, self->n_pages, error);
}
