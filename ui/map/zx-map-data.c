/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The colour domains are those of the report, made by the same functions from the same numbers: a
 * place has one colour on the screen at every zoom and on paper. */

#include "ui/map/zx-map-data.h"

#include <string.h>

#include "ui/zx-distance.h"
#include "ui/zx-money.h"

#define HIGH_SHARE 0.75 /* "high" demand: what three cells of four stay below, on average */

typedef struct
{
  ZxGeometry shapes; /* owned unless borrowed */
  gboolean owns_shapes;
  const ZxGeometry *borrowed;
  float *values; /* owned, per row */
  ZxColourScale scale;
  gboolean has_scale;
  double *x_m, *y_m; /* owned, of places */
  guint n;
  guint8 *group;
  char **labels; /* owned, n + 1 */
  ZxPointIndex *index;
} Layer;

struct _ZxMapData
{
  gatomicrefcount refs;
  ZxProject *project;
  Layer layer[ZX_N_MAP_LAYERS];
  double high_kwh_per_km2; /* threshold of the probability */
  guint32 *transformer;    /* owned: feeder branch of each transformer on the map; NULL: areas */
  /* of an hour or of another plan */
  ZxMapData *whole;                          /* owned; NULL: this is the project as it is */
  int hour;                                  /* -1: the whole day */
  gboolean has_sites;                        /* the layer of sites is this one's own */
  ZxField *field[ZX_N_MAP_LAYERS];           /* owned; NULL: the whole day's */
  ZxColourScale hour_scale[ZX_N_MAP_LAYERS]; /* where there is a field */
};

/* ---- making ------------------------------------------------------------------------------- */

static void
set_scale (Layer *layer, const ZxColourScale *scale)
{
  layer->scale = *scale;
  layer->has_scale = TRUE;
}

static void
add_fields (ZxMapData *self)
{
  static const struct
  {
    ZxMapLayerKind kind;
    ZxRamp ramp;
  } fields[] = { { ZX_MAP_LAYER_USAGE_HEAT, ZX_RAMP_HEAT },
                 { ZX_MAP_LAYER_VEHICLE_HEAT, ZX_RAMP_HEAT },
                 { ZX_MAP_LAYER_SHORTFALL, ZX_RAMP_DIFFERENCE } };
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      const ZxField *field = zx_map_data_field (self, fields[i].kind);
      if (field == NULL)
        continue;
      const ZxColourScale scale = zx_colour_scale_for (field, fields[i].ramp);
      set_scale (&self->layer[fields[i].kind], &scale);
    }
}

static int
compare_floats (gconstpointer a, gconstpointer b)
{
  float x = *(const float *) a, y = *(const float *) b;
  return x < y ? -1 : x > y;
}

static double
quantile (const float *values, guint n, double share)
{
  g_autofree float *sorted = g_new (float, MAX (n, 1));
  guint n_finite = 0;
  for (guint i = 0; i < n; i++)
    if (isfinite (values[i]))
      sorted[n_finite++] = values[i];
  if (n_finite == 0)
    return NAN;
  qsort (sorted, n_finite, sizeof *sorted, compare_floats);
  return sorted[MIN (n_finite - 1, (guint) (share * n_finite))];
}

/* P(demand of the cell > threshold), from the joint draws. */
static float *
probabilities (const ZxDemand *demand, const ZxCells *cells, double threshold)
{
  float *share = g_new0 (float, cells->n);
  for (guint draw = 0; draw < demand->n_draws; draw++)
    {
      const float *row = demand->cell_kwh_per_day + (gsize) draw * cells->n;
      for (guint c = 0; c < cells->n; c++)
        share[c] += row[c] > threshold * cells->area_km2[c];
    }
  for (guint c = 0; c < cells->n; c++)
    share[c] = cells->area_km2[c] > 0 ? share[c] / (float) demand->n_draws : NAN;
  return share;
}

static void
add_demand (ZxMapData *self)
{
  const ZxCells *cells = zx_project_cells (self->project);
  const ZxDemand *demand = zx_project_demand (self->project);
  if (cells == NULL || demand == NULL || demand->n_cells != cells->n)
    return;
  Layer *mean = &self->layer[ZX_MAP_LAYER_DEMAND_MEAN],
        *spread = &self->layer[ZX_MAP_LAYER_DEMAND_SPREAD],
        *probability = &self->layer[ZX_MAP_LAYER_DEMAND_PROBABILITY];
  zx_cells_geometry (cells, &mean->shapes);
  mean->owns_shapes = TRUE;
  mean->borrowed = spread->borrowed = &mean->shapes;
  mean->values = g_new (float, cells->n);
  for (guint c = 0; c < cells->n; c++)
    mean->values[c] = cells->area_km2[c] > 0 ? demand->mean[c] / cells->area_km2[c] : NAN;
  const ZxColourScale mean_scale
      = zx_colour_scale_for_values (mean->values, cells->n, ZX_RAMP_HEAT);
  set_scale (mean, &mean_scale);
  spread->values = g_memdup2 (demand->rate_p90_to_p10, cells->n * sizeof (float));
  const ZxColourScale spread_scale = zx_colour_scale_for_spread (spread->values, cells->n);
  set_scale (spread, &spread_scale);
  if (demand->cell_kwh_per_day == NULL || demand->n_draws == 0)
    return;
  self->high_kwh_per_km2 = quantile (mean->values, cells->n, HIGH_SHARE);
  probability->borrowed = &mean->shapes;
  probability->values = probabilities (demand, cells, self->high_kwh_per_km2);
  const ZxColourScale probability_scale = { ZX_RAMP_PROBABILITY, 0.0, 1.0, FALSE, NAN };
  set_scale (probability, &probability_scale);
}

static void
put_places (Layer *layer, guint n, const double *x_m, const double *y_m)
{
  layer->n = n;
  layer->x_m = g_memdup2 (x_m, n * sizeof *x_m);
  layer->y_m = g_memdup2 (y_m, n * sizeof *y_m);
  if (n > 0)
    layer->index = zx_point_index_new (layer->x_m, layer->y_m, n);
}

/* ---- the grid, as it is and with the plan built --------------------------------------------- */

static const ZxColourScale load_scale = { ZX_RAMP_LOAD, 0.0, 120.0, FALSE, NAN };

static float *
area_rates (ZxMapData *self, const ZxTransformerAreas *areas, const ZxPlan *plan)
{
  const ZxHeadroom *headroom = zx_project_headroom (self->project);
  const ZxCandidates *candidates = zx_project_candidates (self->project);
  float *rates = g_new (float, areas->n);
  for (guint i = 0; i < areas->n; i++)
    rates[i]
        = headroom != NULL && headroom->n_areas == areas->n ? 100 * headroom->peak_rate[i] : NAN;
  for (guint i = 0; plan != NULL && candidates != NULL && i < plan->n_sites; i++)
    {
      gint32 area = candidates->transformer[plan->site[i].candidate];
      if (area >= 0 && (guint) area < areas->n && isfinite (plan->site[i].load_rate_after))
        rates[area] = (float) fmax (rates[area], 100 * plan->site[i].load_rate_after);
    }
  return rates;
}

static void
add_areas (ZxMapData *self, ZxMapLayerKind kind, const ZxTransformerAreas *areas,
           const ZxPlan *plan)
{
  Layer *layer = &self->layer[kind];
  layer->values = area_rates (self, areas, plan);
  put_places (layer, areas->n, areas->x_m, areas->y_m);
  if (areas->areas.kind == ZX_GEOMETRY_POLYGON && areas->areas.n_rows == areas->n)
    layer->borrowed = &areas->areas;
  set_scale (layer, &load_scale);
}

/* Branch by branch as it is by power flow, or with the plan. */
static void
add_feeders (ZxMapData *self, ZxMapLayerKind kind, const ZxFeeders *feeders, gboolean is_planned)
{
  const ZxHeadroom *headroom = zx_project_headroom (self->project);
  const ZxFeederState *flows = headroom != NULL ? headroom->flows : NULL;
  Layer *layer = &self->layer[kind], *drawn = &self->layer[ZX_MAP_LAYER_FEEDERS];
  if (drawn->borrowed == NULL)
    {
      zx_power_feeder_lines (feeders, &drawn->shapes);
      drawn->owns_shapes = TRUE;
      drawn->borrowed = &drawn->shapes;
    }
  layer->borrowed = drawn->borrowed;
  if (is_planned)
    layer->values = zx_project_planned_loading (self->project);
  else if (flows != NULL && flows->n_branches == feeders->n_branches)
    layer->values = g_memdup2 (flows->branch_loading_percent, feeders->n_branches * sizeof (float));
  set_scale (layer, &load_scale);
}

/* A round end that nine nodes of ten stay below. */
static double
room_end (const float *room_kw, guint n)
{
  double high = quantile (room_kw, n, 0.9);
  double decade = pow (10, floor (log10 (fmax (high, 1))));
  return isnan (high) ? 100 : decade * ceil (high / decade);
}

/* Where no areas were given, the transformers of the feeders are what areas hang on. */
static void
add_transformers (ZxMapData *self, const ZxFeeders *feeders, const ZxFeederState *flows)
{
  Layer *layer = &self->layer[ZX_MAP_LAYER_TRANSFORMER_AREAS];
  g_autofree double *x = g_new (double, feeders->n_branches),
                    *y = g_new (double, feeders->n_branches);
  guint n = 0;
  self->transformer = g_new (guint32, feeders->n_branches);
  layer->values = g_new (float, feeders->n_branches);
  for (guint b = 0; b < feeders->n_branches; b++)
    {
      guint32 node = feeders->branch_to[b];
      if (feeders->branch_kind[b] != ZX_FEEDER_TRANSFORMER)
        continue;
      if (!isfinite (feeders->node_x_m[node]))
        node = feeders->branch_from[b];
      x[n] = feeders->node_x_m[node];
      y[n] = feeders->node_y_m[node];
      layer->values[n] = flows->branch_loading_percent[b];
      self->transformer[n++] = b;
    }
  put_places (layer, n, x, y);
  if (n > 0)
    set_scale (layer, &load_scale);
}

static void
add_feeder_nodes (ZxMapData *self, const ZxFeeders *feeders)
{
  const ZxHeadroom *headroom = zx_project_headroom (self->project);
  const ZxFeederState *flows = headroom != NULL ? headroom->flows : NULL;
  Layer *nodes = &self->layer[ZX_MAP_LAYER_FEEDER_ROOM];
  if (flows == NULL || flows->n_nodes != feeders->n_nodes)
    return;
  if (zx_map_data_city (self)->transformers.n == 0)
    add_transformers (self, feeders, flows);
  nodes->values = g_memdup2 (flows->node_room_kw, feeders->n_nodes * sizeof (float));
  put_places (nodes, feeders->n_nodes, feeders->node_x_m, feeders->node_y_m);
  const ZxColourScale room
      = { ZX_RAMP_VIRIDIS, 0.0, room_end (nodes->values, feeders->n_nodes), FALSE, NAN };
  set_scale (nodes, &room);
}

static void
add_grid (ZxMapData *self, const ZxCity *city)
{
  const ZxPlan *plan = zx_project_plan (self->project);
  if (city->transformers.n > 0)
    {
      add_areas (self, ZX_MAP_LAYER_TRANSFORMER_AREAS, &city->transformers, NULL);
      if (plan != NULL)
        add_areas (self, ZX_MAP_LAYER_TRANSFORMER_AREAS_PLANNED, &city->transformers, plan);
    }
  if (city->feeders.n_branches > 0)
    {
      add_feeders (self, ZX_MAP_LAYER_FEEDERS, &city->feeders, FALSE);
      add_feeder_nodes (self, &city->feeders);
      if (plan != NULL)
        add_feeders (self, ZX_MAP_LAYER_FEEDERS_PLANNED, &city->feeders, TRUE);
    }
}

/* ---- places -------------------------------------------------------------------------------- */

static void
add_stations (ZxMapData *self, const ZxCity *city)
{
  Layer *layer = &self->layer[ZX_MAP_LAYER_STATIONS];
  put_places (layer, city->stations.n, city->stations.x_m, city->stations.y_m);
  layer->labels = g_new0 (char *, layer->n + 1);
  for (guint i = 0; i < layer->n; i++)
    layer->labels[i] = g_strdup (zx_pool_get (city->pool, city->stations.name[i]));
}

static void
add_candidates (ZxMapData *self)
{
  const ZxCandidates *candidates = zx_project_candidates (self->project);
  const ZxPlan *plan = zx_project_plan (self->project);
  if (candidates == NULL)
    return;
  Layer *layer = &self->layer[ZX_MAP_LAYER_CANDIDATES];
  put_places (layer, candidates->n, candidates->x_m, candidates->y_m);
  layer->group = g_new (guint8, MAX (candidates->n, 1));
  for (guint i = 0; i < candidates->n; i++)
    layer->group[i] = candidates->filter[i] != ZX_FILTER_NONE;
  if (plan == NULL)
    return;
  Layer *sites = &self->layer[ZX_MAP_LAYER_SITES];
  g_autofree double *x = g_new (double, MAX (plan->n_sites, 1)),
                    *y = g_new (double, MAX (plan->n_sites, 1));
  sites->labels = g_new0 (char *, plan->n_sites + 1);
  for (guint i = 0; i < plan->n_sites; i++)
    {
      x[i] = candidates->x_m[plan->site[i].candidate];
      y[i] = candidates->y_m[plan->site[i].candidate];
      sites->labels[i] = zx_project_candidate_name (self->project, plan->site[i].candidate);
    }
  put_places (sites, plan->n_sites, x, y);
}

ZxMapData *
zx_map_data_new (ZxProject *project)
{
  ZxMapData *self = g_new0 (ZxMapData, 1);
  g_atomic_ref_count_init (&self->refs);
  self->hour = -1;
  self->project = g_object_ref (project);
  const ZxCity *city = zx_project_city (project);
  if (city == NULL)
    return self;
  add_fields (self);
  add_demand (self);
  add_grid (self, city);
  add_stations (self, city);
  add_candidates (self);
  return self;
}

ZxMapData *
zx_map_data_at_hour (ZxMapData *whole, ZxHourFields *const fields[ZX_N_MAP_LAYERS], guint hour)
{
  ZxMapData *self = g_new0 (ZxMapData, 1);
  g_atomic_ref_count_init (&self->refs);
  self->project = g_object_ref (whole->project);
  self->whole = zx_map_data_ref (whole);
  self->hour = (int) hour;
  for (guint kind = 0; kind < ZX_N_MAP_LAYERS; kind++)
    if (fields[kind] != NULL)
      {
        self->field[kind] = zx_hour_fields_at (fields[kind], hour);
        self->hour_scale[kind] = *zx_hour_fields_scale (fields[kind]);
      }
  return self;
}

static int
candidate_named (ZxProject *project, const char *name)
{
  const ZxCandidates *candidates = zx_project_candidates (project);
  for (guint i = 0; candidates != NULL && i < candidates->n; i++)
    {
      g_autofree char *other = zx_project_candidate_name (project, i);
      if (strcmp (other, name) == 0)
        return (int) i;
    }
  return -1;
}

ZxMapData *
zx_map_data_with_sites (ZxMapData *whole, const char *const *names)
{
  ZxMapData *self = g_new0 (ZxMapData, 1);
  const ZxCandidates *candidates = zx_project_candidates (whole->project);
  guint n = g_strv_length ((char **) names), n_found = 0;
  g_autofree double *x_m = g_new (double, n + 1), *y_m = g_new (double, n + 1);
  g_atomic_ref_count_init (&self->refs);
  self->project = g_object_ref (whole->project);
  self->whole = zx_map_data_ref (whole);
  self->hour = whole->hour;
  self->has_sites = TRUE;
  Layer *sites = &self->layer[ZX_MAP_LAYER_SITES];
  sites->labels = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    {
      int candidate = candidate_named (whole->project, names[i]);
      if (candidate < 0)
        continue;
      x_m[n_found] = candidates->x_m[candidate];
      y_m[n_found] = candidates->y_m[candidate];
      sites->labels[n_found++] = g_strdup (names[i]);
    }
  put_places (sites, n_found, x_m, y_m);
  return self;
}

ZxMapData *
zx_map_data_ref (ZxMapData *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static void
clear_layer (Layer *layer)
{
  if (layer->owns_shapes)
    zx_geometry_clear (&layer->shapes);
  g_free (layer->values);
  g_clear_pointer (&layer->index, zx_point_index_free);
  g_free (layer->x_m);
  g_free (layer->y_m);
  g_free (layer->group);
  g_strfreev (layer->labels);
}

void
zx_map_data_unref (ZxMapData *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  for (guint i = 0; i < ZX_N_MAP_LAYERS; i++)
    {
      clear_layer (&self->layer[i]);
      g_clear_pointer (&self->field[i], zx_field_free);
    }
  g_free (self->transformer);
  g_clear_pointer (&self->whole, zx_map_data_unref);
  g_object_unref (self->project);
  g_free (self);
}

/* ---- asking ------------------------------------------------------------------------------- */

static const Layer *
layer_of (const ZxMapData *self, ZxMapLayerKind kind)
{
  if (self->whole == NULL || (self->has_sites && kind == ZX_MAP_LAYER_SITES))
    return &self->layer[kind];
  return layer_of (self->whole, kind);
}

static const ZxMapData *
project_as_it_is (const ZxMapData *self)
{
  return self->whole != NULL ? project_as_it_is (self->whole) : self;
}

/* Whose field of an hour the kind has; NULL: none, it is the whole day's. */
static const ZxMapData *
with_hour_field (const ZxMapData *self, ZxMapLayerKind kind)
{
  return self == NULL || self->field[kind] != NULL ? self : with_hour_field (self->whole, kind);
}

int
zx_map_data_hour (const ZxMapData *self)
{
  return self->hour;
}

char *
zx_map_data_hour_text (guint hour)
{
  guint from = hour % 24;
  return g_strdup_printf (hour < 24 ? _ ("Weekdays, %02u:00 to %02u:00")
                                    : _ ("Weekend days, %02u:00 to %02u:00"),
                          from, from + 1);
}

ZxProject *
zx_map_data_project (const ZxMapData *self)
{
  return self->project;
}

const ZxCity *
zx_map_data_city (const ZxMapData *self)
{
  return zx_project_city (self->project);
}

const ZxColourScale *
zx_map_data_scale (const ZxMapData *self, ZxMapLayerKind kind)
{
  const Layer *layer = layer_of (self, kind);
  const ZxMapData *hour = with_hour_field (self, kind);
  return hour != NULL ? &hour->hour_scale[kind] : layer->has_scale ? &layer->scale : NULL;
}

const ZxField *
zx_map_data_field (const ZxMapData *self, ZxMapLayerKind kind)
{
  const char *name = zx_hour_fields_name (kind);
  const ZxMapData *hour = with_hour_field (self, kind);
  return hour != NULL   ? hour->field[kind]
         : name != NULL ? zx_project_field (self->project, name)
                        : NULL;
}

const ZxGeometry *
zx_map_data_shapes (const ZxMapData *self, ZxMapLayerKind kind)
{
  return layer_of (self, kind)->borrowed;
}

const float *
zx_map_data_values (const ZxMapData *self, ZxMapLayerKind kind)
{
  return layer_of (self, kind)->values;
}

gboolean
zx_map_data_places (const ZxMapData *self, ZxMapLayerKind kind, ZxMapPlaces *places)
{
  const Layer *layer = layer_of (self, kind);
  if (layer->x_m == NULL || layer->borrowed != NULL)
    return FALSE;
  *places = (ZxMapPlaces){ layer->n, layer->x_m, layer->y_m, layer->group,
                           (const char *const *) layer->labels };
  return TRUE;
}

/* The units app/heat gives, in words of the language. */
static const char *
unit_text (const char *unit)
{
  return unit != NULL && unit[0] != '\0' ? _ (unit) : "";
}

char *
zx_map_data_legend (const ZxMapData *self, ZxMapLayerKind kind, char **note)
{
  const char *title = _ (zx_map_layer_kind_title (kind));
  const ZxField *field = zx_map_data_field (self, kind);
  *note = NULL;
  if (field != NULL)
    {
      double bandwidth_m = kind == ZX_MAP_LAYER_VEHICLE_HEAT
                               ? zx_project_vehicle_bandwidth_m (self->project)
                               : zx_project_usage_bandwidth_m (self->project);
      if (kind != ZX_MAP_LAYER_SHORTFALL && bandwidth_m > 0)
        {
          g_autofree char *metres = zx_number_human (bandwidth_m, 0);
          *note = g_strdup_printf (_ ("Kernel width %s m"), metres);
        }
      if (with_hour_field (self, kind) != NULL)
        {
          g_free (*note);
          *note = zx_map_data_hour_text ((guint) self->hour);
        }
      else if (kind == ZX_MAP_LAYER_SHORTFALL)
        *note = g_strdup (_ ("Above 0: more vehicles than use"));
      return g_strdup_printf ("%s, %s", title, unit_text (field->unit));
    }
  switch (kind)
    {
    case ZX_MAP_LAYER_DEMAND_MEAN:
      return g_strdup (_ ("Demand, kWh/km²/d"));
    case ZX_MAP_LAYER_DEMAND_SPREAD:
      *note = g_strdup (_ ("1 would be certain"));
      return g_strdup (_ ("P90 divided by P10"));
    case ZX_MAP_LAYER_DEMAND_PROBABILITY:
      {
        g_autofree char *high = zx_number_human (project_as_it_is (self)->high_kwh_per_km2, 0);
        *note = g_strdup_printf (_ ("High: above %s kWh/km²/d, what three quarters of the cells "
                                    "stay below"),
                                 high);
        return g_strdup (_ ("Probability of high demand"));
      }
    case ZX_MAP_LAYER_TRANSFORMER_AREAS:
      return g_strdup (_ ("Peak load rate, %"));
    case ZX_MAP_LAYER_FEEDERS:
      return g_strdup (_ ("Loading of lines, %"));
    case ZX_MAP_LAYER_FEEDER_ROOM:
      *note = g_strdup (_ ("One node at a time, at the fullest hour of its feeder"));
      return g_strdup (_ ("Room for charging, kW"));
    case ZX_MAP_LAYER_TRANSFORMER_AREAS_PLANNED:
      *note = g_strdup (_ ("With the full power of all chosen sites"));
      return g_strdup (_ ("Peak load rate with the plan, %"));
    case ZX_MAP_LAYER_FEEDERS_PLANNED:
      *note = g_strdup (_ ("With the full power of all chosen sites"));
      return g_strdup (_ ("Loading of lines with the plan, %"));
    case ZX_MAP_LAYER_BASE:
    case ZX_MAP_LAYER_USAGE_HEAT:
    case ZX_MAP_LAYER_VEHICLE_HEAT:
    case ZX_MAP_LAYER_SHORTFALL:
    case ZX_MAP_LAYER_LIMITS:
    case ZX_MAP_LAYER_STATIONS:
    case ZX_MAP_LAYER_CANDIDATES:
    case ZX_MAP_LAYER_SITES:
    case ZX_N_MAP_LAYERS:
    default:
      return g_strdup (title);
    }
}

static guint
decimals_for (double value)
{
  double size = fabs (value);
  return size >= 100 ? 0 : size >= 1 ? 1 : 3;
}

char *
zx_map_data_value_at (const ZxMapData *self, ZxMapLayerKind kind, double x_m, double y_m)
{
  const Layer *layer = layer_of (self, kind);
  const ZxField *field = zx_map_data_field (self, kind);
  const char *unit = "";
  double value = NAN;
  if (field != NULL)
    {
      value = zx_field_at (field, x_m, y_m);
      unit = unit_text (field->unit);
    }
  else if (kind == ZX_MAP_LAYER_DEMAND_MEAN || kind == ZX_MAP_LAYER_DEMAND_SPREAD
           || kind == ZX_MAP_LAYER_DEMAND_PROBABILITY)
    {
      const ZxCells *cells = zx_project_cells (self->project);
      gint32 cell = cells != NULL ? zx_cells_at (cells, x_m, y_m) : -1;
      if (cell >= 0 && layer->values != NULL)
        value = layer->values[cell];
      unit = kind == ZX_MAP_LAYER_DEMAND_MEAN ? _ ("kWh/km²/d") : "";
    }
  else if ((kind == ZX_MAP_LAYER_TRANSFORMER_AREAS
            || kind == ZX_MAP_LAYER_TRANSFORMER_AREAS_PLANNED)
           && layer->borrowed != NULL)
    {
      for (gsize row = 0; row < layer->borrowed->n_rows && !isfinite (value); row++)
        if (zx_geometry_contains (layer->borrowed, row, x_m, y_m))
          value = layer->values[row];
      unit = "%";
    }
  if (!isfinite (value))
    return NULL;
  g_autofree char *number = zx_number_human (value, decimals_for (value));
  return unit[0] != '\0' ? g_strdup_printf ("%s %s", number, unit) : g_steal_pointer (&number);
}

int
zx_map_data_place_at (const ZxMapData *self, ZxMapLayerKind kind, double x_m, double y_m,
                      double limit_m)
{
  const Layer *layer = layer_of (self, kind);
  return layer->index != NULL ? (int) zx_point_index_nearest (layer->index, x_m, y_m, limit_m, NULL)
                              : -1;
}

/* ---- cards -------------------------------------------------------------------------------- */

void
zx_map_say (GString *card, const char *label, double value, guint decimals, const char *unit)
{
  if (!isfinite (value))
    return;
  g_autofree char *number = zx_number_human (value, decimals);
  g_string_append_printf (card, "\n%s\t%s %s", label, number, unit);
}

static void
describe_station (const ZxMapData *self, guint i, GString *card)
{
  const ZxCity *city = zx_map_data_city (self);
  const ZxStations *stations = &city->stations;
  const char *name = zx_pool_get (city->pool, stations->name[i]);
  if (name[0] != '\0')
    g_string_append (card, name);
  else
    g_string_append_printf (card, _ ("Station %s"), zx_pool_get (city->pool, stations->id[i]));
  const char *operator_name = zx_pool_get (city->pool, stations->operator_name[i]);
  if (operator_name[0] != '\0')
    g_string_append_printf (card, "\n%s\t%s", _ ("Operator"), operator_name);
  zx_map_say (card, _ ("DC piles"), stations->n_dc[i], 0, "");
  zx_map_say (card, _ ("AC piles"), stations->n_ac[i], 0, "");
  zx_map_say (card, _ ("Rated"), stations->rated_kw[i], 0, "kW");
  zx_map_say (card, _ ("Use"), stations->kwh_per_day[i], 0, _ ("kWh a day"));
  zx_map_say (card, _ ("Price"), stations->price_fen_per_kwh[i] / 100, 2, _ ("yuan/kWh"));
}

static void
describe_candidate (const ZxMapData *self, guint i, GString *card)
{
  const ZxCandidates *candidates = zx_project_candidates (self->project);
  g_autofree char *name = zx_project_candidate_name (self->project, i);
  g_string_append (card, name);
  if (candidates->filter[i] != ZX_FILTER_NONE)
    g_string_append_printf (card, "\n%s\t%s", _ ("Ruled out"),
                            _ (zx_filter_title (candidates->filter[i])));
  zx_map_say (card, _ ("Served if built alone"), candidates->served_mean[i], 0, _ ("kWh a day"));
  zx_map_say (card, _ ("Grid room"), candidates->grid_room_kw[i], 0, "kW");
  g_autofree char *away = zx_distance_text (candidates->nearest_station_m[i]);
  g_string_append_printf (card, "\n%s\t%s", _ ("Nearest station"), away);
  zx_map_say (card, _ ("Score"), 100 * candidates->score[i], 0, "");
}

static void
describe_site (const ZxMapData *self, guint i, GString *card)
{
  const ZxPlanSite *site = &zx_project_plan (self->project)->site[i];
  g_autofree char *name = zx_project_candidate_name (self->project, site->candidate);
  const ZxConfiguration *size = zx_project_configuration (self->project, site->configuration);
  g_string_append_printf (card, _ ("Site %u: %s"), i + 1, name);
  if (size != NULL)
    g_string_append_printf (card, "\n%s\t%s", _ ("Size"), _ (size->title));
  zx_map_say (card, _ ("Served"), site->served_mean, 0, _ ("kWh a day"));
  g_autofree char *capex = zx_money_text (zx_project_city (self->project), site->capex_fen);
  g_string_append_printf (card, "\n%s\t%s", _ ("Investment"), capex);
  zx_map_say (card, _ ("Load rate after"), 100 * site->load_rate_after, 0, "%");
}

static void
describe_feeder_transformer (const ZxMapData *self, guint branch, GString *card)
{
  const ZxCity *city = zx_map_data_city (self);
  const ZxFeeders *feeders = &city->feeders;
  const ZxFeederState *flows = zx_project_headroom (self->project)->flows;
  guint32 name = feeders->branch_name[branch];
  g_string_append (card, zx_pool_get (city->pool, name != 0 ? name : feeders->branch_id[branch]));
  zx_map_say (card, _ ("Rated"), feeders->branch_max_kva[branch], 0, "kVA");
  zx_map_say (card, _ ("Loading"), flows->branch_loading_percent[branch], 1, "%");
  zx_map_say (card, _ ("Room behind it"), flows->node_room_kw[feeders->branch_to[branch]], 0, "kW");
}

static void
describe_transformer (const ZxMapData *self, guint i, GString *card)
{
  const ZxCity *city = zx_map_data_city (self);
  if (self->transformer != NULL)
    {
      describe_feeder_transformer (self, self->transformer[i], card);
      return;
    }
  const ZxHeadroom *headroom = zx_project_headroom (self->project);
  const char *name = zx_pool_get (city->pool, city->transformers.name[i]);
  g_string_append (card,
                   name[0] != '\0' ? name : zx_pool_get (city->pool, city->transformers.id[i]));
  zx_map_say (card, _ ("Rated"), city->transformers.rated_kva[i], 0, "kVA");
  if (headroom == NULL || i >= headroom->n_areas)
    return;
  zx_map_say (card, _ ("Peak load rate"), 100 * headroom->peak_rate[i], 0, "%");
  zx_map_say (card, _ ("Least room of the day"), headroom->least_room_kw[i], 0, "kW");
}

static const char *
limit_text (guint8 limit)
{
  static const char *const texts[] = {
    [ZX_LIMIT_VOLTAGE] = N_ ("voltage"),
    [ZX_LIMIT_THERMAL] = N_ ("loading"),
    [ZX_LIMIT_BASE_VOLTAGE] = N_ ("voltage, too low already"),
    [ZX_LIMIT_BASE_THERMAL] = N_ ("loading, too high already"),
    [ZX_LIMIT_CAP] = N_ ("nothing below 100 MW"),
    [ZX_LIMIT_NO_SOLUTION] = N_ ("collapse of the voltage"),
    [ZX_LIMIT_MESHED] = N_ ("too many loops"),
    [ZX_LIMIT_NONE] = N_ ("not worked out"),
  };
  return _ (texts[MIN (limit, ZX_LIMIT_NONE)]);
}

static void
describe_node (const ZxMapData *self, guint i, GString *card)
{
  const ZxCity *city = zx_map_data_city (self);
  const ZxFeeders *feeders = &city->feeders;
  const ZxFeederState *flows = zx_project_headroom (self->project)->flows;
  const char *name = zx_pool_get (city->pool, feeders->node_name[i]);
  g_string_append (card, name[0] != '\0' ? name : zx_pool_get (city->pool, feeders->node_id[i]));
  zx_map_say (card, _ ("Nominal"), feeders->node_kv[i], 1, "kV");
  zx_map_say (card, _ ("Load"), feeders->node_kw[i], 0, "kW");
  zx_map_say (card, _ ("Voltage"), flows->node_vm_pu[i], 4, _ ("p.u."));
  zx_map_say (card, _ ("Room"), flows->node_room_kw[i], 0, "kW");
  if (isfinite (flows->node_room_kw[i]))
    g_string_append_printf (card, "\n%s\t%s", _ ("Limited by"), limit_text (flows->node_limit[i]));
}

char *
zx_map_data_describe (const ZxMapData *self, ZxMapLayerKind kind, guint place)
{
  g_return_val_if_fail (place < layer_of (self, kind)->n, NULL);
  GString *card = g_string_new (NULL);
  if (kind == ZX_MAP_LAYER_STATIONS)
    describe_station (self, place, card);
  else if (kind == ZX_MAP_LAYER_CANDIDATES)
    describe_candidate (self, place, card);
  else if (kind == ZX_MAP_LAYER_SITES)
    describe_site (self, place, card);
  else if (kind == ZX_MAP_LAYER_TRANSFORMER_AREAS || kind == ZX_MAP_LAYER_TRANSFORMER_AREAS_PLANNED)
    describe_transformer (project_as_it_is (self), place, card);
  else if (kind == ZX_MAP_LAYER_FEEDER_ROOM)
    describe_node (self, place, card);
  return g_string_free (card, FALSE);
}
