/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Set cover, with and without backup, and centres.
 *
 * A centre of n sites at cost r exists when a set cover with limit r needs n sites or fewer
 * (Minieka 1970), so the least r is found by halving the sorted costs.  A cover that cannot be
 * decided in the nodes or time allowed counts neither as found nor as impossible: the value comes
 * from covers found, the bound from covers proven impossible. */

#include "app/locate/zx-cover.h"
#include "app/locate/zx-locate-private.h"

#include <string.h>

#define TRIAL_NODES 20000 /* for one limit of a centre */

static double
pair_cost (const ZxLocate *problem, gsize pair)
{
  return problem->cost != NULL ? problem->cost[pair] : 0;
}

static gboolean
is_of_use (const ZxLocate *problem, gsize pair, double limit)
{
  return !zx_locate_is_barred (problem, problem->site[pair]) && pair_cost (problem, pair) <= limit;
}

/* ---- the cover ---------------------------------------------------------------------------- */

static void
fill_sites (ZxCover *cover, const ZxLocate *problem)
{
  gboolean is_priced = problem->kind == ZX_LOCATE_SET_COVER && problem->fixed_cost != NULL;
  cover->n_sites = problem->n_sites;
  cover->is_whole = TRUE;
  for (guint j = 0; j < problem->n_sites; j++)
    {
      ZxLocateRole role = zx_locate_role (problem, j);
      double cost = is_priced ? problem->fixed_cost[j] : 1;
      cover->cost[j] = role == ZX_LOCATE_EXISTING ? 0 : cost;
      cover->status[j] = role == ZX_LOCATE_CANDIDATE        ? ZX_COVER_FREE
                         : zx_locate_is_barred (problem, j) ? ZX_COVER_SHUT
                                                            : ZX_COVER_OPEN;
      cover->is_whole = cover->is_whole && cost == floor (cost);
    }
}

/* Missing one site costs more than all sites together. */
static ZxCover
cover_of (const ZxLocate *problem, double limit)
{
  gsize n = (gsize) problem->n_clients + 1, m = (gsize) problem->n_sites + 1, n_pairs = 0;
  ZxCover cover = { .penalty = g_new (double, n),
                    .needed = g_new (guint32, n),
                    .cost = g_new0 (double, m),
                    .client_first = g_new0 (gsize, n),
                    .client_site = g_new (guint32, problem->first[problem->n_clients] + 1),
                    .status = g_new0 (guint8, m) };
  double total = 1;
  fill_sites (&cover, problem);
  for (guint j = 0; j < problem->n_sites; j++)
    total += cover.cost[j];
  for (guint i = 0; i < problem->n_clients; i++)
    {
      if (!(problem->demand[i] > 0))
        continue;
      for (gsize k = problem->first[i]; k < problem->first[i + 1]; k++)
        if (is_of_use (problem, k, limit))
          cover.client_site[n_pairs++] = problem->site[k];
      guint c = cover.n_clients++;
      cover.penalty[c] = ceil (total);
      cover.needed[c] = problem->kind == ZX_LOCATE_SET_COVER ? MAX (problem->n_needed, 1) : 1;
      cover.client_first[c + 1] = n_pairs;
    }
  zx_cover_finish (&cover);
  return cover;
}

/* Each client pays its share of its cheapest site: a first bound that is not nothing. */
static double *
first_prices (const ZxCover *cover)
{
  double *price = g_new (double, (gsize) cover->n_clients + 1);
  for (guint i = 0; i < cover->n_clients; i++)
    {
      price[i] = cover->penalty[i];
      for (gsize k = cover->client_first[i]; k < cover->client_first[i + 1]; k++)
        {
          guint32 site = cover->client_site[k];
          gsize n = cover->site_first[site + 1] - cover->site_first[site];
          price[i] = MIN (price[i], cover->cost[site] / (double) n);
        }
      price[i] = floor (ldexp (price[i], 20)) / ldexp (1, 20);
    }
  return price;
}

static ZxCoverLimits
limits_of (const ZxLocateOptions *options, gint64 begun)
{
  ZxCoverLimits limits = { .max_nodes = options->max_nodes > 0 ? options->max_nodes : G_MAXUINT64,
                           .cutoff = INFINITY,
                           .enough = -INFINITY };
  if (options->time_limit_s > 0)
    limits.deadline_us = begun + (gint64) (options->time_limit_s * 1e6);
  return limits;
}

/* ---- the answer --------------------------------------------------------------------------- */

static void
add_chosen (const ZxLocate *problem, const guint8 *is_chosen, ZxLocation *location)
{
  guint8 *is_in = g_memdup2 (is_chosen, problem->n_sites);
  guint n = 0;
  for (guint j = 0; j < problem->n_sites; j++)
    n += is_in[j] && zx_locate_role (problem, j) != ZX_LOCATE_EXISTING;
  /* A centre may need fewer sites than are asked for: the rest do no harm. */
  for (guint j = 0; j < problem->n_sites && n < problem->n_choose; j++)
    if (!is_in[j] && zx_locate_role (problem, j) == ZX_LOCATE_CANDIDATE)
      {
        is_in[j] = 1;
        n++;
      }
  g_free (location->chosen);
  location->chosen = g_new (guint32, (gsize) n + 1);
  location->n_chosen = 0;
  for (guint j = 0; j < problem->n_sites; j++)
    if (is_in[j] && zx_locate_role (problem, j) != ZX_LOCATE_EXISTING)
      location->chosen[location->n_chosen++] = j;
  g_free (is_in);
}

/* Each client at its cheapest standing site; returns the greatest cost of one with demand. */
static double
assign (const ZxLocate *problem, ZxLocation *location)
{
  g_autofree guint8 *stands = g_new0 (guint8, (gsize) problem->n_sites + 1);
  double worst = 0;
  for (guint j = 0; j < problem->n_sites; j++)
    stands[j] = zx_locate_role (problem, j) == ZX_LOCATE_EXISTING;
  for (guint k = 0; k < location->n_chosen; k++)
    stands[location->chosen[k]] = 1;
  g_free (location->server);
  location->server = g_new (guint32, (gsize) problem->n_clients + 1);
  for (guint i = 0; i < problem->n_clients; i++)
    {
      double least = INFINITY;
      location->server[i] = G_MAXUINT32;
      for (gsize k = problem->first[i]; k < problem->first[i + 1]; k++)
        if (stands[problem->site[k]] && pair_cost (problem, k) < least)
          {
            least = pair_cost (problem, k);
            location->server[i] = problem->site[k];
          }
      if (problem->demand[i] > 0)
        worst = MAX (worst, least);
    }
  return worst;
}

/* ---- set cover ---------------------------------------------------------------------------- */

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return x < y ? -1 : x > y;
}

static gboolean
can_cover (const ZxLocate *problem, GError **error)
{
  guint needed = MAX (problem->n_needed, 1);
  g_autofree double *costs = g_new (double, (gsize) problem->n_sites + 1);
  for (guint i = 0; i < problem->n_clients; i++)
    {
      guint n = 0, n_within = 0;
      char text[2][32];
      for (gsize k = problem->first[i]; k < problem->first[i + 1]; k++)
        {
          n_within += is_of_use (problem, k, problem->limit);
          if (is_of_use (problem, k, INFINITY))
            costs[n++] = pair_cost (problem, k);
        }
      if (!(problem->demand[i] > 0) || n_within >= needed)
        continue;
      qsort (costs, n, sizeof *costs, compare_numbers);
      if (n >= needed)
        g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                     _ ("Client %u has %u sites within %s and needs %u; a limit of %s would do"), i,
                     n_within, zx_number_format (problem->limit, text[0]), needed,
                     zx_number_format (costs[needed - 1], text[1]));
      else
        g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                     _ ("Client %u can reach %u sites at all and needs %u; add sites"), i, n,
                     needed);
      return FALSE;
    }
  return TRUE;
}

ZxLocation *
zx_locate_solve_set_cover (const ZxLocate *problem, const ZxLocateOptions *options,
                           const ZxProgress *progress, GError **error)
{
  gint64 begun = g_get_monotonic_time ();
  if (!can_cover (problem, error))
    return NULL;
  const ZxCoverLimits limits = limits_of (options, begun);
  ZxCover cover = cover_of (problem, problem->limit);
  g_autofree double *price = first_prices (&cover);
  g_autoptr (ZxCoverResult) result = zx_cover_solve (&cover, price, &limits, progress);
  ZxLocation *location = g_new0 (ZxLocation, 1);
  location->value = result->value;
  location->bound = cover.is_whole ? ceil (result->bound - 1e-6) : result->bound;
  location->bound = MIN (location->bound, location->value);
  location->is_proven = result->is_proven || location->bound >= location->value;
  location->n_nodes = result->n_nodes;
  add_chosen (problem, result->is_chosen, location);
  assign (problem, location);
  zx_cover_clear (&cover);
  return location;
}

/* ---- centre ------------------------------------------------------------------------------- */

/* The different costs of pairs that may serve, ascending. */
static double *
different_costs (const ZxLocate *problem, gsize *n, GError **error)
{
  gsize n_pairs = problem->first[problem->n_clients], kept = 0;
  double *costs = ZX_TRY_NEW (double, n_pairs, _ ("the costs"), error);
  *n = 0;
  if (costs == NULL)
    return NULL;
  for (guint i = 0; i < problem->n_clients; i++)
    for (gsize k = problem->first[i]; k < problem->first[i + 1]; k++)
      if (problem->demand[i] > 0 && is_of_use (problem, k, INFINITY))
        costs[kept++] = pair_cost (problem, k);
  qsort (costs, kept, sizeof *costs, compare_numbers);
  for (gsize k = 0; k < kept; k++)
    if (k == 0 || costs[k] > costs[k - 1])
      costs[(*n)++] = costs[k];
  return costs;
}

typedef enum
{
  IMPOSSIBLE,
  FOUND,
  UNDECIDED,
} Verdict;

static Verdict
try_limit (const ZxLocate *problem, double limit, ZxCoverLimits limits, ZxLocation *location,
           const ZxProgress *progress)
{
  ZxCover cover = cover_of (problem, limit);
  g_autofree double *price = first_prices (&cover);
  limits.cutoff = (double) problem->n_choose + 1;
  limits.enough = problem->n_choose;
  limits.max_nodes = MIN (limits.max_nodes, TRIAL_NODES);
  g_autoptr (ZxCoverResult) result = zx_cover_solve (&cover, price, &limits, progress);
  zx_cover_clear (&cover);
  location->n_nodes += result->n_nodes;
  if (result->value < limits.cutoff)
    {
      add_chosen (problem, result->is_chosen, location);
      location->value = assign (problem, location);
      return FOUND;
    }
  return result->is_proven || result->bound > problem->n_choose + 1e-6 ? IMPOSSIBLE : UNDECIDED;
}

static void
halve (const ZxLocate *problem, const double *costs, gsize n, ZxCoverLimits limits,
       ZxLocation *location, const ZxProgress *progress)
{
  gsize low = 0, high = n, proven = 0; /* costs below proven are impossible */
  while (low < high)
    {
      gsize middle = low + (high - low) / 2;
      Verdict verdict = try_limit (problem, costs[middle], limits, location, progress);
      if (verdict == FOUND)
        { /* it may have done better than it was asked to */
          high = middle;
          while (high > 0 && costs[high - 1] >= location->value)
            high--;
          low = MIN (low, high);
        }
      else
        low = middle + 1;
      if (verdict == IMPOSSIBLE)
        proven = middle + 1;
    }
  location->bound = proven < n ? costs[proven] : INFINITY;
}

ZxLocation *
zx_locate_solve_centre (const ZxLocate *problem, const ZxLocateOptions *options,
                        const ZxProgress *progress, GError **error)
{
  gsize n;
  const ZxCoverLimits limits = limits_of (options, g_get_monotonic_time ());
  g_autofree double *costs = different_costs (problem, &n, error);
  g_autoptr (ZxLocation) location = g_new0 (ZxLocation, 1);
  if (costs == NULL)
    return NULL;
  location->value = INFINITY;
  halve (problem, costs, n, limits, location, progress);
  if (!zx_progress_step (progress, 1, 1, location->value < INFINITY ? NULL : error)
      && !(location->value < INFINITY))
    return NULL;
  if (!(location->value < INFINITY))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   location->bound < INFINITY
                       ? _ ("No %u sites that reach all demand were found in time; choose more "
                            "sites or allow more time")
                       : _ ("No %u sites reach all demand at any cost; choose more sites"),
                   problem->n_choose);
      return NULL;
    }
  location->bound = MIN (location->bound, location->value);
  location->is_proven = location->bound >= location->value;
  return g_steal_pointer (&location);
}
