/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a reader must know before building on a city's belief, as findings. */

#include "app/demand/zx-belief.h"

#define MOST_TIMES_SOLD 10.0 /* believed demand in what is sold, before its level is doubted */

static void
tell (ZxFindings *findings, const char *rule, guint count, const char *value, const char *bound)
{
  if (findings != NULL && count > 0)
    zx_findings_add (findings, rule, zx_findings_layer (findings, "stations"), -1, count,
                     ZX_SEVERITY_WARNING, ZX_ACTION_KEPT, value, bound);
}

/* What a reader must know before building on the answer. */
static void
tell_doubts (const ZxDemand *demand, ZxFindings *findings)
{
  const ZxPosterior *posterior = demand->posterior;
  ZxPlaceVerdict verdict = zx_demand_place_verdict (demand);
  if (posterior->has_few_counts && !(posterior->n_sampled > 0))
    {
      g_autofree char *n = g_strdup_printf ("%u", demand->n_observations);
      tell (findings, "demand.few-counts", demand->n_observations, n, NULL);
    }
  if (posterior->criteria != NULL)
    tell (findings, "demand.operators-alone", posterior->criteria->n_groups_alone, NULL, NULL);
  if (verdict != ZX_PLACE_UNPROVEN && verdict != ZX_PLACE_CONTRADICTED)
    return;
  g_autofree char *gain = zx_number_human (demand->checks.place_gain, 3);
  g_autofree char *bound = zx_number_human (2 * demand->checks.place_gain_se, 3);
  tell (findings, verdict == ZX_PLACE_UNPROVEN ? "demand.place-unproven" : "demand.place-worse",
        demand->n_observations, gain, bound);
}

/* What stands in for place where it was not borne out. */
static void
tell_members (const ZxDemand *demand, ZxFindings *findings)
{
  const ZxDemandMember *place = &demand->member[ZX_MEMBER_PLACE];
  double wanted[3], sold = demand->sold_kwh_per_day;
  if (!demand->is_stacked || place->weight >= 1 || !(sold > 0) || !zx_demand_total (demand, wanted))
    return;
  gboolean is_out = !(place->weight > 0);
  g_autofree char *share = zx_number_human (100 * place->weight, 0);
  g_autofree char *value = is_out ? zx_number_human (place->total_kwh_per_day / sold, 1)
                                  : g_strdup_printf ("%s %%", share);
  g_autofree char *bound
      = is_out ? zx_number_human (wanted[1] / sold, 1) : zx_number_human (sold, 0);
  tell (findings, is_out ? "demand.place-left-out" : "demand.place-shared", demand->n_observations,
        value, bound);
}

static void
tell_first_order (guint n, ZxFindings *findings)
{
  g_autofree char *count = g_strdup_printf ("%u", n);
  g_autofree char *most = g_strdup_printf ("%d", ZX_BELIEF_MOST_ROWS);
  tell (findings, "demand.first-order", n, count, most);
}

/* Catchments are a strong claim: a station that is alone in a wide country is held to draw all of
 * it.  Where sales do not follow them, the level is what fails first. */
static void
tell_level (const ZxBelief *self, const ZxDemand *demand, ZxFindings *findings)
{
  double sold = 0, wanted[3];
  for (guint i = 0; i < self->catchments.n; i++)
    sold += self->catchments.kwh[i];
  if (!zx_demand_total (demand, wanted) || !(sold > 0) || wanted[1] <= MOST_TIMES_SOLD * sold)
    return;
  g_autofree char *times = zx_number_human (wanted[1] / sold, 0);
  tell (findings, "demand.far-above-sold", self->catchments.n, times, NULL);
}

void
zx_belief_tell_catchments (const ZxBelief *self, ZxFindings *findings)
{
  tell (findings, "demand.no-catchment", self->catchments.n_without, NULL, NULL);
}

void
zx_belief_tell (const ZxBelief *self, const ZxDemand *demand, ZxFindings *findings)
{
  if (!self->is_rows)
    tell_first_order (self->n, findings);
  tell_members (demand, findings);
  tell_level (self, demand, findings);
  tell_doubts (demand, findings);
}
