/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/zx-cli.h"

static const char *
element_name (const ZxGrid *grid, const ZxHosting *hosting, guint node)
{
  gint32 element = hosting->limiting_element[node];
  if (element < 0)
    return "";
  return hosting->limit[node] == ZX_LIMIT_VOLTAGE || hosting->limit[node] == ZX_LIMIT_BASE_VOLTAGE
             ? zx_grid_node_id (grid, (guint) element)
             : zx_grid_branch_id (grid, (guint) element);
}

static gboolean
write_hosting (const char *path, const ZxGrid *grid, const ZxHosting *hosting, GError **error)
{
  g_autoptr (GString) table
      = g_string_new ("node_id,hc_kw,limit,limiting_id,vmin_at_hc_pu,max_loading_at_hc_percent\n");
  for (guint i = 0; i < grid->n_nodes; i++)
    {
      if (hosting->limit[i] == ZX_LIMIT_NONE)
        continue;
      zx_cli_add_text (table, zx_grid_node_id (grid, i));
      zx_cli_add_number (table, hosting->hosting_kw[i]);
      zx_cli_add_text (table, zx_hosting_limit_name (hosting->limit[i]));
      zx_cli_add_text (table, element_name (grid, hosting, i));
      zx_cli_add_number (table, hosting->vmin_pu[i]);
      zx_cli_add_number (table, hosting->loading_percent[i]);
      zx_cli_end_row (table);
    }
  return zx_file_replace (path, table->str, table->len, error);
}

/* How many nodes each kind of limit holds, and why some have nothing. */
static void
print_hosting (const ZxGrid *grid, const ZxHosting *hosting)
{
  guint counts[ZX_LIMIT_NONE + 1] = { 0 };
  guint n = 0;
  for (guint i = 0; i < grid->n_nodes; i++)
    counts[hosting->limit[i]]++;
  for (guint k = 0; k < ZX_LIMIT_NONE; k++)
    n += counts[k];
  g_print (_ ("%u nodes: %u limited by voltage, %u by loading, %u not below the cap; %.1f power "
              "flows a node.\n"),
           n, counts[ZX_LIMIT_VOLTAGE], counts[ZX_LIMIT_THERMAL], counts[ZX_LIMIT_CAP],
           n > 0 ? (double) hosting->n_solves / n : 0);
  for (guint i = 0; i < grid->n_nodes; i++)
    if (hosting->limit[i] == ZX_LIMIT_BASE_VOLTAGE || hosting->limit[i] == ZX_LIMIT_BASE_THERMAL)
      {
        g_print (_ ("%u nodes have 0 kW because the base case already violates a limit: for node "
                    "%s it is %s at %s.\n"),
                 counts[ZX_LIMIT_BASE_VOLTAGE] + counts[ZX_LIMIT_BASE_THERMAL],
                 zx_grid_node_id (grid, i),
                 hosting->limit[i] == ZX_LIMIT_BASE_VOLTAGE ? _ ("the voltage") : _ ("the loading"),
                 element_name (grid, hosting, i));
        break;
      }
}

int
zx_command_hosting (int argc, char **argv)
{
  int status;
  g_auto (GStrv) words = NULL;
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = { { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
                                     N_ ("Table to write"), N_ ("FILE.csv") },
                                   { NULL } };
  if (!zx_cli_parse (argc, argv, entries, 1, 1, &words, &status))
    return status;
  if (output == NULL)
    {
      g_printerr (_ ("zhixing-cli: hosting needs -o FILE.csv\n"));
      return ZX_EXIT_USAGE;
    }
  g_autoptr (ZxGrid) grid = zx_cli_read_grid (words[0], &error);
  g_autoptr (ZxHostingScenario) scenario
      = grid != NULL ? zx_hosting_scenario_read (words[0], &error) : NULL;
  if (scenario == NULL || !zx_hosting_scenario_apply (scenario, grid, &error))
    return zx_cli_fail (error);
  g_autoptr (ZxHosting) hosting = zx_power_hosting (grid, scenario, zx_cli_progress (), &error);
  if (hosting == NULL || !write_hosting (output, grid, hosting, &error))
    return zx_cli_fail (error);
  zx_cli_progress_done ();
  print_hosting (grid, hosting);
  return ZX_EXIT_OK;
}
