/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A worker reports under a lock; the main thread looks at most ten times a second, however often
 * the work reports, and tells its watchers only what changed.
 *
 * The time left is the time spent times (1 - fraction) / fraction, said from one second and 3 % on:
 * before that it is noise.  It is wrong where a stage takes another share of the time than the
 * route's table says. */

#include "app/project/zx-job.h"

#define LOOK_EVERY_MS   100
#define TELL_FRACTION   0.03
#define TELL_SECONDS    1.0
#define MICROSECONDS_S  1e6
#define LONGEST_MESSAGE 160

/* ---- pace ---------------------------------------------------------------------------------- */

struct _ZxPace
{
  gatomicrefcount refs;
  GMutex lock;
  gboolean has_plan;
  double value, bound, gap;
  gint settle; /* atomic */
};

ZxPace *
zx_pace_new (void)
{
  ZxPace *self = g_new0 (ZxPace, 1);
  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  return self;
}

ZxPace *
zx_pace_ref (ZxPace *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
zx_pace_unref (ZxPace *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
zx_pace_tell (double value, double bound, double gap, gpointer self)
{
  ZxPace *pace = self;
  g_mutex_lock (&pace->lock);
  pace->has_plan = TRUE;
  pace->value = value;
  pace->bound = bound;
  pace->gap = gap;
  g_mutex_unlock (&pace->lock);
}

const gint *
zx_pace_settle_flag (ZxPace *self)
{
  return &self->settle;
}

/* ---- the job ------------------------------------------------------------------------------- */

struct _ZxJob
{
  GObject parent;
  char *title, *phrase, *error_text;
  double fraction, remaining_s;
  ZxJobState state;
  ZxPace *pace;                            /* nullable */
  double pace_value, pace_bound, pace_gap; /* as last told; NaN: no plan yet */
  gint stop;                               /* atomic */
  gboolean is_renewing;
  guint look;
  gint64 start_us;
  ZxJobFunc func;
  gpointer input;
  GDestroyNotify free_input;
  ZxJobDoneFunc done;
  GObject *owner;
  ZxJobs *jobs;
  /* shared with the worker, under @lock */
  GMutex lock;
  double new_fraction;
  char new_phrase[LONGEST_MESSAGE];
  gboolean has_begun;
  gpointer result;
  GError *error;
};

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_PHRASE,
  PROP_FRACTION,
  PROP_REMAINING,
  PROP_STATE,
  PROP_HAS_PACE,
  N_PROPS,
};
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ZxJob, zx_job, G_TYPE_OBJECT)

static void
zx_job_finalize (GObject *object)
{
  ZxJob *self = ZX_JOB (object);
  g_clear_handle_id (&self->look, g_source_remove);
  g_free (self->title);
  g_free (self->phrase);
  g_free (self->error_text);
  g_clear_pointer (&self->pace, zx_pace_unref);
  g_clear_error (&self->error);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (zx_job_parent_class)->finalize (object);
}

static void
zx_job_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  ZxJob *self = ZX_JOB (object);
  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_PHRASE:
      g_value_set_string (value, self->phrase);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, self->fraction);
      break;
    case PROP_REMAINING:
      g_value_set_double (value, self->remaining_s);
      break;
    case PROP_STATE:
      g_value_set_int (value, self->state);
      break;
    case PROP_HAS_PACE:
      g_value_set_boolean (value, isfinite (self->pace_value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
zx_job_class_init (ZxJobClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  object_class->finalize = zx_job_finalize;
  object_class->get_property = zx_job_get_property;
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", flags);
  properties[PROP_PHRASE] = g_param_spec_string ("phrase", NULL, NULL, "", flags);
  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  properties[PROP_REMAINING]
      = g_param_spec_double ("remaining", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, flags);
  properties[PROP_STATE]
      = g_param_spec_int ("state", NULL, NULL, 0, ZX_JOB_CANCELLED, ZX_JOB_WAITING, flags);
  properties[PROP_HAS_PACE] = g_param_spec_boolean ("has-pace", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
zx_job_init (ZxJob *self)
{
  g_mutex_init (&self->lock);
  self->phrase = g_strdup ("");
  self->remaining_s = NAN;
  self->pace_value = self->pace_bound = self->pace_gap = NAN;
}

const char *
zx_job_title (ZxJob *self)
{
  return self->title;
}

const char *
zx_job_phrase (ZxJob *self)
{
  return self->phrase;
}

double
zx_job_fraction (ZxJob *self)
{
  return self->fraction;
}

double
zx_job_remaining_s (ZxJob *self)
{
  return self->remaining_s;
}

ZxJobState
zx_job_state (ZxJob *self)
{
  return self->state;
}

const char *
zx_job_error (ZxJob *self)
{
  return self->error_text;
}

void
zx_job_cancel (ZxJob *self)
{
  g_atomic_int_set (&self->stop, 1);
}

void
zx_job_watch_pace (ZxJob *self, ZxPace *pace)
{
  g_return_if_fail (self->pace == NULL);
  self->pace = zx_pace_ref (pace);
}

void
zx_job_mark_renewing (ZxJob *self)
{
  self->is_renewing = TRUE;
}

gboolean
zx_job_pace (ZxJob *self, double *value, double *bound, double *gap)
{
  *value = self->pace_value;
  *bound = self->pace_bound;
  *gap = self->pace_gap;
  return isfinite (self->pace_value);
}

void
zx_job_settle (ZxJob *self)
{
  if (self->pace == NULL || zx_job_is_settling (self))
    return;
  g_atomic_int_set (&self->pace->settle, 1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_PACE]);
}

gboolean
zx_job_is_settling (ZxJob *self)
{
  return self->pace != NULL && g_atomic_int_get (&self->pace->settle) != 0;
}

/* ---- between the threads ------------------------------------------------------------------ */

static gboolean
report (double fraction, const char *what, gpointer data)
{
  ZxJob *self = data;
  g_mutex_lock (&self->lock);
  self->new_fraction = CLAMP (fraction, 0.0, 1.0);
  if (what != NULL)
    g_strlcpy (self->new_phrase, what, sizeof self->new_phrase);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static void
set_state (ZxJob *self, ZxJobState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
set_fraction (ZxJob *self, double fraction)
{
  double spent_s = (double) (g_get_monotonic_time () - self->start_us) / MICROSECONDS_S;
  gboolean can_tell = fraction >= TELL_FRACTION && spent_s >= TELL_SECONDS;
  self->remaining_s = can_tell ? spent_s * (1 - fraction) / fraction : NAN;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REMAINING]);
  if (fraction == self->fraction)
    return;
  self->fraction = fraction;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
}

static void
look_at_pace (ZxJob *self)
{
  if (self->pace == NULL)
    return;
  g_mutex_lock (&self->pace->lock);
  double value = self->pace->has_plan ? self->pace->value : NAN, bound = self->pace->bound,
         gap = self->pace->gap;
  g_mutex_unlock (&self->pace->lock);
  if (isnan (value)
      || (value == self->pace_value && bound == self->pace_bound && gap == self->pace_gap))
    return;
  self->pace_value = value;
  self->pace_bound = bound;
  self->pace_gap = gap;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_PACE]);
}

static gboolean
on_look_cb (gpointer data)
{
  ZxJob *self = data;
  char phrase[LONGEST_MESSAGE];
  g_mutex_lock (&self->lock);
  double fraction = self->new_fraction;
  gboolean has_begun = self->has_begun;
  g_strlcpy (phrase, self->new_phrase, sizeof phrase);
  g_mutex_unlock (&self->lock);
  if (!has_begun)
    return G_SOURCE_CONTINUE;
  if (self->state == ZX_JOB_WAITING)
    {
      self->start_us = g_get_monotonic_time ();
      set_state (self, ZX_JOB_RUNNING);
    }
  set_fraction (self, fraction);
  look_at_pace (self);
  if (strcmp (phrase, self->phrase) != 0)
    {
      g_free (self->phrase);
      self->phrase = g_utf8_make_valid (phrase, -1);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PHRASE]);
    }
  return G_SOURCE_CONTINUE;
}

/* ---- the list ----------------------------------------------------------------------------- */

struct _ZxJobs
{
  GObject parent;
  GPtrArray *jobs; /* owned */
};

static GType
item_type (GListModel *model)
{
  return ZX_TYPE_JOB;
}

static guint
n_items (GListModel *model)
{
  return ZX_JOBS (model)->jobs->len;
}

static gpointer
item (GListModel *model, guint position)
{
  ZxJobs *self = ZX_JOBS (model);
  return position < self->jobs->len ? g_object_ref (g_ptr_array_index (self->jobs, position))
                                    : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = item_type;
  iface->get_n_items = n_items;
  iface->get_item = item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ZxJobs, zx_jobs, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
zx_jobs_finalize (GObject *object)
{
  g_ptr_array_unref (ZX_JOBS (object)->jobs);
  G_OBJECT_CLASS (zx_jobs_parent_class)->finalize (object);
}

static void
zx_jobs_class_init (ZxJobsClass *class)
{
  G_OBJECT_CLASS (class)->finalize = zx_jobs_finalize;
}

static void
zx_jobs_init (ZxJobs *self)
{
  self->jobs = g_ptr_array_new_with_free_func (g_object_unref);
}

ZxJobs *
zx_jobs_new (void)
{
  return g_object_new (ZX_TYPE_JOBS, NULL);
}

static void
remove_job (ZxJobs *self, ZxJob *job)
{
  guint position;
  if (!g_ptr_array_find (self->jobs, job, &position))
    return;
  g_ptr_array_remove_index (self->jobs, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

/* On the main thread; owns a reference to the job. */
static gboolean
on_finished_cb (gpointer data)
{
  g_autoptr (ZxJob) job = data;
  g_autoptr (ZxJobs) jobs = g_steal_pointer (&job->jobs);
  g_autoptr (GObject) owner = g_steal_pointer (&job->owner);
  g_clear_handle_id (&job->look, g_source_remove);
  if (job->error != NULL)
    job->error_text = g_strdup (job->error->message);
  set_state (job, job->error == NULL                                           ? ZX_JOB_DONE
                  : g_error_matches (job->error, ZX_ERROR, ZX_ERROR_CANCELLED) ? ZX_JOB_CANCELLED
                                                                               : ZX_JOB_FAILED);
  remove_job (jobs, job);
  if (job->done != NULL)
    job->done (owner, g_steal_pointer (&job->result), job->error);
  return G_SOURCE_REMOVE;
}

static void
run_in_worker (gpointer data, gpointer pool)
{
  ZxJob *job = data;
  const ZxProgress progress = ZX_PROGRESS_INIT (report, job, &job->stop);
  g_mutex_lock (&job->lock);
  job->has_begun = TRUE;
  g_mutex_unlock (&job->lock);
  if (zx_progress_step (&progress, 0, 1, &job->error))
    job->result = job->func (job->input, &progress, &job->error);
  if (job->free_input != NULL)
    job->free_input (job->input);
  job->input = NULL;
  g_idle_add_full (G_PRIORITY_DEFAULT, on_finished_cb, job, NULL);
}

/* One thread for all windows of the process: jobs take turns. */
static GThreadPool *
worker_pool (void)
{
  static GThreadPool *pool;
  if (g_once_init_enter (&pool))
    {
      GThreadPool *made = g_thread_pool_new (run_in_worker, NULL, 1, FALSE, NULL);
      g_once_init_leave (&pool, made);
    }
  return pool;
}

ZxJob *
zx_jobs_start (ZxJobs *self, const char *title, ZxJobFunc func, gpointer input,
               GDestroyNotify free_input, ZxJobDoneFunc done, GObject *owner)
{
  ZxJob *job = g_object_new (ZX_TYPE_JOB, NULL);
  job->title = g_strdup (title);
  job->func = func;
  job->input = input;
  job->free_input = free_input;
  job->done = done;
  job->owner = owner != NULL ? g_object_ref (owner) : NULL;
  job->jobs = g_object_ref (self);
  job->look = g_timeout_add (LOOK_EVERY_MS, on_look_cb, job);
  g_ptr_array_add (self->jobs, g_object_ref (job));
  g_list_model_items_changed (G_LIST_MODEL (self), self->jobs->len - 1, 0, 1);
  g_thread_pool_push (worker_pool (), job, NULL);
  return job;
}

gboolean
zx_jobs_is_busy (ZxJobs *self)
{
  return self->jobs->len > 0;
}

gboolean
zx_jobs_is_renewing (ZxJobs *self)
{
  for (guint i = 0; i < self->jobs->len; i++)
    if (((ZxJob *) g_ptr_array_index (self->jobs, i))->is_renewing)
      return TRUE;
  return FALSE;
}

void
zx_jobs_settle_all (ZxJobs *self)
{
  for (guint i = 0; i < self->jobs->len; i++)
    zx_job_settle (g_ptr_array_index (self->jobs, i));
}

void
zx_jobs_cancel_all (ZxJobs *self)
{
  for (guint i = 0; i < self->jobs->len; i++)
    zx_job_cancel (g_ptr_array_index (self->jobs, i));
}
