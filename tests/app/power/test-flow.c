/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "zx-grids.h"

#include <string.h>

#include "zx-test.h"

#define HEAD_NODES    "node_id,type,base_kv,p_mw,q_mvar\n"
#define HEAD_BRANCHES "branch_id,kind,from_node,to_node,r_pu,x_pu,status\n"

static const ZxFlowOptions defaults = ZX_FLOW_OPTIONS_INIT;

static void
assert_same (const double *a, const double *b, guint n, double tolerance)
{
  for (guint i = 0; i < n; i++)
    if (!(isnan (a[i]) && isnan (b[i])))
      g_assert_cmpfloat_with_epsilon (a[i], b[i], tolerance);
}

/* ---- by hand ------------------------------------------------------------------------------ */

static void
test_two_nodes_by_the_quadratic (void)
{
  /* V2⁴ + V2² (2 (rp + xq) - 1) + (r² + x²)(p² + q²) = 0. */
  double r = 0.05, x = 0.04, p = 0.8, q = 0.3;
  double b = 2 * (r * p + x * q) - 1, c = (r * r + x * x) * (p * p + q * q);
  double v2 = (-b + sqrt (b * b - 4 * c)) / 2;
  g_autoptr (ZxGrid) grid = test_grid (HEAD_NODES "a,slack,10,0,0\nb,pq,10,0.8,0.3\n",
                                       HEAD_BRANCHES "1,line,a,b,0.05,0.04,1\n", NULL);
  for (guint use_newton = 0; use_newton < 2; use_newton++)
    {
      g_autoptr (ZxFlow) flow = test_solve (grid, use_newton);
      g_assert_cmpfloat_with_epsilon (flow->vm_pu[1], sqrt (v2), 1e-12);
      g_assert_cmpfloat_with_epsilon (flow->losses_kw, 1000 * r * (p * p + q * q) / v2, 1e-8);
      g_assert_cmpfloat_with_epsilon (flow->p_from_mw[0], 0.8 + flow->losses_kw / 1000, 1e-12);
      g_assert_cmpint (flow->vmin_node, ==, 1);
    }
}

static void
test_phase_shift_of_150_degrees (void)
{
  g_autoptr (ZxGrid) grid = test_grid (HEAD_NODES "a,slack,20,0,0\nb,pq,0.4,0.2,0.05\n",
                                       "branch_id,kind,from_node,to_node,r_pu,x_pu,tap,shift_deg\n"
                                       "t,trafo,a,b,0.01,0.05,0.975,150\n",
                                       NULL);
  g_autoptr (ZxFlow) sweep = test_solve (grid, FALSE), newton = test_solve (grid, TRUE);
  g_assert_cmpfloat_with_epsilon (sweep->va_deg[1], -150, 2);
  g_assert_cmpfloat_with_epsilon (sweep->vm_pu[1], newton->vm_pu[1], 1e-12);
  g_assert_cmpfloat_with_epsilon (sweep->va_deg[1], newton->va_deg[1], 1e-10);
  g_assert_false (sweep->used_newton);
}

static void
test_an_open_line_end_draws_its_charging (void)
{
  g_autoptr (ZxGrid) grid = test_grid (HEAD_NODES "a,slack,20,0,0\nb,pq,20,0,0\n",
                                       "branch_id,from_node,to_node,r_pu,x_pu,b_pu,rate_mva\n"
                                       "1,a,b,0.01,0.01,0.1,1\n",
                                       NULL);
  g_autoptr (ZxFlow) flow = test_solve (grid, FALSE);
  g_assert_cmpfloat_with_epsilon (flow->q_from_mvar[0], -0.1, 1e-3);
  g_assert_cmpfloat_with_epsilon (flow->loading_percent[0], 10, 0.1);
  g_assert_cmpfloat (flow->vm_pu[1], >, 1);
}

static void
test_closed_switch_has_one_voltage (void)
{
  g_autoptr (ZxGrid) grid
      = test_grid (HEAD_NODES "a,slack,10,0,0\nb,pq,10,0.5,0.1\nc,pq,10,0.2,0\n",
                   HEAD_BRANCHES "1,line,a,b,0.05,0.04,1\ns,switch,b,c,0,0,1\n", NULL);
  g_autoptr (ZxFlow) flow = test_solve (grid, FALSE);
  g_assert_true (flow->vm_pu[1] == flow->vm_pu[2]);
  g_assert_cmpfloat_with_epsilon (flow->p_from_mw[1], 0.2, 1e-12);
}

/* ---- properties ---------------------------------------------------------------------------- */

static void
test_sweeps_agree_with_newton (void)
{
  guint64 seed = zx_test_seed ();
  for (guint i = 0; i < 60; i++)
    {
      guint n_loops = i % 4 == 0 ? 0 : i % 9;
      g_autoptr (ZxGrid) grid = test_random_grid (seed + i, 5 + i, n_loops);
      g_autoptr (ZxFlow) sweep = test_solve (grid, FALSE), newton = test_solve (grid, TRUE);
      assert_same (sweep->vm_pu, newton->vm_pu, grid->n_nodes, 1e-10);
      assert_same (sweep->va_deg, newton->va_deg, grid->n_nodes, 1e-8);
      assert_same (sweep->p_from_mw, newton->p_from_mw, grid->n_branches, 1e-9);
      assert_same (sweep->i_to_pu, newton->i_to_pu, grid->n_branches, 1e-9);
      g_assert_cmpfloat_with_epsilon (sweep->losses_kw, newton->losses_kw, 1e-6);
      g_assert_false (sweep->used_newton);
      g_assert_cmpuint (sweep->n_loops, ==, n_loops);
    }
}

static void
test_many_loops_are_left_to_newton (void)
{
  g_autoptr (ZxGrid) grid = test_random_grid (zx_test_seed (), 60, 30);
  g_autoptr (ZxFlow) flow = test_solve (grid, FALSE);
  g_assert_true (flow->used_newton);
}

static void
test_power_is_conserved (void)
{
  g_autoptr (ZxGrid) grid = test_random_grid (zx_test_seed (), 80, 3);
  g_autoptr (ZxFlow) flow = test_solve (grid, FALSE);
  for (guint node = 1; node < grid->n_nodes; node++)
    {
      double v = flow->vm_pu[node], current = grid->node_current_share[node];
      double impedance = grid->node_impedance_share[node];
      double sum
          = grid->node_p_mw[node] * (1 - current - impedance + current * v + impedance * v * v)
            + grid->node_gs_mw[node] * v * v;
      for (guint b = 0; b < grid->n_branches; b++)
        sum += (grid->branch_from[b] == node ? flow->p_from_mw[b] : 0)
               + (grid->branch_to[b] == node ? flow->p_to_mw[b] : 0);
      g_assert_cmpfloat_with_epsilon (sum, 0, 1e-10);
    }
}

static void
test_two_sources_are_a_forest_or_one_net (void)
{
  const char *nodes = HEAD_NODES "a,slack,10,0,0\nb,pq,10,0.5,0.1\nc,slack,10,0,0\nd,pq,10,0.3,0\n";
  g_autoptr (ZxGrid) forest = test_grid (
      nodes,
      HEAD_BRANCHES "1,line,a,b,0.05,0.04,1\n2,line,c,d,0.05,0.04,1\n3,line,b,d,0.02,0.02,0\n",
      NULL);
  g_autoptr (ZxFlow) flow = test_solve (forest, FALSE);
  g_assert_cmpuint (flow->n_loops, ==, 0);
  g_assert_true (isnan (flow->i_from_pu[2]));
  forest->branch_is_closed[2] = TRUE;
  g_autoptr (ZxFlow) sweep = test_solve (forest, FALSE), newton = test_solve (forest, TRUE);
  assert_same (sweep->vm_pu, newton->vm_pu, 4, 1e-11);
  g_assert_cmpuint (sweep->n_loops, ==, 1);
}

/* ---- why not ------------------------------------------------------------------------------ */

static void
assert_fails (const char *nodes, const char *branches, const char *sentence)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxGrid) grid = test_grid (nodes, branches, &error);
  g_autoptr (ZxFlow) flow = grid != NULL ? zx_power_flow (grid, &defaults, NULL, &error) : NULL;
  g_assert_null (flow);
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  if (strstr (error->message, sentence) == NULL)
    g_error ("“%s” does not say “%s”", error->message, sentence);
}

static void
test_island_is_named (void)
{
  assert_fails (HEAD_NODES "a,slack,10,0,0\nb,pq,10,0.5,0.1\nc,pq,10,0.2,0\n",
                HEAD_BRANCHES "1,line,a,b,0.05,0.04,1\n2,line,b,c,0.05,0.04,0\n",
                "Node c is an island");
}

static void
test_load_beyond_the_maximum_is_named (void)
{
  assert_fails (HEAD_NODES "a,slack,10,0,0\nb,pq,10,1,0\nc,pq,10,0.01,0\n",
                HEAD_BRANCHES "1,line,a,b,0.3,0.3,1\n2,line,a,c,0.3,0.3,1\n",
                "collapses at node b");
}

static void
test_kilowatts_for_megawatts_are_suspected (void)
{
  assert_fails (HEAD_NODES "a,slack,12.66,0,0\nb,pq,12.66,100,60\nc,pq,12.66,90,40\n",
                HEAD_BRANCHES "1,line,a,b,0.0058,0.0029,1\n2,line,b,c,0.031,0.016,1\n",
                "in kW instead of MW");
}

static void
test_ohm_for_per_unit_is_suspected (void)
{
  assert_fails (HEAD_NODES "a,slack,12.66,0,0\nb,pq,12.66,1.0,0.6\nc,pq,12.66,0.9,0.4\n",
                HEAD_BRANCHES "1,line,a,b,0.9,0.4,1\n2,line,b,c,0.4,0.2,1\n",
                "in ohm instead of per unit");
}

static void
test_zero_impedance_is_named (void)
{
  assert_fails (HEAD_NODES "a,slack,10,0,0\nb,pq,10,0.5,0.1\n", HEAD_BRANCHES "7,line,a,b,0,0,1\n",
                "Branch 7 from a to b has zero impedance");
}

static void
test_loop_of_switches_is_solved (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxGrid) grid = test_grid (
      HEAD_NODES "a,slack,10,0,0\nb,pq,10,0.5,0.1\nc,pq,10,0.2,0\n",
      HEAD_BRANCHES "1,line,a,b,0.05,0.04,1\ns,switch,b,c,0,0,1\nt,switch,c,b,0,0,1\n", &error);
  g_assert_no_error (error);
  g_autoptr (ZxFlow) flow = test_solve (grid, FALSE);
  g_assert_cmpfloat_with_epsilon (flow->vm_pu[1], flow->vm_pu[2], 1e-12);
}

static gboolean
stop (double fraction, const char *what, gpointer data)
{
  return FALSE;
}

static void
test_stops_when_asked (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxGrid) grid = test_chain (500);
  g_autoptr (ZxHostingScenario) scenario = zx_hosting_scenario_new ();
  const double multiplier[] = { 1, 0.5 };
  ZxLoadProfiles profiles = { .n_hours = 2, .n_profiles = 1, .multiplier = multiplier };
  ZxProgress progress = ZX_PROGRESS_INIT (stop, NULL, NULL);
  g_assert_null (zx_power_flow (grid, &defaults, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (zx_power_flow_series (grid, &profiles, &defaults, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (zx_power_hosting (grid, scenario, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (zx_power_outages (grid, &defaults, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
}

/* ---- hours -------------------------------------------------------------------------------- */

#define N_HOURS 130

static void
test_hours_agree_with_flows (void)
{
  g_autoptr (GError) error = NULL;
  guint64 seed = zx_test_seed ();
  g_autoptr (ZxGrid) grid = test_random_grid (seed, 40, 2);
  ZxRng rng = zx_rng_new (seed);
  double multiplier[N_HOURS][2], kw[N_HOURS], kvar[N_HOURS];
  guint32 profile[40], station = 17;
  for (guint i = 0; i < 40; i++)
    profile[i] = i % 2;
  for (guint hour = 0; hour < N_HOURS; hour++)
    {
      multiplier[hour][0] = zx_rng_uniform (&rng);
      multiplier[hour][1] = zx_rng_uniform (&rng);
      kw[hour] = 300 * zx_rng_uniform (&rng);
      kvar[hour] = kw[hour] * 0.2;
    }
  ZxLoadProfiles profiles = { N_HOURS, 2, &multiplier[0][0], profile, 1, &station, kw, kvar };
  g_autofree guint32 *watched = g_new (guint32, grid->n_branches);
  for (guint b = 0; b < grid->n_branches; b++)
    watched[b] = b;
  profiles.watched = watched;
  profiles.n_watched = grid->n_branches;
  g_autoptr (ZxFlowSeries) series = zx_power_flow_series (grid, &profiles, &defaults, NULL, &error);
  g_assert_no_error (error);
  for (guint hour = 0; hour < N_HOURS; hour += 7)
    {
      g_autoptr (ZxGrid) copy = zx_grid_copy (grid, NULL);
      for (guint i = 0; i < 40; i++)
        {
          copy->node_p_mw[i] *= multiplier[hour][profile[i]];
          copy->node_q_mvar[i] *= multiplier[hour][profile[i]];
        }
      /* The station is a constant power beside a load of any kind: it gets a node of its own. */
      double share = 1 - copy->node_current_share[station] - copy->node_impedance_share[station];
      if (share < 1)
        continue;
      copy->node_p_mw[station] += kw[hour] / 1000;
      copy->node_q_mvar[station] += kvar[hour] / 1000;
      g_autoptr (ZxFlow) flow = test_solve (copy, TRUE);
      g_assert_cmpfloat_with_epsilon (series->losses_kw[hour], flow->losses_kw, 1e-6);
      g_assert_cmpfloat_with_epsilon (series->vmin_pu[hour], flow->vmin_pu, 1e-10);
      g_assert_cmpfloat_with_epsilon (series->max_loading_percent[hour], flow->max_loading_percent,
                                      1e-7);
      g_assert_cmpint (series->vmin_node[hour], ==, flow->vmin_node);
      g_assert_cmpint (series->max_loading_branch[hour], ==, flow->max_loading_branch);
      for (guint b = 0; b < grid->n_branches; b++)
        {
          float kept = series->watched_percent[b * N_HOURS + hour];
          if (grid->branch_is_closed[b] && grid->branch_rate_mva[b] > 0)
            g_assert_cmpfloat_with_epsilon (kept, flow->loading_percent[b], 1e-4);
        }
      gint32 fullest = series->max_loading_branch[hour];
      g_assert_cmpfloat_with_epsilon (series->watched_percent[fullest * N_HOURS + hour],
                                      series->max_loading_percent[hour], 1e-4);
    }
}

static void
test_days_have_season_and_weekend (void)
{
  guint season;
  gboolean is_weekend;
  GDate date;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, 28, G_DATE_FEBRUARY, 2025); /* a Friday */
  zx_power_day_of (g_date_get_julian (&date), 23, &season, &is_weekend);
  g_assert_cmpuint (season, ==, 0);
  g_assert_false (is_weekend);
  zx_power_day_of (g_date_get_julian (&date), 24, &season, &is_weekend);
  g_assert_cmpuint (season, ==, 1);
  g_assert_true (is_weekend);
}

static void
test_one_and_two_threads_give_the_same_bytes (void)
{
  g_autoptr (ZxGrid) grid = test_random_grid (zx_test_seed (), 90, 1);
  g_autoptr (ZxHostingScenario) scenario = zx_hosting_scenario_new ();
  g_autofree double *multiplier = g_new (double, 1000);
  scenario->vmin_pu = 0.9;
  for (guint hour = 0; hour < 1000; hour++)
    multiplier[hour] = 0.3 + 0.0007 * hour;
  ZxLoadProfiles profiles = { .n_hours = 1000, .n_profiles = 1, .multiplier = multiplier };
  ZxFlowSeries *series[2];
  ZxHosting *hosting[2];
  for (guint n = 0; n < 2; n++)
    {
      zx_parallel_set_threads (n + 1);
      series[n] = zx_power_flow_series (grid, &profiles, &defaults, NULL, NULL);
      hosting[n] = zx_power_hosting (grid, scenario, NULL, NULL);
    }
  zx_parallel_set_threads (0);
  g_assert_cmpmem (series[0]->losses_kw, 8000, series[1]->losses_kw, 8000);
  g_assert_cmpmem (series[0]->vmin_pu, 8000, series[1]->vmin_pu, 8000);
  g_assert_cmpmem (hosting[0]->hosting_kw, 90 * 8, hosting[1]->hosting_kw, 90 * 8);
  for (guint n = 0; n < 2; n++)
    {
      zx_power_flow_series_free (series[n]);
      zx_power_hosting_free (hosting[n]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/power/series/days-have-season-and-weekend", test_days_have_season_and_weekend);
  g_test_add_func ("/power/flow/two-nodes-by-the-quadratic", test_two_nodes_by_the_quadratic);
  g_test_add_func ("/power/flow/phase-shift-of-150-degrees", test_phase_shift_of_150_degrees);
  g_test_add_func ("/power/flow/an-open-line-end-draws-its-charging",
                   test_an_open_line_end_draws_its_charging);
  g_test_add_func ("/power/flow/a-closed-switch-has-one-voltage",
                   test_closed_switch_has_one_voltage);
  g_test_add_func ("/power/flow/sweeps-agree-with-newton", test_sweeps_agree_with_newton);
  g_test_add_func ("/power/flow/many-loops-are-left-to-newton", test_many_loops_are_left_to_newton);
  g_test_add_func ("/power/flow/power-is-conserved-at-every-node", test_power_is_conserved);
  g_test_add_func ("/power/flow/two-sources-are-a-forest-or-one-net",
                   test_two_sources_are_a_forest_or_one_net);
  g_test_add_func ("/power/flow/an-island-is-named", test_island_is_named);
  g_test_add_func ("/power/flow/a-load-beyond-the-maximum-is-named",
                   test_load_beyond_the_maximum_is_named);
  g_test_add_func ("/power/flow/kilowatts-for-megawatts-are-suspected",
                   test_kilowatts_for_megawatts_are_suspected);
  g_test_add_func ("/power/flow/ohm-for-per-unit-is-suspected", test_ohm_for_per_unit_is_suspected);
  g_test_add_func ("/power/flow/zero-impedance-is-named", test_zero_impedance_is_named);
  g_test_add_func ("/power/flow/a-loop-of-switches-is-solved", test_loop_of_switches_is_solved);
  g_test_add_func ("/power/flow/stops-when-asked", test_stops_when_asked);
  g_test_add_func ("/power/series/hours-agree-with-flows", test_hours_agree_with_flows);
  g_test_add_func ("/power/series/one-and-two-threads-give-the-same-bytes",
                   test_one_and_two_threads_give_the_same_bytes);
  return g_test_run ();
}
