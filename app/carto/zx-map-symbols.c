/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Symbols, told apart by shape first and colour second.  Each has a pale rim, so that it stands on
 * a light land, a dark heat and another symbol alike. */

#include "app/carto/zx-map-private.h"

#define RIM        0.7
#define BOLT_SEEN  2.0  /* radius below which a bolt is a smudge */
#define PIN_HEAD   6.4  /* radius */
#define PIN_HEIGHT 16.5 /* from the point to the head's centre */

static const ZxColour white = { 1, 1, 1, 1 };

ZxColour
zx_symbol_own_colour (ZxSymbol symbol)
{
  switch (symbol)
    {
    case ZX_SYMBOL_STATION:
      return zx_colour_hex (0x1668a8, 1);
    case ZX_SYMBOL_CANDIDATE:
      return zx_colour_hex (0x2a7a4b, 1);
    case ZX_SYMBOL_REJECTED:
      return zx_colour_hex (0x8a8a8a, 1);
    case ZX_SYMBOL_TRANSFORMER:
      return zx_colour_hex (0x5b4a8a, 1);
    case ZX_SYMBOL_SITE:
    default:
      return zx_colour_hex (0x12264f, 1);
    }
}

double
zx_symbol_radius (ZxSymbol symbol)
{
  switch (symbol)
    {
    case ZX_SYMBOL_STATION:
      return 3.3;
    case ZX_SYMBOL_CANDIDATE:
      return 2.4;
    case ZX_SYMBOL_REJECTED:
      return 2.0;
    case ZX_SYMBOL_TRANSFORMER:
      return 2.5;
    case ZX_SYMBOL_EXCLUSION:
    case ZX_SYMBOL_BARRIER:
      return 3.3;
    case ZX_SYMBOL_SITE:
    default:
      return PIN_HEAD;
    }
}

/* The rim of a small symbol must leave room for the symbol. */
static double
rim_of (double r)
{
  return MIN (RIM, 0.25 * r);
}

static double
brightness (ZxColour colour)
{
  return 0.299 * colour.red + 0.587 * colour.green + 0.114 * colour.blue;
}

static ZxColour
ink_on (ZxColour colour)
{
  return brightness (colour) > 0.62 ? zx_colour_hex (0x1c1c1c, 1) : white;
}

static void
bolt_path (cairo_t *cr, double x, double y, double r)
{
  static const double corners[][2] = { { 0.16, -0.72 }, { -0.48, 0.10 }, { -0.08, 0.10 },
                                       { -0.16, 0.72 }, { 0.48, -0.14 }, { 0.08, -0.14 } };
  cairo_new_path (cr);
  for (guint i = 0; i < G_N_ELEMENTS (corners); i++)
    cairo_line_to (cr, x + corners[i][0] * r, y + corners[i][1] * r);
  cairo_close_path (cr);
}

static void
station_paint (cairo_t *cr, double x, double y, double r, ZxColour colour)
{
  cairo_arc (cr, x, y, r, 0, 2 * G_PI);
  zx_colour_set (cr, white);
  cairo_fill (cr);
  cairo_arc (cr, x, y, r - rim_of (r), 0, 2 * G_PI);
  zx_colour_set (cr, colour);
  cairo_fill (cr);
  if (r < BOLT_SEEN)
    return;
  bolt_path (cr, x, y, r - RIM * 0.6);
  zx_colour_set (cr, ink_on (colour));
  cairo_fill (cr);
}

static void
candidate_paint (cairo_t *cr, double x, double y, double r, ZxColour colour)
{
  double line = MIN (1.0, 0.45 * r);
  cairo_arc (cr, x, y, r - line / 2, 0, 2 * G_PI);
  zx_colour_set (cr, zx_colour_hex (0xffffff, 0.85));
  cairo_fill_preserve (cr);
  cairo_set_line_width (cr, line);
  zx_colour_set (cr, colour);
  cairo_stroke (cr);
}

static void
rejected_paint (cairo_t *cr, double x, double y, double r, ZxColour colour)
{
  double arm = r * 0.8;
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_move_to (cr, x - arm, y - arm);
  cairo_line_to (cr, x + arm, y + arm);
  cairo_move_to (cr, x - arm, y + arm);
  cairo_line_to (cr, x + arm, y - arm);
  cairo_set_line_width (cr, MIN (1.9, 0.95 * r));
  zx_colour_set (cr, zx_colour_hex (0xffffff, 0.8));
  cairo_stroke_preserve (cr);
  cairo_set_line_width (cr, MIN (0.9, 0.45 * r));
  zx_colour_set (cr, colour);
  cairo_stroke (cr);
}

static void
transformer_paint (cairo_t *cr, double x, double y, double r, ZxColour colour)
{
  cairo_rectangle (cr, x - r, y - r, 2 * r, 2 * r);
  zx_colour_set (cr, white);
  cairo_fill (cr);
  double inner = r - rim_of (r);
  cairo_rectangle (cr, x - inner, y - inner, 2 * inner, 2 * inner);
  zx_colour_set (cr, colour);
  cairo_fill_preserve (cr);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_MITER);
  cairo_set_line_width (cr, 0.4);
  zx_colour_set (cr, zx_colour_mix (colour, zx_colour_hex (0x000000, 1), 0.45));
  cairo_stroke (cr);
}

void
zx_pin_head (double x, double y, double factor, double angle, double *head_x, double *head_y,
             double *radius)
{
  *head_x = x + sin (angle) * PIN_HEIGHT * factor;
  *head_y = y - cos (angle) * PIN_HEIGHT * factor;
  *radius = PIN_HEAD * factor;
}

/* The head's circle and the two tangents from it to the point. */
static void
pin_path (cairo_t *cr, double x, double y, double factor, double angle, double grown)
{
  double head_x, head_y, radius;
  zx_pin_head (x, y, factor, angle, &head_x, &head_y, &radius);
  double towards_point = atan2 (y - head_y, x - head_x);
  double spread = acos (radius / (PIN_HEIGHT * factor));
  cairo_new_path (cr);
  cairo_arc (cr, head_x, head_y, radius + grown, towards_point + spread,
             towards_point - spread + 2 * G_PI);
  cairo_line_to (cr, x, y);
  cairo_close_path (cr);
}

void
zx_pin_paint (cairo_t *cr, double x, double y, double factor, double angle, const ZxColour *colour,
              const char *text)
{
  ZxColour fill = colour != NULL ? *colour : zx_symbol_own_colour (ZX_SYMBOL_SITE);
  double head_x, head_y, radius;
  zx_pin_head (x, y, factor, angle, &head_x, &head_y, &radius);
  pin_path (cr, x, y, factor, angle, 0);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  zx_colour_set (cr, white);
  cairo_set_line_width (cr, 2.2);
  cairo_stroke_preserve (cr);
  zx_colour_set (cr, fill);
  cairo_fill_preserve (cr);
  cairo_set_line_width (cr, 0.5);
  zx_colour_set (cr, zx_colour_mix (fill, zx_colour_hex (0x000000, 1), 0.45));
  cairo_stroke (cr);
  if (text == NULL || text[0] == '\0')
    return;
  ZxInk ink = { .size = 1.32 * radius, .is_bold = TRUE, .colour = ink_on (fill) };
  double width = zx_line_width (&ink, text);
  ink.size *= MIN (1.0, 1.72 * radius / MAX (width, 1e-9));
  zx_line_paint (cr, head_x, head_y, 0.5, &ink, text);
}

void
zx_symbol_paint (cairo_t *cr, ZxSymbol symbol, double x, double y, double factor,
                 const ZxColour *colour)
{
  ZxColour fill = colour != NULL ? *colour : zx_symbol_own_colour (symbol);
  double r = zx_symbol_radius (symbol) * factor;
  fill.alpha = 1;
  cairo_new_path (cr);
  switch (symbol)
    {
    case ZX_SYMBOL_STATION:
      station_paint (cr, x, y, r, fill);
      break;
    case ZX_SYMBOL_CANDIDATE:
      candidate_paint (cr, x, y, r, fill);
      break;
    case ZX_SYMBOL_REJECTED:
      rejected_paint (cr, x, y, r, fill);
      break;
    case ZX_SYMBOL_TRANSFORMER:
      transformer_paint (cr, x, y, r, fill);
      break;
    case ZX_SYMBOL_EXCLUSION:
      zx_exclusion_paint (cr, x, y, 1.6 * r, r);
      break;
    case ZX_SYMBOL_BARRIER:
      zx_barrier_paint (cr, x, y, 1.6 * r);
      break;
    case ZX_SYMBOL_SITE:
    default:
      zx_pin_paint (cr, x, y, factor, 0, &fill, NULL);
      break;
    }
}
