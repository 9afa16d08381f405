/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The traps of reading and solving feeders, each with the test that fails when one falls in.
 *
 *    1  P and Q exchanged in a published case      /grid/check/swapped-powers-are-suspected
 *    2  kW, ohm and single-phase MVA converted     /grid/matpower/converts-as-the-file-says
 *    3  base case violates: 0 and the reason       /power/traps/the-base-case-of-33bw-violates
 *    4  a shift of 150 degrees                     /power/flow/phase-shift-of-150-degrees
 *    5  open line end, closed switch, two slacks   /power/flow/an-open-line-end-draws-its-charging
 *                                                  /power/flow/a-closed-switch-has-one-voltage
 *                                                  /power/flow/two-sources-are-a-forest-or-one-net
 *    6  weakly meshed: detected and said           /power/traps/loops-are-counted-and-said
 *    7  loading by current, not by MVA at 1 pu     /power/traps/loading-is-by-current
 *    8  negative load; capacity need not be        /power/traps/generation-raises-capacity
 *       monotone: a scan                           /power/traps/a-scan-finds-no-hole
 *    9  constant power is conservative             /power/traps/added-load-is-constant-power
 *   10  capacities do not add up                   /power/together/capacities-do-not-add-up
 *   11  kVA with power factor; 80 % and 100 %      /power/traps/planning-and-thermal-limit-differ
 *   12  schematic coordinates                      /grid/check/schematic-places-are-taken-away
 *   13  vector code chosen at run time             /power/traps/lanes-agree-with-one-by-one
 *   14  seed, draws and band                       /power/traps/a-seed-says-which-draws
 *
 * Bad input: swapped P and Q, kW for MW, ohm for per unit, negative load, schematic places and
 * doubled ids stand in test-grid.c; islands, loops of switches and loads beyond the maximum in
 * test-flow.c; a slip found by the solver in test-flow.c as well. */

#include "zx-grids.h"

#include <string.h>

#include "zx-test.h"

static const ZxFlowOptions defaults = ZX_FLOW_OPTIONS_INIT;

#define NODES    "node_id,type,base_kv,p_mw,q_mvar\n"
#define BRANCHES "branch_id,kind,from_node,to_node,r_pu,x_pu,rate_mva\n"

static ZxHosting *
host (const ZxGrid *grid, double vmin_pu)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxHostingScenario) scenario = zx_hosting_scenario_new ();
  scenario->vmin_pu = vmin_pu;
  ZxHosting *hosting = zx_power_hosting (grid, scenario, NULL, &error);
  g_assert_no_error (error);
  return hosting;
}

/* ---- the traps ------------------------------------------------------------------------------ */

static void
test_base_case_of_33bw_violates (void)
{
  g_autofree char *path = zx_test_shared ("data/grid/case33bw");
  if (path == NULL)
    return;
  g_autoptr (ZxGrid) grid = zx_grid_read (path, NULL);
  g_autoptr (ZxHosting) hosting = host (grid, 0.93);
  for (guint i = 0; i < grid->n_nodes; i++)
    if (!grid->node_is_slack[i])
      {
        g_assert_true (hosting->hosting_kw[i] == 0);
        g_assert_cmpuint (hosting->limit[i], ==, ZX_LIMIT_BASE_VOLTAGE);
        g_assert_cmpint (hosting->limiting_element[i], >=, 0);
      }
}

static void
test_loops_are_counted_and_said (void)
{
  g_autoptr (ZxGrid) radial = test_random_grid (zx_test_seed (), 30, 0);
  g_autoptr (ZxGrid) meshed = test_random_grid (zx_test_seed (), 30, 3);
  g_autoptr (ZxFlow) x = test_solve (radial, FALSE), y = test_solve (meshed, FALSE);
  g_assert_cmpuint (x->n_loops, ==, 0);
  g_assert_cmpuint (y->n_loops, ==, 3);
}

static void
test_loading_is_by_current (void)
{
  g_autoptr (ZxGrid) grid = test_grid (NODES "a,slack,10,0,0\nb,pq,10,0.8,0.3\n",
                                       BRANCHES "1,line,a,b,0.08,0.06,1\n", NULL);
  g_autoptr (ZxFlow) flow = test_solve (grid, FALSE);
  double by_power = 100 * hypot (flow->p_to_mw[0], flow->q_to_mvar[0]);
  g_assert_cmpfloat (flow->vm_pu[1], <, 0.93);
  g_assert_cmpfloat_with_epsilon (flow->loading_percent[0], by_power / flow->vm_pu[1], 1e-9);
  g_assert_cmpfloat (flow->loading_percent[0], >, by_power + 5);
}

static void
test_generation_raises_capacity (void)
{
  g_autoptr (ZxGrid) grid = test_chain (15);
  g_autoptr (ZxHosting) before = host (grid, 0.9);
  grid->node_p_mw[14] = -grid->node_p_mw[14];
  g_autoptr (ZxHosting) after = host (grid, 0.9);
  for (guint i = 1; i < 15; i++)
    g_assert_cmpfloat (after->hosting_kw[i], >, before->hosting_kw[i]);
}

static void
test_scan_finds_no_hole (void)
{
  g_autoptr (GError) error = NULL;
  guint64 seed = zx_test_seed ();
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (ZxGrid) grid = test_random_grid (seed + i, 20, i % 2);
      g_autoptr (ZxHostingScenario) scenario = zx_hosting_scenario_new ();
      scenario->vmin_pu = 0.8;
      scenario->cap_kw = 20000;
      g_autoptr (ZxHosting) hosting = zx_power_hosting (grid, scenario, NULL, &error);
      g_autofree double *hole = zx_power_hosting_scan (grid, scenario, hosting, 10, NULL, &error);
      g_assert_no_error (error);
      for (guint node = 0; node < grid->n_nodes; node++)
        g_assert_true (isnan (hole[node]));
      /* Ten times as much cannot hold: the scan sees it. */
      for (guint node = 0; node < grid->n_nodes; node++)
        hosting->hosting_kw[node] *= 10;
      g_autofree double *found = zx_power_hosting_scan (grid, scenario, hosting, 10, NULL, &error);
      for (guint node = 0; node < grid->n_nodes; node++)
        if (hosting->hosting_kw[node] > 100 && hosting->limit[node] != ZX_LIMIT_CAP
            && grid->node_current_share[node] == 0 && grid->node_impedance_share[node] == 0)
          g_assert_cmpfloat (found[node], <=, hosting->hosting_kw[node]);
    }
}

/* A load that falls with the voltage would let more in: what is added does not. */
static void
test_added_load_is_constant_power (void)
{
  g_autoptr (ZxGrid) grid = test_chain (8);
  g_autoptr (ZxHosting) plain = host (grid, 0.9);
  for (guint i = 0; i < 8; i++)
    grid->node_impedance_share[i] = 1;
  g_autoptr (ZxHosting) mixed = host (grid, 0.9);
  g_assert_cmpfloat (mixed->hosting_kw[7], >, plain->hosting_kw[7]);
  /* At the capacity, added as a node of constant power, the limit is met exactly. */
  g_autoptr (ZxGrid) copy = zx_grid_copy (grid, NULL);
  g_autoptr (ZxGrid) longer = zx_grid_new ("longer", 9, 8, NULL);
  for (guint i = 0; i < 9; i++)
    {
      guint from = MIN (i, 7);
      longer->node_base_kv[i] = copy->node_base_kv[from];
      longer->node_p_mw[i] = i < 8 ? copy->node_p_mw[i] : mixed->hosting_kw[7] / 1000;
      longer->node_q_mvar[i]
          = i < 8 ? copy->node_q_mvar[i] : mixed->hosting_kw[7] / 1000 * sqrt (1 - 0.9025) / 0.95;
      longer->node_impedance_share[i] = i < 8;
      longer->node_is_slack[i] = copy->node_is_slack[from] && i < 8;
      longer->node_vm_set_pu[i] = longer->node_is_slack[i] ? copy->node_vm_set_pu[from] : NAN;
      longer->node_va_set_deg[i] = longer->node_is_slack[i] ? 0 : NAN;
    }
  for (guint b = 0; b < 8; b++)
    {
      longer->branch_from[b] = b < 7 ? copy->branch_from[b] : 7;
      longer->branch_to[b] = b < 7 ? copy->branch_to[b] : 8;
      longer->branch_r_pu[b] = b < 7 ? copy->branch_r_pu[b] : 0;
      longer->branch_x_pu[b] = b < 7 ? copy->branch_x_pu[b] : 0;
      longer->branch_kind[b] = b < 7 ? ZX_BRANCH_LINE : ZX_BRANCH_SWITCH;
      longer->branch_tap[b] = 1;
    }
  g_autoptr (ZxFlow) flow = test_solve (longer, FALSE);
  g_assert_cmpfloat_with_epsilon (flow->vmin_pu, 0.9, 1e-6);
}

static void
test_planning_and_thermal_limit_differ (void)
{
  double plan = zx_power_room_kw (630, 350, 350 * tan (acos (0.95)), 0.98, 0.8);
  double thermal = zx_power_room_kw (630, 350, 350 * tan (acos (0.95)), 0.98, 1.0);
  g_assert_cmpfloat_with_epsilon (plan, 133.5, 0.1);
  g_assert_cmpfloat_with_epsilon (thermal, 257.4, 0.1);
  g_assert_cmpfloat (zx_power_room_kw (630, 350, 115, 0.9, 0.8), <, plan);
}

/* Eight hours side by side, whatever the processor has, against each alone. */
static void
test_lanes_agree_with_one_by_one (void)
{
  double multiplier[11];
  g_autoptr (ZxGrid) grid = test_random_grid (zx_test_seed (), 50, 1);
  for (guint hour = 0; hour < 11; hour++)
    multiplier[hour] = 0.2 + 0.07 * hour;
  ZxLoadProfiles profiles = { .n_hours = 11, .n_profiles = 1, .multiplier = multiplier };
  g_autoptr (ZxFlowSeries) series = zx_power_flow_series (grid, &profiles, &defaults, NULL, NULL);
  for (guint hour = 0; hour < 11; hour++)
    {
      g_autoptr (ZxGrid) copy = zx_grid_copy (grid, NULL);
      for (guint i = 0; i < 50; i++)
        {
          copy->node_p_mw[i] *= multiplier[hour];
          copy->node_q_mvar[i] *= multiplier[hour];
        }
      g_autoptr (ZxFlow) flow = test_solve (copy, FALSE);
      g_assert_cmpfloat_with_epsilon (series->vmin_pu[hour], flow->vmin_pu, 1e-10);
    }
}

static void
test_seed_says_which_draws (void)
{
  g_autoptr (ZxGrid) grid = test_chain (30);
  g_autoptr (ZxHostingScenario) scenario = zx_hosting_scenario_new ();
  ZxSpreadOptions options = ZX_SPREAD_OPTIONS_INIT;
  ZxSpreadPart part[3];
  scenario->vmin_pu = 0.9;
  options.site_kw = 20;
  for (guint i = 0; i < 3; i++)
    {
      options.seed = i < 2 ? 5 : 6;
      g_autoptr (GArray) parts = zx_power_spread (grid, scenario, &options, NULL, NULL);
      part[i] = g_array_index (parts, ZxSpreadPart, 0);
    }
  g_assert_cmpmem (&part[0], sizeof part[0], &part[1], sizeof part[1]);
  g_assert_true (part[0].mean_kw != part[2].mean_kw);
  g_assert_cmpfloat (part[0].mean_low_kw, <, part[0].mean_kw);
  g_assert_cmpfloat (part[0].mean_high_kw, >, part[0].mean_kw);
}

/* ---- other shapes of the shared cases ---------------------------------------------------------
 */

static double
number (const ZxLayer *table, const char *column, gsize row)
{
  return zx_layer_number (table, zx_layer_column (table, column), row);
}

static void
test_shared_days (void)
{
  static const char *const names[] = { "case33bw", "oberrhein_a" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *relative = g_build_filename ("data/grid", names[i], NULL);
      g_autofree char *folder = zx_test_shared (relative);
      if (folder == NULL)
        continue;
      g_autoptr (GError) error = NULL;
      g_autofree char *path = g_build_filename (folder, "expected_24h.csv", NULL);
      g_autoptr (ZxGrid) grid = zx_grid_read (folder, &error);
      g_autoptr (ZxLayer) rows = zx_grid_table_read (path, &error);
      g_assert_no_error (error);
      g_autofree double *multiplier = g_new (double, rows->n_rows);
      for (gsize row = 0; row < rows->n_rows; row++)
        multiplier[row] = number (rows, "load_multiplier", row);
      ZxLoadProfiles profiles
          = { .n_hours = rows->n_rows, .n_profiles = 1, .multiplier = multiplier };
      g_autoptr (ZxFlowSeries) series
          = zx_power_flow_series (grid, &profiles, &defaults, NULL, &error);
      g_assert_no_error (error);
      for (gsize row = 0; row < rows->n_rows; row++)
        {
          double loading = number (rows, "max_loading_percent", row);
          g_assert_cmpfloat_with_epsilon (series->vmin_pu[row], number (rows, "vmin_pu", row),
                                          1e-8);
          g_assert_cmpfloat_with_epsilon (series->losses_kw[row], number (rows, "losses_kw", row),
                                          1e-4);
          if (!isnan (loading))
            g_assert_cmpfloat_with_epsilon (series->max_loading_percent[row], loading, 1e-3);
        }
    }
}

/* Other loads, taps and shifts, generation, a second source, a parallel branch, a closed tie. */
static void
perturb (ZxGrid *grid, ZxRng *rng, gboolean may_have_source)
{
  for (guint i = 0; i < grid->n_nodes; i++)
    {
      double by = zx_rng_below (rng, 12) == 0 ? -0.8 : 0.2 + 0.7 * zx_rng_uniform (rng);
      grid->node_p_mw[i] *= by;
      grid->node_q_mvar[i] *= by;
      if (!grid->node_is_slack[i] && zx_rng_below (rng, 40) == 0)
        grid->node_bs_mvar[i] += 0.2 * grid->node_q_mvar[i];
    }
  for (guint b = 0; b < grid->n_branches; b++)
    {
      if (grid->branch_kind[b] == ZX_BRANCH_TRANSFORMER)
        grid->branch_tap[b] *= 0.97 + 0.06 * zx_rng_uniform (rng);
      if (!grid->branch_is_closed[b] && zx_rng_below (rng, 3) == 0
          && grid->node_base_kv[grid->branch_from[b]] == grid->node_base_kv[grid->branch_to[b]])
        grid->branch_is_closed[b] = TRUE;
    }
  if (may_have_source && zx_rng_below (rng, 2) == 0)
    {
      guint second = 1 + zx_rng_below (rng, grid->n_nodes - 1);
      guint32 first = 0;
      while (!grid->node_is_slack[first])
        first++;
      grid->node_is_slack[second] = TRUE;
      grid->node_vm_set_pu[second] = grid->node_vm_set_pu[first] * 0.999;
      grid->node_va_set_deg[second] = grid->node_va_set_deg[first];
    }
}

static gboolean
has_shift (const ZxGrid *grid)
{
  for (guint b = 0; b < grid->n_branches; b++)
    if (grid->branch_shift_deg[b] != 0)
      return TRUE;
  return FALSE;
}

static void
test_shared_cases_perturbed (void)
{
  g_autofree char *folder = zx_test_shared ("data/grid");
  g_autoptr (GDir) dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  guint64 seed = zx_test_seed ();
  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    for (guint k = 0; k < 6; k++)
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);
        g_autoptr (ZxGrid) grid
            = g_file_test (path, G_FILE_TEST_IS_DIR) ? zx_grid_read (path, NULL) : NULL;
        ZxRng rng = zx_rng_stream (seed, k);
        if (grid == NULL)
          continue;
        /* A second source behind a vector group would need its angle. */
        perturb (grid, &rng, !has_shift (grid));
        g_autoptr (ZxFlow) sweep = test_solve (grid, FALSE), newton = test_solve (grid, TRUE);
        g_test_message ("%s %u: %u loops", name, k, sweep->n_loops);
        for (guint i = 0; i < grid->n_nodes; i++)
          if (!isnan (newton->vm_pu[i]))
            {
              g_assert_cmpfloat_with_epsilon (sweep->vm_pu[i], newton->vm_pu[i], 1e-9);
              g_assert_cmpfloat_with_epsilon (sweep->va_deg[i], newton->va_deg[i], 1e-7);
            }
        g_assert_cmpfloat_with_epsilon (sweep->losses_kw, newton->losses_kw, 1e-5);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/power/traps/the-base-case-of-33bw-violates", test_base_case_of_33bw_violates);
  g_test_add_func ("/power/traps/loops-are-counted-and-said", test_loops_are_counted_and_said);
  g_test_add_func ("/power/traps/loading-is-by-current", test_loading_is_by_current);
  g_test_add_func ("/power/traps/generation-raises-capacity", test_generation_raises_capacity);
  g_test_add_func ("/power/traps/a-scan-finds-no-hole", test_scan_finds_no_hole);
  g_test_add_func ("/power/traps/added-load-is-constant-power", test_added_load_is_constant_power);
  g_test_add_func ("/power/traps/planning-and-thermal-limit-differ",
                   test_planning_and_thermal_limit_differ);
  g_test_add_func ("/power/traps/lanes-agree-with-one-by-one", test_lanes_agree_with_one_by_one);
  g_test_add_func ("/power/traps/a-seed-says-which-draws", test_seed_says_which_draws);
  g_test_add_func ("/power/golden/shared-days", test_shared_days);
  g_test_add_func ("/power/golden/shared-cases-perturbed-agree-with-newton",
                   test_shared_cases_perturbed);
  return g_test_run ();
}
