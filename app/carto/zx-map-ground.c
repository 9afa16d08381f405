/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Land, water, green and the lines of the districts: what lies under everything else. */

#include "app/carto/zx-map-private.h"

#define MARGIN 6.0 /* units beyond the view: outlines of cut rings are not seen */

typedef enum
{
  PASS_EDGE,
  PASS_FILL,
} Pass;

static void
paint_rings (cairo_t *cr, const ZxPolylines *rings, Pass pass)
{
  cairo_new_path (cr);
  zx_polylines_to_path (cr, rings, 0, rings->first->len, TRUE);
  if (pass == PASS_EDGE)
    cairo_stroke (cr);
  else
    cairo_fill (cr);
}

/* Even-odd within a row; rows may overlap, so each is filled by itself. */
static void
paint_areas (cairo_t *cr, const ZxMapView *view, const ZxAreas *areas, ZxAreaKind kind, Pass pass)
{
  ZxPathMaker maker;
  zx_path_maker_init (&maker, view, MARGIN);
  for (guint i = 0; i < areas->n; i++)
    {
      if (areas->kind[i] != kind)
        continue;
      ZxPolylines rings;
      zx_polylines_init (&rings);
      zx_path_maker_add_row (&maker, &areas->polygons, i, &rings);
      if (rings.first->len > 0)
        paint_rings (cr, &rings, pass);
      zx_polylines_clear (&rings);
    }
  zx_path_maker_clear (&maker);
}

/* All edges before all fills: where a river runs into the sea, no edge parts them. */
static void
fill_areas (cairo_t *cr, const ZxMapView *view, const ZxAreas *areas, ZxAreaKind kind,
            guint32 colour, guint32 edge, double edge_width)
{
  cairo_set_fill_rule (cr, CAIRO_FILL_RULE_EVEN_ODD);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width (cr, 2 * edge_width);
  zx_colour_set (cr, zx_colour_hex (edge, 1));
  paint_areas (cr, view, areas, kind, PASS_EDGE);
  zx_colour_set (cr, zx_colour_hex (colour, 1));
  paint_areas (cr, view, areas, kind, PASS_FILL);
}

/* ---- lines between districts -------------------------------------------------------------- */

static void
stroke_districts (cairo_t *cr, const ZxMapView *view, const ZxAreas *areas,
                  const ZxMapColours *colours)
{
  static const double dashes[] = { 5, 2, 1.2, 2 };
  ZxPathMaker maker;
  ZxPolylines lines;
  zx_path_maker_init (&maker, view, MARGIN);
  zx_polylines_init (&lines);
  zx_map_add_edges (&maker, areas, ZX_AREA_DISTRICT, FALSE, &lines);
  zx_colour_set (cr, zx_colour_hex (colours->district_line, 1));
  cairo_set_line_width (cr, 0.7);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
  zx_polylines_stroke (cr, &lines, FALSE);
  cairo_set_dash (cr, NULL, 0, 0);
  zx_polylines_clear (&lines);
  zx_path_maker_clear (&maker);
}

void
zx_map_paint_ground (cairo_t *cr, const ZxMapView *view, const ZxCity *city, ZxBaseStyle style)
{
  if (!zx_map_view_is_drawable (view))
    return;
  const ZxMapColours *colours = zx_map_colours (style, view->is_dark);
  ZxBox box = zx_map_view_box (view);
  gboolean has_boundary = zx_city_has_boundary (city);
  zx_occupied_forget (zx_occupied_of (cr), &box);
  zx_map_take_frame_places (cr, view);
  zx_map_view_begin (cr, view);
  zx_colour_set (cr, zx_colour_hex (has_boundary ? colours->outside : colours->land, 1));
  cairo_paint (cr);
  if (has_boundary)
    fill_areas (cr, view, &city->areas, ZX_AREA_BOUNDARY, colours->land, colours->land, 0.3);
  fill_areas (cr, view, &city->areas, ZX_AREA_GREEN, colours->green, colours->green, 0.2);
  fill_areas (cr, view, &city->areas, ZX_AREA_WATER, colours->water, colours->water_edge, 0.4);
  stroke_districts (cr, view, &city->areas, colours);
  cairo_restore (cr);
}

void
zx_map_paint_base (cairo_t *cr, const ZxMapView *view, const ZxCity *city, ZxBaseStyle style)
{
  zx_map_paint_ground (cr, view, city, style);
  zx_map_paint_roads (cr, view, city, style);
  zx_map_paint_names (cr, view, city, style);
}
