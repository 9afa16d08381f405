/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/grid/zx-grid.h"

#include <string.h>

#include "zx-test.h"

/* ---- json --------------------------------------------------------------------------------- */

static void
test_json_by_hand (void)
{
  const char *source
      = " {\"a\": [1, -2.5e3, true, null], \"b\": {\"c\": \"\\u6d4b\\ud83d\\ude00\\n\"}, "
        "\"n\": NaN, \"i\": -Infinity} ";
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxJson) json = zx_json_parse (source, strlen (source), "test", &error);
  g_assert_no_error (error);
  const ZxJson *list = zx_json_get (json, "a");
  g_assert_cmpuint (list->n, ==, 4);
  g_assert_true (list->item[1].number == -2500);
  g_assert_cmpint (list->item[3].kind, ==, ZX_JSON_NULL);
  g_assert_cmpstr (zx_json_text (zx_json_get (json, "b"), "c"), ==, "测😀\n");
  g_assert_true (isnan (zx_json_number (json, "n", 7)));
  g_assert_true (zx_json_number (json, "i", 7) == -INFINITY);
  g_assert_true (zx_json_number (json, "b", 7) == 7);
  g_assert_null (zx_json_get (list, "a"));
}

static void
test_json_that_is_broken_is_refused (void)
{
  static const char *const broken[]
      = { "",         "{",   "[1,]", "{\"a\" 1}", "{\"a\":1,}", "\"\\ud800\"",
          "\"\xff\"", "1 2", "[1",   "tru",       "-",          "\"\\x\"" };
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (zx_json_parse (broken[i], strlen (broken[i]), "test", &error));
      g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
    }
  char deep[400];
  memset (deep, '[', sizeof deep);
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_json_parse (deep, sizeof deep, "test", &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
}

/* ---- tables -------------------------------------------------------------------------------- */

static void
test_table_with_quotes (void)
{
  const char *source = "\xef\xbb\xbf"
                       "a,b\r\n1,\"x, \"\"y\"\"\"\r\n\r\n2,\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxLayer) layer = zx_grid_table_parse (source, strlen (source), "t.csv", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (layer->n_rows, ==, 2);
  g_assert_cmpstr (zx_layer_text (layer, zx_layer_column (layer, "b"), 0), ==, "x, \"y\"");
  g_assert_cmpstr (zx_layer_text (layer, zx_layer_column (layer, "b"), 1), ==, "");
}

static void
test_table_with_a_short_row_is_refused (void)
{
  const char *source = "a,b\n1,2\n3\n";
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_grid_table_parse (source, strlen (source), "t.csv", &error));
  g_assert_nonnull (strstr (error->message, "t.csv: row 2 has 1 fields"));
}

/* ---- grids -------------------------------------------------------------------------------- */

static ZxGrid *
read_tables (const char *nodes, const char *branches, ZxGridColumns columns, GError **error)
{
  g_autoptr (ZxLayer) a = zx_grid_table_parse (nodes, strlen (nodes), "nodes.csv", error);
  g_autoptr (ZxLayer) b
      = a != NULL ? zx_grid_table_parse (branches, strlen (branches), "branches.csv", error) : NULL;
  return b != NULL ? zx_grid_from_layers (a, b, columns, 10, "test", error) : NULL;
}

#define NODES          "node_id,type,base_kv,p_mw,q_mvar,lon,lat\n"
#define BRANCHES       "branch_id,from_node,to_node,r_pu,x_pu,tap,rate_mva,status\n"
#define SOUND_NODES    NODES "a,slack,10,0,0,120.1,30.1\nb,pq,10,0.5,0.1,120.2,30.2\n"
#define SOUND_BRANCHES BRANCHES "1,a,b,0.1,0.2,0,,1\n"

static void
test_sound_tables_give_a_grid (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxGrid) grid = read_tables (SOUND_NODES, SOUND_BRANCHES, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (grid->node_is_slack[0] && !grid->node_is_slack[1]);
  g_assert_true (grid->node_vm_set_pu[0] == 1);
  g_assert_true (grid->branch_tap[0] == 1 && isnan (grid->branch_rate_mva[0]));
  g_assert_cmpuint (grid->doubts->len, ==, 0);
  g_assert_cmpint (zx_grid_find_node (grid, "b"), ==, 1);
  g_assert_cmpint (zx_grid_find_node (grid, "1"), ==, -1);
}

static void
test_columns_may_have_other_names (void)
{
  static const char *const columns[] = { "node_id", "编号", "p_mw", "有功", "base_kv", "kV", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxGrid) grid = read_tables ("编号,type,kV,有功\na,slack,10,0\nb,pq,10,0.5\n",
                                         SOUND_BRANCHES, columns, &error);
  g_assert_no_error (error);
  g_assert_true (grid->node_p_mw[1] == 0.5);
}

static void
test_what_is_impossible_is_named (void)
{
  static const struct
  {
    const char *nodes, *branches, *sentence;
  } cases[] = {
    { NODES "a,slack,10,0,0,,\na,pq,10,1,0,,\n", SOUND_BRANCHES,
      "The node id a stands in rows 1 and 2" },
    { SOUND_NODES, BRANCHES "1,a,b,1,1,,,1\n1,a,b,1,1,,,1\n",
      "The branch id 1 stands in rows 1 and 2" },
    { NODES "a,slack,10,0,0,,\nb,pq,,1,0,,\n", SOUND_BRANCHES, "Node b has no base voltage" },
    { NODES "a,slack,10,0,0,,\nb,pq,10,many,0,,\n", SOUND_BRANCHES,
      "row 2 has p_mw “many”, not a number" },
    { NODES "a,pq,10,0,0,,\nb,pq,10,1,0,,\n", SOUND_BRANCHES, "has no source" },
    { NODES "a,pv,10,0,0,,\nb,pq,10,1,0,,\n", SOUND_BRANCHES, "has the type “pv”" },
    { SOUND_NODES, BRANCHES "1,a,z,1,1,,,1\n", "the to_node “z”, which is not among the nodes" },
    { SOUND_NODES, BRANCHES "1,a,a,1,1,,,1\n", "joins node a to itself" },
    { SOUND_NODES, BRANCHES "1,a,b,0,0,,,1\n", "has zero impedance" },
    { SOUND_NODES, BRANCHES "1,a,b,1,1,-2,,1\n", "tap ratio" },
    { SOUND_NODES, BRANCHES "1,a,b,1,1,,-5,1\n", "rating that is not above 0" },
    { SOUND_NODES, BRANCHES "1,a,b,1,1,,,half\n", "has the status “half”" },
    { SOUND_NODES, "branch_id,from_node,to_node,r_pu\n1,a,b,1\n", "has no column “x_pu”" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ZxGrid) grid = read_tables (cases[i].nodes, cases[i].branches, NULL, &error);
      g_assert_null (grid);
      if (strstr (error->message, cases[i].sentence) == NULL)
        g_error ("“%s” does not say “%s”", error->message, cases[i].sentence);
    }
}

static void
assert_doubt (const char *nodes, const char *branches, const char *sentence)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxGrid) grid = read_tables (nodes, branches, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (grid->doubts->len, ==, 1);
  const char *doubt = g_ptr_array_index (grid->doubts, 0);
  if (strstr (doubt, sentence) == NULL)
    g_error ("“%s” does not say “%s”", doubt, sentence);
}

static void
test_swapped_powers_are_suspected (void)
{
  assert_doubt (NODES "a,slack,10,0.1,0.3,,\nb,pq,10,0.1,0.4,,\nc,pq,10,0.2,0.5,,\n",
                SOUND_BRANCHES, "On 3 of 3 loads the kvar exceed the kW");
}

static void
test_kilowatts_for_megawatts_are_suspected (void)
{
  assert_doubt (NODES "a,slack,10,0,0,,\nb,pq,10,500,100,,\n", SOUND_BRANCHES,
                "in kW and kvar instead of MW");
}

static void
test_ohm_for_per_unit_is_suspected (void)
{
  assert_doubt (SOUND_NODES, BRANCHES "1,a,b,20,20,,,1\n", "in ohm instead of per unit");
}

static void
test_negative_load_is_generation (void)
{
  assert_doubt (NODES "a,slack,10,0,0,,\nb,pq,10,-0.5,0,,\n", SOUND_BRANCHES,
                "1 nodes have a negative load (the first is b)");
}

static void
test_schematic_places_are_taken_away (void)
{
  static const char *const drawings[] = { NODES "a,slack,10,0,0,300,200\nb,pq,10,0.5,0.1,400,250\n",
                                          NODES "a,slack,10,0,0,5,5\nb,pq,10,0.5,0.1,25,40\n" };
  for (guint i = 0; i < G_N_ELEMENTS (drawings); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ZxGrid) grid = read_tables (drawings[i], SOUND_BRANCHES, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (isnan (grid->node_lon_deg[0]) && isnan (grid->node_lat_deg[1]));
      assert_doubt (drawings[i], SOUND_BRANCHES, "are not put on the map");
    }
}

static void
test_scenario_is_read_and_applied (void)
{
  const char *source = "{\"power_factor_lagging\": 0.9, \"vmin_pu\": 0.95, \"search_cap_kw\": 500,"
                       "\"slack_vm_pu_override\": 1.05, \"branch_rate_mva\": {\"1\": 4}}";
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxGrid) grid = read_tables (SOUND_NODES, SOUND_BRANCHES, NULL, &error);
  g_autoptr (ZxHostingScenario) scenario
      = zx_hosting_scenario_parse (source, strlen (source), &error);
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (scenario->tangent, tan (acos (0.9)), 1e-12);
  g_assert_true (zx_hosting_scenario_apply (scenario, grid, &error));
  g_assert_true (grid->node_vm_set_pu[0] == 1.05 && grid->branch_rate_mva[0] == 4);
  const char *unknown = "{\"branch_rate_mva\": {\"9\": 4}}", *bad = "{\"vmin_pu\": 7}";
  g_autoptr (ZxHostingScenario) other
      = zx_hosting_scenario_parse (unknown, strlen (unknown), &error);
  g_assert_false (zx_hosting_scenario_apply (other, grid, &error));
  g_assert_nonnull (strstr (error->message, "branch 9"));
  g_clear_error (&error);
  g_assert_null (zx_hosting_scenario_parse (bad, strlen (bad), &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/grid/json/by-hand", test_json_by_hand);
  g_test_add_func ("/grid/json/what-is-broken-is-refused", test_json_that_is_broken_is_refused);
  g_test_add_func ("/grid/table/quotes-are-understood", test_table_with_quotes);
  g_test_add_func ("/grid/table/a-short-row-is-refused", test_table_with_a_short_row_is_refused);
  g_test_add_func ("/grid/layers/sound-tables-give-a-grid", test_sound_tables_give_a_grid);
  g_test_add_func ("/grid/layers/columns-may-have-other-names", test_columns_may_have_other_names);
  g_test_add_func ("/grid/check/what-is-impossible-is-named", test_what_is_impossible_is_named);
  g_test_add_func ("/grid/check/swapped-powers-are-suspected", test_swapped_powers_are_suspected);
  g_test_add_func ("/grid/check/kilowatts-for-megawatts-are-suspected",
                   test_kilowatts_for_megawatts_are_suspected);
  g_test_add_func ("/grid/check/ohm-for-per-unit-is-suspected", test_ohm_for_per_unit_is_suspected);
  g_test_add_func ("/grid/check/negative-load-is-generation", test_negative_load_is_generation);
  g_test_add_func ("/grid/check/schematic-places-are-taken-away",
                   test_schematic_places_are_taken_away);
  g_test_add_func ("/grid/scenario/is-read-and-applied", test_scenario_is_read_and_applied);
  return g_test_run ();
}
