/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every file of the shared data that is broken or tricky, against what was read of it before.
 *
 * tests/golden/hostile.csv:  file, outcome, rows, finding     (all of data/hostile)
 * tests/golden/traps-gis.csv: file, layer, rows, columns, numbers, geometry, points, crs, finding
 *
 * "finding" is the first rule found, by id; "numbers" how many columns are numbers.  The tables
 * were made with GDAL 3.6: another version may repair or refuse other files, so there only the
 * promises are tested (no crash, under ten seconds).  ZX_GOLDEN_WRITE=FOLDER writes the tables
 * anew. */

#include "data/gis/zx-gis.h"

#include <string.h>

#include "zx-test.h"

#define MADE_WITH       "GDAL 3.6"
#define LONGEST_SECONDS 10.0

static gboolean
is_comparable (void)
{
  g_autofree char *versions = zx_gis_versions ();
  if (g_str_has_prefix (versions, MADE_WITH))
    return TRUE;
  g_test_message ("%s: the tables are of " MADE_WITH ", values are not compared", versions);
  return FALSE;
}

static char *
golden_path (const char *name)
{
  const char *source = g_getenv ("ZX_SOURCE");
  return g_build_filename (source != NULL ? source : ".", "tests", "golden", name, NULL);
}

static const char *
first_rule (const ZxFindings *findings)
{
  return findings->rows->len > 0 ? g_array_index (findings->rows, ZxFinding, 0).rule : "";
}

static void
append_cell (GString *line, const char *text)
{
  if (line->len > 0)
    g_string_append_c (line, ',');
  gboolean is_plain = strpbrk (text, ",\"\n") == NULL;
  g_string_append_printf (line, is_plain ? "%s" : "\"%s\"", text);
}

/* Names of all files below @folder, relative, sorted. */
static void
collect (const char *folder, const char *prefix, GPtrArray *names)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *relative
          = *prefix != '\0' ? g_strdup_printf ("%s/%s", prefix, name) : g_strdup (name);
      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        collect (path, relative, names);
      else if (strcmp (relative, "INDEX.csv") != 0)
        g_ptr_array_add (names, g_steal_pointer (&relative));
    }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The lines of a golden table without its header, by file. */
static GHashTable *
load_table (const char *name)
{
  g_autofree char *path = golden_path (name);
  g_autofree char *text = NULL;
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return table;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_auto (GStrv) cells = g_strsplit (lines[i], ",", 2);
      g_autofree char *key = g_strdup (cells[0]);
      const char *held = g_hash_table_lookup (table, key);
      char *joined = held != NULL ? g_strconcat (held, "\n", lines[i], NULL) : g_strdup (lines[i]);
      g_hash_table_insert (table, g_steal_pointer (&key), joined);
    }
  return table;
}

static void
write_table (const char *name, const char *header, const GPtrArray *lines)
{
  const char *folder = g_getenv ("ZX_GOLDEN_WRITE");
  if (folder == NULL)
    return;
  g_autoptr (GString) text = g_string_new (header);
  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (text, "\n%s", (const char *) g_ptr_array_index (lines, i));
  g_string_append_c (text, '\n');
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
}

/* ---- hostile files ------------------------------------------------------------------------ */

static gint64
read_everything (const char *path, const GPtrArray *infos, ZxFindings *findings)
{
  gint64 n_rows = 0;
  for (guint i = 0; i < infos->len; i++)
    {
      const ZxGisLayerInfo *info = g_ptr_array_index (infos, i);
      if (info->is_raster)
        {
          g_autoptr (ZxField) field
              = i == 0 ? zx_gis_read_field (path, "EPSG:3857", 5000, NULL, NULL, NULL) : NULL;
          continue;
        }
      g_autoptr (ZxLayer) layer = zx_gis_read (path, info->name, NULL, findings, NULL, NULL);
      if (layer == NULL)
        return -1;
      if (info->n_rows >= 0)
        g_assert_cmpint ((gint64) layer->n_rows, ==, info->n_rows);
      n_rows += (gint64) layer->n_rows;
    }
  return n_rows;
}

static char *
describe_hostile (const char *folder, const char *relative)
{
  g_autofree char *path = g_build_filename (folder, relative, NULL);
  g_autoptr (ZxFindings) looked = zx_findings_new ();
  g_autoptr (ZxFindings) read = zx_findings_new ();
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time (), n_rows = 0;
  g_autoptr (GPtrArray) infos = zx_gis_look (path, looked, NULL, &error);
  g_assert_true ((infos == NULL) == (error != NULL));
  if (infos != NULL)
    n_rows = read_everything (path, infos, read);
  double seconds = (double) (g_get_monotonic_time () - start) / 1e6;
  if (seconds > LONGEST_SECONDS)
    g_error ("%s took %.1f s", relative, seconds);
  char count[24];
  g_snprintf (count, sizeof count, "%" G_GINT64_FORMAT, n_rows);
  GString *line = g_string_new (NULL);
  append_cell (line, relative);
  append_cell (line, infos != NULL && n_rows >= 0 ? "ok" : "error");
  append_cell (line, count);
  append_cell (line, first_rule (read));
  return g_string_free (line, FALSE);
}

static void
test_hostile_files (void)
{
  g_autofree char *folder = zx_test_shared ("data/hostile");
  if (folder == NULL)
    return;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) golden = load_table ("hostile.csv");
  collect (folder, "", names);
  g_ptr_array_sort (names, compare_names);
  gboolean compares = is_comparable () && g_getenv ("ZX_GOLDEN_WRITE") == NULL;
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      char *line = describe_hostile (folder, name);
      g_ptr_array_add (lines, line);
      if (compares)
        g_assert_cmpstr (line, ==, g_hash_table_lookup (golden, name));
    }
  write_table ("hostile.csv", "file,outcome,rows,finding", lines);
  g_test_message ("%u files", names->len);
}

/* ---- traps -------------------------------------------------------------------------------- */

static const char *const traps[] = {
  "roads/jinan/edges.shp",
  "roads/jinan/nodes.shp",
  "roads/porto_portugal.osm.pbf",
  "roads/poa_osm.pbf",
  "roads/spo_osm.pbf",
  "roads/monaco.osm.pbf",
  "roads/north-bayreuth.osm.gz",
  "charging/charged_spo/stations.csv",
  "charging/charged_spo/volume.csv",
  "charging/charged_spo/duration.csv",
  "charging/charged_spo/e_price.csv",
  "charging/charged_spo/s_price.csv",
  "charging/charged_spo/volume_5min.csv",
  "charging/charged_spo/piles.csv",
  "charging/charged_spo/poi.csv",
  "charging/charged_spo/weather.csv",
  "charging/charged_szh/stations.csv",
  "charging/charged_szh/piles.csv",
  "charging/charged_szh/poi.csv",
  "charging/st_evcdp/stations.csv",
  "charging/st_evcdp/information.csv",
  "charging/st_evcdp/adj.csv",
  "charging/st_evcdp/distance.csv",
  "charging/st_evcdp/time.csv",
  "charging/st_evcdp/SZ_districts/SZ_districts.shp",
  "charging/st_evcdp/SZweather20220619-20220718.xls",
  "charging/urbanev/inf.csv",
  "charging/urbanev/adj.csv",
  "charging/urbanev/distance.csv",
  "charging/urbanev/weather_central.csv",
  "charging/sessions_dundee/Charging_Sessions_Dundee_010917_-_011217.csv",
  "charging/sessions_dundee/Charging_Sessions_Dundee_060618_-_060918.csv",
  "charging/sessions_boulder/ev_chargingstationdata_Boulder_March_2021.csv",
  "charging/sessions_jpl_acn/jpl.csv",
  "vehicles/berlin_gps_traces.csv.gz",
  "vehicles/shenzhen_taxi_trips.csv",
  "vehicles/shenzhen_taxi_od_grid.csv",
  "vehicles/china_taxi_gps_demo.csv",
  "feeders/pandapower/mv_oberrhein.json",
  "feeders/matpower/case33bw.m",
  "feeders/matpower/reference_summary.csv",
  "feeders/simbench_test_network/Coordinates.csv",
  "feeders/simbench_test_network/Line.csv",
  "feeders/simbench_test_network/Node.csv",
  "feeders/simbench_test_network/Transformer.csv",
  "feeders/simbench_test_network/LoadProfile.csv",
  "feeders/opendss_ckt24/buscoords_ckt24.dss",
  "feeders/opendss_ieee123/BusCoords.dat",
  "base/china/geomapdata_cn/shenzhen_440300.json",
  "base/china/geomapdata_cn/jinan_370100.json",
  "base/china/geomapdata_cn/rizhao_371100.json",
  "base/china/geomapdata_cn/shandong_370000.json",
  "base/china/echarts_cities/shan1_dong1_ji4_nan2.geojson",
  "base/china/echarts_cities/shan1_dong1_ri4_zhao4.geojson",
  "base/china/echarts_cities/guang3_dong1_shen1_zhen4.geojson",
  "base/china/geojson-map-china/geometryProvince_37.json",
  "base/china/geojson-map-china/geometryCouties_371100.json",
  "base/china/geojson-map-china/geometryCouties_440300.json",
  "base/china/echarts4/shandong.encoded.json",
  "base/china/shenzhen_sz/sz.shp",
  "base/china/shenzhen_sz/sz.json",
  "base/china/shenzhen_sz/busline.json",
  "base/china/shanghai_shp/区县界_area.shp",
  "base/china/shanghai_json/shanghai.json",
  "base/china/admin_level2/chn_admin_level2.shp",
  "base/china/division_codes/areas.csv",
  "base/china/division_codes/streets.csv",
  "base/china/poi/shanghai_school.csv",
  "base/china/poi/shanghai_hotpot.csv",
  "base/porto_alegre/poa_hexgrid.csv",
  "base/porto_alegre/poa_elevation.tif",
  "base/porto_alegre/poa_eptc.zip",
  "base/porto_alegre/poa_points_of_interest.csv",
  "base/sao_paulo/spo_hexgrid.csv",
};

static void
append_number (GString *line, gsize n)
{
  char text[24];
  g_snprintf (text, sizeof text, "%zu", n);
  append_cell (line, text);
}

static char *
describe_layer (const char *relative, const ZxGisLayerInfo *info, const ZxLayer *layer,
                const ZxFindings *findings)
{
  static const char *const kinds[] = { "none", "point", "line", "polygon" };
  GString *line = g_string_new (NULL);
  gsize n_numbers = 0;
  for (guint i = 0; layer != NULL && i < layer->n_columns; i++)
    n_numbers += layer->columns[i].kind == ZX_COLUMN_NUMBER;
  append_cell (line, relative);
  append_cell (line, info->name);
  append_number (line, layer != NULL ? layer->n_rows : 0);
  append_number (line, layer != NULL ? layer->n_columns : 0);
  append_number (line, n_numbers);
  append_cell (line, info->is_raster ? "raster" : kinds[layer->geometry.kind]);
  append_number (line, layer != NULL ? layer->geometry.n_points : 0);
  append_cell (line, info->crs != NULL ? info->crs : "");
  append_cell (line, first_rule (findings));
  return g_string_free (line, FALSE);
}

static void
describe_trap (const char *folder, const char *relative, GPtrArray *lines)
{
  g_autofree char *path = g_build_filename (folder, relative, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) infos = zx_gis_look (path, NULL, NULL, &error);
  if (infos == NULL)
    {
      g_ptr_array_add (lines, g_strdup_printf ("%s,error,0,0,0,none,0,,", relative));
      return;
    }
  for (guint i = 0; i < infos->len; i++)
    {
      const ZxGisLayerInfo *info = g_ptr_array_index (infos, i);
      g_autoptr (ZxFindings) findings = zx_findings_new ();
      g_autoptr (ZxLayer) layer
          = info->is_raster ? NULL : zx_gis_read (path, info->name, NULL, findings, NULL, &error);
      g_assert_no_error (error);
      g_ptr_array_add (lines, describe_layer (relative, info, layer, findings));
    }
}

static void
test_traps (void)
{
  g_autofree char *folder = zx_test_shared ("data/roads");
  if (folder == NULL)
    return;
  g_autofree char *root = g_path_get_dirname (folder);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) golden = load_table ("traps-gis.csv");
  gboolean compares = is_comparable () && g_getenv ("ZX_GOLDEN_WRITE") == NULL;
  for (guint i = 0; i < G_N_ELEMENTS (traps); i++)
    {
      guint first = lines->len;
      describe_trap (root, traps[i], lines);
      g_autoptr (GString) all = g_string_new (g_ptr_array_index (lines, first));
      for (guint k = first + 1; k < lines->len; k++)
        g_string_append_printf (all, "\n%s", (const char *) g_ptr_array_index (lines, k));
      if (compares)
        g_assert_cmpstr (all->str, ==, g_hash_table_lookup (golden, traps[i]));
    }
  write_table ("traps-gis.csv", "file,layer,rows,columns,numbers,geometry,points,crs,finding",
               lines);
}

/* ---- what app/travel relies on ------------------------------------------------------------ */

static guint64
hash_point (double x, double y)
{
  guint64 a, b;
  memcpy (&a, &x, 8);
  memcpy (&b, &y, 8);
  return a * 31 + b;
}

/* Ways that share a node share its coordinates bit for bit: nearly all ends of streets must be
 * points of other streets. */
static void
test_osm_ways_meet (void)
{
  g_autofree char *path = zx_test_shared ("data/roads/spo_osm.pbf");
  if (path == NULL)
    return;
  g_autoptr (ZxLayer) layer = zx_gis_read (path, "lines", NULL, NULL, NULL, NULL);
  g_assert_nonnull (layer);
  const ZxGeometry *g = &layer->geometry;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_direct_hash, g_direct_equal);
  for (gsize i = 0; i < g->n_points; i++)
    {
      gpointer key = (gpointer) (gsize) hash_point (g->x[i], g->y[i]);
      gpointer n = g_hash_table_lookup (seen, key);
      g_hash_table_insert (seen, key, GUINT_TO_POINTER (GPOINTER_TO_UINT (n) + 1));
    }
  gsize n_ends = 0, n_met = 0;
  for (gsize part = 0; part < g->n_parts; part++)
    for (guint end = 0; end < 2; end++)
      {
        gsize i = end == 0 ? g->point_first[part] : g->point_first[part + 1] - 1;
        gpointer key = (gpointer) (gsize) hash_point (g->x[i], g->y[i]);
        n_ends++;
        n_met += GPOINTER_TO_UINT (g_hash_table_lookup (seen, key)) > 1;
      }
  g_test_message ("%zu of %zu ends meet another way", n_met, n_ends);
  g_assert_cmpuint (n_met * 100, >, n_ends * 85);
  g_assert_nonnull (zx_layer_column (layer, "highway"));
  g_assert_nonnull (zx_layer_column (layer, "oneway"));
  g_assert_nonnull (zx_layer_column (layer, "maxspeed"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gis/golden/hostile-files-end-as-before", test_hostile_files);
  g_test_add_func ("/gis/golden/trap-files-read-as-before", test_traps);
  g_test_add_func ("/gis/golden/osm-ways-meet-bit-for-bit", test_osm_ways_meet);
  return g_test_run ();
}
