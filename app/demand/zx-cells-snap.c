/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the demand of a cell meets the road.
 *
 * A cell stands for all its places, not for its centre: drivers start at kerbs and car parks, and
 * walking from the centre of a 500 m hexagon to its nearest road would cost them minutes that
 * nobody spends (250 m at 5 km/h are 180 s, against an e-folding time of the choice of 300 s).  So
 * only what is farther than the cell reaches, half its width, counts as access. */

#include "app/demand/zx-demand.h"

gboolean
zx_cells_snap (const ZxCells *self, const ZxRoadGraph *graph, ZxSnap *snaps,
               const ZxProgress *progress, GError **error)
{
  if (!zx_travel_snap (graph, self->x_m, self->y_m, self->n, INFINITY, snaps, progress, error))
    return FALSE;
  float reach_m = (float) (self->across_m / 2);
  for (guint i = 0; i < self->n; i++)
    snaps[i].distance_m = MAX (0, snaps[i].distance_m - reach_m);
  return TRUE;
}
