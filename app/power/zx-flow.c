/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One power flow from grid to table.
 *
 * Powers and currents at both ends of a branch come from the solved series current, not from a
 * difference of voltages, so that a closed switch and a short cable lose no digits. */

#include "app/power/zx-flow.h"

#include <complex.h>

typedef double complex Complex;

/* ---- solve -------------------------------------------------------------------------------- */

static gboolean
solve_component (const ZxNet *net, guint c, const ZxFlowOptions *options, ZxState *state,
                 gboolean *used_newton, GError **error)
{
  zx_state_reset (state, net, c);
  if (!options->use_newton && !zx_net_needs_newton (net, c)
      && zx_sweep_component (net, c, options->tolerance, state))
    return TRUE;
  *used_newton = TRUE;
  zx_state_reset (state, net, c);
  return zx_newton_component (net, c, MAX (options->tolerance, 1e-12), state, error);
}

gboolean
zx_flow_solve (const ZxNet *net, const ZxFlowOptions *options, ZxState *state, gint32 *failed,
               gboolean *used_newton, GError **error)
{
  *failed = -1;
  *used_newton = FALSE;
  for (guint c = 0; c < net->n_components; c++)
    if (!solve_component (net, c, options, state, used_newton, error))
      {
        *failed = (gint32) c;
        return FALSE;
      }
  return TRUE;
}

/* ---- why not ------------------------------------------------------------------------------ */

/* Does the grid have a solution with its loads and impedances divided? */
static gboolean
would_solve (const ZxGrid *grid, double load_divisor, gboolean is_ohm)
{
  const ZxFlowOptions options = ZX_FLOW_OPTIONS_INIT;
  gint32 failed;
  gboolean used_newton;
  g_autoptr (ZxGrid) copy = zx_grid_copy (grid, NULL);
  if (copy == NULL)
    return FALSE;
  for (guint i = 0; i < copy->n_nodes; i++)
    {
      copy->node_p_mw[i] /= load_divisor;
      copy->node_q_mvar[i] /= load_divisor;
    }
  for (guint b = 0; is_ohm && b < copy->n_branches; b++)
    {
      double kv = copy->node_base_kv[copy->branch_to[b]], ohm = kv * kv / copy->base_mva;
      copy->branch_r_pu[b] /= ohm;
      copy->branch_x_pu[b] /= ohm;
    }
  g_autoptr (ZxNet) net = zx_net_new (copy, NULL, NULL);
  ZxState state = { NULL };
  gboolean ok = net != NULL && zx_state_init (&state, net, NULL)
                && zx_flow_solve (net, &options, &state, &failed, &used_newton, NULL);
  zx_state_clear (&state);
  return ok;
}

static double
total_kw (const ZxNet *net, guint component, guint *n_loads)
{
  double sum = 0;
  *n_loads = 0;
  for (guint32 at = net->first[component]; at < net->first[component + 1]; at++)
    {
      double p = net->grid->node_p_mw[net->node[at]];
      sum += p;
      *n_loads += p != 0;
    }
  return sum * 1000;
}

void
zx_flow_explain (const ZxNet *net, gint32 component, const ZxState *state, GError **error)
{
  if (component < 0 || (error != NULL && *error != NULL))
    return;
  const ZxGrid *grid = net->grid;
  guint n_loads = 0;
  const char *node = zx_grid_node_id (grid, net->node[MIN (state->worst, net->n - 1)]);
  double kw = total_kw (net, (guint) component, &n_loads);
  /* A thousandth of a load in MW is still that of a house; of one in kW it is not. */
  gboolean is_kw = n_loads > 0 && kw / n_loads > 5000 && would_solve (grid, 1000, FALSE);
  if (is_kw)
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("There is no power flow: the voltage collapses at node %s under %.0f kW in "
                    "all; with a thousandth of the loads there is one, so they are probably in kW "
                    "instead of MW"),
                 node, kw);
  else if (would_solve (grid, 1, TRUE))
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("There is no power flow: the voltage collapses at node %s under %.0f kW in "
                    "all; with the impedances read as ohm there is one, so they are probably in "
                    "ohm instead of per unit"),
                 node, kw);
  else
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("There is no power flow: the voltage collapses at node %s; the load of %.0f kW "
                    "is beyond the maximum the branches to it can transfer"),
                 node, kw);
}

/* ---- measure ------------------------------------------------------------------------------ */

static ZxFlow *
alloc_flow (const ZxGrid *grid, GError **error)
{
  g_autoptr (ZxFlow) self = g_new0 (ZxFlow, 1);
  self->n_nodes = grid->n_nodes;
  self->n_branches = grid->n_branches;
  double **nodes[] = { &self->vm_pu, &self->va_deg };
  double **branches[]
      = { &self->p_from_mw, &self->q_from_mvar, &self->p_to_mw,        &self->q_to_mvar,
          &self->i_from_pu, &self->i_to_pu,     &self->loading_percent };
  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++)
    {
      if ((*nodes[i] = ZX_TRY_NEW (double, grid->n_nodes, _ ("Feeder nodes"), error)) == NULL)
        return NULL;
      for (guint k = 0; k < grid->n_nodes; k++)
        (*nodes[i])[k] = NAN;
    }
  for (guint i = 0; i < G_N_ELEMENTS (branches); i++)
    {
      if ((*branches[i] = ZX_TRY_NEW (double, grid->n_branches, _ ("Feeder nodes"), error)) == NULL)
        return NULL;
      for (guint k = 0; k < grid->n_branches; k++)
        (*branches[i])[k] = NAN;
    }
  return g_steal_pointer (&self);
}

static Complex
voltage_at (const ZxState *state, guint32 at)
{
  return state->v_re[at] + state->v_im[at] * I;
}

/* @from, @to: scaled currents into the branch at each end. */
static void
measure_branch (ZxFlow *self, const ZxNet *net, const ZxState *state, guint32 branch, Complex from,
                Complex to)
{
  const ZxGrid *grid = net->grid;
  guint32 at_from = (guint32) net->position[grid->branch_from[branch]];
  guint32 at_to = (guint32) net->position[grid->branch_to[branch]];
  Complex s_from = voltage_at (state, at_from) * conj (from) * grid->base_mva;
  Complex s_to = voltage_at (state, at_to) * conj (to) * grid->base_mva;
  self->p_from_mw[branch] = creal (s_from);
  self->q_from_mvar[branch] = cimag (s_from);
  self->p_to_mw[branch] = creal (s_to);
  self->q_to_mvar[branch] = cimag (s_to);
  self->i_from_pu[branch] = cabs (from) * sqrt (net->k2[at_from]);
  self->i_to_pu[branch] = cabs (to) * sqrt (net->k2[at_to]);
  self->losses_kw += (creal (s_from) + creal (s_to)) * 1000;
  self->loading_percent[branch] = 100 * MAX (self->i_from_pu[branch], self->i_to_pu[branch])
                                  * grid->base_mva / grid->branch_rate_mva[branch];
  if (self->loading_percent[branch] > self->max_loading_percent || self->max_loading_branch < 0)
    if (!isnan (self->loading_percent[branch]))
      {
        self->max_loading_percent = self->loading_percent[branch];
        self->max_loading_branch = (gint32) branch;
      }
}

static void
measure_tree_branch (ZxFlow *self, const ZxNet *net, const ZxState *state, guint32 at)
{
  Complex j = state->j_re[at] + state->j_im[at] * I;
  Complex half = net->half_re[at] + net->half_im[at] * I;
  Complex above = j + half * voltage_at (state, net->parent[at]);
  Complex below = -j + half * voltage_at (state, at);
  if (net->is_forward[at])
    measure_branch (self, net, state, net->branch[at], above, below);
  else
    measure_branch (self, net, state, net->branch[at], below, above);
}

static void
measure_link (ZxFlow *self, const ZxNet *net, const ZxState *state, guint32 index)
{
  const ZxNetLink *link = &net->link[index];
  Complex j = state->link_re[index] + state->link_im[index] * I;
  Complex ratio = link->ratio_re + link->ratio_im * I, half = link->half_re + link->half_im * I;
  Complex from = j + half * voltage_at (state, link->from);
  Complex to = conj (ratio) * (half * ratio * voltage_at (state, link->to) - j);
  measure_branch (self, net, state, link->branch, from, to);
}

static double
degrees (Complex v)
{
  return carg (v) * (180 / G_PI);
}

ZxFlow *
zx_flow_measure (const ZxNet *net, const ZxState *state, GError **error)
{
  ZxFlow *self = alloc_flow (net->grid, error);
  if (self == NULL)
    return NULL;
  self->vmin_node = self->max_loading_branch = -1;
  self->vmin_pu = self->max_loading_percent = NAN;
  self->iterations = state->iterations;
  self->n_loops = net->n_links;
  for (guint32 at = 0; at < net->n; at++)
    {
      guint32 node = net->node[at];
      Complex v = voltage_at (state, at) / (net->k_re[at] + net->k_im[at] * I);
      self->vm_pu[node] = cabs (v);
      self->va_deg[node] = degrees (v);
      if (!(self->vm_pu[node] >= self->vmin_pu))
        {
          self->vmin_pu = self->vm_pu[node];
          self->vmin_node = (gint32) node;
        }
      if (net->branch[at] != ZX_NET_NO_BRANCH)
        measure_tree_branch (self, net, state, at);
    }
  for (guint32 l = 0; l < net->n_links; l++)
    measure_link (self, net, state, l);
  return self;
}

/* ---- public ------------------------------------------------------------------------------- */

void
zx_power_flow_free (ZxFlow *self)
{
  if (self == NULL)
    return;
  g_free (self->vm_pu);
  g_free (self->va_deg);
  g_free (self->p_from_mw);
  g_free (self->q_from_mvar);
  g_free (self->p_to_mw);
  g_free (self->q_to_mvar);
  g_free (self->i_from_pu);
  g_free (self->i_to_pu);
  g_free (self->loading_percent);
  g_free (self);
}

ZxFlow *
zx_power_flow (const ZxGrid *grid, const ZxFlowOptions *options, const ZxProgress *progress,
               GError **error)
{
  g_return_val_if_fail (grid != NULL && options != NULL, NULL);
  g_autoptr (ZxNet) net = zx_net_new (grid, NULL, error);
  if (net == NULL || !zx_net_check_supplied (net, error)
      || !zx_progress_step (progress, 1, 4, error))
    return NULL;
  ZxState state = { NULL };
  gint32 failed = -1;
  gboolean used_newton = FALSE;
  ZxFlow *self = NULL;
  if (zx_state_init (&state, net, error))
    {
      if (zx_flow_solve (net, options, &state, &failed, &used_newton, error))
        self = zx_flow_measure (net, &state, error);
      else
        zx_flow_explain (net, failed, &state, error);
    }
  zx_state_clear (&state);
  if (self != NULL)
    self->used_newton = used_newton;
  if (self != NULL && !zx_progress_step (progress, 1, 1, error))
    g_clear_pointer (&self, zx_power_flow_free);
  return self;
}
