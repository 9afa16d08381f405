/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Grids for the tests of power flow and hosting capacity. */
#pragma once

#include "app/power/zx-power.h"

/* From two tables written in the test; base 1 MVA. */
ZxGrid *test_grid (const char *nodes, const char *branches, GError **error);
/* A random feeder: a tree of lines with some transformers, vector groups, taps, charging, shunts,
 * mixed loads, several sources and @n_loops more lines. */
ZxGrid *test_random_grid (guint64 seed, guint n_nodes, guint n_loops);
/* A line of @n nodes with equal loads: 10 kV, 0.05 pu drop or so. */
ZxGrid *test_chain (guint n);
/* Its flow, to 1e-12; a failure ends the test. */
ZxFlow *test_solve (const ZxGrid *grid, gboolean use_newton);
