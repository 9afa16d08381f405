/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Usage heat, vehicle heat and their difference, in units a planner can check: so much per square
 * kilometre.
 *
 * Kernel density on a metric lattice: f(x) = Σ w_i K_h(x - x_i), K_h the 2-D Gaussian normalised to
 * 1/m² and cut at 4 h.  Method, error and mass: MAP.md §7. */
#pragma once

#include "data/city/zx-city.h"

G_BEGIN_DECLS

typedef struct
{
  double min_x_m, min_y_m, cell_m;
  guint n_columns, n_rows;
  double bandwidth_m;     /* standard deviation of the kernel, > 0 */
  gboolean correct_edges; /* divide by the kernel's mass inside @mask, so that the city's edge is no
                             sink */
  const guint8 *mask;     /* n_rows * n_columns, 1 = inside; NULL = the whole lattice */
} ZxHeatOptions;

/* A lattice of about @n_cells cells over the city's extent, cell a whole number of metres; the mask
 * from the boundary (free with g_free) or NULL. */
void zx_heat_lattice (const ZxCity *city, guint n_cells, ZxHeatOptions *options, guint8 **mask);

/* Points in metres (from @origin when dx, dy are offsets), weights NULL = 1 each.  @unit as the
 * field's unit; the result is Σw per km² (per @per, e.g. days).  Points outside the lattice do not
 * count; @n_outside (nullable) tells. Mass: Σ field × cell area = Σ w inside, to 1e-6.  Error <=
 * 2e-3 of the peak.  Same bytes for any threads. */
ZxField *zx_heat_density (const float *dx_m, const float *dy_m, const float *weight, gsize n,
                          double origin_x_m, double origin_y_m, double per, const char *unit,
                          const ZxHeatOptions *options, gsize *n_outside,
                          const ZxProgress *progress, GError **error);

/* Slices of time: bits of the 48 time bins (0 … 23 weekday hours, 24 … 47 weekend). */
typedef guint64 ZxHeatHours;
#define ZX_HEAT_ALL_HOURS ((ZxHeatHours) ((G_GUINT64_CONSTANT (1) << 48) - 1))

/* kWh per km² and day of the stations' measured use in @hours. */
ZxField *zx_heat_usage (const ZxCity *city, ZxHeatHours hours, const ZxHeatOptions *options,
                        const ZxProgress *progress, GError **error);
/* Vehicle-hours (or points, trip ends: the fleet's measure) per km² and day in @hours. Points
 * without a time count only in ALL. */
ZxField *zx_heat_vehicles (const ZxCity *city, ZxHeatHours hours, const ZxHeatOptions *options,
                           const ZxProgress *progress, GError **error);

/* Both scaled to a unit total over cells where both are known, then demand - supply; the unit is
 * "share per km²"; positive: more vehicles than use, that is under-served.  NaN in either gives
 * NaN.  Returns: (transfer full) */
ZxField *zx_heat_shortfall (const ZxField *vehicles, const ZxField *usage,
                            const ZxProgress *progress, GError **error);

/* The exact sum over all points and cells, O(n × cells): tests and benches. */
ZxField *zx_heat_density_direct (const float *dx_m, const float *dy_m, const float *weight, gsize n,
                                 double origin_x_m, double origin_y_m, double per, const char *unit,
                                 const ZxHeatOptions *options);
/* Scott's rule in two dimensions, metres. */
double zx_heat_bandwidth_scott (const float *dx_m, const float *dy_m, const float *weight, gsize n);

G_END_DECLS
