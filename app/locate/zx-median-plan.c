/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Good sets of sites: greedy, swaps, kicks and path relinking.
 *
 * A swap of candidate j for chosen r changes the value by gain (j) - loss (r) + extra (j, r)
 * (Resende and Werneck 2007): gain is what clients nearer to j save, loss what clients of r pay
 * when they go to their second site, extra what of that loss j spares them.  One pass over j's
 * clients gives the best r for it (Whitaker 1983); the lists ascend, so the pass ends where j is
 * farther than anybody's second site. */

#include "app/locate/zx-median.h"

#include <string.h>

#define FALLBACK -1

ZxMedianPlan *
zx_median_plan_new (const ZxMedian *problem)
{
  ZxMedianPlan *self = g_new0 (ZxMedianPlan, 1);
  self->problem = problem;
  self->client = g_new0 (ZxMedianClient, (gsize) problem->n_clients + 1);
  self->chosen = g_new0 (guint32, (gsize) problem->n_choose + 1);
  self->position = g_new0 (gint32, (gsize) problem->n_sites + 1);
  self->loss = g_new0 (double, (gsize) problem->n_choose + 1);
  self->extra = g_new0 (double, (gsize) problem->n_choose + 1);
  for (guint i = 0; i < problem->n_clients; i++)
    self->client[i].weight = problem->weight[i];
  return self;
}

void
zx_median_plan_free (ZxMedianPlan *self)
{
  if (self == NULL)
    return;
  g_free (self->client);
  g_free (self->chosen);
  g_free (self->position);
  g_free (self->loss);
  g_free (self->extra);
  g_free (self);
}

/* ---- the state ---------------------------------------------------------------------------- */

static void
assign_client (ZxMedianPlan *self, guint i)
{
  const ZxMedian *problem = self->problem;
  ZxMedianClient *client = self->client + i;
  client->first = client->second = problem->fallback[i];
  client->slot = client->reserve = FALLBACK;
  gboolean has_first = FALSE;
  for (gsize k = problem->client_first[i]; k < problem->client_first[i + 1]; k++)
    {
      const ZxMedianPair *pair = problem->client_pair + k;
      if (self->position[pair->at] < 0)
        continue;
      if (has_first)
        {
          client->second = pair->cost;
          client->reserve = self->position[pair->at];
          return;
        }
      has_first = TRUE;
      client->first = pair->cost;
      client->slot = self->position[pair->at];
    }
}

static void
sum_up (ZxMedianPlan *self)
{
  const ZxMedian *problem = self->problem;
  memset (self->loss, 0, problem->n_choose * sizeof *self->loss);
  self->value = 0;
  self->reach = 0;
  for (guint i = 0; i < problem->n_clients; i++)
    {
      const ZxMedianClient *client = self->client + i;
      self->value += client->weight * client->first;
      self->reach = MAX (self->reach, client->second);
      if (client->slot != FALLBACK)
        self->loss[client->slot] += client->weight * (client->second - client->first);
    }
}

void
zx_median_plan_set (ZxMedianPlan *self, const guint32 *sites)
{
  const ZxMedian *problem = self->problem;
  for (guint j = 0; j < problem->n_sites; j++)
    self->position[j] = -1;
  for (guint s = 0; s < problem->n_choose; s++)
    {
      self->chosen[s] = sites[s];
      self->position[sites[s]] = (gint32) s;
    }
  for (guint i = 0; i < problem->n_clients; i++)
    assign_client (self, i);
  sum_up (self);
}

static void
swap (ZxMedianPlan *self, guint32 in, guint slot)
{
  const ZxMedian *problem = self->problem;
  guint32 out = self->chosen[slot];
  self->position[out] = -1;
  self->position[in] = (gint32) slot;
  self->chosen[slot] = in;
  for (guint i = 0; i < problem->n_clients; i++)
    if (self->client[i].slot == (gint32) slot || self->client[i].reserve == (gint32) slot)
      assign_client (self, i);
  for (gsize k = problem->site_first[in]; k < problem->site_first[in + 1]; k++)
    {
      ZxMedianClient *client = self->client + problem->site_pair[k].at;
      guint32 cost = problem->site_pair[k].cost;
      if (client->slot == (gint32) slot || client->reserve == (gint32) slot)
        continue;
      if (cost < client->first)
        {
          client->second = client->first;
          client->reserve = client->slot;
          client->first = cost;
          client->slot = (gint32) slot;
        }
      else if (cost < client->second)
        {
          client->second = cost;
          client->reserve = (gint32) slot;
        }
    }
  sum_up (self);
}

/* ---- swaps -------------------------------------------------------------------------------- */

/* What opening @in saves; self->extra is filled with what it spares each chosen site's loss. */
static double
weigh_candidate (ZxMedianPlan *self, guint32 in)
{
  const ZxMedian *problem = self->problem;
  const ZxMedianPair *pair = problem->site_pair + problem->site_first[in];
  const ZxMedianPair *end = problem->site_pair + problem->site_first[in + 1];
  double gain = 0;
  memset (self->extra, 0, problem->n_choose * sizeof *self->extra);
  for (; pair < end && pair->cost < self->reach; pair++)
    {
      const ZxMedianClient *client = self->client + pair->at;
      if (pair->cost >= client->second)
        continue;
      guint32 instead = MAX (pair->cost, client->first);
      gain += client->weight * (client->first - MIN (pair->cost, client->first));
      if (client->slot != FALLBACK)
        self->extra[client->slot] += client->weight * (client->second - instead);
    }
  return gain;
}

/* The chosen site it costs least to give up for the candidate just weighed. */
static guint
cheapest_slot (const ZxMedianPlan *self, double *cost)
{
  const ZxMedian *problem = self->problem;
  guint best = G_MAXUINT;
  *cost = INFINITY;
  for (guint s = 0; s < problem->n_choose; s++)
    if (self->loss[s] - self->extra[s] < *cost
        && problem->status[self->chosen[s]] != ZX_MEDIAN_OPEN)
      {
        best = s;
        *cost = self->loss[s] - self->extra[s];
      }
  return best;
}

void
zx_median_plan_improve (ZxMedianPlan *self, const ZxProgress *progress)
{
  const ZxMedian *problem = self->problem;
  guint n_idle = 0;
  for (guint j = 0; n_idle < problem->n_sites; j = j + 1 < problem->n_sites ? j + 1 : 0)
    {
      n_idle++;
      if (self->position[j] >= 0 || problem->status[j] != ZX_MEDIAN_FREE)
        continue;
      if (zx_progress_is_stopped (progress))
        return;
      double cost, gain = weigh_candidate (self, j);
      guint slot = cheapest_slot (self, &cost);
      if (slot == G_MAXUINT || gain <= cost)
        continue;
      swap (self, j, slot);
      n_idle = 0;
    }
}

/* ---- greedy ------------------------------------------------------------------------------- */

typedef struct
{
  double gain;
  guint32 site;
  guint round;
} Offer;

static gboolean
is_better (Offer a, Offer b)
{
  return a.gain > b.gain || (a.gain == b.gain && a.site < b.site);
}

static void
sink (Offer *heap, guint n, guint i)
{
  for (;;)
    {
      guint best = i;
      for (guint child = 2 * i + 1; child < MIN (2 * i + 3, n); child++)
        if (is_better (heap[child], heap[best]))
          best = child;
      if (best == i)
        return;
      Offer other = heap[i];
      heap[i] = heap[best];
      heap[best] = other;
      i = best;
    }
}

static double
gain_of (const ZxMedian *problem, const guint32 *cost, guint32 site)
{
  double gain = 0;
  for (gsize k = problem->site_first[site]; k < problem->site_first[site + 1]; k++)
    {
      const ZxMedianPair *pair = problem->site_pair + k;
      if (pair->cost < cost[pair->at])
        gain += problem->weight[pair->at] * (cost[pair->at] - pair->cost);
    }
  return gain;
}

static void
lower_costs (const ZxMedian *problem, guint32 *cost, guint32 site)
{
  for (gsize k = problem->site_first[site]; k < problem->site_first[site + 1]; k++)
    {
      const ZxMedianPair *pair = problem->site_pair + k;
      cost[pair->at] = MIN (cost[pair->at], pair->cost);
    }
}

/* Gains only fall as sites are added, so a stale gain is a bound (Minoux 1978). */
void
zx_median_plan_greedy (ZxMedianPlan *self)
{
  const ZxMedian *problem = self->problem;
  g_autofree guint32 *cost = g_memdup2 (problem->fallback, problem->n_clients * sizeof *cost);
  g_autofree guint32 *sites = g_new0 (guint32, (gsize) problem->n_choose + 1);
  g_autofree Offer *heap = g_new (Offer, (gsize) problem->n_sites + 1);
  guint n = 0, n_offers = 0;
  for (guint j = 0; j < problem->n_sites; j++)
    if (problem->status[j] == ZX_MEDIAN_OPEN)
      {
        sites[n++] = j;
        lower_costs (problem, cost, j);
      }
  for (guint j = 0; j < problem->n_sites; j++)
    if (problem->status[j] == ZX_MEDIAN_FREE)
      heap[n_offers++] = (Offer){ gain_of (problem, cost, j), j, n };
  for (guint i = n_offers / 2; i-- > 0;)
    sink (heap, n_offers, i);
  while (n < problem->n_choose)
    {
      if (heap[0].round < n)
        {
          heap[0].gain = gain_of (problem, cost, heap[0].site);
          heap[0].round = n;
        }
      else
        {
          sites[n++] = heap[0].site;
          lower_costs (problem, cost, heap[0].site);
          heap[0] = heap[--n_offers];
        }
      sink (heap, n_offers, 0);
    }
  zx_median_plan_set (self, sites);
}

/* ---- kicks and paths ---------------------------------------------------------------------- */

/* A site among those that serve a client of @site: near it. */
static guint32
pick_near (const ZxMedian *problem, guint32 site, ZxRng *rng)
{
  gsize n = problem->site_first[site + 1] - problem->site_first[site];
  if (n == 0)
    return zx_rng_below (rng, problem->n_sites);
  gsize reach = MIN (n, MAX (8, problem->n_clients / problem->n_choose));
  guint32 client
      = problem->site_pair[problem->site_first[site] + zx_rng_below (rng, (guint32) reach)].at;
  gsize first = problem->client_first[client];
  gsize m = problem->client_first[client + 1] - first;
  reach = MIN (m, MAX (8, 3 * (gsize) problem->n_sites / problem->n_choose));
  return problem->client_pair[first + zx_rng_below (rng, (guint32) reach)].at;
}

void
zx_median_plan_shake (ZxMedianPlan *self, guint n_swaps, ZxRng *rng)
{
  const ZxMedian *problem = self->problem;
  for (guint t = 0, n_tries = 0; t < n_swaps && n_tries < 20 * n_swaps; n_tries++)
    {
      guint slot = zx_rng_below (rng, problem->n_choose);
      if (problem->status[self->chosen[slot]] == ZX_MEDIAN_OPEN)
        continue;
      guint32 in = pick_near (problem, self->chosen[slot], rng);
      if (self->position[in] >= 0 || problem->status[in] != ZX_MEDIAN_FREE)
        continue;
      swap (self, in, slot);
      t++;
    }
}

static guint
missing_sites (const ZxMedianPlan *self, const guint32 *to, guint32 *missing)
{
  guint n = 0;
  for (guint s = 0; s < self->problem->n_choose; s++)
    if (self->position[to[s]] < 0)
      missing[n++] = to[s];
  return n;
}

/* The best swap of one of @missing for a chosen site that @is_wanted does not name. */
static void
step_towards (ZxMedianPlan *self, guint32 *missing, guint *n_missing, const guint8 *is_wanted)
{
  guint best = 0, best_slot = 0;
  double least = INFINITY;
  for (guint k = 0; k < *n_missing; k++)
    {
      double gain = weigh_candidate (self, missing[k]);
      for (guint s = 0; s < self->problem->n_choose; s++)
        if (!is_wanted[self->chosen[s]] && self->loss[s] - self->extra[s] - gain < least)
          {
            least = self->loss[s] - self->extra[s] - gain;
            best = k;
            best_slot = s;
          }
    }
  swap (self, missing[best], best_slot);
  missing[best] = missing[--*n_missing];
}

gboolean
zx_median_plan_relink (ZxMedianPlan *self, const guint32 *from, const guint32 *to)
{
  guint n_choose = self->problem->n_choose;
  g_autofree guint32 *missing = g_new (guint32, (gsize) n_choose + 1);
  g_autofree guint32 *best = g_new (guint32, (gsize) n_choose + 1);
  g_autofree guint8 *is_wanted = g_new0 (guint8, (gsize) self->problem->n_sites + 1);
  zx_median_plan_set (self, from);
  guint n_missing = missing_sites (self, to, missing);
  if (n_missing < 4)
    return FALSE;
  for (guint s = 0; s < n_choose; s++)
    is_wanted[to[s]] = 1;
  double least = INFINITY;
  while (n_missing > 1)
    {
      step_towards (self, missing, &n_missing, is_wanted);
      if (self->value >= least)
        continue;
      least = self->value;
      memcpy (best, self->chosen, n_choose * sizeof *best);
    }
  zx_median_plan_set (self, best);
  return TRUE;
}
