/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The grid page on the sample town. */

#include "ui/pages/zx-grid-rows.h"
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

static const ZxGridLine *
line_at (GListModel *rows, guint position)
{
  g_autoptr (GtkTreeListRow) tree_row = g_list_model_get_item (rows, position);
  g_autoptr (ZxGridRow) row = gtk_tree_list_row_get_item (tree_row);
  return zx_grid_row_line (row);
}

/* Areas of @city that name no feeder. */
static guint
n_alone (const ZxCity *city)
{
  guint n = 0;
  for (guint i = 0; i < city->transformers.n; i++)
    n += city->transformers.feeder[i] < 0;
  return n;
}

static void
test_tree (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  const ZxCity *city = zx_project_city (zx_session_project (zx_window_session (window)));
  GtkWidget *page = zx_ui_test_page (window, "grid");
  GListModel *rows = G_LIST_MODEL (rows_of (page));
  guint n_feeders = city->feeders.n_feeders, n_tops = n_feeders + n_alone (city);
  g_assert_cmpuint (n_feeders, >, 1);
  g_assert_cmpuint (g_list_model_get_n_items (rows), ==, n_tops);
  /* The first feeder with areas is opened and closed by key. */
  guint at = 0, n_areas = 0;
  for (guint i = 0; i < city->transformers.n; i++)
    n_areas += city->transformers.feeder[i] == 0;
  g_assert_cmpuint (n_areas, >, 0);
  g_assert_true (line_at (rows, at)->is_feeder);
  gtk_selection_model_select_item (rows_of (page), at, TRUE);
  gtk_widget_activate_action (page, "grid.expand", "b", TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (rows), ==, n_tops + n_areas);
  for (guint i = 1; i <= n_areas; i++)
    g_assert_false (line_at (rows, at + i)->is_feeder);
  g_assert_true (line_at (rows, at + n_areas + 1)->is_feeder);
  /* From an area to its feeder, and that closes. */
  gtk_selection_model_select_item (rows_of (page), at + 1, TRUE);
  gtk_widget_activate_action (page, "grid.expand", "b", FALSE);
  g_assert_true (gtk_selection_model_is_selected (rows_of (page), at));
  g_assert_cmpuint (g_list_model_get_n_items (rows), ==, n_tops + n_areas);
  gtk_widget_activate_action (page, "grid.expand", "b", FALSE);
  g_assert_cmpuint (g_list_model_get_n_items (rows), ==, n_tops);
  /* Every line is somewhere in the tree. */
  for (guint i = n_feeders; i-- > 0;)
    {
      gtk_selection_model_select_item (rows_of (page), i, TRUE);
      gtk_widget_activate_action (page, "grid.expand", "b", TRUE);
    }
  g_assert_cmpuint (g_list_model_get_n_items (rows), ==, city->transformers.n + n_feeders);
  for (guint i = g_list_model_get_n_items (rows); i-- > 0;)
    if (line_at (rows, i)->is_feeder)
      {
        gtk_selection_model_select_item (rows_of (page), i, TRUE);
        gtk_widget_activate_action (page, "grid.expand", "b", FALSE);
      }
  g_assert_cmpuint (g_list_model_get_n_items (rows), ==, n_tops);
  gtk_selection_model_unselect_all (rows_of (page));
}

static void
test_rows (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  const ZxCity *city = zx_project_city (zx_session_project (zx_window_session (window)));
  GtkWidget *page = zx_ui_test_page (window, "grid");
  GListModel *rows = G_LIST_MODEL (rows_of (page));
  GtkDropDown *show = GTK_DROP_DOWN (find (page, GTK_TYPE_DROP_DOWN));
  gtk_drop_down_set_selected (show, ZX_GRID_SHOW_FEEDERS);
  g_assert_cmpuint (g_list_model_get_n_items (rows), ==, city->feeders.n_feeders);
  gtk_drop_down_set_selected (show, ZX_GRID_SHOW_AREAS);
  g_assert_cmpuint (g_list_model_get_n_items (rows), ==, city->transformers.n);
  /* What is selected in a list is so in the tree, where its feeder opens. */
  guint hanging = 0;
  while (city->transformers.feeder[hanging] < 0)
    hanging++;
  gtk_selection_model_select_item (rows_of (page), hanging, TRUE);
  gtk_drop_down_set_selected (show, ZX_GRID_SHOW_ALL);
  g_autoptr (GtkBitset) chosen = gtk_selection_model_get_selection (rows_of (page));
  g_assert_cmpuint (gtk_bitset_get_size (chosen), ==, 1);
  const ZxGridLine *line = line_at (rows, gtk_bitset_get_nth (chosen, 0));
  g_assert_false (line->is_feeder);
  g_assert_cmpfloat (line->x_m, ==, city->transformers.x_m[hanging]);
  gtk_selection_model_unselect_all (rows_of (page));
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
  gtk_drop_down_set_selected (show, ZX_GRID_SHOW_FEEDERS);
  gboolean has_outage = FALSE, has_remedy = FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (rows_of (page))); i++)
    {
      gtk_selection_model_select_item (rows_of (page), i, TRUE);
      has_outage = has_outage || zx_ui_test_says (page, "N-1");
      has_remedy = has_remedy || zx_ui_test_says (page, "would add");
    }
  g_assert_true (has_outage && has_remedy);
  gtk_drop_down_set_selected (show, ZX_GRID_SHOW_ALL);
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
  GListModel *rows = G_LIST_MODEL (rows_of (page));
  guint n = g_list_model_get_n_items (rows);
  for (guint descending = 0; descending < 2; descending++)
    {
      gtk_column_view_sort_by_column (table, first,
                                      descending ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING);
      int sign = descending ? -1 : 1;
      for (guint i = 1; i < n; i++)
        g_assert_cmpint (
            sign * g_utf8_collate (line_at (rows, i - 1)->name, line_at (rows, i)->name), <=, 0);
    }
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
  g_test_add_data_func ("/ui/grid-page/areas-hang-on-their-feeders", window, test_tree);
  g_test_add_data_func ("/ui/grid-page/rows-are-looked-for-and-stay-selected", window, test_rows);
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
