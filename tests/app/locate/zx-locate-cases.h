/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Small random problems of every kind, and their best value by trying all sets of sites. */
#pragma once

#include "app/locate/zx-locate.h"
#include "app/locate/zx-median.h"

ZxLocate *zx_locate_case (ZxLocateKind kind, guint64 seed);

/* The best value over all sets, NaN when no set holds every constraint. */
double zx_locate_brute (const ZxLocate *problem);

/* The coverage of @n_clients of the weights by the sites where covers[client × n_sites + site] is
 * above 0, to be freed. */
ZxMedian *zx_locate_coverage (guint n_clients, guint n_sites, guint n_picks, const double *weights,
                              const double *covers);

/* The same of clients and sites anywhere in a unit square, covered within @reach; weights 1 to 20.
 */
ZxMedian *zx_locate_square (guint n_clients, guint n_sites, guint n_picks, double reach,
                            ZxRng *rng);

/* Any n_choose different sites. */
void zx_locate_draw_set (const ZxMedian *problem, guint32 *sites, ZxRng *rng);
