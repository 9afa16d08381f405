/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/zx-cli.h"

static GBytes *
read_logo (const char *path, GError **error)
{
  char *bytes;
  gsize n;
  if (!g_file_get_contents (path, &bytes, &n, error))
    return NULL;
  g_autoptr (GBytes) png = g_bytes_new_take (bytes, n);
  return zx_report_check_logo (png, error) ? g_steal_pointer (&png) : NULL;
}

int
zx_command_report (int argc, char **argv)
{
  int status;
  g_auto (GStrv) words = NULL;
  g_autofree char *output = NULL, *language = NULL, *client = NULL, *logo = NULL, *left_out = NULL;
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[]
      = { { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, N_ ("The PDF to write"),
            N_ ("FILE") },
          { "lang", 'l', 0, G_OPTION_ARG_STRING, &language,
            N_ ("Language of the report: zh_CN or en"), N_ ("LANG") },
          { "client", 'c', 0, G_OPTION_ARG_STRING, &client, N_ ("Client's name for the cover"),
            N_ ("NAME") },
          { "logo", 0, 0, G_OPTION_ARG_FILENAME, &logo, N_ ("Client's logo for the cover, PNG"),
            N_ ("FILE") },
          { "leave-out", 0, 0, G_OPTION_ARG_STRING, &left_out,
            N_ ("Chapters to leave out, with commas: present, data, demand, candidates, scores, "
                "sites, grid, economics, variants, carbon"),
            N_ ("NAMES") },
          { NULL } };
  if (!zx_cli_parse (argc, argv, entries, 1, 1, &words, &status))
    return status;
  if (output == NULL
      || (language != NULL && strcmp (language, "zh_CN") != 0 && strcmp (language, "en") != 0))
    {
      g_printerr (output == NULL ? _ ("zhixing-cli: say where to write with -o FILE.pdf\n")
                                 : _ ("zhixing-cli: the report speaks zh_CN or en\n"));
      return ZX_EXIT_USAGE;
    }
  guint n_pages = 0;
  ZxReportWish wish
      = { .language = language != NULL ? language : zx_cli_language (), .client = client };
  g_autoptr (GBytes) picture = logo != NULL ? read_logo (logo, &error) : NULL;
  if (error != NULL
      || (left_out != NULL && !zx_report_parse_chapters (left_out, &wish.left_out, &error)))
    return zx_cli_fail (error);
  wish.logo = picture;
  g_autoptr (ZxProject) project = zx_project_open (words[0], &error);
  if (project == NULL
      || !zx_project_report (project, output, &wish, &n_pages, zx_cli_progress (), &error))
    return zx_cli_fail (error);
  zx_cli_progress_done ();
  g_print (_ ("%s: %u pages\n"), output, n_pages);
  return ZX_EXIT_OK;
}
