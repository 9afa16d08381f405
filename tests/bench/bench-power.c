/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Headroom of a province: areas and feeders over 24 hours, against a root found by bisection, which
 * is what a planner's spreadsheet does.  Power flow: sweeps against Newton's method with sparse LU,
 * hours and hosting capacity side by side. */

#include "app/power/zx-sweep.h"

#include "tests/bench/zx-bench.h"
#include "zx-test.h"

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

/* ---- power flow ---------------------------------------------------------------------------- */

/* A feeder of @n nodes, 5 to 6 % of drop, its main line with laterals of some dozen nodes. */
static ZxGrid *
make_feeder (guint n)
{
  ZxGrid *grid = zx_grid_new ("bench", n, n - 1, NULL);
  ZxRng rng = zx_rng_new (2);
  g_autofree double *depth = g_new0 (double, n);
  double deepest = 0;
  for (guint i = 1; i < n; i++)
    {
      guint parent = i - 1 - zx_rng_below (&rng, MIN (i, 40));
      depth[i] = depth[parent] + 1;
      deepest = MAX (deepest, depth[i]);
      grid->branch_from[i - 1] = parent;
      grid->branch_to[i - 1] = i;
      grid->branch_rate_mva[i - 1] = 8;
    }
  for (guint i = 0; i < n; i++)
    {
      grid->node_base_kv[i] = 10;
      grid->node_p_mw[i] = i > 0 ? 2.0 * zx_rng_uniform (&rng) / n : 0;
      grid->node_q_mvar[i] = grid->node_p_mw[i] * 0.3;
    }
  for (guint b = 0; b + 1 < n; b++)
    {
      grid->branch_r_pu[b] = 0.09 * zx_rng_uniform (&rng) / deepest;
      grid->branch_x_pu[b] = 0.09 * zx_rng_uniform (&rng) / deepest;
    }
  grid->node_is_slack[0] = TRUE;
  grid->node_vm_set_pu[0] = 1;
  grid->node_va_set_deg[0] = 0;
  return grid;
}

static double
now_us (void)
{
  return (double) g_get_monotonic_time ();
}

/* The best of some runs: other work on the machine only ever adds. */
static double
best_sweep_us (const ZxNet *net, double tolerance, ZxState *state)
{
  double best = INFINITY;
  for (guint run = 0; run < 15; run++)
    {
      double start = now_us ();
      for (guint c = 0; c < net->n_components; c++)
        {
          zx_state_reset (state, net, c);
          state->iterations = 0;
          if (!zx_sweep_component (net, c, tolerance, state))
            g_error ("the bench's feeder has no power flow");
        }
      best = MIN (best, now_us () - start);
    }
  return best;
}

static double
newton_us (const ZxNet *net, ZxState *state)
{
  double best = INFINITY;
  for (guint run = 0; run < 3; run++)
    {
      double start = now_us ();
      for (guint c = 0; c < net->n_components; c++)
        {
          zx_state_reset (state, net, c);
          zx_newton_component (net, c, 1e-10, state, NULL);
        }
      best = MIN (best, now_us () - start);
    }
  return best;
}

static void
bench_hours (const ZxGrid *grid)
{
  const guint n_hours = 8760;
  const ZxFlowOptions options = { FALSE, 1e-9 };
  g_autofree double *multiplier = g_new (double, n_hours);
  for (guint hour = 0; hour < n_hours; hour++)
    multiplier[hour] = 0.6 + 0.3 * sin (hour * G_PI / 12) + 0.1 * sin (hour * G_PI / 4380);
  ZxLoadProfiles profiles = { .n_hours = n_hours, .n_profiles = 1, .multiplier = multiplier };
  double start = now_us ();
  g_autoptr (ZxFlowSeries) series = zx_power_flow_series (grid, &profiles, &options, NULL, NULL);
  double us = now_us () - start;
  g_print ("  8760 hours: %.2f s, %.1f us an hour\n", us / 1e6, us / n_hours);
}

static void
bench_hosting (ZxGrid *grid, const ZxHostingScenario *scenario)
{
  double start = now_us ();
  g_autoptr (ZxHosting) hosting = zx_power_hosting (grid, scenario, NULL, NULL);
  double us = now_us () - start;
  g_print ("  hosting capacity of %u nodes: %.3f s, %.1f flows a node, %.1f us a flow\n",
           grid->n_nodes, us / 1e6, (double) hosting->n_solves / grid->n_nodes,
           us / (double) hosting->n_solves);
}

static void
bench_grid (ZxGrid *grid, const ZxHostingScenario *scenario)
{
  double start = now_us ();
  g_autoptr (ZxNet) net = zx_net_new (grid, NULL, NULL);
  double build = now_us () - start;
  ZxState state = { NULL };
  zx_state_init (&state, net, NULL);
  double tight = best_sweep_us (net, 1e-12, &state);
  guint n_tight = state.iterations;
  double us = best_sweep_us (net, 1e-8, &state);
  guint n = state.iterations;
  double newton = newton_us (net, &state);
  zx_state_clear (&state);
  g_print ("%s, %u nodes: ordered in %.0f us\n", grid->name, grid->n_nodes, build);
  g_print ("  one flow to 1e-8: %.1f us in %u sweeps, %.2f ns per bus and sweep; to 1e-12: %.1f us "
           "in %u\n",
           us, n, us * 1000 / n / grid->n_nodes, tight, n_tight);
  g_print ("  Newton with KLU: %.1f us, %.0f times as long\n", newton, newton / us);
  bench_hours (grid);
  bench_hosting (grid, scenario);
}

static void
bench_flows (void)
{
  g_autoptr (ZxHostingScenario) scenario = zx_hosting_scenario_new ();
  scenario->vmin_pu = 0.9;
  static const guint sizes[] = { 33, 533, 2000, 10000 };
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (ZxGrid) grid = make_feeder (sizes[i]);
      bench_grid (grid, scenario);
    }
  g_autofree char *real = zx_test_shared ("data/grid/case533mt_hi");
  if (real == NULL)
    return;
  g_autoptr (ZxGrid) grid = zx_grid_read (real, NULL);
  g_autoptr (ZxHostingScenario) given = zx_hosting_scenario_read (real, NULL);
  bench_grid (grid, given);
}

int
main (void)
{
  bench_flows ();
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
  g_print ("headroom of %u areas and %u feeders over 24 h: %.1f ms; rooms by bisection %.1f ms "
           "(%.1f times as long); they differ by at most %.2g kW; peak memory %.0f MB\n",
           city->transformers.n, city->feeders.n_feeders, ours_ms, naive_ms, naive_ms / ours_ms,
           worst_kw, zx_bench_peak_mib ());
  return 0;
}
