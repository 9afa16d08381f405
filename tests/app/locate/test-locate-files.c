/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/locate/zx-locate.h"
#include "tests/zx-test.h"

#include <string.h>

static ZxLocation *
solve_text (const char *text, ZxLocateFormat format, const ZxLocateFileOptions *options)
{
  const ZxLocateOptions solve = ZX_LOCATE_OPTIONS_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxLocate) problem
      = zx_locate_parse (text, strlen (text), format, options, NULL, &error);
  g_assert_no_error (error);
  ZxLocation *location = zx_locate_solve (problem, &solve, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (location->is_proven);
  return location;
}

static void
the_last_of_equal_edges_counts (void)
{
  const ZxLocateFileOptions options = ZX_LOCATE_FILE_OPTIONS_INIT;
  g_autoptr (ZxLocation) location
      = solve_text ("3 3 1\n1 2 4\n2 3 5\n2 1 9\n", ZX_LOCATE_ORLIB_PMED, &options);
  g_assert_cmpfloat (location->value, ==, 14);
  g_assert_cmpuint (location->chosen[0], ==, 1);
}

static void
a_facility_by_hand_splits_demand (void)
{
  const ZxLocateFileOptions options = ZX_LOCATE_FILE_OPTIONS_INIT;
  /* The first site takes 6 of 10 at 1 a unit, the second the rest at 2, or alone 10 at 2. */
  g_autoptr (ZxLocation) both
      = solve_text (" 2 1\n 6 3.\n 10 1.\n 10\n 10. 20.\n", ZX_LOCATE_ORLIB_CAP, &options);
  g_assert_cmpfloat (both->value, ==, 18);
  g_assert_cmpfloat (both->share[0], ==, 0.6);
  ZxLocateFileOptions dear = options;
  dear.fixed_cost = 8;
  g_autoptr (ZxLocation) one
      = solve_text (" 2 1\n 6 3.\n 10 1.\n 10\n 10. 20.\n", ZX_LOCATE_ORLIB_CAP, &dear);
  g_assert_cmpfloat (one->value, ==, 28);
  g_assert_cmpuint (one->n_chosen, ==, 1);
}

static void
tsplib_distances_are_rounded_down (void)
{
  ZxLocateFileOptions options = ZX_LOCATE_FILE_OPTIONS_INIT;
  options.n_choose = 1;
  g_autoptr (ZxLocation) location = solve_text ("NAME: x\nDIMENSION : 3\nEDGE_WEIGHT_TYPE: EUC_2D\n"
                                                "NODE_COORD_SECTION\n1 0 0\n2 1.9 0\n3 4 0\nEOF\n",
                                                ZX_LOCATE_TSPLIB_PMEDIAN, &options);
  g_assert_cmpfloat (location->value, ==, 3);
}

static void
coverage_counts_the_rim (void)
{
  const ZxLocateFileOptions options = ZX_LOCATE_FILE_OPTIONS_INIT;
  g_autoptr (ZxLocation) location
      = solve_text ("2 3 5 1\nF 0 0 0\nF 1 9 9\nC 0 3 4 7\nC 1 3.001 4 50\nC 2 9 9 8\n",
                    ZX_LOCATE_MCLP, &options);
  g_assert_cmpfloat (location->value, ==, 8);
}

/* ---- shared instances --------------------------------------------------------------------- */

typedef struct
{
  const char *file;
  ZxLocateFormat format;
  guint n_choose;
  double radius, capacity, fixed_cost, value;
} Golden;

/* OR-Library's published optima, two of them proven again by GLPK and CBC; generated coverage by
 * both of those; single-source values as the files' first lines have them. */
static const Golden golden[] = {
  { "pmed/pmed1.txt", ZX_LOCATE_ORLIB_PMED, 0, 0, 0, -1, 5819 },
  { "pmed/pmed15.txt", ZX_LOCATE_ORLIB_PMED, 0, 0, 0, -1, 1729 },
  { "cap/cap41.txt", ZX_LOCATE_ORLIB_CAP, 0, 0, 5000, 7500, 1040444.375 },
  { "cap/cap91.txt", ZX_LOCATE_ORLIB_CAP, 0, 0, 15000, 25000, 946051.325 },
  { "mclp/gen_f100_c1000_r4.5_p10.txt", ZX_LOCATE_MCLP, 0, 0, 0, -1, 36624 },
  { "pmedcap/pmedcap1_5.txt", ZX_LOCATE_PMEDCAP, 0, 0, 0, -1, 664 },
};

static void
published_optima_are_proven (void)
{
  const ZxLocateOptions solve = ZX_LOCATE_OPTIONS_INIT;
  for (guint g = 0; g < G_N_ELEMENTS (golden); g++)
    {
      const ZxLocateFileOptions options
          = { golden[g].n_choose, golden[g].radius, golden[g].capacity, golden[g].fixed_cost };
      g_autofree char *relative = g_strconcat ("data/location/", golden[g].file, NULL);
      g_autofree char *path = zx_test_shared (relative);
      g_autoptr (GError) error = NULL;
      if (path == NULL)
        continue;
      g_autoptr (ZxLocate) problem
          = zx_locate_read (path, golden[g].format, &options, NULL, &error);
      g_assert_no_error (error);
      g_autoptr (ZxLocation) location = zx_locate_solve (problem, &solve, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (location->is_proven);
      g_assert_cmpfloat_with_epsilon (location->value, golden[g].value, 1e-3);
    }
}

/* The published objective of a published set is met to the unit: radius, sphere and rounding are
 * the source's. */
static void
a_city_counts_as_its_source_does (void)
{
  g_autofree char *path = zx_test_shared ("data/location/mclp/NewYork.txt");
  g_autofree char *known = zx_test_shared ("data/location/mclp/solutions/NewYork_100_400.txt");
  const ZxLocateFileOptions options = { 100, 400, 0, -1 };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  if (path == NULL || known == NULL || !g_file_get_contents (known, &text, NULL, NULL))
    return;
  g_autoptr (ZxLocate) problem = zx_locate_read (path, ZX_LOCATE_MCLP, &options, NULL, &error);
  g_assert_no_error (error);
  g_autofree guint8 *is_in = g_new0 (guint8, problem->n_sites);
  g_auto (GStrv) words = g_strsplit_set (text, " \r\n\t,", -1);
  for (guint w = 0; words[w] != NULL; w++)
    {
      guint64 site;
      if (g_ascii_string_to_unsigned (words[w], 10, 0, problem->n_sites - 1, &site, NULL))
        is_in[site] = 1;
    }
  double covered = 0;
  for (guint i = 0; i < problem->n_clients; i++)
    {
      gboolean is_covered = FALSE;
      for (gsize k = problem->first[i]; k < problem->first[i + 1]; k++)
        is_covered = is_covered || is_in[problem->site[k]];
      covered += is_covered ? problem->demand[i] : 0;
    }
  g_assert_cmpfloat (covered, ==, 1574256);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/locate/files/the-last-of-equal-edges-counts", the_last_of_equal_edges_counts);
  g_test_add_func ("/locate/files/a-facility-by-hand-splits-demand",
                   a_facility_by_hand_splits_demand);
  g_test_add_func ("/locate/files/tsplib-distances-are-rounded-down",
                   tsplib_distances_are_rounded_down);
  g_test_add_func ("/locate/files/coverage-counts-the-rim", coverage_counts_the_rim);
  g_test_add_func ("/locate/shared/published-optima-are-proven", published_optima_are_proven);
  g_test_add_func ("/locate/shared/a-city-counts-as-its-source-does",
                   a_city_counts_as_its_source_does);
  return g_test_run ();
}
