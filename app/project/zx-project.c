/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/project/zx-project.h"

#include <time.h>

#include "app/project/zx-route.h"

struct _ZxProject
{
  GObject parent;
  char *path;
  ZxRoute route;
  char *bookmarks, *wish, *map_layers;       /* nullable */
  ZxGisTransform *to_degrees, *from_degrees; /* NULL until prepared */
};

G_DEFINE_FINAL_TYPE (ZxProject, zx_project, G_TYPE_OBJECT)

static void
zx_project_finalize (GObject *object)
{
  ZxProject *self = ZX_PROJECT (object);
  g_clear_pointer (&self->to_degrees, zx_gis_transform_free);
  g_clear_pointer (&self->from_degrees, zx_gis_transform_free);
  zx_route_clear (&self->route);
  g_free (self->path);
  g_free (self->bookmarks);
  g_free (self->wish);
  g_free (self->map_layers);
  G_OBJECT_CLASS (zx_project_parent_class)->finalize (object);
}

static void
zx_project_class_init (ZxProjectClass *class)
{
  G_OBJECT_CLASS (class)->finalize = zx_project_finalize;
}

static void
zx_project_init (ZxProject *self)
{
  zx_route_init (&self->route);
}

/* ---- paths -------------------------------------------------------------------------------- */

/* Inside the project file, sources below its folder are kept relative, so that the folder can be
 * moved. */
static void
make_paths_relative (ZxRecipe *recipe, const char *project)
{
  g_autofree char *folder = g_path_get_dirname (project);
  g_autofree char *prefix = g_strconcat (folder, "/", NULL);
  for (guint i = 0; i < recipe->bindings->len; i++)
    {
      ZxBinding *binding = g_ptr_array_index (recipe->bindings, i);
      if (g_str_has_prefix (binding->path, prefix))
        {
          char *relative = g_strdup (binding->path + strlen (prefix));
          g_free (binding->path);
          binding->path = relative;
        }
    }
}

static void
make_paths_absolute (ZxRecipe *recipe, const char *base)
{
  for (guint i = 0; i < recipe->bindings->len; i++)
    {
      ZxBinding *binding = g_ptr_array_index (recipe->bindings, i);
      char *absolute = g_canonicalize_filename (binding->path, base);
      g_free (binding->path);
      binding->path = absolute;
    }
}

static ZxRecipe *
copy_recipe (const ZxRecipe *recipe, GError **error)
{
  g_autofree char *text = zx_recipe_format (recipe);
  return zx_recipe_parse (text, -1, error);
}

/* ---- keeping ------------------------------------------------------------------------------ */

static gboolean
save_layers (ZxProject *self, ZxStore *store, GError **error)
{
  static const char *const names[]
      = { "sites",        "candidates",     "cells", "stations", "transformer_area",
          "feeder_nodes", "feeder_branches" };
  if (self->route.city == NULL)
    return TRUE;
  g_autoptr (ZxGisTransform) to_degrees
      = zx_gis_transform_new (self->route.city->crs, "EPSG:4326", error);
  if (to_degrees == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) absent = NULL;
      g_autoptr (ZxLayer) layer = zx_route_layer (&self->route, names[i], to_degrees, &absent);
      if (layer != NULL
          && !zx_store_put_layer (store, layer, self->route.city->crs, NULL,
                                  zx_route_style (names[i]), error))
        return FALSE;
    }
  return TRUE;
}

/* The ledger gets a row for each stage whose result changed. */
static gboolean
append_ledger (ZxProject *self, ZxStore *store, const char *const before[ZX_N_STAGES],
               GError **error)
{
  for (guint i = 0; i < ZX_N_STAGES; i++)
    {
      const ZxStageInfo *info = &self->route.stage[i];
      if (info->fingerprint != NULL && g_strcmp0 (info->fingerprint, before[i]) != 0
          && !zx_store_append_ledger (store, (gint64) time (NULL), zx_stage_name ((ZxStage) i),
                                      info->fingerprint, info->seconds, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
save (ZxProject *self, const char *const before[ZX_N_STAGES], const ZxProgress *progress,
      GError **error)
{
  g_autoptr (ZxStore) store = zx_store_open (self->path, TRUE, error);
  if (store == NULL || !zx_store_begin (store, error))
    return FALSE;
  zx_store_set_progress (store, progress);
  ZxRecipe *absolute = self->route.recipe;
  ZxRecipe *relative = copy_recipe (absolute, error);
  gboolean ok = relative != NULL;
  if (ok)
    {
      make_paths_relative (relative, self->path);
      self->route.recipe = relative;
      ok = zx_route_save (&self->route, store, progress, error) && save_layers (self, store, error)
           && append_ledger (self, store, before, error);
      self->route.recipe = absolute;
      zx_recipe_free (relative);
    }
  if (!ok)
    {
      zx_store_rollback (store);
      return FALSE;
    }
  if (!zx_store_commit (store, error))
    return FALSE;
  zx_route_note_stored (&self->route);
  return TRUE;
}

ZxProject *
zx_project_create (const char *path, const ZxRecipe *recipe, const char *base, GError **error)
{
  static const char *const nothing[ZX_N_STAGES] = { NULL };
  g_autoptr (ZxProject) self = g_object_new (ZX_TYPE_PROJECT, NULL);
  self->path = g_canonicalize_filename (path, NULL);
  self->route.recipe = copy_recipe (recipe, error);
  if (self->route.recipe == NULL)
    return NULL;
  make_paths_absolute (self->route.recipe, base);
  ZxStore *store = zx_store_create (self->path, error);
  if (store == NULL)
    return NULL;
  zx_store_close (store);
  if (!save (self, nothing, NULL, error))
    {
      zx_file_abandon (self->path);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/* NULL when there is none. */
static char *
get_text (ZxStore *store, const char *name)
{
  g_autoptr (GBytes) bytes = zx_store_get (store, name, NULL, NULL);
  return bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes))
                       : NULL;
}

static gboolean
put_text (ZxStore *store, const char *name, const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  return zx_store_put (store, name, NULL, bytes, error);
}

ZxProject *
zx_project_open (const char *path, GError **error)
{
  g_autoptr (ZxProject) self = g_object_new (ZX_TYPE_PROJECT, NULL);
  self->path = g_canonicalize_filename (path, NULL);
  g_autoptr (ZxStore) store = zx_store_open (self->path, FALSE, error);
  if (store == NULL || !zx_route_load (&self->route, store, error))
    return NULL;
  self->bookmarks = get_text (store, "bookmarks");
  self->wish = get_text (store, "report_wish");
  self->map_layers = get_text (store, "map_layers");
  g_autofree char *folder = g_path_get_dirname (self->path);
  make_paths_absolute (self->route.recipe, folder);
  self->route.configurations = zx_siting_configurations (NULL, -1, error);
  if (self->route.configurations == NULL)
    return NULL;
  zx_route_refresh (&self->route);
  return g_steal_pointer (&self);
}

/* ---- asking ------------------------------------------------------------------------------- */

const char *
zx_project_path (ZxProject *self)
{
  return self->path;
}

const ZxRecipe *
zx_project_recipe (ZxProject *self)
{
  return self->route.recipe;
}

double
zx_project_setting (ZxProject *self, const char *key)
{
  return zx_settings_get (&self->route.settings, key);
}

gboolean
zx_project_set (ZxProject *self, const char *key, const char *value, GError **error)
{
  if (!zx_settings_set (&self->route.settings, key, value, error))
    return FALSE;
  zx_settings_apply (&self->route.settings, &self->route);
  zx_route_refresh (&self->route);
  return TRUE;
}

gboolean
zx_project_set_speeds (ZxProject *self, const char *path, GError **error)
{
  ZxSpeedTable speeds;
  g_autofree char *text = NULL;
  zx_speed_table_default (&speeds);
  if (path != NULL
      && (!g_file_get_contents (path, &text, NULL, error)
          || !zx_speed_table_parse (&speeds, text, -1, error)))
    return FALSE;
  ZxSettingValues settings = self->route.settings;
  if (!zx_settings_set_speeds (&settings, &speeds, error))
    return FALSE;
  self->route.settings = settings;
  g_free (self->route.speeds_text);
  self->route.speeds_text = g_steal_pointer (&text);
  zx_settings_apply (&self->route.settings, &self->route);
  zx_route_refresh (&self->route);
  return TRUE;
}

const ZxLock *
zx_project_locks (ZxProject *self, guint *n)
{
  *n = self->route.locks->len;
  return (const ZxLock *) (gconstpointer) self->route.locks->data;
}

void
zx_project_set_locks (ZxProject *self, const ZxLock *locks, guint n)
{
  g_array_set_size (self->route.locks, 0);
  if (n > 0)
    g_array_append_vals (self->route.locks, locks, n);
  zx_route_refresh (&self->route);
}

gboolean
zx_project_set_recipe (ZxProject *self, const char *text, GError **error)
{
  ZxRecipe *recipe = zx_recipe_parse (text, -1, error);
  if (recipe == NULL)
    return FALSE;
  zx_recipe_free (self->route.recipe);
  self->route.recipe = recipe;
  zx_route_refresh (&self->route);
  return TRUE;
}

const char *
zx_project_scenarios (ZxProject *self)
{
  return self->route.scenarios != NULL ? self->route.scenarios : "";
}

void
zx_project_set_scenarios (ZxProject *self, const char *text)
{
  char *own = g_strdup (text);
  g_free (self->route.scenarios);
  self->route.scenarios = own;
}

static gboolean
keep (ZxProject *self, ZxStore *store, const ZxChoices *choices, GError **error)
{
  if (!zx_route_load_choices (&self->route, store, error))
    return FALSE;
  for (guint i = 0; choices->settings[i] != NULL && choices->settings[i + 1] != NULL; i += 2)
    if (!zx_settings_set (&self->route.settings, choices->settings[i], choices->settings[i + 1],
                          error))
      return FALSE;
  zx_project_set_locks (self, choices->locks, choices->n_locks);
  if (choices->scenarios != NULL)
    zx_project_set_scenarios (self, choices->scenarios);
  if (choices->recipe != NULL)
    {
      self->route.recipe = zx_recipe_parse (choices->recipe, -1, error);
      if (self->route.recipe == NULL)
        return FALSE;
      make_paths_relative (self->route.recipe, self->path);
    }
  return (choices->wish == NULL || put_text (store, "report_wish", choices->wish, error))
         && (choices->layers == NULL || put_text (store, "map_layers", choices->layers, error))
         && zx_route_save_choices (&self->route, store, error)
         && (choices->recipe == NULL || zx_route_save_recipe (&self->route, store, error));
}

gboolean
zx_project_keep (const char *path, const ZxChoices *choices, GError **error)
{
  g_autoptr (ZxProject) self = g_object_new (ZX_TYPE_PROJECT, NULL);
  self->path = g_canonicalize_filename (path, NULL);
  g_autoptr (ZxStore) store = zx_store_open (path, TRUE, error);
  if (store == NULL || !zx_store_begin (store, error))
    return FALSE;
  if (!keep (self, store, choices, error))
    {
      zx_store_rollback (store);
      return FALSE;
    }
  return zx_store_commit (store, error);
}

const char *
zx_project_bookmarks (ZxProject *self)
{
  return self->bookmarks;
}

gboolean
zx_project_keep_bookmarks (const char *path, const char *text, GError **error)
{
  g_autoptr (ZxStore) store = zx_store_open (path, TRUE, error);
  if (store == NULL || !zx_store_begin (store, error))
    return FALSE;
  if (put_text (store, "bookmarks", text, error))
    return zx_store_commit (store, error);
  zx_store_rollback (store);
  return FALSE;
}

const char *
zx_project_map_layers (ZxProject *self)
{
  return self->map_layers;
}

const char *
zx_project_wish (ZxProject *self)
{
  return self->wish;
}

const ZxStageInfo *
zx_project_stage (ZxProject *self, ZxStage stage)
{
  g_return_val_if_fail (stage < ZX_N_STAGES, NULL);
  return &self->route.stage[stage];
}

const ZxCity *
zx_project_city (ZxProject *self)
{
  return self->route.city;
}

const ZxFindings *
zx_project_findings (ZxProject *self)
{
  return self->route.findings;
}

const ZxPlan *
zx_project_plan (ZxProject *self)
{
  return self->route.plan;
}

const ZxCandidates *
zx_project_candidates (ZxProject *self)
{
  return self->route.candidates;
}

const ZxDemand *
zx_project_demand (ZxProject *self)
{
  return self->route.demand;
}

const ZxCells *
zx_project_cells (ZxProject *self)
{
  return self->route.cells;
}

const ZxRoadGraph *
zx_project_graph (ZxProject *self)
{
  return self->route.graph;
}

const ZxField *
zx_project_field (ZxProject *self, const char *name)
{
  return zx_route_field (&self->route, name);
}

ZxField *
zx_project_field_of_hour (ZxProject *self, const char *name, guint hour, const ZxProgress *progress,
                          GError **error)
{
  return zx_route_field_of_hour (&self->route, name, hour, progress, error);
}

const ZxHeadroom *
zx_project_headroom (ZxProject *self)
{
  return self->route.headroom;
}

const ZxCovariates *
zx_project_covariates (ZxProject *self)
{
  return self->route.covariates;
}

double
zx_project_usage_bandwidth_m (ZxProject *self)
{
  return self->route.usage_bandwidth_m;
}

double
zx_project_vehicle_bandwidth_m (ZxProject *self)
{
  return self->route.vehicle_bandwidth_m;
}

guint
zx_project_n_configurations (ZxProject *self)
{
  return self->route.configurations != NULL ? self->route.configurations->len : 0;
}

const ZxConfiguration *
zx_project_configuration (ZxProject *self, guint configuration)
{
  return configuration < zx_project_n_configurations (self)
             ? g_ptr_array_index (self->route.configurations, configuration)
             : NULL;
}

char *
zx_project_candidate_name (ZxProject *self, guint candidate)
{
  const ZxCandidates *candidates = self->route.candidates;
  g_return_val_if_fail (candidates != NULL && candidate < candidates->n, NULL);
  guint32 id = candidates->id != NULL ? candidates->id[candidate] : 0;
  return id != 0 ? g_strdup (zx_pool_get (self->route.city->pool, id))
                 : g_strdup_printf ("C%04u", candidate + 1);
}

ZxLayer *
zx_project_layer (ZxProject *self, const char *name, GError **error)
{
  zx_gis_init ();
  return zx_route_layer (&self->route, name, NULL, error);
}

ZxProfiles *
zx_project_profiles (ZxProject *self, const ZxProgress *progress, GError **error)
{
  if (self->route.city == NULL)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING, _ ("%s has no results yet; run it first"),
                   self->path);
      return NULL;
    }
  return zx_demand_profiles (self->route.city, progress, error);
}

gboolean
zx_project_prepare_places (ZxProject *self, GError **error)
{
  if (self->route.city == NULL || self->to_degrees != NULL)
    return TRUE;
  zx_gis_init ();
  self->to_degrees = zx_gis_transform_new (self->route.city->crs, "EPSG:4326", error);
  if (self->to_degrees == NULL)
    return FALSE;
  self->from_degrees = zx_gis_transform_new ("EPSG:4326", self->route.city->crs, error);
  if (self->from_degrees == NULL)
    g_clear_pointer (&self->to_degrees, zx_gis_transform_free);
  return self->from_degrees != NULL;
}

gboolean
zx_project_to_degrees (ZxProject *self, double x_m, double y_m, double *lon_deg, double *lat_deg)
{
  *lon_deg = x_m;
  *lat_deg = y_m;
  return self->to_degrees != NULL && zx_gis_transform_point (self->to_degrees, lon_deg, lat_deg);
}

gboolean
zx_project_from_degrees (ZxProject *self, double lon_deg, double lat_deg, double *x_m, double *y_m)
{
  *x_m = lon_deg;
  *y_m = lat_deg;
  return self->from_degrees != NULL && zx_gis_transform_point (self->from_degrees, x_m, y_m);
}

gboolean
zx_project_measure (ZxProject *self, const double *x_m, const double *y_m, guint n,
                    double *length_m, double *area_m2)
{
  g_autofree double *lon = g_new (double, MAX (n, 1)), *lat = g_new (double, MAX (n, 1));
  *length_m = *area_m2 = 0;
  for (guint i = 0; i < n; i++)
    if (!zx_project_to_degrees (self, x_m[i], y_m[i], &lon[i], &lat[i]))
      return FALSE;
  zx_gis_measure (lon, lat, n, length_m, area_m2);
  return TRUE;
}

char *
zx_project_fingerprint (ZxProject *self)
{
  for (int i = ZX_N_STAGES - 1; i >= 0; i--)
    if (self->route.stage[i].state == ZX_STAGE_FRESH && self->route.stage[i].fingerprint != NULL)
      return g_strdup (self->route.stage[i].fingerprint);
  return NULL;
}

char *
zx_project_ledger_head (ZxProject *self, GError **error)
{
  g_autoptr (ZxStore) store = zx_store_open (self->path, FALSE, error);
  return store != NULL ? zx_store_ledger_head (store, error) : NULL;
}

/* ---- doing -------------------------------------------------------------------------------- */

void
zx_project_watch_choice (ZxProject *self, const gint *settle, ZxSitingPaceFunc on_pace,
                         gpointer data)
{
  self->route.settle = settle;
  self->route.on_pace = on_pace;
  self->route.on_pace_data = data;
}

gboolean
zx_project_run (ZxProject *self, ZxStage until, const ZxProgress *progress, GError **error)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_free);
  const char *before[ZX_N_STAGES];
  for (guint i = 0; i < ZX_N_STAGES; i++)
    {
      char *fingerprint = g_strdup (self->route.stage[i].fingerprint);
      g_ptr_array_add (kept, fingerprint);
      before[i] = fingerprint;
    }
  /* The bar stays where it is while the results are written; a stop still counts. */
  ZxProgress saving = zx_progress_slice (progress, 1, 1);
  if (!zx_route_run (&self->route, until, progress, error) || !save (self, before, &saving, error))
    return FALSE;
  zx_progress_step (progress, 1, 1, NULL); /* saved is saved, whoever asks to stop now */
  return TRUE;
}

static gboolean
to_lonlat (double x_m, double y_m, double *lon_deg, double *lat_deg, gpointer data)
{
  *lon_deg = x_m;
  *lat_deg = y_m;
  return zx_gis_transform_point (data, lon_deg, lat_deg);
}

/* The last day of the data, so that the cover never shows the clock; "" when nothing is dated. */
static char *
data_date (const ZxCity *city)
{
  int year;
  guint month, day;
  if (city == NULL || !isfinite (city->usage.last_time))
    return g_strdup ("");
  zx_time_to_civil ((gint64) city->usage.last_time, &year, &month, &day, NULL, NULL, NULL, NULL);
  return g_strdup_printf ("%04d-%02u-%02u", year, month, day);
}

/* What a report is made from, and what must live as long as that. */
typedef struct
{
  ZxReportInput input;
  ZxGisTransform *transform;
  ZxProfiles *profiles;
  char *date, *fingerprint;
  ZxReportStage stages[ZX_N_STAGES];
} Material;

static void
material_clear (Material *self)
{
  g_clear_pointer (&self->transform, zx_gis_transform_free);
  g_clear_pointer (&self->profiles, zx_profiles_free);
  g_free (self->date);
  g_free (self->fingerprint);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Material, material_clear)

static gboolean
gather (ZxProject *self, Material *material, const ZxReportWish *wish, const ZxProgress *progress,
        GError **error)
{
  const ZxRoute *route = &self->route;
  if (route->city == NULL)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING,
                   _ ("%s has no city yet; run “zhixing-cli run” before the report"), self->path);
      return FALSE;
    }
  zx_gis_init ();
  material->transform = zx_gis_transform_new (route->city->crs, "EPSG:4326", error);
  if (material->transform == NULL)
    return FALSE;
  material->profiles = zx_demand_profiles (route->city, progress, error);
  if (material->profiles == NULL)
    return FALSE;
  material->date = data_date (route->city);
  material->fingerprint = zx_project_fingerprint (self);
  for (guint i = 0; i < ZX_N_STAGES; i++)
    material->stages[i]
        = (ZxReportStage){ zx_stage_name ((ZxStage) i), route->stage[i].fingerprint,
                           route->stage[i].state == ZX_STAGE_SKIPPED, route->stage[i].skip_reason };
  material->input = (ZxReportInput){
    .language = wish->language,
    .program_version = ZX_VERSION,
    .client = wish->client,
    .logo = wish->logo,
    .left_out = wish->left_out,
    .date = material->date,
    .project_fingerprint = material->fingerprint,
    .city = route->city,
    .findings = route->findings,
    .graph = route->graph,
    .speeds = &route->speeds,
    .usage_heat = route->usage_heat,
    .vehicle_heat = route->vehicle_heat,
    .shortfall = route->shortfall,
    .usage_bandwidth_m = route->usage_bandwidth_m,
    .vehicle_bandwidth_m = route->vehicle_bandwidth_m,
    .headroom = route->headroom,
    .cells = route->cells,
    .covariates = route->covariates,
    .demand = route->demand,
    .profiles = material->profiles,
    .demand_options = &route->demand_options,
    .candidates = route->candidates,
    .plan = route->plan,
    .site_areas = route->site_areas.kind == ZX_GEOMETRY_POLYGON ? &route->site_areas : NULL,
    .site_limits_s = zx_route_site_limits_s (),
    .n_site_limits = ZX_N_SITE_LIMITS,
    .siting_options = &route->siting_options,
    .configurations = (const ZxConfiguration *const *) route->configurations->pdata,
    .n_configurations = route->configurations->len,
    .n_stages = ZX_STAGE_TELL,
    .stages = material->stages,
    .to_lonlat = to_lonlat,
    .to_lonlat_data = material->transform,
  };
  return TRUE;
}

gboolean
zx_project_report (ZxProject *self, const char *path, const ZxReportWish *wish, guint *n_pages,
                   const ZxProgress *progress, GError **error)
{
  g_auto (Material) material = { 0 };
  ZxProgress summing = zx_progress_slice (progress, 0, 0.1),
             writing = zx_progress_slice (progress, 0.1, 1);
  return gather (self, &material, wish, &summing, error)
         && zx_report_write (path, &material.input, n_pages, &writing, error);
}

cairo_surface_t *
zx_project_record_report (ZxProject *self, const ZxReportWish *wish, guint *n_pages,
                          const ZxProgress *progress, GError **error)
{
  g_auto (Material) material = { 0 };
  ZxProgress summing = zx_progress_slice (progress, 0, 0.1),
             drawing = zx_progress_slice (progress, 0.1, 1);
  return gather (self, &material, wish, &summing, error)
             ? zx_report_record (&material.input, n_pages, &drawing, error)
             : NULL;
}

static gboolean
export_all (ZxProject *self, const char *path, const ZxProgress *progress, GError **error)
{
  g_autoptr (GPtrArray) layers = g_ptr_array_new_with_free_func ((GDestroyNotify) zx_layer_free);
  g_autofree ZxGisOutput *outputs
      = g_new0 (ZxGisOutput, g_strv_length ((char **) zx_project_layers ()) + 1);
  g_autoptr (ZxGisTransform) to_degrees
      = zx_gis_transform_new (self->route.city->crs, "EPSG:4326", error);
  if (to_degrees == NULL)
    return FALSE;
  guint n = 0;
  for (guint i = 0; zx_project_layers ()[i] != NULL; i++)
    {
      const char *name = zx_project_layers ()[i];
      ZxLayer *layer = zx_route_layer (&self->route, name, to_degrees, NULL);
      if (layer == NULL)
        continue;
      g_ptr_array_add (layers, layer);
      outputs[n++] = (ZxGisOutput){ layer, zx_route_style (name) };
    }
  return zx_gis_write (path, outputs, n, self->route.city->crs, progress, error);
}

gboolean
zx_project_export (ZxProject *self, const char *path, const char *layer, const ZxProgress *progress,
                   GError **error)
{
  if (self->route.city == NULL)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING, _ ("%s has no results yet; run it first"),
                   self->path);
      return FALSE;
    }
  zx_gis_init ();
  gboolean is_raster = g_str_has_suffix (path, ".tif") || g_str_has_suffix (path, ".tiff");
  if (layer == NULL && g_str_has_suffix (path, ".gpkg"))
    return export_all (self, path, progress, error);
  if (is_raster)
    {
      const char *name = layer != NULL ? layer : "usage_heat";
      const ZxField *field = zx_route_field (&self->route, name);
      if (field == NULL)
        {
          g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING,
                       _ ("There is no field “%s” to write as GeoTIFF; the fields are usage_heat, "
                          "vehicle_heat and "
                          "shortfall, as far as the data go"),
                       name);
          return FALSE;
        }
      return zx_gis_write_field (path, field, self->route.city->crs, name, progress, error);
    }
  const char *name = layer != NULL ? layer : "sites";
  g_autoptr (ZxLayer) rows = zx_route_layer (&self->route, name, NULL, error);
  ZxGisOutput output = { rows, zx_route_style (name) };
  return rows != NULL && zx_gis_write (path, &output, 1, self->route.city->crs, progress, error);
}

gboolean
zx_project_service_area (ZxProject *self, const char *path, double lon_deg, double lat_deg,
                         const double *minutes, guint n_minutes, int hour, gboolean is_arriving,
                         const ZxProgress *progress, GError **error)
{
  g_autoptr (ZxLayer) layer = zx_route_service_area (&self->route, lon_deg, lat_deg, minutes,
                                                     n_minutes, hour, is_arriving, progress, error);
  ZxGisOutput output = { layer, NULL };
  return layer != NULL && zx_gis_write (path, &output, 1, self->route.city->crs, NULL, error);
}
