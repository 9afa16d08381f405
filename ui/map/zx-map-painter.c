/* SPDX-License-Identifier: GPL-3.0-or-later */

/* All visible layers go into one picture.  Two reasons: every view-sized
 * picture costs the main thread a few milliseconds a frame with the cairo renderer; and names,
 * symbols and labels keep clear of each other only when they are painted on one cairo_t.  What
 * remains of the order of the layers: fields and areas lie under the ink of the roads, lines and
 * symbols over it, each group in the planner's order, names on top.
 *
 * The pool has its own threads: GTask's are shared with all of GIO. */

#include "ui/map/zx-map-painter.h"

#include <math.h>

#include "ui/zx-picture.h"

#define TRANSFORMER_SIZE 2.0
#define NOTHING_SHARE    0.01
#define FEEDER_WIDTH     1.8

/* ---- style ---------------------------------------------------------------------------------- */

gboolean
zx_map_ink_scale (const ZxMapInk *ink, const ZxMapData *data, ZxColourScale *scale)
{
  const ZxColourScale *own = zx_map_data_scale (data, ink->kind);
  if (own == NULL)
    return FALSE;
  *scale = *own;
  if (ink->style.ramp != ZX_OWN_RAMP)
    {
      scale->ramp = (ZxRamp) ink->style.ramp;
      /* The heat's own ramp begins in the colour of the land; where another one begins in a dark
       * colour the land must show through what is next to nothing. */
      if (zx_map_data_field (data, ink->kind) != NULL && isnan (scale->transparent_below))
        scale->transparent_below = scale->low + NOTHING_SHARE * (scale->high - scale->low);
    }
  scale->n_classes = ink->style.n_classes;
  return TRUE;
}

gboolean
zx_map_ink_colour (const ZxMapInk *ink, ZxColour *colour)
{
  guint32 rgb = (guint32) ink->style.colour;
  if (ink->style.colour == ZX_OWN_COLOUR)
    return FALSE;
  *colour = (ZxColour){ (rgb >> 16 & 0xff) / 255.0, (rgb >> 8 & 0xff) / 255.0, (rgb & 0xff) / 255.0,
                        1 };
  return TRUE;
}

/* ---- painting ------------------------------------------------------------------------------ */

static gboolean
is_area (const ZxMapOrder *order, const ZxMapInk *ink)
{
  const ZxGeometry *shapes = zx_map_data_shapes (order->data, ink->kind);
  return zx_map_data_field (order->data, ink->kind) != NULL
         || (shapes != NULL && shapes->kind == ZX_GEOMETRY_POLYGON);
}

static void
paint_area (const ZxMapOrder *order, const ZxMapInk *ink, const ZxMapView *view, cairo_t *cr)
{
  ZxColourScale scale;
  const ZxField *field = zx_map_data_field (order->data, ink->kind);
  const ZxGeometry *shapes = zx_map_data_shapes (order->data, ink->kind);
  const float *values = zx_map_data_values (order->data, ink->kind);
  if (!zx_map_ink_scale (ink, order->data, &scale))
    return;
  if (field != NULL)
    zx_map_paint_field (cr, view, field, &scale, ink->opacity);
  else if (shapes != NULL && values != NULL)
    zx_map_paint_choropleth (cr, view, shapes, values, &scale, ink->opacity);
}

static ZxSymbol
symbol_of (ZxMapLayerKind kind, guint group)
{
  return kind == ZX_MAP_LAYER_SITES                      ? ZX_SYMBOL_SITE
         : kind == ZX_MAP_LAYER_CANDIDATES && group != 0 ? ZX_SYMBOL_REJECTED
         : kind == ZX_MAP_LAYER_CANDIDATES               ? ZX_SYMBOL_CANDIDATE
         : kind == ZX_MAP_LAYER_TRANSFORMER_AREAS || kind == ZX_MAP_LAYER_TRANSFORMER_AREAS_PLANNED
                 || kind == ZX_MAP_LAYER_FEEDER_ROOM
             ? ZX_SYMBOL_TRANSFORMER
             : ZX_SYMBOL_STATION;
}

/* The places of one group, in one call: symbols of a call are placed together. */
static void
paint_group (const ZxMapOrder *order, const ZxMapInk *ink, const ZxMapPlaces *places, guint group,
             const ZxMapView *view, cairo_t *cr)
{
  g_autofree double *x = g_new (double, MAX (places->n, 1)),
                    *y = g_new (double, MAX (places->n, 1));
  g_autofree const char **labels = g_new0 (const char *, MAX (places->n, 1));
  g_autofree float *values = g_new (float, MAX (places->n, 1));
  const float *all = zx_map_data_values (order->data, ink->kind);
  guint n = 0;
  for (guint i = 0; i < places->n; i++)
    if ((places->group != NULL ? places->group[i] : 0) == group)
      {
        x[n] = places->x_m[i];
        y[n] = places->y_m[i];
        values[n] = all != NULL ? all[i] : NAN;
        labels[n++] = places->label != NULL ? places->label[i] : NULL;
      }
  /* Transformers stand out from the nodes of their feeders. */
  double factor
      = ink->style.size * (ink->kind == ZX_MAP_LAYER_TRANSFORMER_AREAS ? TRANSFORMER_SIZE : 1);
  g_autofree double *size = factor != 1 ? g_new (double, MAX (n, 1)) : NULL;
  for (guint i = 0; size != NULL && i < n; i++)
    size[i] = factor;
  ZxColourScale scale;
  ZxColour colour;
  gboolean has_scale = zx_map_ink_scale (ink, order->data, &scale),
           has_colour = zx_map_ink_colour (ink, &colour);
  const ZxMapPoints points
      = { symbol_of (ink->kind, group),
          n,
          x,
          y,
          size,
          places->label != NULL && ink->kind != ZX_MAP_LAYER_SITES ? labels : NULL,
          all != NULL ? values : NULL,
          has_scale ? &scale : NULL,
          has_colour ? &colour : NULL };
  if (n > 0)
    zx_map_paint_points (cr, view, &points);
}

/* The pins come last and lie over everything: names of what is painted before them give way. */
static void
keep_clear_of_sites (const ZxMapOrder *order, const ZxMapView *view, cairo_t *cr)
{
  ZxMapPlaces sites;
  for (guint i = 0; i < order->n_inks; i++)
    if (order->ink[i].kind == ZX_MAP_LAYER_SITES
        && zx_map_data_places (order->data, ZX_MAP_LAYER_SITES, &sites))
      {
        const ZxMapPoints points
            = { ZX_SYMBOL_SITE, sites.n, sites.x_m, sites.y_m, NULL, NULL, NULL, NULL };
        zx_map_take_points (cr, view, &points);
      }
}

static void
paint_limits (cairo_t *cr, const ZxMapView *view, const ZxCity *city)
{
  zx_map_paint_exclusions (cr, view, city);
  zx_map_paint_barriers (cr, view, city);
}

static void
paint_marks (const ZxMapOrder *order, const ZxMapInk *ink, const ZxMapView *view, cairo_t *cr)
{
  const ZxGeometry *shapes = zx_map_data_shapes (order->data, ink->kind);
  ZxMapPlaces places;
  ZxColourScale scale;
  if (ink->opacity < 1)
    cairo_push_group (cr);
  if (ink->kind == ZX_MAP_LAYER_LIMITS)
    paint_limits (cr, view, zx_map_data_city (order->data));
  else if (shapes != NULL && shapes->kind == ZX_GEOMETRY_LINE)
    zx_map_paint_lines (cr, view, shapes, zx_map_data_values (order->data, ink->kind),
                        zx_map_ink_scale (ink, order->data, &scale) ? &scale : NULL,
                        FEEDER_WIDTH * ink->style.size);
  else if (zx_map_data_places (order->data, ink->kind, &places))
    for (int group = places.group != NULL ? 1 : 0; group >= 0; group--)
      paint_group (order, ink, &places, (guint) group, view, cr);
  if (ink->opacity < 1)
    {
      cairo_pop_group_to_source (cr);
      cairo_paint_with_alpha (cr, ink->opacity);
    }
}

void
zx_map_order_paint (const ZxMapOrder *order, cairo_t *cr)
{
  const ZxCity *city = zx_map_data_city (order->data);
  const ZxMapInk *base = NULL;
  gboolean has_areas = FALSE;
  for (guint i = 0; i < order->n_inks; i++)
    {
      if (order->ink[i].kind == ZX_MAP_LAYER_BASE)
        base = &order->ink[i];
      has_areas = has_areas || is_area (order, &order->ink[i]);
    }
  if (city == NULL)
    return;
  const ZxBaseStyle style = has_areas ? ZX_BASE_QUIET : ZX_BASE_FULL;
  const double text = order->text_scale;
  const ZxMapView view = { 0,
                           0,
                           order->width / text,
                           order->height / text,
                           order->centre_x_m,
                           order->centre_y_m,
                           order->metres_per_unit * text,
                           1,
                           order->device_scale * text,
                           order->is_dark };
  cairo_scale (cr, text, text);
  if (base != NULL)
    zx_map_paint_ground (cr, &view, city, style);
  if (order->backdrop != NULL)
    zx_backdrop_paint (order->backdrop, cr, &order->grid, view.page_width, view.page_height,
                       view.device_scale);
  for (guint i = 0; i < order->n_inks; i++)
    if (is_area (order, &order->ink[i]))
      paint_area (order, &order->ink[i], &view, cr);
  if (base != NULL && order->backdrop == NULL)
    zx_map_paint_roads (cr, &view, city, style);
  keep_clear_of_sites (order, &view, cr);
  for (guint i = 0; i < order->n_inks; i++)
    if (!is_area (order, &order->ink[i]))
      paint_marks (order, &order->ink[i], &view, cr);
  if (base != NULL && order->backdrop == NULL)
    zx_map_paint_names (cr, &view, city, style);
}

void
zx_map_order_locate (ZxMapOrder *order)
{
  if (order->backdrop == NULL)
    return;
  ZxProject *project = zx_map_data_project (order->data);
  for (guint row = 0; row < ZX_BACKDROP_SIDE; row++)
    for (guint column = 0; column < ZX_BACKDROP_SIDE; column++)
      {
        guint i = row * ZX_BACKDROP_SIDE + column;
        double right = (double) column / (ZX_BACKDROP_SIDE - 1) - 0.5,
               down = (double) row / (ZX_BACKDROP_SIDE - 1) - 0.5, lon, lat;
        order->grid.x_m[i] = order->grid.y_m[i] = NAN;
        if (zx_project_to_degrees (
                project, order->centre_x_m + right * order->width * order->metres_per_unit,
                order->centre_y_m - down * order->height * order->metres_per_unit, &lon, &lat))
          zx_backdrop_locate (order->backdrop, lon, lat, &order->grid.x_m[i], &order->grid.y_m[i]);
      }
}

/* ---- the pool ------------------------------------------------------------------------------ */

typedef struct
{
  GFunc func;
  GSourceFunc done;
  gpointer data;
  gint64 number;
} Work;

static void
run_work (gpointer data, gpointer unused)
{
  Work *work = data;
  work->func (work->data, NULL);
  g_idle_add_full (G_PRIORITY_DEFAULT, work->done, work->data, NULL);
  g_free (work);
}

static int
newest_first (gconstpointer a, gconstpointer b, gpointer unused)
{
  const Work *x = a, *y = b;
  return x->number > y->number ? -1 : x->number < y->number;
}

static GThreadPool *
map_pool (void)
{
  static GThreadPool *pool;
  if (g_once_init_enter (&pool))
    {
      int n = MAX (1, (int) g_get_num_processors () - 1);
      GThreadPool *made = g_thread_pool_new (run_work, NULL, n, FALSE, NULL);
      g_thread_pool_set_sort_function (made, newest_first, NULL);
      g_once_init_leave (&pool, made);
    }
  return pool;
}

void
zx_map_pool_push (GFunc func, GSourceFunc done, gpointer data)
{
  static gint64 count; /* main thread only */
  const Work work = { func, done, data, count++ };
  g_thread_pool_push (map_pool (), g_memdup2 (&work, sizeof work), NULL);
}

typedef struct
{
  ZxMapOrder order;
  ZxMapPaintedFunc done;
  gpointer data;
  GdkTexture *texture;
  double seconds;
} Picture;

static void
paint_picture (gpointer data, gpointer unused)
{
  Picture *picture = data;
  const ZxMapOrder *order = &picture->order;
  gint64 start = g_get_monotonic_time ();
  int width = order->width * order->device_scale, height = order->height * order->device_scale;
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cairo_surface_set_device_scale (surface, order->device_scale, order->device_scale);
  cairo_t *cr = cairo_create (surface);
  zx_map_order_paint (order, cr);
  cairo_destroy (cr);
  picture->texture = zx_picture_new (surface);
  picture->seconds = (double) (g_get_monotonic_time () - start) / 1e6;
}

static gboolean
on_painted_cb (gpointer data)
{
  Picture *picture = data;
  picture->done (picture->texture, &picture->order, picture->seconds, picture->data);
  g_clear_object (&picture->texture);
  zx_map_data_unref (picture->order.data);
  g_clear_object (&picture->order.backdrop);
  g_free (picture);
  return G_SOURCE_REMOVE;
}

void
zx_map_order_start (const ZxMapOrder *order, ZxMapPaintedFunc done, gpointer data)
{
  const Picture picture = { *order, done, data, NULL, 0 };
  Picture *kept = g_memdup2 (&picture, sizeof picture);
  zx_map_data_ref (kept->order.data);
  if (order->backdrop != NULL)
    g_object_ref (order->backdrop);
  zx_map_pool_push (paint_picture, on_painted_cb, kept);
}
