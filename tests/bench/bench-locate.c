/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every shared location instance: value, bound, gap, CPU seconds and the known optimum; then
 * coverage of 1 000 000 random customers from 100 sites.  Arguments: families (pmed cap pmedcap
 * tsplib city plane million; all without any or with --all), and --limit=S, wall seconds for each
 * instance (30). */

#include "app/locate/zx-locate.h"
#include "tests/bench/zx-bench.h"
#include "tests/zx-test.h"

#include <stdio.h>
#include <string.h>

/* Columns of a family's table of optima, counted from 0; -1: not there. */
typedef struct
{
  const char *name, *table;
  ZxLocateFormat format;
  const char *folder, *extension;
  int file, n_choose, radius, capacity, fixed_cost, optimum;
} Family;

static const Family families[] = {
  { "pmed", "pmed/optima.csv", ZX_LOCATE_ORLIB_PMED, "pmed/", ".txt", 0, -1, -1, -1, -1, 3 },
  { "cap", "cap/optima.csv", ZX_LOCATE_ORLIB_CAP, "cap/", "", 1, -1, -1, 2, 3, 4 },
  { "pmedcap", "pmedcap/best_known.csv", ZX_LOCATE_PMEDCAP, "pmedcap/", ".txt", 0, -1, -1, -1, -1,
    4 },
  { "plane", "mclp/gen_optima.csv", ZX_LOCATE_MCLP, "mclp/", "", 0, -1, -1, -1, -1, 5 },
  { "tsplib", "tsplib/optima.csv", ZX_LOCATE_TSPLIB_PMEDIAN, "tsplib/", ".tsp", 0, 1, -1, -1, -1,
    2 },
  { "city", "mclp/best_known.csv", ZX_LOCATE_MCLP, "mclp/", ".txt", 0, 1, 2, -1, -1, 3 },
};

static double limit_s = 30;

/* Of the rows so far. */
typedef struct
{
  guint n, n_proven, n_at_known;
  double widest_gap, farthest_off;
} Totals;

static double
number_at (char **cells, int column, double otherwise)
{
  double value = otherwise;
  if (column >= 0 && column < (int) g_strv_length (cells))
    zx_number_parse (cells[column], strlen (cells[column]), &value);
  return value;
}

static void
print_row (const char *name, guint n_choose, const ZxLocation *location, double known, double cpu,
           Totals *totals)
{
  double off = known > 0 ? 100 * (location->value - known) / known : 0;
  totals->n++;
  totals->n_proven += location->is_proven;
  totals->n_at_known += fabs (location->value - known) <= 1e-3;
  totals->widest_gap = MAX (totals->widest_gap, 100 * location->gap);
  totals->farthest_off = MAX (totals->farthest_off, fabs (off));
  printf ("%-28s %5u %14.3f %14.3f %9.4f%% %14.3f %9.4f%% %8llu %7.2f %7.2f\n", name, n_choose,
          location->value, location->bound, 100 * location->gap, known, off,
          (unsigned long long) location->n_nodes, location->first_seconds, cpu);
  fflush (stdout);
}

static void
run_row (const Family *family, char **cells, Totals *totals)
{
  const ZxLocateFileOptions file_options
      = { (guint) number_at (cells, family->n_choose, 0), number_at (cells, family->radius, 0),
          number_at (cells, family->capacity, 0), number_at (cells, family->fixed_cost, -1) };
  ZxLocateOptions options = ZX_LOCATE_OPTIONS_INIT;
  g_autofree char *relative = g_strconcat ("data/location/", family->folder, cells[family->file],
                                           family->extension, NULL);
  g_autofree char *path = zx_test_shared (relative);
  g_autoptr (GError) error = NULL;
  double begun = zx_bench_cpu_seconds ();
  options.time_limit_s = limit_s;
  if (path == NULL)
    return;
  g_autoptr (ZxLocate) problem = zx_locate_read (path, family->format, &file_options, NULL, &error);
  g_autoptr (ZxLocation) location
      = problem != NULL ? zx_locate_solve (problem, &options, NULL, &error) : NULL;
  if (location == NULL)
    {
      printf ("%-28s %s\n", cells[0], error->message);
      return;
    }
  print_row (cells[0], location->n_chosen, location, number_at (cells, family->optimum, 0),
             zx_bench_cpu_seconds () - begun, totals);
}

static void
run_family (const Family *family)
{
  g_autofree char *relative = g_strconcat ("data/location/", family->table, NULL);
  g_autofree char *path = zx_test_shared (relative), *text = NULL;
  if (path == NULL || !g_file_get_contents (path, &text, NULL, NULL))
    return;
  Totals totals = { 0 };
  double begun = zx_bench_cpu_seconds ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint k = 1; lines[k] != NULL; k++)
    {
      g_auto (GStrv) cells = g_strsplit (g_strchomp (lines[k]), ",", -1);
      if (g_strv_length (cells) > 3)
        run_row (family, cells, &totals);
    }
  printf ("%s: %u instances, %u proven, %u at the known value, at most %.3f %% off it, widest gap "
          "%.3f %%, %.2f CPU s in all\n\n",
          family->name, totals.n, totals.n_proven, totals.n_at_known, totals.farthest_off,
          totals.widest_gap, zx_bench_cpu_seconds () - begun);
}

/* Uniform in a square of 30, demand 1 … 100, radius 5.5, 10 of 100 sites. */
static void
run_million (void)
{
  ZxRng rng = zx_rng_new (1);
  ZxLocateOptions options = ZX_LOCATE_OPTIONS_INIT;
  Totals totals = { 0 };
  double site_x[100], site_y[100], begun = zx_bench_cpu_seconds ();
  g_autoptr (ZxLocate) problem
      = zx_locate_new (ZX_LOCATE_COVERAGE, 1000000, 100, 20000000, FALSE, NULL);
  gsize n_pairs = 0;
  for (guint j = 0; j < 100; j++)
    {
      site_x[j] = 30 * zx_rng_uniform (&rng);
      site_y[j] = 30 * zx_rng_uniform (&rng);
    }
  for (guint i = 0; i < problem->n_clients; i++)
    {
      double x = 30 * zx_rng_uniform (&rng), y = 30 * zx_rng_uniform (&rng);
      problem->demand[i] = 1 + zx_rng_below (&rng, 100);
      for (guint32 j = 0; j < 100; j++)
        if ((x - site_x[j]) * (x - site_x[j]) + (y - site_y[j]) * (y - site_y[j]) <= 5.5 * 5.5)
          problem->site[n_pairs++] = j;
      problem->first[i + 1] = n_pairs;
    }
  problem->n_choose = 10;
  problem->limit = 5.5;
  double made = zx_bench_cpu_seconds ();
  options.time_limit_s = limit_s;
  g_autoptr (ZxLocation) location = zx_locate_solve (problem, &options, NULL, NULL);
  print_row ("100 sites, 1000000 customers", 10, location, 0, zx_bench_cpu_seconds () - made,
             &totals);
  printf ("(%.2f CPU s to make the customers)\n", made - begun);
}

static gboolean
is_asked (int argc, char **argv, const char *name)
{
  gboolean is_any = FALSE;
  for (int k = 1; k < argc; k++)
    {
      if (g_str_has_prefix (argv[k], "--limit=") || strcmp (argv[k], "--all") == 0)
        continue;
      is_any = TRUE;
      if (strcmp (argv[k], name) == 0)
        return TRUE;
    }
  return !is_any;
}

int
main (int argc, char **argv)
{
  for (int k = 1; k < argc; k++)
    if (g_str_has_prefix (argv[k], "--limit="))
      zx_number_parse (argv[k] + 8, strlen (argv[k] + 8), &limit_s);
  printf ("%-28s %5s %14s %14s %10s %14s %10s %8s %7s %7s\n", "instance", "sites", "value", "bound",
          "gap", "known", "off", "nodes", "first s", "CPU s");
  for (guint f = 0; f < G_N_ELEMENTS (families); f++)
    if (is_asked (argc, argv, families[f].name))
      run_family (&families[f]);
  if (is_asked (argc, argv, "million"))
    run_million ();
  printf ("peak memory %.0f MiB\n", zx_bench_peak_mib ());
  return 0;
}
