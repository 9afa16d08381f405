/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What runs now: its name, what it does, how far it is, how long it will take, and Cancel. */
#pragma once

#include <gtk/gtk.h>

#include "app/project/zx-project.h"

G_BEGIN_DECLS

#define ZX_TYPE_JOB_BAR (zx_job_bar_get_type ())
G_DECLARE_FINAL_TYPE (ZxJobBar, zx_job_bar, ZX, JOB_BAR, GtkWidget)

void zx_job_bar_set_jobs (ZxJobBar *self, ZxJobs *jobs);

G_END_DECLS
