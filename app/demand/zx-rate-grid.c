/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Densities of the log rate on a grid, and the scores of counts under them.
 *
 * A count given the rate is Poisson.  Where its own noise is finer than the grid the count is as
 * good as its rate: p (y) = f (log (y / exposure)) / y.  Else it is mixed over the grid exactly.
 *
 * CRPS = ∫ (F (r) - 1 (r >= observed))² dr over the rate r = y / exposure. */

#include "app/demand/zx-rates.h"

#include <math.h>
#include <string.h>

#define N_POINTS   512
#define MARGIN_SD  4.0
#define REACH_SD   5.0
#define FINE_COUNT 2500.0 /* counting noise of the log rate 1/√y < 0.02 */
#define MOST_EXACT 50     /* counts are summed one by one below this median */
#define HIGH_MEAN  600.0  /* exp (-mean) is still a number */
#define LAST_COUNT 5000

static const double probabilities[ZX_N_RATE_QUANTILES]
    = { 0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975 };

ZxRateGrid
zx_rate_grid (const double *z, guint n)
{
  double low = INFINITY, high = -INFINITY, mean = 0, variance = 0;
  for (guint i = 0; i < n; i++)
    {
      low = MIN (low, z[i]);
      high = MAX (high, z[i]);
      mean += z[i] / n;
    }
  for (guint i = 0; i < n; i++)
    variance += (z[i] - mean) * (z[i] - mean) / n;
  double margin = MARGIN_SD * MAX (sqrt (variance), 0.25);
  return (ZxRateGrid){ low - margin, (high - low + 2 * margin) / (N_POINTS - 1), N_POINTS };
}

void
zx_rate_add_normal (const ZxRateGrid *grid, double *density, double weight, double mean, double sd)
{
  sd = MAX (sd, grid->step);
  double front = weight / (sd * sqrt (2 * G_PI));
  for (guint g = 0; g < grid->n; g++)
    {
      double u = (grid->low + g * grid->step - mean) / sd;
      density[g] += front * exp (-0.5 * u * u);
    }
}

void
zx_rate_add_kernels (const ZxRateGrid *grid, double *density, const double *at,
                     const double *weight, guint n, double sd)
{
  sd = MAX (sd, grid->step);
  double mass[N_POINTS] = { 0 }, kernel[N_POINTS];
  guint reach = MIN ((guint) ceil (REACH_SD * sd / grid->step), grid->n - 1);
  for (guint i = 0; i < n; i++)
    {
      double u = CLAMP ((at[i] - grid->low) / grid->step, 0, grid->n - 1.001);
      guint g = (guint) u;
      mass[g] += weight[i] * (1 - (u - g));
      mass[g + 1] += weight[i] * (u - g);
    }
  for (guint k = 0; k <= reach; k++)
    kernel[k] = exp (-0.5 * pow (k * grid->step / sd, 2)) / (sd * sqrt (2 * G_PI));
  for (guint g = 0; g < grid->n; g++)
    {
      if (!(mass[g] > 0))
        continue;
      guint from = g > reach ? g - reach : 0, to = MIN (g + reach, grid->n - 1);
      for (guint k = from; k <= to; k++)
        density[k] += mass[g] * kernel[k > g ? k - g : g - k];
    }
}

void
zx_rate_add_floor (const ZxRateGrid *grid, double *density, const double *z, guint n)
{
  double mean = 0, variance = 0, share = 1.0 / (n + 2);
  for (guint i = 0; i < n; i++)
    mean += z[i] / n;
  for (guint i = 0; i < n; i++)
    variance += (z[i] - mean) * (z[i] - mean) / n;
  for (guint g = 0; g < grid->n; g++)
    density[g] *= 1 - share;
  zx_rate_add_normal (grid, density, share, mean, 2 * MAX (sqrt (variance), 0.25));
}

void
zx_rate_normalise (const ZxRateGrid *grid, double *density)
{
  double sum = 0;
  for (guint g = 0; g < grid->n; g++)
    sum += density[g];
  for (guint g = 0; g < grid->n; g++)
    density[g] /= sum * grid->step;
}

double
zx_rate_at (const ZxRateGrid *grid, const double *density, double z)
{
  double u = CLAMP ((z - grid->low) / grid->step, 0, grid->n - 1.001);
  guint g = (guint) u;
  return MAX (density[g] + (u - g) * (density[g + 1] - density[g]), 1e-300);
}

double
zx_rate_cdf (const ZxRateGrid *grid, const double *density, double z)
{
  double u = CLAMP ((z - grid->low) / grid->step + 0.5, 0, grid->n - 0.001), sum = 0;
  guint g = (guint) u; /* mass of g lies within half a step of it */
  for (guint k = 0; k < g; k++)
    sum += density[k];
  return CLAMP ((sum + (u - g) * density[g]) * grid->step, 1e-6, 1 - 1e-6);
}

/* ---- scores ------------------------------------------------------------------------------- */

static double
log_score (const ZxRateGrid *grid, const double *density, double y, double exposure)
{
  if (y >= FINE_COUNT)
    return log (zx_rate_at (grid, density, log (y / exposure))) - log (y);
  double sum = 0, constant = zx_count_constant (y, (ZxNoise){ 0, FALSE }), offset = log (exposure);
  for (guint g = 0; g < grid->n; g++)
    {
      double eta = grid->low + g * grid->step + offset;
      sum += density[g] * grid->step * exp (constant + y * eta - exp (eta));
    }
  return log (MAX (sum, 1e-300));
}

/* The rate's density with counting noise: each point spreads over 1/√mean. */
static void
add_counting (const ZxRateGrid *grid, const double *density, double exposure, double *noisy)
{
  for (guint g = 0; g < grid->n; g++)
    {
      double z = grid->low + g * grid->step, sd = 1 / sqrt (exposure * exp (z));
      if (sd < grid->step || !(density[g] > 0))
        noisy[g] += density[g];
      else
        zx_rate_add_normal (grid, noisy, density[g] * grid->step, z, sd);
    }
}

static double
quantile_of (const ZxRateGrid *grid, const double *cdf, double p)
{
  guint g = 0;
  while (g + 1 < grid->n && cdf[g] < p)
    g++;
  double before = g > 0 ? cdf[g - 1] : 0, rise = cdf[g] - before;
  double part = rise > 0 ? CLAMP ((p - before) / rise, 0, 1) : 1;
  return grid->low + (g - 0.5 + part) * grid->step; /* mass of g lies around it */
}

static void
score_fine (const ZxRateGrid *grid, const double *cdf, double y, double exposure,
            ZxRateScore *score)
{
  double observed = y / exposure, sum = 0;
  for (guint k = 0; k < ZX_N_RATE_QUANTILES; k++)
    score->quantile[k] = exposure * exp (quantile_of (grid, cdf, probabilities[k]));
  for (guint g = 0; g + 1 < grid->n; g++)
    {
      double from = exp (grid->low + (g + 0.5) * grid->step);
      double to = exp (grid->low + (g + 1.5) * grid->step);
      double middle = 0.5 * (cdf[g] + cdf[g + 1]);
      double below = middle * middle, above = (1 - middle) * (1 - middle);
      double left = CLAMP (observed, from, to) - from;
      sum += below * left + above * (to - from - left);
    }
  double first = exp (grid->low + 0.5 * grid->step);
  score->crps = sum + MAX (first - observed, 0);
}

/* Few counts: their distribution function one by one, each Poisson by its recurrence; rates too
 * high for that stand for their mean.  @cdf: of the rate, for quantiles beyond the last count. */
static void
score_counts (const ZxRateGrid *grid, const double *density, const double *cdf, double y,
              double exposure, ZxRateScore *score)
{
  double mass[N_POINTS], mean[N_POINTS], below = 0, sum = 0;
  guint k = 0;
  for (guint g = 0; g < grid->n; g++)
    {
      mean[g] = exposure * exp (grid->low + g * grid->step);
      mass[g] = density[g] * grid->step * (mean[g] < HIGH_MEAN ? exp (-mean[g]) : 1);
    }
  for (guint count = 0; count < LAST_COUNT; count++)
    {
      for (guint g = 0; g < grid->n; g++)
        if (mean[g] < HIGH_MEAN)
          {
            below += mass[g];
            mass[g] *= mean[g] / (count + 1);
          }
        else if (mean[g] < count + 1)
          {
            below += mass[g];
            mass[g] = 0;
          }
      for (; k < ZX_N_RATE_QUANTILES && below >= probabilities[k]; k++)
        score->quantile[k] = count;
      double off = MIN (below, 1) - (count >= y);
      sum += off * off / exposure;
      if (below > 1 - 1e-6 && count >= y && k == ZX_N_RATE_QUANTILES)
        break;
    }
  for (; k < ZX_N_RATE_QUANTILES; k++)
    score->quantile[k]
        = MAX (LAST_COUNT, exposure * exp (quantile_of (grid, cdf, probabilities[k])));
  score->crps = sum;
}

ZxRateScore
zx_rate_score (const ZxRateGrid *grid, const double *density, double y, double exposure)
{
  ZxRateScore score = { NAN, NAN, { 0 }, 0 };
  double noisy[N_POINTS] = { 0 }, cdf[N_POINTS], sum = 0;
  for (guint g = 0; g < grid->n; g++)
    cdf[g] = sum += density[g] * grid->step;
  for (guint g = 0; g < grid->n; g++)
    cdf[g] /= sum;
  score.log_median = quantile_of (grid, cdf, 0.5);
  double median = exposure * exp (score.log_median);
  if (!isnan (y))
    score.log_score = log_score (grid, density, y, exposure);
  if (median < MOST_EXACT && !(y >= LAST_COUNT / 2))
    {
      score_counts (grid, density, cdf, y, exposure, &score);
      return score;
    }
  add_counting (grid, density, exposure, noisy);
  sum = 0;
  for (guint g = 0; g < grid->n; g++)
    cdf[g] = sum += noisy[g] * grid->step;
  for (guint g = 0; g < grid->n; g++)
    cdf[g] /= sum;
  score_fine (grid, cdf, y, exposure, &score);
  return score;
}
