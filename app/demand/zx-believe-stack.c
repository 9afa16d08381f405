/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How far the belief rests on place, and what stands in for it.
 *
 * Beside the model of zx-believe.c stand three that know no place but the stations' own: the
 * density of demand follows what charging there is within reach,
 *   D_c ∝ area_c (outside + Σ_j A_jc)^power,   power 0, ½ or 1.
 * 0 is one density for all; with 1 every station sells in proportion to its size, wherever it
 * stands.  Each is scored on the blocks that the model with place was scored on, with the same
 * error.  Weights maximise Σ log Σ_m w_m p_m (y_i | other blocks) (stacking: Yao, Vehtari, Simpson
 * and Gelman 2018), with one pseudo-station for each member, and each draw is of one member.  Place
 *   takes all   where it beats every other member by two standard errors
 *   is left out where it is worse by two standard errors, or where it believes in more than
 *               MOST_TIMES_LEVEL times the total of every other: a field that nothing holds grows
 *               on the log scale, and the mean of its exponential with it.
 *
 * The level of the three is a ratio: what the stations sold over what the density sends them, so
 * that together they are held to sell what they did sell.  Its standard error counts blocks, not
 * stations, as independent.  What a cell differs by is not known to them: FIELD_SD is belief.
 *
 * When it is wrong: the three are straw men for how demand lies between stations; their total is
 * right as far as catchments are. */

#include "app/demand/zx-belief.h"
#include "app/demand/zx-believe.h"

#include <string.h>

#define WEIGHT_PRIOR     1.0 /* pseudo-stations per member */
#define N_EM             200
#define MOST_TIMES_LEVEL 10.0
#define FIELD_SD         0.5 /* of a cell around its member, log scale; as in zx-spread.c */
#define Z80              1.2815515655446004 /* half the width of 80 % of a normal one */
#define GOLDEN           0.6180339887498949

static const double supply_power[ZX_N_DEMAND_MEMBERS] = { NAN, 0, 0.5, 1 };

typedef struct
{
  double *density;        /* n_cells: relative */
  double *exposure;       /* n: kWh a day where the level is 1 */
  double level, level_sd; /* kWh/d per unit of density; sd of its log */
  ZxHeldOut *held;        /* n */
  double *log_score;      /* n: of them */
} Member;

typedef struct
{
  ZxBelief *belief;
  ZxDemand *demand;
  Member member[ZX_N_DEMAND_MEMBERS];
} Stack;

/* ---- members ------------------------------------------------------------------------------ */

static void
stack_clear (Stack *self)
{
  for (guint m = 0; m < ZX_N_DEMAND_MEMBERS; m++)
    {
      g_free (self->member[m].density);
      g_free (self->member[m].exposure);
      g_free (self->member[m].held);
      g_free (self->member[m].log_score);
    }
}

static void
fill_density (const Stack *self, const double *supply, double outside, guint m)
{
  const ZxBelief *belief = self->belief;
  const ZxCatchments *catchments = &belief->catchments;
  const Member *member = &self->member[m];
  for (guint c = 0; c < belief->cells->n; c++)
    member->density[c] = pow (outside + supply[c], supply_power[m]);
  for (guint i = 0; i < belief->n; i++)
    for (gsize k = catchments->first[i]; k < catchments->first[i + 1]; k++)
      member->exposure[i] += catchments->weight[k] * member->density[catchments->cell[k]];
}

/* The ratio of two sums over stations, with blocks as clusters. */
static void
find_level (const Stack *self, Member *member)
{
  const ZxBelief *belief = self->belief;
  const double *sold = belief->catchments.kwh;
  double all = 0, drawn = 0, variance = 0;
  guint n_clusters = belief->n_folds > 1 ? belief->n_folds : belief->n;
  g_autofree double *left = g_new0 (double, n_clusters);
  for (guint i = 0; i < belief->n; i++)
    {
      all += sold[i];
      drawn += member->exposure[i];
    }
  member->level = all / drawn;
  for (guint i = 0; i < belief->n; i++)
    left[belief->n_folds > 1 ? belief->fold[i] : i]
        += sold[i] - member->level * member->exposure[i];
  for (guint k = 0; k < n_clusters; k++)
    variance += left[k] * left[k];
  member->level_sd = sqrt (variance * n_clusters / (n_clusters - 1.0)) / all;
}

static gboolean
score_member (const Stack *self, Member *member, const ZxProgress *progress, GError **error)
{
  const ZxBelief *belief = self->belief;
  g_autofree double *log_exposure = g_new (double, belief->n);
  for (guint i = 0; i < belief->n; i++)
    log_exposure[i] = log (member->exposure[i]) + log (belief->catchments.days[i]);
  return zx_latent_score_level (&belief->latent, log_exposure, belief->options, belief->fold,
                                belief->n_folds, member->held, progress, error);
}

static void
take_scores (const Stack *self)
{
  for (guint m = 0; m < ZX_N_DEMAND_MEMBERS; m++)
    for (guint i = 0; i < self->belief->n; i++)
      self->member[m].log_score[i] = self->member[m].held[i].log_score;
}

static gboolean
fill_members (Stack *self, const ZxHuffOptions *huff, const ZxTravelRows *rows,
              const ZxProgress *progress, GError **error)
{
  ZxBelief *belief = self->belief;
  guint n_cells = belief->cells->n;
  g_autofree double *supply = zx_demand_supply (&belief->city->stations, rows, n_cells, huff);
  for (guint m = ZX_MEMBER_LEVEL; m < ZX_N_DEMAND_MEMBERS; m++)
    {
      Member *member = &self->member[m];
      ZxProgress slice = zx_progress_slice (progress, (m - 1.0) / 3, m / 3.0);
      member->density = g_new (double, n_cells);
      member->exposure = g_new0 (double, belief->n);
      member->log_score = g_new0 (double, belief->n);
      member->held = g_new0 (ZxHeldOut, belief->n);
      fill_density (self, supply, zx_huff_outside (huff), m);
      find_level (self, member);
      if (belief->n_folds > 0 && !score_member (self, member, &slice, error))
        return FALSE;
    }
  return TRUE;
}

/* What each believes of the whole city, and how well it predicts. */
static void
tell_members (const Stack *self)
{
  const ZxBelief *belief = self->belief;
  ZxDemand *demand = self->demand;
  double quantiles[3] = { NAN, NAN, NAN };
  zx_demand_total (demand, quantiles);
  for (guint i = 0; i < belief->n; i++)
    demand->sold_kwh_per_day += belief->catchments.kwh[i];
  for (guint m = 0; m < ZX_N_DEMAND_MEMBERS; m++)
    {
      ZxDemandMember *told = &demand->member[m];
      for (guint i = 0; i < belief->n; i++)
        told->mean_log_score += self->member[m].log_score[i] / belief->n;
      if (m == ZX_MEMBER_PLACE)
        told->total_kwh_per_day = quantiles[1];
      for (guint c = 0; m != ZX_MEMBER_PLACE && c < demand->n_cells; c++)
        told->total_kwh_per_day += self->member[m].level * self->member[m].density[c]
                                   * (double) belief->cells->area_km2[c];
    }
}

/* ---- weights ------------------------------------------------------------------------------ */

void
zx_stacking_weights (const double *const *log_score, guint n_members, const gboolean *is_in,
                     guint n, double *weight)
{
  g_autofree double *share = g_new (double, n_members), *p = g_new (double, n_members);
  guint n_in = 0;
  for (guint m = 0; m < n_members; m++)
    n_in += is_in[m];
  for (guint m = 0; m < n_members; m++)
    weight[m] = is_in[m] ? 1.0 / n_in : 0;
  for (guint step = 0; step < N_EM; step++)
    {
      for (guint m = 0; m < n_members; m++)
        share[m] = is_in[m] ? WEIGHT_PRIOR : 0;
      for (guint i = 0; i < n; i++)
        {
          double most = -INFINITY, sum = 0;
          for (guint m = 0; m < n_members; m++)
            if (is_in[m])
              most = MAX (most, log_score[m][i]);
          for (guint m = 0; m < n_members; m++)
            sum += p[m] = is_in[m] ? weight[m] * exp (log_score[m][i] - most) : 0;
          for (guint m = 0; m < n_members; m++)
            share[m] += p[m] / sum;
        }
      for (guint m = 0; m < n_members; m++)
        weight[m] = share[m] / (n + n_in * WEIGHT_PRIOR);
    }
}

static gboolean
is_level_credible (const ZxDemand *demand)
{
  double most = 0, total = demand->member[ZX_MEMBER_PLACE].total_kwh_per_day;
  for (guint m = ZX_MEMBER_LEVEL; m < ZX_N_DEMAND_MEMBERS; m++)
    most = MAX (most, demand->member[m].total_kwh_per_day);
  return isfinite (total) && total <= MOST_TIMES_LEVEL * most;
}

/* Better than each of the others by two standard errors of the paired difference over blocks. */
static gboolean
is_place_best (const Stack *self)
{
  const ZxBelief *belief = self->belief;
  for (guint m = ZX_MEMBER_LEVEL; m < ZX_N_DEMAND_MEMBERS; m++)
    {
      double gain, se;
      zx_paired_gain (belief->y, self->member[ZX_MEMBER_PLACE].log_score, self->member[m].log_score,
                      belief->fold, belief->n, belief->n_folds, &gain, &se);
      if (!(gain > 2 * se))
        return FALSE;
    }
  return TRUE;
}

static void
find_weights (const Stack *self)
{
  ZxDemand *demand = self->demand;
  ZxPlaceVerdict verdict = zx_demand_place_verdict (demand);
  const double *log_score[ZX_N_DEMAND_MEMBERS];
  gboolean is_in[ZX_N_DEMAND_MEMBERS];
  double weight[ZX_N_DEMAND_MEMBERS] = { 1 };
  demand->is_level_credible = is_level_credible (demand);
  for (guint m = 0; m < ZX_N_DEMAND_MEMBERS; m++)
    {
      log_score[m] = self->member[m].log_score;
      is_in[m]
          = m != ZX_MEMBER_PLACE || (demand->is_level_credible && verdict != ZX_PLACE_CONTRADICTED);
    }
  gboolean is_alone
      = verdict == ZX_PLACE_UNTESTED || (verdict == ZX_PLACE_SUPPORTED && is_place_best (self));
  if (!is_in[ZX_MEMBER_PLACE] || !is_alone)
    zx_stacking_weights (log_score, ZX_N_DEMAND_MEMBERS, is_in, self->belief->n, weight);
  for (guint m = 0; m < ZX_N_DEMAND_MEMBERS; m++)
    demand->member[m].weight = weight[m];
}

/* ---- draws -------------------------------------------------------------------------------- */

/* The member of a draw: steps of the golden section meet every weight in every stretch of draws. */
static guint
member_of (const ZxDemand *demand, guint draw)
{
  double at = fmod ((draw + 0.5) * GOLDEN, 1), sum = 0;
  for (guint m = 0; m + 1 < ZX_N_DEMAND_MEMBERS; m++)
    if (at < (sum += demand->member[m].weight))
      return m;
  return ZX_N_DEMAND_MEMBERS - 1;
}

static void
draw_some (gsize begin, gsize end, guint worker, gpointer data)
{
  const Stack *self = data;
  ZxDemand *demand = self->demand;
  for (gsize d = begin; d < end; d++)
    {
      guint m = member_of (demand, (guint) d);
      if (m == ZX_MEMBER_PLACE)
        continue;
      const Member *member = &self->member[m];
      ZxRng rng = zx_rng_stream (self->belief->options->seed ^ 0x57ac, d);
      double level = member->level * exp (member->level_sd * zx_rng_normal (&rng));
      float *to = demand->cell_kwh_per_day + d * demand->n_cells;
      for (guint c = 0; c < demand->n_cells; c++)
        to[c] = (float) (level * member->density[c] * (double) self->belief->cells->area_km2[c]
                         * exp (FIELD_SD * zx_rng_normal (&rng) - FIELD_SD * FIELD_SD / 2));
    }
}

static void
mix_fitted (const Stack *self)
{
  ZxDemand *demand = self->demand;
  for (guint i = 0; i < demand->n_observations; i++)
    {
      double place = demand->member[ZX_MEMBER_PLACE].weight;
      double sum = place > 0 ? place * demand->fitted_kwh_per_day[i] : 0;
      for (guint m = ZX_MEMBER_LEVEL; m < ZX_N_DEMAND_MEMBERS; m++)
        sum += demand->member[m].weight * self->member[m].level * self->member[m].exposure[i];
      demand->fitted_kwh_per_day[i] = sum;
    }
}

/* What the members together predicted of a station.  Each counts by its own exposure, so all are
 * put on the scale of the model with place. */
static ZxHeldOut
mix_held_out (const Stack *self, guint i)
{
  static const double p[] = { 0.1, 0.9 };
  double weight[ZX_N_DEMAND_MEMBERS], mean[ZX_N_DEMAND_MEMBERS], ends[2];
  double variance[ZX_N_DEMAND_MEMBERS], third[ZX_N_DEMAND_MEMBERS] = { 0 }, most = -INFINITY;
  ZxHeldOut mixed = { .log_rate = self->member[ZX_MEMBER_PLACE].held[i].log_rate };
  for (guint m = 0; m < ZX_N_DEMAND_MEMBERS; m++)
    {
      const ZxHeldOut *held = &self->member[m].held[i];
      double shift = mixed.log_rate - held->log_rate;
      weight[m] = self->demand->member[m].weight;
      mean[m] = held->predicted + shift;
      variance[m] = pow (held->log_width / (2 * Z80), 2);
      mixed.pit += weight[m] * held->pit;
      mixed.predicted += weight[m] * mean[m];
      mixed.miss += weight[m] * held->miss * exp (shift);
      most = weight[m] > 0 ? MAX (most, held->log_score) : most;
    }
  for (guint m = 0; m < ZX_N_DEMAND_MEMBERS; m++)
    if (weight[m] > 0)
      mixed.log_score += weight[m] * exp (self->member[m].held[i].log_score - most);
  mixed.log_score = most + log (mixed.log_score);
  ZxMixture mixture = { ZX_N_DEMAND_MEMBERS, weight, mean, variance, third, 1 };
  zx_mixture_quantiles (&mixture, p, 2, ends);
  mixed.log_width = ends[1] - ends[0];
  return mixed;
}

/* The checks that a reader is told are of what is believed, not of a model that was left out. */
static void
mix_checks (const Stack *self)
{
  guint n = self->belief->n;
  g_autofree ZxHeldOut *mixed = g_new (ZxHeldOut, n);
  if (!self->demand->has_checks)
    return;
  for (guint i = 0; i < n; i++)
    mixed[i] = mix_held_out (self, i);
  zx_held_out_sum_up (self->belief->y, n, mixed, &self->demand->checks);
}

gboolean
zx_belief_stack (ZxBelief *self, const ZxHuffOptions *huff, const ZxTravelRows *rows,
                 const ZxHeldOut *place, ZxDemand *demand, const ZxProgress *progress,
                 GError **error)
{
  Stack stack = { self, demand, { { 0 } } };
  ZxProgress first = zx_progress_slice (progress, 0, 0.7),
             last = zx_progress_slice (progress, 0.7, 1);
  gboolean is_done = fill_members (&stack, huff, rows, &first, error);
  if (is_done)
    {
      Member *member = &stack.member[ZX_MEMBER_PLACE];
      member->held = g_memdup2 (place, self->n * sizeof *place);
      member->log_score = g_new (double, self->n);
      take_scores (&stack);
      tell_members (&stack);
      find_weights (&stack);
      demand->is_stacked = TRUE;
    }
  if (is_done && demand->member[ZX_MEMBER_PLACE].weight < 1)
    {
      is_done = zx_parallel_for (demand->n_draws, 0, draw_some, &stack, &last, error);
      mix_fitted (&stack);
      mix_checks (&stack);
    }
  stack_clear (&stack);
  return is_done;
}
