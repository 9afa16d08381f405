/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/store/zx-store.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "zx-test.h"

typedef struct
{
  char *folder, *path;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = zx_test_folder ();
  self->path = g_build_filename (self->folder, "city.gpkg", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  zx_test_folder_remove (self->folder);
  g_free (self->folder);
  g_free (self->path);
}

static void
put_text (ZxStore *store, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  zx_store_put (store, name, text, bytes, &error);
  g_assert_no_error (error);
}

static void
test_large_blobs_come_back (Fixture *self, gconstpointer data)
{
  const gsize n = (9 << 20) + 7; /* three pieces */
  guint8 *memory = g_malloc (n);
  for (gsize i = 0; i < n; i++)
    memory[i] = (guint8) (i * 2654435761u >> 13);
  g_autoptr (GBytes) bytes = g_bytes_new_take (memory, n);
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxStore) store = zx_store_create (self->path, &error);
  g_assert_no_error (error);
  g_assert_true (zx_store_put (store, "large", "1", bytes, &error));
  g_assert_true (zx_store_put (store, "large", "2", bytes, &error));
  g_autoptr (GBytes) back = zx_store_get (store, "large", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (bytes, back));
}

static void
test_a_stopped_save_is_rolled_back (Fixture *self, gconstpointer data)
{
  gint stop = 0;
  ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &stop);
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxStore) store = zx_store_create (self->path, &error);
  g_assert_no_error (error);
  put_text (store, "a", "old");
  zx_store_set_progress (store, &progress);
  g_assert_true (zx_store_begin (store, &error));
  put_text (store, "a", "new");
  stop = 1;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_assert_false (zx_store_put (store, "b", "1", bytes, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
  zx_store_rollback (store);
  g_autofree char *fingerprint = NULL;
  g_autoptr (GBytes) kept = zx_store_get (store, "a", &fingerprint, NULL);
  g_assert_cmpstr (fingerprint, ==, "old");
}

static void
test_blobs_come_back (Fixture *self, gconstpointer data)
{
  g_autoptr (ZxStore) store = zx_store_create (self->path, NULL);
  put_text (store, "a/1", "one");
  put_text (store, "a/2", "two");
  put_text (store, "b", "three");
  put_text (store, "a/1", "four");
  g_autofree char *fingerprint = NULL;
  g_autoptr (GBytes) bytes = zx_store_get (store, "a/1", &fingerprint, NULL);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "four", 4);
  g_assert_cmpstr (fingerprint, ==, "four");
  g_auto (GStrv) names = zx_store_list (store, "a/", NULL);
  g_assert_cmpstr (names[0], ==, "a/1");
  g_assert_cmpstr (names[1], ==, "a/2");
  g_assert_null (names[2]);
  g_assert_null (zx_store_get (store, "absent", NULL, NULL));
}

static void
test_rollback_leaves_the_old (Fixture *self, gconstpointer data)
{
  g_autoptr (ZxStore) store = zx_store_create (self->path, NULL);
  put_text (store, "a", "old");
  g_assert_true (zx_store_begin (store, NULL));
  put_text (store, "a", "new");
  zx_store_rollback (store);
  g_autoptr (GBytes) bytes = zx_store_get (store, "a", NULL, NULL);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), 3, "old", 3);
}

/* A child writes generations until it is killed; whatever is left must open and be whole. */
static void
test_a_kill_leaves_a_whole_project (Fixture *self, gconstpointer data)
{
  zx_store_close (zx_store_create (self->path, NULL));
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint round = 0; round < 12; round++)
    {
      pid_t child = fork ();
      if (child == 0)
        {
          ZxStore *store = zx_store_open (self->path, TRUE, NULL);
          char text[4096];
          for (guint generation = 0;; generation++)
            {
              memset (text, 'a' + (int) (generation % 26), sizeof text - 1);
              text[sizeof text - 1] = '\0';
              zx_store_begin (store, NULL);
              put_text (store, "first", text);
              put_text (store, "second", text);
              zx_store_commit (store, NULL);
            }
        }
      g_usleep (5000 + zx_rng_below (&rng, 30000));
      kill (child, SIGKILL);
      waitpid (child, NULL, 0);
      g_autoptr (GError) error = NULL;
      g_autoptr (ZxStore) store = zx_store_open (self->path, round % 2 == 0, &error);
      g_assert_no_error (error);
      g_autoptr (GBytes) first = zx_store_get (store, "first", NULL, &error);
      g_autoptr (GBytes) second = zx_store_get (store, "second", NULL, &error);
      g_assert_no_error (error);
      g_assert_true (first == second || g_bytes_equal (first, second));
    }
}

static void
test_junk_is_refused_in_one_sentence (Fixture *self, gconstpointer data)
{
  static const char *const junk[] = { "", "SQLite format 3", "not a database at all, only text" };
  for (guint i = 0; i < G_N_ELEMENTS (junk); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_true (g_file_set_contents (self->path, junk[i], -1, NULL));
      g_assert_null (zx_store_open (self->path, FALSE, &error));
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, "city.gpkg"));
    }
}

static void
test_a_newer_format_is_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  sqlite3 *db = NULL;
  zx_store_close (zx_store_create (self->path, NULL));
  g_assert_cmpint (sqlite3_open (self->path, &db), ==, SQLITE_OK);
  sqlite3_exec (db, "UPDATE zx_meta SET value='99' WHERE key='format'", NULL, NULL, NULL);
  sqlite3_close (db);
  g_assert_null (zx_store_open (self->path, FALSE, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "99"));
}

static void
test_damaged_pages_never_crash (Fixture *self, gconstpointer data)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  ZxStore *store = zx_store_create (self->path, NULL);
  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *name = g_strdup_printf ("blob %u", i);
      put_text (store, name, "some text that fills a page or two of the file, again and again");
    }
  zx_store_close (store);
  g_autofree char *bytes = NULL;
  gsize n;
  g_assert_true (g_file_get_contents (self->path, &bytes, &n, NULL));
  for (guint round = 0; round < 60; round++)
    {
      g_autofree char *damaged = g_memdup2 (bytes, n);
      for (guint k = 0; k < 8; k++)
        damaged[zx_rng_below (&rng, (guint32) n)] = (char) zx_rng_next (&rng);
      g_assert_true (g_file_set_contents (self->path, damaged, (gssize) n, NULL));
      g_autoptr (GError) error = NULL;
      g_autoptr (ZxStore) opened = zx_store_open (self->path, FALSE, &error);
      g_assert_true (opened != NULL || error != NULL);
      if (opened != NULL)
        {
          g_auto (GStrv) names = zx_store_list (opened, "", NULL);
          for (guint i = 0; names != NULL && names[i] != NULL; i++)
            {
              GBytes *blob = zx_store_get (opened, names[i], NULL, NULL);
              g_clear_pointer (&blob, g_bytes_unref);
            }
        }
    }
}

static void
test_create_never_overwrites (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (g_file_set_contents (self->path, "precious", -1, NULL));
  g_assert_null (zx_store_create (self->path, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
}

static void
test_layers_have_geometry_and_extent (Fixture *self, gconstpointer data)
{
  g_autoptr (ZxStore) store = zx_store_create (self->path, NULL);
  g_autoptr (ZxLayer) layer = zx_layer_new ("cells \"quoted\"", "test", 2);
  ZxColumn *number = zx_layer_add_column (layer, "kwh", ZX_COLUMN_NUMBER);
  number->number[0] = 12.5;
  ZxColumn *text = zx_layer_add_column (layer, "名称", ZX_COLUMN_TEXT);
  text->text[1] = zx_pool_add (layer->pool, "泉城");
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  for (guint row = 0; row < 2; row++)
    {
      static const double square[][2] = { { 0, 0 }, { 1, 0 }, { 1, 1 }, { 0, 1 }, { 0, 0 } };
      zx_geometry_builder_begin_part (&builder, FALSE);
      for (guint i = 0; i < 5; i++)
        zx_geometry_builder_point (&builder, square[i][0] + row * 5, square[i][1]);
      zx_geometry_builder_end_row (&builder);
    }
  zx_geometry_builder_finish (&builder, &layer->geometry);
  g_autoptr (GError) error = NULL;
  for (guint again = 0; again < 2; again++) /* the second replaces the first */
    {
      zx_store_put_layer (store, layer, "EPSG:4548", "PROJCS[\"x\"]", "<qgis/>", &error);
      g_assert_no_error (error);
    }
  zx_store_close (g_steal_pointer (&store));
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  g_assert_cmpint (sqlite3_open (self->path, &db), ==, SQLITE_OK);
  sqlite3_prepare_v2 (db, "SELECT max_x, srs_id FROM gpkg_contents", -1, &statement, NULL);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  g_assert_cmpfloat (sqlite3_column_double (statement, 0), ==, 6);
  g_assert_cmpint (sqlite3_column_int (statement, 1), ==, 4548);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_DONE);
  sqlite3_finalize (statement);
  sqlite3_close (db);
}

/* ---- ledger ------------------------------------------------------------------------------- */

static void
test_ledger_head_changes_with_any_row (Fixture *self, gconstpointer data)
{
  g_autoptr (ZxStore) store = zx_store_create (self->path, NULL);
  g_autofree char *empty = zx_store_ledger_head (store, NULL);
  g_assert_cmpstr (empty, ==, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (guint i = 0; i < 7; i++)
    zx_store_append_ledger (store, 1000 + i, "heat", "abc", 0.5, NULL);
  g_autofree char *before = zx_store_ledger_head (store, NULL);
  zx_store_close (g_steal_pointer (&store));
  sqlite3 *db = NULL;
  g_assert_cmpint (sqlite3_open (self->path, &db), ==, SQLITE_OK);
  sqlite3_exec (db, "UPDATE zx_ledger SET fingerprint='abd' WHERE n=3", NULL, NULL, NULL);
  sqlite3_close (db);
  store = zx_store_open (self->path, FALSE, NULL);
  g_autofree char *after = zx_store_ledger_head (store, NULL);
  g_assert_cmpstr (before, !=, after);
}

/* ---- bytes -------------------------------------------------------------------------------- */

static ZxCity *
make_city (void)
{
  ZxCity *city = zx_city_new ();
  zx_stations_alloc (&city->stations, 3, NULL);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("站 %u", i);
      city->stations.x_m[i] = i * 10.5;
      city->stations.y_m[i] = -3.25;
      city->stations.name[i] = zx_pool_add (city->pool, name);
    }
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_LINE);
  for (guint row = 0; row < 2; row++)
    {
      zx_geometry_builder_begin_part (&builder, FALSE);
      zx_geometry_builder_point (&builder, row, 1);
      zx_geometry_builder_point (&builder, row + 5, 2);
      zx_geometry_builder_end_row (&builder);
    }
  zx_roads_alloc (&city->roads, 2, NULL);
  zx_geometry_builder_finish (&builder, &city->roads.lines);
  ZxSource *source = g_new0 (ZxSource, 1);
  source->layer = g_strdup ("stations.csv");
  source->n_rows = 3;
  g_ptr_array_add (city->sources, source);
  g_assert_true (zx_city_seal (city, NULL));
  return city;
}

static void
test_a_city_survives_packing (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxCity) city = make_city ();
  g_autoptr (GBytes) bytes = zx_store_pack_city (city, NULL, NULL);
  g_autoptr (ZxCity) back = zx_store_unpack_city (bytes, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (back->fingerprint, ==, city->fingerprint);
  g_assert_cmpstr (zx_pool_get (back->pool, back->stations.name[2]), ==, "站 2");
  g_autoptr (GBytes) again = zx_store_pack_city (back, NULL, NULL);
  g_assert_true (g_bytes_equal (bytes, again));
}

/* A reader hands out NULL for an empty array where a builder leaves memory: both are the same city.
 */
static void
test_empty_parts_survive_packing (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxCity) city = zx_city_new ();
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  zx_geometry_builder_finish (&builder, &city->areas.polygons);
  g_assert_true (zx_areas_alloc (&city->areas, 0, &error));
  g_assert_true (zx_city_seal (city, &error));
  g_autoptr (GBytes) bytes = zx_store_pack_city (city, NULL, NULL);
  g_autoptr (ZxCity) back = zx_store_unpack_city (bytes, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (back->fingerprint, ==, city->fingerprint);
}

static void
test_damaged_cities_are_errors (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  g_autoptr (ZxCity) city = make_city ();
  g_autoptr (GBytes) bytes = zx_store_pack_city (city, NULL, NULL);
  gsize n;
  const guint8 *whole = g_bytes_get_data (bytes, &n);
  for (guint round = 0; round < 3000; round++)
    {
      g_autofree guint8 *damaged = g_memdup2 (whole, n);
      gsize length = round % 3 == 0 ? zx_rng_below (&rng, (guint32) n) : n;
      for (guint k = 0; round % 3 != 0 && k < 1 + round % 4; k++)
        damaged[zx_rng_below (&rng, (guint32) n)] ^= (guint8) (1 + zx_rng_below (&rng, 255));
      g_autoptr (GBytes) view = g_bytes_new (damaged, length);
      g_autoptr (GError) error = NULL;
      g_autoptr (ZxCity) back = zx_store_unpack_city (view, &error);
      g_assert_true ((back == NULL) == (error != NULL));
    }
}

static void
test_findings_survive_packing (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxFindings) findings = zx_findings_new ();
  guint32 layer = zx_findings_layer (findings, "stations.csv");
  zx_findings_add (findings, "a.b", layer, 7, 2, ZX_SEVERITY_WARNING, ZX_ACTION_CORRECTED, "12",
                   "24");
  g_autoptr (GBytes) bytes = zx_store_pack_findings (findings);
  g_autoptr (ZxFindings) back = zx_store_unpack_findings (bytes, &error);
  g_assert_no_error (error);
  const ZxFinding *finding = &g_array_index (back->rows, ZxFinding, 0);
  g_assert_cmpstr (finding->rule, ==, "a.b");
  g_assert_cmpint (finding->row, ==, 7);
  g_assert_cmpstr (zx_pool_get (back->pool, finding->bound), ==, "24");
}

/* Pieces of a long blob are seen neither in lists nor after a shorter one took its place. */
static void
test_pieces_are_not_seen (Fixture *fixture, gconstpointer data)
{
  const gsize n = 9u << 20;
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxStore) store = zx_store_create (fixture->path, &error);
  g_autofree guint8 *raw = g_malloc0 (n);
  g_autoptr (GBytes) bytes = g_bytes_new (raw, n);
  g_autoptr (GBytes) few = g_bytes_new ("few", 3);
  g_assert_true (zx_store_put (store, "long", "1", bytes, &error));
  g_assert_true (zx_store_put (store, "long too", "2", few, &error));
  g_auto (GStrv) names = zx_store_list (store, "", &error);
  g_assert_cmpuint (g_strv_length (names), ==, 2);
  g_assert_true (zx_store_has (store, "long", "1"));
  g_assert_false (zx_store_has (store, "long", "2"));
  g_autoptr (GBytes) back = zx_store_get (store, "long", NULL, &error);
  g_assert_true (g_bytes_equal (back, bytes));
  g_assert_true (zx_store_put (store, "long", "3", few, &error));
  g_autoptr (GBytes) shorter = zx_store_get (store, "long", NULL, &error);
  g_assert_true (g_bytes_equal (shorter, few));
  g_assert_true (zx_store_put (store, "long", "1", bytes, &error));
  g_assert_true (zx_store_remove (store, "long", &error));
  g_assert_null (zx_store_get (store, "long", NULL, &error));
  g_assert_no_error (error);
  g_autoptr (GBytes) kept = zx_store_get (store, "long too", NULL, &error);
  g_assert_true (g_bytes_equal (kept, few));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/store/blobs-come-back", test_blobs_come_back);
  ADD ("/store/large-blobs-come-back", test_large_blobs_come_back);
  ADD ("/store/pieces-of-a-blob-are-not-seen", test_pieces_are_not_seen);
  ADD ("/store/a-stopped-save-is-rolled-back", test_a_stopped_save_is_rolled_back);
  ADD ("/store/rollback-leaves-the-old", test_rollback_leaves_the_old);
  ADD ("/store/a-kill-leaves-a-whole-project", test_a_kill_leaves_a_whole_project);
  ADD ("/store/junk-is-refused-in-one-sentence", test_junk_is_refused_in_one_sentence);
  ADD ("/store/a-newer-format-is-refused", test_a_newer_format_is_refused);
  ADD ("/store/damaged-pages-never-crash", test_damaged_pages_never_crash);
  ADD ("/store/create-never-overwrites", test_create_never_overwrites);
  ADD ("/store/layers-have-geometry-and-extent", test_layers_have_geometry_and_extent);
  ADD ("/store/ledger/head-changes-with-any-row", test_ledger_head_changes_with_any_row);
  g_test_add_func ("/store/bytes/a-city-survives-packing", test_a_city_survives_packing);
  g_test_add_func ("/store/bytes/empty-parts-survive-packing", test_empty_parts_survive_packing);
  g_test_add_func ("/store/bytes/damaged-cities-are-errors", test_damaged_cities_are_errors);
  g_test_add_func ("/store/bytes/findings-survive-packing", test_findings_survive_packing);
  return g_test_run ();
}
