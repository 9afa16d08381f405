/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Inside app/carto only: colours, single-line texts and places taken, shared by maps and charts. */
#pragma once

#include "app/carto/zx-carto.h"

G_BEGIN_DECLS

/* ---- colours ------------------------------------------------------------------------------ */

ZxColour zx_colour_hex (guint32 rgb, double alpha);
/* @share of @b in @a, in sRGB: for inks and tints, not for data. */
ZxColour zx_colour_mix (ZxColour a, ZxColour b, double share);
void zx_colour_set (cairo_t *cr, ZxColour colour);

/* Where @value stands on the ramp: 0 … 1; NaN for NaN. */
double zx_colour_position (const ZxColourScale *scale, double value);
/* The inverse. */
double zx_colour_value (const ZxColourScale *scale, double position);
/* The colours of positions i / (n - 1), premultiplied ARGB32 as cairo's images hold it. */
void zx_colour_table (const ZxColourScale *scale, double opacity, guint32 *table, guint n);
guint32 zx_colour_premultiplied (ZxColour colour);
/* The smallest of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10 × 10^k that is >= @value; 1 for <= 0. */
double zx_nice_above (double value);

/* ---- texts of one line -------------------------------------------------------------------- */

typedef struct
{
  double size;
  gboolean is_bold;
  double spacing; /* between letters, units */
  ZxColour colour;
  ZxColour halo;     /* alpha 0: none */
  double halo_width; /* on either side, units */
} ZxInk;

double zx_line_width (const ZxInk *ink, const char *text);
/* @align: 0 the text begins at @x, 0.5 stands around it, 1 ends there; digits and CJK signs are
 * centred on @middle_y.  Returns: the width. */
double zx_line_paint (cairo_t *cr, double x, double middle_y, double align, const ZxInk *ink,
                      const char *text);
/* The same cut to @width with "…". */
double zx_line_paint_within (cairo_t *cr, double x, double middle_y, double align, double width,
                             const ZxInk *ink, const char *text);
/* The rim of @layout at @x, @y; FALSE where it must be stroked. */
gboolean zx_halo_paint (cairo_t *cr, PangoLayout *layout, double x, double y, const ZxInk *ink);
/* Valid UTF-8 in any case: bad bytes become U+FFFD.  Returns: (transfer full) */
char *zx_text_valid (const char *text);
/* "0.25", "−1 200": as many decimals as @step needs. */
char *zx_tick_text (double value, double step);

/* ---- places taken ------------------------------------------------------------------------- */

typedef struct
{
  double x, y, width, height; /* page units, y down */
} ZxBox;

/* The boxes that symbols and labels of the maps on one cairo_t have taken. */
typedef struct _ZxOccupied ZxOccupied;
ZxOccupied *zx_occupied_of (cairo_t *cr); /* borrowed: lives as long as @cr */
void zx_occupied_forget (ZxOccupied *self, const ZxBox *within);
gboolean zx_occupied_is_free (const ZxOccupied *self, const ZxBox *box);
void zx_occupied_take (ZxOccupied *self, const ZxBox *box);
guint zx_occupied_count (const ZxOccupied *self);
ZxBox zx_occupied_get (const ZxOccupied *self, guint i);
gboolean zx_box_holds (const ZxBox *outer, const ZxBox *inner);

G_END_DECLS
