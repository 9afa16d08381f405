/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The mode of a smooth function of a few coordinates, each value of which costs a model fit.
 *
 * BFGS (Nocedal and Wright 2006, ch. 6) with central differences.  Values are asked for in batches:
 * the two sides of all coordinates at once, then two step lengths at once, so that two processors
 * have work.  The first step is scaled by the second differences that the gradient gives for free.
 *
 * When it is wrong: it climbs the nearest hill. */

#include "app/solve/zx-solve-private.h"

#define MAX_ITERATIONS  40
#define MAX_STEP        2.0
#define LEAST_CURVATURE 0.05

typedef struct
{
  ZxMode *mode;
  ZxBatchFunc func;
  gpointer data;
  double *gradient, *curvature; /* n: by differences; curvature of -f */
  double *inverse;              /* n × n: of the curvature matrix */
} Climb;

void
zx_mode_free (ZxMode *self)
{
  if (self == NULL)
    return;
  g_free (self->mode);
  g_free (self->precision);
  g_free (self->axis);
  g_free (self->sd);
  g_free (self);
}

gboolean
zx_mode_ask (ZxMode *self, const double *point, const gint32 *parent, guint n_points, double *value,
             ZxBatchFunc func, gpointer data, GError **error)
{
  if (!func (point, parent, n_points, value, data, error))
    return FALSE;
  self->n_asked += n_points;
  for (guint k = 0; k < n_points; k++)
    if (isnan (value[k]))
      value[k] = -INFINITY;
  return TRUE;
}

static gboolean
measure_slopes (Climb *climb, double step, GError **error)
{
  ZxMode *mode = climb->mode;
  guint n = mode->n;
  g_autofree double *point = g_new (double, 2 * n * n), *value = g_new (double, 2 * n);
  g_autofree gint32 *parent = g_new (gint32, 2 * n);
  for (guint k = 0; k < 2 * n; k++)
    {
      memcpy (point + k * n, mode->mode, n * sizeof *point);
      point[k * n + k / 2] += k % 2 ? -step : step;
      parent[k] = mode->index;
    }
  if (!zx_mode_ask (mode, point, parent, 2 * n, value, climb->func, climb->data, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      double up = value[2 * i], down = value[2 * i + 1];
      gboolean is_finite = isfinite (up) && isfinite (down);
      climb->gradient[i] = is_finite ? (up - down) / (2 * step) : isfinite (up) ? 1 : -1;
      climb->curvature[i] = is_finite ? (2 * mode->value - up - down) / (step * step) : 1;
    }
  return TRUE;
}

/* Tries @n_lengths multiples of @direction at once; moves to the best when it is better. */
static gboolean
try_lengths (Climb *climb, const double *direction, const double *length, guint n_lengths,
             gboolean *is_better, GError **error)
{
  ZxMode *mode = climb->mode;
  guint n = mode->n;
  double point[4 * 8], value[4];
  gint32 parent[4];
  gint32 first = (gint32) mode->n_asked;
  for (guint k = 0; k < n_lengths; k++)
    {
      parent[k] = mode->index;
      for (guint i = 0; i < n; i++)
        point[k * n + i] = mode->mode[i] + length[k] * direction[i];
    }
  if (!zx_mode_ask (mode, point, parent, n_lengths, value, climb->func, climb->data, error))
    return FALSE;
  *is_better = FALSE;
  for (guint k = 0; k < n_lengths; k++)
    if (value[k] > mode->value)
      {
        mode->value = value[k];
        mode->index = first + (gint32) k;
        memcpy (mode->mode, point + k * n, n * sizeof *point);
        *is_better = TRUE;
      }
  return TRUE;
}

static double
step_uphill (const Climb *climb, double *direction)
{
  guint n = climb->mode->n;
  double gain = 0, longest = 0;
  for (guint i = 0; i < n; i++)
    {
      direction[i] = 0;
      for (guint j = 0; j < n; j++)
        direction[i] += climb->inverse[i * n + j] * climb->gradient[j];
      gain += 0.5 * direction[i] * climb->gradient[i];
      longest = MAX (longest, fabs (direction[i]));
    }
  if (longest > MAX_STEP)
    for (guint i = 0; i < n; i++)
      direction[i] *= MAX_STEP / longest;
  return gain;
}

/* The BFGS update of the inverse: s the step, y the fall of the gradient. */
static void
update_inverse (Climb *climb, const double *s, const double *y)
{
  guint n = climb->mode->n;
  double sy = 0, yhy = 0, hy[8];
  for (guint i = 0; i < n; i++)
    {
      hy[i] = 0;
      for (guint j = 0; j < n; j++)
        hy[i] += climb->inverse[i * n + j] * y[j];
      sy += s[i] * y[i];
      yhy += y[i] * hy[i];
    }
  double s_size = 0;
  for (guint i = 0; i < n; i++)
    s_size += s[i] * s[i];
  if (!(sy > 1e-3 * s_size)) /* not a hill here: keep what is known */
    return;
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      climb->inverse[i * n + j]
          += (1 + yhy / sy) * s[i] * s[j] / sy - (hy[i] * s[j] + s[i] * hy[j]) / sy;
}

static void
invert (const double *matrix, guint n, double *inverse)
{
  double factor[64];
  memcpy (factor, matrix, (gsize) n * n * sizeof *factor);
  memset (inverse, 0, (gsize) n * n * sizeof *inverse);
  for (guint i = 0; i < n; i++)
    inverse[i * n + i] = 1;
  if (zx_dense_factor (factor, n))
    zx_dense_solve (factor, n, inverse, n);
}

/* The second differences come with every gradient: what BFGS knows of the correlations is put on
 * their scale.  Without it a climb along a narrow ridge takes half as many steps more. */
static void
rescale_inverse (Climb *climb)
{
  guint n = climb->mode->n;
  double curvature[64], scale[8];
  invert (climb->inverse, n, curvature);
  for (guint i = 0; i < n; i++)
    {
      double measured = climb->curvature[i] > 0.2 ? climb->curvature[i] : curvature[i * n + i];
      scale[i] = sqrt (measured / curvature[i * n + i]);
    }
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      curvature[i * n + j] *= scale[i] * scale[j];
  invert (curvature, n, climb->inverse);
}

static void
start_inverse (Climb *climb)
{
  guint n = climb->mode->n;
  memset (climb->inverse, 0, (gsize) n * n * sizeof *climb->inverse);
  for (guint i = 0; i < n; i++)
    climb->inverse[i * n + i] = 1 / MAX (climb->curvature[i], 0.5);
}

static gboolean
climb_up (Climb *climb, double step, double gain, GError **error)
{
  static const double lengths[] = { 1, 0.5, 0.15, 0.04 };
  ZxMode *mode = climb->mode;
  guint n = mode->n;
  double direction[8], before[8], slope[8];
  if (!measure_slopes (climb, step, error))
    return FALSE;
  start_inverse (climb);
  for (guint k = 0; k < MAX_ITERATIONS; k++)
    {
      if (!(step_uphill (climb, direction) > gain))
        break;
      memcpy (before, mode->mode, sizeof before[0] * n);
      memcpy (slope, climb->gradient, sizeof slope[0] * n);
      gboolean is_better = FALSE;
      if (!try_lengths (climb, direction, lengths, 2, &is_better, error))
        return FALSE;
      if (!is_better && !try_lengths (climb, direction, lengths + 2, 2, &is_better, error))
        return FALSE;
      if (!is_better)
        break;
      if (!measure_slopes (climb, step, error))
        return FALSE;
      for (guint i = 0; i < n; i++)
        {
          before[i] = mode->mode[i] - before[i];
          slope[i] -= climb->gradient[i];
        }
      update_inverse (climb, before, slope);
      rescale_inverse (climb);
    }
  return TRUE;
}

/* Second derivatives: f_ij = (f(++) + f(--) - f(i+) - f(i-) - f(j+) - f(j-) + 2 f) / 2h². */
static gboolean
measure_curvature (Climb *climb, double step, GError **error)
{
  ZxMode *mode = climb->mode;
  guint n = mode->n, n_points = n * (n + 1);
  g_autofree double *point = g_new (double, (gsize) n_points *n);
  g_autofree double *value = g_new (double, n_points);
  g_autofree gint32 *parent = g_new (gint32, n_points);
  guint k = 0;
  for (guint i = 0; i < n; i++)
    for (guint j = i; j < n; j++)
      for (int sign = 1; sign >= -1; sign -= 2, k++)
        {
          memcpy (point + (gsize) k * n, mode->mode, n * sizeof *point);
          point[(gsize) k * n + i] += sign * step;
          if (j != i)
            point[(gsize) k * n + j] += sign * step;
          parent[k] = mode->index;
        }
  if (!zx_mode_ask (mode, point, parent, n_points, value, climb->func, climb->data, error))
    return FALSE;
  double both[8];
  k = 0;
  for (guint i = 0; i < n; i++)
    for (guint j = i; j < n; j++, k += 2)
      if (i == j)
        both[i] = value[k] + value[k + 1];
  k = 0;
  for (guint i = 0; i < n; i++)
    for (guint j = i; j < n; j++, k += 2)
      {
        double second = i == j ? (both[i] - 2 * mode->value) / (step * step)
                               : (value[k] + value[k + 1] - both[i] - both[j] + 2 * mode->value)
                                     / (2 * step * step);
        if (!isfinite (second))
          second = i == j ? -1 : 0;
        mode->precision[i * n + j] = mode->precision[j * n + i] = -second;
      }
  return TRUE;
}

static void
find_axes (ZxMode *mode)
{
  guint n = mode->n;
  double values[8];
  g_autofree double *copy = g_memdup2 (mode->precision, (gsize) n * n * sizeof *copy);
  zx_dense_eigen (copy, n, values, mode->axis);
  for (guint i = 0; i < n; i++)
    {
      values[i] = MAX (values[i], LEAST_CURVATURE);
      mode->sd[i] = 1 / sqrt (values[i]);
    }
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      {
        double sum = 0;
        for (guint k = 0; k < n; k++)
          sum += mode->axis[i * n + k] * values[k] * mode->axis[j * n + k];
        mode->precision[i * n + j] = sum;
      }
}

ZxMode *
zx_mode_find (guint n, const double *start, double step, double gain, ZxBatchFunc func,
              gpointer data, GError **error)
{
  g_return_val_if_fail (n >= 1 && n <= 8, NULL);
  g_autoptr (ZxMode) mode = g_new0 (ZxMode, 1);
  mode->n = n;
  mode->mode = g_memdup2 (start, n * sizeof *start);
  mode->precision = g_new0 (double, (gsize) n *n);
  mode->axis = g_new0 (double, (gsize) n *n);
  mode->sd = g_new0 (double, n);
  gint32 no_parent = -1;
  if (!zx_mode_ask (mode, start, &no_parent, 1, &mode->value, func, data, error))
    return NULL;
  if (!isfinite (mode->value))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The function to be maximised has no value at its starting point"));
      return NULL;
    }
  double gradient[8], curvature[8], inverse[64];
  Climb climb = { mode, func, data, gradient, curvature, inverse };
  if (!climb_up (&climb, step, gain, error) || !measure_curvature (&climb, 4 * step, error))
    return NULL;
  find_axes (mode);
  return g_steal_pointer (&mode);
}
