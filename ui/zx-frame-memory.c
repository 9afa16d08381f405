/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/zx-frame-memory.h"

#ifdef GDK_WINDOWING_X11
#include <cairo-xlib.h>
#include <gdk/x11/gdkx.h>

/* A frame of a large window; cairo makes the pool several times as large. */
#define WIDTH  1920
#define HEIGHT 1200
/* What stays of it; cairo shares nothing much smaller. */
#define KEPT_SIDE 128

static cairo_surface_t *
keep_pool (Display *display, Window window)
{
  Visual *visual = DefaultVisual (display, DefaultScreen (display));
  cairo_surface_t *like = cairo_xlib_surface_create (display, window, visual, WIDTH, HEIGHT);
  cairo_surface_t *frame
      = cairo_surface_create_similar_image (like, CAIRO_FORMAT_ARGB32, WIDTH, HEIGHT);
  cairo_surface_t *kept
      = cairo_surface_create_similar_image (like, CAIRO_FORMAT_ARGB32, KEPT_SIDE, KEPT_SIDE);
  cairo_surface_destroy (frame);
  cairo_surface_destroy (like);
  return kept;
}
#endif

cairo_surface_t *
zx_frame_memory_keep (GdkSurface *surface)
{
#ifdef GDK_WINDOWING_X11
  GdkDisplay *display = gdk_surface_get_display (surface);
  if (GDK_IS_X11_DISPLAY (display))
    return keep_pool (gdk_x11_display_get_xdisplay (display), gdk_x11_surface_get_xid (surface));
#endif
  return NULL;
}
