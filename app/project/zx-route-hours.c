/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Heat of one hour of the day, on the lattice and with the bandwidth of the heat stage's result, so
 * that it can be laid beside the heat of the whole day. */

#include "app/project/zx-route.h"

#include "app/heat/zx-heat.h"

static gboolean
is_hour_of_day (guint hour, GError **error)
{
  if (hour < ZX_N_HOURS)
    return TRUE;
  g_set_error (
      error, ZX_ERROR, ZX_ERROR_INVALID,
      _ ("The hour is %u; it must be below %u: 0 to 23 on a weekday, 24 to 47 on a weekend "
         "day"),
      hour, ZX_N_HOURS);
  return FALSE;
}

/* The lattice of @whole; its cells without a value are those outside the city. */
static ZxField *
heat_of_hour (const ZxRoute *self, const ZxField *whole, gboolean is_usage, guint hour,
              const ZxProgress *progress, GError **error)
{
  gsize n = (gsize) whole->n_columns * whole->n_rows;
  g_autofree guint8 *mask = ZX_TRY_NEW (guint8, n, "an hour's heat", error);
  if (mask == NULL)
    return NULL;
  for (gsize i = 0; i < n; i++)
    mask[i] = isfinite (whole->value[i]);
  const ZxHeatOptions options
      = { .min_x_m = whole->min_x_m,
          .min_y_m = whole->min_y_m,
          .cell_m = whole->cell_m,
          .n_columns = whole->n_columns,
          .n_rows = whole->n_rows,
          .bandwidth_m = is_usage ? self->usage_bandwidth_m : self->vehicle_bandwidth_m,
          .correct_edges = TRUE,
          .mask = mask };
  ZxHeatHours hours = G_GUINT64_CONSTANT (1) << hour;
  return is_usage ? zx_heat_usage (self->city, hours, &options, progress, error)
                  : zx_heat_vehicles (self->city, hours, &options, progress, error);
}

ZxField *
zx_route_field_of_hour (const ZxRoute *self, const char *name, guint hour,
                        const ZxProgress *progress, GError **error)
{
  const ZxField *whole = zx_route_field (self, name);
  if (!is_hour_of_day (hour, error))
    return NULL;
  if (whole == NULL)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING,
                   _ ("The project has no field “%s”, so there is none of an hour; run the heat "
                      "stage first"),
                   name);
      return NULL;
    }
  if (strcmp (name, "shortfall") != 0)
    return heat_of_hour (self, whole, strcmp (name, "usage_heat") == 0, hour, progress, error);
  ZxProgress first = zx_progress_slice (progress, 0, 0.5),
             second = zx_progress_slice (progress, 0.5, 1);
  g_autoptr (ZxField) usage = heat_of_hour (self, whole, TRUE, hour, &first, error);
  g_autoptr (ZxField) vehicles
      = usage != NULL ? heat_of_hour (self, whole, FALSE, hour, &second, error) : NULL;
  return vehicles != NULL ? zx_heat_shortfall (vehicles, usage, NULL, error) : NULL;
}
