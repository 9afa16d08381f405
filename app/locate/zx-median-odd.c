/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which odd cuts the shares violate.
 *
 * Half the sum of k rows is rounded up where an odd number of the k clients is covered, so a cut is
 * violated by
 *   1/2 - 1/2 (Σ of the rows' slack and of the missed + Σ of the shares of sites that cover an odd
 *              number of the k):
 * each client must be covered once, nearly, and mostly by sites that cover two of them.  Of threes
 * all are looked at; with P the shares two clients have in common, summed over the pairs, and T
 * those of all three, the odd shares are Σ covered - 2 P + 4 T.  The best three of every client is
 * then made five by the pair of clients that takes the most odd shares away. */

#include "app/locate/zx-lists.h"
#include "app/locate/zx-median-relax.h"

#include <string.h>

#define LEAST_SHARE     5e-4
#define LEAST_EXCESS    1e-4 /* of the least weight of a cut's members: below, it has no effect */
#define LEAST_VIOLATION 0.01
#define LEAST_COMMON    0.1
#define MOST_COMMON     0.9
#define LEAST_START     -0.2 /* violation of a three that may become a five */
#define N_FOURTHS       6    /* tried with every fifth */
#define USES_A_CLIENT   12   /* of one search */
#define MAX_FOUND       (1u << 20)
#define MAX_VISITS      (G_GUINT64_CONSTANT (1) << 29) /* of sites, about a second's */
#define PAIRS_A_VISIT   4                              /* looked at and passed over */

typedef struct
{
  guint32 member[ZX_ODD_CUT_MOST];
  guint size;
  double worth; /* the violation × the least weight */
} Found;

typedef struct
{
  const ZxMedianRelax *relax;
  /* of each client that is nearly covered once, the sites with a share; and the other way */
  gsize *first;
  guint32 *site;
  gsize *site_first;
  guint32 *site_client;
  double *covered, *off; /* n_clients: Σ of the shares; its distance from 1 */
  guint8 *is_in[2];      /* n_sites: covers the first client, the second */
  double *common;        /* n_clients: shares in common with the first */
  guint32 *near;         /* the clients with any */
  guint8 *is_odd;        /* n_sites: covers an odd number of the clients at hand */
  guint32 best[3];       /* of the first client's threes */
  double best_violation;
  GArray *found;
  guint64 n_visits;
} Search;

/* ---- what to look at ---------------------------------------------------------------------- */

static gboolean
is_used_up (const Search *self)
{
  return self->n_visits >= MAX_VISITS || self->found->len >= MAX_FOUND;
}

static gboolean
is_of_use (const Search *self, guint i)
{
  return self->off[i] < 1 - 2 * LEAST_VIOLATION;
}

/* Clients that are of no use have empty lists. */
static void
list_clients (Search *self)
{
  const ZxMedianRelax *relax = self->relax;
  gsize end = 0;
  for (guint i = 0; i < relax->n_clients; i++)
    {
      double covered = 0;
      for (gsize k = relax->client_first[i]; k < relax->client_first[i + 1]; k++)
        {
          guint32 j = relax->client_site[k];
          if (relax->now.share[j] <= LEAST_SHARE)
            continue;
          covered += relax->now.share[j];
          self->site[end++] = j;
        }
      self->covered[i] = covered;
      self->off[i] = fabs (covered - 1);
      if (!is_of_use (self, i))
        end = self->first[i];
      self->first[i + 1] = end;
    }
}

static void
search_init (Search *self, const ZxMedianRelax *relax)
{
  gsize n_pairs = relax->client_first[relax->n_clients];
  *self = (Search){ .relax = relax };
  self->first = g_new0 (gsize, (gsize) relax->n_clients + 1);
  self->site = g_new (guint32, n_pairs + 1);
  self->site_first = g_new0 (gsize, (gsize) relax->n_sites + 2);
  self->site_client = g_new (guint32, n_pairs + 1);
  self->covered = g_new (double, relax->n_clients);
  self->off = g_new (double, relax->n_clients);
  self->is_in[0] = g_new0 (guint8, relax->n_sites);
  self->is_in[1] = g_new0 (guint8, relax->n_sites);
  self->common = g_new0 (double, relax->n_clients);
  self->near = g_new (guint32, relax->n_clients);
  self->is_odd = g_new0 (guint8, relax->n_sites);
  self->found = g_array_new (FALSE, FALSE, sizeof (Found));
  list_clients (self);
  zx_lists_turn (relax->n_clients, self->first, self->site, relax->n_sites, self->site_first,
                 self->site_client);
}

static void
search_clear (Search *self)
{
  g_free (self->first);
  g_free (self->site);
  g_free (self->site_first);
  g_free (self->site_client);
  g_free (self->covered);
  g_free (self->off);
  g_free (self->is_in[0]);
  g_free (self->is_in[1]);
  g_free (self->common);
  g_free (self->near);
  g_free (self->is_odd);
  g_array_free (self->found, TRUE);
}

/* ---- threes ------------------------------------------------------------------------------ */

static void
mark (Search *self, guint which, guint i, guint8 value)
{
  for (gsize k = self->first[i]; k < self->first[i + 1]; k++)
    self->is_in[which][self->site[k]] = value;
}

/* The clients from @first on that share something with @i, and how much. */
static guint
find_near (Search *self, guint i, guint first)
{
  guint n = 0;
  for (gsize k = self->first[i]; k < self->first[i + 1]; k++)
    {
      guint32 j = self->site[k];
      self->n_visits += self->site_first[j + 1] - self->site_first[j];
      for (gsize c = self->site_first[j]; c < self->site_first[j + 1]; c++)
        {
          guint32 other = self->site_client[c];
          if (other < first || other == i)
            continue;
          if (self->common[other] == 0)
            self->near[n++] = other;
          self->common[other] += self->relax->now.share[j];
        }
    }
  return n;
}

static gboolean
is_between (double common)
{
  return common >= LEAST_COMMON && common <= MOST_COMMON;
}

static double
least_weight (const ZxMedianRelax *relax, const guint32 *member, guint size)
{
  double least = INFINITY;
  for (guint m = 0; m < size; m++)
    least = MIN (least, relax->weight[member[m]]);
  return least;
}

static void
keep (Search *self, const guint32 *member, guint size, double violation)
{
  Found found = { .size = size, .worth = violation * least_weight (self->relax, member, size) };
  memcpy (found.member, member, size * sizeof *member);
  qsort (found.member, size, sizeof *member, zx_lists_compare);
  g_array_append_val (self->found, found);
}

static void
consider (Search *self, guint i, guint j, guint k)
{
  const double *share = self->relax->now.share;
  const guint32 member[] = { i, j, k };
  double pairs = self->common[j] + self->common[k], all = 0;
  for (gsize at = self->first[k]; at < self->first[k + 1]; at++)
    {
      guint32 site = self->site[at];
      if (self->is_in[1][site])
        {
          pairs += share[site];
          all += self->is_in[0][site] ? share[site] : 0;
        }
    }
  self->n_visits += self->first[k + 1] - self->first[k];
  double odd = self->covered[i] + self->covered[j] + self->covered[k] - 2 * pairs + 4 * all;
  double violation = 0.5 - 0.5 * (self->off[i] + self->off[j] + self->off[k] + odd);
  if (violation >= LEAST_VIOLATION)
    keep (self, member, 3, violation);
  if (violation > self->best_violation)
    {
      self->best_violation = violation;
      memcpy (self->best, member, sizeof member);
    }
}

static void
find_threes (Search *self, guint i)
{
  guint n = find_near (self, i, i + 1);
  mark (self, 0, i, 1);
  for (guint a = 0; a < n && !is_used_up (self); a++)
    {
      guint32 j = self->near[a];
      double off = self->off[i] + self->off[j];
      if (!is_between (self->common[j]) || off >= 1)
        continue;
      mark (self, 1, j, 1);
      self->n_visits += (n - a) / PAIRS_A_VISIT;
      for (guint b = a + 1; b < n; b++)
        if (is_between (self->common[self->near[b]]) && off + self->off[self->near[b]] < 1)
          consider (self, i, j, self->near[b]);
      mark (self, 1, j, 0);
    }
  mark (self, 0, i, 0);
  for (guint a = 0; a < n; a++)
    self->common[self->near[a]] = 0;
}

/* ---- fives -------------------------------------------------------------------------------- */

static void
flip (Search *self, guint i)
{
  for (gsize k = self->first[i]; k < self->first[i + 1]; k++)
    self->is_odd[self->site[k]] ^= 1;
}

/* By how much one more client makes the cut's violation less, twice. */
static double
harm_of (Search *self, guint i)
{
  const double *share = self->relax->now.share;
  double harm = self->off[i];
  for (gsize k = self->first[i]; k < self->first[i + 1]; k++)
    harm += self->is_odd[self->site[k]] ? -share[self->site[k]] : share[self->site[k]];
  self->n_visits += self->first[i + 1] - self->first[i];
  return harm;
}

static gboolean
is_member (const guint32 *member, guint size, guint32 i)
{
  for (guint m = 0; m < size; m++)
    if (member[m] == i)
      return TRUE;
  return FALSE;
}

/* Puts those of least harm first into @fourth, least first.  Returns: how many. */
static guint
choose_fourths (Search *self, guint n, guint32 *fourth)
{
  double harms[N_FOURTHS + 1];
  guint n_chosen = 0;
  for (guint a = 0; a < n; a++)
    {
      if (is_member (self->best, 3, self->near[a]))
        continue;
      double harm = harm_of (self, self->near[a]);
      guint at = n_chosen;
      for (; at > 0 && harms[at - 1] > harm; at--)
        if (at < N_FOURTHS)
          {
            harms[at] = harms[at - 1];
            fourth[at] = fourth[at - 1];
          }
      if (at == N_FOURTHS)
        continue;
      harms[at] = harm;
      fourth[at] = self->near[a];
      n_chosen = MIN (n_chosen + 1, N_FOURTHS);
    }
  return n_chosen;
}

static void
find_five (Search *self)
{
  guint32 fourth[N_FOURTHS], member[5], best[5];
  double most = LEAST_VIOLATION;
  memcpy (member, self->best, sizeof self->best);
  guint n = find_near (self, member[0], 0);
  for (guint m = 0; m < 3; m++)
    flip (self, member[m]);
  guint n_fourths = choose_fourths (self, n, fourth);
  for (guint f = 0; f < n_fourths; f++)
    {
      double first = harm_of (self, fourth[f]);
      member[3] = fourth[f];
      flip (self, member[3]);
      for (guint a = 0; a < n; a++)
        {
          if (is_member (member, 4, self->near[a]))
            continue;
          double violation = self->best_violation - 0.5 * (first + harm_of (self, self->near[a]));
          if (violation < most)
            continue;
          most = violation;
          member[4] = self->near[a];
          memcpy (best, member, sizeof member);
        }
      flip (self, member[3]);
    }
  for (guint m = 0; m < 3; m++)
    flip (self, member[m]);
  for (guint a = 0; a < n; a++)
    self->common[self->near[a]] = 0;
  if (most > LEAST_VIOLATION)
    keep (self, best, 5, most);
}

static void
search_from (Search *self, guint i)
{
  self->best_violation = LEAST_START;
  find_threes (self, i);
  if (self->best_violation > LEAST_START)
    find_five (self);
}

/* ---- choosing ----------------------------------------------------------------------------- */

static int
compare_members (gconstpointer a, gconstpointer b)
{
  const guint32 *x = a, *y = b;
  for (guint m = 0; m < ZX_ODD_CUT_MOST; m++)
    if (x[m] != y[m])
      return x[m] < y[m] ? -1 : 1;
  return 0;
}

static int
compare_found (gconstpointer a, gconstpointer b)
{
  const Found *x = a, *y = b;
  if (x->worth != y->worth)
    return x->worth > y->worth ? -1 : 1;
  return compare_members (x->member, y->member);
}

static void
drop_idle_cuts (ZxMedianRelax *self)
{
  guint n = self->n_cuts;
  self->n_cuts = 0;
  for (guint c = 0; c < n; c++)
    {
      double excess = self->now.excess[c];
      if (excess < LEAST_EXCESS * least_weight (self, self->member[c], self->cut_size[c]))
        continue;
      gsize end = self->cut_first[self->n_cuts], size = self->cut_first[c + 1] - self->cut_first[c];
      memmove (self->cut_site + end, self->cut_site + self->cut_first[c], size * sizeof (guint32));
      memmove (self->member[self->n_cuts], self->member[c], sizeof *self->member);
      self->cut_size[self->n_cuts] = self->cut_size[c];
      self->now.excess[self->n_cuts++] = excess;
      self->cut_first[self->n_cuts] = end + size;
    }
}

static void
search (Search *self, gint64 deadline_us)
{
  /* Another client comes first every time, lest a search that is used up always misses the same. */
  guint n = self->relax->n_clients;
  guint begin = (guint) ((self->relax->n_searches * (guint64) 0x9e3779b9) % n);
  for (guint k = 0; k < n && !is_used_up (self); k++)
    {
      if (deadline_us > 0 && g_get_monotonic_time () >= deadline_us)
        break;
      if (is_of_use (self, (begin + k) % n))
        search_from (self, (begin + k) % n);
    }
  g_array_sort (self->found, compare_found);
}

/* The worthiest first, USES_A_CLIENT of a client at most. */
static guint
add_found (ZxMedianRelax *relax, const GArray *found)
{
  guint n_added = 0, n_known = relax->n_cuts;
  gsize size = sizeof *relax->member;
  g_autofree guint32 *known = g_malloc ((n_known + 1) * size);
  g_autofree guint8 *n_uses = g_new0 (guint8, relax->n_clients);
  memcpy (known, relax->member, n_known * size);
  qsort (known, n_known, size, compare_members);
  for (guint f = 0; f < found->len; f++)
    {
      const Found *cut = &g_array_index (found, Found, f);
      const guint32 *member = cut->member;
      guint most = 0;
      for (guint m = 0; m < cut->size; m++)
        most = MAX (most, n_uses[member[m]]);
      if (most >= USES_A_CLIENT || bsearch (member, known, n_known, size, compare_members) != NULL)
        continue;
      if (!zx_median_relax_add_cut (relax, member, cut->size))
        break;
      for (guint m = 0; m < cut->size; m++)
        n_uses[member[m]]++;
      n_added++;
    }
  return n_added;
}

guint
zx_median_relax_cut (ZxMedianRelax *self, gint64 deadline_us)
{
  Search work;
  drop_idle_cuts (self);
  search_init (&work, self);
  search (&work, deadline_us);
  guint n_added = add_found (self, work.found);
  search_clear (&work);
  self->n_searches++;
  return n_added;
}
