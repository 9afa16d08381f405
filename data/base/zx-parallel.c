/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One parallel loop.  Workers take pieces from a shared counter; which worker takes which piece is
 * left to chance, so bodies must write by item only (zx-base.h says so).  Threads are started per
 * loop: at 20 µs each that is nothing beside the 50 ms such a loop is for, and there is no pool to
 * shut down, to fork over or to leak. */

#include "data/base/zx-base.h"

#define MAX_THREADS 64

typedef struct
{
  gsize n_items, grain, n_pieces;
  ZxParallelFunc func;
  gpointer data;
  const ZxProgress *progress;
  gsize next; /* atomic */
  gint stopped;
} Loop;

typedef struct
{
  Loop *loop;
  guint worker;
} Share;

static gint chosen_threads; /* 0: the default */
static GPrivate is_inside;  /* non-NULL in a body: nested loops run alone */

guint
zx_parallel_threads (void)
{
  gint n = g_atomic_int_get (&chosen_threads);
  return n > 0 ? (guint) n : CLAMP (g_get_num_processors (), 1, MAX_THREADS);
}

void
zx_parallel_set_threads (guint n_threads)
{
  g_atomic_int_set (&chosen_threads, (gint) MIN (n_threads, MAX_THREADS));
}

static gboolean
run_piece (Loop *loop, gsize piece, guint worker)
{
  if (g_atomic_int_get (&loop->stopped) || zx_progress_is_stopped (loop->progress))
    {
      g_atomic_int_set (&loop->stopped, 1);
      return FALSE;
    }
  gsize begin = piece * loop->grain;
  loop->func (begin, MIN (begin + loop->grain, loop->n_items), worker, loop->data);
  return TRUE;
}

static gpointer
work (gpointer data)
{
  Share *share = data;
  Loop *loop = share->loop;
  g_private_set (&is_inside, loop);
  for (;;)
    {
      gsize piece = (gsize) g_atomic_pointer_add (&loop->next, 1);
      if (piece >= loop->n_pieces || !run_piece (loop, piece, share->worker))
        break;
    }
  g_private_set (&is_inside, NULL);
  return NULL;
}

/* The calling thread works too, and reports between its own pieces. */
static void
work_and_report (Loop *loop)
{
  gboolean was_inside = g_private_get (&is_inside) != NULL;
  g_private_set (&is_inside, loop);
  for (;;)
    {
      gsize piece = (gsize) g_atomic_pointer_add (&loop->next, 1);
      if (piece >= loop->n_pieces || !run_piece (loop, piece, 0))
        break;
      if (!was_inside && !zx_progress_step (loop->progress, piece + 1, loop->n_pieces, NULL))
        g_atomic_int_set (&loop->stopped, 1);
    }
  if (!was_inside)
    g_private_set (&is_inside, NULL);
}

gboolean
zx_parallel_for (gsize n_items, gsize grain, ZxParallelFunc func, gpointer data,
                 const ZxProgress *progress, GError **error)
{
  if (n_items == 0)
    return TRUE;
  if (grain == 0)
    grain = MAX (1, n_items / 64);
  Loop loop = { n_items, grain, (n_items - 1) / grain + 1, func, data, progress, 0, 0 };
  guint n_threads = g_private_get (&is_inside) != NULL ? 1 : zx_parallel_threads ();
  n_threads = (guint) MIN (n_threads, loop.n_pieces);

  GThread *threads[MAX_THREADS];
  Share shares[MAX_THREADS];
  guint n_started = 1; /* the caller is worker 0 */
  for (; n_started < n_threads; n_started++)
    {
      shares[n_started] = (Share){ &loop, n_started };
      threads[n_started] = g_thread_try_new ("zx-work", work, &shares[n_started], NULL);
      if (threads[n_started] == NULL) /* the system has no more: fewer threads, same result */
        break;
    }
  work_and_report (&loop);
  for (guint i = 1; i < n_started; i++)
    g_thread_join (threads[i]);

  if (g_atomic_int_get (&loop.stopped))
    {
      const gint stop = 1;
      ZxProgress cancelled = ZX_PROGRESS_INIT (NULL, NULL, &stop);
      return zx_progress_step (&cancelled, 0, 1, error);
    }
  return TRUE;
}
