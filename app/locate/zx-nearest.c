/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The k nearest sites of every client: nothing to choose, all sites that are not ruled out stand.
 * Exact by definition; ties go to the lower number. */

#include "app/locate/zx-locate-private.h"

#include <string.h>

typedef struct
{
  const ZxLocate *problem;
  guint n_nearest;
  guint32 *site;
  double *cost;
} Nearest;

/* Puts the pair among the client's, ascending; what is beyond the last falls out. */
static void
take_pair (const Nearest *self, guint client, guint32 site, double cost)
{
  guint32 *sites = self->site + (gsize) client * self->n_nearest;
  double *costs = self->cost + (gsize) client * self->n_nearest;
  guint at = self->n_nearest;
  while (at > 0 && (cost < costs[at - 1] || (cost == costs[at - 1] && site < sites[at - 1])))
    at--;
  if (at == self->n_nearest)
    return;
  memmove (sites + at + 1, sites + at, (self->n_nearest - at - 1) * sizeof *sites);
  memmove (costs + at + 1, costs + at, (self->n_nearest - at - 1) * sizeof *costs);
  sites[at] = site;
  costs[at] = cost;
}

static void
find_range (gsize begin, gsize end, guint worker, gpointer data)
{
  const Nearest *self = data;
  const ZxLocate *problem = self->problem;
  for (gsize i = begin; i < end; i++)
    for (gsize k = problem->first[i]; k < problem->first[i + 1]; k++)
      if (!zx_locate_is_barred (problem, problem->site[k]))
        take_pair (self, (guint) i, problem->site[k], problem->cost != NULL ? problem->cost[k] : 0);
}

gboolean
zx_locate_nearest (const ZxLocate *self, guint n_nearest, guint32 **site, double **cost,
                   const ZxProgress *progress, GError **error)
{
  gsize n = 0;
  *site = NULL;
  *cost = NULL;
  if (n_nearest < 1 || n_nearest > self->n_sites)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The %u nearest sites are asked for; it must be from 1 to the %u sites there "
                      "are"),
                   n_nearest, self->n_sites);
      return FALSE;
    }
  if (g_size_checked_mul (&n, self->n_clients, n_nearest))
    *site = ZX_TRY_NEW (guint32, n, _ ("the nearest sites"), error);
  *cost = *site != NULL ? ZX_TRY_NEW (double, n, _ ("the nearest sites"), error) : NULL;
  if (*cost == NULL)
    {
      g_clear_pointer (site, g_free);
      return FALSE;
    }
  for (gsize k = 0; k < n; k++)
    {
      (*site)[k] = G_MAXUINT32;
      (*cost)[k] = INFINITY;
    }
  Nearest nearest = { self, n_nearest, *site, *cost };
  if (zx_parallel_for (self->n_clients, 0, find_range, &nearest, progress, error))
    return TRUE;
  g_clear_pointer (site, g_free);
  g_clear_pointer (cost, g_free);
  return FALSE;
}
