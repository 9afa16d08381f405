/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/base/zx-base.h"

#include <glib/gstdio.h>

#include "zx-test.h"

/* ---- progress ----------------------------------------------------------------------------- */

static gboolean
remember_fraction (double fraction, const char *what, gpointer data)
{
  *(double *) data = fraction;
  return fraction < 0.9;
}

static void
test_slices_nest (void)
{
  double seen = -1;
  ZxProgress root = ZX_PROGRESS_INIT (remember_fraction, &seen, NULL);
  ZxProgress half = zx_progress_slice (&root, 0.5, 1.0);
  ZxProgress quarter = zx_progress_slice (&half, 0.0, 0.5);
  g_assert_true (zx_progress_step (&quarter, 1, 2, NULL));
  g_assert_cmpfloat_with_epsilon (seen, 0.625, 1e-15);
}

static void
test_func_can_cancel (void)
{
  double seen = 0;
  g_autoptr (GError) error = NULL;
  ZxProgress root = ZX_PROGRESS_INIT (remember_fraction, &seen, NULL);
  g_assert_false (zx_progress_step (&root, 95, 100, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
}

/* ---- parallel ----------------------------------------------------------------------------- */

static void
square_items (gsize begin, gsize end, guint worker, gpointer data)
{
  for (gsize i = begin; i < end; i++)
    ((double *) data)[i] = sqrt ((double) i) * 3.7;
}

static void
test_same_result_on_any_threads (void)
{
  gsize n = 100003;
  g_autofree double *one = g_new0 (double, n), *four = g_new0 (double, n);
  zx_parallel_set_threads (1);
  g_assert_true (zx_parallel_for (n, 0, square_items, one, NULL, NULL));
  zx_parallel_set_threads (4);
  g_assert_true (zx_parallel_for (n, 17, square_items, four, NULL, NULL));
  zx_parallel_set_threads (0);
  g_assert_cmpmem (one, n * sizeof (double), four, n * sizeof (double));
}

static void
count_calls (gsize begin, gsize end, guint worker, gpointer data)
{
  g_atomic_int_inc ((gint *) data);
}

static void
test_loop_stops_when_asked (void)
{
  gint stop = 1, calls = 0;
  g_autoptr (GError) error = NULL;
  ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &stop);
  g_assert_false (zx_parallel_for (1000, 1, count_calls, &calls, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
  g_assert_cmpint (calls, ==, 0);
}

static void
nest (gsize begin, gsize end, guint worker, gpointer data)
{
  for (gsize i = begin; i < end; i++)
    g_assert_true (zx_parallel_for (10, 1, count_calls, data, NULL, NULL));
}

static void
test_nested_loops_finish (void)
{
  gint calls = 0;
  g_assert_true (zx_parallel_for (20, 1, nest, &calls, NULL, NULL));
  g_assert_cmpint (calls, ==, 200);
}

/* ---- random ------------------------------------------------------------------------------- */

static void
test_known_sequence (void)
{
  /* splitmix64 of seed 0 begins e220a8397b1dcdaf (its reference code); xoshiro256** from the state
   * 1, 2, 3, 4 begins 11520, 0, 1509978240, 1215971899390074240. */
  ZxRng rng = zx_rng_new (0);
  g_assert_cmphex (rng.state[0], ==, G_GUINT64_CONSTANT (0xe220a8397b1dcdaf));
  rng = (ZxRng){ { 1, 2, 3, 4 } };
  g_assert_cmpuint (zx_rng_next (&rng), ==, 11520);
  g_assert_cmpuint (zx_rng_next (&rng), ==, 0);
  g_assert_cmpuint (zx_rng_next (&rng), ==, 1509978240);
  g_assert_cmpuint (zx_rng_next (&rng), ==, G_GUINT64_CONSTANT (1215971899390074240));
}

typedef double (*Draw) (ZxRng *rng);
static double
draw_normal (ZxRng *rng)
{
  return zx_rng_normal (rng);
}
static double
draw_gamma (ZxRng *rng)
{
  return zx_rng_gamma (rng, 2.5);
}
static double
draw_small_gamma (ZxRng *rng)
{
  return zx_rng_gamma (rng, 0.3);
}
static double
draw_poisson (ZxRng *rng)
{
  return (double) zx_rng_poisson (rng, 3.5);
}
static double
draw_large_poisson (ZxRng *rng)
{
  return (double) zx_rng_poisson (rng, 1234.5);
}
static double
draw_beta (ZxRng *rng)
{
  return zx_rng_beta (rng, 2, 6);
}
static double
draw_negbin (ZxRng *rng)
{
  return (double) zx_rng_negative_binomial (rng, 20, 4);
}
static double
draw_exponential (ZxRng *rng)
{
  return zx_rng_exponential (rng);
}

static void
test_moments (void)
{
  static const struct
  {
    Draw draw;
    double mean, variance;
  } cases[] = {
    { draw_normal, 0, 1 },
    { draw_gamma, 2.5, 2.5 },
    { draw_small_gamma, 0.3, 0.3 },
    { draw_poisson, 3.5, 3.5 },
    { draw_large_poisson, 1234.5, 1234.5 },
    { draw_beta, 0.25, 0.25 * 0.75 / 9 },
    { draw_negbin, 20, 20 + 100 },
    { draw_exponential, 1, 1 },
  };
  guint64 seed = zx_test_seed ();
  for (guint c = 0; c < G_N_ELEMENTS (cases); c++)
    {
      ZxRng rng = zx_rng_stream (seed, c);
      double sum = 0, squares = 0;
      guint n = 200000;
      for (guint i = 0; i < n; i++)
        {
          double x = cases[c].draw (&rng) - cases[c].mean;
          sum += x;
          squares += x * x;
        }
      /* Six standard errors of the mean; 5 % of the variance. */
      g_assert_cmpfloat (fabs (sum / n), <, 6 * sqrt (cases[c].variance / n));
      g_assert_cmpfloat_with_epsilon (squares / n / cases[c].variance, 1, 0.05);
    }
}

static void
test_below_is_even (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  guint count[7] = { 0 };
  for (guint i = 0; i < 70000; i++)
    count[zx_rng_below (&rng, 7)]++;
  for (guint k = 0; k < 7; k++)
    g_assert_cmpint (ABS ((int) count[k] - 10000), <, 600);
}

/* ---- fingerprints ------------------------------------------------------------------------- */

static void
test_order_and_length_matter (void)
{
  g_autoptr (ZxFingerprint) a = zx_fingerprint_new ("test");
  g_autoptr (ZxFingerprint) b = zx_fingerprint_new ("test");
  zx_fingerprint_add_text (a, "ab");
  zx_fingerprint_add_text (a, "c");
  zx_fingerprint_add_text (b, "a");
  zx_fingerprint_add_text (b, "bc");
  g_autofree char *x = zx_fingerprint_finish (a), *y = zx_fingerprint_finish (b);
  g_assert_cmpuint (strlen (x), ==, 64);
  g_assert_cmpstr (x, !=, y);
}

static void
test_zeros_and_nans_are_one (void)
{
  const double p[] = { 0.0, NAN }, q[] = { -0.0, -NAN };
  g_autoptr (ZxFingerprint) a = zx_fingerprint_new ("test");
  g_autoptr (ZxFingerprint) b = zx_fingerprint_new ("test");
  zx_fingerprint_add_doubles (a, p, 2);
  zx_fingerprint_add_doubles (b, q, 2);
  g_autofree char *x = zx_fingerprint_finish (a), *y = zx_fingerprint_finish (b);
  g_assert_cmpstr (x, ==, y);
}

/* ---- text --------------------------------------------------------------------------------- */

static void
test_pool_keeps_ids (void)
{
  g_autoptr (ZxPool) pool = zx_pool_new ();
  guint32 first = zx_pool_add (pool, "济南");
  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *text = g_strdup_printf ("text %u", i);
      g_assert_cmpuint (zx_pool_add (pool, text), ==, first + 1 + i);
    }
  g_assert_cmpuint (zx_pool_add (pool, "济南"), ==, first);
  g_assert_cmpuint (zx_pool_find (pool, "absent"), ==, 0);
  g_assert_cmpuint (zx_pool_add (pool, ""), ==, 0);
  g_assert_cmpstr (zx_pool_get (pool, first + 4321), ==, "text 4320");
  g_assert_cmpuint (zx_pool_add_len (pool, "text 7 and more", 6), ==, first + 8);
  g_autoptr (ZxPool) other = zx_pool_new ();
  ZxText texts[300];
  guint32 ids[300];
  char buffer[300][16];
  for (guint i = 0; i < 300; i++)
    {
      g_snprintf (buffer[i], sizeof buffer[i], "text %u", i * i % 97);
      texts[i] = (ZxText){ i % 11 == 0 ? NULL : buffer[i], sizeof buffer[i] };
    }
  zx_pool_add_many (other, texts, 300, ids);
  for (guint i = 0; i < 300; i++)
    g_assert_cmpstr (zx_pool_get (other, ids[i]), ==, i % 11 == 0 ? "" : buffer[i]);
}

static void
test_numbers_read_like_strtod (void)
{
  guint64 seed = zx_test_seed ();
  ZxRng rng = zx_rng_new (seed);
  for (guint i = 0; i < 20000; i++)
    {
      double value = (zx_rng_uniform (&rng) - 0.5) * pow (10, zx_rng_below (&rng, 40) - 20.0), back;
      char buffer[32];
      zx_number_format (value, buffer);
      g_assert_true (zx_number_parse (buffer, strlen (buffer), &back));
      g_assert_cmpfloat (back, ==, value);
    }
}

static void
test_numbers_refuse_what_is_none (void)
{
  static const char *const bad[]
      = { "", " ", "-", ".", "e5", "1e", "1,5", "0x10", "nan", "inf", "1.2.3", "12abc", "1e999" };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      double value = 0;
      g_assert_false (zx_number_parse (bad[i], strlen (bad[i]), &value));
      g_assert_true (isnan (value));
    }
  double value;
  g_assert_true (zx_number_parse (" -1.5e3\r", 8, &value));
  g_assert_cmpfloat (value, ==, -1500);
}

static void
test_numbers_for_people (void)
{
  g_autofree char *a = zx_number_human (1234567.891, 1), *b = zx_number_human (-0.04, 1),
                  *c = zx_number_human (NAN, 2), *d = zx_number_human (1234, 0);
  g_assert_cmpstr (a, ==, "1\u202f234\u202f567.9");
  g_assert_cmpstr (b, ==, "0.0");
  g_assert_cmpstr (c, ==, "–");
  g_assert_cmpstr (d, ==, "1234");
}

static void
test_civil_time_round_trips (void)
{
  g_assert_cmpint (zx_time_from_civil (1970, 1, 1, 0, 0, 0), ==, 0);
  g_assert_cmpint (zx_time_from_civil (2000, 2, 29, 12, 0, 0), ==, 951825600);
  for (gint64 time = -90000000000; time < 90000000000; time += 86399 * 977)
    {
      int year;
      guint month, day, hour, minute, second, weekday;
      zx_time_to_civil (time, &year, &month, &day, &hour, &minute, &second, &weekday);
      g_assert_cmpint (zx_time_from_civil (year, month, day, hour, minute, second), ==, time);
    }
  guint weekday;
  zx_time_to_civil (zx_time_from_civil (2026, 11, 22, 9, 0, 0), NULL, NULL, NULL, NULL, NULL, NULL,
                    &weekday);
  g_assert_cmpuint (weekday, ==, 6);
}

static void
test_catalogue_falls_back_to_the_message (void)
{
  g_autoptr (ZxCatalogue) english = zx_catalogue_new ("en");
  g_autoptr (ZxCatalogue) chinese = zx_catalogue_new ("zh_CN");
  g_assert_cmpstr (zx_catalogue_get (english, "no such message"), ==, "no such message");
  g_assert_cmpstr (zx_catalogue_get (chinese, "no such message"), ==, "no such message");
  g_assert_cmpstr (zx_catalogue_get (chinese, ""), ==, "");
  g_assert_cmpstr (zx_catalogue_language (chinese), ==, "zh_CN");
}

/* ---- geometry ----------------------------------------------------------------------------- */

/* A square of side 10 with a square hole of side 4 in its lower left, as row 1 after an empty row.
 */
static void
build_square (ZxGeometry *geometry)
{
  static const double outer[][2] = { { 0, 0 }, { 10, 0 }, { 10, 10 }, { 0, 10 }, { 0, 0 } };
  static const double hole[][2] = { { 1, 1 }, { 1, 5 }, { 5, 5 }, { 5, 1 }, { 1, 1 } };
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  zx_geometry_builder_end_row (&builder);
  zx_geometry_builder_begin_part (&builder, FALSE);
  for (guint i = 0; i < 5; i++)
    zx_geometry_builder_point (&builder, outer[i][0], outer[i][1]);
  zx_geometry_builder_begin_part (&builder, TRUE);
  for (guint i = 0; i < 5; i++)
    zx_geometry_builder_point (&builder, hole[i][0], hole[i][1]);
  zx_geometry_builder_end_row (&builder);
  zx_geometry_builder_finish (&builder, geometry);
}

static void
test_polygon_with_a_hole (void)
{
  ZxGeometry geometry;
  build_square (&geometry);
  double x, y;
  g_assert_cmpuint (geometry.n_rows, ==, 2);
  g_assert_cmpfloat (zx_geometry_area (&geometry, 0), ==, 0);
  g_assert_cmpfloat (zx_geometry_area (&geometry, 1), ==, 84);
  g_assert_true (zx_geometry_contains (&geometry, 1, 7, 7));
  g_assert_false (zx_geometry_contains (&geometry, 1, 3, 3));
  g_assert_false (zx_geometry_contains (&geometry, 1, 11, 3));
  g_assert_false (zx_geometry_centre (&geometry, 0, &x, &y));
  g_assert_true (zx_geometry_centre (&geometry, 1, &x, &y));
  g_assert_true (zx_geometry_contains (&geometry, 1, x, y));
  zx_geometry_clear (&geometry);
}

/* ---- findings and files ------------------------------------------------------------------- */

static void
test_files_have_one_name (void)
{
  static const char *const cases[][3] = {
    { "/x/a.csv", "a", "a.csv" },
    { "/x/usage.csv.gz", "usage", "usage.csv.gz" },
    { "/x/a.csv", "", "a.csv" },
    { "/x/a.csv", NULL, "a.csv" },
    { "/x/a.gpkg", "roads", "a.gpkg: roads" },
    { "/x/a.osm.pbf", "lines", "a.osm.pbf: lines" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *title = zx_findings_title (cases[i][0], cases[i][1]);
      g_assert_cmpstr (title, ==, cases[i][2]);
    }
}

static void
test_findings_count_rows (void)
{
  g_autoptr (ZxFindings) findings = zx_findings_new ();
  guint32 layer = zx_findings_layer (findings, "a.csv");
  g_assert_cmpuint (zx_findings_layer (findings, "a.csv"), ==, layer);
  zx_findings_add (findings, "x.y", layer, 3, 1, ZX_SEVERITY_NOTE, ZX_ACTION_KEPT, "v", NULL);
  zx_findings_add (findings, "x.z", layer, -1, 20, ZX_SEVERITY_ERROR, ZX_ACTION_SET_ASIDE, NULL,
                   "5");
  g_assert_cmpuint (zx_findings_count (findings, ZX_SEVERITY_NOTE), ==, 21);
  g_assert_cmpuint (zx_findings_count (findings, ZX_SEVERITY_ERROR), ==, 20);
}

static void
test_file_is_whole_and_alone (void)
{
  g_autofree char *folder = zx_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.txt", NULL);
  g_autofree char *stale
      = g_build_filename (folder, ".a.txt.zx-4194305-0.txt", NULL); /* above pid_max */
  g_autofree char *text = NULL;
  g_assert_true (g_file_set_contents (stale, "left", -1, NULL));
  g_assert_true (zx_file_replace (path, "one", 3, NULL));
  g_assert_true (zx_file_replace (path, "three", 5, NULL));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "three");
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_assert_cmpstr (g_dir_read_name (dir), ==, "a.txt");
  g_assert_null (g_dir_read_name (dir));
  zx_test_folder_remove (folder);
}

static void
test_missing_folder_is_one_sentence (void)
{
  g_autoptr (GError) error = NULL;
  g_assert_false (zx_file_replace ("/nonexistent/folder/a.txt", "x", 1, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "/nonexistent/folder/a.txt"));
}

static void
test_absurd_sizes_are_errors (void)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_try_new (G_MAXSIZE / 2, 16, "Cells", &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
}

/* ---- the offset of Chinese web maps -------------------------------------------------------- */

static void
test_gcj02_of_three_cities (void)
{
  /* lat, lon and the result: eviltransform's tests, reproduced in DOMAIN.md §2.3. */
  static const double golden[][4] = {
    { 31.1774276, 121.5272106, 31.17530398364597, 121.531541859215 },
    { 22.543847, 113.912316, 22.540796131694766, 113.9171764808363 },
    { 39.911954, 116.377817, 39.91334545536069, 116.38404722455657 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (golden); i++)
    {
      double lat = golden[i][0], lon = golden[i][1];
      zx_gcj02_from_wgs84 (&lon, &lat);
      g_assert_cmpfloat_with_epsilon (lat, golden[i][2], 1e-9);
      g_assert_cmpfloat_with_epsilon (lon, golden[i][3], 1e-9);
    }
}

static void
test_gcj02_leaves_other_countries_alone (void)
{
  double lon = -0.1, lat = 51.5, nan_lon = NAN, nan_lat = NAN;
  zx_gcj02_from_wgs84 (&lon, &lat);
  zx_gcj02_from_wgs84 (&nan_lon, &nan_lat);
  g_assert_true (lon == -0.1 && lat == 51.5);
  g_assert_true (isnan (nan_lon) && isnan (nan_lat));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/progress/slices-nest", test_slices_nest);
  g_test_add_func ("/base/progress/func-can-cancel", test_func_can_cancel);
  g_test_add_func ("/base/parallel/same-result-on-any-threads", test_same_result_on_any_threads);
  g_test_add_func ("/base/parallel/loop-stops-when-asked", test_loop_stops_when_asked);
  g_test_add_func ("/base/parallel/nested-loops-finish", test_nested_loops_finish);
  g_test_add_func ("/base/random/known-sequence", test_known_sequence);
  g_test_add_func ("/base/random/moments", test_moments);
  g_test_add_func ("/base/random/below-is-even", test_below_is_even);
  g_test_add_func ("/base/fingerprint/order-and-length-matter", test_order_and_length_matter);
  g_test_add_func ("/base/fingerprint/zeros-and-nans-are-one", test_zeros_and_nans_are_one);
  g_test_add_func ("/base/text/pool-keeps-ids", test_pool_keeps_ids);
  g_test_add_func ("/base/text/numbers-read-like-strtod", test_numbers_read_like_strtod);
  g_test_add_func ("/base/text/numbers-refuse-what-is-none", test_numbers_refuse_what_is_none);
  g_test_add_func ("/base/text/numbers-for-people", test_numbers_for_people);
  g_test_add_func ("/base/text/civil-time-round-trips", test_civil_time_round_trips);
  g_test_add_func ("/base/catalogue/falls-back-to-the-message",
                   test_catalogue_falls_back_to_the_message);
  g_test_add_func ("/base/layer/polygon-with-a-hole", test_polygon_with_a_hole);
  g_test_add_func ("/base/findings/count-rows", test_findings_count_rows);
  g_test_add_func ("/base/findings/a-file-has-one-name-in-every-room", test_files_have_one_name);
  g_test_add_func ("/base/files/whole-and-alone", test_file_is_whole_and_alone);
  g_test_add_func ("/base/files/missing-folder-is-one-sentence",
                   test_missing_folder_is_one_sentence);
  g_test_add_func ("/base/memory/absurd-sizes-are-errors", test_absurd_sizes_are_errors);
  g_test_add_func ("/base/offset/gcj02-of-three-cities", test_gcj02_of_three_cities);
  g_test_add_func ("/base/offset/gcj02-leaves-other-countries-alone",
                   test_gcj02_leaves_other_countries_alone);
  return g_test_run ();
}
