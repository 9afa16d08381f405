/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Branch and bound with capacities, best bound first.
 *
 * Split demand: a node decides sites; when all are decided the transportation problem is exact.
 * Whole clients: when the sites no longer waver, a node decides that a client goes to a site or
 * does not; when every client has one site left, the check of its capacities is exact. */

#include "app/locate/zx-capacity.h"
#include "app/locate/zx-open-nodes.h"

#include <string.h>

#define ROOT_TURNS 12
#define SURE       0.03 /* a frequency this near 0 or 1 does not waver */

typedef struct
{
  double *price;
  guint8 *status, *forbidden;
  gint32 site, client; /* what to decide; client -1: the site itself */
} Node;

typedef struct
{
  const ZxCapacity *problem;
  const ZxProgress *progress;
  double time_limit_s;
  guint64 max_nodes, n_nodes;
  gint64 begun;
  ZxCapacityDual dual;
  ZxCapacityResult *result;
  guint8 *is_open;
  gint32 *server;
  GHashTable *visited; /* hashes of the sets whose transport is known */
  ZxOpenNodes open;    /* Node */
} Run;

static double
elapsed (const Run *self)
{
  return (double) (g_get_monotonic_time () - self->begun) / 1e6;
}

static gboolean
is_over (const Run *self)
{
  return zx_progress_is_stopped (self->progress)
         || (self->time_limit_s > 0 && elapsed (self) >= self->time_limit_s);
}

/* ---- values ------------------------------------------------------------------------------- */

static void
keep_if_better (Run *self, double value)
{
  ZxCapacityResult *result = self->result;
  if (value >= result->value)
    return;
  if (!(result->value < INFINITY))
    result->first_s = elapsed (self);
  result->value = value;
  memcpy (result->is_open, self->is_open, self->problem->n_sites);
  if (result->server != NULL)
    memcpy (result->server, self->server, self->problem->n_clients * sizeof *self->server);
}

static gboolean
was_visited (Run *self)
{
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);
  for (guint j = 0; j < self->problem->n_sites; j++)
    hash = (hash ^ self->is_open[j]) * G_GUINT64_CONSTANT (0x100000001b3) + (hash >> 41);
  gint64 key = (gint64) hash;
  if (g_hash_table_contains (self->visited, &key))
    return TRUE;
  g_hash_table_add (self->visited, g_memdup2 (&key, sizeof key));
  return FALSE;
}

static void
try_split (Run *self)
{
  const ZxCapacity *problem = self->problem;
  double fixed = 0;
  if (was_visited (self))
    return;
  for (guint j = 0; j < problem->n_sites; j++)
    fixed += self->is_open[j] ? problem->fixed[j] : 0;
  if (fixed < self->result->value)
    keep_if_better (self, fixed + zx_capacity_transport (problem, self->is_open, NULL));
}

/* Clients that the round sends to one open site keep it as a wish. */
static void
try_whole (Run *self, const ZxCapacityDual *dual)
{
  const ZxCapacity *problem = self->problem;
  gsize n = problem->n_clients;
  for (guint i = 0; i < n; i++)
    {
      guint n_served = 0;
      self->server[i] = -1;
      for (guint j = 0; j < problem->n_sites; j++)
        if (self->is_open[j] && dual->part[j * n + i] >= 1)
          {
            n_served++;
            self->server[i] = (gint32) j;
          }
      if (n_served != 1)
        self->server[i] = -1;
    }
  keep_if_better (self, zx_capacity_assign (problem, self->is_open, self->server));
}

static double
visit (const ZxCapacityDual *dual, const double *y, double value, gpointer data)
{
  Run *self = data;
  guint n_open = 0;
  for (guint j = 0; j < self->problem->n_sites; j++)
    {
      self->is_open[j] = y[j] > 0;
      n_open += self->is_open[j];
    }
  if (self->problem->n_choose > 0 && n_open != self->problem->n_choose)
    return value;
  if (self->problem->is_whole)
    try_whole (self, dual);
  else
    try_split (self);
  return self->result->value;
}

static void
node_free (gpointer data)
{
  Node *node = data;
  g_free (node->price);
  g_free (node->status);
  g_free (node->forbidden);
  g_free (node);
}

/* ---- branching ---------------------------------------------------------------------------- */

static gint32
wavering_site (const Run *self, double least_doubt)
{
  gint32 best = -1;
  double most = least_doubt;
  for (guint j = 0; j < self->problem->n_sites; j++)
    {
      double doubt = 0.5 - fabs (self->dual.frequency[j] - 0.5);
      if (self->dual.status[j] != ZX_CAPACITY_FREE || doubt < most || (doubt == most && best >= 0))
        continue;
      best = (gint32) j;
      most = doubt;
    }
  return best;
}

static gboolean
is_allowed (const Run *self, guint site, guint client)
{
  gsize pair = (gsize) site * self->problem->n_clients + client;
  return self->dual.status[site] != ZX_CAPACITY_SHUT && !self->dual.forbidden[pair]
         && self->problem->cost[pair] < INFINITY
         && self->problem->demand[client] <= self->problem->capacity[site];
}

static guint
n_allowed (const Run *self, guint client, gint32 *last)
{
  guint n = 0;
  for (guint j = 0; j < self->problem->n_sites; j++)
    if (is_allowed (self, j, client))
      {
        n++;
        *last = (gint32) j;
      }
  return n;
}

/* The pair in most doubt among clients that have a choice left. */
static gboolean
wavering_pair (const Run *self, gint32 *site, gint32 *client)
{
  double most = -1;
  gint32 last;
  for (guint i = 0; i < self->problem->n_clients; i++)
    {
      if (n_allowed (self, i, &last) < 2)
        continue;
      for (guint j = 0; j < self->problem->n_sites; j++)
        {
          double often = self->dual.average[(gsize) j * self->problem->n_clients + i];
          double doubt = 0.5 - fabs (often - 0.5) + 0.1 * (self->dual.served[i] != 1);
          if (!is_allowed (self, j, i) || doubt <= most)
            continue;
          most = doubt;
          *site = (gint32) j;
          *client = (gint32) i;
        }
    }
  return most >= 0;
}

/* All sites decided, or so many open that the rest is shut. */
static void
settle_sites (Run *self)
{
  guint n_open = 0;
  for (guint j = 0; j < self->problem->n_sites; j++)
    n_open += self->dual.status[j] == ZX_CAPACITY_OPEN;
  if (self->problem->n_choose == 0 || n_open < self->problem->n_choose)
    return;
  for (guint j = 0; j < self->problem->n_sites; j++)
    if (self->dual.status[j] == ZX_CAPACITY_FREE)
      self->dual.status[j] = ZX_CAPACITY_SHUT;
}

/* Every client has at most one site left: feasible or not, nothing remains to be decided. */
static void
try_last (Run *self)
{
  const ZxCapacity *problem = self->problem;
  g_autofree gint64 *load = g_new0 (gint64, (gsize) problem->n_sites + 1);
  double value = 0;
  for (guint i = 0; i < problem->n_clients; i++)
    {
      gint32 site = -1;
      if (n_allowed (self, i, &site) == 0)
        return;
      self->server[i] = site;
      load[site] += problem->demand[i];
      value += problem->cost[(gsize) site * problem->n_clients + i];
      if (load[site] > problem->capacity[site])
        return;
    }
  for (guint j = 0; j < problem->n_sites; j++)
    {
      self->is_open[j] = self->dual.status[j] == ZX_CAPACITY_OPEN;
      value += self->is_open[j] ? problem->fixed[j] : 0;
    }
  keep_if_better (self, value);
}

/* Pushes what is left to decide; a state without anything left is tried and done with. */
static void
branch (Run *self)
{
  const ZxCapacity *problem = self->problem;
  gint32 site, client = -1;
  settle_sites (self);
  site = wavering_site (self, problem->is_whole ? SURE : 0);
  if (site < 0 && problem->is_whole && !wavering_pair (self, &site, &client))
    site = wavering_site (self, 0);
  if (site < 0)
    {
      for (guint j = 0; j < problem->n_sites; j++)
        self->is_open[j] = self->dual.status[j] == ZX_CAPACITY_OPEN;
      if (problem->is_whole)
        try_last (self);
      else
        try_split (self);
      return;
    }
  gsize n = problem->n_clients, m = problem->n_sites;
  Node *node = g_new (Node, 1);
  node->site = site;
  node->client = client;
  node->price = g_memdup2 (self->dual.price, n * sizeof (double));
  node->status = g_memdup2 (self->dual.status, m);
  node->forbidden = problem->is_whole ? g_memdup2 (self->dual.forbidden, n * m) : NULL;
  zx_open_nodes_push (&self->open, self->dual.bound, self->n_nodes, node);
}

static void
load_node (Run *self, const Node *node, double bound)
{
  gsize n = self->problem->n_clients, m = self->problem->n_sites;
  memcpy (self->dual.price, node->price, n * sizeof (double));
  memcpy (self->dual.status, node->status, m);
  if (node->forbidden != NULL)
    memcpy (self->dual.forbidden, node->forbidden, n * m);
  self->dual.bound = bound;
  self->dual.is_closed = FALSE;
}

static void
decide (Run *self, const Node *node, gboolean is_yes)
{
  gsize n = self->problem->n_clients;
  if (node->client < 0)
    self->dual.status[node->site] = is_yes ? ZX_CAPACITY_OPEN : ZX_CAPACITY_SHUT;
  else if (!is_yes)
    self->dual.forbidden[(gsize) node->site * n + (guint) node->client] = 1;
  else
    {
      for (guint j = 0; j < self->problem->n_sites; j++)
        if ((gint32) j != node->site)
          self->dual.forbidden[j * n + (guint) node->client] = 1;
      self->dual.status[node->site] = ZX_CAPACITY_OPEN;
    }
}

static void
examine (Run *self, guint n_rounds, double step)
{
  self->n_nodes++;
  for (guint j = 0; j < self->problem->n_sites; j++)
    self->dual.frequency[j] = self->dual.status[j] == ZX_CAPACITY_OPEN ? 1 : 0.5;
  settle_sites (self);
  zx_capacity_dual_run (self->problem, &self->dual, self->result->value, n_rounds, step, visit,
                        self, self->progress);
  if (!self->dual.is_closed)
    branch (self);
}

static void
branch_and_bound (Run *self)
{
  while (zx_open_nodes_count (&self->open) > 0)
    {
      self->result->bound = zx_open_nodes_bound (&self->open, self->result->value);
      if (is_over (self) || self->n_nodes >= self->max_nodes)
        return;
      ZxOpenNode open = zx_open_nodes_pop (&self->open);
      for (guint yes = 2; yes-- > 0;)
        if (open.bound < zx_capacity_threshold (self->problem, self->result->value))
          {
            load_node (self, open.state, open.bound);
            decide (self, open.state, yes == 1);
            examine (self, 60, 0.8);
          }
      node_free (open.state);
      if (is_over (self))
        return; /* the bound of before stands: the children may be unfinished */
    }
  self->result->bound = self->result->value;
  self->result->is_proven = TRUE;
}

/* ---- the whole ---------------------------------------------------------------------------- */

static void
first_prices (Run *self)
{
  const ZxCapacity *problem = self->problem;
  gsize n = problem->n_clients;
  for (guint i = 0; i < n; i++)
    {
      double least = INFINITY, next = INFINITY;
      for (guint j = 0; j < problem->n_sites; j++)
        {
          double cost = problem->cost[j * n + i];
          next = MIN (next, MAX (cost, least));
          least = MIN (least, cost);
        }
      self->dual.price[i] = next < INFINITY ? (least + next) / 2 : least;
    }
}

static void
run_root (Run *self)
{
  double bound = -INFINITY;
  first_prices (self);
  memcpy (self->dual.status, self->problem->status, self->problem->n_sites);
  for (guint turn = 0; turn < ROOT_TURNS; turn++)
    {
      zx_capacity_dual_run (self->problem, &self->dual, self->result->value, 120,
                            1.5 / (1 + 0.5 * turn), visit, self, self->progress);
      if (self->dual.is_closed || is_over (self)
          || (turn > 2 && self->dual.bound < bound + 1e-5 * fabs (bound)))
        break;
      bound = self->dual.bound;
    }
  self->result->bound = MIN (self->dual.bound, self->result->value);
  if (self->dual.is_closed)
    {
      self->result->bound = self->result->value;
      self->result->is_proven = TRUE;
      return;
    }
  if (is_over (self))
    return;
  branch (self);
  branch_and_bound (self);
}

ZxCapacityResult *
zx_capacity_solve (const ZxCapacity *problem, double time_limit_s, guint64 max_nodes,
                   const ZxProgress *progress)
{
  gsize n = problem->n_clients, m = problem->n_sites;
  Run run = { .problem = problem, .progress = progress, .time_limit_s = time_limit_s };
  ZxCapacityResult *result = run.result = g_new0 (ZxCapacityResult, 1);
  run.max_nodes = max_nodes;
  run.begun = g_get_monotonic_time ();
  run.is_open = g_new0 (guint8, m + 1);
  run.server = g_new0 (gint32, n + 1);
  run.visited = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  zx_open_nodes_init (&run.open, node_free);
  result->value = INFINITY;
  result->is_open = g_new0 (guint8, m + 1);
  result->server = problem->is_whole ? g_new0 (gint32, n + 1) : NULL;
  zx_capacity_dual_init (&run.dual, problem);
  run_root (&run);
  result->n_nodes = run.n_nodes;
  if (!problem->is_whole && result->value < INFINITY)
    {
      result->amount = g_new0 (gint64, n * m + 1);
      zx_capacity_transport (problem, result->is_open, result->amount);
    }
  zx_open_nodes_clear (&run.open);
  g_hash_table_unref (run.visited);
  zx_capacity_dual_clear (&run.dual);
  g_free (run.is_open);
  g_free (run.server);
  return result;
}

void
zx_capacity_result_free (ZxCapacityResult *self)
{
  if (self == NULL)
    return;
  g_free (self->is_open);
  g_free (self->amount);
  g_free (self->server);
  g_free (self);
}
