/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/zx-cli.h"

#include <errno.h>
#include <glib/gstdio.h>

/* ---- one state ---------------------------------------------------------------------------- */

static gboolean
write_nodes (const char *folder, const ZxGrid *grid, const ZxFlow *flow, GError **error)
{
  g_autoptr (GString) table = g_string_new ("node_id,vm_pu,va_deg\n");
  for (guint i = 0; i < grid->n_nodes; i++)
    {
      if (isnan (flow->vm_pu[i]))
        continue;
      zx_cli_add_text (table, zx_grid_node_id (grid, i));
      zx_cli_add_number (table, flow->vm_pu[i]);
      zx_cli_add_number (table, flow->va_deg[i]);
      zx_cli_end_row (table);
    }
  return zx_cli_write_table (folder, "nodes.csv", table, error);
}

static gboolean
write_branches (const char *folder, const ZxGrid *grid, const ZxFlow *flow, GError **error)
{
  g_autoptr (GString) table = g_string_new (
      "branch_id,p_from_mw,q_from_mvar,p_to_mw,q_to_mvar,i_from_pu,i_to_pu,loading_percent\n");
  for (guint i = 0; i < grid->n_branches; i++)
    {
      if (isnan (flow->i_from_pu[i]))
        continue;
      zx_cli_add_text (table, zx_grid_branch_id (grid, i));
      zx_cli_add_number (table, flow->p_from_mw[i]);
      zx_cli_add_number (table, flow->q_from_mvar[i]);
      zx_cli_add_number (table, flow->p_to_mw[i]);
      zx_cli_add_number (table, flow->q_to_mvar[i]);
      zx_cli_add_number (table, flow->i_from_pu[i]);
      zx_cli_add_number (table, flow->i_to_pu[i]);
      zx_cli_add_number (table, flow->loading_percent[i]);
      zx_cli_end_row (table);
    }
  return zx_cli_write_table (folder, "branches.csv", table, error);
}

/* ---- unbalance ---------------------------------------------------------------------------- */

static gboolean
write_phase_branches (const char *folder, const ZxGrid *grid, const ZxUnbalance *found,
                      GError **error)
{
  static const char *const places[] = { "", "outlet", "head" };
  static const double limits[] = { NAN, ZX_UNBALANCE_OUTLET_PERCENT, ZX_UNBALANCE_HEAD_PERCENT };
  g_autoptr (GString) table
      = g_string_new ("branch_id,n_phases,loading_a_percent,loading_b_percent,loading_c_percent,"
                      "current_unbalance_percent,neutral_percent,place,limit_percent\n");
  for (guint b = 0; b < grid->n_branches; b++)
    {
      if (!grid->branch_is_closed[b])
        continue;
      zx_cli_add_text (table, zx_grid_branch_id (grid, b));
      zx_cli_add_number (table, grid->branch_n_phases[b]);
      for (guint phase = 0; phase < 3; phase++)
        zx_cli_add_number (table, found->phase_percent[b][phase]);
      zx_cli_add_number (table, found->current_percent[b]);
      zx_cli_add_number (table, found->neutral_percent[b]);
      zx_cli_add_text (table, places[found->place[b]]);
      zx_cli_add_number (table, limits[found->place[b]]);
      zx_cli_end_row (table);
    }
  return zx_cli_write_table (folder, "phases.csv", table, error);
}

static gboolean
write_phase_nodes (const char *folder, const ZxGrid *grid, const ZxUnbalance *found, GError **error)
{
  g_autoptr (GString) table = g_string_new ("node_id,voltage_unbalance_percent\n");
  for (guint i = 0; i < grid->n_nodes; i++)
    {
      if (isnan (found->voltage_percent[i]))
        continue;
      zx_cli_add_text (table, zx_grid_node_id (grid, i));
      zx_cli_add_number (table, found->voltage_percent[i]);
      zx_cli_end_row (table);
    }
  return zx_cli_write_table (folder, "phase_nodes.csv", table, error);
}

static void
print_unbalance (const ZxGrid *grid, const ZxUnbalance *found)
{
  guint n_outlets = 0, n_heads = 0, worst = 0;
  for (guint b = 0; b < grid->n_branches; b++)
    {
      double percent = found->current_percent[b];
      n_outlets += found->place[b] == ZX_UNBALANCE_OUTLET && percent > ZX_UNBALANCE_OUTLET_PERCENT;
      n_heads += found->place[b] == ZX_UNBALANCE_HEAD && percent > ZX_UNBALANCE_HEAD_PERCENT;
    }
  for (guint i = 0; i < grid->n_nodes; i++)
    if (found->voltage_percent[i] > found->voltage_percent[worst]
        || isnan (found->voltage_percent[worst]))
      worst = i;
  g_print (_ ("Unbalance (phases of %.0f %% of the load are known): outlets of transformers above "
              "15 %%: %u; heads of feeders above 25 %%: %u; highest voltage unbalance %.2f %% at "
              "node %s (2 %% allowed).\n"),
           100 * found->known_share, n_outlets, n_heads, found->voltage_percent[worst],
           zx_grid_node_id (grid, worst));
}

static gboolean
write_unbalance (const ZxGrid *grid, const ZxFlowOptions *options, const char *folder,
                 GError **error)
{
  if (grid->n_nodes == 0 || !zx_power_has_phases (grid))
    return TRUE;
  g_autoptr (ZxUnbalance) found = zx_power_unbalance (grid, options, error);
  if (found == NULL || !write_phase_branches (folder, grid, found, error)
      || !write_phase_nodes (folder, grid, found, error))
    return FALSE;
  print_unbalance (grid, found);
  return TRUE;
}

static void
print_flow (const ZxGrid *grid, const ZxFlow *flow)
{
  char losses[32], vmin[32], loading[32];
  g_print (_ ("Losses %s kW; lowest voltage %s per unit at node %s.\n"),
           zx_number_format (round (flow->losses_kw * 1e4) / 1e4, losses),
           zx_number_format (round (flow->vmin_pu * 1e6) / 1e6, vmin),
           flow->vmin_node >= 0 ? zx_grid_node_id (grid, (guint) flow->vmin_node) : "");
  if (flow->max_loading_branch >= 0)
    g_print (_ ("Highest loading %s %% on branch %s.\n"),
             zx_number_format (round (flow->max_loading_percent * 100) / 100, loading),
             zx_grid_branch_id (grid, (guint) flow->max_loading_branch));
  if (flow->used_newton)
    g_print (_ ("Solved by Newton's method in %u steps; %u loops.\n"), flow->iterations,
             flow->n_loops);
  else
    g_print (_ ("Solved by %u sweeps; %u loops.\n"), flow->iterations, flow->n_loops);
}

static gboolean
run_state (const ZxGrid *grid, const ZxFlowOptions *options, const char *folder, GError **error)
{
  g_autoptr (ZxFlow) flow = zx_power_flow (grid, options, zx_cli_progress (), error);
  if (flow == NULL || !write_nodes (folder, grid, flow, error)
      || !write_branches (folder, grid, flow, error))
    return FALSE;
  zx_cli_progress_done ();
  print_flow (grid, flow);
  return write_unbalance (grid, options, folder, error);
}

int
zx_command_flow (int argc, char **argv)
{
  int status;
  g_auto (GStrv) words = NULL, columns = NULL;
  double base_mva = 1;
  g_autofree char *output = NULL, *series = NULL, *start = NULL;
  ZxCliSeries hours = { .power_factor = 0.98 };
  g_autoptr (GError) error = NULL;
  ZxFlowOptions options = ZX_FLOW_OPTIONS_INIT;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
      N_ ("Folder to write nodes.csv and branches.csv to, or series.csv and what is read from it"),
      N_ ("FOLDER") },
    { "series", 's', 0, G_OPTION_ARG_FILENAME, &series,
      N_ ("Table with the columns hour and load_multiplier, and kw:NODE for charging at a node: "
          "one flow for each row"),
      N_ ("FILE") },
    { "start", 0, 0, G_OPTION_ARG_STRING, &start,
      N_ ("Day of the first hour, for weekdays and seasons: 2025-01-01"), N_ ("DAY") },
    { "power-factor", 0, 0, G_OPTION_ARG_DOUBLE, &hours.power_factor,
      N_ ("Of the charging in the columns kw:NODE: 0.98"), N_ ("VALUE") },
    { "newton", 0, 0, G_OPTION_ARG_NONE, &options.use_newton,
      N_ ("Use Newton's method instead of sweeps"), NULL },
    ZX_CLI_GRID_ENTRIES (&columns, &base_mva),
    { NULL }
  };
  if (!zx_cli_parse (argc, argv, entries, 1, 2, &words, &status))
    return status;
  if (output == NULL)
    {
      g_printerr (_ ("zhixing-cli: flow needs -o FOLDER\n"));
      return ZX_EXIT_USAGE;
    }
  g_autoptr (ZxGrid) grid = zx_cli_read_grid (words, columns, base_mva, &error);
  if (grid != NULL && g_mkdir_with_parents (output, 0777) != 0)
    g_set_error (&error, ZX_ERROR, ZX_ERROR_IO, _ ("%s cannot be made: %s"), output,
                 g_strerror (errno));
  if (grid == NULL || error != NULL
      || (series == NULL && !run_state (grid, &options, output, &error))
      || (series != NULL && !zx_cli_parse_day (start, &hours.julian, &error))
      || (series != NULL && !zx_cli_run_series (grid, &options, series, &hours, output, &error)))
    return zx_cli_fail (error);
  return ZX_EXIT_OK;
}
