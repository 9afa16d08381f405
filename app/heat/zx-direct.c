/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Kernel density by its definition, point by point and cell by cell: the yardstick for the fast
 * way, and Scott's rule for the bandwidth (Scott 1992, "Multivariate Density Estimation", §6.3:
 * h = σ n^(-1/(d+4)) with d = 2; with weights n is (Σw)²/Σw²). */

#include "app/heat/zx-heat-private.h"

/* ---- the direct sum ----------------------------------------------------------------------- */

/* The kernel on one axis, 1/m: a Gaussian cut at ZX_HEAT_CUT and normalised for the cut. */
static double
kernel (double distance_m, double bandwidth_m)
{
  double t = fabs (distance_m) / bandwidth_m;
  return t <= ZX_HEAT_CUT
             ? exp (-0.5 * t * t) / (sqrt (2 * G_PI) * bandwidth_m * erf (ZX_HEAT_CUT / sqrt (2)))
             : 0;
}

/* Its mass on one axis in a cell @distance_m away. */
static double
kernel_mass (double distance_m, double cell_m, double bandwidth_m)
{
  double reach = ZX_HEAT_CUT * bandwidth_m, scale = sqrt (2) * bandwidth_m;
  double from = CLAMP (distance_m - cell_m / 2, -reach, reach);
  double to = CLAMP (distance_m + cell_m / 2, -reach, reach);
  return (erf (to / scale) - erf (from / scale)) / (2 * erf (ZX_HEAT_CUT / sqrt (2)));
}

static gboolean
is_inside (const ZxHeatOptions *options, gsize cell)
{
  return options->mask == NULL || options->mask[cell] != 0;
}

static double
cell_x (const ZxHeatOptions *options, gsize cell)
{
  return options->min_x_m + ((double) (cell % options->n_columns) + 0.5) * options->cell_m;
}

static double
cell_y (const ZxHeatOptions *options, gsize cell)
{
  return options->min_y_m + ((double) (cell / options->n_columns) + 0.5) * options->cell_m;
}

static void
add_point (const ZxHeatOptions *options, double x, double y, double weight, double *sum)
{
  gsize n = (gsize) options->n_columns * options->n_rows;
  for (gsize cell = 0; cell < n; cell++)
    sum[cell] += weight * kernel (x - cell_x (options, cell), options->bandwidth_m)
                 * kernel (y - cell_y (options, cell), options->bandwidth_m);
}

/* The kernel's mass in cell @at, seen from every cell. */
static void
add_cell (const ZxHeatOptions *options, gsize at, double *mass)
{
  gsize n = (gsize) options->n_columns * options->n_rows;
  for (gsize cell = 0; cell < n; cell++)
    mass[cell] += kernel_mass (cell_x (options, at) - cell_x (options, cell), options->cell_m,
                               options->bandwidth_m)
                  * kernel_mass (cell_y (options, at) - cell_y (options, cell), options->cell_m,
                                 options->bandwidth_m);
}

static gboolean
counts (const ZxHeatOptions *options, double x, double y, double weight)
{
  double u = (x - options->min_x_m) / options->cell_m, v = (y - options->min_y_m) / options->cell_m;
  return isfinite (weight) && u >= 0 && v >= 0 && u < options->n_columns && v < options->n_rows
         && (!options->correct_edges
             || is_inside (options, (gsize) v * options->n_columns + (gsize) u));
}

static void
divide_by_mass (const ZxHeatOptions *options, double weight, double *sum)
{
  gsize n = (gsize) options->n_columns * options->n_rows;
  g_autofree double *mass = g_new0 (double, n);
  double area = options->cell_m * options->cell_m, total = 0;
  for (gsize cell = 0; cell < n; cell++)
    if (is_inside (options, cell))
      add_cell (options, cell, mass);
  for (gsize cell = 0; cell < n; cell++)
    if (is_inside (options, cell))
      {
        sum[cell] /= mass[cell];
        total += sum[cell] * area;
      }
  for (gsize cell = 0; cell < n && total != 0; cell++)
    sum[cell] *= weight / total;
}

ZxField *
zx_heat_density_direct (const float *dx_m, const float *dy_m, const float *weight, gsize n,
                        double origin_x_m, double origin_y_m, double per, const char *unit,
                        const ZxHeatOptions *options)
{
  g_return_val_if_fail (options != NULL && zx_heat_check_options (options, per, NULL), NULL);
  ZxField *field = zx_field_new (options->min_x_m, options->min_y_m, options->cell_m,
                                 options->n_columns, options->n_rows, unit, NULL);
  g_return_val_if_fail (field != NULL, NULL);
  gsize n_cells = (gsize) options->n_columns * options->n_rows;
  g_autofree double *sum = g_new0 (double, n_cells);
  double total = 0;
  for (gsize i = 0; i < n; i++)
    {
      double x = origin_x_m + dx_m[i], y = origin_y_m + dy_m[i];
      double w = weight != NULL ? weight[i] : 1;
      if (!counts (options, x, y, w))
        continue;
      total += w;
      add_point (options, x, y, w, sum);
    }
  if (options->correct_edges)
    divide_by_mass (options, total, sum);
  for (gsize cell = 0; cell < n_cells; cell++)
    field->value[cell] = is_inside (options, cell) ? (float) (sum[cell] * 1e6 / per) : NAN;
  return field;
}

/* ---- the bandwidth ------------------------------------------------------------------------ */

static gboolean
counts_for_scott (const float *dx_m, const float *dy_m, double weight, gsize i)
{
  return isfinite (dx_m[i]) && isfinite (dy_m[i]) && weight > 0 && isfinite (weight);
}

double
zx_heat_bandwidth_scott (const float *dx_m, const float *dy_m, const float *weight, gsize n)
{
  g_return_val_if_fail (n == 0 || (dx_m != NULL && dy_m != NULL), NAN);
  double sum = 0, squares = 0, mean_x = 0, mean_y = 0, spread = 0;
  gsize n_counted = 0;
  for (gsize i = 0; i < n; i++)
    {
      double w = weight != NULL ? weight[i] : 1;
      if (!counts_for_scott (dx_m, dy_m, w, i))
        continue;
      /* West's updating: no second pass, no loss for points far from the origin. */
      sum += w;
      squares += w * w;
      double ahead_x = dx_m[i] - mean_x, ahead_y = dy_m[i] - mean_y;
      mean_x += ahead_x * w / sum;
      mean_y += ahead_y * w / sum;
      spread += w * (ahead_x * (dx_m[i] - mean_x) + ahead_y * (dy_m[i] - mean_y));
      n_counted++;
    }
  if (n_counted < 2)
    return NAN;
  return sqrt (spread / sum / 2) * pow (sum * sum / squares, -1.0 / 6);
}
