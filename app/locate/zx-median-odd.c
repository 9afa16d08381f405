/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which odd cuts the shares violate.
 *
 * Half the sum of k rows is rounded up where an odd number of the k clients is covered, so a cut is
 * violated by
 *   1/2 - 1/2 (Σ of the rows' slack and of the missed + Σ of the shares of sites that cover an odd
 *              number of the k):
 * each client must be covered once, nearly, and mostly by sites that cover two of them.  With P the
 * shares two clients have in common, summed over the pairs, and T those of all three, the odd
 * shares of three are Σ covered - 2 P + 4 T.  All threes are looked at, most of them no farther
 * than the least T there can be, for which what pairs have in common is listed first.  The best
 * three of every client is then made longer, twice, by the pair of clients that takes the most odd
 * shares away. */

#include "app/locate/zx-median-relax.h"

#include <string.h>

#define LEAST_SHARE     5e-4
#define LEAST_VIOLATION 0.01
#define LEAST_COMMON    0.1
#define MOST_COMMON     0.9
#define LEAST_START     -0.2 /* violation of one that may be made longer */
#define N_NEXT          6    /* tried with every one after */
#define USES_A_CLIENT   12   /* of one search */
#define MAX_FOUND       (1u << 20)
#define MAX_VISITS      (G_GUINT64_CONSTANT (1) << 29) /* of sites, about a second's */
#define MAX_NEAR        (1u << 24)                     /* pairs of clients listed */
#define PAIRS_A_VISIT   4                              /* looked at and passed over */

typedef struct
{
  guint32 member[ZX_ODD_CUT_MOST];
  guint size;
  double worth; /* the violation × the least weight */
} Found;

/* What a client has in common with another of a higher number. */
typedef struct
{
  guint32 client;
  float common;
} Near;

typedef struct
{
  const ZxMedianRelax *relax;
  /* of each client that is nearly covered once, the sites with a share; and the other way */
  gsize *first;
  guint32 *site;
  gsize *site_first;
  guint32 *site_client;
  double *covered, *off;         /* n_clients: Σ of the shares; its distance from 1 */
  double *first_share;           /* n_sites: share where it covers the first client, else 0 */
  double *is_in_second;          /* n_sites: 1 where it covers the second, else 0 */
  double *common;                /* n_clients: shares in common with the first */
  guint32 *sharing;              /* the clients with any */
  GArray *near;                  /* Near: of each client those of higher numbers */
  gsize *near_begin, *near_end;  /* n_clients; both 0: not listed */
  double *turned;                /* n_sites: the share, less than 0 where it covers an odd number */
  guint32 best[ZX_ODD_CUT_MOST]; /* of those with the first client */
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
  self->first_share = g_new0 (double, relax->n_sites);
  self->is_in_second = g_new0 (double, relax->n_sites);
  self->common = g_new0 (double, relax->n_clients);
  self->sharing = g_new (guint32, relax->n_clients);
  self->near = g_array_new (FALSE, FALSE, sizeof (Near));
  self->near_begin = g_new0 (gsize, relax->n_clients);
  self->near_end = g_new0 (gsize, relax->n_clients);
  self->turned = g_memdup2 (relax->now.share, relax->n_sites * sizeof (double));
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
  g_free (self->first_share);
  g_free (self->is_in_second);
  g_free (self->common);
  g_free (self->sharing);
  g_array_free (self->near, TRUE);
  g_free (self->near_begin);
  g_free (self->near_end);
  g_free (self->turned);
  g_array_free (self->found, TRUE);
}

/* ---- what two have in common -------------------------------------------------------------- */

/* The clients from @first on that share something with @i, and how much. */
static guint
find_sharing (Search *self, guint i, guint first)
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
            self->sharing[n++] = other;
          self->common[other] += self->relax->now.share[j];
        }
    }
  return n;
}

static void
forget_sharing (Search *self, guint n)
{
  for (guint a = 0; a < n; a++)
    self->common[self->sharing[a]] = 0;
}

static void
list_near (Search *self, guint i)
{
  guint n = find_sharing (self, i, i + 1);
  self->near_begin[i] = self->near->len;
  for (guint a = 0; a < n; a++)
    {
      Near near = { self->sharing[a], (float) self->common[self->sharing[a]] };
      if (near.common >= LEAST_COMMON && near.common <= MOST_COMMON)
        g_array_append_val (self->near, near);
    }
  self->near_end[i] = self->near->len;
  forget_sharing (self, n);
}

/* ---- threes ------------------------------------------------------------------------------ */

static void
keep (Search *self, const guint32 *member, guint size, double violation)
{
  Found found = { .size = size,
                  .worth = violation * zx_median_relax_least_weight (self->relax, member, size) };
  memcpy (found.member, member, size * sizeof *member);
  qsort (found.member, size, sizeof *member, zx_lists_compare);
  g_array_append_val (self->found, found);
}

/* The sums are without a branch: which way it would go nobody can guess. */
static void
consider (Search *self, guint i, guint j, guint k)
{
  const guint32 member[] = { i, j, k };
  double with_j = 0, all = 0;
  for (gsize at = self->first[k]; at < self->first[k + 1]; at++)
    {
      guint32 site = self->site[at];
      double in_j = self->is_in_second[site];
      with_j += in_j * self->relax->now.share[site];
      all += in_j * self->first_share[site];
    }
  double pairs = self->common[j] + self->common[k] + with_j;
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

/* The violation of three clients that have @p, @q and @r in common by pairs, were they to have in
 * common all together only what they must. */
static double
greatest_violation (const Search *self, guint i, guint j, guint k, double p, double q, double r)
{
  const double *covered = self->covered;
  double all = MAX (p + q - covered[i], p + r - covered[j]);
  all = MAX (all, q + r - covered[k]);
  all = MAX (all, 0);
  double odd = covered[i] + covered[j] + covered[k] - 2 * (p + q + r) + 4 * all;
  return 0.5 - 0.5 * (self->off[i] + self->off[j] + self->off[k] + odd);
}

static void
find_threes (Search *self, guint i)
{
  guint n = 0;
  for (gsize a = self->near_begin[i]; a < self->near_end[i]; a++)
    {
      const Near *near = &g_array_index (self->near, Near, a);
      self->common[near->client] = near->common;
      self->sharing[n++] = near->client;
    }
  for (gsize k = self->first[i]; k < self->first[i + 1]; k++)
    self->first_share[self->site[k]] = self->relax->now.share[self->site[k]];
  for (guint a = 0; a < n && !is_used_up (self); a++)
    {
      guint32 j = self->sharing[a];
      for (gsize k = self->first[j]; k < self->first[j + 1]; k++)
        self->is_in_second[self->site[k]] = 1;
      self->n_visits += (self->near_end[j] - self->near_begin[j]) / PAIRS_A_VISIT;
      for (gsize b = self->near_begin[j]; b < self->near_end[j]; b++)
        {
          const Near *near = &g_array_index (self->near, Near, b);
          double q = self->common[near->client];
          if (q == 0)
            continue;
          double violation
              = greatest_violation (self, i, j, near->client, self->common[j], q, near->common);
          if (violation >= LEAST_VIOLATION || violation > self->best_violation)
            consider (self, i, j, near->client);
        }
      for (gsize k = self->first[j]; k < self->first[j + 1]; k++)
        self->is_in_second[self->site[k]] = 0;
    }
  for (gsize k = self->first[i]; k < self->first[i + 1]; k++)
    self->first_share[self->site[k]] = 0;
  forget_sharing (self, n);
}

/* ---- longer ones ------------------------------------------------------------------------- */

static void
flip (Search *self, guint i)
{
  for (gsize k = self->first[i]; k < self->first[i + 1]; k++)
    self->turned[self->site[k]] = -self->turned[self->site[k]];
}

/* By how much one more client makes the cut's violation less, twice. */
static double
harm_of (Search *self, guint i)
{
  double harm = self->off[i];
  for (gsize k = self->first[i]; k < self->first[i + 1]; k++)
    harm += self->turned[self->site[k]];
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

/* Puts those of least harm first into @next, least first.  Returns: how many. */
static guint
choose_next (Search *self, guint size, guint n, guint32 *next)
{
  double harms[N_NEXT + 1];
  guint n_chosen = 0;
  for (guint a = 0; a < n; a++)
    {
      if (is_member (self->best, size, self->sharing[a]))
        continue;
      double harm = harm_of (self, self->sharing[a]);
      guint at = n_chosen;
      for (; at > 0 && harms[at - 1] > harm; at--)
        if (at < N_NEXT)
          {
            harms[at] = harms[at - 1];
            next[at] = next[at - 1];
          }
      if (at == N_NEXT)
        continue;
      harms[at] = harm;
      next[at] = self->sharing[a];
      n_chosen = MIN (n_chosen + 1, N_NEXT);
    }
  return n_chosen;
}

/* Makes the best with the first client longer by two. */
static void
grow (Search *self, guint size)
{
  guint32 next[N_NEXT], member[ZX_ODD_CUT_MOST], best[ZX_ODD_CUT_MOST] = { 0 };
  double most = LEAST_START;
  memcpy (member, self->best, size * sizeof *member);
  guint n = find_sharing (self, member[0], 0);
  for (guint m = 0; m < size; m++)
    flip (self, member[m]);
  guint n_next = choose_next (self, size, n, next);
  for (guint f = 0; f < n_next; f++)
    {
      double first = harm_of (self, next[f]);
      member[size] = next[f];
      flip (self, member[size]);
      for (guint a = 0; a < n; a++)
        {
          if (is_member (member, size + 1, self->sharing[a]))
            continue;
          double violation
              = self->best_violation - 0.5 * (first + harm_of (self, self->sharing[a]));
          if (violation <= most)
            continue;
          most = violation;
          member[size + 1] = self->sharing[a];
          memcpy (best, member, (size + 2) * sizeof *member);
        }
      flip (self, member[size]);
    }
  for (guint m = 0; m < size; m++)
    flip (self, member[m]);
  forget_sharing (self, n);
  if (most >= LEAST_VIOLATION)
    keep (self, best, size + 2, most);
  memcpy (self->best, best, sizeof best);
  self->best_violation = most;
}

static void
search_from (Search *self, guint i)
{
  self->best_violation = LEAST_START;
  find_threes (self, i);
  for (guint size = 3; size < ZX_ODD_CUT_MOST && self->best_violation > LEAST_START; size += 2)
    grow (self, size);
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
search (Search *self, gint64 deadline_us)
{
  /* Another client comes first every time, lest a search that is used up always misses the same. */
  guint n = self->relax->n_clients, n_listed = 0;
  guint begin = (guint) ((self->relax->n_searches * (guint64) 0x9e3779b9) % n);
  while (n_listed < n && self->near->len < MAX_NEAR && self->n_visits < MAX_VISITS / 2)
    list_near (self, (begin + n_listed++) % n);
  for (guint k = 0; k < n_listed && !is_used_up (self); k++)
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
  zx_median_relax_drop_idle (self);
  search_init (&work, self);
  search (&work, deadline_us);
  guint n_added = add_found (self, work.found);
  search_clear (&work);
  self->n_searches++;
  return n_added;
}
