/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lists of numbers one behind the other: list k is at[first[k]] to at[first[k + 1]]. */
#pragma once

#include "data/base/zx-base.h"

G_BEGIN_DECLS

/* Turns @n_from lists of numbers below @n_to into the lists of who has each number, ascending.
 * @other_first: n_to + 2 numbers, 0.  @other_at: as many as @at.  O(numbers). */
void zx_lists_turn (guint n_from, const gsize *first, const guint32 *at, guint n_to,
                    gsize *other_first, guint32 *other_at);

/* For qsort(): guint32 ascending. */
int zx_lists_compare (gconstpointer a, gconstpointer b);

G_END_DECLS
