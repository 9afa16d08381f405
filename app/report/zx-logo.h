/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The client's sign on the cover. */
#pragma once

#include <cairo.h>
#include <glib.h>

/* NULL for NULL and for what is no PNG of reasonable size: the cover then goes without. */
cairo_surface_t *zx_logo_read (GBytes *png);
