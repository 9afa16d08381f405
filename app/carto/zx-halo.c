/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pale rim around names, fast on an image.
 *
 * cairo strokes each outline of each letter for it, with round joins at every step of every curve:
 * half the time of a map with many names.  Here the text is set once on a mask, and every covered
 * pixel spreads to its neighbours within the rim's width, the outermost by the part of them that
 * lies within: the largest of what reaches a pixel is its cover.  Against the stroke the rim's edge
 * differs by a fraction of a pixel.  For upright, evenly scaled image surfaces; anything else, a
 * PDF among them, is stroked. */

#include "app/carto/zx-map-private.h"

#define WIDEST  8    /* pixels of a rim: more is stroked */
#define LARGEST 4000 /* pixels of a mask's side */

/* ---- spreading ----------------------------------------------------------------------------- */

typedef struct
{
  gint reach;                                        /* pixels */
  guchar share[(2 * WIDEST + 5) * (2 * WIDEST + 5)]; /* of 255, by place around the middle */
} Brush;

static Brush
brush_of (double radius)
{
  Brush brush = { .reach = (gint) ceil (radius + 1) };
  gint side = 2 * brush.reach + 1;
  for (gint y = 0; y < side; y++)
    for (gint x = 0; x < side; x++)
      {
        double away = hypot (x - brush.reach, y - brush.reach);
        brush.share[y * side + x] = (guchar) (255 * CLAMP (radius + 1 - away, 0, 1));
      }
  return brush;
}

/* @cover is what stands @brush->reach pixels further in @spread, which begins at nothing. */
static void
spread_cover (const guchar *cover, gint width, gint height, const Brush *brush, guchar *spread,
              gint stride)
{
  gint side = 2 * brush->reach + 1;
  for (gint y = 0; y < height; y++)
    for (gint x = 0; x < width; x++)
      {
        guint ink
            = MIN (3u * cover[y * stride + x], 255u); /* a thin stem fills a third of a pixel */
        for (gint row = 0; ink != 0 && row < side; row++)
          {
            const guchar *share = brush->share + row * side;
            guchar *at = spread + (y + row) * stride + x;
            for (gint i = 0; i < side; i++)
              {
                guint reached = (ink * share[i] + 128) * 257 >> 16;
                at[i] = (guchar) MAX (at[i], reached);
              }
          }
      }
}

/* ---- the mask ------------------------------------------------------------------------------ */

/* What the ink of @layout at @x, @y covers, with the rim; pixels of the surface. */
static gboolean
find_pixels (cairo_t *cr, PangoLayout *layout, double x, double y, double scale, gint reach,
             cairo_rectangle_int_t *pixels)
{
  PangoRectangle ink;
  cairo_matrix_t matrix;
  cairo_get_matrix (cr, &matrix);
  double device = scale / matrix.xx;
  pango_layout_get_extents (layout, &ink, NULL);
  double left = (x + ink.x / (double) PANGO_SCALE) * scale + matrix.x0 * device,
         top = (y + ink.y / (double) PANGO_SCALE) * scale + matrix.y0 * device,
         width = ink.width / (double) PANGO_SCALE * scale + 2 * reach + 4,
         height = ink.height / (double) PANGO_SCALE * scale + 2 * reach + 4;
  if (!(fabs (left) < G_MAXINT / 4.0) || !(fabs (top) < G_MAXINT / 4.0) || !(width < LARGEST)
      || !(height < LARGEST))
    return FALSE;
  *pixels
      = (cairo_rectangle_int_t){ (gint) floor (left) - reach - 1, (gint) floor (top) - reach - 1,
                                 (gint) ceil (width) + 1, (gint) ceil (height) + 1 };
  return TRUE;
}

/* The text as it will stand on @cr, in the middle of a mask of these pixels. */
static cairo_surface_t *
set_text (cairo_t *cr, PangoLayout *layout, double x, double y, double device,
          const cairo_rectangle_int_t *pixels, gint inset)
{
  cairo_matrix_t matrix;
  cairo_surface_t *mask
      = cairo_image_surface_create (CAIRO_FORMAT_A8, pixels->width, pixels->height);
  cairo_t *on_mask = cairo_create (mask);
  cairo_get_matrix (cr, &matrix);
  cairo_matrix_t moved = { matrix.xx * device,
                           0,
                           0,
                           matrix.yy * device,
                           matrix.x0 * device - pixels->x - inset,
                           matrix.y0 * device - pixels->y - inset };
  cairo_set_matrix (on_mask, &moved);
  cairo_move_to (on_mask, x, y);
  pango_cairo_show_layout (on_mask, layout);
  cairo_destroy (on_mask);
  cairo_surface_flush (mask);
  return mask;
}

gboolean
zx_halo_paint (cairo_t *cr, PangoLayout *layout, double x, double y, const ZxInk *ink)
{
  cairo_surface_t *surface = cairo_get_group_target (cr);
  cairo_matrix_t matrix;
  double device;
  cairo_rectangle_int_t pixels;
  cairo_get_matrix (cr, &matrix);
  if (!zx_surface_is_even (surface, &matrix))
    return FALSE;
  cairo_surface_get_device_scale (surface, &device, &device);
  double scale = matrix.xx * device, radius = ink->halo_width * scale;
  if (!(radius < WIDEST))
    return FALSE;
  const Brush brush = brush_of (radius);
  if (!find_pixels (cr, layout, x, y, scale, brush.reach, &pixels))
    return FALSE;
  cairo_surface_t *text = set_text (cr, layout, x, y, device, &pixels, brush.reach),
                  *rim = cairo_image_surface_create (CAIRO_FORMAT_A8, pixels.width, pixels.height);
  const guchar *cover = cairo_image_surface_get_data (text);
  guchar *spread = cairo_image_surface_get_data (rim);
  if (cover != NULL && spread != NULL)
    {
      spread_cover (cover, pixels.width - 2 * brush.reach, pixels.height - 2 * brush.reach, &brush,
                    spread, cairo_image_surface_get_stride (rim));
      cairo_surface_mark_dirty (rim);
      cairo_save (cr);
      cairo_identity_matrix (cr);
      cairo_scale (cr, 1 / device, 1 / device);
      zx_colour_set (cr, ink->halo);
      cairo_mask_surface (cr, rim, pixels.x, pixels.y);
      cairo_restore (cr);
    }
  cairo_surface_destroy (text);
  cairo_surface_destroy (rim);
  return TRUE;
}
