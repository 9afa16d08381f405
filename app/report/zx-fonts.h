/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fonts that cairo embeds without losing a sign. */
#pragma once

#include "app/report/zx-words.h"

G_BEGIN_DECLS

typedef struct _ZxFonts ZxFonts;

/* From now on this thread's pango sets text in copies of the report's fonts that hold the signs
 * @words has seen; other signs fall back to other fonts.  The copies lie in the folder of
 * temporary files.  NULL when there is nothing to copy or it cannot be done: then the system's
 * fonts stay. */
ZxFonts *zx_fonts_new (const ZxWords *words);
/* Takes the copies away and gives this thread the fonts back that it had.  NULL: nothing. */
void zx_fonts_free (ZxFonts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxFonts, zx_fonts_free)

G_END_DECLS
