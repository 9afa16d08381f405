/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The whole route on the invented city, whose truth and dirt are known.
 *
 * Truth: the posterior's 80 % intervals of cell demand must cover 70 to 90 % of the true cell
 * demands. Dirt: of what was planted at least 95 % must be found, and at most 1 % of the clean rows
 * may be called dirty. */

#include "app/project/zx-project.h"
#include "data/gis/zx-gis.h"
#include "data/sample/zx-sample.h"
#include "zx-test.h"

typedef struct
{
  char *folder, *files;
  ZxProject *project;
} City;

static City city;

static void
expect (gboolean ok, GError *error)
{
  g_assert_no_error (error);
  g_assert_true (ok);
}

static void
make_city (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  city.folder = zx_test_folder ();
  city.files = g_build_filename (city.folder, "files", NULL);
  g_autofree char *recipe_path = g_build_filename (city.files, "recipe.ini", NULL);
  g_autofree char *path = g_build_filename (city.folder, "city.gpkg", NULL);
  expect (zx_sample_write (city.files, ZX_SAMPLE_CITY, 1, NULL, &error), error);
  expect (g_file_get_contents (recipe_path, &text, NULL, &error), error);
  g_autoptr (ZxRecipe) recipe = zx_recipe_parse (text, -1, &error);
  expect (recipe != NULL, error);
  city.project = zx_project_create (path, recipe, city.files, &error);
  expect (city.project != NULL, error);
  expect (zx_project_run (city.project, ZX_STAGE_CHOOSE, NULL, &error), error);
}

/* ---- dirt --------------------------------------------------------------------------------- */

static char **
read_lines (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (city.files, name, NULL);
  g_autofree char *text = NULL;
  expect (g_file_get_contents (path, &text, NULL, &error), error);
  return g_strsplit (g_strchomp (text), "\n", -1);
}

/* "stations.csv: stations" and "stations.csv" speak of the same file. */
static gboolean
is_of_file (const ZxFindings *findings, const ZxFinding *row, const char *file)
{
  return g_str_has_prefix (g_ptr_array_index (findings->layers, row->layer), file);
}

static gboolean
is_found (const ZxFindings *findings, const char *file, gint64 at, const char *rule)
{
  for (guint i = 0; i < findings->rows->len; i++)
    {
      const ZxFinding *row = &g_array_index (findings->rows, ZxFinding, i);
      if (strcmp (row->rule, rule) == 0 && is_of_file (findings, row, file)
          && (row->row < 0 || (at >= row->row && at < row->row + row->count)))
        return TRUE;
    }
  return FALSE;
}

static void
test_planted_dirt_is_found (void)
{
  const ZxFindings *findings = zx_project_findings (city.project);
  g_auto (GStrv) lines = read_lines ("planted_dirt.csv");
  guint n_planted = 0, n_found = 0;
  for (guint i = 1; lines[i] != NULL; i++)
    {
      g_auto (GStrv) cells = g_strsplit (g_strchomp (lines[i]), ",", -1);
      n_planted++;
      if (is_found (findings, cells[0], g_ascii_strtoll (cells[1], NULL, 10), cells[2]))
        n_found++;
      else
        g_test_message ("not found: %s", lines[i]);
    }
  g_test_message ("%u of %u found", n_found, n_planted);
  g_assert_cmpuint (n_planted, >=, 50);
  g_assert_cmpfloat (n_found, >=, 0.95 * n_planted);
}

static gboolean
is_planted (char **lines, const ZxFindings *findings, const ZxFinding *row)
{
  for (guint i = 1; lines[i] != NULL; i++)
    {
      g_auto (GStrv) cells = g_strsplit (lines[i], ",", -1);
      gint64 at = g_ascii_strtoll (cells[1], NULL, 10);
      /* What follows from planted dirt at its neighbour is no false alarm. */
      if (is_of_file (findings, row, cells[0]) && ABS (at - row->row) <= (gint64) row->count + 1)
        return TRUE;
    }
  return FALSE;
}

static void
test_clean_rows_are_left_in_peace (void)
{
  const ZxFindings *findings = zx_project_findings (city.project);
  g_auto (GStrv) lines = read_lines ("planted_dirt.csv");
  gint64 n_rows = 0;
  guint n_false = 0;
  for (guint i = 0; i < zx_project_city (city.project)->sources->len; i++)
    n_rows += ((const ZxSource *) g_ptr_array_index (zx_project_city (city.project)->sources, i))
                  ->n_rows;
  for (guint i = 0; i < findings->rows->len; i++)
    {
      const ZxFinding *row = &g_array_index (findings->rows, ZxFinding, i);
      if (row->severity >= ZX_SEVERITY_WARNING && row->row >= 0
          && !is_planted (lines, findings, row))
        {
          n_false += row->count;
          if (n_false < 20)
            g_test_message ("false alarm: %s row %lld", row->rule, (long long) row->row);
        }
    }
  g_test_message ("%u false alarms in %lld rows", n_false, (long long) n_rows);
  g_assert_cmpfloat (n_false, <=, 0.01 * (double) n_rows);
}

static void
test_cells_beyond_what_was_seen_are_counted (void)
{
  const ZxFindings *findings = zx_project_findings (city.project);
  const ZxDemand *demand = zx_project_demand (city.project);
  guint n = 0, n_told = 0;
  for (guint c = 0; c < demand->n_cells; c++)
    n += demand->is_extrapolated[c] != 0;
  for (guint i = 0; i < findings->rows->len; i++)
    {
      const ZxFinding *row = &g_array_index (findings->rows, ZxFinding, i);
      if (strcmp (row->rule, "demand.extrapolated") == 0)
        n_told = (guint) g_ascii_strtoull (zx_pool_get (findings->pool, row->value), NULL, 10);
    }
  g_assert_cmpuint (n, >, 0);
  g_assert_cmpuint (n_told, ==, n);
}

/* ---- truth -------------------------------------------------------------------------------- */

static int
column_of (char **names, const char *name)
{
  for (int i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], name) == 0)
      return i;
  g_error ("truth_cells.csv has no column %s", name);
}

/* The true demand of every hexagon: the mean of the lattice points in it, times its area. */
static double *
true_demand (const ZxCells *cells)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = read_lines ("truth_cells.csv");
  g_auto (GStrv) names = g_strsplit (g_strchomp (lines[0]), ",", -1);
  int lon = column_of (names, "lon"), lat = column_of (names, "lat");
  int demand = column_of (names, "demand_kwh_per_km2_day");
  g_autoptr (ZxGisTransform) transform
      = zx_gis_transform_new ("EPSG:4326", zx_project_city (city.project)->crs, &error);
  expect (transform != NULL, error);
  double *truth = g_new0 (double, cells->n);
  g_autofree guint *count = g_new0 (guint, cells->n);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      g_auto (GStrv) row = g_strsplit (g_strchomp (lines[i]), ",", -1);
      double x = g_ascii_strtod (row[lon], NULL), y = g_ascii_strtod (row[lat], NULL);
      gint32 cell = zx_gis_transform_point (transform, &x, &y) ? zx_cells_at (cells, x, y) : -1;
      if (cell >= 0)
        {
          truth[cell] += g_ascii_strtod (row[demand], NULL);
          count[cell]++;
        }
    }
  for (guint c = 0; c < cells->n; c++)
    truth[c] = count[c] > 0 ? truth[c] / count[c] * cells->area_km2[c] : NAN;
  return truth;
}

static void
test_intervals_cover_the_truth (void)
{
  const ZxDemand *demand = zx_project_demand (city.project);
  const ZxCells *cells = zx_project_cells (city.project);
  g_autofree double *truth = true_demand (cells);
  guint n = 0, n_inside = 0;
  double sum_truth = 0, sum_mean = 0;
  for (guint c = 0; c < cells->n; c++)
    {
      /* Slivers at the boundary hold a handful of lattice points: their truth is not known. */
      if (!isfinite (truth[c]) || cells->area_km2[c] < 0.02)
        continue;
      n++;
      n_inside += truth[c] >= demand->p10[c] && truth[c] <= demand->p90[c];
      sum_truth += truth[c];
      sum_mean += demand->mean[c];
    }
  g_test_message (
      "80 %% intervals cover %.1f %% of %u cells; total demand %.0f, believed %.0f kWh/d",
      100.0 * n_inside / n, n, sum_truth, sum_mean);
  g_assert_cmpuint (n, >=, 200);
  g_assert_cmpfloat (n_inside, >=, 0.70 * n);
  g_assert_cmpfloat (n_inside, <=, 0.90 * n);
}

/* ---- the plan ----------------------------------------------------------------------------- */

static void
test_plan_holds_and_has_a_bound (void)
{
  const ZxPlan *plan = zx_project_plan (city.project);
  g_test_message ("value %.0f, bound %.0f, gap %.2f %%", plan->value, plan->bound, plan->gap * 100);
  g_assert_cmpuint (plan->n_sites, ==, 5);
  g_assert_true (plan->violates_nothing);
  g_assert_true (plan->grid_checked);
  g_assert_cmpfloat (plan->value, <=, plan->bound);
  for (guint i = 0; i < plan->n_sites; i++)
    {
      const ZxPlanSite *site = &plan->site[i];
      g_assert_cmpfloat (site->served_p10, <=, site->served_p90);
      g_assert_cmpfloat (site->in_best_set, >=, 0);
      g_assert_cmpfloat (site->in_best_set, <=, 1);
      if (isfinite (site->room_left_kw))
        g_assert_cmpfloat (site->room_left_kw, >=, -1e-6);
    }
}

static void
test_report_of_the_city_has_every_section (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *first = g_build_filename (city.folder, "a.pdf", NULL);
  g_autofree char *second = g_build_filename (city.folder, "b.pdf", NULL);
  guint n_pages = 0;
  const ZxReportWish wish = { .language = "zh_CN" };
  expect (zx_project_report (city.project, first, &wish, &n_pages, NULL, &error), error);
  expect (zx_project_report (city.project, second, &wish, NULL, NULL, &error), error);
  g_assert_cmpuint (n_pages, >=, 20);
  g_autofree char *a = zx_file_fingerprint (first, NULL, &error);
  g_autofree char *b = zx_file_fingerprint (second, NULL, &error);
  g_assert_cmpstr (a, ==, b);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  make_city ();
  g_test_add_func ("/route/city/planted-dirt-is-found", test_planted_dirt_is_found);
  g_test_add_func ("/route/city/clean-rows-are-left-in-peace", test_clean_rows_are_left_in_peace);
  g_test_add_func ("/route/cells-beyond-what-was-seen-are-counted",
                   test_cells_beyond_what_was_seen_are_counted);
  g_test_add_func ("/route/city/intervals-cover-the-truth", test_intervals_cover_the_truth);
  g_test_add_func ("/route/city/plan-holds-and-has-a-bound", test_plan_holds_and_has_a_bound);
  g_test_add_func ("/route/city/report-has-every-section",
                   test_report_of_the_city_has_every_section);
  int status = g_test_run ();
  g_object_unref (city.project);
  zx_test_folder_remove (city.folder);
  g_free (city.folder);
  g_free (city.files);
  return status;
}
