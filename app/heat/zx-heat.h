/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Usage heat, vehicle heat and their difference, in units a planner can check: so much per square
 * kilometre.
 *
 * Kernel density on a metric lattice: f(x) = Σ w_i K_h(x - x_i), K_h the 2-D Gaussian cut at 4 h in
 * each direction and normalised to 1/m².  Method and error: MAP.md §7 and zx-density.c.
 *
 * Mass.  Without @correct_edges the lattice is a window on the plane: kernels of points near its
 * border reach over it, and what falls outside is not in the field; the mask only says which cells
 * are NaN.  With @correct_edges the density is divided by the kernel's mass inside the mask (the
 * uniform correction of spatstat's density.ppp) and then scaled by one factor, so that the field's
 * total is the weight of the points inside the mask; points outside the mask do not count then, for
 * the correction already stands for them. */
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

/* A lattice of about @n_cells cells over the city's extent, cell a whole number of metres, its
 * corner a whole number of cells; bandwidth 500 m, but at least two cells.  @mask: from the
 * boundary (free with g_free; @options points to it, and edges are corrected) or NULL. */
void zx_heat_lattice (const ZxCity *city, guint n_cells, ZxHeatOptions *options, guint8 **mask);

/* Points in metres (from @origin when dx, dy are offsets), weights NULL = 1 each.  @unit as the
 * field's unit; the result is Σw per km² (per @per, e.g. days).  Points outside the lattice (or the
 * mask: see above), without a place or with a weight that is no finite number do not count;
 * @n_outside (nullable) tells how many.  Mass: Σ field × cell area = Σ w / per of what counts, to
 * 1e-6, when no point lies within 4 h of the border or edges are corrected.  Error <= 2e-3 of the
 * peak.  Same bytes for any threads.  O(n + cells), any bandwidth. */
ZxField *zx_heat_density (const float *dx_m, const float *dy_m, const float *weight, gsize n,
                          double origin_x_m, double origin_y_m, double per, const char *unit,
                          const ZxHeatOptions *options, gsize *n_outside,
                          const ZxProgress *progress, GError **error);

/* Slices of time: bits of the 48 time bins (0 … 23 weekday hours, 24 … 47 weekend). */
typedef guint64 ZxHeatHours;
#define ZX_HEAT_ALL_HOURS ((ZxHeatHours) ((G_GUINT64_CONSTANT (1) << 48) - 1))

/* kWh per km² and day of the stations' measured use in @hours.  All hours: the mean of the history,
 * or of the hours with weekdays counted five times and weekend days twice.  Else: the sum over
 * those hours of a day of their kind (of both kinds: 5 to 2).  Stations that are not measured then
 * do not count; ZX_ERROR_MISSING when none is. */
ZxField *zx_heat_usage (const ZxCity *city, ZxHeatHours hours, const ZxHeatOptions *options,
                        const ZxProgress *progress, GError **error);
/* Vehicle-hours (or points, trip ends: the fleet's measure) per km² and day in @hours.  Points
 * without a time count only in ALL.  Weekday hours are divided by the weekdays observed: five
 * sevenths of the observed days, or all when no point lies on a weekend; the same for weekends.
 * Without known days the unit is not per day.  ZX_ERROR_MISSING without vehicles. */
ZxField *zx_heat_vehicles (const ZxCity *city, ZxHeatHours hours, const ZxHeatOptions *options,
                           const ZxProgress *progress, GError **error);

/* Both scaled to a unit total over cells where both are known, then demand - supply; the unit is
 * "share per km²"; positive: more vehicles than use, that is under-served.  NaN in either gives
 * NaN; a field without any total has the share 0.  ZX_ERROR_INVALID for different lattices.
 * O(cells).  Returns: (transfer full) */
ZxField *zx_heat_shortfall (const ZxField *vehicles, const ZxField *usage,
                            const ZxProgress *progress, GError **error);

/* The exact sum over all points and cells under the same rules, O(n × cells), with edges corrected
 * O(cells²): tests and benches. */
ZxField *zx_heat_density_direct (const float *dx_m, const float *dy_m, const float *weight, gsize n,
                                 double origin_x_m, double origin_y_m, double per, const char *unit,
                                 const ZxHeatOptions *options);
/* Scott's rule in two dimensions, metres: the spread × (effective number of points)^(-1/6), spread
 * = root of the mean variance of x and y.  NaN for fewer than two points that count. */
double zx_heat_bandwidth_scott (const float *dx_m, const float *dy_m, const float *weight, gsize n);

G_END_DECLS
