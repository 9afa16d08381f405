/* SPDX-License-Identifier: GPL-3.0-or-later */

#define _GNU_SOURCE /* memmem */

#include <ft2build.h>
#include FT_FREETYPE_H
#include <gio/gio.h>
#include <string.h>

#include "zx-report-fixture.h"
#include "zx-test.h"

/* ZX_REPORT_KEEP=FOLDER keeps the files, to be looked at. */
static void
keep (const char *name, const char *bytes, gsize n)
{
  const char *folder = g_getenv ("ZX_REPORT_KEEP");
  if (folder == NULL)
    return;
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_assert_true (g_file_set_contents (path, bytes, (gssize) n, NULL));
}

static GBytes *
write_report (const ZxReportInput *input, const char *name, guint *n_pages)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = zx_test_folder ();
  g_autofree char *path = g_build_filename (folder, "report.pdf", NULL);
  char *bytes = NULL;
  gsize n = 0;
  zx_report_write (path, input, n_pages, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  keep (name, bytes, n);
  zx_test_folder_remove (folder);
  return g_bytes_new_take (bytes, n);
}

static gboolean
holds (GBytes *bytes, const char *text)
{
  gsize n, length = strlen (text);
  const char *data = g_bytes_get_data (bytes, &n);
  for (gsize i = 0; i + length <= n; i++)
    if (data[i] == text[0] && memcmp (data + i, text, length) == 0)
      return TRUE;
  return FALSE;
}

/* ---- embedded fonts ------------------------------------------------------------------------ */

/* The next embedded font behind @at, decompressed, or NULL. */
static GBytes *
next_font (GBytes *pdf, gsize *at)
{
  gsize n;
  const char *data = g_bytes_get_data (pdf, &n);
  static const char mark[] = "/Subtype /CIDFontType0C", start[] = "stream\n", end[] = "endstream";
  const char *font = memmem (data + *at, n - *at, mark, strlen (mark));
  if (font == NULL)
    return NULL;
  const char *stream = memmem (font, n - (gsize) (font - data), start, strlen (start));
  const char *last = memmem (stream, n - (gsize) (stream - data), end, strlen (end));
  stream += strlen (start);
  *at = (gsize) (last - data);
  g_autoptr (GConverter) inflate
      = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB));
  gsize room = 64u << 20, n_read, n_written;
  g_autofree char *out = g_malloc (room);
  g_autoptr (GError) error = NULL;
  GConverterResult result
      = g_converter_convert (inflate, stream, (gsize) (last - stream), out, room,
                             G_CONVERTER_INPUT_AT_END, &n_read, &n_written, &error);
  g_assert_no_error (error);
  g_assert_cmpint (result, ==, G_CONVERTER_FINISHED);
  return g_bytes_new (out, n_written);
}

/* Every sign of every embedded font can be drawn; @n_fonts: regular and bold, no fallback. */
static void
check_fonts (GBytes *pdf, guint n_fonts)
{
  FT_Library library;
  gsize at = 0;
  guint n = 0;
  g_assert_cmpint (FT_Init_FreeType (&library), ==, 0);
  for (GBytes *font; (font = next_font (pdf, &at)) != NULL; n++)
    {
      FT_Face face;
      gsize length;
      const guint8 *bytes = g_bytes_get_data (font, &length);
      g_assert_cmpint (FT_New_Memory_Face (library, bytes, (FT_Long) length, 0, &face), ==, 0);
      for (FT_Long glyph = 0; glyph < face->num_glyphs; glyph++)
        g_assert_cmpint (
            FT_Load_Glyph (face, (FT_UInt) glyph, FT_LOAD_NO_SCALE | FT_LOAD_NO_HINTING), ==, 0);
      FT_Done_Face (face);
      g_bytes_unref (font);
    }
  FT_Done_FreeType (library);
  if (n_fonts > 0 && n > 0)
    g_assert_cmpuint (n, ==, n_fonts);
}

/* ---- whole -------------------------------------------------------------------------------- */

static void
test_whole (gconstpointer language)
{
  g_autoptr (ZxReportFixture) fixture = zx_report_fixture_new (language, TRUE);
  g_autofree char *name = g_strdup_printf ("whole-%s.pdf", (const char *) language);
  guint n_pages = 0;
  g_autoptr (GBytes) bytes = write_report (&fixture->input, name, &n_pages);
  gboolean is_chinese = g_str_has_prefix (language, "zh");
  g_assert_cmpuint (n_pages, >, 15);
  g_assert_true (holds (bytes, is_chinese ? "/Lang (zh-CN)" : "/Lang (en)"));
  g_assert_true (holds (bytes, "/DisplayDocTitle true"));
  g_assert_true (holds (bytes, "/Marked true"));
  g_assert_true (holds (bytes, "<xmp:CreateDate>2024-03-31T00:00:00Z"));
  g_assert_true (holds (bytes, "/S /Figure"));
  g_assert_true (holds (bytes, "/Alt <FEFF"));
  g_assert_true (holds (bytes, "/S /TH"));
  g_assert_true (holds (bytes, "/ToUnicode"));
  check_fonts (bytes, 2);
}

static void
test_same_bytes (void)
{
  g_autoptr (ZxReportFixture) first = zx_report_fixture_new ("zh_CN", TRUE);
  g_autoptr (ZxReportFixture) second = zx_report_fixture_new ("zh_CN", TRUE);
  g_autoptr (GBytes) a = write_report (&first->input, "same-1.pdf", NULL);
  g_setenv ("TZ", "America/St_Johns", TRUE);
  g_setenv ("LANG", "de_DE.UTF-8", TRUE);
  g_autoptr (GBytes) b = write_report (&second->input, "same-2.pdf", NULL);
  g_assert_true (g_bytes_equal (a, b));
}

static void
test_without_grid (void)
{
  g_autoptr (ZxReportFixture) fixture = zx_report_fixture_new ("zh_CN", FALSE);
  g_autoptr (GBytes) bytes = write_report (&fixture->input, "no-grid.pdf", NULL);
  g_assert_cmpuint (g_bytes_get_size (bytes), >, 100000);
}

/* ---- parts missing ------------------------------------------------------------------------- */

#define PART(member) G_STRUCT_OFFSET (ZxReportInput, member)

static const gsize parts[] = {
  PART (client),          PART (date),       PART (project_fingerprint),
  PART (program_version), PART (findings),   PART (graph),
  PART (speeds),          PART (usage_heat), PART (vehicle_heat),
  PART (shortfall),       PART (headroom),   PART (cells),
  PART (covariates),      PART (demand),     PART (demand_options),
  PART (candidates),      PART (plan),       PART (siting_options),
  PART (site_areas),      PART (to_lonlat),
};

static void
clear_part (ZxReportInput *input, gsize offset)
{
  *(gpointer *) G_STRUCT_MEMBER_P (input, offset) = NULL;
}

static void
test_each_part_missing (void)
{
  g_autoptr (ZxReportFixture) fixture = zx_report_fixture_new ("en", TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      ZxReportInput input = fixture->input;
      guint n_pages = 0;
      clear_part (&input, parts[i]);
      g_autofree char *name = g_strdup_printf ("missing-%02u.pdf", i);
      g_autoptr (GBytes) bytes = write_report (&input, name, &n_pages);
      g_assert_cmpuint (n_pages, >, 8);
    }
}

static void
test_every_part_missing (gconstpointer language)
{
  g_autoptr (ZxReportFixture) fixture = zx_report_fixture_new (language, FALSE);
  g_autoptr (ZxCity) city = zx_city_new ();
  g_autofree char *name = g_strdup_printf ("empty-%s.pdf", (const char *) language);
  ZxReportInput input = fixture->input;
  guint n_pages = 0;
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    clear_part (&input, parts[i]);
  input.n_stages = 0;
  input.n_configurations = 0;
  input.city = city;
  city->max_x_m = city->max_y_m = 1000.0;
  g_autoptr (GBytes) bytes = write_report (&input, name, &n_pages);
  g_assert_cmpuint (n_pages, >=, 5);
  check_fonts (bytes, 2);
}

/* A prior without data: the model had nothing to learn from. */
static void
test_without_history (void)
{
  g_autoptr (ZxReportFixture) fixture = zx_report_fixture_new ("en", TRUE);
  fixture->demand.posterior = NULL;
  fixture->demand.has_checks = FALSE;
  fixture->demand.n_observations = 0;
  g_autoptr (GBytes) bytes = write_report (&fixture->input, "no-history.pdf", NULL);
  g_assert_cmpuint (g_bytes_get_size (bytes), >, 100000);
}

static void
test_plan_without_sites (void)
{
  g_autoptr (ZxReportFixture) fixture = zx_report_fixture_new ("en", TRUE);
  fixture->plan.n_sites = 0;
  g_autoptr (GBytes) bytes = write_report (&fixture->input, "no-sites.pdf", NULL);
  g_assert_cmpuint (g_bytes_get_size (bytes), >, 100000);
}

/* ---- hostile ------------------------------------------------------------------------------- */

static void
test_hostile_names (void)
{
  g_autoptr (ZxReportFixture) fixture = zx_report_fixture_new ("en", TRUE);
  g_autofree char *long_name = g_strnfill (20000, 'x');
  ZxReportInput input = fixture->input;
  input.client = "<span size='99999'>\x01\x1b[31m\u202e\xff\xfe&#0;";
  input.program_version = long_name;
  input.date = "not a day";
  input.project_fingerprint = "zz";
  ZxReportStage stages[] = { { "open\n", long_name, FALSE, NULL },
                             { "heat", NULL, TRUE, long_name },
                             { "", NULL, FALSE, NULL } };
  input.stages = stages;
  input.n_stages = G_N_ELEMENTS (stages);
  g_autoptr (GBytes) bytes = write_report (&input, "hostile.pdf", NULL);
  g_assert_true (holds (bytes, "<xmp:CreateDate>1970-01-01T00:00:00Z"));
  g_assert_false (holds (bytes, "\x1b[31m"));
}

static void
test_numbers_missing (void)
{
  g_autoptr (ZxReportFixture) fixture = zx_report_fixture_new ("en", TRUE);
  for (guint i = 0; i < fixture->plan.n_sites; i++)
    {
      ZxPlanSite *site = &fixture->plan.site[i];
      site->irr = site->wait_min = site->npv_mean_fen = site->co2_t_per_year = NAN;
      site->payback_years = INFINITY;
      site->configuration = 9999;
      for (guint hour = 0; hour < 24; hour++)
        site->hourly_kw[hour] = NAN;
    }
  fixture->plan.gap = fixture->plan.bound = NAN;
  for (guint c = 0; c < fixture->cells.n; c++)
    fixture->demand.mean[c] = NAN;
  g_autoptr (GBytes) bytes = write_report (&fixture->input, "nan.pdf", NULL);
  g_assert_cmpuint (g_bytes_get_size (bytes), >, 100000);
}

static void
test_many_sites (void)
{
  g_autoptr (ZxReportFixture) fixture = zx_report_fixture_new ("zh_CN", TRUE);
  guint n = 30, n_pages = 0;
  ZxPlanSite *sites = g_new0 (ZxPlanSite, n);
  for (guint i = 0; i < n; i++)
    {
      sites[i] = fixture->plan.site[i % 3];
      sites[i].candidate = i;
    }
  g_ptr_array_add (fixture->owned, sites);
  fixture->plan.site = sites;
  fixture->plan.n_sites = n;
  g_autoptr (GBytes) bytes = write_report (&fixture->input, "many.pdf", &n_pages);
  g_assert_cmpuint (n_pages, >, 45);
}

/* ---- complete or absent --------------------------------------------------------------------- */

static gboolean
on_progress_stop_cb (double fraction, const char *what, gpointer data)
{
  double *limit = data;
  return fraction < *limit;
}

static void
test_cancelled (void)
{
  g_autoptr (ZxReportFixture) fixture = zx_report_fixture_new ("en", TRUE);
  g_autofree char *folder = zx_test_folder ();
  g_autofree char *path = g_build_filename (folder, "report.pdf", NULL);
  for (double limit = 0.0; limit < 0.9; limit += 0.25)
    {
      g_autoptr (GError) error = NULL;
      ZxProgress progress = ZX_PROGRESS_INIT (on_progress_stop_cb, &limit, NULL);
      g_assert_false (zx_report_write (path, &fixture->input, NULL, &progress, &error));
      g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
    }
  zx_test_folder_remove (folder);
}

/* A small picture of one colour, as PNG. */
static cairo_status_t
on_png_cb (gpointer closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static GBytes *
small_png (void)
{
  GByteArray *bytes = g_byte_array_new ();
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 40, 20);
  cairo_surface_write_to_png_stream (surface, on_png_cb, bytes);
  cairo_surface_destroy (surface);
  return g_byte_array_free_to_bytes (bytes);
}

/* Chapters that are left out make it shorter and break no link; a logo stands on the cover. */
static void
test_wish (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxReportFixture) fixture = zx_report_fixture_new ("en", TRUE);
  guint n_all = 0, n_less = 0;
  g_autoptr (GBytes) all = write_report (&fixture->input, "all", &n_all);
  g_assert_true (
      zx_report_parse_chapters ("sites,economics,grid,demand", &fixture->input.left_out, &error));
  g_autoptr (GBytes) logo = small_png ();
  g_assert_true (zx_report_check_logo (logo, &error));
  fixture->input.logo = logo;
  g_autoptr (GBytes) less = write_report (&fixture->input, "less", &n_less);
  g_assert_cmpuint (n_less, <, n_all);
  g_assert_true (holds (less, "/Subtype /Image"));
  g_assert_false (zx_report_parse_chapters ("cover", &fixture->input.left_out, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
}

/* A picture that claims to be larger than memory is refused before it is unpacked. */
static void
test_hostile_logo (void)
{
  static const guint8 huge[]
      = { 0x89, 'P',  'N',  'G',  0x0d, 0x0a, 0x1a, 0x0a, 0,    0, 0, 13, 'I', 'H', 'D',
          'R',  0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 8, 2, 0,  0,   0 };
  g_autoptr (GBytes) large = g_bytes_new_static (huge, sizeof huge);
  g_autoptr (GBytes) junk = g_bytes_new_static ("junk", 4);
  g_assert_false (zx_report_check_logo (large, NULL));
  g_assert_false (zx_report_check_logo (junk, NULL));
  g_autoptr (ZxReportFixture) fixture = zx_report_fixture_new ("en", TRUE);
  fixture->input.logo = large; /* the cover goes without */
  g_autoptr (GBytes) pdf = write_report (&fixture->input, "huge-logo", NULL);
  g_assert_cmpuint (g_bytes_get_size (pdf), >, 1000);
}

static void
test_no_folder (void)
{
  g_autoptr (ZxReportFixture) fixture = zx_report_fixture_new ("en", TRUE);
  g_autoptr (GError) error = NULL;
  g_assert_false (
      zx_report_write ("/nowhere/at/all/report.pdf", &fixture->input, NULL, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_IO);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/report/writes-all-chapters-in-chinese", "zh_CN", test_whole);
  g_test_add_data_func ("/report/writes-all-chapters-in-english", "en", test_whole);
  g_test_add_func ("/report/same-input-gives-same-bytes", test_same_bytes);
  g_test_add_func ("/report/says-that-the-grid-was-not-checked", test_without_grid);
  g_test_add_func ("/report/does-without-any-one-part", test_each_part_missing);
  g_test_add_data_func ("/report/does-without-all-parts", "en", test_every_part_missing);
  g_test_add_data_func ("/report/does-without-all-parts-in-chinese", "zh_CN",
                        test_every_part_missing);
  g_test_add_func ("/report/does-without-a-history-of-use", test_without_history);
  g_test_add_func ("/report/does-with-a-plan-without-sites", test_plan_without_sites);
  g_test_add_func ("/report/names-cannot-harm-it", test_hostile_names);
  g_test_add_func ("/report/shows-a-dash-for-unknown-numbers", test_numbers_missing);
  g_test_add_func ("/report/takes-thirty-sites", test_many_sites);
  g_test_add_func ("/report/a-cancelled-run-leaves-no-file", test_cancelled);
  g_test_add_func ("/report/a-missing-folder-is-an-error", test_no_folder);
  g_test_add_func ("/report/chapters-are-left-out-and-a-logo-is-shown", test_wish);
  g_test_add_func ("/report/a-hostile-logo-is-refused", test_hostile_logo);
  return g_test_run ();
}
