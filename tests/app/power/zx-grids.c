/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "zx-grids.h"

#include <string.h>

ZxGrid *
test_grid (const char *nodes, const char *branches, GError **error)
{
  g_autoptr (ZxLayer) node_layer = zx_grid_table_parse (nodes, strlen (nodes), "nodes.csv", error);
  g_autoptr (ZxLayer) branch_layer
      = node_layer != NULL
            ? zx_grid_table_parse (branches, strlen (branches), "branches.csv", error)
            : NULL;
  return branch_layer != NULL
             ? zx_grid_from_layers (node_layer, branch_layer, NULL, 1, "test", error)
             : NULL;
}

static void
name_all (ZxGrid *grid)
{
  char text[16];
  for (guint i = 0; i < grid->n_nodes; i++)
    {
      g_snprintf (text, sizeof text, "%u", i + 1);
      grid->node_id[i] = zx_pool_add (grid->pool, text);
    }
  for (guint i = 0; i < grid->n_branches; i++)
    {
      g_snprintf (text, sizeof text, "%u", i + 1);
      grid->branch_id[i] = zx_pool_add (grid->pool, text);
    }
}

static double
between (ZxRng *rng, double low, double high)
{
  return low + (high - low) * zx_rng_uniform (rng);
}

static void
random_node (ZxGrid *grid, ZxRng *rng, guint i)
{
  double size = 2.0 / grid->n_nodes;
  grid->node_base_kv[i] = 10;
  grid->node_p_mw[i] = between (rng, -0.1, 1) * size;
  grid->node_q_mvar[i] = between (rng, -0.1, 0.5) * size;
  if (zx_rng_below (rng, 8) == 0)
    grid->node_bs_mvar[i] = between (rng, 0, 0.5) * size;
  if (zx_rng_below (rng, 6) == 0)
    {
      grid->node_current_share[i] = between (rng, 0, 0.5);
      grid->node_impedance_share[i] = between (rng, 0, 0.5);
    }
}

static void
random_branch (ZxGrid *grid, ZxRng *rng, guint b, guint from, guint to)
{
  gboolean is_turned = zx_rng_below (rng, 3) == 0;
  grid->branch_from[b] = is_turned ? to : from;
  grid->branch_to[b] = is_turned ? from : to;
  grid->branch_r_pu[b] = between (rng, 0.001, 0.02);
  grid->branch_x_pu[b] = between (rng, 0.001, 0.02);
  grid->branch_b_pu[b] = between (rng, 0, 0.01);
  grid->branch_g_pu[b] = between (rng, 0, 0.001);
  grid->branch_rate_mva[b] = zx_rng_below (rng, 4) == 0 ? NAN : between (rng, 2, 6);
}

ZxGrid *
test_random_grid (guint64 seed, guint n_nodes, guint n_loops)
{
  ZxRng rng = zx_rng_new (seed);
  ZxGrid *grid = zx_grid_new ("random", n_nodes, n_nodes - 1 + n_loops, NULL);
  name_all (grid);
  for (guint i = 0; i < n_nodes; i++)
    {
      random_node (grid, &rng, i);
      if (i == 0)
        continue;
      guint from = zx_rng_below (&rng, i);
      random_branch (grid, &rng, i - 1, from, i);
      if (zx_rng_below (&rng, 6) == 0)
        {
          grid->branch_kind[i - 1] = ZX_BRANCH_TRANSFORMER;
          grid->branch_tap[i - 1] = between (&rng, 0.95, 1.05);
          grid->branch_shift_deg[i - 1] = n_loops == 0 ? 30.0 * zx_rng_below (&rng, 12) : 0;
        }
    }
  for (guint k = 0; k < n_loops; k++)
    {
      guint from = zx_rng_below (&rng, n_nodes);
      guint to = (from + 1 + zx_rng_below (&rng, n_nodes - 1)) % n_nodes;
      random_branch (grid, &rng, n_nodes - 1 + k, from, to);
      /* A slight mismatch of taps around a loop drives a current around it. */
      grid->branch_tap[n_nodes - 1 + k] = between (&rng, 0.99, 1.01);
    }
  grid->node_is_slack[0] = TRUE;
  grid->node_vm_set_pu[0] = 1.02;
  grid->node_va_set_deg[0] = 10;
  return grid;
}

ZxGrid *
test_chain (guint n)
{
  ZxGrid *grid = zx_grid_new ("chain", n, n - 1, NULL);
  name_all (grid);
  for (guint i = 0; i < n; i++)
    {
      grid->node_base_kv[i] = 10;
      grid->node_p_mw[i] = i > 0 ? 1.0 / n : 0;
      grid->node_q_mvar[i] = i > 0 ? 0.3 / n : 0;
      if (i == 0)
        continue;
      grid->branch_from[i - 1] = i - 1;
      grid->branch_to[i - 1] = i;
      grid->branch_r_pu[i - 1] = 0.08 / n;
      grid->branch_x_pu[i - 1] = 0.08 / n;
      grid->branch_rate_mva[i - 1] = 3;
    }
  grid->node_is_slack[0] = TRUE;
  grid->node_vm_set_pu[0] = 1;
  grid->node_va_set_deg[0] = 0;
  return grid;
}

ZxFlow *
test_solve (const ZxGrid *grid, gboolean use_newton)
{
  g_autoptr (GError) error = NULL;
  ZxFlowOptions options = { use_newton, 1e-12 };
  ZxFlow *flow = zx_power_flow (grid, &options, NULL, &error);
  g_assert_no_error (error);
  return flow;
}
