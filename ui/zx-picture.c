/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/zx-picture.h"

#define SURFACE_KEY "zx-picture-surface"

static void
destroy_surface (gpointer surface)
{
  cairo_surface_destroy (surface);
}

GdkTexture *
zx_picture_new (cairo_surface_t *surface)
{
  cairo_surface_flush (surface);
  if (cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS)
    {
      cairo_surface_destroy (surface);
      return NULL;
    }
  int width = cairo_image_surface_get_width (surface),
      height = cairo_image_surface_get_height (surface);
  gsize stride = (gsize) cairo_image_surface_get_stride (surface);
  g_autoptr (GBytes) bytes = g_bytes_new_with_free_func (
      cairo_image_surface_get_data (surface), stride * (gsize) height, destroy_surface, surface);
  GdkTexture *picture = gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, bytes, stride);
  g_object_set_data_full (G_OBJECT (picture), SURFACE_KEY, cairo_surface_reference (surface),
                          destroy_surface);
  return picture;
}

gboolean
zx_picture_is_laid_by_cairo (GtkWidget *widget)
{
  GtkNative *native = gtk_widget_get_native (widget);
  return native != NULL && GSK_IS_CAIRO_RENDERER (gtk_native_get_renderer (native));
}

/* The quick filter does: a picture of another size than @rect is only passing through. */
void
zx_picture_snapshot (GdkTexture *picture, GtkWidget *widget, const graphene_rect_t *rect,
                     const graphene_rect_t *part, GtkSnapshot *snapshot)
{
  if (!zx_picture_is_laid_by_cairo (widget))
    {
      gtk_snapshot_append_texture (snapshot, picture, rect);
      return;
    }
  cairo_surface_t *surface = g_object_get_data (G_OBJECT (picture), SURFACE_KEY);
  double x_scale = 1, y_scale = 1;
  cairo_surface_get_device_scale (surface, &x_scale, &y_scale);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, part);
  cairo_translate (cr, rect->origin.x, rect->origin.y);
  cairo_scale (cr, rect->size.width * x_scale / gdk_texture_get_width (picture),
               rect->size.height * y_scale / gdk_texture_get_height (picture));
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_BILINEAR);
  cairo_paint (cr);
  cairo_destroy (cr);
}
