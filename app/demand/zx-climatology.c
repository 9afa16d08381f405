/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The two members that know least: the rates of all other stations, and those of stations of like
 * size.  Kernel densities whose widths maximise the leave-one-out likelihood of the training
 * stations (Duin 1976). */

#include "app/demand/zx-rates.h"

#include <math.h>

static const double widths[] = { 0.08, 0.12, 0.18, 0.27, 0.4 };    /* in sd of the log rate */
static const double reaches[] = { 0.15, 0.3, 0.6, 1.2, INFINITY }; /* in sd of the log size */

static double
likeness (double a, double b, double reach)
{
  double u = (a - b) / reach;
  return exp (-0.5 * u * u);
}

/* Σ log of the density each training station has from the others. */
static double
left_out (const ZxRateTask *task, double width, double reach)
{
  const ZxRates *rates = task->rates;
  double sum = 0;
  for (guint i = 0; i < task->n_train; i++)
    {
      guint a = task->train[i];
      double weight = 1e-12, value = 1e-300;
      for (guint j = 0; j < task->n_train; j++)
        {
          guint b = task->train[j];
          if (b == a)
            continue;
          double w = likeness (rates->size[a], rates->size[b], reach);
          weight += w;
          value += w * likeness (rates->z[a], rates->z[b], width);
        }
      sum += log (value / (weight * width));
    }
  return sum;
}

static void
fill (const ZxRateTask *task, double width, double reach)
{
  const ZxRates *rates = task->rates;
  g_autofree double *at = g_new (double, task->n_train), *weight = g_new (double, task->n_train);
  for (guint t = 0; t < task->n_target; t++)
    {
      double *density = task->density + (gsize) t * rates->grid.n;
      for (guint i = 0; i < task->n_train; i++)
        {
          at[i] = rates->z[task->train[i]];
          weight[i]
              = likeness (rates->size[task->target[t]], rates->size[task->train[i]], reach) + 1e-6;
        }
      zx_rate_add_kernels (&rates->grid, density, at, weight, task->n_train, width);
    }
}

static void
choose (const ZxRateTask *task, guint first_reach)
{
  double best = -INFINITY, width = widths[2], reach = INFINITY, spread = zx_rate_spread (task);
  for (guint r = first_reach; r < G_N_ELEMENTS (reaches); r++)
    for (guint w = 0; w < G_N_ELEMENTS (widths); w++)
      {
        double value = left_out (task, widths[w] * spread, reaches[r]);
        if (value > best)
          {
            best = value;
            width = widths[w] * spread;
            reach = reaches[r];
          }
      }
  fill (task, width, reach);
}

double
zx_rate_spread (const ZxRateTask *task)
{
  double mean = 0, variance = 0;
  for (guint i = 0; i < task->n_train; i++)
    mean += task->rates->z[task->train[i]] / task->n_train;
  for (guint i = 0; i < task->n_train; i++)
    variance += pow (task->rates->z[task->train[i]] - mean, 2) / task->n_train;
  return MAX (sqrt (variance), 1e-3);
}

void
zx_rates_level (const ZxRateTask *task)
{
  choose (task, G_N_ELEMENTS (reaches) - 1);
}

void
zx_rates_size (const ZxRateTask *task)
{
  choose (task, 0);
}
