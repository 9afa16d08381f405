/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The whole route on the invented cities: seconds and peak memory by stage, the report, and how
 * long a cancel takes.
 *
 * usage: bench-route [town|city|province]…      (town and city when nothing is said) */

#include <glib/gstdio.h>

#include "app/project/zx-project.h"
#include "data/sample/zx-sample.h"
#include "tests/bench/zx-bench.h"
#include "zx-test.h"

#define ALLOWED_S 0.2

static const char *const sizes[] = { "town", "city", "province" };

typedef struct
{
  double wall, cpu;
} Spent;

/* Since @clock, which begins anew. */
static Spent
lap (Spent *clock)
{
  Spent now = { zx_bench_seconds (), zx_bench_cpu_seconds () };
  Spent spent = { now.wall - clock->wall, now.cpu - clock->cpu };
  *clock = now;
  return spent;
}

static void
expect (gboolean ok, const GError *error)
{
  if (!ok)
    g_error ("%s", error->message);
}

static ZxProject *
make_project (const char *folder, const char *name, GError **error)
{
  g_autofree char *files = g_build_filename (folder, "files", NULL);
  g_autofree char *recipe_path = g_build_filename (files, "recipe.ini", NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;
  if (!g_file_get_contents (recipe_path, &text, NULL, error))
    return NULL;
  g_autoptr (ZxRecipe) recipe = zx_recipe_parse (text, -1, error);
  return recipe != NULL ? zx_project_create (path, recipe, files, error) : NULL;
}

static void
print_stages (ZxProject *project)
{
  for (guint i = 0; i < ZX_STAGE_TELL; i++)
    {
      const ZxStageInfo *info = zx_project_stage (project, (ZxStage) i);
      g_print ("  %-9s %7.2f s %6.0f MiB\n", zx_stage_name ((ZxStage) i), info->seconds,
               (double) info->peak_bytes / 1048576);
    }
}

/* ---- cancel ------------------------------------------------------------------------------- */

typedef struct
{
  ZxProject *project;
  gint stop;
  gint64 ended;
} Run;

static gpointer
run_until_stopped (gpointer data)
{
  Run *run = data;
  ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &run->stop);
  g_autoptr (GError) error = NULL;
  zx_project_run (run->project, ZX_STAGE_CHOOSE, &progress, &error);
  run->ended = g_get_monotonic_time ();
  return NULL;
}

/* Seconds from asking, @after_s into a run of the project at @path, to its end; the run ends
 * without changing the file. */
static double
cancel_once (const char *path, double after_s)
{
  g_autoptr (GError) error = NULL;
  Run run = { zx_project_open (path, &error), 0, 0 };
  expect (run.project != NULL, error);
  GThread *thread = g_thread_new ("route", run_until_stopped, &run);
  g_usleep ((gulong) (after_s * 1e6));
  gint64 asked = g_get_monotonic_time ();
  g_atomic_int_set (&run.stop, 1);
  g_thread_join (thread);
  g_object_unref (run.project);
  return MAX ((double) (run.ended - asked) / 1e6, 0);
}

typedef struct
{
  double worst, sum, at_s; /* of the worst: seconds into its stage */
  guint n, n_slow;         /* over ALLOWED_S */
  ZxStage stage;
} Cancels;

/* Cancels spread over one stage, whose input stands in the file at @path. */
static void
cancel_stage (Cancels *self, const char *path, ZxStage stage, double length_s, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      double at_s = length_s * (i + 0.5) / n, took = cancel_once (path, at_s);
      self->n++;
      self->sum += took;
      self->n_slow += took > ALLOWED_S;
      if (took > self->worst)
        {
          self->worst = took;
          self->at_s = at_s;
          self->stage = stage;
        }
    }
}

/* Open, check and seal are one piece of work; every other stage starts from a file that holds the
 * stages before it, so that forty moments do not cost forty whole runs. */
static void
bench_cancels (const char *folder, const double seconds[ZX_N_STAGES], guint n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxProject) project = make_project (folder, "cancel.gpkg", &error);
  expect (project != NULL, error);
  double whole = 0;
  for (guint stage = 0; stage < ZX_STAGE_TELL; stage++)
    whole += seconds[stage];
  Cancels cancels = { 0 };
  for (guint stage = ZX_STAGE_SEAL; stage < ZX_STAGE_TELL; stage++)
    {
      double length = stage == ZX_STAGE_SEAL ? seconds[ZX_STAGE_OPEN] + seconds[ZX_STAGE_CHECK]
                                                   + seconds[ZX_STAGE_SEAL]
                                             : seconds[stage];
      guint n_here = MAX ((guint) (n * length / whole + 0.5), 2);
      cancel_stage (&cancels, zx_project_path (project), (ZxStage) stage, length, n_here);
      expect (zx_project_run (project, (ZxStage) stage, NULL, &error), error);
    }
  g_print ("  %u cancels: longest %.3f s (%s, %.1f s into it), mean %.3f s, %u over %.1f s\n",
           cancels.n, cancels.worst, zx_stage_name (cancels.stage), cancels.at_s,
           cancels.sum / cancels.n, cancels.n_slow, ALLOWED_S);
}

/* ---- one size ----------------------------------------------------------------------------- */

static void
bench (guint size)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = zx_test_folder ();
  g_autofree char *files = g_build_filename (folder, "files", NULL);
  g_autofree char *report = g_build_filename (folder, "report.pdf", NULL);
  Spent clock = { 0 };
  lap (&clock);
  expect (zx_sample_write (files, (ZxSampleSize) size, 1, NULL, &error), error);
  g_print ("%s: written in %.2f s\n", sizes[size], lap (&clock).wall);
  g_autoptr (ZxProject) project = make_project (folder, "route.gpkg", &error);
  expect (project != NULL, error);
  lap (&clock);
  expect (zx_project_run (project, ZX_STAGE_CHOOSE, NULL, &error), error);
  Spent run = lap (&clock);
  guint n_pages = 0;
  const ZxReportWish wish = { .language = "zh_CN" };
  expect (zx_project_report (project, report, &wish, &n_pages, NULL, &error), error);
  Spent tell = lap (&clock);
  print_stages (project);
  g_autoptr (ZxProject) again = zx_project_open (zx_project_path (project), &error);
  expect (again != NULL && zx_project_run (again, ZX_STAGE_CHOOSE, NULL, &error), error);
  Spent rerun = lap (&clock);
  const ZxPlan *plan = zx_project_plan (project);
  const ZxCity *city = zx_project_city (project);
  GStatBuf status;
  g_stat (zx_project_path (project), &status);
  g_print ("  run %.2f s, report %.2f s (%u pages), both %.2f s (of the processors %.2f + %.2f s); "
           "a fresh project again %.2f s; file %.1f MiB; peak memory %.0f MiB\n",
           run.wall, tell.wall, n_pages, run.wall + tell.wall, run.cpu, tell.cpu, rerun.wall,
           (double) status.st_size / 1048576, zx_bench_peak_mib ());
  g_print ("  %zu roads, %u stations, %zu vehicle points; plan %.0f kWh/d, gap %.3f %%\n",
           city->roads.n, city->stations.n, city->fleet.n, plan->value, plan->gap * 100);
  double seconds[ZX_N_STAGES] = { 0 };
  for (guint i = 0; i < ZX_STAGE_TELL; i++)
    seconds[i] = zx_project_stage (project, (ZxStage) i)->seconds;
  bench_cancels (folder, seconds, size == ZX_SAMPLE_PROVINCE ? 40 : 24);
  zx_test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  for (guint size = 0; size < G_N_ELEMENTS (sizes); size++)
    {
      gboolean wanted = argc == 1 && size < ZX_SAMPLE_PROVINCE;
      for (int i = 1; i < argc; i++)
        wanted = wanted || strcmp (argv[i], sizes[size]) == 0;
      if (wanted)
        bench (size);
    }
  return 0;
}
