/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The chosen plan on the city's feeders, exactly.
 *
 * The choice of sites counts kilowatts against the room of each feeder's head; it knows no voltage,
 * no losses and no branch in the middle.  Here every feeder that carries sites is solved for the 24
 * hours of the design day with and without them.  Where a limit breaks, bisection on the share of
 * the sites' power says what would hold: that share, given back as the feeder's room, is the cut
 * that makes the next choice better.
 *
 * A transformer area is a load at the node of its feeder that is nearest to it; its own transformer
 * is not part of the feeder, because the city knows its rating but not its impedance (its load
 * rate is checked by zx-headroom.c).  The source's voltage is an option: cities do not state it. */

#include "app/power/zx-power.h"

#define N_HOURS     24
#define SHARE_STEPS 14

typedef struct
{
  const ZxCity *city;
  const ZxFeederOptions *options;
  guint feeder;
  ZxGrid *grid;
  guint32 *node_of, *branch_of;
  GArray *node;      /* guint32: grid node of each load, areas first, then sites */
  GArray *kw, *kvar; /* double: [load][hour] */
  guint n_areas;
} Study;

static void
study_clear (Study *self)
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
  grid->node_is_slack[to] = feeders->node_is_source[from];
  if (feeders->node_is_source[from])
    {
      grid->node_vm_set_pu[to] = source_vm_pu;
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
  double kv = grid->node_base_kv[grid->branch_from[to]];
  grid->branch_r_pu[to] = or_zero (feeders->branch_r_ohm[from]) / (kv * kv) * grid->base_mva;
  grid->branch_x_pu[to] = or_zero (feeders->branch_x_ohm[from]) / (kv * kv) * grid->base_mva;
  grid->branch_rate_mva[to]
      = feeders->branch_max_kva[from] > 0 ? feeders->branch_max_kva[from] / 1000 : NAN;
  grid->branch_is_closed[to] = !feeders->branch_is_open[from];
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
  g_return_val_if_fail (feeder < feeders->n_feeders, NULL);
  g_autofree guint32 *local = ZX_TRY_NEW (guint32, feeders->n_nodes, _ ("Feeder nodes"), error);
  g_autofree guint32 *nodes = ZX_TRY_NEW (guint32, feeders->n_nodes, _ ("Feeder nodes"), error);
  g_autofree guint32 *branches
      = ZX_TRY_NEW (guint32, feeders->n_branches, _ ("Feeder nodes"), error);
  if (local == NULL || nodes == NULL || branches == NULL)
    return NULL;
  guint n_nodes = 0, n_branches = 0;
  for (guint i = 0; i < feeders->n_nodes; i++)
    if (feeders->node_feeder[i] == (gint32) feeder)
      {
        nodes[n_nodes++] = i;
        local[i] = n_nodes;
      }
  for (guint b = 0; b < feeders->n_branches; b++)
    if (is_inside (feeders, b, local))
      branches[n_branches++] = b;
  g_autoptr (ZxGrid) grid = zx_grid_new (zx_pool_get (city->pool, feeders->feeder_id[feeder]),
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
nearest_node (const Study *self, double x_m, double y_m)
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
add_load (Study *self, guint32 node, const double *kw, const double *kvar)
{
  g_array_append_val (self->node, node);
  g_array_append_vals (self->kw, kw, N_HOURS);
  g_array_append_vals (self->kvar, kvar, N_HOURS);
}

/* FALSE when the feeder cannot be placed. */
static gboolean
add_areas (Study *self)
{
  const ZxTransformerAreas *areas = &self->city->transformers;
  double tangent = tangent_of (self->options->base_power_factor);
  for (guint i = 0; i < areas->n; i++)
    {
      if (areas->feeder[i] != (gint32) self->feeder)
        continue;
      gint32 node = nearest_node (self, areas->x_m[i], areas->y_m[i]);
      double kw[N_HOURS], kvar[N_HOURS];
      if (node < 0)
        return FALSE;
      for (guint hour = 0; hour < N_HOURS; hour++)
        {
          gsize at = (gsize) i * N_HOURS + hour;
          kw[hour] = or_zero (areas->base_kw[at]);
          kvar[hour] = isfinite (areas->base_kvar[at]) ? areas->base_kvar[at] : kw[hour] * tangent;
        }
      add_load (self, (guint32) node, kw, kvar);
      self->n_areas++;
    }
  return TRUE;
}

static gboolean
add_sites (Study *self, const ZxSiteLoad *sites, guint n_sites, ZxFeederCheck *check)
{
  double tangent = tangent_of (self->options->power_factor);
  for (guint i = 0; i < n_sites; i++)
    {
      if (sites[i].feeder != (gint32) self->feeder)
        continue;
      double x = sites[i].x_m, y = sites[i].y_m, kw[N_HOURS], kvar[N_HOURS];
      if (sites[i].area >= 0)
        {
          x = self->city->transformers.x_m[sites[i].area];
          y = self->city->transformers.y_m[sites[i].area];
        }
      gint32 node = nearest_node (self, x, y);
      if (node < 0)
        return FALSE;
      for (guint hour = 0; hour < N_HOURS; hour++)
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

/* Areas in full, sites by @share.  NULL with @error when an hour has no solution. */
static ZxFlowSeries *
run_day (const Study *self, double share, GError **error)
{
  const ZxFlowOptions options = { FALSE, 1e-10 };
  guint n = self->node->len;
  double multiplier[N_HOURS];
  g_autofree double *kw = g_new (double, MAX (n, 1) * N_HOURS);
  g_autofree double *kvar = g_new (double, MAX (n, 1) * N_HOURS);
  for (guint hour = 0; hour < N_HOURS; hour++)
    {
      /* The nodes' own load stands in only where no area is known. */
      multiplier[hour] = self->n_areas > 0 ? 0 : 1;
      for (guint i = 0; i < n; i++)
        {
          double by = i < self->n_areas ? 1 : share;
          kw[hour * n + i] = by * g_array_index (self->kw, double, i *N_HOURS + hour);
          kvar[hour * n + i] = by * g_array_index (self->kvar, double, i *N_HOURS + hour);
        }
    }
  ZxLoadProfiles profiles = { N_HOURS, 1, multiplier, NULL, n, NULL, kw, kvar };
  profiles.extra_node = (const guint32 *) (void *) self->node->data;
  return zx_power_flow_series (self->grid, &profiles, &options, NULL, error);
}

typedef struct
{
  double vmin_pu, loading_percent, losses_kwh;
  guint8 vmin_hour, loading_hour;
  gint32 vmin_node, loading_branch;
} Day;

static Day
sum_up (const ZxFlowSeries *series)
{
  Day day = { NAN, NAN, 0, 0, 0, -1, -1 };
  for (guint8 hour = 0; hour < N_HOURS; hour++)
    {
      day.losses_kwh += series->losses_kw[hour];
      if (!(series->vmin_pu[hour] >= day.vmin_pu))
        {
          day.vmin_pu = series->vmin_pu[hour];
          day.vmin_hour = hour;
          day.vmin_node = series->vmin_node[hour];
        }
      if (series->max_loading_percent[hour] > day.loading_percent || day.loading_branch < 0)
        {
          day.loading_percent = series->max_loading_percent[hour];
          day.loading_hour = hour;
          day.loading_branch = series->max_loading_branch[hour];
        }
    }
  return day;
}

static ZxHostingLimit
judge (const Study *self, const Day *day)
{
  if (day->vmin_pu < self->options->vmin_pu)
    return ZX_LIMIT_VOLTAGE;
  return day->loading_percent > self->options->loading_limit_percent ? ZX_LIMIT_THERMAL
                                                                     : ZX_LIMIT_CAP;
}

static gboolean
holds (const Study *self, double share)
{
  g_autoptr (ZxFlowSeries) series = run_day (self, share, NULL);
  if (series == NULL)
    return FALSE;
  Day day = sum_up (series);
  return judge (self, &day) == ZX_LIMIT_CAP;
}

static double
find_share (const Study *self)
{
  double low = 0, high = 1;
  for (guint step = 0; step < SHARE_STEPS; step++)
    {
      double middle = (low + high) / 2;
      if (holds (self, middle))
        low = middle;
      else
        high = middle;
    }
  return low;
}

static void
name_limit (const Study *self, const Day *day, ZxHostingLimit limit, ZxFeederCheck *check)
{
  gboolean is_voltage = limit == ZX_LIMIT_VOLTAGE;
  gint32 element = is_voltage ? day->vmin_node : day->loading_branch;
  check->limit = limit;
  check->hour = is_voltage ? day->vmin_hour : day->loading_hour;
  if (limit == ZX_LIMIT_CAP || element < 0)
    return;
  check->element = (gint32) (is_voltage ? self->node_of[element] : self->branch_of[element]);
}

/* Fills @check from the two days.  FALSE with @error: the feeder has no power flow even before. */
static gboolean
compare_days (const Study *self, ZxFeederCheck *check, GError **error)
{
  g_autoptr (ZxFlowSeries) before = run_day (self, 0, error);
  if (before == NULL)
    return FALSE;
  g_autoptr (GError) why_not = NULL;
  g_autoptr (ZxFlowSeries) after = run_day (self, 1, &why_not);
  Day first = sum_up (before);
  ZxHostingLimit limit = judge (self, &first);
  check->vmin_before_pu = first.vmin_pu;
  check->loading_before_percent = first.loading_percent;
  check->losses_before_kwh = first.losses_kwh;
  check->vmin_after_pu = check->loading_after_percent = check->losses_after_kwh = NAN;
  check->element = -1;
  if (after != NULL)
    {
      Day second = sum_up (after);
      check->vmin_after_pu = second.vmin_pu;
      check->loading_after_percent = second.loading_percent;
      check->losses_after_kwh = second.losses_kwh;
      name_limit (self, &second, judge (self, &second), check);
    }
  else
    check->limit = ZX_LIMIT_NO_SOLUTION;
  if (limit != ZX_LIMIT_CAP)
    {
      name_limit (self, &first, limit, check);
      check->limit = limit == ZX_LIMIT_VOLTAGE ? ZX_LIMIT_BASE_VOLTAGE : ZX_LIMIT_BASE_THERMAL;
      check->allowed_share = 0;
    }
  else
    check->allowed_share = check->limit == ZX_LIMIT_CAP ? 1 : find_share (self);
  return TRUE;
}

/* Returns: FALSE with @error; TRUE with *@is_checked FALSE when the feeder has no places. */
static gboolean
check_feeder (const ZxCity *city, guint feeder, const ZxSiteLoad *sites, guint n_sites,
              const ZxFeederOptions *options, ZxFeederCheck *check, gboolean *is_checked,
              GError **error)
{
  Study study = { .city = city, .options = options, .feeder = feeder };
  study.node = g_array_new (FALSE, FALSE, sizeof (guint32));
  study.kw = g_array_new (FALSE, FALSE, sizeof (double));
  study.kvar = g_array_new (FALSE, FALSE, sizeof (double));
  *check = (ZxFeederCheck){ .feeder = (gint32) feeder };
  study.grid = zx_power_feeder_grid (city, feeder, options->source_vm_pu, &study.node_of,
                                     &study.branch_of, error);
  gboolean ok = study.grid != NULL;
  *is_checked = ok && add_areas (&study) && add_sites (&study, sites, n_sites, check);
  if (*is_checked)
    ok = compare_days (&study, check, error);
  study_clear (&study);
  return ok;
}

static gboolean
check_options (const ZxFeederOptions *options, GError **error)
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

GArray *
zx_power_check_plan (const ZxCity *city, const ZxSiteLoad *sites, guint n_sites,
                     const ZxFeederOptions *options, const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (city != NULL && (sites != NULL || n_sites == 0) && options != NULL, NULL);
  guint n_feeders = city->feeders.n_feeders;
  g_autoptr (GArray) checks = g_array_new (FALSE, TRUE, sizeof (ZxFeederCheck));
  g_autofree guint8 *is_loaded = ZX_TRY_NEW (guint8, n_feeders, _ ("Feeders"), error);
  if (is_loaded == NULL || !check_options (options, error))
    return NULL;
  for (guint i = 0; i < n_sites; i++)
    if (sites[i].feeder >= 0 && (guint) sites[i].feeder < n_feeders)
      is_loaded[sites[i].feeder] = TRUE;
  for (guint feeder = 0; feeder < n_feeders; feeder++)
    {
      ZxFeederCheck check;
      gboolean is_checked;
      if (!is_loaded[feeder])
        continue;
      if (!zx_progress_step (progress, feeder, n_feeders, error))
        return NULL;
      g_autoptr (GError) why_not = NULL;
      if (!check_feeder (city, feeder, sites, n_sites, options, &check, &is_checked, &why_not))
        {
          check.limit = ZX_LIMIT_NONE;
          check.allowed_share = 1;
          is_checked = TRUE;
        }
      if (is_checked)
        g_array_append_val (checks, check);
    }
  return g_steal_pointer (&checks);
}
