/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <string.h>

#include "zx-report-fixture.h"
#include "zx-test.h"

/* ZX_REPORT_KEEP=FOLDER keeps the files, to be looked at. */
static GBytes *
write_report (const ZxReportInput *input, const char *name, guint *n_pages)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = zx_test_folder ();
  g_autofree char *path = g_build_filename (folder, "report.pdf", NULL);
  char *bytes = NULL;
  gsize n = 0;
  zx_report_write (path, input, n_pages, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  const char *keep = g_getenv ("ZX_REPORT_KEEP");
  if (keep != NULL)
    {
      g_autofree char *kept = g_build_filename (keep, name, NULL);
      g_assert_true (g_file_set_contents (kept, bytes, (gssize) n, NULL));
    }
  zx_test_folder_remove (folder);
  return g_bytes_new_take (bytes, n);
}

static void
test_whole (gconstpointer language)
{
  g_autoptr (ZxReportFixture) fixture = zx_report_fixture_new (language, TRUE);
  g_autofree char *name = g_strdup_printf ("whole-%s.pdf", (const char *) language);
  guint n_pages = 0;
  g_autoptr (GBytes) bytes = write_report (&fixture->input, name, &n_pages);
  g_assert_cmpuint (n_pages, >, 15);
  g_assert_cmpuint (g_bytes_get_size (bytes), >, 100000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/report/writes-all-chapters-in-chinese", "zh_CN", test_whole);
  g_test_add_data_func ("/report/writes-all-chapters-in-english", "en", test_whole);
  return g_test_run ();
}
