/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names of districts, waters and greens: in the part of the area that is in view, where the most
 * room is around the name (a coarse search for the pole of inaccessibility), near the middle among
 * equals.  Places are tried best first until one is free; an area with no free place stays unnamed.
 * A district's name keeps out of the water; waters and greens are named where the name fits in. */

#include "app/carto/zx-map-private.h"

#define SAMPLES     15   /* per side of the district's box */
#define UNWANTED    0.6  /* of a score whose best is 1 */
#define LARGE_WATER 24.0 /* units */
#define EDGE_MARGIN 5.0  /* units a name keeps from the edge of the map */

typedef struct
{
  double x, y;
  double score;
} Spot;

static gboolean
rings_hold (const ZxPolylines *rings, double x, double y)
{
  gboolean is_inside = FALSE;
  for (guint ring = 0; ring < rings->first->len; ring++)
    {
      guint begin = g_array_index (rings->first, guint, ring), end = zx_polylines_end (rings, ring);
      for (guint i = begin, j = end - 1; i < end; j = i++)
        {
          ZxPagePoint a = g_array_index (rings->points, ZxPagePoint, i);
          ZxPagePoint b = g_array_index (rings->points, ZxPagePoint, j);
          if ((a.y > y) != (b.y > y) && x < ((double) b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x)
            is_inside = !is_inside;
        }
    }
  return is_inside;
}

static double
squared_distance (double x, double y, ZxPagePoint a, ZxPagePoint b)
{
  double dx = (double) b.x - a.x, dy = (double) b.y - a.y, px = x - a.x, py = y - a.y;
  double length = dx * dx + dy * dy;
  double t = length > 0 ? CLAMP ((px * dx + py * dy) / length, 0.0, 1.0) : 0;
  px -= t * dx;
  py -= t * dy;
  return px * px + py * py;
}

static double
distance_to_rings (const ZxPolylines *rings, double x, double y)
{
  double nearest = INFINITY;
  for (guint ring = 0; ring < rings->first->len; ring++)
    {
      guint begin = g_array_index (rings->first, guint, ring), end = zx_polylines_end (rings, ring);
      for (guint i = begin, j = end - 1; i < end; j = i++)
        nearest
            = MIN (nearest, squared_distance (x, y, g_array_index (rings->points, ZxPagePoint, i),
                                              g_array_index (rings->points, ZxPagePoint, j)));
    }
  return sqrt (nearest);
}

static ZxBox
rings_box (const ZxPolylines *rings)
{
  double min_x = INFINITY, min_y = INFINITY, max_x = -INFINITY, max_y = -INFINITY;
  for (guint i = 0; i < rings->points->len; i++)
    {
      ZxPagePoint point = g_array_index (rings->points, ZxPagePoint, i);
      min_x = MIN (min_x, point.x);
      max_x = MAX (max_x, point.x);
      min_y = MIN (min_y, point.y);
      max_y = MAX (max_y, point.y);
    }
  return (ZxBox){ min_x, min_y, max_x - min_x, max_y - min_y };
}

static int
compare_spots (gconstpointer a, gconstpointer b)
{
  const Spot *left = a, *right = b;
  if (left->score != right->score)
    return left->score > right->score ? -1 : 1;
  if (left->y != right->y)
    return left->y < right->y ? -1 : 1;
  return left->x < right->x ? -1 : left->x > right->x;
}

/* Room beyond what the name needs counts for nothing; from there on the middle is what matters. */
static double
spot_score (const ZxPolylines *rings, const ZxBox *box, double x, double y, double enough)
{
  double off_middle = hypot ((x - box->x - box->width / 2) / MAX (box->width, 1e-9),
                             (y - box->y - box->height / 2) / MAX (box->height, 1e-9));
  return MIN (distance_to_rings (rings, x, y), enough) / enough - 0.5 * off_middle;
}

/* @unwanted: where the name should rather not stand (a district's part of the sea); NULL: none. */
static GArray *
spots_of (const ZxPolylines *rings, const ZxPolylines *unwanted, double enough)
{
  GArray *spots = g_array_new (FALSE, FALSE, sizeof (Spot));
  ZxBox box = rings_box (rings);
  for (guint row = 0; row < SAMPLES; row++)
    for (guint column = 0; column < SAMPLES; column++)
      {
        Spot spot = { box.x + box.width * (column + 0.5) / SAMPLES,
                      box.y + box.height * (row + 0.5) / SAMPLES, 0 };
        if (!rings_hold (rings, spot.x, spot.y))
          continue;
        spot.score = spot_score (rings, &box, spot.x, spot.y, enough);
        if (unwanted != NULL && rings_hold (unwanted, spot.x, spot.y))
          spot.score -= UNWANTED;
        g_array_append_val (spots, spot);
      }
  g_array_sort (spots, compare_spots);
  return spots;
}

typedef struct
{
  cairo_t *cr;
  const ZxMapView *view;
  const ZxCity *city;
  ZxAreaKind kind;
  gboolean is_inside; /* the whole name must lie in its area */
  ZxInk ink;
  const ZxPolylines *unwanted;
} Namer;

static gboolean
can_stand (const Namer *self, const ZxPolylines *rings, const ZxBox *box)
{
  ZxBox map = zx_map_view_box (self->view);
  ZxBox room = zx_map_box_grown (&map, -EDGE_MARGIN);
  double right = box->x + box->width, bottom = box->y + box->height;
  if (!zx_box_holds (&room, box) || !zx_occupied_is_free (zx_occupied_of (self->cr), box))
    return FALSE;
  return !self->is_inside
         || (rings_hold (rings, box->x, box->y) && rings_hold (rings, right, box->y)
             && rings_hold (rings, box->x, bottom) && rings_hold (rings, right, bottom));
}

static void
paint_name (const Namer *self, const ZxPolylines *rings, const char *name)
{
  ZxBox area = rings_box (rings);
  if (area.width < 2 * self->ink.size || area.height < self->ink.size)
    return;
  double width = zx_line_width (&self->ink, name), height = 1.25 * self->ink.size;
  if (area.width < (self->is_inside ? 1.0 : 0.7) * width)
    return;
  g_autoptr (GArray) spots = spots_of (rings, self->unwanted, 0.75 * width);
  for (guint i = 0; i < spots->len; i++)
    {
      const Spot *spot = &g_array_index (spots, Spot, i);
      ZxBox box = { spot->x - width / 2 - 1, spot->y - height / 2, width + 2, height };
      if (!can_stand (self, rings, &box))
        continue;
      zx_occupied_take (zx_occupied_of (self->cr), &box);
      zx_line_paint (self->cr, spot->x, spot->y, 0.5, &self->ink, name);
      return;
    }
}

static void
paint_area_names (const Namer *self)
{
  const ZxAreas *areas = &self->city->areas;
  ZxPathMaker maker;
  zx_path_maker_init (&maker, self->view, 0);
  for (guint i = 0; i < areas->n; i++)
    {
      const char *name = zx_pool_get (self->city->pool, areas->name[i]);
      if (areas->kind[i] != self->kind || name[0] == '\0')
        continue;
      ZxPolylines rings;
      zx_polylines_init (&rings);
      zx_path_maker_add_row (&maker, &areas->polygons, i, &rings);
      if (rings.first->len > 0)
        paint_name (self, &rings, name);
      zx_polylines_clear (&rings);
    }
  zx_path_maker_clear (&maker);
}

static void
append_rings (ZxPolylines *to, const ZxPolylines *from)
{
  guint shift = to->points->len;
  for (guint ring = 0; ring < from->first->len; ring++)
    {
      guint first = g_array_index (from->first, guint, ring) + shift;
      g_array_append_val (to->first, first);
    }
  if (from->points->len > 0)
    g_array_append_vals (to->points, from->points->data, from->points->len);
}

/* Waters large enough to hold a name: a thousand ponds would only cost time. */
static ZxPolylines
large_waters (const ZxMapView *view, const ZxAreas *areas)
{
  ZxPathMaker maker;
  ZxPolylines waters;
  zx_path_maker_init (&maker, view, 0);
  zx_polylines_init (&waters);
  for (guint i = 0; i < areas->n; i++)
    {
      if (areas->kind[i] != ZX_AREA_WATER)
        continue;
      ZxPolylines rings;
      zx_polylines_init (&rings);
      zx_path_maker_add_row (&maker, &areas->polygons, i, &rings);
      ZxBox box = rings_box (&rings);
      if (MIN (box.width, box.height) > LARGE_WATER)
        append_rings (&waters, &rings);
      zx_polylines_clear (&rings);
    }
  zx_path_maker_clear (&maker);
  return waters;
}

static void
paint_district_names (Namer *self, gboolean is_full)
{
  const ZxMapColours *colours
      = zx_map_colours (is_full ? ZX_BASE_FULL : ZX_BASE_QUIET, self->view->is_dark);
  ZxPolylines water = large_waters (self->view, &self->city->areas);
  self->kind = ZX_AREA_DISTRICT;
  self->is_inside = FALSE;
  self->unwanted = &water;
  self->ink = (ZxInk){ .size = is_full ? 9.5 : 8.5,
                       .is_bold = is_full,
                       .spacing = is_full ? 2.2 : 1.6,
                       .colour = zx_colour_hex (colours->district_name, 1),
                       .halo = zx_colour_hex (colours->halo, 0.85),
                       .halo_width = 1.3 };
  paint_area_names (self);
  self->unwanted = NULL;
  zx_polylines_clear (&water);
}

static void
paint_nature_names (Namer *self, ZxAreaKind kind, guint32 area, guint32 name)
{
  self->kind = kind;
  self->is_inside = TRUE;
  self->ink = (ZxInk){ .size = kind == ZX_AREA_WATER ? 8 : 7,
                       .spacing = kind == ZX_AREA_WATER ? 2.4 : 1,
                       .colour = zx_colour_hex (name, 1),
                       .halo = zx_colour_hex (area, 0.8),
                       .halo_width = 1 };
  paint_area_names (self);
}

void
zx_map_paint_names (cairo_t *cr, const ZxMapView *view, const ZxCity *city, ZxBaseStyle style)
{
  if (!zx_map_view_is_drawable (view))
    return;
  const ZxMapColours *colours = zx_map_colours (style, view->is_dark);
  Namer namer = { .cr = cr, .view = view, .city = city };
  zx_map_view_begin (cr, view);
  paint_district_names (&namer, style == ZX_BASE_FULL);
  paint_nature_names (&namer, ZX_AREA_WATER, colours->water, colours->water_name);
  if (style == ZX_BASE_FULL)
    paint_nature_names (&namer, ZX_AREA_GREEN, colours->green, colours->green_name);
  zx_map_paint_road_names (cr, view, city, style);
  cairo_restore (cr);
}
