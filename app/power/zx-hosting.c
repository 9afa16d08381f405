/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hosting capacity: the largest load that a node can take, by exact power flows.
 *
 * With h (P) = max over all limits of how far each is exceeded, scaled so that it is nearly
 * straight in P (voltages by their squares, loadings as they are), the capacity is the root of h.
 * The first trial is the linear estimate (LinDistFlow: U_j² falls by 2 (R P + X Q) of the shared
 * path), which is 5 to 40 % too high because it knows no losses; from there inverse quadratic
 * interpolation inside a bracket, which converges with order 1.8.  A
 * search ends when the slope says that the root is within half a watt.
 *
 * Nodes are searched in the order of a walk down the tree, and what the linear estimate was wrong
 * by at one node corrects that of the next: neighbours lose alike, so the first trial is right to
 * some tenths of a percent and three flows do.  A search starts from the voltages of the one before
 * it.
 *
 * Right while h crosses zero once, which constant power guarantees on feeders without regulators.
 * Eight nodes are searched side by side (zx-lanes.c). */

#include "app/power/zx-flow.h"
#include "app/power/zx-lanes.h"

#define BLOCK      64 /* nodes that one call searches; results do not depend on it, costs do */
#define TOLERANCE  1e-9
#define NEAR_KW    5e-4 /* half a watt */
#define NEAR_SHARE 2e-8
#define WATT_KW    1e-3 /* beyond the capacity: where the limit that binds is looked for */
#define MAX_TRIALS 60

typedef struct
{
  guint32 component;
  guint32 begin, end; /* in Work.order */
} Block;

typedef struct
{
  const ZxNet *net;
  const ZxHostingScenario *scenario;
  const ZxState *base;
  const guint8 *is_wanted; /* [grid node]; NULL: all */
  GArray *order;           /* guint32: positions to be searched, by component */
  double *guess_kw;        /* [position] */
  double *base_excess;     /* [component] */
  const Block *blocks;
  ZxHosting *hosting;
  guint64 *n_solves; /* [block] */
  const ZxProgress *progress;
  gint out_of_memory;
} Work;

/* What a search that has ended tells the next: how wrong the linear estimate was, and how much
 * steeper the excess is at its root than from the base case to it. */
typedef struct
{
  double guess, slope;
} Correction;

/* One node's search: @low is allowed, @high is not (or untried: INFINITY). */
typedef struct
{
  guint32 at;   /* position; ZX_NET_NO_BRANCH: the lane is idle */
  double guess; /* the linear estimate, kW */
  double steeper, last_slope;
  double low, low_excess, high, high_excess, trial;
  double old, old_excess; /* the point that left the bracket last; NaN */
  guint n_trials, n_slow;
  double bracket; /* its width two trials ago */
} Search;

static const char *const limit_names[]
    = { "voltage", "thermal",     "base_voltage",        "base_thermal",
        "cap",     "no_solution", "meshed_not_computed", "none" };

const char *
zx_hosting_limit_name (ZxHostingLimit limit)
{
  return limit <= ZX_LIMIT_NONE ? limit_names[limit] : "none";
}

/* ---- how far limits are exceeded ------------------------------------------------------------- */

static double
voltage_excess (const ZxHostingScenario *scenario, double v2)
{
  double bound = scenario->vmin_pu * scenario->vmin_pu;
  return bound > 0 ? (bound - v2) / bound : -INFINITY;
}

static double
thermal_excess (const ZxHostingScenario *scenario, double loading2)
{
  return sqrt (loading2) * 100 / scenario->loading_limit_percent - 1;
}

static double
excess (const ZxHostingScenario *scenario, const ZxLaneView *view, guint lane)
{
  double voltage = voltage_excess (scenario, view->vmin2[lane]);
  double thermal = view->loading_branch[lane] != ZX_NET_NO_BRANCH
                       ? thermal_excess (scenario, view->loading2[lane])
                       : -INFINITY;
  /* Without any limit the search still needs a number. */
  return MAX (MAX (voltage, thermal), -1);
}

/* The first node in breadth-first order whose voltage is within @slack of the worst excess: nodes
 * behind it that carry nothing have the same voltage. */
static guint32
first_low_node (const Work *work, const ZxLanes *lanes, guint lane, double worst, double slack)
{
  for (guint32 at = lanes->begin; at < lanes->end; at++)
    if (voltage_excess (work->scenario, zx_lanes_v2 (lanes, at, lane)) >= worst - slack)
      return work->net->node[at];
  return 0;
}

/* ---- the linear estimate ------------------------------------------------------------------- */

/* P in per unit at which the branch to @at meets its limit, with the added current in phase with
 * the voltage there. */
static double
thermal_guess (const Work *work, guint32 at)
{
  const ZxNet *net = work->net;
  double weight = MAX (net->parent_weight[at], net->child_weight[at]);
  double t = work->scenario->tangent, limit = work->scenario->loading_limit_percent / 100;
  if (!(weight > 0))
    return INFINITY;
  double a = work->base->v_re[at], b = work->base->v_im[at], size2 = a * a + b * b;
  double e_re = (a + b * t) / size2, e_im = (b - a * t) / size2;
  double j_re = work->base->j_re[at], j_im = work->base->j_im[at];
  double e2 = e_re * e_re + e_im * e_im, along = j_re * e_re + j_im * e_im;
  double rest = j_re * j_re + j_im * j_im - limit * limit / weight;
  double root = along * along - e2 * rest;
  return root > 0 ? MAX (0, (sqrt (root) - along) / e2) : 0;
}

/* @room: scratch, one number per position. */
static void
guess_component (Work *work, guint c, double *room)
{
  const ZxNet *net = work->net;
  guint32 begin = net->first[c], first = begin + net->n_sources[c], end = net->first[c + 1];
  double vmin2 = work->scenario->vmin_pu * work->scenario->vmin_pu, *guess = work->guess_kw;
  for (guint32 at = begin; at < end; at++)
    {
      double a = work->base->v_re[at], b = work->base->v_im[at];
      room[at] = a * a + b * b - vmin2 * net->k2[at];
    }
  for (guint32 at = end; at-- > first;)
    room[net->parent[at]] = MIN (room[net->parent[at]], room[at]);
  /* From here on guess holds the least along the path; the path's impedance goes beside it. */
  g_autofree double *path = g_new0 (double, end - begin);
  for (guint32 at = begin; at < end; at++)
    {
      guess[at] = INFINITY;
      if (at < first)
        continue;
      guint32 up = net->parent[at];
      path[at - begin] = path[up - begin] + net->z_re[at] + work->scenario->tangent * net->z_im[at];
      double voltage = path[at - begin] > 0 ? MAX (0, room[at]) / (2 * path[at - begin]) : INFINITY;
      guess[at] = MIN (guess[up], MIN (voltage, thermal_guess (work, at)));
    }
  for (guint32 at = begin; at < end; at++)
    guess[at] *= net->grid->base_mva * 1000;
}

/* ---- one search ---------------------------------------------------------------------------- */

static void
finish (Work *work, const Search *search, double kw, ZxHostingLimit limit, gint32 element,
        double v2, double loading2)
{
  ZxHosting *hosting = work->hosting;
  guint32 node = work->net->node[search->at];
  hosting->hosting_kw[node] = kw;
  hosting->limit[node] = (guint8) limit;
  hosting->limiting_element[node] = element;
  hosting->vmin_pu[node] = sqrt (v2);
  hosting->loading_percent[node] = 100 * sqrt (loading2);
}

/* Brings @value into the bracket, away from its ends. */
static double
inside (const Search *search, double value)
{
  double width = search->high - search->low;
  if (!(value > search->low && value < search->high))
    return search->low + width / 2;
  return CLAMP (value, search->low + width * 1e-9, search->high - width * 1e-9);
}

/* Inverse quadratic interpolation through the bracket and the point before; else the secant. */
static double
interpolate (const Search *search)
{
  double a = search->low, b = search->high, c = search->old;
  double fa = search->low_excess, fb = search->high_excess, fc = search->old_excess;
  double secant = a - fa * (b - a) / (fb - fa);
  if (isnan (fb))
    return a + (b - a) / 2;
  if (isnan (fc) || fc == fa || fc == fb)
    return secant;
  double quadratic = a * fb * fc / ((fa - fb) * (fa - fc)) + b * fa * fc / ((fb - fa) * (fb - fc))
                     + c * fa * fb / ((fc - fa) * (fc - fb));
  return quadratic > a && quadratic < b ? quadratic : secant;
}

static void
replace_low (Search *search, double kw, double value)
{
  search->old = search->low;
  search->old_excess = search->low_excess;
  search->low = kw;
  search->low_excess = value;
}

static void
replace_high (Search *search, double kw, double value)
{
  search->old = isfinite (search->high) ? search->high : NAN;
  search->old_excess = isfinite (search->high) ? search->high_excess : NAN;
  search->high = kw;
  search->high_excess = value;
}

/* Where to go while nothing above is known to be too much. */
static double
extend (const Search *search, double cap)
{
  double step = search->low - search->old;
  double rise = search->low_excess - search->old_excess;
  double next = rise > 0 ? search->low - search->low_excess * step / rise * 1.02 : cap;
  next = MAX (next, search->low + MAX (search->low * 0.02, 1));
  return MIN (MIN (next, MAX (4 * search->low, 100)), cap);
}

/* The slope of the excess around the newest point, per kW; > 0. */
static double
slope_of (const Search *search)
{
  if (isfinite (search->high) && !isnan (search->high_excess))
    return (search->high_excess - search->low_excess) / (search->high - search->low);
  return (search->low_excess - search->old_excess) / (search->low - search->old);
}

static void
conclude (Work *work, const ZxLanes *lanes, const ZxLaneView *view, guint lane,
          const Search *search, double value, double slope, double kw)
{
  double voltage = voltage_excess (work->scenario, view->vmin2[lane]);
  double v2 = view->vmin2[lane], loading2 = view->loading2[lane];
  if (voltage >= value)
    finish (work, search, kw, ZX_LIMIT_VOLTAGE,
            (gint32) first_low_node (work, lanes, lane, voltage, slope * WATT_KW), v2, loading2);
  else
    finish (work, search, kw, ZX_LIMIT_THERMAL, (gint32) view->loading_branch[lane], v2, loading2);
}

/* Takes the result of the trial.  Returns: TRUE when the search has ended. */
static gboolean
advance (Work *work, const ZxLanes *lanes, const ZxLaneView *view, guint lane, gboolean is_settled,
         Search *search)
{
  double cap = work->scenario->cap_kw, kw = search->trial;
  double value = is_settled ? excess (work->scenario, view, lane) : NAN;
  search->n_trials++;
  if (value <= 0)
    replace_low (search, kw, value);
  else
    replace_high (search, kw, value);
  if (value <= 0 && kw >= cap)
    {
      finish (work, search, cap, ZX_LIMIT_CAP, -1, NAN, NAN);
      return TRUE;
    }
  double near = MAX (NEAR_KW, NEAR_SHARE * kw), slope = slope_of (search);
  if (!isnan (value) && slope > 0 && fabs (value) / slope <= near)
    {
      search->last_slope = slope;
      conclude (work, lanes, view, lane, search, value, slope, MAX (0, kw - value / slope));
      return TRUE;
    }
  if (search->high - search->low <= NEAR_KW || search->n_trials >= MAX_TRIALS)
    {
      if (isnan (search->high_excess))
        finish (work, search, search->low, ZX_LIMIT_NO_SOLUTION, -1, NAN, NAN);
      else
        conclude (work, lanes, view, lane, search, value, slope, search->low);
      return TRUE;
    }
  if (search->n_trials == 1 && slope > 0 && !isnan (value))
    {
      double next = kw - value / (slope * search->steeper);
      search->trial
          = value <= 0 ? CLAMP (next, kw, MIN (cap, MAX (4 * kw, 100))) : inside (search, next);
      return FALSE;
    }
  if (!isfinite (search->high))
    {
      search->trial = extend (search, cap);
      return FALSE;
    }
  /* A bracket that shrinks too slowly is halved. */
  gboolean is_slow = search->n_trials >= 6 && search->n_trials % 3 == 0
                     && search->high - search->low > search->bracket / 2;
  if (search->n_trials % 3 == 0)
    search->bracket = search->high - search->low;
  search->trial
      = inside (search, is_slow ? (search->low + search->high) / 2 : interpolate (search));
  return FALSE;
}

/* ---- eight searches side by side ------------------------------------------------------------- */

static void
start_lane (const Work *work, ZxLanes *lanes, guint lane)
{
  const ZxNet *net = work->net;
  for (guint32 at = lanes->begin; at < lanes->end; at++)
    {
      ZxLane *state = lanes->state + 4 * (gsize) (at - lanes->begin);
      state[0][lane] = work->base->v_re[at];
      state[1][lane] = work->base->v_im[at];
    }
  guint32 first = net->first_link[lanes->component];
  for (guint32 l = first; l < net->first_link[lanes->component + 1]; l++)
    {
      lanes->link_re[l - first][lane] = work->base->link_re[l];
      lanes->link_im[l - first][lane] = work->base->link_im[l];
    }
}

/* @correction: of the linear estimate, from a search that has ended. */
static gboolean
next_search (const Work *work, ZxLanes *lanes, guint32 *next, guint32 end,
             const Correction *correction, Search *search)
{
  *search = (Search){ .at = ZX_NET_NO_BRANCH };
  if (*next >= end)
    return FALSE;
  search->at = g_array_index (work->order, guint32, (*next)++);
  search->guess = work->guess_kw[search->at];
  search->low_excess = work->base_excess[lanes->component];
  search->high = INFINITY;
  search->high_excess = search->old = search->old_excess = NAN;
  search->bracket = INFINITY;
  /* A guess of nothing tells nothing: a little above it there is a slope. */
  search->steeper = correction->slope;
  search->trial = CLAMP (search->guess * correction->guess, MIN (0.01, work->scenario->cap_kw),
                         work->scenario->cap_kw);
  return TRUE;
}

static void
set_trials (const Work *work, const Search *searches, ZxLaneLoad *loads, guint32 idle_at)
{
  double base = work->net->grid->base_mva * 1000;
  for (guint l = 0; l < ZX_LANES; l++)
    {
      gboolean is_idle = searches[l].at == ZX_NET_NO_BRANCH;
      loads[l].at = is_idle ? idle_at : searches[l].at;
      loads[l].p = (ZxLane){ 0 };
      loads[l].q = (ZxLane){ 0 };
      loads[l].p[l] = is_idle ? 0 : searches[l].trial / base;
      loads[l].q[l] = loads[l].p[l] * work->scenario->tangent;
    }
}

/* Takes over what a search that has ended tells, where it tells anything about the next. */
static void
learn (const Work *work, guint32 component, const Search *search, Correction *correction)
{
  guint32 node = work->net->node[search->at];
  double kw = work->hosting->hosting_kw[node], ratio = kw / search->guess;
  double steeper = search->last_slope * kw / -work->base_excess[component];
  if (work->hosting->limit[node] != ZX_LIMIT_VOLTAGE
      && work->hosting->limit[node] != ZX_LIMIT_THERMAL)
    return;
  if (ratio > 0.3 && ratio < 1.1)
    correction->guess = ratio;
  if (steeper > 0.5 && steeper < 3)
    correction->slope = steeper;
}

static void
search_block (Work *work, const Block *block, ZxLanes *lanes, guint64 *n_solves)
{
  Search searches[ZX_LANES];
  ZxLaneLoad loads[ZX_LANES];
  ZxLaneView view;
  guint32 next = block->begin;
  guint n_busy = 0;
  Correction correction = { 1, 1 };
  for (guint l = 0; l < ZX_LANES; l++)
    {
      start_lane (work, lanes, l);
      n_busy += next_search (work, lanes, &next, block->end, &correction, &searches[l]);
    }
  lanes->load = loads;
  lanes->n_loads = ZX_LANES;
  while (n_busy > 0 && !zx_progress_is_stopped (work->progress))
    {
      set_trials (work, searches, loads, lanes->begin);
      guint settled = zx_lanes_solve (lanes);
      zx_lanes_view (lanes, &view);
      for (guint l = 0; l < ZX_LANES; l++)
        {
          if (searches[l].at == ZX_NET_NO_BRANCH)
            continue;
          gboolean is_settled = (settled >> l) & 1;
          ++*n_solves;
          if (advance (work, lanes, &view, l, is_settled, &searches[l]))
            {
              learn (work, lanes->component, &searches[l], &correction);
              n_busy -= !next_search (work, lanes, &next, block->end, &correction, &searches[l]);
            }
          if (!is_settled)
            start_lane (work, lanes, l);
        }
    }
}

static void
search_blocks (gsize begin, gsize end, guint worker, gpointer data)
{
  Work *work = data;
  for (gsize i = begin; i < end; i++)
    {
      ZxLanes lanes;
      if (zx_lanes_init (&lanes, work->net, work->blocks[i].component, TOLERANCE, NULL))
        search_block (work, &work->blocks[i], &lanes, &work->n_solves[i]);
      else
        g_atomic_int_set (&work->out_of_memory, 1);
      zx_lanes_clear (&lanes);
    }
}

/* ---- the base case -------------------------------------------------------------------------- */

static gboolean
is_wanted (const Work *work, guint32 at)
{
  return work->is_wanted == NULL || work->is_wanted[work->net->node[at]];
}

/* All nodes of a component get the same answer. */
static void
settle_component (Work *work, guint c, ZxHostingLimit limit, double kw, gint32 element, double v2,
                  double loading2)
{
  const ZxNet *net = work->net;
  for (guint32 at = net->first[c] + net->n_sources[c]; at < net->first[c + 1]; at++)
    {
      Search search = { .at = at };
      if (!is_wanted (work, at))
        continue;
      finish (work, &search, kw, limit, element, v2, loading2);
    }
}

/* Returns: TRUE when nodes of the component are to be searched. */
static gboolean
judge_base (Work *work, guint c, ZxLanes *lanes, double *room)
{
  ZxLaneView view;
  for (guint l = 0; l < ZX_LANES; l++)
    start_lane (work, lanes, l);
  zx_lanes_solve (lanes);
  zx_lanes_view (lanes, &view);
  double voltage = voltage_excess (work->scenario, view.vmin2[0]);
  work->base_excess[c] = excess (work->scenario, &view, 0);
  if (voltage > 0)
    settle_component (work, c, ZX_LIMIT_BASE_VOLTAGE, 0,
                      (gint32) first_low_node (work, lanes, 0, 0, 0), view.vmin2[0],
                      view.loading2[0]);
  else if (work->base_excess[c] > 0)
    settle_component (work, c, ZX_LIMIT_BASE_THERMAL, 0, (gint32) view.loading_branch[0],
                      view.vmin2[0], view.loading2[0]);
  else
    {
      guess_component (work, c, room);
      return TRUE;
    }
  return FALSE;
}

/* The positions of a component as a walk down the tree meets them: each behind its parent, with
 * all behind it before its next sibling.  (transfer full) */
static guint32 *
walk_down (const ZxNet *net, guint c)
{
  guint32 begin = net->first[c], first = begin + net->n_sources[c], end = net->first[c + 1];
  guint32 *walk = g_new (guint32, end - begin);
  g_autofree guint32 *size = g_new (guint32, end - begin);
  g_autofree guint32 *next = g_new (guint32, end - begin);
  for (guint32 at = begin; at < end; at++)
    size[at - begin] = 1;
  for (guint32 at = end; at-- > first;)
    size[net->parent[at] - begin] += size[at - begin];
  guint32 place = 0;
  for (guint32 at = begin; at < end; at++)
    {
      guint32 *from = at < first ? &place : &next[net->parent[at] - begin];
      walk[*from] = at;
      next[at - begin] = *from + 1;
      *from += size[at - begin];
    }
  return walk;
}

static void
add_blocks (Work *work, guint c, GArray *blocks)
{
  const ZxNet *net = work->net;
  guint32 begin = work->order->len, first = net->first[c] + net->n_sources[c];
  g_autofree guint32 *walk = walk_down (net, c);
  for (guint32 i = 0; i < net->first[c + 1] - net->first[c]; i++)
    if (walk[i] >= first && is_wanted (work, walk[i]))
      g_array_append_val (work->order, walk[i]);
  for (guint32 at = begin; at < work->order->len; at += BLOCK)
    {
      Block block = { c, at, MIN (at + BLOCK, work->order->len) };
      g_array_append_val (blocks, block);
    }
}

static gboolean
prepare (Work *work, GArray *blocks, GError **error)
{
  const ZxNet *net = work->net;
  g_autofree double *room = ZX_TRY_NEW (double, net->n, _ ("Feeder nodes"), error);
  if (room == NULL)
    return FALSE;
  for (guint c = 0; c < net->n_components; c++)
    {
      ZxLanes lanes;
      if (zx_net_needs_newton (net, c))
        {
          settle_component (work, c, ZX_LIMIT_MESHED, NAN, -1, NAN, NAN);
          continue;
        }
      if (!zx_lanes_init (&lanes, net, c, TOLERANCE, error))
        return FALSE;
      gboolean is_searched = judge_base (work, c, &lanes, room);
      zx_lanes_clear (&lanes);
      if (is_searched)
        add_blocks (work, c, blocks);
    }
  return TRUE;
}

/* ---- public ------------------------------------------------------------------------------- */

void
zx_power_hosting_free (ZxHosting *self)
{
  if (self == NULL)
    return;
  g_free (self->hosting_kw);
  g_free (self->limit);
  g_free (self->limiting_element);
  g_free (self->vmin_pu);
  g_free (self->loading_percent);
  g_free (self);
}

ZxHosting *
zx_power_hosting_new (guint n, GError **error)
{
  const char *what = _ ("Feeder nodes");
  g_autoptr (ZxHosting) self = g_new0 (ZxHosting, 1);
  self->n_nodes = n;
  if ((self->hosting_kw = ZX_TRY_NEW (double, n, what, error)) == NULL
      || (self->limit = ZX_TRY_NEW (guint8, n, what, error)) == NULL
      || (self->limiting_element = ZX_TRY_NEW (gint32, n, what, error)) == NULL
      || (self->vmin_pu = ZX_TRY_NEW (double, n, what, error)) == NULL
      || (self->loading_percent = ZX_TRY_NEW (double, n, what, error)) == NULL)
    return NULL;
  for (guint i = 0; i < n; i++)
    {
      self->hosting_kw[i] = self->vmin_pu[i] = self->loading_percent[i] = NAN;
      self->limit[i] = ZX_LIMIT_NONE;
      self->limiting_element[i] = -1;
    }
  return g_steal_pointer (&self);
}

static gboolean
run (Work *work, GError **error)
{
  g_autoptr (GArray) blocks = g_array_new (FALSE, FALSE, sizeof (Block));
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (guint32));
  work->order = order;
  if (!prepare (work, blocks, error))
    return FALSE;
  work->blocks = (const Block *) (void *) blocks->data;
  g_autofree guint64 *n_solves = ZX_TRY_NEW (guint64, blocks->len, _ ("Feeder nodes"), error);
  work->n_solves = n_solves;
  if (n_solves == NULL
      || !zx_parallel_for (blocks->len, 1, search_blocks, work, work->progress, error))
    return FALSE;
  for (guint i = 0; i < blocks->len; i++)
    work->hosting->n_solves += n_solves[i];
  if (!work->out_of_memory)
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_IO, _ ("There is not enough memory for the feeders"));
  return FALSE;
}

static ZxHosting *
host (const ZxGrid *grid, const ZxHostingScenario *scenario, const guint8 *wanted,
      const ZxProgress *progress, GError **error)
{
  const ZxFlowOptions options = ZX_FLOW_OPTIONS_INIT;
  g_autoptr (ZxNet) net = zx_net_new (grid, NULL, error);
  if (net == NULL || !zx_net_check_supplied (net, error))
    return NULL;
  g_autoptr (ZxHosting) self = zx_power_hosting_new (grid->n_nodes, error);
  g_autofree double *guess = ZX_TRY_NEW (double, net->n, _ ("Feeder nodes"), error);
  g_autofree double *base_excess = ZX_TRY_NEW (double, net->n_components, _ ("Feeders"), error);
  ZxState state = { NULL };
  gint32 failed = -1;
  gboolean used_newton, ok = self != NULL && guess != NULL && base_excess != NULL
                             && zx_state_init (&state, net, error);
  if (ok && !zx_flow_solve (net, &options, &state, &failed, &used_newton, error))
    {
      zx_flow_explain (net, failed, &state, error);
      ok = FALSE;
    }
  Work work = { .net = net,
                .is_wanted = wanted,
                .scenario = scenario,
                .base = &state,
                .guess_kw = guess,
                .base_excess = base_excess,
                .hosting = self,
                .progress = progress };
  ok = ok && run (&work, error);
  zx_state_clear (&state);
  return ok ? g_steal_pointer (&self) : NULL;
}

ZxHosting *
zx_power_hosting (const ZxGrid *grid, const ZxHostingScenario *scenario, const ZxProgress *progress,
                  GError **error)
{
  g_return_val_if_fail (grid != NULL && scenario != NULL, NULL);
  return host (grid, scenario, NULL, progress, error);
}

ZxHosting *
zx_power_hosting_nodes (const ZxGrid *grid, const ZxHostingScenario *scenario, const guint *nodes,
                        guint n_nodes, const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (grid != NULL && scenario != NULL && nodes != NULL, NULL);
  g_autofree guint8 *wanted = ZX_TRY_NEW (guint8, grid->n_nodes, _ ("Feeder nodes"), error);
  if (wanted == NULL)
    return NULL;
  for (guint i = 0; i < n_nodes; i++)
    wanted[nodes[i]] = TRUE;
  return host (grid, scenario, wanted, progress, error);
}
