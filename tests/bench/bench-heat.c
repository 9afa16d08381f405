/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Heat of ten million vehicle positions against what one would write first: bins filled in the
 * order of the points, and a blur of full length on every cell.  bench-heat [MILLIONS]. */

#include "app/heat/zx-heat.h"

#include <locale.h>

#include "tests/bench/zx-bench.h"
#include "zx-test.h"

#define DEFAULT_MILLIONS 10
#define SIDE             1000
#define CELL_M           100.0
#define REPEATS          3

/* Half in two thousand clusters, half anywhere; in no order. */
static void
make_points (gsize n, float *x, float *y)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  const double width = SIDE * CELL_M;
  g_autofree double *centre_x = g_new (double, 2000), *centre_y = g_new (double, 2000);
  for (guint i = 0; i < 2000; i++)
    {
      centre_x[i] = width * zx_rng_uniform (&rng);
      centre_y[i] = width * zx_rng_uniform (&rng);
    }
  for (gsize i = 0; i < n; i++)
    {
      guint cluster = zx_rng_below (&rng, 2000);
      double u = zx_rng_uniform (&rng), v = zx_rng_uniform (&rng);
      gboolean is_anywhere = i % 2 != 0;
      x[i] = (float) CLAMP (is_anywhere ? width * u : centre_x[cluster] + 1200 * (u - 0.5), 0,
                            width - 1);
      y[i] = (float) CLAMP (is_anywhere ? width * v : centre_y[cluster] + 1200 * (v - 0.5), 0,
                            width - 1);
    }
}

/* ---- the naive way ------------------------------------------------------------------------ */

static void
naive_blur (const float *from, float *to, gsize step, gsize line_step, const float *tap, int reach)
{
  for (gsize line = 0; line < SIDE; line++)
    for (int i = 0; i < SIDE; i++)
      {
        float sum = 0;
        for (int k = MAX (-reach, -i); k <= MIN (reach, SIDE - 1 - i); k++)
          sum += tap[ABS (k)] * from[line * line_step + (gsize) (i + k) * step];
        to[line * line_step + (gsize) i * step] = sum;
      }
}

/* Cloud in cell: a point's weight goes to the four nearest cells. */
static void
add_cloud (float *bins, double x, double y)
{
  double left = floor (x), bottom = floor (y), u = x - left, v = y - bottom;
  for (int i = 0; i < 4; i++)
    {
      int column = (int) left + i % 2, row = (int) bottom + i / 2;
      if (column >= 0 && row >= 0 && column < SIDE && row < SIDE)
        bins[row * SIDE + column] += (float) ((i % 2 ? u : 1 - u) * (i / 2 ? v : 1 - v));
    }
}

static void
naive_density (const float *x, const float *y, gsize n, double sigma, float *value)
{
  g_autofree float *bins = g_new0 (float, SIDE *SIDE), *middle = g_new (float, SIDE *SIDE);
  int reach = (int) (4 * sigma + 0.5);
  g_autofree float *tap = g_new (float, reach + 1);
  double sum = 0;
  for (int k = -reach; k <= reach; k++)
    sum += exp (-0.5 * k * k / (sigma * sigma));
  for (int k = 0; k <= reach; k++)
    tap[k] = (float) (exp (-0.5 * k * k / (sigma * sigma)) / sum);
  for (gsize i = 0; i < n; i++)
    add_cloud (bins, x[i] / CELL_M - 0.5, y[i] / CELL_M - 0.5);
  naive_blur (bins, middle, 1, SIDE, tap, reach);
  naive_blur (middle, value, SIDE, 1, tap, reach);
}

/* ---- measuring ---------------------------------------------------------------------------- */

static double
measure_ours (const float *x, const float *y, gsize n, const ZxHeatOptions *options)
{
  double best = INFINITY;
  for (guint i = 0; i < REPEATS; i++)
    {
      double start = zx_bench_ms ();
      g_autoptr (ZxField) field
          = zx_heat_density (x, y, NULL, n, 0, 0, 1, "u", options, NULL, NULL, NULL);
      best = MIN (best, zx_bench_ms () - start);
    }
  return best;
}

static void
measure_bandwidth (const float *x, const float *y, gsize n, double bandwidth_m)
{
  ZxHeatOptions options
      = { .cell_m = CELL_M, .n_columns = SIDE, .n_rows = SIDE, .bandwidth_m = bandwidth_m };
  double ours = measure_ours (x, y, n, &options);
  zx_parallel_set_threads (1);
  double alone = measure_ours (x, y, n, &options);
  zx_parallel_set_threads (0);
  options.correct_edges = TRUE;
  double corrected = measure_ours (x, y, n, &options);
  g_autofree float *value = g_new (float, SIDE *SIDE);
  double start = zx_bench_ms ();
  naive_density (x, y, n, bandwidth_m / CELL_M, value);
  double naive = zx_bench_ms () - start;
  g_print (
      "%zu points, %d × %d cells, bandwidth %4.1f cells: %4.0f ms on %u threads (%4.0f on one; "
      "with edges %4.0f), naive %5.0f ms, ratio %.1f\n",
      n, SIDE, SIDE, bandwidth_m / CELL_M, ours, zx_parallel_threads (), alone, corrected, naive,
      naive / ours);
}

/* A small case against the definition. */
static void
measure_direct (const float *x, const float *y)
{
  const gsize n = 20000;
  ZxHeatOptions options = { .cell_m = 1000, .n_columns = 100, .n_rows = 100, .bandwidth_m = 5000 };
  double start = zx_bench_ms ();
  g_autoptr (ZxField) exact = zx_heat_density_direct (x, y, NULL, n, 0, 0, 1, "u", &options);
  double direct = zx_bench_ms () - start;
  double ours = measure_ours (x, y, n, &options), error = 0, peak = 0;
  g_autoptr (ZxField) field
      = zx_heat_density (x, y, NULL, n, 0, 0, 1, "u", &options, NULL, NULL, NULL);
  for (guint i = 0; i < 10000; i++)
    {
      error = MAX (error, fabs ((double) field->value[i] - exact->value[i]));
      peak = MAX (peak, exact->value[i]);
    }
  g_print (
      "%zu points, 100 × 100 cells: %.2f ms, direct sum %.0f ms, ratio %.0f, error %.1e of the "
      "peak\n",
      n, ours, direct, direct / ours, error / peak);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  gsize n = 1000000 * (argc > 1 ? g_ascii_strtoull (argv[1], NULL, 10) : DEFAULT_MILLIONS);
  g_autofree float *x = g_new (float, MAX (n, 20000)), *y = g_new (float, MAX (n, 20000));
  make_points (MAX (n, 20000), x, y);
  static const double bandwidths[] = { 150, 300, 500, 1000, 3000 };
  for (guint i = 0; i < G_N_ELEMENTS (bandwidths); i++)
    measure_bandwidth (x, y, n, bandwidths[i]);
  measure_direct (x, y);
  g_print ("peak memory %.0f MiB, of it %.0f the points\n", zx_bench_peak_mib (),
           (double) n * 2 * sizeof (float) / 1048576);
  return 0;
}
