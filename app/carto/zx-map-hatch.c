/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What limits a plan.  Land on which no station may stand is hatched, so that what lies under it
 * can still be seen, and so that it reads as "not here" without its colour.  A line that travel may
 * not cross is a fence: a line with crossbars on a pale ground, over the roads it closes.
 *
 * The hatch runs through the page's own grid: areas that touch look like one. */

#include "app/carto/zx-map-private.h"

#define MARGIN  6.0
#define SPACING 3.8 /* of the hatch, units across it */
#define WIDTH   0.55

#define FENCE_GROUND 2.6
#define FENCE_LINE   1.0
#define FENCE_BAR    5.0                         /* length, across the line */
static const double fence_bars[] = { 0.9, 5.1 }; /* width of a bar, gap */

static const guint32 ink = 0xa05a4a, dark_ink = 0xc98a78;
static const guint32 fence = 0x7a1f2b, dark_fence = 0xff8f8f;

/* Rising lines over the box; the caller clips. */
static void
hatch_box (cairo_t *cr, double x0, double y0, double x1, double y1)
{
  const double step = SPACING * G_SQRT2, height = y1 - y0;
  cairo_new_path (cr);
  for (double i = ceil ((x0 + y0) / step); i * step <= x1 + y1; i++)
    {
      double along = i * step; /* x + y on the line */
      cairo_move_to (cr, along - y1, y1);
      cairo_line_to (cr, along - y1 + height, y0);
    }
  cairo_set_line_width (cr, WIDTH);
  cairo_stroke (cr);
}

static void
paint_area (cairo_t *cr, const ZxMapView *view, const ZxPolylines *rings)
{
  double x0, y0, x1, y1;
  cairo_new_path (cr);
  zx_polylines_to_path (cr, rings, 0, rings->first->len, TRUE);
  cairo_path_extents (cr, &x0, &y0, &x1, &y1);
  x0 = MAX (x0, view->page_x);
  y0 = MAX (y0, view->page_y);
  x1 = MIN (x1, view->page_x + view->page_width);
  y1 = MIN (y1, view->page_y + view->page_height);
  if (!(x1 > x0) || !(y1 > y0))
    return;
  cairo_save (cr);
  cairo_set_line_width (cr, 0.6);
  cairo_stroke_preserve (cr);
  cairo_clip (cr);
  hatch_box (cr, x0, y0, x1, y1);
  cairo_restore (cr);
}

void
zx_map_paint_exclusions (cairo_t *cr, const ZxMapView *view, const ZxCity *city)
{
  const ZxAreas *areas = &city->areas;
  if (!zx_map_view_is_drawable (view))
    return;
  ZxPathMaker maker;
  zx_path_maker_init (&maker, view, MARGIN);
  zx_map_view_begin (cr, view);
  cairo_set_fill_rule (cr, CAIRO_FILL_RULE_EVEN_ODD);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  zx_colour_set (cr, zx_colour_hex (view->is_dark ? dark_ink : ink, 1));
  for (guint i = 0; i < areas->n; i++)
    {
      if (areas->kind[i] != ZX_AREA_EXCLUSION)
        continue;
      ZxPolylines rings;
      zx_polylines_init (&rings);
      zx_path_maker_add_row (&maker, &areas->polygons, i, &rings);
      if (rings.first->len > 0)
        paint_area (cr, view, &rings);
      zx_polylines_clear (&rings);
    }
  cairo_restore (cr);
  zx_path_maker_clear (&maker);
}

void
zx_exclusion_paint (cairo_t *cr, double x, double y, double half_width, double half_height)
{
  cairo_save (cr);
  zx_colour_set (cr, zx_colour_hex (ink, 1));
  cairo_rectangle (cr, x - half_width, y - half_height, 2 * half_width, 2 * half_height);
  cairo_set_line_width (cr, 0.6);
  cairo_stroke_preserve (cr);
  cairo_clip (cr);
  hatch_box (cr, x - half_width, y - half_height, x + half_width, y + half_height);
  cairo_restore (cr);
}

/* ---- barriers ------------------------------------------------------------------------------ */

/* Bars are the dashes of a line as wide as they are long. */
static void
stroke_fence (cairo_t *cr, const ZxPolylines *lines, gboolean is_dark)
{
  zx_colour_set (cr, zx_colour_hex (is_dark ? 0x101418 : 0xffffff, 0.8));
  cairo_set_line_width (cr, FENCE_GROUND);
  zx_polylines_stroke (cr, lines, FALSE);
  zx_colour_set (cr, zx_colour_hex (is_dark ? dark_fence : fence, 1));
  cairo_set_line_width (cr, FENCE_LINE);
  zx_polylines_stroke (cr, lines, FALSE);
  cairo_set_line_width (cr, FENCE_BAR);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_BUTT);
  cairo_set_dash (cr, fence_bars, G_N_ELEMENTS (fence_bars), fence_bars[1] / -2);
  zx_polylines_stroke (cr, lines, FALSE);
  cairo_set_dash (cr, NULL, 0, 0);
}

void
zx_map_paint_barriers (cairo_t *cr, const ZxMapView *view, const ZxCity *city)
{
  if (!zx_map_view_is_drawable (view))
    return;
  ZxPathMaker maker;
  ZxPolylines lines;
  zx_path_maker_init (&maker, view, MARGIN);
  zx_polylines_init (&lines);
  zx_map_add_edges (&maker, &city->areas, ZX_AREA_BARRIER, FALSE, &lines);
  zx_map_view_begin (cr, view);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  stroke_fence (cr, &lines, view->is_dark);
  cairo_restore (cr);
  zx_polylines_clear (&lines);
  zx_path_maker_clear (&maker);
}

void
zx_barrier_paint (cairo_t *cr, double x, double y, double half_width)
{
  ZxPolylines line;
  const ZxPagePoint ends[]
      = { { (float) (x - half_width), (float) y }, { (float) (x + half_width), (float) y } };
  const guint first = 0;
  zx_polylines_init (&line);
  g_array_append_vals (line.points, ends, G_N_ELEMENTS (ends));
  g_array_append_val (line.first, first);
  cairo_save (cr);
  stroke_fence (cr, &line, FALSE);
  cairo_restore (cr);
  zx_polylines_clear (&line);
}
