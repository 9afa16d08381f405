/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The primal–dual hybrid gradient method (Chambolle and Pock 2011) with diagonal steps (Pock and
 * Chambolle 2011), restarts at the average and a balanced primal weight (Applegate et al. 2021,
 * "PDLP").  Where subgradients need twenty thousand rounds to come within 0.02 % of the linear
 * bound it needs three thousand, and its shares are smooth enough to find violated cuts.
 *
 * No bound rests on its arithmetic: prices are rounded to the problem's lattice, on which
 *   Σ price + Σ (k + 1) / 2 × excess - the n_wanted greatest gains
 * is exact, and a bound while no client's price and excesses are more than its weight; gain: the
 * prices and excesses of the clients a site covers, less the excess of every cut once for every two
 * of its clients. */

#include "app/locate/zx-median-relax.h"

#include <string.h>

#define CUTS_PER_CLIENT  2
#define MIN_CUTS         64
#define CUT_RUNS_A_PAIR  2 /* at most: they cost as much as the pairs */
#define MIN_CUT_RUNS     32768
#define LEAST_EXCESS     1e-4 /* of the least weight of a cut's members: below, it has no effect */
#define CHECK_ROUNDS     50   /* between looks at the bound and at the clock */
#define RESTART_SHARE    0.36 /* of the rounds so far */
#define FIRST_EPOCH      200  /* shorter averages after new cuts are worse than their start */
#define WEIGHED_EPOCH    500  /* shorter ones say little of the weight */
#define CUT_WEIGHT       0.5  /* × the weight after new cuts, whose excess would shoot past */
#define FIRST_WEIGHT     6.0 /* × the mean weight: shares move by a thousandth as prices move by w */
#define MULTIPLIER_STEPS 60 /* of Newton's method or halving */
#define LIKELY_SHARE     1e-3
#define LIKELY_LACK      1e-3 /* of the gain of the last site that is taken */

/* ---- memory ------------------------------------------------------------------------------- */

static void
point_init (ZxMedianPoint *self, const ZxMedianRelax *relax)
{
  self->share = g_new0 (double, relax->n_sites);
  self->missed = g_new0 (double, relax->n_clients);
  self->price = g_new0 (double, relax->n_clients);
  self->excess = g_new0 (double, relax->max_cuts);
}

static void
point_clear (ZxMedianPoint *self)
{
  g_free (self->share);
  g_free (self->missed);
  g_free (self->price);
  g_free (self->excess);
}

void
zx_median_relax_free (ZxMedianRelax *self)
{
  if (self == NULL)
    return;
  g_free (self->client);
  g_free (self->site);
  g_free (self->weight);
  g_free (self->client_first);
  g_free (self->client_site);
  g_free (self->site_first);
  g_free (self->site_run);
  g_free (self->cut_size);
  g_free (self->member);
  g_free (self->cut_first);
  g_free (self->cut_run);
  g_free (self->count);
  g_free (self->counted_site);
  point_clear (&self->now);
  point_clear (&self->start);
  point_clear (&self->sum);
  g_free (self->share_step);
  g_free (self->missed_step);
  g_free (self->price_step);
  g_free (self->excess_step);
  g_free (self->total);
  g_free (self->ahead);
  g_free (self->gain);
  g_free (self->leap);
  g_free (self->client_sum);
  g_free (self->site_sum);
  g_free (self->best_gain);
  g_free (self->best_total);
  g_free (self);
}

static void
allocate_rounds (ZxMedianRelax *self)
{
  self->max_cuts = MAX (MIN_CUTS, CUTS_PER_CLIENT * self->n_clients);
  self->cut_size = g_new (guint8, self->max_cuts);
  self->member = g_malloc_n (self->max_cuts, sizeof *self->member);
  self->cut_first = g_new0 (gsize, (gsize) self->max_cuts + 1);
  self->count = g_new0 (guint8, self->n_sites);
  self->counted_site = g_new (guint32, self->n_sites);
  point_init (&self->now, self);
  point_init (&self->start, self);
  point_init (&self->sum, self);
  self->share_step = g_new (double, self->n_sites);
  self->missed_step = g_new (double, self->n_clients);
  self->price_step = g_new (double, self->n_clients);
  self->excess_step = g_new (double, self->max_cuts);
  self->total = g_new (double, self->n_clients);
  self->ahead = g_new (double, self->n_clients);
  self->gain = g_new (double, self->n_sites);
  self->leap = g_new (double, self->n_sites);
  self->client_sum = g_new (double, (gsize) self->n_clients + 1);
  self->site_sum = g_new (double, (gsize) self->n_sites + 1);
  self->best_gain = g_new0 (double, self->n_sites);
  self->best_total = g_new0 (double, self->n_clients);
}

/* ---- what is left ------------------------------------------------------------------------- */

static void
take_sites (ZxMedianRelax *self, const guint8 *status, guint32 *place)
{
  const ZxMedian *problem = self->problem;
  self->site = g_new (guint32, (gsize) problem->n_sites + 1);
  self->n_wanted = problem->n_choose;
  for (guint j = 0; j < problem->n_sites; j++)
    {
      place[j] = self->n_sites;
      if (status[j] == ZX_MEDIAN_FREE)
        self->site[self->n_sites++] = j;
      else if (status[j] == ZX_MEDIAN_OPEN)
        self->n_wanted--;
    }
}

/* FALSE: an open site covers it, or no site can. */
static gboolean
take_client (ZxMedianRelax *self, const guint8 *status, const guint32 *place, guint i)
{
  const ZxMedian *problem = self->problem;
  gsize begin = self->client_first[self->n_clients], end = begin;
  for (gsize k = problem->client_first[i]; k < problem->client_first[i + 1]; k++)
    {
      guint32 j = problem->client_pair[k].at;
      if (status[j] == ZX_MEDIAN_OPEN)
        return FALSE;
      if (status[j] == ZX_MEDIAN_FREE)
        self->client_site[end++] = place[j];
    }
  double weight = problem->weight[i] * problem->fallback[i];
  if (end == begin)
    {
      self->constant += weight;
      return FALSE;
    }
  self->client[self->n_clients] = i;
  self->weight[self->n_clients++] = weight;
  self->client_first[self->n_clients] = end;
  return TRUE;
}

static void
list_by_site (ZxMedianRelax *self)
{
  gsize n_pairs = self->client_first[self->n_clients];
  g_autofree gsize *first = g_new0 (gsize, (gsize) self->n_sites + 2);
  g_autofree guint32 *client = g_new (guint32, n_pairs + 1);
  zx_lists_turn (self->n_clients, self->client_first, self->client_site, self->n_sites, first,
                 client);
  self->site_first = g_new (gsize, (gsize) self->n_sites + 1);
  self->site_run = g_new (ZxRun, n_pairs + 1);
  zx_lists_turn_to_runs (self->n_sites, first, client, self->site_first, self->site_run);
  self->site_run = g_renew (ZxRun, self->site_run, self->site_first[self->n_sites] + 1);
}

ZxMedianRelax *
zx_median_relax_new (const ZxMedian *problem, const guint8 *status)
{
  g_autoptr (ZxMedianRelax) self = g_new0 (ZxMedianRelax, 1);
  gsize n = (gsize) problem->n_clients + 1;
  g_autofree guint32 *place = g_new (guint32, (gsize) problem->n_sites + 1);
  self->problem = problem;
  self->bound = -INFINITY;
  take_sites (self, status, place);
  self->client = g_new (guint32, n);
  self->weight = g_new (double, n);
  self->client_first = g_new0 (gsize, n);
  self->client_site = g_new (guint32, problem->client_first[problem->n_clients] + 1);
  for (guint i = 0; i < problem->n_clients; i++)
    take_client (self, status, place, i);
  if (self->n_clients == 0 || self->n_wanted == 0 || self->n_wanted >= self->n_sites)
    return NULL;
  list_by_site (self);
  allocate_rounds (self);
  double all = 0;
  for (guint i = 0; i < self->n_clients; i++)
    all += self->weight[i];
  self->primal_weight = FIRST_WEIGHT * all / self->n_clients;
  for (guint j = 0; j < self->n_sites; j++)
    self->now.share[j] = (double) self->n_wanted / self->n_sites;
  return g_steal_pointer (&self);
}

/* ---- cuts --------------------------------------------------------------------------------- */

/* The sites that cover at least so many of the members, into counted_site, ascending. */
static guint
count_sites (ZxMedianRelax *self, const guint32 *member, guint size, guint least)
{
  guint n = 0;
  for (guint m = 0; m < size; m++)
    for (gsize k = self->client_first[member[m]]; k < self->client_first[member[m] + 1]; k++)
      if (++self->count[self->client_site[k]] == least)
        self->counted_site[n++] = self->client_site[k];
  for (guint m = 0; m < size; m++)
    for (gsize k = self->client_first[member[m]]; k < self->client_first[member[m] + 1]; k++)
      self->count[self->client_site[k]] = 0;
  qsort (self->counted_site, n, sizeof (guint32), zx_lists_compare);
  return n;
}

gboolean
zx_median_relax_add_cut (ZxMedianRelax *self, const guint32 *member, guint size)
{
  gsize end = self->cut_first[self->n_cuts], needed = end + size / 2 * (gsize) self->n_sites;
  if (self->n_cuts == self->max_cuts
      || needed > CUT_RUNS_A_PAIR * self->client_first[self->n_clients] + MIN_CUT_RUNS)
    return FALSE;
  if (needed > self->max_cut_runs)
    {
      self->max_cut_runs = 2 * needed;
      self->cut_run = g_renew (ZxRun, self->cut_run, self->max_cut_runs);
    }
  for (guint least = 2; least <= size; least += 2)
    {
      guint n = count_sites (self, member, size, least);
      end += zx_lists_find_runs (self->counted_site, n, self->cut_run + end);
    }
  self->cut_size[self->n_cuts] = (guint8) size;
  memset (self->member[self->n_cuts], 0, sizeof *self->member);
  memcpy (self->member[self->n_cuts], member, size * sizeof *member);
  self->now.excess[self->n_cuts++] = 0;
  self->cut_first[self->n_cuts] = end;
  return TRUE;
}

double
zx_median_relax_least_weight (const ZxMedianRelax *self, const guint32 *member, guint size)
{
  double least = INFINITY;
  for (guint m = 0; m < size; m++)
    least = MIN (least, self->weight[member[m]]);
  return least;
}

void
zx_median_relax_drop_idle (ZxMedianRelax *self)
{
  guint n = self->n_cuts;
  self->n_cuts = 0;
  for (guint c = 0; c < n; c++)
    {
      double excess = self->now.excess[c];
      if (excess
          < LEAST_EXCESS * zx_median_relax_least_weight (self, self->member[c], self->cut_size[c]))
        continue;
      gsize end = self->cut_first[self->n_cuts], size = self->cut_first[c + 1] - self->cut_first[c];
      memmove (self->cut_run + end, self->cut_run + self->cut_first[c], size * sizeof (ZxRun));
      memmove (self->member[self->n_cuts], self->member[c], sizeof *self->member);
      self->cut_size[self->n_cuts] = self->cut_size[c];
      self->now.excess[self->n_cuts++] = excess;
      self->cut_first[self->n_cuts] = end + size;
    }
}

void
zx_median_relax_inherit (ZxMedianRelax *self, const ZxMedianRelax *other)
{
  g_autofree guint32 *place = g_new (guint32, (gsize) other->n_clients + 1);
  for (guint j = 0, k = 0; j < self->n_sites; j++)
    {
      while (other->site[k] != self->site[j])
        k++;
      self->now.share[j] = other->now.share[k];
    }
  for (guint i = 0, k = 0; k < other->n_clients; k++)
    {
      place[k] = G_MAXUINT32;
      if (i == self->n_clients || other->client[k] != self->client[i])
        continue;
      self->now.missed[i] = other->now.missed[k];
      self->now.price[i] = other->now.price[k];
      place[k] = i++;
    }
  for (guint c = 0; c < other->n_cuts; c++)
    {
      guint32 member[ZX_ODD_CUT_MOST];
      gboolean is_whole = TRUE;
      for (guint m = 0; m < other->cut_size[c]; m++)
        {
          member[m] = place[other->member[c][m]];
          is_whole = is_whole && member[m] != G_MAXUINT32;
        }
      if (is_whole && zx_median_relax_add_cut (self, member, other->cut_size[c]))
        self->now.excess[self->n_cuts - 1] = other->now.excess[c];
    }
  self->primal_weight = other->primal_weight;
  self->has_run = other->has_run;
  self->n_searches = other->n_searches;
}

/* The right side. */
static double
needed_of (const ZxMedianRelax *self, guint c)
{
  return (self->cut_size[c] + 1) / 2;
}

/* ---- prices to gains ---------------------------------------------------------------------- */

/* What comes before each of the @n values and after the last, added up. */
static void
run_up (const double *value, guint n, double *sum)
{
  double so_far = 0;
  for (guint k = 0; k < n; k++)
    {
      sum[k] = so_far;
      so_far += value[k];
    }
  sum[n] = so_far;
}

/* Σ of the values whose running sums these are.  Two sums side by side: one alone waits for every
 * addition. */
static double
sum_of (const double *sum, const ZxRun *run, const ZxRun *end)
{
  double a = 0, b = 0;
  for (; run + 2 <= end; run += 2)
    {
      a += sum[run[0].end] - sum[run[0].begin];
      b += sum[run[1].end] - sum[run[1].begin];
    }
  if (run < end)
    a += sum[run->end] - sum[run->begin];
  return a + b;
}

/* Adds @by in all runs: to what the values change by from each to the next. */
static void
change_runs (double *change, const ZxRun *run, const ZxRun *end, double by)
{
  for (; run < end; run++)
    {
      change[run->begin] += by;
      change[run->end] -= by;
    }
}

/* Fills total and gain. */
static void
add_up (ZxMedianRelax *self, const double *price, const double *excess)
{
  double *total = self->total, change = 0;
  memcpy (total, price, self->n_clients * sizeof *total);
  memset (self->site_sum, 0, (self->n_sites + 1) * sizeof *self->site_sum);
  for (guint c = 0; c < self->n_cuts; c++)
    if (excess[c] > 0)
      {
        for (guint m = 0; m < self->cut_size[c]; m++)
          total[self->member[c][m]] += excess[c];
        change_runs (self->site_sum, self->cut_run + self->cut_first[c],
                     self->cut_run + self->cut_first[c + 1], -excess[c]);
      }
  run_up (total, self->n_clients, self->client_sum);
  for (guint j = 0; j < self->n_sites; j++)
    {
      change += self->site_sum[j];
      self->gain[j] = change
                      + sum_of (self->client_sum, self->site_run + self->site_first[j],
                                self->site_run + self->site_first[j + 1]);
    }
}

/* ---- the bound ---------------------------------------------------------------------------- */

static int
descending (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return x < y ? 1 : x > y ? -1 : 0;
}

/* On the lattice, below the weights. */
static double
round_prices (const ZxMedianRelax *self, double scale, double *price, double *excess)
{
  const double lattice = self->problem->lattice;
  double all = 0;
  g_autofree double *room = g_memdup2 (self->weight, self->n_clients * sizeof *room);
  for (guint c = 0; c < self->n_cuts; c++)
    {
      double least = self->sum.excess[c] * scale;
      for (guint m = 0; m < self->cut_size[c]; m++)
        least = MIN (least, room[self->member[c][m]]);
      excess[c] = floor (least / lattice) * lattice;
      for (guint m = 0; m < self->cut_size[c]; m++)
        room[self->member[c][m]] -= excess[c];
      all += needed_of (self, c) * excess[c];
    }
  for (guint i = 0; i < self->n_clients; i++)
    {
      price[i] = floor (MIN (self->sum.price[i] * scale, room[i]) / lattice) * lattice;
      all += price[i];
    }
  return all;
}

/* The bound of the average prices. */
static void
look_at_bound (ZxMedianRelax *self)
{
  g_autofree double *price = g_new (double, self->n_clients);
  g_autofree double *excess = g_new (double, (gsize) self->n_cuts + 1);
  g_autofree double *sorted = NULL;
  double bound = self->constant + round_prices (self, 1.0 / self->n_summed, price, excess);
  add_up (self, price, excess);
  sorted = g_memdup2 (self->gain, self->n_sites * sizeof *sorted);
  qsort (sorted, self->n_sites, sizeof *sorted, descending);
  for (guint k = 0; k < self->n_wanted; k++)
    bound -= sorted[k];
  if (bound <= self->bound)
    return;
  self->bound = bound;
  self->last_in = sorted[self->n_wanted - 1];
  self->first_out = sorted[self->n_wanted];
  memcpy (self->best_gain, self->gain, self->n_sites * sizeof *self->gain);
  memcpy (self->best_total, self->total, self->n_clients * sizeof *self->total);
}

guint
zx_median_relax_fix (const ZxMedianRelax *self, double value, guint8 *status)
{
  guint n_fixed = 0;
  for (guint j = 0; j < self->n_sites && self->bound > -INFINITY; j++)
    {
      double gain = self->best_gain[j];
      guint8 *at = status + self->site[j];
      if (*at != ZX_MEDIAN_FREE)
        continue;
      if (gain > self->first_out && self->bound + gain - self->first_out > value - 1)
        *at = ZX_MEDIAN_OPEN;
      else if (gain < self->last_in && self->bound + self->last_in - gain > value - 1)
        *at = ZX_MEDIAN_CLOSED;
      n_fixed += *at != ZX_MEDIAN_FREE;
    }
  return n_fixed;
}

void
zx_median_relax_mark_likely (const ZxMedianRelax *self, guint8 *is_likely)
{
  memset (is_likely, 0, self->problem->n_sites);
  for (guint j = 0; j < self->n_sites; j++)
    is_likely[self->site[j]] = self->now.share[j] > LIKELY_SHARE
                               || self->best_gain[j] >= (1 - LIKELY_LACK) * self->last_in;
}

void
zx_median_relax_guide (const ZxMedianRelax *self, double *price, double *frequency)
{
  const double lattice = self->problem->lattice;
  for (guint i = 0; i < self->n_clients; i++)
    {
      guint k = self->client[i];
      price[k] = floor (self->best_total[i] / self->problem->weight[k] / lattice) * lattice;
    }
  for (guint j = 0; j < self->n_sites; j++)
    frequency[self->site[j]] = self->now.share[j];
}

/* ---- one round ---------------------------------------------------------------------------- */

/* A step is the inverse of the sum of the coefficients in its column or row. */
static void
choose_steps (ZxMedianRelax *self)
{
  for (guint j = 0; j < self->n_sites; j++)
    {
      self->share_step[j] = 0;
      for (gsize k = self->site_first[j]; k < self->site_first[j + 1]; k++)
        self->share_step[j] += self->site_run[k].end - self->site_run[k].begin;
    }
  for (guint i = 0; i < self->n_clients; i++)
    {
      self->missed_step[i] = 1;
      self->price_step[i]
          = 1 / (1.0 + (double) (self->client_first[i + 1] - self->client_first[i]));
    }
  for (guint c = 0; c < self->n_cuts; c++)
    {
      double n = self->cut_size[c];
      for (guint m = 0; m < self->cut_size[c]; m++)
        {
          guint32 i = self->member[c][m];
          self->missed_step[i]++;
          n += (double) (self->client_first[i + 1] - self->client_first[i]);
          for (gsize k = self->client_first[i]; k < self->client_first[i + 1]; k++)
            self->share_step[self->client_site[k]]++;
        }
      for (gsize k = self->cut_first[c]; k < self->cut_first[c + 1]; k++)
        for (guint32 j = self->cut_run[k].begin; j < self->cut_run[k].end; j++)
          {
            self->share_step[j]--;
            n--;
          }
      self->excess_step[c] = 1 / n;
    }
  for (guint j = 0; j < self->n_sites; j++)
    self->share_step[j] = 1 / MAX (self->share_step[j], 1);
  for (guint i = 0; i < self->n_clients; i++)
    self->missed_step[i] = 1 / self->missed_step[i];
}

/* Finds the multiplier with which clamp (share - step × multiplier) adds up to n_wanted. */
static double
settle_multiplier (const ZxMedianRelax *self, const double *share)
{
  double low = -INFINITY, high = INFINITY, at = self->multiplier, wanted = self->n_wanted;
  for (guint step = 0; step < MULTIPLIER_STEPS; step++)
    {
      double sum = 0, slope = 0;
      for (guint j = 0; j < self->n_sites; j++)
        {
          double y = share[j] - self->share_step[j] * at;
          sum += CLAMP (y, 0, 1);
          slope += y > 0 && y < 1 ? self->share_step[j] : 0;
        }
      if (fabs (sum - wanted) <= 1e-9 * wanted)
        break;
      if (sum > wanted)
        low = at;
      else
        high = at;
      double next = slope > 0 ? at + (sum - wanted) / slope : NAN;
      if (!(next > low && next < high))
        next = low > -INFINITY && high < INFINITY ? (low + high) / 2
               : sum > wanted                     ? at + 1 + fabs (at)
                                                  : at - 1 - fabs (at);
      at = next;
    }
  return at;
}

static void
move_shares (ZxMedianRelax *self)
{
  double *share = self->now.share, *leap = self->leap;
  for (guint j = 0; j < self->n_sites; j++)
    leap[j] = share[j] + self->share_step[j] / self->primal_weight * self->gain[j];
  self->multiplier = settle_multiplier (self, leap);
  for (guint j = 0; j < self->n_sites; j++)
    {
      double before = share[j], y = leap[j] - self->share_step[j] * self->multiplier;
      share[j] = CLAMP (y, 0, 1);
      leap[j] = 2 * share[j] - before;
    }
  for (guint i = 0; i < self->n_clients; i++)
    {
      double before = self->now.missed[i];
      double u = before
                 - self->missed_step[i] / self->primal_weight * (self->weight[i] - self->total[i]);
      self->now.missed[i] = CLAMP (u, 0, 1);
      self->ahead[i] = 2 * self->now.missed[i] - before;
    }
}

static void
move_prices (ZxMedianRelax *self)
{
  double covered = 0;
  memset (self->client_sum, 0, (self->n_clients + 1) * sizeof *self->client_sum);
  for (guint j = 0; j < self->n_sites; j++)
    if (self->leap[j] != 0)
      change_runs (self->client_sum, self->site_run + self->site_first[j],
                   self->site_run + self->site_first[j + 1], self->leap[j]);
  for (guint i = 0; i < self->n_clients; i++)
    {
      covered += self->client_sum[i];
      self->ahead[i] += covered; /* the left side of the row */
      double price
          = self->now.price[i] + self->price_step[i] * self->primal_weight * (1 - self->ahead[i]);
      self->now.price[i] = MAX (price, 0);
    }
  run_up (self->leap, self->n_sites, self->site_sum);
  for (guint c = 0; c < self->n_cuts; c++)
    {
      double short_of = needed_of (self, c);
      for (guint m = 0; m < self->cut_size[c]; m++)
        short_of -= self->ahead[self->member[c][m]];
      short_of += sum_of (self->site_sum, self->cut_run + self->cut_first[c],
                          self->cut_run + self->cut_first[c + 1]);
      double excess = self->now.excess[c] + self->excess_step[c] * self->primal_weight * short_of;
      self->now.excess[c] = MAX (excess, 0);
    }
}

/* ---- averages ----------------------------------------------------------------------------- */

static void
add_to (double *sum, const double *now, guint n)
{
  for (guint k = 0; k < n; k++)
    sum[k] += now[k];
}

static void
add_to_sum (ZxMedianRelax *self)
{
  add_to (self->sum.share, self->now.share, self->n_sites);
  add_to (self->sum.missed, self->now.missed, self->n_clients);
  add_to (self->sum.price, self->now.price, self->n_clients);
  add_to (self->sum.excess, self->now.excess, self->n_cuts);
  self->n_summed++;
}

static void
begin_epoch (ZxMedianRelax *self)
{
  const ZxMedianPoint *now = &self->now;
  memcpy (self->start.share, now->share, self->n_sites * sizeof (double));
  memcpy (self->start.missed, now->missed, self->n_clients * sizeof (double));
  memcpy (self->start.price, now->price, self->n_clients * sizeof (double));
  memcpy (self->start.excess, now->excess, self->n_cuts * sizeof (double));
  memset (self->sum.share, 0, self->n_sites * sizeof (double));
  memset (self->sum.missed, 0, self->n_clients * sizeof (double));
  memset (self->sum.price, 0, self->n_clients * sizeof (double));
  memset (self->sum.excess, 0, self->n_cuts * sizeof (double));
  self->n_summed = 0;
}

/* Puts the average of @n sums into @now.  Returns: the squared way from @start in the steps'
 * metric. */
static double
average (const double *sum, guint n_summed, const double *start, const double *step, guint n,
         double *now)
{
  double way = 0;
  for (guint k = 0; k < n; k++)
    {
      now[k] = sum[k] / n_summed;
      way += (now[k] - start[k]) * (now[k] - start[k]) / step[k];
    }
  return way;
}

/* The primal and the dual side should go ways of equal length.  @drop_idle: three of four new cuts
 * are without effect once the others have their prices, which they have after the first epoch. */
static void
restart (ZxMedianRelax *self, gboolean drop_idle)
{
  guint n = self->n_summed;
  const ZxMedianPoint *sum = &self->sum, *start = &self->start, *now = &self->now;
  double primal
      = average (sum->share, n, start->share, self->share_step, self->n_sites, now->share)
        + average (sum->missed, n, start->missed, self->missed_step, self->n_clients, now->missed);
  double dual
      = average (sum->price, n, start->price, self->price_step, self->n_clients, now->price)
        + average (sum->excess, n, start->excess, self->excess_step, self->n_cuts, now->excess);
  if (primal > 1e-12 && dual > 1e-12 && n >= WEIGHED_EPOCH)
    self->primal_weight = sqrt (self->primal_weight * sqrt (dual / primal));
  if (drop_idle)
    {
      zx_median_relax_drop_idle (self);
      choose_steps (self);
    }
  begin_epoch (self);
}

void
zx_median_relax_run (ZxMedianRelax *self, guint n_rounds, gint64 deadline_us,
                     const ZxProgress *progress)
{
  choose_steps (self);
  if (self->n_searches > 0)
    self->primal_weight *= CUT_WEIGHT;
  self->has_run = TRUE;
  begin_epoch (self);
  for (guint round = 1; round <= n_rounds; round++)
    {
      add_up (self, self->now.price, self->now.excess);
      move_shares (self);
      move_prices (self);
      add_to_sum (self);
      if (round % CHECK_ROUNDS != 0 && round < n_rounds)
        continue;
      look_at_bound (self);
      if (zx_progress_is_stopped (progress)
          || (deadline_us > 0 && g_get_monotonic_time () >= deadline_us))
        break;
      if (self->n_summed >= MAX (FIRST_EPOCH, RESTART_SHARE * round))
        restart (self, self->n_summed > FIRST_EPOCH);
    }
  if (self->n_summed > 0)
    restart (self, TRUE);
}
