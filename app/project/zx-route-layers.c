/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Results as layers for QGIS and spreadsheets: one function per layer, columns named with their
 * units.  They are written into the project file by every run and by `export`. */

#include "app/project/zx-route.h"

static void
put_points (ZxLayer *layer, const double *x_m, const double *y_m)
{
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POINT);
  for (gsize i = 0; i < layer->n_rows; i++)
    zx_geometry_builder_point (&builder, x_m[i], y_m[i]);
  zx_geometry_builder_finish (&builder, &layer->geometry);
}

/* Both systems a Chinese planner types into a map: WGS-84 and GCJ-02. */
static gboolean
put_degrees (ZxLayer *layer, const ZxCity *city, ZxGisTransform *to_degrees, const double *x_m,
             const double *y_m, GError **error)
{
  static const char *const names[] = { "lon_wgs84", "lat_wgs84", "lon_gcj02", "lat_gcj02" };
  g_autofree double *lon = g_memdup2 (x_m, layer->n_rows * sizeof (double));
  g_autofree double *lat = g_memdup2 (y_m, layer->n_rows * sizeof (double));
  gboolean is_done
      = to_degrees != NULL
            ? zx_gis_transform_points (to_degrees, lon, lat, layer->n_rows, NULL, error)
            : zx_gis_transform (city->crs, "EPSG:4326", lon, lat, layer->n_rows, NULL, error);
  if (!is_done)
    return FALSE;
  for (guint k = 0; k < G_N_ELEMENTS (names); k++)
    {
      double *column = zx_layer_new_numbers (layer, names[k]);
      for (gsize i = 0; i < layer->n_rows; i++)
        {
          double x = lon[i], y = lat[i];
          if (k >= 2)
            zx_gis_gcj02_from_wgs84 (&x, &y);
          /* Seven decimals are a centimetre; more would only pretend. */
          column[i] = round ((k % 2 == 0 ? x : y) * 1e7) / 1e7;
        }
    }
  return TRUE;
}

/* ---- cells -------------------------------------------------------------------------------- */

static ZxLayer *
cells_layer (const ZxRoute *self, ZxGisTransform *to_degrees, GError **error)
{
  ZxLayer *layer = zx_layer_new ("cells", "", self->cells->n);
  zx_cells_geometry (self->cells, &layer->geometry);
  zx_layer_add_floats (layer, "area_km2", self->cells->area_km2);
  if (self->demand != NULL)
    {
      zx_layer_add_floats (layer, "demand_kwh_per_day_mean", self->demand->mean);
      zx_layer_add_floats (layer, "demand_kwh_per_day_p10", self->demand->p10);
      zx_layer_add_floats (layer, "demand_kwh_per_day_p50", self->demand->p50);
      zx_layer_add_floats (layer, "demand_kwh_per_day_p90", self->demand->p90);
      zx_layer_add_floats (layer, "p90_to_p10", self->demand->rate_p90_to_p10);
      if (self->demand->decision != NULL)
        zx_layer_add_floats (layer, "in_best", self->demand->decision->in_best);
      double *column = zx_layer_new_numbers (layer, "is_extrapolated");
      for (gsize i = 0; self->demand->is_extrapolated != NULL && i < layer->n_rows; i++)
        column[i] = self->demand->is_extrapolated[i];
    }
  for (guint k = 0; self->covariates != NULL && k < self->covariates->n; k++)
    {
      g_autofree char *name = g_strconcat ("x_", self->covariates->name[k], NULL);
      zx_layer_add_doubles (layer, name, self->covariates->x + (gsize) k * layer->n_rows);
    }
  return layer;
}

/* ---- stations ----------------------------------------------------------------------------- */

static ZxLayer *
stations_layer (const ZxRoute *self, ZxGisTransform *to_degrees, GError **error)
{
  const ZxStations *stations = &self->city->stations;
  const ZxPool *pool = self->city->pool;
  g_autoptr (ZxLayer) layer = zx_layer_new ("stations", "", stations->n);
  put_points (layer, stations->x_m, stations->y_m);
  zx_layer_add_texts (layer, "id", pool, stations->id);
  zx_layer_add_texts (layer, "name", pool, stations->name);
  zx_layer_add_texts (layer, "operator", pool, stations->operator_name);
  double *dc = zx_layer_new_numbers (layer, "dc_connectors");
  for (guint i = 0; i < stations->n; i++)
    dc[i] = stations->n_dc[i];
  double *ac = zx_layer_new_numbers (layer, "ac_connectors");
  for (guint i = 0; i < stations->n; i++)
    ac[i] = stations->n_ac[i];
  zx_layer_add_floats (layer, "rated_kw", stations->rated_kw);
  zx_layer_add_floats (layer, "kwh_per_day", stations->kwh_per_day);
  zx_layer_add_floats (layer, "price_fen_per_kwh", stations->price_fen_per_kwh);
  zx_layer_add_floats (layer, "observed_days", stations->observed_days);
  return put_degrees (layer, self->city, to_degrees, stations->x_m, stations->y_m, error)
             ? g_steal_pointer (&layer)
             : NULL;
}

/* ---- transformer areas -------------------------------------------------------------------- */

static ZxLayer *
transformers_layer (const ZxRoute *self, ZxGisTransform *to_degrees, GError **error)
{
  static const char *const classes[] = { "unknown", "light", "normal", "heavy", "over" };
  const ZxTransformerAreas *areas = &self->city->transformers;
  ZxLayer *layer = zx_layer_new ("transformer_area", "", areas->n);
  if (areas->areas.kind == ZX_GEOMETRY_POLYGON)
    zx_geometry_copy (&layer->geometry, &areas->areas);
  else
    put_points (layer, areas->x_m, areas->y_m);
  zx_layer_add_texts (layer, "tq_id", self->city->pool, areas->id);
  zx_layer_add_texts (layer, "name", self->city->pool, areas->name);
  guint32 *feeder = zx_layer_new_texts (layer, "feeder_id");
  for (guint i = 0; i < areas->n; i++)
    if (areas->feeder[i] >= 0)
      feeder[i] = zx_pool_add (
          layer->pool,
          zx_pool_get (self->city->pool, self->city->feeders.feeder_id[areas->feeder[i]]));
  zx_layer_add_floats (layer, "s_kva", areas->rated_kva);
  if (self->headroom == NULL)
    return layer;
  zx_layer_add_floats (layer, "load_rate", self->headroom->peak_rate);
  zx_layer_add_floats (layer, "room_kw80", self->headroom->least_room_kw);
  double *room100 = zx_layer_new_numbers (layer, "room_kw100");
  for (guint i = 0; i < areas->n; i++)
    for (guint hour = 0; hour < 24; hour++)
      {
        double room = self->headroom->room100_kw[i * 24 + hour];
        if (!(room100[i] <= room)) /* also when still NaN */
          room100[i] = room;
      }
  double *heavy = zx_layer_new_numbers (layer, "heavy_hours");
  for (guint i = 0; i < areas->n; i++)
    heavy[i] = self->headroom->heavy_hours[i];
  double *over = zx_layer_new_numbers (layer, "over_hours");
  for (guint i = 0; i < areas->n; i++)
    over[i] = self->headroom->over_hours[i];
  guint32 *class = zx_layer_new_texts (layer, "class");
  for (guint i = 0; i < areas->n; i++)
    class[i] = zx_pool_add (layer->pool, classes[MIN (self->headroom->load_class[i], 4)]);
  return layer;
}

/* ---- candidates and sites ----------------------------------------------------------------- */

static char *
candidate_id (const ZxRoute *self, guint candidate)
{
  guint32 id = self->candidates->id != NULL ? self->candidates->id[candidate] : 0;
  return id != 0 ? g_strdup (zx_pool_get (self->city->pool, id))
                 : g_strdup_printf ("C%04u", candidate + 1);
}

static ZxLayer *
candidates_layer (const ZxRoute *self, ZxGisTransform *to_degrees, GError **error)
{
  const ZxCandidates *candidates = self->candidates;
  g_autoptr (ZxLayer) layer = zx_layer_new ("candidates", "", candidates->n);
  put_points (layer, candidates->x_m, candidates->y_m);
  guint32 *id = zx_layer_new_texts (layer, "id");
  for (guint i = 0; i < candidates->n; i++)
    {
      g_autofree char *text = candidate_id (self, i);
      id[i] = zx_pool_add (layer->pool, text);
    }
  guint32 *filter = zx_layer_new_texts (layer, "excluded_by");
  for (guint i = 0; i < candidates->n; i++)
    if (candidates->filter[i] != ZX_FILTER_NONE)
      filter[i] = zx_pool_add (layer->pool, zx_filter_title (candidates->filter[i]));
  zx_layer_add_floats (layer, "served_kwh_per_day_mean", candidates->served_mean);
  zx_layer_add_floats (layer, "served_kwh_per_day_p10", candidates->served_p10);
  zx_layer_add_floats (layer, "served_kwh_per_day_p90", candidates->served_p90);
  zx_layer_add_floats (layer, "npv_positive", candidates->npv_positive);
  zx_layer_add_floats (layer, "grid_room_kw", candidates->grid_room_kw);
  zx_layer_add_floats (layer, "coverage_people", candidates->coverage_people);
  zx_layer_add_floats (layer, "score", candidates->score);
  zx_layer_add_floats (layer, "topsis", candidates->topsis);
  zx_layer_add_floats (layer, "nearest_station_m", candidates->nearest_station_m);
  return put_degrees (layer, self->city, to_degrees, candidates->x_m, candidates->y_m, error)
             ? g_steal_pointer (&layer)
             : NULL;
}

static void
put_site_number (ZxLayer *layer, const char *name, const ZxPlan *plan, gsize offset, double scale)
{
  double *column = zx_layer_new_numbers (layer, name);
  for (guint i = 0; i < plan->n_sites; i++)
    column[i] = G_STRUCT_MEMBER (double, &plan->site[i], offset) * scale;
}

static ZxLayer *
sites_layer (const ZxRoute *self, ZxGisTransform *to_degrees, GError **error)
{
  static const struct
  {
    const char *name;
    gsize offset;
    double scale;
  } numbers[] = {
    { "served_kwh_per_day_mean", G_STRUCT_OFFSET (ZxPlanSite, served_mean), 1 },
    { "served_kwh_per_day_p10", G_STRUCT_OFFSET (ZxPlanSite, served_p10), 1 },
    { "served_kwh_per_day_p90", G_STRUCT_OFFSET (ZxPlanSite, served_p90), 1 },
    { "utilisation", G_STRUCT_OFFSET (ZxPlanSite, utilisation), 1 },
    { "wait_min", G_STRUCT_OFFSET (ZxPlanSite, wait_min), 1 },
    { "capex_yuan", G_STRUCT_OFFSET (ZxPlanSite, capex_fen), 0.01 },
    { "npv_mean_yuan", G_STRUCT_OFFSET (ZxPlanSite, npv_mean_fen), 0.01 },
    { "npv_positive", G_STRUCT_OFFSET (ZxPlanSite, npv_positive), 1 },
    { "payback_years", G_STRUCT_OFFSET (ZxPlanSite, payback_years), 1 },
    { "load_rate_before", G_STRUCT_OFFSET (ZxPlanSite, load_rate_before), 1 },
    { "load_rate_after", G_STRUCT_OFFSET (ZxPlanSite, load_rate_after), 1 },
    { "in_best_set", G_STRUCT_OFFSET (ZxPlanSite, in_best_set), 1 },
    { "co2_t_per_year", G_STRUCT_OFFSET (ZxPlanSite, co2_t_per_year), 1 },
  };
  const ZxPlan *plan = self->plan;
  g_autoptr (ZxLayer) layer = zx_layer_new ("sites", "", plan->n_sites);
  g_autofree double *x = g_new (double, MAX (plan->n_sites, 1)),
                    *y = g_new (double, MAX (plan->n_sites, 1));
  double *rank = zx_layer_new_numbers (layer, "rank");
  for (guint i = 0; i < plan->n_sites; i++)
    {
      x[i] = self->candidates->x_m[plan->site[i].candidate];
      y[i] = self->candidates->y_m[plan->site[i].candidate];
      rank[i] = i + 1;
    }
  put_points (layer, x, y);
  guint32 *id = zx_layer_new_texts (layer, "id");
  for (guint i = 0; i < plan->n_sites; i++)
    {
      g_autofree char *text = candidate_id (self, plan->site[i].candidate);
      id[i] = zx_pool_add (layer->pool, text);
    }
  guint32 *configuration = zx_layer_new_texts (layer, "configuration");
  for (guint i = 0; i < plan->n_sites; i++)
    if (self->configurations != NULL && plan->site[i].configuration < self->configurations->len)
      {
        const ZxConfiguration *chosen
            = g_ptr_array_index (self->configurations, plan->site[i].configuration);
        configuration[i] = zx_pool_add (layer->pool, chosen->id);
      }
  for (guint k = 0; k < G_N_ELEMENTS (numbers); k++)
    put_site_number (layer, numbers[k].name, plan, numbers[k].offset, numbers[k].scale);
  return put_degrees (layer, self->city, to_degrees, x, y, error) ? g_steal_pointer (&layer) : NULL;
}

/* ---- findings ----------------------------------------------------------------------------- */

static ZxLayer *
findings_layer (const ZxRoute *self, ZxGisTransform *to_degrees, GError **error)
{
  static const char *const severities[] = { "note", "warning", "error" };
  static const char *const actions[] = { "kept", "corrected", "set aside" };
  const ZxFindings *findings = self->findings;
  ZxLayer *layer = zx_layer_new ("findings", "", findings->rows->len);
  static const char *const names[] = { "layer", "rule", "severity", "action", "value", "bound" };
  for (guint k = 0; k < G_N_ELEMENTS (names); k++)
    {
      guint32 *column = zx_layer_new_texts (layer, names[k]);
      for (guint i = 0; i < findings->rows->len; i++)
        {
          const ZxFinding *row = &g_array_index (findings->rows, ZxFinding, i);
          const char *texts[] = { g_ptr_array_index (findings->layers, row->layer),
                                  row->rule,
                                  severities[row->severity],
                                  actions[row->action],
                                  zx_pool_get (findings->pool, row->value),
                                  zx_pool_get (findings->pool, row->bound) };
          column[i] = zx_pool_add (layer->pool, texts[k]);
        }
    }
  double *source_row = zx_layer_new_numbers (layer, "row");
  for (guint i = 0; i < findings->rows->len; i++)
    {
      gint64 row = g_array_index (findings->rows, ZxFinding, i).row;
      source_row[i] = row >= 0 ? (double) row : NAN;
    }
  double *count = zx_layer_new_numbers (layer, "count");
  for (guint i = 0; i < findings->rows->len; i++)
    count[i] = g_array_index (findings->rows, ZxFinding, i).count;
  return layer;
}

/* ---- roads -------------------------------------------------------------------------------- */

static ZxLayer *
roads_layer (const ZxRoute *self, ZxGisTransform *to_degrees, GError **error)
{
  const ZxRoads *roads = &self->city->roads;
  ZxLayer *layer = zx_layer_new ("roads", "", roads->n);
  zx_geometry_copy (&layer->geometry, &roads->lines);
  zx_layer_add_texts (layer, "name", self->city->pool, roads->name);
  guint32 *class = zx_layer_new_texts (layer, "highway");
  for (gsize i = 0; i < roads->n; i++)
    class[i] = zx_pool_add (layer->pool, zx_road_class_name (roads->road_class[i]));
  zx_layer_add_floats (layer, "max_speed_kmh", roads->max_speed_kmh);
  return layer;
}

static ZxLayer *
site_areas_layer (const ZxRoute *self, ZxGisTransform *to_degrees, GError **error)
{
  return zx_route_site_areas_layer (self);
}

/* ---- by name ------------------------------------------------------------------------------ */

static const char *const layer_names[] = { "sites",           "candidates",       "cells",
                                           "stations",        "transformer_area", "roads",
                                           "findings",        "usage_heat",       "vehicle_heat",
                                           "shortfall",       "area_profiles",    "area_hours",
                                           "pile_profiles",   "user_profiles",    "feeder_nodes",
                                           "feeder_branches", "service_areas",    NULL };

const char *const *
zx_project_layers (void)
{
  return layer_names;
}

const ZxField *
zx_route_field (const ZxRoute *self, const char *name)
{
  return strcmp (name, "usage_heat") == 0     ? self->usage_heat
         : strcmp (name, "vehicle_heat") == 0 ? self->vehicle_heat
         : strcmp (name, "shortfall") == 0    ? self->shortfall
                                              : NULL;
}

ZxLayer *
zx_route_layer (const ZxRoute *self, const char *name, ZxGisTransform *to_degrees, GError **error)
{
  const struct
  {
    const char *name;
    gboolean is_there;
    ZxLayer *(*make) (const ZxRoute *self, ZxGisTransform *to_degrees, GError **error);
  } makers[] = {
    { "sites", self->plan != NULL && self->candidates != NULL, sites_layer },
    { "candidates", self->candidates != NULL, candidates_layer },
    { "cells", self->cells != NULL, cells_layer },
    { "stations", self->city != NULL && self->city->stations.n > 0, stations_layer },
    { "transformer_area", self->city != NULL && self->city->transformers.n > 0,
      transformers_layer },
    { "roads", self->city != NULL && self->city->roads.n > 0, roads_layer },
    { "feeder_nodes", self->headroom != NULL && self->headroom->flows != NULL,
      zx_route_feeder_nodes },
    { "feeder_branches", self->headroom != NULL && self->headroom->flows != NULL,
      zx_route_feeder_branches },
    { "findings", self->city != NULL, findings_layer },
    { "service_areas", self->site_areas.kind == ZX_GEOMETRY_POLYGON, site_areas_layer },
  };
  for (guint i = 0; i < G_N_ELEMENTS (makers); i++)
    if (strcmp (makers[i].name, name) == 0)
      {
        if (makers[i].is_there)
          return makers[i].make (self, to_degrees, error);
        g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING,
                     _ ("The layer “%s” is not there yet; run the project first"), name);
        return NULL;
      }
  if (self->city != NULL
      && (g_str_has_suffix (name, "_profiles") || strcmp (name, "area_hours") == 0)
      && g_strv_contains (layer_names, name))
    return zx_route_profile_layer (self, name, error);
  g_autofree char *known = g_strjoinv (", ", (char **) layer_names);
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("There is no layer “%s”; the layers are %s"),
               name, known);
  return NULL;
}

/* ---- styles ------------------------------------------------------------------------------- */

/* Small QGIS 3 styles: enough that a layer opens with the right colours and classes. */
static const char style_sites[]
    = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'><qgis version=\"3.22\" "
      "styleCategories=\"Symbology|Labeling\" "
      "labelsEnabled=\"1\"><renderer-v2 type=\"singleSymbol\"><symbols><symbol name=\"0\" "
      "type=\"marker\" alpha=\"1\">"
      "<layer class=\"SimpleMarker\" enabled=\"1\"><prop k=\"name\" v=\"circle\"/><prop "
      "k=\"color\" v=\"200,60,30,255\"/>"
      "<prop k=\"outline_color\" v=\"255,255,255,255\"/><prop k=\"size\" "
      "v=\"4.5\"/></layer></symbol></symbols></renderer-v2>"
      "<labeling type=\"simple\"><settings><text-style fieldName=\"rank\" "
      "fontSize=\"9\"/></settings></labeling></qgis>";
static const char style_cells[]
    = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'><qgis version=\"3.22\" "
      "styleCategories=\"Symbology\">"
      "<renderer-v2 type=\"graduatedSymbol\" attr=\"demand_kwh_per_day_mean\" "
      "graduatedMethod=\"GraduatedColor\"><ranges>"
      "<range lower=\"0\" upper=\"50\" symbol=\"0\" label=\"&lt; 50\" render=\"true\"/>"
      "<range lower=\"50\" upper=\"200\" symbol=\"1\" label=\"50 – 200\" render=\"true\"/>"
      "<range lower=\"200\" upper=\"500\" symbol=\"2\" label=\"200 – 500\" render=\"true\"/>"
      "<range lower=\"500\" upper=\"1500\" symbol=\"3\" label=\"500 – 1500\" render=\"true\"/>"
      "<range lower=\"1500\" upper=\"1000000000\" symbol=\"4\" label=\"&gt; 1500\" "
      "render=\"true\"/></ranges><symbols>"
      "<symbol name=\"0\" type=\"fill\"><layer class=\"SimpleFill\"><prop k=\"color\" "
      "v=\"255,250,230,160\"/><prop k=\"outline_style\" v=\"no\"/></layer></symbol>"
      "<symbol name=\"1\" type=\"fill\"><layer class=\"SimpleFill\"><prop k=\"color\" "
      "v=\"254,217,142,180\"/><prop k=\"outline_style\" v=\"no\"/></layer></symbol>"
      "<symbol name=\"2\" type=\"fill\"><layer class=\"SimpleFill\"><prop k=\"color\" "
      "v=\"254,153,41,190\"/><prop k=\"outline_style\" v=\"no\"/></layer></symbol>"
      "<symbol name=\"3\" type=\"fill\"><layer class=\"SimpleFill\"><prop k=\"color\" "
      "v=\"217,95,14,200\"/><prop k=\"outline_style\" v=\"no\"/></layer></symbol>"
      "<symbol name=\"4\" type=\"fill\"><layer class=\"SimpleFill\"><prop k=\"color\" "
      "v=\"153,52,4,210\"/><prop k=\"outline_style\" v=\"no\"/></layer></symbol>"
      "</symbols></renderer-v2></qgis>";
static const char style_transformers[]
    = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'><qgis version=\"3.22\" "
      "styleCategories=\"Symbology\">"
      "<renderer-v2 type=\"graduatedSymbol\" attr=\"load_rate\" "
      "graduatedMethod=\"GraduatedColor\"><ranges>"
      "<range lower=\"0\" upper=\"0.8\" symbol=\"0\" label=\"&lt; 80 %\" render=\"true\"/>"
      "<range lower=\"0.8\" upper=\"1\" symbol=\"1\" label=\"80 – 100 %\" render=\"true\"/>"
      "<range lower=\"1\" upper=\"100\" symbol=\"2\" label=\"&gt; 100 %\" "
      "render=\"true\"/></ranges><symbols>"
      "<symbol name=\"0\" type=\"fill\"><layer class=\"SimpleFill\"><prop k=\"color\" "
      "v=\"102,170,102,120\"/></layer></symbol>"
      "<symbol name=\"1\" type=\"fill\"><layer class=\"SimpleFill\"><prop k=\"color\" "
      "v=\"240,190,60,160\"/></layer></symbol>"
      "<symbol name=\"2\" type=\"fill\"><layer class=\"SimpleFill\"><prop k=\"color\" "
      "v=\"200,50,40,180\"/></layer></symbol>"
      "</symbols></renderer-v2></qgis>";

const char *
zx_route_style (const char *layer)
{
  return strcmp (layer, "sites") == 0              ? style_sites
         : strcmp (layer, "cells") == 0            ? style_cells
         : strcmp (layer, "transformer_area") == 0 ? style_transformers
                                                   : NULL;
}
