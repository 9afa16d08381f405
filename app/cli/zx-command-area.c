/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/zx-cli.h"

#include <math.h>

#define MAX_LIMITS 12

/* "5,10,15" → numbers in (@low, @high].  Returns: how many, 0 when something is wrong. */
static guint
parse_list (const char *text, double *values, guint max, double low, double high)
{
  g_auto (GStrv) parts = g_strsplit (text != NULL ? text : "", ",", -1);
  guint n = g_strv_length (parts);
  if (n == 0 || n > max)
    return 0;
  for (guint i = 0; i < n; i++)
    if (!zx_number_parse (parts[i], strlen (parts[i]), &values[i]) || values[i] <= low
        || values[i] > high)
      return 0;
  return n;
}

int
zx_command_area (int argc, char **argv)
{
  int status;
  g_auto (GStrv) words = NULL;
  g_autofree char *output = NULL, *at = NULL, *minutes = NULL, *hour = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_arriving = FALSE;
  double place[2], limits[MAX_LIMITS], at_hour = -1;
  const GOptionEntry entries[] = {
    { "at", 0, 0, G_OPTION_ARG_STRING, &at, N_ ("The place, degrees in WGS-84"), N_ ("LON,LAT") },
    { "minutes", 'm', 0, G_OPTION_ARG_STRING, &minutes, N_ ("Driving times, minutes (10)"),
      N_ ("M[,M…]") },
    { "hour", 0, 0, G_OPTION_ARG_STRING, &hour, N_ ("Hour of day, 0 to 23 (that of the project)"),
      N_ ("H") },
    { "arriving", 0, 0, G_OPTION_ARG_NONE, &is_arriving,
      N_ ("The area from which the place is reached, instead of the one reached from it"), NULL },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
      N_ ("File to write; its extension decides the format"), N_ ("FILE") },
    { NULL }
  };
  if (!zx_cli_parse (argc, argv, entries, 1, 1, &words, &status))
    return status;
  guint n = parse_list (minutes != NULL ? minutes : "10", limits, MAX_LIMITS, 0, 600);
  if (output == NULL || parse_list (at, place, 2, -180, 180) != 2 || n == 0)
    {
      g_printerr (
          _ ("zhixing-cli: area needs --at LON,LAT (degrees), --minutes up to 600 and -o FILE\n"));
      return ZX_EXIT_USAGE;
    }
  if (hour != NULL && (parse_list (hour, &at_hour, 1, -1, 23) != 1 || at_hour != floor (at_hour)))
    {
      g_printerr (_ ("zhixing-cli: --hour is “%s”; it must be a whole number from 0 to 23\n"),
                  hour);
      return ZX_EXIT_USAGE;
    }
  g_autoptr (ZxProject) project = zx_project_open (words[0], &error);
  if (project == NULL || !zx_project_run (project, ZX_STAGE_TRAVEL, zx_cli_progress (), &error)
      || !zx_project_service_area (project, output, place[0], place[1], limits, n, (int) at_hour,
                                   is_arriving, zx_cli_progress (), &error))
    return zx_cli_fail (error);
  zx_cli_progress_done ();
  return ZX_EXIT_OK;
}
