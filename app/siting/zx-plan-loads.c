/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/siting/zx-siting.h"

GArray *
zx_plan_loads (const ZxPlan *plan, const ZxCandidates *candidates,
               const ZxConfiguration *const *configurations)
{
  g_return_val_if_fail (plan != NULL && candidates != NULL && configurations != NULL, NULL);
  GArray *loads = g_array_new (FALSE, TRUE, sizeof (ZxSiteLoad));
  for (guint i = 0; i < plan->n_sites; i++)
    {
      guint j = plan->site[i].candidate;
      const ZxConfiguration *size = configurations[plan->site[i].configuration];
      ZxSiteLoad load = { .feeder = candidates->feeder[j],
                          .area = size->has_transformer ? -1 : candidates->transformer[j],
                          .x_m = candidates->x_m[j],
                          .y_m = candidates->y_m[j],
                          .kw = zx_configuration_kw (size) };
      g_array_append_val (loads, load);
    }
  return loads;
}
