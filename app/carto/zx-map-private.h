/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Inside app/carto only: views, looks and simplified paths, shared by the map's files. */
#pragma once

#include "app/carto/zx-paint-private.h"

G_BEGIN_DECLS

/* ---- views -------------------------------------------------------------------------------- */

/* FALSE for a rectangle of no size, a scale of 0 or anything not finite: nothing is painted. */
gboolean zx_map_view_is_drawable (const ZxMapView *view);
ZxBox zx_map_view_box (const ZxMapView *view);
ZxBox zx_map_box_grown (const ZxBox *box, double by);
/* cairo_save() and clip to the page rectangle; cairo_restore() ends it. */
void zx_map_view_begin (cairo_t *cr, const ZxMapView *view);

/* ---- looks -------------------------------------------------------------------------------- */

typedef enum
{
  ZX_LOOK_MOTORWAY,
  ZX_LOOK_TRUNK,
  ZX_LOOK_PRIMARY,
  ZX_LOOK_SECONDARY,
  ZX_LOOK_TERTIARY,
  ZX_LOOK_MINOR,
  ZX_LOOK_SERVICE,
  ZX_LOOK_PATH,
  ZX_LOOK_FERRY,
  ZX_N_ROAD_LOOKS,
} ZxRoadLook;

typedef struct
{
  guint32 fill, casing;
  guint32 thin; /* where the line is too thin for a casing */
} ZxRoadColours;

typedef struct
{
  guint32 outside, land, water, water_edge, green;
  guint32 district_line, boundary;
  guint32 district_name, road_name, water_name, green_name;
  guint32 halo;
  guint32 text, faint_text, plate; /* scale bar, arrow, attribution */
  ZxRoadColours road[ZX_N_ROAD_LOOKS];
} ZxMapColours;

const ZxMapColours *zx_map_colours (ZxBaseStyle style, gboolean is_dark);
ZxRoadLook zx_road_look (ZxRoadClass road_class, gboolean is_closed);
/* The largest metres per unit at which the look is drawn. */
double zx_road_look_limit (ZxRoadLook look, ZxBaseStyle style);
double zx_road_look_opacity (ZxRoadLook look, ZxBaseStyle style);
/* Width of the line without casing, page units. */
double zx_road_look_width (ZxRoadLook look, ZxBaseStyle style, double metres_per_unit);
/* Width of the casing on either side; 0 = the line is too thin for one. */
double zx_road_casing_width (double width, ZxBaseStyle style);

/* ---- paths -------------------------------------------------------------------------------- */

typedef struct
{
  float x, y;
} ZxPagePoint;

/* Lines or rings in page units, one after another. */
typedef struct
{
  GArray *points; /* ZxPagePoint */
  GArray *first;  /* guint: where each line begins */
} ZxPolylines;

void zx_polylines_init (ZxPolylines *self);
void zx_polylines_clear (ZxPolylines *self);
guint zx_polylines_end (const ZxPolylines *self, guint line); /* one past its last point */

double zx_polylines_length (const ZxPolylines *self); /* of all lines, units */

/* Takes the points of one line after another in metres; gives them clipped to the view and
 * simplified to what the page can show. */
typedef struct
{
  const ZxMapView *view;
  ZxBox clip;
  GArray *raw, *work; /* ZxPagePoint */
  GArray *ranges;     /* scratch of the simplification */
  GArray *keep;       /* guint8 */
  double scale, left_m, top_m;
} ZxPathMaker;

void zx_path_maker_init (ZxPathMaker *self, const ZxMapView *view, double margin);
void zx_path_maker_clear (ZxPathMaker *self);
void zx_path_maker_add (ZxPathMaker *self, double x_m, double y_m);
gboolean zx_path_maker_is_empty (const ZxPathMaker *self);
void zx_path_maker_end_line (ZxPathMaker *self, ZxPolylines *out);
void zx_path_maker_end_ring (ZxPathMaker *self, ZxPolylines *out);
/* All parts of a row of LINE or POLYGON geometry; parts wholly out of view cost one look. */
void zx_path_maker_add_row (ZxPathMaker *self, const ZxGeometry *geometry, gsize row,
                            ZxPolylines *out);

/* The edges of all areas of @kind, each once; @is_outside: only those no two of them share. */
void zx_map_add_edges (ZxPathMaker *maker, const ZxAreas *areas, ZxAreaKind kind,
                       gboolean is_outside, ZxPolylines *lines);
/* Adds lines @begin … @end - 1 to cairo's current path. */
void zx_polylines_to_path (cairo_t *cr, const ZxPolylines *self, guint begin, guint end,
                           gboolean is_closed);
/* Strokes all with the current source and width, in pieces that cairo handles fast; for opaque
 * colours. */
void zx_polylines_stroke (cairo_t *cr, const ZxPolylines *self, gboolean is_closed);

/* Whether it is an image whose pixels are upright, evenly scaled and not shifted by parts. */
gboolean zx_surface_is_even (cairo_surface_t *surface, const cairo_matrix_t *matrix);

/* The union of many thin lines as a mask, for image surfaces: NULL where it cannot be used. */
typedef struct _ZxCoverage ZxCoverage;
ZxCoverage *zx_coverage_new (cairo_t *cr, const ZxMapView *view);
void zx_coverage_free (ZxCoverage *self);
/* Whether lines of this length in all (page units) are cheaper this way than stroked. */
gboolean zx_coverage_pays (const ZxCoverage *self, double length);
void zx_coverage_add (ZxCoverage *self, const ZxPolylines *lines, double width, gboolean has_caps);
/* Paints what was added and starts anew. */
void zx_coverage_paint (ZxCoverage *self, cairo_t *cr, ZxColour colour);

/* ---- symbols ------------------------------------------------------------------------------ */

/* Half the width of the symbol at factor 1, page units. */
double zx_symbol_radius (ZxSymbol symbol);
/* @colour NULL: the symbol's own.  A site's pin has its point at @x, @y and its head at @angle from
 * straight up; @text stands in the head. */
void zx_symbol_paint (cairo_t *cr, ZxSymbol symbol, double x, double y, double factor,
                      const ZxColour *colour);
void zx_pin_paint (cairo_t *cr, double x, double y, double factor, double angle,
                   const ZxColour *colour, const char *text);
/* The legend's sample of zx_map_paint_exclusions(). */
void zx_exclusion_paint (cairo_t *cr, double x, double y, double half_width, double half_height);
/* The same of zx_map_paint_barriers(). */
void zx_barrier_paint (cairo_t *cr, double x, double y, double half_width);
/* Where the head's centre lies, and its radius. */
void zx_pin_head (double x, double y, double factor, double angle, double *head_x, double *head_y,
                  double *radius);

/* Many equal symbols, laid over each other in the order of the calls: NULL where they cannot be
 * stamped.  Between new and free nothing else may paint on @cr. */
typedef struct _ZxStamps ZxStamps;
ZxStamps *zx_stamps_new (cairo_t *cr, ZxSymbol symbol);
void zx_stamps_paint (ZxStamps *self, cairo_t *cr, double x, double y, double factor,
                      const ZxColour *colour);
void zx_stamps_free (ZxStamps *self);

/* ---- furniture ---------------------------------------------------------------------------- */

typedef struct
{
  double metres; /* true ground metres, 1, 2 or 5 × 10^k */
  double units;  /* its length on the page */
  guint n_parts; /* pieces of alternating ink */
} ZxScaleBar;
ZxScaleBar zx_map_scale_bar (const ZxMapView *view);
/* Keeps names away from where zx_map_paint_frame() will paint. */
void zx_map_take_frame_places (cairo_t *cr, const ZxMapView *view);

/* The ramp with its ticks in one piece; returns the height used.  cr NULL: measures only. */
double zx_ramp_paint (cairo_t *cr, double x, double y, double width, const ZxColourScale *scale,
                      gboolean is_dark);

/* Names of main roads along their lines; called by zx_map_paint_names(). */
void zx_map_paint_road_names (cairo_t *cr, const ZxMapView *view, const ZxCity *city,
                              ZxBaseStyle style);

G_END_DECLS
