/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The target dimensions of each candidate as if it alone were built: energy served and NPV over the
 * draws, people newly near a station, access, a weighted score, and TOPSIS beside it.
 *
 * The size taken is the one of largest expected NPV among those that parcel and grid let stand
 * and demand would fill; queueing enters through each size's capacity.  The score is Σ weight ×
 * utility over the criteria the city knows, utilities 0 … 1 relative to the best candidate: demand
 * energy served / largest grid      room / connection of the largest size, at most 1; unknown room
 * counts as half access    road class 0.5, distance to the road 0.3, parking bays 0.2, of those
 * that are known cost      least cost per kWh / cost per kWh (capital at the discount rate, and
 * yearly costs) coverage  people newly within reach / largest
 *
 * Wrong when neighbours matter: that is what the plan is for. */

#include "app/siting/zx-candidates.h"

#define BAYS_ENOUGH 20.0

typedef struct
{
  ZxCandidates *candidates;
  const ZxSitingModel *model;
  const ZxSitingChoice *choice;
  double *cost; /* [candidate]: fen per kWh of the best size */
} Scoring;

/* ---- one candidate alone ------------------------------------------------------------------ */

static guint
best_kind (const Scoring *self, guint j)
{
  const ZxChoice *choice = &self->choice->choice;
  guint32 kinds = self->choice->offered[j];
  guint best = 0;
  double most = -INFINITY;
  for (guint t = 0; t < choice->n_kinds; t++)
    {
      double npv
          = zx_siting_npv_fen (self->model, self->candidates, j, t, zx_choice_alone (choice, j, t));
      if ((kinds & (1u << t)) && npv > most)
        {
          most = npv;
          best = t;
        }
    }
  return best;
}

static int
compare_floats (gconstpointer a, gconstpointer b)
{
  float x = *(const float *) a, y = *(const float *) b;
  return (x > y) - (x < y);
}

static void
score_alone (const Scoring *self, guint j, float *served)
{
  ZxCandidates *candidates = self->candidates;
  const ZxSitingModel *model = self->model;
  const ZxChoice *choice = &self->choice->choice;
  guint kind = best_kind (self, j), n = choice->n_draws, n_positive = 0;
  const float *alone
      = choice->alone_draw + zx_choice_at (choice, j, choice->kind_size[kind]) * choice->stride;
  for (guint k = 0; k < n; k++)
    {
      served[k] = (float) MIN (alone[k], choice->kind_cap[kind]);
      n_positive += zx_siting_npv_fen (model, candidates, j, kind, served[k]) > 0;
    }
  qsort (served, n, sizeof (float), compare_floats);
  double mean = zx_choice_alone (choice, j, kind);
  candidates->best_configuration[j] = (guint8) kind;
  candidates->served_mean[j] = (float) mean;
  candidates->served_p10[j] = (float) zx_siting_quantile (served, n, 0.1);
  candidates->served_p50[j] = (float) zx_siting_quantile (served, n, 0.5);
  candidates->served_p90[j] = (float) zx_siting_quantile (served, n, 0.9);
  candidates->npv_mean_fen[j] = (float) zx_siting_npv_fen (model, candidates, j, kind, mean);
  candidates->npv_positive[j] = (float) n_positive / n;
  candidates->rent_fen_per_year[j] = (float) zx_siting_rent_fen (model, candidates, j, kind);
  double yearly
      = model->kind_fen[kind] / model->annuity + zx_siting_opex_fen (model, candidates, j, kind);
  self->cost[j] = mean > 0 ? yearly / (mean * ZX_SITING_DAYS_PER_YEAR) : INFINITY;
}

static void
score_coverage (const Scoring *self, guint j)
{
  const ZxSitingModel *model = self->model;
  const ZxTravelRows *rows = self->candidates->rows;
  double people = 0;
  for (gsize i = rows->first[j]; i < rows->first[j + 1]; i++)
    if (rows->seconds[i] <= model->options->coverage_s && !model->is_covered[rows->target[i]])
      people += model->residents[rows->target[i]];
  self->candidates->coverage_people[j] = model->has_residents ? (float) people : NAN;
}

static double
road_utility (guint road_class)
{
  static const double utility[ZX_N_ROAD_CLASSES]
      = { [ZX_ROAD_MOTORWAY] = 0.2,    [ZX_ROAD_TRUNK] = 0.5,         [ZX_ROAD_PRIMARY] = 0.9,
          [ZX_ROAD_SECONDARY] = 1.0,   [ZX_ROAD_TERTIARY] = 0.9,      [ZX_ROAD_UNCLASSIFIED] = 0.6,
          [ZX_ROAD_RESIDENTIAL] = 0.5, [ZX_ROAD_LIVING_STREET] = 0.3, [ZX_ROAD_SERVICE] = 0.4,
          [ZX_ROAD_UNKNOWN] = 0.5 };
  return road_class < ZX_N_ROAD_CLASSES ? utility[road_class] : 0;
}

static void
score_access (const Scoring *self, guint j)
{
  ZxCandidates *candidates = self->candidates;
  const ZxParcels *parcels = &self->model->input->city->parcels;
  double limit = MAX (self->model->options->road_limit_m, 1), sum = 0, weight = 0;
  gint32 parcel = candidates->parcel[j];
  double bays = parcel >= 0 ? parcels->bays[parcel] : NAN;
  if (!isnan (candidates->road_distance_m[j]))
    {
      sum += 0.5 * road_utility (candidates->road_class[j]);
      sum += 0.3 * MAX (1 - candidates->road_distance_m[j] / limit, 0);
      weight += 0.8;
    }
  if (bays >= 0)
    {
      sum += 0.2 * MIN (bays / BAYS_ENOUGH, 1);
      weight += 0.2;
    }
  candidates->access[j] = weight > 0 ? (float) (sum / weight) : NAN;
}

static void
score_range (gsize begin, gsize end, guint worker, gpointer data)
{
  const Scoring *self = data;
  g_autofree float *served = g_new (float, self->choice->choice.stride);
  for (gsize j = begin; j < end; j++)
    if (self->candidates->filter[j] == ZX_FILTER_NONE)
      {
        score_alone (self, (guint) j, served);
        score_coverage (self, (guint) j);
        score_access (self, (guint) j);
      }
}

static void
rank (const Scoring *self)
{
  ZxCandidates *candidates = self->candidates;
  double most_kw = 0;
  for (guint t = 0; t < self->model->n_kinds; t++)
    most_kw = MAX (most_kw, self->model->kind_kw[t]);
  ZxRanking ranking;
  zx_ranking_init (&ranking, candidates, &self->model->options->weights, self->cost, most_kw);
  g_autofree double *score = g_new0 (double, (gsize) ranking.n + 1);
  g_autofree double *closeness = g_new0 (double, (gsize) ranking.n + 1);
  zx_ranking_score (&ranking, ranking.weight, score);
  zx_ranking_close (&ranking, ranking.weight, closeness);
  for (guint i = 0; i < ranking.n; i++)
    {
      guint32 j = ranking.candidate[i];
      candidates->score[j] = (float) score[i];
      candidates->topsis[j] = isnan (closeness[i]) ? 0 : (float) closeness[i];
    }
  zx_ranking_clear (&ranking);
}

/* ---- the story ---------------------------------------------------------------------------- */

gboolean
zx_candidates_score (ZxCandidates *self, const ZxSitingInput *input, const ZxSitingOptions *options,
                     const ZxProgress *progress, GError **error)
{
  ZxSitingModel model = { 0 };
  ZxSitingChoice choice = { 0 };
  ZxProgress preparing = zx_progress_slice (progress, 0, 0.9);
  g_autofree double *cost = g_new0 (double, (gsize) self->n + 1);
  ZxSitingOptions unlimited = *options; /* a place is judged by itself, not by the purse */
  unlimited.budget_fen = INFINITY;
  gboolean is_good = zx_siting_model_init (&model, input, &unlimited, self->n,
                                           self->rows->first[self->n], G_MAXUINT, error)
                     && zx_siting_choice_init (&choice, &model, self, &preparing, error);
  Scoring scoring = { self, &model, &choice, cost };
  self->n_draws_used = model.n_draws;
  is_good = is_good && zx_parallel_for (self->n, 0, score_range, &scoring, NULL, error);
  if (is_good)
    rank (&scoring);
  zx_siting_choice_clear (&choice);
  zx_siting_model_clear (&model);
  return is_good && zx_progress_step (progress, 1, 1, error);
}
