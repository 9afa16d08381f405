/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Headings, tables and figures get their numbers here, in the order in which they are said. */

#include "app/report/zx-document.h"

static void
block_free (gpointer data)
{
  ZxBlock *block = data;
  zx_table_free (block->table);
  zx_figure_free (block->figure);
  g_free (block->facts);
  g_free (block);
}

static ZxBlock *
add (ZxDocument *self, ZxBlockKind kind)
{
  ZxBlock *block = g_new0 (ZxBlock, 1);
  block->kind = kind;
  g_ptr_array_add (self->blocks, block);
  return block;
}

ZxDocument *
zx_document_new (ZxWords *words)
{
  ZxDocument *self = g_new0 (ZxDocument, 1);
  self->words = words;
  self->blocks = g_ptr_array_new_with_free_func (block_free);
  return self;
}

void
zx_document_free (ZxDocument *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->blocks);
  g_free (self);
}

void
zx_document_cover (ZxDocument *self, ZxCoverFunc cover, gpointer data)
{
  ZxBlock *block = add (self, ZX_BLOCK_COVER);
  block->cover = cover;
  block->cover_data = data;
}

void
zx_document_contents (ZxDocument *self)
{
  add (self, ZX_BLOCK_CONTENTS);
}

void
zx_document_page (ZxDocument *self)
{
  add (self, ZX_BLOCK_PAGE);
}

void
zx_document_room (ZxDocument *self, double need)
{
  add (self, ZX_BLOCK_ROOM)->need = need;
}

/* ---- headings ----------------------------------------------------------------------------- */

static ZxBlock *
heading (ZxDocument *self, guint level, const char *number, const char *title)
{
  ZxBlock *block = add (self, ZX_BLOCK_HEADING);
  block->level = level;
  block->style = level == 1   ? ZX_STYLE_HEADING_1
                 : level == 2 ? ZX_STYLE_HEADING_2
                              : ZX_STYLE_HEADING_3;
  block->number = number;
  block->text = title;
  block->is_kept_with_next = TRUE;
  block->is_listed = level == 1 || (level == 2 && !self->is_annex);
  block->destination = zx_words_say (self->words, "heading-%u", self->blocks->len);
  return block;
}

void
zx_document_front (ZxDocument *self, const char *title)
{
  heading (self, 1, NULL, title);
}

void
zx_document_chapter (ZxDocument *self, const char *title)
{
  self->n_chapters++;
  self->n_sections = 0;
  self->is_annex = FALSE;
  heading (self, 1, zx_words_say (self->words, "%u", self->n_chapters), title);
}

void
zx_document_annex (ZxDocument *self, const char *title)
{
  char letter[] = { (char) ('A' + self->n_annexes++), '\0' };
  self->n_sections = 0;
  self->is_annex = TRUE;
  /* TRANSLATORS: "Annex B" */
  heading (self, 1, zx_words_say (self->words, N_ ("Annex %s"), letter), title);
}

void
zx_document_section (ZxDocument *self, const char *title)
{
  self->n_sections++;
  if (self->is_annex)
    heading (self, 2,
             zx_words_say (self->words, "%c.%u", 'A' + (int) self->n_annexes - 1, self->n_sections),
             title);
  else
    heading (self, 2, zx_words_say (self->words, "%u.%u", self->n_chapters, self->n_sections),
             title);
}

void
zx_document_section_at (ZxDocument *self, const char *title, const char *destination)
{
  zx_document_section (self, title);
  ZxBlock *block = g_ptr_array_index (self->blocks, self->blocks->len - 1);
  block->destination = destination;
}

void
zx_document_subtitle (ZxDocument *self, const char *title)
{
  heading (self, 3, NULL, title);
}

/* ---- texts -------------------------------------------------------------------------------- */

void
zx_document_styled (ZxDocument *self, ZxStyle style, const char *text)
{
  ZxBlock *block = add (self, ZX_BLOCK_TEXT);
  block->style = style;
  block->text = text;
}

void
zx_document_text (ZxDocument *self, const char *text)
{
  zx_document_styled (self, ZX_STYLE_BODY, text);
}

void
zx_document_lead_in (ZxDocument *self, const char *text)
{
  ZxBlock *block = add (self, ZX_BLOCK_TEXT);
  block->style = ZX_STYLE_BODY;
  block->text = text;
  block->is_kept_with_next = TRUE;
}

void
zx_document_note (ZxDocument *self, const char *text)
{
  zx_document_styled (self, ZX_STYLE_NOTE, text);
}

void
zx_document_item (ZxDocument *self, const char *text)
{
  ZxBlock *block = add (self, ZX_BLOCK_ITEM);
  block->style = ZX_STYLE_BODY;
  block->text = text;
}

void
zx_document_small_item (ZxDocument *self, const char *text)
{
  zx_document_item (self, text);
  ((ZxBlock *) g_ptr_array_index (self->blocks, self->blocks->len - 1))->style = ZX_STYLE_CELL;
}

void
zx_document_banner (ZxDocument *self, gboolean is_caution, const char *title, const char *text)
{
  ZxBlock *block = add (self, ZX_BLOCK_BANNER);
  block->is_caution = is_caution;
  block->title = title;
  block->text = text;
}

void
zx_document_facts (ZxDocument *self, const ZxFact *facts, guint n)
{
  ZxBlock *block = add (self, ZX_BLOCK_FACTS);
  block->facts = g_memdup2 (facts, n * sizeof *facts);
  block->n_facts = n;
}

/* ---- tables and figures ------------------------------------------------------------------- */

ZxTable *
zx_document_table (ZxDocument *self, const char *title, const ZxTableColumn *columns,
                   guint n_columns)
{
  ZxBlock *block = add (self, ZX_BLOCK_TABLE);
  const char *caption = NULL, *continued = NULL;
  if (title != NULL)
    {
      guint number = ++self->n_tables;
      /* TRANSLATORS: number and title of a table */
      caption = zx_words_say (self->words, N_ ("Table %u  %s"), number, title);
      continued = zx_words_say (self->words, N_ ("Table %u, continued"), number);
    }
  block->table = zx_table_new (caption, continued, columns, n_columns);
  return block->table;
}

ZxTable *
zx_document_pairs (ZxDocument *self, guint n_pairs)
{
  ZxTableColumn columns[8] = { { NULL } };
  g_return_val_if_fail (n_pairs >= 1 && n_pairs <= 4, NULL);
  for (guint c = 0; c < 2 * n_pairs; c++)
    columns[c].is_wrapped = c % 2 == 1;
  ZxTable *table = zx_document_table (self, NULL, columns, 2 * n_pairs);
  zx_table_set_pairs (table);
  return table;
}

ZxFigure *
zx_document_figure (ZxDocument *self, double height, double least_height)
{
  ZxBlock *block = add (self, ZX_BLOCK_FIGURE);
  block->figure = zx_figure_new (height, least_height);
  return block->figure;
}

const char *
zx_document_figure_caption (ZxDocument *self, const char *title)
{
  /* TRANSLATORS: number and title of a figure */
  return zx_words_say (self->words, N_ ("Figure %u  %s"), ++self->n_figures, title);
}
