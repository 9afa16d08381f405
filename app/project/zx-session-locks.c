/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A lock belongs to a place; a candidate of the snapshot has it when it stands there. */

#include "app/project/zx-session-private.h"

#define SAME_PLACE_M 1.0

static int
find (ZxSession *self, guint candidate)
{
  const ZxCandidates *candidates
      = self->project != NULL ? zx_project_candidates (self->project) : NULL;
  for (guint i = 0; candidates != NULL && candidate < candidates->n && i < self->locks->len; i++)
    {
      const ZxLock *lock = &g_array_index (self->locks, ZxLock, i);
      if (hypot (candidates->x_m[candidate] - lock->x_m, candidates->y_m[candidate] - lock->y_m)
          < SAME_PLACE_M)
        return (int) i;
    }
  return -1;
}

ZxLockState
zx_session_lock (ZxSession *self, guint candidate)
{
  int i = find (self, candidate);
  return i < 0 ? ZX_FREE : g_array_index (self->locks, ZxLock, i).is_ban ? ZX_BANNED : ZX_LOCKED;
}

guint
zx_session_n_locks (ZxSession *self, ZxLockState state)
{
  guint n = 0;
  for (guint i = 0; i < self->locks->len; i++)
    n += g_array_index (self->locks, ZxLock, i).is_ban == (state == ZX_BANNED);
  return n;
}

gboolean
zx_session_locks_differ (ZxSession *self)
{
  guint n;
  const ZxLock *kept = zx_project_locks (self->project, &n);
  if (n != self->locks->len)
    return TRUE;
  for (guint i = 0; i < n; i++)
    {
      const ZxLock *lock = &g_array_index (self->locks, ZxLock, i);
      if (lock->x_m != kept[i].x_m || lock->y_m != kept[i].y_m || lock->is_ban != kept[i].is_ban)
        return TRUE;
    }
  return FALSE;
}

typedef struct
{
  ZxSession *session;
  GArray *before, *after; /* owned */
} LocksEdit;

static void
put (ZxSession *self, const GArray *locks)
{
  g_array_set_size (self->locks, 0);
  g_array_append_vals (self->locks, locks->data, locks->len);
  zx_session_changed_choice (self);
}

static void
apply_locks (gpointer data)
{
  LocksEdit *edit = data;
  put (edit->session, edit->after);
}

static void
revert_locks (gpointer data)
{
  LocksEdit *edit = data;
  put (edit->session, edit->before);
}

static void
locks_edit_free (gpointer data)
{
  LocksEdit *edit = data;
  g_array_unref (edit->before);
  g_array_unref (edit->after);
  g_free (edit);
}

void
zx_session_set_lock (ZxSession *self, guint candidate, ZxLockState state)
{
  const ZxCandidates *candidates
      = self->project != NULL ? zx_project_candidates (self->project) : NULL;
  g_return_if_fail (candidates != NULL && candidate < candidates->n);
  if (zx_session_lock (self, candidate) == state)
    return;
  LocksEdit *edit = g_new0 (LocksEdit, 1);
  edit->session = self;
  edit->before = g_array_copy (self->locks);
  edit->after = g_array_copy (self->locks);
  int i = find (self, candidate);
  if (i >= 0)
    g_array_remove_index (edit->after, (guint) i);
  const ZxLock lock
      = { candidates->x_m[candidate], candidates->y_m[candidate], state == ZX_BANNED };
  if (state != ZX_FREE)
    g_array_append_val (edit->after, lock);
  g_autofree char *name = zx_project_candidate_name (self->project, candidate);
  const char *label = state == ZX_LOCKED   ? _ ("Lock %s into the plan")
                      : state == ZX_BANNED ? _ ("Keep %s out of the plan")
                                           : _ ("Free %s");
  const ZxEdit step
      = { g_strdup_printf (label, name), apply_locks, revert_locks, NULL, locks_edit_free, edit };
  zx_history_do (self->history, &step);
}

static void
set_lock (GArray *locks, ZxSession *self, guint candidate, ZxLockState state)
{
  const ZxCandidates *candidates = zx_project_candidates (self->project);
  const ZxLock lock
      = { candidates->x_m[candidate], candidates->y_m[candidate], state == ZX_BANNED };
  for (guint i = locks->len; i > 0; i--)
    {
      const ZxLock *old = &g_array_index (locks, ZxLock, i - 1);
      if (hypot (old->x_m - lock.x_m, old->y_m - lock.y_m) < SAME_PLACE_M)
        g_array_remove_index (locks, i - 1);
    }
  if (state != ZX_FREE)
    g_array_append_val (locks, lock);
}

void
zx_session_move_site (ZxSession *self, guint from, guint to)
{
  const ZxCandidates *candidates
      = self->project != NULL ? zx_project_candidates (self->project) : NULL;
  g_return_if_fail (candidates != NULL && from < candidates->n && to < candidates->n && from != to);
  LocksEdit *edit = g_new0 (LocksEdit, 1);
  edit->session = self;
  edit->before = g_array_copy (self->locks);
  edit->after = g_array_copy (self->locks);
  set_lock (edit->after, self, from,
            zx_project_is_site (self->project, from) ? ZX_BANNED : ZX_FREE);
  set_lock (edit->after, self, to, ZX_LOCKED);
  g_autofree char *old = zx_project_candidate_name (self->project, from),
                  *new = zx_project_candidate_name (self->project, to);
  const ZxEdit step = { g_strdup_printf (_ ("Move the site %s to %s"), old, new),
                        apply_locks,
                        revert_locks,
                        NULL,
                        locks_edit_free,
                        edit };
  zx_history_do (self->history, &step);
}
