/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sites with capacities, in two forms that share bounds and branching:
 *
 *   split    least Σ fixed_j y_j + Σ cost_ij x_ij, 0 <= x_ij <= y_j, Σ_j x_ij = 1,
 *            Σ_i demand_i x_ij <= capacity_j
 *   whole    the same with x_ij 0 or 1: one site for each client
 *
 * optionally with exactly n_choose sites. */
#pragma once

#include "data/base/zx-base.h"

G_BEGIN_DECLS

enum
{
  ZX_CAPACITY_FREE,
  ZX_CAPACITY_OPEN,
  ZX_CAPACITY_SHUT,
};

typedef struct
{
  guint n_clients, n_sites, n_choose; /* n_choose 0: any number */
  gboolean is_whole;
  gboolean has_whole_costs; /* every value is a whole number, so bounds round up */
  gint64 *demand;           /* n_clients, > 0 */
  gint64 *capacity;         /* n_sites */
  double *fixed;            /* n_sites */
  double *cost;             /* [site][client], INFINITY: cannot */
  guint8 *status;           /* n_sites */
  gint64 total;             /* Σ demand */
} ZxCapacity;

void zx_capacity_clear (ZxCapacity *self);

/* What is no better than @value may be dropped. */
double zx_capacity_threshold (const ZxCapacity *self, double value);

/* ---- serving from given sites ------------------------------------------------------------- */

/* Least cost of serving all demand, split as need be, from the sites with is_open: successive
 * shortest paths.  INFINITY when they cannot.  @amount: [site][client] or NULL. */
double zx_capacity_transport (const ZxCapacity *self, const guint8 *is_open, gint64 *amount);

/* Assigns each client to one open site: by regret, then shifts, exchanges and moves of a site
 * within its clients; is_open may change where the number of sites is given.  @server: in: -1 or
 * a wish; out.  Returns: the cost, INFINITY when no room was found. */
double zx_capacity_assign (const ZxCapacity *self, guint8 *is_open, gint32 *server);

/* ---- bounds ------------------------------------------------------------------------------- */

typedef struct
{
  double *price;     /* n_clients: start, and the best found */
  guint8 *status;    /* n_sites: start, and what was fixed */
  guint8 *forbidden; /* [site][client], whole form only, else NULL */
  double bound;
  double *frequency; /* n_sites */
  guint8 *is_chosen; /* n_sites: in the best round, open ones too */
  double *served;    /* n_clients: by how many sites in the best round */
  double *earned;    /* n_sites: fixed cost less what serving earns in the best round */
  double *part;      /* [site][client]: x in the last round */
  double *average;   /* [site][client]: x over the rounds, whole form only, else NULL */
  gboolean is_closed;
} ZxCapacityDual;

void zx_capacity_dual_init (ZxCapacityDual *self, const ZxCapacity *problem);
void zx_capacity_dual_clear (ZxCapacityDual *self);

/* Asked now and then with the sites a round chooses (y in 0 … 1); may return a better value. */
typedef double (*ZxCapacityVisit) (const ZxCapacityDual *dual, const double *y, double value,
                                   gpointer data);

/* At most @n_rounds subgradient rounds with first step factor @step. */
void zx_capacity_dual_run (const ZxCapacity *problem, ZxCapacityDual *self, double value,
                           guint n_rounds, double step, ZxCapacityVisit visit, gpointer data,
                           const ZxProgress *progress);

/* ---- the whole ---------------------------------------------------------------------------- */

typedef struct
{
  double value, bound;
  gboolean is_proven;
  guint8 *is_open; /* n_sites */
  gint64 *amount;  /* [site][client], split form, else NULL */
  gint32 *server;  /* n_clients, whole form, else NULL */
  guint64 n_nodes;
  double first_s;
} ZxCapacityResult;

/* value is INFINITY when nothing was found; with is_proven there is nothing. */
ZxCapacityResult *zx_capacity_solve (const ZxCapacity *problem, double time_limit_s,
                                     guint64 max_nodes, const ZxProgress *progress);
void zx_capacity_result_free (ZxCapacityResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxCapacityResult, zx_capacity_result_free)

G_END_DECLS
