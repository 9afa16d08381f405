/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The route on a small town made of hand-written files: states, settings, reuse, cancelling. */

#include "app/project/zx-project.h"

#include <glib/gstdio.h>

#include "app/project/zx-route.h"
#include "zx-test.h"

typedef struct
{
  char *folder, *path;
} Fixture;

/* A lattice of roads 200 m apart, stations with totals, places: enough for every stage but
 * headroom. */
static void
write_town (const char *folder, gboolean with_roads, gboolean with_stations)
{
  g_autoptr (GString) roads = g_string_new ("{\"type\":\"FeatureCollection\",\"features\":[");
  double lon0 = 119.50, lat0 = 35.40, step_lon = 0.0022, step_lat = 0.0018;
  enum
  {
    N = 25
  };
  char a[32], b[32], c[32], d[32];
  for (guint k = 0; k < 2 * N; k++)
    {
      double fixed = k % N;
      g_string_append (roads, k == 0 ? "" : ",");
      g_string_append (
          roads, "{\"type\":\"Feature\",\"properties\":{\"highway\":\"residential\"},\"geometry\":"
                 "{\"type\":\"LineString\",\"coordinates\":[");
      for (guint i = 0; i < N; i++)
        {
          double u = k < N ? i : fixed, v = k < N ? fixed : i;
          g_string_append_printf (roads, "%s[%s,%s]", i == 0 ? "" : ",",
                                  zx_number_format (lon0 + u * step_lon, a),
                                  zx_number_format (lat0 + v * step_lat, b));
        }
      g_string_append (roads, "]}}");
    }
  g_string_append (roads, "]}");
  g_autoptr (GString) stations
      = g_string_new ("station_id,name,longitude,latitude,fast,slow,total_volume,period_days\n");
  g_autoptr (GString) places = g_string_new ("type,longitude,latitude\n");
  ZxRng rng = zx_rng_new (11);
  for (guint i = 0; i < 16; i++)
    g_string_append_printf (
        stations, "S%02u,Station %u,%s,%s,4,2,%s,100\n", i, i,
        zx_number_format (lon0 + (1 + (i % 4) * 6.3) * step_lon, a),
        zx_number_format (lat0 + (1 + (i / 4) * 6.3) * step_lat, b),
        zx_number_format (round (20000 * exp (0.5 * zx_rng_normal (&rng))) + 0.5, c));
  for (guint i = 0; i < 400; i++)
    g_string_append_printf (places, "restaurant,%s,%s\n",
                            zx_number_format (lon0 + zx_rng_uniform (&rng) * 24 * step_lon, c),
                            zx_number_format (lat0 + zx_rng_uniform (&rng) * 24 * step_lat, d));
  const struct
  {
    const char *name;
    const GString *text;
    gboolean wanted;
  } files[] = { { "roads.geojson", roads, with_roads },
                { "stations.csv", stations, with_stations },
                { "poi.csv", places, TRUE } };
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (folder, files[i].name, NULL);
      if (files[i].wanted)
        g_assert_true (
            g_file_set_contents (path, files[i].text->str, (gssize) files[i].text->len, NULL));
    }
}

static ZxProject *
make_project (Fixture *self, gboolean with_roads, gboolean with_stations)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  static const char *const names[] = { "roads.geojson", "stations.csv", "poi.csv" };
  write_town (self->folder, with_roads, with_stations);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      char *path = g_build_filename (self->folder, names[i], NULL);
      if (g_file_test (path, G_FILE_TEST_EXISTS))
        g_ptr_array_add (paths, path);
      else
        g_free (path);
    }
  g_ptr_array_add (paths, NULL);
  g_autoptr (ZxRecipe) recipe
      = zx_project_guess_recipe ((const char *const *) paths->pdata, NULL, NULL, &error);
  g_assert_no_error (error);
  ZxProject *project = zx_project_create (self->path, recipe, NULL, &error);
  g_assert_no_error (error);
  zx_project_set (project, "siting.n_sites", "2", &error);
  zx_project_set (project, "demand.draws", "200", &error);
  zx_project_set (project, "heat.cells", "5000", &error);
  g_assert_no_error (error);
  return project;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = zx_test_folder ();
  self->path = g_build_filename (self->folder, "town.gpkg", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  zx_test_folder_remove (self->folder);
  g_free (self->folder);
  g_free (self->path);
}

/* ---- the route ---------------------------------------------------------------------------- */

static void
test_runs_to_a_plan_with_a_gap (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxProject) project = make_project (self, TRUE, TRUE);
  zx_project_run (project, ZX_STAGE_CHOOSE, NULL, &error);
  g_assert_no_error (error);
  const ZxPlan *plan = zx_project_plan (project);
  g_assert_nonnull (plan);
  g_assert_cmpuint (plan->n_sites, ==, 2);
  g_assert_cmpfloat (plan->value, >, 0);
  g_assert_cmpfloat (plan->bound, >=, plan->value);
  g_assert_true (plan->violates_nothing);
  g_assert_false (plan->grid_checked);
  g_assert_cmpint (zx_project_stage (project, ZX_STAGE_HEADROOM)->state, ==, ZX_STAGE_SKIPPED);
}

static void
test_comes_back_as_it_was_saved (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxProject) project = make_project (self, TRUE, TRUE);
  zx_project_run (project, ZX_STAGE_CHOOSE, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (ZxProject) again = zx_project_open (self->path, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < ZX_STAGE_TELL; i++)
    {
      const ZxStageInfo *a = zx_project_stage (project, (ZxStage) i),
                        *b = zx_project_stage (again, (ZxStage) i);
      g_assert_cmpint (a->state, ==, b->state);
      g_assert_cmpstr (a->fingerprint, ==, b->fingerprint);
    }
  const ZxPlan *p = zx_project_plan (project), *q = zx_project_plan (again);
  g_assert_cmpmem (p->site, p->n_sites * sizeof *p->site, q->site, q->n_sites * sizeof *q->site);
  g_assert_cmpfloat (p->bound, ==, q->bound);
  g_assert_cmpuint (zx_project_findings (project)->rows->len, ==,
                    zx_project_findings (again)->rows->len);
}

static void
test_a_setting_stales_its_stage_and_those_on_it (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxProject) project = make_project (self, TRUE, TRUE);
  zx_project_run (project, ZX_STAGE_CHOOSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (zx_project_set (project, "siting.station_spacing_m", "350", &error));
  g_assert_cmpint (zx_project_stage (project, ZX_STAGE_BELIEVE)->state, ==, ZX_STAGE_FRESH);
  g_assert_cmpint (zx_project_stage (project, ZX_STAGE_SCORE)->state, ==, ZX_STAGE_STALE);
  g_assert_true (zx_project_set (project, "siting.station_spacing_m", "300", &error));
  g_assert_cmpint (zx_project_stage (project, ZX_STAGE_SCORE)->state, ==, ZX_STAGE_FRESH);
}

static void
test_a_changed_file_is_noticed (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxProject) project = make_project (self, TRUE, TRUE);
  zx_project_run (project, ZX_STAGE_SEAL, NULL, &error);
  g_assert_no_error (error);
  g_autofree char *before = g_strdup (zx_project_city (project)->fingerprint);
  g_autofree char *path = g_build_filename (self->folder, "stations.csv", NULL);
  g_autofree char *text = NULL;
  gsize n;
  g_assert_true (g_file_get_contents (path, &text, &n, NULL));
  text[n - 12] = text[n - 12] == '7' ? '8' : '7'; /* a digit of the last station's energy */
  g_assert_true (g_file_set_contents (path, text, (gssize) n, NULL));
  zx_project_run (project, ZX_STAGE_SEAL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (zx_project_city (project)->fingerprint, !=, before);
}

static void
test_a_missing_file_is_one_sentence (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxProject) project = make_project (self, TRUE, TRUE);
  g_autofree char *path = g_build_filename (self->folder, "stations.csv", NULL);
  g_remove (path);
  g_assert_false (zx_project_run (project, ZX_STAGE_SEAL, NULL, &error));
  g_assert_nonnull (strstr (error->message, "stations.csv"));
}

static void
test_without_roads_lines_are_straight (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxProject) project = make_project (self, FALSE, TRUE);
  zx_project_run (project, ZX_STAGE_CHOOSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (zx_project_plan (project));
  gboolean is_said = FALSE;
  const ZxFindings *findings = zx_project_findings (project);
  for (guint i = 0; i < findings->rows->len; i++)
    is_said = is_said
              || strcmp (g_array_index (findings->rows, ZxFinding, i).rule, "siting.no-roads") == 0;
  g_assert_true (is_said);
}

static void
test_without_stations_the_route_says_so (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxProject) project = make_project (self, TRUE, FALSE);
  zx_project_run (project, ZX_STAGE_CHOOSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (zx_project_stage (project, ZX_STAGE_TRAVEL)->state, ==, ZX_STAGE_FRESH);
  g_assert_cmpint (zx_project_stage (project, ZX_STAGE_BELIEVE)->state, ==, ZX_STAGE_SKIPPED);
  g_assert_cmpint (zx_project_stage (project, ZX_STAGE_CHOOSE)->state, ==, ZX_STAGE_SKIPPED);
  g_assert_nonnull (strstr (zx_project_stage (project, ZX_STAGE_BELIEVE)->skip_reason, "stations"));
}

/* ---- cancelling --------------------------------------------------------------------------- */

typedef struct
{
  guint calls, limit;
} Stopper;

static gboolean
stop_after (double fraction, const char *what, gpointer data)
{
  Stopper *stopper = data;
  return ++stopper->calls < stopper->limit;
}

static void
test_cancelled_anywhere_the_file_stays (Fixture *self, gconstpointer data)
{
  g_autoptr (ZxProject) first = make_project (self, TRUE, TRUE);
  g_clear_object (&first);
  g_autofree char *before = NULL;
  gsize n_before;
  g_assert_true (g_file_get_contents (self->path, &before, &n_before, NULL));
  guint n_cancelled = 0;
  for (guint limit = 1; limit < 400; limit = limit * 3 / 2 + 1)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ZxProject) project = zx_project_open (self->path, NULL);
      Stopper stopper = { 0, limit };
      ZxProgress progress = ZX_PROGRESS_INIT (stop_after, &stopper, NULL);
      if (zx_project_run (project, ZX_STAGE_CHOOSE, &progress, &error))
        break;
      g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
      g_autofree char *after = NULL;
      gsize n_after;
      g_assert_true (g_file_get_contents (self->path, &after, &n_after, NULL));
      g_assert_cmpmem (before, n_before, after, n_after);
      n_cancelled++;
    }
  g_assert_cmpuint (n_cancelled, >=, 5);
}

/* ---- damage ------------------------------------------------------------------------------- */

static void
test_damaged_results_are_made_again (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxProject) project = make_project (self, TRUE, TRUE);
  zx_project_run (project, ZX_STAGE_CHOOSE, NULL, &error);
  g_assert_no_error (error);
  double value = zx_project_plan (project)->value;
  g_clear_object (&project);
  g_autoptr (ZxStore) store = zx_store_open (self->path, TRUE, &error);
  g_auto (GStrv) names = zx_store_list (store, "result/", &error);
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *fingerprint = NULL;
      g_autoptr (GBytes) bytes = zx_store_get (store, names[i], &fingerprint, &error);
      gsize n;
      guint8 *damaged = g_bytes_unref_to_data (g_steal_pointer (&bytes), &n);
      for (guint k = 0; k < 3; k++)
        damaged[zx_rng_below (&rng, (guint32) MIN (n, 400))] ^= 0x5a;
      g_autoptr (GBytes) changed = g_bytes_new_take (damaged, n / 2);
      g_assert_true (zx_store_put (store, names[i], fingerprint, changed, &error));
    }
  zx_store_close (g_steal_pointer (&store));
  project = zx_project_open (self->path, &error);
  g_assert_no_error (error);
  zx_project_run (project, ZX_STAGE_CHOOSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (zx_project_plan (project)->value, ==, value);
}

/* What stands after a result that cannot be read would point into nothing. */
static void
test_a_damaged_result_takes_those_after_it_along (Fixture *self, gconstpointer data)
{
  static const ZxStage order[] = { ZX_STAGE_TRAVEL,  ZX_STAGE_HEAT,  ZX_STAGE_HEADROOM,
                                   ZX_STAGE_BELIEVE, ZX_STAGE_SCORE, ZX_STAGE_CHOOSE };
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxProject) project = make_project (self, TRUE, TRUE);
  zx_project_run (project, ZX_STAGE_CHOOSE, NULL, &error);
  g_assert_no_error (error);
  for (guint i = G_N_ELEMENTS (order); i-- > 0;)
    {
      g_clear_object (&project);
      g_autofree char *name = g_strconcat ("result/", zx_stage_name (order[i]), NULL);
      g_autofree char *fingerprint = NULL;
      g_autoptr (ZxStore) store = zx_store_open (self->path, TRUE, &error);
      g_autoptr (GBytes) bytes = zx_store_get (store, name, &fingerprint, &error);
      if (bytes == NULL) /* left out */
        {
          g_assert_no_error (error);
          project = zx_project_open (self->path, &error);
          continue;
        }
      g_autoptr (GBytes) half = g_bytes_new_from_bytes (bytes, 0, g_bytes_get_size (bytes) / 2);
      g_assert_true (zx_store_put (store, name, fingerprint, half, &error));
      zx_store_close (g_steal_pointer (&store));
      project = zx_project_open (self->path, &error);
      g_assert_no_error (error);
      for (guint k = i; k < G_N_ELEMENTS (order); k++)
        g_assert_cmpint (zx_project_stage (project, order[k])->state, ==, ZX_STAGE_NEVER);
      ZxReportWish wish = { .language = "en" };
      g_autofree char *report = g_strconcat (self->path, ".pdf", NULL);
      guint n_pages = 0;
      zx_project_report (project, report, &wish, &n_pages, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (n_pages, >, 0);
      g_assert_cmpint (g_remove (report), ==, 0);
    }
}

/* ---- settings and names ------------------------------------------------------------------- */

static void
test_settings_refuse_what_is_out_of_bounds (void)
{
  static const char *const bad[][2] = { { "siting.n_sites", "0" },
                                        { "siting.n_sites", "many" },
                                        { "travel.urban_factor", "9" },
                                        { "no.such", "1" } };
  ZxSettingValues values;
  zx_settings_standard (&values);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_false (zx_settings_set (&values, bad[i][0], bad[i][1], &error));
      g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, bad[i][0]));
    }
}

static void
test_settings_round_trip (void)
{
  ZxSettingValues a, b;
  zx_settings_standard (&a);
  zx_settings_standard (&b);
  g_assert_true (zx_settings_set (&a, "huff.decay_s", "123.456", NULL));
  g_autofree char *text = zx_settings_format (&a);
  g_assert_true (zx_settings_parse (&b, text, -1, NULL));
  g_assert_cmpmem (&a, sizeof a, &b, sizeof b);
}

static void
test_standard_settings_are_within_bounds (void)
{
  guint n;
  const ZxSetting *settings = zx_settings (&n);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpfloat (settings[i].standard, >=, settings[i].low);
      g_assert_cmpfloat (settings[i].standard, <=, settings[i].high);
    }
}

static void
test_stage_names_are_their_own_inverse (void)
{
  for (guint i = 0; i < ZX_N_STAGES; i++)
    g_assert_cmpint (zx_stage_parse (zx_stage_name ((ZxStage) i)), ==, i);
  g_assert_cmpint (zx_stage_parse ("nowhere"), ==, ZX_N_STAGES);
}

static ZxMapLayer *
layer_of (GPtrArray *layers, ZxMapLayerKind kind)
{
  for (guint i = 0; i < layers->len; i++)
    if (zx_map_layer_kind (g_ptr_array_index (layers, i)) == kind)
      return g_ptr_array_index (layers, i);
  return NULL;
}

static void
test_layers_of_a_hostile_file (void)
{
  g_autoptr (GPtrArray) layers
      = zx_map_layers_parse ("sites shown nan load 1e9 zzzzzz -3 \xff\xfe\n"
                             "sites hidden 1 own 0 own 1\n"
                             "usage-heat hidden 0.5 cividis 4 own 1 Ours  and theirs\n"
                             "stations shown 1 heat 1 1668a8 2\n"
                             "feeders removed 1 own 0 own 1\n"
                             "volcanoes shown 1 own 0 own 1\n"
                             "candidates shown\n\n   \n");
  g_assert_cmpuint (layers->len, ==, ZX_N_MAP_LAYERS - 1);
  g_assert_null (layer_of (layers, ZX_MAP_LAYER_FEEDERS));
  ZxMapLayer *sites = layer_of (layers, ZX_MAP_LAYER_SITES),
             *heat = layer_of (layers, ZX_MAP_LAYER_USAGE_HEAT),
             *stations = layer_of (layers, ZX_MAP_LAYER_STATIONS);
  g_assert_true (zx_map_layer_is_visible (sites));
  g_assert_true (zx_map_style_equal (zx_map_layer_style (sites), &(ZxMapStyle) ZX_MAP_STYLE_INIT));
  g_assert_null (zx_map_layer_given_title (sites));
  g_assert_cmpfloat (zx_map_layer_opacity (heat), ==, 0.5);
  g_assert_cmpint (zx_map_layer_style (heat)->ramp, ==, ZX_RAMP_CIVIDIS);
  g_assert_cmpuint (zx_map_layer_style (heat)->n_classes, ==, 4);
  g_assert_cmpstr (zx_map_layer_given_title (heat), ==, "Ours  and theirs");
  g_assert_cmpint (zx_map_layer_style (stations)->ramp, ==, ZX_OWN_RAMP); /* it has none */
  g_assert_cmpint (zx_map_layer_style (stations)->colour, ==, 0x1668a8);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/project/route/runs-to-a-plan-with-a-gap", test_runs_to_a_plan_with_a_gap);
  ADD ("/project/route/comes-back-as-it-was-saved", test_comes_back_as_it_was_saved);
  ADD ("/project/route/a-setting-stales-its-stage-and-those-on-it",
       test_a_setting_stales_its_stage_and_those_on_it);
  ADD ("/project/route/a-changed-file-is-noticed", test_a_changed_file_is_noticed);
  ADD ("/project/route/a-missing-file-is-one-sentence", test_a_missing_file_is_one_sentence);
  ADD ("/project/route/without-roads-lines-are-straight", test_without_roads_lines_are_straight);
  ADD ("/project/route/without-stations-the-route-says-so",
       test_without_stations_the_route_says_so);
  ADD ("/project/route/cancelled-anywhere-the-file-stays", test_cancelled_anywhere_the_file_stays);
  ADD ("/project/store/damaged-results-are-made-again", test_damaged_results_are_made_again);
  ADD ("/project/store/a-damaged-result-takes-those-after-it-along",
       test_a_damaged_result_takes_those_after_it_along);
  g_test_add_func ("/project/settings/refuse-what-is-out-of-bounds",
                   test_settings_refuse_what_is_out_of_bounds);
  g_test_add_func ("/project/settings/round-trip", test_settings_round_trip);
  g_test_add_func ("/project/settings/standard-ones-are-within-bounds",
                   test_standard_settings_are_within_bounds);
  g_test_add_func ("/project/layers/of-a-hostile-file-keep-what-can-be-understood",
                   test_layers_of_a_hostile_file);
  g_test_add_func ("/project/stages/names-are-their-own-inverse",
                   test_stage_names_are_their_own_inverse);
  return g_test_run ();
}
