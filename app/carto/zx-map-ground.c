/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Land, water, green and the lines of the districts: what lies under everything else. */

#include "app/carto/zx-map-private.h"

#define MARGIN                                                                                     \
  6.0 /* units beyond the page rectangle, so that outlines of cut rings are not seen               \
       */

static void
areas_paths (const ZxMapView *view, const ZxAreas *areas, ZxAreaKind kind, ZxPolylines *rings)
{
  ZxPathMaker maker;
  zx_path_maker_init (&maker, view, MARGIN);
  for (guint i = 0; i < areas->n; i++)
    if (areas->kind[i] == kind)
      zx_path_maker_add_row (&maker, &areas->polygons, i, rings);
  zx_path_maker_clear (&maker);
}

/* All rows of one kind in one path, even-odd within a row: rows may overlap, so each row is filled
 * by itself. */
static void
fill_areas (cairo_t *cr, const ZxMapView *view, const ZxAreas *areas, ZxAreaKind kind,
            guint32 colour, guint32 edge, double edge_width)
{
  ZxPathMaker maker;
  zx_path_maker_init (&maker, view, MARGIN);
  cairo_set_fill_rule (cr, CAIRO_FILL_RULE_EVEN_ODD);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width (cr, edge_width);
  for (guint i = 0; i < areas->n; i++)
    {
      if (areas->kind[i] != kind)
        continue;
      ZxPolylines rings;
      zx_polylines_init (&rings);
      zx_path_maker_add_row (&maker, &areas->polygons, i, &rings);
      if (rings.first->len > 0)
        {
          cairo_new_path (cr);
          zx_polylines_to_path (cr, &rings, 0, rings.first->len, TRUE);
          zx_colour_set (cr, zx_colour_hex (colour, 1));
          cairo_fill_preserve (cr);
          zx_colour_set (cr, zx_colour_hex (edge, 1));
          cairo_stroke (cr);
        }
      zx_polylines_clear (&rings);
    }
  zx_path_maker_clear (&maker);
}

static void
stroke_districts (cairo_t *cr, const ZxMapView *view, const ZxAreas *areas,
                  const ZxMapColours *colours)
{
  static const double dashes[] = { 5, 2, 1.2, 2 };
  ZxPolylines rings;
  zx_polylines_init (&rings);
  areas_paths (view, areas, ZX_AREA_DISTRICT, &rings);
  cairo_new_path (cr);
  zx_polylines_to_path (cr, &rings, 0, rings.first->len, TRUE);
  zx_colour_set (cr, zx_colour_hex (colours->district_line, 1));
  cairo_set_line_width (cr, 0.7);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
  zx_polylines_clear (&rings);
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
