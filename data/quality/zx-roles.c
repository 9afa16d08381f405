/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a layer can be, and what our columns of each role are called. */

#include "data/quality/zx-quality.h"

static const struct
{
  const char *name, *title;
} roles[ZX_N_ROLES] = {
  [ZX_ROLE_NONE] = { "none", N_ ("Not used") },
  [ZX_ROLE_ROADS] = { "roads", N_ ("Roads") },
  [ZX_ROLE_STATIONS] = { "stations", N_ ("Charging stations") },
  [ZX_ROLE_PILES] = { "piles", N_ ("Charging piles") },
  [ZX_ROLE_USAGE_WIDE] = { "usage-wide", N_ ("Usage, one column per station") },
  [ZX_ROLE_USAGE_LONG] = { "usage-long", N_ ("Usage, one row per station and time") },
  [ZX_ROLE_USAGE_SESSIONS] = { "sessions", N_ ("Charging sessions") },
  [ZX_ROLE_PRICE_WIDE] = { "price-wide", N_ ("Prices, one column per station") },
  [ZX_ROLE_DURATION_WIDE] = { "duration-wide", N_ ("Hours of charging, one column per station") },
  [ZX_ROLE_VEHICLE_POINTS] = { "vehicle-points", N_ ("Vehicle positions") },
  [ZX_ROLE_VEHICLE_TRACES] = { "vehicle-traces", N_ ("Vehicle traces") },
  [ZX_ROLE_VEHICLE_TRIPS] = { "vehicle-trips", N_ ("Vehicle trips") },
  [ZX_ROLE_FEEDER_NODES] = { "feeder-nodes", N_ ("Feeder nodes") },
  [ZX_ROLE_FEEDER_BRANCHES] = { "feeder-branches", N_ ("Feeder branches") },
  [ZX_ROLE_TRANSFORMER_AREAS] = { "transformer-areas", N_ ("Transformer areas") },
  [ZX_ROLE_PEOPLE] = { "people", N_ ("People") },
  [ZX_ROLE_PLACES] = { "places", N_ ("Places") },
  [ZX_ROLE_BOUNDARY] = { "boundary", N_ ("Boundary of the study area") },
  [ZX_ROLE_DISTRICTS] = { "districts", N_ ("Districts") },
  [ZX_ROLE_WATER] = { "water", N_ ("Water") },
  [ZX_ROLE_GREEN] = { "green", N_ ("Green areas") },
  [ZX_ROLE_EXCLUSIONS] = { "exclusions", N_ ("Areas where no station may stand") },
  [ZX_ROLE_PARCELS] = { "parcels", N_ ("Candidate land") },
};

/* Coordinates are required only where the layer has no geometry of its own. */
#define PLACE                                                                                      \
  { "lon", TRUE, N_ ("longitude or easting, where the layer has no geometry") },                   \
  {                                                                                                \
    "lat", TRUE, N_ ("latitude or northing, where the layer has no geometry")                      \
  }
#define END                                                                                        \
  {                                                                                                \
    NULL, FALSE, NULL                                                                              \
  }

static const ZxRoleColumn road_columns[] = {
  { "class", FALSE, N_ ("road class: an OSM highway value or a Chinese road grade") },
  { "id", FALSE, N_ ("identifier") },
  { "name", FALSE, N_ ("name") },
  { "one_way", FALSE, N_ ("direction: yes, no, -1, reversible; T and F are along and against") },
  { "max_speed", FALSE, N_ ("speed limit, km/h unless the text says mph") },
  { "bridge", FALSE, N_ ("whether it is a bridge") },
  { "tunnel", FALSE, N_ ("whether it is a tunnel") },
  { "level", FALSE, N_ ("OSM layer, -5 to 5") },
  { "junction", FALSE, N_ ("OSM junction: roundabout and circular are one-way") },
  { "service", FALSE, N_ ("OSM service: alley, driveway, parking_aisle are slow") },
  { "surface", FALSE, N_ ("OSM surface") },
  { "track_type", FALSE, N_ ("OSM tracktype") },
  { "smoothness", FALSE, N_ ("OSM smoothness") },
  { "route", FALSE, N_ ("OSM route: ferry") },
  { "access", FALSE, N_ ("OSM access") },
  { "vehicle", FALSE, N_ ("OSM vehicle") },
  { "motor_vehicle", FALSE, N_ ("OSM motor_vehicle") },
  { "motorcar", FALSE, N_ ("OSM motorcar") },
  { "area", FALSE, N_ ("OSM area: yes is a square, not a road") },
  { "other_tags", FALSE, N_ ("OSM tags without a column of their own") },
  END,
};
static const ZxRoleColumn station_columns[] = {
  PLACE,
  { "id", FALSE, N_ ("identifier") },
  { "name", FALSE, N_ ("name") },
  { "operator", FALSE, N_ ("operator") },
  { "n_dc", FALSE, N_ ("number of DC (fast) connectors") },
  { "n_ac", FALSE, N_ ("number of AC (slow) connectors") },
  { "connectors", FALSE, N_ ("number of connectors of any kind") },
  { "kw", FALSE, N_ ("rated power of the whole station, kW") },
  { "kw_each", FALSE, N_ ("rated power of one connector, kW") },
  { "price", FALSE, N_ ("price to the driver per kWh, energy and service") },
  { "service_price", FALSE, N_ ("service fee per kWh where it is not in the price") },
  { "kwh_total", FALSE, N_ ("energy sold in the period, kWh") },
  { "hours_total", FALSE, N_ ("connector-hours of charging in the period") },
  { "period_days", FALSE, N_ ("length of the period, days") },
  { "state", FALSE, N_ ("working, planned or closed; a T/CEC 102 or OCPI status") },
  END,
};
static const ZxRoleColumn pile_columns[] = {
  PLACE,
  { "id", FALSE, N_ ("identifier") },
  { "station_id", FALSE, N_ ("identifier of the station") },
  { "name", FALSE, N_ ("name") },
  { "operator", FALSE, N_ ("operator") },
  { "current", FALSE, N_ ("DC or AC; a T/CEC 102 equipment type") },
  { "connectors", FALSE, N_ ("number of connectors; 1 when there is no such column") },
  { "n_dc", FALSE, N_ ("number of DC (fast) connectors") },
  { "n_ac", FALSE, N_ ("number of AC (slow) connectors") },
  { "kw", FALSE, N_ ("rated power of the pile, kW") },
  { "kwh_total", FALSE, N_ ("energy sold in the period, kWh") },
  { "hours_total", FALSE, N_ ("connector-hours of charging in the period") },
  { "period_days", FALSE, N_ ("length of the period, days") },
  { "state", FALSE, N_ ("working, planned or closed; a T/CEC 102 or OCPI status") },
  END,
};
static const ZxRoleColumn wide_columns[] = {
  { "time", TRUE, N_ ("start of the interval; every other column is a station") },
  END,
};
static const ZxRoleColumn long_columns[] = {
  { "time", TRUE, N_ ("start of the interval") },
  { "kwh", TRUE, N_ ("energy in the interval, kWh") },
  { "station_id", TRUE, N_ ("identifier of the station or pile") },
  { "hours", FALSE, N_ ("connector-hours of charging in the interval") },
  { "price", FALSE, N_ ("price per kWh") },
  END,
};
static const ZxRoleColumn session_columns[] = {
  { "kwh", TRUE, N_ ("energy of the session, kWh") },
  { "start_time", TRUE, N_ ("start; the time of day when the date has its own column") },
  { "start_date", FALSE, N_ ("date of the start") },
  { "end_time", FALSE, N_ ("end; the time of day when the date has its own column") },
  { "end_date", FALSE, N_ ("date of the end") },
  { "station_id", FALSE, N_ ("identifier of the station or pile") },
  { "name", FALSE, N_ ("name of the station") },
  { "id", FALSE, N_ ("identifier of the session") },
  { "user", FALSE, N_ ("identifier of the driver or card; only a number of our own is kept") },
  { "connector", FALSE, N_ ("connector of the station") },
  { "duration", FALSE, N_ ("time of charging: h:mm:ss, or minutes, hours or seconds") },
  { "idle", FALSE, N_ ("time plugged in without charging") },
  { "cost", FALSE, N_ ("what the driver paid") },
  { "zone", FALSE, N_ ("time zone of the stamps") },
  { "kw", FALSE, N_ ("rated power, kW, or a text that names it") },
  { "lon", FALSE, N_ ("longitude or easting of the station") },
  { "lat", FALSE, N_ ("latitude or northing of the station") },
  END,
};
static const ZxRoleColumn vehicle_columns[] = {
  PLACE,
  { "vehicle_id", FALSE, N_ ("identifier of the vehicle or track") },
  { "time", FALSE, N_ ("time of the position") },
  { "date", FALSE, N_ ("date, where the time has only the time of day") },
  { "speed", FALSE, N_ ("speed, km/h") },
  END,
};
static const ZxRoleColumn trace_columns[] = {
  PLACE,
  { "vehicle_id", TRUE, N_ ("identifier of the vehicle or track") },
  { "time", TRUE, N_ ("time of the position") },
  { "date", FALSE, N_ ("date, where the time has only the time of day") },
  { "speed", FALSE, N_ ("speed, km/h") },
  END,
};
static const ZxRoleColumn trip_columns[] = {
  { "start_lon", TRUE, N_ ("longitude or easting of the start") },
  { "start_lat", TRUE, N_ ("latitude or northing of the start") },
  { "end_lon", TRUE, N_ ("longitude or easting of the end") },
  { "end_lat", TRUE, N_ ("latitude or northing of the end") },
  { "start_time", FALSE, N_ ("start") },
  { "end_time", FALSE, N_ ("end") },
  { "vehicle_id", FALSE, N_ ("identifier of the vehicle") },
  { "id", FALSE, N_ ("identifier of the trip") },
  END,
};
static const ZxRoleColumn node_columns[] = {
  { "node_id", TRUE, N_ ("identifier") },
  { "lon", FALSE, N_ ("longitude or easting; none for a schematic network") },
  { "lat", FALSE, N_ ("latitude or northing; none for a schematic network") },
  { "feeder_id", FALSE, N_ ("feeder the node belongs to") },
  { "name", FALSE, N_ ("name") },
  { "type", FALSE, N_ ("slack, source or ref: where the feeder begins; pq: a load") },
  { "is_source", FALSE, N_ ("whether the feeder begins here") },
  { "base_kv", FALSE, N_ ("nominal voltage, kV") },
  { "p_mw", FALSE, N_ ("load at the design hour, MW") },
  { "q_mvar", FALSE, N_ ("reactive load at the design hour, Mvar") },
  { "p_kw", FALSE, N_ ("load at the design hour, kW") },
  { "q_kvar", FALSE, N_ ("reactive load at the design hour, kvar") },
  { "phases", FALSE, N_ ("phases the load hangs on: A, BC, or with shares: A 0.5 B 0.3 C 0.2") },
  { "gs_mw", FALSE, N_ ("shunt conductance at 1 p.u., MW") },
  { "bs_mvar", FALSE, N_ ("shunt capacitor at 1 p.u., Mvar") },
  { "vm_set_pu", FALSE, N_ ("voltage kept at a source, p.u.; 1 when not stated") },
  END,
};
static const ZxRoleColumn branch_columns[] = {
  { "from_node", TRUE, N_ ("node where the branch begins") },
  { "to_node", TRUE, N_ ("node where the branch ends") },
  { "branch_id", FALSE, N_ ("identifier") },
  { "name", FALSE, N_ ("name") },
  { "kind", FALSE, N_ ("line, transformer or switch") },
  { "feeder_id", FALSE, N_ ("feeder the branch belongs to") },
  { "r_ohm", FALSE, N_ ("resistance, ohm") },
  { "x_ohm", FALSE, N_ ("reactance, ohm") },
  { "max_kva", FALSE, N_ ("thermal limit, kVA") },
  { "max_a", FALSE, N_ ("thermal limit, A") },
  { "r_pu", FALSE, N_ ("resistance, per unit on base_mva and the node's base_kv") },
  { "x_pu", FALSE, N_ ("reactance, per unit on base_mva and the node's base_kv") },
  { "rate_mva", FALSE, N_ ("thermal limit, MVA") },
  { "base_mva", FALSE, N_ ("base power of the per-unit values, MVA; 1 when not stated") },
  { "g_pu", FALSE, N_ ("conductance to earth, per unit on base_mva and the node's base_kv") },
  { "b_pu", FALSE, N_ ("charging susceptance, per unit on base_mva and the node's base_kv") },
  { "tap", FALSE, N_ ("ratio of a transformer at its from-node; 1 when not stated") },
  { "shift_deg", FALSE, N_ ("phase shift of a transformer, degrees") },
  { "n_phases", FALSE, N_ ("conductors: 1, 2 or 3; 3 when not stated") },
  { "status", FALSE, N_ ("1 closed, 0 open tie") },
  { "wkt", FALSE, N_ ("course of the branch as WKT, where the layer has no geometry") },
  END,
};
static const ZxRoleColumn transformer_columns[] = {
  { "s_kva", TRUE, N_ ("rated power, kVA") },
  { "lon", FALSE, N_ ("longitude or easting, where the layer has no geometry") },
  { "lat", FALSE, N_ ("latitude or northing, where the layer has no geometry") },
  { "id", FALSE, N_ ("identifier") },
  { "name", FALSE, N_ ("name") },
  { "feeder_id", FALSE, N_ ("feeder that supplies it") },
  { "base_peak_kw", FALSE, N_ ("highest load without new charging, kW") },
  { "base_peak_kvar", FALSE, N_ ("highest reactive load without new charging, kvar") },
  { "power_factor", FALSE, N_ ("power factor of the load; 0.95 when not stated") },
  { "p00", FALSE, N_ ("load in the hour from 00:00, kW; p01 to p23 likewise") },
  { "p01", FALSE, N_ ("load in that hour, kW") },
  { "p02", FALSE, N_ ("load in that hour, kW") },
  { "p03", FALSE, N_ ("load in that hour, kW") },
  { "p04", FALSE, N_ ("load in that hour, kW") },
  { "p05", FALSE, N_ ("load in that hour, kW") },
  { "p06", FALSE, N_ ("load in that hour, kW") },
  { "p07", FALSE, N_ ("load in that hour, kW") },
  { "p08", FALSE, N_ ("load in that hour, kW") },
  { "p09", FALSE, N_ ("load in that hour, kW") },
  { "p10", FALSE, N_ ("load in that hour, kW") },
  { "p11", FALSE, N_ ("load in that hour, kW") },
  { "p12", FALSE, N_ ("load in that hour, kW") },
  { "p13", FALSE, N_ ("load in that hour, kW") },
  { "p14", FALSE, N_ ("load in that hour, kW") },
  { "p15", FALSE, N_ ("load in that hour, kW") },
  { "p16", FALSE, N_ ("load in that hour, kW") },
  { "p17", FALSE, N_ ("load in that hour, kW") },
  { "p18", FALSE, N_ ("load in that hour, kW") },
  { "p19", FALSE, N_ ("load in that hour, kW") },
  { "p20", FALSE, N_ ("load in that hour, kW") },
  { "p21", FALSE, N_ ("load in that hour, kW") },
  { "p22", FALSE, N_ ("load in that hour, kW") },
  { "p23", FALSE, N_ ("load in that hour, kW") },
  END,
};
static const ZxRoleColumn people_columns[] = {
  { "residents", TRUE, N_ ("people living there") },
  { "lon", FALSE, N_ ("longitude or easting, where the layer has no geometry") },
  { "lat", FALSE, N_ ("latitude or northing, where the layer has no geometry") },
  { "jobs", FALSE, N_ ("people working there") },
  { "id", FALSE, N_ ("identifier") },
  END,
};
static const ZxRoleColumn place_columns[] = {
  PLACE,
  { "kind", FALSE, N_ ("kind of place: an OSM value or a path of kinds of a Chinese web map") },
  { "amenity", FALSE, N_ ("OSM amenity") },
  { "shop", FALSE, N_ ("OSM shop") },
  { "office", FALSE, N_ ("OSM office") },
  { "leisure", FALSE, N_ ("OSM leisure") },
  { "tourism", FALSE, N_ ("OSM tourism") },
  { "public_transport", FALSE, N_ ("OSM public_transport") },
  { "highway", FALSE, N_ ("OSM highway: bus_stop") },
  { "railway", FALSE, N_ ("OSM railway: station") },
  { "name", FALSE, N_ ("name") },
  { "other_tags", FALSE, N_ ("OSM tags without a column of their own") },
  END,
};
static const ZxRoleColumn area_columns[] = {
  { "name", FALSE, N_ ("name") },
  { "kind", FALSE, N_ ("kind or reason") },
  END,
};
static const ZxRoleColumn tagged_columns[] = {
  { "name", FALSE, N_ ("name") },
  { "kind", FALSE, N_ ("kind: water or green") },
  { "natural", FALSE, N_ ("OSM natural") },
  { "landuse", FALSE, N_ ("OSM landuse") },
  { "leisure", FALSE, N_ ("OSM leisure") },
  { "waterway", FALSE, N_ ("OSM waterway") },
  END,
};
static const ZxRoleColumn parcel_columns[] = {
  { "id", FALSE, N_ ("identifier") },
  { "lon", FALSE, N_ ("longitude or easting, where the layer has no geometry") },
  { "lat", FALSE, N_ ("latitude or northing, where the layer has no geometry") },
  { "name", FALSE, N_ ("name") },
  { "area_m2", FALSE, N_ ("area, m²") },
  { "bays", FALSE, N_ ("parking bays") },
  { "rent", FALSE, N_ ("rent per bay and year") },
  { "transformer_id", FALSE, N_ ("transformer area that would supply it") },
  END,
};
static const ZxRoleColumn no_columns[] = { END };

static const ZxRoleColumn *const columns_of[ZX_N_ROLES] = {
  [ZX_ROLE_NONE] = no_columns,
  [ZX_ROLE_ROADS] = road_columns,
  [ZX_ROLE_STATIONS] = station_columns,
  [ZX_ROLE_PILES] = pile_columns,
  [ZX_ROLE_USAGE_WIDE] = wide_columns,
  [ZX_ROLE_USAGE_LONG] = long_columns,
  [ZX_ROLE_USAGE_SESSIONS] = session_columns,
  [ZX_ROLE_PRICE_WIDE] = wide_columns,
  [ZX_ROLE_DURATION_WIDE] = wide_columns,
  [ZX_ROLE_VEHICLE_POINTS] = vehicle_columns,
  [ZX_ROLE_VEHICLE_TRACES] = trace_columns,
  [ZX_ROLE_VEHICLE_TRIPS] = trip_columns,
  [ZX_ROLE_FEEDER_NODES] = node_columns,
  [ZX_ROLE_FEEDER_BRANCHES] = branch_columns,
  [ZX_ROLE_TRANSFORMER_AREAS] = transformer_columns,
  [ZX_ROLE_PEOPLE] = people_columns,
  [ZX_ROLE_PLACES] = place_columns,
  [ZX_ROLE_BOUNDARY] = area_columns,
  [ZX_ROLE_DISTRICTS] = area_columns,
  [ZX_ROLE_WATER] = tagged_columns,
  [ZX_ROLE_GREEN] = tagged_columns,
  [ZX_ROLE_EXCLUSIONS] = area_columns,
  [ZX_ROLE_PARCELS] = parcel_columns,
};

const char *
zx_role_name (ZxRole role)
{
  return (guint) role < ZX_N_ROLES ? roles[role].name : roles[ZX_ROLE_NONE].name;
}

const char *
zx_role_title (ZxRole role)
{
  return (guint) role < ZX_N_ROLES ? roles[role].title : roles[ZX_ROLE_NONE].title;
}

ZxRole
zx_role_parse (const char *name)
{
  for (guint i = 0; name != NULL && i < ZX_N_ROLES; i++)
    if (strcmp (name, roles[i].name) == 0)
      return (ZxRole) i;
  return ZX_ROLE_NONE;
}

const ZxRoleColumn *
zx_role_columns (ZxRole role, guint *n_columns)
{
  const ZxRoleColumn *columns = (guint) role < ZX_N_ROLES ? columns_of[role] : no_columns;
  guint n = 0;
  while (columns[n].name != NULL)
    n++;
  if (n_columns != NULL)
    *n_columns = n;
  return columns;
}

/* ---- bindings ----------------------------------------------------------------------------- */

ZxBinding *
zx_binding_new (const char *path, const char *layer)
{
  ZxBinding *self = g_new0 (ZxBinding, 1);
  self->path = g_strdup (path != NULL ? path : "");
  self->layer = g_strdup (layer != NULL ? layer : "");
  self->columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
zx_binding_free (ZxBinding *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_free (self->layer);
  g_free (self->role_reason);
  g_hash_table_unref (self->columns);
  g_hash_table_unref (self->values);
  g_free (self->crs);
  g_free (self->crs_reason);
  g_free (self->unit);
  g_clear_pointer (&self->left_out, g_array_unref);
  g_free (self);
}

gboolean
zx_role_can_leave_out (ZxRole role)
{
  return role == ZX_ROLE_STATIONS || role == ZX_ROLE_PILES || role == ZX_ROLE_VEHICLE_POINTS
         || role == ZX_ROLE_VEHICLE_TRACES || role == ZX_ROLE_TRANSFORMER_AREAS
         || role == ZX_ROLE_PEOPLE || role == ZX_ROLE_PLACES || role == ZX_ROLE_PARCELS;
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;
  return (x > y) - (x < y);
}

gboolean
zx_binding_leaves_out (const ZxBinding *self, gint64 row)
{
  return self->left_out != NULL && g_array_binary_search (self->left_out, &row, compare_rows, NULL);
}

void
zx_binding_leave_out (ZxBinding *self, gint64 row, gboolean is_left_out)
{
  guint at;
  g_return_if_fail (row >= 0);
  if (zx_binding_leaves_out (self, row) == !!is_left_out)
    return;
  if (self->left_out == NULL)
    self->left_out = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (is_left_out)
    {
      for (at = self->left_out->len; at > 0; at--)
        if (g_array_index (self->left_out, gint64, at - 1) < row)
          break;
      g_array_insert_val (self->left_out, at, row);
    }
  else if (g_array_binary_search (self->left_out, &row, compare_rows, &at))
    g_array_remove_index (self->left_out, at);
}

void
zx_binding_leave_out_all (ZxBinding *self, GArray *rows)
{
  guint n = 0;
  gint64 *row = (gint64 *) (gpointer) rows->data;
  g_array_sort (rows, compare_rows);
  for (guint i = 0; i < rows->len; i++)
    if (n == 0 || row[i] != row[n - 1])
      row[n++] = row[i];
  g_array_set_size (rows, n);
  g_clear_pointer (&self->left_out, g_array_unref);
  self->left_out = rows;
}

const char *
zx_binding_column (const ZxBinding *self, const char *our_name)
{
  return g_hash_table_lookup (self->columns, our_name);
}

const char *
zx_binding_value (const ZxBinding *self, const char *our_name)
{
  return g_hash_table_lookup (self->values, our_name);
}

void
zx_binding_bind (ZxBinding *self, const char *our_name, const char *source)
{
  if (source == NULL)
    g_hash_table_remove (self->columns, our_name);
  else
    g_hash_table_replace (self->columns, g_strdup (our_name), g_strdup (source));
}
