/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Forty-eight lattices of floats would be 48 MB for a city; each hour is kept as 16-bit steps of
 * its own range, which is half of that and a hundred times finer than a colour's level. */

#include "ui/map/zx-hour-fields.h"

#include <math.h>

#define MISSING      0
#define STEPS        65534.0
#define SAMPLE_EVERY 7 /* cells; the domain is a quantile of 48 times as many */

struct _ZxHourFields
{
  gatomicrefcount refs;
  ZxField shape; /* value NULL */
  guint16 *step; /* [hour][cell]: 1 + step of the range; 0 = no value */
  double low[ZX_N_HOURS], high[ZX_N_HOURS];
  ZxColourScale scale;
};

const char *
zx_hour_fields_name (ZxMapLayerKind kind)
{
  return kind == ZX_MAP_LAYER_USAGE_HEAT     ? "usage_heat"
         : kind == ZX_MAP_LAYER_VEHICLE_HEAT ? "vehicle_heat"
         : kind == ZX_MAP_LAYER_SHORTFALL    ? "shortfall"
                                             : NULL;
}

static void
take_hour (ZxHourFields *self, guint hour, const ZxField *field, GArray *sample)
{
  gsize n = (gsize) field->n_columns * field->n_rows;
  guint16 *step = self->step + hour * n;
  zx_field_range (field, &self->low[hour], &self->high[hour]);
  double span = self->high[hour] - self->low[hour], per_step = span > 0 ? STEPS / span : 0;
  for (gsize i = 0; i < n; i++)
    step[i] = isfinite (field->value[i])
                  ? (guint16) (1 + rint ((field->value[i] - self->low[hour]) * per_step))
                  : MISSING;
  for (gsize i = hour % SAMPLE_EVERY; i < n; i += SAMPLE_EVERY)
    g_array_append_val (sample, field->value[i]);
}

static gboolean
fill (ZxHourFields *self, ZxProject *project, const char *name, GArray *sample,
      const ZxProgress *progress, GError **error)
{
  for (guint hour = 0; hour < ZX_N_HOURS; hour++)
    {
      g_autoptr (GError) problem = NULL;
      ZxProgress part = zx_progress_slice (progress, hour / (double) ZX_N_HOURS,
                                           (hour + 1) / (double) ZX_N_HOURS);
      g_autoptr (ZxField) field = zx_project_field_of_hour (project, name, hour, &part, &problem);
      if (field != NULL)
        take_hour (self, hour, field, sample);
      else if (!g_error_matches (problem, ZX_ERROR, ZX_ERROR_MISSING))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
    }
  if (sample->len > 0)
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING,
               _ ("Nothing is known by the hour of the day; give use or vehicles with times"));
  return FALSE;
}

ZxHourFields *
zx_hour_fields_new (ZxProject *project, ZxMapLayerKind kind, const ZxProgress *progress,
                    GError **error)
{
  const char *name = zx_hour_fields_name (kind);
  g_return_val_if_fail (name != NULL, NULL);
  const ZxField *whole = zx_project_field (project, name);
  g_return_val_if_fail (whole != NULL, NULL);
  gsize n = (gsize) whole->n_columns * whole->n_rows;
  g_autoptr (ZxHourFields) self = g_new0 (ZxHourFields, 1);
  g_atomic_ref_count_init (&self->refs);
  self->shape = *whole;
  self->shape.value = NULL;
  self->shape.unit = g_strdup (whole->unit);
  self->step = zx_try_new (n, ZX_N_HOURS * sizeof *self->step, "the hours of the day", error);
  if (self->step == NULL)
    return NULL;
  memset (self->step, 0, n * ZX_N_HOURS * sizeof *self->step);
  g_autoptr (GArray) sample = g_array_new (FALSE, FALSE, sizeof (float));
  if (!fill (self, project, name, sample, progress, error))
    return NULL;
  self->scale = zx_colour_scale_for_values ((float *) (gpointer) sample->data, sample->len,
                                            kind == ZX_MAP_LAYER_SHORTFALL ? ZX_RAMP_DIFFERENCE
                                                                           : ZX_RAMP_HEAT);
  return g_steal_pointer (&self);
}

ZxHourFields *
zx_hour_fields_ref (ZxHourFields *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
zx_hour_fields_unref (ZxHourFields *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_free (self->step);
  g_free (self->shape.unit);
  g_free (self);
}

ZxField *
zx_hour_fields_at (const ZxHourFields *self, guint hour)
{
  g_return_val_if_fail (hour < ZX_N_HOURS, NULL);
  const ZxField *shape = &self->shape;
  ZxField *field = zx_field_new (shape->min_x_m, shape->min_y_m, shape->cell_m, shape->n_columns,
                                 shape->n_rows, shape->unit, NULL);
  gsize n = (gsize) shape->n_columns * shape->n_rows;
  const guint16 *step = self->step + hour * n;
  double size = (self->high[hour] - self->low[hour]) / STEPS;
  for (gsize i = 0; field != NULL && i < n; i++)
    field->value[i] = step[i] == MISSING ? NAN : (float) (self->low[hour] + (step[i] - 1) * size);
  return field;
}

const ZxColourScale *
zx_hour_fields_scale (const ZxHourFields *self)
{
  return &self->scale;
}
