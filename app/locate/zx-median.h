/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The p-median in whole numbers, which is also coverage and attendance:
 *
 *   least Σ_i weight_i × min (fallback_i, min of cost_ij over the chosen j),  |chosen| = n_choose
 *
 * The fallback is what a client costs when no chosen site serves it: the cost of being left
 * uncovered, of an existing site, or simply of its farthest site, which is never needed.
 * Only pairs cheaper than the fallback are stored.  Costs and weights are whole, and prices lie
 * on a lattice of powers of two, so that every sum in a bound is exact. */
#pragma once

#include "data/base/zx-base.h"

G_BEGIN_DECLS

enum
{
  ZX_MEDIAN_FREE,
  ZX_MEDIAN_OPEN,
  ZX_MEDIAN_CLOSED,
};

typedef struct
{
  guint32 cost;
  guint32 at; /* the site in a client's list, the client in a site's */
} ZxMedianPair;

typedef struct
{
  guint n_clients, n_sites, n_choose; /* n_choose counts the sites that must be open */
  double *weight;                     /* n_clients: whole, > 0 */
  guint32 *fallback;                  /* n_clients */
  gsize *client_first;                /* n_clients + 1 */
  ZxMedianPair *client_pair;          /* ascending cost, then site */
  gsize *site_first;                  /* n_sites + 1 */
  ZxMedianPair *site_pair;            /* ascending cost, then client */
  guint8 *status;                     /* n_sites: before anything is decided */
  gboolean is_coverage;               /* every pair costs 0 and every fallback is the same */
  double lattice;                     /* prices are multiples of this power of two, <= 1 */
} ZxMedian;

/* Takes over the arrays; pairs come by client in any order and are sorted here.  Pairs not cheaper
 * than the fallback are dropped.  NULL with @error when memory lacks or the sums would not be
 * exact.  O(pairs log pairs). */
ZxMedian *zx_median_new (guint n_clients, guint n_sites, guint n_choose, double *weight,
                         guint32 *fallback, gsize *client_first, ZxMedianPair *client_pair,
                         guint8 *status, GError **error);
void zx_median_free (ZxMedian *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxMedian, zx_median_free)

/* The numbers of @n pairs without their costs, to be freed. */
guint32 *zx_median_list_numbers (const ZxMedianPair *pair, gsize n);

/* The same problem numbered so that neighbours are near each other, for coverage.  @sites:
 * returned, the old number of every new one.  NULL when it is too large for that to pay, or memory
 * lacks: the problem will do as it is.
 * O(Σ clients of a site squared + Σ sites of a client squared). */
ZxMedian *zx_median_new_near (const ZxMedian *problem, guint32 **sites);

/* ---- good sets ---------------------------------------------------------------------------- */

typedef struct
{
  guint32 first, second; /* costs at the nearest and second nearest chosen site or the fallback */
  gint32 slot, reserve;  /* which sites these are, as positions in chosen; -1: the fallback */
  double weight;
} ZxMedianClient;

/* A set of sites with what swapping needs at hand. */
typedef struct
{
  const ZxMedian *problem;
  ZxMedianClient *client;
  guint32 *chosen;  /* n_choose sites */
  gint32 *position; /* n_sites: in chosen, or -1 */
  double *loss;     /* n_choose: what the clients of a site lose without it */
  double *extra;    /* n_choose: scratch */
  guint32 reach;    /* no client's second cost is more */
  double value;
} ZxMedianPlan;

ZxMedianPlan *zx_median_plan_new (const ZxMedian *problem);
void zx_median_plan_free (ZxMedianPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxMedianPlan, zx_median_plan_free)
/* Exactly n_choose different sites. */
void zx_median_plan_set (ZxMedianPlan *self, const guint32 *sites);
/* Greedy adding from the sites that must be open. */
void zx_median_plan_greedy (ZxMedianPlan *self);
/* Swaps of one site for another while any improves (Whitaker 1983; Resende and Werneck 2007). */
void zx_median_plan_improve (ZxMedianPlan *self, const ZxProgress *progress);
/* Exchanges @n_swaps sites for others at random near them. */
void zx_median_plan_shake (ZxMedianPlan *self, guint n_swaps, ZxRng *rng);
/* Walks from @from to @to by best swaps; the plan becomes the best set strictly between them.
 * FALSE when they differ in fewer than four sites. */
gboolean zx_median_plan_relink (ZxMedianPlan *self, const guint32 *from, const guint32 *to);

/* Coverage only: simulated annealing by swaps of neighbouring sites from @sites, which becomes the
 * best set met in its cool half: not always a better one, but another.  @is_likely: n_sites: those
 * that are tried most; NULL: all alike.  @heat: the first temperature, times what one more site
 * would add.  Memory: 16 bytes a pair at most. */
void zx_median_anneal (const ZxMedian *problem, const guint8 *is_likely, guint32 *sites,
                       guint64 n_moves, double heat, ZxRng *rng, gint64 deadline_us,
                       const ZxProgress *progress);

/* Coverage only: the best set that follows @ours or @theirs in every place where they differ, into
 * @sites, ascending; never worse than either. */
void zx_median_merge (const ZxMedian *problem, const guint32 *ours, const guint32 *theirs,
                      guint32 *sites);

/* ---- bounds ------------------------------------------------------------------------------- */

typedef struct
{
  double *price;      /* n_clients: start, and the best found */
  guint8 *status;     /* n_sites: start, and what reduced costs have fixed since */
  double *frequency;  /* n_sites: how often a site was among the chosen */
  guint32 *chosen;    /* n_choose: the set of the best bound */
  double bound;       /* a proven bound of the best value under status */
  gboolean is_closed; /* nothing under status is better than the value given */
} ZxMedianDual;

typedef struct
{
  guint n_rounds;
  double step, shrink;
  guint patience;     /* rounds without a better bound before the step shrinks */
  gint64 deadline_us; /* of g_get_monotonic_time(); 0: none */
} ZxMedianPace;

typedef struct _ZxMedianWork ZxMedianWork; /* scratch of one thread */

ZxMedianWork *zx_median_work_new (const ZxMedian *problem);
void zx_median_work_free (ZxMedianWork *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxMedianWork, zx_median_work_free)

/* Subgradient rounds on the clients' prices from dual->price under dual->status, fixing sites by
 * reduced costs against @value. */
void zx_median_dual_run (ZxMedianWork *work, ZxMedianDual *dual, double value,
                         const ZxMedianPace *pace, const ZxProgress *progress);

/* ---- the whole ---------------------------------------------------------------------------- */

typedef struct
{
  double time_limit_s; /* 0: none */
  guint64 max_nodes;
  guint64 seed;
} ZxMedianLimits;

typedef struct
{
  guint32 *site; /* n_choose, ascending */
  double value, bound;
  gboolean is_proven;
  guint64 n_nodes;
  double first_s; /* until the first improved set */
} ZxMedianResult;

/* NULL with ZX_ERROR_CANCELLED only when stopped before the first set. */
ZxMedianResult *zx_median_solve (const ZxMedian *problem, const ZxMedianLimits *limits,
                                 const ZxProgress *progress, GError **error);
void zx_median_result_free (ZxMedianResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxMedianResult, zx_median_result_free)

G_END_DECLS
