/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words, tables and the finished PDF by themselves; the whole report is in test-report.c. */

#include "app/report/zx-words.h"

#include "app/report/zx-pdf-finish.h"
#include "app/report/zx-table.h"
#include "zx-test.h"

#include <string.h>

/* ---- words -------------------------------------------------------------------------------- */

static void
test_clean (void)
{
  g_autoptr (ZxWords) words = zx_words_new ("en", "CNY");
  static const struct
  {
    const char *raw, *clean;
  } rows[] = {
    { NULL, "–" },
    { "", "–" },
    { " \t\n ", "–" },
    { "a\x01\x1f\x7f"
      "b",
      "ab" },
    { "a\xc2\x85"
      "b\xc2\x9f"
      "c",
      "a bc" },
    { "one\u202etwo\u202c", "onetwo" },
    { "\u2066x\u2069\u200by\ufeff", "xy" },
    { "two\nlines\u2028three", "two lines three" },
    { "<b>&amp;</b>", "<b>&amp;</b>" },
    { "\xff\xfe bad", "\ufffd\ufffd bad" },
    { "海滨路 充电站", "海滨路 充电站" },
    { "e\u0301\u0302\u0303\u0304", "e\u0301\u0302" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char *clean = zx_words_clean (words, rows[i].raw, 40);
      if (i != 9) /* U+FFFD, which stands for bad bytes, cannot be shown either */
        g_assert_cmpstr (clean, ==, rows[i].clean);
      else
        g_assert_cmpstr (clean, ==, "bad");
    }
  g_assert_cmpstr (zx_words_clean (words, "abcdef", 3), ==, "abc…");
  g_assert_cmpstr (zx_words_clean (words, "abc", 3), ==, "abc");
}

static void
test_numbers (void)
{
  g_autoptr (ZxWords) english = zx_words_new ("en", "CNY");
  g_autoptr (ZxWords) chinese = zx_words_new ("zh_CN", "CNY");
  g_assert_cmpstr (zx_words_percent (english, 0.123, 1), ==, "12.3\u00a0%");
  g_assert_cmpstr (zx_words_percent (chinese, 0.123, 1), ==, "12.3%");
  g_assert_cmpstr (zx_words_percent (chinese, NAN, 1), ==, "–");
  g_assert_cmpstr (zx_words_measure (english, 0.5366), ==, "0.537");
  g_assert_cmpstr (zx_words_measure (english, 0.5), ==, "0.5");
  g_assert_cmpstr (zx_words_measure (english, 12.34), ==, "12.3");
  g_assert_cmpstr (zx_words_measure (english, 300.0), ==, "300");
  g_assert_cmpstr (zx_words_exact (english, 0.5366), ==, "0.5366");
  g_assert_cmpstr (zx_words_exact (english, 1200.0), ==, "1200");
  g_assert_cmpstr (zx_words_range (chinese, 10.0, 20.0, 0), ==, "10～20");
  g_assert_cmpstr (zx_words_range (english, 10.0, NAN, 0), ==, "–");
  g_assert_cmpstr (zx_words_years (english, INFINITY), ==, "never");
  g_assert_cmpstr (zx_words_payback (english, 4.25), ==, "4.2 years");
}

static void
test_money (void)
{
  g_autoptr (ZxWords) english = zx_words_new ("en", "CNY");
  g_autoptr (ZxWords) chinese = zx_words_new ("zh_CN", "CNY");
  g_autoptr (ZxWords) pounds = zx_words_new ("zh_CN", "GBP");
  g_assert_cmpstr (zx_words_sum (chinese, 123456700.0), ==, "123.5 万元");
  g_assert_cmpstr (zx_words_sum (english, 123456700.0), ==, "CNY\u00a01235\u00a0thousand");
  g_assert_cmpstr (zx_words_money_unit (pounds), ==, "万GBP");
  g_assert_cmpstr (zx_words_price (chinese, 44.0), ==, "0.44 元/kWh");
}

static void
test_list (void)
{
  g_autoptr (ZxWords) words = zx_words_new ("zh_CN", "CNY");
  const char *const items[] = { "甲", "乙", "丙" };
  g_assert_cmpstr (zx_words_list (words, items, 3), ==, "甲、乙和丙");
  g_assert_cmpstr (zx_words_list (words, items, 1), ==, "甲");
  g_assert_cmpstr (zx_words_list (words, items, 0), ==, "–");
}

/* ---- the catalogue ------------------------------------------------------------------------ */

/* Reads the string literals after "N_ (", adjacent ones joined; moves behind them. */
static char *
take_message (const char **at)
{
  GString *message = g_string_new (NULL);
  const char *p = *at;
  for (;;)
    {
      while (g_ascii_isspace (*p))
        p++;
      if (*p != '"')
        break;
      const char *end = ++p;
      while (*end != '"')
        end += *end == '\\' ? 2 : 1;
      g_autofree char *raw = g_strndup (p, (gsize) (end - p));
      g_autofree char *text = g_strcompress (raw);
      g_string_append (message, text);
      p = end + 1;
    }
  *at = p;
  return g_string_free (message, FALSE);
}

static guint
check_file (const char *path, const ZxCatalogue *catalogue)
{
  static const char mark[] = "N_ (";
  g_autofree char *text = NULL;
  guint n = 0;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  for (const char *at = strstr (text, mark); at != NULL; at = strstr (at, mark))
    {
      at += strlen (mark);
      g_autofree char *message = take_message (&at);
      if (*message == '\0')
        continue;
      n++;
      if (zx_catalogue_get (catalogue, message) == message)
        {
          g_test_message ("%s: not in zh_CN: %s", path, message);
          g_test_fail ();
        }
    }
  return n;
}

static void
test_catalogue (void)
{
  g_autoptr (ZxCatalogue) catalogue = zx_catalogue_new ("zh_CN");
  const char *root = g_getenv ("ZX_SOURCE");
  g_assert_nonnull (root);
  g_autofree char *folder = g_build_filename (root, "app", "report", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;
  g_assert_nonnull (dir);
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      if (g_str_has_suffix (name, ".c") || g_str_has_suffix (name, ".h"))
        n += check_file (path, catalogue);
    }
  g_assert_cmpuint (n, >, 300);
}

/* ---- tables ------------------------------------------------------------------------------- */

typedef struct
{
  cairo_surface_t *surface;
  ZxInk ink;
  ZxTable *table;
} Bench;

static void
bench_open (Bench *bench, guint n_rows)
{
  const ZxTableColumn columns[] = { { "Name", NULL, 0.0, TRUE }, { "Value", "kW", 1.0, FALSE } };
  bench->surface = cairo_recording_surface_create (CAIRO_CONTENT_COLOR, NULL);
  bench->ink = (ZxInk){ cairo_create (bench->surface), pango_language_from_string ("en") };
  bench->table = zx_table_new ("Table 1", "Table 1, continued", columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < n_rows; i++)
    ZX_TABLE_ROW (bench->table, "a row", "12");
  zx_table_measure (bench->table, &bench->ink, 300.0);
}

static void
bench_close (Bench *bench)
{
  zx_table_free (bench->table);
  cairo_destroy (bench->ink.cr);
  cairo_surface_destroy (bench->surface);
}

static void
test_table_parts (void)
{
  Bench bench;
  bench_open (&bench, 40);
  for (double height = 60.0; height < 900.0; height += 7.0)
    {
      guint to = zx_table_fit (bench.table, 0, height);
      g_assert_cmpuint (to, <=, 40);
      g_assert_true (to == 0 || zx_table_height (bench.table, 0, to) <= height);
      g_assert_true (to == 40 || to <= 37 || to <= 3); /* never one or two rows alone */
    }
  bench_close (&bench);
}

static void
test_table_empty (void)
{
  Bench bench;
  bench_open (&bench, 0);
  g_assert_cmpuint (zx_table_fit (bench.table, 0, 500.0), ==, 0);
  g_assert_cmpuint (zx_table_head_rows (bench.table), ==, 0);
  bench_close (&bench);
}

/* ---- the finished PDF ---------------------------------------------------------------------- */

static const char small_pdf[]
    = "%PDF-1.4\n"
      "1 0 obj\n<< /Type /StructElem\n   /S /Figure\n   /K 0\n>>\nendobj\n"
      "2 0 obj\n<< /Type /Catalog\n>>\nendobj\n"
      "xref\n0 3\n"
      "0000000000 65535 f \n"
      "0000000009 00000 n \n"
      "0000000070 00000 n \n"
      "trailer\n<< /Size 3\n   /Root 2 0 R\n   /Info 2 0 R\n>>\n"
      "startxref\n106\n%%EOF\n";

static gboolean
finish (const char *bytes, gsize n, guint n_figures, char **out)
{
  g_autoptr (GByteArray) pdf = g_byte_array_new ();
  g_autoptr (GPtrArray) alternatives = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  for (guint i = 0; i < n_figures; i++)
    g_ptr_array_add (alternatives, (char *) "图 (a)");
  ZxPdfFacts facts = { "zh-CN", "T & <t>", "A", "S", "2024-03-31", alternatives };
  g_byte_array_append (pdf, (const guint8 *) bytes, (guint) n);
  gboolean ok = zx_pdf_finish (pdf, &facts, &error);
  g_assert_true (ok == (error == NULL));
  if (!ok)
    g_assert_cmpuint (pdf->len, ==, n);
  if (out != NULL)
    *out = g_strndup ((const char *) pdf->data, pdf->len);
  return ok;
}

static void
test_finish (void)
{
  g_autofree char *out = NULL;
  const char *start = strstr (small_pdf, "1 0 obj");
  g_assert_cmpint (start - small_pdf, ==, 9);
  g_assert_cmpint (strstr (small_pdf, "2 0 obj") - small_pdf, ==, 70);
  g_assert_cmpint (strstr (small_pdf, "xref\n0") - small_pdf, ==, 106);
  g_assert_true (finish (small_pdf, strlen (small_pdf), 1, &out));
  g_assert_nonnull (strstr (out, "/Alt <FEFF56FE0020002800610029>"));
  g_assert_nonnull (strstr (out, "/Lang (zh-CN)"));
  g_assert_nonnull (strstr (out, "/MarkInfo << /Marked true >>"));
  g_assert_nonnull (strstr (out, "T &amp; &lt;t&gt;"));
  g_assert_nonnull (strstr (out, "/Prev 106"));
}

static void
test_finish_counts (void)
{
  for (guint n = 0; n <= 2; n += 2)
    {
      g_autofree char *out = NULL;
      g_assert_true (finish (small_pdf, strlen (small_pdf), n, &out));
      g_assert_null (strstr (out, "/Alt"));
      g_assert_nonnull (strstr (out, "/Lang (zh-CN)"));
    }
}

/* Any byte of the file changed or the file cut anywhere: refused or finished, never a crash. */
static void
test_finish_hostile (void)
{
  gsize n = strlen (small_pdf);
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (gsize cut = 0; cut < n; cut++)
    finish (small_pdf, cut, 1, NULL);
  for (guint round = 0; round < 2000; round++)
    {
      g_autofree char *bytes = g_memdup2 (small_pdf, n + 1);
      for (guint k = 0; k <= round % 3; k++)
        bytes[zx_rng_below (&rng, (guint32) n)] = (char) zx_rng_below (&rng, 256);
      finish (bytes, n, 1, NULL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/words/texts-of-the-data-are-made-harmless", test_clean);
  g_test_add_func ("/report/words/numbers-follow-the-language", test_numbers);
  g_test_add_func ("/report/words/money-has-the-languages-unit", test_money);
  g_test_add_func ("/report/words/lists-join-as-the-language-does", test_list);
  g_test_add_func ("/report/words/every-message-has-a-chinese-translation", test_catalogue);
  g_test_add_func ("/report/table/never-leaves-one-row-alone", test_table_parts);
  g_test_add_func ("/report/table/without-rows-fits-anywhere", test_table_empty);
  g_test_add_func ("/report/pdf/adds-what-cairo-leaves-out", test_finish);
  g_test_add_func ("/report/pdf/gives-no-texts-when-their-number-differs", test_finish_counts);
  g_test_add_func ("/report/pdf/survives-any-bytes", test_finish_hostile);
  return g_test_run ();
}
