/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the filters would take with the limits as they are now: told while a number is turned,
 * before anything runs.  The room in the grid is that of the last run. */

#include "app/project/zx-route.h"
#include "app/project/zx-session-private.h"

static void
fill_values (ZxSession *self, ZxSettingValues *values)
{
  guint n;
  const ZxSetting *settings = zx_settings (&n);
  zx_settings_standard (values);
  for (guint i = 0; i < n; i++)
    values->value[i] = zx_session_setting (self, settings[i].key);
}

/* (element-type guint32), (transfer full) */
static GArray *
find_banned (ZxSession *self, const ZxCandidates *candidates)
{
  GArray *banned = g_array_new (FALSE, FALSE, sizeof (guint32));
  if (zx_session_n_locks (self, ZX_BANNED) > 0)
    for (guint32 j = 0; j < candidates->n; j++)
      if (zx_session_lock (self, j) == ZX_BANNED)
        g_array_append_val (banned, j);
  return banned;
}

gboolean
zx_session_count_filters (ZxSession *self, guint n_by_filter[ZX_N_FILTERS])
{
  const ZxCandidates *candidates
      = self->project != NULL ? zx_project_candidates (self->project) : NULL;
  if (candidates == NULL || zx_project_city (self->project) == NULL)
    return FALSE;
  ZxSettingValues values;
  ZxSitingOptions options;
  fill_values (self, &values);
  zx_settings_apply_siting (&values, &options);
  g_autoptr (GArray) banned = find_banned (self, candidates);
  options.banned = (const guint32 *) (gconstpointer) banned->data;
  options.n_banned = banned->len;
  guint n = zx_project_n_configurations (self->project);
  g_autofree const ZxConfiguration **sizes = g_new (const ZxConfiguration *, (gsize) n + 1);
  for (guint i = 0; i < n; i++)
    sizes[i] = zx_project_configuration (self->project, i);
  const ZxSitingInput input = { .city = zx_project_city (self->project),
                                .graph = zx_project_graph (self->project),
                                .configurations = sizes,
                                .n_configurations = n };
  zx_siting_count_filters (&input, &options, candidates, n_by_filter);
  return TRUE;
}
