/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/sample/zx-sample-private.h"

#include <glib/gstdio.h>

#include "zx-test.h"

static const char *const all_files[] = {
  "roads.geojson",    "districts.geojson",
  "boundary.geojson", "water.geojson",
  "green.geojson",    "exclusions.geojson",
  "stations.csv",     "usage.csv.gz",
  "vehicles.csv.gz",  "places.csv",
  "people.geojson",   "transformer_areas.geojson",
  "feeder_nodes.csv", "feeder_branches.geojson",
  "parcels.geojson",  "recipe.ini",
  "truth.json",       "truth_cells.csv",
  "planted_dirt.csv", "README.txt",
};

static char *
write_town (guint64 seed)
{
  g_autoptr (GError) error = NULL;
  char *folder = zx_test_folder ();
  zx_sample_write (folder, ZX_SAMPLE_TOWN, seed, NULL, &error);
  g_assert_no_error (error);
  return folder;
}

static char *
read_text (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) plain = G_INPUT_STREAM (g_file_read (file, NULL, &error));
  g_assert_no_error (error);
  if (g_str_has_suffix (name, ".gz"))
    {
      g_autoptr (GConverter) gunzip
          = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
      GInputStream *unpacked = g_converter_input_stream_new (plain, gunzip);
      g_object_unref (plain);
      plain = unpacked;
    }
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_output_stream_splice (memory, plain, G_OUTPUT_STREAM_SPLICE_NONE, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (memory, "", 1, NULL, NULL, &error);
  g_output_stream_close (memory, NULL, NULL);
  return g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (memory));
}

static char **
read_lines (const char *folder, const char *name)
{
  g_autofree char *text = read_text (folder, name);
  return g_strsplit (text, "\n", -1);
}

static char *
fingerprint (const char *folder)
{
  ZxFingerprint *sum = zx_fingerprint_new ("sample");
  for (guint i = 0; i < G_N_ELEMENTS (all_files); i++)
    {
      g_autofree char *path = g_build_filename (folder, all_files[i], NULL);
      g_autofree char *one = zx_file_fingerprint (path, NULL, NULL);
      g_assert_nonnull (one);
      zx_fingerprint_add_text (sum, one);
    }
  char *hex = zx_fingerprint_finish (sum);
  zx_fingerprint_free (sum);
  return hex;
}

/* ---- the folder --------------------------------------------------------------------------- */

static void
test_same_seed_same_bytes_on_any_threads (void)
{
  zx_parallel_set_threads (1);
  g_autofree char *one = write_town (5);
  zx_parallel_set_threads (4);
  g_autofree char *four = write_town (5);
  zx_parallel_set_threads (0);
  g_autofree char *other = write_town (6);
  g_autofree char *a = fingerprint (one), *b = fingerprint (four), *c = fingerprint (other);
  g_assert_cmpstr (a, ==, b);
  g_assert_cmpstr (a, !=, c);
  zx_test_folder_remove (one);
  zx_test_folder_remove (four);
  zx_test_folder_remove (other);
}

static void
test_nothing_else_is_left (void)
{
  g_autofree char *folder = write_town (1);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;
  while (g_dir_read_name (dir) != NULL)
    n++;
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (all_files));
  zx_test_folder_remove (folder);
}

static void
test_a_used_folder_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = zx_test_folder ();
  g_autofree char *path = g_build_filename (folder, "mine.txt", NULL);
  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
  g_assert_false (zx_sample_write (folder, ZX_SAMPLE_TOWN, 1, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  zx_test_folder_remove (folder);
}

static gboolean
stop_at (double fraction, const char *what, gpointer data)
{
  return fraction < *(const double *) data;
}

static void
test_can_be_cancelled_anywhere (void)
{
  static const double stops[] = { 0.0, 0.1, 0.3, 0.45, 0.6, 0.8, 0.95 };
  for (guint i = 0; i < G_N_ELEMENTS (stops); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *folder = zx_test_folder ();
      ZxProgress progress = ZX_PROGRESS_INIT (stop_at, (gpointer) &stops[i], NULL);
      g_assert_false (zx_sample_write (folder, ZX_SAMPLE_TOWN, 1, &progress, &error));
      g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
      g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
      for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
        g_assert_false (g_str_has_prefix (name, "."));
      zx_test_folder_remove (folder);
    }
}

/* ---- the recipe --------------------------------------------------------------------------- */

static void
test_recipe_names_files_and_columns_that_are_there (void)
{
  g_autofree char *folder = write_town (1);
  g_autofree char *path = g_build_filename (folder, "recipe.ini", NULL);
  g_autoptr (GKeyFile) recipe = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_key_file_load_from_file (recipe, path, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  for (guint i = 1; i <= 15; i++)
    {
      g_autofree char *group = g_strdup_printf ("layer %u", i);
      g_autofree char *file = g_key_file_get_string (recipe, group, "file", &error);
      g_assert_no_error (error);
      g_autofree char *raw = read_text (folder, file);
      gboolean is_gbk = g_str_equal (file, "places.csv");
      g_autofree char *text
          = is_gbk ? g_convert (raw, -1, "UTF-8", "GBK", NULL, NULL, NULL) : g_strdup (raw);
      g_auto (GStrv) keys = g_key_file_get_keys (recipe, group, NULL, NULL);
      for (guint k = 0; keys[k] != NULL; k++)
        if (g_str_has_prefix (keys[k], "column."))
          {
            g_autofree char *column = g_key_file_get_string (recipe, group, keys[k], NULL);
            if (strstr (text, column) == NULL)
              g_error ("%s has no %s", file, column);
          }
    }
  zx_test_folder_remove (folder);
}

/* ---- dirt --------------------------------------------------------------------------------- */

/* A folder whose files are read once. */
typedef struct
{
  const char *folder;
  GHashTable *lines;  /* file → its lines */
  GHashTable *counts; /* rule → number */
} DirtCheck;

/* The features of one of our files stand one to a line after the first, and so do rows. */
static const char *
row_of (DirtCheck *self, const char *file, gint64 row)
{
  char **lines = g_hash_table_lookup (self->lines, file);
  if (lines == NULL)
    {
      lines = read_lines (self->folder, file);
      g_hash_table_insert (self->lines, g_strdup (file), lines);
    }
  g_assert_cmpint (row + 1, <, g_strv_length (lines));
  return lines[row + 1];
}

static void
check_station (DirtCheck *self, gint64 row, const char *rule)
{
  const char *line = row_of (self, "stations.csv", row);
  g_auto (GStrv) cells = g_strsplit (line, ",", -1);
  double lon = g_ascii_strtod (cells[3], NULL), lat = g_ascii_strtod (cells[4], NULL);
  if (g_str_equal (rule, "stations.swapped-axes"))
    g_assert_true (lon < 40 && lat > 110);
  else if (g_str_equal (rule, "stations.impossible-place"))
    g_assert_true (lon == 0 && lat == 0);
  else if (g_str_equal (rule, "stations.outside-study-area"))
    g_assert_true (lon < 118 && lat > 30);
  else if (g_str_equal (rule, "stations.missing-connectors"))
    g_assert_true (g_str_equal (cells[5], "0") && g_str_equal (cells[6], "0"));
  else if (g_str_equal (rule, "usage.filled-in"))
    g_assert_cmpfloat (fmod (g_ascii_strtod (cells[12], NULL), 365), ==, 0);
  else if (g_str_equal (rule, "price.zero-means-missing"))
    g_assert_true (g_str_equal (cells[8], "0.00") && g_str_equal (cells[9], "0.00"));
}

static gboolean
has_cell (char **cells, double low, double high)
{
  for (guint i = 1; cells[i] != NULL; i++)
    if (*cells[i] != '\0' && g_ascii_strtod (cells[i], NULL) > low
        && g_ascii_strtod (cells[i], NULL) < high)
      return TRUE;
  return FALSE;
}

static void
check_usage (DirtCheck *self, gint64 row, const char *rule)
{
  if (row < 0)
    return;
  const char *line = row_of (self, "usage.csv.gz", row);
  g_auto (GStrv) cells = g_strsplit (line, ",", -1);
  if (g_str_equal (rule, "usage.negative"))
    g_assert_true (has_cell (cells, -1e9, 0));
  else if (g_str_equal (rule, "usage.gap"))
    g_assert_nonnull (strstr (line, ",,"));
  else if (g_str_equal (rule, "usage.above-rated-power"))
    g_assert_true (has_cell (cells, 100, 1e9));
}

static void
check_vehicle (DirtCheck *self, gint64 row, const char *rule)
{
  const char *line = row_of (self, "vehicles.csv.gz", row);
  const char *before = row_of (self, "vehicles.csv.gz", row - 1);
  if (g_str_equal (rule, "vehicles.duplicate-point"))
    g_assert_cmpstr (line, ==, before);
  else if (g_str_equal (rule, "vehicles.impossible-place"))
    g_assert_nonnull (strstr (line, ",0.000000,0.000000,"));
  else
    g_assert_nonnull (strstr (line, ",576.0"));
}

static void
check_feature (DirtCheck *self, const char *file, gint64 row, const char *rule)
{
  const char *line = row_of (self, file, row);
  if (g_str_equal (rule, "transformers.rated-missing"))
    g_assert_nonnull (strstr (line, "\"额定容量kVA\":null"));
  else if (g_str_equal (rule, "people.negative"))
    g_assert_nonnull (strstr (line, "\"常住人口\":-"));
  else if (g_str_equal (rule, "feeders.unknown-node"))
    g_assert_nonnull (strstr (line, "\"to_node\":\"N9"));
}

static void
check_dirt_line (DirtCheck *self, const char *line)
{
  g_auto (GStrv) cells = g_strsplit (line, ",", -1);
  g_assert_cmpuint (g_strv_length (cells), ==, 3);
  gint64 row = g_ascii_strtoll (cells[1], NULL, 10);
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, cells[2]));
  g_hash_table_insert (self->counts, g_strdup (cells[2]), GUINT_TO_POINTER (n + 1));
  if (g_str_equal (cells[0], "stations.csv"))
    check_station (self, row, cells[2]);
  else if (g_str_equal (cells[0], "usage.csv.gz"))
    check_usage (self, row, cells[2]);
  else if (g_str_equal (cells[0], "vehicles.csv.gz"))
    check_vehicle (self, row, cells[2]);
  else if (g_str_has_suffix (cells[0], ".geojson"))
    check_feature (self, cells[0], row, cells[2]);
}

static void
test_planted_dirt_is_where_the_list_says (void)
{
  static const char *const rules[] = {
    "stations.duplicate-id",
    "stations.swapped-axes",
    "stations.impossible-place",
    "stations.missing-connectors",
    "stations.outside-study-area",
    "usage.negative",
    "usage.above-rated-power",
    "usage.gap",
    "usage.unknown-station",
    "usage.filled-in",
    "price.zero-means-missing",
    "vehicles.impossible-place",
    "vehicles.impossible-speed",
    "vehicles.duplicate-point",
    "transformers.rated-missing",
    "transformers.unit-slip",
    "feeders.unknown-node",
    "places.duplicate",
    "people.negative",
    "parcels.outside-study-area",
    "roads.zero-length",
    "roads.duplicate",
  };
  g_autofree char *folder = write_town (1);
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) read
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_strfreev);
  DirtCheck check = { folder, read, counts };
  g_auto (GStrv) lines = read_lines (folder, "planted_dirt.csv");
  for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++)
    check_dirt_line (&check, lines[i]);
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (!g_hash_table_contains (counts, rules[i]))
      g_error ("no %s was planted", rules[i]);
  zx_test_folder_remove (folder);
}

/* ---- the land and its roads --------------------------------------------------------------- */

typedef struct
{
  SampleWorld *world;
  SampleStreets streets;
  SampleGraph *graph;
} Made;

static void
make (Made *self, ZxSampleSize size, guint64 seed)
{
  g_autoptr (GError) error = NULL;
  self->world = zx_sample_world_new (size, seed, NULL, &error);
  g_assert_no_error (error);
  zx_sample_streets_init (&self->streets);
  g_assert_true (zx_sample_make_streets (self->world, &self->streets, NULL, &error));
  self->graph = zx_sample_graph_new (self->world, &self->streets, NULL, &error);
  g_assert_no_error (error);
}

static void
unmake (Made *self)
{
  zx_sample_graph_free (self->graph);
  zx_sample_streets_clear (&self->streets);
  zx_sample_world_free (self->world);
}

/* The metres of @ab that lie in water. */
static double
wet_m (const SampleWorld *world, SamplePoint a, SamplePoint b)
{
  double length = zx_sample_distance (a, b), wet = 0;
  for (double t = 1; t < length; t += 2)
    if (zx_sample_shore_contains (world->water_shore, a.x + (b.x - a.x) * t / length,
                                  a.y + (b.y - a.y) * t / length))
      wet += 2;
  return wet;
}

static void
test_roads_cross_water_on_bridges_only (void)
{
  for (guint64 seed = 1; seed <= 3; seed++)
    {
      Made made;
      guint n_bridges = 0;
      make (&made, ZX_SAMPLE_TOWN, seed);
      for (guint e = 0; e < made.graph->edges->len; e++)
        {
          const SampleEdge *edge = &g_array_index (made.graph->edges, SampleEdge, e);
          SamplePoint from = *SAMPLE_POINT (made.graph->nodes, edge->a);
          gboolean is_bridge = edge->starts_on_bridge;
          for (guint i = 0; i <= edge->n && !edge->is_dropped; i++)
            {
              SamplePoint to = i < edge->n ? *SAMPLE_POINT (made.graph->points, edge->first + i)
                                           : *SAMPLE_POINT (made.graph->nodes, edge->b);
              n_bridges += is_bridge;
              if (!is_bridge)
                g_assert_cmpfloat (wet_m (made.world, from, to), <=, 0);
              if (i < edge->n)
                is_bridge = g_array_index (made.graph->flags, guint8, edge->first + i);
              from = to;
            }
        }
      g_assert_cmpuint (n_bridges, >=, 4);
      unmake (&made);
    }
}

static void
walk (const Made *made, const SampleNetwork *network, gboolean is_backwards, guint8 *is_seen)
{
  g_autoptr (GArray) queue = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 n = made->graph->nodes->len;
  /* Backwards: arcs turned round, by looking at all of them until nothing changes. */
  guint32 start = g_array_index (network->door_nodes, guint32, 0);
  is_seen[start] = TRUE;
  g_array_append_val (queue, start);
  for (guint i = 0; i < queue->len && !is_backwards; i++)
    {
      guint32 node = g_array_index (queue, guint32, i);
      for (guint32 k = network->first[node]; k < network->first[node + 1]; k++)
        if (!is_seen[network->arc[k].head])
          {
            is_seen[network->arc[k].head] = TRUE;
            g_array_append_val (queue, network->arc[k].head);
          }
    }
  for (gboolean changed = is_backwards; changed;)
    {
      changed = FALSE;
      for (guint32 node = 0; node < n; node++)
        for (guint32 k = network->first[node]; k < network->first[node + 1]; k++)
          if (is_seen[network->arc[k].head] && !is_seen[node])
            changed = is_seen[node] = TRUE;
    }
}

static void
test_one_can_drive_from_anywhere_to_anywhere (void)
{
  Made made;
  SampleNetwork network;
  make (&made, ZX_SAMPLE_TOWN, 2);
  g_assert_true (zx_sample_network_init (&network, &made.streets, made.graph, NULL));
  g_autofree guint8 *there = g_new0 (guint8, made.graph->nodes->len);
  g_autofree guint8 *back = g_new0 (guint8, made.graph->nodes->len);
  walk (&made, &network, FALSE, there);
  walk (&made, &network, TRUE, back);
  for (guint i = 0; i < network.door_nodes->len; i++)
    {
      guint32 node = g_array_index (network.door_nodes, guint32, i);
      g_assert_true (there[node] && back[node]);
    }
  zx_sample_network_clear (&network);
  unmake (&made);
}

static void
test_sizes_are_what_they_should_be (void)
{
  Made made;
  g_autoptr (GError) error = NULL;
  make (&made, ZX_SAMPLE_TOWN, 1);
  g_autoptr (SampleTruth) truth = zx_sample_truth_new (made.world, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (truth->residents_in_all, >, 50000);
  g_assert_cmpfloat (truth->residents_in_all, <, 70000);
  guint n = made.graph->nodes->len + made.graph->points->len;
  g_assert_cmpuint (n, >, 4000);
  g_assert_cmpuint (n, <, 7500);
  unmake (&made);
}

static void
test_highways_are_met_on_links_only (void)
{
  Made made;
  guint n_links = 0;
  make (&made, ZX_SAMPLE_TOWN, 3);
  guint n = made.graph->nodes->len;
  g_autofree guint8 *has_main = g_new0 (guint8, n), *has_link = g_new0 (guint8, n);
  g_autofree guint8 *has_street = g_new0 (guint8, n);
  for (guint e = 0; e < made.graph->edges->len; e++)
    {
      const SampleEdge *edge = &g_array_index (made.graph->edges, SampleEdge, e);
      const SampleStreet *street = &g_array_index (made.streets.list, SampleStreet, edge->street);
      guint8 *has = street->level != SAMPLE_HIGHWAY ? has_street
                    : street->is_link               ? has_link
                                                    : has_main;
      has[edge->a] = has[edge->b] = TRUE;
      n_links += street->is_link;
      g_assert_true (street->level != SAMPLE_HIGHWAY || street->one_way);
    }
  for (guint i = 0; i < n; i++)
    g_assert_false (has_main[i] && has_street[i]);
  g_assert_cmpuint (n_links, >=, 4);
  unmake (&made);
}

/* ---- the truth ---------------------------------------------------------------------------- */

/* Times from a node to all others by looking at every arc until nothing changes. */
static double *
naive_times (const SampleNetwork *network, guint32 n_nodes, gssize from)
{
  double *seconds = g_new (double, n_nodes);
  for (guint32 i = 0; i < n_nodes; i++)
    seconds[i] = i == (guint32) from ? 0 : INFINITY;
  for (gboolean changed = TRUE; changed;)
    {
      changed = FALSE;
      for (guint32 node = 0; node < n_nodes; node++)
        for (guint32 k = network->first[node]; k < network->first[node + 1]; k++)
          if (seconds[node] + network->arc[k].seconds < seconds[network->arc[k].head] - 1e-3)
            {
              seconds[network->arc[k].head] = seconds[node] + network->arc[k].seconds;
              changed = TRUE;
            }
    }
  return seconds;
}

static double
naive_access_s (const Made *made, gssize door, SamplePoint p)
{
  double d = zx_sample_distance (p, *SAMPLE_POINT (made->graph->nodes, (guint) door));
  return d <= 300 ? d * 3.6 / 5 : 216 + (d - 300) * 3.6 / 27;
}

static void
test_catch_agrees_with_a_naive_sum (void)
{
  Made made;
  SampleNetwork network;
  g_autoptr (GError) error = NULL;
  make (&made, ZX_SAMPLE_TOWN, 4);
  g_assert_true (zx_sample_network_init (&network, &made.streets, made.graph, NULL));
  g_autoptr (SampleTruth) truth = zx_sample_truth_new (made.world, NULL, &error);
  g_autoptr (GArray) stations = zx_sample_stations_new (made.world, truth, &network, NULL, &error);
  g_assert_no_error (error);
  guint32 n_nodes = made.graph->nodes->len, n = stations->len;
  g_autofree double *caught = g_new0 (double, n);
  g_autoptr (GPtrArray) times = g_ptr_array_new_with_free_func (g_free);
  g_autofree double *own_s = g_new (double, n);
  for (guint i = 0; i < n; i++)
    {
      SamplePoint p = g_array_index (stations, SampleStation, i).at;
      gssize door = zx_sample_network_door (&network, p.x, p.y, 2500);
      own_s[i] = naive_access_s (&made, door, p);
      g_ptr_array_add (times, naive_times (&network, n_nodes, door));
    }
  for (gsize cell = 0; cell < zx_sample_truth_size (truth); cell++)
    {
      SamplePoint p = zx_sample_truth_centre (truth, cell);
      gssize door = zx_sample_network_door (&network, p.x, p.y, 2500);
      double attraction[64], sum = pow (2.0, 0.9);
      if (isnan (truth->demand[cell]) || door < 0)
        continue;
      for (guint i = 0; i < n; i++)
        {
          const SampleStation *station = &g_array_index (stations, SampleStation, i);
          double seconds
              = own_s[i] + ((double *) times->pdata[i])[door] + naive_access_s (&made, door, p);
          attraction[i] = station->is_planned || seconds > 1200
                              ? 0
                              : pow (station->n_dc + station->n_ac, 0.9) * exp (-seconds / 300);
          sum += attraction[i];
        }
      for (guint i = 0; i < n; i++)
        caught[i] += truth->demand[cell] * 0.01 * attraction[i] / sum;
    }
  /* Times are floats there, and a cell at the very limit may fall on either side. */
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (g_array_index (stations, SampleStation, i).caught_kwh,
                                    caught[i], 1e-3 * MAX (caught[i], 1));
  zx_sample_network_clear (&network);
  unmake (&made);
}

static void
test_demand_is_as_much_as_people_need (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SampleWorld) world = zx_sample_world_new (ZX_SAMPLE_TOWN, 9, NULL, &error);
  g_autoptr (SampleTruth) truth = zx_sample_truth_new (world, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (truth->kwh_per_day / truth->residents_in_all, 0.35, 1e-4);
}

static void
test_demand_follows_its_formula (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SampleWorld) world = zx_sample_world_new (ZX_SAMPLE_TOWN, 7, NULL, &error);
  g_autoptr (SampleTruth) truth = zx_sample_truth_new (world, NULL, &error);
  g_assert_no_error (error);
  double sum = 0, sum2 = 0, n = 0;
  for (gsize i = 0; i < zx_sample_truth_size (truth); i++)
    {
      if (isnan (truth->demand[i]))
        continue;
      double rest = log (truth->demand[i]) - truth->b0
                    - 0.6 * (log (truth->vehicles[i]) - truth->mean[0]) / truth->sd[0]
                    - 0.3 * (log (truth->places[i]) - truth->mean[1]) / truth->sd[1]
                    - 0.2 * (log (truth->residents[i]) - truth->mean[2]) / truth->sd[2];
      sum += rest;
      sum2 += rest * rest;
      n++;
    }
  /* What is left is the field and the noise: sd √(0.4² + 0.1²) over some dozen independent patches.
   */
  double mean = sum / n, sd = sqrt (sum2 / n - mean * mean);
  g_assert_cmpfloat (fabs (mean), <, 0.25);
  g_assert_cmpfloat (sd, >, 0.3);
  g_assert_cmpfloat (sd, <, 0.52);
}

static void
test_usage_adds_up_to_what_stations_sell (void)
{
  g_autofree char *folder = write_town (1);
  g_auto (GStrv) lines = read_lines (folder, "usage.csv.gz");
  g_auto (GStrv) header = g_strsplit (lines[0], ",", -1);
  g_autofree char *truth = read_text (folder, "truth.json");
  guint n = g_strv_length (header), n_close = 0;
  g_autofree double *sum = g_new0 (double, n);
  guint n_hours = 0;
  for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++, n_hours++)
    {
      g_auto (GStrv) cells = g_strsplit (lines[i], ",", -1);
      g_assert_cmpuint (g_strv_length (cells), ==, n);
      for (guint k = 1; k < n; k++)
        sum[k] += g_ascii_strtod (cells[k], NULL);
    }
  g_assert_cmpuint (n_hours, ==, 60 * 24);
  for (guint k = 1; k + 1 < n; k++)
    {
      g_autofree char *key = g_strdup_printf ("\"%s\"", header[k]);
      const char *at = strstr (truth, key);
      g_assert_nonnull (at);
      double expected = g_ascii_strtod (strstr (at, "\"kwh_per_day\": ") + 15, NULL);
      n_close += fabs (sum[k] / 60 / expected - 1) < 0.1;
    }
  /* Gaps, leaps and the cap of the rated power move a few. */
  g_assert_cmpuint (n_close, >=, (n - 2) * 7 / 10);
  zx_test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sample/folder/same-seed-same-bytes-on-any-threads",
                   test_same_seed_same_bytes_on_any_threads);
  g_test_add_func ("/sample/folder/nothing-else-is-left", test_nothing_else_is_left);
  g_test_add_func ("/sample/folder/a-used-one-is-refused", test_a_used_folder_is_refused);
  g_test_add_func ("/sample/folder/can-be-cancelled-anywhere", test_can_be_cancelled_anywhere);
  g_test_add_func ("/sample/recipe/names-files-and-columns-that-are-there",
                   test_recipe_names_files_and_columns_that_are_there);
  g_test_add_func ("/sample/dirt/is-where-the-list-says", test_planted_dirt_is_where_the_list_says);
  g_test_add_func ("/sample/roads/cross-water-on-bridges-only",
                   test_roads_cross_water_on_bridges_only);
  g_test_add_func ("/sample/roads/one-can-drive-from-anywhere-to-anywhere",
                   test_one_can_drive_from_anywhere_to_anywhere);
  g_test_add_func ("/sample/roads/sizes-are-what-they-should-be",
                   test_sizes_are_what_they_should_be);
  g_test_add_func ("/sample/roads/highways-are-met-on-links-only",
                   test_highways_are_met_on_links_only);
  g_test_add_func ("/sample/truth/demand-follows-its-formula", test_demand_follows_its_formula);
  g_test_add_func ("/sample/truth/catch-agrees-with-a-naive-sum",
                   test_catch_agrees_with_a_naive_sum);
  g_test_add_func ("/sample/truth/demand-is-as-much-as-people-need",
                   test_demand_is_as_much_as_people_need);
  g_test_add_func ("/sample/truth/usage-adds-up-to-what-stations-sell",
                   test_usage_adds_up_to_what_stations_sell);
  return g_test_run ();
}
