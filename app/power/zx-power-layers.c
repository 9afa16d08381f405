/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Feeders as layers for the map, in the fields that utilities publish (FEEDERS.md §4.1).  Nodes
 * without a place stay rows without geometry; nothing is drawn where it was not surveyed. */

#include "app/power/zx-power.h"

#include <string.h>

static void
fill_all (double *numbers, gsize n, double value)
{
  for (gsize i = 0; i < n; i++)
    numbers[i] = value;
}

/* ---- nodes --------------------------------------------------------------------------------------
 */

static void
add_places (ZxLayer *layer, const ZxGrid *grid)
{
  layer->geometry.kind = ZX_GEOMETRY_POINT;
  layer->geometry.n_rows = layer->geometry.n_points = grid->n_nodes;
  layer->geometry.x = g_memdup2 (grid->node_lon_deg, sizeof (double) * grid->n_nodes);
  layer->geometry.y = g_memdup2 (grid->node_lat_deg, sizeof (double) * grid->n_nodes);
  layer->crs = g_strdup ("EPSG:4326");
}

static void
add_node_state (ZxLayer *layer, const ZxGrid *grid, const ZxFlow *flow)
{
  guint32 *id = zx_layer_new_texts (layer, "node_id"), *name = zx_layer_new_texts (layer, "name");
  guint32 *feeder = zx_layer_new_texts (layer, "feeder");
  zx_layer_add_doubles (layer, "base_kv", grid->node_base_kv);
  zx_layer_add_doubles (layer, "vm_pu", flow->vm_pu);
  double *load = zx_layer_new_numbers (layer, "connected_kw");
  for (guint i = 0; i < grid->n_nodes; i++)
    {
      id[i] = zx_pool_add (layer->pool, zx_grid_node_id (grid, i));
      name[i] = zx_pool_add (layer->pool, zx_pool_get (grid->pool, grid->node_name[i]));
      feeder[i] = zx_pool_add (layer->pool, grid->name);
      load[i] = grid->node_p_mw[i] * 1000;
    }
}

static const char *
element_id (const ZxGrid *grid, const ZxHosting *hosting, guint node)
{
  gint32 element = hosting->limiting_element[node];
  guint8 limit = hosting->limit[node];
  if (element < 0)
    return "";
  return limit == ZX_LIMIT_VOLTAGE || limit == ZX_LIMIT_BASE_VOLTAGE
             ? zx_grid_node_id (grid, (guint) element)
             : zx_grid_branch_id (grid, (guint) element);
}

static void
add_capacity (ZxLayer *layer, const ZxGrid *grid, const ZxHosting *hosting, const gint32 *hour_of,
              const ZxHostingScenario *scenario)
{
  guint32 *limit = zx_layer_new_texts (layer, "limit"),
          *element = zx_layer_new_texts (layer, "limiting_id");
  zx_layer_add_doubles (layer, "hc_kw", hosting->hosting_kw);
  double *hour = zx_layer_new_numbers (layer, "limiting_hour");
  for (guint i = 0; i < grid->n_nodes; i++)
    {
      if (hosting->limit[i] != ZX_LIMIT_NONE)
        limit[i] = zx_pool_add (layer->pool, zx_hosting_limit_name (hosting->limit[i]));
      element[i] = zx_pool_add (layer->pool, element_id (grid, hosting, i));
      hour[i] = hour_of != NULL && hour_of[i] >= 0 ? hour_of[i] : NAN;
    }
  fill_all (zx_layer_new_numbers (layer, "power_factor"), grid->n_nodes,
            1 / sqrt (1 + scenario->tangent * scenario->tangent));
  fill_all (zx_layer_new_numbers (layer, "v_limit_pu"), grid->n_nodes, scenario->vmin_pu);
  fill_all (zx_layer_new_numbers (layer, "loading_limit_pct"), grid->n_nodes,
            scenario->loading_limit_percent);
}

ZxLayer *
zx_power_node_layer (const ZxGrid *grid, const ZxFlow *flow, const ZxHosting *hosting,
                     const gint32 *hour_of, const ZxHostingScenario *scenario)
{
  g_return_val_if_fail (grid != NULL && flow != NULL, NULL);
  g_return_val_if_fail (hosting == NULL || scenario != NULL, NULL);
  ZxLayer *layer = zx_layer_new ("feeder_nodes", grid->name, grid->n_nodes);
  add_node_state (layer, grid, flow);
  if (hosting != NULL)
    add_capacity (layer, grid, hosting, hour_of, scenario);
  fill_all (zx_layer_new_numbers (layer, "base_vmin_pu"), grid->n_nodes, flow->vmin_pu);
  add_places (layer, grid);
  return layer;
}

/* ---- branches
 * ------------------------------------------------------------------------------------ */

/* "LINESTRING (x y, x y …)".  Returns: FALSE when it is none or a place is no number; then nothing
 * is added. */
static gboolean
add_line (ZxGeometryBuilder *builder, const char *text)
{
  static const char head[] = "LINESTRING";
  const char *open = strchr (text, '(');
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (double));
  if (g_ascii_strncasecmp (text, head, sizeof head - 1) != 0 || open == NULL)
    return FALSE;
  for (const char *at = open + 1; *at != '\0' && *at != ')';)
    {
      gsize n = strcspn (at, " ,)");
      double value;
      if (n > 0 && !zx_number_parse (at, n, &value))
        return FALSE;
      if (n > 0)
        g_array_append_val (numbers, value);
      at += n + (at[n] == ' ' || at[n] == ',');
    }
  if (numbers->len < 4 || numbers->len % 2 != 0)
    return FALSE;
  zx_geometry_builder_begin_part (builder, FALSE);
  for (guint i = 0; i < numbers->len; i += 2)
    zx_geometry_builder_point (builder, g_array_index (numbers, double, i),
                               g_array_index (numbers, double, i + 1));
  return TRUE;
}

/* A straight line between the ends where no course is given. */
static void
add_straight (ZxGeometryBuilder *builder, const ZxGrid *grid, guint branch)
{
  guint32 from = grid->branch_from[branch], to = grid->branch_to[branch];
  if (!isfinite (grid->node_lon_deg[from] + grid->node_lat_deg[from] + grid->node_lon_deg[to]
                 + grid->node_lat_deg[to]))
    return;
  zx_geometry_builder_begin_part (builder, FALSE);
  zx_geometry_builder_point (builder, grid->node_lon_deg[from], grid->node_lat_deg[from]);
  zx_geometry_builder_point (builder, grid->node_lon_deg[to], grid->node_lat_deg[to]);
}

ZxLayer *
zx_power_branch_layer (const ZxGrid *grid, const ZxFlow *flow)
{
  static const char *const kinds[] = { "line", "trafo", "switch" };
  g_return_val_if_fail (grid != NULL && flow != NULL, NULL);
  ZxLayer *layer = zx_layer_new ("feeder_branches", grid->name, grid->n_branches);
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_LINE);
  guint32 *id = zx_layer_new_texts (layer, "branch_id"), *name = zx_layer_new_texts (layer, "name");
  guint32 *kind = zx_layer_new_texts (layer, "kind");
  zx_layer_add_doubles (layer, "p_from_mw", flow->p_from_mw);
  zx_layer_add_doubles (layer, "q_from_mvar", flow->q_from_mvar);
  zx_layer_add_doubles (layer, "rate_mva", grid->branch_rate_mva);
  zx_layer_add_doubles (layer, "loading_pct", flow->loading_percent);
  double *closed = zx_layer_new_numbers (layer, "closed");
  for (guint b = 0; b < grid->n_branches; b++)
    {
      id[b] = zx_pool_add (layer->pool, zx_grid_branch_id (grid, b));
      name[b] = zx_pool_add (layer->pool, zx_pool_get (grid->pool, grid->branch_name[b]));
      kind[b] = zx_pool_add (layer->pool, kinds[grid->branch_kind[b]]);
      closed[b] = grid->branch_is_closed[b];
      if (!add_line (&builder, zx_pool_get (grid->pool, grid->branch_wkt[b])))
        add_straight (&builder, grid, b);
      zx_geometry_builder_end_row (&builder);
    }
  zx_geometry_builder_finish (&builder, &layer->geometry);
  layer->crs = g_strdup ("EPSG:4326");
  return layer;
}
