/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The Lagrangian bound of the p-median (Cornuéjols, Fisher and Nemhauser 1977; Beasley 1993).
 *
 * Every client i pays a price u_i to be served.  Site j then earns
 *   rho_j = Σ_i w_i × min (0, c_ij - u_i)  <= 0
 * and, whatever the prices,
 *   Σ_i w_i u_i + the sum of the n_choose least rho_j  <=  the best value.
 * The prices climb by subgradients: a client served by none of the sites just chosen pays more, one
 * served by several pays less, in the metric of the weights, so that a client of weight 2 moves as
 * two clients of weight 1 would.
 *
 * Before the rounds the lists are cut down to what still matters: sites fixed shut disappear, an
 * open site becomes the client's fallback, pairs beyond the fallback go, and a client without pairs
 * is a constant.  Prices never need to exceed the fallback.  All terms are multiples of
 * the lattice and fit a double exactly, so the bound needs no tolerance. */

#include "app/locate/zx-median.h"

#include <string.h>

typedef struct
{
  guint32 site;
  double weight;
} Unused;

struct _ZxMedianWork
{
  const ZxMedian *problem;
  /* the cut-down lists */
  guint n_clients;
  guint32 *client;    /* their numbers in the problem */
  double *weight;     /* the same order */
  double *cap;        /* highest useful price */
  gsize *first;       /* n_clients + 1 */
  ZxMedianPair *pair; /* ascending cost */
  double constant;
  guint n_free, n_wanted; /* sites to choose from, and how many of them */
  guint32 *order;         /* the free sites; the n_wanted of least rho first */
  /* the rounds */
  double *price, *best_price, *direction;
  guint32 *n_active; /* pairs cheaper than the price */
  double *rho, *best_rho;
  double best_bound; /* which best_rho belongs to; that of the state may be another's */
  guint8 *is_chosen;
};

ZxMedianWork *
zx_median_work_new (const ZxMedian *problem)
{
  gsize n = (gsize) problem->n_clients + 1, m = (gsize) problem->n_sites + 1;
  ZxMedianWork *self = g_new0 (ZxMedianWork, 1);
  self->problem = problem;
  self->client = g_new (guint32, n);
  self->weight = g_new (double, n);
  self->cap = g_new (double, n);
  self->first = g_new (gsize, n);
  self->pair = g_new (ZxMedianPair, problem->client_first[problem->n_clients] + 1);
  self->order = g_new (guint32, m);
  self->price = g_new (double, n);
  self->best_price = g_new (double, n);
  self->direction = g_new (double, n);
  self->n_active = g_new (guint32, n);
  self->rho = g_new0 (double, m);
  self->best_rho = g_new0 (double, m);
  self->is_chosen = g_new0 (guint8, m);
  return self;
}

void
zx_median_work_free (ZxMedianWork *self)
{
  if (self == NULL)
    return;
  g_free (self->client);
  g_free (self->weight);
  g_free (self->cap);
  g_free (self->first);
  g_free (self->pair);
  g_free (self->order);
  g_free (self->price);
  g_free (self->best_price);
  g_free (self->direction);
  g_free (self->n_active);
  g_free (self->rho);
  g_free (self->best_rho);
  g_free (self->is_chosen);
  g_free (self);
}

/* ---- cutting down ------------------------------------------------------------------------- */

static gsize
cut_client (ZxMedianWork *self, const guint8 *status, guint i, gsize n_pairs, double *cap)
{
  const ZxMedian *problem = self->problem;
  *cap = problem->fallback[i];
  for (gsize k = problem->client_first[i]; k < problem->client_first[i + 1]; k++)
    {
      const ZxMedianPair *pair = problem->client_pair + k;
      if (status[pair->at] == ZX_MEDIAN_OPEN)
        {
          *cap = pair->cost;
          break;
        }
      if (status[pair->at] == ZX_MEDIAN_FREE)
        self->pair[n_pairs++] = *pair;
    }
  return n_pairs;
}

static void
cut_down (ZxMedianWork *self, const ZxMedianDual *dual)
{
  const ZxMedian *problem = self->problem;
  gsize n_pairs = 0;
  self->n_clients = 0;
  self->constant = 0;
  for (guint i = 0; i < problem->n_clients; i++)
    {
      double cap;
      gsize end = cut_client (self, dual->status, i, n_pairs, &cap);
      if (end == n_pairs)
        {
          self->constant += problem->weight[i] * cap;
          continue;
        }
      guint k = self->n_clients++;
      self->client[k] = i;
      self->weight[k] = problem->weight[i];
      self->cap[k] = cap;
      self->first[k] = n_pairs;
      self->price[k] = MIN (dual->price[i], cap);
      self->best_price[k] = self->price[k];
      self->direction[k] = 0;
      n_pairs = end;
    }
  self->first[self->n_clients] = n_pairs;
  self->n_free = 0;
  self->n_wanted = problem->n_choose;
  for (guint j = 0; j < problem->n_sites; j++)
    {
      self->is_chosen[j] = 0;
      if (dual->status[j] == ZX_MEDIAN_FREE)
        self->order[self->n_free++] = j;
      else if (dual->status[j] == ZX_MEDIAN_OPEN)
        self->n_wanted--;
    }
}

/* ---- one round ---------------------------------------------------------------------------- */

/* Fills rho and n_active; returns Σ w u. */
static double
earn (ZxMedianWork *self)
{
  double total = 0;
  double *rho = self->rho;
  memset (rho, 0, self->problem->n_sites * sizeof *rho);
  for (guint i = 0; i < self->n_clients; i++)
    {
      double price = self->price[i], weight = self->weight[i];
      const ZxMedianPair *begin = self->pair + self->first[i];
      const ZxMedianPair *end = self->pair + self->first[i + 1], *pair = begin;
      for (; pair < end && pair->cost < price; pair++)
        rho[pair->at] += weight * (pair->cost - price);
      self->n_active[i] = (guint32) (pair - begin);
      total += weight * price;
    }
  return total;
}

static gboolean
earns_more (const double *rho, guint32 a, guint32 b)
{
  return rho[a] < rho[b] || (rho[a] == rho[b] && a < b);
}

/* Puts the @n_wanted free sites of least rho first in order (Hoare's selection). */
static void
select_sites (ZxMedianWork *self)
{
  guint32 *order = self->order;
  const double *rho = self->rho;
  gssize low = 0, high = (gssize) self->n_free - 1, wanted = self->n_wanted;
  while (low < high)
    {
      guint32 pivot = order[low + (high - low) / 2];
      gssize i = low, j = high;
      while (i <= j)
        {
          while (earns_more (rho, order[i], pivot))
            i++;
          while (earns_more (rho, pivot, order[j]))
            j--;
          if (i > j)
            break;
          guint32 other = order[i];
          order[i++] = order[j];
          order[j--] = other;
        }
      if (wanted <= j)
        high = j;
      else if (wanted > i)
        low = i;
      else
        break;
    }
}

static double
choose_sites (ZxMedianWork *self)
{
  double total = 0;
  for (guint k = 0; k < self->n_wanted; k++)
    self->is_chosen[self->order[k]] = 0;
  select_sites (self);
  for (guint k = 0; k < self->n_wanted; k++)
    {
      self->is_chosen[self->order[k]] = 1;
      total += self->rho[self->order[k]];
    }
  return total;
}

/* The next direction, and its squared length in the metric of the weights. */
static double
turn (ZxMedianWork *self)
{
  double length = 0;
  for (guint i = 0; i < self->n_clients; i++)
    {
      double slack = 1;
      const ZxMedianPair *pair = self->pair + self->first[i];
      for (guint k = 0; k < self->n_active[i]; k++)
        slack -= self->is_chosen[pair[k].at];
      double next = 0.7 * slack + 0.3 * self->direction[i];
      if ((self->price[i] >= self->cap[i] && next > 0) || (self->price[i] <= 0 && next < 0))
        next = 0;
      self->direction[i] = next;
      length += self->weight[i] * next * next;
    }
  return length;
}

static void
move (ZxMedianWork *self, double step)
{
  /* Adding and taking away this number rounds to the lattice. */
  const double rounder = ldexp (1.5, 52) * self->problem->lattice;
  for (guint i = 0; i < self->n_clients; i++)
    {
      double price = self->price[i] + step * self->direction[i];
      price = (price + rounder) - rounder;
      self->price[i] = CLAMP (price, 0, self->cap[i]);
    }
}

/* ---- fixing by reduced costs -------------------------------------------------------------- */

/* With site j forced in, the worst of the chosen goes; forced out, the best of the others comes.
 * Where that bound reaches @value the site is fixed.  Returns: how many were. */
static guint
fix_sites (ZxMedianWork *self, ZxMedianDual *dual, double value)
{
  const double *rho = self->best_rho;
  const guint32 *order = self->order;
  double last_in = -INFINITY, first_out = 0;
  guint n_fixed = 0;
  if (self->n_wanted == 0)
    return 0;
  for (guint k = 0; k < self->n_wanted; k++)
    last_in = MAX (last_in, rho[order[k]]);
  first_out = INFINITY;
  for (guint k = self->n_wanted; k < self->n_free; k++)
    first_out = MIN (first_out, rho[order[k]]);
  for (guint k = 0; k < self->n_free; k++)
    {
      gboolean is_in = k < self->n_wanted;
      double forced = is_in ? self->best_bound - rho[order[k]] + first_out
                            : self->best_bound + rho[order[k]] - last_in;
      if (forced <= value - 1 || dual->status[order[k]] != ZX_MEDIAN_FREE)
        continue;
      dual->status[order[k]] = is_in ? ZX_MEDIAN_OPEN : ZX_MEDIAN_CLOSED;
      n_fixed++;
    }
  return n_fixed;
}

static void
keep_best (ZxMedianWork *self, ZxMedianDual *dual)
{
  guint n = 0;
  memcpy (self->best_price, self->price, self->n_clients * sizeof *self->price);
  memcpy (self->best_rho, self->rho, self->problem->n_sites * sizeof *self->rho);
  for (guint j = 0; j < self->problem->n_sites; j++)
    if (dual->status[j] == ZX_MEDIAN_OPEN)
      dual->chosen[n++] = j;
  for (guint k = 0; k < self->n_wanted; k++)
    dual->chosen[n++] = self->order[k];
}

/* The order of the best round, for its reduced costs. */
static void
restore_best_order (ZxMedianWork *self)
{
  memcpy (self->rho, self->best_rho, self->problem->n_sites * sizeof *self->rho);
  choose_sites (self);
}

/* ---- the rounds --------------------------------------------------------------------------- */

static gboolean
is_late (const ZxMedianPace *pace)
{
  return pace->deadline_us > 0 && g_get_monotonic_time () >= pace->deadline_us;
}

static void
follow (ZxMedianWork *self, ZxMedianDual *dual, double value, const ZxMedianPace *pace,
        const ZxProgress *progress)
{
  double step = pace->step, best = -INFINITY;
  guint n_stalled = 0;
  for (guint round = 0; round < pace->n_rounds; round++)
    {
      double bound = earn (self) + choose_sites (self) + self->constant;
      for (guint k = 0; k < self->n_free; k++)
        dual->frequency[self->order[k]]
            += 0.04 * ((k < self->n_wanted) - dual->frequency[self->order[k]]);
      n_stalled++;
      if (bound > best)
        {
          n_stalled = bound > best + 1e-5 * fabs (best) ? 0 : n_stalled;
          best = bound;
          dual->bound = MAX (dual->bound, bound);
          self->best_bound = bound;
          keep_best (self, dual);
          if (bound > value - 1)
            {
              dual->is_closed = TRUE;
              return;
            }
        }
      if (n_stalled >= pace->patience)
        {
          step *= pace->shrink;
          n_stalled = 0;
        }
      double length = turn (self);
      if (length == 0 || zx_progress_is_stopped (progress) || is_late (pace))
        break;
      move (self, step * (MAX (value, best) * 1.001 - bound) / length);
    }
  restore_best_order (self);
}

void
zx_median_dual_run (ZxMedianWork *self, ZxMedianDual *dual, double value, const ZxMedianPace *pace,
                    const ZxProgress *progress)
{
  ZxMedianPace next = *pace;
  for (;;)
    {
      cut_down (self, dual);
      follow (self, dual, value, &next, progress);
      for (guint i = 0; i < self->n_clients; i++)
        dual->price[self->client[i]] = self->best_price[i];
      if (dual->is_closed || zx_progress_is_stopped (progress) || is_late (pace))
        return;
      guint n_fixed = fix_sites (self, dual, value);
      if (n_fixed < 3 || n_fixed * 20 < self->n_free)
        return;
      next.n_rounds = pace->n_rounds / 2;
      next.step = pace->step / 2;
    }
}
