/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What lies over the painted map and changes with every move of the pointer: the ring round a
 * place, the line that is measured, the other map's pointer, what the next run brings. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct
{
  double x_m, y_m, metres_per_unit; /* of the middle */
  int width, height;                /* units */
} ZxMapWindow;

graphene_point_t zx_map_window_point (const ZxMapWindow *window, double x_m, double y_m);

/* A site that the next run brings or takes. */
typedef struct
{
  double x_m, y_m;
  guint candidate;
  gboolean is_out;
} ZxMapPending;

typedef struct
{
  double mark_x_m, mark_y_m;       /* NaN: none */
  double pointer_x_m, pointer_y_m; /* NaN: none */
  guint n_path;
  const double *path_x_m, *path_y_m; /* borrowed */
  gboolean is_closed;
  guint n_pending;
  const ZxMapPending *pending; /* borrowed */
} ZxMapOverlay;

void zx_map_overlay_snapshot (const ZxMapOverlay *self, const ZxMapWindow *window,
                              GtkSnapshot *snapshot);

G_END_DECLS
