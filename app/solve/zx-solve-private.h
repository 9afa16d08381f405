/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of this room share. */
#pragma once

#include "app/solve/zx-solve.h"

/* Holds BLAS at one thread for the whole process: the loops above run in parallel themselves, and
 * its own threads make small matrices some thirty times slower. */
void zx_solve_single_thread (void);

/* Asks for values and counts them; a value that is no number becomes -INFINITY. */
gboolean zx_mode_ask (ZxMode *self, const double *point, const gint32 *parent, guint n_points,
                      double *value, ZxBatchFunc func, gpointer data, GError **error);
