/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/zx-cli.h"

static void
add_outage (GString *table, const ZxGrid *grid, const ZxOutage *outage)
{
  zx_cli_add_text (table, zx_grid_branch_id (grid, outage->branch));
  zx_cli_add_number (table, outage->unsupplied_kw);
  zx_cli_add_number (table, outage->unsupplied_nodes);
  zx_cli_add_text (table, outage->tie >= 0 ? zx_grid_branch_id (grid, (guint) outage->tie) : "");
  zx_cli_add_number (table, outage->vmin_pu);
  zx_cli_add_text (table,
                   outage->vmin_node >= 0 ? zx_grid_node_id (grid, (guint) outage->vmin_node) : "");
  zx_cli_add_number (table, outage->losses_kw);
  zx_cli_end_row (table);
}

static void
print_outages (const GArray *outages)
{
  guint n_lost = 0, n_tied = 0;
  for (guint i = 0; i < outages->len; i++)
    {
      const ZxOutage *outage = &g_array_index (outages, ZxOutage, i);
      n_tied += outage->tie >= 0;
      n_lost += outage->tie < 0 && outage->unsupplied_nodes > 0;
    }
  g_print (_ ("%u branches out one at a time: %u times a tie supplies all again, %u times none "
              "does.\n"),
           outages->len, n_tied, n_lost);
}

int
zx_command_n1 (int argc, char **argv)
{
  int status;
  g_auto (GStrv) words = NULL, columns = NULL;
  double base_mva = 1;
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  const ZxFlowOptions options = ZX_FLOW_OPTIONS_INIT;
  const GOptionEntry entries[] = { { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
                                     N_ ("Table to write"), N_ ("FILE.csv") },
                                   ZX_CLI_GRID_ENTRIES (&columns, &base_mva),
                                   { NULL } };
  if (!zx_cli_parse (argc, argv, entries, 1, 2, &words, &status))
    return status;
  if (output == NULL)
    {
      g_printerr (_ ("zhixing-cli: n1 needs -o FILE.csv\n"));
      return ZX_EXIT_USAGE;
    }
  g_autoptr (ZxGrid) grid = zx_cli_read_grid (words, columns, base_mva, &error);
  g_autoptr (GArray) outages
      = grid != NULL ? zx_power_outages (grid, &options, zx_cli_progress (), &error) : NULL;
  if (outages == NULL)
    return zx_cli_fail (error);
  g_autoptr (GString) table
      = g_string_new ("outage_branch,unsupplied_kw,unsupplied_nodes,best_tie_branch,"
                      "vmin_pu_after_transfer,vmin_node,losses_kw_after_transfer\n");
  for (guint i = 0; i < outages->len; i++)
    add_outage (table, grid, &g_array_index (outages, ZxOutage, i));
  if (!zx_file_replace (output, table->str, table->len, &error))
    return zx_cli_fail (error);
  zx_cli_progress_done ();
  print_outages (outages);
  return ZX_EXIT_OK;
}
