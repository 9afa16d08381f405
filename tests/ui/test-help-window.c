/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The help: pages for every kind of user, in both languages, found by their words. */

#include "zx-ui-look.h"

#include "ui/zx-help-window.h"

static void
wait_for_draw (ZxHelpWindow *help)
{
  gtk_test_widget_wait_for_draw (GTK_WIDGET (help));
}

static void
test_opens (gconstpointer data)
{
  ZxHelpWindow *help = zx_help_window_present (NULL, "grid");
  wait_for_draw (help);
  g_assert_cmpstr (zx_help_window_topic (help), ==, "grid");
  g_assert_true (zx_ui_test_says (GTK_WIDGET (help), "For grid engineers"));
  g_assert_true (zx_help_window_present (NULL, "planner") == help);
  g_assert_true (zx_ui_test_says (GTK_WIDGET (help), "For planners"));
  zx_ui_test_assert_named (GTK_WIDGET (help));
}

static void
test_search (gconstpointer data)
{
  ZxHelpWindow *help = zx_help_window_present (NULL, "planner");
  wait_for_draw (help);
  guint n_all = zx_help_window_n_found (help);
  zx_help_window_search (help, "PIT histogram");
  g_assert_cmpuint (zx_help_window_n_found (help), ==, 1);
  g_assert_cmpstr (zx_help_window_topic (help), ==, "consultant");
  zx_help_window_search (help, "no such word anywhere");
  g_assert_cmpuint (zx_help_window_n_found (help), ==, 0);
  zx_help_window_search (help, "");
  g_assert_cmpuint (zx_help_window_n_found (help), ==, n_all);
  wait_for_draw (help);
}

static void
test_from_window (gconstpointer data)
{
  ZxWindow *window = zx_ui_test_window ();
  gtk_widget_activate_action (GTK_WIDGET (window), "win.help", NULL);
  ZxHelpWindow *help = zx_help_window_present (NULL, NULL);
  g_assert_cmpstr (zx_help_window_topic (help), ==, "start");
  gtk_window_destroy (GTK_WINDOW (help));
  zx_ui_test_close (window);
}

/* A page without its translation would be shown empty. */
static void
test_languages (gconstpointer data)
{
  static const char *const names[] = { "start", "planner", "grid", "consultant", "map", "data" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gsize n_lines[2] = { 0 };
      for (guint language = 0; language < 2; language++)
        {
          g_autofree char *path = g_strdup_printf ("/zhixing/help/%s/%s.txt",
                                                   language == 0 ? "C" : "zh_CN", names[i]);
          g_autoptr (GBytes) bytes = g_resources_lookup_data (path, 0, NULL);
          g_assert_nonnull (bytes);
          g_autofree char *text
              = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
          g_assert_true (g_utf8_validate (text, -1, NULL));
          for (const char *at = text; *at != '\0'; at++)
            n_lines[language] += *at == '\n';
        }
      g_assert_cmpuint (n_lines[0], ==, n_lines[1]);
    }
}

int
main (int argc, char **argv)
{
  zx_ui_test_init (&argc, &argv);
  g_test_add_data_func ("/ui/help-window/it-opens-once-at-the-page-asked-for", NULL, test_opens);
  g_test_add_data_func ("/ui/help-window/a-search-finds-pages-by-their-words", NULL, test_search);
  g_test_add_data_func ("/ui/help-window/the-window-opens-it-by-its-action", NULL,
                        test_from_window);
  g_test_add_data_func ("/ui/help-window/both-languages-have-the-same-pages", NULL, test_languages);
  return g_test_run ();
}
