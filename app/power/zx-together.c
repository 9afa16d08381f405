/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Several sites at once.  What single nodes can take does not add up: sites on one feeder share its
 * head and its fall of voltage.  Here all of a set draw at the same time, hour by hour, and where a
 * limit breaks bisection on one common share of their power says what would hold.  The margin of a
 * limit falls with the share as long as loads are not fed back; with generation among the sites the
 * share is the largest that the bisection met. */

#include "app/power/zx-power.h"

#define SHARE_STEPS 20

typedef struct
{
  const ZxGrid *grid;
  const ZxHostingScenario *scenario;
  const ZxSetLoad *loads;
  guint n_loads;
  ZxGrid *copy;
} Work;

static double
by_scenario (const ZxHostingScenario *scenario, const ZxFlow *flow, ZxHostingLimit *limit)
{
  double voltage = (scenario->vmin_pu - flow->vmin_pu) / scenario->vmin_pu;
  double thermal = flow->max_loading_branch >= 0
                       ? flow->max_loading_percent / scenario->loading_limit_percent - 1
                       : -INFINITY;
  *limit = voltage <= 0 && thermal <= 0 ? ZX_LIMIT_CAP
           : voltage > thermal          ? ZX_LIMIT_VOLTAGE
                                        : ZX_LIMIT_THERMAL;
  return MAX (voltage, thermal);
}

static ZxFlow *
flow_at (const Work *work, double multiplier, double share)
{
  const ZxFlowOptions options = { FALSE, 1e-10 };
  const ZxGrid *grid = work->grid;
  for (guint i = 0; i < grid->n_nodes; i++)
    {
      work->copy->node_p_mw[i] = grid->node_p_mw[i] * multiplier;
      work->copy->node_q_mvar[i] = grid->node_q_mvar[i] * multiplier;
    }
  for (guint k = 0; k < work->n_loads; k++)
    {
      double mw = work->loads[k].kw / 1000 * share;
      work->copy->node_p_mw[work->loads[k].node] += mw;
      work->copy->node_q_mvar[work->loads[k].node] += mw * work->scenario->tangent;
    }
  return zx_power_flow (work->copy, &options, NULL, NULL);
}

/* Looks at one hour; keeps it where it is worse than those before.  @most: how far the worst limit
 * is exceeded so far. */
static void
take_hour (const Work *work, const ZxHostingHours *hours, gsize hour, double *most,
           ZxTogether *result)
{
  double part = hours->share != NULL ? hours->share[hour] : 1;
  g_autoptr (ZxFlow) flow = flow_at (work, hours->multiplier[hour], part);
  ZxHostingLimit limit = ZX_LIMIT_NO_SOLUTION;
  double excess = flow != NULL ? by_scenario (work->scenario, flow, &limit) : INFINITY;
  if (!(excess > *most))
    return;
  *most = excess;
  result->limit = limit;
  result->hour = (gint32) hour;
  result->vmin_pu = flow != NULL ? flow->vmin_pu : NAN;
  result->loading_percent = flow != NULL ? flow->max_loading_percent : NAN;
  result->element = limit == ZX_LIMIT_VOLTAGE   ? flow->vmin_node
                    : limit == ZX_LIMIT_THERMAL ? flow->max_loading_branch
                                                : -1;
}

static gboolean
holds (const Work *work, const ZxHostingHours *hours, double share)
{
  for (gsize hour = 0; hour < hours->n_hours; hour++)
    {
      ZxHostingLimit limit;
      double part = share * (hours->share != NULL ? hours->share[hour] : 1);
      g_autoptr (ZxFlow) flow = flow_at (work, hours->multiplier[hour], part);
      if (flow == NULL)
        return FALSE;
      by_scenario (work->scenario, flow, &limit);
      if (limit != ZX_LIMIT_CAP)
        return FALSE;
    }
  return TRUE;
}

static gboolean
find_share (const Work *work, const ZxHostingHours *hours, const ZxProgress *progress,
            ZxTogether *result, GError **error)
{
  double low = 0, high = 1;
  if (!holds (work, hours, 0))
    {
      result->limit = result->limit == ZX_LIMIT_VOLTAGE   ? ZX_LIMIT_BASE_VOLTAGE
                      : result->limit == ZX_LIMIT_THERMAL ? ZX_LIMIT_BASE_THERMAL
                                                          : result->limit;
      return TRUE;
    }
  for (guint step = 0; step < SHARE_STEPS; step++)
    {
      if (!zx_progress_step (progress, step, SHARE_STEPS, error))
        return FALSE;
      double middle = (low + high) / 2;
      if (holds (work, hours, middle))
        low = middle;
      else
        high = middle;
    }
  result->allowed_share = low;
  return TRUE;
}

gboolean
zx_power_together (const ZxGrid *grid, const ZxHostingScenario *scenario,
                   const ZxHostingHours *hours, const ZxSetLoad *loads, guint n_loads,
                   const ZxProgress *progress, ZxTogether *result, GError **error)
{
  static const double always[] = { 1 };
  const ZxFlowOptions options = ZX_FLOW_OPTIONS_INIT;
  const ZxHostingHours one = { 1, always, NULL };
  g_return_val_if_fail (grid != NULL && scenario != NULL && result != NULL, FALSE);
  g_return_val_if_fail (loads != NULL || n_loads == 0, FALSE);
  double most = -INFINITY;
  ZxProgress first = zx_progress_slice (progress, 0, 0.3),
             rest = zx_progress_slice (progress, 0.3, 1);
  hours = hours != NULL ? hours : &one;
  *result = (ZxTogether){ .limit = ZX_LIMIT_CAP, .element = -1, .hour = -1, .vmin_pu = NAN };
  g_autoptr (ZxFlow) base = zx_power_flow (grid, &options, NULL, error);
  g_autoptr (ZxGrid) copy = base != NULL ? zx_grid_copy (grid, error) : NULL;
  Work work = { grid, scenario, loads, n_loads, copy };
  if (copy == NULL)
    return FALSE;
  for (guint k = 0; k < n_loads; k++)
    result->kw += loads[k].kw;
  for (gsize hour = 0; hour < hours->n_hours; hour++)
    {
      if (!zx_progress_step (&first, hour, hours->n_hours, error))
        return FALSE;
      take_hour (&work, hours, hour, &most, result);
    }
  if (result->limit != ZX_LIMIT_CAP)
    return find_share (&work, hours, &rest, result, error);
  result->allowed_share = 1;
  return TRUE;
}
