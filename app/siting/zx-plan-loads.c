/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/siting/zx-siting.h"

GArray *
zx_plan_loads (const ZxPlan *plan, const ZxCandidates *candidates,
               const ZxConfiguration *const *configurations, guint n_configurations)
{
  g_return_val_if_fail (plan != NULL && candidates != NULL && configurations != NULL, NULL);
  GArray *loads = g_array_new (FALSE, TRUE, sizeof (ZxSiteLoad));
  for (guint i = 0; i < plan->n_sites; i++)
    {
      guint j = plan->site[i].candidate, kind = plan->site[i].configuration;
      if (j >= candidates->n || kind >= n_configurations) /* a file may say so */
        {
          ZxSiteLoad none = { .feeder = -1, .area = -1 };
          g_array_append_val (loads, none);
          continue;
        }
      const ZxConfiguration *size = configurations[kind];
      ZxSiteLoad load = { .feeder = candidates->feeder[j],
                          .area = size->has_transformer ? -1 : candidates->transformer[j],
                          .x_m = candidates->x_m[j],
                          .y_m = candidates->y_m[j],
                          .kw = zx_configuration_kw (size) };
      g_array_append_val (loads, load);
    }
  return loads;
}
