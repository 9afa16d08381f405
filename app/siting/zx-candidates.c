/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where a station could stand: the planner's parcels, or, where there are none, one place a cell;
 * what grid, roads and neighbours each has; and the filters.
 *
 * A made candidate is the point of a cell's roads with the largest  preference (class) - distance
 * to the cell's centre / distance between cells.  Motorways, trunk roads, bridges, tunnels and
 * closed roads carry none: a station is not built at a crossing of trunk roads (GB 50966, 3.2.2).
 *
 * Filters are hard; a candidate counts under the first it fails, in the order of ZxFilter. */

#include "app/siting/zx-candidates.h"

#define TRANSFORMER_REACH_M 500.0
/* A bay of 2.5 × 5.3 m and its share of a 6 m aisle, with some room for the cabinets. */
#define M2_PER_BAY 30.0

/* ---- memory ------------------------------------------------------------------------------- */

static float *
new_floats (guint n)
{
  float *values = g_new (float, (gsize) n + 1);
  for (guint i = 0; i <= n; i++)
    values[i] = NAN;
  return values;
}

static gint32 *
new_indices (guint n)
{
  gint32 *values = g_new (gint32, (gsize) n + 1);
  memset (values, 0xff, ((gsize) n + 1) * sizeof (gint32));
  return values;
}

static ZxCandidates *
candidates_new (guint n)
{
  ZxCandidates *self = g_new0 (ZxCandidates, 1);
  self->n = n;
  self->id = g_new0 (guint32, (gsize) n + 1);
  self->parcel = new_indices (n);
  self->cell = new_indices (n);
  self->x_m = g_new0 (double, (gsize) n + 1);
  self->y_m = g_new0 (double, (gsize) n + 1);
  self->transformer = new_indices (n);
  self->feeder = new_indices (n);
  self->filter = g_new0 (guint8, (gsize) n + 1);
  self->best_configuration = g_new0 (guint8, (gsize) n + 1);
  self->road_class = g_new (guint8, (gsize) n + 1);
  memset (self->road_class, ZX_ROAD_UNKNOWN, (gsize) n + 1);
  float **const floats[]
      = { &self->grid_room_kw,     &self->road_distance_m, &self->nearest_station_m,
          &self->served_mean,      &self->served_p10,      &self->served_p50,
          &self->served_p90,       &self->npv_mean_fen,    &self->npv_positive,
          &self->coverage_people,  &self->access,          &self->score,
          &self->topsis,           &self->area_room_kw,    &self->feeder_room_kw,
          &self->rent_fen_per_year };
  for (guint i = 0; i < G_N_ELEMENTS (floats); i++)
    *floats[i] = new_floats (n);
  return self;
}

void
zx_candidates_free (ZxCandidates *self)
{
  if (self == NULL)
    return;
  gpointer const arrays[] = { self->id,
                              self->parcel,
                              self->cell,
                              self->x_m,
                              self->y_m,
                              self->transformer,
                              self->feeder,
                              self->grid_room_kw,
                              self->road_distance_m,
                              self->nearest_station_m,
                              self->filter,
                              self->served_mean,
                              self->served_p10,
                              self->served_p50,
                              self->served_p90,
                              self->npv_mean_fen,
                              self->npv_positive,
                              self->coverage_people,
                              self->access,
                              self->score,
                              self->best_configuration,
                              self->topsis,
                              self->area_room_kw,
                              self->feeder_room_kw,
                              self->road_class,
                              self->rent_fen_per_year };
  for (guint i = 0; i < G_N_ELEMENTS (arrays); i++)
    g_free (arrays[i]);
  zx_travel_rows_free (self->rows);
  g_free (self);
}

const char *
zx_filter_title (ZxFilter filter)
{
  static const char *const titles[ZX_N_FILTERS] = {
    [ZX_FILTER_NONE] = N_ ("Passes all filters"),
    [ZX_FILTER_OUTSIDE] = N_ ("Outside the study area"),
    [ZX_FILTER_EXCLUSION] = N_ ("Inside an area where no station may stand"),
    [ZX_FILTER_WATER] = N_ ("In water"),
    [ZX_FILTER_ROAD] = N_ ("No road for cars within reach"),
    [ZX_FILTER_SPACING] = N_ ("Too near an existing station"),
    [ZX_FILTER_GRID] = N_ ("No grid room for even the smallest station"),
    [ZX_FILTER_SMALL] = N_ ("Parcel too small"),
    [ZX_FILTER_BANNED] = N_ ("Ruled out by the planner"),
  };
  g_return_val_if_fail (filter < ZX_N_FILTERS, titles[0]);
  return titles[filter];
}

/* ---- made candidates ---------------------------------------------------------------------- */

typedef struct
{
  double score, x_m, y_m;
} RoadPoint;

static double
preference (guint road_class)
{
  switch (road_class)
    {
    case ZX_ROAD_SECONDARY:
      return 1.0;
    case ZX_ROAD_TERTIARY:
      return 0.9;
    case ZX_ROAD_PRIMARY:
      return 0.8;
    case ZX_ROAD_UNCLASSIFIED:
      return 0.6;
    case ZX_ROAD_RESIDENTIAL:
      return 0.5;
    case ZX_ROAD_UNKNOWN:
      return 0.4;
    case ZX_ROAD_LIVING_STREET:
    case ZX_ROAD_SERVICE:
      return 0.3;
    default:
      return -INFINITY;
    }
}

static void
look_at (const ZxCells *cells, RoadPoint *best, double x_m, double y_m, double base)
{
  gint32 c = zx_cells_at (cells, x_m, y_m);
  if (c < 0)
    return;
  double away = hypot (x_m - cells->x_m[c], y_m - cells->y_m[c]);
  double score = base - away / cells->across_m;
  if (score > best[c].score)
    best[c] = (RoadPoint){ score, x_m, y_m };
}

/* The points of one road, and points between them where they lie far apart. */
static void
look_along (const ZxCells *cells, const ZxGeometry *lines, gsize row, double base, RoadPoint *best)
{
  double step = cells->across_m / 4;
  for (gsize part = lines->part_first[row]; part < lines->part_first[row + 1]; part++)
    for (gsize i = lines->point_first[part]; i < lines->point_first[part + 1]; i++)
      {
        double x0 = lines->x[i], y0 = lines->y[i];
        look_at (cells, best, x0, y0, base);
        if (i + 1 >= lines->point_first[part + 1])
          continue;
        double dx = lines->x[i + 1] - x0, dy = lines->y[i + 1] - y0;
        guint n = (guint) MIN (hypot (dx, dy) / step, 10000);
        for (guint k = 1; k <= n; k++)
          look_at (cells, best, x0 + dx * k / (n + 1), y0 + dy * k / (n + 1), base);
      }
}

static gboolean
find_road_points (const ZxSitingInput *input, RoadPoint *best, const ZxProgress *progress,
                  GError **error)
{
  const ZxRoads *roads = &input->city->roads;
  const guint8 no_place = ZX_ROAD_IS_CLOSED | ZX_ROAD_IS_BRIDGE | ZX_ROAD_IS_TUNNEL;
  for (guint c = 0; c < input->cells->n; c++)
    best[c] = (RoadPoint){ -INFINITY, input->cells->x_m[c], input->cells->y_m[c] };
  for (gsize r = 0; r < roads->n; r++)
    {
      if (r % 4096 == 0 && !zx_progress_step (progress, r, roads->n, error))
        return FALSE;
      double base = preference (roads->road_class[r]);
      if (base > 0 && (roads->flags[r] & no_place) == 0)
        look_along (input->cells, &roads->lines, r, base, best);
    }
  return TRUE;
}

static ZxCandidates *
make_candidates (const ZxSitingInput *input, const ZxProgress *progress, GError **error)
{
  guint n = input->cells->n;
  g_autofree RoadPoint *best = ZX_TRY_NEW (RoadPoint, n, _ ("the candidates"), error);
  if (best == NULL || !find_road_points (input, best, progress, error))
    return NULL;
  ZxCandidates *self = candidates_new (n);
  for (guint c = 0; c < n; c++)
    {
      self->x_m[c] = best[c].x_m;
      self->y_m[c] = best[c].y_m;
      self->cell[c] = (gint32) c;
    }
  return self;
}

static ZxCandidates *
take_parcels (const ZxSitingInput *input)
{
  const ZxParcels *parcels = &input->city->parcels;
  ZxCandidates *self = candidates_new (parcels->n);
  self->are_parcels = TRUE;
  for (guint i = 0; i < parcels->n; i++)
    {
      self->id[i] = parcels->id[i];
      self->parcel[i] = (gint32) i;
      self->x_m[i] = parcels->x_m[i];
      self->y_m[i] = parcels->y_m[i];
      self->cell[i] = zx_cells_at (input->cells, parcels->x_m[i], parcels->y_m[i]);
    }
  return self;
}

/* ---- polygons ----------------------------------------------------------------------------- */

typedef struct
{
  double min_x, min_y, max_x, max_y;
} Box;

/* The extents of all polygons, so that most are ruled out by four comparisons. */
static Box *
measure_boxes (const ZxGeometry *polygons)
{
  Box *boxes = g_new (Box, polygons->n_rows + 1);
  for (gsize r = 0; r < polygons->n_rows; r++)
    {
      boxes[r] = (Box){ INFINITY, INFINITY, -INFINITY, -INFINITY };
      for (gsize p = polygons->part_first[r]; p < polygons->part_first[r + 1]; p++)
        for (gsize i = polygons->point_first[p]; i < polygons->point_first[p + 1]; i++)
          {
            boxes[r].min_x = MIN (boxes[r].min_x, polygons->x[i]);
            boxes[r].max_x = MAX (boxes[r].max_x, polygons->x[i]);
            boxes[r].min_y = MIN (boxes[r].min_y, polygons->y[i]);
            boxes[r].max_y = MAX (boxes[r].max_y, polygons->y[i]);
          }
    }
  return boxes;
}

static gboolean
is_inside (const ZxGeometry *polygons, const Box *boxes, gsize row, double x, double y)
{
  const Box *box = boxes + row;
  return x >= box->min_x && x <= box->max_x && y >= box->min_y && y <= box->max_y
         && zx_geometry_contains (polygons, row, x, y);
}

/* ---- what surrounds a candidate ----------------------------------------------------------- */

typedef struct
{
  const ZxSitingInput *input;
  const ZxSitingOptions *options;
  ZxCandidates *candidates;
  Box *area_boxes, *transformer_boxes; /* NULL without polygons */
  ZxPointIndex *transformers, *feeder_nodes, *stations;
  double *station_x; /* NaN for closed ones */
  ZxSnap *snaps;     /* NULL without roads */
  float *feeder_least_kw;
  guint32 *kinds; /* [candidate]: that fit */
} Survey;

static float
least_of_day (const float *by_hour)
{
  float least = NAN;
  for (guint h = 0; h < 24; h++)
    least = fminf (least, by_hour[h]); /* NaN only when all are */
  return least;
}

static void
survey_init (Survey *self)
{
  const ZxCity *city = self->input->city;
  const ZxHeadroom *headroom = self->input->headroom;
  if (city->areas.n > 0 && city->areas.polygons.kind == ZX_GEOMETRY_POLYGON)
    self->area_boxes = measure_boxes (&city->areas.polygons);
  if (city->transformers.n > 0 && city->transformers.areas.kind == ZX_GEOMETRY_POLYGON)
    self->transformer_boxes = measure_boxes (&city->transformers.areas);
  self->transformers
      = zx_point_index_new (city->transformers.x_m, city->transformers.y_m, city->transformers.n);
  self->feeder_nodes
      = zx_point_index_new (city->feeders.node_x_m, city->feeders.node_y_m, city->feeders.n_nodes);
  self->station_x = g_new (double, (gsize) city->stations.n + 1);
  for (guint i = 0; i < city->stations.n; i++)
    self->station_x[i] = city->stations.state[i] == ZX_STATION_CLOSED ? NAN : city->stations.x_m[i];
  self->stations = zx_point_index_new (self->station_x, city->stations.y_m, city->stations.n);
  guint n_feeders = headroom != NULL ? headroom->n_feeders : 0;
  self->feeder_least_kw = new_floats (n_feeders);
  for (guint f = 0; f < n_feeders; f++)
    self->feeder_least_kw[f] = least_of_day (headroom->feeder_room_kw + (gsize) f * 24);
}

static void
survey_clear (Survey *self)
{
  g_free (self->area_boxes);
  g_free (self->transformer_boxes);
  g_clear_pointer (&self->transformers, zx_point_index_free);
  g_clear_pointer (&self->feeder_nodes, zx_point_index_free);
  g_clear_pointer (&self->stations, zx_point_index_free);
  g_free (self->station_x);
  g_free (self->snaps);
  g_free (self->feeder_least_kw);
}

/* The parcel's own, else the area around, else the nearest transformer; -1: none near. */
static gint32
find_transformer (const Survey *self, guint j)
{
  const ZxCity *city = self->input->city;
  const ZxCandidates *candidates = self->candidates;
  double x = candidates->x_m[j], y = candidates->y_m[j];
  gint32 parcel = candidates->parcel[j];
  gint32 own = parcel >= 0 ? city->parcels.transformer_area[parcel] : -1;
  if (own >= 0 && own < (gint32) city->transformers.n)
    return own;
  for (guint a = 0; self->transformer_boxes != NULL && a < city->transformers.n; a++)
    if (is_inside (&city->transformers.areas, self->transformer_boxes, a, x, y))
      return (gint32) a;
  return (gint32) zx_point_index_nearest (self->transformers, x, y, TRANSFORMER_REACH_M, NULL);
}

static gint32
find_feeder (const Survey *self, guint j)
{
  const ZxCity *city = self->input->city;
  gint32 area = self->candidates->transformer[j];
  if (area >= 0 && city->transformers.feeder[area] >= 0)
    return city->transformers.feeder[area];
  gssize node = zx_point_index_nearest (self->feeder_nodes, self->candidates->x_m[j],
                                        self->candidates->y_m[j], TRANSFORMER_REACH_M, NULL);
  return node >= 0 ? city->feeders.node_feeder[node] : -1;
}

static void
survey_grid (const Survey *self, guint j)
{
  ZxCandidates *candidates = self->candidates;
  const ZxHeadroom *headroom = self->input->headroom;
  gint32 area = candidates->transformer[j] = find_transformer (self, j);
  gint32 feeder = candidates->feeder[j] = find_feeder (self, j);
  if (headroom == NULL)
    return;
  if (area >= 0 && area < (gint32) headroom->n_areas)
    candidates->area_room_kw[j] = headroom->least_room_kw[area];
  if (feeder >= 0 && feeder < (gint32) headroom->n_feeders)
    candidates->feeder_room_kw[j] = self->feeder_least_kw[feeder];
  candidates->grid_room_kw[j] = fminf (candidates->area_room_kw[j], candidates->feeder_room_kw[j]);
}

static void
survey_roads (const Survey *self, guint j)
{
  const ZxRoads *roads = &self->input->city->roads;
  const ZxSnap *snap = self->snaps != NULL ? self->snaps + j : NULL;
  if (snap == NULL || snap->node_a == G_MAXUINT32)
    return;
  self->candidates->road_distance_m[j] = snap->distance_m;
  if (snap->road < roads->n)
    self->candidates->road_class[j] = roads->road_class[snap->road];
}

/* ---- what can stand where ----------------------------------------------------------------- */

static gboolean
has_bays (const ZxSitingInput *input, const ZxCandidates *candidates, guint candidate, guint kind)
{
  const ZxParcels *parcels = &input->city->parcels;
  gint32 parcel = candidates->parcel[candidate];
  if (parcel < 0)
    return TRUE;
  double bays = parcels->bays[parcel];
  if (isnan (bays) && parcels->area_m2[parcel] > 0)
    bays = floor (parcels->area_m2[parcel] / M2_PER_BAY);
  return isnan (bays) || input->configurations[kind]->bays <= bays;
}

/* Unknown room forbids nothing.  A transformer of its own spares the area only where the feeder's
 * room is known. */
static gboolean
has_room (const ZxSitingInput *input, const ZxSitingOptions *options,
          const ZxCandidates *candidates, guint candidate, guint kind)
{
  const ZxConfiguration *size = input->configurations[kind];
  double area = candidates->area_room_kw[candidate], feeder = candidates->feeder_room_kw[candidate];
  double kw = size->kva * options->grid_power_factor;
  gboolean is_past_area = size->has_transformer && !isnan (feeder);
  return options->ignore_grid || (!(feeder < kw) && (is_past_area || !(area < kw)));
}

guint32
zx_candidates_kinds_that_fit (const ZxSitingInput *input, const ZxSitingOptions *options,
                              const ZxCandidates *candidates, guint candidate)
{
  guint32 kinds = 0;
  for (guint t = 0; t < input->n_configurations; t++)
    if (has_bays (input, candidates, candidate, t)
        && has_room (input, options, candidates, candidate, t))
      kinds |= 1u << t;
  return kinds;
}

static gboolean
grid_forbids (const ZxSitingInput *input, const ZxSitingOptions *options,
              const ZxCandidates *candidates, guint j)
{
  for (guint t = 0; t < input->n_configurations; t++)
    if (has_room (input, options, candidates, j, t))
      return FALSE;
  return TRUE;
}

/* ---- filters ------------------------------------------------------------------------------ */

static gboolean
is_in_area (const Survey *self, guint j, ZxAreaKind kind)
{
  const ZxAreas *areas = &self->input->city->areas;
  for (guint a = 0; self->area_boxes != NULL && a < areas->n; a++)
    if (areas->kind[a] == kind
        && is_inside (&areas->polygons, self->area_boxes, a, self->candidates->x_m[j],
                      self->candidates->y_m[j]))
      return TRUE;
  return FALSE;
}

static gboolean
is_outside (const Survey *self, guint j)
{
  const ZxCity *city = self->input->city;
  double x = self->candidates->x_m[j], y = self->candidates->y_m[j];
  if (zx_city_has_boundary (city))
    return !is_in_area (self, j, ZX_AREA_BOUNDARY);
  return !(x >= city->min_x_m && x <= city->max_x_m && y >= city->min_y_m && y <= city->max_y_m);
}

static gboolean
is_small (const ZxSitingInput *input, const ZxSitingOptions *options,
          const ZxCandidates *candidates, guint j)
{
  gint32 parcel = candidates->parcel[j];
  return parcel >= 0 && input->city->parcels.area_m2[parcel] < options->min_parcel_m2;
}

/* Of those that are numbers, which a planner turns. */
static ZxFilter
filter_by_limits (const ZxSitingInput *input, const ZxSitingOptions *options,
                  const ZxCandidates *candidates, guint j, guint32 kinds)
{
  if (input->graph != NULL && !(candidates->road_distance_m[j] <= options->road_limit_m))
    return ZX_FILTER_ROAD;
  if (candidates->nearest_station_m[j] < options->station_spacing_m)
    return ZX_FILTER_SPACING;
  if (kinds == 0 && grid_forbids (input, options, candidates, j))
    return ZX_FILTER_GRID;
  if (is_small (input, options, candidates, j) || kinds == 0)
    return ZX_FILTER_SMALL;
  return ZX_FILTER_NONE;
}

static ZxFilter
filter_candidate (const Survey *self, guint j)
{
  if (is_outside (self, j))
    return ZX_FILTER_OUTSIDE;
  if (is_in_area (self, j, ZX_AREA_EXCLUSION))
    return ZX_FILTER_EXCLUSION;
  if (is_in_area (self, j, ZX_AREA_WATER))
    return ZX_FILTER_WATER;
  return filter_by_limits (self->input, self->options, self->candidates, j, self->kinds[j]);
}

void
zx_siting_count_filters (const ZxSitingInput *input, const ZxSitingOptions *options,
                         const ZxCandidates *candidates, guint n_by_filter[ZX_N_FILTERS])
{
  g_autofree guint8 *is_banned = g_new0 (guint8, (gsize) candidates->n + 1);
  memset (n_by_filter, 0, ZX_N_FILTERS * sizeof (guint));
  for (guint i = 0; i < options->n_banned; i++)
    if (options->banned[i] < candidates->n)
      is_banned[options->banned[i]] = 1;
  for (guint j = 0; j < candidates->n; j++)
    {
      ZxFilter filter = (ZxFilter) candidates->filter[j];
      if (filter != ZX_FILTER_OUTSIDE && filter != ZX_FILTER_EXCLUSION && filter != ZX_FILTER_WATER)
        filter = filter_by_limits (input, options, candidates, j,
                                   zx_candidates_kinds_that_fit (input, options, candidates, j));
      n_by_filter[filter == ZX_FILTER_NONE && is_banned[j] ? ZX_FILTER_BANNED : filter]++;
    }
}

static void
survey_range (gsize begin, gsize end, guint worker, gpointer data)
{
  Survey *self = data;
  ZxCandidates *candidates = self->candidates;
  for (gsize j = begin; j < end; j++)
    {
      double away = NAN;
      if (zx_point_index_nearest (self->stations, candidates->x_m[j], candidates->y_m[j], INFINITY,
                                  &away)
          >= 0)
        candidates->nearest_station_m[j] = (float) away;
      survey_grid (self, (guint) j);
      survey_roads (self, (guint) j);
      self->kinds[j]
          = zx_candidates_kinds_that_fit (self->input, self->options, candidates, (guint) j);
      candidates->filter[j] = (guint8) filter_candidate (self, (guint) j);
    }
}

static gboolean
apply_bans (ZxCandidates *self, const ZxSitingOptions *options, GError **error)
{
  for (guint i = 0; i < options->n_banned; i++)
    {
      if (options->banned[i] >= self->n)
        {
          g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                       _ ("Candidate %u is ruled out, but there are only %u candidates"),
                       options->banned[i] + 1, self->n);
          return FALSE;
        }
      if (self->filter[options->banned[i]] == ZX_FILTER_NONE)
        self->filter[options->banned[i]] = ZX_FILTER_BANNED;
    }
  for (guint j = 0; j < self->n; j++)
    self->n_by_filter[self->filter[j]]++;
  return TRUE;
}

static gboolean
survey (const ZxSitingInput *input, const ZxSitingOptions *options, ZxCandidates *candidates,
        const ZxProgress *progress, GError **error)
{
  Survey self = { .input = input, .options = options, .candidates = candidates };
  g_autofree guint32 *kinds = g_new0 (guint32, (gsize) candidates->n + 1);
  ZxProgress snapping = zx_progress_slice (progress, 0, 0.5);
  ZxProgress looking = zx_progress_slice (progress, 0.5, 1);
  gboolean is_good = TRUE;
  self.kinds = kinds;
  survey_init (&self);
  if (input->graph != NULL)
    {
      self.snaps = ZX_TRY_NEW (ZxSnap, candidates->n, _ ("the candidates' roads"), error);
      is_good = self.snaps != NULL
                && zx_travel_snap (input->graph, candidates->x_m, candidates->y_m, candidates->n,
                                   INFINITY, self.snaps, &snapping, error);
    }
  is_good = is_good && zx_parallel_for (candidates->n, 0, survey_range, &self, &looking, error)
            && apply_bans (candidates, options, error);
  survey_clear (&self);
  return is_good;
}

/* ---- findings ----------------------------------------------------------------------------- */

static void
tell_doubts (const ZxSitingInput *input, const ZxSitingOptions *options,
             const ZxCandidates *candidates, ZxFindings *findings)
{
  gboolean is_grid_known = input->headroom != NULL && !options->ignore_grid;
  guint n_unknown = 0, n_left = candidates->n_by_filter[ZX_FILTER_NONE];
  for (guint j = 0; j < candidates->n; j++)
    n_unknown += candidates->filter[j] == ZX_FILTER_NONE && isnan (candidates->grid_room_kw[j]);
  zx_siting_tell (findings, "siting.candidates-made", candidates->are_parcels ? 0 : candidates->n,
                  0, ZX_SEVERITY_NOTE);
  zx_siting_tell (findings, "siting.grid-not-checked", is_grid_known ? 0 : n_left, 0,
                  ZX_SEVERITY_WARNING);
  zx_siting_tell (findings, "siting.grid-room-unknown", is_grid_known ? n_unknown : 0, n_left,
                  ZX_SEVERITY_WARNING);
  zx_siting_tell (findings, "siting.straight-lines", input->graph == NULL ? candidates->n : 0, 0,
                  ZX_SEVERITY_WARNING);
  zx_siting_tell (findings, "siting.draws-thinned",
                  candidates->n_draws_used < zx_siting_draws_to_use (input->demand)
                      ? candidates->n_draws_used
                      : 0,
                  input->demand->n_draws, ZX_SEVERITY_NOTE);
  zx_siting_tell (findings, "siting.no-candidate-left", n_left == 0 ? candidates->n : 0, 0,
                  ZX_SEVERITY_WARNING);
}

/* ---- the story ---------------------------------------------------------------------------- */

ZxCandidates *
zx_siting_candidates (const ZxSitingInput *input, const ZxSitingOptions *options,
                      ZxFindings *findings, const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (input != NULL && input->city != NULL && options != NULL, NULL);
  ZxProgress making = zx_progress_slice (progress, 0, 0.1);
  ZxProgress looking = zx_progress_slice (progress, 0.1, 0.2);
  ZxProgress driving = zx_progress_slice (progress, 0.2, 0.7);
  ZxProgress scoring = zx_progress_slice (progress, 0.7, 1);
  if (!zx_siting_input_check (input, options, error)
      || !zx_progress_say (progress, 0, _ ("Looking for places"), error))
    return NULL;
  g_autoptr (ZxCandidates) self
      = input->city->parcels.n > 0 ? take_parcels (input) : make_candidates (input, &making, error);
  if (self == NULL || !survey (input, options, self, &looking, error)
      || !zx_progress_say (progress, 0.2, _ ("Driving to the candidates"), error))
    return NULL;
  self->rows = zx_siting_rows (input, options, self->x_m, self->y_m, self->n, self->filter,
                               &driving, error);
  if (self->rows == NULL || !zx_progress_say (progress, 0.7, _ ("Scoring the candidates"), error)
      || !zx_candidates_score (self, input, options, &scoring, error))
    return NULL;
  tell_doubts (input, options, self, findings);
  return g_steal_pointer (&self);
}
