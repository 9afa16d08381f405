/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/gis/zx-gis.h"

#include <time.h>

#include "zx-test.h"

/* ---- fixtures ----------------------------------------------------------------------------- */

typedef struct
{
  char *folder;
  ZxFindings *findings;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = zx_test_folder ();
  fixture->findings = zx_findings_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  zx_test_folder_remove (fixture->folder);
  g_free (fixture->folder);
  zx_findings_free (fixture->findings);
}

static char *
put (const Fixture *fixture, const char *name, const char *bytes, gssize n)
{
  char *path = g_build_filename (fixture->folder, name, NULL);
  g_assert_true (g_file_set_contents (path, bytes, n, NULL));
  return path;
}

static ZxLayer *
read_text (const Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = put (fixture, name, text, -1);
  g_autoptr (GError) error = NULL;
  ZxLayer *layer = zx_gis_read (path, NULL, NULL, fixture->findings, NULL, &error);
  g_assert_no_error (error);
  return layer;
}

static void
assert_refused (const Fixture *fixture, const char *name, const char *bytes, gssize n,
                const char *word)
{
  g_autofree char *path = put (fixture, name, bytes, n);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) infos = zx_gis_look (path, fixture->findings, NULL, &error);
  g_assert_null (infos);
  g_assert_nonnull (error);
  if (strstr (error->message, word) == NULL)
    g_error ("“%s” does not say “%s”", error->message, word);
}

static gboolean
has_finding (const Fixture *fixture, const char *rule)
{
  for (guint i = 0; i < fixture->findings->rows->len; i++)
    if (strcmp (g_array_index (fixture->findings->rows, ZxFinding, i).rule, rule) == 0)
      return TRUE;
  return FALSE;
}

static double
number_at (const ZxLayer *layer, const char *column, gsize row)
{
  const ZxColumn *found = zx_layer_column (layer, column);
  g_assert_nonnull (found);
  g_assert_cmpint (found->kind, ==, ZX_COLUMN_NUMBER);
  return found->number[row];
}

static const char *
text_at (const ZxLayer *layer, const char *column, gsize row)
{
  const ZxColumn *found = zx_layer_column (layer, column);
  g_assert_nonnull (found);
  g_assert_cmpint (found->kind, ==, ZX_COLUMN_TEXT);
  return zx_layer_text (layer, found, row);
}

/* ---- tables of text ----------------------------------------------------------------------- */

static void
test_csv_by_hand (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ZxLayer) layer = read_text (
      fixture, "a.csv", "\xef\xbb\xbfname,kW,code\n\"A, \"\"x\"\"\",7.5,007\nB,,008\r\n\nC,1e2,\n");
  g_assert_cmpuint (layer->n_rows, ==, 3);
  g_assert_cmpstr (text_at (layer, "name", 0), ==, "A, \"x\"");
  g_assert_cmpfloat (number_at (layer, "kW", 0), ==, 7.5);
  g_assert_true (isnan (number_at (layer, "kW", 1)));
  g_assert_cmpfloat (number_at (layer, "kW", 2), ==, 100);
  g_assert_cmpstr (text_at (layer, "code", 1), ==, "008");
  g_assert_cmpstr (text_at (layer, "code", 2), ==, "");
}

static void
test_csv_separators (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[]
      = { "a;b;c\n1;2,5;x\n3;4,5;y\n", "a\tb\tc\n1\t2,5\tx\n3\t4,5\ty\n",
          "a|b|c\n1|2,5|x\n3|4,5|y\n" };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (ZxLayer) layer = read_text (fixture, "s.csv", texts[i]);
      g_assert_cmpuint (layer->n_columns, ==, 3);
      g_assert_cmpfloat (number_at (layer, "a", 1), ==, 3);
      g_assert_cmpstr (text_at (layer, "b", 1), ==, "4,5");
    }
}

static void
test_csv_of_gbk (Fixture *fixture, gconstpointer data)
{
  /* 名称,容量 / 济南站,60 in GBK */
  g_autoptr (ZxLayer) layer = read_text (
      fixture, "g.csv", "\xc3\xfb\xb3\xc6,\xc8\xdd\xc1\xbf\n\xbc\xc3\xc4\xcf\xd5\xbe,60\n");
  g_assert_cmpstr (text_at (layer, "名称", 0), ==, "济南站");
  g_assert_cmpfloat (number_at (layer, "容量", 0), ==, 60);
  g_assert_true (has_finding (fixture, "gis.encoding"));
}

static void
test_csv_of_latin1 (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ZxLayer) layer
      = read_text (fixture, "l.csv", "name,n\nEsta\xe7\xe3o S\xe9,1\nLib\xe9rdade,2\n");
  g_assert_cmpstr (text_at (layer, "name", 0), ==, "Estação Sé");
}

static void
test_csv_of_utf_16 (Fixture *fixture, gconstpointer data)
{
  static const char bytes[] = "\xff\xfe\x0d\x54\t\0k\0W\0\n\0\x4e\x6d\t\0"
                              "7\0\n\0";
  g_autofree char *path = put (fixture, "u.csv", bytes, sizeof bytes - 1);
  g_autoptr (ZxLayer) layer = zx_gis_read (path, NULL, NULL, NULL, NULL, NULL);
  g_assert_nonnull (layer);
  g_assert_cmpstr (text_at (layer, "名", 0), ==, "济");
  g_assert_cmpfloat (number_at (layer, "kW", 0), ==, 7);
}

/* The kind is a property of the whole column: a text in the last row is enough. */
static void
test_csv_kind_is_of_the_whole_column (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("id,value\n");
  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (text, "%u.50,%u\n", i, i);
  g_string_append (text, "n/v,NULL\n");
  g_autoptr (ZxLayer) layer = read_text (fixture, "k.csv", text->str);
  g_assert_cmpuint (layer->n_rows, ==, 5001);
  g_assert_cmpstr (text_at (layer, "id", 0), ==, "0.50");
  g_assert_cmpstr (text_at (layer, "id", 4999), ==, "4999.50");
  g_assert_cmpstr (text_at (layer, "id", 5000), ==, "n/v");
  g_assert_cmpfloat (number_at (layer, "value", 4999), ==, 4999);
  g_assert_true (isnan (number_at (layer, "value", 5000)));
  g_assert_true (has_finding (fixture, "gis.words-for-missing"));
}

static void
test_csv_long_numbers_stay_text (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ZxLayer) layer
      = read_text (fixture, "n.csv", "id,x\n1234567890123456,0.12345678901234567\n9,2\n");
  g_assert_cmpstr (text_at (layer, "id", 0), ==, "1234567890123456");
  g_assert_cmpfloat (number_at (layer, "x", 0), ==, 0.12345678901234567);
}

static void
test_csv_headers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ZxLayer) corner = read_text (fixture, "c.csv", ",0,1,10\n2023-04-01 00:00:00,1,1,2\n");
  g_assert_cmpuint (corner->n_rows, ==, 1);
  g_assert_cmpstr (corner->columns[0].name, ==, "");
  g_assert_cmpfloat (number_at (corner, "10", 0), ==, 2);
  g_autoptr (ZxLayer) matrix = read_text (fixture, "m.csv", "102,104,105\n1,0,0\n0,1,1\n0,1,1\n");
  g_assert_cmpuint (matrix->n_rows, ==, 3);
  g_assert_cmpfloat (number_at (matrix, "104", 1), ==, 1);
  g_autoptr (ZxLayer) none = read_text (fixture, "h.csv", "117.1,36.2,5\n117.2,36.3,7\n");
  g_assert_cmpuint (none->n_rows, ==, 2);
  g_assert_cmpfloat (number_at (none, "field_2", 1), ==, 36.3);
  g_assert_true (has_finding (fixture, "gis.no-header"));
}

static void
test_csv_title_lines (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ZxLayer) layer
      = read_text (fixture, "t.csv", "充电站清单 2024,,\nname,kW,n\nA,7,1\nB,60,2\n");
  g_assert_cmpuint (layer->n_rows, ==, 2);
  g_assert_cmpfloat (number_at (layer, "kW", 1), ==, 60);
}

static void
test_csv_stray_quotes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ZxLayer) layer
      = read_text (fixture, "q.csv", "id,text\n1,\"open\n2,\"fine, too\"\n3,\"never closed\n4,x\n");
  g_assert_cmpuint (layer->n_rows, ==, 4);
  g_assert_cmpstr (text_at (layer, "text", 1), ==, "fine, too");
  g_assert_cmpfloat (number_at (layer, "id", 3), ==, 4);
  g_assert_true (has_finding (fixture, "gis.odd-quote"));
}

static void
test_csv_ragged_rows (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ZxLayer) layer = read_text (fixture, "r.csv", "a,b\n1\n2,3,4\n5,6,\n");
  g_assert_cmpuint (layer->n_columns, ==, 3);
  g_assert_true (isnan (layer->columns[1].number[0]));
  g_assert_cmpfloat (layer->columns[2].number[1], ==, 4);
  g_assert_true (has_finding (fixture, "gis.short-row"));
  g_assert_true (has_finding (fixture, "gis.long-row"));
}

static void
test_csv_with_wkt (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ZxLayer) layer = read_text (
      fixture, "w.csv", "id,WKT\n1,\"LINESTRING (0 0, 1 1)\"\n2,\n3,\"LINESTRING (2 2, 3 x)\"\n");
  g_assert_cmpint (layer->geometry.kind, ==, ZX_GEOMETRY_LINE);
  g_assert_cmpuint (layer->geometry.n_points, ==, 2);
  g_assert_cmpuint (layer->geometry.part_first[3], ==, 1);
  g_assert_null (zx_layer_column (layer, "WKT"));
  g_assert_true (has_finding (fixture, "gis.broken-geometry"));
}

/* A record longer than the scanner's buffer, and cells across its edge. */
static void
test_csv_of_long_records (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("a,b\n");
  for (guint i = 0; i < 40; i++)
    {
      g_string_append_printf (text, "%u,\"", i);
      for (guint k = 0; k < 9000; k++)
        g_string_append (text, "ab\n,\"\"");
      g_string_append (text, "\"\n");
    }
  g_autoptr (ZxLayer) layer = read_text (fixture, "long.csv", text->str);
  g_assert_cmpuint (layer->n_rows, ==, 40);
  for (gsize i = 0; i < 40; i++)
    {
      g_assert_cmpfloat (number_at (layer, "a", i), ==, (double) i);
      g_assert_cmpuint (strlen (text_at (layer, "b", i)), ==, 9000 * 5);
    }
}

static void
test_points_from_columns (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = put (fixture, "p.csv", "id,lat,lon,x\n1,36.6,117.0,9\n2,,117,9\n", -1);
  const char *const columns[] = { "id", NULL };
  ZxGisReadOptions options = { columns, "GCJ-02", "lon", "lat" };
  g_autoptr (ZxLayer) layer = zx_gis_read (path, "p", &options, fixture->findings, NULL, NULL);
  g_assert_nonnull (layer);
  g_assert_cmpint (layer->geometry.kind, ==, ZX_GEOMETRY_POINT);
  g_assert_cmpfloat (layer->geometry.x[0], ==, 117.0);
  g_assert_cmpfloat (layer->geometry.y[0], ==, 36.6);
  g_assert_true (isnan (layer->geometry.x[1]));
  g_assert_null (zx_layer_column (layer, "x"));
  g_assert_cmpstr (layer->crs, ==, "GCJ-02");
}

/* Random tables: what was written is what is read, whatever the quoting. */
static void
test_csv_round_trip (Fixture *fixture, gconstpointer data)
{
  static const char letters[] = "ab,;\"\n\r |\t济x ";
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint trial = 0; trial < 50; trial++)
    {
      guint n_rows = 1 + zx_rng_below (&rng, 40), n_columns = 2 + zx_rng_below (&rng, 5);
      g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GString) text = g_string_new ("");
      for (guint c = 0; c < n_columns; c++)
        g_string_append_printf (text, "%sname %u", c > 0 ? "," : "", c);
      g_string_append (text, "\n");
      for (guint i = 0; i < n_rows * n_columns; i++)
        {
          GString *cell = g_string_new ("v");
          for (guint k = zx_rng_below (&rng, 6); k > 0; k--)
            {
              char c = letters[zx_rng_below (&rng, sizeof letters - 1)];
              if ((guint8) c < 0x80)
                g_string_append_c (cell, c);
            }
          g_string_append_c (text, '"');
          for (const char *p = cell->str; *p != '\0'; p++)
            {
              g_string_append_c (text, *p);
              if (*p == '"')
                g_string_append_c (text, '"');
            }
          g_string_append (text, (i + 1) % n_columns == 0 ? "\"\r\n" : "\",");
          g_ptr_array_add (cells, g_string_free (cell, FALSE));
        }
      g_autoptr (ZxLayer) layer = read_text (fixture, "rt.csv", text->str);
      g_assert_cmpuint (layer->n_rows, ==, n_rows);
      g_assert_cmpuint (layer->n_columns, ==, n_columns);
      for (guint i = 0; i < n_rows * n_columns; i++)
        g_assert_cmpstr (zx_layer_text (layer, &layer->columns[i % n_columns], i / n_columns), ==,
                         g_ptr_array_index (cells, i));
    }
}

/* ---- geometry ----------------------------------------------------------------------------- */

static const char mixed[]
    = "{\"type\":\"FeatureCollection\",\"features\":["
      "{\"type\":\"Feature\",\"properties\":{\"n\":1},\"geometry\":{\"type\":\"Polygon\","
      "\"coordinates\":[[[0,0],[0,4],[4,4],[4,0],[0,0]],[[1,1],[2,1],[2,2],[1,2],[1,1]]]}},"
      "{\"type\":\"Feature\",\"properties\":{\"n\":2},\"geometry\":{\"type\":\"Point\","
      "\"coordinates\":[5,5]}},"
      "{\"type\":\"Feature\",\"properties\":{\"n\":3},\"geometry\":null},"
      "{\"type\":\"Feature\",\"properties\":{\"n\":4},\"geometry\":{\"type\":\"Polygon\","
      "\"coordinates\":[[[0,0],[1,0],[1,1]]]}},"
      "{\"type\":\"Feature\",\"properties\":{\"n\":5},\"geometry\":{\"type\":\"MultiPolygon\","
      "\"coordinates\":[[[[9,9],[10,9],[10,10],[9,9]]],[[[7,7],[8,7],[8,8],[7,7]]]]}},"
      "{\"type\":\"Feature\",\"properties\":{\"n\":6},\"geometry\":{\"type\":\"Polygon\","
      "\"coordinates\":[[[0,0],[1e300,0],[1,1],[0,0]]]}}]}";

static void
test_geojson_of_mixed_kinds (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ZxLayer) layer = read_text (fixture, "m.geojson", mixed);
  const ZxGeometry *g = &layer->geometry;
  g_assert_cmpint (g->kind, ==, ZX_GEOMETRY_POLYGON);
  g_assert_cmpuint (layer->n_rows, ==, 6);
  g_assert_cmpfloat (zx_geometry_area (g, 0), ==, 15);
  g_assert_true (!g->is_hole[0] && g->is_hole[1]);
  g_assert_cmpuint (g->part_first[2] - g->part_first[1], ==, 0);
  g_assert_cmpfloat (zx_geometry_area (g, 3), ==, 0.5);
  g_assert_cmpuint (g->part_first[5] - g->part_first[4], ==, 2);
  g_assert_cmpuint (g->part_first[6] - g->part_first[5], ==, 0);
  g_assert_cmpstr (layer->crs, ==, "EPSG:4326");
  g_assert_true (has_finding (fixture, "gis.other-geometry"));
  g_assert_true (has_finding (fixture, "gis.open-ring"));
  g_assert_true (has_finding (fixture, "gis.too-far"));
}

/* Outer rings counter-clockwise, holes clockwise, all closed: whatever the source did. */
static void
test_rings_are_oriented (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ZxLayer) layer = read_text (fixture, "o.geojson", mixed);
  const ZxGeometry *g = &layer->geometry;
  for (gsize part = 0; part < g->n_parts; part++)
    {
      gsize begin = g->point_first[part], end = g->point_first[part + 1];
      double area = 0;
      for (gsize i = begin; i + 1 < end; i++)
        area += g->x[i] * g->y[i + 1] - g->x[i + 1] * g->y[i];
      g_assert_true (g->is_hole[part] ? area < 0 : area > 0);
      g_assert_true (g->x[begin] == g->x[end - 1] && g->y[begin] == g->y[end - 1]);
    }
}

static void
test_encoded_geojson_is_a_finding (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ZxLayer) layer = read_text (
      fixture, "e.json",
      "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"n\":1}"
      ","
      "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[\"@@FMV\"],\"encodeOffsets\":[[1,2]]}}],"
      "\"UTF8Encoding\":true}");
  g_assert_cmpuint (layer->n_rows, ==, 1);
  g_assert_true (has_finding (fixture, "gis.encoded-geojson"));
}

/* ---- refusals ----------------------------------------------------------------------------- */

static void
test_refusals_name_the_real_format (Fixture *fixture, gconstpointer data)
{
  assert_refused (
      fixture, "a.geojson",
      "<OGRVRTDataSource><OGRVRTLayer name=\"x\"><SrcDataSource>/vsicurl/http://127.0.0.1"
      ":9/x.geojson</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
      -1, "VRT");
  assert_refused (fixture, "b.tif", "<VRTDataset rasterXSize=\"10\" rasterYSize=\"10\"/>", -1,
                  "VRT");
  assert_refused (fixture, "c.tif", "<GDAL_WMS><Service name=\"TMS\"/></GDAL_WMS>", -1, "WMS");
  assert_refused (fixture, "d.xlsx", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 workbook", -1, ".xls");
  assert_refused (fixture, "e.json", "{\"type\":\"Topology\",\"objects\":{}}", -1, "TopoJSON");
  assert_refused (fixture, "f.csv", "", 0, "empty");
  assert_refused (fixture, "g.shp", "<!DOCTYPE html><html><body>404</body></html>", -1, "web page");
  assert_refused (fixture, "h.asc",
                  "ncols 2000000000\nnrows 2000000000\nxllcorner 0\nyllcorner 0\n"
                  "cellsize 1\n1\n",
                  -1, "h");
  assert_refused (fixture, "i.zip", "PK\3\4 and no end", -1, "zip");
  assert_refused (fixture, "j.csv.gz", "\x1f\x8b\x08 and no data", -1, "gzip");
}

static void
test_refuses_what_is_no_plain_file (Fixture *fixture, gconstpointer data)
{
  static const char *const paths[] = { "https://example.org/a.csv",
                                       "/vsicurl/https://example.org/a.csv",
                                       "/dev/zero",
                                       "/nowhere/at/all.csv",
                                       "CSV:/etc/passwd",
                                       "/" };
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (zx_gis_look (paths[i], NULL, NULL, &error));
      g_assert_nonnull (error);
    }
}

static void
test_missing_layer_is_one_sentence (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = put (fixture, "x.csv", "a,b\n1,2\n", -1);
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_gis_read (path, "roads", NULL, NULL, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_MISSING);
  g_assert_nonnull (strstr (error->message, "roads"));
}

static void
test_reading_can_be_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = put (fixture, "c.geojson", mixed, -1);
  gint stop = 1;
  ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &stop);
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_gis_read (path, NULL, NULL, NULL, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
}

static double
processor_seconds (void)
{
  struct timespec time;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

/* GDAL reads the whole file before it answers once; a cancel must not wait for that. */
static void
test_opening_can_be_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("{\"type\":\"FeatureCollection\",\"features\":[\n");
  for (guint i = 0; i < 40000; i++)
    g_string_append_printf (text,
                            "%s{\"type\":\"Feature\",\"properties\":{\"name\":\"%u\"},"
                            "\"geometry\":{\"type\":\"Point\",\"coordinates\":[117.%u,36]}}\n",
                            i > 0 ? "," : "", i, i);
  g_string_append (text, "]}");
  g_autofree char *path = put (fixture, "c.geojson", text->str, (gssize) text->len);
  gint stop = 0;
  ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &stop);
  g_autoptr (GError) error = NULL;
  double start = processor_seconds ();
  g_autoptr (ZxLayer) layer = zx_gis_read (path, NULL, NULL, NULL, &progress, &error);
  double whole = processor_seconds () - start;
  g_assert_no_error (error);
  g_assert_cmpuint (layer->n_rows, ==, 40000);
  g_atomic_int_set (&stop, 1);
  start = processor_seconds ();
  g_assert_null (zx_gis_read (path, NULL, NULL, NULL, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
  g_assert_cmpfloat (processor_seconds () - start, <, whole / 5);
  g_clear_error (&error);
  start = processor_seconds ();
  g_assert_null (zx_gis_look (path, NULL, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
  g_assert_cmpfloat (processor_seconds () - start, <, whole / 5);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/gis/csv/quotes-marks-and-codes-by-hand", test_csv_by_hand);
  ADD ("/gis/csv/finds-the-separator", test_csv_separators);
  ADD ("/gis/csv/reads-gbk", test_csv_of_gbk);
  ADD ("/gis/csv/reads-western-text", test_csv_of_latin1);
  ADD ("/gis/csv/reads-utf-16", test_csv_of_utf_16);
  ADD ("/gis/csv/kind-is-of-the-whole-column", test_csv_kind_is_of_the_whole_column);
  ADD ("/gis/csv/long-numbers-stay-text", test_csv_long_numbers_stay_text);
  ADD ("/gis/csv/tells-header-from-data", test_csv_headers);
  ADD ("/gis/csv/skips-title-lines", test_csv_title_lines);
  ADD ("/gis/csv/stray-quotes-do-not-swallow-the-file", test_csv_stray_quotes);
  ADD ("/gis/csv/ragged-rows-are-findings", test_csv_ragged_rows);
  ADD ("/gis/csv/wkt-becomes-geometry", test_csv_with_wkt);
  ADD ("/gis/csv/records-longer-than-the-buffer", test_csv_of_long_records);
  ADD ("/gis/csv/what-is-written-is-read", test_csv_round_trip);
  ADD ("/gis/read/points-from-columns", test_points_from_columns);
  ADD ("/gis/read/mixed-kinds-become-one", test_geojson_of_mixed_kinds);
  ADD ("/gis/read/rings-are-closed-and-oriented", test_rings_are_oriented);
  ADD ("/gis/read/encoded-geojson-is-a-finding", test_encoded_geojson_is_a_finding);
  ADD ("/gis/look/refusals-name-the-real-format", test_refusals_name_the_real_format);
  ADD ("/gis/look/refuses-what-is-no-plain-file", test_refuses_what_is_no_plain_file);
  ADD ("/gis/read/missing-layer-is-one-sentence", test_missing_layer_is_one_sentence);
  ADD ("/gis/read/can-be-cancelled", test_reading_can_be_cancelled);
  ADD ("/gis/read/a-large-geojson-can-be-cancelled", test_opening_can_be_cancelled);
  return g_test_run ();
}
