/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A grid as two layers in the columns of the case folder: the way back of zx-grid-layers.c. */

#include "data/grid/zx-grid.h"

#include <string.h>

static void
add_numbers (ZxLayer *layer, const char *name, const double *values)
{
  ZxColumn *column = zx_layer_add_column (layer, name, ZX_COLUMN_NUMBER);
  memcpy (column->number, values, sizeof (double) * layer->n_rows);
}

static void
add_texts (ZxLayer *layer, const char *name, const ZxPool *pool, const guint32 *ids)
{
  ZxColumn *column = zx_layer_add_column (layer, name, ZX_COLUMN_TEXT);
  for (gsize i = 0; i < layer->n_rows; i++)
    column->text[i] = zx_pool_add (layer->pool, zx_pool_get (pool, ids[i]));
}

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
  add_texts (layer, "node_id", grid->pool, grid->node_id);
  add_texts (layer, "name", grid->pool, grid->node_name);
  ZxColumn *type = zx_layer_add_column (layer, "type", ZX_COLUMN_TEXT);
  for (guint i = 0; i < grid->n_nodes; i++)
    type->text[i] = zx_pool_add (layer->pool, grid->node_is_slack[i] ? "slack" : "pq");
  add_numbers (layer, "base_kv", grid->node_base_kv);
  add_numbers (layer, "p_mw", grid->node_p_mw);
  add_numbers (layer, "q_mvar", grid->node_q_mvar);
  add_numbers (layer, "gs_mw", grid->node_gs_mw);
  add_numbers (layer, "bs_mvar", grid->node_bs_mvar);
  add_numbers (layer, "vm_set_pu", grid->node_vm_set_pu);
  add_places (layer, grid);
  return layer;
}

ZxLayer *
zx_grid_branch_table (const ZxGrid *grid)
{
  static const char *const kinds[] = { "line", "trafo", "switch" };
  g_return_val_if_fail (grid != NULL, NULL);
  ZxLayer *layer = zx_layer_new ("branches", grid->name, grid->n_branches);
  add_texts (layer, "branch_id", grid->pool, grid->branch_id);
  add_texts (layer, "name", grid->pool, grid->branch_name);
  ZxColumn *kind = zx_layer_add_column (layer, "kind", ZX_COLUMN_TEXT);
  for (guint b = 0; b < grid->n_branches; b++)
    kind->text[b] = zx_pool_add (layer->pool, kinds[grid->branch_kind[b]]);
  ZxColumn *from = zx_layer_add_column (layer, "from_node", ZX_COLUMN_TEXT);
  for (guint b = 0; b < grid->n_branches; b++)
    from->text[b] = zx_pool_add (layer->pool, zx_grid_node_id (grid, grid->branch_from[b]));
  ZxColumn *to = zx_layer_add_column (layer, "to_node", ZX_COLUMN_TEXT);
  for (guint b = 0; b < grid->n_branches; b++)
    to->text[b] = zx_pool_add (layer->pool, zx_grid_node_id (grid, grid->branch_to[b]));
  add_numbers (layer, "r_pu", grid->branch_r_pu);
  add_numbers (layer, "x_pu", grid->branch_x_pu);
  add_numbers (layer, "g_pu", grid->branch_g_pu);
  add_numbers (layer, "b_pu", grid->branch_b_pu);
  add_numbers (layer, "tap", grid->branch_tap);
  add_numbers (layer, "shift_deg", grid->branch_shift_deg);
  add_numbers (layer, "rate_mva", grid->branch_rate_mva);
  ZxColumn *status = zx_layer_add_column (layer, "status", ZX_COLUMN_NUMBER);
  for (guint b = 0; b < grid->n_branches; b++)
    status->number[b] = grid->branch_is_closed[b];
  ZxColumn *base = zx_layer_add_column (layer, "base_mva", ZX_COLUMN_NUMBER);
  for (guint b = 0; b < grid->n_branches; b++)
    base->number[b] = grid->base_mva;
  add_texts (layer, "wkt", grid->pool, grid->branch_wkt);
  return layer;
}
