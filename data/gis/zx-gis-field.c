/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rasters to fields and back.
 *
 * Reading is an area mean in two steps.  GDAL averages the raster down until a pixel is about a
 * quarter of a cell (it knows no-data pixels and reads overviews); then each cell takes the mean of
 * 4 × 4 places inside it.  The corners of the cells are transformed exactly and the places between
 * them found by bilinear interpolation: over one cell a projection is affine to 1e-6 of its size.
 */

#include "data/gis/zx-gis-private.h"

#define PLACES_PER_SIDE   4
#define MAX_BUFFER_PIXELS (64u << 20)
#define MAX_CELLS         50000000.0
#define BORDER_POINTS     33 /* on each side of the raster, to find its extent */

typedef struct
{
  double transform[6], inverse[6]; /* pixel → raster system and back, of the buffer */
  int n_columns, n_rows;
  float *value; /* NaN = no data */
} Raster;

typedef struct
{
  const Raster *raster;
  ZxField *field;
  const double *corner_x, *corner_y; /* in the raster's system: (n_columns + 1) × (n_rows + 1) */
} Resampling;

static gboolean
fail (GError **error, const ZxGisMember *member, const char *why)
{
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, "%s: %s", member->stem, why);
  return FALSE;
}

/* ---- extent ------------------------------------------------------------------------------- */

typedef struct
{
  double min_x, min_y, max_x, max_y;
} Extent;

static void
apply (const double *transform, double column, double row, double *x, double *y)
{
  *x = transform[0] + column * transform[1] + row * transform[2];
  *y = transform[3] + column * transform[4] + row * transform[5];
}

static gboolean
find_extent (const double *transform, int n_columns, int n_rows, const char *from, const char *to,
             Extent *extent, GError **error)
{
  double x[4 * BORDER_POINTS], y[4 * BORDER_POINTS];
  for (guint i = 0; i < BORDER_POINTS; i++)
    {
      double t = (double) i / (BORDER_POINTS - 1);
      apply (transform, t * n_columns, 0, &x[4 * i], &y[4 * i]);
      apply (transform, t * n_columns, n_rows, &x[4 * i + 1], &y[4 * i + 1]);
      apply (transform, 0, t * n_rows, &x[4 * i + 2], &y[4 * i + 2]);
      apply (transform, n_columns, t * n_rows, &x[4 * i + 3], &y[4 * i + 3]);
    }
  if (!zx_gis_transform (from, to, x, y, G_N_ELEMENTS (x), NULL, error))
    return FALSE;
  *extent = (Extent){ INFINITY, INFINITY, -INFINITY, -INFINITY };
  for (guint i = 0; i < G_N_ELEMENTS (x); i++)
    if (isfinite (x[i]) && isfinite (y[i]))
      {
        extent->min_x = MIN (extent->min_x, x[i]);
        extent->max_x = MAX (extent->max_x, x[i]);
        extent->min_y = MIN (extent->min_y, y[i]);
        extent->max_y = MAX (extent->max_y, y[i]);
      }
  return TRUE;
}

static ZxField *
make_field (const Extent *extent, double cell_m, const char *unit, const ZxGisMember *member,
            GError **error)
{
  double left = floor (extent->min_x / cell_m), right = ceil (extent->max_x / cell_m);
  double bottom = floor (extent->min_y / cell_m), top = ceil (extent->max_y / cell_m);
  double n_columns = right - left, n_rows = top - bottom;
  if (!(n_columns >= 1 && n_rows >= 1) || !(n_columns * n_rows <= MAX_CELLS))
    {
      fail (error, member,
            _ ("the raster covers too many cells of this size, or none; use larger cells"));
      return NULL;
    }
  return zx_field_new (left * cell_m, bottom * cell_m, cell_m, (guint) n_columns, (guint) n_rows,
                       unit, error);
}

/* ---- the raster's values ------------------------------------------------------------------ */

static void
mark_missing (Raster *raster, GDALRasterBandH band)
{
  int has_missing = 0, has_scale = 0, has_offset = 0;
  double missing = GDALGetRasterNoDataValue (band, &has_missing);
  double scale = GDALGetRasterScale (band, &has_scale);
  double offset = GDALGetRasterOffset (band, &has_offset);
  float missing_value = (float) missing;
  scale = has_scale && scale != 0 ? scale : 1;
  offset = has_offset ? offset : 0;
  gsize n = (gsize) raster->n_columns * (gsize) raster->n_rows;
  for (gsize i = 0; i < n; i++)
    if ((has_missing && raster->value[i] == missing_value) || !isfinite (raster->value[i]))
      raster->value[i] = NAN;
    else
      raster->value[i] = (float) (raster->value[i] * scale + offset);
}

/* @pixels_per_cell: of the raster, along one side. */
static gboolean
load (Raster *raster, GDALDatasetH dataset, double pixels_per_cell, const ZxGisMember *member,
      const ZxGisCall *call, GError **error)
{
  int width = GDALGetRasterXSize (dataset), height = GDALGetRasterYSize (dataset);
  double factor = MAX (1, floor (pixels_per_cell / PLACES_PER_SIDE));
  while ((double) width / factor * ((double) height / factor) > MAX_BUFFER_PIXELS)
    factor *= 1.5;
  raster->n_columns = MAX (1, (int) ceil (width / factor));
  raster->n_rows = MAX (1, (int) ceil (height / factor));
  raster->value
      = ZX_TRY_NEW (float, (gsize) raster->n_columns *(gsize) raster->n_rows, member->stem, error);
  if (raster->value == NULL)
    return FALSE;
  for (guint i = 0; i < 6; i++) /* pixel sizes of the buffer */
    if (i % 3 == 1)
      raster->transform[i] *= (double) width / raster->n_columns;
    else if (i % 3 == 2)
      raster->transform[i] *= (double) height / raster->n_rows;
  if (!GDALInvGeoTransform (raster->transform, raster->inverse))
    return fail (error, member, _ ("the raster's georeference is not invertible"));
  GDALRasterIOExtraArg extra;
  INIT_RASTERIO_EXTRA_ARG (extra);
  extra.eResampleAlg = GRIORA_Average;
  GDALRasterBandH band = GDALGetRasterBand (dataset, 1);
  if (GDALRasterIOEx (band, GF_Read, 0, 0, width, height, raster->value, raster->n_columns,
                      raster->n_rows, GDT_Float32, 0, 0, &extra)
      != CE_None)
    return fail (error, member,
                 call->first_failure != NULL ? call->first_failure
                                             : _ ("the raster's pixels cannot be read"));
  mark_missing (raster, band);
  return TRUE;
}

/* ---- resampling --------------------------------------------------------------------------- */

static double
value_at (const Raster *raster, double x, double y)
{
  double column, row;
  apply (raster->inverse, x, y, &column, &row);
  if (!(column >= 0 && row >= 0 && column < raster->n_columns && row < raster->n_rows))
    return NAN;
  return raster->value[(gsize) row * (gsize) raster->n_columns + (gsize) column];
}

static double
mix (const double *corner, gsize i, gsize stride, double u, double v)
{
  return (corner[i] * (1 - u) + corner[i + 1] * u) * (1 - v)
         + (corner[i + stride] * (1 - u) + corner[i + stride + 1] * u) * v;
}

static float
mean_of_cell (const Resampling *work, gsize corner, gsize stride)
{
  double sum = 0;
  guint n = 0;
  for (guint place = 0; place < PLACES_PER_SIDE * PLACES_PER_SIDE; place++)
    {
      double u = (place % PLACES_PER_SIDE + 0.5) / PLACES_PER_SIDE;
      double v = (place / PLACES_PER_SIDE + 0.5) / PLACES_PER_SIDE;
      double value = value_at (work->raster, mix (work->corner_x, corner, stride, u, v),
                               mix (work->corner_y, corner, stride, u, v));
      if (isfinite (value))
        {
          sum += value;
          n++;
        }
    }
  return n > 0 ? (float) (sum / n) : NAN;
}

static void
resample_rows (gsize begin, gsize end, guint worker, gpointer data)
{
  const Resampling *work = data;
  gsize n_columns = work->field->n_columns, stride = n_columns + 1;
  for (gsize row = begin; row < end; row++)
    for (gsize column = 0; column < n_columns; column++)
      work->field->value[row * n_columns + column]
          = mean_of_cell (work, row * stride + column, stride);
}

static gboolean
resample (const Raster *raster, ZxField *field, const char *raster_crs, const char *crs,
          const ZxProgress *progress, GError **error)
{
  gsize stride = (gsize) field->n_columns + 1, n = stride * ((gsize) field->n_rows + 1);
  g_autofree double *x = ZX_TRY_NEW (double, n, "corners", error);
  g_autofree double *y = x != NULL ? ZX_TRY_NEW (double, n, "corners", error) : NULL;
  if (x == NULL || y == NULL)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      x[i] = field->min_x_m + (double) (i % stride) * field->cell_m;
      y[i] = field->min_y_m + (double) (i / stride) * field->cell_m;
    }
  ZxProgress first = zx_progress_slice (progress, 0.2, 0.6);
  ZxProgress second = zx_progress_slice (progress, 0.6, 1);
  Resampling work = { raster, field, x, y };
  return zx_gis_transform (crs, raster_crs, x, y, n, &first, error)
         && zx_parallel_for (field->n_rows, 0, resample_rows, &work, &second, error);
}

/* ---- reading ------------------------------------------------------------------------------ */

static gboolean
check_raster (GDALDatasetH dataset, const ZxGisMember *member, double *transform, GError **error)
{
  guint64 n = (guint64) GDALGetRasterXSize (dataset) * (guint64) GDALGetRasterYSize (dataset);
  if (n > ZX_GIS_MAX_PIXELS)
    return fail (error, member, _ ("the raster has more than 400 million pixels; cut it first"));
  if (GDALGetRasterCount (dataset) < 1)
    return fail (error, member, _ ("the raster has no band"));
  if (GDALGetGeoTransform (dataset, transform) != CE_None)
    return fail (error, member,
                 _ ("the raster does not say where on Earth it lies; georeference it first"));
  return TRUE;
}

static char *
raster_system (GDALDatasetH dataset, const ZxGisMember *member, const double *transform,
               ZxFindings *findings, GError **error)
{
  char *crs = zx_gis_crs_text (GDALGetSpatialRef (dataset));
  if (crs != NULL)
    return crs;
  double x[2], y[2];
  g_autofree char *reason = NULL;
  apply (transform, 0, 0, &x[0], &y[0]);
  apply (transform, GDALGetRasterXSize (dataset), GDALGetRasterYSize (dataset), &x[1], &y[1]);
  gboolean is_swapped = FALSE;
  crs = zx_gis_guess_crs (x, y, 2, &reason, &is_swapped);
  if (crs == NULL || is_swapped)
    {
      fail (error, member, _ ("the raster does not state its coordinate system"));
      g_clear_pointer (&crs, g_free);
    }
  else if (findings != NULL)
    {
      g_autofree char *title = zx_findings_title (member->path, NULL);
      zx_findings_add (findings, "gis.guessed-crs", zx_findings_layer (findings, title), -1, 1,
                       ZX_SEVERITY_WARNING, ZX_ACTION_KEPT, crs, reason);
    }
  return crs;
}

/* Pixels along one side of a cell, in the middle of the raster. */
static gboolean
pixels_per_cell (const double *transform, GDALDatasetH dataset, const char *from, const char *to,
                 double cell_m, double *n, GError **error)
{
  double column = GDALGetRasterXSize (dataset) / 2.0, row = GDALGetRasterYSize (dataset) / 2.0;
  double x[3], y[3];
  apply (transform, column, row, &x[0], &y[0]);
  apply (transform, column + 1, row, &x[1], &y[1]);
  apply (transform, column, row + 1, &x[2], &y[2]);
  if (!zx_gis_transform (from, to, x, y, 3, NULL, error))
    return FALSE;
  double width_m = hypot (x[1] - x[0], y[1] - y[0]), height_m = hypot (x[2] - x[0], y[2] - y[0]);
  double pixel_m = MIN (width_m, height_m);
  *n = isfinite (pixel_m) && pixel_m > 0 ? cell_m / pixel_m : 1;
  return TRUE;
}

static ZxField *
read_band (GDALDatasetH dataset, const ZxGisMember *member, const ZxGisCall *call, const char *crs,
           double cell_m, ZxFindings *findings, const ZxProgress *progress, GError **error)
{
  Raster raster = { 0 };
  Extent extent;
  double n_pixels;
  if (!check_raster (dataset, member, raster.transform, error))
    return NULL;
  g_autofree char *from = raster_system (dataset, member, raster.transform, findings, error);
  if (from == NULL
      || !find_extent (raster.transform, GDALGetRasterXSize (dataset), GDALGetRasterYSize (dataset),
                       from, crs, &extent, error)
      || !pixels_per_cell (raster.transform, dataset, from, crs, cell_m, &n_pixels, error))
    return NULL;
  g_autofree char *unit
      = g_utf8_make_valid (GDALGetRasterUnitType (GDALGetRasterBand (dataset, 1)), -1);
  g_autoptr (ZxField) field = make_field (&extent, cell_m, unit, member, error);
  gboolean is_fine = field != NULL && zx_progress_step (progress, 0, 1, error)
                     && load (&raster, dataset, n_pixels, member, call, error)
                     && resample (&raster, field, from, crs, progress, error);
  g_free (raster.value);
  return is_fine ? g_steal_pointer (&field) : NULL;
}

ZxField *
zx_gis_read_field (const char *path, const char *crs, double cell_m, ZxFindings *findings,
                   const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (crs != NULL && cell_m > 0, NULL);
  g_autoptr (ZxGisSource) source = zx_gis_source_open (path, findings, progress, error);
  if (source == NULL)
    return NULL;
  const ZxGisMember *member = NULL;
  for (guint i = 0; i < source->members->len && member == NULL; i++)
    if (((const ZxGisMember *) g_ptr_array_index (source->members, i))->format == ZX_GIS_RASTER)
      member = g_ptr_array_index (source->members, i);
  if (member == NULL)
    {
      fail (error, g_ptr_array_index (source->members, 0), _ ("the file holds no raster"));
      return NULL;
    }
  ZxGisCall call;
  zx_gis_call_begin (&call, member->path);
  GDALDatasetH dataset = zx_gis_member_open (member, &call, progress, error);
  ZxField *field = dataset != NULL
                       ? read_band (dataset, member, &call, crs, cell_m, findings, progress, error)
                       : NULL;
  if (dataset != NULL)
    GDALClose (dataset);
  g_autofree char *title = zx_findings_title (member->path, NULL);
  zx_gis_call_end (&call, findings, title);
  return field;
}

/* ---- writing ------------------------------------------------------------------------------ */

static gboolean
fill_band (GDALDatasetH dataset, const ZxField *field, const char *description,
           const ZxProgress *progress, GError **error)
{
  GDALRasterBandH band = GDALGetRasterBand (dataset, 1);
  GDALSetRasterNoDataValue (band, NAN);
  GDALSetRasterUnitType (band, field->unit);
  if (description != NULL)
    GDALSetDescription (band, description);
  for (guint row = 0; row < field->n_rows; row++)
    {
      /* A field counts its rows from the south, a raster from the north. */
      float *values = field->value + (gsize) (field->n_rows - 1 - row) * field->n_columns;
      if (!zx_progress_step (progress, row, field->n_rows, error)
          || GDALRasterIO (band, GF_Write, 0, (int) row, (int) field->n_columns, 1, values,
                           (int) field->n_columns, 1, GDT_Float32, 0, 0)
                 != CE_None)
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_raster (const char *path, const ZxField *field, OGRSpatialReferenceH system,
              const char *description, const ZxProgress *progress, GError **error)
{
  char **options = NULL;
  options = CSLSetNameValue (options, "COMPRESS", "DEFLATE");
  options = CSLSetNameValue (options, "PREDICTOR", "3");
  options = CSLSetNameValue (options, "TILED", field->n_columns >= 512 ? "YES" : "NO");
  GDALDatasetH dataset = GDALCreate (GDALGetDriverByName ("GTiff"), path, (int) field->n_columns,
                                     (int) field->n_rows, 1, GDT_Float32, options);
  CSLDestroy (options);
  if (dataset == NULL)
    return FALSE;
  double transform[6]
      = { field->min_x_m, field->cell_m, 0, field->min_y_m + field->n_rows * field->cell_m, 0,
          -field->cell_m };
  gboolean is_fine = GDALSetGeoTransform (dataset, transform) == CE_None
                     && (system == NULL || GDALSetSpatialRef (dataset, system) == CE_None)
                     && fill_band (dataset, field, description, progress, error);
  GDALClose (dataset);
  return is_fine;
}

gboolean
zx_gis_write_field (const char *path, const ZxField *field, const char *crs,
                    const char *description, const ZxProgress *progress, GError **error)
{
  OGRSpatialReferenceH system = NULL;
  if (crs != NULL && (system = zx_gis_system_new (crs, error)) == NULL)
    return FALSE;
  g_autofree char *temporary = zx_file_begin (path, error);
  gboolean is_fine = FALSE;
  if (temporary != NULL)
    {
      ZxGisCall call;
      zx_gis_call_begin (&call, path);
      is_fine = write_raster (temporary, field, system, description, progress, error)
                && call.n_failures == 0;
      if (is_fine)
        is_fine = zx_file_commit (temporary, path, error);
      else
        {
          zx_file_abandon (temporary);
          if (error != NULL && *error == NULL)
            g_set_error (error, ZX_ERROR, ZX_ERROR_IO, _ ("%s cannot be written: %s"), path,
                         call.first_failure != NULL ? call.first_failure : _ ("unknown reason"));
        }
      zx_gis_call_end (&call, NULL, NULL);
    }
  OSRDestroySpatialReference (system);
  return is_fine;
}
