/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A city by hand: what the tests of app/carto paint. */
#pragma once

#include "app/carto/zx-carto.h"

/* 10 km square around (500 000, 4 060 000): a motorway west-east through the middle, a primary road
 * south-north with a Chinese name, a bridge, a tunnel, residential streets; a lake in the
 * north-east quarter; four districts with Chinese names; a boundary; three stations.  (transfer
 * full), sealed */
ZxCity *carto_city (void);
/* Nothing in it at all. */
ZxCity *carto_empty_city (void);
/* @n short roads of all classes at random places, cut into crumbs. */
ZxCity *carto_random_city (gsize n, guint64 seed);

/* Paints with @paint on an image of @width × @height pixels, 1 unit = 1 pixel, white paper. */
typedef void (*CartoPaint) (cairo_t *cr, gpointer data);
cairo_surface_t *carto_image (int width, int height, CartoPaint paint, gpointer data);
guint32 carto_pixel (cairo_surface_t *image, int x, int y); /* ARGB, premultiplied */
/* The PDF's bytes, with its date set.  (transfer full) */
GByteArray *carto_pdf (double width, double height, CartoPaint paint, gpointer data);
