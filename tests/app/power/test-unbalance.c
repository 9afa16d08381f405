/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Unbalance of phases, and several sites at once. */

#include "zx-grids.h"

#include <string.h>

#include "zx-test.h"

static const ZxFlowOptions defaults = ZX_FLOW_OPTIONS_INIT;

#define BRANCHES "branch_id,kind,from_node,to_node,r_pu,x_pu,shift_deg,rate_mva,n_phases\n"

static ZxUnbalance *
solve (const ZxGrid *grid)
{
  g_autoptr (GError) error = NULL;
  ZxUnbalance *found = zx_power_unbalance (grid, &defaults, &error);
  g_assert_no_error (error);
  return found;
}

/* ---- phases as text ------------------------------------------------------------------------- */

static void
test_phases_are_read_and_written (void)
{
  static const struct
  {
    const char *text, *back;
  } rows[] = { { "A", "A" },
               { "b c", "BC" },
               { "A,B,C", "ABC" },
               { "三相", "ABC" },
               { "C相", "C" },
               { "L1", "A" },
               { "A 0.5 B 0.25 C 0.25", "A 0.5 B 0.25 C 0.25" },
               { "A 2 B 1 C 1", "A 0.5 B 0.25 C 0.25" },
               { "AAB", "A 0.666666667 B 0.333333333" },
               { "", "" } };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      double share[3];
      g_assert_true (zx_phases_parse (rows[i].text, share));
      g_autofree char *back = zx_phases_format (share);
      g_assert_cmpstr (back, ==, rows[i].back);
    }
}

static void
test_what_names_no_phase_is_refused (void)
{
  static const char *const texts[] = { "3", "1", "D", "A x", "A 0", "A 1e999" };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      double share[3];
      g_assert_false (zx_phases_parse (texts[i], share));
      g_assert_true (isnan (share[0]));
    }
}

/* ---- by hand -------------------------------------------------------------------------------- */

static void
test_three_loads_by_hand (void)
{
  /* Half on A, a third on B, a sixth on C, all of one power factor: the currents are as the shares,
   * so (3 - 1)/3 of unbalance; the neutral is |3 + 2 α² + α| / 2 of the mean: √3/2. */
  g_autoptr (ZxGrid) grid = test_grid ("node_id,type,base_kv,p_mw,q_mvar,phases\na,slack,0.4,,,\n"
                                       "b,pq,0.4,0.06,0.02,A 3 B 2 C 1\n",
                                       BRANCHES "1,line,a,b,0.01,0.01,,0.1,\n", NULL);
  g_autoptr (ZxUnbalance) found = solve (grid);
  g_autoptr (ZxFlow) flow = zx_power_flow (grid, &defaults, NULL, NULL);
  g_assert_cmpfloat_with_epsilon (found->current_percent[0], 200.0 / 3, 1e-9);
  g_assert_cmpfloat_with_epsilon (found->phase_percent[0][0], 1.5 * flow->loading_percent[0], 1e-9);
  g_assert_cmpfloat_with_epsilon (found->phase_percent[0][1], 1.0 * flow->loading_percent[0], 1e-9);
  g_assert_cmpfloat_with_epsilon (found->phase_percent[0][2], 0.5 * flow->loading_percent[0], 1e-9);
  g_assert_cmpfloat_with_epsilon (found->neutral_percent[0], sqrt (0.75) * flow->loading_percent[0],
                                  1e-9);
  /* |I₂| = |I| |3 + 2 α + α²| / 6 = |I| √3/6, falling over |z|. */
  double i_2 = flow->i_to_pu[0] * sqrt (3) / 6;
  g_assert_cmpfloat_with_epsilon (found->voltage_percent[1],
                                  100 * i_2 * hypot (0.01, 0.01) / flow->vm_pu[1], 1e-9);
  g_assert_true (found->voltage_percent[0] == 0 && found->known_share == 1);
  g_assert_cmpuint (found->place[0], ==, ZX_UNBALANCE_HEAD);
}

static void
test_delta_stops_the_neutral (void)
{
  /* All on phase A behind Dyn11: the outlet carries it on A alone; of the three phases above two
   * carry the same and one nothing. */
  g_autoptr (ZxGrid) grid
      = test_grid ("node_id,type,base_kv,p_mw,q_mvar,phases\na,slack,10,,,\nb,pq,10,,,\n"
                   "c,pq,0.4,0.06,0.02,A\n",
                   BRANCHES "1,line,a,b,0.001,0.001,,1,\nt,trafo,b,c,0.1,0.4,30,0.1,\n", NULL);
  g_autoptr (ZxUnbalance) found = solve (grid);
  g_assert_cmpuint (found->place[1], ==, ZX_UNBALANCE_OUTLET);
  g_assert_cmpfloat_with_epsilon (found->current_percent[1], 100, 1e-9);
  g_assert_cmpfloat_with_epsilon (found->phase_percent[1][1], 0, 1e-9);
  g_assert_cmpfloat (found->neutral_percent[1], >, 100);
  g_assert_cmpfloat_with_epsilon (found->neutral_percent[0], 0, 1e-9);
  double most = 0, least = INFINITY;
  for (guint phase = 0; phase < 3; phase++)
    {
      most = fmax (most, found->phase_percent[0][phase]);
      least = fmin (least, found->phase_percent[0][phase]);
    }
  g_assert_cmpfloat_with_epsilon (least, 0, 1e-9);
  g_assert_cmpfloat (most, >, 0);
}

static void
test_even_loads_are_balanced (void)
{
  g_autoptr (ZxGrid) grid = test_random_grid (zx_test_seed (), 40, 2);
  for (guint i = 0; i < grid->n_nodes; i += 2)
    for (guint phase = 0; phase < 3; phase++)
      grid->node_phase_share[i][phase] = 1.0 / 3;
  g_autoptr (ZxUnbalance) found = solve (grid);
  for (guint i = 0; i < grid->n_nodes; i++)
    g_assert_cmpfloat_with_epsilon (found->voltage_percent[i], 0, 1e-9);
  for (guint b = 0; b < grid->n_branches; b++)
    if (!isnan (found->current_percent[b]))
      g_assert_cmpfloat_with_epsilon (found->current_percent[b], 0, 1e-6);
}

/* A loop of two equal lines carries half on each: the unbalance of either is that of one line. */
static void
test_a_loop_shares_the_unbalance (void)
{
  const char *nodes = "node_id,type,base_kv,p_mw,q_mvar,phases\na,slack,0.4,,,\n"
                      "b,pq,0.4,0.06,0.02,A 3 B 2 C 1\n";
  g_autoptr (ZxGrid) one = test_grid (nodes, BRANCHES "1,line,a,b,0.01,0.01,,0.1,\n", NULL);
  g_autoptr (ZxGrid) two = test_grid (
      nodes, BRANCHES "1,line,a,b,0.02,0.02,,0.05,\n2,line,a,b,0.02,0.02,,0.05,\n", NULL);
  g_autoptr (ZxUnbalance) x = solve (one), y = solve (two);
  g_assert_cmpfloat_with_epsilon (x->voltage_percent[1], y->voltage_percent[1], 1e-9);
  double left = NAN;
  for (guint b = 0; b < 2; b++)
    left = fmax (left, y->current_percent[b]);
  g_assert_cmpfloat_with_epsilon (left, x->current_percent[0], 1e-6);
}

static void
test_unknown_phases_are_no_unbalance (void)
{
  g_autoptr (ZxGrid) grid = test_chain (10);
  g_assert_false (zx_power_has_phases (grid));
  g_autoptr (ZxUnbalance) found = solve (grid);
  g_assert_true (found->known_share == 0);
  g_assert_true (found->voltage_percent[9] == 0);
}

static void
test_balanced_charging_lowers_it_in_its_hours (void)
{
  static const double multiplier[] = { 1, 1, 1, 0.5 }, kw[] = { 0, 60, 60, 60 }, kvar[4] = { 0 };
  static const guint32 station = 1, watched = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxGrid) grid = test_grid ("node_id,type,base_kv,p_mw,q_mvar,phases\na,slack,0.4,,,\n"
                                       "b,pq,0.4,0.06,0,A 3 B 2 C 1\n",
                                       BRANCHES "1,line,a,b,0.01,0.01,,0.1,\n", NULL);
  ZxLoadProfiles profiles = { 4, 1, multiplier, NULL, 1, &station, kw, kvar, 1, &watched };
  float *percent[2];
  for (guint n = 0; n < 2; n++)
    {
      zx_parallel_set_threads (n + 1);
      percent[n] = zx_power_unbalance_series (grid, &profiles, &defaults, NULL, &error);
      g_assert_no_error (error);
    }
  zx_parallel_set_threads (0);
  g_assert_cmpmem (percent[0], 16, percent[1], 16);
  g_assert_cmpfloat_with_epsilon (percent[0][0], 200.0 / 3, 1e-4);
  /* 90 + 60, 60 + 60 and 30 + 60 thirds. */
  g_assert_cmpfloat_with_epsilon (percent[0][1], 100 * (150.0 - 90) / 150, 1e-4);
  g_assert_cmpfloat_with_epsilon (percent[0][3], 100 * (105.0 - 75) / 105, 1e-4);
  ZxLoadEvents events = zx_power_unbalance_events (percent[0], 4, 30);
  g_assert_cmpuint (events.n_over_events, ==, 1);
  g_assert_true (events.over_hours == 3);
  g_free (percent[0]);
  g_free (percent[1]);
}

static void
test_a_phase_that_is_none_is_named (void)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (test_grid ("node_id,type,base_kv,phases\na,slack,10,3\nb,pq,10,D\n",
                            BRANCHES "1,line,a,b,0.01,0.01,,,\n", &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "b"));
}

/* Circuits of OpenDSS know their phases. */
static void
test_shared_circuits_have_phases (void)
{
  static const char *const files[] = { "data/feeders/opendss_ieee123/IEEE123Master.dss",
                                       "data/feeders/opendss_ckt24/master_ckt24.dss" };
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = zx_test_shared (files[i]);
      if (path == NULL)
        continue;
      g_autoptr (GError) error = NULL;
      g_autoptr (ZxGrid) grid = zx_grid_read (path, &error);
      g_assert_no_error (error);
      g_autoptr (ZxUnbalance) found = solve (grid);
      g_assert_cmpfloat_with_epsilon (found->known_share, 1, 1e-9);
      g_assert_cmpuint (found->n_unsolved, ==, 0);
      guint n = 0;
      for (guint b = 0; b < grid->n_branches; b++)
        n += found->current_percent[b] > 1;
      g_assert_cmpuint (n, >, 20);
    }
}

/* ---- several sites at once ------------------------------------------------------------------ */

static void
test_capacities_do_not_add_up (void)
{
  /* Trap 10: each of two nodes takes its capacity alone, both together do not. */
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxGrid) grid = test_chain (12);
  g_autoptr (ZxHostingScenario) scenario = zx_hosting_scenario_new ();
  ZxTogether found;
  scenario->vmin_pu = 0.9;
  g_autoptr (ZxHosting) hosting = zx_power_hosting (grid, scenario, NULL, &error);
  g_assert_no_error (error);
  ZxSetLoad set[2] = { { 8, hosting->hosting_kw[8] - 0.1 }, { 11, hosting->hosting_kw[11] - 0.1 } };
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (zx_power_together (grid, scenario, NULL, &set[i], 1, NULL, &found, &error));
      g_assert_cmpuint (found.limit, ==, ZX_LIMIT_CAP);
      g_assert_true (found.allowed_share == 1);
    }
  g_assert_true (zx_power_together (grid, scenario, NULL, set, 2, NULL, &found, &error));
  g_assert_cmpuint (found.limit, ==, ZX_LIMIT_VOLTAGE);
  g_assert_cmpfloat (found.allowed_share, <, 1);
  g_assert_cmpfloat (found.allowed_share, >, 0.3);
  /* What is said to hold does, and hardly more. */
  for (guint step = 0; step < 2; step++)
    {
      double share = found.allowed_share + (step == 0 ? 0 : 1e-4);
      ZxSetLoad part[2] = { { 8, set[0].kw * share }, { 11, set[1].kw * share } };
      ZxTogether again;
      g_assert_true (zx_power_together (grid, scenario, NULL, part, 2, NULL, &again, &error));
      g_assert_cmpuint (again.limit == ZX_LIMIT_CAP, ==, step == 0);
    }
}

static void
test_managed_hours_let_the_set_hold (void)
{
  static const double multiplier[] = { 1.0, 0.2 }, share[] = { 0, 1 };
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxGrid) grid = test_chain (12);
  g_autoptr (ZxHostingScenario) scenario = zx_hosting_scenario_new ();
  ZxHostingHours always = { 2, multiplier, NULL }, managed = { 2, multiplier, share };
  ZxTogether found;
  scenario->vmin_pu = 0.93;
  g_autoptr (ZxHosting) hosting = zx_power_hosting (grid, scenario, NULL, &error);
  ZxSetLoad set = { 11, hosting->hosting_kw[11] * 1.2 + 1 };
  g_assert_true (zx_power_together (grid, scenario, &always, &set, 1, NULL, &found, &error));
  g_assert_cmpuint (found.limit, ==, ZX_LIMIT_VOLTAGE);
  g_assert_cmpint (found.hour, ==, 0);
  g_assert_true (zx_power_together (grid, scenario, &managed, &set, 1, NULL, &found, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (found.limit, ==, ZX_LIMIT_CAP);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/power/phases/are-read-and-written", test_phases_are_read_and_written);
  g_test_add_func ("/power/phases/what-names-none-is-refused", test_what_names_no_phase_is_refused);
  g_test_add_func ("/power/unbalance/three-loads-by-hand", test_three_loads_by_hand);
  g_test_add_func ("/power/unbalance/a-delta-stops-the-neutral", test_delta_stops_the_neutral);
  g_test_add_func ("/power/unbalance/even-loads-are-balanced", test_even_loads_are_balanced);
  g_test_add_func ("/power/unbalance/a-loop-shares-it", test_a_loop_shares_the_unbalance);
  g_test_add_func ("/power/unbalance/unknown-phases-are-none",
                   test_unknown_phases_are_no_unbalance);
  g_test_add_func ("/power/unbalance/balanced-charging-lowers-it-in-its-hours",
                   test_balanced_charging_lowers_it_in_its_hours);
  g_test_add_func ("/power/unbalance/a-phase-that-is-none-is-named",
                   test_a_phase_that_is_none_is_named);
  g_test_add_func ("/power/unbalance/shared-circuits-have-phases",
                   test_shared_circuits_have_phases);
  g_test_add_func ("/power/together/capacities-do-not-add-up", test_capacities_do_not_add_up);
  g_test_add_func ("/power/together/managed-hours-let-the-set-hold",
                   test_managed_hours_let_the_set_hold);
  return g_test_run ();
}
