/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window: pages, undo, closing while work is under way. */

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

int
main (int argc, char **argv)
{
  zx_ui_test_init (&argc, &argv);
  g_test_add_func ("/ui/window/an-empty-window-says-what-to-do", test_empty);
  g_test_add_func ("/ui/window/every-page-opens-on-the-sample-town", test_every_page);
  g_test_add_func ("/ui/window/hiding-a-layer-is-undone-and-redone", test_layer_undo);
  g_test_add_func ("/ui/window/closing-while-a-project-opens-is-harmless",
                   test_close_while_opening);
  return g_test_run ();
}
