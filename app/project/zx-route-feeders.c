/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Nodes and branches of the feeders as layers, in the fields that utilities publish for hosting
 * capacity: place, capacity with what limits it, base state, queue, transformer above, provenance.
 * Columns of which the project knows nothing stay empty. */

#include "app/project/zx-route.h"

/* How each node is reached from its source over closed branches. */
typedef struct
{
  gint32 *source;      /* [node]: -1: not reached */
  gint32 *transformer; /* [node]: the last transformer on the way; -1: none */
} Ways;

static void
ways_clear (Ways *self)
{
  g_free (self->source);
  g_free (self->transformer);
}

static gboolean
find_ways (const ZxFeeders *feeders, Ways *self, GError **error)
{
  gsize n = feeders->n_nodes;
  ZxFeederWalk walk;
  self->source = ZX_TRY_NEW (gint32, n, _ ("Feeder nodes"), error);
  self->transformer
      = self->source != NULL ? ZX_TRY_NEW (gint32, n, _ ("Feeder nodes"), error) : NULL;
  if (self->transformer == NULL)
    return FALSE;
  gboolean ok = zx_feeder_walk_init (&walk, feeders, error);
  for (guint i = 0; ok && i < n; i++)
    {
      self->source[i] = walk.parent[i] == ZX_WALK_SOURCE ? (gint32) i : -1;
      self->transformer[i] = -1;
    }
  for (guint at = 0; ok && at < walk.n_reached; at++)
    {
      guint32 node = walk.order[at];
      gint32 b = walk.parent[node];
      if (b < 0)
        continue;
      guint32 up
          = feeders->branch_from[b] == node ? feeders->branch_to[b] : feeders->branch_from[b];
      self->source[node] = self->source[up];
      self->transformer[node]
          = feeders->branch_kind[b] == ZX_FEEDER_TRANSFORMER ? b : self->transformer[up];
    }
  zx_feeder_walk_clear (&walk);
  return ok;
}

static guint32
copy_text (ZxLayer *layer, const ZxCity *city, guint32 id)
{
  return zx_pool_add (layer->pool, zx_pool_get (city->pool, id));
}

/* ---- nodes ------------------------------------------------------------------------------------
 */

static void
put_place (ZxLayer *layer, const ZxCity *city, const Ways *ways)
{
  const ZxFeeders *feeders = &city->feeders;
  zx_layer_add_texts (layer, "node_id", city->pool, feeders->node_id);
  zx_layer_add_texts (layer, "name", city->pool, feeders->node_name);
  guint32 *feeder = zx_layer_new_texts (layer, "feeder");
  for (guint i = 0; i < feeders->n_nodes; i++)
    if (feeders->node_feeder[i] >= 0)
      feeder[i] = copy_text (layer, city, feeders->feeder_id[feeders->node_feeder[i]]);
  guint32 *substation = zx_layer_new_texts (layer, "substation");
  for (guint i = 0; i < feeders->n_nodes; i++)
    if (ways->source[i] >= 0)
      substation[i] = copy_text (layer, city, feeders->node_id[ways->source[i]]);
  zx_layer_add_floats (layer, "base_kv", feeders->node_kv);
  guint32 *phases = zx_layer_new_texts (layer, "phases");
  for (guint i = 0; i < feeders->n_nodes; i++)
    {
      const float *share = feeders->node_phase_share + (gsize) i * 3;
      const double given[] = { share[0], share[1], share[2] };
      g_autofree char *text = zx_phases_format (given);
      phases[i] = zx_pool_add (layer->pool, text);
    }
}

static void
put_capacity (ZxLayer *layer, const ZxCity *city, const ZxFeederState *state)
{
  const ZxFeeders *feeders = &city->feeders;
  zx_layer_add_floats (layer, "hc_kw", state->node_room_kw);
  guint32 *limit = zx_layer_new_texts (layer, "limit");
  for (guint i = 0; i < state->n_nodes; i++)
    if (state->node_limit[i] != ZX_LIMIT_NONE)
      limit[i] = zx_pool_add (layer->pool, zx_hosting_limit_name (state->node_limit[i]));
  guint32 *element = zx_layer_new_texts (layer, "limiting_id");
  for (guint i = 0; i < state->n_nodes; i++)
    {
      gint32 at = state->node_element[i];
      gboolean is_node = state->node_limit[i] == ZX_LIMIT_VOLTAGE
                         || state->node_limit[i] == ZX_LIMIT_BASE_VOLTAGE;
      if (at >= 0)
        element[i]
            = copy_text (layer, city, is_node ? feeders->node_id[at] : feeders->branch_id[at]);
    }
  double *hour = zx_layer_new_numbers (layer, "limiting_hour");
  for (guint i = 0; i < state->n_nodes; i++)
    if (feeders->node_feeder[i] >= 0 && state->node_element[i] >= 0)
      hour[i] = state->feeder_hour[feeders->node_feeder[i]];
}

static void
put_base (ZxLayer *layer, const ZxCity *city, const ZxFeederState *state, const Ways *ways)
{
  const ZxFeeders *feeders = &city->feeders;
  zx_layer_add_doubles (layer, "vm_pu", state->node_vm_pu);
  double *vmin = zx_layer_new_numbers (layer, "base_vmin_pu");
  for (guint i = 0; i < state->n_nodes; i++)
    if (feeders->node_feeder[i] >= 0)
      vmin[i] = state->feeder_vmin_pu[feeders->node_feeder[i]];
  double *loading = zx_layer_new_numbers (layer, "base_loading_pct");
  for (guint i = 0; i < state->n_nodes; i++)
    if (feeders->node_feeder[i] >= 0)
      loading[i] = state->feeder_loading_percent[feeders->node_feeder[i]];
  zx_layer_add_floats (layer, "voltage_unbalance_pct", state->node_unbalance_percent);
  zx_layer_add_floats (layer, "distance_m", state->node_distance_m);
  zx_layer_add_floats (layer, "connected_kw", feeders->node_kw);
  zx_layer_add_doubles (layer, "queued_kw", NULL);
  zx_layer_add_doubles (layer, "hc_after_queue_kw", NULL);
  guint32 *name = zx_layer_new_texts (layer, "upstream_transformer");
  for (guint i = 0; i < state->n_nodes; i++)
    if (ways->transformer[i] >= 0)
      name[i] = copy_text (layer, city, feeders->branch_id[ways->transformer[i]]);
  double *kva = zx_layer_new_numbers (layer, "transformer_kva");
  for (guint i = 0; i < state->n_nodes; i++)
    if (ways->transformer[i] >= 0)
      kva[i] = feeders->branch_max_kva[ways->transformer[i]];
  double *rate = zx_layer_new_numbers (layer, "load_rate_pct");
  for (guint i = 0; i < state->n_nodes; i++)
    if (ways->transformer[i] >= 0)
      rate[i] = state->branch_loading_percent[ways->transformer[i]];
}

static void
put_provenance (ZxLayer *layer, const ZxRoute *self, const ZxFeederState *state)
{
  const ZxFeeders *feeders = &self->city->feeders;
  const char *fingerprint = self->stage[ZX_STAGE_HEADROOM].fingerprint;
  guint32 scenario
      = zx_pool_add (layer->pool, "fullest hour of the design day, one node at a time");
  guint32 run = zx_pool_add (layer->pool, fingerprint);
  guint32 confidence = zx_pool_add (layer->pool, "indicative, not a connection offer");
  double factor = zx_settings_get (&self->settings, "power.factor");
  guint32 *column = zx_layer_new_texts (layer, "scenario");
  for (gsize i = 0; i < layer->n_rows; i++)
    column[i] = scenario;
  double *numbers = zx_layer_new_numbers (layer, "power_factor");
  for (gsize i = 0; i < layer->n_rows; i++)
    numbers[i] = factor;
  numbers = zx_layer_new_numbers (layer, "v_limit_pu");
  for (gsize i = 0; i < layer->n_rows; i++)
    if (feeders->node_feeder[i] >= 0)
      numbers[i] = state->feeder_limit_pu[feeders->node_feeder[i]];
  column = zx_layer_new_texts (layer, "run_id");
  for (gsize i = 0; i < layer->n_rows; i++)
    column[i] = run;
  column = zx_layer_new_texts (layer, "confidence");
  for (gsize i = 0; i < layer->n_rows; i++)
    column[i] = confidence;
}

ZxLayer *
zx_route_feeder_nodes (const ZxRoute *self, ZxGisTransform *to_degrees, GError **error)
{
  const ZxFeeders *feeders = &self->city->feeders;
  const ZxFeederState *state = self->headroom->flows;
  Ways ways = { NULL };
  if (!find_ways (feeders, &ways, error))
    {
      ways_clear (&ways);
      return NULL;
    }
  ZxLayer *layer = zx_layer_new ("feeder_nodes", "", feeders->n_nodes);
  layer->geometry.kind = ZX_GEOMETRY_POINT;
  layer->geometry.n_rows = layer->geometry.n_points = feeders->n_nodes;
  layer->geometry.x = g_memdup2 (feeders->node_x_m, sizeof (double) * feeders->n_nodes);
  layer->geometry.y = g_memdup2 (feeders->node_y_m, sizeof (double) * feeders->n_nodes);
  put_place (layer, self->city, &ways);
  put_capacity (layer, self->city, state);
  put_base (layer, self->city, state, &ways);
  put_provenance (layer, self, state);
  ways_clear (&ways);
  return layer;
}

/* ---- branches ---------------------------------------------------------------------------------
 */

static void
put_planned (ZxLayer *layer, const ZxRoute *self)
{
  ZxFeederOptions options = ZX_FEEDER_OPTIONS_INIT;
  g_autofree float *planned = NULL;
  if (self->plan != NULL && self->candidates != NULL && self->configurations != NULL)
    {
      options.power_factor = zx_settings_get (&self->settings, "power.factor");
      g_autoptr (GArray) loads
          = zx_plan_loads (self->plan, self->candidates,
                           (const ZxConfiguration *const *) (gpointer) self->configurations->pdata,
                           self->configurations->len);
      planned = zx_power_planned_loading (self->city, self->headroom->flows,
                                          (const ZxSiteLoad *) (gpointer) loads->data, loads->len,
                                          &options);
    }
  zx_layer_add_floats (layer, "loading_after_plan_pct", planned);
}

ZxLayer *
zx_route_feeder_branches (const ZxRoute *self, ZxGisTransform *to_degrees, GError **error)
{
  static const char *const kinds[] = { "line", "trafo", "switch" };
  const ZxFeeders *feeders = &self->city->feeders;
  const ZxFeederState *state = self->headroom->flows;
  ZxLayer *layer = zx_layer_new ("feeder_branches", "", feeders->n_branches);
  zx_power_feeder_lines (feeders, &layer->geometry);
  zx_layer_add_texts (layer, "branch_id", self->city->pool, feeders->branch_id);
  zx_layer_add_texts (layer, "name", self->city->pool, feeders->branch_name);
  guint32 *feeder = zx_layer_new_texts (layer, "feeder");
  for (guint b = 0; b < feeders->n_branches; b++)
    {
      gint32 of = feeders->node_feeder[feeders->branch_from[b]];
      if (of >= 0)
        feeder[b] = copy_text (layer, self->city, feeders->feeder_id[of]);
    }
  guint32 *kind = zx_layer_new_texts (layer, "kind");
  for (guint b = 0; b < feeders->n_branches; b++)
    kind[b] = zx_pool_add (layer->pool, kinds[MIN (feeders->branch_kind[b], 2)]);
  guint32 *from = zx_layer_new_texts (layer, "from_node");
  for (guint b = 0; b < feeders->n_branches; b++)
    from[b] = copy_text (layer, self->city, feeders->node_id[feeders->branch_from[b]]);
  guint32 *to = zx_layer_new_texts (layer, "to_node");
  for (guint b = 0; b < feeders->n_branches; b++)
    to[b] = copy_text (layer, self->city, feeders->node_id[feeders->branch_to[b]]);
  zx_layer_add_floats (layer, "rate_kva", feeders->branch_max_kva);
  zx_layer_add_floats (layer, "flow_kva", state->branch_kva);
  zx_layer_add_floats (layer, "loading_pct", state->branch_loading_percent);
  put_planned (layer, self);
  zx_layer_add_floats (layer, "current_unbalance_pct", state->branch_unbalance_percent);
  zx_layer_add_floats (layer, "neutral_pct", state->branch_neutral_percent);
  double *closed = zx_layer_new_numbers (layer, "closed");
  for (guint b = 0; b < feeders->n_branches; b++)
    closed[b] = !feeders->branch_is_open[b];
  return layer;
}
