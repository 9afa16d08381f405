/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The city's arrays: made, checked, fingerprinted, freed.
 *
 * Each part lists its arrays once, in a table of offsets; allocation, release and the fingerprint
 * all walk that table, so an array cannot be forgotten in one of the three. */

#include "data/city/zx-city.h"

typedef enum
{
  FILL_ZERO,
  FILL_NAN_F, /* float */
  FILL_NAN_D, /* double */
  FILL_MINUS, /* gint32 -1 or guint8 255 */
  FILL_ONE_F, /* float 1 */
} Fill;

typedef struct
{
  gsize offset; /* of the pointer in its part */
  gsize item;   /* bytes */
  guint per_row;
  Fill fill;
  gboolean is_text; /* pool ids: the fingerprint takes the texts */
} Array;

#define ARRAY(part, member, fill)                                                                  \
  {                                                                                                \
    G_STRUCT_OFFSET (part, member), sizeof (*((part *) NULL)->member), 1, fill, FALSE              \
  }
#define ARRAY_N(part, member, n, fill)                                                             \
  {                                                                                                \
    G_STRUCT_OFFSET (part, member), sizeof (*((part *) NULL)->member), n, fill, FALSE              \
  }
#define TEXTS(part, member)                                                                        \
  {                                                                                                \
    G_STRUCT_OFFSET (part, member), sizeof (guint32), 1, FILL_ZERO, TRUE                           \
  }

static const Array roads_arrays[] = {
  ARRAY (ZxRoads, road_class, FILL_ZERO),
  ARRAY (ZxRoads, flags, FILL_ZERO),
  ARRAY (ZxRoads, one_way, FILL_ZERO),
  ARRAY (ZxRoads, level, FILL_ZERO),
  ARRAY (ZxRoads, max_speed_kmh, FILL_NAN_F),
  ARRAY (ZxRoads, speed_factor, FILL_ONE_F),
  TEXTS (ZxRoads, name),
};
static const Array stations_arrays[] = {
  ARRAY (ZxStations, x_m, FILL_NAN_D),
  ARRAY (ZxStations, y_m, FILL_NAN_D),
  TEXTS (ZxStations, id),
  TEXTS (ZxStations, name),
  TEXTS (ZxStations, operator_name),
  ARRAY (ZxStations, state, FILL_ZERO),
  ARRAY (ZxStations, n_dc, FILL_ZERO),
  ARRAY (ZxStations, n_ac, FILL_ZERO),
  ARRAY (ZxStations, rated_kw, FILL_NAN_F),
  ARRAY (ZxStations, price_fen_per_kwh, FILL_NAN_F),
  ARRAY (ZxStations, kwh_per_day, FILL_NAN_F),
  ARRAY (ZxStations, busy_hours_per_day, FILL_NAN_F),
  ARRAY (ZxStations, sessions_per_day, FILL_NAN_F),
  ARRAY (ZxStations, observed_days, FILL_ZERO),
  ARRAY (ZxStations, source_row, FILL_ZERO),
};
static const Array usage_arrays[] = { ARRAY_N (ZxUsage, kwh, 48, FILL_NAN_F) };
static const Array usage_day_arrays[] = { ARRAY (ZxUsage, city_kwh_per_day, FILL_NAN_F) };
static const Array session_arrays[] = {
  ARRAY (ZxSessions, station, FILL_ZERO),     ARRAY (ZxSessions, start, FILL_NAN_D),
  ARRAY (ZxSessions, kwh, FILL_NAN_F),        ARRAY (ZxSessions, hours, FILL_NAN_F),
  ARRAY (ZxSessions, stay_hours, FILL_NAN_F), ARRAY (ZxSessions, user, FILL_ZERO),
};
static const Array fleet_arrays[] = {
  ARRAY (ZxFleet, dx_m, FILL_NAN_F),
  ARRAY (ZxFleet, dy_m, FILL_NAN_F),
  ARRAY (ZxFleet, time_bin, FILL_MINUS),
};
static const Array fleet_weight_arrays[] = { ARRAY (ZxFleet, weight, FILL_ONE_F) };
static const Array fleet_dwell_arrays[] = {
  ARRAY (ZxFleet, dwell_x_m, FILL_NAN_F),
  ARRAY (ZxFleet, dwell_y_m, FILL_NAN_F),
  ARRAY (ZxFleet, dwell_hours, FILL_NAN_F),
};
static const Array transformer_arrays[] = {
  TEXTS (ZxTransformerAreas, id),
  TEXTS (ZxTransformerAreas, name),
  ARRAY (ZxTransformerAreas, x_m, FILL_NAN_D),
  ARRAY (ZxTransformerAreas, y_m, FILL_NAN_D),
  ARRAY (ZxTransformerAreas, rated_kva, FILL_NAN_F),
  ARRAY_N (ZxTransformerAreas, base_kw, 24, FILL_NAN_F),
  ARRAY_N (ZxTransformerAreas, base_kvar, 24, FILL_NAN_F),
  ARRAY (ZxTransformerAreas, feeder, FILL_MINUS),
};
static const Array feeder_arrays[] = { TEXTS (ZxFeeders, feeder_id) };
static const Array node_arrays[] = {
  TEXTS (ZxFeeders, node_id),
  ARRAY (ZxFeeders, node_x_m, FILL_NAN_D),
  ARRAY (ZxFeeders, node_y_m, FILL_NAN_D),
  ARRAY (ZxFeeders, node_feeder, FILL_MINUS),
  ARRAY (ZxFeeders, node_kv, FILL_NAN_F),
  ARRAY (ZxFeeders, node_kw, FILL_ZERO),
  ARRAY (ZxFeeders, node_kvar, FILL_ZERO),
  ARRAY_N (ZxFeeders, node_phase_share, 3, FILL_NAN_F),
  ARRAY (ZxFeeders, node_is_source, FILL_ZERO),
  TEXTS (ZxFeeders, node_name),
  ARRAY (ZxFeeders, node_gs_kw, FILL_ZERO),
  ARRAY (ZxFeeders, node_bs_kvar, FILL_ZERO),
  ARRAY (ZxFeeders, node_vm_set_pu, FILL_NAN_D),
};
static const Array branch_arrays[] = {
  TEXTS (ZxFeeders, branch_id),
  ARRAY (ZxFeeders, branch_from, FILL_ZERO),
  ARRAY (ZxFeeders, branch_to, FILL_ZERO),
  ARRAY (ZxFeeders, branch_r_ohm, FILL_NAN_F),
  ARRAY (ZxFeeders, branch_x_ohm, FILL_NAN_F),
  ARRAY (ZxFeeders, branch_max_kva, FILL_NAN_F),
  ARRAY (ZxFeeders, branch_is_open, FILL_ZERO),
  ARRAY (ZxFeeders, branch_n_phases, FILL_ZERO),
  TEXTS (ZxFeeders, branch_name),
  ARRAY (ZxFeeders, branch_kind, FILL_ZERO),
  ARRAY (ZxFeeders, branch_g_siemens, FILL_ZERO),
  ARRAY (ZxFeeders, branch_b_siemens, FILL_ZERO),
  ARRAY (ZxFeeders, branch_tap, FILL_NAN_D),
  ARRAY (ZxFeeders, branch_shift_deg, FILL_ZERO),
};
static const Array places_arrays[] = {
  ARRAY (ZxPlaces, x_m, FILL_NAN_D),
  ARRAY (ZxPlaces, y_m, FILL_NAN_D),
  ARRAY (ZxPlaces, kind, FILL_ZERO),
  TEXTS (ZxPlaces, name),
};
static const Array people_arrays[] = {
  ARRAY (ZxPeople, x_m, FILL_NAN_D),
  ARRAY (ZxPeople, y_m, FILL_NAN_D),
  ARRAY (ZxPeople, residents, FILL_NAN_F),
  ARRAY (ZxPeople, jobs, FILL_NAN_F),
};
static const Array areas_arrays[] = { ARRAY (ZxAreas, kind, FILL_ZERO), TEXTS (ZxAreas, name) };
static const Array parcels_arrays[] = {
  TEXTS (ZxParcels, id),
  TEXTS (ZxParcels, name),
  ARRAY (ZxParcels, x_m, FILL_NAN_D),
  ARRAY (ZxParcels, y_m, FILL_NAN_D),
  ARRAY (ZxParcels, area_m2, FILL_NAN_F),
  ARRAY (ZxParcels, bays, FILL_NAN_F),
  ARRAY (ZxParcels, rent_fen_per_bay_year, FILL_NAN_F),
  ARRAY (ZxParcels, transformer_area, FILL_MINUS),
};

/* ---- the list of everything --------------------------------------------------------------- */

typedef struct
{
  gsize offset;           /* of the part in the city */
  gsize count;            /* of the number of rows in the part */
  gboolean is_wide_count; /* gsize, else guint */
  const Array *arrays;
  guint n_arrays;
  gboolean is_optional; /* the arrays may be NULL though there are rows */
} Part;

#define PART(member, type, count, arrays, ...)                                                     \
  {                                                                                                \
    G_STRUCT_OFFSET (ZxCity, member), G_STRUCT_OFFSET (type, count),                               \
        sizeof (((type *) NULL)->count) == sizeof (guint64), arrays, G_N_ELEMENTS (arrays),        \
        ##__VA_ARGS__                                                                              \
  }

static const Part parts[] = {
  PART (roads, ZxRoads, n, roads_arrays),
  PART (stations, ZxStations, n, stations_arrays),
  PART (usage, ZxUsage, n_stations, usage_arrays),
  PART (usage, ZxUsage, n_days, usage_day_arrays),
  PART (sessions, ZxSessions, n, session_arrays),
  PART (fleet, ZxFleet, n, fleet_arrays),
  PART (fleet, ZxFleet, n, fleet_weight_arrays, TRUE),
  PART (fleet, ZxFleet, n_dwells, fleet_dwell_arrays),
  PART (transformers, ZxTransformerAreas, n, transformer_arrays),
  PART (feeders, ZxFeeders, n_feeders, feeder_arrays),
  PART (feeders, ZxFeeders, n_nodes, node_arrays),
  PART (feeders, ZxFeeders, n_branches, branch_arrays),
  PART (places, ZxPlaces, n, places_arrays),
  PART (people, ZxPeople, n, people_arrays),
  PART (areas, ZxAreas, n, areas_arrays),
  PART (parcels, ZxParcels, n, parcels_arrays),
};

static const gsize geometries[] = {
  G_STRUCT_OFFSET (ZxCity, roads.lines),          G_STRUCT_OFFSET (ZxCity, transformers.areas),
  G_STRUCT_OFFSET (ZxCity, feeders.branch_lines), G_STRUCT_OFFSET (ZxCity, people.areas),
  G_STRUCT_OFFSET (ZxCity, areas.polygons),
};

static const gsize numbers[] = {
  G_STRUCT_OFFSET (ZxCity, origin_x_m),
  G_STRUCT_OFFSET (ZxCity, origin_y_m),
  G_STRUCT_OFFSET (ZxCity, min_x_m),
  G_STRUCT_OFFSET (ZxCity, min_y_m),
  G_STRUCT_OFFSET (ZxCity, max_x_m),
  G_STRUCT_OFFSET (ZxCity, max_y_m),
  G_STRUCT_OFFSET (ZxCity, usage.first_time),
  G_STRUCT_OFFSET (ZxCity, usage.last_time),
  G_STRUCT_OFFSET (ZxCity, fleet.observed_days),
};

static const gsize texts[] = {
  G_STRUCT_OFFSET (ZxCity, name),
  G_STRUCT_OFFSET (ZxCity, crs),
  G_STRUCT_OFFSET (ZxCity, currency),
};

#define MEMBER(self, offset, type) ((type *) G_STRUCT_MEMBER_P ((self), (offset)))

static guint64
get_count (gconstpointer part, const Part *description)
{
  gconstpointer at = G_STRUCT_MEMBER_P (part, description->count);
  return description->is_wide_count ? *(const gsize *) at : *(const guint *) at;
}

static void
set_count (gpointer part, const Part *description, guint64 n)
{
  gpointer at = G_STRUCT_MEMBER_P (part, description->count);
  if (description->is_wide_count)
    *(gsize *) at = n;
  else
    *(guint *) at = (guint) n;
}

static gpointer *
array_pointer (gpointer part, const Array *array)
{
  return (gpointer *) G_STRUCT_MEMBER_P (part, array->offset);
}

static void
fill_array (gpointer memory, gsize n, const Array *array)
{
  switch (array->fill)
    {
    case FILL_NAN_F:
    case FILL_ONE_F:
      for (gsize i = 0; i < n; i++)
        ((float *) memory)[i] = array->fill == FILL_ONE_F ? 1.0f : NAN;
      break;
    case FILL_NAN_D:
      for (gsize i = 0; i < n; i++)
        ((double *) memory)[i] = NAN;
      break;
    case FILL_MINUS: /* all bits set: -1 in any width */
      memset (memory, 0xff, n * array->item);
      break;
    case FILL_ZERO:
    default:
      break;
    }
}

static void
free_arrays (gpointer part, const Array *arrays, guint n_arrays)
{
  for (guint i = 0; i < n_arrays; i++)
    g_clear_pointer (array_pointer (part, &arrays[i]), g_free);
}

static gboolean
alloc_arrays (gpointer part, const Array *arrays, guint n_arrays, gsize n, const char *what,
              GError **error)
{
  free_arrays (part, arrays, n_arrays);
  for (guint i = 0; i < n_arrays; i++)
    {
      gpointer memory = zx_try_new (n, arrays[i].item * arrays[i].per_row, what, error);
      if (memory == NULL)
        {
          free_arrays (part, arrays, n_arrays);
          return FALSE;
        }
      fill_array (memory, n * arrays[i].per_row, &arrays[i]);
      *array_pointer (part, &arrays[i]) = memory;
    }
  return TRUE;
}

#define ALLOC(part, arrays, n, what, error)                                                        \
  alloc_arrays ((part), (arrays), G_N_ELEMENTS (arrays), (n), (what), (error))

gboolean
zx_roads_alloc (ZxRoads *self, gsize n, GError **error)
{
  self->n = n;
  return ALLOC (self, roads_arrays, n, _ ("Roads"), error);
}

gboolean
zx_stations_alloc (ZxStations *self, guint n, GError **error)
{
  self->n = n;
  return ALLOC (self, stations_arrays, n, _ ("Stations"), error);
}

gboolean
zx_usage_alloc (ZxUsage *self, guint n_stations, guint n_days, GError **error)
{
  self->n_stations = n_stations;
  self->n_days = n_days;
  self->first_time = self->last_time = NAN;
  return ALLOC (self, usage_arrays, n_stations, _ ("Usage"), error)
         && ALLOC (self, usage_day_arrays, n_days, _ ("Usage"), error);
}

gboolean
zx_sessions_alloc (ZxSessions *self, gsize n, GError **error)
{
  self->n = n;
  return ALLOC (self, session_arrays, n, _ ("Charging sessions"), error);
}

gboolean
zx_fleet_alloc (ZxFleet *self, gsize n, gboolean with_weights, GError **error)
{
  self->n = n;
  self->observed_days = NAN;
  return ALLOC (self, fleet_arrays, n, _ ("Vehicle points"), error)
         && (!with_weights || ALLOC (self, fleet_weight_arrays, n, _ ("Vehicle points"), error));
}

gboolean
zx_transformers_alloc (ZxTransformerAreas *self, guint n, GError **error)
{
  self->n = n;
  return ALLOC (self, transformer_arrays, n, _ ("Transformer areas"), error);
}

gboolean
zx_feeders_alloc (ZxFeeders *self, guint n_feeders, guint n_nodes, guint n_branches, GError **error)
{
  self->n_feeders = n_feeders;
  self->n_nodes = n_nodes;
  self->n_branches = n_branches;
  return ALLOC (self, feeder_arrays, n_feeders, _ ("Feeders"), error)
         && ALLOC (self, node_arrays, n_nodes, _ ("Feeder nodes"), error)
         && ALLOC (self, branch_arrays, n_branches, _ ("Feeder branches"), error);
}

gboolean
zx_places_alloc (ZxPlaces *self, gsize n, GError **error)
{
  self->n = n;
  return ALLOC (self, places_arrays, n, _ ("Places"), error);
}

gboolean
zx_people_alloc (ZxPeople *self, gsize n, GError **error)
{
  self->n = n;
  return ALLOC (self, people_arrays, n, _ ("People"), error);
}

gboolean
zx_areas_alloc (ZxAreas *self, guint n, GError **error)
{
  self->n = n;
  return ALLOC (self, areas_arrays, n, _ ("Areas"), error);
}

gboolean
zx_parcels_alloc (ZxParcels *self, guint n, GError **error)
{
  self->n = n;
  return ALLOC (self, parcels_arrays, n, _ ("Parcels"), error);
}

static void
source_free (gpointer data)
{
  ZxSource *source = data;
  g_free (source->layer);
  g_free (source->role);
  g_free (source->fingerprint);
  g_free (source->crs);
  g_free (source->crs_reason);
  g_free (source);
}

ZxCity *
zx_city_new (void)
{
  ZxCity *self = g_new0 (ZxCity, 1);
  g_atomic_ref_count_init (&self->refs);
  self->name = g_strdup ("");
  self->crs = g_strdup ("");
  self->currency = g_strdup ("CNY");
  self->pool = zx_pool_new ();
  self->usage.first_time = self->usage.last_time = NAN;
  self->fleet.observed_days = NAN;
  self->sources = g_ptr_array_new_with_free_func (source_free);
  return self;
}

ZxCity *
zx_city_ref (ZxCity *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
zx_city_unref (ZxCity *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    free_arrays (MEMBER (self, parts[i].offset, void), parts[i].arrays, parts[i].n_arrays);
  for (guint i = 0; i < G_N_ELEMENTS (geometries); i++)
    zx_geometry_clear (MEMBER (self, geometries[i], ZxGeometry));
  g_ptr_array_unref (self->sources);
  zx_pool_unref (self->pool);
  g_free (self->name);
  g_free (self->crs);
  g_free (self->currency);
  g_free (self->fingerprint);
  g_free (self);
}

/* ---- sealing ------------------------------------------------------------------------------ */

static gboolean
check_geometry (const ZxGeometry *geometry, gsize n_rows, const char *what, GError **error)
{
  gboolean ok = geometry->kind == ZX_GEOMETRY_NONE || geometry->n_rows == n_rows;
  if (ok && geometry->kind > ZX_GEOMETRY_POINT)
    {
      ok = geometry->part_first[0] == 0 && geometry->part_first[n_rows] == geometry->n_parts
           && geometry->point_first[geometry->n_parts] == geometry->n_points;
      for (gsize i = 0; ok && i < n_rows; i++)
        ok = geometry->part_first[i] <= geometry->part_first[i + 1];
      for (gsize i = 0; ok && i < geometry->n_parts; i++)
        ok = geometry->point_first[i] <= geometry->point_first[i + 1];
      for (gsize i = 0; ok && i < geometry->n_points; i++)
        ok = isfinite (geometry->x[i]) && isfinite (geometry->y[i]);
    }
  if (!ok)
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("The geometry of the %s does not hold together"), what);
  return ok;
}

static gboolean
check_places (const double *x_m, const double *y_m, gsize n, const char *what, GError **error)
{
  for (gsize i = 0; i < n; i++)
    if (!isfinite (x_m[i]) || !isfinite (y_m[i]))
      {
        g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("%s: number %zu has no finite place"),
                     what, i);
        return FALSE;
      }
  return TRUE;
}

static gboolean
check_indices (const gint32 *index, gsize n, gint64 bound, const char *what, GError **error)
{
  for (gsize i = 0; i < n; i++)
    if (index[i] < -1 || index[i] >= bound)
      {
        g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("%s: number %zu points to %d of %lld"),
                     what, i, index[i], (long long) bound);
        return FALSE;
      }
  return TRUE;
}

static gboolean
check_branches (const ZxFeeders *feeders, GError **error)
{
  for (guint i = 0; i < feeders->n_branches; i++)
    if (feeders->branch_from[i] >= feeders->n_nodes || feeders->branch_to[i] >= feeders->n_nodes)
      {
        g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                     _ ("Feeder branch %u ends at a node that does not exist"), i);
        return FALSE;
      }
  return TRUE;
}

static gboolean
check_arrays (const ZxCity *self, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      gpointer part = MEMBER (self, parts[i].offset, void);
      for (guint k = 0; k < parts[i].n_arrays; k++)
        if (!parts[i].is_optional && get_count (part, &parts[i]) > 0
            && *array_pointer (part, &parts[i].arrays[k]) == NULL)
          {
            g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                         _ ("Part %u of the city has rows but not all of their columns"), i);
            return FALSE;
          }
    }
  if (self->roads.n > 0 && self->roads.lines.kind != ZX_GEOMETRY_LINE)
    {
      g_set_error_literal (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("The roads have no lines"));
      return FALSE;
    }
  if ((self->usage.n_stations > 0 && self->usage.n_stations != self->stations.n)
      || self->fleet.measure > ZX_FLEET_TRIP_ENDS)
    {
      g_set_error_literal (error, ZX_ERROR, ZX_ERROR_INVALID,
                           _ ("Usage or vehicles do not belong to this city's stations"));
      return FALSE;
    }
  return TRUE;
}

/* Kinds index tables everywhere above: none may be out of range. */
static gboolean
check_kinds (const guint8 *kind, gsize n, guint n_kinds, const char *what, GError **error)
{
  for (gsize i = 0; i < n; i++)
    if (kind[i] >= n_kinds)
      {
        g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("%s: number %zu is of kind %u of %u"),
                     what, i, kind[i], n_kinds);
        return FALSE;
      }
  return TRUE;
}

static gboolean
check_sessions (const ZxCity *self, GError **error)
{
  for (gsize i = 0; i < self->sessions.n; i++)
    if (self->sessions.station[i] >= self->stations.n || !isfinite (self->sessions.start[i]))
      {
        g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                     "sessions: the station or the start of row %zu is out of range", i);
        return FALSE;
      }
  return TRUE;
}

static gboolean
check_city (const ZxCity *self, GError **error)
{
  return check_arrays (self, error)
         && check_kinds (self->roads.road_class, self->roads.n, ZX_N_ROAD_CLASSES, "roads", error)
         && check_kinds (self->places.kind, self->places.n, ZX_N_PLACE_KINDS, "places", error)
         && check_kinds (self->areas.kind, self->areas.n, ZX_N_AREA_KINDS, "areas", error)
         && check_kinds (self->stations.state, self->stations.n, ZX_STATION_CLOSED + 1, "stations",
                         error)
         && check_geometry (&self->roads.lines, self->roads.n, "roads", error)
         && check_geometry (&self->areas.polygons, self->areas.n, "areas", error)
         && check_geometry (&self->people.areas, self->people.n, "people", error)
         && check_geometry (&self->transformers.areas, self->transformers.n, "transformer areas",
                            error)
         && check_geometry (&self->feeders.branch_lines, self->feeders.n_branches,
                            "feeder branches", error)
         && check_places (self->stations.x_m, self->stations.y_m, self->stations.n, "stations",
                          error)
         && check_places (self->places.x_m, self->places.y_m, self->places.n, "places", error)
         && check_places (self->people.x_m, self->people.y_m, self->people.n, "people", error)
         && check_places (self->transformers.x_m, self->transformers.y_m, self->transformers.n,
                          "transformer areas", error)
         && check_places (self->parcels.x_m, self->parcels.y_m, self->parcels.n, "parcels", error)
         && check_indices (self->transformers.feeder, self->transformers.n, self->feeders.n_feeders,
                           "transformer areas", error)
         && check_indices (self->parcels.transformer_area, self->parcels.n, self->transformers.n,
                           "parcels", error)
         && check_indices (self->feeders.node_feeder, self->feeders.n_nodes,
                           self->feeders.n_feeders, "feeder nodes", error)
         && check_branches (&self->feeders, error) && check_sessions (self, error);
}

/* FALSE when stopped. */
static gboolean
add_arrays (ZxFingerprint *sum, const ZxCity *self, gconstpointer part, const Part *description,
            const ZxProgress *progress)
{
  gsize n = get_count (part, description);
  zx_fingerprint_add_int (sum, (gint64) n);
  for (guint i = 0; n > 0 && i < description->n_arrays; i++) /* without rows, NULL and empty are the
                                                                same */
    {
      const Array *array = &description->arrays[i];
      gconstpointer memory = *array_pointer ((gpointer) part, array);
      if (zx_progress_is_stopped (progress))
        return FALSE;
      if (memory == NULL)
        zx_fingerprint_add_int (sum, -1);
      else if (array->is_text)
        for (gsize k = 0; k < n; k++)
          zx_fingerprint_add_text (sum, zx_pool_get (self->pool, ((const guint32 *) memory)[k]));
      else
        zx_fingerprint_add_bytes (sum, memory, n * array->item * array->per_row);
    }
  return TRUE;
}

static void
add_geometry (ZxFingerprint *sum, const ZxGeometry *geometry)
{
  zx_fingerprint_add_int (sum, geometry->kind);
  zx_fingerprint_add_doubles (sum, geometry->x, geometry->n_points);
  zx_fingerprint_add_doubles (sum, geometry->y, geometry->n_points);
  if (geometry->kind > ZX_GEOMETRY_POINT)
    {
      zx_fingerprint_add_bytes (sum, geometry->part_first, (geometry->n_rows + 1) * sizeof (gsize));
      zx_fingerprint_add_bytes (sum, geometry->point_first,
                                (geometry->n_parts + 1) * sizeof (gsize));
      if (geometry->is_hole != NULL && geometry->n_parts > 0)
        zx_fingerprint_add_bytes (sum, geometry->is_hole, geometry->n_parts);
    }
}

/* NULL when stopped. */
static char *
fingerprint_city (const ZxCity *self, const ZxProgress *progress)
{
  g_autoptr (ZxFingerprint) sum = zx_fingerprint_new ("city/1");
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    zx_fingerprint_add_text (sum, *MEMBER (self, texts[i], char *));
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    zx_fingerprint_add_double (sum, *MEMBER (self, numbers[i], double));
  zx_fingerprint_add_int (sum, self->fleet.measure);
  zx_fingerprint_add_int (sum, self->fleet.n_vehicles);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      gconstpointer part = MEMBER (self, parts[i].offset, void);
      if (!add_arrays (sum, self, part, &parts[i], progress))
        return NULL;
    }
  for (guint i = 0; i < G_N_ELEMENTS (geometries); i++)
    add_geometry (sum, MEMBER (self, geometries[i], ZxGeometry));
  return zx_fingerprint_finish (sum);
}

gboolean
zx_city_seal (ZxCity *self, GError **error)
{
  return zx_city_seal_slowly (self, NULL, error);
}

gboolean
zx_city_seal_slowly (ZxCity *self, const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (!self->is_sealed, FALSE);
  if (!zx_progress_step (progress, 0, 1, error) || !check_city (self, error))
    return FALSE;
  self->fingerprint = fingerprint_city (self, progress);
  if (self->fingerprint == NULL)
    return zx_progress_step (progress, 1, 1, error) && FALSE;
  self->is_sealed = TRUE;
  return TRUE;
}

/* ---- visiting ----------------------------------------------------------------------------- */

static gboolean
visit_part (ZxCity *self, const Part *description, const ZxCityVisitor *visitor, gpointer data)
{
  gpointer part = MEMBER (self, description->offset, void);
  guint64 n = get_count (part, description), before = n;
  if (!visitor->count (&n, data))
    return FALSE;
  /* Two parts may count by one number: the second must say the same. */
  const Part *previous = description > parts ? description - 1 : NULL;
  if (previous != NULL && previous->offset == description->offset
      && previous->count == description->count && n != before)
    return FALSE;
  set_count (part, description, n);
  for (guint i = 0; i < description->n_arrays; i++)
    {
      const Array *array = &description->arrays[i];
      if (!visitor->array (array_pointer (part, array), n * array->per_row, array->item,
                           array->is_text, data))
        return FALSE;
    }
  return TRUE;
}

static gboolean
visit_sources (ZxCity *self, const ZxCityVisitor *visitor, gpointer data)
{
  guint64 n = self->sources->len;
  if (!visitor->count (&n, data) || n > 100000)
    return FALSE;
  while (self->sources->len < n)
    g_ptr_array_add (self->sources, g_new0 (ZxSource, 1));
  for (guint i = 0; i < n; i++)
    {
      ZxSource *source = g_ptr_array_index (self->sources, i);
      guint64 n_rows = (guint64) source->n_rows, n_used = (guint64) source->n_used;
      if (!visitor->text (&source->layer, data) || !visitor->text (&source->role, data)
          || !visitor->text (&source->fingerprint, data) || !visitor->text (&source->crs, data)
          || !visitor->text (&source->crs_reason, data) || !visitor->count (&n_rows, data)
          || !visitor->count (&n_used, data))
        return FALSE;
      source->n_rows = (gint64) n_rows;
      source->n_used = (gint64) n_used;
    }
  return TRUE;
}

gboolean
zx_city_visit (ZxCity *self, const ZxCityVisitor *visitor, gpointer data)
{
  guint64 measure = self->fleet.measure, n_vehicles = self->fleet.n_vehicles;
  gboolean ok = visitor->count (&measure, data) && visitor->count (&n_vehicles, data);
  self->fleet.measure = (ZxFleetMeasure) measure;
  self->fleet.n_vehicles = (guint32) n_vehicles;
  for (guint i = 0; ok && i < G_N_ELEMENTS (texts); i++)
    ok = visitor->text (MEMBER (self, texts[i], char *), data);
  for (guint i = 0; ok && i < G_N_ELEMENTS (numbers); i++)
    ok = visitor->number (MEMBER (self, numbers[i], double), data);
  for (guint i = 0; ok && i < G_N_ELEMENTS (parts); i++)
    ok = visit_part (self, &parts[i], visitor, data);
  for (guint i = 0; ok && i < G_N_ELEMENTS (geometries); i++)
    ok = visitor->geometry (MEMBER (self, geometries[i], ZxGeometry), data);
  return ok && visit_sources (self, visitor, data);
}

/* ---- places and areas --------------------------------------------------------------------- */

gboolean
zx_city_has_boundary (const ZxCity *self)
{
  for (guint i = 0; i < self->areas.n; i++)
    if (self->areas.kind[i] == ZX_AREA_BOUNDARY)
      return TRUE;
  return FALSE;
}

int
zx_city_area_at (const ZxCity *self, ZxAreaKind kind, double x_m, double y_m)
{
  for (guint i = 0; i < self->areas.n; i++)
    if (self->areas.kind[i] == kind && zx_geometry_contains (&self->areas.polygons, i, x_m, y_m))
      return (int) i;
  return -1;
}

gboolean
zx_city_contains (const ZxCity *self, double x_m, double y_m)
{
  if (!(x_m >= self->min_x_m && x_m <= self->max_x_m && y_m >= self->min_y_m
        && y_m <= self->max_y_m))
    return FALSE;
  return !zx_city_has_boundary (self) || zx_city_area_at (self, ZX_AREA_BOUNDARY, x_m, y_m) >= 0;
}
