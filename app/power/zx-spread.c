/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stochastic hosting capacity (in the manner of EPRI 1026640): a random order of sites is filled in
 * until a limit breaks, many times over; the spread of the sums is the answer.
 *
 * One order is a list of nodes; the largest number of its first sites that holds is found by
 * bisection, because more load never helps under constant power.  Eight orders run side by side.
 * The band of the mean says what more draws could change, not what the grid will do. */

#include "app/power/zx-flow.h"
#include "app/power/zx-lanes.h"

#include <string.h>

#define TOLERANCE 1e-9
#define MAX_SITES 1000

typedef struct
{
  const ZxNet *net;
  const ZxHostingScenario *scenario;
  const ZxSpreadOptions *options;
  guint component;
  guint n_batches;
  guint *n_sites; /* [draw]: how many held */
  guint8 *limit;  /* [draw] ZxHostingLimit of the next one */
  const ZxProgress *progress;
  gint out_of_memory;
} Work;

typedef struct
{
  guint low, high; /* low holds, high does not (or is beyond the list) */
  guint8 limit;
} Search;

static guint8
judge (const ZxHostingScenario *scenario, const ZxLaneView *view, guint lane, gboolean is_settled)
{
  if (!is_settled)
    return ZX_LIMIT_NO_SOLUTION;
  if (view->vmin2[lane] < scenario->vmin_pu * scenario->vmin_pu)
    return ZX_LIMIT_VOLTAGE;
  return sqrt (view->loading2[lane]) * 100 > scenario->loading_limit_percent ? ZX_LIMIT_THERMAL
                                                                             : ZX_LIMIT_CAP;
}

/* Each draw has a stream of its own, so its order depends on its number alone. */
static void
draw_orders (const Work *work, guint batch, guint32 *order)
{
  const ZxNet *net = work->net;
  guint32 first = net->first[work->component] + net->n_sources[work->component];
  guint32 n = net->first[work->component + 1] - first;
  for (guint l = 0; l < ZX_LANES; l++)
    {
      ZxRng rng = zx_rng_stream (work->options->seed,
                                 (guint64) work->component << 32 | (batch * ZX_LANES + l));
      for (guint k = 0; k < work->options->max_sites; k++)
        order[k * ZX_LANES + l] = first + zx_rng_below (&rng, n);
    }
}

/* The first sites of each lane's order, as many as its search tries. */
static guint
set_loads (const Work *work, const Search *searches, const guint32 *order, ZxLaneLoad *loads)
{
  double p = work->options->site_kw / (work->net->grid->base_mva * 1000);
  guint n = 0;
  for (guint l = 0; l < ZX_LANES; l++)
    {
      guint tried = (searches[l].low + searches[l].high) / 2;
      for (guint k = 0; searches[l].high - searches[l].low > 1 && k < tried; k++)
        {
          ZxLaneLoad *load = &loads[n++];
          *load = (ZxLaneLoad){ .at = order[k * ZX_LANES + l] };
          load->p[l] = p;
          load->q[l] = p * work->scenario->tangent;
        }
    }
  return n;
}

static void
search_batch (Work *work, guint batch, ZxLanes *lanes, guint32 *order, ZxLaneLoad *loads)
{
  Search searches[ZX_LANES];
  ZxLaneView view;
  gboolean is_busy = TRUE;
  draw_orders (work, batch, order);
  for (guint l = 0; l < ZX_LANES; l++)
    searches[l] = (Search){ 0, work->options->max_sites + 1, ZX_LIMIT_CAP };
  lanes->load = loads;
  while (is_busy && !zx_progress_is_stopped (work->progress))
    {
      lanes->n_loads = set_loads (work, searches, order, loads);
      guint settled = zx_lanes_solve (lanes);
      zx_lanes_view (lanes, &view);
      is_busy = FALSE;
      for (guint l = 0; l < ZX_LANES; l++)
        {
          Search *search = &searches[l];
          if (search->high - search->low > 1)
            {
              guint tried = (search->low + search->high) / 2;
              guint8 limit = judge (work->scenario, &view, l, (settled >> l) & 1);
              search->limit = limit != ZX_LIMIT_CAP ? limit : search->limit;
              *(limit == ZX_LIMIT_CAP ? &search->low : &search->high) = tried;
            }
          is_busy |= search->high - search->low > 1;
          if (!((settled >> l) & 1))
            zx_lanes_reset (lanes, l);
        }
    }
  for (guint l = 0; l < ZX_LANES && batch * ZX_LANES + l < work->options->n_draws; l++)
    {
      work->n_sites[batch * ZX_LANES + l] = searches[l].low;
      work->limit[batch * ZX_LANES + l] = searches[l].limit;
    }
}

static void
search_batches (gsize begin, gsize end, guint worker, gpointer data)
{
  Work *work = data;
  gsize n = (gsize) work->options->max_sites * ZX_LANES;
  g_autofree guint32 *order = zx_try_new (n, sizeof (guint32), "", NULL);
  g_autofree ZxLaneLoad *loads = zx_try_new (n, sizeof (ZxLaneLoad), "", NULL);
  for (gsize batch = begin; batch < end; batch++)
    {
      ZxLanes lanes;
      if (order != NULL && loads != NULL
          && zx_lanes_init (&lanes, work->net, work->component, TOLERANCE, NULL))
        {
          search_batch (work, (guint) batch, &lanes, order, loads);
          zx_lanes_clear (&lanes);
        }
      else
        g_atomic_int_set (&work->out_of_memory, 1);
    }
}

/* ---- one part ------------------------------------------------------------------------------- */

static int
compare_counts (gconstpointer a, gconstpointer b)
{
  guint x = *(const guint *) a, y = *(const guint *) b;
  return (x > y) - (x < y);
}

static void
sum_up (const Work *work, ZxSpreadPart *part)
{
  guint n = work->options->n_draws;
  double kw = work->options->site_kw, sum = 0, squares = 0;
  for (guint i = 0; i < n; i++)
    {
      sum += work->n_sites[i] * kw;
      part->n_voltage += work->limit[i] == ZX_LIMIT_VOLTAGE;
      part->n_thermal += work->limit[i] == ZX_LIMIT_THERMAL;
      part->n_unlimited += work->limit[i] == ZX_LIMIT_CAP;
    }
  part->mean_kw = sum / n;
  for (guint i = 0; i < n; i++)
    squares += pow (work->n_sites[i] * kw - part->mean_kw, 2);
  double error = n > 1 ? sqrt (squares / (n - 1) / n) : NAN;
  part->mean_low_kw = part->mean_kw - 1.96 * error;
  part->mean_high_kw = part->mean_kw + 1.96 * error;
  qsort (work->n_sites, n, sizeof (guint), compare_counts);
  part->least_kw = work->n_sites[0] * kw;
  part->most_kw = work->n_sites[n - 1] * kw;
  part->p10_kw = work->n_sites[(n - 1) / 10] * kw;
  part->p50_kw = work->n_sites[(n - 1) / 2] * kw;
  part->p90_kw = work->n_sites[(n - 1) * 9 / 10] * kw;
}

/* Is a limit broken with nothing added? */
static gboolean
is_violated (const Work *work, gboolean *is_known, GError **error)
{
  ZxLanes lanes;
  ZxLaneView view;
  if (!zx_lanes_init (&lanes, work->net, work->component, TOLERANCE, error))
    {
      *is_known = FALSE;
      return FALSE;
    }
  guint settled = zx_lanes_solve (&lanes);
  zx_lanes_view (&lanes, &view);
  zx_lanes_clear (&lanes);
  *is_known = TRUE;
  return judge (work->scenario, &view, 0, settled & 1) != ZX_LIMIT_CAP;
}

static gboolean
spread_component (Work *work, GArray *parts, const ZxProgress *progress, GError **error)
{
  const ZxNet *net = work->net;
  gboolean is_known;
  ZxSpreadPart part = { .source = net->node[net->first[work->component]] };
  part.n_nodes = net->first[work->component + 1] - net->first[work->component]
                 - net->n_sources[work->component];
  if (part.n_nodes == 0 || zx_net_needs_newton (net, work->component))
    return TRUE;
  part.is_violated_before = is_violated (work, &is_known, error);
  if (!is_known)
    return FALSE;
  if (!part.is_violated_before)
    {
      if (!zx_parallel_for (work->n_batches, 1, search_batches, work, progress, error))
        return FALSE;
      sum_up (work, &part);
    }
  g_array_append_val (parts, part);
  return TRUE;
}

static gboolean
check_options (const ZxSpreadOptions *options, GError **error)
{
  if (options->site_kw > 0 && isfinite (options->site_kw) && options->n_draws >= 1
      && options->n_draws <= 1000000 && options->max_sites >= 1 && options->max_sites <= MAX_SITES)
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("Random sites of %g kW, %u draws, at most %u sites: the power must be more than "
                  "0, the draws 1 to 1000000, the sites 1 to %d"),
               options->site_kw, options->n_draws, options->max_sites, MAX_SITES);
  return FALSE;
}

GArray *
zx_power_spread (const ZxGrid *grid, const ZxHostingScenario *scenario,
                 const ZxSpreadOptions *options, const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (grid != NULL && scenario != NULL && options != NULL, NULL);
  if (!check_options (options, error))
    return NULL;
  g_autoptr (ZxNet) net = zx_net_new (grid, NULL, error);
  if (net == NULL || !zx_net_check_supplied (net, error))
    return NULL;
  g_autoptr (GArray) parts = g_array_new (FALSE, TRUE, sizeof (ZxSpreadPart));
  g_autofree guint *n_sites = ZX_TRY_NEW (guint, options->n_draws, _ ("Feeder nodes"), error);
  g_autofree guint8 *limit = ZX_TRY_NEW (guint8, options->n_draws, _ ("Feeder nodes"), error);
  Work work = { .net = net,
                .scenario = scenario,
                .options = options,
                .n_sites = n_sites,
                .limit = limit,
                .progress = progress };
  work.n_batches = (options->n_draws + ZX_LANES - 1) / ZX_LANES;
  if (n_sites == NULL || limit == NULL)
    return NULL;
  for (work.component = 0; work.component < net->n_components; work.component++)
    {
      ZxProgress slice = zx_progress_slice (progress, (double) work.component / net->n_components,
                                            (work.component + 1.0) / net->n_components);
      if (!spread_component (&work, parts, &slice, error))
        return NULL;
    }
  if (work.out_of_memory)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_IO, _ ("There is not enough memory for the feeders"));
      return NULL;
    }
  return g_steal_pointer (&parts);
}
