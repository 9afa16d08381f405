/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The open project: its recipe and settings, the route as one table, and every result.
 *
 * The command line, the window and the tests use this room alone.  GObject begins here. */
#pragma once

#include "app/report/zx-report.h"
#include "data/quality/zx-quality.h"

G_BEGIN_DECLS

/* ---- the route ---------------------------------------------------------------------------- */

typedef enum
{
  ZX_STAGE_OPEN,
  ZX_STAGE_CHECK,
  ZX_STAGE_SEAL,
  ZX_STAGE_TRAVEL,
  ZX_STAGE_HEAT,
  ZX_STAGE_HEADROOM,
  ZX_STAGE_BELIEVE,
  ZX_STAGE_SCORE,
  ZX_STAGE_CHOOSE,
  ZX_STAGE_TELL,
  ZX_N_STAGES,
} ZxStage;

typedef enum
{
  ZX_STAGE_NEVER,   /* has not run */
  ZX_STAGE_FRESH,   /* its result belongs to the inputs and settings as they are */
  ZX_STAGE_STALE,   /* its result belongs to other inputs or settings */
  ZX_STAGE_SKIPPED, /* the city lacks what it needs; the reason is kept */
} ZxStageState;

const char *zx_stage_name (ZxStage stage);  /* "believe" */
const char *zx_stage_title (ZxStage stage); /* English msgid: "Demand model" */
ZxStage zx_stage_parse (const char *name);  /* ZX_N_STAGES when unknown */
/* @stage itself and all that stands on it change with @below. */
gboolean zx_stage_rests_on (ZxStage stage, ZxStage below);

typedef struct
{
  ZxStageState state;
  char *fingerprint; /* of what the result was made from; NULL = none */
  char *skip_reason; /* English msgid; NULL unless skipped */
  double seconds;    /* of the run that made the result */
  gint64 peak_bytes; /* resident memory at its peak during that run */
} ZxStageInfo;

/* ---- settings ----------------------------------------------------------------------------- */

typedef struct
{
  const char *key;     /* "siting.n_sites" */
  const char *meaning; /* English msgid with unit and source */
  double low, high;    /* bounds, both allowed */
  double standard;     /* the value when nobody sets one */
  ZxStage stage;       /* the first stage that depends on it */
} ZxSetting;
const ZxSetting *zx_settings (guint *n);

/* ---- the project -------------------------------------------------------------------------- */

#define ZX_TYPE_PROJECT (zx_project_get_type ())
G_DECLARE_FINAL_TYPE (ZxProject, zx_project, ZX, PROJECT, GObject)

/* Looks at files and guesses roles, columns and coordinate systems.  @findings: nullable.
 * Returns: (transfer full) */
ZxRecipe *zx_project_guess_recipe (const char *const *paths, ZxFindings *findings,
                                   const ZxProgress *progress, GError **error);

/* @path must not exist.  Paths in @recipe are taken relative to @base (a folder; NULL = the current
 * one). */
ZxProject *zx_project_create (const char *path, const ZxRecipe *recipe, const char *base,
                              GError **error);
ZxProject *zx_project_open (const char *path, GError **error);

const char *zx_project_path (ZxProject *self);
const ZxRecipe *zx_project_recipe (ZxProject *self); /* paths absolute */
/* What a person corrected: roles, systems, columns, rows left out, findings accepted.  Paths
 * absolute; saved by the next run. */
gboolean zx_project_set_recipe (ZxProject *self, const char *text, GError **error);
double zx_project_setting (ZxProject *self, const char *key);
/* A sentence names key, value and bound when it is refused.  Saved by the next run. */
gboolean zx_project_set (ZxProject *self, const char *key, const char *value, GError **error);

/* The speed table of @path, an edited copy of speeds.ini, instead of the standard one; NULL: the
 * standard one again.  The settings take over what it says of the design hour, of turn costs and of
 * straight lines.  A sentence names key, value and bound when it is refused.  Saved by the next
 * run. */
gboolean zx_project_set_speeds (ZxProject *self, const char *path, GError **error);

/* A place the planner fixes: it must be in the plan, or (a ban) must not.  In the city's metres, at
 * a candidate. */
typedef struct
{
  double x_m, y_m;
  gboolean is_ban;
} ZxLock;
const ZxLock *zx_project_locks (ZxProject *self, guint *n);                /* borrowed */
void zx_project_set_locks (ZxProject *self, const ZxLock *locks, guint n); /* saved by next run */

/* Plans kept beside this one, as text: zx-scenario.h.  Saved by the next run. */
const char *zx_project_scenarios (ZxProject *self); /* "" = none */
void zx_project_set_scenarios (ZxProject *self, const char *text);

/* What a person decided, to be kept in the file without running anything: it is there when the
 * project is opened again. */
typedef struct
{
  const char *const *settings; /* pairs of key and value, one after another, NULL at the end */
  const ZxLock *locks;
  guint n_locks;
  const char *recipe;    /* paths absolute; NULL = as it was */
  const char *scenarios; /* NULL = as they were */
  const char *wish;      /* zx-wish.h; NULL = as it was */
  const char *layers;    /* zx-map-layer.h; NULL = as they were */
} ZxChoices;
gboolean zx_project_keep (const char *path, const ZxChoices *choices, GError **error);

/* For the runs to come: an int that another thread (or a signal handler) sets to 1 to end the
 * search for a plan with the best so far, and who is told how far it is; see ZxSitingOptions.  Both
 * nullable, borrowed. */
void zx_project_watch_choice (ZxProject *self, const gint *settle, ZxSitingPaceFunc on_pace,
                              gpointer data);

/* Runs what is not fresh up to and including @until and saves in one transaction; cancelled or
 * failed: the file stays as it was.  Any thread, one at a time. */
gboolean zx_project_run (ZxProject *self, ZxStage until, const ZxProgress *progress,
                         GError **error);

/* Views that are kept in the file, as zx_bookmarks_format() writes them; NULL = none.  Borrowed, as
 * they were when the project was opened. */
const char *zx_project_bookmarks (ZxProject *self);
gboolean zx_project_keep_bookmarks (const char *path, const char *text, GError **error);

/* The layers of the map, as zx_map_layers_format() writes them; NULL = as a new project's. */
const char *zx_project_map_layers (ZxProject *self);

/* How the report is wanted, as zx_wish_format() writes it; NULL = nothing was said. */
const char *zx_project_wish (ZxProject *self);

const ZxStageInfo *zx_project_stage (ZxProject *self, ZxStage stage);
const ZxCity *zx_project_city (ZxProject *self);         /* NULL before seal */
const ZxFindings *zx_project_findings (ZxProject *self); /* never NULL; empty before check */
const ZxPlan *zx_project_plan (ZxProject *self);         /* NULL before choose */
const ZxCandidates *zx_project_candidates (ZxProject *self);
const ZxDemand *zx_project_demand (ZxProject *self);
const ZxCells *zx_project_cells (ZxProject *self); /* NULL before travel */
const ZxRoadGraph *
zx_project_graph (ZxProject *self); /* its numbers; arrays only after a run that built it */
/* "usage_heat", "vehicle_heat" or "shortfall"; NULL = not there. */
const ZxField *zx_project_field (ZxProject *self, const char *name);
/* The same field of one hour alone, per day of its kind: 0 … 23 of a weekday, 24 … 47 of a weekend
 * day.  ZX_ERROR_MISSING when nothing was measured then.  Any thread; passes over all positions of
 * the fleet.  Returns: (transfer full) */
#define ZX_N_HOURS 48
ZxField *zx_project_field_of_hour (ZxProject *self, const char *name, guint hour,
                                   const ZxProgress *progress, GError **error);
const ZxHeadroom *zx_project_headroom (ZxProject *self); /* NULL before headroom, or no grid */
/* [branch of the city's feeders]: per cent with the full power of the plan's sites, by power flow
 * at the fullest hour then; (transfer full), NULL without feeders or plan.  Milliseconds. */
float *zx_project_planned_loading (ZxProject *self);
const ZxCovariates *zx_project_covariates (ZxProject *self); /* NULL before believe */
double zx_project_usage_bandwidth_m (ZxProject *self);
double zx_project_vehicle_bandwidth_m (ZxProject *self);
/* NULL for a number out of range. */
const ZxConfiguration *zx_project_configuration (ZxProject *self, guint configuration);
guint zx_project_n_configurations (ZxProject *self);
gboolean zx_project_is_site (ZxProject *self, guint candidate); /* of the plan, if there is one */
char *zx_project_candidate_name (ZxProject *self, guint candidate); /* (transfer full): "C0001" */
/* A layer of zx_project_layers() as a table; cities have many rows, so in a worker.  (transfer
 * full) */
ZxLayer *zx_project_layer (ZxProject *self, const char *name, GError **error);
/* Who charges where and when; goes through all positions and sessions, so in a worker.  (transfer
 * full) */
ZxProfiles *zx_project_profiles (ZxProject *self, const ZxProgress *progress, GError **error);

/* Where on Earth: opens what the two functions below need, which takes files and time.  Then any
 * one thread may ask.  FALSE for a place that cannot be turned, and before preparing. */
gboolean zx_project_prepare_places (ZxProject *self, GError **error);
gboolean zx_project_to_degrees (ZxProject *self, double x_m, double y_m, double *lon_deg,
                                double *lat_deg); /* WGS-84 */
gboolean zx_project_from_degrees (ZxProject *self, double lon_deg, double lat_deg, double *x_m,
                                  double *y_m);

/* Length of a line on the Earth, and with at least three points the area it encloses when closed
 * (otherwise 0): geodesics on the ellipsoid, not the city's plane.  FALSE as above. */
gboolean zx_project_measure (ZxProject *self, const double *x_m, const double *y_m, guint n,
                             double *length_m, double *area_m2);

char *zx_project_fingerprint (ZxProject *self); /* of the last fresh stage, hex; NULL = none */
char *zx_project_ledger_head (ZxProject *self, GError **error);

/* The report of what is fresh.  Runs nothing: what is missing is said in it. */
gboolean zx_project_report (ZxProject *self, const char *path, const ZxReportWish *wish,
                            guint *n_pages, const ZxProgress *progress, GError **error);

/* The pages of the same report as a drawing: see zx_report_record(). */
cairo_surface_t *zx_project_record_report (ZxProject *self, const ZxReportWish *wish,
                                           guint *n_pages, const ZxProgress *progress,
                                           GError **error);

/* Writes results: by the extension GeoPackage (all layers, styled), CSV, GeoJSON, FlatGeobuf,
 * Shapefile, KML (one layer), GeoTIFF (a field).  @layer NULL: all (GeoPackage) or "sites".  A
 * sentence lists the layers when
 * @layer is not one of them. */
gboolean zx_project_export (ZxProject *self, const char *path, const char *layer,
                            const ZxProgress *progress, GError **error);
const char *const *zx_project_layers (void); /* NULL-terminated names for export */

/* The area reached from a place within each of @minutes, as GeoJSON or any vector format.  lon, lat
 * in WGS-84.  @hour: of day, 0 to 23; -1: as the project's setting travel.hour says.  @is_arriving:
 * the area from which the place is reached. */
gboolean zx_project_service_area (ZxProject *self, const char *path, double lon_deg, double lat_deg,
                                  const double *minutes, guint n_minutes, int hour,
                                  gboolean is_arriving, const ZxProgress *progress, GError **error);

G_END_DECLS

#include "app/project/zx-session.h"
