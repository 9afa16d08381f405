/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Members that predict the use of a station not seen, mixed by how well each predicted the training
 * stations (stacking of predictive distributions; Yao, Vehtari, Simpson and Gelman 2018), and
 * scored on the fold held out.
 *
 * For the held-out fold a, every member predicts each other fold b from the stations outside a and
 * b; the weights maximise Σ log Σ_m w_m p_m (z_i) over those predictions, by expectation and
 * maximisation from equal weights (the problem is concave).  The fold a itself is touched only by
 * the final scores.  A model without a and b serves both a and b, so F folds cost F (F + 1) / 2
 * fits.
 *
 * What place is worth: the same stack without the members that know place, scored on the same
 * stations; the paired difference and its standard error over folds say whether cross-validation
 * supports it.
 *
 * When it is wrong: weights are those of the kind of folds given.  Folds at random flatter members
 * that look at neighbours; whole blocks ask about areas without stations. */

#include "app/demand/zx-rates.h"

#include <math.h>
#include <string.h>

#define MOST_FOLDS      40
#define MOST_STATIONS   20000
#define MOST_OF_CUBIC   3000 /* stations the Gaussian process takes */
#define N_TREES         250
#define N_EM            300
#define WEIGHT_PRIOR    1.0 /* pseudo-stations per member: keeps weights from 0 on small cities */
#define LEAST_STATIONS  20
#define TRANSFORM_STEPS 20 /* of the grid of log a and log b, on either side */
#define TRANSFORM_STEP  0.02
#define TRANSFORM_SD    0.2

typedef enum
{
  KIND_LEVEL,
  KIND_SIZE,
  KIND_FOREST,
  KIND_PROCESS,
} Kind;

typedef struct
{
  const char *name;
  Kind kind;
  gboolean has_place;
  guint leaf;
  gboolean is_of_spread;
} Member;

static const Member members[] = {
  { "level", KIND_LEVEL, FALSE, 0, FALSE },         { "size", KIND_SIZE, FALSE, 0, FALSE },
  { "own-process", KIND_PROCESS, FALSE, 0, FALSE }, { "own-forest", KIND_FOREST, FALSE, 20, TRUE },
  { "process", KIND_PROCESS, TRUE, 0, FALSE },      { "forest", KIND_FOREST, TRUE, 8, FALSE },
  { "spread-forest", KIND_FOREST, TRUE, 15, TRUE },
};

guint
zx_stack_n_members (void)
{
  return G_N_ELEMENTS (members);
}

const char *
zx_stack_member_name (guint member)
{
  return members[member].name;
}

/* ---- layout ------------------------------------------------------------------------------- */

static void
standardise (double *x, guint n, guint stride)
{
  double mean = 0, variance = 0;
  for (guint i = 0; i < n; i++)
    mean += x[(gsize) i * stride] / n;
  for (guint i = 0; i < n; i++)
    variance += pow (x[(gsize) i * stride] - mean, 2) / n;
  double scale = variance > 1e-24 ? 1 / sqrt (variance) : 0;
  for (guint i = 0; i < n; i++)
    x[(gsize) i * stride] = (x[(gsize) i * stride] - mean) * scale;
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

/* Bins of equal counts; equal values share one. */
static void
bin_feature (ZxRates *self, guint feature, const double *x, gsize stride)
{
  g_autofree double *sorted = g_new (double, self->n);
  double cut[63];
  guint n_cuts = 0;
  for (guint i = 0; i < self->n; i++)
    sorted[i] = x[i * stride];
  qsort (sorted, self->n, sizeof *sorted, compare_doubles);
  for (guint k = 1; k < 64; k++)
    {
      double value = sorted[(gsize) k * self->n / 64];
      if ((n_cuts == 0 || value > cut[n_cuts - 1]) && value > sorted[0])
        cut[n_cuts++] = value;
    }
  for (guint i = 0; i < self->n; i++)
    {
      guint8 bin = 0;
      while (bin < n_cuts && x[i * stride] >= cut[bin])
        bin++;
      self->bin[(gsize) i * self->n_features + feature] = bin;
    }
}

/* The largest have a bin each, in the order of their size. */
static void
bin_operators (ZxRates *self, guint feature)
{
  guint n_groups = 0;
  for (guint i = 0; i < self->n; i++)
    n_groups = MAX (n_groups, (guint) (self->group[i] + 1));
  g_autofree guint *count = g_new0 (guint, n_groups), *rank = g_new0 (guint, n_groups);
  for (guint i = 0; i < self->n; i++)
    if (self->group[i] >= 0)
      count[self->group[i]]++;
  for (guint g = 0; g < n_groups; g++)
    for (guint h = 0; h < n_groups; h++)
      rank[g] += count[h] > count[g] || (count[h] == count[g] && h < g);
  for (guint i = 0; i < self->n; i++)
    self->bin[(gsize) i * self->n_features + feature]
        = self->group[i] < 0 ? 63 : (guint8) MIN (rank[self->group[i]], 62);
}

static void
bin_features (ZxRates *self)
{
  gboolean has_points = self->x_m != NULL;
  self->n_own_features = self->n_own + (self->group != NULL);
  self->n_features = self->n_own_features + self->n_place + (has_points ? 2 : 0);
  self->bin = g_new (guint8, (gsize) self->n * self->n_features);
  guint feature = 0;
  for (guint k = 0; k < self->n_own; k++)
    bin_feature (self, feature++, self->own + k, self->n_own);
  if (self->group != NULL)
    bin_operators (self, feature++);
  for (guint k = 0; k < self->n_place; k++)
    bin_feature (self, feature++, self->place + k, self->n_place);
  if (has_points)
    {
      bin_feature (self, feature++, self->x_m, 1);
      bin_feature (self, feature++, self->y_m, 1);
    }
}

static void
lay_out_columns (ZxRates *self, const ZxDemandData *data, const guint *row)
{
  gsize n = self->n, all = data->n_observations;
  gboolean does_vary = FALSE;
  for (guint i = 0; i < n; i++)
    {
      self->size[i] = log (data->exposure[row[i]]);
      does_vary = does_vary || self->size[i] != self->size[0];
    }
  standardise (self->size, (guint) n, 1);
  self->n_own = data->n_own + does_vary;
  self->n_place = data->n_covariates;
  self->own = g_new0 (double, n *MAX (self->n_own, 1));
  self->place = g_new0 (double, n *MAX (self->n_place, 1));
  for (gsize i = 0; i < n; i++)
    {
      for (guint k = 0; k < data->n_own; k++)
        self->own[i * self->n_own + k] = data->x_own[k * all + row[i]];
      if (does_vary)
        self->own[i * self->n_own + data->n_own] = self->size[i];
      for (guint k = 0; k < self->n_place; k++)
        self->place[i * self->n_place + k]
            = data->x_observed != NULL ? data->x_observed[k * all + row[i]]
                                       : data->x[(gsize) k * data->n_cells + data->cell[row[i]]];
    }
  for (guint k = 0; k < self->n_own; k++)
    standardise (self->own + k, (guint) n, self->n_own);
  for (guint k = 0; k < self->n_place; k++)
    standardise (self->place + k, (guint) n, self->n_place);
}

static void
rates_init (ZxRates *self, const ZxDemandData *data, const double *x_m, const double *y_m,
            const guint *fold, guint n_folds, const guint *row, guint n, guint64 seed)
{
  *self = (ZxRates){ .n = n, .n_folds = n_folds, .seed = seed };
  self->z = g_new (double, n);
  self->noise = g_new (double, n);
  self->size = g_new (double, n);
  self->fold = g_new (guint, n);
  self->group = data->group != NULL && data->n_groups > 1 ? g_new (gint32, n) : NULL;
  self->x_m = x_m != NULL ? g_new (double, n) : NULL;
  self->y_m = x_m != NULL ? g_new (double, n) : NULL;
  for (guint i = 0; i < n; i++)
    {
      double y = data->y[row[i]] + 0.5;
      self->z[i] = log (y / data->exposure[row[i]]);
      self->noise[i] = 1 / y + 0.5 / (y * y); /* trigamma, to its second term */
      self->fold[i] = fold[row[i]];
      if (self->group != NULL)
        self->group[i] = data->group[row[i]];
      if (x_m != NULL)
        {
          self->x_m[i] = x_m[row[i]];
          self->y_m[i] = y_m[row[i]];
        }
    }
  lay_out_columns (self, data, row);
  bin_features (self);
  self->grid = zx_rate_grid (self->z, n);
}

static void
rates_clear (ZxRates *self)
{
  g_free (self->z);
  g_free (self->noise);
  g_free (self->size);
  g_free (self->own);
  g_free (self->place);
  g_free (self->x_m);
  g_free (self->y_m);
  g_free (self->fold);
  g_free (self->group);
  g_free (self->bin);
}

/* ---- predicting every fold ---------------------------------------------------------------- */

typedef struct
{
  const ZxRates *rates;
  guint n_members;
  const Member *member[G_N_ELEMENTS (members)];
  double *inner;  /* [member][held][station]: density at its z, without its fold and held */
  double *cdf;    /* the same of the distribution function */
  float *density; /* [member][station][grid], without its fold */
  guint n_pairs;
  guint *pair_a, *pair_b; /* a <= b */
  gint n_failed;          /* atomic */
} Work;

static double *
inner_of (const Work *self, guint member, guint held)
{
  return self->inner + ((gsize) member * self->rates->n_folds + held) * self->rates->n;
}

static double *
cdf_of (const Work *self, guint member, guint held)
{
  return self->cdf + ((gsize) member * self->rates->n_folds + held) * self->rates->n;
}

static float *
density_of (const Work *self, guint member)
{
  return self->density + (gsize) member * self->rates->n * self->rates->grid.n;
}

static void
run_member (const Member *member, const ZxRateTask *task, guint64 stream)
{
  const ZxRates *rates = task->rates;
  ZxForestOptions options = { member->has_place ? rates->n_features : rates->n_own_features,
                              member->leaf, N_TREES, stream, member->is_of_spread };
  if (member->kind == KIND_SIZE)
    zx_rates_size (task);
  else if (member->kind == KIND_FOREST && options.n_features > 0)
    zx_rates_forest (task, &options);
  else
    zx_rates_level (task);
}

/* Everything but the processes: learns outside a and b, predicts both. */
static void
predict_pair (Work *self, guint m, guint a, guint b)
{
  const ZxRates *rates = self->rates;
  gsize points = rates->grid.n;
  g_autofree guint *train = g_new (guint, rates->n), *target = g_new (guint, rates->n);
  g_autofree double *z = g_new (double, rates->n);
  ZxRateTask task = { rates, train, target, 0, 0, NULL };
  for (guint i = 0; i < rates->n; i++)
    if (rates->fold[i] == a || rates->fold[i] == b)
      target[task.n_target++] = i;
    else
      {
        z[task.n_train] = rates->z[i];
        train[task.n_train++] = i;
      }
  task.density = g_new0 (double, task.n_target *points);
  run_member (self->member[m], &task, ((guint64) m * MOST_FOLDS + a) * MOST_FOLDS + b);
  for (guint t = 0; t < task.n_target; t++)
    {
      guint i = target[t];
      double *row = task.density + t * points;
      zx_rate_normalise (&rates->grid, row);
      zx_rate_add_floor (&rates->grid, row, z, task.n_train);
      if (a == b)
        for (guint g = 0; g < points; g++)
          density_of (self, m)[i * points + g] = (float) row[g];
      else
        {
          guint held = rates->fold[i] == a ? b : a;
          inner_of (self, m, held)[i] = zx_rate_at (&rates->grid, row, rates->z[i]);
          cdf_of (self, m, held)[i] = zx_rate_cdf (&rates->grid, row, rates->z[i]);
        }
    }
  g_free (task.density);
}

static void
predict_process (Work *self, guint m, guint held)
{
  if (!zx_rates_process (self->rates, held, self->member[m]->has_place, inner_of (self, m, held),
                         cdf_of (self, m, held), density_of (self, m)))
    g_atomic_int_inc (&self->n_failed);
}

/* Jobs: the processes first, fold by fold, because they are the longest; then the pairs. */
static void
work_some (gsize begin, gsize end, guint worker, gpointer data)
{
  Work *self = data;
  guint n_folds = self->rates->n_folds;
  for (gsize job = begin; job < end; job++)
    if (job < (gsize) self->n_members * n_folds)
      {
        guint m = (guint) (job / n_folds);
        if (self->member[m]->kind == KIND_PROCESS)
          predict_process (self, m, (guint) (job % n_folds));
      }
    else
      {
        gsize rest = job - (gsize) self->n_members * n_folds;
        guint m = (guint) (rest / self->n_pairs), pair = (guint) (rest % self->n_pairs);
        if (self->member[m]->kind != KIND_PROCESS)
          predict_pair (self, m, self->pair_a[pair], self->pair_b[pair]);
      }
}

/* ---- weights ------------------------------------------------------------------------------ */

/* How members are mixed: F = I (Σ w_m F_m; a, b), I the beta distribution function. */
typedef struct
{
  double weight[G_N_ELEMENTS (members)];
  double a, b;
} Mix;

/* Weights of the members in @is_in, for one held-out fold. */
static void
find_weights (const Work *self, guint held, const gboolean *is_in, double *weight)
{
  const ZxRates *rates = self->rates;
  guint n_in = 0;
  for (guint m = 0; m < self->n_members; m++)
    n_in += is_in[m];
  for (guint m = 0; m < self->n_members; m++)
    weight[m] = is_in[m] ? 1.0 / n_in : 0;
  for (guint step = 0; step < N_EM; step++)
    {
      double share[G_N_ELEMENTS (members)] = { 0 }, total = 0;
      for (guint m = 0; m < self->n_members; m++)
        total += share[m] = is_in[m] ? WEIGHT_PRIOR : 0;
      for (guint i = 0; i < rates->n; i++)
        {
          if (rates->fold[i] == held)
            continue;
          double sum = 0;
          for (guint m = 0; m < self->n_members; m++)
            if (is_in[m])
              sum += weight[m] * inner_of (self, m, held)[i];
          for (guint m = 0; m < self->n_members && sum > 0; m++)
            if (is_in[m])
              share[m] += weight[m] * inner_of (self, m, held)[i] / sum;
          total += sum > 0;
        }
      for (guint m = 0; m < self->n_members; m++)
        weight[m] = share[m] / total;
    }
}

static double
log_beta (double a, double b)
{
  int sign;
  return lgamma_r (a, &sign) + lgamma_r (b, &sign) - lgamma_r (a + b, &sign);
}

/* A mixture of calibrated densities is wider than it should be (Ranjan and Gneiting 2010); the
 * transform that puts it right maximises the same held-out likelihood, held near none by a normal
 * prior on log a and log b. */
static void
find_transform (const Work *self, guint held, Mix *mix)
{
  const ZxRates *rates = self->rates;
  double log_below = 0, log_above = 0, best = -INFINITY;
  guint n = 0;
  for (guint i = 0; i < rates->n; i++)
    if (rates->fold[i] != held)
      {
        double cdf = 0;
        for (guint m = 0; m < self->n_members; m++)
          if (mix->weight[m] > 0)
            cdf += mix->weight[m] * cdf_of (self, m, held)[i];
        cdf = CLAMP (cdf, 1e-6, 1 - 1e-6);
        log_below += log (cdf);
        log_above += log1p (-cdf);
        n++;
      }
  for (int i = -TRANSFORM_STEPS; i <= TRANSFORM_STEPS; i++)
    for (int j = -TRANSFORM_STEPS; j <= TRANSFORM_STEPS; j++)
      {
        double u = i * TRANSFORM_STEP, v = j * TRANSFORM_STEP, a = exp (u), b = exp (v);
        double value = (a - 1) * log_below + (b - 1) * log_above - n * log_beta (a, b)
                       - 0.5 * (u * u + v * v) / (TRANSFORM_SD * TRANSFORM_SD);
        if (value > best)
          {
            best = value;
            mix->a = a;
            mix->b = b;
          }
      }
}

static Mix
find_mix (const Work *self, guint held, const gboolean *is_in)
{
  Mix mix;
  find_weights (self, held, is_in, mix.weight);
  find_transform (self, held, &mix);
  return mix;
}

static void
mix_densities (const Work *self, guint station, const Mix *mix, double *density)
{
  const ZxRateGrid *grid = &self->rates->grid;
  double below = 0, front = -log_beta (mix->a, mix->b);
  memset (density, 0, grid->n * sizeof *density);
  for (guint m = 0; m < self->n_members; m++)
    {
      const float *row = density_of (self, m) + (gsize) station * grid->n;
      for (guint g = 0; g < grid->n && mix->weight[m] > 0; g++)
        density[g] += mix->weight[m] * row[g];
    }
  zx_rate_normalise (grid, density);
  for (guint g = 0; g < grid->n; g++)
    {
      double mass = density[g] * grid->step, cdf = CLAMP (below + mass / 2, 1e-6, 1 - 1e-6);
      below += mass;
      density[g] *= exp (front + (mix->a - 1) * log (cdf) + (mix->b - 1) * log1p (-cdf));
    }
  zx_rate_normalise (grid, density);
}

/* ---- scores ------------------------------------------------------------------------------- */

static void
summarise (ZxStack *stack, const double *y, const double *exposure)
{
  guint n = stack->n;
  double mean = 0, left = 0, total = 0;
  g_autofree double *width = g_new (double, n);
  for (guint i = 0; i < n; i++)
    mean += log ((y[i] + 0.5) / exposure[i]) / n;
  for (guint i = 0; i < n; i++)
    {
      const double *q = stack->quantile + (gsize) i * ZX_N_RATE_QUANTILES;
      double z = log ((y[i] + 0.5) / exposure[i]);
      stack->mean_log_score += stack->log_score[i] / n;
      stack->mean_crps += stack->crps[i] / n;
      stack->mae += fabs (y[i] - q[3]) / exposure[i] / n;
      stack->cover50 += (double) (y[i] >= q[2] && y[i] <= q[4]) / n;
      stack->cover80 += (double) (y[i] >= q[1] && y[i] <= q[5]) / n;
      stack->cover95 += (double) (y[i] >= q[0] && y[i] <= q[6]) / n;
      left += pow (z - stack->log_median[i], 2);
      total += pow (z - mean, 2);
      width[i] = q[5] / MAX (q[1], 0.5);
    }
  stack->r2_log = total > 0 ? 1 - left / total : NAN;
  qsort (width, n, sizeof *width, compare_doubles);
  stack->width80_ratio = width[n / 2];
}

/* Log scores of a stack of some members. */
static void
score_some (const Work *self, const gboolean *is_in, const double *y, const double *exposure,
            double *log_score)
{
  const ZxRates *rates = self->rates;
  g_autofree double *density = g_new (double, rates->grid.n);
  for (guint held = 0; held < rates->n_folds; held++)
    {
      Mix mix = find_mix (self, held, is_in);
      for (guint i = 0; i < rates->n; i++)
        if (rates->fold[i] == held)
          {
            mix_densities (self, i, &mix, density);
            log_score[i] = zx_rate_score (&rates->grid, density, y[i], exposure[i]).log_score;
          }
    }
}

static void
score_stack (const Work *self, const double *y, const double *exposure, ZxStack *stack)
{
  const ZxRates *rates = self->rates;
  g_autofree double *density = g_new (double, rates->grid.n);
  gboolean all[G_N_ELEMENTS (members)];
  for (guint m = 0; m < G_N_ELEMENTS (members); m++)
    all[m] = TRUE;
  for (guint held = 0; held < rates->n_folds; held++)
    {
      Mix mix = find_mix (self, held, all);
      for (guint m = 0; m < self->n_members; m++)
        stack->weight[m] += mix.weight[m] / rates->n_folds;
      for (guint i = 0; i < rates->n; i++)
        {
          if (rates->fold[i] != held)
            continue;
          mix_densities (self, i, &mix, density);
          ZxRateScore score = zx_rate_score (&rates->grid, density, y[i], exposure[i]);
          stack->log_score[i] = score.log_score;
          stack->crps[i] = score.crps;
          stack->log_median[i] = score.log_median;
          memcpy (stack->quantile + (gsize) i * ZX_N_RATE_QUANTILES, score.quantile,
                  sizeof score.quantile);
        }
    }
  summarise (stack, y, exposure);
}

static void
compare_stacks (const Work *self, const double *y, const double *exposure, ZxStack *stack)
{
  guint n = self->rates->n;
  g_autofree double *other = g_new (double, n);
  gboolean is_in[G_N_ELEMENTS (members)] = { FALSE };
  gboolean has_placeless = FALSE, has_placed = FALSE;
  for (guint m = 0; m < self->n_members; m++)
    {
      memset (is_in, 0, sizeof is_in);
      is_in[m] = TRUE;
      score_some (self, is_in, y, exposure, other);
      for (guint i = 0; i < n; i++)
        stack->member_log_score[m] += other[i] / n;
    }
  for (guint m = 0; m < self->n_members; m++)
    {
      is_in[m] = !self->member[m]->has_place;
      has_placeless = has_placeless || is_in[m];
      has_placed = has_placed || !is_in[m];
    }
  stack->has_place_gain = has_placed && has_placeless;
  if (!stack->has_place_gain)
    return;
  score_some (self, is_in, y, exposure, other);
  zx_paired_gain (self->rates->z, stack->log_score, other, self->rates->fold, n,
                  self->rates->n_folds, &stack->place_gain, &stack->place_gain_se);
}

/* ---- public ------------------------------------------------------------------------------- */

static gboolean
choose_members (Work *work, const char *const *names, guint n_stations, GError **error)
{
  for (guint k = 0; names != NULL && names[k] != NULL; k++)
    {
      guint m = 0;
      while (m < G_N_ELEMENTS (members) && strcmp (members[m].name, names[k]) != 0)
        m++;
      if (m == G_N_ELEMENTS (members))
        {
          g_autoptr (GString) there = g_string_new (members[0].name);
          for (m = 1; m < G_N_ELEMENTS (members); m++)
            g_string_append_printf (there, ", %s", members[m].name);
          g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                       _ ("There is no member “%s”; there are %s"), names[k], there->str);
          return FALSE;
        }
    }
  for (guint m = 0; m < G_N_ELEMENTS (members); m++)
    if ((names == NULL || g_strv_contains (names, members[m].name))
        && !(members[m].kind == KIND_PROCESS && n_stations > MOST_OF_CUBIC))
      work->member[work->n_members++] = &members[m];
  if (work->n_members > 0)
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("No member is left: the Gaussian processes take at most %d stations"),
               MOST_OF_CUBIC);
  return FALSE;
}

static gboolean
check_folds (const guint *fold, const guint *row, guint n, guint n_folds, GError **error)
{
  g_autofree guint *count = g_new0 (guint, MAX (n_folds, 1));
  for (guint i = 0; i < n; i++)
    count[fold[row[i]]]++;
  if (n < LEAST_STATIONS || n > MOST_STATIONS || n_folds < 3 || n_folds > MOST_FOLDS)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("%u stations with a count in %u folds cannot be cross-validated; it takes %d "
                      "to %d stations in 3 to %d folds"),
                   n, n_folds, LEAST_STATIONS, MOST_STATIONS, MOST_FOLDS);
      return FALSE;
    }
  for (guint f = 0; f < n_folds; f++)
    if (count[f] == 0 || n - count[f] < LEAST_STATIONS / 2)
      {
        g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                     _ ("Fold number %u has %u of %u stations with a count; every fold needs one, "
                        "and at least %d must remain"),
                     f + 1, count[f], n, LEAST_STATIONS / 2);
        return FALSE;
      }
  return TRUE;
}

static ZxStack *
stack_new (const Work *work, const guint *row)
{
  guint n = work->rates->n;
  ZxStack *stack = g_new0 (ZxStack, 1);
  stack->n = n;
  stack->n_members = work->n_members;
  stack->observation = g_memdup2 (row, n * sizeof *row);
  stack->log_score = g_new0 (double, n);
  stack->crps = g_new0 (double, n);
  stack->log_median = g_new0 (double, n);
  stack->quantile = g_new0 (double, (gsize) n *ZX_N_RATE_QUANTILES);
  stack->member = g_new0 (const char *, work->n_members);
  stack->weight = g_new0 (double, work->n_members);
  stack->member_log_score = g_new0 (double, work->n_members);
  for (guint m = 0; m < work->n_members; m++)
    stack->member[m] = work->member[m]->name;
  return stack;
}

static gboolean
run (Work *work, const ZxProgress *progress, GError **error)
{
  const ZxRates *rates = work->rates;
  guint n_folds = rates->n_folds;
  gsize n_inner = (gsize) work->n_members * n_folds * rates->n;
  gsize n_density = (gsize) work->n_members * rates->n * rates->grid.n;
  work->pair_a = g_new (guint, n_folds * (n_folds + 1) / 2);
  work->pair_b = g_new (guint, n_folds * (n_folds + 1) / 2);
  work->inner = ZX_TRY_NEW (double, n_inner, "held-out densities", error);
  work->cdf
      = work->inner != NULL ? ZX_TRY_NEW (double, n_inner, "held-out densities", error) : NULL;
  work->density
      = work->cdf != NULL ? ZX_TRY_NEW (float, n_density, "predicted densities", error) : NULL;
  if (work->density == NULL)
    return FALSE;
  for (guint a = 0; a < n_folds; a++)
    for (guint b = a; b < n_folds; b++)
      {
        work->pair_a[work->n_pairs] = a;
        work->pair_b[work->n_pairs++] = b;
      }
  gsize n_jobs = (gsize) work->n_members * (n_folds + work->n_pairs);
  if (!zx_parallel_for (n_jobs, 1, work_some, work, progress, error))
    return FALSE;
  if (work->n_failed == 0)
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("The Gaussian process could not be factored in %d of %u folds; look for "
                  "covariates far from 0"),
               work->n_failed, n_folds);
  return FALSE;
}

ZxStack *
zx_stack_crossvalidate (const ZxDemandData *data, const double *x_m, const double *y_m,
                        const guint *fold, guint n_folds, const char *const *names, guint64 seed,
                        const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (data != NULL && fold != NULL, NULL);
  g_autofree guint *row = g_new (guint, data->n_observations);
  guint n = 0;
  for (guint i = 0; i < data->n_observations; i++)
    if (!isnan (data->y[i]))
      row[n++] = i;
  Work work = { NULL };
  if (!check_folds (fold, row, n, n_folds, error) || !choose_members (&work, names, n, error))
    return NULL;
  ZxRates rates;
  rates_init (&rates, data, x_m, y_m, fold, n_folds, row, n, seed);
  work.rates = &rates;
  ZxStack *stack = NULL;
  if (run (&work, progress, error))
    {
      g_autofree double *y = g_new (double, n), *exposure = g_new (double, n);
      for (guint i = 0; i < n; i++)
        {
          y[i] = data->y[row[i]];
          exposure[i] = data->exposure[row[i]];
        }
      stack = stack_new (&work, row);
      score_stack (&work, y, exposure, stack);
      compare_stacks (&work, y, exposure, stack);
    }
  g_free (work.pair_a);
  g_free (work.pair_b);
  g_free (work.inner);
  g_free (work.cdf);
  g_free (work.density);
  rates_clear (&rates);
  return stack;
}

void
zx_stack_free (ZxStack *self)
{
  if (self == NULL)
    return;
  g_free (self->observation);
  g_free (self->log_score);
  g_free (self->crps);
  g_free (self->log_median);
  g_free (self->quantile);
  g_free (self->member);
  g_free (self->weight);
  g_free (self->member_log_score);
  g_free (self);
}
