/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "zx-test.h"

#include <glib/gstdio.h>
#include <math.h>

char *
zx_test_shared (const char *relative)
{
  const char *named = g_getenv ("ZX_SHARED"), *root = named != NULL ? named : "../shared";
  g_autofree char *path = g_build_filename (root, relative, NULL);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  if (g_file_test (root, G_FILE_TEST_IS_DIR)) /* or a case would vanish by a slip of the pen */
    g_error ("%s is missing in %s", relative, root);
  g_autofree char *reason = g_strdup_printf ("%s is not on this machine", relative);
  g_test_skip (reason);
  return NULL;
}

char *
zx_test_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("zhixing-test-XXXXXX", &error);
  g_assert_no_error (error);
  return folder;
}

void
zx_test_folder_remove (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        zx_test_folder_remove (path);
      else
        g_remove (path);
    }
  g_rmdir (folder);
}

double
zx_test_widen (double worst, double ours, double known)
{
  if (isnan (ours) && isnan (known))
    return worst;
  return isnan (ours) || isnan (known) ? INFINITY : MAX (worst, fabs (ours - known));
}

guint64
zx_test_seed (void)
{
  const char *text = g_getenv ("ZX_TEST_SEED");
  guint64 seed = text != NULL ? g_ascii_strtoull (text, NULL, 10) : 20240501;
  g_test_message ("seed %" G_GUINT64_FORMAT, seed);
  return seed;
}
