/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs a fuzz target over the files of a folder: what libFuzzer found once is tried in every run.
 */

#include <glib.h>
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
main (int argc, char **argv)
{
  guint n = 0;
  g_autoptr (GDir) folder = g_dir_open (argc > 1 ? argv[1] : ".", 0, NULL);
  if (folder == NULL)
    {
      g_printerr ("The corpus %s cannot be opened\n", argc > 1 ? argv[1] : ".");
      return 1;
    }
  for (const char *name; (name = g_dir_read_name (folder)) != NULL;)
    {
      g_autofree char *path = g_build_filename (argv[1], name, NULL);
      g_autofree char *bytes = NULL;
      gsize size = 0;
      if (!g_file_get_contents (path, &bytes, &size, NULL))
        continue;
      LLVMFuzzerTestOneInput ((const uint8_t *) bytes, size);
      n++;
    }
  g_print ("%u inputs replayed\n", n);
  return n > 0 ? 0 : 1;
}
