/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the city's metres to the page: a shift, one scale, and y turned down. */

#include "app/carto/zx-map-private.h"

#define LARGEST_PAGE 1e5 /* units; cairo's own limit is 8.3e6 */

ZxMapView
zx_map_view_fit (double page_x, double page_y, double page_width, double page_height,
                 double min_x_m, double min_y_m, double max_x_m, double max_y_m)
{
  ZxMapView view = { page_x, page_y, page_width, page_height };
  view.centre_x_m = (min_x_m + max_x_m) / 2;
  view.centre_y_m = (min_y_m + max_y_m) / 2;
  view.metres_per_unit = MAX ((max_x_m - min_x_m) / page_width, (max_y_m - min_y_m) / page_height);
  if (!(view.metres_per_unit > 0) || !isfinite (view.metres_per_unit))
    view.metres_per_unit = 1;
  view.scale_correction = 1;
  view.device_scale = 4;
  return view;
}

void
zx_map_view_to_page (const ZxMapView *view, double x_m, double y_m, double *page_x, double *page_y)
{
  *page_x = view->page_x + view->page_width / 2 + (x_m - view->centre_x_m) / view->metres_per_unit;
  *page_y = view->page_y + view->page_height / 2 - (y_m - view->centre_y_m) / view->metres_per_unit;
}

gboolean
zx_map_view_is_drawable (const ZxMapView *view)
{
  return view->page_width > 0 && view->page_width < LARGEST_PAGE && view->page_height > 0
         && view->page_height < LARGEST_PAGE && fabs (view->page_x) < LARGEST_PAGE
         && fabs (view->page_y) < LARGEST_PAGE && view->metres_per_unit > 0
         && isfinite (view->metres_per_unit) && isfinite (view->centre_x_m)
         && isfinite (view->centre_y_m);
}

ZxBox
zx_map_view_box (const ZxMapView *view)
{
  return (ZxBox){ view->page_x, view->page_y, view->page_width, view->page_height };
}

ZxBox
zx_map_box_grown (const ZxBox *box, double by)
{
  return (ZxBox){ box->x - by, box->y - by, box->width + 2 * by, box->height + 2 * by };
}

void
zx_map_view_begin (cairo_t *cr, const ZxMapView *view)
{
  cairo_save (cr);
  cairo_new_path (cr);
  cairo_rectangle (cr, view->page_x, view->page_y, view->page_width, view->page_height);
  cairo_clip (cr);
}
