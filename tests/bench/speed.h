/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the sparse numerics cost beside CHOLMOD's on the same lattice, ordered by METIS in both:
 * analysis, factor, selected inverse.  CHOLMOD has no selected inverse; its column says what a
 * whole factor of its supernodal code costs, which is the yardstick (DEMAND.md §9.3). */
#pragma once

#include "app/solve/zx-solve.h"
#include "tests/bench/zx-bench.h"

#include <suitesparse/cholmod.h>

typedef struct
{
  double wall, processor;
} Clock;

static Clock
now (void)
{
  return (Clock){ zx_bench_seconds (), zx_bench_cpu_seconds () };
}

static Clock
since (Clock begin)
{
  Clock end = now ();
  return (Clock){ end.wall - begin.wall, end.processor - begin.processor };
}

static void
lattice_edges (guint width, guint height, guint32 *a, guint32 *b, gsize *n_edges)
{
  guint n = width * height;
  gsize k = 0;
  for (guint32 i = 0; i < n; i++)
    {
      if ((i + 1) % width != 0)
        {
          a[k] = i;
          b[k++] = i + 1;
        }
      if (i + width < n)
        {
          a[k] = i;
          b[k++] = i + width;
        }
    }
  *n_edges = k;
}

/* The precision of the field, R + 0.3 I, in CHOLMOD's form. */
static cholmod_sparse *
matrix_of (const ZxPattern *pattern, const double *values, cholmod_common *common)
{
  cholmod_sparse *matrix = cholmod_allocate_sparse (pattern->n, pattern->n, pattern->n_entries,
                                                    TRUE, TRUE, -1, CHOLMOD_REAL, common);
  for (gsize i = 0; i <= pattern->n; i++)
    ((int *) matrix->p)[i] = (int) pattern->first[i];
  for (gsize k = 0; k < pattern->n_entries; k++)
    {
      ((int *) matrix->i)[k] = (int) pattern->row[k];
      ((double *) matrix->x)[k] = values[k];
    }
  return matrix;
}

/* Processor seconds of analysis and of one factor. */
static void
time_cholmod (const ZxPattern *pattern, const double *values, guint n_times, double *analysis,
              double *factoring)
{
  cholmod_common common;
  cholmod_start (&common);
  common.nmethods = 1;
  common.method[0].ordering = CHOLMOD_METIS;
  common.supernodal = CHOLMOD_SUPERNODAL;
  common.final_ll = TRUE;
  cholmod_sparse *matrix = matrix_of (pattern, values, &common);
  Clock begin = now ();
  cholmod_factor *factor = cholmod_analyze (matrix, &common);
  *analysis = since (begin).processor;
  cholmod_factorize (matrix, factor, &common);
  begin = now ();
  for (guint k = 0; k < n_times; k++)
    cholmod_factorize (matrix, factor, &common);
  *factoring = since (begin).processor / n_times;
  cholmod_free_factor (&factor, &common);
  cholmod_free_sparse (&matrix, &common);
  cholmod_finish (&common);
}

static void
bench_factor (guint width, guint height, guint n_times)
{
  guint n = width * height;
  gsize n_edges;
  g_autofree guint32 *a = g_new (guint32, 2 * (gsize) n), *b = g_new (guint32, 2 * (gsize) n);
  lattice_edges (width, height, a, b, &n_edges);
  g_autoptr (ZxPattern) pattern = zx_pattern_new (n, a, b, n_edges, NULL);
  g_autofree double *values = g_new (double, pattern->n_entries), *diagonal = g_new (double, n);
  for (gsize k = 0; k < pattern->n_entries; k++)
    values[k] = -1;
  for (guint i = 0; i < n; i++)
    values[pattern->first[i]] = 4.3;
  double cholmod_analysis, cholmod_factoring;
  time_cholmod (pattern, values, n_times, &cholmod_analysis, &cholmod_factoring);
  Clock begin = now ();
  g_autoptr (ZxCholesky) factor = zx_cholesky_new (pattern, NULL);
  double analysis = since (begin).processor;
  zx_cholesky_factor (factor, values, NULL);
  begin = now ();
  for (guint k = 0; k < n_times; k++)
    zx_cholesky_factor (factor, values, NULL);
  double factoring = since (begin).processor / n_times;
  zx_cholesky_inverse_diagonal (factor, diagonal);
  double inverting = 0;
  for (guint k = 0; k < n_times; k++)
    {
      zx_cholesky_factor (factor, values, NULL);
      begin = now ();
      zx_cholesky_inverse_diagonal (factor, diagonal);
      inverting += since (begin).processor / n_times;
    }
  g_autofree double *right = g_new0 (double, (gsize) n * 8);
  begin = now ();
  zx_cholesky_solve (factor, right, 8);
  double solving = since (begin).processor;
  g_print ("%8u cells  %10zu in L  analysis %7.3f s (CHOLMOD %7.3f)  factor %7.4f s (%.4f, ratio "
           "%.2f)  inverse %7.4f s = %.2f factors of CHOLMOD, %.2f of ours  8 solves %.4f s  peak "
           "%.0f MB\n",
           n, zx_cholesky_size (factor), analysis, cholmod_analysis, factoring, cholmod_factoring,
           factoring / cholmod_factoring, inverting, inverting / cholmod_factoring,
           inverting / factoring, solving, zx_bench_peak_mib ());
}
