/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Transformers of feeders are the one kind whose places are not numbered as the rows of the table:
 * they are the branches of one sort, in the order of the branches. */

#include "ui/map/zx-map-features.h"

#include <math.h>

#include "ui/zx-distance.h"

/* ---- numbers ----------------------------------------------------------------------------------
 */

const char *
zx_map_feature_table (const ZxCity *city, ZxMapLayerKind kind)
{
  switch (kind)
    {
    case ZX_MAP_LAYER_STATIONS:
      return "stations";
    case ZX_MAP_LAYER_CANDIDATES:
      return "candidates";
    case ZX_MAP_LAYER_SITES:
      return "sites";
    case ZX_MAP_LAYER_TRANSFORMER_AREAS:
    case ZX_MAP_LAYER_TRANSFORMER_AREAS_PLANNED:
      return city != NULL && city->transformers.n == 0 ? "feeder_branches" : "transformer_area";
    case ZX_MAP_LAYER_FEEDERS:
    case ZX_MAP_LAYER_FEEDERS_PLANNED:
      return "feeder_branches";
    case ZX_MAP_LAYER_FEEDER_ROOM:
      return "feeder_nodes";
    case ZX_MAP_LAYER_DEMAND_MEAN:
    case ZX_MAP_LAYER_DEMAND_SPREAD:
    case ZX_MAP_LAYER_DEMAND_PROBABILITY:
      return "cells";
    case ZX_MAP_LAYER_BASE:
    case ZX_MAP_LAYER_USAGE_HEAT:
    case ZX_MAP_LAYER_VEHICLE_HEAT:
    case ZX_MAP_LAYER_SHORTFALL:
    case ZX_N_MAP_LAYERS:
    default:
      return NULL;
    }
}

static gboolean
is_demand (ZxMapLayerKind kind)
{
  return kind == ZX_MAP_LAYER_DEMAND_MEAN || kind == ZX_MAP_LAYER_DEMAND_SPREAD
         || kind == ZX_MAP_LAYER_DEMAND_PROBABILITY;
}

static gboolean
is_of_branches (const ZxMapData *data, ZxMapLayerKind kind)
{
  const ZxCity *city = zx_map_data_city (data);
  return kind == ZX_MAP_LAYER_TRANSFORMER_AREAS && city->transformers.n == 0;
}

/* The place of a branch that is a transformer, or with @is_place the branch of a place; -1: none.
 */
static int
transformer_number (const ZxFeeders *feeders, guint number, gboolean is_place)
{
  guint n_before = 0;
  for (guint b = 0; b < feeders->n_branches; b++)
    if (feeders->branch_kind[b] == ZX_FEEDER_TRANSFORMER)
      {
        if ((is_place ? n_before : b) == number)
          return (int) (is_place ? b : n_before);
        n_before++;
      }
  return -1;
}

static int
place_of (const ZxMapData *data, ZxMapLayerKind kind, guint feature)
{
  return is_of_branches (data, kind)
             ? transformer_number (&zx_map_data_city (data)->feeders, feature, FALSE)
             : (int) feature;
}

/* ---- under a place ----------------------------------------------------------------------------
 */

static double
away_from_segment_m (const ZxGeometry *lines, gsize first, double x_m, double y_m)
{
  double x = lines->x[first], y = lines->y[first], along_x = lines->x[first + 1] - x,
         along_y = lines->y[first + 1] - y, length2 = along_x * along_x + along_y * along_y;
  double share = length2 > 0 ? ((x_m - x) * along_x + (y_m - y) * along_y) / length2 : 0;
  share = CLAMP (share, 0, 1);
  return hypot (x + share * along_x - x_m, y + share * along_y - y_m);
}

static int
line_at (const ZxGeometry *lines, double x_m, double y_m, double limit_m)
{
  double nearest_m = limit_m;
  int found = -1;
  for (gsize row = 0; row < lines->n_rows; row++)
    for (guint32 part = lines->part_first[row]; part < lines->part_first[row + 1]; part++)
      for (gsize point = lines->point_first[part]; point + 1 < lines->point_first[part + 1];
           point++)
        {
          double away_m = away_from_segment_m (lines, point, x_m, y_m);
          if (away_m < nearest_m)
            {
              nearest_m = away_m;
              found = (int) row;
            }
        }
  return found;
}

static int
area_at (const ZxGeometry *areas, double x_m, double y_m)
{
  for (gsize row = 0; row < areas->n_rows; row++)
    if (zx_geometry_contains (areas, row, x_m, y_m))
      return (int) row;
  return -1;
}

int
zx_map_feature_at (const ZxMapData *data, ZxMapLayerKind kind, double x_m, double y_m,
                   double limit_m)
{
  const ZxGeometry *shapes = zx_map_data_shapes (data, kind);
  if (is_demand (kind))
    {
      const ZxCells *cells = zx_project_cells (zx_map_data_project (data));
      return cells != NULL && shapes != NULL ? zx_cells_at (cells, x_m, y_m) : -1;
    }
  if (shapes != NULL && shapes->kind == ZX_GEOMETRY_POLYGON)
    return area_at (shapes, x_m, y_m);
  if (shapes != NULL && shapes->kind == ZX_GEOMETRY_LINE)
    return line_at (shapes, x_m, y_m, limit_m);
  int place = zx_map_data_place_at (data, kind, x_m, y_m, limit_m);
  return place >= 0 && is_of_branches (data, kind)
             ? transformer_number (&zx_map_data_city (data)->feeders, (guint) place, TRUE)
             : place;
}

gboolean
zx_map_feature_place (const ZxMapData *data, ZxMapLayerKind kind, guint feature, double *x_m,
                      double *y_m)
{
  const ZxGeometry *shapes = zx_map_data_shapes (data, kind);
  ZxMapPlaces places;
  if (shapes != NULL)
    return feature < shapes->n_rows && zx_geometry_centre (shapes, feature, x_m, y_m);
  int place = place_of (data, kind, feature);
  if (place < 0 || !zx_map_data_places (data, kind, &places) || (guint) place >= places.n)
    return FALSE;
  *x_m = places.x_m[place];
  *y_m = places.y_m[place];
  return isfinite (*x_m) && isfinite (*y_m);
}

/* ---- in words ---------------------------------------------------------------------------------
 */

static char *
describe_cell (const ZxMapData *data, guint cell)
{
  const ZxDemand *demand = zx_project_demand (zx_map_data_project (data));
  const ZxCells *cells = zx_project_cells (zx_map_data_project (data));
  GString *card = g_string_new (NULL);
  const float *high = zx_map_data_values (data, ZX_MAP_LAYER_DEMAND_PROBABILITY);
  g_string_append_printf (card, _ ("Cell %u"), cell + 1);
  zx_map_say (card, _ ("Expected demand"), demand->mean[cell], 0, _ ("kWh a day"));
  g_autofree char *low = zx_number_human (demand->p10[cell], 0),
                  *most = zx_number_human (demand->p90[cell], 0);
  g_string_append_printf (card, "\n%s\t%s – %s", _ ("Eight times of ten"), low, most);
  zx_map_say (card, _ ("Spread of demand"), demand->rate_p90_to_p10[cell], 1, "");
  if (high != NULL)
    zx_map_say (card, _ ("Probability of high demand"), 100 * high[cell], 0, "%");
  g_autofree char *area = zx_distance_area_text (1e6 * cells->area_km2[cell]);
  g_string_append_printf (card, "\n%s\t%s", _ ("Surface"), area);
  return g_string_free (card, FALSE);
}

static char *
describe_branch (const ZxMapData *data, ZxMapLayerKind kind, guint branch)
{
  const ZxCity *city = zx_map_data_city (data);
  const ZxFeeders *feeders = &city->feeders;
  const float *loading = zx_map_data_values (data, kind);
  guint32 name = feeders->branch_name[branch];
  GString *card
      = g_string_new (zx_pool_get (city->pool, name != 0 ? name : feeders->branch_id[branch]));
  zx_map_say (card, _ ("Rated"), feeders->branch_max_kva[branch], 0, "kVA");
  g_autofree char *length
      = zx_distance_text (zx_geometry_length (zx_map_data_shapes (data, kind), branch));
  g_string_append_printf (card, "\n%s\t%s", _ ("Length"), length);
  if (loading != NULL)
    zx_map_say (card,
                kind == ZX_MAP_LAYER_FEEDERS_PLANNED ? _ ("Loading with the plan") : _ ("Loading"),
                loading[branch], 1, "%");
  return g_string_free (card, FALSE);
}

char *
zx_map_feature_describe (const ZxMapData *data, ZxMapLayerKind kind, guint feature)
{
  double x_m, y_m;
  if (!zx_map_feature_place (data, kind, feature, &x_m, &y_m))
    return NULL;
  return is_demand (kind) ? describe_cell (data, feature)
         : kind == ZX_MAP_LAYER_FEEDERS || kind == ZX_MAP_LAYER_FEEDERS_PLANNED
             ? describe_branch (data, kind, feature)
             : zx_map_data_describe (data, kind, (guint) place_of (data, kind, feature));
}

/* ---- all of a layer ---------------------------------------------------------------------------
 */

gboolean
zx_map_layer_extent (const ZxMapData *data, ZxMapLayerKind kind, double *min_x_m, double *min_y_m,
                     double *max_x_m, double *max_y_m)
{
  const ZxCity *city = zx_map_data_city (data);
  const ZxField *field = zx_map_data_field (data, kind);
  const ZxGeometry *shapes = zx_map_data_shapes (data, kind);
  ZxMapPlaces places;
  if (kind == ZX_MAP_LAYER_BASE)
    {
      *min_x_m = city->min_x_m;
      *min_y_m = city->min_y_m;
      *max_x_m = city->max_x_m;
      *max_y_m = city->max_y_m;
      return TRUE;
    }
  if (field != NULL)
    {
      *min_x_m = field->min_x_m;
      *min_y_m = field->min_y_m;
      *max_x_m = field->min_x_m + field->cell_m * field->n_columns;
      *max_y_m = field->min_y_m + field->cell_m * field->n_rows;
      return TRUE;
    }
  if (shapes != NULL)
    return zx_geometry_extent (shapes, min_x_m, min_y_m, max_x_m, max_y_m);
  if (!zx_map_data_places (data, kind, &places))
    return FALSE;
  const ZxGeometry points = { .kind = ZX_GEOMETRY_POINT,
                              .n_rows = places.n,
                              .n_points = places.n,
                              .x = (double *) places.x_m, /* only read */
                              .y = (double *) places.y_m };
  return zx_geometry_extent (&points, min_x_m, min_y_m, max_x_m, max_y_m);
}
