/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Weights of evidence: the baseline that GIS people know, beside the model and never instead of it.
 *
 * N cells hold n events (here: cells whose stations are busier than the middle one).  A factor is
 * cut into classes; class k tells
 *   W_k = ln (P (k | event) / P (k | no event)),  var W_k = 1 / n_k + 1 / (N_k - n_k)
 * with N_k cells and n_k events in it.  Of two classes the one that speaks for events has W+, the
 * other W-; C = W+ - W- is the contrast, and C over its standard deviation says how sure it is
 * (Bonham-Carter, Agterberg and Wright 1988).  The cut is where that is largest, among twenty
 * quantiles with events on both sides.  If the factors were independent given the event, and given
 * none,
 *   logit P = ln (n / (N - n)) + Σ W,   sd P = P (1 - P) √(var of the prior logit + Σ var W);
 * a cell where a factor is not known gets no weight of it.
 *
 * They hardly ever are.  Were they, T = Σ P would be n; counting the same thing several times makes
 * it larger.  Three tests say so: n / T, which should not fall below 0.85 (Bonham-Carter 1994, ch.
 * 9); (T - n) / sd T with sd T² = Σ (N_u sd P_u)² over the unique conditions u, one-sided, the
 * omnibus test of Agterberg and Cheng (2002); and χ² of each pair of factors among the events, in
 * and out of their strongest classes, with Yates' correction.  With one factor T is n to the last
 * digit.
 *
 * When it is wrong: whenever the tests speak, which with covariates of a city is nearly always: the
 * probabilities are then too near to 0 and 1.  The cut is chosen by the events it is judged by, so
 * the studentised contrast is too large by what choosing gains.  A station's sales are cut to yes
 * or no, and what stations take from each other is not seen at all.  sd T takes the unique
 * conditions for independent, though they share their weights: with as many of them as there are
 * cells it is too small, and the ratio is the better witness. */

#include "app/demand/zx-demand.h"

#include <string.h>

#include "app/solve/zx-solve.h"

#define LEAST_EVENTS    5
#define N_QUANTILES     20
#define LEAST_IN_CLASS  2    /* events, and cells without one, on either side of a cut */
#define LEAST_CONTRAST  1.96 /* studentised: a factor that says less is left out */
#define LEAST_RATIO     0.85
#define DEPENDENT_BELOW 0.05
#define LEAST_OVERLAP   1.0 /* expected events in each corner of a χ² */
#define YATES           0.5
#define UNKNOWN         G_MAXUINT8

/* ---- one factor --------------------------------------------------------------------------- */

/* Both from cells and events of the class and of all whose class is known; areas need not be
 * whole. */
static double
weight_of (double n_cells, double n_events, double all_cells, double all_events, double *variance)
{
  double empty = n_cells - n_events, all_empty = all_cells - all_events;
  *variance = 1 / n_events + 1 / empty;
  return log ((n_events / all_events) / (empty / all_empty));
}

void
zx_evidence_weigh (ZxEvidenceClass *class, double all_cells, double all_events)
{
  double inside, outside;
  class->weight = weight_of (class->n_cells, class->n_events, all_cells, all_events, &inside);
  double other = weight_of (all_cells - class->n_cells, all_events - class->n_events, all_cells,
                            all_events, &outside);
  class->weight_sd = sqrt (inside);
  class->contrast = class->weight - other;
  class->contrast_sd = sqrt (inside + outside);
}

typedef struct
{
  const ZxEvidenceData *data;
  ZxEvidence *answer;
  guint8 *class; /* [cell][factor]; UNKNOWN */
} Weighing;

/* The known cells of a factor in the order of its values, with the events before each. */
typedef struct
{
  guint n;
  guint32 *order;
  double *value;   /* n, ascending */
  guint *n_events; /* n + 1 */
} Sorted;

static int
compare_values (gconstpointer a, gconstpointer b, gpointer data)
{
  const double *x = data;
  guint32 i = *(const guint32 *) a, j = *(const guint32 *) b;
  if (x[i] != x[j])
    return x[i] < x[j] ? -1 : 1;
  return (i > j) - (i < j);
}

static void
sort_factor (Sorted *self, const ZxEvidenceData *data, guint factor)
{
  const double *x = data->x + (gsize) factor * data->n_cells;
  self->order = g_new (guint32, data->n_cells);
  self->value = g_new (double, data->n_cells);
  self->n_events = g_new0 (guint, data->n_cells + 1);
  for (guint c = 0; c < data->n_cells; c++)
    if (isfinite (x[c]))
      self->order[self->n++] = c;
  g_qsort_with_data (self->order, (int) self->n, sizeof *self->order, compare_values, (gpointer) x);
  for (guint k = 0; k < self->n; k++)
    {
      self->value[k] = x[self->order[k]];
      self->n_events[k + 1] = self->n_events[k] + (data->is_event[self->order[k]] != 0);
    }
}

static void
sorted_clear (Sorted *self)
{
  g_free (self->order);
  g_free (self->value);
  g_free (self->n_events);
}

/* From the place @from to @to in the order; FALSE when it has not enough of both to be a class. */
static gboolean
fill_class (const Sorted *sorted, guint from, guint to, ZxEvidenceClass *class)
{
  guint n_events = sorted->n_events[to] - sorted->n_events[from];
  *class = (ZxEvidenceClass){ .above = from == 0 ? -INFINITY : sorted->value[from - 1],
                              .up_to = to == sorted->n ? INFINITY : sorted->value[to - 1],
                              .n_cells = to - from,
                              .n_events = n_events };
  return n_events >= LEAST_IN_CLASS && to - from >= n_events + LEAST_IN_CLASS;
}

/* Where a cut at the given share of the cells falls: behind all that are equal to the last. */
static guint
place_of_cut (const Sorted *sorted, guint part, guint n_parts)
{
  guint at = MAX ((guint) ((guint64) sorted->n * part / n_parts), 1);
  while (at < sorted->n && sorted->value[at] == sorted->value[at - 1])
    at++;
  return at;
}

static void
take_classes (const Sorted *sorted, ZxEvidenceFactor *factor)
{
  double best = 0;
  for (guint k = 0; k < factor->n_classes; k++)
    {
      ZxEvidenceClass *class = &factor->class[k];
      zx_evidence_weigh (class, sorted->n, sorted->n_events[sorted->n]);
      double studentised = class->contrast / class->contrast_sd;
      if (studentised <= best)
        continue;
      best = studentised;
      factor->strongest = k;
    }
  factor->studentised = best;
}

static void
cut_in_two (const Sorted *sorted, ZxEvidenceFactor *factor)
{
  double best = 0;
  for (guint q = 1; q < N_QUANTILES; q++)
    {
      ZxEvidenceFactor trial = { .n_classes = 2 };
      guint at = place_of_cut (sorted, q, N_QUANTILES);
      if (!fill_class (sorted, 0, at, &trial.class[0])
          || !fill_class (sorted, at, sorted->n, &trial.class[1]))
        continue;
      take_classes (sorted, &trial);
      if (trial.studentised <= best)
        continue;
      best = trial.studentised;
      trial.name = factor->name;
      *factor = trial;
    }
}

/* Classes of as many cells each; what has not enough events goes with the class above. */
static void
cut_in_many (const Sorted *sorted, guint n_classes, ZxEvidenceFactor *factor)
{
  guint from = 0;
  for (guint k = 1; k <= n_classes; k++)
    {
      guint to = k == n_classes ? sorted->n : place_of_cut (sorted, k, n_classes);
      ZxEvidenceClass rest;
      if (to <= from || !fill_class (sorted, from, to, &factor->class[factor->n_classes]))
        continue;
      if (to < sorted->n && !fill_class (sorted, to, sorted->n, &rest))
        continue;
      factor->n_classes++;
      from = to;
    }
  if (factor->n_classes < 2)
    factor->n_classes = 0;
  else
    take_classes (sorted, factor);
}

static void
put_in_classes (const Sorted *sorted, Weighing *self, guint f)
{
  const ZxEvidenceFactor *factor = &self->answer->factor[f];
  guint k = 0;
  for (guint i = 0; i < sorted->n; i++)
    {
      while (k + 1 < factor->n_classes && sorted->value[i] > factor->class[k].up_to)
        k++;
      self->class[(gsize) sorted->order[i] * self->data->n_factors + f] = (guint8) k;
    }
}

static void
weigh_factor (Weighing *self, guint f)
{
  ZxEvidenceFactor *factor = &self->answer->factor[f];
  Sorted sorted = { 0 };
  sort_factor (&sorted, self->data, f);
  if (self->data->n_classes > 2)
    cut_in_many (&sorted, self->data->n_classes, factor);
  else
    cut_in_two (&sorted, factor);
  factor->is_used = factor->n_classes > 0 && factor->studentised >= LEAST_CONTRAST;
  if (factor->n_classes > 0)
    put_in_classes (&sorted, self, f);
  sorted_clear (&sorted);
}

/* ---- all together ------------------------------------------------------------------------- */

static void
add_up_cell (const Weighing *self, guint c)
{
  ZxEvidence *answer = self->answer;
  double n = answer->n_events, empty = answer->n_cells - n;
  double logit = log (n / empty), variance = 1 / n + 1 / empty;
  for (guint f = 0; f < answer->n_factors; f++)
    {
      const ZxEvidenceFactor *factor = &answer->factor[f];
      guint8 k = self->class[(gsize) c * answer->n_factors + f];
      if (!factor->is_used || k == UNKNOWN)
        continue;
      logit += factor->class[k].weight;
      variance += factor->class[k].weight_sd * factor->class[k].weight_sd;
    }
  double p = 1 / (1 + exp (-logit));
  answer->posterior[c] = p;
  answer->posterior_sd[c] = p * (1 - p) * sqrt (variance);
}

static int
compare_conditions (gconstpointer a, gconstpointer b, gpointer data)
{
  const Weighing *self = data;
  guint32 i = *(const guint32 *) a, j = *(const guint32 *) b;
  gsize n = self->answer->n_factors;
  for (gsize f = 0; f < n; f++)
    {
      guint8 x = self->class[i * n + f], y = self->class[j * n + f];
      if (self->answer->factor[f].is_used && x != y)
        return x < y ? -1 : 1;
    }
  return 0;
}

/* T, its standard deviation over the unique conditions, and what they say. */
static gboolean
test_omnibus (Weighing *self, GError **error)
{
  ZxEvidence *answer = self->answer;
  g_autofree guint32 *order
      = ZX_TRY_NEW (guint32, answer->n_cells, _ ("The unique conditions"), error);
  if (order == NULL)
    return FALSE;
  for (guint c = 0; c < answer->n_cells; c++)
    {
      order[c] = c;
      answer->predicted += answer->posterior[c];
    }
  g_qsort_with_data (order, (int) answer->n_cells, sizeof *order, compare_conditions, self);
  double variance = 0;
  for (guint from = 0, to; from < answer->n_cells; from = to)
    {
      for (to = from + 1;
           to < answer->n_cells && compare_conditions (&order[from], &order[to], self) == 0; to++)
        ;
      double sd = (to - from) * answer->posterior_sd[order[from]];
      variance += sd * sd;
      answer->n_conditions++;
    }
  answer->predicted_sd = sqrt (variance);
  answer->ratio = answer->n_events / answer->predicted;
  answer->omnibus_z = (answer->predicted - answer->n_events) / answer->predicted_sd;
  answer->omnibus_p = zx_normal_cdf (-answer->omnibus_z);
  return TRUE;
}

/* Events in and out of the strongest class of two factors; FALSE where a corner expects too few for
 * a χ². */
static gboolean
test_pair (const Weighing *self, ZxEvidencePair *pair)
{
  const ZxEvidence *answer = self->answer;
  double count[2][2] = { { 0 } };
  for (guint c = 0; c < answer->n_cells; c++)
    {
      guint8 i = self->class[(gsize) c * answer->n_factors + pair->a];
      guint8 j = self->class[(gsize) c * answer->n_factors + pair->b];
      if (self->data->is_event[c] && i != UNKNOWN && j != UNKNOWN)
        count[i == answer->factor[pair->a].strongest][j == answer->factor[pair->b].strongest]++;
    }
  double all = count[0][0] + count[0][1] + count[1][0] + count[1][1];
  for (guint i = 0; i < 2; i++)
    for (guint j = 0; j < 2; j++)
      {
        double expected = (count[i][0] + count[i][1]) * (count[0][j] + count[1][j]) / all;
        if (!(expected >= LEAST_OVERLAP))
          return FALSE;
        double off = MAX (fabs (count[i][j] - expected) - YATES, 0);
        pair->chi_squared += off * off / expected;
      }
  pair->p = 2 * zx_normal_cdf (-sqrt (pair->chi_squared)); /* one degree of freedom */
  return TRUE;
}

static int
compare_pairs (gconstpointer a, gconstpointer b)
{
  const ZxEvidencePair *p = a, *q = b;
  if (p->p != q->p)
    return p->p < q->p ? -1 : 1;
  return p->a != q->a ? (p->a > q->a) - (p->a < q->a) : (p->b > q->b) - (p->b < q->b);
}

static void
test_pairs (Weighing *self)
{
  ZxEvidence *answer = self->answer;
  answer->pair = g_new0 (ZxEvidencePair, (gsize) answer->n_factors * answer->n_factors + 1);
  for (guint a = 0; a < answer->n_factors; a++)
    for (guint b = a + 1; b < answer->n_factors; b++)
      {
        ZxEvidencePair pair = { .a = a, .b = b };
        if (!answer->factor[a].is_used || !answer->factor[b].is_used || !test_pair (self, &pair))
          continue;
        answer->pair[answer->n_pairs++] = pair;
        answer->n_dependent += pair.p < DEPENDENT_BELOW;
      }
  qsort (answer->pair, answer->n_pairs, sizeof *answer->pair, compare_pairs);
}

/* ---- the story ---------------------------------------------------------------------------- */

void
zx_evidence_free (ZxEvidence *self)
{
  if (self == NULL)
    return;
  for (guint f = 0; f < self->n_factors; f++)
    g_free (self->factor[f].name);
  g_free (self->factor);
  g_free (self->posterior);
  g_free (self->posterior_sd);
  g_free (self->pair);
  g_free (self);
}

static gboolean
check_evidence (const ZxEvidenceData *data, guint *n_events, GError **error)
{
  for (guint c = 0; c < data->n_cells; c++)
    *n_events += data->is_event[c] != 0;
  if (data->n_classes < 2 || data->n_classes > ZX_MOST_EVIDENCE_CLASSES)
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("Weights of evidence were asked for with %u classes; it can be 2 to %d"),
                 data->n_classes, ZX_MOST_EVIDENCE_CLASSES);
  else if (*n_events < LEAST_EVENTS || data->n_cells - *n_events < LEAST_EVENTS)
    g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING,
                 _ ("Weights of evidence need %d cells with an event and %d without; of %u cells, "
                    "%u have one"),
                 LEAST_EVENTS, LEAST_EVENTS, data->n_cells, *n_events);
  else
    return TRUE;
  return FALSE;
}

static ZxEvidence *
evidence_alloc (const ZxEvidenceData *data, guint n_events, GError **error)
{
  g_autoptr (ZxEvidence) self = g_new0 (ZxEvidence, 1);
  self->n_cells = data->n_cells;
  self->n_events = n_events;
  self->prior = (double) n_events / data->n_cells;
  self->posterior = ZX_TRY_NEW (double, data->n_cells, _ ("The posterior probabilities"), error);
  if (self->posterior == NULL)
    return NULL;
  self->posterior_sd = ZX_TRY_NEW (double, data->n_cells, _ ("The posterior probabilities"), error);
  if (self->posterior_sd == NULL)
    return NULL;
  self->factor = g_new0 (ZxEvidenceFactor, data->n_factors + 1);
  self->n_factors = data->n_factors;
  for (guint f = 0; f < data->n_factors; f++)
    self->factor[f].name = g_strdup (data->names[f]);
  return g_steal_pointer (&self);
}

static gboolean
weigh (Weighing *self, const ZxProgress *progress, GError **error)
{
  ZxEvidence *answer = self->answer;
  for (guint f = 0; f < answer->n_factors; f++)
    {
      if (!zx_progress_step (progress, f, answer->n_factors + 1, error))
        return FALSE;
      weigh_factor (self, f);
      answer->n_used += answer->factor[f].is_used;
    }
  for (guint c = 0; c < answer->n_cells; c++)
    add_up_cell (self, c);
  if (!test_omnibus (self, error))
    return FALSE;
  test_pairs (self);
  return zx_progress_step (progress, 1, 1, error);
}

ZxEvidence *
zx_evidence_new (const ZxEvidenceData *data, const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (data != NULL, NULL);
  guint n_events = 0;
  if (!check_evidence (data, &n_events, error))
    return NULL;
  g_autoptr (ZxEvidence) answer = evidence_alloc (data, n_events, error);
  if (answer == NULL || data->n_factors > G_MAXSIZE / data->n_cells)
    return NULL;
  Weighing self = { data, answer, NULL };
  gsize n_classes = (gsize) data->n_cells * MAX (data->n_factors, 1);
  g_autofree guint8 *class = ZX_TRY_NEW (guint8, n_classes, _ ("The classes of the cells"), error);
  if (class == NULL)
    return NULL;
  memset (class, UNKNOWN, n_classes);
  self.class = class;
  return weigh (&self, progress, error) ? g_steal_pointer (&answer) : NULL;
}

ZxEvidenceVerdict
zx_evidence_verdict (const ZxEvidence *self)
{
  if (self->n_used < 2)
    return ZX_EVIDENCE_UNTESTED;
  if (self->omnibus_p < DEPENDENT_BELOW || self->ratio < LEAST_RATIO)
    return ZX_EVIDENCE_OVERCONFIDENT;
  return self->n_dependent > 0 ? ZX_EVIDENCE_DEPENDENT : ZX_EVIDENCE_INDEPENDENT;
}

/* ---- events ------------------------------------------------------------------------------- */

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

guint8 *
zx_evidence_events (guint n_cells, const guint32 *cell, const double *y, const double *exposure,
                    guint n)
{
  g_autofree double *sum = g_new0 (double, n_cells), *weight = g_new0 (double, n_cells);
  g_autofree double *rate = g_new (double, n_cells);
  guint8 *is_event = g_new0 (guint8, n_cells);
  guint n_seen = 0;
  for (guint i = 0; i < n; i++)
    if (isfinite (y[i]) && exposure[i] > 0 && cell[i] < n_cells)
      {
        sum[cell[i]] += y[i];
        weight[cell[i]] += exposure[i];
      }
  for (guint c = 0; c < n_cells; c++)
    if (weight[c] > 0)
      rate[n_seen++] = sum[c] / weight[c];
  if (n_seen == 0)
    return is_event;
  qsort (rate, n_seen, sizeof *rate, compare_doubles);
  double middle = 0.5 * (rate[(n_seen - 1) / 2] + rate[n_seen / 2]);
  for (guint c = 0; c < n_cells; c++)
    is_event[c] = weight[c] > 0 && sum[c] / weight[c] > middle;
  return is_event;
}
