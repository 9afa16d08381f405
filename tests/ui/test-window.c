/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window: pages, undo, closing while work is under way. */

#include <glib/gstdio.h>
#include <string.h>

#include "zx-ui-test.h"

static void
test_empty (void)
{
  ZxWindow *window = zx_ui_test_window ();
  g_assert_true (zx_window_is_empty (window));
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (window)), ==, "Zhixing");
  zx_ui_test_close (window);
}

static void
test_every_page (void)
{
  ZxWindow *window = zx_ui_test_town ();
  for (guint i = 0; zx_window_pages ()[i] != NULL; i++)
    {
      gtk_widget_activate_action (GTK_WIDGET (window), "win.page", "s", zx_window_pages ()[i]);
      zx_ui_test_settle (window);
      g_assert_cmpstr (zx_window_page (window), ==, zx_window_pages ()[i]);
    }
  zx_ui_test_close (window);
}

static void
test_layer_undo (void)
{
  ZxWindow *window = zx_ui_test_town ();
  ZxSession *session = zx_window_session (window);
  ZxMapLayer *heat = zx_session_layer (session, ZX_MAP_LAYER_USAGE_HEAT);
  zx_session_show_layer (session, heat, FALSE);
  g_assert_false (zx_map_layer_is_visible (heat));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
  g_assert_true (zx_map_layer_is_visible (heat));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.redo", NULL);
  g_assert_false (zx_map_layer_is_visible (heat));
  zx_ui_test_settle (window);
  zx_ui_test_close (window);
}

static void
test_close_while_opening (void)
{
  ZxWindow *window = zx_ui_test_window ();
  gtk_widget_activate_action (GTK_WIDGET (window), "win.sample", "s", "town");
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
  gtk_window_close (GTK_WINDOW (window));
  for (guint i = 0; i < 200; i++)
    {
      g_usleep (2000);
      g_main_context_iteration (NULL, FALSE);
    }
}

/* ---- trouble ---------------------------------------------------------------------------------
 */

static void
on_told_cb (ZxSession *session, const char *first, const char *second, char **told)
{
  g_free (*told);
  *told = g_strdup (second);
}

static void
on_data_cb (ZxSession *session, const char *path, char **told)
{
  g_free (*told);
  *told = g_strdup (path);
}

static void
close_others (ZxWindow *window)
{
  g_autoptr (GListModel) all = g_object_ref (gtk_window_get_toplevels ());
  for (guint i = g_list_model_get_n_items (all); i > 0; i--)
    {
      g_autoptr (GtkWindow) other = g_list_model_get_item (all, i - 1);
      if (other != GTK_WINDOW (window) && gtk_widget_get_visible (GTK_WIDGET (other)))
        gtk_window_close (other);
    }
  zx_ui_test_settle (window);
}

/* What is dropped and is no project is refused in one sentence; the open project stays. */
static void
test_junk (void)
{
  g_autofree char *junk = g_build_filename (g_get_user_data_dir (), "junk.gpkg", NULL),
                  *told = NULL;
  ZxWindow *window = zx_ui_test_town ();
  ZxSession *session = zx_window_session (window);
  ZxProject *before = zx_session_project (session);
  g_signal_connect (session, "failed", G_CALLBACK (on_told_cb), &told);
  g_assert_true (g_file_set_contents (junk, "no project at all", -1, NULL));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.open-path", "s", junk);
  zx_ui_test_settle (window);
  g_assert_nonnull (told);
  g_assert_nonnull (strstr (told, "junk.gpkg"));
  g_assert_true (zx_session_project (session) == before);
  close_others (window);
  g_unlink (junk);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.open-path", "s", junk);
  zx_ui_test_settle (window);
  g_assert_nonnull (strstr (told, "does not exist"));
  g_assert_true (zx_session_project (session) == before);
  close_others (window);
  zx_ui_test_close (window);
}

/* A GeoPackage of data becomes a new project instead of an error. */
static void
test_data_package (void)
{
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "results.gpkg", NULL),
                  *told = NULL;
  ZxWindow *window = zx_ui_test_town ();
  ZxSession *session = zx_window_session (window);
  g_signal_connect (session, "is-data", G_CALLBACK (on_data_cb), &told);
  zx_session_export (session, path, NULL);
  zx_ui_test_settle (window);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.open-path", "s", path);
  zx_ui_test_settle (window);
  g_assert_cmpstr (told, ==, path);
  close_others (window);
  g_unlink (path);
  zx_ui_test_close (window);
}

/* A source that is gone stops the run with its name; once it is back, the run goes on. */
static void
test_moved_source (void)
{
  g_autofree char *told = NULL;
  ZxWindow *window = zx_ui_test_town ();
  ZxSession *session = zx_window_session (window);
  const ZxRecipe *recipe = zx_session_recipe (session);
  const ZxBinding *binding = g_ptr_array_index (recipe->bindings, 0);
  g_autofree char *from = g_strdup (binding->path), *to = g_strconcat (from, ".moved.csv", NULL);
  g_signal_connect (session, "failed", G_CALLBACK (on_told_cb), &told);
  g_assert_cmpint (g_rename (from, to), ==, 0);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.run", NULL);
  zx_ui_test_settle (window);
  g_assert_nonnull (told);
  g_autofree char *name = g_path_get_basename (from);
  g_assert_nonnull (strstr (told, name));
  close_others (window);
  g_assert_cmpint (g_rename (to, from), ==, 0);
  g_clear_pointer (&told, g_free);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.run", NULL);
  zx_ui_test_settle (window);
  g_assert_null (told);
  g_assert_cmpint (zx_session_stage_state (session, ZX_STAGE_CHOOSE), ==, ZX_STAGE_FRESH);
  zx_ui_test_close (window);
}

/* Without stations nothing can be chosen; that does not make the results old. */
static void
test_left_out_is_not_old (void)
{
  g_autofree char *roads = g_build_filename (g_get_user_data_dir (), "roads.geojson", NULL),
                  *path = g_build_filename (g_get_user_data_dir (), "roads.zxp", NULL);
  const char *paths[] = { roads, NULL };
  gboolean is_stale = FALSE;
  g_autoptr (GError) error = NULL;
  g_assert_true (g_file_set_contents (
      roads,
      "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":"
      "{\"highway\":\"primary\"},\"geometry\":{\"type\":\"LineString\",\"coordinates\":"
      "[[119.50,35.40],[119.51,35.41],[119.52,35.40]]}}]}",
      -1, NULL));
  g_autoptr (ZxRecipe) recipe = zx_project_guess_recipe (paths, NULL, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (ZxProject) made = zx_project_create (path, recipe, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&made);
  ZxWindow *window = zx_ui_test_window ();
  ZxSession *session = zx_window_session (window);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.open-path", "s", path);
  zx_ui_test_settle (window);
  g_object_get (session, "is-stale", &is_stale, NULL);
  g_assert_true (is_stale);
  zx_ui_test_run (window);
  g_assert_cmpint (zx_session_stage_state (session, ZX_STAGE_CHOOSE), ==, ZX_STAGE_SKIPPED);
  g_object_get (session, "is-stale", &is_stale, NULL);
  g_assert_false (is_stale);
  zx_ui_test_close (window);
  g_unlink (path);
  g_unlink (roads);
}

int
main (int argc, char **argv)
{
  zx_ui_test_init (&argc, &argv);
  g_test_add_func ("/ui/window/an-empty-window-says-what-to-do", test_empty);
  g_test_add_func ("/ui/window/every-page-opens-on-the-sample-town", test_every_page);
  g_test_add_func ("/ui/window/hiding-a-layer-is-undone-and-redone", test_layer_undo);
  g_test_add_func ("/ui/window/closing-while-a-project-opens-is-harmless",
                   test_close_while_opening);
  g_test_add_func ("/ui/window/junk-is-refused-and-the-project-stays", test_junk);
  g_test_add_func ("/ui/window/a-geopackage-of-data-becomes-a-new-project", test_data_package);
  g_test_add_func ("/ui/window/a-source-that-is-gone-is-named", test_moved_source);
  g_test_add_func ("/ui/window/what-was-left-out-is-not-old", test_left_out_is_not_old);
  return g_test_run ();
}
