/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a city's usage and vehicles weigh, hour by hour, as heat, and the shortfall between them. */

#include "app/heat/zx-heat-private.h"

#include <stdlib.h>

/* ---- constants ---------------------------------------------------------------------------- */

#define DEFAULT_BANDWIDTH_M 500.0 /* a few minutes on foot */
#define WEEKDAYS            5.0
#define WEEKEND_DAYS        2.0
#define WEEKDAY_HOURS       ((G_GUINT64_CONSTANT (1) << 24) - 1)
#define WEEKEND_HOURS       (WEEKDAY_HOURS << 24)

/* ---- the lattice and its mask ------------------------------------------------------------- */

/* Where a boundary ring crosses the middle line of a row of cells. */
typedef struct
{
  guint32 row;
  double x;
} Crossing;

static int
compare_crossings (const void *a, const void *b)
{
  const Crossing *p = a, *q = b;
  if (p->row != q->row)
    return p->row < q->row ? -1 : 1;
  return p->x < q->x ? -1 : p->x > q->x;
}

static void
cross_edge (GArray *crossings, const ZxHeatOptions *options, double x0, double y0, double x1,
            double y1)
{
  if (!isfinite (x0 + y0 + x1 + y1) || y0 == y1)
    return;
  double v0 = (y0 - options->min_y_m) / options->cell_m - 0.5;
  double v1 = (y1 - options->min_y_m) / options->cell_m - 0.5;
  double low = MAX (MIN (v0, v1), -1), high = MIN (MAX (v0, v1), options->n_rows);
  for (gint64 row = (gint64) ceil (low); row < high && row < options->n_rows; row++)
    if (row >= 0)
      {
        Crossing crossing = { (guint32) row, x0 + (x1 - x0) * ((double) row - v0) / (v1 - v0) };
        g_array_append_val (crossings, crossing);
      }
}

/* Even-odd, as zx_geometry_contains(), for the centres of all cells at once. */
static void
fill_polygon (guint8 *mask, const ZxHeatOptions *options, const ZxGeometry *polygons, gsize area)
{
  g_autoptr (GArray) crossings = g_array_new (FALSE, FALSE, sizeof (Crossing));
  for (gsize part = polygons->part_first[area]; part < polygons->part_first[area + 1]; part++)
    for (gsize i = polygons->point_first[part]; i + 1 < polygons->point_first[part + 1]; i++)
      cross_edge (crossings, options, polygons->x[i], polygons->y[i], polygons->x[i + 1],
                  polygons->y[i + 1]);
  qsort (crossings->data, crossings->len, sizeof (Crossing), compare_crossings);
  const Crossing *crossing = (const Crossing *) (void *) crossings->data;
  for (guint i = 0; i + 1 < crossings->len; i += 2)
    {
      if (crossing[i].row != crossing[i + 1].row) /* a ring that does not close */
        {
          i--;
          continue;
        }
      double left = (crossing[i].x - options->min_x_m) / options->cell_m - 0.5;
      double right = (crossing[i + 1].x - options->min_x_m) / options->cell_m - 0.5;
      double first = MAX (ceil (left), 0), end = MIN (ceil (right), options->n_columns);
      for (gint64 column = (gint64) first; column < (gint64) end; column++)
        mask[(gsize) crossing[i].row * options->n_columns + (gsize) column] = 1;
    }
}

static guint8 *
make_mask (const ZxCity *city, const ZxHeatOptions *options)
{
  if (!zx_city_has_boundary (city))
    return NULL;
  guint8 *mask = g_new0 (guint8, (gsize) options->n_columns * options->n_rows);
  for (guint area = 0; area < city->areas.n; area++)
    if (city->areas.kind[area] == ZX_AREA_BOUNDARY)
      fill_polygon (mask, options, &city->areas.polygons, area);
  return mask;
}

void
zx_heat_lattice (const ZxCity *city, guint n_cells, ZxHeatOptions *options, guint8 **mask)
{
  g_return_if_fail (city != NULL && options != NULL && mask != NULL);
  double width = MAX (city->max_x_m - city->min_x_m, 1);
  double height = MAX (city->max_y_m - city->min_y_m, 1);
  double cell = MAX (ceil (sqrt (width * height / MAX (n_cells, 1))), 1);
  cell = MAX (cell, ceil (MAX (width, height) / 32768)); /* a strip of a city */
  double min_x = floor (city->min_x_m / cell) * cell, min_y = floor (city->min_y_m / cell) * cell;
  *options = (ZxHeatOptions){ .min_x_m = min_x,
                              .min_y_m = min_y,
                              .cell_m = cell,
                              .n_columns = (guint) MAX (ceil ((city->max_x_m - min_x) / cell), 1),
                              .n_rows = (guint) MAX (ceil ((city->max_y_m - min_y) / cell), 1),
                              .bandwidth_m = MAX (DEFAULT_BANDWIDTH_M, 2 * cell) };
  *mask = make_mask (city, options);
  options->mask = *mask;
  options->correct_edges = *mask != NULL;
}

/* ---- usage -------------------------------------------------------------------------------- */

/* The sum over the chosen hours of one kind of day; NaN when none of them is measured. */
static double
sum_hours (const float *kwh, guint hours)
{
  double sum = 0;
  guint n = 0;
  for (guint hour = 0; hour < 24; hour++)
    if ((hours >> hour & 1) != 0 && isfinite (kwh[hour]))
      {
        sum += kwh[hour];
        n++;
      }
  return n > 0 ? sum : NAN;
}

/* kWh per day of @station in @hours; NaN when it was not measured then. */
static double
station_kwh (const ZxCity *city, guint station, ZxHeatHours hours)
{
  double whole = city->stations.kwh_per_day[station];
  if (hours == ZX_HEAT_ALL_HOURS && isfinite (whole))
    return whole;
  if (station >= city->usage.n_stations)
    return NAN;
  double sum = 0, days = 0;
  for (int is_weekend = 0; is_weekend < 2; is_weekend++)
    {
      guint chosen = (guint) (hours >> (24 * is_weekend) & WEEKDAY_HOURS);
      double kwh = sum_hours (city->usage.kwh + ZX_USAGE_INDEX (station, is_weekend, 0), chosen);
      if (chosen == 0 || isnan (kwh))
        continue;
      sum += kwh * (is_weekend ? WEEKEND_DAYS : WEEKDAYS);
      days += is_weekend ? WEEKEND_DAYS : WEEKDAYS;
    }
  return days > 0 ? sum / days : NAN;
}

ZxField *
zx_heat_usage (const ZxCity *city, ZxHeatHours hours, const ZxHeatOptions *options,
               const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (city != NULL && options != NULL, NULL);
  guint n = city->stations.n, n_measured = 0;
  g_autofree float *dx = g_new (float, n + 1), *dy = g_new (float, n + 1),
                   *weight = g_new (float, n + 1);
  hours &= ZX_HEAT_ALL_HOURS;
  for (guint i = 0; i < n; i++)
    {
      double kwh = station_kwh (city, i, hours);
      if (isnan (kwh))
        continue;
      dx[n_measured] = (float) (city->stations.x_m[i] - city->origin_x_m);
      dy[n_measured] = (float) (city->stations.y_m[i] - city->origin_y_m);
      weight[n_measured++] = (float) kwh;
    }
  if (n_measured == 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING,
                   _ ("None of the %u stations has a measured use in these hours; give a history "
                      "of use"),
                   n);
      return NULL;
    }
  return zx_heat_density (dx, dy, weight, n_measured, city->origin_x_m, city->origin_y_m, 1,
                          "kWh/km²/d", options, NULL, progress, error);
}

/* ---- vehicles ----------------------------------------------------------------------------- */

/* Days on which the points of @hours were gathered. */
static double
days_of_hours (const ZxFleet *fleet, ZxHeatHours hours)
{
  guint64 seen = 0;
  for (gsize i = 0; i < fleet->n && fleet->time_bin != NULL; i++)
    if (fleet->time_bin[i] < 48)
      seen |= G_GUINT64_CONSTANT (1) << fleet->time_bin[i];
  gboolean has_weekdays = (seen & WEEKDAY_HOURS) != 0, has_weekend = (seen & WEEKEND_HOURS) != 0;
  double share = 0, whole = WEEKDAYS + WEEKEND_DAYS;
  if ((hours & WEEKDAY_HOURS) != 0)
    share += has_weekend ? WEEKDAYS / whole : 1;
  if ((hours & WEEKEND_HOURS) != 0)
    share += has_weekdays ? WEEKEND_DAYS / whole : 1;
  return fleet->observed_days * MIN (share, 1);
}

static const char *
fleet_unit (ZxFleetMeasure measure, gboolean is_per_day)
{
  switch (measure)
    {
    case ZX_FLEET_VEHICLE_HOURS:
      return is_per_day ? "vehicle-h/km²/d" : "vehicle-h/km²";
    case ZX_FLEET_TRIP_ENDS:
      return is_per_day ? "trip ends/km²/d" : "trip ends/km²";
    case ZX_FLEET_NONE:
    case ZX_FLEET_POINTS:
    default:
      return is_per_day ? "points/km²/d" : "points/km²";
    }
}

ZxField *
zx_heat_vehicles (const ZxCity *city, ZxHeatHours hours, const ZxHeatOptions *options,
                  const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (city != NULL && options != NULL, NULL);
  const ZxFleet *fleet = &city->fleet;
  hours &= ZX_HEAT_ALL_HOURS;
  if (fleet->n == 0 || (hours != ZX_HEAT_ALL_HOURS && fleet->time_bin == NULL))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING,
                   _ ("There are no vehicles in these hours: the fleet has %zu positions; give "
                      "traces or trips"),
                   fleet->n);
      return NULL;
    }
  gboolean is_per_day = fleet->observed_days > 0 && isfinite (fleet->observed_days);
  ZxHeatPoints points = { .dx_m = fleet->dx_m,
                          .dy_m = fleet->dy_m,
                          .weight = fleet->weight,
                          .time_bin = hours == ZX_HEAT_ALL_HOURS ? NULL : fleet->time_bin,
                          .hours = hours,
                          .n = fleet->n,
                          .origin_x_m = city->origin_x_m,
                          .origin_y_m = city->origin_y_m };
  double days = hours != 0 && is_per_day ? days_of_hours (fleet, hours) : 1;
  return zx_heat_density_of (&points, days, fleet_unit (fleet->measure, is_per_day), options, NULL,
                             progress, error);
}

/* ---- shortfall ---------------------------------------------------------------------------- */

static gboolean
check_same_lattice (const ZxField *a, const ZxField *b, GError **error)
{
  if (a->n_columns == b->n_columns && a->n_rows == b->n_rows && a->cell_m == b->cell_m
      && a->min_x_m == b->min_x_m && a->min_y_m == b->min_y_m)
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("Vehicle heat has %u × %u cells of %g m and usage heat %u × %u of %g m; the "
                  "shortfall needs both on one lattice"),
               a->n_columns, a->n_rows, a->cell_m, b->n_columns, b->n_rows, b->cell_m);
  return FALSE;
}

/* One over the field's total where both are known; 0 for a field without any. */
static double
scale_to_share (const ZxField *field, const ZxField *other)
{
  gsize n = (gsize) field->n_columns * field->n_rows;
  double sum = 0;
  for (gsize i = 0; i < n; i++)
    if (!isnan (field->value[i]) && !isnan (other->value[i]))
      sum += field->value[i];
  double total = sum * field->cell_m * field->cell_m / 1e6;
  return total > 0 && isfinite (total) ? 1 / total : 0;
}

ZxField *
zx_heat_shortfall (const ZxField *vehicles, const ZxField *usage, const ZxProgress *progress,
                   GError **error)
{
  g_return_val_if_fail (vehicles != NULL && usage != NULL, NULL);
  if (!zx_progress_step (progress, 0, 2, error) || !check_same_lattice (vehicles, usage, error))
    return NULL;
  ZxField *field = zx_field_new (vehicles->min_x_m, vehicles->min_y_m, vehicles->cell_m,
                                 vehicles->n_columns, vehicles->n_rows, "share per km²", error);
  if (field == NULL)
    return NULL;
  gsize n = (gsize) field->n_columns * field->n_rows;
  double to_share = scale_to_share (vehicles, usage),
         use_to_share = scale_to_share (usage, vehicles);
  for (gsize i = 0; i < n; i++)
    field->value[i] = (float) (vehicles->value[i] * to_share - usage->value[i] * use_to_share);
  if (!zx_progress_step (progress, 2, 2, error))
    g_clear_pointer (&field, zx_field_free);
  return field;
}
