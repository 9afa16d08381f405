/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which kind of pile drivers use most, connector for connector.
 *
 * Sessions by kind are Dirichlet-multinomial around what they would be if all connectors were
 * alike: p ~ Dirichlet (a c_t / Σ c),  n_t | p ~ Multinomial,  so p | n ~ Dirichlet (a c_t / Σ c +
 * n_t) with c_t connectors of kind t and a = the number of kinds.  A station is of one kind, so its
 * sessions are not witnesses of their own: their intra-class correlation is 1 and the design effect
 * is sessions per station (Kish 1965).  n_t are therefore sessions scaled to as many as there are
 * stations; without it ten thousand sessions of five stations would leave no doubt at all.
 * P (best) is the share of draws in which p_t / c_t is the greatest.
 *
 * When it is wrong: kinds stand in different places and at different prices; this compares them as
 * they stand. */

#include "app/demand/zx-demand.h"

#define N_DRAWS 4000

void
zx_demand_pile_types (const double *sessions, const double *connectors, guint n, double n_stations,
                      guint64 seed, ZxPileType *types)
{
  double all_sessions = 0, all_connectors = 0;
  g_return_if_fail (n >= 1);
  for (guint t = 0; t < n; t++)
    {
      all_sessions += sessions[t];
      all_connectors += connectors[t];
      types[t] = (ZxPileType){ NAN, NAN, 0 };
    }
  if (!(all_sessions > 0 && all_connectors > 0))
    return;
  g_autofree double *weight = g_new (double, n), *use = g_new (double, n);
  for (guint t = 0; t < n; t++)
    {
      double expected = connectors[t] / all_connectors;
      weight[t] = n * expected + n_stations * sessions[t] / all_sessions;
      types[t].share = weight[t] / (n + n_stations);
      types[t].relative_use = types[t].share / expected;
    }
  for (guint d = 0; d < N_DRAWS; d++)
    {
      ZxRng rng = zx_rng_stream (seed, d);
      guint best = 0;
      for (guint t = 0; t < n; t++)
        {
          use[t] = zx_rng_gamma (&rng, weight[t]) / connectors[t];
          best = use[t] > use[best] ? t : best;
        }
      types[best].p_best += 1.0 / N_DRAWS;
    }
}
