/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Text set in the report's styles: lines of one height, so that every page keeps one rhythm
 * whatever fonts a name falls back to. */
#pragma once

#include "app/carto/zx-carto.h"

G_BEGIN_DECLS

typedef enum
{
  ZX_STYLE_BODY,
  ZX_STYLE_LEAD,  /* the conclusion's first sentence */
  ZX_STYLE_NOTE,  /* small and grey, under figures and tables */
  ZX_STYLE_TITLE, /* of the cover */
  ZX_STYLE_SUBTITLE,
  ZX_STYLE_HEADING_1,
  ZX_STYLE_HEADING_2,
  ZX_STYLE_HEADING_3,
  ZX_STYLE_CAPTION,
  ZX_STYLE_CELL,
  ZX_STYLE_CELL_STRONG,
  ZX_STYLE_CELL_HEAD,
  ZX_STYLE_CELL_UNIT,
  ZX_STYLE_FIGURE,  /* the number of a tile */
  ZX_STYLE_RUNNING, /* headers and footers */
  ZX_STYLE_STRONG,  /* the title of a banner */
  ZX_N_STYLES,
} ZxStyle;

/* What a passage is set with: borrowed for its life. */
typedef struct
{
  cairo_t *cr;
  PangoLanguage *language;
} ZxInk;

typedef struct _ZxPassage ZxPassage;

/* @width: in points; <= 0: one line, as wide as it needs.  @text: plain, never markup. */
ZxPassage *zx_passage_new (const ZxInk *ink, ZxStyle style, double width, const char *text);
void zx_passage_free (ZxPassage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxPassage, zx_passage_free)

guint zx_passage_lines (const ZxPassage *self);
double zx_passage_lead (const ZxPassage *self); /* height of one line, points */
double zx_passage_height (const ZxPassage *self);
double zx_passage_width (const ZxPassage *self); /* of the widest line */
/* Paints the lines @from … @to - 1 with their top at @y; @align 0 left, 0.5 centre, 1 right within
 * @width. */
void zx_passage_paint_lines (const ZxPassage *self, double x, double y, double width, double align,
                             guint from, guint to);
void zx_passage_paint (const ZxPassage *self, double x, double y, double width, double align);

/* Width of the widest piece that cannot be broken. */
double zx_passage_word_width (const ZxInk *ink, ZxStyle style, const char *text);
double zx_style_size (ZxStyle style);

/* The page's colours: near-black ink, one accent, its tint, greys, and the colour of a caution. */
extern const ZxColour zx_paper_ink, zx_paper_grey, zx_paper_rule, zx_paper_accent, zx_paper_tint,
    zx_paper_caution, zx_paper_caution_tint, zx_paper_white;
void zx_ink_colour (cairo_t *cr, const ZxColour *colour);

G_END_DECLS
