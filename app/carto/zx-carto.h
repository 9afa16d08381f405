/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Maps and charts on any cairo_t: screen, PNG and PDF share these functions, and one colour
 * function serves map, legend and page.  Knows the city and fields, not the engines: what to draw
 * comes as plain arrays.
 *
 * A map is painted from the ground up:
 *   zx_map_paint_ground, _field or _choropleth, _roads, _lines, _points, _names, _frame.
 * zx_map_paint_base is ground, roads and names in one call, for a map with nothing between them.
 * Symbols, labels and names of one map keep clear of each other: the cairo_t remembers the places
 * taken until the next ground (or base) on the same rectangle.
 *
 * Nothing here fails: an empty city, NaN, a rectangle of no size or 0 rows paint less or nothing.
 * All texts are handed in already translated, UTF-8; fonts: "Noto Sans CJK SC" with fallbacks. */
#pragma once

#include <cairo.h>
#include <pango/pangocairo.h>

#include "data/city/zx-city.h"

G_BEGIN_DECLS

/* ---- colours ------------------------------------------------------------------------------ */

typedef enum
{
  ZX_RAMP_HEAT, /* light to dark, safe in print and for colour-blind readers */
  ZX_RAMP_VIRIDIS,
  ZX_RAMP_DIFFERENCE, /* blue – white – orange, symmetric about 0: spans ± max (|low|, |high|) */
  ZX_RAMP_LOAD, /* green – yellow – red with breaks at 80 % and 100 %; a domain whose high is below
                 * 10 holds fractions (1 = 100 %), any other per cent */
  ZX_RAMP_PROBABILITY, /* pale green to navy */
  ZX_RAMP_CIVIDIS,     /* blue to yellow, the same to every kind of colour blindness */
} ZxRamp;

typedef struct
{
  ZxRamp ramp;
  double low, high;         /* fixed domain in the field's unit */
  gboolean is_sqrt;         /* square-root scale (low must be 0) */
  double transparent_below; /* values below are not painted and those just above fade in;
                             * DIFFERENCE: the magnitude counts; NaN = paint all */
  guint n_classes; /* below 2: colours without steps; else steps of equal width on the ramp.  Not
                    * for LOAD, which has its own */
} ZxColourScale;

typedef struct
{
  double red, green, blue, alpha;
} ZxColour;
/* Values outside the domain take the colour of its end.  NaN: fully transparent. */
ZxColour zx_colour_at (const ZxColourScale *scale, double value);
/* A round domain for a field: high = a nice number at or above the 99.5 % quantile of its cells (of
 * their magnitudes for DIFFERENCE; LOAD and PROBABILITY have fixed domains).  HEAT is given a
 * square root when the field is so uneven that half its painted cells lie in the lowest tenth. */
ZxColourScale zx_colour_scale_for (const ZxField *field, ZxRamp ramp);

/* The same for @n values that lie on no lattice. */
ZxColourScale zx_colour_scale_for_values (float *value, gsize n, ZxRamp ramp);
/* For ratios of an upper to a lower quantile: from 1 to a round end that nine values of ten stay
 * below, for a few places can be uncertain beyond all measure. */
ZxColourScale zx_colour_scale_for_spread (const float *ratio, gsize n);

/* ---- maps --------------------------------------------------------------------------------- */

/* A rectangle of the city on a rectangle of the page (cairo units; in a PDF 1 unit = 1/72 inch). */
typedef struct
{
  double page_x, page_y, page_width, page_height;
  double centre_x_m, centre_y_m;
  double metres_per_unit;  /* ground metres per cairo unit */
  double scale_correction; /* true metres per metre of the CRS at the map's centre, for the scale
                              bar */
  double device_scale; /* pixels per unit for rasters painted into the map: 4 gives ~300 dpi in a
                          PDF */
  gboolean is_dark;
} ZxMapView;

/* Fits the extent into the page rectangle, without a margin; scale_correction 1, device_scale 4. */
ZxMapView zx_map_view_fit (double page_x, double page_y, double page_width, double page_height,
                           double min_x_m, double min_y_m, double max_x_m, double max_y_m);
void zx_map_view_to_page (const ZxMapView *view, double x_m, double y_m, double *page_x,
                          double *page_y);

typedef enum
{
  ZX_BASE_FULL,  /* for reading: casings, names */
  ZX_BASE_QUIET, /* under heat and sites: pale, few names */
} ZxBaseStyle;

/* Land, water, green, districts with names, roads by class with casings, boundary; simplified to
 * the page's resolution.  Clips to the page rectangle.  The same as ground, roads and names. */
void zx_map_paint_base (cairo_t *cr, const ZxMapView *view, const ZxCity *city, ZxBaseStyle style);
/* What goes under a field: land, water, green and the lines of the districts.  Begins a new map:
 * forgets the places taken by labels in this rectangle. */
void zx_map_paint_ground (cairo_t *cr, const ZxMapView *view, const ZxCity *city,
                          ZxBaseStyle style);
/* Names of districts, waters, greens and of main roads along their lines, where there is room; in
 * QUIET no greens, and roads at large scales only. */
void zx_map_paint_names (cairo_t *cr, const ZxMapView *view, const ZxCity *city, ZxBaseStyle style);
/* A field as one image of device_scale pixels per unit, bilinear, under the roads' ink. */
void zx_map_paint_field (cairo_t *cr, const ZxMapView *view, const ZxField *field,
                         const ZxColourScale *scale, double opacity);
/* Polygons of @geometry filled by @value[row]. */
void zx_map_paint_choropleth (cairo_t *cr, const ZxMapView *view, const ZxGeometry *geometry,
                              const float *value, const ZxColourScale *scale, double opacity);
/* Areas where no station may stand, hatched, over a field and under the roads. */
void zx_map_paint_exclusions (cairo_t *cr, const ZxMapView *view, const ZxCity *city);
/* The lines travel may not cross, over the roads. */
void zx_map_paint_barriers (cairo_t *cr, const ZxMapView *view, const ZxCity *city);
/* Roads and the boundary line: the ink that goes over a field.  Classes the scale has no room for
 * are left out, the least important first, so that a page stays small however many roads there
 * are. O(points of the city's roads). */
void zx_map_paint_roads (cairo_t *cr, const ZxMapView *view, const ZxCity *city, ZxBaseStyle style);
/* Lines coloured by @value[row] (NULL: one ink), the highest on top; NaN rows are not painted. */
void zx_map_paint_lines (cairo_t *cr, const ZxMapView *view, const ZxGeometry *lines,
                         const float *value, const ZxColourScale *scale, double width);

typedef enum
{
  ZX_SYMBOL_STATION,     /* small disc with a bolt */
  ZX_SYMBOL_CANDIDATE,   /* small ring */
  ZX_SYMBOL_REJECTED,    /* small cross */
  ZX_SYMBOL_SITE,        /* numbered pin */
  ZX_SYMBOL_TRANSFORMER, /* small square */
  ZX_SYMBOL_EXCLUSION,   /* hatched box, for legends */
  ZX_SYMBOL_BARRIER,     /* line with crossbars, for legends */
} ZxSymbol;

ZxColour zx_symbol_own_colour (ZxSymbol symbol);

typedef struct
{
  ZxSymbol symbol;
  guint n;
  const double *x_m, *y_m;
  const double *size; /* NULL = the symbol's own; otherwise a factor per point */
  const char *const
      *label;         /* NULL = none; placed without overlap, left out where there is no room */
  const float *value; /* with @scale: colours the symbols, NaN grey; NULL = the symbol's own */
  const ZxColourScale *scale;
  const ZxColour *colour; /* of the symbols without a value; NULL = their own */
} ZxMapPoints;
/* A SITE carries in its pin its label when that is at most 3 letters or digits, otherwise its
 * number (index + 1) with the label beside it.  Pins lean aside where their heads would cover each
 * other; their points stay exact.  Other symbols shrink together where they would cover more than
 * a tenth of the map. */
void zx_map_paint_points (cairo_t *cr, const ZxMapView *view, const ZxMapPoints *points);
/* Keeps the labels painted from now on away from where these will be painted. */
void zx_map_take_points (cairo_t *cr, const ZxMapView *view, const ZxMapPoints *points);

/* Frame furniture: scale bar in true ground metres, north arrow, attribution, thin frame. */
void zx_map_paint_frame (cairo_t *cr, const ZxMapView *view, const char *attribution);

typedef struct
{
  const char *title;          /* with the unit: "Usage heat, kWh/km²/d" */
  const ZxColourScale *scale; /* NULL: only the symbols below */
  guint n_symbols;
  const ZxSymbol *symbols;
  const char *const *symbol_labels;
  const char *note; /* "bandwidth 600 m, data 2023-04-01 … 09-30"; NULL = none */
  gboolean is_dark; /* drawn on a dark page */
  const ZxColour *const *symbol_colours; /* NULL, or one or NULL for each symbol: its own */
} ZxLegend;
/* Draws within @width; returns the height used.  cr NULL: measures only. */
double zx_map_paint_legend (cairo_t *cr, double x, double y, double width, const ZxLegend *legend);

/* ---- charts ------------------------------------------------------------------------------- */

typedef struct
{
  double x, y, width, height;            /* page rectangle, axes' labels included */
  const char *title, *x_label, *y_label; /* NULL = none; y_label stands above the axis, level */
  gboolean is_dark;
  double x_step; /* lines: distance of the ticks (6 for hours); 0 = chosen */
  double y_high; /* lines: the y axis reaches at least this far, so that charts beside each other
                  * share one scale; 0 = chosen */
  gboolean is_from_zero;             /* lines: the y axis holds 0 */
  gboolean has_whole_x, has_whole_y; /* ticks at whole numbers only: counts, ranks */
  gboolean is_small;                 /* one of many: no markers, the title in small type */
} ZxChartFrame;

typedef struct
{
  const char *name;
  guint n;
  const double *x, *y;
  const double *low, *high; /* a band; NULL = none */
  gboolean is_dashed;
} ZxSeries;

/* The key of lines 0 … @n - 1 alone, above charts that share it; returns the height used. */
double zx_chart_key (cairo_t *cr, double x, double y, double width, const char *const *names,
                     const gboolean *is_dashed, guint n, gboolean is_dark);
void zx_chart_lines (cairo_t *cr, const ZxChartFrame *frame, const ZxSeries *series,
                     guint n_series);
/* Vertical bars, one group per category; @value[series * n + category]. */
void zx_chart_bars (cairo_t *cr, const ZxChartFrame *frame, const char *const *categories, guint n,
                    const char *const *series_names, guint n_series, const double *value,
                    gboolean is_stacked);
/* Horizontal points with interval bars: coefficient plots, P10–P50–P90 of sites.  @reference:
 * vertical line, NaN = none. */
void zx_chart_intervals (cairo_t *cr, const ZxChartFrame *frame, const char *const *labels, guint n,
                         const double *low, const double *middle, const double *high,
                         double reference);
void zx_chart_histogram (cairo_t *cr, const ZxChartFrame *frame, const double *edges,
                         const double *count, guint n_bins);
void zx_chart_scatter (cairo_t *cr, const ZxChartFrame *frame, const double *x, const double *y,
                       guint n, gboolean is_log, gboolean with_identity);
/* 7 × 24 or 2 × 24: @value[row * 24 + hour]. */
void zx_chart_heat_calendar (cairo_t *cr, const ZxChartFrame *frame, const char *const *rows,
                             guint n_rows, const double *value, const ZxColourScale *scale);
void zx_chart_tornado (cairo_t *cr, const ZxChartFrame *frame, const char *const *labels, guint n,
                       const double *low, const double *high, double middle);

/* Tick positions: 1, 2, 2.5, 5 × 10^k; at most @max_ticks.  Returns the number; @ticks must hold
 * max_ticks + 2. */
guint zx_nice_ticks (double low, double high, guint max_ticks, double *ticks);

/* ---- text --------------------------------------------------------------------------------- */

/* Baseline-free text box with word and CJK wrapping.  align 0 left, 0.5 centre, 1 right.  Returns
 * the height; cr may be a measuring context, or NULL to measure only. */
double zx_text_paint (cairo_t *cr, double x, double y, double width, double size, gboolean is_bold,
                      double align, ZxColour colour, const char *text);
/* A pango layout with our fonts and deterministic options, for callers that lay out pages.  1 point
 * is 1 cairo unit.  cr NULL: for measuring.  Returns: (transfer full) */
PangoLayout *zx_text_layout (cairo_t *cr, double size, gboolean is_bold);

G_END_DECLS
