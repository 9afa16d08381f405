/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the engines of this room share about solving a whole net. */
#pragma once

#include "app/power/zx-sweep.h"

/* Every component by sweeps, and by Newton's method where they fail.  FALSE with *@failed the
 * component that has no solution and no @error, or with @error. */
gboolean zx_flow_solve (const ZxNet *net, const ZxFlowOptions *options, ZxState *state,
                        gint32 *failed, gboolean *used_newton, GError **error);
/* Says why a component has no solution. */
void zx_flow_explain (const ZxNet *net, gint32 component, const ZxState *state, GError **error);
/* Branch quantities and extremes of a solved state.  NULL with @error: memory. */
ZxFlow *zx_flow_measure (const ZxNet *net, const ZxState *state, GError **error);
