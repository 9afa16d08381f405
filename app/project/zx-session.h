/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A project as a window works with it.
 *
 * The project of a session is a snapshot that nobody changes: pages and painters in other threads
 * read it and keep it alive by a reference.  A run works on its own copy, opened anew from the
 * file, and the session then exchanges one for the other.  What a person changes meanwhile
 * (settings, layers) is kept beside the snapshot, goes through the history, and is handed to the
 * next run. */
#pragma once

#include "app/project/zx-bookmark.h"
#include "app/project/zx-history.h"
#include "app/project/zx-job.h"
#include "app/project/zx-map-layer.h"
#include "app/project/zx-project.h"
#include "app/project/zx-scenario.h"

G_BEGIN_DECLS

#define ZX_TYPE_SESSION (zx_session_get_type ())
G_DECLARE_FINAL_TYPE (ZxSession, zx_session, ZX, SESSION, GObject)

/* Properties: project (ZxProject), title (string), has-project, is-busy, is-stale (boolean).
 * Signals:
 *   settings-changed ()                     a setting, a lock, a correction, the freshness of a
 *                                           stage
 *   layers-changed ()                       order, visibility, opacity, style or name of a layer
 *   files-changed ()                        a file of the project is gone, or there again
 *   kept ()                                 what was chosen has been written into the file
 *   finished (title: string, path: string)  a job ended well; @path: what it wrote, or NULL
 *   failed (title: string, sentence: string)
 *   is-data (path: string)                  what was to be opened is a GeoPackage of somebody else
 * All on the main thread. */
ZxSession *zx_session_new (void);

ZxProject *zx_session_project (ZxSession *self); /* borrowed; NULL while nothing is open */
ZxJobs *zx_session_jobs (ZxSession *self);
ZxHistory *zx_session_history (ZxSession *self);
char *zx_session_title (ZxSession *self); /* the city's name or the file's; (transfer full) */

/* ---- work, each a job ---------------------------------------------------------------------- */

void zx_session_open (ZxSession *self, const char *path);
/* A project from files whose roles are guessed; runs what needs no decision, so that the map shows
 * something.  @files: NULL-terminated; a recipe.ini among them is taken as such. */
void zx_session_create (ZxSession *self, const char *path, const char *const *files);
/* Invents the sample in @folder unless it is there, runs the route and opens it. */
void zx_session_open_sample (ZxSession *self, const char *folder, gboolean is_town);
void zx_session_run (ZxSession *self, ZxStage until);
/* @wish is copied. */
void zx_session_write_report (ZxSession *self, const char *path, const ZxReportWish *wish);
/* How the report of this project is wanted; NULL: nothing was said yet.  Borrowed until
 * settings-changed. */
const ZxReportWish *zx_session_wish (ZxSession *self);
/* @wish is copied; kept in the project; through the history. */
void zx_session_set_wish (ZxSession *self, const ZxReportWish *wish);
/* The report's pages for the screen. */
typedef struct _ZxRecording ZxRecording;
guint zx_recording_n_pages (const ZxRecording *self);
/* Draws one page, A4 in points, on @cr.  Any thread; callers take turns. */
void zx_recording_draw (ZxRecording *self, guint page, cairo_t *cr);
ZxRecording *zx_recording_ref (ZxRecording *self);
void zx_recording_unref (ZxRecording *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxRecording, zx_recording_unref)
/* @done: gets a ZxRecording (transfer full) or NULL with the error. */
void zx_session_record_report (ZxSession *self, const ZxReportWish *wish, ZxJobDoneFunc done,
                               GObject *owner);
void zx_session_export (ZxSession *self, const char *path, const char *layer);
/* Jobs are cancelled; choices that are not in the file yet are written. */
void zx_session_close (ZxSession *self);
gboolean zx_session_is_kept (ZxSession *self); /* FALSE: wait for “kept” before the process ends */

/* ---- settings ------------------------------------------------------------------------------ */

double zx_session_setting (ZxSession *self, const char *key);
/* Through the history.  FALSE with one sentence when @value is out of bounds. */
gboolean zx_session_set (ZxSession *self, const char *key, double value, GError **error);
/* As zx_project_stage() says, but stale as soon as a setting it rests on differs from the run's. */
ZxStageState zx_session_stage_state (ZxSession *self, ZxStage stage);

/* How many candidates each filter takes with the settings and bans as they are now, pending ones
 * included.  FALSE while there are no candidates. */
gboolean zx_session_count_filters (ZxSession *self, guint n_by_filter[ZX_N_FILTERS]);

/* ---- locks ---------------------------------------------------------------------------------- */

typedef enum
{
  ZX_FREE,   /* the choice decides */
  ZX_LOCKED, /* must be in the plan */
  ZX_BANNED, /* must not be */
} ZxLockState;
ZxLockState zx_session_lock (ZxSession *self, guint candidate);
void zx_session_set_lock (ZxSession *self, guint candidate,
                          ZxLockState state); /* through the history */
guint zx_session_n_locks (ZxSession *self, ZxLockState state);

/* In place of a site another candidate: the one is kept out (or only free again, when it was locked
 * and never in the plan), the other locked in, in one edit. */
void zx_session_move_site (ZxSession *self, guint from, guint to);

/* ---- views that are kept --------------------------------------------------------------------- */

GListModel *zx_session_bookmarks (ZxSession *self); /* of ZxBookmark; borrowed */
/* Both through the history. */
void zx_session_add_bookmark (ZxSession *self, const char *name, double x_m, double y_m,
                              double metres_per_unit);
void zx_session_remove_bookmark (ZxSession *self, guint position);

/* ---- scenarios ------------------------------------------------------------------------------ */

/* (element-type ZxScenario), borrowed, until settings-changed. */
const GPtrArray *zx_session_scenarios (ZxSession *self);
/* The plan on the screen under a name; one of the same name is replaced.  FALSE with one sentence
 * when there is no plan of these settings or there are ZX_MOST_SCENARIOS already.  This and the two
 * below go through the history. */
gboolean zx_session_keep_scenario (ZxSession *self, const char *name, GError **error);
void zx_session_remove_scenario (ZxSession *self, guint scenario);
/* Settings and locks become those of the scenario; a run then gives its plan again. */
void zx_session_apply_scenario (ZxSession *self, guint scenario);
/* Of the plan before the last run that exchanged it: what a lock or a move cost.  FALSE: none. */
gboolean zx_session_before (ZxSession *self, ZxPlanFigures *figures);

/* ---- corrections ---------------------------------------------------------------------------- */

/* What a person says about files and findings; the next run goes by it.  @layer: as findings name
 * it.  All through the history. */
const ZxRecipe *zx_session_recipe (ZxSession *self); /* as it is now; NULL while nothing is open */
/* @row -1: all of the rule in that layer. */
gboolean zx_session_is_accepted (ZxSession *self, const char *rule, const char *layer, gint64 row);
void zx_session_accept (ZxSession *self, const char *rule, const char *layer, gint64 row,
                        gboolean is_accepted);
void zx_session_leave_out (ZxSession *self, const char *layer, gint64 row, gboolean is_left_out);
/* The whole file's layer; its role comes back by undoing. */
void zx_session_leave_layer_out (ZxSession *self, const char *layer);
/* Says what a layer is.  Its columns are guessed anew, for which the file is looked at by a job;
 * the edit is made when that has ended. */
void zx_session_set_role (ZxSession *self, const char *layer, ZxRole role);
/* @source NULL: not in the file. */
void zx_session_bind_column (ZxSession *self, const char *layer, const char *our_name,
                             const char *source);
/* The columns of a layer as its file has them.  @done: gets a GStrv (transfer full), or NULL with
 * the error. */
void zx_session_list_columns (ZxSession *self, const char *layer, ZxJobDoneFunc done,
                              GObject *owner);
/* @crs NULL: as the file says or the data tell. */
void zx_session_set_crs (ZxSession *self, const char *layer, const char *crs);
/* Exchanges the columns bound to longitude and latitude; FALSE when they are not columns. */
gboolean zx_session_can_swap_axes (ZxSession *self, const char *layer);
void zx_session_swap_axes (ZxSession *self, const char *layer);

/* ---- files ---------------------------------------------------------------------------------- */

/* Asks, without waiting, whether the files are where they were; “files-changed” when the answer is
 * another than before. */
void zx_session_look_for_files (ZxSession *self);
gboolean zx_session_is_missing (ZxSession *self, const char *path); /* as was last found */
guint zx_session_n_missing (ZxSession *self); /* layers in use whose file is missing */
/* What the last run found out about a layer; NULL when it did not read it. */
const ZxSource *zx_session_source (ZxSession *self, const char *layer);

/* What would change if the layers of a file were read from another one. */
typedef struct
{
  char *from, *to;
  gboolean is_possible;   /* FALSE: a layer, or a column nothing works without, is not in it */
  GPtrArray *differences; /* translated sentences; none: it holds the same */
  GHashTable *layers;     /* name of a layer → its name in the other file */
} ZxRelocation;
void zx_relocation_free (ZxRelocation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxRelocation, zx_relocation_free)
/* Compares type, columns, number of rows and coordinate system.  @done: gets a ZxRelocation
 * (transfer full), or NULL with the error. */
void zx_session_check_relocation (ZxSession *self, const char *from, const char *to,
                                  ZxJobDoneFunc done, GObject *owner);
/* Every layer that came from the one file is read from the other.  Through the history. */
void zx_session_relocate (ZxSession *self, const ZxRelocation *relocation);

/* ---- layers -------------------------------------------------------------------------------- */

GListModel *zx_session_layers (ZxSession *self); /* of ZxMapLayer, topmost first; borrowed */
ZxMapLayer *zx_session_layer (ZxSession *self, ZxMapLayerKind kind); /* NULL when removed */
/* What the project has no data for cannot be shown: one translated sentence, NULL when it can. */
const char *zx_session_layer_absence (ZxSession *self, ZxMapLayerKind kind);
/* All through the history. */
void zx_session_show_layer (ZxSession *self, ZxMapLayer *layer, gboolean is_visible);
/* This one of the layers that colour the whole map (heat, demand, transformer areas), and none of
 * the others: one edit. */
void zx_session_show_alone (ZxSession *self, ZxMapLayerKind kind);
void zx_session_fade_layer (ZxSession *self, ZxMapLayer *layer, double opacity);
void zx_session_style_layer (ZxSession *self, ZxMapLayer *layer, const ZxMapStyle *style);
void zx_session_rename_layer (ZxSession *self, ZxMapLayer *layer, const char *title);
void zx_session_move_layer (ZxSession *self, ZxMapLayer *layer, int by); /* -1: up */
void zx_session_remove_layer (ZxSession *self, ZxMapLayer *layer);
void zx_session_add_layer (ZxSession *self, ZxMapLayerKind kind); /* one that was removed */

G_END_DECLS
