/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Areas and lines coloured by a value. */

#include "app/carto/zx-map-private.h"

#define MARGIN 8.0

typedef struct
{
  ZxColour colour;
  guint end; /* one past the last of its rings */
} Painted;

/* The rings of all rows that are painted, and one Painted for each. */
static GArray *
painted_rows (ZxPathMaker *maker, const ZxGeometry *geometry, const float *value,
              const ZxColourScale *scale, double opacity, ZxPolylines *rings)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (Painted));
  for (gsize row = 0; row < geometry->n_rows; row++)
    {
      Painted painted = { .colour = zx_colour_at (scale, value[row]) };
      guint begin = rings->first->len;
      painted.colour.alpha *= CLAMP (opacity, 0.0, 1.0);
      if (painted.colour.alpha > 0)
        zx_path_maker_add_row (maker, geometry, row, rings);
      painted.end = rings->first->len;
      if (painted.end > begin)
        g_array_append_val (rows, painted);
    }
  return rows;
}

/* Areas of a source may lie over each other, so that each is filled for itself. */
static void
fill_rows (cairo_t *cr, const ZxPolylines *rings, const GArray *rows)
{
  guint begin = 0;
  for (guint i = 0; i < rows->len; i++)
    {
      const Painted *painted = &g_array_index (rows, Painted, i);
      cairo_new_path (cr);
      zx_polylines_to_path (cr, rings, begin, painted->end, TRUE);
      zx_colour_set (cr, painted->colour);
      cairo_fill (cr);
      begin = painted->end;
    }
}

/* Thin pale outlines part neighbours of like value, and hide the seam that two edges painted
 * against each other leave. */
void
zx_map_paint_choropleth (cairo_t *cr, const ZxMapView *view, const ZxGeometry *geometry,
                         const float *value, const ZxColourScale *scale, double opacity)
{
  if (!zx_map_view_is_drawable (view) || geometry->kind != ZX_GEOMETRY_POLYGON || value == NULL)
    return;
  ZxPathMaker maker;
  ZxPolylines rings;
  zx_path_maker_init (&maker, view, MARGIN);
  zx_polylines_init (&rings);
  g_autoptr (GArray) rows = painted_rows (&maker, geometry, value, scale, opacity, &rings);
  zx_map_view_begin (cr, view);
  cairo_set_fill_rule (cr, CAIRO_FILL_RULE_EVEN_ODD);
  cairo_set_line_width (cr, 0.35);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  fill_rows (cr, &rings, rows);
  zx_colour_set (cr, zx_colour_hex (view->is_dark ? 0x23282d : 0xffffff, 1));
  zx_polylines_stroke (cr, &rings, TRUE);
  cairo_restore (cr);
  zx_polylines_clear (&rings);
  zx_path_maker_clear (&maker);
}

/* ---- lines -------------------------------------------------------------------------------- */

typedef struct
{
  float value;
  guint32 colour; /* opaque ARGB */
  gsize row;
} Shaded;

static int
compare_shaded (gconstpointer a, gconstpointer b)
{
  const Shaded *left = a, *right = b;
  if (left->value != right->value)
    return left->value < right->value ? -1 : 1;
  return left->row < right->row ? -1 : left->row > right->row;
}

/* Rows that are painted, the lowest value first. */
static GArray *
shaded_rows (const ZxGeometry *lines, const float *value, const ZxColourScale *scale,
             gboolean is_dark)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (Shaded));
  gboolean is_plain = value == NULL || scale == NULL;
  for (gsize row = 0; row < lines->n_rows; row++)
    {
      ZxColour colour = is_plain ? zx_colour_hex (is_dark ? 0x7fb2e5 : 0x2f5d8a, 1)
                                 : zx_colour_at (scale, value[row]);
      if (colour.alpha <= 0)
        continue;
      colour.alpha = 1;
      Shaded shaded = { is_plain ? 0 : value[row], zx_colour_premultiplied (colour), row };
      g_array_append_val (rows, shaded);
    }
  if (!is_plain)
    g_array_sort (rows, compare_shaded);
  return rows;
}

/* Strokes the rows from @begin that share its colour, or all when @is_casing.  Returns: one past
 * the last. */
static guint
stroke_run (cairo_t *cr, ZxPathMaker *maker, const ZxGeometry *lines, const GArray *rows,
            guint begin, gboolean is_casing)
{
  ZxPolylines paths;
  guint32 colour = g_array_index (rows, Shaded, begin).colour;
  guint end = begin;
  zx_polylines_init (&paths);
  for (; end < rows->len && (is_casing || g_array_index (rows, Shaded, end).colour == colour);
       end++)
    zx_path_maker_add_row (maker, lines, g_array_index (rows, Shaded, end).row, &paths);
  if (!is_casing)
    zx_colour_set (cr, zx_colour_hex (colour & 0xffffff, 1));
  zx_polylines_stroke (cr, &paths, FALSE);
  zx_polylines_clear (&paths);
  return end;
}

void
zx_map_paint_lines (cairo_t *cr, const ZxMapView *view, const ZxGeometry *lines, const float *value,
                    const ZxColourScale *scale, double width)
{
  if (!zx_map_view_is_drawable (view) || lines->kind != ZX_GEOMETRY_LINE || !(width > 0))
    return;
  ZxPathMaker maker;
  g_autoptr (GArray) rows = shaded_rows (lines, value, scale, view->is_dark);
  zx_path_maker_init (&maker, view, MARGIN + width);
  zx_map_view_begin (cr, view);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_width (cr, width + 1.2);
  /* Grey, so that the pale end of a ramp shows on a pale map too. */
  zx_colour_set (cr, zx_colour_hex (view->is_dark ? 0x171a1e : 0x7d8790, 1));
  if (rows->len > 0)
    stroke_run (cr, &maker, lines, rows, 0, TRUE);
  cairo_set_line_width (cr, width);
  for (guint begin = 0; begin < rows->len;)
    begin = stroke_run (cr, &maker, lines, rows, begin, FALSE);
  cairo_restore (cr);
  zx_path_maker_clear (&maker);
}
