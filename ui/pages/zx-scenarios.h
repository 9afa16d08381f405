/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The plan on the screen and those kept beside it, side by side, with their differences. */
#pragma once

#include <gtk/gtk.h>

#include "app/project/zx-project.h"

G_BEGIN_DECLS

#define ZX_TYPE_SCENARIOS (zx_scenarios_get_type ())
G_DECLARE_FINAL_TYPE (ZxScenarios, zx_scenarios, ZX, SCENARIOS, GtkWidget)

void zx_scenarios_bind (ZxScenarios *self, ZxSession *session);

G_END_DECLS
