/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The transparent old recipes that planners know: weights from pairwise comparisons (AHP, Saaty
 * 1980), weights from the data's own spread (Shannon entropy), and the ranking by distance from the
 * best and the worst (TOPSIS, Hwang and Yoon 1981).
 *
 * They rank places one by one: two neighbours that would take each other's customers both rank
 * high, which is why the plan is not made from them. */

#include "app/siting/zx-siting.h"

#define MAX_CRITERIA         10
#define RECIPROCAL_TOLERANCE 1e-6 /* people type 0.333333 */
#define MAX_ITERATIONS       10000

/* Saaty's mean consistency index of random matrices (DOMAIN.md §3.4). */
static const double random_index[MAX_CRITERIA + 1]
    = { 0, 0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49 };

/* ---- AHP ---------------------------------------------------------------------------------- */

static gboolean
check_matrix (const double *matrix, guint n, GError **error)
{
  if (n < 1 || n > MAX_CRITERIA)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The comparison has %u criteria; it must have 1 to %d"), n, MAX_CRITERIA);
      return FALSE;
    }
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      {
        double product = matrix[i * n + j] * matrix[j * n + i];
        if (matrix[i * n + j] > 0 && fabs (product - 1) <= RECIPROCAL_TOLERANCE)
          continue;
        g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                     _ ("Row %u, column %u of the comparison must be positive and the reciprocal "
                        "of row %u, column %u"),
                     i + 1, j + 1, j + 1, i + 1);
        return FALSE;
      }
  return TRUE;
}

/* One power step: weights ← matrix × weights, scaled to sum 1.  Returns: the eigenvalue estimate;
 * @change: the largest move. */
static double
power_step (const double *matrix, guint n, double *weights, double *change)
{
  double next[MAX_CRITERIA], sum = 0;
  for (guint i = 0; i < n; i++)
    {
      next[i] = 0;
      for (guint j = 0; j < n; j++)
        next[i] += matrix[i * n + j] * weights[j];
      sum += next[i];
    }
  *change = 0;
  for (guint i = 0; i < n; i++)
    {
      *change = MAX (*change, fabs (next[i] / sum - weights[i]));
      weights[i] = next[i] / sum;
    }
  return sum;
}

gboolean
zx_ahp_weights (const double *matrix, guint n, double *weights, ZxAhpCheck *check, GError **error)
{
  if (!check_matrix (matrix, n, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    weights[i] = 1.0 / n;
  double lambda = n, change = 1;
  for (guint i = 0; i < MAX_ITERATIONS && change > 1e-15; i++)
    lambda = power_step (matrix, n, weights, &change);
  if (check != NULL)
    {
      check->lambda_max = lambda;
      check->consistency_index = n > 1 ? (lambda - n) / (n - 1) : 0;
      check->consistency_ratio
          = random_index[n] > 0 ? check->consistency_index / random_index[n] : 0;
    }
  return TRUE;
}

/* ---- entropy ------------------------------------------------------------------------------ */

/* 1 - entropy of the column's shares in units of log n: 0 when all rows are equal. */
static double
divergence (const double *values, guint n_rows, guint n_columns, guint column)
{
  double sum = 0, entropy = 0;
  for (guint row = 0; row < n_rows; row++)
    sum += MAX (values[(gsize) row * n_columns + column], 0);
  if (!(sum > 0) || n_rows < 2)
    return 0;
  for (guint row = 0; row < n_rows; row++)
    {
      double share = MAX (values[(gsize) row * n_columns + column], 0) / sum;
      if (share > 0)
        entropy -= share * log (share);
    }
  return MAX (1 - entropy / log (n_rows), 0);
}

void
zx_entropy_weights (const double *values, guint n_rows, guint n_columns, double *weights)
{
  double sum = 0;
  for (guint column = 0; column < n_columns; column++)
    sum += weights[column] = divergence (values, n_rows, n_columns, column);
  for (guint column = 0; column < n_columns; column++)
    weights[column] = sum > 1e-12 ? weights[column] / sum : 1.0 / n_columns;
}

/* ---- TOPSIS ------------------------------------------------------------------------------- */

static gboolean
is_whole_row (const double *row, guint n_columns)
{
  for (guint column = 0; column < n_columns; column++)
    if (!isfinite (row[column]))
      return FALSE;
  return TRUE;
}

/* Weight over the column's Euclidean length, and the weighted best and worst of the column. */
static void
measure_column (const double *values, guint n_rows, guint n_columns, guint column, double weight,
                gboolean is_cost, double *factor, double *best, double *worst)
{
  double squares = 0, low = INFINITY, high = -INFINITY;
  for (guint row = 0; row < n_rows; row++)
    if (is_whole_row (values + (gsize) row * n_columns, n_columns))
      {
        double value = values[(gsize) row * n_columns + column];
        squares += value * value;
        low = MIN (low, value);
        high = MAX (high, value);
      }
  *factor = squares > 0 ? weight / sqrt (squares) : 0;
  *best = *factor * (is_cost ? low : high);
  *worst = *factor * (is_cost ? high : low);
}

void
zx_topsis (const double *values, guint n_rows, guint n_columns, const double *weights,
           const gboolean *is_cost, double *closeness)
{
  g_autofree double *factor = g_new0 (double, n_columns + 1);
  g_autofree double *best = g_new0 (double, n_columns + 1);
  g_autofree double *worst = g_new0 (double, n_columns + 1);
  for (guint column = 0; column < n_columns; column++)
    measure_column (values, n_rows, n_columns, column, weights[column], is_cost[column],
                    factor + column, best + column, worst + column);
  for (guint row = 0; row < n_rows; row++)
    {
      const double *value = values + (gsize) row * n_columns;
      double to_best = 0, to_worst = 0;
      for (guint column = 0; column < n_columns; column++)
        {
          double scaled = factor[column] * value[column];
          to_best += (scaled - best[column]) * (scaled - best[column]);
          to_worst += (scaled - worst[column]) * (scaled - worst[column]);
        }
      double sum = sqrt (to_best) + sqrt (to_worst);
      closeness[row] = !is_whole_row (value, n_columns) ? NAN
                       : sum > 0                        ? sqrt (to_worst) / sum
                                                        : 0.5;
    }
}
