/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One power flow at a time: sweeps, and Newton's method behind them. */
#pragma once

#include "app/power/zx-net.h"

/* Scaled voltages and currents by position. */
typedef struct
{
  double *v_re, *v_im;
  double *j_re, *j_im;       /* once solved: what flows to the node from its parent, its own shunts
                                and all behind it included */
  double *link_re, *link_im; /* [link] */
  guint iterations;          /* most of any component */
  guint32 worst;             /* position that moved most in the last step of a failed component */
} ZxState;

gboolean zx_state_init (ZxState *self, const ZxNet *net, GError **error);
void zx_state_clear (ZxState *self);
/* The voltages without load: every node at its source's. */
void zx_state_reset (ZxState *self, const ZxNet *net, guint component);
/* Backward and forward until no voltage moves by @tolerance (per unit), starting from the voltages
 * in @self; FALSE when it does not settle. */
gboolean zx_sweep_component (const ZxNet *net, guint component, double tolerance, ZxState *self);
/* Newton's method from the voltages in @self; FALSE when there is no solution (no @error) or no
 * memory. */
gboolean zx_newton_component (const ZxNet *net, guint component, double tolerance, ZxState *self,
                              GError **error);
/* Own currents of all loads and shunts and of the links, summed towards the source: from voltages
 * to the currents @self promises. */
void zx_state_sum_currents (const ZxNet *net, guint component, ZxState *self);
