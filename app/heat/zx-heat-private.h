/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Between the files of this room. */
#pragma once

#include "app/heat/zx-heat.h"

G_BEGIN_DECLS

#define ZX_HEAT_CUT 4.0 /* bandwidths: beyond lies 6e-5 of the mass on each axis */

/* A loop compiled twice, for the machine's vectors: the same operations on the same cells in the
 * same order, so the same bytes. */
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__)                           \
    && !defined(__SANITIZE_ADDRESS__)
#define ZX_HEAT_WIDE_VECTORS __attribute__ ((target_clones ("avx2", "default")))
#else
#define ZX_HEAT_WIDE_VECTORS
#endif

/* Points as the columns came; nothing is copied. */
typedef struct
{
  const float *dx_m, *dy_m, *weight; /* weight NULL: 1 each */
  const guint8 *time_bin;            /* NULL: every point counts */
  ZxHeatHours hours;
  gsize n;
  double origin_x_m, origin_y_m;
} ZxHeatPoints;

/* What one field is made from, for messages and the field itself. */
ZxField *zx_heat_density_of (const ZxHeatPoints *points, double per, const char *unit,
                             const ZxHeatOptions *options, gsize *n_outside,
                             const ZxProgress *progress, GError **error);
gboolean zx_heat_check_options (const ZxHeatOptions *options, double per, GError **error);

/* The cubic B-spline at 1 + t, t, 1 - t and 2 - t, 0 <= t < 1: variance 1/3, third moment 0, sum 1
 * for every t. */
static inline void
zx_heat_cubic_weights (double t, double *weight)
{
  double u = 1 - t;
  weight[0] = u * u * u / 6;
  weight[1] = 2.0 / 3 - t * t * (2 - t) / 2;
  weight[2] = 2.0 / 3 - u * u * (2 - u) / 2;
  weight[3] = t * t * t / 6;
}

/* ---- scattering (zx-scatter.c) ------------------------------------------------------------ */

typedef enum
{
  ZX_STAMP_SPLINE, /* cubic B-spline of the working lattice: four by four cells */
  ZX_STAMP_KERNEL, /* the whole Gaussian, sampled at the cells */
} ZxStamp;

/* The lattice that is worked on: cells of @factor × @factor cells of the field and @pad more on
 * each side. */
typedef struct
{
  guint factor, pad;
  guint n_columns, n_rows; /* with the pads */
  ZxStamp stamp;
  double sigma; /* of the kernel stamp, cells */
} ZxHeatLattice;

typedef struct
{
  double weight;   /* of the points that count */
  gsize n_outside; /* the others */
} ZxHeatCount;

/* Adds every point's weight to @sum (lattice->n_rows × n_columns).  Same bytes for any threads. */
gboolean zx_heat_scatter (const ZxHeatPoints *points, const ZxHeatOptions *options,
                          const ZxHeatLattice *lattice, double *sum, ZxHeatCount *count,
                          const ZxProgress *progress, GError **error);

/* ---- blurring (zx-blur.c) ----------------------------------------------------------------- */

/* @from blurred by a sampled Gaussian of @sigma cells, cut at ZX_HEAT_CUT and summing to 1; nothing
 * lies outside the lattice.  Returns: (transfer full): n_rows × n_columns. */
float *zx_heat_blur (const double *from, guint n_columns, guint n_rows, double sigma,
                     const ZxProgress *progress, GError **error);

/* The cubic B-spline with the coefficients @from on the working lattice, at the field's cells. */
gboolean zx_heat_refine (const float *from, const ZxHeatLattice *lattice, guint n_columns,
                         guint n_rows, float *to, const ZxProgress *progress, GError **error);

G_END_DECLS
