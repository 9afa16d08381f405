/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The whole job in the real window: sample town, compare, run, lock a site, run again, undo, write
 * the report, and what was written is a report. */

#include "zx-ui-test.h"

#include <glib/gstdio.h>
#include <string.h>

static void
test_the_whole_job (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *pdf = g_build_filename (g_get_user_data_dir (), "report.pdf", NULL);
  g_autofree char *bytes = NULL;
  gsize n_bytes;
  ZxWindow *window = zx_ui_test_town ();
  ZxSession *session = zx_window_session (window);

  gtk_widget_activate_action (GTK_WIDGET (zx_window_map (window)), "map.compare", NULL);
  zx_ui_test_settle (window);
  g_assert_cmpint (zx_map_pane_compared (zx_window_map (window)), ==, ZX_MAP_LAYER_VEHICLE_HEAT);
  gtk_widget_activate_action (GTK_WIDGET (zx_window_map (window)), "map.compare", NULL);
  g_assert_cmpint (zx_map_pane_compared (zx_window_map (window)), ==, ZX_N_MAP_LAYERS);

  gtk_widget_activate_action (GTK_WIDGET (window), "win.page", "s", "sites");
  g_assert_true (zx_session_set (session, "siting.n_sites", 3, &error));
  g_assert_cmpint (zx_session_stage_state (session, ZX_STAGE_CHOOSE), ==, ZX_STAGE_STALE);
  zx_ui_test_run (window);
  g_assert_cmpint (zx_session_stage_state (session, ZX_STAGE_CHOOSE), ==, ZX_STAGE_FRESH);
  g_assert_cmpuint (zx_ui_test_plan (window)->n_sites, ==, 3);

  guint candidate = zx_ui_test_outsider (window);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.lock", "u", candidate);
  g_assert_cmpint (zx_session_lock (session, candidate), ==, ZX_LOCKED);
  zx_ui_test_run (window);
  g_assert_true (zx_ui_test_holds (zx_ui_test_plan (window), candidate));

  guint first = zx_ui_test_plan (window)->site[0].candidate;
  gtk_widget_activate_action (GTK_WIDGET (window), "win.ban", "u",
                              first == candidate ? zx_ui_test_plan (window)->site[1].candidate
                                                 : first);
  first = first == candidate ? zx_ui_test_plan (window)->site[1].candidate : first;
  zx_ui_test_run (window);
  g_assert_false (zx_ui_test_holds (zx_ui_test_plan (window), first));

  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
  g_assert_cmpint (zx_session_lock (session, candidate), ==, ZX_FREE);
  g_assert_cmpint (zx_session_lock (session, first), ==, ZX_FREE);
  zx_ui_test_run (window);
  g_assert_cmpuint (zx_ui_test_plan (window)->n_sites, ==, 3);

  gtk_widget_activate_action (GTK_WIDGET (window), "win.page", "s", "report");
  zx_ui_test_settle (window);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.write-report-to", "(sss)", pdf, "zh_CN",
                              "客户");
  zx_ui_test_settle (window);
  g_assert_true (g_file_get_contents (pdf, &bytes, &n_bytes, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_bytes, >, 50000);
  g_assert_true (g_str_has_prefix (bytes, "%PDF-1."));
  g_assert_nonnull (g_strstr_len (zx_window_told (window), -1, "report.pdf"));
  g_unlink (pdf);
  zx_ui_test_close (window);
}

/* What a person set is there again when the project is opened anew, without a run between. */
static void
test_choices_are_kept (void)
{
  ZxWindow *window = zx_ui_test_town ();
  ZxSession *session = zx_window_session (window);
  g_autofree char *path = g_strdup (zx_project_path (zx_session_project (session)));
  guint candidate = zx_ui_test_outsider (window);
  zx_session_set (session, "siting.n_sites", 4, NULL);
  zx_session_set_lock (session, candidate, ZX_BANNED);
  gint64 end = g_get_monotonic_time () + 4 * G_USEC_PER_SEC;
  while (g_get_monotonic_time () < end)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  zx_ui_test_settle (window);
  zx_ui_test_close (window);
  window = zx_ui_test_window ();
  session = zx_window_session (window);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.open-path", "s", path);
  zx_ui_test_settle (window);
  g_assert_cmpfloat (zx_session_setting (session, "siting.n_sites"), ==, 4);
  g_assert_cmpint (zx_session_lock (session, candidate), ==, ZX_BANNED);
  g_assert_cmpint (zx_session_stage_state (session, ZX_STAGE_CHOOSE), ==, ZX_STAGE_STALE);
  zx_session_set_lock (session, candidate, ZX_FREE);
  zx_ui_test_close (window);
}

static void
test_junk_is_refused (void)
{
  ZxWindow *window = zx_ui_test_window ();
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "junk.gpkg", NULL);
  g_assert_true (g_file_set_contents (path, "no project at all", -1, NULL));
  g_autofree char *failed = NULL;
  gtk_widget_activate_action (GTK_WIDGET (window), "win.open-path", "s", path);
  zx_ui_test_settle (window);
  g_assert_null (zx_session_project (zx_window_session (window)));
  g_autoptr (GListModel) all = g_object_ref (gtk_window_get_toplevels ());
  g_assert_cmpuint (g_list_model_get_n_items (all), ==, 2); /* one sentence, one way out */
  zx_ui_test_close (window);
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  zx_ui_test_init (&argc, &argv);
  g_test_add_func ("/ui/whole/from-the-sample-town-to-the-report", test_the_whole_job);
  g_test_add_func ("/ui/whole/choices-are-kept-without-a-run", test_choices_are_kept);
  g_test_add_func ("/ui/whole/a-file-that-is-no-project-is-refused", test_junk_is_refused);
  return g_test_run ();
}
