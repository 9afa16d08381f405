/* SPDX-License-Identifier: GPL-3.0-or-later */

/* While the window works nothing heavy happens on the main thread: no engine, no file.
 *
 * This program takes over open(), stat() and their like for itself and every library below it, and
 * by the linker's --wrap the doors of the engines: zx_parallel_for, which every engine goes
 * through, and the opening, running, keeping, reporting and exporting of projects.  What comes by
 * the main thread while the watch is on is written down.  Files of the toolkit and the system
 * (themes, icons, fonts, message catalogues, the list of recent files) are its own business. */

#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "zx-ui-look.h"

#include "ui/pages/zx-table-window.h"

/* ---- the watch --------------------------------------------------------------------------------
 */

static struct
{
  GThread *main;
  gboolean is_on; /* main thread only */
  GString *seen;  /* lines */
} watch;

static gboolean
is_of_the_toolkit (const char *path)
{
  static const char *const places[]
      = { "/usr/", "/lib/", "/etc/", "/proc/", "/sys/", "/dev/", "/run/", "/var/" };
  static const char *const names[]
      = { "fontconfig", "recently-used", "/gtk-4.0",     "/icons",        "/themes",
          "/mime",      ".icons",        ".themes",      "/po/locale/",   "gschemas",
          ".Xdefaults", ".XCompose",     "/.Xauthority", "/.flatpak-info" };
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (g_str_has_prefix (path, places[i]))
      return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strstr (path, names[i]) != NULL)
      return TRUE;
  return FALSE;
}

static void
note (const char *what, const char *path)
{
  if (watch.main == NULL || g_thread_self () != watch.main || !watch.is_on)
    return;
  if (path != NULL && is_of_the_toolkit (path))
    return;
  watch.is_on = FALSE; /* what follows is the note's own */
  g_string_append_printf (watch.seen, "%s %s\n", what, path != NULL ? path : "");
  watch.is_on = TRUE;
}

#define REAL(name) ((typeof (&name)) dlsym (RTLD_NEXT, #name))

#define OPEN_LIKE(name)                                                                            \
  int name (const char *path, int flags, ...)                                                      \
  {                                                                                                \
    va_list arguments;                                                                             \
    va_start (arguments, flags);                                                                   \
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg (arguments, mode_t) : 0;           \
    va_end (arguments);                                                                            \
    note (#name, path);                                                                            \
    return REAL (name) (path, flags, mode);                                                        \
  }
OPEN_LIKE (open)
OPEN_LIKE (open64)

#define FOPEN_LIKE(name)                                                                           \
  FILE *name (const char *path, const char *mode)                                                  \
  {                                                                                                \
    note (#name, path);                                                                            \
    return REAL (name) (path, mode);                                                               \
  }
FOPEN_LIKE (fopen)
FOPEN_LIKE (fopen64)

#define STAT_LIKE(name, type)                                                                      \
  int name (const char *path, struct type *about)                                                  \
  {                                                                                                \
    note (#name, path);                                                                            \
    return REAL (name) (path, about);                                                              \
  }
STAT_LIKE (stat, stat)
STAT_LIKE (lstat, stat)
STAT_LIKE (stat64, stat64)
STAT_LIKE (lstat64, stat64)

int
access (const char *path, int mode)
{
  note ("access", path);
  return REAL (access) (path, mode);
}

#define ENGINE(result, name, declared, passed)                                                     \
  result __real_##name declared;                                                                   \
  result __wrap_##name declared;                                                                   \
  result __wrap_##name declared                                                                    \
  {                                                                                                \
    note (#name, NULL);                                                                            \
    return __real_##name passed;                                                                   \
  }
ENGINE (gboolean, zx_parallel_for,
        (gsize n, gsize grain, ZxParallelFunc func, gpointer data, const ZxProgress *progress,
         GError **error),
        (n, grain, func, data, progress, error))
ENGINE (ZxProject *, zx_project_open, (const char *path, GError **error), (path, error))
ENGINE (gboolean, zx_project_run,
        (ZxProject * self, ZxStage until, const ZxProgress *progress, GError **error),
        (self, until, progress, error))
ENGINE (gboolean, zx_project_keep, (const char *path, const ZxChoices *choices, GError **error),
        (path, choices, error))

/* Ends the watch and gives back what was seen. */
static char *
end_watch (void)
{
  watch.is_on = FALSE;
  char *seen = g_string_free (watch.seen, FALSE);
  watch.seen = g_string_new (NULL);
  return seen;
}

static void
assert_nothing_seen (const char *when)
{
  g_autofree char *seen = end_watch ();
  if (seen[0] != '\0')
    g_error ("On the main thread while %s:\n%s", when, seen);
  watch.is_on = TRUE;
}

/* ---- the tests --------------------------------------------------------------------------------
 */

static void
do_nothing (gsize begin, gsize end, guint worker, gpointer data)
{
}

/* Otherwise the other test would prove nothing. */
static void
test_watch (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "no-such-file.gpkg", NULL),
                  *bytes = NULL;
  g_autoptr (ZxProject) project = NULL;
  watch.is_on = TRUE;
  g_assert_false (g_file_get_contents (path, &bytes, NULL, NULL));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (zx_parallel_for (1, 1, do_nothing, NULL, NULL, NULL));
  g_assert_null (project = zx_project_open (path, NULL));
  g_autofree char *seen = end_watch ();
  const char *opened = strstr (seen, "open"), *looked = strstr (seen, "access");
  g_assert_true (opened != NULL && strstr (opened, "no-such-file.gpkg") != NULL);
  g_assert_true (looked != NULL && strstr (looked, "no-such-file.gpkg") != NULL);
  g_assert_nonnull (strstr (seen, "zx_parallel_for"));
  g_assert_nonnull (strstr (seen, "zx_project_open"));
}

static void
look_around (ZxWindow *window)
{
  ZxSession *session = zx_window_session (window);
  for (guint i = 0; zx_window_pages ()[i] != NULL; i++)
    {
      zx_ui_test_page (window, zx_window_pages ()[i]);
      assert_nothing_seen (zx_window_pages ()[i]);
    }
  zx_ui_test_page (window, "map");
  gtk_widget_activate_action (GTK_WIDGET (zx_window_map (window)), "map.turn-beside", NULL);
  gtk_widget_activate_action (GTK_WIDGET (zx_window_map (window)), "map.hours", NULL);
  zx_ui_test_settle (window);
  zx_map_pane_zoom (zx_window_map (window), 1);
  zx_ui_test_settle (window);
  assert_nothing_seen ("comparing maps");
  GtkWindow *table = GTK_WINDOW (zx_table_window_present (
      GTK_WINDOW (window), session, zx_session_layer (session, ZX_MAP_LAYER_STATIONS)));
  zx_ui_test_settle (window);
  gtk_window_destroy (table);
  assert_nothing_seen ("reading a table");
}

static void
work (ZxWindow *window)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *pdf = g_build_filename (g_get_user_data_dir (), "watched.pdf", NULL),
                  *results = g_build_filename (g_get_user_data_dir (), "watched.gpkg", NULL);
  ZxSession *session = zx_window_session (window);
  const ZxReportWish wish = { .language = "en" };
  g_assert_true (zx_session_set (session, "heat.cells",
                                 zx_session_setting (session, "heat.cells") / 2, &error));
  zx_session_set_lock (session, zx_ui_test_outsider (window), ZX_LOCKED);
  zx_ui_test_run (window);
  assert_nothing_seen ("running");
  zx_session_write_report (session, pdf, &wish);
  zx_session_export (session, results, NULL);
  zx_ui_test_settle (window);
  assert_nothing_seen ("writing");
}

static void
test_the_whole_job (void)
{
  watch.is_on = TRUE;
  ZxWindow *window = zx_ui_test_town ();
  assert_nothing_seen ("inventing the town");
  look_around (window);
  work (window);
  g_autofree char *path
      = g_strdup (zx_project_path (zx_session_project (zx_window_session (window))));
  zx_ui_test_close (window);
  assert_nothing_seen ("closing");
  window = zx_ui_test_window ();
  zx_session_open (zx_window_session (window), path);
  zx_ui_test_settle (window);
  assert_nothing_seen ("opening");
  zx_ui_test_close (window);
  g_free (end_watch ());
}

int
main (int argc, char **argv)
{
  zx_ui_test_init (&argc, &argv);
  watch.main = g_thread_self ();
  watch.seen = g_string_new (NULL);
  g_test_add_func ("/ui/main-thread/the-watch-sees-files-and-engines", test_watch);
  g_test_add_func ("/ui/main-thread/no-engine-and-no-file-is-touched-by-it", test_the_whole_job);
  int result = g_test_run ();
  g_string_free (watch.seen, TRUE);
  return result;
}
