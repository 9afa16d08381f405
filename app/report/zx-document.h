/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the report says, in order: blocks that know nothing of pages.  zx-page.c puts them on
 * pages. */
#pragma once

#include "app/report/zx-figure.h"
#include "app/report/zx-table.h"
#include "app/report/zx-words.h"

G_BEGIN_DECLS

typedef enum
{
  ZX_BLOCK_HEADING,
  ZX_BLOCK_TEXT,   /* a paragraph in @style */
  ZX_BLOCK_ITEM,   /* of a list */
  ZX_BLOCK_BANNER, /* a sentence nobody shall miss */
  ZX_BLOCK_FACTS,  /* a row of figures in large type */
  ZX_BLOCK_TABLE,
  ZX_BLOCK_FIGURE,
  ZX_BLOCK_CONTENTS,
  ZX_BLOCK_COVER, /* a page of its own without header and footer */
  ZX_BLOCK_PAGE,  /* the next block starts a page */
  ZX_BLOCK_ROOM,  /* the next block starts a page unless @need points are left */
} ZxBlockKind;

typedef struct
{
  const char *number; /* "12 345" */
  const char *unit;
  const char *label;
} ZxFact;

/* Paints the cover with its own tags. */
typedef void (*ZxCoverFunc) (const ZxInk *ink, double width, double height, GPtrArray *alternatives,
                             gpointer data);

typedef struct
{
  ZxBlockKind kind;
  ZxStyle style;
  guint level;             /* of a heading, 1 … 3 */
  const char *number;      /* of a heading, "3.2"; NULL = none */
  const char *text;        /* of the paragraph, item, heading, banner */
  const char *title;       /* of a banner */
  const char *destination; /* of a heading, unique: "s3-2" */
  gboolean is_caution, is_listed, is_kept_with_next;
  ZxTable *table;
  ZxFigure *figure;
  ZxFact *facts;
  guint n_facts;
  ZxCoverFunc cover;
  gpointer cover_data;
  double need;
} ZxBlock;

typedef struct
{
  ZxWords *words;    /* borrowed */
  GPtrArray *blocks; /* ZxBlock */
  guint n_chapters, n_sections, n_subsections, n_annexes;
  gboolean is_annex;
  guint n_tables, n_figures;
} ZxDocument;

ZxDocument *zx_document_new (ZxWords *words);
void zx_document_free (ZxDocument *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxDocument, zx_document_free)

void zx_document_cover (ZxDocument *self, ZxCoverFunc cover, gpointer data);
void zx_document_contents (ZxDocument *self);
void zx_document_page (ZxDocument *self);
void zx_document_room (ZxDocument *self, double need);

/* "3 Demand" */
void zx_document_chapter (ZxDocument *self, const char *title);
/* "Annex A Parameters" */
void zx_document_annex (ZxDocument *self, const char *title);
/* Without a number, at the height of a chapter. */
void zx_document_front (ZxDocument *self, const char *title);
/* "3.2 Fit" */
void zx_document_section (ZxDocument *self, const char *title);
/* The same with a name to link to; @destination borrowed. */
void zx_document_section_at (ZxDocument *self, const char *title, const char *destination);
void zx_document_subtitle (ZxDocument *self, const char *title);

void zx_document_text (ZxDocument *self, const char *text);
void zx_document_styled (ZxDocument *self, ZxStyle style, const char *text);
/* A paragraph that stays on the page of what follows it. */
void zx_document_lead_in (ZxDocument *self, const char *text);
void zx_document_note (ZxDocument *self, const char *text);
void zx_document_item (ZxDocument *self, const char *text);
void zx_document_small_item (ZxDocument *self, const char *text);
void zx_document_banner (ZxDocument *self, gboolean is_caution, const char *title,
                         const char *text);
void zx_document_facts (ZxDocument *self, const ZxFact *facts, guint n);

/* Numbered when @title is not NULL.  Returns: borrowed */
ZxTable *zx_document_table (ZxDocument *self, const char *title, const ZxTableColumn *columns,
                            guint n_columns);
/* Pairs of label and value, @n_pairs beside each other. */
ZxTable *zx_document_pairs (ZxDocument *self, guint n_pairs);
ZxFigure *zx_document_figure (ZxDocument *self, double height, double least_height);
/* "Figure 3  …": the next number.  Call it in the order of the panels. */
const char *zx_document_figure_caption (ZxDocument *self, const char *title);

G_END_DECLS
