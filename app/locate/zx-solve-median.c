/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Median, coverage and attendance as one p-median in whole numbers.
 *
 *   coverage     a covered client costs 0, any other 1
 *   attendance   a client costs the part of its demand that stays away, in 2^-20
 *
 * An existing site becomes the fallback of its clients.  A client that some set of sites would
 * leave without any gets a fallback dearer than all else together, so that it is left out only
 * where nothing else is possible.  Clients that the same sites cover are one client: 1 000 000
 * customers of 100 sites are a few thousand.
 *
 * Numbers that are not whole are rounded to a power of two; what that may have moved the value by
 * is taken off the bound. */

#include "app/locate/zx-locate-private.h"
#include "app/locate/zx-median.h"

#include <string.h>

#define ATTENDANCE_UNIT 1048576.0
#define MAX_COST        4e9
#define MAX_SUM         1.4e14 /* below 2^47: what zx_median_new() takes with room to spare */

/* Bits of the demand's sum and of the greatest cost, when they are not whole. */
typedef struct
{
  int demand, cost;
} Precision;

static const Precision precisions[] = { { 26, 20 }, { 22, 16 }, { 18, 13 }, { 14, 11 } };

typedef struct
{
  const ZxLocate *problem;
  double cost_scale, demand_scale;
  double error;   /* by which rounding may have moved the value, in the problem's unit */
  guint n_groups; /* clients of the median */
  guint32 *group; /* of each client; G_MAXUINT32: of no weight */
  double *demand; /* of each group */
  double *weight; /* the same, whole */
  guint32 *fallback;
  gsize *first;
  ZxMedianPair *pair;
  guint8 *status;
  gboolean *is_stranded; /* n_groups: its fallback means that nobody serves it */
} Model;

static void
model_clear (Model *self)
{
  g_free (self->group);
  g_free (self->demand);
  g_free (self->weight);
  g_free (self->fallback);
  g_free (self->first);
  g_free (self->pair);
  g_free (self->status);
  g_free (self->is_stranded);
}

/* ---- scales ------------------------------------------------------------------------------- */

static double
cost_of (const ZxLocate *problem, gsize pair)
{
  double cost = problem->cost != NULL ? problem->cost[pair] : 0;
  if (problem->kind == ZX_LOCATE_COVERAGE)
    return cost <= problem->limit ? 0 : 1;
  if (problem->kind == ZX_LOCATE_ATTENDANCE)
    return MIN (cost / problem->limit, 1);
  return cost;
}

/* A power of two that makes the numbers up to @most whole to about @bits bits. */
static double
scale_for (gboolean are_whole, double most, int bits)
{
  if (most <= 0 || (are_whole && most < ldexp (1, 31)))
    return 1;
  return ldexp (1, bits - (int) ceil (log2 (most)));
}

/* Returns: whether nothing needs rounding. */
static gboolean
choose_scales (Model *self, Precision precision)
{
  const ZxLocate *problem = self->problem;
  gboolean are_whole = TRUE, is_demand_whole = TRUE;
  double most = 0, most_demand = 0, demand = 0;
  for (gsize k = 0; k < problem->first[problem->n_clients]; k++)
    {
      double cost = cost_of (problem, k);
      are_whole = are_whole && cost == floor (cost);
      most = MAX (most, cost);
    }
  for (guint i = 0; i < problem->n_clients; i++)
    {
      is_demand_whole = is_demand_whole && problem->demand[i] == floor (problem->demand[i]);
      most_demand = MAX (most_demand, problem->demand[i]);
      demand += problem->demand[i];
    }
  self->cost_scale = problem->kind == ZX_LOCATE_COVERAGE ? 1
                     : problem->kind == ZX_LOCATE_ATTENDANCE
                         ? ATTENDANCE_UNIT
                         : scale_for (are_whole, most, precision.cost);
  self->demand_scale = is_demand_whole ? 1 : scale_for (FALSE, demand, precision.demand);
  return are_whole && is_demand_whole;
}

/* ---- groups ------------------------------------------------------------------------------- */

static gboolean
serves (const ZxLocate *problem, gsize pair)
{
  return !zx_locate_is_barred (problem, problem->site[pair])
         && (problem->kind != ZX_LOCATE_COVERAGE || cost_of (problem, pair) == 0);
}

/* Of a client's covering sites, whatever their order. */
static guint64
signature (const ZxLocate *problem, guint client)
{
  guint64 sum = 0;
  for (gsize k = problem->first[client]; k < problem->first[client + 1]; k++)
    if (serves (problem, k))
      {
        guint64 x = (problem->site[k] + 1) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
        x = (x ^ (x >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
        x = (x ^ (x >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
        sum += x ^ (x >> 31);
      }
  return sum;
}

static gboolean
have_same_sites (const ZxLocate *problem, guint a, guint b, guint32 *mark, guint32 stamp)
{
  gsize n_a = 0, n_b = 0;
  for (gsize k = problem->first[a]; k < problem->first[a + 1]; k++)
    if (serves (problem, k))
      {
        mark[problem->site[k]] = stamp;
        n_a++;
      }
  for (gsize k = problem->first[b]; k < problem->first[b + 1]; k++)
    if (serves (problem, k))
      {
        if (mark[problem->site[k]] != stamp)
          return FALSE;
        n_b++;
      }
  return n_a == n_b;
}

/* Gives clients of equal covering sites one number, in the order of their first.  @leader: the
 * first client of each group. */
static void
group_covered (Model *self, guint32 *leader)
{
  const ZxLocate *problem = self->problem;
  gsize size = 1024;
  while (size < 2 * (gsize) problem->n_clients)
    size *= 2;
  g_autofree guint32 *slot = g_new0 (guint32, size); /* group + 1 */
  g_autofree guint64 *key = g_new (guint64, (gsize) problem->n_clients + 1);
  g_autofree guint32 *mark = g_new0 (guint32, (gsize) problem->n_sites + 1);
  guint32 stamp = 0;
  for (guint i = 0; i < problem->n_clients; i++)
    {
      self->group[i] = G_MAXUINT32;
      if (problem->demand[i] <= 0)
        continue;
      guint64 own = signature (problem, i);
      gsize at = own & (size - 1);
      while (slot[at] > 0
             && (key[slot[at] - 1] != own
                 || !have_same_sites (problem, leader[slot[at] - 1], i, mark, ++stamp)))
        at = (at + 1) & (size - 1);
      if (slot[at] == 0)
        {
          key[self->n_groups] = own;
          leader[self->n_groups++] = i;
          slot[at] = self->n_groups;
        }
      self->group[i] = slot[at] - 1;
    }
}

static void
group_alone (Model *self, guint32 *leader)
{
  for (guint i = 0; i < self->problem->n_clients; i++)
    {
      self->group[i] = self->problem->demand[i] > 0 ? self->n_groups : G_MAXUINT32;
      if (self->problem->demand[i] > 0)
        leader[self->n_groups++] = i;
    }
}

/* ---- the median --------------------------------------------------------------------------- */

/* What rounding the weights may have moved the value by, at the dearest a client can be. */
static void
add_weight_error (Model *self)
{
  for (guint g = 0; g < self->n_groups; g++)
    {
      double most = self->is_stranded[g] ? 0 : self->fallback[g];
      for (gsize k = self->first[g]; k < self->first[g + 1]; k++)
        most = MAX (most, self->pair[k].cost);
      self->error += fabs (self->weight[g] / self->demand_scale - self->demand[g]) * most
                     / self->cost_scale;
    }
}

/* Fills one group's pairs; its fallback is the cheapest existing site, or 0 for “none yet”. */
static gsize
fill_pairs (Model *self, guint32 client, guint g, gsize n_pairs, guint *n_served)
{
  const ZxLocate *problem = self->problem;
  guint32 standing = G_MAXUINT32;
  double moved = 0;
  *n_served = 0;
  for (gsize k = problem->first[client]; k < problem->first[client + 1]; k++)
    {
      if (!serves (problem, k))
        continue;
      double exact = cost_of (problem, k) * self->cost_scale;
      guint32 cost = (guint32) nearbyint (exact);
      moved = MAX (moved, fabs (exact - cost));
      *n_served += 1;
      if (zx_locate_role (problem, problem->site[k]) == ZX_LOCATE_EXISTING)
        standing = MIN (standing, cost);
      else
        self->pair[n_pairs++] = (ZxMedianPair){ cost, problem->site[k] };
    }
  self->fallback[g] = standing;
  self->error += moved / self->cost_scale * problem->demand[client];
  return n_pairs;
}

/* More than every client's dearest site together, whatever the group's weight. */
static double
dearest_together (const Model *self)
{
  double total = 1;
  for (guint g = 0; g < self->n_groups; g++)
    {
      guint32 most = 0;
      for (gsize k = self->first[g]; k < self->first[g + 1]; k++)
        most = MAX (most, self->pair[k].cost);
      total += self->weight[g] * most;
    }
  return total;
}

/* FALSE when the sums would be too large. */
static gboolean
choose_fallbacks (Model *self, const guint *n_served, guint n_serving)
{
  gboolean is_median = self->problem->kind == ZX_LOCATE_MEDIAN;
  double together = dearest_together (self), sum = 0;
  for (guint g = 0; g < self->n_groups; g++)
    {
      if (!is_median)
        self->fallback[g] = MIN (self->fallback[g], (guint32) self->cost_scale);
      else if (self->fallback[g] == G_MAXUINT32)
        {
          self->fallback[g] = 0;
          for (gsize k = self->first[g]; k < self->first[g + 1]; k++)
            self->fallback[g] = MAX (self->fallback[g], self->pair[k].cost);
          self->is_stranded[g] = n_served[g] < n_serving;
          if (self->is_stranded[g] && together / self->weight[g] > MAX_COST - 2)
            return FALSE;
          if (self->is_stranded[g])
            self->fallback[g] = (guint32) ceil (together / self->weight[g]) + 1;
        }
      sum += self->weight[g] * ((double) self->fallback[g] + 1);
    }
  return sum < MAX_SUM;
}

static guint
prepare_sites (Model *self)
{
  const ZxLocate *problem = self->problem;
  guint n_serving = 0;
  for (guint j = 0; j < problem->n_sites; j++)
    {
      ZxLocateRole role = zx_locate_role (problem, j);
      self->status[j] = role == ZX_LOCATE_CANDIDATE  ? ZX_MEDIAN_FREE
                        : role == ZX_LOCATE_REQUIRED ? ZX_MEDIAN_OPEN
                                                     : ZX_MEDIAN_CLOSED;
      n_serving += !zx_locate_is_barred (problem, j);
    }
  return n_serving;
}

static gboolean
model_allocate (Model *self, const guint32 *leader, GError **error)
{
  const ZxLocate *problem = self->problem;
  gsize n = (gsize) self->n_groups + 1, n_pairs = 0;
  for (guint g = 0; g < self->n_groups; g++)
    n_pairs += problem->first[leader[g] + 1] - problem->first[leader[g]];
  self->pair = ZX_TRY_NEW (ZxMedianPair, n_pairs, _ ("the pairs of clients and sites"), error);
  if (self->pair == NULL)
    return FALSE;
  self->demand = g_new0 (double, n);
  self->weight = g_new0 (double, n);
  self->fallback = g_new0 (guint32, n);
  self->first = g_new0 (gsize, n);
  self->status = g_new0 (guint8, (gsize) problem->n_sites + 1);
  self->is_stranded = g_new0 (gboolean, n);
  for (guint i = 0; i < problem->n_clients; i++)
    if (self->group[i] != G_MAXUINT32)
      self->demand[self->group[i]] += problem->demand[i];
  return TRUE;
}

/* FALSE when the sums would be too large at this precision. */
static gboolean
fill_model (Model *self, const guint32 *leader, guint n_serving)
{
  g_autofree guint *n_served = g_new0 (guint, (gsize) self->n_groups + 1);
  gsize n_pairs = 0;
  self->error = 0;
  for (guint g = 0; g < self->n_groups; g++)
    {
      n_pairs = fill_pairs (self, leader[g], g, n_pairs, &n_served[g]);
      self->first[g + 1] = n_pairs;
      self->is_stranded[g] = FALSE;
      self->weight[g] = MAX (1, nearbyint (self->demand[g] * self->demand_scale));
    }
  if (!choose_fallbacks (self, n_served, n_serving))
    return FALSE;
  add_weight_error (self);
  return TRUE;
}

static gboolean
model_init (Model *self, const ZxLocate *problem, GError **error)
{
  gsize n = (gsize) problem->n_clients + 1;
  *self = (Model){ .problem = problem };
  self->group = ZX_TRY_NEW (guint32, n, _ ("the clients"), error);
  g_autofree guint32 *leader = ZX_TRY_NEW (guint32, n, _ ("the clients"), error);
  if (self->group == NULL || leader == NULL)
    return FALSE;
  if (problem->kind == ZX_LOCATE_COVERAGE)
    group_covered (self, leader);
  else
    group_alone (self, leader);
  if (!model_allocate (self, leader, error))
    return FALSE;
  guint n_serving = prepare_sites (self);
  for (guint p = 0; p < G_N_ELEMENTS (precisions); p++)
    {
      gboolean is_exact = choose_scales (self, precisions[p]);
      if (fill_model (self, leader, n_serving))
        return TRUE;
      if (is_exact)
        break;
    }
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("Demand and costs are too large to be added exactly; use coarser units"));
  return FALSE;
}

/* ---- the answer --------------------------------------------------------------------------- */

/* Each client at its cheapest standing site, first by number among equals. */
static void
assign (const ZxLocate *problem, ZxLocation *location, guint *n_left_out)
{
  g_autofree guint8 *stands = g_new0 (guint8, (gsize) problem->n_sites + 1);
  for (guint j = 0; j < problem->n_sites; j++)
    stands[j] = zx_locate_role (problem, j) == ZX_LOCATE_EXISTING;
  for (guint k = 0; k < location->n_chosen; k++)
    stands[location->chosen[k]] = 1;
  location->server = g_new (guint32, (gsize) problem->n_clients + 1);
  location->value = 0;
  *n_left_out = 0;
  for (guint i = 0; i < problem->n_clients; i++)
    {
      double least = INFINITY;
      guint32 server = G_MAXUINT32;
      for (gsize k = problem->first[i]; k < problem->first[i + 1]; k++)
        {
          double cost = cost_of (problem, k);
          if (!stands[problem->site[k]] || !serves (problem, k)
              || !(cost < least || (cost == least && problem->site[k] < server)))
            continue;
          least = cost;
          server = problem->site[k];
        }
      location->server[i] = server;
      *n_left_out += server == G_MAXUINT32 && problem->demand[i] > 0;
      if (server != G_MAXUINT32)
        location->value
            += problem->demand[i] * (problem->kind == ZX_LOCATE_MEDIAN ? least : 1 - least);
    }
}

static void
set_bound (const Model *self, const ZxMedianResult *result, ZxLocation *location)
{
  const ZxLocate *problem = self->problem;
  double bound = result->bound / self->cost_scale / self->demand_scale;
  double total = 0;
  for (guint i = 0; i < problem->n_clients; i++)
    total += problem->demand[i];
  if (problem->kind == ZX_LOCATE_MEDIAN)
    location->bound = MIN (bound - self->error, location->value);
  else
    location->bound = MAX (MIN (total, total - bound + self->error), location->value);
  location->is_proven = result->is_proven;
  if (result->is_proven && self->error == 0)
    location->bound = location->value;
}

static gboolean
is_served (const Model *self, const ZxMedianResult *result, guint n_left_out, GError **error)
{
  if (self->problem->kind != ZX_LOCATE_MEDIAN || n_left_out == 0)
    return TRUE;
  if (result->is_proven)
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("No %u sites reach all demand: at least %u clients are left out; choose more "
                    "sites or allow dearer pairs"),
                 self->problem->n_choose, n_left_out);
  else
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("No %u sites that reach all demand were found in time: %u clients are left "
                    "out; choose more sites, allow dearer pairs or more time"),
                 self->problem->n_choose, n_left_out);
  return FALSE;
}

static ZxLocation *
answer (const Model *self, ZxMedianResult *result, GError **error)
{
  g_autoptr (ZxLocation) location = g_new0 (ZxLocation, 1);
  guint n_left_out;
  location->n_chosen = self->problem->n_choose;
  location->chosen = g_steal_pointer (&result->site);
  location->n_nodes = result->n_nodes;
  location->first_seconds = result->first_s;
  assign (self->problem, location, &n_left_out);
  if (!is_served (self, result, n_left_out, error))
    return NULL;
  set_bound (self, result, location);
  return g_steal_pointer (&location);
}

ZxLocation *
zx_locate_solve_median (const ZxLocate *problem, const ZxLocateOptions *options,
                        const ZxProgress *progress, GError **error)
{
  Model model;
  ZxLocation *location = NULL;
  const ZxMedianLimits limits
      = { options->time_limit_s, options->max_nodes > 0 ? options->max_nodes : G_MAXUINT64,
          options->seed };
  if (model_init (&model, problem, error))
    {
      g_autoptr (ZxMedian) median = zx_median_new (
          model.n_groups, problem->n_sites, problem->n_choose, g_steal_pointer (&model.weight),
          g_steal_pointer (&model.fallback), g_steal_pointer (&model.first),
          g_steal_pointer (&model.pair), g_steal_pointer (&model.status), error);
      g_autoptr (ZxMedianResult) result
          = median != NULL ? zx_median_solve (median, &limits, progress, error) : NULL;
      if (result != NULL)
        location = answer (&model, result, error);
    }
  model_clear (&model);
  return location;
}
