/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a project holds while it is open; private to the room. */
#pragma once

#include "app/project/zx-project.h"
#include "data/gis/zx-gis.h"
#include "data/store/zx-store.h"

#define ZX_MAX_SETTINGS 64

typedef struct
{
  double value[ZX_MAX_SETTINGS]; /* in the order of zx_settings () */
} ZxSettingValues;

typedef struct
{
  /* what people decide */
  ZxRecipe *recipe; /* paths absolute */
  ZxSettingValues settings;
  GArray *locks;   /* ZxLock */
  char *scenarios; /* plans kept beside this one, as text: see zx-scenario.h */
  /* what follows, stage by stage; NULL = not there */
  ZxStageInfo stage[ZX_N_STAGES];
  GPtrArray *file_fingerprints;            /* texts, one per binding; "" for those not read */
  ZxFindings *stage_findings[ZX_N_STAGES]; /* of open to seal under SEAL; NULL = none */
  ZxFindings *findings;                    /* all of them in one list, in the order of the stages */
  ZxCity *city;
  const ZxCity *stored_city; /* the one last read from or written to the project file; borrowed */
  ZxRoadGraph *graph;
  gboolean graph_is_whole; /* FALSE: its numbers only, arrays NULL */
  char *speeds_text;       /* the project's own speed table; NULL or "": the standard one */
  ZxSpeedTable speeds;
  ZxCells *cells;
  ZxTravelRows *station_rows;
  ZxField *usage_heat, *vehicle_heat, *shortfall;
  double usage_bandwidth_m, vehicle_bandwidth_m;
  ZxHeadroom *headroom;
  ZxCovariates *covariates;
  ZxDemand *demand;
  ZxDemandOptions demand_options;
  GPtrArray *configurations; /* ZxConfiguration */
  ZxCandidates *candidates;
  ZxSitingOptions siting_options;
  const gint *settle; /* of the next choice, with the two below: see ZxSitingOptions */
  ZxSitingPaceFunc on_pace;
  gpointer on_pace_data;
  ZxPlan *plan;
  /* From where drivers reach its sites: a row for each limit and site, the sites of one limit one
   * after another.  NONE without roads. */
  ZxGeometry site_areas;
} ZxRoute;

void zx_route_init (ZxRoute *self);
void zx_route_clear (ZxRoute *self);
/* Drops the results of @stage; what stands on it is dropped by its own turn. */
void zx_route_clear_stage (ZxRoute *self, ZxStage stage);

/* ---- settings ----------------------------------------------------------------------------- */

void zx_settings_standard (ZxSettingValues *values);
gboolean zx_settings_set (ZxSettingValues *values, const char *key, const char *text,
                          GError **error);
double zx_settings_get (const ZxSettingValues *values, const char *key);
char *zx_settings_format (const ZxSettingValues *values);
gboolean zx_settings_parse (ZxSettingValues *values, const char *text, gssize n, GError **error);
void zx_settings_fingerprint (const ZxSettingValues *values, ZxStage stage, ZxFingerprint *sum);
/* Options of the engines from the settings. */
void zx_settings_apply_siting (const ZxSettingValues *values, ZxSitingOptions *options);
void zx_settings_apply (const ZxSettingValues *values, ZxRoute *route);
/* What a speed table says of the numbers that are settings too. */
gboolean zx_settings_set_speeds (ZxSettingValues *values, const ZxSpeedTable *speeds,
                                 GError **error);

/* ---- locks -------------------------------------------------------------------------------- */

char *zx_locks_format (const ZxRoute *route); /* (transfer full): "" without locks */
void zx_locks_parse (ZxRoute *route, const char *text);
/* Bans the candidates that are locked out and appends to @required (guint32) those locked in. */
gboolean zx_locks_apply (ZxRoute *route, GArray *required, GError **error);

/* ---- stages ------------------------------------------------------------------------------- */

/* Fills the route's city and findings from the recipe's files. */
gboolean zx_stage_open_to_seal (ZxRoute *self, const ZxProgress *progress, GError **error);
gboolean zx_stage_travel (ZxRoute *self, const ZxProgress *progress, GError **error);
gboolean zx_stage_heat (ZxRoute *self, const ZxProgress *progress, GError **error);
gboolean zx_stage_headroom (ZxRoute *self, const ZxProgress *progress, GError **error);
/* Networks in the files of grid engineers' tools (zx-route-cases.c): a case folder, a MATPOWER
 * case, a pandapower network, an OpenDSS circuit. */
gboolean zx_case_is_at (const char *path);
gboolean zx_case_is_file (const char *path); /* one file with both layers, which GDAL cannot read */
gboolean zx_case_guess (const char *path, ZxRecipe *recipe, ZxFindings *findings,
                        const ZxProgress *progress, GError **error);
ZxLayer *zx_case_read (const ZxBinding *binding, ZxFindings *findings, GError **error);

/* The choice of zx_stage_choose(), made again until the feeders carry it. */
gboolean zx_stage_choose_on_feeders (ZxRoute *self, const ZxSitingInput *input,
                                     const ZxSitingOptions *options, const ZxProgress *progress,
                                     GError **error);
gboolean zx_stage_believe (ZxRoute *self, const ZxProgress *progress, GError **error);
gboolean zx_stage_score (ZxRoute *self, const ZxProgress *progress, GError **error);
gboolean zx_stage_choose (ZxRoute *self, const ZxProgress *progress, GError **error);

/* Skips the stage with an English msgid; its result stays NULL. */
void zx_route_skip (ZxRoute *self, ZxStage stage, const char *reason);

/* The stage's own list, made when missing.  Borrowed. */
ZxFindings *zx_route_findings (ZxRoute *self, ZxStage stage);
void zx_route_merge_findings (ZxRoute *self);

/* Brings every stage's state up to date: fresh, stale, never, skipped. */
void zx_route_refresh (ZxRoute *self);
gboolean zx_route_run (ZxRoute *self, ZxStage until, const ZxProgress *progress, GError **error);
/* A whole graph when there are roads (built again if only its numbers are here). */
gboolean zx_route_need_graph (ZxRoute *self, const ZxProgress *progress, GError **error);

/* (transfer full): see zx_project_service_area(); a row for each of @minutes. */
ZxLayer *zx_route_service_area (ZxRoute *self, double lon_deg, double lat_deg,
                                const double *minutes, guint n_minutes, int hour,
                                gboolean is_arriving, const ZxProgress *progress, GError **error);

/* Of the plan as it is, at the project's hour; needs a whole graph when there are roads.  O(sites).
 */
#define ZX_N_SITE_LIMITS 3
gboolean zx_route_find_site_areas (ZxRoute *self, const ZxProgress *progress, GError **error);
const double *zx_route_site_limits_s (void); /* the longest first */
ZxLayer *zx_route_site_areas_layer (const ZxRoute *self);

/* ---- keeping ------------------------------------------------------------------------------ */

gboolean zx_route_save (ZxRoute *self, ZxStore *store, const ZxProgress *progress, GError **error);
gboolean zx_route_save_recipe (ZxRoute *self, ZxStore *store, GError **error);
/* The city is in the project file now. */
void zx_route_note_stored (ZxRoute *self);
/* Settings and locks alone. */
gboolean zx_route_save_choices (ZxRoute *self, ZxStore *store, GError **error);
gboolean zx_route_load_choices (ZxRoute *self, ZxStore *store, GError **error);
gboolean zx_route_load (ZxRoute *self, ZxStore *store, GError **error);

/* ---- telling ------------------------------------------------------------------------------ */

/* (transfer full): NULL with @error when the result it needs is not there.  @to_degrees: from the
 * city's system, for callers that want several layers; NULL: made when a layer needs it. */
ZxLayer *zx_route_layer (const ZxRoute *self, const char *name, ZxGisTransform *to_degrees,
                         GError **error);
/* "area_profiles", "area_hours", "pile_profiles", "user_profiles".  The city must be there. */
ZxLayer *zx_route_profile_layer (const ZxRoute *self, const char *name, GError **error);
/* Feeders in the fields of published maps of hosting capacity.  City and headroom with flows must
 * be there. */
ZxLayer *zx_route_feeder_nodes (const ZxRoute *self, ZxGisTransform *to_degrees, GError **error);
ZxLayer *zx_route_feeder_branches (const ZxRoute *self, ZxGisTransform *to_degrees, GError **error);
const ZxField *zx_route_field (const ZxRoute *self, const char *name);
ZxField *zx_route_field_of_hour (const ZxRoute *self, const char *name, guint hour,
                                 const ZxProgress *progress, GError **error);
const char *zx_route_style (const char *layer); /* QGIS style, NULL = none */
