/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/zx-cli.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

/* ---- one state ---------------------------------------------------------------------------- */

static gboolean
write_table (const char *folder, const char *name, const GString *table, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  return zx_file_replace (path, table->str, table->len, error);
}

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
  return write_table (folder, "nodes.csv", table, error);
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
  return write_table (folder, "branches.csv", table, error);
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
  return TRUE;
}

/* ---- hour by hour -------------------------------------------------------------------------- */

/* The column “load_multiplier” of the table at @path.  Returns: (transfer full): the layer, whose
 * @multiplier (also transfer full) it fills; NULL with @error. */
static ZxLayer *
read_series (const char *path, double **multiplier, GError **error)
{
  g_autoptr (ZxLayer) layer = zx_grid_table_read (path, error);
  const ZxColumn *column = layer != NULL ? zx_layer_column (layer, "load_multiplier") : NULL;
  if (layer == NULL)
    return NULL;
  if (column == NULL || layer->n_rows == 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING,
                   _ ("%s has no column “load_multiplier” with a number for each hour"), path);
      return NULL;
    }
  *multiplier = ZX_TRY_NEW (double, layer->n_rows, path, error);
  for (gsize row = 0; *multiplier != NULL && row < layer->n_rows; row++)
    (*multiplier)[row] = zx_layer_number (layer, column, row);
  return *multiplier != NULL ? g_steal_pointer (&layer) : NULL;
}

static void
add_hour (GString *table, const ZxGrid *grid, const ZxFlowSeries *series, const ZxLayer *layer,
          double multiplier, gsize hour)
{
  const ZxColumn *column = zx_layer_column (layer, "hour");
  if (column != NULL)
    zx_cli_add_text (table, zx_layer_text (layer, column, hour));
  else
    zx_cli_add_number (table, (double) hour);
  zx_cli_add_number (table, multiplier);
  zx_cli_add_number (table, series->losses_kw[hour]);
  zx_cli_add_number (table, series->vmin_pu[hour]);
  zx_cli_add_text (table, zx_grid_node_id (grid, (guint) MAX (series->vmin_node[hour], 0)));
  zx_cli_add_number (table, series->max_loading_percent[hour]);
  zx_cli_add_text (table, series->max_loading_branch[hour] >= 0
                              ? zx_grid_branch_id (grid, (guint) series->max_loading_branch[hour])
                              : "");
  zx_cli_end_row (table);
}

static gboolean
run_series (const ZxGrid *grid, const ZxFlowOptions *options, const char *path, const char *folder,
            GError **error)
{
  g_autofree double *multiplier = NULL;
  g_autoptr (ZxLayer) layer = read_series (path, &multiplier, error);
  if (layer == NULL)
    return FALSE;
  ZxLoadProfiles profiles = { .n_hours = layer->n_rows, .n_profiles = 1, .multiplier = multiplier };
  g_autoptr (ZxFlowSeries) series
      = zx_power_flow_series (grid, &profiles, options, zx_cli_progress (), error);
  if (series == NULL)
    return FALSE;
  g_autoptr (GString) table = g_string_new ("hour,load_multiplier,losses_kw,vmin_pu,vmin_node,"
                                            "max_loading_percent,max_loading_branch\n");
  for (gsize hour = 0; hour < series->n_hours; hour++)
    add_hour (table, grid, series, layer, multiplier[hour], hour);
  zx_cli_progress_done ();
  return write_table (folder, "series.csv", table, error);
}

int
zx_command_flow (int argc, char **argv)
{
  int status;
  g_auto (GStrv) words = NULL, columns = NULL;
  double base_mva = 1;
  g_autofree char *output = NULL, *series = NULL;
  g_autoptr (GError) error = NULL;
  ZxFlowOptions options = ZX_FLOW_OPTIONS_INIT;
  const GOptionEntry entries[]
      = { { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
            N_ ("Folder to write nodes.csv and branches.csv to, or series.csv"), N_ ("FOLDER") },
          { "series", 's', 0, G_OPTION_ARG_FILENAME, &series,
            N_ ("Table with the columns hour and load_multiplier: one flow for each row"),
            N_ ("FILE") },
          { "newton", 0, 0, G_OPTION_ARG_NONE, &options.use_newton,
            N_ ("Use Newton's method instead of sweeps"), NULL },
          ZX_CLI_GRID_ENTRIES (&columns, &base_mva),
          { NULL } };
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
      || (series != NULL && !run_series (grid, &options, series, output, &error)))
    return zx_cli_fail (error);
  return ZX_EXIT_OK;
}
