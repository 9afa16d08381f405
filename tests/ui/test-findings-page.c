/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Findings of the sample town: accepted, corrected, undone, kept, and heeded by the next run. */

#include <string.h>

#include "ui/pages/zx-finding-row.h"
#include "zx-ui-look.h"

typedef struct
{
  const char *layer;
  gint64 row;
} Place;

/* A row of the layer of stations that was set aside. */
static Place
station_finding (ZxSession *session, const char *rule)
{
  const ZxFindings *findings = zx_project_findings (zx_session_project (session));
  for (guint i = 0; i < findings->rows->len; i++)
    {
      const ZxFinding *finding = &g_array_index (findings->rows, ZxFinding, i);
      if (strcmp (finding->rule, rule) == 0)
        return (Place){ g_ptr_array_index (findings->layers, finding->layer), finding->row };
    }
  return (Place){ NULL, -1 };
}

static guint
count_rows (GtkWidget *widget, gboolean is_shown)
{
  guint n = ZX_IS_FINDING_ROW (widget) && gtk_widget_get_visible (widget) == is_shown;
  for (GtkWidget *at = gtk_widget_get_first_child (widget); at != NULL;
       at = gtk_widget_get_next_sibling (at))
    n += count_rows (at, is_shown);
  return n;
}

static void
test_accepting (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  ZxSession *session = zx_window_session (window);
  GtkWidget *page = zx_ui_test_page (window, "findings");
  Place place = station_finding (session, "stations.duplicate-id");
  g_assert_nonnull (place.layer);
  guint n_shown = count_rows (page, TRUE);
  zx_session_accept (session, "stations.duplicate-id", place.layer, -1, TRUE);
  g_assert_cmpuint (count_rows (page, TRUE), ==, n_shown - 1);
  g_assert_true (zx_ui_test_says (page, "Accepted: 1"));
  g_assert_cmpint (zx_session_stage_state (session, ZX_STAGE_CHOOSE), ==, ZX_STAGE_FRESH);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
  g_assert_cmpuint (count_rows (page, TRUE), ==, n_shown);
  g_assert_false (zx_session_is_accepted (session, "stations.duplicate-id", place.layer, -1));
}

static void
test_leaving_out (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  ZxSession *session = zx_window_session (window);
  GtkWidget *page = zx_ui_test_page (window, "findings");
  Place place = station_finding (session, "stations.impossible-place");
  g_assert_nonnull (place.layer);
  g_assert_false (zx_ui_test_says (page, "take effect with the next run"));
  zx_session_leave_out (session, place.layer, place.row, TRUE);
  g_assert_true (zx_ui_test_says (page, "take effect with the next run"));
  g_assert_cmpint (zx_session_stage_state (session, ZX_STAGE_CHOOSE), ==, ZX_STAGE_STALE);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.run", NULL);
  zx_ui_test_settle (window);
  g_assert_cmpint (zx_session_stage_state (session, ZX_STAGE_CHOOSE), ==, ZX_STAGE_FRESH);
  g_assert_cmpint (station_finding (session, "layer.row-left-out").row, ==, place.row);
  g_assert_cmpint (station_finding (session, "stations.impossible-place").row, !=, place.row);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.run", NULL);
  zx_ui_test_settle (window);
  g_assert_null (station_finding (session, "layer.row-left-out").layer);
}

static void
test_systems (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  ZxSession *session = zx_window_session (window);
  zx_ui_test_page (window, "findings");
  Place place = station_finding (session, "stations.duplicate-id");
  const ZxBinding *binding = zx_recipe_binding (zx_session_recipe (session), place.layer);
  g_autofree char *lon = g_strdup (zx_binding_column (binding, "lon"));
  zx_session_set_crs (session, place.layer, "BD-09");
  binding = zx_recipe_binding (zx_session_recipe (session), place.layer);
  g_assert_cmpstr (binding->crs, ==, "BD-09");
  zx_session_swap_axes (session, place.layer);
  binding = zx_recipe_binding (zx_session_recipe (session), place.layer);
  g_assert_cmpstr (zx_binding_column (binding, "lat"), ==, lon);
  zx_session_leave_layer_out (session, place.layer);
  g_assert_cmpint (zx_recipe_binding (zx_session_recipe (session), place.layer)->role, ==,
                   ZX_ROLE_NONE);
  for (guint i = 0; i < 3; i++)
    gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
  binding = zx_recipe_binding (zx_session_recipe (session), place.layer);
  g_assert_cmpstr (zx_binding_column (binding, "lon"), ==, lon);
  g_assert_cmpint (binding->role, ==, ZX_ROLE_STATIONS);
  g_assert_cmpint (zx_session_stage_state (session, ZX_STAGE_SEAL), ==, ZX_STAGE_FRESH);
}

static gboolean
is_kept (ZxSession *session, const char *path, const char *layer, GError **error)
{
  while (g_main_context_iteration (NULL, FALSE) || zx_jobs_is_busy (zx_session_jobs (session)))
    ;
  g_autoptr (ZxProject) project = zx_project_open (path, error);
  return project != NULL
         && zx_recipe_is_accepted (zx_project_recipe (project), "stations.duplicate-id", layer, -1);
}

/* Without a run between. */
static void
test_keeping (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ZxWindow *window = (ZxWindow *) data;
  ZxSession *session = zx_window_session (window);
  g_autofree char *path = g_strdup (zx_project_path (zx_session_project (session)));
  Place place = station_finding (session, "stations.duplicate-id");
  zx_session_accept (session, "stations.duplicate-id", place.layer, -1, TRUE);
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  while (!is_kept (session, path, place.layer, &error) && g_get_monotonic_time () < end)
    g_usleep (20000);
  g_assert_no_error (error);
  g_assert_cmpint (g_get_monotonic_time (), <, end);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
}

static void
test_names (gconstpointer data)
{
  GtkWidget *page = zx_ui_test_page ((ZxWindow *) data, "findings");
  zx_ui_test_open_expanders (page);
  zx_ui_test_assert_named (page);
}

int
main (int argc, char **argv)
{
  zx_ui_test_init (&argc, &argv);
  ZxWindow *window = zx_ui_test_town ();
  g_test_add_data_func ("/ui/findings-page/what-was-accepted-is-out-of-sight-and-comes-back",
                        window, test_accepting);
  g_test_add_data_func ("/ui/findings-page/a-row-left-out-is-heeded-by-the-next-run", window,
                        test_leaving_out);
  g_test_add_data_func ("/ui/findings-page/system-axes-and-layer-are-corrected-and-undone", window,
                        test_systems);
  g_test_add_data_func ("/ui/findings-page/corrections-are-kept-without-a-run", window,
                        test_keeping);
  g_test_add_data_func ("/ui/findings-page/everything-that-takes-the-focus-has-a-name", window,
                        test_names);
  int result = g_test_run ();
  zx_ui_test_close (window);
  return result;
}
