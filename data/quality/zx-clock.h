/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The times of a layer's rows, checked as a whole. */
#pragma once

#include "data/quality/zx-build.h"

/* Civil times of the rows, ZX_TIME_NONE where there is none; day and month changed back where they
 * had been exchanged.  Makes the findings about the whole column.
 * @is_usable: FALSE when the column is empty, all equal or not bound.
 * Returns: (transfer full): n_rows; NULL with @error when there is no memory. */
gint64 *zx_clock_read (ZxTally *tally, const char *time_name, const char *date_name,
                       gboolean *is_usable, GError **error);

/* TRUE when the time of the row can be used; else the finding, and the row counts as set aside. */
gboolean zx_clock_admit (ZxTally *tally, gsize row, gint64 time, gboolean is_cell_empty);
/* TRUE when the cells of the row hold nothing. */
gboolean zx_clock_is_empty (const ZxTally *tally, const char *time_name, const char *date_name,
                            gsize row);

/* Moves stamps that state UTC to the local clock where the layer's zone column, or the hours people
 * charge at, say so.  @times: (array n_arrays): arrays of n_rows. */
void zx_clock_localise (ZxTally *tally, gint64 *const *times, guint n_arrays);
