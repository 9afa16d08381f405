/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A field as one image of device_scale pixels per unit.
 *
 * Each pixel takes the value at its own centre on the ground, bilinear between cell centres, so the
 * same place has the same colour at every scale.  Nothing bleeds over missing cells: a pixel whose
 * own cell is missing stays transparent, missing neighbours carry no weight, and the image fades
 * out inside the last quarter of a valid cell so that no staircase is seen.  Colours come from a
 * table of TABLE positions along the ramp: at most 1 of 255 levels beside the exact one. */

#include "app/carto/zx-map-private.h"

#define TABLE          1024
#define LARGEST_PIXELS (48 * 1024 * 1024)
#define ROWS_PER_PIECE 64

typedef struct
{
  const ZxField *field;
  const ZxColourScale *scale;
  guint32 table[TABLE];
  guchar *pixels;
  gsize stride;
  guint width, height;
  double first_u, first_v, step; /* of pixel centres, in cells from the south-west corner */
  gint32 *column;                /* of each pixel column: west of the two cells it lies between */
  float *right;                  /* weight of the eastern one */
  double to_position;            /* linear scales: position = (value - low) × to_position */
} Painting;

static float
cell_at (const ZxField *field, gint64 column, gint64 row)
{
  column = CLAMP (column, 0, (gint64) field->n_columns - 1);
  row = CLAMP (row, 0, (gint64) field->n_rows - 1);
  return field->value[(gsize) row * field->n_columns + (gsize) column];
}

/* Weighs only the cells that have a value; @alpha: how far the place is inside them. */
static float
value_beside_missing (const float corner[4], float right, float up, float *alpha)
{
  const float weight[4]
      = { (1 - right) * (1 - up), right * (1 - up), (1 - right) * up, right * up };
  guint nearest = (right >= 0.5f ? 1 : 0) + (up >= 0.5f ? 2 : 0);
  float sum = 0, total = 0;
  *alpha = 0;
  if (isnan (corner[nearest]))
    return NAN;
  for (guint i = 0; i < 4; i++)
    if (!isnan (corner[i]))
      {
        sum += weight[i] * corner[i];
        total += weight[i];
      }
  float t = CLAMP ((total - 0.5f) * 4, 0.0f, 1.0f);
  *alpha = t * t * (3 - 2 * t);
  return sum / total;
}

static guint32
faded (guint32 pixel, float alpha)
{
  guint32 out = 0;
  for (guint shift = 0; shift < 32; shift += 8)
    out |= (guint32) ((float) (pixel >> shift & 0xff) * alpha + 0.5f) << shift;
  return out;
}

static guint32
colour_of (const Painting *self, double value)
{
  double position = self->to_position > 0 ? (value - self->scale->low) * self->to_position
                                          : zx_colour_position (self->scale, value);
  if (!(position > 0))
    position = 0;
  return self->table[(guint) (MIN (position, 1.0) * (TABLE - 1) + 0.5)];
}

static void
paint_row (const Painting *self, guint y)
{
  guint32 *out = (guint32 *) (gpointer) (self->pixels + y * self->stride);
  double v = self->first_v - y * self->step - 0.5;
  gint64 row = (gint64) floor (v);
  float up = (float) (v - (double) row);
  for (guint x = 0; x < self->width; x++)
    {
      gint64 column = self->column[x];
      float right = self->right[x], alpha = 1;
      const float corner[4]
          = { cell_at (self->field, column, row), cell_at (self->field, column + 1, row),
              cell_at (self->field, column, row + 1), cell_at (self->field, column + 1, row + 1) };
      float value = (corner[0] + (corner[1] - corner[0]) * right) * (1 - up)
                    + (corner[2] + (corner[3] - corner[2]) * right) * up;
      if (!isfinite (value))
        value = value_beside_missing (corner, right, up, &alpha);
      if (isnan (value))
        out[x] = 0;
      else
        out[x] = alpha < 1 ? faded (colour_of (self, value), alpha) : colour_of (self, value);
    }
}

static void
paint_rows (gsize begin, gsize end, guint worker, gpointer data)
{
  for (gsize y = begin; y < end; y++)
    paint_row (data, (guint) y);
}

static gboolean
has_plain_position (const ZxColourScale *scale)
{
  return !scale->is_sqrt && scale->ramp != ZX_RAMP_DIFFERENCE && scale->high > scale->low;
}

static void
paint_pixels (Painting *self, cairo_surface_t *image)
{
  g_autofree gint32 *column = g_new (gint32, self->width);
  g_autofree float *right = g_new (float, self->width);
  for (guint x = 0; x < self->width; x++)
    {
      double u = self->first_u + x * self->step - 0.5;
      column[x] = (gint32) floor (u);
      right[x] = (float) (u - floor (u));
    }
  self->column = column;
  self->right = right;
  self->to_position
      = has_plain_position (self->scale) ? 1 / (self->scale->high - self->scale->low) : 0;
  cairo_surface_flush (image);
  self->pixels = cairo_image_surface_get_data (image);
  self->stride = (gsize) cairo_image_surface_get_stride (image);
  zx_parallel_for (self->height, ROWS_PER_PIECE, paint_rows, self, NULL, NULL);
  cairo_surface_mark_dirty (image);
}

/* The part of the page that the lattice covers, on whole pixels counted from the view's corner. */
static gboolean
pixel_box (const ZxMapView *view, const ZxField *field, double per_unit, gint *left, gint *top,
           gint *right, gint *bottom)
{
  double x0, y0, x1, y1;
  zx_map_view_to_page (view, field->min_x_m, field->min_y_m, &x0, &y1);
  zx_map_view_to_page (view, field->min_x_m + field->cell_m * field->n_columns,
                       field->min_y_m + field->cell_m * field->n_rows, &x1, &y0);
  x0 = MAX (x0 - view->page_x, 0.0) * per_unit;
  y0 = MAX (y0 - view->page_y, 0.0) * per_unit;
  x1 = MIN (x1 - view->page_x, view->page_width) * per_unit;
  y1 = MIN (y1 - view->page_y, view->page_height) * per_unit;
  if (!(x1 > x0 && y1 > y0))
    return FALSE;
  *left = (gint) floor (x0);
  *top = (gint) floor (y0);
  *right = (gint) ceil (x1);
  *bottom = (gint) ceil (y1);
  return *right > *left && *bottom > *top;
}

static double
pixels_per_unit (const ZxMapView *view)
{
  double per_unit
      = isfinite (view->device_scale) && view->device_scale > 0 ? view->device_scale : 1;
  double largest = sqrt (LARGEST_PIXELS / (view->page_width * view->page_height));
  largest = MIN (largest, 32000 / MAX (view->page_width, view->page_height));
  return MIN (per_unit, largest);
}

static void
show_image (cairo_t *cr, const ZxMapView *view, const ZxField *field, cairo_surface_t *image,
            double left, double top, double per_unit)
{
  double x0, y0, x1, y1;
  zx_map_view_to_page (view, field->min_x_m, field->min_y_m, &x0, &y1);
  zx_map_view_to_page (view, field->min_x_m + field->cell_m * field->n_columns,
                       field->min_y_m + field->cell_m * field->n_rows, &x1, &y0);
  zx_map_view_begin (cr, view);
  cairo_rectangle (cr, x0, y0, x1 - x0, y1 - y0);
  cairo_clip (cr);
  cairo_translate (cr, view->page_x + left / per_unit, view->page_y + top / per_unit);
  cairo_scale (cr, 1 / per_unit, 1 / per_unit);
  cairo_set_source_surface (cr, image, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_BILINEAR);
  cairo_paint (cr);
  cairo_restore (cr);
}

void
zx_map_paint_field (cairo_t *cr, const ZxMapView *view, const ZxField *field,
                    const ZxColourScale *scale, double opacity)
{
  gint left, top, right, bottom;
  if (!zx_map_view_is_drawable (view) || !(field->cell_m > 0) || field->n_columns == 0
      || field->n_rows == 0)
    return;
  double per_unit = pixels_per_unit (view);
  if (!pixel_box (view, field, per_unit, &left, &top, &right, &bottom))
    return;
  cairo_surface_t *image
      = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, right - left, bottom - top);
  if (cairo_surface_status (image) == CAIRO_STATUS_SUCCESS)
    {
      g_autofree Painting *self = g_new0 (Painting, 1);
      double metres_per_pixel = view->metres_per_unit / per_unit;
      self->field = field;
      self->scale = scale;
      self->width = (guint) (right - left);
      self->height = (guint) (bottom - top);
      self->step = metres_per_pixel / field->cell_m;
      self->first_u = (view->centre_x_m - view->page_width / 2 * view->metres_per_unit
                       + (left + 0.5) * metres_per_pixel - field->min_x_m)
                      / field->cell_m;
      self->first_v = (view->centre_y_m + view->page_height / 2 * view->metres_per_unit
                       - (top + 0.5) * metres_per_pixel - field->min_y_m)
                      / field->cell_m;
      zx_colour_table (scale, opacity, self->table, TABLE);
      paint_pixels (self, image);
      show_image (cr, view, field, image, left, top, per_unit);
    }
  cairo_surface_destroy (image);
}
