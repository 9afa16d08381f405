/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The files of the sample town: what they are taken for, corrected, gone, and found elsewhere. */

#include <glib/gstdio.h>
#include <string.h>

#include "ui/pages/zx-columns-window.h"
#include "ui/pages/zx-layer-row.h"
#include "ui/pages/zx-layer-style.h"
#include "zx-ui-look.h"

static ZxSession *session;

static GtkWidget *
open_page (ZxWindow *window)
{
  session = zx_window_session (window);
  return zx_ui_test_page (window, "layers");
}

static const ZxBinding *
binding_as (ZxRole role)
{
  const ZxRecipe *recipe = zx_session_recipe (session);
  for (guint i = 0; i < recipe->bindings->len; i++)
    {
      const ZxBinding *binding = g_ptr_array_index (recipe->bindings, i);
      if (binding->role == role)
        return binding;
    }
  return NULL;
}

static char *
title_of (const ZxBinding *binding)
{
  return zx_findings_title (binding->path, binding->layer);
}

/* Until the file system has answered @n files are missing. */
static void
wait_for_missing (guint n)
{
  zx_session_look_for_files (session);
  while (zx_session_n_missing (session) != n)
    g_main_context_iteration (NULL, TRUE);
}

static void
undo (ZxWindow *window)
{
  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
}

static GtkWindow *
find_window (GType type)
{
  GListModel *all = gtk_window_get_toplevels ();
  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (all, i);
      if (G_TYPE_CHECK_INSTANCE_TYPE (window, type) && gtk_widget_get_visible (GTK_WIDGET (window)))
        return window; /* GTK keeps it */
    }
  return NULL;
}

static void
test_reasons (gconstpointer data)
{
  GtkWidget *page = open_page ((ZxWindow *) data);
  const ZxBinding *stations = binding_as (ZX_ROLE_STATIONS);
  g_autofree char *title = title_of (stations);
  const ZxSource *source = zx_session_source (session, title);
  g_assert_true (zx_ui_test_says (page, title));
  g_assert_nonnull (source);
  g_assert_cmpstr (source->crs, !=, "");
  g_assert_true (zx_ui_test_says (page, source->crs_reason));
  zx_ui_test_assert_named (page);
}

static void
test_role (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  GtkWidget *page = open_page (window);
  const ZxBinding *stations = binding_as (ZX_ROLE_STATIONS);
  g_autofree char *title = title_of (stations),
                  *lon = g_strdup (zx_binding_column (stations, "lon"));
  gtk_widget_activate_action (page, "file.role", "(ss)", title, "places");
  zx_ui_test_settle (window);
  const ZxBinding *places = zx_recipe_binding (zx_session_recipe (session), title);
  g_assert_cmpint (places->role, ==, ZX_ROLE_PLACES);
  g_assert_cmpstr (zx_binding_column (places, "lon"), ==, lon); /* columns are found for the role */
  g_assert_null (zx_binding_column (places, "connectors"));
  g_assert_true (zx_ui_test_says (page, "chosen by hand"));
  g_assert_true (zx_ui_test_says (page, "take effect with the next run"));
  undo (window);
  g_assert_cmpint (zx_recipe_binding (zx_session_recipe (session), title)->role, ==,
                   ZX_ROLE_STATIONS);
  g_assert_false (zx_ui_test_says (page, "chosen by hand"));
}

static void
test_system (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  GtkWidget *page = open_page (window);
  g_autofree char *title = title_of (binding_as (ZX_ROLE_STATIONS));
  gtk_widget_activate_action (page, "file.crs", "(ss)", title, "BD-09");
  g_assert_cmpstr (zx_recipe_binding (zx_session_recipe (session), title)->crs, ==, "BD-09");
  g_assert_true (zx_ui_test_says (page, "BD-09, Baidu"));
  undo (window);
  g_assert_false (zx_ui_test_says (page, "BD-09, Baidu"));
}

static GtkDropDown *
find_chooser (GtkWidget *widget, const char *column)
{
  if (GTK_IS_DROP_DOWN (widget))
    {
      GObject *item = gtk_drop_down_get_selected_item (GTK_DROP_DOWN (widget));
      if (g_strcmp0 (gtk_string_object_get_string (GTK_STRING_OBJECT (item)), column) == 0)
        return GTK_DROP_DOWN (widget);
    }
  GtkDropDown *found = NULL;
  for (GtkWidget *at = gtk_widget_get_first_child (widget); at != NULL && found == NULL;
       at = gtk_widget_get_next_sibling (at))
    found = find_chooser (at, column);
  return found;
}

static void
test_columns (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  GtkWidget *page = open_page (window);
  const ZxBinding *stations = binding_as (ZX_ROLE_STATIONS);
  g_autofree char *title = title_of (stations),
                  *lat = g_strdup (zx_binding_column (stations, "lat"));
  gtk_widget_activate_action (page, "file.columns", "s", title);
  zx_ui_test_settle (window);
  GtkWindow *columns = find_window (ZX_TYPE_COLUMNS_WINDOW);
  g_assert_nonnull (columns);
  zx_ui_test_assert_named (GTK_WIDGET (columns));
  GtkDropDown *chooser = find_chooser (GTK_WIDGET (columns), lat);
  g_assert_nonnull (chooser);
  gtk_drop_down_set_selected (chooser, 0);
  g_assert_null (zx_binding_column (zx_recipe_binding (zx_session_recipe (session), title), "lat"));
  undo (window);
  g_assert_cmpstr (
      zx_binding_column (zx_recipe_binding (zx_session_recipe (session), title), "lat"), ==, lat);
  g_assert_true (find_chooser (GTK_WIDGET (columns), lat) == chooser); /* follows the undoing */
  gtk_window_close (columns);
}

static void
test_moved (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  GtkWidget *page = open_page (window);
  g_autofree char *path = g_strdup (binding_as (ZX_ROLE_STATIONS)->path),
                  *other = g_strconcat (path, ".moved.csv", NULL);
  g_assert_cmpint (g_rename (path, other), ==, 0);
  wait_for_missing (1);
  g_assert_true (zx_ui_test_says (page, "is not at"));
  g_assert_true (zx_ui_test_says (page, "Locate…"));
  gtk_widget_activate_action (page, "file.relocate", "(ss)", path, other);
  zx_ui_test_settle (window);
  g_assert_cmpstr (binding_as (ZX_ROLE_STATIONS)->path, ==, other); /* the same: no question */
  g_assert_null (find_window (GTK_TYPE_MESSAGE_DIALOG));
  wait_for_missing (0);
  g_assert_false (zx_ui_test_says (page, "is not at"));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.run", NULL);
  zx_ui_test_settle (window);
  g_assert_cmpint (zx_session_stage_state (session, ZX_STAGE_CHOOSE), ==, ZX_STAGE_FRESH);
  undo (window);
  g_assert_cmpstr (binding_as (ZX_ROLE_STATIONS)->path, ==, path);
  wait_for_missing (1);
  g_assert_cmpint (g_rename (other, path), ==, 0);
  wait_for_missing (0);
}

/* One row less, and no longitude. */
static char *
write_other (const char *path, gboolean without_place)
{
  g_autofree char *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  char *end = g_strrstr (text, "\n");
  if (end[1] == '\0')
    {
      *end = '\0';
      end = g_strrstr (text, "\n");
    }
  end[1] = '\0';
  char *lon = strstr (text, binding_as (ZX_ROLE_STATIONS) != NULL
                                ? zx_binding_column (binding_as (ZX_ROLE_STATIONS), "lon")
                                : "lon");
  g_assert_nonnull (lon);
  if (without_place)
    *lon = 'X';
  char *other = g_strconcat (path, without_place ? ".without.csv" : ".shorter.csv", NULL);
  g_assert_true (g_file_set_contents (other, text, -1, NULL));
  return other;
}

static void
test_difference (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  GtkWidget *page = open_page (window);
  g_autofree char *path = g_strdup (binding_as (ZX_ROLE_STATIONS)->path),
                  *other = write_other (path, FALSE);
  gtk_widget_activate_action (page, "file.relocate", "(ss)", path, other);
  zx_ui_test_settle (window);
  GtkWindow *dialog = find_window (GTK_TYPE_MESSAGE_DIALOG);
  g_assert_nonnull (dialog);
  g_assert_true (zx_ui_test_says (GTK_WIDGET (dialog), "rows; before there were"));
  gtk_dialog_response (GTK_DIALOG (dialog), GTK_RESPONSE_CANCEL);
  g_assert_cmpstr (binding_as (ZX_ROLE_STATIONS)->path, ==, path);
  gtk_widget_activate_action (page, "file.relocate", "(ss)", path, other);
  zx_ui_test_settle (window);
  gtk_dialog_response (GTK_DIALOG (find_window (GTK_TYPE_MESSAGE_DIALOG)), GTK_RESPONSE_ACCEPT);
  g_assert_cmpstr (binding_as (ZX_ROLE_STATIONS)->path, ==, other);
  undo (window);
  g_assert_cmpstr (binding_as (ZX_ROLE_STATIONS)->path, ==, path);
  g_remove (other);
}

static void
test_impossible (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  GtkWidget *page = open_page (window);
  g_autofree char *path = g_strdup (binding_as (ZX_ROLE_STATIONS)->path),
                  *other = write_other (path, TRUE),
                  *roads = g_strdup (binding_as (ZX_ROLE_ROADS)->path);
  const char *const others[] = { other, roads };
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      gtk_widget_activate_action (page, "file.relocate", "(ss)", path, others[i]);
      zx_ui_test_settle (window);
      GtkWindow *dialog = find_window (GTK_TYPE_MESSAGE_DIALOG);
      g_assert_nonnull (dialog);
      g_assert_true (zx_ui_test_says (GTK_WIDGET (dialog), "cannot stand in its place"));
      g_assert_null (gtk_dialog_get_widget_for_response (GTK_DIALOG (dialog), GTK_RESPONSE_ACCEPT));
      gtk_dialog_response (GTK_DIALOG (dialog), GTK_RESPONSE_CANCEL);
      g_assert_cmpstr (binding_as (ZX_ROLE_STATIONS)->path, ==, path);
    }
  g_remove (other);
}

static GtkWidget *
find_row (GtkWidget *widget, const char *title)
{
  if (ZX_IS_LAYER_ROW (widget))
    return zx_ui_test_says (widget, title) ? widget : NULL;
  GtkWidget *found = NULL;
  for (GtkWidget *at = gtk_widget_get_first_child (widget); at != NULL && found == NULL;
       at = gtk_widget_get_next_sibling (at))
    found = find_row (at, title);
  return found;
}

static guint
position_of (ZxMapLayer *layer)
{
  guint position = G_MAXUINT;
  g_list_store_find (G_LIST_STORE (zx_session_layers (session)), layer, &position);
  return position;
}

/* What Alt with an arrow, F2 and Delete do. */
static void
test_layers (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  GtkWidget *page = open_page (window);
  ZxMapLayer *layer = zx_session_layer (session, ZX_MAP_LAYER_STATIONS);
  guint before = position_of (layer);
  GtkWidget *row = find_row (page, "Stations");
  g_assert_nonnull (row);
  gtk_widget_activate_action (row, "layer.move", "i", -1);
  g_assert_cmpuint (position_of (layer), ==, before - 1);
  undo (window);
  g_assert_cmpuint (position_of (layer), ==, before);
  zx_session_rename_layer (session, layer, "Ours");
  row = find_row (page, "Ours");
  g_assert_nonnull (row);
  gtk_widget_activate_action (row, "layer.remove", NULL);
  g_assert_null (zx_session_layer (session, ZX_MAP_LAYER_STATIONS));
  g_assert_nonnull (strstr (zx_window_told (window), "Ours"));
  undo (window);
  g_assert_true (zx_session_layer (session, ZX_MAP_LAYER_STATIONS) == layer);
  g_assert_cmpuint (position_of (layer), ==, before);
  undo (window);
  g_assert_cmpstr (zx_map_layer_title (layer), ==, "Stations");
}

static GtkWidget *
visible_of (GtkWidget *widget, GType type)
{
  if (!gtk_widget_get_visible (widget) || G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return gtk_widget_get_visible (widget) ? widget : NULL;
  GtkWidget *found = NULL;
  for (GtkWidget *at = gtk_widget_get_first_child (widget); at != NULL && found == NULL;
       at = gtk_widget_get_next_sibling (at))
    found = visible_of (at, type);
  return found;
}

/* As a person does who opens its menu. */
static void
bring_into_view (ZxWindow *window, GtkWidget *row)
{
  graphene_rect_t bounds;
  double height = gtk_widget_get_height (GTK_WIDGET (window));
  gtk_widget_grab_focus (row);
  while (!gtk_widget_compute_bounds (row, GTK_WIDGET (window), &bounds) || bounds.origin.y < 0
         || bounds.origin.y + bounds.size.height > height)
    g_main_context_iteration (NULL, TRUE);
}

/* Through the controls: ramp and steps of the heat, size of the stations; one edit each, as a file
 * is opened again, and by itself when it is undone. */
static void
test_style (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  GtkWidget *page = open_page (window);
  ZxMapLayer *heat = zx_session_layer (session, ZX_MAP_LAYER_USAGE_HEAT),
             *stations = zx_session_layer (session, ZX_MAP_LAYER_STATIONS);
  GtkWidget *row = find_row (page, zx_map_layer_title (heat));
  bring_into_view (window, row);
  gtk_widget_activate_action (row, "layer.style", NULL);
  GtkWidget *editor = visible_of (row, ZX_TYPE_LAYER_STYLE);
  g_assert_nonnull (editor);
  g_assert_true (gtk_widget_get_mapped (editor));
  zx_ui_test_assert_named (editor);
  gtk_drop_down_set_selected (
      GTK_DROP_DOWN (visible_of (gtk_popover_get_child (GTK_POPOVER (editor)), GTK_TYPE_DROP_DOWN)),
      3);
  gtk_popover_popdown (GTK_POPOVER (editor));
  g_assert_cmpint (zx_map_layer_style (heat)->ramp, ==, ZX_RAMP_CIVIDIS);
  ZxMapStyle steps = *zx_map_layer_style (heat);
  steps.n_classes = 5;
  zx_session_style_layer (session, heat, &steps);
  ZxMapStyle large = ZX_MAP_STYLE_INIT;
  large.size = 2;
  large.colour = 0xaa2200;
  zx_session_style_layer (session, stations, &large);
  zx_session_rename_layer (session, stations, "Ours, all of them");
  zx_ui_test_settle (window);
  g_autofree char *text = zx_map_layers_format (zx_session_layers (session));
  g_autofree char *path = g_strdup (zx_project_path (zx_session_project (session)));
  zx_session_close (session);
  zx_ui_test_settle (window);
  zx_session_open (session, path);
  zx_ui_test_settle (window);
  g_autofree char *again = zx_map_layers_format (zx_session_layers (session));
  g_assert_cmpstr (again, ==, text);
  heat = zx_session_layer (session, ZX_MAP_LAYER_USAGE_HEAT);
  g_assert_cmpuint (zx_map_layer_style (heat)->n_classes, ==, 5);
  zx_session_style_layer (session, heat, &(ZxMapStyle) ZX_MAP_STYLE_INIT);
  undo (window);
  g_assert_cmpuint (zx_map_layer_style (heat)->n_classes, ==, 5);
}

/* Asked for while a short job runs: done after it. */
static void
test_run_behind (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  open_page (window);
  zx_ui_test_settle (window); /* no job of another test */
  double n_sites = zx_session_setting (session, "siting.n_sites");
  g_assert_true (zx_session_set (session, "siting.n_sites", n_sites + 1, NULL));
  zx_session_add_bookmark (session, "here", 0, 0, 10); /* a job that writes the file */
  g_assert_true (zx_jobs_is_busy (zx_session_jobs (session)));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.run", NULL);
  g_assert_true (zx_jobs_is_renewing (zx_session_jobs (session)));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.run", NULL); /* not twice */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (zx_session_jobs (session))), ==, 2);
  zx_ui_test_settle (window);
  g_assert_cmpint (zx_session_stage_state (session, ZX_STAGE_CHOOSE), ==, ZX_STAGE_FRESH);
  g_assert_cmpfloat (zx_project_setting (zx_session_project (session), "siting.n_sites"), ==,
                     n_sites + 1);
}

static double
setting_in_file (const char *path, const char *key)
{
  g_autoptr (ZxProject) project = zx_project_open (path, NULL);
  return zx_project_setting (project, key);
}

static gboolean
on_destroyed_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return FALSE;
}

/* The last one: the window is closed. */
static void
test_closing (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  open_page (window);
  gboolean is_gone = FALSE;
  g_autofree char *path = g_strdup (zx_project_path (zx_session_project (session)));
  double n_sites = zx_session_setting (session, "siting.n_sites");
  g_assert_true (zx_session_set (session, "siting.n_sites", n_sites + 2, NULL));
  g_signal_connect_swapped (window, "destroy", G_CALLBACK (on_destroyed_cb), &is_gone);
  gtk_window_close (GTK_WINDOW (window));
  while (!is_gone)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpfloat (setting_in_file (path, "siting.n_sites"), ==, n_sites + 2);
}

int
main (int argc, char **argv)
{
  zx_ui_test_init (&argc, &argv);
  ZxWindow *window = zx_ui_test_town ();
  g_test_add_data_func ("/ui/layers-page/files-say-what-they-are-taken-for-and-why", window,
                        test_reasons);
  g_test_add_data_func ("/ui/layers-page/another-role-finds-its-columns-and-is-undone", window,
                        test_role);
  g_test_add_data_func ("/ui/layers-page/another-system-is-said-and-undone", window, test_system);
  g_test_add_data_func ("/ui/layers-page/a-column-is-chosen-and-undone", window, test_columns);
  g_test_add_data_func ("/ui/layers-page/a-moved-file-is-missed-located-and-read", window,
                        test_moved);
  g_test_add_data_func ("/ui/layers-page/another-file-says-its-difference-first", window,
                        test_difference);
  g_test_add_data_func ("/ui/layers-page/a-file-without-the-layer-is-refused", window,
                        test_impossible);
  g_test_add_data_func ("/ui/layers-page/layers-are-moved-renamed-removed-and-come-back", window,
                        test_layers);
  g_test_add_data_func ("/ui/layers-page/a-style-is-chosen-kept-and-undone", window, test_style);
  g_test_add_data_func ("/ui/layers-page/a-run-asked-for-behind-a-short-job-is-not-lost", window,
                        test_run_behind);
  g_test_add_data_func ("/ui/layers-page/closing-keeps-what-was-chosen-a-moment-ago", window,
                        test_closing);
  return g_test_run ();
}
