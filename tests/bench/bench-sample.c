/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Time, memory and bytes of a sample; the folder stays when it is given. */

#include "data/sample/zx-sample.h"

#include <glib/gstdio.h>

#include "tests/bench/zx-bench.h"
#include "zx-test.h"

int
main (int argc, char **argv)
{
  static const char *const names[] = { "town", "city", "province" };
  g_autofree char *own = argc > 2 ? NULL : zx_test_folder ();
  guint first = 0, last = 2;
  for (guint size = 0; argc > 1 && size <= 2; size++)
    if (g_str_equal (argv[1], names[size]))
      first = last = size;
  for (guint size = first; size <= last; size++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *folder
          = argc > 2 ? g_strdup (argv[2]) : g_build_filename (own, names[size], NULL);
      gint64 start = g_get_monotonic_time ();
      if (!zx_sample_write (folder, (ZxSampleSize) size, 1, NULL, &error))
        g_error ("%s", error->message);
      double seconds = (double) (g_get_monotonic_time () - start) * 1e-6;
      g_print ("%s: %.2f s, peak memory %.0f MB\n", names[size], seconds, zx_bench_peak_mib ());
      g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
      for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
        {
          g_autofree char *path = g_build_filename (folder, name, NULL);
          GStatBuf status;
          if (g_stat (path, &status) == 0)
            g_print ("  %-28s %10.2f MB\n", name, (double) status.st_size / 1e6);
        }
    }
  if (own != NULL)
    zx_test_folder_remove (own);
  return 0;
}
