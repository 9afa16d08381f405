/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Places that must be in the plan or must not, said on the command line: by the name of a candidate
 * ("C0042", or its parcel's), or as LON,LAT at one. */

#include "app/cli/zx-cli.h"

#include <string.h>

#define REACH_M 100.0 /* from a place in degrees to the candidate that is meant */

static int
candidate_by_name (ZxProject *project, const char *name)
{
  const ZxCandidates *candidates = zx_project_candidates (project);
  for (guint j = 0; j < candidates->n; j++)
    {
      g_autofree char *own = zx_project_candidate_name (project, j);
      if (strcmp (own, name) == 0)
        return (int) j;
    }
  return -1;
}

static int
candidate_at (ZxProject *project, double lon_deg, double lat_deg, GError **error)
{
  const ZxCandidates *candidates = zx_project_candidates (project);
  double x_m, y_m, least_m = INFINITY;
  int best = -1;
  if (!zx_project_prepare_places (project, error)
      || !zx_project_from_degrees (project, lon_deg, lat_deg, &x_m, &y_m))
    return -1;
  for (guint j = 0; j < candidates->n; j++)
    {
      double away_m = hypot (candidates->x_m[j] - x_m, candidates->y_m[j] - y_m);
      if (away_m < least_m)
        {
          least_m = away_m;
          best = (int) j;
        }
    }
  return least_m <= REACH_M ? best : -1;
}

static int
find_candidate (ZxProject *project, const char *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  double lon_deg, lat_deg;
  g_autoptr (GError) local = NULL;
  gboolean is_place = g_strv_length (parts) == 2
                      && zx_number_parse (parts[0], strlen (parts[0]), &lon_deg)
                      && zx_number_parse (parts[1], strlen (parts[1]), &lat_deg);
  int found = is_place ? candidate_at (project, lon_deg, lat_deg, &local)
                       : candidate_by_name (project, text);
  if (found < 0 && local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else if (found < 0)
    g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING,
                 is_place ? _ ("There is no candidate within 100 m of “%s”; export the layer "
                               "“candidates” to see where they are")
                          : _ ("There is no candidate “%s”; export the layer “candidates” to see "
                               "their names"),
                 text);
  return found;
}

/* A later word on the same place takes the place of an earlier one. */
static void
lock_place (GArray *locks, ZxLock lock)
{
  for (guint i = locks->len; i-- > 0;)
    {
      const ZxLock *old = &g_array_index (locks, ZxLock, i);
      if (hypot (old->x_m - lock.x_m, old->y_m - lock.y_m) < 1)
        g_array_remove_index (locks, i);
    }
  g_array_append_val (locks, lock);
}

static gboolean
lock_all (ZxProject *project, char **texts, gboolean is_ban, GArray *locks, GError **error)
{
  const ZxCandidates *candidates = zx_project_candidates (project);
  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    {
      int j = find_candidate (project, texts[i], error);
      if (j < 0)
        return FALSE;
      lock_place (locks, (ZxLock){ candidates->x_m[j], candidates->y_m[j], is_ban });
    }
  return TRUE;
}

gboolean
zx_cli_lock (ZxProject *project, char **required, char **banned, gboolean forgets,
             const ZxProgress *progress, GError **error)
{
  guint n = 0;
  const ZxLock *old = zx_project_locks (project, &n);
  g_autoptr (GArray) locks = g_array_new (FALSE, FALSE, sizeof (ZxLock));
  if (required == NULL && banned == NULL && !forgets)
    return TRUE;
  if (!forgets && n > 0)
    g_array_append_vals (locks, old, n);
  if (required != NULL || banned != NULL)
    {
      if (!zx_project_run (project, ZX_STAGE_SCORE, progress, error))
        return FALSE;
      if (zx_project_candidates (project) == NULL)
        {
          g_set_error_literal (error, ZX_ERROR, ZX_ERROR_MISSING,
                               _ ("There are no candidates to require or to rule out"));
          return FALSE;
        }
    }
  if (!lock_all (project, required, FALSE, locks, error)
      || !lock_all (project, banned, TRUE, locks, error))
    return FALSE;
  zx_project_set_locks (project, (const ZxLock *) (gconstpointer) locks->data, locks->len);
  return TRUE;
}
