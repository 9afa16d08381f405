/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What all charts share: frame, title, key, axes.
 *
 * Little ink: no box, level grid lines only where values are read against them, the y label level
 * above its axis (turned Chinese is hard to read), ticks at 1, 2, 2.5, 5 × 10^k.  Series differ in
 * colour (chosen after Okabe and Ito 2008, for every kind of colour blindness), in dash and in
 * marker. */

#include "app/carto/zx-chart-private.h"

#define TITLE_SIZE       8.8
#define SMALL_TITLE_SIZE 7.2
#define LABEL_SIZE       7.0
#define TICK_SIZE        6.6
#define TICK_LENGTH      2.5
#define KEY_SAMPLE       16.0
#define SMALLEST_FRAME   24.0

static const guint32 light_palette[]
    = { 0x1f6fb2, 0xd55e1e, 0x12806a, 0x9b4f96, 0xc98f00, 0x45a5d6, 0x6e6e6e, 0x8c4a3c };
static const guint32 dark_palette[]
    = { 0x6cb4ee, 0xf2935c, 0x4fc3a8, 0xd08fcb, 0xf0c04a, 0x9ad7f5, 0xb4b4b4, 0xcf9a8d };

static ZxChartInks
chart_inks (gboolean is_dark)
{
  if (is_dark)
    return (ZxChartInks){ zx_colour_hex (0xe6e6e6, 1), zx_colour_hex (0xa6abb1, 1),
                          zx_colour_hex (0x3a4047, 1), zx_colour_hex (0x8a9098, 1),
                          zx_colour_hex (0x1e2226, 1) };
  return (ZxChartInks){ zx_colour_hex (0x262626, 1), zx_colour_hex (0x5f5f5f, 1),
                        zx_colour_hex (0xe3e3e3, 1), zx_colour_hex (0x6f6f6f, 1),
                        zx_colour_hex (0xffffff, 1) };
}

ZxColour
zx_series_colour (guint series, gboolean is_dark)
{
  guint i = series % G_N_ELEMENTS (light_palette);
  return zx_colour_hex (is_dark ? dark_palette[i] : light_palette[i], 1);
}

void
zx_series_dash (cairo_t *cr, guint series, gboolean is_dashed)
{
  static const double dashes[5][4]
      = { { 0, 0, 0, 0 }, { 6, 2, 6, 2 }, { 2, 1.6, 2, 1.6 }, { 7, 2, 1.4, 2 }, { 10, 2, 3, 2 } };
  static const double stated[2] = { 3.2, 2 };
  if (is_dashed)
    cairo_set_dash (cr, stated, 2, 0);
  else if (series % 5 == 0)
    cairo_set_dash (cr, NULL, 0, 0);
  else
    cairo_set_dash (cr, dashes[series % 5], 4, 0);
}

static void
polygon_path (cairo_t *cr, double x, double y, double radius, guint n, double turn)
{
  for (guint i = 0; i < n; i++)
    cairo_line_to (cr, x + radius * sin (turn + 2 * G_PI * i / n),
                   y - radius * cos (turn + 2 * G_PI * i / n));
  cairo_close_path (cr);
}

void
zx_series_marker (cairo_t *cr, guint series, double x, double y, double radius)
{
  cairo_new_path (cr);
  switch (series % 5)
    {
    case 0:
      cairo_arc (cr, x, y, radius, 0, 2 * G_PI);
      break;
    case 1:
      polygon_path (cr, x, y, radius * 1.25, 4, G_PI / 4);
      break;
    case 2:
      polygon_path (cr, x, y, radius * 1.35, 3, 0);
      break;
    case 3:
      polygon_path (cr, x, y, radius * 1.3, 4, 0);
      break;
    default:
      polygon_path (cr, x, y, radius * 1.35, 3, G_PI);
      break;
    }
  cairo_fill (cr);
}

ZxInk
zx_chart_ink (const ZxPlot *self, double size)
{
  return (ZxInk){ .size = size, .colour = self->inks.text };
}

/* ---- axes --------------------------------------------------------------------------------- */

static guint
ticks_of_step (double low, double high, double mantissa, int k, guint max_ticks, double *ticks)
{
  double power = pow (10, abs (k));
  double step = k < 0 ? mantissa / power : mantissa * power;
  double first = ceil (low / step - 1e-7), last = floor (high / step + 1e-7);
  if (!(last - first + 1 <= max_ticks))
    return G_MAXUINT;
  guint n = 0;
  for (double i = first; i <= last; i++)
    ticks[n++] = k < 0 ? i * mantissa / power : i * mantissa * power;
  return n;
}

guint
zx_nice_ticks (double low, double high, guint max_ticks, double *ticks)
{
  static const double mantissas[] = { 1, 2, 2.5, 5 };
  if (!isfinite (low) || !isfinite (high) || high < low || max_ticks == 0)
    return 0;
  if (!(high - low > 1e-12 * MAX (fabs (low), fabs (high))))
    {
      ticks[0] = low;
      return 1;
    }
  int k = (int) floor (log10 (high - low)) - 2;
  for (guint tries = 0; tries < 6; tries++, k++)
    for (guint i = 0; i < G_N_ELEMENTS (mantissas); i++)
      {
        guint n = ticks_of_step (low, high, mantissas[i], k, max_ticks, ticks);
        if (n != G_MAXUINT)
          return n;
      }
  return 0;
}

void
zx_range_add (double *low, double *high, double value)
{
  if (!isfinite (value) || fabs (value) > 1e300)
    return;
  *low = isnan (*low) ? value : MIN (*low, value);
  *high = isnan (*high) ? value : MAX (*high, value);
}

void
zx_axis_span (ZxAxis *self, double low, double high)
{
  if (!isfinite (low) || !isfinite (high))
    low = 0, high = 1;
  if (!(high - low > 1e-9 * MAX (fabs (low), fabs (high))))
    {
      double pad = low != 0 ? 0.1 * fabs (low) : 1;
      low -= pad;
      high += pad;
    }
  self->low = low;
  self->high = high;
}

/* Steps of 1, 2, 5 × 10^k, never less than 1. */
static guint
whole_ticks (double low, double high, guint max_ticks, double *ticks)
{
  static const double mantissas[] = { 1, 2, 5 };
  for (int k = 0; k < 300; k++)
    for (guint i = 0; i < G_N_ELEMENTS (mantissas); i++)
      {
        guint n = ticks_of_step (low, high, mantissas[i], k, max_ticks, ticks);
        if (n != G_MAXUINT)
          return n;
      }
  return 0;
}

void
zx_axis_set_ticks (ZxAxis *self, guint max_ticks)
{
  guint most = CLAMP (max_ticks, 2, ZX_AXIS_TICKS - 2);
  self->n_ticks = self->is_whole ? whole_ticks (self->low, self->high, most, self->tick)
                                 : zx_nice_ticks (self->low, self->high, most, self->tick);
  if (self->is_whole && self->n_ticks < 2) /* a range within one step: the steps still are whole */
    {
      self->step = 1;
      return;
    }
  self->step = self->n_ticks > 1 ? self->tick[1] - self->tick[0] : fabs (self->tick[0]);
}

/* @self stretched to whole steps of at most @max_ticks ticks; FALSE when it has none. */
static gboolean
round_outwards (const ZxAxis *self, guint max_ticks, ZxAxis *rounded)
{
  *rounded = *self;
  zx_axis_set_ticks (rounded, max_ticks);
  if (!(rounded->n_ticks > 1) && !self->is_whole)
    return FALSE;
  double step = rounded->step;
  double first = floor (self->low / step + 1e-7), last = ceil (self->high / step - 1e-7);
  rounded->low = first * step;
  rounded->high = last * step;
  rounded->n_ticks = 0;
  for (double i = first; i <= last && rounded->n_ticks < ZX_AXIS_TICKS; i++)
    rounded->tick[rounded->n_ticks++] = i * step;
  return TRUE;
}

/* A tick or two more are worth it where they save empty room: 0 … 500 rather than 0 … 600. */
void
zx_axis_span_round (ZxAxis *self, double low, double high, guint max_ticks)
{
  zx_axis_span (self, low, high);
  if (self->low > 0 && self->low < 0.6 * self->high)
    self->low = 0;
  if (self->high < 0 && self->high > 0.6 * self->low)
    self->high = 0;
  ZxAxis best = *self, rounded;
  max_ticks = CLAMP (max_ticks, 3, ZX_AXIS_TICKS - 6);
  gboolean is_found = FALSE;
  for (guint more = 0; more <= 2; more++)
    if (round_outwards (self, max_ticks + more, &rounded)
        && (!is_found || rounded.high - rounded.low < 0.92 * (best.high - best.low)))
      {
        best = rounded;
        is_found = TRUE;
      }
  *self = best;
}

void
zx_axis_span_log (ZxAxis *self, double low, double high)
{
  if (!(low > 0) || !isfinite (high))
    low = 1, high = 10;
  double first = floor (log10 (low) + 1e-9), last = ceil (log10 (high) - 1e-9);
  if (last <= first)
    last = first + 1;
  self->is_log = TRUE;
  self->low = pow (10, first);
  self->high = pow (10, last);
  double every = ceil ((last - first) / 8);
  self->n_ticks = 0;
  for (double k = first; k <= last && self->n_ticks < ZX_AXIS_TICKS; k += every)
    self->tick[self->n_ticks++] = pow (10, k);
}

double
zx_axis_at (const ZxAxis *self, double value)
{
  double share = self->is_log ? (log10 (value) - log10 (self->low))
                                    / (log10 (self->high) - log10 (self->low))
                              : (value - self->low) / (self->high - self->low);
  return self->from + CLAMP (share, -10.0, 10.0) * (self->to - self->from);
}

char *
zx_axis_label (const ZxAxis *self, guint tick)
{
  double value = self->tick[tick];
  double largest = MAX (fabs (self->low), fabs (self->high));
  if (largest < 1e9 && (largest >= 1e-4 || self->is_log))
    return zx_tick_text (value, self->is_log ? value : self->step);
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  return g_strdup (g_ascii_formatd (text, sizeof text, "%.3g", value));
}

/* ---- frame -------------------------------------------------------------------------------- */

gboolean
zx_plot_begin (ZxPlot *self, cairo_t *cr, const ZxChartFrame *frame)
{
  memset (self, 0, sizeof *self);
  if (!(frame->width > SMALLEST_FRAME) || !(frame->height > SMALLEST_FRAME) || !(frame->width < 1e5)
      || !(frame->height < 1e5) || !isfinite (frame->x) || !isfinite (frame->y))
    return FALSE;
  self->cr = cr;
  self->frame = frame;
  self->inks = chart_inks (frame->is_dark);
  self->area = (ZxBox){ frame->x, frame->y, frame->width, frame->height };
  self->x.is_whole = frame->has_whole_x;
  self->y.is_whole = frame->has_whole_y;
  cairo_save (cr);
  cairo_new_path (cr);
  cairo_set_dash (cr, NULL, 0, 0);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_BUTT);
  if (frame->title != NULL && frame->title[0] != '\0')
    {
      double used = zx_text_paint (cr, frame->x, frame->y, frame->width,
                                   frame->is_small ? SMALL_TITLE_SIZE : TITLE_SIZE, TRUE, 0,
                                   self->inks.text, frame->title);
      self->area.y += used + 1;
      self->area.height -= used + 1;
    }
  return TRUE;
}

void
zx_plot_end (ZxPlot *self)
{
  cairo_restore (self->cr);
}

static double
key_entry_width (const ZxPlot *self, const char *name)
{
  ZxInk ink = zx_chart_ink (self, LABEL_SIZE);
  return KEY_SAMPLE + 4 + zx_line_width (&ink, name) + 11;
}

static void
paint_key_sample (ZxPlot *self, ZxKeyKind kind, guint series, gboolean is_dashed, double x,
                  double y)
{
  cairo_t *cr = self->cr;
  zx_colour_set (cr, zx_series_colour (series, self->frame->is_dark));
  if (kind == ZX_KEY_BOX)
    {
      cairo_rectangle (cr, x + KEY_SAMPLE - 8, y - 3.4, 7, 6.8);
      cairo_fill (cr);
      return;
    }
  zx_series_dash (cr, series, is_dashed);
  cairo_set_line_width (cr, 1.4);
  cairo_move_to (cr, x, y);
  cairo_line_to (cr, x + KEY_SAMPLE, y);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
}

/* Entries from @left, broken into rows at @right; returns the number of rows.  @is_painted FALSE:
 * counts only. */
static guint
key_rows (ZxPlot *self, ZxKeyKind kind, const char *const *names, const gboolean *is_dashed,
          guint n, double left, double right, double y, gboolean is_painted)
{
  ZxInk ink = zx_chart_ink (self, LABEL_SIZE);
  double x = left;
  guint rows = 1;
  for (guint i = 0; i < n; i++)
    {
      double width = key_entry_width (self, names[i]);
      if (x > left && x + width - 11 > right)
        {
          x = left;
          y += 10.5;
          rows++;
        }
      if (is_painted)
        {
          paint_key_sample (self, kind, i, is_dashed != NULL && is_dashed[i], x, y);
          zx_line_paint_within (self->cr, x + KEY_SAMPLE + 4, y, 0,
                                MAX (right - x - KEY_SAMPLE - 4, 4.0), &ink, names[i]);
        }
      x += width;
    }
  return rows;
}

void
zx_plot_head (ZxPlot *self, ZxKeyKind kind, const char *const *names, const gboolean *is_dashed,
              guint n)
{
  const char *label = self->frame->y_label;
  ZxInk ink = zx_chart_ink (self, LABEL_SIZE);
  ink.colour = self->inks.faint;
  double left = self->area.x, right = self->area.x + self->area.width, y = self->area.y;
  double label_width = zx_line_width (&ink, label), key_width = -11;
  for (guint i = 0; i < n; i++)
    key_width += key_entry_width (self, names[i]);
  gboolean is_beside = label_width + 14 + key_width <= self->area.width;
  if (n > 0)
    {
      double key_left = is_beside && label_width > 0 ? right - key_width : left;
      guint rows = key_rows (self, kind, names, is_dashed, n, key_left, right, y + 6, TRUE);
      y += is_beside && label_width > 0 ? 0 : 10.5 * rows + 1;
    }
  if (label_width > 0)
    {
      zx_line_paint_within (self->cr, left, y + 6, 0, self->area.width, &ink, label);
      y += 11;
    }
  y += 3;
  self->area.height -= y - self->area.y;
  self->area.y = y;
}

double
zx_chart_key (cairo_t *cr, double x, double y, double width, const char *const *names,
              const gboolean *is_dashed, guint n, gboolean is_dark)
{
  ZxPlot plot;
  ZxChartFrame frame
      = { .x = x, .y = y, .width = width, .height = 4 * SMALLEST_FRAME, .is_dark = is_dark };
  if (n == 0 || !zx_plot_begin (&plot, cr, &frame))
    return 0;
  guint rows = key_rows (&plot, ZX_KEY_LINE, names, is_dashed, n, x, x + width, y + 6, TRUE);
  zx_plot_end (&plot);
  return 10.5 * rows + 4;
}

static double
widest_label (const ZxPlot *self, const ZxAxis *axis)
{
  ZxInk ink = zx_chart_ink (self, TICK_SIZE);
  double widest = 0;
  for (guint i = 0; i < axis->n_ticks; i++)
    {
      g_autofree char *label = zx_axis_label (axis, i);
      widest = MAX (widest, zx_line_width (&ink, label));
    }
  return widest;
}

void
zx_plot_y_axis (ZxPlot *self)
{
  ZxInk ink = zx_chart_ink (self, TICK_SIZE);
  cairo_t *cr = self->cr;
  self->y.from = self->area.y + self->area.height;
  self->y.to = self->area.y;
  for (guint i = 0; i < self->y.n_ticks; i++)
    {
      double y = zx_axis_at (&self->y, self->y.tick[i]);
      g_autofree char *label = zx_axis_label (&self->y, i);
      gboolean is_zero = !self->y.is_log && fabs (self->y.tick[i]) < 1e-9 * self->y.step;
      cairo_move_to (cr, self->area.x, y);
      cairo_line_to (cr, self->area.x + self->area.width, y);
      cairo_set_line_width (cr, is_zero ? 0.7 : 0.45);
      zx_colour_set (cr, is_zero ? self->inks.axis : self->inks.grid);
      cairo_stroke (cr);
      zx_line_paint (cr, self->area.x - 4, y, 1, &ink, label);
    }
}

/* Ticks whose label would touch the one before keep their mark and lose the label. */
void
zx_plot_x_axis (ZxPlot *self, gboolean with_grid)
{
  ZxInk ink = zx_chart_ink (self, TICK_SIZE);
  cairo_t *cr = self->cr;
  double bottom = self->area.y + self->area.height, end_of_last = -INFINITY;
  self->x.from = self->area.x;
  self->x.to = self->area.x + self->area.width;
  for (guint i = 0; i < self->x.n_ticks; i++)
    {
      double x = zx_axis_at (&self->x, self->x.tick[i]);
      g_autofree char *label = zx_axis_label (&self->x, i);
      double half = zx_line_width (&ink, label) / 2;
      if (with_grid)
        {
          cairo_move_to (cr, x, self->area.y);
          cairo_line_to (cr, x, bottom);
          cairo_set_line_width (cr, 0.45);
          zx_colour_set (cr, self->inks.grid);
          cairo_stroke (cr);
        }
      cairo_move_to (cr, x, bottom);
      cairo_line_to (cr, x, bottom + TICK_LENGTH);
      cairo_set_line_width (cr, 0.6);
      zx_colour_set (cr, self->inks.axis);
      cairo_stroke (cr);
      if (x - half < end_of_last + 4)
        continue;
      zx_line_paint (cr, x, bottom + TICK_LENGTH + 5, 0.5, &ink, label);
      end_of_last = x + half;
    }
  cairo_move_to (cr, self->area.x, bottom);
  cairo_line_to (cr, self->area.x + self->area.width, bottom);
  cairo_set_line_width (cr, 0.7);
  zx_colour_set (cr, self->inks.axis);
  cairo_stroke (cr);
  if (self->frame->x_label != NULL)
    {
      ZxInk label_ink = zx_chart_ink (self, LABEL_SIZE);
      label_ink.colour = self->inks.faint;
      zx_line_paint_within (cr, self->area.x + self->area.width / 2, bottom + TICK_LENGTH + 15, 0.5,
                            self->area.width, &label_ink, self->frame->x_label);
    }
}

void
zx_plot_axes (ZxPlot *self, gboolean with_x_grid)
{
  double left = widest_label (self, &self->y) + 5;
  double bottom = TICK_LENGTH + 10 + (self->frame->x_label != NULL ? 10 : 0);
  double right = 0;
  if (self->x.n_ticks > 0)
    right = widest_label (self, &self->x) / 2;
  self->area.x += left;
  self->area.width = MAX (self->area.width - left - MIN (right, 14.0) - 1, 4.0);
  self->area.height = MAX (self->area.height - bottom, 4.0);
  if (self->y.n_ticks > 0)
    zx_plot_y_axis (self);
  zx_plot_x_axis (self, with_x_grid);
}

void
zx_plot_say_empty (ZxPlot *self)
{
  ZxInk ink = zx_chart_ink (self, LABEL_SIZE);
  ink.colour = self->inks.faint;
  cairo_rectangle (self->cr, self->area.x, self->area.y, self->area.width,
                   MAX (self->area.height, 0.0));
  cairo_set_line_width (self->cr, 0.5);
  zx_colour_set (self->cr, self->inks.grid);
  cairo_stroke (self->cr);
  zx_line_paint (self->cr, self->area.x + self->area.width / 2,
                 self->area.y + MAX (self->area.height, 0.0) / 2, 0.5, &ink, "–");
  zx_plot_end (self);
}
