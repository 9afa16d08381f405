/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The map's tools on the sample town: two maps of one view, the hours of the day, measuring, kept
 * views, coordinates. */

#include <math.h>

#include "ui/zx-distance.h"
#include "ui/zx-preferences.h"
#include "zx-ui-look.h"

static void
act (ZxWindow *window, const char *name)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (zx_window_map (window)), name, NULL));
  zx_ui_test_settle (window);
}

static void
centre_of (ShumateViewport *viewport, double *lat, double *lon, double *zoom)
{
  *lat = shumate_location_get_latitude (SHUMATE_LOCATION (viewport));
  *lon = shumate_location_get_longitude (SHUMATE_LOCATION (viewport));
  *zoom = shumate_viewport_get_zoom_level (viewport);
}

static void
find_maps (GtkWidget *widget, GPtrArray *maps)
{
  if (SHUMATE_IS_MAP (widget) && gtk_widget_get_mapped (widget))
    g_ptr_array_add (maps, widget);
  for (GtkWidget *at = gtk_widget_get_first_child (widget); at != NULL;
       at = gtk_widget_get_next_sibling (at))
    find_maps (at, maps);
}

static void
test_two_maps (void)
{
  ZxWindow *window = zx_ui_test_town ();
  ZxMapPane *pane = zx_window_map (window);
  act (window, "map.turn-beside");
  g_assert_true (zx_map_pane_is_beside (pane));
  g_assert_cmpint (zx_map_pane_compared (pane), ==, ZX_MAP_LAYER_VEHICLE_HEAT);
  g_autoptr (GPtrArray) maps = g_ptr_array_new ();
  find_maps (GTK_WIDGET (pane), maps);
  g_assert_cmpuint (maps->len, ==, 2);
  ShumateViewport *left = shumate_map_get_viewport (g_ptr_array_index (maps, 0)),
                  *right = shumate_map_get_viewport (g_ptr_array_index (maps, 1));
  double lat[2], lon[2], zoom[2];
  /* Either one leads. */
  for (guint leader = 0; leader < 2; leader++)
    {
      ShumateViewport *moved = leader == 0 ? left : right;
      shumate_viewport_set_zoom_level (moved, 13.3 + leader);
      shumate_location_set_location (SHUMATE_LOCATION (moved), 0.01 + leader * 0.003, -0.02);
      zx_ui_test_settle (window);
      centre_of (left, &lat[0], &lon[0], &zoom[0]);
      centre_of (right, &lat[1], &lon[1], &zoom[1]);
      g_assert_cmpfloat (lat[0], ==, lat[1]);
      g_assert_cmpfloat (lon[0], ==, lon[1]);
      g_assert_cmpfloat (zoom[0], ==, zoom[1]);
      g_assert_cmpfloat (zoom[0], ==, 13.3 + leader);
    }
  /* Both halves are of one size, so one place stands at one spot of each. */
  g_assert_cmpint (ABS (gtk_widget_get_width (g_ptr_array_index (maps, 0))
                        - gtk_widget_get_width (g_ptr_array_index (maps, 1))),
                   <=, 1);
  act (window, "map.turn-beside");
  g_assert_false (zx_map_pane_is_beside (pane));
  g_assert_cmpint (zx_map_pane_compared (pane), ==, ZX_MAP_LAYER_VEHICLE_HEAT);
  act (window, "map.compare");
  g_assert_cmpint (zx_map_pane_compared (pane), ==, ZX_N_MAP_LAYERS);
  zx_ui_test_close (window);
}

static void
test_before_and_after (void)
{
  ZxWindow *window = zx_ui_test_town ();
  ZxMapData *data = zx_map_pane_data (zx_window_map (window));
  const ZxGeometry *before = zx_map_data_shapes (data, ZX_MAP_LAYER_FEEDERS),
                   *after = zx_map_data_shapes (data, ZX_MAP_LAYER_FEEDERS_PLANNED);
  const float *was = zx_map_data_values (data, ZX_MAP_LAYER_FEEDERS),
              *becomes = zx_map_data_values (data, ZX_MAP_LAYER_FEEDERS_PLANNED);
  guint n_more = 0;
  g_assert_true (before != NULL && before == after);
  for (gsize i = 0; i < before->n_rows; i++)
    if (isfinite (was[i]) && isfinite (becomes[i]))
      {
        g_assert_cmpfloat (becomes[i], >=, was[i]);
        n_more += becomes[i] > was[i];
      }
  g_assert_cmpuint (n_more, >, 0);
  zx_ui_test_close (window);
}

/* Scale bar, measured lines and cards follow the preferences. */
static void
test_units (void)
{
  GSettings *settings = zx_preferences_settings ();
  ZxWindow *window = zx_ui_test_town ();
  ZxMapPane *pane = zx_window_map (window);
  g_assert_nonnull (settings);
  g_autofree char *metric = zx_distance_text (12345), *little = zx_distance_text (45.67),
                  *area = zx_distance_area_text (2.5e6), *none = zx_distance_text (NAN);
  g_assert_cmpstr (little, ==, "45.7 m");
  g_assert_cmpstr (none, ==, "–");
  g_assert_true (g_str_has_suffix (metric, " km") && g_str_has_suffix (area, " km²"));
  const ZxCity *city = zx_map_data_city (zx_map_pane_data (pane));
  double x_m = (city->min_x_m + city->max_x_m) / 2, y_m = (city->min_y_m + city->max_y_m) / 2;
  act (window, "map.measure");
  gtk_widget_activate_action (GTK_WIDGET (pane), "map.measure-at", "(dd)", x_m, y_m);
  gtk_widget_activate_action (GTK_WIDGET (pane), "map.measure-at", "(dd)", x_m + 1609.344, y_m);
  g_assert_true (g_str_has_suffix (zx_map_pane_measured (pane), " m"));
  g_settings_set_string (settings, "units", "imperial");
  g_assert_cmpstr (zx_map_pane_measured (pane), ==, "1.00 mi");
  g_autofree char *feet = zx_distance_text (30.48), *acres = zx_distance_area_text (40468.564224);
  g_assert_cmpstr (feet, ==, "100 ft");
  g_assert_cmpstr (acres, ==, "10.0 acres");
  g_settings_reset (settings, "units");
  g_assert_true (g_str_has_suffix (zx_map_pane_measured (pane), " m"));
  zx_ui_test_close (window);
}

static void
test_hours (void)
{
  ZxWindow *window = zx_ui_test_town ();
  ZxMapPane *pane = zx_window_map (window);
  act (window, "map.hours");
  gtk_widget_activate_action (GTK_WIDGET (pane), "map.hour", "u", 18);
  zx_ui_test_settle (window);
  g_assert_true (zx_ui_test_says (GTK_WIDGET (pane), "18:00"));
  act (window, "map.play");
  /* Playing goes on by itself, and round the day. */
  gtk_widget_activate_action (GTK_WIDGET (pane), "map.hour", "u", 23);
  for (gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
       !zx_ui_test_says (GTK_WIDGET (pane), "00:00 to 01:00");)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
  act (window, "map.play");
  act (window, "map.hours");
  g_assert_false (zx_ui_test_says (GTK_WIDGET (pane), "00:00 to 01:00"));
  zx_ui_test_close (window);
}

static void
test_hours_share_a_domain (void)
{
  ZxWindow *window = zx_ui_test_town ();
  ZxProject *project = zx_session_project (zx_window_session (window));
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxHourFields) fields
      = zx_hour_fields_new (project, ZX_MAP_LAYER_USAGE_HEAT, NULL, &error);
  g_assert_no_error (error);
  const ZxField *whole = zx_project_field (project, "usage_heat");
  double total[2] = { 0, 0 };
  for (guint hour = 0; hour < ZX_N_HOURS; hour++)
    {
      g_autoptr (ZxField) field = zx_hour_fields_at (fields, hour);
      g_autoptr (ZxField) exact
          = zx_project_field_of_hour (project, "usage_heat", hour, NULL, &error);
      g_assert_no_error (error);
      double low, high;
      zx_field_range (exact, &low, &high);
      for (gsize i = 0; i < (gsize) field->n_columns * field->n_rows; i++)
        {
          g_assert_cmpint (isfinite (field->value[i]), ==, isfinite (exact->value[i]));
          if (isfinite (exact->value[i]))
            g_assert_cmpfloat (fabs (field->value[i] - exact->value[i]), <=,
                               (high - low) / 65000 + 1e-12);
        }
      total[hour / 24] += zx_field_total (exact);
    }
  /* The hours of five weekdays and two weekend days are the week. */
  g_assert_cmpfloat (fabs ((5 * total[0] + 2 * total[1]) / 7 / zx_field_total (whole) - 1), <,
                     0.02);
  g_assert_cmpfloat (zx_hour_fields_scale (fields)->high, >, 0);
  zx_ui_test_close (window);
}

static void
test_measuring (void)
{
  ZxWindow *window = zx_ui_test_town ();
  ZxMapPane *pane = zx_window_map (window);
  const ZxCity *city = zx_map_data_city (zx_map_pane_data (pane));
  double x = (city->min_x_m + city->max_x_m) / 2, y = (city->min_y_m + city->max_y_m) / 2;
  const double corners[][2] = { { x, y }, { x + 3000, y }, { x + 3000, y + 4000 } };
  act (window, "map.measure");
  for (guint i = 0; i < G_N_ELEMENTS (corners); i++)
    gtk_widget_activate_action (GTK_WIDGET (pane), "map.measure-at", "(dd)", corners[i][0],
                                corners[i][1]);
  /* 7000 m of the plane; the ground's metres differ by less than one in a thousand. */
  double metres = g_ascii_strtod (zx_map_pane_measured (pane), NULL);
  g_assert_true (g_str_has_suffix (zx_map_pane_measured (pane), " m"));
  g_autofree char *digits = g_strdup (zx_map_pane_measured (pane));
  guint n = 0;
  for (const char *at = digits; *at != '\0'; at++)
    if (g_ascii_isdigit (*at))
      digits[n++] = *at;
  digits[n] = '\0';
  metres = g_ascii_strtod (digits, NULL);
  g_assert_cmpfloat_with_epsilon (metres, 7000, 7);
  gtk_widget_activate_action (GTK_WIDGET (pane), "map.measure-at", "(dd)", x, y);
  g_assert_nonnull (strstr (zx_map_pane_measured (pane), "km²"));
  act (window, "map.unmeasure"); /* opens the ring */
  g_assert_null (strstr (zx_map_pane_measured (pane), "km²"));
  act (window, "map.unmeasure"); /* takes the last point back */
  g_assert_true (g_str_has_prefix (zx_map_pane_measured (pane), "3")
                 || g_str_has_prefix (zx_map_pane_measured (pane), "2"));
  act (window, "map.leave");
  g_assert_cmpstr (zx_map_pane_measured (pane), ==, "");
  zx_ui_test_close (window);
}

static void
test_kept_views (void)
{
  ZxWindow *window = zx_ui_test_town ();
  ZxMapPane *pane = zx_window_map (window);
  ZxSession *session = zx_window_session (window);
  GListModel *bookmarks = zx_session_bookmarks (session);
  g_autofree char *path = g_strdup (zx_project_path (zx_session_project (session)));
  double lat, lon, zoom, lat_2, lon_2, zoom_2;
  zx_map_pane_zoom (pane, 1.5);
  zx_map_pane_pan (pane, 0.3, 0.1);
  zx_ui_test_settle (window);
  centre_of (zx_map_pane_viewport (pane), &lat, &lon, &zoom);
  guint n = g_list_model_get_n_items (bookmarks);
  gtk_widget_activate_action (GTK_WIDGET (pane), "map.keep-view", "s", " 港口\nnorth ");
  g_assert_cmpuint (g_list_model_get_n_items (bookmarks), ==, n + 1);
  zx_map_pane_show_city (pane);
  gtk_widget_activate_action (GTK_WIDGET (pane), "map.view", "u", n);
  for (guint i = 0; i < 600; i++) /* the flight */
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  zx_ui_test_settle (window);
  centre_of (zx_map_pane_viewport (pane), &lat_2, &lon_2, &zoom_2);
  g_assert_cmpfloat_with_epsilon (lat, lat_2, 1e-7);
  g_assert_cmpfloat_with_epsilon (lon, lon_2, 1e-7);
  g_assert_cmpfloat_with_epsilon (zoom, zoom_2, 1e-6);
  gtk_widget_activate_action (GTK_WIDGET (pane), "map.remove-view", "u", n);
  g_assert_cmpuint (g_list_model_get_n_items (bookmarks), ==, n);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (bookmarks), ==, n + 1);
  zx_ui_test_settle (window);
  /* In the file. */
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxProject) again = zx_project_open (path, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (zx_project_bookmarks (again), " 港口 north\n"));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
  zx_ui_test_settle (window);
  zx_ui_test_close (window);
}

static void
test_broken_bookmarks (void)
{
  g_autoptr (GPtrArray) bookmarks
      = zx_bookmarks_parse ("1 2 3 a b\n1 2 0 flat\n1 2 -1 x\nnan 2 3 x\n1 2 3\n\n1 2 3 \xff\n"
                            "1e9 2 3 far\n");
  g_assert_cmpuint (bookmarks->len, ==, 2);
  g_assert_cmpstr (zx_bookmark_name (g_ptr_array_index (bookmarks, 0)), ==, "a b");
}

/* Plan A on the left, plan B on the right. */
static void
test_two_plans (void)
{
  ZxWindow *window = zx_ui_test_town ();
  ZxMapPane *pane = zx_window_map (window);
  ZxSession *session = zx_window_session (window);
  ZxMapPlaces places;
  g_autoptr (GError) error = NULL;
  g_assert_true (zx_session_keep_scenario (session, "A", &error));
  guint n = zx_session_scenarios (session)->len;
  const ZxScenario *scenario = g_ptr_array_index (zx_session_scenarios (session), n - 1);
  gtk_widget_activate_action (GTK_WIDGET (pane), "map.compare-plan", "u", n - 1);
  zx_ui_test_settle (window);
  g_assert_cmpint (zx_map_pane_compared (pane), ==, ZX_MAP_LAYER_SITES);
  g_autoptr (ZxMapData) other
      = zx_map_data_with_sites (zx_map_pane_data (pane), (const char *const *) scenario->sites);
  g_assert_true (zx_map_data_places (other, ZX_MAP_LAYER_SITES, &places));
  g_assert_cmpuint (places.n, ==, g_strv_length (scenario->sites));
  const ZxPlan *plan = zx_project_plan (zx_session_project (session));
  const ZxCandidates *candidates = zx_project_candidates (zx_session_project (session));
  for (guint i = 0; i < places.n; i++)
    {
      guint found = 0;
      for (guint k = 0; k < plan->n_sites; k++)
        found += candidates->x_m[plan->site[k].candidate] == places.x_m[i]
                 && candidates->y_m[plan->site[k].candidate] == places.y_m[i];
      g_assert_cmpuint (found, ==, 1);
    }
  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL); /* the plan is gone */
  zx_ui_test_settle (window);
  g_assert_cmpint (zx_map_pane_compared (pane), ==, ZX_N_MAP_LAYERS);
  zx_ui_test_close (window);
}

/* ---- a picture under the map ------------------------------------------------------------------
 */

/* Answers every question with one small picture, and counts. */
static gboolean
on_asked_cb (GThreadedSocketService *service, GSocketConnection *connection, GObject *source,
             gpointer n_asked)
{
  char question[4096], *picture, *answer;
  gsize n_picture, n_answer;
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 256, 256);
  gdk_pixbuf_fill (pixbuf, 0x12a456ff);
  g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), question,
                       sizeof question, NULL, NULL);
  g_assert_true (gdk_pixbuf_save_to_buffer (pixbuf, &picture, &n_picture, "png", NULL, NULL));
  answer = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nConnection: close\r\n"
                            "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
                            n_picture);
  n_answer = strlen (answer);
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_output_stream_write_all (out, answer, n_answer, NULL, NULL, NULL);
  g_output_stream_write_all (out, picture, n_picture, NULL, NULL, NULL);
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  g_atomic_int_inc ((gint *) n_asked);
  g_free (answer);
  g_free (picture);
  return TRUE;
}

static void
test_a_server (void)
{
  gint n_asked = 0;
  g_autoptr (GSocketService) service = g_threaded_socket_service_new (4);
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);
  g_signal_connect (service, "run", G_CALLBACK (on_asked_cb), &n_asked);
  g_socket_service_start (service);
  ZxWindow *window = zx_ui_test_town ();
  GtkWidget *pane = GTK_WIDGET (zx_window_map (window));
  g_autofree char *address = g_strdup_printf ("http://127.0.0.1:%u/{z}/{x}/{y}.png", port);
  act (window, "map.home");
  g_assert_cmpint (g_atomic_int_get (&n_asked), ==, 0); /* nobody is asked unasked */
  gtk_widget_activate_action (pane, "map.backdrop-address", "(sbs)", address, FALSE, "© Test");
  for (gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC; g_atomic_int_get (&n_asked) < 4;)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
  zx_ui_test_settle (window);
  g_assert_true (zx_ui_test_says (pane, "© Test"));
  ZxWindow *later = zx_ui_test_window ();
  g_assert_true (zx_ui_test_says (GTK_WIDGET (zx_window_map (later)), "© Test")); /* remembered */
  zx_ui_test_close (later);
  act (window, "map.no-backdrop");
  g_assert_false (zx_ui_test_says (pane, "© Test"));
  later = zx_ui_test_window ();
  g_assert_false (zx_ui_test_says (GTK_WIDGET (zx_window_map (later)), "© Test"));
  zx_ui_test_close (later);
  gtk_widget_activate_action (pane, "map.backdrop-address", "(sbs)", "nonsense", FALSE, "");
  g_assert_nonnull (strstr (zx_window_told (window), "nonsense"));
  gtk_widget_activate_action (pane, "map.backdrop-file", "s", "/nowhere.mbtiles");
  zx_ui_test_settle (window);
  g_assert_nonnull (strstr (zx_window_told (window), "/nowhere.mbtiles"));
  zx_ui_test_close (window);
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
}

static void
test_copying (void)
{
  ZxWindow *window = zx_ui_test_town ();
  act (window, "map.copy-place");
  g_assert_true (g_str_has_prefix (zx_window_told (window), "Copied: "));
  zx_ui_test_close (window);
}

int
main (int argc, char **argv)
{
  zx_ui_test_init (&argc, &argv);
  g_test_add_func ("/ui/map/two-maps-move-as-one", test_two_maps);
  g_test_add_func ("/ui/map/the-plan-loads-feeders-and-never-relieves-them", test_before_and_after);
  g_test_add_func ("/ui/map/units-follow-the-preferences", test_units);
  g_test_add_func ("/ui/map/the-hours-play-round-the-day", test_hours);
  g_test_add_func ("/ui/map/the-hours-add-up-to-the-week", test_hours_share_a_domain);
  g_test_add_func ("/ui/map/a-line-is-measured-on-the-ground", test_measuring);
  g_test_add_func ("/ui/map/a-kept-view-comes-back", test_kept_views);
  g_test_add_func ("/ui/map/broken-bookmarks-are-left-out", test_broken_bookmarks);
  g_test_add_func ("/ui/map/two-plans-are-compared", test_two_plans);
  g_test_add_func ("/ui/map/a-server-is-asked-only-when-chosen", test_a_server);
  g_test_add_func ("/ui/map/coordinates-are-copied", test_copying);
  return g_test_run ();
}
