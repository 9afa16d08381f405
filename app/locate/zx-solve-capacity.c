/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Facility, assignment and capacitated coverage problems as the capacity solver
 * takes them.  An existing site is open, costs nothing to open and is not
 * counted.
 *
 * Coverage with capacities is a facility problem with one more site, open and
 * without end, which serves what is left out at 1 a unit; within the limit
 * serving costs nothing. */

#include "app/locate/zx-capacity.h"
#include "app/locate/zx-locate-private.h"

#define MAX_CELLS ((gsize) 1 << 25)

typedef struct
{
  ZxCapacity capacity;
  gboolean is_coverage;
  guint32 *client; /* those with demand, by their number in the problem */
} Model;

static void
fill_sites (Model *self, const ZxLocate *problem)
{
  ZxCapacity *capacity = &self->capacity;
  guint n_existing = 0;
  for (guint j = 0; j < problem->n_sites; j++)
    {
      ZxLocateRole role = zx_locate_role (problem, j);
      gboolean is_existing = role == ZX_LOCATE_EXISTING;
      n_existing += is_existing;
      capacity->capacity[j] = (gint64) MIN (problem->capacity[j], (double) capacity->total);
      capacity->fixed[j] = problem->fixed_cost != NULL && !is_existing ? problem->fixed_cost[j] : 0;
      capacity->status[j] = zx_locate_is_barred (problem, j) ? ZX_CAPACITY_SHUT
                            : role == ZX_LOCATE_CANDIDATE    ? ZX_CAPACITY_FREE
                                                             : ZX_CAPACITY_OPEN;
      capacity->has_whole_costs
          = capacity->has_whole_costs && capacity->fixed[j] == floor (capacity->fixed[j]);
    }
  capacity->n_choose = problem->n_choose > 0 ? problem->n_choose + n_existing : 0;
  if (!self->is_coverage)
    return;
  capacity->capacity[problem->n_sites] = capacity->total;
  capacity->fixed[problem->n_sites] = 0;
  capacity->status[problem->n_sites] = ZX_CAPACITY_OPEN;
  capacity->n_choose++;
}

/* INFINITY for a pair that cannot serve. */
static double
cost_of (const Model *self, const ZxLocate *problem, gsize pair)
{
  double cost = problem->cost != NULL ? problem->cost[pair] : 0;
  if (!self->is_coverage)
    return cost;
  return cost <= problem->limit ? 0 : INFINITY;
}

static void
fill_costs (Model *self, const ZxLocate *problem)
{
  ZxCapacity *capacity = &self->capacity;
  gsize n = capacity->n_clients;
  for (gsize k = 0; k < n * capacity->n_sites; k++)
    capacity->cost[k] = INFINITY;
  for (guint c = 0; c < n; c++)
    {
      for (gsize k = problem->first[self->client[c]]; k < problem->first[self->client[c] + 1]; k++)
        {
          double cost = cost_of (self, problem, k);
          capacity->cost[problem->site[k] * n + c] = cost;
          capacity->has_whole_costs
              = capacity->has_whole_costs
                && (self->is_coverage || (capacity->is_whole && cost == floor (cost)));
        }
      if (self->is_coverage)
        capacity->cost[problem->n_sites * n + c] = (double) capacity->demand[c];
    }
}

static gboolean
model_init (Model *self, const ZxLocate *problem, GError **error)
{
  ZxCapacity *capacity = &self->capacity;
  gboolean is_coverage = problem->kind == ZX_LOCATE_CAPACITATED_COVERAGE;
  gsize m = (gsize) problem->n_sites + is_coverage;
  *self = (Model){ .is_coverage = is_coverage,
                   .client = g_new (guint32, (gsize) problem->n_clients + 1) };
  capacity->demand = g_new (gint64, (gsize) problem->n_clients + 1);
  for (guint i = 0; i < problem->n_clients; i++)
    if (problem->demand[i] > 0)
      {
        capacity->demand[capacity->n_clients] = (gint64) problem->demand[i];
        capacity->total += (gint64) problem->demand[i];
        self->client[capacity->n_clients++] = i;
      }
  capacity->n_sites = (guint) m;
  capacity->is_whole = problem->kind == ZX_LOCATE_ASSIGNMENT;
  capacity->has_whole_costs = TRUE;
  if (capacity->n_clients > MAX_CELLS / m)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("%u clients and %u sites with capacities make more than %zu "
                      "pairs; that is "
                      "the most that is solved: merge clients"),
                   capacity->n_clients, problem->n_sites, MAX_CELLS);
      return FALSE;
    }
  capacity->capacity = g_new (gint64, m);
  capacity->fixed = g_new (double, m);
  capacity->status = g_new0 (guint8, m);
  capacity->cost = ZX_TRY_NEW (double, (gsize) capacity->n_clients *m, _ ("the costs"), error);
  if (capacity->cost == NULL)
    return FALSE;
  fill_sites (self, problem);
  fill_costs (self, problem);
  return TRUE;
}

static void
model_clear (Model *self)
{
  zx_capacity_clear (&self->capacity);
  g_free (self->client);
}

/* ---- what cannot be ----------------------------------------------------------------------- */

static int
compare_down (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;
  return x > y ? -1 : x < y;
}

/* The most that n_choose sites can serve, and how many it would take. */
static gboolean
has_room (const Model *self, guint n_choose, GError **error)
{
  const ZxCapacity *capacity = &self->capacity;
  g_autofree gint64 *room = g_new (gint64, (gsize) capacity->n_sites + 1);
  guint n = 0, wanted = 0;
  gint64 all = 0, most = 0, reached = 0;
  for (guint j = 0; j < capacity->n_sites; j++)
    if (capacity->status[j] != ZX_CAPACITY_SHUT)
      {
        room[n++] = capacity->capacity[j];
        all += capacity->capacity[j];
      }
  qsort (room, n, sizeof *room, compare_down);
  for (guint k = 0; k < n; k++)
    {
      most += capacity->n_choose == 0 || k < capacity->n_choose ? room[k] : 0;
      wanted += reached < capacity->total;
      reached += room[k];
    }
  if (most >= capacity->total)
    return TRUE;
  if (all < capacity->total)
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("The demand is %lld and all sites together can serve %lld; "
                    "add capacity of "
                    "%lld"),
                 (long long) capacity->total, (long long) all, (long long) (capacity->total - all));
  else
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("The demand is %lld and %u sites can serve at most %lld; "
                    "choose %u sites or "
                    "more"),
                 (long long) capacity->total, n_choose, (long long) most,
                 wanted - (capacity->n_choose - n_choose));
  return FALSE;
}

static gboolean
has_server (const Model *self, GError **error)
{
  const ZxCapacity *capacity = &self->capacity;
  gsize n = capacity->n_clients;
  for (guint c = 0; c < n; c++)
    {
      gint64 room = 0, largest = 0;
      for (guint j = 0; j < capacity->n_sites; j++)
        if (capacity->status[j] != ZX_CAPACITY_SHUT && capacity->cost[j * n + c] < INFINITY)
          {
            room += capacity->capacity[j];
            largest = MAX (largest, capacity->capacity[j]);
          }
      gint64 most = capacity->is_whole ? largest : room;
      if (most >= capacity->demand[c])
        continue;
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("Client %u needs %lld and the sites it can use serve at most "
                      "%lld; add "
                      "capacity of %lld or a site"),
                   self->client[c], (long long) capacity->demand[c], (long long) most,
                   (long long) (capacity->demand[c] - most));
      return FALSE;
    }
  return TRUE;
}

/* ---- the answer --------------------------------------------------------------------------- */

static void
fill_shares (const Model *self, const ZxLocate *problem, const ZxCapacityResult *result,
             ZxLocation *location)
{
  gsize n = self->capacity.n_clients;
  location->share = g_new0 (double, problem->first[problem->n_clients] + 1);
  for (guint c = 0; c < n; c++)
    for (gsize k = problem->first[self->client[c]]; k < problem->first[self->client[c] + 1]; k++)
      location->share[k]
          = (double) result->amount[problem->site[k] * n + c] / (double) self->capacity.demand[c];
}

static void
fill_servers (const Model *self, const ZxLocate *problem, const ZxCapacityResult *result,
              ZxLocation *location)
{
  location->server = g_new (guint32, (gsize) problem->n_clients + 1);
  for (guint i = 0; i < problem->n_clients; i++)
    location->server[i] = G_MAXUINT32;
  for (guint c = 0; c < self->capacity.n_clients; c++)
    location->server[self->client[c]] = (guint32) result->server[c];
}

static ZxLocation *
answer (const Model *self, const ZxLocate *problem, const ZxCapacityResult *result)
{
  ZxLocation *location = g_new0 (ZxLocation, 1);
  location->chosen = g_new (guint32, (gsize) problem->n_sites + 1);
  for (guint j = 0; j < problem->n_sites; j++)
    if (result->is_open[j] && zx_locate_role (problem, j) != ZX_LOCATE_EXISTING)
      location->chosen[location->n_chosen++] = j;
  location->value = result->value;
  location->bound = self->capacity.has_whole_costs ? ceil (result->bound - 1e-6) : result->bound;
  location->bound = MIN (location->bound, location->value);
  if (self->is_coverage)
    { /* what is not left out */
      location->value = (double) self->capacity.total - location->value;
      location->bound = (double) self->capacity.total - location->bound;
    }
  location->is_proven = result->is_proven || location->bound == location->value;
  location->n_nodes = result->n_nodes;
  location->first_seconds = result->first_s;
  if (self->capacity.is_whole)
    fill_servers (self, problem, result, location);
  else
    fill_shares (self, problem, result, location);
  return location;
}

static ZxLocation *
solve (const ZxLocate *problem, const ZxLocateOptions *options, const ZxProgress *progress,
       GError **error)
{
  Model model;
  ZxLocation *location = NULL;
  if (model_init (&model, problem, error) && has_room (&model, problem->n_choose, error)
      && has_server (&model, error))
    {
      g_autoptr (ZxCapacityResult) result
          = zx_capacity_solve (&model.capacity, options->time_limit_s,
                               options->max_nodes > 0 ? options->max_nodes : G_MAXUINT64, progress);
      if (result->value < INFINITY)
        location = answer (&model, problem, result);
      else if (result->is_proven)
        g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                     _ ("No %u sites can serve all demand within their capacities; "
                        "choose more "
                        "sites or add capacity"),
                     problem->n_choose);
      else if (zx_progress_step (progress, 1, 1, error))
        g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                     _ ("No choice that holds every capacity was found in the time "
                        "given; allow "
                        "more time or add capacity"));
    }
  model_clear (&model);
  return location;
}

ZxLocation *
zx_locate_solve_facility (const ZxLocate *problem, const ZxLocateOptions *options,
                          const ZxProgress *progress, GError **error)
{
  return solve (problem, options, progress, error);
}

ZxLocation *
zx_locate_solve_assignment (const ZxLocate *problem, const ZxLocateOptions *options,
                            const ZxProgress *progress, GError **error)
{
  return solve (problem, options, progress, error);
}
