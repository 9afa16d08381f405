/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What cairo leaves out of a PDF, added behind its end as an incremental update. */
#pragma once

#include "data/base/zx-base.h"

G_BEGIN_DECLS

typedef struct
{
  const char *language; /* "zh-CN" */
  const char *title, *author, *subject;
  const char *date;              /* ISO day */
  const GPtrArray *alternatives; /* texts of the structure elements "Figure", in their order */
} ZxPdfFacts;

/* Appends language, viewer preferences, XMP metadata, the mark of a tagged document, alternative
 * texts and a file identifier.  FALSE with @error when the file is not laid out as cairo's PDF 1.4
 * is; @pdf is unchanged then.  O(bytes). */
gboolean zx_pdf_finish (GByteArray *pdf, const ZxPdfFacts *facts, GError **error);

G_END_DECLS
