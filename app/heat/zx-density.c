/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Kernel density of points on a lattice, in time that does not grow with the bandwidth.
 *
 * The Gaussian of variance h² is built from three pieces whose variances add up: points are stamped
 * as cubic B-splines on a working lattice of F metres (variance F²/3 on each axis wherever in its
 * cell the point lies), blurred there by a sampled Gaussian, and read off as a cubic B-spline when
 * the working lattice is coarser than the field:
 *
 *     σ'² = h²/F² - 1/3 [- 1/3]      in cells of the working lattice
 *
 * F is the whole number of cells that brings h/F to 8 … 16: there the pieces differ from a Gaussian
 * by less than 1e-4 of the peak.  All three pieces sum to 1, so mass is exact to rounding.
 *
 * Few points (stations), and bandwidths below two cells, where the splines are no longer narrow
 * beside the kernel, are stamped with the whole Gaussian instead: exact, O(n (8 h / cell)²).
 *
 * Wrong for distances along roads, for one bandwidth must serve centre and outskirts, and where the
 * bandwidth is below a cell: the field is a histogram then. */

#include "app/heat/zx-heat-private.h"

/* ---- constants ---------------------------------------------------------------------------- */

#define WORKING_SIGMA   8.0 /* cells of the working lattice, at least */
#define NARROW_SIGMA    2.0
#define SPLINE_PAD      2 /* the cubic spline reaches two cells beyond the lattice */
#define SPLINE_VARIANCE (1.0 / 3)
/* A kernel's cell costs 0.3 ns, a field's cell about 30 ns by way of the blur. */
#define KERNEL_CELLS_PER_CELL 100.0
#define LEAST_EDGE            1e-6
#define MAX_CELLS             (G_GUINT64_CONSTANT (1) << 28)

/* ---- options ------------------------------------------------------------------------------ */

gboolean
zx_heat_check_options (const ZxHeatOptions *options, double per, GError **error)
{
  if (!(options->bandwidth_m > 0) || !isfinite (options->bandwidth_m))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The bandwidth of the heat map is %g m; it must be more than 0 m"),
                   options->bandwidth_m);
      return FALSE;
    }
  if (!(per > 0) || !isfinite (per))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The heat map is to be divided by %g; it must be more than 0"), per);
      return FALSE;
    }
  if ((guint64) options->n_columns * options->n_rows > MAX_CELLS)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("A heat map of %u × %u cells is too large; it holds at most %u cells"),
                   options->n_columns, options->n_rows, (guint) MAX_CELLS);
      return FALSE;
    }
  return TRUE;
}

static ZxHeatLattice
choose_lattice (const ZxHeatOptions *options, gsize n_points)
{
  double sigma = options->bandwidth_m / options->cell_m;
  double n_cells = (double) options->n_columns * options->n_rows;
  double across = 2 * ZX_HEAT_CUT * sigma + 1;
  if (sigma < NARROW_SIGMA
      || (double) n_points * across * across <= KERNEL_CELLS_PER_CELL * n_cells)
    return (ZxHeatLattice){ .factor = 1,
                            .n_columns = options->n_columns,
                            .n_rows = options->n_rows,
                            .stamp = ZX_STAMP_KERNEL,
                            .sigma = sigma };
  guint longest = MAX (options->n_columns, options->n_rows);
  guint factor = (guint) CLAMP (floor (sigma / WORKING_SIGMA), 1, longest);
  return (ZxHeatLattice){ .factor = factor,
                          .pad = SPLINE_PAD,
                          .n_columns = (options->n_columns - 1) / factor + 1 + 2 * SPLINE_PAD,
                          .n_rows = (options->n_rows - 1) / factor + 1 + 2 * SPLINE_PAD,
                          .stamp = ZX_STAMP_SPLINE,
                          .sigma = sigma };
}

/* ---- from sums to densities --------------------------------------------------------------- */

/* The blur that is left to do after stamping with @stamp_variance (cells² of the working lattice)
 * and before reading off. */
static double
remaining_sigma (const ZxHeatLattice *lattice, double stamp_variance)
{
  double sigma = lattice->sigma / lattice->factor;
  return sqrt (sigma * sigma - stamp_variance - (lattice->factor > 1 ? SPLINE_VARIANCE : 0));
}

/* Blurred sums of the working lattice at the field's cells, per cell of the working lattice. */
static gboolean
blur_to_field (const double *sum, const ZxHeatLattice *lattice, const ZxHeatOptions *options,
               double stamp_variance, float *value, const ZxProgress *progress, GError **error)
{
  ZxProgress blurring = zx_progress_slice (progress, 0, 0.8);
  ZxProgress refining = zx_progress_slice (progress, 0.8, 1);
  g_autofree float *blurred
      = zx_heat_blur (sum, lattice->n_columns, lattice->n_rows,
                      remaining_sigma (lattice, stamp_variance), &blurring, error);
  if (blurred == NULL)
    return FALSE;
  if (lattice->factor > 1)
    return zx_heat_refine (blurred, lattice, options->n_columns, options->n_rows, value, &refining,
                           error);
  for (guint row = 0; row < options->n_rows; row++)
    memcpy (value + (gsize) row * options->n_columns,
            blurred + (gsize) (row + lattice->pad) * lattice->n_columns + lattice->pad,
            options->n_columns * sizeof (float));
  return TRUE;
}

static gboolean
is_inside (const ZxHeatOptions *options, gsize cell)
{
  return options->mask == NULL || options->mask[cell] != 0;
}

/* ---- edges -------------------------------------------------------------------------------- */

/* The mask's cells as points of weight 1 at their centres, stamped on the working lattice; on one
 * as fine as the field they lie on its centres and need no stamp. */
static void
stamp_mask (const ZxHeatOptions *options, const ZxHeatLattice *lattice, double *sum)
{
  guint factor = lattice->factor;
  g_autofree double *line = g_new (double, lattice->n_columns);
  g_autofree double *weight = g_new (double, 4 * (gsize) factor);
  g_autofree guint *shift = g_new (guint, factor);
  for (guint phase = 0; phase < factor; phase++)
    {
      double place = (phase + 0.5) / factor - 0.5, t = place - floor (place);
      shift[phase] = lattice->pad - (place < 0 ? 2 : 1);
      if (factor > 1)
        zx_heat_cubic_weights (t, weight + 4 * phase);
      else
        memcpy (weight, (const double[]){ 0, 1, 0, 0 }, 4 * sizeof (double));
    }
  for (guint row = 0; row < options->n_rows; row++)
    {
      memset (line, 0, lattice->n_columns * sizeof (double));
      for (guint column = 0; column < options->n_columns; column++)
        if (is_inside (options, (gsize) row * options->n_columns + column))
          for (guint k = 0; k < 4; k++)
            line[column / factor + shift[column % factor] + k] += weight[4 * (column % factor) + k];
      for (guint k = 0; k < 4; k++)
        {
          double *to = sum + (gsize) (row / factor + shift[row % factor] + k) * lattice->n_columns;
          double along = weight[4 * (row % factor) + k];
          for (guint column = 0; column < lattice->n_columns; column++)
            to[column] += along * line[column];
        }
    }
}

/* The kernel's mass inside the mask, seen from each cell: 0 … 1. */
static float *
mass_inside (const ZxHeatOptions *options, const ZxProgress *progress, GError **error)
{
  ZxHeatLattice lattice = choose_lattice (options, G_MAXSIZE);
  if (lattice.stamp == ZX_STAMP_KERNEL)
    {
      lattice.pad = SPLINE_PAD;
      lattice.n_columns += 2 * SPLINE_PAD;
      lattice.n_rows += 2 * SPLINE_PAD;
    }
  gsize n = (gsize) options->n_columns * options->n_rows;
  g_autofree double *sum
      = ZX_TRY_NEW (double, (gsize) lattice.n_columns *lattice.n_rows, _ ("A heat map"), error);
  g_autofree float *mass = ZX_TRY_NEW (float, n, _ ("A heat map"), error);
  if (sum == NULL || mass == NULL)
    return NULL;
  stamp_mask (options, &lattice, sum);
  /* Cells are squares and were stamped as points: the blur makes up for a square's 1/12 cell². */
  double square = 1.0 / 12 / lattice.factor / lattice.factor;
  double stamp_variance = (lattice.factor > 1 ? SPLINE_VARIANCE : 0) - square;
  if (!blur_to_field (sum, &lattice, options, stamp_variance, mass, progress, error))
    return NULL;
  float per_cell = 1 / ((float) lattice.factor * (float) lattice.factor);
  for (gsize i = 0; i < n; i++)
    mass[i] *= per_cell;
  return g_steal_pointer (&mass);
}

/* Divides by the mass inside and scales the total back to @weight. */
static gboolean
correct_edges (ZxField *field, const ZxHeatOptions *options, double weight,
               const ZxProgress *progress, GError **error)
{
  gsize n = (gsize) field->n_columns * field->n_rows;
  g_autofree float *mass = mass_inside (options, progress, error);
  if (mass == NULL)
    return FALSE;
  double total = 0;
  for (gsize i = 0; i < n; i++)
    if (is_inside (options, i))
      {
        field->value[i] /= MAX (mass[i], (float) LEAST_EDGE);
        total += field->value[i];
      }
  total *= field->cell_m * field->cell_m / 1e6;
  if (total != 0 && isfinite (total))
    for (gsize i = 0; i < n; i++)
      field->value[i] = (float) (field->value[i] * (weight / total));
  return TRUE;
}

/* ---- the story ---------------------------------------------------------------------------- */

static gboolean
make_density (ZxField *field, const ZxHeatPoints *points, double per, const ZxHeatOptions *options,
              ZxHeatCount *count, const ZxProgress *progress, GError **error)
{
  ZxProgress scattering = zx_progress_slice (progress, 0, 0.6);
  ZxProgress blurring = zx_progress_slice (progress, 0.6, 0.8);
  ZxProgress correcting = zx_progress_slice (progress, 0.8, 1);
  ZxHeatLattice lattice = choose_lattice (options, points->n);
  gsize n = (gsize) field->n_columns * field->n_rows;
  g_autofree double *sum
      = ZX_TRY_NEW (double, (gsize) lattice.n_columns *lattice.n_rows, _ ("A heat map"), error);
  if (sum == NULL || !zx_heat_scatter (points, options, &lattice, sum, count, &scattering, error))
    return FALSE;
  if (lattice.stamp == ZX_STAMP_SPLINE)
    {
      if (!blur_to_field (sum, &lattice, options, SPLINE_VARIANCE, field->value, &blurring, error))
        return FALSE;
    }
  else
    for (gsize i = 0; i < n; i++)
      field->value[i] = (float) sum[i];
  double cell_km = options->cell_m * lattice.factor / 1000,
         to_density = 1 / (cell_km * cell_km * per);
  for (gsize i = 0; i < n; i++)
    field->value[i] = (float) (field->value[i] * to_density);
  if (options->correct_edges
      && !correct_edges (field, options, count->weight / per, &correcting, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (!is_inside (options, i))
      field->value[i] = NAN;
  return TRUE;
}

ZxField *
zx_heat_density_of (const ZxHeatPoints *points, double per, const char *unit,
                    const ZxHeatOptions *options, gsize *n_outside, const ZxProgress *progress,
                    GError **error)
{
  if (!zx_heat_check_options (options, per, error)
      || !zx_progress_say (progress, 0, _ ("Drawing the heat map"), error))
    return NULL;
  g_autoptr (ZxField) field = zx_field_new (options->min_x_m, options->min_y_m, options->cell_m,
                                            options->n_columns, options->n_rows, unit, error);
  ZxHeatCount count = { 0, 0 };
  if (field == NULL || !make_density (field, points, per, options, &count, progress, error)
      || !zx_progress_step (progress, 1, 1, error))
    return NULL;
  if (n_outside != NULL)
    *n_outside = count.n_outside;
  return g_steal_pointer (&field);
}

ZxField *
zx_heat_density (const float *dx_m, const float *dy_m, const float *weight, gsize n,
                 double origin_x_m, double origin_y_m, double per, const char *unit,
                 const ZxHeatOptions *options, gsize *n_outside, const ZxProgress *progress,
                 GError **error)
{
  g_return_val_if_fail (options != NULL && (n == 0 || (dx_m != NULL && dy_m != NULL)), NULL);
  ZxHeatPoints points = { .dx_m = dx_m,
                          .dy_m = dy_m,
                          .weight = weight,
                          .hours = ZX_HEAT_ALL_HOURS,
                          .n = n,
                          .origin_x_m = origin_x_m,
                          .origin_y_m = origin_y_m };
  return zx_heat_density_of (&points, per, unit, options, n_outside, progress, error);
}
