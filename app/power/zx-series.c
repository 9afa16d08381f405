/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Power flow hour by hour.  A lane walks through STEPS hours in a row, each starting from the
 * voltages of the hour before, eight lanes side by side; where a lane starts depends on the hours
 * alone, so any number of threads gives the same bytes.  An hour that the sweeps cannot settle is
 * solved by Newton's method on a copy of the grid. */

#include "app/power/zx-flow.h"
#include "app/power/zx-lanes.h"

#define STEPS 12
#define BLOCK (STEPS * ZX_LANES)

typedef struct
{
  const ZxNet *net;
  const ZxLoadProfiles *profiles;
  const guint32 *profile; /* [position] */
  double tolerance;
  ZxFlowSeries *series;
  const guint32 *watched_at; /* [watched]: position, or n and more: link; G_MAXUINT32: neither */
  const ZxProgress *progress;
  gint out_of_memory;
} Work;

/* The hour of @lane at @step; hours beyond the last repeat it and are not kept. */
static gsize
hour_of (const Work *work, gsize block, guint step, guint lane)
{
  return block * BLOCK + (gsize) lane * STEPS + step;
}

static void
fill_scale (const Work *work, gsize block, guint step, ZxLane *scale)
{
  const ZxLoadProfiles *profiles = work->profiles;
  for (guint l = 0; l < ZX_LANES; l++)
    {
      gsize hour = MIN (hour_of (work, block, step, l), profiles->n_hours - 1);
      for (guint k = 0; k < profiles->n_profiles; k++)
        scale[k][l] = profiles->multiplier[hour * profiles->n_profiles + k];
    }
}

/* Only the loads of this component.  Returns: how many. */
static guint
fill_loads (const Work *work, const ZxLanes *lanes, gsize block, guint step, ZxLaneLoad *loads)
{
  const ZxLoadProfiles *profiles = work->profiles;
  double base = work->net->grid->base_mva * 1000;
  guint n = 0;
  for (guint k = 0; k < profiles->n_extra; k++)
    {
      gint32 at = work->net->position[profiles->extra_node[k]];
      if (at < (gint32) lanes->begin || at >= (gint32) lanes->end)
        continue;
      loads[n].at = (guint32) at;
      for (guint l = 0; l < ZX_LANES; l++)
        {
          gsize hour = MIN (hour_of (work, block, step, l), profiles->n_hours - 1);
          loads[n].p[l] = profiles->extra_kw[hour * profiles->n_extra + k] / base;
          loads[n].q[l] = profiles->extra_kvar[hour * profiles->n_extra + k] / base;
        }
      n++;
    }
  return n;
}

static void
keep (const Work *work, gsize hour, const ZxLaneView *view, guint lane, gboolean is_settled)
{
  ZxFlowSeries *series = work->series;
  const ZxNet *net = work->net;
  double vmin = sqrt (view->vmin2[lane]), loading = 100 * sqrt (view->loading2[lane]);
  if (!is_settled || isnan (series->losses_kw[hour]))
    {
      series->losses_kw[hour] = NAN;
      return;
    }
  series->losses_kw[hour] += view->losses[lane] * net->grid->base_mva * 1000;
  if (!(vmin >= series->vmin_pu[hour]))
    {
      series->vmin_pu[hour] = vmin;
      series->vmin_node[hour] = (gint32) net->node[view->vmin_at[lane]];
    }
  if (view->loading_branch[lane] != ZX_NET_NO_BRANCH
      && !(loading <= series->max_loading_percent[hour]))
    {
      series->max_loading_percent[hour] = loading;
      series->max_loading_branch[hour] = (gint32) view->loading_branch[lane];
    }
}

static void
keep_watched (const Work *work, const ZxLanes *lanes, gsize hour, guint lane)
{
  const ZxNet *net = work->net;
  for (guint i = 0; i < work->profiles->n_watched; i++)
    {
      guint32 at = work->watched_at[i];
      float *percent = &work->series->watched_percent[i * work->series->n_hours + hour];
      if (at >= lanes->first && at < lanes->end)
        *percent = (float) (100 * sqrt (zx_lanes_loading2 (lanes, at, lane)));
      else if (at >= net->n && at != G_MAXUINT32 && at - net->n >= net->first_link[lanes->component]
               && at - net->n < net->first_link[lanes->component + 1])
        *percent = (float) (100
                            * zx_lanes_link_loading (
                                lanes, at - net->n - net->first_link[lanes->component], lane));
    }
}

static void
run_component (Work *work, gsize block, guint component, ZxLane *scale, ZxLaneLoad *loads)
{
  ZxLanes lanes;
  ZxLaneView view;
  if (zx_net_needs_newton (work->net, component))
    {
      for (gsize k = block * BLOCK; k < MIN ((block + 1) * BLOCK, work->series->n_hours); k++)
        work->series->losses_kw[k] = NAN;
      return;
    }
  if (!zx_lanes_init (&lanes, work->net, component, work->tolerance, NULL))
    {
      g_atomic_int_set (&work->out_of_memory, 1);
      return;
    }
  lanes.profile = work->profile;
  lanes.scale = scale;
  lanes.load = loads;
  for (guint step = 0; step < STEPS && !zx_progress_is_stopped (work->progress); step++)
    {
      fill_scale (work, block, step, scale);
      lanes.n_loads = fill_loads (work, &lanes, block, step, loads);
      guint settled = zx_lanes_solve (&lanes);
      zx_lanes_view (&lanes, &view);
      for (guint l = 0; l < ZX_LANES; l++)
        {
          gsize hour = hour_of (work, block, step, l);
          if (hour < work->series->n_hours)
            {
              keep (work, hour, &view, l, (settled >> l) & 1);
              keep_watched (work, &lanes, hour, l);
            }
          if (!((settled >> l) & 1))
            zx_lanes_reset (&lanes, l);
        }
    }
  zx_lanes_clear (&lanes);
}

static void
run_blocks (gsize begin, gsize end, guint worker, gpointer data)
{
  Work *work = data;
  g_autofree ZxLane *scale = zx_try_new (work->profiles->n_profiles, sizeof (ZxLane), "", NULL);
  g_autofree ZxLaneLoad *loads
      = zx_try_new (work->profiles->n_extra, sizeof (ZxLaneLoad), "", NULL);
  if (scale == NULL || loads == NULL)
    g_atomic_int_set (&work->out_of_memory, 1);
  else
    for (gsize block = begin; block < end; block++)
      for (guint c = 0; c < work->net->n_components; c++)
        run_component (work, block, c, scale, loads);
}

/* ---- hours that need Newton's method --------------------------------------------------------- */

static void
load_hour (const ZxLoadProfiles *profiles, const ZxGrid *grid, gsize hour, ZxGrid *copy)
{
  for (guint i = 0; i < grid->n_nodes; i++)
    {
      guint k = profiles->profile != NULL ? profiles->profile[i] : 0;
      double by = profiles->multiplier[hour * profiles->n_profiles + k];
      copy->node_p_mw[i] = grid->node_p_mw[i] * by;
      copy->node_q_mvar[i] = grid->node_q_mvar[i] * by;
    }
  for (guint k = 0; k < profiles->n_extra; k++)
    {
      gsize at = hour * profiles->n_extra + k;
      copy->node_p_mw[profiles->extra_node[k]] += profiles->extra_kw[at] / 1000;
      copy->node_q_mvar[profiles->extra_node[k]] += profiles->extra_kvar[at] / 1000;
    }
}

static gboolean
solve_left_hours (const ZxGrid *grid, const ZxLoadProfiles *profiles, const ZxFlowOptions *options,
                  ZxFlowSeries *series, const ZxProgress *progress, GError **error)
{
  g_autoptr (ZxGrid) copy = NULL;
  for (gsize hour = 0; hour < series->n_hours; hour++)
    {
      if (!isnan (series->losses_kw[hour]))
        continue;
      if (copy == NULL && (copy = zx_grid_copy (grid, error)) == NULL)
        return FALSE;
      load_hour (profiles, grid, hour, copy);
      g_autoptr (ZxFlow) flow = zx_power_flow (copy, options, NULL, error);
      if (flow == NULL)
        {
          g_prefix_error (error, _ ("Hour %llu: "), (unsigned long long) hour);
          return FALSE;
        }
      series->losses_kw[hour] = flow->losses_kw;
      series->vmin_pu[hour] = flow->vmin_pu;
      series->vmin_node[hour] = flow->vmin_node;
      series->max_loading_percent[hour] = flow->max_loading_percent;
      series->max_loading_branch[hour] = flow->max_loading_branch;
      for (guint i = 0; i < profiles->n_watched; i++)
        series->watched_percent[i * series->n_hours + hour]
            = (float) flow->loading_percent[profiles->watched[i]];
      if (!zx_progress_step (progress, hour, series->n_hours, error))
        return FALSE;
    }
  return TRUE;
}

/* ---- public ------------------------------------------------------------------------------- */

void
zx_power_flow_series_free (ZxFlowSeries *self)
{
  if (self == NULL)
    return;
  g_free (self->losses_kw);
  g_free (self->vmin_pu);
  g_free (self->max_loading_percent);
  g_free (self->vmin_node);
  g_free (self->max_loading_branch);
  g_free (self->watched_percent);
  g_free (self);
}

static ZxFlowSeries *
alloc_series (gsize n, guint n_watched, GError **error)
{
  const char *what = _ ("Hours");
  g_autoptr (ZxFlowSeries) self = g_new0 (ZxFlowSeries, 1);
  self->n_hours = n;
  if ((self->losses_kw = ZX_TRY_NEW (double, n, what, error)) == NULL
      || (self->vmin_pu = ZX_TRY_NEW (double, n, what, error)) == NULL
      || (self->max_loading_percent = ZX_TRY_NEW (double, n, what, error)) == NULL
      || (self->vmin_node = ZX_TRY_NEW (gint32, n, what, error)) == NULL
      || (self->max_loading_branch = ZX_TRY_NEW (gint32, n, what, error)) == NULL)
    return NULL;
  if (n_watched > G_MAXSIZE / sizeof (float) / MAX (n, 1))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("There are too many hours for the branches whose loading is to be kept"));
      return NULL;
    }
  self->watched_percent = ZX_TRY_NEW (float, n *n_watched, what, error);
  if (self->watched_percent == NULL)
    return NULL;
  for (gsize i = 0; i < n * n_watched; i++)
    self->watched_percent[i] = NAN;
  for (gsize hour = 0; hour < n; hour++)
    {
      self->vmin_pu[hour] = self->max_loading_percent[hour] = NAN;
      self->vmin_node[hour] = self->max_loading_branch[hour] = -1;
    }
  return g_steal_pointer (&self);
}

/* Where the watched branches stand; those without a rating nowhere. */
static guint32 *
find_watched (const ZxNet *net, const ZxLoadProfiles *profiles)
{
  guint32 *at = g_new (guint32, MAX (profiles->n_watched, 1));
  g_autofree guint32 *position = g_new (guint32, MAX (net->grid->n_branches, 1));
  for (guint b = 0; b < net->grid->n_branches; b++)
    position[b] = G_MAXUINT32;
  for (guint32 i = 0; i < net->n; i++)
    if (net->branch[i] != ZX_NET_NO_BRANCH && net->grid->branch_rate_mva[net->branch[i]] > 0)
      position[net->branch[i]] = i;
  for (guint k = 0; k < net->n_links; k++)
    if (net->grid->branch_rate_mva[net->link[k].branch] > 0)
      position[net->link[k].branch] = net->n + k;
  for (guint i = 0; i < profiles->n_watched; i++)
    at[i] = position[profiles->watched[i]];
  return at;
}

static gboolean
check_profiles (const ZxLoadProfiles *profiles, GError **error)
{
  for (gsize i = 0; i < profiles->n_hours * profiles->n_profiles; i++)
    if (!isfinite (profiles->multiplier[i]))
      {
        g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                     _ ("Hour %llu has no multiplier of the load"),
                     (unsigned long long) (i / profiles->n_profiles));
        return FALSE;
      }
  return TRUE;
}

ZxFlowSeries *
zx_power_flow_series (const ZxGrid *grid, const ZxLoadProfiles *profiles,
                      const ZxFlowOptions *options, const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (grid != NULL && profiles != NULL && options != NULL, NULL);
  g_return_val_if_fail (profiles->n_profiles >= 1, NULL);
  g_autoptr (ZxNet) net = zx_net_new (grid, NULL, error);
  if (net == NULL || !zx_net_check_supplied (net, error) || !check_profiles (profiles, error))
    return NULL;
  g_autoptr (ZxFlowSeries) self = alloc_series (profiles->n_hours, profiles->n_watched, error);
  g_autofree guint32 *watched_at = find_watched (net, profiles);
  g_autofree guint32 *profile = ZX_TRY_NEW (guint32, net->n, _ ("Feeder nodes"), error);
  if (self == NULL || profile == NULL)
    return NULL;
  for (guint32 at = 0; profiles->profile != NULL && at < net->n; at++)
    profile[at] = profiles->profile[net->node[at]];
  Work work = { net, profiles, profile, options->tolerance, self, watched_at, progress, 0 };
  gsize n_blocks = (profiles->n_hours + BLOCK - 1) / BLOCK;
  if (!zx_parallel_for (n_blocks, 1, run_blocks, &work, progress, error))
    return NULL;
  if (work.out_of_memory)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_IO, _ ("There is not enough memory for the feeders"));
      return NULL;
    }
  if (!solve_left_hours (grid, profiles, options, self, progress, error))
    return NULL;
  return g_steal_pointer (&self);
}
