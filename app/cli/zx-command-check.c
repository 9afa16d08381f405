/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/zx-cli.h"

int
zx_command_check (int argc, char **argv)
{
  int status;
  g_auto (GStrv) words = NULL;
  g_autoptr (GError) error = NULL;
  gboolean all = FALSE;
  const GOptionEntry entries[]
      = { { "all", 'a', 0, G_OPTION_ARG_NONE, &all, N_ ("Every row, not one line per rule"), NULL },
          { NULL } };
  if (!zx_cli_parse (argc, argv, entries, 1, 1, &words, &status))
    return status;
  g_autoptr (ZxProject) project = zx_project_open (words[0], &error);
  if (project == NULL || !zx_project_run (project, ZX_STAGE_CHECK, zx_cli_progress (), &error))
    return zx_cli_fail (error);
  zx_cli_progress_done ();
  const ZxFindings *findings = zx_project_findings (project);
  zx_cli_print_findings (findings, all);
  g_print (_ ("%u rows with findings, %u of them set aside or impossible\n"),
           zx_findings_count (findings, ZX_SEVERITY_NOTE),
           zx_findings_count (findings, ZX_SEVERITY_ERROR));
  return ZX_EXIT_OK;
}
