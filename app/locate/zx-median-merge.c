/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The best of two sets of sites, place by place (partition crossover: Whitley, Hains and Howe 2010,
 * here for coverage).
 *
 * Where two good sets differ, they mostly differ in many places that have nothing to do with each
 * other.  Sites of only one set that cover a client together, one that no site of both covers,
 * belong to one place.  What a place gains by following the other set does not depend on the other
 * places, so the best choice of places is a knapsack: the gains are to be most, the sites gained
 * and lost in number to cancel.  One merger chooses among two to the power of the number of places.
 */

#include "app/locate/zx-median.h"

#include <string.h>

typedef struct
{
  gint32 more; /* sites that come less sites that go */
  double gain;
  guint32 root;
} Place;

typedef struct
{
  const ZxMedian *problem;
  guint8 *side;    /* n_sites: 1 ours, 2 theirs, 3 both */
  guint32 *parent; /* n_sites */
  GArray *place;   /* Place */
} Merger;

static guint32
find_root (guint32 *parent, guint32 site)
{
  while (parent[site] != site)
    site = parent[site] = parent[parent[site]];
  return site;
}

/* Which sides reach the client, as bits. */
static guint8
sides_at (const Merger *self, guint client)
{
  const ZxMedian *problem = self->problem;
  guint8 sides = 0;
  for (gsize k = problem->client_first[client]; k < problem->client_first[client + 1]; k++)
    {
      guint8 side = self->side[problem->client_pair[k].at];
      if (side == 3)
        return 4;
      sides |= side;
    }
  return sides;
}

static void
join_sites (Merger *self, guint client)
{
  const ZxMedian *problem = self->problem;
  guint32 first = G_MAXUINT32;
  for (gsize k = problem->client_first[client]; k < problem->client_first[client + 1]; k++)
    {
      guint32 site = problem->client_pair[k].at;
      if (self->side[site] == 0)
        continue;
      guint32 root = find_root (self->parent, site);
      if (first == G_MAXUINT32)
        first = root;
      /* the lower number leads, so that the order of the clients does not matter */
      guint32 low = MIN (root, first), high = MAX (root, first);
      self->parent[high] = low;
      first = low;
    }
}

static guint32
any_site_at (const Merger *self, guint client)
{
  const ZxMedian *problem = self->problem;
  gsize k = problem->client_first[client];
  while (self->side[problem->client_pair[k].at] == 0)
    k++;
  return problem->client_pair[k].at;
}

/* Every place with what it gains by following the other set. */
static void
find_places (Merger *self)
{
  const ZxMedian *problem = self->problem;
  g_autofree guint32 *number = g_new (guint32, (gsize) problem->n_sites + 1);
  g_autofree guint8 *sides = g_new (guint8, (gsize) problem->n_clients + 1);
  for (guint i = 0; i < problem->n_clients; i++)
    {
      sides[i] = sides_at (self, i);
      if (sides[i] != 0 && sides[i] != 4)
        join_sites (self, i);
    }
  for (guint32 j = 0; j < problem->n_sites; j++)
    {
      if (self->side[j] != 1 && self->side[j] != 2)
        continue;
      guint32 root = find_root (self->parent, j);
      if (root == j)
        {
          Place place = { 0, 0, j };
          number[j] = self->place->len;
          g_array_append_val (self->place, place);
        }
      g_array_index (self->place, Place, number[root]).more += self->side[j] == 2 ? 1 : -1;
    }
  for (guint i = 0; i < problem->n_clients; i++)
    if (sides[i] == 1 || sides[i] == 2)
      g_array_index (self->place, Place, number[find_root (self->parent, any_site_at (self, i))])
          .gain
          += (sides[i] == 2 ? 1 : -1) * problem->weight[i] * problem->fallback[i];
}

/* The places to follow the other set in: most gain with as many sites as before. */
static void
choose_places (const Merger *self, guint8 *is_followed)
{
  guint n = self->place->len, p = self->problem->n_choose, width = 2 * p + 1;
  g_autofree double *best = g_new (double, width);
  g_autofree double *next = g_new (double, width);
  g_autofree guint8 *takes = g_new0 (guint8, (gsize) n * width + 1);
  for (guint d = 0; d < width; d++)
    best[d] = d == p ? 0 : -INFINITY;
  for (guint k = 0; k < n; k++)
    {
      const Place *place = &g_array_index (self->place, Place, k);
      for (gint d = 0; d < (gint) width; d++)
        {
          gint from = d - place->more;
          double with = from >= 0 && from < (gint) width ? best[from] + place->gain : -INFINITY;
          takes[(gsize) k * width + (guint) d] = with > best[d];
          next[d] = MAX (with, best[d]);
        }
      memcpy (best, next, width * sizeof *best);
    }
  gint at = (gint) p;
  for (guint k = n; k-- > 0;)
    {
      is_followed[k] = takes[(gsize) k * width + (guint) at];
      if (is_followed[k])
        at -= g_array_index (self->place, Place, k).more;
    }
}

static void
write_set (const Merger *self, const guint8 *is_followed, guint32 *sites)
{
  const ZxMedian *problem = self->problem;
  g_autofree guint8 *follows = g_new0 (guint8, (gsize) problem->n_sites + 1); /* by root */
  guint n = 0;
  for (guint k = 0; k < self->place->len; k++)
    follows[g_array_index (self->place, Place, k).root] = is_followed[k];
  for (guint32 j = 0; j < problem->n_sites; j++)
    if (self->side[j] == 3
        || (self->side[j] != 0
            && (self->side[j] == 2) == (follows[find_root (self->parent, j)] != 0)))
      sites[n++] = j;
  g_assert (n == problem->n_choose);
}

void
zx_median_merge (const ZxMedian *problem, const guint32 *ours, const guint32 *theirs,
                 guint32 *sites)
{
  Merger self = { .problem = problem };
  g_autofree guint8 *side = self.side = g_new0 (guint8, (gsize) problem->n_sites + 1);
  g_autofree guint32 *parent = self.parent = g_new (guint32, (gsize) problem->n_sites + 1);
  g_autoptr (GArray) place = self.place = g_array_new (FALSE, FALSE, sizeof (Place));
  for (guint32 j = 0; j < problem->n_sites; j++)
    parent[j] = j;
  for (guint s = 0; s < problem->n_choose; s++)
    {
      side[ours[s]] |= 1;
      side[theirs[s]] |= 2;
    }
  find_places (&self);
  g_autofree guint8 *is_followed = g_new0 (guint8, (gsize) place->len + 1);
  choose_places (&self, is_followed);
  write_set (&self, is_followed, sites);
}
