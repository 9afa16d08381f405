/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The legend: ramp, ticks, title with the unit, note and symbols in one piece, so that a ramp can
 * never stand reversed against its numbers.  The ramp is drawn evenly in colour; a square-root
 * scale shows in the distances of its ticks.  A point at an end says that values beyond it take its
 * colour. */

#include "app/carto/zx-map-private.h"

#define RAMP_HEIGHT   8.0
#define RAMP_STEPS    96
#define TICK          2.2
#define POINT_WIDTH   5.0
#define MAX_TICKS     7
#define LABEL_GAP     3.0
#define ROW_HEIGHT    12.0
#define SYMBOL_COLUMN 15.0

typedef struct
{
  ZxColour text, faint;
} Inks;

static Inks
legend_inks (gboolean is_dark)
{
  const ZxMapColours *colours = zx_map_colours (ZX_BASE_FULL, is_dark);
  return (Inks){ zx_colour_hex (colours->text, 1), zx_colour_hex (colours->faint_text, 1) };
}

static gboolean
is_open_above (const ZxColourScale *scale)
{
  return scale->ramp != ZX_RAMP_PROBABILITY;
}

static gboolean
is_open_below (const ZxColourScale *scale)
{
  return scale->ramp == ZX_RAMP_DIFFERENCE;
}

/* Per-cent labels where the ramp itself speaks of per cent; the sign once, for room. */
static char *
tick_label (const ZxColourScale *scale, double value, double step)
{
  if (scale->ramp == ZX_RAMP_LOAD && scale->high < 10)
    return g_strdup_printf (value == 0 ? "%d %%" : "%d", (int) lround (value * 100));
  if (scale->ramp == ZX_RAMP_DIFFERENCE && value > 0)
    {
      g_autofree char *plain = zx_tick_text (value, step);
      return g_strconcat ("+", plain, NULL);
    }
  return zx_tick_text (value, step);
}

static guint
load_ticks (const ZxColourScale *scale, double *ticks)
{
  double unit = scale->high < 10 ? 1 : 100;
  const double rates[] = { scale->low / unit, 0.4, 0.8, 1.0, scale->high / unit };
  guint n = 0;
  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    if (rates[i] * unit >= scale->low && rates[i] * unit <= scale->high
        && (n == 0 || rates[i] * unit > ticks[n - 1]))
      ticks[n++] = rates[i] * unit;
  return n;
}

/* 0, the end and 1, 2, 5 × 10^k between them, as far as a square root leaves them apart. */
static guint
root_ticks (const ZxColourScale *scale, guint max_ticks, double *ticks)
{
  static const double leads[] = { 5, 2, 1 };
  double found[MAX_TICKS] = { scale->high }, last = scale->high;
  guint n = 1;
  for (int k = (int) floor (log10 (scale->high)); n + 1 < max_ticks && k > -12; k--)
    for (guint i = 0; i < G_N_ELEMENTS (leads) && n + 1 < max_ticks; i++)
      {
        double tick = k < 0 ? leads[i] / pow (10, -k) : leads[i] * pow (10, k);
        gboolean is_apart = sqrt (last / scale->high) - sqrt (tick / scale->high) > 0.13;
        if (tick <= scale->high * (1 + 1e-9) && is_apart && sqrt (tick / scale->high) > 0.1)
          found[n++] = last = tick;
      }
  ticks[0] = 0;
  for (guint i = 0; i < n; i++)
    ticks[i + 1] = found[n - 1 - i];
  return n + 1;
}

/* The edges of the classes, or every second, third … of them. */
static guint
class_ticks (const ZxColourScale *scale, guint max_ticks, double *ticks)
{
  guint n = 0, stride = (scale->n_classes + max_ticks - 2) / (max_ticks - 1);
  for (guint edge = 0; edge <= scale->n_classes; edge += stride)
    ticks[n++] = zx_colour_value (scale, (double) edge / scale->n_classes);
  return n;
}

static guint
scale_ticks (const ZxColourScale *scale, guint max_ticks, double *ticks)
{
  double low = scale->low, high = scale->high;
  if (scale->ramp == ZX_RAMP_LOAD)
    return load_ticks (scale, ticks);
  if (scale->n_classes >= 2)
    return class_ticks (scale, max_ticks, ticks);
  if (scale->ramp == ZX_RAMP_DIFFERENCE)
    {
      high = MAX (fabs (low), fabs (high));
      low = -high;
    }
  else if (scale->is_sqrt && low == 0 && high > 0 && isfinite (high))
    return root_ticks (scale, max_ticks, ticks);
  return zx_nice_ticks (low, high, max_ticks, ticks);
}

static void
ramp_outline (cairo_t *cr, double x, double y, double width, const ZxColourScale *scale)
{
  double left = is_open_below (scale) ? POINT_WIDTH : 0;
  double right = is_open_above (scale) ? POINT_WIDTH : 0;
  cairo_new_path (cr);
  cairo_move_to (cr, x + left, y);
  cairo_line_to (cr, x + width - right, y);
  if (right > 0)
    cairo_line_to (cr, x + width, y + RAMP_HEIGHT / 2);
  cairo_line_to (cr, x + width - right, y + RAMP_HEIGHT);
  cairo_line_to (cr, x + left, y + RAMP_HEIGHT);
  if (left > 0)
    cairo_line_to (cr, x, y + RAMP_HEIGHT / 2);
  cairo_close_path (cr);
}

static void
paint_ramp_colours (cairo_t *cr, double x, double y, double width, double from, double span,
                    const ZxColourScale *scale, gboolean is_dark)
{
  ZxColour paper = zx_colour_hex (zx_map_colours (ZX_BASE_FULL, is_dark)->plate, 1);
  cairo_save (cr);
  ramp_outline (cr, x, y, width, scale);
  cairo_clip (cr);
  for (guint i = 0; i < RAMP_STEPS; i++)
    {
      double begin = i == 0 ? x : from + span * i / RAMP_STEPS;
      double end = i == RAMP_STEPS - 1 ? x + width : from + span * (i + 1) / RAMP_STEPS;
      ZxColour colour = zx_colour_at (scale, zx_colour_value (scale, (i + 0.5) / RAMP_STEPS));
      double share = colour.alpha;
      colour.alpha = 1;
      zx_colour_set (cr, zx_colour_mix (paper, colour, share));
      /* Reaches under the next step, so that no seam shows between them. */
      cairo_rectangle (cr, begin, y, end - begin + (i < RAMP_STEPS - 1 ? 0.4 : 0), RAMP_HEIGHT);
      cairo_fill (cr);
    }
  cairo_restore (cr);
}

typedef struct
{
  double x, begin, end; /* of the mark and of its label */
  char *label;
} Tick;

typedef struct
{
  guint n;
  Tick tick[MAX_TICKS + 2];
} Ticks;

static void
ticks_clear (Ticks *self)
{
  for (guint i = 0; i < self->n; i++)
    g_free (self->tick[i].label);
  self->n = 0;
}

static Ticks
lay_out_ticks (const ZxColourScale *scale, guint max_ticks, const ZxInk *ink, double from,
               double span, double left, double right)
{
  double value[MAX_TICKS + 2];
  Ticks self = { .n = scale_ticks (scale, max_ticks, value) };
  double step = self.n > 1 ? value[1] - value[0] : self.n > 0 ? value[0] : 1;
  for (guint i = 0; i < self.n; i++)
    {
      Tick *tick = &self.tick[i];
      tick->label = tick_label (scale, value[i], step);
      double width = zx_line_width (ink, tick->label);
      tick->x = from + span * zx_colour_position (scale, value[i]);
      tick->begin = CLAMP (tick->x - width / 2, left, MAX (right - width, left));
      tick->end = tick->begin + width;
    }
  return self;
}

static gboolean
is_crowded (const Ticks *self)
{
  for (guint i = 1; i < self->n; i++)
    if (self->tick[i].begin < self->tick[i - 1].end + LABEL_GAP)
      return TRUE;
  return FALSE;
}

/* As many ticks as have room for their labels; where even few do not (a very narrow legend), marks
 * without labels. */
static void
paint_tick_labels (cairo_t *cr, double from, double span, double y, double left, double right,
                   const ZxColourScale *scale, const Inks *inks)
{
  ZxInk ink = { .size = 6.5, .colour = inks->text };
  Ticks ticks = lay_out_ticks (scale, MAX_TICKS, &ink, from, span, left, right);
  for (guint max_ticks = MAX_TICKS - 1; max_ticks >= 3 && is_crowded (&ticks); max_ticks--)
    {
      ticks_clear (&ticks);
      ticks = lay_out_ticks (scale, max_ticks, &ink, from, span, left, right);
    }
  double end_of_last = -INFINITY;
  zx_colour_set (cr, inks->text);
  cairo_set_line_width (cr, 0.5);
  for (guint i = 0; i < ticks.n; i++)
    {
      const Tick *tick = &ticks.tick[i];
      cairo_move_to (cr, tick->x, y);
      cairo_line_to (cr, tick->x, y + TICK);
      zx_colour_set (cr, inks->text);
      cairo_stroke (cr);
      if (tick->begin < end_of_last + LABEL_GAP)
        continue;
      zx_line_paint (cr, tick->begin, y + TICK + 4.6, 0, &ink, tick->label);
      end_of_last = tick->end;
    }
  ticks_clear (&ticks);
}

double
zx_ramp_paint (cairo_t *cr, double x, double y, double width, const ZxColourScale *scale,
               gboolean is_dark)
{
  if (cr == NULL || !(width > 4 * POINT_WIDTH))
    return RAMP_HEIGHT + TICK + 9;
  Inks inks = legend_inks (is_dark);
  double from = x + (is_open_below (scale) ? POINT_WIDTH : 0);
  double span = x + width - (is_open_above (scale) ? POINT_WIDTH : 0) - from;
  paint_ramp_colours (cr, x, y, width, from, span, scale, is_dark);
  ramp_outline (cr, x, y, width, scale);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_MITER);
  cairo_set_line_width (cr, 0.45);
  zx_colour_set (cr, inks.faint);
  cairo_stroke (cr);
  paint_tick_labels (cr, from, span, y + RAMP_HEIGHT, x, x + width, scale, &inks);
  return RAMP_HEIGHT + TICK + 9;
}

/* ---- symbols ------------------------------------------------------------------------------ */

static double
symbol_row_height (ZxSymbol symbol)
{
  return symbol == ZX_SYMBOL_SITE ? ROW_HEIGHT + 3 : ROW_HEIGHT;
}

static void
paint_symbol_row (cairo_t *cr, double x, double y, double width, const ZxLegend *legend, guint i,
                  const Inks *inks)
{
  ZxInk ink = { .size = 7.2, .colour = inks->text };
  ZxSymbol symbol = legend->symbols[i];
  const ZxColour *colour = legend->symbol_colours != NULL ? legend->symbol_colours[i] : NULL;
  double middle = y + symbol_row_height (symbol) / 2;
  if (symbol == ZX_SYMBOL_SITE)
    zx_pin_paint (cr, x + SYMBOL_COLUMN / 2 - 1, middle + 6.2, 0.58, 0, colour, "1");
  else
    zx_symbol_paint (cr, symbol, x + SYMBOL_COLUMN / 2 - 1, middle, 1, colour);
  zx_line_paint_within (cr, x + SYMBOL_COLUMN, middle, 0, width - SYMBOL_COLUMN, &ink,
                        legend->symbol_labels[i]);
}

/* As many columns as the widest label allows, filled row by row. */
static double
paint_symbols (cairo_t *cr, double x, double y, double width, const ZxLegend *legend,
               const Inks *inks)
{
  ZxInk ink = { .size = 7.2 };
  double widest = 1, used = 0;
  for (guint i = 0; i < legend->n_symbols; i++)
    widest = MAX (widest, SYMBOL_COLUMN + zx_line_width (&ink, legend->symbol_labels[i]) + 10);
  guint n_columns = (guint) CLAMP (floor ((width + 10) / widest), 1.0, (double) legend->n_symbols);
  double column_width = n_columns > 1 ? widest : width;
  for (guint i = 0; i < legend->n_symbols; i += n_columns)
    {
      double row_height = ROW_HEIGHT;
      for (guint k = i; k < MIN (i + n_columns, legend->n_symbols); k++)
        row_height = MAX (row_height, symbol_row_height (legend->symbols[k]));
      for (guint k = i; cr != NULL && k < MIN (i + n_columns, legend->n_symbols); k++)
        paint_symbol_row (cr, x + (k - i) * column_width,
                          y + used + (row_height - symbol_row_height (legend->symbols[k])) / 2,
                          column_width, legend, k, inks);
      used += row_height;
    }
  return used;
}

double
zx_map_paint_legend (cairo_t *cr, double x, double y, double width, const ZxLegend *legend)
{
  Inks inks = legend_inks (legend->is_dark);
  double used = 0;
  if (!(width > 0))
    return 0;
  if (cr != NULL)
    cairo_save (cr);
  if (legend->title != NULL && legend->title[0] != '\0')
    used += zx_text_paint (cr, x, y, width, 7.5, TRUE, 0, inks.text, legend->title) + 2;
  if (legend->scale != NULL)
    used += zx_ramp_paint (cr, x, y + used, width, legend->scale, legend->is_dark) + 2;
  if (legend->n_symbols > 0)
    used += paint_symbols (cr, x, y + used, width, legend, &inks) + 1;
  if (legend->note != NULL && legend->note[0] != '\0')
    used += zx_text_paint (cr, x, y + used, width, 6, FALSE, 0, inks.faint, legend->note);
  if (cr != NULL)
    cairo_restore (cr);
  return used;
}
