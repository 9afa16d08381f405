/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of the sample share.  Coordinates are metres east and north of the world's origin,
 * itself a whole kilometre of EPSG:4549 (CGCS2000, 3-degree Gauss–Krüger, central meridian 120° E),
 * so that adding the origin gives a planner's metric coordinates.
 *
 *   projection   metres to longitude and latitude
 *   noise        smooth random functions of the place
 *   shapes       points, rings, and an index that knows what is inside and how far the edge is
 *   world        coast, rivers, hills, settlements and the intensities that everything is drawn
 * from streets      lines traced through the world, then cut into a graph truth        demand,
 * stations, what they sold files        writers that stream
 */
#pragma once

#include "data/sample/zx-sample.h"

G_BEGIN_DECLS

/* ---- projection --------------------------------------------------------------------------- */

/* Longitude and latitude of EPSG:4549 coordinates, good to 0.1 mm within 10° of 120° E. */
void zx_sample_lonlat (double easting_m, double northing_m, double *lon_deg, double *lat_deg);

/* ---- noise -------------------------------------------------------------------------------- */

/* Gradient noise with features of @wavelength_m, mean 0, about -1 … 1, smooth. */
double zx_sample_noise (guint64 seed, double x_m, double y_m, double wavelength_m);
/* Octaves of it, each half as long and @persistence as strong. */
double zx_sample_octaves (guint64 seed, double x_m, double y_m, double wavelength_m,
                          guint n_octaves, double persistence);

/* A Gaussian field with mean 0, sd 1 and correlation exp(-d²/2ℓ²) by random Fourier features
 * (Rahimi and Recht 2007). */
#define SAMPLE_N_FEATURES 192
typedef struct
{
  double wave_x[SAMPLE_N_FEATURES], wave_y[SAMPLE_N_FEATURES], phase[SAMPLE_N_FEATURES];
} SampleField;
void zx_sample_field_init (SampleField *self, guint64 seed, double length_m);
double zx_sample_field_at (const SampleField *self, double x_m, double y_m);

/* ---- shapes ------------------------------------------------------------------------------- */

typedef struct
{
  double x, y;
} SamplePoint;

#define SAMPLE_POINT(array, i) (&g_array_index ((array), SamplePoint, (i)))

static inline double
zx_sample_distance (SamplePoint a, SamplePoint b)
{
  return hypot (b.x - a.x, b.y - a.y);
}

GArray *zx_sample_points_new (void);
void zx_sample_points_add (GArray *points, double x, double y);
/* The point at @at_m along the line, clamped to it; @direction: (out) (optional): unit vector. */
SamplePoint zx_sample_points_along (const GArray *points, double at_m, SamplePoint *direction);
double zx_sample_points_length (const GArray *points);
/* Catmull–Rom spline through @controls with points every @step_m.  (transfer full) */
GArray *zx_sample_spline (const SamplePoint *controls, guint n, double step_m);
/* Cuts the loops out of a line that crosses itself. */
void zx_sample_points_remove_loops (GArray *points);
/* Douglas–Peucker; keeps both ends.  (transfer full) */
GArray *zx_sample_points_simplify (const GArray *points, double tolerance_m);
/* The same between two of its points: marks in @keep what lies farther off than the tolerance. */
void zx_sample_points_mark_kept (const GArray *points, guint begin, guint end, double tolerance_m,
                                 guint8 *keep);
/* TRUE with where and how far along each (0 … 1) when segments ab and cd cross. */
gboolean zx_sample_segments_cross (SamplePoint a, SamplePoint b, SamplePoint c, SamplePoint d,
                                   SamplePoint *where, double *along_ab, double *along_cd);
/* A closed ring around (0, 0) of mean radius 1 whose outline wanders by @roughness. */
GArray *zx_sample_blob (guint64 seed, guint n_points, double roughness);

/* The parts of @ring outside @other (both simple).  (transfer full): GArray of SamplePoint. */
GPtrArray *zx_sample_ring_without (const GArray *ring, const GArray *other);
/* The part of a convex ring nearer to @own than to @other; takes @ring.  (transfer full) */
GArray *zx_sample_ring_nearer (GArray *ring, SamplePoint own, SamplePoint other);
double zx_sample_ring_area (const GArray *ring); /* m², positive when counter-clockwise */

/* Named polygons; rings are not closed here, outer ones counter-clockwise, holes clockwise. */
typedef struct
{
  char *name;       /* owned, may be NULL */
  char *kind;       /* owned, may be NULL: a second property */
  GPtrArray *rings; /* GArray of SamplePoint; the first is the outer one */
} SampleArea;

typedef struct
{
  GPtrArray *list; /* SampleArea */
} SampleAreas;

void zx_sample_areas_init (SampleAreas *self);
void zx_sample_areas_clear (SampleAreas *self);
/* Takes @outer, orients it.  @name and @kind may be NULL. */
SampleArea *zx_sample_areas_add (SampleAreas *self, const char *name, const char *kind,
                                 GArray *outer);
void zx_sample_area_add_hole (SampleArea *self, GArray *hole);
gboolean zx_sample_area_contains (const SampleArea *self, double x, double y);

/* Inside (non-zero winding) and distance to the outline up to its reach, both exact: buckets know
 * their centre's winding and the segments near them.  O(1) far from outlines. */
typedef struct _SampleShore SampleShore;
SampleShore *zx_sample_shore_new (const SampleAreas *areas, double min_x, double min_y,
                                  double max_x, double max_y);
void zx_sample_shore_free (SampleShore *self);
gboolean zx_sample_shore_contains (const SampleShore *self, double x, double y);
#define SAMPLE_SHORE_REACH_M 260.0
/* Metres to the outline, negative inside; ± SAMPLE_SHORE_REACH_M when it is farther than that. */
double zx_sample_shore_distance (const SampleShore *self, double x, double y);

/* Buckets of point numbers, for "what is near". */
typedef struct
{
  double min_x, min_y, cell_m;
  guint n_columns, n_rows;
  guint32 *first, *item; /* n_columns × n_rows + 1; sorted by bucket, then number */
} SampleBuckets;
void zx_sample_buckets_init (SampleBuckets *self, const SamplePoint *points, gsize n,
                             double cell_m);
void zx_sample_buckets_clear (SampleBuckets *self);
/* The nearest of the points within @limit_m, or -1.  @skip: a number to leave out, or -1. */
gssize zx_sample_buckets_nearest (const SampleBuckets *self, const SamplePoint *points, double x,
                                  double y, double limit_m, gssize skip);

/* A heap of numbers, the smallest key first: GArray of SampleHeapItem. */
typedef struct
{
  float key;
  guint32 number;
} SampleHeapItem;
void zx_sample_heap_push (GArray *heap, float key, guint32 number);
SampleHeapItem zx_sample_heap_pop (GArray *heap); /* not empty */

/* ---- names -------------------------------------------------------------------------------- */

/* Invented Chinese names; the same @number gives the same name.  All can be written in GBK.
 * (transfer full) */
char *zx_sample_street_name (guint64 seed, guint number, ZxRoadClass road_class,
                             gboolean is_east_west);
char *zx_sample_village_name (guint64 seed, guint number);
char *zx_sample_town_name (guint64 seed, guint number); /* two characters, without 镇 or 县 */

/* ---- the world ---------------------------------------------------------------------------- */

typedef enum
{
  SAMPLE_OLD_TOWN,
  SAMPLE_NEW_DISTRICT,
  SAMPLE_INDUSTRY,
  SAMPLE_CAMPUS,
  SAMPLE_MARKET_TOWN,
  SAMPLE_VILLAGE,
  SAMPLE_N_KINDS,
} SampleKind;

/* A middle that people, places and vehicles gather around. */
typedef struct
{
  SamplePoint at;
  double radius_m;
  double angle;           /* of its streets, radians */
  double residents, jobs; /* people */
  double vehicles;        /* vehicle hours spent there, any unit */
  double places;          /* POI, any unit */
  SampleKind kind;
  guint settlement;
} SampleCentre;

typedef struct
{
  char *name;
  SamplePoint at;
  double reach_m; /* everything built lies within */
  guint rank;     /* 0 city, 1 county town, 2 market town, 3 village */
  guint centre_first, n_centres;
} SampleSettlement;

typedef struct
{
  ZxSampleSize size;
  const char *id;                            /* "town" */
  const char *name;                          /* of the invented place */
  double scale;                              /* of the bay and what lies around it */
  double min_x_m, min_y_m, max_x_m, max_y_m; /* of the study area */
  guint n_villages, n_market_towns, n_counties;
  guint n_stations, usage_days, fleet_days;
  guint n_vehicles, n_places, n_parcels;
  double residents_per_area; /* people that one transformer serves */
  double hexagon_m, cell_m;  /* population hexagons; lattice of the truth */
} SampleScale;

const SampleScale *zx_sample_scale (ZxSampleSize size);

typedef struct
{
  const SampleScale *scale;
  guint64 seed;
  double origin_e_m, origin_n_m;
  GArray *coast;     /* SamplePoint, south to north, sea to the right: the smooth line */
  GPtrArray *rivers; /* GArray of SamplePoint: centre lines, towards the sea */
  SampleAreas water, hills, parks, exclusions, districts, boundary;
  SampleShore *water_shore, *hill_shore, *park_shore;
  GArray *settlements;             /* SampleSettlement */
  GArray *centres;                 /* SampleCentre */
  guint32 *near_first, *near_item; /* centres that matter in a square of the field */
  guint near_columns, near_rows;
} SampleWorld;

SampleWorld *zx_sample_world_new (ZxSampleSize size, guint64 seed, const ZxProgress *progress,
                                  GError **error);
void zx_sample_world_free (SampleWorld *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SampleWorld, zx_sample_world_free)

/* Steps of making a world, in their own files. */
void zx_sample_world_make_land (SampleWorld *self);
gboolean zx_sample_world_make_settlements (SampleWorld *self, const ZxProgress *progress,
                                           GError **error);
void zx_sample_world_make_districts (SampleWorld *self);

/* 0 … 1: how built-up, by the settlement's centres (all but villages). */
double zx_sample_built (const SampleWorld *world, const SampleSettlement *settlement, double x,
                        double y);
const SampleCentre *zx_sample_ruling_centre (const SampleWorld *world,
                                             const SampleSettlement *settlement, double x,
                                             double y);
/* Free of water by @water_m and of hills by @hill_m. */
gboolean zx_sample_is_buildable (const SampleWorld *world, double x, double y, double water_m,
                                 double hill_m);
void zx_sample_world_lonlat (const SampleWorld *world, double x, double y, double *lon_deg,
                             double *lat_deg);

/* The smooth intensities, per km²; 0 on water. */
typedef struct
{
  double residents, jobs, places, vehicles;
} SampleDensity;
SampleDensity zx_sample_density (const SampleWorld *world, double x, double y);

/* ---- streets ------------------------------------------------------------------------------ */

/* What a street is to the ones around it: arterials are traced first and farthest apart. */
typedef enum
{
  SAMPLE_ARTERIAL,
  SAMPLE_COLLECTOR,
  SAMPLE_LOCAL,
  SAMPLE_LANE,
  SAMPLE_N_LEVELS,
  SAMPLE_COUNTRY = SAMPLE_N_LEVELS,
  SAMPLE_HIGHWAY, /* meets other roads only at the ends of its links */
} SampleLevel;

typedef struct
{
  guint first, n; /* points */
  guint8 road_class, level, is_link, is_tunnel, one_way, is_closed;
  gint32 settlement; /* -1: none */
} SampleStreet;

enum
{
  SAMPLE_ON_BRIDGE = 1 << 0, /* from this point to the next */
  SAMPLE_IS_PINNED = 1 << 1, /* another street ends at exactly this point */
};

typedef struct
{
  GArray *points; /* SamplePoint */
  GArray *flags;  /* guint8 per point */
  GArray *list;   /* SampleStreet */
} SampleStreets;

void zx_sample_streets_init (SampleStreets *self);
void zx_sample_streets_clear (SampleStreets *self);
/* Begins a street; its points follow. */
void zx_sample_streets_begin (SampleStreets *self, ZxRoadClass road_class, SampleLevel level,
                              gint32 settlement);
void zx_sample_streets_point (SampleStreets *self, SamplePoint point, guint8 flags);
/* Drops the street again when it has fewer than two points. */
gboolean zx_sample_streets_end (SampleStreets *self);
/* Unit vector along the street at its point @i. */
SamplePoint zx_sample_street_tangent (const SampleStreets *streets, const SampleStreet *street,
                                      guint i);
void zx_sample_streets_append (SampleStreets *self, const SampleStreets *other);

/* Where a road from outside reaches a town; the town's own arterial goes on from there. */
typedef struct
{
  SamplePoint at, direction;
  ZxRoadClass road_class;
  guint settlement;
} SampleGateway;

/* Lays a line over the land: keeps off the banks, bridges rivers up to @max_bridge_m, stops at the
 * sea and at hills. */
void zx_sample_lay (const SampleWorld *world, SampleStreets *streets, const GArray *line,
                    ZxRoadClass road_class, SampleLevel level, gint32 settlement,
                    double max_bridge_m);
/* The far bank when a road at @from wants to go on in @direction; FALSE when there is none within
 * @max_m or the water is the sea. */
gboolean zx_sample_find_crossing (const SampleWorld *world, SamplePoint from, SamplePoint direction,
                                  double max_m, double bank_m, SamplePoint *to);

/* What a road has to pay for the ground it goes over. */
typedef struct
{
  const SampleWorld *world;
  double cell_m, min_x, min_y;
  guint n_columns, n_rows;
  float *cost;     /* per metre */
  float *best;     /* scratch of a search */
  gint8 *came;     /* direction, -1 */
  GArray *heap;    /* of the search */
  GArray *touched; /* guint32: cells to clean up */
} SampleTerrain;
void zx_sample_terrain_init (SampleTerrain *self, const SampleWorld *world, gboolean avoids_towns);
void zx_sample_terrain_clear (SampleTerrain *self);
/* (transfer full): from @from to @to, a point every 60 m or so. */
GArray *zx_sample_find_way (SampleTerrain *self, SamplePoint from, SamplePoint to);
GArray *zx_sample_points_smooth (const GArray *line,
                                 guint reach); /* running means; (transfer full) */

/* Where the streets of a town point, on a lattice over its extent. */
typedef struct
{
  double min_x, min_y, max_x, max_y;
  guint n_columns, n_rows;
  float *cosine, *sine; /* of four times the angle */
} SampleCross;
void zx_sample_cross_init (SampleCross *self, const SampleWorld *world,
                           const SampleSettlement *town);
void zx_sample_cross_clear (SampleCross *self);
/* The field's direction at @p nearest to @direction. */
SamplePoint zx_sample_cross_follow (const SampleCross *self, SamplePoint p, SamplePoint direction);

/* @look_ahead_m: by level, how far an end of that level looks. */
void zx_sample_extend_ends (const SampleWorld *world, const SampleCross *extent,
                            const double *look_ahead_m, SampleStreets *streets);

/* The streets of one town, from its gateways inwards. */
void zx_sample_trace_town (const SampleWorld *world, guint settlement, const GArray *gateways,
                           SampleStreets *streets);
/* Roads between settlements, highways with their interchanges, and the lanes of villages.
 * @gateways: SampleGateway, filled. */
gboolean zx_sample_trace_country (const SampleWorld *world, SampleStreets *streets,
                                  GArray *gateways, const ZxProgress *progress, GError **error);

/* Motorways, with interchanges where they cross big roads among @streets. */
void zx_sample_trace_highways (const SampleWorld *world, SampleStreets *streets);

/* All of them. */
gboolean zx_sample_make_streets (const SampleWorld *world, SampleStreets *streets,
                                 const ZxProgress *progress, GError **error);

/* ---- the road graph ----------------------------------------------------------------------- */

typedef struct
{
  guint32 a, b;     /* nodes */
  guint32 street;   /* edges of one street follow one another, in its direction */
  guint32 first, n; /* points between the nodes */
  float length_m;
  guint8 starts_on_bridge, is_dropped;
} SampleEdge;

typedef struct
{
  GArray *nodes;  /* SamplePoint */
  GArray *edges;  /* SampleEdge */
  GArray *points; /* SamplePoint */
  GArray *flags;  /* guint8 per point: SAMPLE_ON_BRIDGE to the next */
} SampleGraph;

/* Cuts the streets at their crossings, joins what lies within a few metres, trims loose ends,
 * closes some ways into superblocks, and keeps one connected whole: what is apart is joined by a
 * short road (appended to @streets) or left out. */
SampleGraph *zx_sample_graph_new (const SampleWorld *world, SampleStreets *streets,
                                  const ZxProgress *progress, GError **error);
/* The second half of that: from cut streets to one whole. */
void zx_sample_graph_connect (SampleGraph *self, const SampleWorld *world, SampleStreets *streets);
/* Union-find; the lower number stays, so that results do not depend on the order of joins. */
guint32 zx_sample_find (guint32 *parent, guint32 i);
gboolean zx_sample_unite (guint32 *parent, guint32 a, guint32 b); /* FALSE: were one before */
/* A number in (0, 1) that depends on the seed and on @what alone. */
double zx_sample_coin (const SampleWorld *world, guint64 what);
void zx_sample_graph_free (SampleGraph *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SampleGraph, zx_sample_graph_free)

/* ---- files -------------------------------------------------------------------------------- */

/* A file that is written row by row, plain or gzipped (fixed header: no time, no name, fast), and
 * appears under its name only when it is closed without an error. */
typedef struct _SampleFile SampleFile;
SampleFile *zx_sample_file_new (const char *folder, const char *name, GError **error);
gboolean zx_sample_file_write (SampleFile *self, const char *bytes, gsize n, GError **error);
/* Writes and empties @text. */
gboolean zx_sample_file_flush (SampleFile *self, GString *text, GError **error);
gboolean zx_sample_file_close (SampleFile *self, GError **error); /* frees @self */
void zx_sample_file_abandon (SampleFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SampleFile, zx_sample_file_abandon)

/* "-12.3400": @decimals <= 9, no locale, no exponent, "" for NaN. */
void zx_sample_append_fixed (GString *text, double value, guint decimals);
/* "119.5123456,35.4123456" */
void zx_sample_append_lonlat (GString *text, const SampleWorld *world, double x, double y);
void zx_sample_append_json (GString *text, const char *value); /* quoted */

/* @areas as GeoJSON polygons with the properties name and, when not NULL, @kind_property. */
gboolean zx_sample_write_areas (const SampleWorld *world, const SampleAreas *areas,
                                const char *folder, const char *file, const char *kind_property,
                                GError **error);
/* ---- ways through the network ------------------------------------------------------------- */

typedef struct
{
  guint32 head, edge;
  float seconds;
} SampleArc;

double zx_sample_street_mps (const SampleStreet *street);
const char *zx_sample_street_posted (const SampleStreet *street); /* km/h; NULL: no sign */

typedef struct
{
  const SampleStreets *streets;
  const SampleGraph *graph;
  guint32 *first; /* nodes + 1 */
  SampleArc *arc;
  GArray *door_points; /* SamplePoint: nodes of ordinary streets, where one can stop */
  GArray *door_nodes;  /* guint32 */
  SampleBuckets doors;
} SampleNetwork;

typedef struct _SampleSearch SampleSearch; /* scratch of one thread */

gboolean zx_sample_network_init (SampleNetwork *self, const SampleStreets *streets,
                                 const SampleGraph *graph, GError **error);
void zx_sample_network_clear (SampleNetwork *self);
/* The nearest node one can stop at, or -1. */
gssize zx_sample_network_door (const SampleNetwork *self, double x, double y, double limit_m);
/* Seconds from the nearest door to a point @distance_m off it. */
double zx_sample_access_s (double distance_m);
SampleSearch *zx_sample_search_new (const SampleNetwork *network);
void zx_sample_search_free (SampleSearch *self);

typedef struct
{
  SamplePoint at;
  float speed_mps; /* from here to the next point */
} SampleWaypoint;

/* A quick way as waypoints appended to @path; FALSE when there is none within the budget of a trip.
 * @is_two_way: (out) (optional): it can be driven back. */
gboolean zx_sample_network_route (const SampleNetwork *self, SampleSearch *search, guint32 from,
                                  guint32 to, GArray *path, gboolean *is_two_way);

/* Everything within @limit_s of @from: the nodes in the order they are reached, with their times.
 */
typedef struct
{
  guint32 node;
  float seconds;
} SampleReached;
void zx_sample_network_reach (const SampleNetwork *self, SampleSearch *search, guint32 from,
                              double limit_s, GArray *reached);

/* ---- the truth ---------------------------------------------------------------------------- */

#define SAMPLE_B_VEHICLES     0.6
#define SAMPLE_B_PLACES       0.3
#define SAMPLE_B_RESIDENTS    0.2
#define SAMPLE_FIELD_SD       0.4
#define SAMPLE_FIELD_LENGTH_M 930.0 /* correlation 0.1 at 2 km */
#define SAMPLE_CELL_SD        0.1
#define SAMPLE_KWH_PER_PERSON 0.35 /* a day, of public charging: sets the intercept */
#define SAMPLE_OPERATOR_SD    0.15
#define SAMPLE_STATION_SD     0.15
/* As ZX_HUFF_OPTIONS_INIT of app/demand. */
#define SAMPLE_DECAY_S       300.0
#define SAMPLE_SIZE_EXPONENT 0.9
#define SAMPLE_LIMIT_S       1200.0
#define SAMPLE_OUTSIDE       2.0
/* As resources/data/speeds.ini: posted limits × 0.8, everything × 0.7, 2 s at a crossing; walking
 * to the road at 5 km/h up to 300 m, beyond that at 27 km/h on the straight line. */
#define SAMPLE_POSTED_SHARE 0.8
#define SAMPLE_URBAN_FACTOR 0.7
#define SAMPLE_JUNCTION_S   2.0
#define SAMPLE_WALK_MPS     (5 / 3.6)
#define SAMPLE_WALK_LIMIT_M 300.0
#define SAMPLE_STRAIGHT_MPS (27 / 3.6)

typedef struct
{
  double min_x, min_y, cell_m;
  guint n_columns, n_rows;
  float *demand; /* kWh/km²/d at cell centres; NaN on water and outside the boundary */
  float *residents, *jobs, *places, *vehicles; /* per km²; 0 where demand is NaN */
  double b0, mean[3], sd[3];                   /* of log vehicles, places, residents */
  double kwh_per_day, residents_in_all;
} SampleTruth;

SampleTruth *zx_sample_truth_new (const SampleWorld *world, const ZxProgress *progress,
                                  GError **error);
void zx_sample_truth_free (SampleTruth *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SampleTruth, zx_sample_truth_free)
gsize zx_sample_truth_size (const SampleTruth *self);
SamplePoint zx_sample_truth_centre (const SampleTruth *self, gsize cell);
/* The cell that holds the point, or -1 outside the lattice. */
gssize zx_sample_truth_cell (const SampleTruth *self, double x, double y);

/* Draws cells by weight. */
typedef struct
{
  gsize n;
  double *cumulative;
} SampleDraw;
gboolean zx_sample_draw_init (SampleDraw *self, const float *weight, gsize n, GError **error);
void zx_sample_draw_clear (SampleDraw *self);
gsize zx_sample_draw (const SampleDraw *self, ZxRng *rng);

/* ---- stations ----------------------------------------------------------------------------- */

#define SAMPLE_N_OPERATORS 7

typedef struct
{
  char id[16];
  char *name;
  SamplePoint at;
  guint8 operator_number, is_planned, habit; /* habit: which daily profile */
  guint16 n_dc, n_ac;
  double rated_kw;
  int service_fen, energy_fen; /* per kWh */
  int opened_day;              /* days since 1970 */
  double caught_kwh,
      kwh_per_day; /* a day: by the shares alone; with operator and station effects */
} SampleStation;

GArray *zx_sample_stations_new (const SampleWorld *world, const SampleTruth *truth,
                                const SampleNetwork *network, const ZxProgress *progress,
                                GError **error);
/* Fills caught_kwh: of each cell's demand the share connectors^0.9 exp (-t / 300 s) among all
 * working stations within 1 200 s on the roads and an outside option worth 2 connectors at the
 * door. */
gboolean zx_sample_catch (const SampleTruth *truth, const SampleNetwork *network, GArray *stations,
                          const ZxProgress *progress, GError **error);
double zx_sample_operator_effect (guint64 seed, guint operator_number);
const char *zx_sample_operator_name (guint operator_number);

/* ---- what is wrong on purpose ------------------------------------------------------------- */

typedef struct
{
  const char *file, *rule; /* static */
  gint64 row;              /* 0-based source row; -1: the layer as a whole */
} SampleDirtRow;

typedef struct
{
  GArray *rows; /* SampleDirtRow */
} SampleDirt;

void zx_sample_dirt_add (SampleDirt *self, const char *file, gint64 row, const char *rule);

gboolean zx_sample_write_roads (const SampleWorld *world, const SampleStreets *streets,
                                const SampleGraph *graph, const char *folder, SampleDirt *dirt,
                                const ZxProgress *progress, GError **error);

/* ---- everything that is written after the roads ------------------------------------------- */

typedef struct
{
  const char *folder;
  const SampleWorld *world;
  const SampleNetwork *network;
  const SampleTruth *truth;
  const GArray *stations; /* SampleStation */
  SampleDirt *dirt;
} SampleSite;

#define SAMPLE_FIRST_DAY 20513 /* 2026-03-01, a Sunday, in days since 1970 */

gboolean zx_sample_write_stations (const SampleSite *site, GError **error);
gboolean zx_sample_write_usage (const SampleSite *site, const ZxProgress *progress, GError **error);
gboolean zx_sample_write_fleet (const SampleSite *site, const ZxProgress *progress, GError **error);
gboolean zx_sample_write_people (const SampleSite *site, GError **error);
gboolean zx_sample_write_places (const SampleSite *site, const ZxProgress *progress,
                                 GError **error);
/* Transformer areas, feeders, and land, which names the area that would supply it. */
gboolean zx_sample_write_grid (const SampleSite *site, const ZxProgress *progress, GError **error);
gboolean zx_sample_write_parcels (const SampleSite *site, const SamplePoint *transformers,
                                  guint n_transformers, GError **error);
gboolean zx_sample_write_truth (const SampleSite *site, const ZxProgress *progress, GError **error);
gboolean zx_sample_write_recipe (const SampleSite *site, GError **error);
gboolean zx_sample_write_dirt (const SampleSite *site, GError **error);

G_END_DECLS
