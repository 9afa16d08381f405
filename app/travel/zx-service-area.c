/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where one gets within a time, or from where: the pieces of road that are reached, drawn as the
 * outline of all that lies near them.
 *
 * One search gives the times of nodes; a chain is reached from either end as far as the time that
 * is left goes, and the place's own chain from the place.  A lattice takes the distance to the
 * nearest reached piece, exact wherever it matters, and its level REACH_CELLS × cell is the
 * outline. Distances are smooth where sets of cells are not, so the outline needs no smoothing;
 * blocks between reached streets narrower than twice that level are filled, wider ones stay holes.
 */

#include "app/travel/zx-travel-private.h"
#include "app/travel/zx-outline.h"

/* ---- constants ---------------------------------------------------------------------------- */

#define REACH_CELLS 1.5
#define PIECE_CELLS                                                                                \
  4.0 /* longer pieces are cut, or a slanting one would ask half its rectangle                     \
       */
#define MAX_LATTICE (1 << 26)

/* ---- types -------------------------------------------------------------------------------- */

typedef struct
{
  const ZxRoadGraph *graph;
  const ZxSnap *place;
  gboolean is_reverse; /* the way to the place instead of from it */
  const guint32 *ds;   /* by slot of the search, of the place's point */
  guint32 access_ds;
  GArray *chains; /* guint32: reached within the longest limit */
  ZxOutlineLattice lattice;
} Work;

/* What to do with a straight reached piece, metres from the graph's origin. */
typedef void (*PieceFunc) (Work *work, double x0, double y0, double x1, double y1);

/* ---- reached pieces ----------------------------------------------------------------------- */

static double
mix (double a, double b, double share)
{
  return a + (b - a) * share;
}

/* The part of the chain between driving times @from and @to from its node a. */
static void
visit_part (Work *work, guint32 c, double from, double to, PieceFunc func)
{
  const ZxRoadChains *chains = work->graph->chains;
  guint32 n_segments = chains->point_first[c + 1] - chains->point_first[c] + 1;
  ZxChainPoint begin = zx_chain_point (work->graph, c, 0), end;
  from = MAX (from, 0);
  to = MIN (to, chains->travel_ds[c]);
  for (guint32 k = 0; k < n_segments && from <= to; k++, begin = end)
    {
      end = zx_chain_point (work->graph, c, k + 1);
      double span = end.ds - begin.ds;
      if (end.ds < from || begin.ds > to)
        continue;
      double first = span > 0 ? CLAMP ((from - begin.ds) / span, 0, 1) : 0;
      double last = span > 0 ? CLAMP ((to - begin.ds) / span, 0, 1) : 1;
      func (work, mix (begin.x, end.x, first), mix (begin.y, end.y, first),
            mix (begin.x, end.x, last), mix (begin.y, end.y, last));
    }
}

/* Driving time that is left at the chain's end after the crossing or the turn; negative: none. */
static double
time_left (const Work *work, guint32 c, gboolean is_b, guint32 limit_ds)
{
  const ZxRoadChains *chains = work->graph->chains;
  gboolean is_against = is_b != work->is_reverse; /* one-way chains run from a to b */
  if (is_against && chains->ways[c] != ZX_WAY_BOTH)
    return -1;
  guint32 slot = zx_search_end_slot (work->graph, c, is_b, work->is_reverse);
  if (slot == ZX_NOWHERE || work->ds[slot] == ZX_NOWHERE)
    return -1;
  return (double) limit_ds - work->ds[slot]
         - zx_chain_delay_ds (chains, is_b ? chains->b[c] : chains->a[c]);
}

static void
visit_chain (Work *work, guint32 c, guint32 limit_ds, PieceFunc func)
{
  const ZxRoadChains *chains = work->graph->chains;
  double travel = chains->travel_ds[c], left_a = time_left (work, c, FALSE, limit_ds);
  double left_b = time_left (work, c, TRUE, limit_ds);
  if (left_a >= 0)
    visit_part (work, c, 0, left_a, func);
  if (left_b >= 0 && left_a < travel)
    visit_part (work, c, travel - left_b, travel, func);
}

static void
visit_reached (Work *work, guint32 limit_ds, PieceFunc func)
{
  const guint32 *chain = (const guint32 *) (void *) work->chains->data;
  for (guint i = 0; i < work->chains->len; i++)
    visit_chain (work, chain[i], limit_ds, func);
  double left = (double) limit_ds - work->access_ds, here = work->place->along_ds;
  gboolean to_a = work->place->is_two_way || work->is_reverse;
  gboolean to_b = work->place->is_two_way || !work->is_reverse;
  if (left >= 0)
    visit_part (work, work->place->chain, to_a ? here - left : here, to_b ? here + left : here,
                func);
}

static void
gather_chains (Work *work, guint32 limit_ds)
{
  const ZxRoadChains *chains = work->graph->chains;
  for (guint32 c = 0; c < chains->n; c++)
    if (time_left (work, c, FALSE, limit_ds) >= 0 || time_left (work, c, TRUE, limit_ds) >= 0)
      g_array_append_val (work->chains, c);
}

/* ---- the lattice -------------------------------------------------------------------------- */

typedef struct
{
  Work work; /* first, so that a PieceFunc may cast */
  double min_x, min_y, max_x, max_y;
} Extent;

static void
extend (Work *work, double x0, double y0, double x1, double y1)
{
  Extent *extent = (Extent *) work;
  extent->min_x = MIN (extent->min_x, MIN (x0, x1));
  extent->min_y = MIN (extent->min_y, MIN (y0, y1));
  extent->max_x = MAX (extent->max_x, MAX (x0, x1));
  extent->max_y = MAX (extent->max_y, MAX (y0, y1));
}

/* Nodes at whole multiples of the cell in the city's coordinates, so that areas made apart fit. */
static gboolean
choose_lattice (Work *work, guint32 limit_ds, double cell_m, GError **error)
{
  Extent extent = { *work, INFINITY, INFINITY, -INFINITY, -INFINITY };
  const ZxRoadChains *chains = work->graph->chains;
  visit_reached (&extent.work, limit_ds, extend);
  if (!(extent.max_x >= extent.min_x)) /* the way to the road alone takes longer */
    extent.min_x = extent.max_x = extent.min_y = extent.max_y = 0;
  double margin = (REACH_CELLS + 1) * cell_m;
  double left = floor ((extent.min_x + chains->origin_x - margin) / cell_m);
  double bottom = floor ((extent.min_y + chains->origin_y - margin) / cell_m);
  double n_columns = ceil ((extent.max_x + chains->origin_x + margin) / cell_m) - left + 1;
  double n_rows = ceil ((extent.max_y + chains->origin_y + margin) / cell_m) - bottom + 1;
  if (!(n_columns * n_rows <= MAX_LATTICE))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The service area reaches over %.1f × %.1f km, which is too many cells of %g "
                      "m; take larger cells or a lower limit"),
                   (extent.max_x - extent.min_x) / 1000, (extent.max_y - extent.min_y) / 1000,
                   cell_m);
      return FALSE;
    }
  work->lattice = (ZxOutlineLattice){ .min_x = left * cell_m,
                                      .min_y = bottom * cell_m,
                                      .cell = cell_m,
                                      .n_columns = (guint) n_columns,
                                      .n_rows = (guint) n_rows };
  work->lattice.value = ZX_TRY_NEW (float, (gsize) work->lattice.n_columns * work->lattice.n_rows,
                                    _ ("The lattice of a service area"), error);
  return work->lattice.value != NULL;
}

/* Lowers the distances around a piece of at most PIECE_CELLS cells; x, y in cells. */
static void
draw_short (ZxOutlineLattice *lattice, double x0, double y0, double x1, double y1)
{
  const double reach = REACH_CELLS + 1;
  double dx = x1 - x0, dy = y1 - y0, squared = dx * dx + dy * dy;
  gint64 left = MAX ((gint64) ceil (MIN (x0, x1) - reach), 0);
  gint64 right = MIN ((gint64) floor (MAX (x0, x1) + reach), (gint64) lattice->n_columns - 1);
  gint64 bottom = MAX ((gint64) ceil (MIN (y0, y1) - reach), 0);
  gint64 top = MIN ((gint64) floor (MAX (y0, y1) + reach), (gint64) lattice->n_rows - 1);
  for (gint64 row = bottom; row <= top; row++)
    for (gint64 column = left; column <= right; column++)
      {
        double px = (double) column - x0, py = (double) row - y0;
        double share = squared > 0 ? (px * dx + py * dy) / squared : 0;
        share = CLAMP (share, 0, 1);
        double away_x = px - share * dx, away_y = py - share * dy;
        float *value = &lattice->value[(gsize) row * lattice->n_columns + (gsize) column];
        *value = MIN (*value, (float) sqrt (away_x * away_x + away_y * away_y));
      }
}

static void
draw (Work *work, double x0, double y0, double x1, double y1)
{
  ZxOutlineLattice *lattice = &work->lattice;
  const ZxRoadChains *chains = work->graph->chains;
  double shift_x = chains->origin_x - lattice->min_x, shift_y = chains->origin_y - lattice->min_y;
  x0 = (x0 + shift_x) / lattice->cell;
  y0 = (y0 + shift_y) / lattice->cell;
  x1 = (x1 + shift_x) / lattice->cell;
  y1 = (y1 + shift_y) / lattice->cell;
  double n = MAX (ceil (hypot (x1 - x0, y1 - y0) / PIECE_CELLS), 1);
  for (double i = 0; i < n; i++)
    draw_short (lattice, mix (x0, x1, i / n), mix (y0, y1, i / n), mix (x0, x1, (i + 1) / n),
                mix (y0, y1, (i + 1) / n));
}

/* ---- the story ---------------------------------------------------------------------------- */

static gboolean
outline_limit (Work *work, double limit_s, ZxGeometryBuilder *builder, GError **error)
{
  gsize n = (gsize) work->lattice.n_columns * work->lattice.n_rows;
  for (gsize i = 0; i < n; i++)
    work->lattice.value[i] = (float) (2 * REACH_CELLS + 2);
  visit_reached (work, zx_limit_ds (limit_s), draw);
  return zx_outline (&work->lattice, REACH_CELLS, builder, error);
}

static gboolean
outline_all (Work *work, const double *limits_s, guint n_limits, double longest_s, double cell_m,
             ZxGeometryBuilder *builder, const ZxProgress *progress, GError **error)
{
  guint32 limit_ds = zx_limit_ds (longest_s);
  work->access_ds = zx_access_ds (work->graph, work->place->distance_m);
  ZxSeed seeds[2];
  zx_snap_seeds (work->graph, work->place, work->access_ds, work->is_reverse, seeds);
  g_autoptr (ZxSearch) search = zx_search_new (work->graph, work->is_reverse, error);
  if (search == NULL)
    return FALSE;
  work->ds = zx_search_run (search, seeds, 2, limit_ds);
  gather_chains (work, limit_ds);
  if (!choose_lattice (work, limit_ds, cell_m, error))
    return FALSE;
  for (guint i = 0; i < n_limits; i++)
    if (!zx_progress_step (progress, i, n_limits, error)
        || !outline_limit (work, limits_s[i], builder, error))
      return FALSE;
  return zx_progress_step (progress, n_limits, n_limits, error);
}

static gboolean
check_input (const double *limits_s, guint n_limits, double cell_m, double *longest_s,
             GError **error)
{
  *longest_s = 0;
  for (guint i = 0; i < n_limits; i++)
    {
      if (!zx_travel_rows_check (1, 1, limits_s[i], error))
        return FALSE;
      *longest_s = MAX (*longest_s, limits_s[i]);
    }
  if (cell_m > 0 && isfinite (cell_m))
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("The cells of a service area are %g m across; they must be more than 0 m"),
               cell_m);
  return FALSE;
}

gboolean
zx_travel_service_area (const ZxRoadGraph *graph, const ZxSnap *place, gboolean is_reverse,
                        const double *limits_s, guint n_limits, double cell_m, ZxGeometry *areas,
                        const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (graph != NULL && place != NULL && areas != NULL, FALSE);
  double longest_s;
  if (!check_input (limits_s, n_limits, cell_m, &longest_s, error))
    return FALSE;
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  if (place->node_a == ZX_NOWHERE)
    {
      for (guint i = 0; i < n_limits; i++)
        zx_geometry_builder_end_row (&builder);
      zx_geometry_builder_finish (&builder, areas);
      return TRUE;
    }
  Work work = { .graph = graph, .place = place, .is_reverse = is_reverse };
  work.chains = g_array_new (FALSE, FALSE, sizeof (guint32));
  gboolean is_done
      = outline_all (&work, limits_s, n_limits, longest_s, cell_m, &builder, progress, error);
  g_array_unref (work.chains);
  g_free (work.lattice.value);
  if (is_done)
    zx_geometry_builder_finish (&builder, areas);
  else
    zx_geometry_builder_clear (&builder);
  return is_done;
}
