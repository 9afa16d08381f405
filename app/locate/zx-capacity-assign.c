/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A good assignment of whole clients to open sites: by regret, then shifts and exchanges of clients
 * and moves of sites within their clients, while any saves. */

#include "app/locate/zx-capacity.h"

#define MAX_PASSES 50

typedef struct
{
  const ZxCapacity *problem;
  guint8 *is_open;
  gint32 *server; /* -1: nobody yet */
  gint64 *room;   /* n_sites */
} Plan;

static double
cost_at (const Plan *self, gint32 site, guint client)
{
  return self->problem->cost[(gsize) site * self->problem->n_clients + client];
}

static gboolean
fits (const Plan *self, guint site, guint client)
{
  return self->is_open[site] && self->room[site] >= self->problem->demand[client]
         && cost_at (self, (gint32) site, client) < INFINITY;
}

static void
place (Plan *self, guint client, gint32 site)
{
  self->server[client] = site;
  self->room[site] -= self->problem->demand[client];
}

static void
unplace (Plan *self, guint client)
{
  self->room[self->server[client]] += self->problem->demand[client];
  self->server[client] = -1;
}

/* ---- by regret ---------------------------------------------------------------------------- */

/* The best site with room and what the second best would cost more, -1 when there is none. */
static gint32
best_site (const Plan *self, guint client, double *regret)
{
  gint32 best = -1;
  double least = INFINITY, next = INFINITY;
  for (guint j = 0; j < self->problem->n_sites; j++)
    {
      if (!fits (self, j, client))
        continue;
      double cost = cost_at (self, (gint32) j, client);
      if (cost < least)
        {
          next = least;
          least = cost;
          best = (gint32) j;
        }
      else
        next = MIN (next, cost);
    }
  *regret = next < INFINITY ? next - least : INFINITY;
  return best;
}

/* @by_size: the largest demand first instead of the largest regret. */
static gboolean
place_all (Plan *self, gboolean by_size)
{
  for (;;)
    {
      gint32 chosen = -1, site = -1;
      double most = -INFINITY;
      for (guint i = 0; i < self->problem->n_clients; i++)
        {
          double key;
          if (self->server[i] >= 0)
            continue;
          gint32 best = best_site (self, i, &key);
          if (best < 0)
            return FALSE;
          if (by_size)
            key = (double) self->problem->demand[i];
          if (chosen >= 0 && key <= most)
            continue;
          chosen = (gint32) i;
          site = best;
          most = key;
        }
      if (chosen < 0)
        return TRUE;
      place (self, (guint) chosen, site);
    }
}

/* ---- improving ---------------------------------------------------------------------------- */

static gboolean
shift_clients (Plan *self)
{
  gboolean has_moved = FALSE;
  for (guint i = 0; i < self->problem->n_clients; i++)
    {
      gint32 from = self->server[i], to = from;
      for (guint j = 0; j < self->problem->n_sites; j++)
        if ((gint32) j != from && fits (self, j, i)
            && cost_at (self, (gint32) j, i) < cost_at (self, to, i) - 1e-9)
          to = (gint32) j;
      if (to == from)
        continue;
      unplace (self, i);
      place (self, i, to);
      has_moved = TRUE;
    }
  return has_moved;
}

static gboolean
exchange (Plan *self, guint a, guint b)
{
  gint32 at_a = self->server[a], at_b = self->server[b];
  gint64 more = self->problem->demand[b] - self->problem->demand[a];
  if (at_a == at_b || more > self->room[at_a] || -more > self->room[at_b])
    return FALSE;
  double change = cost_at (self, at_b, a) + cost_at (self, at_a, b) - cost_at (self, at_a, a)
                  - cost_at (self, at_b, b);
  if (!(change < -1e-9))
    return FALSE;
  unplace (self, a);
  unplace (self, b);
  place (self, a, at_b);
  place (self, b, at_a);
  return TRUE;
}

static gboolean
exchange_clients (Plan *self)
{
  gboolean has_moved = FALSE;
  for (guint a = 0; a < self->problem->n_clients; a++)
    for (guint b = a + 1; b < self->problem->n_clients; b++)
      has_moved = exchange (self, a, b) || has_moved;
  return has_moved;
}

static double
cost_of_cluster (const Plan *self, gint32 cluster, gint32 site, gint64 *load)
{
  double total = self->problem->fixed[site];
  *load = 0;
  for (guint i = 0; i < self->problem->n_clients; i++)
    if (self->server[i] == cluster)
      {
        total += cost_at (self, site, i);
        *load += self->problem->demand[i];
      }
  return total;
}

/* Another site may serve the same clients for less. */
static gboolean
move_site (Plan *self, gint32 from)
{
  const ZxCapacity *problem = self->problem;
  gint64 load;
  gint32 to = from;
  double least = cost_of_cluster (self, from, from, &load) - 1e-9;
  for (guint j = 0; j < problem->n_sites; j++)
    {
      if (self->is_open[j] || problem->status[j] == ZX_CAPACITY_SHUT || problem->capacity[j] < load)
        continue;
      double cost = cost_of_cluster (self, from, (gint32) j, &load);
      if (cost >= least)
        continue;
      least = cost;
      to = (gint32) j;
    }
  if (to == from)
    return FALSE;
  self->is_open[from] = 0;
  self->is_open[to] = 1;
  for (guint i = 0; i < problem->n_clients; i++)
    if (self->server[i] == from)
      self->server[i] = to;
  self->room[from] = problem->capacity[from];
  self->room[to] = problem->capacity[to] - load;
  return TRUE;
}

static gboolean
move_sites (Plan *self)
{
  gboolean has_moved = FALSE;
  for (guint j = 0; j < self->problem->n_sites; j++)
    if (self->is_open[j] && self->problem->status[j] == ZX_CAPACITY_FREE)
      has_moved = move_site (self, (gint32) j) || has_moved;
  return has_moved;
}

static double
total_cost (const Plan *self)
{
  double total = 0;
  for (guint i = 0; i < self->problem->n_clients; i++)
    total += cost_at (self, self->server[i], i);
  for (guint j = 0; j < self->problem->n_sites; j++)
    total += self->is_open[j] ? self->problem->fixed[j] : 0;
  return total;
}

static void
keep_wishes (Plan *self)
{
  for (guint j = 0; j < self->problem->n_sites; j++)
    self->room[j] = self->problem->capacity[j];
  for (guint i = 0; i < self->problem->n_clients; i++)
    {
      gint32 wish = self->server[i];
      self->server[i] = -1;
      if (wish >= 0 && fits (self, (guint) wish, i))
        place (self, i, wish);
    }
}

static gboolean
start (Plan *self)
{
  keep_wishes (self);
  if (place_all (self, FALSE))
    return TRUE;
  for (guint i = 0; i < self->problem->n_clients; i++)
    self->server[i] = -1;
  keep_wishes (self);
  return place_all (self, TRUE);
}

double
zx_capacity_assign (const ZxCapacity *problem, guint8 *is_open, gint32 *server)
{
  g_autofree gint64 *room = g_new (gint64, (gsize) problem->n_sites + 1);
  Plan plan = { problem, is_open, server, room };
  if (!start (&plan))
    return INFINITY;
  for (guint pass = 0; pass < MAX_PASSES; pass++)
    {
      gboolean has_moved = shift_clients (&plan);
      has_moved = exchange_clients (&plan) || has_moved;
      has_moved = move_sites (&plan) || has_moved;
      if (!has_moved)
        break;
    }
  return total_cost (&plan);
}
