/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of a layer: all rows, sorted, filtered, shown on the map, copied. */

#include <string.h>

#include "ui/pages/zx-table-rows.h"
#include "ui/pages/zx-table-window.h"
#include "zx-ui-look.h"

#define LONGEST_WAIT_US (60 * G_USEC_PER_SEC)

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
wait_ready (ZxTableWindow *table)
{
  gint64 end = g_get_monotonic_time () + LONGEST_WAIT_US;
  while (!zx_table_window_is_ready (table))
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

int
main (int argc, char **argv)
{
  zx_ui_test_init (&argc, &argv);
  g_test_add_func ("/ui/layer-table/order-and-choice-of-rows", test_order);
  g_test_add_func ("/ui/layer-table/rows-as-csv", test_csv);
  g_test_add_func ("/ui/layer-table/sorted-chosen-and-copied", test_window);
  return g_test_run ();
}
