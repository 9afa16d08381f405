/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The lists of a p-median: of each client the sites by cost, of each site the clients by cost.
 * Both let every later loop stop early: a client looks no farther than its price, a site no
 * farther than the worst second cost. */

#include "app/locate/zx-median.h"

#include <string.h>

#define EXACT_BITS  52 /* doubles hold whole numbers to 2^53; one bit is kept for differences */
#define FINEST_BITS 24 /* of a price below the unit of cost; finer steps do not help */
#define LEAST_BITS  4

/* ---- sorting ------------------------------------------------------------------------------ */

static int
compare_pairs (gconstpointer a, gconstpointer b)
{
  const ZxMedianPair *x = a, *y = b;
  if (x->cost != y->cost)
    return x->cost < y->cost ? -1 : 1;
  return x->at < y->at ? -1 : x->at > y->at;
}

static void
sort_client_lists (gsize begin, gsize end, guint worker, gpointer data)
{
  ZxMedian *self = data;
  for (gsize i = begin; i < end; i++)
    qsort (self->client_pair + self->client_first[i],
           self->client_first[i + 1] - self->client_first[i], sizeof (ZxMedianPair), compare_pairs);
}

static void
sort_site_lists (gsize begin, gsize end, guint worker, gpointer data)
{
  ZxMedian *self = data;
  for (gsize j = begin; j < end; j++)
    qsort (self->site_pair + self->site_first[j], self->site_first[j + 1] - self->site_first[j],
           sizeof (ZxMedianPair), compare_pairs);
}

/* ---- building ----------------------------------------------------------------------------- */

static void
drop_useless_pairs (ZxMedian *self)
{
  gsize kept = 0;
  for (guint i = 0; i < self->n_clients; i++)
    {
      gsize begin = self->client_first[i], end = self->client_first[i + 1];
      self->client_first[i] = kept;
      for (gsize k = begin; k < end; k++)
        if (self->client_pair[k].cost < self->fallback[i]
            && self->status[self->client_pair[k].at] != ZX_MEDIAN_CLOSED)
          self->client_pair[kept++] = self->client_pair[k];
    }
  self->client_first[self->n_clients] = kept;
}

static gboolean
list_by_site (ZxMedian *self, GError **error)
{
  gsize n_pairs = self->client_first[self->n_clients];
  self->site_first = ZX_TRY_NEW (gsize, (gsize) self->n_sites + 2, _ ("the sites"), error);
  self->site_pair = ZX_TRY_NEW (ZxMedianPair, n_pairs, _ ("the pairs of clients and sites"), error);
  if (self->site_first == NULL || self->site_pair == NULL)
    return FALSE;
  gsize *next = self->site_first + 1;
  for (gsize k = 0; k < n_pairs; k++)
    next[self->client_pair[k].at + 1]++;
  for (guint j = 0; j < self->n_sites; j++)
    next[j + 1] += next[j];
  for (guint i = 0; i < self->n_clients; i++)
    for (gsize k = self->client_first[i]; k < self->client_first[i + 1]; k++)
      self->site_pair[next[self->client_pair[k].at]++]
          = (ZxMedianPair){ self->client_pair[k].cost, i };
  return TRUE;
}

/* The finest lattice on which Σ weight × price and every partial sum of it stay exact. */
static gboolean
choose_lattice (ZxMedian *self, GError **error)
{
  double total = 1;
  for (guint i = 0; i < self->n_clients; i++)
    total += self->weight[i] * ((double) self->fallback[i] + 1);
  int bits = EXACT_BITS - (int) ceil (log2 (total));
  if (bits < LEAST_BITS)
    {
      char text[32];
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The demand times the greatest cost adds up to %s; up to 2^%d can be "
                      "computed exactly: use coarser units"),
                   zx_number_format (total, text), EXACT_BITS - LEAST_BITS);
      return FALSE;
    }
  self->lattice = ldexp (1, -MIN (bits, FINEST_BITS));
  return TRUE;
}

static gboolean
is_coverage (const ZxMedian *self)
{
  for (guint i = 0; i < self->n_clients; i++)
    if (self->fallback[i] != self->fallback[0])
      return FALSE;
  for (gsize k = 0; k < self->client_first[self->n_clients]; k++)
    if (self->client_pair[k].cost != 0)
      return FALSE;
  return TRUE;
}

ZxMedian *
zx_median_new (guint n_clients, guint n_sites, guint n_choose, double *weight, guint32 *fallback,
               gsize *client_first, ZxMedianPair *client_pair, guint8 *status, GError **error)
{
  g_autoptr (ZxMedian) self = g_new0 (ZxMedian, 1);
  self->n_clients = n_clients;
  self->n_sites = n_sites;
  self->n_choose = n_choose;
  self->weight = weight;
  self->fallback = fallback;
  self->client_first = client_first;
  self->client_pair = client_pair;
  self->status = status;
  drop_useless_pairs (self);
  self->is_coverage = is_coverage (self);
  if (!choose_lattice (self, error) || !list_by_site (self, error)
      || !zx_parallel_for (n_clients, 0, sort_client_lists, self, NULL, error)
      || !zx_parallel_for (n_sites, 0, sort_site_lists, self, NULL, error))
    return NULL;
  return g_steal_pointer (&self);
}

guint32 *
zx_median_list_numbers (const ZxMedianPair *pair, gsize n)
{
  guint32 *at = g_new (guint32, n + 1);
  for (gsize k = 0; k < n; k++)
    at[k] = pair[k].at;
  return at;
}

void
zx_median_free (ZxMedian *self)
{
  if (self == NULL)
    return;
  g_free (self->weight);
  g_free (self->fallback);
  g_free (self->client_first);
  g_free (self->client_pair);
  g_free (self->site_first);
  g_free (self->site_pair);
  g_free (self->status);
  g_free (self);
}
