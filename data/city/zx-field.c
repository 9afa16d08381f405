/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/city/zx-city.h"

ZxField *
zx_field_new (double min_x_m, double min_y_m, double cell_m, guint n_columns, guint n_rows,
              const char *unit, GError **error)
{
  if (!(cell_m > 0) || n_columns == 0 || n_rows == 0)
    {
      g_set_error (
          error, ZX_ERROR, ZX_ERROR_INVALID,
          _ ("A field of %u × %u cells of %g m cannot be made: all three must be more than 0"),
          n_columns, n_rows, cell_m);
      return NULL;
    }
  float *value = ZX_TRY_NEW (float, (gsize) n_columns *n_rows, _ ("A field"), error);
  if (value == NULL)
    return NULL;
  ZxField *self = g_new0 (ZxField, 1);
  *self = (ZxField){
    min_x_m, min_y_m, cell_m, n_columns, n_rows, value, g_strdup (unit != NULL ? unit : "")
  };
  return self;
}

ZxField *
zx_field_copy (const ZxField *self)
{
  ZxField *copy = g_new0 (ZxField, 1);
  *copy = *self;
  copy->value = g_memdup2 (self->value, (gsize) self->n_columns * self->n_rows * sizeof (float));
  copy->unit = g_strdup (self->unit);
  return copy;
}

void
zx_field_free (ZxField *self)
{
  if (self == NULL)
    return;
  g_free (self->value);
  g_free (self->unit);
  g_free (self);
}

static double
cell_or (const ZxField *self, gint64 column, gint64 row, double otherwise)
{
  column = CLAMP (column, 0, (gint64) self->n_columns - 1);
  row = CLAMP (row, 0, (gint64) self->n_rows - 1);
  float value = self->value[(gsize) row * self->n_columns + (gsize) column];
  return isnan (value) ? otherwise : value;
}

double
zx_field_at (const ZxField *self, double x_m, double y_m)
{
  double u = (x_m - self->min_x_m) / self->cell_m, v = (y_m - self->min_y_m) / self->cell_m;
  if (!(u >= 0 && v >= 0 && u < self->n_columns && v < self->n_rows))
    return NAN;
  double nearest = cell_or (self, (gint64) u, (gint64) v, NAN);
  if (isnan (nearest))
    return NAN;
  double fu = u - 0.5, fv = v - 0.5;
  gint64 column = (gint64) floor (fu), row = (gint64) floor (fv);
  fu -= (double) column;
  fv -= (double) row;
  return (cell_or (self, column, row, nearest) * (1 - fu)
          + cell_or (self, column + 1, row, nearest) * fu)
             * (1 - fv)
         + (cell_or (self, column, row + 1, nearest) * (1 - fu)
            + cell_or (self, column + 1, row + 1, nearest) * fu)
               * fv;
}

double
zx_field_total (const ZxField *self)
{
  double total = 0;
  for (guint row = 0; row < self->n_rows; row++)
    {
      double sum = 0;
      const float *value = self->value + (gsize) row * self->n_columns;
      for (guint column = 0; column < self->n_columns; column++)
        sum += isnan (value[column]) ? 0 : value[column];
      total += sum;
    }
  return total * self->cell_m * self->cell_m / 1e6;
}

void
zx_field_range (const ZxField *self, double *min, double *max)
{
  gsize n = (gsize) self->n_columns * self->n_rows;
  *min = INFINITY;
  *max = -INFINITY;
  for (gsize i = 0; i < n; i++)
    if (isfinite (self->value[i]))
      {
        *min = MIN (*min, self->value[i]);
        *max = MAX (*max, self->value[i]);
      }
  if (*min > *max)
    *min = *max = NAN;
}
