/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Dense matrices, row by row, on BLAS and LAPACK.
 *
 * These libraries think in columns.  A row-major lower triangle is a column-major upper one, so L
 * L' here is U'U there with the same bytes in memory, and nothing is transposed or copied.  Below
 * SMALL the loops are our own: a call into BLAS costs more than the work.
 *
 * When it is wrong: BLAS chooses its kernels by the processor, so the last bits may differ between
 * machines (never between numbers of threads: it is held at one). */

#include "app/solve/zx-solve-private.h"

#include <cblas.h>

#define SMALL 24

void dpotrf_ (const char *uplo, const int *n, double *a, const int *lda, int *info);

void
zx_solve_single_thread (void)
{
  if (openblas_get_num_threads () != 1)
    openblas_set_num_threads (1);
}

static gboolean
factor_small (double *a, guint n)
{
  for (guint j = 0; j < n; j++)
    for (guint i = j; i < n; i++)
      {
        double sum = a[(gsize) i * n + j];
        for (guint k = 0; k < j; k++)
          sum -= a[(gsize) i * n + k] * a[(gsize) j * n + k];
        if (i > j)
          a[(gsize) i * n + j] = sum / a[(gsize) j * n + j];
        else if (sum > 0 && isfinite (sum))
          a[(gsize) j * n + j] = sqrt (sum);
        else
          return FALSE;
      }
  return TRUE;
}

gboolean
zx_dense_factor (double *a, guint n)
{
  if (n <= SMALL)
    return factor_small (a, n);
  g_return_val_if_fail (n <= G_MAXINT, FALSE);
  zx_solve_single_thread ();
  int size = (int) n, info = 0;
  dpotrf_ ("U", &size, a, &size, &info);
  return info == 0 && isfinite (a[(gsize) n * n - 1]);
}

double
zx_dense_log_determinant (const double *factor, guint n)
{
  double sum = 0;
  for (guint i = 0; i < n; i++)
    sum += log (factor[(gsize) i * n + i]);
  return 2 * sum;
}

void
zx_dense_solve_lower (const double *factor, guint n, double *x, guint n_columns)
{
  if (n > SMALL && n_columns > 0)
    {
      cblas_dtrsm (CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, (int) n,
                   (int) n_columns, 1.0, factor, (int) n, x, (int) n_columns);
      return;
    }
  for (guint i = 0; i < n; i++)
    {
      double *xi = x + (gsize) i * n_columns;
      for (guint k = 0; k < i; k++)
        {
          double l = factor[(gsize) i * n + k];
          const double *xk = x + (gsize) k * n_columns;
          for (guint c = 0; c < n_columns; c++)
            xi[c] -= l * xk[c];
        }
      double inverse = 1 / factor[(gsize) i * n + i];
      for (guint c = 0; c < n_columns; c++)
        xi[c] *= inverse;
    }
}

void
zx_dense_solve_upper (const double *factor, guint n, double *x, guint n_columns)
{
  if (n > SMALL && n_columns > 0)
    {
      cblas_dtrsm (CblasRowMajor, CblasLeft, CblasLower, CblasTrans, CblasNonUnit, (int) n,
                   (int) n_columns, 1.0, factor, (int) n, x, (int) n_columns);
      return;
    }
  for (guint i = n; i-- > 0;)
    {
      double *xi = x + (gsize) i * n_columns;
      for (guint k = i + 1; k < n; k++)
        {
          double l = factor[(gsize) k * n + i];
          const double *xk = x + (gsize) k * n_columns;
          for (guint c = 0; c < n_columns; c++)
            xi[c] -= l * xk[c];
        }
      double inverse = 1 / factor[(gsize) i * n + i];
      for (guint c = 0; c < n_columns; c++)
        xi[c] *= inverse;
    }
}

void
zx_dense_solve (const double *factor, guint n, double *x, guint n_columns)
{
  zx_dense_solve_lower (factor, n, x, n_columns);
  zx_dense_solve_upper (factor, n, x, n_columns);
}

void
zx_dense_multiply (const double *a, gboolean is_a_transposed, const double *b,
                   gboolean is_b_transposed, guint m, guint n, guint k, double *c)
{
  if (m == 0 || n == 0)
    return;
  if (k == 0)
    {
      memset (c, 0, (gsize) m * n * sizeof *c);
      return;
    }
  zx_solve_single_thread ();
  cblas_dgemm (CblasRowMajor, is_a_transposed ? CblasTrans : CblasNoTrans,
               is_b_transposed ? CblasTrans : CblasNoTrans, (int) m, (int) n, (int) k, 1.0, a,
               (int) (is_a_transposed ? m : k), b, (int) (is_b_transposed ? k : n), 0.0, c,
               (int) n);
}

/* ---- eigenvalues -------------------------------------------------------------------------- */

/* One rotation in the plane (p, q) that makes a[p][q] zero (Golub and Van Loan, §8.5). */
static void
rotate (double *a, double *vectors, guint n, guint p, guint q)
{
  double off = a[p * n + q];
  if (off == 0)
    return;
  double tau = (a[q * n + q] - a[p * n + p]) / (2 * off);
  double t = (tau >= 0 ? 1 : -1) / (fabs (tau) + sqrt (1 + tau * tau));
  double c = 1 / sqrt (1 + t * t), s = t * c;
  for (guint k = 0; k < n; k++)
    {
      double x = a[k * n + p], y = a[k * n + q];
      a[k * n + p] = c * x - s * y;
      a[k * n + q] = s * x + c * y;
    }
  for (guint k = 0; k < n; k++)
    {
      double x = a[p * n + k], y = a[q * n + k];
      a[p * n + k] = c * x - s * y;
      a[q * n + k] = s * x + c * y;
      x = vectors[k * n + p];
      y = vectors[k * n + q];
      vectors[k * n + p] = c * x - s * y;
      vectors[k * n + q] = s * x + c * y;
    }
}

static void
swap_columns (double *vectors, guint n, guint a, guint b)
{
  for (guint k = 0; k < n; k++)
    {
      double x = vectors[k * n + a];
      vectors[k * n + a] = vectors[k * n + b];
      vectors[k * n + b] = x;
    }
}

void
zx_dense_eigen (double *a, guint n, double *values, double *vectors)
{
  for (guint i = 0; i < n * n; i++)
    vectors[i] = i % (n + 1) == 0;
  for (guint sweep = 0; sweep < 30; sweep++)
    for (guint p = 0; p + 1 < n; p++)
      for (guint q = p + 1; q < n; q++)
        rotate (a, vectors, n, p, q);
  for (guint i = 0; i < n; i++)
    values[i] = a[i * n + i];
  for (guint i = 0; i + 1 < n; i++)
    {
      guint best = i;
      for (guint j = i + 1; j < n; j++)
        if (values[j] > values[best])
          best = j;
      double value = values[i];
      values[i] = values[best];
      values[best] = value;
      if (best != i)
        swap_columns (vectors, n, i, best);
    }
}
