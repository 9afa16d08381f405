/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The score and the old recipes beside it, from what is known of each candidate alone.
 *
 *   score     Σ weight × utility
 *   AHP       the same with Saaty's weights: of every two criteria the ratio of their weights,
 *             rounded to his scale 1/9 … 9, is the judgement; the consistency ratio tells whether
 *             the judgements go together (below 0.10)
 *   entropy   TOPSIS with Shannon's weights: a criterion weighs by how much the candidates differ
 *   firmness  the best and worst rank by the score when one weight at a time is a fifth less or
 *             more, the others keeping their proportions
 *
 * Criteria nothing is known of take no part.  Wrong when neighbours matter, as the score is. */

#include "app/siting/zx-candidates.h"

#define FIFTH           0.2
#define LARGEST_VERDICT 9.0 /* of Saaty's scale */

/* ---- the table of criteria ---------------------------------------------------------------- */

static void
fill_row (const ZxCandidates *candidates, guint j, double cost, double most_kw, double *value)
{
  double room = candidates->grid_room_kw[j];
  value[ZX_SCORE_DEMAND] = candidates->served_mean[j];
  value[ZX_SCORE_GRID] = isnan (room) || most_kw <= 0 ? 0.5 : MIN (room / most_kw, 1);
  value[ZX_SCORE_ACCESS] = isnan (candidates->access[j]) ? 0 : candidates->access[j];
  value[ZX_SCORE_COST] = cost;
  value[ZX_SCORE_COVERAGE]
      = isnan (candidates->coverage_people[j]) ? 0 : candidates->coverage_people[j];
}

/* Weights of the criteria the city knows something of, to a sum of 1. */
static void
fill_weights (ZxRanking *self, const ZxCandidates *candidates, const ZxSitingWeights *weights)
{
  const double asked[ZX_N_SCORES]
      = { weights->demand, weights->grid, weights->access, weights->cost, weights->coverage };
  gboolean is_known[ZX_N_SCORES] = { TRUE, FALSE, FALSE, TRUE, FALSE };
  double sum = 0;
  for (guint i = 0; i < self->n; i++)
    {
      guint j = self->candidate[i];
      is_known[ZX_SCORE_GRID] = is_known[ZX_SCORE_GRID] || !isnan (candidates->grid_room_kw[j]);
      is_known[ZX_SCORE_ACCESS] = is_known[ZX_SCORE_ACCESS] || !isnan (candidates->access[j]);
      is_known[ZX_SCORE_COVERAGE]
          = is_known[ZX_SCORE_COVERAGE] || !isnan (candidates->coverage_people[j]);
    }
  for (guint k = 0; k < ZX_N_SCORES; k++)
    sum += is_known[k] ? asked[k] : 0;
  for (guint k = 0; k < ZX_N_SCORES; k++)
    self->weight[k] = is_known[k] && sum > 0 ? asked[k] / sum : 0;
}

static double
utility_of (guint criterion, double value, double least, double most)
{
  switch (criterion)
    {
    case ZX_SCORE_GRID:
    case ZX_SCORE_ACCESS:
      return value;
    case ZX_SCORE_COST:
      return isfinite (value) && value > 0 ? least / value : 0;
    default:
      return most > 0 ? value / most : 0;
    }
}

static void
fill_utilities (ZxRanking *self)
{
  for (guint k = 0; k < ZX_N_SCORES; k++)
    {
      double most = 0, least = INFINITY;
      for (guint i = 0; i < self->n; i++)
        {
          most = MAX (most, self->value[i * ZX_N_SCORES + k]);
          least = MIN (least, self->value[i * ZX_N_SCORES + k]);
        }
      for (guint i = 0; i < self->n; i++)
        self->utility[i * ZX_N_SCORES + k]
            = utility_of (k, self->value[i * ZX_N_SCORES + k], least, most);
    }
}

void
zx_ranking_init (ZxRanking *self, const ZxCandidates *candidates, const ZxSitingWeights *weights,
                 const double *cost, double most_kw)
{
  *self = (ZxRanking){ .candidate = g_new (guint32, (gsize) candidates->n + 1) };
  for (guint32 j = 0; j < candidates->n; j++)
    if (candidates->filter[j] == ZX_FILTER_NONE)
      self->candidate[self->n++] = j;
  gsize n = (gsize) self->n * ZX_N_SCORES + 1;
  self->value = g_new0 (double, n);
  self->utility = g_new0 (double, n);
  for (guint i = 0; i < self->n; i++)
    fill_row (candidates, self->candidate[i], cost[self->candidate[i]], most_kw,
              self->value + (gsize) i * ZX_N_SCORES);
  fill_weights (self, candidates, weights);
  fill_utilities (self);
}

void
zx_ranking_clear (ZxRanking *self)
{
  g_free (self->candidate);
  g_free (self->value);
  g_free (self->utility);
}

void
zx_ranking_score (const ZxRanking *self, const double *weight, double *score)
{
  for (guint i = 0; i < self->n; i++)
    {
      score[i] = 0;
      for (guint k = 0; k < ZX_N_SCORES; k++)
        score[i] += weight[k] * self->utility[(gsize) i * ZX_N_SCORES + k];
    }
}

void
zx_ranking_close (const ZxRanking *self, const double *weight, double *closeness)
{
  static const gboolean is_cost[ZX_N_SCORES] = { [ZX_SCORE_COST] = TRUE };
  zx_topsis (self->value, self->n, ZX_N_SCORES, weight, is_cost, closeness);
}

/* ---- weights ------------------------------------------------------------------------------ */

/* The judgement nearest to the ratio, on Saaty's scale. */
static double
judge (double ratio)
{
  return ratio >= 1 ? MIN (round (ratio), LARGEST_VERDICT) : 1 / judge (1 / ratio);
}

/* Of the criteria that weigh anything, in their order. */
static guint
list_weighed (const ZxRanking *ranking, guint *criterion)
{
  guint n = 0;
  for (guint k = 0; k < ZX_N_SCORES; k++)
    if (ranking->weight[k] > 0)
      criterion[n++] = k;
  return n;
}

static void
weigh_by_ahp (ZxScoreViews *self, const ZxRanking *ranking)
{
  guint criterion[ZX_N_SCORES], n = list_weighed (ranking, criterion);
  double matrix[ZX_N_SCORES * ZX_N_SCORES], weight[ZX_N_SCORES];
  for (guint a = 0; a < n; a++)
    for (guint b = 0; b < n; b++)
      matrix[a * n + b] = judge (ranking->weight[criterion[a]] / ranking->weight[criterion[b]]);
  if (n == 0 || !zx_ahp_weights (matrix, n, weight, &self->ahp, NULL))
    return;
  for (guint a = 0; a < n; a++)
    self->ahp_weight[criterion[a]] = weight[a];
}

static void
weigh_by_entropy (ZxScoreViews *self, const ZxRanking *ranking)
{
  double sum = 0;
  zx_entropy_weights (ranking->utility, ranking->n, ZX_N_SCORES, self->entropy_weight);
  for (guint k = 0; k < ZX_N_SCORES; k++)
    {
      self->entropy_weight[k] *= ranking->weight[k] > 0;
      sum += self->entropy_weight[k];
    }
  for (guint k = 0; k < ZX_N_SCORES && sum > 0; k++)
    self->entropy_weight[k] /= sum;
}

/* ---- ranks -------------------------------------------------------------------------------- */

/* The rank of every row from 1 by @score, the largest first, ties by number. */
static void
rank_rows (double *score, guint n, guint32 *rank)
{
  g_autofree guint32 *order = g_new (guint32, (gsize) n + 1);
  for (guint32 i = 0; i < n; i++)
    {
      order[i] = i;
      score[i] = isnan (score[i]) ? 0 : score[i];
    }
  g_qsort_with_data (order, (gint) n, sizeof (guint32), zx_choice_compare_by_key, score);
  for (guint32 i = 0; i < n; i++)
    rank[order[i]] = i + 1;
}

/* One weight a fifth less or more at a time. */
static void
shift_weights (ZxScoreViews *self, const ZxRanking *ranking)
{
  guint n = ranking->n;
  g_autofree double *score = g_new (double, (gsize) n + 1);
  g_autofree guint32 *rank = g_new (guint32, (gsize) n + 1);
  for (guint change = 0; change < 2 * ZX_N_SCORES; change++)
    {
      double weight[ZX_N_SCORES];
      memcpy (weight, ranking->weight, sizeof weight);
      weight[change / 2] *= change % 2 == 0 ? 1 - FIFTH : 1 + FIFTH;
      if (weight[change / 2] <= 0)
        continue;
      zx_ranking_score (ranking, weight, score);
      rank_rows (score, n, rank);
      for (guint i = 0; i < n; i++)
        {
          self->best_rank[i] = MIN (self->best_rank[i], rank[i]);
          self->worst_rank[i] = MAX (self->worst_rank[i], rank[i]);
        }
    }
}

/* ---- the story ---------------------------------------------------------------------------- */

/* Fen per kWh, from the NPV: (margin × energy - cost) × annuity = NPV. */
static double *
find_costs (const ZxCandidates *candidates, const ZxSitingOptions *options)
{
  double margin = options->service_fee_fen_per_kwh - options->loss_fen_per_kwh;
  double annuity = zx_annuity (options->discount_rate, options->life_years);
  double *cost = g_new0 (double, (gsize) candidates->n + 1);
  for (guint j = 0; j < candidates->n; j++)
    {
      double kwh = candidates->served_mean[j] * ZX_SITING_DAYS_PER_YEAR;
      cost[j] = kwh > 0 && annuity > 0 ? margin - candidates->npv_mean_fen[j] / annuity / kwh
                                       : INFINITY;
    }
  return cost;
}

ZxScoreViews *
zx_siting_score_views (const ZxCandidates *candidates, const ZxSitingOptions *options,
                       const ZxConfiguration *const *configurations, guint n_configurations)
{
  ZxScoreViews *self = g_new0 (ZxScoreViews, 1);
  ZxRanking ranking;
  double most_kw = 0;
  for (guint t = 0; t < n_configurations; t++)
    most_kw = MAX (most_kw, configurations[t]->kva * options->grid_power_factor);
  g_autofree double *cost = find_costs (candidates, options);
  zx_ranking_init (&ranking, candidates, &options->weights, cost, most_kw);
  guint n = self->n = ranking.n;
  g_autofree double *score = g_new0 (double, (gsize) n + 1);
  memcpy (self->weight, ranking.weight, sizeof self->weight);
  self->rank = g_new (guint32, (gsize) n + 1);
  self->ahp_rank = g_new (guint32, (gsize) n + 1);
  self->entropy_rank = g_new (guint32, (gsize) n + 1);
  self->best_rank = g_new (guint32, (gsize) n + 1);
  self->worst_rank = g_new (guint32, (gsize) n + 1);
  weigh_by_ahp (self, &ranking);
  weigh_by_entropy (self, &ranking);
  zx_ranking_score (&ranking, self->weight, score);
  rank_rows (score, n, self->rank);
  zx_ranking_score (&ranking, self->ahp_weight, score);
  rank_rows (score, n, self->ahp_rank);
  zx_ranking_close (&ranking, self->entropy_weight, score);
  rank_rows (score, n, self->entropy_rank);
  memcpy (self->best_rank, self->rank, n * sizeof (guint32));
  memcpy (self->worst_rank, self->rank, n * sizeof (guint32));
  shift_weights (self, &ranking);
  self->candidate = g_steal_pointer (&ranking.candidate);
  zx_ranking_clear (&ranking);
  return self;
}

void
zx_score_views_free (ZxScoreViews *self)
{
  if (self == NULL)
    return;
  g_free (self->candidate);
  g_free (self->rank);
  g_free (self->best_rank);
  g_free (self->worst_rank);
  g_free (self->ahp_rank);
  g_free (self->entropy_rank);
  g_free (self);
}
