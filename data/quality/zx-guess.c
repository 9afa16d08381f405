/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a layer most likely is.
 *
 * A list of questions in a fixed order, each answered by names and values of the first rows; the
 * first yes decides and gives the reason.  Narrow questions stand before wide ones: a table with a
 * pile's id, a station's id and a place is piles before it is stations before it is places.  No
 * scores: a person who reads the reason can see why, and knows which column to rename.
 *
 * When it is wrong: files whose headers are words of their own and whose values could be anything
 * (a table of "a", "b", "c").  They get no role, and the recipe says what they are. */

#include "data/quality/zx-quality.h"
#include "data/quality/zx-sketch.h"
#include "data/quality/zx-vocabulary.h"

typedef struct
{
  ZxRole role;
  const char *reason;
} Verdict;

#define NO_VERDICT ((Verdict){ ZX_ROLE_NONE, NULL })

/* ---- evidence ----------------------------------------------------------------------------- */

static gboolean
has (const ZxSketch *sketch, ZxRole role, const char *column)
{
  return zx_sketch_find (sketch, role, column) >= 0;
}

/* TRUE when one of @words (separated by spaces) is a header. */
static gboolean
has_header (const ZxSketch *sketch, const char *words)
{
  g_auto (GStrv) list = g_strsplit (words, " ", -1);
  for (guint i = 0; list[i] != NULL; i++)
    if (g_strv_contains ((const char *const *) sketch->header, list[i]))
      return TRUE;
  return FALSE;
}

static gboolean
has_place (const ZxSketch *sketch)
{
  int lon, lat;
  if (sketch->layer->geometry.kind == ZX_GEOMETRY_POINT)
    return TRUE;
  lon = zx_sketch_find (sketch, ZX_ROLE_STATIONS, "lon");
  lat = zx_sketch_find (sketch, ZX_ROLE_STATIONS, "lat");
  if (zx_sketch_is_number (sketch, lon) && zx_sketch_is_number (sketch, lat))
    return TRUE;
  return zx_sketch_find_place (sketch, &lon, &lat);
}

static gboolean
is_filled_time (const ZxSketch *sketch, ZxRole role, const char *column)
{
  int found = zx_sketch_find (sketch, role, column);
  return zx_sketch_is_time (sketch, found)
         || (zx_sketch_is_number (sketch, found) && sketch->look[found].middle > 1e7);
}

/* ---- OpenStreetMap ------------------------------------------------------------------------ */

static Verdict
ask_osm (const ZxSketch *sketch)
{
  static const struct
  {
    const char *layer;
    Verdict verdict;
  } layers[] = {
    { "lines", { ZX_ROLE_ROADS, N_ ("the lines of an OpenStreetMap file") } },
    { "points", { ZX_ROLE_PLACES, N_ ("the points of an OpenStreetMap file") } },
    { "multipolygons",
      { ZX_ROLE_WATER, N_ ("the areas of an OpenStreetMap file; tags say water or green") } },
  };
  if (strcmp (sketch->driver, "OSM") != 0)
    return NO_VERDICT;
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    if (strcmp (sketch->layer->name, layers[i].layer) == 0)
      return layers[i].verdict;
  return (Verdict){ ZX_ROLE_NONE, N_ ("relations of an OpenStreetMap file, not needed") };
}

/* ---- tables with a column per station ------------------------------------------------------ */

static Verdict
ask_wide (const ZxSketch *sketch)
{
  if (sketch->layer->geometry.kind != ZX_GEOMETRY_NONE)
    return NO_VERDICT;
  ZxWideLook wide = zx_sketch_wide (sketch);
  if (wide.is_weather)
    return (Verdict){ ZX_ROLE_NONE, N_ ("a record of the weather") };
  if (wide.is_pairs)
    return (Verdict){ ZX_ROLE_NONE, N_ ("a matrix of pairs: distances or neighbours") };
  if (!wide.is_wide
      && !(wide.may_be_wide
           && zx_sketch_is_named (sketch,
                                  "usage volume kwh energy price duration 用电 电量 电价 时长")))
    return NO_VERDICT;
  if (zx_sketch_is_named (sketch, "5min 5-min 5_min 15min")
      && sketch->look[wide.time].step_s >= 3600)
    return (Verdict){
      ZX_ROLE_NONE,
      N_ ("its name says minutes but its rows are hours, and its columns may be piles")
    };
  if (zx_sketch_is_named (sketch, "weather 天气 气象"))
    return (Verdict){ ZX_ROLE_NONE, N_ ("a record of the weather") };
  if (zx_sketch_is_named (sketch, "occupan status 占用"))
    return (Verdict){ ZX_ROLE_NONE, N_ ("counts of busy connectors, not energy") };
  if (zx_sketch_is_named (sketch, "price tariff fee 电价 价格 服务费"))
    return (Verdict){ ZX_ROLE_PRICE_WIDE, N_ ("times down, stations across, named as prices") };
  if (zx_sketch_is_named (sketch, "duration hours 时长"))
    return (Verdict){ ZX_ROLE_DURATION_WIDE,
                      N_ ("times down, stations across, named as durations") };
  return (Verdict){ ZX_ROLE_USAGE_WIDE,
                    N_ ("times down, stations across, a number in every cell") };
}

/* ---- lines and polygons -------------------------------------------------------------------- */

static Verdict
ask_lines (const ZxSketch *sketch)
{
  if (sketch->layer->geometry.kind != ZX_GEOMETRY_LINE)
    return NO_VERDICT;
  if (has (sketch, ZX_ROLE_FEEDER_BRANCHES, "from_node")
      && has (sketch, ZX_ROLE_FEEDER_BRANCHES, "to_node")
      && (has (sketch, ZX_ROLE_FEEDER_BRANCHES, "r_ohm")
          || has (sketch, ZX_ROLE_FEEDER_BRANCHES, "r_pu")))
    return (Verdict){ ZX_ROLE_FEEDER_BRANCHES, N_ ("lines between nodes with a resistance") };
  if (has_header (sketch, "highway fclass 道路等级 道路类型 道路类别 技术等级"))
    return (Verdict){ ZX_ROLE_ROADS, N_ ("lines with a road class") };
  if (zx_sketch_is_named (sketch, "bus metro rail subway tram ferry 公交 地铁 轨道 铁路"))
    return (Verdict){ ZX_ROLE_NONE, N_ ("lines of public transport, not roads") };
  if (zx_sketch_is_named (sketch, "feeder 10kv 馈线 配网")
      || has_header (sketch, "feederid feeder 馈线编号 馈线名称"))
    return (Verdict){ ZX_ROLE_NONE,
                      N_ ("lines of the grid without the nodes they join; only drawn") };
  if (zx_sketch_is_named (sketch, "river water stream canal 河 水系"))
    return (Verdict){ ZX_ROLE_NONE, N_ ("lines of water, not roads") };
  if (zx_sketch_is_named (sketch, "boundary border 边界 界线"))
    return (Verdict){ ZX_ROLE_NONE, N_ ("lines of a border, not an area") };
  return (Verdict){ ZX_ROLE_ROADS, N_ ("lines without a better explanation") };
}

static Verdict
ask_polygons (const ZxSketch *sketch)
{
  if (sketch->layer->geometry.kind != ZX_GEOMETRY_POLYGON)
    return NO_VERDICT;
  if (has (sketch, ZX_ROLE_TRANSFORMER_AREAS, "s_kva"))
    return (Verdict){ ZX_ROLE_TRANSFORMER_AREAS, N_ ("areas with a rated power in kVA") };
  if (has (sketch, ZX_ROLE_PEOPLE, "residents"))
    return (Verdict){ ZX_ROLE_PEOPLE, N_ ("areas with a number of residents") };
  if (has_header (sketch, "bays rent parcelid 地块编号 地块名称 宗地编号 车位数 租金")
      || zx_sketch_is_named (sketch, "parcel candidate 地块 宗地 候选"))
    return (Verdict){ ZX_ROLE_PARCELS, N_ ("areas with bays or rent, or named as land") };
  if (zx_sketch_is_named (sketch, "exclu protect restrict 禁 保护区 管控 红线"))
    return (Verdict){ ZX_ROLE_EXCLUSIONS, N_ ("areas named as closed to building") };
  if (zx_sketch_is_named (sketch, "water lake river sea 水 湖 河"))
    return (Verdict){ ZX_ROLE_WATER, N_ ("areas named as water") };
  if (zx_sketch_is_named (sketch, "green park forest 绿 公园 林"))
    return (Verdict){ ZX_ROLE_GREEN, N_ ("areas named as green") };
  if (has_header (sketch, "natural landuse waterway"))
    return (Verdict){ ZX_ROLE_WATER, N_ ("areas with OpenStreetMap tags that say water or green") };
  if (zx_sketch_is_named (sketch, "boundary border outline studyarea study_area 边界 范围"))
    return (Verdict){ ZX_ROLE_BOUNDARY, N_ ("areas named as a boundary") };
  if (zx_sketch_is_named (sketch, "building 建筑"))
    return (Verdict){ ZX_ROLE_NONE, N_ ("buildings, not needed") };
  if (sketch->n_rows == 1)
    return (Verdict){ ZX_ROLE_BOUNDARY, N_ ("a single area") };
  return (Verdict){ ZX_ROLE_DISTRICTS, N_ ("several areas without a better explanation") };
}

/* ---- tables ------------------------------------------------------------------------------- */

static Verdict
ask_usage (const ZxSketch *sketch)
{
  gboolean has_kwh = has (sketch, ZX_ROLE_USAGE_SESSIONS, "kwh");
  if (has_header (sketch, "stationelectricity") && has (sketch, ZX_ROLE_USAGE_LONG, "time"))
    return (Verdict){ ZX_ROLE_USAGE_LONG, N_ ("station, time and energy in every row") };
  if (has_kwh && is_filled_time (sketch, ZX_ROLE_USAGE_SESSIONS, "start_time")
      && (has (sketch, ZX_ROLE_USAGE_SESSIONS, "end_time")
          || has (sketch, ZX_ROLE_USAGE_SESSIONS, "duration")))
    return (Verdict){ ZX_ROLE_USAGE_SESSIONS, N_ ("start, end and energy in every row") };
  if (has (sketch, ZX_ROLE_USAGE_LONG, "kwh") && has (sketch, ZX_ROLE_USAGE_LONG, "station_id")
      && is_filled_time (sketch, ZX_ROLE_USAGE_LONG, "time"))
    return (Verdict){ ZX_ROLE_USAGE_LONG, N_ ("station, time and energy in every row") };
  return NO_VERDICT;
}

static Verdict
ask_grid (const ZxSketch *sketch)
{
  const ZxRole branches = ZX_ROLE_FEEDER_BRANCHES, nodes = ZX_ROLE_FEEDER_NODES;
  if (has (sketch, branches, "from_node") && has (sketch, branches, "to_node")
      && (has (sketch, branches, "r_ohm") || has (sketch, branches, "r_pu")))
    return (Verdict){ branches, N_ ("two nodes and a resistance in every row") };
  if (has_header (sketch, "nodeid node busid bus busname 节点编号 节点id 节点")
      && (has (sketch, nodes, "base_kv") || has (sketch, nodes, "p_mw")
          || has (sketch, nodes, "p_kw")))
    return (Verdict){ nodes, N_ ("a node with a voltage or a load in every row") };
  if (has_place (sketch) && has (sketch, ZX_ROLE_TRANSFORMER_AREAS, "s_kva")
      && has_header (
          sketch, "skva ratedkva kva transformerid capacitykva 台区编号 台区名称 台区id 配变编号 "
                  "配变名称 配变容量 台区容量 变压器编号"))
    return (Verdict){ ZX_ROLE_TRANSFORMER_AREAS, N_ ("places with a rated power in kVA") };
  return NO_VERDICT;
}

static Verdict
ask_vehicles (const ZxSketch *sketch)
{
  const ZxRole trips = ZX_ROLE_VEHICLE_TRIPS, traces = ZX_ROLE_VEHICLE_TRACES;
  if (has (sketch, trips, "end_lon") && has (sketch, trips, "end_lat")
      && has (sketch, trips, "start_lon") && has (sketch, trips, "start_lat"))
    return (Verdict){ trips, N_ ("two places in every row: where a trip starts and ends") };
  if (!has_place (sketch))
    return NO_VERDICT;
  int time = zx_sketch_find (sketch, traces, "time");
  gboolean has_vehicle = has (sketch, traces, "vehicle_id");
  if (has_vehicle && time >= 0 && zx_sketch_is_empty (sketch, time))
    return (Verdict){ ZX_ROLE_VEHICLE_POINTS,
                      N_ ("a vehicle and a place in every row; the column of times is empty") };
  if (has_vehicle && is_filled_time (sketch, traces, "time"))
    return (Verdict){ traces, N_ ("a vehicle, a time and a place in every row") };
  if (has_vehicle || has_header (sketch, "speed openstatus 速度 车速")
      || zx_sketch_is_named (sketch, "vehicle taxi gps trace trajectory fleet 车辆 出租 轨迹"))
    return (Verdict){ ZX_ROLE_VEHICLE_POINTS, N_ ("places of vehicles without usable times") };
  return NO_VERDICT;
}

static Verdict
ask_stations (const ZxSketch *sketch)
{
  if (!has_place (sketch))
    return NO_VERDICT;
  gboolean has_connectors = has (sketch, ZX_ROLE_STATIONS, "connectors")
                            || has (sketch, ZX_ROLE_STATIONS, "n_dc")
                            || has (sketch, ZX_ROLE_STATIONS, "n_ac");
  gboolean is_station = has_header (
      sketch,
      "stationid stationname stationuniquenumber 站点编号 站点名称 站点id 充电站编号 "
      "充电站名称 充电站id 电站编号 电站名称 电站id 场站编号 场站名称 locationid numberofpoints");
  if (has_header (
          sketch,
          "pileid equipmentid evseid evseuid chargepointid 充电桩编号 充电桩id 桩编号 桩id"))
    return (Verdict){ ZX_ROLE_PILES, N_ ("a pile and a place in every row") };
  if (!is_station && has_header (sketch, "grid taz tazid zone zoneid cbd") && has_connectors)
    return (Verdict){ ZX_ROLE_NONE,
                      N_ ("zones with the sums of their stations, not the stations themselves") };
  if (has_connectors
      && (is_station || has (sketch, ZX_ROLE_STATIONS, "operator")
          || zx_sketch_is_named (sketch, "station charg 充电 电站")))
    return (Verdict){ ZX_ROLE_STATIONS,
                      N_ ("a station, a place and a number of connectors in every row") };
  if (is_station)
    return (Verdict){ ZX_ROLE_STATIONS, N_ ("a station and a place in every row") };
  if (zx_sketch_is_named (sketch, "station charg 充电 电站")
      && (has_header (sketch, "operator operatorname 运营商")
          || has (sketch, ZX_ROLE_STATIONS, "kw")))
    return (Verdict){ ZX_ROLE_STATIONS, N_ ("places named as charging stations") };
  return NO_VERDICT;
}

static Verdict
ask_places (const ZxSketch *sketch)
{
  if (!has_place (sketch))
    return NO_VERDICT;
  if (has (sketch, ZX_ROLE_PEOPLE, "residents"))
    return (Verdict){ ZX_ROLE_PEOPLE, N_ ("places with a number of residents") };
  if (has_header (sketch, "bays rent parcelid 地块编号 地块名称 宗地编号 车位数 租金")
      || zx_sketch_is_named (sketch, "parcel candidate 地块 宗地 候选"))
    return (Verdict){ ZX_ROLE_PARCELS, N_ ("places with bays or rent, or named as land") };
  if (has_header (sketch, "highway junction") && !has_header (sketch, "name amenity shop"))
    return (Verdict){ ZX_ROLE_NONE,
                      N_ ("crossings of a road network, which the roads hold already") };
  if (has_header (sketch,
                  "kind type category fclass amenity shop poitype typename 类型 类别 分类 大类"))
    return (Verdict){ ZX_ROLE_PLACES, N_ ("places with a kind in every row") };
  if (zx_sketch_is_named (sketch, "poi point_of_interest points_of_interest places 兴趣点"))
    return (Verdict){ ZX_ROLE_PLACES, N_ ("places, named as points of interest") };
  if (has_header (sketch, "name 名称"))
    return (Verdict){ ZX_ROLE_PLACES, N_ ("places with a name in every row") };
  return (Verdict){ ZX_ROLE_NONE, N_ ("places without anything that says what they are") };
}

static Verdict
ask_rest (const ZxSketch *sketch)
{
  if (sketch->n == 0 && sketch->layer->geometry.kind == ZX_GEOMETRY_NONE)
    return (Verdict){ ZX_ROLE_NONE, N_ ("no columns and no geometry") };
  if (sketch->layer->n_rows == 0)
    return (Verdict){ ZX_ROLE_NONE, N_ ("no rows") };
  for (guint i = 0; i < sketch->n; i++)
    if (zx_sketch_is_time (sketch, (int) i))
      return (Verdict){ ZX_ROLE_NONE, N_ ("times without stations or vehicles") };
  return (Verdict){ ZX_ROLE_NONE, N_ ("no places, no stations and no times") };
}

static Verdict
judge (const ZxSketch *sketch)
{
  static Verdict (*const questions[]) (const ZxSketch *) = {
    ask_osm,      ask_wide, ask_lines,    ask_polygons, ask_usage,
    ask_vehicles, ask_grid, ask_stations, ask_places,
  };
  if (sketch->layer->n_rows > 0)
    for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
      {
        Verdict verdict = questions[i](sketch);
        if (verdict.reason != NULL)
          return verdict;
      }
  return ask_rest (sketch);
}

/* ---- columns ------------------------------------------------------------------------------ */

static gboolean
is_usable (const ZxSketch *sketch, ZxRole role, const char *column, int found)
{
  /* A free text where a number is meant would make every row a finding. */
  static const char *const numbers = " lon lat n_dc n_ac connectors kw_each kwh_total hours_total "
                                     "period_days price service_price residents jobs s_kva ";
  if (found < 0)
    return FALSE;
  if (role == ZX_ROLE_USAGE_SESSIONS && strcmp (column, "kw") == 0)
    {
      /* A model's name says the power only where it holds a number of kW. */
      const ZxColumn *source = &sketch->layer->columns[found];
      for (gsize row = 0; row < MIN (sketch->layer->n_rows, 50); row++)
        if (source->kind == ZX_COLUMN_NUMBER
            || strstr (zx_layer_text (sketch->layer, source, row), "kW") != NULL)
          return TRUE;
      return FALSE;
    }
  g_autofree char *word = g_strdup_printf (" %s ", column);
  return strstr (numbers, word) == NULL || zx_sketch_is_empty (sketch, found)
         || zx_sketch_is_number (sketch, found);
}

static void
bind_columns (const ZxSketch *sketch, ZxBinding *binding, ZxRole role)
{
  guint n;
  const ZxRoleColumn *columns = zx_role_columns (role, &n);
  g_autofree guint8 *is_taken = g_new0 (guint8, sketch->n + 1);
  gboolean has_geometry = sketch->layer->geometry.kind != ZX_GEOMETRY_NONE;
  for (guint i = 0; i < n; i++)
    {
      const char *column = columns[i].name;
      gboolean is_place = strcmp (column, "lon") == 0 || strcmp (column, "lat") == 0;
      int found = zx_vocabulary_find (role, column, sketch->header, sketch->n, is_taken);
      if (!is_usable (sketch, role, column, found)
          || (is_place && has_geometry && sketch->layer->geometry.kind != ZX_GEOMETRY_POINT))
        continue;
      is_taken[found] = 1;
      zx_binding_bind (binding, column, sketch->layer->columns[found].name);
    }
}

/* The first column that holds stamps, where no name says which. */
static void
bind_time_by_values (const ZxSketch *sketch, ZxBinding *binding)
{
  if (zx_binding_column (binding, "time") != NULL)
    return;
  for (guint i = 0; i < sketch->n; i++)
    if (zx_sketch_is_time (sketch, (int) i))
      {
        zx_binding_bind (binding, "time", sketch->layer->columns[i].name);
        return;
      }
}

static void
bind_place_by_values (const ZxSketch *sketch, ZxBinding *binding)
{
  int lon, lat;
  if (zx_binding_column (binding, "lon") != NULL && zx_binding_column (binding, "lat") != NULL)
    return;
  if (sketch->layer->geometry.kind != ZX_GEOMETRY_NONE
      || !zx_sketch_find_place (sketch, &lon, &lat))
    return;
  zx_binding_bind (binding, "lon", sketch->layer->columns[lon].name);
  zx_binding_bind (binding, "lat", sketch->layer->columns[lat].name);
}

static const ZxColumnLook *
look_of (const ZxSketch *sketch, const ZxBinding *binding, const char *column)
{
  const char *source = zx_binding_column (binding, column);
  int i = source != NULL ? zx_layer_column_index (sketch->layer, source) : -1;
  return i >= 0 ? &sketch->look[i] : NULL;
}

/* Whole columns in each other's place: latitudes never pass 90 degrees. */
static void
unswap_place (const ZxSketch *sketch, ZxBinding *binding)
{
  const ZxColumnLook *lon = look_of (sketch, binding, "lon");
  const ZxColumnLook *lat = look_of (sketch, binding, "lat");
  if (lon == NULL || lat == NULL || !(fabs (lat->middle) > 90) || !(fabs (lat->middle) <= 180)
      || !(fabs (lon->middle) <= 90))
    return;
  g_autofree char *held = g_strdup (zx_binding_column (binding, "lon"));
  g_autofree char *other = g_strdup (zx_binding_column (binding, "lat"));
  zx_binding_bind (binding, "lon", other);
  zx_binding_bind (binding, "lat", held);
  g_free (binding->crs_reason);
  binding->crs_reason = g_strdup (N_ ("longitude and latitude stand in each other's column"));
}

static void
guess_crs (ZxBinding *binding)
{
  static const struct
  {
    const char *part, *crs, *reason;
  } hints[] = {
    { "stationlng", "GCJ-02", N_ ("T/CEC 102 gives stations in GCJ-02") },
    { "equipmentlng", "GCJ-02", N_ ("T/CEC 102 gives stations in GCJ-02") },
    { "gcj", "GCJ-02", N_ ("the column's name says GCJ-02") },
    { "bd", "BD-09", N_ ("the column's name says BD-09") },
    { "wgs", "EPSG:4326", N_ ("the column's name says WGS 84") },
  };
  const char *source = zx_binding_column (binding, "lon");
  if (source == NULL)
    return;
  g_autofree char *header = zx_vocabulary_normalise (source);
  for (guint i = 0; i < G_N_ELEMENTS (hints); i++)
    if (strstr (header, hints[i].part) != NULL)
      {
        g_free (binding->crs_reason);
        binding->crs = g_strdup (hints[i].crs);
        binding->crs_reason = g_strdup (hints[i].reason);
        return;
      }
}

static void
guess_unit (ZxBinding *binding)
{
  const char *source = zx_binding_column (binding, "kwh");
  if (source == NULL)
    source = zx_binding_column (binding, "kwh_total");
  if (source == NULL)
    return;
  g_autofree char *header = zx_vocabulary_normalise (source);
  if (strstr (header, "万") != NULL)
    binding->unit = g_strdup ("10MWh");
  else if (g_str_has_suffix (header, "mwh"))
    binding->unit = g_strdup ("MWh");
  else if (g_str_has_suffix (header, "wh") && !g_str_has_suffix (header, "kwh"))
    binding->unit = g_strdup ("Wh");
}

static ZxBinding *
bind_as (const ZxSketch *sketch, const char *path, Verdict verdict)
{
  ZxBinding *binding = zx_binding_new (path, sketch->layer->name);
  binding->role = verdict.role;
  binding->role_reason = g_strdup (verdict.reason);
  bind_columns (sketch, binding, verdict.role);
  switch (verdict.role)
    {
    case ZX_ROLE_USAGE_WIDE:
    case ZX_ROLE_PRICE_WIDE:
    case ZX_ROLE_DURATION_WIDE:
      bind_time_by_values (sketch, binding);
      break;
    case ZX_ROLE_STATIONS:
    case ZX_ROLE_PILES:
    case ZX_ROLE_PLACES:
    case ZX_ROLE_VEHICLE_POINTS:
    case ZX_ROLE_VEHICLE_TRACES:
    case ZX_ROLE_PEOPLE:
    case ZX_ROLE_PARCELS:
    case ZX_ROLE_TRANSFORMER_AREAS:
      bind_place_by_values (sketch, binding);
      unswap_place (sketch, binding);
      guess_crs (binding);
      break;
    default:
      break;
    }
  guess_unit (binding);
  return binding;
}

ZxBinding *
zx_quality_guess (const ZxLayer *layer, const char *path, const char *driver, gint64 n_rows)
{
  g_return_val_if_fail (layer != NULL && path != NULL, NULL);
  ZxSketch sketch;
  zx_sketch_init (&sketch, layer, path, driver, n_rows);
  ZxBinding *binding = bind_as (&sketch, path, judge (&sketch));
  zx_sketch_clear (&sketch);
  return binding;
}

ZxBinding *
zx_quality_guess_columns (const ZxLayer *layer, const char *path, ZxRole role)
{
  g_return_val_if_fail (layer != NULL && path != NULL && role < ZX_N_ROLES, NULL);
  ZxSketch sketch;
  zx_sketch_init (&sketch, layer, path, NULL, (gint64) layer->n_rows);
  ZxBinding *binding = bind_as (&sketch, path, (Verdict){ role, N_ ("chosen by hand") });
  zx_sketch_clear (&sketch);
  return binding;
}
