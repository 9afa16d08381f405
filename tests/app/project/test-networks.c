/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Networks of grid engineers as projects: a case folder and the files of other tools, from opening
 * to load rates, voltages and room on the map. */

#include "app/project/zx-project.h"

#include <string.h>

#include "app/power/zx-power.h"
#include "data/grid/zx-grid.h"
#include "zx-test.h"

/* A 10 kV source, a line of 2 km and a transformer that its load overfills: S = 0.44 MVA behind
 * 0.4 MVA. */
static const char *const nodes_csv
    = "node_id,name,component,type,base_kv,p_mw,q_mvar,gs_mw,bs_mvar,vm_set_pu,lon,lat\n"
      "1,Head,0,slack,10,0,0,0,0,1.02,119.50,35.40\n"
      "2,Pole,0,pq,10,0,0,0,0,,119.522,35.40\n"
      "3,Estate,0,pq,0.4,0.42,0.13,0,0,,119.522,35.4001\n";
static const char *const branches_csv
    = "branch_id,name,kind,from_node,to_node,r_pu,x_pu,g_pu,b_pu,tap,shift_deg,rate_mva,status\n"
      "1,Line,line,1,2,0.006,0.007,0,0,1,0,5,1\n"
      "2,Station T1,trafo,2,3,0.02,0.1,0,0,1,150,0.4,1\n";

static char *
write_case (const char *folder, const char *nodes, const char *branches)
{
  const char *const texts[][2] = { { "nodes.csv", nodes },
                                   { "branches.csv", branches },
                                   { "case.json", "{\"name\": \"village\", \"base_mva\": 1.0}" } };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *path = g_build_filename (folder, texts[i][0], NULL);
      g_assert_true (g_file_set_contents (path, texts[i][1], -1, NULL));
    }
  return g_strdup (folder);
}

static ZxProject *
open_network (const char *path, const char *folder)
{
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *file = g_build_filename (folder, "network.zxp", NULL);
  g_autoptr (ZxRecipe) recipe = zx_project_guess_recipe (paths, NULL, NULL, &error);
  g_assert_no_error (error);
  ZxProject *project = zx_project_create (file, recipe, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (zx_project_set (project, "power.factor", "0.95", &error));
  zx_project_run (project, ZX_STAGE_HEADROOM, NULL, &error);
  g_assert_no_error (error);
  return project;
}

static gboolean
has_finding (ZxProject *project, const char *rule, const char *words)
{
  const ZxFindings *findings = zx_project_findings (project);
  for (guint i = 0; i < findings->rows->len; i++)
    {
      const ZxFinding *row = &g_array_index (findings->rows, ZxFinding, i);
      g_autofree char *text = zx_quality_describe (findings, row, NULL);
      if (strcmp (row->rule, rule) == 0 && strstr (text, words) != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
test_case_folder (void)
{
  g_autofree char *folder = zx_test_folder ();
  g_autofree char *path = write_case (folder, nodes_csv, branches_csv);
  g_autoptr (ZxProject) project = open_network (path, folder);
  const ZxFeeders *feeders = &zx_project_city (project)->feeders;
  const ZxFeederState *flows = zx_project_headroom (project)->flows;
  g_assert_cmpuint (feeders->n_nodes, ==, 3);
  g_assert_cmpuint (feeders->branch_kind[1], ==, ZX_FEEDER_TRANSFORMER);
  g_assert_cmpfloat (flows->node_vm_pu[0], ==, 1.02);
  /* 0.42 MW and 0.13 Mvar over z = 0.026 + j 0.107 from 1.02, u the square of the voltage:
   * u^2 + u (2 (0.026 P + 0.107 Q) - 1.02^2) + (P^2 + Q^2) |z|^2 = 0, u = 0.988368;
   * 0.43966 MVA / 0.994167 of 0.4 MVA */
  g_assert_cmpfloat_with_epsilon (flows->node_vm_pu[2], 0.994167, 1e-5);
  g_assert_cmpfloat_with_epsilon (flows->branch_loading_percent[1], 110.56, 0.02);
  g_assert_cmpfloat (flows->node_room_kw[2], ==, 0);
  g_assert_cmpuint (flows->node_limit[2], ==, ZX_LIMIT_BASE_THERMAL);
  /* by the haversine formula the two poles stand 1996 m apart */
  g_assert_cmpfloat_with_epsilon (flows->node_distance_m[1], 1996, 6);
  g_assert_true (has_finding (project, "grid.transformer-over", "Station T1 is loaded to 110"));
  zx_test_folder_remove (folder);
}

static void
test_saved (void)
{
  g_autofree char *folder = zx_test_folder ();
  g_autofree char *path = write_case (folder, nodes_csv, branches_csv);
  g_autofree char *file = g_build_filename (folder, "network.zxp", NULL);
  g_autoptr (ZxProject) project = open_network (path, folder);
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxProject) again = zx_project_open (file, &error);
  g_assert_no_error (error);
  const ZxFeederState *flows = zx_project_headroom (project)->flows;
  const ZxFeederState *kept = zx_project_headroom (again)->flows;
  g_assert_nonnull (kept);
  g_assert_cmpmem (kept->node_vm_pu, 3 * sizeof (double), flows->node_vm_pu, 3 * sizeof (double));
  g_assert_cmpint (zx_project_stage (again, ZX_STAGE_HEADROOM)->state, ==, ZX_STAGE_FRESH);
  zx_test_folder_remove (folder);
}

/* Whole numbers are a drawing, not places: the network counts, no map shows it. */
static void
test_schematic (void)
{
  g_autofree char *folder = zx_test_folder ();
  g_autofree char *path
      = write_case (folder,
                    "node_id,type,base_kv,p_mw,q_mvar,lon,lat\n"
                    "1,slack,10,0,0,0,0\n2,pq,10,0.1,0.02,1,0\n3,pq,10,0.1,0.02,2,0\n",
                    "branch_id,kind,from_node,to_node,r_pu,x_pu,rate_mva,status\n"
                    "1,line,1,2,0.01,0.01,5,1\n2,line,2,3,0.01,0.01,5,1\n");
  g_autofree char *stations = g_build_filename (folder, "stations.csv", NULL);
  g_assert_true (g_file_set_contents (stations,
                                      "station_id,name,longitude,latitude,fast\n"
                                      "A,North,119.50,35.40,4\nB,South,119.52,35.38,4\n",
                                      -1, NULL));
  const char *paths[] = { path, stations, NULL };
  g_autofree char *file = g_build_filename (folder, "town.zxp", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxRecipe) recipe = zx_project_guess_recipe (paths, NULL, NULL, &error);
  g_autoptr (ZxProject) project = zx_project_create (file, recipe, NULL, &error);
  zx_project_run (project, ZX_STAGE_HEADROOM, NULL, &error);
  g_assert_no_error (error);
  const ZxFeeders *feeders = &zx_project_city (project)->feeders;
  for (guint i = 0; i < feeders->n_nodes; i++)
    g_assert_true (isnan (feeders->node_x_m[i]));
  g_assert_true (has_finding (project, "feeders.schematic-coordinates", "no places on Earth"));
  g_assert_true (zx_project_headroom (project)->flows->node_vm_pu[2] < 1);
  g_autoptr (GArray) km = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) pu = g_array_new (FALSE, FALSE, sizeof (double));
  zx_power_voltage_profile (feeders, zx_project_headroom (project)->flows, 0, km, pu);
  g_assert_cmpuint (km->len, ==, 0);
  zx_test_folder_remove (folder);
}

static double
expected (const ZxLayer *table, const char *column, const char *id)
{
  const ZxColumn *ids = zx_layer_column (table, "node_id");
  for (gsize row = 0; row < table->n_rows; row++)
    if (strcmp (zx_layer_text (table, ids, row), id) == 0)
      return zx_layer_number (table, zx_layer_column (table, column), row);
  return NAN;
}

/* Through reading, checking, sealing and ohms in single precision the answers stay those of the
 * independent solver. */
static void
compare_with_shared (const char *name, double loading, const char *finding)
{
  g_autofree char *relative = g_strconcat ("data/grid/", name, NULL);
  g_autofree char *path = zx_test_shared (relative);
  if (path == NULL)
    return;
  g_autofree char *folder = zx_test_folder ();
  g_autoptr (ZxProject) project = open_network (path, folder);
  const ZxCity *city = zx_project_city (project);
  const ZxFeederState *flows = zx_project_headroom (project)->flows;
  g_autofree char *nodes_path = g_build_filename (path, "expected_nodes.csv", NULL);
  g_autofree char *hosting_path = g_build_filename (path, "expected_hc.csv", NULL);
  g_autoptr (ZxLayer) nodes = zx_grid_table_read (nodes_path, NULL);
  g_autoptr (ZxLayer) hosting = zx_grid_table_read (hosting_path, NULL);
  double worst_vm = 0, worst_kw = 0, most = 0;
  for (guint i = 0; i < flows->n_nodes; i++)
    {
      const char *id = zx_pool_get (city->pool, city->feeders.node_id[i]);
      double vm = expected (nodes, "vm_pu", id), kw = expected (hosting, "hc_kw", id);
      worst_vm = zx_test_widen (worst_vm, flows->node_vm_pu[i], vm);
      if (isfinite (kw))
        worst_kw = zx_test_widen (worst_kw, flows->node_room_kw[i], kw);
    }
  for (guint b = 0; b < flows->n_branches; b++)
    most = fmax (most, flows->branch_loading_percent[b]);
  g_test_message ("%s: |dV| %.1e pu, hosting %.3f kW, loading %.4f %%", name, worst_vm, worst_kw,
                  most);
  g_assert_cmpfloat (worst_vm, <, 1e-7);
  g_assert_cmpfloat (worst_kw, <, 0.1);
  g_assert_cmpfloat_with_epsilon (most, loading, 1e-3);
  g_assert_true (finding == NULL || has_finding (project, "grid.transformer-over", finding));
  zx_test_folder_remove (folder);
}

static void
test_oberrhein (void)
{
  compare_with_shared ("oberrhein_a", 72.42716901591662, NULL);
}

static void
test_schutterwald (void)
{
  compare_with_shared ("schutterwald_a", 102.41813636504646, "is loaded to 102.4 %");
}

static void
test_pandapower (void)
{
  g_autofree char *path = zx_test_shared ("data/feeders/pandapower/mv_oberrhein.json");
  if (path == NULL)
    return;
  g_autofree char *folder = zx_test_folder ();
  g_autoptr (ZxProject) project = open_network (path, folder);
  const ZxFeeders *feeders = &zx_project_city (project)->feeders;
  const ZxFeederState *flows = zx_project_headroom (project)->flows;
  guint n_placed = 0, n_solved = 0;
  for (guint i = 0; i < feeders->n_nodes; i++)
    {
      n_placed += isfinite (feeders->node_x_m[i]);
      n_solved += isfinite (flows->node_vm_pu[i]);
    }
  g_assert_cmpuint (n_placed, ==, feeders->n_nodes);
  g_assert_cmpuint (n_solved, >, 170);
  zx_test_folder_remove (folder);
}

/* ---- phases, links, layers ---------------------------------------------------------------- */

static void
test_phases_reach_the_city (void)
{
  g_autofree char *folder = zx_test_folder ();
  g_autofree char *path = write_case (
      folder,
      "node_id,type,base_kv,p_mw,q_mvar,lon,lat,phases\n1,slack,0.4,0,0,119.50,35.40,\n"
      "2,pq,0.4,0.06,0.02,119.52,35.40,A 3 B 2 C 1\n3,pq,0.4,0,0,119.52,35.41,D\n",
      "branch_id,kind,from_node,to_node,r_pu,x_pu,rate_mva,status\n"
      "1,line,1,2,0.01,0.01,0.2,1\n2,line,2,3,0.01,0.01,0.2,1\n");
  g_autoptr (ZxProject) project = open_network (path, folder);
  const ZxFeederState *flows = zx_project_headroom (project)->flows;
  g_assert_cmpfloat_with_epsilon (flows->feeder_known_share[0], 1, 1e-6);
  g_assert_cmpfloat_with_epsilon (flows->branch_unbalance_percent[0], 200.0 / 3, 1e-3);
  g_assert_cmpuint (flows->branch_place[0], ==, ZX_UNBALANCE_HEAD);
  g_assert_cmpfloat (flows->node_unbalance_percent[1], >, 0);
  g_assert_true (has_finding (project, "feeders.unknown-phases", "D"));
  zx_test_folder_remove (folder);
}

static void
test_layers_have_the_published_fields (void)
{
  static const char *const columns[] = { "node_id",
                                         "feeder",
                                         "substation",
                                         "base_kv",
                                         "phases",
                                         "hc_kw",
                                         "limit",
                                         "limiting_id",
                                         "limiting_hour",
                                         "base_vmin_pu",
                                         "base_loading_pct",
                                         "connected_kw",
                                         "queued_kw",
                                         "hc_after_queue_kw",
                                         "upstream_transformer",
                                         "transformer_kva",
                                         "load_rate_pct",
                                         "scenario",
                                         "power_factor",
                                         "v_limit_pu",
                                         "run_id",
                                         "confidence" };
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = zx_test_folder ();
  g_autofree char *path = write_case (folder, nodes_csv, branches_csv);
  g_autoptr (ZxProject) project = open_network (path, folder);
  g_autoptr (ZxLayer) nodes = zx_project_layer (project, "feeder_nodes", &error);
  g_autoptr (ZxLayer) branches = zx_project_layer (project, "feeder_branches", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    g_assert_nonnull (zx_layer_column (nodes, columns[i]));
  const ZxColumn *limit = zx_layer_column (nodes, "limit");
  const ZxColumn *transformer = zx_layer_column (nodes, "upstream_transformer");
  const ZxColumn *element = zx_layer_column (nodes, "limiting_id");
  g_assert_cmpstr (zx_layer_text (nodes, limit, 2), ==, "base_thermal");
  g_assert_cmpstr (zx_layer_text (nodes, transformer, 2), ==, "2");
  g_assert_cmpstr (zx_layer_text (nodes, transformer, 1), ==, "");
  g_assert_cmpstr (zx_layer_text (nodes, element, 2), ==, "2");
  g_assert_cmpfloat_with_epsilon (
      zx_layer_number (nodes, zx_layer_column (nodes, "load_rate_pct"), 2), 110.56, 0.02);
  g_assert_cmpfloat_with_epsilon (
      zx_layer_number (branches, zx_layer_column (branches, "loading_pct"), 1), 110.56, 0.02);
  static const char *const files[] = { "nodes.gpkg", "nodes.csv", "nodes.geojson" };
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *file = g_build_filename (folder, files[i], NULL);
      g_assert_true (zx_project_export (project, file, "feeder_nodes", NULL, &error));
      g_assert_no_error (error);
    }
  zx_test_folder_remove (folder);
}

/* Of two transformer areas one names no feeder; a piece of line ends 20 m from the network. */
static void
test_missing_links_are_found (void)
{
  g_autofree char *folder = zx_test_folder ();
  g_autofree char *path
      = write_case (folder,
                    "node_id,name,feeder_id,type,base_kv,p_mw,q_mvar,lon,lat\n"
                    "1,Head,F1,slack,10,0,0,119.50,35.40\n2,Pole,F1,pq,10,0.1,0,119.52,35.40\n"
                    "3,Loose,F1,pq,10,0.1,0,119.52,35.40018\n4,End,F1,pq,10,0.1,0,119.53,35.41\n",
                    "branch_id,kind,from_node,to_node,r_pu,x_pu,rate_mva,status\n"
                    "1,line,1,2,0.01,0.01,5,1\n2,line,3,4,0.01,0.01,5,1\n");
  g_autofree char *areas = g_build_filename (folder, "transformer_areas.csv", NULL);
  g_assert_true (
      g_file_set_contents (areas,
                           "tq_id,name,lon,lat,rated_kva,base_peak_kw,feeder_id\n"
                           "T1,North,119.501,35.40,400,100,F1\nT2,South,119.518,35.4005,400,100,\n",
                           -1, NULL));
  const char *paths[] = { path, areas, NULL };
  g_autofree char *file = g_build_filename (folder, "town.zxp", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxRecipe) recipe = zx_project_guess_recipe (paths, NULL, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (ZxProject) project = zx_project_create (file, recipe, NULL, &error);
  zx_project_run (project, ZX_STAGE_SEAL, NULL, &error);
  g_assert_no_error (error);
  const ZxTransformerAreas *found = &zx_project_city (project)->transformers;
  g_assert_cmpuint (found->n, ==, 2);
  g_assert_cmpint (found->feeder[1], ==, found->feeder[0]);
  g_assert_true (has_finding (project, "links.area-to-feeder", "South"));
  g_assert_true (has_finding (project, "links.gap", "20 m"));
  zx_test_folder_remove (folder);
}

/* What a circuit redirects to is as much of the source as the file itself. */
static void
test_redirected_files_count (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = zx_test_folder ();
  g_autofree char *master = g_build_filename (folder, "master.dss", NULL);
  g_autofree char *loads = g_build_filename (folder, "loads.dss", NULL);
  g_assert_true (g_file_set_contents (master,
                                      "New Circuit.c bus1=a basekv=10 pu=1.0\n"
                                      "New Line.l bus1=a bus2=b r1=0.1 x1=0.1 length=1\n"
                                      "Redirect loads.dss\nBuscoords places.csv\n",
                                      -1, NULL));
  g_assert_true (g_file_set_contents (loads, "New Load.x bus1=b kw=100 kvar=20\n", -1, NULL));
  g_autofree char *places = g_build_filename (folder, "places.csv", NULL);
  g_assert_true (g_file_set_contents (places, "a, 119.50, 35.40\nb, 119.52, 35.42\n", -1, NULL));
  g_autoptr (GPtrArray) others = zx_grid_other_files (master, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (others->len, ==, 2);
  g_autoptr (ZxProject) project = open_network (master, folder);
  double before = zx_project_headroom (project)->flows->feeder_losses_kwh[0];
  g_assert_true (g_file_set_contents (loads, "New Load.x bus1=b kw=300 kvar=20\n", -1, NULL));
  zx_project_run (project, ZX_STAGE_HEADROOM, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (zx_project_headroom (project)->flows->feeder_losses_kwh[0], >, 5 * before);
  zx_test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/networks/a-case-folder-opens-and-its-full-transformer-is-a-finding",
                   test_case_folder);
  g_test_add_func ("/networks/flows-are-kept-in-the-project", test_saved);
  g_test_add_func ("/networks/a-schematic-network-counts-and-reaches-no-map", test_schematic);
  g_test_add_func ("/networks/oberrhein-keeps-its-voltages-and-hosting", test_oberrhein);
  g_test_add_func ("/networks/schutterwald-flags-its-transformer-at-102-4-per-cent",
                   test_schutterwald);
  g_test_add_func ("/networks/phases-reach-the-city", test_phases_reach_the_city);
  g_test_add_func ("/networks/layers-have-the-published-fields",
                   test_layers_have_the_published_fields);
  g_test_add_func ("/networks/missing-links-are-found", test_missing_links_are_found);
  g_test_add_func ("/networks/redirected-files-count", test_redirected_files_count);
  g_test_add_func ("/networks/a-pandapower-network-opens-with-its-places", test_pandapower);
  return g_test_run ();
}
