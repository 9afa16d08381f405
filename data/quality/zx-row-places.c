/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where rows are, and whether that can be.
 *
 * A pair of coordinates is impossible when it is 0, 0 (what receivers and empty forms write), when
 * it leaves the range of degrees, or when the projection refuses it.  It is swapped when it lies
 * far from the layer's bulk as written and within it with the axes exchanged; cities where both
 * readings are possible (longitude and latitude alike to a degree or two) are left alone, for then
 * the bulk holds both. */

#include "data/quality/zx-build.h"

#define ZERO_DEGREES  1e-3  /* 0, 0 within 100 m */
#define BLOCK         65536 /* points turned at a time */
#define LEAST_DEGREES 0.1
#define LEAST_METRES  10000

/* ---- boxes -------------------------------------------------------------------------------- */

gboolean
zx_box_is_empty (const ZxBox *self)
{
  return !(self->min_x <= self->max_x && self->min_y <= self->max_y);
}

void
zx_box_add (ZxBox *self, double x, double y)
{
  if (!isfinite (x) || !isfinite (y))
    return;
  self->min_x = MIN (self->min_x, x);
  self->max_x = MAX (self->max_x, x);
  self->min_y = MIN (self->min_y, y);
  self->max_y = MAX (self->max_y, y);
}

gboolean
zx_box_contains (const ZxBox *self, double x, double y)
{
  return x >= self->min_x && x <= self->max_x && y >= self->min_y && y <= self->max_y;
}

double
zx_box_distance (const ZxBox *self, double x, double y)
{
  double dx = fmax (0, fmax (self->min_x - x, x - self->max_x));
  double dy = fmax (0, fmax (self->min_y - y, y - self->max_y));
  return hypot (dx, dy);
}

ZxBox
zx_box_grown (const ZxBox *self, double by)
{
  return (ZxBox){ self->min_x - by, self->min_y - by, self->max_x + by, self->max_y + by };
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

static void
spread (double *sample, gsize n, double least_width, double *low, double *high)
{
  qsort (sample, n, sizeof (double), compare_doubles);
  gsize cut = n < 20 ? n / 4 : n / 20; /* of a handful, one may be wrong */
  double a = sample[cut], b = sample[n - 1 - cut];
  double width = MAX (b - a, least_width);
  *low = a - 2 * width;
  *high = b + 2 * width;
}

ZxBox
zx_box_of_most (const double *x, const double *y, gsize n, double least_width)
{
  enum
  {
    N_SAMPLE = 10000
  };
  gsize step = MAX (n / N_SAMPLE, 1), n_sample = 0;
  g_autofree double *xs = g_new (double, n / step + 1);
  g_autofree double *ys = g_new (double, n / step + 1);
  for (gsize i = 0; i < n; i += step)
    if (ZX_IS_METRES (x[i]) && ZX_IS_METRES (y[i]) && (x[i] != 0 || y[i] != 0))
      {
        xs[n_sample] = x[i];
        ys[n_sample++] = y[i];
      }
  ZxBox box = ZX_BOX_NONE;
  if (n_sample == 0)
    return box;
  spread (xs, n_sample, least_width, &box.min_x, &box.max_x);
  spread (ys, n_sample, least_width, &box.min_y, &box.max_y);
  return box;
}

/* ---- shapes ------------------------------------------------------------------------------- */

gboolean
zx_shape_is_good (const ZxGeometry *geometry, gsize row)
{
  if (geometry->kind != ZX_GEOMETRY_LINE && geometry->kind != ZX_GEOMETRY_POLYGON)
    return FALSE;
  gsize first = geometry->point_first[geometry->part_first[row]];
  gsize last = geometry->point_first[geometry->part_first[row + 1]];
  for (gsize i = first; i < last; i++)
    if (!ZX_IS_METRES (geometry->x[i]) || !ZX_IS_METRES (geometry->y[i]))
      return FALSE;
  return first < last;
}

gboolean
zx_shape_append (ZxGeometryBuilder *builder, const ZxGeometry *geometry, gsize row)
{
  gboolean is_good = zx_shape_is_good (geometry, row);
  for (gsize part = is_good ? geometry->part_first[row] : 0;
       is_good && part < geometry->part_first[row + 1]; part++)
    {
      gsize first = geometry->point_first[part], n = geometry->point_first[part + 1] - first;
      zx_geometry_builder_begin_part (builder,
                                      geometry->is_hole != NULL && geometry->is_hole[part]);
      g_array_append_vals (builder->x, geometry->x + first, (guint) n);
      g_array_append_vals (builder->y, geometry->y + first, (guint) n);
    }
  zx_geometry_builder_end_row (builder);
  return is_good;
}

/* ---- the places of a layer ---------------------------------------------------------------- */

static gboolean
use_columns (ZxRowPlaces *self, ZxTally *tally, GError **error)
{
  const ZxLayer *layer = self->layer;
  self->is_owned = TRUE;
  self->x = ZX_TRY_NEW (double, layer->n_rows, _ ("The places of a layer"), error);
  self->y = ZX_TRY_NEW (double, layer->n_rows, _ ("The places of a layer"), error);
  if (self->x == NULL || self->y == NULL)
    return FALSE;
  for (gsize row = 0; row < layer->n_rows; row++)
    {
      self->x[row] = zx_cells_number (&self->lon, row);
      self->y[row] = zx_cells_number (&self->lat, row);
    }
  for (gsize begin = 0; tally->input->to_metres != NULL && begin < layer->n_rows; begin += BLOCK)
    tally->input->to_metres (self->x + begin, self->y + begin, MIN (BLOCK, layer->n_rows - begin),
                             tally->input->to_metres_data);
  return TRUE;
}

static gboolean
use_geometry (ZxRowPlaces *self, GError **error)
{
  const ZxGeometry *geometry = &self->layer->geometry;
  self->is_owned = TRUE;
  self->x = ZX_TRY_NEW (double, self->layer->n_rows, _ ("The places of a layer"), error);
  self->y = ZX_TRY_NEW (double, self->layer->n_rows, _ ("The places of a layer"), error);
  if (self->x == NULL || self->y == NULL)
    return FALSE;
  for (gsize row = 0; row < self->layer->n_rows; row++)
    if (!zx_shape_is_good (geometry, row)
        || !zx_geometry_centre (geometry, row, &self->x[row], &self->y[row]))
      self->x[row] = self->y[row] = NAN;
  return TRUE;
}

/* Degrees: nearly all pairs in range, and a system to turn them with. */
static void
survey_columns (ZxRowPlaces *self, const ZxTally *tally)
{
  const gsize n_rows = self->layer->n_rows, step = MAX (n_rows / 10000, 1);
  gsize n = 0, n_degrees = 0;
  g_autofree double *lon = g_new (double, n_rows / step + 1);
  g_autofree double *lat = g_new (double, n_rows / step + 1);
  for (gsize row = 0; row < n_rows; row += step)
    {
      lon[n] = zx_cells_number (&self->lon, row);
      lat[n] = zx_cells_number (&self->lat, row);
      if (!isfinite (lon[n]) || !isfinite (lat[n]))
        continue;
      n_degrees += fabs (lon[n]) <= 180 && fabs (lat[n]) <= 180;
      n++;
    }
  self->is_degrees = tally->input->to_metres != NULL && n > 0 && n_degrees * 10 >= n * 9;
  self->most = zx_box_of_most (lon, lat, n, self->is_degrees ? LEAST_DEGREES : LEAST_METRES);
}

gboolean
zx_row_places_init (ZxRowPlaces *self, ZxTally *tally, GError **error)
{
  const ZxGeometry *geometry = &tally->layer->geometry;
  *self = (ZxRowPlaces){ .layer = tally->layer,
                         .lon = zx_cells_numbers (tally, "lon"),
                         .lat = zx_cells_numbers (tally, "lat"),
                         .most = ZX_BOX_NONE };
  self->has_columns = self->lon.column != NULL && self->lat.column != NULL;
  gboolean ok = TRUE;
  if (geometry->kind == ZX_GEOMETRY_POINT)
    {
      self->x = geometry->x;
      self->y = geometry->y;
    }
  else if (geometry->kind == ZX_GEOMETRY_NONE && self->has_columns)
    ok = use_columns (self, tally, error);
  else
    {
      self->has_columns = FALSE;
      ok = use_geometry (self, error);
    }
  if (!ok)
    zx_row_places_clear (self);
  else if (self->has_columns)
    survey_columns (self, tally);
  return ok;
}

void
zx_row_places_clear (ZxRowPlaces *self)
{
  if (self->is_owned)
    {
      g_free (self->x);
      g_free (self->y);
    }
  self->x = self->y = NULL;
}

/* A geometry that is borrowed must not be written: rows that change make a copy first. */
static void
set_place (ZxRowPlaces *self, gsize row, double x, double y)
{
  if (!self->is_owned)
    {
      self->x = g_memdup2 (self->x, self->layer->n_rows * sizeof (double));
      self->y = g_memdup2 (self->y, self->layer->n_rows * sizeof (double));
      self->is_owned = TRUE;
    }
  self->x[row] = x;
  self->y[row] = y;
}

static gboolean
try_swapped (ZxRowPlaces *self, ZxTally *tally, gsize row, double lon, double lat, const ZxBox *box)
{
  if (!self->has_columns || zx_box_is_empty (&self->most) || zx_box_contains (&self->most, lon, lat)
      || !zx_box_contains (&self->most, lat, lon))
    return FALSE;
  double x = lat, y = lon;
  if (tally->input->to_metres != NULL)
    tally->input->to_metres (&x, &y, 1, tally->input->to_metres_data);
  if (!ZX_IS_METRES (x) || !ZX_IS_METRES (y) || (box != NULL && !zx_box_contains (box, x, y)))
    return FALSE;
  set_place (self, row, x, y);
  return TRUE;
}

ZxPlaceVerdict
zx_row_places_judge (ZxRowPlaces *self, ZxTally *tally, gsize row, const ZxBox *box)
{
  double lon = self->has_columns ? zx_cells_number (&self->lon, row) : self->x[row];
  double lat = self->has_columns ? zx_cells_number (&self->lat, row) : self->y[row];
  double x = self->x[row], y = self->y[row];
  if (!isfinite (lon) || !isfinite (lat))
    {
      gboolean is_empty
          = !self->has_columns
            || (zx_cells_is_empty (&self->lon, row) && zx_cells_is_empty (&self->lat, row));
      if (!isfinite (x) || !isfinite (y))
        return is_empty ? ZX_PLACE_MISSING : ZX_PLACE_IMPOSSIBLE;
    }
  double zero = self->is_degrees ? ZERO_DEGREES : 0;
  if (fabs (lon) <= zero && fabs (lat) <= zero)
    return ZX_PLACE_IMPOSSIBLE;
  gboolean is_range_left = self->is_degrees && (fabs (lon) > 180 || fabs (lat) > 90);
  gboolean is_place = ZX_IS_METRES (x) && ZX_IS_METRES (y);
  gboolean is_inside = is_place && (box == NULL || zx_box_contains (box, x, y));
  if ((is_range_left || !is_inside) && try_swapped (self, tally, row, lon, lat, box))
    return ZX_PLACE_SWAPPED;
  if (is_range_left || !is_place)
    return ZX_PLACE_IMPOSSIBLE;
  return is_inside ? ZX_PLACE_GOOD : ZX_PLACE_OUTSIDE;
}

char *
zx_row_places_text (const ZxRowPlaces *self, gsize row)
{
  char a[32], b[32];
  if (!self->has_columns)
    {
      g_ascii_formatd (a, sizeof a, "%.1f", self->x[row]);
      g_ascii_formatd (b, sizeof b, "%.1f", self->y[row]);
      return g_strdup_printf ("%s, %s", a, b);
    }
  return g_strdup_printf ("%s, %s", zx_cells_raw (&self->lon, row, a),
                          zx_cells_raw (&self->lat, row, b));
}

static char *
swapped_text (const ZxRowPlaces *self, gsize row)
{
  char a[32], b[32];
  return g_strdup_printf ("%s, %s", zx_cells_raw (&self->lat, row, a),
                          zx_cells_raw (&self->lon, row, b));
}

gboolean
zx_row_places_admit (ZxRowPlaces *self, ZxTally *tally, gsize row, const ZxPlaceRules *rules,
                     const ZxBox *box, double margin_m)
{
  if (zx_binding_leaves_out (tally->binding, (gint64) row))
    {
      zx_tally_find (tally, "layer.row-left-out", (gint64) row, ZX_ACTION_SET_ASIDE, NULL, NULL);
      return FALSE;
    }
  ZxBox wide = box != NULL ? zx_box_grown (box, margin_m) : ZX_BOX_NONE;
  gboolean is_asked = rules->outside != NULL && box != NULL && !zx_box_is_empty (box);
  ZxPlaceVerdict verdict = zx_row_places_judge (self, tally, row, is_asked ? &wide : NULL);
  g_autofree char *text = verdict != ZX_PLACE_GOOD ? zx_row_places_text (self, row) : NULL;
  switch (verdict)
    {
    case ZX_PLACE_MISSING:
      zx_tally_find (tally, rules->missing, (gint64) row, ZX_ACTION_SET_ASIDE, NULL, NULL);
      return FALSE;
    case ZX_PLACE_IMPOSSIBLE:
      zx_tally_find (tally, rules->impossible, (gint64) row, ZX_ACTION_SET_ASIDE, text, NULL);
      return FALSE;
    case ZX_PLACE_OUTSIDE:
      zx_tally_find_number (tally, rules->outside, (gint64) row, ZX_ACTION_SET_ASIDE,
                            floor (zx_box_distance (box, self->x[row], self->y[row]) + 0.5),
                            margin_m);
      return FALSE;
    case ZX_PLACE_SWAPPED:
      {
        g_autofree char *swapped = swapped_text (self, row);
        zx_tally_find (tally, rules->swapped, (gint64) row, ZX_ACTION_CORRECTED, text, swapped);
        return TRUE;
      }
    case ZX_PLACE_GOOD:
    default:
      return TRUE;
    }
}
