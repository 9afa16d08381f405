/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which spellings of a header mean which of our columns. */
#pragma once

#include "data/quality/zx-quality.h"

/* The header as it is compared: compatibility forms folded, lower case, letters and digits only.
 * "Start_Date___Time" and "Start Date / Time" are one word.  Returns: (transfer full) */
char *zx_vocabulary_normalise (const char *header);

/* Index of the header that means @column in @role, or -1.  Spellings are tried in the table's order
 * of preference, so that of two columns that could be meant the more telling one is taken.
 * @headers: normalised; @is_taken: headers that are used already, nullable. */
int zx_vocabulary_find (ZxRole role, const char *column, char *const *headers, guint n_headers,
                        const guint8 *is_taken);

/* TRUE when any column of any role could be called so. */
gboolean zx_vocabulary_knows (const char *header);
/* TRUE for what weather tables call their columns. */
gboolean zx_vocabulary_is_weather (const char *header);
