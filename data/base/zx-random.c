/* SPDX-License-Identifier: GPL-3.0-or-later */

/* xoshiro256** 1.0 and splitmix64 (Blackman and Vigna, "Scrambled linear pseudorandom number
 * generators", 2018; public domain description).  Floating-point variates use only +, *, /, sqrt,
 * log and exp; log and exp of one C library differ from another's in the last bit at most, so files
 * made from draws are reproducible on one system release, which is what the fingerprint promises.
 */

#include "data/base/zx-base.h"

static guint64
splitmix (guint64 *state)
{
  guint64 z = (*state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));
  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

ZxRng
zx_rng_new (guint64 seed)
{
  ZxRng rng;
  for (guint i = 0; i < 4; i++)
    rng.state[i] = splitmix (&seed);
  return rng;
}

ZxRng
zx_rng_stream (guint64 seed, guint64 stream)
{
  guint64 mixed = seed;
  guint64 a = splitmix (&mixed);
  mixed = stream ^ G_GUINT64_CONSTANT (0xd1b54a32d192ed03);
  guint64 b = splitmix (&mixed);
  return zx_rng_new (a ^ ((b << 23) | (b >> 41)));
}

static inline guint64
rotate (guint64 x, guint k)
{
  return (x << k) | (x >> (64 - k));
}

guint64
zx_rng_next (ZxRng *rng)
{
  guint64 *s = rng->state;
  guint64 result = rotate (s[1] * 5, 7) * 9;
  guint64 t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate (s[3], 45);
  return result;
}

double
zx_rng_uniform (ZxRng *rng)
{
  /* The middle of one of 2^52 equal cells: symmetric, never 0 or 1. */
  return ((double) (zx_rng_next (rng) >> 12) + 0.5) * 0x1p-52;
}

guint32
zx_rng_below (ZxRng *rng, guint32 bound)
{
  g_return_val_if_fail (bound >= 1, 0);
  /* Lemire 2019: multiply, reject the few values that would make some results likelier. */
  guint64 product = (zx_rng_next (rng) >> 32) * bound;
  guint32 low = (guint32) product;
  if (low < bound)
    {
      guint32 threshold = (guint32) (-bound) % bound;
      while (low < threshold)
        {
          product = (zx_rng_next (rng) >> 32) * bound;
          low = (guint32) product;
        }
    }
  return (guint32) (product >> 32);
}

/* Acklam's rational approximation of the inverse normal (relative error 1.15e-9), refined by one
 * Halley step on erfc: full double precision. */
static double
inverse_normal (double p)
{
  static const double a[]
      = { -3.969683028665376e+01, 2.209460984245205e+02,  -2.759285104469687e+02,
          1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239e+00 };
  static const double b[] = { -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
                              6.680131188771972e+01, -1.328068155288572e+01 };
  static const double c[]
      = { -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
          -2.549732539343734e+00, 4.374664141464968e+00,  2.938163982698783e+00 };
  static const double d[] = { 7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                              3.754408661907416e+00 };
  double x;
  if (p < 0.02425 || p > 1 - 0.02425)
    {
      double q = sqrt (-2 * log (p < 0.5 ? p : 1 - p));
      x = (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5])
          / ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
      if (p > 0.5)
        x = -x;
    }
  else
    {
      double q = p - 0.5, r = q * q;
      x = (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q
          / (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
    }
  double e = 0.5 * erfc (-x * M_SQRT1_2) - p;
  double u = e * sqrt (2 * G_PI) * exp (x * x / 2);
  return x - u / (1 + x * u / 2);
}

double
zx_rng_normal (ZxRng *rng)
{
  return inverse_normal (zx_rng_uniform (rng));
}

double
zx_rng_exponential (ZxRng *rng)
{
  return -log (zx_rng_uniform (rng));
}

double
zx_rng_gamma (ZxRng *rng, double shape)
{
  g_return_val_if_fail (shape > 0, NAN);
  if (shape < 1) /* Marsaglia and Tsang 2000, §6: Gamma(a) = Gamma(a+1) U^(1/a) */
    {
      double u = zx_rng_uniform (rng);
      return zx_rng_gamma (rng, shape + 1) * pow (u, 1 / shape);
    }
  double d = shape - 1.0 / 3.0, c = 1 / sqrt (9 * d);
  for (;;)
    {
      double x = zx_rng_normal (rng), v = 1 + c * x;
      if (v <= 0)
        continue;
      v = v * v * v;
      if (log (zx_rng_uniform (rng)) < 0.5 * x * x + d - d * v + d * log (v))
        return d * v;
    }
}

double
zx_rng_beta (ZxRng *rng, double a, double b)
{
  double x = zx_rng_gamma (rng, a), y = zx_rng_gamma (rng, b);
  return x / (x + y);
}

guint64
zx_rng_poisson (ZxRng *rng, double mean)
{
  g_return_val_if_fail (mean >= 0 && mean < 1e15, 0);
  guint64 count = 0;
  /* Large means by halving through gamma and binomial-free thinning (Ahrens and Dieter 1974): the
   * time of the m-th event is Gamma(m); below 30 multiply uniforms. */
  while (mean > 30)
    {
      double m = floor (mean * 7 / 8);
      double time = zx_rng_gamma (rng, m);
      if (time > mean) /* fewer than m events: their times are uniform below `time` */
        {
          double p = mean / time;
          guint64 n = (guint64) m - 1;
          /* Binomial (n, p) by splitting on beta order statistics. */
          while (n > 30)
            {
              guint64 i = n / 2 + 1;
              double split = zx_rng_beta (rng, (double) i, (double) (n + 1 - i));
              if (split <= p)
                {
                  count += i;
                  n -= i;
                  p = (p - split) / (1 - split);
                }
              else
                {
                  n = i - 1;
                  p /= split;
                }
            }
          for (; n > 0; n--)
            count += zx_rng_uniform (rng) < p;
          return count;
        }
      count += (guint64) m;
      mean -= time;
    }
  double limit = exp (-mean), product = zx_rng_uniform (rng);
  while (product > limit)
    {
      count++;
      product *= zx_rng_uniform (rng);
    }
  return count;
}

guint64
zx_rng_negative_binomial (ZxRng *rng, double mean, double size)
{
  return mean > 0 ? zx_rng_poisson (rng, zx_rng_gamma (rng, size) * mean / size) : 0;
}
