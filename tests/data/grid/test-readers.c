/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/grid/zx-grid.h"

#include <string.h>

#include "zx-test.h"

#define BUSES                                                                                      \
  "mpc.bus = [ %% kW here\n 1 3 0 0 0 0 1 1 0 12.66 1 1 1;\n"                                      \
  " 2 1 100 60 0 0.5 1 1 0 12.66 1 1.1 0.9\n];\n"
#define GENERATORS "mpc.gen = [ 1 0 0 10 -10 1.02 100 1 10 0; ];\n"
#define BRANCHES   "mpc.branch = [ 1 2 0.0922 0.0470 0 0 0 0 0 0 1 -360 360; ];\n"
#define CASE       "function mpc = two\nmpc.version = '2';\nmpc.baseMVA = 10;\n" BUSES GENERATORS BRANCHES
#define CONVERSION                                                                                 \
  "[PQ, PV, REF, ...\n  NONE] = idx_bus;\nVbase = mpc.bus(1, BASE_KV) * 1e3;  %% volts\n"          \
  "Sbase = mpc.baseMVA * 1e6;\n"                                                                   \
  "mpc.branch(:, [BR_R BR_X]) = mpc.branch(:, [BR_R BR_X]) / (Vbase^2 / Sbase);\n"                 \
  "mpc.bus(:, [PD, QD]) = mpc.bus(:, [PD, QD]) / 1e3;\n"

static ZxGrid *
parse (const char *text, GError **error)
{
  return zx_grid_parse_matpower (text, strlen (text), "two.m", error);
}

static void
test_matpower_converts_as_the_file_says (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxGrid) grid = parse (CASE CONVERSION, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (grid->name, ==, "two");
  g_assert_cmpfloat_with_epsilon (grid->node_p_mw[1], 0.1, 1e-15);
  g_assert_cmpfloat_with_epsilon (grid->branch_r_pu[0], 0.0922 / 16.02756, 1e-12);
  g_assert_cmpfloat_with_epsilon (grid->node_bs_mvar[1], 0.5, 1e-15);
  g_assert_true (grid->node_vm_set_pu[0] == 1.02 && grid->branch_tap[0] == 1);
  g_assert_true (isnan (grid->branch_rate_mva[0]));
}

static void
test_matpower_power_factor_of_case141 (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxGrid) grid
      = parse (CASE CONVERSION "pf = 0.85;\nmpc.bus(:, QD) = mpc.bus(:, PD) * sin(acos(pf));\n"
                               "mpc.bus(:, PD) = mpc.bus(:, PD) * pf;\n",
               &error);
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (grid->node_p_mw[1], 0.085, 1e-15);
  g_assert_cmpfloat_with_epsilon (grid->node_q_mvar[1], 0.1 * sin (acos (0.85)), 1e-15);
}

static void
test_matpower_that_computes_otherwise_is_refused (void)
{
  static const char *const statements[]
      = { "mpc.bus(2, PD) = 7;\n", "mpc.bus(:, PD) = scale(mpc.bus);\n", "for k = 1:3\n",
          "mpc.bus(:, 99) = mpc.bus(:, PD);\n", "x = mpc.bus(9, 1);\n" };
  for (guint i = 0; i < G_N_ELEMENTS (statements); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = g_strconcat (CASE, statements[i], NULL);
      g_assert_null (parse (text, &error));
      g_assert_nonnull (strstr (error->message, "is not understood"));
    }
}

static void
test_other_files_are_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (parse ("mpc.baseMVA = 10;\n", &error));
  g_assert_nonnull (strstr (error->message, "is no MATPOWER case"));
  g_clear_error (&error);
  g_assert_null (zx_grid_parse_pandapower ("{}", 2, "x.json", &error));
  g_assert_nonnull (strstr (error->message, "no network written by pandapower"));
  g_clear_error (&error);
  g_assert_null (zx_grid_read ("nothing.xyz", &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_MISSING);
}

/* ---- pandapower ------------------------------------------------------------------------------ */

#define FRAME(columns, index, data)                                                                \
  "{\"_object\": {\"columns\": [" columns "], \"index\": [" index "], \"data\": [" data "]}}"

static void
test_pandapower_by_hand (void)
{
  const char *text
      = "{\"_object\": {\"sn_mva\": 1, \"f_hz\": 50, \"name\": \"\", "
        "\"bus\": " FRAME (
            "\"name\",\"vn_kv\",\"geo\"", "0,5,7",
            "[\"a\",20,\"{\\\"coordinates\\\": [7.5, "
            "48.5]}\"],[\"b\",20,null],[\"c\",0.4,null]") ","
                                                          "\"line\": " FRAME (
                                                              "\"from_bus\",\"to_"
                                                              "bus\",\"length_km\","
                                                              "\"r_ohm_per_km\",\"x_"
                                                              "ohm_per_km\",\"c_nf_"
                                                              "per_km\",\"max_i_"
                                                              "ka\"",
                                                              "3",
                                                              "[0,5,2,0.4,0.8,100,0."
                                                              "2]") ","
                                                                    "\"trafo\":"
                                                                    " " FRAME (
                                                                        "\"hv_bus\","
                                                                        "\"lv_bus\","
                                                                        "\"sn_mva\","
                                                                        "\"vn_hv_"
                                                                        "kv\",\"vn_"
                                                                        "lv_kv\","
                                                                        "\"vk_"
                                                                        "percent\","
                                                                        "\"vkr_"
                                                                        "percent\","
                                                                        "\"pfe_kw\","
                                                                        "\"i0_"
                                                                        "percent\","
                                                                        "\"tap_"
                                                                        "side\","
                                                                        "\"tap_"
                                                                        "pos\","
                                                                        "\"tap_"
                                                                        "neutral\","
                                                                        "\"tap_step_"
                                                                        "percent\","
                                                                        "\"shift_"
                                                                        "degree\"",
                                                                        "0",
                                                                        "[5,7,0.4,"
                                                                        "20,0.4,6,0,"
                                                                        "0,0,\"hv\","
                                                                        "-2,0,2.5,"
                                                                        "150]") ","
                                                                                "\"l"
                                                                                "oad"
                                                                                "\":"
                                                                                " " FRAME (
                                                                                    "\"bus\",\"p_"
                                                                                    "mw\",\"q_"
                                                                                    "mvar\","
                                                                                    "\"scaling\"",
                                                                                    "0",
                                                                                    "[7,0.2,0.1,0."
                                                                                    "5]") ","
                                                                                          "\"switch"
                                                                                          "\":"
                                                                                          " " FRAME (
                                                                                              "\"bu"
                                                                                              "s\","
                                                                                              "\"el"
                                                                                              "emen"
                                                                                              "t\","
                                                                                              "\"et"
                                                                                              "\","
                                                                                              "\"cl"
                                                                                              "osed"
                                                                                              "\"",
                                                                                              "0",
                                                                                              "[5,"
                                                                                              "3,"
                                                                                              "\"l"
                                                                                              "\","
                                                                                              "fals"
                                                                                              "e]") ","
                                                                                                    "\"ward\": " FRAME (
                                                                                                        "\"bus\"",
                                                                                                        "0",
                                                                                                        "[5]") ","
                                                                                                               "\"ext_grid\": " FRAME (
                                                                                                                   "\"bus\",\"vm_pu\"",
                                                                                                                   "0",
                                                                                                                   "[0,1.03]") "}}";
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxGrid) grid = zx_grid_parse_pandapower (text, strlen (text), "net.json", &error);
  g_assert_no_error (error);
  /* The open switch leaves the line's end on a node of its own. */
  g_assert_cmpuint (grid->n_nodes, ==, 4);
  g_assert_cmpuint (grid->branch_to[0], ==, 3);
  g_assert_cmpstr (zx_grid_node_id (grid, 1), ==, "5");
  g_assert_cmpfloat_with_epsilon (grid->branch_r_pu[0], 0.4 * 2 / 400, 1e-15);
  g_assert_cmpfloat_with_epsilon (grid->branch_b_pu[0], 2 * G_PI * 50 * 1e-7 * 2 * 400, 1e-12);
  g_assert_cmpfloat_with_epsilon (grid->branch_rate_mva[0], sqrt (3) * 20 * 0.2, 1e-12);
  g_assert_cmpfloat_with_epsilon (grid->branch_x_pu[1], 0.06 / 0.4, 1e-12);
  g_assert_cmpfloat_with_epsilon (grid->branch_tap[1], 0.95, 1e-12);
  g_assert_cmpfloat_with_epsilon (grid->node_p_mw[2], 0.1, 1e-15);
  g_assert_true (grid->node_lon_deg[0] == 7.5 && isnan (grid->node_lon_deg[1]));
  g_assert_true (grid->node_is_slack[0] && grid->node_vm_set_pu[0] == 1.03);
  g_assert_cmpuint (grid->doubts->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (grid->doubts, 0), "“ward”"));
}

/* ---- OpenDSS ----------------------------------------------------------------------------------
 */

static void
test_opendss_by_hand (void)
{
  const char *text
      = "Clear\nNew object=circuit.small\n~ basekv=10 pu=1.02 bus1=S R1=0 X1=0\n"
        "New LineCode.c nphases=3 r1=0.2 x1=0.4 c1=10 units=km normamps=200 ! comment\n"
        "new linecode.m nphases=1 rmatrix=(0.3) xmatrix=[0.6] units=mi\n"
        "New\tLine.A\tbus1=S.1.2.3\tbus2=B\tlinecode=C\tlength=500\tunits=m\n"
        "New Line.one phases=1 bus1=B.2 bus2=C.2 linecode=m length=1 units=mi // comment\n"
        "New Transformer.T phases=3 windings=2 xhl=4 %noloadloss=0.2 %imag=0.5\n"
        "~ wdg=1 bus=B conn=delta kv=10 kva=400 %r=0.5\n~ wdg=2 bus=D conn=wye kv=0.4 kva=400 "
        "%r=0.5\n"
        "New Load.l1 phases=1 bus1=C.2 kv=5.77 kw=30 pf=0.9\nLoad.l1.kw=60\n"
        "New Load.l2 like=l1 bus1=D kw=10 kvar=-2 model=2\n"
        "New Capacitor.k bus1=B kvar=100 kv=10\nNew RegControl.r transformer=T\nSolve\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxGrid) grid = zx_grid_parse_opendss (text, strlen (text), "s.dss", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (grid->name, ==, "small");
  g_assert_cmpuint (grid->n_nodes, ==, 4);
  g_assert_true (grid->node_is_slack[0] && grid->node_vm_set_pu[0] == 1.02);
  g_assert_cmpfloat_with_epsilon (grid->branch_r_pu[0], 0.2 * 0.5 / 100, 1e-12);
  g_assert_cmpfloat_with_epsilon (grid->branch_rate_mva[0], sqrt (3) * 10 * 0.2, 1e-12);
  /* One phase carries all: three times the impedance on a three-phase basis. */
  g_assert_cmpfloat_with_epsilon (grid->branch_r_pu[1], 3 * 0.3 / 100, 1e-12);
  g_assert_cmpfloat_with_epsilon (grid->branch_r_pu[2], 0.01 / 0.4, 1e-12);
  g_assert_cmpfloat_with_epsilon (grid->branch_shift_deg[2], 30, 1e-12);
  g_assert_cmpfloat_with_epsilon (grid->node_base_kv[3], 0.4, 1e-12);
  g_assert_cmpfloat_with_epsilon (grid->node_p_mw[2], 0.06, 1e-12);
  g_assert_cmpfloat_with_epsilon (grid->node_q_mvar[2], 0.06 * tan (acos (0.9)), 1e-12);
  g_assert_true (grid->node_impedance_share[3] == 1 && grid->node_q_mvar[3] == -0.002);
  g_assert_cmpfloat_with_epsilon (grid->node_bs_mvar[1], 0.1, 1e-12);
  g_assert_nonnull (strstr (g_ptr_array_index (grid->doubts, 0), "“regcontrol”"));
}

static void
test_opendss_names_what_is_missing (void)
{
  static const struct
  {
    const char *text, *sentence;
  } cases[] = { { "New Line.a bus1=x bus2=y\n", "defines no circuit" },
                { "New Circuit.c\nNew Line.a bus1=x bus2=y linecode=none\n", "the line code none" },
                { "New Circuit.c\nNew Line.a bus1=x bus2=y geometry=g\n", "the geometry g" },
                { "New Circuit.c\nNew Line.a bus1=x\n", "line.a has no bus2" } };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (
          zx_grid_parse_opendss (cases[i].text, strlen (cases[i].text), "x.dss", NULL, &error));
      if (strstr (error->message, cases[i].sentence) == NULL)
        g_error ("“%s” does not say “%s”", error->message, cases[i].sentence);
    }
}

static void
test_shared_circuits_of_opendss_are_read (void)
{
  static const struct
  {
    const char *path;
    double least_mw, most_mw;
  } cases[] = { { "data/feeders/opendss_ieee123/IEEE123Master.dss", 3.48, 3.50 },
                { "data/feeders/opendss_ckt24/master_ckt24.dss", 45, 60 } };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = zx_test_shared (cases[i].path);
      double mw = 0;
      if (path == NULL)
        return;
      g_autoptr (ZxGrid) grid = zx_grid_read (path, &error);
      g_assert_no_error (error);
      for (guint k = 0; k < grid->n_nodes; k++)
        {
          mw += grid->node_p_mw[k];
          /* Schematic or in feet: on no map. */
          g_assert_true (isnan (grid->node_lon_deg[k]));
        }
      g_assert_cmpfloat (mw, >, cases[i].least_mw);
      g_assert_cmpfloat (mw, <, cases[i].most_mw);
    }
}

/* ---- the shared files ---------------------------------------------------------------------- */

static void
test_raw_files_are_the_case_folders (void)
{
  static const char *const cases[]
      = { "case12da", "case18", "case22", "case33bw", "case69", "case141" };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *raw = g_strdup_printf ("data/feeders/matpower/%s.m", cases[i]);
      g_autofree char *folder = g_strdup_printf ("data/grid/%s", cases[i]);
      g_autofree char *raw_path = zx_test_shared (raw), *folder_path = zx_test_shared (folder);
      if (raw_path == NULL || folder_path == NULL)
        return;
      g_autoptr (ZxGrid) a = zx_grid_read (raw_path, &error);
      g_assert_no_error (error);
      g_autoptr (ZxGrid) given = zx_grid_read (folder_path, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (a->n_nodes, ==, given->n_nodes);
      g_assert_cmpuint (a->n_branches, ==, given->n_branches);
      for (guint k = 0; k < a->n_nodes; k++)
        {
          g_assert_cmpstr (zx_grid_node_id (a, k), ==, zx_grid_node_id (given, k));
          g_assert_cmpfloat_with_epsilon (a->node_p_mw[k], given->node_p_mw[k], 1e-12);
          g_assert_cmpfloat_with_epsilon (a->node_q_mvar[k], given->node_q_mvar[k], 1e-12);
        }
      for (guint k = 0; k < a->n_branches; k++)
        {
          g_assert_cmpfloat_with_epsilon (a->branch_r_pu[k], given->branch_r_pu[k], 1e-12);
          g_assert_cmpfloat_with_epsilon (a->branch_x_pu[k], given->branch_x_pu[k], 1e-12);
          g_assert_cmpuint (a->branch_is_closed[k], ==, given->branch_is_closed[k]);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/grid/matpower/converts-as-the-file-says",
                   test_matpower_converts_as_the_file_says);
  g_test_add_func ("/grid/matpower/power-factor-of-case141", test_matpower_power_factor_of_case141);
  g_test_add_func ("/grid/matpower/what-computes-otherwise-is-refused",
                   test_matpower_that_computes_otherwise_is_refused);
  g_test_add_func ("/grid/readers/other-files-are-refused", test_other_files_are_refused);
  g_test_add_func ("/grid/pandapower/by-hand", test_pandapower_by_hand);
  g_test_add_func ("/grid/opendss/by-hand", test_opendss_by_hand);
  g_test_add_func ("/grid/opendss/what-is-missing-is-named", test_opendss_names_what_is_missing);
  g_test_add_func ("/grid/opendss/shared-circuits-are-read",
                   test_shared_circuits_of_opendss_are_read);
  g_test_add_func ("/grid/readers/raw-files-are-the-case-folders",
                   test_raw_files_are_the_case_folders);
  return g_test_run ();
}
