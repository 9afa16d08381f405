/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lines are placed by ourselves, each on a baseline at a fixed distance from the one before: pango
 * would open the line in which a fallback font is taller.  Baselines sit so that a Han character's
 * body is centred in its line. */

#include "app/report/zx-passage.h"

#include <string.h>

#define BASELINE_IN_BODY 0.86 /* of the em box, from its top: Noto Sans CJK's ideographic box */

const ZxColour zx_paper_ink = { 0.13, 0.15, 0.18, 1.0 };
const ZxColour zx_paper_grey = { 0.42, 0.46, 0.50, 1.0 };
const ZxColour zx_paper_rule = { 0.82, 0.84, 0.86, 1.0 };
const ZxColour zx_paper_accent = { 0.05, 0.34, 0.47, 1.0 };
const ZxColour zx_paper_tint = { 0.935, 0.957, 0.967, 1.0 };
const ZxColour zx_paper_caution = { 0.70, 0.33, 0.05, 1.0 };
const ZxColour zx_paper_caution_tint = { 0.995, 0.955, 0.905, 1.0 };
const ZxColour zx_paper_white = { 1.0, 1.0, 1.0, 1.0 };

typedef struct
{
  double size, lead; /* points */
  gboolean is_bold;
  const ZxColour *colour;
} StyleRow;

static const StyleRow style_rows[ZX_N_STYLES] = {
  [ZX_STYLE_BODY] = { 9.5, 16.0, FALSE, &zx_paper_ink },
  [ZX_STYLE_LEAD] = { 11.5, 19.5, FALSE, &zx_paper_ink },
  [ZX_STYLE_NOTE] = { 8.0, 12.5, FALSE, &zx_paper_grey },
  [ZX_STYLE_TITLE] = { 27.0, 38.0, TRUE, &zx_paper_ink },
  [ZX_STYLE_SUBTITLE] = { 14.0, 22.0, FALSE, &zx_paper_accent },
  [ZX_STYLE_HEADING_1] = { 17.0, 25.0, TRUE, &zx_paper_ink },
  [ZX_STYLE_HEADING_2] = { 12.0, 19.0, TRUE, &zx_paper_accent },
  [ZX_STYLE_HEADING_3] = { 10.0, 16.0, TRUE, &zx_paper_ink },
  [ZX_STYLE_CAPTION] = { 8.5, 13.0, FALSE, &zx_paper_ink },
  [ZX_STYLE_CELL] = { 8.2, 12.2, FALSE, &zx_paper_ink },
  [ZX_STYLE_CELL_STRONG] = { 8.2, 12.2, TRUE, &zx_paper_ink },
  [ZX_STYLE_CELL_HEAD] = { 8.2, 11.6, TRUE, &zx_paper_accent },
  [ZX_STYLE_CELL_UNIT] = { 7.2, 10.4, FALSE, &zx_paper_grey },
  [ZX_STYLE_FIGURE] = { 17.0, 24.0, TRUE, &zx_paper_accent },
  [ZX_STYLE_RUNNING] = { 7.5, 11.0, FALSE, &zx_paper_grey },
  [ZX_STYLE_STRONG] = { 9.5, 16.0, TRUE, &zx_paper_ink },
};

struct _ZxPassage
{
  cairo_t *cr;
  PangoLayout *layout;
  const StyleRow *style;
  guint n_lines;
};

void
zx_ink_colour (cairo_t *cr, const ZxColour *colour)
{
  cairo_set_source_rgba (cr, colour->red, colour->green, colour->blue, colour->alpha);
}

double
zx_style_size (ZxStyle style)
{
  return style_rows[style].size;
}

/* Noto Sans CJK has no U+2082: "₂" becomes a lowered 2 of the same font. */
static char *
lower_digits (const char *text, PangoAttrList *attributes)
{
  static const char lowered[] = "₂";
  GString *out = g_string_new (NULL);
  for (const char *at; (at = strstr (text, lowered)) != NULL; text = at + strlen (lowered))
    {
      g_string_append_len (out, text, at - text);
      PangoAttribute *parts[] = { pango_attr_font_scale_new (PANGO_FONT_SCALE_SUBSCRIPT),
                                  pango_attr_baseline_shift_new (PANGO_BASELINE_SHIFT_SUBSCRIPT) };
      for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
        {
          parts[i]->start_index = (guint) out->len;
          parts[i]->end_index = (guint) out->len + 1;
          pango_attr_list_insert (attributes, parts[i]);
        }
      g_string_append_c (out, '2');
    }
  g_string_append (out, text);
  return g_string_free (out, FALSE);
}

static PangoLayout *
layout_new (const ZxInk *ink, const StyleRow *style, const char *text)
{
  PangoLayout *layout = zx_text_layout (ink->cr, style->size, style->is_bold);
  pango_context_set_language (pango_layout_get_context (layout), ink->language);
  pango_layout_context_changed (layout);
  PangoAttrList *held = pango_layout_get_attributes (layout);
  PangoAttrList *attributes = held != NULL ? pango_attr_list_copy (held) : pango_attr_list_new ();
  g_autofree char *shown = lower_digits (text, attributes);
  pango_layout_set_text (layout, shown, -1);
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_auto_dir (layout, FALSE);
  return layout;
}

ZxPassage *
zx_passage_new (const ZxInk *ink, ZxStyle style, double width, const char *text)
{
  ZxPassage *self = g_new0 (ZxPassage, 1);
  self->cr = ink->cr;
  self->style = &style_rows[style];
  self->layout = layout_new (ink, self->style, text);
  pango_layout_set_width (self->layout, width > 0.0 ? (int) (width * PANGO_SCALE) : -1);
  self->n_lines = (guint) pango_layout_get_line_count (self->layout);
  return self;
}

void
zx_passage_free (ZxPassage *self)
{
  if (self == NULL)
    return;
  g_object_unref (self->layout);
  g_free (self);
}

guint
zx_passage_lines (const ZxPassage *self)
{
  return self->n_lines;
}

double
zx_passage_lead (const ZxPassage *self)
{
  return self->style->lead;
}

double
zx_passage_height (const ZxPassage *self)
{
  return self->n_lines * self->style->lead;
}

static double
line_width (PangoLayoutLine *line)
{
  PangoRectangle logical;
  pango_layout_line_get_extents (line, NULL, &logical);
  return (double) logical.width / PANGO_SCALE;
}

double
zx_passage_width (const ZxPassage *self)
{
  double widest = 0.0;
  for (GSList *at = pango_layout_get_lines_readonly (self->layout); at != NULL; at = at->next)
    widest = fmax (widest, line_width (at->data));
  return widest;
}

void
zx_passage_paint_lines (const ZxPassage *self, double x, double y, double width, double align,
                        guint from, guint to)
{
  double above
      = (self->style->lead - self->style->size) / 2.0 + BASELINE_IN_BODY * self->style->size;
  guint row = 0;
  zx_ink_colour (self->cr, self->style->colour);
  for (GSList *at = pango_layout_get_lines_readonly (self->layout); at != NULL;
       at = at->next, row++)
    {
      if (row < from || row >= to)
        continue;
      double left = align > 0.0 ? x + align * (width - line_width (at->data)) : x;
      cairo_move_to (self->cr, left, y + (row - from) * self->style->lead + above);
      pango_cairo_show_layout_line (self->cr, at->data);
    }
}

void
zx_passage_paint (const ZxPassage *self, double x, double y, double width, double align)
{
  zx_passage_paint_lines (self, x, y, width, align, 0, self->n_lines);
}

double
zx_passage_word_width (const ZxInk *ink, ZxStyle style, const char *text)
{
  g_autoptr (PangoLayout) layout = layout_new (ink, &style_rows[style], text);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD);
  pango_layout_set_width (layout, 0);
  double widest = 0.0;
  for (GSList *at = pango_layout_get_lines_readonly (layout); at != NULL; at = at->next)
    widest = fmax (widest, line_width (at->data));
  return widest;
}
