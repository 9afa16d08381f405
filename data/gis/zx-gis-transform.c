/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Between coordinate systems.  PROJ knows neither GCJ-02 nor BD-09: such a source is taken back to
 * WGS-84 first, such a target is reached from WGS-84 last.  Axes are always x (east) first; EPSG
 * registers 4326, 4490 and 4547–4549 the other way round (DOMAIN.md §2.4).
 *
 * A PROJ object belongs to one thread, so each worker has its own copy; every point's result
 * depends on the point alone.  Finding the way between two systems searches PROJ's database for
 * some 40 ms; a copy of a way that is found costs a tenth of a millisecond. */

#include "data/gis/zx-gis-private.h"

#include <proj.h>

#define POINTS_PER_PIECE 8192

typedef enum
{
  IS_ORDINARY,
  IS_GCJ_02,
  IS_BD_09,
} Offset;

struct _ZxGisTransform
{
  Offset from, to;
  PJ_CONTEXT *context;
  PJ *projection; /* NULL: the same system on both sides */
};

static void
on_message_cb (void *data, int level, const char *text)
{
  /* What went wrong is asked for by proj_context_errno(). */
}

static Offset
offset_of (const char *system)
{
  if (g_ascii_strcasecmp (system, "GCJ-02") == 0 || g_ascii_strcasecmp (system, "GCJ02") == 0)
    return IS_GCJ_02;
  if (g_ascii_strcasecmp (system, "BD-09") == 0 || g_ascii_strcasecmp (system, "BD09") == 0)
    return IS_BD_09;
  return IS_ORDINARY;
}

gboolean
zx_gis_is_offset (const char *crs)
{
  return offset_of (crs) != IS_ORDINARY;
}

static const char *
ordinary_name (const char *system)
{
  return offset_of (system) == IS_ORDINARY ? system : "EPSG:4326";
}

void
zx_gis_transform_free (ZxGisTransform *self)
{
  if (self == NULL)
    return;
  proj_destroy (self->projection);
  proj_context_destroy (self->context);
  g_free (self);
}

static PJ_CONTEXT *
make_context (void)
{
  PJ_CONTEXT *context = proj_context_create ();
  proj_log_func (context, NULL, on_message_cb);
  proj_context_set_enable_network (context, 0);
  return context;
}

static gboolean
fail_system (PJ_CONTEXT *context, const char *system, GError **error)
{
  PJ *known = proj_create (context, system);
  gboolean is_system = known != NULL && proj_is_crs (known);
  proj_destroy (known);
  if (is_system)
    return FALSE;
  g_set_error (
      error, ZX_ERROR, ZX_ERROR_INVALID,
      _ ("“%.80s” is not a coordinate system; write EPSG:4326, EPSG:4548, GCJ-02, BD-09 or "
         "the like"),
      system);
  return TRUE;
}

static gboolean
make_projection (ZxGisTransform *self, const char *from, const char *to, GError **error)
{
  if (strcmp (from, to) == 0)
    return !fail_system (self->context, from, error);
  PJ *registered = proj_create_crs_to_crs (self->context, from, to, NULL);
  if (registered != NULL)
    self->projection = proj_normalize_for_visualization (self->context, registered);
  proj_destroy (registered);
  if (self->projection != NULL)
    return TRUE;
  if (!fail_system (self->context, from, error) && !fail_system (self->context, to, error))
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("There is no way from %.80s to %.80s: they are systems of different bodies or "
                    "kinds"),
                 from, to);
  return FALSE;
}

ZxGisTransform *
zx_gis_transform_new (const char *from, const char *to, GError **error)
{
  g_return_val_if_fail (from != NULL && to != NULL, NULL);
  g_autoptr (ZxGisTransform) self = g_new0 (ZxGisTransform, 1);
  self->from = offset_of (from);
  self->to = offset_of (to);
  self->context = make_context ();
  if (self->from == self->to && self->from != IS_ORDINARY)
    {
      self->from = self->to = IS_ORDINARY; /* the identity, not there and back */
      return g_steal_pointer (&self);
    }
  return make_projection (self, ordinary_name (from), ordinary_name (to), error)
             ? g_steal_pointer (&self)
             : NULL;
}

char *
zx_gis_crs_wkt (const char *crs, GError **error)
{
  PJ_CONTEXT *context = make_context ();
  char *text = NULL;
  if (!fail_system (context, crs, error))
    {
      PJ *system = proj_create (context, crs);
      text = g_strdup (proj_as_wkt (context, system, PJ_WKT2_2019, NULL));
      proj_destroy (system);
    }
  proj_context_destroy (context);
  return text;
}

/* ---- points ------------------------------------------------------------------------------- */

static void
leave_offset (Offset from, double *x, double *y)
{
  if (from == IS_BD_09)
    zx_gis_gcj02_from_bd09 (x, y);
  if (from != IS_ORDINARY)
    zx_gis_wgs84_from_gcj02 (x, y);
}

static void
enter_offset (Offset to, double *x, double *y)
{
  if (to != IS_ORDINARY)
    zx_gis_gcj02_from_wgs84 (x, y);
  if (to == IS_BD_09)
    zx_gis_bd09_from_gcj02 (x, y);
}

static void
clean_point (double *x, double *y)
{
  if (!isfinite (*x) || !isfinite (*y)) /* PROJ says HUGE_VAL */
    *x = *y = NAN;
}

static void
transform_run (ZxGisTransform *self, double *x, double *y, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      clean_point (&x[i], &y[i]);
      leave_offset (self->from, &x[i], &y[i]);
    }
  if (self->projection != NULL)
    proj_trans_generic (self->projection, PJ_FWD, x, sizeof (double), n, y, sizeof (double), n,
                        NULL, 0, 0, NULL, 0, 0);
  for (gsize i = 0; i < n; i++)
    {
      clean_point (&x[i], &y[i]);
      enter_offset (self->to, &x[i], &y[i]);
    }
}

gboolean
zx_gis_transform_point (ZxGisTransform *self, double *x, double *y)
{
  transform_run (self, x, y, 1);
  return isfinite (*x);
}

char *
zx_gis_versions (void)
{
  PJ_INFO proj = proj_info ();
  return g_strdup_printf ("GDAL %s, PROJ %s", GDALVersionInfo ("RELEASE_NAME"), proj.version);
}

/* ---- many points -------------------------------------------------------------------------- */

typedef struct
{
  double *x, *y;
  ZxGisTransform **of_worker;
} Job;

static void
transform_piece (gsize begin, gsize end, guint worker, gpointer data)
{
  Job *job = data;
  transform_run (job->of_worker[worker], job->x + begin, job->y + begin, end - begin);
}

/* (transfer full): for one more thread; NULL when PROJ has no memory for it. */
static ZxGisTransform *
copy_transform (const ZxGisTransform *self)
{
  g_autoptr (ZxGisTransform) copy = g_new0 (ZxGisTransform, 1);
  copy->from = self->from;
  copy->to = self->to;
  copy->context = make_context ();
  if (self->projection != NULL)
    copy->projection = proj_clone (copy->context, self->projection);
  return copy->projection != NULL || self->projection == NULL ? g_steal_pointer (&copy) : NULL;
}

gboolean
zx_gis_transform_points (ZxGisTransform *self, double *x, double *y, gsize n,
                         const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  guint n_workers = n > POINTS_PER_PIECE ? zx_parallel_threads () : 1;
  g_autoptr (GPtrArray) copies
      = g_ptr_array_new_with_free_func ((GDestroyNotify) zx_gis_transform_free);
  g_autofree ZxGisTransform **of_worker = g_new (ZxGisTransform *, n_workers);
  of_worker[0] = self;
  for (guint i = 1; i < n_workers; i++)
    {
      of_worker[i] = copy_transform (self);
      if (of_worker[i] == NULL)
        {
          g_set_error_literal (
              error, ZX_ERROR, ZX_ERROR_IO,
              _ ("There is not enough memory for a coordinate transformation on every thread"));
          return FALSE;
        }
      g_ptr_array_add (copies, of_worker[i]);
    }
  Job job = { x, y, of_worker };
  return zx_parallel_for (n, POINTS_PER_PIECE, transform_piece, &job, progress, error);
}

gboolean
zx_gis_transform (const char *from, const char *to, double *x, double *y, gsize n,
                  const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (from != NULL && to != NULL, FALSE);
  g_autoptr (ZxGisTransform) self = zx_gis_transform_new (from, to, error);
  return self != NULL && zx_gis_transform_points (self, x, y, n, progress, error);
}
