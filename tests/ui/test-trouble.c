/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window in trouble: a project of a newer program, a file that vanishes while it is open, a
 * disk that fills, two windows on one project.  Each time one sentence that names the file, and
 * nothing of the planner's is lost.
 *
 * The disk fills by force: write() and its like are taken over by this program, libraries included,
 * and refuse with ENOSPC what goes into a file while the disk is to be full. */

#include <dlfcn.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "zx-ui-test.h"

#define KEY              "heat.cells"
#define LONGEST_SENTENCE 160 /* and the folder */

/* ---- the disk -------------------------------------------------------------------------------- */

static struct
{
  gint is_full;   /* atomic */
  gint n_refused; /* atomic */
} disk;

static gboolean
refuses (int file)
{
  struct stat about;
  if (!g_atomic_int_get (&disk.is_full) || fstat (file, &about) != 0 || !S_ISREG (about.st_mode))
    return FALSE;
  g_atomic_int_inc (&disk.n_refused);
  errno = ENOSPC;
  return TRUE;
}

ssize_t
write (int file, const void *bytes, size_t n)
{
  ssize_t (*real) (int, const void *, size_t) = dlsym (RTLD_NEXT, "write");
  return refuses (file) ? -1 : real (file, bytes, n);
}

ssize_t
pwrite64 (int file, const void *bytes, size_t n, off64_t offset)
{
  ssize_t (*real) (int, const void *, size_t, off64_t) = dlsym (RTLD_NEXT, "pwrite64");
  return refuses (file) ? -1 : real (file, bytes, n, offset);
}

ssize_t
pwrite (int file, const void *bytes, size_t n, off_t offset)
{
  ssize_t (*real) (int, const void *, size_t, off_t) = dlsym (RTLD_NEXT, "pwrite");
  return refuses (file) ? -1 : real (file, bytes, n, offset);
}

static void
fill_disk (gboolean is_full)
{
  g_atomic_int_set (&disk.n_refused, 0);
  g_atomic_int_set (&disk.is_full, is_full);
}

/* ---- what is said -----------------------------------------------------------------------------
 */

static void
on_failed_cb (ZxSession *session, const char *title, const char *sentence, char **told)
{
  g_free (*told);
  *told = g_strdup (sentence);
}

static void
close_messages (ZxWindow *window)
{
  g_autoptr (GListModel) all = g_object_ref (gtk_window_get_toplevels ());
  for (guint i = g_list_model_get_n_items (all); i > 0; i--)
    {
      g_autoptr (GtkWindow) other = g_list_model_get_item (all, i - 1);
      if (GTK_IS_MESSAGE_DIALOG (other))
        gtk_window_close (other);
    }
  zx_ui_test_settle (window);
}

/* One sentence that names @file; the project on the screen stays. */
static void
assert_told (ZxWindow *window, char **told, const char *file, const char *words)
{
  g_assert_nonnull (*told);
  g_test_message ("%s", *told);
  g_assert_nonnull (strstr (*told, file));
  if (words != NULL)
    g_assert_nonnull (strstr (*told, words));
  g_assert_null (strchr (*told, '\n'));
  g_assert_cmpuint (g_utf8_strlen (*told, -1), <,
                    strlen (g_get_user_data_dir ()) + LONGEST_SENTENCE);
  g_assert_nonnull (zx_session_project (zx_window_session (window)));
  g_clear_pointer (told, g_free);
  close_messages (window);
}

static ZxWindow *
town_that_tells (char **told)
{
  ZxWindow *window = zx_ui_test_town ();
  g_signal_connect (zx_window_session (window), "failed", G_CALLBACK (on_failed_cb), told);
  return window;
}

static const char *
path_of (ZxWindow *window)
{
  return zx_project_path (zx_session_project (zx_window_session (window)));
}

/* ---- the tests --------------------------------------------------------------------------------
 */

static void
test_newer (void)
{
  g_autofree char *told = NULL, *bytes = NULL,
                  *newer = g_build_filename (g_get_user_data_dir (), "newer.gpkg", NULL);
  gsize n;
  ZxWindow *window = town_that_tells (&told);
  ZxProject *before = zx_session_project (zx_window_session (window));
  sqlite3 *db = NULL;
  g_assert_true (g_file_get_contents (path_of (window), &bytes, &n, NULL));
  g_assert_true (g_file_set_contents (newer, bytes, (gssize) n, NULL));
  g_assert_cmpint (sqlite3_open (newer, &db), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_exec (db, "UPDATE zx_meta SET value = '999' WHERE key = 'format'", NULL, NULL, NULL),
      ==, SQLITE_OK);
  sqlite3_close (db);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.open-path", "s", newer);
  zx_ui_test_settle (window);
  assert_told (window, &told, "newer.gpkg", "newer version");
  g_assert_true (zx_session_project (zx_window_session (window)) == before);
  g_unlink (newer);
  zx_ui_test_close (window);
}

/* The file of the open project goes and comes back: what was set meanwhile is still set. */
static void
test_vanished (void)
{
  g_autofree char *told = NULL;
  g_autoptr (GError) error = NULL;
  ZxWindow *window = town_that_tells (&told);
  ZxSession *session = zx_window_session (window);
  g_autofree char *path = g_strdup (path_of (window)), *away = g_strconcat (path, ".away", NULL);
  double before = zx_session_setting (session, KEY);
  g_assert_cmpint (g_rename (path, away), ==, 0);
  g_assert_true (zx_session_set (session, KEY, before / 2, &error));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.run", NULL);
  zx_ui_test_settle (window);
  assert_told (window, &told, "city.gpkg", NULL);
  g_assert_cmpfloat (zx_session_setting (session, KEY), ==, before / 2);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_rename (away, path), ==, 0);
  zx_ui_test_run (window);
  g_assert_null (told);
  g_assert_cmpfloat (zx_session_setting (session, KEY), ==, before / 2);
  g_assert_cmpint (zx_session_stage_state (session, ZX_STAGE_CHOOSE), ==, ZX_STAGE_FRESH);
  zx_ui_test_close (window);
}

static void
assert_no_file (const char *path)
{
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* Run, report and export stop with a sentence; with room again all three go through. */
static void
test_full (void)
{
  g_autofree char *told = NULL, *pdf = g_build_filename (g_get_user_data_dir (), "full.pdf", NULL),
                  *results = g_build_filename (g_get_user_data_dir (), "full.gpkg", NULL);
  g_autoptr (GError) error = NULL;
  ZxWindow *window = town_that_tells (&told);
  ZxSession *session = zx_window_session (window);
  const ZxReportWish wish = { .language = "en" };
  guint n_sites = zx_ui_test_plan (window)->n_sites;
  double before = zx_session_setting (session, KEY);
  g_assert_true (zx_session_set (session, KEY, before / 2, &error));
  fill_disk (TRUE);
  zx_ui_test_run (window);
  g_assert_cmpint (disk.n_refused, >, 0);
  assert_told (window, &told, "city.gpkg", "full");
  g_assert_cmpuint (zx_ui_test_plan (window)->n_sites, ==, n_sites);
  g_assert_cmpfloat (zx_session_setting (session, KEY), ==, before / 2);
  zx_session_write_report (session, pdf, &wish);
  zx_ui_test_settle (window);
  assert_told (window, &told, "full.pdf", NULL);
  zx_session_export (session, results, NULL);
  zx_ui_test_settle (window);
  assert_told (window, &told, "full.gpkg", NULL);
  fill_disk (FALSE);
  assert_no_file (pdf);
  assert_no_file (results);
  zx_ui_test_run (window);
  zx_session_write_report (session, pdf, &wish);
  zx_session_export (session, results, NULL);
  zx_ui_test_settle (window);
  g_assert_null (told);
  g_assert_true (g_file_test (pdf, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (results, G_FILE_TEST_EXISTS));
  g_unlink (pdf);
  g_unlink (results);
  zx_ui_test_close (window);
}

/* Both run; each shows what it was told to, and the file can be opened afterwards. */
static void
test_two_windows (void)
{
  g_autofree char *told = NULL, *other_told = NULL;
  g_autoptr (GError) error = NULL;
  ZxWindow *one = town_that_tells (&told), *two = town_that_tells (&other_told);
  ZxSession *first = zx_window_session (one), *second = zx_window_session (two);
  g_assert_cmpstr (path_of (one), ==, path_of (two));
  double before = zx_session_setting (first, KEY);
  g_assert_true (zx_session_set (first, KEY, before / 2, &error));
  g_assert_true (zx_session_set (second, KEY, before / 4, &error));
  gtk_widget_activate_action (GTK_WIDGET (one), "win.run", NULL);
  gtk_widget_activate_action (GTK_WIDGET (two), "win.run", NULL);
  zx_ui_test_settle (one);
  zx_ui_test_settle (two);
  if (told != NULL)
    assert_told (one, &told, "city.gpkg", NULL);
  if (other_told != NULL)
    assert_told (two, &other_told, "city.gpkg", NULL);
  g_assert_cmpfloat (zx_session_setting (first, KEY), ==, before / 2);
  g_assert_cmpfloat (zx_session_setting (second, KEY), ==, before / 4);
  zx_ui_test_close (two);
  g_assert_true (zx_session_set (first, KEY, before, &error));
  zx_ui_test_run (one);
  g_assert_null (told);
  g_assert_cmpint (zx_session_stage_state (first, ZX_STAGE_CHOOSE), ==, ZX_STAGE_FRESH);
  g_autoptr (ZxProject) again = zx_project_open (path_of (one), &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (zx_project_setting (again, KEY), ==, before);
  zx_ui_test_close (one);
}

/* Another program holds the file for as long as the run lasts. */
static void
test_two_programs (void)
{
  g_autofree char *told = NULL;
  g_autoptr (GError) error = NULL;
  ZxWindow *window = town_that_tells (&told);
  ZxSession *session = zx_window_session (window);
  double before = zx_session_setting (session, KEY);
  sqlite3 *db = NULL;
  g_assert_cmpint (sqlite3_open (path_of (window), &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "BEGIN EXCLUSIVE", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_true (zx_session_set (session, KEY, before / 2, &error));
  zx_ui_test_run (window);
  assert_told (window, &told, "city.gpkg", "another program");
  g_assert_cmpfloat (zx_session_setting (session, KEY), ==, before / 2);
  g_assert_cmpint (sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  zx_ui_test_run (window);
  g_assert_null (told);
  zx_ui_test_close (window);
}

int
main (int argc, char **argv)
{
  zx_ui_test_init (&argc, &argv);
  g_test_add_func ("/ui/trouble/a-project-of-a-newer-program-is-refused", test_newer);
  g_test_add_func ("/ui/trouble/a-project-whose-file-vanishes-can-be-gone-on-with", test_vanished);
  g_test_add_func ("/ui/trouble/a-full-disk-loses-nothing", test_full);
  g_test_add_func ("/ui/trouble/two-windows-on-one-project-leave-it-whole", test_two_windows);
  g_test_add_func ("/ui/trouble/another-program-that-holds-the-project-is-named",
                   test_two_programs);
  return g_test_run ();
}
