/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A feeder of the city as a grid, its loads by the hour, and the day they make.
 *
 * A transformer area is a load at the node of its feeder that is nearest to it; its own transformer
 * is not part of the feeder, because the city knows its rating but not its impedance (its load
 * rate is checked by zx-headroom.c).  Where no area names the feeder, the loads of its nodes stand
 * for every hour.  A source keeps the voltage its table states, else that of the options. */

#include "app/power/zx-feeder-study.h"

/* Hours of equal load differ by the last bits of their lanes; the first counts. */
#define SAME 1e-9

void
zx_study_clear (ZxStudy *self)
{
  g_clear_pointer (&self->grid, zx_grid_free);
  g_free (self->node_of);
  g_free (self->branch_of);
  g_clear_pointer (&self->node, g_array_unref);
  g_clear_pointer (&self->kw, g_array_unref);
  g_clear_pointer (&self->kvar, g_array_unref);
}

/* ---- a feeder as a grid ---------------------------------------------------------------------- */

static double
or_zero (double value)
{
  return isfinite (value) ? value : 0;
}

static void
take_node (ZxGrid *grid, guint to, const ZxCity *city, guint from, double source_vm_pu)
{
  const ZxFeeders *feeders = &city->feeders;
  char number[16];
  g_snprintf (number, sizeof number, "%u", from + 1);
  grid->node_id[to] = zx_pool_add (grid->pool, number);
  grid->node_name[to] = zx_pool_add (grid->pool, zx_pool_get (city->pool, feeders->node_id[from]));
  grid->node_base_kv[to] = feeders->node_kv[from];
  grid->node_p_mw[to] = or_zero (feeders->node_kw[from]) / 1000;
  grid->node_q_mvar[to] = or_zero (feeders->node_kvar[from]) / 1000;
  for (guint phase = 0; phase < 3; phase++)
    grid->node_phase_share[to][phase] = feeders->node_phase_share[from * 3 + phase];
  grid->node_is_slack[to] = feeders->node_is_source[from];
  grid->node_gs_mw[to] = or_zero (feeders->node_gs_kw[from]) / 1000;
  grid->node_bs_mvar[to] = or_zero (feeders->node_bs_kvar[from]) / 1000;
  if (feeders->node_is_source[from])
    {
      double stated = feeders->node_vm_set_pu[from];
      grid->node_vm_set_pu[to] = isfinite (stated) ? stated : source_vm_pu;
      grid->node_va_set_deg[to] = 0;
    }
}

static void
take_branch (ZxGrid *grid, guint to, const ZxCity *city, guint from, const guint32 *local)
{
  const ZxFeeders *feeders = &city->feeders;
  char number[16];
  g_snprintf (number, sizeof number, "%u", from + 1);
  grid->branch_id[to] = zx_pool_add (grid->pool, number);
  grid->branch_from[to] = local[feeders->branch_from[from]] - 1;
  grid->branch_to[to] = local[feeders->branch_to[from]] - 1;
  double kv = grid->node_base_kv[grid->branch_from[to]], ohm = kv * kv / grid->base_mva;
  grid->branch_r_pu[to] = or_zero (feeders->branch_r_ohm[from]) / ohm;
  grid->branch_x_pu[to] = or_zero (feeders->branch_x_ohm[from]) / ohm;
  grid->branch_g_pu[to] = or_zero (feeders->branch_g_siemens[from]) * ohm;
  grid->branch_b_pu[to] = or_zero (feeders->branch_b_siemens[from]) * ohm;
  grid->branch_tap[to] = feeders->branch_tap[from] > 0 ? feeders->branch_tap[from] : 1;
  grid->branch_shift_deg[to] = or_zero (feeders->branch_shift_deg[from]);
  grid->branch_rate_mva[to]
      = feeders->branch_max_kva[from] > 0 ? feeders->branch_max_kva[from] / 1000 : NAN;
  grid->branch_is_closed[to] = !feeders->branch_is_open[from];
  if (feeders->branch_n_phases[from] > 0)
    grid->branch_n_phases[to] = feeders->branch_n_phases[from];
  grid->branch_kind[to] = feeders->branch_kind[from] == ZX_FEEDER_TRANSFORMER
                              ? ZX_BRANCH_TRANSFORMER
                              : ZX_BRANCH_LINE;
  if (grid->branch_r_pu[to] == 0 && grid->branch_x_pu[to] == 0)
    grid->branch_kind[to] = ZX_BRANCH_SWITCH;
}

/* Branches of the feeder: both ends in it, and not one node. */
static gboolean
is_inside (const ZxFeeders *feeders, guint branch, const guint32 *local)
{
  guint32 from = feeders->branch_from[branch], to = feeders->branch_to[branch];
  return local[from] != 0 && local[to] != 0 && from != to;
}

ZxGrid *
zx_power_feeder_grid (const ZxCity *city, guint feeder, double source_vm_pu, guint32 **node_of,
                      guint32 **branch_of, GError **error)
{
  const ZxFeeders *feeders = &city->feeders;
  g_return_val_if_fail (feeder < feeders->n_feeders || feeder == ZX_ALL_FEEDERS, NULL);
  g_autofree guint32 *local = ZX_TRY_NEW (guint32, feeders->n_nodes, _ ("Feeder nodes"), error);
  g_autofree guint32 *nodes = ZX_TRY_NEW (guint32, feeders->n_nodes, _ ("Feeder nodes"), error);
  g_autofree guint32 *branches
      = ZX_TRY_NEW (guint32, feeders->n_branches, _ ("Feeder nodes"), error);
  if (local == NULL || nodes == NULL || branches == NULL)
    return NULL;
  guint n_nodes = 0, n_branches = 0;
  for (guint i = 0; i < feeders->n_nodes; i++)
    if (feeder == ZX_ALL_FEEDERS || feeders->node_feeder[i] == (gint32) feeder)
      {
        nodes[n_nodes++] = i;
        local[i] = n_nodes;
      }
  for (guint b = 0; b < feeders->n_branches; b++)
    if (is_inside (feeders, b, local))
      branches[n_branches++] = b;
  g_autoptr (ZxGrid) grid = zx_grid_new (
      feeder == ZX_ALL_FEEDERS ? city->name : zx_pool_get (city->pool, feeders->feeder_id[feeder]),
      n_nodes, n_branches, error);
  if (grid == NULL)
    return NULL;
  grid->base_mva = 10;
  for (guint i = 0; i < n_nodes; i++)
    take_node (grid, i, city, nodes[i], source_vm_pu);
  for (guint b = 0; b < n_branches; b++)
    take_branch (grid, b, city, branches[b], local);
  if (!zx_grid_check (grid, error))
    return NULL;
  if (node_of != NULL)
    *node_of = g_steal_pointer (&nodes);
  if (branch_of != NULL)
    *branch_of = g_steal_pointer (&branches);
  return g_steal_pointer (&grid);
}

/* ---- loads ------------------------------------------------------------------------------------
 */

/* The grid node nearest to a place, not the source while there is another; -1 when none has
 * coordinates. */
static gint32
nearest_node (const ZxStudy *self, double x_m, double y_m)
{
  const ZxFeeders *feeders = &self->city->feeders;
  gint32 best = -1;
  double least = INFINITY;
  for (guint pass = 0; pass < 2 && best < 0; pass++)
    for (guint i = 0; i < self->grid->n_nodes; i++)
      {
        guint32 node = self->node_of[i];
        double distance = hypot (feeders->node_x_m[node] - x_m, feeders->node_y_m[node] - y_m);
        if ((pass == 0 && self->grid->node_is_slack[i]) || !(distance < least))
          continue;
        least = distance;
        best = (gint32) i;
      }
  return best;
}

static double
tangent_of (double power_factor)
{
  return sqrt (1 - power_factor * power_factor) / power_factor;
}

static void
add_load (ZxStudy *self, guint32 node, const double *kw, const double *kvar)
{
  g_array_append_val (self->node, node);
  g_array_append_vals (self->kw, kw, ZX_STUDY_HOURS);
  g_array_append_vals (self->kvar, kvar, ZX_STUDY_HOURS);
}

gboolean
zx_study_add_areas (ZxStudy *self)
{
  const ZxTransformerAreas *areas = &self->city->transformers;
  double tangent = tangent_of (self->options->base_power_factor);
  for (guint i = 0; i < areas->n; i++)
    {
      if (areas->feeder[i] != (gint32) self->feeder)
        continue;
      gint32 node = nearest_node (self, areas->x_m[i], areas->y_m[i]);
      double kw[ZX_STUDY_HOURS], kvar[ZX_STUDY_HOURS];
      if (node < 0)
        return FALSE;
      for (guint hour = 0; hour < ZX_STUDY_HOURS; hour++)
        {
          gsize at = (gsize) i * ZX_STUDY_HOURS + hour;
          kw[hour] = or_zero (areas->base_kw[at]);
          kvar[hour] = isfinite (areas->base_kvar[at]) ? areas->base_kvar[at] : kw[hour] * tangent;
        }
      add_load (self, (guint32) node, kw, kvar);
      self->n_areas++;
    }
  return TRUE;
}

gboolean
zx_study_add_sites (ZxStudy *self, const ZxSiteLoad *sites, guint n_sites, ZxFeederCheck *check)
{
  double tangent = tangent_of (self->options->power_factor);
  for (guint i = 0; i < n_sites; i++)
    {
      if (sites[i].feeder != (gint32) self->feeder)
        continue;
      double x = sites[i].x_m, y = sites[i].y_m, kw[ZX_STUDY_HOURS], kvar[ZX_STUDY_HOURS];
      if (sites[i].area >= 0)
        {
          x = self->city->transformers.x_m[sites[i].area];
          y = self->city->transformers.y_m[sites[i].area];
        }
      gint32 node = nearest_node (self, x, y);
      if (node < 0)
        return FALSE;
      for (guint hour = 0; hour < ZX_STUDY_HOURS; hour++)
        {
          kw[hour] = sites[i].kw;
          kvar[hour] = kw[hour] * tangent;
        }
      add_load (self, (guint32) node, kw, kvar);
      check->n_sites++;
      check->site_kw += sites[i].kw;
    }
  return TRUE;
}

/* ---- flows ------------------------------------------------------------------------------------
 */

ZxFlowSeries *
zx_study_run_day (const ZxStudy *self, double share, GError **error)
{
  const ZxFlowOptions options = { FALSE, 1e-10 };
  guint n = self->node->len;
  double multiplier[ZX_STUDY_HOURS];
  g_autofree double *kw = g_new (double, MAX (n, 1) * ZX_STUDY_HOURS);
  g_autofree double *kvar = g_new (double, MAX (n, 1) * ZX_STUDY_HOURS);
  for (guint hour = 0; hour < ZX_STUDY_HOURS; hour++)
    {
      /* The nodes' own load stands in only where no area is known. */
      multiplier[hour] = self->n_areas > 0 ? 0 : 1;
      for (guint i = 0; i < n; i++)
        {
          double by = i < self->n_areas ? 1 : share;
          kw[hour * n + i] = by * g_array_index (self->kw, double, i *ZX_STUDY_HOURS + hour);
          kvar[hour * n + i] = by * g_array_index (self->kvar, double, i *ZX_STUDY_HOURS + hour);
        }
    }
  ZxLoadProfiles profiles = { ZX_STUDY_HOURS, 1, multiplier, NULL, n, NULL, kw, kvar };
  profiles.extra_node = (const guint32 *) (void *) self->node->data;
  return zx_power_flow_series (self->grid, &profiles, &options, NULL, error);
}

ZxStudyDay
zx_study_sum_up (const ZxFlowSeries *series)
{
  ZxStudyDay day = { NAN, NAN, 0, 0, 0, -1, -1 };
  for (guint8 hour = 0; hour < ZX_STUDY_HOURS; hour++)
    {
      day.losses_kwh += series->losses_kw[hour];
      if (!(series->vmin_pu[hour] >= day.vmin_pu - SAME))
        {
          day.vmin_pu = series->vmin_pu[hour];
          day.vmin_hour = hour;
          day.vmin_node = series->vmin_node[hour];
        }
      if (series->max_loading_percent[hour] > day.loading_percent + SAME || day.loading_branch < 0)
        {
          day.loading_percent = series->max_loading_percent[hour];
          day.loading_hour = hour;
          day.loading_branch = series->max_loading_branch[hour];
        }
    }
  return day;
}

/* ---- one hour ------------------------------------------------------------------------------- */

ZxGrid *
zx_study_grid_at (const ZxStudy *self, guint hour, double share, GError **error)
{
  ZxGrid *grid = zx_grid_copy (self->grid, error);
  if (grid == NULL)
    return NULL;
  for (guint i = 0; self->n_areas > 0 && i < grid->n_nodes; i++)
    grid->node_p_mw[i] = grid->node_q_mvar[i] = 0;
  for (guint i = 0; i < self->node->len; i++)
    {
      guint32 node = g_array_index (self->node, guint32, i);
      gsize at = (gsize) i * ZX_STUDY_HOURS + hour;
      double by = (i < self->n_areas ? 1 : share) / 1000;
      grid->node_p_mw[node] += by * g_array_index (self->kw, double, at);
      grid->node_q_mvar[node] += by * g_array_index (self->kvar, double, at);
    }
  return grid;
}

/* ---- doors ------------------------------------------------------------------------------------
 */

gboolean
zx_study_check_options (const ZxFeederOptions *options, GError **error)
{
  if (options->source_vm_pu > 0.5 && options->source_vm_pu < 1.5 && options->vmin_pu >= 0
      && options->vmin_pu < options->source_vm_pu && options->loading_limit_percent > 0
      && options->power_factor > 0 && options->power_factor <= 1 && options->base_power_factor > 0
      && options->base_power_factor <= 1)
    return TRUE;
  g_set_error (
      error, ZX_ERROR, ZX_ERROR_INVALID,
      _ ("Feeders are checked with %g per unit at the source, at least %g at the nodes and "
         "%g %% of loading; the source must be 0.5 to 1.5, the nodes below it, the loading "
         "more than 0 and the power factors 0 to 1"),
      options->source_vm_pu, options->vmin_pu, options->loading_limit_percent);
  return FALSE;
}

gboolean
zx_study_init (ZxStudy *self, const ZxCity *city, guint feeder, const ZxFeederOptions *options,
               GError **error)
{
  *self = (ZxStudy){ .city = city, .options = options, .feeder = feeder };
  self->node = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->kw = g_array_new (FALSE, FALSE, sizeof (double));
  self->kvar = g_array_new (FALSE, FALSE, sizeof (double));
  self->grid = zx_power_feeder_grid (city, feeder, options->source_vm_pu, &self->node_of,
                                     &self->branch_of, error);
  return self->grid != NULL;
}
