/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/zx-frame-memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include "ui/map/zx-map-painter.h"
#include "ui/zx-picture.h"

#ifdef GDK_WINDOWING_X11
#include <cairo-xlib.h>
#include <gdk/x11/gdkx.h>
#endif

#define BYTES_A_PIXEL 4
#define RESERVE       "zx-frame-reserve" /* data of a window */
/* A frame of a large window; cairo makes the pool several times as large. */
#define WIDTH  1920
#define HEIGHT 1200
/* What stays of it; cairo shares nothing much smaller. */
#define KEPT_SIDE 128

/* ---- touching pages ------------------------------------------------------------------------- */

typedef struct
{
  gpointer shared;   /* where the next frame will lie, or NULL */
  gpointer own;      /* of our own heap */
  gsize n_bytes;     /* of each */
  GtkWindow *keeper; /* of what is our own, a reference; NULL: nobody */
} Touch;

/* What lies there stays.  An address that is no longer mapped is refused. */
static void
touch_pages (gpointer memory, gsize n_bytes)
{
#ifdef MADV_POPULATE_WRITE
  gsize page = (gsize) sysconf (_SC_PAGESIZE), first = ((gsize) memory + page - 1) / page * page,
        end = ((gsize) memory + n_bytes) / page * page;
  if (memory != NULL && end > first)
    madvise ((gpointer) first, end - first, MADV_POPULATE_WRITE);
#endif
}

/* What is freed is what the next frame is given. */
static void
touch (gpointer data, gpointer unused)
{
  Touch *self = data;
  touch_pages (self->own, self->n_bytes);
  if (self->keeper == NULL)
    g_clear_pointer (&self->own, g_free);
  touch_pages (self->shared, self->n_bytes);
}

static gboolean
on_touched_cb (gpointer data)
{
  Touch *self = data;
  if (self->keeper != NULL && gtk_widget_get_realized (GTK_WIDGET (self->keeper)))
    g_object_set_data_full (G_OBJECT (self->keeper), RESERVE, g_steal_pointer (&self->own), g_free);
  g_clear_object (&self->keeper);
  g_free (self->own);
  g_free (self);
  return G_SOURCE_REMOVE;
}

static void
start_touching (gpointer shared, gsize n_bytes, GtkWindow *keeper)
{
  Touch *self = g_new (Touch, 1);
  *self = (Touch){ shared, g_try_malloc (n_bytes), n_bytes,
                   keeper != NULL ? g_object_ref (keeper) : NULL };
  zx_map_pool_push (touch, on_touched_cb, self);
}

/* ---- windows -------------------------------------------------------------------------------- */

/* In pixels; what it is going to be where it has not been shown. */
static void
find_size (GtkWindow *window, int *width, int *height)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (window));
  gtk_window_get_default_size (window, width, height);
  *width = MAX (*width, gtk_widget_get_width (GTK_WIDGET (window))) * scale;
  *height = MAX (*height, gtk_widget_get_height (GTK_WIDGET (window))) * scale;
}

static void
touch_for (GtkWindow *window, GtkWindow *keeper)
{
  int width, height;
  if (!zx_picture_is_laid_by_cairo (GTK_WIDGET (window)))
    return;
  find_size (window, &width, &height);
  if (width > 0 && height > 0)
    start_touching (NULL, BYTES_A_PIXEL * (gsize) width * (gsize) height, keeper);
}

void
zx_frame_memory_touch (GtkWindow *window)
{
  touch_for (window, NULL);
}

void
zx_frame_memory_reserve (GtkWindow *window)
{
  if (g_object_get_data (G_OBJECT (window), RESERVE) == NULL)
    touch_for (window, window);
}

void
zx_frame_memory_spend (GtkWindow *window)
{
  g_object_set_data (G_OBJECT (window), RESERVE, NULL);
}

#ifdef GDK_WINDOWING_X11
/* Where the next frame of this size lies: the pool gives the same place for the same size. */
static gpointer
find_place (cairo_surface_t *like, int width, int height)
{
  cairo_surface_t *frame
      = cairo_surface_create_similar_image (like, CAIRO_FORMAT_ARGB32, width, height);
  gpointer place = cairo_image_surface_get_data (frame);
  cairo_surface_destroy (frame);
  return place;
}

static cairo_surface_t *
keep_pool (Display *display, Window xid, int width, int height)
{
  Visual *visual = DefaultVisual (display, DefaultScreen (display));
  cairo_surface_t *like = cairo_xlib_surface_create (display, xid, visual, WIDTH, HEIGHT);
  cairo_surface_t *frame
      = cairo_surface_create_similar_image (like, CAIRO_FORMAT_ARGB32, WIDTH, HEIGHT);
  cairo_surface_t *kept
      = cairo_surface_create_similar_image (like, CAIRO_FORMAT_ARGB32, KEPT_SIDE, KEPT_SIDE);
  cairo_surface_destroy (frame);
  if (width > 0 && height > 0)
    start_touching (find_place (like, width, height),
                    BYTES_A_PIXEL * (gsize) width * (gsize) height, NULL);
  cairo_surface_destroy (like);
  return kept;
}
#endif

cairo_surface_t *
zx_frame_memory_keep (GtkWindow *window)
{
#ifdef GDK_WINDOWING_X11
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (window));
  GdkDisplay *display = gdk_surface_get_display (surface);
  if (GDK_IS_X11_DISPLAY (display) && zx_picture_is_laid_by_cairo (GTK_WIDGET (window)))
    {
      int width, height;
      find_size (window, &width, &height);
      return keep_pool (gdk_x11_display_get_xdisplay (display), gdk_x11_surface_get_xid (surface),
                        width, height);
    }
#endif
  zx_frame_memory_touch (window);
  return NULL;
}
