/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/app/locate/zx-locate-cases.h"

/* ---- random problems ---------------------------------------------------------------------- */

static void
fill_sites (ZxLocate *self, ZxRng *rng)
{
  double total = 0;
  for (guint i = 0; i < self->n_clients; i++)
    total += self->demand[i];
  self->role = g_new0 (guint8, self->n_sites);
  self->n_choose = 1 + zx_rng_below (rng, MIN (3, self->n_sites - 1));
  for (guint j = 0; j < self->n_sites; j++)
    if (zx_rng_below (rng, 8) == 0)
      self->role[j] = (guint8) (1 + zx_rng_below (rng, 3));
  if (self->kind == ZX_LOCATE_MARKET_SHARE || self->kind == ZX_LOCATE_TARGET_SHARE)
    {
      self->attraction = g_new0 (double, self->first[self->n_clients] + 1);
      for (gsize k = 0; k < self->first[self->n_clients]; k++)
        self->attraction[k] = 1 / (1 + self->cost[k] * self->cost[k] / 100);
      for (guint j = 0; j < self->n_sites; j++)
        if (self->role[j] == ZX_LOCATE_CANDIDATE && zx_rng_below (rng, 5) == 0)
          self->role[j] = ZX_LOCATE_RIVAL;
      self->target = 0.2 + 0.6 * zx_rng_uniform (rng);
      if (self->kind == ZX_LOCATE_TARGET_SHARE)
        self->n_choose = 0;
    }
  if (self->kind == ZX_LOCATE_SET_COVER)
    {
      self->n_choose = 0;
      self->n_needed = zx_rng_below (rng, 3);
      self->limit = 20 + 20 * zx_rng_uniform (rng);
      if (zx_rng_below (rng, 2) == 0)
        return;
      self->fixed_cost = g_new0 (double, self->n_sites);
      for (guint j = 0; j < self->n_sites; j++)
        self->fixed_cost[j] = 1 + floor (20 * zx_rng_uniform (rng)) / 4;
    }
  if (self->kind != ZX_LOCATE_FACILITY && self->kind != ZX_LOCATE_ASSIGNMENT
      && self->kind != ZX_LOCATE_CAPACITATED_COVERAGE)
    return;
  self->capacity = g_new0 (double, self->n_sites);
  gboolean are_equal = zx_rng_below (rng, 2) == 0;
  double share = total / self->n_choose;
  for (guint j = 0; j < self->n_sites; j++)
    self->capacity[j] = ceil (share * (are_equal ? 1.3 : 0.6 + 1.5 * zx_rng_uniform (rng)));
  if (self->kind == ZX_LOCATE_FACILITY)
    {
      self->fixed_cost = g_new0 (double, self->n_sites);
      for (guint j = 0; j < self->n_sites; j++)
        self->fixed_cost[j] = floor (100 * zx_rng_uniform (rng)) / 4;
      if (zx_rng_below (rng, 3) > 0)
        self->n_choose = 0;
    }
}

ZxLocate *
zx_locate_case (ZxLocateKind kind, guint64 seed)
{
  ZxRng rng = zx_rng_new (seed);
  guint n = 1 + zx_rng_below (&rng, kind == ZX_LOCATE_ASSIGNMENT ? 7 : 12);
  guint m = 2 + zx_rng_below (&rng, kind == ZX_LOCATE_ASSIGNMENT ? 4 : 8);
  gboolean is_whole = zx_rng_below (&rng, 3) > 0, is_sparse = zx_rng_below (&rng, 2) == 0;
  gboolean is_whole_demand = is_whole || kind == ZX_LOCATE_FACILITY || kind == ZX_LOCATE_ASSIGNMENT
                             || kind == ZX_LOCATE_CAPACITATED_COVERAGE;
  ZxLocate *self = zx_locate_new (kind, n, m, (gsize) n * m, TRUE, NULL);
  gsize k = 0;
  for (guint i = 0; i < n; i++)
    {
      double demand = 12 * zx_rng_uniform (&rng);
      self->demand[i] = is_whole_demand ? floor (demand) + (i == 0) : demand;
      for (guint j = 0; j < m; j++)
        {
          double cost = 50 * zx_rng_uniform (&rng);
          if (is_sparse && zx_rng_below (&rng, 4) == 0)
            continue;
          self->site[k] = j;
          self->cost[k++] = is_whole ? floor (cost) : cost;
        }
      self->first[i + 1] = k;
    }
  self->limit = 20;
  fill_sites (self, &rng);
  return self;
}

/* ---- the best of one set ------------------------------------------------------------------ */

static gboolean
stands (const ZxLocate *self, guint set, guint site)
{
  return ((set >> site) & 1) != 0 || self->role[site] == ZX_LOCATE_EXISTING;
}

static double
nearest_value (const ZxLocate *self, guint set)
{
  double total = 0;
  for (guint i = 0; i < self->n_clients; i++)
    {
      double least = INFINITY;
      for (gsize k = self->first[i]; k < self->first[i + 1]; k++)
        if (stands (self, set, self->site[k]))
          least = MIN (least, self->cost[k]);
      if (self->demand[i] <= 0)
        continue;
      if (self->kind == ZX_LOCATE_MEDIAN)
        total += self->demand[i] * least;
      else if (self->kind == ZX_LOCATE_COVERAGE)
        total += least <= self->limit ? self->demand[i] : 0;
      else
        total += self->demand[i] * MAX (0, 1 - least / self->limit);
    }
  return total < INFINITY ? total : NAN;
}

/* Every way to send whole clients, one after another. */
static double
best_assignment (const ZxLocate *self, guint set, guint client, double *room)
{
  if (client == self->n_clients)
    return 0;
  if (self->demand[client] <= 0)
    return best_assignment (self, set, client + 1, room);
  double best = INFINITY;
  for (gsize k = self->first[client]; k < self->first[client + 1]; k++)
    {
      guint32 site = self->site[k];
      if (!stands (self, set, site) || room[site] < self->demand[client])
        continue;
      room[site] -= self->demand[client];
      best = MIN (best, self->cost[k] + best_assignment (self, set, client + 1, room));
      room[site] += self->demand[client];
    }
  return best;
}

/* Split demand by cancelling negative cycles: unit by unit along Bellman–Ford paths in the graph of
 * clients and sites; slow and simple. */
typedef struct
{
  const ZxLocate *problem;
  guint set;
  double sent[16][16]; /* client, site */
  double load[16], cost[16][16];
} Network;

static gboolean
send_some (Network *self, guint client, double *left)
{
  guint m = self->problem->n_sites, n = self->problem->n_clients;
  double reached[16];
  gint from[16], moved[16];
  for (guint j = 0; j < m; j++)
    {
      reached[j] = self->cost[client][j];
      from[j] = -1;
    }
  for (guint pass = 0; pass < m; pass++)
    for (guint a = 0; a < m; a++)
      for (guint i = 0; i < n; i++)
        for (guint b = 0; b < m && self->sent[i][a] > 1e-9; b++)
          if (reached[a] + self->cost[i][b] - self->cost[i][a] < reached[b] - 1e-9)
            {
              reached[b] = reached[a] + self->cost[i][b] - self->cost[i][a];
              from[b] = (gint) a;
              moved[b] = (gint) i;
            }
  gint target = -1;
  for (guint j = 0; j < m; j++)
    if (self->load[j] < self->problem->capacity[j] - 1e-9 && reached[j] < INFINITY
        && (target < 0 || reached[j] < reached[target]))
      target = (gint) j;
  if (target < 0)
    return FALSE;
  double size = MIN (*left, self->problem->capacity[target] - self->load[target]);
  for (gint j = target; from[j] >= 0; j = from[j])
    size = MIN (size, self->sent[moved[j]][from[j]]);
  self->load[target] += size;
  gint j = target;
  for (; from[j] >= 0; j = from[j])
    {
      self->sent[moved[j]][j] += size;
      self->sent[moved[j]][from[j]] -= size;
    }
  self->sent[client][j] += size;
  *left -= size;
  return TRUE;
}

static double
best_split (const ZxLocate *self, guint set)
{
  g_autofree Network *network = g_new0 (Network, 1);
  double total = 0;
  *network = (Network){ .problem = self, .set = set };
  for (guint i = 0; i < self->n_clients; i++)
    {
      for (guint j = 0; j < self->n_sites; j++)
        network->cost[i][j] = INFINITY;
      for (gsize k = self->first[i]; k < self->first[i + 1]; k++)
        if (stands (self, set, self->site[k]) && self->demand[i] > 0)
          network->cost[i][self->site[k]] = self->cost[k] / self->demand[i];
    }
  for (guint i = 0; i < self->n_clients; i++)
    for (double left = self->demand[i]; left > 1e-9;)
      if (!send_some (network, i, &left))
        return INFINITY;
  for (guint i = 0; i < self->n_clients; i++)
    for (guint j = 0; j < self->n_sites; j++)
      if (network->sent[i][j] > 0)
        total += network->sent[i][j] * network->cost[i][j];
  return total;
}

static double
cover_value (const ZxLocate *self, guint set)
{
  double total = 0;
  for (guint i = 0; i < self->n_clients; i++)
    {
      guint n = 0;
      for (gsize k = self->first[i]; k < self->first[i + 1]; k++)
        n += stands (self, set, self->site[k]) && self->cost[k] <= self->limit;
      if (self->demand[i] > 0 && n < MAX (self->n_needed, 1))
        return NAN;
    }
  for (guint j = 0; j < self->n_sites; j++)
    if (((set >> j) & 1) != 0)
      total += self->fixed_cost != NULL ? self->fixed_cost[j] : 1;
  return total;
}

/* Unit by unit along augmenting paths of a flow from clients to sites. */
static gboolean
find_path (const ZxLocate *self, guint set, guint client, double (*sent)[16], double *load,
           gboolean *is_seen)
{
  for (gsize k = self->first[client]; k < self->first[client + 1]; k++)
    {
      guint32 site = self->site[k];
      if (!stands (self, set, site) || self->cost[k] > self->limit || is_seen[site])
        continue;
      is_seen[site] = TRUE;
      gboolean has_room = load[site] < self->capacity[site];
      for (guint i = 0; i < self->n_clients && !has_room; i++)
        if (i != client && sent[i][site] > 0 && find_path (self, set, i, sent, load, is_seen))
          {
            sent[i][site]--;
            load[site]--;
            has_room = TRUE;
          }
      if (!has_room)
        continue;
      sent[client][site]++;
      load[site]++;
      return TRUE;
    }
  return FALSE;
}

static double
flow_value (const ZxLocate *self, guint set)
{
  double sent[16][16] = { 0 }, load[16] = { 0 }, total = 0;
  for (guint i = 0; i < self->n_clients; i++)
    for (double unit = 0; unit < self->demand[i]; unit++)
      {
        gboolean is_seen[16] = { FALSE };
        if (!find_path (self, set, i, sent, load, is_seen))
          break;
        total++;
      }
  return total;
}

static double
share_value (const ZxLocate *self, guint set)
{
  double total = 0, demand = 0, n = 0;
  for (guint i = 0; i < self->n_clients; i++)
    {
      double ours = 0, all = 0;
      for (gsize k = self->first[i]; k < self->first[i + 1]; k++)
        {
          gboolean is_ours = stands (self, set, self->site[k]);
          ours += is_ours ? self->attraction[k] : 0;
          all += is_ours || self->role[self->site[k]] == ZX_LOCATE_RIVAL ? self->attraction[k] : 0;
        }
      total += ours > 0 ? self->demand[i] * ours / all : 0;
      demand += self->demand[i];
    }
  if (self->kind == ZX_LOCATE_MARKET_SHARE)
    return total;
  for (guint j = 0; j < self->n_sites; j++)
    n += ((set >> j) & 1) != 0;
  return total >= self->target * demand ? n : NAN;
}

static double
worst_value (const ZxLocate *self, guint set)
{
  double worst = 0;
  for (guint i = 0; i < self->n_clients; i++)
    {
      double least = INFINITY;
      for (gsize k = self->first[i]; k < self->first[i + 1]; k++)
        if (stands (self, set, self->site[k]))
          least = MIN (least, self->cost[k]);
      worst = self->demand[i] > 0 ? MAX (worst, least) : worst;
    }
  return worst < INFINITY ? worst : NAN;
}

static double
set_value (const ZxLocate *self, guint set)
{
  double room[16], value;
  if (self->kind == ZX_LOCATE_ASSIGNMENT)
    {
      for (guint j = 0; j < self->n_sites; j++)
        room[j] = self->capacity[j];
      value = best_assignment (self, set, 0, room);
      return value < INFINITY ? value : NAN;
    }
  if (self->kind == ZX_LOCATE_SET_COVER)
    return cover_value (self, set);
  if (self->kind == ZX_LOCATE_CAPACITATED_COVERAGE)
    return flow_value (self, set);
  if (self->kind == ZX_LOCATE_MARKET_SHARE || self->kind == ZX_LOCATE_TARGET_SHARE)
    return share_value (self, set);
  if (self->kind == ZX_LOCATE_CENTRE)
    return worst_value (self, set);
  if (self->kind != ZX_LOCATE_FACILITY)
    return nearest_value (self, set);
  value = best_split (self, set);
  for (guint j = 0; j < self->n_sites; j++)
    value += ((set >> j) & 1) != 0 ? self->fixed_cost[j] : 0;
  return value < INFINITY ? value : NAN;
}

static gboolean
is_allowed (const ZxLocate *self, guint set)
{
  guint n = 0;
  for (guint j = 0; j < self->n_sites; j++)
    {
      gboolean is_in = ((set >> j) & 1) != 0;
      n += is_in;
      if (is_in && self->role[j] != ZX_LOCATE_CANDIDATE && self->role[j] != ZX_LOCATE_REQUIRED)
        return FALSE;
      if (!is_in && self->role[j] == ZX_LOCATE_REQUIRED)
        return FALSE;
    }
  return self->n_choose == 0 || n == self->n_choose;
}

double
zx_locate_brute (const ZxLocate *self)
{
  gboolean is_most = self->kind == ZX_LOCATE_COVERAGE || self->kind == ZX_LOCATE_ATTENDANCE
                     || self->kind == ZX_LOCATE_MARKET_SHARE
                     || self->kind == ZX_LOCATE_CAPACITATED_COVERAGE;
  double best = NAN;
  for (guint set = 0; set < 1u << self->n_sites; set++)
    {
      if (!is_allowed (self, set))
        continue;
      double value = set_value (self, set);
      if (isnan (value))
        continue;
      if (isnan (best) || (is_most ? value > best : value < best))
        best = value;
    }
  return best;
}

ZxMedian *
zx_locate_coverage (guint n_clients, guint n_sites, guint n_picks, const double *weights,
                    const double *covers)
{
  double *weight = g_memdup2 (weights, n_clients * sizeof *weights);
  guint32 *fallback = g_new (guint32, n_clients);
  gsize *first = g_new0 (gsize, n_clients + 1), n_pairs = 0;
  ZxMedianPair *pair = g_new (ZxMedianPair, n_clients * n_sites + 1);
  g_autoptr (GError) error = NULL;
  for (guint i = 0; i < n_clients; i++)
    {
      fallback[i] = 1;
      for (guint32 j = 0; j < n_sites; j++)
        if (covers[i * n_sites + j] > 0)
          pair[n_pairs++] = (ZxMedianPair){ 0, j };
      first[i + 1] = n_pairs;
    }
  ZxMedian *problem = zx_median_new (n_clients, n_sites, n_picks, weight, fallback, first, pair,
                                     g_new0 (guint8, n_sites + 1), &error);
  g_assert_no_error (error);
  return problem;
}

ZxMedian *
zx_locate_square (guint n_clients, guint n_sites, guint n_picks, double reach, ZxRng *rng)
{
  g_autofree double *weights = g_new (double, n_clients);
  g_autofree double *covers = g_new (double, (gsize) n_clients *n_sites);
  g_autofree double *x = g_new (double, n_sites);
  g_autofree double *y = g_new (double, n_sites);
  for (guint j = 0; j < n_sites; j++)
    {
      x[j] = zx_rng_uniform (rng);
      y[j] = zx_rng_uniform (rng);
    }
  for (guint i = 0; i < n_clients; i++)
    {
      double at_x = zx_rng_uniform (rng), at_y = zx_rng_uniform (rng);
      weights[i] = 1 + zx_rng_below (rng, 20);
      for (guint j = 0; j < n_sites; j++)
        covers[i * n_sites + j] = hypot (at_x - x[j], at_y - y[j]) < reach;
    }
  return zx_locate_coverage (n_clients, n_sites, n_picks, weights, covers);
}

void
zx_locate_draw_set (const ZxMedian *problem, guint32 *sites, ZxRng *rng)
{
  g_autofree guint8 *is_in = g_new0 (guint8, problem->n_sites);
  for (guint n = 0; n < problem->n_choose;)
    {
      guint32 j = zx_rng_below (rng, problem->n_sites);
      if (!is_in[j])
        sites[n++] = j;
      is_in[j] = 1;
    }
}
