/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "zx-ui-test.h"

#include <locale.h>

#include "ui/widgets/zx-reveal.h"
#include "ui/zx-appearance.h"

void
zx_ui_test_init (int *argc, char ***argv)
{
  gtk_test_init (argc, argv, NULL);
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("ZX_LOCALE_DIR"));
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  zx_appearance_start ();
}

ZxWindow *
zx_ui_test_window (void)
{
  ZxWindow *window = zx_window_new (NULL);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  return window;
}

void
zx_ui_test_settle (ZxWindow *window)
{
  gint64 end = g_get_monotonic_time () + ZX_UI_LONGEST_WAIT_US;
  ZxJobs *jobs = zx_session_jobs (zx_window_session (window));
  while (zx_jobs_is_busy (jobs) || zx_reveal_is_under_way ()
         || (gtk_widget_get_mapped (GTK_WIDGET (zx_window_map (window)))
             && !zx_map_pane_is_settled (zx_window_map (window))))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
}

ZxWindow *
zx_ui_test_town (void)
{
  ZxWindow *window = zx_ui_test_window ();
  gtk_widget_activate_action (GTK_WIDGET (window), "win.sample", "s", "town");
  zx_ui_test_settle (window);
  g_assert_nonnull (zx_session_project (zx_window_session (window)));
  return window;
}

void
zx_ui_test_close (ZxWindow *window)
{
  gtk_window_destroy (GTK_WINDOW (window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
zx_ui_test_run (ZxWindow *window)
{
  gtk_widget_activate_action (GTK_WIDGET (window), "win.run", NULL);
  zx_ui_test_settle (window);
}

const ZxPlan *
zx_ui_test_plan (ZxWindow *window)
{
  return zx_project_plan (zx_session_project (zx_window_session (window)));
}

gboolean
zx_ui_test_holds (const ZxPlan *plan, guint candidate)
{
  for (guint i = 0; i < plan->n_sites; i++)
    if (plan->site[i].candidate == candidate)
      return TRUE;
  return FALSE;
}

guint
zx_ui_test_outsider (ZxWindow *window)
{
  const ZxCandidates *candidates
      = zx_project_candidates (zx_session_project (zx_window_session (window)));
  for (guint j = 0; j < candidates->n; j++)
    if (candidates->filter[j] == ZX_FILTER_NONE && !zx_ui_test_holds (zx_ui_test_plan (window), j))
      return j;
  g_assert_not_reached ();
}
