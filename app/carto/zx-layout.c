/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Texts by pango, the same on every machine that has the fonts: 72 dpi, no hinting, metrics not
 * rounded to pixels, language fixed (pango would otherwise take it from the locale and break lines
 * or choose Han shapes by it). */

#include "app/carto/zx-paint-private.h"

static const char font_families[] = "Noto Sans CJK SC,Noto Sans,sans-serif";

#define LONGEST_LINE 600 /* bytes */

/* Half the height of digits and the middle of CJK signs above the baseline, in ems: what the eye
 * takes for the middle of a line in these fonts. */
#define MIDDLE_ABOVE_BASELINE 0.365

/* Not from the cairo_t: its transformation would make pango look for the fonts again at every turn
 * of a road's name, and unhinted layouts do not depend on it. */
static PangoContext *
text_context (void)
{
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  cairo_font_options_t *options = cairo_font_options_create ();
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options (context, options);
  cairo_font_options_destroy (options);
  pango_cairo_context_set_resolution (context, 72);
  pango_context_set_round_glyph_positions (context, FALSE);
  pango_context_set_language (context, pango_language_from_string ("zh-cn"));
  pango_context_set_base_dir (context, PANGO_DIRECTION_LTR);
  return context;
}

PangoLayout *
zx_text_layout (cairo_t *cr, double size, gboolean is_bold)
{
  PangoContext *context = text_context ();
  PangoLayout *layout = pango_layout_new (context);
  g_object_unref (context);
  PangoFontDescription *font = pango_font_description_new ();
  pango_font_description_set_family_static (font, font_families);
  pango_font_description_set_weight (font, is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_absolute_size (font, CLAMP (size, 0.5, 1000.0) * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  return layout;
}

char *
zx_text_valid (const char *text)
{
  return g_utf8_make_valid (text != NULL ? text : "", -1);
}

static PangoAlignment
pango_alignment (double align)
{
  return align < 0.25 ? PANGO_ALIGN_LEFT : align < 0.75 ? PANGO_ALIGN_CENTER : PANGO_ALIGN_RIGHT;
}

double
zx_text_paint (cairo_t *cr, double x, double y, double width, double size, gboolean is_bold,
               double align, ZxColour colour, const char *text)
{
  if (text == NULL || text[0] == '\0')
    return 0;
  g_autofree char *valid = zx_text_valid (text);
  PangoLayout *layout = zx_text_layout (cr, size, is_bold);
  pango_layout_set_alignment (layout, pango_alignment (align));
  if (width > 0 && width < 1e5)
    pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  pango_layout_set_text (layout, valid, -1);
  int pango_height = 0;
  pango_layout_get_size (layout, NULL, &pango_height);
  if (cr != NULL)
    {
      zx_colour_set (cr, colour);
      cairo_move_to (cr, x, y);
      pango_cairo_show_layout (cr, layout);
    }
  g_object_unref (layout);
  return pango_height / (double) PANGO_SCALE;
}

/* ---- one line ----------------------------------------------------------------------------- */

/* What stands on one line of a page; a name of a megabyte must not cost a minute. */
static char *
line_text (const char *text)
{
  g_autofree char *cut = g_strndup (text, LONGEST_LINE);
  return zx_text_valid (cut);
}

static PangoLayout *
line_layout (cairo_t *cr, const ZxInk *ink, const char *text)
{
  g_autofree char *valid = line_text (text);
  PangoLayout *layout = zx_text_layout (cr, ink->size, ink->is_bold);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  if (ink->spacing > 0)
    {
      PangoAttrList *attributes = pango_attr_list_new ();
      pango_attr_list_insert (attributes,
                              pango_attr_letter_spacing_new ((int) (ink->spacing * PANGO_SCALE)));
      pango_layout_set_attributes (layout, attributes);
      pango_attr_list_unref (attributes);
    }
  pango_layout_set_text (layout, valid, -1);
  return layout;
}

/* Letter spacing also follows the last letter, where it would push the text off its middle. */
static double
layout_width (PangoLayout *layout, const ZxInk *ink)
{
  int pango_width = 0;
  pango_layout_get_size (layout, &pango_width, NULL);
  return MAX (pango_width / (double) PANGO_SCALE - ink->spacing, 0.0);
}

static void
stroke_halo (cairo_t *cr, PangoLayout *layout, double x, double y, const ZxInk *ink)
{
  cairo_new_path (cr);
  cairo_move_to (cr, x, y);
  pango_cairo_layout_path (cr, layout);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width (cr, 2 * ink->halo_width);
  zx_colour_set (cr, ink->halo);
  cairo_stroke (cr);
}

static void
show_line (cairo_t *cr, PangoLayout *layout, double x, double middle_y, const ZxInk *ink)
{
  double baseline = pango_layout_get_baseline (layout) / (double) PANGO_SCALE;
  double y = middle_y + MIDDLE_ABOVE_BASELINE * ink->size - baseline;
  if (ink->halo.alpha > 0 && ink->halo_width > 0 && !zx_halo_paint (cr, layout, x, y, ink))
    stroke_halo (cr, layout, x, y, ink);
  zx_colour_set (cr, ink->colour);
  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, layout);
}

double
zx_line_width (const ZxInk *ink, const char *text)
{
  if (text == NULL || text[0] == '\0')
    return 0;
  PangoLayout *layout = line_layout (NULL, ink, text);
  double width = layout_width (layout, ink);
  g_object_unref (layout);
  return width;
}

double
zx_line_paint (cairo_t *cr, double x, double middle_y, double align, const ZxInk *ink,
               const char *text)
{
  if (text == NULL || text[0] == '\0')
    return 0;
  PangoLayout *layout = line_layout (cr, ink, text);
  double width = layout_width (layout, ink);
  if (cr != NULL)
    show_line (cr, layout, x - align * width, middle_y, ink);
  g_object_unref (layout);
  return width;
}

double
zx_line_paint_within (cairo_t *cr, double x, double middle_y, double align, double width,
                      const ZxInk *ink, const char *text)
{
  if (text == NULL || text[0] == '\0')
    return 0;
  PangoLayout *layout = line_layout (cr, ink, text);
  if (layout_width (layout, ink) > width)
    {
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
      pango_layout_set_width (layout, (int) (MAX (width, 1.0) * PANGO_SCALE));
    }
  PangoRectangle used;
  pango_layout_get_extents (layout, NULL, &used);
  double used_width = MIN (used.width / (double) PANGO_SCALE, width);
  if (cr != NULL)
    show_line (cr, layout, x - align * used_width, middle_y, ink);
  g_object_unref (layout);
  return used_width;
}

char *
zx_tick_text (double value, double step)
{
  guint decimals = 0;
  step = fabs (step);
  while (decimals < 6 && step > 0 && fabs (step - round (step)) > 1e-6 * step)
    {
      step *= 10;
      decimals++;
    }
  return zx_number_human (value, decimals);
}
