/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What tests of many rooms share. */
#pragma once

#include <glib.h>

/* A file or folder of the shared data sets, or NULL when they are not on this machine: then the
 * case counts as skipped, with the reason, also where it goes on without the file.  Where the data
 * sets are and the file is not, that is an error.  (transfer full) */
char *zx_test_shared (const char *relative);

/* A folder of this test's own, emptied and removed by zx_test_folder_remove().  (transfer full) */
char *zx_test_folder (void);
void zx_test_folder_remove (const char *folder);

/* The larger of @worst and the distance between @ours and @known; infinite when only one of them is
 * missing, which fmax() would pass over. */
double zx_test_widen (double worst, double ours, double known);

/* The seed of this run's random cases: ZX_TEST_SEED or a fixed one, printed. */
guint64 zx_test_seed (void);
