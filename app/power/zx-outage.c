/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One branch out and the best tie (N-1).
 *
 * An outage may cut nodes off; of the open branches that join every cut-off node again when closed
 * alone, the one is chosen after which the lowest voltage is highest (ties: the first in the file).
 * Ratings are reported by the flow, not enforced here, because emergency ratings are not given.
 * Each case is its own small net: O(branches × ties that join × nodes). */

#include "app/power/zx-flow.h"

typedef struct
{
  const ZxGrid *grid;
  const ZxFlowOptions *options;
  const ZxFlow *base; /* nodes that were not supplied before do not count */
  ZxOutage *outages;
  const ZxProgress *progress;
} Work;

static gboolean
is_cut (const Work *work, const ZxNet *net, guint node)
{
  return net->position[node] < 0 && !isnan (work->base->vm_pu[node]);
}

static gboolean
is_any_cut (const Work *work, const ZxNet *net)
{
  for (guint i = 0; i < work->grid->n_nodes; i++)
    if (is_cut (work, net, i))
      return TRUE;
  return FALSE;
}

/* FALSE when there is no solution with these branches closed, or not for all nodes; *@flow is then
 * NULL. */
static gboolean
solve_case (const Work *work, const guint8 *is_closed, ZxFlow **flow)
{
  g_autoptr (GError) local = NULL;
  ZxState state = { NULL };
  gint32 failed = -1;
  gboolean used_newton = FALSE;
  *flow = NULL;
  g_autoptr (ZxNet) net = zx_net_new (work->grid, is_closed, &local);
  if (net != NULL && zx_state_init (&state, net, &local) && !is_any_cut (work, net)
      && zx_flow_solve (net, work->options, &state, &failed, &used_newton, &local))
    *flow = zx_flow_measure (net, &state, &local);
  zx_state_clear (&state);
  return *flow != NULL;
}

static void
take (ZxOutage *outage, const ZxFlow *flow, gint32 tie)
{
  outage->tie = tie;
  outage->vmin_pu = flow->vmin_pu;
  outage->vmin_node = flow->vmin_node;
  outage->losses_kw = flow->losses_kw;
  outage->max_loading_percent = flow->max_loading_percent;
}

/* Counts what is cut off.  Returns: (transfer full): the net, to see on which side a tie ends. */
static ZxNet *
cut (const Work *work, const guint8 *is_closed, ZxOutage *outage)
{
  ZxNet *net = zx_net_new (work->grid, is_closed, NULL);
  for (guint i = 0; net != NULL && i < work->grid->n_nodes; i++)
    if (is_cut (work, net, i))
      {
        outage->unsupplied_nodes++;
        outage->unsupplied_kw += work->grid->node_p_mw[i] * 1000;
      }
  return net;
}

static void
try_ties (const Work *work, const ZxNet *net, guint8 *is_closed, ZxOutage *outage)
{
  const ZxGrid *grid = work->grid;
  for (guint tie = 0; tie < grid->n_branches && !zx_progress_is_stopped (work->progress); tie++)
    {
      if (grid->branch_is_closed[tie]
          || (net->position[grid->branch_from[tie]] < 0)
                 == (net->position[grid->branch_to[tie]] < 0))
        continue;
      g_autoptr (ZxFlow) flow = NULL;
      is_closed[tie] = TRUE;
      if (solve_case (work, is_closed, &flow)
          && (outage->tie < 0 || flow->vmin_pu > outage->vmin_pu))
        take (outage, flow, (gint32) tie);
      is_closed[tie] = FALSE;
    }
}

static void
run_outages (gsize begin, gsize end, guint worker, gpointer data)
{
  const Work *work = data;
  const ZxGrid *grid = work->grid;
  g_autofree guint8 *is_closed = g_memdup2 (grid->branch_is_closed, MAX (grid->n_branches, 1));
  for (gsize i = begin; i < end && !zx_progress_is_stopped (work->progress); i++)
    {
      ZxOutage *outage = &work->outages[i];
      is_closed[outage->branch] = FALSE;
      g_autoptr (ZxNet) net = cut (work, is_closed, outage);
      g_autoptr (ZxFlow) flow = NULL;
      if (net != NULL && outage->unsupplied_nodes > 0)
        try_ties (work, net, is_closed, outage);
      else if (net != NULL && solve_case (work, is_closed, &flow))
        take (outage, flow, -1);
      is_closed[outage->branch] = TRUE;
    }
}

GArray *
zx_power_outages (const ZxGrid *grid, const ZxFlowOptions *options, const ZxProgress *progress,
                  GError **error)
{
  g_return_val_if_fail (grid != NULL && options != NULL, NULL);
  g_autofree guint *branches = ZX_TRY_NEW (guint, grid->n_branches, _ ("Feeder nodes"), error);
  if (branches == NULL)
    return NULL;
  for (guint b = 0; b < grid->n_branches; b++)
    branches[b] = b;
  return zx_power_outages_of (grid, branches, grid->n_branches, options, progress, error);
}

GArray *
zx_power_outages_of (const ZxGrid *grid, const guint *branches, guint n_branches,
                     const ZxFlowOptions *options, const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (grid != NULL && options != NULL, NULL);
  g_autoptr (ZxFlow) base = zx_power_flow (grid, options, NULL, error);
  if (base == NULL)
    return NULL;
  g_autoptr (GArray) outages = g_array_new (FALSE, TRUE, sizeof (ZxOutage));
  for (guint i = 0; i < n_branches; i++)
    if (!isnan (base->i_from_pu[branches[i]]))
      {
        ZxOutage outage = { branches[i], 0, 0, -1, NAN, -1, NAN, NAN };
        g_array_append_val (outages, outage);
      }
  Work work = { .grid = grid, .options = options, .base = base, .progress = progress };
  work.outages = (ZxOutage *) (void *) outages->data;
  if (!zx_parallel_for (outages->len, 0, run_outages, &work, progress, error))
    return NULL;
  return g_steal_pointer (&outages);
}
