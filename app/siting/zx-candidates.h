/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Between the files that make and score candidates. */
#pragma once

#include "app/siting/zx-siting-model.h"

G_BEGIN_DECLS

/* Bits of the sizes that parcel and grid let stand at @candidate. */
guint32 zx_candidates_kinds_that_fit (const ZxSitingInput *input, const ZxSitingOptions *options,
                                      const ZxCandidates *candidates, guint candidate);
/* Fills the target dimensions of candidates that pass. */
gboolean zx_candidates_score (ZxCandidates *self, const ZxSitingInput *input,
                              const ZxSitingOptions *options, const ZxProgress *progress,
                              GError **error);

G_END_DECLS
