/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a planner fixes by hand: places that must be in the plan and places that must not.
 *
 * A lock is kept as a place, not as the number of a candidate, for numbers change with the
 * settings.  Before the choice each lock is found among the candidates; one that is none any more
 * stops the run with its name, so that no wish is lost silently.  A ban is the filter BANNED, put
 * on a candidate that passes and taken off again exactly.
 *
 * As text: one lock a line, "in x y" or "out x y", metres of the city. */

#include "app/project/zx-route.h"

#define SAME_PLACE_M 1.0

static char *
format (const GArray *locks)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < locks->len; i++)
    {
      const ZxLock *lock = &g_array_index (locks, ZxLock, i);
      char x[32], y[32];
      g_string_append_printf (text, "%s %s %s\n", lock->is_ban ? "out" : "in",
                              zx_number_format (lock->x_m, x), zx_number_format (lock->y_m, y));
    }
  return g_string_free (text, FALSE);
}

char *
zx_locks_format (const ZxRoute *route)
{
  return format (route->locks);
}

/* Lines that are no locks are left out: the text comes from a file. */
void
zx_locks_parse (ZxRoute *route, const char *text)
{
  g_array_set_size (route->locks, 0);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);
      ZxLock lock = { NAN, NAN, FALSE };
      if (g_strv_length (words) != 3
          || (strcmp (words[0], "in") != 0 && strcmp (words[0], "out") != 0)
          || !zx_number_parse (words[1], strlen (words[1]), &lock.x_m)
          || !zx_number_parse (words[2], strlen (words[2]), &lock.y_m))
        continue;
      lock.is_ban = strcmp (words[0], "out") == 0;
      g_array_append_val (route->locks, lock);
    }
}

static int
candidate_of (const ZxRoute *route, const ZxLock *lock)
{
  const ZxCandidates *candidates = route->candidates;
  int best = -1;
  double least_m = SAME_PLACE_M;
  for (guint j = 0; j < candidates->n; j++)
    {
      double away_m = hypot (candidates->x_m[j] - lock->x_m, candidates->y_m[j] - lock->y_m);
      if (away_m < least_m)
        {
          least_m = away_m;
          best = (int) j;
        }
    }
  return best;
}

static void
count_filters (ZxCandidates *candidates)
{
  memset (candidates->n_by_filter, 0, sizeof candidates->n_by_filter);
  for (guint j = 0; j < candidates->n; j++)
    candidates->n_by_filter[candidates->filter[j]]++;
}

gboolean
zx_locks_apply (ZxRoute *route, GArray *required, GError **error)
{
  ZxCandidates *candidates = route->candidates;
  for (guint j = 0; j < candidates->n; j++)
    if (candidates->filter[j] == ZX_FILTER_BANNED)
      candidates->filter[j] = ZX_FILTER_NONE;
  for (guint i = 0; i < route->locks->len; i++)
    {
      const ZxLock *lock = &g_array_index (route->locks, ZxLock, i);
      int candidate = candidate_of (route, lock);
      if (candidate < 0 && !lock->is_ban)
        {
          g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING,
                       _ ("A place that shall be in the plan, at %.0f, %.0f (metres of the city), "
                          "is no candidate any more; free it, or undo what moved the candidates"),
                       lock->x_m, lock->y_m);
          return FALSE;
        }
      guint32 number = (guint32) candidate;
      if (candidate >= 0 && !lock->is_ban)
        g_array_append_val (required, number);
      else if (candidate >= 0 && candidates->filter[candidate] == ZX_FILTER_NONE)
        candidates->filter[candidate] = ZX_FILTER_BANNED;
    }
  count_filters (candidates);
  return TRUE;
}
