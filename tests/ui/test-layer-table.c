/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of a layer: all rows, sorted, filtered, shown on the map, copied. */

#include <string.h>

#include "ui/map/zx-map-pane-private.h"
#include "ui/pages/zx-table-rows.h"
#include "ui/pages/zx-table-window.h"
#include "zx-ui-look.h"

static ZxLayerTable *
small_table (void)
{
  ZxLayer *layer = zx_layer_new ("a", "a.csv", 4);
  double *numbers = zx_layer_new_numbers (layer, "kw");
  guint32 *texts = zx_layer_new_texts (layer, "name");
  static const double kw[] = { 3, NAN, 1, 3 };
  static const char *const names[] = { "beta", "", "Alpha, \"x\"", "alpha" };
  for (guint i = 0; i < 4; i++)
    {
      numbers[i] = kw[i];
      texts[i] = zx_pool_add (layer->pool, names[i]);
    }
  return zx_layer_table_new (layer);
}

static void
assert_order (const ZxLayerTable *table, const char *text, int column, gboolean is_descending,
              const char *expected)
{
  const ZxTableOrder wish = { (char *) text, column, is_descending };
  g_autoptr (GArray) order = zx_layer_table_order (table, &wish);
  g_autoptr (GString) found = g_string_new (NULL);
  for (guint i = 0; i < order->len; i++)
    g_string_append_printf (found, "%u", g_array_index (order, guint32, i));
  g_assert_cmpstr (found->str, ==, expected);
}

static void
test_order (void)
{
  g_autoptr (ZxLayerTable) table = small_table ();
  assert_order (table, "", -1, FALSE, "0123");
  assert_order (table, "", 0, FALSE, "2031"); /* ties in the layer's order, missing last */
  assert_order (table, "", 0, TRUE, "0321");
  assert_order (table, "ALPHA", -1, FALSE, "23");
  assert_order (table, "nothing", 0, FALSE, "");
}

static void
test_csv (void)
{
  g_autoptr (ZxLayerTable) table = small_table ();
  const ZxTableOrder wish = { (char *) "", 0, FALSE };
  g_autoptr (GArray) order = zx_layer_table_order (table, &wish);
  g_autofree char *csv = zx_layer_table_csv (table, order);
  g_assert_cmpstr (csv, ==, "kw,name\n1,\"Alpha, \"\"x\"\"\"\n3,beta\n3,alpha\n,\n");
}

static void
test_text (void)
{
  ZxLayer *layer = zx_layer_new ("a", "a.csv", 1);
  static const struct
  {
    const char *name, *text;
    double value;
  } columns[] = {
    { "kw", "7.4", 7.4f },
    { "share", "0.673", 0.67342 },
    { "kwh", "1741.6", 1741.583 },
    { "lon_wgs84", "119.47502", 119.4750172 }, /* a place to the metre */
    { "lat_gcj02", "35.40000", 35.4 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    zx_layer_new_numbers (layer, columns[i].name)[0] = columns[i].value;
  g_autoptr (ZxLayerTable) table = zx_layer_table_new (layer);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      g_autofree char *text = zx_layer_table_text (table, 0, i);
      g_assert_cmpstr (text, ==, columns[i].text);
    }
}

static void
wait_ready (ZxTableWindow *table)
{
  gint64 end = g_get_monotonic_time () + ZX_UI_LONGEST_WAIT_US;
  while (!zx_table_window_is_ready (table))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
}

/* A flight takes its time, and on a busy machine longer than the map takes to settle. */
static void
wait_centred (ZxMapPane *map, double x_m, double y_m)
{
  gint64 end = g_get_monotonic_time () + ZX_UI_LONGEST_WAIT_US;
  double at_x_m, at_y_m;
  for (zx_map_pane_centre (map, &at_x_m, &at_y_m); hypot (at_x_m - x_m, at_y_m - y_m) > 0.5;
       zx_map_pane_centre (map, &at_x_m, &at_y_m))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
}

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

static void
test_window (void)
{
  ZxWindow *window = zx_ui_test_town ();
  ZxSession *session = zx_window_session (window);
  ZxTableWindow *table = zx_table_window_present (
      GTK_WINDOW (window), session, zx_session_layer (session, ZX_MAP_LAYER_STATIONS));
  wait_ready (table);
  const ZxCity *city = zx_project_city (zx_session_project (session));
  g_assert_cmpuint (zx_table_window_n_rows (table), ==, city->stations.n);
  GtkColumnView *view = GTK_COLUMN_VIEW (find (GTK_WIDGET (table), GTK_TYPE_COLUMN_VIEW));
  g_autoptr (GtkColumnViewColumn) first
      = g_list_model_get_item (gtk_column_view_get_columns (view), 0);
  /* People read words, files keep the short names. */
  g_assert_cmpstr (gtk_column_view_column_get_title (first), ==, "Code");
  gtk_column_view_sort_by_column (view, first, GTK_SORT_DESCENDING);
  wait_ready (table);
  g_assert_cmpuint (zx_table_window_n_rows (table), ==, city->stations.n);
  gtk_selection_model_select_item (gtk_column_view_get_model (view), 0, TRUE);
  gtk_widget_activate_action (GTK_WIDGET (table), "table.copy", NULL);
  wait_ready (table);
  g_assert_true (zx_ui_test_says (GTK_WIDGET (table), "clipboard"));
  zx_ui_test_assert_named (GTK_WIDGET (table));
  gtk_window_destroy (GTK_WINDOW (table));
  zx_ui_test_settle (window);
  zx_ui_test_close (window);
}

static void
test_right_to_left (void)
{
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  ZxWindow *window = zx_ui_test_town ();
  ZxSession *session = zx_window_session (window);
  ZxTableWindow *table = zx_table_window_present (
      GTK_WINDOW (window), session, zx_session_layer (session, ZX_MAP_LAYER_STATIONS));
  wait_ready (table);
  GtkWidget *view = find (GTK_WIDGET (table), GTK_TYPE_COLUMN_VIEW);
  GtkAdjustment *across = gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (view));
  gint64 end = g_get_monotonic_time () + ZX_UI_LONGEST_WAIT_US;
  while (gtk_adjustment_get_value (across) <= 0
         || gtk_adjustment_get_value (across) + gtk_adjustment_get_page_size (across)
                < gtk_adjustment_get_upper (across))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
  gtk_window_destroy (GTK_WINDOW (table));
  zx_ui_test_close (window);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

static int
chosen_row (ZxTableWindow *table)
{
  GtkColumnView *view = GTK_COLUMN_VIEW (find (GTK_WIDGET (table), GTK_TYPE_COLUMN_VIEW));
  GtkSelectionModel *model = gtk_column_view_get_model (view);
  g_autoptr (GtkBitset) chosen = gtk_selection_model_get_selection (model);
  if (gtk_bitset_get_size (chosen) != 1)
    return -1;
  g_autoptr (ZxTableRow) row
      = g_list_model_get_item (G_LIST_MODEL (model), gtk_bitset_get_nth (chosen, 0));
  return (int) zx_table_row_index (row);
}

static void
test_map_and_table (void)
{
  ZxWindow *window = zx_ui_test_town ();
  ZxSession *session = zx_window_session (window);
  ZxMapPane *map = zx_window_map (window);
  ZxMapLayer *layer = zx_session_layer (session, ZX_MAP_LAYER_STATIONS);
  ZxTableWindow *table = zx_table_window_present (GTK_WINDOW (window), session, layer);
  ZxMapLayerKind kind;
  /* Asked for before the rows are read: they follow when they are. */
  g_assert_true (zx_map_pane_choose (map, ZX_MAP_LAYER_STATIONS, 5));
  wait_ready (table);
  g_assert_cmpint (chosen_row (table), ==, 5);
  /* The row stays chosen wherever sorting puts it. */
  GtkColumnView *view = GTK_COLUMN_VIEW (find (GTK_WIDGET (table), GTK_TYPE_COLUMN_VIEW));
  g_autoptr (GtkColumnViewColumn) first
      = g_list_model_get_item (gtk_column_view_get_columns (view), 0);
  gtk_column_view_sort_by_column (view, first, GTK_SORT_DESCENDING);
  wait_ready (table);
  g_assert_cmpint (chosen_row (table), ==, 5);
  g_assert_cmpint (zx_map_pane_chosen (map, &kind), ==, 5);
  /* From the table to the map. */
  gtk_selection_model_select_item (gtk_column_view_get_model (view), 2, TRUE);
  zx_ui_test_settle (window);
  int row = chosen_row (table);
  g_assert_cmpint (row, !=, 5);
  g_assert_cmpint (zx_map_pane_chosen (map, &kind), ==, row);
  g_assert_cmpint (kind, ==, ZX_MAP_LAYER_STATIONS);
  /* By key: what stands in the middle of the view. */
  const ZxCity *city = zx_project_city (zx_session_project (session));
  zx_session_show_layer (session, zx_session_layer (session, ZX_MAP_LAYER_SITES), FALSE);
  gtk_widget_activate_action (GTK_WIDGET (map), "map.close-card", NULL);
  g_assert_cmpint (zx_map_pane_chosen (map, &kind), ==, -1);
  zx_map_pane_go_to (map, city->stations.x_m[7], city->stations.y_m[7], 2);
  wait_centred (map, city->stations.x_m[7], city->stations.y_m[7]);
  zx_ui_test_settle (window);
  gtk_widget_activate_action (GTK_WIDGET (map), "map.identify", NULL);
  g_assert_cmpint (chosen_row (table), ==, 7);
  g_assert_true (zx_ui_test_says (GTK_WIDGET (map), "In the table"));
  /* One window for a layer, and it has the rows of the snapshot on the screen. */
  g_assert_true (zx_table_window_present (GTK_WINDOW (window), session, layer) == table);
  guint n_stations = city->stations.n;
  zx_ui_test_run (window);
  wait_ready (table);
  g_assert_cmpuint (zx_table_window_n_rows (table), ==, n_stations);
  zx_ui_test_close (window);
}

static void
test_all_of_a_layer (void)
{
  ZxWindow *window = zx_ui_test_town ();
  ZxMapPane *map = zx_window_map (window);
  ZxMapPlaces places;
  g_assert_true (zx_map_data_places (zx_map_pane_data (map), ZX_MAP_LAYER_SITES, &places));
  zx_map_pane_go_to (map, places.x_m[0] + 1e5, places.y_m[0], 1);
  zx_ui_test_settle (window);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.zoom-to-layer", "s", "sites");
  zx_ui_test_settle (window);
  ShumateViewport *viewport = zx_map_pane_viewport (map);
  GtkWidget *canvas = find (GTK_WIDGET (map), SHUMATE_TYPE_MAP);
  ZxProject *project = zx_session_project (zx_window_session (window));
  const ZxCity *city = zx_project_city (project);
  const ZxPlane plane = { city->origin_x_m, city->origin_y_m };
  for (guint i = 0; i < places.n; i++)
    {
      double lat, lon, x, y;
      zx_plane_to_location (&plane, places.x_m[i], places.y_m[i], &lat, &lon);
      shumate_viewport_location_to_widget_coords (viewport, canvas, lat, lon, &x, &y);
      g_assert_cmpfloat (x, >=, 0);
      g_assert_cmpfloat (y, >=, 0);
      g_assert_cmpfloat (x, <=, gtk_widget_get_width (canvas));
      g_assert_cmpfloat (y, <=, gtk_widget_get_height (canvas));
    }
  zx_ui_test_close (window);
}

int
main (int argc, char **argv)
{
  zx_ui_test_init (&argc, &argv);
  g_test_add_func ("/ui/layer-table/order-and-choice-of-rows", test_order);
  g_test_add_func ("/ui/layer-table/rows-as-csv", test_csv);
  g_test_add_func ("/ui/layer-table/numbers-as-people-read-them", test_text);
  g_test_add_func ("/ui/layer-table/sorted-chosen-and-copied", test_window);
  g_test_add_func ("/ui/layer-table/right-to-left-begins-at-the-first-column", test_right_to_left);
  g_test_add_func ("/ui/layer-table/what-is-chosen-is-so-on-map-and-in-table", test_map_and_table);
  g_test_add_func ("/ui/layer-table/all-of-a-layer-comes-into-view", test_all_of_a_layer);
  return g_test_run ();
}
