/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/zx-cli.h"
#include "data/sample/zx-sample.h"

int
zx_command_sample (int argc, char **argv)
{
  static const char *const sizes[] = { "town", "city", "province" };
  int status;
  g_auto (GStrv) words = NULL;
  g_autofree char *size = NULL;
  gint64 seed = 1;
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[]
      = { { "size", 's', 0, G_OPTION_ARG_STRING, &size, N_ ("town, city or province"),
            N_ ("SIZE") },
          { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, N_ ("Same seed, same city"), N_ ("N") },
          { NULL } };
  if (!zx_cli_parse (argc, argv, entries, 1, 1, &words, &status))
    return status;
  guint which = 0;
  while (which < G_N_ELEMENTS (sizes)
         && g_strcmp0 (size != NULL ? size : "city", sizes[which]) != 0)
    which++;
  if (which == G_N_ELEMENTS (sizes) || seed < 0)
    {
      g_printerr (
          _ ("zhixing-cli: the size is town, city or province, and the seed is not negative\n"));
      return ZX_EXIT_USAGE;
    }
  if (!zx_sample_write (words[0], (ZxSampleSize) which, (guint64) seed, zx_cli_progress (), &error))
    return zx_cli_fail (error);
  zx_cli_progress_done ();
  g_print (_ ("%s: a %s from seed %lld; “zhixing-cli new PROJECT %s/recipe.ini” goes on\n"),
           words[0], sizes[which], (long long) seed, words[0]);
  return ZX_EXIT_OK;
}
