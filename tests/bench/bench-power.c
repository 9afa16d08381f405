/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The shared cases, one row each: the worst differences from their independent solutions.  Headroom
 * of a province: areas and feeders over 24 hours, against a root found by bisection, which
 * is what a planner's spreadsheet does.  Power flow: sweeps against Newton's method with sparse LU,
 * hours and hosting capacity side by side. */

#include "app/power/zx-sweep.h"

#include <string.h>

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

/* ---- the shared cases ------------------------------------------------------------------------ */

typedef struct
{
  double vm_pu, va_deg, losses_kw, loading_percent; /* worst differences */
  double hosting_kw, hosting_share;                 /* NaN: the case has none */
  guint n_kinds;                                    /* limits of another kind */
  double solves_per_node, hosting_s;
  double outage_pu, hours_pu; /* NaN: the case has none */
} CaseRow;

static ZxLayer *
table_of (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  return g_file_test (path, G_FILE_TEST_EXISTS) ? zx_grid_table_read (path, NULL) : NULL;
}

static double
number_at (const ZxLayer *table, const char *column, gsize row)
{
  return zx_layer_number (table, zx_layer_column (table, column), row);
}

static const char *
text_at (const ZxLayer *table, const char *column, gsize row)
{
  return zx_layer_text (table, zx_layer_column (table, column), row);
}

static double
stated_losses_kw (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "case.json", NULL), *text = NULL;
  gsize n = 0;
  if (!g_file_get_contents (path, &text, &n, NULL))
    return NAN;
  g_autoptr (ZxJson) json = zx_json_parse (text, n, path, NULL);
  return zx_json_number (json, "losses_kw", NAN);
}

static void
compare_flow (const char *folder, const ZxGrid *grid, CaseRow *row)
{
  const ZxFlowOptions options = ZX_FLOW_OPTIONS_INIT;
  g_autoptr (ZxFlow) flow = zx_power_flow (grid, &options, NULL, NULL);
  g_autoptr (ZxLayer) nodes = table_of (folder, "expected_nodes.csv");
  g_autoptr (ZxLayer) branches = table_of (folder, "expected_branches.csv");
  for (gsize i = 0; i < nodes->n_rows; i++)
    {
      gint32 node = zx_grid_find_node (grid, text_at (nodes, "node_id", i));
      g_assert_cmpint (node, >=, 0);
      row->vm_pu = zx_test_widen (row->vm_pu, flow->vm_pu[node], number_at (nodes, "vm_pu", i));
      row->va_deg = zx_test_widen (row->va_deg, flow->va_deg[node], number_at (nodes, "va_deg", i));
    }
  for (gsize i = 0; i < branches->n_rows; i++)
    {
      gint32 branch = zx_grid_find_branch (grid, text_at (branches, "branch_id", i));
      g_assert_cmpint (branch, >=, 0);
      row->loading_percent = zx_test_widen (row->loading_percent, flow->loading_percent[branch],
                                            number_at (branches, "loading_percent", i));
    }
  row->losses_kw = fabs (flow->losses_kw - stated_losses_kw (folder));
}

static void
compare_hours (const char *folder, const ZxGrid *grid, CaseRow *row)
{
  const ZxFlowOptions options = ZX_FLOW_OPTIONS_INIT;
  g_autoptr (ZxLayer) hours = table_of (folder, "expected_24h.csv");
  row->hours_pu = hours != NULL ? 0 : NAN;
  if (hours == NULL)
    return;
  g_autofree double *multiplier = g_new (double, hours->n_rows);
  for (gsize i = 0; i < hours->n_rows; i++)
    multiplier[i] = number_at (hours, "load_multiplier", i);
  ZxLoadProfiles profiles = { .n_hours = hours->n_rows, .n_profiles = 1, .multiplier = multiplier };
  g_autoptr (ZxFlowSeries) series = zx_power_flow_series (grid, &profiles, &options, NULL, NULL);
  for (gsize i = 0; i < hours->n_rows; i++)
    row->hours_pu
        = zx_test_widen (row->hours_pu, series->vmin_pu[i], number_at (hours, "vmin_pu", i));
}

static void
compare_outages (const char *folder, const ZxGrid *grid, CaseRow *row)
{
  const ZxFlowOptions options = ZX_FLOW_OPTIONS_INIT;
  g_autoptr (ZxLayer) rows = table_of (folder, "expected_n1.csv");
  row->outage_pu = rows != NULL ? 0 : NAN;
  if (rows == NULL)
    return;
  g_autoptr (GArray) outages = zx_power_outages (grid, &options, NULL, NULL);
  for (gsize i = 0; i < rows->n_rows; i++)
    for (guint k = 0; k < outages->len; k++)
      {
        const ZxOutage *outage = &g_array_index (outages, ZxOutage, k);
        double after = number_at (rows, "vmin_pu_after_transfer", i);
        if (strcmp (zx_grid_branch_id (grid, outage->branch), text_at (rows, "outage_branch", i))
                == 0
            && !isnan (after))
          row->outage_pu = zx_test_widen (row->outage_pu, outage->vmin_pu, after);
      }
}

static void
compare_hosting (const char *folder, ZxGrid *grid, CaseRow *row)
{
  g_autoptr (ZxLayer) rows = table_of (folder, "expected_hc.csv");
  row->hosting_kw = row->hosting_share = row->hosting_s = rows != NULL ? 0 : NAN;
  if (rows == NULL)
    return;
  g_autoptr (ZxHostingScenario) scenario = zx_hosting_scenario_read (folder, NULL);
  zx_hosting_scenario_apply (scenario, grid, NULL);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (ZxHosting) hosting = zx_power_hosting (grid, scenario, NULL, NULL);
  row->hosting_s = (double) (g_get_monotonic_time () - start) / 1e6;
  row->solves_per_node = (double) hosting->n_solves / (double) rows->n_rows;
  for (gsize i = 0; i < rows->n_rows; i++)
    {
      gint32 node = zx_grid_find_node (grid, text_at (rows, "node_id", i));
      g_assert_cmpint (node, >=, 0);
      double kw = number_at (rows, "hc_kw", i), ours = hosting->hosting_kw[node],
             unit = kw > 0 ? kw : 1;
      row->hosting_kw = zx_test_widen (row->hosting_kw, ours, kw);
      row->hosting_share = zx_test_widen (row->hosting_share, ours / unit, kw / unit);
      row->n_kinds
          += strcmp (zx_hosting_limit_name (hosting->limit[node]), text_at (rows, "limit", i)) != 0;
    }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
bench_cases (void)
{
  g_autofree char *folder = zx_test_shared ("data/grid");
  g_autoptr (GDir) dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  g_print ("%-18s %5s %8s %8s %8s %8s %8s %8s %5s %6s %7s %8s %8s\n", "case", "nodes", "|dV| pu",
           "|da| deg", "loss kW", "load %", "hc kW", "hc rel", "kinds", "solves", "hc s", "N-1 pu",
           "24 h pu");
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (ZxGrid) grid
          = g_file_test (path, G_FILE_TEST_IS_DIR) ? zx_grid_read (path, NULL) : NULL;
      CaseRow row = { 0 };
      if (grid == NULL)
        continue;
      compare_flow (path, grid, &row);
      compare_hours (path, grid, &row);
      compare_outages (path, grid, &row);
      compare_hosting (path, grid, &row);
      g_print ("%-18s %5u %8.1e %8.1e %8.1e %8.1e %8.1e %8.1e %5u %6.1f %7.3f %8.1e %8.1e\n", name,
               grid->n_nodes, row.vm_pu, row.va_deg, row.losses_kw, row.loading_percent,
               row.hosting_kw, row.hosting_share, row.n_kinds, row.solves_per_node, row.hosting_s,
               row.outage_pu, row.hours_pu);
    }
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
  g_print ("  8760 hours: %.2f s on %u threads, %.1f us an hour%s\n", us / 1e6,
           zx_parallel_threads (), us / n_hours,
           grid->n_nodes == 10000 && us > 4e6 ? ", ABOVE the bar of 4 s" : "");
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
  bench_cases ();
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
