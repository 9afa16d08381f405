/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Simulated annealing for coverage: a chosen site gives way to one near it (now and then to any),
 * always when that covers more, else with probability exp (change / temperature).  Sites that the
 * linear relaxation gives a share are tried most: nearly all of a good set are among them.
 *
 * Every client knows who covers it: nobody, one chosen site, or several.  What a chosen site alone
 * covers is kept as sites come and go; what another would add in its place is one look at that
 * one's clients.  So a move costs no more than the clients of two sites, made or refused.  To keep
 * what every site would add costs all neighbours of those clients with every move that is made:
 * heat-bath steps, which choose among all sites by that, find less in the same time.
 *
 * What may be tried is drawn a batch ahead, for a proposal is looked up in six tables one after the
 * other, and those of a batch wait for memory together: a quarter of the time less.
 *
 * The temperature falls from @heat times what one more site would add to a hundredth of that. */

#include "app/locate/zx-lists.h"
#include "app/locate/zx-median.h"

#include <string.h>

#define ANY_SITE 10 /* in a hundred proposals: wherever it is, so that sites change quarters */
#define ANY_NEAR 20 /* … or whether likely or not */
#define BATCH    16 /* proposals drawn at once */
#define N_LUCK   4096
#define LANES    4
#define MOST     (1 << 30) /* the weights together */
#define NOBODY   G_MAXUINT32
#define SEVERAL  (G_MAXUINT32 - 1)

typedef gint32 Lanes __attribute__ ((vector_size (LANES * sizeof (gint32))));

typedef struct
{
  const ZxMedian *problem;
  guint32 *chosen;     /* n_choose */
  guint8 *is_chosen;   /* n_sites */
  guint32 *count;      /* n_clients: chosen sites that cover */
  guint32 *together;   /* n_clients: exclusive or of those */
  guint32 *owner;      /* n_clients + LANES: the only one of those, NOBODY or SEVERAL */
  gint64 *loss;        /* n_sites: of a chosen one: covered by it alone */
  gint32 *weight;      /* n_clients + LANES */
  gint64 *all;         /* n_sites: the weight of all its clients */
  gsize *first;        /* n_sites + 1 */
  ZxRun *run;          /* of each site the clients */
  gsize *near_first;   /* n_clients + 1 */
  guint32 *near;       /* of each client the likely sites */
  double luck[N_LUCK]; /* logarithms of numbers between 0 and 1, evenly */
  gint64 covered;
} Anneal;

typedef struct
{
  guint slot;
  guint32 out, in;
  double luck;       /* times the temperature: what may be lost by it */
  guint32 kind;      /* below 100: what sites it is drawn from */
  guint64 bits;      /* for what is still to be drawn */
  const guint32 *at; /* where the client's number stands, then that of the site that comes in */
} Proposal;

static void
list_runs (Anneal *self)
{
  const ZxMedian *problem = self->problem;
  gsize n_pairs = problem->site_first[problem->n_sites];
  g_autofree guint32 *client = zx_median_list_numbers (problem->site_pair, n_pairs);
  self->first = g_new (gsize, (gsize) problem->n_sites + 1);
  self->run = g_new (ZxRun, n_pairs + 1);
  zx_lists_turn_to_runs (problem->n_sites, problem->site_first, client, self->first, self->run);
  self->run[self->first[problem->n_sites]] = (ZxRun){ 0, 0 }; /* the first of a site without any */
  for (guint j = 0; j < problem->n_sites; j++)
    for (gsize k = problem->site_first[j]; k < problem->site_first[j + 1]; k++)
      self->all[j] += self->weight[client[k]];
}

static void
list_likely (Anneal *self, const guint8 *is_likely)
{
  const ZxMedian *problem = self->problem;
  gsize end = 0;
  self->near_first = g_new (gsize, (gsize) problem->n_clients + 1);
  self->near = g_new (guint32, problem->client_first[problem->n_clients] + 1);
  for (guint i = 0; i < problem->n_clients; i++)
    {
      self->near_first[i] = end;
      for (gsize k = problem->client_first[i]; k < problem->client_first[i + 1]; k++)
        if (is_likely == NULL || is_likely[problem->client_pair[k].at])
          self->near[end++] = problem->client_pair[k].at;
    }
  self->near_first[problem->n_clients] = end;
}

/* Whole numbers; where they would be too great together, smaller ones in proportion. */
static void
weigh_clients (Anneal *self)
{
  const ZxMedian *problem = self->problem;
  double total = 0;
  for (guint i = 0; i < problem->n_clients; i++)
    total += problem->weight[i];
  for (guint i = 0; i < problem->n_clients; i++)
    self->weight[i] = (gint32) (problem->weight[i] * MIN (1, MOST / total));
}

static void
anneal_init (Anneal *self, const ZxMedian *problem, const guint8 *is_likely)
{
  gsize n = (gsize) problem->n_clients + LANES, m = (gsize) problem->n_sites + 1;
  *self = (Anneal){ .problem = problem };
  self->chosen = g_new (guint32, (gsize) problem->n_choose + 1);
  self->is_chosen = g_new0 (guint8, m);
  self->count = g_new0 (guint32, n);
  self->together = g_new0 (guint32, n);
  self->owner = g_new (guint32, n);
  self->loss = g_new0 (gint64, m);
  self->weight = g_new0 (gint32, n);
  self->all = g_new0 (gint64, m);
  for (gsize i = 0; i < n; i++)
    self->owner[i] = NOBODY;
  for (guint k = 0; k < N_LUCK; k++)
    self->luck[k] = log ((k + 0.5) / N_LUCK);
  weigh_clients (self);
  list_runs (self);
  list_likely (self, is_likely);
}

static void
anneal_clear (Anneal *self)
{
  g_free (self->chosen);
  g_free (self->is_chosen);
  g_free (self->count);
  g_free (self->together);
  g_free (self->owner);
  g_free (self->loss);
  g_free (self->weight);
  g_free (self->all);
  g_free (self->first);
  g_free (self->run);
  g_free (self->near_first);
  g_free (self->near);
}

/* ---- sites come and go -------------------------------------------------------------------- */

static void
add_to_client (Anneal *self, guint32 i, guint32 site)
{
  gint64 weight = self->weight[i];
  self->together[i] ^= site;
  if (self->count[i]++ == 0)
    {
      self->owner[i] = site;
      self->loss[site] += weight;
      self->covered += weight;
    }
  else if (self->owner[i] != SEVERAL)
    {
      self->loss[self->owner[i]] -= weight;
      self->owner[i] = SEVERAL;
    }
}

static void
take_from_client (Anneal *self, guint32 i, guint32 site)
{
  gint64 weight = self->weight[i];
  self->together[i] ^= site;
  if (--self->count[i] == 0)
    {
      self->owner[i] = NOBODY;
      self->covered -= weight;
    }
  else if (self->count[i] == 1)
    {
      self->owner[i] = self->together[i];
      self->loss[self->owner[i]] += weight;
    }
}

static void
add_site (Anneal *self, guint slot, guint32 site)
{
  self->chosen[slot] = site;
  self->is_chosen[site] = 1;
  self->loss[site] = 0;
  for (gsize k = self->first[site]; k < self->first[site + 1]; k++)
    for (guint32 i = self->run[k].begin; i < self->run[k].end; i++)
      add_to_client (self, i, site);
}

static void
drop_site (Anneal *self, guint32 site)
{
  self->is_chosen[site] = 0;
  for (gsize k = self->first[site]; k < self->first[site + 1]; k++)
    for (guint32 i = self->run[k].begin; i < self->run[k].end; i++)
      take_from_client (self, i, site);
}

/* ---- moves -------------------------------------------------------------------------------- */

/* What @in would add in the place of @out; NOBODY: beside all that are chosen.  Without a branch:
 * which way it would go nobody can guess. */
static gint64
addition_of (const Anneal *self, guint32 in, guint32 out)
{
  const Lanes lane = { 0, 1, 2, 3 };
  Lanes addition = { 0 }, owner, weight;
  for (gsize k = self->first[in]; k < self->first[in + 1]; k++)
    for (guint32 i = self->run[k].begin; i < self->run[k].end; i += LANES)
      {
        memcpy (&owner, self->owner + i, sizeof owner);
        memcpy (&weight, self->weight + i, sizeof weight);
        addition += weight & ((owner == (gint32) NOBODY) | (owner == (gint32) out))
                    & (lane < (gint32) (self->run[k].end - i));
      }
  return (gint64) addition[0] + addition[1] + addition[2] + addition[3];
}

/* One of @n; the bits left over are for the next. */
static guint32
draw (guint64 *bits, guint32 n)
{
  guint64 product = (*bits & G_MAXUINT32) * n;
  *bits >>= 32;
  return (guint32) (product >> 32);
}

/* A chosen site and one of its clients. */
static void
draw_client (const Anneal *self, ZxRng *rng, Proposal *proposal)
{
  const ZxMedian *problem = self->problem;
  guint64 bits = zx_rng_next (rng);
  proposal->bits = zx_rng_next (rng);
  proposal->slot = draw (&bits, problem->n_choose);
  proposal->out = self->chosen[proposal->slot];
  proposal->luck = self->luck[bits % N_LUCK];
  proposal->kind = (guint32) (bits / N_LUCK % 1024 * 100 / 1024);
  gsize first = problem->site_first[proposal->out];
  gsize n = problem->site_first[proposal->out + 1] - first;
  if (n == 0)
    proposal->kind = 0;
  if (proposal->kind >= ANY_SITE)
    proposal->at = &problem->site_pair[first + draw (&proposal->bits, (guint32) n)].at;
}

/* Another site of the client, or any. */
static void
draw_site (const Anneal *self, Proposal *proposal)
{
  const ZxMedian *problem = self->problem;
  if (proposal->kind < ANY_SITE)
    {
      proposal->in = draw (&proposal->bits, problem->n_sites);
      proposal->at = &proposal->in;
      return;
    }
  guint32 client = *proposal->at;
  gsize first = self->near_first[client], n = self->near_first[client + 1] - first;
  if (n > 0 && proposal->kind >= ANY_NEAR)
    {
      proposal->at = &self->near[first + draw (&proposal->bits, (guint32) n)];
      return;
    }
  first = problem->client_first[client];
  n = problem->client_first[client + 1] - first;
  proposal->at = &problem->client_pair[first + draw (&proposal->bits, (guint32) n)].at;
}

static void
draw_batch (const Anneal *self, ZxRng *rng, Proposal *proposal)
{
  for (guint k = 0; k < BATCH; k++)
    draw_client (self, rng, &proposal[k]);
  for (guint k = 0; k < BATCH; k++)
    {
      draw_site (self, &proposal[k]);
      __builtin_prefetch (proposal[k].at);
    }
  for (guint k = 0; k < BATCH; k++)
    {
      proposal[k].in = *proposal[k].at;
      __builtin_prefetch (self->run + self->first[proposal[k].in]);
    }
  for (guint k = 0; k < BATCH; k++)
    {
      guint32 client = self->run[self->first[proposal[k].in]].begin;
      __builtin_prefetch (self->owner + client);
      __builtin_prefetch (self->weight + client);
    }
}

static gboolean
is_candidate (const Anneal *self, guint32 site)
{
  return !self->is_chosen[site] && self->problem->status[site] == ZX_MEDIAN_FREE;
}

/* FALSE when the proposal cannot be, or no more since it was drawn, or is refused. */
static gboolean
is_accepted (const Anneal *self, const Proposal *proposal, double temperature)
{
  guint32 out = proposal->out, in = proposal->in;
  if (self->chosen[proposal->slot] != out || self->problem->status[out] == ZX_MEDIAN_OPEN
      || !is_candidate (self, in))
    return FALSE;
  double least = (double) self->loss[out] + temperature * proposal->luck;
  return (double) self->all[in] >= least && (double) addition_of (self, in, out) >= least;
}

/* What one more site would add at most: the scale of the differences that are left to decide.  (The
 * mean size of a change is not: where nearly all is covered it is ten times too hot.) */
static double
best_addition (const Anneal *self)
{
  gint64 most = 0;
  for (guint j = 0; j < self->problem->n_sites; j++)
    if (is_candidate (self, j))
      {
        gint64 addition = addition_of (self, j, NOBODY);
        most = MAX (most, addition);
      }
  return (double) most;
}

void
zx_median_anneal (const ZxMedian *problem, const guint8 *is_likely, guint32 *sites, guint64 n_moves,
                  double heat, ZxRng *rng, gint64 deadline_us, const ZxProgress *progress)
{
  Anneal self;
  Proposal batch[BATCH];
  double temperature, cooling;
  anneal_init (&self, problem, is_likely);
  for (guint s = 0; s < problem->n_choose; s++)
    add_site (&self, s, sites[s]);
  gint64 best = -1;
  temperature = heat * best_addition (&self);
  cooling = exp (log (0.01) / (double) MAX (n_moves / 256, 1));
  for (guint64 move = 0; move < n_moves && temperature > 0; move++)
    {
      const Proposal *proposal = &batch[move % BATCH];
      if (move % 256 == 0)
        {
          temperature *= cooling;
          if (zx_progress_is_stopped (progress)
              || (deadline_us > 0 && g_get_monotonic_time () >= deadline_us))
            break;
        }
      if (move % BATCH == 0)
        draw_batch (&self, rng, batch);
      if (!is_accepted (&self, proposal, temperature))
        continue;
      drop_site (&self, proposal->out);
      add_site (&self, proposal->slot, proposal->in);
      if (self.covered <= best || move < n_moves / 2)
        continue;
      best = self.covered;
      memcpy (sites, self.chosen, problem->n_choose * sizeof *sites);
    }
  anneal_clear (&self);
}
