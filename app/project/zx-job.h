/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Jobs: work in a thread of its own on inputs that belong to it alone, seen from the main thread as
 * an object with a fraction, a phrase, the time that is left, and a way to stop it. */
#pragma once

#include "data/base/zx-base.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  ZX_JOB_WAITING, /* another job runs */
  ZX_JOB_RUNNING,
  ZX_JOB_DONE,
  ZX_JOB_FAILED,
  ZX_JOB_CANCELLED,
} ZxJobState;

#define ZX_TYPE_JOB (zx_job_get_type ())
G_DECLARE_FINAL_TYPE (ZxJob, zx_job, ZX, JOB, GObject)

/* In the worker.  @input belongs to the job.  Returns: (transfer full) (nullable): the result; NULL
 * with @error when it failed. */
typedef gpointer (*ZxJobFunc) (gpointer input, const ZxProgress *progress, GError **error);
/* On the main thread, once.  @result: (transfer full), NULL with @error set (ZX_ERROR_CANCELLED
 * when stopped). */
typedef void (*ZxJobDoneFunc) (GObject *owner, gpointer result, const GError *error);

/* How far the choice of sites has come.  Its worker tells, the main thread reads, and may ask for
 * the best plan so far; shared by both. */
typedef struct _ZxPace ZxPace;
ZxPace *zx_pace_new (void);
ZxPace *zx_pace_ref (ZxPace *self);
void zx_pace_unref (ZxPace *self);
/* A ZxSitingPaceFunc: in the worker. */
void zx_pace_tell (double value, double bound, double gap, gpointer self);
const gint *zx_pace_settle_flag (ZxPace *self);

const char *zx_job_title (ZxJob *self);  /* translated, borrowed */
const char *zx_job_phrase (ZxJob *self); /* what it does now, translated; "" at first */
double zx_job_fraction (ZxJob *self);    /* 0 … 1 */
double zx_job_remaining_s (ZxJob *self); /* NaN while nobody can tell */
ZxJobState zx_job_state (ZxJob *self);
const char *zx_job_error (ZxJob *self); /* one sentence; NULL unless failed */
void zx_job_cancel (ZxJob *self);       /* asks; the job ends soon after */
/* FALSE while there is no plan yet, or none is sought.  kWh a day; gap as a share. */
gboolean zx_job_pace (ZxJob *self, double *value, double *bound, double *gap);
void zx_job_settle (ZxJob *self); /* asks to end the search with the best plan so far */
gboolean zx_job_is_settling (ZxJob *self);

/* The list of jobs that wait or run, in order: a GListModel of ZxJob.  One runs at a time, so two
 * never write one project at once. */
#define ZX_TYPE_JOBS (zx_jobs_get_type ())
G_DECLARE_FINAL_TYPE (ZxJobs, zx_jobs, ZX, JOBS, GObject)

ZxJobs *zx_jobs_new (void);
/* @owner: kept alive until @done was called.  Returns: borrowed; valid while it is in the list. */
ZxJob *zx_jobs_start (ZxJobs *self, const char *title, ZxJobFunc func, gpointer input,
                      GDestroyNotify free_input, ZxJobDoneFunc done, GObject *owner);
/* The job that zx_jobs_start() has just returned seeks a plan. */
void zx_job_watch_pace (ZxJob *self, ZxPace *pace);
/* The job that zx_jobs_start() has just returned brings a new snapshot of the project: while one of
 * these is in the list, no second one is asked for.  All others are short or only read, and what is
 * asked for meanwhile takes its turn behind them. */
void zx_job_mark_renewing (ZxJob *self);
gboolean zx_jobs_is_renewing (ZxJobs *self);
gboolean zx_jobs_is_busy (ZxJobs *self);
void zx_jobs_cancel_all (ZxJobs *self);
void zx_jobs_settle_all (ZxJobs *self);

G_END_DECLS
