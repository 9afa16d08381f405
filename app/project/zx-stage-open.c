/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From files to the sealed city: read, find out where things are, bring all into one metric system,
 * check, seal.
 *
 * Coordinates go through three steps: as in the source → WGS-84 degrees (the declared system, or a
 * guess that is said) → the metric system chosen for the area.  In between, layers are compared
 * with one another for the GCJ-02 shift: a layer whose system nobody stated and that fits the
 * others better when the shift is taken off is converted and reported (DOMAIN.md §2; MAP.md D12).
 */

#include "app/project/zx-route.h"

typedef struct
{
  const ZxBinding *binding;
  ZxLayer *layer;
  char *crs; /* found or declared */
  char *crs_reason;
  gboolean is_stated; /* by the file or the recipe: not to be doubted away */
} Raw;

static void
raw_free (gpointer data)
{
  Raw *raw = data;
  zx_layer_free (raw->layer);
  g_free (raw->crs);
  g_free (raw->crs_reason);
  g_free (raw);
}

/* ---- recipe ------------------------------------------------------------------------------- */

static void
guess_file (const char *path, ZxRecipe *recipe, ZxFindings *findings, GPtrArray *infos)
{
  for (guint i = 0; i < infos->len; i++)
    {
      const ZxGisLayerInfo *info = g_ptr_array_index (infos, i);
      ZxBinding *binding = info->head != NULL
                               ? zx_quality_guess (info->head, path, info->driver, info->n_rows)
                               : zx_binding_new (path, info->name);
      g_ptr_array_add (recipe->bindings, binding);
    }
}

/* GDAL opens a shapefile by any of its parts: named beside the .shp they would be the same layer
 * again. */
static gboolean
is_part_of_shapefile (const char *path, const char *const *paths)
{
  static const char *const parts[]
      = { ".dbf", ".shx", ".prj", ".cpg", ".qpj", ".sbn", ".sbx", ".shp.xml" };
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (g_str_has_suffix (path, parts[i]))
      {
        g_autofree char *stem = g_strndup (path, strlen (path) - strlen (parts[i]));
        g_autofree char *whole = g_strconcat (stem, ".shp", NULL);
        return g_strv_contains (paths, whole);
      }
  return FALSE;
}

ZxRecipe *
zx_project_guess_recipe (const char *const *paths, ZxFindings *findings, const ZxProgress *progress,
                         GError **error)
{
  g_autoptr (ZxRecipe) recipe = zx_recipe_new ();
  guint n = g_strv_length ((char **) paths);
  zx_gis_init ();
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GError) problem = NULL;
      ZxProgress slice = zx_progress_slice (progress, (double) i / n, (double) (i + 1) / n);
      if (!zx_progress_say (&slice, 0, _ ("Looking at files"), error))
        return NULL;
      if (is_part_of_shapefile (paths[i], paths))
        continue;
      g_autofree char *absolute = g_canonicalize_filename (paths[i], NULL);
      gboolean is_case = zx_case_is_at (absolute);
      if (is_case && zx_case_guess (absolute, recipe, findings, &slice, &problem))
        continue;
      g_autoptr (GPtrArray) infos
          = is_case ? NULL : zx_gis_look (absolute, findings, &slice, &problem);
      if (infos == NULL && g_error_matches (problem, ZX_ERROR, ZX_ERROR_CANCELLED))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return NULL;
        }
      if (infos == NULL && !g_file_test (absolute, G_FILE_TEST_EXISTS))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return NULL;
        }
      if (infos == NULL) /* unreadable: named in the recipe, so that it is not forgotten */
        {
          ZxBinding *binding = zx_binding_new (absolute, "");
          g_free (binding->role_reason);
          binding->role_reason = g_strdup (problem->message);
          g_ptr_array_add (recipe->bindings, binding);
          if (findings != NULL)
            {
              g_autofree char *name = zx_findings_title (paths[i], NULL);
              zx_findings_add (findings, "gis.not-readable", zx_findings_layer (findings, name), -1,
                               1, ZX_SEVERITY_ERROR, ZX_ACTION_SET_ASIDE, problem->message, NULL);
            }
          continue;
        }
      guess_file (absolute, recipe, findings, infos);
    }
  return g_steal_pointer (&recipe);
}

/* ---- reading ------------------------------------------------------------------------------ */

static gboolean
is_wide (ZxRole role)
{
  return role == ZX_ROLE_USAGE_WIDE || role == ZX_ROLE_PRICE_WIDE || role == ZX_ROLE_DURATION_WIDE;
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The source columns the binding speaks of, NULL-terminated, sorted: a hash table's order must not
 * show. */
static char **
bound_columns (const ZxBinding *binding)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GHashTableIter iterator;
  gpointer value;
  g_hash_table_iter_init (&iterator, binding->columns);
  while (g_hash_table_iter_next (&iterator, NULL, &value))
    if (!g_ptr_array_find_with_equal_func (names, value, g_str_equal, NULL))
      g_ptr_array_add (names, value);
  g_ptr_array_sort (names, compare_texts);
  char **columns = g_new0 (char *, names->len + 1);
  for (guint i = 0; i < names->len; i++)
    columns[i] = g_strdup (g_ptr_array_index (names, i));
  return columns;
}

static ZxLayer *
read_with_gdal (const ZxBinding *binding, ZxFindings *findings, const ZxProgress *progress,
                GError **error)
{
  g_auto (GStrv) columns = bound_columns (binding);
  ZxGisReadOptions options = ZX_GIS_READ_OPTIONS_INIT;
  if (!is_wide (binding->role) && columns[0] != NULL)
    options.columns = (const char *const *) columns;
  options.crs = binding->crs;
  options.x_column = zx_binding_column (binding, "lon");
  options.y_column = zx_binding_column (binding, "lat");
  if (binding->role == ZX_ROLE_VEHICLE_TRIPS)
    {
      options.x_column = zx_binding_column (binding, "start_lon");
      options.y_column = zx_binding_column (binding, "start_lat");
    }
  if (options.x_column == NULL || options.y_column == NULL)
    options.x_column = options.y_column = NULL;
  return zx_gis_read (binding->path, binding->layer, &options, findings, progress, error);
}

static Raw *
read_layer (const ZxBinding *binding, ZxFindings *findings, const ZxProgress *progress,
            GError **error)
{
  gboolean is_network
      = binding->role == ZX_ROLE_FEEDER_NODES || binding->role == ZX_ROLE_FEEDER_BRANCHES;
  ZxLayer *layer = is_network && zx_case_is_file (binding->path)
                       ? zx_case_read (binding, findings, error)
                       : read_with_gdal (binding, findings, progress, error);
  if (layer == NULL)
    return NULL;
  Raw *raw = g_new0 (Raw, 1);
  raw->binding = binding;
  raw->layer = layer;
  return raw;
}

/* ---- where it is -------------------------------------------------------------------------- */

static guint32
finding_layer (ZxFindings *findings, const Raw *raw)
{
  g_autofree char *title = zx_findings_title (raw->binding->path, raw->layer->name);
  return zx_findings_layer (findings, title);
}

/* The source system of a layer, with the reason. */
static gboolean
find_crs (Raw *raw, ZxFindings *findings, GError **error)
{
  ZxLayer *layer = raw->layer;
  if (raw->binding->crs != NULL && *raw->binding->crs != '\0')
    {
      raw->crs = g_strdup (raw->binding->crs);
      raw->crs_reason = g_strdup (raw->binding->crs_reason != NULL ? raw->binding->crs_reason
                                                                   : N_ ("stated in the recipe"));
      raw->is_stated = TRUE;
    }
  else if (layer->crs != NULL)
    {
      raw->crs = g_strdup (layer->crs);
      raw->crs_reason = g_strdup (N_ ("stated by the file"));
    }
  else if (layer->geometry.n_points > 0)
    {
      gboolean is_swapped = FALSE;
      raw->crs = zx_gis_guess_crs (layer->geometry.x, layer->geometry.y, layer->geometry.n_points,
                                   &raw->crs_reason, &is_swapped);
      if (raw->crs == NULL)
        {
          zx_findings_add (findings, "gis.crs-missing", finding_layer (findings, raw), -1,
                           (guint32) layer->n_rows, ZX_SEVERITY_ERROR, ZX_ACTION_SET_ASIDE,
                           raw->crs_reason, NULL);
          return TRUE;
        }
      zx_findings_add (findings, "gis.crs-guessed", finding_layer (findings, raw), -1, 1,
                       ZX_SEVERITY_NOTE, ZX_ACTION_KEPT, raw->crs, raw->crs_reason);
      if (is_swapped)
        {
          double *x = layer->geometry.x;
          layer->geometry.x = layer->geometry.y;
          layer->geometry.y = x;
          zx_findings_add (findings, "gis.axes-swapped", finding_layer (findings, raw), -1,
                           (guint32) layer->n_rows, ZX_SEVERITY_WARNING, ZX_ACTION_CORRECTED, NULL,
                           NULL);
        }
    }
  return TRUE;
}

/* ---- transformations ---------------------------------------------------------------------- */

/* Layers share few systems, and to find the way between two takes longer than to transform a layer
 * of a town: each way is found once. */
typedef struct
{
  char *from, *to;
  ZxGisTransform *transform;
} Way;

static void
way_free (gpointer data)
{
  Way *way = data;
  g_free (way->from);
  g_free (way->to);
  g_clear_pointer (&way->transform, zx_gis_transform_free);
  g_free (way);
}

/* Returns: (transfer none): NULL with @error set when there is none. */
static ZxGisTransform *
find_way (GPtrArray *ways, const char *from, const char *to, GError **error)
{
  for (guint i = 0; i < ways->len; i++)
    {
      const Way *way = g_ptr_array_index (ways, i);
      if (strcmp (way->from, from) == 0 && strcmp (way->to, to) == 0)
        return way->transform;
    }
  ZxGisTransform *transform = zx_gis_transform_new (from, to, error);
  if (transform == NULL)
    return NULL;
  Way *way = g_new (Way, 1);
  *way = (Way){ g_strdup (from), g_strdup (to), transform };
  g_ptr_array_add (ways, way);
  return transform;
}

static gboolean
transform_layer (Raw *raw, GPtrArray *ways, const char *from, const char *to,
                 const ZxProgress *progress, GError **error)
{
  ZxGeometry *geometry = &raw->layer->geometry;
  if (geometry->n_points == 0)
    return TRUE;
  ZxGisTransform *transform = find_way (ways, from, to, error);
  return transform != NULL
         && zx_gis_transform_points (transform, geometry->x, geometry->y, geometry->n_points,
                                     progress, error);
}

/* For coordinates that stand in columns. */
typedef struct
{
  const char *from, *to;
  GPtrArray *ways;
  const ZxProgress *progress; /* only asked */
} Systems;

static void
columns_to_metres (double *x, double *y, gsize n, gpointer data)
{
  const Systems *systems = data;
  ZxProgress silent = zx_progress_slice (systems->progress, 0, 1);
  silent.func = NULL;
  ZxGisTransform *transform = find_way (systems->ways, systems->from, systems->to, NULL);
  if (transform == NULL || !zx_gis_transform_points (transform, x, y, n, &silent, NULL))
    for (gsize i = 0; i < n; i++)
      x[i] = y[i] = NAN;
}

/* ---- the GCJ-02 shift --------------------------------------------------------------------- */

static gboolean
is_suspect_role (ZxRole role)
{
  return role == ZX_ROLE_STATIONS || role == ZX_ROLE_PILES || role == ZX_ROLE_PLACES
         || role == ZX_ROLE_PARCELS || role == ZX_ROLE_TRANSFORMER_AREAS;
}

/* How much a layer can be trusted as a reference: roads most, then places. 0: no reference. */
static guint
reference_rank (const Raw *raw)
{
  if (raw->crs == NULL || raw->layer->geometry.n_points < 100)
    return 0;
  return raw->binding->role == ZX_ROLE_ROADS ? 3 : raw->binding->role == ZX_ROLE_PLACES ? 2 : 0;
}

static const Raw *
best_reference (const GPtrArray *layers, const Raw *suspect)
{
  const Raw *best = NULL;
  for (guint i = 0; i < layers->len; i++)
    {
      const Raw *raw = g_ptr_array_index (layers, i);
      guint rank = reference_rank (raw);
      /* Layers of one file may share one error: they prove nothing about one another. */
      if (rank > 0 && raw != suspect && strcmp (raw->layer->source, suspect->layer->source) != 0
          && (suspect->binding->role != ZX_ROLE_PLACES || rank > 2)
          && (best == NULL || rank > reference_rank (best)
              || (rank == reference_rank (best)
                  && raw->layer->geometry.n_points > best->layer->geometry.n_points)))
        best = raw;
    }
  return best;
}

/* All layers are in WGS-84 degrees by what their sources say. */
static gboolean
check_datums (ZxRoute *self, GPtrArray *layers, GPtrArray *ways, ZxFindings *findings,
              const ZxProgress *progress, GError **error)
{
  gboolean fix = zx_settings_get (&self->settings, "quality.fix_datum") > 0.5;
  for (guint i = 0; i < layers->len; i++)
    {
      Raw *raw = g_ptr_array_index (layers, i);
      const Raw *reference
          = is_suspect_role (raw->binding->role) ? best_reference (layers, raw) : NULL;
      if (reference == NULL || raw->crs == NULL || raw->layer->geometry.n_points < 30)
        continue;
      double before, after;
      ZxProgress slice
          = zx_progress_slice (progress, (double) i / layers->len, (double) (i + 1) / layers->len);
      int shift = zx_gis_datum_shift (raw->layer->geometry.x, raw->layer->geometry.y,
                                      raw->layer->geometry.n_points, reference->layer->geometry.x,
                                      reference->layer->geometry.y,
                                      reference->layer->geometry.n_points, &before, &after, &slice);
      if (!zx_progress_step (&slice, 1, 1, error))
        return FALSE;
      if (shift == 0)
        continue;
      g_autofree char *against = g_path_get_basename (reference->layer->source);
      g_autofree char *evidence = g_strdup_printf ("%s: %.0f → %.0f", against, before, after);
      gboolean correct = fix && shift > 0 && !raw->is_stated;
      zx_findings_add (
          findings, shift > 0 ? "datum.gcj02-suspected" : "datum.reference-gcj02-suspected",
          finding_layer (findings, raw), -1, (guint32) raw->layer->n_rows, ZX_SEVERITY_WARNING,
          correct ? ZX_ACTION_CORRECTED : ZX_ACTION_KEPT, evidence, NULL);
      if (correct)
        {
          if (!transform_layer (raw, ways, "GCJ-02", "EPSG:4326", progress, error))
            return FALSE;
          g_free (raw->crs);
          g_free (raw->crs_reason);
          raw->crs = g_strdup ("GCJ-02");
          raw->crs_reason = g_strdup (N_ (
              "found from the data: the layer fits the others once the GCJ-02 shift is taken off"));
        }
    }
  return TRUE;
}

/* ---- the metric system -------------------------------------------------------------------- */

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

/* Adds up to @limit evenly spread finite coordinates. */
static void
sample_coordinates (GArray *values, const double *x, gsize n, gsize limit)
{
  gsize step = MAX (1, n / limit);
  for (gsize i = 0; i < n; i += step)
    if (isfinite (x[i]))
      g_array_append_val (values, x[i]);
}

/* The area that decides the system: the boundary, else roads, else stations, else everything; the
 * outer hundredth of the points does not count, because single stray points are what dirty files
 * have. */
static gboolean
area_of_interest (const GPtrArray *layers, double extent[4], GError **error)
{
  static const ZxRole order[]
      = { ZX_ROLE_BOUNDARY, ZX_ROLE_ROADS, ZX_ROLE_STATIONS, ZX_ROLE_PILES, ZX_N_ROLES };
  for (guint k = 0; k < G_N_ELEMENTS (order); k++)
    {
      g_autoptr (GArray) lon = g_array_new (FALSE, FALSE, sizeof (double));
      g_autoptr (GArray) lat = g_array_new (FALSE, FALSE, sizeof (double));
      for (guint i = 0; i < layers->len; i++)
        {
          const Raw *raw = g_ptr_array_index (layers, i);
          if (raw->crs != NULL && (order[k] == ZX_N_ROLES || raw->binding->role == order[k]))
            {
              sample_coordinates (lon, raw->layer->geometry.x, raw->layer->geometry.n_points,
                                  100000);
              sample_coordinates (lat, raw->layer->geometry.y, raw->layer->geometry.n_points,
                                  100000);
            }
        }
      if (lon->len == 0 || lat->len == 0)
        continue;
      g_array_sort (lon, compare_doubles);
      g_array_sort (lat, compare_doubles);
      extent[0] = g_array_index (lon, double, lon->len / 100);
      extent[1] = g_array_index (lat, double, lat->len / 100);
      extent[2] = g_array_index (lon, double, lon->len - 1 - lon->len / 100);
      extent[3] = g_array_index (lat, double, lat->len - 1 - lat->len / 100);
      return TRUE;
    }
  g_set_error_literal (error, ZX_ERROR, ZX_ERROR_MISSING,
                       _ ("None of the files has a place on Earth: no layer with coordinates that "
                          "could be understood; "
                          "add roads, stations or a boundary"));
  return FALSE;
}

/* ---- the stages --------------------------------------------------------------------------- */

static GPtrArray *
read_all (ZxRoute *self, GPtrArray *ways, ZxFindings *findings, const ZxProgress *progress,
          GError **error)
{
  g_autoptr (GPtrArray) layers = g_ptr_array_new_with_free_func (raw_free);
  guint n = self->recipe->bindings->len;
  for (guint i = 0; i < n; i++)
    {
      const ZxBinding *binding = g_ptr_array_index (self->recipe->bindings, i);
      ZxProgress slice = zx_progress_slice (progress, (double) i / n, (double) (i + 1) / n);
      if (binding->role == ZX_ROLE_NONE)
        continue;
      if (!zx_progress_say (&slice, 0, _ ("Reading files"), error))
        return NULL;
      Raw *raw = read_layer (binding, findings, &slice, error);
      if (raw == NULL)
        return NULL;
      g_ptr_array_add (layers, raw);
      if (!find_crs (raw, findings, error)
          || (raw->crs != NULL
              && !transform_layer (raw, ways, raw->crs, "EPSG:4326", &slice, error)))
        return NULL;
    }
  if (layers->len == 0)
    {
      g_set_error_literal (error, ZX_ERROR, ZX_ERROR_MISSING,
                           _ ("No file of the project has a role; set one in the recipe (role=…)"));
      return NULL;
    }
  return g_steal_pointer (&layers);
}

static gboolean
build_city (ZxRoute *self, GPtrArray *layers, GPtrArray *ways, ZxCity *city, ZxFindings *findings,
            const ZxProgress *progress, GError **error)
{
  g_autofree ZxQualityInput *inputs = g_new0 (ZxQualityInput, layers->len);
  g_autofree Systems *systems = g_new0 (Systems, layers->len);
  guint n = 0;
  for (guint i = 0; i < layers->len; i++)
    {
      const Raw *raw = g_ptr_array_index (layers, i);
      guint at = 0;
      while (g_ptr_array_index (self->recipe->bindings, at) != raw->binding)
        at++;
      systems[n] = (Systems){ raw->crs, city->crs, ways, progress };
      inputs[n]
          = (ZxQualityInput){ .binding = raw->binding,
                              .layer = raw->layer,
                              .file_fingerprint = g_ptr_array_index (self->file_fingerprints, at),
                              .crs = raw->crs,
                              .crs_reason = raw->crs_reason,
                              .to_metres = raw->crs != NULL ? columns_to_metres : NULL,
                              .to_metres_data = &systems[n] };
      n++;
    }
  ZxQualityOptions options = ZX_QUALITY_OPTIONS_INIT;
  options.study_margin_m = zx_settings_get (&self->settings, "quality.study_margin_m");
  return zx_quality_build (city, inputs, n, &options, findings, progress, error);
}

static double
seconds_since (gint64 *start)
{
  gint64 now = g_get_monotonic_time ();
  double seconds = (double) (now - *start) / 1e6;
  *start = now;
  return seconds;
}

gboolean
zx_stage_open_to_seal (ZxRoute *self, const ZxProgress *progress, GError **error)
{
  gint64 clock = g_get_monotonic_time ();
  ZxFindings *findings = zx_route_findings (self, ZX_STAGE_SEAL);
  ZxProgress reading = zx_progress_slice (progress, 0, 0.65),
             comparing = zx_progress_slice (progress, 0.65, 0.7),
             checking = zx_progress_slice (progress, 0.75, 0.98);
  zx_gis_init ();
  g_autoptr (GPtrArray) ways = g_ptr_array_new_with_free_func (way_free);
  g_autoptr (GPtrArray) layers = read_all (self, ways, findings, &reading, error);
  double extent[4];
  if (layers == NULL || !check_datums (self, layers, ways, findings, &comparing, error)
      || !area_of_interest (layers, extent, error))
    return FALSE;
  g_autoptr (ZxCity) city = zx_city_new ();
  g_free (city->crs);
  city->crs = self->recipe->crs != NULL
                  ? g_strdup (self->recipe->crs)
                  : zx_gis_choose_crs (extent[0], extent[1], extent[2], extent[3]);
  if (self->recipe->name != NULL)
    {
      g_free (city->name);
      city->name = g_strdup (self->recipe->name);
    }
  if (self->recipe->currency != NULL)
    {
      g_free (city->currency);
      city->currency = g_strdup (self->recipe->currency);
    }
  for (guint i = 0; i < layers->len; i++)
    {
      Raw *raw = g_ptr_array_index (layers, i);
      if (raw->crs != NULL && !transform_layer (raw, ways, "EPSG:4326", city->crs, progress, error))
        return FALSE;
    }
  self->stage[ZX_STAGE_OPEN].seconds = seconds_since (&clock);
  if (!zx_progress_say (&checking, 0, _ ("Checking rows"), error)
      || !build_city (self, layers, ways, city, findings, &checking, error))
    return FALSE;
  g_ptr_array_set_size (
      layers, 0); /* the raw layers are the largest thing in memory: not needed any more */
  self->stage[ZX_STAGE_CHECK].seconds = seconds_since (&clock);
  ZxProgress sealing = zx_progress_slice (progress, 0.98, 1);
  if (!zx_city_seal_slowly (city, &sealing, error))
    return FALSE;
  self->city = g_steal_pointer (&city);
  self->stored_city = NULL;
  return TRUE;
}
