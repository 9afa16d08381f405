/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Simulated annealing for coverage: a chosen site gives way to one near it (now and then to any),
 * always when that covers more, else with probability exp (change / temperature).
 *
 * How much every site would gain or lose is kept as sites come and go, so that a refused move costs
 * a look at the clients of two sites; only a move that is made touches their neighbours.  The
 * temperature falls from @heat times what one more site would add to a hundredth of that. */

#include "app/locate/zx-median.h"

#include <string.h>

typedef struct
{
  const ZxMedian *problem;
  guint32 *chosen;  /* n_choose */
  gint32 *position; /* n_sites: in chosen, or -1 */
  guint32 *count;   /* n_clients: chosen sites that cover */
  double *worth;    /* n_sites: chosen: covered by it alone; else: it would add */
  guint32 *mark;    /* n_clients: stamp of the site that leaves */
  guint32 stamp;
  double covered;
} Anneal;

static void
anneal_init (Anneal *self, const ZxMedian *problem)
{
  gsize m = (gsize) problem->n_sites + 1;
  *self = (Anneal){ .problem = problem };
  self->chosen = g_new (guint32, (gsize) problem->n_choose + 1);
  self->position = g_new (gint32, m);
  self->count = g_new (guint32, (gsize) problem->n_clients + 1);
  self->worth = g_new (double, m);
  self->mark = g_new0 (guint32, (gsize) problem->n_clients + 1);
}

static void
anneal_clear (Anneal *self)
{
  g_free (self->chosen);
  g_free (self->position);
  g_free (self->count);
  g_free (self->worth);
  g_free (self->mark);
}

/* ---- sites come and go -------------------------------------------------------------------- */

static void
change_worths (Anneal *self, guint client, double by)
{
  const ZxMedian *problem = self->problem;
  gsize begin = problem->client_first[client], end = problem->client_first[client + 1];
  for (gsize k = begin; k < end; k++)
    self->worth[problem->client_pair[k].at] += by;
}

/* The one chosen site of a client, other than @but. */
static guint32
only_server (const Anneal *self, guint client, guint32 but)
{
  const ZxMedian *problem = self->problem;
  for (gsize k = problem->client_first[client]; k < problem->client_first[client + 1]; k++)
    {
      guint32 site = problem->client_pair[k].at;
      if (site != but && self->position[site] >= 0)
        return site;
    }
  return G_MAXUINT32;
}

static void
add_site (Anneal *self, guint32 site)
{
  const ZxMedian *problem = self->problem;
  for (gsize k = problem->site_first[site]; k < problem->site_first[site + 1]; k++)
    {
      guint32 client = problem->site_pair[k].at;
      double weight = problem->weight[client];
      if (self->count[client] == 0)
        { /* nobody else gains it any more; the site itself covers it alone */
          change_worths (self, client, -weight);
          self->worth[site] += weight;
          self->covered += weight;
        }
      else if (self->count[client] == 1)
        self->worth[only_server (self, client, site)] -= weight;
      self->count[client]++;
    }
}

static void
drop_site (Anneal *self, guint32 site)
{
  const ZxMedian *problem = self->problem;
  for (gsize k = problem->site_first[site]; k < problem->site_first[site + 1]; k++)
    {
      guint32 client = problem->site_pair[k].at;
      double weight = problem->weight[client];
      self->count[client]--;
      if (self->count[client] == 0)
        {
          change_worths (self, client, weight);
          self->worth[site] -= weight;
          self->covered -= weight;
        }
      else if (self->count[client] == 1)
        self->worth[only_server (self, client, site)] += weight;
    }
}

static void
swap_sites (Anneal *self, guint slot, guint32 in)
{
  guint32 out = self->chosen[slot];
  self->position[out] = -1;
  drop_site (self, out);
  self->position[in] = (gint32) slot;
  self->chosen[slot] = in;
  add_site (self, in);
}

static void
start_from (Anneal *self, const guint32 *sites)
{
  const ZxMedian *problem = self->problem;
  memset (self->count, 0, problem->n_clients * sizeof *self->count);
  self->covered = 0;
  for (guint j = 0; j < problem->n_sites; j++)
    {
      self->position[j] = -1;
      self->worth[j] = 0;
      for (gsize k = problem->site_first[j]; k < problem->site_first[j + 1]; k++)
        self->worth[j] += problem->weight[problem->site_pair[k].at];
    }
  for (guint s = 0; s < problem->n_choose; s++)
    {
      self->chosen[s] = sites[s];
      self->position[sites[s]] = (gint32) s;
      add_site (self, sites[s]);
    }
}

/* ---- moves -------------------------------------------------------------------------------- */

/* A site that serves a client of @site; one time in ten any. */
static guint32
propose_site (const Anneal *self, guint32 site, ZxRng *rng)
{
  const ZxMedian *problem = self->problem;
  gsize n = problem->site_first[site + 1] - problem->site_first[site];
  if (n == 0 || zx_rng_below (rng, 10) == 0)
    return zx_rng_below (rng, problem->n_sites);
  guint32 client
      = problem->site_pair[problem->site_first[site] + zx_rng_below (rng, (guint32) n)].at;
  gsize first = problem->client_first[client];
  gsize m = problem->client_first[client + 1] - first;
  return problem->client_pair[first + zx_rng_below (rng, (guint32) m)].at;
}

/* What exchanging @out for @in would add. */
static double
change_of (Anneal *self, guint32 out, guint32 in)
{
  const ZxMedian *problem = self->problem;
  double change = self->worth[in] - self->worth[out];
  self->stamp++;
  for (gsize k = problem->site_first[out]; k < problem->site_first[out + 1]; k++)
    if (self->count[problem->site_pair[k].at] == 1)
      self->mark[problem->site_pair[k].at] = self->stamp;
  for (gsize k = problem->site_first[in]; k < problem->site_first[in + 1]; k++)
    if (self->mark[problem->site_pair[k].at] == self->stamp)
      change += problem->weight[problem->site_pair[k].at];
  return change;
}

/* FALSE when the proposal cannot be. */
static gboolean
propose (Anneal *self, ZxRng *rng, guint *slot, guint32 *in, double *change)
{
  *slot = zx_rng_below (rng, self->problem->n_choose);
  guint32 out = self->chosen[*slot];
  if (self->problem->status[out] == ZX_MEDIAN_OPEN)
    return FALSE;
  *in = propose_site (self, out, rng);
  if (self->position[*in] >= 0 || self->problem->status[*in] != ZX_MEDIAN_FREE)
    return FALSE;
  *change = change_of (self, out, *in);
  return TRUE;
}

/* What one more site would add at most: the scale of the differences that are left to decide.  (The
 * mean size of a change is not: where nearly all is covered it is ten times too hot.) */
static double
best_addition (const Anneal *self)
{
  double most = 0;
  for (guint j = 0; j < self->problem->n_sites; j++)
    if (self->position[j] < 0 && self->problem->status[j] == ZX_MEDIAN_FREE)
      most = MAX (most, self->worth[j]);
  return most;
}

static double
all_demand (const ZxMedian *problem)
{
  double total = 0;
  for (guint i = 0; i < problem->n_clients; i++)
    total += problem->weight[i];
  return total;
}

double
zx_median_anneal (const ZxMedian *problem, guint32 *sites, guint64 n_moves, double heat, ZxRng *rng,
                  gint64 deadline_us, const ZxProgress *progress)
{
  Anneal self;
  double temperature, cooling, change, demand = all_demand (problem);
  anneal_init (&self, problem);
  start_from (&self, sites);
  double best = self.covered;
  temperature = heat * best_addition (&self);
  cooling = exp (log (0.01) / (double) MAX (n_moves / 256, 1));
  for (guint64 move = 0; move < n_moves && temperature > 0; move++)
    {
      guint slot;
      guint32 in;
      if (move % 256 == 0)
        {
          temperature *= cooling;
          if (zx_progress_is_stopped (progress)
              || (deadline_us > 0 && g_get_monotonic_time () >= deadline_us))
            break;
        }
      if (!propose (&self, rng, &slot, &in, &change)
          || (change < 0 && zx_rng_uniform (rng) >= exp (change / temperature)))
        continue;
      swap_sites (&self, slot, in);
      if (self.covered <= best)
        continue;
      best = self.covered;
      memcpy (sites, self.chosen, problem->n_choose * sizeof *sites);
    }
  anneal_clear (&self);
  return (demand - best) * (problem->n_clients > 0 ? problem->fallback[0] : 0);
}
