/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What tests of the window share. */
#pragma once

#include "ui/zx-window.h"

G_BEGIN_DECLS

/* Nothing that a test waits for takes so long, on a busy machine and under the sanitizers either.
 */
#ifdef __SANITIZE_ADDRESS__
#define ZX_UI_LONGEST_WAIT_US (600 * G_USEC_PER_SEC)
#else
#define ZX_UI_LONGEST_WAIT_US (120 * G_USEC_PER_SEC)
#endif

/* Like gtk_test_init(), with the program's locale and style. */
void zx_ui_test_init (int *argc, char ***argv);
/* A window, presented and drawn. */
ZxWindow *zx_ui_test_window (void);
/* The same with the sample town open, run and painted.  The town is invented once per process. */
ZxWindow *zx_ui_test_town (void);
/* Runs the main loop until no job runs and the map is painted. */
void zx_ui_test_settle (ZxWindow *window);
void zx_ui_test_close (ZxWindow *window);

/* Runs the whole route and waits for it. */
void zx_ui_test_run (ZxWindow *window);
const ZxPlan *zx_ui_test_plan (ZxWindow *window);
gboolean zx_ui_test_holds (const ZxPlan *plan, guint candidate);
/* A candidate that passes every filter and is not in the plan. */
guint zx_ui_test_outsider (ZxWindow *window);

G_END_DECLS
