/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a city's feeders bear besides one load at one node, each at the fullest hour of its design
 * day (zx-feeder-state.c): what would help the node with the least room, what random sites could
 * take together, and what the loss of a feeder's first branch does.
 *
 * One branch out is worked out on all feeders together, because the ties lie between them: the
 * loads of every feeder are those of its own fullest hour, which is on the safe side where the
 * feeders peak apart.  After a transfer the losses of voltage and the overload of the helping
 * feeder are part of the flow. */

#include "app/power/zx-feeder-study.h"

#define HOSTING_CAP_KW 100000.0

/* ---- one feeder -------------------------------------------------------------------------------
 */

typedef struct
{
  ZxStudy study;
  ZxGrid *grid; /* at the fullest hour */
  ZxHostingScenario *scenario;
} Feeder;

static void
feeder_clear (Feeder *self)
{
  zx_study_clear (&self->study);
  g_clear_pointer (&self->grid, zx_grid_free);
  g_clear_pointer (&self->scenario, zx_hosting_scenario_free);
}

ZxHostingScenario *
zx_study_scenario (const ZxFeederOptions *options, double vmin_pu)
{
  double factor = options->power_factor;
  ZxHostingScenario *scenario = zx_hosting_scenario_new ();
  scenario->tangent = sqrt (1 - factor * factor) / factor;
  scenario->vmin_pu = vmin_pu;
  scenario->loading_limit_percent = options->loading_limit_percent;
  scenario->cap_kw = HOSTING_CAP_KW;
  return scenario;
}

static gboolean
feeder_init (Feeder *self, const ZxCity *city, const ZxFeederState *state, guint feeder,
             const ZxFeederOptions *options, GError **error)
{
  self->grid = NULL;
  self->scenario = NULL;
  if (!zx_study_init (&self->study, city, feeder, options, error))
    return FALSE;
  if (state->feeder_problem[feeder] != NULL || !zx_study_add_areas (&self->study))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING, _ ("Feeder %s has no power flow"),
                   zx_pool_get (city->pool, city->feeders.feeder_id[feeder]));
      return FALSE;
    }
  self->scenario = zx_study_scenario (options, state->feeder_limit_pu[feeder]);
  self->grid = zx_study_grid_at (&self->study, state->feeder_hour[feeder], 0, error);
  return self->grid != NULL;
}

/* The grid's node with the least room; -1. */
static gint32
tightest (const Feeder *self, const ZxFeederState *state)
{
  gint32 best = -1;
  double least = INFINITY;
  for (guint i = 0; i < self->grid->n_nodes; i++)
    {
      double room = state->node_room_kw[self->study.node_of[i]];
      if (room < least)
        {
          least = room;
          best = (gint32) i;
        }
    }
  return best;
}

GArray *
zx_power_feeder_remedies (const ZxCity *city, const ZxFeederState *state, guint feeder,
                          double wanted_kw, const ZxFeederOptions *options, gint32 *node,
                          GError **error)
{
  g_return_val_if_fail (city != NULL && state != NULL && options != NULL && node != NULL, NULL);
  g_return_val_if_fail (feeder < state->n_feeders, NULL);
  const ZxRemedyOptions prices = ZX_REMEDY_OPTIONS_INIT;
  Feeder self;
  GArray *remedies = NULL;
  *node = -1;
  if (feeder_init (&self, city, state, feeder, options, error))
    {
      gint32 at = tightest (&self, state);
      if (at >= 0)
        remedies
            = zx_power_remedies (self.grid, self.scenario, (guint) at, wanted_kw, &prices, error);
      else
        remedies = g_array_new (FALSE, TRUE, sizeof (ZxRemedy));
      *node = at >= 0 ? (gint32) self.study.node_of[at] : -1;
    }
  for (guint i = 0; remedies != NULL && i < remedies->len; i++)
    {
      ZxRemedy *remedy = &g_array_index (remedies, ZxRemedy, i);
      remedy->branch
          = remedy->branch >= 0 ? (gint32) self.study.branch_of[remedy->branch] : remedy->branch;
    }
  feeder_clear (&self);
  return remedies;
}

gboolean
zx_power_feeder_spread (const ZxCity *city, const ZxFeederState *state, guint feeder,
                        const ZxFeederOptions *options, const ZxSpreadOptions *draws,
                        ZxSpreadPart *part, GError **error)
{
  g_return_val_if_fail (city != NULL && state != NULL && options != NULL && draws != NULL, FALSE);
  g_return_val_if_fail (feeder < state->n_feeders && part != NULL, FALSE);
  Feeder self;
  g_autoptr (GArray) parts = NULL;
  if (feeder_init (&self, city, state, feeder, options, error))
    parts = zx_power_spread (self.grid, self.scenario, draws, NULL, error);
  if (parts != NULL && parts->len > 0)
    {
      /* A feeder in several parts: the largest of them speaks for it. */
      *part = g_array_index (parts, ZxSpreadPart, 0);
      for (guint i = 1; i < parts->len; i++)
        if (g_array_index (parts, ZxSpreadPart, i).n_nodes > part->n_nodes)
          *part = g_array_index (parts, ZxSpreadPart, i);
      part->source = self.study.node_of[part->source];
    }
  else if (parts != NULL)
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("Feeder %s has too many loops for random sites"),
                 zx_pool_get (city->pool, city->feeders.feeder_id[feeder]));
  gboolean ok = parts != NULL && parts->len > 0;
  feeder_clear (&self);
  return ok;
}

/* ---- one branch out ---------------------------------------------------------------------------
 */

/* The loads of one feeder at its hour into the grid of all. */
static gboolean
take_loads (ZxGrid *all, const gint32 *local, const ZxCity *city, const ZxFeederState *state,
            guint feeder, const ZxFeederOptions *options)
{
  Feeder self;
  gboolean ok = feeder_init (&self, city, state, feeder, options, NULL);
  for (guint i = 0; ok && i < self.grid->n_nodes; i++)
    {
      gint32 node = local[self.study.node_of[i]];
      if (node < 0)
        continue;
      all->node_p_mw[node] = self.grid->node_p_mw[i];
      all->node_q_mvar[node] = self.grid->node_q_mvar[i];
    }
  feeder_clear (&self);
  return ok;
}

typedef struct
{
  guint branch;
  double current;
} Head;

static int
compare_heads (gconstpointer a, gconstpointer b)
{
  const Head *x = a, *y = b;
  if (x->current != y->current)
    return x->current > y->current ? -1 : 1;
  return (x->branch > y->branch) - (x->branch < y->branch);
}

/* The first branches of the feeders, those closed ones that end at a source: the @n_most that carry
 * most. */
static GArray *
list_heads (const ZxGrid *grid, guint n_most, GError **error)
{
  const ZxFlowOptions options = ZX_FLOW_OPTIONS_INIT;
  g_autoptr (ZxFlow) flow = zx_power_flow (grid, &options, NULL, error);
  g_autoptr (GArray) heads = g_array_new (FALSE, FALSE, sizeof (Head));
  if (flow == NULL)
    return NULL;
  for (guint b = 0; b < grid->n_branches; b++)
    {
      Head head = { b, fmax (flow->i_from_pu[b], flow->i_to_pu[b]) };
      if (grid->node_is_slack[grid->branch_from[b]] != grid->node_is_slack[grid->branch_to[b]]
          && !isnan (head.current))
        g_array_append_val (heads, head);
    }
  g_array_sort (heads, compare_heads);
  GArray *branches = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < MIN (heads->len, n_most); i++)
    g_array_append_val (branches, g_array_index (heads, Head, i).branch);
  return branches;
}

GArray *
zx_power_head_outages (const ZxCity *city, const ZxFeederState *state, guint n_most,
                       const ZxFeederOptions *options, const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (city != NULL && state != NULL && options != NULL, NULL);
  const ZxFlowOptions flow_options = ZX_FLOW_OPTIONS_INIT;
  g_autofree guint32 *node_of = NULL, *branch_of = NULL;
  g_autofree gint32 *local = ZX_TRY_NEW (gint32, city->feeders.n_nodes, _ ("Feeder nodes"), error);
  g_autoptr (ZxGrid) grid = local != NULL
                                ? zx_power_feeder_grid (city, ZX_ALL_FEEDERS, options->source_vm_pu,
                                                        &node_of, &branch_of, error)
                                : NULL;
  if (grid == NULL)
    return NULL;
  for (guint i = 0; i < city->feeders.n_nodes; i++)
    local[i] = -1;
  for (guint i = 0; i < grid->n_nodes; i++)
    {
      local[node_of[i]] = (gint32) i;
      grid->node_p_mw[i] = grid->node_q_mvar[i] = 0;
    }
  for (guint feeder = 0; feeder < state->n_feeders; feeder++)
    if (!zx_progress_step (progress, feeder, 2 * (gsize) state->n_feeders, error))
      return NULL;
    else
      take_loads (grid, local, city, state, feeder, options);
  ZxProgress slice = zx_progress_slice (progress, 0.5, 1);
  g_autoptr (GArray) heads = list_heads (grid, n_most, error);
  if (heads == NULL)
    return NULL;
  g_autoptr (GArray) outages = zx_power_outages_of (grid, (const guint *) (void *) heads->data,
                                                    heads->len, &flow_options, &slice, error);
  for (guint i = 0; outages != NULL && i < outages->len; i++)
    {
      ZxOutage *outage = &g_array_index (outages, ZxOutage, i);
      outage->branch = branch_of[outage->branch];
      outage->tie = outage->tie >= 0 ? (gint32) branch_of[outage->tie] : -1;
      outage->vmin_node = outage->vmin_node >= 0 ? (gint32) node_of[outage->vmin_node] : -1;
    }
  return g_steal_pointer (&outages);
}
