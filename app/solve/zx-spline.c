/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A clamped cubic spline: second derivatives from one tridiagonal solve (Stoer and Bulirsch, §2.4),
 * straight lines outside. */

#include "app/solve/zx-solve-private.h"

void
zx_spline_prepare (const double *x, const double *y, guint n, double first_slope, double last_slope,
                   double *second)
{
  g_return_if_fail (n >= 2);
  g_autofree double *upper = g_new (double, n);
  double h = x[1] - x[0];
  upper[0] = 0.5;
  second[0] = 3 / h * ((y[1] - y[0]) / h - first_slope);
  for (guint i = 1; i < n; i++)
    {
      gboolean is_last = i + 1 == n;
      double before = x[i] - x[i - 1], after = is_last ? 0 : x[i + 1] - x[i];
      double slope_after = is_last ? last_slope : (y[i + 1] - y[i]) / after;
      double right = 6 * (slope_after - (y[i] - y[i - 1]) / before);
      double pivot = 2 * (before + after) - before * upper[i - 1];
      upper[i] = after / pivot;
      second[i] = (right - before * second[i - 1]) / pivot;
    }
  for (guint i = n - 1; i-- > 0;)
    second[i] -= upper[i] * second[i + 1];
}

double
zx_spline_at (const double *x, const double *y, const double *second, guint n, double at,
              double *slope)
{
  guint low = 0, high = n - 1;
  while (high - low > 1)
    {
      guint middle = (low + high) / 2;
      if (x[middle] <= at)
        low = middle;
      else
        high = middle;
    }
  double h = x[high] - x[low], t = CLAMP (at, x[low], x[high]);
  double a = (x[high] - t) / h, b = (t - x[low]) / h;
  double value = a * y[low] + b * y[high]
                 + ((a * a * a - a) * second[low] + (b * b * b - b) * second[high]) * h * h / 6;
  double tangent = (y[high] - y[low]) / h
                   + ((3 * b * b - 1) * second[high] - (3 * a * a - 1) * second[low]) * h / 6;
  if (slope != NULL)
    *slope = tangent;
  return value + (at - t) * tangent;
}
