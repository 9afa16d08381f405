/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Smooth random functions of the place.  Gradient noise after Perlin (2002: fade 6t⁵-15t⁴+10t³)
 * with gradients from a hash of seed and lattice point, so that it needs no table and no order of
 * calls; Gaussian fields by random Fourier features. */

#include "data/sample/zx-sample-private.h"

static guint64
hash (guint64 seed, gint64 column, gint64 row)
{
  guint64 h = seed ^ ((guint64) column * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15))
              ^ ((guint64) row * G_GUINT64_CONSTANT (0xc2b2ae3d27d4eb4f));
  h ^= h >> 31;
  h *= G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  h ^= h >> 29;
  h *= G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return h ^ (h >> 32);
}

/* One of 16 directions: enough that none shows, and no trigonometry per call. */
static double
gradient (guint64 seed, gint64 column, gint64 row, double dx, double dy)
{
  static const double unit[16][2] = {
    { 1, 0 },
    { 0.9238795325, 0.3826834324 },
    { 0.7071067812, 0.7071067812 },
    { 0.3826834324, 0.9238795325 },
    { 0, 1 },
    { -0.3826834324, 0.9238795325 },
    { -0.7071067812, 0.7071067812 },
    { -0.9238795325, 0.3826834324 },
    { -1, 0 },
    { -0.9238795325, -0.3826834324 },
    { -0.7071067812, -0.7071067812 },
    { -0.3826834324, -0.9238795325 },
    { 0, -1 },
    { 0.3826834324, -0.9238795325 },
    { 0.7071067812, -0.7071067812 },
    { 0.9238795325, -0.3826834324 },
  };
  const double *g = unit[hash (seed, column, row) & 15];
  return g[0] * dx + g[1] * dy;
}

static double
fade (double t)
{
  return t * t * t * (t * (t * 6 - 15) + 10);
}

double
zx_sample_noise (guint64 seed, double x_m, double y_m, double wavelength_m)
{
  double x = x_m / wavelength_m, y = y_m / wavelength_m;
  double column = floor (x), row = floor (y);
  double dx = x - column, dy = y - row, u = fade (dx), v = fade (dy);
  gint64 i = (gint64) column, j = (gint64) row;
  double south
      = (1 - u) * gradient (seed, i, j, dx, dy) + u * gradient (seed, i + 1, j, dx - 1, dy);
  double north = (1 - u) * gradient (seed, i, j + 1, dx, dy - 1)
                 + u * gradient (seed, i + 1, j + 1, dx - 1, dy - 1);
  return M_SQRT2 * ((1 - v) * south + v * north);
}

double
zx_sample_octaves (guint64 seed, double x_m, double y_m, double wavelength_m, guint n_octaves,
                   double persistence)
{
  double sum = 0, strength = 1;
  for (guint octave = 0; octave < n_octaves; octave++)
    {
      sum += strength * zx_sample_noise (seed + octave, x_m, y_m, wavelength_m);
      wavelength_m /= 2;
      strength *= persistence;
    }
  return sum;
}

void
zx_sample_field_init (SampleField *self, guint64 seed, double length_m)
{
  ZxRng rng = zx_rng_new (seed);
  for (guint i = 0; i < SAMPLE_N_FEATURES; i++)
    {
      self->wave_x[i] = zx_rng_normal (&rng) / length_m;
      self->wave_y[i] = zx_rng_normal (&rng) / length_m;
      self->phase[i] = 2 * G_PI * zx_rng_uniform (&rng);
    }
}

double
zx_sample_field_at (const SampleField *self, double x_m, double y_m)
{
  double sum = 0;
  for (guint i = 0; i < SAMPLE_N_FEATURES; i++)
    sum += cos (self->wave_x[i] * x_m + self->wave_y[i] * y_m + self->phase[i]);
  return sum * sqrt (2.0 / SAMPLE_N_FEATURES);
}
