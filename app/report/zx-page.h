/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pages: where each block of a document stands, and how it is drawn there. */
#pragma once

#include "app/report/zx-document.h"

G_BEGIN_DECLS

#define ZX_PAGE_WIDTH  595.276 /* A4, points */
#define ZX_PAGE_HEIGHT 841.890
#define ZX_PAGE_LEFT   62.0
#define ZX_PAGE_MEASURE                                                                            \
  (ZX_PAGE_WIDTH - 2.0 * ZX_PAGE_LEFT) /* 471 pt: 12 columns of 28.5 and                           \
                                          gutters of 11.75 */
#define ZX_PAGE_TOP    78.0
#define ZX_PAGE_BOTTOM 776.0

#define ZX_PAGE_MESSAGE N_ ("Page %u of %u") /* said while pages are drawn */

typedef struct _ZxPages ZxPages;

/* Sets every block and finds its page.  @document and @ink are borrowed for the pages' life.
 * O(blocks + rows + characters). */
ZxPages *zx_pages_new (const ZxDocument *document, const ZxInk *ink);
void zx_pages_free (ZxPages *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxPages, zx_pages_free)
guint zx_pages_count (const ZxPages *self);

typedef struct
{
  const char *header; /* left of every page; the chapter stands on the right */
  const char *footer; /* left; "page 3 / 20" stands on the right */
} ZxFurniture;

/* Draws all pages on the ink's PDF surface with tags, links, outline and page labels; on any other
 * surface one below the other.
 * @alternatives: texts of the tags "Figure", in their order. */
gboolean zx_pages_draw (const ZxPages *self, cairo_surface_t *surface, const ZxFurniture *furniture,
                        GPtrArray *alternatives, const ZxProgress *progress, GError **error);

G_END_DECLS
