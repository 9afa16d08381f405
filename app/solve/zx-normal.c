/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The normal distribution and the quadrature that goes with it. */

#include "app/solve/zx-solve.h"

double
zx_normal_cdf (double z)
{
  return 0.5 * erfc (-z * M_SQRT1_2);
}

static double
horner (const double *coefficient, guint n, double x)
{
  double sum = coefficient[n - 1];
  for (guint i = n - 1; i > 0; i--)
    sum = sum * x + coefficient[i - 1];
  return sum;
}

/* Wichura 1988, algorithm AS 241, PPND16: rational approximations on the middle and on two parts of
 * the tail in r = √(-log p); relative error about 1e-16. */
double
zx_normal_quantile (double p)
{
  static const double middle_top[]
      = { 3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
          1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
          3.3430575583588128105e+4, 2.5090809287301226727e+3 };
  static const double middle_bottom[] = { 1.0,
                                          4.2313330701600911252e+1,
                                          6.8718700749205790830e+2,
                                          5.3941960214247511077e+3,
                                          2.1213794301586595867e+4,
                                          3.9307895800092710610e+4,
                                          2.8729085735721942674e+4,
                                          5.2264952788528545610e+3 };
  static const double near_top[]
      = { 1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
          3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
          2.27238449892691845833e-2, 7.74545014278341407640e-4 };
  static const double near_bottom[] = { 1.0,
                                        2.05319162663775882187e0,
                                        1.67638483018380384940e0,
                                        6.89767334985100004550e-1,
                                        1.48103976427480074590e-1,
                                        1.51986665636164571966e-2,
                                        5.47593808499534494600e-4,
                                        1.05075007164441684324e-9 };
  static const double far_top[]
      = { 6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
          2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
          2.71155556874348757815e-5, 2.01033439929228813265e-7 };
  static const double far_bottom[] = { 1.0,
                                       5.99832206555887937690e-1,
                                       1.36929880922735805310e-1,
                                       1.48753612908506148525e-2,
                                       7.86869131145613259100e-4,
                                       1.84631831751005468180e-5,
                                       1.42151175831644588870e-7,
                                       2.04426310338993978564e-15 };
  if (!(p > 0 && p < 1))
    return p == 0 ? -INFINITY : p == 1 ? INFINITY : NAN;
  double q = p - 0.5;
  if (fabs (q) <= 0.425)
    {
      double r = 0.180625 - q * q;
      return q * horner (middle_top, 8, r) / horner (middle_bottom, 8, r);
    }
  double r = sqrt (-log (q < 0 ? p : 1 - p));
  double z = r <= 5 ? horner (near_top, 8, r - 1.6) / horner (near_bottom, 8, r - 1.6)
                    : horner (far_top, 8, r - 5) / horner (far_bottom, 8, r - 5);
  return q < 0 ? -z : z;
}

/* Orthonormal Hermite polynomials of weight exp (-z²/2)/√(2π): value of degree @n at @z and of
 * degree n - 1, by their recurrence √(k+1) h_{k+1} = z h_k - √k h_{k-1}. */
static double
hermite (guint n, double z, double *one_less)
{
  double before = 0, now = 1;
  for (guint k = 0; k < n; k++)
    {
      double next = (z * now - sqrt (k) * before) / sqrt (k + 1.0);
      before = now;
      now = next;
    }
  *one_less = before;
  return now;
}

/* The roots of degree n interlace those of degree n - 1, so each lies alone between two of them:
 * bisection there cannot fail, and two Newton steps polish it (h_n' = √n h_{n-1}). */
void
zx_gauss_hermite (guint n, double *node, double *weight)
{
  g_return_if_fail (n >= 1 && n <= 64);
  double root[66] = { 0 };
  for (guint degree = 1; degree <= n; degree++)
    {
      double limit = 2 * sqrt (degree) + 1, fence[66];
      fence[0] = -limit;
      for (guint i = 0; i + 1 < degree; i++)
        fence[i + 1] = root[i];
      fence[degree] = limit;
      for (guint i = 0; i < degree; i++)
        {
          double low = fence[i], high = fence[i + 1], rest;
          gboolean is_rising = hermite (degree, high, &rest) > 0;
          for (guint k = 0; k < 60; k++)
            {
              double middle = 0.5 * (low + high);
              if ((hermite (degree, middle, &rest) > 0) == is_rising)
                high = middle;
              else
                low = middle;
            }
          root[i] = 0.5 * (low + high);
        }
    }
  for (guint i = 0; i < n; i++)
    {
      double below = 0;
      for (guint k = 0; k < 2; k++)
        {
          double value = hermite (n, root[i], &below);
          root[i] -= value / (sqrt (n) * below);
        }
      hermite (n, root[i], &below);
      node[i] = root[i];
      weight[i] = 1 / (n * below * below);
    }
}
