/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Undo and redo, and jobs in their thread. */

#include "app/project/zx-project.h"

/* ---- history --------------------------------------------------------------------------------- */

typedef struct
{
  int *target;
  int before, after;
} Step;

static void
apply (gpointer data)
{
  Step *step = data;
  *step->target = step->after;
}

static void
revert (gpointer data)
{
  Step *step = data;
  *step->target = step->before;
}

static gboolean
join (gpointer data, gpointer later)
{
  ((Step *) data)->after = ((Step *) later)->after;
  return TRUE;
}

static void
set (ZxHistory *history, int *target, int value, gboolean joins)
{
  const Step step = { target, *target, value };
  const ZxEdit edit
      = { g_strdup_printf ("set %d", value), apply, revert, joins ? join : NULL, g_free,
          g_memdup2 (&step, sizeof step) };
  zx_history_do (history, &edit);
}

static void
test_undo_redo (void)
{
  g_autoptr (ZxHistory) history = zx_history_new ();
  int value = 0;
  set (history, &value, 1, FALSE);
  set (history, &value, 2, FALSE);
  g_assert_cmpstr (zx_history_undo_label (history), ==, "set 2");
  g_assert_true (zx_history_undo (history));
  g_assert_cmpint (value, ==, 1);
  g_assert_true (zx_history_undo (history));
  g_assert_cmpint (value, ==, 0);
  g_assert_false (zx_history_undo (history));
  g_assert_true (zx_history_redo (history));
  g_assert_cmpint (value, ==, 1);
  set (history, &value, 5, FALSE); /* what was undone is gone */
  g_assert_false (zx_history_redo (history));
  g_assert_null (zx_history_redo_label (history));
}

static void
test_join (void)
{
  g_autoptr (ZxHistory) history = zx_history_new ();
  int value = 0;
  for (int i = 1; i <= 10; i++)
    set (history, &value, i, TRUE);
  g_assert_cmpint (value, ==, 10);
  zx_history_undo (history);
  g_assert_cmpint (value, ==, 0);
  zx_history_redo (history);
  g_assert_cmpint (value, ==, 10);
}

/* ---- jobs ------------------------------------------------------------------------------------ */

typedef struct
{
  GThread *main_thread;
  gboolean was_elsewhere;
} Work;

static gpointer
work (gpointer input, const ZxProgress *progress, GError **error)
{
  Work *self = input;
  self->was_elsewhere = g_thread_self () != self->main_thread;
  for (guint i = 0; i < 20; i++)
    if (!zx_progress_step (progress, i, 20, error))
      return NULL;
  return g_strdup ("done");
}

static gpointer
work_until_stopped (gpointer input, const ZxProgress *progress, GError **error)
{
  while (zx_progress_say (progress, 0.5, "half", error))
    g_usleep (1000);
  return NULL;
}

static char *last_result;
static gboolean was_cancelled;
static guint n_ended;

static void
on_done (GObject *owner, gpointer result, const GError *error)
{
  g_free (last_result);
  last_result = result;
  was_cancelled = g_error_matches (error, ZX_ERROR, ZX_ERROR_CANCELLED);
  n_ended++;
}

static void
wait_for_end (void)
{
  while (n_ended == 0)
    g_main_context_iteration (NULL, TRUE);
  n_ended--;
}

static void
test_job (void)
{
  g_autoptr (ZxJobs) jobs = zx_jobs_new ();
  Work input = { g_thread_self (), FALSE };
  g_autoptr (ZxJob) job
      = g_object_ref (zx_jobs_start (jobs, "title", work, &input, NULL, on_done, NULL));
  g_assert_true (zx_jobs_is_busy (jobs));
  wait_for_end ();
  g_assert_cmpstr (last_result, ==, "done");
  g_assert_true (input.was_elsewhere);
  g_assert_false (zx_jobs_is_busy (jobs));
  g_assert_cmpint (zx_job_state (job), ==, ZX_JOB_DONE);
  g_clear_pointer (&last_result, g_free);
}

static void
test_cancel (void)
{
  g_autoptr (ZxJobs) jobs = zx_jobs_new ();
  ZxJob *job = zx_jobs_start (jobs, "title", work_until_stopped, NULL, NULL, on_done, NULL);
  while (zx_job_fraction (job) < 0.5)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (zx_job_phrase (job), ==, "half");
  zx_job_cancel (job);
  wait_for_end ();
  g_assert_true (was_cancelled);
  g_assert_null (last_result);
}

static void
test_waiting_job_is_cancelled (void)
{
  g_autoptr (ZxJobs) jobs = zx_jobs_new ();
  ZxJob *first = zx_jobs_start (jobs, "first", work_until_stopped, NULL, NULL, on_done, NULL);
  Work input = { g_thread_self (), FALSE };
  zx_jobs_start (jobs, "second", work, &input, NULL, on_done, NULL);
  zx_jobs_cancel_all (jobs);
  g_assert_cmpint (zx_job_state (first), ==, ZX_JOB_WAITING);
  wait_for_end ();
  wait_for_end ();
  g_assert_true (was_cancelled);
  g_assert_false (input.was_elsewhere); /* it never began */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/project/history/undo-and-redo-walk-the-same-steps", test_undo_redo);
  g_test_add_func ("/project/history/one-gesture-is-one-step", test_join);
  g_test_add_func ("/project/job/works-in-another-thread-and-hands-over-its-result", test_job);
  g_test_add_func ("/project/job/a-cancelled-job-gives-no-result", test_cancel);
  g_test_add_func ("/project/job/a-waiting-job-can-be-cancelled", test_waiting_job_is_cancelled);
  return g_test_run ();
}
