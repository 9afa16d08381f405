/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What tests of many rooms share. */
#pragma once

#include <glib.h>

/* A file or folder of the shared data sets, or NULL (with a line on the output that says what is
 * left out) when they are not on this machine.  (transfer full) */
char *zx_test_shared (const char *relative);

/* A folder of this test's own, emptied and removed by zx_test_folder_remove().  (transfer full) */
char *zx_test_folder (void);
void zx_test_folder_remove (const char *folder);

/* The seed of this run's random cases: ZX_TEST_SEED or a fixed one, printed. */
guint64 zx_test_seed (void);
