/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Many equal symbols on an image, fast.
 *
 * cairo fills three outlines for a station, nine thousand times for a city.  Here a symbol is
 * painted once for each of the places within a pixel it may have, a quarter of a pixel apart either
 * way, and the pictures are then laid over the image pixel by pixel.  No symbol is further than an
 * eighth of a pixel from where it belongs; its colours are those cairo gives it, to one level.  For
 * upright, evenly scaled image surfaces clipped to whole pixels; anything else gets NULL and
 * outlines. */

#include "app/carto/zx-map-private.h"

#define PHASES 4 /* within a pixel, either way */
#define MOST_KINDS                                                                                 \
  24               /* size and colour; a layer has one kind or the few colours of its classes      \
                    */
#define LARGEST 64 /* pixels of a stamp's side */

typedef struct
{
  double factor;
  guint32 colour;                   /* premultiplied */
  gint side;                        /* pixels */
  guint32 *pixels[PHASES * PHASES]; /* side × side each; NULL: not painted yet */
} Kind;

struct _ZxStamps
{
  cairo_surface_t *surface;       /* borrowed */
  guint32 *pixels;                /* of the surface */
  gsize stride;                   /* in pixels */
  gint left, top, right, bottom;  /* of the clip, in the surface's pixels */
  double scale, shift_x, shift_y; /* page to pixels */
  ZxSymbol symbol;
  guint n_kinds;
  Kind kind[MOST_KINDS];
};

/* ---- set-up ------------------------------------------------------------------------------- */

/* FALSE where the clip is no rectangle of whole pixels. */
static gboolean
find_clip (ZxStamps *self, cairo_t *cr)
{
  cairo_rectangle_list_t *list = cairo_copy_clip_rectangle_list (cr);
  gboolean is_whole = list->status == CAIRO_STATUS_SUCCESS && list->num_rectangles == 1;
  if (is_whole)
    {
      const cairo_rectangle_t *clip = list->rectangles;
      double left = clip->x * self->scale + self->shift_x,
             top = clip->y * self->scale + self->shift_y, right = left + clip->width * self->scale,
             bottom = top + clip->height * self->scale;
      is_whole = fabs (left - rint (left)) < 1e-3 && fabs (top - rint (top)) < 1e-3
                 && fabs (right - rint (right)) < 1e-3 && fabs (bottom - rint (bottom)) < 1e-3;
      self->left = MAX ((gint) rint (left), 0);
      self->top = MAX ((gint) rint (top), 0);
      self->right = MIN ((gint) rint (right), cairo_image_surface_get_width (self->surface));
      self->bottom = MIN ((gint) rint (bottom), cairo_image_surface_get_height (self->surface));
    }
  cairo_rectangle_list_destroy (list);
  return is_whole;
}

ZxStamps *
zx_stamps_new (cairo_t *cr, ZxSymbol symbol)
{
  cairo_surface_t *surface = cairo_get_group_target (cr);
  cairo_matrix_t matrix;
  double offset_x, offset_y, device_scale;
  cairo_get_matrix (cr, &matrix);
  if (!zx_surface_is_even (surface, &matrix)
      || cairo_image_surface_get_format (surface) != CAIRO_FORMAT_ARGB32)
    return NULL;
  cairo_surface_flush (surface);
  guchar *data = cairo_image_surface_get_data (surface);
  if (data == NULL)
    return NULL;
  cairo_surface_get_device_offset (surface, &offset_x, &offset_y);
  cairo_surface_get_device_scale (surface, &device_scale, &device_scale);
  ZxStamps *self = g_new0 (ZxStamps, 1);
  self->surface = surface;
  self->symbol = symbol;
  self->pixels = (guint32 *) (gpointer) data;
  self->stride = (gsize) cairo_image_surface_get_stride (surface) / sizeof *self->pixels;
  self->scale = matrix.xx * device_scale;
  self->shift_x = matrix.x0 * device_scale + offset_x;
  self->shift_y = matrix.y0 * device_scale + offset_y;
  if (find_clip (self, cr))
    return self;
  g_free (self);
  return NULL;
}

void
zx_stamps_free (ZxStamps *self)
{
  if (self == NULL)
    return;
  cairo_surface_mark_dirty (self->surface);
  for (guint i = 0; i < self->n_kinds; i++)
    for (guint phase = 0; phase < PHASES * PHASES; phase++)
      g_free (self->kind[i].pixels[phase]);
  g_free (self);
}

/* ---- stamps ------------------------------------------------------------------------------- */

/* NULL where there are too many kinds or it is too large. */
static Kind *
find_kind (ZxStamps *self, double factor, const ZxColour *colour)
{
  guint32 premultiplied = colour != NULL ? zx_colour_premultiplied (*colour) : 0;
  for (guint i = 0; i < self->n_kinds; i++)
    if (self->kind[i].factor == factor && self->kind[i].colour == premultiplied)
      return &self->kind[i];
  double reach = (zx_symbol_radius (self->symbol) * factor + 1) * self->scale;
  gint side = 2 * (gint) ceil (reach) + 2;
  if (self->n_kinds == MOST_KINDS || side > LARGEST)
    return NULL;
  Kind *kind = &self->kind[self->n_kinds++];
  kind->factor = factor;
  kind->colour = premultiplied;
  kind->side = side;
  return kind;
}

/* The symbol with its point @right of and @below the stamp's middle, parts of a pixel. */
static guint32 *
stamp_new (const ZxStamps *self, const Kind *kind, double right, double below,
           const ZxColour *colour)
{
  gint side = kind->side;
  guint32 *pixels = g_new0 (guint32, (gsize) side * (gsize) side);
  cairo_surface_t *image = cairo_image_surface_create_for_data (
      (guchar *) pixels, CAIRO_FORMAT_ARGB32, side, side, side * (gint) sizeof *pixels);
  cairo_t *cr = cairo_create (image);
  double middle = 0.5 * side; /* whole: a side is even */
  cairo_scale (cr, self->scale, self->scale);
  zx_symbol_paint (cr, self->symbol, (middle + right) / self->scale, (middle + below) / self->scale,
                   kind->factor, colour);
  cairo_destroy (cr);
  cairo_surface_flush (image);
  cairo_surface_destroy (image);
  return pixels;
}

/* ---- laying over -------------------------------------------------------------------------- */

/* Four channels times @share / 255, rounded, two at a time. */
static guint32
scaled (guint32 pixel, guint32 share)
{
  guint32 even = (pixel & 0x00ff00ff) * share + 0x00800080;
  guint32 odd = (pixel >> 8 & 0x00ff00ff) * share + 0x00800080;
  even = (even + (even >> 8 & 0x00ff00ff)) >> 8 & 0x00ff00ff;
  odd = (odd + (odd >> 8 & 0x00ff00ff)) & 0xff00ff00;
  return even | odd;
}

static void
lay_over (ZxStamps *self, const guint32 *stamp, gint side, gint x, gint y)
{
  gint first = MAX (self->left - x, 0), end = MIN (self->right - x, side);
  for (gint row = MAX (self->top - y, 0); row < MIN (self->bottom - y, side); row++)
    {
      guint32 *at = self->pixels + (gsize) (y + row) * self->stride + x;
      const guint32 *ink = stamp + row * side;
      for (gint column = first; column < end; column++)
        if (ink[column] >> 24 == 0xff)
          at[column] = ink[column];
        else if (ink[column] != 0)
          at[column] = ink[column] + scaled (at[column], 0xff - (ink[column] >> 24));
    }
}

/* One of too many colours, or too large. */
static void
paint_outline (ZxStamps *self, cairo_t *cr, double x, double y, double factor,
               const ZxColour *colour)
{
  cairo_surface_mark_dirty (self->surface);
  zx_symbol_paint (cr, self->symbol, x, y, factor, colour);
  cairo_surface_flush (self->surface);
}

void
zx_stamps_paint (ZxStamps *self, cairo_t *cr, double x, double y, double factor,
                 const ZxColour *colour)
{
  Kind *kind = find_kind (self, factor, colour);
  double across = rint ((x * self->scale + self->shift_x) * PHASES),
         down = rint ((y * self->scale + self->shift_y) * PHASES);
  if (kind == NULL || !(fabs (across) < G_MAXINT / 2.0) || !(fabs (down) < G_MAXINT / 2.0))
    {
      paint_outline (self, cr, x, y, factor, colour);
      return;
    }
  gint whole_x = (gint) floor (across / PHASES), whole_y = (gint) floor (down / PHASES),
       right = (gint) across - PHASES * whole_x, below = (gint) down - PHASES * whole_y;
  guint32 **stamp = &kind->pixels[below * PHASES + right];
  if (*stamp == NULL)
    *stamp = stamp_new (self, kind, (double) right / PHASES, (double) below / PHASES, colour);
  lay_over (self, *stamp, kind->side, whole_x - kind->side / 2, whole_y - kind->side / 2);
}
