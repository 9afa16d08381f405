/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading against GDAL's own iteration of the same file (every feature fetched and dropped, no
 * field touched), best of 5 to 400 runs each, taken in turn: the promise of zx-gis.h is a
 * ratio of 1.25. Then transformation, writing, the datum search, and ZX_BENCH_ROWS rows of CSV (2
 * million).
 *
 * usage: bench-gis [FILE[#LAYER]]…      (only the comparison; without LAYER of the first) */

#include "data/gis/zx-gis.h"

#include <cpl_string.h>
#include <gdal.h>
#include <ogr_api.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/zx-bench.h"
#include "zx-test.h"

#define MIN_RUNS    5
#define MAX_RUNS    400
#define RUN_SECONDS 3 /* of one comparison, once it has its fewest runs */

/* The rival for CSV, which the room itself never registers. */
extern void RegisterOGRCSV (void);

/* ---- data --------------------------------------------------------------------------------- */

static ZxLayer *
make_points (gsize n)
{
  static const char *const kinds[] = { "公交站", "住宅", "商场", "停车场", "学校" };
  ZxLayer *layer = zx_layer_new ("points", "made", n);
  for (guint i = 0; i < 6; i++)
    {
      static const char *const names[] = { "id", "speed", "load", "kind", "plate", "time" };
      zx_layer_add_column (layer, names[i], i < 3 ? ZX_COLUMN_NUMBER : ZX_COLUMN_TEXT);
    }
  layer->geometry = (ZxGeometry){ .kind = ZX_GEOMETRY_POINT,
                                  .n_rows = n,
                                  .n_points = n,
                                  .x = g_new (double, n),
                                  .y = g_new (double, n) };
  ZxRng rng = zx_rng_new (7);
  for (gsize row = 0; row < n; row++)
    {
      char plate[24], time[24];
      g_snprintf (plate, sizeof plate, "鲁A%05u", zx_rng_below (&rng, 20000));
      g_snprintf (time, sizeof time, "2024-05-%02u %02u:%02u:00", 1 + zx_rng_below (&rng, 28),
                  zx_rng_below (&rng, 24), zx_rng_below (&rng, 60));
      layer->columns[0].number[row] = (double) row;
      layer->columns[1].number[row] = floor (zx_rng_uniform (&rng) * 800) / 10;
      layer->columns[2].number[row] = zx_rng_uniform (&rng);
      layer->columns[3].text[row] = zx_pool_add (layer->pool, kinds[zx_rng_below (&rng, 5)]);
      layer->columns[4].text[row] = zx_pool_add (layer->pool, plate);
      layer->columns[5].text[row] = zx_pool_add (layer->pool, time);
      layer->geometry.x[row] = 117 + floor (zx_rng_uniform (&rng) * 1e6) / 1e6;
      layer->geometry.y[row] = 36 + floor (zx_rng_uniform (&rng) * 1e6) / 1e6;
    }
  return layer;
}

static ZxLayer *
make_lines (gsize n)
{
  ZxLayer *layer = zx_layer_new ("lines", "made", n);
  zx_layer_add_column (layer, "id", ZX_COLUMN_NUMBER);
  zx_layer_add_column (layer, "highway", ZX_COLUMN_TEXT);
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_LINE);
  ZxRng rng = zx_rng_new (8);
  for (gsize row = 0; row < n; row++)
    {
      double x = 117 + zx_rng_uniform (&rng), y = 36 + zx_rng_uniform (&rng);
      layer->columns[0].number[row] = (double) row;
      layer->columns[1].text[row] = zx_pool_add (layer->pool, row % 3 ? "residential" : "primary");
      zx_geometry_builder_begin_part (&builder, FALSE);
      for (guint k = 2 + zx_rng_below (&rng, 12); k > 0; k--)
        {
          x += zx_rng_uniform (&rng) / 1000;
          y += zx_rng_uniform (&rng) / 1000;
          zx_geometry_builder_point (&builder, x, y);
        }
      zx_geometry_builder_end_row (&builder);
    }
  zx_geometry_builder_finish (&builder, &layer->geometry);
  return layer;
}

/* ---- one comparison ----------------------------------------------------------------------- */

static double
iterate (const char *path, const char *layer_name)
{
  double start = zx_bench_cpu_seconds ();
  gsize n = 0;
  GDALDatasetH dataset = GDALOpenEx (path, GDAL_OF_VECTOR | GDAL_OF_READONLY, NULL, NULL, NULL);
  if (dataset == NULL)
    return NAN;
  if (g_str_has_suffix (path, ".pbf"))
    {
      g_autofree char *statement = g_strdup_printf ("SET interest_layers = %s", layer_name);
      GDALDatasetExecuteSQL (dataset, statement, NULL, NULL);
    }
  OGRLayerH layer = layer_name != NULL ? GDALDatasetGetLayerByName (dataset, layer_name)
                                       : GDALDatasetGetLayer (dataset, 0);
  OGRFeatureH feature;
  while ((feature = OGR_L_GetNextFeature (layer)) != NULL)
    {
      OGR_F_Destroy (feature);
      n++;
    }
  GDALClose (dataset);
  return zx_bench_cpu_seconds () - start;
}

static double
read_ours (const char *path, const char *layer_name, gsize *n_rows)
{
  double start = zx_bench_cpu_seconds ();
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxLayer) layer = zx_gis_read (path, layer_name, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  *n_rows = layer->n_rows;
  return zx_bench_cpu_seconds () - start;
}

static void
compare (const char *title, const char *path, const char *layer_name)
{
  double ours = INFINITY, theirs = INFINITY;
  gsize n_rows = 0;
  iterate (path, layer_name); /* both with warm files and a warm allocator */
  read_ours (path, layer_name, &n_rows);
  double start = zx_bench_seconds ();
  for (guint run = 0;
       run < MIN_RUNS || (run < MAX_RUNS && zx_bench_seconds () - start < RUN_SECONDS); run++)
    {
      theirs = MIN (theirs, iterate (path, layer_name));
      ours = MIN (ours, read_ours (path, layer_name, &n_rows));
    }
  printf ("%-28s %8zu rows  ours %7.1f ms  GDAL %7.1f ms  ratio %.2f%s\n", title, n_rows,
          ours * 1e3, theirs * 1e3, ours / theirs, ours > 1.25 * theirs ? "  (over 1.25)" : "");
}

static const char *const point_files[] = { "p.csv", "p.gpkg", "p.shp", "p.geojson", "p.fgb" };
static const char *const line_files[] = { "l.gpkg", "l.shp", "l.geojson", "l.fgb" };

static void
write_as (const char *folder, const char *name, const ZxLayer *layer)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  ZxGisOutput output = { layer, NULL };
  double start = zx_bench_seconds ();
  zx_gis_write (path, &output, 1, "EPSG:4326", NULL, &error);
  g_assert_no_error (error);
  printf ("written %-20s %8zu rows  %7.1f ms\n", name, layer->n_rows,
          (zx_bench_seconds () - start) * 1e3);
}

/* In a process of its own: half a million features written and freed leave a heap in which no
 * program begins to read, and reading allocates more than iterating. */
static void
write_made (const char *folder)
{
  fflush (stdout);
  pid_t child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child > 0)
    {
      int status = 0;
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_cmpint (status, ==, 0);
      return;
    }
  g_autoptr (ZxLayer) points = make_points (200000);
  g_autoptr (ZxLayer) lines = make_lines (100000);
  for (guint i = 0; i < G_N_ELEMENTS (point_files); i++)
    write_as (folder, point_files[i], points);
  for (guint i = 0; i < G_N_ELEMENTS (line_files); i++)
    write_as (folder, line_files[i], lines);
  fflush (stdout);
  _exit (0);
}

static void
compare_made (const char *folder)
{
  for (guint i = 0; i < G_N_ELEMENTS (point_files) + G_N_ELEMENTS (line_files); i++)
    {
      const char *name = i < G_N_ELEMENTS (point_files)
                             ? point_files[i]
                             : line_files[i - G_N_ELEMENTS (point_files)];
      g_autofree char *path = g_build_filename (folder, name, NULL);
      compare (name, path, NULL);
    }
}

static void
compare_shared (void)
{
  static const char *const files[][2] = {
    { "data/roads/porto_portugal.osm.pbf", "lines" },
    { "data/roads/monaco.osm.pbf", "lines" },
    { "data/roads/poa_osm.pbf", "lines" },
    { "data/roads/monaco.osm.pbf", "multipolygons" },
    { "data/roads/jinan/edges.shp", NULL },
    { "data/base/china/admin_level2/chn_admin_level2.shp", NULL },
    { "data/base/china/shenzhen_sz/sz.json", NULL },
    { "data/charging/charged_spo/volume.csv", NULL },
    { "data/vehicles/shenzhen_taxi_od_grid.csv", NULL },
  };
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = zx_test_shared (files[i][0]);
      g_autofree char *name = g_path_get_basename (files[i][0]);
      if (path != NULL)
        compare (name, path, files[i][1]);
    }
}

/* ---- the rest ----------------------------------------------------------------------------- */

static void
bench_transform (void)
{
  const gsize n = 1000000;
  static const char *const from[] = { "EPSG:4326", "GCJ-02", "BD-09" };
  g_autofree double *x = g_new (double, n), *y = g_new (double, n);
  for (guint k = 0; k < G_N_ELEMENTS (from); k++)
    {
      for (gsize i = 0; i < n; i++)
        {
          x[i] = 117 + (double) (i % 1000) / 1000;
          y[i] = 36 + (double) (i / 1000) / 1000;
        }
      double start = zx_bench_seconds ();
      zx_gis_transform (from[k], "EPSG:4548", x, y, n, NULL, NULL);
      double seconds = zx_bench_seconds () - start;
      printf ("transform %-10s %8zu points  %7.1f ms  %.0f ns a point on %u threads\n", from[k], n,
              seconds * 1e3, seconds * 1e9 / (double) n, zx_parallel_threads ());
    }
}

static void
bench_many_rows (const char *folder)
{
  const char *wish = g_getenv ("ZX_BENCH_ROWS");
  gsize n = wish != NULL ? (gsize) g_ascii_strtoull (wish, NULL, 10) : 2000000, n_rows = 0;
  g_autofree char *path = g_build_filename (folder, "many.csv", NULL);
  FILE *file = fopen (path, "wb");
  g_assert_nonnull (file);
  fputs ("vehicle,lon,lat,speed,state\n", file);
  for (gsize i = 0; i < n; i++)
    fprintf (file, "%zu,117.%06zu,36.%06zu,%zu.5,%zu\n", i % 20000, i * 7919 % 1000000,
             i * 104729 % 1000000, i % 80, i % 2);
  double megabytes = (double) ftell (file) / 1e6;
  fclose (file);
  double before = zx_bench_peak_mib (), seconds = read_ours (path, NULL, &n_rows);
  printf ("CSV of %zu rows (%.0f MB): %.2f s, %.0f MB/s, peak memory %.0f MB more\n", n_rows,
          megabytes, seconds, megabytes / seconds, zx_bench_peak_mib () - before);
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = zx_test_folder ();
  g_autofree char *versions = zx_gis_versions ();
  zx_gis_init ();
  RegisterOGRCSV ();
  printf ("%s\n", versions);
  for (int i = 1; i < argc; i++)
    {
      g_auto (GStrv) parts = g_strsplit (argv[i], "#", 2);
      compare (argv[i], parts[0], parts[1]);
    }
  if (argc > 1)
    {
      zx_test_folder_remove (folder);
      return 0;
    }
  write_made (folder);
  bench_many_rows (folder);
  compare_made (folder);
  compare_shared ();
  bench_transform ();
  printf ("peak memory %.0f MB\n", zx_bench_peak_mib ());
  zx_test_folder_remove (folder);
  return 0;
}
