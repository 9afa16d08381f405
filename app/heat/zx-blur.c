/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Separable blur by a sampled Gaussian, and the way back from a coarse lattice to a fine one.
 *
 * Sums run over whole rows, tap by tap, in float: the compiler turns such loops into vectors, and
 * as every cell has its own sum in its own order, vectors of any width give the same bytes.  Taps
 * are folded (left and right neighbours are added before they are weighted), four at a time, so
 * that a sum is loaded and stored once for eight neighbours. */

#include "app/heat/zx-heat-private.h"

#define TAPS_AT_ONCE 4
#define TILE_COLUMNS 512 /* 2 kB of sums stay in the first cache while rows stream past */

typedef struct
{
  const double *from;
  float *middle, *to;
  guint n_columns, n_rows;
  guint reach;       /* taps to each side, a multiple of TAPS_AT_ONCE */
  float *tap;        /* 0 … reach */
  const float *zero; /* n_columns: what lies outside */
} Blur;

/* ---- sums --------------------------------------------------------------------------------- */

/* sum[i] += Σ_k tap[k] (low[k][i] + high[k][i]), k = 0 … 3. */
ZX_HEAT_WIDE_VECTORS static void
add_pairs (float *restrict sum, const float *const *low, const float *const *high,
           const float *restrict tap, gsize n)
{
  const float *restrict l0 = low[0], *restrict l1 = low[1], *restrict l2 = low[2],
                        *restrict l3 = low[3];
  const float *restrict h0 = high[0], *restrict h1 = high[1], *restrict h2 = high[2],
                        *restrict h3 = high[3];
  const float t0 = tap[0], t1 = tap[1], t2 = tap[2], t3 = tap[3];
  for (gsize i = 0; i < n; i++)
    sum[i] += (t0 * (l0[i] + h0[i]) + t1 * (l1[i] + h1[i]))
              + (t2 * (l2[i] + h2[i]) + t3 * (l3[i] + h3[i]));
}

ZX_HEAT_WIDE_VECTORS static void
weigh (float *restrict sum, const float *restrict from, float tap, gsize n)
{
  for (gsize i = 0; i < n; i++)
    sum[i] = tap * from[i];
}

/* ---- passes ------------------------------------------------------------------------------- */

static void
blur_along_rows (gsize begin, gsize end, guint worker, gpointer data)
{
  const Blur *blur = data;
  gsize n = blur->n_columns;
  g_autofree float *line = g_new0 (float, n + 2 * blur->reach);
  float *centre = line + blur->reach;
  for (gsize row = begin; row < end; row++)
    {
      float *sum = blur->middle + row * n;
      for (gsize i = 0; i < n; i++)
        centre[i] = (float) blur->from[row * n + i];
      weigh (sum, centre, blur->tap[0], n);
      for (guint k = 1; k <= blur->reach; k += TAPS_AT_ONCE)
        {
          const float *low[TAPS_AT_ONCE], *high[TAPS_AT_ONCE];
          for (guint j = 0; j < TAPS_AT_ONCE; j++)
            {
              low[j] = centre - k - j;
              high[j] = centre + k + j;
            }
          add_pairs (sum, low, high, blur->tap + k, n);
        }
    }
}

static inline const float *
row_or_zero (const Blur *blur, gint64 row, gsize column)
{
  return row >= 0 && row < blur->n_rows ? blur->middle + (gsize) row * blur->n_columns + column
                                        : blur->zero + column;
}

static void
blur_across_rows (gsize begin, gsize end, guint worker, gpointer data)
{
  const Blur *blur = data;
  for (gsize column = 0; column < blur->n_columns; column += TILE_COLUMNS)
    for (gsize row = begin; row < end; row++)
      {
        gsize n = MIN (TILE_COLUMNS, blur->n_columns - column);
        float *sum = blur->to + row * blur->n_columns + column;
        weigh (sum, row_or_zero (blur, (gint64) row, column), blur->tap[0], n);
        for (guint k = 1; k <= blur->reach; k += TAPS_AT_ONCE)
          {
            const float *low[TAPS_AT_ONCE], *high[TAPS_AT_ONCE];
            for (guint j = 0; j < TAPS_AT_ONCE; j++)
              {
                low[j] = row_or_zero (blur, (gint64) row - k - j, column);
                high[j] = row_or_zero (blur, (gint64) row + k + j, column);
              }
            add_pairs (sum, low, high, blur->tap + k, n);
          }
      }
}

/* The Gaussian at whole cells up to the cut, summing to 1; zeros to the next multiple of four. */
static gboolean
make_taps (Blur *blur, double sigma, GError **error)
{
  guint n = (guint) floor (MIN (ZX_HEAT_CUT * sigma + 0.5, 1e6));
  blur->reach = (n + TAPS_AT_ONCE - 1) / TAPS_AT_ONCE * TAPS_AT_ONCE;
  blur->tap = ZX_TRY_NEW (float, (gsize) blur->reach + 1, _ ("A heat map"), error);
  if (blur->tap == NULL)
    return FALSE;
  double sum = 1;
  for (guint k = 1; k <= n; k++)
    sum += 2 * exp (-0.5 * (k / sigma) * (k / sigma));
  for (guint k = 1; k <= n; k++)
    blur->tap[k] = (float) (exp (-0.5 * (k / sigma) * (k / sigma)) / sum);
  blur->tap[0] = (float) (1 / sum);
  return TRUE;
}

float *
zx_heat_blur (const double *from, guint n_columns, guint n_rows, double sigma,
              const ZxProgress *progress, GError **error)
{
  gsize n = (gsize) n_columns * n_rows;
  ZxProgress first = zx_progress_slice (progress, 0, 0.5);
  ZxProgress second = zx_progress_slice (progress, 0.5, 1);
  Blur blur = { .from = from, .n_columns = n_columns, .n_rows = n_rows };
  g_autofree float *zero = ZX_TRY_NEW (float, n_columns, _ ("A heat map"), error);
  g_autofree float *middle = ZX_TRY_NEW (float, n, _ ("A heat map"), error);
  g_autofree float *to = ZX_TRY_NEW (float, n, _ ("A heat map"), error);
  if (zero == NULL || middle == NULL || to == NULL || !make_taps (&blur, sigma, error))
    return NULL;
  blur.zero = zero;
  blur.middle = middle;
  blur.to = to;
  gboolean is_done = zx_parallel_for (n_rows, 0, blur_along_rows, &blur, &first, error)
                     && zx_parallel_for (n_rows, 0, blur_across_rows, &blur, &second, error);
  g_free (blur.tap);
  return is_done ? g_steal_pointer (&to) : NULL;
}

/* ---- refining ----------------------------------------------------------------------------- */

typedef struct
{
  const float *from;
  const ZxHeatLattice *lattice;
  guint n_columns, n_rows;
  float *to;
  float *weight; /* [phase][4] */
  int *shift;    /* [phase]: from the cell of the working lattice to the first coefficient */
} Refine;

static void
make_phases (Refine *refine)
{
  guint factor = refine->lattice->factor;
  for (guint phase = 0; phase < factor; phase++)
    {
      double place = (phase + 0.5) / factor - 0.5; /* from the centre of the coarse cell */
      refine->shift[phase] = (int) floor (place) - 1 + (int) refine->lattice->pad;
      double weight[4];
      zx_heat_cubic_weights (place - floor (place), weight);
      for (guint k = 0; k < 4; k++)
        refine->weight[4 * phase + k] = (float) weight[k];
    }
}

ZX_HEAT_WIDE_VECTORS static void
mix_rows (float *restrict to, const float *restrict from, gsize stride,
          const float *restrict weight, gsize n)
{
  const float *restrict r1 = from + stride, *restrict r2 = from + 2 * stride,
                        *restrict r3 = from + 3 * stride;
  for (gsize i = 0; i < n; i++)
    to[i] = (weight[0] * from[i] + weight[1] * r1[i]) + (weight[2] * r2[i] + weight[3] * r3[i]);
}

static void
refine_rows (gsize begin, gsize end, guint worker, gpointer data)
{
  const Refine *refine = data;
  const ZxHeatLattice *lattice = refine->lattice;
  guint factor = lattice->factor;
  g_autofree float *line = g_new (float, lattice->n_columns);
  for (gsize row = begin; row < end; row++)
    {
      guint phase = (guint) (row % factor);
      gsize first = row / factor + (gsize) refine->shift[phase];
      mix_rows (line, refine->from + first * lattice->n_columns, lattice->n_columns,
                refine->weight + 4 * phase, lattice->n_columns);
      float *to = refine->to + row * refine->n_columns;
      for (guint p = 0; p < factor; p++)
        {
          const float *w = refine->weight + 4 * p, *at = line + refine->shift[p];
          for (gsize c = p; c < refine->n_columns; c += factor, at++)
            to[c] = (w[0] * at[0] + w[1] * at[1]) + (w[2] * at[2] + w[3] * at[3]);
        }
    }
}

gboolean
zx_heat_refine (const float *from, const ZxHeatLattice *lattice, guint n_columns, guint n_rows,
                float *to, const ZxProgress *progress, GError **error)
{
  g_autofree float *weight
      = ZX_TRY_NEW (float, 4 * (gsize) lattice->factor, _ ("A heat map"), error);
  g_autofree int *shift = ZX_TRY_NEW (int, lattice->factor, _ ("A heat map"), error);
  if (weight == NULL || shift == NULL)
    return FALSE;
  Refine refine = { from, lattice, n_columns, n_rows, to, weight, shift };
  make_phases (&refine);
  return zx_parallel_for (n_rows, 0, refine_rows, &refine, progress, error);
}
