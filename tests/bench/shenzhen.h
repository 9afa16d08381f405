/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The stack on the 853 stations of Shenzhen (data/bayes/shenzhen/README.md), held out by its two
 * schemes of folds, beside the peers scored on the same: paired differences by station, and their
 * standard errors over the 66 blocks of 5 km. */
#pragma once

#include "app/demand/zx-demand.h"
#include "tests/zx-test.h"

#include <math.h>
#include <string.h>

typedef struct
{
  GPtrArray *rows; /* of cells */
  char **header;
} BenchTable;

static BenchTable
bench_table (const char *name)
{
  g_autofree char *relative = g_strdup_printf ("data/bayes/shenzhen/%s", name);
  g_autofree char *path = zx_test_shared (relative);
  g_autofree char *text = NULL;
  BenchTable table = { g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev), NULL };
  if (path == NULL || !g_file_get_contents (path, &text, NULL, NULL))
    return table;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint k = 0; lines[k] != NULL && lines[k][0] != '\0'; k++)
    {
      char **cells = g_strsplit (g_strchomp (lines[k]), ",", -1);
      if (k == 0)
        table.header = cells;
      else
        g_ptr_array_add (table.rows, cells);
    }
  return table;
}

static void
bench_table_clear (BenchTable *self)
{
  g_ptr_array_unref (self->rows);
  g_strfreev (self->header);
}

static int
bench_table_find (const BenchTable *self, const char *name)
{
  for (guint k = 0; self->header != NULL && self->header[k] != NULL; k++)
    if (g_str_equal (self->header[k], name))
      return (int) k;
  return -1;
}

static const char *
bench_table_cell (const BenchTable *self, guint row, const char *name)
{
  return ((char **) self->rows->pdata[row])[bench_table_find (self, name)];
}

static double *
bench_table_numbers (const BenchTable *self, const char *name)
{
  int at = bench_table_find (self, name);
  double *values = g_new (double, self->rows->len);
  for (guint r = 0; r < self->rows->len; r++)
    values[r] = g_ascii_strtod (((char **) self->rows->pdata[r])[at], NULL);
  return values;
}

/* Appends every covariate of the stations that the cells have (@is_place) or have not. */
static guint
bench_covariates (const BenchTable *stations, const BenchTable *cells, gboolean is_place,
                  GArray *values)
{
  guint n = 0;
  for (guint k = 0; stations->header[k] != NULL; k++)
    {
      const char *name = stations->header[k];
      if (!g_str_has_prefix (name, "x_") || g_str_equal (name, "x_m")
          || (bench_table_find (cells, name) >= 0) != is_place)
        continue;
      g_autofree double *column = bench_table_numbers (stations, name);
      g_array_append_vals (values, column, stations->rows->len);
      n++;
    }
  return n;
}

/* Mean of ours less theirs and its standard error over blocks. */
static void
bench_paired (const double *ours, const double *theirs, const double *block, guint n, double *mean,
              double *error)
{
  double sum[512] = { 0 }, all = 0;
  guint n_blocks = 0;
  for (guint i = 0; i < n; i++)
    all += (ours[i] - theirs[i]) / n;
  for (guint i = 0; i < n; i++)
    {
      guint b = MIN ((guint) block[i], 511);
      sum[b] += ours[i] - theirs[i] - all;
      n_blocks = MAX (n_blocks, b + 1);
    }
  double variance = 0;
  for (guint b = 0; b < n_blocks; b++)
    variance += sum[b] * sum[b];
  *mean = all;
  *error = sqrt (variance) / n;
}

static void
bench_peers (const char *scheme, const BenchTable *stations, const ZxStack *stack)
{
  BenchTable scores = bench_table ("scores_by_station.csv");
  g_autoptr (GHashTable) row_of = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree double *block = bench_table_numbers (stations, "block");
  g_autofree double *theirs = g_new0 (double, stack->n), *crps = g_new0 (double, stack->n);
  for (guint i = 0; i < stations->rows->len; i++)
    g_hash_table_insert (row_of, (gpointer) bench_table_cell (stations, i, "station_id"),
                         GUINT_TO_POINTER (i));
  g_print ("  %-20s %9s %18s %9s %20s\n", "peer", "log score", "ours less (se)", "CRPS",
           "ours less (se)");
  for (guint r = 0; r < scores.rows->len; r++)
    {
      const char *peer = bench_table_cell (&scores, r, "peer");
      if (!g_str_equal (bench_table_cell (&scores, r, "scheme"), scheme)
          || !g_hash_table_add (seen, (gpointer) peer))
        continue;
      double mean = 0, mean_crps = 0, error, off, crps_error, crps_off;
      for (guint k = r; k < scores.rows->len; k++)
        {
          if (!g_str_equal (bench_table_cell (&scores, k, "peer"), peer)
              || !g_str_equal (bench_table_cell (&scores, k, "scheme"), scheme))
            continue;
          guint i = GPOINTER_TO_UINT (
              g_hash_table_lookup (row_of, bench_table_cell (&scores, k, "station_id")));
          theirs[i] = g_ascii_strtod (bench_table_cell (&scores, k, "logs"), NULL);
          crps[i] = g_ascii_strtod (bench_table_cell (&scores, k, "crps"), NULL);
          mean += theirs[i] / stack->n;
          mean_crps += crps[i] / stack->n;
        }
      bench_paired (stack->log_score, theirs, block, stack->n, &off, &error);
      bench_paired (stack->crps, crps, block, stack->n, &crps_off, &crps_error);
      g_print ("  %-20s %9.4f %+9.4f (%.4f) %9.4f %+10.4f (%.4f)\n", peer, mean, off, error,
               mean_crps, crps_off, crps_error);
    }
  bench_table_clear (&scores);
}

static void
bench_scheme (const char *scheme, const char *column, const BenchTable *stations,
              ZxDemandData *data)
{
  g_autofree double *fold_number = bench_table_numbers (stations, column);
  g_autofree double *x_m = bench_table_numbers (stations, "x_m");
  g_autofree double *y_m = bench_table_numbers (stations, "y_m");
  g_autofree guint *fold = g_new (guint, data->n_observations);
  double least = INFINITY, most = -INFINITY;
  for (guint i = 0; i < data->n_observations; i++)
    {
      least = MIN (least, fold_number[i]);
      most = MAX (most, fold_number[i]);
    }
  for (guint i = 0; i < data->n_observations; i++)
    fold[i] = (guint) (fold_number[i] - least);
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxStack) stack = zx_stack_crossvalidate (
      data, x_m, y_m, fold, (guint) (most - least) + 1, NULL, 1, NULL, &error);
  if (stack == NULL)
    {
      g_print ("%s\n", error->message);
      return;
    }
  g_print ("Shenzhen, %s folds: mean log score %.4f, CRPS %.4f, MAE %.4f, 50 / 80 / 95 %% cover "
           "%.1f / %.1f / %.1f, R2 %.3f; place %+.4f (%.4f)\n",
           scheme, stack->mean_log_score, stack->mean_crps, stack->mae, 100 * stack->cover50,
           100 * stack->cover80, 100 * stack->cover95, stack->r2_log, stack->place_gain,
           stack->place_gain_se);
  bench_peers (scheme, stations, stack);
}

static void
bench_shenzhen_stack (void)
{
  BenchTable stations = bench_table ("stations.csv"), cells = bench_table ("cells.csv");
  if (stations.header != NULL && cells.header != NULL)
    {
      g_autoptr (GArray) own = g_array_new (FALSE, FALSE, sizeof (double));
      g_autoptr (GArray) place = g_array_new (FALSE, FALSE, sizeof (double));
      g_autofree double *y = bench_table_numbers (&stations, "y");
      g_autofree double *exposure = bench_table_numbers (&stations, "exposure");
      g_autofree guint32 *cell = g_new0 (guint32, stations.rows->len);
      ZxDemandData data
          = { .n_observations = stations.rows->len, .y = y, .exposure = exposure, .cell = cell };
      data.n_own = bench_covariates (&stations, &cells, FALSE, own);
      data.n_covariates = bench_covariates (&stations, &cells, TRUE, place);
      data.x_own = (const double *) own->data;
      data.x_observed = (const double *) place->data;
      bench_scheme ("block", "fold", &stations, &data);
      bench_scheme ("random", "fold_random", &stations, &data);
    }
  bench_table_clear (&stations);
  bench_table_clear (&cells);
}
