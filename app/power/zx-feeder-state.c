/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every feeder of a city at its fullest hour, by exact power flow: voltages, loadings, and what
 * each node could take on its own (hosting capacity).
 *
 * The fullest hour is that of the highest loading of the design day, or of the lowest voltage where
 * no branch is rated: with constant power and loads that go up and down together it is the hour
 * that binds.  A feeder whose areas peak at different hours can have a node that binds an hour
 * earlier; the check of a plan (zx-plan-feeders.c) therefore goes through all 24.
 *
 * The voltage a node must keep is that of GB/T 12325-2008: 20 kV and below, three-phase, +-7 %;
 * 220 V single-phase, +7 % and -10 %; 35 kV and above, the sum of both deviations at most 10 %.  A
 * feeder that has nothing but low voltage behind its source is judged as a supply of households;
 * one with any medium voltage by the stricter limit throughout. */

#include "app/power/zx-feeder-study.h"

#include <string.h>

#define LOW_VOLTAGE_KV  1.0
#define HIGH_VOLTAGE_KV 35.0

/* ---- voltage bands ----------------------------------------------------------------------------
 */

ZxVoltageLevel
zx_power_voltage_level (double kv)
{
  return kv < LOW_VOLTAGE_KV     ? ZX_VOLTAGE_LOW
         : kv >= HIGH_VOLTAGE_KV ? ZX_VOLTAGE_HIGH
                                 : ZX_VOLTAGE_MEDIUM;
}

void
zx_power_voltage_bands (const double *kv, const double *vm_pu, guint n,
                        ZxVoltageBand bands[ZX_N_VOLTAGE_LEVELS])
{
  static const double low[] = { 0.90, 0.93, 0.90 }, high[] = { 1.07, 1.07, 1.10 };
  for (guint level = 0; level < ZX_N_VOLTAGE_LEVELS; level++)
    bands[level] = (ZxVoltageBand){ low[level], high[level], 0, 0, 0, 0, NAN, NAN };
  for (guint i = 0; i < n; i++)
    {
      if (!(kv[i] > 0) || isnan (vm_pu[i]))
        continue;
      ZxVoltageLevel level = zx_power_voltage_level (kv[i]);
      ZxVoltageBand *band = &bands[level];
      band->n_nodes++;
      band->n_below += vm_pu[i] < band->low_pu;
      band->n_below_three_phase += vm_pu[i] < low[ZX_VOLTAGE_MEDIUM];
      band->n_above += vm_pu[i] > band->high_pu;
      band->least_pu = fmin (band->least_pu, vm_pu[i]);
      band->most_pu = fmax (band->most_pu, vm_pu[i]);
    }
}

/* ---- courses ----------------------------------------------------------------------------------
 */

static gboolean
add_course (ZxGeometryBuilder *builder, const ZxGeometry *lines, guint branch)
{
  if (lines->kind != ZX_GEOMETRY_LINE || branch >= lines->n_rows
      || lines->part_first[branch] == lines->part_first[branch + 1])
    return FALSE;
  for (gsize part = lines->part_first[branch]; part < lines->part_first[branch + 1]; part++)
    {
      zx_geometry_builder_begin_part (builder, FALSE);
      for (gsize i = lines->point_first[part]; i < lines->point_first[part + 1]; i++)
        zx_geometry_builder_point (builder, lines->x[i], lines->y[i]);
    }
  return TRUE;
}

void
zx_power_feeder_lines (const ZxFeeders *feeders, ZxGeometry *lines)
{
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_LINE);
  for (guint b = 0; b < feeders->n_branches; b++)
    {
      const guint32 ends[] = { feeders->branch_from[b], feeders->branch_to[b] };
      gboolean has_places
          = isfinite (feeders->node_x_m[ends[0]]) && isfinite (feeders->node_x_m[ends[1]]);
      if (!add_course (&builder, &feeders->branch_lines, b) && has_places)
        {
          zx_geometry_builder_begin_part (&builder, FALSE);
          for (guint i = 0; i < 2; i++)
            zx_geometry_builder_point (&builder, feeders->node_x_m[ends[i]],
                                       feeders->node_y_m[ends[i]]);
        }
      zx_geometry_builder_end_row (&builder);
    }
  zx_geometry_builder_finish (&builder, lines);
}

/* ---- distances --------------------------------------------------------------------------------
 */

static double
course_m (const ZxFeeders *feeders, guint branch)
{
  const ZxGeometry *lines = &feeders->branch_lines;
  guint32 a = feeders->branch_from[branch], b = feeders->branch_to[branch];
  double straight = hypot (feeders->node_x_m[a] - feeders->node_x_m[b],
                           feeders->node_y_m[a] - feeders->node_y_m[b]);
  if (lines->kind != ZX_GEOMETRY_LINE || branch >= lines->n_rows)
    return straight;
  double length = 0;
  gboolean has_course = FALSE;
  for (gsize part = lines->part_first[branch]; part < lines->part_first[branch + 1]; part++)
    for (gsize i = lines->point_first[part] + 1; i < lines->point_first[part + 1]; i++)
      {
        length += hypot (lines->x[i] - lines->x[i - 1], lines->y[i] - lines->y[i - 1]);
        has_course = TRUE;
      }
  return has_course ? length : straight;
}

/* Along the closed branches from the sources; in a loop by the fewest branches.  Feeders without a
 * flow have none. */
static gboolean
measure (ZxFeederState *self, const ZxFeeders *feeders, GError **error)
{
  ZxFeederWalk walk;
  gboolean ok = zx_feeder_walk_init (&walk, feeders, error);
  for (guint at = 0; ok && at < walk.n_reached; at++)
    {
      guint32 node = walk.order[at];
      gint32 b = walk.parent[node], feeder = feeders->node_feeder[node];
      if (feeder < 0 || isnan (self->feeder_limit_pu[feeder]))
        continue;
      guint32 up = b < 0                             ? node
                   : feeders->branch_from[b] == node ? feeders->branch_to[b]
                                                     : feeders->branch_from[b];
      self->node_distance_m[node]
          = b < 0 ? 0 : (float) (self->node_distance_m[up] + course_m (feeders, (guint) b));
    }
  zx_feeder_walk_clear (&walk);
  return ok;
}

void
zx_power_voltage_profile (const ZxFeeders *feeders, const ZxFeederState *state, guint feeder,
                          GArray *km, GArray *vm_pu)
{
  const double gap = NAN;
  for (guint b = 0; b < feeders->n_branches; b++)
    {
      const guint32 ends[] = { feeders->branch_from[b], feeders->branch_to[b] };
      if (feeders->branch_is_open[b] || feeders->node_feeder[ends[0]] != (gint32) feeder
          || !isfinite (state->node_distance_m[ends[0]] + state->node_distance_m[ends[1]]))
        continue;
      for (guint i = 0; i < 2; i++)
        {
          double distance = state->node_distance_m[ends[i]] / 1000;
          g_array_append_val (km, distance);
          g_array_append_val (vm_pu, state->node_vm_pu[ends[i]]);
        }
      g_array_append_val (km, gap);
      g_array_append_val (vm_pu, gap);
    }
}

/* ---- one feeder -------------------------------------------------------------------------------
 */

static double
least_voltage (const ZxGrid *grid)
{
  for (guint i = 0; i < grid->n_nodes; i++)
    if (!grid->node_is_slack[i] && grid->node_base_kv[i] >= LOW_VOLTAGE_KV)
      return 0.93;
  return 0.90;
}

static void
take_flow (ZxFeederState *self, const ZxStudy *study, const ZxFlow *flow)
{
  for (guint i = 0; i < flow->n_nodes; i++)
    self->node_vm_pu[study->node_of[i]] = flow->vm_pu[i];
  for (guint b = 0; b < flow->n_branches; b++)
    {
      self->branch_loading_percent[study->branch_of[b]] = (float) flow->loading_percent[b];
      self->branch_kva[study->branch_of[b]]
          = (float) (1000
                     * fmax (hypot (flow->p_from_mw[b], flow->q_from_mvar[b]),
                             hypot (flow->p_to_mw[b], flow->q_to_mvar[b])));
    }
}

/* Where the phases of loads are known; without a word where the estimate has no solution. */
static void
take_unbalance (ZxFeederState *self, const ZxStudy *study, const ZxGrid *grid)
{
  const ZxFlowOptions options = ZX_FLOW_OPTIONS_INIT;
  g_autoptr (ZxUnbalance) found
      = zx_power_has_phases (grid) ? zx_power_unbalance (grid, &options, NULL) : NULL;
  if (found == NULL)
    return;
  self->feeder_known_share[study->feeder] = (float) found->known_share;
  for (guint i = 0; i < found->n_nodes; i++)
    self->node_unbalance_percent[study->node_of[i]] = (float) found->voltage_percent[i];
  for (guint b = 0; b < found->n_branches; b++)
    {
      guint32 branch = study->branch_of[b];
      self->branch_unbalance_percent[branch] = (float) found->current_percent[b];
      self->branch_neutral_percent[branch] = (float) found->neutral_percent[b];
      self->branch_place[branch] = found->place[b];
    }
}

static void
take_hosting (ZxFeederState *self, const ZxStudy *study, const ZxHosting *hosting)
{
  for (guint i = 0; i < hosting->n_nodes; i++)
    {
      guint32 node = study->node_of[i];
      gint32 element = hosting->limiting_element[i];
      gboolean is_node
          = hosting->limit[i] == ZX_LIMIT_VOLTAGE || hosting->limit[i] == ZX_LIMIT_BASE_VOLTAGE;
      self->node_room_kw[node] = (float) hosting->hosting_kw[i];
      self->node_limit[node] = hosting->limit[i];
      if (element >= 0)
        self->node_element[node]
            = (gint32) (is_node ? study->node_of[element] : study->branch_of[element]);
    }
}

static gboolean
host (ZxFeederState *self, const ZxStudy *study, const ZxGrid *grid, const ZxProgress *progress,
      GError **error)
{
  g_autoptr (ZxHostingScenario) scenario
      = zx_study_scenario (study->options, self->feeder_limit_pu[study->feeder]);
  g_autoptr (ZxHosting) hosting = zx_power_hosting (grid, scenario, progress, error);
  if (hosting == NULL)
    return FALSE;
  take_hosting (self, study, hosting);
  return TRUE;
}

static gboolean
solve (ZxFeederState *self, ZxStudy *study, const ZxProgress *progress, GError **error)
{
  const ZxFlowOptions options = ZX_FLOW_OPTIONS_INIT;
  guint feeder = study->feeder;
  if (!zx_study_add_areas (study))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING,
                   _ ("Transformer areas name the feeder %s, whose nodes have no places to put "
                      "them at"),
                   study->grid->name);
      return FALSE;
    }
  g_autoptr (ZxFlowSeries) series = zx_study_run_day (study, 0, error);
  if (series == NULL)
    return FALSE;
  ZxStudyDay day = zx_study_sum_up (series);
  guint hour = day.loading_branch >= 0 ? day.loading_hour : day.vmin_hour;
  g_autoptr (ZxGrid) grid = zx_study_grid_at (study, hour, 0, error);
  g_autoptr (ZxFlow) flow = grid != NULL ? zx_power_flow (grid, &options, NULL, error) : NULL;
  if (flow == NULL)
    return FALSE;
  self->feeder_hour[feeder] = (guint8) hour;
  self->feeder_vmin_pu[feeder] = (float) day.vmin_pu;
  self->feeder_loading_percent[feeder] = (float) day.loading_percent;
  self->feeder_losses_kwh[feeder] = (float) day.losses_kwh;
  self->feeder_limit_pu[feeder] = least_voltage (grid);
  take_flow (self, study, flow);
  take_unbalance (self, study, grid);
  return host (self, study, grid, progress, error);
}

/* FALSE with @error only when cancelled; what else is wrong with the feeder is kept with it. */
static gboolean
study_feeder (ZxFeederState *self, const ZxCity *city, guint feeder, const ZxFeederOptions *options,
              const ZxProgress *progress, GError **error)
{
  ZxStudy study;
  g_autoptr (GError) problem = NULL;
  gboolean ok = zx_study_init (&study, city, feeder, options, &problem)
                && solve (self, &study, progress, &problem);
  zx_study_clear (&study);
  if (ok)
    return TRUE;
  if (g_error_matches (problem, ZX_ERROR, ZX_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  self->feeder_problem[feeder] = g_strdup (problem->message);
  return TRUE;
}

/* ---- all of them ------------------------------------------------------------------------------
 */

static gboolean
alloc (ZxFeederState *self, const ZxFeeders *feeders, GError **error)
{
  const char *what = _ ("Feeders");
  gsize n = self->n_nodes = feeders->n_nodes, m = self->n_branches = feeders->n_branches;
  gsize f = self->n_feeders = feeders->n_feeders;
  if ((self->node_vm_pu = ZX_TRY_NEW (double, n, what, error)) == NULL
      || (self->node_distance_m = ZX_TRY_NEW (float, n, what, error)) == NULL
      || (self->node_room_kw = ZX_TRY_NEW (float, n, what, error)) == NULL
      || (self->node_limit = ZX_TRY_NEW (guint8, n, what, error)) == NULL
      || (self->node_element = ZX_TRY_NEW (gint32, n, what, error)) == NULL
      || (self->branch_loading_percent = ZX_TRY_NEW (float, m, what, error)) == NULL
      || (self->branch_kva = ZX_TRY_NEW (float, m, what, error)) == NULL
      || (self->node_unbalance_percent = ZX_TRY_NEW (float, n, what, error)) == NULL
      || (self->branch_unbalance_percent = ZX_TRY_NEW (float, m, what, error)) == NULL
      || (self->branch_neutral_percent = ZX_TRY_NEW (float, m, what, error)) == NULL
      || (self->branch_place = ZX_TRY_NEW (guint8, m, what, error)) == NULL
      || (self->feeder_known_share = ZX_TRY_NEW (float, f, what, error)) == NULL
      || (self->feeder_hour = ZX_TRY_NEW (guint8, f, what, error)) == NULL
      || (self->feeder_vmin_pu = ZX_TRY_NEW (float, f, what, error)) == NULL
      || (self->feeder_loading_percent = ZX_TRY_NEW (float, f, what, error)) == NULL
      || (self->feeder_losses_kwh = ZX_TRY_NEW (float, f, what, error)) == NULL
      || (self->feeder_limit_pu = ZX_TRY_NEW (double, f, what, error)) == NULL
      || (self->feeder_problem = ZX_TRY_NEW (char *, f, what, error)) == NULL)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      self->node_vm_pu[i] = self->node_distance_m[i] = self->node_room_kw[i] = NAN;
      self->node_unbalance_percent[i] = NAN;
      self->node_limit[i] = ZX_LIMIT_NONE;
      self->node_element[i] = -1;
    }
  for (gsize b = 0; b < m; b++)
    self->branch_loading_percent[b] = self->branch_kva[b] = self->branch_unbalance_percent[b]
        = self->branch_neutral_percent[b] = NAN;
  for (gsize i = 0; i < f; i++)
    self->feeder_vmin_pu[i] = self->feeder_loading_percent[i] = self->feeder_losses_kwh[i]
        = self->feeder_limit_pu[i] = NAN;
  return TRUE;
}

void
zx_power_feeder_state_free (ZxFeederState *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; self->feeder_problem != NULL && i < self->n_feeders; i++)
    g_free (self->feeder_problem[i]);
  g_free (self->node_vm_pu);
  g_free (self->node_distance_m);
  g_free (self->node_room_kw);
  g_free (self->node_limit);
  g_free (self->node_element);
  g_free (self->branch_loading_percent);
  g_free (self->branch_kva);
  g_free (self->node_unbalance_percent);
  g_free (self->branch_unbalance_percent);
  g_free (self->branch_neutral_percent);
  g_free (self->branch_place);
  g_free (self->feeder_known_share);
  g_free (self->feeder_hour);
  g_free (self->feeder_vmin_pu);
  g_free (self->feeder_loading_percent);
  g_free (self->feeder_losses_kwh);
  g_free (self->feeder_limit_pu);
  g_free (self->feeder_problem);
  g_free (self);
}

ZxFeederState *
zx_power_feeder_state (const ZxCity *city, const ZxFeederOptions *options,
                       const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (city != NULL && options != NULL, NULL);
  if (!zx_study_check_options (options, error))
    return NULL;
  g_autoptr (ZxFeederState) self = g_new0 (ZxFeederState, 1);
  if (!alloc (self, &city->feeders, error))
    return NULL;
  for (guint feeder = 0; feeder < self->n_feeders; feeder++)
    {
      ZxProgress slice = zx_progress_slice (progress, (double) feeder / self->n_feeders,
                                            (feeder + 1.0) / self->n_feeders);
      if (!zx_progress_step (&slice, 0, 1, error)
          || !study_feeder (self, city, feeder, options, &slice, error))
        return NULL;
    }
  return measure (self, &city->feeders, error) ? g_steal_pointer (&self) : NULL;
}

/* ---- with a plan ------------------------------------------------------------------------------
 */

static ZxFlow *
flow_with_sites (ZxStudy *study, const ZxSiteLoad *sites, guint n_sites)
{
  const ZxFlowOptions options = ZX_FLOW_OPTIONS_INIT;
  ZxFeederCheck check = { 0 };
  if (!zx_study_add_areas (study) || !zx_study_add_sites (study, sites, n_sites, &check))
    return NULL;
  g_autoptr (ZxFlowSeries) series = zx_study_run_day (study, 1, NULL);
  if (series == NULL)
    return NULL;
  ZxStudyDay day = zx_study_sum_up (series);
  guint hour = day.loading_branch >= 0 ? day.loading_hour : day.vmin_hour;
  g_autoptr (ZxGrid) grid = zx_study_grid_at (study, hour, 1, NULL);
  return grid != NULL ? zx_power_flow (grid, &options, NULL, NULL) : NULL;
}

static void
take_planned (const ZxCity *city, guint feeder, const ZxSiteLoad *sites, guint n_sites,
              const ZxFeederOptions *options, float *loading)
{
  ZxStudy study;
  if (zx_study_init (&study, city, feeder, options, NULL))
    {
      g_autoptr (ZxFlow) flow = flow_with_sites (&study, sites, n_sites);
      for (guint b = 0; b < study.grid->n_branches; b++)
        loading[study.branch_of[b]] = flow != NULL ? (float) flow->loading_percent[b] : NAN;
    }
  zx_study_clear (&study);
}

float *
zx_power_planned_loading (const ZxCity *city, const ZxFeederState *state, const ZxSiteLoad *sites,
                          guint n_sites, const ZxFeederOptions *options)
{
  g_return_val_if_fail (city != NULL && state != NULL && options != NULL, NULL);
  float *loading = g_memdup2 (state->branch_loading_percent, state->n_branches * sizeof (float));
  g_autofree guint8 *is_loaded = g_new0 (guint8, MAX (state->n_feeders, 1));
  for (guint i = 0; i < n_sites; i++)
    if (sites[i].feeder >= 0 && (guint) sites[i].feeder < state->n_feeders)
      is_loaded[sites[i].feeder] = TRUE;
  for (guint feeder = 0; feeder < state->n_feeders; feeder++)
    if (is_loaded[feeder])
      take_planned (city, feeder, sites, n_sites, options, loading);
  return loading;
}
