/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Plans for the planner who does not go by the mean, and what the draws themselves leave open.
 *
 * Unmet demand.  In draw k plan S serves V_k (S) of the demand D_k.  The conditional value at risk
 * of what it leaves is the mean of D_k - V_k over the m draws where that is largest, which is the
 * most that any weights 0 <= q_k <= 1/m, Σ q = 1, make of Σ q_k (D_k - V_k) (Rockafellar and
 * Uryasev 2000).  So for the m worst draws of one plan
 *
 *   least CVaR  >=  mean over them of D_k  -  the most a plan serves in them on average,
 *
 * and the right side is the choice of sites over these draws alone, solved and bounded as ever. Its
 * plan has worst draws of its own; the rounds end when they are known already.  Demand differs more
 * from draw to draw than service, so that two rounds mostly do.
 *
 * Paying.  P (NPV of the whole plan > 0) is a count of draws, neither concave nor smooth: a climb
 * over sites dropped, added, exchanged and resized, first by the probability, then by the energy.
 * Nobody serves more than alone, so a plan pays in no draw in which the best sites alone would not:
 * that bounds the probability.
 *
 * Batches.  The best plan over some draws looks better over them than any plan is in truth (Mak,
 * Morton and Wood 1999): the mean of the proven bounds over batches of draws is an estimate, from
 * above, of the most that can be had, and its spread gives the interval. */

#include "app/siting/zx-choice-search.h"
#include "app/siting/zx-plan.h"

#define TAIL_ROUNDS   4
#define TAIL_PASSES   40.0 /* over everything, for the proof of one round */
#define PAYING_STEPS  40
#define PAYING_PLACES 24 /* candidates tried at each step */
#define N_BATCHES     5u
#define LEAST_BATCH   10u /* draws */
#define BATCH_PASSES  15.0
#define STUDENT_95    2.131846786 /* one-sided, N_BATCHES - 1 = 4 degrees of freedom */

/* ---- a choice over some of the draws ------------------------------------------------------ */

typedef struct
{
  ZxChoice choice;
  double *mean;
  float *draw;
} SomeDraws;

static void
some_draws_clear (SomeDraws *self)
{
  zx_choice_clear (&self->choice);
  g_free (self->mean);
  g_free (self->draw);
}

static gboolean
some_draws_init (SomeDraws *self, const ZxChoice *choice, const guint *draw, guint n,
                 const ZxProgress *progress, GError **error)
{
  guint stride = (n + ZX_CHOICE_LANES - 1) / ZX_CHOICE_LANES * ZX_CHOICE_LANES;
  *self = (SomeDraws){ .choice = *choice };
  self->choice.pace = NULL;
  self->choice.n_draws = n;
  self->choice.stride = stride;
  self->choice.alone = NULL;
  self->choice.alone_draw = self->choice.alone_max = self->choice.sketch = NULL;
  self->choice.neighbour_first = NULL;
  self->choice.neighbour = NULL;
  self->draw
      = ZX_TRY_NEW (float, (gsize) choice->n_cells *stride, _ ("the demand of some draws"), error);
  if (self->draw == NULL)
    return FALSE;
  self->mean = g_new0 (double, choice->n_cells + 1);
  for (guint c = 0; c < choice->n_cells; c++)
    {
      double sum = 0;
      for (guint k = 0; k < n; k++)
        {
          float kwh = choice->draw[(gsize) c * choice->stride + draw[k]];
          self->draw[(gsize) c * stride + k] = kwh;
          sum += kwh;
        }
      self->mean[c] = sum / n;
    }
  self->choice.draw = self->draw;
  self->choice.mean = self->mean;
  return zx_choice_prepare (&self->choice, progress, error);
}

static ZxChoiceProof
proof_of (const ZxChoice *choice, const ZxSitingOptions *options, double passes)
{
  return (ZxChoiceProof){ .gap_goal = options->gap_goal,
                          .max_nodes = options->max_nodes,
                          .effort = MAX (
                              passes * choice->first[choice->n_candidates] * choice->n_sizes, 2e7),
                          .time_limit_s = options->time_limit_s,
                          .n_kicks = 10,
                          .seed = options->seed };
}

/* ---- what a plan does in every draw ------------------------------------------------------- */

typedef struct
{
  const ZxChoice *choice;
  ZxChoiceSpace space;
  float *served_draw; /* [pick][stride] */
  double *served;     /* [draw]: of the whole plan */
} Draws;

static void
draws_init (Draws *self, const ZxChoice *choice)
{
  self->choice = choice;
  zx_choice_space_init (&self->space, choice);
  self->served_draw = g_new0 (float, (gsize) choice->n_sites * choice->stride + 1);
  self->served = g_new0 (double, choice->n_draws + 1);
}

static void
draws_clear (Draws *self)
{
  zx_choice_space_clear (&self->space);
  g_free (self->served_draw);
  g_free (self->served);
}

/* Returns: the mean. */
static double
draws_serve (Draws *self, const ZxPick *pick, guint n)
{
  const ZxChoice *choice = self->choice;
  double value = zx_choice_value (choice, pick, n, &self->space, NULL, self->served_draw);
  memset (self->served, 0, choice->n_draws * sizeof (double));
  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < choice->n_draws; k++)
      self->served[k] += self->served_draw[(gsize) i * choice->stride + k];
  return value;
}

static double *
sum_demand (const ZxChoice *choice)
{
  double *demand = g_new0 (double, choice->n_draws + 1);
  for (guint c = 0; c < choice->n_cells; c++)
    for (guint k = 0; k < choice->n_draws; k++)
      demand[k] += choice->draw[(gsize) c * choice->stride + k];
  return demand;
}

/* ---- unmet demand ------------------------------------------------------------------------- */

static int
compare_left (gconstpointer a, gconstpointer b, gpointer data)
{
  const double *left = data;
  guint x = *(const guint *) a, y = *(const guint *) b;
  if (left[x] != left[y])
    return left[x] > left[y] ? -1 : 1;
  return (x > y) - (x < y);
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  guint x = *(const guint *) a, y = *(const guint *) b;
  return (x > y) - (x < y);
}

static guint
n_worst (const ZxChoice *choice, double share)
{
  return CLAMP ((guint) ceil (share * choice->n_draws - 1e-9), 1, choice->n_draws);
}

/* The draws where most is left, ascending, into @worst (n_draws).  Returns: the mean left there. */
static double
find_worst (const Draws *draws, const double *demand, guint n_tail, guint *worst)
{
  guint n = draws->choice->n_draws;
  double sum = 0;
  g_autofree double *left = g_new (double, n + 1);
  for (guint k = 0; k < n; k++)
    {
      left[k] = demand[k] - draws->served[k];
      worst[k] = k;
    }
  g_qsort_with_data (worst, (gint) n, sizeof (guint), compare_left, left);
  for (guint i = 0; i < n_tail; i++)
    sum += left[worst[i]];
  qsort (worst, n_tail, sizeof (guint), compare_numbers);
  return sum / n_tail;
}

typedef struct
{
  ZxPlan *plan;
  const ZxSitingOptions *options;
  const ZxChoice *choice;
  ZxPicks *best, trial;
  Draws draws;
  double *demand;
  guint n_tail;
  guint *worst; /* of the plan at hand */
} Tail;

/* The choice over the worst draws: a plan into self->trial, and what it proves. */
static gboolean
solve_tail (Tail *self, const ZxProgress *progress, GError **error)
{
  SomeDraws some;
  ZxChoiceOutcome outcome = { 0 };
  double demand = 0;
  ZxPicks fresh = zx_picks_new (self->choice->n_sites);
  gboolean is_good
      = some_draws_init (&some, self->choice, self->worst, self->n_tail, progress, error);
  ZxChoiceProof proof = proof_of (self->choice, self->options, TAIL_PASSES);
  ZxChoiceSpace space;
  zx_choice_space_init (&space, &some.choice);
  if (is_good && !zx_choice_is_stopped (self->choice, progress))
    {
      ZxPicks *trial = &self->trial;
      trial->value = zx_choice_value (&some.choice, trial->pick, trial->n, &space, NULL, NULL);
      zx_choice_improve (&some.choice, NULL, ZX_SEARCH_THOROUGH, trial, progress);
      is_good = zx_choice_search (&some.choice, NULL, ZX_SEARCH_QUICK, &fresh, progress, error);
      if (fresh.n > 0 && fresh.value > trial->value)
        zx_picks_copy (trial, &fresh);
      is_good = is_good && zx_choice_solve (&some.choice, &proof, trial, &outcome, progress, error);
      for (guint i = 0; i < self->n_tail; i++)
        demand += self->demand[self->worst[i]] / self->n_tail;
      if (is_good)
        self->plan->unmet_bound = MAX (self->plan->unmet_bound, demand - outcome.bound);
    }
  zx_choice_space_clear (&space);
  some_draws_clear (&some);
  zx_picks_clear (&fresh);
  return is_good;
}

/* TRUE when the worst draws of the plan in self->trial have not been seen in the round before. */
static gboolean
look_at_trial (Tail *self)
{
  g_autofree guint *before = g_memdup2 (self->worst, self->n_tail * sizeof (guint));
  double value = draws_serve (&self->draws, self->trial.pick, self->trial.n);
  double unmet = find_worst (&self->draws, self->demand, self->n_tail, self->worst);
  if (unmet < self->plan->unmet)
    {
      self->plan->unmet = unmet;
      self->trial.value = value;
      zx_picks_copy (self->best, &self->trial);
    }
  return memcmp (before, self->worst, self->n_tail * sizeof (guint)) != 0;
}

static gboolean
least_unmet (Tail *self, const ZxProgress *progress, GError **error)
{
  ZxProgress quiet = zx_choice_quiet (progress);
  gboolean is_new = TRUE, is_good = TRUE;
  zx_picks_copy (&self->trial, self->best);
  self->plan->unmet_bound = 0;
  for (guint round = 0; round < TAIL_ROUNDS && is_good && is_new; round++)
    {
      is_good = zx_progress_step (progress, round, TAIL_ROUNDS, error)
                && solve_tail (self, &quiet, error);
      is_new = is_good && look_at_trial (self);
    }
  self->plan->unmet_bound = MIN (self->plan->unmet_bound, self->plan->unmet);
  return is_good;
}

/* ---- paying ------------------------------------------------------------------------------- */

typedef struct
{
  const ZxSitingModel *model;
  const ZxCandidates *candidates;
  const ZxChoice *choice;
  Draws draws;
  ZxPicks best, trial;
  double pays, value; /* of best */
} Paying;

/* P (NPV > 0) of the whole plan. */
static double
measure_pays (const ZxSitingModel *model, const ZxCandidates *candidates, Draws *draws,
              const ZxPick *pick, guint n, double *value)
{
  double fen = 0, opex = 0;
  guint n_paying = 0;
  for (guint i = 0; i < n; i++)
    {
      fen += model->kind_fen[pick[i].kind];
      opex += zx_siting_opex_fen (model, candidates, pick[i].candidate, pick[i].kind);
    }
  *value = draws_serve (draws, pick, n);
  for (guint k = 0; k < draws->choice->n_draws; k++)
    {
      double yearly = draws->served[k] * ZX_SITING_DAYS_PER_YEAR * model->margin_fen - opex;
      n_paying += yearly * model->annuity - fen > 0;
    }
  return (double) n_paying / draws->choice->n_draws;
}

static gboolean
keep_if_better (Paying *self)
{
  double value;
  if (self->trial.n == 0 || !zx_choice_is_feasible (self->choice, self->trial.pick, self->trial.n))
    return FALSE;
  double pays = measure_pays (self->model, self->candidates, &self->draws, self->trial.pick,
                              self->trial.n, &value);
  if (pays < self->pays || (pays == self->pays && value <= self->value * (1 + 1e-9)))
    return FALSE;
  self->pays = pays;
  self->value = self->trial.value = value;
  zx_picks_copy (&self->best, &self->trial);
  return TRUE;
}

/* NPV of the best size built alone, at the mean. */
static double
npv_alone (const Paying *self, guint32 candidate, guint *kind)
{
  double best = -INFINITY;
  for (guint t = 0; t < self->choice->n_kinds; t++)
    if (self->choice->offered[candidate] & (1u << t))
      {
        double npv = zx_siting_npv_fen (self->model, self->candidates, candidate, t,
                                        zx_choice_alone (self->choice, candidate, t));
        if (npv > best)
          {
            best = npv;
            *kind = t;
          }
      }
  return best;
}

/* The candidates that pay best alone.  Returns: how many. */
static guint
find_payers (const Paying *self, ZxPick *payer)
{
  double npv[PAYING_PLACES];
  guint n = 0;
  for (guint32 j = 0; j < self->choice->n_candidates; j++)
    {
      guint kind = 0;
      double own = npv_alone (self, j, &kind);
      guint at = n;
      if (!isfinite (own) || (n == PAYING_PLACES && own <= npv[n - 1]))
        continue;
      n = MIN (n + 1, PAYING_PLACES);
      for (at = MIN (at, PAYING_PLACES - 1); at > 0 && npv[at - 1] < own; at--)
        {
          npv[at] = npv[at - 1];
          payer[at] = payer[at - 1];
        }
      npv[at] = own;
      payer[at] = (ZxPick){ j, kind };
    }
  return n;
}

/* All single changes to the set the step began with; the best stays. */
static gboolean
step_paying (Paying *self, const ZxPick *payer, guint n_payers, const ZxProgress *progress)
{
  ZxPicks from = zx_picks_new (self->choice->n_sites);
  gboolean has_risen = FALSE;
  zx_picks_copy (&from, &self->best);
  for (guint i = 0; i <= from.n && !zx_choice_is_stopped (self->choice, progress); i++)
    {
      gboolean is_required
          = i < from.n && zx_search_is_required (self->choice, from.pick[i].candidate);
      if (i < from.n && !is_required)
        {
          zx_picks_copy (&self->trial, &from);
          zx_picks_remove (&self->trial, i);
          has_risen = keep_if_better (self) || has_risen;
        }
      for (guint t = 0; i < from.n && t < self->choice->n_kinds; t++)
        if (self->choice->offered[from.pick[i].candidate] & (1u << t))
          {
            zx_picks_copy (&self->trial, &from);
            self->trial.pick[i].kind = t;
            has_risen = keep_if_better (self) || has_risen;
          }
      for (guint q = 0; q < n_payers && !is_required && i < self->choice->n_sites; q++)
        {
          zx_picks_copy (&self->trial, &from);
          self->trial.n = MAX (from.n, i + 1); /* i == n: one more */
          self->trial.pick[i] = payer[q];
          has_risen = keep_if_better (self) || has_risen;
        }
    }
  zx_picks_clear (&from);
  return has_risen;
}

/* TRUE when some size at the candidate, alone, pays in the draw. */
static gboolean
may_pay (const Paying *self, guint32 candidate, guint draw)
{
  const ZxChoice *choice = self->choice;
  for (guint t = 0; t < choice->n_kinds; t++)
    {
      gsize at = zx_choice_at (choice, candidate, choice->kind_size[t]) * choice->stride + draw;
      double kwh = MIN (choice->alone_draw[at] * (1 + ZX_CHOICE_FLOAT_SLACK), choice->kind_cap[t]);
      if ((choice->offered[candidate] & (1u << t))
          && zx_siting_npv_fen (self->model, self->candidates, candidate, t, kwh) > 0)
        return TRUE;
    }
  return FALSE;
}

/* A plan's NPV is at most the sum of its sites' alone: where all of these are losses no plan pays.
 */
static double
bound_pays (const Paying *self)
{
  guint n_paying = 0;
  for (guint k = 0; k < self->choice->n_draws; k++)
    {
      guint32 j = 0;
      while (j < self->choice->n_candidates && !may_pay (self, j, k))
        j++;
      n_paying += j < self->choice->n_candidates;
    }
  return (double) n_paying / self->choice->n_draws;
}

static gboolean
most_paying (ZxPlan *plan, Paying *self, const ZxProgress *progress, GError **error)
{
  ZxPick payer[PAYING_PLACES];
  guint n_payers = find_payers (self, payer);
  if (self->choice->n_required == 0 && n_payers > 0)
    {
      self->trial.n = 1;
      self->trial.pick[0] = payer[0];
      keep_if_better (self);
    }
  for (guint s = 0; s < PAYING_STEPS && step_paying (self, payer, n_payers, progress); s++)
    if (!zx_progress_step (progress, s, PAYING_STEPS, error))
      return FALSE;
  plan->pays = self->pays;
  plan->pays_bound = MAX (bound_pays (self), self->pays);
  return TRUE;
}

static gboolean
solve_paying (ZxPlan *plan, const ZxSitingModel *model, const ZxCandidates *candidates,
              const ZxChoice *choice, ZxPicks *picks, const ZxProgress *progress, GError **error)
{
  Paying paying = { .model = model, .candidates = candidates, .choice = choice };
  draws_init (&paying.draws, choice);
  paying.best = zx_picks_new (choice->n_sites);
  paying.trial = zx_picks_new (choice->n_sites);
  zx_picks_copy (&paying.best, picks);
  paying.pays
      = measure_pays (model, candidates, &paying.draws, picks->pick, picks->n, &paying.value);
  gboolean is_good = most_paying (plan, &paying, progress, error);
  zx_picks_copy (picks, &paying.best);
  picks->value = paying.value;
  zx_picks_sort (picks);
  zx_picks_clear (&paying.best);
  zx_picks_clear (&paying.trial);
  draws_clear (&paying.draws);
  return is_good;
}

/* ---- batches ------------------------------------------------------------------------------ */

typedef struct
{
  const ZxChoice *choice;
  const ZxSitingOptions *options;
  const ZxPicks *picks;
  double bound[N_BATCHES];
  ZxProgress quiet;
} Batches;

static void
bound_batches (gsize begin, gsize end, guint worker, gpointer data)
{
  Batches *self = data;
  const ZxChoice *choice = self->choice;
  g_autofree guint *draw = g_new (guint, choice->n_draws);
  for (gsize b = begin; b < end && !zx_choice_is_stopped (choice, &self->quiet); b++)
    {
      SomeDraws some;
      guint n = 0;
      for (guint k = (guint) b; k < choice->n_draws; k += N_BATCHES)
        draw[n++] = k;
      if (some_draws_init (&some, choice, draw, n, &self->quiet, NULL))
        {
          ZxPicks picks = zx_picks_new (choice->n_sites);
          ZxChoiceSpace space;
          ZxChoiceOutcome outcome = { 0 };
          ZxChoiceProof proof = proof_of (choice, self->options, BATCH_PASSES);
          proof.max_nodes = proof.n_kicks = 0; /* only the bound is asked for */
          zx_choice_space_init (&space, &some.choice);
          zx_picks_copy (&picks, self->picks);
          picks.value = zx_choice_value (&some.choice, picks.pick, picks.n, &space, NULL, NULL);
          zx_choice_solve (&some.choice, &proof, &picks, &outcome, &self->quiet, NULL);
          self->bound[b] = outcome.bound;
          zx_choice_space_clear (&space);
          zx_picks_clear (&picks);
        }
      some_draws_clear (&some);
    }
}

gboolean
zx_plan_bound_batches (ZxPlan *plan, const ZxSitingModel *model, const ZxChoice *choice,
                       const ZxPicks *picks, const ZxProgress *progress, GError **error)
{
  Batches batches = {
    .choice = choice, .options = model->options, .picks = picks, .quiet = zx_choice_quiet (progress)
  };
  double mean = 0, squares = 0;
  plan->batch_bound = plan->batch_bound_high = NAN;
  if (picks->n == 0 || choice->draw == NULL || choice->n_draws < N_BATCHES * LEAST_BATCH
      || zx_choice_is_stopped (choice, NULL))
    return TRUE;
  for (guint b = 0; b < N_BATCHES; b++)
    batches.bound[b] = NAN;
  if (!zx_parallel_for (N_BATCHES, 1, bound_batches, &batches, progress, error))
    return FALSE;
  for (guint b = 0; b < N_BATCHES; b++)
    mean += batches.bound[b] / N_BATCHES;
  for (guint b = 0; b < N_BATCHES; b++)
    squares += (batches.bound[b] - mean) * (batches.bound[b] - mean);
  if (isnan (mean) || zx_choice_is_stopped (choice, NULL))
    return TRUE;
  plan->n_batches = N_BATCHES;
  plan->batch_bound = mean;
  plan->batch_bound_high = mean + STUDENT_95 * sqrt (squares / (N_BATCHES - 1) / N_BATCHES);
  return TRUE;
}

/* ---- the story ---------------------------------------------------------------------------- */

static void
measure_risks (ZxPlan *plan, const ZxSitingModel *model, const ZxCandidates *candidates,
               const ZxChoice *choice, const ZxPicks *picks)
{
  Draws draws;
  double value;
  g_autofree double *demand = sum_demand (choice);
  g_autofree guint *worst = g_new (guint, choice->n_draws + 1);
  draws_init (&draws, choice);
  plan->pays = measure_pays (model, candidates, &draws, picks->pick, picks->n, &value);
  plan->unmet = find_worst (&draws, demand, n_worst (choice, model->options->risk_share), worst);
  draws_clear (&draws);
}

static gboolean
solve_unmet (ZxPlan *plan, const ZxSitingModel *model, const ZxChoice *choice, ZxPicks *picks,
             const ZxProgress *progress, GError **error)
{
  guint n_tail = n_worst (choice, model->options->risk_share);
  Tail tail = { .plan = plan,
                .options = model->options,
                .choice = choice,
                .best = picks,
                .trial = zx_picks_new (choice->n_sites),
                .demand = sum_demand (choice),
                .n_tail = n_tail,
                .worst = g_new (guint, choice->n_draws + 1) };
  draws_init (&tail.draws, choice);
  draws_serve (&tail.draws, picks->pick, picks->n);
  find_worst (&tail.draws, tail.demand, n_tail, tail.worst);
  gboolean is_good = least_unmet (&tail, progress, error);
  zx_picks_sort (picks);
  draws_clear (&tail.draws);
  zx_picks_clear (&tail.trial);
  g_free (tail.demand);
  g_free (tail.worst);
  return is_good;
}

gboolean
zx_plan_weigh_risk (ZxPlan *plan, const ZxSitingModel *model, const ZxCandidates *candidates,
                    const ZxChoice *choice, ZxPicks *picks, const ZxProgress *progress,
                    GError **error)
{
  gboolean is_good = TRUE;
  plan->unmet = plan->unmet_bound = plan->pays = plan->pays_bound = NAN;
  plan->risk = model->options->risk;
  plan->risk_share = model->options->risk_share;
  if (picks->n == 0 || choice->draw == NULL)
    return TRUE;
  measure_risks (plan, model, candidates, choice, picks);
  if (plan->risk == ZX_RISK_UNMET)
    {
      is_good = solve_unmet (plan, model, choice, picks, progress, error);
      plan->gap = plan->unmet > 0 ? (plan->unmet - plan->unmet_bound) / plan->unmet : 0;
    }
  else if (plan->risk == ZX_RISK_PAYS)
    {
      is_good = solve_paying (plan, model, candidates, choice, picks, progress, error);
      plan->gap = plan->pays_bound > 0 ? (plan->pays_bound - plan->pays) / plan->pays_bound : 0;
    }
  if (plan->risk == ZX_RISK_MEAN || !is_good)
    return is_good;
  ZxPlan other = *plan;
  measure_risks (&other, model, candidates, choice, picks);
  plan->unmet = other.unmet;
  plan->pays = other.pays;
  plan->value = picks->value;
  plan->is_proven = plan->gap <= model->options->gap_goal;
  return TRUE;
}
