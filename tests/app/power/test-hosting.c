/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "zx-grids.h"

#include <string.h>

#include "zx-test.h"

static const ZxFlowOptions defaults = ZX_FLOW_OPTIONS_INIT;

/* ---- against bisection --------------------------------------------------------------------- */

static gboolean
is_allowed (const ZxGrid *grid, const ZxHostingScenario *scenario, guint node, double kw)
{
  g_autoptr (ZxGrid) copy = zx_grid_copy (grid, NULL);
  g_autoptr (GError) error = NULL;
  copy->node_p_mw[node] += kw / 1000;
  copy->node_q_mvar[node] += kw / 1000 * scenario->tangent;
  g_autoptr (ZxFlow) flow = zx_power_flow (copy, &defaults, NULL, &error);
  return flow != NULL && flow->vmin_pu >= scenario->vmin_pu
         && !(flow->max_loading_percent > scenario->loading_limit_percent);
}

static double
bisect (const ZxGrid *grid, const ZxHostingScenario *scenario, guint node)
{
  double low = 0, high = scenario->cap_kw;
  if (is_allowed (grid, scenario, node, high))
    return high;
  while (high - low > 1e-4)
    {
      double middle = (low + high) / 2;
      if (is_allowed (grid, scenario, node, middle))
        low = middle;
      else
        high = middle;
    }
  return low;
}

/* No mixed loads: bisection adds constant power to the node's own. */
static void
make_constant_power (ZxGrid *grid)
{
  for (guint i = 0; i < grid->n_nodes; i++)
    grid->node_current_share[i] = grid->node_impedance_share[i] = 0;
}

static void
test_agrees_with_bisection (void)
{
  guint64 seed = zx_test_seed ();
  guint n_positive = 0;
  for (guint i = 0; i < 12; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ZxGrid) grid = test_random_grid (seed + i, 12, i % 3);
      g_autoptr (ZxHostingScenario) scenario = zx_hosting_scenario_new ();
      make_constant_power (grid);
      scenario->vmin_pu = 0.6 + 0.03 * i;
      scenario->cap_kw = 20000;
      g_autoptr (ZxHosting) hosting = zx_power_hosting (grid, scenario, NULL, &error);
      g_assert_no_error (error);
      for (guint node = 1; node < grid->n_nodes; node += 2)
        {
          if (hosting->limit[node] == ZX_LIMIT_NO_SOLUTION)
            continue;
          double expected = bisect (grid, scenario, node);
          n_positive += expected > 1;
          g_assert_cmpfloat_with_epsilon (hosting->hosting_kw[node], expected,
                                          MAX (0.002, 1e-6 * expected));
        }
    }
  g_assert_cmpuint (n_positive, >, 20);
}

static void
test_needs_few_flows (void)
{
  g_autoptr (ZxGrid) grid = test_chain (300);
  g_autoptr (ZxHostingScenario) scenario = zx_hosting_scenario_new ();
  scenario->vmin_pu = 0.9;
  g_autoptr (ZxHosting) hosting = zx_power_hosting (grid, scenario, NULL, NULL);
  g_assert_cmpuint (hosting->n_solves, <=, 8 * 299);
  for (guint node = 2; node < 300; node++)
    g_assert_cmpfloat (hosting->hosting_kw[node], <=, hosting->hosting_kw[node - 1] + 0.002);
}

/* ---- kinds -------------------------------------------------------------------------------- */

#define HEAD_NODES    "node_id,type,base_kv,p_mw,q_mvar\n"
#define HEAD_BRANCHES "branch_id,kind,from_node,to_node,r_pu,x_pu,rate_mva\n"
#define NODES         HEAD_NODES "a,slack,10,0,0\nb,pq,10,0.5,0.1\nc,pq,10,0,0\n"

static ZxHosting *
host (const char *branches, double vmin_pu)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxGrid) grid = test_grid (NODES, branches, &error);
  g_autoptr (ZxHostingScenario) scenario = zx_hosting_scenario_new ();
  scenario->vmin_pu = vmin_pu;
  scenario->cap_kw = 3000;
  ZxHosting *hosting = zx_power_hosting (grid, scenario, NULL, &error);
  g_assert_no_error (error);
  return hosting;
}

static void
test_each_limit_is_named (void)
{
  g_autoptr (ZxHosting) voltage
      = host (HEAD_BRANCHES "1,line,a,b,0.05,0.04,\n2,line,b,c,0.001,0.001,\n", 0.93);
  g_assert_cmpint (voltage->limit[1], ==, ZX_LIMIT_VOLTAGE);
  /* c carries nothing and has b's voltage: b comes first. */
  g_assert_cmpint (voltage->limiting_element[1], ==, 1);
  g_assert_cmpint (voltage->limiting_element[2], ==, 2);
  g_assert_cmpfloat_with_epsilon (voltage->vmin_pu[1], 0.93, 1e-6);
  g_autoptr (ZxHosting) thermal
      = host (HEAD_BRANCHES "1,line,a,b,0.05,0.04,0.8\n2,line,b,c,0.01,0.01,\n", 0.9);
  g_assert_cmpint (thermal->limit[1], ==, ZX_LIMIT_THERMAL);
  g_assert_cmpint (thermal->limiting_element[1], ==, 0);
  g_assert_cmpfloat_with_epsilon (thermal->loading_percent[1], 100, 1e-4);
  g_autoptr (ZxHosting) cap
      = host (HEAD_BRANCHES "1,line,a,b,0.005,0.004,\n2,line,b,c,0.001,0.001,\n", 0.9);
  g_assert_cmpint (cap->limit[1], ==, ZX_LIMIT_CAP);
  g_assert_true (cap->hosting_kw[1] == 3000);
  g_assert_cmpint (cap->limit[0], ==, ZX_LIMIT_NONE);
}

static void
test_base_case_that_violates_gives_nothing_and_says_why (void)
{
  g_autoptr (ZxHosting) voltage
      = host (HEAD_BRANCHES "1,line,a,b,0.05,0.04,\n2,line,b,c,0.01,0.01,\n", 0.99);
  g_assert_true (voltage->hosting_kw[2] == 0);
  g_assert_cmpint (voltage->limit[2], ==, ZX_LIMIT_BASE_VOLTAGE);
  g_assert_cmpint (voltage->limiting_element[2], ==, 1);
  g_autoptr (ZxHosting) thermal
      = host (HEAD_BRANCHES "1,line,a,b,0.05,0.04,0.4\n2,line,b,c,0.01,0.01,\n", 0.9);
  g_assert_true (thermal->hosting_kw[2] == 0);
  g_assert_cmpint (thermal->limit[2], ==, ZX_LIMIT_BASE_THERMAL);
  g_assert_cmpint (thermal->limiting_element[2], ==, 0);
  g_assert_cmpstr (zx_hosting_limit_name (ZX_LIMIT_BASE_THERMAL), ==, "base_thermal");
}

static void
test_collapse_before_a_limit_is_said (void)
{
  g_autoptr (ZxHosting) hosting
      = host (HEAD_BRANCHES "1,line,a,b,0.2,0.2,\n2,line,b,c,0.1,0.1,\n", 0.1);
  g_assert_cmpint (hosting->limit[2], ==, ZX_LIMIT_NO_SOLUTION);
  g_assert_cmpfloat (hosting->hosting_kw[2], >, 100);
}

/* ---- one branch out ------------------------------------------------------------------------ */

static void
test_outage_takes_the_best_tie (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxGrid) grid = test_grid (
      HEAD_NODES "a,slack,10,0,0\nb,pq,10,0.5,0.1\nc,pq,10,0.2,0\nd,pq,10,0.1,0\n",
      "branch_id,from_node,to_node,r_pu,x_pu,status\n1,a,b,0.05,0.04,1\n2,b,c,0.05,0.04,1\n"
      "3,a,d,0.01,0.01,1\nlong,d,c,0.3,0.2,0\nshort,d,c,0.1,0.1,0\n",
      &error);
  g_autoptr (GArray) outages = zx_power_outages (grid, &defaults, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (outages->len, ==, 3);
  const ZxOutage *first = &g_array_index (outages, ZxOutage, 0);
  g_assert_cmpfloat_with_epsilon (first->unsupplied_kw, 700, 1e-9);
  g_assert_cmpuint (first->unsupplied_nodes, ==, 2);
  g_assert_cmpint (first->tie, ==, 4);
  const ZxOutage *last = &g_array_index (outages, ZxOutage, 2);
  g_assert_cmpint (last->tie, ==, 4);
  g_assert_cmpfloat (last->vmin_pu, <, 1);
}

static void
test_outage_of_a_loop_cuts_nothing_off (void)
{
  g_autoptr (ZxGrid) grid = test_grid (
      HEAD_NODES "a,slack,10,0,0\nb,pq,10,0.5,0.1\nc,pq,10,0.2,0\n",
      "branch_id,from_node,to_node,r_pu,x_pu\n1,a,b,0.05,0.04\n2,b,c,0.05,0.04\n3,a,c,0.05,0.04\n",
      NULL);
  g_autoptr (GArray) outages = zx_power_outages (grid, &defaults, NULL, NULL);
  for (guint i = 0; i < outages->len; i++)
    {
      const ZxOutage *outage = &g_array_index (outages, ZxOutage, i);
      g_assert_cmpuint (outage->unsupplied_nodes, ==, 0);
      g_assert_cmpint (outage->tie, ==, -1);
      g_assert_false (isnan (outage->vmin_pu));
    }
}

/* ---- golden: the shared cases ---------------------------------------------------------------- */

static double
number (const ZxLayer *table, const char *column, gsize row)
{
  return zx_layer_number (table, zx_layer_column (table, column), row);
}

static const char *
text (const ZxLayer *table, const char *column, gsize row)
{
  return zx_layer_text (table, zx_layer_column (table, column), row);
}

static ZxLayer *
expected (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  return g_file_test (path, G_FILE_TEST_EXISTS) ? zx_grid_table_read (path, NULL) : NULL;
}

static void
check_flow (const char *folder, const ZxGrid *grid, gboolean use_newton)
{
  g_autoptr (GError) error = NULL;
  const ZxFlowOptions options = { use_newton, 1e-12 };
  g_autoptr (ZxFlow) flow = zx_power_flow (grid, &options, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (ZxLayer) nodes = expected (folder, "expected_nodes.csv");
  g_autoptr (ZxLayer) branches = expected (folder, "expected_branches.csv");
  for (gsize row = 0; row < nodes->n_rows; row++)
    {
      gint32 node = zx_grid_find_node (grid, text (nodes, "node_id", row));
      g_assert_cmpfloat_with_epsilon (flow->vm_pu[node], number (nodes, "vm_pu", row), 1e-11);
      g_assert_cmpfloat_with_epsilon (flow->va_deg[node], number (nodes, "va_deg", row), 1e-9);
    }
  for (gsize row = 0; row < branches->n_rows; row++)
    {
      gint32 branch = zx_grid_find_branch (grid, text (branches, "branch_id", row));
      double loading = number (branches, "loading_percent", row);
      g_assert_cmpfloat_with_epsilon (flow->p_from_mw[branch], number (branches, "p_from_mw", row),
                                      2e-9);
      if (!isnan (loading))
        g_assert_cmpfloat_with_epsilon (flow->loading_percent[branch], loading, 1e-6);
    }
}

static void
check_hosting (const char *folder, ZxGrid *grid)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxLayer) rows = expected (folder, "expected_hc.csv");
  if (rows == NULL)
    return;
  g_autoptr (ZxHostingScenario) scenario = zx_hosting_scenario_read (folder, &error);
  g_assert_no_error (error);
  g_assert_true (zx_hosting_scenario_apply (scenario, grid, &error));
  g_autoptr (ZxHosting) hosting = zx_power_hosting (grid, scenario, NULL, &error);
  g_assert_no_error (error);
  for (gsize row = 0; row < rows->n_rows; row++)
    {
      gint32 node = zx_grid_find_node (grid, text (rows, "node_id", row));
      g_assert_cmpfloat_with_epsilon (hosting->hosting_kw[node], number (rows, "hc_kw", row), 0.01);
      g_assert_cmpstr (zx_hosting_limit_name (hosting->limit[node]), ==, text (rows, "limit", row));
    }
  g_assert_cmpuint (hosting->n_solves, <=, 6 * rows->n_rows);
}

static void
test_shared_cases (void)
{
  g_autofree char *folder = zx_test_shared ("data/grid");
  g_autoptr (GDir) dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  guint n = 0;
  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = g_build_filename (folder, name, NULL);
      if (!g_file_test (path, G_FILE_TEST_IS_DIR))
        continue;
      g_autoptr (ZxGrid) grid = zx_grid_read (path, &error);
      g_assert_no_error (error);
      check_flow (path, grid, FALSE);
      check_flow (path, grid, TRUE);
      check_hosting (path, grid);
      n++;
    }
  g_test_message ("%u cases", n);
}

/* The results that pandapower stored with its network. */
static void
test_shared_results_of_pandapower (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = zx_test_shared ("data/feeders/pandapower/mv_oberrhein.json"), *all = NULL;
  gsize n = 0;
  if (path == NULL)
    return;
  g_autoptr (ZxGrid) grid = zx_grid_read (path, &error);
  g_assert_no_error (error);
  g_autoptr (ZxFlow) flow = zx_power_flow (grid, &defaults, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &all, &n, NULL));
  g_autoptr (ZxJson) json = zx_json_parse (all, n, path, &error);
  const ZxJson *table
      = zx_json_get (zx_json_get (zx_json_get (json, "_object"), "res_bus"), "_object");
  g_autoptr (ZxJson) inner = zx_json_parse (table->text, strlen (table->text), "res_bus", &error);
  g_assert_no_error (error);
  const ZxJson *index = zx_json_get (inner, "index"), *data = zx_json_get (inner, "data");
  for (guint i = 0; i < index->n; i++)
    {
      char id[32];
      gint32 node = zx_grid_find_node (grid, zx_number_format (index->item[i].number, id));
      g_assert_cmpfloat_with_epsilon (flow->vm_pu[node], data->item[i].item[0].number, 1e-11);
    }
}

static void
test_shared_outages (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = zx_test_shared ("data/grid/case33bw");
  if (folder == NULL)
    return;
  g_autoptr (ZxGrid) grid = zx_grid_read (folder, &error);
  g_assert_no_error (error);
  g_autoptr (GArray) outages = zx_power_outages (grid, &defaults, NULL, &error);
  g_autoptr (ZxLayer) rows = expected (folder, "expected_n1.csv");
  g_assert_cmpuint (outages->len, ==, rows->n_rows);
  for (guint i = 1; i < outages->len; i++)
    {
      const ZxOutage *outage = &g_array_index (outages, ZxOutage, i);
      g_assert_cmpstr (zx_grid_branch_id (grid, (guint) outage->tie), ==,
                       text (rows, "best_tie_branch", i));
      g_assert_cmpfloat_with_epsilon (outage->vmin_pu, number (rows, "vmin_pu_after_transfer", i),
                                      1e-9);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/power/hosting/agrees-with-bisection", test_agrees_with_bisection);
  g_test_add_func ("/power/hosting/needs-few-flows", test_needs_few_flows);
  g_test_add_func ("/power/hosting/each-limit-is-named", test_each_limit_is_named);
  g_test_add_func ("/power/hosting/a-base-case-that-violates-gives-nothing-and-says-why",
                   test_base_case_that_violates_gives_nothing_and_says_why);
  g_test_add_func ("/power/hosting/collapse-before-a-limit-is-said",
                   test_collapse_before_a_limit_is_said);
  g_test_add_func ("/power/outage/takes-the-best-tie", test_outage_takes_the_best_tie);
  g_test_add_func ("/power/outage/of-a-loop-cuts-nothing-off",
                   test_outage_of_a_loop_cuts_nothing_off);
  g_test_add_func ("/power/golden/shared-cases", test_shared_cases);
  g_test_add_func ("/power/golden/shared-outages", test_shared_outages);
  g_test_add_func ("/power/golden/shared-results-of-pandapower", test_shared_results_of_pandapower);
  return g_test_run ();
}
