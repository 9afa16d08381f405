/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Headroom of a province: areas and feeders over 24 hours, against a root found by bisection, which
 * is what a planner's spreadsheet does. */

#include "app/power/zx-power.h"

#include <sys/resource.h>

#define N_FEEDERS          2000
#define N_AREAS_PER_FEEDER 25

static ZxCity *
make_city (void)
{
  ZxCity *city = zx_city_new ();
  ZxTransformerAreas *areas = &city->transformers;
  ZxFeeders *feeders = &city->feeders;
  ZxRng rng = zx_rng_new (1);
  guint n_areas = N_FEEDERS * N_AREAS_PER_FEEDER, n_nodes = N_FEEDERS * (N_AREAS_PER_FEEDER + 1);
  if (!zx_transformers_alloc (areas, n_areas, NULL)
      || !zx_feeders_alloc (feeders, N_FEEDERS, n_nodes, n_nodes - N_FEEDERS, NULL))
    g_error ("no memory for %u areas", n_areas);
  for (guint i = 0; i < n_areas; i++)
    {
      areas->rated_kva[i] = 630;
      areas->feeder[i] = (gint32) (i / N_AREAS_PER_FEEDER);
      for (guint hour = 0; hour < 24; hour++)
        areas->base_kw[i * 24 + hour] = (float) (600 * zx_rng_uniform (&rng));
    }
  for (guint node = 0, branch = 0; node < n_nodes; node++)
    {
      feeders->node_feeder[node] = (gint32) (node / (N_AREAS_PER_FEEDER + 1));
      feeders->node_is_source[node] = node % (N_AREAS_PER_FEEDER + 1) == 0;
      if (feeders->node_is_source[node])
        continue;
      feeders->branch_from[branch] = node - 1;
      feeders->branch_to[branch] = node;
      feeders->branch_max_kva[branch++] = 8700;
    }
  return city;
}

static double
room_by_bisection (double rated_kva, double kw, double rate)
{
  double base_kvar = kw * tan (acos (0.95)), tangent = tan (acos (0.98));
  double low = 0, high = 2 * rated_kva;
  for (guint step = 0; step < 40; step++)
    {
      double middle = (low + high) / 2;
      if (zx_power_load_rate (rated_kva, kw + middle, base_kvar + middle * tangent) <= rate)
        low = middle;
      else
        high = middle;
    }
  return low;
}

int
main (void)
{
  g_autoptr (ZxCity) city = make_city ();
  ZxPowerOptions options = ZX_POWER_OPTIONS_INIT;
  gint64 start = g_get_monotonic_time ();
  g_autoptr (ZxHeadroom) room = zx_power_headroom (city, &options, NULL, NULL);
  double ours_ms = (double) (g_get_monotonic_time () - start) / 1000;
  start = g_get_monotonic_time ();
  double worst_kw = 0;
  for (gsize i = 0; i < (gsize) city->transformers.n * 24; i++)
    {
      double kw = city->transformers.base_kw[i];
      worst_kw = MAX (worst_kw, fabs (room_by_bisection (630, kw, 0.8) - room->room_kw[i]));
      worst_kw = MAX (worst_kw, fabs (room_by_bisection (630, kw, 1.0) - room->room100_kw[i]));
    }
  double naive_ms = (double) (g_get_monotonic_time () - start) / 1000;
  struct rusage usage;
  getrusage (RUSAGE_SELF, &usage);
  g_print ("headroom of %u areas and %u feeders over 24 h: %.1f ms; rooms by bisection %.1f ms "
           "(%.1f times as long); they differ by at most %.2g kW; peak memory %ld MB\n",
           city->transformers.n, city->feeders.n_feeders, ours_ms, naive_ms, naive_ms / ours_ms,
           worst_kw, usage.ru_maxrss / 1024);
  return 0;
}
