/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Covering with prices: client i wants needed_i of its sites chosen and costs penalty_i for each
 * that is missing; site j costs cost_j.  Least total.
 *
 * With prohibitive penalties this is set cover, with needed 2 set cover with backup. */
#pragma once

#include "data/base/zx-base.h"

G_BEGIN_DECLS

typedef struct
{
  guint n_clients, n_sites;
  double *penalty; /* n_clients, >= 0 */
  guint32 *needed; /* n_clients, >= 1 */
  double *cost;    /* n_sites, >= 0 */
  gsize *client_first;
  guint32 *client_site;
  gsize *site_first; /* made by zx_cover_finish() */
  guint32 *site_client;
  guint8 *status;    /* n_sites of ZxCoverStatus */
  gboolean is_whole; /* every value is whole: bounds round up */
} ZxCover;

typedef enum
{
  ZX_COVER_FREE,
  ZX_COVER_OPEN,
  ZX_COVER_SHUT,
} ZxCoverStatus;

/* Lists clients by site. */
void zx_cover_finish (ZxCover *self);
void zx_cover_clear (ZxCover *self);

typedef struct
{
  double value; /* the cutoff when nothing below it was found */
  double bound;
  gboolean is_proven;
  guint8 *is_chosen; /* n_sites; none when nothing was found */
  guint64 n_nodes;
} ZxCoverResult;

typedef struct
{
  guint64 max_nodes;
  gint64 deadline_us; /* of g_get_monotonic_time(); 0: none */
  double cutoff;      /* only values below it matter; INFINITY: all */
  double enough;      /* stop at a value no more than it; -INFINITY: never */
} ZxCoverLimits;

/* @price: n_clients, first prices, or NULL.  With dyadic penalties, costs and prices that leave
 * room in a double every bound is exact; otherwise it holds to rounding. */
ZxCoverResult *zx_cover_solve (const ZxCover *self, const double *price,
                               const ZxCoverLimits *limits, const ZxProgress *progress);
void zx_cover_result_free (ZxCoverResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxCoverResult, zx_cover_result_free)

G_END_DECLS
