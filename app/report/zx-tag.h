/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tags give a PDF its structure, links and places to jump to.  A recording is left without: it is
 * replayed page by page, every replay would write the tags of all pages again, and names that stand
 * twice put the PDF of a printer into an error, which blanks all pages after the first. */
#pragma once

#include <cairo-pdf.h>
#include <glib.h>

static inline gboolean
zx_tag_is_kept (cairo_t *cr)
{
  return cairo_surface_get_type (cairo_get_target (cr)) == CAIRO_SURFACE_TYPE_PDF;
}

static inline void
zx_tag_begin (cairo_t *cr, const char *name, const char *attributes)
{
  if (zx_tag_is_kept (cr))
    cairo_tag_begin (cr, name, attributes);
}

static inline void
zx_tag_end (cairo_t *cr, const char *name)
{
  if (zx_tag_is_kept (cr))
    cairo_tag_end (cr, name);
}
