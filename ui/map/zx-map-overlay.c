/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The measured line is drawn on a cairo surface of its own extent within the window, so a short
 * line costs little; everything else is plain nodes. */

#include "ui/map/zx-map-overlay.h"

#include <math.h>

#define MARK_RADIUS    15.0f
#define MARK_WIDTH     3.0f
#define POINTER_REACH  9.0f
#define LINE_WIDTH     2.5
#define HALO_WIDTH     5.0
#define DOT_RADIUS     4.0
#define MARGIN         8.0f
#define PENDING_RADIUS 8.0

static const GdkRGBA halo = { 1, 1, 1, 0.95f }, ink = { 0.75f, 0.1f, 0.45f, 1 };

graphene_point_t
zx_map_window_point (const ZxMapWindow *window, double x_m, double y_m)
{
  return GRAPHENE_POINT_INIT (
      (float) (window->width / 2.0 + (x_m - window->x_m) / window->metres_per_unit),
      (float) (window->height / 2.0 - (y_m - window->y_m) / window->metres_per_unit));
}

static void
snapshot_mark (graphene_point_t at, GtkSnapshot *snapshot)
{
  const float radii[] = { MARK_RADIUS, MARK_RADIUS - MARK_WIDTH };
  const GdkRGBA colours[] = { halo, ink };
  for (guint i = 0; i < G_N_ELEMENTS (radii); i++)
    {
      GskRoundedRect ring;
      graphene_rect_t bounds
          = GRAPHENE_RECT_INIT (at.x - radii[i], at.y - radii[i], 2 * radii[i], 2 * radii[i]);
      gsk_rounded_rect_init_from_rect (&ring, &bounds, radii[i]);
      const float widths[] = { MARK_WIDTH, MARK_WIDTH, MARK_WIDTH, MARK_WIDTH };
      const GdkRGBA four[] = { colours[i], colours[i], colours[i], colours[i] };
      gtk_snapshot_append_border (snapshot, &ring, widths, four);
    }
}

static void
snapshot_pointer (graphene_point_t at, GtkSnapshot *snapshot)
{
  for (int grown = 1; grown >= 0; grown--)
    {
      const float half = 1 + (float) grown, reach = POINTER_REACH + (float) grown;
      const graphene_rect_t level
          = GRAPHENE_RECT_INIT (at.x - reach, at.y - half, 2 * reach, 2 * half);
      const graphene_rect_t upright
          = GRAPHENE_RECT_INIT (at.x - half, at.y - reach, 2 * half, 2 * reach);
      gtk_snapshot_append_color (snapshot, grown ? &halo : &ink, &level);
      gtk_snapshot_append_color (snapshot, grown ? &halo : &ink, &upright);
    }
}

/* ---- what the next run brings -------------------------------------------------------------------
 */

static void
trace_pending (const ZxMapPending *pending, cairo_t *cr)
{
  const double arm = PENDING_RADIUS * 0.8;
  cairo_new_path (cr);
  if (!pending->is_out)
    cairo_arc (cr, 0, 0, PENDING_RADIUS, 0, 2 * G_PI);
  else
    for (int way = -1; way <= 1; way += 2)
      {
        cairo_move_to (cr, -arm, -arm * way);
        cairo_line_to (cr, arm, arm * way);
      }
}

/* A ring or a cross: told apart without colour. */
static void
snapshot_pending (const ZxMapPending *pending, const ZxMapWindow *window, GtkSnapshot *snapshot)
{
  const float reach = (float) PENDING_RADIUS + 4;
  graphene_point_t at = zx_map_window_point (window, pending->x_m, pending->y_m);
  if (at.x < -reach || at.y < -reach || at.x > (float) window->width + reach
      || at.y > (float) window->height + reach)
    return;
  cairo_t *cr = gtk_snapshot_append_cairo (
      snapshot, &GRAPHENE_RECT_INIT (at.x - reach, at.y - reach, 2 * reach, 2 * reach));
  cairo_translate (cr, at.x, at.y);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  trace_pending (pending, cr);
  gdk_cairo_set_source_rgba (cr, &halo);
  cairo_set_line_width (cr, HALO_WIDTH);
  cairo_stroke_preserve (cr);
  gdk_cairo_set_source_rgba (cr, &ink);
  cairo_set_line_width (cr, LINE_WIDTH);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

/* ---- the measured line ------------------------------------------------------------------------
 */

static gboolean
path_extent (const ZxMapOverlay *self, const ZxMapWindow *window, graphene_rect_t *extent)
{
  const graphene_rect_t all
      = GRAPHENE_RECT_INIT (0, 0, (float) window->width, (float) window->height);
  float left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY;
  for (guint i = 0; i < self->n_path; i++)
    {
      graphene_point_t at = zx_map_window_point (window, self->path_x_m[i], self->path_y_m[i]);
      left = fminf (left, at.x);
      right = fmaxf (right, at.x);
      top = fminf (top, at.y);
      bottom = fmaxf (bottom, at.y);
    }
  *extent = GRAPHENE_RECT_INIT (left - MARGIN, top - MARGIN, right - left + 2 * MARGIN,
                                bottom - top + 2 * MARGIN);
  return graphene_rect_intersection (extent, &all, extent);
}

static void
trace (const ZxMapOverlay *self, const ZxMapWindow *window, cairo_t *cr)
{
  for (guint i = 0; i < self->n_path; i++)
    {
      graphene_point_t at = zx_map_window_point (window, self->path_x_m[i], self->path_y_m[i]);
      cairo_line_to (cr, at.x, at.y);
    }
  if (self->is_closed)
    cairo_close_path (cr);
}

static void
dot (const ZxMapOverlay *self, const ZxMapWindow *window, cairo_t *cr)
{
  for (guint i = 0; i < self->n_path; i++)
    {
      graphene_point_t at = zx_map_window_point (window, self->path_x_m[i], self->path_y_m[i]);
      cairo_new_sub_path (cr);
      cairo_arc (cr, at.x, at.y, DOT_RADIUS, 0, 2 * G_PI);
    }
}

static void
snapshot_path (const ZxMapOverlay *self, const ZxMapWindow *window, GtkSnapshot *snapshot)
{
  graphene_rect_t extent;
  if (!path_extent (self, window, &extent))
    return;
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &extent);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  trace (self, window, cr);
  if (self->is_closed)
    {
      cairo_set_source_rgba (cr, ink.red, ink.green, ink.blue, 0.15);
      cairo_fill_preserve (cr);
    }
  gdk_cairo_set_source_rgba (cr, &halo);
  cairo_set_line_width (cr, HALO_WIDTH);
  cairo_stroke_preserve (cr);
  gdk_cairo_set_source_rgba (cr, &ink);
  cairo_set_line_width (cr, LINE_WIDTH);
  cairo_stroke (cr);
  dot (self, window, cr);
  gdk_cairo_set_source_rgba (cr, &halo);
  cairo_fill_preserve (cr);
  gdk_cairo_set_source_rgba (cr, &ink);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

void
zx_map_overlay_snapshot (const ZxMapOverlay *self, const ZxMapWindow *window, GtkSnapshot *snapshot)
{
  for (guint i = 0; i < self->n_pending; i++)
    snapshot_pending (&self->pending[i], window, snapshot);
  if (self->n_path > 0)
    snapshot_path (self, window, snapshot);
  if (isfinite (self->mark_x_m))
    snapshot_mark (zx_map_window_point (window, self->mark_x_m, self->mark_y_m), snapshot);
  if (isfinite (self->pointer_x_m))
    snapshot_pointer (zx_map_window_point (window, self->pointer_x_m, self->pointer_y_m), snapshot);
}
