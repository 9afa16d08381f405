/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The transportation problem by successive shortest paths, with prices of full sites as potentials
 * (Edmonds and Karp 1972; Tomizawa 1971).
 *
 * Demands and capacities are whole, so every amount is.  A client enters where cost + price is
 * least; from a full site another client may be moved on.  The first site with room that the search
 * settles ends the path, so that where capacities do not bind a client costs one look at its row.
 */

#include "app/locate/zx-capacity.h"

#include <string.h>

typedef struct
{
  const ZxCapacity *problem;
  guint n_open;
  guint32 *site;   /* the open ones */
  double *unit;    /* [open][client]: cost per unit of demand */
  gint64 *amount;  /* [open][client] */
  gint64 *room;    /* open */
  double *price;   /* open */
  double *reached; /* open: reduced cost of the path */
  gint32 *from;    /* open: the site before, -1: the client itself */
  guint32 *moved;  /* open: the client moved on that step */
  guint8 *is_settled;
} Flow;

static void
flow_init (Flow *self, const ZxCapacity *problem, const guint8 *is_open)
{
  gsize n = problem->n_clients, m = 0;
  *self = (Flow){ .problem = problem };
  self->site = g_new (guint32, (gsize) problem->n_sites + 1);
  for (guint j = 0; j < problem->n_sites; j++)
    if (is_open[j])
      self->site[m++] = j;
  self->n_open = (guint) m;
  self->unit = g_new (double, m *n + 1);
  self->amount = g_new0 (gint64, m * n + 1);
  self->room = g_new (gint64, m + 1);
  self->price = g_new0 (double, m + 1);
  self->reached = g_new (double, m + 1);
  self->from = g_new (gint32, m + 1);
  self->moved = g_new (guint32, m + 1);
  self->is_settled = g_new (guint8, m + 1);
  for (gsize s = 0; s < m; s++)
    {
      self->room[s] = problem->capacity[self->site[s]];
      for (gsize i = 0; i < n; i++)
        self->unit[s * n + i] = problem->cost[self->site[s] * n + i] / (double) problem->demand[i];
    }
}

static void
flow_clear (Flow *self)
{
  g_free (self->site);
  g_free (self->unit);
  g_free (self->amount);
  g_free (self->room);
  g_free (self->price);
  g_free (self->reached);
  g_free (self->from);
  g_free (self->moved);
  g_free (self->is_settled);
}

static gint32
nearest_unsettled (const Flow *self)
{
  gint32 best = -1;
  for (guint s = 0; s < self->n_open; s++)
    if (!self->is_settled[s] && self->reached[s] < INFINITY
        && (best < 0 || self->reached[s] < self->reached[best]))
      best = (gint32) s;
  return best;
}

/* What moving a client of @full on to another site would cost. */
static void
relax_from (Flow *self, guint full)
{
  gsize n = self->problem->n_clients;
  for (guint i = 0; i < n; i++)
    {
      if (self->amount[full * n + i] == 0)
        continue;
      double here = self->unit[full * n + i] + self->price[full];
      for (guint s = 0; s < self->n_open; s++)
        {
          if (self->is_settled[s])
            continue;
          double there = self->unit[s * n + i] + self->price[s] - here;
          double reached = self->reached[full] + MAX (there, 0);
          if (reached >= self->reached[s])
            continue;
          self->reached[s] = reached;
          self->from[s] = (gint32) full;
          self->moved[s] = i;
        }
    }
}

/* The nearest site with room for @client, or -1; prices are raised along the way. */
static gint32
find_room (Flow *self, guint client)
{
  gsize n = self->problem->n_clients;
  for (guint s = 0; s < self->n_open; s++)
    {
      self->reached[s] = self->unit[s * n + client] + self->price[s];
      self->from[s] = -1;
      self->is_settled[s] = 0;
    }
  for (;;)
    {
      gint32 s = nearest_unsettled (self);
      if (s < 0)
        return -1;
      if (self->room[s] > 0)
        {
          for (guint k = 0; k < self->n_open; k++)
            if (self->is_settled[k])
              self->price[k] += self->reached[s] - self->reached[k];
          return s;
        }
      self->is_settled[s] = 1;
      relax_from (self, (guint) s);
    }
}

/* Sends as much as fits along the path that ends in @target. */
static gint64
augment (Flow *self, guint client, gint32 target, gint64 wanted)
{
  gsize n = self->problem->n_clients;
  gint64 size = MIN (wanted, self->room[target]);
  for (gint32 s = target; self->from[s] >= 0; s = self->from[s])
    size = MIN (size, self->amount[(gsize) self->from[s] * n + self->moved[s]]);
  self->room[target] -= size;
  gint32 s = target;
  for (; self->from[s] >= 0; s = self->from[s])
    {
      self->amount[(gsize) s * n + self->moved[s]] += size;
      self->amount[(gsize) self->from[s] * n + self->moved[s]] -= size;
    }
  self->amount[(gsize) s * n + client] += size;
  return size;
}

static gboolean
place_client (Flow *self, guint client)
{
  gint64 left = self->problem->demand[client];
  while (left > 0)
    {
      gint32 target = find_room (self, client);
      if (target < 0)
        return FALSE;
      left -= augment (self, client, target, left);
    }
  return TRUE;
}

static double
total_cost (const Flow *self, gint64 *amount)
{
  gsize n = self->problem->n_clients;
  double total = 0;
  if (amount != NULL)
    memset (amount, 0, n * self->problem->n_sites * sizeof *amount);
  for (guint s = 0; s < self->n_open; s++)
    for (guint i = 0; i < n; i++)
      {
        gint64 size = self->amount[s * n + i];
        if (size == 0)
          continue;
        total += self->problem->cost[self->site[s] * n + i]
                 * ((double) size / (double) self->problem->demand[i]);
        if (amount != NULL)
          amount[self->site[s] * n + i] = size;
      }
  return total;
}

double
zx_capacity_transport (const ZxCapacity *problem, const guint8 *is_open, gint64 *amount)
{
  Flow flow;
  gint64 room = 0;
  for (guint j = 0; j < problem->n_sites; j++)
    room += is_open[j] ? problem->capacity[j] : 0;
  if (room < problem->total)
    return INFINITY;
  flow_init (&flow, problem, is_open);
  double total = 0;
  for (guint i = 0; i < problem->n_clients && total < INFINITY; i++)
    if (!place_client (&flow, i))
      total = INFINITY;
  if (total < INFINITY)
    total = total_cost (&flow, amount);
  flow_clear (&flow);
  return total;
}
