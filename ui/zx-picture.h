/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a worker painted, for the main thread to lay into frames.
 *
 * A picture is a texture; the cairo renderer would copy a texture whole for each frame, so a
 * picture holds the surface it was painted on too, which cairo lays from where it is: with its
 * blurred shadow, the copy of a page of the report was half of the 15 ms of CPU that a frame took.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Takes over @surface, an image in ARGB32 that nobody paints on any more.  NULL when it is in
 * error.  Any thread. */
GdkTexture *zx_picture_new (cairo_surface_t *surface);
/* Whether @widget is drawn without GL. */
gboolean zx_picture_is_laid_by_cairo (GtkWidget *widget);
/* Lays @picture over @rect of @widget, of which @part is drawn.  In its snapshot(). */
void zx_picture_snapshot (GdkTexture *picture, GtkWidget *widget, const graphene_rect_t *rect,
                          const graphene_rect_t *part, GtkSnapshot *snapshot);

G_END_DECLS
