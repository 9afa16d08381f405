/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The Lagrangian bound with capacities (Beasley 1988; Cornuéjols, Sridharan and Thizy 1991).
 *
 * Client i pays u_i to be served once.  Site j, if open, then costs
 *   h_j = fixed_j + min Σ_i (cost_ij - u_i) x_ij   subject to its capacity,
 * a knapsack: continuous when demand may be split, 0-1 by dynamic programming when it may not.
 * The bound is Σ u plus the cheapest choice of sites whose capacities add up to the demand (or of
 * exactly n_choose sites).  With equal capacities that choice is a number of sites and exact;
 * otherwise its linear relaxation is used, which is a bound too.
 *
 * Bounds are sums of doubles; zx_capacity_threshold() keeps a distance of 1e-9 of the value. */

#include "app/locate/zx-capacity.h"

#include <string.h>

#define VISIT_EVERY 5
#define MAX_PROGRAM                                                                                \
  4000000 /* cells of a 0-1 knapsack's table; beyond it the continuous one bounds */

void
zx_capacity_clear (ZxCapacity *self)
{
  g_free (self->demand);
  g_free (self->capacity);
  g_free (self->fixed);
  g_free (self->cost);
  g_free (self->status);
}

double
zx_capacity_threshold (const ZxCapacity *self, double value)
{
  if (!(value < INFINITY))
    return INFINITY;
  if (self->has_whole_costs)
    return value - 1 + 1e-6;
  return value - 1e-9 * fabs (value);
}

void
zx_capacity_dual_init (ZxCapacityDual *self, const ZxCapacity *problem)
{
  gsize n = problem->n_clients, m = problem->n_sites;
  self->price = g_new0 (double, n + 1);
  self->status = g_new0 (guint8, m + 1);
  self->forbidden = problem->is_whole ? g_new0 (guint8, n * m + 1) : NULL;
  self->bound = -INFINITY;
  self->frequency = g_new0 (double, m + 1);
  self->is_chosen = g_new0 (guint8, m + 1);
  self->served = g_new0 (double, n + 1);
  self->earned = g_new0 (double, m + 1);
  self->part = g_new0 (double, n *m + 1);
  self->average = problem->is_whole ? g_new0 (double, n *m + 1) : NULL;
  self->is_closed = FALSE;
}

void
zx_capacity_dual_clear (ZxCapacityDual *self)
{
  g_free (self->price);
  g_free (self->status);
  g_free (self->forbidden);
  g_free (self->frequency);
  g_free (self->is_chosen);
  g_free (self->served);
  g_free (self->earned);
  g_free (self->part);
  g_free (self->average);
}

/* ---- knapsacks ---------------------------------------------------------------------------- */

typedef struct
{
  double profit, density;
  guint32 client;
  gint64 demand;
} Item;

typedef struct
{
  const ZxCapacity *problem;
  ZxCapacityDual *dual;
  Item *item;
  double *table; /* of the 0-1 knapsack */
  guint8 *take;
  gsize n_take;
  double *cost; /* h of this round */
  guint32 *order;
  double *best_price, *direction, *choice; /* choice: y of this round */
} Round;

static int
compare_items (gconstpointer a, gconstpointer b)
{
  const Item *x = a, *y = b;
  if (x->density != y->density)
    return x->density > y->density ? -1 : 1;
  return x->client < y->client ? -1 : x->client > y->client;
}

static double
pack_continuous (Round *self, guint n_items, gint64 capacity, double *part)
{
  double profit = 0;
  qsort (self->item, n_items, sizeof *self->item, compare_items);
  for (guint k = 0; k < n_items && capacity > 0; k++)
    {
      const Item *item = self->item + k;
      double share = MIN (1, (double) capacity / (double) item->demand);
      part[item->client] = share;
      profit += share * item->profit;
      capacity -= MIN (item->demand, capacity);
    }
  return profit;
}

static double
pack_whole (Round *self, guint n_items, gint64 capacity, double *part)
{
  gsize width = (gsize) capacity + 1;
  if (self->n_take < width * n_items)
    {
      self->n_take = width * n_items;
      self->take = g_realloc (self->take, self->n_take);
    }
  self->table = g_realloc_n (self->table, width, sizeof *self->table);
  memset (self->table, 0, width * sizeof *self->table);
  for (guint k = 0; k < n_items; k++)
    {
      const Item *item = self->item + k;
      guint8 *take = self->take + width * k;
      gsize demand = (gsize) item->demand;
      memset (take, 0, MIN (demand, width));
      for (gsize c = width; c-- > demand;)
        {
          double with = self->table[c - demand] + item->profit;
          take[c] = with > self->table[c];
          self->table[c] = take[c] ? with : self->table[c];
        }
    }
  gsize c = width - 1;
  double profit = self->table[c];
  for (guint k = n_items; k-- > 0;)
    if (self->take[width * k + c])
      {
        part[self->item[k].client] = 1;
        c -= (gsize) self->item[k].demand;
      }
  return profit;
}

/* h of site @j; its part of each client goes to dual->part. */
static double
price_site (Round *self, guint j)
{
  const ZxCapacity *problem = self->problem;
  gsize n = problem->n_clients, row = j * n;
  gint64 capacity = problem->capacity[j], wanted = 0;
  double *part = self->dual->part + row, profit = 0;
  guint n_items = 0;
  for (guint i = 0; i < n; i++)
    {
      double gain = self->dual->price[i] - problem->cost[row + i];
      part[i] = 0;
      if (!(gain > 0) || (problem->is_whole && problem->demand[i] > capacity)
          || (self->dual->forbidden != NULL && self->dual->forbidden[row + i]))
        continue;
      self->item[n_items++]
          = (Item){ gain, gain / (double) problem->demand[i], i, problem->demand[i] };
      wanted += problem->demand[i];
    }
  if (wanted <= capacity)
    for (guint k = 0; k < n_items; k++)
      {
        part[self->item[k].client] = 1;
        profit += self->item[k].profit;
      }
  else if (problem->is_whole && (double) n_items * (double) capacity <= MAX_PROGRAM)
    profit = pack_whole (self, n_items, capacity, part);
  else
    profit = pack_continuous (self, n_items, capacity, part);
  return problem->fixed[j] - profit;
}

/* ---- choosing sites ----------------------------------------------------------------------- */

static gboolean
have_equal_capacities (const ZxCapacity *problem)
{
  for (guint j = 1; j < problem->n_sites; j++)
    if (problem->capacity[j] != problem->capacity[0])
      return FALSE;
  return TRUE;
}

typedef struct
{
  double key;
  guint32 site;
} Ranked;

static int
compare_ranked (gconstpointer a, gconstpointer b)
{
  const Ranked *x = a, *y = b;
  if (x->key != y->key)
    return x->key < y->key ? -1 : 1;
  return x->site < y->site ? -1 : x->site > y->site;
}

/* Least Σ h y over the sites that are not shut, with the open ones at 1; fills @y (NULL allowed).
 */
static double
choose_sites (const ZxCapacity *problem, const guint8 *status, const double *h, double *y)
{
  g_autofree Ranked *ranked = g_new (Ranked, (gsize) problem->n_sites + 1);
  gboolean is_counted = problem->n_choose > 0 || have_equal_capacities (problem);
  guint n_ranked = 0, n_open = 0;
  gint64 room = 0;
  double total = 0;
  for (guint j = 0; j < problem->n_sites; j++)
    {
      if (y != NULL)
        y[j] = status[j] == ZX_CAPACITY_OPEN;
      if (status[j] == ZX_CAPACITY_OPEN)
        {
          total += h[j];
          n_open++;
          room += problem->capacity[j];
        }
      else if (status[j] == ZX_CAPACITY_FREE)
        {
          double key
              = is_counted || h[j] <= 0 ? h[j] : h[j] / (double) MAX (problem->capacity[j], 1);
          ranked[n_ranked++] = (Ranked){ key, j };
        }
    }
  qsort (ranked, n_ranked, sizeof *ranked, compare_ranked);
  for (guint k = 0; k < n_ranked; k++)
    {
      guint32 j = ranked[k].site;
      gboolean is_short
          = problem->n_choose > 0 ? n_open < problem->n_choose : room < problem->total;
      if (!is_short && (problem->n_choose > 0 || h[j] >= 0))
        break;
      double share = 1;
      if (!is_counted && h[j] > 0)
        share = MIN (1, (double) (problem->total - room) / (double) MAX (problem->capacity[j], 1));
      n_open++;
      room += problem->capacity[j];
      total += share * h[j];
      if (y != NULL)
        y[j] = share;
    }
  gboolean is_short = problem->n_choose > 0 ? n_open != problem->n_choose : room < problem->total;
  return is_short ? INFINITY : total;
}

/* ---- the rounds --------------------------------------------------------------------------- */

static double
evaluate (Round *self)
{
  const ZxCapacity *problem = self->problem;
  double total = 0;
  for (guint i = 0; i < problem->n_clients; i++)
    total += self->dual->price[i];
  for (guint j = 0; j < problem->n_sites; j++)
    if (self->dual->status[j] != ZX_CAPACITY_SHUT)
      self->cost[j] = price_site (self, j);
  return total + choose_sites (problem, self->dual->status, self->cost, self->choice);
}

static void
count_services (Round *self, double *served)
{
  const ZxCapacity *problem = self->problem;
  gsize n = problem->n_clients;
  memset (served, 0, n * sizeof *served);
  for (guint j = 0; j < problem->n_sites; j++)
    {
      double y = self->choice[j];
      const double *part = self->dual->part + j * n;
      self->dual->frequency[j] += 0.05 * (y - self->dual->frequency[j]);
      if (self->dual->average != NULL)
        for (guint i = 0; i < n; i++)
          self->dual->average[j * n + i] += 0.05 * (y * part[i] - self->dual->average[j * n + i]);
      if (y > 0)
        for (guint i = 0; i < n; i++)
          served[i] += y * part[i];
    }
}

static void
keep_best (Round *self, double bound, const double *served)
{
  ZxCapacityDual *dual = self->dual;
  dual->bound = MAX (dual->bound, bound);
  memcpy (self->best_price, dual->price, self->problem->n_clients * sizeof (double));
  memcpy (dual->served, served, self->problem->n_clients * sizeof (double));
  for (guint j = 0; j < self->problem->n_sites; j++)
    {
      dual->is_chosen[j] = self->choice[j] > 0;
      dual->earned[j] = self->cost[j];
    }
}

/* Decides the free sites whose other decision would lift the bound to @value. */
static void
fix_sites (Round *self, double bound, double value)
{
  const ZxCapacity *problem = self->problem;
  ZxCapacityDual *dual = self->dual;
  double threshold = zx_capacity_threshold (problem, value), others = bound;
  others -= choose_sites (problem, dual->status, dual->earned, NULL);
  for (guint j = 0; j < problem->n_sites; j++)
    {
      if (dual->status[j] != ZX_CAPACITY_FREE)
        continue;
      guint8 decided = dual->is_chosen[j] ? ZX_CAPACITY_OPEN : ZX_CAPACITY_SHUT;
      dual->status[j] = decided == ZX_CAPACITY_OPEN ? ZX_CAPACITY_SHUT : ZX_CAPACITY_OPEN;
      double forced = others + choose_sites (problem, dual->status, dual->earned, NULL);
      dual->status[j] = forced >= threshold ? decided : ZX_CAPACITY_FREE;
    }
}

static double
turn (Round *self, const double *served)
{
  double length = 0;
  for (guint i = 0; i < self->problem->n_clients; i++)
    {
      self->direction[i] = 0.7 * (1 - served[i]) + 0.3 * self->direction[i];
      length += self->direction[i] * self->direction[i];
    }
  return length;
}

static void
follow (Round *self, double value, guint n_rounds, double step, ZxCapacityVisit visit,
        gpointer data, const ZxProgress *progress)
{
  ZxCapacityDual *dual = self->dual;
  guint n = self->problem->n_clients, n_stalled = 0;
  g_autofree double *served = g_new0 (double, (gsize) n + 1);
  double best = -INFINITY;
  for (guint round = 0; round < n_rounds && !zx_progress_is_stopped (progress); round++)
    {
      double bound = evaluate (self);
      if (visit != NULL && bound < INFINITY && (round % VISIT_EVERY == 0 || round + 1 == n_rounds))
        value = visit (dual, self->choice, value, data);
      if (bound >= zx_capacity_threshold (self->problem, value))
        {
          dual->is_closed = TRUE;
          dual->bound = MAX (dual->bound, bound);
          return;
        }
      count_services (self, served);
      n_stalled++;
      if (bound > best)
        {
          n_stalled = bound > best + 1e-6 * fabs (best) ? 0 : n_stalled;
          best = bound;
          keep_best (self, bound, served);
        }
      if (n_stalled >= 12)
        {
          step *= 0.6;
          n_stalled = 0;
        }
      double length = turn (self, served);
      if (length < 1e-12)
        break;
      double target = value < INFINITY ? value * 1.001 : best + 0.05 * fabs (best) + 1;
      double stride = step * (MAX (target, best) - bound) / length;
      for (guint i = 0; i < n; i++)
        dual->price[i] += stride * self->direction[i];
    }
  memcpy (dual->price, self->best_price, n * sizeof (double));
  if (value < INFINITY && best > -INFINITY)
    fix_sites (self, best, value);
}

void
zx_capacity_dual_run (const ZxCapacity *problem, ZxCapacityDual *dual, double value, guint n_rounds,
                      double step, ZxCapacityVisit visit, gpointer data, const ZxProgress *progress)
{
  gsize n = (gsize) problem->n_clients + 1, m = (gsize) problem->n_sites + 1;
  Round round = { .problem = problem, .dual = dual };
  round.item = g_new (Item, n);
  round.cost = g_new0 (double, m);
  round.best_price = g_memdup2 (dual->price, (n - 1) * sizeof (double));
  round.direction = g_new0 (double, n);
  round.choice = g_new0 (double, m);
  follow (&round, value, n_rounds, step, visit, data, progress);
  g_free (round.item);
  g_free (round.table);
  g_free (round.take);
  g_free (round.cost);
  g_free (round.best_price);
  g_free (round.direction);
  g_free (round.choice);
}
