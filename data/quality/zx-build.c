/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From layers to a city.
 *
 * The order matters: areas and roads say where the city is, which stations are judged by; stations
 * must stand before usage can find them; feeders before transformers that name them, transformers
 * before parcels that do.
 *
 * The study area is the boundary's extent, else that of the districts around stations or roads,
 * else the extent of the roads without strays, else that of the bulk of stations, else of vehicles,
 * places or people. */

#include "data/quality/zx-build.h"
#include "data/quality/zx-usage-sums.h"

#define KILOMETRE 1000.0

/* ---- inputs ------------------------------------------------------------------------------- */

ZxTally *
zx_build_next (ZxBuild *self, ZxRole role, guint *index)
{
  while (*index < self->tallies->len)
    {
      ZxTally *tally = &g_array_index (self->tallies, ZxTally, (*index)++);
      if (tally->binding->role == role && !(tally->is_done && tally->n_used == 0))
        return tally;
    }
  return NULL;
}

/* A required column that is neither bound nor stated makes the layer useless. */
static gboolean
has_required_columns (ZxTally *tally)
{
  guint n;
  const ZxRoleColumn *columns = zx_role_columns (tally->binding->role, &n);
  const gboolean has_geometry = tally->layer->geometry.kind != ZX_GEOMETRY_NONE;
  for (guint i = 0; i < n && columns[i].is_required; i++)
    {
      const char *name = columns[i].name;
      gboolean is_place = strcmp (name, "lon") == 0 || strcmp (name, "lat") == 0;
      /* A date alone can be the start of a session. */
      gboolean has_other
          = strcmp (name, "start_time") == 0 && zx_cells_column (tally, "start_date") != NULL;
      if (zx_cells_column (tally, name) != NULL || zx_binding_value (tally->binding, name) != NULL
          || (is_place && has_geometry) || has_other)
        continue;
      /* Piles may stand where their station stands. */
      if (is_place && tally->binding->role == ZX_ROLE_PILES
          && zx_cells_column (tally, "station_id") != NULL)
        continue;
      zx_tally_find_many (tally, "layer.column-missing", -1, tally->layer->n_rows,
                          ZX_ACTION_SET_ASIDE, name, NULL);
      tally->is_done = TRUE;
      return FALSE;
    }
  return TRUE;
}

/* A name in the recipe that the file does not have. */
static void
check_names (ZxTally *tally)
{
  guint n;
  const ZxRoleColumn *columns = zx_role_columns (tally->binding->role, &n);
  for (guint i = 0; i < n; i++)
    {
      const char *source = zx_binding_column (tally->binding, columns[i].name);
      if (source != NULL && zx_layer_column (tally->layer, source) == NULL)
        zx_tally_find (tally, "layer.column-unknown", -1, ZX_ACTION_KEPT, source, NULL);
    }
}

static void
tally_init (ZxTally *self, ZxBuild *build, const ZxQualityInput *input)
{
  g_autofree char *title = zx_findings_title (input->binding->path, input->layer->name);
  *self = (ZxTally){ .build = build,
                     .input = input,
                     .layer = input->layer,
                     .binding = input->binding,
                     .earliest = G_MININT64 + 1,
                     .latest = build->options->now,
                     .counts = zx_tally_counts_new () };
  self->findings_layer = build->findings != NULL ? zx_findings_layer (build->findings, title) : 0;
}

/* ---- where the city is -------------------------------------------------------------------- */

/* Without boundary, roads and stations something else must say where we are. */
static gboolean
find_study_elsewhere (ZxBuild *self, GError **error)
{
  static const ZxRole roles[]
      = { ZX_ROLE_STATIONS,       ZX_ROLE_PILES,          ZX_ROLE_TRANSFORMER_AREAS,
          ZX_ROLE_PARCELS,        ZX_ROLE_PEOPLE,         ZX_ROLE_PLACES,
          ZX_ROLE_VEHICLE_TRACES, ZX_ROLE_VEHICLE_POINTS, ZX_ROLE_FEEDER_NODES };
  for (guint i = 0; zx_box_is_empty (&self->study) && i < G_N_ELEMENTS (roles); i++)
    {
      guint index = 0;
      ZxTally *tally = zx_build_next (self, roles[i], &index);
      ZxRowPlaces places;
      if (tally == NULL)
        continue;
      if (!zx_row_places_init (&places, tally, error))
        return FALSE;
      self->study = zx_box_of_most (places.x, places.y, tally->layer->n_rows, 50000);
      zx_row_places_clear (&places);
    }
  return TRUE;
}

static gboolean
find_study_of_trips (ZxBuild *self, GError **error)
{
  guint index = 0;
  ZxTally *tally = zx_build_next (self, ZX_ROLE_VEHICLE_TRIPS, &index);
  if (!zx_box_is_empty (&self->study) || tally == NULL)
    return TRUE;
  const gsize n = MIN (tally->layer->n_rows, 100000);
  ZxNumbers lon = zx_cells_numbers (tally, "start_lon"),
            lat = zx_cells_numbers (tally, "start_lat");
  g_autofree double *x = ZX_TRY_NEW (double, n, _ ("The places of a layer"), error);
  g_autofree double *y = ZX_TRY_NEW (double, n, _ ("The places of a layer"), error);
  if (x == NULL || y == NULL)
    return FALSE;
  for (gsize row = 0; row < n; row++)
    {
      x[row] = zx_cells_number (&lon, row);
      y[row] = zx_cells_number (&lat, row);
    }
  if (tally->input->to_metres != NULL)
    tally->input->to_metres (x, y, n, tally->input->to_metres_data);
  self->study = zx_box_of_most (x, y, n, 50000);
  return TRUE;
}

/* Last of all: districts and water may be of a whole province. */
static void
find_study_of_areas (ZxBuild *self)
{
  const ZxGeometry *polygons = &self->city->areas.polygons;
  if (zx_box_is_empty (&self->study))
    for (gsize i = 0; i < polygons->n_points; i++)
      zx_box_add (&self->study, polygons->x[i], polygons->y[i]);
}

/* Whole kilometres near the middle: small numbers in ZxFleet, the same for nearly the same data. */
static void
set_origin (ZxBuild *self)
{
  ZxCity *city = self->city;
  double x = (self->study.min_x + self->study.max_x) / 2,
         y = (self->study.min_y + self->study.max_y) / 2;
  city->origin_x_m = isfinite (x) ? floor (x / KILOMETRE + 0.5) * KILOMETRE : 0;
  city->origin_y_m = isfinite (y) ? floor (y / KILOMETRE + 0.5) * KILOMETRE : 0;
}

/* The study rectangle of the city: the boundary's extent, else what roads and stations cover. */
static void
set_frame (ZxBuild *self)
{
  ZxCity *city = self->city;
  ZxBox frame = ZX_BOX_NONE;
  if (zx_city_has_boundary (city))
    frame = self->study;
  else
    {
      for (gsize i = 0; i < city->roads.lines.n_points; i++)
        zx_box_add (&frame, city->roads.lines.x[i], city->roads.lines.y[i]);
      for (guint i = 0; i < city->stations.n; i++)
        zx_box_add (&frame, city->stations.x_m[i], city->stations.y_m[i]);
    }
  if (zx_box_is_empty (&frame))
    for (guint i = 0; i < city->transformers.n; i++)
      zx_box_add (&frame, city->transformers.x_m[i], city->transformers.y_m[i]);
  if (zx_box_is_empty (&frame))
    for (guint i = 0; i < city->feeders.n_nodes; i++)
      if (isfinite (city->feeders.node_x_m[i]) && isfinite (city->feeders.node_y_m[i]))
        zx_box_add (&frame, city->feeders.node_x_m[i], city->feeders.node_y_m[i]);
  if (zx_box_is_empty (&frame))
    for (gsize i = 0; i < city->people.n; i++)
      zx_box_add (&frame, city->people.x_m[i], city->people.y_m[i]);
  if (zx_box_is_empty (&frame))
    for (gsize i = 0; i < city->places.n; i++)
      zx_box_add (&frame, city->places.x_m[i], city->places.y_m[i]);
  if (zx_box_is_empty (&frame))
    frame = self->study;
  city->min_x_m = isfinite (frame.min_x) ? frame.min_x : 0;
  city->min_y_m = isfinite (frame.min_y) ? frame.min_y : 0;
  city->max_x_m = isfinite (frame.max_x) ? frame.max_x : 0;
  city->max_y_m = isfinite (frame.max_y) ? frame.max_y : 0;
}

/* ---- the end ------------------------------------------------------------------------------ */

static void
add_sources (ZxBuild *self)
{
  for (guint i = 0; i < self->tallies->len; i++)
    {
      const ZxTally *tally = &g_array_index (self->tallies, ZxTally, i);
      ZxSource *source = g_new0 (ZxSource, 1);
      const ZxQualityInput *input = tally->input;
      source->layer = zx_findings_title (tally->binding->path, tally->layer->name);
      source->role = g_strdup (zx_role_name (tally->binding->role));
      source->fingerprint
          = g_strdup (input->file_fingerprint != NULL ? input->file_fingerprint : "");
      const char *crs = input->crs != NULL            ? input->crs
                        : tally->binding->crs != NULL ? tally->binding->crs
                                                      : tally->layer->crs;
      const char *reason
          = input->crs_reason != NULL ? input->crs_reason : tally->binding->crs_reason;
      source->crs = g_strdup (crs != NULL ? crs : "");
      source->crs_reason = g_strdup (reason != NULL ? reason : "");
      source->n_rows = (gint64) tally->layer->n_rows;
      source->n_used = (gint64) tally->n_used;
      g_ptr_array_add (self->city->sources, source);
    }
}

static gboolean
check_anything_left (const ZxBuild *self, GError **error)
{
  const ZxCity *city = self->city;
  if (city->roads.n > 0 || city->stations.n > 0 || city->fleet.n > 0 || city->transformers.n > 0
      || city->feeders.n_nodes > 0 || city->places.n > 0 || city->people.n > 0 || city->areas.n > 0
      || city->parcels.n > 0)
    return TRUE;
  g_set_error (
      error, ZX_ERROR, ZX_ERROR_MISSING,
      _ ("Nothing usable is left of the %u layers: there are no roads, stations, vehicles, "
         "transformers, places, people or areas; see the findings, and say in the recipe "
         "what the layers are"),
      self->tallies->len);
  return FALSE;
}

static gboolean
build_parts (ZxBuild *self, const ZxProgress *progress, GError **error)
{
  static const struct
  {
    gboolean (*build) (ZxBuild *, const ZxProgress *, GError **);
    double until;
    const char *what;
  } parts[] = {
    { zx_build_areas, 0.05, N_ ("Checking areas") },
    { zx_build_roads, 0.30, N_ ("Checking roads") },
    { zx_build_stations, 0.35, N_ ("Checking stations") },
    { zx_build_piles, 0.40, N_ ("Checking piles") },
    { zx_build_usage, 0.60, N_ ("Checking usage") },
    { zx_build_finish_stations, 0.61, N_ ("Checking usage") },
    { zx_build_boundary_of_districts, 0.62, N_ ("Checking areas") },
    { zx_build_fleet, 0.90, N_ ("Checking vehicles") },
    { zx_build_feeders, 0.92, N_ ("Checking feeders") },
    { zx_build_transformers, 0.93, N_ ("Checking transformer areas") },
    { zx_build_links, 0.94, N_ ("Checking feeders") },
    { zx_build_places, 0.97, N_ ("Checking places") },
    { zx_build_people, 0.99, N_ ("Checking people") },
    { zx_build_parcels, 1.00, N_ ("Checking land") },
  };
  double from = 0;
  ZxUsageSums sums = { .n = 0 };
  gboolean ok = TRUE;
  for (guint i = 0; ok && i < G_N_ELEMENTS (parts); i++)
    {
      ZxProgress slice = zx_progress_slice (progress, from, parts[i].until);
      ok = zx_progress_say (&slice, 0, _ (parts[i].what), error);
      if (ok && parts[i].build == zx_build_stations)
        ok = find_study_elsewhere (self, error) && find_study_of_trips (self, error);
      if (ok && parts[i].build == zx_build_usage)
        {
          find_study_of_areas (self);
          set_origin (self);
          self->sums = &sums;
          ok = zx_usage_sums_init (&sums, self, error);
        }
      ok = ok && parts[i].build (self, &slice, error);
      from = parts[i].until;
    }
  zx_usage_sums_clear (&sums);
  self->sums = NULL;
  return ok;
}

static void
build_clear (ZxBuild *self)
{
  for (guint i = 0; i < self->tallies->len; i++)
    g_array_unref (g_array_index (self->tallies, ZxTally, i).counts);
  g_array_unref (self->tallies);
  g_array_unref (self->drafts);
  g_hash_table_unref (self->station_of_id);
  g_hash_table_unref (self->station_of_own_id);
  g_hash_table_unref (self->station_of_pile);
  g_hash_table_unref (self->station_of_name);
  g_hash_table_unref (self->set_aside);
}

gboolean
zx_quality_build (ZxCity *city, const ZxQualityInput *inputs, guint n_inputs,
                  const ZxQualityOptions *options, ZxFindings *findings, const ZxProgress *progress,
                  GError **error)
{
  g_return_val_if_fail (city != NULL && !city->is_sealed && (inputs != NULL || n_inputs == 0),
                        FALSE);
  const ZxQualityOptions usual = ZX_QUALITY_OPTIONS_INIT;
  ZxBuild self
      = { .city = city,
          .options = options != NULL ? options : &usual,
          .findings = findings,
          .tallies = g_array_sized_new (FALSE, TRUE, sizeof (ZxTally), n_inputs),
          .study = ZX_BOX_NONE,
          .drafts = g_array_new (FALSE, FALSE, sizeof (ZxStationDraft)),
          .station_of_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
          .set_aside = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
          .station_of_own_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
          .station_of_pile = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
          .station_of_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
  for (guint i = 0; i < n_inputs; i++)
    {
      ZxTally tally;
      if (inputs[i].binding->role == ZX_ROLE_NONE)
        continue;
      tally_init (&tally, &self, &inputs[i]);
      g_array_append_val (self.tallies, tally);
      ZxTally *kept = &g_array_index (self.tallies, ZxTally, self.tallies->len - 1);
      check_names (kept);
      has_required_columns (kept);
    }
  gboolean ok = build_parts (&self, progress, error);
  if (ok)
    {
      set_frame (&self);
      add_sources (&self);
      ok = check_anything_left (&self, error);
    }
  build_clear (&self);
  return ok;
}
