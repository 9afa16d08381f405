/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The real sets of São Paulo and Shenzhen, dropped on the window and worked through to a plan. */

#include "zx-test.h"
#include "zx-ui-test.h"

static void
work_through (const char *folder, const char *const *names)
{
  g_autofree char *shared = zx_test_shared (folder);
  if (shared == NULL)
    return;
  g_autofree char *own = zx_test_folder ();
  g_autofree char *path = g_build_filename (own, "real.gpkg", NULL);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; names[i] != NULL; i++)
    g_ptr_array_add (files, g_build_filename (shared, names[i], NULL));
  g_ptr_array_add (files, NULL);
  ZxWindow *window = zx_ui_test_window ();
  gtk_widget_activate_action (GTK_WIDGET (window), "win.create", "(s^as)", path, files->pdata);
  zx_ui_test_settle (window);
  ZxSession *session = zx_window_session (window);
  g_assert_nonnull (zx_session_project (session));
  g_assert_cmpuint (zx_project_city (zx_session_project (session))->stations.n, >, 10);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.run", NULL);
  zx_ui_test_settle (window);
  const ZxPlan *plan = zx_project_plan (zx_session_project (session));
  g_assert_nonnull (plan);
  g_assert_cmpuint (plan->n_sites, ==, 5);
  g_assert_true (plan->violates_nothing);
  g_test_message ("%u stations, %u sites serve %.0f kWh a day, gap %.2f %%",
                  zx_project_city (zx_session_project (session))->stations.n, plan->n_sites,
                  plan->value, 100 * plan->gap);
  for (guint i = 0; zx_window_pages ()[i] != NULL; i++)
    {
      gtk_widget_activate_action (GTK_WIDGET (window), "win.page", "s", zx_window_pages ()[i]);
      zx_ui_test_settle (window);
    }
  zx_ui_test_close (window);
  zx_test_folder_remove (own);
}

static void
test_sao_paulo (void)
{
  static const char *const names[] = { "stations.csv", "volume.csv", "poi.csv", NULL };
  work_through ("data/charging/charged_spo", names);
}

static void
test_shenzhen (void)
{
  static const char *const names[] = { "stations.csv", "piles.csv", "poi.csv", NULL };
  work_through ("data/charging/charged_szh", names);
}

int
main (int argc, char **argv)
{
  zx_ui_test_init (&argc, &argv);
  g_test_add_func ("/ui/real-sets/sao-paulo-to-a-plan", test_sao_paulo);
  g_test_add_func ("/ui/real-sets/shenzhen-to-a-plan", test_shenzhen);
  return g_test_run ();
}
