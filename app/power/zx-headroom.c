/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Headroom of transformer areas and feeders over the 24 hours of a design day.
 *
 * An area by itself: load rate and room by the closed form of zx-load.c.  A feeder: a tree of its
 * closed branches from its source; what it can carry is the sum of the limits nearest the source on
 * each way down (one number for the usual single head; branches without a limit are passed until
 * one has it), what it carries is the load of the areas it feeds.  Where no area names the feeder,
 * its nodes' load at the design hour stands in for every hour.
 *
 * Wrong when losses matter (2–4 % at full load, on the unsafe side), when a limit farther down
 * binds before the head's, and when the hours of areas and feeder peak differently from the design
 * day.  Unknown stays NaN: one area without a load makes its feeder's hour unknown, because a sum
 * with a hole in it promises room that nobody has seen. */

#include "app/power/zx-power.h"

#define N_HOURS 24

/* ---- transformer areas -------------------------------------------------------------------- */

static double
base_tangent (const ZxPowerOptions *options)
{
  double factor = options->base_power_factor;
  return sqrt (1 - factor * factor) / factor;
}

static double
area_kvar (const ZxTransformerAreas *areas, gsize index, const ZxPowerOptions *options)
{
  double kvar = areas->base_kvar[index];
  return isnan (kvar) ? areas->base_kw[index] * base_tangent (options) : kvar;
}

static void
fill_hours (ZxHeadroom *self, const ZxTransformerAreas *areas, guint area,
            const ZxPowerOptions *options)
{
  for (guint hour = 0; hour < N_HOURS; hour++)
    {
      gsize i = (gsize) area * N_HOURS + hour;
      double kw = areas->base_kw[i], kvar = area_kvar (areas, i, options);
      double rated = areas->rated_kva[area];
      self->rate[i] = (float) zx_power_load_rate (rated, kw, kvar);
      self->room_kw[i]
          = (float) zx_power_room_kw (rated, kw, kvar, options->power_factor, options->plan_rate);
      self->room100_kw[i] = (float) zx_power_room_kw (rated, kw, kvar, options->power_factor, 1.0);
      if (isnan (self->rate[i]))
        self->room_kw[i] = self->room100_kw[i] = NAN;
    }
}

/* Light and normal are claims about the whole day; heavy and over need only the hours that show
 * them. */
static ZxLoadClass
classify (const ZxLoadEvents *events, guint n_known, double peak_rate)
{
  if (events->n_over_events > 0)
    return ZX_LOAD_OVER;
  if (events->n_heavy_events > 0)
    return ZX_LOAD_HEAVY;
  if (n_known < N_HOURS)
    return ZX_LOAD_UNKNOWN;
  return peak_rate < 0.20 ? ZX_LOAD_LIGHT : ZX_LOAD_NORMAL;
}

static void
sum_up_area (ZxHeadroom *self, guint area, const ZxPowerOptions *options)
{
  const float *rate = self->rate + (gsize) area * N_HOURS;
  const float *room = self->room_kw + (gsize) area * N_HOURS;
  guint n_known = 0;
  self->peak_rate[area] = self->least_room_kw[area] = NAN;
  for (guint hour = 0; hour < N_HOURS; hour++)
    {
      if (isnan (rate[hour]))
        continue;
      n_known++;
      if (!(rate[hour] <= self->peak_rate[area]))
        self->peak_rate[area] = rate[hour];
      if (!(room[hour] >= self->least_room_kw[area]))
        {
          self->least_room_kw[area] = room[hour];
          self->least_room_hour[area] = (guint8) hour;
        }
    }
  ZxLoadEvents events = zx_power_load_events (rate, N_HOURS, 1.0, options);
  self->heavy_hours[area] = (guint8) events.heavy_hours;
  self->over_hours[area] = (guint8) events.over_hours;
  self->load_class[area] = (guint8) classify (&events, n_known, self->peak_rate[area]);
}

/* ---- feeders: what the head can carry ----------------------------------------------------- */

/* The closed branches of each node, in the order of the branches, and the scratch of a walk. */
typedef struct
{
  guint *first;                   /* n_nodes + 1 */
  guint *branch;                  /* 2 × closed branches */
  guint *order;                   /* n_nodes: nodes as they were reached from the source */
  guint *parent;                  /* n_nodes: the branch a node was reached by */
  guint8 *is_reached, *has_child; /* n_nodes */
  double *limit_kva; /* n_nodes: what can flow on from the node; NaN = no limit given */
} Network;

static void
network_clear (Network *self)
{
  g_free (self->first);
  g_free (self->branch);
  g_free (self->order);
  g_free (self->parent);
  g_free (self->is_reached);
  g_free (self->has_child);
  g_free (self->limit_kva);
}

static gboolean
network_alloc (Network *self, const ZxFeeders *feeders, GError **error)
{
  gsize n = feeders->n_nodes;
  const char *what = _ ("Feeder nodes");
  return (self->first = ZX_TRY_NEW (guint, n + 1, what, error)) != NULL
         && (self->branch = ZX_TRY_NEW (guint, (gsize) feeders->n_branches * 2, what, error))
                != NULL
         && (self->order = ZX_TRY_NEW (guint, n, what, error)) != NULL
         && (self->parent = ZX_TRY_NEW (guint, n, what, error)) != NULL
         && (self->is_reached = ZX_TRY_NEW (guint8, n, what, error)) != NULL
         && (self->has_child = ZX_TRY_NEW (guint8, n, what, error)) != NULL
         && (self->limit_kva = ZX_TRY_NEW (double, n, what, error)) != NULL;
}

static void
network_connect (Network *self, const ZxFeeders *feeders)
{
  for (guint b = 0; b < feeders->n_branches; b++)
    if (!feeders->branch_is_open[b])
      {
        self->first[feeders->branch_from[b]]++;
        self->first[feeders->branch_to[b]]++;
      }
  for (guint node = 1; node <= feeders->n_nodes; node++)
    self->first[node] += self->first[node - 1];
  /* Filled from the end, each first comes to stand where its node's branches begin. */
  for (guint b = feeders->n_branches; b-- > 0;)
    if (!feeders->branch_is_open[b])
      {
        self->branch[--self->first[feeders->branch_from[b]]] = b;
        self->branch[--self->first[feeders->branch_to[b]]] = b;
      }
}

static guint
other_end (const ZxFeeders *feeders, guint branch, guint node)
{
  return feeders->branch_from[branch] == node ? feeders->branch_to[branch]
                                              : feeders->branch_from[branch];
}

/* Returns: how many nodes were reached; they stand in @self->order, the sources first. */
static guint
reach (Network *self, const ZxFeeders *feeders, const guint *sources, guint n_sources)
{
  guint n = 0;
  for (guint i = 0; i < n_sources; i++)
    {
      self->is_reached[sources[i]] = TRUE;
      self->order[n++] = sources[i];
    }
  for (guint i = 0; i < n; i++)
    {
      guint node = self->order[i];
      for (guint k = self->first[node]; k < self->first[node + 1]; k++)
        {
          guint next = other_end (feeders, self->branch[k], node);
          if (self->is_reached[next] || feeders->node_feeder[next] != feeders->node_feeder[node])
            continue;
          self->is_reached[next] = TRUE;
          self->parent[next] = self->branch[k];
          self->order[n++] = next;
        }
    }
  return n;
}

/* What the branches nearest the sources let through, kVA: from the leaves inwards, a branch without
 * a limit passes on the limit of what lies behind it.  NaN when some way down has none at all. */
static double
head_limit_kva (Network *self, const ZxFeeders *feeders, const guint *sources, guint n_sources)
{
  guint n = reach (self, feeders, sources, n_sources);
  if (n == n_sources)
    return NAN;
  double total = 0;
  for (guint i = 0; i < n; i++)
    self->limit_kva[self->order[i]] = NAN;
  for (guint i = n; i-- > n_sources;)
    {
      guint node = self->order[i], branch = self->parent[node];
      double limit = feeders->branch_max_kva[branch];
      if (isnan (limit))
        limit = self->limit_kva[node];
      guint above = other_end (feeders, branch, node);
      double sum = self->limit_kva[above];
      self->limit_kva[above] = self->has_child[above] ? sum + limit : limit;
      self->has_child[above] = TRUE;
    }
  for (guint i = 0; i < n_sources; i++)
    if (self->has_child[sources[i]])
      total += self->limit_kva[sources[i]];
  return total;
}

static int
compare_by_feeder (gconstpointer a, gconstpointer b, gpointer data)
{
  const ZxFeeders *feeders = data;
  guint x = *(const guint *) a, y = *(const guint *) b;
  gint32 fx = feeders->node_feeder[x], fy = feeders->node_feeder[y];
  return fx != fy ? (fx > fy) - (fx < fy) : (x > y) - (x < y);
}

/* Returns: (transfer full): the sources, feeder by feeder. */
static GArray *
list_sources (const ZxFeeders *feeders)
{
  GArray *sources = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint node = 0; node < feeders->n_nodes; node++)
    if (feeders->node_is_source[node] && feeders->node_feeder[node] >= 0)
      g_array_append_val (sources, node);
  g_array_sort_with_data (sources, compare_by_feeder, (gpointer) feeders);
  return sources;
}

static gboolean
find_head_limits (const ZxFeeders *feeders, double *limit_kva, GError **error)
{
  Network network = { 0 };
  gboolean ok = network_alloc (&network, feeders, error);
  g_autoptr (GArray) sources = list_sources (feeders);
  const guint *source = (const guint *) (void *) sources->data;
  if (ok)
    network_connect (&network, feeders);
  for (guint f = 0; f < feeders->n_feeders; f++)
    limit_kva[f] = NAN;
  for (guint begin = 0, end; ok && begin < sources->len; begin = end)
    {
      gint32 feeder = feeders->node_feeder[source[begin]];
      for (end = begin; end < sources->len && feeders->node_feeder[source[end]] == feeder;)
        end++;
      limit_kva[feeder] = head_limit_kva (&network, feeders, source + begin, end - begin);
    }
  network_clear (&network);
  return ok;
}

/* ---- feeders: what they carry ------------------------------------------------------------- */

typedef struct
{
  double kw[N_HOURS], kvar[N_HOURS];
  guint n_areas;
} FeederLoad;

static void
add_areas (FeederLoad *loads, const ZxTransformerAreas *areas, const ZxPowerOptions *options)
{
  for (guint area = 0; area < areas->n; area++)
    {
      gint32 feeder = areas->feeder[area];
      if (feeder < 0)
        continue;
      loads[feeder].n_areas++;
      for (guint hour = 0; hour < N_HOURS; hour++)
        {
          gsize i = (gsize) area * N_HOURS + hour;
          loads[feeder].kw[hour] += areas->base_kw[i];
          loads[feeder].kvar[hour] += area_kvar (areas, i, options);
        }
    }
}

static void
add_nodes (FeederLoad *loads, const ZxFeeders *feeders)
{
  for (guint node = 0; node < feeders->n_nodes; node++)
    {
      gint32 feeder = feeders->node_feeder[node];
      if (feeder < 0 || loads[feeder].n_areas > 0)
        continue;
      for (guint hour = 0; hour < N_HOURS; hour++)
        {
          loads[feeder].kw[hour] += feeders->node_kw[node];
          loads[feeder].kvar[hour] += feeders->node_kvar[node];
        }
    }
}

static void
fill_feeder (ZxHeadroom *self, guint feeder, double limit_kva, const FeederLoad *load,
             const ZxPowerOptions *options)
{
  for (guint hour = 0; hour < N_HOURS; hour++)
    {
      gsize i = (gsize) feeder * N_HOURS + hour;
      double kw = load->kw[hour], kvar = load->kvar[hour];
      double room
          = zx_power_room_kw (limit_kva, kw, kvar, options->power_factor, options->plan_rate);
      self->feeder_rate[i] = (float) zx_power_load_rate (limit_kva, kw, kvar);
      self->feeder_room_kw[i] = isnan (self->feeder_rate[i]) ? NAN : (float) room;
    }
}

static gboolean
fill_feeders (ZxHeadroom *self, const ZxCity *city, const ZxPowerOptions *options, GError **error)
{
  guint n = city->feeders.n_feeders;
  g_autofree double *limit_kva = ZX_TRY_NEW (double, n, _ ("Feeders"), error);
  g_autofree FeederLoad *loads = ZX_TRY_NEW (FeederLoad, n, _ ("Feeders"), error);
  if (limit_kva == NULL || loads == NULL || !find_head_limits (&city->feeders, limit_kva, error))
    return FALSE;
  add_areas (loads, &city->transformers, options);
  add_nodes (loads, &city->feeders);
  for (guint feeder = 0; feeder < n; feeder++)
    fill_feeder (self, feeder, limit_kva[feeder], &loads[feeder], options);
  return TRUE;
}

static gboolean
solve_feeders (ZxHeadroom *self, const ZxCity *city, const ZxPowerOptions *options,
               const ZxProgress *progress, GError **error)
{
  ZxFeederOptions limits = ZX_FEEDER_OPTIONS_INIT;
  ZxProgress slice = zx_progress_slice (progress, 0.1, 1);
  limits.power_factor = options->power_factor;
  limits.base_power_factor = options->base_power_factor;
  self->flows = zx_power_feeder_state (city, &limits, &slice, error);
  return self->flows != NULL;
}

/* ---- both --------------------------------------------------------------------------------- */

static gboolean
check_options (const ZxPowerOptions *options, GError **error)
{
  if (!(options->heavy_rate > 0 && options->heavy_rate <= options->over_rate))
    g_set_error (
        error, ZX_ERROR, ZX_ERROR_INVALID,
        _ ("Load counts as heavy from %g and as over from %g; the first must be more than 0 "
           "and not above the second"),
        options->heavy_rate, options->over_rate);
  else if (!(options->plan_rate > 0 && options->plan_rate <= 2))
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("The planned load rate is %g; it must be more than 0 and at most 2"),
                 options->plan_rate);
  else if (!(options->power_factor > 0 && options->power_factor <= 1
             && options->base_power_factor > 0 && options->base_power_factor <= 1))
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("The power factors are %g for charging and %g for the base load; they must be "
                    "more than 0 and at most 1"),
                 options->power_factor, options->base_power_factor);
  else
    return TRUE;
  return FALSE;
}

static gboolean
alloc (ZxHeadroom *self, guint n_areas, guint n_feeders, GError **error)
{
  const char *what = _ ("Headroom");
  gsize area_hours = (gsize) n_areas * N_HOURS, feeder_hours = (gsize) n_feeders * N_HOURS;
  self->n_areas = n_areas;
  self->n_feeders = n_feeders;
  return (self->rate = ZX_TRY_NEW (float, area_hours, what, error)) != NULL
         && (self->room_kw = ZX_TRY_NEW (float, area_hours, what, error)) != NULL
         && (self->room100_kw = ZX_TRY_NEW (float, area_hours, what, error)) != NULL
         && (self->peak_rate = ZX_TRY_NEW (float, n_areas, what, error)) != NULL
         && (self->least_room_kw = ZX_TRY_NEW (float, n_areas, what, error)) != NULL
         && (self->least_room_hour = ZX_TRY_NEW (guint8, n_areas, what, error)) != NULL
         && (self->load_class = ZX_TRY_NEW (guint8, n_areas, what, error)) != NULL
         && (self->heavy_hours = ZX_TRY_NEW (guint8, n_areas, what, error)) != NULL
         && (self->over_hours = ZX_TRY_NEW (guint8, n_areas, what, error)) != NULL
         && (self->feeder_room_kw = ZX_TRY_NEW (float, feeder_hours, what, error)) != NULL
         && (self->feeder_rate = ZX_TRY_NEW (float, feeder_hours, what, error)) != NULL;
}

void
zx_power_headroom_free (ZxHeadroom *self)
{
  if (self == NULL)
    return;
  g_free (self->rate);
  g_free (self->room_kw);
  g_free (self->room100_kw);
  g_free (self->peak_rate);
  g_free (self->least_room_kw);
  g_free (self->least_room_hour);
  g_free (self->load_class);
  g_free (self->heavy_hours);
  g_free (self->over_hours);
  g_free (self->feeder_room_kw);
  g_free (self->feeder_rate);
  zx_power_feeder_state_free (self->flows);
  g_free (self);
}

ZxHeadroom *
zx_power_headroom (const ZxCity *city, const ZxPowerOptions *options, const ZxProgress *progress,
                   GError **error)
{
  g_return_val_if_fail (city != NULL && options != NULL, NULL);
  if (city->transformers.n == 0 && city->feeders.n_feeders == 0)
    return NULL;
  if (!check_options (options, error))
    return NULL;
  g_autoptr (ZxHeadroom) self = g_new0 (ZxHeadroom, 1);
  if (!alloc (self, city->transformers.n, city->feeders.n_feeders, error))
    return NULL;
  for (guint area = 0; area < self->n_areas; area++)
    {
      if (area % 1024 == 0 && !zx_progress_step (progress, area, self->n_areas, error))
        return NULL;
      fill_hours (self, &city->transformers, area, options);
      sum_up_area (self, area, options);
    }
  if (!fill_feeders (self, city, options, error)
      || (self->n_feeders > 0 && !solve_feeders (self, city, options, progress, error))
      || !zx_progress_step (progress, 1, 1, error))
    return NULL;
  return g_steal_pointer (&self);
}
