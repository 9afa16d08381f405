/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/zx-cli.h"

int
zx_command_export (int argc, char **argv)
{
  int status;
  g_auto (GStrv) words = NULL;
  g_autofree char *output = NULL, *layer = NULL;
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[]
      = { { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
            N_ ("File to write; its extension decides the format"), N_ ("FILE") },
          { "layer", 'l', 0, G_OPTION_ARG_STRING, &layer,
            N_ ("Layer: sites, candidates, cells, stations, transformer_area, roads, findings, "
                "usage_heat, vehicle_heat, shortfall, area_profiles, area_hours, pile_profiles, "
                "user_profiles, feeder_nodes, feeder_branches"),
            N_ ("NAME") },
          { NULL } };
  if (!zx_cli_parse (argc, argv, entries, 1, 1, &words, &status))
    return status;
  if (output == NULL)
    {
      g_printerr (_ ("zhixing-cli: say where to write with -o FILE\n"));
      return ZX_EXIT_USAGE;
    }
  g_autoptr (ZxProject) project = zx_project_open (words[0], &error);
  if (project == NULL || !zx_project_export (project, output, layer, zx_cli_progress (), &error))
    return zx_cli_fail (error);
  zx_cli_progress_done ();
  return ZX_EXIT_OK;
}
