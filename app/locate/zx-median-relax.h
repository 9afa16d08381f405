/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The linear relaxation of coverage with odd cuts: a much better bound than prices alone reach.
 *
 *   least Σ_i w_i u_i   where  u_i + Σ_{j covers i} y_j >= 1,  Σ_j y_j = n,  0 <= u, y <= 1
 *
 * and for some threes, fives and sevens of clients, half the sum of their k rows rounded up:
 *
 *   Σ_i u_i + Σ_j ceil (c_j / 2) y_j >= (k + 1) / 2,  c_j: how many of the k site j covers.
 *
 * For the solver of zx-median-solve.c; one thread at a time.  Memory: 4 bytes a pair of a client
 * and a site that covers it and 8 a run of a site's clients, 8 a pair more while cuts are sought,
 * at most 16 for the cuts. */
#pragma once

#include "app/locate/zx-lists.h"
#include "app/locate/zx-median.h"

G_BEGIN_DECLS

#define ZX_ODD_CUT_MOST 7 /* clients */

/* A point of the relaxation and of its dual. */
typedef struct
{
  double *share;  /* n_sites: y */
  double *missed; /* n_clients: u */
  double *price;  /* n_clients: of the rows */
  double *excess; /* max_cuts: of the cuts */
} ZxMedianPoint;

typedef struct
{
  const ZxMedian *problem;
  /* what is left to decide: sites neither open nor closed, clients that only those can cover */
  guint n_clients, n_sites, n_wanted;
  guint32 *client, *site; /* their numbers in the problem */
  double *weight;         /* n_clients: what it costs to miss one */
  gsize *client_first;    /* n_clients + 1 */
  guint32 *client_site;
  gsize *site_first; /* n_sites + 1 */
  ZxRun *site_run;   /* of clients */
  double constant;   /* the clients that no site can cover any more */
  /* the cuts, in the order they came */
  guint n_cuts, max_cuts;
  guint8 *cut_size;                   /* 3, 5 or 7 */
  guint32 (*member)[ZX_ODD_CUT_MOST]; /* ascending, cut_size of them */
  gsize *cut_first;                   /* max_cuts + 1 */
  ZxRun *cut_run; /* of sites, every one floor (c / 2) times: that is c - ceil (c / 2) */
  gsize max_cut_runs;
  guint8 *count;         /* n_sites: scratch, 0 */
  guint32 *counted_site; /* n_sites: scratch */
  /* the rounds */
  ZxMedianPoint now, start, sum;
  guint n_summed;
  double *share_step, *missed_step, *price_step, *excess_step;
  double *total;      /* n_clients: price and excess of a client's cuts */
  double *ahead;      /* n_clients: 2 × missed - the missed before */
  double *gain;       /* n_sites */
  double *leap;       /* n_sites: 2 × share - the share before */
  double *client_sum; /* n_clients + 1: scratch: running sums, or what they change by */
  double *site_sum;   /* n_sites + 1: the same of sites */
  double multiplier, primal_weight;
  gboolean has_run;
  guint n_searches;
  /* the best bound so far, proven; what it says of the sites */
  double bound;
  double *best_gain, *best_total;
  double last_in, first_out;
} ZxMedianRelax;

/* NULL when nothing is left to decide.  @status: n_sites of the problem. */
ZxMedianRelax *zx_median_relax_new (const ZxMedian *problem, const guint8 *status);
void zx_median_relax_free (ZxMedianRelax *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxMedianRelax, zx_median_relax_free)

/* Starts from where @other is, with its cuts; @other has all of this one's clients and sites. */
void zx_median_relax_inherit (ZxMedianRelax *self, const ZxMedianRelax *other);

/* @n_rounds of the primal–dual method, O(pairs) each, or until @deadline_us of
 * g_get_monotonic_time(); 0: none. */
void zx_median_relax_run (ZxMedianRelax *self, guint n_rounds, gint64 deadline_us,
                          const ZxProgress *progress);

/* Drops the cuts without effect and adds some that the present shares violate.  Returns: how many
 * were added. */
guint zx_median_relax_cut (ZxMedianRelax *self, gint64 deadline_us);
/* TRUE when there was room. */
gboolean zx_median_relax_add_cut (ZxMedianRelax *self, const guint32 *member, guint size);
/* Drops the cuts without effect. */
void zx_median_relax_drop_idle (ZxMedianRelax *self);
double zx_median_relax_least_weight (const ZxMedianRelax *self, const guint32 *member, guint size);

/* Fixes in @status what no set better than @value can have otherwise.  Returns: how many. */
guint zx_median_relax_fix (const ZxMedianRelax *self, double value, guint8 *status);

/* @is_likely: n_sites of the problem.  Which of them the best set may well have: those with a
 * share, or that lack little for one.  On San Francisco they are two of five, with all but a few
 * sites of the best sets known. */
void zx_median_relax_mark_likely (const ZxMedianRelax *self, guint8 *is_likely);

/* Prices and frequencies of the problem, for the tree. */
void zx_median_relax_guide (const ZxMedianRelax *self, double *price, double *frequency);

G_END_DECLS
