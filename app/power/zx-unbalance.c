/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Unbalance of three phases where it is known on which phases loads hang.
 *
 * The balanced flow gives the positive sequence.  A load whose power stands on the phases in the
 * shares a, b, c draws, with I = conj (S/V) of the balanced load and α = e^(j 120°),
 *
 *   I₂ = I (a + α b + α² c)        I₀ = I (a + α² b + α c)
 *
 * and nothing of either when the shares are alike.  Both are summed towards the source; the
 * negative sequence turns the other way through a vector group, the zero sequence stops at a delta
 * winding (a shift of an odd multiple of 30°).  The negative sequence makes the voltage U₂ fall
 * over the same impedances as the positive one.
 *
 *   voltage   ε = U₂/U₁ (GB/T 15543-2008: 2 %, for short 4 %)
 *   current   (Imax - Imin)/Imax of the three phases, as DL/T 1102 and Q/GDW 1519 rate transformer
 *             areas: at most 15 % at the outlet of a transformer, 25 % at the head of a feeder
 *   neutral   |Ia + Ib + Ic| over the rated current: at most 25 %
 *
 * It is a first-order estimate: load currents are those at the balanced voltage, the coupling of
 * untransposed lines is left out, a load between two phases counts half on each, and in a loop the
 * zero sequence splits as the negative one does.  Where most lines have one or two conductors the
 * voltage of a single phase can be worse than what this shows.  Loads of unknown phase count as
 * balanced, and how much is known is said. */

#include "app/power/zx-flow.h"

#include <complex.h>
#include <string.h>

#define LEAST_PU 1e-9 /* a branch that carries nothing has no measure */

typedef double complex Complex;

typedef struct
{
  const ZxNet *net;
  const ZxState *state;
  ZxUnbalance *result;
  Complex *draw_2, *draw_0; /* [position]: scaled, of the position's own load */
  Complex *flow_2, *flow_0; /* [position]: into it from its parent */
  Complex *u_2;             /* [position]: scaled */
  Complex *link_2, *link_0; /* [link] */
  guint8 *stops_zero;       /* [position]: a delta winding between it and its parent */
} Work;

/* ---- sequences --------------------------------------------------------------------------------
 */

static Complex
turn (void)
{
  return -0.5 + sqrt (0.75) * I;
}

static Complex
scale_of (const ZxNet *net, guint32 at)
{
  return net->k_re[at] + net->k_im[at] * I;
}

static Complex
voltage_at (const Work *work, guint32 at)
{
  return work->state->v_re[at] + work->state->v_im[at] * I;
}

/* The load at a position by the balanced flow, per unit. */
static Complex
load_at (const Work *work, guint32 at)
{
  const ZxNet *net = work->net;
  double size = cabs (voltage_at (work, at));
  return net->p[at] + net->q[at] * I + (net->c_p[at] + net->c_q[at] * I) * size
         + (net->i_p[at] + net->i_q[at] * I) * size * size;
}

static gboolean
is_delta (const ZxNet *net, guint32 at)
{
  double degrees = carg (scale_of (net, at) / scale_of (net, net->parent[at])) * (180 / G_PI) / 30;
  return fabs (remainder (degrees, 2)) > 0.9;
}

/* Currents in the scaled net: positive I/conj(k), so negative I/k, and zero I/|k|. */
static void
find_draws (Work *work)
{
  const ZxNet *net = work->net;
  const Complex a = turn ();
  double known = 0, all = 0;
  for (guint32 at = 0; at < net->n; at++)
    {
      const double *share = net->grid->node_phase_share[net->node[at]];
      Complex load = load_at (work, at), k = scale_of (net, at);
      double kw = fabs (creal (load));
      work->draw_2[at] = work->draw_0[at] = 0;
      if (net->branch[at] != ZX_NET_NO_BRANCH)
        work->stops_zero[at] = is_delta (net, at);
      all += kw;
      if (isnan (share[0]))
        continue;
      Complex current = conj (load * k / voltage_at (work, at));
      known += kw;
      work->draw_2[at] = current * (share[0] + a * share[1] + a * a * share[2]) / k;
      work->draw_0[at] = current * (share[0] + a * a * share[1] + a * share[2]) / cabs (k);
    }
  work->result->known_share = all > 0 ? known / all : 0;
}

static void
sum_to_parents (Work *work, guint32 first, guint32 end)
{
  const ZxNet *net = work->net;
  for (guint32 at = end; at-- > first;)
    {
      work->flow_2[net->parent[at]] += work->flow_2[at];
      if (!work->stops_zero[at])
        work->flow_0[net->parent[at]] += work->flow_0[at];
    }
}

static void
fall (Work *work, guint32 begin, guint32 first, guint32 end)
{
  const ZxNet *net = work->net;
  for (guint32 at = begin; at < first; at++)
    work->u_2[at] = 0;
  for (guint32 at = first; at < end; at++)
    work->u_2[at]
        = work->u_2[net->parent[at]] - (net->z_re[at] + net->z_im[at] * I) * work->flow_2[at];
}

/* The currents of the links from the voltages across them while they are open. */
static void
close_links (Work *work, guint component)
{
  const ZxNet *net = work->net;
  guint32 first = net->first_link[component], n = net->first_link[component + 1] - first;
  const double *inverse = net->loop_inverse[component];
  Complex open[ZX_NET_MAX_LINKS];
  for (guint l = 0; l < n; l++)
    {
      const ZxNetLink *link = &net->link[first + l];
      open[l] = work->u_2[link->from] - link->ratio_re * work->u_2[link->to];
    }
  for (guint l = 0; l < n; l++)
    {
      Complex current = 0;
      for (guint m = 0; m < n; m++)
        current += (inverse[2 * (l * n + m)] + inverse[2 * (l * n + m) + 1] * I) * open[m];
      work->link_2[first + l] = current;
    }
}

static void
start_flows (Work *work, guint32 begin, guint32 end)
{
  for (guint32 at = begin; at < end; at++)
    {
      work->flow_2[at] = work->draw_2[at];
      work->flow_0[at] = work->draw_0[at];
    }
}

static void
add_links (Work *work, guint component)
{
  const ZxNet *net = work->net;
  for (guint32 l = net->first_link[component]; l < net->first_link[component + 1]; l++)
    {
      const ZxNetLink *link = &net->link[l];
      Complex before = work->flow_2[link->to];
      /* The zero sequence has no impedance of its own here: it splits as the negative does. */
      Complex part = cabs (before) > LEAST_PU ? work->link_2[l] / before : 0;
      work->link_0[l] = part * work->flow_0[link->to];
    }
  for (guint32 l = net->first_link[component]; l < net->first_link[component + 1]; l++)
    {
      const ZxNetLink *link = &net->link[l];
      work->draw_2[link->from] += work->link_2[l];
      work->draw_2[link->to] -= link->ratio_re * work->link_2[l];
      work->draw_0[link->from] += work->link_0[l];
      work->draw_0[link->to] -= work->link_0[l];
    }
}

/* FALSE: more loops than sweeps close, or one whose vector groups do not agree. */
static gboolean
can_solve (const ZxNet *net, guint component)
{
  if (zx_net_needs_newton (net, component))
    return FALSE;
  for (guint32 l = net->first_link[component]; l < net->first_link[component + 1]; l++)
    if (fabs (net->link[l].ratio_im) > 1e-9)
      return FALSE;
  return TRUE;
}

static gboolean
solve_component (Work *work, guint component)
{
  const ZxNet *net = work->net;
  guint32 begin = net->first[component], end = net->first[component + 1];
  guint32 first = begin + net->n_sources[component];
  gboolean has_links = net->first_link[component + 1] > net->first_link[component];
  if (!can_solve (net, component))
    return FALSE;
  start_flows (work, begin, end);
  sum_to_parents (work, first, end);
  fall (work, begin, first, end);
  if (!has_links)
    return TRUE;
  close_links (work, component);
  add_links (work, component);
  start_flows (work, begin, end);
  sum_to_parents (work, first, end);
  fall (work, begin, first, end);
  return TRUE;
}

/* ---- measures ---------------------------------------------------------------------------------
 */

static ZxUnbalancePlace
place_of (const ZxNet *net, guint32 at)
{
  const ZxGrid *grid = net->grid;
  guint32 up = net->parent[at], above = net->branch[up];
  gboolean is_transformer = grid->branch_kind[net->branch[at]] == ZX_BRANCH_TRANSFORMER;
  if (is_transformer)
    return grid->node_base_kv[net->node[at]] < 1 ? ZX_UNBALANCE_OUTLET : ZX_UNBALANCE_BETWEEN;
  if (above == ZX_NET_NO_BRANCH)
    return ZX_UNBALANCE_HEAD;
  double kv = grid->node_base_kv[net->node[up]];
  double kv_above = grid->node_base_kv[net->node[net->parent[up]]];
  /* A regulator in the line begins no feeder. */
  return grid->branch_kind[above] == ZX_BRANCH_TRANSFORMER && kv >= 1 && kv < 0.9 * kv_above
             ? ZX_UNBALANCE_HEAD
             : ZX_UNBALANCE_BETWEEN;
}

double
zx_power_unbalance_measure (const double phase[3])
{
  double most = fmax (phase[0], fmax (phase[1], phase[2]));
  double least = fmin (phase[0], fmin (phase[1], phase[2]));
  return most > LEAST_PU ? 100 * (most - least) / most : NAN;
}

/* The sizes of the three phases' currents. */
static void
phases_of (Complex i_1, Complex i_2, Complex i_0, double size[3])
{
  const Complex a = turn ();
  size[0] = cabs (i_0 + i_1 + i_2);
  size[1] = cabs (i_0 + a * a * i_1 + a * i_2);
  size[2] = cabs (i_0 + a * i_1 + a * a * i_2);
}

/* All at the end away from the source, which of a transformer is its outlet. */
static void
measure_branch (Work *work, guint32 at, double loading_percent)
{
  const ZxNet *net = work->net;
  guint32 branch = net->branch[at];
  guint8 n_phases = net->grid->branch_n_phases[branch];
  Complex k = scale_of (net, at), half = net->half_re[at] + net->half_im[at] * I;
  Complex j = work->state->j_re[at] + work->state->j_im[at] * I - half * voltage_at (work, at);
  Complex i_1 = j * conj (k), i_2 = work->flow_2[at] * k, i_0 = work->flow_0[at] * cabs (k);
  double size[3];
  phases_of (i_1, i_2, i_0, size);
  work->result->place[branch] = (guint8) place_of (net, at);
  if (n_phases == 3)
    work->result->current_percent[branch] = zx_power_unbalance_measure (size);
  if (cabs (i_1) <= LEAST_PU)
    return;
  /* Ratings count on a three-phase basis: a section of n conductors has n thirds of it. */
  double by = loading_percent / cabs (i_1) * n_phases / 3;
  for (guint phase = 0; phase < 3; phase++)
    work->result->phase_percent[branch][phase] = size[phase] * by;
  work->result->neutral_percent[branch] = 3 * cabs (i_0) * by;
}

static void
measure_component (Work *work, guint component, const ZxFlow *flow)
{
  const ZxNet *net = work->net;
  for (guint32 at = net->first[component]; at < net->first[component + 1]; at++)
    {
      work->result->voltage_percent[net->node[at]]
          = 100 * cabs (work->u_2[at]) / cabs (voltage_at (work, at));
      if (net->branch[at] != ZX_NET_NO_BRANCH)
        measure_branch (work, at, flow->loading_percent[net->branch[at]]);
    }
}

/* ---- memory -----------------------------------------------------------------------------------
 */

void
zx_power_unbalance_free (ZxUnbalance *self)
{
  if (self == NULL)
    return;
  g_free (self->voltage_percent);
  g_free (self->current_percent);
  g_free (self->neutral_percent);
  g_free (self->phase_percent);
  g_free (self->place);
  g_free (self);
}

static ZxUnbalance *
alloc (const ZxGrid *grid, GError **error)
{
  const char *what = _ ("Feeder nodes");
  g_autoptr (ZxUnbalance) self = g_new0 (ZxUnbalance, 1);
  guint n = self->n_nodes = grid->n_nodes, m = self->n_branches = grid->n_branches;
  if ((self->voltage_percent = ZX_TRY_NEW (double, n, what, error)) == NULL
      || (self->current_percent = ZX_TRY_NEW (double, m, what, error)) == NULL
      || (self->neutral_percent = ZX_TRY_NEW (double, m, what, error)) == NULL
      || (self->phase_percent = zx_try_new (m, sizeof *self->phase_percent, what, error)) == NULL
      || (self->place = ZX_TRY_NEW (guint8, m, what, error)) == NULL)
    return NULL;
  for (guint i = 0; i < n; i++)
    self->voltage_percent[i] = NAN;
  for (guint b = 0; b < m; b++)
    self->current_percent[b] = self->neutral_percent[b] = self->phase_percent[b][0]
        = self->phase_percent[b][1] = self->phase_percent[b][2] = NAN;
  return g_steal_pointer (&self);
}

static gboolean
alloc_work (Work *work, GError **error)
{
  const char *what = _ ("Feeder nodes");
  gsize n = work->net->n, m = work->net->n_links;
  return (work->draw_2 = ZX_TRY_NEW (Complex, n, what, error)) != NULL
         && (work->draw_0 = ZX_TRY_NEW (Complex, n, what, error)) != NULL
         && (work->flow_2 = ZX_TRY_NEW (Complex, n, what, error)) != NULL
         && (work->flow_0 = ZX_TRY_NEW (Complex, n, what, error)) != NULL
         && (work->u_2 = ZX_TRY_NEW (Complex, n, what, error)) != NULL
         && (work->link_2 = ZX_TRY_NEW (Complex, m, what, error)) != NULL
         && (work->link_0 = ZX_TRY_NEW (Complex, m, what, error)) != NULL
         && (work->stops_zero = ZX_TRY_NEW (guint8, n, what, error)) != NULL;
}

static void
clear_work (Work *work)
{
  g_free (work->draw_2);
  g_free (work->draw_0);
  g_free (work->flow_2);
  g_free (work->flow_0);
  g_free (work->u_2);
  g_free (work->link_2);
  g_free (work->link_0);
  g_free (work->stops_zero);
}

/* ---- public -----------------------------------------------------------------------------------
 */

gboolean
zx_power_has_phases (const ZxGrid *grid)
{
  g_return_val_if_fail (grid != NULL, FALSE);
  for (guint i = 0; i < grid->n_nodes; i++)
    if (!isnan (grid->node_phase_share[i][0]) && grid->node_p_mw[i] != 0)
      return TRUE;
  return FALSE;
}

static ZxUnbalance *
unbalance (const ZxNet *net, ZxState *state, const ZxFlowOptions *options, GError **error)
{
  gint32 failed;
  gboolean used_newton;
  Work work = { .net = net, .state = state };
  if (!zx_flow_solve (net, options, state, &failed, &used_newton, error))
    {
      if (error == NULL || *error == NULL)
        zx_flow_explain (net, failed, state, error);
      return NULL;
    }
  ZxUnbalance *self = work.result = alloc (net->grid, error);
  ZxFlow *flow = self != NULL ? zx_flow_measure (net, state, error) : NULL;
  gboolean ok = flow != NULL && alloc_work (&work, error);
  if (ok)
    {
      find_draws (&work);
      for (guint c = 0; c < net->n_components; c++)
        if (solve_component (&work, c))
          measure_component (&work, c, flow);
        else
          self->n_unsolved++;
    }
  clear_work (&work);
  zx_power_flow_free (flow);
  if (!ok)
    g_clear_pointer (&self, zx_power_unbalance_free);
  return self;
}

ZxUnbalance *
zx_power_unbalance (const ZxGrid *grid, const ZxFlowOptions *options, GError **error)
{
  g_return_val_if_fail (grid != NULL && options != NULL, NULL);
  g_autoptr (ZxNet) net = zx_net_new (grid, NULL, error);
  ZxState state = { NULL };
  if (net == NULL || !zx_net_check_supplied (net, error))
    return NULL;
  ZxUnbalance *self
      = zx_state_init (&state, net, error) ? unbalance (net, &state, options, error) : NULL;
  zx_state_clear (&state);
  return self;
}

/* ---- hour by hour -----------------------------------------------------------------------------
 */

typedef struct
{
  const ZxGrid *grid;
  const ZxLoadProfiles *profiles;
  const ZxFlowOptions *options;
  float *percent; /* [watched][hour] */
  const ZxProgress *progress;
  gint n_failed;
} Hours;

/* The grid at one hour, its shares with the charging at its nodes, which is balanced. */
static void
set_hour (const Hours *hours, ZxGrid *grid, gsize hour)
{
  const ZxLoadProfiles *profiles = hours->profiles;
  for (guint i = 0; i < grid->n_nodes; i++)
    {
      guint k = profiles->profile != NULL ? profiles->profile[i] : 0;
      double by = profiles->multiplier[hour * profiles->n_profiles + k];
      grid->node_p_mw[i] = hours->grid->node_p_mw[i] * by;
      grid->node_q_mvar[i] = hours->grid->node_q_mvar[i] * by;
      memcpy (grid->node_phase_share[i], hours->grid->node_phase_share[i], 3 * sizeof (double));
    }
  for (guint k = 0; k < profiles->n_extra; k++)
    {
      guint32 node = profiles->extra_node[k];
      double mw = profiles->extra_kw[hour * profiles->n_extra + k] / 1000;
      double sum = grid->node_p_mw[node] + mw;
      double part = sum != 0 ? mw / sum : 0;
      for (guint phase = 0; phase < 3; phase++)
        grid->node_phase_share[node][phase]
            += part * (1.0 / 3 - grid->node_phase_share[node][phase]);
      grid->node_p_mw[node] = sum;
      grid->node_q_mvar[node] += profiles->extra_kvar[hour * profiles->n_extra + k] / 1000;
    }
}

static void
run_hours (gsize begin, gsize end, guint worker, gpointer data)
{
  Hours *hours = data;
  const ZxLoadProfiles *profiles = hours->profiles;
  g_autoptr (ZxGrid) grid = zx_grid_copy (hours->grid, NULL);
  for (gsize hour = begin; hour < end && !zx_progress_is_stopped (hours->progress); hour++)
    {
      g_autoptr (ZxUnbalance) found = NULL;
      if (grid != NULL)
        {
          set_hour (hours, grid, hour);
          found = zx_power_unbalance (grid, hours->options, NULL);
        }
      if (found == NULL)
        g_atomic_int_inc (&hours->n_failed);
      for (guint i = 0; i < profiles->n_watched; i++)
        hours->percent[i * profiles->n_hours + hour]
            = found != NULL ? (float) found->current_percent[profiles->watched[i]] : NAN;
    }
}

float *
zx_power_unbalance_series (const ZxGrid *grid, const ZxLoadProfiles *profiles,
                           const ZxFlowOptions *options, const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (grid != NULL && profiles != NULL && options != NULL, NULL);
  gsize size = profiles->n_hours * profiles->n_watched;
  g_autofree float *percent = ZX_TRY_NEW (float, size, _ ("Feeder nodes"), error);
  Hours hours = { grid, profiles, options, percent, progress, 0 };
  if (percent == NULL
      || !zx_parallel_for (profiles->n_hours, 0, run_hours, &hours, progress, error))
    return NULL;
  if (hours.n_failed == 0)
    return g_steal_pointer (&percent);
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("%d hours have no power flow, so their unbalance is not known"), hours.n_failed);
  return NULL;
}

ZxLoadEvents
zx_power_unbalance_events (const float *percent, gsize n, double limit_percent)
{
  g_autofree float *rate = g_new (float, MAX (n, 1));
  ZxPowerOptions options = ZX_POWER_OPTIONS_INIT;
  options.heavy_rate = options.over_rate = limit_percent / 100;
  for (gsize hour = 0; hour < n; hour++)
    rate[hour] = percent[hour] / 100;
  return zx_power_load_events (rate, n, 1, &options);
}
