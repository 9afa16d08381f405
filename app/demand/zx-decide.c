/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the draws of demand mean for a choice among cells: the m cells of the greatest demand.
 *
 *   P (best)   share of the draws in which a cell is among the best m
 *   regret     of the m cells best on average: what the best m of a draw have more
 *   EVPI       its mean: what it would be worth to know every cell's demand
 *   survey     what measuring at one cell c is worth (Raiffa and Schlaifer 1961).  Learning D_c = d
 *              moves the mean of every other cell j by cov (D_j, D_c) / var (D_c) (d - E D_c); the
 *              best m of the moved means, averaged over d, less the best m of today.  A station
 *              measured there shows its own luck too, of log sd psi, so that d moves only by the
 *              root of the share of the log variance that is the place's (moment matching; Heath,
 *              Manolopoulou and Baio 2017).
 *
 * When it is wrong: sites draw on more than one cell, and the grid and the costs speak as well, so
 * that the plan's own regret and value of information (app/siting) decide about sites; this ranks
 * where the model's ignorance of demand matters. */

#include "app/demand/zx-believe.h"

#include <math.h>
#include <string.h>

#define MOST_BEST       20
#define CELLS_PER_BEST  10  /* at most a tenth of the cells are "the best" */
#define MOST_CONTENDERS 200 /* cells that may be among the best */
#define MOST_DRAWS      500
#define ROUNDING        1e-9
#define LEAST_CHANCE    0.05 /* of being among the best, for a survey to be thought of */
#define N_READINGS      24   /* what a survey may read: quantiles of the draws */

typedef struct
{
  double value;
  guint32 cell;
} Entry;

static int
compare_entries (const void *a, const void *b)
{
  const Entry *x = a, *y = b;
  return x->value != y->value ? (x->value < y->value ? 1 : -1)
                              : (x->cell > y->cell) - (x->cell < y->cell);
}

void
zx_decision_free (ZxDecision *self)
{
  if (self == NULL)
    return;
  g_free (self->in_best);
  g_free (self);
}

/* The @m greatest come first, in order; O(n log m) on average. */
static void
put_best_first (Entry *entry, guint n, guint m)
{
  if (m == 0)
    return;
  qsort (entry, m, sizeof *entry, compare_entries);
  for (guint i = m; i < n; i++)
    {
      if (compare_entries (&entry[i], &entry[m - 1]) >= 0)
        continue;
      Entry taken = entry[i];
      entry[i] = entry[m - 1];
      guint k = m - 1;
      for (; k > 0 && compare_entries (&taken, &entry[k - 1]) < 0; k--)
        entry[k] = entry[k - 1];
      entry[k] = taken;
    }
}

static double
sum_of_best (Entry *entry, guint n, guint m)
{
  double sum = 0;
  put_best_first (entry, n, m);
  for (guint k = 0; k < m; k++)
    sum += entry[k].value;
  return sum;
}

/* ---- the best of each draw ---------------------------------------------------------------- */

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

static void
play_draws (const ZxDemand *demand, ZxDecision *self, const guint32 *chosen)
{
  guint n = demand->n_cells, m = self->n_best;
  g_autofree Entry *entry = g_new (Entry, n);
  g_autofree double *regret = g_new (double, demand->n_draws);
  for (guint d = 0; d < demand->n_draws; d++)
    {
      const float *row = demand->cell_kwh_per_day + (gsize) d * n;
      for (guint32 c = 0; c < n; c++)
        entry[c] = (Entry){ row[c], c };
      double best = sum_of_best (entry, n, m), ours = 0;
      for (guint k = 0; k < m; k++)
        {
          self->in_best[entry[k].cell] += 1.0f / (float) demand->n_draws;
          ours += row[chosen[k]];
        }
      regret[d] = best - ours;
      self->perfect_kwh_per_day += best / demand->n_draws;
      self->chosen_kwh_per_day += ours / demand->n_draws;
    }
  self->value_of_information = MAX (self->perfect_kwh_per_day - self->chosen_kwh_per_day, 0);
  qsort (regret, demand->n_draws, sizeof *regret, compare_doubles);
  self->regret_p90 = regret[(guint) (0.9 * (demand->n_draws - 1))];
}

/* ---- surveys ------------------------------------------------------------------------------ */

typedef struct
{
  const ZxDemand *demand;
  guint n, n_draws, m; /* contenders */
  const Entry *contender;
  double *off;  /* [contender][draw]: less the mean */
  double *mean; /* n */
  double log_noise;
  double today;
  double *value; /* n */
} Survey;

static void
fill_offs (Survey *self)
{
  guint step = MAX (self->demand->n_draws / self->n_draws, 1);
  for (guint j = 0; j < self->n; j++)
    {
      double *off = self->off + (gsize) j * self->n_draws;
      for (guint d = 0; d < self->n_draws; d++)
        {
          off[d] = self->demand->cell_kwh_per_day[(gsize) d * step * self->demand->n_cells
                                                  + self->contender[j].cell];
          self->mean[j] += off[d] / self->n_draws;
        }
      for (guint d = 0; d < self->n_draws; d++)
        off[d] -= self->mean[j];
    }
}

/* The share of what a station there would show that is the place's and not its own luck. */
static double
place_share (const Survey *self, guint c)
{
  const double *off = self->off + (gsize) c * self->n_draws;
  double sum = 0, square = 0;
  for (guint d = 0; d < self->n_draws; d++)
    {
      double z = log (MAX (off[d] + self->mean[c], 1e-9));
      sum += z;
      square += z * z;
    }
  double variance = MAX (square - sum * sum / self->n_draws, 0) / self->n_draws;
  return variance > 0 ? variance / (variance + self->log_noise * self->log_noise) : 0;
}

static double
survey_one (const Survey *self, guint c)
{
  const double *off = self->off + (gsize) c * self->n_draws;
  g_autofree double *reading = g_memdup2 (off, self->n_draws * sizeof *reading);
  g_autofree double *slope = g_new0 (double, self->n);
  g_autofree Entry *entry = g_new (Entry, self->n);
  double variance = 0, total = 0, root = sqrt (place_share (self, c));
  for (guint d = 0; d < self->n_draws; d++)
    variance += off[d] * off[d];
  if (!(variance > 0))
    return 0;
  for (guint j = 0; j < self->n; j++)
    {
      const double *other = self->off + (gsize) j * self->n_draws;
      for (guint d = 0; d < self->n_draws; d++)
        slope[j] += other[d] * off[d];
      slope[j] *= root / variance;
    }
  qsort (reading, self->n_draws, sizeof *reading, compare_doubles);
  for (guint k = 0; k < N_READINGS; k++)
    {
      /* The mean of each stretch of the sorted draws, so that the readings average to nothing. */
      guint begin = k * self->n_draws / N_READINGS, end = (k + 1) * self->n_draws / N_READINGS;
      double at = 0;
      for (guint d = begin; d < end; d++)
        at += reading[d] / (end - begin);
      for (guint32 j = 0; j < self->n; j++)
        entry[j] = (Entry){ self->mean[j] + slope[j] * at, j };
      total += sum_of_best (entry, self->n, self->m) * (end - begin) / self->n_draws;
    }
  return MAX (total - self->today, 0);
}

static void
survey_some (gsize begin, gsize end, guint worker, gpointer data)
{
  Survey *self = data;
  for (gsize c = begin; c < end; c++)
    if (self->contender[c].value >= LEAST_CHANCE)
      self->value[c] = survey_one (self, (guint) c);
}

static gboolean
find_surveys (const ZxDemand *demand, ZxDecision *self, const Entry *contender, guint n,
              const ZxProgress *progress, GError **error)
{
  Survey survey = { demand, n, MIN (demand->n_draws, MOST_DRAWS), self->n_best, contender };
  if (survey.n_draws < N_READINGS)
    return TRUE;
  g_autofree double *off = g_new (double, (gsize) n *survey.n_draws);
  g_autofree double *mean = g_new0 (double, n), *value = g_new0 (double, n);
  g_autofree Entry *entry = g_new (Entry, n);
  survey.off = off;
  survey.mean = mean;
  survey.value = value;
  survey.log_noise = demand->posterior != NULL ? demand->posterior->psi.mean : 0;
  fill_offs (&survey);
  for (guint32 j = 0; j < n; j++)
    entry[j] = (Entry){ mean[j], j };
  survey.today = sum_of_best (entry, n, self->n_best);
  if (!zx_parallel_for (n, 4, survey_some, &survey, progress, error))
    return FALSE;
  for (guint32 j = 0; j < n; j++)
    entry[j] = (Entry){ value[j], contender[j].cell };
  qsort (entry, n, sizeof *entry, compare_entries);
  for (guint k = 0; k < MIN (n, ZX_MOST_SURVEYS) && entry[k].value > ROUNDING * survey.today; k++)
    self->survey[self->n_surveys++] = (ZxSurvey){ entry[k].cell, entry[k].value };
  return TRUE;
}

/* ---- public ------------------------------------------------------------------------------- */

/* Cells that are among the best in some draw, or on average. */
static guint
list_contenders (const ZxDecision *self, const guint32 *chosen, guint n, Entry *entry)
{
  for (guint32 c = 0; c < n; c++)
    entry[c] = (Entry){ self->in_best[c], c };
  for (guint k = 0; k < self->n_best; k++)
    entry[chosen[k]].value += 2;
  qsort (entry, n, sizeof *entry, compare_entries);
  guint n_contenders = 0;
  while (n_contenders < MIN (n, MOST_CONTENDERS) && entry[n_contenders].value > 0)
    n_contenders++;
  return n_contenders;
}

ZxDecision *
zx_demand_decide (const ZxDemand *demand, const ZxProgress *progress, GError **error)
{
  guint n = demand->n_cells;
  g_autoptr (ZxDecision) self = g_new0 (ZxDecision, 1);
  self->n_best = MAX (MIN (MOST_BEST, n / CELLS_PER_BEST), 1);
  self->in_best = ZX_TRY_NEW (float, n, _ ("The best cells"), error);
  if (self->in_best == NULL)
    return NULL;
  memset (self->in_best, 0, n * sizeof *self->in_best);
  g_autofree Entry *entry = g_new (Entry, n);
  g_autofree guint32 *chosen = g_new (guint32, self->n_best);
  for (guint32 c = 0; c < n; c++)
    entry[c] = (Entry){ demand->mean[c], c };
  put_best_first (entry, n, self->n_best);
  for (guint k = 0; k < self->n_best; k++)
    chosen[k] = entry[k].cell;
  play_draws (demand, self, chosen);
  guint n_contenders = list_contenders (self, chosen, n, entry);
  if (!find_surveys (demand, self, entry, n_contenders, progress, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* ---- the whole ---------------------------------------------------------------------------- */

gboolean
zx_demand_total (const ZxDemand *self, double quantiles[3])
{
  static const double levels[] = { 0.1, 0.5, 0.9 };
  guint n = self->n_draws;
  if (n == 0 || self->cell_kwh_per_day == NULL)
    return FALSE;
  g_autofree double *totals = g_new0 (double, n);
  for (guint draw = 0; draw < n; draw++)
    for (guint c = 0; c < self->n_cells; c++)
      {
        float value = self->cell_kwh_per_day[(gsize) draw * self->n_cells + c];
        totals[draw] += isfinite (value) ? value : 0.0f;
      }
  qsort (totals, n, sizeof *totals, compare_doubles);
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    quantiles[i] = totals[MIN ((guint) (levels[i] * n), n - 1)];
  return TRUE;
}
