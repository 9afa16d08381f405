/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window on the sample city: start to a painted map, CPU of the main thread per frame, the
 * longest stretch the main thread was busy while things are loaded, run and laid out, the worker's
 * time for a picture, memory.
 *
 * usage: under-display bench-window [city|town] [CYCLES]     CYCLES: how often to open and close */

#include <gtk/gtk.h>
#include <stdlib.h>
#include <time.h>

#include "ui/zx-appearance.h"
#include "ui/zx-window.h"

#define FRAMES         60
#define LONGEST_FRAMES 4096
#define GOAL_START_S   1.5
#define GOAL_FRAME_MS  40.0
#define GOAL_BUSY_MS   16.0
#define GOAL_MIB       400.0

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

/* One turn of the main loop is one stretch the window cannot answer in. */
static double
turn (double *longest_ms)
{
  double before = thread_ms ();
  gboolean has_worked = g_main_context_iteration (NULL, FALSE);
  double spent = thread_ms () - before;
  if (has_worked && longest_ms != NULL)
    *longest_ms = MAX (*longest_ms, spent);
  if (!has_worked)
    g_usleep (500);
  return spent;
}

static gboolean
is_settled (ZxWindow *window)
{
  return !zx_jobs_is_busy (zx_session_jobs (zx_window_session (window)))
         && (!gtk_widget_get_mapped (GTK_WIDGET (zx_window_map (window)))
             || zx_map_pane_is_settled (zx_window_map (window)));
}

static double
settle (ZxWindow *window)
{
  double longest_ms = 0;
  do
    turn (&longest_ms);
  while (!is_settled (window));
  return longest_ms;
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
      while (n_painted == before)
        frames[i] += turn (NULL);
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
open_window (const char *path, double *longest_ms)
{
  ZxWindow *window = zx_window_new (NULL);
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  gtk_window_present (GTK_WINDOW (window));
  if (path != NULL)
    gtk_widget_activate_action (GTK_WIDGET (window), "win.open-path", "s", path);
  double longest = settle (window);
  if (longest_ms != NULL)
    *longest_ms = longest;
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
  double busy = settle (window);
  g_print ("%-28s %6.1f ms  longest busy stretch (goal %.0f)\n", "inventing and running", busy,
           GOAL_BUSY_MS);
  ZxProject *project = zx_session_project (zx_window_session (window));
  char *path = project != NULL ? g_strdup (zx_project_path (project)) : NULL;
  close_window (window);
  return path;
}

static void
measure_cycles (const char *path, guint n)
{
  for (guint i = 0; i < 5; i++)
    close_window (open_window (path, NULL));
  double before = memory_mib ("VmRSS:");
  for (guint i = 0; i < n; i++)
    close_window (open_window (path, NULL));
  g_print ("%-28s %+6.1f MiB in %u times opening and closing\n", "growth",
           memory_mib ("VmRSS:") - before, n);
}

int
main (int argc, char **argv)
{
  const char *size = argc > 1 ? argv[1] : "city";
  guint n_cycles = argc > 2 ? (guint) g_ascii_strtoull (argv[2], NULL, 10) : 10;
  double busy;
  g_set_prgname ("zhixing");
  g_set_application_name ("Zhixing");
  gtk_init ();
  zx_appearance_start ();
  g_autofree char *path = make_sample (size);
  if (path == NULL)
    return 1;
  gint64 start = g_get_monotonic_time ();
  double start_cpu = thread_ms ();
  ZxWindow *window = open_window (path, &busy);
  g_print ("%-28s %6.2f s wall, %.2f s CPU of the main thread to a painted map (goal %.1f s)\n",
           "opening the sample", (double) (g_get_monotonic_time () - start) / 1e6,
           (thread_ms () - start_cpu) / 1e3, GOAL_START_S);
  g_print ("%-28s %6.1f ms  longest busy stretch (goal %.0f)\n", "opening", busy, GOAL_BUSY_MS);
  g_print ("%-28s %6.0f ms  worker's time for a picture with base, heat and stations\n", "picture",
           1e3 * zx_map_pane_last_seconds (zx_window_map (window)));
  measure_frames (window, "pan", 0.01, 0);
  measure_frames (window, "zoom", 0, 0.05);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.run", NULL);
  g_print ("%-28s %6.1f ms  longest busy stretch (goal %.0f)\n", "running", settle (window),
           GOAL_BUSY_MS);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.page", "s", "report");
  g_print ("%-28s %6.1f ms  longest busy stretch (goal %.0f)\n", "laying out the report",
           settle (window), GOAL_BUSY_MS);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.page", "s", "map");
  settle (window);
  g_print ("%-28s %6.0f MiB now, %.0f MiB at its peak (goal %.0f)\n", "memory",
           memory_mib ("VmRSS:"), memory_mib ("VmHWM:"), GOAL_MIB);
  close_window (window);
  measure_cycles (path, n_cycles);
  return 0;
}
