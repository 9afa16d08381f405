/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window on the sample city: start of a new program to a painted map, CPU of the main thread
 * per frame, the longest stretch the main thread was busy while things are loaded, run and laid
 * out, the worker's time for a picture, memory; the same frames with ten thousand stations.
 *
 * The watchdog takes each turn of the main loop for a stretch and says what of the longest was
 * layout and what painting.  Both clocks are printed: on a busy machine only the CPU's is the
 * window's own.
 *
 * usage: under-display bench-window [city|town] [CYCLES]     CYCLES: how often to open and close */

#include <gtk/gtk.h>
#include <stdlib.h>
#include <time.h>

#include "ui/widgets/zx-reveal.h"
#include "ui/zx-appearance.h"
#include "ui/zx-window.h"

#define FRAMES         60
#define IDLE_TURNS     60 /* that find nothing to do: more than a frame's time */
#define LONGEST_FRAMES 4096
#define GOAL_START_S   1.5
#define GOAL_FRAME_MS  40.0
#define GOAL_BUSY_MS   16.0
#define GOAL_MIB       400.0
#define GOAL_GROWTH    5.0
#define MANY_STATIONS  10000

/* ---- measuring ----------------------------------------------------------------------------------
 */

static double
thread_ms (void)
{
  struct timespec now;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

static double
memory_mib (const char *which)
{
  g_autofree char *status = NULL;
  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return NAN;
  const char *line = strstr (status, which);
  return line != NULL ? (double) g_ascii_strtoll (line + strlen (which), NULL, 10) / 1024 : NAN;
}

/* ---- the watchdog --------------------------------------------------------------------------- */

typedef struct
{
  double cpu_ms, wall_ms, layout_ms, paint_ms; /* of the turn that took most CPU */
  double longest_wall_ms;                      /* of any turn */
} Stretch;

static struct
{
  GdkFrameClock *clock; /* weak; of the window that is watched */
  double layout_ms, paint_ms, phase_ms;
} watchdog;

static void
on_phase_cb (GdkFrameClock *clock, gpointer spent_ms)
{
  double now = thread_ms ();
  if (spent_ms != NULL)
    *(double *) spent_ms += now - watchdog.phase_ms;
  watchdog.phase_ms = now;
}

/* Handlers of our own run before and after those of the windows. */
static void
watch (GtkWidget *window)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);
  if (watchdog.clock == clock)
    return;
  g_set_weak_pointer (&watchdog.clock, clock);
  g_signal_connect (clock, "before-paint", G_CALLBACK (on_phase_cb), NULL);
  g_signal_connect_after (clock, "layout", G_CALLBACK (on_phase_cb), &watchdog.layout_ms);
  g_signal_connect_after (clock, "paint", G_CALLBACK (on_phase_cb), &watchdog.paint_ms);
}

/* One turn of the main loop is one stretch the window cannot answer in. */
static double
turn (Stretch *longest, gboolean *has_worked)
{
  double before = thread_ms ();
  gint64 wall_before = g_get_monotonic_time ();
  watchdog.layout_ms = watchdog.paint_ms = 0;
  *has_worked = g_main_context_iteration (NULL, FALSE);
  double spent = thread_ms () - before,
         wall_ms = (double) (g_get_monotonic_time () - wall_before) / 1e3;
  if (*has_worked && longest != NULL)
    {
      double longest_wall = fmax (longest->longest_wall_ms, wall_ms);
      if (spent > longest->cpu_ms)
        *longest = (Stretch){ spent, wall_ms, watchdog.layout_ms, watchdog.paint_ms, 0 };
      longest->longest_wall_ms = longest_wall;
    }
  if (!*has_worked)
    g_usleep (500);
  return spent;
}

static void
print_stretch (const char *what, const Stretch *longest)
{
  g_print ("%-28s %6.1f ms CPU, %.1f ms wall  longest busy stretch (goal %.0f): layout %.1f, "
           "painting %.1f; longest by the wall clock %.1f\n",
           what, longest->cpu_ms, longest->wall_ms, GOAL_BUSY_MS, longest->layout_ms,
           longest->paint_ms, longest->longest_wall_ms);
}

static gboolean
is_settled (ZxWindow *window)
{
  return !zx_jobs_is_busy (zx_session_jobs (zx_window_session (window)))
         && !zx_reveal_is_under_way ()
         && (!gtk_widget_get_mapped (GTK_WIDGET (zx_window_map (window)))
             || zx_map_pane_is_settled (zx_window_map (window)));
}

static Stretch
settle (ZxWindow *window)
{
  Stretch longest = { 0 };
  watch (GTK_WIDGET (window));
  for (guint n_idle = 0; n_idle < IDLE_TURNS; n_idle++)
    {
      gboolean has_worked;
      turn (&longest, &has_worked);
      if (has_worked || !is_settled (window))
        n_idle = 0;
    }
  return longest;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return x < y ? -1 : x > y;
}

static void
on_after_paint_cb (GdkFrameClock *clock, guint *n_frames)
{
  (*n_frames)++;
}

/* Pans or zooms a step per frame and adds up the main thread's CPU between paints. */
static void
measure_frames (ZxWindow *window, const char *what, double right, double zoom)
{
  double frames[FRAMES];
  guint n_painted = 0;
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (window));
  gulong handler
      = g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint_cb), &n_painted);
  for (guint i = 0; i < FRAMES; i++)
    {
      guint before = n_painted;
      double sign = i < FRAMES / 2 ? 1 : -1;
      frames[i] = 0;
      double start = thread_ms ();
      if (right != 0)
        zx_map_pane_pan (zx_window_map (window), sign * right, 0);
      if (zoom != 0)
        zx_map_pane_zoom (zx_window_map (window), sign * zoom);
      frames[i] += thread_ms () - start;
      gboolean has_worked;
      while (n_painted == before)
        frames[i] += turn (NULL, &has_worked);
    }
  g_signal_handler_disconnect (clock, handler);
  settle (window);
  qsort (frames, FRAMES, sizeof *frames, compare_doubles);
  g_print ("%-28s p50 %6.1f ms  p95 %6.1f ms  CPU on the main thread per frame (goal %.0f)\n", what,
           frames[FRAMES / 2], frames[FRAMES * 95 / 100], GOAL_FRAME_MS);
}

/* ---- the story
 * ----------------------------------------------------------------------------------- */

static ZxWindow *
open_window (const char *path, Stretch *longest)
{
  ZxWindow *window = zx_window_new (NULL);
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  gtk_window_present (GTK_WINDOW (window));
  if (path != NULL)
    gtk_widget_activate_action (GTK_WIDGET (window), "win.open-path", "s", path);
  Stretch found = settle (window);
  if (longest != NULL)
    *longest = found;
  return window;
}

static void
close_window (ZxWindow *window)
{
  gtk_window_destroy (GTK_WINDOW (window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static char *
make_sample (const char *size)
{
  ZxWindow *window = open_window (NULL, NULL);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.sample", "s", size);
  Stretch busy = settle (window);
  print_stretch ("inventing and running", &busy);
  ZxProject *project = zx_session_project (zx_window_session (window));
  char *path = project != NULL ? g_strdup (zx_project_path (project)) : NULL;
  close_window (window);
  return path;
}

static void
measure_map (ZxWindow *window, const char *what)
{
  g_autofree char *pan = g_strdup_printf ("pan%s", what), *zoom = g_strdup_printf ("zoom%s", what);
  g_print ("picture%-21s %6.0f ms  worker's time for base, heat and stations\n", what,
           1e3 * zx_map_pane_last_seconds (zx_window_map (window)));
  measure_frames (window, pan, 0.01, 0);
  measure_frames (window, zoom, 0, 0.05);
}

static void
measure_cycles (const char *path, guint n)
{
  for (guint i = 0; i < 5; i++)
    close_window (open_window (path, NULL));
  double before = memory_mib ("VmRSS:");
  for (guint i = 0; i < n; i++)
    close_window (open_window (path, NULL));
  g_print ("%-28s %+6.1f MiB in %u times opening and closing (goal %.0f in 200)\n", "growth",
           memory_mib ("VmRSS:") - before, n, GOAL_GROWTH);
}

/* ---- a program of its own -------------------------------------------------------------------
 */

/* What a planner starts: from the start of the program to the painted map, and what it holds. */
static int
start_program (const char *path, gint64 started)
{
  Stretch busy;
  ZxWindow *window = open_window (path, &busy);
  g_print ("%-28s %6.2f s wall, %.2f s CPU of the main thread to a painted map (goal %.1f s)\n",
           "start of the program", (double) (g_get_monotonic_time () - started) / 1e6,
           thread_ms () / 1e3, GOAL_START_S);
  print_stretch ("opening, the first time", &busy);
  g_print ("%-28s %6.0f MiB now, %.0f MiB at its peak (goal %.0f)\n", "memory after opening",
           memory_mib ("VmRSS:"), memory_mib ("VmHWM:"), GOAL_MIB);
  close_window (window);
  return 0;
}

static void
measure_start (const char *program, const char *path)
{
  g_autofree char *started = g_strdup_printf ("%lld", (long long) g_get_monotonic_time ());
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) child
      = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, program, "start", path, started, NULL);
  if (child == NULL || !g_subprocess_wait_check (child, NULL, &error))
    g_printerr ("The program could not be started: %s\n", error->message);
}

/* ---- ten thousand stations ------------------------------------------------------------------
 */

/* The sample's stations again and again, each time a little further on and under other names. */
static gboolean
multiply_stations (const char *from, const char *to, guint n)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents (from, &text, NULL, NULL))
    return FALSE;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_auto (GStrv) names = g_strsplit (g_strchomp (lines[0]), ",", -1);
  guint n_rows = 0, n_columns = g_strv_length (names);
  while (lines[1 + n_rows] != NULL && lines[1 + n_rows][0] != '\0')
    n_rows++;
  g_autoptr (GString) many = g_string_new (lines[0]);
  g_string_append_c (many, '\n');
  for (guint i = 0; i < n; i++)
    {
      g_auto (GStrv) cells = g_strsplit (g_strchomp (lines[1 + i % n_rows]), ",", -1);
      guint copy = i / n_rows;
      for (guint c = 0; c < n_columns && cells[c] != NULL; c++)
        {
          double value = g_ascii_strtod (cells[c], NULL);
          gboolean is_degrees = strchr (cells[c], '.') != NULL && value > 15 && value < 140;
          char number[G_ASCII_DTOSTR_BUF_SIZE];
          if (is_degrees)
            g_string_append (many, g_ascii_formatd (number, sizeof number, "%.6f",
                                                    value + 0.0011 * ((copy * (c + 3)) % 17)));
          else
            g_string_append (many, cells[c]);
          if (c == 0)
            g_string_append_printf (many, "%u", copy);
          g_string_append_c (many, c + 1 < n_columns ? ',' : '\n');
        }
    }
  return g_file_set_contents (to, many->str, (gssize) many->len, NULL);
}

static void
measure_many (const char *project)
{
  static const char *const same[] = { "roads.geojson", "boundary.geojson", "water.geojson",
                                      "green.geojson", "vehicles.csv.gz",  "recipe.ini" };
  g_autofree char *kept = g_path_get_dirname (project),
                  *folder = g_build_filename (kept, "files", NULL),
                  *whole = g_build_filename (folder, "stations.csv", NULL),
                  *many = g_dir_make_tmp ("bench-window-XXXXXX", NULL),
                  *stations = g_build_filename (many, "stations.csv", NULL),
                  *path = g_build_filename (many, "many.gpkg", NULL);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  if (!multiply_stations (whole, stations, MANY_STATIONS))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_autofree char *from = g_build_filename (folder, same[i], NULL);
      char *to = g_build_filename (many, same[i], NULL);
      g_autoptr (GFile) source = g_file_new_for_path (from), copy = g_file_new_for_path (to);
      g_file_copy (source, copy, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, NULL);
      g_ptr_array_add (files, to);
    }
  g_ptr_array_add (files, g_strdup (stations));
  g_ptr_array_add (files, NULL);
  ZxWindow *window = open_window (NULL, NULL);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.create", "(s^as)", path, files->pdata);
  Stretch busy = settle (window);
  print_stretch ("making a project", &busy);
  ZxProject *made = zx_session_project (zx_window_session (window));
  const ZxCity *city = made != NULL ? zx_project_city (made) : NULL;
  if (city != NULL)
    {
      g_autofree char *what = g_strdup_printf (", %zu stations", (gsize) city->stations.n);
      measure_map (window, what);
    }
  close_window (window);
}

int
main (int argc, char **argv)
{
  const char *size = argc > 1 ? argv[1] : "city";
  guint n_cycles = argc > 2 ? (guint) g_ascii_strtoull (argv[2], NULL, 10) : 10;
  Stretch busy;
  g_set_prgname ("zhixing");
  g_set_application_name ("Zhixing");
  gtk_init ();
  zx_appearance_start ();
  if (argc == 4 && g_str_equal (size, "start"))
    return start_program (argv[2], g_ascii_strtoll (argv[3], NULL, 10));
  g_autofree char *path = make_sample (size);
  if (path == NULL)
    return 1;
  measure_start (argv[0], path);
  ZxWindow *window = open_window (path, &busy);
  print_stretch ("opening", &busy);
  measure_map (window, "");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.run", NULL);
  busy = settle (window);
  print_stretch ("running", &busy);
  for (guint i = 0; zx_window_pages ()[i] != NULL; i++)
    {
      gtk_widget_activate_action (GTK_WIDGET (window), "win.page", "s", zx_window_pages ()[i]);
      busy = settle (window);
      print_stretch (zx_window_pages ()[i], &busy);
    }
  gtk_widget_activate_action (GTK_WIDGET (window), "win.page", "s", "map");
  settle (window);
  g_print ("%-28s %6.0f MiB now, %.0f MiB at its peak (goal %.0f)\n", "memory",
           memory_mib ("VmRSS:"), memory_mib ("VmHWM:"), GOAL_MIB);
  close_window (window);
  measure_many (path);
  measure_cycles (path, n_cycles);
  return 0;
}
