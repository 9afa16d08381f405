/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Scale bar, north arrow, attribution and the frame.
 *
 * The bar is true on the ground: a length of L metres is L / (metres_per_unit × scale_correction)
 * units, where scale_correction is true metres per metre of the coordinate system at the middle of
 * the map.  North is up in the coordinate system; within a city the convergence of its meridians is
 * below a degree, which the arrow does not show. */

#include "app/carto/zx-map-private.h"

#define LONGEST_BAR       110.0 /* units */
#define BAR_SHARE         0.3   /* of the map's width at most */
#define BAR_HEIGHT        2.6
#define ATTRIBUTION_SHARE 0.55
#define INSET             7.0

ZxScaleBar
zx_map_scale_bar (const ZxMapView *view)
{
  double correction = isfinite (view->scale_correction) && view->scale_correction > 0
                          ? view->scale_correction
                          : 1;
  double true_per_unit = view->metres_per_unit * correction;
  double largest = MIN (LONGEST_BAR, view->page_width * BAR_SHARE) * true_per_unit;
  int k = (int) floor (log10 (largest));
  double decade = k < 0 ? 1 / pow (10, -k) : pow (10, k);
  double lead = largest / decade;
  double first = lead >= 5 ? 5 : lead >= 2 ? 2 : 1;
  ZxScaleBar bar = { first * decade, 0, first == 5 ? 5 : 4 };
  bar.units = bar.metres / true_per_unit;
  return bar;
}

static char *
distance_text (double metres)
{
  double value = metres >= 1000 ? metres / 1000 : metres;
  double whole = round (value * 1000) / 1000;
  char number[40];
  zx_number_format (whole, number);
  return g_strdup_printf ("%s %s", number, metres >= 1000 ? "km" : "m");
}

static void
paint_plate (cairo_t *cr, const ZxBox *box, const ZxMapColours *colours)
{
  cairo_rectangle (cr, box->x, box->y, box->width, box->height);
  zx_colour_set (cr, zx_colour_hex (colours->plate, 0.82));
  cairo_fill (cr);
}

static void
paint_bar_parts (cairo_t *cr, double x, double y, const ZxScaleBar *bar,
                 const ZxMapColours *colours)
{
  double part = bar->units / bar->n_parts;
  ZxColour ink = zx_colour_hex (colours->text, 1), paper = zx_colour_hex (colours->plate, 1);
  for (guint i = 0; i < bar->n_parts; i++)
    {
      cairo_rectangle (cr, x + i * part, y, part, BAR_HEIGHT);
      zx_colour_set (cr, i % 2 == 0 ? ink : paper);
      cairo_fill (cr);
    }
  cairo_rectangle (cr, x, y, bar->units, BAR_HEIGHT);
  zx_colour_set (cr, ink);
  cairo_set_line_width (cr, 0.5);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_MITER);
  cairo_stroke (cr);
}

static ZxInk
bar_ink (const ZxMapColours *colours)
{
  return (ZxInk){ .size = 6.5, .colour = zx_colour_hex (colours->text, 1) };
}

static ZxBox
bar_plate (const ZxMapView *view, const ZxScaleBar *bar, const ZxInk *ink, const char *whole)
{
  double left = zx_line_width (ink, "0") / 2, right = zx_line_width (ink, whole) / 2;
  double y = view->page_y + view->page_height - INSET - BAR_HEIGHT - 12;
  return (ZxBox){ view->page_x + INSET - 3, y, left + bar->units + right + 6, 12 + BAR_HEIGHT + 3 };
}

static void
paint_scale_bar (cairo_t *cr, const ZxMapView *view, const ZxMapColours *colours)
{
  ZxScaleBar bar = zx_map_scale_bar (view);
  ZxInk ink = bar_ink (colours);
  g_autofree char *whole = distance_text (bar.metres);
  ZxBox plate = bar_plate (view, &bar, &ink, whole);
  double x = plate.x + 3 + zx_line_width (&ink, "0") / 2, y = plate.y + 12;
  if (plate.width > view->page_width - 6 || plate.height > view->page_height - 6)
    return;
  paint_plate (cr, &plate, colours);
  paint_bar_parts (cr, x, y, &bar, colours);
  zx_line_paint (cr, x, y - 5, 0.5, &ink, "0");
  zx_line_paint (cr, x + bar.units, y - 5, 0.5, &ink, whole);
}

static double
arrow_factor (const ZxMapView *view)
{
  return CLAMP (MIN (view->page_width, view->page_height) / 220, 0.65, 1.0);
}

static ZxBox
arrow_box (const ZxMapView *view)
{
  double width = 14 * arrow_factor (view), height = 31 * arrow_factor (view);
  return (ZxBox){ view->page_x + view->page_width - INSET - width, view->page_y + INSET - 3, width,
                  height };
}

static void
paint_needle_half (cairo_t *cr, double side, ZxColour fill, ZxColour edge)
{
  cairo_move_to (cr, 0, 10);
  cairo_line_to (cr, side * 4.6, 27);
  cairo_line_to (cr, 0, 22.6);
  cairo_close_path (cr);
  zx_colour_set (cr, fill);
  cairo_fill_preserve (cr);
  zx_colour_set (cr, edge);
  cairo_stroke (cr);
}

static void
paint_north_arrow (cairo_t *cr, const ZxMapView *view, const ZxMapColours *colours)
{
  ZxBox box = arrow_box (view);
  if (view->page_width < 80 || view->page_height < 80)
    return;
  ZxColour ink = zx_colour_hex (colours->text, 1), paper = zx_colour_hex (colours->plate, 1);
  ZxInk letter = { .size = 8,
                   .is_bold = TRUE,
                   .colour = ink,
                   .halo = zx_colour_hex (colours->plate, 0.85),
                   .halo_width = 1.2 };
  cairo_save (cr);
  cairo_translate (cr, box.x + box.width / 2, box.y);
  cairo_scale (cr, arrow_factor (view), arrow_factor (view));
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_MITER);
  cairo_set_line_width (cr, 0.6);
  paint_needle_half (cr, -1, ink, ink);
  paint_needle_half (cr, 1, paper, ink);
  zx_line_paint (cr, 0, 5.4, 0.5, &letter, "N");
  cairo_restore (cr);
}

static void
paint_attribution (cairo_t *cr, const ZxMapView *view, const ZxMapColours *colours,
                   const char *attribution)
{
  ZxInk ink = { .size = 5.6, .colour = zx_colour_hex (colours->faint_text, 1) };
  double width = MIN (zx_line_width (&ink, attribution), ATTRIBUTION_SHARE * view->page_width);
  ZxBox plate = { view->page_x + view->page_width - width - 5,
                  view->page_y + view->page_height - 9.5, width + 5, 9.5 };
  if (width <= 0 || view->page_height < 30)
    return;
  paint_plate (cr, &plate, colours);
  zx_line_paint_within (cr, plate.x + plate.width - 2.5, plate.y + plate.height / 2, 1, width, &ink,
                        attribution);
}

void
zx_map_take_frame_places (cairo_t *cr, const ZxMapView *view)
{
  ZxScaleBar bar = zx_map_scale_bar (view);
  ZxInk ink = bar_ink (zx_map_colours (ZX_BASE_FULL, view->is_dark));
  g_autofree char *whole = distance_text (bar.metres);
  ZxBox plate = bar_plate (view, &bar, &ink, whole), arrow = arrow_box (view);
  ZxBox line = { view->page_x + (1 - ATTRIBUTION_SHARE) * view->page_width,
                 view->page_y + view->page_height - 10, ATTRIBUTION_SHARE * view->page_width, 10 };
  zx_occupied_take (zx_occupied_of (cr), &plate);
  zx_occupied_take (zx_occupied_of (cr), &arrow);
  zx_occupied_take (zx_occupied_of (cr), &line);
}

void
zx_map_paint_frame (cairo_t *cr, const ZxMapView *view, const char *attribution)
{
  if (!zx_map_view_is_drawable (view))
    return;
  const ZxMapColours *colours = zx_map_colours (ZX_BASE_FULL, view->is_dark);
  zx_map_view_begin (cr, view);
  paint_scale_bar (cr, view, colours);
  paint_north_arrow (cr, view, colours);
  if (attribution != NULL)
    paint_attribution (cr, view, colours, attribution);
  cairo_restore (cr);
  cairo_save (cr);
  cairo_rectangle (cr, view->page_x, view->page_y, view->page_width, view->page_height);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_MITER);
  cairo_set_line_width (cr, 0.6);
  zx_colour_set (cr, zx_colour_mix (zx_colour_hex (colours->text, 1),
                                    zx_colour_hex (colours->plate, 1), 0.35));
  cairo_stroke (cr);
  cairo_restore (cr);
}
