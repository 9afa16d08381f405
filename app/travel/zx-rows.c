/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sparse rows of travel times: one bounded search a source, shared out over the threads.
 *
 * A target hangs on both ends of its chain; its time is the least of the two ways round and, when
 * source and target share a chain, of the direct way.  Rows are collected in one store per worker
 * and put in the order of the sources at the end, so that the result does not depend on who did
 * what.  Times are summed in whole deciseconds and turned into seconds last. */

#include "app/travel/zx-travel-private.h"

#include <stdlib.h>

/* ---- constants ---------------------------------------------------------------------------- */

/* Looking at a target costs about as much as looking at a reached node. */
#define FEW_TARGETS(n_targets, n_reached) ((n_targets) <= (n_reached))

/* ---- types -------------------------------------------------------------------------------- */

/* A target seen from a slot of the search: driving from there plus the way to the point. */
typedef struct
{
  guint32 target, ds;
} Hook;

/* By chain, for sources on the same one. */
typedef struct
{
  guint32 chain, target;
} OnChain;

typedef struct
{
  guint32 target, ds;
} Entry;

typedef struct
{
  ZxSearch *search;
  Entry *entry; /* rows one after another */
  gsize n, capacity;
  guint32 *best;    /* by target */
  guint64 *is_met;  /* a bit a target */
  gboolean has_met; /* some bit is set */
} Worker;

typedef struct
{
  guint worker;
  gsize begin, n; /* in the worker's store */
} RowPlace;

typedef struct
{
  const ZxRoadGraph *graph;
  const ZxSnap *sources, *targets;
  gsize n_sources, n_targets;
  guint32 limit_ds;
  gboolean is_reverse;
  ZxHang (*hang)[2];   /* by target: by either end of its chain */
  guint32 *hook_first; /* n_slots + 2 */
  Hook *hook;
  OnChain *on_chain; /* sorted by chain */
  gsize n_on_chain;
  guint n_workers;
  Worker *worker;
  RowPlace *place;  /* by source */
  gint has_no_room; /* atomic: a store could not grow */
} Work;

/* ---- hooks -------------------------------------------------------------------------------- */

static int
compare_on_chain (const void *a, const void *b)
{
  const OnChain *p = a, *q = b;
  if (p->chain != q->chain)
    return p->chain < q->chain ? -1 : 1;
  return p->target < q->target ? -1 : p->target > q->target;
}

/* By the ends of their chains to the targets' points, or the other way when the search runs in
 * reverse. */
static gboolean
cost_targets (Work *work, GError **error)
{
  work->hang = zx_try_new (work->n_targets, sizeof *work->hang, _ ("The travel times"), error);
  work->on_chain = ZX_TRY_NEW (OnChain, work->n_targets, _ ("The travel times"), error);
  if (work->hang == NULL || work->on_chain == NULL)
    return FALSE;
  for (gsize t = 0; t < work->n_targets; t++)
    {
      const ZxSnap *target = &work->targets[t];
      zx_snap_hangs (work->graph, target, work->is_reverse, work->hang[t]);
      if (target->node_a != ZX_NOWHERE)
        work->on_chain[work->n_on_chain++] = (OnChain){ target->chain, (guint32) t };
    }
  qsort (work->on_chain, work->n_on_chain, sizeof (OnChain), compare_on_chain);
  return TRUE;
}

static gboolean
hang_targets (Work *work, GError **error)
{
  guint32 n_slots = zx_search_n_slots (work->graph);
  work->hook_first = ZX_TRY_NEW (guint32, (gsize) n_slots + 2, _ ("The travel times"), error);
  work->hook = ZX_TRY_NEW (Hook, 2 * work->n_targets, _ ("The travel times"), error);
  if (work->hook_first == NULL || work->hook == NULL)
    return FALSE;
  for (gsize t = 0; t < work->n_targets; t++)
    for (guint end = 0; end < 2; end++)
      if (work->hang[t][end].ds != ZX_NOWHERE)
        work->hook_first[work->hang[t][end].slot + 2]++;
  for (guint32 slot = 0; slot < n_slots; slot++)
    work->hook_first[slot + 2] += work->hook_first[slot + 1];
  guint32 *next = work->hook_first + 1; /* filling moves each beginning to its end */
  for (gsize t = 0; t < work->n_targets; t++)
    for (guint end = 0; end < 2; end++)
      if (work->hang[t][end].ds != ZX_NOWHERE)
        work->hook[next[work->hang[t][end].slot]++] = (Hook){ (guint32) t, work->hang[t][end].ds };
  return TRUE;
}

/* ---- one row ------------------------------------------------------------------------------ */

static gboolean
grow_store (Work *work, Worker *worker)
{
  gsize capacity = MAX (2 * worker->capacity, 1024);
  Entry *entry = g_try_renew (Entry, worker->entry, capacity);
  if (entry == NULL)
    {
      g_atomic_int_set (&work->has_no_room, 1);
      return FALSE;
    }
  worker->entry = entry;
  worker->capacity = capacity;
  return TRUE;
}

static inline void
put_entry (Work *work, Worker *worker, guint32 target, guint32 ds)
{
  if (ds <= work->limit_ds && (worker->n < worker->capacity || grow_store (work, worker)))
    worker->entry[worker->n++] = (Entry){ target, ds };
}

/* The times of targets on the source's chain go to best[] first. */
static inline void
meet_target (Worker *worker, guint32 target, guint32 ds)
{
  worker->best[target] = MIN (worker->best[target], ds);
  worker->is_met[target / 64] |= G_GUINT64_CONSTANT (1) << (target % 64);
  worker->has_met = TRUE;
}

static void
meet_own_chain (const Work *work, Worker *worker, const ZxSnap *source)
{
  gsize low = 0, high = work->n_on_chain;
  while (low < high)
    {
      gsize middle = low + (high - low) / 2;
      if (work->on_chain[middle].chain < source->chain)
        low = middle + 1;
      else
        high = middle;
    }
  guint32 source_access = zx_access_ds (work->graph, source->distance_m);
  for (; low < work->n_on_chain && work->on_chain[low].chain == source->chain; low++)
    {
      guint32 t = work->on_chain[low].target;
      const ZxSnap *target = &work->targets[t];
      guint32 ds = work->is_reverse ? zx_same_chain_ds (target, source)
                                    : zx_same_chain_ds (source, target);
      ds = zx_add_ds (zx_add_ds (ds, source_access),
                      zx_access_ds (work->graph, target->distance_m));
      if (ds <= work->limit_ds)
        meet_target (worker, t, ds);
    }
}

/* Few targets: look at each. */
static void
collect_by_target (Work *work, Worker *worker, const guint32 *ds)
{
  for (gsize t = 0; t < work->n_targets; t++)
    {
      const ZxHang *hang = work->hang[t];
      guint32 by_a = zx_add_ds (ds[hang[0].slot], hang[0].ds);
      guint32 by_b = zx_add_ds (ds[hang[1].slot], hang[1].ds);
      put_entry (work, worker, (guint32) t, MIN (MIN (by_a, by_b), worker->best[t]));
    }
}

/* Many targets: look at what hangs on the slots that were reached. */
static void
meet_by_slot (const Work *work, Worker *worker, const guint32 *ds, const guint32 *reached,
              guint32 n_reached)
{
  for (guint32 i = 0; i < n_reached; i++)
    {
      guint32 slot = reached[i];
      for (guint32 k = work->hook_first[slot]; k < work->hook_first[slot + 1]; k++)
        {
          guint32 total = zx_add_ds (ds[slot], work->hook[k].ds);
          if (total <= work->limit_ds)
            meet_target (worker, work->hook[k].target, total);
        }
    }
}

/* Walks the bits, which gives the targets ascending, and clears what was set. */
static void
sweep_met (Work *work, Worker *worker, gboolean is_collecting)
{
  if (!worker->has_met)
    return;
  for (gsize word = 0; word < (work->n_targets + 63) / 64; word++)
    {
      for (guint64 bits = worker->is_met[word]; bits != 0; bits &= bits - 1)
        {
          guint32 target = (guint32) (word * 64 + (guint) __builtin_ctzll (bits));
          if (is_collecting)
            put_entry (work, worker, target, worker->best[target]);
          worker->best[target] = ZX_NOWHERE;
        }
      worker->is_met[word] = 0;
    }
  worker->has_met = FALSE;
}

static void
make_row (Work *work, Worker *worker, const ZxSnap *source)
{
  if (source->node_a == ZX_NOWHERE)
    return;
  guint32 access = zx_access_ds (work->graph, source->distance_m), n_reached = 0;
  ZxSeed seeds[2];
  zx_snap_seeds (work->graph, source, access, work->is_reverse, seeds);
  const guint32 *ds = zx_search_run (worker->search, seeds, 2, work->limit_ds);
  const guint32 *reached = zx_search_reached (worker->search, &n_reached);
  meet_own_chain (work, worker, source);
  if (FEW_TARGETS (work->n_targets, n_reached))
    {
      collect_by_target (work, worker, ds);
      sweep_met (work, worker, FALSE);
    }
  else
    {
      meet_by_slot (work, worker, ds, reached, n_reached);
      sweep_met (work, worker, TRUE);
    }
}

static void
make_rows (gsize begin, gsize end, guint number, gpointer data)
{
  Work *work = data;
  Worker *worker = &work->worker[number];
  for (gsize i = begin; i < end; i++)
    {
      gsize before = worker->n;
      if (g_atomic_int_get (&work->has_no_room))
        return;
      make_row (work, worker, &work->sources[i]);
      work->place[i] = (RowPlace){ number, before, worker->n - before };
    }
}

/* ---- putting rows in order ---------------------------------------------------------------- */

ZxTravelRows *
zx_travel_rows_new (gsize n_rows, gsize n_entries, GError **error)
{
  g_autoptr (ZxTravelRows) self = g_new0 (ZxTravelRows, 1);
  self->n_rows = (guint) n_rows;
  self->first = ZX_TRY_NEW (gsize, n_rows + 1, _ ("The travel times"), error);
  self->target = ZX_TRY_NEW (guint32, n_entries, _ ("The travel times"), error);
  self->seconds = ZX_TRY_NEW (float, n_entries, _ ("The travel times"), error);
  return self->first != NULL && self->target != NULL && self->seconds != NULL
             ? g_steal_pointer (&self)
             : NULL;
}

static ZxTravelRows *
join_rows (const Work *work, GError **error)
{
  gsize n_entries = 0;
  for (guint i = 0; i < work->n_workers; i++)
    n_entries += work->worker[i].n;
  ZxTravelRows *rows = zx_travel_rows_new (work->n_sources, n_entries, error);
  if (rows == NULL)
    return NULL;
  gsize next = 0;
  for (gsize i = 0; i < work->n_sources; i++)
    {
      const RowPlace *place = &work->place[i];
      const Worker *worker = &work->worker[place->worker];
      for (gsize k = place->begin; k < place->begin + place->n; k++, next++)
        {
          rows->target[next] = worker->entry[k].target;
          rows->seconds[next] = (float) worker->entry[k].ds / 10;
        }
      rows->first[i + 1] = next;
    }
  return rows;
}

/* ---- the story ---------------------------------------------------------------------------- */

static gboolean
prepare_workers (Work *work, GError **error)
{
  work->n_workers = (guint) MIN (zx_parallel_threads (), MAX (work->n_sources, 1));
  work->worker = g_new0 (Worker, work->n_workers);
  for (guint i = 0; i < work->n_workers; i++)
    {
      Worker *worker = &work->worker[i];
      worker->search = zx_search_new (work->graph, work->is_reverse, error);
      if (worker->search == NULL)
        return FALSE;
      worker->best = ZX_TRY_NEW (guint32, work->n_targets, _ ("The travel times"), error);
      worker->is_met
          = ZX_TRY_NEW (guint64, work->n_targets / 64 + 1, _ ("The travel times"), error);
      if (worker->best == NULL || worker->is_met == NULL)
        return FALSE;
      memset (worker->best, 0xff, work->n_targets * sizeof (guint32));
    }
  work->place = ZX_TRY_NEW (RowPlace, work->n_sources, _ ("The travel times"), error);
  return work->place != NULL;
}

static gboolean
has_room (const Work *work, GError **error)
{
  if (!work->has_no_room)
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("Travel times from %zu to %zu places do not fit into memory; lower the limit of "
                  "%.0f s or take fewer places"),
               work->n_sources, work->n_targets, work->limit_ds / 10.0);
  return FALSE;
}

static void
work_clear (Work *work)
{
  for (guint i = 0; i < work->n_workers; i++)
    {
      zx_search_free (work->worker[i].search);
      g_free (work->worker[i].entry);
      g_free (work->worker[i].best);
      g_free (work->worker[i].is_met);
    }
  g_free (work->worker);
  g_free (work->hang);
  g_free (work->hook_first);
  g_free (work->hook);
  g_free (work->on_chain);
  g_free (work->place);
}

gboolean
zx_travel_rows_check (gsize n_sources, gsize n_targets, double limit_s, GError **error)
{
  if (n_sources >= ZX_NOWHERE || n_targets >= ZX_NOWHERE / 2)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("Travel times from %zu to %zu places are too many; take fewer than %u"),
                   n_sources, n_targets, ZX_NOWHERE / 2);
      return FALSE;
    }
  if (!(limit_s > 0))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The travel time limit is %g s; it must be more than 0 s"), limit_s);
      return FALSE;
    }
  return TRUE;
}

ZxTravelRows *
zx_travel_rows (const ZxRoadGraph *graph, const ZxSnap *sources, gsize n_sources,
                const ZxSnap *targets, gsize n_targets, double limit_s, gboolean is_reverse,
                const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (graph != NULL, NULL);
  if (!zx_travel_rows_check (n_sources, n_targets, limit_s, error))
    return NULL;
  Work work = { .graph = graph,
                .sources = sources,
                .targets = targets,
                .n_sources = n_sources,
                .n_targets = n_targets,
                .limit_ds = zx_limit_ds (limit_s),
                .is_reverse = is_reverse };
  ZxTravelRows *rows = NULL;
  if (prepare_workers (&work, error) && cost_targets (&work, error) && hang_targets (&work, error)
      && zx_parallel_for (n_sources, MAX (1, MIN (16, n_sources / 64)), make_rows, &work, progress,
                          error)
      && has_room (&work, error))
    rows = join_rows (&work, error);
  work_clear (&work);
  return rows;
}

void
zx_travel_rows_free (ZxTravelRows *self)
{
  if (self == NULL)
    return;
  g_free (self->first);
  g_free (self->target);
  g_free (self->seconds);
  g_free (self);
}

/* Counting sort by target: within a target the sources come out ascending. */
ZxTravelRows *
zx_travel_rows_transpose (const ZxTravelRows *self, guint n_targets, GError **error)
{
  g_return_val_if_fail (self != NULL, NULL);
  ZxTravelRows *rows = zx_travel_rows_new (n_targets, self->first[self->n_rows], error);
  g_autofree gsize *next = ZX_TRY_NEW (gsize, (gsize) n_targets + 1, _ ("The travel times"), error);
  if (rows == NULL || next == NULL)
    {
      zx_travel_rows_free (rows);
      return NULL;
    }
  for (gsize k = 0; k < self->first[self->n_rows]; k++)
    {
      g_return_val_if_fail (self->target[k] < n_targets, NULL);
      rows->first[self->target[k] + 1]++;
    }
  for (guint t = 0; t < n_targets; t++)
    {
      rows->first[t + 1] += rows->first[t];
      next[t] = rows->first[t];
    }
  for (guint row = 0; row < self->n_rows; row++)
    for (gsize k = self->first[row]; k < self->first[row + 1]; k++)
      {
        gsize place = next[self->target[k]]++;
        rows->target[place] = row;
        rows->seconds[place] = self->seconds[k];
      }
  return rows;
}
