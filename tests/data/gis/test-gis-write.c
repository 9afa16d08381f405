/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/gis/zx-gis.h"

#include <glib/gstdio.h>

#include "zx-test.h"

typedef struct
{
  char *folder;
  ZxLayer *layer;
} Fixture;

static void
set_point (ZxLayer *layer, gsize row, double x, double y)
{
  layer->geometry.x[row] = x;
  layer->geometry.y[row] = y;
}

/* Four rows: whole numbers, fractions, texts that need care, one row without a place. */
static ZxLayer *
make_points (void)
{
  ZxLayer *layer = zx_layer_new ("stations", "made", 4);
  zx_layer_add_column (layer, "piles", ZX_COLUMN_NUMBER);
  zx_layer_add_column (layer, "kW", ZX_COLUMN_NUMBER);
  zx_layer_add_column (layer, "名称", ZX_COLUMN_TEXT);
  const char *names[] = { "=1+1", "济南, \"西\"站", "-7.5", "" };
  for (gsize row = 0; row < 4; row++)
    {
      layer->columns[0].number[row] = row == 3 ? NAN : (double) (row + 1);
      layer->columns[1].number[row] = 7.5 * (double) row;
      layer->columns[2].text[row] = zx_pool_add (layer->pool, names[row]);
    }
  layer->geometry = (ZxGeometry){ .kind = ZX_GEOMETRY_POINT,
                                  .n_rows = 4,
                                  .n_points = 4,
                                  .x = g_new (double, 4),
                                  .y = g_new (double, 4) };
  set_point (layer, 0, 500080.449, 4060533.007);
  set_point (layer, 1, 501000.5, 4061000.25);
  set_point (layer, 2, 502000, 4062000);
  set_point (layer, 3, NAN, NAN);
  return layer;
}

static void
add_ring (ZxGeometryBuilder *builder, gboolean is_hole, double x, double y, double size)
{
  zx_geometry_builder_begin_part (builder, is_hole);
  zx_geometry_builder_point (builder, x, y);
  zx_geometry_builder_point (builder, is_hole ? x : x + size, is_hole ? y + size : y);
  zx_geometry_builder_point (builder, x + size, y + size);
  zx_geometry_builder_point (builder, is_hole ? x + size : x, is_hole ? y : y + size);
  zx_geometry_builder_point (builder, x, y);
}

static ZxLayer *
make_areas (void)
{
  ZxLayer *layer = zx_layer_new ("areas", "made", 3);
  ZxColumn *name = zx_layer_add_column (layer, "name", ZX_COLUMN_TEXT);
  name->text[0] = zx_pool_add (layer->pool, "two with a hole");
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  add_ring (&builder, FALSE, 500000, 4060000, 1000);
  add_ring (&builder, TRUE, 500200, 4060200, 100);
  add_ring (&builder, FALSE, 503000, 4060000, 500);
  zx_geometry_builder_end_row (&builder);
  zx_geometry_builder_end_row (&builder); /* nowhere */
  add_ring (&builder, FALSE, 505000, 4060000, 10);
  zx_geometry_builder_end_row (&builder);
  zx_geometry_builder_finish (&builder, &layer->geometry);
  return layer;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = zx_test_folder ();
  fixture->layer = make_points ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  zx_test_folder_remove (fixture->folder);
  g_free (fixture->folder);
  zx_layer_free (fixture->layer);
}

static char *
path_of (const Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->folder, name, NULL);
}

static void
write_file (const char *path, const ZxLayer *layer)
{
  g_autoptr (GError) error = NULL;
  ZxGisOutput output = { layer, NULL };
  zx_gis_write (path, &output, 1, "EPSG:4548", NULL, &error);
  g_assert_no_error (error);
}

static ZxLayer *
read_file (const char *path, const char *name)
{
  g_autoptr (GError) error = NULL;
  ZxLayer *layer = zx_gis_read (path, name, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  return layer;
}

static guint
files_in (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* ---- round trips -------------------------------------------------------------------------- */

static void
assert_same_points (const ZxLayer *a, const ZxLayer *b, double tolerance)
{
  g_assert_cmpint (b->geometry.kind, ==, ZX_GEOMETRY_POINT);
  g_assert_cmpuint (b->n_rows, ==, a->n_rows);
  for (gsize row = 0; row < 3; row++)
    {
      g_assert_cmpfloat_with_epsilon (b->geometry.x[row], a->geometry.x[row], tolerance);
      g_assert_cmpfloat_with_epsilon (b->geometry.y[row], a->geometry.y[row], tolerance);
    }
  g_assert_true (isnan (b->geometry.x[3]));
}

static void
test_points_come_back (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "a.gpkg", "a.shp" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = path_of (fixture, names[i]);
      write_file (path, fixture->layer);
      g_autoptr (ZxLayer) back = read_file (path, NULL);
      assert_same_points (fixture->layer, back, 1e-12);
      g_assert_cmpstr (back->crs, ==, "EPSG:4548");
      g_assert_cmpfloat (zx_layer_column (back, "kW")->number[3], ==, 22.5);
      g_assert_true (isnan (zx_layer_column (back, "piles")->number[3]));
      g_assert_cmpstr (zx_layer_text (back, zx_layer_column (back, "名称"), 1), ==,
                       "济南, \"西\"站");
    }
}

/* GDAL's writer leaves out rows without a place: the header says so. */
static void
test_flatgeobuf_comes_back (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = path_of (fixture, "a.fgb");
  g_autoptr (ZxLayer) areas = make_areas ();
  write_file (path, areas);
  g_autoptr (ZxLayer) back = read_file (path, NULL);
  g_assert_cmpuint (back->n_rows, ==, 2);
  double area = 0;
  for (gsize row = 0; row < 2; row++)
    area += zx_geometry_area (&back->geometry, row);
  g_assert_cmpfloat_with_epsilon (area, 1000 * 1000 - 100 * 100 + 500 * 500 + 100, 1e-6);
}

static void
test_lon_lat_formats (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "a.geojson", "a.kml" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = path_of (fixture, names[i]);
      write_file (path, fixture->layer);
      g_autoptr (ZxLayer) back = read_file (path, NULL);
      g_assert_cmpstr (back->crs, ==, "EPSG:4326");
      g_assert_cmpfloat_with_epsilon (back->geometry.x[0], 117.0009, 1e-7);
      g_assert_cmpfloat_with_epsilon (back->geometry.y[0], 36.6758, 1e-7);
    }
}

static void
test_csv_comes_back (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = path_of (fixture, "a.csv");
  write_file (path, fixture->layer);
  ZxGisReadOptions options = { NULL, "EPSG:4548", "x", "y" };
  g_autoptr (ZxLayer) back = zx_gis_read (path, NULL, &options, NULL, NULL, NULL);
  g_assert_nonnull (back);
  assert_same_points (fixture->layer, back, 0.0 + 1e-300);
  g_autoptr (ZxLayer) areas = make_areas ();
  write_file (path, areas);
  g_autoptr (ZxLayer) again = read_file (path, NULL);
  g_assert_cmpint (again->geometry.kind, ==, ZX_GEOMETRY_POLYGON);
  g_assert_cmpuint (again->geometry.n_parts, ==, areas->geometry.n_parts);
  g_assert_cmpmem (again->geometry.x, again->geometry.n_points * sizeof (double), areas->geometry.x,
                   areas->geometry.n_points * sizeof (double));
}

static void
test_csv_cells_cannot_run (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = path_of (fixture, "a.csv");
  g_autofree char *text = NULL;
  write_file (path, fixture->layer);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "\r\n1,0,'=1+1,500080.449,4060533.007\r\n"));
  g_assert_nonnull (strstr (text, ",-7.5,"));
  g_assert_null (strstr (text, "'-7.5"));
}

static void
test_areas_keep_their_holes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = path_of (fixture, "areas.gpkg");
  g_autoptr (ZxLayer) areas = make_areas ();
  write_file (path, areas);
  g_autoptr (ZxLayer) back = read_file (path, "areas");
  g_assert_cmpuint (back->geometry.n_parts, ==, 4);
  g_assert_true (back->geometry.is_hole[1] && !back->geometry.is_hole[2]);
  for (gsize row = 0; row < 3; row++)
    g_assert_cmpfloat_with_epsilon (zx_geometry_area (&back->geometry, row),
                                    zx_geometry_area (&areas->geometry, row), 1e-6);
}

/* ---- several layers and styles ------------------------------------------------------------ */

static gboolean
contains (const char *bytes, gsize n, const char *text)
{
  for (gsize i = 0; i + strlen (text) <= n; i++)
    if (memcmp (bytes + i, text, strlen (text)) == 0)
      return TRUE;
  return FALSE;
}

static void
test_layers_with_styles (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = path_of (fixture, "plan.gpkg");
  g_autoptr (ZxLayer) areas = make_areas ();
  ZxGisOutput outputs[] = { { fixture->layer, "<qgis version=\"3\"/>" }, { areas, NULL } };
  g_autoptr (GError) error = NULL;
  g_assert_true (zx_gis_write (path, outputs, 2, "EPSG:4548", NULL, &error));
  g_assert_no_error (error);
  g_autoptr (GPtrArray) infos = zx_gis_look (path, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (infos->len, ==, 2);
  const ZxGisLayerInfo *info = g_ptr_array_index (infos, 1);
  g_assert_cmpstr (info->name, ==, "areas");
  g_assert_cmpint (info->n_rows, ==, 3);
  g_autofree char *bytes = NULL;
  gsize n = 0;
  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  g_assert_true (contains (bytes, n, "<qgis version=\"3\"/>"));
}

static void
test_awkward_column_names (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = path_of (fixture, "n.gpkg");
  static const char *const names[] = { "fid", "geom", "KW", "", "a\"; DROP TABLE x; --" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    zx_layer_add_column (fixture->layer, names[i], ZX_COLUMN_NUMBER)->number[0] = i;
  write_file (path, fixture->layer);
  g_autoptr (ZxLayer) back = read_file (path, NULL);
  g_assert_cmpuint (back->n_columns, ==, 8);
  g_assert_cmpfloat (zx_layer_column (back, "KW_2")->number[0], ==, 2);
  g_assert_cmpfloat (zx_layer_column (back, names[4])->number[0], ==, 4);
}

/* ---- complete or absent ------------------------------------------------------------------- */

static void
test_same_bytes_twice (Fixture *fixture, gconstpointer data)
{
  static const char *const extensions[] = { "gpkg", "geojson", "csv", "fgb", "shp", "dbf", "kml" };
  for (guint i = 0; i < G_N_ELEMENTS (extensions); i++)
    {
      g_autofree char *first = g_strdup_printf ("%s/s.%s", fixture->folder, extensions[i]);
      g_autofree char *one = NULL, *two = NULL;
      gsize n_one = 0, n_two = 0;
      if (strcmp (extensions[i], "dbf") != 0)
        write_file (first, fixture->layer);
      g_assert_true (g_file_get_contents (first, &one, &n_one, NULL));
      if (strcmp (extensions[i], "dbf") != 0)
        {
          g_usleep (1000);
          write_file (first, fixture->layer);
        }
      g_assert_true (g_file_get_contents (first, &two, &n_two, NULL));
      g_assert_cmpmem (one, n_one, two, n_two);
    }
}

static gboolean
stop_soon (double fraction, const char *what, gpointer data)
{
  return fraction < 0.3;
}

static void
test_cancelled_write_leaves_nothing (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "c.gpkg", "c.geojson", "c.csv", "c.fgb", "c.shp", "c.kml" };
  g_autoptr (ZxLayer) many = zx_layer_new ("many", "made", 50000);
  zx_layer_add_column (many, "n", ZX_COLUMN_NUMBER);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = path_of (fixture, names[i]);
      g_autoptr (GError) error = NULL;
      ZxGisOutput output = { many, NULL };
      ZxProgress progress = ZX_PROGRESS_INIT (stop_soon, NULL, NULL);
      g_assert_false (zx_gis_write (path, &output, 1, NULL, &progress, &error));
      g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
      g_assert_cmpuint (files_in (fixture->folder), ==, 0);
    }
}

static void
test_impossible_targets_are_errors (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "a.docx", "noextension", "missing/a.gpkg", "missing/a.csv" };
  ZxGisOutput outputs[] = { { fixture->layer, NULL }, { fixture->layer, NULL } };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = path_of (fixture, names[i]);
      g_autoptr (GError) error = NULL;
      g_assert_false (zx_gis_write (path, outputs, 1, NULL, NULL, &error));
      g_assert_nonnull (error);
    }
  g_autofree char *path = path_of (fixture, "two.geojson");
  g_assert_false (zx_gis_write (path, outputs, 2, NULL, NULL, NULL));
  g_assert_cmpuint (files_in (fixture->folder), ==, 0);
}

/* ---- fields ------------------------------------------------------------------------------- */

static void
test_field_comes_back (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = path_of (fixture, "heat.tif");
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxField) field = zx_field_new (500000, 4060000, 500, 40, 30, "kWh/km²/d", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 1200; i++)
    field->value[i] = i == 7 ? NAN : (float) i / 3;
  g_assert_true (zx_gis_write_field (path, field, "EPSG:4548", "usage heat", NULL, &error));
  g_assert_no_error (error);
  g_autoptr (ZxField) back = zx_gis_read_field (path, "EPSG:4548", 500, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (back->n_columns, ==, 40);
  g_assert_cmpuint (back->n_rows, ==, 30);
  g_assert_cmpfloat (back->min_y_m, ==, 4060000);
  g_assert_cmpstr (back->unit, ==, "kWh/km²/d");
  g_assert_true (isnan (back->value[7]));
  for (guint i = 8; i < 1200; i++)
    g_assert_cmpfloat_with_epsilon (back->value[i], field->value[i], 1e-4);
  g_autoptr (ZxField) coarse = zx_gis_read_field (path, "EPSG:4548", 1000, NULL, NULL, NULL);
  g_assert_nonnull (coarse);
  double mean = (field->value[2] + field->value[3] + field->value[42] + field->value[43]) / 4;
  g_assert_cmpfloat_with_epsilon (coarse->value[1], mean, 1e-3);
}

/* A coarser lattice in another system keeps the mean: resampling is by area. */
static void
test_resampling_keeps_the_mean (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = path_of (fixture, "wave.tif");
  g_autoptr (ZxField) field = zx_field_new (117.0, 36.5, 0.001, 300, 200, "m", NULL);
  double sum = 0;
  for (guint i = 0; i < 60000; i++)
    {
      field->value[i] = (float) (50 + 20 * sin ((i % 300) / 9.0) + 10 * cos ((i / 300) / 7.0));
      sum += field->value[i];
    }
  g_assert_true (zx_gis_write_field (path, field, "EPSG:4326", NULL, NULL, NULL));
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxField) metric = zx_gis_read_field (path, "EPSG:4548", 700, NULL, NULL, &error);
  g_assert_no_error (error);
  double metric_sum = 0;
  guint n = 0;
  for (guint i = 0; i < metric->n_columns * metric->n_rows; i++)
    if (!isnan (metric->value[i]))
      {
        metric_sum += metric->value[i];
        n++;
      }
  g_assert_cmpuint (n, >, 1000);
  g_assert_cmpfloat_with_epsilon (metric_sum / n, sum / 60000, 0.5);
}

static void
test_real_elevation (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = zx_test_shared ("data/base/porto_alegre/poa_elevation.tif");
  if (path == NULL)
    return;
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxField) field = zx_gis_read_field (path, "EPSG:32722", 200, NULL, NULL, &error);
  g_assert_no_error (error);
  double min, max;
  zx_field_range (field, &min, &max);
  g_assert_cmpfloat (min, >=, -20);
  g_assert_cmpfloat (max, <=, 320); /* the hills of Porto Alegre reach 311 m */
  g_assert_cmpfloat (max, >, 150);
}

static void
test_raster_refusals (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = path_of (fixture, "t.csv");
  g_assert_true (g_file_set_contents (path, "a,b\n1,2\n", -1, NULL));
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_gis_read_field (path, "EPSG:4548", 100, NULL, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  g_autofree char *raster = path_of (fixture, "f.tif");
  g_autoptr (ZxField) field = zx_field_new (0, 0, 100, 10, 10, "m", NULL);
  g_assert_true (zx_gis_write_field (raster, field, NULL, NULL, NULL, NULL));
  g_assert_null (zx_gis_read_field (raster, "EPSG:4548", 1e-6, NULL, NULL, NULL));
  g_assert_null (zx_gis_read (raster, NULL, NULL, NULL, NULL, NULL));
  gint stop = 1;
  ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &stop);
  g_autoptr (GError) cancelled = NULL;
  g_autofree char *again = path_of (fixture, "g.tif");
  g_assert_false (zx_gis_write_field (again, field, "EPSG:4548", NULL, &progress, &cancelled));
  g_assert_error (cancelled, ZX_ERROR, ZX_ERROR_CANCELLED);
  g_assert_false (g_file_test (again, G_FILE_TEST_EXISTS));
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/gis/write/points-come-back", test_points_come_back);
  ADD ("/gis/write/flatgeobuf-comes-back", test_flatgeobuf_comes_back);
  ADD ("/gis/write/geojson-and-kml-are-in-degrees", test_lon_lat_formats);
  ADD ("/gis/write/csv-comes-back-to-the-last-bit", test_csv_comes_back);
  ADD ("/gis/write/csv-cells-cannot-run", test_csv_cells_cannot_run);
  ADD ("/gis/write/areas-keep-their-holes", test_areas_keep_their_holes);
  ADD ("/gis/write/several-layers-with-styles", test_layers_with_styles);
  ADD ("/gis/write/awkward-column-names", test_awkward_column_names);
  ADD ("/gis/write/same-bytes-twice", test_same_bytes_twice);
  ADD ("/gis/write/cancelled-leaves-nothing", test_cancelled_write_leaves_nothing);
  ADD ("/gis/write/impossible-targets-are-errors", test_impossible_targets_are_errors);
  ADD ("/gis/field/comes-back", test_field_comes_back);
  ADD ("/gis/field/resampling-keeps-the-mean", test_resampling_keeps_the_mean);
  ADD ("/gis/field/real-elevation", test_real_elevation);
  ADD ("/gis/field/refusals", test_raster_refusals);
  return g_test_run ();
}
