/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The grid page on the sample town. */

#include "zx-ui-look.h"

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  GtkWidget *found = NULL;
  for (GtkWidget *at = gtk_widget_get_first_child (widget); at != NULL && found == NULL;
       at = gtk_widget_get_next_sibling (at))
    found = find (at, type);
  return found;
}

static GtkSelectionModel *
rows_of (GtkWidget *page)
{
  return gtk_column_view_get_model (GTK_COLUMN_VIEW (find (page, GTK_TYPE_COLUMN_VIEW)));
}

static void
test_rows (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  const ZxCity *city = zx_project_city (zx_session_project (zx_window_session (window)));
  GtkWidget *page = zx_ui_test_page (window, "grid");
  GListModel *rows = G_LIST_MODEL (rows_of (page));
  g_assert_cmpuint (g_list_model_get_n_items (rows), ==,
                    city->transformers.n + city->feeders.n_feeders);
  GtkDropDown *show = GTK_DROP_DOWN (find (page, GTK_TYPE_DROP_DOWN));
  gtk_drop_down_set_selected (show, 2);
  g_assert_cmpuint (g_list_model_get_n_items (rows), ==, city->feeders.n_feeders);
  gtk_drop_down_set_selected (show, 0);
  GtkEditable *search = GTK_EDITABLE (find (page, GTK_TYPE_SEARCH_ENTRY));
  gtk_editable_set_text (search, "no such name");
  while (g_list_model_get_n_items (rows) > 0)
    g_main_context_iteration (NULL, TRUE);
  gtk_editable_set_text (search, "");
  while (g_list_model_get_n_items (rows) == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_selection (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  GtkWidget *page = zx_ui_test_page (window, "grid");
  ShumateViewport *viewport = zx_map_pane_viewport (zx_window_map (window));
  double before = shumate_location_get_latitude (SHUMATE_LOCATION (viewport));
  g_assert_false (zx_ui_test_says (page, "least room of the day"));
  gtk_selection_model_select_item (rows_of (page), 0, TRUE);
  zx_ui_test_settle (window);
  g_assert_true (zx_ui_test_says (page, "least room of the day"));
  gint64 end = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
  while (shumate_location_get_latitude (SHUMATE_LOCATION (viewport)) == before
         && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpfloat (shumate_location_get_latitude (SHUMATE_LOCATION (viewport)), !=, before);
  zx_ui_test_settle (window);
}

/* What an engineer asks of a feeder: what its loss does, and what would help. */
static void
test_advice (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  GtkWidget *page = zx_ui_test_page (window, "grid");
  GtkDropDown *show = GTK_DROP_DOWN (find (page, GTK_TYPE_DROP_DOWN));
  gtk_drop_down_set_selected (show, 2);
  gboolean has_outage = FALSE, has_remedy = FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (rows_of (page))); i++)
    {
      gtk_selection_model_select_item (rows_of (page), i, TRUE);
      has_outage = has_outage || zx_ui_test_says (page, "N-1");
      has_remedy = has_remedy || zx_ui_test_says (page, "would add");
    }
  g_assert_true (has_outage && has_remedy);
  gtk_drop_down_set_selected (show, 0);
  zx_ui_test_settle (window);
}

static void
test_sorting (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  GtkWidget *page = zx_ui_test_page (window, "grid");
  GtkColumnView *table = GTK_COLUMN_VIEW (find (page, GTK_TYPE_COLUMN_VIEW));
  g_autoptr (GtkColumnViewColumn) first
      = g_list_model_get_item (gtk_column_view_get_columns (table), 0);
  g_autoptr (GObject) before = g_list_model_get_item (G_LIST_MODEL (rows_of (page)), 0);
  gtk_column_view_sort_by_column (table, first, GTK_SORT_ASCENDING);
  g_autoptr (GObject) low = g_list_model_get_item (G_LIST_MODEL (rows_of (page)), 0);
  gtk_column_view_sort_by_column (table, first, GTK_SORT_DESCENDING);
  g_autoptr (GObject) high = g_list_model_get_item (G_LIST_MODEL (rows_of (page)), 0);
  g_assert_true (low != high);
  gtk_column_view_sort_by_column (table, NULL, GTK_SORT_ASCENDING);
}

static void
test_names (gconstpointer data)
{
  zx_ui_test_assert_named (zx_ui_test_page ((ZxWindow *) data, "grid"));
}

int
main (int argc, char **argv)
{
  zx_ui_test_init (&argc, &argv);
  ZxWindow *window = zx_ui_test_town ();
  g_test_add_data_func ("/ui/grid-page/all-areas-and-feeders-are-rows-and-can-be-searched", window,
                        test_rows);
  g_test_add_data_func ("/ui/grid-page/selecting-a-row-explains-it-and-flies-there", window,
                        test_selection);
  g_test_add_data_func ("/ui/grid-page/a-feeder-says-what-its-loss-does-and-what-would-help",
                        window, test_advice);
  g_test_add_data_func ("/ui/grid-page/rows-are-sorted-by-a-column", window, test_sorting);
  g_test_add_data_func ("/ui/grid-page/everything-that-takes-the-focus-has-a-name", window,
                        test_names);
  int result = g_test_run ();
  zx_ui_test_close (window);
  return result;
}
