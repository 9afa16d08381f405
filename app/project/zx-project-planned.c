/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The feeders with the plan built, for maps beside the feeders as they are. */

#include "app/project/zx-project.h"

float *
zx_project_planned_loading (ZxProject *self)
{
  const ZxHeadroom *headroom = zx_project_headroom (self);
  const ZxPlan *plan = zx_project_plan (self);
  const ZxCandidates *candidates = zx_project_candidates (self);
  ZxFeederOptions options = ZX_FEEDER_OPTIONS_INIT;
  guint n = zx_project_n_configurations (self);
  if (headroom == NULL || headroom->flows == NULL || plan == NULL || candidates == NULL)
    return NULL;
  g_autofree const ZxConfiguration **configurations = g_new (const ZxConfiguration *, MAX (n, 1));
  for (guint i = 0; i < n; i++)
    configurations[i] = zx_project_configuration (self, i);
  options.power_factor = zx_project_setting (self, "power.factor");
  g_autoptr (GArray) loads = zx_plan_loads (plan, candidates, configurations, n);
  return zx_power_planned_loading (zx_project_city (self), headroom->flows,
                                   (const ZxSiteLoad *) (gpointer) loads->data, loads->len,
                                   &options);
}

gboolean
zx_project_is_site (ZxProject *self, guint candidate)
{
  const ZxPlan *plan = zx_project_plan (self);
  for (guint i = 0; plan != NULL && i < plan->n_sites; i++)
    if (plan->site[i].candidate == candidate)
      return TRUE;
  return FALSE;
}
