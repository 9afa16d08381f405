/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Looks for holes below a hosting capacity.  The search for it (zx-hosting.c) is right when the
 * limits are crossed once; regulators and generation may make a smaller load break what a larger
 * one keeps.  Here every node is tried with evenly spaced loads up to its capacity, by flows of
 * their own. */

#include "app/power/zx-power.h"

#define SLACK 1e-6 /* the capacity itself meets its limit to this */

typedef struct
{
  const ZxGrid *grid;
  const ZxHostingScenario *scenario;
  const ZxHosting *hosting;
  const ZxFlow *base;
  guint n_steps;
  double *hole;
  const ZxProgress *progress;
} Work;

/* Is nothing broken that was not before?  Other parts of the grid may break a limit by themselves.
 */
static gboolean
holds (const Work *work, const ZxFlow *flow)
{
  double vmin = work->scenario->vmin_pu, limit = work->scenario->loading_limit_percent;
  for (guint i = 0; i < flow->n_nodes; i++)
    if (flow->vm_pu[i] < vmin - SLACK && !(work->base->vm_pu[i] < vmin))
      return FALSE;
  for (guint b = 0; b < flow->n_branches; b++)
    if (flow->loading_percent[b] > limit * (1 + SLACK) && !(work->base->loading_percent[b] > limit))
      return FALSE;
  return TRUE;
}

static void
scan_node (const Work *work, ZxGrid *copy, guint node)
{
  const ZxFlowOptions options = { FALSE, 1e-10 };
  double kw = work->hosting->hosting_kw[node];
  for (guint step = 1; step <= work->n_steps && isnan (work->hole[node]); step++)
    {
      double tried = kw * step / work->n_steps;
      copy->node_p_mw[node] = work->grid->node_p_mw[node] + tried / 1000;
      copy->node_q_mvar[node]
          = work->grid->node_q_mvar[node] + tried / 1000 * work->scenario->tangent;
      g_autoptr (ZxFlow) flow = zx_power_flow (copy, &options, NULL, NULL);
      if (flow == NULL || !holds (work, flow))
        work->hole[node] = tried;
    }
  copy->node_p_mw[node] = work->grid->node_p_mw[node];
  copy->node_q_mvar[node] = work->grid->node_q_mvar[node];
}

static void
scan_nodes (gsize begin, gsize end, guint worker, gpointer data)
{
  const Work *work = data;
  g_autoptr (ZxGrid) copy = zx_grid_copy (work->grid, NULL);
  for (gsize node = begin; node < end && !zx_progress_is_stopped (work->progress); node++)
    {
      /* Loads that are not of constant power would take the added one for their own kind. */
      gboolean is_mixed = work->grid->node_current_share[node] != 0
                          || work->grid->node_impedance_share[node] != 0;
      work->hole[node] = NAN;
      if (copy != NULL && !is_mixed && work->hosting->hosting_kw[node] > 0
          && work->hosting->limit[node] != ZX_LIMIT_NO_SOLUTION)
        scan_node (work, copy, (guint) node);
    }
}

double *
zx_power_hosting_scan (const ZxGrid *grid, const ZxHostingScenario *scenario,
                       const ZxHosting *hosting, guint n_steps, const ZxProgress *progress,
                       GError **error)
{
  g_return_val_if_fail (grid != NULL && scenario != NULL && hosting != NULL, NULL);
  g_return_val_if_fail (hosting->n_nodes == grid->n_nodes && n_steps > 0, NULL);
  g_autofree double *hole = ZX_TRY_NEW (double, grid->n_nodes, _ ("Feeder nodes"), error);
  const ZxFlowOptions options = { FALSE, 1e-10 };
  g_autoptr (ZxFlow) base = hole != NULL ? zx_power_flow (grid, &options, NULL, error) : NULL;
  Work work = { grid, scenario, hosting, base, n_steps, hole, progress };
  if (base == NULL || !zx_parallel_for (grid->n_nodes, 0, scan_nodes, &work, progress, error))
    return NULL;
  return g_steal_pointer (&hole);
}
