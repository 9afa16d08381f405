/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Roads in the order in which they lie: tunnels, then the ground, then bridges by level; within
 * each all casings before all fills, small classes before large ones, so that crossings on one
 * level open into each other and a bridge cuts what it crosses.
 *
 * Pieces of ROWS_PER_PIECE rows are simplified in parallel, each into its own paths, and painted in
 * the order of the rows: the same bytes on any number of threads.  Rows that continue the row
 * before (same look, beginning where it ended) become one line: sources cut roads at every
 * crossing, and uncut they simplify to far fewer points. */

#include "app/carto/zx-map-private.h"

#define ROWS_PER_PIECE 16384
#define MARGIN         6.0
/* Points of one painted map, casings counted: at about 5 bytes each in a PDF's compressed stream
 * this keeps a page below 2 MB. */
#define LARGEST_POINTS 220000
#define BRIDGE_LIMIT   12.0 /* metres per unit beyond which bridges are ordinary roads */
#define ROUND_FROM     1.3  /* width in units from which ends and joins are round */
#define TUNNEL_LIMIT   60.0

typedef enum
{
  ORDER_TUNNEL,
  ORDER_GROUND,
  ORDER_BRIDGE,
  ORDER_HIGH_BRIDGE,
  ORDER_HIGHEST_BRIDGE,
  N_ORDERS,
} Order;

#define N_BUCKETS (N_ORDERS * ZX_N_ROAD_LOOKS * 2)

typedef struct
{
  ZxPolylines lines[N_BUCKETS]; /* points NULL: none */
} Piece;

typedef struct
{
  const ZxMapView *view;
  const ZxRoads *roads;
  ZxBaseStyle style;
  double min_x_m, min_y_m, max_x_m, max_y_m; /* of the view with its margin */
  guint8 is_drawn[ZX_N_ROAD_LOOKS];
  gsize n_pieces;
  Piece *pieces;
  ZxCoverage *coverage; /* NULL: strokes only */
} Roads;

static guint
bucket_index (Order order, ZxRoadLook look, gboolean is_link)
{
  return ((guint) order * ZX_N_ROAD_LOOKS + (guint) look) * 2 + (is_link ? 1 : 0);
}

static Order
order_of (const Roads *self, gsize row)
{
  guint8 flags = self->roads->flags[row];
  double scale = self->view->metres_per_unit;
  if ((flags & ZX_ROAD_IS_TUNNEL) && scale <= TUNNEL_LIMIT)
    return ORDER_TUNNEL;
  if (!(flags & ZX_ROAD_IS_BRIDGE) || scale > BRIDGE_LIMIT)
    return ORDER_GROUND;
  gint8 level = self->roads->level[row];
  return level >= 3 ? ORDER_HIGHEST_BRIDGE : level == 2 ? ORDER_HIGH_BRIDGE : ORDER_BRIDGE;
}

/* The bucket of a row, or -1 when the scale has no room for its class. */
static gint
bucket_of (const Roads *self, gsize row)
{
  guint8 flags = self->roads->flags[row];
  ZxRoadLook look
      = zx_road_look ((ZxRoadClass) self->roads->road_class[row], flags & ZX_ROAD_IS_CLOSED);
  if (!self->is_drawn[look])
    return -1;
  return (gint) bucket_index (order_of (self, row), look, flags & ZX_ROAD_IS_LINK);
}

static gboolean
is_in_view (const Roads *self, const ZxGeometry *lines, gsize begin, gsize end)
{
  double min_x = INFINITY, min_y = INFINITY, max_x = -INFINITY, max_y = -INFINITY;
  for (gsize i = begin; i < end; i++)
    {
      min_x = MIN (min_x, lines->x[i]);
      max_x = MAX (max_x, lines->x[i]);
      min_y = MIN (min_y, lines->y[i]);
      max_y = MAX (max_y, lines->y[i]);
    }
  return max_x >= self->min_x_m && min_x <= self->max_x_m && max_y >= self->min_y_m
         && min_y <= self->max_y_m;
}

typedef struct
{
  ZxPathMaker maker;
  gint bucket;
  double end_x, end_y;
} Pen;

static void
lift_pen (Pen *pen, Piece *piece)
{
  if (zx_path_maker_is_empty (&pen->maker))
    return;
  ZxPolylines *lines = &piece->lines[pen->bucket];
  if (lines->points == NULL)
    zx_polylines_init (lines);
  zx_path_maker_end_line (&pen->maker, lines);
}

static void
draw_part (Pen *pen, Piece *piece, const ZxGeometry *lines, gsize begin, gsize end, gint bucket)
{
  gboolean continues = !zx_path_maker_is_empty (&pen->maker) && pen->bucket == bucket
                       && lines->x[begin] == pen->end_x && lines->y[begin] == pen->end_y;
  if (!continues)
    lift_pen (pen, piece);
  pen->bucket = bucket;
  for (gsize i = begin + (continues ? 1 : 0); i < end; i++)
    zx_path_maker_add (&pen->maker, lines->x[i], lines->y[i]);
  pen->end_x = lines->x[end - 1];
  pen->end_y = lines->y[end - 1];
}

static void
draw_piece (const Roads *self, gsize index)
{
  const ZxGeometry *lines = &self->roads->lines;
  gsize stop = MIN ((index + 1) * ROWS_PER_PIECE, self->roads->n);
  Pen pen = { .bucket = -1 };
  zx_path_maker_init (&pen.maker, self->view, MARGIN);
  for (gsize row = index * ROWS_PER_PIECE; row < stop; row++)
    {
      gint bucket = bucket_of (self, row);
      for (gsize part = lines->part_first[row]; bucket >= 0 && part < lines->part_first[row + 1];
           part++)
        {
          gsize begin = lines->point_first[part], end = lines->point_first[part + 1];
          if (end - begin >= 2 && is_in_view (self, lines, begin, end))
            draw_part (&pen, &self->pieces[index], lines, begin, end, bucket);
        }
    }
  lift_pen (&pen, &self->pieces[index]);
  zx_path_maker_clear (&pen.maker);
}

static void
draw_pieces (gsize begin, gsize end, guint worker, gpointer data)
{
  for (gsize i = begin; i < end; i++)
    draw_piece (data, i);
}

/* ---- painting ----------------------------------------------------------------------------- */

static double
bucket_width (const Roads *self, ZxRoadLook look, gboolean is_link)
{
  double width = zx_road_look_width (look, self->style, self->view->metres_per_unit);
  return is_link ? 0.7 * width : width;
}

/* Drops the least important looks until the map fits its number of points. */
static void
keep_within_limit (Roads *self)
{
  gsize n_points = 0;
  for (guint look = 0; look < ZX_N_ROAD_LOOKS; look++)
    {
      double width = bucket_width (self, (ZxRoadLook) look, FALSE);
      gsize times = zx_road_casing_width (width, self->style) > 0 ? 2 : 1;
      for (gsize piece = 0; piece < self->n_pieces; piece++)
        for (guint order = 0; order < N_ORDERS; order++)
          for (guint link = 0; link < 2; link++)
            {
              guint bucket = bucket_index ((Order) order, (ZxRoadLook) look, link);
              const ZxPolylines *lines = &self->pieces[piece].lines[bucket];
              n_points += lines->points != NULL ? times * lines->points->len : 0;
            }
      if (n_points > LARGEST_POINTS && look > ZX_LOOK_MOTORWAY)
        self->is_drawn[look] = FALSE;
    }
}

typedef struct
{
  double width; /* 0: nothing to paint */
  ZxColour colour;
  gboolean is_round;
  guint n_dashes;
  double dashes[2];
} Stroke;

static void
set_dashes (Stroke *stroke, double on, double off)
{
  stroke->n_dashes = 2;
  stroke->dashes[0] = on;
  stroke->dashes[1] = off;
}

static Stroke
casing_stroke (const Roads *self, const ZxMapColours *colours, Order order, ZxRoadLook look,
               gboolean is_link)
{
  double width = bucket_width (self, look, is_link);
  double casing = zx_road_casing_width (width, self->style);
  gboolean is_bridge = order >= ORDER_BRIDGE;
  Stroke stroke = { .colour = zx_colour_hex (colours->road[look].casing, 1) };
  if (casing == 0)
    return stroke;
  if (is_bridge)
    stroke.colour = zx_colour_mix (stroke.colour, zx_colour_hex (0x000000, 1), 0.25);
  if (order == ORDER_TUNNEL)
    set_dashes (&stroke, 2.2, 1.4);
  stroke.width = width + 2 * casing + (is_bridge ? 0.2 : 0);
  stroke.is_round = order == ORDER_GROUND && width >= ROUND_FROM;
  return stroke;
}

/* A tunnel in QUIET has no casing to break: the line itself is broken. */
static Stroke
fill_stroke (const Roads *self, const ZxMapColours *colours, Order order, ZxRoadLook look,
             gboolean is_link)
{
  double width = bucket_width (self, look, is_link);
  const ZxRoadColours *road = &colours->road[look];
  gboolean is_cased = zx_road_casing_width (width, self->style) > 0;
  Stroke stroke = { width, zx_colour_hex (is_cased ? road->fill : road->thin, 1),
                    width >= ROUND_FROM && look < ZX_LOOK_PATH };
  if (order == ORDER_TUNNEL && self->style == ZX_BASE_FULL)
    stroke.colour = zx_colour_mix (stroke.colour, zx_colour_hex (colours->land, 1), 0.6);
  else if (order == ORDER_TUNNEL)
    set_dashes (&stroke, 2.2, 1.4);
  if (look == ZX_LOOK_PATH)
    set_dashes (&stroke, MAX (4 * width, 1.2), MAX (2.5 * width, 0.8));
  if (look == ZX_LOOK_FERRY)
    set_dashes (&stroke, 3, 2);
  return stroke;
}

static void
stroke_bucket (cairo_t *cr, const Roads *self, guint bucket, const Stroke *stroke)
{
  cairo_set_line_cap (cr, stroke->is_round ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT);
  cairo_set_line_join (cr,
                       stroke->width < ROUND_FROM ? CAIRO_LINE_JOIN_BEVEL : CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width (cr, stroke->width);
  cairo_set_dash (cr, stroke->dashes, (int) stroke->n_dashes, 0);
  zx_colour_set (cr, stroke->colour);
  for (gsize piece = 0; piece < self->n_pieces; piece++)
    if (self->pieces[piece].lines[bucket].points != NULL)
      zx_polylines_stroke (cr, &self->pieces[piece].lines[bucket], FALSE);
}

static void
cover_bucket (const Roads *self, guint bucket, const Stroke *stroke)
{
  for (gsize piece = 0; piece < self->n_pieces; piece++)
    if (self->pieces[piece].lines[bucket].points != NULL)
      zx_coverage_add (self->coverage, &self->pieces[piece].lines[bucket], stroke->width,
                       stroke->is_round);
}

/* In page units, of links and main lines together. */
static double
look_length (const Roads *self, Order order, ZxRoadLook look)
{
  double length = 0;
  for (gsize piece = 0; piece < self->n_pieces; piece++)
    for (guint link = 0; link < 2; link++)
      {
        const ZxPolylines *lines = &self->pieces[piece].lines[bucket_index (order, look, link)];
        if (lines->points != NULL)
          length += zx_polylines_length (lines);
      }
  return length;
}

/* The translucent inks of QUIET are laid as one sheet per class: crossings of one class do not
 * darken. */
static void
stroke_look (cairo_t *cr, const Roads *self, const Stroke strokes[2], Order order, ZxRoadLook look,
             double opacity)
{
  if (opacity < 1)
    cairo_push_group (cr);
  for (gint link = 1; link >= 0; link--)
    if (strokes[link].width > 0)
      stroke_bucket (cr, self, bucket_index (order, look, link), &strokes[link]);
  if (opacity < 1)
    {
      cairo_pop_group_to_source (cr);
      cairo_paint_with_alpha (cr, opacity);
    }
}

static void
cover_look (cairo_t *cr, const Roads *self, const Stroke strokes[2], Order order, ZxRoadLook look,
            double opacity)
{
  for (gint link = 1; link >= 0; link--)
    {
      ZxColour colour = strokes[link].colour;
      colour.alpha = opacity;
      if (strokes[link].width > 0)
        cover_bucket (self, bucket_index (order, look, link), &strokes[link]);
      if (opacity == 1 || link == 0)
        zx_coverage_paint (self->coverage, cr, colour);
    }
}

static void
paint_look (cairo_t *cr, const Roads *self, const ZxMapColours *colours, Order order,
            ZxRoadLook look, gboolean is_casing)
{
  double length = look_length (self, order, look);
  double opacity = is_casing ? 1 : zx_road_look_opacity (look, self->style);
  Stroke strokes[2];
  for (guint link = 0; link < 2; link++)
    strokes[link] = is_casing ? casing_stroke (self, colours, order, look, link)
                              : fill_stroke (self, colours, order, look, link);
  if (length == 0 || strokes[0].width == 0)
    return;
  if (self->coverage != NULL && strokes[0].n_dashes == 0
      && zx_coverage_pays (self->coverage, length))
    cover_look (cr, self, strokes, order, look, opacity);
  else
    stroke_look (cr, self, strokes, order, look, opacity);
}

static void
paint_order (cairo_t *cr, const Roads *self, const ZxMapColours *colours, Order order)
{
  for (gint is_casing = 1; is_casing >= 0; is_casing--)
    for (gint look = ZX_N_ROAD_LOOKS - 1; look >= 0; look--)
      if (self->is_drawn[look])
        paint_look (cr, self, colours, order, (ZxRoadLook) look, is_casing);
  cairo_set_dash (cr, NULL, 0, 0);
}

static void
stroke_boundary (cairo_t *cr, const ZxMapView *view, const ZxAreas *areas,
                 const ZxMapColours *colours)
{
  static const double dashes[] = { 9, 2.2, 1.6, 2.2 };
  ZxPathMaker maker;
  ZxPolylines rings;
  zx_polylines_init (&rings);
  zx_path_maker_init (&maker, view, MARGIN);
  guint n = 0;
  for (guint i = 0; i < areas->n; i++)
    n += areas->kind[i] == ZX_AREA_BOUNDARY;
  for (guint i = 0; i < areas->n && n == 1; i++)
    if (areas->kind[i] == ZX_AREA_BOUNDARY)
      zx_path_maker_add_row (&maker, &areas->polygons, i, &rings);
  if (n > 1)
    zx_map_add_edges (&maker, areas, ZX_AREA_BOUNDARY, TRUE, &rings);
  cairo_new_path (cr);
  zx_polylines_to_path (cr, &rings, 0, rings.first->len, n == 1);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  zx_colour_set (cr, zx_colour_hex (colours->boundary, 0.16));
  cairo_set_line_width (cr, 4.5);
  cairo_stroke_preserve (cr);
  zx_colour_set (cr, zx_colour_hex (colours->boundary, 1));
  cairo_set_line_width (cr, 1.1);
  cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
  zx_path_maker_clear (&maker);
  zx_polylines_clear (&rings);
}

/* By the scale, but always the most important class the city has: a source without main roads must
 * not make an empty map. */
static void
choose_looks (Roads *self)
{
  guint first = ZX_N_ROAD_LOOKS;
  for (gsize row = 0; row < self->roads->n && first > ZX_LOOK_MOTORWAY; row++)
    {
      gboolean is_closed = (self->roads->flags[row] & ZX_ROAD_IS_CLOSED) != 0;
      ZxRoadLook look = zx_road_look ((ZxRoadClass) self->roads->road_class[row], is_closed);
      first = MIN (first, (guint) look);
    }
  for (guint look = 0; look < ZX_N_ROAD_LOOKS; look++)
    self->is_drawn[look]
        = look == first
          || self->view->metres_per_unit <= zx_road_look_limit ((ZxRoadLook) look, self->style);
}

static void
roads_prepare (Roads *self)
{
  double half_width = (self->view->page_width / 2 + MARGIN) * self->view->metres_per_unit;
  double half_height = (self->view->page_height / 2 + MARGIN) * self->view->metres_per_unit;
  self->min_x_m = self->view->centre_x_m - half_width;
  self->max_x_m = self->view->centre_x_m + half_width;
  self->min_y_m = self->view->centre_y_m - half_height;
  self->max_y_m = self->view->centre_y_m + half_height;
  choose_looks (self);
  self->n_pieces = (self->roads->n + ROWS_PER_PIECE - 1) / ROWS_PER_PIECE;
  self->pieces = g_new0 (Piece, self->n_pieces);
  zx_parallel_for (self->n_pieces, 1, draw_pieces, self, NULL, NULL);
  keep_within_limit (self);
}

static void
roads_clear (Roads *self)
{
  for (gsize piece = 0; piece < self->n_pieces; piece++)
    for (guint bucket = 0; bucket < N_BUCKETS; bucket++)
      if (self->pieces[piece].lines[bucket].points != NULL)
        zx_polylines_clear (&self->pieces[piece].lines[bucket]);
  g_free (self->pieces);
  zx_coverage_free (self->coverage);
}

void
zx_map_paint_roads (cairo_t *cr, const ZxMapView *view, const ZxCity *city, ZxBaseStyle style)
{
  if (!zx_map_view_is_drawable (view))
    return;
  const ZxMapColours *colours = zx_map_colours (style, view->is_dark);
  zx_map_view_begin (cr, view);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  if (city->roads.n > 0 && city->roads.lines.kind == ZX_GEOMETRY_LINE)
    {
      Roads roads = { .view = view, .roads = &city->roads, .style = style };
      roads_prepare (&roads);
      roads.coverage = zx_coverage_new (cr, view);
      for (guint order = 0; order < N_ORDERS; order++)
        paint_order (cr, &roads, colours, (Order) order);
      roads_clear (&roads);
    }
  stroke_boundary (cr, view, &city->areas, colours);
  cairo_restore (cr);
}
