/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What each way of strengthening buys at a node, by exact flows on a changed copy of the grid.
 *
 *   transformer  the rated transformers on the way to the node whose limit binds get the next
 *                standard size: rating up, impedance down in proportion (same short-circuit
 * voltage) conductor    the lines on the way get a larger conductor: rating times the factor,
 * resistance over its square, reactance less a tenth managed      nothing is built: charging is
 * held to the node's capacity; what is gained is the connected power beyond it that may be
 * installed
 *
 * Good for comparing ways; a project needs the utility's own sizes and prices, which are options
 * here.  Lengths come from the resistance of the lines at a typical value. */

#include "app/power/zx-net.h"

#define MAX_STEPS        6
#define REACTANCE_FACTOR 0.9
#define LEAST_GAIN_KW    0.01

typedef struct
{
  double kw;
  ZxHostingLimit limit;
  gint32 element;
} Capacity;

static gboolean
host_node (const ZxGrid *grid, const ZxHostingScenario *scenario, guint node, Capacity *capacity,
           GError **error)
{
  g_autoptr (ZxHosting) hosting = zx_power_hosting_nodes (grid, scenario, &node, 1, NULL, error);
  if (hosting == NULL)
    return FALSE;
  capacity->kw = hosting->hosting_kw[node];
  capacity->limit = hosting->limit[node];
  capacity->element = hosting->limiting_element[node];
  return TRUE;
}

static gboolean
is_thermal (const Capacity *capacity)
{
  return capacity->limit == ZX_LIMIT_THERMAL || capacity->limit == ZX_LIMIT_BASE_THERMAL;
}

/* Returns: (transfer full): of each branch between the source and @node, how many lie between it
 * and the node, and 1; else 0. */
static guint32 *
path_to (const ZxGrid *grid, guint node, GError **error)
{
  g_autoptr (ZxNet) net = zx_net_new (grid, NULL, error);
  guint32 *steps
      = net != NULL ? ZX_TRY_NEW (guint32, grid->n_branches, _ ("Feeders"), error) : NULL;
  guint32 n = 0;
  if (steps == NULL || net->position[node] < 0)
    return steps;
  for (guint32 at = (guint32) net->position[node]; net->branch[at] != ZX_NET_NO_BRANCH;
       at = net->parent[at])
    steps[net->branch[at]] = ++n;
  return steps;
}

static double
line_km (const ZxGrid *grid, guint branch, const ZxRemedyOptions *options)
{
  double kv = grid->node_base_kv[grid->branch_to[branch]];
  double r = grid->branch_r_pu[branch] * kv * kv / grid->base_mva;
  return MAX (0, r) / options->ohm_per_km;
}

static void
enlarge_transformer (ZxGrid *grid, guint branch)
{
  double kva = grid->branch_rate_mva[branch] * 1000;
  guint size = zx_power_transformer_size_kva (kva * 1.001);
  /* Beyond the standard sizes of distribution: half as much again, as a second unit would be. */
  double next = size > 0 ? size : kva * 1.5, by = next / kva;
  grid->branch_rate_mva[branch] = next / 1000;
  grid->branch_r_pu[branch] /= by;
  grid->branch_x_pu[branch] /= by;
}

static void
enlarge_conductor (ZxGrid *grid, guint branch, const ZxRemedyOptions *options)
{
  double by = options->conductor_factor;
  grid->branch_rate_mva[branch] *= by;
  grid->branch_r_pu[branch] /= by * by;
  grid->branch_x_pu[branch] *= REACTANCE_FACTOR;
}

/* What is paid for: every element that is no longer what it was, once, at the size it has now. */
static void
price (const ZxGrid *before, const ZxGrid *now, ZxRemedy *remedy, const ZxRemedyOptions *options)
{
  remedy->cost_fen = remedy->length_km = 0;
  remedy->n_branches = 0;
  remedy->branch = -1;
  for (guint b = 0; b < before->n_branches; b++)
    {
      if (now->branch_x_pu[b] == before->branch_x_pu[b]
          && now->branch_r_pu[b] == before->branch_r_pu[b])
        continue;
      double km = line_km (before, b, options);
      remedy->branch = remedy->branch < 0 ? (gint32) b : remedy->branch;
      remedy->n_branches++;
      if (remedy->kind == ZX_REMEDY_TRANSFORMER)
        remedy->cost_fen += now->branch_rate_mva[b] * 1000 * options->transformer_fen_per_kva;
      else
        {
          remedy->length_km += km;
          remedy->cost_fen += km * options->conductor_fen_per_km;
        }
    }
}

/* Does it help to replace @branch?  A branch that is too full itself; against low voltage every
 * line on the way, or the transformer nearest the node. */
static gboolean
is_to_be_replaced (const ZxGrid *grid, guint branch, ZxBranchKind kind, const guint32 *steps,
                   const Capacity *now)
{
  if (grid->branch_kind[branch] != kind
      || (kind == ZX_BRANCH_TRANSFORMER && isnan (grid->branch_rate_mva[branch])))
    return FALSE;
  if (is_thermal (now))
    return now->element == (gint32) branch;
  for (guint b = 0; kind == ZX_BRANCH_TRANSFORMER && b < grid->n_branches; b++)
    if (grid->branch_kind[b] == kind && steps[b] > 0 && steps[b] < steps[branch])
      return FALSE;
  return steps[branch] > 0;
}

/* One larger size.  Returns: how many elements are replaced. */
static guint
enlarge (ZxGrid *grid, ZxRemedyKind kind, const guint32 *steps, const Capacity *now,
         const ZxRemedyOptions *options)
{
  gboolean is_transformer = kind == ZX_REMEDY_TRANSFORMER;
  guint n = 0;
  for (guint b = 0; b < grid->n_branches; b++)
    {
      if (!is_to_be_replaced (grid, b, is_transformer ? ZX_BRANCH_TRANSFORMER : ZX_BRANCH_LINE,
                              steps, now))
        continue;
      if (is_transformer)
        enlarge_transformer (grid, b);
      else
        enlarge_conductor (grid, b, options);
      n++;
    }
  return n;
}

/* Larger and larger, until the node takes what is wanted or nothing more is gained. */
static gboolean
strengthen (const ZxGrid *grid, const ZxHostingScenario *scenario, guint node, double wanted_kw,
            const guint32 *steps, Capacity now, ZxRemedy *remedy, const ZxRemedyOptions *options,
            GError **error)
{
  g_autoptr (ZxGrid) copy = zx_grid_copy (grid, error);
  if (copy == NULL)
    return FALSE;
  for (guint step = 0; step < MAX_STEPS && !(now.kw >= wanted_kw); step++)
    {
      if (enlarge (copy, remedy->kind, steps, &now, options) == 0)
        break;
      if (!host_node (copy, scenario, node, &now, error))
        return FALSE;
      if (!(now.kw > remedy->hosting_kw + LEAST_GAIN_KW))
        break;
      remedy->hosting_kw = now.kw;
      price (grid, copy, remedy, options);
    }
  return TRUE;
}

static int
compare_remedies (gconstpointer a, gconstpointer b)
{
  const ZxRemedy *x = a, *y = b;
  if (x->fen_per_kw != y->fen_per_kw)
    return x->fen_per_kw < y->fen_per_kw ? -1 : 1;
  return (int) x->kind - (int) y->kind;
}

GArray *
zx_power_remedies (const ZxGrid *grid, const ZxHostingScenario *scenario, guint node,
                   double wanted_kw, const ZxRemedyOptions *options, GError **error)
{
  g_return_val_if_fail (grid != NULL && scenario != NULL && options != NULL, NULL);
  g_return_val_if_fail (node < grid->n_nodes, NULL);
  Capacity now;
  if (!host_node (grid, scenario, node, &now, error))
    return NULL;
  g_autoptr (GArray) remedies = g_array_new (FALSE, TRUE, sizeof (ZxRemedy));
  g_autofree guint32 *steps = path_to (grid, node, error);
  if (steps == NULL)
    return NULL;
  for (guint kind = 0; !(now.kw >= wanted_kw) && kind <= ZX_REMEDY_MANAGED; kind++)
    {
      ZxRemedy remedy = { .kind = kind, .branch = -1, .hosting_kw = isnan (now.kw) ? 0 : now.kw };
      if (kind == ZX_REMEDY_MANAGED)
        {
          /* With nothing to give, there is nothing to share out. */
          remedy.gained_kw = now.kw > 0 ? wanted_kw - now.kw : 0;
          remedy.cost_fen = wanted_kw * options->managed_fen_per_kw;
        }
      else if (!strengthen (grid, scenario, node, wanted_kw, steps, now, &remedy, options, error))
        return NULL;
      else
        remedy.gained_kw = remedy.hosting_kw - (isnan (now.kw) ? 0 : now.kw);
      if (kind != ZX_REMEDY_MANAGED && remedy.n_branches == 0)
        continue;
      remedy.fen_per_kw = remedy.gained_kw > 0 ? remedy.cost_fen / remedy.gained_kw : INFINITY;
      g_array_append_val (remedies, remedy);
    }
  g_array_sort (remedies, compare_remedies);
  return g_steal_pointer (&remedies);
}
