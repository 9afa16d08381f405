/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of app/siting share and nobody else needs. */
#pragma once

#include "app/siting/zx-siting.h"

G_BEGIN_DECLS

/* Titles and sources of the default piles.ini, for the message catalogue. */
const char *const *zx_siting_texts (guint *n);

/* FALSE with a sentence that names the option, its value and its bounds. */
gboolean zx_siting_options_check (const ZxSitingOptions *options, GError **error);
guint zx_siting_n_sites (const ZxSitingOptions *options); /* 0 means the default */

/* A finding of this room that stands for @count things of @of (0: not said); none when @count is 0.
 */
void zx_siting_tell (ZxFindings *findings, const char *rule, guint count, guint of,
                     ZxSeverity severity);

G_END_DECLS
