/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes a picture of every page on the sample town into a folder: take-screenshots FOLDER NAME
 * [dark] [large] [mirrored] [contrast] [PROJECT]      NAME ends the names of the files; PROJECT:
 * instead of the town */

#include "ui/zx-appearance.h"
#include "ui/pages/zx-layer-row.h"
#include "ui/pages/zx-report-sheet.h"
#include "ui/zx-help-window.h"
#include "ui/zx-preferences.h"
#include "zx-ui-look.h"

#define LARGE_DPI    (2 * 96 * 1024)
#define SELECTED_ROW 4
#define MOST_PIECES  6
#define SETTLE_US    400000 /* revealers and the first frames */

static void
wait_us (gint64 duration)
{
  for (gint64 end = g_get_monotonic_time () + duration; g_get_monotonic_time () < end;)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
}

typedef struct
{
  GtkWidget *widget;
  char *path; /* NULL once taken */
} Shot;

/* A paintable of a widget is empty while a redraw is pending: the picture is taken right after a
 * frame was painted. */
static void
on_after_paint_cb (GdkFrameClock *clock, Shot *shot)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (shot->widget);
  int width = gdk_paintable_get_intrinsic_width (paintable),
      height = gdk_paintable_get_intrinsic_height (paintable);
  float scale = (float) gtk_widget_get_scale_factor (shot->widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  gtk_snapshot_scale (snapshot, scale, scale);
  gdk_paintable_snapshot (paintable, snapshot, width, height);
  g_autoptr (GskRenderNode) node = gtk_snapshot_free_to_node (snapshot);
  if (node == NULL || shot->path == NULL)
    return;
  g_autoptr (GdkTexture) texture = gsk_renderer_render_texture (
      gtk_native_get_renderer (GTK_NATIVE (shot->widget)), node, NULL);
  if (!gdk_texture_save_to_png (texture, shot->path))
    g_error ("%s cannot be written", shot->path);
  g_clear_pointer (&shot->path, g_free);
}

/* @native: a window or a popover. */
static void
take (gpointer native, const char *folder, const char *variant, const char *name)
{
  g_autofree char *file = g_strdup_printf ("%s-%s.png", name, variant);
  Shot shot = { native, g_build_filename (folder, file, NULL) };
  g_print ("%s\n", shot.path);
  GdkFrameClock *clock = gtk_widget_get_frame_clock (native);
  gulong id = g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint_cb), &shot);
  gint64 end = g_get_monotonic_time () + ZX_UI_LONGEST_WAIT_US;
  while (shot.path != NULL)
    {
      if (g_get_monotonic_time () > end)
        g_error ("%s: no frame could be taken; frames painted: %" G_GINT64_FORMAT, shot.path,
                 gdk_frame_clock_get_frame_counter (clock));
      gtk_widget_queue_draw (native);
      wait_us (20000);
    }
  g_signal_handler_disconnect (clock, id);
}

/* The first of its kind on the page in view. */
static GtkWidget *
find (GtkWidget *widget, GType type)
{
  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *at = gtk_widget_get_first_child (widget); at != NULL;
       at = gtk_widget_get_next_sibling (at))
    {
      GtkWidget *found = find (at, type);
      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
is_painted (GtkWidget *widget)
{
  if (!gtk_widget_get_mapped (widget))
    return TRUE;
  if (ZX_IS_REPORT_SHEET (widget))
    return zx_report_sheet_is_painted (ZX_REPORT_SHEET (widget));
  for (GtkWidget *at = gtk_widget_get_first_child (widget); at != NULL;
       at = gtk_widget_get_next_sibling (at))
    if (!is_painted (at))
      return FALSE;
  return TRUE;
}

/* Pages of the report are painted by a worker, which may take long on a busy machine. */
static void
wait_for_sheets (ZxWindow *window)
{
  for (gint64 end = g_get_monotonic_time () + ZX_UI_LONGEST_WAIT_US;
       !is_painted (GTK_WIDGET (window)); wait_us (20000))
    if (g_get_monotonic_time () > end)
      g_error ("a page of the report was not painted");
}

/* A page longer than the window is taken in pieces. */
static void
take_page (ZxWindow *window, const char *folder, const char *variant, const char *name)
{
  GtkWidget *page = zx_ui_test_page (window, name);
  wait_us (SETTLE_US);
  zx_ui_test_settle (window);
  wait_for_sheets (window);
  take (window, folder, variant, name);
  GtkWidget *table = page != NULL ? find (page, GTK_TYPE_COLUMN_VIEW) : NULL;
  if (table != NULL)
    {
      g_autofree char *selected_name = g_strdup_printf ("%s-selected", name);
      gtk_selection_model_select_item (gtk_column_view_get_model (GTK_COLUMN_VIEW (table)),
                                       SELECTED_ROW, TRUE);
      gtk_widget_activate_action (page, "grid.expand", "b", TRUE);
      wait_us (SETTLE_US);
      zx_ui_test_settle (window);
      take (window, folder, variant, selected_name);
    }
  GtkWidget *scrolled = page != NULL ? find (page, GTK_TYPE_SCROLLED_WINDOW) : NULL;
  if (scrolled == NULL)
    return;
  GtkAdjustment *down = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
  double step = gtk_adjustment_get_page_size (down), end = gtk_adjustment_get_upper (down) - step;
  for (guint piece = 2; piece <= MOST_PIECES && gtk_adjustment_get_value (down) < end - 1; piece++)
    {
      gtk_adjustment_set_value (down, MIN (end, gtk_adjustment_get_value (down) + step));
      wait_us (SETTLE_US);
      wait_for_sheets (window);
      g_autofree char *piece_name = g_strdup_printf ("%s-%u", name, piece);
      take (window, folder, variant, piece_name);
    }
}

static void
take_map_tools (ZxWindow *window, const char *folder, const char *variant)
{
  GtkWidget *pane = GTK_WIDGET (zx_window_map (window));
  const ZxCity *city = zx_map_data_city (zx_map_pane_data (zx_window_map (window)));
  double x = (city->min_x_m + city->max_x_m) / 2, y = (city->min_y_m + city->max_y_m) / 2;
  const double corners[][2] = { { -1500, -800 }, { 1500, -1000 }, { 900, 1200 }, { -1500, -800 } };
  zx_map_pane_show_city (zx_window_map (window));
  gtk_widget_activate_action (pane, "map.turn-beside", NULL);
  gtk_widget_activate_action (pane, "map.hours", NULL);
  gtk_widget_activate_action (pane, "map.hour", "u", 18);
  zx_ui_test_settle (window);
  wait_us (SETTLE_US);
  take (window, folder, variant, "map-beside");
  gtk_widget_activate_action (pane, "map.hours", NULL);
  gtk_widget_activate_action (pane, "map.compare", NULL);
  gtk_widget_activate_action (pane, "map.measure", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (corners); i++)
    gtk_widget_activate_action (pane, "map.measure-at", "(dd)", x + corners[i][0],
                                y + corners[i][1]);
  gtk_widget_activate_action (pane, "map.copy-place", NULL);
  zx_ui_test_settle (window);
  wait_us (SETTLE_US);
  take (window, folder, variant, "map-measure");
  gtk_widget_activate_action (pane, "map.leave", NULL);
  zx_ui_test_settle (window);
}

static GtkWindow *
in_front (ZxWindow *window)
{
  GListModel *all = gtk_window_get_toplevels ();
  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (GtkWindow) other = g_list_model_get_item (all, i);
      if (other != GTK_WINDOW (window) && gtk_widget_get_visible (GTK_WIDGET (other)))
        return other;
    }
  return NULL;
}

/* A picture of one's own style, its editor, a site that is moved, the row of what is chosen. */
static void
take_changes (ZxWindow *window, const char *folder, const char *variant)
{
  ZxSession *session = zx_window_session (window);
  ZxMapLayer *heat = zx_session_layer (session, ZX_MAP_LAYER_USAGE_HEAT);
  const ZxPlan *plan = zx_ui_test_plan (window);
  const ZxMapStyle style = { ZX_RAMP_CIVIDIS, 5, ZX_OWN_COLOUR, 1 };
  zx_session_style_layer (session, heat, &style);
  zx_session_move_layer (session, heat, -ZX_N_MAP_LAYERS); /* its row into view */
  gtk_widget_activate_action (GTK_WIDGET (window), "win.move-site", "(uu)", plan->site[0].candidate,
                              zx_ui_test_outsider (window));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.page", "s", "layers");
  zx_ui_test_settle (window);
  wait_us (SETTLE_US);
  GtkWidget *row = find (GTK_WIDGET (window), ZX_TYPE_LAYER_ROW);
  GtkWidget *scrolled = gtk_widget_get_ancestor (row, GTK_TYPE_SCROLLED_WINDOW);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled)),
                            0);
  wait_us (SETTLE_US);
  take (window, folder, variant, "layers-changed");
  gtk_widget_activate_action (row, "layer.style", NULL);
  wait_us (3 * SETTLE_US); /* GTK 4.8 complains of a tooltip whose popover has just gone */
  take (find (row, GTK_TYPE_POPOVER), folder, variant, "layers-style");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.page", "s", "map");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.choose", "(su)", "stations", 3);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.table", "(su)", "stations", 3);
  zx_ui_test_settle (window);
  wait_us (SETTLE_US);
  take (window, folder, variant, "map-chosen");
  take (in_front (window), folder, variant, "table");
  gtk_window_destroy (in_front (window));
  zx_preferences_show (GTK_WINDOW (window));
  wait_us (SETTLE_US);
  take (in_front (window), folder, variant, "preferences");
  gtk_window_destroy (in_front (window));
}

int
main (int argc, char **argv)
{
  zx_ui_test_init (&argc, &argv);
  if (argc < 3)
    return 2;
  const char *project = NULL;
  for (int i = 3; i < argc; i++)
    if (g_str_has_suffix (argv[i], ".gpkg"))
      project = argv[i];
    else if (g_str_equal (argv[i], "dark"))
      zx_appearance_set ("dark");
    else if (g_str_equal (argv[i], "large"))
      g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", LARGE_DPI, NULL);
    else if (g_str_equal (argv[i], "mirrored"))
      gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
    else if (g_str_equal (argv[i], "contrast"))
      g_object_set (gtk_settings_get_default (), "gtk-theme-name", "Default-hc", NULL);
  ZxWindow *window = zx_ui_test_window ();
  wait_us (SETTLE_US);
  take (window, argv[1], argv[2], "empty");
  zx_ui_test_close (window);
  window = project != NULL ? zx_ui_test_window () : zx_ui_test_town ();
  if (project != NULL)
    zx_session_open (zx_window_session (window), project);
  zx_ui_test_settle (window);
  for (guint i = 0; zx_window_pages ()[i] != NULL; i++)
    take_page (window, argv[1], argv[2], zx_window_pages ()[i]);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.page", "s", "map");
  zx_map_pane_compare (zx_window_map (window), ZX_MAP_LAYER_VEHICLE_HEAT);
  zx_ui_test_settle (window);
  wait_us (SETTLE_US);
  take (window, argv[1], argv[2], "compare");
  take_map_tools (window, argv[1], argv[2]);
  take_changes (window, argv[1], argv[2]);
  ZxHelpWindow *help = zx_help_window_present (GTK_WINDOW (window), "planner");
  wait_us (SETTLE_US);
  take (GTK_WINDOW (help), argv[1], argv[2], "help");
  gtk_window_destroy (GTK_WINDOW (help));
  zx_ui_test_close (window);
  return 0;
}
