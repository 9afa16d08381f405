/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The session's jobs.  Each works on an order of its own: paths and settings are copied into it on
 * the main thread, the project is opened anew in the worker, and the main thread takes the new
 * snapshot when it is whole.  A cancelled or failed job leaves file and snapshot as they were. */

#include "app/project/zx-session-private.h"
#include "app/project/zx-wish.h"
#include "data/gis/zx-gis.h"
#include "data/sample/zx-sample.h"
#include "data/store/zx-store.h"

typedef struct
{
  char *path, *target, *layer;
  ZxReportWish *wish; /* of a report that is to be made */
  char **files;
  char **keys, **values; /* settings to make before the work, NULL-terminated */
  char *recipe;          /* NULL: the project's own */
  char *scenarios;       /* the same */
  char *wish_text;       /* the same */
  char *layers;          /* the same */
  ZxLock *locks;         /* owned */
  guint n_locks;
  ZxProject *project; /* snapshot that is only read; owned */
  ZxPace *pace;       /* of a run; nullable */
  ZxStage until;
  gboolean is_town;
} Order;

static void
order_free (gpointer data)
{
  Order *order = data;
  g_free (order->path);
  g_free (order->target);
  zx_wish_free (order->wish);
  g_free (order->layer);
  g_strfreev (order->files);
  g_strfreev (order->keys);
  g_strfreev (order->values);
  g_free (order->recipe);
  g_free (order->scenarios);
  g_free (order->wish_text);
  g_free (order->layers);
  g_free (order->locks);
  g_clear_object (&order->project);
  g_clear_pointer (&order->pace, zx_pace_unref);
  g_free (order);
}

static Order *
order_new (const char *path)
{
  Order *order = g_new0 (Order, 1);
  order->path = g_strdup (path);
  order->keys = g_new0 (char *, 1);
  order->values = g_new0 (char *, 1);
  return order;
}

/* All settings, not only those that differ from the snapshot: one that was changed, kept in the
 * file and set back must not come back from the file. */
static Order *
order_with_choices (ZxSession *self)
{
  Order *order = order_new (zx_project_path (self->project));
  guint n;
  const ZxSetting *settings = zx_settings (&n);
  order->keys = g_renew (char *, order->keys, n + 1);
  order->values = g_renew (char *, order->values, n + 1);
  for (guint i = 0; i < n; i++)
    {
      char number[32];
      order->keys[i] = g_strdup (settings[i].key);
      order->values[i]
          = g_strdup (zx_number_format (zx_session_setting (self, settings[i].key), number));
    }
  order->keys[n] = order->values[n] = NULL;
  order->recipe = zx_recipe_format (self->recipe);
  order->scenarios = zx_scenario_list_format (self->scenarios);
  order->wish_text = self->wish != NULL ? zx_wish_format (self->wish) : NULL;
  order->layers = zx_map_layers_format (G_LIST_MODEL (self->layers));
  order->n_locks = self->locks->len;
  order->locks = g_memdup2 (self->locks->data, self->locks->len * sizeof (ZxLock));
  return order;
}

/* ---- in the worker ------------------------------------------------------------------------- */

/* What a window asks besides the results: where on Earth a place of the city is. */
static ZxProject *
open_whole (const char *path, GError **error)
{
  g_autoptr (ZxProject) project = zx_project_open (path, error);
  if (project == NULL || !zx_project_prepare_places (project, error))
    return NULL;
  return g_steal_pointer (&project);
}

/* Says that a file is no project but data of a city; its message is the path. */
static GQuark
data_quark (void)
{
  return g_quark_from_static_string ("zx-session-data");
}

/* A database of another program that holds layers is data. */
static void
look_whether_data (const char *path, const ZxProgress *progress, GError **error)
{
  if (!zx_store_is_foreign (path))
    return;
  const char *const paths[] = { path, NULL };
  g_autoptr (ZxRecipe) recipe = zx_project_guess_recipe (paths, NULL, progress, NULL);
  if (recipe == NULL || recipe->bindings->len == 0)
    return;
  g_clear_error (error);
  g_set_error_literal (error, data_quark (), 0, path);
}

static gpointer
do_open (gpointer input, const ZxProgress *progress, GError **error)
{
  const Order *order = input;
  if (!zx_progress_say (progress, 0.1, _ ("Opening the project"), error))
    return NULL;
  GError *trouble = NULL;
  ZxProject *project = open_whole (order->path, &trouble);
  if (project == NULL)
    {
      look_whether_data (order->path, progress, &trouble);
      g_propagate_error (error, trouble);
    }
  return project;
}

static gpointer
do_run (gpointer input, const ZxProgress *progress, GError **error)
{
  const Order *order = input;
  g_autoptr (ZxProject) project = zx_project_open (order->path, error);
  if (project == NULL)
    return NULL;
  for (guint i = 0; order->keys[i] != NULL; i++)
    if (!zx_project_set (project, order->keys[i], order->values[i], error))
      return NULL;
  if (order->keys[0] != NULL)
    zx_project_set_locks (project, order->locks, order->n_locks);
  if (order->scenarios != NULL)
    zx_project_set_scenarios (project, order->scenarios);
  if (order->recipe != NULL && !zx_project_set_recipe (project, order->recipe, error))
    return NULL;
  if (order->pace != NULL)
    zx_project_watch_choice (project, zx_pace_settle_flag (order->pace), zx_pace_tell, order->pace);
  gboolean has_run = zx_project_run (project, order->until, progress, error);
  zx_project_watch_choice (project, NULL, NULL, NULL);
  if (!has_run || !zx_project_prepare_places (project, error))
    return NULL;
  return g_steal_pointer (&project);
}

static gpointer
do_keep (gpointer input, const ZxProgress *progress, GError **error)
{
  const Order *order = input;
  g_autoptr (GPtrArray) pairs = g_ptr_array_new ();
  for (guint i = 0; order->keys[i] != NULL; i++)
    {
      g_ptr_array_add (pairs, order->keys[i]);
      g_ptr_array_add (pairs, order->values[i]);
    }
  g_ptr_array_add (pairs, NULL);
  const ZxChoices choices = { (const char *const *) pairs->pdata,
                              order->locks,
                              order->n_locks,
                              order->recipe,
                              order->scenarios,
                              order->wish_text,
                              order->layers };
  return zx_project_keep (order->path, &choices, error) ? g_strdup (order->path) : NULL;
}

static ZxRecipe *
recipe_of (char **files, char **base, const ZxProgress *progress, GError **error)
{
  if (files[0] == NULL || files[1] != NULL || !g_str_has_suffix (files[0], ".ini"))
    return zx_project_guess_recipe ((const char *const *) files, NULL, progress, error);
  g_autofree char *text = NULL;
  gsize n;
  *base = g_path_get_dirname (files[0]);
  return g_file_get_contents (files[0], &text, &n, error)
             ? zx_recipe_parse (text, (gssize) n, error)
             : NULL;
}

static gpointer
do_create (gpointer input, const ZxProgress *progress, GError **error)
{
  Order *order = input;
  g_autofree char *base = NULL;
  ZxProgress looking = zx_progress_slice (progress, 0, 0.2),
             running = zx_progress_slice (progress, 0.2, 1);
  g_autoptr (ZxRecipe) recipe = recipe_of (order->files, &base, &looking, error);
  if (recipe == NULL)
    return NULL;
  g_autoptr (ZxProject) project = zx_project_create (order->path, recipe, base, error);
  if (project == NULL)
    return NULL;
  g_clear_object (&project);
  return do_run (order, &running, error);
}

static gpointer
do_sample (gpointer input, const ZxProgress *progress, GError **error)
{
  Order *order = input;
  ZxProgress inventing = zx_progress_slice (progress, 0, 0.3),
             running = zx_progress_slice (progress, 0.3, 1);
  g_autofree char *files = g_build_filename (order->path, "files", NULL);
  g_autofree char *recipe = g_build_filename (files, "recipe.ini", NULL);
  g_autofree char *path = g_build_filename (order->path, "city.gpkg", NULL);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return open_whole (path, error);
  if (g_mkdir_with_parents (order->path, 0755) != 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_IO, _ ("The folder %s cannot be made: %s"),
                   order->path, g_strerror (errno));
      return NULL;
    }
  if (!g_file_test (recipe, G_FILE_TEST_EXISTS)
      && !zx_sample_write (files, order->is_town ? ZX_SAMPLE_TOWN : ZX_SAMPLE_CITY, 1, &inventing,
                           error))
    return NULL;
  g_free (order->path);
  order->path = g_steal_pointer (&path);
  char *only[] = { g_steal_pointer (&recipe), NULL };
  order->files = g_strdupv (only);
  g_free (only[0]);
  return do_create (order, &running, error);
}

static gpointer
do_report (gpointer input, const ZxProgress *progress, GError **error)
{
  const Order *order = input;
  return zx_project_report (order->project, order->target, order->wish, NULL, progress, error)
             ? g_strdup (order->target)
             : NULL;
}

struct _ZxRecording
{
  gatomicrefcount refs;
  GMutex turn; /* cairo prepares a recording for replay when it is first replayed */
  cairo_surface_t *surface;
  guint n_pages;
};

static gpointer
do_record (gpointer input, const ZxProgress *progress, GError **error)
{
  const Order *order = input;
  guint n_pages = 0;
  cairo_surface_t *surface
      = zx_project_record_report (order->project, order->wish, &n_pages, progress, error);
  if (surface == NULL)
    return NULL;
  ZxRecording *recording = g_new0 (ZxRecording, 1);
  g_atomic_ref_count_init (&recording->refs);
  g_mutex_init (&recording->turn);
  recording->surface = surface;
  recording->n_pages = n_pages;
  return recording;
}

static gpointer
do_export (gpointer input, const ZxProgress *progress, GError **error)
{
  const Order *order = input;
  return zx_project_export (order->project, order->target, order->layer, progress, error)
             ? g_strdup (order->target)
             : NULL;
}

/* ---- back on the main thread ---------------------------------------------------------------- */

static void
take_project (ZxSession *self, ZxProject *project, const GError *error, const char *done,
              const char *failed)
{
  if (project == NULL)
    {
      if (!g_error_matches (error, ZX_ERROR, ZX_ERROR_CANCELLED))
        zx_session_tell_failed (self, failed, error->message);
      zx_session_look_for_files (self); /* one that is gone is a frequent cause */
      return;
    }
  zx_session_exchange (self, project);
  g_object_unref (project);
  zx_session_tell_finished (self, done, NULL);
}

static void
on_opened_cb (GObject *owner, gpointer result, const GError *error)
{
  if (error != NULL && error->domain == data_quark ())
    zx_session_tell_is_data (ZX_SESSION (owner), error->message);
  else
    take_project (ZX_SESSION (owner), result, error, _ ("The project is open"),
                  _ ("The project cannot be opened"));
}

static void
on_run_cb (GObject *owner, gpointer result, const GError *error)
{
  take_project (ZX_SESSION (owner), result, error, _ ("The route is done"),
                _ ("The route stopped"));
}

static void
tell_written (ZxSession *self, char *path, const GError *error, const char *done,
              const char *failed)
{
  if (path != NULL)
    zx_session_tell_finished (self, done, path);
  else if (!g_error_matches (error, ZX_ERROR, ZX_ERROR_CANCELLED))
    zx_session_tell_failed (self, failed, error->message);
  g_free (path);
}

static void
on_report_cb (GObject *owner, gpointer result, const GError *error)
{
  tell_written (ZX_SESSION (owner), result, error, _ ("The report is written"),
                _ ("The report was not written"));
}

static void
on_export_cb (GObject *owner, gpointer result, const GError *error)
{
  tell_written (ZX_SESSION (owner), result, error, _ ("The file is written"),
                _ ("The file was not written"));
}

/* Who only looks at a file that nobody may write is not to be told that looks are lost. */
static void
on_kept_cb (GObject *owner, gpointer result, const GError *error)
{
  ZxSession *self = ZX_SESSION (owner);
  gboolean was_cancelled = g_error_matches (error, ZX_ERROR, ZX_ERROR_CANCELLED);
  if (result == NULL && !was_cancelled && self->has_unkept_choice)
    zx_session_tell_failed (self, _ ("The settings could not be kept"), error->message);
  else if (!was_cancelled)
    {
      self->n_kept = self->n_going;
      if (zx_session_is_kept (self))
        self->has_unkept_choice = FALSE;
      g_signal_emit_by_name (self, "kept");
    }
  g_free (result);
}

/* ---- orders --------------------------------------------------------------------------------- */

/* The job brings another snapshot. */
static ZxJob *
start_renewing (ZxSession *self, const char *title, ZxJobFunc func, Order *order,
                ZxJobDoneFunc done)
{
  ZxJob *job = zx_jobs_start (self->jobs, title, func, order, order_free, done, G_OBJECT (self));
  zx_job_mark_renewing (job);
  g_object_notify (G_OBJECT (self), "is-busy"); /* what may be asked for has changed */
  return job;
}

/* It may choose sites: how far it is can be watched. */
static void
start_run (ZxSession *self, const char *title, ZxJobFunc func, Order *order, ZxJobDoneFunc done)
{
  ZxPace *pace = zx_pace_new ();
  order->pace = zx_pace_ref (pace);
  zx_job_watch_pace (start_renewing (self, title, func, order, done), pace);
  zx_pace_unref (pace);
}

void
zx_session_open (ZxSession *self, const char *path)
{
  start_renewing (self, _ ("Opening the project"), do_open, order_new (path), on_opened_cb);
}

void
zx_session_keep (ZxSession *self)
{
  if (self->project == NULL)
    return;
  self->n_going = self->n_made;
  zx_jobs_start (self->jobs, _ ("Keeping the settings"), do_keep, order_with_choices (self),
                 order_free, on_kept_cb, G_OBJECT (self));
}

void
zx_session_create (ZxSession *self, const char *path, const char *const *files)
{
  Order *order = order_new (path);
  order->files = g_strdupv ((char **) files);
  order->until = ZX_STAGE_HEADROOM;
  start_renewing (self, _ ("Making a project"), do_create, order, on_opened_cb);
}

void
zx_session_open_sample (ZxSession *self, const char *folder, gboolean is_town)
{
  Order *order = order_new (folder);
  order->is_town = is_town;
  order->until = ZX_STAGE_CHOOSE;
  start_run (self, _ ("Inventing the sample city"), do_sample, order, on_opened_cb);
}

void
zx_session_run (ZxSession *self, ZxStage until)
{
  g_return_if_fail (self->project != NULL);
  Order *order = order_with_choices (self);
  order->until = until;
  start_run (self, _ ("Running the route"), do_run, order, on_run_cb);
}

void
zx_session_write_report (ZxSession *self, const char *path, const ZxReportWish *wish)
{
  g_return_if_fail (self->project != NULL);
  Order *order = order_new (NULL);
  order->project = g_object_ref (self->project);
  order->target = g_strdup (path);
  order->wish = zx_wish_copy (wish);
  zx_jobs_start (self->jobs, _ ("Writing the report"), do_report, order, order_free, on_report_cb,
                 G_OBJECT (self));
}

guint
zx_recording_n_pages (const ZxRecording *self)
{
  return self->n_pages;
}

ZxRecording *
zx_recording_ref (ZxRecording *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
zx_recording_unref (ZxRecording *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  cairo_surface_destroy (self->surface);
  g_mutex_clear (&self->turn);
  g_free (self);
}

void
zx_recording_draw (ZxRecording *self, guint page, cairo_t *cr)
{
  g_return_if_fail (page < self->n_pages);
  g_mutex_lock (&self->turn);
  cairo_save (cr);
  cairo_rectangle (cr, 0, 0, ZX_REPORT_PAGE_WIDTH, ZX_REPORT_PAGE_HEIGHT);
  cairo_clip (cr);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_set_source_surface (cr, self->surface, 0, -(double) page * ZX_REPORT_PAGE_HEIGHT);
  cairo_paint (cr);
  cairo_restore (cr);
  g_mutex_unlock (&self->turn);
}

void
zx_session_record_report (ZxSession *self, const ZxReportWish *wish, ZxJobDoneFunc done,
                          GObject *owner)
{
  g_return_if_fail (self->project != NULL);
  Order *order = order_new (NULL);
  order->project = g_object_ref (self->project);
  order->wish = zx_wish_copy (wish);
  zx_jobs_start (self->jobs, _ ("Laying out the report"), do_record, order, order_free, done,
                 owner);
}

void
zx_session_export (ZxSession *self, const char *path, const char *layer)
{
  g_return_if_fail (self->project != NULL);
  Order *order = order_new (NULL);
  order->project = g_object_ref (self->project);
  order->target = g_strdup (path);
  order->layer = g_strdup (layer);
  zx_jobs_start (self->jobs, _ ("Writing a file"), do_export, order, order_free, on_export_cb,
                 G_OBJECT (self));
}

void
zx_session_close (ZxSession *self)
{
  zx_jobs_cancel_all (self->jobs);
  if (self->project != NULL && !zx_session_is_kept (self))
    zx_session_keep (self);
  guint n_unkept = self->n_made - self->n_kept;
  zx_session_exchange (self, NULL);
  self->n_kept = self->n_made - n_unkept;
}
