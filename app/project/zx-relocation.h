/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether a file can stand for another one of the project, and what would be different. */
#pragma once

#include "app/project/zx-session.h"

/* @recipe: as it is; @city: nullable, of the last run, which knows how many rows a layer had and
 * where on Earth it was.  In a worker.  Returns: (transfer full) */
ZxRelocation *zx_relocation_compare (const char *from, const char *to, const ZxRecipe *recipe,
                                     const ZxCity *city, const ZxProgress *progress,
                                     GError **error);
/* NULL when the last run did not read it. */
const ZxSource *zx_relocation_source (const ZxCity *city, const char *layer);
/* The first rows of a layer as @path holds it.  Returns: (transfer full) */
ZxLayer *zx_relocation_head (const char *path, const char *layer, const ZxProgress *progress,
                             GError **error);
