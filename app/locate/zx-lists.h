/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lists of numbers one behind the other: list k is at[first[k]] to at[first[k + 1]]. */
#pragma once

#include "data/base/zx-base.h"

G_BEGIN_DECLS

/* Turns @n_from lists of numbers below @n_to into the lists of who has each number, ascending.
 * @other_first: n_to + 2 numbers, 0.  @other_at: as many as @at.  O(numbers). */
void zx_lists_turn (guint n_from, const gsize *first, const guint32 *at, guint n_to,
                    gsize *other_first, guint32 *other_at);

/* Numbers that follow one another, @end not among them.  The neighbours of a place on a map are few
 * runs where neighbours have neighbouring numbers, and the sum over a run is one difference of
 * running sums, however long it is. */
typedef struct
{
  guint32 begin, end;
} ZxRun;

/* Writes the @n ascending numbers as runs, at most @n.  Returns: how many. */
gsize zx_lists_find_runs (const guint32 *at, gsize n, ZxRun *run);

/* All @n lists of ascending numbers as runs: list k becomes run[run_first[k]] to
 * run[run_first[k + 1]].  @run_first: n + 1.  @run: as many as there are numbers. */
void zx_lists_turn_to_runs (guint n, const gsize *first, const guint32 *at, gsize *run_first,
                            ZxRun *run);

/* For qsort(): guint32 ascending. */
int zx_lists_compare (gconstpointer a, gconstpointer b);

G_END_DECLS
