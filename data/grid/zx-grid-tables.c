/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A grid as two layers in the columns of the case folder: the way back of zx-grid-layers.c. */

#include "data/grid/zx-grid.h"

static void
add_places (ZxLayer *layer, const ZxGrid *grid)
{
  gboolean has_places = FALSE;
  for (guint i = 0; i < grid->n_nodes && !has_places; i++)
    has_places = isfinite (grid->node_lon_deg[i]) && isfinite (grid->node_lat_deg[i]);
  if (!has_places)
    return;
  layer->geometry.kind = ZX_GEOMETRY_POINT;
  layer->geometry.n_rows = layer->geometry.n_points = grid->n_nodes;
  layer->geometry.x = g_memdup2 (grid->node_lon_deg, sizeof (double) * grid->n_nodes);
  layer->geometry.y = g_memdup2 (grid->node_lat_deg, sizeof (double) * grid->n_nodes);
  layer->crs = g_strdup ("EPSG:4326");
}

ZxLayer *
zx_grid_node_table (const ZxGrid *grid)
{
  g_return_val_if_fail (grid != NULL, NULL);
  ZxLayer *layer = zx_layer_new ("nodes", grid->name, grid->n_nodes);
  zx_layer_add_texts (layer, "node_id", grid->pool, grid->node_id);
  zx_layer_add_texts (layer, "name", grid->pool, grid->node_name);
  guint32 *type = zx_layer_new_texts (layer, "type");
  for (guint i = 0; i < grid->n_nodes; i++)
    type[i] = zx_pool_add (layer->pool, grid->node_is_slack[i] ? "slack" : "pq");
  zx_layer_add_doubles (layer, "base_kv", grid->node_base_kv);
  zx_layer_add_doubles (layer, "p_mw", grid->node_p_mw);
  zx_layer_add_doubles (layer, "q_mvar", grid->node_q_mvar);
  zx_layer_add_doubles (layer, "gs_mw", grid->node_gs_mw);
  zx_layer_add_doubles (layer, "bs_mvar", grid->node_bs_mvar);
  zx_layer_add_doubles (layer, "vm_set_pu", grid->node_vm_set_pu);
  guint32 *phases = zx_layer_new_texts (layer, "phases");
  for (guint i = 0; i < grid->n_nodes; i++)
    {
      g_autofree char *text = zx_phases_format (grid->node_phase_share[i]);
      phases[i] = zx_pool_add (layer->pool, text);
    }
  add_places (layer, grid);
  return layer;
}

ZxLayer *
zx_grid_branch_table (const ZxGrid *grid)
{
  static const char *const kinds[] = { "line", "trafo", "switch" };
  g_return_val_if_fail (grid != NULL, NULL);
  ZxLayer *layer = zx_layer_new ("branches", grid->name, grid->n_branches);
  zx_layer_add_texts (layer, "branch_id", grid->pool, grid->branch_id);
  zx_layer_add_texts (layer, "name", grid->pool, grid->branch_name);
  guint32 *kind = zx_layer_new_texts (layer, "kind");
  for (guint b = 0; b < grid->n_branches; b++)
    kind[b] = zx_pool_add (layer->pool, kinds[grid->branch_kind[b]]);
  guint32 *from = zx_layer_new_texts (layer, "from_node");
  for (guint b = 0; b < grid->n_branches; b++)
    from[b] = zx_pool_add (layer->pool, zx_grid_node_id (grid, grid->branch_from[b]));
  guint32 *to = zx_layer_new_texts (layer, "to_node");
  for (guint b = 0; b < grid->n_branches; b++)
    to[b] = zx_pool_add (layer->pool, zx_grid_node_id (grid, grid->branch_to[b]));
  zx_layer_add_doubles (layer, "r_pu", grid->branch_r_pu);
  zx_layer_add_doubles (layer, "x_pu", grid->branch_x_pu);
  zx_layer_add_doubles (layer, "g_pu", grid->branch_g_pu);
  zx_layer_add_doubles (layer, "b_pu", grid->branch_b_pu);
  zx_layer_add_doubles (layer, "tap", grid->branch_tap);
  zx_layer_add_doubles (layer, "shift_deg", grid->branch_shift_deg);
  zx_layer_add_doubles (layer, "rate_mva", grid->branch_rate_mva);
  double *n_phases = zx_layer_new_numbers (layer, "n_phases");
  for (guint b = 0; b < grid->n_branches; b++)
    n_phases[b] = grid->branch_n_phases[b];
  double *status = zx_layer_new_numbers (layer, "status");
  for (guint b = 0; b < grid->n_branches; b++)
    status[b] = grid->branch_is_closed[b];
  double *base = zx_layer_new_numbers (layer, "base_mva");
  for (guint b = 0; b < grid->n_branches; b++)
    base[b] = grid->base_mva;
  zx_layer_add_texts (layer, "wkt", grid->pool, grid->branch_wkt);
  return layer;
}
