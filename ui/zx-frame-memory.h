/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The memory that frames pass through on their way to the display. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* On X11 without GL, cairo hands frames over in a pool of memory shared with the display server,
 * and frees the pool once nothing lives in it, so that the first frames of a window each make and
 * touch one anew: 2.5 of 17 ms of CPU.  What is returned lives in a pool large enough for
 * all frames and so keeps it; free it with cairo_surface_destroy().  NULL where frames go another
 * way.  Costs address space; memory only as frames use it.  For a realized window; has the pages of
 * its first frame touched, as below. */
cairo_surface_t *zx_frame_memory_keep (GtkWindow *window);

/* Without GL, a frame is drawn in memory of the heap as large as the window, and where that is
 * fresh the system provides a thousand pages while it is drawn: 3 ms of CPU, and 5 for those shared
 * with the display server.  Has a worker touch them before.  Main thread. */
void zx_frame_memory_touch (GtkWindow *window);

/* The same, but kept until it is spent: for a frame before which other memory is asked for, which
 * would take the place.  4 bytes a pixel. */
void zx_frame_memory_reserve (GtkWindow *window);
/* Before a whole frame: its widgets and what it is drawn in take the place. */
void zx_frame_memory_spend (GtkWindow *window);

G_END_DECLS
