/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sealed city: what is so, in contiguous arrays, in one metric coordinate system.
 *
 * A city is filled by data/quality, sealed once, and from then on immutable and shared by
 * reference between threads.  Every room of app reads it; none changes it.
 *
 * Coordinates are metres east and north in @crs.  Times are seconds since 1970 (civil time of the
 * place: the sources rarely state a zone, and demand follows the local clock).  Money is fen (or
 * the hundredth of @currency).  NaN means "not known".  Texts are ids of @pool.
 */
#pragma once

#include "data/base/zx-base.h"

G_BEGIN_DECLS

/* ---- roads -------------------------------------------------------------------------------- */

typedef enum
{
  ZX_ROAD_MOTORWAY,
  ZX_ROAD_TRUNK,
  ZX_ROAD_PRIMARY,
  ZX_ROAD_SECONDARY,
  ZX_ROAD_TERTIARY,
  ZX_ROAD_UNCLASSIFIED,
  ZX_ROAD_RESIDENTIAL,
  ZX_ROAD_LIVING_STREET,
  ZX_ROAD_SERVICE,
  ZX_ROAD_FERRY,
  ZX_ROAD_TRACK,   /* rarely drivable */
  ZX_ROAD_PATH,    /* foot, cycle, steps: drawn, not driven */
  ZX_ROAD_UNKNOWN, /* no class in the source: drivable at the default speed */
  ZX_N_ROAD_CLASSES,
} ZxRoadClass;

/* The name used in files and in the speed table: "motorway" …; never NULL. */
const char *zx_road_class_name (ZxRoadClass road_class);
/* From an OSM highway value ("primary_link" gives PRIMARY and sets @is_link) or a Chinese road
 * grade (快速路 主干路 次干路 支路 高速 国道 省道 县道 乡道).  UNKNOWN for anything else. */
ZxRoadClass zx_road_class_parse (const char *text, gboolean *is_link);

enum
{
  ZX_ROAD_IS_LINK = 1 << 0,
  ZX_ROAD_IS_BRIDGE = 1 << 1,
  ZX_ROAD_IS_TUNNEL = 1 << 2,
  ZX_ROAD_IS_ROUNDABOUT = 1 << 3,
  ZX_ROAD_IS_CLOSED = 1 << 4, /* access forbids cars */
};

typedef struct
{
  gsize n;
  ZxGeometry lines;     /* LINE, n rows */
  guint8 *road_class;   /* ZxRoadClass */
  guint8 *flags;        /* ZX_ROAD_IS_… */
  gint8 *one_way;       /* 0 both ways, 1 along the line, -1 against it */
  gint8 *level;         /* OSM layer, -5 … 5; lines of different level still join at equal ends */
  float *max_speed_kmh; /* NaN: use the table */
  float *speed_factor;  /* 0 … 1: surface, alley and the like; 1 when nothing is known */
  guint32 *name;        /* pool id */
} ZxRoads;

/* ---- stations and their use --------------------------------------------------------------- */

typedef enum
{
  ZX_STATION_WORKING,
  ZX_STATION_PLANNED, /* being built: competes, has no history */
  ZX_STATION_CLOSED,
} ZxStationState;

typedef struct
{
  guint n;
  double *x_m, *y_m;
  guint32 *id, *name, *operator_name; /* pool ids; 0 = not known */
  guint8 *state;                      /* ZxStationState */
  guint16 *n_dc, *n_ac;               /* connectors; both 0 = not known */
  float *rated_kw;                    /* of the whole station; NaN */
  float *price_fen_per_kwh;           /* mean price to the driver, energy plus service; NaN */
  float *kwh_per_day;                 /* measured mean over the observed days; NaN = no history */
  float *busy_hours_per_day;          /* connector-hours of charging per day; NaN */
  float *sessions_per_day;            /* NaN unless sessions were given */
  float *observed_days;               /* length of the history, days; 0 = none */
  gint64 *source_row;                 /* row in the source layer, for findings and tables */
} ZxStations;

/* Use by hour of the day, for stations with an hourly history. */
typedef struct
{
  guint n_stations; /* as ZxStations.n; 0 when no history has hours */
  float
      *kwh; /* [station][day type: 0 weekday, 1 weekend][hour 0 … 23]: mean kWh in that hour; NaN */
  double first_time; /* of the whole history; NaN */
  double last_time;
  float
      *city_kwh_per_day; /* n_days: total of each day of the history, in order; NaN where missing */
  guint n_days;
} ZxUsage;

#define ZX_USAGE_INDEX(station, is_weekend, hour)                                                  \
  ((gsize) (station) *48 + ((is_weekend) ? 24 : 0) + (hour))

/* Single charges, where sessions were given, in the order of the sources.  Who charged is a number
 * of this city's own: what the source calls a driver is not kept. */
typedef struct
{
  gsize n;
  guint32 *station;  /* index into ZxStations */
  double *start;     /* seconds, civil time */
  float *kwh;        /* >= 0 */
  float *hours;      /* of charging, as stated; NaN */
  float *stay_hours; /* plugged in; NaN */
  guint32 *user;     /* 1, 2, …; 0 = not known */
} ZxSessions;

/* ---- vehicles ----------------------------------------------------------------------------- */

typedef enum
{
  ZX_FLEET_NONE,
  ZX_FLEET_POINTS,        /* positions without usable time: weight is 1 per point */
  ZX_FLEET_VEHICLE_HOURS, /* traces: weight is hours spent there */
  ZX_FLEET_TRIP_ENDS,     /* starts and ends of trips: weight is 1 per end */
} ZxFleetMeasure;

#define ZX_FLEET_NO_TIME 255

typedef struct
{
  gsize n;
  ZxFleetMeasure measure;
  float *dx_m, *dy_m; /* from the city's origin: float keeps 10 M points in cache-friendly 9 bytes
                       * and is exact to 8 mm within 130 km */
  float *weight;      /* NULL = all 1 */
  guint8 *time_bin;   /* 0 … 23 weekday hour, 24 … 47 weekend hour, or ZX_FLEET_NO_TIME */
  guint32 n_vehicles; /* distinct ids; 0 = not known */
  float *dwell_x_m, *dwell_y_m, *dwell_hours; /* n_dwells long stays (>= 30 min), from the origin */
  gsize n_dwells;
  double observed_days; /* days the points were gathered over; NaN */
} ZxFleet;

/* ---- the grid company's side -------------------------------------------------------------- */

typedef struct
{
  guint n;
  guint32 *id, *name;
  double *x_m, *y_m; /* the transformer (or the centre of its area) */
  ZxGeometry areas;  /* POLYGON with n rows, or kind NONE when only points were given */
  float *rated_kva;  /* > 0 */
  float *
      base_kw; /* [area][24]: load without new charging, by hour of a design day; NaN = not known */
  float *base_kvar; /* [area][24]; NaN: power factor 0.95 is assumed and said */
  gint32 *feeder;   /* index into ZxFeeders.feeder_id, -1 = not known */
} ZxTransformerAreas;

typedef enum
{
  ZX_FEEDER_LINE,
  ZX_FEEDER_TRANSFORMER,
  ZX_FEEDER_SWITCH, /* the only kind that may have no impedance */
} ZxFeederBranchKind;

typedef struct
{
  guint n_feeders;
  guint32 *feeder_id; /* n_feeders: pool ids */
  guint n_nodes;
  guint32 *node_id;
  double *node_x_m, *node_y_m; /* NaN where schematic or not given */
  gint32 *node_feeder;
  guint32 *node_name; /* pool id */
  float *node_kv;
  float *node_kw, *node_kvar;       /* load at the design hour */
  float *node_phase_share;          /* [node][3]: of the load on A, B, C; NaN: not known */
  float *node_gs_kw, *node_bs_kvar; /* shunt at 1 pu; bs > 0 is a capacitor */
  double *node_vm_set_pu;           /* voltage kept at a source; NaN where none is stated */
  guint8 *node_is_source;
  guint n_branches;
  guint32 *branch_id;
  guint32 *branch_name;                       /* pool id */
  guint32 *branch_from, *branch_to;           /* node indices */
  guint8 *branch_kind;                        /* ZxFeederBranchKind */
  float *branch_r_ohm, *branch_x_ohm;         /* as seen from the from-node's voltage */
  float *branch_g_siemens, *branch_b_siemens; /* of the whole branch, half at each end */
  double *branch_tap;                         /* V_from = tap e^(j shift) V_inside; NaN: 1 */
  float *branch_shift_deg;
  float *branch_max_kva; /* thermal limit; NaN = none given */
  guint8 *branch_is_open;
  guint8 *branch_n_phases; /* 1 or 2 conductors; 0 and 3: all three */
  ZxGeometry branch_lines; /* LINE with n_branches rows, or NONE */
} ZxFeeders;

/* ---- people, places, land ----------------------------------------------------------------- */

typedef enum
{
  ZX_PLACE_PARKING,
  ZX_PLACE_FOOD,
  ZX_PLACE_SHOP,
  ZX_PLACE_EDUCATION,
  ZX_PLACE_HEALTH,
  ZX_PLACE_TRANSIT,
  ZX_PLACE_FUEL,
  ZX_PLACE_OFFICE,
  ZX_PLACE_LEISURE,
  ZX_PLACE_LODGING,
  ZX_PLACE_PUBLIC_SERVICE,
  ZX_PLACE_RESIDENCE,
  ZX_PLACE_OTHER,
  ZX_N_PLACE_KINDS,
} ZxPlaceKind;

const char *zx_place_kind_name (ZxPlaceKind kind);  /* English msgid for people, never NULL */
ZxPlaceKind zx_place_kind_parse (const char *text); /* OSM amenity/shop values, Amap type paths */

typedef struct
{
  gsize n;
  double *x_m, *y_m;
  guint8 *kind;  /* ZxPlaceKind */
  guint32 *name; /* pool id */
} ZxPlaces;

typedef struct
{
  gsize n;
  double *x_m, *y_m;       /* centre */
  ZxGeometry areas;        /* POLYGON with n rows or NONE */
  float *residents, *jobs; /* persons in the area; NaN */
} ZxPeople;

typedef enum
{
  ZX_AREA_BOUNDARY,
  ZX_AREA_DISTRICT,
  ZX_AREA_WATER,
  ZX_AREA_GREEN,
  ZX_AREA_EXCLUSION, /* a station must not stand here; the name says why */
  ZX_AREA_BARRIER,   /* travel may not cross its edge; a line is a ring there and back */
  ZX_N_AREA_KINDS,
} ZxAreaKind;

typedef struct
{
  guint n;
  ZxGeometry polygons; /* POLYGON, n rows */
  guint8 *kind;        /* ZxAreaKind */
  guint32 *name;
} ZxAreas;

/* Places where a station could be built, as the planner gave them.  None given: app/siting makes
 * candidates from the cells and roads and says so. */
typedef struct
{
  guint n;
  guint32 *id, *name;
  double *x_m, *y_m;            /* a point inside the parcel */
  float *area_m2;               /* NaN */
  float *bays;                  /* parking bays; NaN */
  float *rent_fen_per_bay_year; /* NaN */
  gint32 *transformer_area;     /* NaN-like -1: find the nearest */
} ZxParcels;

/* ---- a quantity on a lattice -------------------------------------------------------------- */

/* Square cells; value[row * n_columns + column], row 0 in the south, the cell's centre at
 * (min_x_m + (column + 0.5) cell_m, min_y_m + (row + 0.5) cell_m).  NaN: outside the area. */
typedef struct
{
  double min_x_m, min_y_m, cell_m;
  guint n_columns, n_rows;
  float *value;
  char *unit; /* "kWh/km²/d", never NULL */
} ZxField;

ZxField *zx_field_new (double min_x_m, double min_y_m, double cell_m, guint n_columns, guint n_rows,
                       const char *unit, GError **error);
ZxField *zx_field_copy (const ZxField *self);
void zx_field_free (ZxField *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxField, zx_field_free)
/* Bilinear between centres; NaN outside or when the nearest cell is NaN. */
double zx_field_at (const ZxField *self, double x_m, double y_m);
/* Sum of value × cell area in km²: "kWh/km²/d" gives kWh/d.  NaN cells count as nothing. */
double zx_field_total (const ZxField *self);
void zx_field_range (const ZxField *self, double *min,
                     double *max); /* of finite cells; NaN if none */

/* ---- the city ----------------------------------------------------------------------------- */

typedef struct
{
  char *layer;       /* "stations.csv" */
  char *role;        /* "stations" */
  char *fingerprint; /* SHA-256 of the file */
  char *crs;         /* declared or found */
  char *crs_reason;  /* how we know, English msgid filled in */
  gint64 n_rows, n_used;
} ZxSource;

typedef struct
{
  gatomicrefcount refs;
  gboolean is_sealed;
  char *name;                    /* of the place, "" when not known */
  char *crs;                     /* metric; text PROJ understands, "EPSG:4548" */
  double origin_x_m, origin_y_m; /* whole kilometres near the middle; base of ZxFleet offsets */
  double min_x_m, min_y_m, max_x_m,
      max_y_m;    /* the study area: the boundary's extent, else the extent of
                   * roads and stations after outliers were set aside */
  char *currency; /* "CNY" unless the recipe says otherwise */
  ZxPool *pool;
  ZxRoads roads;
  ZxStations stations;
  ZxUsage usage;
  ZxSessions sessions;
  ZxFleet fleet;
  ZxTransformerAreas transformers;
  ZxFeeders feeders;
  ZxPlaces places;
  ZxPeople people;
  ZxAreas areas;
  ZxParcels parcels;
  GPtrArray *sources; /* ZxSource, owned */
  char *fingerprint;  /* set by sealing: covers every array above, not the paths */
} ZxCity;

ZxCity *zx_city_new (void);
ZxCity *zx_city_ref (ZxCity *self);
void zx_city_unref (ZxCity *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxCity, zx_city_unref)

/* Allocate the arrays of one part for @n items, "not known" filled in.  FALSE with @error when the
 * memory is not there.  Geometry is left NONE. */
gboolean zx_roads_alloc (ZxRoads *self, gsize n, GError **error);
gboolean zx_stations_alloc (ZxStations *self, guint n, GError **error);
gboolean zx_usage_alloc (ZxUsage *self, guint n_stations, guint n_days, GError **error);
gboolean zx_sessions_alloc (ZxSessions *self, gsize n, GError **error);
gboolean zx_fleet_alloc (ZxFleet *self, gsize n, gboolean with_weights, GError **error);
gboolean zx_transformers_alloc (ZxTransformerAreas *self, guint n, GError **error);
gboolean zx_feeders_alloc (ZxFeeders *self, guint n_feeders, guint n_nodes, guint n_branches,
                           GError **error);
gboolean zx_places_alloc (ZxPlaces *self, gsize n, GError **error);
gboolean zx_people_alloc (ZxPeople *self, gsize n, GError **error);
gboolean zx_areas_alloc (ZxAreas *self, guint n, GError **error);
gboolean zx_parcels_alloc (ZxParcels *self, guint n, GError **error);

/* Checks what every reader relies on (finite places, indices in range, offsets ascending), computes
 * the fingerprint and forbids further change.  FALSE: a mistake of ours or of the room that filled
 * it, named in @error. */
gboolean zx_city_seal (ZxCity *self, GError **error);
/* The same, asking between arrays whether to stop: ten million positions take half a second. */
gboolean zx_city_seal_slowly (ZxCity *self, const ZxProgress *progress, GError **error);

/* Walks everything a city holds in a fixed order, so that one list serves writing and reading back.
 * Each function gets the place of a value, which it may read or (for an unsealed city) fill; array
 * functions get the number of items that belong there and NULL where the city has none.  FALSE
 * stops the walk.  Not covered: pool and fingerprint. */
typedef struct
{
  gboolean (*count) (guint64 *n, gpointer data);
  gboolean (*number) (double *value, gpointer data);
  gboolean (*text) (char **value, gpointer data);
  /* @is_pooled: items are guint32 pool ids. */
  gboolean (*array) (gpointer *items, guint64 n, gsize item_size, gboolean is_pooled,
                     gpointer data);
  gboolean (*geometry) (ZxGeometry *geometry, gpointer data);
} ZxCityVisitor;
gboolean zx_city_visit (ZxCity *self, const ZxCityVisitor *visitor, gpointer data);

/* The nodes of feeders as they are reached from the sources over closed branches, by the fewest
 * branches and never from one feeder into another. */
#define ZX_WALK_SOURCE      (-1)
#define ZX_WALK_NOT_REACHED (-2)
typedef struct
{
  guint n_reached;
  guint32 *order;  /* [n_reached]: the sources first, each node behind the one it is reached from */
  gint32 *parent;  /* [node]: the branch it is reached by, or one of the two above */
  guint32 *n_ends; /* [node]: closed branches that end there */
} ZxFeederWalk;
/* O(nodes + branches).  Clear it in either case. */
gboolean zx_feeder_walk_init (ZxFeederWalk *self, const ZxFeeders *feeders, GError **error);
void zx_feeder_walk_clear (ZxFeederWalk *self);

/* TRUE inside the boundary polygons; TRUE everywhere in the study rectangle when there are none. */
gboolean zx_city_contains (const ZxCity *self, double x_m, double y_m);
gboolean zx_city_has_boundary (const ZxCity *self);
/* The first area of @kind that holds the point, or -1. */
int zx_city_area_at (const ZxCity *self, ZxAreaKind kind, double x_m, double y_m);

/* ---- nearest things ----------------------------------------------------------------------- */

/* A static lattice over points: build O(n), nearest O(1) on average. */
typedef struct _ZxPointIndex ZxPointIndex;
ZxPointIndex *zx_point_index_new (const double *x, const double *y,
                                  gsize n); /* borrows x, y; skips NaN */
void zx_point_index_free (ZxPointIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxPointIndex, zx_point_index_free)
/* Returns: the index of the nearest point within @limit_m (ties: the lowest index), or -1. */
gssize zx_point_index_nearest (const ZxPointIndex *self, double x, double y, double limit_m,
                               double *distance_m);
/* Calls @func for each point within @radius_m, in ascending index order within each cell. */
void zx_point_index_within (const ZxPointIndex *self, double x, double y, double radius_m,
                            void (*func) (gsize index, double distance_m, gpointer data),
                            gpointer data);

G_END_DECLS
