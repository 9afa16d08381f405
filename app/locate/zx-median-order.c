/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The same problem with its clients and sites numbered along a way from neighbour to neighbour.
 *
 * The next is each time the one whose list differs least from the last one's.  On the sites of
 * San Francisco, 62 clients each, a site's clients are then 7.1 runs of numbers; they are 11.8 as
 * the file has them, 8.4 along a Hilbert curve and 20 breadth first. */

#include "app/locate/zx-lists.h"
#include "app/locate/zx-median.h"

#define MAX_VISITS (G_GUINT64_CONSTANT (1) << 27) /* of members, about a quarter of a second's */

typedef struct
{
  guint n;
  const gsize *first;
  const guint32 *at;
  const gsize *other_first; /* the lists turned */
  const guint32 *other_at;
} Lists;

/* All that share anything with a list are counted, once for each thing shared. */
static gboolean
is_affordable (const gsize *first, guint n)
{
  guint64 n_visits = 0;
  for (guint k = 0; k < n && n_visits <= MAX_VISITS; k++)
    n_visits += (guint64) (first[k + 1] - first[k]) * (first[k + 1] - first[k]);
  return n_visits <= MAX_VISITS;
}

/* Counts into @common what the lists not in @order yet share with @list.  Returns: how many share
 * anything; they are put into @near. */
static guint
count_common (const Lists *self, guint32 list, const guint8 *is_taken, guint32 *common,
              guint32 *near)
{
  guint n = 0;
  for (gsize k = self->first[list]; k < self->first[list + 1]; k++)
    for (gsize o = self->other_first[self->at[k]]; o < self->other_first[self->at[k] + 1]; o++)
      {
        guint32 other = self->other_at[o];
        if (!is_taken[other] && common[other]++ == 0)
          near[n++] = other;
      }
  return n;
}

/* The one of the @n that differs least, the lowest number among equals; clears @common. */
static guint32
choose_next (const Lists *self, const guint32 *near, guint n, guint32 *common)
{
  guint32 best = near[0];
  gint64 least = G_MAXINT64;
  for (guint a = 0; a < n; a++)
    {
      guint32 other = near[a];
      gint64 more
          = (gint64) (self->first[other + 1] - self->first[other]) - 2 * (gint64) common[other];
      if (more < least || (more == least && other < best))
        {
          least = more;
          best = other;
        }
      common[other] = 0;
    }
  return best;
}

/* Where nothing near is left, the way begins anew at the lowest number not taken. */
static guint32 *
find_way (const Lists *self)
{
  guint32 *order = g_new (guint32, (gsize) self->n + 1);
  g_autofree guint8 *is_taken = g_new0 (guint8, (gsize) self->n + 1);
  g_autofree guint32 *common = g_new0 (guint32, (gsize) self->n + 1);
  g_autofree guint32 *near = g_new (guint32, (gsize) self->n + 1);
  guint32 at = 0, lowest = 0;
  for (guint k = 0; k < self->n; k++)
    {
      is_taken[at] = TRUE;
      order[k] = at;
      guint n = count_common (self, at, is_taken, common, near);
      while (lowest < self->n && is_taken[lowest])
        lowest++;
      at = n > 0 ? choose_next (self, near, n, common) : lowest;
    }
  return order;
}

/* The arrays of zx_median_new() in the order @clients, the sites by their @place. */
static ZxMedian *
copy_in_order (const ZxMedian *problem, const guint32 *clients, const guint32 *sites,
               const guint32 *place)
{
  guint n = problem->n_clients, m = problem->n_sites;
  double *weight = g_new (double, (gsize) n + 1);
  guint32 *fallback = g_new (guint32, (gsize) n + 1);
  gsize *first = g_new0 (gsize, (gsize) n + 1);
  ZxMedianPair *pair = g_new (ZxMedianPair, problem->client_first[n] + 1);
  guint8 *status = g_new (guint8, (gsize) m + 1);
  for (guint k = 0; k < n; k++)
    {
      guint32 i = clients[k];
      gsize end = first[k];
      weight[k] = problem->weight[i];
      fallback[k] = problem->fallback[i];
      for (gsize p = problem->client_first[i]; p < problem->client_first[i + 1]; p++)
        pair[end++]
            = (ZxMedianPair){ problem->client_pair[p].cost, place[problem->client_pair[p].at] };
      first[k + 1] = end;
    }
  for (guint k = 0; k < m; k++)
    status[k] = problem->status[sites[k]];
  return zx_median_new (n, m, problem->n_choose, weight, fallback, first, pair, status, NULL);
}

ZxMedian *
zx_median_new_near (const ZxMedian *problem, guint32 **sites)
{
  guint n = problem->n_clients, m = problem->n_sites;
  if (!is_affordable (problem->client_first, n) || !is_affordable (problem->site_first, m))
    return NULL;
  g_autofree guint32 *client_at
      = zx_median_list_numbers (problem->client_pair, problem->client_first[n]);
  g_autofree guint32 *site_at = zx_median_list_numbers (problem->site_pair, problem->site_first[m]);
  const Lists of_clients = { n, problem->client_first, client_at, problem->site_first, site_at };
  const Lists of_sites = { m, problem->site_first, site_at, problem->client_first, client_at };
  g_autofree guint32 *clients = find_way (&of_clients);
  g_autofree guint32 *place = g_new (guint32, (gsize) m + 1);
  *sites = find_way (&of_sites);
  for (guint k = 0; k < m; k++)
    place[(*sites)[k]] = k;
  return copy_in_order (problem, clients, *sites, place);
}
